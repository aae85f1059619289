"""Solving for an input: closed forms by numpy-financial, brentq over single appraisals, and the law that the answer appraises to the target.

"example" is ``sensitivity_and_critical_point`` of ``facts/examples.yaml`` (hand; 《方法与参数》): 1000 spent, 250 of revenue,
80 of cost, ten years, 8 %.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from strategies import REGULATION, cases, contract, made, plant

from appraisal import Case, appraise, load_case, measure_many, scenario_path
from appraisal.errors import InputError
from appraisal.study.drivers import INVESTMENT, OPERATING_COST, REVENUE, SPREAD
from appraisal.study.inputs import Input, inputs_of
from appraisal.study.search import Scan
from appraisal.study.solve import Solved, frontier, solve
from appraisal.study.solve.outcome import codes

TEN_YEARS = -float(npf.pv(0.08, 10, 1.0))


def example(*changes: dict[str, Any]) -> dict[str, Any]:
    """The example's project."""
    return contract(
        {"project": {"operation_years": 10}, "capital": {"equipment_yuan": 1000, "depreciation_years": 10}},
        {"revenue": {"known": {"income_yuan": 250, "cost_yuan": 80}}},
        *changes,
    )


def one_year(*changes: dict[str, Any]) -> Case:
    """100 spent, 108 received a year later."""
    return made(
        contract(
            {"project": {"operation_years": 1}, "capital": {"equipment_yuan": 100, "depreciation_years": 1}},
            {"revenue": {"known": {"income_yuan": 108}}},
            *changes,
        )
    )


def at(case: Case, path: str, value: float, metric: str) -> float:
    """A metric with one number set, appraised by itself."""
    return float(appraise(case.vary({path: value})).metrics[metric].value[0])


def missed(found: Solved) -> np.ndarray:
    """By how much the appraisal at the solution misses the target, in units of what is promised."""
    value = appraise(found.case()).metrics[found.metric.key].value
    invested = measure_many(found.moving.case, keys=("construction_investment_total",))["construction_investment_total"]
    size = invested.value if found.metric.unit == "yuan" else np.maximum(1.0, np.abs(found.target))
    return np.abs(value - found.target[found.found]) / np.broadcast_to(size, found.value.shape)[found.found]


# --- closed forms ---


def test_investment_and_revenue_at_the_hurdle_are_the_closed_forms() -> None:
    """170·a ÷ 1000 − 1 with the annuity factor a (numpy-financial); revenue −8.388205 % (example)."""
    case = made(example())
    assert solve(case, INVESTMENT, "project_npv").value[0] == pytest.approx(170 * TEN_YEARS / 1000 - 1, abs=1e-11)
    revenue = solve(case, REVENUE, "project_irr", 0.08)
    assert revenue.value[0] == pytest.approx(-0.08388205, abs=0.5e-8)
    assert (revenue.code[0], revenue.trend[0], revenue.words()) == ("ok", "rises", "")


def test_the_rate_at_which_npv_is_zero_is_the_irr() -> None:
    """Oracle: numpy_financial.irr of −1000 and ten times 170."""
    found = solve(made(example()), "finance.discount_rate", "project_npv")
    assert found.value[0] == pytest.approx(npf.irr([-1000, *[170] * 10]), abs=1e-11)


def test_zero_in_the_case_is_a_value_to_start_from() -> None:
    """Insurance of x · 1000 a year costs what the hurdle leaves: (170 − 1000 ÷ a) ÷ 1000; other operating cost likewise."""
    case = made(example())
    assert solve(case, "operating_cost.insurance_share", "project_npv").value[0] == pytest.approx(
        0.17 - 1 / TEN_YEARS, abs=1e-11
    )
    staff = solve(case, "operating_cost.staff_yuan_per_year", "project_npv")
    assert staff.value[0] == pytest.approx(170 - 1000 / TEN_YEARS, rel=1e-10)


