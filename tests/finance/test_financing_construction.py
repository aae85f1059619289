"""Several loans during construction: the closed form of the rules, printed figures, and repeated substitution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.construction import Source, funded
from oracles.financed import appraised, equal
from strategies import contract, share

from appraisal.finance import Statements

FEW = settings(max_examples=25, deadline=None, derandomize=True, database=None)
CONVENTIONS = ("capitalised", "inside_draw")


def built(
    outlay: float, spend: list[float], months: int, loans: list[Source], debt: float, convention: str, **finance: Any
) -> Statements:
    """The books of a plant of one cost line, drawn from some loans."""
    named = {f"bank{at}": {"share": one.share, "rate": one.rate, "fee_share": one.fee} for at, one in enumerate(loans)}
    return appraised(contract(
        {"project": {"construction_months": months}},
        {"capital": {"equipment_yuan": outlay, "spend_profile": spend}, "revenue": {"known": {"income_yuan": 0.4 * outlay}}},
        {"finance": {"debt_share": debt, "loan_years": 5, "construction_interest": convention, "loans": named, **finance}},
    )).statements  # fmt: skip


def by_loan(books: Statements, line: str, loans: int, columns: int) -> np.ndarray:
    """A line of every loan in the construction columns."""
    return np.array([books[f"loan_bank{at}.{line}"][0, :columns] for at in range(loans)])


def test_two_loans_pay_the_pooled_interest_of_the_rule() -> None:
    """RULES §1, several loans: Q = Σ[i(B + dI/2)/(1 + i/2)] / (1 − ½Σ i·d/(1 + i/2)), then each q, written out for two."""
    books = built(1000, [1], 12, [Source(0.6, 0.03), Source(0.4, 0.05)], 0.7, "capitalised")
    d, i, outlay = (0.42, 0.28), (0.03, 0.05), 1000.0
    own = [rate * part * outlay / 2 / (1 + rate / 2) for part, rate in zip(d, i, strict=True)]
    pooled = sum(own) / (1 - sum(rate * part / 2 / (1 + rate / 2) for part, rate in zip(d, i, strict=True)))
    each = [rate * part * (outlay + pooled) / 2 / (1 + rate / 2) for part, rate in zip(d, i, strict=True)]
    equal(by_loan(books, "construction_interest", 2, 1)[:, 0], each, outlay)
    equal(by_loan(books, "drawn", 2, 1)[:, 0], [part * (outlay + pooled) for part in d], outlay)
    equal(books["capitalised_interest"][0, :1], [pooled], outlay)


@pytest.mark.parametrize(
    ("convention", "interest", "owed"),
    [("capitalised", (95.61753, 258.02765), 8282.916144), ("inside_draw", (97.560976, 263.335316), 8288.717034)],
)
@pytest.mark.parametrize("loans", [1, 2, 3])
def test_loans_of_one_rate_are_one_loan(convention: str, interest: tuple[float, ...], owed: float, loans: int) -> None:
    """6,000 and 4,000 at 4 %, 80 % debt: the worked figures of RULES §1, however many loans share the debt."""
    books = built(10000, [0.6, 0.4], 24, [Source(1 / loans, 0.04)] * loans, 0.8, convention)
    np.testing.assert_allclose(books["capitalised_interest"][0, :2], interest, rtol=0, atol=5.1e-6)
    assert books["loan_balance"][0, 1] == pytest.approx(owed, abs=5.1e-7)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("months", [5, 12, 20, 24, 31])
@pytest.mark.parametrize(
    "loans", [[Source(0.6, 0.03), Source(0.4, 0.06)], [Source(0.5, 0.02), Source(0.3, 0.05), Source(0.2, 0.09)]]
)
def test_interest_of_several_loans_equals_repeated_substitution(
    convention: str, months: int, loans: list[Source]
) -> None:
    """One to three columns, the last one partial: interest and draws of every loan, every column."""
    spend = {1: [1.0], 2: [0.35, 0.65], 3: [0.2, 0.5, 0.3]}[-(-months // 12)]
    books = built(1000, spend, months, loans, 0.75, convention)
    spans = [min(12, months - 12 * at) for at in range(len(spend))]
    paid = funded([1000 * part for part in spend], spans, loans, 0.75, convention=convention)
    equal(by_loan(books, "construction_interest", len(loans), len(spend)), paid.interest, 1000)
    equal(by_loan(books, "drawn", len(loans), len(spend)), paid.drawn, 1000)


@FEW
@given(st.data())
def test_funding_of_any_construction_equals_repeated_substitution(data: st.DataObject) -> None:
    """Rates, shares, spend, months, fees, working capital and debt share drawn: the debt is its share of all uses."""
    months, first = data.draw(st.sampled_from([4, 12, 17, 24])), data.draw(share(0, 1))
    spend = [1.0] if months <= 12 else [first, round(1 - first, 3)]
    part = data.draw(share(0, 1))
    loans = [
        Source(part, data.draw(share(0, 0.12)), data.draw(share(0, 0.03))),
        Source(round(1 - part, 3), data.draw(share(0, 0.12)), data.draw(share(0, 0.03))),
    ]
    debt, working, lent = data.draw(share(0, 0.9)), data.draw(st.sampled_from([0, 40, 200])), data.draw(share(0, 1))
    convention = data.draw(st.sampled_from(CONVENTIONS))
    books = built(
        1000, spend, months, loans, debt, convention, working_capital_yuan_per_kw=working / 1000, working_capital_debt_share=lent,
        working_capital_rate=0.04,
    )  # fmt: skip
    spans = [min(12, months - 12 * at) for at in range(len(spend))]
    paid = funded(
        [1000 * each for each in spend], spans, loans, debt, working=working, working_debt=lent, convention=convention
    )
    equal(by_loan(books, "drawn", 2, len(spend)), paid.drawn, 1000)
    equal(books["construction_fees"][0, : len(spend)], paid.fees, 1000)
    equal(books["working_capital_loan_drawn"][0, len(spend) :][:1], [paid.working_loan], 1000)
    total = 1000 + sum(map(sum, paid.interest)) + sum(paid.fees) + working
    owed = books["loan_balance"][0, len(spend) - 1] + books["working_capital_loan_drawn"].sum()
    most = 1000 + sum(map(sum, paid.interest)) + paid.working_loan
    assert owed == pytest.approx(min(debt * total, most), abs=1e-6)
    assert books["equity_in"].sum() == pytest.approx(total - owed, abs=1e-6)


def test_fees_join_the_assets_and_the_total_investment() -> None:
    """1 % of a draw for investment of 699.12…: in the asset, in total investment, financed like it; no cost of the year.

    The draw for investment is d(I + q) − q with d solved by bisection, 70 % of investment, interest and fees together.
    """
    books = built(1000, [1], 12, [Source(1.0, 0.05, 0.01)], 0.7, "capitalised")
    paid = funded([1000], [12], [Source(1.0, 0.05, 0.01)], 0.7)
    fee, interest = paid.fees[0], paid.interest[0][0]
    assert fee == pytest.approx(0.01 * (paid.drawn[0][0] - interest), rel=1e-12)
    assert books["construction_fees"][0, 0] == pytest.approx(fee, rel=1e-9)
    assert books["fixed_net"][0, 0] == pytest.approx(1000 + interest + fee, rel=1e-9)
    assert books["total_investment"][0, 0] == pytest.approx(1000 + interest + fee, rel=1e-9)
    assert books["unlevered_depreciation"].sum() == pytest.approx(1000, rel=1e-9)
    assert books["depreciation"].sum() == pytest.approx(1000 + interest + fee, rel=1e-9)
    assert not books["financing_fees"].any()


def test_rows_of_several_loans_are_independent() -> None:
    """Three scenarios in one block give each row what it gives alone, bit for bit."""
    from strategies import made

    import appraisal

    raw = contract(
        {"capital": {"equipment_yuan": 1000}, "revenue": {"known": {"income_yuan": 400}}},
        {"finance": {"debt_share": 0.7, "loan_years": 5, "working_capital_yuan_per_kw": 0.05, "loans": {
            "policy": {"share": 0.6, "rate": 0.03}, "bank": {"share": 0.4, "rate": 0.05, "repayment": "annuity"},
        }}},
    )  # fmt: skip
    case = made(raw).vary({"finance.loans.policy.rate": [0.02, 0.03, 0.08], "finance.debt_share": [0.5, 0.7, 0.9]})
    whole = appraisal.appraise(case).statements
    for row in range(3):
        alone = appraisal.appraise(case.rows(slice(row, row + 1))).statements
        for key in whole:
            assert (np.broadcast_to(whole[key], (3, whole.ledger.years))[row] == alone[key][0]).all(), key
