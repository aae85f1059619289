"""Indicators that are no discounting: nominal and real rates, years until a debt is repaid, break-even."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from appraisal.units import Table

# Of the largest balance: what rounding may leave of a debt that is repaid.
REPAID = 1e-9


def nominal_rate(real: ArrayLike, inflation: ArrayLike) -> Any:
    """The rate with inflation: ``(1 + real)(1 + inflation) - 1`` (Fisher).

    Examples
    --------
    >>> float(nominal_rate(0.05, 0.02).round(6))
    0.071
    """
    return (1.0 + np.asarray(real)) * (1.0 + np.asarray(inflation)) - 1.0


def real_rate(nominal: ArrayLike, inflation: ArrayLike) -> Any:
    """The rate without inflation: ``(1 + nominal)/(1 + inflation) - 1``.

    Examples
    --------
    >>> float(real_rate(0.071, 0.02).round(6))
    0.05
    """
    return (1.0 + np.asarray(nominal)) / (1.0 + np.asarray(inflation)) - 1.0


def payoff(balance: Table, repaid: Table, available: Table) -> tuple[Any, Any]:
    """借款偿还期: years from column 1 until a debt is repaid.

    Parameters
    ----------
    balance : (S, Y)
        Debt at the end of each year.
    repaid, available : (S, Y)
        Repaid in the year, and what could have been.

    Returns
    -------
    (S,), (S,)
        ``T - 1 + repaid_T / available_T`` with T the first year that ends without debt after the last one with it;
        NaN with ``no debt`` or ``unpaid`` where there is none.

    Examples
    --------
    >>> payoff(np.array([[100.0, 40.0, 0.0]]), np.array([[0.0, 60.0, 40.0]]), np.array([[0.0, 60.0, 80.0]]))[0]
    array([2.5])
    """
    balance, repaid, available = np.broadcast_arrays(balance, repaid, available)
    largest = np.abs(balance).max(axis=1)
    owing = np.abs(balance) > REPAID * largest[:, None]
    years = balance.shape[1]
    last = np.where(owing.any(axis=1), years - 1 - np.argmax(owing[:, ::-1], axis=1), -1)
    column = np.minimum(last + 1, years - 1)[:, None]
    paid, could = (np.take_along_axis(part, column, axis=1)[:, 0] for part in (repaid, available))
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(could > 0.0, np.minimum(paid / could, 1.0), 1.0)
    reason = np.where(last < 0, "no debt", np.where(last == years - 1, "unpaid", "ok"))
    return np.where(reason == "ok", last + 1 + part, np.nan), reason


def break_even(fixed: Table, margin: Table, year: Table) -> tuple[Any, Any]:
    """盈亏平衡点: utilisation at which a year breaks even, fixed cost over the margin of full output.

    Parameters
    ----------
    fixed, margin : (S, Y)
        Fixed cost, and revenue less variable cost and taxes, yuan without VAT.
    year : (S, Y)
        1 in the year that is meant.

    Returns
    -------
    (S,), (S,)
        ``fixed / margin``; NaN with ``no year``, or ``margin`` where output adds nothing.

    Examples
    --------
    >>> break_even(np.array([[3200.0]]), np.array([[4540.0]]), np.array([[1.0]]))[0].round(6)
    array([0.704846])
    """
    chosen = year > 0.0
    fixed, margin, chosen = np.broadcast_arrays(fixed, margin, chosen)
    first = np.argmax(chosen, axis=1)[:, None]
    cost, gain = (np.take_along_axis(part, first, axis=1)[:, 0] for part in (fixed, margin))
    reason = np.where(~chosen.any(axis=1), "no year", np.where(gain <= 0.0, "margin", "ok"))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(reason == "ok", cost / gain, np.nan), reason
