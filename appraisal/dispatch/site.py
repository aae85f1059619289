"""The best flows behind a host's meter: surplus of the PV, export, and a price on the month's highest draw.

What the plant's energy is worth depends on what the site draws at that moment. Without the plant it draws
n = load − PV. Charging takes first what would be curtailed (free), then what would be exported (at the export price),
then draws from the grid; discharging first spares what the site draws, then is exported. Each step is therefore posed as
three in the same hour, *curtailed*, *export*, *grid*, whose limits are the widths of these tiers. As prices rise from
tier to tier, filling them in that order is what the optimum does anyway, so nothing is lost; where exporting pays
more than drawing costs they do not rise, and the plant is kept from crossing zero net power within such a step.

With a price on the peak, only the grid tier is held under it, and months are separate: days close on themselves; of a
series, months begin and end at a stated state of charge. Where a month of high use pays less, both branches are solved;
energy is never consumed for the sake of reaching the threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.billing import MODES, best_modes
from appraisal.clock import Clock
from appraisal.dispatch.check import Plant
from appraisal.dispatch.kernel import solve_rows
from appraisal.dispatch.one_price import Hold
from appraisal.dispatch.peak import Rebate, solve_peaks
from appraisal.dispatch.tiers import PeakCost
from appraisal.errors import Fault, InputError, said
from appraisal.operation import PeakPrice, PeakWay, SiteProblem
from appraisal.units import HOURS_PER_DAY, MONTHS_PER_YEAR, Table

Places: TypeAlias = NDArray[np.int64]

MONTHS = int(MONTHS_PER_YEAR)
TIERS = 3
EXPORT = 1  # Place of the tier among curtailed, export, grid.
# Headroom of what no peak can hold: far more MW per MW of rated power than any site has.
_FREE = 1e6
_YEAR_OF_MONTHS = said(
    "a price on the month's peak needs prices of a year: all twelve months, at most 366 days",
    "按月最大需量计价需要全年的电价：含全部十二个月，且不超过 366 天",
)
_MOST_DAYS = 366
# What a kind of day wholly out of service weighs: nothing to ten digits, yet a weight above 0.
_NEVER = 1e-12


class Limits(NamedTuple):
    """Prices and limits of some problems as the streams and claims leave them, ``(R, N)``; money per MWh, power per MW."""

    buy: Table
    sell: Table
    charge: Table
    discharge: Table


class Flows(NamedTuple):
    """The best flows ``(R, N)`` per MW of rated power, and the basic charge ``(R, 12)`` without and with the plant.

    ``charge`` and ``discharge`` are at the plant's meter; ``grid_…`` what of them the site draws or spares, ``export_…`` what
    of them it exports less or more. ``value (R, D)`` is the money of each run, without the basic charge. ``way (R, 12)`` is the
    place of the way of paying taken, and ``factor (R, 12)`` what high use leaves of its charge.
    """

    value: Table
    charge: Table
    discharge: Table
    soc: Table
    grid_charge: Table
    grid_discharge: Table
    export_charge: Table
    export_discharge: Table
    before: Table
    after: Table
    way: Table
    factor: Table


class _Pieces(NamedTuple):
    """Runs cut where months are apart: the step of each place ``(P, L)``, the steps of each ``(P,)``, month from 0, run."""

    place: Places
    steps: Places
    month: Places
    run: Places

    @property
    def within(self) -> NDArray[np.bool_]:
        """Which places hold a step, ``(P, L)``."""
        return np.asarray(np.arange(self.place.shape[1]) < self.steps[:, None])


class Asked(NamedTuple):
    """Arguments of :func:`site_flows` of R problems beside the clock."""

    site: SiteProblem
    limits: Limits
    plant: Plant
    weight: Table
    auxiliary: Table


def site_flows(
    clock: Clock,
    site: SiteProblem,
    limits: Limits,
    plant: Plant,
    weight: Table,
    auxiliary: Table,
    hold: Hold | None = None,
) -> Flows:
    """The best flows of R problems behind a host's meter.

    Parameters
    ----------
    clock : Clock
    site : SiteProblem
        Of the same R rows.
    limits : Limits
    plant : Plant
        The rest of :func:`appraisal.dispatch.kernel.solve_rows`, each ``(R, 1)``: neither limits nor ends.
    weight : (R, D)
        Times a year that the flows of each run occur, days out of service left out.
    auxiliary : (R, 1)
        Load of the plant itself, MW: it stands under the peak and uses surplus; its money is metered apart.
    hold : Hold, optional
        What else bends the limits of a month of a problem, twelve a problem; where one step is one tier.

    Returns
    -------
    Flows

    Raises
    ------
    InputError
        If a peak has a price and the clock is no year of months.
    NoSolutionError
        As :func:`appraisal.dispatch.peak.solve_peaks`.
    """
    task = task_of(clock, site, limits, plant, weight, auxiliary)
    peak = next(iter(site.peaks.values()), None)
    if peak is None:
        found = solve_rows(**task.posed.prices, **task.posed.plant)
        return _gathered(clock, task.tiers, task.pieces, found[1:], plant).flows
    return _with_peak(task, peak, hold)


def task_of(clock: Clock, site: SiteProblem, limits: Limits, plant: Plant, weight: Table, auxiliary: Table) -> Task:
    """What is solved for a site, by tier and piece; parameters as :func:`site_flows`."""
    drawn = site.drawn + auxiliary
    tiers = _tiers(replace(site, drawn=drawn), limits)
    pieces = _pieces(clock, apart=bool(site.peaks))
    posed = _posed(clock, site, tiers, pieces, plant)
    out = np.zeros((1, 1))
    if (weight < clock.weight).any():
        # On a day out of service the site draws what it draws; its month is billed for that too.
        idle = np.repeat(weight < clock.weight, clock.steps, axis=1)
        out = highest_of(clock, np.where(idle, drawn, 0.0), (len(weight), MONTHS))
    return Task(clock, tiers, pieces, posed, plant, np.maximum(weight, _NEVER), site.drawn, drawn, out)


class Tiers(NamedTuple):
    """Prices and widths of the tiers, ``(R, N, K)``, and the headroom under a peak; K is 1 where there is grid only."""

    buy: Table
    sell: Table
    charge: Table
    discharge: Table
    headroom: Table


def _tiers(site: SiteProblem, limits: Limits) -> Tiers:
    """The three tiers of each step, or the one of a site that never has a surplus and may not export."""
    drawn = site.drawn
    if (drawn >= 0.0).all() and not site.export_limit.any():
        alone = (limits.buy, limits.sell, limits.charge, limits.discharge, np.broadcast_to(-drawn, limits.buy.shape))
        return Tiers(*(table[:, :, None] for table in alone))
    price = np.asarray(sum(site.export.values(), np.zeros((1, 1))))
    surplus = np.maximum(-drawn, 0.0)
    curtailed = np.maximum(surplus - site.export_limit, 0.0)
    exported = surplus - curtailed
    free = np.minimum(limits.charge, curtailed)
    forgone = np.minimum(limits.charge - free, exported)
    bought = limits.charge - free - forgone
    spared = np.minimum(limits.discharge, np.maximum(drawn, 0.0))
    added = np.minimum(limits.discharge - spared, np.maximum(site.export_limit - exported, 0.0))
    falling = (np.minimum(limits.buy, limits.sell) < price) | ((limits.buy < 0.0) & (curtailed > 0.0))
    bought = np.where(falling & (surplus > 0.0), 0.0, bought)
    added = np.where(falling & (drawn > 0.0), 0.0, added)
    nothing = np.zeros_like(limits.buy)
    return Tiers(
        buy=_stack(nothing, price, limits.buy), sell=_stack(nothing, price, limits.sell),
        charge=_stack(free, forgone, bought), discharge=_stack(nothing, added, spared),
        headroom=_stack(nothing + _FREE, nothing + _FREE, -np.maximum(drawn, 0.0)),
    )  # fmt: skip


def _stack(*tables: Table) -> Table:
    return np.stack(np.broadcast_arrays(*tables), axis=-1)


def _pieces(clock: Clock, apart: bool) -> _Pieces:
    """Every run whole; where months are apart and a run holds several, cut at their edges."""
    runs = np.arange(clock.month.size).reshape(clock.runs, clock.steps)
    if not apart or (clock.month[runs] == clock.month[runs[:, :1]]).all():
        if apart and np.unique(clock.month).size < MONTHS:
            raise InputError([Fault(path="market", message=_YEAR_OF_MONTHS)])
        return _Pieces(runs, np.full(clock.runs, clock.steps), clock.month[runs[:, 0]] - 1, np.arange(clock.runs))
    days = clock.month.size * clock.step_hours / HOURS_PER_DAY
    if clock.runs > 1 or np.unique(clock.month).size < MONTHS or days > _MOST_DAYS:
        raise InputError([Fault(path="market", message=_YEAR_OF_MONTHS)])
    begins = np.concatenate([[0], np.flatnonzero(np.diff(clock.month)) + 1])
    steps = np.diff(np.append(begins, clock.month.size))
    index = np.minimum(begins[:, None] + np.arange(steps.max()), clock.month.size - 1)
    return _Pieces(index, steps, clock.month[begins] - 1, np.zeros(begins.size, dtype=np.int64))


class _Ready(NamedTuple):
    """Arguments of the kernel: rows are problem by piece, steps are step by tier; ``headroom`` apart."""

    prices: dict[str, Table]
    plant: Plant
    headroom: Table


def _posed(clock: Clock, site: SiteProblem, tiers: Tiers, pieces: _Pieces, plant: Plant) -> _Ready:
    rows, count, kinds = len(tiers.buy), len(pieces.place), tiers.buy.shape[2]

    def cut(table: Table) -> Table:
        return np.ascontiguousarray(table[:, pieces.place].reshape(rows * count, -1))

    given: dict[str, Any] = {**plant}
    held: Any = {name: np.repeat(table, count, axis=0) for name, table in given.items()}
    # A step is as many of the kernel's as it has tiers, and each of those loses its part of what the step loses.
    held["self_discharge"] = 1.0 - (1.0 - held["self_discharge"]) ** (1.0 / kinds)
    held |= {"step_hours": clock.step_hours, "charge_mw": cut(tiers.charge), "discharge_mw": cut(tiers.discharge)}
    if count == clock.runs:
        held["cyclic"] = True
    else:
        edge = np.repeat(site.edge_share * plant["energy_mwh"], count, axis=0)
        steps = np.tile(pieces.steps * kinds, rows)[:, None]
        held |= {"start_mwh": edge, "end_mwh": edge, "steps": steps.astype(np.float64)}
    return _Ready({"buy": cut(tiers.buy), "sell": cut(tiers.sell)}, held, cut(tiers.headroom))


class Task(NamedTuple):
    """What a search over the months' peaks is told: prices and limits by tier, the site without the plant and with its own load."""

    clock: Clock
    tiers: Tiers
    pieces: _Pieces
    posed: _Ready
    plant: Plant
    weight: Table
    alone: Table
    drawn: Table
    out: Table


