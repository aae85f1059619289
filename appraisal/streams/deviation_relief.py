"""Avoided deviation penalties (偏差考核减免): a wind or solar plant pays less for missing its forecast.

``R = D · p · a · s``: D the deviation that is penalised a year, p the penalty, a the share that storage avoids and s the share of the
saving that its owner receives. Power and energy are set aside for it, because a store that arbitrage has filled takes up no surplus.
"""

from __future__ import annotations

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import Message, said
from appraisal.field import Number, Yearly, number
from appraisal.operation import Claim, Offer, Operation, Settlement, Stream
from appraisal.streams import _service as service
from appraisal.units import DAYS_PER_YEAR, KWH_PER_MWH, Table


class Terms(BaseTerms):
    """What is penalised, how much of it storage avoids, and how the saving is shared."""

    help_zh = "被考核的偏差电量、储能减免的比例与节约的分成。"

    deviation_mwh: Number = number(
        "MWh/year", "年考核偏差电量", "Deviation penalised a year", ge=0, help="Beyond what the rule lets pass, without storage.", help_zh="无储能时超出免考核范围的部分。"
    )  # fmt: skip
    penalty_yuan_per_kwh: Number = number(
        "yuan/kWh", "偏差考核价格", "Penalty", ge=0, usual=spans.SERVICE_PER_KWH, help="Of the energy that deviates.", help_zh="按偏差电量计。"
    )  # fmt: skip
    avoided_share: Number = number(
        "share", "减免比例", "Share avoided", ge=0, le=1, help="Of the deviation, from a study of forecasts; not assumed here.", help_zh="占偏差电量的比例，应由预测误差分析得出。"
    )  # fmt: skip
    owner_share: Number = number(
        "share", "储能方分成比例", "Share of the storage owner", ge=0, le=1, default=1.0, help="Of the penalties avoided.", help_zh="占减免金额的比例。"
    )  # fmt: skip
    power_share: Number = service.power_share()
    hours: str = service.hours(default="00:00-24:00")
    energy_share: Number = service.energy_share()
    cycles_per_year: Number = number(
        "cycle/year", "减免偏差的等效循环", "Cycles of the service", ge=0, default=0.0, help="Equivalent full cycles that it costs the battery.",
        help_zh="使电池产生的等效满充放循环次数。",
    )  # fmt: skip
    income_index: Yearly = service.income_index()
    vat_rate: Number | None = number(
        "share", "增值税税率", "VAT rate", ge=0, le=0.3, default=None,
        help="Left out: the electricity rate. A share of the saving invoiced as a service carries that of services; the owner's own penalties carry none.",
        help_zh="不填：取电力税率。节约分享按服务开票的取服务税率；减免自身考核的填 0。",
    )  # fmt: skip


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """Windows; the energy set aside can move what is avoided, twice a day filled and emptied at most."""
    found = service.window_faults(terms, "hours") + service.length_faults(case, terms, "income_index")
    if not found:
        most = _most_mwh(case, terms)
        avoided = terms.deviation_mwh * terms.avoided_share
        if (avoided > most * (1.0 + 1e-9)).any():
            found.append(("avoided_share", said(
                "{avoided:.4g} MWh a year; what is set aside moves {most:.4g} MWh at most, filled and emptied twice a day",
                "每年 {avoided:.4g} MWh；预留部分每天充放两次至多 {most:.4g} MWh", avoided=float(avoided.max()), most=float(most.min()),
            )))  # fmt: skip
    return tuple(found)


def _most_mwh(case: Case, terms: Terms) -> Table:
    """MWh a year that the slice of a fresh battery charges and discharges, filled and emptied twice a day."""
    stored = terms.energy_share * service.usable_fresh_mwh(case)
    way = 1.0 / case.storage.charge_efficiency + case.storage.discharge_yield
    return np.asarray(2.0 * DAYS_PER_YEAR * stored * way)


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """Where the saving is the plant's own, and wear that is not stated."""
    del case
    if (terms.cycles_per_year > 0).all() or not (terms.avoided_share > 0).any():
        return ()
    return (
        (
            "减免偏差的循环损耗未填：电池衰减偏乐观",
            "the cycles of avoiding deviations are not stated: ageing is too kind",
        ),
    )


def offer(case: Case, terms: Terms) -> Offer:
    """The claims, and the cycles stated."""
    return service.offered(
        case, lambda hour, step: claims(case, terms, hour, step), cycles_per_year=terms.cycles_per_year
    )


def claims(case: Case, terms: Terms, hour: Table, step_hours: float) -> tuple[Claim, ...]:
    """A share of power in the hours named and of energy all day."""
    del case
    return (service.claim(terms, hour, step_hours),)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Deviation × penalty × share avoided × the owner's share × availability."""
    yearly = KWH_PER_MWH * terms.deviation_mwh * terms.penalty_yuan_per_kwh * terms.avoided_share * terms.owner_share
    served = operation.running * service.by_year(case, terms.income_index)
    return Settlement(income=yearly * served, vat_rate=service.rate_of(case, terms))


STREAM = Stream(
    title="deviation_relief", zh="偏差考核减免", en="Avoided deviation penalties", terms=Terms, offer=offer, settle=settle, paid_by="generators", sells=("renewables",),
    linear_in=("penalty_yuan_per_kwh", "owner_share"), dispatch_terms=("power_share", "energy_share", "cycles_per_year"), paid_when_idle=True,
    check=check, claims=claims, claim_terms=("power_share", "energy_share", "cycles_per_year", "avoided_share"), remarks=remarks,
)  # fmt: skip
