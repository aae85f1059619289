"""The steps of a calendar year: month, hour and weekend of each."""

from __future__ import annotations

from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import Fault, InputError, said
from appraisal.units import HOURS_PER_DAY, MONTHS_PER_YEAR

SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class YearSteps:
    """A calendar year cut into equal steps, from 1 January 00:00 on, without daylight saving.

    Attributes
    ----------
    year : the calendar year.
    per_hour : steps an hour.
    month : (T,), 1–12.
    hour : (T,), 0–23.
    weekend : (T,), whether the day is a Saturday or a Sunday.
    days : (12,), days of each month.
    """

    year: int
    per_hour: int
    month: NDArray[np.int64]
    hour: NDArray[np.int64]
    weekend: NDArray[np.bool_]
    days: NDArray[np.int64]

    @property
    def step_hours(self) -> float:
        """Length of a step, h."""
        return 1.0 / self.per_hour

    def of(self, month: int) -> slice:
        """The steps of a month, 1–12."""
        per_day = int(HOURS_PER_DAY) * self.per_hour
        begins = int(self.days[: month - 1].sum()) * per_day
        return slice(begins, begins + int(self.days[month - 1]) * per_day)


def year_steps(year: int, steps: int) -> YearSteps:
    """The steps of a year of a given number of them.

    Parameters
    ----------
    year : int
        Calendar year; its weekdays and its 29 February count.
    steps : int
        Steps of the whole year.

    Raises
    ------
    InputError
        If the steps do not fill the hours of that year evenly.

    Examples
    --------
    >>> made = year_steps(2018, 8760)
    >>> made.weekend[[0, 5 * 24]].tolist(), made.month[[0, 31 * 24]].tolist()
    ([False, True], [1, 2])
    """
    days = np.array([monthrange(year, month)[1] for month in range(1, int(MONTHS_PER_YEAR) + 1)], dtype=np.int64)
    hours = int(days.sum() * HOURS_PER_DAY)
    if steps <= 0 or steps % hours:
        raise InputError([Fault(path="load_kw", message=said(
            "{steps} steps do not fill the {hours} hours of {year}{leap}; give whole hours or equal parts of them, or another year",
            "{steps} 个时段无法均匀填满 {year} 年的 {hours} 小时{leap}；请给出整小时或其等分的数据，或更换年份",
            steps=steps, hours=hours, year=year,
            leap=said(", a leap year", "（闰年）") if isleap(year) else "",
        ))])  # fmt: skip
    per_hour = steps // hours
    per_day = int(HOURS_PER_DAY) * per_hour
    weekday = (date(year, 1, 1).weekday() + np.arange(int(days.sum()))) % 7
    return YearSteps(
        year=year,
        per_hour=per_hour,
        month=np.repeat(np.arange(1, len(days) + 1), days * per_day),
        hour=np.tile(np.repeat(np.arange(int(HOURS_PER_DAY)), per_hour), int(days.sum())),
        weekend=np.repeat(weekday >= SATURDAY, per_day),
        days=days,
    )
