"""What every function of ``discount.py`` does with its arguments: shape them, and refuse what cannot be used."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from appraisal.units import Table


def flow_table(cash: ArrayLike, finite: bool = True) -> tuple[Table, bool]:
    """Cash as an aligned ``(S, Y)`` float64 table, and whether one flat row came in."""
    flows = np.require(cash, np.float64, ["A", "E"])
    single = flows.ndim == 1
    if single:
        flows = flows[None, :]
    if flows.ndim != 2 or flows.shape[1] == 0:
        raise ValueError(f"cash: expected a row (Y,) or a table (S, Y) with at least one year, found {np.shape(cash)}")
    if finite:
        refuse_infinite(flows)
    return flows, single


def refuse_infinite(flows: Table) -> None:
    """An error that names the first row with a flow that is not a finite number."""
    if not np.isfinite(flows).all():
        row, column = np.argwhere(~np.isfinite(flows))[0]
        raise ValueError(
            f"row {row} (from 0): cash of column {column} is {flows[row, column]}, expected a finite number"
        )


def growth_factor(rate: ArrayLike) -> tuple[Table, bool]:
    """1 + rate as ``(S,)`` or ``(1,)``, and whether one scalar came in."""
    rates = np.asarray(rate, dtype=np.float64)
    if rates.ndim > 2 or (rates.ndim == 2 and rates.shape[1] != 1):
        raise ValueError(f"rate: expected a scalar, (S,) or (S, 1), found {rates.shape}")
    growth = 1.0 + np.ascontiguousarray(rates).reshape(-1)
    bad = np.flatnonzero(~((growth > 0.0) & (growth < np.inf)))
    if bad.size:
        raise ValueError(f"row {bad[0]} (from 0): rate {growth[bad[0]] - 1.0} is not a finite number above -1")
    return growth, rates.ndim == 0


def common_rows(growth: Table, flows: Table) -> int:
    """Number of rows of the result: one rate serves all rows, one row takes all rates."""
    if len(growth) != len(flows) and 1 not in (len(growth), len(flows)):
        raise ValueError(f"{len(growth)} rates do not fit {len(flows)} rows of cash")
    return len(flows) if len(growth) == 1 else len(growth)


def result(values: Table, single: bool) -> Any:
    """A float where one row came in, else the array."""
    return float(values[0]) if single else values
