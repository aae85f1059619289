"""Who asks a retail tariff and what was read for the answer: each value a fact, each fact open to an overlay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from appraisal.errors import Fault, InputError, suggest
from appraisal.library.days import record
from appraisal.library.parameters import Entry, missing
from appraisal.library.retail_types import MonthRow, Ratios, RetailFile
from appraisal.library.types import Fact, Origin, Parts, Source

YUAN_PER_KWH = "yuan/kWh incl. VAT"


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


@dataclass
class Reading:
    """Reads values of one tariff, records each as a fact and lets an overlay replace it."""

    file: RetailFile
    overlays: Mapping[str, Any]
    facts: dict[tuple[str, ...], Fact] = field(default_factory=dict)

    def value(
        self,
        key: str,
        value: Any,
        *,
        asked: date,
        begins: date,
        source: Source,
        unit: str = YUAN_PER_KWH,
        note: str = "",
        id: str = "",
        origin: Origin = "library",
    ) -> Any:
        """The value to use for ``<tariff>.<key>``."""
        name = f"{self.file.name}.{key}"
        fact = Fact(
            name=name,
            asked=asked,
            value=value,
            unit=unit,
            source=source,
            holds_from=begins,
            note=note,
            id=id,
            origin=origin,
        )
        if name in self.overlays:
            fact = overlay(fact, self.overlays[name])
        record(self.facts, fact)
        return fact.value

    def number(self, key: str, entries: Mapping[date, Entry], asked: date) -> float:
        """A dated number of the file."""
        begins = in_force(f"{self.file.name}.{key}", entries, asked)
        entry = entries[begins]
        return float(
            self.value(key, entry.value, asked=asked, begins=begins, source=entry.source, note=entry.note, id=entry.id)
        )


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
        faults.append(
            Fault(path="market.zone", message=f"{file.name} has price zones; name one of {', '.join(file.zones)}")
        )
    elif zone is not None and zone not in file.zones:
        refuse("market.zone", zone, list(file.zones), "zone")
    if faults:
        raise InputError(faults)
    return User(voltage=level, parts="one" if parts == "one" else "two", user_class=key, zone=zone or "")
