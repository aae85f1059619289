"""Absorbed curtailment (弃风弃光消纳): wind and solar energy that would be lost is charged, and sold later.

On a day with curtailment a slice of the plant charges ``min(Σ min(curtailed, power), s · E ÷ η_c)`` MWh, s · E its share of usable energy,
and no more than its hours of discharge can give back. What is charged costs an agreed price (0 where it would be lost), what is discharged
earns the price of the hours of discharge. Curtailment is a profile of the day × a level of the month, its days spread over the months.
"""

from __future__ import annotations

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.case.windows import hours_in, mask, months_of
from appraisal.errors import Message, said
from appraisal.field import Number, Profile, Yearly, number, profile, yearly
from appraisal.operation import Claim, Offer, Operation, Settlement, Stream
from appraisal.streams import _service as service
from appraisal.streams._terms import vat_rate
from appraisal.units import HOURS_PER_DAY, KWH_PER_MWH, Table


class Terms(BaseTerms):
    """What is curtailed, how much of the plant takes it up, and at what prices."""

    help_zh = "弃电曲线、参与消纳的容量与价格。"

    curtailed_mw: Profile = profile(
        "MW", "弃电功率曲线", "Curtailed power", ge=0, help="Of a day with curtailment: 24, 48 or 96 values from 00:00; what the plant's neighbours cannot feed in.",
        help_zh="有弃电的一天，自 00:00 起 24、48 或 96 个值；同址电源无法送出的功率。",
    )  # fmt: skip
    months: str = service.months()
    level_by_month: Profile = profile(
        "1", "分月弃电水平", "Curtailment by month", ge=0, default=1.0, help="Multiplies the curtailed power: one number, or twelve from January.",
        help_zh="乘在弃电功率上：一个数，或自 1 月起十二个数。",
    )  # fmt: skip
    days_per_year: Number = service.days_per_year("年弃电天数", "Days with curtailment a year")
    power_share: Number = number(
        "share", "预留功率占比", "Share of power", ge=0, le=1, help="Of rated power, set aside in hours with curtailment and hours of discharge.",
        help_zh="占额定功率的比例，在弃电时段和放电时段预留。",
    )  # fmt: skip
    energy_share: Number = service.energy_share()
    discharge_hours: str = service.hours("放电时段", "Hours of discharge")
    charge_price_yuan_per_kwh: Number = number(
        "yuan/kWh", "弃电购入价格", "Price of curtailed energy", ge=0, basis="incl_vat", help="Agreed with the generator; 0 where it is the owner's own or free.",
        help_zh="与发电企业约定的价格；自有或无偿的填 0。",
    )  # fmt: skip
    discharge_price_yuan_per_kwh: Number = number(
        "yuan/kWh", "消纳电量售价", "Price of the energy sold", ge=0, usual=spans.ENERGY_PER_KWH, basis="incl_vat", help="In the hours of discharge, with refunds.",
        help_zh="放电时段的价格，含退还的费用。",
    )  # fmt: skip
    curtailment_index: Yearly = yearly(
        "1", "分年弃电指数", "Curtailment by operating year", ge=0, default=1.0, help="Multiplies the curtailed power: it falls as the grid grows, or rises with more wind and sun.",
        help_zh="乘在弃电功率上：随电网加强而下降，或随新能源增多而上升。",
    )  # fmt: skip
    vat_rate: Number | None = vat_rate()


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """The profile is a day; charging and discharging do not fall together."""
    found = (
        service.month_faults(terms)
        + service.window_faults(terms, "discharge_hours")
        + service.length_faults(case, terms, "curtailment_index")
    )
    steps = terms.curtailed_mw.shape[1]
    if steps not in (24, 48, 96):
        found.append(
            (
                "curtailed_mw",
                said("{steps} values; expected 24, 48 or 96", "有 {steps} 个值；应为 24、48 或 96 个", steps=steps),
            )
        )
    elif terms.level_by_month.shape[1] not in (1, 12):
        count = terms.level_by_month.shape[1]
        found.append(
            (
                "level_by_month",
                said("{count} values; expected 1 or 12", "有 {count} 个值；应为 1 或 12 个", count=count),
            )
        )
    elif not (terms.curtailed_mw.any() and terms.level_by_month.any()):
        found.append(("curtailed_mw", said("nothing is curtailed", "没有弃电")))
    elif not found and _together(terms):
        found.append(
            (
                "discharge_hours",
                said(
                    "overlap hours with curtailment: a slice moves one way at a time",
                    "与弃电时段重叠：预留部分同一时刻只能充电或放电",
                ),
            )
        )
    return tuple(found)


