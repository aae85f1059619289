"""The one-way sensitivity table: a published-rule example, closed forms by numpy-financial, and each row run alone.

"example" is ``sensitivity_and_critical_point`` of ``facts/examples.yaml`` (hand; 《方法与参数》: S_AF = (ΔA/A) ÷ (ΔF/F),
临界点 = the change at which FIRR = i_c): 1000 spent, 250 of revenue, 80 of cost, ten years, 8 %.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from strategies import CAPACITY, INSURANCE, LIBRARY, REGULATION, contract, made, plant

from appraisal import appraise, case_from_mapping, load_case, scenario_path
from appraisal.case import Case, Change
from appraisal.errors import InputError
from appraisal.metrics import KEYS
from appraisal.study.drivers import REVENUE
from appraisal.study.inputs import Input, inputs_of
from appraisal.study.oneway import CHANGES, TABLE_INPUTS, OneWay, one_way
from appraisal.study.settled import settled_terms

TEN_YEARS = -float(npf.pv(0.08, 10, 1.0))


def example(*changes: dict[str, Any]) -> dict[str, Any]:
    """The example's project."""
    return contract(
        {"project": {"operation_years": 10}, "capital": {"equipment_yuan": 1000, "depreciation_years": 10}},
        {"revenue": {"known": {"income_yuan": 250, "cost_yuan": 80}}},
        *changes,
    )


def place(found: OneWay, key: str) -> int:
    """The row of an input."""
    return [one.key for one in found.inputs].index(key)


def test_example_coefficient_and_critical_point_are_the_printed_ones() -> None:
    """IRR 11.027882 % → 14.437794 % at +10 % of revenue, S_AF 3.092082, critical −8.388205 % (example)."""
    found = one_way(made(example()))
    revenue = place(found, "revenue")
    at = list(CHANGES).index(0.1)
    assert found.base["project_irr"].value[0] == pytest.approx(0.11027882, abs=0.5e-8)
    assert found.metric("project_irr")[revenue, at] == pytest.approx(0.14437794, abs=0.5e-8)
    assert found.coefficient()[0][revenue, at] == pytest.approx(3.092082, abs=0.5e-6)
    assert found.critical.change[revenue] == pytest.approx(-0.08388205, abs=0.5e-8)
    assert found.critical.code[revenue] == "ok"


def test_critical_points_of_cost_are_the_closed_forms() -> None:
    """Σ over ten years at 8 % is the annuity factor a (numpy-financial): 170·a ÷ 1000 − 1, and (250 − 1000 ÷ a) ÷ 80 − 1."""
    found = one_way(made(example()))
    change = found.critical.change
    assert change[place(found, "construction_investment")] == pytest.approx(170 * TEN_YEARS / 1000 - 1, abs=1e-8)
    assert change[place(found, "operating_cost")] == pytest.approx((250 - 1000 / TEN_YEARS) / 80 - 1, abs=1e-8)


def test_critical_change_brings_the_irr_to_the_discount_rate() -> None:
    """Law: the case with the input set there earns its discount rate; with tax, VAT, debt and a loss carried forward."""
    raw = example(
        {"tax": {"income_tax_rate": 0.25}, "market": {"vat_rate": 0.13}, "capital": {"equipment_vat_rate": 0.13}}
    )
    found = one_way(made(raw))
    change = found.critical.change[place(found, "revenue")]
    at_critical = alone(raw, {"revenue.known.income_yuan": 250 * (1 + change)})
    assert at_critical.metrics["project_irr"].value[0] == pytest.approx(0.08, abs=1e-9)


def test_npv_without_tax_is_linear_in_every_input() -> None:
    """ΔNPV = change × present value of what moves (numpy-financial), column 1 discounted once."""
    found = one_way(made(example()))
    moved = found.metric("project_npv") - found.base["project_npv"].value[0]
    for key, worth in {
        "revenue": 250 * TEN_YEARS,
        "operating_cost": -80 * TEN_YEARS,
        "construction_investment": -1000.0,
    }.items():
        np.testing.assert_allclose(moved[place(found, key)], np.array(CHANGES) * worth / 1.08, rtol=1e-10)
    base = (170 * TEN_YEARS - 1000) / 1.08
    np.testing.assert_allclose(
        found.coefficient("project_npv")[0][place(found, "revenue")], 250 * TEN_YEARS / 1.08 / base, rtol=1e-9
    )


