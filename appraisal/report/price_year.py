"""The prices of a year to be looked at: days of a tariff, typical days or a series, with the spread of every month.

Prices are those stated or published, yuan/kWh including VAT, before the case's scales and without the fees on charging.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Prices
from appraisal.clock import Clock
from appraisal.library.retail_types import RetailFile
from appraisal.library.types import RetailYear, Title
from appraisal.text import PARTS, word
from appraisal.units import HOURS_PER_DAY, KWH_PER_MWH, Table

Vector = NDArray[np.float64]
# More days than this are drawn as the mean day of each month; their spreads are those of the days themselves.
MOST_DAYS = 40
# Finer steps than this are drawn as hours.
_MOST_STEPS = 96
ORDINARY = "ordinary"
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, kw_only=True)
class PriceDay:
    """One kind of day.

    Attributes
    ----------
    month : int
        1–12.
    zh, en : str
        Its month in words.
    days : float
        Days of the year that it stands for.
    buy, sell : (T,)
        Prices of charging and of discharging by step from 00:00.
    bands : str
        Letter of the band by step; empty where there are no bands.
    kind : Title or None
        What kind of day it is; None where prices tell no kinds apart.
    special : bool
        Whether some of its hours differ from those of an ordinary day of the month.
    """

    month: int
    zh: str
    en: str
    days: float
    buy: Vector
    sell: Vector
    bands: str = ""
    kind: Title | None = None
    special: bool = False

    @property
    def step_hours(self) -> float:
        """Length of a step, h."""
        return HOURS_PER_DAY / len(self.buy)

    def label(self, lang: str) -> str:
        """Month and kind of day in ``zh`` or ``en``."""
        month = self.zh if lang == "zh" else self.en
        return month if self.kind is None else f"{month} {self.kind.text(lang)}"


@dataclass(frozen=True, kw_only=True)
class DayKind:
    """A kind of day: its title, whether hours of it differ from an ordinary day's, and its days of a year of 365."""

    title: Title
    special: bool
    days: float


