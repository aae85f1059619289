"""临界点: the relative change of an input at which a metric meets its hurdle or target, for every input at once.

Private to the one-way table; one value, in the unit of the input and with every solution, is ``solve``'s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case
from appraisal.checks import TOLERANCE
from appraisal.metrics import Metric
from appraisal.pipeline import measure_many
from appraisal.study.amounts import of_metric
from appraisal.study.hurdle import WORTH_OF, hurdle
from appraisal.study.inputs import Indices, Inputs, Vector
from appraisal.study.search import Found, search, trend
from appraisal.study.targets import refuse_far
from appraisal.study.words import say
from appraisal.units import Table

LOWEST, HIGHEST = -0.95, 5.0
# Halving steps from each end towards no change: the points at which a crossing is looked for.
_LADDER = 2.0 ** -np.arange(7.0)

_INVESTED = "construction_investment_total"

_WORDS = {
    "ok": ("", ""),
    "flat": ("所看各点上{metric}不随该因素变化", "{metric} does not move with it at the values looked at"),
    "outside": ("在 {low}…{high} 范围内未见临界点", "none seen within {low}…{high}"),
    "bounded": ("在算例允许的 {low}…{high} 范围内未见临界点", "none seen within {low}…{high}, as far as the case allows it to move"),
    "step": ("{metric}在此处跳过{target}", "{metric} steps over {target} here"),
    "no_target": ("{metric}没有基准值，临界点须先给出目标", "{metric} has no hurdle: give a target for a critical change"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """What has to be met: *key* at *target*, in its unit; None where the case states nothing to meet."""

    key: str
    target: float | None


def crossing(case: Case, key: str, target: float | None = None) -> Crossing:
    """What a critical change of a metric is of.

    A rate of return meets its hurdle exactly where the worth at that hurdle is zero, and the worth is always a number:
    so without a *target* the worth stands for it.

    Examples
    --------
    >>> from appraisal import load_case, scenario_path
    >>> case = load_case(scenario_path("zhejiang_user_lfp"))
    >>> crossing(case, "equity_irr"), crossing(case, "equity_irr", 0.1)
    (Crossing(key='equity_npv', target=0.0), Crossing(key='equity_irr', target=0.1))
    """
    if target is not None:
        return Crossing(key=key, target=float(target))
    # Where a nominal return meets the nominal hurdle the real one meets the real.
    worth = WORTH_OF.get(key.removesuffix("_real"))
    if worth is not None:
        return Crossing(key=worth, target=0.0)
    stated = float(hurdle(case, key)[0])
    return Crossing(key=key, target=None if np.isnan(stated) else stated)


@dataclass(frozen=True, kw_only=True)
class Critical:
    """The critical change of each input.

    Attributes
    ----------
    of : Crossing
        What is met there.
    metric : Metric
        The figure of ``of`` as the case stands, ``(1,)``.
    change : (I,)
        A fraction; NaN where there is none, and *code* says why. Of several crossings the one nearest to no change.
    code : (I,)
        ``ok``, ``step`` (a number, at a jump of the metric), ``flat``, ``outside``, ``bounded`` or ``no_target``.
    limits : (I, 2)
        Lowest and highest change looked at.
    """

    of: Crossing
    metric: Metric
    change: Vector
    code: NDArray[np.str_]
    limits: Table

    def words(self, place: int, lang: str) -> str:
        """Why input *place* has no number, or what is odd about it; empty where nothing is."""
        low, high = (f"{'−' if end < 0 else '+'}{abs(end):.4g} %" for end in 100.0 * self.limits[place])
        metric = say((self.metric.zh, self.metric.en), lang)
        target = "" if self.of.target is None else of_metric(self.metric, self.of.target, lang)
        return say(_WORDS[str(self.code[place])], lang).format(low=low, high=high, metric=metric, target=target)


def critical(moving: Inputs, of: Crossing) -> Critical:
    """The change of each input at which a metric meets its target.

    Looked for within −95 % … +500 % and as far as the case accepts the changed input, on points that halve towards no
    change; of money 1e-9 of the construction investment counts as met, of anything else 1e-9 of the larger of 1 and the
    target.

    Raises
    ------
    InputError
        If the target is not finite, or so far off that no digit is left.

    Notes
    -----
    临界点 of 《方法与参数》: the change of F at which FIRR = i_c.
    """
    limits = moving.limits(*(np.full(len(moving.inputs), end) for end in (LOWEST, HIGHEST)))
    base = measure_many(moving.case, keys=(of.key, _INVESTED))
    metric = base[of.key]
    if of.target is None:
        nothing = np.full(len(limits), np.nan)
        return Critical(of=of, metric=metric, change=nothing, code=np.full(len(limits), "no_target"), limits=limits)
    target = of.target
    stands = float(base[_INVESTED if metric.unit == "yuan" else of.key].value[0])
    refuse_far(of.key, np.array([target]), np.fmax(1.0, np.abs([stands])))
    enough = TOLERANCE * max(1.0, stands if metric.unit == "yuan" else abs(target))

    def distance(which: Indices, changes: Vector) -> Vector:
        found = moving.measure(moving.alone(which, changes), (of.key,)).rows[of.key].value
        return np.asarray((found - target) / enough)

    found = search(
        distance, np.hstack([limits[:, :1] * _LADDER, np.zeros((len(limits), 1)), limits[:, 1:] * _LADDER[::-1]])
    )
    change, code = _nearest(found, len(limits))
    cut = (limits != np.array([[LOWEST, HIGHEST]])).any(axis=1)
    code = np.where(np.isnan(change), np.where(cut, "bounded", "outside"), code)
    # A base at the target is critical as it stands, whatever does not move it.
    at_base = np.abs(found.scan.values[found.scan.points == 0.0]) <= 1.0
    flat = (trend(found.scan) == "flat") & ~at_base
    return Critical(
        of=of, metric=metric,
        change=np.where(at_base, 0.0, np.where(flat, np.nan, change)) + 0.0,
        code=np.where(at_base, "ok", np.where(flat, "flat", code)),
        limits=limits,
    )  # fmt: skip


def _nearest(found: Found, inputs: int) -> tuple[Vector, NDArray[np.str_]]:
    """Of each input the place nearest to no change, NaN where there is none, and whether the NPV jumps there."""
    change, code = np.full(inputs, np.nan), np.full(inputs, "outside")
    order = np.argsort(-np.abs(found.at), kind="stable")
    # The nearest is written last.
    change[found.problem[order]] = found.at[order]
    code[found.problem[order]] = np.where(found.kind[order] == "jump", "step", "ok")
    return change, code
