"""The comparison of cases: differing inputs, differences of results, and a bridge that ends on the other NPV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import appraisal
from appraisal.case import Change, apply_changes
from appraisal.library import Library
from appraisal.pipeline import appraise
from appraisal.report.charts.bridge import bridge_chart
from appraisal.report.compare import ORDER, Side, bridge, differences, results
from appraisal.report.glossary import GLOSSARY
from appraisal.scenario import case_from_mapping
from appraisal.scenario.load import load_stated

LIBRARY = Library.open()
NAMES = ("contract_schedule", "hainan_grid_lfp", "zhejiang_user_lfp")


def _stated(name: str) -> Mapping[str, Any]:
    return load_stated(appraisal.scenario_path(name), library=LIBRARY)[0]


def _side(stated: Mapping[str, Any], **changes: Any) -> Side:
    """A case with some values set; ``__`` stands for the dots of a path."""
    made = apply_changes(stated, [Change(path=path.replace("__", "."), value=value) for path, value in changes.items()])
    return Side(stated=made, result=appraise(case_from_mapping(made, library=LIBRARY)))


@pytest.fixture(scope="module")
def sides() -> dict[str, Side]:
    """The three ready cases."""
    return {name: _side(_stated(name)) for name in NAMES}


def test_difference_of_one_input_is_the_only_one(sides: dict[str, Side]) -> None:
    """What is stated and what the library supplies with the same value are no difference."""
    one = sides["zhejiang_user_lfp"]
    # 0.93 is the library's charge efficiency of the technology (technology.lfp.charge_efficiency).
    other = _side(one.stated, storage__charge_efficiency=0.93, finance__loan_rate=0.041)
    found = differences([one, other])
    assert [(each.path, each.values) for each in found] == [("finance.loan_rate", (0.035, 0.041))]


def test_differences_look_into_lists_and_what_ifs(sides: dict[str, Side]) -> None:
    """A typical day's month, and a what-if on a fact, are named by their own paths."""
    one = sides["hainan_grid_lfp"]
    days = [dict(day) for day in one.stated["market"]["typical_days"]]
    days[0]["buy_yuan_per_kwh"] = [0.31, *days[0]["buy_yuan_per_kwh"][1:]]
    other = _side(one.stated, market__typical_days=days, overlays={"tax.national.income_tax": 0.15})
    paths = {each.path for each in differences([one, other])}
    assert {"market.typical_days.0.buy_yuan_per_kwh", "overlays.tax.national.income_tax"} <= paths
    assert "market.typical_days.1.buy_yuan_per_kwh" not in paths


def test_difference_says_which_case_differs_from_the_base(sides: dict[str, Side]) -> None:
    """Of three cases the one that is as the base is not marked."""
    one = sides["contract_schedule"]
    found = differences([one, one, _side(one.stated, finance__loan_rate=0.05)])
    assert [[each.differs(place) for place in range(3)] for each in found] == [[False, False, True]]


def test_results_stand_side_by_side_with_their_change(sides: dict[str, Side]) -> None:
    """The figures are those of each case alone; the change is their difference."""
    pair = [sides["contract_schedule"], sides["hainan_grid_lfp"]]
    found = {one.metric.key: one for one in results(pair)}["project_npv"]
    alone = [float(side.result.metrics["project_npv"].value[0]) for side in pair]
    assert found.metric.value.tolist() == alone
    assert found.change(0).tolist() == [0.0, alone[1] - alone[0]]


@pytest.mark.parametrize(("one", "other"), [(a, b) for a in NAMES for b in NAMES if a != b])
def test_bridge_between_ready_cases_ends_on_the_other_npv(sides: dict[str, Side], one: str, other: str) -> None:
    """To the bit, however unlike the cases are; every differing section is replaced once, in the fixed order."""
    found = bridge(sides[one], sides[other], library=LIBRARY)
    assert found.steps[-1].reached == found.end == float(sides[other].result.metrics["project_npv"].value[0])
    replaced = [name for step in found.steps for name in step.sections]
    assert replaced == [name for name in ORDER if name in replaced]
    changes = [step.change for step in found.steps]
    assert found.begin + sum(changes) == pytest.approx(found.end, abs=1e-9 * sum(map(abs, changes)))
    assert all(bool(step.why) == (len(step.sections) > 1) for step in found.steps)


def test_bridge_of_one_section_has_one_step_of_the_whole_difference(sides: dict[str, Side]) -> None:
    """Only the price of the battery differs: the bridge is that step, and the appraisal alone says how large it is."""
    one = sides["zhejiang_user_lfp"]
    other = _side(one.stated, capital__battery_yuan_per_kwh=500)
    found = bridge(one, other, library=LIBRARY)
    assert [(step.sections, step.change) for step in found.steps] == [(("capital",), found.end - found.begin)]