def alone(raw: dict[str, Any], values: dict[str, Any]) -> Any:
    """The case with some paths set, read and appraised by itself."""
    changes = [Change(path=path, value=value) for path, value in values.items()]
    return appraise(case_from_mapping(raw, changes, library=LIBRARY))


SOLD = plant(
    {"revenue": {"capacity": CAPACITY, "frequency_regulation": {**REGULATION, "capacity_price_yuan_per_mw_hour": 2}}},
    {"capital": {"land_yuan": 1e6, "land_years": 30}, "operating_cost": {"insurance_share": 0.002}},
)
BY_CONTRACT = example(
    {"revenue": {"known": {"income_yuan": [200 + 10 * year for year in range(10)], "charging_yuan": 30}}},
    {"operating_cost": {"other_yuan": [5 + year for year in range(10)], "insurance_share": 0.01, "staff_yuan_per_year": 3}},
    {"finance": {"debt_share": 0.6, "loan_rate": 0.05, "loan_years": 7}, "tax": {"income_tax_rate": 0.25}},
)  # fmt: skip
PATHS = {
    "sold": {
        "construction_investment": {
            "capital.battery_yuan_per_kwh": 600, "capital.works_yuan_per_kwh": 90, "capital.services_yuan": 400000, "capital.land_yuan": 1e6,
        },
        "revenue": {
            "market.sell_scale": 1, "revenue.capacity.price_yuan_per_kw_year": 165, "revenue.frequency_regulation.price_yuan_per_mw": 5,
            "revenue.frequency_regulation.capacity_price_yuan_per_mw_hour": 2,
        },
        "operating_cost": {"operating_cost.fixed_yuan_per_kw_year": 20, "operating_cost.insurance_share": 0.002},
        "spread": {"market.spread_scale": 1},
        "loan_rate": {"finance.loan_rate": 0.035},
    },
    "contract": {
        "construction_investment": {"capital.equipment_yuan": 1000},
        "revenue": {"revenue.known.income_yuan": [200 + 10 * year for year in range(10)]},
        "operating_cost": {
            "operating_cost.other_yuan": [5 + year for year in range(10)], "operating_cost.insurance_share": 0.01,
            "operating_cost.staff_yuan_per_year": 3, "revenue.known.cost_yuan": 80,
        },
        "charging_cost": {"revenue.known.charging_yuan": 30},
        "loan_rate": {"finance.loan_rate": 0.05},
    },
}  # fmt: skip


@pytest.mark.parametrize(("name", "raw"), [("sold", SOLD), ("contract", BY_CONTRACT)])
def test_every_row_equals_the_case_set_and_run_alone_bit_for_bit(name: str, raw: dict[str, Any]) -> None:
    """Oracle: the paths of each input written out, set one by one and appraised by themselves; no path more or less."""
    found = one_way(made(raw), changes=(-0.1, 0.2))
    assert {one.key for one in found.inputs} == set(PATHS[name])
    for row, (one, paths) in enumerate(zip(found.inputs, found.moving.paths, strict=True)):
        base = PATHS[name][one.key]
        assert set(paths) == set(base)
        for column, change in enumerate((-0.1, 0.2)):
            moved = {path: np.multiply(value, 1.0 + change).tolist() for path, value in base.items()}
            result = alone(raw, moved)
            for key in found.base:
                assert np.array_equal(found.metric(key)[row, column], result.metrics[key].value[0], equal_nan=True), (
                    one.key,
                    key,
                )


def test_base_row_is_the_case_appraised_alone() -> None:
    """Bit for bit, in a block that varies everything."""
    found, result = one_way(made(SOLD)), appraise(made(SOLD))
    assert set(found.base) == set(KEYS)
    for key in KEYS:
        assert np.array_equal(found.base[key].value, result.metrics[key].value, equal_nan=True)


