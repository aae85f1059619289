"""The worked examples of the facts, each from a case to the lines of the books; those of streams are in ``test_examples_of_streams``,
the one of pumped hydro in ``test_regulated`` and ``streams/test_regulated_two_part``, those of the basic charge in ``streams/test_demand_charge``, the one of sensitivity in ``study/test_oneway``, the break-even point in ``finance/test_indicators_worth``.

Where a number stands without another word, its source is the example of the same name in ``facts/examples.yaml``
(*reference*: a published rule or case; *hand*: arithmetic on a stated rule), whose own source is named in the test.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML
from strategies import NO_TAX
from worked import close, run

from appraisal import Appraisal

COVERED = {
    "idc_textbook_three_years", "idc_official_workbook_pv71", "idc_two_years_debt_share", "loan_equal_principal_and_annuity_with_grace",
    "vat_pool_five_years", "loss_carry_forward", "holiday_3_free_3_half", "payback_interpolation", "dscr_exam", "dscr_with_replacement",
    "emc_beijing_two_cycles", "emc_gross_presentation", "emc_vat_both_sides", "capacity_price_notice_114", "grid_side_charge_and_refund_114",
    "npv_conventions", "adjusted_income_tax_two_bases", "demand_charge_105_40", "contract_demand_best_choice", "residual_is_net_book_value", "first_of_kind_premium", "lcos", "sensitivity_and_critical_point",
    "roi_roe_official_workbook", "surplus_reserve", "break_even_point", "pumped_hydro_capacity_price_633",
}  # fmt: skip
EXAMPLES = Path(__file__).parents[3] / "shared" / "facts" / "examples.yaml"


def test_examples_every_id_is_covered() -> None:
    """What is covered is all examples of the facts."""
    if not EXAMPLES.is_file():
        pytest.skip("the facts are not beside this checkout")
    ids = {example["id"] for example in YAML(typ="safe").load(EXAMPLES)["examples"]}
    assert ids == COVERED


# --- interest during construction and the loan ---


def test_construction_interest_textbook_three_years() -> None:
    """Draws of 300, 600 and 400 at 12 %: the textbook case of 建设期利息 (方法与参数, 3rd ed.)."""
    result = run(
        {"project": {"construction_months": 36}, "capital": {"equipment_yuan": 1300, "spend_profile": [300 / 1300, 600 / 1300, 400 / 1300]}},
        {"finance": {"debt_share": 1, "loan_rate": 0.12}},
    )  # fmt: skip
    close(result.statements["loan.construction_interest"][0, :3], [18.0, 74.16, 143.0592])
    close(result.statements["loan.opening"][0, 3], 1535.2192)


def test_construction_interest_official_workbook() -> None:
    """附件4 平价上网光伏发电项目经济评价模型 7.1, sheet 投资计划 rows 24–32; 万元 stand for yuan here."""
    result = run(
        {"project": {"construction_months": 6}, "capital": {"equipment_yuan": 56315.741}},
        {"finance": {"debt_share": 0.8, "loan_rate": 0.0465, "working_capital_yuan_per_kw": 0.45, "working_capital_debt_share": 1}},
    )  # fmt: skip
    books = result.statements
    close(books["loan.construction_interest"][0, 0], 521.4777056, 7)
    close(books["dynamic_total"][0, -1], 56837.2187056, 7)
    close(books["total_investment"][0, -1], 57287.2187056, 7)
    close(books["paid_in"][0, -1], 11457.4437411, 7)


@pytest.mark.parametrize(
    ("convention", "interest", "loan"),
    [("capitalised", [95.61753, 258.02765], 8282.916144), ("inside_draw", [97.560976, 263.335316], 8288.717034)],
)
def test_construction_interest_two_years_at_a_debt_share(convention: str, interest: list[float], loan: float) -> None:
    """6000 and 4000 at 80 % debt and 4 %, both conventions (hand)."""
    result = run(
        {"project": {"construction_months": 24}, "capital": {"equipment_yuan": 10000, "spend_profile": [0.6, 0.4]}},
        {"finance": {"debt_share": 0.8, "loan_rate": 0.04, "construction_interest": convention}},
    )  # fmt: skip
    close(result.statements["loan.construction_interest"][0, :2], interest, 5)
    close(result.statements["loan.opening"][0, 2], loan, 5)


# In full debt with one month of construction the loan is the investment and half a month's interest on it.
ONE_MONTH = 1.0 / 24.0


@pytest.mark.parametrize(
    ("method", "principal", "interest", "total"),
    [
        (
            "equal_principal",
            [0, 0, 625, 625, 625, 625, 625, 625, 625, 625],
            [180, 180, 180, 157.5, 135, 112.5, 90, 67.5, 45, 22.5],
            1170.0,
        ),
        (
            "annuity",
            [0, 0, 550.422093, 570.237289, 590.765831, 612.033401, 634.066604, 656.893001, 680.541149, 705.040631],
            [180, 180, 180, 160.184805, 139.656262, 118.388692, 96.35549, 73.529092, 49.880944, 25.381463],
            1203.376748,
        ),
    ],
)  # fmt: skip
def test_loan_with_grace_pays_as_the_table(
    method: str, principal: list[float], interest: list[float], total: float
) -> None:
    """5000 at 3.6 % over ten years, two of grace (hand; 等额还本利息照付 and 等额还本付息)."""
    result = run(
        {"project": {"operation_years": 12}, "capital": {"equipment_yuan": 5000 / (1 + 0.036 * ONE_MONTH)}},
        {"finance": {"debt_share": 1, "loan_rate": 0.036, "loan_years": 10, "grace_years": 2, "repayment": method}},
    )  # fmt: skip
    books = result.statements
    close(books["loan.opening"][0, 1], 5000.0, 6)
    close(books["loan.principal"][0, 1:11], principal, 6)
    close(books["loan.interest"][0, 1:11], interest, 6)
    close(books["loan.interest"][0].sum(), total, 6)


# --- value-added tax, losses, holiday, residual ---


def test_vat_pool_five_years() -> None:
    """Input VAT of three kinds of construction is credited over four years; surtax follows VAT paid (hand)."""
    result = run(
        {"capital": {
            "equipment_yuan": 11300, "works_yuan": 2180, "services_yuan": 530,
            "equipment_vat_rate": 0.13, "works_vat_rate": 0.09, "services_vat_rate": 0.06,
        }},
        {"market": {"vat_rate": 0.13}, "operating_cost": {"other_yuan": 106, "vat_rate": 0.06}},
        {"revenue": {"known": {"income_yuan": 5650, "charging_yuan": 2260, "vat_rate": 0.13}}},
        {"tax": {"city_surtax_rate": 0.07, "education_surtax_rate": 0.03, "local_education_surtax_rate": 0.02}},
    )  # fmt: skip
    books = result.statements
    close(books["capital_vat"][0, 0], 1510.0)
    close(books["vat_output"][0, 1:], [650.0] * 5)
    close(books["vat_input"][0, 1:], [266.0] * 5)
    close(books["vat_pool"][0], [1510, 1126, 742, 358, 0, 0])
    close(books["vat_paid"][0], [0, 0, 0, 0, 26, 384])
    close(books["surtax"][0], [0, 0, 0, 0, 3.12, 46.08])
    close(books["recovered_vat"][0, -1], 1510.0)
    close(books["plant.original"][0, -1], 12500.0)


def profits(by_year: list[float], tax: dict[str, Any]) -> Appraisal:
    """A project whose taxable profits are *by_year*: 100 of depreciation a year, revenue 2000, the rest is cost."""
    years = len(by_year)
    return run(
        {"project": {"operation_years": years}, "capital": {"equipment_yuan": 100 * years, "depreciation_years": years}},
        {"revenue": {"known": {"income_yuan": 2000, "cost_yuan": [1900 - profit for profit in by_year]}}},
        {"tax": {"income_tax_rate": 0.25, **tax}},
    )  # fmt: skip


CASE_A, CASE_B = [-300, -200, 100, 50, 80, 120, 400, 400], [-1000, 100, 100, 100, 100, 100, 300, 300]


@pytest.mark.parametrize(
    ("by_year", "loss_years", "taxable", "lapsed"),
    [
        (CASE_A, 5, [0, 0, 0, 0, 0, 0, 250, 400], None),
        (CASE_B, 5, [0, 0, 0, 0, 0, 0, 300, 300], 500),
        (CASE_B, 10, [0, 0, 0, 0, 0, 0, 0, 100], 0),
    ],
)
def test_losses_carried_forward_oldest_first(
    by_year: list[float], loss_years: int, taxable: list[float], lapsed: float | None
) -> None:
    """企业所得税法 art. 18 (five years), 财税〔2018〕76号 (ten); the same in the levered and the unlevered computation."""
    books = profits(by_year, {"loss_years": loss_years}).statements
    close(books["profit"][0, 1:], by_year)
    for who in ("levered", "unlevered"):
        close(books[f"{who}.taxable"][0, 1:], taxable)
        close(books[f"{who}.tax"][0, 1:], [0.25 * base for base in taxable])
        if lapsed is not None:
            gone = books[f"{who}.gone"][0, -1] - books[f"{who}.used"][0].sum()
            close(gone, lapsed)


def test_holiday_runs_from_the_first_revenue_and_a_loss_burns_it() -> None:
    """三免三减半 (企业所得税法实施条例 art. 87): losses are used before the exemption."""
    holiday = {"holiday_free_years": 3, "holiday_half_years": 3}
    steady = profits([200] * 8, holiday).statements
    close(steady["income_tax"][0, 1:], [0, 0, 0, 25, 25, 25, 50, 50])
    late = profits([-100, *[200] * 7], holiday).statements
    close(late["levered.taxable"][0, 1:], [0, 100, 200, 200, 200, 200, 200, 200])
    close(late["income_tax"][0, 1:], [0, 0, 0, 25, 25, 25, 50, 50])


def test_residual_recovered_is_net_book_value() -> None:
    """1000 over 20 years ended after 15, 300 replaced at the end of year 10 over ten years: 287.5 + 157.5 (hand)."""
    result = run(
        {"project": {"operation_years": 15}, "capital": {"equipment_yuan": 1000, "depreciation_years": 20, "residual_share": 0.05}},
        {"storage": {"replacement": {
            "operation_years": [10], "battery_yuan_per_kwh": 0.3, "vat_rate": 0, "depreciation_years": 10, "residual_share": 0.05,
        }}},
    )  # fmt: skip
    books = result.statements
    close(books["plant.net"][0, -1], 287.5)
    close(books["renewal_10.net"][0, -1], 157.5)
    close(books["residual"][0], [0.0] * 15 + [445.0])
    close(books["project_inflow"][0, -1], 445.0)


@pytest.mark.parametrize(
    ("debt_share", "basis", "expected"),
    [
        (0.0, "unlevered", 0.11947834),
        (0.8, "unlevered", 0.11947834),
        (0.0, "booked", 0.11947834),
        # The example lends 800 and capitalises 20 on it: a debt share of 820 in 1020 of all uses.
        (820 / 1020, "booked", 0.12019905),
    ],
)
def test_adjusted_tax_on_unlevered_ebit_does_not_move_with_debt(debt_share: float, basis: str, expected: float) -> None:
    """Outlay 1000, revenue 260, cost 60, ten years, residual 5 %, loan at 5 % (hand; 方法与参数, 融资前分析)."""
    result = run(
        {"project": {"construction_months": 12, "operation_years": 10}},
        {"capital": {"equipment_yuan": 1000, "depreciation_years": 10, "residual_share": 0.05}},
        {"revenue": {"known": {"income_yuan": 260, "cost_yuan": 60}}},
        {"finance": {"debt_share": debt_share, "loan_rate": 0.05, "loan_years": 8}, "tax": {"income_tax_rate": 0.25, "adjusted_tax": basis}},
    )  # fmt: skip
    close(result.metrics["project_irr"].value[0], expected, 8)


# --- indicators ---


def known_flow(flow: list[float], **finance: Any) -> Appraisal:
    """A case whose project cash flow is *flow*; a negative year is a replacement of 900 written off by the end."""
    years = len(flow) - 1
    spent = [year for year, cash in enumerate(flow) if year and cash < 0]
    income = [cash + (900 if year in spent else 0) for year, cash in enumerate(flow)][1:]
    left = years - spent[0] if spent else 1
    return run(
        {"project": {"operation_years": years}, "capital": {"equipment_yuan": -flow[0], "depreciation_years": years}},
        {"storage": {"replacement": {
            "operation_years": spent, "battery_yuan_per_kwh": 0.9, "vat_rate": 0, "depreciation_years": left, "residual_share": 0,
        }}},
        {"revenue": {"known": {"income_yuan": income}}, "finance": finance},
    )  # fmt: skip


def test_payback_is_interpolated_from_the_start_of_construction() -> None:
    """Pt = T − 1 + |cum| ÷ net, T from the first construction year (hand)."""
    result = known_flow([-1000.0, 180, 240, 260, 260, 260, 260])
    close(result.statements["project_net"][0], [-1000.0, 180, 240, 260, 260, 260, 260])
    close(result.metrics["payback_years"].value[0], 5.230769, 6)
    close(result.metrics["discounted_payback_years"].value[0], 6.324188, 6)


def test_payback_with_a_replacement_takes_the_last_crossing() -> None:
    """The cumulative line turns positive twice: 5.75 is reported, 3.5 is the warning (hand)."""
    result = known_flow([-1000.0, 400, 400, 400, -500, 400, 400, 400])
    close(result.statements["project_net"][0], [-1000.0, 400, 400, 400, -500, 400, 400, 400])
    close(result.metrics["payback_years"].value[0], 5.75)
    close(result.statements.ledger.figure("first_payback_years")[0], 3.5)


@pytest.mark.parametrize(("timing", "npv"), [("end", 183.160195), ("mid", 190.345659), ("start", 197.813011)])
def test_npv_conventions(timing: str, npv: float) -> None:
    """−1000 and five times 300 at 8 %; the rate of return does not depend on the convention (hand)."""
    result = known_flow([-1000.0, 300, 300, 300, 300, 300], timing=timing)
    close(result.metrics["project_npv"].value[0], npv, 6)
    close(result.metrics["project_irr"].value[0], 0.15238237, 8)


@pytest.mark.parametrize(("revenue", "irr"), [(250, 0.11027882), (275, 0.14437794), (229.029489, 0.08)])
def test_sensitivity_example_rates_of_return(revenue: float, irr: float) -> None:
    """Outlay 1000, cost 80, ten years: base, revenue +10 %, critical revenue (hand)."""
    result = run(
        {"project": {"operation_years": 10}, "capital": {"equipment_yuan": 1000, "depreciation_years": 10}},
        {"revenue": {"known": {"income_yuan": revenue, "cost_yuan": 80}}},
    )  # fmt: skip
    close(result.metrics["project_irr"].value[0], irr, 8)


def lent(loan: float, principal: float, interest: float, total: float) -> dict[str, Any]:
    """Investment and finance by which the loan at the start of operation is *loan* of *total* spent with interest."""
    rate = interest / loan
    half = rate * ONE_MONTH
    construction_interest = half * loan / (1 + half)
    capital = {"equipment_yuan": total - construction_interest}
    finance = {"debt_share": loan / total, "loan_rate": rate, "loan_years": round(loan / principal)}
    return {"capital": capital, "finance": finance}


def test_cover_of_the_examination_item() -> None:
    """(2000 + 600 + 300 − 500) ÷ (1200 + 300) = 1.6, answer B of the examination item 7102791 (zxz.laixue.com)."""
    result = run(
        {"project": {"operation_years": 4}, **lent(2400, 1200, 300, 2400)},
        {"capital": {"depreciation_years": 4}, "revenue": {"known": {"income_yuan": 2900}}, "tax": {"income_tax_rate": 0.25}},
    )  # fmt: skip
    books = result.statements
    for line, expected in {
        "profit": 2000, "depreciation": 600, "income_tax": 500, "loan.principal": 1200, "loan.interest": 300, "ebitda": 2900, "dscr": 1.6,
    }.items():  # fmt: skip
        close(books[line][0, 1], expected)
    close(books["icr"][0, 1], 7.666667, 6)


def test_cover_of_the_second_examination_item() -> None:
    """(1000 + 100 + 50 − 260) ÷ 600 = 1.48 (exam.jzrc.net); 100 of depreciation, 50 of amortisation, interest 100."""
    terms = lent(1000, 500, 100, 1000)
    result = run(
        terms,
        {"capital": {"equipment_yuan": terms["capital"]["equipment_yuan"] - 500, "land_yuan": 500, "land_years": 10, "depreciation_years": 5}},
        {"revenue": {"known": {"income_yuan": 1150}}, "tax": {"income_tax_rate": 260 / 900}},
    )  # fmt: skip
    books = result.statements
    for line, expected in {
        "ebit": 1000,
        "depreciation": 100,
        "amortisation": 50,
        "income_tax": 260,
        "debt_service": 600,
    }.items():
        close(books[line][0, 1], expected)
    close(books["dscr"][0, 1], 1.483333, 6)


def test_cover_deducts_replacement_paid_from_own_funds() -> None:
    """(1800 + 900 − 300 − 400) ÷ 1350 = 1.481481, beside the plain 1.777778 (hand; 方法与参数, 维持运营投资)."""
    result = run(
        lent(2200, 1100, 250, 2700),
        {"capital": {"depreciation_years": 3}, "revenue": {"known": {"income_yuan": 2700}}, "tax": {"income_tax_rate": 300 / 1550}},
        {"storage": {"replacement": {"operation_years": [1], "battery_yuan_per_kwh": 0.4, "vat_rate": 0}}},
    )  # fmt: skip
    books = result.statements
    for line, expected in {
        "ebit": 1800,
        "depreciation": 900,
        "income_tax": 300,
        "loan.principal": 1100,
        "loan.interest": 250,
        "renewal_1.spent": 400,
    }.items():
        close(books[line][0, 1], expected)
    close(books["dscr"][0, 1], 1.481481, 6)
    close(books["dscr_plain"][0, 1], 1.777778, 6)
    close(books["icr"][0, 1], 7.2, 6)


def test_surplus_reserve_after_losses_brought_forward() -> None:
    """−300, 200, 400, 600, 600 with a capital of 1000 and no dividends: 0, 0, 30, 60, 60 (公司法 art. 210; hand)."""
    result = run(
        {"capital": {"equipment_yuan": 1000}, "finance": {"dividend_payout": 0, "surplus_reserve_share": 0.1, "surplus_reserve_cap": 0.5}},
        {"revenue": {"known": {"income_yuan": [200 + profit + 300 for profit in (-300, 200, 400, 600, 600)], "cost_yuan": 300}}},
    )  # fmt: skip
    books = result.statements
    close(books["net_profit"][0, 1:], [-300, 200, 400, 600, 600])
    close(books["surplus_reserve"][0, 1:], [0, 0, 30, 60, 60])
    close(books["retained"][0, -1], 1350)


def test_returns_of_the_official_workbook() -> None:
    """附件4 PV workbook 7.1: ROI and ROE from its totals of EBIT and net profit, which stand in for the books' own lines.

    Total investment and a fifth of it in equity are the case's; ``test_published_cases`` has the whole workbook.
    """
    profit, interest, tax = 40609.20680552137, 19165.889536508213, 9538.893604402363
    books = run(
        {"project": {"operation_years": 25}, "capital": {"equipment_yuan": 57287.21870563441}, "finance": {"debt_share": 0.8}},
    ).statements  # fmt: skip
    for line, amount in {"ebit": profit + interest, "net_profit": profit - tax}.items():
        books = books.with_line(line, f"one_yuan * {amount} / 25 if operating else 0")
    close(books["equity_in"].sum(), 11457.443741126881, 6)
    close(books.ledger.figure("roi")[0], 0.0417371258, 10)
    close(books.ledger.figure("roe")[0], 0.1084720603, 10)


def test_levelised_cost_of_storage() -> None:
    """146.445671 ÷ 230.198962 = 0.636170 yuan/kWh: ex VAT, before tax, charging in, residual deducted (hand)."""
    result = run(
        {"project": {"operation_years": 10}, "capital": {"equipment_yuan": 100, "depreciation_years": 10, "residual_share": 0.05}},
        {"operating_cost": {"other_yuan": 2}, "revenue": {"known": {"charging_yuan": 5}}},
        {"storage": {
            "discharged_mwh": [0.040 * 0.98**year for year in range(10)], "charged_mwh": 0.05,
            "replacement": {"operation_years": [8], "battery_yuan_per_kwh": 0.025, "vat_rate": 0, "depreciation_years": 2, "residual_share": 0},
        }},
    )  # fmt: skip
    growth = 1.08 ** np.arange(1, 12)
    close((result.statements["levelised_cost"][0] / growth).sum(), 146.445671, 6)
    close((result.statements["levelised_energy"][0] / growth).sum(), 230.198962, 6)
    close(result.metrics["lcos_yuan_per_kwh"].value[0], 0.63617, 6)


def test_no_tax_base_has_no_tax_at_all() -> None:
    """The base project of these tests has neither VAT nor tax, so that each example adds only its own."""
    assert set(NO_TAX.values()) == {0}
    books = run({"capital": {"equipment_yuan": 100}, "revenue": {"known": {"income_yuan": 50}}}).statements
    for line in ("vat_output", "vat_input", "surtax", "income_tax", "adjusted_tax", "interest"):
        assert not books[line].any()
