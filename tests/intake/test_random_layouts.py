"""Whatever layout, encoding, unit and form of time a regular series is written in, it is read back as it was.

The writers here share nothing with the readers: text is put together by hand, workbooks by openpyxl.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appraisal.intake import Stated, read_load, read_price

# Yuan/kWh or kW in one of the unit, from the definitions of the prefixes: 1 MWh = 1000 kWh, 1 yuan = 100 fen = 1000 li.
PRICES = {
    "元/MWh": 1e-3, "元/kWh": 1.0, "元/兆瓦时": 1e-3, "元／千瓦时": 1.0, "厘/kWh": 1e-3, "分/千瓦时": 1e-2, "yuan/MWh": 1e-3,
    "CNY/kWh": 1.0, "元/兆瓦·时": 1e-3, "元/万千瓦时": 1e-4,
}  # fmt: skip
LOADS = {"kW": 1.0, "MW": 1e3, "千瓦": 1.0, "兆瓦": 1e3, "万千瓦": 1e4}
ENERGIES = {"kWh": 1.0, "MWh": 1e3, "千瓦时": 1.0}
DATES = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d"]


@dataclass(frozen=True)
class Drawn:
    """A regular series and how it is to be written."""

    quantity: str
    unit: str
    factor: float
    numbers: list[float]
    step: int
    first: date
    days: int
    form: str
    labels: str
    midnight: str
    layout: str
    titles: list[list[str]]


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """A few days at a usual step."""
    step = draw(st.sampled_from([5, 15, 30, 60]))
    days = draw(st.integers(2, 3 if step == 5 else 5))
    quantity = draw(st.sampled_from(["price", "load"]))
    units = PRICES if quantity == "price" else {**LOADS, **{name: per * 60 / step for name, per in ENERGIES.items()}}
    unit = draw(st.sampled_from(sorted(units)))
    seed = draw(st.integers(0, 2**32 - 1))
    numbers = np.random.default_rng(seed).integers(-50_000 if quantity == "price" else 0, 150_000, days * 1440 // step)
    titles = draw(st.sampled_from([[], [["某用户 2025年用电数据"]], [["导出"], [], ["制表人：张三"]]]))
    return Drawn(
        quantity=quantity, unit=unit, factor=units[unit], numbers=(numbers / 100).tolist(), step=step,
        first=draw(st.dates(date(2019, 1, 1), date(2031, 12, 1))), days=days, form=draw(st.sampled_from(DATES)),
        labels=draw(st.sampled_from(["start", "end"])), midnight=draw(st.sampled_from(["24:00", "0:00", "same day"])),
        layout=draw(st.sampled_from(["moment", "split", "numbered", "wide", "wide numbered", "range", "turned"])), titles=titles,
    )  # fmt: skip


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def slots(case: Drawn) -> list[str]:
    """The labels of a day in order."""
    count = 1440 // case.step
    if "numbered" in case.layout:
        return [str(place + (case.labels == "end")) for place in range(count)]
    if case.layout == "range":
        return [f"{clock(place * case.step)}-{clock((place + 1) * case.step)}" for place in range(count)]
    late = case.step if case.labels == "end" else 0
    last = "24:00" if case.midnight == "24:00" else "00:00"
    return [last if place * case.step + late == 1440 else clock(place * case.step + late) for place in range(count)]


def written(case: Drawn) -> list[list[Any]]:
    """The table, every cell as text."""
    days = [case.first + timedelta(days=day) for day in range(case.days)]
    told = [day.strftime(case.form) for day in days]
    count = 1440 // case.step
    by_day = [case.numbers[day * count : (day + 1) * count] for day in range(case.days)]
    head = ("电价" if case.quantity == "price" else "负荷") + f"（{case.unit}）"
    if case.layout in ("wide", "wide numbered", "range"):
        return [
            [*(["单位：" + case.unit])],
            ["日期", *slots(case)],
            *([day, *row] for day, row in zip(told, by_day, strict=True)),
        ]
    if case.layout == "turned":
        rows = zip(slots(case), *by_day, strict=True)
        return [["单位：" + case.unit], ["时刻", *told], *(list(row) for row in rows)]
    pairs = [(day, label) for day in range(case.days) for label in slots(case)]
    if case.layout in ("split", "numbered"):
        times = [[told[day], label] for day, label in pairs]
        return [["日期", "时段", head], *([*time, number] for time, number in zip(times, case.numbers, strict=True))]
    moments = []
    for day, label in pairs:
        after = label == "00:00" and case.labels == "end" and case.midnight != "same day"
        moments.append((days[day] + timedelta(days=after)).strftime(case.form) + " " + label)
    return [["时间", head], *([time, number] for time, number in zip(moments, case.numbers, strict=True))]


def as_text(table: list[list[Any]], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(table)
    return out.getvalue()


def as_workbook(table: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    book.create_sheet("Sheet2")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(
    case=drawn(),
    kind=st.sampled_from(["utf-8", "utf-8-sig", "gbk", "utf-16", "xlsx"]),
    delimiter=st.sampled_from(",;\t"),
)
def test_series_in_any_layout_is_read_back(case: Drawn, kind: str, delimiter: str) -> None:
    """The values in the product's unit, the step, the first moment and the days."""
    table = [*case.titles, *written(case)]
    raw = as_workbook(table) if kind == "xlsx" else as_text(table, delimiter).encode(kind)
    read = (read_price if case.quantity == "price" else read_load)(raw, "any")
    np.testing.assert_array_equal(read.as_read, case.numbers)
    np.testing.assert_allclose(read.values, np.array(case.numbers) * case.factor, rtol=1e-14)
    assert (read.step_minutes, read.days) == (case.step, case.days)
    assert read.first == datetime.combine(case.first, datetime.min.time())
    wanted = {"range": "range", "numbered": "number", "wide numbered": "number"}.get(case.layout, case.labels)
    assert read.labels == wanted
    layouts = {"wide": "wide", "wide numbered": "wide", "range": "wide", "turned": "turned"}
    assert read.layout == layouts.get(case.layout, "long")
    assert all(note.zh != str(note) for note in read.notes)


