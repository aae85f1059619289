"""Emergency and mobile supply: a standing fee, a fee for each call, and a price for each kWh delivered.

``paid = f · kW held + k · (c + p · e)``, e = min(hours · MW held, energy kept · yield) the energy of a call. What is delivered is
charged again at a stated price, and wears the battery by so many cycles; both are counted.
"""

from __future__ import annotations

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import said
from appraisal.field import Number, choice, number
from appraisal.operation import Claim, Offer, Operation, Payer, Settlement, Stream
from appraisal.streams._terms import Found, vat_rate
from appraisal.text import PAYERS
from appraisal.units import KW_PER_MW, KWH_PER_MWH, Table, table


class Terms(BaseTerms):
    """What is kept ready, how often it is called, and what it is paid."""

    help_zh = "备用容量、调用次数与报酬。"

    paid_by: Payer = choice(
        "付费方", "Who pays", options=PAYERS, help="Who orders the service.", help_zh="应急供电服务的委托方。"
    )
    power_share: Number = number(
        "share", "备用功率占比", "Share of power", gt=0, le=1, help="Of rated power, delivered when called.", help_zh="占额定功率的比例，调用时供出。"
    )  # fmt: skip
    energy_share: Number = number(
        "share", "预留电量占比", "Share of energy", gt=0, le=1, help="Of usable energy, kept at all times.", help_zh="占可用电量的比例，始终预留。"
    )  # fmt: skip
    standing_fee_yuan_per_kw_year: Number = number(
        "yuan/kW/year", "备用费", "Standing fee", ge=0, default=0.0, basis="incl_vat", usual=spans.SERVICE_PER_KW_YEAR, help="For each kW kept ready.",
        help_zh="按备用功率计。",
    )  # fmt: skip
    calls_per_year: Number = number("1/year", "年调用次数", "Calls a year", ge=0, le=1000)
    call_hours: Number = number("h", "每次供电时长", "Hours of a call", gt=0, le=24)
    call_fee_yuan: Number = number(
        "yuan", "每次调用费", "Fee of a call", ge=0, default=0.0, basis="incl_vat", help="Transport and crew of mobile supply in it.", help_zh="移动供电的运输与人工含在内。"
    )  # fmt: skip
    price_yuan_per_kwh: Number = number(
        "yuan/kWh", "应急电量价格", "Price of a kWh delivered", ge=0, default=0.0, basis="incl_vat"
    )
    charging_yuan_per_kwh: Number = number(
        "yuan/kWh", "补充电价格", "Price of charging again", ge=0, basis="incl_vat", usual=spans.ENERGY_PER_KWH, help="Of a kWh charged at the meter.",
        help_zh="按并网点充电量计。",
    )  # fmt: skip
    call_cost_yuan: Number = number(
        "yuan", "每次调用成本", "Cost of a call", ge=0, default=0.0, basis="incl_vat", help="Transport, crew, connection.", help_zh="运输、人工、接线等。"
    )  # fmt: skip
    vat_rate: Number | None = vat_rate()


def check(case: Case, terms: Terms) -> tuple[Found, ...]:
    """A service that is paid for in some way."""
    del case
    fees = (terms.standing_fee_yuan_per_kw_year, terms.call_fee_yuan, terms.price_yuan_per_kwh)
    if any(fee.any() for fee in fees):
        return ()
    told = said(
        "nothing is paid; state standing_fee_yuan_per_kw_year, call_fee_yuan or price_yuan_per_kwh",
        "没有报酬；请填写 standing_fee_yuan_per_kw_year、call_fee_yuan 或 price_yuan_per_kwh",
    )
    return (("", told),)


def call_mwh(case: Case, terms: Terms, usable_mwh: Table) -> Table:
    """Energy delivered in a call, MWh at the meter: what its hours ask for, at most what is kept."""
    kept = usable_mwh * terms.energy_share * case.storage.discharge_yield
    return np.asarray(np.minimum(terms.power_share * case.storage.power_mw * terms.call_hours, kept))


def offer(case: Case, terms: Terms) -> Offer:
    """The energy kept at all times, and the cycles of the calls; power is free until a call comes."""
    if case.prices is None:
        return Offer()
    storage, steps = case.storage, case.prices.clock.hour
    fresh = storage.energy_mwh * storage.depth_of_discharge
    cycles = terms.calls_per_year * call_mwh(case, terms, fresh) / storage.discharge_yield / storage.energy_mwh
    return Offer(claims=(Claim(power_share=table(np.zeros(steps.shape)), energy_share=terms.energy_share, cycles_per_year=cycles),))  # fmt: skip


def claims(case: Case, terms: Terms, hour: Table, step_hours: float) -> tuple[Claim, ...]:
    """Energy kept at all times, no power."""
    del case, step_hours
    return (Claim(power_share=table(np.zeros(hour.shape)), energy_share=terms.energy_share),)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Fees and energy of the calls that find the plant in service; the standing fee in years in which it can run."""
    held_kw = terms.power_share * case.storage.power_mw * KW_PER_MW
    calls = terms.calls_per_year * operation.running
    delivered = calls * call_mwh(case, terms, operation.usable_mwh)
    standing = terms.standing_fee_yuan_per_kw_year * held_kw * (operation.running > 0)
    charged = delivered * case.storage.electricity_ratio
    return Settlement(
        income=standing + calls * terms.call_fee_yuan + delivered * KWH_PER_MWH * terms.price_yuan_per_kwh,
        vat_rate=case.market.vat_rate if terms.vat_rate is None else terms.vat_rate,
        purchase=charged * KWH_PER_MWH * terms.charging_yuan_per_kwh, purchase_vat_rate=case.market.vat_rate,
        slice_mwh=delivered, cost=calls * terms.call_cost_yuan, cost_vat_rate=case.operating_cost.vat_rate,
    )  # fmt: skip


STREAM = Stream(
    title="emergency_supply", zh="应急（移动）供电", en="Emergency and mobile supply", terms=Terms, offer=offer, settle=settle,
    paid_by=lambda _case, terms: terms.paid_by, sells=("backup",), dispatch_terms=("power_share", "energy_share", "calls_per_year", "call_hours"),
    paid_when_idle=True, check=check, claims=claims, claim_terms=("power_share", "energy_share"),
)  # fmt: skip
