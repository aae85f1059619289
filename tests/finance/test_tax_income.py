"""Income tax: holidays, reduced rates, losses, and the adjusted tax of the project table, which no financing moves (RULES §3)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from known import close, run
from strategies import merged, share

from appraisal import Appraisal

LAWS = settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])  # fmt: skip


def profits(by_year: list[float], **tax: Any) -> Appraisal:
    """A project whose profits are *by_year*: depreciation 100 a year, revenue 2000, the rest is cost."""
    years = len(by_year)
    return run(
        {
            "project": {"operation_years": years},
            "capital": {"equipment_yuan": 100 * years, "depreciation_years": years},
        },
        {"revenue": {"known": {"income_yuan": 2000, "cost_yuan": [1900 - profit for profit in by_year]}}},
        {"tax": {"income_tax_rate": 0.25, **tax}},
    )


# --- holidays and rates ---------------------------------------------------------------------------------------------

THREE = {"holiday_free_years": 3, "holiday_half_years": 3}


@pytest.mark.parametrize(
    ("tax", "rates"),
    [
        # 三免三减半, 企业所得税法实施条例 art. 87.
        (THREE, [0, 0, 0, 0.125, 0.125, 0.125, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25]),
        # 两免三减半, 财税〔2012〕27号.
        ({"holiday_free_years": 2, "holiday_half_years": 3}, [0, 0, 0.125, 0.125, 0.125, *[0.25] * 7]),
        # 五免五减半, 财税〔2012〕27号.
        ({"holiday_free_years": 5, "holiday_half_years": 5}, [*[0.0] * 5, *[0.125] * 5, 0.25, 0.25]),
        # 国税函〔2010〕157号 1(3): within a holiday an enterprise at 15 % halves the statutory 25 %.
        ({**THREE, "income_tax_rate": 0.15, "holiday_base_rate": 0.25}, [0, 0, 0, *[0.125] * 3, *[0.15] * 6]),
        # Left out, the rate of the year is halved (西部大开发, 财税〔2011〕58号).
        ({**THREE, "income_tax_rate": 0.15}, [0, 0, 0, *[0.075] * 3, *[0.15] * 6]),
        # 财政部公告2020年第23号: 15 % in the west until the end of 2030; operation begins with 2027.
        ({"reduced_income_tax_rate": 0.15, "reduced_until": 2030}, [*[0.15] * 4, *[0.25] * 8]),
        ({**THREE, "reduced_income_tax_rate": 0.15, "reduced_until": 2030}, [0, 0, 0, 0.075, 0.125, 0.125, *[0.25] * 6]),
        ({**THREE, "holiday_half_share": 0.4}, [0, 0, 0, 0.1, 0.1, 0.1, *[0.25] * 6]),
    ],
)  # fmt: skip
def test_rates_of_the_years(tax: dict[str, Any], rates: list[float]) -> None:
    """200 a year: every year's tax by the words of the rule named beside it; the same in the project's computation."""
    books = profits([200] * 12, **tax).statements
    close(books["income_tax"][0, 1:], [200 * rate for rate in rates], 9)
    close(books["adjusted_tax"][0, 1:], [200 * rate for rate in rates], 9)


def test_the_holiday_waits_for_revenue() -> None:
    """No revenue in year 1: the three free years are 2 to 4 (取得第一笔生产经营收入所属纳税年度起)."""
    result = run(
        {"project": {"operation_years": 8}, "capital": {"equipment_yuan": 800, "depreciation_years": 8}},
        {"revenue": {"known": {"income_yuan": [0, *[300] * 7]}}, "tax": {"income_tax_rate": 0.25, **THREE, "loss_years": 10}},
    )  # fmt: skip
    # The loss of 100 of year 1 is used in year 2, within the exemption.
    close(result.statements["levered.taxable"][0, 1:], [0, 100, *[200] * 6], 9)
    close(result.statements["income_tax"][0, 1:], [0, 0, 0, 0, 25, 25, 25, 50], 9)


def test_income_free_of_tax_is_left_out_of_the_base() -> None:
    """A stream that is not subject to income tax adds 70 to profit and nothing to tax (closed form)."""
    free = {"stream": "schedule", "paid_by": "market", "income_yuan": 70, "vat_rate": 0, "taxed": False}
    result = run(
        {
            "capital": {"equipment_yuan": 500},
            "revenue": {"known": {"income_yuan": 300}, "free": free},
            "tax": {"income_tax_rate": 0.25},
        }
    )
    close(result.statements["profit"][0, 1:], [270] * 5, 9)
    close(result.statements["income_tax"][0, 1:], [50] * 5, 9)


# --- losses ---------------------------------------------------------------------------------------------------------


def taxable_by_vintage(by_year: list[float], kept: int) -> list[float]:
    """Taxable income with each loss kept under its year: the oldest is used first and lapses after *kept* years."""
    vintages: dict[int, float] = {}
    found = []
    for year, profit in enumerate(by_year):
        vintages = {born: left for born, left in vintages.items() if year - born <= kept}
        if profit < 0:
            vintages[year] = -profit
        left = max(profit, 0.0)
        for born in sorted(vintages):
            used = min(left, vintages[born])
            vintages[born] -= used
            left -= used
        found.append(left)
    return found


@LAWS
@given(st.lists(st.integers(-900, 900), min_size=3, max_size=18), st.sampled_from([5, 10]))
def test_losses_by_two_running_totals_are_losses_by_vintage(by_year: list[int], kept: int) -> None:
    """企业所得税法 art. 18 (five years), 财税〔2018〕76号 (ten): any run of profits, both computations."""
    books = profits([float(profit) for profit in by_year], loss_years=kept).statements
    expected = taxable_by_vintage([float(profit) for profit in by_year], kept)
    for who in ("levered", "unlevered"):
        close(books[f"{who}.taxable"][0, 1:], expected, 8)
        close(books[f"{who}.tax"][0, 1:], [0.25 * base for base in expected], 8)


# --- the adjusted tax -----------------------------------------------------------------------------------------------

EARNER: dict[str, Any] = {
    "project": {"construction_months": 12, "operation_years": 10},
    "capital": {
        "equipment_yuan": 1130, "works_yuan": 109, "equipment_vat_rate": 0.13, "works_vat_rate": 0.09, "depreciation_years": 10, "residual_share": 0.05,
        "tax_depreciation": "straight_line", "tax_depreciation_years": 5,
    },
    "storage": {"replacement": {"operation_years": [6], "battery_yuan_per_kwh": 0.2, "retired_share": 0.3}},
    "revenue": {"known": {"income_yuan": [200, 100, *[330] * 8], "cost_yuan": 60, "vat_rate": 0.13, "cost_vat_rate": 0.06}},
    "tax": {
        "income_tax_rate": 0.25, "holiday_free_years": 1, "holiday_half_years": 2, "city_surtax_rate": 0.07, "education_surtax_rate": 0.03,
        "stamp_duty_share": 0.0003,
    },
    "finance": {"loan_rate": 0.05, "loan_years": 8},
}  # fmt: skip
PROJECT = (
    "project_irr",
    "project_irr_pre_tax",
    "project_npv",
    "project_npv_pre_tax",
    "payback_years",
    "discounted_payback_years",
    "mirr",
)
UNTOUCHED = run(EARNER)


def leases() -> st.SearchStrategy[dict[str, Any]]:
    """No lease, or one of either kind."""
    return st.one_of(
        st.just({}),
        st.fixed_dictionaries({
            "rack": st.fixed_dictionaries({
                "kind": st.sampled_from(["direct", "sale_and_leaseback"]), "share": share(0, 0.9), "rate": share(0, 0.1), "years": st.integers(1, 10),
                "fee_share": share(0, 0.05),
            })
        }),
    )  # fmt: skip


@LAWS
@given(
    st.fixed_dictionaries({
        "debt_share": share(0, 1), "loan_rate": share(0, 0.15), "loan_years": st.integers(3, 10), "grace_years": st.integers(0, 2),
        "repayment": st.sampled_from(["equal_principal", "annuity", "bullet", "capacity"]), "fee_share": share(0, 0.05),
        "construction_interest": st.sampled_from(["capitalised", "inside_draw"]), "dividend_payout": share(0, 1),
        "short_loan": st.sampled_from(["bridge", "none"]), "minimum_cash_yuan": st.sampled_from([0, 50]), "leases": leases(),
    })
)  # fmt: skip
def test_no_financing_moves_the_project_table(finance: dict[str, Any]) -> None:
    """Debt, its terms, leases of both kinds, fees and dividends leave IRR, NPV, payback and every year's cash alone (RULES §3, 融资前分析)."""
    result = run(EARNER, {"finance": finance})
    for line in ("project_net_pre_tax", "project_net", "adjusted_tax"):
        close(result.statements[line], UNTOUCHED.statements[line], 8)
    for key in PROJECT:
        close(result.metrics[key].value, UNTOUCHED.metrics[key].value, 8)