def _with_peak(task: Task, peak: PeakPrice, hold: Hold | None) -> Flows:
    """Every way of paying solved, the best of each quarter kept; without the plant the cheapest of each quarter."""
    rows, (count, width) = len(task.weight), task.pieces.place.shape
    full, kinds = (rows, MONTHS), task.tiers.buy.shape[2]
    factor, threshold = (np.broadcast_to(table, full) for table in (peak.factor, peak.threshold_mwh))
    counted = np.tile(np.arange(kinds) == kinds - 1, width).astype(np.float64)
    rebate = Rebate(
        share=factor.reshape(-1, 1),
        net_mwh=(threshold - energy_of(task, task.drawn)).ravel(),
        counted=counted,
        on_purpose=False,
    )
    reduced = np.where(energy_of(task, task.alone) >= threshold, factor, 1.0)
    group = (np.arange(rows)[:, None] * MONTHS + task.pieces.month).ravel()
    lost, before, flows = [], [], []
    for way in peak.ways:
        found = solve_peaks(
            **task.posed.prices, cost=cost_of(way, full, task.out), load_mw=-task.posed.headroom, group=group,
            weight=task.weight[:, task.pieces.run].ravel(), rebate=rebate if way.reduced else None, hold=hold, **task.posed.plant,
        )  # fmt: skip
        alone = cost_of(way, full, np.zeros((1, 1))).at(highest_of(task.clock, task.alone, full).ravel()).reshape(full)
        before.append(alone * reduced if way.reduced else alone)
        lost.append(-found.value.reshape(full))
        flows.append((found.charge, found.discharge, found.soc))
    # As the bill chooses among charges, so the plant among what each way leaves of its money.
    best = best_modes(dict(zip(MODES, lost, strict=False)))
    chosen = best.mode[:, task.pieces.month].reshape(rows * count, 1)
    made = _gathered(
        task.clock,
        task.tiers,
        task.pieces,
        [np.choose(chosen, tables) for tables in zip(*flows, strict=True)],
        task.plant,
    )
    earned = by_month(task.clock, made.money * np.repeat(task.weight, task.clock.steps, axis=1))
    without = best_modes(dict(zip(MODES, before, strict=False))).charge
    after = earned + best.charge
    return made.flows._replace(
        before=without,
        after=after,
        way=best.mode.astype(np.float64),
        factor=_left(task, peak, made.flows, best.mode, after),
    )


