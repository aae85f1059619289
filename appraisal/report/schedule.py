"""The operation of a year in words and as a table: what moves, how often, what holds it back, every step of the schedule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from appraisal.case.schema import Storage
from appraisal.errors import Message, said
from appraisal.library.types import LETTERS
from appraisal.operation import Offer
from appraisal.pipeline import Appraisal
from appraisal.report.audit import named
from appraisal.report.days import days, dispatched, flows_of
from appraisal.report.eras import first_era
from appraisal.streams import stream
from appraisal.text import word

if TYPE_CHECKING:
    import pandas as pd

# Of rated power or usable energy: less is rounding.
_NEARLY = 1e-9

_HEADS = {
    "day": ("日类型或日期", "Day"), "days": ("代表天数", "Days a year"), "hour": ("时刻（时）", "Hour of day"), "band": ("时段", "Band"),
    "buy": ("充电电价（元/kWh，含税费）", "Price of charging (yuan/kWh, fees and VAT in)"),
    "sell": ("放电电价（元/kWh，含税费）", "Price of discharging (yuan/kWh, fees and VAT in)"), "charge": ("充电功率（MW）", "Charging (MW)"),
    "discharge": ("放电功率（MW）", "Discharging (MW)"), "soc": ("时段末电量（MWh）", "Energy stored at the end of the step (MWh)"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Year:
    """A year of the new plant, hours of it: charging, discharging, idle (planned outages among it); at its limit; full, empty."""

    charging: float
    discharging: float
    idle: float
    at_charge_limit: float
    at_discharge_limit: float
    full: float
    empty: float


def year_of(result: Appraisal, row: int = 0) -> Year:
    """How the hours of a year of the new plant are spent.

    Raises
    ------
    InputError
        If nothing was dispatched.
    """
    solved = dispatched(result, row)
    plan, problem = solved.schedule, solved.problem
    hours = problem.in_service_weight[0] * problem.clock.step_hours
    out = problem.clock.step_weight.sum() * problem.clock.step_hours - hours.sum()
    charge, discharge, soc = (one.ravel() for one in (plan.charge_mw, plan.discharge_mw, plan.soc_mwh))
    limits = [np.broadcast_to(one[0], charge.shape) for one in (problem.charge_limit, problem.discharge_limit)]
    highest, lowest = float(problem.highest[0, 0]), float(problem.bounds.lowest[0, 0])
    nearly = float(problem.hours[0, 0]) * _NEARLY

    def of(which: np.ndarray) -> float:
        return float(hours[which].sum())

    bought, sold = charge > _NEARLY, discharge > _NEARLY
    return Year(
        charging=of(bought), discharging=of(sold), idle=of(~bought & ~sold) + float(out), at_charge_limit=of(bought & (charge >= limits[0] - _NEARLY)),
        at_discharge_limit=of(sold & (discharge >= limits[1] - _NEARLY)), full=of(soc >= highest - nearly), empty=of(soc <= lowest + nearly),
    )  # fmt: skip


def limits(result: Appraisal, row: int = 0) -> tuple[Message, ...]:
    """What the schedule had to respect beside rated power and usable energy: the plant's own, then by stream."""
    whole = first_era(result).case
    case = whole.rows(slice(row, row + 1)) if whole.scenarios > 1 else whole
    found = list(_of_plant(case.storage))
    for label, terms in case.streams.items():
        kind = stream(terms.stream or label)
        name = named(label, kind)
        found += [
            said("{name}: {told}", "{name}：{told}", name=name, told=one)
            for one in _asked(kind.offer(case, terms), float(case.storage.power_mw[0, 0]))
        ]
    return tuple(found)


