"""The draws of one metric of a Monte Carlo study, as its charts show them: values, weights, bins, cumulative probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from appraisal.report.charts.figures import Shown, shown
from appraisal.study.hurdle import hurdle
from appraisal.study.inputs import Vector
from appraisal.study.risk import MonteCarlo
from appraisal.study.risk.summary import Summary

# Fewest and most bins of a histogram.
_BINS = (12, 60)


@dataclass(frozen=True)
class Sample:
    """What the charts of one metric show: the draws that have a number with their weights, and what they are judged by.

    The summary has the weight of the draws without a number that quantiles count all the same.
    """

    result: MonteCarlo
    key: str
    lang: str
    metric: Shown
    values: Vector
    weights: Vector
    summary: Summary
    bar: float

    @property
    def within(self) -> tuple[float, float]:
        """Domain of the axis: the bins, and the hurdle where it lies near."""
        edges = self.edges * self.metric.factor
        low, high = float(edges[0]), float(edges[-1])
        bar, reach = self.bar * self.metric.factor, high - low
        near = np.isfinite(bar) and low - 0.6 * reach <= bar <= high + 0.6 * reach
        ends = (min(low, bar), max(high, bar)) if near else (low, high)
        room = 0.03 * (ends[1] - ends[0])
        return ends[0] - room, ends[1] + room

    @property
    def edges(self) -> Vector:
        """Ends of the bins, one of which is the hurdle where it lies among the draws."""
        low, high = float(self.values.min()), float(self.values.max())
        if high - low <= 1e-9 * max(abs(high), abs(low), 1e-12):
            room = 0.05 * abs(high) or 1.0
            return np.array([low - room, high + room])
        count = np.clip(np.histogram_bin_edges(self.values, "fd").size - 1, *_BINS)
        width = (high - low) / count
        start = self.bar if low < self.bar < high else low
        first, last = int(np.floor((low - start) / width)), int(np.ceil((high - start) / width))
        made = start + width * np.arange(first, max(last, first + 1) + 1)
        # Rounding leaves no draw outside.
        made[0], made[-1] = min(made[0], low), max(made[-1], high)
        return np.asarray(made)


def sample_of(result: MonteCarlo, key: str, lang: str) -> Sample:
    """The draws of a metric with what its charts need.

    Raises
    ------
    InputError
        If the study did not measure the metric.
    """
    summary = result.summary(key)
    metric, values = result.metrics[key], result.metrics[key].value
    held = np.isfinite(values)
    return Sample(
        result=result, key=key, lang=lang, metric=shown(metric, lang).fitted(values), values=values[held],
        weights=result.weights[held], summary=summary, bar=_bar(result, key),
    )  # fmt: skip


def _bar(result: MonteCarlo, key: str) -> float:
    """What a metric is judged by in this study; NaN where it is drawn itself, or where there is none."""
    if key == "dscr_min":
        return result.covenant
    if key in result.hurdles:
        hurdles = np.unique(result.hurdles[key])
        return float(hurdles[0]) if hurdles.size == 1 else np.nan
    bars = {float(hurdle(leaf.case, key)[0]) for leaf in result.leaves.values()}
    return bars.pop() if len(bars) == 1 else np.nan


def binned(sample: Sample) -> tuple[Vector, Vector]:
    """Ends of the bins and the probability of each."""
    edges = sample.edges
    return edges, np.histogram(sample.values, bins=edges, weights=sample.weights)[0]


def ordered(sample: Sample) -> tuple[Vector, Vector]:
    """Values, rising, and the probability of at most each, of the draws that rank: some below every number, some above."""
    order = np.argsort(sample.values, kind="stable")
    return sample.values[order], (sample.summary.lost + np.cumsum(sample.weights[order])) / sample.summary.placed
