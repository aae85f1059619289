"""What a modeller checks before the numbers: one formula a row, no number in it, nothing forbidden, nothing a person wrote run."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import openpyxl
import pytest
from openpyxl.formula import Tokenizer
from openpyxl.utils import column_index_from_string, get_column_letter
from shapes import SHAPES, SIMPLE
from strategies import INSURANCE, made, merged

from appraisal import Appraisal, appraise, load_case, scenario_path
from appraisal.book.tree import parse
from appraisal.report.workbook import workbook
from appraisal.report.workbook.formula import Columns, Place, Writer

READY = ("zhejiang_user_lfp", "hainan_grid_lfp", "contract_schedule")
ALLOWED = {
    "ABS", "AND", "AVERAGE", "COUNT", "IF", "IFERROR", "INT", "IRR", "ISNUMBER", "ISTEXT", "MAX", "MIN", "MIRR", "N", "NOT", "NPV", "OR",
    "SIGN", "SUM", "SUMPRODUCT",
}  # fmt: skip
_REFERENCE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")


@pytest.fixture(scope="module")
def results() -> dict[str, Appraisal]:
    """Two ready cases and two of the largest structures."""
    found = {name: appraise(load_case(scenario_path(name))) for name in READY}
    return found | {
        name: appraise(made(SHAPES[name]))
        for name in ("many_loans_leases_grants_classes", "phases_on_calendar_columns", "sculpted")
    }


@pytest.fixture(scope="module")
def books(results: dict[str, Appraisal]) -> dict[str, Any]:
    """Their workbooks as openpyxl reads them, formulas as text."""
    return {name: openpyxl.load_workbook(io.BytesIO(workbook(one, sensitivity=False))) for name, one in results.items()}


def formulas(book: Any) -> Iterator[tuple[str, Any]]:
    """(sheet, cell) of every formula."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from ((sheet.title, cell) for cell in row if cell.data_type == "f")


def relative(cell: Any) -> str:
    """The formula in R1C1 notation: where it stands no longer matters."""

    def turned(found: re.Match[str]) -> str:
        fixed_column, column, fixed_row, row = found.groups()
        across = column_index_from_string(column)
        shown = f"C{across}" if fixed_column else f"C[{across - cell.column}]"
        return f"R{row if fixed_row else f'[{int(row) - cell.row}]'}{shown}"

    return "".join(
        _REFERENCE.sub(turned, token.value) if token.subtype == "RANGE" else token.value
        for token in Tokenizer(cell.value).items
    )


def test_formula_has_one_form_in_all_years_of_its_row(books: dict[str, Any]) -> None:
    """In R1C1 notation a row of periods has one formula; the columns of constants and totals have their own."""
    for name, book in books.items():
        years = _years(book)
        rows: dict[tuple[str, int], set[str]] = {}
        for sheet, cell in formulas(book):
            if cell.column in years and book[sheet]["A3"].value == "计算期年序":
                rows.setdefault((sheet, cell.row), set()).add(relative(cell))
        assert len(rows) > 300
        assert {where: forms for where, forms in rows.items() if len(forms) > 1} == {}, name


def test_row_with_a_formula_has_it_in_every_year(books: dict[str, Any]) -> None:
    """No year of a row of formulas is a number typed over it, but for the construction years of the sizing."""
    for name, book in books.items():
        years = _years(book)
        for sheet in book.worksheets:
            if sheet["A3"].value != "计算期年序" or sheet.title == "资金测算":
                continue
            for row in sheet.iter_rows(min_row=7):
                kinds = {cell.data_type for cell in row if cell.column in years}
                assert "f" not in kinds or kinds == {"f"}, (name, sheet.title, row[0].row)


def test_year_stands_in_one_column_on_every_sheet(books: dict[str, Any]) -> None:
    """The heads of every sheet with periods point at the time line in the same column."""
    for book in books.values():
        years = _years(book)
        for sheet in book.worksheets:
            if sheet["A3"].value == "计算期年序" and sheet.title != "时间轴":
                assert {cell.value for cell in sheet[3] if cell.column in years} == {
                    f"=时间轴!{get_column_letter(column)}3" for column in years
                }


def _years(book: Any) -> range:
    """The columns of the years, by the heads of the time line."""
    found = [cell.column for cell in book["时间轴"][3] if cell.column > 4 and cell.data_type == "f"]
    return range(found[0], found[-1] + 1)


def test_formula_holds_no_number_but_0_1_and_2(books: dict[str, Any]) -> None:
    """Any other number has a cell of its own, where it can be seen."""
    for book in books.values():
        for sheet, cell in formulas(book):
            numbers = {
                token.value
                for token in Tokenizer(cell.value).items
                if token.type == "OPERAND" and token.subtype == "NUMBER"
            }
            assert numbers <= {"0", "1", "2"}, (sheet, cell.coordinate, cell.value)


