"""The printed tables A–L of a result: as frames, as aligned text and as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from appraisal.book.frame import UNITS
from appraisal.book.money import MONEY
from appraisal.case.periods import periods
from appraisal.errors import Fault, InputError, said, suggest
from appraisal.finance.tables import SENSITIVITY, TITLES, letter_of
from appraisal.pipeline import Appraisal
from appraisal.text import word
from appraisal.units import yuan_in

if TYPE_CHECKING:
    import pandas as pd

UNDEFINED = "—"
BYTE_ORDER_MARK = "\ufeff"
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_HEADS: Mapping[str, tuple[str, str]] = {
    "number": ("序号", "No."), "label": ("项目", "Item"), "unit": ("单位", "Unit"), "total": ("合计", "Total"),
    "tax": ("口径", "Basis"), "value": ("数值", "Value"), "reason": ("说明", "Note"),
    "calendar": ("日历年", "Calendar year"), "phase": ("时期", "Period"),
}  # fmt: skip
_PERIODS: Mapping[str, tuple[str, str]] = {
    "construction": ("建设期", "construction"), "operation": ("运营期", "operation"), "both": ("建设兼运营", "construction and operation"),
    "none": ("间歇期", "idle"),
}  # fmt: skip


@dataclass(frozen=True)
class YearHead:
    """What stands above the column of a year: its number from 1, its calendar year, and what happens in it."""

    year: int
    calendar: int
    period: str


@dataclass(frozen=True, kw_only=True)
class PrintedTable:
    """One printed table of one scenario.

    Attributes
    ----------
    letter, name, title : str
        ``D``, ``profit_distribution``, ``附录D 损益和利润分配表``.
    lang, unit : str
        As asked for; ``unit`` is ``wan`` or ``yuan``.
    frame : DataFrame
        Numbers as :func:`appraisal.book.frame.frame` gives them: rates as fractions, NaN where nothing is defined. The
        sensitivity has columns of its own.
    heads : tuple of YearHead
        One a year; empty for a table without years.
    depths : tuple of int
        How far each label stands in.
    percents : tuple of str
        Columns that people read in percent (sensitivity); ``percent_rows`` the rows that they do.
    blank : tuple of (row, column)
        Cells in which no number belongs, in contrast to those where it is not defined.
    """

    letter: str
    name: str
    title: str
    lang: str
    unit: str
    frame: pd.DataFrame
    heads: tuple[YearHead, ...] = ()
    depths: tuple[int, ...] = ()
    percents: frozenset[str] = frozenset()
    percent_rows: frozenset[int] = frozenset()
    blank: frozenset[tuple[int, Any]] = frozenset()

    def head_rows(self) -> list[list[str]]:
        """The rows of text above the numbers: names and years, calendar years, construction and operation."""
        names = [word(_HEADS, name, self.lang) if name in _HEADS else str(name) for name in self.frame.columns]
        if not self.heads:
            return [names]
        ahead = [""] * (len(names) - len(self.heads) - 1)
        return [
            names,
            [*ahead, word(_HEADS, "calendar", self.lang), *(str(head.calendar) for head in self.heads)],
            [
                *ahead,
                word(_HEADS, "phase", self.lang),
                *(word(_PERIODS, head.period, self.lang) for head in self.heads),
            ],
        ]

    def cells(self, *, exact: bool = False) -> list[list[str]]:
        """The rows of the table as text: rounded for people, or with every digit."""
        return [
            [self._cell(row, name, value, exact) for name, value in zip(self.frame.columns, values, strict=True)]
            for row, values in enumerate(self.frame.itertuples(index=False, name=None))
        ]

    def csv(self) -> str:
        """The table as CSV text: title and unit, heads, rows; text that a spreadsheet would run is quoted."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([self.title, *([word(UNITS, self.unit, self.lang)] if self.heads else [])])
        for line in (*self.head_rows(), *self.cells(exact=True)):
            writer.writerow([harmless(cell) for cell in line])
        return out.getvalue()

    def _cell(self, row: int, name: Any, value: Any, exact: bool) -> str:
        if (row, name) in self.blank:
            return ""
        percent = row in self.percent_rows or name in self.percents
        if isinstance(value, str):
            if name == "unit":
                return "%" if percent else value.removesuffix("0/1").removesuffix("1")
            return "  " * self.depths[row] + value if name == "label" and self.depths and not exact else value
        number = float(value)
        if not math.isfinite(number):
            return UNDEFINED
        if percent:
            return _percent(number, exact, mark=name in self.percents)
        return repr(number) if exact else _rounded(number, self._digits(row, name))

    def _digits(self, row: int, name: Any) -> int:
        """Decimals for people: money by its unit, ratios and prices by kWh four."""
        if self.letter == SENSITIVITY:
            return 4 if name not in self.frame.attrs["money"] else MONEY_DIGITS[self.unit]
        unit = str(self.frame["unit"].iloc[row])
        return 0 if unit == word(UNITS, "yuan", self.lang) else 2 if unit in _TWO[self.lang] else 4


