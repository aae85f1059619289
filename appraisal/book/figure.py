"""Figures: functions that turn a line into one value a row, and the arithmetic between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.book.elementwise import power
from appraisal.book.tree import Binary, Call, Node, Number, Ref, Unary
from appraisal.units import Table

Words: TypeAlias = NDArray[np.str_]
Function: TypeAlias = Callable[..., Any]
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Answer:
    """The value of a figure ``(S,)`` or ``(1,)``, and its status in words, one a row."""

    value: NDArray[np.float64]
    status: Words


def total(line: Table, where: Mask | None = None) -> tuple[Table, Words]:
    """Sum over the years, or over those *where* a condition holds.

    Parameters
    ----------
    line : (S, Y)
        In any unit.
    where : (S, Y) or (1, Y) of bool, optional
        The years that count; 0 if there are none.

    Returns
    -------
    (S,), (S,)
        In the unit of the line; the status is ``ok``.

    Notes
    -----
    Added year by year from the first: the last bits of ``sum(axis=1)`` depend on the number of rows.

    Examples
    --------
    >>> total(np.array([[1.0, 2.0, 4.0]]), np.array([[True, False, True]]))[0]
    array([5.])
    """
    rows = _rows(line, where)
    result = np.zeros(rows)
    for year in range(line.shape[1]):
        amount = line[:, year]
        result = result + (amount if where is None else np.where(where[:, year], amount, 0.0))
    return result, np.full(rows, "ok")


def least(line: Table, where: Mask | None = None) -> tuple[Table, Words]:
    """Smallest value over the years that count; NaN with the status ``no year`` if there are none.

    Parameters
    ----------
    line : (S, Y)
        In any unit.
    where : (S, Y) or (1, Y) of bool, optional
        The years that count.

    Returns
    -------
    (S,), (S,)
        In the unit of the line, and the status.

    Examples
    --------
    >>> least(np.array([[3.0, 2.0, 4.0]]))[0]
    array([2.])
    >>> least(np.array([[3.0, 2.0]]), np.array([[False, False]]))
    (array([nan]), array(['no year'], dtype='<U7'))
    """
    return _extreme(line, where, np.inf)


def most(line: Table, where: Mask | None = None) -> tuple[Table, Words]:
    """Largest value over the years that count; as :func:`least`.

    Examples
    --------
    >>> most(np.array([[3.0, 2.0, 4.0]]), np.array([[True, True, False]]))[0]
    array([3.])
    """
    return _extreme(line, where, -np.inf)


def mean(line: Table, where: Mask | None = None) -> tuple[Table, Words]:
    """Mean over the years that count; NaN with the status ``no year`` if there are none.

    Parameters
    ----------
    line : (S, Y)
        In any unit.
    where : (S, Y) or (1, Y) of bool, optional
        The years that count.

    Returns
    -------
    (S,), (S,)
        In the unit of the line, and the status.

    Examples
    --------
    >>> mean(np.array([[1.0, 2.0, 6.0]]), np.array([[True, False, True]]))[0]
    array([3.5])
    """
    count = total(np.ones_like(line), where)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(count > 0, total(line, where)[0] / count, np.nan)
    return value, np.where(count > 0, "ok", "no year")


BUILT_IN: Mapping[str, Function] = {"total": total, "least": least, "most": most, "mean": mean}


def _rows(line: Table, where: Mask | None) -> int:
    """Rows of a result: those of the line, or of the condition if only it varies."""
    return len(line) if where is None else max(len(line), len(where))


def _extreme(line: Table, where: Mask | None, worst: float) -> tuple[Table, Words]:
    pick = np.minimum if worst > 0 else np.maximum
    rows = _rows(line, where)
    result = np.full(rows, worst)
    seen = np.zeros(rows, dtype=bool)
    for year in range(line.shape[1]):
        counts = np.ones(1, dtype=bool) if where is None else where[:, year]
        result = np.where(counts, pick(result, line[:, year]), result)
        seen = seen | counts
    return np.where(seen, result, np.nan), np.where(seen, "ok", "no year")


class FigureReader:
    """Evaluates figures over the tables of a run; a call that occurs twice is made once."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        line: Callable[[str], Table],
        number: Callable[[str], Table],
        hidden: Mapping[Node, str],
    ) -> None:
        self.functions = functions
        self.line = line
        self.number = number
        self.hidden = hidden
        self.calls: dict[Call, Answer] = {}

    def answer(self, tree: Node) -> Answer:
        """The value of one figure with the first status that is not ``ok``."""
        with np.errstate(all="ignore"):
            value, statuses = self.value(tree)
        status: Words = np.where(np.isfinite(value), "ok", "undefined")
        for words in reversed(statuses):
            status = np.where(words != "ok", words, status)
        return Answer(np.where(np.isfinite(value), value, np.nan), status)

    def value(self, node: Node) -> tuple[NDArray[np.float64], list[Words]]:
        """The value of a node ``(S,)`` or ``(1,)``, and the statuses of its calls in order."""
        match node:
            case Number():
                return np.array([node.value]), []
            case Ref():
                return self.number(node.key)[:, 0], []
            case Unary():
                value, words = self.value(node.operand)
                return -value, words
            case Binary():
                left, first = self.value(node.left)
                right, second = self.value(node.right)
                result = np.empty(np.broadcast_shapes(left.shape, right.shape))
                _ARITHMETIC[node.op](left, right, result)
                return result, [*first, *second]
            case Call():
                found = self.calls.get(node) or self.call(node)
                self.calls[node] = found
                return found.value, [found.status]
            case _:
                raise TypeError(f"{type(node).__name__} in a figure")

    def call(self, node: Call) -> Answer:
        """One call of a figure's function."""
        tables = [
            np.array([[a.value]]) if isinstance(a, Number) else self.line(a.key)
            for a in node.arguments
            if isinstance(a, Number | Ref)
        ]
        where = {} if node.where is None else {"where": self.line(self.hidden[node.where]) != 0.0}
        given = self.functions[node.function](*tables, **where)
        value, status = given if isinstance(given, tuple) else (given, None)
        rows = max(part.shape[0] for part in (*tables, *where.values()))
        # Copied: a function may hand back a view of a table whose memory the next run uses.
        flat = self._flat(node, np.array(value, dtype=np.float64), rows)
        words = (
            np.where(np.isnan(flat), "undefined", "ok")
            if status is None
            else np.atleast_1d(np.asarray(status, dtype=np.str_))
        )
        if words.shape != flat.shape:
            raise ValueError(
                f"{node.function} returned a status of shape {words.shape} for a value of shape {flat.shape}"
            )
        return Answer(flat, words)

    @staticmethod
    def _flat(node: Call, value: NDArray[np.float64], rows: int) -> NDArray[np.float64]:
        flat = value.reshape(-1)
        if flat.shape != (rows,):
            raise ValueError(
                f"{node.function} returned shape {value.shape}, expected one value for each of {rows} rows"
            )
        return flat


_ARITHMETIC: Mapping[str, Any] = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": power}
