"""How large to build: power and duration for the best worth, or the best return under a budget.

The range asked for is one block of sizes over the one path, dispatched anew for every size, then closed in on around its
summits, so that a surface with several is searched as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from appraisal.case import Case
from appraisal.checks import TOLERANCE
from appraisal.errors import NoSolutionError, said, verbatim
from appraisal.metrics import Metrics
from appraisal.pipeline import measure_many
from appraisal.study.amounts import amount, of_metric
from appraisal.study.inputs import Inputs, Vector, inputs_of, refuse_blocks, valued
from appraisal.study.provenance import Provenance, provenance
from appraisal.study.size.extent import INVESTED, Extent, Surfaces
from appraisal.study.size.plateau import highest
from appraisal.study.size.terms import fixed_or_refused, refuse_terms
from appraisal.study.solve.wording import in_language
from appraisal.study.words import head, joined, say

if TYPE_CHECKING:
    import pandas as pd

Span: TypeAlias = tuple[float, float]

SHOWN = ("project_npv", "project_irr", "equity_irr", INVESTED)

_GRID, _SUMMITS = 25, 3
_LEVELS = 9
# Of a surface that is one line of the tables, a coarser look.
_COARSE, _COARSER = 13, 5.0

_TOO_DEAR = (
    "所问最小规模的建设投资为 {cheapest:,.0f} 元，高于上限 {budget:,.0f} 元",
    "the cheapest size asked for takes {cheapest:,.0f} yuan of construction investment, the budget is {budget:,.0f}",
)
_HEADS = {
    "power": ("额定功率（MW）", "Rated power, MW"),
    "duration": ("时长（h）", "Duration, h"),
    "energy": ("额定容量（MWh）", "Rated energy, MWh"),
    "budget": ("投资上限（元）", "Budget, yuan"),
}
_EDGES: Mapping[str, tuple[str, str]] = {
    "power_low": ("功率下限", "the least power"),
    "power_high": ("功率上限", "the most power"),
    "duration_low": ("时长下限", "the shortest duration"),
    "duration_high": ("时长上限", "the longest duration"),
    "budget": ("投资上限", "the budget"),
}
_LINES = {
    "best": (
        "{metric}最优为 {value}：{power} / {energy}（{duration}），建设投资 {invested}",
        "{metric} is best at {value}: {power} / {energy} ({duration}), construction investment {invested}",
    ),
    "edge": (
        "最优点在所问范围的边界上（{edges}）：范围之外可能更优",
        "the best lies at an edge of what was asked ({edges}): beyond it may be better",
    ),
    "bound": ("最优点受投资上限约束", "the budget binds"),
    "negative": ("最优规模下净现值仍为负：在此范围内不建最优", "even the best size has a negative worth: of this range none is worth building"),
    "fixed": ("收入不随规模变化的项：{streams}", "income that does not move with the size: {streams}"),
    "refused": ("{count} 个规模被算例拒绝，例如：{why}", "{count} sizes are refused by the case, such as: {why}"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """N sizes with their metrics, ``(N,)`` each; NaN where there is none."""

    power_mw: Vector
    duration_h: Vector
    metrics: Metrics


@dataclass(frozen=True, kw_only=True)
class Sized:
    """The best size of a plant within a range of powers and durations.

    Attributes
    ----------
    moving : Inputs
        The case; its two inputs are rated power (MW) and rated energy (MWh).
    metric : str
        What was made the highest.
    powers, durations : (low, high)
        MW and hours asked for; rated energy is power × duration.
    budget : float or None
        Most construction investment, yuan including VAT.
    best : Sizes
        One size.
    edges : tuple of str
        Limits at which the best lies: ``power_low``, ``power_high``, ``duration_low``, ``duration_high``, ``budget``.
    resolution : (MW, h)
        Distance between the last sizes looked at, at the most.
    by_power : Sizes
        At each of N powers the best duration.
    by_budget : Sizes
        Within each of ``budgets`` the best size.
    budgets : (N,)
        Yuan.
    fixed : tuple of str
        Streams whose income does not move with the size.
    refused : int
        Sizes that the case refuses; ``refusal`` says why of one of them, empty without.
    appraisals : int
        Sizes appraised.
    provenance : Provenance
    """

    moving: Inputs
    metric: str
    powers: Span
    durations: Span
    budget: float | None
    best: Sizes
    edges: tuple[str, ...]
    resolution: tuple[float, float]
    by_power: Sizes
    by_budget: Sizes
    budgets: Vector
    fixed: tuple[str, ...]
    refused: int
    refusal: str
    appraisals: int
    provenance: Provenance

    @property
    def power_mw(self) -> float:
        """Of the best size."""
        return float(self.best.power_mw[0])

    @property
    def duration_h(self) -> float:
        """Of the best size."""
        return float(self.best.duration_h[0])

    @property
    def energy_mwh(self) -> float:
        """Of the best size."""
        return self.power_mw * self.duration_h

    @property
    def value(self) -> float:
        """The metric at the best size."""
        return float(self.best.metrics[self.metric].value[0])

    def case(self) -> Case:
        """The case at its best size."""
        return self.moving.block(np.array([[self.power_mw, self.energy_mwh]]))

    def text(self, lang: str = "en") -> str:
        """The answer in a sentence, with what a reader must know of it."""
        metric = self.best.metrics[self.metric]
        words = {name: say(pair, lang) for name, pair in _LINES.items()}
        parts = [
            words["best"].format(
                metric=say((metric.zh, metric.en), lang), value=of_metric(metric, self.value, lang), power=amount(self.power_mw, "MW", lang),
                energy=amount(self.energy_mwh, "MWh", lang), duration=amount(self.duration_h, "h", lang),
                invested=amount(float(self.best.metrics[INVESTED].value[0]), "yuan", lang),
            )
        ]  # fmt: skip
        limits = [say(_EDGES[edge], lang) for edge in self.edges if edge != "budget"]
        if limits:
            parts.append(words["edge"].format(edges=("、" if lang == "zh" else ", ").join(limits)))
        if "budget" in self.edges:
            parts.append(words["bound"])
        if metric.unit == "yuan" and self.value < 0.0:
            parts.append(words["negative"])
        if self.fixed:
            parts.append(words["fixed"].format(streams=", ".join(self.fixed)))
        if self.refused:
            parts.append(words["refused"].format(count=self.refused, why=in_language(self.refusal, lang)))
        return joined(parts, lang)

    def table(self, lang: str = "en") -> pd.DataFrame:
        """The best size: one row with its metrics."""
        return _frame(self.best, lang)

    def power_table(self, lang: str = "en") -> pd.DataFrame:
        """The frontier by power: at each the best duration and its metrics."""
        return _frame(self.by_power, lang)

    def budget_table(self, lang: str = "en") -> pd.DataFrame:
        """The frontier by budget: within each the best size and its metrics."""
        found = _frame(self.by_budget, lang)
        found.insert(0, say(_HEADS["budget"], lang), self.budgets)
        return found


def _frame(sizes: Sizes, lang: str) -> pd.DataFrame:
    import pandas as pd

    columns = {
        say(_HEADS["power"], lang): sizes.power_mw,
        say(_HEADS["duration"], lang): sizes.duration_h,
        say(_HEADS["energy"], lang): sizes.power_mw * sizes.duration_h,
    }
    return pd.DataFrame(columns | {head(metric, lang): metric.value for metric in sizes.metrics.values()})


def size(
    case: Case, *, powers: Span, durations: Span, metric: str = "project_npv", budget: float | None = None, resolution: float = 1e-3,
) -> Sized:  # fmt: skip
    """The power and duration of a plant for the best metric.

    Parameters
    ----------
    case : Case
        One scenario; its own power and energy do not matter.
    powers : (low, high)
        Rated power, MW.
    durations : (low, high)
        Rated energy ÷ rated power, hours.
    metric : str
        A worth or a return, made the highest: ``project_npv``, ``project_irr``, ``equity_irr`` … A return is best asked
        for under a budget: without one the smallest plant with the best return is the answer.
    budget : float, optional
        Most construction investment, yuan including VAT.
    resolution : float
        Of each range, how near the last sizes looked at stand; on the frontiers five times that.

    Returns
    -------
    Sized
        Of sizes with equal metrics the one with the least investment.

    Raises
    ------
    InputError
        For more than one scenario, ranges that are none, an unknown metric; for a case whose energy is stated by year or
        none of whose income moves with the size, where the question means nothing.
    NoSolutionError
        If no size fits the budget, or the metric is nowhere defined; if a dispatch problem is infeasible.

    Notes
    -----
    Costs move with the size as the case states them: by kW, by kWh, or as sums that do not. A peak of the metric that is
    narrower than a twenty-fourth of a range may be missed. Limits of load, energy and power meet along lines that no axis
    follows: around the summits circles are looked at, so that a sharp ridge is climbed; on the frontiers they are not.

    Examples
    --------
    >>> import appraisal
    >>> case = appraisal.load_case(appraisal.scenario_path("zhejiang_user_lfp"))
    >>> found = size(case, powers=(2, 6), durations=(2, 2))
    >>> found.power_mw, found.energy_mwh, found.edges
    (6.0, 12.0, ('power_high',))
    """
    refuse_terms(powers, durations, metric, budget, resolution)
    refuse_blocks(case)
    fixed = fixed_or_refused(case)
    moving = inputs_of(case, [valued(case, "storage.power_mw"), valued(case, "storage.energy_mwh")])[0]
    extent = Extent(moving, metric, tuple(dict.fromkeys((metric, *SHOWN))))
    asked = _Asked(extent, powers, durations, resolution, _equal(moving, metric))
    best = asked.best([powers], [_limit(budget)], _GRID, _SUMMITS)
    _refuse_none(best, extent, metric, budget)
    coarse = replace(asked, resolution=_COARSER * resolution)
    by_power = coarse.best(
        [(power, power) for power in np.unique(np.linspace(*powers, _LEVELS))], [_limit(budget)], _COARSE
    )
    budgets = _budgets(extent, best, budget)
    by_budget = _running_best(coarse.best([powers], budgets.tolist(), _COARSE), best, metric, budgets)
    settings = {
        "metric": metric,
        "powers": list(powers),
        "durations": list(durations),
        "budget": budget,
        "resolution": resolution,
    }
    return Sized(
        moving=moving, metric=metric, powers=powers, durations=durations, budget=budget, best=best,
        edges=_edges(best, powers, durations, budget, resolution),
        resolution=(resolution * (powers[1] - powers[0]), resolution * (durations[1] - durations[0])),
        by_power=by_power, by_budget=by_budget, budgets=budgets, fixed=fixed,
        refused=len(extent.refused), refusal=extent.why, appraisals=extent.appraised,
        provenance=provenance("size", case, settings, n=extent.appraised),
    )  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """The ranges, and how the best sizes in parts of them are found."""

    extent: Extent
    powers: Span
    durations: Span
    resolution: float
    equal: float

    def best(self, powers: Sequence[Span], budgets: Sequence[float], points: int, summits: int = 1) -> Sizes:
        """The best size for every pair of a range of powers and a budget, one of which lists may have a single entry."""
        count = max(len(powers), len(budgets))
        spans = np.broadcast_to(np.array(powers, dtype=np.float64), (count, 2))
        limits = np.broadcast_to(np.array(budgets, dtype=np.float64), (count,))
        durations = np.broadcast_to(np.array(self.durations, dtype=np.float64), (count, 2))
        surfaces = Surfaces(self.extent, spans, durations, limits)
        shape = tuple(points if (ends[:, 0] < ends[:, 1]).any() else 1 for ends in (spans, durations))
        top = highest(
            surfaces.heights, count, (shape[0], shape[1]), resolution=self.resolution, equal=np.full(count, self.equal),
            summits=summits, circles=summits > 1,
        )  # fmt: skip
        power, duration = surfaces.sizes(np.arange(count), top.u, top.v)
        none = ~np.isfinite(top.height)
        # A size that is none borrows the first one's place until it is blanked.
        found = self.extent.measured(np.where(none, self.powers[0], power), np.where(none, self.durations[0], duration))
        blank = {key: replace(one, value=np.where(none, np.nan, one.value)) for key, one in found.items()}
        spans_alike = spans[:, 0] == spans[:, 1]
        return Sizes(
            power_mw=np.where(none & ~spans_alike, np.nan, np.where(spans_alike, spans[:, 0], power)),
            duration_h=np.where(none, np.nan, duration), metrics=Metrics(blank),
        )  # fmt: skip


def _limit(budget: float | None) -> float:
    return np.inf if budget is None else budget


def _budgets(extent: Extent, best: Sizes, budget: float | None) -> Vector:
    """The levels of the frontier: up to the budget, or to half as much again as the best size takes."""
    taken = float(best.metrics[INVESTED].value[0])
    low, high = extent.cheapest, extent.dearest
    top = budget if budget is not None else min(high, max(1.5 * taken, low + 0.25 * (high - low)))
    return np.unique(np.linspace(low, top, _LEVELS + 1)[1:])


def _running_best(sizes: Sizes, best: Sizes, metric: str, budgets: Vector) -> Sizes:
    """Within each budget the best of what was found within it and within the smaller ones, the best size of all among them."""
    taken = np.append(sizes.metrics[INVESTED].value, best.metrics[INVESTED].value)
    value = np.append(sizes.metrics[metric].value, best.metrics[metric].value)
    within = (taken <= budgets[:, None]) | np.eye(budgets.size, budgets.size + 1, dtype=bool)
    place = np.argmax(np.where(within & np.isfinite(value), value, -np.inf), axis=1)
    # A budget that nothing fits keeps its own empty place.
    place = np.where((within & np.isfinite(value)).any(axis=1), place, np.arange(budgets.size))

    def taken_from(own: Vector, other: Vector) -> Vector:
        return np.append(own, other)[place]

    return Sizes(
        power_mw=taken_from(sizes.power_mw, best.power_mw), duration_h=taken_from(sizes.duration_h, best.duration_h),
        metrics=Metrics(
            {
                key: replace(one, value=taken_from(one.value, best.metrics[key].value), reason=np.append(one.reason, best.metrics[key].reason)[place])
                for key, one in sizes.metrics.items()
            }
        ),
    )  # fmt: skip


def _equal(moving: Inputs, metric: str) -> float:
    """Metrics that differ by no more are equal."""
    standing = measure_many(moving.case, keys=(metric, INVESTED))
    invested = float(standing[INVESTED].value[0])
    return TOLERANCE * (invested if standing[metric].unit == "yuan" else 1.0)


def _edges(best: Sizes, powers: Span, durations: Span, budget: float | None, resolution: float) -> tuple[str, ...]:
    """The limits at which a size lies."""
    found = []
    for name, value, span in (("power", best.power_mw[0], powers), ("duration", best.duration_h[0], durations)):
        near = resolution * (span[1] - span[0])
        if span[0] < span[1]:
            found += [f"{name}_low"] * bool(value <= span[0] + near) + [f"{name}_high"] * bool(value >= span[1] - near)
    taken = float(best.metrics[INVESTED].value[0])
    if budget is not None and taken >= budget * (1.0 - resolution):
        found.append("budget")
    return tuple(found)


def _refuse_none(best: Sizes, extent: Extent, metric: str, budget: float | None) -> None:
    """Refuse a question that no size answers."""
    if np.isfinite(best.duration_h[0]):
        return
    if budget is not None and extent.cheapest > budget:
        raise NoSolutionError(said(_TOO_DEAR[1], _TOO_DEAR[0], cheapest=extent.cheapest, budget=budget))
    why = verbatim(extent.why) if extent.why else said("it is undefined throughout", "处处无定义")
    raise NoSolutionError(
        said("no size has a value of {metric}: {why}", "没有规模使 {metric} 有数值：{why}", metric=metric, why=why)
    )
