"""Reading the rules of a retail tariff: periods drawn by hand, ratios, overlays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from appraisal.errors import said
from appraisal.library.parameters import read_source_key
from appraisal.library.reader import Node
from appraisal.library.retail_types import (
    COMPONENTS,
    HALF_HOURS,
    MONTHS,
    NOT_LEAP,
    Overlay,
    PeriodsOf,
    Ratios,
    Rule,
)
from appraisal.library.retail_words import SCOPE, Words
from appraisal.library.types import LETTERS, Source

STEPS = (24, 48, 96)
DATES = re.compile(r"(\d\d-\d\d)\.\.(\d\d-\d\d)\Z")
HOURS = re.compile(r"([0-2]\d):([03]0)-([0-2]\d):([03]0)\Z")


class Rules(Words):
    """The block ``rules``: how the province makes bands of a price, by date."""

    def rules(self, node: Node) -> dict[date, Rule]:
        result: dict[date, Rule] = {}
        for day, inner in self.faults.dated(node, "rules").items():
            rule = self.rule(day, inner, f"rules.{day}")
            if rule is not None:
                result[day] = rule
        if not result:
            self.faults.add(node, "rules", said("holds no rule", "没有任何规则"))
        return result

    def rule(self, day: date, node: Node, path: str) -> Rule | None:
        required = ("document", "source", "floats", "ratios", "periods")
        items = self.faults.mapping(
            node, path, required, ("note", "rounding", "periods_of", "overlays", "conditional", "confidence")
        )
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
            periods_of=self.periods_of(items, path),
            overlays=self.overlays(items, path),
            conditional=self.conditional(items, path),
        )

    def periods_of(self, items: Mapping[str, Node], path: str) -> tuple[PeriodsOf, ...]:
        """Maps of users that have their own."""
        result: list[PeriodsOf] = []
        inner = self.faults.items(items["periods_of"], f"{path}.periods_of") if "periods_of" in items else []
        for place, node in enumerate(inner):
            own = f"{path}.periods_of[{place}]"
            given = self.faults.mapping(node, own, ("periods",), SCOPE)
            if "periods" in given:
                periods = self.periods(given["periods"], f"{own}.periods")
                result.append(PeriodsOf(scope=self.scope(given, own), periods=periods))
        return tuple(result)

    def ratio(self, node: Node, path: str, source: Source) -> Ratios:
        items = self.faults.mapping(node, path, ("f",), (*SCOPE, "months", *LETTERS, "source", "id"))
        by_letter: dict[str, float] = {}
        for letter in LETTERS:
            value = self.faults.number(items[letter], f"{path}.{letter}") if letter in items else None
            if value is not None:
                by_letter[letter] = value
        if by_letter.get("f", 1.0) != 1.0:
            self.faults.add(node, path, said(
                "the flat ratio is {flat}, expected 1: ratios are multiples of flat",
                "平段比价为 {flat}；应为 1，各比价都是平段的倍数", flat=by_letter["f"],
            ))  # fmt: skip

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
                self.faults.add(node, path, said(
                    "{word!r} is no month; write jan,feb …", "{word!r} 不是月份；应写作 jan,feb …", word=word
                ))  # fmt: skip
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
                    self.faults.add(
                        inner, where, said("{month} has a map already", "{month} 已有时段图", month=MONTHS[month - 1])
                    )
                result[month] = letters
        absent = [word for place, word in enumerate(MONTHS, start=1) if place not in result]
        if absent:
            self.faults.add(
                node, path, said("no map for {months}", "以下月份没有时段图：{months}", months=", ".join(absent))
            )
        return result

    def letters(self, node: Node, path: str) -> str:
        text = (self.faults.text(node, path) or "").replace(" ", "")
        if text and len(text) not in STEPS:
            self.faults.add(node, path, said(
                "{count} letters, expected 24, 48 or 96, one per hour, half or quarter hour",
                "有 {count} 个字母；应为 24、48 或 96 个，每小时、半小时或一刻钟一个", count=len(text),
            ))  # fmt: skip
        odd = sorted(set(text) - set(LETTERS))
        if odd:
            self.faults.add(node, path, said(
                "letters {odd} are not known; known: {known}", "没有字母 {odd}；可用：{known}",
                odd=", ".join(odd), known=", ".join(LETTERS),
            ))  # fmt: skip

        return text

    def overlays(self, items: Mapping[str, Node], path: str) -> tuple[Overlay, ...]:
        inner = self.faults.items(items["overlays"], f"{path}.overlays") if "overlays" in items else []
        return tuple(self.overlay(node, f"{path}.overlays[{place}]") for place, node in enumerate(inner))

    def overlay(self, node: Node, path: str) -> Overlay:
        """Hours that take another letter on named days."""
        named = ("holidays", "weekends", "dates")
        items = self.faults.mapping(node, path, ("zh", "en", "hours", "letter"), (*SCOPE, *named, "least_days"))
        if not set(named) & set(items):
            self.faults.add(node, path, said(
                "names no day; write {keys}", "没有指明哪些日子；应写 {keys}", keys=" / ".join(named)
            ))  # fmt: skip
        least = self.faults.number(items["least_days"], f"{path}.least_days") if "least_days" in items else None
        return Overlay(
            title=self.title(items, path),
            scope=self.scope(items, path),
            holidays=self.holidays(items["holidays"], f"{path}.holidays") if "holidays" in items else {},
            least_days=int(least or 1),
            weekends=self.weekends(items["weekends"], f"{path}.weekends") if "weekends" in items else frozenset(),
            dates=self.dates(items["dates"], f"{path}.dates") if "dates" in items else (),
            hours=self.hours(items["hours"], f"{path}.hours") if "hours" in items else (),
            letter=self.letter(items, path),
        )

    def conditional(self, items: Mapping[str, Node], path: str) -> tuple[Overlay, ...]:
        """Hours that take another letter when the weather says so: recorded, not applied."""
        result: list[Overlay] = []
        inner = self.faults.items(items["conditional"], f"{path}.conditional") if "conditional" in items else []
        for place, node in enumerate(inner):
            own = f"{path}.conditional[{place}]"
            given = self.faults.mapping(node, own, ("zh", "en", "trigger", "hours", "letter"), SCOPE)
            result.append(
                Overlay(
                    title=self.title(given, own),
                    scope=self.scope(given, own),
                    hours=self.hours(given["hours"], f"{own}.hours") if "hours" in given else (),
                    letter=self.letter(given, own),
                    trigger=self.word(given, "trigger", own),
                )
            )
        return tuple(result)

    def letter(self, items: Mapping[str, Node], path: str) -> str:
        return self.faults.choice(items["letter"], f"{path}.letter", tuple(LETTERS)) or "" if "letter" in items else ""

    def holidays(self, node: Node, path: str) -> dict[str, int | None]:
        """Holiday -> how many of its first days; None is all of them."""
        result: dict[str, int | None] = {}
        for key, inner in self.faults.mapping(node, path).items():
            if inner.value != "all" and not (isinstance(inner.value, int) and inner.value > 0):
                self.faults.add(inner, f"{path}.{key}", said(
                    "write all, or how many of its first days", "应写 all，或写取其前几天"
                ))  # fmt: skip
            result[key] = inner.value if isinstance(inner.value, int) else None
        return result

    def weekends(self, node: Node, path: str) -> frozenset[int]:
        """Months in which weekends count."""
        return frozenset(range(1, 13)) if node.value == "all" else self.month_set(node, path)

    def dates(self, node: Node, path: str) -> tuple[tuple[tuple[int, int], tuple[int, int]], ...]:
        """Spans of days of any year."""
        spans = []
        for word in (self.faults.text(node, path) or "").split(","):
            found = DATES.match(word.strip())
            try:
                ends = [date.fromisoformat(f"{NOT_LEAP}-{found[place]}") for place in (1, 2)] if found else []
            except ValueError:
                ends = []
            if not ends:
                self.faults.add(node, path, said(
                    "{span!r} is no span of days; write 07-15..08-31",
                    "{span!r} 不是日期区间；应写作 07-15..08-31", span=word.strip()
                ))  # fmt: skip
                continue
            spans.append(((ends[0].month, ends[0].day), (ends[1].month, ends[1].day)))
        return tuple(spans)

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
                self.faults.add(node, path, said(
                    "{span!r} is no span of a day; write 10:00-14:00",
                    "{span!r} 不是一天中的时段；应写作 10:00-14:00", span=word.strip()
                ))  # fmt: skip
            spans.append((first, last))
        return tuple(spans)
