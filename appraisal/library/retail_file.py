"""Reads a retail tariff file and checks it: periods drawn by hand, ratios, prices, months as published."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from zoneinfo import available_timezones

from appraisal.library.parameters import (
    Entry,
    read_notes,
    read_source_key,
    read_sources,
    read_title,
)
from appraisal.library.reader import Faults, Node, read_file
from appraisal.library.retail_types import (
    ASIDE,
    COMPONENTS,
    HALF_HOURS,
    MONTHLY,
    MONTHS,
    PARTS,
    PRINTED,
    MonthRow,
    Overlay,
    Ratios,
    RetailFile,
    Rule,
    Scope,
    Transmission,
    UserClass,
    Zone,
)
from appraisal.library.types import LETTERS, Source, Title

STEPS = (24, 48, 96)
HOURS = re.compile(r"([0-2]\d):([03]0)-([0-2]\d):([03]0)\Z")
SCOPE = ("parts", "voltages", "classes", "zones")


def read_retail(path: Path, name: str, where: str) -> RetailFile:
    """Read one area's retail tariff.

    Parameters
    ----------
    path
        The file.
    name
        Dotted name: ``retail.zhejiang``.
    where
        What messages call the file.

    Raises
    ------
    InputError
        With all faults of the file and their lines.
    """
    return _Retail(Faults(where), name).read(read_file(path, where))


class _Retail:
    """One reading of one file: the sources and names that the rest of the file may refer to."""

    def __init__(self, faults: Faults, name: str) -> None:
        self.faults, self.name = faults, name
        self.sources: Mapping[str, Source] = {}
        self.known: dict[str, tuple[str, ...]] = {"parts": PARTS}

    def read(self, root: Node) -> RetailFile:
        required = (
            "title",
            "clock",
            "classes",
            "default_class",
            "voltages",
            "rules",
            "transmission",
            "funds",
            "loss_rate",
            "months",
            "sources",
        )
        top = self.faults.mapping(root, "", required, ("zones", "notes"))
        self.faults.raise_all()
        self.sources = read_sources(self.faults, top["sources"])
        classes = {
            key: self.user_class(key, node) for key, node in self.faults.mapping(top["classes"], "classes").items()
        }
        zones = {key: self.zone(key, node) for key, node in self.optional(top, "zones").items()}
        voltages, aliases = self.voltages(top["voltages"])
        self.known |= {"classes": tuple(classes), "zones": tuple(zones), "voltages": tuple(voltages)}
        result = RetailFile(
            name=self.name,
            where=self.faults.where,
            title=read_title(self.faults, top["title"], "title"),
            clock=self.clock(top["clock"]),
            notes=read_notes(self.faults, top.get("notes")),
            classes=classes,
            default_class=self.default_class(top["default_class"]),
            zones=zones,
            voltages=voltages,
            aliases=aliases,
            rules=self.rules(top["rules"]),
            transmission=self.transmission(top["transmission"]),
            funds=self.entries(top["funds"], "funds"),
            loss_rate=self.entries(top["loss_rate"], "loss_rate"),
            months=self.months(top["months"]),
            sources=self.sources,
        )
        self.ratios_cover(result)
        self.faults.raise_all()
        return result

    def optional(self, top: Mapping[str, Node], key: str) -> dict[str, Node]:
        return self.faults.mapping(top[key], key) if key in top else {}

    def clock(self, node: Node) -> str:
        zone = self.faults.text(node, "clock") or ""
        if zone and zone not in available_timezones():
            self.faults.add(node, "clock", f"{zone!r} is no time zone; write Asia/Shanghai")
        return zone

    def user_class(self, key: str, node: Node) -> UserClass:
        items = self.faults.mapping(node, f"classes.{key}", ("zh", "en", "parts"), ())
        parts = self.words(items.get("parts"), f"classes.{key}.parts", PARTS)
        return UserClass(title=self.title(items, f"classes.{key}"), parts=parts)

    def title(self, items: Mapping[str, Node], path: str) -> Title:
        texts = {key: self.faults.text(items[key], f"{path}.{key}") or "" for key in ("zh", "en") if key in items}
        return Title(zh=texts.get("zh", ""), en=texts.get("en", ""))

    def zone(self, key: str, node: Node) -> Zone:
        items = self.faults.mapping(node, f"zones.{key}", ("zh", "en"), ("adds",))
        adds = self.entries(items["adds"], f"zones.{key}.adds") if "adds" in items else {}
        return Zone(title=self.title(items, f"zones.{key}"), adds=adds)

    def voltages(self, node: Node) -> tuple[dict[str, Title], dict[str, str]]:
        titles: dict[str, Title] = {}
        aliases: dict[str, str] = {}
        for key, inner in self.faults.mapping(node, "voltages").items():
            path = f"voltages.{key}"
            items = self.faults.mapping(inner, path, ("zh", "en"), ("also",))
            titles[key] = self.title(items, path)
            also = self.faults.items(items["also"], f"{path}.also") if "also" in items else []
            for word in (key, *(self.faults.text(item, f"{path}.also") or "" for item in also)):
                if word.lower() in aliases:
                    self.faults.add(inner, path, f"{word!r} names two voltages")
                aliases[word.lower()] = key
        return titles, aliases

    def default_class(self, node: Node) -> dict[str, str]:
        items = self.faults.mapping(node, "default_class", PARTS, ())
        return {
            key: self.faults.choice(inner, f"default_class.{key}", self.known["classes"]) or ""
            for key, inner in items.items()
        }

    def words(self, node: Node | None, path: str, known: tuple[str, ...]) -> tuple[str, ...]:
        """One word or a list of words out of those known."""
        if node is None:
            return ()
        inner = node.value if isinstance(node.value, list) else [node]
        return tuple(self.faults.choice(item, path, known) or "" for item in inner)

    def scope(self, items: Mapping[str, Node], path: str) -> Scope:
        read = {key: self.words(items.get(key), f"{path}.{key}", self.known[key]) for key in SCOPE}
        return Scope(parts=read["parts"], voltages=read["voltages"], classes=read["classes"], zones=read["zones"])

    def entries(self, node: Node, path: str) -> dict[date, Entry]:
        """Dated numbers with a source."""
        result: dict[date, Entry] = {}
        for day, inner in self.faults.dated(node, path).items():
            items = self.faults.mapping(inner, f"{path}.{day}", ("value", "source"), ("note", "id", "confidence"))
            source = read_source_key(self.faults, items, f"{path}.{day}", self.sources)
            value = self.faults.number(items["value"], f"{path}.{day}.value") if "value" in items else None
            if source is not None and value is not None:
                result[day] = Entry(
                    value=value,
                    source=source,
                    line=inner.line,
                    note=self.word(items, "note", path),
                    id=self.word(items, "id", path),
                )
        return result

    def word(self, items: Mapping[str, Node], key: str, path: str) -> str:
        return self.faults.text(items[key], f"{path}.{key}") or "" if key in items else ""

    def rules(self, node: Node) -> dict[date, Rule]:
        result: dict[date, Rule] = {}
        for day, inner in self.faults.dated(node, "rules").items():
            rule = self.rule(day, inner, f"rules.{day}")
            if rule is not None:
                result[day] = rule
        if not result:
            self.faults.add(node, "rules", "holds no rule")
        return result

    def rule(self, day: date, node: Node, path: str) -> Rule | None:
        required = ("document", "source", "floats", "ratios", "periods")
        items = self.faults.mapping(node, path, required, ("note", "rounding", "overlays", "conditional", "confidence"))
        source = read_source_key(self.faults, items, path, self.sources)
        if source is None or any(key not in items for key in required):
            return None
        ratios = [
            self.ratio(inner, f"{path}.ratios[{place}]", source)
            for place, inner in enumerate(self.faults.items(items["ratios"], f"{path}.ratios"))
        ]
        return Rule(
            begins=day,
            document=self.word(items, "document", path),
            source=source,
            note=self.word(items, "note", path),
            floats=self.words(items["floats"], f"{path}.floats", COMPONENTS),
            rounding=self.faults.number(items["rounding"], f"{path}.rounding") if "rounding" in items else None,
            ratios=tuple(ratios),
            periods=self.periods(items["periods"], f"{path}.periods"),
            overlays=self.overlays(items, "overlays", "holidays", path),
            conditional=self.overlays(items, "conditional", "trigger", path),
        )

    def ratio(self, node: Node, path: str, source: Source) -> Ratios:
        items = self.faults.mapping(node, path, ("f",), (*SCOPE, "months", *LETTERS, "source", "id"))
        by_letter: dict[str, float] = {}
        for letter in LETTERS:
            value = self.faults.number(items[letter], f"{path}.{letter}") if letter in items else None
            if value is not None:
                by_letter[letter] = value
        if by_letter.get("f", 1.0) != 1.0:
            self.faults.add(node, path, f"the flat ratio is {by_letter['f']}, expected 1: ratios are multiples of flat")
        months = self.month_set(items["months"], f"{path}.months") if "months" in items else frozenset(range(1, 13))
        own = read_source_key(self.faults, items, path, self.sources)
        return Ratios(
            scope=self.scope(items, path),
            months=months,
            by_letter=by_letter,
            source=own or source,
            id=self.word(items, "id", path),
            line=node.line,
        )

    def month_set(self, node: Node, path: str) -> frozenset[int]:
        words = [word.strip() for word in (self.faults.text(node, path) or "").split(",")]
        for word in words:
            if word not in MONTHS:
                self.faults.add(node, path, f"{word!r} is no month; write jan,feb …")
        return frozenset(MONTHS.index(word) + 1 for word in words if word in MONTHS)

    def periods(self, node: Node, path: str) -> dict[int, str]:
        """Twelve maps of letters; ``others`` stands for the months not named, and each month has exactly one map."""
        result: dict[int, str] = {}
        for key, inner in self.faults.mapping(node, path).items():
            where = f"{path} {key}"
            letters = self.letters(inner, where)
            months = (
                frozenset(range(1, 13)) - set(result)
                if key == "others"
                else self.month_set(Node(key, inner.line), where)
            )
            for month in sorted(months):
                if month in result:
                    self.faults.add(inner, where, f"{MONTHS[month - 1]} has a map already")
                result[month] = letters
        absent = [word for place, word in enumerate(MONTHS, start=1) if place not in result]
        if absent:
            self.faults.add(node, path, f"no map for {', '.join(absent)}")
        return result

    def letters(self, node: Node, path: str) -> str:
        text = (self.faults.text(node, path) or "").replace(" ", "")
        if text and len(text) not in STEPS:
            self.faults.add(
                node, path, f"{len(text)} letters, expected 24, 48 or 96, one per hour, half or quarter hour"
            )
        odd = sorted(set(text) - set(LETTERS))
        if odd:
            self.faults.add(node, path, f"letters {', '.join(odd)} are not known; known: {', '.join(LETTERS)}")
        return text

    def overlays(self, items: Mapping[str, Node], key: str, cause: str, path: str) -> tuple[Overlay, ...]:
        inner = self.faults.items(items[key], f"{path}.{key}") if key in items else []
        return tuple(self.overlay(node, f"{path}.{key}[{place}]", cause) for place, node in enumerate(inner))

    def overlay(self, node: Node, path: str, cause: str) -> Overlay:
        items = self.faults.mapping(node, path, ("zh", "en", cause, "hours", "letter"), SCOPE)
        holidays: dict[str, int | None] = {}
        for key, inner in (
            self.faults.mapping(items["holidays"], f"{path}.holidays") if "holidays" in items else {}
        ).items():
            if inner.value != "all" and not (isinstance(inner.value, int) and inner.value > 0):
                self.faults.add(inner, f"{path}.holidays.{key}", "write all, or how many of its first days")
            holidays[key] = inner.value if isinstance(inner.value, int) else None
        letter = self.faults.choice(items["letter"], f"{path}.letter", tuple(LETTERS)) if "letter" in items else ""
        return Overlay(
            title=self.title(items, path),
            scope=self.scope(items, path),
            holidays=holidays,
            hours=self.hours(items["hours"], f"{path}.hours") if "hours" in items else (),
            letter=letter or "",
            trigger=self.word(items, "trigger", path),
        )

    def hours(self, node: Node, path: str) -> tuple[tuple[int, int], ...]:
        spans: list[tuple[int, int]] = []
        for word in (self.faults.text(node, path) or "").split(","):
            found = HOURS.match(word.strip())
            first, last = (
                (0, 0)
                if found is None
                else (int(found[1]) * 2 + int(found[2]) // 30, int(found[3]) * 2 + int(found[4]) // 30)
            )
            if not first < last <= HALF_HOURS:
                self.faults.add(node, path, f"{word.strip()!r} is no span of a day; write 10:00-14:00")
            spans.append((first, last))
        return tuple(spans)

    def transmission(self, node: Node) -> dict[date, Transmission]:
        result: dict[date, Transmission] = {}
        for day, inner in self.faults.dated(node, "transmission").items():
            path = f"transmission.{day}"
            items = self.faults.mapping(inner, path, ("source",), ("one", "two", "note", "id", "confidence"))
            source = read_source_key(self.faults, items, path, self.sources)
            one = {
                key: self.faults.number(value, f"{path}.one.{key}") or 0.0
                for key, value in self.by_voltage(items, "one", path).items()
            }
            two = {
                key: self.two_part(value, f"{path}.two.{key}")
                for key, value in self.by_voltage(items, "two", path).items()
            }
            if source is not None:
                result[day] = Transmission(
                    begins=day,
                    source=source,
                    note=self.word(items, "note", path),
                    id=self.word(items, "id", path),
                    one=one,
                    two=two,
                )
        return result

    def by_voltage(self, items: Mapping[str, Node], key: str, path: str) -> dict[str, Node]:
        inner = self.faults.mapping(items[key], f"{path}.{key}", (), self.known["voltages"]) if key in items else {}
        return {name: node for name, node in inner.items() if name in self.known["voltages"]}

    def two_part(self, node: Node, path: str) -> dict[str, float]:
        items = self.faults.mapping(node, path, (), ("energy", "demand", "capacity"))
        read = {key: self.faults.number(inner, f"{path}.{key}") for key, inner in items.items()}
        return {key: value for key, value in read.items() if value is not None}

    def months(self, node: Node) -> tuple[MonthRow, ...]:
        rows: list[MonthRow] = []
        for day, inner in self.faults.dated(node, "months").items():
            for place, item in enumerate(self.faults.items(inner, f"months.{day}")):
                row = self.month_row(day, item, f"months.{day:%Y-%m}[{place}]")
                rows += [row] if row is not None else []
        return tuple(rows)

    def month_row(self, day: date, node: Node, path: str) -> MonthRow | None:
        optional = ("for", *MONTHLY, *PRINTED, *ASIDE, "id", "derived", "note", "confidence", "last_resort")
        items = self.faults.mapping(node, path, ("source",), optional)
        source = read_source_key(self.faults, items, path, self.sources)
        scoped = self.faults.mapping(items["for"], f"{path}.for", (), SCOPE) if "for" in items else {}
        read = {
            key: self.faults.number(items[key], f"{path}.{key}") for key in (*MONTHLY, *PRINTED, *ASIDE) if key in items
        }
        values = {key: value for key, value in read.items() if value is not None}
        printed, parts = set(values) & set(PRINTED), set(values) & set(MONTHLY)
        if len(printed) == 1 or (printed and parts) or not (printed or parts):
            self.faults.add(node, path, "holds either components, or both floating and fixed")
        if day.day != 1:
            self.faults.add(node, path, "a month is written 2026-08")
        only = items.get("last_resort")
        if only is not None and only.value is not True:
            self.faults.add(only, f"{path}.last_resort", "is true or left out")
        if source is None:
            return None
        return MonthRow(
            month=day,
            scope=self.scope(scoped, f"{path}.for"),
            values=values,
            source=source,
            id=self.word(items, "id", path),
            derived=self.word(items, "derived", path),
            note=self.word(items, "note", path),
            last_resort=only is not None,
            line=node.line,
        )

    def ratios_cover(self, file: RetailFile) -> None:
        """Each class has, each month, exactly one row of ratios, and it knows every letter of the month's map."""
        for rule in file.rules.values():
            for key, user_class in file.classes.items():
                for parts in user_class.parts:
                    for voltage in file.voltages:
                        for month, letters in rule.periods.items():
                            self.one_row(rule, key, parts, voltage, month, letters)

    def one_row(self, rule: Rule, user_class: str, parts: str, voltage: str, month: int, letters: str) -> None:
        rows = [
            row
            for row in rule.ratios
            if month in row.months and row.scope.covers(parts=parts, voltage=voltage, user_class=user_class, zone="")
        ]
        who = f"rules.{rule.begins} {user_class}, {parts}-part, {voltage}, {MONTHS[month - 1]}"
        if len(rows) != 1:
            self.faults.add(Node(None, rows[0].line if rows else 1), who, f"{len(rows)} rows of ratios, expected one")
        elif not set(letters) <= set(rows[0].by_letter):
            absent = ", ".join(sorted(set(letters) - set(rows[0].by_letter)))
            self.faults.add(Node(None, rows[0].line), who, f"no ratio for {absent}")
