"""Whether a Monte Carlo study has drawn enough: its figures as the draws come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from appraisal.metrics import Metric
from appraisal.study.inputs import Indices, Vector
from appraisal.study.risk.weighed import Weighed
from appraisal.study.words import head, joined, say
from appraisal.units import Table

if TYPE_CHECKING:
    import pandas as pd

# Name → share of the weight that does not exceed it; P90 is exceeded with a probability of 90 %.
P_VALUES = {"P90": 0.1, "P50": 0.5, "P10": 0.9}
FIGURES = ("mean", *P_VALUES)
_NAMES = {"mean": ("均值", "mean"), **{name: (name, name) for name in P_VALUES}}
_POINTS = 20
_FIRST = 8
_VERDICTS = {
    "settled": ("已收敛", "settled"),
    "moving": ("未收敛", "not settled"),
    "no figure": ("无数值，无从判断", "no figure to judge"),
}
_SAID = (
    "{n:,} 次抽样，后一半抽样中最大变动（占标准差的比例）：{moved}；允许 {tolerance:.3g} %：{verdict}",
    "{n:,} draws; largest move over the last half of them, as a share of the standard deviation: {moved}; allowed {tolerance:.3g} %: {verdict}",
)
_MORE = ("请抽样 {n:,} 次", "draw {n:,}")


@dataclass(frozen=True, kw_only=True)
class Convergence:
    """Running figures of one metric, K points.

    Attributes
    ----------
    metric : Metric
        Of every draw.
    n : (K,)
        Draws so far, of each scenario of a tree.
    values, errors : (K, 4)
        Mean, P90, P50, P10 of the first n draws, in the metric's unit, and their standard errors as of independent draws.
    moved : (4,)
        Largest distance from the last value over the last half of the draws, as a share of the standard deviation; NaN for
        a figure that there never is, infinite for one that comes or goes.
    tolerance : float
        Largest move allowed.
    code : str
        ``settled``, ``moving`` or ``no figure``.

    Notes
    -----
    A part of a Latin hypercube is none, so that the trace wanders as one of independent draws does, and the errors are
    those: for the whole hypercube they are on the safe side (its mean of any function has at most N/(N − 1) of the
    variance of independent draws; Owen 1997, and less the more additive the metric is in the inputs). Sobol' sequences are read
    at powers of two, where they are balanced.
    """

    metric: Metric
    n: Indices
    values: Table
    errors: Table
    moved: Vector
    tolerance: float
    code: str

    def words(self, lang: str = "en") -> str:
        """The verdict with its figures, and what to do."""
        moved = joined(
            [
                f"{say(_NAMES[name], lang)} {_share(value, lang)}"
                for name, value in zip(FIGURES, self.moved, strict=True)
            ],
            lang,
        )
        verdict = say(_VERDICTS[self.code], lang)
        if self.code == "no figure":
            return verdict
        text = say(_SAID, lang).format(n=self.n[-1], moved=moved, tolerance=100 * self.tolerance, verdict=verdict)
        return joined([text, say(_MORE, lang).format(n=2 * self.n[-1]) if self.code == "moving" else ""], lang)

    def table(self, lang: str = "en") -> pd.DataFrame:
        """One row a point: draws, each figure and its standard error, in the metric's unit."""
        import pandas as pd

        columns: dict[str, NDArray[np.float64] | Indices] = {say(("抽样数", "Draws"), lang): self.n}
        for place, name in enumerate(FIGURES):
            label = f"{head(self.metric, lang)} {say(_NAMES[name], lang)}"
            columns[label] = self.values[:, place]
            columns[f"{label} {say(('标准误', 'standard error'), lang)}"] = self.errors[:, place]
        return pd.DataFrame(columns)


def _share(moved: float, lang: str) -> str:
    if np.isfinite(moved):
        return f"{100 * moved:.2g} %"
    return say(("无数值", "none") if np.isnan(moved) else ("时有时无", "comes and goes"), lang)


def trace(metric: Metric, numbers: Weighed, order: Weighed, tolerance: float, *, doubling: bool) -> Convergence:
    """The running figures of a sample, at powers of two where *doubling*, else at twentieths of the draws.

    The mean is of *numbers*; the quantiles are of *order*, in which a payback that never comes is infinite.
    """
    n = _points(numbers.values.shape[1], doubling)
    found = [_figures(numbers.first(int(count)), order.first(int(count))) for count in n]
    values, errors = (np.array([point[part] for point in found]) for part in (0, 1))
    moved = _moved(values[2 * n >= n[-1]], numbers.deviation())
    code = "no figure" if np.isnan(moved).all() else "moving" if (moved > tolerance).any() else "settled"
    return Convergence(metric=metric, n=n, values=values, errors=errors, moved=moved, tolerance=tolerance, code=code)


def _moved(last: Table, spread: float) -> Vector:
    """Largest distance from the last value; NaN for a figure that there never is, infinite for one that comes or goes."""
    absent = np.isnan(last)
    away = np.abs(np.where(absent, 0.0, last) - np.where(absent[-1], 0.0, last[-1])).max(axis=0)
    # A metric that never moves has settled from the start.
    moved = away / spread if spread > 0.0 else away
    return np.where(absent.all(axis=0), np.nan, np.where(absent.any(axis=0), np.inf, moved))


def _points(draws: int, doubling: bool) -> Indices:
    if doubling:
        first = min(_FIRST, draws).bit_length() - 1
        return 2 ** np.arange(first, draws.bit_length(), dtype=np.int64)
    made = np.unique(np.ceil(draws * np.arange(1, _POINTS + 1) / _POINTS).astype(np.int64))
    return made[made >= 2]


def _figures(numbers: Weighed, order: Weighed) -> tuple[list[float], list[float]]:
    pairs = [numbers.mean(), *(order.quantile(share) for share in P_VALUES.values())]
    return [value for value, _ in pairs], [error for _, error in pairs]
