"""Peak–valley spreads, ratios and two-cycle margins of every retail area of the library, for one kind of user at one date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import Fault, InputError
from appraisal.library import Library
from appraisal.library.months import transmission_at
from appraisal.library.retail_types import RetailFile
from appraisal.library.types import Confidence, RetailYear, Title
from appraisal.study.two_cycles import two_cycle_margin

_PREFIX = "retail."
# The trade compares areas by a store of two hours.
TRADE_HOURS = 2.0
# What a spread is made of, beside the level.
_DECISIVE = ("floats", "ratios", "periods")


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The spread of one area, or of one price zone in it, over twelve months; yuan/kWh incl. VAT.

    Attributes
    ----------
    area, zone : titles; *zone* is None where the area has none.
    zone_code : the zone's name in the library, empty without one.
    tariff : name in the library.
    user_class : the class of users that the prices are of.
    mean : dearest less cheapest band of a day, the mean over the days of the year.
    least, most : the same over the days of one month, the lowest and the highest month.
    ratio : mean of the dearest band of a day ÷ mean of the cheapest, all-in.
    multiple : peak ÷ valley multiple of what floats, the largest of the twelve months; NaN without both.
    margin : what one kWh of storage of ``TRADE_HOURS`` earns a day with at most two cycles, the mean over the year.
    latest : month of the youngest prices behind it.
    estimated : months of the twelve that were not published and stand at an estimate.
    outdated : whether all its prices are older than the transmission prices in force, see :func:`outdated`.
    unproved : words of ``ABSENT``: which of what floats, the ratios and the hours the evidence does not prove.
    confidence : of the weakest value.
    """

    area: Title
    zone: Title | None
    zone_code: str
    tariff: str
    user_class: Title
    mean: float
    least: float
    most: float
    ratio: float
    multiple: float
    margin: float
    latest: date
    estimated: int
    outdated: bool
    unproved: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class Missing:
    """An area that cannot be priced, and why; *name* is its tariff's in the library."""

    name: str
    area: Title
    zone: Title | None
    faults: tuple[Fault, ...]


def spreads(
    library: Library, start: date, *, voltage: str, parts: str, efficiency: float
) -> tuple[tuple[Spread, ...], tuple[Missing, ...]]:
    """Every retail area by its mean spread, the widest first, and those that cannot be priced.

    Parameters
    ----------
    library : Library
    start : date
        First of twelve months.
    voltage : str
        In any tariff's words or a common one, ``10kV``.
    parts : "one" or "two"
        One- or two-part tariff.
    efficiency : float
        Energy given back ÷ energy taken of the store behind ``margin``, in (0, 1].
    """
    found: list[Spread] = []
    gone: list[Missing] = []
    for name in (key for key in library.files() if key.startswith(_PREFIX)):
        file = library.retail_file(name)
        for zone in file.zones or [None]:
            title = None if zone is None else file.zones[zone].title
            try:
                year = library.retail(name, start=start, voltage=voltage, parts=parts, zone=zone)
            except InputError as error:
                gone.append(Missing(name=name, area=file.title, zone=title, faults=error.faults))
                continue
            found.append(_spread(file, year, title, efficiency))
    return tuple(sorted(found, key=lambda one: -one.mean)), tuple(gone)


def latest(file: RetailFile, year: RetailYear) -> date:
    """First day of the youngest month of a tariff, up to those behind a year of prices, that was read from a published table."""
    taken = [month.taken for month in year.months]
    read = [row.month for row in file.months if row.source.confidence != "estimate" and row.month <= max(taken)]
    return max(read, default=min(taken))


def cycle(file: RetailFile, year: RetailYear) -> date | None:
    """Since when the transmission prices of the year's last month are in force; None where the tariff has none by then."""
    table = transmission_at(file, max(month.month for month in year.months))
    return None if table is None else table.begins


def outdated(file: RetailFile, year: RetailYear) -> bool:
    """Whether no month was published under the transmission prices in force: then all of the year is an estimate."""
    begun = cycle(file, year)
    return begun is not None and latest(file, year) < begun


def _spread(file: RetailFile, year: RetailYear, zone: Title | None, efficiency: float) -> Spread:
    days = np.array([day.days for day in year.days])
    month_of = np.array([day.month for day in year.days])
    prices = np.array([[year.prices[day.month - 1][letter] for letter in day.letters] for day in year.days])
    dearest, cheapest = prices.max(axis=1), prices.min(axis=1)
    monthly = [_mean((dearest - cheapest)[month_of == month], days[month_of == month]) for month in range(1, 13)]
    margin = two_cycle_margin(
        prices, step_hours=24.0 / prices.shape[1], duration_hours=TRADE_HOURS, efficiency=efficiency
    )
    multiples = [row["p"] / row["v"] for row in year.ratios if {"p", "v"} <= set(row)]
    return Spread(
        area=year.title, zone=zone, zone_code=year.zone, tariff=year.name, user_class=file.classes[year.user_class].title, mean=_mean(dearest - cheapest, days),
        least=min(monthly), most=max(monthly), ratio=_mean(dearest, days) / _mean(cheapest, days),
        multiple=max(multiples, default=float("nan")), margin=_mean(margin, days),
        latest=latest(file, year), estimated=sum(month.estimate for month in year.months), outdated=outdated(file, year),
        unproved=tuple(dict.fromkeys(one.what for one in file.absent if one.what in _DECISIVE)), confidence=year.confidence,
    )  # fmt: skip


def _mean(spans: NDArray[np.float64], days: NDArray[np.float64]) -> float:
    return float((spans * days).sum() / days.sum())
