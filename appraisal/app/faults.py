"""Faults of a draft in the words of the page: fields by their titles, all at once, and each beside its field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from appraisal.app.choices import choices, named
from appraisal.app.draft import Draft
from appraisal.app.fields import STREAMS, Field, as_in_event, field_at, is_number, kind_of, look, to_shown, worded
from appraisal.app.markup import unlinked
from appraisal.app.state import draft, lang, t
from appraisal.case.event import Event
from appraisal.case.schema import SECTIONS
from appraisal.errors import Fault, InputError, Message, ValueFault
from appraisal.field import check_number, declared
from appraisal.scenario.sheet.words import SECTIONS as TITLES
from appraisal.streams import stream

_PATH = re.compile(rf"(?<![\w.])(?:{'|'.join((*SECTIONS, *STREAMS))})(?:\.\w+)+", re.ASCII)
_MARKED = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:])")
_STREAM_TITLES = {"revenue": ("收入机制", "Revenue"), "support": ("支持政策", "Support")}
_BETWEEN = " › "


def shown_as_is(text: str) -> str:
    """A text whose signs mean nothing to the page: what a person typed may stand in it."""
    return unlinked(_MARKED.sub(r"\\\1", text))


def stream_title(stated: Mapping[str, Any], head: str, label: str, language: str) -> str:
    """What the kind of a stream is called; its label where there is no such kind."""
    named = look(stated, f"{head}.{label}.stream")
    try:
        found = stream(str(named or label))
    except InputError:
        return label
    return found.zh if language == "zh" else found.en


def title_of(path: str, of: Draft, language: str) -> str:
    """Where a dotted path leads, in titles: section, entry, field.

    A word that nothing is declared under stays as it is, so that a misspelt key can be found.
    """
    head, _, rest = path.partition(".")
    place = 0 if language == "zh" else 1
    if head in ("uncertainty", "overlays"):
        below = title_of(rest, of, language) if rest else ""
        return _BETWEEN.join(part for part in (TITLES[head][place].partition("：")[0].partition(":")[0], below) if part)
    if head == "events":
        return _BETWEEN.join(_of_event(path, of, language))
    if head in STREAMS:
        label, _, rest = rest.partition(".")
        title = stream_title(of.stated, head, label, language)
        names = [
            _STREAM_TITLES[head][place],
            title if label in ("", title) or _is_kind(of, head, label) else f"{title} {label}",
        ]
        return _BETWEEN.join([name for name in names if name] + _inner(f"{head}.{label}", rest, of, language))
    first = [TITLES[head][place]] if head in TITLES else [head]
    return _BETWEEN.join(first + _inner(head, rest, of, language))


def _of_event(path: str, of: Draft, language: str) -> Iterator[str]:
    """An event by its title, and what it does by the titles of the case."""
    place = 0 if language == "zh" else 1
    yield TITLES["events"][place].partition("：")[0].partition(":")[0]
    _, *rest = path.split(".", 3)
    if rest:
        yield event_title(of.stated, rest[0], language)
    if len(rest) > 1:
        yield declared(Event.model_fields[rest[1]]).title(language) if rest[1] in Event.model_fields else rest[1]
    if len(rest) > 2:
        yield title_of(rest[2], replace(of, stated=as_in_event(of.stated, rest[0])), language)


def event_title(stated: Any, name: str, language: str) -> str:
    """What a draft calls an event; its name where it has no title."""
    titles = [look(stated, f"events.{name}.{one}") for one in (("zh", "en") if language == "zh" else ("en", "zh"))]
    return next((str(one) for one in titles if one), name)


def _is_kind(of: Draft, head: str, label: str) -> bool:
    """Whether a stream is called by the name of its kind, which its title says already."""
    return look(of.stated, f"{head}.{label}.stream") is None


def _inner(prefix: str, rest: str, of: Draft, language: str) -> list[str]:
    """Titles of what stands between a section and the end of a path."""
    names: list[str] = []
    for word in rest.split(".") if rest else []:
        prefix = f"{prefix}.{word}"
        found = field_at(of.stated, prefix)
        if found is not None and found.path == prefix:
            names.append(found.what.title(language))
        elif prefix in TITLES:
            names.append(TITLES[prefix][0 if language == "zh" else 1])
        else:
            names.append(
                (f"第 {int(word) + 1} 项" if language == "zh" else f"no. {int(word) + 1}") if word.isdecimal() else word
            )
    return names


def told(fault: Fault, of: Draft, language: str) -> str:
    """What is wrong, with the fields and options that the sentence names by their titles, in the units of the page."""
    field = field_at(of.stated, fault.path)
    if field is None or field.path != fault.path:
        # A key that nothing is declared under is named as the file has it, and so are those that there are.
        unknown = fault.path.partition(".")[0] in SECTIONS and field is None and "." in fault.path
        return (
            fault.message.text(language)
            if unknown
            else _worded(fault.message.text(language), _kind(fault.path, of), of, language)
        )
    if fault.message.startswith(f"required: {field.what.zh}"):
        return f"{'必填：' if language == 'zh' else 'required: '}{field.label(language)}"
    again = _in_percent(field, look(of.stated, fault.path)) if field.percent else None
    text = _worded((again or fault.message).text(language), field.kind, of, language)
    for code, title in (choices(field, of, language) or {}).items():
        text = re.sub(rf"(?<![\w.]){re.escape(code)}(?![\w.]*\w)", title, text, flags=re.ASCII)
    return text


def _worded(text: str, kind: Any, of: Draft, language: str) -> str:
    told = _PATH.sub(lambda found: _named(found[0], of, language), named(text, of, language))
    return worded(told, kind, language)


def _in_percent(field: Field, value: Any) -> Message | None:
    """The fault of a share as it stands in the form, in percent; None where the share by itself is right."""
    listed = isinstance(value, (list, tuple))
    shown = [to_shown(one, True) if is_number(one) else one for one in (value if listed else (value,))]
    try:
        check_number(shown if listed else shown[0], field.as_shown)
    except ValueFault as error:
        return error.message
    return None


def _kind(path: str, of: Draft) -> Any:
    head, _, rest = path.partition(".")
    return kind_of(of.stated, head, rest.partition(".")[0]) if head in STREAMS else SECTIONS.get(head)


def _named(path: str, of: Draft, language: str) -> str:
    field = field_at(of.stated, path)
    return f"“{field.what.title(language)}”" if field is not None and field.path == path else path


def belongs(fault: Fault, field: Field) -> bool:
    """Whether a fault stands beside a field: it names the field or something inside it."""
    return fault.path == field.path or fault.path.startswith(f"{field.path}.")


def show_faults(faults: Iterable[Fault], *, of: Draft | None = None) -> None:
    """All faults at once, each with the place it is in."""
    about = of or draft()
    lines = []
    for fault in faults:
        place = title_of(fault.path, about, lang()) if fault.path else ""
        words = shown_as_is(told(fault, about, lang()))
        lines.append(f"- **{shown_as_is(place)}**{t('：', ': ')}{words}" if place else f"- {words}")
    if lines:
        head = t(
            f"输入有 {len(lines)} 处问题，改正后才会重新计算：",
            "1 problem with the inputs; nothing is computed until it is mended:"
            if len(lines) == 1
            else f"{len(lines)} problems with the inputs; nothing is computed until they are mended:",
        )
        st.error("\n".join([head, "", *lines]), icon=":material/error:")
