"""The cells of a table, whatever file they came from: text, numbers, dates, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from appraisal.errors import Fault, Message, said
from appraisal.intake.package import address

MAX_BYTES = 20_000_000
MAX_ROWS = 366 * 24 * 60 + 100
"""A leap year of minutes, and titles."""
MAX_COLUMNS = 1_000
"""A year of days side by side has 366, a day of five minutes 288."""


class Serial(float):
    """A cell that a workbook shows as a date or a time: days since 1899-12-30; below 1 a time of day."""

    __slots__ = ()


@dataclass(frozen=True)
class Refused:
    """A cell that holds nothing that can be read, and why."""

    message: Message


Value: TypeAlias = str | float | bool | Serial | Refused | None
Place: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """The cells of a text file or of one sheet.

    Attributes
    ----------
    where : what messages call the file.
    sheet : name of the sheet; empty for a text file.
    rows : cells by row and column, from 0; rows may be of unequal length, blank text is None.
    turned : rows and columns stand exchanged; addresses are those of the file all the same.
    """

    where: str
    sheet: str
    rows: Sequence[Sequence[Value]]
    turned: bool = field(default=False)

    @property
    def width(self) -> int:
        """Columns of the longest row."""
        return max((len(row) for row in self.rows), default=0)

    def at(self, row: int, column: int) -> Value:
        """One cell; None beyond the end of a row."""
        held = self.rows[row]
        return held[column] if column < len(held) else None

    def text(self, row: int, column: int) -> str:
        """A cell as a heading has it; a number without a fraction has no decimal point."""
        value = self.at(row, column)
        if value is None or isinstance(value, Refused):
            return ""
        return value if isinstance(value, str) else f"{value:.15g}"

    def filled(self, row: int) -> list[int]:
        """The columns of a row that hold something."""
        return [column for column, value in enumerate(self.rows[row]) if value is not None]

    def exchanged(self) -> Grid:
        """Rows as columns; the same cells by the same addresses."""
        width = self.width
        rows = [[self.at(row, column) for row in range(len(self.rows))] for column in range(width)]
        return Grid(self.where, self.sheet, rows, not self.turned)

    def named(self, place: Place) -> str:
        """``C5`` in the file's own rows and columns, with the sheet in front where there is one."""
        row, column = place[::-1] if self.turned else place
        cell = address(row + 1, column + 1)
        return f"{self.sheet}!{cell}" if self.sheet else cell

    def fault(self, message: Message, place: Place | None = None) -> Fault:
        """A fault of the table, or of one cell of it."""
        if place is None:
            return Fault(where=self.where, path=self.sheet, message=message)
        row = place[1] if self.turned else place[0]
        # A workbook has no lines; its cell says all.
        return Fault(where=self.where, line=None if self.sheet else row + 1, path=self.named(place), message=message)


@dataclass(frozen=True)
class Tables:
    """What a file holds, read but not yet understood.

    Attributes
    ----------
    where : what messages call the file.
    kind : ``text``, ``xlsx`` or ``xls``, by what the file is and not by its name.
    encoding : ``UTF-8`` or ``GBK`` of a text file, else empty.
    grids : one for a text file, one a sheet for a workbook.
    notes : what a person should know of the file itself.
    """

    where: str
    kind: str
    encoding: str
    grids: tuple[Grid, ...]
    notes: tuple[Message, ...] = ()


def trimmed(text: str) -> str | None:
    """The text of a cell without outer spaces, the wide ones of Chinese text too; None for nothing else."""
    return text.replace("\u3000", " ").replace("\xa0", " ").strip() or None


def too_wide(where: str, columns: int) -> Fault:
    """The fault of a table with more columns than any layout has."""
    return Fault(where=where, message=said(
        "{count:,} columns; at most {most:,} are read", "有 {count:,} 列；至多读取 {most:,} 列", count=columns, most=MAX_COLUMNS
    ))  # fmt: skip


def too_long(where: str) -> Fault:
    """The fault of a table with more rows than a year of minutes has."""
    return Fault(where=where, message=said(
        "more than {most:,} rows; at most a year of minutes is read", "超过 {most:,} 行；至多读取一年的逐分钟数据", most=MAX_ROWS
    ))  # fmt: skip


def first_ten(faults: list[Fault], what: Message, where: str) -> Iterator[Fault]:
    """The first ten of many faults of one kind, and how many there are in all."""
    yield from faults[:MOST_LISTED]
    if len(faults) > MOST_LISTED:
        yield Fault(where=where, message=said(
            "{what}: {count:,} in all; the first {shown} are listed", "{what}：共 {count:,} 处；已列出前 {shown} 处",
            what=what, count=len(faults), shown=MOST_LISTED
        ))  # fmt: skip


MOST_LISTED = 10
