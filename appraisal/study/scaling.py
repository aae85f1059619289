"""Inputs of a case scaled together by relative changes, every change one row of a block of scenarios.

An input of a sensitivity table is rarely one number: the construction investment is every price of capital. Here it
is a set of dotted paths that move by the same relative change; rows that the case refuses are kept with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case
from appraisal.dispatch.run import dispatch
from appraisal.errors import Fault, InputError, suggest
from appraisal.metrics import Metric, Metrics
from appraisal.operation import Settlement
from appraisal.pipeline import measure_many
from appraisal.scenario.checks import validate
from appraisal.streams import settle
from appraisal.units import Table

Indices: TypeAlias = NDArray[np.int64]
Vector: TypeAlias = NDArray[np.float64]

BASE = -1
REFUSED = "refused"
# Halvings of the way to a limit: 2^-30 of 500 % is far below any change that a reader could mean.
_HALVINGS = 30

NOT_STATED = ("本算例无此项", "the case has no such input")
ALL_ZERO = ("基准值为零，相对变化无意义", "zero in the case: a relative change of nothing is nothing")


@dataclass(frozen=True, kw_only=True)
class ScaledInput:
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
        Also every term in yuan of a stream that moves this table of its settlement and no other (:func:`settled_terms`).
    """

    key: str
    zh: str
    en: str
    paths: tuple[str, ...] = ()
    priced: tuple[str, ...] = ()
    settled: Literal["income", "purchase", "cost", ""] = ""


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """An input that the case gives nothing to scale for, with the reason in both languages."""

    input: ScaledInput
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Metrics of R rows and of the base measured with them; ``refused`` maps a row to why the case refuses it."""

    base: Metrics
    rows: Metrics
    refused: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """A case of one scenario and the paths of each input, I in number, that are scaled in it."""

    case: Case
    inputs: tuple[ScaledInput, ...]
    paths: tuple[tuple[str, ...], ...]

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return _stated(self.case)

    def block(self, which: Indices, changes: Vector) -> Case:
        """The case with input ``which[r]`` scaled by ``1 + changes[r]`` in row r; ``BASE`` is the case as it stands.

        Raises
        ------
        InputError
            If a value leaves the range of its field.
        """
        values: dict[str, Table] = {}
        for place, paths in enumerate(self.paths):
            factor = np.where(which == place, 1.0 + changes, 1.0)[:, np.newaxis]
            values |= {path: values.get(path, self._tables[path]) * factor for path in paths}
        return self.case.vary(values)

    def refusals(self, which: Indices, changes: Vector) -> dict[int, str]:
        """The rows that the case refuses, each with the message; a block that stands is asked once."""
        return self._refusals(which, changes, np.arange(which.size))

    def _refusals(self, which: Indices, changes: Vector, rows: Indices) -> dict[int, str]:
        try:
            validate(self.block(which[rows], changes[rows]))
        except InputError as error:
            if rows.size == 1:
                return {int(rows[0]): "; ".join(map(str, error.faults))}
            half = rows.size // 2
            return self._refusals(which, changes, rows[:half]) | self._refusals(which, changes, rows[half:])
        return {}

    def measure(self, which: Indices, changes: Vector) -> Measured:
        """The metrics of every row, in one block over the one path; NaN with the reason ``refused`` where it is refused.

        Parameters
        ----------
        which : (R,)
            Input of each row.
        changes : (R,)
            Relative change of each row, a fraction.

        Raises
        ------
        NoSolutionError
            If a dispatch problem is infeasible.
        """
        refused = self.refusals(which, changes)
        accepted = np.setdiff1d(np.arange(which.size), np.array(sorted(refused), dtype=np.int64))
        case = self.block(np.append(BASE, which[accepted]), np.append(0.0, changes[accepted]))
        found = measure_many(case)
        # A refused row borrows the base's place until it is blanked.
        place = np.zeros(which.size, dtype=np.int64)
        place[accepted] = np.arange(1, accepted.size + 1)
        rows = found.rows(place)
        return Measured(base=found.rows(slice(0, 1)), rows=_blanked(rows, place == 0), refused=refused)

    def limits(self, low: float, high: float) -> Table:
        """How far each input may move within *low* … *high* before the case refuses it, ``(I, 2)``.

        The end itself where the case accepts it, else the last accepted point of a halving towards no change.
        """
        count = len(self.inputs)
        which = np.tile(np.arange(count), 2)
        ends = np.repeat([low, high], count)
        refused = np.isin(np.arange(ends.size), list(self.refusals(which, ends)))
        inside, outside = np.where(refused, 0.0, ends), ends
        for _ in range(_HALVINGS if refused.any() else 0):
            middle = np.where(refused, 0.5 * (inside + outside), ends)
            bad = np.isin(np.arange(ends.size), list(self.refusals(which, middle)))
            inside, outside = np.where(bad, inside, middle), np.where(bad, middle, outside)
        return np.ascontiguousarray(inside.reshape(2, count).T)


def scaling(case: Case, inputs: Sequence[ScaledInput]) -> tuple[Scaling, tuple[LeftOut, ...]]:
    """The inputs of a case that can be scaled, and those left out.

    Raises
    ------
    InputError
        If the case has more than one scenario, is refused itself, names an input twice or holds no such path.
    """
    _refuse(case, inputs)
    validate(case)
    tables, moved = _stated(case), settled_terms(case)
    found = {one.key: tuple(dict.fromkeys(_paths(case, one, tables, moved))) for one in inputs}
    # A yearly amount that is zero throughout stays zero; scaling it says nothing.
    scaled = {key: tuple(path for path in paths if tables[path].any()) for key, paths in found.items()}
    kept = tuple(one for one in inputs if scaled[one.key])
    reasons = {one.key: ALL_ZERO if found[one.key] else NOT_STATED for one in inputs}
    left = tuple(
        LeftOut(input=one, zh=reasons[one.key][0], en=reasons[one.key][1]) for one in inputs if not scaled[one.key]
    )
    return Scaling(case=case, inputs=kept, paths=tuple(scaled[one.key] for one in kept)), left


def _refuse(case: Case, inputs: Sequence[ScaledInput]) -> None:
    """Refuse what no table can be made of."""
    faults = []
    if case.scenarios != 1:
        remedy = "take one with case.rows(slice(0, 1))"
        faults.append(Fault(where="sensitivity", message=f"{case.scenarios} scenarios, expected 1; {remedy}"))
    keys = [one.key for one in inputs]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    faults += [Fault(where="sensitivity", path=key, message="stands twice among the inputs; keep one") for key in twice]
    known = [path for path, what, _ in case.numbers() if what.kind in ("number", "yearly")]
    unknown = [path for one in inputs for path in (*one.paths, *one.priced) if "*" not in path and path not in known]
    faults += [
        Fault(where="sensitivity", path=path, message=f"no number that may differ by scenario; {suggest(path, known)}")
        for path in unknown
    ]
    if faults:
        raise InputError(faults)


def _stated(case: Case) -> dict[str, Table]:
    """Every number and yearly amount that the case holds, by path."""
    return {
        path: array for path, what, array in case.numbers() if what.kind in ("number", "yearly") and array is not None
    }


def _paths(case: Case, one: ScaledInput, tables: Mapping[str, Table], moved: Mapping[str, str]) -> Iterator[str]:
    """The paths of an input that the case states; a stream's that is not enabled is not read."""
    on_prices = case.prices is not None and case.storage.discharged_mwh is None
    for pattern in (*one.paths, *(one.priced if on_prices else ())):
        yield from (path for path in tables if path == pattern or ("*" in pattern and fnmatchcase(path, pattern)))
    if one.settled:
        yield from (path for path, name in moved.items() if name == one.settled)


