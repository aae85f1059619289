"""What a reading is told, and the points that a layout gives: a moment, a cell and its number each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import Message, ValueFault, said
from appraisal.field import show
from appraisal.intake.grid import Grid, Place, Refused, Value
from appraisal.intake.stamps import Kind
from appraisal.library.reader import DECIMAL

Layout: TypeAlias = Literal["column", "day", "long", "wide", "turned"]
Labels: TypeAlias = Literal["start", "end", "range", "number", "none"]
Minutes: TypeAlias = NDArray[np.int64]

LARGEST = 1e9
"""No price and no load of a plant is larger, in any unit that is read."""
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?\Z")
# Signs of full width as narrow ones, and the minus signs of typesetting; a raised ² is no 2.
_NARROW = {**{0xFF01 + place: 0x21 + place for place in range(94)}, **{ord(sign): ord("-") for sign in "−–﹣"}}
COLUMN_KINDS = {
    "column": said("one column of values", "单列数值"),
    "day": said("one day without a date", "一天，未注明日期"),
    "long": said("a row a point", "每行一个点"),
    "wide": said("a row a day, a column an interval", "每行一天，每列一个时段"),
    "turned": said("a column a day, a row an interval", "每列一天，每行一个时段"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What a person says of a file, so that it need not be found out; what is left empty is.

    Attributes
    ----------
    sheet : name of the sheet.
    header_row : row of the headings, from 1; 0 where it is to be found.
    day_column, time_column : headings, or letters of columns, of the dates and of the times; one column may hold both.
    value_column, sell_column : heading or letter of the column of values; of prices paid for discharging.
    unit : of the values, as ``yuan/MWh``, ``元/kWh``, ``kW``, ``kWh``.
    labels : whether a time names the ``start`` or the ``end`` of its interval.
    step_minutes : length of a step of a column without times; 0 where the number of points says it.
    first : the day of the first point of a table without dates.
    only : column → the text that a row must have there, where a table holds several series one below the other.
    """

    sheet: str = ""
    header_row: int = 0
    day_column: str = ""
    time_column: str = ""
    value_column: str = ""
    sell_column: str = ""
    unit: str = ""
    labels: Literal["", "start", "end"] = ""
    step_minutes: int = 0
    first: date | None = None
    only: Mapping[str, str] = field(default_factory=dict)


NOTHING_STATED = Stated()


@dataclass(frozen=True, kw_only=True)
class Points:
    """The points of a table in the order of the file.

    Attributes
    ----------
    grid : the table, turned where the layout is.
    layout : see :data:`COLUMN_KINDS`.
    at : (N,) minutes since day 0 that the label of each point names; None for a column without times.
    places : the cell of each point.
    kind : what the labels are; ``number`` and ``range`` are minutes of a beginning already.
    dated : whether the days are days of the calendar; else day 0 is one without a date.
    head : heading of the values; in a wide table of nothing.
    words : every text in which the unit may stand, the nearest first.
    time_head : heading of the times.
    notes : what was understood on the way.
    """

    grid: Grid
    layout: Layout
    at: Minutes | None
    places: tuple[Place, ...]
    kind: Kind | None
    dated: bool
    head: str
    words: tuple[str, ...]
    time_head: str = ""
    notes: tuple[Message, ...] = ()


def number_of(value: Value) -> float:
    """The number in a cell.

    Raises
    ------
    ValueFault
        For nothing, text, a date, true or false, an unread formula, an infinite number and one beyond :data:`LARGEST`.

    Examples
    --------
    >>> number_of("1,234.5"), number_of("－3"), number_of(7.0)
    (1234.5, -3.0, 7.0)
    """
    if isinstance(value, Refused):
        raise ValueFault(value.message)
    if value is None:
        raise ValueFault(said("is empty; write the number", "为空；请填数"))
    number = _plain_number(value)
    if number is None:
        raise ValueFault(said("{value} is no number", "{value} 不是数", value=show(value)))
    if not abs(number) <= LARGEST:
        raise ValueFault(said(
            "{value} is beyond {most:,.0f}, more than any price or load", "{value} 超过 {most:,.0f}，不可能是电价或负荷",
            value=show(value), most=LARGEST
        ))  # fmt: skip
    return number


def is_number(value: Value) -> bool:
    """Whether a cell holds a number, however large."""
    return _plain_number(value) is not None


def _plain_number(value: Value) -> float | None:
    if type(value) is float:
        return value
    if not isinstance(value, str):
        return None
    text = value.translate(_NARROW).strip()
    if DECIMAL.match(text):
        return float(text)
    return float(text.replace(",", "")) if _THOUSANDS.match(text) else None