def test_formula_calls_only_plain_functions(books: dict[str, Any]) -> None:
    """No OFFSET, INDIRECT, volatile or array function, no name, no other workbook."""
    for book in books.values():
        assert list(book.defined_names) == []
        for sheet, cell in formulas(book):
            assert isinstance(cell.value, str), (sheet, cell.coordinate, "an array formula")
            called = {
                token.value.rstrip("(")
                for token in Tokenizer(cell.value).items
                if token.type == "FUNC" and token.subtype == "OPEN"
            }
            assert called <= ALLOWED, (sheet, cell.coordinate, called - ALLOWED)
            assert "[" not in cell.value


def test_formula_counts_on_no_error_of_the_whole_model(books: dict[str, Any]) -> None:
    """IFERROR stands only where a figure may have no number, never around the lines of the books."""
    for book in books.values():
        assert {sheet for sheet, cell in formulas(book) if "IFERROR" in cell.value} <= {"输出", "指标计算"}


def test_empty_columns_are_as_many_as_the_books_look_back(books: dict[str, Any], results: dict[str, Appraisal]) -> None:
    """Losses expire after five or ten years: so many empty columns stand before the first one, and one behind the last."""
    for name, book in books.items():
        years = _years(book)
        assert years[0] - 5 >= results[name].case.tax.loss_years
        for sheet in book.worksheets:
            if sheet["A3"].value == "计算期年序":
                empty = [*range(5, years[0]), years[-1] + 1]
                used = [
                    cell.coordinate
                    for row in sheet.iter_rows(min_row=2)
                    for cell in row
                    if cell.column in empty and cell.value is not None
                ]
                assert used == [], (name, sheet.title)


def test_text_of_a_person_never_becomes_a_formula() -> None:
    """Titles and sources that begin like a formula are written as text, and read back as they are."""
    evil = '=HYPERLINK("http://example.com","x")'
    raw = merged(SIMPLE, {"title": {"zh": evil, "en": "+1+1"}, "revenue": {"known": {"source": "@SUM(A1)"}}})
    book = openpyxl.load_workbook(io.BytesIO(workbook(appraise(made(raw)), sensitivity=False)))
    texts = {
        cell.value: cell.data_type
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    }
    assert texts[evil] == "s"
    # What the file itself holds: a string, not a formula.
    assert all("HYPERLINK" not in cell.value for _, cell in formulas(book))


def test_workbook_written_twice_is_the_same_file(results: dict[str, Appraisal]) -> None:
    """No time of writing and no order of a set is in it."""
    first = workbook(results["contract_schedule"])
    time.sleep(1.1)
    assert workbook(results["contract_schedule"]) == first
    with zipfile.ZipFile(io.BytesIO(first)) as held:
        assert {part.date_time[0] for part in held.infolist()} == {1980}


def test_workbook_of_each_language_has_the_same_numbers(results: dict[str, Appraisal]) -> None:
    """English and Chinese differ in words only; the printed tables may be in yuan."""
    for name in ("zhejiang_user_lfp", "sculpted"):
        read = [_numbers(workbook(results[name], lang=lang, sensitivity=False)) for lang in ("zh", "en")]
        assert read[0] == read[1]
        english = openpyxl.load_workbook(
            io.BytesIO(workbook(results[name], lang="en", unit="yuan", sensitivity=False)), data_only=True
        )
        assert english.sheetnames[:4] == ["Cover", "Inputs", "Timeline", "Operation"]
        own = _words_of_a_person(results[name])
        chinese = [
            (sheet.title, cell.coordinate, cell.value)
            for sheet in english.worksheets
            if sheet.title not in ("Sources", "Inputs")
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str) and re.search("[\u4e00-\u9fff]", cell.value) and cell.value not in own
        ]
        assert chinese == []


def _numbers(data: bytes) -> list[float]:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, read_only=True)
    return [
        value
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
        for value in row
        if isinstance(value, (int, float))
    ]


def _words_of_a_person(result: Appraisal) -> set[str]:
    return {result.case.title.zh, result.case.name}


def test_input_cells_are_unlocked_and_marked(books: dict[str, Any]) -> None:
    """Blue on pale yellow and not locked; what is not an input is locked."""
    sheet = books["hainan_grid_lfp"]["输入"]
    rows = {row[10].value: row[2] for row in sheet.iter_rows() if len(row) > 10}
    rate, size = rows["finance.loan_rate"], rows["storage.power_mw"]
    assert not rate.protection.locked
    assert (rate.font.color.rgb, rate.fill.fgColor.rgb) == ("FF0000FF", "FFFFFFCC")
    assert size.protection.locked
    assert size.font.i


