"""A linear or mixed-integer problem in the making, and its best point by HiGHS through scipy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import NoSolutionError, said
from appraisal.units import Table

SECONDS = 300.0
"""A mixed-integer problem that is not proved optimal in this time is refused, never returned unproved."""

TIGHT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass
class Program:
    """A mixed-integer problem in the making: min cost·v, rows of equalities and upper bounds, bounds of v."""

    size: int
    cost: Table
    lower: Table
    upper: Table
    whole: NDArray[np.int64]
    matrix: list[Any] = field(default_factory=list)
    low: list[Table] = field(default_factory=list)
    high: list[Table] = field(default_factory=list)

    def add(self, terms: list[tuple[Any, Any]], low: Any, high: Any, count: int) -> None:
        """Rows low ≤ Σ coefficient × variable ≤ high; a term is (columns (count,) or (count, n), coefficients)."""
        at, columns, values = [], [], []
        for column, coefficient in terms:
            place = np.asarray(column).reshape(count, -1)
            at.append(np.repeat(np.arange(count), place.shape[1]))
            columns.append(place.ravel())
            values.append(np.broadcast_to(np.asarray(coefficient, dtype=np.float64).reshape(-1, 1) if np.ndim(coefficient) == 1
                                          else coefficient, place.shape).ravel())  # fmt: skip
        entries = (np.concatenate(values), (np.concatenate(at), np.concatenate(columns)))
        # A fifth of a second to load, and few dispatches come here: the rest start without it.
        import scipy.sparse as sp

        self.matrix.append(sp.csr_matrix(entries, shape=(count, self.size)))
        self.low.append(np.broadcast_to(np.asarray(low, dtype=np.float64), (count,)))
        self.high.append(np.broadcast_to(np.asarray(high, dtype=np.float64), (count,)))


def solved(program: Program) -> Table:
    """The best variables; binaries first, then held while the rest is solved again at a tight tolerance.

    Raises
    ------
    NoSolutionError
        If nothing satisfies the problem, or no optimum is proved in time.
    """
    import scipy.optimize as opt
    import scipy.sparse as sp

    matrix, low, high = (
        sp.vstack(program.matrix, format="csr"),
        np.concatenate(program.low),
        np.concatenate(program.high),
    )
    lower, upper = program.lower.copy(), program.upper.copy()
    if program.whole.any():
        found = opt.milp(
            program.cost, integrality=program.whole, bounds=opt.Bounds(lower, upper),
            constraints=opt.LinearConstraint(matrix, low, high), options={"mip_rel_gap": 0.0, "time_limit": SECONDS},
        )  # fmt: skip
        _refuse_unsolved(found)
        held = program.whole == 1
        lower[held] = upper[held] = np.round(np.asarray(found.x)[held])
    same = low == high
    above, below = np.isfinite(high) & ~same, np.isfinite(low) & ~same
    found = opt.linprog(  # type: ignore[call-overload]
        program.cost, A_eq=matrix[same], b_eq=high[same], A_ub=sp.vstack([matrix[above], -matrix[below]]),
        b_ub=np.concatenate([high[above], -low[below]]), bounds=np.column_stack([lower, upper]), method="highs", options=TIGHT,
    )  # fmt: skip
    _refuse_unsolved(found)
    return np.asarray(found.x)


def _refuse_unsolved(found: Any) -> None:
    if found.status != 0:
        raise NoSolutionError(said(
            "{solver} found no proved optimum of the coupled dispatch: {told}", "{solver} 未得到耦合运行问题的可证最优解：{told}",
            solver="HiGHS", told=found.message,
        ))  # fmt: skip
