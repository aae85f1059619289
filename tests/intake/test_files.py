"""Kinds of files: encodings, workbooks new and old, sheets; cells that are dates, times, formulas, merged.

New workbooks are written by openpyxl and by LibreOffice, old ones by LibreOffice: programs that share nothing with the reader.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from appraisal.errors import InputError
from appraisal.intake import Stated, read_load, read_price, read_prices

START = datetime(2025, 8, 1)
NUMBERS = 300.0 + np.arange(192)
QUARTERS = [START + timedelta(minutes=15 * step) for step in range(192)]
HEAD = ["时间", "电价（元/MWh）"]


def saved(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    """A workbook of sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def long_rows() -> list[list[Any]]:
    return [
        ["交易中心 日前出清"],
        [],
        HEAD,
        *([moment, number] for moment, number in zip(QUARTERS, NUMBERS.tolist(), strict=True)),
    ]


def split_rows() -> list[list[Any]]:
    """The date in the first row of a day alone, times as cells of time, ends of steps, 24:00 as 00:00."""
    rows = []
    for step, number in enumerate(NUMBERS.tolist()):
        end = (QUARTERS[step] + timedelta(minutes=15)).time()
        rows.append([QUARTERS[step].date() if step % 96 == 0 else None, end, number])
    return [["日期", "时刻", "电价（元/MWh）"], *rows]


def wide_rows() -> list[list[Any]]:
    """Times as cells of time, the last one a full day."""
    labels: list[Any] = [(QUARTERS[step] + timedelta(minutes=15)).time() for step in range(95)]
    days = [[START + timedelta(days=day), *NUMBERS[96 * day : 96 * day + 96].tolist(), 1.0] for day in range(2)]
    return [["日期", *labels, timedelta(days=1), "合计"], *days, ["合计", *[1.0] * 96, 1.0]]


TABLES = {"long": long_rows, "split": split_rows, "wide": wide_rows}


