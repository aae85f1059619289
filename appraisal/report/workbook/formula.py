"""From a resolved tree of the books to the text of a cell.

A text is the same for every period of its row: a cell of a period is written ``{shift}row``, and only the letter of the
column is put in, so that one formula serves the row. A spreadsheet reads ``-2^2`` as 4 and ``2^3^2`` as 64; brackets
follow its own order of precedence, not Python's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from xlsxwriter.utility import quote_sheetname, xl_col_to_name  # type: ignore[import-untyped]

from appraisal.book.tree import Binary, Call, Choice, Compare, Each, Logic, Node, Number, Ref, Unary, children
from appraisal.errors import IntegrityError, said

# The numbers that may stand in a formula; any other has a cell of its own.
WRITTEN = (0.0, 1.0, 2.0)
# Columns of a sheet with periods, from 0: label, unit, constant, total or check.
LABEL, UNIT, CONSTANT, TOTAL = 0, 1, 2, 3
_AHEAD = 4
_SHIFT = re.compile(r"\{(-?\d+)\}")

_COMPARED, _ADDED, _MULTIPLIED, _RAISED, _NEGATED, _ATOM = range(1, 7)
_BINARY: Mapping[str, tuple[str, int]] = {
    "+": ("+", _ADDED), "-": ("-", _ADDED), "*": ("*", _MULTIPLIED), "/": ("/", _MULTIPLIED), "**": ("^", _RAISED),
}  # fmt: skip
_COMPARE: Mapping[str, str] = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "=", "!=": "<>"}


@dataclass(frozen=True)
class Place:
    """Where a name stands: sheet, row from 1, and whether it is one cell (column C) or a row of periods."""

    sheet: str
    row: int
    single: bool

    def at(self, sheet: str) -> str:
        """Its reference in a formula on a sheet, the column of a period left open."""
        column = "$C$" if self.single else "{0}"
        return f"{on_sheet(self.sheet, sheet)}{column}{self.row}"

    def shifted(self, shift: int, sheet: str) -> str:
        """The reference to another year, *shift* columns on."""
        return f"{on_sheet(self.sheet, sheet)}{{{shift}}}{self.row}"


@dataclass(frozen=True)
class Columns:
    """The columns of a sheet with periods: empty ones before the first year, the years, one empty one behind."""

    buffers: int
    years: int

    @property
    def first(self) -> int:
        """Index from 0 of the column of year 1."""
        return _AHEAD + self.buffers

    @property
    def last(self) -> int:
        """Index from 0 of the column of the last year."""
        return self.first + self.years - 1

    def letter(self, year: int) -> str:
        """Letters of the column of a year from 0; negative ones and the one behind the last are empty columns."""
        return _letter(self.first + year)

    def filled(self, text: str, year: int) -> str:
        """A row's formula in the column of a year from 0."""
        parts = _split(text)
        first = self.first + year
        return "".join(part if at % 2 == 0 else _letter(first + int(part)) for at, part in enumerate(parts))

    def span(self, row: int, sheet: str = "", here: str = "") -> str:
        """All years of a row, as a range."""
        return f"{on_sheet(sheet, here) if sheet else ''}{self.letter(0)}{row}:{self.letter(self.years - 1)}{row}"

    def range_of(self, place: Place, here: str, *, fixed: bool = False) -> str:
        """All years of a row that stands anywhere; *fixed* for a formula that is itself repeated by year."""
        if not fixed:
            return self.span(place.row, place.sheet, here)
        ends = (f"${self.letter(year)}${place.row}" for year in (0, self.years - 1))
        return on_sheet(place.sheet, here) + ":".join(ends)


@cache
def _letter(column: int) -> str:
    return str(xl_col_to_name(column))


@lru_cache(maxsize=8192)
def _split(text: str) -> tuple[str, ...]:
    return tuple(_SHIFT.split(text))


@cache
def on_sheet(sheet: str, here: str) -> str:
    """What stands before a reference to a sheet; nothing on the sheet itself.

    Examples
    --------
    >>> on_sheet("Table A", "Checks"), on_sheet("Checks", "Checks")
    ("'Table A'!", '')
    """
    return "" if sheet == here else f"{quote_sheetname(sheet)}!"


def cell(row: int, column: int = CONSTANT) -> str:
    """The absolute reference to a cell of the same sheet; *row* from 1, *column* from 0."""
    return f"${_letter(column)}${row}"


def literals(tree: Node) -> Iterator[float]:
    """The numbers of a tree that may not be written in a formula."""
    if isinstance(tree, Number) and abs(tree.value) not in WRITTEN:
        yield tree.value
    for child in children(tree):
        yield from literals(child)


