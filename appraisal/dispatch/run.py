"""Case → Operation: solve each distinct problem at a few states of health, then carry it over the years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import Periods, periods
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
        Tables ``(S, Y)``, or one row where no scenario differs in what dispatch reads.

    Raises
    ------
    NoSolutionError
        If a problem is infeasible.
    """
    columns = periods(case.project)
    if case.storage.discharged_mwh is not None or case.prices is None:
        return _stated(case, columns)
    streams = {label: stream(terms.stream or label) for label, terms in case.streams.items()}
    posed = pose(case, streams)
    return unfold(case, posed, solve(posed.problem), columns)


def dispatch_is_shared(case: Case) -> bool:
    """Whether every scenario of a case has the same dispatch problem (its ageing may still differ)."""
    streams = {label: stream(terms.stream or label) for label, terms in case.streams.items()}
    return len(distinct(case, streams)[0]) == 1


def solve(problem: Problem) -> Solved:
    """Billing quantities of every problem at every state of health."""
    clock, states = problem.clock, problem.states.shape[1]
    buy, sell = _total(problem.buy.values()), _total(problem.sell.values())
    rows = len(problem.hours)
    value, charged, discharged = (np.zeros((rows, states)) for _ in range(3))
    paid = {name: np.zeros((rows, states)) for name in problem.buy}
    earned = {name: np.zeros((rows, states)) for name in problem.sell}
    schedule: Schedule | None = None
    chunk = max(1, _STEPS_PER_CALL // clock.month.size)
    for begin in range(0, rows, chunk):
        part = slice(begin, min(begin + chunk, rows))
        for state in range(states):
            worth, charge, discharge, soc = _flows(problem, buy, sell, part, float(problem.states[0, state]))
            weighted = clock.step_weight * clock.step_hours
            value[part, state] = (worth * clock.weight).sum(axis=-1)
            bought, sold = charge * weighted, discharge * weighted
            charged[part, state], discharged[part, state] = bought.sum(axis=-1), sold.sum(axis=-1)
            for name, price in problem.buy.items():
                paid[name][part, state] = (bought * _part(price, part)).sum(axis=-1)
            for name, price in problem.sell.items():
                earned[name][part, state] = (sold * _part(price, part)).sum(axis=-1)
            if schedule is None:
                shape = (clock.runs, clock.steps)
                first = [
                    np.broadcast_to(array, (1, clock.month.size))[0].reshape(shape)
                    for array in (buy[:1], sell[:1], charge[:1], discharge[:1], soc[:1])
                ]
                schedule = Schedule(
                    clock=clock,
                    buy=first[0],
                    sell=first[1],
                    charge_mw=first[2],
                    discharge_mw=first[3],
                    soc_mwh=first[4],
                )
    assert schedule is not None
    return Solved(
        problem=problem,
        value=value,
        charged=charged,
        discharged=discharged,
        paid=paid,
        earned=earned,
        schedule=schedule,
    )


def _flows(
    problem: Problem, buy: Table, sell: Table, part: slice, state: float
) -> tuple[Table, Table, Table, Table]:  # fmt: skip
    """(value by run, charge, discharge, state of charge) of some problems, flows ``(rows, N)`` per MW; each run is cyclic."""
    clock = problem.clock
    rows = part.stop - part.start

    def by_run(array: Table) -> Table:
        return np.ascontiguousarray(np.broadcast_to(_part(array, part), (rows, clock.month.size))).reshape(
            rows * clock.runs, clock.steps
        )

    def of_run(array: Table) -> Table:
        return np.repeat(_part(array, part), clock.runs, axis=0)

    value, charge, discharge, soc = solve_rows(
        by_run(buy), by_run(sell), step_hours=clock.step_hours,
        charge_mw=by_run(problem.charge_limit), discharge_mw=by_run(problem.discharge_limit),
        energy_mwh=of_run(problem.hours * state), charge_efficiency=of_run(problem.charge_efficiency),
        discharge_efficiency=of_run(problem.discharge_efficiency), throughput_cost=of_run(problem.throughput_cost),
        cyclic=True,
    )  # fmt: skip
    whole = (rows, clock.month.size)
    return value.reshape(rows, clock.runs), charge.reshape(whole), discharge.reshape(whole), soc.reshape(whole)


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
        paid={name: metered(money) for name, money in solved.paid.items()},
        earned={name: metered(money) for name, money in solved.earned.items()},
        solved=solved,
    )


def _stated(case: Case, columns: Periods) -> Operation:
    """Energy as the case states it by year, or none; no dispatch."""
    nothing = np.zeros((1, 1))
    storage = case.storage
    running = columns.by_operating_year(storage.availability)
    return Operation(
        running=running,
        soh=columns.operating,
        usable_mwh=columns.by_operating_year(storage.energy_mwh * storage.depth_of_discharge),
        charged_mwh=columns.by_operating_year(nothing if storage.charged_mwh is None else storage.charged_mwh),
        discharged_mwh=columns.by_operating_year(nothing if storage.discharged_mwh is None else storage.discharged_mwh),
        paid={},
        earned={},
    )


def idle(operation: Operation) -> Operation:
    """The same plant when it never moves: what a stream pays then is not paid for moving."""
    from dataclasses import replace

    def none(lines: Mapping[str, Table]) -> dict[str, Table]:
        return {name: 0.0 * money for name, money in lines.items()}

    return replace(operation, charged_mwh=0.0 * operation.charged_mwh, discharged_mwh=0.0 * operation.discharged_mwh,
                   paid=none(operation.paid), earned=none(operation.earned))  # fmt: skip
