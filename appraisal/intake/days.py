"""Tables with a row a day and a column an interval, or turned: a column a day and a row an interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from appraisal.errors import Fault, InputError, Message, ValueFault, said
from appraisal.field import show
from appraisal.intake.columns import Body
from appraisal.intake.grid import Grid, Place, Serial, first_ten
from appraisal.intake.points import Layout, Points, Stated
from appraisal.intake.rows import PER_DAY, is_footer, minutes_of, rows_left_out
from appraisal.intake.stamps import DAY, Slot, day_of, slot_of, text_of

_LOOKED_AT = 40
_FEWEST_LABELS = 12
_NO_DATES = said("dates that cannot be read", "无法识别的日期")


def wide_points(grid: Grid, stated: Stated) -> Points | None:
    """The points of a table with a column an interval, or turned; None for one of another layout.

    Raises
    ------
    InputError
        For a heading that is no whole day, and dates that cannot be read.
    """
    found = _heading(grid, stated)
    if found is not None:
        return _wide(grid, *found, stated, "wide")
    # Times down the rows are of a turned table only where dates stand side by side above them.
    if not any(_dates_in(grid, row) > 1 for row in range(min(len(grid.rows), _LOOKED_AT))):
        return None
    turned = grid.exchanged()
    found = _heading(turned, replace(stated, header_row=0))
    return None if found is None else _wide(turned, *found, stated, "turned")


def _dates_in(grid: Grid, row: int) -> int:
    cells = (grid.at(row, column) for column in grid.filled(row))
    return sum(day_of(value) is not None for value in cells if isinstance(value, (str, Serial)))


def _heading(grid: Grid, stated: Stated) -> tuple[int, dict[int, Slot]] | None:
    """The row of labels and the label of each of its columns."""
    rows = [stated.header_row - 1] if stated.header_row else range(min(len(grid.rows), _LOOKED_AT))
    for row in rows:
        slots = {column: slot for column in grid.filled(row) if (slot := slot_of(grid.at(row, column))) is not None}
        clocks = {column: slot for column, slot in slots.items() if slot.kind != "number"}
        if len(clocks) >= _FEWEST_LABELS:
            return row, clocks
        if (numbered := _numbered(slots)) is not None:
            return row, numbered
    return None


def _numbered(slots: dict[int, Slot]) -> dict[int, Slot] | None:
    """Columns side by side whose labels count the intervals of a day from 0 or 1."""
    columns = sorted(slots)
    for place, column in enumerate(columns):
        if slots[column].at not in (0, 1):
            continue
        run = [column]
        for after in columns[place + 1 :]:
            if after != run[-1] + 1 or slots[after].at != slots[run[-1]].at + 1:
                break
            run.append(after)
        if len(run) in PER_DAY:
            return {one: slots[one] for one in run}
    return None


def _wide(grid: Grid, row: int, slots: dict[int, Slot], stated: Stated, layout: Layout) -> Points:
    columns = sorted(slots)
    minutes, kind = minutes_of([slots[column] for column in columns], grid, dated=True)
    notes: list[Message] = []
    if kind == "clock" and len(columns) > 1 and minutes[-1] == 0 and minutes[0] > 0:
        minutes[-1] = DAY
        notes.append(midnight_note())
    faults = _label_faults(grid, row, columns, minutes)
    if faults:
        raise InputError(first_ten(faults, said("labels of columns", "列的时刻"), grid.where))
    table = Body(grid, row + 1, _heads(grid, row), _titles(grid, row))
    days, rows, more = _days(table, columns, stated)
    at = (np.array(days, dtype=np.int64)[:, None] * DAY + minutes[None, :]).ravel()
    places: tuple[Place, ...] = tuple((one, column) for one in rows for column in columns)
    dated = any(days)
    beside = [table.heads[column] for column in range(len(table.heads)) if column not in slots and table.heads[column]]
    cells = [grid.text(one, column) for one in rows[:1] for column in grid.filled(one) if column not in slots]
    return Points(
        grid=grid, layout=layout, at=at, places=places, kind=kind, dated=dated, head="", words=(*beside, *cells, *table.titles),
        time_head=grid.text(row, columns[0]) + "…" + grid.text(row, columns[-1]), notes=(*notes, *more),
    )  # fmt: skip


def midnight_note() -> Message:
    """What is told of a 00:00 that closes its day."""
    return said("a 00:00 after the last time of a day is its end, 24:00", "排在一天最后的 00:00 视为当天的 24:00")


def _heads(grid: Grid, row: int) -> tuple[str, ...]:
    return tuple(grid.text(row, column) for column in range(grid.width))


def _titles(grid: Grid, row: int) -> tuple[str, ...]:
    return tuple(grid.text(above, column) for above in range(row) for column in grid.filled(above))


def _label_faults(grid: Grid, row: int, columns: list[int], minutes: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[Fault]:  # fmt: skip
    """What keeps the labels from being one whole day: absent ones, ones that come twice."""
    known = np.unique(minutes)
    gaps, counts = np.unique(np.diff(known), return_counts=True)
    step = int(gaps[np.argmax(counts)]) if len(gaps) else DAY
    begin = step if DAY in known and 0 not in known else 0
    wanted = np.arange(begin, begin + DAY, step)
    faults = []
    for minute in np.setdiff1d(wanted, known):
        told = said("no column for {label}", "缺少 {label} 列", label=clock_text(int(minute)))
        faults.append(grid.fault(told, (row, columns[0])))
    seen: set[int] = set()
    for column, minute in zip(columns, minutes.tolist(), strict=True):
        if minute in seen or minute not in wanted:
            told = (
                said("the label {label} stands twice", "时刻 {label} 出现两次", label=clock_text(minute))
                if minute in seen
                else said("the label {label} is none of a day in steps of {step} min", "时刻 {label} 不在 {step} 分钟间隔的一天之内",
                          label=clock_text(minute), step=step)
            )  # fmt: skip
            faults.append(grid.fault(told, (row, column)))
        seen.add(minute)
    return faults


def clock_text(minute: int) -> str:
    """``00:15``, and ``24:00`` for the end of a day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _days(table: Body, columns: list[int], stated: Stated) -> tuple[list[int], list[int], tuple[Message, ...]]:
    """The day of each row of points, the rows, and what was understood; undated where there is one row only."""
    grid = table.grid
    try:
        rows = list(_filled_rows(table, columns, stated))
        column = _day_column(table, columns, stated)
    except ValueFault as error:
        raise InputError([grid.fault(error.message)]) from error
    if column is None and len(rows) == 1:
        return [0], rows, ()
    if column is None:
        raise InputError([grid.fault(said(
            "no column of dates beside the times of day, for {count} rows", "各时刻列旁没有日期列，共 {count} 行", count=len(rows)
        ))])  # fmt: skip
    days: list[int] = []
    kept: list[int] = []
    faults: list[Fault] = []
    footers = carried = 0
    for row in rows:
        value = grid.at(row, column)
        day = day_of(value)
        if any(is_footer(grid.text(row, place)) for place in range(columns[0])) and day is None:
            footers += 1
            continue
        if value is None and days:
            day, carried = days[-1], carried + 1
        if day is None:
            told = said(
                "{value} is not a date; expected 2025-01-01", "{value} 不是日期；应写作 2025-01-01", value=show(value)
            )
            faults.append(grid.fault(told, (row, column)))
            continue
        days.append(day)
        kept.append(row)
    if faults:
        raise InputError(first_ten(faults, _NO_DATES, grid.where))
    told = said(
        "{count:,} rows without a date take the date above", "{count:,} 行未写日期，取上一行的日期", count=carried
    )
    return days, kept, (*rows_left_out(footers), *((told,) if carried else ()))


def _filled_rows(table: Body, columns: list[int], stated: Stated) -> Iterator[int]:
    wanted = [(table.column(name), text_of(text)) for name, text in stated.only.items()]
    for row in range(table.start, len(table.grid.rows)):
        if all(table.grid.at(row, column) is None for column in columns):
            continue
        if all(text_of(table.grid.text(row, column)) == text for column, text in wanted):
            yield row


def _day_column(table: Body, columns: list[int], stated: Stated) -> int | None:
    if stated.day_column:
        return table.column(stated.day_column)
    beside = [place for place in range(len(table.heads)) if place not in columns]
    shares = {place: table.share(place, lambda value: day_of(value) is not None) for place in beside}
    best = max(shares, key=lambda place: shares[place], default=None)
    return best if best is not None and shares[best] > 0.5 else None