@settings(deadline=None, max_examples=40)
@given(case=drawn(), data=st.data())
def test_points_taken_out_or_doubled_are_told_and_nothing_is_filled_in(case: Drawn, data: st.DataObject) -> None:
    """A row a point: what is absent and what stands twice is counted, never made up."""
    table = written(Drawn(**{**case.__dict__, "layout": "moment", "midnight": "24:00"}))
    inner = range(2, len(table) - 1)
    out = data.draw(st.sets(st.sampled_from(inner), min_size=1, max_size=5), label="out")
    kept = [row for place, row in enumerate(table) if place not in out]
    with pytest.raises(Exception, match="no row for") as caught:
        (read_price if case.quantity == "price" else read_load)(as_text(kept, ",").encode(), "any")
    assert str(caught.value).count("no row for") == len(out)
    twice = [*table, table[min(out)]]
    with pytest.raises(Exception, match="stands twice"):
        (read_price if case.quantity == "price" else read_load)(as_text(twice, ",").encode(), "any")


@settings(deadline=None, max_examples=25)
@given(case=drawn())
def test_reading_as_stated_is_the_reading_found(case: Drawn) -> None:
    """Unit, labels and headings stated give what was found out without."""
    plain = Drawn(**{**case.__dict__, "layout": "split", "titles": []})
    read = read_price if case.quantity == "price" else read_load
    raw = as_text(written(plain), ",").encode()
    found = read(raw, "any")
    stated = Stated(
        header_row=1, day_column="日期", time_column="B", value_column=found.column, unit=case.unit,
        labels="end" if case.labels == "end" else "start",
    )  # fmt: skip
    if case.midnight == "24:00" or case.labels == "start":
        again = read(raw, "any", stated)
        np.testing.assert_array_equal(again.values, found.values)
        assert again.first == found.first
