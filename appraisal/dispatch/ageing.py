"""State of health year by year, and the billing quantities at that state.

``SOH = 1 − a·days^p − b·EFC^q`` since the battery was new; the year's quantities are those at its middle. The
cycles of a year depend on the state and the state on the cycles: the half-year step is taken with the cycles at
the year's start, so that no iteration is needed.

A full cycle is a swing of all that the battery holds *then*, worn or not, as in the models the coefficients come from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.book.elementwise import power
from appraisal.case.schema import Ageing
from appraisal.units import DAYS_PER_YEAR, Table, table


@dataclass(frozen=True)
class Curve:
    """Quantities known at the states of health of a grid, ``(R, K)``, read off at any state by straight lines."""

    states: Table
    which: NDArray[np.int64]

    def read(self, quantity: Table, soh: Table) -> Table:
        """The quantity of each scenario's problem at its state, ``(R, K)`` and ``(S, 1)`` → ``(S, 1)``."""
        grid = self.states[0]
        if len(grid) == 1:
            return quantity[self.which, :1]
        step = (grid[0] - grid[-1]) / (len(grid) - 1)
        place = np.clip((grid[0] - soh) / step, 0.0, len(grid) - 1.0)
        left = np.minimum(place.astype(np.int64), len(grid) - 2)
        right = place - left
        row = self.which[:, None]
        read: Table = quantity[row, left] * (1.0 - right) + quantity[row, left + 1] * right
        return read


def health(ageing: Ageing, days: float, cycles: Table) -> Table:
    """State of health after *days* and *cycles* equivalent full cycles.

    Examples
    --------
    >>> from appraisal.case.schema import Ageing
    >>> float(health(Ageing(calendar_coefficient=1e-4, cycle_coefficient=1e-5), 365.0, np.array([[300.0]]))[0, 0])
    0.9605
    """
    calendar = ageing.calendar_coefficient * _power(table(days), ageing.calendar_exponent)
    return 1.0 - calendar - ageing.cycle_coefficient * _power(cycles, ageing.cycle_exponent)


def _power(base: Table, exponent: Table) -> Table:
    """``base ** exponent`` with the same bits for a row alone and in a block."""
    result = np.empty(np.broadcast_shapes(base.shape, exponent.shape))
    power(base, exponent, result)
    return result


def lifetime(
    ageing: Ageing, cycles_at: Callable[[Table], Table], years: int, replaced: tuple[int, ...]
) -> list[Table]:  # fmt: skip
    """State of health at the middle of each operating year, ``years`` tables ``(S, 1)``.

    *cycles_at* gives the equivalent full cycles of a year at a state of health; *replaced* are the operating years
    at whose end the battery is renewed.
    """
    middle: list[Table] = []
    cycles: Table = np.zeros((1, 1))
    age = 0
    for year in range(1, years + 1):
        if year - 1 in replaced:
            cycles, age = np.zeros((1, 1)), 0
        start = health(ageing, DAYS_PER_YEAR * age, cycles)
        soh = health(ageing, DAYS_PER_YEAR * (age + 0.5), cycles + 0.5 * cycles_at(start))
        middle.append(soh)
        cycles = cycles + cycles_at(soh)
        age += 1
    return middle
