"""The best flows of some problems at one state of health, and what the meters show of them.

Three solvers, by what the bounds of a problem ask for: the kernel alone (windows, self-discharge); the kernel under a
search for the price of throughput (a cap of the year's cycles, or of a day's on separate days); HiGHS, plant by plant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from appraisal.dispatch.bounded import Solution, capped, coupled, rows_of, wants_highs
from appraisal.dispatch.check import Plant
from appraisal.dispatch.kernel import solve_rows
from appraisal.operation import Problem
from appraisal.units import Table


class Flows(NamedTuple):
    """The best flows of some problems: money by run ``(rows, D)``; power and state of charge ``(rows, N)`` per MW."""

    value: Table
    charge: Table
    discharge: Table
    soc: Table


def flows_at(problem: Problem, part: slice, state: float) -> Flows:
    """The best flows of some problems at one state of health; each run is cyclic.

    Parameters
    ----------
    problem : Problem
    part : slice
        Its rows wanted.
    state : float
        Share of rated energy that the store holds.

    Returns
    -------
    Flows
        Without days out of service, which the weights leave out; ``soc`` counts from empty, not from the window's edge.

    Raises
    ------
    NoSolutionError
        If a row has no schedule within its bounds.
    ValueFault
        If HiGHS is asked for more than it is trusted with.
    """
    clock, bounds, rows = problem.clock, problem.bounds, part.stop - part.start
    whole = (rows, clock.month.size)

    def by_run(array: Table) -> Table:
        laid = np.ascontiguousarray(np.broadcast_to(part_of(array, part), whole))
        return laid.reshape(rows * clock.runs, clock.steps)

    def of_run(array: Table) -> Table:
        return np.repeat(np.broadcast_to(part_of(array, part), (rows, 1)), clock.runs, axis=0)

    # Heat may give more than is drawn from the store, a yield above 1. Counted in units of that many MWh, with price, limit
    # and cost scaled alike, the same problem has a yield of 1 at most, which is what the kernel takes.
    unit = np.maximum(problem.discharge_efficiency, 1.0)
    buy, sell = by_run(total(problem.buy.values())), by_run(total(problem.sell.values()) * unit)
    plant: Plant = {
        "step_hours": clock.step_hours,
        "charge_mw": by_run(problem.charge_limit),
        "discharge_mw": by_run(problem.discharge_limit / unit),
        "energy_mwh": of_run(problem.highest * state),
        "charge_efficiency": of_run(problem.charge_efficiency),
        "discharge_efficiency": of_run(problem.discharge_efficiency / unit),
        "throughput_cost": of_run(problem.throughput_cost * unit),
        "lowest_mwh": of_run(bounds.lowest * state) if bounds.lowest.any() else 0.0,
        "self_discharge": of_run(bounds.self_discharge) if bounds.self_discharge.any() else 0.0,
        "cyclic": True,
    }
    value, charge, discharge, soc = _solved(problem, part, state, buy, sell, plant)
    discharged = discharge.reshape(whole) * part_of(unit, part)
    return Flows(value.reshape(rows, clock.runs), charge.reshape(whole), discharged, soc.reshape(whole))


def _solved(problem: Problem, part: slice, state: float, buy: Table, sell: Table, plant: Plant) -> Solution:
    """Value, charge, discharge and state of every run, by the solver that its problem wants."""
    bounds, runs = problem.bounds, problem.clock.runs
    handed = wants_highs(problem, part)
    if handed.all():
        found: Solution = (np.zeros(len(buy)), np.zeros(buy.shape), np.zeros(buy.shape), np.zeros(buy.shape))
    elif bounds.most_year is not None or bounds.most_day is not None:
        found = capped(problem, part, state, buy, sell, plant)
    else:
        found = solve_rows(buy, sell, **plant)
    # HiGHS takes one plant at a time: there is no other way to hand it a problem with binaries.
    for row in np.flatnonzero(handed).tolist():
        own = slice(row * runs, (row + 1) * runs)
        alone = coupled(problem, part.start + row, state, buy[own], sell[own], rows_of(plant, own))
        for table, mine in zip(found, alone, strict=True):
            table[own] = mine
    return found


def part_of(array: Table, part: slice) -> Table:
    """Some rows of a table; one row serves them all."""
    return array if array.shape[0] == 1 else array[part]


def total(prices: Iterable[Table]) -> Table:
    """The sum of price lines."""
    return np.asarray(sum(prices, np.zeros((1, 1))))


def readings(problem: Problem, part: slice, flows: Flows) -> Iterator[tuple[tuple[str, str], Table]]:
    """What the meters show of a year of flows in service, one value a problem."""
    times = problem.clock.weight * part_of(problem.bounds.in_service, part)
    weight = part_of(problem.in_service_weight, part) * problem.clock.step_hours
    bought, sold = flows.charge * weight, flows.discharge * weight
    yield ("value", ""), (flows.value * times).sum(axis=-1)
    yield ("charged", ""), bought.sum(axis=-1)
    yield ("discharged", ""), sold.sum(axis=-1)
    for name, price in problem.buy.items():
        yield ("paid", name), (bought * part_of(price, part)).sum(axis=-1)
    for name, price in problem.sell.items():
        yield ("earned", name), (sold * part_of(price, part)).sum(axis=-1)


def own_consumption(problem: Problem) -> tuple[Table, Table]:
    """MWh and yuan a year of the plant's own load, ``(R, 1)`` each: of every hour, out of service or not."""
    hours = problem.clock.step_weight * problem.clock.step_hours
    energy = problem.auxiliary * hours.sum()
    money = problem.auxiliary * (problem.auxiliary_price * hours).sum(axis=1, keepdims=True)
    rows = (len(problem.hours), 1)
    return np.broadcast_to(energy, rows), np.broadcast_to(money, rows)
