"""The steps of a year: day types with the days they stand for, their steps, months and weights.

A dispatch year is a row of ``N`` steps made of ``D`` *runs*. A time-of-use year has one run for every distinct
day (month × day type), standing for so many days; a price series is one long run standing for itself.
A step is named by its beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.units import HOURS_PER_DAY, MONTHS_PER_YEAR, Table


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Which step is when, and how often it comes in a year.

    Attributes
    ----------
    step_hours : float
        Length of a step, h.
    steps : int
        Steps of one run.
    weight : (D,)
        Times that a run comes in a year; of a year's series, 365 ÷ its days.
    month : (N,)
        Month 1–12 of each step, N = D × steps.
    names : tuple of D texts
        What each run is: ``"07 ordinary"``, ``"2026"``.
    """

    step_hours: float
    steps: int
    weight: NDArray[np.float64]
    month: NDArray[np.int64]
    names: tuple[str, ...]

    @property
    def runs(self) -> int:
        """Number of runs D."""
        return len(self.weight)

    @property
    def hour(self) -> Table:
        """Hour of day at which each step begins, ``(1, N)``, from 0 to below 24."""
        within = (np.arange(self.steps) * self.step_hours) % HOURS_PER_DAY
        return np.tile(within, self.runs)[None, :]

    @property
    def step_weight(self) -> Table:
        """Times that each step comes in a year, ``(1, N)``."""
        return np.repeat(self.weight, self.steps)[None, :]

    def mean(self, values: Table) -> float:
        """Mean over the hours of the year of one row of values, ``(1, N)``."""
        return float((values * self.step_weight).sum() / (self.weight.sum() * self.steps))


def days_clock(days: Sequence[tuple[int, str, float]], steps: int) -> Clock:
    """The clock of distinct days, each given as (month 1–12, name, days a year).

    Examples
    --------
    >>> clock = days_clock([(1, "ordinary", 31.0), (7, "ordinary", 31.0)], 24)
    >>> clock.runs, clock.step_hours, clock.month[[0, 24]].tolist()
    (2, 1.0, [1, 7])
    """
    return Clock(
        step_hours=HOURS_PER_DAY / steps,
        steps=steps,
        weight=np.array([count for _, _, count in days], dtype=np.float64),
        month=np.repeat(np.array([month for month, _, _ in days], dtype=np.int64), steps),
        names=tuple(f"{month:02d} {name}" for month, name, _ in days),
    )


def expand(cells: Sequence[float], steps: int) -> NDArray[np.float64]:
    """A day's profile carried to a finer number of steps, each value repeated.

    Examples
    --------
    >>> expand([1.0, 2.0], 4).tolist()
    [1.0, 1.0, 2.0, 2.0]
    """
    if steps % len(cells):
        raise ValueError(f"a profile of {len(cells)} values does not fit a day of {steps} steps")
    return np.repeat(np.asarray(cells, dtype=np.float64), steps // len(cells))


def month_table(by_month: Sequence[float], clock: Clock) -> Table:
    """Twelve monthly values laid on the steps, ``(1, N)``."""
    if len(by_month) != int(MONTHS_PER_YEAR):
        raise ValueError(f"expected 12 monthly values, found {len(by_month)}")
    return np.asarray(by_month, dtype=np.float64)[clock.month - 1][None, :]