MONEY_DIGITS = {"yuan": 0, "wan": 2, "million": 4}
_TWO = {lang: {word(UNITS, unit, lang) for unit in ("wan", "year", "yuan/kW")} for lang in ("zh", "en")}


def _percent(number: float, exact: bool, *, mark: bool) -> str:
    """A fraction in percent, with its mark where no unit stands beside it."""
    text = f"{100.0 * number:.8f}" if exact else f"{100.0 * number:.2f}"
    return text + "%" * mark


def _rounded(number: float, digits: int) -> str:
    text = f"{number:,.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text  # A zero has no sign.


def harmless(cell: str) -> str:
    """Text that a spreadsheet would take for a formula, quoted; numbers as they are."""
    if not cell.startswith(_FORMULA):
        return cell
    try:
        float(cell.removesuffix("%"))
    except ValueError:
        return f"'{cell}"
    return cell


@dataclass(frozen=True)
class PrintedTables(Mapping[str, PrintedTable]):
    """The tables of a result by letter, name or title, each made when it is first asked for."""

    make: Callable[[str], PrintedTable]
    made: dict[str, PrintedTable] = field(default_factory=dict)

    def __getitem__(self, key: str) -> PrintedTable:
        letter = letter_of(key)
        if letter is None:
            raise KeyError(f"no table {key!r}; {suggest(key, [*TITLES, *(name for name, _, _ in TITLES.values())])}")
        if letter not in self.made:
            self.made[letter] = self.make(letter)
        return self.made[letter]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and letter_of(key) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(TITLES)

    def __len__(self) -> int:
        return len(TITLES)


def tables(result: Appraisal, lang: str = "zh", unit: str = "wan", row: int = 0) -> PrintedTables:
    """The printed tables A–L of one scenario of a result.

    Parameters
    ----------
    result : Appraisal
        With every line kept.
    lang : "zh" or "en"
        Of titles and labels.
    unit : "wan", "million" or "yuan"
        Of money.
    row : int
        The scenario, from 0.

    Returns
    -------
    PrintedTables
        Letter → :class:`PrintedTable`. 附录K appraises the case some thirty times more, and only when it is asked for.

    Raises
    ------
    ValueError
        If language or unit is none of these.

    Examples
    --------
    >>> import appraisal
    >>> found = appraisal.tables(appraisal.appraise(appraisal.load_case(appraisal.scenario_path("contract_schedule"))))
    >>> found["D"].title, found["D"].frame.loc["net_profit", "number"]
    ('附录D 损益和利润分配表', '11')
    """
    if lang not in ("zh", "en") or unit not in MONEY:
        raise ValueError(f"lang {lang!r}, unit {unit!r}; expected zh or en, and wan, million or yuan")
    heads = _heads(result)

    def make(letter: str) -> PrintedTable:
        return (
            _sensitivity(result, lang, unit, row)
            if letter == SENSITIVITY
            else _table(result, letter, lang, unit, row, heads)
        )

    return PrintedTables(make)


def asked(keys: list[str]) -> list[str]:
    """The letters of the tables that a person names, each once, in the order of the book.

    Raises
    ------
    InputError
        With every name that is no table.
    """
    known = [*TITLES, *(name for name, _, _ in TITLES.values())]
    found = {key: letter_of(key) or letter_of(key.upper()) for key in keys}
    faults = [
        Fault(where="--table", message=said("no table {key!r}; {known}", "没有名为 {key!r} 的表；{known}", key=key, known=suggest(key, known)))
        for key in keys if found[key] is None
    ]  # fmt: skip
    if faults:
        raise InputError(faults)
    return [letter for letter in TITLES if letter in found.values()]


