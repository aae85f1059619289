"""Loans that come later or end early: cash sweep, refinancing, a loan for a replacement, fees in operation."""

from __future__ import annotations

import numpy as np
import numpy_financial as npf
import pytest
from oracles.financed import appraised, equal, figure
from oracles.plan import Debt, Plan

NO_TAX = {"vat": 0.0, "cost_vat": 0.0, "tax": 0.0, "surtax": 0.0, "cost": (0.0,) * 6}


def test_full_sweep_gives_all_cash_to_the_loan() -> None:
    """By hand, 300 a year without tax: each year principal is 300 less interest, until the loan is repaid."""
    result = appraised(
        Plan(debts={"bank": Debt(share=1, rate=0.05, years=6, sweep=1)}, debt_share=0.8, **NO_TAX).case()
    )
    books = result.statements
    owed, principal = books["loan_bank.opening"][0, 1], []
    for _ in range(6):
        principal.append(min(owed, 300 - 0.05 * owed))
        owed -= principal[-1]
    equal(books["loan_bank.principal"][0, 1:], principal, 1000)
    owing = books["loan_bank.closing"][0, 1:] > 0
    equal(books["dividends"][0, 1:][owing], np.zeros(owing.sum()), 1000)
    # What could be repaid is what is repaid, so the last year counts whole: one of construction and those of repayment.
    assert figure(result, "loan_payoff_years") == pytest.approx(1 + sum(each > 1e-9 for each in principal))


def test_half_sweep_takes_half_of_what_is_left() -> None:
    """Year 1 by hand: scheduled B/6, then half of 300 less interest and schedule; the schedule goes on until nothing is owed."""
    books = appraised(Plan(debts={"bank": Debt(share=1, rate=0.05, years=6, sweep=0.5)}, **NO_TAX).case()).statements
    borrowed = owed = books["loan_bank.opening"][0, 1]
    for year in range(1, 7):
        even = min(owed, borrowed / 6)
        swept = min(owed - even, 0.5 * (300 - 0.05 * owed - even))
        assert books["loan_bank.scheduled"][0, year] == pytest.approx(even, abs=1e-9)
        assert books["loan_bank.swept"][0, year] == pytest.approx(swept, abs=1e-9)
        owed -= even + swept


def test_two_sweeping_loans_share_one_surplus() -> None:
    """A third to one and a half to the other: together five sixths of the cash left after both schedules."""
    loans = {"a": Debt(share=0.5, rate=0.05, years=6, sweep=1 / 3), "b": Debt(share=0.5, rate=0.03, years=6, sweep=0.5)}
    books = appraised(Plan(debts=loans, **NO_TAX).case()).statements
    left = 300 - (books["scheduled_service"][0, 1])
    assert books["loan_a.swept"][0, 1] == pytest.approx(left / 3, rel=1e-12)
    assert books["loan_b.swept"][0, 1] == pytest.approx(left / 2, rel=1e-12)
    assert not books["short_loan"].any()


def test_sweep_of_a_year_without_surplus_takes_nothing() -> None:
    """60 in year 2 does not pay the schedule: no sweep, a short-term loan for the rest."""
    poor = (300.0, 60.0, 300.0, 300.0, 300.0, 300.0)
    plan = Plan(
        debts={"bank": Debt(share=1, rate=0.05, years=6, sweep=0.5)}, **{**NO_TAX, "income": poor}, debt_share=0.9
    )
    books = appraised(plan.case()).statements
    assert books["loan_bank.swept"][0, 2] == 0
    assert (books["loan_bank.principal"] >= 0).all()


def refinanced(fee: float = 0.0) -> Plan:
    """800 at 6 % over six years, handed over after two to a loan of 3.5 % and three years."""
    return Plan(
        debts={
            "bank": Debt(share=1, rate=0.06, years=6),
            "new": Debt(rate=0.035, years=3, method="annuity", refinances="bank", drawn_in=2, fee=fee),
        },
        debt_share=0.8, **NO_TAX,
    )  # fmt: skip


def test_refinancing_hands_over_the_balance() -> None:
    """Two sixths repaid, four handed over at the end of year 2; then PMT at 3.5 % for three years (numpy-financial)."""
    books = appraised(refinanced().case()).statements
    owed = books["loan_bank.opening"][0, 1]
    equal(books["loan_bank.closing"][0, 1:4], [owed * 5 / 6, 0, 0], owed)
    equal(books["loan_new.drawn"][0], [0, 0, owed * 4 / 6, 0, 0, 0, 0], owed)
    terms = np.arange(1, 4)
    equal(books["loan_new.principal"][0, 3:6], -npf.ppmt(0.035, terms, 3, owed * 4 / 6), owed)
    equal(books["loan_new.interest"][0, 3:6], -npf.ipmt(0.035, terms, 3, owed * 4 / 6), owed)
    equal(books["loan_interest"][0, 1:3], [0.06 * owed, 0.06 * owed * 5 / 6], owed)


