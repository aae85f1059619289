"""Every bill that a tariff file states, worked out again through the lookup that a case uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from appraisal.library import Library
from appraisal.library.retail_types import RetailFile, WorkedBill

TARIFFS = Path(__file__).parents[2] / "tariffs" / "retail"
CENT = 0.005 + 1e-9  # a total printed to the cent is met to half a cent
LIBRARY = Library.open()
FILES = [LIBRARY.retail_file(f"retail.{path.stem}") for path in sorted(TARIFFS.glob("*.yaml"))]
BILLS = [(file, bill) for file in FILES for bill in file.worked_bills]


@pytest.mark.parametrize(
    ("file", "bill"), BILLS, ids=[f"{file.name}-{bill.month:%Y-%m}-{bill.total}" for file, bill in BILLS]
)
def test_bill_is_met_to_the_cent(file: RetailFile, bill: WorkedBill) -> None:
    """Energy by band and one basis of the basic charge; the total was worked out by hand or published, as the file says."""
    year = LIBRARY.retail(
        file.name,
        start=bill.month,
        voltage=bill.voltage,
        parts=bill.parts,
        user_class=bill.user_class,
        zone=bill.zone,
    )
    month = bill.month.month - 1
    total = sum(kwh * year.prices[month][letter] for letter, kwh in bill.kwh.items())
    for amount, prices in (
        (bill.demand_kw, year.demand_yuan_per_kw_month),
        (bill.capacity_kva, year.capacity_yuan_per_kva_month),
    ):
        if amount is not None:
            price = prices[month]
            assert price is not None
            total += amount * price
    assert total == pytest.approx(bill.total, abs=CENT)


def test_every_tariff_has_a_bill_unless_it_says_that_its_ratios_are_absent() -> None:
    """Only a tariff that cannot be priced from its own file has none: Gansu."""
    without = {file.name for file in FILES if not file.worked_bills}
    assert without == {file.name for file in FILES if any(word.what == "ratios" for word in file.absent)}
