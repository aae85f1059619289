"""Whether a Monte Carlo study has drawn enough: its figures as the draws come in."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
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
# VaR and CVaR are of the worst 5 %, and of these worths.
TAIL = 0.05
# How close running figures come to their last, and how small their errors are, as a share of the standard deviation.
TOLERANCE = 0.1
TAILED = ("project_npv", "equity_npv")
FIGURES = ("mean", *P_VALUES)
TAILS = ("VaR", "CVaR")
_LEVEL = f"{100 * (1 - TAIL):g} %"
_NAMES = {
    "mean": ("均值", "mean"), **{name: (name, name) for name in P_VALUES}, **{name: (f"{name} {_LEVEL}",) * 2 for name in TAILS},
}  # fmt: skip
_POINTS = 20
_FIRST = 8
# Fewest points of the last half that a movement can be read from.
_FEWEST = 3
# Fewest draws in the tail of a figure: of fewer, quantiles and their errors are ends of the sample.
_IN_TAIL = 5
# Largest standard error of a printed figure of a normal sample, as a share of σ · √n: VaR 95 %, √(0.05 · 0.95) ÷ φ(−1.645).
_NORMAL = 2.12
_VERDICTS = {
    "settled": ("已收敛", "settled"),
    "moving": ("未收敛", "not settled"),
    "few": ("抽样过少，无从判断", "too few draws to judge"),
    "no figure": ("无数值，无从判断", "no figure to judge"),
}
_SAID = (
    "{metric}：{n:,} 次抽样；后一半抽样中的最大变动与标准误（占标准差的比例）：{moved}；各允许 {tolerance:.3g} %：{verdict}",
    "{metric}: {n:,} draws; largest move over the last half of them and standard error, as shares of the standard deviation: {moved}; "
    "allowed {tolerance:.3g} % each: {verdict}",
)
_MORE = ("请抽样 {n:,} 次", "draw {n:,}")


@dataclass(frozen=True, kw_only=True)
class Convergence:
    """Running figures of one metric, K points by F figures.

    Attributes
    ----------
    metric : Metric
        Of every draw.
    figures : tuple of str
        ``mean``, ``P90``, ``P50``, ``P10``; of an NPV ``VaR`` and ``CVaR`` too. Worst and best are never judged: they move
        as long as one draws.
    n : (K,)
        Draws so far, of each scenario of a tree.
    values, errors : (K, F)
        The figures of the first n draws, in the metric's unit, and their standard errors as of independent draws.
    moved, uncertain : (F,)
        Largest distance from the last value over the last half of the draws, and the last standard error, as shares of the
        standard deviation; NaN for a figure that there never is, infinite for one that comes or goes or whose error cannot
        be told.
    tolerance : float
        Largest of both allowed.
    code : str
        ``settled``, ``moving``, ``few`` (fewer than three points in the last half, fewer than five draws in the tail of a
        figure, or a standard error above the tolerance) or ``no figure``.
    next_n : int or None
        Draws to take next; None where it is settled or has no figure.

    Notes
    -----
    A part of a Latin hypercube is none, so that the trace wanders as one of independent draws does, and the errors are
    those: for the whole hypercube they are on the safe side (its mean of any function has at most N/(N − 1) of the
    variance of independent draws; Owen 1997, and less the more additive the metric is in the inputs). Sobol' sequences are read
    at powers of two, where they are balanced, and in the last half at every eighth, where they are several balanced sets.
    """

    metric: Metric
    figures: tuple[str, ...]
    n: Indices
    values: Table
    errors: Table
    moved: Vector
    uncertain: Vector
    tolerance: float
    code: str
    next_n: int | None

    def words(self, lang: str = "en") -> str:
        """The metric and the verdict with its figures, and what to do."""
        label, verdict = say((self.metric.zh, self.metric.en), lang), say(_VERDICTS[self.code], lang)
        if self.code == "no figure":
            return f"{label}：{verdict}" if lang == "zh" else f"{label}: {verdict}"
        moved = say(("，", ", "), lang).join(
            f"{say(_NAMES[name], lang)} {_share(move, lang)}" + (say((" 与 ", " and "), lang) + _share(error, lang) if np.isfinite(error) else "")
            for name, move, error in zip(self.figures, self.moved, self.uncertain, strict=True)
        )  # fmt: skip
        text = say(_SAID, lang).format(
            metric=label, n=self.n[-1], moved=moved, tolerance=100 * self.tolerance, verdict=verdict
        )
        return joined([text, say(_MORE, lang).format(n=self.next_n) if self.next_n is not None else ""], lang)

    def table(self, lang: str = "en") -> pd.DataFrame:
        """One row a point: draws, each figure and its standard error, in the metric's unit."""
        import pandas as pd

        columns: dict[str, NDArray[np.float64] | Indices] = {say(("抽样数", "Draws"), lang): self.n}
        for place, name in enumerate(self.figures):
            label = f"{head(self.metric, lang)} {say(_NAMES[name], lang)}"
            columns[label] = self.values[:, place]
            columns[f"{label} {say(('标准误', 'standard error'), lang)}"] = self.errors[:, place]
        return pd.DataFrame(columns)


