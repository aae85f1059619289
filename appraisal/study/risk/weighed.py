"""Statistics of a weighted sample that stands scenario by scenario: B scenarios of a tree by N draws each.

The draws of row n are the same points in every scenario, so that sampling error is that of N independent rows, whatever the
number of scenarios. Every figure is of the draws that have a number; NaN where none has one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from appraisal.units import Table

Vector = NDArray[np.float64]


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
        if not self.share:
            return np.nan, np.nan
        value = float(self._at(np.array([share]))[0])
        if not np.isfinite(value):
            return np.nan, np.nan
        below = self._error(self._each(np.where(self.values <= value, 1.0, 0.0) - share))
        if not np.isfinite(below):
            return value, np.nan
        low, high = self._at(np.clip([share - below, share + below], 0.0, 1.0))
        return value, float(0.5 * (high - low)) if np.isfinite(high) else np.nan

    def _at(self, shares: Vector) -> Vector:
        weights = np.broadcast_to(self.weights[:, np.newaxis], self.values.shape)
        held = self.numbered
        found = np.quantile(self.values[held], shares, weights=weights[held], method="inverted_cdf")
        return np.asarray(found, dtype=np.float64)

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
    inputs = stats.rankdata(draws[held], axis=0)
    ranks = stats.rankdata(values[held])
    inputs -= inputs.mean(axis=0)
    ranks -= ranks.mean()
    spread = np.sqrt((inputs**2).sum(axis=0) * (ranks @ ranks))
    moved = spread > 0.0
    return np.where(moved, ranks @ inputs / np.where(moved, spread, 1.0), np.nan)
