"""Debt on other time lines: phases commissioned one after another, calendar columns, each by a loop over months or years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from oracles.financed import appraised, equal, figure
from strategies import contract

from appraisal.errors import InputError
from appraisal.finance import Statements

NEAR = {"rtol": 0, "atol": 1e-6}


def built(
    project: dict[str, Any], finance: dict[str, Any], capital: dict[str, Any] | None = None, **more: Any
) -> Statements:
    """A plant of 1,000 without VAT, 300 a year, 25 % tax."""
    return appraised(contract(
        {"project": {"operation_years": 6, **project}},
        {"capital": {"equipment_yuan": 1000, "depreciation_years": 6, **(capital or {})}},
        {"revenue": {"known": {"income_yuan": 300}}, "tax": {"income_tax_rate": 0.25, "loss_years": 5}},
        {"finance": {"debt_share": 0.7, "loan_rate": 0.06, "loan_years": 4, **finance}}, more,
    )).statements  # fmt: skip


def capitalised(rate: float, months: float, owed: float, part: float, funds: float) -> float:
    """Interest of one column and one loan, the closed form of RULES §1 with i·m/12 in place of i."""
    i = rate * months / 12
    return i * (owed + part * funds / 2) / (1 + i * (1 - part) / 2)


@pytest.mark.parametrize(
    ("start", "months"), [("2026-10", 5), ("2026-03", 3), ("2026-01", 12), ("2026-07", 12), ("2025-11", 20)]
)
def test_interest_of_the_commissioning_column_runs_for_its_months(start: str, months: int) -> None:
    """Calendar years: construction months bear capitalised interest, the months after them interest charged to cost."""
    books = built({"construction_start": start, "construction_months": months, "columns": "calendar"}, {})
    first = int(start[-2:]) - 1
    spans, left = [], months
    while left > 0:
        spans.append(min(left, 12 - first % 12 if not spans else 12))
        left -= spans[-1]
    owed = 0.0
    for column, span in enumerate(spans):
        funds = 1000 * span / months
        interest = capitalised(0.06, span, owed, 0.7, funds)
        assert books["capitalised_interest"][0, column] == pytest.approx(interest, abs=1e-9)
        owed += 0.7 * (funds + interest)
    running = 12 - (first + months) % 12 if (first + months) % 12 else 0
    if running:
        # The last column of construction holds the first months of operation; a whole year of interest comes after.
        assert books["loan.interest"][0, len(spans) - 1] == pytest.approx(0.06 * owed * running / 12, abs=1e-9)
    principal = books["loan.principal"][0, len(spans) :]
    np.testing.assert_allclose(principal[:5], [owed / 4] * 4 + [0], **NEAR)
    np.testing.assert_allclose(
        books["loan.interest"][0, len(spans) : len(spans) + 5],
        [0.06 * owed * (1 - n / 4) for n in range(4)] + [0],
        **NEAR,
    )
    assert abs(books["loan.closing"][0, -1]) < 1e-9


PHASES = [
    {"share": 0.4, "start_month": 0, "construction_months": 12},
    {"share": 0.6, "start_month": 12, "construction_months": 12},
]
TWO = {
    "loans": {
        "policy": {"share": 0.5, "rate": 0.03, "years": 5},
        "bank": {"share": 0.5, "rate": 0.06, "years": 4, "repayment": "annuity"},
    }
}


def test_each_phase_has_its_own_loan() -> None:
    """Two phases a year apart: each loan is the closed form on its own 400 or 600, repaid from its own first year."""
    books = built({"construction_months": 24, "phases": PHASES}, {})
    for suffix, funds, begin in (("_p1", 400.0, 0), ("_p2", 600.0, 1)):
        interest = capitalised(0.06, 12, 0.0, 0.7, funds)
        owed = 0.7 * (funds + interest)
        line = books[f"loan{suffix}.principal"][0]
        np.testing.assert_allclose(line, [*[0] * (begin + 1), *[owed / 4] * 4, *[0] * (3 - begin)], **NEAR)
        charged = books[f"loan{suffix}.interest"][0, begin + 1 : begin + 5]
        np.testing.assert_allclose(charged, [0.06 * owed * (1 - n / 4) for n in range(4)], **NEAR)
        assert books[f"capitalised_interest{suffix}"][0, begin] == pytest.approx(interest, abs=1e-9)
    assert abs(books["loan_balance"][0, -1]) < 1e-9


def test_phases_with_two_loans_pool_interest_within_each_phase() -> None:
    """Each phase is the plant of its share alone, shifted by its start: draws, interest and repayment of both loans."""
    books = built({"construction_months": 24, "phases": PHASES}, TWO)
    for suffix, part, begin in (("_p1", 0.4, 0), ("_p2", 0.6, 1)):
        alone = built({"construction_months": 12}, TWO)
        for name in ("policy", "bank"):
            for line in ("drawn", "interest", "principal"):
                found = books[f"loan_{name}{suffix}.{line}"][0, begin : begin + 7]
                np.testing.assert_allclose(
                    found, part * alone[f"loan_{name}.{line}"][0], **NEAR, err_msg=f"{name} {line}"
                )


def test_whole_of_two_phases_is_the_sum_of_two_plants() -> None:
    """Without tax everything of the project is linear: both cash flows are those of the two plants, shifted and added."""
    free = {"tax": {"income_tax_rate": 0}}
    both = built({"construction_months": 24, "phases": PHASES}, TWO, **free)
    alone = built({"construction_months": 12}, TWO, **free)
    for line in ("project_net", "equity_net", "debt_service", "loan_balance"):
        one = alone[line][0]
        expected = 0.4 * np.append(one, 0.0) + 0.6 * np.append(0.0, one)
        np.testing.assert_allclose(both[line][0], expected, **NEAR, err_msg=line)


@pytest.mark.parametrize("columns", ["operating_years", "calendar"])
@pytest.mark.parametrize("repayment", ["equal_principal", "annuity", "bullet", "custom"])
@pytest.mark.parametrize("phased", [True, False])
def test_every_schedule_ends_at_zero_on_every_time_line(columns: str, repayment: str, phased: bool) -> None:
    """The identities of the books hold, and what is drawn is repaid (law), with fees, working capital and a poor year."""
    stated = {"repayment_shares": [0.1, 0.2, 0.3, 0.4]} if repayment == "custom" else {}
    phases = [
        {"share": 0.25, "start_month": 0, "construction_months": 5},
        {"share": 0.75, "start_month": 4, "construction_months": 13},
    ]
    project = {"construction_start": "2026-09", "columns": columns, "construction_months": 17 if phased else 9}
    books = built(
        {**project, **({"phases": phases} if phased else {})},
        {"repayment": repayment, **stated, "fee_share": 0.01, "working_capital_yuan_per_kw": 0.05, "working_capital_debt_share": 0.7, "debt_share": 0.85},
        revenue={"known": {"income_yuan": [300, 20, 300, 300, 300, 300]}},
    )  # fmt: skip
    assert abs(books["loan_balance"][0, -1]) < 1e-6
    assert books["loan_principal"].sum() == pytest.approx(books["loans_drawn"].sum(), rel=1e-9)
    assert abs(books["working_loan"][0, -1]) < 1e-9
    assert (books["loan_balance"] > -1e-6).all()


def test_plant_finished_in_december_is_the_same_on_both_time_lines() -> None:
    """Twelve months from January: calendar years are operating years; every line of the debt is the same."""
    project = {"construction_start": "2026-01", "construction_months": 12}
    plain, calendar = (built({**project, "columns": columns}, TWO) for columns in ("operating_years", "calendar"))
    for line in ("loan_balance", "loan_interest", "debt_service", "equity_net", "cash", "dscr"):
        np.testing.assert_allclose(calendar[line], plain[line], rtol=0, atol=1e-9, err_msg=line)


def test_grant_of_operation_reaches_a_plant_in_phases() -> None:
    """A grant of year 2 that lowers the cost of a plant in two phases: no phase loses it, and the balance sheet holds."""
    grants = {"state": {"yuan": 90, "operating_year": 2, "treatment": "reduce_cost"}}
    books = built({"construction_months": 24, "phases": PHASES}, {"grants": grants})
    without = built({"construction_months": 24, "phases": PHASES}, {})
    assert (without["depreciation"] - books["depreciation"]).sum() == pytest.approx(90, rel=1e-9)
    assert (books["project_net_pre_tax"] - without["project_net_pre_tax"]).sum() == pytest.approx(90, rel=1e-9)


def test_phases_of_a_loan_sweep_one_share_of_the_cash() -> None:
    """Half of what is left after the schedules, the first phase's loan before the second's; never more than there is."""
    for part in (0.5, 1.0):
        books = built({"construction_months": 24, "phases": PHASES}, {"sweep_share": part})
        swept = (books["loan_p1.swept"] + books["loan_p2.swept"])[0]
        room = (
            books["loan_p1.opening"]
            - books["loan_p1.scheduled"]
            + books["loan_p2.opening"]
            - books["loan_p2.scheduled"]
        )[0]
        np.testing.assert_allclose(swept, np.minimum(room, part * np.maximum(books["sweepable"][0], 0)), **NEAR)
        assert books["short_loan"].max() < 1e-9


def test_refinancing_of_phased_loans_is_refused() -> None:
    """One loan cannot take over two that are at different ages: the case is refused in words."""
    loans = {
        "bank": {"share": 1, "rate": 0.06, "years": 5},
        "new": {"rate": 0.03, "years": 3, "refinances": "bank", "drawn_in": 2},
    }
    with pytest.raises(InputError, match=r"finance\.loans: refinancing takes over a loan drawn for one phase"):
        built({"construction_months": 24, "phases": PHASES}, {"loans": loans})


def test_debt_payoff_counts_from_the_construction_start() -> None:
    """Nine months from September 2026: operation from June 2027, debt repaid at the ends of 2028 to 2031, 64 months after the start."""
    result = appraised(contract(
        {"project": {"construction_start": "2026-09", "construction_months": 9, "columns": "calendar", "operation_years": 6}},
        {"capital": {"equipment_yuan": 1000}, "revenue": {"known": {"income_yuan": 300}}},
        {"finance": {"debt_share": 0.7, "loan_rate": 0.06, "loan_years": 4}},
    ))  # fmt: skip
    assert figure(result, "loan_payoff_years") == pytest.approx(64 / 12)
    equal(result.statements["loan.closing"][0, 5:], np.zeros(result.statements.ledger.years - 5), 1000)
