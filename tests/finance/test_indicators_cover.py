"""Cover of interest and debt, and the years until a debt is repaid (RULES §4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy_financial as npf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from known import close, run
from strategies import share

from appraisal import Appraisal

LAWS = settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])  # fmt: skip


def figure(result: Appraisal, key: str) -> float:
    """A figure of the only scenario."""
    return float(result.statements.ledger.figure(key)[0])


def lent(*changes: dict[str, Any], years: int = 10, **finance: Any) -> Appraisal:
    """A plant of 1000 with income of 250 a year without tax, 60 % lent for eight years at 5 %, or as *finance* says."""
    return run(
        {"project": {"construction_months": 12, "operation_years": years}, "capital": {"equipment_yuan": 1000, "depreciation_years": years}},
        {"revenue": {"known": {"income_yuan": 250}}},
        {"finance": {"debt_share": 0.6, "loan_rate": 0.05, "loan_years": 8, **finance}},
        *changes,
    )  # fmt: skip


def test_interest_cover_by_year_and_in_total() -> None:
    """EBIT ÷ interest of each year on a loan of equal principal; the total is the sum over the sum, not the mean (方法与参数, 利息备付率)."""
    result = lent({"revenue": {"known": {"income_yuan": 300}}})
    borrowed = result.statements["loan.drawn"][0, 0]
    interest = np.array([borrowed * (8 - year) / 8 * 0.05 for year in range(8)])
    total = 1000 + result.statements["capitalised_interest"][0, 0]
    ebit = 300 - total / 10
    close(result.statements["icr"][0, 1:9], ebit / np.maximum(interest, 1), 9)
    assert not result.statements["icr"][0, 9:].any()
    close(figure(result, "icr_min"), ebit / interest[0], 9)
    close(figure(result, "icr_total"), 8 * ebit / interest.sum(), 9)


def test_interest_cover_counts_every_interest() -> None:
    """Long-term, working-capital and lease interest together are what EBIT covers (closed form of the first year)."""
    result = lent(
        working_capital_yuan_per_kw=0.1, working_capital_debt_share=1, working_capital_rate=0.04,
        leases={"rack": {"kind": "sale_and_leaseback", "share": 0.2, "rate": 0.06, "years": 5}},
    )  # fmt: skip
    books = result.statements
    # The leased 200 bear half a year of interest while the plant is built, which joins the liability.
    interest = books["loan.drawn"][0, 0] * 0.05 + 100 * 0.04 + 200 * (1 + 0.06 / 2) * 0.06
    close(books["interest"][0, 1], interest, 9)
    close(books["icr"][0, 1], books["ebit"][0, 1] / interest, 9)


def test_annuity_of_steady_cash_has_one_cover() -> None:
    """Steady cash and an annuity: DSCR is the same every year, in total and over the loan's life, LLCR = DSCR (closed form)."""
    result = lent(repayment="annuity")
    borrowed = result.statements["loan.drawn"][0, 0]
    cover = 250 / -npf.pmt(0.05, 8, borrowed)
    close(result.statements["dscr"][0, 1:9], [cover] * 8, 9)
    for key in ("dscr_min", "dscr_avg", "dscr_total", "llcr"):
        close(figure(result, key), cover, 9)
    # Over the life of the project: ten years of 250 at the loan's rate.
    close(figure(result, "plcr"), -npf.pv(0.05, 10, 250) / borrowed, 9)


