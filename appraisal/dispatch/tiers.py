"""What a month's peak costs: a convex table of tiers, which a contract, its tolerance and its surcharge come down to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.dispatch.steps import Posed
from appraisal.errors import ValueFault, said
from appraisal.units import Table

Groups: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class PeakCost:
    """Money for the peak M of a month, ``fixed`` + Σₖ (priceₖ − priceₖ₋₁)·max(0, M − fromₖ); nothing below from₀.

    Attributes
    ----------
    from_mw : (G, K) or (1, K)
        Where each tier begins, MW, ≥ 0, ascending. One row a month, or one for all.
    price : (G, K) or (1, K)
        Money per MW of peak within the tier, ≥ 0, never falling: the cost is convex.
    fixed : (G, 1) or (1, 1)
        Money whatever the peak is.

    Raises
    ------
    ValueFault
        If a table is not finite, is negative, falls, or the shapes differ.

    Examples
    --------
    A contract of 3 MW at 52 000 a MW, twice that above 1.05 of it (the bill of a 3.4 MW month):

    >>> PeakCost(from_mw=np.array([[3.15]]), price=np.array([[104000.0]]), fixed=np.array([[156000.0]])).at(np.array([3.4]))
    array([182000.])
    """

    from_mw: Table
    price: Table
    fixed: Any = 0.0

    def __post_init__(self) -> None:
        for name in ("from_mw", "price", "fixed"):
            table = np.atleast_2d(np.asarray(getattr(self, name), dtype=np.float64))
            if table.ndim != 2 or not np.isfinite(table).all() or (name != "fixed" and (table < 0.0).any()):
                raise ValueFault(said(
                    "{name}: expected a table of finite numbers, 0 or more", "{name}：应为不小于 0 的有限数表", name=name
                ))  # fmt: skip
            object.__setattr__(self, name, table)
        if self.from_mw.shape[1] != self.price.shape[1] or self.from_mw.shape[1] == 0:
            raise ValueFault(said(
                "{name}: {found} tiers; expected {wanted}, one for each from_mw", "{name}：{found} 档；应与 from_mw 同为 {wanted} 档", name="price",
                found=self.price.shape[1], wanted=self.from_mw.shape[1],
            ))  # fmt: skip
        if (np.diff(self.from_mw, axis=1) < 0.0).any() or (np.diff(self.price, axis=1) < 0.0).any():
            raise ValueFault(said(
                "{names} must not fall from tier to tier: a cost that is not convex has no exact search",
                "{names} 逐档不得下降：非凸费用无法精确求解", names="from_mw, price",
            ))  # fmt: skip

    @property
    def steps(self) -> Table:
        """By how much the price rises at each tier, ``(G, K)`` or ``(1, K)``."""
        return np.diff(self.price, axis=1, prepend=0.0)

    def at(self, peak_mw: Table) -> Table:
        """Money ``(G,)`` for the peaks ``(G,)``."""
        over = np.maximum(peak_mw[:, None] - self.from_mw, 0.0)
        return np.asarray((self.steps * over).sum(axis=1) + self.fixed[:, 0])

    def slope(self, peak_mw: Table) -> Table:
        """Money per MW ``(G,)`` just above the peaks ``(G,)``."""
        return np.asarray((self.steps * (peak_mw[:, None] >= self.from_mw)).sum(axis=1))

    def rows(self, index: Any, count: int) -> PeakCost:
        """The tiers of some of *count* months."""
        cut = (
            np.broadcast_to(table, (count, table.shape[1]))[index] for table in (self.from_mw, self.price, self.fixed)
        )
        return PeakCost(*cut)

    def refuse_rows(self, groups: int) -> None:
        """Raise if a table holds neither one row nor one a group."""
        for name in ("from_mw", "price", "fixed"):
            if len(getattr(self, name)) not in (1, groups):
                raise ValueFault(said(
                    "{name}: {found} rows; expected 1 or {groups}", "{name}：{found} 行；应为 1 或 {groups} 行",
                    name=f"cost.{name}", found=len(getattr(self, name)), groups=groups,
                ))  # fmt: skip


def peaks_of(posed: Posed, group: Groups, net_mw: Table) -> Table:
    """The highest power drawn in each group ``(G,)``, MW, never below 0, with the plant's *net_mw* ``(P, T)``."""
    drawn = np.where(within(posed), net_mw - posed.headroom_mw, 0.0).max(axis=1)
    peak = np.zeros(int(group.max()) + 1)
    np.maximum.at(peak, group, drawn)
    return peak


def within(posed: Posed) -> Any:
    """Which steps a row has, ``(P, T)``."""
    return np.broadcast_to(np.arange(posed.buy.shape[1]) < posed.steps, posed.buy.shape)


def totals(group: Groups, amount: Table, groups: int = 0) -> Table:
    """The sum of *amount* ``(P,)`` in each group ``(G,)``."""
    return np.asarray(np.bincount(group, amount, groups), dtype=np.float64)