def test_a_wider_spread_is_dispatched_anew() -> None:
    """A narrow spread does not pay for the losses: the plant moves less; the table has the result of that schedule."""
    found = one_way(made(plant()), changes=(-0.7, 0.2))
    base, narrow = alone(plant(), {}), alone(plant(), {"market.spread_scale": 1 - 0.7})
    assert narrow.operation.discharged_mwh.sum() < 0.9 * base.operation.discharged_mwh.sum()
    spread = place(found, "spread")
    assert found.metric("project_npv")[spread, 0] == narrow.metrics["project_npv"].value[0]


# --- what has no number ---


@pytest.mark.parametrize(
    ("income", "base", "code", "words"),
    [(150, "ok", "base_not_positive", "not above zero"), (60, "none", "no_base", "the base case has no such figure")],
)
def test_coefficient_of_an_undefined_base_is_no_number_with_a_reason(
    income: float, base: str, code: str, words: str
) -> None:
    """Ten times 70 against 1000 earns less than nothing; ten times −20 never changes sign."""
    found = one_way(made(example({"revenue": {"known": {"income_yuan": income}}})))
    assert found.base["project_irr"].status[0] == base
    value, reason = found.coefficient()
    assert np.isnan(value).all()
    assert (reason == code).all()
    frame = found.table()
    assert frame["Sensitivity coefficient: Project IRR, after tax"].isna().all()
    assert frame["Note"][1:].str.contains(words).all()


def test_coefficient_where_the_change_leaves_no_figure_says_so() -> None:
    """Revenue halved and cost doubled below it: the base has an IRR, the moved row none."""
    found = one_way(made(example()), changes=(-0.9, 0.1))
    revenue = place(found, "revenue")
    value, reason = found.coefficient()
    assert reason[revenue].tolist() == ["no_figure", "ok"]
    assert np.isnan(value[revenue, 0])
    assert np.isfinite(value[revenue, 1])


def test_inputs_that_are_not_there_or_zero_are_left_out_with_the_reason() -> None:
    """The example has no debt, no charging and no dispatch."""
    found = one_way(made(example()))
    assert {one.input.key: (one.zh, one.en) for one in found.left_out} == {
        "spread": ("本算例无此项", "the case has no such input"),
        "charging_cost": ("本算例无此项", "the case has no such input"),
        "loan_rate": ("基准值为零，相对变化无意义", "zero in the case: a relative change of nothing is nothing"),
    }
    assert len(found.inputs) + len(found.left_out) == len(TABLE_INPUTS)


def test_a_table_of_inputs_that_are_all_left_out_is_the_base_case() -> None:
    """The example is not dispatched: a table of its spread has one row."""
    found = one_way(made(example()), inputs=tuple(one for one in TABLE_INPUTS if one.key == "spread"))
    assert found.table()["Input"].tolist() == ["Base case"]
    assert found.base["project_irr"].value[0] == pytest.approx(0.11027882, abs=0.5e-8)


def test_critical_point_of_what_npv_does_not_feel_is_none() -> None:
    """The project table does not move with the debt (RULES §3)."""
    found = one_way(made(BY_CONTRACT))
    rate = place(found, "loan_rate")
    assert np.isnan(found.critical.change[rate])
    assert found.critical.words(rate, "en") == "Project NPV, after tax does not move with it at the values looked at"
    assert (found.coefficient()[0][rate] == 0.0).all()
    assert not np.signbit(found.coefficient()[0][rate]).any()


def test_critical_point_out_of_reach_names_the_range() -> None:
    """Cost free of charge still leaves 110 a year against 149 needed: no cut of 95 % reaches that."""
    found = one_way(made(example({"revenue": {"known": {"income_yuan": 110}}})))
    cost = place(found, "operating_cost")
    assert np.isnan(found.critical.change[cost])
    assert found.critical.words(cost, "en") == "none seen within −95 %…+500 %"
    assert found.critical.words(cost, "zh") == "在 −95 %…+500 % 范围内未见临界点"
    assert found.table("en")["Note"][1 + cost * len(CHANGES)].endswith("Critical change: none seen within −95 %…+500 %")