def _share(moved: float, lang: str) -> str:
    if np.isfinite(moved):
        return f"{100 * moved:.2g} %" if moved < 0.995 else f"{100 * moved:,.0f} %"
    return say(("无数值", "none") if np.isnan(moved) else ("时有时无", "comes and goes"), lang)


def trace(metric: Metric, numbers: Weighed, order: Weighed, tolerance: float, *, doubling: bool) -> Convergence:
    """The running figures of a sample, at powers of two and eighths of the last half where *doubling*, else at twentieths.

    The mean is of *numbers*; the quantiles are of *order*, in which what ranks beyond every number is infinite.
    """
    figures = (*FIGURES, *TAILS) if metric.key in TAILED else FIGURES
    n = _points(numbers.values.shape[1], doubling)
    found = [_figures(numbers.first(int(count)), order.first(int(count)), len(figures)) for count in n]
    values, errors = (np.array([point[part] for point in found]) for part in (0, 1))
    spread = numbers.deviation()
    last = values[2 * n >= n[-1]]
    moved, uncertain = _moved(last) / (spread or 1.0), _uncertain(values[-1], errors[-1]) / (spread or 1.0)
    tail = TAIL if figures != FIGURES else min(P_VALUES.values())
    # What never moves has no tails, and has settled from the start.
    enough = len(last) >= _FEWEST and (spread == 0.0 or int(n[-1]) * tail >= _IN_TAIL)
    code = _judged(moved, uncertain, tolerance, enough=enough)
    return Convergence(
        metric=metric, figures=figures, n=n, values=values, errors=errors, moved=moved, uncertain=uncertain, tolerance=tolerance,
        code=code, next_n=_next(code, int(n[-1]), uncertain, tolerance, doubling=doubling),
    )  # fmt: skip


def _judged(moved: Vector, uncertain: Vector, tolerance: float, *, enough: bool) -> str:
    if np.isnan(moved).all():
        return "no figure"
    if enough and (moved > tolerance).any():
        return "moving"
    return "settled" if enough and not (uncertain > tolerance).any() else "few"


def _next(code: str, n: int, uncertain: Vector, tolerance: float, *, doubling: bool) -> int | None:
    """Twice the draws; where these are too few, as many as bring every error within the tolerance."""
    if code not in ("moving", "few"):
        return None
    wanted = 2 * n
    if code == "few" and tolerance > 0.0:
        widest = uncertain[np.isfinite(uncertain)].max(initial=0.0)
        least = max(_IN_TAIL / TAIL, (_NORMAL / tolerance) ** 2)
        wanted = max(wanted, ceil(n * (widest / tolerance) ** 2), ceil(least))
    return 1 << (wanted - 1).bit_length() if doubling else wanted


def _moved(last: Table) -> Vector:
    """Largest distance from the last value; NaN for a figure that there never is, infinite for one that comes or goes."""
    absent = np.isnan(last)
    away = np.abs(np.where(absent, 0.0, last) - np.where(absent[-1], 0.0, last[-1])).max(axis=0)
    return np.where(absent.all(axis=0), np.nan, np.where(absent.any(axis=0), np.inf, away))


def _uncertain(values: Vector, errors: Vector) -> Vector:
    """The standard errors; NaN for a figure that there is not, infinite where there is one without an error."""
    return np.where(np.isnan(values), np.nan, np.where(np.isfinite(errors), errors, np.inf))


def _points(draws: int, doubling: bool) -> Indices:
    if doubling:
        first = min(_FIRST, draws).bit_length() - 1
        powers = 2 ** np.arange(first, draws.bit_length(), dtype=np.int64)
        eighths = draws * np.arange(4, 9, dtype=np.int64) // 8
        return np.unique(np.concatenate([powers, eighths[eighths >= powers[0]]]))
    made = np.unique(np.ceil(draws * np.arange(1, _POINTS + 1) / _POINTS).astype(np.int64))
    return made[made >= 2]


def _figures(numbers: Weighed, order: Weighed, count: int) -> tuple[list[float], list[float]]:
    """The first *count* of the figures and their errors; a risk is minus what it is taken from."""
    pairs = [numbers.mean(), *(order.quantile(share) for share in P_VALUES.values())]
    if count > len(pairs):
        pairs += [(-value, error) for value, error in (numbers.quantile(TAIL), numbers.tail(TAIL))]
    return [value for value, _ in pairs], [error for _, error in pairs]