def settled_terms(case: Case) -> dict[str, str]:
    """Which table of its settlement a stream's term in yuan moves: path → ``income``, ``subsidy``, ``purchase`` or ``cost``.

    Found by settling: each term is halved in a row of its own. A term that moves several tables (an insured value:
    premium and compensation) belongs to none and is left out, as is one that changes the capital cost.
    """
    tables = {
        path: array
        for path, what, array in case.numbers()
        if what.unit.startswith("yuan") and what.kind in ("number", "yearly") and array is not None and array.any()
        if path.partition(".")[0] in ("revenue", "support") and path.split(".")[1] in case.streams
    }
    if not tables:
        return {}
    # Row 0 is the case; row i + 1 halves term i.
    factors = np.vstack([np.ones((1, len(tables))), 1.0 - 0.5 * np.eye(len(tables))])
    block = case.vary({path: array * factors[:, [place]] for place, (path, array) in enumerate(tables.items())})
    moved = _moved(list(settle(block, dispatch(block)).settlements.values()), len(tables))
    return {
        path: names[0]
        for place, path in enumerate(tables)
        if len(names := [name for name, rows in moved.items() if rows[place]]) == 1 and names[0] != "capital_change"
    }


def _moved(settlements: Sequence[Settlement], terms: int) -> dict[str, NDArray[np.bool_]]:
    """Whether each term moves each table, ``(terms,)`` by table."""
    moved = {name: np.zeros(terms, dtype=bool) for name in ("income", "subsidy", "purchase", "cost", "capital_change")}
    for settled in settlements:
        money = {"subsidy" if settled.subsidy else "income": settled.income}
        money |= {name: getattr(settled, name) for name in ("purchase", "cost", "capital_change")}
        for name, yearly in money.items():
            moved[name] |= (yearly[1:] != yearly[:1]).any(axis=1) if len(yearly) > 1 else False
    return moved


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
