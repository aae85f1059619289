"""Monte Carlo: the uncertain inputs drawn together, every draw appraised over the one path, and what the figures then are.

A tree of scenarios (each a case of its own, with a probability) is drawn from the same points in every scenario. A single
case is a tree of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from appraisal.case import Case
from appraisal.case.uncertainty import Correlation, Distribution, Uncertainty
from appraisal.errors import Fault, InputError, said, suggest
from appraisal.metrics import KEYS, Metric, Metrics, stack
from appraisal.pipeline import BLOCK_ROWS
from appraisal.study.draw import Sampling, correlated, design, design_faults, drawn, memory_faults
from appraisal.study.inputs import Indices, Input, Vector
from appraisal.study.provenance import Provenance
from appraisal.study.refused_draws import draw_faults
from appraisal.study.risk import tables
from appraisal.study.risk.asked import Tree, asked_hurdles, leaves_of, made_by, moving_of, refuse_terms
from appraisal.study.risk.missed import Missed, missed
from appraisal.study.risk.summary import SIGN_OF, TAIL, Summary, ranked, summary_of
from appraisal.study.risk.trace import TOLERANCE, Convergence, trace
from appraisal.study.risk.weighed import Weighed, rank_correlations, rank_limit
from appraisal.study.tree import Leaf
from appraisal.units import Table

if TYPE_CHECKING:
    import pandas as pd

# What every study measures, printed or not: the risk figures are made of these.
JUDGED = ("project_npv", "equity_npv", "project_irr", "equity_irr", "dscr_min")
# The cover that lenders usually ask of a project of steady income; an argument, printed with the result.
COVENANT = 1.2
# Bytes of a row: of an input the point, the draw and the number in the block; of a metric the value and the reason.
_INPUT_BYTES, _METRIC_BYTES = 24, 8 + 4 * 19


@dataclass(frozen=True, kw_only=True)
class MonteCarlo:
    """A Monte Carlo study: B scenarios by n draws, scenario by scenario, N = B·n rows; a single case has B = 1.

    Attributes
    ----------
    inputs : tuple of Input
        What was drawn, I inputs.
    leaves : mapping
        Name → scenario with its weight, case and titles, in order.
    draws : (N, I)
        Values in each input's unit.
    metrics : Metrics
        Each ``(N,)``.
    keys : tuple of str
        Metrics that the table prints; the metrics of ``JUDGED`` are measured too.
    hurdles : mapping
        Rate of return → hurdle of every row, ``(N,)``.
    misses : mapping
        Rate of return → 1 where the row misses its hurdle, 0 where not, NaN where neither can be said, ``(N,)``.
    covenant : float
        Least DSCR asked.
    uncertainty : Uncertainty
        The distributions of the first scenario and the correlations asked.
    provenance : Provenance
        Seed, n, sampling, distributions, correlations, scenarios.
    """

    inputs: tuple[Input, ...]
    leaves: Mapping[str, Leaf]
    draws: Table
    metrics: Metrics
    keys: tuple[str, ...]
    hurdles: Mapping[str, Vector]
    misses: Mapping[str, Vector]
    covenant: float
    uncertainty: Uncertainty
    provenance: Provenance

    @property
    def n(self) -> int:
        """Draws of each scenario."""
        return len(self.draws) // len(self.leaves)

    @property
    def scenario(self) -> Indices:
        """Which scenario each row belongs to, ``(N,)``."""
        return np.repeat(np.arange(len(self.leaves)), self.n)

    @property
    def weights(self) -> Vector:
        """Weight of each row, ``(N,)``; they add to 1."""
        return self._shares[self.scenario] / self.n

    @cached_property
    def _shares(self) -> Vector:
        return np.array([leaf.weight for leaf in self.leaves.values()])

    def sample(self, values: Vector, scenario: str | None = None) -> Weighed:
        """Values of every row as a weighted sample, of one scenario where it is named."""
        table = values.reshape(len(self.leaves), self.n)
        if scenario is None:
            return Weighed(table, self._shares)
        place = list(self.leaves).index(self._known(scenario, self.leaves))
        return Weighed(table[[place]], np.ones(1))

    def summary(self, key: str, scenario: str | None = None) -> Summary:
        """What a metric is over the draws.

        Raises
        ------
        InputError
            For a metric that was not measured or a scenario that is none.
        """
        return summary_of(self._metric(key), self.ranks(key), lambda values: self.sample(values, scenario))

    def ranks(self, key: str) -> Vector:
        """A metric of every row as quantiles and rank correlations see it, ``(N,)``: ±∞ where a draw without a number ranks
        above or below every number, NaN where it has no rank."""
        return ranked(self._metric(key), self.metrics.get(SIGN_OF.get(key, "")))

    def value_at_risk(self, key: str = "project_npv", tail: float = TAIL) -> float:
        """VaR of an NPV at a confidence of 1 − *tail*, yuan: minus its *tail* quantile.

        A loss against an NPV of 0, that is against earning the discount rate and no more; negative where even that
        quantile is above 0.
        """
        return -self.sample(self._metric(key).value).quantile(tail)[0]

    def conditional_value_at_risk(self, key: str = "project_npv", tail: float = TAIL) -> float:
        """CVaR (expected shortfall) of an NPV, yuan: minus the mean of its worst *tail* of probability.

        Source: Rockafellar and Uryasev (2000), Optimization of conditional value-at-risk.
        """
        return -self.sample(self._metric(key).value).tail(tail)[0]

    def convergence(self, key: str = "project_npv", tolerance: float = TOLERANCE) -> Convergence:
        """Mean, P90, P50 and P10, of an NPV VaR and CVaR too, as the draws come in, with standard errors.

        ``settled`` where over the last half of the draws none of them was further from its last value than *tolerance* of
        the standard deviation, and none has a standard error above that. At 0.1 a P90 that stands still is known within two
        points of probability or so.
        """
        metric = self._metric(key)
        doubling = self.provenance.settings["sampling"] == "sobol"
        return trace(metric, self.sample(metric.value), self.sample(self.ranks(key)), tolerance, doubling=doubling)

    def contributions(self, key: str = "project_npv") -> Vector:
        """Spearman's rank correlation of each input with a metric, ``(I,)`` within −1 … 1.

        Of the draws that have a rank (:meth:`ranks`); the weighted mean over the scenarios of a tree, so that what parts the
        scenarios is no input's merit. NaN where the input or the metric does not vary.
        """
        values = self.ranks(key).reshape(len(self.leaves), self.n)
        draws = self.draws.reshape(len(self.leaves), self.n, -1)
        found = np.array([rank_correlations(*pair) for pair in zip(draws, values, strict=True)])
        weights = np.where(np.isnan(found), 0.0, self._shares[:, np.newaxis])
        total = weights.sum(axis=0)
        return np.where(
            total > 0.0, (weights * np.nan_to_num(found)).sum(axis=0) / np.where(total > 0.0, total, 1.0), np.nan
        )

    def correlations(self) -> tuple[tuple[Correlation, float], ...]:
        """Each correlation asked with the one that the draws of the first scenario have (ties of discrete values lower it)."""
        return tuple(
            (pair, float(rank_correlations(one[:, np.newaxis], other)[0])) for pair, one, other in self._pairs()
        )

    def correlation_limits(self) -> Vector:
        """How far each pair of :meth:`correlations` can be correlated at all, in the direction asked, ``(P,)``: the rank
        correlation of the same draws put in order. Within ±1, less where values repeat."""
        return np.array([rank_limit(one, other, pair.rank) for pair, one, other in self._pairs()])

    def _pairs(self) -> Iterator[tuple[Correlation, Vector, Vector]]:
        """Each correlation asked with the draws of its inputs in the first scenario."""
        places = {one.key: place for place, one in enumerate(self.inputs)}
        for pair in self.uncertainty.correlations:
            one, other = (self.draws[: self.n, places[path]] for path in pair.between)
            yield pair, one, other

    def _metric(self, key: str) -> Metric:
        return self.metrics[self._known(key, self.metrics)]

    @staticmethod
    def _known(name: str, known: Mapping[str, Any]) -> str:
        if name not in known:
            message = said("{name!r} is none of this study; {known}", "本研究中没有 {name!r}；{known}", name=name, known=suggest(name, list(known)))  # fmt: skip
            raise InputError([Fault(where="montecarlo", path=name, message=message)])
        return name

    def table(self, lang: str = "en", scenario: str | None = None) -> pd.DataFrame:
        """A row a metric: mean, standard deviation, P90, P50, P10, worst, best, share without a number, note."""
        return tables.summary_table(self, lang, scenario)

    def risk_table(self, lang: str = "en") -> pd.DataFrame:
        """VaR and CVaR, the probabilities of a negative NPV, of missing the hurdle and of breaching the covenant."""
        return tables.risk_table(self, lang)

    def inputs_table(self, lang: str = "en") -> pd.DataFrame:
        """Every input with its distribution as asked, in words, and the mean and standard deviation of its draws."""
        return tables.inputs_table(self, lang)

    def draws_table(self, lang: str = "en") -> pd.DataFrame:
        """Every draw with its metrics, one row a draw and scenario."""
        return tables.draws_table(self, lang)

    def contributions_table(self, lang: str = "en", key: str = "project_npv") -> pd.DataFrame:
        """The inputs by the strength of their rank correlation with a metric."""
        return tables.contributions_table(self, lang, key)

    def correlations_table(self, lang: str = "en") -> pd.DataFrame:
        """The rank correlations asked beside those of the draws."""
        return tables.correlations_table(self, lang)

    def remarks(self, lang: str = "en") -> list[str]:
        """How to read the tables: the P convention, VaR, the covenant, what correlations do to the sampling."""
        return tables.remarks(self, lang)


def monte_carlo(
    case: Case | Tree, *, n: int = 5000, seed: int = 1, sampling: Sampling = "latin_hypercube", keys: Sequence[str] = KEYS,
    hurdle: float | Mapping[str, float] | None = None, covenant: float = COVENANT,
    uncertainty: Mapping[str, Distribution] | None = None, progress: Callable[[int], object] | None = None,
    rows: int = BLOCK_ROWS,
) -> MonteCarlo:  # fmt: skip
    """The distribution of a case's metrics under the distributions of its inputs.

    Parameters
    ----------
    case : Case, or name → (weight, Case)
        One scenario; or the leaves of a tree (``load_tree`` reads them from a file), whose weights add to 1.
    n : int
        Draws of each scenario, 2 or more; a power of two for ``sobol``.
    seed : int
        0 or more; the same seed gives the same bytes.
    sampling : "latin_hypercube", "sobol" or "random"
        See :func:`appraisal.study.draw.design`; for correlations :func:`appraisal.study.draw.correlated`.
    keys : sequence of str
        Metrics of the table: any figure of the books.
    hurdle : float or mapping of rate of return → float, optional
        Hurdle in place of the case's own (the discount rate for ``project_irr``, the equity's for ``equity_irr``; each
        draw's own where it is drawn), a fraction a year on the case's basis. One number serves both.
    covenant : float
        Least DSCR asked.
    uncertainty : mapping of path → Distribution, optional
        In place of the case's own; an :class:`Uncertainty` carries correlations too.
    progress : callable, optional
        Told the number of rows done, of B·n, after each block.
    rows : int
        Rows of a block; no figure depends on it.

    Returns
    -------
    MonteCarlo

    Raises
    ------
    InputError
        For bad terms, all at once; for more draws than memory should hold; if a draw leaves the range of its field or is refused by the case: with how many, one of
        them and the remedy. Nothing is clipped.
    NoSolutionError
        If a dispatch problem is infeasible.

    Notes
    -----
    A row misses its hurdle where its NPV at the hurdle is below 0: for a row with one rate of return that is a rate below
    the hurdle, and it decides for rows with none or several too. A row that owes nothing breaches no covenant.

    Examples
    --------
    >>> import appraisal
    >>> case = appraisal.load_case(appraisal.scenario_path("hainan_grid_lfp"))
    >>> found = monte_carlo(case, n=64, seed=0)
    >>> found.draws.shape, found.metrics["project_npv"].value.shape, len(found.table())
    ((64, 3), (64,), 13)
    """
    leaves, asked = leaves_of(case, uncertainty), asked_hurdles(hurdle)
    judged_by = (*keys, *JUDGED, *asked)
    signs = (SIGN_OF[key] for key in judged_by if key in SIGN_OF)
    wanted = tuple(dict.fromkeys((*judged_by, *signs)))
    refuse_terms(
        leaves, [*design_faults(n, sampling, seed), *_memory_faults(leaves, n, len(wanted))], keys, asked, covenant
    )
    stated = next(iter(leaves.values())).case.uncertainty
    points = correlated(design(n, len(stated), sampling, seed), stated.rank_matrix())
    moving = {name: moving_of(leaf.case) for name, leaf in leaves.items()}
    draws = {name: drawn(leaf.case.uncertainty, points) for name, leaf in leaves.items()}
    refused = [fault for name in leaves for fault in draw_faults(moving[name], draws[name], name)]
    if refused:
        raise InputError(refused)
    found: list[Metrics] = []
    judged: list[dict[str, Missed]] = []
    for name in leaves:
        told = _after(progress, n * len(found))
        found.append(moving[name].measure_all(draws[name], wanted, rows=rows, progress=told))
        judged.append(missed(moving[name], draws[name], found[-1], asked, rows))
    return MonteCarlo(
        inputs=next(iter(moving.values())).inputs, leaves=leaves, draws=np.vstack(list(draws.values())),
        metrics=stack(found), keys=tuple(keys), covenant=float(covenant), uncertainty=stated,
        hurdles={key: np.concatenate([one[key].hurdle for one in judged]) for key in judged[0]},
        misses={key: np.concatenate([one[key].missed for one in judged]) for key in judged[0]},
        provenance=made_by(leaves, n, seed, {
            "sampling": sampling, "keys": list(keys), "hurdle": asked, "covenant": float(covenant),
        }),
    )  # fmt: skip


def _memory_faults(leaves: Mapping[str, Leaf], n: int, metrics: int) -> list[Fault]:
    inputs = max((len(leaf.case.uncertainty) for leaf in leaves.values()), default=0)
    return memory_faults("study", n, len(leaves) * (_INPUT_BYTES * inputs + _METRIC_BYTES * metrics))


def _after(progress: Callable[[int], object] | None, before: int) -> Callable[[int], object] | None:
    """The same teller, with the rows of the scenarios before counted in."""
    return None if progress is None else lambda done: progress(before + done)
