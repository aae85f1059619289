"""State of health year by year, of every part placed on its own, and the billing quantities at that state.

``SOH = s₀ − a·days^p − b·EFC^q`` since a part was placed; the year's quantities are those at its middle. The cycles of
a year depend on the state and the state on the cycles: the half-year step is taken with the cycles at the year's
start, so that no iteration is needed.

A full cycle is a swing of all that the battery holds *then*, worn or not, as in the models the coefficients come from.
Parts of several ages stand side by side and swing together: each in the share of what it holds, so that a year has
the same number of full cycles for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from appraisal.book.elementwise import power
from appraisal.case.schema import Storage
from appraisal.case.store import Ageing
from appraisal.units import DAYS_PER_YEAR, Table, table

# A year is rebalanced at its end: at its middle half of the year's recoverable loss is there.
_HALF = 0.5


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


def fades(ageing: Ageing) -> bool:
    """Whether any scenario holds less than its rated energy at some time."""
    if (ageing.initial_soh < 1.0).any():
        return True
    if ageing.model == "none":
        return False
    lost = [ageing.calendar_coefficient, ageing.cycle_coefficient]
    lost += [ageing.recoverable_fade_per_year] if ageing.model == "recoverable" else []
    return any((one > 0).any() for one in lost)


def health(ageing: Ageing, days: float | Table, cycles: Table, *, since_rebalancing: float = 0.0) -> Table:
    """State of health after *days* and *cycles* equivalent full cycles.

    Parameters
    ----------
    ageing : Ageing
        Its ``model`` says which terms count.
    days : number or (S, C)
        Since the part was placed.
    cycles : (S, C)
        Equivalent full cycles since then.
    since_rebalancing : number
        Years since the electrolyte was last rebalanced; read by the ``recoverable`` model only.

    Returns
    -------
    (S, C)
        Share of rated energy. fade: s₀ − a·days^p − b·EFC^q; recoverable: less r × years since rebalancing; none: s₀.

    Examples
    --------
    >>> from appraisal.case.store import Ageing
    >>> float(health(Ageing(calendar_coefficient=1e-4, cycle_coefficient=1e-5), 365.0, np.array([[300.0]]))[0, 0])
    0.9605
    """
    if ageing.model == "none":
        return np.asarray(ageing.initial_soh + 0.0 * cycles)
    calendar = ageing.calendar_coefficient * _power(table(days), ageing.calendar_exponent)
    left = ageing.initial_soh - calendar - ageing.cycle_coefficient * _power(cycles, ageing.cycle_exponent)
    if ageing.model == "recoverable":
        left = left - ageing.recoverable_fade_per_year * since_rebalancing
    return np.asarray(left)


def _power(base: Table, exponent: Table) -> Table:
    """``base ** exponent`` with the same bits for a row alone and in a block."""
    result = np.empty(np.broadcast_shapes(base.shape, exponent.shape))
    power(base, exponent, result)
    return result


@dataclass(frozen=True)
class Lives:
    """What is in the plant in each operating year.

    Attributes
    ----------
    placed_in : operating years at whose end each part may be placed, 0 for the first one; C parts.
    soh, held : a table (S, 1) a year; mean state of health of what runs, and what it holds as a share of rated energy,
        at the middle of the year.
    running : a table (S, 1) a year; 1 where some part runs.
    cycles : a table (S, 1) a year; equivalent full cycles of the parts that run.
    part_soh, part_held : a table (S, C) a year; 0 for a part that is not placed.
    renewed : a table (S, 1) a year; 1 where the first part is replaced at the end of the year.
    added : a table (S, 1) a year; rated energy placed beside it then, as a share of rated energy.
    """

    placed_in: tuple[int, ...]
    soh: list[Table] = field(default_factory=list)
    held: list[Table] = field(default_factory=list)
    running: list[Table] = field(default_factory=list)
    cycles: list[Table] = field(default_factory=list)
    part_soh: list[Table] = field(default_factory=list)
    part_held: list[Table] = field(default_factory=list)
    renewed: list[Table] = field(default_factory=list)
    added: list[Table] = field(default_factory=list)


@dataclass(frozen=True)
class _Parts:
    """The parts at one moment, ``(S, C)``: rated energy as a share of the plant's, years and full cycles since placed."""

    energy: Table
    age: Table
    cycles: Table

    def soh(self, ageing: Ageing, later: float, cycles: Table | float = 0.0) -> Table:
        """State of health *later* years on (less than one) and after so many more cycles."""
        days = DAYS_PER_YEAR * (self.age + later)
        return health(ageing, days, self.cycles + cycles, since_rebalancing=later)

    def runs(self, ageing: Ageing, soh: Table) -> NDArray[np.bool_]:
        """Which parts are placed, above their end of life and within their fixed life."""
        able = (self.energy > 0.0) & ((soh >= ageing.end_of_life_soh) | (ageing.model == "none"))
        return able if ageing.life_years is None else able & (self.age < ageing.life_years)

    def placed(self, part: int, energy: Table, where: Table) -> _Parts:
        """The parts with one of them new where *where* is 1."""
        column = np.arange(self.energy.shape[1]) == part
        new = column & (where > 0.0)
        return _Parts(np.where(new, energy, self.energy), np.where(new, 0.0, self.age), np.where(new, 0.0, self.cycles))


