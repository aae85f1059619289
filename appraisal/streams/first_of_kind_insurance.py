"""Insurance compensation for first-of-its-kind equipment (首台（套）重大技术装备保险补偿).

``subsidy = state share × min(premium rate, rate cap) × insured value`` for at most three years (财建〔2019〕225号).
By default the maker insures and receives, and the owner gains through a lower equipment price; where the owner
insures, the premium is its cost and the compensation its income, outside VAT. A stated loss from a defect is paid up to the
liability limit in the insured years; the rest of it is the owner's.
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
    loss_yuan: Number = number(
        "yuan",
        "缺陷损失",
        "Loss from a defect",
        ge=0,
        default=0.0,
        help="Without VAT, in loss_year; give it a distribution under uncertainty to draw it in risk runs.",
        help_zh="不含增值税，发生在 loss_year；在 uncertainty 下给出分布即可在风险分析中随机抽取。",
    )
    loss_year: Number = number(
        "years",
        "损失发生运营年",
        "Operating year of the loss",
        ge=1,
        le=60,
        default=1.0,
        help="Whole years.",
        help_zh="整年数。",
    )
    deductible_share: Number = number(
        "share", "免赔比例", "Deductible", ge=0, le=1, default=0.0, help="Of a loss.", help_zh="占损失的比例。"
    )
    liability_limit_yuan: Number | None = number(
        "yuan",
        "责任限额",
        "Liability limit",
        ge=0,
        default=None,
        help="Most that is paid of a loss in an insured year. Left out: the insured value.",
        help_zh="保险期内一次损失的最高赔付。不填：取保险金额。",
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
    """Only listed equipment is compensated; a loss falls into one of the operating years."""
    found = [] if terms.listed else [("listed", _NOT_LISTED)]
    years = case.project.operation_years
    if (terms.loss_year != np.round(terms.loss_year)).any() or (terms.loss_year > years).any():
        told = said(
            "{year:g}: expected a whole number up to the {years} operating years",
            "{year:g}：应为不超过 {years} 个运营年的整数", year=float(terms.loss_year.max()), years=years,
        )  # fmt: skip
        found.append(("loss_year", told))
    return tuple(found)


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


def uninsured_loss(terms: Terms) -> Table:
    """What of the loss is left to the owner, ``(S, 1)`` yuan without VAT: all of it after the insured years."""
    limit = terms.insured_value_yuan if terms.liability_limit_yuan is None else terms.liability_limit_yuan
    claim = np.minimum(terms.loss_yuan * (1.0 - terms.deductible_share), limit) * (terms.loss_year <= terms.years)
    return np.asarray(terms.loss_yuan - claim)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Owner insures: premium and compensation of the insured years; maker insures: a lower equipment price.

    Whoever insures, the user is the beneficiary: what the policy does not pay of a loss is a cost of its year.
    """
    columns = periods(case.project)
    compensation = yearly_compensation(terms)
    rate = case.capital.services_vat_rate if terms.premium_vat_rate is None else terms.premium_vat_rate
    left = uninsured_loss(terms) * (1.0 + rate) * columns.operating * (columns.age == terms.loss_year)
    if terms.insured_by == "maker":
        spend = columns.spend(case.capital.spend_profile)
        lowered = -terms.pass_through * terms.years * compensation * spend
        return Settlement(income=0.0 * operation.running, capital_change=lowered, cost=left, cost_vat_rate=rate)
    insured = columns.operating * (columns.age <= terms.years)
    premium = terms.premium_rate * terms.insured_value_yuan * insured
    return Settlement(income=compensation * insured, subsidy=True, cost=premium + left, cost_vat_rate=rate)


STREAM = Stream(
    title="first_of_kind_insurance", zh="首台套保险补偿", en="First-of-its-kind insurance compensation", terms=Terms,
    offer=offer, settle=settle, paid_by="treasury", facts=FACTS, linear_in=("state_share", "insured_value_yuan"), paid_when_idle=True,
    check=check,
)  # fmt: skip
