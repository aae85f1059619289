"""Headings of a matrix → inputs of the case: dotted paths, or the titles that every form shows, in either language."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from appraisal.case.event import Event
from appraisal.case.schema import SECTIONS
from appraisal.errors import Fault, InputError, Message, joined, said, suggest, verbatim
from appraisal.field import Declared, Section, declared, entries_of
from appraisal.library import Library
from appraisal.scenario.sheet.words import SECTIONS as TITLES
from appraisal.streams import stream, stream_names

IDS = ("id", "编号", "情景编号", "case_id")
_STREAMS = ("revenue", "support")
_SIGNS = re.compile(r"[·/:：]")
_BRACKET = re.compile(r"^(.*?)\s*[（(\[【]([^（(\[【]*)[）)\]】]$")
_WHAT_IF = Declared(kind="constant", unit="", zh="假设值", en="What-if on a fact")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One input that a matrix varies: its place among the columns of the file, its heading, its path."""

    place: int
    heading: str
    path: str
    what: Declared


def columns_of(
    where: str, headings: Sequence[str], base: Mapping[str, Any], streams: Mapping[str, Collection[str]] | None = None
) -> tuple[tuple[Column, ...], int | None]:  # fmt: skip
    """The inputs that the headings name, and the place of the column of identifiers (None without one).

    Parameters
    ----------
    where : str
        What messages call the file.
    headings : sequence of str
        Dotted paths; or titles in Chinese or English, alone, with their unit in brackets, or after the section's title
        (``电池更换·电池单价``). Columns without heading are left out.
    base : mapping
        The base case as its file holds it; it says which stream each label is.
    streams : label → names, optional
        Streams that the matrix itself gives to a label.

    Raises
    ------
    InputError
        With every heading that names nothing, more than one input, or an input that another column has.
    """
    known = _known(base, streams or {})
    found: list[Column] = []
    faults: list[Fault] = []
    identity = None
    for place, heading in enumerate(headings):
        if not heading:
            continue
        if heading.lower() in IDS and identity is None:
            identity = place
            continue
        try:
            path, what = _resolved(heading, known, base, streams or {})
        except _Unknown as unknown:
            faults.append(Fault(where=where, path=heading, message=unknown.message))
            continue
        twin = next((one.heading for one in found if one.path == path), None)
        if twin is not None:
            faults.append(Fault(where=where, path=heading, message=said(
                "is {path}, which column {twin!r} gives too; keep one", "即 {path}，与列“{twin}”重复；请保留一列", path=path, twin=twin
            )))  # fmt: skip
        found.append(Column(place=place, heading=heading, path=path, what=what))
    if faults:
        raise InputError(faults)
    return tuple(found), identity


