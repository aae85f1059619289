"""What a printed table is made of: rows over declared lines, numbered as Chinese statements number them.

A row shows one declared line. The rows under it add up to it: each adds, is deducted (减), or is only an item of it
(其中) and then has no number. Rows on one level may stand in a relation, printed behind the label as （1-2）.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypedDict


class Labels(TypedDict):
    """The two labels of a row."""

    zh: str
    en: str


@dataclass(frozen=True)
class Row:
    """One row of a printed table.

    Attributes
    ----------
    key : str
        The declared line or figure; empty for a heading.
    rows : tuple of Row
        The rows under it.
    zh, en : str
        Labels; left out, those of the line.
    sign : 1, -1 or 0
        What the row is to the one above it: an addend, a deduction, an item that is not added.
    flow : bool
        Whether its years have a total; what stands at the end of a year has none.
    flag : str
        A line that is 1 in the years for which the row is defined; empty: always.
    made : tuple of str
        Keys of rows above it that it is the sum of, those with ``-`` in front deducted.
    percent : bool
        Whether people read it in percent.
    tax : "", "pre" or "after"
        Of an indicator: before or after income tax.
    figure : bool
        One value, no years.
    """

    key: str = ""
    rows: tuple[Row, ...] = ()
    zh: str = ""
    en: str = ""
    sign: int = 1
    flow: bool = True
    flag: str = ""
    made: tuple[str, ...] = ()
    percent: bool = False
    tax: str = ""
    figure: bool = False


@dataclass(frozen=True)
class Placed:
    """A row in its place: number (empty for an item), depth from 0, and its relation in numbers (``1-2``)."""

    number: str
    depth: int
    row: Row
    relation: str = ""


@dataclass(frozen=True)
class Sheet:
    """A printed table: letter, name, titles and rows; ``yearly`` tells whether it has a column a year."""

    letter: str
    name: str
    zh: str
    en: str
    rows: tuple[Row, ...]
    yearly: bool = True

    def placed(self) -> tuple[Placed, ...]:
        """Every row from top to bottom with its number."""
        return tuple(_numbered(self.rows, "", 0))


def line(
    key: str, *rows: Row, zh: str = "", en: str = "", flow: bool = True, flag: str = "", made: tuple[str, ...] = (), percent: bool = False
) -> Row:  # fmt: skip
    """A row that adds to the one above it."""
    return Row(key, rows, zh, en, flow=flow, flag=flag, made=made, percent=percent)


def less(key: str, *rows: Row, zh: str = "", en: str = "", flag: str = "") -> Row:
    """A row that is deducted from the one above it."""
    return Row(key, rows, zh, en, sign=-1, flag=flag)


def item(key: str, *rows: Row, zh: str = "", en: str = "", flow: bool = True) -> Row:
    """An item of the row above it, not added and without a number."""
    return Row(key, rows, zh, en, sign=0, flow=flow)


def stock(key: str, *rows: Row, zh: str = "", en: str = "", made: tuple[str, ...] = ()) -> Row:
    """What stands at the end of a year: its years have no total, nor have those of the rows under it."""
    return Row(key, tuple(replace(row, flow=False) for row in rows), zh, en, flow=False, made=made)


def ratio(key: str, flag: str = "", *, percent: bool = False) -> Row:
    """A ratio by year, defined where the flag is 1."""
    return Row(key, flow=False, flag=flag, percent=percent)


def heading(zh: str, en: str, *rows: Row) -> Row:
    """A heading without numbers."""
    return Row("", rows, zh, en)


def foot(zh: str, en: str, *rows: Row) -> Row:
    """A heading below a table, without a number."""
    return Row("", rows, zh, en, sign=0)


def figure(
    key: str, tax: str = "", *, zh: str = "", en: str = "", percent: bool = False, numbered: bool = False
) -> Row:
    """An indicator: one value."""
    return Row(key, (), zh, en, sign=int(numbered), tax=tax, percent=percent, figure=True)


def parts(*rows: Row) -> tuple[Row, ...]:
    """The rows under a sum, where they are more than the sum itself."""
    return rows if len(rows) > 1 else ()


def within(row: Row, flag: str) -> Row:
    """A row and all under it, defined only where the flag is 1."""
    return replace(row, flag=flag, rows=tuple(within(each, flag) for each in row.rows))


def _numbered(rows: tuple[Row, ...], above: str, depth: int, *, inside: bool = True) -> Iterator[Placed]:
    """The rows of a level and below; what is inside an unnumbered row has no number either."""
    level: list[Placed] = []
    count = 0
    for row in rows:
        counted = inside and row.sign != 0
        count += counted
        number = (f"{above}.{count}" if above else str(count)) if counted else ""
        below = list(_numbered(row.rows, number, depth + 1, inside=counted))
        placed = Placed(number, depth, row, _relation(row, level))
        level += [placed, *below]
        yield from (placed, *below)


def _relation(row: Row, before: list[Placed]) -> str:
    """The rows that a row is made of, by their numbers: those of its own level before those inside them."""
    nearest = sorted((each for each in before if each.number), key=lambda each: -each.depth)
    numbers = {each.row.key: each.number for each in nearest}
    text = "".join(f"-{numbers[key[1:]]}" if key.startswith("-") else f"+{numbers[key]}" for key in row.made)
    return text.removeprefix("+")
