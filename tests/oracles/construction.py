"""Funding of a construction, scalar by scalar: interest by fixed point, the debt share by bisection.

Written from the rule (RULES of the field, interest during construction: half a year's interest on the draw of the year,
either on the draw for investment only or on the whole draw; equity is a share of all that is to be financed). It shares
nothing with the package, and uses neither of its closed forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ITERATIONS = 200


@dataclass(frozen=True)
class Source:
    """A loan of the construction: share of the debt, yearly rate, fee on what is drawn."""

    share: float
    rate: float
    fee: float = 0.0


@dataclass(frozen=True)
class Funded:
    """What came of it: interest and draws (interest included) by loan and column, fees, equity by column."""

    debt_share: float
    interest: list[list[float]]
    drawn: list[list[float]]
    fees: list[float]
    working_loan: float

    @property
    def owed(self) -> list[float]:
        """Debt by loan when operation begins."""
        return [sum(draws) for draws in self.drawn]


def column(
    outlay: float, months: int, owed: Sequence[float], sources: Sequence[Source], part: float, convention: str
) -> list[float]:
    """Interest of one column by loan, by repeated substitution."""
    interest = [0.0] * len(sources)
    for _ in range(ITERATIONS):
        paid = outlay + sum(interest)
        draws = [part * one.share * paid for one in sources]
        counted = draws if convention == "inside_draw" else [d - q for d, q in zip(draws, interest, strict=True)]
        interest = [
            one.rate * months / 12 * (b + a / 2) for one, b, a in zip(sources, owed, counted, strict=True)
        ]  # fmt: skip
    return interest


def at_share(
    outlays: Sequence[float], months: Sequence[int], sources: Sequence[Source], part: float, convention: str
) -> tuple[list[list[float]], list[list[float]]]:
    """(interest, draws) by loan and column when debt pays *part* of every column."""
    owed = [0.0] * len(sources)
    interest: list[list[float]] = [[] for _ in sources]
    drawn: list[list[float]] = [[] for _ in sources]
    for outlay, span in zip(outlays, months, strict=True):
        added = column(outlay, span, owed, sources, part, convention)
        for at, one in enumerate(sources):
            interest[at].append(added[at])
            drawn[at].append(part * one.share * (outlay + sum(added)))
            owed[at] += drawn[at][-1]
    return interest, drawn


def funded(
    outlays: Sequence[float], months: Sequence[int], sources: Sequence[Source], debt_share: float,
    *, working: float = 0.0, working_debt: float = 0.0, other_fees: float = 0.0, convention: str = "capitalised",
) -> Funded:  # fmt: skip
    """The construction financed so that all debt is *debt_share* of investment, interest, fees and working capital."""

    def tried(part: float) -> tuple[float, Funded]:
        interest, drawn = at_share(outlays, months, sources, part, convention)
        fees = [
            sum(one.fee * (drawn[at][year] - interest[at][year]) for at, one in enumerate(sources))
            for year in range(len(outlays))
        ]
        total = sum(outlays) + sum(map(sum, interest)) + sum(fees) + other_fees + working
        loan = min(working_debt * working, debt_share * total)
        short = debt_share * total - loan - sum(map(sum, drawn))
        return short, Funded(part, interest, drawn, fees, loan)

    # A loan of the construction pays at most all of it.
    low, high = 0.0, 1.0
    for _ in range(ITERATIONS):
        part = (low + high) / 2
        short, _ = tried(part)
        low, high = (part, high) if short > 0 else (low, part)
    return tried((low + high) / 2)[1]
