"""The best flows of some problems at one state of health, and what the meters show of them.

Three solvers, by what the bounds of a problem ask for: the kernel alone (windows, self-discharge); the kernel under a
search for the price of throughput (a cap of the year's cycles, or of a day's on separate days); HiGHS, plant by plant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from appraisal.dispatch.bounded import Solution, capped, coupled, rows_of, wants_highs
from appraisal.dispatch.check import Plant
from appraisal.dispatch.kernel import solve_rows
from appraisal.dispatch.site import MONTHS, Flows, Limits, site_flows
from appraisal.errors import Fault, InputError, said
from appraisal.operation import Problem, SiteProblem
from appraisal.units import Table

_NOT_WITH_SITE = said(
    "caps on cycles, least power, curves of power and heat input are not solved beside a price on the month's peak, an export or a surplus of PV; leave one of them out",
    "循环次数上限、最小功率、功率曲线和热量输入尚不能与需量计价、上网或光伏余电同时求解；请去掉其中一类",
)


def flows_of_states(problem: Problem, part: slice, states: Table) -> Iterator[Flows]:
    """:func:`flows_at` of each state of health ``(1, K)``; behind a host's meter all of them are rows of one search."""
    if problem.site is not None:
        yield from _behind_meter(problem, problem.site, part, states)
        return
    for state in states[0]:
        yield flows_at(problem, part, float(state))


def _behind_meter(problem: Problem, site: SiteProblem, part: slice, states: Table) -> Iterator[Flows]:
    """The flows where a peak, an export or a surplus counts."""
    bounds, rows = problem.bounds, part.stop - part.start
    held = bounds.most_year is not None or bounds.most_day is not None or wants_highs(problem, part).any()
    if held or (problem.discharge_efficiency > 1.0).any():
        raise InputError([Fault(path="storage", message=_NOT_WITH_SITE)])
    found = site_flows(problem.clock, *asked_of_site(problem, site, part, states))
    for place in range(states.shape[1]):
        own = slice(place * rows, (place + 1) * rows)
        yield Flows(*(table[own] for table in found))


def asked_of_site(
    problem: Problem, site: SiteProblem, part: slice, states: Table
) -> tuple[SiteProblem, Limits, Plant, Table, Table]:
    """The arguments of :func:`appraisal.dispatch.site.site_flows` beside the clock: some problems at each state, state by state."""
    bounds, rows, count = problem.bounds, part.stop - part.start, states.shape[1]
    which = np.tile(np.arange(part.start, part.stop), count)
    state = np.repeat(states[0], rows)[:, None]

    def cut(table: Table) -> Table:
        return table[which] if len(table) > 1 else np.broadcast_to(table, (which.size, table.shape[1]))

    def by_step(table: Table) -> Table:
        return np.broadcast_to(cut(table), (which.size, problem.clock.month.size))

    limits = Limits(*(by_step(table) for table in (
        total(problem.buy.values()), total(problem.sell.values()), problem.charge_limit, problem.discharge_limit
    )))  # fmt: skip
    plant: Plant = {
        "energy_mwh": cut(problem.highest) * state, "lowest_mwh": cut(bounds.lowest) * state,
        "self_discharge": cut(bounds.self_discharge), "charge_efficiency": cut(problem.charge_efficiency),
        "discharge_efficiency": cut(problem.discharge_efficiency), "throughput_cost": cut(problem.throughput_cost),
    }  # fmt: skip
    return site.rows(which), limits, plant, problem.clock.weight * cut(bounds.in_service), cut(problem.auxiliary)


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
    discharged, charged = discharge.reshape(whole) * part_of(unit, part), charge.reshape(whole)
    nothing, none = np.zeros((rows, MONTHS)), np.zeros((1, 1))
    return Flows(
        value.reshape(rows, clock.runs), charged, discharged, soc.reshape(whole), charged, discharged, none, none, nothing, nothing, nothing, nothing + 1.0
    )  # fmt: skip


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
    yield ("value", ""), (flows.value * times).sum(axis=-1) + (flows.before - flows.after).sum(axis=-1)
    yield ("charged", ""), bought.sum(axis=-1)
    yield ("discharged", ""), sold.sum(axis=-1)
    drawn, spared = flows.grid_charge * weight, flows.grid_discharge * weight
    for name, price in problem.buy.items():
        yield ("paid", name), (drawn * part_of(price, part)).sum(axis=-1)
    for name, price in problem.sell.items():
        yield ("earned", name), (spared * part_of(price, part)).sum(axis=-1)
    site = problem.site
    if site is None:
        return
    for name, price in site.export.items():
        yield ("paid", name), (flows.export_charge * weight * part_of(price, part)).sum(axis=-1)
        yield ("earned", name), (flows.export_discharge * weight * part_of(price, part)).sum(axis=-1)
    for label in site.peaks:
        yield ("paid", f"{label}.after"), flows.after.sum(axis=-1)
        yield ("earned", f"{label}.before"), flows.before.sum(axis=-1)


def paid_lines(problem: Problem) -> tuple[str, ...]:
    """Names of the money lines that charging and the site's basic charge pay."""
    site = problem.site
    return (*problem.buy, *(() if site is None else (*site.export, *(f"{label}.after" for label in site.peaks))))


def earned_lines(problem: Problem) -> tuple[str, ...]:
    """Names of the money lines that discharging earns, and of the basic charge without the plant."""
    site = problem.site
    return (*problem.sell, *(() if site is None else (*site.export, *(f"{label}.before" for label in site.peaks))))


def own_consumption(problem: Problem) -> tuple[Table, Table]:
    """MWh and yuan a year of the plant's own load, ``(R, 1)`` each: of every hour, out of service or not."""
    hours = problem.clock.step_weight * problem.clock.step_hours
    energy = problem.auxiliary * hours.sum()
    money = problem.auxiliary * (problem.auxiliary_price * hours).sum(axis=1, keepdims=True)
    rows = (len(problem.hours), 1)
    return np.broadcast_to(energy, rows), np.broadcast_to(money, rows)
