"""Tables with a row a point: moments, or days and times of day, or values alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from appraisal.errors import Fault, InputError, Message, ValueFault, joined, said
from appraisal.field import show
from appraisal.intake.columns import Body, Side, Times, body, cut, times_of, value_of
from appraisal.intake.grid import Grid, Place, first_ten
from appraisal.intake.measure import Quantity, plain
from appraisal.intake.points import Layout, Points, Stated, is_number
from appraisal.intake.stamps import (
    DAY,
    Kind,
    Slot,
    day_of,
    month_first,
    serial_alone,
    slot_of,
    stamp_of,
    text_of,
    zoned,
)

PER_DAY = (24, 48, 96, 144, 288)
"""Points of a day that numbers may count."""
_FOOTER = re.compile(r"合计|总计|小计|平均|均值|最大|最小|备注|说明|注|total|sum|average|mean|max|min|note")
_KINDS = {
    "clock": said("times of day", "时刻"), "range": said("from-to", "起止时段"), "number": said("numbers", "编号"),
    "ending": said("hours by their end", "以终点计的小时"),
}  # fmt: skip
_UNREADABLE = said("unreadable times", "无法识别的时间")


def is_footer(text: str) -> bool:
    """Whether a row whose date is such a text sums up or remarks, and holds no point."""
    return bool(_FOOTER.match(plain(text)))


def rows_left_out(count: int) -> tuple[Message, ...]:
    """What is told of rows of sums and remarks."""
    told = said("{count} rows of totals or remarks are left out", "略去 {count} 行合计或备注", count=count)
    return (told,) if count else ()


def long_points(grid: Grid, stated: Stated, quantity: Quantity, side: Side) -> Points:
    """The points of a table with a row a point.

    Raises
    ------
    InputError
        For columns that cannot be told and times that cannot be read.
    """
    try:
        table = body(grid, stated.header_row)
        times = times_of(table, stated)
        column = value_of(table, times, stated.value_column, quantity, side)
        chosen = list(_chosen(table, stated))
    except ValueFault as error:
        raise InputError([grid.fault(error.message)]) from error
    read = _Times(table, times)
    rows = [row for row in chosen if read.take(row, grid.at(row, column) is not None)]
    if read.faults:
        raise InputError(first_ten(read.faults, _UNREADABLE, grid.where))
    places: tuple[Place, ...] = tuple((row, column) for row in rows)
    layout, at, kind = read.points()
    head = table.name(column) if table.heads[column] else ""
    return Points(
        grid=grid, layout=layout, at=at, places=places, kind=kind, dated=times.moment is not None or times.day is not None,
        head=head, words=(table.heads[column], *table.titles), time_head=", ".join(table.name(place) for place in times.all),
        notes=(*read.notes(), *_others(table, times, column)),
    )  # fmt: skip


def _others(table: Body, times: Times, column: int) -> Iterator[Message]:
    """Columns of numbers that are not read."""
    rest = (place for place in range(len(table.heads)) if place not in times.all and place != column)
    names = [table.name(place) for place in rest if table.share(place, is_number) > 0.5]
    if names:
        yield said("columns not read: {names}", "未读取的列：{names}", names=cut(", ".join(names)))


def _chosen(table: Body, stated: Stated) -> Iterator[int]:
    """The rows of data, of those the ones that a person asks for."""
    wanted = [(table.column(name), text_of(text)) for name, text in stated.only.items()]
    for row in range(table.start, len(table.grid.rows)):
        if all(text_of(table.grid.text(row, column)) == text for column, text in wanted):
            yield row


class _Times:
    """The moments of rows, one after the other; what cannot be read is a fault of its cell."""

    def __init__(self, table: Body, times: Times) -> None:
        self.table, self.times = table, times
        self.faults: list[Fault] = []
        self.days: list[int] = []
        self.slots: list[Slot] = []
        self.footers = self.carried = 0

    def take(self, row: int, holds: bool) -> bool:
        """Whether the row is a point, whose time is kept."""
        if not self.times.all:
            return holds
        grid, times = self.table.grid, self.times
        if not holds and all(grid.at(row, place) is None for place in times.all):
            return False
        if any(is_footer(grid.text(row, place)) for place in times.all):
            self.footers += 1
            return False
        day, slot = self._moment(row) if times.moment is not None else self._split(row)
        if day is None or slot is None:
            return False
        self.days.append(day)
        self.slots.append(slot)
        return True

    def _moment(self, row: int) -> tuple[int | None, Slot | None]:
        assert self.times.moment is not None
        value = self.table.grid.at(row, self.times.moment)
        moment = None if zoned(value) else stamp_of(value)
        if moment is not None:
            # 24:00 is told by the day before, so that a day's midnights are seen as they were written.
            return moment // DAY, Slot("clock", moment % DAY)
        told = said(
            "{value} has a time zone; write the local time alone, 2025-01-01 00:00", "{value} 带有时区；请只写当地时间，如 2025-01-01 00:00",
            value=show(value)
        ) if zoned(value) else said(
            "{value} is not a time; expected 2025-01-01 00:00", "{value} 不是时间；应写作 2025-01-01 00:00", value=show(value)
        )  # fmt: skip
        self.faults.append(self.table.grid.fault(told, (row, self.times.moment)))
        return None, None

    def _split(self, row: int) -> tuple[int | None, Slot | None]:
        grid, times = self.table.grid, self.times
        day: int | None = 0
        if times.day is not None:
            value = grid.at(row, times.day)
            day = day_of(value)
            if value is None and self.days:
                # A date that is written once, or merged, stands for the rows below it.
                day, self.carried = self.days[-1], self.carried + 1
            elif day is None:
                self._refuse(row, times.day, said("{value} is not a date; expected 2025-01-01", "{value} 不是日期；应写作 2025-01-01", value=show(value)))  # fmt: skip
        if times.slot is None:
            return day, Slot("clock", 0)
        slot = slot_of(grid.at(row, times.slot))
        if slot is None:
            self._refuse(row, times.slot, said(
                "{value} is not a time of day; expected 00:15", "{value} 不是时刻；应写作 00:15", value=show(grid.at(row, times.slot))
            ))  # fmt: skip
        return day, slot

    def _refuse(self, row: int, column: int, message: Message) -> None:
        self.faults.append(self.table.grid.fault(message, (row, column)))

    def notes(self) -> tuple[Message, ...]:
        """What was understood on the way."""
        carried = said(
            "{count:,} rows without a date take the date above",
            "{count:,} 行未写日期，取上一行的日期",
            count=self.carried,
        )
        return (*rows_left_out(self.footers), *((carried,) if self.carried else ()), *self._form())

    def _form(self) -> Iterator[Message]:
        """How dates are read that could be read in another way."""
        place = self.times.day if self.times.moment is None else self.times.moment
        if place is None:
            return
        cells = (self.table.grid.at(row, place) for row in self.table.sample)
        first = next((value for value in cells if value is not None), None)
        if month_first(first):
            yield said("dates are month/day/year", "日期按 月/日/年 读取")
        if serial_alone(first):
            yield said("dates are numbers of days as spreadsheets count them", "日期为电子表格的日期序号")

    def points(self) -> tuple[Layout, np.ndarray[tuple[int], np.dtype[np.int64]] | None, Kind | None]:
        """Layout, minutes and kind of labels."""
        layout: Layout = "long" if self.times.day is not None or self.times.moment is not None else "day"
        if not self.times.all:
            return "column", None, None
        minutes, kind = minutes_of(self.slots, self.table.grid, dated=layout == "long")
        at = np.array(self.days, dtype=np.int64) * DAY + minutes
        if layout == "day" and kind == "number" and len(at) not in PER_DAY:
            # Numbers from 1 to 8760 count the rows of a year and name no time of day.
            return "column", None, None
        return layout, at, kind


def minutes_of(
    slots: list[Slot], grid: Grid, *, dated: bool
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Kind | None]:
    """The minutes (N,) that labels of one kind name; numbers and hours by their end become beginnings.

    Raises
    ------
    InputError
        For labels of several kinds, and for numbers that count no day; without dates they may count the rows of a year.
    """
    kinds = sorted({slot.kind for slot in slots})
    at = np.array([slot.at for slot in slots], dtype=np.int64)
    if len(kinds) > 1:
        raise InputError([grid.fault(said(
            "times of several kinds ({kinds}); write them all as 00:15", "时刻的写法不一致（{kinds}）；请统一写作 00:15", kinds=joined([_KINDS[kind] for kind in kinds])
        ))])  # fmt: skip
    if not kinds or kinds[0] in ("clock", "range"):
        return at, kinds[0] if kinds else None
    low, high = int(at.min()), int(at.max())
    count = high - low + 1
    if kinds[0] == "ending":
        return (at - 1) * 60, "ending"
    if low not in (0, 1) or (count not in PER_DAY and (dated or (np.diff(at) != 1).any())):
        raise InputError([grid.fault(said(
            "intervals are numbered {low} to {high}; expected 1 to 24, 48, 96 or 288, or 0 to one less",
            "时段编号为 {low} 至 {high}；应为 1 至 24、48、96 或 288，或从 0 开始", low=low, high=high
        ))])  # fmt: skip
    return (at - low) * DAY // count if count in PER_DAY else at, "number"
