"""Reads a retail tariff file and checks it: voltages, classes, rules, prices, months as published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from appraisal.errors import said
from appraisal.library.parameters import (
    read_notes,
    read_source_key,
    read_sources,
    read_title,
)
from appraisal.library.reader import Faults, Node, read_file
from appraisal.library.retail_evidence import Evidence
from appraisal.library.retail_rules import Rules
from appraisal.library.retail_types import (
    ASIDE,
    MONTHLY,
    MONTHS,
    PARTS,
    PRINTED,
    MonthRow,
    RetailFile,
    Rule,
    Transmission,
    UserClass,
    Zone,
)
from appraisal.library.retail_words import SCOPE
from appraisal.library.types import Title


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


class _Retail(Rules, Evidence):
    """The whole file."""

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
        top = self.faults.mapping(root, "", required, ("zones", "notes", "absent", "worked_bill"))
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
            absent=self.absent(top),
            worked_bills=self.worked_bills(top),
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

    def clock(self, node: Node) -> str:
        zone = self.faults.text(node, "clock") or ""
        if zone and not _is_zone(zone):
            self.faults.add(node, "clock", said(
                "{zone!r} is no time zone; write Asia/Shanghai", "{zone!r} 不是时区；应写作 Asia/Shanghai", zone=zone
            ))  # fmt: skip
        return zone

    def user_class(self, key: str, node: Node) -> UserClass:
        items = self.faults.mapping(node, f"classes.{key}", ("zh", "en", "parts"), ())
        parts = self.words(items.get("parts"), f"classes.{key}.parts", PARTS)
        return UserClass(title=self.title(items, f"classes.{key}"), parts=parts)

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
                    self.faults.add(
                        inner, path, said("{word!r} names two voltages", "{word!r} 指了两个电压等级", word=word)
                    )
                aliases[word.lower()] = key
        return titles, aliases

    def default_class(self, node: Node) -> dict[str, str]:
        items = self.faults.mapping(node, "default_class", (), PARTS)
        return {
            key: self.faults.choice(inner, f"default_class.{key}", self.known["classes"]) or ""
            for key, inner in items.items()
        }

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
            self.faults.add(node, path, said(
                "holds either components, or both floating and fixed", "应为各组成部分，或同时给出 floating 和 fixed"
            ))  # fmt: skip
        if day.day != 1:
            self.faults.add(node, path, said("a month is written 2026-08", "月份应写作 2026-08"))
        only = items.get("last_resort")
        if only is not None and only.value is not True:
            self.faults.add(only, f"{path}.last_resort", said("is true or left out", "应为 true 或不写"))
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
        """Each class has, each month, exactly one row of ratios, and it knows every letter of the month's map.

        A tariff that says that its ratios are absent has no row at all.
        """
        if any(word.what == "ratios" for word in file.absent):
            for rule in file.rules.values():
                for row in rule.ratios:
                    self.faults.add(Node(None, row.line), f"rules.{rule.begins}.ratios", said(
                        "ratios are said to be absent, but a row stands here", "文件声明没有比价，这里却有一行"
                    ))  # fmt: skip
            return
        for rule in file.rules.values():
            for key, user_class in file.classes.items():
                for parts in user_class.parts:
                    for voltage in file.voltages:
                        self.one_row_a_month(rule, key, parts, voltage)

    def one_row_a_month(self, rule: Rule, user_class: str, parts: str, voltage: str) -> None:
        for month in range(1, 13):
            who = {"parts": parts, "voltage": voltage, "user_class": user_class}
            rows = [row for row in rule.ratios if month in row.months and row.scope.covers(**who, zone="")]
            path = f"rules.{rule.begins} {user_class}, {parts}-part, {voltage}, {MONTHS[month - 1]}"
            letters = rule.letters(month, **who)
            if len(rows) != 1:
                told = said("{count} rows of ratios, expected one", "有 {count} 行比价；应为一行", count=len(rows))
                self.faults.add(Node(None, rows[0].line if rows else 1), path, told)
            elif not set(letters) <= set(rows[0].by_letter):
                absent = ", ".join(sorted(set(letters) - set(rows[0].by_letter)))
                told = said("no ratio for {letters}", "{letters} 没有比价", letters=absent)
                self.faults.add(Node(None, rows[0].line), path, told)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # Unknown, no relative path, or a folder of zones.
        return False
    return True