@dataclass(frozen=True, kw_only=True)
class MonthSpread:
    """Prices of one month: dearest, cheapest and mean step; dearest less cheapest step of a day, the mean over its days."""

    month: int
    zh: str
    en: str
    high: float
    low: float
    mean: float
    spread: float

    def label(self, lang: str) -> str:
        """The month in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, kw_only=True)
class PriceYear:
    """Days and months of a year of prices.

    ``days`` are drawn: kinds of day, or mean days where ``averaged``; ``months`` run in the order of the year.
    """

    days: tuple[PriceDay, ...]
    months: tuple[MonthSpread, ...]
    averaged: bool = False

    @property
    def mean_spread(self) -> float:
        """Mean over the months of the year by their days."""
        weights = np.array([sum(day.days for day in self.days if day.month == one.month) for one in self.months])
        return float(np.average([one.spread for one in self.months], weights=weights))


def kinds(year: PriceYear) -> tuple[DayKind, ...]:
    """The kinds of day of a year with how many there are, ordinary days first; none where prices tell no kinds apart."""
    count: dict[tuple[bool, str], DayKind] = {}
    for day in year.days:
        if day.kind is not None:
            key = (day.special, day.kind.en)
            before = count[key].days if key in count else 0.0
            count[key] = DayKind(title=day.kind, special=day.special, days=before + day.days)
    return tuple(sorted(count.values(), key=lambda one: one.special))


def user_words(file: RetailFile, year: RetailYear, lang: str) -> str:
    """Whose prices a year holds: tariff, voltage, parts, class and zone in ``zh`` or ``en``."""
    zone = [file.zones[year.zone].title.text(lang)] if year.zone else []
    user = (file.voltages[year.voltage].text(lang), word(PARTS, year.parts, lang))
    words = [year.title.text(lang), *user, file.classes[year.user_class].title.text(lang), *zone]
    return " · ".join(dict.fromkeys(words))


def of_tariff(year: RetailYear) -> PriceYear:
    """The twelve months of a tariff, from the month asked for on; every month names its calendar year."""
    names = {source.month.month: f"{source.month:%Y-%m}" for source in year.months}
    order = sorted(names, key=names.__getitem__)
    days = [
        PriceDay(
            month=day.month, zh=names[day.month], en=names[day.month], days=day.days, kind=day.title, special=day.kind != ORDINARY,
            buy=_priced(year, day.month, day.letters), sell=_priced(year, day.month, day.letters), bands=day.letters,
        )
        for month in order for day in year.days if day.month == month
    ]  # fmt: skip
    return PriceYear(days=tuple(days), months=_months(days, {month: (names[month], names[month]) for month in order}))


def _priced(year: RetailYear, month: int, letters: str) -> Vector:
    return np.array([year.prices[month - 1][letter] for letter in letters])


def of_prices(prices: Prices) -> PriceYear:
    """Typical days or a series as the case reads them.

    Parameters
    ----------
    prices : Prices
        Of a case; whole days.
    """
    return of_steps(prices.clock, prices.buy, prices.sell)


def of_steps(clock: Clock, buy: Table, sell: Table) -> PriceYear:
    """Prices on the steps of a clock, yuan/MWh, ``(1, N)``: its runs are days, or one run is a series of days."""
    per_day = round(HOURS_PER_DAY / clock.step_hours)
    bought, sold = (one[0].reshape(-1, per_day) / KWH_PER_MWH for one in (buy, sell))
    months = clock.month[::per_day]
    weights = np.repeat(clock.weight, clock.steps // per_day)
    days = [
        PriceDay(month=int(month), zh=f"{month}月", en=MONTHS_EN[month - 1], days=float(weight), buy=one, sell=two)
        for month, weight, one, two in zip(months, weights, bought, sold, strict=True)
    ]
    present = {int(month): (f"{month}月", MONTHS_EN[month - 1]) for month in sorted(set(months.tolist()))}
    spreads = _months(days, present)
    if len(days) <= MOST_DAYS:
        return PriceYear(days=tuple(_drawn(day) for day in days), months=spreads)
    mean = [_mean_day([day for day in days if day.month == month]) for month in present]
    return PriceYear(days=tuple(_drawn(day) for day in mean), months=spreads, averaged=True)


def _mean_day(days: list[PriceDay]) -> PriceDay:
    weights = np.array([day.days for day in days])
    buy, sell = (
        np.average(np.array(rows), axis=0, weights=weights)
        for rows in ([day.buy for day in days], [day.sell for day in days])
    )
    return PriceDay(month=days[0].month, zh=days[0].zh, en=days[0].en, days=float(weights.sum()), buy=buy, sell=sell)


def _drawn(day: PriceDay) -> PriceDay:
    """A day of few enough steps to be drawn."""
    hours = int(HOURS_PER_DAY)
    if len(day.buy) <= _MOST_STEPS or len(day.buy) % hours:
        return day
    buy, sell = (one.reshape(hours, -1).mean(axis=1) for one in (day.buy, day.sell))
    return PriceDay(month=day.month, zh=day.zh, en=day.en, days=day.days, buy=buy, sell=sell)


def _months(days: list[PriceDay], names: dict[int, tuple[str, str]]) -> tuple[MonthSpread, ...]:
    return tuple(_month([day for day in days if day.month == month], month, *words) for month, words in names.items())


def _month(days: list[PriceDay], month: int, zh: str, en: str) -> MonthSpread:
    weights = np.array([day.days for day in days])
    return MonthSpread(
        month=month, zh=zh, en=en, high=float(max(day.sell.max() for day in days)), low=float(min(day.buy.min() for day in days)),
        mean=float(np.average([day.buy.mean() for day in days], weights=weights)),
        spread=float(np.average([day.sell.max() - day.buy.min() for day in days], weights=weights)),
    )  # fmt: skip


def mean_day(year: PriceYear) -> Vector:
    """Price of charging by hour of the mean day of a year, ``(24,)``."""
    hours = int(HOURS_PER_DAY)
    rows = [
        day.buy.reshape(hours, -1).mean(axis=1)
        if len(day.buy) % hours == 0
        else np.repeat(day.buy, hours // len(day.buy))
        for day in year.days
    ]
    return np.asarray(np.average(np.array(rows), axis=0, weights=[day.days for day in year.days]))
