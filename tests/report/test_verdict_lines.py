"""What stands in and beside the verdict's sentence: the nearest turn, the lender's cover, the downside, the age of the prices."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import numpy_financial as npf
import pytest
from scipy.optimize import brentq

from appraisal import Appraisal, appraise, load_case, scenario_path
from appraisal.errors import said
from appraisal.report.charts.figures import has_debt
from appraisal.report.remarks import data_age, data_date
from appraisal.report.verdict import QUESTIONS, Turn, cover, downside, nearest, overturn, verdict, with_turn
from appraisal.study.tornado import tornado


@cache
def result_of(name: str) -> Appraisal:
    """A ready case, appraised."""
    return appraise(load_case(scenario_path(name)))


def turn(here: float, there: float, code: str = "ok") -> Turn:
    """A turn from one figure to another."""
    return Turn(question="lowest_spread", code=code, here=here, there=there, sentence=said("it turns", "转折"))


def test_nearest_turn_is_the_least_relative_distance() -> None:
    """0.51 of 0.60 is 15 % away, 100 of 110 is 9 %, by hand; one that never turns does not count."""
    spread, price = turn(0.60, 0.51), turn(110.0, 100.0)
    assert nearest([spread, price, turn(1.0, float("nan"), "above")]) is price
    assert spread.distance == pytest.approx(0.15)
    assert nearest([turn(1.0, 0.5, "above"), turn(1.0, float("nan"))]) is None


def test_a_case_paid_by_mileage_is_overturned_by_its_mileage_price() -> None:
    """Oracle: brentq (scipy) over single appraisals of the case with its price moved; the sentence ends with that price."""
    result = result_of("guangdong_regulation_lfp")
    turns = [overturn(result, question, "equity_irr") for question in QUESTIONS]

    def worth(price: float) -> float:
        moved = result.case.vary({"revenue.frequency_regulation.price_yuan_per_mw": price})
        return float(appraise(moved).metrics["equity_npv"].value[0])

    there = brentq(worth, 1.0, 6.0, xtol=1e-12)
    near = nearest(turns)
    assert near is not None
    assert near.question == "lowest_mileage_price"
    assert near.there == pytest.approx(there, rel=1e-9)
    told = with_turn(verdict(result, "equity_irr"), turns)
    assert told.zh.startswith("税后资本金 IRR ")
    assert told.zh.endswith(f"；若调频里程价格（含税）低于 {there:.2f} 元/MW（本算例 6.00 元/MW），结论即不成立。")
    assert told.endswith(
        f"the verdict fails if mileage price (incl. VAT) falls below {there:.2f} yuan/MW (here 6.00 yuan/MW)."
    )


def test_a_case_paid_by_contract_is_overturned_by_its_contract() -> None:
    """The price of the sentence makes the NPV zero: the case appraised with its amounts scaled there."""
    result = result_of("contract_schedule")
    found = overturn(result, "lowest_contract_income")
    stated = np.array([[82e6, *[92e6] * 19]])
    at = appraise(result.case.vary({"revenue.contract.income_yuan": stated * found.there / found.here}))
    assert found.here == pytest.approx(float(stated.mean()))
    assert abs(float(at.metrics["project_npv"].value[0])) < 1e-6 * 561e6
    assert f"升至 {found.there / 1e4:,.0f} 万元/年" in found.sentence.zh
    assert f"at least CNY {found.there / 1e6:,.2f} million/year" in found.sentence


def test_sentence_without_a_turn_is_the_verdict_alone() -> None:
    """Nothing that was asked turns it."""
    found = verdict(result_of("contract_schedule"))
    assert with_turn(found, [turn(1.0, 0.5, "above")]) is found.sentence


def test_cover_names_the_years_below_the_covenant() -> None:
    """Years counted here from the statements' own cover; a covenant below the least names none."""
    result = result_of("contract_schedule")
    books, found = result.statements, cover(result, 1.2)
    assert found is not None
    served = books["covering"][0] > 0
    low = [year + 1 for year in range(served.size) if served[year] and books["dscr"][0][year] < 1.2]
    assert list(found.years) == low
    assert found.standing == "misses"
    assert found.least == min(books["dscr"][0][served])
    assert "第 3、15–17 年低于约定值 1.20" in found.sentence.zh
    kind = cover(result, 0.5)
    assert kind is not None
    assert (kind.standing, kind.years) == ("clears", ())


def test_without_debt_there_is_no_cover() -> None:
    """A share of debt of nothing."""
    free = appraise(result_of("zhejiang_user_lfp").case.vary({"finance.debt_share": 0.0}))
    assert not has_debt(free)
    assert cover(free) is None


def test_downside_is_the_lowest_end_of_all_drivers() -> None:
    """Zhejiang: the price level swings widest, the spread falls lowest: the end told is the least of every bar of the tornado."""
    found = tornado(result_of("zhejiang_user_lfp").case, "project_irr")
    told = downside(found)
    assert told is not None
    assert f"{np.nanmin(found.at):.2%}" in told
    widest = found.order[0]
    assert np.nanmin(found.at) < np.nanmin(found.at[widest])


def test_downside_is_the_worst_end_of_the_drawn_price() -> None:
    """10 % quantile of triangular(3.5, 6, 8): 3.5 + √(0.1·4.5·2.5) by hand; the IRR there by numpy-financial."""
    result = result_of("guangdong_regulation_lfp")
    price = 3.5 + (0.1 * 4.5 * 2.5) ** 0.5
    told = downside(tornado(result.case, "project_irr"))
    at = appraise(result.case.vary({"revenue.frequency_regulation.price_yuan_per_mw": price}))
    rate = float(npf.irr(at.statements["project_net"][0]))
    assert told is not None
    assert f"at {price:.4g} yuan/MW" in told
    assert f"{rate:.2%}, below the hurdle of 6.00%" in told
    assert "低于基准收益率 6.00%" in told.zh
    assert not re.search("[一-鿿]", told)


def test_a_case_is_as_old_as_its_oldest_price() -> None:
    """zhejiang: the July of the year is that of 2026; a rule of that month that holds still counts from the last look at it."""
    result = result_of("zhejiang_user_lfp")
    found = data_age(result, date(2026, 11, 23))
    assert found is not None
    assert found.oldest == date(2026, 7, 1)
    assert found.newest == date(2026, 8, 1)
    assert data_date(result) == f"{found.oldest} – {found.newest}"
    assert (found.months, found.stale) == (4, False)
    assert found.name.startswith("retail.zhejiang.")


@pytest.mark.parametrize(("today", "months"), [(date(2027, 6, 30), 11), (date(2027, 7, 1), 12), (date(2027, 7, 2), 12)])
def test_age_is_in_whole_months_and_warns_from_twelve_on(today: date, months: int) -> None:
    """From 2026-07-01 on."""
    found = data_age(result_of("zhejiang_user_lfp"), today)
    assert found is not None
    assert (found.months, found.stale) == (months, months >= 12)
    assert ("请核对" in found.told(said("price", "电价")).zh) is (months >= 12)


def test_tax_rules_do_not_age_a_case() -> None:
    """contract_schedule reads laws of 1985 and 2008 and no price."""
    result = result_of("contract_schedule")
    assert (data_date(result), data_age(result, date(2026, 11, 23))) == ("—", None)


def test_years_with_debt_below_one_are_told_as_ranges() -> None:
    """Cash that does not cover the service is told by the years, runs shortened, in both languages."""
    result = result_of("contract_schedule")
    found = cover(replace(result), 5.0)
    assert found is not None
    assert "3–17" in found.sentence
    assert "3, 4" not in found.sentence