def _of_plant(storage: Storage) -> Iterator[Message]:
    """What the case asks of the plant itself; of one scenario."""
    limits, lowest = storage.limits, float(storage.lowest_soc[0, 0])
    if lowest > 0.0:
        highest = lowest + float(storage.depth_of_discharge[0, 0])
        yield said(
            "state of charge from {low:.0%} to {high:.0%}", "荷电状态 {low:.0%}–{high:.0%}", low=lowest, high=highest
        )
    if storage.self_discharge_per_day.any():
        leak = float(storage.self_discharge_per_day[0, 0])
        yield said("self-discharge {leak:.3%} a day", "每日自放电 {leak:.3%}", leak=leak)
    if limits.cycles_per_year is not None:
        most = float(limits.cycles_per_year[0, 0])
        yield said("at most {most:g} equivalent full cycles a year", "每年至多 {most:g} 次等效循环", most=most)
    if limits.cycles_per_day is not None:
        most = float(limits.cycles_per_day[0, 0])
        yield said("at most {most:g} equivalent full cycles a day", "每日至多 {most:g} 次等效循环", most=most)
    if limits.least_power:
        charge, discharge = float(limits.least_charge_share[0, 0]), float(limits.least_discharge_share[0, 0])
        yield said(
            "at least {charge:.0%} of rated power when charging, {discharge:.0%} when discharging",
            "充电功率不低于额定的 {charge:.0%}，放电不低于 {discharge:.0%}", charge=charge, discharge=discharge,
        )  # fmt: skip
    if storage.power_curve.asked:
        yield said("power depends on the state of charge", "最大功率随荷电状态变化")
    if storage.days_out.any():
        days = float(storage.days_out.sum())
        yield said("{days:g} days a year planned out of service", "每年计划停运 {days:g} 天", days=days)


def _asked(offer: Offer, power: float) -> Iterator[Message]:
    for claim in offer.claims:
        most, energy, worn = (
            float(claim.power_share.max()),
            float(claim.energy_share.max()),
            float(claim.cycles_per_year.max()),
        )
        yield said(
            "keeps up to {power:.1%} of rated power and {energy:.1%} of usable energy for itself, and costs {worn:.0f} equivalent full cycles a year",
            "至多预留额定功率的 {power:.1%}、可用电量的 {energy:.1%}，每年另耗 {worn:.0f} 次等效满充放循环", power=most, energy=energy, worn=worn,
        )  # fmt: skip
    if offer.peak is not None:
        yield said("pays for the highest draw of the site in each month", "按场所每月最大需量付费")
    for limit, way in (
        (offer.charge_limit_mw, said("charging", "充电")),
        (offer.discharge_limit_mw, said("discharging", "放电")),
    ):
        if limit is None:
            continue
        low, high = float(np.min(limit)), float(np.max(limit))
        size = (
            said("{low:g} MW", "{low:g} MW", low=low)
            if low == high
            else said("{low:g}–{high:g} MW", "{low:g}–{high:g} MW", low=low, high=high)
        )
        binds = (
            said("it binds in some hours", "部分时段受限")
            if low < power
            else said("above rated power: it never binds", "高于额定功率，不构成限制")
        )
        yield said("{way} is limited to {size} (the host's load: nothing is exported); {binds}", "{way}功率不超过 {size}（用户负荷，不向电网倒送）；{binds}",
                   way=way, size=size, binds=binds)  # fmt: skip


def schedule_table(result: Appraisal, lang: str = "en", row: int = 0) -> pd.DataFrame:
    """Every step of the days that were dispatched, one row a step.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    row : int
        Scenario.

    Returns
    -------
    DataFrame
        MW and MWh of the whole plant at the grid meter, yuan/kWh with fees and VAT.

    Raises
    ------
    InputError
        If nothing was dispatched.
    """
    import pandas as pd

    parts = []
    for day in days(result):
        held = flows_of(result, day.place, row)
        steps = len(held.hour)
        bands = [word(LETTERS, letter, lang) for letter in held.bands] or [""] * steps
        parts.append(pd.DataFrame({
            "day": [day.zh if lang == "zh" else day.en] * steps, "days": [day.days] * steps, "hour": held.hour, "band": bands, "buy": held.buy,
            "sell": held.sell, "charge": held.charge_mw, "discharge": held.discharge_mw, "soc": held.soc_mwh,
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True).rename(columns={name: word(_HEADS, name, lang) for name in _HEADS})
