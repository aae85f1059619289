"""What a metric is over the draws: mean, deviation, P-values, ends, and the draws without a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.metrics import Metric
from appraisal.study.hurdle import WORTH_OF
from appraisal.study.risk.trace import P_VALUES, TAIL
from appraisal.study.risk.weighed import Vector, Weighed

__all__ = ["LOWER_IS_BETTER", "SIGN_OF", "TAIL", "Summary", "ranked", "summary_of"]

# Figures of which less is better; of any other more is.
LOWER_IS_BETTER = frozenset({
    "payback_years", "discounted_payback_years", "first_payback_years", "payback_years_pre_tax", "discounted_payback_years_pre_tax",
    "loan_payoff_years", "lcos_yuan_per_kwh", "lcos_capital", "lcos_om", "lcos_charging", "lcos_replacement", "lcos_tax", "lcos_real",
    "bep_first_year", "bep_after_debt", "debt_ratio_most", "short_loan_most", "debt_unpaid", "vat_pool_left", "running_years_lost",
    "construction_investment_total", "construction_interest_total", "working_capital_total", "investment_total", "equity_total",
    "investment_yuan_per_kw", "investment_yuan_per_kwh", "total_cost_mean",
})  # fmt: skip
# Reasons that say of a number of years that it is beyond the calculation period: more than any number drawn.
BEYOND = ("never", "unpaid")
# Reasons that say of a rate of return that no rate brings the cash to zero: the NPV has one sign at every rate.
_RATELESS = ("none_no_sign_change", "none")
# Rate of return → the NPV of the same cash, whose sign says on which side of every rate such a draw ranks.
SIGN_OF: Mapping[str, str] = {
    **WORTH_OF, "mirr": "project_npv", "project_irr_real": "project_npv", "equity_irr_real": "equity_npv",
    "investors_irr": "investors_npv",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a metric is over the draws, in its unit; NaN where there is no such number.

    Attributes
    ----------
    mean, deviation : float
        Of the draws that have a number; the deviation with the weights' sum as divisor.
    p : mapping
        ``P90``, ``P50``, ``P10``: exceeded with that probability, of the draws that have a rank (*placed*).
    worst, best : float
        The ends of what was drawn; of a cost or a payback the worst is the highest.
    missing : float
        Probability of a draw without a number.
    beyond, lost, gained : float
        Probability of draws without a number that have a rank all the same; parts of *missing*: years beyond the
        calculation period, later than any; cash that loses at every rate, below any rate of return; cash that gains at
        every rate, above any.
    placed : float
        Probability of a draw that has a rank: with a number, or one of these three.
    off : mapping
        Name of a P value, ``worst`` or ``best`` that is no number because such draws stand there → ``beyond``, ``lost``
        or ``gained``.
    reasons : mapping
        Code of ``text.REASONS`` → probability, of the draws without a number.
    errors : mapping
        Standard errors of ``mean``, ``P90``, ``P50``, ``P10``, as of independent draws.
    """

    mean: float
    deviation: float
    p: Mapping[str, float]
    worst: float
    best: float
    missing: float
    beyond: float
    lost: float
    gained: float
    placed: float
    off: Mapping[str, str]
    reasons: Mapping[str, float]
    errors: Mapping[str, float]


def ranked(metric: Metric, worth: Metric | None = None) -> Vector:
    """A metric as quantiles and ranks see it.

    Infinite where its years are beyond the calculation period; of a rate of return that does not exist because the NPV has
    one sign at every rate, infinite with the sign of *worth*, the NPV of the same cash (``SIGN_OF``).
    """
    values = np.where(np.isin(metric.reason, BEYOND), np.inf, metric.value)
    if worth is None:
        return values
    sided = np.isin(metric.reason, _RATELESS) & (np.nan_to_num(worth.value) != 0.0)
    return np.where(sided, np.copysign(np.inf, worth.value), values)


def summary_of(metric: Metric, ranks: Vector, sample: Callable[[Vector], Weighed]) -> Summary:
    """The summary of a metric and its *ranks* (:func:`ranked`); *sample* makes values of every row a weighted sample."""
    numbers, order = sample(metric.value), sample(ranks)
    held = order.values[order.numbered]
    ends = [float(held.min()), float(held.max())] if held.size else [np.nan, np.nan]
    worst, best = ends[::-1] if metric.key in LOWER_IS_BETTER else ends
    places = {name: order.place(share) for name, share in P_VALUES.items()} | {"worst": worst, "best": best}
    reasons = _reasons(metric, sample)
    found = {"mean": numbers.mean()} | {name: order.quantile(share) for name, share in P_VALUES.items()}
    above = "beyond" if np.isin(metric.reason, BEYOND).any() else "gained"

    def chance(of: NDArray[np.bool_]) -> float:
        return float(order.weights @ of.mean(axis=1))

    infinite = {"lost": chance(np.isneginf(order.values)), above: chance(np.isposinf(order.values))}
    return Summary(
        mean=found["mean"][0], deviation=numbers.deviation(), p={name: found[name][0] for name in P_VALUES},
        worst=_finite(worst), best=_finite(best), missing=sum(reasons.values()),
        beyond=infinite.get("beyond", 0.0), lost=infinite["lost"], gained=infinite.get("gained", 0.0), placed=order.share,
        off={name: "lost" if place < 0.0 else above for name, place in places.items() if np.isinf(place)},
        reasons=reasons, errors={name: error for name, (_, error) in found.items()},
    )  # fmt: skip


def _finite(value: float) -> float:
    return value if np.isfinite(value) else np.nan


def _reasons(metric: Metric, sample: Callable[[Vector], Weighed]) -> dict[str, float]:
    codes = np.where(np.isnan(metric.value), metric.reason, "")
    shares = {str(code): sample(np.where(codes == code, 1.0, 0.0)).mean()[0] for code in np.unique(codes) if code}
    return {code: share for code, share in shares.items() if share > 0.0}