class Writer:
    """Writes trees as formulas of one sheet.

    Parameters
    ----------
    sheet : str
        The sheet on which the formulas stand.
    places : mapping
        Name → where it stands.
    numbers : mapping
        Number that no formula may hold → where it stands.
    """

    def __init__(self, sheet: str, places: Mapping[str, Place], numbers: Mapping[float, Place]) -> None:
        self.sheet = sheet
        self.places = places
        self.numbers = numbers

    def text(self, tree: Node) -> str:
        """The formula of a tree, without its sign of equality.

        Raises
        ------
        IntegrityError
            If a name stands nowhere, or a number of one cell is asked for in another year.

        Examples
        --------
        >>> from appraisal.book.tree import parse
        >>> here = {"debt": Place("Books", 12, False), "rate": Place("Inputs", 3, True)}
        >>> Writer("Books", here, {}).text(parse("last(debt) * rate if rate > 0 else -(rate ** 2)"))
        'IF(Inputs!$C$3>0,{-1}12*Inputs!$C$3,-(Inputs!$C$3^2))'
        """
        return self._value(tree)[0]

    def condition(self, tree: Node, *, whole: bool = True) -> str:
        """A tree as what is true or false; *whole* where nothing but it stands in its place."""
        match tree:
            case Compare():
                pairs = zip(tree.operands, tree.ops, tree.operands[1:], strict=False)
                parts = [
                    f"{self._in(left, _ADDED)}{_COMPARE[op]}{self._in(right, _ADDED)}" for left, op, right in pairs
                ]
                return parts[0] if len(parts) == 1 else f"AND({','.join(parts)})"
            case Logic():
                return f"{tree.op.upper()}({','.join(self.condition(one, whole=False) for one in tree.operands)})"
            case Unary(op="not", operand=Ref() as flag):
                return f"{self._value(flag)[0]}=0"
            case Unary(op="not"):
                return f"NOT({self.condition(tree.operand)})"
            case _:
                # AND and OR pass over an empty cell, a comparison takes it for 0.
                text = self._in(tree, _ADDED)
                return text if whole else f"{text}<>0"

    def _in(self, tree: Node, level: int) -> str:
        """A tree as an operand of what binds like *level*."""
        text, own = self._value(tree)
        return text if own >= level else f"({text})"

    def _value(self, tree: Node) -> tuple[str, int]:
        match tree:
            case Number():
                return self._number(tree.value)
            case Ref():
                return self._reference(tree), _ATOM
            case Each():
                terms = [self._reference(Ref(key)) for key in tree.keys]
                return ("+".join(terms) or "0"), (_ATOM if len(terms) < 2 else _ADDED)
            case Unary(op="-"):
                return f"-{self._in(tree.operand, _NEGATED)}", _NEGATED
            case Binary():
                sign, level = _BINARY[tree.op]
                # Every operator binds from the left; the order of additions is that of the books.
                return f"{self._in(tree.left, level)}{sign}{self._in(tree.right, level + 1)}", level
            case Choice():
                parts = self.condition(tree.condition), self._value(tree.yes)[0], self._value(tree.no)[0]
                return f"IF({','.join(parts)})", _ATOM
            case Call():
                return f"{tree.function.upper()}({','.join(map(self._argument, tree.arguments))})", _ATOM
            case _:
                return f"IF({self.condition(tree)},1,0)", _ATOM

    def _argument(self, tree: Node) -> str:
        """An argument of MIN, MAX or ABS, which pass over an empty cell before the first and after the last year."""
        text = self._value(tree)[0]
        return f"N({text})" if isinstance(tree, Ref) and tree.shift else text

    def _number(self, value: float) -> tuple[str, int]:
        if abs(value) not in WRITTEN:
            if value not in self.numbers:
                raise IntegrityError(said(
                    "{value!r} stands in no cell of the workbook", "工作簿中没有存放 {value!r} 的单元格", value=value
                ))  # fmt: skip
            return self.numbers[value].at(self.sheet), _ATOM
        return f"{value:.0f}", _ATOM if value >= 0.0 else _NEGATED

    def _reference(self, ref: Ref) -> str:
        place = self.places.get(ref.key)
        if place is None:
            raise IntegrityError(
                said("{key!r} stands in no cell of the workbook", "工作簿中没有存放 {key!r} 的单元格", key=ref.key)
            )
        if not ref.shift:
            return place.at(self.sheet)
        if place.single:
            raise IntegrityError(said(
                "{key!r} is one number and has no other year than its own", "{key!r} 只是一个数，没有其他年份", key=ref.key
            ))  # fmt: skip
        return place.shifted(ref.shift, self.sheet)
