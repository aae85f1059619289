"""What a tariff of the OpenEI Utility Rate Database holds, as frozen types; reading it is in ``urdb_read``.

Source: field definitions of the Utility Rate Database, https://openei.org/services/doc/rest/util_rates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from appraisal.errors import Message

EnergyUnit: TypeAlias = Literal["kWh", "kWh/kW", "kWh daily", "kWh/kW daily"]
DemandUnit: TypeAlias = Literal["kW"]
AmountUnit: TypeAlias = Literal["$/month", "$/day", "$/year"]
Grid: TypeAlias = tuple[tuple[int, ...], ...]

ENERGY_UNITS: tuple[EnergyUnit, ...] = ("kWh", "kWh/kW", "kWh daily", "kWh/kW daily")
AMOUNT_UNITS: tuple[AmountUnit, ...] = ("$/month", "$/day", "$/year")


@dataclass(frozen=True, kw_only=True)
class Tier:
    """One block of a price: what is used above the tier before, up to ``limit``.

    ``rate`` and ``adj`` add up to the price, $/kWh or $/kW a month. ``sell`` is what exported energy earns, $/kWh, None
    where the file says nothing. ``limit`` is in the unit of the period, None for the last tier.
    """

    rate: float
    adj: float
    sell: float | None
    limit: float | None

    @property
    def price(self) -> float:
        """Rate and adjustment, $/kWh or $/kW."""
        return self.rate + self.adj


@dataclass(frozen=True, kw_only=True)
class Period:
    """The tiers of one period; ``unit`` is what their limits count.

    Of energy: ``kWh`` a month, ``kWh/kW`` hours of use (times the month's highest demand), ``kWh daily`` (times the days
    of the month), ``kWh/kW daily`` (times both). Of demand: ``kW``.
    """

    tiers: tuple[Tier, ...]
    unit: EnergyUnit | DemandUnit

    @property
    def limits(self) -> tuple[float, ...]:
        """Upper limits of all tiers but the last."""
        return tuple(tier.limit for tier in self.tiers if tier.limit is not None)


@dataclass(frozen=True, kw_only=True)
class Timed:
    """Prices by time of use: ``weekday`` and ``weekend`` name a period for 12 months × 24 hours, from 0."""

    periods: tuple[Period, ...]
    weekday: Grid
    weekend: Grid

    def met_in(self, month: int) -> tuple[int, ...]:
        """Periods that come up in a month, 1–12."""
        return tuple(sorted({*self.weekday[month - 1], *self.weekend[month - 1]}))


@dataclass(frozen=True, kw_only=True)
class Flat:
    """Prices on the month's highest demand at any hour: ``months`` names one of ``periods`` for each of 12 months."""

    periods: tuple[Period, ...]
    months: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Amount:
    """An amount of money and what it is due for."""

    value: float
    unit: AmountUnit


@dataclass(frozen=True, kw_only=True)
class UrdbTariff:
    """One tariff as it was understood.

    Attributes
    ----------
    name, utility, label, sector, source : texts of the file, empty where it has none.
    begins, ends : days of the period in force; None where the file says nothing.
    currency : ISO code; the database knows US dollars only.
    energy : price of energy, $/kWh.
    demand : price of the highest demand of each period, $/kW a month; None where there is none.
    flat_demand : price of the highest demand of the month, $/kW a month; None where there is none.
    fuel : added to every price of energy in each of 12 months, $/kWh.
    fixed : fixed charges of the first meter.
    minimum : least amounts of a month (``$/month``, ``$/day``) and of a year (``$/year``).
    window_minutes : over how long demand is averaged; None where the file says nothing.
    least_kw, most_kw : demand for which the tariff is meant; None where not limited.
    export_rule : how exported energy is credited, in the file's word; empty where it says nothing.
    remarks : what was assumed, and what stands in the file and in no bill made from it.
    """

    name: str
    utility: str
    label: str
    sector: str
    source: str
    begins: date | None
    ends: date | None
    currency: str
    energy: Timed
    demand: Timed | None
    flat_demand: Flat | None
    fuel: tuple[float, ...]
    fixed: tuple[Amount, ...]
    minimum: tuple[Amount, ...]
    window_minutes: float | None
    least_kw: float | None
    most_kw: float | None
    export_rule: str
    remarks: tuple[Message, ...]
