"""Peak–valley spreads of every retail area of the library, asked for one kind of user at one date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import Fault, InputError
from appraisal.library import Library
from appraisal.library.types import Confidence, RetailYear, Title

_PREFIX = "retail."


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The spread of one area, or of one price zone in it, over twelve months; yuan/kWh incl. VAT.

    Attributes
    ----------
    area, zone : titles; *zone* is None where the area has none.
    tariff : name in the library.
    user_class : the class of users that the prices are of.
    mean : dearest less cheapest band of a day, the mean over the days of the year.
    least, most : the same over the days of one month, the lowest and the highest month.
    latest : month of the youngest prices behind it.
    estimated : months of the twelve that were not published and stand at an estimate.
    confidence : of the weakest value.
    """

    area: Title
    zone: Title | None
    tariff: str
    user_class: Title
    mean: float
    least: float
    most: float
    latest: date
    estimated: int
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class Missing:
    """An area that cannot be priced, and why."""

    area: Title
    zone: Title | None
    faults: tuple[Fault, ...]


def spreads(
    library: Library, start: date, *, voltage: str, parts: str
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
                gone.append(Missing(area=file.title, zone=title, faults=error.faults))
                continue
            found.append(_spread(year, file.classes[year.user_class].title, title))
    return tuple(sorted(found, key=lambda one: -one.mean)), tuple(gone)


def _spread(year: RetailYear, user_class: Title, zone: Title | None) -> Spread:
    rows = list(_days(year))
    months, days, spans = (np.array(column) for column in zip(*rows, strict=True))
    monthly = [_mean(spans[months == month], days[months == month]) for month in range(1, 13)]
    return Spread(
        area=year.title, zone=zone, tariff=year.name, user_class=user_class, mean=_mean(spans, days), least=min(monthly), most=max(monthly),
        latest=max(month.taken for month in year.months), estimated=sum(month.estimate for month in year.months),
        confidence=year.confidence,
    )  # fmt: skip


def _days(year: RetailYear) -> Iterator[tuple[int, float, float]]:
    """Month, number of days and spread of each kind of day; a band that no hour of the day has does not count."""
    for day in year.days:
        met = [year.prices[day.month - 1][letter] for letter in set(day.letters)]
        yield day.month, day.days, max(met) - min(met)


def _mean(spans: NDArray[np.float64], days: NDArray[np.float64]) -> float:
    return float((spans * days).sum() / days.sum())