def lifetime(storage: Storage, cycles_at: Callable[[Table, int], Table], years: int) -> Lives:
    """What the parts of a plant hold at the middle of each of its operating years.

    Parameters
    ----------
    storage : Storage
        Ageing, replacement and augmentation of S scenarios.
    cycles_at : (held (S, 1), operating year) → (S, 1)
        Equivalent full cycles of a year in which so large a share of rated energy is held all year.
    years : int
        Operating years N.

    Returns
    -------
    Lives
        N tables of each quantity.
    """
    ageing = storage.ageing
    lives = Lives(placed_in=_placed_in(storage, years))
    first = np.zeros((1, len(lives.placed_in)))
    parts = _Parts(energy=first + (np.arange(first.shape[1]) == 0), age=first, cycles=first)
    for year in range(1, years + 1):
        start = parts.soh(ageing, 0.0)
        running = parts.runs(ageing, start)
        begins = _cycled(cycles_at, parts, start, running, year)
        middle = parts.soh(ageing, _HALF, _HALF * begins * running)
        running = parts.runs(ageing, middle)
        through = _cycled(cycles_at, parts, middle, running, year)
        _note(lives, parts, middle, running, through)
        parts = _Parts(parts.energy, parts.age + 1.0, parts.cycles + through * running)
        parts = _renew(storage, lives, parts, year, year == years)
    return lives


def _placed_in(storage: Storage, years: int) -> tuple[int, ...]:
    added = storage.augmentation
    by_health = tuple(range(1, years)) if added.below_share is not None else ()
    return (0, *(by_health or added.operation_years))


def _held(parts: _Parts, soh: Table, which: NDArray[np.bool_]) -> Table:
    return np.asarray((parts.energy * soh * which).sum(axis=1, keepdims=True))


def _cycled(
    cycles_at: Callable[[Table, int], Table], parts: _Parts, soh: Table, running: NDArray[np.bool_], year: int
) -> Table:
    some = running.any(axis=1, keepdims=True)
    return np.where(some, cycles_at(_held(parts, soh, running), year), 0.0)


def _note(lives: Lives, parts: _Parts, soh: Table, running: NDArray[np.bool_], cycles: Table) -> None:
    """Write one year down; a plant of spent parts alone shows what they would hold."""
    some = running.any(axis=1, keepdims=True)
    shown = np.where(some, running, parts.energy > 0.0)
    held = _held(parts, soh, shown)
    lives.held.append(held)
    lives.soh.append(held / (parts.energy * shown).sum(axis=1, keepdims=True))
    lives.running.append(table(some))
    lives.cycles.append(cycles)
    lives.part_soh.append(np.where(parts.energy > 0.0, soh, 0.0))
    lives.part_held.append(parts.energy * soh * running)


def _renew(storage: Storage, lives: Lives, parts: _Parts, year: int, last: bool) -> _Parts:
    """The parts after what is replaced and added at the end of a year; nothing is at the end of the last one."""
    ageing, replacement = storage.ageing, storage.replacement
    if last:
        renewed = np.zeros((1, 1))
    elif replacement.below_soh is None:
        renewed = table(year in replacement.operation_years)
    else:
        renewed = (parts.soh(ageing, 0.0)[:, :1] < replacement.below_soh).astype(np.float64)
    parts = parts.placed(0, table(1.0), renewed)
    added = np.zeros((1, 1)) if last else _lacking(storage, parts, year)
    lives.renewed.append(renewed)
    lives.added.append(added)
    if year in lives.placed_in:
        parts = parts.placed(lives.placed_in.index(year), added, table(added > 0.0))
    return parts


def _lacking(storage: Storage, parts: _Parts, year: int) -> Table:
    """Rated energy to be placed at the end of a year, as a share of the plant's, ``(S, 1)``."""
    added, ageing = storage.augmentation, storage.ageing
    if added.below_share is None or added.to_share is None:
        return scheduled_mwh(storage, year) / storage.energy_mwh
    soh = parts.soh(ageing, 0.0)
    held = _held(parts, soh, parts.runs(ageing, soh))
    lack = np.maximum(added.to_share - held, 0.0) / ageing.initial_soh
    return np.where(held < added.below_share, lack, 0.0)


def scheduled_mwh(storage: Storage, year: int) -> Table:
    """Rated energy that the case adds at the end of an operating year by its schedule, MWh, ``(S, 1)``."""
    added = storage.augmentation
    if year not in added.operation_years or added.energy_mwh is None:
        return np.zeros((1, 1))
    place = min(added.operation_years.index(year), added.energy_mwh.shape[1] - 1)
    return added.energy_mwh[:, place : place + 1]
