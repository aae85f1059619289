"""What a metric is over the draws: mean, deviation, P-values, ends, and the draws without a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from appraisal.metrics import Metric
from appraisal.study.risk.trace import P_VALUES
from appraisal.study.risk.weighed import Vector, Weighed

# VaR and CVaR are of the worst 5 %.
TAIL = 0.05
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


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a metric is over the draws, in its unit; NaN where there is no such number.

    Attributes
    ----------
    mean, deviation : float
        Of the draws that have a number; the deviation with the weights' sum as divisor.
    p : mapping
        ``P90``, ``P50``, ``P10``: exceeded with that probability. A payback that never comes counts as later than any.
    worst, best : float
        The ends of what was drawn; of a cost or a payback the worst is the highest.
    missing : float
        Probability of a draw without a number.
    beyond : float
        Probability of a draw whose years are beyond the calculation period; part of *missing*.
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
    reasons: Mapping[str, float]
    errors: Mapping[str, float]


def ranked(metric: Metric) -> Vector:
    """A metric as quantiles and ranks see it: infinite where its years are beyond the calculation period."""
    return np.where(np.isin(metric.reason, BEYOND), np.inf, metric.value)


def summary_of(metric: Metric, sample: Callable[[Vector], Weighed]) -> Summary:
    """The summary of a metric; *sample* makes values of every row a weighted sample."""
    numbers, order = sample(metric.value), sample(ranked(metric))
    held = order.values[order.numbered]
    ends = [float(held.min()), float(held.max())] if held.size else [np.nan, np.nan]
    worst, best = (_finite(end) for end in (ends[::-1] if metric.key in LOWER_IS_BETTER else ends))
    reasons = _reasons(metric, sample)
    found = {"mean": numbers.mean()} | {name: order.quantile(share) for name, share in P_VALUES.items()}
    return Summary(
        mean=found["mean"][0], deviation=numbers.deviation(), p={name: found[name][0] for name in P_VALUES},
        worst=worst, best=best, missing=sum(reasons.values()), beyond=sum(reasons.get(code, 0.0) for code in BEYOND),
        reasons=reasons, errors={name: error for name, (_, error) in found.items()},
    )  # fmt: skip


def _finite(value: float) -> float:
    return value if np.isfinite(value) else np.nan


def _reasons(metric: Metric, sample: Callable[[Vector], Weighed]) -> dict[str, float]:
    codes = np.where(np.isnan(metric.value), metric.reason, "")
    shares = {str(code): sample(np.where(codes == code, 1.0, 0.0)).mean()[0] for code in np.unique(codes) if code}
    return {code: share for code, share in shares.items() if share > 0.0}
