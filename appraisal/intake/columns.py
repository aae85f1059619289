"""Which column holds what: by the words of its heading, by what stands below, or as a person states it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from appraisal.errors import Message, ValueFault, said, suggest
from appraisal.intake.grid import Grid, Serial, Value
from appraisal.intake.measure import Quantity, fitting, plain, units_in
from appraisal.intake.package import letters
from appraisal.intake.points import Stated, is_number
from appraisal.intake.stamps import day_of, slot_of, stamp_of, zoned

Side: TypeAlias = Literal["", "buy", "sell"]

_SAMPLE = 300
_HEADS_ABOVE = 3
_TIME_WORDS = re.compile(
    r"时间|日期|时刻|时段|时点|小时|月日|date|time|day|stamp|hour|period|interval|^点$|^点数|点号|^he$|序号|index|^no\.?$"
)
_MOMENT_WORDS = re.compile(r"时间|日期|时刻|date|time|stamp")
_WORDS = {
    "price": re.compile(r"价|出清|price|lmp|tariff|cost"),
    "load": re.compile(r"负荷|负载|功率|有功|用电|电量|load|power|demand|consumption|usage"),
}  # fmt: skip
_SELL = re.compile(r"放电|售电|卖|上网|sell|discharg")
_BUY = re.compile(r"充电|购电|买|buy|(?<!dis)charg")
_BEGINS = re.compile(r"开始|起始|起|begin|start|from")


@dataclass(frozen=True)
class Body:
    """Where the headings and the data of a table are.

    ``start`` is the first row of data from 0, ``heads`` the heading of each column, ``titles`` the texts above.
    """

    grid: Grid
    start: int
    heads: tuple[str, ...]
    titles: tuple[str, ...]

    @cached_property
    def sample(self) -> tuple[int, ...]:
        """Rows by which columns are judged: the first ones of the data that hold something."""
        filled = (row for row in range(self.start, len(self.grid.rows)) if self.grid.filled(row))
        return tuple(row for _, row in zip(range(_SAMPLE), filled, strict=False))

    def share(self, column: int, holds: Callable[[Value], bool]) -> float:
        """The share of a column's cells that hold something of a kind, of those not empty."""
        cells = [value for row in self.sample if (value := self.grid.at(row, column)) is not None]
        return sum(map(holds, cells)) / len(cells) if cells else 0.0

    def name(self, column: int) -> str:
        """What messages call a column: its heading, else its letter."""
        return self.heads[column] or letters(column + 1)

    def column(self, stated: str) -> int:
        """The column that a person names by its heading, as it stands or without case and spaces, or by its letter."""
        wanted = plain(stated)
        found = [place for place, head in enumerate(self.heads) if head and plain(head) == wanted]
        if not found:
            found = [place for place in range(len(self.heads)) if letters(place + 1).lower() == stated.strip().lower()]
        if len(found) != 1:
            heads = [head for head in self.heads if head]
            raise ValueFault(said(
                "no column {stated!r}; {known}", "没有列 {stated!r}；{known}", stated=stated, known=suggest(stated, heads)
            ) if not found else said(
                "{count} columns are called {stated!r}; name it by its letter",
                "有 {count} 列名为 {stated!r}；请改用列字母", count=len(found), stated=stated
            ))  # fmt: skip
        return found[0]

    def timed(self, column: int) -> bool:
        """Whether the heading speaks of time."""
        return bool(_TIME_WORDS.search(plain(self.heads[column])))


def body(grid: Grid, header_row: int = 0) -> Body:
    """The headings and the data of a table whose points stand one below the other.

    Raises
    ------
    ValueFault
        Where no row holds a number or a time.
    """
    start = header_row if header_row else _first_row(grid)
    above = [row for row in range(start) if grid.filled(row)]
    width = grid.width
    least = 2 if width > 1 else 1
    first = len(above)
    while first > max(0, len(above) - _HEADS_ABOVE) and _heads(grid, above[first - 1], least):
        first -= 1
    if header_row:
        first = min(first, max(len(above) - 1, 0))
    rows = above[first:]
    heads = tuple(" ".join(filter(None, (grid.text(row, column) for row in rows))) for column in range(width))
    titles = tuple(grid.text(row, column) for row in above[:first] for column in grid.filled(row))
    return Body(grid, start, heads, titles)


def _heads(grid: Grid, row: int, least: int) -> bool:
    """Whether a row above the data holds headings: words in several columns, and no number or time."""
    return len(grid.filled(row)) >= least and not (_numbers(grid, row) or _moments(grid, row))