def test_a_case_at_the_hurdle_is_critical_as_it_stands() -> None:
    """100 spent and 108 received a year later earn 8 % exactly."""
    raw = contract({"project": {"operation_years": 1}, "capital": {"equipment_yuan": 100, "depreciation_years": 1}},
                   {"revenue": {"known": {"income_yuan": 108}}})  # fmt: skip
    assert (one_way(made(raw)).critical.change == 0.0).all()


def test_critical_point_at_a_jump_is_found_and_named() -> None:
    """Idle until 600 yuan/MWh × level pays the shadow price of 900: at a level of 1.5 a whole year's margin appears."""
    day = [0.2] * 12 + [0.8] * 12
    raw = plant(
        {"market": {"typical_days": [{"buy_yuan_per_kwh": day}], "transmission_yuan_per_kwh": 0, "loss_yuan_per_kwh": 0, "system_operation_yuan_per_kwh": 0}},
        {"storage": {"charge_efficiency": 1, "discharge_efficiency": 1, "throughput_cost_yuan_per_mwh": 900}},
        {"capital": {"battery_yuan_per_kwh": 100, "works_yuan_per_kwh": 0}},
    )  # fmt: skip
    level = Input(key="level", zh="电价水平", en="Price level", paths=("market.price_scale",))
    found = one_way(made(raw), inputs=(level,))
    assert found.critical.change[0] == pytest.approx(0.5, abs=1e-8)
    assert found.critical.code[0] == "step"
    assert found.critical.words(0, "en") == "Project NPV, after tax steps over 0 yuan here"


def test_a_row_that_the_case_refuses_is_no_number_with_the_message() -> None:
    """A regulation price of 14 under a cap of 15 may rise by one fourteenth."""
    raw = plant({"revenue": {"frequency_regulation": {**REGULATION, "price_yuan_per_mw": 14}}})
    found = one_way(made(raw), changes=(0.05, 0.1))
    revenue = place(found, "revenue")
    assert np.isfinite(found.metric("project_npv")[revenue, 0])
    assert np.isnan(found.metric("project_npv")[revenue, 1])
    assert found.measured.rows["project_npv"].status.reshape(-1, 2)[revenue].tolist() == ["ok", "none"]
    assert "is above the cap of the market" in found.table()["Note"][1 + 2 * revenue + 1]
    assert "高于市场上限" in found.table("zh")["说明"][1 + 2 * revenue + 1]
    assert found.critical.limits[revenue, 1] == pytest.approx(1 / 14, abs=1e-8)
    assert np.isfinite(found.metric("project_npv")[np.arange(len(found.inputs)) != revenue]).all()


# --- the table and its inputs ---


def test_table_has_the_printed_shape_in_both_languages() -> None:
    """Base case first, then every input at every change; the columns of 附录K."""
    found = one_way(made(SOLD))
    zh, en = found.table("zh"), found.table("en")
    assert list(zh.columns) == [
        "不确定因素", "变化率", "全投资内部收益率（税前）", "全投资内部收益率（税后）", "资本金内部收益率（税后）", "全投资财务净现值（税后）（元）",
        "敏感度系数：全投资内部收益率（税后）", "临界点：全投资内部收益率（税后）", "说明",
    ]  # fmt: skip
    assert zh.shape == en.shape == (1 + 5 * len(CHANGES), 9)
    assert zh["不确定因素"][0] == "基本方案"
    assert zh["变化率"].tolist() == [0.0, *CHANGES * 5]
    assert en["Input"].unique().tolist() == ["Base case", *(one.en for one in found.inputs)]
    assert en["Project NPV, after tax, yuan"].tolist() == [
        *found.base["project_npv"].value,
        *found.metric("project_npv").ravel(),
    ]


