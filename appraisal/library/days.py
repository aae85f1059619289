"""The kinds of day of a month: ordinary days, and days on which overlays change some hours."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

from appraisal.library.retail_types import HALF_HOURS, NOT_LEAP, Overlay, Rule
from appraisal.library.types import Fact, TariffDay, Title

MAKE_UP = "make_up_days"
SATURDAY = 5
Holiday: TypeAlias = Callable[[str, date], Fact]
Facts: TypeAlias = MutableMapping[tuple[str, ...], Fact]


def month_days(
    rule: Rule, voltage: str, parts: str, user_class: str, month: date, holiday: Holiday, facts: Facts
) -> tuple[TariffDay, ...]:
    """The kinds of day of a month, their counts adding up to the month of a 365-day year.

    ``holiday`` answers when a holiday falls in a year, and which days off are worked; each answer is added to *facts*.
    Days on which the same overlays hold are of one kind; several overlays on a day apply in the order written.
    """
    letters = rule.letters(month.month, parts=parts, voltage=voltage, user_class=user_class)
    mine = [
        overlay
        for overlay in rule.overlays
        if overlay.scope.covers(parts=parts, voltage=voltage, user_class=user_class, zone="")
    ]
    named = [days_named(overlay, month, holiday, facts) for overlay in mine]
    kinds: dict[tuple[int, ...], list[int]] = {}
    for day in _days(month):
        kinds.setdefault(tuple(place for place, days in enumerate(named) if day in days), []).append(day)
    return tuple(
        _kind(month, letters, [mine[place] for place in places], tuple(on)) for places, on in sorted(kinds.items())
    )


def _days(month: date) -> range:
    """Day numbers of a month; the 29th of February is left out."""
    return range(1, monthrange(NOT_LEAP, month.month)[1] + 1)


def _kind(month: date, letters: str, overlays: Sequence[Overlay], on: tuple[int, ...]) -> TariffDay:
    for overlay in overlays:
        letters = overlaid(letters, overlay)
    if not overlays:
        return TariffDay(month=month.month, kind="ordinary", days=float(len(on)), letters=letters, on=on)
    title = Title(
        zh="、".join(overlay.title.zh for overlay in overlays), en=", ".join(overlay.title.en for overlay in overlays)
    )
    return TariffDay(month=month.month, kind=title.en, days=float(len(on)), letters=letters, on=on, title=title)


def days_named(overlay: Overlay, month: date, holiday: Holiday, facts: Facts) -> set[int]:
    """Day numbers of a month that an overlay names: holidays, weekends and spans of dates together."""
    found = {day for first, last in overlay.dates for day in _days(month) if _within((month.month, day), first, last)}
    for key, first_days in overlay.holidays.items():
        found |= in_month(holiday(key, month), first_days, overlay.least_days, month, facts)
    if month.month in overlay.weekends:
        found |= weekend_days(holiday(MAKE_UP, month), month, facts)
    return found


def _within(day: tuple[int, int], first: tuple[int, int], last: tuple[int, int]) -> bool:
    return first <= day <= last if first <= last else day >= first or day <= last


def in_month(fact: Fact, first: int | None, least: int, month: date, facts: Facts) -> set[int]:
    """Days of a holiday, or of its first so many days, that fall in a month; another year's dates are an estimate."""
    begin, end = (date.fromisoformat(fact.value[key]) for key in ("first", "last"))
    span = [begin + timedelta(days=step) for step in range((end - begin).days + 1)]
    found = {day.day for day in span[:first] if day.month == month.month} if len(span) >= least else set()
    if found:
        record(facts, of_year(fact, begin.year, month))
    return found


def weekend_days(fact: Fact, month: date, facts: Facts) -> set[int]:
    """Saturdays and Sundays of a month less those worked to make up for a holiday; a year without a calendar has none of these."""
    record(facts, of_year(fact, fact.holds_from.year, month))
    worked = {date.fromisoformat(word) for word in fact.value}
    every = (month.replace(day=day) for day in _days(month))
    return {day.day for day in every if day.weekday() >= SATURDAY and day not in worked}


def of_year(fact: Fact, year: int, month: date) -> Fact:
    """A fact of the calendar as it serves a month: that of another year is an estimate."""
    if year == month.year:
        return fact
    note = f"the calendar of {year} stands in for {month.year}"
    return replace(fact, source=replace(fact.source, confidence="estimate"), note=note)


def record(facts: Facts, fact: Fact) -> None:
    """Keep a fact once for each value and confidence with which it was used."""
    key = (fact.name, fact.holds_from.isoformat(), str(fact.value), fact.source.confidence, fact.origin)
    facts.setdefault(key, fact)


def overlaid(letters: str, overlay: Overlay) -> str:
    """A day with the overlay's letter in its hours, drawn in half hours where whole hours do not carry it.

    Examples
    --------
    >>> from appraisal.library.retail_types import Scope
    >>> from appraisal.library.types import Title
    >>> noon = Overlay(title=Title(zh="", en=""), scope=Scope(), hours=((20, 28),), letter="d")
    >>> overlaid("v" * 8 + "f" * 16, noon)
    'vvvvvvvvffddddffffffffff'
    """
    whole = all(edge * len(letters) % HALF_HOURS == 0 for span in overlay.hours for edge in span)
    steps = len(letters) if whole else HALF_HOURS
    day = [letter for letter in letters for _ in range(steps // len(letters))]
    for begin, end in overlay.hours:
        for place in range(begin * steps // HALF_HOURS, end * steps // HALF_HOURS):
            day[place] = overlay.letter
    return "".join(day)
