"""Draws that the case cannot be: how many, which, and what to do. They are never clipped, which would move every figure."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import Fault, InputError, Message, joined, said
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
                count=count, n=len(draws), range=what.range_text(), low=column.min(), high=column.max(),
                remedy=_remedy(moving, draws[~_beyond(what, column)][:_LOOK], [place]),
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
        count=len(found), seen=seen, n=len(draws), row=row + 1, values=values, why=found[row],
        remedy=_remedy(moving, draws[sorted(found)], range(len(moving.inputs))),
    )  # fmt: skip
    return [Fault(where=scenario, path="uncertainty", message=message)]


def _remedy(moving: Inputs, draws: Table, places: Iterable[int]) -> Message:
    """What to do about inputs: a discrete distribution for those that take whole numbers, else to cut or narrow."""
    whole = [
        (moving.inputs[place].key, low)
        for place in places
        if (low := _whole_below(moving, draws[:, place], place)) is not None
    ]
    if not whole:
        return _REMEDY
    return joined(
        said(
            "{path} takes whole numbers only: give it a discrete distribution, {{discrete: {{{low:g}: 0.5, {high:g}: 0.5}}}}",
            "{path} 只能取整数：请改用离散分布，如 {{discrete: {{{low:g}: 0.5, {high:g}: 0.5}}}}",
            path=path, low=low, high=low + 1.0,
        )
        for path, low in whole
    )  # fmt: skip


def _whole_below(moving: Inputs, column: Vector, place: int) -> float | None:
    """The whole number below a draw of an input that the case refuses though it takes the whole numbers on both sides.

    Asked of the case with that input alone moved, so that the rule stands in one place: that of the case. None where there
    is no such draw.
    """
    odd = column[column != np.round(column)]
    if not odd.size:
        return None
    asked = np.concatenate([odd, np.floor(odd), np.ceil(odd)])
    refused = moving.refusals(moving.alone(np.full(asked.size, place), asked))
    barred = np.isin(np.arange(asked.size), list(refused)).reshape(3, -1)
    found = np.flatnonzero(barred[0] & ~barred[1] & ~barred[2])
    return float(np.floor(odd[found[0]])) if found.size else None
