"""What generated code may call: NumPy's elementwise functions, and three of ours where NumPy has none that will do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def power(base: Any, exponent: Any, target: Any) -> None:
    """``base ** exponent`` with the same bits for a row alone and in a block.

    NumPy squares, inverts or takes a root where one exponent of 2, -1 or 0.5 serves a whole array, and calls its
    vector ``pow`` otherwise: the last bit differs in one value of twenty. So every cell gets an exponent of its own,
    and a single cell a neighbour.

    Examples
    --------
    >>> result = np.empty((1, 2))
    >>> power(np.array([[2.0, 3.0]]), np.array([[2.0]]), result)
    >>> result
    array([[4., 9.]])
    """
    if target.size == 1:
        target[...] = np.power(np.full(2, base.item()), np.full(2, exponent.item()))[0]
        return
    own = np.empty(target.shape)
    np.copyto(own, exponent)
    np.power(base, own, target)


def choose(condition: Any, yes: Any, no: Any, target: Any) -> None:
    """Selection where the condition differs between rows."""
    np.copyto(target, no)
    np.copyto(target, yes, where=condition)


def choose_years(condition: Any, yes: Any, no: Any, target: Any) -> None:
    """Selection where the condition is the same for all rows: runs of years are copied whole."""
    flags = condition[:, 0].tolist()
    if len(flags) == 1:
        np.copyto(target, yes if flags[0] else no)
        return
    start = 0
    for end in [year for year in range(1, len(flags)) if flags[year] != flags[year - 1]] + [len(flags)]:
        source = yes if flags[start] else no
        np.copyto(target[start:end], source[start:end] if len(source) > 1 else source)
        start = end


NAMES: Mapping[str, Any] = {
    **{
        name: getattr(np, name)
        for name in (
            "absolute", "add", "copyto", "divide", "equal", "greater", "greater_equal", "isfinite", "less", "less_equal",
            "logical_and", "logical_not", "logical_or", "maximum", "minimum", "multiply", "negative", "not_equal",
            "subtract",
        )
    },
    "power": power,
    "choose": choose,
    "choose_years": choose_years,
    "__builtins__": {"zip": zip, "bool": bool},
}  # fmt: skip
