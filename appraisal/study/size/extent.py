"""Sizes of a plant as points of surfaces: what each is worth, what it costs, how large a budget lets it be."""

from __future__ import annotations

from functools import partial

import numpy as np

from appraisal.case import Case
from appraisal.dispatch.run import dispatch
from appraisal.metrics import Metrics
from appraisal.streams import settle
from appraisal.study.inputs import Indices, Inputs, Vector
from appraisal.study.search import search
from appraisal.study.size.plateau import Heights
from appraisal.units import Table

INVESTED = "construction_investment_total"
# Of the budget: what counts as all of it.
_ALL = 1e-9
# A plant a thousandth as large: whatever limits the one does not limit the other.
_TINY = 1e-3


class Extent:
    """The sizes that are asked about, with a count of those appraised and of those that the case refuses.

    Parameters
    ----------
    moving : Inputs
        The case with rated power and rated energy as its inputs.
    metric : str
        What a size is worth.
    keys : tuple of str
        Every metric that is read; *metric* and the construction investment are among them.
    """

    def __init__(self, moving: Inputs, metric: str, keys: tuple[str, ...]) -> None:
        self.moving, self.metric, self.keys = moving, metric, keys
        self.appraised = 0
        self.refused: set[tuple[float, float]] = set()
        self.why = ""
        self.dearest = 0.0
        self.cheapest = np.inf

    def measured(self, power: Vector, duration: Vector, keys: tuple[str, ...] | None = None) -> Metrics:
        """The metrics of every size, ``(R,)``; NaN where the case refuses it."""
        found = self.moving.measure(np.column_stack([power, power * duration]), self.keys if keys is None else keys)
        self.appraised += power.size - len(found.refused)
        for row, message in found.refused.items():
            self.refused.add((float(power[row]), float(duration[row])))
            self.why = self.why or message
        paid = found.rows[INVESTED].value
        if np.isfinite(paid).any():
            self.dearest = max(self.dearest, float(np.nanmax(paid)))
            self.cheapest = min(self.cheapest, float(np.nanmin(paid)))
        return found.rows


class Surfaces:
    """B surfaces over the unit square: duration along one side, along the other power from the least to what a budget lets be.

    Parameters
    ----------
    extent : Extent
    powers, durations : (B, 2)
        MW and hours, lowest and highest.
    budgets : (B,)
        Yuan; infinite where there is none.
    """

    def __init__(self, extent: Extent, powers: Table, durations: Table, budgets: Vector) -> None:
        self.extent, self.powers, self.durations, self.budgets = extent, powers, durations, budgets

    def sizes(self, which: Indices, u: Vector, v: Vector) -> tuple[Vector, Vector]:
        """Power (NaN where even the least is too dear) and duration of points."""
        shortest, longest = self.durations[which].T
        duration = np.clip(shortest + v * (longest - shortest), shortest, longest)
        least = self.powers[which, 0]
        most = self._affordable(which, duration)
        return np.clip(least + u * (most - least), least, most), duration

    @property
    def heights(self) -> Heights:
        """The metric and the investment of points; −inf and infinite where there is none."""
        return self._heights

    def _heights(self, which: Indices, u: Vector, v: Vector) -> tuple[Vector, Vector]:
        power, duration = self.sizes(which, u, v)
        height, cost = np.full(power.size, -np.inf), np.full(power.size, np.inf)
        can = np.flatnonzero(np.isfinite(power))
        if can.size:
            found = self.extent.measured(power[can], duration[can])
            worth, paid = found[self.extent.metric].value, found[INVESTED].value
            known = np.isfinite(worth)
            height[can[known]], cost[can[known]] = worth[known], paid[known]
        return height, cost

    def _affordable(self, which: Indices, duration: Vector) -> Vector:
        """The highest power within range and budget at each duration; NaN where not even the lowest is within it."""
        most: Vector = self.powers[which, 1].copy()
        bound = np.flatnonzero(np.isfinite(self.budgets[which]))
        if not bound.size:
            return most
        pairs, back = np.unique(np.column_stack([which[bound], duration[bound]]), axis=0, return_inverse=True)
        surface = pairs[:, 0].astype(np.int64)
        over = partial(self._over, self.budgets[surface], pairs[:, 1])
        found = search(over, self.powers[surface], levels=False)
        limit = np.where(found.scan.values[:, 0] > 1.0, np.nan, self.powers[surface, 1])
        # Written from the last, so that the first power at which the budget is spent stands.
        limit[found.problem[::-1]] = found.at[::-1]
        most[bound] = limit[back.reshape(-1)]
        return most

    def _over(self, budgets: Vector, durations: Vector, which: Indices, power: Vector) -> Vector:
        """By how much the investment exceeds the budget, in units of what counts as nothing."""
        paid = self.extent.measured(power, durations[which], (INVESTED,))[INVESTED].value
        return np.asarray((paid - budgets[which]) / (_ALL * budgets[which]))


def fixed_streams(case: Case) -> tuple[tuple[str, ...], bool]:
    """Streams whose money does not move with the size, and whether that is all income of the case.

    Found by settling the plant and one a thousandth as large.
    """
    factor = np.array([[1.0], [_TINY]])
    block = case.vary({path: case.at(path)[:1] * factor for path in ("storage.power_mw", "storage.energy_mwh")})
    settled = settle(block, dispatch(block)).settlements
    fixed, earns = [], []
    for label, one in settled.items():
        money = [table for table in (one.income, one.purchase, one.cost, one.capital_change) if table.any()]
        same = [len(table) == 1 or bool((table[0] == table[1]).all()) for table in money]
        if money and all(same):
            fixed.append(label)
        if one.income.any() and not one.subsidy:
            earns.append(label)
    return tuple(fixed), bool(earns) and set(earns) <= set(fixed)