def test_cover_counts_no_refinanced_lump() -> None:
    """DSCR of the year of the refinancing is 300 over its own principal and interest, by hand; none after the new loan."""
    books = appraised(refinanced().case()).statements
    owed = books["loan_bank.opening"][0, 1]
    level = -npf.pmt(0.035, 3, owed * 4 / 6)
    service = [owed / 6 + 0.06 * owed, owed / 6 + 0.06 * owed * 5 / 6, level, level, level]
    np.testing.assert_allclose(books["dscr"][0, 1:6], 300 / np.array(service), rtol=1e-12)
    assert books["dscr"][0, 6] == 0


def test_refinancing_fee_is_a_cost_of_its_year() -> None:
    """2 % of the balance, in the cost and the cash of year 2, and in no asset."""
    paid, free = (appraised(refinanced(fee).case()).statements for fee in (0.02, 0.0))
    lump = paid["loan_new.drawn"][0, 2]
    equal(paid["financing_fees"][0], [0, 0, 0.02 * lump, 0, 0, 0, 0], 1000)
    equal((free["net_profit"] - paid["net_profit"])[0], [0, 0, 0.02 * lump, 0, 0, 0, 0], 1000)
    equal((free["equity_net"] - paid["equity_net"])[0], [0, 0, 0.02 * lump, 0, 0, 0, 0], 1000)
    equal(free["fixed_net"][0], paid["fixed_net"][0], 1000)
    equal(free["project_net"][0], paid["project_net"][0], 1000)


def test_cheaper_refinancing_raises_the_equity_rate_and_a_dear_one_lowers_it() -> None:
    """6 % handed over to 3.5 % or to 9 %, against keeping it (law: NPV of equity moves with the rate)."""
    keep = figure(
        appraised(Plan(debts={"bank": Debt(share=1, rate=0.06, years=6)}, debt_share=0.8, **NO_TAX).case()),
        "equity_npv",
    )

    def moved(rate: float) -> float:
        debts = {
            "bank": Debt(share=1, rate=0.06, years=6),
            "new": Debt(rate=rate, years=4, refinances="bank", drawn_in=2),
        }
        return figure(appraised(Plan(debts=debts, debt_share=0.8, **NO_TAX).case()), "equity_npv")

    assert moved(0.035) > keep > moved(0.09)
    # Four years of equal principal at the same rate are the four years that the old loan had left.
    assert moved(0.06) == pytest.approx(keep, abs=1e-9)


def test_loan_for_a_replacement_leaves_own_funds_in_the_cover() -> None:
    """240 replaced in year 3, three quarters lent: the cover deducts 60, the plain one nothing; H gets the 180."""
    debts = {"bank": Debt(share=1, rate=0.05, years=6), "later": Debt(share=0.75, rate=0.04, years=3, drawn_in=3)}
    books = appraised(Plan(debts=debts, renewals={3: 240.0}, **NO_TAX).case()).statements
    owed = books["loan_bank.opening"][0, 1]
    service = owed / 6 + 0.05 * owed * 4 / 6
    assert books["dscr"][0, 3] == pytest.approx((300 - 60) / service, rel=1e-12)
    assert books["dscr_plain"][0, 3] == pytest.approx(300 / service, rel=1e-12)
    equal(books["loan_later.principal"][0], [0, 0, 0, 0, 60, 60, 60], 1000)
    equal(books["loan_later.interest"][0], [0, 0, 0, 0, 7.2, 4.8, 2.4], 1000)
    assert books["equity_net"][0, 3] == pytest.approx(300 - 240 + 180 - service, rel=1e-12)


def test_replacement_loan_leaves_the_project_table_alone() -> None:
    """Table G with and without the later loan, to the last bit."""
    bank = {"bank": Debt(share=1, rate=0.05, years=6)}
    lent = {**bank, "later": Debt(share=0.75, rate=0.04, years=3, drawn_in=3, fee=0.01)}
    with_it, without = (appraised(Plan(debts=debts, renewals={3: 240.0}).case()).statements for debts in (lent, bank))
    assert (with_it["project_net"] == without["project_net"]).all()
    assert (with_it["equity_net"] != without["equity_net"]).any()
