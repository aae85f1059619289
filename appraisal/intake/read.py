"""A file becomes a series of prices or loads, with a report of what was understood and every fault at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from appraisal.errors import Fault, InputError, Message, ValueFault, joined, said, suggest, verbatim
from appraisal.intake.columns import Side, body, has_side, times_of
from appraisal.intake.days import wide_points
from appraisal.intake.grid import Grid, Tables
from appraisal.intake.measure import PRODUCT, Quantity, Unit, Vector, fitting, foreign, question, read_unit, units_in
from appraisal.intake.points import COLUMN_KINDS, NOTHING_STATED, Labels, Layout, Points, Stated, is_number
from appraisal.intake.regular import Laid, laid
from appraisal.intake.rows import long_points
from appraisal.intake.stamps import DAY
from appraisal.intake.workbook import tables

_LEAST_NUMBERS = 12
_DEAREST = 20.0
"""Yuan/kWh; a dearer median says that the heading names the wrong unit."""
LABEL_WORDS: dict[Labels, Message] = {
    "start": said("times name the beginning of a step", "时刻为时段起点"),
    "end": said("times name the end of a step", "时刻为时段终点"),
    "range": said("labels name beginning and end of a step", "标签注明时段起止"),
    "number": said("labels number the steps of a day", "标签为一天内的时段编号"),
    "none": said("no times", "没有时间"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Regular:
    """A series at one fixed step over whole days, and how it was read.

    Attributes
    ----------
    values : (N,)
        yuan/kWh or kW, mean over each step; negative prices are kept.
    unit : str
        ``yuan/kWh`` or ``kW``.
    as_read : (N,)
        The numbers of the file, in the order of time.
    unit_read : Unit
        Of :attr:`as_read`.
    step_minutes : int
    first : datetime or None
        Beginning of the first step, local time; None where the file has no dates and none was stated.
    days : int
    where : str
        What messages call the file.
    encoding, sheet : str
        Of a text file; of a workbook. Empty for the other.
    layout, labels :
        See :data:`~appraisal.intake.points.COLUMN_KINDS` and :data:`LABEL_WORDS`.
    column, time_column : str
        Headings of the values and of the times.
    notes : tuple of Message
        All that was understood, inferred or left out, in both languages.
    """

    values: Vector
    unit: str
    as_read: Vector
    unit_read: Unit
    step_minutes: int
    first: datetime | None
    days: int
    where: str
    encoding: str
    sheet: str
    layout: Layout
    labels: Labels
    column: str
    time_column: str
    notes: tuple[Message, ...]

    def in_unit(self, unit: Unit) -> Vector:
        """The series (N,) in another unit of its dimension; in the unit of the file the very numbers of the file."""
        if unit == self.unit_read:
            return self.as_read
        return unit.of_product(self.values, self.step_minutes)


@dataclass(frozen=True, kw_only=True)
class PricePair:
    """Prices of charging and, where they have a column of their own, of discharging."""

    buy: Regular
    sell: Regular | None


def read_load(content: bytes, name: str = "", stated: Stated = NOTHING_STATED) -> Regular:
    """A load profile in kW.

    Parameters
    ----------
    content : bytes
        CSV, TSV or semicolons in UTF-8 or GBK, .xlsx or .xls; a column, a row a point, a row a day, or a column a day.
    name : str
        What messages call the file.
    stated : Stated
        What is not to be found out.

    Raises
    ------
    InputError
        With everything that is wrong with it, by cell.

    Examples
    --------
    >>> rows = "".join(f"{hour}:00,{hour + 1}\\n" for hour in range(24))
    >>> read = read_load(("时间,负荷（MW）\\n" + rows).encode("gbk"), "load.csv")
    >>> read.values[:2], read.layout, read.labels, read.encoding, read.step_minutes
    (array([1000., 2000.]), 'day', 'start', 'GBK', 60)
    """
    found = tables(content, name)
    return _series(found, _grid(found, stated), "load", "", stated)


def read_price(content: bytes, name: str = "", stated: Stated = NOTHING_STATED) -> Regular:
    """A price series in yuan/kWh; of two sides of a trade the one of charging. As :func:`read_load`.

    Examples
    --------
    >>> day = ",".join(["2025-08-01", *["350.8"] * 24])
    >>> text = ",".join(["日期（元/兆瓦时）", *(f"{hour}:00" for hour in range(1, 25))]) + "\\n" + day
    >>> read = read_price(text.encode(), "spot.csv")
    >>> read.values[:2], read.layout, read.labels, read.first.isoformat()
    (array([0.3508, 0.3508]), 'wide', 'end', '2025-08-01T00:00:00')
    """
    found = tables(content, name)
    return _series(found, _grid(found, stated), "price", "", stated)


def read_prices(content: bytes, name: str = "", stated: Stated = NOTHING_STATED) -> PricePair:
    """Prices of charging and of discharging, as :func:`read_load`; the second where a heading or *stated* names it.

    Raises
    ------
    InputError
        As :func:`read_load`.
    """
    found = tables(content, name)
    grid = _grid(found, stated)
    both = bool(stated.sell_column) or _has_both(grid, stated)
    buy = _series(found, grid, "price", "buy" if both else "", stated)
    if not both:
        return PricePair(buy=buy, sell=None)
    return PricePair(
        buy=buy, sell=_series(found, grid, "price", "sell", replace(stated, value_column=stated.sell_column))
    )


def _has_both(grid: Grid, stated: Stated) -> bool:
    """Whether a table with a row a point heads prices of both sides."""
    try:
        table = body(grid, stated.header_row)
        times = times_of(table, stated)
    except ValueFault:
        # What keeps the table from being read is told by the reading that follows.
        return False
    return has_side(table, times, "sell") and has_side(table, times, "buy") and not stated.value_column


def _grid(found: Tables, stated: Stated) -> Grid:
    """The sheet asked for, or the only one that holds numbers."""
    names = [grid.sheet for grid in found.grids]
    if stated.sheet:
        named = [grid for grid in found.grids if grid.sheet == stated.sheet]
        if not named:
            raise InputError([Grid(found.where, "", ()).fault(said(
                "no sheet {name!r}; {known}", "没有工作表 {name!r}；{known}", name=stated.sheet, known=suggest(stated.sheet, names)
            ))])  # fmt: skip
        return named[0]
    held = [grid for grid in found.grids if _holds_numbers(grid)] or list(found.grids[:1])
    if len(held) != 1:
        raise InputError([Grid(found.where, "", ()).fault(said(
            "sheets {names} each hold numbers; state which one", "工作表 {names} 都有数据；请指明用哪一个",
            names=", ".join(grid.sheet for grid in held)
        ) if held else said("holds no sheet", "没有工作表"))])  # fmt: skip
    return held[0]


def _holds_numbers(grid: Grid) -> bool:
    count = 0
    for row in grid.rows:
        count += sum(map(is_number, row))
        if count >= _LEAST_NUMBERS:
            return True
    return False


def _series(found: Tables, grid: Grid, quantity: Quantity, side: Side, stated: Stated) -> Regular:
    points = wide_points(grid, stated) or long_points(grid, stated, quantity, side)
    # A unit that is missing and cells that are none are told together.
    unit, faults = _unit(points, quantity, stated)
    try:
        series = laid(points, stated)
    except InputError as error:
        raise InputError([*faults, *error.faults]) from error
    if unit is None:
        told = faults or [grid.fault(_asked(question(quantity, series.numbers)))]
        raise InputError(told)
    values = unit.scaled(series.numbers, series.step_minutes)
    days = len(values) * series.step_minutes // DAY
    return Regular(
        values=values, unit=PRODUCT[quantity], as_read=series.numbers, unit_read=unit, step_minutes=series.step_minutes,
        first=series.first, days=days, where=found.where, encoding=found.encoding, sheet=grid.sheet, layout=points.layout,
        labels=series.labels, column=points.head, time_column=points.time_head,
        notes=(*found.notes, *_told(found, grid, points, series, days), *_told_unit(points, unit, series, values, stated), *series.notes),
    )  # fmt: skip


def _asked(words: Message) -> Message:
    return joined([words, said("unit: in a heading, or stated with the file", "单位可写在表头，或随文件注明")])


def _unit(points: Points, quantity: Quantity, stated: Stated) -> tuple[Unit | None, list[Fault]]:
    """The unit stated, else the one of the nearest text that names one; no unit is a question of its own."""
    try:
        if stated.unit:
            return read_unit(stated.unit, quantity), []
        for text in points.words:
            units = fitting(text, quantity)
            if len(units) > 1:
                raise ValueFault(said(
                    "{text!r} names several units: {units}; state which", "{text!r} 写有多个单位：{units}；请注明",
                    text=text, units=joined([unit.words for unit in units], ", ", "、")
                ))  # fmt: skip
            if units and units[0].dimension == "foreign":
                raise ValueFault(foreign(units[0]))
            if units:
                return units[0], []
            if text and text == points.head and units_in(text):
                raise ValueFault(said(
                    "{text!r} has the unit {unit}, which is none of a {what}", "{text!r} 的单位是 {unit}，不是{what}的单位",
                    text=text, unit=units_in(text)[0].words, what=_WHAT[quantity]
                ))  # fmt: skip
    except ValueFault as error:
        return None, [points.grid.fault(error.message)]
    return None, []


_WHAT: dict[Quantity, Message] = {"price": said("price", "电价"), "load": said("load", "负荷")}


def _told(found: Tables, grid: Grid, points: Points, series: Laid, days: int) -> list[Message]:
    notes = []
    if len(found.grids) > 1:
        notes.append(
            said(
                "sheet {name!r} of {count}",
                "共 {count} 个工作表，读取 {name!r}",
                name=grid.sheet,
                count=len(found.grids),
            )
        )
    heads = " / ".join(filter(None, (points.time_head, points.head)))
    notes.append(joined([COLUMN_KINDS[points.layout], *([verbatim(heads)] if heads else [])], ": ", "："))
    notes.append(LABEL_WORDS[series.labels])
    notes.append(said(
        "{count:,} points, {days} days in steps of {step} min, none missing, none twice",
        "{count:,} 点，{days} 天，间隔 {step} 分钟，无缺失、无重复", count=len(series.numbers), days=days, step=series.step_minutes
    ))  # fmt: skip
    return notes


def _told_unit(points: Points, unit: Unit, series: Laid, values: Vector, stated: Stated) -> list[Message]:
    notes = []
    if unit.dimension == "energy":
        notes.append(said(
            "{unit} in {step} min, taken as mean power: × {times:g} is kW", "每 {step} 分钟的 {unit}，折算为平均功率：× {times:g} 为 kW",
            unit=unit.words, step=series.step_minutes, times=float(unit.scaled(np.ones(1), series.step_minutes)[0])
        ))  # fmt: skip
    else:
        notes.append(said("read in {unit}", "按 {unit} 读取", unit=unit.words))
    told = [other.words for text in points.words[:1] for other in units_in(text) if other != unit]
    if stated.unit and told:
        notes.append(said(
            "the heading says {other}; the unit stated, {unit}, is taken", "表头写的是 {other}；按注明的 {unit} 读取",
            other=joined(told, ", ", "、"), unit=unit.words
        ))  # fmt: skip
    if unit.dimension == "price":
        negative = int((values < 0).sum())
        if negative:
            notes.append(said("{count:,} negative prices, kept", "{count:,} 个负电价，予以保留", count=negative))
        if float(np.median(np.abs(values))) > _DEAREST:
            notes.append(said(
                "half of the prices are above {most:g} yuan/kWh: look at the unit", "半数电价高于 {most:g} 元/kWh：请核对单位", most=_DEAREST
            ))  # fmt: skip
    return notes
