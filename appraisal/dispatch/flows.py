"""The best flows of some problems at one state of health, and what the meters show of them.

Three solvers, by what the bounds of a problem ask for: the kernel alone (windows, self-discharge); the kernel under a
search for the price of throughput (a cap of the year's cycles, or of a day's on separate days); HiGHS, plant by plant.
Behind a host's meter the same three stand around the search for the months' peaks, HiGHS month by month.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from appraisal.dispatch.bounded import Solution, cap_of, capped, coupled, held_months, rows_of, wants_highs
from appraisal.dispatch.bounds import is_series
from appraisal.dispatch.check import Plant
from appraisal.dispatch.kernel import solve_rows
from appraisal.dispatch.site import MONTHS, Asked, Flows, Limits, site_flows
from appraisal.dispatch.site_cap import capped_flows
from appraisal.errors import Fault, InputError, said
from appraisal.operation import Problem, SiteProblem
from appraisal.units import Table

_LISTED = "storage.limits.cycles_per_day, storage.limits.least_charge_share, storage.limits.least_discharge_share, storage.power_curve"
_HEAT = said(
    "heat input is not solved beside a price on the month's peak, an export or a surplus of PV: the energy drawn from the store and the power at the meter scale apart; leave one of them out",
    "热量输入不能与需量计价、上网或光伏余电同时求解：库内能量与关口功率的比例不同；请去掉其中一类",
)
_SURPLUS = said(
    "{names} are solved beside a price on the month's peak, but not where the site exports or has a surplus of PV: there a step is priced in three parts, and they hold their sum; leave one of them out",
    "{names} 可与需量计价同时求解，但场所有上网或光伏余电时不行：此时每个时段分三部分计价，而这些限制约束其合计；请去掉其中一类",
    names=_LISTED,
)
_BOTH_CAPS = said(
    "storage.limits.cycles_per_year beside a price on the month's peak is sought by dispatching the site some twenty times, and {names} cost seconds each time; leave one of them out",
    "与需量计价同时使用时，storage.limits.cycles_per_year 须反复优化约二十次，而 {names} 每次耗时数秒；请去掉其中一类",
    names=_LISTED,
)
_SERIES = said(
    "least power and a cap by the day are solved beside a price on the month's peak for typical days, not for a year of steps, whose months have thousands of yes-or-no decisions; leave one of them out",
    "最小功率和每日循环上限与需量计价同时使用时仅支持典型日，不支持全年序列：每月有数千个是否判定；请去掉其中一类",
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
    rows = part.stop - part.start
    handed = wants_highs(problem, part).any() or problem.bounds.most_day is not None
    _refuse_beside_site(problem, site, bool(handed))
    asked = asked_of_site(problem, site, part, states)
    if handed:
        found = site_flows(problem.clock, *asked, hold=held_months(problem, part, states))
    elif problem.bounds.most_year is not None:
        found = capped_flows(problem.clock, asked, cap_of(problem, part, states))
    else:
        found = site_flows(problem.clock, *asked)
    for place in range(states.shape[1]):
        own = slice(place * rows, (place + 1) * rows)
        yield Flows(*(table[own] for table in found))


def _refuse_beside_site(problem: Problem, site: SiteProblem, handed: bool) -> None:
    """Raise where a bound of the plant has no exact and quick solution beside what the site is priced by."""
    bounds, told = problem.bounds, None
    if (problem.discharge_efficiency > 1.0).any():
        told = _HEAT
    elif handed and (not site.peaks or (site.drawn < 0.0).any() or site.export_limit.any()):
        told = _SURPLUS
    elif handed and bounds.most_year is not None:
        told = _BOTH_CAPS
    elif is_series(problem.clock) and (
        bounds.most_day is not None or bounds.least_charge.any() or bounds.least_discharge.any()
    ):
        told = _SERIES
    if told is not None:
        raise InputError([Fault(path="storage", message=told)])


def asked_of_site(problem: Problem, site: SiteProblem, part: slice, states: Table) -> Asked:
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
    return Asked(site.rows(which), limits, plant, problem.clock.weight * cut(bounds.in_service), cut(problem.auxiliary))


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
