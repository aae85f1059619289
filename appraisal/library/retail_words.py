"""Reading what recurs in a retail tariff file: words out of a list, scopes, titles, dated numbers with a source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from appraisal.library.parameters import Entry, read_source_key
from appraisal.library.reader import Faults, Node
from appraisal.library.retail_types import PARTS, Scope
from appraisal.library.types import Source, Title

SCOPE = ("parts", "voltages", "classes", "zones")


class Words:
    """One reading of one file: the sources and names that the rest of the file may refer to."""

    def __init__(self, faults: Faults, name: str) -> None:
        self.faults, self.name = faults, name
        self.sources: Mapping[str, Source] = {}
        self.known: dict[str, tuple[str, ...]] = {"parts": PARTS}

    def optional(self, top: Mapping[str, Node], key: str) -> dict[str, Node]:
        return self.faults.mapping(top[key], key) if key in top else {}

    def title(self, items: Mapping[str, Node], path: str) -> Title:
        texts = {key: self.faults.text(items[key], f"{path}.{key}") or "" for key in ("zh", "en") if key in items}
        return Title(zh=texts.get("zh", ""), en=texts.get("en", ""))

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
