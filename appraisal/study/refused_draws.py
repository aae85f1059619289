"""Draws that the case cannot be: how many, which, and what to do. They are never clipped, which would move every figure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import Fault, InputError, said
from appraisal.field import Declared
from appraisal.scenario.checks import validate
from appraisal.study.inputs import Inputs, Vector
from appraisal.units import Table

_REMEDY = said(
    "truncate the distribution (truncated_normal, truncated_lognormal, triangular, uniform …) or narrow it",
    "请截断分布（truncated_normal、truncated_lognormal、triangular、uniform 等）或收窄",
)
# A refused draw is looked for among so many at a time, until so many are found: enough to tell, quick to find.
_LOOK, _ENOUGH = 500, 50


def draw_faults(moving: Inputs, draws: Table, scenario: str) -> list[Fault]:
    """What is wrong with draws ``(N, I)``; empty where the case accepts every one."""
    outside = _outside(moving, draws, scenario)
    if outside:
        return outside
    try:
        validate(moving.block(draws))
    except InputError as error:
        return _refused(moving, draws, scenario) or list(error.faults)
    return []


def _outside(moving: Inputs, draws: Table, scenario: str) -> list[Fault]:
    known = {path: what for path, what, _ in moving.case.numbers()}
    faults = []
    for place, one in enumerate(moving.inputs):
        what, column = known[one.key], draws[:, place]
        count = int(_beyond(what, column).sum())
        if count:
            message = said(
                "{count:,} of {n:,} draws are outside {range}, the range of the input ({low:.6g} the lowest, {high:.6g} the highest); {remedy}",
                "{n:,} 次抽样中有 {count:,} 次超出该参数的允许范围 {range}（最低 {low:.6g}，最高 {high:.6g}）；{remedy}",
                count=count, n=len(draws), range=what.range_text(), low=column.min(), high=column.max(), remedy=_REMEDY,
            )  # fmt: skip
            faults.append(Fault(where=scenario, path=f"uncertainty.{one.key}", message=message))
    return faults


def _beyond(what: Declared, column: Vector) -> NDArray[np.bool_]:
    beyond = np.zeros(column.shape, dtype=bool)
    if what.ge is not None:
        beyond |= column < what.ge
    if what.gt is not None:
        beyond |= column <= what.gt
    if what.le is not None:
        beyond |= column > what.le
    return beyond


def _refused(moving: Inputs, draws: Table, scenario: str) -> list[Fault]:
    """Draws within every range that do not fit together, or do not fit the case."""
    found: dict[int, str] = {}
    seen = 0
    while seen < len(draws) and len(found) < _ENOUGH:
        part = draws[seen : seen + _LOOK]
        found |= {seen + row: message for row, message in moving.refusals(part).items()}
        seen += len(part)
    if not found:
        return []  # Refused as a block only: the block's own fault says why.
    row = min(found)
    values = ", ".join(f"{one.key} = {value:.6g}" for one, value in zip(moving.inputs, draws[row], strict=True))
    message = said(
        "{count:,} of the first {seen:,} of {n:,} draws are refused by the case; draw {row:,} ({values}): {why}; {remedy}",
        "{n:,} 次抽样的前 {seen:,} 次中有 {count:,} 次不为算例所接受；第 {row:,} 次（{values}）：{why}；{remedy}",
        count=len(found), seen=seen, n=len(draws), row=row + 1, values=values, why=found[row], remedy=_REMEDY,
    )  # fmt: skip
    return [Fault(where=scenario, path="uncertainty", message=message)]
