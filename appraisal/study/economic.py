"""Economic evaluation (经济费用效益分析): what a project is worth to the economy, taxes and transfers left out.

Costs are those of the books without VAT, taxes, interest and working-capital loans; what is paid for a market's or a user's
good counts as the worth of that good at its price, what the treasury pays or an administered fee collects is a transfer and
counts nothing, whether it is paid as income or lowers the price of equipment. What a host keeps of the saving on its bill is
worth as much as what it hands on. To it come the benefits that no such payer pays for (``Settlement.benefit``): grid
investment put off, generation saved. ENPV and EIRR follow 《建设项目经济评价方法与参数》, 3rd ed., at the social discount
rate, which is real: the inflation of the case is taken off. Prices of the case stand for shadow prices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from appraisal import discount
from appraisal.case import Case
from appraisal.case.periods import month_after
from appraisal.discount.indicators import nominal_rate, real_rate
from appraisal.library import Fact, Library
from appraisal.operation import Payer
from appraisal.pipeline import Appraisal
from appraisal.units import Table

SOCIAL_RATE = "finance.national.social_discount_rate"
# Who pays for a good; the treasury gives, and grid users pay by a fee that is set for them.
_PAY_FOR_GOODS: tuple[Payer, ...] = ("host", "market", "generators", "vehicle_owners")


@dataclass(frozen=True, kw_only=True)
class Economic:
    """Yearly benefits and costs to the economy, and what comes of them.

    Attributes
    ----------
    goods : label of a stream → (S, Y)
        What payers of goods pay, without VAT.
    benefits : label of a stream → (S, Y)
        Benefits that no payer of a good pays for.
    kept : label of a stream → (S, Y)
        What the host keeps of the saving on its bill, without VAT.
    costs : name → (S, Y)
        Investment as if no transfer had lowered its price, replacement, operation (charging in it), working capital;
        residuals are negative.
    net : (S, Y)
        In the prices of each year.
    social_rate : (S, 1) or (1, 1)
    enpv : (S,) at the end of each year, yuan of the start of column 1.
    eirr : (S,), real, NaN where there is none; ``reason`` says why, as for a metric.
    """

    goods: Mapping[str, Table]
    benefits: Mapping[str, Table]
    kept: Mapping[str, Table]
    costs: Mapping[str, Table]
    net: Table
    social_rate: Table
    enpv: NDArray[np.float64]
    eirr: NDArray[np.float64]
    reason: NDArray[np.str_]


def social_rate(case: Case, library: Library | None = None) -> Fact:
    """The social discount rate a year in force when construction starts, with its document.

    Raises
    ------
    MissingFactError
        If there is none at that date.
    """
    return (library or Library.open()).fact(SOCIAL_RATE, date(*month_after(case.project.construction_start, 0), 1))


def economic(result: Appraisal, rate: Table) -> Economic:
    """The economic evaluation of an appraised case.

    Parameters
    ----------
    result : Appraisal
        Of S scenarios, every line kept.
    rate : (S, 1) or (1, 1)
        Social discount rate a year, real (:func:`social_rate`).

    Returns
    -------
    Economic

    Notes
    -----
    net = Σ goods + Σ benefits + Σ kept − investment ex VAT − replacement − operating cost − working capital + what is
    recovered; ENPV = Σ netₜ / ((1 + rate)(1 + inflation))ᵗ with column 1 as t = 1; EIRR is the real rate at which it is 0.
    """
    books, settled = result.statements, result.revenue.settlements
    goods = {label: np.asarray(share * books[f"{label}.revenue"]) for label, share in _paid_for(result) if share.any()}
    benefits = {label: one.benefit for label, one in settled.items() if one.benefit.any()}
    kept = {label: books[f"{label}.host_gain"] for label in settled if books[f"{label}.host_gain"].any()}
    costs = _costs(result)
    nothing = np.zeros_like(books["investment"])
    net = sum((*goods.values(), *benefits.values(), *kept.values()), nothing) - sum(costs.values(), nothing)
    found, inflation = discount.internal_rates(net), result.case.finance.inflation
    worth = np.asarray(discount.present_value(nominal_rate(rate, inflation), net, timing="end"))
    return Economic(
        goods=goods, benefits=benefits, kept=kept, costs=costs, net=net, social_rate=rate, enpv=worth.reshape(-1),
        eirr=real_rate(found.rate[:, None], inflation)[:, 0], reason=found.reason,
    )  # fmt: skip


def _paid_for(result: Appraisal) -> Iterator[tuple[str, Table]]:
    """The share of each stream's money that pays for a good, ``(S, 1)``."""
    for label, shares in result.payments.shares.items():
        yield label, sum((part for payer, part in shares.items() if payer in _PAY_FOR_GOODS), np.zeros((1, 1)))


def _costs(result: Appraisal) -> dict[str, Table]:
    """What the project costs the economy by year: a price lowered by a transfer is raised again."""
    books = result.statements
    net_of_vat = 1.0 + result.case.capital.equipment_vat_rate
    moved = [(1.0 - share) * books[f"{label}.capital_change"] / net_of_vat for label, share in _paid_for(result)]
    invested = books["investment"] - books["capital_vat"] - books["residual_unlevered"] - books["disposal_income"]
    return {
        "investment": invested - sum(moved, np.zeros((1, 1))),
        "replacement": books["renewal_spent"],
        "operation": books["operating_cost"],
        "working_capital": books["working_capital"] - books["working_capital_back"],
    }
