"""Verifies one retail tariff: its rules, its letters, its months, what it can price, and the notice on time of use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from appraisal.errors import Fault, InputError, said
from appraisal.library.days import month_days
from appraisal.library.library import Library
from appraisal.library.months import file_rule, transmission_at
from appraisal.library.reading import Reading, find_user
from appraisal.library.retail import component_price, month_source, read_transmission
from appraisal.library.retail_types import MonthRow, RetailFile, Rule
from appraisal.library.time_of_use import RULES, requirements
from appraisal.library.types import Confidence, RetailYear, Title

OLD_PRICE = timedelta(days=365)
AHEAD = timedelta(days=31)
# Bounds of one component, yuan/kWh: none was ever above; what is bought costs something.
MOST = 1.5
LEAST = {"purchased_energy": 0.0, "bundle": 0.0, "floating": 0.0}
# Bands printed to 0.001 yuan/kWh give a floating part that is good to about twice that.
CONTRADICTION = 0.003
# What a tariff may lack so that some of its users cannot be priced: which parts that excuses.
EXCUSES = {
    "ratios": ("one", "two"),
    "purchased_energy": ("one", "two"),
    "transmission": ("one", "two"),
    "one_part_prices": ("one",),
    "two_part_prices": ("two",),
}


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How far one tariff can be priced over the twelve months from a date.

    Attributes
    ----------
    users, priced : kinds of user (voltage, part, class, zone) of the price table in force, and how many have prices.
    published : months of the twelve that were published for the best-served user, the others being estimates.
    latest : youngest month of which a published table was read; None where there is none.
    confidence : of the weakest value behind the best-served user; None where nothing is priced.
    absent : words of ``ABSENT``: what the tariff says that the evidence does not give.
    """

    name: str
    title: Title
    users: int
    priced: int
    published: int
    latest: date | None
    confidence: Confidence | None
    absent: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _User:
    voltage: str
    parts: str
    user_class: str
    zone: str | None

    def label(self) -> str:
        return f"{self.parts}-part {self.voltage} {self.user_class} {self.zone or ''}".strip()


def faults_of(library: Library, file: RetailFile) -> Iterator[Fault]:
    """What makes a tariff unusable in part: a month before the first rule, a letter without a ratio, a user without a price."""
    first = min(file.rules)
    for row in file.months:
        if row.month < first:
            yield Fault(where=file.where, line=row.line, path=f"months.{row.month:%Y-%m}", message=said(
                "published before the first rule of {first}", "公布月份早于最早的规则 {first}", first=first
            ))  # fmt: skip
    yield from _impossible(file)
    yield from _unnamed(file)
    for rule in file.rules.values():
        yield from _letters(library, file, rule)
    yield from _priced(library, file)


def warnings_of(library: Library, file: RetailFile, today: date) -> Iterator[Fault]:
    """What wants a person's eye: ratios below the notice, prices that contradict their components, prices of more than a year."""
    if library.has(RULES):
        yield from _ratios(library, file, today)
    yield from _contradictions(file)
    months = [row.month for row in file.months if row.month <= today and row.source.confidence != "estimate"]
    if months and today - max(months) > OLD_PRICE:
        yield Fault(where=file.where, path="months", message=said(
            "no price published since {latest:%Y-%m}", "自 {latest:%Y-%m} 以来没有公布的电价", latest=max(months)
        ))  # fmt: skip


def coverage(library: Library, file: RetailFile, today: date) -> Coverage:
    """What the tariff can price over the twelve months from a date, by the months that had been published by then."""
    known = replace(file, months=tuple(row for row in file.months if row.month <= today))
    as_known = replace(library, read={**library.read, file.name: known})
    years: list[RetailYear] = []
    who = _users(file, today)
    for user in who:
        try:
            years.append(_year(as_known, file, user, today))
        except InputError:
            continue  # Counted: the user is one of ``users`` and not of ``priced``.
    best = max(years, key=lambda year: sum(not month.estimate for month in year.months), default=None)
    return Coverage(
        name=file.name,
        title=file.title,
        users=len(who),
        priced=len(years),
        published=0 if best is None else sum(not month.estimate for month in best.months),
        latest=max((row.month for row in known.months if row.source.confidence != "estimate"), default=None),
        confidence=None if best is None else best.confidence,
        absent=tuple(dict.fromkeys(word.what for word in file.absent)),
    )


def _impossible(file: RetailFile) -> Iterator[Fault]:
    """Months that cannot have been read, and prices that cannot be yuan/kWh."""
    for row in file.months:
        path = f"months.{row.month:%Y-%m}"
        # The table of a month is published at the end of the month before.
        if row.month > row.source.checked + AHEAD:
            yield Fault(where=file.where, line=row.line, path=path, message=said(
                "later than the source could tell when it was read on {day}", "晚于来源查阅日 {day} 所能公布的月份", day=row.source.checked
            ))  # fmt: skip
        for key, value in row.values.items():
            if not LEAST.get(key, -MOST) <= value <= MOST:
                yield Fault(where=file.where, line=row.line, path=path, message=said(
                    "{key} of {value:g} yuan/kWh is no price of this kind; mind the unit", "{key} 为 {value:g} 元/千瓦时，不可能是该项电价；请检查单位",
                    key=key, value=value,
                ))  # fmt: skip


def _unnamed(file: RetailFile) -> Iterator[Fault]:
    """Users of the latest price table whose earlier transmission price is missing although no word says so."""
    begins = min(file.rules)
    if any(word.what == "transmission" for word in file.absent):
        return
    for user in _users(file, max(file.transmission)):
        table = transmission_at(file, begins)
        known = {} if table is None else table.one if user.parts == "one" else table.two.get(user.voltage, {})
        if (user.voltage if user.parts == "one" else "energy") not in known:
            yield Fault(where=file.where, path="absent", message=said(
                "the transmission price of {begins} is not known for all users of the latest table; name it under {key}",
                "{begins} 的输配电价并非对最新价表的所有用户都已知；请在 {key} 中注明", begins=begins, key="absent",
            ))  # fmt: skip
            return


