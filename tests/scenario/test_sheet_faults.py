"""A wrong workbook is answered like a wrong YAML file, with the cell in place of the line, and never by guessing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from strategies import LIBRARY

from appraisal.case import Change
from appraisal.errors import InputError
from appraisal.library.reader import read_file
from appraisal.scenario import load_case, scenario_path
from appraisal.scenario.load import load_stated
from appraisal.scenario.sheet import read_workbook, workbook
from appraisal.scenario.sheet.words import SHEETS

BROKEN = {file.stem: file for file in sorted((Path(__file__).parent / "broken").glob("*.yaml"))}
# Faults that a workbook cannot have: no section, key or stream of another name, no dated events, no infinite number, no
# YAML; a number in quotes is the number, and a list of words for months is told below.
ONLY_IN_YAML = {
    "events", "five_faults", "infinite", "key_misspelt", "key_twice", "late_faults", "months_words", "number_in_quotes",
    "section_misspelt", "stream_unknown",
}  # fmt: skip


def faults(file: Path, *changes: Change) -> list[str]:
    """What the reader says of a file, without its folder."""
    with pytest.raises(InputError) as caught:
        load_case(file, changes, LIBRARY)
    return [str(fault).replace(f"{file.parent}/", "") for fault in caught.value.faults]


@pytest.mark.parametrize("stem", sorted(set(BROKEN) - ONLY_IN_YAML))
def test_fault_of_yaml_is_the_same_fault_at_a_cell(stem: str, tmp_path: Path) -> None:
    """Paths and messages of the file in YAML, each with a cell that is there."""
    raw = read_file(BROKEN[stem]).plain()
    file = tmp_path / "case.xlsx"
    file.write_bytes(workbook("zh", raw))
    assert read_workbook(file).faults == []
    with pytest.raises(InputError) as yaml:
        load_case(BROKEN[stem], library=LIBRARY)
    with pytest.raises(InputError) as sheet:
        load_case(file, library=LIBRARY)
    said = [sorted((fault.path, fault.message, fault.kind) for fault in one.value.faults) for one in (yaml, sheet)]
    assert said[0] == said[1]
    assert sheet.value.exit_code == yaml.value.exit_code
    for fault in sheet.value.faults:
        name, _, cell = fault.where.partition("case.xlsx ")[2].partition(" ")[0].partition("!")
        assert name in {zh for zh, _ in SHEETS.values()}
        assert re.fullmatch(r"[A-Z]{1,2}[1-9][0-9]*", cell)


def test_only_few_faults_are_of_yaml_alone() -> None:
    """The list above names files that are there."""
    assert set(BROKEN) >= ONLY_IN_YAML
    assert len(BROKEN) - len(ONLY_IN_YAML) >= 30


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The ready case of known yearly amounts as a workbook."""
    raw, case = load_stated(scenario_path("contract_schedule"), library=LIBRARY)
    made = tmp_path / "x.xlsx"
    made.write_bytes(workbook("en", raw, case))
    return made


def at(sheet: Worksheet, code: str) -> int:
    """The row of a code."""
    return next(cell.row for cell in sheet["A"] if cell.value == code)


def put(name: str, code: str, value: Any, column: int = 3) -> Callable[[Any], str]:
    """A change of one cell; the cell is returned."""

    def change(book: Any) -> str:
        sheet = book[name]
        cell = sheet.cell(at(sheet, code), column)
        cell.value = value
        return f"{name}!{cell.coordinate}"

    return change