def _first_row(grid: Grid) -> int:
    """The first row of data.

    Below the lines that name a meter, its ratio and the date of the export, the data are where times stand one below
    the other; without times, where numbers do. A row above with numbers in the same columns is one of the data too,
    whatever its time says, so that a time that cannot be read is told and not taken for a heading.
    """
    filled = [row for row in range(len(grid.rows)) if grid.filled(row)]
    found = _run([_moments(grid, row) for row in filled], 1, 1)
    if found is None:
        # Of several columns without times, more than a pair of numbers below one another tells data from a preamble.
        found = _run([_numbers(grid, row) for row in filled], 5, 0 if grid.width == 1 else 4)
    if found is None:
        raise ValueFault(said(
            "holds no row of numbers with times; expected a heading and a row a point below it",
            "没有找到带时间的数据行；应有表头，其下每行一个点"
        ))  # fmt: skip
    while found and _numbers(grid, filled[found]) & _numbers(grid, filled[found - 1]):
        found -= 1
    return filled[found]


def _run(told: Sequence[set[int]], after: int, least: int) -> int | None:
    """The place of the first row that shares a column with at least so many of the rows after it."""
    for place, here in enumerate(told):
        rest = told[place + 1 : place + 1 + after]
        if here and any(sum(column in one for one in rest) >= min(least, len(rest)) for column in here):
            return place
    return None


def _numbers(grid: Grid, row: int) -> set[int]:
    return {column for column in grid.filled(row) if is_number(grid.at(row, column))}


def _moments(grid: Grid, row: int) -> set[int]:
    return {column for column in grid.filled(row) if _temporal(grid.at(row, column))}


def _temporal(value: Value) -> bool:
    if isinstance(value, Serial):
        return True
    if not isinstance(value, str) or (is_number(value) and len(value) != len("20250801")):
        return False
    slot = slot_of(value)
    return zoned(value) or stamp_of(value) is not None or (slot is not None and slot.kind in ("clock", "range"))


@dataclass(frozen=True)
class Times:
    """The columns of time: one of moments, or one of days and one of times of day; None for what is absent."""

    moment: int | None = None
    day: int | None = None
    slot: int | None = None

    @property
    def all(self) -> tuple[int, ...]:
        """The columns that there are."""
        return tuple(place for place in (self.moment, self.day, self.slot) if place is not None)


def times_of(table: Body, stated: Stated) -> Times:
    """The columns of time of a table with a row a point.

    Raises
    ------
    ValueFault
        For a stated column that is absent, and where two columns could each be the time.
    """
    if stated.day_column or stated.time_column:
        return _stated_times(table, stated)
    columns = range(len(table.heads))
    moments = [place for place in columns if table.share(place, _is_moment(table, place)) > 0.5]
    days = [place for place in columns if place not in moments and table.share(place, _is_day(table, place)) > 0.5]
    slots = [
        place for place in columns if place not in moments + days and table.share(place, _is_slot(table, place)) > 0.5
    ]
    # A column of dates with times among dates alone: spreadsheets leave midnight out.
    if not moments and days and not slots and _has_times(table, days[0]):
        moments, days = days[:1], []
    if not (moments or days or slots):
        # A heading that says time above words: each of them is told as none.
        moments = [
            place for place in columns if _MOMENT_WORDS.search(plain(table.heads[place])) and _worded(table, place)
        ]
    if moments:
        return Times(moment=_one(table, moments))
    return Times(day=_one(table, days) if days else None, slot=_one(table, slots) if slots else None)


def _stated_times(table: Body, stated: Stated) -> Times:
    day = table.column(stated.day_column) if stated.day_column else None
    time = table.column(stated.time_column) if stated.time_column else None
    if day is not None and time is not None and day != time:
        return Times(day=day, slot=time)
    only = day if time is None else time
    assert only is not None
    if table.share(only, lambda value: slot_of(value) is not None) > 0.5 and not table.share(
        only, _is_moment(table, only)
    ):
        return Times(slot=only)
    return Times(moment=only)


def _is_moment(table: Body, column: int) -> Callable[[Value], bool]:
    plain_numbers = table.timed(column)

    def holds(value: Value) -> bool:
        if isinstance(value, str) and is_number(value) and not plain_numbers:
            return False
        if type(value) is float and not plain_numbers:
            return False
        return zoned(value) or (stamp_of(value) is not None and day_of(value) is None)

    return holds


def _is_day(table: Body, column: int) -> Callable[[Value], bool]:
    plain_numbers = table.timed(column)
    return lambda value: day_of(value) is not None and (plain_numbers or not is_number(value))