def test_irr_target_near_the_end_of_its_region_is_met() -> None:
    """100 spent and x received earn x ÷ 100 − 1: −99.9 % at 0.1, beside the incomes that leave no rate at all."""
    found = solve(one_year(), REVENUE, "project_irr", -0.999)
    assert 108 * (1 + found.value[0]) == pytest.approx(0.1, rel=1e-8)


def test_a_change_of_everything_is_the_same_as_a_value() -> None:
    """The relative change of one path against the value of that path."""
    case = load_case(scenario_path("hainan_grid_lfp"))
    path = "revenue.capacity.price_yuan_per_kw_year"
    by_value = solve(case, path, "equity_irr", 0.08)
    by_change = solve(case, Input(key="price", zh="价", en="Price", paths=(path,)), "equity_irr", 0.08)
    assert by_value.value[0] == pytest.approx(165 * (1 + by_change.value[0]), rel=1e-10)


# --- the law ---


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(
    cases(), st.sampled_from([INVESTMENT, REVENUE, OPERATING_COST]), st.sampled_from(["project_npv", "project_irr", "equity_npv", "lcos_yuan_per_kwh"]),
    st.integers(-300, 400),
)  # fmt: skip
def test_law_the_answer_appraises_to_the_target(
    raw: dict[str, Any], what: Input, metric: str, thousandths: int
) -> None:
    """The target is the metric at a drawn change, so that there is an answer; every solution meets it to 1e-9."""
    case = made(raw)
    moved, left_out = inputs_of(case, [what])
    if left_out:
        return
    target = moved.measure(np.array([[thousandths / 1000]]), (metric,)).rows[metric].value
    if not np.isfinite(target).all():
        return
    found = solve(case, what, metric, target, within=(-0.999, 1.5))
    assert found.code[0] in ("ok", "interval", "everywhere"), found.words()
    assert missed(found).max() <= 1e-9
    keys = (metric, "construction_investment_total")
    there = moved.measure(found.solutions[0][:, None], keys)
    invested = float(there.base[keys[1]].value[0])
    size = invested if there.base[metric].unit == "yuan" else max(1.0, abs(float(target[0])))
    assert (np.abs(there.rows[metric].value - target) <= 1e-9 * size).all()


def test_law_holds_for_a_tariff_that_is_dispatched_anew() -> None:
    """zhejiang_user_lfp: the spread at which NPV and IRR meet a target, NPV being piecewise linear in it; brentq agrees."""
    case = load_case(scenario_path("zhejiang_user_lfp"))
    for metric, target in (("project_npv", 0.0), ("project_irr", 0.09)):
        found = solve(case, "market.spread_scale", metric, target)
        assert missed(found).max() <= 1e-9
        by_hand = brentq(lambda x: at(case, "market.spread_scale", x, metric) - target, 0.5, 1.5, xtol=1e-13)  # noqa: B023
        assert found.value[0] == pytest.approx(by_hand, abs=1e-9)


def test_solving_a_stack_is_stacking_the_solutions_bit_for_bit() -> None:
    """Four scenarios that differ in what dispatch reads and in what it does not, each with its own target."""
    case = load_case(scenario_path("zhejiang_user_lfp"))
    block = case.vary(
        {
            "storage.depth_of_discharge": np.linspace(0.8, 0.95, 4),
            "capital.battery_yuan_per_kwh": np.linspace(900, 400, 4),
        }
    )
    targets = np.linspace(-1e6, 2e6, 4)
    for what in (SPREAD, "finance.discount_rate"):
        found = solve(block, what, "project_npv", targets)
        assert missed(found).max() <= 1e-9
        for row in range(4):
            alone = solve(block.rows(slice(row, row + 1)), what, "project_npv", targets[row])
            assert alone.value.tobytes() == found.value[row : row + 1].tobytes()
            assert (alone.code[0], alone.trend[0]) == (found.code[row], found.trend[row])