class _Unknown(Exception):
    """A heading that names no input, with what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def _resolved(
    heading: str, known: Mapping[str, Declared], base: Mapping[str, Any], streams: Mapping[str, Collection[str]]
) -> tuple[str, Declared]:  # fmt: skip
    if heading in known:
        return heading, known[heading]
    what = declared_at(heading, base, streams)
    if what is not None:
        return heading, what
    titled = _by_title(heading, known)
    if len(titled) == 1:
        return titled[0], known[titled[0]]
    if titled:
        raise _Unknown(said(
            "is the title of {count} inputs; write the path of the one meant: {paths}",
            "是 {count} 个输入共用的名称；请改写所指输入的路径：{paths}", count=len(titled), paths=", ".join(titled)
        ))  # fmt: skip
    if heading.partition(".")[0] == "events":
        events = base.get("events")
        raise _Unknown(said(
            "no value of an event of the base case: events.<name>.operation_year, events.<name>.set.<path>; {known}",
            "不是基准算例中事件的内容：应为 events.<名称>.operation_year 或 events.<名称>.set.<路径>；{known}",
            known=suggest(heading.split(".")[1] if "." in heading else "", list(events) if isinstance(events, Mapping) else [])
        ))  # fmt: skip
    if heading.partition(".")[0] == "overlays":
        raise _Unknown(said(
            "no fact of the library; {known}", "电价库中没有这个参数；{known}",
            known=suggest(heading, [f"overlays.{name}" for name in Library.open().names()])
        ))  # fmt: skip
    raise _Unknown(said("no input of a case; {known}", "不是算例的输入；{known}", known=_nearest(heading, known)))


def _nearest(heading: str, known: Mapping[str, Declared]) -> Message:
    """The nearest path; for a heading in Chinese the nearest title, with its path."""
    if heading.isascii():
        return suggest(heading, list(known))
    titles = {what.zh: path for path, what in known.items()}
    return joined([suggest(heading, list(titles)), said("a dotted path is always right", "写点分路径总是可以的")])


def _known(base: Mapping[str, Any], streams: Mapping[str, Collection[str]]) -> dict[str, Declared]:
    """Every input of the sections and of the streams that the base case or the matrix has, by path."""
    found = dict(_of_sections())
    for section in _STREAMS:
        stated = base.get(section)
        for label in stated if isinstance(stated, Mapping) else ():
            for name in _kinds(f"{section}.{label}", str(label), base, streams):
                found |= {f"{section}.{label}.{path}": what for path, what in _leaves(stream(name).terms)}
    return found


@cache
def _of_sections() -> Mapping[str, Declared]:
    return {f"{name}.{path}": what for name, kind in SECTIONS.items() for path, what in _leaves(kind)}


def _leaves(kind: type[Section], before: str = "") -> Iterator[tuple[str, Declared]]:
    """Dotted path and declaration of every field; entries of named groups are reached by their own names only."""
    for name, info in kind.model_fields.items():
        inner: Any = info.annotation
        if entries_of(info) is not None:
            continue
        if isinstance(inner, type) and issubclass(inner, Section):
            yield from _leaves(inner, f"{before}{name}.")
        else:
            yield f"{before}{name}", declared(info)


def declared_at(path: str, base: Mapping[str, Any], streams: Mapping[str, Collection[str]]) -> Declared | None:
    """What is declared under a path that no list has: an entry of a named group, a stream that the rows add, an event, a what-if."""
    head, _, rest = path.partition(".")
    if head == "events":
        return _of_event(rest, base, streams)
    try:
        if head in SECTIONS:
            found: Declared = SECTIONS[head].declaration(rest)
            return found
        if head in _STREAMS:
            label, _, term = rest.partition(".")
            return _of_stream(_kinds(f"{head}.{label}", label, base, streams), term)
    except LookupError:
        return None
    return _WHAT_IF if head == "overlays" and rest in Library.open().names() else None


def _of_event(path: str, base: Mapping[str, Any], streams: Mapping[str, Collection[str]]) -> Declared | None:
    """What is declared under ``<name>.<field>`` or ``<name>.set|scale|add.<path>`` of an event that the base case has."""
    name, _, rest = path.partition(".")
    events = base.get("events")
    stated = events.get(name) if isinstance(events, Mapping) else None
    if not isinstance(stated, Mapping):
        return None
    action, _, target = rest.partition(".")
    if action not in ("set", "scale", "add"):
        try:
            field: Declared = Event.declaration(rest)
            return None if rest in ("set", "scale", "add", "remove") else field
        except LookupError:
            return None
    begun = _with_begun(base, stated)
    what = _known(begun, streams).get(target) or (
        None if target.startswith("events") else declared_at(target, begun, streams)
    )
    if what is None:
        return None
    zh, en = str(stated.get("zh") or name), str(stated.get("en") or name)
    called = replace(what, zh=f"{zh}：{what.zh}", en=f"{en}: {what.en}")
    return called if action == "set" else called.moved_by(action)


def _with_begun(base: Mapping[str, Any], event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The base case with the streams that an event begins."""
    found: dict[str, Any] = {name: dict(_mapping(base.get(name))) for name in _STREAMS}
    for path, terms in _mapping(event.get("set")).items():
        section, _, label = str(path).partition(".")
        if section in found and label and "." not in label:
            found[section].setdefault(label, terms)
    return {**base, **found}


def _mapping(stated: Any) -> Mapping[Any, Any]:
    """What a file states as a mapping; anything else is told where the case is read."""
    return stated if isinstance(stated, Mapping) else {}


def _of_stream(kinds: Sequence[str], term: str) -> Declared | None:
    for name in kinds:
        try:
            found: Declared = stream(name).terms.declaration(term)
            return found
        except LookupError:
            continue
    return None


def _kinds(path: str, label: str, base: Mapping[str, Any], streams: Mapping[str, Collection[str]]) -> list[str]:
    """The streams that a label may be: as the base case has it, as rows give it, as its own name says."""
    head = path.partition(".")[0]
    section = base.get(head)
    terms = section.get(label) if isinstance(section, Mapping) else None
    stated = terms.get("stream", label) if isinstance(terms, Mapping) else label
    names = [str(stated), *(str(name) for name in streams.get(path, ()))]
    return [name for name in dict.fromkeys(names) if name in stream_names()]


def _by_title(heading: str, known: Mapping[str, Declared]) -> list[str]:
    """Paths whose title is the heading; a unit in brackets must be the input's own, a section before it too."""
    bare = _BRACKET.match(heading)
    for text, unit in ((heading, ""), (bare.group(1), bare.group(2)) if bare else ("", "")):
        section, _, rest = (part.strip() for part in _SIGNS.sub("·", text, count=1).partition("·"))
        for place, name in (("", text), (section, rest)):
            found = [path for path, what in known.items() if name and name in (what.zh, what.en)]
            found = [path for path in found if not unit or _is_unit(unit, known[path])]
            found = [path for path in found if not place or place in TITLES.get(path.rpartition(".")[0], ())]
            if found:
                return found
    return []


def _is_unit(text: str, what: Declared) -> bool:
    wanted = {what.unit, str(what.unit_text()), what.unit_text().zh, what.unit_text().zh.partition("（")[0]}
    return text.strip() in wanted or verbatim(text.strip()) in {str(what.expectation()), what.expectation().zh}
