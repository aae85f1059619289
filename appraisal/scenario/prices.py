"""Tariff, stated days or a price series → the prices that the plant meets, on the steps of a clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from appraisal.case import Prices
from appraisal.case.market import Market, TypicalDay
from appraisal.case.periods import commissioning_months, month_after
from appraisal.case.schema import Project
from appraisal.clock import Clock, days_clock, expand, month_table
from appraisal.errors import InputError, said
from appraisal.library import GridCharges
from appraisal.scenario.defaults import Resolver
from appraisal.scenario.faults import Findings
from appraisal.scenario.series import Beside, read_series
from appraisal.scenario.site import (
    DAY_STEPS,
    dates_of_months,
    dates_of_series,
    dates_of_tariff,
    with_basic,
    with_site,
)
from appraisal.units import KWH_PER_MWH, Table, table

# Days of the months of a year of 365 days.
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def resolve_prices(
    project: Project, market: Market, resolver: Resolver, findings: Findings, beside: Beside
) -> Prices | None:
    """The prices of a case, or None where it names none; faults are added to *findings*."""
    given = [name for name in ("typical_days", "price_file") if getattr(market, name)]
    if len(given) > 1:
        findings.add("market", said(
            "typical_days and price_file both state prices; keep one", "typical_days 和 price_file 都给出了电价；请保留一个"
        ))  # fmt: skip
        return None
    start = _month_of(project, market, findings)
    if start is None:
        return None
    if not given:
        if not market.tariff:
            return None
        if project.side != "user":
            findings.add("market", said(
                "a plant on the grid meets market prices: give typical_days or price_file (the tariff supplies its fees)",
                "接入电网侧的电站按市场价格充放电：请给出 typical_days 或 price_file（电价表提供各项费用）"
            ))  # fmt: skip
            return None
        return _from_tariff(market, start, resolver, findings, beside)
    prices = _from_days(market, findings) if market.typical_days else read_series(market, beside, findings)
    if prices is None:
        return None
    if project.side == "user":
        dates = dates_of_months(start, [int(month) for month in prices.clock.month[:: prices.clock.steps]])
        sited = with_site(prices, dates if market.typical_days else dates_of_series(prices), market, beside, findings)
        return with_basic(sited, market, start, None, resolver, findings)
    return replace(prices, fees=_fees(market, prices.clock, start, resolver, findings))


def _month_of(project: Project, market: Market, findings: Findings) -> date | None:
    """The first day of the month whose prices are asked for: the one stated, or that of the commissioning."""
    if not market.as_of:
        return date(*month_after(project.construction_start, commissioning_months(project)), 1)
    try:
        return date.fromisoformat(f"{market.as_of}-01")
    except ValueError:
        findings.add("market.as_of", said(
            "{stated!r} is not a month; expected YYYY-MM, 2026-09",
            "{stated!r} 不是年月；应写作 YYYY-MM（如 2026-09）", stated=market.as_of
        ))  # fmt: skip
        return None


def _from_tariff(market: Market, start: date, resolver: Resolver, findings: Findings, beside: Beside) -> Prices | None:
    stated = market.purchased_energy_yuan_per_kwh
    try:
        year = resolver.library.retail(
            market.tariff, start=start, voltage=market.voltage, parts=market.parts, user_class=market.user_class or None,
            zone=market.zone or None, user=market.user,
            purchased_energy_yuan_per_kwh=None if stated is None else float(stated[0, 0]),
        )  # fmt: skip
    except InputError as error:
        findings.take(error, "market.tariff")
        return None
    resolver.facts += year.facts
    resolver.retail = year
    clock = days_clock([(day.month, day.kind, day.days) for day in year.days], len(year.days[0].letters))
    letters = "".join(day.letters for day in year.days)
    energy = table(
        [KWH_PER_MWH * year.prices[month - 1][letter] for month, letter in zip(clock.month, letters, strict=True)]
    )
    fixed = KWH_PER_MWH * month_table(list(year.fixed), clock)
    prices = Prices(clock=clock, buy=energy, sell=energy, bands=letters, fixed=fixed, confidence=year.confidence)
    sited = with_site(prices, dates_of_tariff(year), market, beside, findings)
    return with_basic(sited, market, start, year, resolver, findings)


def _from_days(market: Market, findings: Findings) -> Prices | None:
    days, steps = _months_of(market.typical_days, findings), _steps_of(market.typical_days, findings)
    if days is None or steps is None:
        return None
    clock = days_clock([(month, "typical", float(DAYS[month - 1])) for month in days], steps)

    def laid(name: str) -> Table:
        chosen = [
            getattr(day, name) if getattr(day, name) is not None else day.buy_yuan_per_kwh for day in days.values()
        ]
        return table(KWH_PER_MWH * np.concatenate([expand(list(cells[0]), steps) for cells in chosen]))

    return Prices(
        clock=clock, buy=laid("buy_yuan_per_kwh"), sell=laid("sell_yuan_per_kwh"), confidence=market.confidence or "estimate"
    )  # fmt: skip


def _months_of(days: Sequence[TypicalDay], findings: Findings) -> dict[int, TypicalDay] | None:
    """Month → its typical day; every month exactly once."""
    found: dict[int, TypicalDay] = {}
    for place, day in enumerate(days):
        months = range(1, 13) if day.months == "all" else day.months
        for month in months:
            if not 1 <= month <= 12:
                findings.add(
                    f"market.typical_days.{place}.months",
                    said("{month} is not a month; expected 1–12", "{month} 不是月份；应为 1–12", month=month),
                )
            elif month in found:
                findings.add(f"market.typical_days.{place}.months", said(
                    "month {month} stands in two typical days; keep one", "{month} 月出现在两个典型日中；请保留一个", month=month
                ))  # fmt: skip
            found[month] = day
    missing = [month for month in range(1, 13) if month not in found]
    if missing:
        listed = ", ".join(map(str, missing))
        told = said("no typical day for months {months}", "以下月份没有典型日：{months}", months=listed)
        findings.add("market.typical_days", told)
        return None
    return dict(sorted(found.items()))


def _steps_of(days: Sequence[TypicalDay], findings: Findings) -> int | None:
    lengths = {
        cells.shape[1] for day in days for cells in (day.buy_yuan_per_kwh, day.sell_yuan_per_kwh) if cells is not None
    }
    odd = sorted(lengths - {1, *DAY_STEPS})
    if odd:
        findings.add("market.typical_days", said(
            "a day of {count} prices; expected 24, 48 or 96 from 00:00",
            "一天有 {count} 个电价；应自 00:00 起 24、48 或 96 个", count=odd[0]
        ))  # fmt: skip
        return None
    return max(24, *(int(length) for length in lengths))


def _fees(market: Market, clock: Clock, start: date, resolver: Resolver, findings: Findings) -> dict[str, Table]:
    """The grid side's price lines on charging, yuan/MWh: the tariff's where the case does not state them."""
    stated = {
        "loss": market.loss_yuan_per_kwh,
        "system_operation": market.system_operation_yuan_per_kwh,
        "transmission": market.transmission_yuan_per_kwh,
    }
    missing = [name for name, price in stated.items() if price is None]
    if not missing:
        return {}
    wanted = ", ".join(f"market.{name}_yuan_per_kwh" for name in missing)
    if not market.tariff:
        findings.add("market", said(
            "charging from the grid pays fees (notice 114 四(二)): state {wanted}, or name market.tariff",
            "从电网充电须缴纳各项费用（114 号文 四(二)）：请填写 {wanted}，或给出 market.tariff", wanted=wanted
        ))  # fmt: skip
        return {}
    try:
        charges = resolver.library.grid_charges(market.tariff, start, voltage=market.voltage, zone=market.zone or None)
    except InputError as error:
        findings.take(error, "market.tariff")
        return {}
    resolver.facts += charges.facts
    resolver.charges = charges
    return _laid_fees(charges, missing, clock, findings)


def _laid_fees(charges: GridCharges, missing: list[str], clock: Clock, findings: Findings) -> dict[str, Table]:
    known = {
        "loss": charges.loss,
        "system_operation": charges.system_operation,
        "transmission": charges.single_part_transmission,
    }
    apart = None not in (*charges.loss, *charges.system_operation)
    if {"loss", "system_operation"} <= set(missing) and not apart and None not in charges.loss_and_system_operation:
        known |= {"loss": (0.0,) * 12, "system_operation": charges.loss_and_system_operation}
    fees: dict[str, Table] = {}
    for name in missing:
        by_month = known[name]
        if None in by_month:
            findings.add(
                f"market.{name}_yuan_per_kwh",
                said(
                    "not known apart from the purchase price in {name}; state it",
                    "{name} 中未与购电价格分开公布；请直接填写",
                    name=charges.name,
                ),
                "fact",
            )
        else:
            fees[name] = KWH_PER_MWH * month_table([float(price) for price in by_month if price is not None], clock)
    return fees
