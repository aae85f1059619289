"""What a target of a search may be."""

from __future__ import annotations

import numpy as np

from appraisal.errors import Fault, InputError, said
from appraisal.study.inputs import Vector

# A target so many times larger than what it is compared with has no digit left that counts.
_FARTHEST = 1e6


def refuse_far(key: str, target: Vector, scale: Vector) -> None:
    """Refuse targets so far off that rounding hides whether they are met.

    Parameters
    ----------
    key : str
        The metric.
    target, scale : (S,)
        The targets and the size of what the metric is compared with, in the unit of the metric.

    Raises
    ------
    InputError

    Examples
    --------
    >>> refuse_far("project_npv", np.array([1e9]), np.array([5e6]))
    """
    most = _FARTHEST * np.broadcast_to(scale, target.shape)
    far = ~(np.abs(target) <= most)
    if far.any():
        message = said(
            "target {target:g}; expected a finite number, here within ±{most:g}: beyond it rounding hides whether it is met",
            "目标为 {target:g}；应为有限数，此处绝对值不超过 {most:g}：再大则因舍入无法判断是否达到",
            target=float(target[far][0]), most=float(most[far][0]),
        )  # fmt: skip
        raise InputError([Fault(where="study", path=key, message=message)])
