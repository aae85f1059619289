"""Case → Operation: solve each distinct problem at a few states of health, then carry it over the years."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import Periods, periods, whole_years
from appraisal.dispatch.ageing import Curve, Lives, lifetime, scheduled_mwh
from appraisal.dispatch.kernel import solve_rows
from appraisal.dispatch.pose import Posed, distinct, pose, price_years
from appraisal.operation import Operation, Problem, Schedule, Solved
from appraisal.streams import as_sold, stream
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
    case = as_sold(case)
    columns, whole = periods(case.project), periods(whole_years(case.project))
    if case.storage.discharged_mwh is not None or case.prices is None:
        return laid(_stated(case, whole), whole, columns)
    streams = {label: stream(terms.stream or label) for label, terms in case.streams.items()}
    solved_years = []
    for group in price_years(case):
        posed = pose(case, streams, group[0])
        solved_years.append(SolvedYears(years=group, posed=posed, solved=solve(posed.problem)))
    return laid(unfold(case, solved_years, whole), whole, columns)


class SolvedYears(NamedTuple):
    """The operating years of one set of prices, and the year solved for them."""

    years: tuple[int, ...]
    posed: Posed
    solved: Solved


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

    # Heat may give more than is drawn from the store, a yield above 1. Counted in units of that many MWh, with price, limit
    # and cost scaled alike, the same problem has a yield of 1 at most, which is what the kernel takes.
    unit = np.maximum(problem.discharge_efficiency, 1.0)
    value, charge, discharge, soc = solve_rows(
        by_run(_total(problem.buy.values())),
        by_run(_total(problem.sell.values()) * unit),
        step_hours=clock.step_hours,
        charge_mw=by_run(problem.charge_limit),
        discharge_mw=by_run(problem.discharge_limit / unit),
        energy_mwh=of_run(problem.hours * state),
        charge_efficiency=of_run(problem.charge_efficiency),
        discharge_efficiency=of_run(problem.discharge_efficiency / unit),
        throughput_cost=of_run(problem.throughput_cost * unit),
        cyclic=True,
    )
    discharged = discharge.reshape(whole) * _part(unit, part)
    return Flows(value.reshape(rows, clock.runs), charge.reshape(whole), discharged, soc.reshape(whole))


def _part(array: Table, part: slice) -> Table:
    return array if array.shape[0] == 1 else array[part]


def _total(prices: Iterable[Table]) -> Table:
    return np.asarray(sum(prices, np.zeros((1, 1))))


def unfold(case: Case, solved_years: Sequence[SolvedYears], columns: Periods) -> Operation:
    """The solved years carried over the operating years as the battery ages."""
    storage, years = case.storage, columns.operation_years
    of = {year: one for one in solved_years for year in one.years}
    curves = {year: Curve(states=one.solved.problem.states, which=one.posed.which) for year, one in of.items()}
    hours = storage.energy_mwh / storage.power_mw

    def cycles_at(held: Table, year: int) -> Table:
        # A swing of all that a worn battery holds is a full cycle still, as in the fade models the coefficients are from.
        one = of[year]
        kept = hours * np.maximum(held, _least_held(one.solved.problem.states))
        moved = curves[year].read(one.solved.discharged, held) / storage.discharge_yield / kept
        return np.asarray((moved + _service(one.posed)) * storage.availability)

    lives = lifetime(storage, cycles_at, years)
    alive = [running * storage.availability for running in lives.running]

    def laid(yearly: Sequence[Table]) -> Table:
        shape = np.broadcast_shapes(*(value.shape for value in yearly))
        return columns.by_operating_year(np.concatenate([np.broadcast_to(value, shape) for value in yearly], axis=1))

    def metered(pick: Callable[[Solved], Table]) -> Table:
        return laid([
            curves[year].read(pick(of[year].solved), held) * running * storage.power_mw
            for year, held, running in zip(range(1, years + 1), lives.held, alive, strict=True)
        ])  # fmt: skip

    usable, first = storage.energy_mwh * storage.depth_of_discharge, solved_years[0].solved
    return Operation(
        running=laid(alive),
        soh=laid(lives.soh),
        usable_mwh=laid([usable * held for held in lives.held]),
        charged_mwh=metered(lambda solved: solved.charged),
        discharged_mwh=metered(lambda solved: solved.discharged),
        cycles=laid(lives.cycles),
        paid={name: metered(lambda solved, line=name: solved.paid[line]) for name in first.paid},  # type: ignore[misc]
        earned={name: metered(lambda solved, line=name: solved.earned[line]) for name in first.earned},  # type: ignore[misc]
        solved=first,
        part_soh=_by_part(lives, lives.part_soh, laid),
        part_mwh=_by_part(lives, [usable * held for held in lives.part_held], laid),
        renewed=laid(lives.renewed),
        added_mwh=laid([storage.energy_mwh * share for share in lives.added]),
    )


def _by_part(lives: Lives, yearly: Sequence[Table], laid: Callable[[Sequence[Table]], Table]) -> dict[str, Table]:
    """A quantity ``(S, C)`` a year by the operating year at whose end each part was placed, 0 for the first."""
    return {str(placed): laid([values[:, [part]] for values in yearly]) for part, placed in enumerate(lives.placed_in)}


def _least_held(states: Table) -> float:
    """The least share of rated energy that cycles are counted against: the lowest state solved that holds anything."""
    return float(states[states > 0.0].min())


def _service(posed: Posed) -> Table:
    """Equivalent full cycles a year that services cost, one value a scenario."""
    service: Table = np.asarray(sum((claim.cycles_per_year for claim in posed.claims), np.zeros((1, 1))))
    return service[posed.which] if service.shape[0] > 1 else service


def _stated(case: Case, columns: Periods) -> Operation:
    """Energy as the case states it by year, or none; no dispatch."""
    nothing = np.zeros((1, 1))
    storage = case.storage
    running = columns.by_operating_year(storage.availability)
    years = range(1, columns.operation_years + 1)
    rows = 1 if storage.augmentation.energy_mwh is None else len(storage.augmentation.energy_mwh)
    added = np.concatenate([np.broadcast_to(scheduled_mwh(storage, year), (rows, 1)) for year in years], axis=1)
    discharged = nothing if storage.discharged_mwh is None else storage.discharged_mwh
    return Operation(
        running=running,
        soh=columns.operating,
        usable_mwh=columns.by_operating_year(storage.energy_mwh * storage.depth_of_discharge),
        charged_mwh=columns.by_operating_year(nothing if storage.charged_mwh is None else storage.charged_mwh),
        discharged_mwh=columns.by_operating_year(discharged),
        cycles=columns.by_operating_year(discharged / storage.discharge_yield / storage.energy_mwh),
        added_mwh=columns.by_operating_year(added),
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
        return table if table.shape[1] == 1 else columns.by_operating_year(whole.operating_part(table))

    quantities: dict[str, Any] = {
        name: on(getattr(operation, name))
        for name in ("running", "soh", "usable_mwh", "charged_mwh", "discharged_mwh", "cycles", "renewed", "added_mwh")
    }
    np.divide(quantities["soh"], columns.running, out=quantities["soh"], where=columns.running > 0.0)
    for line in ("paid", "earned", "part_soh", "part_mwh"):
        quantities[line] = {name: on(money) for name, money in getattr(operation, line).items()}
    return replace(operation, whole_years=operation, **quantities)
