"""Finance leases: level rents by numpy-financial, their VAT, and a project table that never sees them."""

from __future__ import annotations

import numpy as np
import numpy_financial as npf
import pytest
from oracles.financed import appraised, equal, figure
from oracles.plan import Debt, Lease, Plan

ONE = {"bank": Debt(share=1, rate=0.05, years=5)}
# 0.4 × 1,000 including 13 % VAT: the lessor's price without VAT is 400/1.13.
DIRECT = Lease(kind="direct", share=0.4, rate=0.045, years=5)
BACK = Lease(kind="sale_and_leaseback", share=0.4, rate=0.045, years=5)
OPTIONS = {"tax": {"holiday_free_years": 1, "holiday_half_years": 2}}


def leased(lease: Lease | None, **changes: float) -> Plan:
    """The plant with or without a lease."""
    return Plan(debts=ONE, leases={} if lease is None else {"rack": lease}, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("lease", [DIRECT, BACK], ids=lambda lease: lease.kind)
def test_project_table_is_the_same_with_and_without_the_lease(lease: Lease) -> None:
    """Every line of table G, its tax, VAT and rates of return: equal to the last bit."""
    with_it, without = (appraised(leased(each).case(OPTIONS)) for each in (lease, None))
    for line in (
        "project_inflow",
        "project_outflow",
        "project_net_pre_tax",
        "adjusted_tax",
        "project_net",
        "project_cumulative",
    ):
        assert (with_it.statements[line] == without.statements[line]).all(), line
    for key in ("project_irr", "project_irr_pre_tax", "project_npv", "payback_years", "lcos_yuan_per_kwh"):
        np.testing.assert_array_equal(figure(with_it, key), figure(without, key))
    assert figure(with_it, "equity_irr") != figure(without, "equity_irr")


@pytest.mark.parametrize(
    ("lease", "raised"), [(DIRECT, 400 / 1.13), (BACK, 400.0)], ids=["direct", "sale_and_leaseback"]
)
def test_rents_are_level_and_split_as_ppmt_and_ipmt(lease: Lease, raised: float) -> None:
    """numpy-financial: PMT in arrears on what the lessor paid, without VAT where VAT comes with the rents.

    The year of construction bears half a year's interest on it, which joins the liability (RULES §1).
    """
    books = appraised(leased(lease).case()).statements
    terms = np.arange(1, 6)
    equal(books["lease_rack.raised"][0, :1], [raised], 1000)
    raised *= 1 + 0.045 / 2
    equal(books["lease_rack.rent"][0, 1:6], np.full(5, -npf.pmt(0.045, 5, raised)), 1000)
    equal(books["lease_rack.principal"][0, 1:6], -npf.ppmt(0.045, terms, 5, raised), 1000)
    equal(books["lease_rack.interest"][0, 1:6], -npf.ipmt(0.045, terms, 5, raised), 1000)
    assert books["lease_balance"][0, 5:] == pytest.approx([0, 0], abs=1e-9)


def test_vat_of_a_direct_lease_comes_with_the_rents() -> None:
    """Pool at construction 13/113 of what is bought, 600; then 13 % on each rent. In all more than on the price: on interest too."""
    books = appraised(leased(DIRECT).case()).statements
    rent = -npf.pmt(0.045, 5, 400 / 1.13 * (1 + 0.045 / 2))
    assert books["vat_pool"][0, 0] == pytest.approx(600 * 13 / 113, rel=1e-12)
    equal(books["lease_rack.rent_vat"][0], [0, *[0.13 * rent] * 5, 0], 1000)
    assert books["credited_vat"].sum() + books["lease_rack.rent_vat"].sum() > 1000 * 13 / 113


def test_leaseback_is_a_loan_of_the_leased_value() -> None:
    """The same books as a second annuity loan of 400 drawn at the end of construction: VAT, profit, both cash flows.

    The loan is put in by hand: one month of construction bears interest on the bank's part only, so both are drawn alike.
    """
    back = appraised(leased(BACK, months=1).case()).statements
    bank, lessor = back["loan_bank.drawn"][0, 0], 400 * (1 + 0.045 / 24)
    owed = bank + lessor
    # The bank's interest of the month, RULES §1 (capitalised), on its share of the 600 left.
    assert back["capitalised_interest"][0, 0] == pytest.approx(
        0.05 / 12 * (bank - back["capitalised_interest"][0, 0]) / 2, rel=1e-9
    )
    loans = {
        "bank": Debt(share=bank / owed, rate=0.05, years=5),
        "rack": Debt(share=lessor / owed, rate=0.045, years=5, method="annuity"),
    }
    total = 1000 + back["capitalised_interest"][0, 0] + lessor - 400
    lent = appraised(Plan(debts=loans, debt_share=owed / total, months=1).case()).statements
    # A loan bears half a month on the draw without its interest, the lessor on all that he paid: a hundred-thousandth.
    month = 400 * (0.045 / 24) ** 2
    for line in ("vat_pool", "vat_paid", "surtax", "project_net"):
        equal(back[line][0], lent[line][0], 1000, line)
    for line in ("debt_service", "equity_net", "net_profit", "cash"):
        np.testing.assert_allclose(back[line][0], lent[line][0], rtol=0, atol=10 * month, err_msg=line)


def test_leaseback_vat_is_credited_at_construction_and_never_again() -> None:
    """The lessee bought and credited the equipment: the whole 13/113 at once, and nothing on the rents of a loan service."""
    books = appraised(leased(BACK).case()).statements
    assert books["vat_pool"][0, 0] == pytest.approx(1000 * 13 / 113, rel=1e-12)
    assert not books["lease_rack.rent_vat"].any()


@pytest.mark.parametrize("lease", [DIRECT, BACK], ids=lambda lease: lease.kind)
def test_lease_fee_joins_the_assets(lease: Lease) -> None:
    """2 % of the liability, by hand, in total investment and in the asset; financed by debt and equity."""
    fee = 0.02 * (400 / 1.13 if lease.kind == "direct" else 400)
    paid, held = Lease(kind=lease.kind, share=0.4, rate=0.045, years=5, fee=0.02), fee / 0.02 * 0.045 / 2
    books = appraised(leased(paid).case()).statements
    assert books["construction_fees"][0, 0] == pytest.approx(fee, rel=1e-12)
    asset = (1000 - 1000 * 13 / 113) + books["capitalised_interest"][0, 0] + fee + held
    assert books["fixed_net"][0, 0] == pytest.approx(asset, rel=1e-12)


def test_lease_of_everything_needs_neither_loan_nor_equity() -> None:
    """All the equipment leased back: nothing is left to finance."""
    books = appraised(leased(Lease(kind="sale_and_leaseback", share=1, rate=0.05, years=6)).case()).statements
    for line in ("equity_in", "loans_drawn", "capitalised_interest"):
        equal(books[line][0], np.zeros(7), 1000, line)
    service = -npf.pmt(0.05, 6, 1000 * (1 + 0.05 / 2))
    np.testing.assert_allclose(books["dscr"][0, 1:], books["cfads"][0, 1:] / service, rtol=1e-12)
