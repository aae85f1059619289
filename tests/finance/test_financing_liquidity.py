"""Cash: what dividends leave, loans that fill a gap, the working-capital loan, and what each investor gets."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from oracles.financed import appraised, equal, figure
from oracles.plan import Debt, Plan

ONE = {"bank": Debt(share=1, rate=0.05, years=5)}
NO_TAX: dict[str, Any] = {"vat": 0.0, "cost_vat": 0.0, "tax": 0.0, "surtax": 0.0, "cost": (0.0,) * 6}
POOR = (300.0, 60.0, 300.0, 300.0, 300.0, 300.0)
H = ("equity_inflow", "equity_outflow", "equity_net", "equity_cumulative")


@pytest.mark.parametrize(
    "kept",
    [{"minimum_cash": 90.0}, {"reserve_months": 6.0}, {"payout": 0.3}, {"minimum_cash": 25.0, "reserve_months": 3.0}],
)
def test_what_dividends_leave_moves_the_investors_and_not_table_h(kept: dict[str, float]) -> None:
    """The equity table takes cash when it is earned, the investors' when it is paid out; their sums are the same."""
    free, held = (appraised(Plan(debts=ONE, **more).case()).statements for more in ({}, kept))  # type: ignore[arg-type]
    for line in H:
        equal(held[line][0], free[line][0], 1000, line)
    assert held["investors_net"].sum() == pytest.approx(free["investors_net"].sum(), abs=1e-9)
    assert held["dividends"][0, 1] < free["dividends"][0, 1]


def test_dividends_leave_the_minimum_and_the_months_of_service() -> None:
    """Cash after dividends is at least 20 and half of the next year's principal and interest, by hand from the schedule.

    Profit allows more than the cash in these years: the minimum binds, cash is exactly what must be left.
    """
    plan = Plan(debts=ONE, minimum_cash=20.0, reserve_months=6.0, **{**NO_TAX, "income": (215.0,) * 6})
    books = appraised(plan.case()).statements
    owed = books["loan_bank.opening"][0, 1]
    service = [owed / 5 + 0.05 * owed * (1 - n / 5) for n in range(5)] + [0.0, 0.0]
    for year in range(1, 6):
        wanted, had = 20 + service[year] / 2, books["cash_before_dividends"][0, year]
        limit = books["distributable"][0, year]
        assert books["dividends"][0, year] == pytest.approx(min(limit, max(had - wanted, 0)), abs=1e-9)
    assert books["cash"][0, 3] == pytest.approx(20 + service[3] / 2, abs=1e-9)


def test_dividends_leave_what_a_later_replacement_needs() -> None:
    """300 of replacement in year 4 is more than that year earns: the years before keep what lacks, and no bridge is lent."""
    plan = Plan(debts=ONE, renewals={4: 300.0}, **NO_TAX)
    books = appraised(plan.case()).statements
    owed = books["loan_bank.opening"][0, 1]
    lacks = 300 + owed / 5 + 0.05 * owed * 2 / 5 - 300
    assert books["cash"][0, 3] == pytest.approx(lacks, abs=1e-9)
    assert books["short_loan"].max() < 1e-9


def gap(bridge: bool) -> Plan:
    """80 % debt and a poor second year: 60 do not pay the debt service."""
    return Plan(debts=ONE, debt_share=0.8, bridge=bridge, short_rate=0.07, payout=1.0, **{**NO_TAX, "income": POOR})


def test_gap_is_lent_and_repaid_with_interest_the_next_year() -> None:
    """By hand: cash of year 1 is kept for what year 2 lacks; the rest is lent at 7 % and gone a year later."""
    books = appraised(gap(bridge=True).case()).statements
    owed = books["loan_bank.opening"][0, 1]
    service = [owed / 5 + 0.05 * owed * (1 - n / 5) for n in range(5)]
    short = service[1] - 60 - (300 - service[0])
    assert short > 0
    equal(books["dividends"][0, 1:3], [0, 0], 1000)
    equal(books["short_loan"][0], [0, 0, short, 0, 0, 0, 0], 1000)
    equal(books["short_loan_repaid"][0], [0, 0, 0, short, 0, 0, 0], 1000)
    equal(books["short_loan_interest"][0], [0, 0, 0, 0.07 * short, 0, 0, 0], 1000)
    assert figure(appraised(gap(bridge=True).case()), "short_loan_most") == pytest.approx(short)
    # Table H bears the gap itself and the interest, not the loan (its principal is left out by the rule of the books).
    assert books["equity_net"][0, 2] == pytest.approx(60 - service[1], abs=1e-9)
    assert books["equity_net"][0, 3] == pytest.approx(300 - service[2] - 0.07 * short, abs=1e-9)


