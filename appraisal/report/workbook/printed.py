"""The printed tables as sheets: every cell a link to its line, divided by the unit of money; the sensitivity as values."""

from __future__ import annotations

import math

import numpy as np

from appraisal.book.frame import TAXES, label
from appraisal.book.printed import Placed
from appraisal.book.printed import Sheet as Declared
from appraisal.finance.tables import SENSITIVITY, TITLES
from appraisal.report.tables import UNDEFINED, tables, title
from appraisal.report.workbook import words
from appraisal.report.workbook.draft import HEAD_ROW, Draft
from appraisal.report.workbook.formula import CONSTANT, LABEL, TOTAL, UNIT, Place
from appraisal.report.workbook.outputs import Outputs
from appraisal.report.workbook.sheet import Content, Kind, Sheet
from appraisal.text import REASONS, word
from appraisal.units import yuan_in

MONEY_UNIT, MONEY_WORD = "unit of money", "word for the unit of money"


def table_sheets(draft: Draft, outputs: Outputs, *, sensitivity: bool) -> list[Sheet]:
    """The sheets of all printed tables; without the sensitivity where it is not asked for."""
    found = []
    for letter in TITLES:
        if letter == SENSITIVITY:
            found += [_sensitivity(draft)] if sensitivity else []
            continue
        declared = draft.result.statements.sheets[letter]
        found.append(_yearly(draft, declared, outputs) if declared.yearly else _summary(draft, declared, outputs))
    return found


class _Cells:
    """The cells of one table."""

    def __init__(self, draft: Draft, sheet: Sheet, outputs: Outputs) -> None:
        self.draft, self.sheet, self.outputs = draft, sheet, outputs
        self.per = draft.placed(MONEY_UNIT, sheet.title)

    def declared_unit(self, placed: Placed) -> str:
        book = self.draft.result.statements.book
        key = placed.row.key
        return (book.figures if placed.row.figure else book.lines)[key].unit if key else ""

    def begin(self, placed: Placed) -> int:
        """Number, label and unit of a row."""
        text = label(placed, self.draft.result.statements.ledger, self.draft.lang)
        shown = f"{placed.number} {text}" if placed.number else text
        kind: Kind = "heading" if not placed.row.key else "text"
        row = self.sheet.labelled(shown, kind=kind, depth=placed.depth)
        unit = self.declared_unit(placed)
        if unit == "yuan":
            word_cell = self.draft.placed(MONEY_WORD, self.sheet.title)
            self.sheet.put(row, UNIT, money_word(self.draft), "note", formula=word_cell)
        elif unit:
            self.sheet.put(row, UNIT, self.draft.unit_words(unit, percent=placed.row.percent), "note")
        return row

    def number(self, placed: Placed) -> str:
        unit = self.declared_unit(placed)
        return "money2" if unit == "yuan" else words.number_of(unit, percent=placed.row.percent)

    def divided(self, reference: str, unit: str) -> str:
        return f"{reference}/{self.per}" if unit == "yuan" else reference

    def figure(self, placed: Placed, row: int, column: int) -> None:
        """The value of an indicator, or the sign for none."""
        unit, reference = self.declared_unit(placed), self.outputs.live[placed.row.key].at(self.sheet.title)
        value: Content = self.outputs.values[placed.row.key]
        if not isinstance(value, str):
            value = value / yuan_in(self.draft.unit) if unit == "yuan" else value
        shown = UNDEFINED if isinstance(value, str) else value
        formula = f'IF(ISNUMBER({reference}),{self.divided(reference, unit)},"{UNDEFINED}")'
        number = "years" if unit == "year" else self.number(placed)
        self.sheet.put(row, column, shown, "figure", number, formula=formula)


def money_word(draft: Draft) -> str:
    """万元 or 元."""
    return draft.say("万元", "10⁴ yuan") if draft.unit == "wan" else draft.say("元", "yuan")


def _yearly(draft: Draft, declared: Declared, outputs: Outputs) -> Sheet:
    name = words.table_title(declared.letter, draft.lang)
    sheet = draft.periods_sheet(name, title(declared.letter, draft.lang))
    # Nothing stands in the column of constants; the years are as narrow as their unit allows.
    sheet.widths |= {LABEL: 42.0, CONSTANT: 1.0, TOTAL: 13.0}
    sheet.widths |= dict.fromkeys(
        range(draft.columns.first, draft.columns.last + 1), 10.5 if draft.unit == "wan" else 13.5
    )
    del sheet.cells[HEAD_ROW, CONSTANT]
    cells = _Cells(draft, sheet, outputs)
    for placed in declared.placed():
        row = cells.begin(placed)
        if placed.row.figure:
            cells.figure(placed, row, TOTAL)
        elif placed.row.key:
            _years(draft, cells, placed, row)
    return sheet


