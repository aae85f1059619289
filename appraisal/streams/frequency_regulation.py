"""Frequency regulation (AGC): mileage × performance × price, plus a price of capacity held ready.

``R = Σ D · C · Kp`` (华中监能市场规〔2025〕35号), D the mileage in MW, C the clearing price, Kp the performance index.
The share of power and the hours are fixed by the case and kept out of arbitrage.
"""

from __future__ import annotations

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.case.windows import hours_in, mask
from appraisal.errors import Message, ValueFault, said
from appraisal.field import Number, number, text
from appraisal.operation import Claim, Offer, Operation, Settlement, Stream
from appraisal.units import DAYS_PER_YEAR, Table

FACTS = {"price_cap_yuan_per_mw": "ancillary.{area}.mileage_price_cap"}


class Terms(BaseTerms):
    """What is offered to regulation and what it pays."""

    help_zh = "提供的调频容量及其报酬。"

    area: str = text(
        "调频市场区域",
        "Regulation area",
        default="",
        help="Id of the ancillary market in the library; left out: the province.",
        help_zh="事实库中辅助服务市场的代号；不填：取省份。",
    )
    price_cap_yuan_per_mw: Number = number(
        "yuan/MW",
        "里程价格上限",
        "Cap of the mileage price",
        ge=0,
        usual=spans.MILEAGE_PER_MW,
        help="A price above it is refused.",
        help_zh="高于上限的价格不予接受。",
    )

    power_share: Number = number(
        "share",
        "调频容量占比",
        "Share of power",
        ge=0,
        le=1,
        help="Of rated power, set aside in the hours named.",
        help_zh="占额定功率的比例，在所列时段预留。",
    )
    hours: str = text(
        "参与时段",
        "Hours",
        default="00:00-24:00",
        help="Windows of the day, 08:00-12:00, 18:00-22:00; a window may pass midnight.",
        help_zh="一天中的时段，如 08:00-12:00, 18:00-22:00；可跨越零点。",
    )
    energy_share: Number = number(
        "share",
        "预留电量占比",
        "Share of energy",
        ge=0,
        le=1,
        default=0.0,
        help="Of usable energy, kept for regulation all day.",
        help_zh="占可用电量的比例，全天为调频预留。",
    )
    mileage_mw_per_mw_hour: Number = number(
        "MW/MW/h",
        "单位容量小时里程",
        "Mileage per MW and hour",
        ge=0,
        help="Regulation mileage called per MW offered and hour offered.",
        help_zh="每 MW 中标容量每小时被调用的里程。",
    )
    performance: Number = number("1", "综合性能指标 Kp", "Performance index Kp", ge=0, le=3)
    price_yuan_per_mw: Number = number(
        "yuan/MW",
        "里程价格",
        "Mileage price",
        ge=0,
        usual=spans.MILEAGE_PER_MW,
        help="Including VAT, per MW of mileage.",
        help_zh="含增值税，按每 MW 里程计。",
    )
    capacity_price_yuan_per_mw_hour: Number = number(
        "yuan/MW/h",
        "调频容量价格",
        "Price of capacity held ready",
        ge=0,
        default=0.0,
        help="Including VAT.",
        help_zh="含增值税。",
    )
    days_per_year: Number = number("days", "年中标天数", "Days called a year", ge=0, le=366, default=DAYS_PER_YEAR)
    cycles_per_year: Number = number(
        "cycle/year",
        "调频等效循环",
        "Cycles of regulation",
        ge=0,
        default=0.0,
        help="Equivalent full cycles that regulation costs the battery.",
        help_zh="调频使电池产生的等效满充放循环次数。",
    )
    vat_rate: Number | None = number(
        "share",
        "增值税税率",
        "VAT rate",
        ge=0,
        le=0.3,
        default=None,
        help="Left out: the electricity rate.",
        help_zh="不填：取电力税率。",
    )


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """The windows must be readable and the price within the cap of the market."""
    del case
    found: list[tuple[str, Message]] = []
    try:
        hours_in(terms.hours)
    except ValueFault as error:
        found.append(("hours", error.message))
    if (terms.price_yuan_per_mw > terms.price_cap_yuan_per_mw).any():
        price, cap = float(terms.price_yuan_per_mw.max()), float(terms.price_cap_yuan_per_mw.min())
        told = said(
            "{price:g} is above the cap of the market, {cap:g} yuan/MW",
            "{price:g} 高于市场上限 {cap:g} 元/MW", price=price, cap=cap
        )  # fmt: skip
        found.append(("price_yuan_per_mw", told))
    return tuple(found)


def offer(case: Case, terms: Terms) -> Offer:
    """The claims, on the steps that arbitrage is dispatched on."""
    if case.prices is None:
        return Offer()
    return Offer(claims=claims(terms, case.prices.clock.hour, case.prices.clock.step_hours))


def claims(terms: Terms, hour: Table, step_hours: float) -> tuple[Claim, ...]:
    """A share of power in the hours named and of energy all day."""
    held = terms.power_share * mask(terms.hours, hour, step_hours)
    return (Claim(power_share=held, energy_share=terms.energy_share, cycles_per_year=terms.cycles_per_year),)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Hours offered × MW offered × (mileage × performance × price + capacity price), including VAT."""
    offered_mw = terms.power_share * case.storage.power_mw
    hours = hours_in(terms.hours) * terms.days_per_year
    paid = (
        terms.mileage_mw_per_mw_hour * terms.performance * terms.price_yuan_per_mw
        + terms.capacity_price_yuan_per_mw_hour
    )
    rate = case.market.vat_rate if terms.vat_rate is None else terms.vat_rate
    return Settlement(income=offered_mw * hours * paid * operation.running, vat_rate=rate)


STREAM = Stream(
    title="frequency_regulation", zh="调频辅助服务", en="Frequency regulation", terms=Terms, offer=offer,
    settle=settle, paid_by="market", sells=("regulation",), facts=FACTS, linear_in=("power_share", "days_per_year"),
    dispatch_terms=("power_share", "energy_share", "cycles_per_year"), paid_when_idle=True, check=check, claims=claims,
    claim_terms=("power_share", "energy_share", "cycles_per_year"),
    daily=lambda terms: bool((terms.days_per_year >= DAYS_PER_YEAR).all()),
)  # fmt: skip