def _left(task: Task, peak: PeakPrice, flows: Flows, mode: Places, after: Table) -> Table:
    """What high use leaves of the charge of each month: what is paid over what its way costs at full price."""
    drawn = np.maximum(task.drawn + flows.charge - flows.discharge, 0.0)
    highest = highest_of(task.clock, drawn, after.shape)
    full = np.stack([cost_of(way, after.shape, task.out).at(highest.ravel()).reshape(after.shape) for way in peak.ways])
    due = np.take_along_axis(full, mode[None], axis=0)[0]
    return np.asarray(np.divide(after, due, out=np.ones_like(after), where=due > 0.0))


def energy_of(task: Task, drawn: Table) -> Table:
    """Energy that the site draws in each month, ``(R, 12)``, MWh."""
    hours = task.clock.step_weight * task.clock.step_hours
    return by_month(task.clock, np.broadcast_to(np.maximum(drawn, 0.0) * hours, (len(task.weight), hours.shape[1])))


def highest_of(clock: Clock, drawn: Table, full: tuple[int, int]) -> Table:
    """The highest draw of each month, ``(R, 12)``, MW, never below 0."""
    highest = [np.maximum(drawn, 0.0)[:, clock.month == month].max(axis=1) for month in range(1, MONTHS + 1)]
    return np.broadcast_to(np.stack(highest, axis=1), full)


