"""Windows of the day, ``08:00-12:00, 22:00-06:00``, and months, ``7-9, 12``: read, measured, laid on steps."""

from __future__ import annotations

import itertools
import re

import numpy as np

from appraisal.errors import ValueFault, said
from appraisal.units import HOURS_PER_DAY, Table, table

ALL_MONTHS = tuple(range(1, 13))
_MONTHS = re.compile(r"(\d{1,2})(?:\s*[-–~至]\s*(\d{1,2}))?\s*月?")
_WINDOW = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~至]\s*(?:次日)?(\d{1,2}):(\d{2})")


def windows(words: str) -> list[tuple[float, float]]:
    """The windows as (from, to) hours; one that passes midnight is cut in two.

    Raises
    ------
    ValueFault
        If a part cannot be read, is empty or overlaps another.

    Examples
    --------
    >>> windows("8:00-12:00, 22:00-次日06:00")
    [(0.0, 6.0), (8.0, 12.0), (22.0, 24.0)]
    """
    found: list[tuple[float, float]] = []
    for part in re.split(r"[,，、;；]", words):
        match = _WINDOW.fullmatch(part.strip())
        if match is None:
            raise ValueFault(said(
                "{part!r} is not a window of the day; expected 08:00-12:00",
                "{part!r} 不是一天中的时段；应写作 08:00-12:00", part=part.strip()
            ))  # fmt: skip
        start, end = (int(hour) + int(minute) / 60.0 for hour, minute in (match.group(1, 2), match.group(3, 4)))
        minutes_exist = max(int(match.group(2)), int(match.group(4))) < 60
        if not (minutes_exist and start < HOURS_PER_DAY and end <= HOURS_PER_DAY) or start == end:
            raise ValueFault(said(
                "{part!r} is outside 00:00–24:00 or empty", "{part!r} 超出 00:00–24:00 或长度为零", part=part.strip()
            ))  # fmt: skip
        found += [(start, end)] if start < end else [(start, HOURS_PER_DAY), (0.0, end)]
    # A window that ends at 00:00 ends the day; its second part is empty.
    found = sorted(window for window in found if window[0] < window[1])
    if any(first[1] > second[0] for first, second in itertools.pairwise(found)):
        raise ValueFault(said("the windows of {words!r} overlap", "{words!r} 中的时段互相重叠", words=words))
    return found


def hours_in(words: str) -> float:
    """Hours a day inside the windows."""
    return sum(end - start for start, end in windows(words))


def mask(words: str, hour: Table, step_hours: float) -> Table:
    """Share of each step that lies inside the windows, ``(1, N)``; *hour* is when each step begins."""
    inside = np.zeros_like(hour)
    for start, end in windows(words):
        inside += np.clip(np.minimum(hour + step_hours, end) - np.maximum(hour, start), 0.0, None) / step_hours
    return table(inside)


def months_of(words: str) -> tuple[int, ...]:
    """The months named, ascending; a range may pass the turn of the year.

    Raises
    ------
    ValueFault
        If a part cannot be read, names no month of the year, or a month stands twice.

    Examples
    --------
    >>> months_of("7-9, 12"), months_of("11-2")
    ((7, 8, 9, 12), (1, 2, 11, 12))
    """
    found: list[int] = []
    for part in re.split(r"[,，、;；]", words):
        match = _MONTHS.fullmatch(part.strip())
        first, last = (int(end) for end in (match[1], match[2] or match[1])) if match else (0, 0)
        if not (1 <= first <= 12 and 1 <= last <= 12):
            raise ValueFault(said(
                "{part!r} is not a month or a range of months; expected 7-9",
                "{part!r} 不是月份或月份范围；应写作 7-9", part=part.strip()
            ))  # fmt: skip
        found += [(first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1)]
    if len(set(found)) < len(found):
        raise ValueFault(said("a month stands twice in {words!r}", "{words!r} 中有月份重复", words=words))
    return tuple(sorted(found))
