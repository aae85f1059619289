"""A loan sculpted to a cover, by bisection on its size: another road than the passes over the books.

For a size the years follow one another without iteration: interest on the balance, tax on profit, cash, debt service of
all loans as cash over the cover, what the others and the interest leave of it principal. The size is right when the last repayment leaves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from oracles.ledger import TaxOffice
from scipy.optimize import brentq


@dataclass(frozen=True, kw_only=True)
class Sculpture:
    """A plant built in one year without VAT; yearly cash before tax by operating year."""

    outlay: float
    cash: tuple[float, ...]
    rate: float
    years: int
    target: float
    grace: int = 0
    debt_share: float = 1.0
    tax: float = 0.25
    renewals: dict[int, float] = field(default_factory=dict)
    renewal_life: int = 4
    fixed_share: float = 0.0
    fixed_rate: float = 0.0
    fixed_years: int = 1

    def built(self, size: float) -> tuple[float, float]:
        """(investment with interest, fixed loan) when the sculpted loan is *size*: half a year on draws for investment."""
        total = self.outlay
        for _ in range(200):
            other = self.fixed_share * self.debt_share * total
            total = self.outlay + sum(
                rate / 2 * owed / (1 + rate / 2) for rate, owed in ((self.rate, size), (self.fixed_rate, other))
            )
        return total, other

    def run(self, size: float, cover: float) -> tuple[float, list[float], list[float]]:
        """(balance at the end, principal, cash for debt service) by operating year."""
        total, other = self.built(size)
        even, balance, office = other / self.fixed_years, size, TaxOffice(self.tax)
        principal, available = [], []
        for year, cash in enumerate(self.cash, 1):
            interest, fixed = self.rate * balance, self.fixed_rate * other
            worn = total / len(self.cash) + sum(
                amount / self.renewal_life
                for at, amount in self.renewals.items()
                if at < year <= at + self.renewal_life
            )
            repaid = even if year <= self.fixed_years else 0.0
            tax = office.tax(year, cash - worn - interest - fixed)
            left = cash - tax - self.renewals.get(year, 0.0)
            service = max(max(left, 0.0) / cover - fixed - repaid, 0.0)
            due = service - interest if self.grace < year <= self.years else 0.0
            principal.append(due)
            available.append(left)
            balance, other = balance - due, other - repaid
        return balance, principal, available

    def cap(self) -> float:
        """The largest size: its share of what debt may be, interest included."""
        part = (1 - self.fixed_share) * self.debt_share
        return float(brentq(lambda size: part * self.built(size)[0] - size, 0, 2 * self.outlay, xtol=1e-12, rtol=1e-15))

    def solved(self) -> tuple[float, float, list[float]]:
        """(size, cover, principal)."""
        cap = self.cap()
        if self.run(cap, self.target)[0] > 0:
            size = root(lambda size: self.run(size, self.target)[0], 0.0, cap)
            return size, self.target, self.run(size, self.target)[1]
        cover = root(lambda cover: self.run(cap, cover)[0], self.target, 1e4)
        return cap, cover, self.run(cap, cover)[1]


def root(error: Callable[[float], float], low: float, high: float) -> float:
    """Where the error is 0; the lower end where there is nothing to find."""
    return low if error(low) >= 0 else float(brentq(error, low, high, xtol=1e-13, rtol=1e-15, maxiter=500))
