"""Reading the rules of a retail tariff: periods drawn by hand, ratios, overlays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from appraisal.errors import said
from appraisal.library.parameters import read_source_key
from appraisal.library.reader import Node
from appraisal.library.retail_types import COMPONENTS, HALF_HOURS, MONTHS, Overlay, Ratios, Rule
from appraisal.library.retail_words import SCOPE, Words
from appraisal.library.types import LETTERS, Source

STEPS = (24, 48, 96)
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
                self.faults.add(inner, f"{path}.holidays.{key}", said(
                    "write all, or how many of its first days", "应写 all，或写取其前几天"
                ))  # fmt: skip
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
                self.faults.add(node, path, said(
                    "{span!r} is no span of a day; write 10:00-14:00",
                    "{span!r} 不是一天中的时段；应写作 10:00-14:00", span=word.strip()
                ))  # fmt: skip
            spans.append((first, last))
        return tuple(spans)
