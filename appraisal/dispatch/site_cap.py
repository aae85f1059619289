"""A cap on what is discharged in a year behind a host's meter: a price on throughput around the site's own solution.

As in :mod:`~appraisal.dispatch.cycles`, the most money under the cap is at most what the plant earns with a price λ on
throughput plus λ × cap, for every λ; the least of these bounds is where one schedule above the cap and one below it earn
the same. Month by month the two are mixed, which is an optimum where both pay in the same way and both reach, or both
miss, the use that lowers the charge. A month in which they do not is taken from the schedule below the cap, and the
others take up what it leaves: then up to the difference of that month is given away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from appraisal.clock import Clock
from appraisal.dispatch.site import (
    Asked,
    Flows,
    Task,
    by_month,
    cost_of,
    energy_of,
    highest_of,
    site_flows,
    summed,
    task_of,
)
from appraisal.errors import IntegrityError, NoSolutionError, said
from appraisal.operation import PeakPrice
from appraisal.units import Table

ROUNDS = 400
"""Far more prices of throughput than any plant has wanted."""

DEAREST = 60
"""Doublings of the price of throughput before a plant that still moves is said to be forced to."""

SLACK = 1e-10
"""How far above a cap, in MWh and relative to it, is still rounding."""


class _Point(NamedTuple):
    """At a price of throughput: money a year without it ``(R,)``, MWh discharged ``(R,)``, and the flows."""

    money: Table
    moved: Table
    flows: Flows


def capped_flows(clock: Clock, asked: Asked, most_mwh: Table) -> Flows:
    """The best flows of R problems behind a host's meter that discharge no more than a cap.

    Parameters
    ----------
    clock : Clock
    asked : Asked
        As :func:`appraisal.dispatch.site.site_flows`.
    most_mwh : (R, 1)
        Most MWh discharged in a year of days in service, per MW of rated power.

    Returns
    -------
    Flows

    Raises
    ------
    InputError, NoSolutionError
        As :func:`appraisal.dispatch.site.site_flows`; NoSolutionError where limits force more out than the cap.
    """
    capping = _Capping(clock, asked, most_mwh[:, 0])
    free = capping.at(np.arange(len(most_mwh)), np.zeros(len(most_mwh)))
    over = np.flatnonzero(free.moved > capping.cap * (1.0 + SLACK) + SLACK)
    if not over.size:
        return free.flows
    mixed = capping.mixed(over, _rows(free, over))
    flows = Flows(*(table.copy() for table in free.flows))
    for table, new in zip(flows, mixed, strict=True):
        table[over] = new
    return flows


@dataclass(frozen=True)
class _Capping:
    clock: Clock
    asked: Asked
    cap: Table

    def at(self, rows: NDArray[np.int64], price: Table) -> _Point:
        """The best flows of some problems at a price of throughput each, money per MWh."""
        part = _asked_of(self.asked, rows)
        wear = np.asarray(part.plant["throughput_cost"]) + price[:, None]
        flows = site_flows(self.clock, *part._replace(plant={**part.plant, "throughput_cost": wear}))
        moved = self._moved(part, flows).sum(axis=1)
        # The flows' own money has the price taken off.
        money = (flows.value * part.weight).sum(axis=1) + (flows.before - flows.after).sum(axis=1) + price * moved
        return _Point(money, moved, flows)

    def _moved(self, part: Asked, flows: Flows) -> Table:
        """MWh discharged by month in service, ``(R, 12)``."""
        times = np.repeat(part.weight, self.clock.steps, axis=1) * self.clock.step_hours
        return by_month(self.clock, flows.discharge * times)

    def mixed(self, rows: NDArray[np.int64], high: _Point) -> Flows:
        """Close in on the critical prices; the mix of the two schedules there."""
        low = self._least(rows, high)
        high = _Point(high.money.copy(), high.moved.copy(), high.flows)
        open_ = np.arange(rows.size)
        for _ in range(ROUNDS):
            if not open_.size:
                return self._mix(rows, low, high)
            gap = high.moved[open_] - low.moved[open_]
            meet = np.maximum((high.money[open_] - low.money[open_]) / gap, 0.0)
            cap = self.cap[rows[open_]]
            line = low.money[open_] + meet * (cap - low.moved[open_])
            found = self.at(rows[open_], meet)
            bound = found.money + meet * (cap - found.moved)
            scale = np.abs(line) + np.abs(found.money) + meet * high.moved[open_]
            going = bound - line > 1e-12 * scale
            fits = found.moved <= np.maximum(cap, low.moved[open_])
            for side, chosen in ((low, going & fits), (high, going & ~fits)):
                _take(side, open_[chosen], found, np.flatnonzero(chosen))
            open_ = open_[going]
        raise IntegrityError(said("the search for the price of throughput did not end", "吞吐量影子价格的搜索未能结束"))

    def _least(self, rows: NDArray[np.int64], high: _Point) -> _Point:
        """Schedules within the cap, at a price of throughput high enough for each."""
        part = _asked_of(self.asked, rows)
        price = 2.0 * (np.abs(part.limits.buy) + np.abs(part.limits.sell)).max(axis=1) + 1.0
        found = _Point(high.money.copy(), high.moved.copy(), Flows(*(table.copy() for table in high.flows)))
        open_ = np.arange(rows.size)
        for _ in range(DEAREST):
            new = self.at(rows[open_], price[open_])
            _take(found, open_, new, np.arange(open_.size))
            open_ = open_[found.moved[open_] > self.cap[rows[open_]] * (1.0 + SLACK) + SLACK]
            if not open_.size:
                return found
            price[open_] *= 2.0
        raise NoSolutionError(said(
            "the site's limits force more energy out of the plant in a year than storage.limits.cycles_per_year allows",
            "场所的限值迫使电站全年放电量超过 storage.limits.cycles_per_year 所允许的值",
        ))  # fmt: skip

    def _mix(self, rows: NDArray[np.int64], low: _Point, high: _Point) -> Flows:
        """Months that pay alike mixed so that the cap is met, the others as they are below it."""
        part = _asked_of(self.asked, rows)
        task, peak = task_of(self.clock, *part), next(iter(part.site.peaks.values()), None)
        alike = (low.flows.way == high.flows.way) & np.isclose(low.flows.factor, high.flows.factor)
        moved = self._moved(part, low.flows)
        more = np.where(alike, self._moved(part, high.flows) - moved, 0.0).sum(axis=1)
        left = self.cap[rows] - moved.sum(axis=1)
        share = np.clip(np.divide(left, more, out=np.zeros_like(left), where=more > 0.0), 0.0, 1.0)
        by_step = np.where(alike, share[:, None], 0.0)[:, self.clock.month - 1]
        stored = by_step * _stored(part, high.flows) + (1.0 - by_step) * _stored(part, low.flows)
        soc = by_step * high.flows.soc + (1.0 - by_step) * low.flows.soc
        gain, loss = (np.asarray(part.plant[name]) for name in ("charge_efficiency", "discharge_efficiency"))
        charge = _filled(np.maximum(stored, 0.0) / gain, task.tiers.charge)
        discharge = _filled(np.maximum(-stored, 0.0) * loss, task.tiers.discharge[:, :, ::-1])[:, :, ::-1]
        flows = summed(self.clock, task.tiers, charge, discharge, soc, part.plant).flows
        flows = flows._replace(before=low.flows.before, way=low.flows.way)
        return flows if peak is None else _billed(task, part, peak, flows)


def _billed(task: Task, part: Asked, peak: PeakPrice, flows: Flows) -> Flows:
    """The basic charge of the flows, in the way that stands, lowered where the month's energy reaches the use it takes."""
    full = flows.before.shape
    times = np.repeat(part.weight, task.clock.steps, axis=1) * task.clock.step_hours
    energy = energy_of(task, task.drawn) + by_month(task.clock, (flows.grid_charge - flows.grid_discharge) * times)
    highest = highest_of(task.clock, task.drawn + flows.charge - flows.discharge, full)
    due = np.stack([cost_of(way, full, task.out).at(highest.ravel()).reshape(full) for way in peak.ways])
    lowers = np.stack([np.full(full, way.reduced) for way in peak.ways])
    chosen = flows.way.astype(np.int64)[None]
    reaches = np.take_along_axis(lowers, chosen, axis=0)[0] & (energy >= peak.threshold_mwh)
    factor = np.where(reaches, peak.factor, 1.0)
    return flows._replace(after=np.take_along_axis(due, chosen, axis=0)[0] * factor, factor=factor)


