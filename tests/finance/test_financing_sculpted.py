"""Sculpted debt: size and schedule against a bisection (``oracles.sculpting``), the annuity's closed form, and laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.financed import appraised, equal, figure, sound
from oracles.sculpting import Sculpture
from strategies import contract, made, share

import appraisal

FEW = settings(max_examples=15, deadline=None, derandomize=True, database=None)
UNEVEN = (260.0, 240.0, 300.0, 190.0, 280.0, 250.0, 230.0, 220.0)


def case_of(sculpture: Sculpture, **finance: Any) -> dict[str, Any]:
    """The same plant as a case."""
    loans = {"sculpted": {
        "share": 1 - sculpture.fixed_share, "rate": sculpture.rate, "years": sculpture.years, "grace_years": sculpture.grace,
        "repayment": "sculpted", "target_dscr": sculpture.target,
    }}  # fmt: skip
    if sculpture.fixed_share:
        loans["fixed"] = {"share": sculpture.fixed_share, "rate": sculpture.fixed_rate, "years": sculpture.fixed_years}
    works = {"renewed": {
        "operation_years": sorted(sculpture.renewals), "yuan": next(iter(sculpture.renewals.values())), "depreciation_years": sculpture.renewal_life,
    }} if sculpture.renewals else {}  # fmt: skip
    years = len(sculpture.cash)
    return contract(
        {"project": {"construction_months": 12, "operation_years": years}},
        {"capital": {"equipment_yuan": sculpture.outlay, "depreciation_years": years, "later_works": works}},
        {"revenue": {"known": {"income_yuan": list(sculpture.cash)}}, "tax": {"income_tax_rate": sculpture.tax, "loss_years": 5}},
        {"finance": {"debt_share": sculpture.debt_share, "loan_years": sculpture.years, "loans": loans, **finance}},
    )  # fmt: skip


SCULPTURES = {
    "free": Sculpture(outlay=1000, cash=UNEVEN, rate=0.05, years=6, target=1.3),
    "capped": Sculpture(outlay=1000, cash=UNEVEN, rate=0.05, years=6, target=1.3, debt_share=0.6),
    "grace": Sculpture(outlay=1000, cash=UNEVEN, rate=0.05, years=7, target=1.4, grace=2),
    "replacement": Sculpture(outlay=1000, cash=UNEVEN, rate=0.05, years=7, target=1.25, renewals={4: 60.0}),
    "beside_a_fixed_loan": Sculpture(
        outlay=1000, cash=UNEVEN, rate=0.05, years=7, target=2.2, debt_share=0.9, fixed_share=0.3, fixed_rate=0.03, fixed_years=4
    ),
    "capped_beside_a_fixed_loan": Sculpture(
        outlay=1000, cash=UNEVEN, rate=0.05, years=7, target=1.2, debt_share=0.5, fixed_share=0.4, fixed_rate=0.06, fixed_years=5
    ),
    "losses_first": Sculpture(outlay=1500, cash=(150.0, 160.0, *UNEVEN, 260.0), rate=0.06, years=9, target=1.15),
}  # fmt: skip


@pytest.mark.parametrize("name", SCULPTURES)
def test_sculpted_loan_equals_bisection(name: str) -> None:
    """Size, schedule and cover; the cover of every repayment year is the one it was sculpted to."""
    sculpture = SCULPTURES[name]
    books = appraised(case_of(sculpture)).statements
    size, cover, principal = sculpture.solved()
    assert books["loan_sculpted.opening"][0, 1] == pytest.approx(size, rel=1e-9)
    equal(books["loan_sculpted.principal"][0, 1:], principal, 1000)
    assert (size < sculpture.cap() * (1 - 1e-9)) == ("capped" not in name)
    repaying = slice(1 + sculpture.grace, 1 + sculpture.years)
    service = (books["loan_principal"] + books["loan_interest"])[0, repaying]
    np.testing.assert_allclose(books["cfads"][0, repaying] / service, cover, rtol=1e-9)


@FEW
@given(st.data())
def test_any_sculpted_loan_equals_bisection(data: st.DataObject) -> None:
    """Cash, rate, term, grace, target and cap drawn; the loan ends at zero."""
    years = data.draw(st.integers(3, 12))
    term = data.draw(st.integers(2, years))
    sculpture = Sculpture(
        outlay=1000.0, cash=tuple(float(each) for each in data.draw(st.lists(st.integers(40, 400), min_size=years, max_size=years))),
        rate=data.draw(share(0.01, 0.1)), years=term, grace=data.draw(st.integers(0, term - 1)), target=data.draw(share(1, 2)),
        debt_share=data.draw(share(0.2, 1)), tax=data.draw(st.sampled_from([0.0, 0.15, 0.25])),
    )  # fmt: skip
    books = appraised(case_of(sculpture)).statements
    assert books.solved.all()
    size, _, principal = sculpture.solved()
    assert books["loan_sculpted.opening"][0, 1] == pytest.approx(size, rel=1e-8, abs=1e-6)
    np.testing.assert_allclose(books["loan_sculpted.principal"][0, 1:], principal, rtol=0, atol=1e-6)
    np.testing.assert_allclose(books["loan_sculpted.closing"][0, term:], 0, atol=1e-6)


def test_level_cash_without_tax_carries_an_annuity() -> None:
    """Closed form: 200 a year over 1.25 is 160 a year, which at 5 % for 6 years carries PV(5 %, 6, 160)."""
    books = appraised(
        case_of(Sculpture(outlay=2000, cash=(200.0,) * 8, rate=0.05, years=6, target=1.25, tax=0.0))
    ).statements
    assert books["loan_sculpted.opening"][0, 1] == pytest.approx(-npf.pv(0.05, 6, 160), rel=1e-9)
    equal((books["loan_sculpted.principal"] + books["loan_sculpted.interest"])[0, 1:7], [160.0] * 6, 1000)


def test_plain_loan_may_be_sculpted_too() -> None:
    """The loan of the plain fields gives what one named loan gives."""
    sculpture = SCULPTURES["free"]
    plain = case_of(
        sculpture, loans={}, loan_rate=0.05, repayment="sculpted", target_dscr=1.3, debt_share=1.0, loan_years=6
    )
    plain["finance"]["loans"] = {}
    alone, named = appraised(plain).statements, appraised(case_of(sculpture)).statements
    for line in ("opening", "principal", "interest"):
        equal(alone[f"loan.{line}"][0], named[f"loan_sculpted.{line}"][0], 1000, line)


def test_plant_without_cash_carries_no_debt() -> None:
    """No income: no loan, equity pays for all, no cover, and no exception."""
    result = appraised(case_of(Sculpture(outlay=1000, cash=(0.0,) * 8, rate=0.05, years=6, target=1.3)))
    books = result.statements
    assert not books["loan_sculpted.drawn"].any()
    assert books["equity_in"].sum() == pytest.approx(1000)
    assert not books["dscr"].any()
    assert np.isnan(figure(result, "dscr_min"))


def test_rows_of_one_block_are_what_they_are_alone_bit_for_bit() -> None:
    """Rows that need more and fewer passes, with and without a binding cap, with no cash at all."""
    raw = case_of(SCULPTURES["beside_a_fixed_loan"])
    case = made(raw).vary({
        "finance.loans.sculpted.target_dscr": [1.05, 1.2, 3.0, 1.2, 1.4], "finance.debt_share": [0.2, 0.9, 0.9, 0.9, 0.7],
        "tax.income_tax_rate": [0.25, 0.25, 0.0, 0.25, 0.4], "finance.loans.sculpted.rate": [0.05, 0.05, 0.0, 0.3, 0.08],
    })  # fmt: skip
    whole = sound(appraisal.appraise(case)).statements
    assert whole.solved.all()
    for row in range(case.scenarios):
        alone = appraisal.appraise(case.rows(slice(row, row + 1))).statements
        for key in whole:
            assert (np.broadcast_to(whole[key], (5, whole.ledger.years))[row] == alone[key][0]).all(), (row, key)