def title(letter: str, lang: str) -> str:
    """附录D 损益和利润分配表; in English ``Table D. Profit and its distribution``."""
    _, zh, en = TITLES[letter]
    return f"附录{letter} {zh}" if lang == "zh" else f"Table {letter}. {en}"


def _heads(result: Appraisal) -> tuple[YearHead, ...]:
    columns = periods(result.case.project)
    building, running = columns.column_months[0] > 0.0, columns.operating[0] > 0.0
    names = {(True, False): "construction", (False, True): "operation", (True, True): "both", (False, False): "none"}
    return tuple(
        YearHead(at + 1, int(year), names[bool(building[at]), bool(running[at])])
        for at, year in enumerate(columns.calendar_year[0])
    )


def _table(result: Appraisal, letter: str, lang: str, unit: str, row: int, heads: tuple[YearHead, ...]) -> PrintedTable:
    sheet = result.statements.sheets[letter]
    frame = result.statements.printed(letter, row, lang, unit)
    placed = sheet.placed()
    blank: set[tuple[int, Any]] = set()
    for at, one in enumerate(placed):
        if not one.row.figure and (not one.row.key or not one.row.flow):
            blank.add((at, "total"))
        if one.row.figure or not one.row.key:
            blank |= {(at, head.year) for head in heads}
        if not one.row.key:
            blank.add((at, "value"))
    return PrintedTable(
        letter=letter, name=sheet.name, title=title(letter, lang), lang=lang, unit=unit, frame=frame,
        heads=heads if sheet.yearly else (), depths=tuple(one.depth for one in placed),
        percent_rows=frozenset(at for at, one in enumerate(placed) if one.row.percent), blank=frozenset(blank),
    )  # fmt: skip


def _sensitivity(result: Appraisal, lang: str, unit: str, row: int) -> PrintedTable:
    """附录K, from a one-way study of the scenario."""
    # The study and the library that it searches with are loaded only where this table is asked for.
    from appraisal.study.oneway import one_way

    found = one_way(result.case.rows(slice(row, row + 1)))
    frame = found.table(lang)
    heads = list(frame.columns)
    # After the input and its change the metrics stand in the order asked for.
    metrics = dict(zip(found.keys, heads[2:], strict=False))
    money = {key: head for key, head in metrics.items() if found.base[key].unit == "yuan"}
    names = {head: _money_head(found.base[key], lang, unit) for key, head in money.items()}
    for head in money.values():
        frame[head] = frame[head] / yuan_in(unit)
    frame = frame.rename(columns=names)
    each = found.changes.size
    numbers = ["1", *(f"{1 + place + 1}.{step + 1}" for place in range(len(found.inputs)) for step in range(each))]
    frame.insert(0, "number", numbers)
    frame.attrs["money"] = frozenset(names.values())
    rates = {heads[1], *(head for key, head in metrics.items() if found.base[key].unit == "1"), heads[-2]}
    # The base case has neither a coefficient nor a critical change.
    blank = frozenset({(0, heads[-3]), (0, heads[-2])})
    return PrintedTable(
        letter=SENSITIVITY, name=TITLES[SENSITIVITY][0], title=title(SENSITIVITY, lang), lang=lang, unit=unit, frame=frame,
        percents=frozenset(rates), blank=blank,
    )  # fmt: skip


def _money_head(metric: Any, lang: str, unit: str) -> str:
    shown = word(UNITS, unit, lang)
    return f"{metric.zh}（{shown}）" if lang == "zh" else f"{metric.en}, {shown}"


def as_json(table: PrintedTable) -> dict[str, Any]:
    """A table for programs: title, unit, years and rows, null where nothing is defined."""
    rows = [
        {str(name): _plain(value) for name, value in zip(table.frame.columns, values, strict=True)}
        for values in table.frame.itertuples(index=False, name=None)
    ]
    if table.letter != SENSITIVITY:
        rows = [{"key": key, **row} for key, row in zip(table.frame.index, rows, strict=True)]
    return {
        "name": table.name,
        "title": table.title,
        "unit": table.unit,
        "years": [{"year": head.year, "calendar": head.calendar, "period": head.period} for head in table.heads],
        "rows": rows,
    }


def _plain(value: Any) -> str | float | None:
    if isinstance(value, str):
        return value
    return float(value) if np.isfinite(value) else None
