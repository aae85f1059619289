"""Demand response (需求响应): power taken off the grid on invitation, paid by energy, by event and by capacity ready.

``R = P · e · (h · p + f) · n + P · c``: P the power bid, e the share of it that is delivered and counts, h the hours of an event, n the
events of a year, p the price of energy, f that of an event and c that of capacity by year. A delivery below the least share earns
nothing, one above the most is not counted. Delivery is measured against a baseline: what the plant does on ordinary days too is no
response, so that its power is kept out of arbitrage in these hours on every day of the months.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.case.windows import hours_in, months_of
from appraisal.errors import Message, said
from appraisal.field import Number, Yearly, choice, number, text
from appraisal.operation import Claim, Offer, Operation, Settlement, Stream
from appraisal.streams import _service as service
from appraisal.streams._terms import vat_rate
from appraisal.text import PAYERS
from appraisal.units import KW_PER_MW, KWH_PER_MWH, Table

FACTS = {"price_cap_yuan_per_kwh": "ancillary.{area}.demand_response_cap"}


class Terms(BaseTerms):
    """When the plant is invited, how well it responds, and what that pays."""

    help_zh = "邀约时段、响应情况与报酬。"

    area: str = text(
        "需求响应区域", "Area of the market", default="", help="Id of the ancillary market in the library; left out: the province.",
        help_zh="事实库中辅助服务市场的代号；不填：取省份。",
    )  # fmt: skip
    paid_by: Literal["grid_users", "market"] = choice(
        "付费方", "Who pays", options={name: PAYERS[name] for name in ("grid_users", "market")}, default="grid_users",
        help="Grid users where the cost is passed on to all of them, the market where it is settled there.",
        help_zh="费用由全体工商业用户分摊的为工商业用户，在市场内结算的为电力市场。",
    )  # fmt: skip
    power_share: Number = service.power_share()
    hours: str = service.hours("响应时段", "Hours of an event")
    months: str = service.months()
    days_per_year: Number = service.days_per_year("年邀约天数", "Days of invitation a year")
    response_share: Number = number(
        "share", "实际响应率", "Share delivered", ge=0, le=2, help="Of the power bid, on the mean of events.", help_zh="占申报功率的比例，按各次响应平均。"
    )  # fmt: skip
    least_share: Number = number(
        "share", "有效响应率下限", "Least share that counts", ge=0, le=1, help="By the local rule; below it an event earns nothing.",
        help_zh="按当地规则；低于该比例的响应不予补偿。",
    )  # fmt: skip
    most_share: Number = number(
        "share", "有效响应率上限", "Most share that counts", ge=0, le=2, help="By the local rule; more than it is not paid.",
        help_zh="按当地规则；超出部分不予补偿。",
    )  # fmt: skip
    price_yuan_per_kwh: Number = number(
        "yuan/kWh", "响应电量补偿", "Price of the energy delivered", ge=0, usual=spans.SERVICE_PER_KWH, basis="incl_vat", default=0.0,
    )  # fmt: skip
    price_cap_yuan_per_kwh: Number | None = number(
        "yuan/kWh", "电量补偿上限", "Cap of the price of energy", ge=0, usual=spans.SERVICE_PER_KWH, basis="incl_vat", default=None,
        help="A price above it is refused. Left out, and not in the library: none.", help_zh="高于上限的价格不予接受。不填且事实库中没有的：无上限。",
    )  # fmt: skip
    event_price_yuan_per_kw: Number = number(
        "yuan/kW", "单次响应补偿", "Price by kW and event", ge=0, basis="incl_vat", default=0.0,
    )  # fmt: skip
    capacity_price_yuan_per_kw_year: Number = number(
        "yuan/kW/year", "备用容量补偿", "Price of capacity ready", ge=0, usual=spans.CAPACITY_PER_KW_YEAR, basis="incl_vat", default=0.0,
        help="Of the power bid, whether invited or not.", help_zh="按申报功率计，无论是否被邀约。",
    )  # fmt: skip
    income_cap_yuan_per_year: Number | None = number(
        "yuan/year", "年度补偿封顶", "Most paid a year", ge=0, basis="incl_vat", default=None, help="Left out: none.", help_zh="不填：不封顶。",
    )  # fmt: skip
    investor_share: Number = number(
        "share", "投资方分成比例", "Investor's share", ge=0, le=1, default=1.0, help="The host, whose meter responds, keeps the rest.",
        help_zh="其余归用电户主，由其计量点参与响应。",
    )  # fmt: skip
    energy_cost_yuan_per_kwh: Number = number(
        "yuan/kWh", "响应电量净成本", "Net cost of the energy delivered", ge=0, basis="incl_vat",
        help="Charging with its losses, less what the energy itself saves or earns; 0 where it earns more.",
        help_zh="充电成本（含损耗）减去电量本身节约或售电的金额；净额为负时填 0。",
    )  # fmt: skip
    energy_share: Number = service.energy_share()
    income_index: Yearly = service.income_index()
    vat_rate: Number | None = vat_rate()


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """Windows, months and caps; the plant holds the energy of an event; some price is stated."""
    found = (
        service.window_faults(terms, "hours")
        + service.month_faults(terms)
        + service.length_faults(case, terms, "income_index")
    )
    found += service.cap_faults(terms, "price_yuan_per_kwh", "price_cap_yuan_per_kwh")
    if (terms.least_share > terms.most_share).any():
        found.append(("least_share", said("above the most that counts", "高于有效响应率上限")))
    if not found:
        asked = _delivered_mwh(case, terms)
        held = service.usable_fresh_mwh(case) * case.storage.discharge_yield
        if (asked > held * (1.0 + 1e-9)).any():
            found.append(("response_share", said(
                "an event takes {asked:.4g} MWh; the plant holds {held:.4g} MWh at the meter",
                "一次响应需 {asked:.4g} MWh；电站折合并网点只有 {held:.4g} MWh", asked=float(asked.max()), held=float(held.min()),
            )))  # fmt: skip
    prices = (terms.price_yuan_per_kwh, terms.event_price_yuan_per_kw, terms.capacity_price_yuan_per_kw_year)
    if not any(price.any() for price in prices):
        found.append(
            (
                "price_yuan_per_kwh",
                said("no price of energy, of an event or of capacity", "电量、单次和容量补偿均未填写"),
            )
        )
    return tuple(found)


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """The baseline; events that earn nothing; a response without energy kept."""
    found = [("需求响应按基线计量：所列月份的响应时段每天都不参与套利，否则基线中已含放电，不构成响应",
              "demand response is measured against a baseline: its hours stand apart from arbitrage on every day of its months, else the baseline holds the discharge already")]  # fmt: skip
    if (_counted(terms) == 0).any():
        found.append(
            (
                "实际响应率低于下限：按电量和按次的补偿为零",
                "the share delivered is below the least that counts: energy and events earn nothing",
            )
        )
    kept = terms.energy_share * service.usable_fresh_mwh(case) * case.storage.discharge_yield
    if (kept < _delivered_mwh(case, terms)).any():
        found.append(
            (
                "预留电量不足一次响应所需：其余靠邀约后提前充电",
                "the energy kept is less than an event takes: the rest is charged after the invitation",
            )
        )
    return tuple(found)


def offer(case: Case, terms: Terms) -> Offer:
    """The claims, and the cycles of the events."""
    drawn = terms.days_per_year * _delivered_mwh(case, terms) / case.storage.discharge_yield
    cycles = service.cycles_of(case, drawn)
    return service.offered(case, lambda hour, step: claims(case, terms, hour, step), cycles_per_year=cycles)


def claims(case: Case, terms: Terms, hour: Table, step_hours: float) -> tuple[Claim, ...]:
    """A share of power in the hours of events on every day of the months, and of energy all day."""
    del case
    return (service.claim(terms, hour, step_hours, months_of(terms.months)),)


def _counted(terms: Terms) -> Table:
    """Share of the power bid that is paid for: nothing below the least, no more than the most."""
    enough = terms.response_share >= terms.least_share
    return np.asarray(np.minimum(terms.response_share, terms.most_share) * enough)


def _delivered_mwh(case: Case, terms: Terms) -> Table:
    """MWh at the meter of an event; power beyond what the plant has is not delivered."""
    share = np.minimum(terms.power_share * terms.response_share, 1.0)
    return np.asarray(share * case.storage.power_mw * hours_in(terms.hours))


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Power bid × share counted × events × (hours × price + price of an event) and capacity, capped, the investor's share."""
    bid_kw = KW_PER_MW * case.storage.power_mw * terms.power_share
    event = hours_in(terms.hours) * terms.price_yuan_per_kwh + terms.event_price_yuan_per_kw
    yearly = bid_kw * (_counted(terms) * terms.days_per_year * event + terms.capacity_price_yuan_per_kw_year)
    paid = yearly * operation.running * service.by_year(case, terms.income_index)
    if terms.income_cap_yuan_per_year is not None:
        paid = np.minimum(paid, terms.income_cap_yuan_per_year)
    delivered = KWH_PER_MWH * _delivered_mwh(case, terms) * terms.days_per_year * operation.running
    return Settlement(
        income=terms.investor_share * paid, vat_rate=service.rate_of(case, terms),
        slice_mwh=delivered / KWH_PER_MWH, cost=delivered * terms.energy_cost_yuan_per_kwh * service.price_level(case), cost_vat_rate=case.market.vat_rate,
    )  # fmt: skip


STREAM = Stream(
    title="demand_response", zh="需求响应", en="Demand response", terms=Terms, offer=offer, settle=settle, 
    paid_by=lambda _case, terms: terms.paid_by, sells=("response",), facts=FACTS,
    linear_in=("investor_share",), dispatch_terms=("power_share", "energy_share", "days_per_year", "response_share"),
    paid_when_idle=True, check=check, claims=claims, claim_terms=("power_share", "energy_share"), remarks=remarks,
)  # fmt: skip
