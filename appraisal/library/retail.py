"""Twelve months of retail prices as of a date: which published month each takes, and what its bands cost.

A month that was published is used as published. A later one takes the same calendar month of the latest twelve
if that was published under the rule now in force and can carry today's transmission price, else the latest month;
both are labelled estimates. A user's own purchase price replaces the published one and removes that estimate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import isfinite
from typing import Any

from appraisal.errors import Fault, InputError, suggest
from appraisal.library.days import month_days, record
from appraisal.library.parameters import Entry, missing
from appraisal.library.retail_types import MonthRow, Ratios, RetailFile, Rule, Transmission
from appraisal.library.types import (
    LETTERS,
    Fact,
    GridCharges,
    MonthSource,
    Origin,
    Parts,
    RetailYear,
    Source,
    TariffDay,
    lowest,
)

YUAN_PER_KWH = "yuan/kWh incl. VAT"
PURCHASE_FIELD = "market.purchased_energy_yuan_per_kwh"
ROUND_GUARD = 1e-12  # keeps 0.28235 rounding up although its binary value lies a hair below


@dataclass(frozen=True, kw_only=True)
class User:
    """Who asks: one voltage, one- or two-part, one class and zone."""

    voltage: str
    parts: Parts
    user_class: str
    zone: str

    def meant(self, row: MonthRow | Ratios) -> bool:
        """Whether a row of the file applies to this user."""
        return row.scope.covers(parts=self.parts, voltage=self.voltage, user_class=self.user_class, zone=self.zone)


@dataclass(frozen=True, kw_only=True)
class MonthPrice:
    """One month priced: components as far as known, the two sums, and the month it was taken from."""

    components: Mapping[str, float | None]
    floating: float
    fixed: float
    source: MonthSource


@dataclass
class Reading:
    """Reads values of one tariff, records each as a fact and lets an overlay replace it."""

    file: RetailFile
    overlays: Mapping[str, Any]
    facts: dict[tuple[str, ...], Fact] = field(default_factory=dict)

    def value(
        self, key: str, value: Any, *, asked: date, begins: date, source: Source, unit: str = YUAN_PER_KWH,
        note: str = "", id: str = "", origin: Origin = "library",
    ) -> Any:
        """The value to use for ``<tariff>.<key>``."""
        name = f"{self.file.name}.{key}"
        fact = Fact(name=name, asked=asked, value=value, unit=unit, source=source, holds_from=begins, note=note, id=id,
                    origin=origin)
        if name in self.overlays:
            fact = overlay(fact, self.overlays[name])
        record(self.facts, fact)
        return fact.value

    def number(self, key: str, entries: Mapping[date, Entry], asked: date) -> float:
        """A dated number of the file."""
        begins = in_force(f"{self.file.name}.{key}", entries, asked)
        entry = entries[begins]
        return float(self.value(key, entry.value, asked=asked, begins=begins, source=entry.source, note=entry.note,
                                id=entry.id))


def overlay(fact: Fact, value: Any) -> Fact:
    """A fact with its value replaced by a what-if, which it says of itself."""
    cite = f"overlay of the case; replaces {fact.value} of {fact.source.cite}"
    source = Source(key="overlay", cite=cite, confidence="estimate", checked=fact.source.checked)
    return replace(fact, value=value, source=source, origin="overlay", replaced=fact.value)


def in_force(name: str, dated: Mapping[date, Any], asked: date) -> date:
    """The latest date at or before *asked*."""
    begun = [day for day in dated if day <= asked]
    if not begun:
        first = f"before {min(dated)}" if dated else "at all"
        raise missing(name, f"no value {first}, asked for {asked}")
    return max(begun)


def retail_year(
    file: RetailFile, *, start: date, voltage: str, parts: str, user_class: str | None, zone: str | None, user: str,
    purchased_energy: float | None, holiday: Callable[[str, date], Fact], overlays: Mapping[str, Any],
) -> RetailYear:
    """Prices of the twelve months from *start* on; see :meth:`appraisal.library.Library.retail`."""
    who = find_user(file, voltage=voltage, parts=parts, user_class=user_class, zone=zone)
    reading = Reading(file, overlays)
    priced: dict[int, MonthPrice] = {}
    ratios: dict[int, Mapping[str, float]] = {}
    days: dict[int, tuple[TariffDay, ...]] = {}
    transmission: dict[int, Mapping[str, float | None]] = {}
    rules: dict[int, Rule] = {}
    for month in twelve(start):
        place = month.month
        rule = rules[place] = read_rule(reading, month)
        ratios[place] = read_ratios(reading, rule, who, month)
        days[place] = month_days(rule, who.voltage, who.parts, who.user_class, month, holiday, reading.facts)
        transmission[place] = read_transmission(reading, who, month)
        priced[place] = month_price(reading, who, rule, month, transmission[place]["energy"], purchased_energy)
    order = range(1, 13)
    steps = max(len(day.letters) for group in days.values() for day in group)
    known = [key for key in ("purchased_energy", "loss", "system_operation", "bundle", "other", "transmission", "funds")
             if any(priced[place].components.get(key) is not None for place in order)]
    facts = tuple(reading.facts.values())
    estimated = any(priced[place].source.estimate for place in order)
    confidence = lowest(["estimate"] if estimated else [fact.source.confidence for fact in facts])
    return RetailYear(
        name=file.name, title=file.title, clock=file.clock, start=start.replace(day=1), voltage=who.voltage,
        parts=who.parts, user_class=who.user_class, zone=who.zone, user=user,
        days=tuple(replace(day, letters=finer(day.letters, steps)) for place in order for day in days[place]),
        prices=tuple(bands(ratios[place], priced[place], rules[place].rounding) for place in order),
        floating=tuple(priced[place].floating for place in order), fixed=tuple(priced[place].fixed for place in order),
        ratios=tuple(ratios[place] for place in order),
        components={key: tuple(priced[place].components.get(key) for place in order) for key in known},
        demand_yuan_per_kw_month=tuple(transmission[place]["demand"] for place in order),
        capacity_yuan_per_kva_month=tuple(transmission[place]["capacity"] for place in order),
        single_part_transmission=tuple(transmission[place]["single"] for place in order),
        months=tuple(priced[place].source for place in order), facts=facts, confidence=confidence, notes=file.notes)


def twelve(start: date) -> tuple[date, ...]:
    """First days of the twelve months from the month of *start* on.

    Examples
    --------
    >>> [f"{month:%Y-%m}" for month in twelve(date(2026, 11, 20))][:3]
    ['2026-11', '2026-12', '2027-01']
    """
    return tuple(date(start.year + (start.month - 1 + step) // 12, (start.month - 1 + step) % 12 + 1, 1)
                 for step in range(12))


def finer(letters: str, steps: int) -> str:
    """The same day in more steps."""
    return "".join(letter * (steps // len(letters)) for letter in letters)


def bands(ratios: Mapping[str, float], price: MonthPrice, rounding: float | None) -> Mapping[str, float]:
    """ratio * floating + fixed, the first term rounded where the province rounds it."""
    moving = {letter: ratios[letter] * price.floating for letter in LETTERS if letter in ratios}
    if rounding is not None:
        moving = {letter: round(value / rounding + ROUND_GUARD) * rounding for letter, value in moving.items()}
    return {letter: value + price.fixed for letter, value in moving.items()}


def find_user(file: RetailFile, *, voltage: str, parts: str, user_class: str | None, zone: str | None) -> User:
    """The user in the file's own words, or all that is wrong with the question."""
    faults: list[Fault] = []

    def refuse(path: str, word: str, known: list[str], what: str) -> None:
        faults.append(Fault(path=path, message=f"{file.name} has no {what} {word!r}; {suggest(word, known)}"))

    level = file.aliases.get(voltage.strip().lower(), "")
    if not level:
        refuse("market.voltage", voltage, list(file.voltages), "voltage")
    key = user_class if user_class is not None else file.default_class.get(parts, "")
    fitting = [name for name, known in file.classes.items() if parts in known.parts]
    if parts not in ("one", "two"):
        refuse("market.parts", parts, ["one", "two"], "parts")
    elif key not in fitting:
        refuse("market.user_class", key, fitting, f"{parts}-part user class")
    if file.zones and zone is None:
        faults.append(Fault(path="market.zone", message=f"{file.name} has price zones; name one of {', '.join(file.zones)}"))
    elif zone is not None and zone not in file.zones:
        refuse("market.zone", zone, list(file.zones), "zone")
    if faults:
        raise InputError(faults)
    return User(voltage=level, parts="one" if parts == "one" else "two", user_class=key, zone=zone or "")


