"""The capacity price of pumped hydro: the worked example of RULES §7, its conventions, and laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from appraisal.regulated import Approved, Priced, capacity_price, taken_back, uniform_price
from appraisal.units import table

# examples.yaml pumped_hydro_capacity_price_633 (hand calculation on the method as recalled): 1.2 GW at 6,000 yuan/kW.
EXAMPLE = Approved(
    capacity_kw=table(1.2e6), investment_yuan=table(7.2e9), equity_share=table(0.2), equity_return=table(0.065), equity_parts=table(1.0),
    actual_rate=table(0.035), market_rate=table(0.035), gap_share=table(0.5), loan_years=table(25), depreciation_years=table(40),
    residual_share=table(0.05), operating_cost_yuan=table(1.2e8), income_tax_rate=table(0.25), vat_rate=table(0.13), surtax_rate=table(0.12),
    capital_vat_yuan=table(0.0), operating_years=40,
)  # fmt: skip


def one(priced: Priced, name: str) -> float:
    return float(getattr(priced, name)[0, 0])


def test_price_of_the_worked_example() -> None:
    """R 582,264,340.29 yuan, 485.2203 without and 548.2989 with VAT; interest, depreciation and profit of year 1 as printed."""
    priced = capacity_price(EXAMPLE)
    assert one(priced, "revenue_yuan") == pytest.approx(582264340.29, abs=0.006)
    assert one(priced, "price_ex_vat") == pytest.approx(485.2203, abs=5e-5)
    assert one(priced, "price_incl_vat") == pytest.approx(548.2989, abs=5e-5)
    assert priced.ledger.line("interest")[0, 1] == pytest.approx(201600000.0, abs=0.006)
    assert priced.ledger.line("depreciation")[0, 1] == pytest.approx(171000000.0, abs=0.006)
    assert priced.ledger.line("profit")[0, 1] == pytest.approx(80581016.58, abs=0.006)


def test_price_of_an_annuity_loan() -> None:
    """The same with an annuity: 565,481,234.10 yuan, 532.4948 with VAT (same example)."""
    priced = capacity_price(replace(EXAMPLE, repayment="annuity"))
    assert one(priced, "revenue_yuan") == pytest.approx(565481234.10, abs=0.006)
    assert one(priced, "price_incl_vat") == pytest.approx(532.4948, abs=5e-5)


def test_price_of_equity_paid_in_over_construction() -> None:
    """The same with equity in six equal yearly parts: 606,709,320.45 yuan, 571.3179 with VAT (same example)."""
    priced = capacity_price(replace(EXAMPLE, equity_parts=table([1 / 6] * 6)))
    assert one(priced, "revenue_yuan") == pytest.approx(606709320.45, abs=0.006)
    assert one(priced, "price_incl_vat") == pytest.approx(571.3179, abs=5e-5)


@pytest.mark.parametrize(("actual", "allowed"), [(0.031, 0.033), (0.04, 0.035), (0.035, 0.035)])
def test_rate_allowed_follows_the_loan_prime_rate(actual: float, allowed: float) -> None:
    """At a prime rate of 3.5 %: 3.1 % paid allows 3.3 %, 4 % allows 3.5 % (same example)."""
    priced = capacity_price(replace(EXAMPLE, actual_rate=table(actual)))
    assert priced.ledger.figure("rate_allowed")[0] == pytest.approx(allowed, rel=1e-12)


def test_price_earns_the_allowed_return_in_every_row() -> None:
    """By numpy-financial's IRR of the equity's cash: 6.5 % (rows of any loan, loss or VAT pool)."""
    npf = pytest.importorskip("numpy_financial")
    rng = np.random.default_rng(3)
    drawn = replace(
        EXAMPLE, investment_yuan=table(7.2e9 * rng.uniform(0.5, 1.5, (20, 1))), equity_share=table(rng.uniform(0.1, 1, (20, 1))),
        actual_rate=table(rng.uniform(0.0, 0.12, (20, 1))), market_rate=table(rng.uniform(0.02, 0.12, (20, 1))), capital_vat_yuan=table(rng.uniform(0, 6e8, (20, 1))),
        depreciation_years=table(rng.integers(5, 60, (20, 1)).astype(float)), equity_parts=table([0.2, 0.3, 0.5]),
    )  # fmt: skip
    priced = capacity_price(drawn)
    for row in range(20):
        assert npf.irr(priced.ledger.line("net")[row]) == pytest.approx(0.065, abs=1e-9)
    assert (priced.ledger.line("losses") > 0).any()
    assert (priced.ledger.line("credited") > 0).any()


def test_price_of_a_row_does_not_depend_on_others() -> None:
    """Each row of a block of three is, to the bit, what it is alone."""
    rates = np.array([[0.02], [0.035], [0.09]])
    block = capacity_price(replace(EXAMPLE, actual_rate=rates, market_rate=rates))
    for row in range(3):
        alone = capacity_price(replace(EXAMPLE, actual_rate=rates[[row]], market_rate=rates[[row]]))
        assert block.revenue_yuan[row, 0] == alone.revenue_yuan[0, 0]


def test_price_with_a_vat_pool_is_lower_by_what_is_credited() -> None:
    """A pool of 600 million is used up by output VAT, all of it, and lowers the price; without surcharges or tax by hand.

    No tax, no loan, no cost, nothing left: R·a₂ + credited/1.065 … of two years at 6.5 %: income R, output VAT 0.13 R.
    E = 1000, pool 100, fixed 900 written off in full: R(v + v²) + 100 v = 1000 if 0.13 R ≥ 100, which R ≈ 497 does not;
    then 0.13 R is credited in year 1, the rest of 100 (at most 0.13 R) in year 2.
    """
    bare = replace(
        EXAMPLE, capacity_kw=table(1.0), investment_yuan=table(1000.0), equity_share=table(1.0), operating_cost_yuan=table(0.0), income_tax_rate=table(0.0),
        surtax_rate=table(0.0), residual_share=table(0.0), depreciation_years=table(2.0), capital_vat_yuan=table(100.0), operating_years=2,
    )  # fmt: skip
    v = 1 / 1.065
    # 0.13 R (v) + (100 − 0.13 R) v² credited: R (v + v² + 0.13 v − 0.13 v²) = 1000 − 100 v².
    expected = (1000 - 100 * v**2) / (1.13 * v + 0.87 * v**2)
    assert 100 / 2 < 0.13 * expected < 100
    assert one(capacity_price(bare), "revenue_yuan") == pytest.approx(expected, rel=1e-12)
    assert one(capacity_price(bare), "revenue_yuan") < one(
        capacity_price(replace(bare, capital_vat_yuan=table(0.0))), "revenue_yuan"
    )


def test_price_where_tax_takes_everything_is_refused() -> None:
    """No price is enough at a tax of one."""
    with pytest.raises(ValueError, match="no price"):
        capacity_price(replace(EXAMPLE, income_tax_rate=table(1.0)))


def test_uniform_price_falls_below_the_hours_asked_for() -> None:
    """A price of 300 and six hours: 4 h 200, 6 h 300, 9 h 300 (notice 114 of 2026, arithmetic)."""
    paid = uniform_price(table(300.0), table([[4.0], [6.0], [9.0]]), table(6.0))
    assert paid[:, 0].tolist() == [200.0, 300.0, 300.0]


def test_gains_are_deducted_in_the_next_period_and_losses_stay() -> None:
    """Periods of three years: 30 gained, then −12, then 6; 80 %: 8 a year in years 4–6, nothing in 7–9 (arithmetic)."""
    gains = table([10, 15, 5, -20, 4, 4, 1, 2, 3])
    assert taken_back(gains, 3, table(0.8))[0].tolist() == [0, 0, 0, 8, 8, 8, 0, 0, 0]
