"""Points become a series at one fixed step over whole days: every moment once, and each exception with its cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from appraisal.errors import Fault, InputError, Message, ValueFault, said
from appraisal.intake.days import clock_text, midnight_note
from appraisal.intake.grid import MOST_LISTED, first_ten
from appraisal.intake.measure import Vector
from appraisal.intake.points import Labels, Minutes, Points, Stated, number_of
from appraisal.intake.stamps import DAY

_HALF_DAY = DAY // 2
_POINTS_OF_A_YEAR = {8760: 60, 8784: 60, 17520: 30, 17568: 30, 35040: 15, 35136: 15, 105120: 5, 105408: 5}
_POINTS_OF_A_DAY = {24: 60, 48: 30, 96: 15, 288: 5}
_EPOCH = datetime(1, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Laid:
    """Numbers (N,) at one step from the beginning of a day, in the unit of the file; what was understood on the way."""

    numbers: Vector
    step_minutes: int
    first: datetime | None
    labels: Labels
    notes: tuple[Message, ...]


def laid(points: Points, stated: Stated) -> Laid:
    """The points in the order of time.

    Parameters
    ----------
    points : Points
        In the order of the file.
    stated : Stated
        ``labels``, ``step_minutes`` and ``first`` are heeded.

    Raises
    ------
    InputError
        With every cell that is no number, every moment that is missing or stands twice and every one off the step (of
        each kind the first ten and the count), and for times that neither begin nor end at midnight.
    """
    if not points.places:
        raise InputError([points.grid.fault(said("holds no points", "没有数据点"))])
    numbers, faults = _numbers(points)
    notes = list(points.notes)
    if points.at is None:
        if faults:
            raise InputError(faults)
        return _column(points, numbers, stated, notes)
    at = _closing_midnights(points, points.at, notes)
    step = _step(points, at, faults)
    if step is None:
        raise InputError(faults)
    found = _beginnings(points, at, step, stated)
    if found is None:
        raise InputError([*faults, points.grid.fault(_no_beginning(at, step))])
    labels, at = found
    faults += _irregular(points, at, step)
    if faults:
        raise InputError(faults)
    order = np.argsort(at, kind="stable")
    if (np.diff(at) < 0).any():
        notes.append(said("rows were not in the order of time; they were sorted", "各行未按时间排列，已排序"))
    first = _moment(points, int(at.min()), stated)
    return Laid(
        numbers=numbers[order], step_minutes=step, first=first, labels=labels, notes=(*notes, *_leap(first, len(at) * step // DAY)),
    )  # fmt: skip


def _numbers(points: Points) -> tuple[Vector, list[Fault]]:
    found = np.full(len(points.places), np.nan)
    faults = []
    for place, (row, column) in enumerate(points.places):
        try:
            found[place] = number_of(points.grid.at(row, column))
        except ValueFault as error:
            faults.append(points.grid.fault(error.message, (row, column)))
    return found, list(first_ten(faults, said("cells without a number", "不是数的单元格"), points.grid.where))


def _closing_midnights(points: Points, at: Minutes, notes: list[Message]) -> Minutes:
    """A 00:00 written with the date of the day that it closes is that day's 24:00."""
    if points.kind != "clock" or len(at) < 2:
        return at
    midnight = np.flatnonzero(at % DAY == 0)
    before = midnight[midnight > 0] - 1
    closes = (at[before] // DAY == at[before + 1] // DAY) & (at[before] % DAY >= _HALF_DAY)
    if not len(midnight) or len(before) < len(midnight) or not closes.all():
        return at
    notes.append(midnight_note())
    moved = at.copy()
    moved[midnight] += DAY
    return moved


def _step(points: Points, at: Minutes, faults: list[Fault]) -> int | None:
    """The commonest distance of neighbours; a fault where it divides no day."""
    gaps, counts = np.unique(np.diff(np.unique(at)), return_counts=True)
    if not len(gaps):
        faults.append(points.grid.fault(said(
            "fewer than two moments; expected whole days at a fixed step", "不足两个时刻；应为固定间隔的整天数据"
        )))  # fmt: skip
        return None
    step = int(gaps[np.argmax(counts)])
    if DAY % step or step == DAY:
        faults.append(points.grid.fault(said(
            "a step of {step} min; expected one that divides a day", "间隔为 {step} 分钟；应能整除一天", step=step
        )))  # fmt: skip
        return None
    return step


def _beginnings(points: Points, at: Minutes, step: int, stated: Stated) -> tuple[Labels, Minutes] | None:
    """What the labels name, and the beginning of each step; None where the first and the last label do not tell."""
    if points.kind != "clock":
        labels: Labels = "range" if points.kind == "range" else "end" if points.kind == "ending" else "number"
        return labels, at
    if stated.labels:
        return stated.labels, at - (step if stated.labels == "end" else 0)
    first, last = int(at.min()) % DAY, int(at.max()) % DAY
    begins, ends = (first == 0) + (last == DAY - step), (first == step) + (last == 0)
    if begins == ends:
        return None
    return ("start", at) if begins > ends else ("end", at - step)


def _no_beginning(at: Minutes, step: int) -> Message:
    return said(
        "the first time is {first} and the last {last}: neither beginnings (00:00 … {start}) nor ends ({end} … 24:00) of steps of "
        "{step} min over whole days; mend the first or the last row, or state whether times name the start or the end",
        "首个时刻 {first}、末个时刻 {last}：既不是 {step} 分钟间隔整天的起点（00:00 … {start}），也不是终点（{end} … 24:00）；请修正首末行，或注明时刻是起点还是终点",
        first=clock_text(int(at.min()) % DAY), last=clock_text(int(at.max()) % DAY), start=clock_text(DAY - step), end=clock_text(step), step=step
    )  # fmt: skip


def _irregular(points: Points, at: Minutes, step: int) -> list[Fault]:
    """Moments off the step, twice, or missing within the days from the first to the last."""
    known, first_place, counts = np.unique(at, return_index=True, return_counts=True)
    off = [
        points.grid.fault(said("{moment} is off the step of {step} min", "{moment} 不在 {step} 分钟的间隔上",
                               moment=_words(points, int(at[place])), step=step), points.places[place])
        for place in np.flatnonzero(at % step).tolist()
    ]  # fmt: skip
    twice = []
    for moment, place in zip(known[counts > 1].tolist(), first_place[counts > 1].tolist(), strict=True):
        other = next(one for one in np.flatnonzero(at == moment).tolist() if one != place)
        twice.append(points.grid.fault(said(
            "{moment} stands twice, in {first} and {second} (a copy, several series one below the other, or a clock set back); keep one",
            "{moment} 出现两次：{first} 与 {second}（重复行、多条序列上下排列，或时钟回拨）；请保留一个",
            moment=_words(points, moment), first=points.grid.named(points.places[place]),
            second=points.grid.named(points.places[other])
        ), points.places[other]))  # fmt: skip
        if len(twice) > MOST_LISTED:
            break
    begin, end = int(known[0]) // DAY * DAY, -(-(int(known[-1]) + 1) // DAY) * DAY
    return [
        *first_ten(off, said("times off the step", "不在间隔上的时刻"), points.grid.where),
        *_several(twice, int((counts > 1).sum()), said("times that stand twice", "重复的时刻"), points.grid.where),
        *_gaps(points, known, begin, end, step),
    ]


def _several(faults: list[Fault], count: int, what: Message, where: str) -> list[Fault]:
    """The first ten of faults of which not all were made."""
    told = said("{what}: {count:,} in all; the first {shown} are listed", "{what}：共 {count:,} 处；已列出前 {shown} 处",
                what=what, count=count, shown=MOST_LISTED)  # fmt: skip
    return faults if count <= MOST_LISTED else [*faults[:MOST_LISTED], Fault(where=where, message=told)]


def _gaps(points: Points, known: Minutes, begin: int, end: int, step: int) -> list[Fault]:
    """Missing moments, by their dates; a table with years between two rows is not laid out to be compared."""
    count = (end - begin) // step - len(np.unique((known - begin) // step))
    what = said("missing points", "缺失的点")
    told: list[Fault] = []
    expected = begin
    for moment in [*(known // step * step).tolist(), end]:
        while expected < moment and len(told) < MOST_LISTED:
            told.append(points.grid.fault(said(
                "no row for {moment}", "缺少 {moment} 的数据", moment=_words(points, expected)
            )))  # fmt: skip
            expected += step
        expected = max(expected, moment + step)
        if len(told) >= MOST_LISTED:
            break
    return _several(told, count, what, points.grid.where)


def _words(points: Points, at: int) -> str:
    """A moment as messages write it: by its beginning."""
    if not points.dated:
        return clock_text(at % DAY)
    return f"{date.fromordinal(at // DAY).isoformat()} {clock_text(at % DAY)}"


def _moment(points: Points, at: int, stated: Stated) -> datetime | None:
    if points.dated:
        return _EPOCH + timedelta(days=at // DAY - 1, minutes=at % DAY)
    return datetime.combine(stated.first, datetime.min.time()) if stated.first else None


def _column(points: Points, numbers: Vector, stated: Stated, notes: list[Message]) -> Laid:
    """A column without times: its number of points says the step, as a year or a day has them."""
    count = len(numbers)
    step = stated.step_minutes or {**_POINTS_OF_A_YEAR, **_POINTS_OF_A_DAY}.get(count, 0)
    if not step or DAY % step or count * step % DAY:
        raise InputError([points.grid.fault(said(
            "{count:,} values without times are neither a year (8,760, 8,784, 35,040, 35,136 …) nor a day (24, 48, 96, 288) of "
            "them; add a column of times, or state the step",
            "{count:,} 个不带时间的数既不是一年（8,760、8,784、35,040、35,136 等）也不是一天（24、48、96、288）的点数；请加上时间列，或注明间隔",
            count=count
        ))])  # fmt: skip
    first = _moment(points, 0, stated)
    notes.append(said(
        "{count:,} values without times, read as {days} days in steps of {step} min from 00:00",
        "{count:,} 个不带时间的数，按 {days} 天、间隔 {step} 分钟、自 00:00 起读取", count=count, days=count * step // DAY, step=step
    ))  # fmt: skip
    return Laid(
        numbers=numbers, step_minutes=step, first=first, labels="none", notes=(*notes, *_leap(first, count * step // DAY)),
    )  # fmt: skip


def _leap(first: datetime | None, days: int) -> tuple[Message, ...]:
    """What is told of 29 February: it is a day like any other, never dropped and never added."""
    if first is None:
        told = said(
            "366 days without dates: a leap year, 29 February kept", "366 天且未注明日期：视为闰年，保留 2 月 29 日"
        )
        return (told,) if days == 366 else ()
    held = {(first + timedelta(days=day)).strftime("%m-%d") for day in range(days)}
    if "02-29" in held:
        return (said("29 February is in the series and is kept", "序列含 2 月 29 日，予以保留"),)
    return ()
