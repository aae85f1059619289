"""The best schedules where a month's peak has a price: one search a month, all months at once, exact.

With the peak held, the rows of a month are separate and the kernel solves them; :mod:`~appraisal.dispatch.search` finds
the best peak. A month in which charging and discharging at once would gain (a negative price) is not concave in the peak: it
goes to :mod:`~appraisal.dispatch.coupled` by itself, unless the schedule found does not do both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Unpack

import numpy as np
from numpy.typing import NDArray

from appraisal.dispatch.check import Plant, checked, numbers
from appraisal.dispatch.coupled import Coupling, exact
from appraisal.dispatch.kernel import reports, rows_of
from appraisal.dispatch.one_price import Hold, Peaks, peaks
from appraisal.dispatch.steps import Posed
from appraisal.dispatch.tiers import Groups, PeakCost, peaks_of, totals, within
from appraisal.errors import NoSolutionError, ValueFault, said
from appraisal.units import Table


@dataclass(frozen=True)
class Rebate:
    """A lower price of the peak in a month with enough energy.

    Attributes
    ----------
    share : number or (G, 1)
        Of the peak's cost that is left, 0 to 1.
    net_mwh : (G,)
        Least charge − discharge of the plant over the month, weighted, at which the month has enough: the threshold
        less the energy of the load. Exact where the site's own meter counts net energy.
    counted : (T,) of 0 and 1
        Steps whose energy that meter counts; all unless stated.
    on_purpose : bool
        Whether energy may be consumed for the sake of reaching the threshold, which only a mixed-integer programme
        decides. Else the best of three schedules is taken, each billed as it turns out: that of the lower price, that of
        the full price, and a plant that stands still, which must be allowed to.
    """

    share: Any
    net_mwh: Table
    counted: Any = 1.0
    on_purpose: bool = True


def solve_peaks(
    buy: Table,
    sell: Table | None = None,
    *,
    cost: PeakCost,
    load_mw: Any,
    group: Any,
    pv_mw: Any = 0.0,
    weight: Any = 1.0,
    rebate: Rebate | None = None,
    hold: Hold | None = None,
    **plant: Unpack[Plant],
) -> Peaks:
    """The schedules that earn most after the cost of each month's peak.

    Parameters
    ----------
    buy, sell, plant
        As :func:`appraisal.dispatch.kernel.solve_rows`: P rows, each a day of a type, a month or any separate run.
    cost : PeakCost
        Of the highest power that the site draws in a month, one row a month or one for all.
    load_mw, pv_mw : number, (T,), (P, 1) or (P, T)
        Load and generation of the site, MW.
    group : (P,) of int
        The month of each row, 0 … G−1; every month has a row. A month of a scenario is a month of its own.
    weight : number or (P,)
        How often a row occurs in its month, > 0.
    rebate : Rebate, optional
        The price of the peak where the month has enough energy: the better of both branches is taken.
    hold : callable, optional
        What else bends the limits of a month, as a :class:`appraisal.dispatch.coupled.Coupling` of any weight and group: every
        month is then HiGHS's, one by one. Not beside a rebate that is reached on purpose.

    Returns
    -------
    Peaks
        The peak is the highest load − PV + charge − discharge of the month, never below 0.

    Raises
    ------
    ValueError, NoSolutionError
        As :func:`appraisal.dispatch.kernel.solve_rows`; NoSolutionError where no peak allows a schedule.

    Notes
    -----
    max Σ weight × money − p(M), charge − discharge ≤ M − load + PV in every step. Months with a step in which selling
    brings more than buying costs (a negative price) are not concave in M. They are solved as if charging and discharging at
    once were allowed, which is exact where the schedule found does not do both; else by HiGHS, one by one. So is the rebated
    branch of a month that reaches it only by burning energy on purpose.

    Examples
    --------
    One day, a load that peaks in the second hour, 100 a MW of peak: half a MWh moved at a flat price.

    >>> found = solve_peaks(np.array([[1.0, 1.0]]), cost=PeakCost(np.array([[0.0]]), np.array([[100.0]])), group=[0],
    ...                     load_mw=[1.0, 2.0], step_hours=1.0, charge_mw=1.0, discharge_mw=1.0, energy_mwh=9.0,
    ...                     charge_efficiency=1.0, discharge_efficiency=1.0, cyclic=True)
    >>> found.peak, found.value
    (array([1.5]), array([-150.]))
    """
    cyclic = plant.get("cyclic", False)
    posed = checked(buy, sell, headroom_mw=numbers("pv_mw", pv_mw) - numbers("load_mw", load_mw), **plant)
    month, times = grouped(group, weight, len(posed.buy))
    cost.refuse_rows(int(month.max()) + 1)
    if rebate is None:
        return peaks(posed, cyclic, month, times, cost, hold)
    return _branches(posed, cyclic, month, times, cost, rebate, hold)


class Separation(NamedTuple):
    """``apart`` and ``coupled`` money of a year, and ``loss``: what holding the state at each month's edge gives away."""

    apart: float
    coupled: float
    loss: float


