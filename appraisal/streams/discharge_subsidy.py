"""Discharge subsidy: a sum for each kWh discharged, for some years, on so many hours a year, falling by year.

``paid = rate · (1 − fall)^n · min(discharged, hours · power)``; nothing in a year below the least hours. It is tied to a quantity
sold, so that it carries VAT at the rate of the electricity and is booked as revenue (CAS 14).
"""

from __future__ import annotations

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.periods import periods
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import said
from appraisal.field import Number, flag, number
from appraisal.operation import Offer, Operation, Settlement, Stream
from appraisal.streams._terms import (
    Found,
    approved,
    area,
    first_year,
    last_year,
    paid_years,
    step_down,
    stepped,
    support_faults,
    support_remarks,
    vat_rate,
)
from appraisal.units import KWH_PER_MWH, Table, table

FACTS = {
    name: f"support.discharge_{{area}}.{name}"
    for name in ("rate_yuan_per_kwh", "years", "step_down", "first_year", "last_year", "hours_cap", "least_hours")
}


class Terms(BaseTerms):
    """Rate, term, fall and limits by hours."""

    help_zh = "标准、年限、退坡与利用小时限制。"

    area: str = area()
    approved: bool = approved()
    rate_yuan_per_kwh: Number = number(
        "yuan/kWh", "放电补贴标准", "Subsidy per kWh discharged", ge=0, le=10, usual=spans.FEE_PER_KWH, basis="incl_vat",
        help="At the grid meter.", help_zh="以并网点放电量计。",
    )  # fmt: skip
    years: Number | None = paid_years()
    step_down: Number | None = step_down()
    first_year: Number | None = first_year()
    last_year: Number | None = last_year()
    hours_cap: Number | None = number(
        "h/year", "年补贴小时上限", "Hours paid a year", ge=0, le=8784, default=None, help="Of discharge at rated power. Left out: no limit.",
        help_zh="按额定功率放电折算。不填：不限。",
    )  # fmt: skip
    least_hours: Number | None = number(
        "h/year", "最低年利用小时", "Least hours a year", ge=0, le=8784, default=None, help="Of discharge at rated power; a year below them is paid nothing.",
        help_zh="按额定功率放电折算；低于此数的年份不予补贴。",
    )  # fmt: skip
    in_dispatch: bool = flag(
        "计入优化运行", "Counted in dispatch", default=False,
        help="The plant also moves for the subsidy; only where it is level over all operating years without limit of hours.",
        help_zh="优化运行时计入补贴；仅用于全部运营年标准不变且不限小时的情形。",
    )  # fmt: skip
    vat_rate: Number | None = vat_rate()


_UNEVEN = said(
    "dispatch counts only a subsidy that is the same in every operating year without limit of hours, at prices of one level; set it to false",
    "优化运行只计入各运营年标准相同、不限小时且价格水平不变的补贴；请填 false",
)


def check(case: Case, terms: Terms) -> tuple[Found, ...]:
    """Approved, not ended, and level where dispatch is to count it."""
    found = support_faults(case, terms)
    limited = terms.hours_cap is not None or terms.least_hours is not None
    operating = periods(case.project).operating_part(stepped(case, terms))
    uneven = (operating != 1.0).any() or (case.market.price_index != 1.0).any()
    if terms.in_dispatch and (limited or uneven):
        found.append(("in_dispatch", _UNEVEN))
    return tuple(found)


def offer(case: Case, terms: Terms) -> Offer:
    """A price on each MWh discharged where dispatch counts it."""
    if not terms.in_dispatch or case.prices is None:
        return Offer()
    return Offer(sell={"subsidy": np.asarray(KWH_PER_MWH * terms.rate_yuan_per_kwh)})


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Rate × energy discharged within the limits of hours, including VAT."""
    paid = terms.rate_yuan_per_kwh * KWH_PER_MWH * _counted(case, terms, operation) * stepped(case, terms)
    rate = case.market.vat_rate if terms.vat_rate is None else terms.vat_rate
    return Settlement(income=paid, vat_rate=rate, moving=paid if terms.in_dispatch else table(0.0))


def _counted(case: Case, terms: Terms, operation: Operation) -> Table:
    """MWh that are paid for, ``(S, Y)``."""
    power, discharged = case.storage.power_mw, operation.discharged_mwh
    most = np.inf if terms.hours_cap is None else terms.hours_cap * power
    least = 0.0 if terms.least_hours is None else terms.least_hours * power
    return np.asarray(np.minimum(discharged, most) * (discharged >= least))


STREAM = Stream(
    title="discharge_subsidy", zh="放电量补贴", en="Discharge subsidy", terms=Terms, offer=offer, settle=settle, paid_by="treasury", facts=FACTS,
    dispatch_terms=("rate_yuan_per_kwh",), linear_in=("rate_yuan_per_kwh",), check=check, remarks=support_remarks,
)  # fmt: skip
