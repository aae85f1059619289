"""The site of a case on the steps of its prices: load, generation, and the prices of the basic charge.

Of prices, load and generation the finest step holds: within a step each is constant, so that cutting it changes no
energy and no money, while a quarter hour's load would lose its peak on hourly steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.billing import basic_rules
from appraisal.case import BasicPrices, Prices
from appraisal.case.market import Market
from appraisal.case.site import Site
from appraisal.clock import expand
from appraisal.errors import Fault, InputError, Message, ValueFault, joined, said
from appraisal.intake import Regular, Stated, read_load
from appraisal.library import RetailYear
from appraisal.library.months import twelve
from appraisal.scenario.defaults import Resolver
from appraisal.scenario.faults import Findings
from appraisal.scenario.series import Beside, at_its_cell
from appraisal.units import DAYS_PER_YEAR, HOURS_PER_DAY, KW_PER_MW, MINUTES_PER_HOUR, Table, table

DAY_STEPS = (24, 48, 96)
_SATURDAY = 5
_BARE_YEARS = {365: 2025, 366: 2024}
_LEAP_DAY = (2, 29)
Vector: TypeAlias = NDArray[np.float64]
# The values of one day, by its date.
_OfDate: TypeAlias = Callable[[date], Vector]


@dataclass(frozen=True)
class _Source:
    """Values of any day, how many a day has, and whether they tell weekends or single dates apart."""

    of: _OfDate
    steps: int
    by_weekday: bool = False
    by_date: bool = False


def with_site(
    prices: Prices, dates: Sequence[Sequence[date]], market: Market, beside: Beside, findings: Findings
) -> Prices:
    """The prices with load and generation on their steps; faults are added to *findings*.

    Parameters
    ----------
    prices : Prices
        On a clock of days or of one series.
    dates : sequence of sequences of date
        The days that each run stands for, 29 February left out; of a series its days one after the other in one run.
    market : Market
    beside : callable
        Reads a file that stands beside the case.
    findings : Findings

    Returns
    -------
    Prices
        Where a year of load or PV is given, a clock of days has one run for each date; where the load tells weekends
        apart, one for each kind of day of the tariff on either.
    """
    told: list[Message] = []
    load = _load(market, beside, findings, told)
    pv = _pv(market, beside, findings, told)
    sources = [one for one in (load, pv) if one is not None]
    if not sources:
        return prices
    steps = round(HOURS_PER_DAY / prices.clock.step_hours)
    finest = max([steps, *(one.steps for one in sources)])
    if any(finest % one for one in (steps, *(source.steps for source in sources))):
        findings.add("market.site" if load is None or market.load_mw is None else "market.load_mw", said(
            "days of {counts} values do not fit each other; give each in 24, 48 or 96 steps, or as one value",
            "一天 {counts} 个值彼此不相配；请各按 24、48 或 96 个时段给出，或只给 1 个值",
            counts=", ".join(str(one) for one in sorted({steps, *(source.steps for source in sources)})),
        ))  # fmt: skip
        return prices
    if len(dates) == prices.clock.runs and prices.first_day is None:
        prices, dates = _split(prices, dates, sources)
    prices = finer(prices, finest // steps)

    def laid(source: _Source | None) -> Table | None:
        if source is None:
            return None
        runs = dates if prices.first_day is not None else [days[:1] for days in dates]
        days = [expand(list(source.of(on)), finest) for on in chain.from_iterable(runs)]
        return table(np.concatenate(days)[None, :])

    drawn, made = laid(load), laid(pv)
    if drawn is not None and market.site.annual_use_mwh is not None:
        drawn = _scaled(drawn, prices, float(market.site.annual_use_mwh[0, 0]), findings)
    return replace(prices, load_mw=drawn, pv_mw=made, site_told=tuple(told))


def _scaled(load: Table, prices: Prices, use_mwh: float, findings: Findings) -> Table:
    """The load brought to a use of a year."""
    clock = prices.clock
    used = float((load * clock.step_weight * clock.step_hours).sum())
    if used <= 0.0:
        findings.add("market.site.annual_use_mwh", said(
            "a load of nothing cannot be scaled to a use", "负荷全为零，无法按年用电量缩放"
        ))  # fmt: skip
        return load
    return load * (use_mwh / used)


def finer(prices: Prices, parts: int) -> Prices:
    """The same prices with every step cut into *parts*."""
    if parts == 1:
        return prices
    clock = replace(
        prices.clock, step_hours=prices.clock.step_hours / parts, steps=prices.clock.steps * parts,
        month=np.repeat(prices.clock.month, parts),
    )  # fmt: skip
    return replace(
        prices, clock=clock, buy=np.repeat(prices.buy, parts, axis=1), sell=np.repeat(prices.sell, parts, axis=1),
        fixed=None if prices.fixed is None else np.repeat(prices.fixed, parts, axis=1),
        bands="".join(letter * parts for letter in prices.bands),
    )  # fmt: skip


def _split(
    prices: Prices, dates: Sequence[Sequence[date]], sources: Sequence[_Source]
) -> tuple[Prices, Sequence[Sequence[date]]]:
    """Runs of days cut into single dates or into working days and weekends, as far as a source tells them apart."""
    by_date, by_weekday = any(one.by_date for one in sources), any(one.by_weekday for one in sources)
    if not by_date and not by_weekday:
        return prices, dates
    parts: list[tuple[int, str, list[date]]] = []
    for run, days in enumerate(dates):
        if by_date:
            parts += [(run, f"{prices.clock.names[run]}|{on.day}", [on]) for on in days]
            continue
        for kind, weekend in (("workday", False), ("weekend", True)):
            of_kind = [on for on in days if (on.weekday() >= _SATURDAY) is weekend]
            parts += [(run, f"{prices.clock.names[run]}|{kind}", of_kind)] if of_kind else []
    if by_date:
        parts.sort(key=lambda part: (part[2][0].month, part[2][0].day))
    runs = np.array([run for run, _, _ in parts])
    clock = prices.clock

    def taken(values: Table) -> Table:
        return table(values.reshape(clock.runs, clock.steps)[runs].reshape(1, -1))

    # A typical day stands for days that are not all told: the weight of a run is shared by the dates known of it.
    known = np.array([len(days) for days in dates], dtype=np.float64)
    weight = clock.weight[runs] * np.array([len(days) for _, _, days in parts]) / known[runs]
    cut = replace(
        clock, weight=weight, month=clock.month.reshape(clock.runs, clock.steps)[runs].ravel(), names=tuple(name for _, name, _ in parts)
    )  # fmt: skip
    fixed = None if prices.fixed is None else taken(prices.fixed)
    bands = [prices.bands[run * clock.steps : (run + 1) * clock.steps] for run in runs]
    made = replace(prices, clock=cut, buy=taken(prices.buy), sell=taken(prices.sell), fixed=fixed, bands="".join(bands))
    return made, [days for _, _, days in parts]


def _load(market: Market, beside: Beside, findings: Findings, told: list[Message]) -> _Source | None:
    """The load of any day; at most one way of giving it."""
    site = market.site
    given = [name for name, there in (
        ("market.load_mw", market.load_mw is not None), ("market.site.days", bool(site.days)), ("market.site.load_file", bool(site.load_file)),
    ) if there]  # fmt: skip
    if len(given) > 1:
        findings.add("market.site", said(
            "{names} all give the load; keep one", "{names} 都给出了负荷；请保留一项", names=", ".join(given)
        ))  # fmt: skip
        return None
    if site.days:
        return _of_days(site, "load_mw", findings)
    if site.load_file:
        return _of_file(site, "load", beside, findings, told)
    return None if market.load_mw is None else _of_profile(market.load_mw[0], "market.load_mw", findings)


def _pv(market: Market, beside: Beside, findings: Findings, told: list[Message]) -> _Source | None:
    """The generation of any day; None without PV."""
    site = market.site
    own = any(day.pv_mw is not None for day in site.days)
    if [site.pv_mw is not None, bool(site.pv_file), own].count(True) > 1:
        findings.add("market.site", said(
            "{names} both give the output of the PV; keep one", "{names} 重复给出了光伏出力；请保留一项", names="pv_mw, pv_file, days.pv_mw"
        ))  # fmt: skip
        return None
    if own:
        return _of_days(site, "pv_mw", findings)
    if site.pv_file:
        return _of_file(site, "pv", beside, findings, told)
    return None if site.pv_mw is None else _of_profile(site.pv_mw[0], "market.site.pv_mw", findings)


def _of_profile(cells: Vector, path: str, findings: Findings) -> _Source | None:
    """A constant or a day's profile, the same every day."""
    if len(cells) not in (1, *DAY_STEPS):
        findings.add(path, said(
            "{count} values; expected 1, or a day of 24, 48 or 96 from 00:00",
            "有 {count} 个值；应为 1 个，或自 00:00 起一天 24、48 或 96 个", count=len(cells)
        ))  # fmt: skip
        return None
    return _Source(of=lambda _: cells, steps=len(cells))


