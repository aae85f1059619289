"""The sheet of inputs: every value of the case by its path, what the formulas follow and what needs a new run."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from appraisal.checks import TOLERANCE
from appraisal.errors import IntegrityError, said
from appraisal.field import Declared
from appraisal.field.declared import NUMERIC
from appraisal.finance.inputs import CONSTANTS, STREAM_RATES, STREAM_SERIES, fallback, number_at, paths
from appraisal.report.leaves import Leaves
from appraisal.report.workbook import words
from appraisal.report.workbook.draft import Draft
from appraisal.report.workbook.formula import CONSTANT, LABEL, TOTAL, UNIT, Place, cell
from appraisal.report.workbook.sheet import Painted, Sheet
from appraisal.scenario.describe import Resolved
from appraisal.streams import stream
from appraisal.text import CONFIDENCE, ORIGINS, word

EXPORTED, LOW, HIGH, ORIGIN, SOURCE, CONFIDED, PATH = range(4, 11)
_WIDTHS = {LABEL: 40.0, UNIT: 16.0, CONSTANT: 16.0, TOTAL: 10.0, EXPORTED: 16.0, LOW: 9.0, HIGH: 9.0, ORIGIN: 14.0, SOURCE: 44.0, CONFIDED: 9.0, PATH: 46.0}  # fmt: skip
# Years that only shift a price may be broken.
_BROKEN_YEARS = "lead_years"


@dataclass
class InputSheet:
    """The sheet and where each path of the case stands on it.

    Attributes
    ----------
    by_year : paths of lists
        That are changed by year on another sheet → the name of that sheet.
    terms : paths of terms
        Of streams, in which income is proportional.
    """

    draft: Draft
    by_year: dict[str, str]
    terms: frozenset[str]
    cells: dict[str, Place] = field(default_factory=dict)
    checked: list[tuple[int, int]] = field(default_factory=list)
    stale: list[tuple[int, int]] = field(default_factory=list)

    @cached_property
    def sheet(self) -> Sheet:
        """The sheet, empty at first."""
        return self.draft.sheet("inputs")

    @cached_property
    def names(self) -> dict[str, str]:
        """Name in the books → path, of what some formula reads."""
        return {
            name: path for name, path in paths(self.draft.result.statements.form).items() if name in self.draft.read
        }

    @cached_property
    def needs_run(self) -> frozenset[str]:
        """Paths that dispatch or a settlement reads: their change calls for a new run, whatever else they do."""
        found = {given.path for given in read_by_operation(self.draft.leaves, self.draft.read)}
        return frozenset(found - self.terms)

    @cached_property
    def live(self) -> frozenset[str]:
        """Paths that formulas of the workbook read, with those that a value left out falls back to."""
        found = {*self.names.values(), *self.terms}
        for path in tuple(found):
            other = fallback(path)
            while other is not None:
                found.add(other)
                other = fallback(other)
        if "other_yuan" in self.draft.read and "operating_cost.other_yuan" not in self.by_year:
            found.add("operating_cost.other_yuan")
        return frozenset(found)

    def made(self) -> Sheet:
        """The sheet, filled; every input of the books that is a number of the case has its place."""
        draft, sheet = self.draft, self.sheet
        sheet.widths, sheet.frozen, sheet.repeated, sheet.large = _WIDTHS, (2, 3), 2, True
        sheet.put(1, LABEL, sheet.title, "title")
        for column, key in zip(range(PATH + 1), _HEAD_KEYS, strict=True):
            sheet.put(2, column, draft.head(key), "head")
        sheet.row = 3
        entries = draft.leaves.entries
        changed = [entry for path, entry in entries.items() if path in self.live and path not in self.needs_run]
        self._numbers(
            changed, draft.say("可在表中修改的输入（公式随之变动）", "Inputs to change here: formulas follow")
        )
        self._lists()
        rerun = [entry for path, entry in entries.items() if self._is_rerun(path, entry)]
        self._reruns(rerun)
        self._choices([entry for path, entry in entries.items() if self._is_choice(path, entry)])
        self._constants()
        for name, path in self.names.items():
            draft.places[name] = self.cells[path]
        return sheet

    # --- inputs to change -------------------------------------------------------------------------------------------

    def _numbers(self, entries: list[Resolved], heading: str) -> None:
        """Numbers that formulas follow, under the headings of their sections."""
        first = self._begin(heading)
        waiting: list[tuple[Place, str]] = []
        for place, entry in self._sectioned(entries):
            self.cells[entry.path] = place
            other = fallback(entry.path) if entry.value is None else None
            if other is not None:
                waiting.append((place, other))
            elif entry.value is None:
                raise IntegrityError(said(
                    "{path} has no value and nothing that stands for it, but formulas read it",
                    "{path} 没有值也没有替代值，但公式要读取它", path=entry.path
                ))  # fmt: skip
            self._number(place.row, entry, "input" if other is None else "default")
        # What stands for a value left out may come further down.
        for place, other in waiting:
            old = self.sheet.cells[place.row, CONSTANT]
            self.sheet.put(
                place.row, CONSTANT, old.value, "default", old.style.number, formula=cell(self.cells[other].row)
            )
        self._end(first, self.checked)

    def _number(self, row: int, entry: Resolved, kind: Any) -> None:
        what = self.declared(entry.path)
        value = float(number_at(self.draft.case, entry.path)[0, 0])
        number = words.number_of(entry.unit)
        self.sheet.put(row, CONSTANT, value, kind, number)
        self.sheet.put(row, EXPORTED, value, "value", number)
        self._range(row, what, number)

    def _range(self, row: int, what: Declared, number: str) -> None:
        """The bounds of a number, and whether it lies within them."""
        here, parts = cell(row), []
        low = what.gt if what.gt is not None else what.ge
        if low is not None:
            self.sheet.put(row, LOW, low, "value", number)
            parts.append(f"{here}{'>' if what.gt is not None else '>='}{cell(row, LOW)}")
        if what.le is not None:
            self.sheet.put(row, HIGH, what.le, "value", number)
            parts.append(f"{here}<={cell(row, HIGH)}")
        if what.unit == "years" and not what.en.startswith("Years from estimate"):
            parts.append(f"INT({here})={here}")
        condition = f"AND({','.join(parts)})" if len(parts) > 1 else parts[0] if parts else f"ISNUMBER({here})"
        self.sheet.put(row, TOTAL, 1.0, "check", "flag", formula=f"IF({condition},1,0)")

    def _lists(self) -> None:
        """Lists by year: where they are changed."""
        if not self.by_year:
            return
        draft = self.draft
        self._begin(draft.say("按年给出的输入（在所列表中按年修改）", "Inputs by year, changed on the sheet named"))
        for path, sheet in self.by_year.items():
            entry = draft.leaves.entries[path]
            row = self._labelled(entry)
            self.sheet.put(row, CONSTANT, sheet, "text")

    # --- what needs a new run ---------------------------------------------------------------------------------------

    def _is_rerun(self, path: str, entry: Resolved) -> bool:
        if path in self.by_year or entry.value in (None, "", []):
            return False
        return self.declared(path).kind in NUMERIC and (path not in self.live or path in self.needs_run)

    def _reruns(self, entries: list[Resolved]) -> None:
        """Numbers that dispatch, settlement or the structure rest on; one that was changed is told."""
        draft = self.draft
        first = self._begin(
            draft.say(
                "改动后需重新运行（运行与结算结果不随之变动）",
                "Needs a new run: operation and settlement do not follow",
            )
        )
        for place, entry in self._sectioned(entries):
            self.cells[entry.path] = place
            row = place.row
            if not isinstance(entry.value, float):
                self.sheet.put(row, CONSTANT, _text(entry.value), "text")
                continue
            number = words.number_of(entry.unit)
            self.sheet.put(row, CONSTANT, entry.value, "value", number)
            self.sheet.put(row, EXPORTED, entry.value, "value", number)
            formula = f"IF({cell(row)}={cell(row, EXPORTED)},1,0)"
            self.sheet.put(row, TOTAL, 1.0, "check", "flag", formula=formula)
        self._end(first, self.stale)

    # --- structure and constants ------------------------------------------------------------------------------------

    def _is_choice(self, path: str, entry: Resolved) -> bool:
        return path not in self.cells and path not in self.by_year and entry.value not in (None, "", [])

    def _choices(self, entries: list[Resolved]) -> None:
        """Choices that decide the formulas themselves."""
        self._begin(
            self.draft.say(
                "结构选项（决定公式，不可在表中修改）", "Structure: decides the formulas, not to be changed here"
            )
        )
        for place, entry in self._sectioned(entries):
            self.sheet.put(place.row, CONSTANT, _text(entry.value), "text")

    def _constants(self) -> None:
        """Factors of units and the numbers that no formula may hold."""
        draft, sheet = self.draft, self.sheet
        self._begin(draft.say("换算常数", "Constants"))
        for name, what in CONSTANTS.items():
            if name in draft.read and name != "construction_debt_share":
                value, label = draft.number(name), draft.say(what.zh, what.en)
                draft.places[name] = sheet.single(label, draft.unit_words(what.unit), value, "fixed", "ratio")
        label = draft.say("检查容差", "Tolerance of checks")
        draft.places["tolerance"] = sheet.single(label, "", TOLERANCE, "fixed", "tiny")
        for value in draft.literals:
            label = draft.say("公式中的常数（由算例结构决定）", "Number in formulas, from the structure of the case")
            draft.numbers[value] = sheet.single(label, "", value, "fixed", "ratio")

    # --- rows -------------------------------------------------------------------------------------------------------

    def declared(self, path: str) -> Declared:
        """What is declared of the field at a path."""
        return self.draft.case.declaration(path)

    def _begin(self, heading: str) -> int:
        self.sheet.skip()
        self.sheet.heading(heading)
        return self.sheet.row

    def _end(self, first: int, ranges: list[tuple[int, int]]) -> None:
        """The checks of a part, from its first row to here."""
        last = self.sheet.row - 1
        if any((row, TOTAL) in self.sheet.cells for row in range(first, last + 1)):
            ranges.append((first, last))
            self.sheet.painted.append(Painted(f"D{first}:D{last}", "check"))

    def _sectioned(self, entries: list[Resolved]) -> Any:
        """Each entry with its place, under the headings of section and named entry."""
        above: tuple[str, ...] = ()
        for entry in entries:
            section, *names = entry.path.split(".")
            above = self._headings(above, section, tuple(names))
            yield Place(self.sheet.title, self._labelled(entry), single=True), entry

    def _headings(self, above: tuple[str, ...], section: str, names: tuple[str, ...]) -> tuple[str, ...]:
        group = (section, *(names[:1] if section == "events" else names[:-1]))
        if above[:1] != group[:1]:
            self.sheet.heading(word(words.SECTIONS, section, self.draft.lang), "heading")
        if group[1:] and above != group:
            self.sheet.heading(self._group(section, group[1:]), "heading", depth=1)
        return group

    def _group(self, section: str, names: tuple[str, ...]) -> str:
        """What an inner section, an entry of a named group or a stream is called."""
        if section == "events":
            title = next(era.event.title(era.name) for era in self.draft.case.events if era.name == names[0])
            return title.text(self.draft.lang)
        if section in ("revenue", "support"):
            kind = (
                stream(self.draft.case.streams[names[0]].stream or names[0])
                if names[0] in self.draft.case.streams
                else None
            )
            known = kind is not None and kind.title == names[0]
            said = self.draft.say(kind.zh, kind.en) if kind is not None else names[0]
            return said if known or kind is None else f"{said} · {names[0]}"
        words_of = [word(words.GROUPS, name, self.draft.lang) if name in words.GROUPS else name for name in names]
        return " · ".join(words_of)

    def _labelled(self, entry: Resolved) -> int:
        """The next row with label, unit, origin and path."""
        draft, sheet = self.draft, self.sheet
        row = sheet.labelled(draft.say(entry.zh, entry.en), draft.unit_words(entry.unit), depth=2)
        origin = entry.origin
        sheet.put(row, ORIGIN, word(ORIGINS, origin.kind, draft.lang), "note")
        sheet.put(row, SOURCE, origin.sourced(draft.lang), "note")
        sheet.put(row, CONFIDED, word(CONFIDENCE, origin.confidence, draft.lang), "note")
        sheet.put(row, PATH, entry.path, "note")
        return row


_HEAD_KEYS = (
    "item", "unit", "value", "in_range", "exported", "low", "high", "origin", "source", "confidence", "path",
)  # fmt: skip


def read_by_operation(leaves: Leaves, read: frozenset[str]) -> list[Any]:
    """The values of the case that the operation and the settlements rest on."""
    names = [f"{label}.{name}" for label in leaves.case.streams for name in (*STREAM_SERIES, *STREAM_RATES)]
    names += ["discharged_mwh", "battery_runs", "auxiliary_yuan"]
    return [given for name in names if name in read for given in leaves.leaf(name, None).inputs]


def _text(value: Any) -> str:
    """A choice or a list as text."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_text(inner)}" for key, inner in value.items() if inner not in (None, "", []))
    return f"{value:.10g}" if isinstance(value, (float, np.floating)) else str(value)