def test_terms_belong_to_the_one_table_that_they_move() -> None:
    """A contract's amounts by kind; a subsidy apart; an insured value moves premium and compensation, a cap nothing."""
    raw = example(
        {
            "revenue": {
                "known": {"charging_yuan": 30},
                "bonus": {"stream": "schedule", "paid_by": "market", "income_yuan": 7, "vat_rate": 0, "subsidy": True},
            }
        },
        {"support": {"first_of_kind_insurance": {**INSURANCE, "insured_by": "owner"}}},
    )
    assert settled_terms(made(raw)) == {
        "revenue.known.income_yuan": "income", "revenue.known.cost_yuan": "cost", "revenue.known.charging_yuan": "purchase",
        "revenue.bonus.income_yuan": "subsidy",
    }  # fmt: skip
    assert set(settled_terms(made(plant({"revenue": {"frequency_regulation": REGULATION}})))) == {
        "market.sell_scale", "revenue.frequency_regulation.price_yuan_per_mw",
    }  # fmt: skip


SHARED = {"project": {"side": "user"}, "market": {
    "load_mw": 30, "transmission_yuan_per_kwh": None, "loss_yuan_per_kwh": None, "system_operation_yuan_per_kwh": None,
}}  # fmt: skip


@pytest.mark.parametrize(
    ("emc", "path"),
    [
        ({"emc": "saving_share"}, "market.price_scale"), ({"emc": "host_owned"}, "market.price_scale"),
        ({"emc": "discharge_discount"}, "market.sell_scale"), ({"emc": "fixed_fee", "fee_yuan_per_kw_year": 300}, "revenue.arbitrage.fee_yuan_per_kw_year"),
    ],
)  # fmt: skip
def test_revenue_of_a_contract_is_the_level_that_its_income_alone_follows(emc: dict[str, Any], path: str) -> None:
    """A saving has one price level; a sale at a discount leaves the purchase; a fee is a fee. Income moves by the change."""
    case = made(plant(SHARED, {"revenue": {"arbitrage": emc}}))
    moving = inputs_of(case, [REVENUE])[0]
    assert moving.paths == ((path,),)
    base, less = (sums_of(moving.block(np.array([[change]]))) for change in (0.0, -0.2))
    assert less == pytest.approx((0.8 * base[0], base[1]), rel=1e-12)


def sums_of(case: Case) -> tuple[float, float]:
    """Income and purchases of all streams over all years."""
    settled = appraise(case).revenue.settlements.values()
    return sum(float(one.income.sum()) for one in settled), sum(float(one.purchase.sum()) for one in settled)


def test_revenue_of_a_grid_plant_moves_its_income_and_leaves_its_purchases() -> None:
    """hainan_grid_lfp at −20 %: by definition of 敏感度系数 income is −20 %, and what charging costs and the schedule stay."""
    case = load_case(scenario_path("hainan_grid_lfp"))
    moving = inputs_of(case, [REVENUE])[0]
    assert "market.sell_scale" in moving.paths[0]
    assert "market.price_scale" not in moving.paths[0]
    block = moving.block(np.array([[-0.2]]))
    base, less = sums_of(case), sums_of(block)
    assert less[0] == pytest.approx(0.8 * base[0], rel=1e-12)
    assert less[1] == base[1]
    assert appraise(block).operation.discharged_mwh.tobytes() == appraise(case).operation.discharged_mwh.tobytes()


def test_a_level_of_sales_where_nothing_is_sold_is_refused() -> None:
    """A share of the saving does not read it; stated it would change nothing without a word."""
    with pytest.raises(InputError, match=r"market\.sell_scale is not read: a saving has one price level"):
        made(plant(SHARED, {"revenue": {"arbitrage": {"emc": "saving_share"}}, "market": {"sell_scale": 1.1}}))


# --- another metric than the project's return ---


def test_critical_change_of_the_equity_return_is_that_of_the_equity_and_the_heads_say_so() -> None:
    """Law: the equity earns its own discount rate there; the project's critical change is another."""
    raw = example({"finance": {"debt_share": 0.6, "loan_rate": 0.05, "loan_years": 7, "equity_discount_rate": 0.1}})
    found = one_way(made(raw), judged="equity_irr")
    revenue = place(found, "revenue")
    change = found.critical.change[revenue]
    assert alone(raw, {"revenue.known.income_yuan": 250 * (1 + change)}).metrics["equity_irr"].value[
        0
    ] == pytest.approx(0.1, abs=1e-9)
    assert change != pytest.approx(one_way(made(raw)).critical.change[revenue], abs=1e-3)
    assert list(found.table().columns[-3:-1]) == [
        "Sensitivity coefficient: Equity IRR, after tax", "Critical change: Equity IRR, after tax",
    ]  # fmt: skip
    base, moved = found.base["equity_irr"].value[0], found.metric("equity_irr")[revenue, list(CHANGES).index(0.1)]
    assert found.coefficient()[0][revenue, list(CHANGES).index(0.1)] == pytest.approx(
        (moved / base - 1) / 0.1, rel=1e-12
    )
    assert (found.critical_of("equity_npv"), found.critical_of("project_irr")) == (True, False)


