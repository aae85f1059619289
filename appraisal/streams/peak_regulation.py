"""Peak regulation (调峰): a compensation for each kWh charged, or discharged, in called hours.

One entry is one period with its price; several periods are several entries. A second tier pays the part of the
power called that goes deeper than a rule names (deep regulation). ``R = Q · C``, Q the energy paid for and C its price, at most the cap of the market.

Two ways to stand beside arbitrage. *Claimed*: on calls, a slice of the plant charges in its hours and discharges in its own,
apart from arbitrage; its energy is bought and sold at stated prices. *Priced*: the service runs on every day of its months, the
compensation adds to the energy price of those steps, and dispatch decides.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.case.windows import hours_in, mask, months_of
from appraisal.errors import Message, said
from appraisal.field import Number, Yearly, choice, number, text
from appraisal.operation import Claim, Offer, Operation, Settlement, Stream
from appraisal.streams import _service as service
from appraisal.streams._terms import missing, unread, vat_rate
from appraisal.units import KWH_PER_MWH, Table

FACTS = {"price_cap_yuan_per_kwh": "ancillary.{area}.peak_regulation_cap"}


class Terms(BaseTerms):
    """When the plant is called, what it is paid, and how that stands beside arbitrage."""

    help_zh = "调用时段、报酬，以及与套利的关系。"

    area: str = text(
        "调峰市场区域", "Area of the market", default="", help="Id of the ancillary market in the library; left out: the province.",
        help_zh="事实库中辅助服务市场的代号；不填：取省份。",
    )  # fmt: skip
    energy_paid: Literal["charge", "discharge"] = choice(
        "补偿的电量", "Energy that is paid", options={"charge": ("充电（填谷）", "charging"), "discharge": ("放电（顶峰）", "discharging")}, default="charge",
    )  # fmt: skip
    beside: Literal["claimed", "priced"] = choice(
        "与套利的关系", "Beside arbitrage", options={"claimed": ("单独预留", "set aside"), "priced": ("补偿计入分时电价", "price on the steps")}, default="claimed",
        help="Set aside: on calls a slice of the plant serves apart from arbitrage. Price on the steps: on every day of the months the compensation adds to the energy price, and dispatch decides.",
        help_zh="单独预留：被调用时由预留的功率和电量提供，与套利分开。补偿计入分时电价：所列月份每天执行，补偿叠加在电能价格上，由优化运行决定。",
    )  # fmt: skip
    hours: str = service.hours("调用时段", "Called hours")
    months: str = service.months()
    price_yuan_per_kwh: Number = number(
        "yuan/kWh", "调峰补偿价格", "Compensation", ge=0, usual=spans.SERVICE_PER_KWH, basis="incl_vat", help="For the energy paid, beside its own price.",
        help_zh="对所补偿电量的报酬，不含电能本身的价格。",
    )  # fmt: skip
    price_cap_yuan_per_kwh: Number = number(
        "yuan/kWh", "补偿价格上限", "Cap of the compensation", ge=0, usual=spans.SERVICE_PER_KWH, basis="incl_vat", help="A price above it is refused.",
        help_zh="高于上限的价格不予接受。",
    )  # fmt: skip
    deep_share: Number | None = number(
        "share", "第二档占比", "Share in the second tier", ge=0, le=1, default=None, help="Of the power called, what lies beyond the depth at which the second tier begins. Left out: one tier.",
        help_zh="被调用功率中超过第二档起点深度的部分。不填：只有一档。",
    )  # fmt: skip
    deep_price_yuan_per_kwh: Number | None = number(
        "yuan/kWh", "第二档补偿价格", "Compensation of the second tier", ge=0, usual=spans.SERVICE_PER_KWH, basis="incl_vat", default=None,
    )  # fmt: skip
    deep_price_cap_yuan_per_kwh: Number | None = number(
        "yuan/kWh", "第二档价格上限", "Cap of the second tier", ge=0, usual=spans.SERVICE_PER_KWH, basis="incl_vat", default=None,
        help="Left out: that of the first.", help_zh="不填：与第一档相同。",
    )  # fmt: skip
    power_share: Number | None = number(
        "share", "预留功率占比", "Share of power", gt=0, le=1, default=None, help="Set aside: of rated power, in called hours and those of return.",
        help_zh="单独预留时：占额定功率的比例，在调用时段和回馈时段预留。",
    )  # fmt: skip
    energy_share: Number | None = number(
        "share", "预留电量占比", "Share of energy", ge=0, le=1, default=None, help="Set aside: of usable energy, all day.",
        help_zh="单独预留时：占可用电量的比例，全天预留。",
    )  # fmt: skip
    return_hours: str = service.hours("回馈时段", "Hours of return", default="")
    calls_per_year: Number | None = number(
        "calls/year", "年调用次数", "Calls a year", ge=0, le=366, default=None, help="Set aside: days on which the plant is called.",
        help_zh="单独预留时：全年被调用的天数。",
    )  # fmt: skip
    charge_price_yuan_per_kwh: Number | None = number(
        "yuan/kWh", "充电购电价格", "Price of the energy charged", ge=0, usual=spans.ENERGY_PER_KWH, basis="incl_vat", default=None,
        help="Set aside: with its fees, beside the compensation.", help_zh="单独预留时：含各项费用，不含补偿。",
    )  # fmt: skip
    discharge_price_yuan_per_kwh: Number | None = number(
        "yuan/kWh", "放电售电价格", "Price of the energy discharged", ge=0, usual=spans.ENERGY_PER_KWH, basis="incl_vat", default=None,
        help="Set aside: with refunds, beside the compensation.", help_zh="单独预留时：含退还的费用，不含补偿。",
    )  # fmt: skip
    paid_cap_mwh: Number | None = number(
        "MWh", "年补偿电量上限", "Most energy paid a year", ge=0, default=None, help="Set aside: left out, no cap.", help_zh="单独预留时：不填则无上限。",
    )  # fmt: skip
    income_index: Yearly = service.income_index()
    vat_rate: Number | None = vat_rate()


_SLICE = ("power_share", "energy_share", "return_hours", "calls_per_year", "charge_price_yuan_per_kwh", "discharge_price_yuan_per_kwh")  # fmt: skip
_DEEP = ("deep_price_yuan_per_kwh", "deep_price_cap_yuan_per_kwh")
_CLAIMED = said("the service is set aside", "该服务为单独预留")
_PRICED = said("the compensation is a price on the steps", "补偿计入分时电价")
_TIER = said("there is a second tier", "设有第二档")
_ONE_TIER = said("there is one tier", "只有一档")


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """Windows, caps, and the terms that each way of standing beside arbitrage reads."""
    windows = ("hours", "return_hours") if terms.return_hours else ("hours",)
    found = service.window_faults(terms, *windows) + service.month_faults(terms)
    found += service.length_faults(case, terms, "income_index")
    found += service.cap_faults(terms, "price_yuan_per_kwh", "price_cap_yuan_per_kwh")
    if terms.deep_share is None:
        found += unread(terms, _ONE_TIER, *_DEEP)
    else:
        found += missing(terms, _TIER, "deep_price_yuan_per_kwh")
        own = terms.deep_price_cap_yuan_per_kwh is not None
        found += service.cap_faults(terms, _DEEP[0], _DEEP[1] if own else "price_cap_yuan_per_kwh")
    found += _claimed_faults(terms) if terms.beside == "claimed" else _priced_faults(case, terms)
    return tuple(found)


def _claimed_faults(terms: Terms) -> list[service.Fault]:
    found = missing(terms, _CLAIMED, *_SLICE)
    if found or service.window_faults(terms, "hours", "return_hours"):
        return found
    quarters = np.arange(96.0)[None, :] / 4
    if (mask(terms.hours, quarters, 0.25) * mask(terms.return_hours, quarters, 0.25)).any():
        told = said(
            "overlap the called hours: a slice moves one way at a time",
            "与调用时段重叠：预留部分同一时刻只能充电或放电",
        )
        found.append(("return_hours", told))
    most = service.days_in(months_of(terms.months)) if not service.month_faults(terms) else 366
    if terms.calls_per_year is not None and (terms.calls_per_year > max(most, 366 if most == 365 else 0)).any():
        found.append(
            ("calls_per_year", said("more than the {most} days of its months", "超过所列月份的 {most} 天", most=most))
        )
    return found


def _priced_faults(case: Case, terms: Terms) -> list[service.Fault]:
    found = unread(terms, _PRICED, *_SLICE, "paid_cap_mwh", "deep_share")
    if not any((other.stream or label) == "arbitrage" for label, other in case.streams.items()):
        found.append(("beside", said(
            "a price on the steps adds to the energy prices of arbitrage; enable it, or set the service aside",
            "补偿叠加在套利的电能价格上；请启用峰谷套利，或改为单独预留",
        )))  # fmt: skip
    if (terms.income_index != 1.0).any():
        found.append(
            (
                "income_index",
                said(
                    "dispatch knows one compensation for all years; it must be 1",
                    "优化运行各年采用同一补偿价格；此项须为 1",
                ),
            )
        )
    if (case.market.price_index != 1.0).any():
        found.append(("beside", said(
            "{field} moves every price of a year, the compensation too; use {other}",
            "{field} 会使当年所有价格（含补偿）一起变化；请改用 {other}", field="market.price_index", other="market.energy_index",
        )))  # fmt: skip
    return found


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """What sets aside costs arbitrage; what a price on every day assumes."""
    del case
    if terms.beside == "priced":
        return (("调峰补偿按所列月份每天执行计入优化运行；若只在部分天调用，收入偏高",
                 "peak regulation is priced on every day of its months: with fewer calls its income is too high"),)  # fmt: skip
    return (("调峰预留的功率和电量在所列月份每天都不参与套利，未被调用的日子也是如此；其充放电量不计入平准化成本",
             "what peak regulation sets aside stands apart from arbitrage on every day of its months, called or not; its energy is not in the levelised cost"),)  # fmt: skip


def offer(case: Case, terms: Terms) -> Offer:
    """Claimed: a slice of the plant; priced: the compensation on the called steps, where only the service may be given."""
    if terms.beside == "claimed":
        drawn = _slice(case, terms, service.usable_fresh_mwh(case))[1] / case.storage.discharge_yield
        calls = np.zeros((1, 1)) if terms.calls_per_year is None else terms.calls_per_year
        cycles = service.cycles_of(case, drawn * calls)
        return service.offered(case, lambda hour, step: claims(case, terms, hour, step), cycles_per_year=cycles)
    if case.prices is None:
        return Offer()
    clock = case.prices.clock
    called = mask(terms.hours, clock.hour, clock.step_hours) * np.isin(clock.month, months_of(terms.months))[None, :]
    price, closed = KWH_PER_MWH * terms.price_yuan_per_kwh * called, case.storage.power_mw * (1.0 - called)
    if terms.energy_paid == "charge":
        return Offer(buy={"compensation": -price}, discharge_limit_mw=closed)
    return Offer(sell={"compensation": price}, charge_limit_mw=closed)


def claims(case: Case, terms: Terms, hour: Table, step_hours: float) -> tuple[Claim, ...]:
    """A slice of power in called hours and those of return, and of energy all day; nothing where priced."""
    del case
    if terms.beside == "priced" or terms.power_share is None or terms.energy_share is None:
        return ()
    inside = mask(terms.hours, hour, step_hours) + mask(terms.return_hours, hour, step_hours)
    return (
        Claim(power_share=terms.power_share * inside, energy_share=terms.energy_share, months=months_of(terms.months)),
    )


def _slice(case: Case, terms: Terms, usable_mwh: Table) -> tuple[Table, Table]:
    """MWh charged and discharged at the meter on a call."""
    power = case.storage.power_mw * (0.0 if terms.power_share is None else terms.power_share)
    called, back = power * hours_in(terms.hours), power * hours_in(terms.return_hours)
    most_in, most_out = (called, back) if terms.energy_paid == "charge" else (back, called)
    share = np.zeros((1, 1)) if terms.energy_share is None else terms.energy_share
    charged = service.charged_a_day(case, share, usable_mwh, most_in, most_out)
    return charged, charged / case.storage.electricity_ratio


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Energy paid × price by tier, and, set aside, the energy itself bought and sold; including VAT."""
    rate = service.rate_of(case, terms)
    if terms.beside == "priced":
        received = operation.earned.get("compensation", 0.0 * operation.running) - operation.paid.get(
            "compensation", 0.0
        )
        return Settlement(income=received, vat_rate=rate, moving=received)
    calls = operation.running * (0.0 if terms.calls_per_year is None else terms.calls_per_year)
    charged, discharged = (calls * moved for moved in _slice(case, terms, operation.usable_mwh))
    paid = charged if terms.energy_paid == "charge" else discharged
    if terms.paid_cap_mwh is not None:
        paid = np.minimum(paid, terms.paid_cap_mwh)
    bought, sold = (
        KWH_PER_MWH * service.price_level(case) * moved * (0.0 if price is None else price)
        for moved, price in (
            (charged, terms.charge_price_yuan_per_kwh),
            (discharged, terms.discharge_price_yuan_per_kwh),
        )
    )
    compensation = KWH_PER_MWH * paid * _mean_price(terms) * service.by_year(case, terms.income_index)
    return Settlement(
        income=compensation + sold,
        vat_rate=rate,
        purchase=bought,
        purchase_vat_rate=case.market.vat_rate,
        slice_mwh=discharged,
    )


def _mean_price(terms: Terms) -> Table:
    """Yuan/kWh over the two tiers, each by its share of the power called."""
    if terms.deep_share is None or terms.deep_price_yuan_per_kwh is None:
        return terms.price_yuan_per_kwh
    first = (1.0 - terms.deep_share) * terms.price_yuan_per_kwh
    return np.asarray(first + terms.deep_share * terms.deep_price_yuan_per_kwh)


STREAM = Stream(
    title="peak_regulation", zh="调峰辅助服务", en="Peak regulation", terms=Terms, offer=offer, settle=settle, paid_by="market", sells=("peak_regulation",), facts=FACTS,
    dispatch_terms=("price_yuan_per_kwh", "power_share", "energy_share", "calls_per_year"), paid_when_idle=True, check=check, claims=claims, claim_terms=("power_share", "energy_share"),
    remarks=remarks,
)  # fmt: skip
