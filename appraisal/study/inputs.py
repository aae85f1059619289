"""The inputs that a study moves: each a number of the case, or several numbers under one relative change.

An input of a sensitivity table is rarely one number: the construction investment is every price of capital. Every
study builds its block of scenarios here, one row for each set of values; rows that the case refuses are kept with the
reason where a table can show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case
from appraisal.errors import Fault, InputError, Message, joined, said, suggest
from appraisal.metrics import KEYS, Metric, Metrics
from appraisal.pipeline import BLOCK_ROWS, measure_many
from appraisal.scenario.checks import validate
from appraisal.study.settled import settled_terms
from appraisal.units import Table

Indices: TypeAlias = NDArray[np.int64]
Vector: TypeAlias = NDArray[np.float64]

REFUSED = "refused"
# Halvings of the way to a limit: 2^-30 of a range is far below any change that a reader could mean.
_HALVINGS = 30

BY_ITSELF = ("各数均已单独变动", "all of its numbers move by themselves")
NOT_STATED = ("本算例无此项", "the case has no such input")
ALL_ZERO = ("基准值为零，相对变化无意义", "zero in the case: a relative change of nothing is nothing")


@dataclass(frozen=True, kw_only=True)
class Input:
    """What moves together under one name.

    Attributes
    ----------
    key, zh, en : str
        Name and labels.
    paths : tuple of str
        Dotted paths of numbers or yearly amounts; ``*`` stands for any label and may match nothing.
    priced : tuple of str
        Paths that count only where the case is dispatched on prices, because nothing else reads them.
    settled : "income", "purchase", "cost" or ""
        Also every term in yuan of a stream that moves this table of its settlement and no other.
    apart : tuple of str
        Dotted paths that are none of it, because they move by themselves.
    by : "change" or "value"
        Whether a study gives a relative change that multiplies every path, or the value of the only path.
    unit : str
        Of the value; of a change it is ``share``.
    """

    key: str
    zh: str
    en: str
    paths: tuple[str, ...] = ()
    priced: tuple[str, ...] = ()
    settled: Literal["income", "purchase", "cost", ""] = ""
    apart: tuple[str, ...] = ()
    by: Literal["change", "value"] = "change"
    unit: str = "share"


def valued(case: Case, path: str) -> Input:
    """One number of a case as an input that a study gives the value of.

    Raises
    ------
    InputError
        If the path is no number of the case that may differ by scenario.

    Examples
    --------
    >>> from appraisal import load_case, scenario_path
    >>> valued(load_case(scenario_path("contract_schedule")), "finance.loan_rate").unit
    'share/year'
    """
    known = {name: what for name, what, _ in case.numbers() if what.kind == "number"}
    if path not in known:
        raise InputError([Fault(where="study", path=path, message=_no_number(path, list(known)))])
    what = known[path]
    return Input(key=path, zh=what.zh, en=what.en, paths=(path,), by="value", unit=what.unit)


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """An input that the case gives nothing to move for, with the reason in both languages."""

    input: Input
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Metrics of R rows and of the case as it stands; ``refused`` maps a row to why the case refuses it."""

    base: Metrics
    rows: Metrics
    refused: Mapping[int, Message]


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """A case of S scenarios and the paths of each of the I inputs that are moved in it."""

    case: Case
    inputs: tuple[Input, ...]
    paths: tuple[tuple[str, ...], ...]
    _bases: dict[tuple[str, ...], Metrics] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return _stated(self.case)

    @cached_property
    def base(self) -> Table:
        """What stands in the case, ``(S, I)``: 0 for a change, the value for a value, NaN where the case leaves it out."""
        columns = [
            np.zeros((1, 1)) if one.by == "change" else self._tables.get(paths[0], np.full((1, 1), np.nan))
            for one, paths in zip(self.inputs, self.paths, strict=True)
        ]
        made = np.zeros((self.case.scenarios, len(columns)))
        for place, column in enumerate(columns):
            made[:, [place]] = column
        return made

    def alone(self, which: Indices, values: Vector, of: Indices | None = None) -> Table:
        """Rows ``(R, I)`` in which only input ``which[r]`` moves, to ``values[r]``; the others stand as in the case."""
        made = self.base[np.zeros(which.size, dtype=np.int64) if of is None else of]
        made[np.arange(which.size), which] = values
        return made

    def block(self, values: Table, of: Indices | None = None) -> Case:
        """The case with the inputs at *values*, one row a scenario.

        Parameters
        ----------
        values : (R, I)
            A relative change (fraction) or a value for every input.
        of : (R,), optional
            Scenario of the case that each row starts from; by default the first.

        Raises
        ------
        InputError
            If a value leaves the range of its field.
        """
        start = np.zeros(len(values), dtype=np.int64) if of is None else of
        made: dict[str, Table] = {}
        for place, (one, paths) in enumerate(zip(self.inputs, self.paths, strict=True)):
            column = values[:, [place]]
            if one.by == "value":
                made[paths[0]] = column
                continue
            for path in paths:
                stated = self._tables[path]
                made[path] = made.get(path, stated if len(stated) == 1 else stated[start]) * (1.0 + column)
        return self.case.rows(start).vary(made)

    def refusals(self, values: Table, of: Indices | None = None) -> dict[int, Message]:
        """The rows that the case refuses, each with the message; a block that stands is asked once."""
        return self._refusals(values, of, np.arange(len(values)))

    def _refusals(self, values: Table, of: Indices | None, rows: Indices) -> dict[int, Message]:
        try:
            validate(self.block(values[rows], None if of is None else of[rows]))
        except InputError as error:
            if rows.size == 1:
                return {int(rows[0]): joined(fault.sentence() for fault in error.faults)}
            half = rows.size // 2
            return self._refusals(values, of, rows[:half]) | self._refusals(values, of, rows[half:])
        return {}

    def measure(self, values: Table, keys: Sequence[str] = KEYS, of: Indices | None = None) -> Measured:
        """The metrics of every row, in one block over the one path; NaN with the reason ``refused`` where it is refused.

        Parameters
        ----------
        values : (R, I)
            As for :meth:`block`.
        keys : sequence of str
            Metrics wanted.
        of : (R,), optional
            As for :meth:`block`.

        Raises
        ------
        NoSolutionError
            If a dispatch problem is infeasible.
        """
        refused = self.refusals(values, of)
        accepted = np.setdiff1d(np.arange(len(values)), np.array(sorted(refused), dtype=np.int64))
        base = self._standing(tuple(keys))
        if not accepted.size:
            rows = base.rows(np.zeros(len(values), dtype=np.int64))
            return Measured(base=base, rows=_blanked(rows, np.ones(len(values), dtype=bool)), refused=refused)
        block = self.block(values[accepted], None if of is None else of[accepted])
        found = filled(measure_many(block, keys=keys), accepted.size)
        # A refused row borrows the first accepted one's place until it is blanked.
        place = np.zeros(len(values), dtype=np.int64)
        place[accepted] = np.arange(accepted.size)
        barred = np.isin(np.arange(len(values)), accepted, invert=True)
        return Measured(base=base, rows=_blanked(found.rows(place), barred), refused=refused)

    def _standing(self, keys: tuple[str, ...]) -> Metrics:
        """The metrics of the case as it stands: one appraisal, however often a search comes back."""
        if keys not in self._bases:
            self._bases[keys] = measure_many(self.case, keys=keys)
        return self._bases[keys]

    def measure_all(
        self, values: Table, keys: Sequence[str] = KEYS, *,
        rows: int = BLOCK_ROWS, progress: Callable[[int], object] | None = None,
    ) -> Metrics:  # fmt: skip
        """The metrics of every row of a sample, none of which may be refused.

        Parameters
        ----------
        values : (R, I)
            As for :meth:`block`.
        keys : sequence of str
            Metrics wanted.
        rows : int
            Rows of a block: what memory depends on.
        progress : callable, optional
            Told the number of rows done after each block.

        Raises
        ------
        InputError
            If the case refuses a row.
        NoSolutionError
            If a dispatch problem is infeasible.
        """
        return filled(measure_many(self.block(values), rows, keys, progress), len(values))

    def limits(self, low: Vector, high: Vector, of: Indices | None = None) -> Table:
        """How far each row's input may move within *low* … *high* before the case refuses it; see :meth:`reach`."""
        return self.reach(np.arange(len(self.inputs)), low, high, of)

    def reach(self, which: Indices, low: Vector, high: Vector, of: Indices | None = None) -> Table:
        """How far input ``which[r]`` may move alone between ``low[r]`` and ``high[r]``, ``(R, 2)``.

        The end itself where the case accepts it, else the last accepted point of a halving towards what the case holds.
        """
        both, from_both = np.tile(which, 2), None if of is None else np.tile(of, 2)
        scenario = np.zeros(both.size, dtype=np.int64) if from_both is None else from_both
        ends = np.concatenate([low, high])
        start = np.nan_to_num(self.base[scenario, both])

        def barred(points: Vector) -> NDArray[np.bool_]:
            return np.isin(np.arange(both.size), list(self.refusals(self.alone(both, points, from_both), from_both)))

        refused = barred(ends)
        inside, outside = np.where(refused, start, ends), ends
        for _ in range(_HALVINGS if refused.any() else 0):
            middle = np.where(refused, 0.5 * (inside + outside), ends)
            bad = barred(middle)
            inside, outside = np.where(bad, inside, middle), np.where(bad, middle, outside)
        return np.ascontiguousarray(inside.reshape(2, which.size).T)


