"""Running a compiled book on the numbers of a block of scenarios."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.book.compile import Program
from appraisal.book.declare import Input
from appraisal.book.elementwise import NAMES
from appraisal.book.figure import Answer, Words
from appraisal.book.memory import arena
from appraisal.errors import IntegrityError, said, suggest
from appraisal.units import Table

if TYPE_CHECKING:
    from appraisal.book.books import Book

Run: TypeAlias = Callable[[list[Any], list[Any], list[Any]], list[int]]


@dataclass(frozen=True)
class Ledger:
    """The books of a block: every kept line, every figure.

    ``book`` is the book that was evaluated, ``rows`` is S, ``years`` is Y. ``tables`` are stored year by year, ``(Y, S)``, or with 1 in place of S where
    no row differs and in place of Y where no year does.
    """

    book: Book
    rows: int
    years: int
    tables: Mapping[str, Table]
    inputs: Mapping[str, Table]
    answers: Mapping[str, Answer]

    def line(self, key: str) -> Table:
        """A line or an input by scenario and year.

        Parameters
        ----------
        key : str
            Full key, such as ``bank.principal``.

        Returns
        -------
        (S, Y)
            In the unit of its declaration; read-only.

        Raises
        ------
        KeyError
            If the line was not kept or does not exist.
        """
        return np.broadcast_to(self.table(key).T, (self.rows, self.years))

    def table(self, key: str) -> Table:
        """A line or an input as it is stored: years by rows, 1 where nothing varies."""
        found = self.tables.get(key)
        if found is None:
            found = self.inputs.get(key)
        if found is None:
            raise KeyError(f"no line {key!r} was kept; {suggest(key, sorted({*self.tables, *self.inputs}))}")
        return found

    def figure(self, key: str) -> NDArray[np.float64]:
        """The value of a figure, ``(S,)``, in the unit of its declaration; NaN where it is undefined."""
        return np.broadcast_to(self._answer(key).value, (self.rows,))

    def status(self, key: str) -> Words:
        """The status of a figure in words, ``(S,)``: ``ok``, or why it is undefined or doubtful."""
        return np.broadcast_to(self._answer(key).status, (self.rows,))

    def _answer(self, key: str) -> Answer:
        if key not in self.answers:
            raise KeyError(f"no figure {key!r} was kept; {suggest(key, sorted(self.answers))}")
        return self.answers[key]


@dataclass(frozen=True)
class Machine:
    """A program made runnable, with the storage that its runs share (one set a thread)."""

    program: Program
    run: Run
    constants: list[Table]
    local: threading.local = field(default_factory=threading.local)


@lru_cache(maxsize=256)
def _function(source: str) -> Run:
    """The function that a generated source defines."""
    names: dict[str, Any] = dict(NAMES)
    exec(compile(source, "<book>", "exec"), names)  # the source is written by compile.py from parsed trees
    run: Run = names["run"]
    return run


def machine(program: Program) -> Machine:
    """Make a program runnable."""
    return Machine(program, _function(program.source), [np.full((1, 1), value) for value in program.constants])


def tables(given: Mapping[str, Table], inputs: Mapping[str, Input], years: int) -> tuple[dict[str, Table], int]:
    """Check the values of a block and turn them year by year.

    Parameters
    ----------
    given : mapping
        Key → ``(S, 1)``, ``(1, 1)``, ``(S, Y)`` or ``(1, Y)``.
    inputs : mapping
        What the book declares.
    years : int
        Y.

    Returns
    -------
    dict, int
        Key → ``(1 or Y, 1 or S)``; S.

    Raises
    ------
    ValueError
        With every missing, unknown, misshapen or non-finite input.
    """
    faults = [f"{key}: no such input; {suggest(key, sorted(inputs))}" for key in given if key not in inputs]
    rows = max(
        (value.shape[0] for value in given.values() if isinstance(value, np.ndarray) and value.ndim == 2), default=1
    )
    turned: dict[str, Table] = {}
    for key, declared in inputs.items():
        if key not in given:
            faults.append(f"{key}: missing; expected {_expected(declared, rows, years)} in {declared.unit}")
            continue
        value = given[key]
        message = _fault(value, declared, rows, years)
        if message:
            faults.append(f"{key}: {message}")
        else:
            turned[key] = np.ascontiguousarray(value.T)
    if faults:
        raise ValueError("values of the book:\n" + "\n".join(faults))
    return turned, rows


def _expected(declared: Input, rows: int, years: int) -> str:
    columns = {"number": "1", "series": str(years), "flag": f"1 or {years}"}[declared.kind]
    return f"a {declared.kind} with {columns} columns and 1 or {rows} rows"


def _fault(value: Table, declared: Input, rows: int, years: int) -> str:
    """What is wrong with one value, or an empty text."""
    columns = {"number": (1,), "series": (years,), "flag": (1, years)}[declared.kind]
    if not isinstance(value, np.ndarray) or value.dtype != np.float64 or value.ndim != 2:
        return f"expected a float64 table, found {type(value).__name__}" + (
            f" {value.dtype} {value.shape}" if isinstance(value, np.ndarray) else ""
        )
    if value.shape[0] not in (1, rows) or value.shape[1] not in columns:
        return f"shape {value.shape}, expected {_expected(declared, rows, years)}"
    if not np.isfinite(value).all():
        row, column = np.argwhere(~np.isfinite(value))[0]
        return f"{value[row, column]} in row {row}, year {column + 1}"
    if declared.kind == "flag" and not ((value == 0.0) | (value == 1.0)).all():
        row, column = np.argwhere((value != 0.0) & (value != 1.0))[0]
        return f"{value[row, column]} in row {row}, year {column + 1}; a flag is 0 or 1"
    return ""


def execute(made: Machine, values: Mapping[str, Table], rows: int, years: int) -> dict[str, Table]:
    """Run a program; every root's table, ``(1 or Y, 1 or S)``.

    Tables that the program does not keep are valid until this thread runs it again.

    Raises
    ------
    IntegrityError
        If a line is not finite: the first such line in order, its first year and row.
    """
    program = made.program
    storage, views = _storage(made, rows, years)
    given = [values[key] if shift == 0 else _shifted(values[key], shift, years) for key, shift in program.inputs]
    with np.errstate(all="ignore"):
        bad = made.run(given, made.constants, views)
    found = {key: storage[slot] for key, slot in program.lines.items()}
    if bad:
        key = program.checked[bad[0]]
        year, row = np.argwhere(~np.isfinite(found[key]))[0]
        raise IntegrityError(said(
            "line {key!r} is {value} in year {year} of row {row}; its formula divides by zero or overflows there",
            "科目 {key!r} 在第 {row} 行第 {year} 年的值为 {value}；其公式在此处除以零或溢出",
            key=key, value=found[key][year, row], year=year + 1, row=row
        ))  # fmt: skip
    return found


def _storage(made: Machine, rows: int, years: int) -> tuple[list[Any], list[Any]]:
    """Tables of all slots, and the list of views that the function unpacks; what is not kept is used again."""
    program = made.program
    pool: dict[int, list[Any]] = made.local.__dict__.setdefault("pool", {})
    if made.local.__dict__.get("size") != (rows, years):
        pool.clear()
        made.local.size = (rows, years)
    fresh = arena([program.slots[at] for at in sorted(program.kept)], program.shifts, rows, years)
    storage: list[Any] = []
    views: list[Any] = []
    for at, shape in enumerate(program.slots):
        if at in program.kept:
            shown = next(fresh)
        elif at in pool:
            shown = pool[at]
        else:
            shown = pool[at] = next(arena([shape], program.shifts, rows, years))
        storage.append(shown[0])
        views += shown
    return storage, views


def _shifted(value: Table, shift: int, years: int) -> Table:
    """An input of other years; 0 outside the calculation period."""
    result = np.zeros((years, value.shape[1]))
    whole = np.broadcast_to(value, result.shape)
    if shift < 0:
        result[-shift:] = whole[:shift]
    else:
        result[:-shift] = whole[shift:]
    return result
