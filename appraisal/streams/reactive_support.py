"""Reactive power (无功调节、电压支撑): a rate for each Mvar·h given or taken, or a fixed amount a year.

``R = Q · h · d · C + F``. The converter gives both: while it gives Q of reactive power, active power is held to ``√(S² − Q²)``, S its
apparent power, so that a converter that is not larger than the plant's power costs arbitrage something.
"""

from __future__ import annotations

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.case.windows import hours_in, mask, months_of
from appraisal.errors import Message, said
from appraisal.field import Number, Yearly, number, text
from appraisal.operation import Offer, Operation, Settlement, Stream
from appraisal.streams import _service as service
from appraisal.streams._terms import vat_rate
from appraisal.units import DAYS_PER_YEAR, Table

FACTS = {"price_yuan_per_mvarh": "ancillary.{area}.reactive_price"}


class Terms(BaseTerms):
    """How much reactive power, when, and what it pays."""

    help_zh = "无功容量、时段与报酬。"

    area: str = text(
        "辅助服务区域", "Area of the rule", default="", help="Id of the ancillary market in the library; left out: the province.",
        help_zh="事实库中辅助服务市场的代号；不填：取省份。",
    )  # fmt: skip
    reactive_mvar_per_mw: Number = number(
        "Mvar/MW", "有偿无功与额定功率之比", "Reactive power paid, by rated power", ge=0, le=1.5, help="Beyond what every plant owes without payment.",
        help_zh="只计超出基本（无偿）范围的部分。",
    )  # fmt: skip
    converter_mva_per_mw: Number = number(
        "MVA/MW", "变流器视在功率与额定功率之比", "Apparent power of the converter, by rated power", ge=1, le=1.5, help="At the grid meter.",
        help_zh="以并网点计量。",
    )  # fmt: skip
    hours: str = service.hours()
    months: str = service.months()
    days_per_year: Number = service.days_per_year(default=DAYS_PER_YEAR)
    price_yuan_per_mvarh: Number = number(
        "yuan/Mvar/h", "无功补偿价格", "Price of reactive power", ge=0, usual=spans.REACTIVE_PER_MVARH, basis="incl_vat",
    )  # fmt: skip
    fixed_yuan_per_year: Number = number(
        "yuan/year", "年固定补偿", "Fixed amount", ge=0, basis="incl_vat", default=0.0, help="Beside the rate, or in its place.", help_zh="在按量补偿之外，或代替按量补偿。",
    )  # fmt: skip
    income_index: Yearly = service.income_index()
    vat_rate: Number | None = vat_rate()


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """Windows and months; the converter can give the reactive power at all."""
    found = (
        service.window_faults(terms, "hours")
        + service.month_faults(terms)
        + service.length_faults(case, terms, "income_index")
    )
    if (terms.reactive_mvar_per_mw > terms.converter_mva_per_mw).any():
        found.append(("reactive_mvar_per_mw", said(
            "{asked:g} is more than the converter gives, {able:g}", "{asked:g} 超过变流器所能提供的 {able:g}",
            asked=float(terms.reactive_mvar_per_mw.max()), able=float(terms.converter_mva_per_mw.min()),
        )))  # fmt: skip
    return tuple(found)


def offer(case: Case, terms: Terms) -> Offer:
    """In its hours active power is held to what the converter has left."""
    if case.prices is None:
        return Offer()
    clock = case.prices.clock
    called = mask(terms.hours, clock.hour, clock.step_hours) * np.isin(clock.month, months_of(terms.months))[None, :]
    left = np.sqrt(np.maximum(terms.converter_mva_per_mw**2 - terms.reactive_mvar_per_mw**2, 0.0))
    limit: Table = case.storage.power_mw * (1.0 - called * (1.0 - np.minimum(left, 1.0)))
    return Offer(charge_limit_mw=limit, discharge_limit_mw=limit)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Mvar × hours × days × rate and the fixed amount, × availability, including VAT."""
    mvarh = terms.reactive_mvar_per_mw * case.storage.power_mw * hours_in(terms.hours) * terms.days_per_year
    yearly = mvarh * terms.price_yuan_per_mvarh + terms.fixed_yuan_per_year
    served = operation.running * service.by_year(case, terms.income_index)
    return Settlement(income=yearly * served, vat_rate=service.rate_of(case, terms))


STREAM = Stream(
    title="reactive_support", zh="无功与电压支撑", en="Reactive power and voltage", terms=Terms, offer=offer, settle=settle, paid_by="market", sells=("voltage",), facts=FACTS,
    dispatch_terms=("reactive_mvar_per_mw", "converter_mva_per_mw"), paid_when_idle=True, single=True, check=check,
    daily=lambda terms: bool((terms.days_per_year >= DAYS_PER_YEAR).all()),
)  # fmt: skip
