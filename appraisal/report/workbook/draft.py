"""What all sheets of one workbook share: the scenario that is written, the columns, and where every name stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from appraisal.book.tree import Node, refs
from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.finance.books import funding_book
from appraisal.pipeline import Appraisal
from appraisal.report.leaves import Leaves
from appraisal.report.workbook import words
from appraisal.report.workbook.formula import CONSTANT, LABEL, TOTAL, UNIT, Columns, Place, literals
from appraisal.report.workbook.sheet import Sheet
from appraisal.text import unit_words

# Rows above the first one of a sheet with periods: title, heads, year, calendar year, period.
HEAD_ROW, YEAR_ROW, CALENDAR_ROW, PHASE_ROW = 2, 3, 4, 5
_FIRST_ROW = 7
_LABEL_WIDTH, _UNIT_WIDTH, _NUMBER_WIDTH, _BUFFER_WIDTH = 38.0, 10.0, 14.0, 0.4


@dataclass
class Draft:
    """A workbook in the making.

    Attributes
    ----------
    result : Appraisal
        With every line kept.
    row : int
        The scenario, from 0.
    lang, unit : str
        ``zh`` or ``en``; ``wan`` or ``yuan``.
    places : name → place
        Of every input and line of the books.
    numbers : number → place
        Of numbers that no formula may hold.
    """

    result: Appraisal
    row: int
    lang: str
    unit: str
    places: dict[str, Place] = field(default_factory=dict)
    numbers: dict[float, Place] = field(default_factory=dict)

    @cached_property
    def case(self) -> Case:
        """The case of the scenario."""
        return self.result.case.rows(slice(self.row, self.row + 1))

    @cached_property
    def leaves(self) -> Leaves:
        """Where the inputs of the books come from."""
        return Leaves(self.result, self.row)

    @cached_property
    def trees(self) -> tuple[Node, ...]:
        """Every formula that the workbook writes from the books."""
        books = self.result.statements.book
        funding = funding_book(self.result.statements.form)
        lines = (*books.lines.values(), *books.figures.values(), *funding.lines.values())
        return tuple(line.tree for line in lines)

    @cached_property
    def read(self) -> frozenset[str]:
        """The inputs and lines that some formula reads."""
        return frozenset(ref.key for tree in self.trees for ref in refs(tree))

    @cached_property
    def literals(self) -> tuple[float, ...]:
        """The numbers of formulas that need a cell of their own."""
        return tuple(sorted({value for tree in self.trees for value in literals(tree)}))

    @cached_property
    def columns(self) -> Columns:
        """As many empty columns before the first year as any formula looks back."""
        back = max((-ref.shift for tree in self.trees for ref in refs(tree)), default=1)
        return Columns(max(back, 1), self.result.statements.ledger.years)

    def line(self, key: str) -> NDArray[np.float64]:
        """A line or an input of the books, ``(Y,)``."""
        return np.asarray(self.result.statements.ledger.line(key)[self.row])

    def number(self, key: str) -> float:
        """An input of one value."""
        return float(self.line(key)[0])

    def is_single(self, key: str) -> bool:
        """Whether an input stands in one cell: a number, or a flag that is the same in all years."""
        what = self.result.statements.book.inputs[key]
        return what.kind == "number" or (what.kind == "flag" and len(self.result.statements.ledger.table(key)) == 1)

    def say(self, zh: str, en: str) -> str:
        """One of two languages."""
        return words.pick(self.lang, zh, en)

    def head(self, key: str) -> str:
        """A column's head."""
        return words.head(key, self.lang)

    def unit_words(self, unit: str, *, percent: bool = False) -> str:
        """A unit as people read it."""
        return unit_words(unit, self.lang, percent=percent)

    def sheet(self, key: str) -> Sheet:
        """A sheet without periods."""
        return Sheet(words.title(key, self.lang))

    def periods_sheet(self, title: str, heading: str, note: str = "") -> Sheet:
        """A sheet with periods: title, heads, and years that are those of the time line."""
        sheet = Sheet(title, self.columns, large=True, frozen=(PHASE_ROW, TOTAL + 1), repeated=PHASE_ROW)
        sheet.put(1, LABEL, heading, "title")
        if note:
            sheet.put(1, self.columns.first, note, "note")
        for column, key in ((LABEL, "item"), (UNIT, "unit"), (CONSTANT, "constant"), (TOTAL, "total")):
            sheet.put(HEAD_ROW, column, self.head(key), "head")
        sheet.widths |= {LABEL: _LABEL_WIDTH, UNIT: _UNIT_WIDTH, CONSTANT: _NUMBER_WIDTH, TOTAL: _NUMBER_WIDTH}
        sheet.widths |= dict.fromkeys(range(TOTAL + 1, self.columns.first), _BUFFER_WIDTH)
        sheet.widths |= dict.fromkeys(range(self.columns.first, self.columns.last + 1), _NUMBER_WIDTH)
        sheet.widths[self.columns.last + 1] = _BUFFER_WIDTH
        self._head_years(sheet)
        sheet.row = _FIRST_ROW
        return sheet

    def _head_years(self, sheet: Sheet) -> None:
        timeline = words.title("timeline", self.lang)
        own = sheet.title == timeline
        columns = periods(self.case.project)
        calendar = columns.calendar_year[0]
        rows = (
            (YEAR_ROW, "year", columns.year[0], f"{{-1}}{YEAR_ROW}+1"),
            (CALENDAR_ROW, "calendar", calendar, f"$C${CALENDAR_ROW}+{{0}}{YEAR_ROW}-1"),
            (PHASE_ROW, "phase", self.phases, ""),
        )
        for row, key, values, formula in rows:
            sheet.row = row
            linked = "" if own else Place(timeline, row, single=False).at(sheet.title)
            place = sheet.yearly(self.head(key), "", values, "head", "year", formula=formula if own else linked)
            if own and key == "year":
                self.places["year_number"] = place
        if own:
            sheet.put(CALENDAR_ROW, CONSTANT, float(calendar[0]), "fixed", "year")

    @cached_property
    def phases(self) -> tuple[str, ...]:
        """Construction or operation, in words, a column each."""
        columns = periods(self.case.project)
        names = {
            (True, False): ("建设期", "construction"), (False, True): ("运营期", "operation"),
            (True, True): ("建设兼运营", "both"), (False, False): ("间歇期", "idle"),
        }  # fmt: skip
        pairs = zip(columns.column_months[0] > 0.0, columns.operating[0] > 0.0, strict=True)
        return tuple(words.pick(self.lang, *names[bool(building), bool(running)]) for building, running in pairs)

    def placed(self, key: str, sheet: str) -> str:
        """The reference to a name in a formula on a sheet."""
        return self.places[key].at(sheet)

    def span(self, key: str, sheet: str) -> str:
        """All years of a name, as a range."""
        return self.columns.range_of(self.places[key], sheet)


def labels(draft: Draft) -> Mapping[str, str]:
    """Name → label in the language of the workbook, of every line and input."""
    book = draft.result.statements.book
    found = {key: draft.say(line.zh, line.en) for key, line in book.lines.items()}
    return found | {key: draft.say(what.zh, what.en) for key, what in book.inputs.items()}
