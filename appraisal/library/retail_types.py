"""What a retail tariff file holds, as frozen types; reading it is in ``retail_file``, asking it in ``retail``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from appraisal.library.parameters import Entry
from appraisal.library.types import Source, Title

PARTS = ("one", "two")
HALF_HOURS = 48
NOT_LEAP = 2025  # the year of 365 days that every appraisal year is billed as
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
COMPONENTS = ("purchased_energy", "loss", "system_operation", "bundle", "other", "transmission", "funds")
"""``bundle``: parts that float and are known only together; ``other``: a remainder that does not float."""
MONTHLY = ("purchased_energy", "loss", "system_operation", "bundle", "other")
PRINTED = ("floating", "fixed")
ABSENT = (
    "ratios", "periods", "floats", "purchased_energy", "loss", "system_operation", "transmission", "demand_charge",
    "one_part_prices", "two_part_prices", "earlier_prices", "holidays", "sharp_months",
)  # fmt: skip
"""What a tariff may say that the evidence does not give."""
ASIDE = ("loss_inside_purchase", "loss_and_system_operation")
"""Known beside the components: a loss that the purchase price already contains; two fees known only as a sum."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """To whom something applies; an empty tuple means to all."""

    parts: tuple[str, ...] = ()
    voltages: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()

    def covers(self, *, parts: str, voltage: str, user_class: str, zone: str) -> bool:
        """Whether one user is meant."""
        pairs = ((self.parts, parts), (self.voltages, voltage), (self.classes, user_class), (self.zones, zone))
        return all(not listed or word in listed for listed, word in pairs)


@dataclass(frozen=True, kw_only=True)
class Ratios:
    """Multiples of the floating part by letter, for some users in some months."""

    scope: Scope
    months: frozenset[int]
    by_letter: Mapping[str, float]
    source: Source
    id: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """Hours that take another letter on every day that is named in one of three ways.

    Attributes
    ----------
    holidays
        Holiday -> its first so many days (None: all of them); only those of at least ``least_days`` days off.
    weekends
        Months in which Saturdays and Sundays count, less those that the calendar makes working days.
    dates
        Spans of (month, day), the last day included; one whose end lies before its beginning runs over New Year.
    hours
        Spans in half hours from 00:00.
    trigger
        One that depends on the weather instead: it is recorded and not applied.
    """

    title: Title
    scope: Scope
    hours: tuple[tuple[int, int], ...]
    letter: str
    holidays: Mapping[str, int | None] = field(default_factory=dict)
    least_days: int = 1
    weekends: frozenset[int] = frozenset()
    dates: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    trigger: str = ""


@dataclass(frozen=True, kw_only=True)
class PeriodsOf:
    """The map of hours of users that have one of their own."""

    scope: Scope
    periods: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How a province makes bands of a price, from a date on.

    ``floats`` are the components that the ratio multiplies; ``hours`` in overlays count half hours from 00:00;
    ``rounding`` is the step in yuan/kWh to which each band's floating part is rounded, or None.
    """

    begins: date
    document: str
    source: Source
    note: str
    floats: tuple[str, ...]
    rounding: float | None
    ratios: tuple[Ratios, ...]
    periods: Mapping[int, str]
    periods_of: tuple[PeriodsOf, ...]
    overlays: tuple[Overlay, ...]
    conditional: tuple[Overlay, ...]

    def letters(self, month: int, *, parts: str, voltage: str, user_class: str) -> str:
        """The map of an ordinary day for one user: the first of ``periods_of`` that covers it, else ``periods``."""
        for own in self.periods_of:
            if own.scope.covers(parts=parts, voltage=voltage, user_class=user_class, zone=""):
                return own.periods[month]
        return self.periods[month]


@dataclass(frozen=True, kw_only=True)
class Transmission:
    """Transmission and distribution prices from a date on, by voltage; yuan/kWh, yuan/kW/month, yuan/kVA/month."""

    begins: date
    source: Source
    note: str
    id: str
    one: Mapping[str, float]
    two: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class MonthRow:
    """What was published for one month, for all users or for some of them.

    Either components, which leave transmission and funds to their own tables, or ``floating`` and ``fixed`` of one
    class as they follow from its printed bands, transmission and funds inside. A row of ``last_resort`` is so
    coarse that it stands in for another month only where nothing else can.
    """

    month: date
    scope: Scope
    values: Mapping[str, float]
    source: Source
    id: str
    derived: str
    note: str
    last_resort: bool
    line: int

    @property
    def printed(self) -> bool:
        """Whether the row holds a class's printed price as a whole."""
        return "floating" in self.values


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A price zone inside the province and what it adds to transmission, from a date on."""

    title: Title
    adds: Mapping[date, Entry]


@dataclass(frozen=True, kw_only=True)
class UserClass:
    """A class of users that the ratios tell apart."""

    title: Title
    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Absent:
    """Something that the evidence does not give: a word of ``ABSENT`` and what is to be said of it."""

    what: str
    title: Title


@dataclass(frozen=True, kw_only=True)
class WorkedBill:
    """A month's bill that was not worked out by this program: energy by letter in kWh, and one basis of the basic charge.

    ``total`` in yuan including VAT, to the cent. ``by`` is ``hand`` or ``published``. Of the basic charge's bases at
    most one is stated: demand (kW) or capacity (kVA).
    """

    month: date
    voltage: str
    parts: str
    user_class: str | None
    zone: str | None
    kwh: Mapping[str, float]
    demand_kw: float | None
    capacity_kva: float | None
    total: float
    by: str
    source: Source
    note: str
    line: int


@dataclass(frozen=True, kw_only=True)
class RetailFile:
    """One area's retail tariff, all its history."""

    name: str
    where: str
    title: Title
    clock: str
    notes: tuple[Title, ...]
    absent: tuple[Absent, ...]
    worked_bills: tuple[WorkedBill, ...]
    classes: Mapping[str, UserClass]
    default_class: Mapping[str, str]
    zones: Mapping[str, Zone]
    voltages: Mapping[str, Title]
    aliases: Mapping[str, str]
    rules: Mapping[date, Rule]
    transmission: Mapping[date, Transmission]
    funds: Mapping[date, Entry]
    loss_rate: Mapping[date, Entry]
    months: tuple[MonthRow, ...]
    sources: Mapping[str, Source]
