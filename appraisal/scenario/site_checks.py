"""What can only be judged on several inputs of the host's site: what its limits, its supply and the streams need of each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from appraisal.case import Case, Notice
from appraisal.errors import joined, said
from appraisal.field import Section
from appraisal.scenario.faults import Findings
from appraisal.units import KW_PER_MW, MINUTES_PER_HOUR

# Modes under which the host pays for its highest draw, so that the plant changes the bill.
BY_DEMAND = ("contract", "actual", "choose")
_MONTHS = 12


def check_site(project: Any, market: Any, findings: Findings) -> None:
    """Add the faults of the site's own fields."""
    site, supply = market.site, market.site.supply
    if project.side != "user":
        if _asks(site):
            findings.add("market.site", said(
                "a site belongs to the user side; remove it", "场所只用于用户侧项目；请删去"
            ))  # fmt: skip
        return
    if site.export_limit_mw.any() and site.export_price_yuan_per_kwh is None:
        findings.add("market.site.export_price_yuan_per_kwh", said(
            "required where the site may export: the price of what it sends to the grid", "允许反送时必填：上网电量的电价"
        ))  # fmt: skip
    if supply.mode != "none" and supply.kva is None:
        findings.add("market.site.supply.kva", said(
            "required where the basic charge is counted", "计入基本电费时必填"
        ))  # fmt: skip
    contract = supply.contract_kw
    if contract is not None and contract.shape[1] not in (1, _MONTHS):
        findings.add("market.site.supply.contract_kw", said(
            "{count} values; expected 1 or twelve, January first", "有 {count} 个值；应为 1 个，或自一月起 12 个", count=contract.shape[1]
        ))  # fmt: skip
    if contract is not None and supply.mode in ("capacity", "actual"):
        findings.add("market.site.supply.contract_kw", said(
            "{mode} does not read it; remove it", "{mode} 不读取此项；请删去", mode=supply.mode
        ))  # fmt: skip


def _asks(section: Section) -> bool:
    """Whether a section states anything but its defaults: a template filled in with them asks for nothing."""
    plain = type(section)()

    def asked(name: str) -> bool:
        value = getattr(section, name)
        return _asks(value) if isinstance(value, Section) else not np.array_equal(value, getattr(plain, name))

    return any(asked(name) for name in section.model_fields_set)


def check_site_of_case(case: Case, findings: Findings) -> None:
    """Add what the load is too much for, and a demand-billed supply whose change nobody is given."""
    drawn, site = case.drawn_mw, case.market.site
    if drawn is None:
        return
    limit = site.import_limit_mw
    if limit is not None and (drawn > limit + 1e-12).any():
        over = drawn - limit
        findings.add("market.site.import_limit_mw", said(
            "{limit:g} MW, but the site itself draws up to {most:g} MW, and more than the limit in {steps} of {all} steps",
            "限值 {limit:g} MW，而场所自身最高用电 {most:g} MW，{all} 个时段中有 {steps} 个超限",
            limit=float(np.broadcast_to(limit, over.shape)[np.unravel_index(over.argmax(), over.shape)]), most=float(drawn.max()),
            steps=int((over > 1e-12).any(axis=0).sum()), all=drawn.shape[1],
        ))  # fmt: skip
    kinds = {terms.stream or label for label, terms in case.streams.items()}
    if site.supply.mode in BY_DEMAND and "demand_charge" not in kinds:
        findings.add("market.site.supply.mode", said(
            "{mode}: the plant changes the host's basic charge, and no stream counts it; add revenue.demand_charge (emc: host_keeps leaves it to the host)",
            "{mode}：储能会改变用户的基本电费，而没有收入项计入它；请增加 revenue.demand_charge（emc: host_keeps 表示归用户）",
            mode=site.supply.mode,
        ))  # fmt: skip


def site_notices(case: Case) -> list[Notice]:
    """How the site's files were read, steps too long for the billed demand, and what a surplus meets."""
    prices, site, drawn = case.prices, case.market.site, case.drawn_mw
    if prices is None or drawn is None:
        return []
    found = []
    if prices.site_told:
        told = joined(prices.site_told)
        found.append(
            Notice(code="site_file", path="market.site", zh=f"场所数据：{told.zh}", en=f"data of the site: {told}")
        )
    basic, minutes = prices.basic, prices.clock.step_hours * MINUTES_PER_HOUR
    if basic is not None and site.supply.mode in BY_DEMAND and minutes > basic.interval_minutes.min():
        billed = basic.interval_minutes.min()
        found.append(Notice(code="demand_interval", path="market.site", zh=f"时段长 {minutes:g} 分钟，而计费需量为 {billed:g} 分钟平均值：最大需量被低估，节约额也可能失真",
                            en=f"steps of {minutes:g} minutes, but the billed demand is a mean of {billed:g}: the peak is understated, and the saving may be off"))  # fmt: skip
    kva = site.supply.kva
    if kva is not None and (drawn.max(axis=1, keepdims=True) * KW_PER_MW > kva).any():
        found.append(Notice(code="kva", path="market.site.supply.kva", zh="最高用电功率（kW）大于变压器容量（kVA）：请核对单位",
                            en="the highest draw in kW is above the capacity in kVA: check the units"))  # fmt: skip
    paid = site.export_price_yuan_per_kwh
    if (drawn < 0.0).any() or site.export_limit_mw.any():
        price = np.zeros((1, 1)) if paid is None else KW_PER_MW * paid
        if (np.minimum(prices.buy, prices.sell) < price).any():
            found.append(Notice(code="export_price", path="market.site.export_price_yuan_per_kwh", zh="部分时段上网电价高于用电电价：此时电站不在同一时段内由余电转为用电（结果偏保守）",
                                en="in some steps exporting pays more than drawing costs: there the plant does not go from surplus to drawing within a step (a little on the safe side)"))  # fmt: skip
    return found