def read_rule(reading: Reading, month: date) -> Rule:
    """The rule that makes bands in a month."""
    rules = reading.file.rules
    rule = rules[in_force(f"{reading.file.name}.rule", rules, month)]
    reading.value("rule", rule.document, asked=month, begins=rule.begins, source=rule.source, unit="document",
                  note=rule.note)
    return rule


def read_ratios(reading: Reading, rule: Rule, who: User, month: date) -> Mapping[str, float]:
    """Multiples by letter; a letter may be overlaid as ``<tariff>.ratio.<letter>``."""
    row = next(row for row in rule.ratios if month.month in row.months and who.meant(row))
    return {letter: float(reading.value(f"ratio.{letter}", value, asked=month, begins=rule.begins, source=row.source,
                                        unit="multiple of flat", id=row.id))
            for letter, value in row.by_letter.items()}


def read_transmission(reading: Reading, who: User, month: date) -> Mapping[str, float | None]:
    """Energy, demand and capacity price of the user's part and the one-part price; None where not known."""
    table = transmission_at(reading.file, month)
    if table is None:
        return {"energy": None, "demand": None, "capacity": None, "single": None}

    def read(key: str, value: float | None, unit: str = YUAN_PER_KWH) -> float | None:
        if value is None:
            return None
        name = f"transmission.{key}"
        return float(reading.value(name, value, asked=month, begins=table.begins, source=table.source, unit=unit,
                                   note=table.note, id=table.id))

    single = read(f"one.{who.voltage}", table.one.get(who.voltage))
    if who.parts == "one":
        return {"energy": single, "demand": None, "capacity": None, "single": single}
    own = table.two.get(who.voltage, {})
    return {"energy": read(f"two.{who.voltage}.energy", own.get("energy")),
            "demand": read(f"two.{who.voltage}.demand", own.get("demand"), "yuan/kW/month incl. VAT"),
            "capacity": read(f"two.{who.voltage}.capacity", own.get("capacity"), "yuan/kVA/month incl. VAT"),
            "single": single}


