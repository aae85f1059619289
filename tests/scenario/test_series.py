"""A price series beside the case: any fixed step, UTF-8 or GBK; a gap, a duplicate, a foreign clock are told by row."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
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


BAD: dict[str, tuple[Any, str]] = {
    "empty": (b"", "no column time, buy_yuan_per_mwh; found nothing"),
    "other columns": (["a,b", "1,2"], "no column time, buy_yuan_per_mwh; found a, b"),
    "binary": (bytes(range(256)), "is no text (a workbook or an image?); save the table as CSV"),
    "workbook": (b"PK\x03\x04" + b"x" * 60, "is no text (a workbook or an image?); save the table as CSV"),
    "no encoding": (bytes(range(1, 256)), "is neither UTF-8 nor GBK; save it as CSV in UTF-8"),
    "many columns": ([",".join(f"c{place}" for place in range(60))], "60 columns; expected time, buy_yuan_per_mwh and perhaps sell_yuan_per_mwh"),
    "formula": (["time,buy_yuan_per_mwh", "2025-01-01 00:00,=1+1"], "row 2: '=1+1' is not a price; expected yuan/MWh"),
    "one huge cell": (series(1)[0].encode() + b'\n"' + b"x" * 200_000 + b'",3', "is not CSV: field larger than field limit (131072)"),
    "gap": (series(24)[:6] + series(24)[7:], "row 7: 2025-01-01 06:00:00 follows 2025-01-01 04:00:00; expected a step of 1:00:00 (a gap, a duplicate or a change of clock)"),
    "duplicate": (series(24)[:6] + series(24)[5:], "row 7: 2025-01-01 04:00:00 follows 2025-01-01 04:00:00; expected a step of 1:00:00 (a gap, a duplicate or a change of clock)"),
    "backwards": ([series(2)[0], *reversed(series(2)[1:])], "row 3: 2025-01-01 00:00:00 follows 2025-01-01 01:00:00; expected times that rise"),
    "one row": (series(1), "fewer than two rows; expected whole days at a fixed step"),
    "part of a day": (series(30), "30 steps of 1 h are 1.25 days; expected whole days"),
    "late start": (series(1)[:1] + series(25)[2:], "row 2: begins at 01:00; expected 00:00, whole days of local time"),
    "odd step": (series(24, 420), "a step of 7:00:00; expected one that divides a day"),
    "time zone": ([series(1)[0], "2025-01-01 00:00+08:00,300"], "row 2: '2025-01-01 00:00+08:00' has a time zone; write the local time alone, 2025-01-01 00:00"),
    "no time": ([series(1)[0], "yesterday,300"], "row 2: 'yesterday' is not a time; expected 2025-01-01 00:00"),
    "no price": ([series(1)[0], "2025-01-01 00:00,n/a"], "row 2: 'n/a' is not a price; expected yuan/MWh"),
    "no cell": ([series(1)[0], "2025-01-01 00:00"], "row 2: nothing is not a price; expected yuan/MWh"),
    "nan": ([series(1)[0], "2025-01-01 00:00,nan"], "row 2: 'nan' is not a finite price; expected yuan/MWh"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BAD))
def test_bad_series_is_answered_with_its_row(tmp_path: Path, name: str) -> None:
    """One message, at the line of the case that names the file."""
    content, message = BAD[name]
    with pytest.raises(InputError) as caught:
        load(tmp_path, content)
    assert str(caught.value) == f"{tmp_path / 'case.yaml'}:3 market.price_file: {message}"


def test_faults_of_rows_stop_at_five(tmp_path: Path) -> None:
    """A file of the wrong kind does not print a thousand lines."""
    with pytest.raises(InputError) as caught:
        load(tmp_path, [series(1)[0], *["x,y"] * 1000])
    assert len(caught.value.faults) == 5


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
    if "T" in form:
        with pytest.raises(InputError, match="is not a time; expected 2025-01-01 00:00"):
            load_case(tmp_path / "case.yaml")
        return
    case = load_case(tmp_path / "case.yaml")
    assert {note.code for note in case.notices} >= {"series"}