FORMULA = (
    "the cell holds a formula without a value; open and save the file in Excel or LibreOffice, or write the number"
)
ONE_CELL = {
    "percent as a number": (put("Inputs", "finance.debt_share", 86), "finance.debt_share: 86 is outside 0–1 (a fraction, not percent: 0.86?)"),
    "percent as text": (put("Inputs", "finance.debt_share", "86%"), "finance.debt_share: '86%' is not a number; expected a fraction of 1, 0–1; write 0.86"),
    "words": (put("Inputs", "finance.loan_rate", "LPR"), "finance.loan_rate: 'LPR' is not a number; expected share/year, 0–0.5"),
    "thousands": (put("Inputs", "capital.equipment_yuan", "1,000"), "capital.equipment_yuan: '1,000' is not a number; expected yuan incl. VAT, 0 or more"),
    "true": (put("Inputs", "finance.loan_rate", True), "finance.loan_rate: true is not a number; expected share/year, 0–0.5"),
    "empty": (put("Inputs", "finance.loan_rate", None), "finance.loan_rate: required: 长期借款利率 Loan rate (share/year, 0–0.5)"),
    "blank": (put("Inputs", "finance.loan_rate", "  "), "finance.loan_rate: required: 长期借款利率 Loan rate (share/year, 0–0.5)"),
    "word": (put("Inputs", "finance.repayment", "anuity"), "finance.repayment: 'anuity' is not one of the words; did you mean 'annuity'? Known: equal_principal, annuity, bullet, custom, capacity, sculpted"),
    "formula": (put("Inputs", "finance.loan_rate", "=0.03+0.006"), f"finance.loan_rate: {FORMULA}"),
    "error": (put("Inputs", "finance.loan_rate", "#REF!"), "finance.loan_rate: the cell shows the error #REF!; mend its formula or write the value"),
    "date for a number": (put("Inputs", "finance.loan_years", datetime.date(2026, 3, 4)), "finance.loan_years: the cell holds the date 2026-03-04; format it as a number and write the value again"),
    "date for a word": (put("Inputs", "market.voltage", datetime.date(2026, 1, 10)), "market.voltage: the cell holds the date 2026-01-10; format it as text and write the value again"),
    "part of a year": (put("Inputs", "project.operation_years", 19.5), "project.operation_years: 19.5 is not a whole number; expected years, 1–60"),
    "words in a list": (put("Inputs", "storage.replacement.operation_years", "8; ten"), "storage.replacement.operation_years.1: 'ten' is not a whole number"),
    "open quote": (put("Inputs", "project.owner", '"Wind'), "project.owner: '\"Wind' begins with a quote that does not close; take the quotes out"),
    "wrong section": (put("Streams", "schedule.*: section", "revenu"), "stands neither under revenue nor under support; did you mean 'revenue'? Known: revenue, support"),
    "label": (put("Streams", "schedule.*", "Vertrag 1"), "revenue.Vertrag 1: a label is a plain word of letters, digits and _; it names the stream in every table"),
    "name": (put("Entries", "finance.grants.*", "Town"), "finance.grants.Town: 'Town' is no name; a name is lower-case letters, digits and _, no digit first"),
        "uncertainty of no path": (put("Uncertainty", "uncertainty", "finance.rate", 2), "uncertainty.finance.rate: no number that may differ by scenario; did you mean 'finance.loan_rate'?"),
}  # fmt: skip
# Where a fault of the value beneath or beside is told at the cell of the value.
ELSEWHERE = {"uncertainty of no path": "Uncertainty!C5"}


@pytest.mark.parametrize("kind", ONE_CELL)
def test_wrong_cell_is_named_with_what_is_wrong(kind: str, file: Path) -> None:
    """One change, one cell."""
    change, message = ONE_CELL[kind]
    book = openpyxl.load_workbook(file)
    cell = change(book)
    cell = ELSEWHERE.get(kind, cell)
    book.save(file)
    told = f"x.xlsx {cell} {message}".replace(" stands neither", ": stands neither")
    # A long list of known names follows a question mark.
    assert any(one == told or (told.endswith("?") and one.startswith(told)) for one in faults(file))


