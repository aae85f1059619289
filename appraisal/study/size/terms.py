"""What a question about the size of a plant may ask, and of which cases."""

from __future__ import annotations

import numpy as np

from appraisal.case import Case
from appraisal.errors import Fault, InputError, said, suggest
from appraisal.study.size.extent import fixed_streams

# Higher is better of each of them.
METRICS = (
    "project_npv", "project_npv_pre_tax", "equity_npv", "project_irr", "project_irr_pre_tax", "equity_irr", "mirr", "profitability_index",
)  # fmt: skip
_STATED = said(
    "energy is stated by year and does not move with the size; give prices to dispatch against instead",
    "年电量为给定值，不随规模变化；请改为给出电价，由优化调度得到",
)
_FIXED = (
    "收入均不随规模变化（{streams}）：选择规模没有意义",
    "no income moves with the size ({streams}): a choice of size means nothing",
)


def refuse_terms(
    powers: tuple[float, float], durations: tuple[float, float], metric: str, budget: float | None, resolution: float
) -> None:
    """Refuse ranges that are none, an unknown metric, a budget or a resolution that means nothing; all faults at once."""
    faults = [
        *_span_faults(powers, "powers"),
        *_span_faults(durations, "durations"),
        *_term_faults(metric, budget, resolution),
    ]
    if faults:
        raise InputError(faults)


def fixed_or_refused(case: Case) -> tuple[str, ...]:
    """Streams that do not move with the size, told; a case that earns nothing else is refused."""
    if case.storage.discharged_mwh is not None:
        raise InputError([Fault(where="size", path="storage.discharged_mwh", message=_STATED)])
    fixed, everything = fixed_streams(case)
    if everything:
        message = said(_FIXED[1], _FIXED[0], streams=", ".join(fixed))
        raise InputError([Fault(where="size", path="revenue", message=message)])
    return fixed


def _span_faults(span: tuple[float, float], name: str) -> list[Fault]:
    ends = np.array(span, dtype=np.float64)
    if ends.shape == (2,) and np.isfinite(ends).all() and 0.0 < ends[0] <= ends[1]:
        return []
    message = said(
        "{found}; expected (low, high), both above 0", "为 {found}；应为（下限, 上限），均大于 0", found=list(span)
    )
    return [Fault(where="size", path=name, message=message)]


def _term_faults(metric: str, budget: float | None, resolution: float) -> list[Fault]:
    found = []
    if metric not in METRICS:
        message = said(
            "nothing to make the highest; {suggest}", "不是可取最大的指标；{suggest}", suggest=suggest(metric, METRICS)
        )
        found.append(Fault(where="size", path=metric, message=message))
    if budget is not None and not (np.isfinite(budget) and budget > 0.0):
        message = said("{found}; expected yuan above 0", "为 {found}；应为大于 0 的元数", found=budget)
        found.append(Fault(where="size", path="budget", message=message))
    if not 0.0 < resolution <= 0.1:
        message = said("{found}; expected a share of the range, above 0 and at most 0.1", "为 {found}；应为范围的比例，大于 0 且不超过 0.1", found=resolution)  # fmt: skip
        found.append(Fault(where="size", path="resolution", message=message))
    return found