def inputs_of(case: Case, inputs: Sequence[Input]) -> tuple[Inputs, tuple[LeftOut, ...]]:
    """The inputs of a case that can be moved, and those left out.

    Raises
    ------
    InputError
        If the case is refused itself, names an input twice, moves one number by value twice or holds no such path.
    """
    _refuse(case, inputs)
    validate(case)
    tables, moved = _stated(case), settled_terms(case) if any(one.settled for one in inputs) else {}
    found = {one.key: tuple(dict.fromkeys(_paths(case, one, tables, moved))) for one in inputs}
    mine = {one.key: tuple(path for path in found[one.key] if path not in one.apart) for one in inputs}
    # A yearly amount that is zero throughout stays zero; scaling it says nothing.
    kept = {
        one.key: mine[one.key] if one.by == "value" else tuple(path for path in mine[one.key] if tables[path].any())
        for one in inputs
    }
    left = tuple(_left_out(one, found[one.key], mine[one.key]) for one in inputs if not kept[one.key])
    moving = tuple(_named(one, found[one.key], mine[one.key]) for one in inputs if kept[one.key])
    _refuse_twice(moving, kept)
    return Inputs(case=case, inputs=moving, paths=tuple(kept[one.key] for one in moving)), left


def _left_out(one: Input, found: Sequence[str], mine: Sequence[str]) -> LeftOut:
    zh, en = ALL_ZERO if mine else BY_ITSELF if found else NOT_STATED
    return LeftOut(input=one, zh=zh, en=en)


