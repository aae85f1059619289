"""The days of a dispatch year, to be looked at: what each stands for, its prices, power and state of charge.

A tariff's year has one day for every month and kind of day; a price series has the days of its file. Power and energy are
those of the whole plant, new and available all day: the first year's amounts in the books rest on its worn mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case
from appraisal.clock import Clock
from appraisal.dispatch.run import dispatch
from appraisal.errors import Fault, InputError, said, suggest
from appraisal.library import Library
from appraisal.library.retail_types import RetailFile
from appraisal.operation import Solved
from appraisal.pipeline import Appraisal
from appraisal.report.eras import first_era
from appraisal.streams import kinds
from appraisal.streams._claims import held
from appraisal.units import HOURS_PER_DAY, KWH_PER_MWH, Table

Vector = NDArray[np.float64]
# What a map of hours can show.
QUANTITIES = ("buy", "sell", "power", "soc", "sold", "drawn", "site")
# More kinds of day than this are summed up by month.
MOST_ROWS = 40

_PARTS = {"workday": ("，周一至周五", ", Monday to Friday"), "weekend": ("，周六、周日", ", weekend")}
_KINDS = {"ordinary": ("普通日", "ordinary day"), "typical": ("典型日", "typical day")}


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day of the year that was dispatched.

    Attributes
    ----------
    place : int
        Its number, from 0.
    month : int
        1–12.
    zh, en : str
        What day it is: the kind of day of a tariff or the date of a series.
    days : float
        Days of the year that it stands for.
    number : int or None
        Day of the month of a single date; None of a kind of day.
    """

    place: int
    month: int
    zh: str
    en: str
    days: float
    number: int | None = None

    def label(self, lang: str) -> str:
        """The day in words, with the days that it stands for."""
        count = f"{self.days:.3g}"
        if lang == "zh":
            return f"{self.zh}（代表 {count} 天）"
        return f"{self.en} (stands for {count} day{'' if count == '1' else 's'})"


@dataclass(frozen=True, kw_only=True)
class DayFlows:
    """One day, step by step, each ``(T,)``; the whole plant.

    Attributes
    ----------
    day : Day
    hour : hour of day at which the step begins; ``step_hours`` its length.
    buy, sell : yuan/kWh incl. VAT, what each kWh charged costs and each kWh discharged earns, fees in.
    charge_mw, discharge_mw : at the grid meter, ≥ 0.
    soc_mwh : in the store after each step; ``start_mwh`` before the first.
    charge_limit_mw, discharge_limit_mw : most power in the step.
    usable_mwh, lowest_mwh : energy that the plant may use, and what stays in the store beneath it.
    power_mw : rated power.
    bands : letter of the tariff's band by step; empty where there is none.
    load_mw, pv_mw : of the host's site, before the plant; empty where there is none.
    month_peak_mw : highest draw of the site in the month of the day, with the plant; None without a load.
    """

    day: Day
    step_hours: float
    hour: Vector
    buy: Vector
    sell: Vector
    charge_mw: Vector
    discharge_mw: Vector
    soc_mwh: Vector
    start_mwh: float
    charge_limit_mw: Vector
    discharge_limit_mw: Vector
    usable_mwh: float
    lowest_mwh: float
    power_mw: float
    bands: str
    load_mw: Vector
    pv_mw: Vector
    month_peak_mw: float | None

    @property
    def site_mw(self) -> Vector:
        """What the site draws with the plant, negative where it sends power to the grid or curtails; empty without a load."""
        if not self.load_mw.size:
            return self.load_mw
        made = self.pv_mw if self.pv_mw.size else 0.0
        return np.asarray(self.load_mw - made - self.net_mw)

    @property
    def net_mw(self) -> Vector:
        """Discharge less charge: what the meter sees leave the plant."""
        return np.asarray(self.discharge_mw - self.charge_mw)


def dispatched(result: Appraisal, row: int = 0) -> Solved:
    """The dispatch of one scenario, of the first era where there are events (:func:`appraisal.report.eras.eras_of`).

    A result keeps one schedule; where its scenarios have problems of their own, that of the row is solved again.

    Raises
    ------
    InputError
        If the case states its energy, so that nothing was dispatched.
    """
    result = first_era(result)
    solved = result.operation.solved
    if solved is not None and len(solved.problem.hours) > 1:
        solved = dispatch(result.case.rows(slice(row, row + 1))).solved
    if solved is None:
        raise InputError([Fault(where="chart", message=said(
            "the case states its yearly energy and has no dispatch to show", "算例直接给出每年电量，没有可展示的充放电曲线"
        ))])  # fmt: skip
    return solved


