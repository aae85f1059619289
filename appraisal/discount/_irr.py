"""Internal rates of return of rows of cash, with their number and the reason for what is shown.

The public names stand in the package itself; the compiled search is ``_roots.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from appraisal.units import Table

from ._flows import flow_table, refuse_infinite, result

REASONS: Final = (
    "ok",
    "ok_rising",
    "multiple_shown",
    "multiple_none_shown",
    "none_no_sign_change",
    "none_touches",
    "none",
)
"""Codes of :func:`irr_reason`, in the order of the compiled search."""

_WORDS: Final = np.array([code.partition("_")[0] for code in REASONS])
_REASONS: Final = np.array(REASONS)


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What :func:`internal_rates` finds, one entry a row: rate shown (or NaN), number of roots, reason."""

    rate: Table
    count: NDArray[np.int64]
    reason: NDArray[np.str_]
    word: NDArray[np.str_]


def internal_rates(cash: ArrayLike) -> Rates:
    """Internal rate of return, its status, the number of roots and the reason, in one pass.

    Parameters
    ----------
    cash : (Y,) or (S, Y)
        Net cash, money in positive; equal steps of time.

    Returns
    -------
    Rates
        Arrays ``(S,)``, also for one row: ``rate`` as :func:`irr`, ``word`` and ``count`` as
        :func:`irr_status`, ``reason`` as :func:`irr_reason`.

    Raises
    ------
    ValueError
        If a flow is not finite; if a row changes sign more than 200 times or its flows differ in size by more
        than a float can hold. The message names the row.

    Notes
    -----
    The method is that of ``_roots.py``: all roots are isolated by Descartes' rule and its own proof, none
    is searched from a guess. Two roots so close that NPV between them stays within 4 · Y · 2.2e-16 of the
    sum of the absolute discounted flows cannot be told from one that touches, and count as one.

    Examples
    --------
    >>> found = internal_rates([[-100.0, 60.0, 60.0], [-1000.0, 2500.0, -1540.0]])
    >>> found.rate.round(6), found.word, found.count
    (array([0.130662, 0.4     ]), array(['ok', 'multiple'], dtype='<U8'), array([1, 2]))
    """
    flows, _ = flow_table(cash, finite=False)
    rates, counts, reasons, _, _ = _search(flows)
    return Rates(rate=rates, count=counts, reason=_REASONS[reasons], word=_WORDS[reasons])


def irr(cash: ArrayLike) -> Any:
    """Internal rate of return: never a guess.

    Parameters
    ----------
    cash : (Y,) or (S, Y)
        Net cash, money in positive.

    Returns
    -------
    float or (S,)
        A fraction a year. A single root is shown whichever way NPV crosses zero there. Of several roots, the
        only one at which NPV falls through zero as the rate rises. NaN where there is no root, where the only
        root touches zero without crossing, and where several roots (or none of them) fall.

    Raises
    ------
    ValueError
        As :func:`internal_rates`.

    Notes
    -----
    Roots r of Σ cash_t / (1 + r)^t = 0 in (-1, ∞). Leading and trailing zeros do not matter.
    Source: the definition; the choice among several roots is this toolkit's, and :func:`irr_status` tells of it.

    Examples
    --------
    >>> round(irr([-100.0, 60.0, 60.0]), 6)
    0.130662
    >>> round(irr([-1000.0, 2500.0, -1540.0]), 12)  # 10 % and 40 % are roots; NPV falls through zero at 40 %
    0.4
    >>> irr([[100.0, 100.0], [-100.0, 150.0]])
    array([nan, 0.5])
    """
    flows, single = flow_table(cash, finite=False)
    return result(_search(flows)[0], single)


