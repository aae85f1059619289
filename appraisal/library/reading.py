"""Who asks a retail tariff and what was read for the answer: each value a fact, each fact open to an overlay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from appraisal.errors import Fault, InputError, Message, said, suggest
from appraisal.library.days import record
from appraisal.library.parameters import Entry, missing
from appraisal.library.retail_types import MonthRow, Ratios, RetailFile
from appraisal.library.types import Fact, Origin, Parts, Source
from appraisal.text import PARTS

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
    cite_zh = f"算例中的假设；替代 {fact.source.cited('zh')} 的 {fact.value}"
    source = Source(key="overlay", cite=cite, cite_zh=cite_zh, confidence="estimate", checked=fact.source.checked)
    return replace(fact, value=value, source=source, origin="overlay", replaced=fact.value)


def in_force(name: str, dated: Mapping[date, Any], asked: date) -> date:
    """The latest date at or before *asked*."""
    begun = [day for day in dated if day <= asked]
    if not begun:
        if not dated:
            raise missing(
                name, said("no value at all, asked for {asked}", "没有任何值，所查日期为 {asked}", asked=asked)
            )
        raise missing(name, said(
            "no value before {first}, asked for {asked}", "{first} 之前没有值，所查日期为 {asked}", first=min(dated), asked=asked
        ))  # fmt: skip
    return max(begun)


def find_user(file: RetailFile, *, voltage: str, parts: str, user_class: str | None, zone: str | None) -> User:
    """The user in the file's own words, or all that is wrong with the question."""
    faults: list[Fault] = []

    def refuse(path: str, word: str, known: list[str], what: Message) -> None:
        message = said(
            "{name} has no {what} {word!r}; {known}",
            "{name} 没有{what} {word!r}；{known}", name=file.name, what=what, word=word, known=suggest(word, known)
        )  # fmt: skip
        faults.append(Fault(path=path, message=message))

    level = file.aliases.get(voltage.strip().lower(), "")
    if not level:
        refuse("market.voltage", voltage, list(file.voltages), said("voltage", "电压等级"))
    key = user_class if user_class is not None else file.default_class.get(parts, "")
    fitting = [name for name, known in file.classes.items() if parts in known.parts]
    if parts not in ("one", "two"):
        refuse("market.parts", parts, ["one", "two"], said("parts", "电价制式"))
    elif not fitting:
        faults.append(Fault(path="market.parts", message=said(
            "{name} has no prices of {en}-part users", "{name} 没有{zh}用户的电价",
            name=file.name, en=parts, zh=PARTS[parts][0],
        )))  # fmt: skip
    elif key not in fitting:
        refuse("market.user_class", key, fitting, said(
            "{en}-part user class", "{zh}的用户类别", en=parts, zh=PARTS[parts][0]
        ))  # fmt: skip
    if file.zones and zone is None:
        message = said(
            "{name} has price zones; name one of {zones}",
            "{name} 分价区；请选一个：{zones}", name=file.name, zones=", ".join(file.zones)
        )  # fmt: skip
        faults.append(Fault(path="market.zone", message=message))
    elif zone is not None and zone not in file.zones:
        refuse("market.zone", zone, list(file.zones), said("zone", "价区"))
    if faults:
        raise InputError(faults)
    return User(voltage=level, parts="one" if parts == "one" else "two", user_class=key, zone=zone or "")
