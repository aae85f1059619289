"""Case → Operation: solve each distinct problem at a few states of health, then carry it over the years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import Periods, periods, whole_years
from appraisal.dispatch.ageing import Curve, lifetime
from appraisal.dispatch.kernel import solve_rows
from appraisal.dispatch.pose import Posed, distinct, pose
from appraisal.operation import Operation, Problem, Schedule, Solved
from appraisal.streams import stream
from appraisal.units import Table

# Problems solved in one call of the kernel: bounds memory at about 200 MB for a year of quarter hours.
_STEPS_PER_CALL = 4_000_000


def dispatch(case: Case) -> Operation:
    """What the plant does in every year of every scenario.

    Returns
    -------
    Operation
        Tables ``(S, Y)``, or one row where no scenario differs in what dispatch reads. The operating years are worked
        out one by one, then laid on the columns of the project.

    Raises
    ------
    NoSolutionError
        If a problem is infeasible.
    """
    columns, whole = periods(case.project), periods(whole_years(case.project))
    if case.storage.discharged_mwh is not None or case.prices is None:
        return laid(_stated(case, whole), whole, columns)
    streams = {label: stream(terms.stream or label) for label, terms in case.streams.items()}
    posed = pose(case, streams)
    return laid(unfold(case, posed, solve(posed.problem), whole), whole, columns)


def dispatch_is_shared(case: Case) -> bool:
    """Whether every scenario of a case has the same dispatch problem (its ageing may still differ)."""
    streams = {label: stream(terms.stream or label) for label, terms in case.streams.items()}
    return len(distinct(case, streams)[0]) == 1


def solve(problem: Problem) -> Solved:
    """Billing quantities of every problem at every state of health."""
    rows, states = len(problem.hours), problem.states.shape[1]
    names = [("value", ""), ("charged", ""), ("discharged", "")]
    names += [("paid", name) for name in problem.buy] + [("earned", name) for name in problem.sell]
    meters = {name: np.zeros((rows, states)) for name in names}
    chunk = max(1, _STEPS_PER_CALL // problem.clock.month.size)
    for begin in range(0, rows, chunk):
        part = slice(begin, min(begin + chunk, rows))
        for state in range(states):
            flows = _flows(problem, part, float(problem.states[0, state]))
            for name, read in _readings(problem, part, flows):
                meters[name][part, state] = read
    return Solved(
        problem=problem,
        value=meters["value", ""],
        charged=meters["charged", ""],
        discharged=meters["discharged", ""],
        paid={name: meters["paid", name] for name in problem.buy},
        earned={name: meters["earned", name] for name in problem.sell},
        schedule=_schedule(problem),
    )


def _readings(problem: Problem, part: slice, flows: Flows) -> Iterator[tuple[tuple[str, str], Table]]:
    """What the meters show of a year of flows, one value a problem."""
    weight = problem.clock.step_weight * problem.clock.step_hours
    bought, sold = flows.charge * weight, flows.discharge * weight
    yield ("value", ""), (flows.value * problem.clock.weight).sum(axis=-1)
    yield ("charged", ""), bought.sum(axis=-1)
    yield ("discharged", ""), sold.sum(axis=-1)
    for name, price in problem.buy.items():
        yield ("paid", name), (bought * _part(price, part)).sum(axis=-1)
    for name, price in problem.sell.items():
        yield ("earned", name), (sold * _part(price, part)).sum(axis=-1)


def _schedule(problem: Problem) -> Schedule:
    """The flows of the first problem with a fresh battery, run by run."""
    clock, first = problem.clock, slice(0, 1)
    flows = _flows(problem, first, float(problem.states[0, 0]))

    def by_run(table: Table) -> Table:
        return np.broadcast_to(table, (1, clock.month.size)).reshape(clock.runs, clock.steps)

    return Schedule(
        clock=clock,
        buy=by_run(_part(_total(problem.buy.values()), first)),
        sell=by_run(_part(_total(problem.sell.values()), first)),
        charge_mw=by_run(flows.charge),
        discharge_mw=by_run(flows.discharge),
        soc_mwh=by_run(flows.soc),
    )


class Flows(NamedTuple):
    """The best flows of some problems: money by run ``(rows, D)``; power and state of charge ``(rows, N)`` per MW."""

    value: Table
    charge: Table
    discharge: Table
    soc: Table


def _flows(problem: Problem, part: slice, state: float) -> Flows:
    """The best flows of some problems at one state of health; each run is cyclic."""
    clock, rows = problem.clock, part.stop - part.start
    whole = (rows, clock.month.size)

    def by_run(array: Table) -> Table:
        laid = np.ascontiguousarray(np.broadcast_to(_part(array, part), whole))
        return laid.reshape(rows * clock.runs, clock.steps)

    def of_run(array: Table) -> Table:
        return np.repeat(_part(array, part), clock.runs, axis=0)

    value, charge, discharge, soc = solve_rows(
        by_run(_total(problem.buy.values())),
        by_run(_total(problem.sell.values())),
        step_hours=clock.step_hours,
        charge_mw=by_run(problem.charge_limit),
        discharge_mw=by_run(problem.discharge_limit),
        energy_mwh=of_run(problem.hours * state),
        charge_efficiency=of_run(problem.charge_efficiency),
        discharge_efficiency=of_run(problem.discharge_efficiency),
        throughput_cost=of_run(problem.throughput_cost),
        cyclic=True,
    )
    return Flows(value.reshape(rows, clock.runs), charge.reshape(whole), discharge.reshape(whole), soc.reshape(whole))


def _part(array: Table, part: slice) -> Table:
    return array if array.shape[0] == 1 else array[part]


def _total(prices: Iterable[Table]) -> Table:
    return np.asarray(sum(prices, np.zeros((1, 1))))


def unfold(case: Case, posed: Posed, solved: Solved, columns: Periods) -> Operation:
    """The solved year carried over the operating years as the battery ages."""
    storage, curve = case.storage, Curve(states=solved.problem.states, which=posed.which)
    service = sum((claim.cycles_per_year for claim in posed.claims), np.zeros((1, 1)))
    if service.shape[0] > 1:
        service = service[posed.which]
    hours = storage.energy_mwh / storage.power_mw

    def cycles_at(soh: Table) -> Table:
        # A swing of all that a worn battery holds is a full cycle still, as in the fade models the coefficients are from.
        held = hours * np.maximum(soh, solved.problem.states[0, -1])
        moved = curve.read(solved.discharged, soh) / storage.discharge_efficiency / held
        return np.where(soh >= storage.ageing.end_of_life_soh, (moved + service) * storage.availability, 0.0)

    soh = lifetime(storage.ageing, cycles_at, columns.operation_years, storage.replacement.operation_years)
    alive = [(state >= storage.ageing.end_of_life_soh) * storage.availability for state in soh]

    def laid(yearly: list[Table]) -> Table:
        shape = np.broadcast_shapes(*(value.shape for value in yearly))
        return columns.by_operating_year(np.concatenate([np.broadcast_to(value, shape) for value in yearly], axis=1))

    def metered(quantity: Table) -> Table:
        return laid(
            [
                curve.read(quantity, state) * running * storage.power_mw
                for state, running in zip(soh, alive, strict=True)
            ]
        )

    usable = storage.energy_mwh * storage.depth_of_discharge
    return Operation(
        running=laid(alive),
        soh=laid(soh),
        usable_mwh=laid([usable * state for state in soh]),
        charged_mwh=metered(solved.charged),
        discharged_mwh=metered(solved.discharged),
        cycles=laid([cycles_at(state) for state in soh]),
        paid={name: metered(money) for name, money in solved.paid.items()},
        earned={name: metered(money) for name, money in solved.earned.items()},
        solved=solved,
    )


def _stated(case: Case, columns: Periods) -> Operation:
    """Energy as the case states it by year, or none; no dispatch."""
    nothing = np.zeros((1, 1))
    storage = case.storage
    running = columns.by_operating_year(storage.availability)
    discharged = nothing if storage.discharged_mwh is None else storage.discharged_mwh
    return Operation(
        running=running,
        soh=columns.operating,
        usable_mwh=columns.by_operating_year(storage.energy_mwh * storage.depth_of_discharge),
        charged_mwh=columns.by_operating_year(nothing if storage.charged_mwh is None else storage.charged_mwh),
        discharged_mwh=columns.by_operating_year(discharged),
        cycles=columns.by_operating_year(discharged / storage.discharge_efficiency / storage.energy_mwh),
        paid={},
        earned={},
    )


def laid(operation: Operation, whole: Periods, columns: Periods) -> Operation:
    """The operation of *whole* operating years on the columns of a project, each year in its share of capacity and time.

    Parameters
    ----------
    operation : Operation
        Tables ``(S, Y)`` on the plain columns *whole*.
    whole, columns : Periods
        Of the same operating years N.

    Returns
    -------
    Operation
        Energy and money add to the same totals; ``soh`` is the mean over what runs. The operation itself where the
        columns are plain.
    """
    if columns.plain:
        return operation

    def on(table: Table) -> Table:
        return columns.by_operating_year(whole.operating_part(table))

    quantities: dict[str, Any] = {
        name: on(getattr(operation, name))
        for name in ("running", "soh", "usable_mwh", "charged_mwh", "discharged_mwh", "cycles")
    }
    np.divide(quantities["soh"], columns.running, out=quantities["soh"], where=columns.running > 0.0)
    for line in ("paid", "earned"):
        quantities[line] = {name: on(money) for name, money in getattr(operation, line).items()}
    return replace(operation, whole_years=operation, **quantities)