def test_bridge_step_is_the_appraisal_of_the_mixed_case(sides: dict[str, Side]) -> None:
    """Each stage stands where the case with the sections replaced so far stands by itself."""
    one = sides["zhejiang_user_lfp"]
    changes = {"capital__battery_yuan_per_kwh": 520, "finance__loan_rate": 0.03, "storage__availability": 0.95}
    found = bridge(one, _side(one.stated, **changes), library=LIBRARY)
    assert [step.sections for step in found.steps] == [("storage",), ("capital",), ("finance",)]
    stages = [
        _side(one.stated, storage__availability=0.95),
        _side(one.stated, storage__availability=0.95, capital__battery_yuan_per_kwh=520),
    ]
    wanted = [float(stage.result.metrics["project_npv"].value[0]) for stage in stages]
    assert [step.reached for step in found.steps[:2]] == wanted


def test_bridge_merges_a_section_that_does_not_stand_alone(sides: dict[str, Side]) -> None:
    """A life of 16 years with twenty yearly amounts is refused: project and revenue are replaced together, with the reason."""
    one = sides["contract_schedule"]
    other = _side(one.stated, project__operation_years=16, revenue__contract__income_yuan=[9.2e7] * 16)
    found = bridge(one, other, library=LIBRARY)
    assert found.steps[0].sections == ("project", "revenue")
    assert "20" in found.steps[0].why[0].message
    assert found.steps[-1].reached == found.end


def test_bridge_counts_nothing_that_decides_no_figure(sides: dict[str, Side]) -> None:
    """Another title and other distributions are no step."""
    one = sides["contract_schedule"]
    other = _side(
        {**one.stated, "title": {"zh": "另一个", "en": "Another"}},
        uncertainty={"finance.loan_rate": {"uniform": [0.03, 0.04]}},
    )
    assert bridge(one, other, library=LIBRARY).steps == ()


@settings(max_examples=8, deadline=None)
@given(
    rate=st.floats(0.02, 0.06), share=st.floats(0.3, 0.8), fixed=st.floats(60.0, 200.0), equipment=st.floats(3e8, 4e8),
)  # fmt: skip
def test_bridge_there_and_back_add_to_nothing(rate: float, share: float, fixed: float, equipment: float) -> None:
    """Law: what a bridge adds its way back takes off, whatever differs."""
    stated = _stated("contract_schedule")
    one = _side(stated)
    other = _side(
        stated, finance__loan_rate=rate, finance__debt_share=share, operating_cost__fixed_yuan_per_kw_year=fixed, capital__equipment_yuan=equipment,
    )  # fmt: skip
    there, back = bridge(one, other, library=LIBRARY), bridge(other, one, library=LIBRARY)
    assert (there.begin, there.end) == (back.end, back.begin)
    total = sum(step.change for step in (*there.steps, *back.steps))
    assert abs(total) <= 1e-9 * (abs(there.begin) + abs(there.end))


def test_bridge_chart_begins_and_ends_on_both_npvs(sides: dict[str, Side]) -> None:
    """The table's first and last row are the figures of the cases in millions of yuan; no Chinese in English."""
    found = bridge(sides["contract_schedule"], sides["hainan_grid_lfp"], library=LIBRARY)
    picture = bridge_chart(found, ("One", "Other"), "en")
    column = picture.table.iloc[:, 2].to_numpy()
    np.testing.assert_allclose([column[0], column[-1]], [found.begin / 1e6, found.end / 1e6], rtol=1e-15)
    assert not any(ord(sign) > 0x2E80 for sign in picture.alt + picture.title + " ".join(picture.subtitle))


def test_glossary_has_every_term_that_users_look_for() -> None:
    """The list of the users' expectations, in Chinese; every entry has both languages and a page."""
    wanted = (
        "全投资内部收益率", "资本金内部收益率", "财务净现值", "静态投资回收期", "动态投资回收期", "总投资收益率", "资本金净利润率", "利息备付率", "偿债备付率",
        "LLCR", "盈亏平衡点", "LCOS", "循环次数", "DOD", "SOC", "SOH", "RTE", "尖峰", "深谷", "需量", "代理购电", "容量电价", "容量租赁", "调频里程",
        "三免三减半", "进项税抵扣", "残值", "基准收益率", "敏感度系数", "临界点", "P50", "P90",
    )  # fmt: skip
    titles = " ".join(one.zh for one in GLOSSARY)
    assert [word for word in wanted if word not in titles] == []
    assert all(one.en and one.how_zh and one.how_en and one.where for one in GLOSSARY)
    assert len({one.zh for one in GLOSSARY}) == len({one.en for one in GLOSSARY}) == len(GLOSSARY)


def test_glossary_names_only_metrics_that_the_books_declare(sides: dict[str, Side]) -> None:
    """A term that is a figure is one of the result."""
    declared = sides["contract_schedule"].result.metrics
    assert [one.metric for one in GLOSSARY if one.metric and one.metric not in declared] == []
