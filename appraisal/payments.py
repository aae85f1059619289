"""Who pays: the revenue of the books by payer and year, and what each payer lowers of the capital cost.

Every stream says who pays it (``Stream.paid_by``); the money is that of the books' own lines, so that the payers of a
year add up to its operating revenue and subsidies. A change of the equipment price, a grant and subsidised interest are no
revenue: they are told apart, as what the payer bears of the cost of capital.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np

from appraisal.case import Case
from appraisal.finance.functions import functions
from appraisal.finance.statements import Statements
from appraisal.finance.structure import support_lines
from appraisal.operation import Payer
from appraisal.streams import payers
from appraisal.units import Table

ORDER: tuple[Payer, ...] = get_args(Payer)
_OF_STREAM = ("revenue", "subsidy", "output_vat", "capital_change")


@dataclass(frozen=True, kw_only=True)
class Payments:
    """Yearly payments to the project by payer, yuan; payers in the order of ``Payer``, those without a stream left out.

    Attributes
    ----------
    gross, net : payer → (S, Y)
        With VAT as invoiced, and without as the books have it: operating revenue and subsidies.
    gross_value, net_value : payer → (S, 1)
        Present values at ``finance.discount_rate``, by the timing and price basis of the case's NPV.
    capital : payer → (S, Y)
        Cost of capital that a payer bears in the project's stead, with VAT: a lower equipment price (negative where the price
        rises), grants received and interest subsidised.
    capital_value : payer → (S, 1)
    shares : label of a stream → payer → (S, 1)
        Of its income; they add to 1.
    """

    gross: Mapping[Payer, Table]
    net: Mapping[Payer, Table]
    gross_value: Mapping[Payer, Table]
    net_value: Mapping[Payer, Table]
    capital: Mapping[Payer, Table]
    capital_value: Mapping[Payer, Table]
    shares: Mapping[str, Mapping[Payer, Table]]

    @property
    def payers(self) -> tuple[Payer, ...]:
        """Everyone who pays revenue or bears capital cost."""
        return tuple(payer for payer in ORDER if payer in self.gross or payer in self.capital)


def payment_lines(case: Case) -> tuple[str, ...]:
    """The lines of the books that the payments of a case are made of."""
    plain = (f"grant_{label}.received" for label in case.finance.grants)
    streams = (f"{label}.{line}" for label in case.streams for line in _OF_STREAM)
    return (*streams, *plain, *support_lines(case).values())


def payments(case: Case, books: Statements) -> Payments:
    """The payments of every payer.

    Parameters
    ----------
    case : Case
        Of S scenarios.
    books : Statements
        Of the same scenarios, with the lines of :func:`payment_lines` kept.

    Returns
    -------
    Payments
        Σ over payers of ``net`` = the lines ``revenue`` + ``subsidy`` of the books, every year.

    Raises
    ------
    InputError
        If the shares of a stream's payers are below 0 or do not add to 1.

    Notes
    -----
    paid(payer, year) = Σ over streams of share(stream, payer) × (revenue + subsidy [+ output VAT]) of the stream.
    """
    shares = {label: payers(case, label) for label in case.streams}

    def split(money: Callable[[str], Table], labels: Collection[str] = tuple(shares)) -> dict[Payer, Table]:
        found: dict[Payer, Table] = {}
        for label in labels:
            for payer, share in shares[label].items():
                found[payer] = found.get(payer, 0.0) + share * money(label)
        return {payer: found[payer] for payer in ORDER if payer in found}

    def net_of(label: str) -> Table:
        return np.asarray(books[f"{label}.revenue"] + books[f"{label}.subsidy"])

    net = split(net_of)
    gross = split(lambda label: net_of(label) + books[f"{label}.output_vat"])
    own = support_lines(case)
    capital = _capital(
        books, split(lambda label: -books[f"{label}.capital_change"]), split(lambda label: books[own[label]], own)
    )
    return Payments(
        gross=gross, net=net, gross_value=_worth(case, gross), net_value=_worth(case, net),
        capital=capital, capital_value=_worth(case, capital), shares=shares,
    )  # fmt: skip


def _capital(
    books: Statements, changed: Mapping[Payer, Table], supported: Mapping[Payer, Table]
) -> dict[Payer, Table]:  # fmt: skip
    """Price changes and what the books work out of supports, by payer, and plain grants, which the treasury gives; none that bears nothing."""
    found = {payer: money for payer, money in changed.items() if money.any()}
    for payer, money in supported.items():
        found[payer] = found.get(payer, 0.0) + money
    for grant in books.form.grants:
        if grant.rule is None:
            found["treasury"] = found.get("treasury", 0.0) + books[f"{grant.name}.received"]
    return {payer: found[payer] for payer in ORDER if payer in found}


def _worth(case: Case, paid: Mapping[Payer, Table]) -> dict[Payer, Table]:
    """Present values, discounted as the project's NPV is."""
    known, rate = functions(case.finance.timing), case.finance.discount_rate
    real = case.finance.discount_basis == "real"
    worth, others = (known["npv_nominal"], (case.finance.inflation,)) if real else (known["npv"], ())
    return {payer: np.asarray(worth(money, rate, *others)).reshape(-1, 1) for payer, money in paid.items()}