def separation_loss(
    buy: Table,
    sell: Table | None = None,
    *,
    cost: PeakCost,
    load_mw: Any,
    edge_mwh: float,
    pv_mw: Any = 0.0,
    **plant: Unpack[Plant],
) -> Separation:
    """What one plant loses because its months are solved apart, each from *edge_mwh* to *edge_mwh*.

    Parameters
    ----------
    buy, sell, plant
        As :func:`solve_peaks`, one row a month in the order of the year, with neither ends nor ``cyclic``; months of
        different length say so by ``steps``.
    cost, load_mw, pv_mw
        As :func:`solve_peaks`.
    edge_mwh : number
        The state of charge at every edge of a month, MWh.

    Returns
    -------
    Separation
        Money; the loss is ≥ 0 up to rounding. A report: the coupled year is one linear programme of all steps for HiGHS.

    Raises
    ------
    ValueError, NoSolutionError
        As :func:`solve_peaks` and :func:`appraisal.dispatch.coupled.exact`.
    """
    from appraisal.dispatch.coupled import Coupling, solve_coupled

    held: Plant = {**plant, "start_mwh": edge_mwh, "end_mwh": edge_mwh}
    month = np.arange(len(buy))
    apart = solve_peaks(buy, sell, cost=cost, load_mw=load_mw, pv_mw=pv_mw, group=month, **held)
    joined = Coupling(weight=np.ones(month.size), group=month, cost=cost, chained=True)
    year = solve_coupled(buy, sell, coupling=joined, load_mw=load_mw, pv_mw=pv_mw, **held)
    total = float(apart.value.sum())
    return Separation(total, year.value, year.value - total)


def grouped(group: Any, weight: Any, rows: int) -> tuple[Groups, Table]:
    """Group and weight of each row, checked.

    Raises
    ------
    ValueFault
        If a number is missing between 0 and the highest group, or a weight is not above 0.
    """
    month, times = np.asarray(group), np.broadcast_to(numbers("weight", weight), (rows,))
    whole = month.shape == (rows,) and np.issubdtype(month.dtype, np.integer) and month.min() == 0
    if not whole or np.unique(month).size != int(month.max()) + 1:
        raise ValueFault(said(
            "{name}: expected {rows} whole numbers from 0 that leave none out", "{name}：应为 {rows} 个从 0 起且不跳号的整数", name="group", rows=rows
        ))  # fmt: skip
    if not (np.isfinite(times) & (times > 0.0)).all():
        raise ValueFault(said("{name}: expected finite numbers above 0", "{name}：应为大于 0 的有限数", name="weight"))
    return month.astype(np.int64), np.ascontiguousarray(times)


def _branches(
    posed: Posed, cyclic: bool, month: Groups, weight: Table, cost: PeakCost, rebate: Rebate, hold: Hold | None
) -> Peaks:
    """The better branch of every month. A rebate never hurts, so a schedule that earns it unasked is the best of all."""
    groups = int(month.max()) + 1
    wanted = np.broadcast_to(np.asarray(rebate.net_mwh, dtype=np.float64), (groups,))
    share, counted = numbers("rebate.share", rebate.share), numbers("rebate.counted", rebate.counted)
    if not ((share >= 0.0) & (share <= 1.0)).all() or np.isnan(wanted).any():
        raise ValueFault(
            said(
                "{name}: expected a share of 0 to 1 and a threshold in MWh",
                "{name}：应为 0 至 1 的比例与以 MWh 计的门槛",
                name="rebate",
            )
        )
    cost = cost.rows(np.arange(groups), groups)
    cheap = PeakCost(cost.from_mw, cost.price * share, cost.fixed * share)

    def net(found: Peaks) -> Table:
        return totals(month, weight * posed.step_hours * (counted * (found.charge - found.discharge)).sum(axis=1))

    always, never = _settled(posed, cyclic, month, weight, counted, wanted)
    one_way = never | (np.broadcast_to(share, (groups, 1))[:, 0] == 1.0)
    low = peaks(posed, cyclic, month, weight, _either(always, cheap, cost), hold)
    high = _again(posed, cyclic, month, weight, cheap, low, np.flatnonzero(~always & ~one_way), hold)
    takes = always | (~one_way & (net(high) >= wanted))
    by_row = takes[month][:, None]
    best_of = Peaks(
        np.where(takes, high.value, low.value),
        np.where(by_row, high.charge, low.charge),
        np.where(by_row, high.discharge, low.discharge),
        np.where(by_row, high.soc, low.soc),
        np.where(takes, high.peak, low.peak),
    )
    if not rebate.on_purpose:
        return _unasked(posed, month, (cost, cheap), best_of, takes, net(low) >= wanted, wanted <= 0.0)
    unsure = np.flatnonzero(
        ~takes & ((_most_net(posed, cyclic, month, weight, counted) >= wanted) | (net(low) >= wanted))
    )
    for one in unsure.tolist():
        _decide(
            posed,
            cyclic,
            np.flatnonzero(month == one),
            weight,
            (cost.rows([one], groups), cheap.rows([one], groups)),
            (wanted[one], counted),
            one,
            best_of,
        )
    return best_of


