"""The time line, and the sheet of the operation: what was dispatched and settled, as values, and the income that follows
a price in proportion.

A stream declares the terms in which its income is proportional (``linear_in``); the conformance suite of the streams
proves it. A term counts here only if nothing else that the stream settles moves with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case
from appraisal.finance.inputs import (
    CONSTANTS,
    SCULPTED,
    STREAM_RATES,
    STREAM_SERIES,
    paths,
    share_series,
    stepped_paths,
)
from appraisal.operation import Settlement
from appraisal.report.leaf_words import OPERATION_WORDS
from appraisal.report.workbook import words
from appraisal.report.workbook.draft import Draft, labels
from appraisal.report.workbook.formula import Place, cell
from appraisal.report.workbook.inputs import EXPORTED, InputSheet
from appraisal.report.workbook.sheet import Sheet
from appraisal.streams import settle, stream
from appraisal.units import Table

# Series that a plain schedule states itself; charging power is also what its charging is worth.
_SCHEDULE = "schedule"
_STATED = ("income", "purchase", "cost")
_AMOUNTS = ("income_yuan", "cost_yuan", "charging_yuan")
_FROM_OPERATION = ("discharged_mwh", "battery_runs", "auxiliary_yuan")
_SAME = 1e-12


@dataclass(frozen=True)
class Proportional:
    """Terms of a stream in which one settled series is proportional: their paths, and the series' name."""

    paths: tuple[str, ...]
    series: str