def test_gap_without_a_bridge_stands_as_negative_cash() -> None:
    """Nothing is lent; cash is below zero by the gap, and the least cash says so."""
    result = appraised(gap(bridge=False).case())
    owed = result.statements["loan_bank.opening"][0, 1]
    service = [owed / 5 + 0.05 * owed * (1 - n / 5) for n in range(5)]
    assert not result.statements["short_loan"].any()
    assert figure(result, "cash_least") == pytest.approx(360 - service[0] - service[1], abs=1e-9)
    assert figure(result, "cash_least") < 0


def test_working_capital_loan_bears_interest_until_the_last_year() -> None:
    """70 % of 80 lent at 4 %, every operating year 2.24, repaid at the end from the working capital that comes back."""
    books = appraised(Plan(debts=ONE, working=80.0, working_debt=0.7, **NO_TAX).case()).statements
    equal(books["working_loan_interest"][0], [0, *[0.04 * 56] * 6], 1000)
    equal(books["working_loan"][0], [0, *[56] * 5, 0], 1000)
    equal(books["working_capital_back"][0], [0] * 6 + [80], 1000)
    # Equity is 30 % of all uses, working capital included (RULES §1), whatever its own loan is.
    total = 1000 + books["capitalised_interest"].sum() + 80
    assert books["equity_in"].sum() == pytest.approx(0.3 * total, rel=1e-9)


def test_surplus_reserve_is_a_tenth_until_half_of_the_capital() -> None:
    """RULES §3 by hand on the profits of the books, the capital small enough for the cap to bind."""
    books = appraised(Plan(debts=ONE, debt_share=0.95, **{**NO_TAX, "income": (500.0,) * 6}).case()).statements
    reserve, retained, cap = 0.0, 0.0, 0.5 * books["equity_in"].sum()
    for year in range(1, 7):
        net = books["net_profit"][0, year]
        added = min(0.1 * max(net + min(retained, 0), 0), cap - reserve)
        assert books["surplus_reserve"][0, year] == pytest.approx(added, abs=1e-9)
        reserve, retained = reserve + added, retained + net - added - books["dividends"][0, year]
    assert reserve == pytest.approx(cap)


PARTIES = {
    "state": {"share": 0.51, "dividend_share": 0.3, "liquidation_share": 0.6},
    "maker": {"share": 0.29, "dividend_share": 0.5, "liquidation_share": 0.1},
    "fund": {"share": 0.2, "dividend_share": 0.2, "liquidation_share": 0.3},
}


def test_parties_share_out_everything_and_have_their_own_rates() -> None:
    """Equity, dividends and liquidation add up; every rate of return is numpy-financial's on the party's own flow."""
    result = appraised(Plan(debts=ONE, residual=0.1, minimum_cash=30.0).case({"finance": {"parties": PARTIES}}))
    books = result.statements
    for line, whole in (
        ("paid", "equity_in"),
        ("dividends", "dividends"),
        ("liquidation", "liquidation"),
        ("net", "investors_net"),
    ):
        equal(sum(books[f"party_{name}.{line}"][0] for name in PARTIES), books[whole][0], 1000, line)
    for name, terms in PARTIES.items():
        flow = terms["dividend_share"] * books["dividends"][0] + terms["liquidation_share"] * books["liquidation"][0]
        flow = flow - terms["share"] * books["equity_in"][0]
        equal(books[f"party_{name}.net"][0], flow, 1000)
        assert figure(result, f"party_{name}_irr") == pytest.approx(npf.irr(flow), rel=1e-9)
    assert figure(result, "investors_irr") == pytest.approx(npf.irr(books["investors_net"][0]), rel=1e-9)


def test_parties_with_equal_shares_have_the_rate_of_all() -> None:
    """Left out, dividends and liquidation follow the equity: each party's rate is that of all."""
    result = appraised(Plan(debts=ONE).case({"finance": {"parties": {"a": {"share": 0.4}, "b": {"share": 0.6}}}}))
    rates = [figure(result, key) for key in ("party_a_irr", "party_b_irr", "investors_irr")]
    np.testing.assert_allclose(rates, rates[0], rtol=1e-9)
