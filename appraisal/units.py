"""Tables, unit factors and escalation: the only place where units are converted.

Every array of the path is two-dimensional: rows are scenarios, columns are ``1`` (a constant),
``T`` (dispatch steps), ``M`` (months) or ``Y`` (years of the calculation period).
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Table: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = slice | NDArray[np.int64]

KW_PER_MW = 1000.0
KWH_PER_MWH = 1000.0
HOURS_PER_DAY = 24.0
MINUTES_PER_HOUR = 60.0
DAYS_PER_YEAR = 365.0
MONTHS_PER_YEAR = 12.0
YUAN_PER_WAN = 10_000.0
FEN_PER_YUAN = 100.0
LI_PER_YUAN = 1000.0
YUAN_PER_MILLION = 1_000_000.0
_YUAN_IN = {"yuan": 1.0, "wan": YUAN_PER_WAN, "million": YUAN_PER_MILLION}


def yuan_in(unit: str) -> float:
    """Yuan in a unit of money that people read: ``wan`` (万元), ``million`` or ``yuan``.

    Raises
    ------
    KeyError
        If the unit is none of them.

    Examples
    --------
    >>> yuan_in("wan"), yuan_in("million")
    (10000.0, 1000000.0)
    """
    return _YUAN_IN[unit]


def table(value: Any) -> Table:
    """A number, a row or a table as a read-only float64 table ``(S, columns)``.

    A scalar becomes ``(1, 1)``, a flat sequence one row ``(1, n)``.

    Examples
    --------
    >>> table(3).shape, table([1, 2]).shape, table([[1], [2]]).shape
    ((1, 1), (1, 2), (2, 1))
    """
    array = np.array(value, dtype=np.float64, ndmin=2)
    if array.ndim != 2:
        raise ValueError(f"expected a number, a row or a table, found an array of shape {array.shape}")
    array.flags.writeable = False
    return array