def test_every_number_of_the_case_stands_among_the_inputs(books: dict[str, Any], results: dict[str, Appraisal]) -> None:
    """Each path once: to be changed, or listed as needing a new run."""
    for name, book in books.items():
        paths = [row[10].value for row in book["输入"].iter_rows() if len(row) > 10 and row[10].value]
        assert len(paths) == len(set(paths))
        stated = {
            path for path, what, value in results[name].case.numbers() if value is not None and what.kind == "number"
        }
        assert stated - set(paths) == set(), name


def test_workbook_of_one_scenario_of_many_is_that_of_its_case_alone() -> None:
    """Row 1 of a varied case holds the numbers of a case that states them."""
    rates = [0.03, 0.055]
    many = appraise(made(SIMPLE).vary({"finance.loan_rate": rates, "capital.battery_yuan_per_kwh": [2500.0, 2100.0]}))
    alone = appraise(
        made(merged(SIMPLE, {"finance": {"loan_rate": rates[1]}, "capital": {"battery_yuan_per_kwh": 2100}}))
    )
    assert _numbers(workbook(many, row=1, sensitivity=False)) == _numbers(workbook(alone, sensitivity=False))


def test_term_that_moves_more_than_the_income_needs_a_new_run() -> None:
    """The owner's premium follows the insured value as the compensation does: one ratio on the income would be wrong."""
    raw = merged(SIMPLE, {"support": {"first_of_kind_insurance": {**INSURANCE, "insured_by": "owner"}}})
    book = openpyxl.load_workbook(io.BytesIO(workbook(appraise(made(raw)), sensitivity=False)))
    rows = {row[10].value: row for row in book["输入"].iter_rows() if len(row) > 10}
    place = "support.first_of_kind_insurance"
    assert rows[f"{place}.insured_value_yuan"][2].protection.locked
    assert not rows[f"{place}.state_share"][2].protection.locked


def test_workbook_of_25_years_is_written_in_two_seconds(results: dict[str, Appraisal]) -> None:
    """Of processor time, so that a busy machine does not decide."""
    del results
    case = made(merged(SIMPLE, {"project": {"construction_months": 12, "operation_years": 25}}))
    result = appraise(case)
    workbook(result, sensitivity=False)
    begun = time.process_time()
    workbook(result, sensitivity=False)
    assert time.process_time() - begun <= 2.0


# --- the text of a formula --------------------------------------------------------------------------------------------

_PLACES: Mapping[str, Place] = {
    "a": Place("Here", 1, False), "b": Place("Here", 2, False), "c": Place("Here", 3, False), "n": Place("Inputs", 9, True), "flag": Place("Here", 4, False),
}  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        # Excel reads -2^2 as 4 and 2^3^2 as 64 (Microsoft, operator precedence in Excel); Python as -4 and 512.
        ("-(a ** 2)", "-({0}1^2)"),
        ("(-a) ** 2", "-{0}1^2"),
        ("a ** b ** 2", "{0}1^({0}2^2)"),
        ("(a ** b) ** 2", "{0}1^{0}2^2"),
        ("a - (b - c)", "{0}1-({0}2-{0}3)"),
        ("a - b - c", "{0}1-{0}2-{0}3"),
        ("a / (b * c)", "{0}1/({0}2*{0}3)"),
        ("a * (b + c) / n", "{0}1*({0}2+{0}3)/Inputs!$C$9"),
        ("0 < a <= n", "IF(AND(0<{0}1,{0}1<=Inputs!$C$9),1,0)"),
        ("a if flag and not last(flag) else b", "IF(AND({0}4<>0,{-1}4=0),{0}1,{0}2)"),
        ("max(lag(a, 5), next(b), 0)", "MAX(N({-5}1),N({1}2),0)"),
        ("flag * a + (b > 0)", "{0}4*{0}1+IF({0}2>0,1,0)"),
        ("a == b or a != c", "IF(OR({0}1={0}2,{0}1<>{0}3),1,0)"),
    ],
)
def test_formula_text_follows_the_precedence_of_a_spreadsheet(declared: str, expected: str) -> None:
    """Written by hand from the order of operators that Excel documents."""
    assert Writer("Here", _PLACES, {}).text(parse(declared)) == expected


def test_number_that_no_formula_may_hold_is_read_from_its_cell() -> None:
    """12 is no 0, 1 or 2."""
    numbers = {12.0: Place("Inputs", 30, True)}
    assert Writer("Here", _PLACES, numbers).text(parse("a * 12")) == "{0}1*Inputs!$C$30"


def test_columns_put_the_letter_of_a_year_into_a_formula() -> None:
    """With five empty columns year 1 stands in J, the fifth before it in E."""
    columns = Columns(5, 20)
    assert columns.filled("{0}12-{-5}12+{1}3", 0) == "J12-E12+K3"
    assert columns.span(7) == "J7:AC7"
