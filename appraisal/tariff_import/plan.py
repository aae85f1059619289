"""What a file adds: month rows with the users they hold for, and the sources that they and the rest name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from appraisal.errors import Fault, InputError, Message, said
from appraisal.library.retail_types import MonthRow, Scope
from appraisal.library.types import CONFIDENCES, Confidence, Source
from appraisal.tariff_import.filled import Filled, Record, filled_rows
from appraisal.tariff_import.lines import Bare, Line, flow, scalar
from appraisal.tariff_import.months_sheet import CHARGES, CHECKED_COMPONENTS, COMPONENTS, PRINTED
from appraisal.tariff_import.names import SCOPE, Names

CHECKS = (*PRINTED.values(), *CHECKED_COMPONENTS, *CHARGES)
UNSTATED: Confidence = "secondary"
"""What a person's own reading of a table is worth unless he says that it is the issuing body's own text."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One row of a month to be written: the users it holds for, its figures in yuan/kWh incl. VAT, what is said of it."""

    record: Record
    month: date
    scope: Mapping[str, tuple[str, ...]]
    values: Mapping[str, float]
    note: str

    def meets(self, other: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether some user is meant by both; an empty dimension means every one."""
        return all(
            not self.scope.get(key) or not other.get(key) or set(self.scope[key]) & set(other[key]) for key in SCOPE
        )

    def line(self, indent: str) -> Line:
        """The row as the file has it."""
        texts = {key: self.record.get(key) for key in ("derived", "id")}
        items: dict[str, object] = {"for": dict(self.scope) if self.scope else None, **self.values}
        items |= {"derived": texts["derived"], "note": self.note, "source": Bare(self.record.get("source"))}
        # An id of the evidence is one word of letters, digits and dots as a rule, which needs no quotation marks.
        items["id"] = Bare(texts["id"]) if _is_word(texts["id"]) else texts["id"]
        return Line(f"{indent}- {flow(items)}", self.record)

    def noted(self, text: str) -> Planned:
        """The same with more said of it."""
        return replace(self, note="; ".join(part for part in (self.note, text) if part))


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A source as a row states it."""

    record: Record
    source: Source

    def lines(self, indent: str) -> list[Line]:
        """The source as the file has it."""
        held = self.source
        items = {"cite": scalar(held.cite), "confidence": held.confidence, "checked": held.checked.isoformat()}
        items |= {"note": scalar(held.note)} if held.note else {}
        head = Line(f"{indent}{held.key}:", self.record)
        return [head, *(Line(f"{indent * 2}{key}: {value}", self.record) for key, value in items.items())]


def scope_of(row: Scope) -> dict[str, tuple[str, ...]]:
    """The scope of a row of the library in the same form."""
    return {key: getattr(row, key) for key in SCOPE if getattr(row, key)}


def same_scope(left: Mapping[str, Sequence[str]], right: Mapping[str, Sequence[str]]) -> bool:
    """Whether two scopes name the same users, whatever the order."""
    return {key: set(words) for key, words in left.items()} == {key: set(words) for key, words in right.items()}


def plan_months(filled: Filled, names: Names) -> tuple[Planned, ...]:
    """The rows of months with figures to store, in their order.

    Raises
    ------
    InputError
        With every row that holds no figure, names unknown users, or holds for a user that another row holds for.
    """
    faults: list[Fault] = []
    planned: list[Planned] = []
    for record in filled_rows(filled, "months"):
        try:
            scope = names.scope(record)
        except InputError as error:
            faults += error.faults
            continue
        row = _planned(record, scope)
        if row is not None:
            faults += _without_user(row, scope)
            planned.append(row)
        elif not any(key in record.values for key in CHECKS):
            faults.append(record.fault(said("holds no figure", "没有任何数字"), "month"))
    for first, second in combinations(planned, 2):
        if first.month == second.month and first.meets(second.scope):
            other = first.record.grid.named(first.record.places["month"])
            faults.append(second.record.fault(said(
                "the components of {month:%Y-%m} stand in {other} already for the same user; state them once, with applies to: all",
                "{other} 已给出同一用户 {month:%Y-%m} 的各组成部分；只需填写一次，适用范围选“全部”", month=second.month, other=other
            ), "month"))  # fmt: skip
    if faults:
        raise InputError(faults)
    return tuple(planned)


def _planned(record: Record, scope: Mapping[str, tuple[str, ...]]) -> Planned | None:
    values = {key: record.get(key) for key in COMPONENTS if key in record.values}
    if not values:
        return None
    held = {} if record.get("applies") == "all" else dict(scope)
    return Planned(record=record, month=record.get("month"), scope=held, values=values, note=record.get("note") or "")


def _without_user(row: Planned, scope: Mapping[str, tuple[str, ...]]) -> Iterator[Fault]:
    if row.record.get("applies") == "user" and not scope:
        yield row.record.fault(said("names no user; state parts, voltage, class or zone", "没有写明用户；应填电价制式、电压等级、用户类别或价区"), "applies")  # fmt: skip
    if row.record.get("applies") == "all" and "floating" in row.values:
        yield row.record.fault(said(
            "floating and fixed are of one user's printed bands; choose: user", "浮动与不浮动部分属于某一类用户；应选“本行用户”"
        ), "applies")  # fmt: skip


def clashes(planned: Sequence[Planned], rows: Sequence[MonthRow], replaced: bool) -> list[Fault]:
    """Rows of the area's file that hold for a user of a planned row in the same month."""
    faults: list[Fault] = []
    for row in planned:
        for other in (other for other in rows if other.month == row.month and row.meets(scope_of(other.scope))):
            if not same_scope(row.scope, scope_of(other.scope)):
                faults.append(row.record.fault(said(
                    "line {line} of the file holds {month:%Y-%m} for some of these users and for others; change that file by hand",
                    "文件第 {line} 行的 {month:%Y-%m} 数据同时涉及这些用户和其他用户；请直接修改该文件", line=other.line, month=row.month
                ), "month"))  # fmt: skip
            elif not replaced:
                faults.append(row.record.fault(said(
                    "the file has {month:%Y-%m} for the same user already (line {line}); use --replace to put this in its place",
                    "文件第 {line} 行已有同一用户 {month:%Y-%m} 的数据；如需替换请使用 --replace", line=other.line, month=row.month
                ), "month"))  # fmt: skip
    return faults


def stated_sources(filled: Filled, known: Mapping[str, Source], today: date) -> tuple[dict[str, Stated], list[Message]]:
    """Every source that the file states, by key, and what is to be said of their confidence.

    Raises
    ------
    InputError
        With every source that lacks a part, is stated twice with different words, or is another one in the area's file.
    """
    faults: list[Fault] = []
    found: dict[str, Stated] = {}
    told: list[Message] = []
    rows = [(record, "key") for record in filled_rows(filled, "sources")]
    rows += [(record, "source") for record in filled_rows(filled, "months") if record.get("cite")]
    for record, column in rows:
        key = record.get(column)
        faults += _lacking(record, today)
        if key is None or record.get("checked") is None:
            continue
        stated = _source(record, key)
        held = found[key].source if key in found else known.get(key)
        if held is not None and held != stated:
            faults.append(record.fault(said(
                "{key} is another source already ({cite}); name this one by another key", "{key} 已是另一来源（{cite}）；请换一个代码", key=key, cite=held.cite
            ), column))  # fmt: skip
        if key not in found and key not in known:
            found[key] = Stated(record=record, source=stated)
            told += [_told_unstated(key)] if record.get("confidence") is None else []
    for record in (record for rows in filled.rows.values() for record in rows):
        faults += _unknown(record, "source", found, known)
    if filled.area is not None:
        faults += _unknown(filled.area, "rule_source", found, known)
    if faults:
        raise InputError(faults)
    return found, told


def _source(record: Record, key: str) -> Source:
    cite = ", ".join(part for part in (record.get("cite"), record.get("address")) if part)
    note = (record.get("note") or "") if record.sheet == "sources" else ""
    word = record.get("confidence")
    confidence = next((known for known in CONFIDENCES if known == word), UNSTATED)
    return Source(key=key, cite=cite, confidence=confidence, checked=record.get("checked"), note=note)


def _lacking(record: Record, today: date) -> Iterator[Fault]:
    checked, address = record.get("checked"), record.get("address")
    if checked is None and ("checked" not in record.places or _empty(record, "checked")):
        yield record.fault(said("a source needs the day on which it was checked", "来源必须注明核对日期"), "checked")
    if checked is not None and checked > today:
        yield record.fault(said("{day} lies in the future", "{day} 尚未到来", day=checked), "checked")
    if address is not None and not address.startswith(("https://", "http://")):
        yield record.fault(said("{text!r} is no address of the web; write {start}…", "{text!r} 不是网址；应以 {start} 开头", text=address, start="https://"), "address")  # fmt: skip


def _empty(record: Record, key: str) -> bool:
    """Whether a cell is empty in the file; one that could not be read has its own fault."""
    return record.grid.at(*record.places[key]) is None


def _unknown(record: Record, column: str, found: Mapping[str, Stated], known: Mapping[str, Source]) -> Iterator[Fault]:
    key = record.get(column)
    if isinstance(key, str) and key not in found and key not in known:
        yield record.fault(said(
            "source {key!r} is stated nowhere; give its citation and the day of checking", "来源 {key!r} 未说明；请给出来源名称和核对日期", key=key
        ), column)  # fmt: skip


def _told_unstated(key: str) -> Message:
    return said(
        "source {key}: no confidence stated, taken as secondary; official is only the issuing body's own text, stated as such",
        "来源 {key}：未填可信度，按二手处理；只有发布机关原文才能填官方，并须写明", key=key
    )  # fmt: skip


def _is_word(text: str | None) -> bool:
    return bool(text) and all(sign.isalnum() or sign in "._-" for sign in str(text)) and str(text)[0].isalpha() and "." in str(text)  # fmt: skip
