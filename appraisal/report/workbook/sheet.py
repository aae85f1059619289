"""A sheet of the workbook before it is written: cells by row and column, rows of periods, and how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.book.tree import Node
from appraisal.report.workbook.formula import CONSTANT, LABEL, TOTAL, UNIT, Columns, Place

# What a cell is, which decides its look: an input to change, a formula, a value from the operation or the case, a text …
Kind: TypeAlias = Literal[
    "input", "default", "formula", "value", "fixed", "check", "text", "wrapped", "note", "title", "heading", "block", "head",
    "link", "sum", "sumlabel", "figure", "warning",
]  # fmt: skip
Content: TypeAlias = float | str


@dataclass(frozen=True)
class Style:
    """The look of a cell: what it is, its number format by name, how far the text stands in."""

    kind: Kind
    number: str = ""
    depth: int = 0


@dataclass(frozen=True)
class Cell:
    """A cell: its value, and the formula behind it, empty for a plain value; ``link`` names a cell that it leads to."""

    value: Content
    style: Style
    formula: str | Node = ""
    link: str = ""


@dataclass(frozen=True)
class Series:
    """A row of periods: one formula for all of them (empty for values), and what it gives.

    ``scope`` are names that mean another place in this row's formula. ``values`` may stop before the last year.
    """

    row: int
    values: NDArray[np.float64] | tuple[Content, ...]
    style: Style
    formula: str | Node = ""
    scope: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class Painted:
    """Colours by content: ``check`` turns 1 green and 0 red, ``inform`` 0 amber, over a range of cells."""

    area: str
    kind: Literal["check", "inform"]


@dataclass(frozen=True)
class Chosen:
    """A cell that takes one of some numbers only."""

    row: int
    column: int
    choices: tuple[float, ...]


@dataclass
class Sheet:
    """One sheet, filled from top to bottom.

    Attributes
    ----------
    title : str
        Its name on the tab.
    columns : Columns, optional
        Of a sheet with periods.
    row : int
        The next free row, from 1.
    widths : column from 0 → characters
    frozen : (row, column)
        The first cell that moves when the sheet is scrolled, from 0.
    repeated : int
        Rows that are printed on every page.
    """

    title: str
    columns: Columns | None = None
    row: int = 1
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    series: list[Series] = field(default_factory=list)
    painted: list[Painted] = field(default_factory=list)
    chosen: list[Chosen] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    tall: dict[int, float] = field(default_factory=dict)
    frozen: tuple[int, int] = (1, 1)
    repeated: int = 1
    landscape: bool = True
    large: bool = False
    one_page: bool = False

    def put(
        self, row: int, column: int, value: Content, kind: Kind, number: str = "", *, formula: str | Node = "", depth: int = 0, link: str = ""
    ) -> None:  # fmt: skip
        """A cell; *row* from 1, *column* from 0."""
        self.cells[row, column] = Cell(value, Style(kind, number, depth), formula, link)

    def skip(self, rows: int = 1) -> None:
        """Leave rows empty."""
        self.row += rows

    def heading(self, text: str, kind: Kind = "block", depth: int = 0) -> int:
        """A row that only names what follows."""
        self.put(self.row, LABEL, text, kind, depth=depth)
        self.row += 1
        return self.row - 1

    def labelled(self, label: str, unit: str = "", *, kind: Kind = "text", depth: int = 0) -> int:
        """Label and unit of the next row; the row's number."""
        at = self.row
        self.put(at, LABEL, label, kind, depth=depth)
        if unit:
            self.put(at, UNIT, unit, "note")
        self.row += 1
        return at

    def single(
        self, label: str, unit: str, value: Content, kind: Kind, number: str = "", *, formula: str | Node = "", depth: int = 0
    ) -> Place:  # fmt: skip
        """A row with one cell, in column C."""
        at = self.labelled(label, unit, depth=depth)
        self.put(at, CONSTANT, value, kind, number, formula=formula)
        return Place(self.title, at, single=True)

    def yearly(
        self,
        label: str,
        unit: str,
        values: NDArray[np.float64] | tuple[Content, ...],
        kind: Kind,
        number: str = "",
        *,
        formula: str | Node = "",
        depth: int = 0,
        scope: Mapping[str, Place] | None = None,
    ) -> Place:
        """A row of periods."""
        at = self.labelled(label, unit, kind="sumlabel" if kind == "sum" else "text", depth=depth)
        self.series.append(Series(at, values, Style(kind, number), formula, scope or {}))
        return Place(self.title, at, single=False)

    def total(self, row: int, value: float, number: str, kind: Kind = "formula") -> None:
        """The sum of a row of periods, in column D."""
        assert self.columns is not None
        self.put(row, TOTAL, value, kind, number, formula=f"SUM({self.columns.span(row)})")
