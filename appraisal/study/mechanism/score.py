"""A scored comparison of demonstration candidates: weights and scales are data, and how far the first place rests on them is told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import Fault, InputError, said
from appraisal.pipeline import measure_many
from appraisal.study.hurdle import refuse_unknown
from appraisal.study.inputs import Vector
from appraisal.study.mechanism.file import Criterion
from appraisal.study.mechanism.study import Study
from appraisal.units import Table

# Each weight is moved by so much of itself to see whether the first place holds.
MOVED = 0.2


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Candidates by criteria; K candidates, C criteria.

    Attributes
    ----------
    candidates : tuple of str
    criteria : name → Criterion
    weights : (C,)
        Adding to 1.
    values : (K, C)
        In the unit of each criterion; NaN where a figure is undefined.
    scores : (K, C)
        0 … 1; an undefined figure scores 0.
    total : (K,)
    """

    candidates: tuple[str, ...]
    criteria: dict[str, Criterion]
    weights: Vector
    values: Table
    scores: Table
    total: Vector

    @property
    def order(self) -> NDArray[np.int64]:
        """Candidates from the best to the worst; equals as the study states them."""
        return np.argsort(-self.total, kind="stable")

    @property
    def winners(self) -> NDArray[np.int64]:
        """(C, 2) who is first where the weight of a criterion falls and rises by a fifth of itself, the others in proportion."""
        factors = np.repeat(self.weights[None, None, :], 2, axis=0).repeat(self.weights.size, axis=1).swapaxes(0, 1)
        for place in range(self.weights.size):
            factors[place, :, place] *= (1.0 - MOVED, 1.0 + MOVED)
        moved = factors / factors.sum(axis=2, keepdims=True)
        return np.asarray(np.argmax(moved @ self.scores.T, axis=2))


def score(study: Study) -> Scored:
    """Score the entries of the portfolio, each as its case stands, by the criteria of the study.

    Raises
    ------
    InputError
        If the study states no criteria, or one of a figure that the books do not declare.

    Notes
    -----
    score = clip((x − worst) / (best − worst), 0, 1); total = Σ weight · score ÷ Σ weight.
    """
    if not study.criteria:
        raise InputError(
            [
                Fault(
                    where=str(study.file),
                    path="scoring",
                    message=said("required for a scored comparison: name → criterion", "评分比较必填：名称 → 准则"),
                )
            ]
        )
    keys = [one.metric for one in study.criteria.values() if one.metric]
    values = np.empty((len(study.plants), len(study.criteria)))
    for row, plants in enumerate(study.plants):
        refuse_unknown(plants.case, keys)
        found = measure_many(plants.case, keys=keys) if keys else {}
        values[row] = [
            found[one.metric].value[0] if one.metric else float(one.stated[plants.name]) for one in study.criteria.values()
        ]  # fmt: skip
    worst, best, weight = (
        np.array([float(getattr(one, name)[0, 0]) for one in study.criteria.values()])
        for name in ("worst", "best", "weight")
    )
    scores = np.nan_to_num(np.clip((values - worst) / (best - worst), 0.0, 1.0), nan=0.0)
    weights = weight / weight.sum()
    return Scored(
        candidates=tuple(plants.name for plants in study.plants), criteria=dict(study.criteria), weights=weights, values=values, scores=scores,
        total=scores @ weights,
    )  # fmt: skip