@LAWS
@given(
    st.lists(st.integers(0, 600), min_size=9, max_size=9), st.sampled_from(["equal_principal", "annuity", "bullet"]), st.integers(2, 9), share(0, 0.12),
    share(0.1, 1), st.integers(0, 1),
)  # fmt: skip
def test_life_covers_are_plain_sums(
    income: list[int], repayment: str, loan_years: int, rate: float, debt: float, grace: int
) -> None:
    """LLCR and PLCR are Σ cash ÷ (1 + i)^n over the debt at the start of operation; DSCR by year, in total and least."""
    result = lent(
        {"revenue": {"known": {"income_yuan": income}}, "tax": {"income_tax_rate": 0.25}},
        years=9, debt_share=debt, repayment=repayment, loan_years=loan_years, loan_rate=rate, grace_years=grace, short_loan="none",
    )  # fmt: skip
    books = result.statements
    cash = np.array(income, dtype=float) - books["income_tax"][0, 1:]
    factor = (1 + rate) ** -np.arange(1, 10)
    debt_now = books["loan.opening"][0, 1]
    service = (books["loan.interest"] + books["loan.principal"])[0, 1:]
    # Years without any service (no interest yet and no principal) have no cover and are not of the loan's life.
    served = service > 1e-9 * debt_now  # Less is what rounding leaves of a loan repaid.
    close(figure(result, "llcr"), (cash * factor)[served].sum() / debt_now, 8)
    close(figure(result, "plcr"), (cash * factor).sum() / debt_now, 8)
    close(books["dscr"][0, 1:][served], cash[served] / service[served], 7)
    close(figure(result, "dscr_total"), cash[served].sum() / service[served].sum(), 8)
    close(figure(result, "dscr_min"), (cash[served] / service[served]).min(), 7)


def test_short_loan_is_served_in_the_year_after_it() -> None:
    """Year 1 earns nothing: its principal and interest are borrowed for a year at 6 %, and stand in the service of year 2 (closed form)."""
    result = lent({"revenue": {"known": {"income_yuan": [0, *[250] * 9]}}}, short_loan_rate=0.06)
    borrowed = result.statements["loan.drawn"][0, 0]
    first, second = borrowed / 8 + borrowed * 0.05, borrowed / 8 + borrowed * 7 / 8 * 0.05
    close(result.statements["short_loan"][0, 1], first, 9)
    close(result.statements["dscr"][0, 1:3], [0, 250 / (second + 1.06 * first)], 9)


def test_two_loans_are_covered_at_their_mean_rate() -> None:
    """Half at 4 %, half at 6 %: cash of the life at 5 % over both debts (closed form; bonds of one rank)."""
    terms = {"share": 0.5, "repayment": "equal_principal", "years": 8}
    result = lent(loans={"policy": {**terms, "rate": 0.04}, "bank": {**terms, "rate": 0.06}})
    debt = result.statements["loan_balance"][0, 0]
    close(figure(result, "llcr"), -npf.pv(0.05, 8, 250) / debt, 9)


# --- years until the debt is repaid ---------------------------------------------------------------------------------


def test_payoff_by_all_that_there_is_interpolates_the_last_year() -> None:
    """借款偿还期: profit after the reserve and depreciation repay all they can; the part of the last year by plain arithmetic."""
    result = lent(
        {"finance": {"surplus_reserve_share": 0.1, "surplus_reserve_cap": 0.5}}, repayment="capacity", years=12
    )
    balance = result.statements["loan.drawn"][0, 0]
    depreciation, year = (1000 + result.statements["capitalised_interest"][0, 0]) / 12, 1
    while True:
        profit = 250 - depreciation - balance * 0.05
        could = 0.9 * profit + depreciation
        year += 1
        if balance <= could:
            break
        balance -= could
    close(figure(result, "loan_payoff_years"), year - 1 + balance / could, 9)
    assert result.statements.ledger.status("loan_payoff_years")[0] == "ok"


def test_payoff_of_a_schedule_is_its_last_year() -> None:
    """A loan repaid over eight years after one of construction is repaid after nine."""
    close(figure(lent(), "loan_payoff_years"), 9, 9)


def test_debt_that_is_never_repaid_has_no_payoff() -> None:
    """Cash of 20 does not even pay the interest: no number, and the reason."""
    result = lent({"revenue": {"known": {"income_yuan": 20}}}, repayment="capacity")
    assert np.isnan(figure(result, "loan_payoff_years"))
    assert result.statements.ledger.status("loan_payoff_years")[0] != "ok"
    assert figure(result, "debt_unpaid") > 0


def test_without_debt_there_is_no_cover() -> None:
    """No debt, no interest: the covers are undefined, not zero or infinite."""
    result = lent(debt_share=0.0)
    for key in ("icr_min", "icr_total", "dscr_min", "dscr_total", "llcr", "plcr", "loan_payoff_years"):
        assert np.isnan(figure(result, key)), key
