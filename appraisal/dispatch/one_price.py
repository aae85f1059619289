"""The best schedules where a month's peak has one price: the search and, where it is not concave, HiGHS month by month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.dispatch.check import column
from appraisal.dispatch.coupled import Coupling, exact
from appraisal.dispatch.kernel import BURNT, best, refuse_unreachable, reports, rows_of
from appraisal.dispatch.search import best_peaks
from appraisal.dispatch.steps import Posed
from appraisal.dispatch.tiers import Groups, PeakCost, peaks_of, totals, within
from appraisal.units import Table

Hold: TypeAlias = Callable[[int], Coupling]
"""What bends the limits of a month beside its peak, asked by the month's place; its weight and group are not read."""


class Peaks(NamedTuple):
    """``value (G,)`` money of each month after wear and the peak's cost; ``charge``, ``discharge``, ``soc`` ``(P, T)``; ``peak (G,)`` MW."""

    value: Table
    charge: Table
    discharge: Table
    soc: Table
    peak: Table


def peaks(posed: Posed, cyclic: bool, month: Groups, weight: Table, cost: PeakCost, hold: Hold | None = None) -> Peaks:
    """:func:`solve_peaks` on a checked problem, one branch."""
    groups = int(month.max()) + 1
    handed, peak = np.ones(groups, dtype=np.bool_), np.full(groups, np.inf)
    charge, discharge, soc = (np.zeros(posed.buy.shape) for _ in range(3))
    value = np.zeros(groups)
    if hold is None:
        peak = best_peaks(posed, cyclic, month, weight, cost)
        handed = _burning(posed, cyclic, month, peak)
        peak[handed] = np.inf
        found = best(posed._replace(peak_mw=peak[month][:, None]), cyclic)
        refuse_unreachable(posed, cyclic, found)
        charge, discharge, soc = found.charge, found.discharge, found.soc
        value = totals(month, weight * found.value)
    # HiGHS takes one month at a time: there is no other way to hand it a problem with binaries.
    for one in np.flatnonzero(handed).tolist():
        rows, own = np.flatnonzero(month == one), cost.rows([one], groups)
        solved = exact(rows_of(posed, rows), cyclic, _alone(weight[rows], own, None if hold is None else hold(one)))
        charge[rows], discharge[rows], soc[rows] = solved.charge, solved.discharge, solved.soc
        value[one] = solved.value + own.at(solved.peak)[0]
    drawn = peaks_of(posed, month, charge - discharge)
    return Peaks(value - cost.at(drawn), charge, discharge, soc, drawn)


def _alone(weight: Table, cost: PeakCost, held: Coupling | None) -> Coupling:
    """One month as HiGHS is told it."""
    group = np.zeros(weight.size, dtype=np.int64)
    if held is None:
        return Coupling(weight=weight, group=group, cost=cost)
    return replace(held, weight=weight, group=group, cost=cost)


def _burning(posed: Posed, cyclic: bool, month: Groups, peak: Table) -> NDArray[np.bool_]:
    """Months whose best schedule at the best *peak* charges and discharges at once: only those are not solved by it.

    Where both at once are allowed the money is concave in the peak and nowhere below the plant's, so a best schedule that
    never does both is the plant's best.
    """
    from appraisal.dispatch import concave

    burning = np.zeros(peak.size, dtype=np.bool_)
    rows = np.flatnonzero(_kinked(posed))
    if rows.size:
        part = rows_of(posed, rows)._replace(peak_mw=peak[month[rows]][:, None])
        _, report = reports(part, cyclic)
        burnt = report[:, concave.BURNT] > BURNT * column(part.energy_mwh, rows.size)[:, 0]
        np.logical_or.at(burning, month[rows], burnt)
    return burning


def _kinked(posed: Posed) -> NDArray[np.bool_]:
    """Rows with a step in which charging and discharging at once could gain, ``(P,)``."""
    gains = posed.buy / posed.charge_efficiency < (posed.sell - posed.throughput_cost) * posed.discharge_efficiency
    either = (np.minimum(posed.charge_mw, posed.net_high_mw) > 0.0) & (
        np.maximum(-posed.discharge_mw, posed.net_low_mw) < 0.0
    )
    return np.asarray((gains & either & within(posed)).any(axis=1))
