"""A file of dated parameters (STYLE §4): read whole, checked whole, then asked as of a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from appraisal.errors import Fault, InputError, Message, said
from appraisal.library.reader import Faults, Node, read_file
from appraisal.library.types import CONFIDENCES, STATUSES, Fact, Parameter, Source, Status, Title
from appraisal.text import CONFIDENCE, MECHANISMS

DATED_BY = (
    "construction_start",
    "commissioning",
    "billing_month",
    "policy_start",
    "first_revenue_year",
    "loss_year",
    "asset_in_service",
    "loan_signed",
    "appraisal_date",
    "calendar_year",
)
"""The project dates that can select a value."""
_OPTIONAL = ("notes", "mechanism", "absent", "differs")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One dated value of a parameter. A repeal is an entry without a value."""

    value: Any
    source: Source
    line: int
    note: str = ""
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class ParameterFile:
    """Everything one parameter file says.

    ``mechanism`` is a key of ``text.MECHANISMS``, empty where the file belongs to none; every value of a mechanism has
    a status. ``absent`` names what the evidence does not hold, ``differs`` where its sources contradict each other.
    """

    name: str
    where: str
    title: Title
    notes: tuple[Title, ...]
    parameters: Mapping[str, Parameter]
    entries: Mapping[str, Mapping[date, Entry]]
    sources: Mapping[str, Source]
    mechanism: str = ""
    absent: tuple[Title, ...] = ()
    differs: tuple[Title, ...] = ()

    def fact(self, key: str, asked: date) -> Fact:
        """The value of a parameter in force on a date.

        Raises
        ------
        InputError
            Of kind ``fact`` if the rule had not begun or has been repealed by then.
        """
        parameter, entries = self.parameters[key], self.entries[key]
        begun = [day for day in entries if day <= asked]
        if not begun:
            raise missing(parameter.name, said(
                "no value before {first}, asked for {asked}",
                "{first} 之前没有值，所查日期为 {asked}", first=min(entries), asked=asked
            ))  # fmt: skip
        day = max(begun)
        entry = entries[day]
        if entry.value is None:
            source = entry.source
            message = said(
                "repealed from {day} by {en}; no rule is in force, asked for {asked}",
                "自 {day} 起由 {zh}废止；所查日期 {asked} 没有有效规定",
                day=day, asked=asked, en=f"{source.cite} ({source.confidence})", zh=f"{source.cited('zh')}（{CONFIDENCE[source.confidence][0]}）"
            )  # fmt: skip
            raise missing(parameter.name, message)
        return Fact(
            name=parameter.name,
            asked=asked,
            value=entry.value,
            unit=parameter.unit,
            source=entry.source,
            holds_from=day,
            note=entry.note,
            id=entry.id,
        )


def missing(name: str, message: Message) -> InputError:
    """The error of a fact that has no value at the date asked (exit code 6)."""
    return InputError([Fault(path=name, message=message, kind="fact")])


def read_parameters(path: Path, name: str, where: str) -> ParameterFile:
    """Read a parameter file.

    Parameters
    ----------
    path
        The file.
    name
        Dotted name of the file: ``support.first_of_kind_insurance``.
    where
        What messages call the file.

    Raises
    ------
    InputError
        With all faults of the file and their lines.
    """
    faults = Faults(where)
    top = faults.mapping(read_file(path, where), "", ("title", "parameters", "sources"), _OPTIONAL)
    sources = read_sources(faults, top.get("sources"))
    parameters: dict[str, Parameter] = {}
    entries: dict[str, Mapping[date, Entry]] = {}
    for key, node in _items(faults, top, "parameters").items():
        parameter, dated = _parameter(faults, name, key, node, sources)
        parameters[key], entries[key] = parameter, dated
    title = read_title(faults, top.get("title"), "title")
    told = {word: read_notes(faults, top.get(word), word) for word in ("notes", "absent", "differs")}
    mechanism = faults.choice(top["mechanism"], "mechanism", tuple(MECHANISMS)) if "mechanism" in top else None
    if mechanism:
        _standing(faults, top["parameters"], entries)
    faults.raise_all()
    return ParameterFile(
        name=name, where=where, title=title, parameters=parameters, entries=entries, sources=sources,
        mechanism=mechanism or "", **told
    )  # fmt: skip


def _standing(faults: Faults, node: Node, entries: Mapping[str, Mapping[date, Entry]]) -> None:
    """Every value of a mechanism says how it stands, and one that has expired is followed by what ended it."""
    for key, dated in entries.items():
        for day, entry in dated.items():
            path = f"parameters.{key}.values.{day}"
            at = replace(node, line=entry.line)
            if entry.source.status is None:
                faults.add(at, path, said(
                    "states no status; write one of {known} here or at its source", "没有注明效力状态；请在此处或其来源处填写 {known} 之一",
                    known=", ".join(STATUSES)
                ))  # fmt: skip
            if entry.source.status == "expired" and entry.value is not None and day == max(dated):
                faults.add(at, path, said(
                    "has expired, but no later entry says when; add one, with null where nothing took its place",
                    "已失效，却没有后续条目说明何时失效；请补充一条，没有替代规定的填 null"
                ))  # fmt: skip


