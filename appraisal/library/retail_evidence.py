"""Reading what a retail tariff says of its own evidence: what is absent, and bills worked out elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from appraisal.errors import said
from appraisal.library.parameters import read_source_key
from appraisal.library.reader import Node
from appraisal.library.retail_types import ABSENT, PARTS, Absent, WorkedBill
from appraisal.library.retail_words import Words
from appraisal.library.types import LETTERS

BASES = ("demand_kw", "capacity_kva")
BY = ("hand", "published")


class Evidence(Words):
    """The blocks ``absent`` and ``worked_bill``."""

    def absent(self, top: Mapping[str, Node]) -> tuple[Absent, ...]:
        """What the evidence does not give, in words."""
        result: list[Absent] = []
        for place, node in enumerate(self.faults.items(top["absent"], "absent") if "absent" in top else []):
            path = f"absent[{place}]"
            items = self.faults.mapping(node, path, ("what", "zh", "en"), ())
            what = self.faults.choice(items["what"], f"{path}.what", ABSENT) if "what" in items else None
            if what is not None:
                result.append(Absent(what=what, title=self.title(items, path)))
        return tuple(result)

    def worked_bills(self, top: Mapping[str, Node]) -> tuple[WorkedBill, ...]:
        """Bills of a month that this program did not work out."""
        inner = self.faults.items(top["worked_bill"], "worked_bill") if "worked_bill" in top else []
        read = [self.worked_bill(node, f"worked_bill[{place}]") for place, node in enumerate(inner)]
        return tuple(bill for bill in read if bill is not None)

    def worked_bill(self, node: Node, path: str) -> WorkedBill | None:
        required = ("month", "voltage", "parts", "kwh", "total", "source", "by")
        items = self.faults.mapping(node, path, required, ("class", "zone", *BASES, "note", "confidence"))
        source = read_source_key(self.faults, items, path, self.sources)
        if source is None or any(key not in items for key in required):
            return None
        word = self.faults.text(items["month"], f"{path}.month")
        month = self.faults.day(word, node, f"{path}.month") if word is not None else None
        if set(BASES) <= set(items):
            self.faults.add(node, path, said(
                "state either demand_kw or capacity_kva", "demand_kw 与 capacity_kva 只能给出一个"
            ))  # fmt: skip
        total = self.faults.number(items["total"], f"{path}.total")
        if month is None or total is None:
            return None
        return WorkedBill(
            month=month,
            voltage=self.faults.choice(items["voltage"], f"{path}.voltage", self.known["voltages"]) or "",
            parts=self.faults.choice(items["parts"], f"{path}.parts", PARTS) or "",
            user_class=self.choice_of(items, "class", "classes", path),
            zone=self.choice_of(items, "zone", "zones", path),
            kwh=self.by_letter(items["kwh"], f"{path}.kwh"),
            demand_kw=self.amount(items, "demand_kw", path),
            capacity_kva=self.amount(items, "capacity_kva", path),
            total=total,
            by=self.faults.choice(items["by"], f"{path}.by", BY) or "",
            source=source,
            note=self.word(items, "note", path),
            line=node.line,
        )

    def choice_of(self, items: Mapping[str, Node], key: str, known: str, path: str) -> str | None:
        return self.faults.choice(items[key], f"{path}.{key}", self.known[known]) if key in items else None

    def amount(self, items: Mapping[str, Node], key: str, path: str) -> float | None:
        return self.faults.number(items[key], f"{path}.{key}") if key in items else None

    def by_letter(self, node: Node, path: str) -> dict[str, float]:
        """Energy by period letter, kWh."""
        read = {
            key: self.faults.number(inner, f"{path}.{key}")
            for key, inner in self.faults.mapping(node, path, (), tuple(LETTERS)).items()
        }
        return {key: value for key, value in read.items() if value is not None}
