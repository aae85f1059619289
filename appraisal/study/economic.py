"""Economic evaluation (经济费用效益分析): what a project is worth to the economy, taxes and transfers left out.

Costs are those of the books without VAT, taxes, interest and working-capital loans; what is paid for a market's or a user's
good counts as the worth of that good at its price, what the treasury pays or an administered fee collects is a transfer and
counts nothing. To it come the benefits that no such payer pays for (``Settlement.benefit``): grid investment put off, generation saved.
ENPV and EIRR follow 《建设项目经济评价方法与参数》, 3rd ed., at the social discount rate; prices stand for shadow prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal import discount
from appraisal.operation import Payer
from appraisal.pipeline import Appraisal
from appraisal.units import Table

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
    costs : name → (S, Y)
        Investment, replacement, operation (charging in it), working capital; residuals are negative.
    net : (S, Y)
    enpv : (S,) at the end of each year, yuan.
    eirr : (S,), NaN where there is none; ``reason`` says why, as for a metric.
    """

    goods: Mapping[str, Table]
    benefits: Mapping[str, Table]
    costs: Mapping[str, Table]
    net: Table
    enpv: NDArray[np.float64]
    eirr: NDArray[np.float64]
    reason: NDArray[np.str_]


def economic(result: Appraisal, social_rate: Table) -> Economic:
    """The economic evaluation of an appraised case.

    Parameters
    ----------
    result : Appraisal
        Of S scenarios, every line kept.
    social_rate : (S, 1) or (1, 1)
        Social discount rate a year (``finance.national.social_discount_rate``).

    Returns
    -------
    Economic

    Notes
    -----
    net = Σ goods + Σ benefits − investment ex VAT − replacement − operating cost − working capital + what is recovered;
    ENPV = Σ netₜ / (1 + rate)ᵗ with column 1 as t = 1; EIRR is the rate at which it is 0.
    """
    books, settled = result.statements, result.revenue.settlements
    goods: dict[str, Table] = {}
    for label, shares in result.payments.shares.items():
        share = sum((part for payer, part in shares.items() if payer in _PAY_FOR_GOODS), np.zeros((1, 1)))
        if share.any():
            goods[label] = np.asarray(share * books[f"{label}.revenue"])
    benefits = {label: one.benefit for label, one in settled.items() if one.benefit.any()}
    costs = {
        "investment": books["investment"] - books["capital_vat"] - books["residual_unlevered"] - books["disposal_income"],
        "replacement": books["renewal_spent"],
        "operation": books["operating_cost"],
        "working_capital": books["working_capital"] - books["working_capital_back"],
    }  # fmt: skip
    nothing = np.zeros_like(books["investment"])
    net = sum((*goods.values(), *benefits.values()), nothing) - sum(costs.values(), nothing)
    found = discount.internal_rates(net)
    worth = np.asarray(discount.present_value(social_rate, net, timing="end"))
    return Economic(
        goods=goods, benefits=benefits, costs=costs, net=net, enpv=worth.reshape(-1), eirr=found.rate, reason=found.reason
    )  # fmt: skip