def _is_slot(table: Body, column: int) -> Callable[[Value], bool]:
    timed = table.timed(column)

    def holds(value: Value) -> bool:
        slot = slot_of(value)
        return slot is not None and (timed or slot.kind in ("clock", "range"))

    return holds


def _worded(table: Body, column: int) -> bool:
    return table.share(column, lambda value: isinstance(value, str) and not is_number(value)) > 0.5


def _has_times(table: Body, column: int) -> bool:
    return table.share(column, lambda value: stamp_of(value) is not None and day_of(value) is None) > 0


def _one(table: Body, found: Sequence[int]) -> int:
    if len(found) == 1:
        return found[0]
    begins = [place for place in found if _BEGINS.search(plain(table.heads[place]))]
    if len(begins) == 1:
        return begins[0]
    raise ValueFault(said(
        "columns {names} each hold times; state which is the time", "{names} 各列都是时间；请指明时间列",
        names=", ".join(table.name(place) for place in found)
    ))  # fmt: skip


def value_of(table: Body, times: Times, stated: str, quantity: Quantity, side: Side) -> int:
    """The column of values.

    Parameters
    ----------
    table : Body
    times : Times
        Columns that are none of it.
    stated : str
        What a person calls it; empty where it is to be found.
    quantity, side :
        What is looked for: of two columns of prices one may be paid for charging, the other for discharging.

    Raises
    ------
    ValueFault
        Where no column fits, or several do: they are named, and none is taken.
    """
    if stated:
        return table.column(stated)
    rest = [place for place in range(len(table.heads)) if place not in times.all]
    numeric = [place for place in rest if table.share(place, is_number) > 0.5]
    numeric = [place for place in numeric if not (table.timed(place) and _counts(table, place))] or numeric
    worded = [place for place in rest if _speaks_of(table.heads[place], quantity)]
    fits = _of_side([place for place in worded if place in numeric] or worded, table, side)
    united = [place for place in fits if fitting(table.heads[place], quantity)]
    for found in (fits, united, [] if fits else [one for one in numeric if not units_in(table.heads[one])]):
        if len(found) == 1:
            return found[0]
    raise ValueFault(_no_column(table, fits or numeric or rest, quantity))


def has_side(table: Body, times: Times, side: Side) -> bool:
    """Whether a column of prices is headed as one of that side."""
    pattern = _SELL if side == "sell" else _BUY
    rest = (place for place in range(len(table.heads)) if place not in times.all)
    return any(pattern.search(plain(table.heads[place])) and _speaks_of(table.heads[place], "price") for place in rest)


def _of_side(found: list[int], table: Body, side: Side) -> list[int]:
    """The columns of one side of the trade, where their headings tell the sides apart."""
    if not side:
        return found
    mine, other = (_SELL, _BUY) if side == "sell" else (_BUY, _SELL)
    words = {place: plain(table.heads[place]) for place in found}
    own = [place for place in found if mine.search(words[place])]
    return own or [place for place in found if not other.search(words[place])] or found


def _speaks_of(head: str, quantity: Quantity) -> bool:
    units = units_in(head)
    if units:
        return bool(fitting(head, quantity))
    return bool(_WORDS[quantity].search(plain(head)))


def _counts(table: Body, column: int) -> bool:
    """Whether a column only counts its rows."""
    cells = [table.grid.at(row, column) for row in table.sample]
    numbers = [float(value) for value in cells if isinstance(value, (str, float)) and is_number(value)]
    return len(numbers) == len(cells) and all(after - before == 1 for before, after in itertools.pairwise(numbers))


_QUANTITIES: dict[Quantity, Message] = {"price": said("prices", "电价"), "load": said("loads", "负荷")}


def _no_column(table: Body, columns: Sequence[int], quantity: Quantity) -> Message:
    names = ", ".join(table.name(place) for place in columns)
    if len(columns) > 1:
        return said(
            "several columns could hold the {what}: {names}; state which one", "{names} 各列都可能是{what}；请指明用哪一列",
            what=_QUANTITIES[quantity], names=cut(names)
        )  # fmt: skip
    found = said("found {names}", "现有：{names}", names=cut(names)) if names else said("found none", "没有其他列")
    return said("no column of {what}; {found}", "没有{what}列；{found}", what=_QUANTITIES[quantity], found=found)


def cut(text: str, most: int = 200) -> str:
    """What a message can hold of a text that may be long."""
    return text if len(text) <= most else text[:most] + "…"
