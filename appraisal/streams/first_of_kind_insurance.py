"""Insurance compensation for first-of-its-kind equipment (首台（套）重大技术装备保险补偿).

``subsidy = state share × min(premium rate, rate cap) × insured value`` for at most three years (财建〔2019〕225号).
By default the maker insures and receives, and the owner gains through a lower equipment price; where the owner
insures, the premium is its cost and the compensation its income, outside VAT.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import Message, said
from appraisal.field import Number, choice, flag, number
from appraisal.operation import Offer, Operation, Settlement, Stream
from appraisal.units import Table

FACTS = {
    "state_share": "support.first_of_kind_insurance.premium_share",
    "rate_cap": "support.first_of_kind_insurance.rate_cap",
    "years": "support.first_of_kind_insurance.years",
    "above_cap": "support.first_of_kind_insurance.above_cap",
}


class Terms(BaseTerms):
    """The policy, the scheme and who insures."""

    help_zh = "保单、补偿办法与投保人。"

    insured_by: Literal["maker", "owner"] = choice(
        "投保人", "Who insures", options={"maker": ("制造商", "maker"), "owner": ("业主", "owner")}, default="maker"
    )
    listed: bool = flag(
        "列入首台套目录",
        "On the equipment list",
        help="Only listed equipment is compensated.",
        help_zh="只补偿目录内的装备。",
    )
    insured_value_yuan: Number = number("yuan", "保险金额", "Insured value", ge=0)
    premium_rate: Number = number("share/year", "保险费率", "Premium rate", ge=0, le=0.2)
    state_share: Number = number("share", "补偿比例", "Share compensated", ge=0, le=1)
    rate_cap: Number = number("share/year", "费率上限", "Cap of the premium rate", ge=0, le=1)
    years: Number = number("years", "补偿年限", "Years compensated", ge=0, le=10)
    above_cap: Literal["capped", "excluded"] = choice(
        "超上限处理",
        "Above the cap",
        options={"capped": ("按上限补偿", "up to the cap"), "excluded": ("不予补偿", "not compensated")},
        help="capped: compensated up to the cap; excluded: not compensated at all.",
        help_zh="capped：按上限补偿；excluded：不予补偿。",
    )
    pass_through: Number = number(
        "share",
        "让利比例",
        "Passed on in the price",
        ge=0,
        le=1,
        default=1.0,
        help="Maker insures: share of the compensation that lowers the equipment price.",
        help_zh="制造商投保时：补偿中用于降低设备价格的比例。",
    )
    premium_vat_rate: Number | None = number(
        "share",
        "保费进项税率",
        "VAT rate of the premium",
        ge=0,
        le=0.3,
        default=None,
        help="Left out: the rate of services.",
        help_zh="不填：取服务税率。",
    )


_NOT_LISTED = said(
    "not on the list of first-of-its-kind equipment; the scheme pays only for listed equipment",
    "未列入首台（套）目录；只补偿目录内的装备",
)


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """Only listed equipment is compensated."""
    del case
    return () if terms.listed else (("listed", _NOT_LISTED),)


def offer(case: Case, terms: Terms) -> Offer:
    """Nothing: insurance does not depend on dispatch."""
    del case, terms
    return Offer()


def yearly_compensation(terms: Terms) -> Table:
    """Compensation of one year, ``(S, 1)`` yuan."""
    capped = np.minimum(terms.premium_rate, terms.rate_cap)
    if terms.above_cap == "excluded":
        capped = np.where(terms.premium_rate > terms.rate_cap, 0.0, terms.premium_rate)
    return terms.state_share * capped * terms.insured_value_yuan


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Owner insures: premium and compensation of the insured years; maker insures: a lower equipment price."""
    columns = periods(case.project)
    compensation = yearly_compensation(terms)
    if terms.insured_by == "maker":
        spend = columns.spend(case.capital.spend_profile)
        lowered = -terms.pass_through * terms.years * compensation * spend
        return Settlement(income=0.0 * operation.running, capital_change=lowered)
    insured = columns.operating * (columns.age <= terms.years)
    premium = terms.premium_rate * terms.insured_value_yuan * insured
    rate = case.capital.services_vat_rate if terms.premium_vat_rate is None else terms.premium_vat_rate
    return Settlement(income=compensation * insured, subsidy=True, cost=premium, cost_vat_rate=rate)


STREAM = Stream(
    title="first_of_kind_insurance", zh="首台套保险补偿", en="First-of-its-kind insurance compensation", terms=Terms,
    offer=offer, settle=settle, paid_by="treasury", facts=FACTS, linear_in=("state_share", "insured_value_yuan"), paid_when_idle=True,
    check=check,
)  # fmt: skip
