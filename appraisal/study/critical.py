"""临界点: the relative change of an input at which the project's NPV is zero, for every input at once.

Private to the one-way table; a target of any metric is ``solve``'s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.checks import TOLERANCE
from appraisal.pipeline import appraise
from appraisal.study.inputs import Indices, Inputs, Vector
from appraisal.study.search import Found, search, trend
from appraisal.units import Table

LOWEST, HIGHEST = -0.95, 5.0
# Halving steps from each end towards no change: the points at which a crossing is looked for.
_LADDER = 2.0 ** -np.arange(7.0)

_WORDS = {
    "ok": ("", ""),
    "flat": ("净现值不随该因素变化", "the NPV does not move with it"),
    "outside": ("在 {low}…{high} 范围内无临界点", "not within {low}…{high}"),
    "bounded": ("在算例允许的 {low}…{high} 范围内无临界点", "not within {low}…{high}, as far as the case allows it to move"),
    "step": ("净现值在此处跳过零", "the NPV steps over zero here"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Critical:
    """The critical change of each input.

    Attributes
    ----------
    change : (I,)
        A fraction; NaN where there is none, and *code* says why. Of several crossings the one nearest to no change.
    code : (I,)
        ``ok``, ``step`` (a number, at a jump of the NPV), ``flat``, ``outside`` or ``bounded``.
    limits : (I, 2)
        Lowest and highest change looked at.
    """

    change: Vector
    code: NDArray[np.str_]
    limits: Table

    def words(self, place: int, lang: str) -> str:
        """Why input *place* has no number, or what is odd about it; empty where nothing is."""
        low, high = (f"{'−' if end < 0 else '+'}{abs(end):.4g} %" for end in 100.0 * self.limits[place])
        return _WORDS[str(self.code[place])][0 if lang == "zh" else 1].format(low=low, high=high)


def critical(moving: Inputs) -> Critical:
    """The change of each input at which project NPV after tax is zero (project IRR meets the discount rate).

    Looked for within −95 % … +500 % and as far as the case accepts the changed input, on points that halve towards no
    change; ``|NPV| ≤ 1e-9 × construction investment`` counts as zero.

    Returns
    -------
    Critical

    Notes
    -----
    临界点 of 《方法与参数》: the change of F at which FIRR = i_c.
    """
    limits = moving.limits(*(np.full(len(moving.inputs), end) for end in (LOWEST, HIGHEST)))
    enough = TOLERANCE * float(appraise(moving.case).statements["invested"][0, -1])

    def distance(which: Indices, changes: Vector) -> Vector:
        return moving.measure(moving.alone(which, changes), ("project_npv",)).rows["project_npv"].value / enough

    found = search(
        distance, np.hstack([limits[:, :1] * _LADDER, np.zeros((len(limits), 1)), limits[:, 1:] * _LADDER[::-1]])
    )
    change, code = _nearest(found, len(limits))
    cut = (limits != np.array([[LOWEST, HIGHEST]])).any(axis=1)
    code = np.where(np.isnan(change), np.where(cut, "bounded", "outside"), code)
    # A base at the hurdle is critical as it stands, whatever does not move it.
    at_base = np.abs(found.scan.values[found.scan.points == 0.0]) <= 1.0
    flat = (trend(found.scan) == "flat") & ~at_base
    return Critical(
        change=np.where(at_base, 0.0, np.where(flat, np.nan, change)),
        code=np.where(at_base, "ok", np.where(flat, "flat", code)),
        limits=limits,
    )


def _nearest(found: Found, inputs: int) -> tuple[Vector, NDArray[np.str_]]:
    """Of each input the place nearest to no change, NaN where there is none, and whether the NPV jumps there."""
    change, code = np.full(inputs, np.nan), np.full(inputs, "outside")
    order = np.argsort(-np.abs(found.at), kind="stable")
    # The nearest is written last.
    change[found.problem[order]] = found.at[order]
    code[found.problem[order]] = np.where(found.kind[order] == "jump", "step", "ok")
    return change, code