def _letters(library: Library, file: RetailFile, rule: Rule) -> Iterator[Fault]:
    """A rule against the calendar of the year after it began: each letter that a day can show has a ratio."""
    path, year = f"rules.{rule.begins}.overlays", rule.begins.year + 1
    try:
        for key in {key for overlay in rule.overlays for key in overlay.holidays}:
            library.holiday(key, date(year, 1, 1))
    except InputError as error:
        yield from (Fault(where=file.where, path=path, message=fault.sentence()) for fault in error.faults)
        return
    told: set[tuple[int, str]] = set()
    for who in _classes(file):
        for month in range(1, 13):
            days = month_days(rule, **who, month=date(year, month, 1), holiday=library.holiday, facts={})
            shown = {letter for day in days for letter in day.letters}
            for row in rule.ratios:
                if month in row.months and row.scope.covers(**who, zone=""):
                    told |= {(row.line, letter) for letter in shown - set(row.by_letter)}
    for line, letter in sorted(told):
        yield Fault(where=file.where, line=line, path=path, message=said(
            "no ratio for {letter!r} in this row", "这一行没有 {letter!r} 的比价", letter=letter
        ))  # fmt: skip


def _classes(file: RetailFile) -> Iterator[dict[str, str]]:
    """Every voltage, part and class of a tariff."""
    for voltage in file.voltages:
        for key, user_class in file.classes.items():
            for parts in user_class.parts:
                yield {"voltage": voltage, "parts": parts, "user_class": key}


def _users(file: RetailFile, day: date) -> list[_User]:
    """Every kind of user that the price table in force on a day, or the latest of all, has a price for."""
    tables = [table for table in (transmission_at(file, day), file.transmission[max(file.transmission)]) if table]
    zones: list[str | None] = [key for key, zone in file.zones.items() if zone.adds] if file.zones else [None]
    pairs = [("one", voltage) for table in tables for voltage in table.one]
    pairs += [("two", voltage) for table in tables for voltage, row in table.two.items() if "energy" in row]
    return [
        _User(voltage=voltage, parts=parts, user_class=key, zone=zone)
        for parts, voltage in dict.fromkeys(pairs)
        for key, user_class in file.classes.items()
        if parts in user_class.parts
        for zone in zones
    ]


def _year(library: Library, file: RetailFile, user: _User, day: date) -> RetailYear:
    return library.retail(
        file.name, start=day, voltage=user.voltage, parts=user.parts, user_class=user.user_class, zone=user.zone
    )


def _priced(library: Library, file: RetailFile) -> Iterator[Fault]:
    """Each user of the latest price table has a year of prices whose days fill it, or the file says what is absent."""
    begins = max(file.transmission)
    start = max(begins, max((row.month for row in file.months), default=begins))
    for user in _users(file, start):
        try:
            year = _year(library, file, user, start)
        except InputError as error:
            if not any(user.parts in EXCUSES.get(word.what, ()) for word in file.absent):
                yield from (
                    Fault(where=file.where, path=user.label(), message=fault.sentence()) for fault in error.faults
                )
            continue
        if sum(day.days for day in year.days) != 365.0:
            yield Fault(where=file.where, path=user.label(), message=said(
                "the days of the year do not add up to 365", "全年天数合计不是 365"
            ))  # fmt: skip


def _ratios(library: Library, file: RetailFile, today: date) -> Iterator[Fault]:
    """The rule in force against the notice of 2021; no file says the load difference of its system, see :func:`requirements`."""
    rule = file_rule(file, today)
    if rule is None:
        return
    for row in rule.ratios:
        who = " ".join([*row.scope.classes, *row.scope.parts, *row.scope.voltages])
        path = f"rules.{rule.begins} {who}".strip()
        for one in requirements(library, row.by_letter, today):
            if not one.met:
                yield Fault(where=file.where, line=row.line, path=path, message=one.told())


def _contradictions(file: RetailFile) -> Iterator[Fault]:
    """Months that hold a user's printed price and its components as well: the two must agree."""
    for row in (row for row in file.months if row.printed):
        for other in (other for other in file.months if not other.printed and other.month == row.month):
            for user in _users(file, row.month):
                gap = _gap(file, row, other, user)
                if gap is not None and max(map(abs, gap)) > CONTRADICTION:
                    yield Fault(where=file.where, line=row.line, path=f"months.{row.month:%Y-%m} {user.label()}", message=said(
                        "the printed price differs from its components by {floating:+.4f} (floating) and {fixed:+.4f} (fixed) yuan/kWh",
                        "公布电价与其组成相差 {floating:+.4f}（浮动部分）和 {fixed:+.4f}（不浮动部分）元/千瓦时",
                        floating=gap[0], fixed=gap[1],
                    ))  # fmt: skip


def _gap(file: RetailFile, row: MonthRow, other: MonthRow, user: _User) -> tuple[float, float] | None:
    """Printed less put together, floating and fixed; None where a row is not of this user or no component sum exists."""
    who = find_user(file, voltage=user.voltage, parts=user.parts, user_class=user.user_class, zone=user.zone)
    rule, reading = file_rule(file, row.month), Reading(file, {})
    transmission = read_transmission(reading, who, row.month)["energy"]
    if rule is None or transmission is None or not (who.meant(row) and who.meant(other)):
        return None
    made = component_price(reading, who, rule, other, month_source(other, row.month, "", rule), transmission, None)
    return row.values["floating"] - made.floating, row.values["fixed"] - made.fixed