def test_terms_that_are_zero_in_the_first_scenario_are_moved_in_the_others() -> None:
    """Of two scenarios the first sells no regulation capacity: revenue moves it in the second."""
    raw = plant({"revenue": {"frequency_regulation": {**REGULATION, "capacity_price_yuan_per_mw_hour": 2}}})
    path = "revenue.frequency_regulation.capacity_price_yuan_per_mw_hour"
    block = made(raw).vary({path: np.array([0.0, 2.0])})
    found = solve(block, REVENUE, "project_npv")
    assert path in found.moving.paths[0]
    for row in range(2):
        alone = solve(block.rows(slice(row, row + 1)), REVENUE, "project_npv")
        assert alone.value[0] == found.value[row]


# --- several, intervals, jumps, none ---


def test_all_solutions_are_found_and_the_nearest_is_shown() -> None:
    """zhejiang_user_lfp: too little and too much power for ten MWh; each bracket by brentq."""
    case = load_case(scenario_path("zhejiang_user_lfp"))
    found = solve(case, "storage.power_mw", "project_npv")
    low, high = (
        brentq(lambda x: at(case, "storage.power_mw", x, "project_npv"), *ends, xtol=1e-12)
        for ends in ((0.3, 3), (5, 30))
    )
    np.testing.assert_allclose(found.solutions[0], [low, high], rtol=1e-8)
    assert (found.value[0], found.trend[0]) == (found.solutions[0][0], "mixed")
    assert "2 solutions: " in found.words()
    assert "共有 2 个解" in found.words(lang="zh")


def test_a_jump_is_no_solution_and_names_its_place() -> None:
    """Idle until 600 yuan/MWh × level pays the shadow price of 900: at a level of 1.5 a whole year's margin appears."""
    day = [0.2] * 12 + [0.8] * 12
    raw = plant(
        {"market": {"typical_days": [{"buy_yuan_per_kwh": day}], "transmission_yuan_per_kwh": 0, "loss_yuan_per_kwh": 0, "system_operation_yuan_per_kwh": 0}},
        {"storage": {"charge_efficiency": 1, "discharge_efficiency": 1, "throughput_cost_yuan_per_mwh": 900}},
        {"capital": {"battery_yuan_per_kwh": 100, "works_yuan_per_kwh": 0}},
    )  # fmt: skip
    found = solve(made(raw), "market.price_scale", "project_npv")
    assert (found.code[0], found.value[0].tobytes()) == ("jump", np.array(np.nan).tobytes())
    assert found.jumps[0][0] == pytest.approx(1.5, abs=1e-8)
    assert "jumps over the target of 0 yuan at 1.5 " in found.words()


def test_an_interval_that_meets_the_target_holds_what_stands_in_the_case() -> None:
    """No short-term loan is needed while the income carries the debt; the case itself is one of those."""
    raw = example({"finance": {"debt_share": 0.6, "loan_rate": 0.05, "loan_years": 7}})
    found = solve(made(raw), REVENUE, "short_loan_most", 0.0)
    assert (found.code[0], found.value[0]) == ("interval", 0.0)
    first = found.solutions[0][0]
    below, above = (
        found.moving.measure(np.array([[first - 1e-3], [first + 1e-3]]), ("short_loan_most",))
        .rows["short_loan_most"]
        .value
    )
    assert below > 0.0
    assert above <= 1e-6


def test_what_the_metric_does_not_feel_is_flat_and_at_the_target_everything_solves() -> None:
    """The project table does not move with the loan rate; 100 against 108 earn 8 % whatever it is."""
    case = one_year({"finance": {"debt_share": 0.5, "loan_rate": 0.05}})
    flat = solve(case, "finance.loan_rate", "project_irr", 0.1)
    assert (flat.code[0], np.isnan(flat.value[0])) == ("flat", True)
    assert (
        flat.words()
        == f"Project IRR, after tax does not move with it at the {flat.points[0]} values looked at: it stays at 8 %"
    )
    met = solve(case, "finance.loan_rate", "project_npv")
    assert (met.code[0], met.value[0]) == ("everywhere", 0.05)