def _stored(part: Asked, flows: Flows) -> Table:
    """MW stored in each step, negative where taken out."""
    gain, loss = (np.asarray(part.plant[name]) for name in ("charge_efficiency", "discharge_efficiency"))
    return np.asarray(gain * flows.charge - flows.discharge / loss)


def _filled(power: Table, width: Table) -> Table:
    """Power ``(R, N)`` over tiers of some width ``(R, N, K)``, the first tier first; what rounding leaves over in the last."""
    before = np.cumsum(width, axis=2) - width
    filled = np.clip(power[:, :, None] - before, 0.0, width)
    filled[:, :, -1] += power - filled.sum(axis=2)
    return filled


def _asked_of(asked: Asked, rows: NDArray[np.int64]) -> Asked:
    """What is asked of some rows."""
    plant: Any = {name: np.asarray(value)[rows] for name, value in asked.plant.items()}
    limits = type(asked.limits)(*(table[rows] for table in asked.limits))
    auxiliary = asked.auxiliary if len(asked.auxiliary) == 1 else asked.auxiliary[rows]
    return Asked(asked.site.rows(rows), limits, plant, asked.weight[rows], auxiliary)


def _rows(point: _Point, rows: NDArray[np.int64]) -> _Point:
    return _Point(point.money[rows], point.moved[rows], Flows(*(table[rows] for table in point.flows)))


def _take(into: _Point, places: NDArray[np.int64], found: _Point, taken: NDArray[np.int64]) -> None:
    """Write some rows of what was found."""
    into.money[places], into.moved[places] = found.money[taken], found.moved[taken]
    for table, new in zip(into.flows, found.flows, strict=True):
        table[places] = new[taken]
