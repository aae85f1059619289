"""A value that is accepted but far from usual is told with every result, with the span and the likely reading."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from appraisal import Change, appraise, load_case, scenario_path
from appraisal.case import Case
from appraisal.case.schema import SECTIONS
from appraisal.field import Declared, outside, told
from appraisal.report.result import as_json
from appraisal.scenario import json_schema, scenario_names
from appraisal.scenario.unusual import unusual
from appraisal.streams import stream, stream_names

CASE = "zhejiang_user_lfp"


def with_value(path: str, value: Any, name: str = CASE) -> Case:
    """A ready case with one change."""
    return load_case(scenario_path(name), [Change(path=path, value=value)])


def said_of(case: Case) -> dict[str, tuple[str, str]]:
    """Path → English and Chinese of what is not usual."""
    return {note.path: (note.en, note.zh) for note in case.notices if note.code == "unusual"}


@pytest.mark.parametrize("name", scenario_names())
def test_ready_cases_are_usual(name: str) -> None:
    """No notice in a case that ships."""
    assert not said_of(load_case(scenario_path(name)))


@pytest.mark.parametrize(
    ("path", "value", "en", "zh"),
    [
        ("capital.battery_yuan_per_kwh", 0.6, "0.6 yuan/Wh = 600 yuan/kWh", "0.6 元/Wh，即 600 元/kWh"),
        ("capital.battery_yuan_per_kwh", 0.06, "0.06 ×10⁴ yuan/kWh = 600 yuan/kWh", "0.06 万元/kWh，即 600 元/kWh"),
        ("capital.battery_yuan_per_kwh", 600_000, "600000 yuan/MWh = 600 yuan/kWh", "600000 元/MWh，即 600 元/kWh"),
        ("capital.power_yuan_per_kw", 0.15, "0.15 yuan/W = 150 yuan/kW", "0.15 元/W，即 150 元/kW"),
        ("storage.availability", 0.0097, "is 97 % meant?", "是否应为 97 %？"),
        ("finance.loan_rate", 0.35, "is 3.5 % meant?", "是否应为 3.5 %？"),
        ("finance.discount_rate", 0.0006, "is 6 % meant?", "是否应为 6 %？"),
        ("operating_cost.variable_yuan_per_kwh", 50, "50 yuan/MWh = 0.05 yuan/kWh", "50 元/MWh，即 0.05 元/kWh"),
        ("market.purchased_energy_yuan_per_kwh", 400, "400 yuan/MWh = 0.4 yuan/kWh", "400 元/MWh，即 0.4 元/kWh"),
    ],
)
def test_slip_of_a_unit_is_told_with_the_likely_reading(path: str, value: float, en: str, zh: str) -> None:
    """The oracle is arithmetic: 0.6 yuan/Wh × 1000 Wh/kWh, 10⁴ yuan to the 万元, a hundredth to the percent."""
    case = with_value(path, value)
    told_en, told_zh = said_of(case)[path]
    assert en in told_en
    assert "outside the usual" in told_en
    assert zh in told_zh
    assert "超出常见范围" in told_zh
    assert len(said_of(case)) == 1


def test_notice_reaches_the_result_the_program_and_the_terminal(command: Any) -> None:
    """The battery at 0.6: in the JSON of the result and on stderr of the command."""
    case = with_value("capital.battery_yuan_per_kwh", 0.6)
    warned = [one for one in as_json(appraise(case))["warnings"] if one["code"] == "unusual"]
    assert [one["path"] for one in warned] == ["capital.battery_yuan_per_kwh"]
    ran = command("run", CASE, "--set", "capital.battery_yuan_per_kwh=0.6", "--lang", "en")
    assert ran.code == 0, ran.err
    assert "is 0.6 yuan/Wh = 600 yuan/kWh meant?" in " ".join(ran.err.split())


def test_block_is_told_where_any_row_is_outside() -> None:
    """One of three prices lies outside; a block of usual prices says nothing."""
    case = load_case(scenario_path(CASE))
    path = "capital.battery_yuan_per_kwh"
    (note,) = unusual(case.vary({path: np.array([600.0, 0.6, 700.0])}))
    assert "(1 of 3 scenarios)" in note.en
    assert "3 个情景中的 1 个" in note.zh
    assert not unusual(case.vary({path: np.array([600.0, 650.0, 700.0])}))


def test_nothing_zero_and_streams_off_are_not_told() -> None:
    """Zero says that there is none; terms of a stream that is off count for nothing."""
    assert not said_of(with_value("capital.battery_yuan_per_kwh", 0))
    path = "revenue.capacity.price_yuan_per_kw_year"
    dear = [Change(path=path, value=165_000)]
    name = scenario_path("hainan_grid_lfp")
    assert path in said_of(load_case(name, dear))
    off = [*dear, Change(path="revenue.capacity.enabled", value=False)]
    assert not said_of(load_case(name, off))


def test_typical_days_in_yuan_a_mwh_are_told_and_negative_noons_are_not() -> None:
    """The highest price of the day counts: a market day has prices of zero and below."""
    what = Declared(kind="profile", unit="yuan/kWh", zh="电价", en="Price", usual=(0.05, 2.5))
    assert outside(what, np.array([[400.0, 900.0]])).tolist() == [900.0]
    assert not outside(what, np.array([[-0.05, 0.0, 0.9]])).size
    changes = [
        Change(path="market", action="remove"),
        Change(
            path="market.typical_days", value=({"months": "all", "buy_yuan_per_kwh": (300.0,) * 12 + (900.0,) * 12},)
        ),
        Change(path="market.vat_rate", value=0.13),
        Change(path="market.load_mw", value=9.0),
    ]
    (path,) = said_of(load_case(scenario_path(CASE), changes))
    assert path == "market.typical_days.0.buy_yuan_per_kwh"


def test_ends_of_a_span_are_usual_and_no_reading_is_made_up() -> None:
    """Exactly at an end nothing is told; where no power of ten leads inside, only the span is named."""
    what = Declared(kind="number", unit="yuan/kWh", zh="单价", en="Price", usual=(400.0, 500.0))
    assert outside(what, np.array([[400.0], [500.0], [399.9]])).tolist() == [399.9]
    assert told(what, 7.0) == "7 yuan/kWh is outside the usual 400–500 yuan/kWh"
    assert told(what, -5.0).zh == "-5 元/kWh 超出常见范围 400–500 元/kWh"


def test_spans_lie_within_the_ranges_and_around_the_defaults() -> None:
    """A span is no wider than what is accepted, and a declared default is usual or zero."""
    held = [section.model_fields for section in (*SECTIONS.values(), *(stream(one).terms for one in stream_names()))]
    found = [
        (name, info)
        for names in held
        for name, info in names.items()
        if isinstance(info.json_schema_extra, dict) and "usual" in info.json_schema_extra
    ]
    assert len(found) >= 20
    for name, info in found:
        extra: Any = info.json_schema_extra
        low, high = extra["usual"]
        assert extra.get("ge", 0.0) <= low < high <= extra.get("le", np.inf), name
        assert info.is_required() or not info.default or low <= info.default <= high, name


def test_schema_carries_the_spans() -> None:
    """As plain lists, so that another program can read them."""
    shown = json.loads(json.dumps(json_schema()))
    assert '"usual": [50.0, 6000.0]' in json.dumps(shown)


@pytest.mark.parametrize("span", [(2.0, 1.0), (0.0, 1.0)])
def test_span_must_be_one(span: tuple[float, float]) -> None:
    """Low below high, both above zero."""
    with pytest.raises(TypeError, match="no span"):
        Declared(kind="number", unit="1", zh="数", en="Number", usual=span)