def test_critical_change_of_a_target_meets_it() -> None:
    """170 + 250·x a year earn 10 % where (170 + 250·x)·a(10 %) = 1000 (numpy-financial)."""
    found = one_way(made(example()), judged="project_irr", target=0.1)
    level = -1000 / float(npf.pv(0.1, 10, 1.0))
    assert found.critical.change[place(found, "revenue")] == pytest.approx((level - 170) / 250, abs=1e-9)
    assert found.table().columns[-2] == "Critical change: Project IRR, after tax = 10 %"


def test_a_metric_without_a_hurdle_has_no_critical_change_until_a_target_is_given() -> None:
    """A cover is the lender's: income of 250 and cost of 80 against level debt service; at the target it is met."""
    raw = example({"finance": {"debt_share": 0.6, "loan_rate": 0.05, "loan_years": 7}})
    found = one_way(made(raw), judged="dscr_min")
    assert np.isnan(found.critical.change).all()
    assert found.critical.words(0, "en") == "Minimum DSCR has no hurdle: give a target for a critical change"
    assert found.table()["Note"][1].endswith("give a target for a critical change")
    asked = one_way(made(raw), judged="dscr_min", target=1.4)
    change = asked.critical.change[place(asked, "revenue")]
    assert alone(raw, {"revenue.known.income_yuan": 250 * (1 + change)}).metrics["dscr_min"].value[0] == pytest.approx(
        1.4, abs=1e-8
    )


def test_own_inputs_may_share_a_pattern_of_paths() -> None:
    """Every VAT rate of capital, by a pattern; here all are zero but one."""
    rates = Input(key="vat", zh="进项税率", en="Input VAT", paths=("capital.*_vat_rate",))
    found = one_way(made(example({"capital": {"equipment_vat_rate": 0.1}})), inputs=(rates,))
    assert found.moving.paths == (("capital.equipment_vat_rate",),)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"changes": (0.1, 0.0)}, "a change of 0; expected a fraction above −1, at most 100 and not 0"),
        ({"changes": (-1.0,)}, "a change of -1; expected"),
        ({"changes": (-0.1, 1e308)}, r"a change of 1e\+308; expected a fraction above −1, at most 100"),
        ({"changes": (0.1, 0.1)}, "each once"),
        ({"target": float("nan")}, "target nan; expected a finite number"),
        ({"judged": "project_npv", "target": 1e300}, r"target 1e\+300; expected a finite number, here within ±1e\+09"),
        ({"judged": "project_ir"}, "did you mean 'project_irr'"),
        ({"changes": ()}, "expected fractions"),
        ({"keys": ("project_ir",)}, "did you mean 'project_irr'"),
        ({"inputs": (TABLE_INPUTS[0], TABLE_INPUTS[0])}, "construction_investment: stands twice"),
        ({"inputs": (Input(key="a", zh="甲", en="A", paths=("finance.loan_rat",)),)}, "did you mean 'finance.loan_rate'"),
    ],
)  # fmt: skip
def test_bad_terms_of_a_table_are_refused_with_the_remedy(terms: dict[str, Any], message: str) -> None:
    """Nothing is appraised."""
    with pytest.raises(InputError, match=message):
        one_way(made(example()), **terms)


def test_a_block_of_scenarios_is_refused() -> None:
    """The table is of one scenario."""
    case = made(example()).vary({"finance.discount_rate": np.array([0.06, 0.08])})
    with pytest.raises(InputError, match=r"2 scenarios, expected 1; take one with case\.rows"):
        one_way(case)