def _years(draft: Draft, cells: _Cells, placed: Placed, row: int) -> None:
    """The years of a line, nothing but a sign where it is not defined, and their total."""
    sheet, unit, key = cells.sheet, cells.declared_unit(placed), placed.row.key
    values = draft.line(key) / (yuan_in(draft.unit) if unit == "yuan" else 1.0)
    formula = cells.divided(draft.placed(key, sheet.title), unit)
    shown: tuple[Content, ...] = tuple(values.tolist())
    counted = np.ones(len(values), dtype=bool)
    if placed.row.flag:
        counted = draft.line(placed.row.flag) > 0.0
        formula = f'IF({draft.placed(placed.row.flag, sheet.title)}>0,{formula},"{UNDEFINED}")'
        shown = tuple(value if holds else UNDEFINED for value, holds in zip(shown, counted, strict=True))
    sheet.row = row
    kind: Kind = "sum" if placed.depth == 0 else "formula"
    text = sheet.cells[row, LABEL].value
    depth = placed.depth
    sheet.yearly(str(text), "", shown, kind, cells.number(placed), formula=formula, depth=depth)
    draft.places[f"{declared_letter(sheet)}:{key}"] = Place(sheet.title, row, single=False)
    if placed.row.flow:
        sheet.total(row, float(values[counted].sum()), cells.number(placed), kind)


def declared_letter(sheet: Sheet) -> str:
    """The letter of a table's sheet."""
    return sheet.title[-1]


def _summary(draft: Draft, declared: Declared, outputs: Outputs) -> Sheet:
    """The indicators, before and after tax, each with its reason where there is no number."""
    sheet = Sheet(words.table_title(declared.letter, draft.lang), frozen=(HEAD_ROW, 1), repeated=HEAD_ROW)
    sheet.put(1, LABEL, title(declared.letter, draft.lang), "title")
    for column, key in ((LABEL, "item"), (UNIT, "unit"), (CONSTANT, "tax"), (TOTAL, "value"), (TOTAL + 1, "note")):
        sheet.put(HEAD_ROW, column, draft.head(key), "head")
    sheet.widths = {LABEL: 52.0, UNIT: 12.0, CONSTANT: 12.0, TOTAL: 18.0, TOTAL + 1: 46.0}
    sheet.row = HEAD_ROW + 1
    cells = _Cells(draft, sheet, outputs)
    for placed in declared.placed():
        row = cells.begin(placed)
        if placed.row.key:
            sheet.put(row, CONSTANT, word(TAXES, placed.row.tax, draft.lang), "note")
            cells.figure(placed, row, TOTAL)
            reference, value = outputs.live[placed.row.key].at(sheet.title), outputs.values[placed.row.key]
            shown = value if isinstance(value, str) else ""
            sheet.put(row, TOTAL + 1, shown, "note", formula=f'IF(ISTEXT({reference}),{reference},"")')
    return sheet


def _sensitivity(draft: Draft) -> Sheet:
    """The sensitivity: appraisals of the engine, as values."""
    made = tables(draft.result, draft.lang, draft.unit, draft.row)[SENSITIVITY]
    sheet = Sheet(words.table_title(SENSITIVITY, draft.lang), frozen=(HEAD_ROW, 2), repeated=HEAD_ROW)
    values = draft.say(
        "（数值：由程序重新评价得出，不随输入变动）",
        " (values: appraised by the engine, they do not follow the inputs)",
    )
    sheet.put(1, LABEL, made.title + values, "title")
    heads = [str(name) for name in made.frame.columns]
    for column, text in enumerate(made.head_rows()[0]):
        sheet.put(HEAD_ROW, column, text, "head")
        sheet.widths[column] = 30.0 if heads[column] == "label" else 14.0 if column else 7.0
    sheet.tall[HEAD_ROW] = 48.0
    for at, row in enumerate(made.frame.itertuples(index=False, name=None)):
        for column, value in enumerate(row):
            if (at, made.frame.columns[column]) not in made.blank:
                _sensitivity_cell(
                    draft, sheet, HEAD_ROW + 1 + at, column, value, made.frame.columns[column] in made.percents
                )
    sheet.row = HEAD_ROW + 1 + len(made.frame)
    return sheet


def _sensitivity_cell(draft: Draft, sheet: Sheet, row: int, column: int, value: object, percent: bool) -> None:
    if isinstance(value, str):
        # A reason of the study comes in words already.
        sheet.put(row, column, word(REASONS, value, draft.lang) if value in REASONS else value, "text")
        return
    number = float(value)  # type: ignore[arg-type]
    if math.isfinite(number):
        sheet.put(row, column, number, "value", "rate" if percent else "money2")
    else:
        sheet.put(row, column, UNDEFINED, "value")
