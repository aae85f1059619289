"""Every way of financing, in one set of books each, against a bookkeeper's double entries (``oracles.ledger``)."""

from __future__ import annotations

import pytest
from oracles.financed import appraised, equal
from oracles.ledger import kept
from oracles.plan import Debt, Plan

TWO = {"policy": Debt(share=0.6, rate=0.03, years=6), "bank": Debt(share=0.4, rate=0.05, years=4, method="annuity", grace=1)}
ONE = {"bank": Debt(share=1, rate=0.05, years=5)}
PLANS = {
    "two_loans": Plan(debts=TWO),
    "two_columns": Plan(debts=TWO, spend=(0.3, 0.7), months=20),
    "working": Plan(debts=TWO, working=80, working_debt=0.7),
}


@pytest.mark.parametrize("name", PLANS)
def test_books_of_every_way_of_financing_equal_double_entries(name: str) -> None:
    """Both cash flows, taxes, debt, dividends and every line of the balance sheet, every year."""
    plan = PLANS[name]
    books = appraised(plan.case()).statements
    for key, amounts in kept(plan).items():
        equal(books[key][0], amounts, plan.outlay, key)