def days(result: Appraisal) -> tuple[Day, ...]:
    """The days that were dispatched, in their order; parameters and errors as :func:`dispatched`."""
    result = first_era(result)
    clock = dispatched(result).problem.clock
    per_day = _steps_of_day(clock)
    if clock.steps == per_day:
        return tuple(
            Day(
                place=place,
                month=int(clock.month[place * per_day]),
                days=float(weight),
                number=_number(name),
                **_kind(result.case, name),
            )
            for place, (name, weight) in enumerate(zip(clock.names, clock.weight, strict=True))
        )
    first = date.fromisoformat(clock.names[0][:10])
    dates = [first + timedelta(days=step) for step in range(clock.steps // per_day)]
    return tuple(
        Day(
            place=place,
            month=one.month,
            zh=f"{one:%Y-%m-%d}",
            en=f"{one:%Y-%m-%d}",
            days=float(clock.weight[0]),
            number=one.day,
        )
        for place, one in enumerate(dates)
    )


def flows_of(result: Appraisal, day: int, row: int = 0) -> DayFlows:
    """One day of the schedule.

    Parameters
    ----------
    result : Appraisal
    day : int
        ``place`` of one of :func:`days`.
    row : int
        Scenario.

    Raises
    ------
    InputError
        If nothing was dispatched, or there is no such day.
    """
    result = first_era(result)
    known = days(result)
    if not 0 <= day < len(known):
        raise InputError([Fault(where="chart", path="day", message=said(
            "{day}; expected 0 to {last}", "{day}；应为 0 至 {last}", day=day, last=len(known) - 1
        ))])  # fmt: skip
    solved = dispatched(result, row)
    clock, problem, power = solved.problem.clock, solved.problem, _at(result.case.storage.power_mw, row)
    held = _cells(solved, power)
    step = slice(day * _steps_of_day(clock), (day + 1) * _steps_of_day(clock))
    limits = {
        name: np.broadcast_to(getattr(problem, name)[0], held["soc"].shape)
        for name in ("charge_limit", "discharge_limit")
    }
    prices = result.case.prices
    return DayFlows(
        day=known[day], step_hours=clock.step_hours, hour=clock.hour[0][step], buy=held["buy"][step], sell=held["sell"][step],
        charge_mw=held["charge"][step], discharge_mw=held["discharge"][step], soc_mwh=held["soc"][step],
        start_mwh=float(_before(held["soc"], clock)[step.start]),
        charge_limit_mw=limits["charge_limit"][step] * power, discharge_limit_mw=limits["discharge_limit"][step] * power,
        usable_mwh=float(problem.hours[0, 0]) * power, lowest_mwh=float(problem.bounds.lowest[0, 0]) * power, power_mw=power, bands=prices.bands[step] if prices is not None else "",
        **_site(result, solved, step, row),
    )  # fmt: skip


def _site(result: Appraisal, solved: Solved, step: slice, row: int) -> dict[str, Any]:
    """Load and PV of a day, and the month's highest draw with the plant."""
    case = result.case.rows(slice(row, row + 1)) if result.case.scenarios > 1 else result.case
    prices, drawn = case.prices, case.drawn_mw
    if prices is None or prices.load_mw is None or drawn is None:
        return {"load_mw": np.zeros(0), "pv_mw": np.zeros(0), "month_peak_mw": None}
    site, clock = case.market.site, solved.problem.clock
    plan, power = solved.schedule, _at(case.storage.power_mw, 0)
    net = drawn[0] + power * (plan.charge_mw - plan.discharge_mw).ravel()
    made = np.zeros(0) if prices.pv_mw is None else (site.pv_scale * prices.pv_mw)[0][step]
    own = clock.month == clock.month[step.start]
    return {
        "load_mw": (site.load_scale * prices.load_mw)[0][step],
        "pv_mw": made,
        "month_peak_mw": max(0.0, float(net[own].max())),
    }


@dataclass(frozen=True, kw_only=True)
class HourMap:
    """A quantity by hour of day: a row a kind of day, or a month.

    Attributes
    ----------
    labels : (zh, en) of each row
    days : (R,)
        Days of the year that a row stands for.
    values : (R, 24)
        Mean over the hour and over the days of the row; MW, MWh or yuan/kWh.
    monthly : bool
        Whether a row is a month.
    """

    labels: tuple[tuple[str, str], ...]
    days: Vector
    values: Table
    monthly: bool


def hour_map(result: Appraisal, quantity: str, row: int = 0) -> HourMap:
    """The year by hour of day.

    Parameters
    ----------
    result : Appraisal
    quantity : "buy", "sell", "power", "soc", "sold", "drawn" or "site"
        Prices met; discharge less charge, MW; energy in the store at the end of the step, MWh; share of rated power that
        is set aside by streams or moved; what the host's site draws without and with the plant, MW.
    row : int
        Scenario.

    Raises
    ------
    InputError
        If nothing was dispatched, for an unknown quantity, or steps longer than an hour.
    """
    if quantity not in QUANTITIES:
        raise InputError([Fault(where="chart", path="quantity", message=said(
            "{name!r}; {known}", "{name!r}；{known}", name=quantity, known=suggest(quantity, QUANTITIES)
        ))])  # fmt: skip
    result = first_era(result)
    known, solved = days(result), dispatched(result, row)
    cells = _cells(solved, _at(result.case.storage.power_mw, row))
    cells["power"] = cells["discharge"] - cells["charge"]
    cells["sold"] = moved_share(result, row)[1]
    if quantity in ("drawn", "site"):
        cells |= _drawn(result, row, cells["power"])
    hourly = _hourly(cells[quantity], len(known), solved.problem.clock)
    count = np.array([one.days for one in known])
    if len(known) <= MOST_ROWS:
        return HourMap(labels=tuple((one.zh, one.en) for one in known), days=count, values=hourly, monthly=False)
    months = np.array([one.month for one in known])
    present = sorted(set(months.tolist()))
    values = np.array([np.average(hourly[months == one], axis=0, weights=count[months == one]) for one in present])
    labels = tuple((f"{one}月", _MONTHS[one - 1]) for one in present)
    return HourMap(
        labels=labels, days=np.array([count[months == one].sum() for one in present]), values=values, monthly=True
    )


def moved_share(result: Appraisal, row: int = 0) -> tuple[Vector, Vector]:
    """Shares of rated power in every step ``(N,)``: what charging and discharging take, and that with what streams set aside.

    Raises
    ------
    InputError
        If nothing was dispatched.
    """
    result = first_era(result)
    solved, case = dispatched(result, row), result.case.rows(slice(row, row + 1))
    made, clock = solved.schedule, solved.problem.clock
    flows = (made.charge_mw + made.discharge_mw).ravel()
    offers = {label: kind.offer(case, case.streams[label]) for label, kind in kinds(case).items()}
    kept = held({label: offer.claims for label, offer in offers.items()}, clock.hour, clock.step_hours)
    return flows, flows + np.broadcast_to(kept.all_power, (1, flows.size))[0]


def _drawn(result: Appraisal, row: int, power: Vector) -> dict[str, Vector]:
    """What the site draws without and with the plant."""
    case = result.case.rows(slice(row, row + 1)) if result.case.scenarios > 1 else result.case
    drawn = case.drawn_mw
    if drawn is None:
        raise InputError([Fault(where="chart", path="quantity", message=said(
            "the case has no host whose site draws power", "算例没有用电场所"
        ))])  # fmt: skip
    return {"drawn": drawn[0], "site": drawn[0] - power}


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _hourly(values: Vector, count: int, clock: Clock) -> Table:
    """Steps of days as means of hours, ``(D, 24)``."""
    by_day = values.reshape(count, -1)
    steps, hours = by_day.shape[1], int(HOURS_PER_DAY)
    if hours % steps == 0:
        return np.repeat(by_day, hours // steps, axis=1)
    if steps % hours:
        raise InputError([Fault(where="chart", message=said(
            "a step of {hours:g} h does not fit hours", "{hours:g} 小时的间隔无法按小时汇总", hours=clock.step_hours
        ))])  # fmt: skip
    return np.asarray(by_day.reshape(count, hours, steps // hours).mean(axis=2))


def _cells(solved: Solved, power: float) -> dict[str, Vector]:
    """The schedule in the units of the whole plant, step after step."""
    made = solved.schedule
    return {
        "buy": made.buy.ravel() / KWH_PER_MWH, "sell": made.sell.ravel() / KWH_PER_MWH, "charge": made.charge_mw.ravel() * power,
        "discharge": made.discharge_mw.ravel() * power, "soc": made.soc_mwh.ravel() * power,
    }  # fmt: skip


def _before(soc: Vector, clock: Clock) -> Vector:
    """Energy in the store before each step: each run ends as it began."""
    return np.roll(soc.reshape(clock.runs, clock.steps), 1, axis=1).ravel()


def _steps_of_day(clock: Clock) -> int:
    return round(HOURS_PER_DAY / clock.step_hours)


def _at(table: Table, row: int) -> float:
    return float(table[row if len(table) > 1 else 0, 0])


def _number(name: str) -> int | None:
    """The day of the month of a run that is a single date."""
    part = name.rpartition("|")[2]
    return int(part) if "|" in name and part.isdigit() else None


def _kind(case: Case, name: str) -> Mapping[str, str]:
    """A kind of day in both languages: ``02 holiday deep valley`` as the tariff's file titles it."""
    number, _, told = name.partition(" ")
    kind, _, part = told.partition("|")
    zh, en = _KINDS.get(kind) or (_titles(case.market.tariff).get(kind, kind), kind)
    if part.isdigit():
        return {"zh": f"{int(number)}月{part}日，{zh}", "en": f"{part} {_MONTHS[int(number) - 1]}, {en}"}
    zh_part, en_part = _PARTS.get(part, ("", ""))
    return {"zh": f"{int(number)}月{zh}{zh_part}", "en": f"{_MONTHS[int(number) - 1]}, {en}{en_part}"}


@cache
def _titles(tariff: str) -> Mapping[str, str]:
    """English → Chinese title of the days that a tariff's rules set apart."""
    file = Library.open().file(tariff) if tariff else None
    rules = file.rules.values() if isinstance(file, RetailFile) else ()
    return {overlay.title.en: overlay.title.zh for rule in rules for overlay in rule.overlays}