def _named(one: Input, found: Sequence[str], mine: Sequence[str]) -> Input:
    """The input, labelled as the rest of it where some of its numbers move by themselves."""
    if len(mine) == len(found):
        return one
    return replace(one, zh=f"{one.zh}（其余部分）", en=f"{one.en}, the rest")


def refuse_blocks(case: Case) -> None:
    """Refuse a case of more than one scenario, where a study is of one.

    Raises
    ------
    InputError
    """
    if case.scenarios != 1:
        message = said(
            "{count} scenarios, expected 1; take one with case.rows(slice(0, 1))",
            "有 {count} 个情景，应为 1 个；可用 case.rows(slice(0, 1)) 取一个", count=case.scenarios
        )  # fmt: skip
        raise InputError([Fault(where="study", message=message)])


def filled(metrics: Metrics, rows: int) -> Metrics:
    """Metrics of a block whose rows may all be alike, which is one scenario: here it stands for each of them."""
    return metrics if next(iter(metrics.values())).value.size == rows else metrics.rows(np.zeros(rows, dtype=np.int64))


def _refuse(case: Case, inputs: Sequence[Input]) -> None:
    """Refuse names and paths that no study can be made of."""
    faults = []
    keys = [one.key for one in inputs]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    faults += [Fault(where="study", path=key, message=_TWICE) for key in twice]
    known = [path for path, what, _ in case.numbers() if what.kind in ("number", "yearly")]
    unknown = [path for one in inputs for path in (*one.paths, *one.priced) if "*" not in path and path not in known]
    faults += [Fault(where="study", path=path, message=_no_number(path, known)) for path in unknown]
    if faults:
        raise InputError(faults)


_TWICE = said("stands twice among the inputs; keep one", "在输入中出现两次；请保留一个")


def _no_number(path: str, known: Sequence[str]) -> Message:
    return said(
        "no number that may differ by scenario; {known}", "不是可随情景变化的数；{known}", known=suggest(path, known)
    )


def _refuse_twice(inputs: Sequence[Input], paths: Mapping[str, tuple[str, ...]]) -> None:
    """A number that is given by its value can be moved by one input only; relative changes multiply."""
    given = [path for one in inputs for path in paths[one.key] if one.by == "value"]
    every = [path for one in inputs for path in paths[one.key]]
    twice = sorted({path for path in given if every.count(path) > 1})
    if twice:
        message = said("is moved by two inputs; keep one of them", "被两个输入同时改变；请保留一个")
        raise InputError([Fault(where="study", path=path, message=message) for path in twice])


def _stated(case: Case) -> dict[str, Table]:
    """Every number and yearly amount that the case holds, by path."""
    return {
        path: array for path, what, array in case.numbers() if what.kind in ("number", "yearly") and array is not None
    }


def _paths(case: Case, one: Input, tables: Mapping[str, Table], moved: Mapping[str, str]) -> Iterator[str]:
    """The paths of an input that the case states; a stream's that is not enabled is not read."""
    if one.by == "value":
        yield from one.paths
        return
    on_prices = case.prices is not None and case.storage.discharged_mwh is None
    for pattern in (*one.paths, *(one.priced if on_prices else ())):
        yield from (path for path in tables if path == pattern or ("*" in pattern and fnmatchcase(path, pattern)))
    if one.settled:
        yield from (path for path, name in moved.items() if name == one.settled)


def _blanked(metrics: Metrics, rows: NDArray[np.bool_]) -> Metrics:
    """The metrics with no number in some rows, because the case refuses them."""
    return Metrics(
        {
            key: Metric(
                **{
                    **vars(one),
                    "value": np.where(rows, np.nan, one.value),
                    "reason": np.where(rows, REFUSED, one.reason),
                }
            )
            for key, one in metrics.items()
        }
    )
