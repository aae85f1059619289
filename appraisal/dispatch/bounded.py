"""Flows under bounds that the kernel's rows alone do not hold: caps on cycles, least power, power by state of charge.

A cap is the kernel's still: of the year over all runs of a plant, of the day where each run is one. Least power, a curve
of power, both caps at once, and a daily cap within a series are HiGHS's: a plant at a time, each run by itself unless
the year is capped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from appraisal.dispatch.bounds import is_series, steps_of_day
from appraisal.dispatch.check import Plant
from appraisal.dispatch.coupled import Coupling, solve_coupled
from appraisal.dispatch.cycles import solve_capped
from appraisal.dispatch.one_price import Hold
from appraisal.operation import Problem
from appraisal.units import MONTHS_PER_YEAR, Table

Solution: TypeAlias = tuple[Table, Table, Table, Table]

# What a month wholly out of service weighs against a cap: nothing to ten digits, yet a weight above 0.
_NEVER = 1e-12


def wants_highs(problem: Problem, part: slice) -> NDArray[np.bool_]:
    """Which of some problems no list of slopes holds, ``(rows,)``; a row's answer does not depend on its neighbours."""
    bounds, rows = problem.bounds, part.stop - part.start
    daily = bounds.most_day is not None and (bounds.most_year is not None or is_series(problem.clock))
    least = np.maximum(bounds.least_charge, bounds.least_discharge)[:, 0] > 0.0
    asked = least | daily | (bounds.curve is not None)
    return np.broadcast_to(asked if asked.size == 1 else asked[part], (rows,))


def capped(problem: Problem, part: slice, state: float, buy: Table, sell: Table, plant: Plant) -> Solution:
    """Value ``(P,)``, charge, discharge and state ``(P, T)`` of the P runs of some problems under a cap on cycles."""
    rows, runs = part.stop - part.start, problem.clock.runs
    if problem.bounds.most_day is not None:
        most, owner = np.repeat(_cap(problem, problem.bounds.most_day, part, state), runs), np.arange(rows * runs)
        weight = np.ones(rows * runs)
    else:
        most, owner = _cap(problem, problem.bounds.most_year, part, state), np.repeat(np.arange(rows), runs)
        weight = np.broadcast_to(_weight(problem, part), (rows, runs)).ravel()
    found = solve_capped(buy, sell, most_mwh=most, owner=owner, weight=weight, **plant)
    money = _money(buy, sell, plant, found.charge, found.discharge)
    return money, found.charge, found.discharge, found.soc


def _cap(problem: Problem, most: Table | None, part: slice, state: float) -> Table:
    """The most discharged by each problem at a state of health, in the units of the kernel, ``(rows,)``."""
    unit = np.maximum(problem.discharge_efficiency, 1.0)
    cap = np.full(unit.shape, np.inf) if most is None else np.broadcast_to(most * state / unit, unit.shape)
    return np.asarray(cap[part, 0])


def cap_of(problem: Problem, part: slice, states: Table) -> Table:
    """Most MWh that some problems discharge in a year at each state of health, state by state, ``(K·rows, 1)``."""
    caps = [_cap(problem, problem.bounds.most_year, part, float(state)) for state in states[0]]
    return np.concatenate(caps)[:, None]


def held_months(problem: Problem, part: slice, states: Table) -> Hold:
    """What bends the limits of the months of some problems at each state of health, twelve a problem, state by state.

    The runs of a problem are the rows of its months in order; a run of several months is one row a month.
    """
    rows = part.stop - part.start
    clock = problem.clock
    month = clock.month.reshape(clock.runs, clock.steps)

    def of(place: int) -> Coupling:
        which, number = divmod(place, int(MONTHS_PER_YEAR))
        state, row = divmod(which, rows)
        held = _Held(problem, part.start + row, float(states[0, state]))
        kept = held.reserved(slice(0, clock.runs))
        return held.coupling(np.ones(1), False, _of_month(kept, month, number + 1))

    return of


def held_year(problem: Problem, place: NDArray[np.int64]) -> Coupling:
    """What binds a year of steps of the first problem, fresh, cut into rows of the *place* of each step ``(P, L)``."""
    held = _Held(problem, 0, float(problem.states[0, 0]))
    return held.coupling(np.ones(len(place)), True, held.reserved(slice(0, problem.clock.runs)).ravel()[place])


def _of_month(table: Table, month: NDArray[np.int64], number: int) -> Table:
    """The runs of a month, or its steps of the only run as one row, as long as the longest month."""
    if (month == month[:, :1]).all():
        return np.asarray(table[month[:, 0] == number])
    longest = int(np.bincount(month[0])[1:].max())
    own = table[0, month[0] == number]
    return np.pad(own, (0, longest - own.size))[None, :]


def _weight(problem: Problem, part: slice) -> Table:
    """Times a year that each run of some problems occurs in service, ``(rows, D)`` or one row."""
    share = problem.bounds.in_service
    return np.maximum(problem.clock.weight * (share if len(share) == 1 else share[part]), _NEVER)