def office(raw: bytes, folder: Path, kind: str) -> bytes:
    """The workbook as LibreOffice saves it."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    file = folder / "made.xlsx"
    file.write_bytes(raw)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    subprocess.run(
        [program, profile, "--headless", "--norestore", "--convert-to", kind, "--outdir", str(folder / "out"), str(file)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return next((folder / "out").iterdir()).read_bytes()


@pytest.mark.parametrize("name", list(TABLES))
def test_workbook_with_cells_of_dates_and_times_is_read(name: str) -> None:
    """Serial numbers of days and of times of day, a total that is no point, rows below one date."""
    read = read_price(saved(("日前", TABLES[name]())), "p.xlsx", Stated(unit="元/MWh"))
    np.testing.assert_array_equal(read.as_read, NUMBERS)
    assert (read.first, read.step_minutes, read.days, read.sheet) == (START, 15, 2, "日前")
    assert read.labels == ("start" if name == "long" else "end")


@pytest.mark.parametrize("name", list(TABLES))
@pytest.mark.parametrize("kind", ["xls:MS Excel 97", "xlsx:Calc MS Excel 2007 XML"])
def test_workbook_saved_by_libreoffice_is_the_same_series(name: str, kind: str, tmp_path: Path) -> None:
    """The old format through its own reader, the new one as another program writes it."""
    rows = TABLES[name]()
    raw = office(saved(("日前", rows), ("空", [])), tmp_path, kind)
    read = read_price(raw, f"p.{kind[:4].rstrip(':')}", Stated(unit="元/MWh"))
    np.testing.assert_array_equal(read.as_read, NUMBERS)
    assert (read.first, read.step_minutes, read.days, read.sheet) == (START, 15, 2, "日前")


def test_old_workbook_with_faults_names_sheet_and_cell(tmp_path: Path) -> None:
    """A word and the result of a division by nothing."""
    rows = long_rows()
    rows[5][1], rows[6][1] = "停电", "=1/0"
    raw = office(saved(("日前", rows)), tmp_path, "xls:MS Excel 97")
    with pytest.raises(InputError) as caught:
        read_price(raw, "p.xls")
    assert [str(fault) for fault in caught.value.faults] == [
        "p.xls 日前!B6: '停电' is no number",
        "p.xls 日前!B7: the cell shows the error #DIV/0!; mend its formula or write the value",
    ]


def test_formula_of_an_old_workbook_is_read_by_its_result(tmp_path: Path) -> None:
    """LibreOffice computes 2 × 150; a workbook of openpyxl holds the formula alone and is refused."""
    rows = long_rows()
    rows[3][1] = "=2*150"
    raw = saved(("日前", rows))
    with pytest.raises(InputError, match="日前!B4: the cell holds a formula without a value"):
        read_price(raw, "p.xlsx")
    np.testing.assert_array_equal(read_price(office(raw, tmp_path, "xls:MS Excel 97"), "p.xls").as_read, NUMBERS)


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gbk", "GBK"), ("gb18030", "GBK"), ("utf-16", "UTF-16")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_that_was_used_is_told(codec: str, name: str, end: str) -> None:
    """With the line ends of any system."""
    lines = ["时间,电价（元/MWh）", *(f"2025-08-01 {hour:02d}:00,{hour}" for hour in range(24))]
    read = read_price(end.join(lines).encode(codec), "p.csv")
    np.testing.assert_array_equal(read.as_read, np.arange(24.0))
    assert read.encoding == name
    assert any(f"编码 {name}" in note.zh for note in read.notes)


def test_text_under_the_name_of_a_workbook_is_read_as_text() -> None:
    """Many portals export tabs under .xls."""
    lines = ["时间\t电价（元/MWh）", *(f"2025-08-01 {hour:02d}:00\t{hour}" for hour in range(24))]
    read = read_price("\n".join(lines).encode("gbk"), "p.xls")
    assert "named .xls, but a text file; read as what it is" in read.notes
    assert read.days == 1


def test_web_page_under_the_name_of_a_workbook_is_refused_with_the_remedy() -> None:
    with pytest.raises(InputError, match="is a web page or XML, whatever its name says"):
        read_price("<html><body><table><tr><td>1</td></tr></table></body></html>".encode("gbk"), "p.xls")


def test_of_two_sheets_with_numbers_none_is_taken_unasked() -> None:
    """A person names it; a wrong name is answered with the right ones."""
    other = [HEAD, *([moment, 1.0] for moment in QUARTERS)]
    raw = saved(("日前", long_rows()), ("实时", other))
    with pytest.raises(InputError, match="sheets 日前, 实时 each hold numbers; state which one"):
        read_price(raw, "p.xlsx")
    np.testing.assert_array_equal(read_price(raw, "p.xlsx", Stated(sheet="实时")).as_read, 1.0)
    with pytest.raises(InputError, match="no sheet '实施'"):
        read_price(raw, "p.xlsx", Stated(sheet="实施"))


def test_prices_of_both_sides_are_told_apart_by_their_headings() -> None:
    """购电价 and 上网电价 of one table."""
    rows = [["时间", "购电价（元/kWh）", "上网电价（元/kWh）"], *([moment, 0.5, 0.25] for moment in QUARTERS)]
    pair = read_prices(saved(("价", rows)), "p.xlsx")
    assert pair.sell is not None
    np.testing.assert_array_equal(pair.buy.values, 0.5)
    np.testing.assert_array_equal(pair.sell.values, 0.25)
    alone = read_prices(saved(("价", rows)), "p.xlsx", Stated(value_column="购电价（元/kWh）"))
    assert alone.sell is None
    swapped = read_prices(saved(("价", rows)), "p.xlsx", Stated(value_column="C", sell_column="B"))
    assert (swapped.buy.column, swapped.sell and swapped.sell.column) == ("上网电价（元/kWh）", "购电价（元/kWh）")


def test_columns_beside_the_series_are_named_as_unread() -> None:
    rows = [["时间", "负荷（kW）", "温度"], *([moment, 5.0, 30.0] for moment in QUARTERS)]
    read = read_load(saved(("负荷", rows)), "p.xlsx")
    np.testing.assert_array_equal(read.values, 5.0)
    assert "columns not read: 温度" in read.notes


def test_units_in_a_row_below_the_headings_are_read() -> None:
    """Two rows of headings, the second of units."""
    rows = [["时间", "有功功率", "电流"], ["-", "MW", "A"], *([moment, 5.0, 30.0] for moment in QUARTERS)]
    np.testing.assert_array_equal(read_load(saved(("负荷", rows)), "p.xlsx").values, 5000.0)


def test_dates_of_the_macintosh_are_the_same_days() -> None:
    """Serial numbers from 1904."""
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in long_rows():
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert read_price(out.getvalue(), "p.xlsx").first == START


def test_plain_serial_numbers_under_a_heading_of_time_are_dates() -> None:
    """45870 is 2025-08-01 (Excel's own count, 1900-01-01 = 1); told."""
    lines = ["时间,电价（元/MWh）", *(f"{45870 + step / 24:.6f},{step}" for step in range(48))]
    read = read_price("\n".join(lines).encode(), "p.csv")
    assert (read.first, read.days, read.step_minutes) == (START, 2, 60)
    assert "dates are numbers of days as spreadsheets count them" in read.notes


@pytest.mark.parametrize("word", [time(0, 15), "0:15", "00:15:00", "0时15分", "00:15"])
def test_times_of_day_in_any_form_begin_a_day(word: Any) -> None:
    """A day without a date: 96 values, beginning at 00:15 they name ends."""
    rows = [
        ["时刻", "负荷（kW）"],
        *([f"{(step * 15) // 60}:{(step * 15) % 60:02d}", float(step)] for step in range(1, 97)),
    ]
    rows[1][0] = word
    read = read_load(saved(("日", rows)), "d.xlsx")
    assert (read.layout, read.labels, read.first, read.days) == ("day", "end", None, 1)
    np.testing.assert_array_equal(read.values, np.arange(1.0, 97.0))


@pytest.mark.parametrize("days", [365, 366])
@pytest.mark.parametrize("step", [5, 15, 30, 60])
def test_bare_year_says_its_step_by_its_points(days: int, step: int) -> None:
    """8,760 and 8,784 hours, 35,040 and 35,136 quarter hours; a leap year is told where no date shows it."""
    count = days * 1440 // step
    read = read_load(("kW\n" + "1.5\n" * count).encode(), "y.csv")
    assert (read.days, read.step_minutes, read.first) == (days, step, None)
    assert any("leap year" in note for note in read.notes) == (days == 366)


def test_first_day_stated_for_a_bare_year_is_its_first_moment() -> None:
    read = read_load(
        ("kW\n" + "1.5\n" * 8784).encode(), "y.csv", Stated(first=START.date().replace(year=2024, month=1, day=1))
    )
    assert read.first == datetime(2024, 1, 1)
    assert "29 February is in the series and is kept" in read.notes


def test_lines_about_the_meter_above_the_table_are_no_data() -> None:
    """Number, ratio and date of the export, as the grid companies' systems write them, close above the headings."""
    rows = [
        ["户号", "3100012345", "", ""], ["综合倍率", "8000", "", ""], ["导出日期", "2025-09-01", "", ""],
        ["日期", "时间", "瞬时有功(kW)", "备注"],
        *([f"{moment:%Y-%m-%d}", f"{moment:%H:%M}", f"{number}", ""] for moment, number in zip(QUARTERS, NUMBERS, strict=True)),
    ]  # fmt: skip
    for table in (rows, rows[:2] + rows[3:], [rows[0], rows[1], [], *rows[3:]]):
        read = read_load("\n".join(",".join(row) for row in table).encode("gbk"), "m.csv")
        np.testing.assert_array_equal(read.values, NUMBERS)
        assert (read.first, read.column) == (START, "瞬时有功(kW)")


def test_first_row_with_a_broken_time_is_told_and_not_taken_for_a_heading() -> None:
    """Nor is a broken number in a column without times."""
    lines = ["时间,电价（元/MWh）", "昨天,1", *(f"2025-08-01 {hour:02d}:00,{hour}" for hour in range(1, 24))]
    with pytest.raises(InputError, match=r"p\.csv:2 A2: '昨天' is not a time"):
        read_price("\n".join(lines).encode(), "p.csv")
    for place in (2, 3, 9):
        bare = ["kW", *map(str, range(24))]
        bare.insert(place, "停")
        with pytest.raises(InputError, match=rf"p\.csv:{place + 1} A{place + 1}: '停' is no number"):
            read_load("\n".join(bare).encode(), "p.csv")


def test_numbers_of_rows_beside_dates_are_refused() -> None:
    """A date and a number from 1 to 48 over two days name no time of day."""
    rows = [["日期", "序号", "负荷（kW）"], *([f"2025-08-0{1 + hour // 30}", hour + 1, 1.0] for hour in range(60))]
    with pytest.raises(InputError, match="intervals are numbered 1 to 60; expected 1 to 24, 48, 96 or 288"):
        read_load(saved(("负荷", rows)), "d.xlsx")
