"""The best peak of every month, all months at once, exact.

With the peak M held, the money of a month less the cost of its peak is concave and piecewise linear in M, and the
kernel reports what one more MW would earn. Two tangents on either side of the best M meet at a peak and a bound; the
schedule there either reaches the bound or gives a new tangent. Source: Kelley's cutting planes (1960) in one dimension.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from appraisal.dispatch.kernel import best, refuse_unreachable, reports, rows_of
from appraisal.dispatch.steps import Posed
from appraisal.dispatch.tiers import Groups, PeakCost, totals, within
from appraisal.errors import IntegrityError, said
from appraisal.units import Table

MET = 1e-12
"""A month is solved when its money is this near its bound, relative to the money in play."""

ROUNDS = 400
"""Far more tangents than any month has wanted; a month beyond it is an error of the search."""


class _Point(NamedTuple):
    """A peak a month, the money there, a slope of it; and the MW wanting before the month has a schedule."""

    at: Table
    money: Table
    slope: Table
    need: Table


_Held = Callable[[Groups, Table], _Point]


def _evaluate(
    posed: Posed, cyclic: bool, month: Groups, weight: Table, cost: PeakCost, chosen: Groups, at: Table
) -> _Point:
    """The money of the *chosen* months with their peaks held at *at*."""
    from appraisal.dispatch import concave

    groups = int(month.max()) + 1
    place = np.full(groups, -1)
    place[chosen] = np.arange(chosen.size)
    rows = np.flatnonzero(place[month] >= 0) if chosen.size < groups else np.arange(month.size)
    inner = place[month[rows]]
    part = posed if rows.size == month.size else rows_of(posed, rows)
    _, report = reports(part._replace(peak_mw=at[inner][:, None]), cyclic)
    own, tiers = weight[rows], cost.rows(chosen, groups)
    need = np.zeros(chosen.size)
    np.maximum.at(need, inner, report[:, concave.NEED])
    money = totals(inner, own * report[:, concave.MONEY]) - tiers.at(at)
    slope = totals(inner, own * report[:, concave.SLOPE]) - tiers.slope(at)
    return _Point(at, money, slope, need)


def best_peaks(posed: Posed, cyclic: bool, month: Groups, weight: Table, cost: PeakCost) -> Table:
    """The best peak of every month ``(G,)``, MW.

    Parameters
    ----------
    posed : Posed
        P rows, solved as if charging and discharging at once were allowed; ``headroom_mw`` is PV − load.
    month, weight : (P,)
        The month of each row, 0 … G−1, and how often the row occurs in it.
    cost : PeakCost

    Raises
    ------
    NoSolutionError
        If a month has no schedule at any peak.
    IntegrityError
        If the search does not end.
    """
    least, most = _range(posed, month)
    groups = least.size
    every = np.arange(groups)

    def at(chosen: Groups, where: Table) -> _Point:
        return _evaluate(posed, cyclic, month, weight, cost, chosen, where)

    right = at(every, most)
    if (right.need > 0.0).any():
        refuse_unreachable(posed, cyclic, best(posed, cyclic))
    # Where one more MW is not worth having even at the far right, less is; the rest needs no search.
    falling = np.flatnonzero(right.slope < 0.0)
    left = _Point(*(table.copy() for table in right))
    if falling.size:
        for table, found in zip(left, _leftmost(at, falling, least, right), strict=True):
            table[falling] = found
    # What is left of the feasible peaks ends the search, and so does a slope that does not rise there.
    peak = left.at.copy()
    open_ = falling[left.slope[falling] > 0.0]
    return _close_in(at, peak, left, right, open_, cost.at(right.at))


def _leftmost(at: _Held, chosen: Groups, least: Table, right: _Point) -> _Point:
    """A peak left of the best one at which each *chosen* month has a schedule, or else the least such peak.

    The least is met from below, each report of what is wanting being a bound; where the reports are short, every third
    point halves what lies between, and one that is still right of the best peak takes the place of *right*.
    """
    found = at(chosen, np.minimum(least[chosen], right.at[chosen]))
    for turn in range(ROUNDS):
        wanting = np.flatnonzero(found.need > 0.0)
        if not wanting.size:
            return found
        months = chosen[wanting]
        tiny = 1e-13 * np.maximum(1.0, np.abs(found.at[wanting]))
        bound = np.minimum(found.at[wanting] + np.maximum(found.need[wanting], tiny), right.at[months])
        tried = 0.5 * (bound + right.at[months]) if turn % 3 == 2 else bound
        more = at(months, tried)
        falling = (more.need <= 0.0) & (tried > bound) & (more.slope < 0.0)
        for table, side, new in zip(found, right, more, strict=True):
            table[wanting[~falling]] = new[~falling]
            side[months[falling]] = new[falling]
    raise _stuck()


def _close_in(at: _Held, peak: Table, left: _Point, right: _Point, open_: Groups, paid: Table) -> Table:
    """Tangents from either side of the best peak until the money meets its bound."""
    width = right.at - left.at
    for turn in range(ROUNDS):
        if not open_.size:
            return peak
        a, fa, sa, _ = (table[open_] for table in left)
        b, fb, sb, _ = (table[open_] for table in right)
        meet = np.clip((fb - fa + sa * a - sb * b) / (sa - sb), a, b)
        bound, highest = fa + sa * (meet - a), np.maximum(fa, fb)
        peak[open_] = np.where(fa >= fb, a, b)
        money = np.abs(fa) + np.abs(fb) + paid[open_]
        going = (bound - highest > MET * money) & (meet > a) & (meet < b)
        open_, meet, middle = open_[going], meet[going], 0.5 * (a + b)[going]
        if not open_.size:
            return peak
        # Where three tangents have not halved the bracket, its middle does.
        if turn % 3 == 2:
            meet = np.where(b[going] - a[going] > 0.5 * width[open_], middle, meet)
            width[open_] = b[going] - a[going]
        new = at(open_, meet)
        if (new.need > 0.0).any():
            raise _stuck()
        rising, level = new.slope > 0.0, new.slope == 0.0
        for side, chosen in ((left, rising), (right, ~rising)):
            for table, fresh in zip(side, new, strict=True):
                table[open_[chosen]] = fresh[chosen]
        peak[open_[level]] = new.at[level]
        open_ = open_[~level]
    raise _stuck()


def _stuck() -> IntegrityError:
    return IntegrityError(said("the search for a month's peak did not end", "月最大需量的搜索未能结束"))


def _range(posed: Posed, month: Groups) -> tuple[Table, Table]:
    """The least peak that the limits of single steps allow, and a peak that limits nothing, of each month."""
    low = np.maximum(-posed.discharge_mw, posed.net_low_mw) - posed.headroom_mw
    high = np.minimum(posed.charge_mw, posed.net_high_mw) - posed.headroom_mw
    least, most = np.zeros(int(month.max()) + 1), np.zeros(int(month.max()) + 1)
    np.maximum.at(least, month, np.where(within(posed), low, 0.0).max(axis=1))
    np.maximum.at(most, month, np.where(within(posed), high, 0.0).max(axis=1))
    return least, np.maximum(least, most)