def transmission_at(file: RetailFile, month: date) -> Transmission | None:
    """The price table in force in a month, if the file has one that old."""
    begun = [day for day in file.transmission if day <= month]
    return file.transmission[max(begun)] if begun else None


def choose(file: RetailFile, rows: list[MonthRow], rule: Rule, month: date) -> tuple[MonthRow | None, str]:
    """The published row that prices a month, and why if it is not the month's own (the module's first lines)."""
    own = [row for row in rows if row.month == month]
    if own:
        return own[-1], ""
    past = [row for row in rows if row.month < month and (not row.printed or file_rule(file, row.month) is rule)]
    past = [row for row in past if not row.last_resort] or past
    if not past:
        return None, ""
    table = transmission_at(file, month)
    today = [row for row in past if not row.printed or transmission_at(file, row.month) is table]
    latest = max(today or past, key=lambda row: row.month)
    since = twelve(latest.month.replace(year=latest.month.year - 1))[1]
    for row in today:
        if row.month >= since and row.month.month == month.month and file_rule(file, row.month) is rule:
            return row, f"not published: the same month of {row.month.year}, under the rule in force"
    inside = "" if today else "; the transmission price printed then is inside and could not be brought up to date"
    return latest, f"not published: the latest published month that fits, {latest.month:%Y-%m}{inside}"


