"""Statistics of a weighted sample that stands scenario by scenario: B scenarios of a tree by N draws each.

The draws of row n are the same points in every scenario, so that sampling error is that of N independent rows, whatever the
number of scenarios. Every figure is of the draws that have a number; NaN where none has one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.units import Table

Vector = NDArray[np.float64]
# Weight that a share may be short of by rounding and still be reached.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Weighed:
    """Values ``(B, N)`` of B scenarios by N draws, NaN where there is no number; weights ``(B,)`` of the scenarios."""

    values: Table
    weights: Vector

    def first(self, n: int) -> Weighed:
        """The first draws of every scenario."""
        return Weighed(self.values[:, :n], self.weights)

    @property
    def numbered(self) -> NDArray[np.bool_]:
        """Where there is a number, ``(B, N)``."""
        return ~np.isnan(self.values)

    @property
    def share(self) -> float:
        """Probability of having a number, within 0 … 1."""
        return float(self.weights @ self.numbered.mean(axis=1))

    def _each(self, table: Table) -> Vector:
        """Weighted sum over the scenarios for every draw, as a share of what has a number; its mean is the figure."""
        return np.asarray(self.weights @ np.where(self.numbered, table, 0.0) / self.share)

    def _error(self, influence: Vector) -> float:
        return float(influence.std(ddof=1) / np.sqrt(influence.size)) if influence.size > 1 else np.nan

    def mean(self) -> tuple[float, float]:
        """The mean and its standard error, as of independent draws."""
        if not self.share:
            return np.nan, np.nan
        centre = float(self._each(self.values).mean())
        return centre, self._error(self._each(self.values - centre))

    def deviation(self) -> float:
        """Standard deviation of the distribution (divisor: all weights)."""
        if not self.share:
            return np.nan
        return float(np.sqrt(self._each((self.values - self.mean()[0]) ** 2).mean()))

    def quantile(self, share: float) -> tuple[float, float]:
        """The least value that at least *share* of the weight does not exceed, and its standard error; NaN where it is infinite.

        The error is half the distance of the quantiles at share ± the standard error of the distribution function there
        (Woodruff 1952, Confidence intervals for medians and other position measures).
        """
        value = self.place(share)
        if not np.isfinite(value):
            return np.nan, np.nan
        below = self._error(self._each(np.where(self.values <= value, 1.0, 0.0) - share))
        if not np.isfinite(below):
            return value, np.nan
        low, high = self._at(np.clip([share - below, share + below], 0.0, 1.0))
        return value, float(0.5 * (high - low)) if np.isfinite([low, high]).all() else np.nan

    def place(self, share: float) -> float:
        """The quantile as it ranks: infinite where that many draws rank below or above every number, NaN where none has a rank."""
        return float(self._at(np.array([share]))[0]) if self.share else np.nan

    def _at(self, shares: Vector) -> Vector:
        """Inverted distribution function. Draws are counted by scenario before they are weighed, so that the only rounding is
        that of the weights, and a share met exactly is met."""
        held = self.numbered
        values = self.values[held]
        order = np.argsort(values, kind="stable")
        scenario = np.broadcast_to(np.arange(self.weights.size)[:, np.newaxis], self.values.shape)[held][order]
        reached = np.cumsum(scenario[:, np.newaxis] == np.arange(self.weights.size), axis=0) @ self.weights
        found = np.searchsorted(reached, shares * reached[-1] * (1.0 - _ROUNDING))
        return np.asarray(values[order][found], dtype=np.float64)

    def tail(self, share: float) -> tuple[float, float]:
        """Mean of the lowest *share* of the weight, and its standard error.

        Rockafellar and Uryasev (2000): ``q − E[max(0, q − x)] ÷ share`` with q the quantile, which counts of the draws at
        the quantile only what belongs to the tail.
        """
        if not self.share:
            return np.nan, np.nan
        value = self.quantile(share)[0]
        short = self._each(np.maximum(0.0, value - self.values) / share)
        return value - float(short.mean()), self._error(short)


def rank_limit(one: Vector, other: Vector, sign: float) -> float:
    """The largest rank correlation in the direction of *sign* that two columns of values can have: that of both in order.

    Examples
    --------
    >>> round(rank_limit(np.array([1.0, 1.0, 2.0, 2.0]), np.array([1.0, 2.0, 3.0, 4.0]), 0.9), 4)
    0.8944
    """
    ends = np.sort(other)
    return float(rank_correlations(np.sort(one)[:, np.newaxis], ends if sign > 0.0 else ends[::-1])[0])


def rank_correlations(draws: Table, values: Vector) -> Vector:
    """Spearman's correlation of each column of ``(N, I)`` with ``(N,)``; NaN where one of the two does not vary.

    Of the rows whose value is a number; ties take the mean of their ranks.

    Examples
    --------
    >>> rank_correlations(np.array([[1.0, 3.0], [2.0, 2.0], [9.0, 1.0]]), np.array([0.1, 0.2, 0.3])).round(12)
    array([ 1., -1.])
    """
    held = ~np.isnan(values)
    if held.sum() < 2:
        return np.full(draws.shape[1], np.nan)
    from scipy import stats

    inputs = stats.rankdata(draws[held], axis=0)
    ranks = stats.rankdata(values[held])
    inputs -= inputs.mean(axis=0)
    ranks -= ranks.mean()
    spread = np.sqrt((inputs**2).sum(axis=0) * (ranks @ ranks))
    moved = spread > 0.0
    return np.where(moved, ranks @ inputs / np.where(moved, spread, 1.0), np.nan)
