"""The one input that a question moves, and how far its declared range lets it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from appraisal.case import Case
from appraisal.errors import Fault, InputError, Message, said
from appraisal.field import Declared
from appraisal.study.drivers import driver_input, driver_keys
from appraisal.study.inputs import Input, Inputs, Vector, inputs_of, valued
from appraisal.study.search import ladder
from appraisal.units import Table

# A side without an end is looked at step by step: so many times the value that stands, so far where that is 0.
STEPS = ((1.5, 1.0), (4.0, 1e3), (30.0, 1e6), (1000.0, 1e9))
# Beside an end that a range leaves out, as a part of the way to it.
_BESIDE = 2.0**-20
# A quotient of a limit and a value may exceed the limit by a rounding when multiplied again.
_LESS = 1.0 - 4.0 * float(np.finfo(np.float64).eps)

_WHOLE = said(
    "takes whole years: nothing between two years can be solved for; appraise the years of interest, one a scenario",
    "只取整年：两个整年之间无从求解；请把所关心的年数各作一个方案评价",
)


def single(case: Case, what: str | Input, *, whole_years: bool = False) -> Inputs:
    """The case with its one moved input; numbers of years only where *whole_years*, because their values are given.

    Raises
    ------
    InputError
        If the path changes the structure, is a yearly amount, takes whole years or is none; if the case states nothing
        that the input moves.
    """
    one = _of_path(case, what) if isinstance(what, str) else what
    moving = _moving(case, one)
    whole = [path for path in moving.paths[0] if _whole_years(path, _declared(moving)[path])]
    if whole and not whole_years:
        raise InputError([Fault(where="solve", path=path, message=_WHOLE) for path in whole])
    return moving


def _moving(case: Case, one: Input) -> Inputs:
    """The paths that an input moves in any scenario of the case."""
    # What a stream's term moves is found by settling it, of one scenario; a term of 0 moves nothing there.
    firsts = _patterns(case) if one.settled else [slice(None)]
    found = [inputs_of(case.rows(first), [one]) for first in firsts]
    moved = [moving for moving, _ in found if moving.inputs]
    if not moved:
        left = found[0][1][0]
        raise InputError([Fault(where="solve", path=one.key, message=Message(left.en, left.zh))])
    paths = tuple(dict.fromkeys(path for moving in moved for path in moving.paths[0]))
    return Inputs(case=case, inputs=moved[0].inputs, paths=(paths,))


def _patterns(case: Case) -> list[slice]:
    """One scenario for every pattern of numbers that are 0."""
    tables = [array for _, _, array in case.numbers() if array is not None]
    stated = [np.broadcast_to(array.any(axis=1), (case.scenarios,)) for array in tables]
    first = np.unique(np.column_stack(stated), axis=0, return_index=True)[1]
    return [slice(int(row), int(row) + 1) for row in np.sort(first)]


def _of_path(case: Case, path: str) -> Input:
    """A path as an input given by its value; one that is none is refused with the reason that the case has."""
    kinds = {name: what.kind for name, what, _ in case.numbers()}
    if kinds.get(path) == "yearly":
        raise InputError([Fault(where="solve", path=path, message=_yearly(case, path))])
    if kinds.get(path) != "number":
        # The case says itself what an input that may not differ by scenario is.
        case.vary({path: 0.0})
    return valued(case, path)


def _yearly(case: Case, path: str) -> Message:
    """That a path is an amount for each year, with the drivers that scale it."""
    first = case.rows(slice(0, 1))
    groups = [one for key in driver_keys(first) if (one := driver_input(first, key)) is not None]
    moving = inputs_of(first, groups)[0]
    keys = [one.key for one, paths in zip(moving.inputs, moving.paths, strict=True) if path in paths]
    if keys:
        return said(
            "an amount for each year, not one number; solve for a group that scales it: {keys}",
            "分年数值，不是一个数；请改为求解按比例移动它的一组因素：{keys}", keys=", ".join(keys),
        )  # fmt: skip
    return said(
        "an amount for each year, not one number, and the case states none to scale; set it to trial amounts and appraise each",
        "分年数值，不是一个数，且本算例没有可按比例移动的数值；请设为若干试算值分别评价",
    )


def _whole_years(path: str, what: Declared) -> bool:
    return what.unit == "years" and not path.endswith("lead_years")


def _declared(moving: Inputs) -> dict[str, Declared]:
    return {path: what for path, what, _ in moving.case.numbers() if path in moving.paths[0]}


@dataclass(frozen=True, kw_only=True)
class Range:
    """Where the problem of each scenario is looked at.

    Attributes
    ----------
    start, unit : (S,)
        What stands in the case, within the range, and what is doubled on the way to its ends.
    low, high : (S,)
        Declared and asked for; infinite where there is no end.
    """

    start: Vector
    unit: Vector
    low: Vector
    high: Vector

    def points(self, step: int) -> Table:
        """The points of a step outwards, ``(S, L)``; a side without an end reaches as far as :data:`STEPS` says."""
        times, from_nothing = STEPS[step]
        far = np.where(self.unit > 0.0, (times - 1.0) * self.unit, from_nothing)
        low = np.where(np.isinf(self.low), self.start - far, self.low)
        return ladder(self.start, low, np.where(np.isinf(self.high), self.start + far, self.high), self.unit)


def range_of(moving: Inputs, within: tuple[float, float] | None) -> Range:
    """What is declared of the input, cut to *within*; relative changes from −100 %.

    Raises
    ------
    InputError
        If *within* is no range, or lies outside what the input's field allows.
    """
    by_change = moving.inputs[0].by == "change"
    low, high = _changes(moving) if by_change else _values(moving)
    if within is not None:
        low, high = _cut(moving, low, high, within)
    base = np.nan_to_num(moving.base[:, 0])
    unit = np.ones(base.size) if by_change else np.abs(base)
    return Range(start=np.clip(base, low, high), unit=unit, low=low, high=high)


def _values(moving: Inputs) -> tuple[Vector, Vector]:
    """The declared range of the only path, ``(S,)`` each."""
    what, base = _declared(moving)[moving.paths[0][0]], np.nan_to_num(moving.base[:, 0])
    low = np.full(base.size, -np.inf if what.ge is None else what.ge)
    if what.gt is not None:
        low = what.gt + _BESIDE * np.where(base > what.gt, base - what.gt, 1.0)
    return low, np.full(base.size, np.inf if what.le is None else what.le)


def _changes(moving: Inputs) -> tuple[Vector, Vector]:
    """The relative changes at which every path stays within its declared range, ``(S,)`` each, from −100 %."""
    declared, rows = _declared(moving), moving.case.scenarios
    low, high = np.zeros(rows), np.full(rows, np.inf)
    for path, what, array in moving.case.numbers():
        if path not in declared or array is None:
            continue
        stated = np.broadcast_to(array, (rows, array.shape[1]))
        for end, upper in ((what.ge, False), (what.gt, False), (what.le, True)):
            if end is not None:
                least, most = _factors(stated, end, upper)
                low, high = np.maximum(low, least), np.minimum(high, most)
        if what.gt is not None:
            low = np.maximum(low * (1.0 + _BESIDE), _BESIDE)
    return low - 1.0, high - 1.0


def _factors(stated: Table, end: float, upper: bool) -> tuple[Vector, Vector]:
    """Between which factors amounts stay on the right side of a limit, ``(S,)`` each; an amount of 0 stays as it is."""
    factor = end / np.where(stated == 0.0, 1.0, stated)
    # An upper limit holds a positive amount from above and a negative one from below; a lower limit the reverse.
    from_above, moved = (stated > 0.0) == upper, stated != 0.0
    most = np.where(from_above & moved, factor * _LESS, np.inf).min(axis=1)
    return np.where(~from_above & moved, factor / _LESS, -np.inf).max(axis=1), most


def _cut(moving: Inputs, low: Vector, high: Vector, within: tuple[float, float]) -> tuple[Vector, Vector]:
    """The range within what is asked for."""
    asked = np.array(within, dtype=np.float64)
    key = moving.inputs[0].key
    if asked.shape != (2,) or not np.isfinite(asked).all() or not asked[0] < asked[1]:
        message = said(
            "within {found}; expected two rising numbers", "范围为 {found}；应为由小到大的两个数", found=within
        )
        raise InputError([Fault(where="solve", path=key, message=message)])
    cut_low, cut_high = np.maximum(low, asked[0]), np.minimum(high, asked[1])
    if (cut_low > cut_high).any():
        message = said(
            "within {low:g} … {high:g}; the field allows {least:g} … {most:g}",
            "范围为 {low:g}～{high:g}；字段允许 {least:g}～{most:g}",
            low=asked[0], high=asked[1], least=low.max(), most=high.min(),
        )  # fmt: skip
        raise InputError([Fault(where="solve", path=key, message=message)])
    return cut_low, cut_high