def file_rule(file: RetailFile, month: date) -> Rule | None:
    """The rule in force in a month, or None before the first."""
    begun = [day for day in file.rules if day <= month]
    return file.rules[max(begun)] if begun else None


def month_price(
    reading: Reading, who: User, rule: Rule, month: date, transmission: float | None, purchased_energy: float | None
) -> MonthPrice:
    """One month's two sums and components."""
    file = reading.file
    every = [row for row in file.months if who.meant(row)]
    whole = [row for row in every if row.printed]
    rows = every
    if transmission is None:
        rows = whole
    elif purchased_energy is not None and len(whole) < len(every):
        rows = [row for row in every if not row.printed]
    row, reason = choose(file, rows, rule, month)
    if row is None and transmission is None and every:
        raise missing(f"{file.name}.transmission.{who.parts}.{who.voltage}",
                      f"no {who.parts}-part price at {who.voltage} is known for {month:%Y-%m}")
    if row is None:
        raise missing(f"{file.name}.purchased_energy",
                      f"no price was published for {who.parts}-part {who.voltage} up to {month:%Y-%m}; "
                      f"state {PURCHASE_FIELD}" if purchased_energy is None else
                      f"no loss and system operation price was published for {who.parts}-part {who.voltage} up to "
                      f"{month:%Y-%m}, and a purchase price alone does not make a tariff")
    taken = MonthSource(month=month, taken=row.month, estimate=bool(reason), reason=reason, rule_from=rule.begins,
                        note="; ".join(text for text in (row.derived, row.note) if text))
    if row.printed or transmission is None:
        return printed_price(reading, row, taken, rule, purchased_energy)
    return component_price(reading, who, rule, row, taken, transmission, purchased_energy)


def printed_price(
    reading: Reading, row: MonthRow, taken: MonthSource, rule: Rule, purchased_energy: float | None
) -> MonthPrice:
    """A month whose bands were printed as a whole for this class."""
    floating, fixed = (float(read_row(reading, row, key, taken.month)) for key in ("floating", "fixed"))
    if purchased_energy is None:
        return MonthPrice(components={}, floating=floating, fixed=fixed, source=taken)
    if {"transmission", "funds", "system_operation"} & set(rule.floats):
        raise missing(f"{reading.file.name}.transmission",
                      f"not known apart from the price printed for {row.month:%Y-%m}, so {PURCHASE_FIELD} "
                      f"cannot replace a part of it in {taken.month:%Y-%m}")
    read_purchase(reading, purchased_energy, taken.month)
    return MonthPrice(components={"purchased_energy": purchased_energy}, floating=purchased_energy, fixed=fixed,
                      source=replace(taken, note=f"{taken.note}; only the unmultiplied part is taken"))


def component_price(
    reading: Reading, who: User, rule: Rule, row: MonthRow, taken: MonthSource, transmission: float,
    purchased_energy: float | None,
) -> MonthPrice:
    """A month put together from its components, transmission and funds at today's price."""
    parts: dict[str, float | None] = {}
    main = "purchased_energy" if "purchased_energy" in row.values else "bundle"
    for key in ("purchased_energy", "loss", "system_operation", "bundle", "other"):
        if key == main and purchased_energy is not None:
            parts[key] = read_purchase(reading, purchased_energy, taken.month)
        elif key in row.values:
            parts[key] = float(read_row(reading, row, key, taken.month))
    zone = reading.file.zones.get(who.zone)
    adds = reading.number(f"zone.{who.zone}", zone.adds, taken.month) if zone is not None else 0.0
    parts["transmission"] = transmission + adds
    parts["funds"] = reading.number("funds", reading.file.funds, taken.month)
    floating = sum(value for key, value in parts.items() if value is not None and key in rule.floats)
    fixed = sum(value for key, value in parts.items() if value is not None and key not in rule.floats)
    if purchased_energy is not None and main == "bundle":
        taken = replace(taken, note=f"{taken.note}; the stated purchase price stands for all that is known only together")
    only = purchased_energy is not None and set(row.values) <= {main}
    return MonthPrice(components=parts, floating=floating, fixed=fixed,
                      source=replace(taken, estimate=False, reason="") if only else taken)