def _of_days(site: Site, name: str, findings: Findings) -> _Source | None:
    """The typical days of the site; every day of the year has exactly one."""
    found: dict[tuple[int, bool], Vector] = {}
    before = len(findings.faults)
    for place, day in enumerate(site.days):
        path = f"market.site.days.{place}"
        values = getattr(day, name)
        cells = np.zeros(1) if values is None else values[0]
        _of_profile(cells, f"{path}.{name}", findings)
        for month in range(1, 13) if day.months == "all" else day.months:
            if not 1 <= month <= 12:
                findings.add(f"{path}.months", said(
                    "{month} is not a month; expected 1–12", "{month} 不是月份；应为 1–12", month=month
                ))  # fmt: skip
                continue
            for weekend in {"all": (False, True), "workday": (False,), "weekend": (True,)}[day.kind]:
                if (month, weekend) in found:
                    findings.add(f"{path}.months", said(
                        "a day of month {month} stands in two kinds of day; keep one", "{month} 月的日子出现在两类典型日中；请保留一个", month=month
                    ))  # fmt: skip
                found[month, weekend] = cells
    missing = sorted({month for month in range(1, 13) for weekend in (False, True) if (month, weekend) not in found})
    if missing:
        findings.add("market.site.days", said(
            "no load for some days of months {months}", "以下月份有日子没有负荷：{months}", months=", ".join(map(str, missing))
        ))  # fmt: skip
    if len(findings.faults) > before:
        return None
    return _Source(
        of=lambda on: found[on.month, on.weekday() >= _SATURDAY], steps=max(len(cells) for cells in found.values()),
        by_weekday=any(found[month, False] is not found[month, True] for month in range(1, 13)),
    )  # fmt: skip


