"""最大还款能力: a loan repaid by profit, depreciation and amortisation, against the year loop below; and debt never repaid."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from oracles.financed import appraised, equal, figure, reason
from oracles.plan import Debt, Plan
from strategies import contract

ABLE = {"bank": Debt(share=1, rate=0.05, years=6, method="capacity")}


def able(income: float, years: int = 8, grace: int = 0, **finance: Any) -> dict[str, Any]:
    """A plant of 1,000 without VAT, 25 % tax, depreciated over its years, 80 % borrowed by capacity at 5 %."""
    return contract(
        {"project": {"operation_years": years}, "capital": {"equipment_yuan": 1000, "depreciation_years": years}},
        {"revenue": {"known": {"income_yuan": income}}, "tax": {"income_tax_rate": 0.25}},
        {"finance": {"debt_share": 0.8, "loan_rate": 0.05, "grace_years": grace, "repayment": "capacity", **finance}},
    )


def by_hand(income: float, owed: float, asset: float, years: int = 8, grace: int = 0) -> list[tuple[float, float]]:
    """(repaid, could be repaid) by operating year: 未分配利润 + 折旧, RULES §4; losses do not arise here."""
    found, reserve, paid_in = [], 0.0, asset - owed
    for year in range(1, years + 1):
        net = (income - asset / years - 0.05 * owed) * 0.75
        kept = min(0.1 * net, 0.5 * paid_in - reserve)
        reserve += kept
        could = net - kept + asset / years
        repaid = min(owed, could) if year > grace else 0.0
        owed -= repaid
        found.append((repaid, could))
    return found


@pytest.mark.parametrize(("income", "grace"), [(300.0, 0), (220.0, 0), (300.0, 2)])
def test_capacity_loan_is_repaid_by_profit_and_depreciation(income: float, grace: int) -> None:
    """Every repayment, and 借款偿还期 with the part of the last year that its repayment needs."""
    result = appraised(able(income, grace=grace))
    books = result.statements
    owed, asset = books["loan.opening"][0, 1], books["fixed_original"][0, 1]
    hand = by_hand(income, owed, asset, grace=grace)
    equal(books["loan.principal"][0, 1:], [repaid for repaid, _ in hand], 1000)
    left = [owed - sum(repaid for repaid, _ in hand[: year + 1]) for year in range(8)]
    year = next(at for at, rest in enumerate(left) if rest < 1e-9)
    # Years from the construction start: one column of construction, full years, then the part of the year needed.
    assert figure(result, "loan_payoff_years") == pytest.approx(1 + year + hand[year][0] / hand[year][1], rel=1e-9)
    assert figure(result, "debt_unpaid") == 0


def test_capacity_leaves_nothing_to_distribute_until_the_debt_is_repaid() -> None:
    """Undistributed profit repays the debt: dividends begin once there is the cash to settle what is left of it."""
    books = appraised(able(300.0)).statements
    owing = books["loan.closing"][0, 1:] > books["cash"][0, 1:] + 1e-9
    assert owing.sum() == 3
    np.testing.assert_allclose(books["dividends"][0, 1:][owing], 0, atol=1e-9)
    assert (books["dividends"][0, 1:][~owing] > 1).all()


def test_other_loans_are_repaid_first() -> None:
    """What the scheduled loan takes is no longer there for the one repaid by capacity (year loop of the ledger's rule)."""
    plan = Plan(
        debts={**ABLE, "bank": Debt(share=0.6, rate=0.05, years=6, method="capacity"), "policy": Debt(share=0.4, rate=0.03, years=3)},
        vat=0.0, cost_vat=0.0, tax=0.0,
    )  # fmt: skip
    books = appraised(plan.case()).statements
    owed, asset = books["loan_bank.opening"][0, 1], books["fixed_original"][0, 1]
    policy = books["loan_policy.opening"][0, 1]
    even, reserve, half = policy / 3, 0.0, 0.5 * (asset - owed - policy)
    for year in range(1, 7):
        net = 260 - asset / 6 - 0.05 * owed - 0.03 * max(policy - even * (year - 1), 0)
        kept = min(0.1 * net, half - reserve)
        reserve += kept
        repaid = min(owed, net - kept + asset / 6 - (even if year <= 3 else 0))
        assert books["loan_bank.principal"][0, year] == pytest.approx(repaid, abs=1e-6)
        owed -= repaid


@pytest.mark.parametrize("bridge", [True, False])
def test_debt_that_cannot_be_repaid_is_told_and_charged_to_equity(bridge: bool) -> None:
    """70 a year against 1,000: the debt is never repaid, which is a reason and an amount, and H pays it at the end."""
    result = appraised(able(70.0, short_loan="bridge" if bridge else "none"))
    books = result.statements
    left = books["loan.closing"][0, -1]
    assert left > 500
    assert reason(result, "loan_payoff_years") == "unpaid"
    assert np.isnan(figure(result, "loan_payoff_years"))
    assert figure(result, "debt_unpaid") == pytest.approx(left)
    # By hand: the project pays no tax and recovers nothing; equity has what is left of it after the debt.
    project, last = books["project_net"][0], books["equity_net"][0, -1]
    service = books["debt_service"][0, -1] + books["short_loan_interest"][0, -1]
    assert last == pytest.approx(project[-1] - service - left, abs=1e-6)
    assert figure(result, "equity_npv") < 0


def test_scheduled_debt_beyond_the_cash_stands_as_short_term_loans() -> None:
    """90 a year cannot serve 800 over 5 years: each year's gap is lent, repaid with interest and lent again (by hand)."""
    books = appraised(able(90.0, repayment="equal_principal", loan_years=5, short_loan_rate=0.07)).statements
    owed, cash = books["loan.opening"][0, 1], [0.0]
    # 800 in five parts with 5 % on what is owed; cash falls by the gap and by 7 % on last year's.
    gaps = [90 - owed / 5 - 0.05 * owed * (1 - n / 5) if n < 5 else 90.0 for n in range(8)]
    for gap in gaps:
        cash.append(cash[-1] * (1.07 if cash[-1] < 0 else 1.0) + gap)
    equal(books["short_loan"][0, 1:-1], [max(-each, 0) for each in cash[1:-1]], 1000)
    assert books["cash"][0, -1] == pytest.approx(cash[-1], abs=1e-6)


def test_debt_free_plant_has_no_payoff() -> None:
    """Without debt there is nothing to repay, and the reason says so."""
    result = appraised(able(300.0, debt_share=0))
    assert reason(result, "loan_payoff_years") == "no debt"


def test_payoff_of_a_schedule_is_its_last_year() -> None:
    """Six years of equal principal after one column of construction: 7.0, whatever cash there is."""
    result = appraised(able(300.0, repayment="equal_principal", loan_years=6))
    assert figure(result, "loan_payoff_years") == pytest.approx(7.0)


def test_repayments_add_to_what_was_borrowed() -> None:
    """Closed form of any repaid debt: Σ principal is the sum drawn."""
    books = appraised(able(300.0)).statements
    assert list(accumulate(books["loan.principal"][0]))[-1] == pytest.approx(books["loan.drawn"].sum(), rel=1e-12)