def _money(buy: Table, sell: Table, plant: Plant, charge: Table, discharge: Table) -> Table:
    """What each run earns, throughput cost taken off."""
    earned = (sell - plant["throughput_cost"]) * discharge
    return np.asarray(plant["step_hours"] * (earned - buy * charge).sum(axis=1))


def coupled(problem: Problem, row: int, state: float, buy: Table, sell: Table, plant: Plant) -> Solution:
    """As :func:`capped`, of the D runs of one problem, by HiGHS."""
    charge, discharge, soc = (np.zeros(buy.shape) for _ in range(3))
    # A store that holds nothing stands still.
    if plant["energy_mwh"].max() > 0.0:
        known: dict[bytes, slice] = {}
        for block in _blocks(problem):
            # Days alike in all that the problem reads are one problem: a tariff's months repeat themselves.
            own = rows_of(plant, block)
            told = [buy[block], sell[block], *own.values(), _Held(problem, row, state).reserved(block)]
            alike = known.setdefault(b"".join(np.asarray(one, dtype=np.float64).tobytes() for one in told), block)
            if alike is block:
                charge[block], discharge[block], soc[block] = _solved(
                    problem, row, block, state, buy[block], sell[block], own
                )
            for flow in (charge, discharge, soc):
                flow[block] = flow[alike]
    return _money(buy, sell, plant, charge, discharge), charge, discharge, soc


def _blocks(problem: Problem) -> Iterator[slice]:
    """The runs that HiGHS must see together: all where the year is capped, else each alone."""
    runs = problem.clock.runs
    size = runs if problem.bounds.most_year is not None else 1
    yield from (slice(begin, begin + size) for begin in range(0, runs, size))


def rows_of(plant: Plant, own: slice) -> Plant:
    """Some rows of the arguments of a plant."""
    return _each(plant, lambda table: table[own])


def _each(plant: Plant, change: Callable[[Table], Table]) -> Plant:
    """The arguments of a plant with every table of them changed."""
    return cast(
        Plant, {name: change(value) if isinstance(value, np.ndarray) else value for name, value in plant.items()}
    )


def _solved(
    problem: Problem, row: int, block: slice, state: float, buy: Table, sell: Table, plant: Plant
) -> tuple[Table, Table, Table]:
    """The flows of some runs of one problem; a series under a daily cap is cut into days that follow one another."""
    clock, shape = problem.clock, buy.shape
    chained = problem.bounds.most_day is not None and is_series(clock)
    days = (shape[1] // steps_of_day(clock), steps_of_day(clock)) if chained else shape

    def laid(table: Table) -> Table:
        return table.reshape(days) if table.shape[1] > 1 else np.repeat(table, days[0] // shape[0], axis=0)

    weight = np.repeat(_weight(problem, slice(row, row + 1))[0, block], days[0] // shape[0])
    held = _Held(problem, row, state)
    coupling = held.coupling(weight, chained, laid(held.reserved(block)))
    found = solve_coupled(laid(buy), laid(sell), coupling=coupling, **_each(plant, laid))
    return found.charge.reshape(shape), found.discharge.reshape(shape), found.soc.reshape(shape)


class _Held(NamedTuple):
    """One problem at a state of health."""

    problem: Problem
    row: int
    state: float

    def number(self, table: Table) -> float:
        """The row's entry of a table of R rows or one."""
        return float(table[self.row if len(table) > 1 else 0, 0])

    def reserved(self, block: slice) -> Table:
        """What claims keep of the curve in some runs, ``(runs, T)``; nothing where there is none."""
        clock, curve = self.problem.clock, self.problem.bounds.curve
        kept = np.zeros((1, 1)) if curve is None else curve.reserved
        mine = kept[self.row if len(kept) > 1 else 0]
        return np.broadcast_to(mine, (clock.month.size,)).reshape(clock.runs, clock.steps)[block]

    def coupling(self, weight: Table, chained: bool, reserved: Table) -> Coupling:
        """The bounds as HiGHS is told them, in the units of the kernel."""
        bounds, curve = self.problem.bounds, self.problem.bounds.curve
        unit = max(self.number(self.problem.discharge_efficiency), 1.0)
        year, day = (
            None if most is None else self.number(most) * self.state / unit
            for most in (bounds.most_year, bounds.most_day)
        )
        held = Coupling(
            weight=weight, group=np.zeros(weight.size, dtype=np.int64), most_mwh=year, most_row_mwh=day, chained=chained,
            least_charge_mw=self.number(bounds.least_charge), least_discharge_mw=self.number(bounds.least_discharge) / unit,
        )  # fmt: skip
        if curve is None:
            return held
        return replace(
            held, charge_curve=self._corners(curve.energy, curve.charge), charge_reserved_mw=reserved,
            discharge_curve=self._corners(curve.energy, curve.discharge / unit), discharge_reserved_mw=reserved / unit,
        )  # fmt: skip

    def _corners(self, energy: Table, power: Table) -> Table:
        state, most = (table[self.row if len(table) > 1 else 0] for table in (energy * self.state, power))
        return np.stack([state, most], axis=1)