def _of_file(site: Site, name: str, beside: Beside, findings: Findings, told: list[Message]) -> _Source | None:
    """A year of the site from a file beside the case, by month and day."""
    path, file = f"market.site.{name}_file", getattr(site, f"{name}_file")
    labels = getattr(site, f"{name}_labels")
    stated = Stated(
        sheet=getattr(site, f"{name}_sheet"), value_column=getattr(site, f"{name}_column"),
        unit=getattr(site, f"{name}_unit"), labels="" if labels == "found" else labels,
    )  # fmt: skip
    try:
        read = site_year(beside(file), file, stated)
    except ValueFault as error:
        findings.add(path, error.message)
        return None
    except InputError as error:
        for fault in error.faults:
            findings.add(path, at_its_cell(fault))
        return None
    days = _by_date(read)
    what = said("load of a year", "全年负荷") if name == "load" else said("PV of a year", "全年光伏出力")
    told.append(said("{what}: {words}", "{what}：{words}", what=what, words=joined(read.notes)))
    if read.first is not None:
        told.append(said(
            "{what}: the days of {first} on are laid on the year by month and day; weekdays may differ from the tariff's year",
            "{what}：自 {first} 起的各天按月日排入全年；星期可能与电价年份不同", what=what, first=f"{read.first:%Y-%m-%d}"
        ))  # fmt: skip
    return _Source(
        of=lambda on: days[on.month, on.day], steps=round(HOURS_PER_DAY * MINUTES_PER_HOUR / read.step_minutes), by_date=True
    )  # fmt: skip


def site_year(content: bytes, name: str, stated: Stated) -> Regular:
    """A year of the site's load or PV in kW, as :func:`appraisal.intake.read_load` reads it.

    Raises
    ------
    InputError
        As ``read_load``; if it is no year of different days, or below 0.
    """
    read = read_load(content, name, stated)

    def refuse(message: Message) -> InputError:
        return InputError([Fault(where=name, message=message)])

    if read.days not in _BARE_YEARS:
        raise refuse(said(
            "{days} days; expected a year of 365 or 366", "共 {days} 天；应为 365 或 366 天的全年数据", days=read.days
        ))  # fmt: skip
    if (read.values < 0.0).any():
        raise refuse(said("must not be below 0", "不得小于 0"))
    found = len(_by_date(read))
    if found < DAYS_PER_YEAR:
        raise refuse(said(
            "{found} different days of the year from {first} on; expected all 365", "自 {first} 起只有 {found} 个不同的日子；应有全部 365 天",
            found=found, first=f"{_begin(read):%Y-%m-%d}",
        ))  # fmt: skip
    return read


