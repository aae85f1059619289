"""Years as arrays for the values that formulas hold at export: conditions of figures, and signs carried over zeros."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appraisal.book.tree import Compare, Logic, Node, Number, Ref, Unary
from appraisal.errors import IntegrityError, said

Values = NDArray[np.float64]


def carried(signs: Values) -> Values:
    """Signs with that of the year before in place of 0."""
    found = signs.copy()
    for year in range(1, len(found)):
        if found[year] == 0.0:
            found[year] = found[year - 1]
    return found


_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
}  # fmt: skip


def evaluated(node: Node, line: Callable[[str], Values]) -> NDArray[Any]:
    """A condition of a figure by year: comparisons of time line and inputs."""
    match node:
        case Number():
            return np.array(node.value)
        case Ref():
            return line(node.key)
        case Unary(op="not"):
            return np.asarray(evaluated(node.operand, line) == 0.0)
        case Unary():
            return np.asarray(-evaluated(node.operand, line))
        case Compare():
            sides = [evaluated(one, line) for one in node.operands]
            pairs = zip(node.ops, sides, sides[1:], strict=False)
            return np.asarray(
                np.all([np.broadcast_to(_COMPARE[op](a, b), line("year_number").shape) for op, a, b in pairs], axis=0)
            )
        case Logic():
            parts = [evaluated(one, line) != 0.0 for one in node.operands]
            return np.asarray(np.logical_and.reduce(parts) if node.op == "and" else np.logical_or.reduce(parts))
        case _:
            raise IntegrityError(
                said("{kind} in the condition of a figure", "指标的条件中出现 {kind}", kind=type(node).__name__)
            )
