"""Block prices, how a quantity fills tiers one after the other, and the sums of a bill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from appraisal.units import Table


def filled(quantity: Table, limits: Sequence[Table | float]) -> Table:
    """What of a quantity falls into each tier.

    Parameters
    ----------
    quantity : (S, 1)
        Energy or demand, at least 0.
    limits : sequence of K - 1
        Upper limits of all tiers but the last, ascending, in the unit of *quantity*; each a number or ``(S, 1)``.

    Returns
    -------
    (S, K)
        In the unit of *quantity*; a row adds up to it.

    Notes
    -----
    Tier k holds min(q, upper_k) - min(q, upper_{k-1}).

    Examples
    --------
    >>> filled(np.array([[5.0], [25.0]]), [10.0, 20.0]).tolist()
    [[5.0, 0.0, 0.0], [10.0, 10.0, 5.0]]
    """
    within = [np.minimum(quantity, limit) for limit in limits]
    edges = np.concatenate([np.zeros_like(quantity), *within, quantity], axis=1)
    return np.asarray(np.diff(edges, axis=1))


def shares(amounts: Table) -> Table:
    """Each tier's share of a row of amounts, ``(S, K)``; zeros in a row of nothing."""
    total = amounts.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(amounts, total, out=np.zeros_like(amounts), where=total > 0))


def money(amounts: Table, prices: Sequence[float]) -> Table:
    """Σ amount × price over the tiers, ``(S, 1)``; *prices* one a tier."""
    # Not a matrix product: its order of summing depends on the number of rows, and a row must not know of others.
    return np.asarray((amounts * np.asarray(prices, dtype=np.float64)).sum(axis=1, keepdims=True))


def added(parts: Mapping[Any, Table], like: Table) -> Table:
    """Sum of tables of the shape of *like*; zeros of that shape where there is none."""
    return np.asarray(sum(parts.values(), np.zeros_like(like)))
