"""What the pages print of a comparison, of the streams and of faults: one number of decimals, titles, one and many."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from appraisal.app.comparing import bridge_of
from appraisal.app.draft import ready
from appraisal.app.insight import notes_of
from appraisal.case import Change
from appraisal.pipeline import appraise
from appraisal.report.charts.bridge import bridge_chart
from appraisal.report.compare import Side
from appraisal.report.parts import value_parts
from appraisal.scenario import scenario_names
from appraisal.streams import stream
from appraisal.study.drivers import stream_words

CONTRACT = "contract_schedule"


def test_bridge_prints_one_number_of_decimals_and_parts_that_add_up() -> None:
    """The parts as printed add to the difference of the ends as printed, to the rounding of each."""
    names = ("zhejiang_user_lfp", "jiangsu_user_small")
    sides = [Side(stated=ready(one).stated, files={}, result=appraise(ready(one).case())) for one in names]
    found = bridge_of(ready(names[0]), ready(names[1]), (sides[0], sides[1])).found
    assert found is not None
    for lang in ("zh", "en"):
        begin, *parts, end = _printed(bridge_chart(found, names, lang).chart.to_dict())
        digits = {len(text.partition(".")[2]) for text in (begin, *parts, end)}
        assert len(digits) == 1
        numbers = [float(text.replace(",", "").replace("−", "-")) for text in (begin, *parts, end)]
        assert abs(sum(numbers[:-1]) - numbers[-1]) <= 0.5 * len(numbers) * 10.0 ** -digits.pop() + 1e-9


def _printed(chart: Any) -> list[str]:
    """The numbers at the bars of steps, from the first to the last."""
    rows = {row["middle"]: row["text"] for row in _rows(chart) if "middle" in row}
    return [rows[middle] for middle in sorted(rows)]


def _rows(part: Any) -> Iterator[dict[str, Any]]:
    """Every row of data anywhere in a chart."""
    if isinstance(part, list):
        for one in part:
            yield from _rows(one)
    elif isinstance(part, dict):
        yield part
        for one in part.values():
            yield from _rows(one)


@pytest.mark.parametrize("name", scenario_names())
def test_only_stream_of_its_kind_goes_by_its_title(name: str) -> None:
    """Neither a driver nor a part of a chart shows the label that a file gives the only stream of a kind; two keep theirs."""
    case = ready(name).case()
    kinds = {label: stream(terms.stream or label) for label, terms in case.streams.items()}
    titles = [kind.title for kind in kinds.values()]
    kinds = {label: kind for label, kind in kinds.items() if titles.count(kind.title) == 1}
    for label, kind in kinds.items():
        assert stream_words(case, label) == (kind.zh, kind.en)
    for one in value_parts(appraise(case)):
        of = kinds.get(one.key)
        assert of is None or (one.zh, one.en) == (of.zh, of.en)
    drawn = ready(CONTRACT)
    twice = drawn.changed(Change(path="revenue.second", value=drawn.at("revenue.contract"))).case()
    assert stream_words(twice, "second")[0].endswith("second")


@pytest.mark.parametrize("name", scenario_names())
def test_notices_name_streams_by_title_without_a_blank_between_chinese_words(name: str) -> None:
    """No label of a file and no blank before 的."""
    result = appraise(ready(name).case())
    told = notes_of(result, "zh")
    assert told
    assert not [text for text in told if re.search(r"[\u4e00-\u9fff] 的", text)]
    # What an event begins is named with the event.
    for label, terms in result.case.regimes[0].streams.items():
        if terms.confidence == "estimate":
            assert f"{stream(terms.stream or label).zh}的条款为估计值" in told


def test_one_fault_is_one_problem(open_page: Callable[..., AppTest]) -> None:
    """On the page and in the sidebar; of two there are problems."""
    one = ready(CONTRACT).changed(Change(path="finance.loan_rate", value=-3))
    two = one.changed(Change(path="storage.power_mw", value=-1))
    for draft, words in ((one, "1 problem with"), (two, "2 problems with")):
        app = open_page("sensitivity", draft, "en")
        told = [error.value for error in app.error]
        assert len([text for text in told if words in text]) == 2, told