def test_out_of_reach_names_what_was_reached_and_where() -> None:
    """100 cannot earn 50 % with an income within ±10 % of 108: at the most 18.8 %."""
    found = solve(one_year(), REVENUE, "project_irr", 0.5, within=(-0.1, 0.1))
    assert (found.code[0], np.isnan(found.value[0])) == ("below", True)
    assert found.reached[0] == pytest.approx([-0.028, 0.188], abs=1e-9)
    assert found.reached_at[0].tolist() == [-0.1, 0.1]
    seen = found.points[0]
    assert seen > 10
    assert (
        found.words()
        == f"below the target of 50 % at all {seen} values looked at in −10 % … +10 %: at the most 18.8 %, at +10 %"
    )
    assert (
        found.words(lang="zh")
        == f"在 −10 %～+10 % 范围内所看的 {seen} 个取值处均低于目标 50 %，最高 18.8 %（取 +10 % 时）"
    )
    with pytest.raises(InputError, match="no scenario has a solution"):
        found.case()


def test_undefined_throughout_says_why() -> None:
    """Ten times −20: no rate of return while only the cost rises."""
    case = made(example({"revenue": {"known": {"income_yuan": 60}}}))
    found = solve(case, OPERATING_COST, "project_irr", 0.05, within=(0.0, 1.0))
    assert found.code[0] == "undefined"
    assert f"has no value at any of the {found.points[0]} values looked at in 0 % … +100 %" in found.words()
    assert "the cash never changes sign" in found.words()


def test_a_cap_of_the_case_ends_the_range_and_is_told() -> None:
    """A regulation price of 14 under a cap of 15."""
    case = made(plant({"revenue": {"frequency_regulation": {**REGULATION, "price_yuan_per_mw": 14}}}))
    found = solve(case, "revenue.frequency_regulation.price_yuan_per_mw", "project_npv", 1e12)
    assert found.code[0] == "below"
    assert found.looked[0] == pytest.approx([0.0, 15.0], abs=1e-9)
    assert "is above the cap of the market" in found.words()


def test_an_input_that_the_case_bars_is_refused_with_its_words() -> None:
    """Land needs the years of its right."""
    found = solve(made(plant()), "capital.land_yuan", "project_npv")
    assert found.code[0] == "refused"
    assert "required where there is land" in found.words()


def test_several_roots_of_the_rate_shown_are_told() -> None:
    """−100, 60, 60, 60, −10: a dismantling outlay adds a far negative root; shown is the one where NPV falls."""
    raw = contract(
        {"project": {"operation_years": 4}, "capital": {"equipment_yuan": 100, "depreciation_years": 4}},
        {"revenue": {"known": {"income_yuan": [60, 60, 60, 0], "cost_yuan": [0, 0, 0, 10]}}},
    )
    found = solve(made(raw), REVENUE, "project_irr", 0.2)
    assert found.metric.status[0] == "multiple"
    assert "several roots" in found.words()
    income = 60 * (1 + found.value[0])
    assert npf.npv(0.2, [-100, income, income, income, -10]) == pytest.approx(0, abs=1e-8)


def test_a_target_on_both_sides_of_undefined_values_is_a_gap() -> None:
    """Seen below and above the target, with no value between: neither a crossing nor out of reach."""
    seen = Scan(points=np.array([[0.0, 1.0, 2.0]]), values=np.array([[-5.0, np.nan, 5.0]]))
    assert codes(seen, np.array([""]), np.array([False])).tolist() == ["gap"]


