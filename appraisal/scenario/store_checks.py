"""What can only be judged on several inputs of the store and of prices by year: ageing, replacement, augmentation, heat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from appraisal.case.market import Market
from appraisal.case.schema import Project, Storage
from appraisal.case.store import MOST_PLACED
from appraisal.errors import said
from appraisal.scenario.faults import Findings

INDICES = ("energy_index", "transmission_index", "spread_index")


def check_store(storage: Storage, findings: Findings) -> None:
    """Add the faults between inputs of the store."""
    _ageing(storage, findings)
    _by_health(storage, findings)
    _heat(storage, findings)


def check_renewals(storage: Storage, years: int, findings: Findings) -> None:
    """Add years of replacement and augmentation that are no operating years but the last, and amounts that do not fit them."""
    _years("storage.replacement.operation_years", storage.replacement.operation_years, years, findings)
    added = storage.augmentation
    path = "storage.augmentation"
    _years(f"{path}.operation_years", added.operation_years, years, findings)
    if added.operation_years and added.energy_mwh is None:
        findings.add(f"{path}.energy_mwh", said(
            "required where years of augmentation are named", "给出补容年份时必填"
        ))  # fmt: skip
    if added.energy_mwh is None:
        return
    count, named = added.energy_mwh.shape[1], len(added.operation_years)
    if not named:
        findings.add(f"{path}.energy_mwh", said(
            "no year of augmentation is named, so that it changes nothing; name the years or remove it",
            "没有补容年份，此项不起作用；请填写年份或删去"
        ))  # fmt: skip
    elif count not in (1, named):
        findings.add(f"{path}.energy_mwh", said(
            "{count} values; expected 1 or {named}, one an augmentation", "有 {count} 个值；应为 1 个，或每次补容一个，共 {named} 个",
            count=count, named=named
        ))  # fmt: skip
    else:
        each = added.energy_mwh * (named if count == 1 else 1)
        most = float((1.0 + each.sum(axis=1, keepdims=True) / storage.energy_mwh).max())
        if most > MOST_PLACED:
            findings.add(f"{path}.energy_mwh", said(
                "with all that is added the plant has {most:.3g} times its rated energy; at most {limit:g}",
                "连同补容，总容量为额定容量的 {most:.3g} 倍；至多 {limit:g} 倍", most=most, limit=MOST_PLACED
            ))  # fmt: skip


def check_price_years(project: Project, storage: Storage, market: Market, findings: Findings) -> None:
    """Add indices that nothing reads."""
    moved = [name for name in INDICES if (getattr(market, name) != 1.0).any()]
    dispatched = storage.discharged_mwh is None and bool(market.tariff or market.typical_days or market.price_file)
    for name in moved if not dispatched else ():
        findings.add(f"market.{name}", said(
            "nothing is dispatched, so that it changes nothing; set it to 1", "本算例不作优化运行，此项不起作用；请设为 1"
        ))  # fmt: skip
    stated = bool(market.typical_days or market.price_file)
    if dispatched and project.side == "user" and stated and "transmission_index" in moved:
        findings.add("market.transmission_index", said(
            "prices stated by the case do not show their transmission part; use energy_index",
            "算例直接给出的电价没有区分输配电价；请用 energy_index"
        ))  # fmt: skip


def _years(path: str, named: Sequence[int], years: int, findings: Findings) -> None:
    if len(set(named)) < len(named):
        findings.add(path, said("a year stands twice; keep one", "同一年份写了两次；请保留一个"))
    for year in dict.fromkeys(named):
        if not 1 <= year < years:
            findings.add(path, said(
                "{year} is not within 1–{last}, the operating years but the last",
                "{year} 不在 1–{last} 之内；只能是最后一年以外的运营年", year=year, last=years - 1
            ))  # fmt: skip


def _ageing(storage: Storage, findings: Findings) -> None:
    ageing = storage.ageing
    if ageing.knee_soh is not None and (ageing.end_of_life_soh < ageing.knee_soh).any():
        findings.add("storage.ageing.end_of_life_soh", said(
            "below the knee, where the fade model does not hold; at least {knee:g}", "低于衰减拐点，模型在此不适用；至少为 {knee:g}",
            knee=float(ageing.knee_soh.max())
        ))  # fmt: skip
    if ageing.model != "none" and (ageing.initial_soh <= ageing.end_of_life_soh).any():
        findings.add("storage.ageing.initial_soh", said(
            "not above the end of life: the plant would never run", "不高于寿命终止健康度：电站将从不运行"
        ))  # fmt: skip
    unread = {
        "recoverable": ("recoverable_fade_per_year", "rebalancing_yuan_per_kwh_year"),
        "fade": ("calendar_coefficient", "cycle_coefficient"),
    }
    for model, names in unread.items():
        read = ageing.model == "recoverable" or ageing.model == model
        for name in names if not read else ():
            if (getattr(ageing, name) > 0.0).any():
                findings.add(f"storage.ageing.{name}", said(
                    "the model {model} does not read it; set it to 0 or choose another model",
                    "模型 {model} 不读取此项；请设为 0 或改选模型", model=ageing.model
                ))  # fmt: skip


def _by_health(storage: Storage, findings: Findings) -> None:
    """A bound and named years are two answers to one question; a bound needs a state of health that dispatch works out."""
    replacement, added, ageing = storage.replacement, storage.augmentation, storage.ageing
    for path, bound, years in (
        ("storage.replacement.below_soh", replacement.below_soh, replacement.operation_years),
        ("storage.augmentation.below_share", added.below_share, added.operation_years),
    ):
        if bound is not None and years:
            findings.add(path, said("years are named too; keep one of the two", "同时指定了年份；两者请只用一项"))
        if bound is not None and storage.discharged_mwh is not None:
            findings.add(path, said(
                "energy is stated by year, so that no state of health is worked out; name the years",
                "分年电量已直接给出，不计算健康度；请改为指定年份"
            ))  # fmt: skip
    if (
        replacement.below_soh is not None
        and ((replacement.below_soh < ageing.end_of_life_soh) | (replacement.below_soh >= ageing.initial_soh)).any()
    ):
        findings.add("storage.replacement.below_soh", said(
            "must lie between the end of life and the initial state of health", "应介于寿命终止健康度与初始健康度之间"
        ))  # fmt: skip
    if (added.below_share is None) != (added.to_share is None):
        findings.add("storage.augmentation", said(
            "below_share and to_share go together; state both or neither", "below_share 与 to_share 须同时填写，或都不填"
        ))  # fmt: skip
    elif added.below_share is not None and added.to_share is not None and (added.to_share < added.below_share).any():
        findings.add("storage.augmentation.to_share", said(
            "below below_share: the bound would be met every year", "低于 below_share：每年都会触发"
        ))  # fmt: skip


def _heat(storage: Storage, findings: Findings) -> None:
    heat = storage.heat
    part = storage.discharge_efficiency * heat.rate_mwh_per_mwh
    if (part >= 1.0).any():
        findings.add("storage.heat.rate_mwh_per_mwh", said(
            "heat × discharge efficiency is {part:.3g}: the heat alone would give more than is discharged; less than 1 (discharged = efficiency × (drawn + heat))",
            "热耗 × 放电效率为 {part:.3g}：仅热量就超过放电量；应小于 1（放电量 = 放电效率 ×（取出能量 + 热量））", part=float(np.max(part))
        ))  # fmt: skip
    if ((heat.fuel_yuan_per_mwh > 0.0) & (heat.rate_mwh_per_mwh == 0.0)).any():
        findings.add("storage.heat.fuel_yuan_per_mwh", said(
            "no heat rate, so that the price changes nothing; state rate_mwh_per_mwh", "没有热耗，热价不起作用；请填写 rate_mwh_per_mwh"
        ))  # fmt: skip
