"""A price series beside the case: any fixed step, text or workbook; a gap, a duplicate, a foreign clock are told by cell."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from appraisal import appraise
from appraisal.case import Case
from appraisal.errors import InputError
from appraisal.library import Library
from appraisal.scenario import load_case

LIBRARY = Library.open()
CASE = """project: {province: hainan, side: grid, construction_start: 2026-03, construction_months: 6, operation_years: 10}
storage: {technology: lfp, power_mw: 1, energy_mwh: 2, availability: 0.97}
market: {price_file: prices.csv, transmission_yuan_per_kwh: 0.17, loss_yuan_per_kwh: 0.01, system_operation_yuan_per_kwh: 0.04}
revenue: {arbitrage: {}}
finance: {debt_share: 0.5, loan_rate: 0.04, loan_years: 5, discount_rate: 0.06}
"""
START = datetime(2025, 1, 1)


def series(steps: int, minutes: int = 60, columns: str = "time,buy_yuan_per_mwh") -> list[str]:
    """Header and rows; the price of a step is 300 plus its number."""
    return [
        columns,
        *(f"{START + timedelta(minutes=minutes * step):%Y-%m-%d %H:%M},{300 + step}" for step in range(steps)),
    ]


def load(folder: Path, content: list[str] | bytes) -> Case:
    """The case with a price file of that content."""
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    raw = content if isinstance(content, bytes) else "\n".join(content).encode()
    (folder / "prices.csv").write_bytes(raw)
    return load_case(folder / "case.yaml", library=LIBRARY)


@pytest.mark.parametrize(("minutes", "days"), [(60, 2), (30, 1), (15, 3), (5, 1)])
def test_series_of_any_step_is_weighted_to_a_year(tmp_path: Path, minutes: int, days: int) -> None:
    """Hours of the series × its weight are the 8760 of a year."""
    prices = load(tmp_path, series(days * 1440 // minutes, minutes)).prices
    assert prices is not None
    assert prices.clock.step_hours == minutes / 60
    assert float(prices.clock.step_weight.sum()) * prices.clock.step_hours == pytest.approx(8760.0, rel=1e-14)
    np.testing.assert_array_equal(prices.buy[0], 300.0 + np.arange(days * 1440 // minutes))
    np.testing.assert_array_equal(prices.sell, prices.buy)
    assert prices.confidence == "secondary"


def test_own_sell_column_is_read(tmp_path: Path) -> None:
    """Bought at one price, sold at another; a negative price is a price."""
    rows = [f"{row},{200 - 10 * place}" for place, row in enumerate(series(48)[1:])]
    prices = load(tmp_path, ["time,buy_yuan_per_mwh,sell_yuan_per_mwh", *rows]).prices
    assert prices is not None
    np.testing.assert_array_equal(prices.sell[0], 200.0 - 10.0 * np.arange(48))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_chinese_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    """A remark in Chinese does not matter."""
    text = "\n".join([series(24)[0] + ",备注", *(f"{row},现货" for row in series(24)[1:])])
    assert load(tmp_path, text.encode(encoding)).prices is not None


def test_months_of_the_series_are_those_of_its_times(tmp_path: Path) -> None:
    """A series from December into January."""
    rows = [f"{datetime(2025, 12, 31) + timedelta(hours=step):%Y-%m-%d %H:%M},300" for step in range(48)]
    prices = load(tmp_path, ["time,buy_yuan_per_mwh", *rows]).prices
    assert prices is not None
    assert prices.clock.month.tolist() == [12] * 24 + [1] * 24


def test_flat_series_and_flat_day_are_one_case(tmp_path: Path) -> None:
    """The same price the year round, as a series and as a typical day: no energy is worth moving either way."""
    flat = [series(1)[0], *(f"{START + timedelta(hours=step):%Y-%m-%d %H:%M},300" for step in range(48))]
    moved = appraise(load(tmp_path, flat)).operation.discharged_mwh
    np.testing.assert_array_equal(moved, 0.0)


FEW = "fewer than two moments; expected whole days at a fixed step"
BAD: dict[str, tuple[Any, list[str]]] = {
    "empty": (b"", ["is empty"]),
    "other columns": (["a,b", "1,2"], ["several columns could hold the prices: a, b; state which one"]),
    "binary": (bytes(range(256)), ["is neither text nor a workbook (an image, a program?); save the table as CSV or .xlsx"]),
    "no encoding": (bytes(range(1, 256)), ["is neither UTF-8 nor GBK; save it as CSV in UTF-8"]),
    "no data": ([",".join(f"c{place}" for place in range(60))], ["holds no row of numbers with times; expected a heading and a row a point below it"]),
    "formula": (["time,buy_yuan_per_mwh", "2025-01-01 00:00,=1+1"], ["B2: '=1+1' is no number", FEW]),
    "one huge cell": (series(1)[0].encode() + b'\n"' + b"x" * 200_000 + b'",3', ["is not CSV: field larger than field limit (131072)"]),
    "gap": (series(24)[:6] + series(24)[7:], ["no row for 2025-01-01 05:00"]),
    "duplicate": (series(24)[:6] + series(24)[5:], ["B7: 2025-01-01 04:00 stands twice, in B6 and B7 (a copy, several series one below the other, or a clock set back); keep one"]),
    "one row": (series(1), [FEW]),
    "part of a day": (series(46), ["no row for 2025-01-02 22:00", "no row for 2025-01-02 23:00"]),
    "late start": (series(24)[:1] + series(24)[2:], ["the first time is 01:00 and the last 23:00: neither beginnings (00:00 … 23:00) nor ends (01:00 … 24:00) of steps of 60 min over whole days; mend the first or the last row, or state whether times name the start or the end"]),
    "odd step": (series(24, 420), ["a step of 420 min; expected one that divides a day"]),
    "time zone": ([series(1)[0], "2025-01-01 00:00+08:00,300"], ["A2: '2025-01-01 00:00+08:00' has a time zone; write the local time alone, 2025-01-01 00:00"]),
    "no time": ([series(1)[0], "yesterday,300"], ["A2: 'yesterday' is not a time; expected 2025-01-01 00:00"]),
    "no price": ([series(1)[0], "2025-01-01 00:00,n/a"], ["B2: 'n/a' is no number", FEW]),
    "no cell": ([series(1)[0], "2025-01-01 00:00"], ["B2: is empty; write the number", FEW]),
    "nan": ([series(1)[0], "2025-01-01 00:00,nan"], ["B2: 'nan' is no number", FEW]),
    "a day without a date": (["time,price (yuan/MWh)", *(f"{hour}:00,1" for hour in range(24))], ["1 d without dates; add dates, or state a typical day in market.typical_days"]),
    "no unit": (["time,price", *series(24)[1:]], ["no unit is given: 300 to 323 as yuan/MWh would be 0.3 to 0.323 yuan/kWh, as yuan/kWh 300 to 323 yuan/kWh; state which; unit: in a heading, or stated with the file"]),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BAD))
def test_bad_series_is_answered_with_its_cells(tmp_path: Path, name: str) -> None:
    """All that is wrong with it, at the line of the case that names the file."""
    content, messages = BAD[name]
    with pytest.raises(InputError) as caught:
        load(tmp_path, content)
    place = f"{tmp_path / 'case.yaml'}:3 market.price_file"
    assert [str(fault) for fault in caught.value.faults] == [f"{place}: {message}" for message in messages]


def test_faults_of_cells_stop_at_ten_and_their_count(tmp_path: Path) -> None:
    """A file of the wrong kind does not print a thousand lines."""
    with pytest.raises(InputError, match="cells without a number: 1,000 in all; the first 10 are listed") as caught:
        load(tmp_path, [series(1)[0], *(f"{row.split(',')[0]},y" for row in series(1000)[1:])])
    cells = [fault for fault in caught.value.faults if "is no number" in str(fault)]
    assert len(cells) == 10


def test_rows_out_of_order_are_sorted_and_told(tmp_path: Path) -> None:
    """A portal that lists the newest first."""
    prices = load(tmp_path, [series(1)[0], *reversed(series(48)[1:])]).prices
    assert prices is not None
    np.testing.assert_array_equal(prices.buy[0], 300.0 + np.arange(48))
    assert "rows were not in the order of time; they were sorted" in prices.told


def test_ends_of_steps_are_told_with_the_result(tmp_path: Path) -> None:
    """01:00 to 24:00: the first price is that of 00:00 to 01:00, and a notice of every result says so."""
    rows = [f"{START + timedelta(hours=step + 1):%Y-%m-%d %H:%M},{step}" for step in range(48)]
    case = load(tmp_path, ["time,buy_yuan_per_mwh", *rows])
    assert case.prices is not None
    np.testing.assert_array_equal(case.prices.buy[0], np.arange(48.0))
    (told,) = [notice for notice in case.notices if notice.code == "price_file"]
    assert "times name the end of a step" in told.en
    assert "时刻为时段终点" in told.zh


def test_ninety_six_points_a_day_in_kilowatt_hours_are_the_same_prices(tmp_path: Path) -> None:
    """A row a day in a workbook, yuan/kWh, equals the long table in yuan/MWh; × 1000 is the definition."""
    book = openpyxl.Workbook()
    book.active.append(["单位：元/kWh"])
    book.active.append(["日期", *(f"{end // 4}:{end % 4 * 15:02d}" for end in range(1, 97))])
    prices = np.arange(192) / 1000
    for day in range(2):
        book.active.append([f"2025年1月{day + 1}日", *prices[96 * day : 96 * day + 96].tolist()])
    out = io.BytesIO()
    book.save(out)
    wide = load(tmp_path, out.getvalue()).prices
    assert wide is not None
    assert wide.clock.step_hours == 0.25
    np.testing.assert_allclose(wide.buy[0], np.arange(192.0), rtol=1e-12)


@pytest.mark.parametrize(("days", "months"), [(365, 28), (366, 29)])
def test_year_without_dates_has_the_months_of_a_calendar(tmp_path: Path, days: int, months: int) -> None:
    """A bare column of 8,760 or 8,784 prices; February has 28 or 29 days."""
    case = load(tmp_path, ["price_yuan_per_mwh", *["300"] * (24 * days)])
    assert case.prices is not None
    assert int((case.prices.clock.month == 2).sum()) == 24 * months
    assert int((case.prices.clock.month == 12).sum()) == 24 * 31


def test_reading_is_stated_in_the_case(tmp_path: Path) -> None:
    """Unit, columns and labels as fields of the market, one path for file, --set and page."""
    text = CASE.replace(
        "price_file: prices.csv,",
        "price_file: prices.csv, price_unit: 元/kWh, price_column: C, sell_column: B, price_labels: start,",
    )
    rows = [f"{START + timedelta(hours=step):%Y-%m-%d %H:%M},0.2,0.5" for step in range(24)]
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "prices.csv").write_text("\n".join(["时间,甲,乙", *rows]), encoding="gbk")
    prices = load_case(tmp_path / "case.yaml", library=LIBRARY).prices
    assert prices is not None
    np.testing.assert_allclose(prices.buy, 500.0)
    np.testing.assert_allclose(prices.sell, 200.0)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../prices.csv", "leaves the folder of the case"),
        ("none.csv", "'none.csv' beside the case: no such file"),
        (".", "is a folder, expected a file"),
        ("a" * 300, "cannot be read: File name too long"),
    ],
)
def test_file_outside_the_folder_is_not_read(tmp_path: Path, name: str, message: str) -> None:
    """Nor one that a link leads out to."""
    (tmp_path / "prices.csv").write_text("\n".join(series(24)), encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "case.yaml").write_text(CASE.replace("prices.csv", name), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_case(inside / "case.yaml", library=LIBRARY)
    (inside / "case.yaml").write_text(CASE, encoding="utf-8")
    (inside / "prices.csv").symlink_to(tmp_path / "prices.csv")
    with pytest.raises(InputError, match="leaves the folder of the case"):
        load_case(inside / "case.yaml", library=LIBRARY)


def test_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """By its size alone."""
    with (tmp_path / "prices.csv").open("wb") as file:
        file.truncate(50_000_000)
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    with pytest.raises(InputError, match="50,000,000 bytes, at most 20,000,000 are read"):
        load_case(tmp_path / "case.yaml", library=LIBRARY)


@pytest.mark.parametrize("minutes", [1, 5, 10, 15, 20, 30, 60])
def test_every_usual_step_is_read(tmp_path: Path, minutes: int) -> None:
    """A step that divides a day, in exact arithmetic."""
    start = datetime(2026, 1, 1)
    lines = [
        "time,buy_yuan_per_mwh",
        *(f"{start + timedelta(minutes=minutes * place)},300" for place in range(1440 // minutes)),
    ]
    (tmp_path / "prices.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    prices = load_case(tmp_path / "case.yaml").prices
    assert prices is not None
    assert prices.clock.step_hours == pytest.approx(minutes / 60)


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%m/%d/%Y %H:%M", "%Y-%m-%dT%H:%M:%S"])
def test_times_as_spreadsheets_write_them_are_read(tmp_path: Path, form: str) -> None:
    """With the header's case and spaces as they come, and 24:00 for the end of a day."""
    start = datetime(2026, 1, 1)
    times = [(start + timedelta(hours=place)).strftime(form) for place in range(48)]
    midnight = start.strftime(form).replace("00:00", "24:00", 1)
    times[24] = midnight
    lines = [" Time , Buy_yuan_per_mwh", *(f"{moment},300" for moment in times)]
    (tmp_path / "prices.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    case = load_case(tmp_path / "case.yaml")
    assert {note.code for note in case.notices} >= {"series"}