def _together(terms: Terms) -> bool:
    steps = terms.curtailed_mw.shape[1]
    hour = np.arange(float(steps))[None, :] * HOURS_PER_DAY / steps
    return bool((mask(terms.discharge_hours, hour, HOURS_PER_DAY / steps) * terms.curtailed_mw).any())


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """How much of what is curtailed is taken up, and where its energy is counted."""
    daily = float(terms.curtailed_mw.sum()) * HOURS_PER_DAY / terms.curtailed_mw.shape[1]
    lost = daily * sum(share * level for level, share in _levels(terms))
    taken = (
        float((_charged(case, terms, service.usable_fresh_mwh(case), np.ones((1, 1))) / lost).min()) if lost else 0.0
    )
    return ((f"首年消纳弃电的 {taken:.0%}；预留部分不参与套利，其充放电量不计入平准化成本",
             f"in the first year {taken:.0%} of what is curtailed is taken up; the slice stands apart from arbitrage and its energy is not in the levelised cost"),)  # fmt: skip


def offer(case: Case, terms: Terms) -> Offer:
    """The slice, and its cycles with a fresh battery and the curtailment stated."""
    charged = _charged(case, terms, service.usable_fresh_mwh(case), np.ones((1, 1)))
    cycles = service.cycles_of(case, terms.days_per_year * charged * case.storage.charge_efficiency)
    return service.offered(case, lambda hour, step: claims(case, terms, hour, step), cycles_per_year=cycles)


def claims(case: Case, terms: Terms, hour: Table, step_hours: float) -> tuple[Claim, ...]:
    """A share of power in hours with curtailment and hours of discharge, and of energy all day."""
    del case
    steps = terms.curtailed_mw.shape[1]
    length = HOURS_PER_DAY / steps
    begins = np.arange(steps) * length
    # Share of each step of the clock that lies in a step of the profile with curtailment.
    common = np.minimum(hour.T + step_hours, begins + length) - np.maximum(hour.T, begins)
    lost = (np.clip(common, 0.0, None) * (terms.curtailed_mw > 0)).sum(axis=1)[None, :] / step_hours
    inside = lost + mask(terms.discharge_hours, hour, step_hours)
    return (
        Claim(power_share=terms.power_share * inside, energy_share=terms.energy_share, months=months_of(terms.months)),
    )


def _levels(terms: Terms) -> list[tuple[float, float]]:
    """Each level of the curtailed power in the months of the service, with its share of their days."""
    named, shares = months_of(terms.months), dict[float, float]()
    for month in named:
        level = float(terms.level_by_month[0, (month - 1) % terms.level_by_month.shape[1]])
        shares[level] = shares.get(level, 0.0) + service.days_in((month,)) / service.days_in(named)
    return list(shares.items())


def _charged(case: Case, terms: Terms, usable_mwh: Table, index: Table) -> Table:
    """MWh charged on a day with curtailment, the mean over its months, ``(S, 1)`` or ``(S, Y)``."""
    power, steps = terms.power_share * case.storage.power_mw, terms.curtailed_mw.shape[1]
    back, mean = power * hours_in(terms.discharge_hours), np.zeros((1, 1))
    for level, share in _levels(terms):
        taken = np.zeros((1, 1))
        for step in range(steps):
            lost = terms.curtailed_mw[:, step : step + 1] * level * index
            taken = taken + np.minimum(lost, power) * HOURS_PER_DAY / steps
        mean = mean + share * service.charged_a_day(case, terms.energy_share, usable_mwh, taken, back)
    return mean


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Energy discharged × its price, and energy charged × the agreed price; including VAT."""
    days = terms.days_per_year * operation.running
    charged = days * _charged(case, terms, operation.usable_mwh, service.by_year(case, terms.curtailment_index))
    level = KWH_PER_MWH * service.price_level(case)
    return Settlement(
        income=charged / case.storage.electricity_ratio * terms.discharge_price_yuan_per_kwh * level, vat_rate=service.rate_of(case, terms),
        purchase=charged * terms.charge_price_yuan_per_kwh * level, purchase_vat_rate=case.market.vat_rate,
        slice_mwh=charged / case.storage.electricity_ratio,
    )  # fmt: skip


STREAM = Stream(
    title="curtailment_absorption", zh="弃电消纳", en="Absorbed curtailment", terms=Terms, offer=offer, settle=settle, paid_by="market", sells=("renewables",),
    linear_in=("days_per_year", "discharge_price_yuan_per_kwh"), dispatch_terms=("days_per_year", "power_share", "energy_share"), paid_when_idle=True,
    check=check, claims=claims, claim_terms=("power_share", "energy_share"), remarks=remarks,
)  # fmt: skip
