"""Capacity subsidy: a yearly sum per kW or per kWh of capacity, for some years, falling by year, up to a cap a year.

``paid = min((s_kW · kW + s_kWh · kWh) · (1 − fall)^n, cap)`` in years in which the plant can run. Not tied to what is sold it is
outside VAT; ``taxable`` says otherwise, where it is the price of a service.
"""

from __future__ import annotations

import numpy as np

from appraisal.case import Case
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import said
from appraisal.field import Number, flag, number
from appraisal.operation import Operation, Settlement, Stream
from appraisal.streams._terms import (
    Found,
    approved,
    area,
    first_year,
    last_year,
    no_offer,
    paid_years,
    step_down,
    stepped,
    support_faults,
    support_remarks,
    unread,
    vat_rate,
)
from appraisal.units import KW_PER_MW, KWH_PER_MWH, table

FACTS = {
    name: f"support.capacity_{{area}}.{name}"
    for name in ("yuan_per_kw_year", "yuan_per_kwh_year", "years", "step_down", "first_year", "last_year")
}


class Terms(BaseTerms):
    """Sums per kW and per kWh of capacity, term, fall and cap."""

    help_zh = "按功率或容量的标准、年限、退坡与上限。"

    area: str = area()
    approved: bool = approved()
    yuan_per_kw_year: Number | None = number(
        "yuan/kW/year", "按功率补贴标准", "Subsidy per kW and year", ge=0, default=None, help="Of rated power; both rates add.", help_zh="按额定功率；两项标准相加。"
    )  # fmt: skip
    yuan_per_kwh_year: Number | None = number(
        "yuan/kWh/year", "按容量补贴标准", "Subsidy per kWh of capacity and year", ge=0, default=None, help="Of rated energy.", help_zh="按额定容量。"
    )  # fmt: skip
    years: Number | None = paid_years()
    step_down: Number | None = step_down()
    first_year: Number | None = first_year()
    last_year: Number | None = last_year()
    cap_yuan_per_year: Number | None = number(
        "yuan/year", "年补贴上限", "Cap a year", ge=0, default=None, help="Left out: none.", help_zh="不填：无上限。"
    )  # fmt: skip
    taxable: bool = flag(
        "征收增值税", "Subject to VAT", default=False, help="Public money tied to a quantity sold, or the price of a service, carries VAT.",
        help_zh="与销售数量挂钩或属于服务对价的财政资金应征增值税。",
    )  # fmt: skip
    vat_rate: Number | None = vat_rate()


_NO_VAT = said("the subsidy is outside VAT", "该补贴不征增值税")


def check(case: Case, terms: Terms) -> tuple[Found, ...]:
    """Approved, not ended, something granted; a VAT rate only where VAT is due."""
    found = support_faults(case, terms)
    if terms.yuan_per_kw_year is None and terms.yuan_per_kwh_year is None:
        told = said("nothing is granted; state yuan_per_kw_year or yuan_per_kwh_year", "没有补贴标准；请填写 yuan_per_kw_year 或 yuan_per_kwh_year")  # fmt: skip
        found.append(("", told))
    if not terms.taxable:
        found += unread(terms, _NO_VAT, "vat_rate")
    return tuple(found)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """The sum of the year, in years in which the plant can run."""
    nothing, storage = table(0.0), case.storage
    per_kw = nothing if terms.yuan_per_kw_year is None else terms.yuan_per_kw_year
    per_kwh = nothing if terms.yuan_per_kwh_year is None else terms.yuan_per_kwh_year
    whole = per_kw * KW_PER_MW * storage.power_mw + per_kwh * KWH_PER_MWH * storage.energy_mwh
    paid = whole * stepped(case, terms) * (operation.running > 0)
    if terms.cap_yuan_per_year is not None:
        paid = np.minimum(paid, terms.cap_yuan_per_year)
    if not terms.taxable:
        return Settlement(income=paid, subsidy=True)
    return Settlement(income=paid, vat_rate=case.market.vat_rate if terms.vat_rate is None else terms.vat_rate)


STREAM = Stream(
    title="capacity_subsidy", zh="容量补贴", en="Capacity subsidy", terms=Terms, offer=no_offer, settle=settle, paid_by="treasury", facts=FACTS,
    paid_when_idle=True, check=check, remarks=support_remarks,
)  # fmt: skip