def test_value_without_a_name_above_it_is_told(file: Path) -> None:
    """A loan without a name, a stream without a label."""
    book = openpyxl.load_workbook(file)
    here = put("Entries", "finance.loans.*.rate", 0.03, 5)(book)
    head = f"E{at(book['Entries'], 'finance.loans.*')}"
    book.save(file)
    assert here.startswith("Entries!E")
    assert faults(file) == [
        f"x.xlsx Entries!{head}: values stand beneath without a name; write a name here, or clear them"
    ]


def test_name_that_stands_twice_is_told_with_the_first(file: Path) -> None:
    """Two grants of one name."""
    book = openpyxl.load_workbook(file)
    first, second = (put("Entries", "finance.grants.*", "town", column)(book) for column in (3, 4))
    put("Entries", "finance.grants.*.yuan", 5.0)(book)
    book.save(file)
    assert faults(file) == [
        f"x.xlsx {second} finance.grants.town: 'town' stands twice, first in {first}; choose another name"
    ]


def test_rows_that_belong_to_no_field_are_told_where_a_value_stands(file: Path) -> None:
    """A path changed, a path cleared, a row copied, a row of another table, a second value beside the first."""
    book = openpyxl.load_workbook(file)
    sheet, entries = book["Inputs"], book["Entries"]
    rate, share, years = (at(sheet, f"finance.{name}") for name in ("loan_rate", "debt_share", "loan_years"))
    sheet.cell(rate, 1).value, sheet.cell(share, 1).value, sheet.cell(years, 1).value = "finance.loan_rat", None, "finance.discount_rate"  # fmt: skip
    other, grant = at(entries, "capital.classes.*.residual_share"), at(entries, "finance.grants.*.vat_rate")
    entries.cell(other, 1).value, entries.cell(other, 3).value = "finance.grants.*.vat_rate", 0.1
    book.save(file)
    said = "\n".join(faults(file))
    assert (
        f"x.xlsx Inputs!C{rate}: column A says 'finance.loan_rat', which is no field; did you mean 'finance.loan_rate'?"
        in said
    )
    assert (
        f"x.xlsx Inputs!C{share}: no field stands in this row: column A is empty; write the value into the row of its field"
        in said
    )
    assert f"finance.discount_rate: the field stands twice, first in row {years}; keep one" in said
    assert f"x.xlsx Entries!C{other}: column A says 'finance.grants.*.vat_rate', which stands outside its table" in said
    assert grant > other


def test_merged_cells_of_two_fields_are_told(file: Path) -> None:
    """The second one has lost its value, which must not pass for left out."""
    book = openpyxl.load_workbook(file)
    sheet = book["Inputs"]
    row = at(sheet, "finance.loan_rate")
    sheet.merge_cells(f"C{row}:C{row + 1}")
    sheet.merge_cells("B1:D1")
    book.save(file)
    said = faults(file)
    assert said[0].endswith(
        f"Inputs!C{row}: C{row}:C{row + 1} are merged; split them, each field has a cell of its own"
    )
    assert not any("B1:D1" in line for line in said)


def test_series_are_read_whole_or_refused(file: Path) -> None:
    """A gap, a word, a column that nothing calls, a column that is empty."""
    book = openpyxl.load_workbook(file)
    series = book["Series"]
    start = next(cell.row for cell in series["A"] if cell.value == 1)
    income = put("Streams", "schedule.*.income_yuan", "Series!$c")(book)
    cost = put("Streams", "schedule.*.cost_yuan", "Series!F")(book)
    put("Inputs", "storage.charged_mwh", "Series!D")(book)
    series.cell(start + 1, 3).value = None  # The income of year 2 of 20.
    series.cell(start, 4).value = "none"
    series.cell(start, 5).value = 4
    book.save(file)
    said = faults(file)
    assert income != cost
    assert f"x.xlsx Series!C{start + 1} revenue.contract.income_yuan: no value stands here, but further down in row {start + 19}" in said  # fmt: skip
    assert (
        f"x.xlsx Series!F{start} revenue.contract.cost_yuan: no value stands in this column; it is called by a cell"
        in said
    )
    assert any("(Series!D) storage.charged_mwh: 'none' is not a number" in line for line in said)
    calls = "no cell calls this column; write Series!{0} into the cell of its input, or clear it"
    assert f"x.xlsx Series!E{start}: {calls.format('E')}" in said


