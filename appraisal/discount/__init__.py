"""Present value, internal rates of return and payback of yearly cash: arrays in, arrays out.

Every function takes a list, one row ``(Y,)`` or a table ``(S, Y)`` whose rows are scenarios, in any memory
order. One row in gives a float, a table gives arrays ``(S,)``. Money in is positive. Rates are fractions
a year, above -1. Rows never influence one another: a row gives the same bits alone and in any table.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from appraisal.units import Table

from ._flows import common_rows, flow_table, growth_factor, result
from ._irr import REASONS, Rates, internal_rates, irr, irr_reason, irr_roots, irr_status

__all__ = [
    "REASONS",
    "Rates",
    "discounted",
    "first_payback",
    "internal_rates",
    "irr",
    "irr_reason",
    "irr_roots",
    "irr_status",
    "mirr",
    "npv",
    "payback",
    "present_value",
]

Timing: TypeAlias = Literal["end", "start", "mid"]

_EPS: Final = float(np.finfo(np.float64).eps)
# Rows handled at once where years are walked one by one: a few columns of this length stay in the cache.
_BLOCK: Final = 2048


def npv(rate: ArrayLike, cash: ArrayLike) -> Any:
    """Present value at the time of the first flow, which is not discounted.

    Parameters
    ----------
    rate : scalar, (S,) or (S, 1)
        Discount rate a year, a fraction above -1.
    cash : (Y,) or (S, Y)
        Net cash, money in positive. One row with several rates gives the profile of NPV over the rate.

    Returns
    -------
    float or (S,)
        In the money of *cash*; a float for one row and one rate.

    Raises
    ------
    ValueError
        If a rate is -1 or below or not a number, if a flow is not finite, or if shapes do not fit.

    Notes
    -----
    NPV = Σ cash_t / (1 + rate)^t, t = 0 … Y - 1, the convention of numpy-financial. The end-of-year NPV
    of a project (Excel's NPV) is this over (1 + rate): see :func:`present_value`.
    Source: the definition in any text of corporate finance.

    Examples
    --------
    >>> npv(0.25, [-100.0, 125.0])
    0.0
    >>> npv([0.0, 0.25], [-100.0, 125.0])
    array([25.,  0.])
    """
    flows, single = flow_table(cash)
    growth, one_rate = growth_factor(rate)
    return result(_sum_discounted(growth, flows), single and one_rate)


def present_value(rate: ArrayLike, cash: ArrayLike, timing: Timing = "end") -> Any:
    """Present value at the start of the first year, for flows at the end, start or middle of their years.

    Parameters
    ----------
    rate, cash
        As for :func:`npv`.
    timing : "end", "start" or "mid"
        When the flow of a year falls. ``"end"`` is Chinese practice: column 1 is discounted once.

    Returns
    -------
    float or (S,)
        In the money of *cash*.

    Raises
    ------
    ValueError
        As :func:`npv`, and for an unknown *timing*.

    Notes
    -----
    end = Σ cash_t / (1 + rate)^t, t = 1 … Y; start = end · (1 + rate); mid = end · √(1 + rate).
    The internal rate of return does not depend on it.
    Source: 《建设项目经济评价方法与参数》 3rd ed. (end of year).

    Examples
    --------
    >>> flow = [-1000.0, 300.0, 300.0, 300.0, 300.0, 300.0]
    >>> [round(present_value(0.08, flow, timing), 4) for timing in ("end", "mid", "start")]
    [183.1602, 190.3457, 197.813]
    """
    shifts = {"end": 1.0, "start": 0.0, "mid": 0.5}
    if timing not in shifts:
        raise ValueError(f"timing {timing!r} is unknown; expected 'end', 'start' or 'mid'")
    flows, single = flow_table(cash)
    growth, one_rate = growth_factor(rate)
    return result(_sum_discounted(growth, flows) / growth ** shifts[timing], single and one_rate)


def discounted(rate: ArrayLike, cash: ArrayLike) -> Table:
    """Flows discounted from the end of their year to the start of the first.

    Parameters
    ----------
    rate, cash
        As for :func:`npv`.

    Returns
    -------
    (Y,) or (S, Y)
        cash_t / (1 + rate)^t, t = 1 … Y, in the shape of *cash*, or (S, Y) for one row and S rates.

    Raises
    ------
    ValueError
        As :func:`npv`.

    Notes
    -----
    :func:`payback` of this is the discounted payback (动态投资回收期).

    Examples
    --------
    >>> discounted(0.25, [-100.0, 125.0])
    array([-80.,  80.])
    """
    flows, single = flow_table(cash)
    growth, one_rate = growth_factor(rate)
    rows = common_rows(growth, flows)
    # Stored year by year, as the statements are.
    values = np.empty((flows.shape[1], rows))
    factor = np.ones(len(growth))
    for year, column in enumerate(flows.T):
        factor = factor / growth
        values[year] = column * factor
    return values[:, 0] if single and one_rate else values.T


def mirr(cash: ArrayLike, finance_rate: ArrayLike, reinvest_rate: ArrayLike) -> Any:
    """Modified internal rate of return.

    Parameters
    ----------
    cash : (Y,) or (S, Y)
        Net cash, money in positive. Every column counts as a year, zeros at the end too.
    finance_rate : scalar, (S,) or (S, 1)
        Rate at which outlays are discounted to the first flow, above -1.
    reinvest_rate : scalar, (S,) or (S, 1)
        Rate at which receipts are carried forward to the last column, above -1.

    Returns
    -------
    float or (S,)
        A fraction a year; NaN unless a row has both an outlay and a receipt.

    Raises
    ------
    ValueError
        As :func:`npv`.

    Notes
    -----
    ((FV of receipts at the reinvestment rate) / (PV of outlays at the finance rate))^(1 / (Y - 1)) - 1: the
    convention of numpy-financial and of Excel's MIRR.

    Examples
    --------
    >>> round(mirr([-1000.0, 300.0, 400.0, 500.0], 0.10, 0.12), 6)
    0.098157
    """
    flows, single = flow_table(cash)
    finance, one_finance = growth_factor(finance_rate)
    reinvest, one_reinvest = growth_factor(reinvest_rate)
    gained = _sum_discounted(reinvest, np.maximum(flows, 0.0))
    spent = -_sum_discounted(finance, np.minimum(flows, 0.0))
    defined = (gained > 0.0) & (spent > 0.0)
    ratio = np.full(np.broadcast_shapes(gained.shape, spent.shape), np.nan)
    np.divide(gained, spent, out=ratio, where=defined)
    steps = max(flows.shape[1] - 1, 1)
    return result(ratio ** (1.0 / steps) * reinvest - 1.0, single and one_finance and one_reinvest)


def payback(cash: ArrayLike) -> Any:
    """Years until the outlay is recovered for good, counted from the start of the first year.

    Parameters
    ----------
    cash : (Y,) or (S, Y)
        Net cash, money in positive; column 1 is the first year of construction. For the discounted
        payback pass :func:`discounted` flows.

    Returns
    -------
    float or (S,)
        Years; NaN where cash is never recovered: no outlay to recover, or a cumulative line that ends below zero.

    Raises
    ------
    ValueError
        If a flow is not finite.

    Notes
    -----
    T - 1 + |cum_{T-1}| / net_T, with T the column of the *last* upward crossing of the cumulative line. Where
    :func:`first_payback` is less, the line fell below zero again (a replacement): say so beside the figure.
    A cumulative sum within 4 · Y · 2.2e-16 of the sum of absolute flows is zero.
    Source: 《建设项目经济评价方法与参数》 3rd ed., 投资回收期.

    Examples
    --------
    >>> round(payback([-1000.0, 180.0, 240.0, 260.0, 260.0, 260.0, 260.0]), 6)
    5.230769
    >>> payback([-1000.0, 400.0, 400.0, 400.0, -500.0, 400.0, 400.0, 400.0])
    5.75
    """
    flows, single = flow_table(cash)
    _, last = _crossings(flows)
    return result(last, single)


def first_payback(cash: ArrayLike) -> Any:
    """Years until the cumulative line first rises to zero, whatever happens later.

    Parameters
    ----------
    cash : (Y,) or (S, Y)
        As for :func:`payback`.

    Returns
    -------
    float or (S,)
        Years; NaN where the line never rises to zero from below.

    Raises
    ------
    ValueError
        If a flow is not finite.

    Notes
    -----
    The formula of :func:`payback` at the *first* upward crossing. It serves the warning beside that figure.

    Examples
    --------
    >>> first_payback([-1000.0, 400.0, 400.0, 400.0, -500.0, 400.0, 400.0, 400.0])
    3.5
    """
    flows, single = flow_table(cash)
    first, _ = _crossings(flows)
    return result(first, single)


def _crossings(flows: Table) -> tuple[Table, Table]:
    """First and last upward crossing of zero by the cumulative line, in years."""
    rows, years = flows.shape
    size = np.zeros(rows)
    for column in flows.T:
        size += np.abs(column)
    slack = 4.0 * years * _EPS * size
    first, last = np.full(rows, np.nan), np.full(rows, np.nan)
    total = np.zeros(rows)
    for year, column in enumerate(flows.T):
        below = total < -slack
        reached = total + column
        up = below & (reached >= -slack)
        share = np.divide(-total, column, out=np.zeros(rows), where=up)
        last = np.where(up, year + share, last)
        first = np.where(np.isnan(first), last, first)
        total = reached
    return first, np.where(total < -slack, np.nan, last)


def _sum_discounted(growth: Table, flows: Table) -> Table:
    """Σ flows_t / growth^t by rows, in blocks that stay in the cache."""
    rows = common_rows(growth, flows)
    factor = 1.0 / growth
    total = np.empty(rows)
    for start in range(0, rows, _BLOCK):
        held = slice(start, start + _BLOCK)
        part = flows[held].T if len(flows) == rows else flows.T
        by = factor[held] if len(factor) == rows else factor
        value = total[held]
        value[:] = part[-1]
        with np.errstate(over="ignore", invalid="ignore"):
            for column in part[-2::-1]:
                value *= by
                value += column
    lost = np.flatnonzero(~np.isfinite(total))
    if lost.size:
        raise ValueError(f"row {lost[0]} (from 0): the present value at this rate is beyond the range of a float")
    return total
