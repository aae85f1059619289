"""Saved generation investment: peaking plant that need not be built, an economic and not a financial benefit.

``benefit = MW credited · (a · I + o)`` with I the cost of a kW of the plant saved, o its yearly upkeep and a the capital recovery
``r/(1 − (1 + r)^−n)`` over its life. MW credited is rated power × min(1, hours at full power ÷ hours asked for) × credit. Nobody pays
it to the project: it never enters the books, and only an economic evaluation counts it (方法与参数, 3rd ed., 经济费用效益分析).
"""

from __future__ import annotations

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.field import Number, number
from appraisal.operation import Operation, Settlement, Stream
from appraisal.streams._terms import Found, no_offer, required
from appraisal.units import KW_PER_MW, Table


class Terms(BaseTerms):
    """The plant that is saved and how much of it the storage stands for."""

    help_zh = "被替代的电源及储能的替代程度。"

    investment_yuan_per_kw: Number = number(
        "yuan/kW", "被替代电源单位投资", "Cost of a kW saved", ge=0, usual=spans.POWER_PER_KW, help="Without VAT.", help_zh="不含增值税。"
    )  # fmt: skip
    upkeep_yuan_per_kw_year: Number = number(
        "yuan/kW/year", "被替代电源固定运维费", "Upkeep of a kW saved", ge=0, default=0.0, help="Without VAT.", help_zh="不含增值税。"
    )  # fmt: skip
    life_years: Number = number("years", "被替代电源寿命", "Life of the plant saved", ge=1, le=60)
    social_rate: Number | None = number(
        "share/year", "社会折现率", "Social discount rate", gt=0, le=0.5, usual=spans.DISCOUNT_RATE, default=None, help="Left out: from the library.",
        help_zh="不填：取自事实库。",
    )  # fmt: skip
    required_hours: Number = number("h", "替代所需时长", "Hours asked for", gt=0, le=100, help="Less counts in proportion.", help_zh="不足者按比例计。")  # fmt: skip
    credit: Number = number("share", "容量可信度", "Capacity credit", ge=0, le=1, default=1.0)


def check(case: Case, terms: Terms) -> tuple[Found, ...]:
    """The rate is stated or known."""
    del case
    return tuple(required(terms, "social_rate"))


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """It is no income."""
    del case, terms
    return (("替代电源投资为经济效益，不计入财务账表和财务指标", "saved generation investment is an economic benefit: it is in no financial statement or figure"),)  # fmt: skip


def credited_kw(case: Case, terms: Terms, operation: Operation) -> Table:
    """Power that stands for generation, kW, ``(S, Y)``."""
    hours = operation.usable_mwh * case.storage.discharge_yield / case.storage.power_mw
    return np.asarray(KW_PER_MW * case.storage.power_mw * np.minimum(1.0, hours / terms.required_hours) * terms.credit)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """No money: the yearly benefit outside the books."""
    assert terms.social_rate is not None  # check refuses terms without it
    recovery = terms.social_rate / -np.expm1(-terms.life_years * np.log1p(terms.social_rate))
    yearly = recovery * terms.investment_yuan_per_kw + terms.upkeep_yuan_per_kw_year
    benefit = credited_kw(case, terms, operation) * yearly * (operation.running > 0)
    return Settlement(income=0.0 * operation.running, benefit=benefit)


STREAM = Stream(
    title="saved_generation", zh="替代电源投资（经济效益）", en="Saved generation investment (economic benefit)", terms=Terms, offer=no_offer, settle=settle,
    paid_by="grid_users", facts={"social_rate": "finance.national.social_discount_rate"}, check=check, remarks=remarks,
)  # fmt: skip