def _begin(read: Regular) -> date:
    return read.first.date() if read.first else date(_BARE_YEARS[read.days], 1, 1)


def _by_date(read: Regular) -> Mapping[tuple[int, int], Vector]:
    """(month, day) → the values of that day, MW; 29 February is left out, as an appraisal year has none."""
    begin = _begin(read)
    rows = (read.values / KW_PER_MW).reshape(read.days, -1)
    found: dict[tuple[int, int], Vector] = {}
    for place, row in enumerate(rows):
        on = begin + timedelta(days=place)
        found.setdefault((on.month, on.day), row)
    found.pop(_LEAP_DAY, None)
    return found


def dates_of_tariff(year: RetailYear) -> list[list[date]]:
    """The dates of the billing months that each kind of day of a tariff stands for."""
    firsts = {source.month.month: source.month for source in year.months}
    return [[firsts[day.month].replace(day=on) for on in day.on] for day in year.days]


def dates_of_months(start: date, months: Sequence[int]) -> list[list[date]]:
    """The dates of the twelve months from *start* on, 29 February left out, in runs of one month each."""
    firsts = {first.month: first for first in twelve(start)}

    def days(first: date) -> list[date]:
        every = (first + timedelta(days=step) for step in range(31))
        return [on for on in every if on.month == first.month and (on.month, on.day) != _LEAP_DAY]

    return [days(firsts[month]) for month in months]


def dates_of_series(prices: Prices) -> list[list[date]]:
    """The days of a series in one run; a 29 February takes the values of the 28th."""
    first = prices.first_day
    if first is None:
        raise ValueError("the prices are no series")
    days = round(prices.clock.steps * prices.clock.step_hours / HOURS_PER_DAY)
    every = [first + timedelta(days=step) for step in range(days)]
    return [[on.replace(day=28) if (on.month, on.day) == _LEAP_DAY else on for on in every]]


def with_basic(
    prices: Prices, market: Market, start: date, year: RetailYear | None, resolver: Resolver, findings: Findings
) -> Prices:
    """The prices with those of the basic charge, where the case counts it; faults are added to *findings*."""
    supply = market.site.supply
    if supply.mode == "none":
        return prices
    months = sorted(twelve(start), key=lambda month: month.month)
    demand = _monthly("demand_yuan_per_kw_month", supply.demand_yuan_per_kw_month, year, findings, supply.mode)
    capacity = _monthly("capacity_yuan_per_kva_month", supply.capacity_yuan_per_kva_month, year, findings, supply.mode)
    try:
        rules = basic_rules(resolver.library, months)
        interval = [resolver.library.fact("rules.basic_charge.demand_interval_minutes", month) for month in months]
    except InputError as error:
        findings.take(error, "market.site.supply")
        return prices
    if demand is None or capacity is None:
        return prices
    resolver.facts += (*rules.facts, *{(one.name, one.holds_from): one for one in interval}.values())
    held: dict[str, Any] = {name: getattr(rules, name) for name in (
        "tolerance", "excess_multiple", "least_share", "threshold_kwh_per_kva", "factor"
    )}  # fmt: skip
    minutes = table([float(one.value) for one in interval])
    return replace(prices, basic=BasicPrices(
        demand_yuan_per_kw_month=demand, capacity_yuan_per_kva_month=capacity, interval_minutes=minutes, **held
    ))  # fmt: skip


_NEEDED = {"demand_yuan_per_kw_month": ("contract", "actual", "choose"), "capacity_yuan_per_kva_month": ("capacity", "choose")}  # fmt: skip


def _monthly(name: str, stated: Table | None, year: RetailYear | None, findings: Findings, mode: str) -> Table | None:
    """Twelve monthly prices: the case's, else the tariff's; zeros where the mode does not read them."""
    if stated is not None:
        return table(np.full((1, 12), float(stated[0, 0])))
    if mode not in _NEEDED[name]:
        return table(np.zeros((1, 12)))
    known = (None,) * 12 if year is None or year.parts != "two" else getattr(year, name)
    missing = [month for month, price in enumerate(known, start=1) if price is None]
    if missing:
        findings.add(f"market.site.supply.{name}", said(
            "not known for months {months}: state it, or take a two-part tariff that has it",
            "{months} 月没有该项价格：请填写，或选用载有该价格的两部制电价表", months=", ".join(map(str, missing))
        ), "fact")  # fmt: skip
        return None
    return table([price for price in known if price is not None])
