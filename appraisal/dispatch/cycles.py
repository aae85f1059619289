"""The best schedules under a cap on the energy discharged: a price on throughput, and a mix of two schedules at it.

The most money under a cap is concave in the cap, so it is the least, over prices λ ≥ 0 of throughput, of what the
plant earns with λ added to its throughput cost plus λ × cap. Throughput falls in jumps as λ rises. Two schedules, one
above the cap and one below, are lines over λ that meet at a price; either that price is the critical one, and the mix
of the two that meets the cap exactly is an optimum, or the schedule found there replaces one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Unpack

import numpy as np

from appraisal.dispatch import steps
from appraisal.dispatch.check import Plant, checked, numbers
from appraisal.dispatch.kernel import SHOWN, best, refuse_unreachable, rows_of
from appraisal.dispatch.one_price import peaks
from appraisal.dispatch.peak import grouped
from appraisal.dispatch.steps import Posed
from appraisal.dispatch.tiers import Groups, PeakCost, peaks_of, totals
from appraisal.errors import IntegrityError, NoSolutionError, ValueFault, said
from appraisal.units import Table

ROUNDS = 400
"""Far more prices than any plant has wanted; a plant beyond it is an error of the search."""

SLACK = 1e-10
"""How far above a cap, in MWh and relative to it, is still rounding."""

PROVED = 1e-10
"""How far, relative to the money moved, with and without the cap, a mix may lie below its bound before HiGHS is asked."""


@dataclass(frozen=True)
class Monthly:
    """The peaks that a cap over the year spans; as in :func:`appraisal.dispatch.peak.solve_peaks`."""

    cost: PeakCost
    load_mw: Any
    group: Any
    pv_mw: Any = 0.0


class Capped(NamedTuple):
    """``value (K,)`` money of each plant; ``charge``, ``discharge``, ``soc`` ``(P, T)``; ``price (K,)`` of
    throughput at the cap, money per MWh, NaN where HiGHS was asked and there is none."""

    value: Table
    charge: Table
    discharge: Table
    soc: Table
    price: Table


class _Found(NamedTuple):
    """At a price of throughput: money without it ``(K,)``, MWh discharged ``(K,)``, states ``(P, T)``."""

    money: Table
    moved: Table
    soc: Table


def solve_capped(
    buy: Table,
    sell: Table | None = None,
    *,
    most_mwh: Any,
    owner: Any,
    weight: Any = 1.0,
    monthly: Monthly | None = None,
    **plant: Unpack[Plant],
) -> Capped:
    """The schedules that earn most while each plant discharges no more than its cap.

    Parameters
    ----------
    buy, sell, plant
        As :func:`appraisal.dispatch.kernel.solve_rows`: P rows, each a separate run.
    most_mwh : number or (K,)
        Most energy discharged at the grid over all rows of a plant, weighted, MWh: cycles × usable energy × η_d.
    owner : (P,) of int
        The plant of each row, 0 … K−1. A cap by the day is a plant a day.
    weight : number or (P,)
        How often a row occurs, > 0.
    monthly : Monthly, optional
        The peaks that have a price; every month lies within one plant.

    Returns
    -------
    Capped

    Raises
    ------
    ValueError, NoSolutionError
        As :func:`appraisal.dispatch.kernel.solve_rows`; NoSolutionError where the plant must discharge more than its cap.

    Notes
    -----
    Proved row by row: the money of the mix is held against the bound by duality. Where it falls short (negative prices
    make the problem non-convex) HiGHS solves the plant, under the limits of :func:`appraisal.dispatch.coupled.exact`.

    Examples
    --------
    Two days, one worth 900 a MWh and one worth 100, and energy for one and a half:

    >>> found = solve_capped(np.array([[100.0, 1000.0], [100.0, 200.0]]), most_mwh=1.5, owner=[0, 0], step_hours=1.0,
    ...                      charge_mw=1.0, discharge_mw=1.0, energy_mwh=1.0, charge_efficiency=1.0, discharge_efficiency=1.0)
    >>> found.value, found.price
    (array([950.]), array([100.]))
    """
    cyclic = plant.get("cyclic", False)
    headroom = 0.0 if monthly is None else numbers("pv_mw", monthly.pv_mw) - numbers("load_mw", monthly.load_mw)
    posed = checked(buy, sell, headroom_mw=headroom, **plant)
    whose, times = grouped(owner, weight, len(posed.buy))
    plants = int(whose.max()) + 1
    cap = np.broadcast_to(numbers("most_mwh", most_mwh), (plants,))
    if not (np.isfinite(cap) & (cap >= 0.0)).all():
        raise ValueFault(said("most_mwh: expected finite numbers, 0 or more", "most_mwh：应为不小于 0 的有限数"))
    month = None if monthly is None else _months(monthly, whose, times)
    return _Capping(posed, cyclic, whose, times, cap, None if monthly is None else monthly.cost, month).solve()


def _months(monthly: Monthly, whose: Groups, times: Table) -> Groups:
    """The month of each row, each within one plant."""
    month, _ = grouped(monthly.group, times, whose.size)
    monthly.cost.refuse_rows(int(month.max()) + 1)
    first = np.zeros(int(month.max()) + 1, dtype=np.int64)
    first[month] = whose
    if (first[month] != whose).any():
        raise ValueFault(said("monthly.group: a month spans two plants", "monthly.group：同一月份跨了两个电站"))
    return month


@dataclass(frozen=True)
class _Capping:
    """The problem of K plants, and the search over their prices of throughput."""

    posed: Posed
    cyclic: bool
    whose: Groups
    weight: Table
    cap: Table
    cost: PeakCost | None
    month: Groups | None

    def solve(self) -> Capped:
        """Price by price, plants that are settled left out."""
        plants = self.cap.size
        above = self._at(np.arange(plants), np.zeros(plants))
        price = np.zeros(plants)
        slack = SLACK * (1.0 + self.cap)
        open_ = np.flatnonzero(above.moved > self.cap + slack)
        bound = above.money.copy()
        soc = above.soc
        if open_.size:
            soc = self._mixed(open_, above, self._least(open_), price, bound)
        return self._valued(soc, price, bound, np.abs(above.money))

    def _at(self, chosen: Groups, price: Table) -> _Found:
        """The best schedules of some plants at a price of throughput each."""
        place = np.full(self.cap.size, -1)
        place[chosen] = np.arange(chosen.size)
        rows = np.flatnonzero(place[self.whose] >= 0)
        inner, weight = place[self.whose[rows]], self.weight[rows]
        part = rows_of(self.posed, rows)
        dearer = part._replace(throughput_cost=part.throughput_cost + price[inner][:, None])
        if self.cost is None or self.month is None:
            found = best(dearer, self.cyclic)
            refuse_unreachable(dearer, self.cyclic, found)
            money, discharge, soc = totals(inner, weight * found.value), found.discharge, found.soc
        else:
            months, month = np.unique(self.month[rows], return_inverse=True)
            tiers = self.cost.rows(months, int(self.month.max()) + 1)
            by_month = peaks(dearer, self.cyclic, month, weight, tiers)
            owner = np.zeros(months.size, dtype=np.int64)
            owner[month] = inner
            money, discharge, soc = totals(owner, by_month.value), by_month.discharge, by_month.soc
        moved = totals(inner, weight * self.posed.step_hours * discharge.sum(axis=1))
        return _Found(money + price * moved, moved, soc)

    def _least(self, chosen: Groups) -> _Found:
        """Schedules of some plants that discharge as little as they can; a plant above its cap even so is refused."""
        rows = np.flatnonzero(np.isin(self.whose, chosen))
        owner = np.searchsorted(chosen, self.whose[rows])
        part, none = rows_of(self.posed, rows), np.zeros((1, self.posed.buy.shape[1]))
        idle = best(part._replace(buy=np.zeros_like(part.buy), sell=none, throughput_cost=np.ones((1, 1))), self.cyclic)
        refuse_unreachable(part, self.cyclic, idle)
        moved = totals(owner, self.weight[rows] * self.posed.step_hours * idle.discharge.sum(axis=1))
        over = moved > self.cap[chosen] + SLACK * (1.0 + self.cap[chosen])
        if over.any():
            named = ", ".join(str(one) for one in chosen[over][:SHOWN])
            raise NoSolutionError(said(
                "plants {named}: limits force more energy out than most_mwh allows", "电站 {named}：限值迫使放电量超过 most_mwh",
                named=named,
            ))  # fmt: skip
        money, _, _ = self._money(rows, idle.soc)
        return _Found(money[chosen], moved, idle.soc)

    def _mixed(self, open_: Groups, above: _Found, below: _Found, price: Table, bound: Table) -> Table:
        """Close in on the critical prices; the states of the mix of the two schedules there."""
        high = _Found(above.money.copy(), above.moved.copy(), above.soc.copy())
        low = _Found(above.money.copy(), above.moved.copy(), above.soc.copy())
        low.money[open_], low.moved[open_] = below.money, below.moved
        low.soc[np.isin(self.whose, open_)] = below.soc
        for _ in range(ROUNDS):
            if not open_.size:
                break
            gap = high.moved[open_] - low.moved[open_]
            meet = np.maximum((high.money[open_] - low.money[open_]) / gap, 0.0)
            line = low.money[open_] + meet * (self.cap[open_] - low.moved[open_])
            found = self._at(open_, meet)
            new = found.money + meet * (self.cap[open_] - found.moved)
            price[open_], bound[open_] = meet, new
            scale = np.abs(line) + np.abs(found.money) + meet * high.moved[open_]
            going = new - line > 1e-13 * scale
            fits = found.moved <= np.maximum(self.cap, low.moved)[open_]
            rows = np.flatnonzero(np.isin(self.whose, open_))
            owner = np.searchsorted(open_, self.whose[rows])
            for side, chosen in ((low, going & fits), (high, going & ~fits)):
                side.money[open_[chosen]], side.moved[open_[chosen]] = found.money[chosen], found.moved[chosen]
                taken = chosen[owner]
                side.soc[rows[taken]] = found.soc[taken]
            open_ = open_[going]
        else:
            raise IntegrityError(
                said("the search for the price of throughput did not end", "吞吐量影子价格的搜索未能结束")
            )
        gap = high.moved - low.moved
        share = np.where(gap > 0.0, np.clip((self.cap - low.moved) / np.where(gap > 0.0, gap, 1.0), 0.0, 1.0), 1.0)
        mix = share[self.whose][:, None]
        return np.asarray(np.where(mix == 1.0, high.soc, mix * high.soc + (1.0 - mix) * low.soc))

    def _money(self, rows: Groups, soc: Table) -> tuple[Table, Table, Table]:
        """Money of each plant ``(K,)``, charge and discharge of the states of some rows that hold whole plants."""
        posed = rows_of(self.posed, rows)
        within = np.arange(soc.shape[1]) < posed.steps
        by_row, charge, discharge = steps.flows(
            posed, self.cyclic, np.ascontiguousarray(soc - posed.lowest_mwh * within)
        )
        by_row = by_row - posed.step_hours * (posed.auxiliary_mw * posed.buy * within).sum(axis=1)
        whose, plants = self.whose[rows], self.cap.size
        money: Table = totals(whose, self.weight[rows] * by_row, plants)
        if self.cost is not None and self.month is not None:
            months, month = np.unique(self.month[rows], return_inverse=True)
            drawn = peaks_of(posed, month, charge - discharge)
            owner = np.zeros(months.size, dtype=np.int64)
            owner[month] = whose
            money -= totals(owner, self.cost.rows(months, int(self.month.max()) + 1).at(drawn), plants)
        return money, charge, discharge

    def _valued(self, soc: Table, price: Table, bound: Table, uncapped: Table) -> Capped:
        """Flows and money of the states; plants whose money misses its bound by duality go to HiGHS."""
        value, charge, discharge = self._money(np.arange(self.whose.size), soc)
        by_row = self.weight * self.posed.step_hours * (np.abs(self.posed.buy) * (charge + discharge)).sum(axis=1)
        short = np.flatnonzero(bound - value > PROVED * (np.abs(bound) + uncapped + totals(self.whose, by_row)))
        # HiGHS takes one plant at a time: there is no other way to hand it a problem with binaries.
        for one in short:
            rows = np.flatnonzero(self.whose == one)
            value[one], charge[rows], discharge[rows], soc[rows] = self._handed(rows, float(self.cap[one]))
            price[one] = np.nan
        return Capped(value, charge, discharge, soc, price)

    def _handed(self, rows: Groups, cap: float) -> tuple[float, Table, Table, Table]:
        from appraisal.dispatch.coupled import Coupling, exact

        group, cost = np.zeros(rows.size, dtype=np.int64), None
        if self.cost is not None and self.month is not None:
            months, group = np.unique(self.month[rows], return_inverse=True)
            cost = self.cost.rows(months, int(self.month.max()) + 1)
        held = Coupling(weight=self.weight[rows], group=group, cost=cost, most_mwh=cap)
        found = exact(rows_of(self.posed, rows), self.cyclic, held)
        return found.value, found.charge, found.discharge, found.soc
