"""The sheet of series: columns of numbers that cells of other sheets call (``曲线!B``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from appraisal.errors import Fault, InputError, Message, ValueFault, said
from appraisal.intake.package import Cell, Sheet, letters, place
from appraisal.scenario.sheet.values import scalar
from appraisal.scenario.sheet.words import SHEETS

_CALL = re.compile(r"'?([^'!]+)'?!\$?([A-Za-z]{1,3})")


class SeriesFault(ValueFault):
    """What is wrong at a cell of the sheet of series."""

    def __init__(self, row: int, column: int, message: Message) -> None:
        super().__init__(message)
        self.row, self.column = row, column


class Series:
    """The columns of the sheet, and which of them were called."""

    def __init__(self, sheet: Sheet, where: str) -> None:
        self.sheet, self._where = sheet, where
        self._called: set[int] = set()

    def called_by(self, cell: Cell) -> int | None:
        """The column that a cell calls; None where it calls none."""
        match = _CALL.fullmatch(cell.value.strip()) if isinstance(cell.value, str) else None
        if match is None or match.group(1) not in (self.sheet.name, *SHEETS["series"]):
            return None
        return place(f"{match.group(2).upper()}1")[1]

    @cached_property
    def start(self) -> int:
        """The row of the first value: the one that has number 1 in column A.

        Raises
        ------
        InputError
            Where there is none.
        """
        found = [row for (row, column), cell in self.sheet.cells.items() if column == 1 and cell.value == 1]
        if not found:
            message = said(
                "has lost the number 1 in column A, from which the values are read",
                "A 列中缺少数字 1；数值从它所在的行读起",
            )
            raise InputError([Fault(where=f"{self._where} {self.sheet.name}", message=message)])
        return min(found)

    def column(self, column: int) -> tuple[Any, ...]:
        """The values of a column, from the first row to the last one that holds something.

        Raises
        ------
        SeriesFault
            For a column that is empty, a gap, or a cell that holds no number and no text.
        """
        self._called.add(column)
        rows = [row for row, at in self.sheet.cells if at == column and row >= self.start]
        if column == 1 or not rows:
            raise SeriesFault(self.start, column, said(
                "no value stands in this column; it is called by a cell", "有单元格引用此列，但列内没有数值"
            ))  # fmt: skip
        values = []
        for row in range(self.start, max(rows) + 1):
            cell = self.sheet.cells.get((row, column))
            if cell is None:
                gap = said(
                    "no value stands here, but further down in row {row}", "这里没有数值，但下面第 {row} 行有", row=max(rows)
                )  # fmt: skip
                raise SeriesFault(row, column, gap)
            if cell.refused or not isinstance(cell.value, (str, int, float)):
                told = said("{value} stands where a number is expected", "{value} 应改为数", value=cell.value)
                raise SeriesFault(row, column, cell.refused or told)
            values.append(scalar(cell.value) if isinstance(cell.value, str) else cell.value)
        return tuple(values)

    def uncalled(self) -> Iterator[SeriesFault]:
        """A fault for every column that holds values and was called by no cell."""
        first: dict[int, int] = {}
        for row, column in sorted(self.sheet.cells):
            if row >= self.start and column > 1 and column not in self._called:
                first.setdefault(column, row)
        for column, row in sorted(first.items()):
            call = f"{self.sheet.name}!{letters(column)}"
            told = said(
                "no cell calls this column; write {call} into the cell of its input, or clear it",
                "没有单元格引用此列；请在相应输入的单元格写 {call}，或清空此列", call=call
            )  # fmt: skip
            yield SeriesFault(row, column, told)