def irr_status(cash: ArrayLike) -> Any:
    """Whether an internal rate of return exists and is the only one.

    Parameters
    ----------
    cash : (Y,) or (S, Y)
        Net cash, money in positive.

    Returns
    -------
    (str, int) or (words (S,), counts (S,))
        ``"ok"``: one root, at which NPV crosses zero. ``"multiple"``: several roots. ``"none"``: no root, or
        one that touches zero without crossing (then the count is 1). The count is of distinct roots in (-1, ∞).

    Raises
    ------
    ValueError
        As :func:`internal_rates`.

    Examples
    --------
    >>> irr_status([-1000.0, 2500.0, -1540.0])
    ('multiple', 2)
    >>> irr_status([[100.0, 100.0], [-100.0, 150.0]])
    (array(['none', 'ok'], dtype='<U8'), array([0, 1]))
    """
    flows, single = flow_table(cash, finite=False)
    _, counts, reasons, _, _ = _search(flows)
    words = _WORDS[reasons]
    return (str(words[0]), int(counts[0])) if single else (words, counts)


def irr_reason(cash: ArrayLike) -> Any:
    """Why :func:`irr` shows what it shows, as a code for texts to look up.

    Parameters
    ----------
    cash : (Y,) or (S, Y)
        Net cash, money in positive.

    Returns
    -------
    str or (S,)
        ``ok``: one root, NPV falls through zero as the rate rises. ``ok_rising``: one root, NPV rises (a loan
        seen by the borrower). ``multiple_shown``: several roots, the only falling one is shown.
        ``multiple_none_shown``: several roots, none or several of them falling. ``none_no_sign_change``: the flows
        never change sign (or are all zero). ``none_touches``: NPV touches zero at one rate and never crosses.
        ``none``: the flows change sign, yet NPV has the same sign at every rate.

    Raises
    ------
    ValueError
        As :func:`internal_rates`.

    Examples
    --------
    >>> irr_reason([-100.0, 150.0]), irr_reason([100.0, -150.0]), irr_reason([1.0, -3.0, 2.5])
    ('ok', 'ok_rising', 'none')
    """
    flows, single = flow_table(cash, finite=False)
    codes = _REASONS[_search(flows)[2]]
    return str(codes[0]) if single else codes


def irr_roots(cash: ArrayLike) -> Table:
    """All internal rates of return of one row.

    Parameters
    ----------
    cash : (Y,) or (1, Y)
        Net cash, money in positive.

    Returns
    -------
    (number of roots,)
        All roots in (-1, ∞), ascending, also those that touch zero without crossing. A root closer to -1 than
        a float can tell is given as the float next to -1.

    Raises
    ------
    ValueError
        As :func:`internal_rates`, and if *cash* has more than one row.

    Examples
    --------
    >>> irr_roots([-1000.0, 2500.0, -1540.0]).round(12)
    array([0.1, 0.4])
    """
    flows, _ = flow_table(cash, finite=False)
    if len(flows) != 1:
        raise ValueError(f"expected one row of cash, found {len(flows)}; call irr_roots row by row")
    _, counts, _, roots, _ = _search(flows)
    return roots[: counts[0]][::-1].copy()


def _search(flows: Table) -> tuple[Table, NDArray[np.int64], NDArray[np.int8], Table, NDArray[np.int8]]:
    """The compiled search, with its refusals as errors."""
    # Loading numba takes about half a second: only who asks for a rate of return waits for it.
    from . import _roots

    rows, years = flows.shape
    rates, counts, reasons = np.empty(rows), np.empty(rows, np.int64), np.empty(rows, np.int8)
    roots, kinds = np.empty(years), np.empty(years, np.int8)
    _roots.rates_of_rows(flows, rates, counts, reasons, roots, kinds)
    refused = np.flatnonzero(reasons >= len(REASONS))
    if refused.size:
        refuse_infinite(flows)
        raise ValueError(
            f"row {refused[0]} (from 0): cash changes sign more than {_roots.MOST_CHANGES} times or its flows differ in size "
            "beyond the range of a float; its rates of return cannot be counted"
        )
    return rates, counts, reasons, roots, kinds
