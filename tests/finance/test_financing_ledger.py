"""Every way of financing, in one set of books each, against a bookkeeper's double entries (``oracles.ledger``)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.financed import appraised, equal
from oracles.ledger import kept
from oracles.plan import Debt, Grant, Lease, Plan
from strategies import share

TWO = {
    "policy": Debt(share=0.6, rate=0.03, years=6),
    "bank": Debt(share=0.4, rate=0.05, years=4, method="annuity", grace=1),
}
ONE = {"bank": Debt(share=1, rate=0.05, years=5)}
SIX, TEN = (300.0,) * 6, (220.0,) * 10
POOR = (300.0, 60.0, 300.0, 300.0, 300.0, 300.0)
DIRECT = {"rack": Lease(kind="direct", share=0.4, rate=0.045, years=5, fee=0.02)}
BACK = {"rack": Lease(kind="sale_and_leaseback", share=0.5, rate=0.05, years=4)}
PLANS = {
    "two_loans": Plan(debts=TWO),
    "two_columns": Plan(debts=TWO, spend=(0.3, 0.7), months=20),
    "inside_draw": Plan(debts=TWO, spend=(0.3, 0.7), months=20, convention="inside_draw"),
    "working": Plan(debts=TWO, working=80, working_debt=0.7),
    "bullet_and_custom": Plan(
        debts={
            "bond": Debt(share=0.5, rate=0.04, years=6, method="bullet"),
            "bank": Debt(share=0.5, years=4, method="custom", shares=(0.1, 0.2, 0.3, 0.4)),
        }
    ),
    "fees": Plan(
        debts={"policy": Debt(share=0.6, rate=0.03, years=6, fee=0.01), "bank": Debt(share=0.4, fee=0.03)},
        spend=(0.5, 0.5),
        months=24,
    ),
    "capacity": Plan(
        debts={"bank": Debt(share=0.7, method="capacity", years=6), "policy": Debt(share=0.3, rate=0.03, years=4)}
    ),
    "capacity_with_replacement": Plan(
        debts={"bank": Debt(share=1, method="capacity", years=10)},
        income=TEN,
        cost=(30.0,) * 10,
        renewals={4: 90.0},
        debt_share=0.8,
    ),
    "sweep_half": Plan(debts={"bank": Debt(share=1, years=6, sweep=0.5)}),
    "sweep_all": Plan(debts={"bank": Debt(share=1, years=6, sweep=1.0)}),
    "sweep_annuity": Plan(debts={"bank": Debt(share=1, years=6, sweep=0.5, method="annuity")}),
    "sweep_of_one_of_two": Plan(
        debts={"bank": Debt(share=0.5, years=6, sweep=1.0), "policy": Debt(share=0.5, rate=0.03, years=6)}
    ),
    "sweep_of_both": Plan(
        debts={"bank": Debt(share=0.5, years=6, sweep=0.5), "policy": Debt(share=0.5, rate=0.03, years=6, sweep=0.3)}
    ),
    "refinanced": Plan(
        debts={
            "bank": Debt(share=1, rate=0.06, years=6),
            "new": Debt(rate=0.035, years=3, method="annuity", refinances="bank", drawn_in=2, fee=0.01),
        }
    ),
    "refinanced_bullet": Plan(
        debts={
            "bridge": Debt(share=0.5, rate=0.06, years=5, method="bullet"),
            "bank": Debt(share=0.5, years=6),
            "new": Debt(rate=0.035, years=3, refinances="bridge", drawn_in=3, fee=0.01),
        }
    ),
    "renewal_loan": Plan(
        debts={"bank": Debt(share=1), "later": Debt(share=0.8, rate=0.04, years=3, drawn_in=3, fee=0.01)},
        renewals={3: 150.0},
    ),
    "renewal_own": Plan(debts=ONE, renewals={3: 250.0}),
    "renewal_own_all_year": Plan(debts=ONE, renewals={5: 300.0}, income=TEN, cost=(40.0,) * 10),
    "direct_lease": Plan(debts=ONE, leases=DIRECT),
    "leaseback": Plan(debts=ONE, leases=BACK),
    "both_leases": Plan(
        debts=TWO,
        leases={"rack": DIRECT["rack"], "shell": Lease(kind="sale_and_leaseback", share=0.2, rate=0.05, years=6)},
        spend=(0.4, 0.6),
        months=24,
    ),
    "reserve": Plan(debts=ONE, reserve_months=6),
    "minimum": Plan(debts=ONE, minimum_cash=35.0),
    "gap": Plan(debts=ONE, income=POOR, debt_share=0.8),
    "gap_without_bridge": Plan(debts=ONE, income=POOR, debt_share=0.8, bridge=False),
    "never": Plan(debts=ONE, income=(90.0,) * 6, debt_share=0.8),
    "payout": Plan(debts=ONE, payout=0.4),
}


@pytest.mark.parametrize("name", PLANS)
def test_books_of_every_way_of_financing_equal_double_entries(name: str) -> None:
    """Both cash flows, taxes, debt, dividends and every line of the balance sheet, every year."""
    plan = PLANS[name]
    books = appraised(plan.case()).statements
    for key, amounts in kept(plan).items():
        equal(books[key][0], amounts, plan.outlay, key)


@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_any_amounts_of_a_rich_structure_equal_double_entries(data: st.DataObject) -> None:
    """Two loans, both leases, a grant, working capital, a replacement, reserve and minimum: amounts drawn, distress included."""
    cash = [float(each) for each in data.draw(st.lists(st.integers(20, 500), min_size=6, max_size=6))]
    part, rate = data.draw(share(0, 1)), share(0.001, 0.12)
    plan = Plan(
        income=tuple(cash), cost=tuple(0.2 * each for each in cash), debt_share=data.draw(share(0, 0.95)), tax=data.draw(st.sampled_from([0.0, 0.15, 0.25])),
        debts={
            "policy": Debt(share=part, rate=data.draw(rate), years=6, grace=data.draw(st.integers(0, 4)), fee=data.draw(share(0, 0.02))),
            "bank": Debt(share=round(1 - part, 3), rate=data.draw(rate), years=data.draw(st.integers(1, 6)), method="annuity"),
        },
        leases={
            "rack": Lease(kind="direct", share=data.draw(share(0, 0.5)), rate=data.draw(rate), years=data.draw(st.integers(1, 6)), fee=0.01),
            "shell": Lease(kind="sale_and_leaseback", share=data.draw(share(0, 0.3)), rate=data.draw(rate), years=data.draw(st.integers(1, 6))),
        },
        grants={"state": Grant(received=data.draw(st.sampled_from([0.0, 30.0, 120.0])), year=0, vat=0.06)},
        renewals={3: data.draw(st.sampled_from([0.0, 80.0, 250.0]))}, working=data.draw(st.sampled_from([0.0, 60.0])), working_debt=data.draw(share(0, 1)),
        minimum_cash=data.draw(st.sampled_from([0.0, 25.0])), reserve_months=3.0, payout=data.draw(share(0, 1)),
    )  # fmt: skip
    books = appraised(plan.case()).statements
    for key, amounts in kept(plan).items():
        equal(books[key][0], amounts, plan.outlay, key)