class Running:
    """What the sheets of time line and operation are made from."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.timeline = words.title("timeline", draft.lang)
        self.operation = words.title("operation", draft.lang)

    @cached_property
    def proportional(self) -> dict[str, Proportional]:
        """Label of a stream → its terms whose change the sheet can follow."""
        found: dict[str, Proportional] = {}
        # With events a term holds in some years only.
        for label in self.draft.case.streams if not self.draft.case.eras else ():
            paths, series = _proportional(self.draft, label)
            if paths:
                found[label] = Proportional(paths, series)
        return found

    @property
    def terms(self) -> frozenset[str]:
        """The paths of those terms."""
        return frozenset(path for one in self.proportional.values() for path in one.paths)

    @cached_property
    def by_year(self) -> dict[str, str]:
        """Paths of lists that are changed by year → the sheet on which they are."""
        draft, found = self.draft, {}
        entries = draft.leaves.entries
        form = draft.result.statements.form
        for path in ("capital.spend_profile", "operating_cost.other_yuan"):
            if isinstance(entries[path].value, list) or path in form.stepped:
                found[path] = self.timeline
        for path, _ in share_series(draft.result.statements.form).values():
            found[path] = self.timeline
        stepped = {*stepped_paths(form).values(), *(path for path in found if path in form.stepped)}
        found |= {path: self.timeline for path in entries for held in stepped if _is_of(path, held)}
        for label in draft.case.streams:
            if self._kind(label) == _SCHEDULE:
                terms = [f"{section}.{label}.{name}" for section in ("revenue", "support") for name in _AMOUNTS]
                own = [path for path in entries for held in terms if _is_of(path, held)]
                found |= {path: self.operation for path in own if path not in self.terms}
        return found

    def _kind(self, label: str) -> str:
        return draft_kind(self.draft.case, label)

    # --- time line --------------------------------------------------------------------------------------------------

    def timeline_sheet(self, inputs: InputSheet) -> Sheet:
        """Flags and counters that the formulas read, and what is stated by year."""
        draft = self.draft
        sheet = draft.periods_sheet(self.timeline, self.timeline)
        known = {*paths(draft.result.statements.form), *CONSTANTS, *SCULPTED, *_FROM_OPERATION, *draft.places}
        known |= {f"{label}.{name}" for label in draft.case.streams for name in (*STREAM_SERIES, *STREAM_RATES)}
        names = [name for name in draft.result.statements.book.inputs if name in draft.read and name not in known]
        stated = [name for name in names if self._is_stated(name, inputs)]
        sheet.heading(
            draft.say(
                "时间标志与计数（由算例结构决定，数值）", "Flags and counters: from the structure of the case, values"
            )
        )
        for name in names:
            if name not in stated and name != "revenue_year":
                self._value(sheet, name, "value")
        sheet.skip()
        sheet.heading(draft.say("按年给出的输入", "Inputs by year"))
        for name in stated:
            self._stated(sheet, name, inputs)
        return sheet

    def _is_stated(self, name: str, inputs: InputSheet) -> bool:
        if name == "spend":
            return "capital.spend_profile" not in inputs.needs_run
        form = self.draft.result.statements.form
        return name == "other_yuan" or name in share_series(form) or name in stepped_paths(form)

    def _stated(self, sheet: Sheet, name: str, inputs: InputSheet) -> None:
        """What is stated by year, to be changed; an amount of every year follows its one cell."""
        path = "operating_cost.other_yuan"
        if name in stepped_paths(self.draft.result.statements.form):
            self._value(sheet, name, "input")
            return
        if name != "other_yuan" or path not in inputs.cells:
            place = self._value(sheet, name, "input")
            unit = self.draft.result.statements.book.inputs[name].unit
            sheet.total(place.row, float(self.draft.line(name).sum()), words.number_of(unit))
            return
        share = Place(self.timeline, self.draft.places["running"].row, single=False).at(self.timeline)
        self._value(sheet, name, "formula", f"{inputs.cells[path].at(self.timeline)}*{share}")

    def _value(self, sheet: Sheet, name: str, kind: Any, formula: str = "") -> Place:
        """An input of the books that is no number of the case."""
        draft = self.draft
        what = draft.result.statements.book.inputs[name]
        owner, _, key = name.rpartition(".")
        label = draft.say(what.zh, what.en)
        if owner and owner not in draft.case.streams:
            label += draft.say(f"（{owner}）", f" ({owner})")
        percent = key in STREAM_RATES
        number = words.number_of(what.unit, percent=percent)
        unit = draft.unit_words(what.unit, percent=percent)
        if draft.is_single(name):
            place = sheet.single(label, unit, draft.number(name), "value", number)
        else:
            place = sheet.yearly(label, unit, draft.line(name), kind, number, formula=formula)
        draft.places[name] = place
        return place

    # --- operation --------------------------------------------------------------------------------------------------

    def operation_sheet(self, inputs: InputSheet) -> Sheet:
        """Yearly operation and settled money, as values, and the income that the books use."""
        draft = self.draft
        note = draft.say(
            "运行结果（数值）：灰色斜体不随输入变动",
            "Results of the operation are values: grey italics do not follow the inputs",
        )
        sheet = draft.periods_sheet(self.operation, self.operation, note)
        sheet.heading(draft.say("运行结果（数值）", "Operation (values)"))
        for name in ("running", "soh", "charged_mwh"):
            said, unit = OPERATION_WORDS[name]
            values = np.broadcast_to(getattr(draft.leaves.operation, name)[0], draft.columns.years)
            place = sheet.yearly(
                draft.say(said.zh, said.en), draft.unit_words(unit), values, "value", words.number_of(unit)
            )
            draft.places[f"operation.{name}"] = place
        for name in _FROM_OPERATION:
            if name in draft.read:
                self._value(sheet, name, "value")
        for label in draft.case.streams:
            self._stream(sheet, label, inputs)
        if "revenue_year" in draft.read:
            self._revenue_year(sheet)
        return sheet

    def _stream(self, sheet: Sheet, label: str, inputs: InputSheet) -> None:
        """Settled money and rates of a stream; what the books do not read is left out."""
        draft, kind = self.draft, stream(self._kind(label))
        sheet.skip()
        own = "" if label == kind.title else draft.say(f"（{label}）", f" ({label})")
        sheet.heading(draft.say(f"{kind.zh}{own}", f"{kind.en}{own}"))
        names = [name for name in (*STREAM_RATES, *STREAM_SERIES) if f"{label}.{name}" in draft.read]
        for name in names:
            if label in self.proportional and name == self.proportional[label].series:
                self._proportional_row(sheet, label, name, inputs)
            elif kind.title == _SCHEDULE and name in _STATED:
                self._value(sheet, f"{label}.{name}", "input")
            elif kind.title == _SCHEDULE and name == "charging_value" and f"{label}.purchase" in draft.places:
                bought = draft.places[f"{label}.purchase"].at(sheet.title)
                self._value(sheet, f"{label}.{name}", "formula", bought)
            else:
                self._value(sheet, f"{label}.{name}", "value")

    def _proportional_row(self, sheet: Sheet, label: str, name: str, inputs: InputSheet) -> None:
        """The settled value, and what the books use: in proportion to the terms as they stand now."""
        draft, key = self.draft, f"{label}.{name}"
        said = labels(draft)[key]
        settled = sheet.yearly(
            draft.say(f"{said}：导出时数值", f"{said}, at export"),
            draft.unit_words("yuan"),
            draft.line(key),
            "value",
            "money",
        )
        ratios = "".join(
            f"*{inputs.cells[path].at(sheet.title)}/{on_inputs(inputs, path, sheet)}"
            for path in self.proportional[label].paths
        )
        place = sheet.yearly(
            draft.say(f"{said}：按现行单价折算", f"{said}, at the terms as they stand"),
            draft.unit_words("yuan"), draft.line(key), "formula", "money", formula=f"{settled.at(sheet.title)}{ratios}",
        )  # fmt: skip
        draft.places[key] = place

    def _revenue_year(self, sheet: Sheet) -> None:
        """Years counted from the first income that is no subsidy."""
        draft = self.draft
        sheet.skip()
        incomes = [
            draft.places[f"{one.label}.income"].at(sheet.title)
            for one in draft.result.statements.form.streams
            if not one.subsidy and f"{one.label}.income" in draft.places
        ]
        before = f"{{-1}}{sheet.row}"
        begun = ",".join([f"{before}>0", *(f"{income}>0" for income in incomes)])
        self._value(sheet, "revenue_year", "formula", f"{before}+IF(OR({begun}),1,0)")


def on_inputs(inputs: InputSheet, path: str, sheet: Sheet) -> str:
    """The value of an input at export, beside its cell."""
    place = inputs.cells[path]
    return place.at(sheet.title).replace(cell(place.row), cell(place.row, EXPORTED))


def draft_kind(case: Case, label: str) -> str:
    """The file name of a stream."""
    return case.streams[label].stream or label


def _is_of(path: str, held: str) -> bool:
    """Whether a path is a number of the case, or what an event makes of it."""
    return path == held or (path.startswith("events.") and path.split(".", 3)[3:] == [held])


def _place(case: Case, label: str) -> str:
    return f"{'revenue' if label in case.revenue else 'support'}.{label}"


def _proportional(draft: Draft, label: str) -> tuple[tuple[str, ...], str]:
    """The terms of one value that only the income (or else the change of the equipment price) follows, and which of the two."""
    case = draft.case
    kind, terms = stream(draft_kind(case, label)), case.streams[label]
    whole = draft.result.revenue.settlements[label]
    series = "income" if whole.income.any() else "capital_change"
    found = []
    for term in kind.linear_in:
        value = getattr(terms, term)
        if term in kind.dispatch_terms or value is None or value.size != 1 or not value[0, 0]:
            continue
        if _moves_only(draft, label, term, value, series):
            found.append(f"{_place(case, label)}.{term}")
    return tuple(found), {"income": "income", "capital_change": "price_change"}[series]


def _moves_only(draft: Draft, label: str, term: str, value: Table, series: str) -> bool:
    """Whether half a term halves one series and leaves everything else that any stream settles."""
    case, operation = draft.case, draft.leaves.operation
    section = "revenue" if label in case.revenue else "support"
    terms = case.streams[label].model_copy(update={term: 0.5 * value})
    changed: Case = replace(case, **{section: {**getattr(case, section), label: terms}})  # type: ignore[arg-type]
    before, after = (settle(one, operation).settlements for one in (case, changed))
    return all(
        _alike(name, one, other, halved=each == label and name == series)
        for each in before
        for name, one, other in _tables(before[each], after[each])
    )


def _tables(before: Settlement, after: Settlement) -> Iterator[tuple[str, Table, Table]]:
    other = after.tables()
    # What dispatch counts as the worth of moving energy is in no book.
    yield from ((name, table, other[name]) for name, table in before.tables().items() if name != "moving")


def _alike(name: str, before: Table, after: Table, *, halved: bool) -> bool:
    del name
    wanted: NDArray[np.float64] = 0.5 * before if halved else before
    return bool(np.allclose(after, wanted, rtol=_SAME, atol=0.0))
