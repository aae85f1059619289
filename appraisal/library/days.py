"""The kinds of day of a month: ordinary days, and holidays on which an overlay changes some hours."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, MutableMapping
from dataclasses import replace
from datetime import date, timedelta

from appraisal.library.retail_types import HALF_HOURS, Overlay, Rule
from appraisal.library.types import Fact, TariffDay

NOT_LEAP = 2025  # the year of 365 days that every appraisal year is billed as


def month_days(
    rule: Rule,
    voltage: str,
    parts: str,
    user_class: str,
    month: date,
    holiday: Callable[[str, date], Fact],
    facts: MutableMapping[tuple[str, ...], Fact],
) -> tuple[TariffDay, ...]:
    """Ordinary and holiday days of a month, their counts adding up to the month of a 365-day year.

    ``holiday`` answers when a holiday falls in a year; each answer is added to *facts*.
    """
    letters = rule.periods[month.month]
    left = float(monthrange(NOT_LEAP, month.month)[1])
    days: list[TariffDay] = []
    for overlay in rule.overlays:
        if not overlay.scope.covers(parts=parts, voltage=voltage, user_class=user_class, zone=""):
            continue
        count = float(
            sum(in_month(holiday(key, month), first, month, facts) for key, first in overlay.holidays.items())
        )
        if count:
            left -= count
            days.append(
                TariffDay(
                    month=month.month,
                    kind=overlay.title.en,
                    days=count,
                    letters=overlaid(letters, overlay),
                    title=overlay.title,
                )
            )
    return (TariffDay(month=month.month, kind="ordinary", days=left, letters=letters), *days)


def in_month(fact: Fact, first: int | None, month: date, facts: MutableMapping[tuple[str, ...], Fact]) -> int:
    """Days of a holiday, or of its first so many days, that fall in a month; another year's dates are an estimate."""
    begin, end = (date.fromisoformat(fact.value[key]) for key in ("first", "last"))
    span = [begin + timedelta(days=step) for step in range((end - begin).days + 1)][:first]
    count = sum(day.month == month.month for day in span)
    if begin.year != month.year:
        note = f"the calendar of {begin.year} stands in for {month.year}"
        fact = replace(fact, source=replace(fact.source, confidence="estimate"), note=note)
    if count:
        record(facts, fact)
    return count


def record(facts: MutableMapping[tuple[str, ...], Fact], fact: Fact) -> None:
    """Keep a fact once for each value and confidence with which it was used."""
    key = (fact.name, fact.holds_from.isoformat(), str(fact.value), fact.source.confidence, fact.origin)
    facts.setdefault(key, fact)


def overlaid(letters: str, overlay: Overlay) -> str:
    """A day with the overlay's letter in its hours, drawn in half hours where whole hours do not carry it.

    Examples
    --------
    >>> from appraisal.library.retail_types import Scope
    >>> from appraisal.library.types import Title
    >>> noon = Overlay(title=Title(zh="", en=""), scope=Scope(), holidays={}, hours=((20, 28),), letter="d")
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
