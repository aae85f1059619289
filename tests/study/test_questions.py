"""The ready questions: closed forms by numpy-financial, brentq over single appraisals, and what each says where it has no answer.

"example" is ``sensitivity_and_critical_point`` of ``facts/examples.yaml`` (hand; 《方法与参数》).
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from scipy.optimize import brentq
from strategies import CAPACITY, NO_TAX, NO_VAT, REGULATION, contract, made, plant

from appraisal import Case, appraise, load_case, scenario_path
from appraisal.errors import InputError
from appraisal.study.questions import QUESTIONS, ask

TEN_YEARS = -float(npf.pv(0.08, 10, 1.0))
READY = ("contract_schedule", "hainan_grid_lfp", "zhejiang_user_lfp")


@pytest.fixture(scope="module", params=READY)
def ready(request: pytest.FixtureRequest) -> Case:
    """Each ready case."""
    return load_case(scenario_path(request.param))


def example(*changes: dict[str, Any]) -> dict[str, Any]:
    """1000 spent, 250 of revenue, 80 of cost, ten years, 8 %."""
    return contract(
        {"project": {"operation_years": 10}, "capital": {"equipment_yuan": 1000, "depreciation_years": 10}},
        {"revenue": {"known": {"income_yuan": 250, "cost_yuan": 80}}},
        *changes,
    )


def bare(*changes: dict[str, Any]) -> dict[str, Any]:
    """1 MW / 2 MWh without losses, ageing, fees, VAT or tax, on one valley at 0.2 and one peak at 0.8 yuan/kWh a day."""
    return plant(
        {"project": {"construction_months": 1, "operation_years": 10}},
        {"storage": {
            "power_mw": 1, "energy_mwh": 2, "charge_efficiency": 1, "discharge_efficiency": 1, "depth_of_discharge": 1, "availability": 1,
            "ageing": {"calendar_coefficient": 0, "cycle_coefficient": 0},
        }},
        {"capital": {"battery_yuan_per_kwh": 0, "works_yuan_per_kwh": 0, "services_yuan": 0, "equipment_yuan": 2e6, "residual_share": 0, **NO_VAT}},
        {"operating_cost": {"fixed_yuan_per_kw_year": 0, "vat_rate": 0}, "tax": dict(NO_TAX)},
        {"market": {
            "typical_days": [{"buy_yuan_per_kwh": [0.2] * 12 + [0.8] * 12}], "vat_rate": 0,
            "transmission_yuan_per_kwh": 0, "loss_yuan_per_kwh": 0, "system_operation_yuan_per_kwh": 0,
        }},
        {"finance": {"debt_share": 0, "loan_rate": 0, "loan_years": 1, "discount_rate": 0.08}},
        *changes,
    )  # fmt: skip


# One cycle of two MWh a day, each kWh at a spread of 0.6 yuan.
YEARLY = 2000 * 365 * 0.6


def test_highest_capital_cost_is_the_present_value_of_the_margin() -> None:
    """Ten times 170 at 8 % (numpy-financial); by kWh and kW of 1 MW / 1 MWh."""
    answer = ask(made(example()), "highest_capital_cost")
    assert answer.code == "ok"
    assert answer.figure("construction_investment_total") == pytest.approx(170 * TEN_YEARS, rel=1e-10)
    assert answer.figure("investment_yuan_per_kwh") == pytest.approx(170 * TEN_YEARS / 1000, rel=1e-10)
    assert answer.text().startswith("For the project to earn its discount rate of 8 % (NPV of zero), construction")
    assert "较本算例 +14.071 %" in answer.text("zh")
    assert "incl. VAT (" in answer.text()
    assert "建设投资（含税）最高为" in answer.text("zh")
    assert all("incl" in one.en for one in answer.figures)


def test_lowest_spread_is_the_closed_form() -> None:
    """Prices spread by s about their mean differ by 0.6·s; the annuity of the investment is 365 cycles of that."""
    answer = ask(made(bare()), "lowest_spread")
    needed = 2e6 / TEN_YEARS / (2000 * 365)
    assert answer.figure("spread") == pytest.approx(needed, rel=1e-9)
    assert answer.solved is not None
    assert answer.solved.value[0] == pytest.approx(needed / 0.6 - 1, abs=1e-9)
    assert next(one.value for one in answer.stands if one.key == "spread") == pytest.approx(0.6, rel=1e-12)


def test_lowest_capacity_price_is_what_the_energy_leaves_to_be_paid() -> None:
    """2 MWh / 1 MW against six hours is a third of effective power: price · 1000 ÷ 3 + energy margin = annuity."""
    case = made(bare({"capital": {"equipment_yuan": 4e6}}, {"revenue": {"capacity": {**CAPACITY, "vat_rate": 0}}}))
    answer = ask(case, "lowest_capacity_price")
    assert answer.figure("price") == pytest.approx((4e6 / TEN_YEARS - YEARLY) * 3 / 1000, rel=1e-9)


def test_capacity_price_is_the_coal_price_and_the_answer_says_what_it_pays_the_plant() -> None:
    """The plant above is paid a third of the coal price: min(1, 2 h ÷ 6 h) (notice 114 二(三)); the stream is named."""
    case = made(bare({"capital": {"equipment_yuan": 4e6}}, {"revenue": {"capacity": {**CAPACITY, "vat_rate": 0}}}))
    answer = ask(case, "lowest_capacity_price")
    assert answer.figure("paid") == pytest.approx(answer.figure("price") / 3, rel=1e-12)
    assert "the local coal capacity price must be at least" in answer.text()
    assert "(stream Capacity compensation; " in answer.text()
    assert "所依据的当地煤电容量电价（含税）" in answer.text("zh")


def test_price_of_a_kw_that_is_no_coal_price_is_not_called_one() -> None:
    """A lease by kW and year is what answers; half of it let, half of its price is paid: 1 MW, nothing of the formula of notice 114."""
    lease = {"basis": "rated_power", "price_yuan_per_kw_year": 300, "let_share": 0.5, "vat_rate": 0}
    case = made(bare({"capital": {"equipment_yuan": 4e6}}, {"revenue": {"capacity_lease": lease}}))
    answer = ask(case, "lowest_capacity_price")
    assert answer.figure("price") == pytest.approx((4e6 / TEN_YEARS - YEARLY) / 0.5 / 1000, rel=1e-9)
    assert "coal" not in answer.text()
    assert "煤电" not in answer.text("zh")
    assert "the yearly rent of a kW must be at least" in answer.text()
    assert "容量租赁所依据的每千瓦年租金（含税）" in answer.text("zh")


def test_capacity_price_of_hainan_pays_in_its_first_year_what_its_statement_shows() -> None:
    """hainan_grid_lfp: 4,026,514 yuan for 100 MW in the first year at the answer (reviewer, from the settlement): 40.27 yuan/kW."""
    answer = ask(load_case(scenario_path("hainan_grid_lfp")), "lowest_capacity_price")
    assert answer.figure("paid") == pytest.approx(40.265, abs=5e-4)
    assert answer.solved is not None
    income = appraise(answer.solved.case()).revenue.settlements["capacity"].income[0]
    assert answer.figure("paid") == pytest.approx(income[income > 0][0] / 100_000, rel=1e-12)


def test_lowest_mileage_price_is_where_the_worth_is_zero() -> None:
    """Oracle: brentq (scipy) over single appraisals of guangdong_regulation_lfp; 0.7 · 20 MW · 8760 h · 5 · 1.3 · price pays 38.26 yuan/kW per yuan."""
    case = load_case(scenario_path("guangdong_regulation_lfp"))
    answer = ask(case, "lowest_mileage_price")

    def worth(price: float) -> float:
        moved = case.vary({"revenue.frequency_regulation.price_yuan_per_mw": price})
        return float(appraise(moved).metrics["project_npv"].value[0])

    needed = brentq(worth, 1.0, 6.0, xtol=1e-13)
    assert answer.figure("price") == pytest.approx(needed, rel=1e-9)
    # The terms by hand: share · hours · mileage · Kp, of a plant that is available 96 % of the year.
    assert answer.figure("paid") == pytest.approx(0.7 * 8760 * 5 * 1.3 * needed * 0.96 / 1000, rel=1e-9)
    assert f"the mileage price must be at least {needed:.5g} yuan/MW incl. VAT" in answer.text()
    assert "调频辅助服务的里程价格（含税）至少为" in answer.text("zh")


def test_lowest_contract_income_is_the_annuity_and_the_cost() -> None:
    """1000 ÷ a + 80 of cost a year (numpy-financial), of 250 in the case; a subsidy of nothing taxed does not move with it."""
    needed = 1000 / TEN_YEARS + 80
    answer = ask(made(example()), "lowest_contract_income")
    assert answer.figure("income") == pytest.approx(needed, rel=1e-9)
    assert answer.solved is not None
    assert answer.solved.value[0] == pytest.approx(needed / 250 - 1, abs=1e-9)
    beside = {
        "revenue": {
            "aid": {"stream": "schedule", "paid_by": "market", "income_yuan": 20, "vat_rate": 0, "subsidy": True}
        }
    }
    assert ask(made(example(beside)), "lowest_contract_income").figure("income") == pytest.approx(needed - 20, rel=1e-9)


def test_contract_income_by_year_keeps_its_shape() -> None:
    """contract_schedule: 82 million, then 19 times 92: all scaled alike, by brentq (scipy) over single appraisals."""
    case = load_case(scenario_path("contract_schedule"))
    answer = ask(case, "lowest_contract_income")
    stated = np.array([[82e6, *[92e6] * 19]])

    def worth(factor: float) -> float:
        terms = {"revenue.contract.income_yuan": stated * factor}
        return float(appraise(case.vary(terms)).metrics["project_npv"].value[0])

    factor = brentq(worth, 0.9, 1.5, xtol=1e-13)
    assert answer.figure("income") == pytest.approx(float(stated.mean()) * factor, rel=1e-9)


def test_needed_cycles_are_the_days_that_pay_the_annuity() -> None:
    """A full cycle a day that the plant is available: annuity ÷ (2000 kWh · 0.6)."""
    case = made(bare())
    answer = ask(case, "needed_cycles")
    cycles = 2e6 / TEN_YEARS / (2000 * 0.6)
    assert answer.figure("cycles") == pytest.approx(cycles, rel=1e-9)
    assert answer.figure("availability") == pytest.approx(cycles / 365, rel=1e-9)


def test_cycles_are_counted_at_the_cells_and_with_the_services() -> None:
    """zhejiang_user_lfp: two full swings a day at 97 %: 365·2·.97 = 708.1, of all that the battery holds 90 % of that."""
    answer = ask(load_case(scenario_path("zhejiang_user_lfp")), "needed_cycles")
    stands = {one.key: one.value for one in answer.stands}
    assert stands["swings"] == pytest.approx(708.1, rel=1e-9)
    assert stands["cycles"] == pytest.approx(0.9 * 708.1, rel=1e-9)
    assert answer.text().endswith("income that falls with it: Peak–valley arbitrage)")


def test_cycles_of_a_plant_with_services_are_those_that_age_its_battery() -> None:
    """Oracle: a battery that fades by cycles alone, linearly (exponent 1), has lost coefficient × cycles half a year on."""
    case = made(bare(
        {"storage": {"availability": 0.9, "discharge_efficiency": 0.95, "depth_of_discharge": 0.8, "ageing": {
            "calendar_coefficient": 0, "cycle_coefficient": 1e-6, "cycle_exponent": 1,
        }}},
        {"revenue": {"frequency_regulation": {**REGULATION, "cycles_per_year": 60}}},
    ))  # fmt: skip
    stands = {one.key: one.value for one in ask(case, "needed_cycles").stands}
    soh = appraise(case).operation.soh[0]
    assert stands["cycles"] == pytest.approx(2 * (1 - soh[soh > 0][0]) / 1e-6, rel=1e-4)
    assert stands["cycles"] > stands["swings"] * 0.8 + 50


def test_cycles_out_of_reach_tell_how_the_metric_stands_at_the_most() -> None:
    """Twice the investment: 365 cycles a year are too few, and the NPV there is that of the case."""
    case = made(bare({"capital": {"equipment_yuan": 4e6}}))
    answer = ask(case, "needed_cycles")
    worth = (YEARLY * TEN_YEARS - 4e6) / 1.08
    assert (answer.code, answer.figures) == ("below", ())
    assert (
        f"even at an availability of 100 % (365 cycles a year) Project NPV, after tax is CNY −{-worth / 1e6:,.4f} million"
        in answer.text()
    )
    assert "即使可用率为 100 %（365 次/年）" in answer.text("zh")


def test_needed_cycles_of_stated_energy_scale_what_is_stated() -> None:
    """Cost falls with nothing charged: a variable cost of 1 yuan/kWh on 50 kWh is the only money that moves."""
    stated = {"storage": {"discharged_mwh": 0.05, "charged_mwh": 0.06}, "operating_cost": {"variable_yuan_per_kwh": 1}}
    answer = ask(made(example(stated)), "needed_cycles")
    # 170 − 50·x = 1000 ÷ a; usable energy is 1 MWh.
    times = (170 - 1000 / TEN_YEARS) / 50
    assert answer.figure("cycles") == pytest.approx(0.05 * times, rel=1e-9)


def test_cycles_of_a_contract_do_not_move_its_income_and_the_answer_says_so() -> None:
    """Amounts are stated, so is the energy."""
    answer = ask(load_case(scenario_path("contract_schedule")), "needed_cycles")
    assert answer.code == "flat"
    assert "income is stated by contract and does not move with the energy" in answer.text()
    assert "收入按合同给定，与充放电量无关" in answer.text("zh")


def test_longest_payback_is_the_annuity_factor_after_the_year_of_construction() -> None:
    """A level margin at the hurdle is 1000 ÷ a: paid back a years after column 1."""
    answer = ask(made(example()), "longest_payback")
    assert answer.figure("payback_years") == pytest.approx(1 + TEN_YEARS, rel=1e-9)
    assert "if revenue is what falls short, a later payback misses it" in answer.text()


def test_lowest_income_per_kwh_is_the_needed_income_over_the_energy() -> None:
    """(1000 ÷ a + 80) for 50 kWh a year."""
    case = made(example({"storage": {"discharged_mwh": 0.05, "charged_mwh": 0.06}}))
    assert ask(case, "lowest_income_per_kwh").figure("income") == pytest.approx((1000 / TEN_YEARS + 80) / 50, rel=1e-9)


def test_highest_loan_rate_is_where_the_equity_earns_its_own_rate() -> None:
    """Oracle: brentq over single appraisals of zhejiang_user_lfp."""
    case = load_case(scenario_path("zhejiang_user_lfp"))
    answer = ask(case, "highest_loan_rate")

    def worth(rate: float) -> float:
        return float(appraise(case.vary({"finance.loan_rate": rate})).metrics["equity_npv"].value[0])

    assert answer.metric == "equity_npv"
    assert answer.figure("finance.loan_rate") == pytest.approx(brentq(worth, 0.1, 0.4, xtol=1e-13), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "question", "words"),
    [
        ("contract_schedule", "lowest_spread", "not dispatched on prices"),
        ("contract_schedule", "lowest_capacity_price", "no stream with a capacity price"),
        ("zhejiang_user_lfp", "lowest_capacity_price", "no stream with a capacity price"),
        ("fujian_pumped_hydro", "lowest_capacity_price", "computed by its method"),
        ("zhejiang_user_lfp", "lowest_mileage_price", "no stream that is paid by regulation mileage"),
        ("zhejiang_user_lfp", "lowest_contract_income", "an amount or a fee that a contract states"),
        ("qinghai_pv_storage", "lowest_income_per_kwh", "paid by energy prices"),
    ],
)
def test_a_question_that_does_not_apply_says_why(name: str, question: str, words: str) -> None:
    """No figure, no solution, a sentence in both languages."""
    answer = ask(load_case(scenario_path(name)), question)
    assert (answer.code, answer.figures, answer.solved) == ("not_applicable", (), None)
    assert words in answer.text()
    assert "不适用" in answer.text("zh")
    assert len(answer.table()) == 0


def test_a_case_without_debt_has_no_loan_rate_to_ask_for() -> None:
    """Zero in the case: a relative change of nothing is nothing."""
    assert ask(made(example()), "highest_loan_rate").code == "not_applicable"


def test_another_target_is_met_by_the_appraisal_at_the_answer() -> None:
    """8 % on equity, by the capital cost."""
    answer = ask(load_case(scenario_path("contract_schedule")), "highest_capital_cost", {"equity_irr": 0.08})
    assert answer.solved is not None
    found = appraise(answer.solved.case()).metrics
    assert found["equity_irr"].value[0] == pytest.approx(0.08, abs=1e-9)
    assert found["construction_investment_total"].value[0] == answer.figure("construction_investment_total")
    assert answer.text().startswith("For Equity IRR, after tax = 8 %, ")


def test_sentences_and_tables_are_in_one_language(ready: Case) -> None:
    """No Chinese in an English sentence; in a Chinese one only units and abbreviations are Latin."""
    for question in QUESTIONS:
        answer = ask(ready, question)
        # A value that the case refuses is told with its place, which is of the file.
        placed = re.sub(r"[a-z_]+ [a-z_]+(?:\.[a-z_]+)+", "", answer.text("zh"))
        zh = re.sub(r"kWh|MWh|MW|kW|NPV|IRR", "", placed)
        assert not re.search("[A-Za-z]", zh), zh
        assert not re.search("[一-鿿，。；：（）]", answer.text("en")), answer.text("en")
        assert not re.search("[A-Za-z]", "".join(answer.table("zh").columns))
        units = re.sub(r"kWh|MWh|MW|kW", "", "".join(answer.table("zh")["单位"]))
        assert not re.search("[A-Za-z]", units), units
        needed = answer.table()["Needed"]
        assert np.isfinite(needed).all() if answer.code == "ok" else needed.isna().all()


@pytest.mark.parametrize(
    ("name", "target", "message"),
    [
        ("highest_capital", None, "did you mean 'highest_capital_cost'"),
        ("highest_capital_cost", {}, "0 targets; expected one"),
        ("highest_capital_cost", {"project_irr": 0.1, "equity_irr": 0.1}, "2 targets; expected one"),
        ("highest_capital_cost", {"project_ir": 0.1}, "did you mean 'project_irr'"),
    ],
)
def test_bad_questions_are_refused_with_the_remedy(name: str, target: dict[str, float] | None, message: str) -> None:
    """Known names are listed."""
    with pytest.raises(InputError, match=message):
        ask(made(example()), name, target)


def test_a_block_of_scenarios_is_refused() -> None:
    """A sentence is of one scenario."""
    block = made(example()).vary({"finance.discount_rate": np.array([0.06, 0.08])})
    with pytest.raises(InputError, match="2 scenarios"):
        ask(block, "highest_capital_cost")