def _items(faults: Faults, top: Mapping[str, Node], key: str) -> dict[str, Node]:
    return faults.mapping(top[key], key) if key in top else {}


def _parameter(
    faults: Faults, name: str, key: str, node: Node, sources: Mapping[str, Source]
) -> tuple[Parameter, Mapping[date, Entry]]:
    path = f"parameters.{key}"
    if not key.replace("_", "").isalnum() or not key.isascii() or key != key.lower():
        faults.add(node, path, said("a name is made of a–z, 0–9 and _", "名称由 a–z、0–9 和 _ 组成"))
    items = faults.mapping(node, path, ("title", "unit", "dated_by", "values"), ("target",))
    dated: dict[date, Entry] = {}
    if "values" in items:
        for day, value in faults.dated(items["values"], f"{path}.values").items():
            entry = _entry(faults, value, f"{path}.values.{day}", sources)
            if entry is not None:
                dated[day] = entry
        if not items["values"].value:
            faults.add(items["values"], f"{path}.values", said("holds no value", "没有任何值"))
    texts = {word: faults.text(items[word], f"{path}.{word}") or "" for word in ("unit", "target") if word in items}
    dated_by = faults.choice(items["dated_by"], f"{path}.dated_by", DATED_BY) if "dated_by" in items else ""
    parameter = Parameter(
        name=f"{name}.{key}",
        unit=texts.get("unit", ""),
        dated_by=dated_by or "",
        title=read_title(faults, items.get("title"), f"{path}.title"),
        target=texts.get("target", ""),
    )
    return parameter, dated


def _entry(faults: Faults, node: Node, path: str, sources: Mapping[str, Source]) -> Entry | None:
    items = faults.mapping(node, path, ("value", "source"), ("note", "id", "confidence", "status"))
    source = read_source_key(faults, items, path, sources)
    texts = {word: faults.text(items[word], f"{path}.{word}") or "" for word in ("note", "id") if word in items}
    if source is None or "value" not in items:
        return None
    return Entry(
        value=_value(items["value"].plain()),
        source=source,
        line=node.line,
        note=texts.get("note", ""),
        id=texts.get("id", ""),
    )


def _value(plain: Any) -> Any:
    """Integers are read as numbers, whether or not a decimal point was typed."""
    if isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if isinstance(plain, dict):
        return {key: _value(inner) for key, inner in plain.items()}
    return tuple(_value(inner) for inner in plain) if isinstance(plain, tuple) else plain


def read_source_key(
    faults: Faults, items: Mapping[str, Node], path: str, sources: Mapping[str, Source]
) -> Source | None:
    """The source that an entry names, at the entry's own confidence and status where it states them."""
    if "source" not in items:
        return None
    key = faults.choice(items["source"], f"{path}.source", sorted(sources))
    if key is None:
        return None
    source = sources[key]
    if "confidence" in items:
        word = faults.choice(items["confidence"], f"{path}.confidence", CONFIDENCES)
        for known in CONFIDENCES:
            source = replace(source, confidence=known) if word == known else source
    if "status" in items:
        source = replace(source, status=_status(faults, items["status"], path))
    return source


def _status(faults: Faults, node: Node, path: str) -> Status | None:
    word = faults.choice(node, f"{path}.status", STATUSES)
    return next((known for known in STATUSES if known == word), None)


def read_sources(faults: Faults, node: Node | None) -> dict[str, Source]:
    """The block ``sources``: key -> citation (``zh``: in Chinese), confidence, standing and the day it was last checked."""
    sources: dict[str, Source] = {}
    for key, inner in (faults.mapping(node, "sources") if node else {}).items():
        path = f"sources.{key}"
        items = faults.mapping(inner, path, ("cite", "confidence", "checked"), ("zh", "note", "status"))
        cite = faults.text(items["cite"], f"{path}.cite") if "cite" in items else None
        word = faults.choice(items["confidence"], f"{path}.confidence", CONFIDENCES) if "confidence" in items else None
        checked = (
            faults.day(str(items["checked"].value), items["checked"], f"{path}.checked") if "checked" in items else None
        )
        texts = {name: faults.text(items[name], f"{path}.{name}") or "" for name in ("zh", "note") if name in items}
        status = _status(faults, items["status"], path) if "status" in items else None
        for known in CONFIDENCES:
            if word == known and cite and checked:
                sources[key] = Source(
                    key=key, cite=cite, confidence=known, checked=checked, note=texts.get("note", ""), cite_zh=texts.get("zh", ""),
                    status=status,
                )  # fmt: skip
    return sources


def read_title(faults: Faults, node: Node | None, path: str) -> Title:
    """A pair ``{zh: …, en: …}``."""
    items = faults.mapping(node, path, ("zh", "en"), ()) if node else {}
    texts = {key: faults.text(inner, f"{path}.{key}") or "" for key, inner in items.items()}
    return Title(zh=texts.get("zh", ""), en=texts.get("en", ""))


def read_notes(faults: Faults, node: Node | None, word: str = "notes") -> tuple[Title, ...]:
    """A list of sentences, each in Chinese and English; *word* is the key it stands under."""
    inner = faults.items(node, word) if node else []
    return tuple(read_title(faults, item, f"{word}[{place}]") for place, item in enumerate(inner))