# --- what is refused ---


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"what": "project.operation_years"}, "changes the structure of the case"),
        ({"what": "market.tariff"}, "changes the structure of the case"),
        ({"what": "finance.loan_rat"}, "did you mean 'finance.loan_rate'"),
        ({"what": "finance.loan_years"}, "takes whole years"),
        (
            {"what": "operating_cost.other_yuan"},
            "an amount for each year, not one number, and the case states none to scale",
        ),
        (
            {"what": "revenue.known.income_yuan"},
            "an amount for each year, not one number; solve for a group that scales it: revenue, known",
        ),
        ({"target": 1e308}, r"target 1e\+308; expected a finite number, here within ±1e\+09"),
        ({"metric": "project_irr", "target": 1e308}, r"target 1e\+308; expected a finite number, here within ±1e\+06"),
        ({"what": SPREAD}, "the case has no such input"),
        ({"metric": "project_ir"}, "did you mean 'project_irr'"),
        ({"target": float("nan")}, "target nan; expected a finite number"),
        ({"target": [0.1, 0.2]}, "one for each of 1 scenarios"),
        ({"within": (0.3, 0.1)}, "expected two rising numbers"),
        ({"within": (0.6, 0.7)}, "the field allows 0 … 0.5"),
    ],
)
def test_bad_terms_are_refused_with_the_remedy(terms: dict[str, Any], message: str) -> None:
    """Nothing is appraised in vain."""
    asked: dict[str, Any] = {"what": "finance.discount_rate", "metric": "project_npv", "target": 0.0, **terms}
    with pytest.raises(InputError, match=message):
        solve(made(example()), asked["what"], asked["metric"], asked["target"], within=asked.get("within"))


# --- the table and the frontier ---


def test_table_has_a_row_a_scenario_in_both_languages() -> None:
    """The value needed, what stands, the trend and the note."""
    block = made(example()).vary({"finance.discount_rate": np.array([0.06, 0.08])})
    found = solve(block, "capital.equipment_yuan", "project_npv")
    zh, en = found.table("zh"), found.table("en")
    assert zh.shape == en.shape == (2, 7)
    assert en["Other equipment, yuan needed"].tolist() == found.value.tolist()
    assert zh["变化方向"].tolist() == ["反向变动"] * 2
    assert not any("A" <= letter <= "z" for head in zh.columns for letter in head)


def test_frontier_is_the_closed_form_at_every_value() -> None:
    """Equipment that ten times 170 pay for at each rate: 170 · a(rate) (numpy-financial)."""
    rates = [0.04, 0.06, 0.08, 0.1]
    found = frontier(made(example()), "capital.equipment_yuan", "finance.discount_rate", rates, "project_npv")
    np.testing.assert_allclose(found.needed, [-npf.pv(rate, 10, 170.0) for rate in rates], rtol=1e-10)
    assert found.table("en").shape == (4, 3)


def test_frontier_keeps_a_value_that_the_case_refuses_with_the_reason() -> None:
    """A debt share of 120 % lies outside its field."""
    found = frontier(made(example()), REVENUE, "finance.debt_share", [0.5, 1.2, 0.6], "project_npv")
    assert np.isnan(found.needed).tolist() == [False, True, False]
    assert "is outside 0–1" in found.words(1)
    assert found.table()["Note"][1] == found.words(1)


def test_frontier_of_two_inputs_that_move_one_number_is_refused() -> None:
    """The equipment is part of the investment."""
    with pytest.raises(InputError, match="is moved by both inputs"):
        frontier(made(example()), INVESTMENT, "capital.equipment_yuan", [900, 1000], "project_npv")


def test_provenance_holds_what_was_asked_and_the_digest_of_the_case() -> None:
    """Input, metric and target; nothing is drawn."""
    found = solve(made(example()), INVESTMENT, "project_irr", 0.1)
    assert found.provenance.settings == {
        "input": "construction_investment", "metric": "project_irr", "target": [0.1], "within": None,
    }  # fmt: skip
    assert (found.provenance.seed, len(found.provenance.inputs_sha256)) == (None, 64)