def test_under_booked_tax_the_debt_does_move_it() -> None:
    """The workbook's simplification takes the booked EBIT: then construction interest is deducted (RULES §3)."""
    booked = {"tax": {"adjusted_tax": "booked"}}
    with_debt = run(EARNER, booked, {"finance": {"debt_share": 0.8}}).metrics["project_irr"].value[0]
    assert with_debt > run(EARNER, booked).metrics["project_irr"].value[0] + 1e-5


def test_a_grant_does_move_the_project_table() -> None:
    """100 received with the spending and deferred over ten years: cash 100 more at once, 10 more taxed in each year (closed form)."""
    result = run(EARNER, {"finance": {"grants": {"state": {"yuan": 100}}}})
    change = result.statements["project_net_pre_tax"] - UNTOUCHED.statements["project_net_pre_tax"]
    close(change, [[100, *[0] * 10]], 9)
    more = result.statements["unlevered.taxable"] - UNTOUCHED.statements["unlevered.taxable"]
    # Early losses are smaller by what is taxed in their years, so that only the total is 100.
    close(more.sum(), 100, 9)
    assert result.metrics["project_irr"].value[0] > UNTOUCHED.metrics["project_irr"].value[0]


@pytest.mark.parametrize(
    ("terms", "taxed"),
    [
        ({"treatment": "income"}, [0, 100, 0, 0, 0, 0]),
        ({"treatment": "deferred_income"}, [0, 20, 20, 20, 20, 20]),
        ({"treatment": "deferred_income", "income_tax": "on_receipt"}, [0, 100, 0, 0, 0, 0]),
        # 财税〔2011〕70号 art. 2: not taxed, and what it pays for is not deducted: the same as spread over the asset's life.
        ({"treatment": "deferred_income", "income_tax": "exempt"}, [0, 20, 20, 20, 20, 20]),
        ({"treatment": "income", "income_tax": "exempt"}, [0, 20, 20, 20, 20, 20]),
    ],
)
def test_grant_in_operation_is_taxed_by_its_treatment(terms: dict[str, Any], taxed: list[float]) -> None:
    """100 in year 1 of a plant of 500 over five years, without VAT: as booked, on receipt, or never (closed form)."""
    base = merged(
        {
            "capital": {"equipment_yuan": 500},
            "revenue": {"known": {"income_yuan": 300}},
            "tax": {"income_tax_rate": 0.25},
        }
    )
    granted, plain = (
        run(base, {"finance": {"grants": {"state": {"yuan": 100, "operating_year": 1, **terms}}}}),
        run(base),
    )
    for line in ("taxable_profit", "unlevered.taxable"):
        close(granted.statements[line] - plain.statements[line], [taxed], 9)


@pytest.mark.parametrize("treatment", ["income", "deferred_income", "reduce_cost"])
def test_exempt_grant_during_construction_costs_the_same_tax_however_it_is_booked(treatment: str) -> None:
    """100 of 500 paid by the state: 80 a year are deductible in place of 100, whatever the books show (closed form)."""
    base = merged(
        {
            "capital": {"equipment_yuan": 500},
            "revenue": {"known": {"income_yuan": 300}},
            "tax": {"income_tax_rate": 0.25},
        }
    )
    grant = {"yuan": 100, "treatment": treatment, "income_tax": "exempt"}
    books = run(base, {"finance": {"grants": {"state": grant}}}).statements
    close(books["taxable_profit"][0, 1:], [220] * 5, 9)
    close(books["income_tax"][0, 1:], [55] * 5, 9)