def test_dates_of_a_spreadsheet_are_months_where_a_month_belongs(file: Path) -> None:
    """1 March 2026 is 2026-03; the same number in the calendar of 1904 too."""
    for epoch in (openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.CALENDAR_MAC_1904):
        book = openpyxl.load_workbook(file)
        book.epoch = epoch
        put("Inputs", "project.construction_start", datetime.datetime(2027, 11, 1))(book)
        book.save(file)
        assert load_case(file, library=LIBRARY).project.construction_start == "2027-11"


def test_percent_format_and_hidden_rows_are_read_as_they_are(file: Path) -> None:
    """86 % is 0.86 in the cell; a row out of sight still counts."""
    book = openpyxl.load_workbook(file)
    sheet = book["Inputs"]
    row = at(sheet, "finance.debt_share")
    sheet.cell(row, 3).value, sheet.cell(row, 3).number_format = 0.86, "0%"
    sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book.save(file)
    assert load_case(file, library=LIBRARY).finance.debt_share.tolist() == [[0.86]]


def test_rows_and_columns_may_move_and_sheets_be_renamed(file: Path) -> None:
    """The form goes by its codes: sorted rows, inserted columns, other names of sheets, sheets of one's own."""
    before = read_workbook(file).raw
    book = openpyxl.load_workbook(file)
    inputs, entries = book["Inputs"], book["Entries"]
    first, last = at(inputs, "finance.debt_share"), at(inputs, "finance.timing")
    rows = [[inputs.cell(row, column).value for column in range(1, 9)] for row in range(first, last + 1)]
    for row, values in zip(range(first, last + 1), reversed(rows), strict=True):
        for column, value in enumerate(values, start=1):
            inputs.cell(row, column).value = value
    entries.insert_cols(4, 2)
    put("Entries", "finance.grants.*", "town", 6)(book)
    put("Entries", "finance.grants.*.yuan", 7, 6)(book)
    inputs.title, book["Series"].title = "my figures", "my series"
    book.create_sheet("notes")["A1"] = "=1/0"
    for cell in book["Streams"]["C"]:
        if isinstance(cell.value, str) and cell.value.startswith("Series!"):
            cell.value = cell.value.replace("Series", "'my series'")
    book.save(file)
    found = read_workbook(file)
    assert found.faults == []
    assert found.raw == {**before, "finance": {**before["finance"], "grants": {"town": {"yuan": 7}}}}


def test_change_from_the_command_line_is_faulted_as_the_change(file: Path) -> None:
    """A cell is named for what stands in the workbook, --set for what was set."""
    said = faults(file, Change(path="finance.loan_rate", value=90), Change(path="finance.loans.a.rate", value=80))
    assert said == [
        "--set finance.loan_rate: 90 is outside 0–0.5 (share/year)",
        "--set finance.loans.a.rate: 80 is outside 0–0.5 (share/year)",
    ]


def test_faults_come_in_the_order_of_the_sheets(file: Path) -> None:
    """From the top of the first sheet to the last."""
    book = openpyxl.load_workbook(file)
    put("Streams", "schedule.*.vat_rate", 9)(book)
    for code, value in (("project.operation_years", 0), ("storage.power_mw", -1), ("tax.loss_years", 7)):
        put("Inputs", code, value)(book)
    book.save(file)
    paths = [line.split(": ")[0].split()[2] for line in faults(file)]
    assert paths == ["project.operation_years", "storage.power_mw", "tax.loss_years", "revenue.contract.vat_rate"]