def by_month(clock: Clock, values: Table) -> Table:
    """Sums over the steps of each month, ``(R, 12)``."""
    # Rows of their own in memory: the order of a sum, and its last digit, must not depend on how many rows there are.
    months = [np.compress(clock.month == month, values, axis=1) for month in range(1, MONTHS + 1)]
    return np.stack([np.ascontiguousarray(one).sum(axis=1) for one in months], axis=1)


def cost_of(way: PeakWay, full: tuple[int, int], out: Table) -> PeakCost:
    """What a way costs, one row a month of each problem, where the peak is *out* at least: the draw of days out of service.

    fixed + p·max(0, max(M, F) − from) = fixed + p·max(0, F − from) + p·max(0, M − max(from, F)).
    """
    fixed = way.fixed_yuan + way.price_yuan_per_mw * np.maximum(out - way.from_mw, 0.0)
    tables = (np.maximum(way.from_mw, out), way.price_yuan_per_mw, fixed)
    return PeakCost(*(np.broadcast_to(table, full).reshape(-1, 1) for table in tables))


class _Gathered(NamedTuple):
    """Flows, and the money of each step once ``(R, N)``, wear taken off."""

    flows: Flows
    money: Table


def _gathered(clock: Clock, tiers: Tiers, pieces: _Pieces, found: Sequence[Table], plant: Plant) -> _Gathered:
    """What the kernel found, laid back on the steps of the clock, tier by tier."""
    rows, steps, kinds = len(tiers.buy), clock.month.size, tiers.buy.shape[2]
    laid = []
    for table in found:
        whole = np.zeros((rows, steps, kinds))
        whole[:, pieces.place[pieces.within]] = table.reshape(rows, *pieces.place.shape, kinds)[:, pieces.within]
        laid.append(whole)
    return summed(clock, tiers, laid[0], laid[1], laid[2][:, :, -1], plant)


def summed(clock: Clock, tiers: Tiers, charge: Table, discharge: Table, soc: Table, plant: Plant) -> _Gathered:
    """Flows of tiers ``(R, N, K)`` and states ``(R, N)`` as what the meters show, without the basic charge."""
    rows, steps, kinds = charge.shape
    wear = np.asarray(plant["throughput_cost"])[:, :, None]
    money = clock.step_hours * ((tiers.sell - wear) * discharge - tiers.buy * charge).sum(axis=2)
    nothing = np.zeros((rows, MONTHS))
    none = np.zeros((rows, steps))
    flows = Flows(
        value=money.reshape(rows, clock.runs, clock.steps).sum(axis=2), charge=charge.sum(axis=2), discharge=discharge.sum(axis=2),
        soc=soc, grid_charge=charge[:, :, -1], grid_discharge=discharge[:, :, -1],
        export_charge=charge[:, :, EXPORT] if kinds > 1 else none, export_discharge=discharge[:, :, EXPORT] if kinds > 1 else none,
        before=nothing, after=nothing, way=nothing, factor=nothing + 1.0,
    )  # fmt: skip
    return _Gathered(flows, money)
