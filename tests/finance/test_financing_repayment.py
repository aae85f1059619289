"""Schedules of repayment beside one another: a printed table, numpy-financial, closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from oracles.financed import appraised, equal
from strategies import contract

from appraisal.finance import Statements

# RULES examples, id loan_equal_principal_and_annuity_with_grace: 5,000 at 3.6 %, ten years of which two without principal.
EVEN_INTEREST = [180.0, 180.0, 180.0, 157.5, 135.0, 112.5, 90.0, 67.5, 45.0, 22.5]
LEVEL_PRINCIPAL = [0, 0, 550.422093, 570.237289, 590.765831, 612.033401, 634.066604, 656.893001, 680.541149, 705.040631]
LEVEL_INTEREST = [180, 180, 180, 160.184805, 139.656262, 118.388692, 96.35549, 73.529092, 49.880944, 25.381463]


def repaid(loans: dict[str, dict[str, Any]], outlay: float, debt: float = 1.0, years: int = 12) -> Statements:
    """The books of a plant built within a column at no interest: the loan is then exactly its share of the outlay."""
    return appraised(contract(
        {"project": {"operation_years": years}, "capital": {"equipment_yuan": outlay, "depreciation_years": years}},
        {"revenue": {"known": {"income_yuan": 0.3 * outlay}}},
        {"finance": {"debt_share": debt, "loan_years": 10, "loans": loans}},
    )).statements  # fmt: skip


def scaled(books: Statements, name: str, line: str, size: float) -> np.ndarray:
    """A line of a loan in the operating years, as it would be of a loan of *size*."""
    return np.asarray(books[f"{name}.{line}"][0, 1:] / books[f"{name}.opening"][0, 1] * size)


def test_two_loans_side_by_side_repay_as_the_worked_table() -> None:
    """Equal principal and annuity with grace, half of the debt each: every printed figure of principal and interest."""
    terms = {"share": 0.5, "rate": 0.036, "years": 10, "grace_years": 2}
    books = repaid({"even": terms, "level": {**terms, "repayment": "annuity"}}, 10000)
    near = {"rtol": 0, "atol": 5.1e-7}
    np.testing.assert_allclose(scaled(books, "loan_even", "interest", 5000)[:10], EVEN_INTEREST, **near)
    np.testing.assert_allclose(scaled(books, "loan_even", "principal", 5000)[:10], [0, 0, *[625] * 8], **near)
    np.testing.assert_allclose(scaled(books, "loan_level", "principal", 5000)[:10], LEVEL_PRINCIPAL, **near)
    np.testing.assert_allclose(scaled(books, "loan_level", "interest", 5000)[:10], LEVEL_INTEREST, **near)
    assert scaled(books, "loan_even", "interest", 5000).sum() == pytest.approx(1170.0)
    assert scaled(books, "loan_level", "interest", 5000).sum() == pytest.approx(1203.376748, abs=5.1e-7)


@pytest.mark.parametrize(("rate", "years", "grace"), [(0.04, 7, 0), (0.12, 9, 3), (0.005, 12, 11)])
def test_annuity_beside_another_loan_is_ppmt_and_ipmt(rate: float, years: int, grace: int) -> None:
    """numpy-financial, whatever the other loan does."""
    books = repaid(
        {
            "level": {"share": 0.7, "rate": rate, "years": years, "grace_years": grace, "repayment": "annuity"},
            "other": {"share": 0.3, "rate": 0.08, "years": 3},
        },
        1e6,
        0.9,
    )
    owed, terms = books["loan_level.opening"][0, 1], np.arange(1, years - grace + 1)
    span = slice(1 + grace, 1 + years)
    equal(books["loan_level.principal"][0, span], -npf.ppmt(rate, terms, years - grace, owed), owed)
    equal(books["loan_level.interest"][0, span], -npf.ipmt(rate, terms, years - grace, owed), owed)
    equal(books["loan_level.interest"][0, 1 : 1 + grace], np.full(grace, rate * owed), owed)
    equal(books["loan_level.closing"][0, years:], np.zeros(13 - years), owed)


@pytest.mark.parametrize(
    ("terms", "principal"),
    [
        ({"repayment": "bullet", "years": 4}, [0, 0, 0, 1, 0, 0]),
        ({"repayment": "bullet", "years": 6, "grace_years": 3}, [0, 0, 0, 0, 0, 1]),
        ({"repayment": "custom", "years": 4, "repayment_shares": [0.1, 0.0, 0.5, 0.4]}, [0.1, 0, 0.5, 0.4, 0, 0]),
        ({"repayment": "annuity", "rate": 0.0, "years": 4, "grace_years": 1}, [0, 1 / 3, 1 / 3, 1 / 3, 0, 0]),
        ({"repayment": "equal_principal", "years": 5, "grace_years": 2}, [0, 0, 1 / 3, 1 / 3, 1 / 3, 0]),
    ],
)
def test_stated_schedule_repays_its_shares(terms: dict[str, Any], principal: list[float]) -> None:
    """The shares stated, interest on what is owed at the beginning of each year (closed form)."""
    books = repaid({"one": {"share": 1, "rate": 0.05, **terms}}, 1000.0)
    owed = books["loan_one.opening"][0, 1]
    left = owed * (1 - np.concatenate([[0.0], np.cumsum(principal)[:-1]]))
    equal(books["loan_one.principal"][0, 1:7], owed * np.array(principal), owed)
    equal(books["loan_one.interest"][0, 1:7], terms.get("rate", 0.05) * left, owed)


def test_loan_takes_from_the_plain_one_what_it_leaves_out() -> None:
    """Rate, years, grace and repayment of the plain loan stand for what a named loan does not say."""
    plain = {"loan_rate": 0.05, "loan_years": 6, "grace_years": 1, "repayment": "annuity"}
    of = {"capital": {"equipment_yuan": 1e6, "depreciation_years": 8}, "revenue": {"known": {"income_yuan": 4e5}}, "project": {"operation_years": 8}}  # fmt: skip
    named = appraised(
        contract(of, {"finance": {"debt_share": 0.7, **plain, "loans": {"only": {"share": 1}}}})
    ).statements
    alone = appraised(contract(of, {"finance": {"debt_share": 0.7, **plain}})).statements
    for line in ("drawn", "interest", "principal", "closing"):
        equal(named[f"loan_only.{line}"][0], alone[f"loan.{line}"][0], 1e6, line)
    equal(named["equity_net"][0], alone["equity_net"][0], 1e6)


def test_cover_is_cash_over_the_service_of_all_loans() -> None:
    """DSCR by hand: 300,000 a year without tax over both loans' principal and interest, no cover after the last."""
    books = repaid({"even": {"share": 0.5, "rate": 0.04, "years": 4}, "end": {"share": 0.5, "rate": 0.06, "years": 6, "repayment": "bullet"}}, 1e6, 0.8)  # fmt: skip
    even, end = books["loan_even.opening"][0, 1], books["loan_end.opening"][0, 1]
    service = [even / 4 + 0.04 * even * (1 - n / 4) + 0.06 * end for n in range(4)] + [0.06 * end, 1.06 * end]
    np.testing.assert_allclose(books["dscr"][0, 1:7], 3e5 / np.array(service), rtol=1e-12)
    assert not books["dscr"][0, 7:].any()
