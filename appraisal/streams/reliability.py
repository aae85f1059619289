"""Reliability: load of an important user that the plant serves in outages (value of lost load × energy not lost).

A mean outage of D hours, k times a year, at a critical load L: the energy E kept for it lasts ``h = E / L`` hours, and what is
served of an outage is ``L · min(D, h)`` where outages are all alike, ``L · D · (1 − e^(−h/D))`` where their length is exponential
(the mean of the shorter of the two). The energy kept is out of arbitrage at all times.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import said
from appraisal.field import Number, choice, number
from appraisal.operation import Claim, Offer, Operation, Settlement, Stream
from appraisal.streams._terms import Found, vat_rate
from appraisal.units import KWH_PER_MWH, Table, table


class Terms(BaseTerms):
    """Critical load, outage statistics, value of lost load and what is kept and paid."""

    help_zh = "重要负荷、停电统计、失负荷价值与预留和付费。"

    critical_load_mw: Number = number(
        "MW", "重要负荷", "Critical load", gt=0, le=1e5, help="That the plant feeds in an outage; beyond rated power it is cut.",
        help_zh="停电时由储能供电的负荷；超过额定功率的部分不供。",
    )  # fmt: skip
    outages_per_year: Number = number(
        "1/year", "年停电次数", "Outages a year", ge=0, le=1000, help="Of the host's supply, from its statistics.", help_zh="用户供电的年平均停电次数，取自统计。"
    )  # fmt: skip
    outage_hours: Number = number("h", "次均停电时长", "Mean duration of an outage", gt=0, le=1000)
    duration_law: Literal["fixed", "exponential"] = choice(
        "停电时长分布", "Law of the duration", default="exponential",
        options={"fixed": ("每次相同", "all alike"), "exponential": ("指数分布", "exponential")},
    )  # fmt: skip
    energy_share: Number = number(
        "share", "预留电量占比", "Share of energy", ge=0, le=1, help="Of usable energy, kept for outages at all times.", help_zh="占可用电量的比例，始终为停电预留。"
    )  # fmt: skip
    value_yuan_per_kwh: Number = number(
        "yuan/kWh", "失负荷价值", "Value of lost load", ge=0, usual=spans.LOST_LOAD_PER_KWH, help="To this user, of a kWh not supplied.",
        help_zh="该用户每缺供 1 kWh 的损失。",
    )  # fmt: skip
    investor_share: Number = number(
        "share", "付费比例", "Share paid to the investor", ge=0, le=1, default=1.0, help="Of the loss avoided.", help_zh="占避免损失的比例。"
    )  # fmt: skip
    vat_rate: Number | None = vat_rate("the rate of services", "服务税率")


def check(case: Case, terms: Terms) -> tuple[Found, ...]:
    """A user of its own behind the meter, and energy kept for it."""
    found: list[Found] = []
    if case.project.side != "user":
        found.append(("", said("only a plant on the user side serves its host in an outage", "只有用户侧项目才能在停电时向用户供电")))  # fmt: skip
    if not terms.energy_share.any():
        found.append(("energy_share", said("nothing is kept for an outage", "没有为停电预留电量")))
    return tuple(found)


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """Loss avoided is worth to the host; the host's contract says what is paid."""
    del case
    share = float(terms.investor_share[0, 0])
    return ((f"可靠性收益按失负荷价值的 {share:.0%} 计，须有用户合同依据；须具备离网切换条件",
             f"reliability is counted at {share:.0%} of the value of lost load: it needs a contract with the host, and a plant that can run islanded"),)  # fmt: skip


def claims(case: Case, terms: Terms, hour: Table, step_hours: float) -> tuple[Claim, ...]:
    """Energy kept at all times, no power: the plant may move the rest until an outage comes."""
    del case, step_hours
    return (Claim(power_share=table(np.zeros(hour.shape)), energy_share=terms.energy_share),)


def offer(case: Case, terms: Terms) -> Offer:
    """The energy kept, on the steps that arbitrage is dispatched on."""
    if case.prices is None:
        return Offer()
    return Offer(claims=claims(case, terms, case.prices.clock.hour, case.prices.clock.step_hours))


def served_mwh(case: Case, terms: Terms, usable_mwh: Table) -> Table:
    """Energy served in the outages of a year, ``(S, Y)``; *usable_mwh* is that of the plant."""
    load = np.minimum(terms.critical_load_mw, case.storage.power_mw)
    lasts = usable_mwh * terms.energy_share * case.storage.discharge_yield / load
    if terms.duration_law == "fixed":
        hours = np.minimum(terms.outage_hours, lasts)
    else:
        hours = -terms.outage_hours * np.expm1(-lasts / terms.outage_hours)
    return np.asarray(terms.outages_per_year * load * hours)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Share of the loss avoided, including VAT, and the rest as a benefit; an outage finds the plant in service as often as it is available."""
    value = terms.value_yuan_per_kwh * KWH_PER_MWH * served_mwh(case, terms, operation.usable_mwh) * operation.running
    rate = case.capital.services_vat_rate if terms.vat_rate is None else terms.vat_rate
    unpaid = (1.0 - terms.investor_share) * value / (1.0 + rate)
    return Settlement(income=terms.investor_share * value, vat_rate=rate, benefit=unpaid)


STREAM = Stream(
    title="reliability", zh="供电可靠性", en="Reliability of an important user", terms=Terms, offer=offer, settle=settle, paid_by="host", sells=("backup",),
    dispatch_terms=("energy_share",), linear_in=("value_yuan_per_kwh", "investor_share", "outages_per_year"), paid_when_idle=True,
    check=check, claims=claims, claim_terms=("energy_share",), remarks=remarks,
)  # fmt: skip