def _settled(
    posed: Posed, cyclic: bool, month: Groups, weight: Table, counted: Table, wanted: Table
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Months that have enough energy whatever the plant does, and months that never have, ``(G,)`` each.

    A store that ends as it began, all of whose energy the meter counts, draws at least what it gives back; and it never
    draws more than its power through every step.
    """
    returns = bool(counted.all()) and (cyclic or np.array_equal(posed.start_mwh, posed.end_mwh))
    most = np.minimum(posed.charge_mw, posed.net_high_mw) * counted * within(posed)
    reach = totals(month, weight * posed.step_hours * np.broadcast_to(most, posed.buy.shape).sum(axis=1))
    return (wanted <= 0.0) & returns, reach < wanted


def _either(which: NDArray[np.bool_], one: PeakCost, other: PeakCost) -> PeakCost:
    """The first cost in some months, the second in the others."""
    pairs = ((getattr(one, name), getattr(other, name)) for name in ("from_mw", "price", "fixed"))
    return PeakCost(*(np.where(which[:, None], first, second) for first, second in pairs))


def _again(
    posed: Posed,
    cyclic: bool,
    month: Groups,
    weight: Table,
    cost: PeakCost,
    found: Peaks,
    chosen: Groups,
    hold: Hold | None,
) -> Peaks:
    """What was *found*, with some months solved anew at another cost."""
    if not chosen.size:
        return found
    if chosen.size == found.value.size:
        return peaks(posed, cyclic, month, weight, cost, hold)
    rows = np.flatnonzero(np.isin(month, chosen))
    inner = np.searchsorted(chosen, month[rows])
    new = peaks(
        rows_of(posed, rows), cyclic, inner, weight[rows], cost.rows(chosen, found.value.size), _at_places(hold, chosen)
    )
    made = Peaks(*(table.copy() for table in found))
    for table, fresh, place in zip(made, new, (chosen, rows, rows, rows, chosen), strict=True):
        table[place] = fresh
    return made


def _at_places(hold: Hold | None, chosen: Groups) -> Hold | None:
    """What bends the limits of some months, asked by their place among these."""
    return None if hold is None else lambda place: hold(int(chosen[place]))


def _unasked(
    posed: Posed, month: Groups, costs: tuple[PeakCost, PeakCost], found: Peaks, takes: Any, earns: Any, idle_earns: Any
) -> Peaks:
    """Where the cheap branch misses the threshold: the full price's schedule as it is billed, or standing still."""
    cost, cheap = costs
    value = found.value + np.where(~takes & earns, cost.at(found.peak) - cheap.at(found.peak), 0.0)
    still = peaks_of(posed, month, np.zeros(posed.buy.shape))
    resting = ~takes & idle_earns & (-cheap.at(still) > value)
    rows = resting[month][:, None]
    charge, discharge = (np.where(rows, 0.0, table) for table in (found.charge, found.discharge))
    begin = posed.start_mwh + posed.lowest_mwh
    soc = np.where(rows, begin * within(posed), found.soc)
    return Peaks(
        np.where(resting, -cheap.at(still), value), charge, discharge, soc, np.where(resting, still, found.peak)
    )


def _most_net(posed: Posed, cyclic: bool, month: Groups, weight: Table, counted: Table) -> Table:
    """The most net energy that each month could take on purpose, MWh: an upper bound."""
    from appraisal.dispatch import concave

    paid = np.full_like(posed.buy, -1.0) * counted
    _, report = reports(posed._replace(buy=paid, sell=paid, throughput_cost=np.zeros((1, 1))), cyclic)
    return totals(month, weight * report[:, concave.BOUND])


def _decide(
    posed: Posed,
    cyclic: bool,
    rows: Groups,
    weight: Table,
    costs: tuple[PeakCost, PeakCost],
    least: tuple[float, Table],
    one: int,
    into: Peaks,
) -> None:
    """Both branches of one month by HiGHS, the energy of each as a limit; the better is written into *into*."""
    into.value[one] = -np.inf
    part, (wanted, counted) = rows_of(posed, rows), least
    for price, net in zip(costs, ((-np.inf, wanted), (wanted, np.inf)), strict=True):
        held = Coupling(
            weight=weight[rows],
            group=np.zeros(rows.size, dtype=np.int64),
            cost=price,
            net_mwh=np.array([net]),
            counted=counted,
        )
        try:
            solved = exact(part, cyclic, held)
        except NoSolutionError:
            # A branch without a schedule leaves the other; both without one is said below.
            continue
        if solved.value > into.value[one]:
            into.value[one], into.peak[one] = solved.value, solved.peak[0]
            into.charge[rows], into.discharge[rows], into.soc[rows] = solved.charge, solved.discharge, solved.soc
    if np.isneginf(into.value[one]):
        raise NoSolutionError(
            said("month {month}: no schedule on either branch", "第 {month} 月：两种情形均无可行运行方式", month=one)
        )
