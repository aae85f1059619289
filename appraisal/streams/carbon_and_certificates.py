"""Carbon and green-certificate income (碳减排、绿证): a factor × energy × price.

Carbon: ``R = E · f · p``, E the energy that counts, f tonnes of CO₂ a MWh, p yuan a tonne. Certificates: ``R = E · n · p``, n certificates a
MWh and p yuan each. The energy is stated, because storage makes none: what counts is green energy that would have been lost without it, or
emissions that a method of the market accepts. The same MWh earns one of the two, and only once.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.periods import periods
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import Message, said
from appraisal.field import Number, Yearly, choice, flag, number, yearly
from appraisal.operation import Offer, Operation, Settlement, Stream
from appraisal.streams import _service as service
from appraisal.streams._terms import missing, unread
from appraisal.units import Table


class Terms(BaseTerms):
    """What is sold, on how much energy, at what price and for how long."""

    help_zh = "出售的权益、计入电量、价格与年限。"

    sold: Literal["carbon", "certificate"] = choice(
        "出售的权益", "What is sold", options={"carbon": ("碳减排量", "carbon reductions"), "certificate": ("绿色电力证书", "green certificates")},
    )  # fmt: skip
    counted_mwh: Yearly = yearly(
        "MWh/year", "计入电量", "Energy that counts", ge=0, help="By operating year, as the method of the market counts it.", help_zh="按运营年，依市场的核算方法。"
    )  # fmt: skip
    factor_t_per_mwh: Number | None = number(
        "t/MWh", "减排因子", "Emissions avoided by energy", ge=0, le=1.5, default=None, help="Tonnes of CO₂ a MWh, by the method; needed for carbon.",
        help_zh="每 MWh 减排的二氧化碳吨数，依方法学；出售碳减排量时必填。",
    )  # fmt: skip
    price_yuan_per_t: Number | None = number(
        "yuan/t", "碳价", "Price of carbon", ge=0, usual=spans.CARBON_PER_TONNE, basis="incl_vat", default=None, help="Needed for carbon.", help_zh="出售碳减排量时必填。"
    )  # fmt: skip
    price_yuan_per_mwh: Number | None = number(
        "yuan/MWh", "绿证价格", "Price of certificates", ge=0, usual=spans.CERTIFICATE_PER_MWH, basis="incl_vat", default=None,
        help="By MWh that counts: price of one × certificates a MWh; needed for certificates.", help_zh="按计入电量每 MWh：单张价格 × 每 MWh 张数；出售绿证时必填。",
    )  # fmt: skip
    price_index: Yearly = yearly(
        "1", "分年价格指数", "Price by operating year", ge=0, default=1.0, help="Relative to the price stated.", help_zh="相对所填价格。"
    )  # fmt: skip
    years: Number | None = number(
        "years", "计入年限", "Years credited", ge=0, le=60, default=None, help="Operating years that are credited; a crediting period ends. Left out: all.",
        help_zh="可计入的运营年数；计入期有限。不填：全部。",
    )  # fmt: skip
    sold_once: bool = flag(
        "权益唯一性已确认", "Confirmed to be sold once", help="Neither the generator nor anyone else sells the same energy as carbon or as certificates.",
        help_zh="发电企业和其他方均未就同一电量出售碳减排量或绿证。",
    )  # fmt: skip
    transfer_cost_yuan_per_year: Number = number(
        "yuan/year", "核查与交易费用", "Verification and trade", ge=0, basis="incl_vat", default=0.0,
    )  # fmt: skip
    vat_rate: Number = number(
        "share", "增值税税率", "VAT rate", ge=0, le=0.3, help="Of the right sold: it is no electricity, and its rate has to be looked up.", help_zh="所售权益的税率：不属于电力，应查明后填写。",
    )  # fmt: skip


_CARBON = ("factor_t_per_mwh", "price_yuan_per_t")
_CERTIFICATE = ("price_yuan_per_mwh",)
_SOLD = {
    "carbon": said("carbon reductions are sold", "出售碳减排量"),
    "certificate": said("certificates are sold", "出售绿色电力证书"),
}


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """The terms of what is sold; and that it is sold once."""
    found = service.length_faults(case, terms, "counted_mwh", "price_index")
    needed, other = (_CARBON, _CERTIFICATE)[:: 1 if terms.sold == "carbon" else -1]
    found += missing(terms, _SOLD[terms.sold], *needed) + unread(terms, _SOLD[terms.sold], *other)
    if not terms.sold_once:
        found.append(("sold_once", said(
            "the same energy would be sold twice unless this is confirmed", "未确认唯一性时，同一电量的环境权益可能被重复出售"
        )))  # fmt: skip
    return tuple(found)


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """Storage makes no green energy; two entries that may speak of the same MWh."""
    found = [("储能本身不产生绿色电量，且有充放损耗；计入电量须是没有储能就无法消纳的部分，同一电量的碳减排量与绿证只能出售其一",
              "storage makes no green energy and loses some: only what would have been lost without it counts, and the same MWh is sold as carbon or as a certificate, not both")]  # fmt: skip
    kinds = {other.sold for other in case.streams.values() if isinstance(other, Terms)}
    if len(kinds) > 1:
        found.append(
            (
                "算例同时出售碳减排量和绿证：请确认两者的电量不重叠",
                "the case sells carbon and certificates: make sure that their energy does not overlap",
            )
        )
    if terms.years is None and case.project.operation_years > 10:
        found.append(
            (
                "未设计入年限：计入期通常短于运营期",
                "no years of crediting are stated: a crediting period is usually shorter than the operation",
            )
        )
    return tuple(found)


def offer(case: Case, terms: Terms) -> Offer:
    """Nothing: the energy that counts is stated."""
    del case, terms
    return Offer()


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Energy × price by MWh in the years credited, including VAT; verification is a cost of those years."""
    columns = periods(case.project)
    credited = service.running(operation)
    if terms.years is not None:
        credited = credited * np.clip(terms.years - columns.age + 1.0, 0.0, 1.0)
    energy = columns.by_operating_year(terms.counted_mwh)
    paid = energy * _price(terms) * columns.by_operating_year(terms.price_index)
    return Settlement(
        income=paid * credited, vat_rate=terms.vat_rate,
        cost=terms.transfer_cost_yuan_per_year * credited, cost_vat_rate=case.capital.services_vat_rate,
    )  # fmt: skip


def _price(terms: Terms) -> Table:
    """Yuan a MWh that counts."""
    nothing = np.zeros((1, 1))
    factor, carbon, certificate = (
        nothing if value is None else value
        for value in (terms.factor_t_per_mwh, terms.price_yuan_per_t, terms.price_yuan_per_mwh)
    )
    return np.asarray(factor * carbon if terms.sold == "carbon" else certificate)


STREAM = Stream(
    title="carbon_and_certificates", zh="碳与绿证收益", en="Carbon and green certificates", terms=Terms, offer=offer, settle=settle, paid_by="market", sells=("green",),
    linear_in=("counted_mwh",), paid_when_idle=True, check=check, remarks=remarks,
)  # fmt: skip