def read_row(reading: Reading, row: MonthRow, key: str, asked: date) -> Any:
    """A value of a published month, at estimate where it stands in for another month."""
    source = row.source if row.month == asked else replace(row.source, confidence="estimate")
    note = "; ".join(text for text in (row.derived, row.note) if text)
    return reading.value(key, row.values[key], asked=asked, begins=row.month, source=source, note=note, id=row.id)


def read_purchase(reading: Reading, value: float, asked: date) -> float:
    """The user's own purchase price, recorded as the case's."""
    if not isfinite(value):
        raise InputError([Fault(path=PURCHASE_FIELD, message=f"{value} is not a finite price")])
    source = Source(key="case", cite=PURCHASE_FIELD, confidence="secondary", checked=asked, note="stated by the user")
    return float(reading.value("purchased_energy", value, asked=asked, begins=asked, source=source, origin="case"))


def grid_charges(
    file: RetailFile, *, start: date, voltage: str, zone: str | None, overlays: Mapping[str, Any]
) -> GridCharges:
    """Loss, system operation and one-part transmission of twelve months; see ``Library.grid_charges``."""
    who = find_user(file, voltage=voltage, parts="one", user_class=None, zone=zone)
    reading = Reading(file, overlays)
    found: dict[int, tuple[float | None, float | None, float, float, MonthSource]] = {}
    for month in twelve(start):
        rule = read_rule(reading, month)
        rows = [row for row in file.months if who.meant(row) and charge_parts(row)]
        row, reason = choose(file, rows, rule, month)
        single = read_transmission(reading, who, month)["single"]
        if row is None:
            raise missing(f"{file.name}.loss", "loss and system operation are not known apart from the purchase price "
                                               f"up to {month:%Y-%m}; state them in the case")
        if single is None:
            raise missing(f"{file.name}.transmission.one.{who.voltage}", f"no one-part price is known for {month:%Y-%m}")
        read = {key: float(read_row(reading, row, key, month)) for key in charge_parts(row)}
        loss = read.get("loss", read.get("loss_inside_purchase"))
        known = zone_adds(reading, who, month)
        source = MonthSource(month=month, taken=row.month, estimate=bool(reason), reason=reason, rule_from=rule.begins,
                             note="; ".join(text for text in (row.derived, row.note) if text))
        found[month.month] = (loss, read.get("system_operation"), sum(read.values()), single + known, source)
    facts = tuple(reading.facts.values())
    columns = [found[place] for place in range(1, 13)]
    return GridCharges(
        name=file.name, start=start.replace(day=1), voltage=who.voltage, loss=tuple(row[0] for row in columns),
        system_operation=tuple(row[1] for row in columns), loss_and_system_operation=tuple(row[2] for row in columns),
        single_part_transmission=tuple(row[3] for row in columns), months=tuple(row[4] for row in columns), facts=facts,
        confidence=lowest(["estimate"] if any(row[4].estimate for row in columns) else
                          [fact.source.confidence for fact in facts]))


def charge_parts(row: MonthRow) -> tuple[str, ...]:
    """The keys of a row that make up loss and system operation; empty where the row does not hold both."""
    options = (("loss", "system_operation"), ("loss_inside_purchase", "system_operation"), ("loss_and_system_operation",))
    return next((keys for keys in options if all(key in row.values for key in keys)), ())


def zone_adds(reading: Reading, who: User, month: date) -> float:
    """What the user's price zone adds to transmission."""
    zone = reading.file.zones.get(who.zone)
    return reading.number(f"zone.{who.zone}", zone.adds, month) if zone is not None else 0.0
