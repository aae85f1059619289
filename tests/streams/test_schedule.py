"""A plain schedule: amounts stand on their years with the tax treatment stated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import contract, made

from appraisal import appraise
from appraisal.errors import InputError

PROJECT = {"capital": {"equipment_yuan": 5e6}, "market": {"vat_rate": 0.13}, "tax": {"income_tax_rate": 0.25}}


def known(**terms: Any) -> dict[str, Any]:
    """A project of five operating years with these terms."""
    return contract(PROJECT, {"revenue": {"known": terms}})


def test_schedule_amounts_stand_on_their_years() -> None:
    """One amount serves all years, a list has one a year; each loses its own VAT (arithmetic)."""
    books = appraise(
        made(
            known(
                income_yuan=[113, 226, 339, 452, 565],
                cost_yuan=106,
                charging_yuan=22.6,
                vat_rate=0.13,
                cost_vat_rate=0.06,
            )
        )
    ).statements
    np.testing.assert_allclose(books["revenue"][0], [0, 100, 200, 300, 400, 500], rtol=1e-12)
    np.testing.assert_allclose(books["other_cost"][0], [0, *[100] * 5], rtol=1e-12)
    np.testing.assert_allclose(books["charging"][0], [0, *[20] * 5], rtol=1e-12)
    np.testing.assert_allclose(books["vat_input"][0], [0, *[6 + 2.6] * 5], rtol=1e-12)


def test_schedule_subsidy_is_outside_vat_and_may_be_free_of_tax() -> None:
    """补贴收入 bears no output VAT; where it is not taxed it leaves the taxable base (arithmetic)."""
    for taxed, base in ((True, 1.6e6 - 1e6), (False, -1e6)):
        books = appraise(made(known(income_yuan=1.6e6, subsidy=True, taxed=taxed))).statements
        np.testing.assert_allclose(books["subsidy"][0, 1:], 1.6e6, rtol=1e-12)
        assert not books["vat_output"].any()
        assert not books["revenue"].any()
        np.testing.assert_allclose(books["taxable_profit"][0, 1:], base, rtol=1e-12)
        np.testing.assert_allclose(books["income_tax"][0, 1:], 0.25 * max(base, 0), rtol=1e-12)


def test_schedule_subsidy_alone_starts_no_tax_holiday() -> None:
    """The holiday counts from the first operating revenue: a subsidy in year 1 does not burn it (企业所得税法实施条例 art. 87)."""
    raw = known(income_yuan=[0, 2.5e6, 2.5e6, 2.5e6, 2.5e6])
    raw["revenue"]["bonus"] = {
        "stream": "schedule",
        "paid_by": "market",
        "income_yuan": [2.5e6, 0, 0, 0, 0],
        "subsidy": True,
        "vat_rate": 0,
    }
    raw["tax"] |= {"holiday_free_years": 2, "holiday_half_years": 1}
    books = appraise(made(raw)).statements
    # Taxable 1.5 million a year: full in year 1 (before revenue), two free, one half, one full.
    np.testing.assert_allclose(books["income_tax"][0, 1:], [375000, 0, 0, 187500, 375000], rtol=1e-12)


@pytest.mark.parametrize(
    ("terms", "message"),
    [({"income_yuan": [1, 2]}, "2 yearly amounts; expected 1 or 5"), ({"income_yuan": 5, "subsidy": True, "vat_rate": 0.13}, "a subsidy outside VAT has no rate")],
)  # fmt: skip
def test_schedule_that_contradicts_itself_is_refused(terms: dict[str, Any], message: str) -> None:
    """Lists of another length and a taxed subsidy outside VAT are errors."""
    with pytest.raises(InputError, match=message):
        made(known(**terms))
