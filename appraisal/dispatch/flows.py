"""The best flows of some problems at one state of health, and what the meters show of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

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
    """The best flows of some problems at one state of health; each run is cyclic."""
    clock, rows = problem.clock, part.stop - part.start
    whole = (rows, clock.month.size)

    def by_run(array: Table) -> Table:
        laid = np.ascontiguousarray(np.broadcast_to(part_of(array, part), whole))
        return laid.reshape(rows * clock.runs, clock.steps)

    def of_run(array: Table) -> Table:
        return np.repeat(part_of(array, part), clock.runs, axis=0)

    # Heat may give more than is drawn from the store, a yield above 1. Counted in units of that many MWh, with price, limit
    # and cost scaled alike, the same problem has a yield of 1 at most, which is what the kernel takes.
    unit = np.maximum(problem.discharge_efficiency, 1.0)
    value, charge, discharge, soc = solve_rows(
        by_run(total(problem.buy.values())),
        by_run(total(problem.sell.values()) * unit),
        step_hours=clock.step_hours,
        charge_mw=by_run(problem.charge_limit),
        discharge_mw=by_run(problem.discharge_limit / unit),
        energy_mwh=of_run(problem.hours * state),
        charge_efficiency=of_run(problem.charge_efficiency),
        discharge_efficiency=of_run(problem.discharge_efficiency / unit),
        throughput_cost=of_run(problem.throughput_cost * unit),
        cyclic=True,
    )
    discharged = discharge.reshape(whole) * part_of(unit, part)
    return Flows(value.reshape(rows, clock.runs), charge.reshape(whole), discharged, soc.reshape(whole))


def part_of(array: Table, part: slice) -> Table:
    return array if array.shape[0] == 1 else array[part]


def total(prices: Iterable[Table]) -> Table:
    return np.asarray(sum(prices, np.zeros((1, 1))))


def readings(problem: Problem, part: slice, flows: Flows) -> Iterator[tuple[tuple[str, str], Table]]:
    """What the meters show of a year of flows, one value a problem."""
    weight = problem.clock.step_weight * problem.clock.step_hours
    bought, sold = flows.charge * weight, flows.discharge * weight
    yield ("value", ""), (flows.value * problem.clock.weight).sum(axis=-1)
    yield ("charged", ""), bought.sum(axis=-1)
    yield ("discharged", ""), sold.sum(axis=-1)
    for name, price in problem.buy.items():
        yield ("paid", name), (bought * part_of(price, part)).sum(axis=-1)
    for name, price in problem.sell.items():
        yield ("earned", name), (sold * part_of(price, part)).sum(axis=-1)
