"""A declared field as a form shows it: label, range, how its value is written and read back. Nothing is drawn here."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, TypeAlias, TypeGuard, get_args, get_origin

from pydantic.fields import FieldInfo

from appraisal.case.change import keys_of
from appraisal.case.event import Event
from appraisal.case.schema import SECTIONS, Terms
from appraisal.errors import InputError
from appraisal.field import Declared, Section, declared, entries_of
from appraisal.streams import stream, stream_names
from appraisal.text import unit_words

STREAMS = ("revenue", "support")
# Sections whose keys are dotted names themselves.
DOTTED = ("uncertainty", "overlays")
# Of an event: what it does by path.
ACTIONS = ("set", "scale", "add")
_SHARES = ("share", "share/year")
_PARTS = re.compile(r"[\s,，、;；]+")
_SEPARATOR = ", "

# What draws a field: one number, one of some words, a free text, a row of numbers, some of some words, sections in a
# list, sections by name.
Shape: TypeAlias = Literal["number", "count", "choice", "flag", "text", "numbers", "whole", "several", "list", "named"]
_SHAPES: Mapping[str, Shape] = {
    "number": "number", "constant": "number", "count": "count", "choice": "choice", "flag": "flag", "text": "text",
    "yearly": "numbers", "profile": "numbers", "named": "named",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a draft at its dotted path; ``inner`` is the section that its entries are, where it has entries."""

    path: str
    name: str
    what: Declared
    info: FieldInfo
    kind: type[Section]
    inner: type[Section] | None = None

    @property
    def shape(self) -> Shape:
        """What kind of widget shows it."""
        if self.what.kind != "group":
            return _SHAPES[self.what.kind]
        return "list" if self.inner is not None else "several" if self.what.options else "whole"

    @property
    def percent(self) -> bool:
        """Whether people read and write it in percent."""
        return self.what.unit in _SHARES

    @property
    def required(self) -> bool:
        """Whether the declaration has no default; a fact of the library may still stand in for it."""
        return self.info.is_required()

    @property
    def default(self) -> Any:
        """The declared default as a file would state it; None where there is none or it says nothing."""
        if self.info.is_required() or self.info.default in (None, "", ()):
            return None
        found = self.info.default
        return found.tolist() if hasattr(found, "tolist") else found

    def label(self, lang: str) -> str:
        """Title with the unit behind it."""
        unit = unit_words(str(self.what.unit_text()), lang)
        if not unit:
            return self.what.title(lang)
        if lang == "zh":
            return f"{self.what.zh}（{unit.replace('（', '，').replace('）', '')}）"
        return f"{self.what.en} ({unit.replace(' incl. VAT', ', incl. VAT').replace(' excl. VAT', ', excl. VAT')})"

    @property
    def as_shown(self) -> Declared:
        """The declaration in the unit of the form: a share in percent."""
        if not self.percent:
            return self.what
        low, above, high = (
            None if bound is None else to_shown(bound, True) for bound in (self.what.ge, self.what.gt, self.what.le)
        )
        return replace(self.what, unit="%", ge=low, gt=above, le=high)

    def range(self, lang: str) -> str:
        """The range in words, in percent where the field is; empty where there is none."""
        text = self.as_shown.range_text().text(lang)
        return re.sub(r"\d+e\+\d+|\d{5,}", lambda found: f"{float(found[0]):,.0f}", text)

    def about(self, lang: str) -> str:
        """The help in the words of the page: codes of options and names of fields are written as their labels."""
        return worded(self.what.about(lang), self.kind, lang)


def fields_of(kind: type[Section], path: str) -> Iterator[Field | tuple[str, type[Section]]]:
    """The fields of a section in order; an inner section comes as its path and class."""
    for name, info in kind.model_fields.items():
        here = f"{path}.{name}"
        if isinstance(info.json_schema_extra, Mapping):
            yield Field(path=here, name=name, what=declared(info), info=info, kind=kind, inner=_entries(info))
        elif isinstance(info.annotation, type) and issubclass(info.annotation, Section):
            yield here, info.annotation


def _entries(info: FieldInfo) -> type[Section] | None:
    named = entries_of(info)
    if named is not None:
        return named
    first = next(iter(get_args(info.annotation)), None) if get_origin(info.annotation) is tuple else None
    return first if isinstance(first, type) and issubclass(first, Section) else None


def kind_of(stated: Mapping[str, Any], head: str, label: str) -> type[Terms] | None:
    """The terms of a stream that a draft states; None where it names no stream that there is."""
    place = stated.get(head)
    terms = place.get(label) if isinstance(place, Mapping) else None
    named = terms.get("stream") if isinstance(terms, Mapping) else None
    try:
        found: type[Terms] = stream(str(named or label)).terms
    except InputError:
        return None
    return found


def field_at(stated: Mapping[str, Any], path: str) -> Field | None:
    """The field at a dotted path of a draft, ``finance.loans.policy.rate`` or ``project.phases.0.share``; None for no such."""
    head, _, rest = path.partition(".")
    if head == "events":
        return _of_event(stated, path)
    kind: type[Section] | None = SECTIONS.get(head)
    prefix = head
    if head in STREAMS:
        label, _, rest = rest.partition(".")
        kind, prefix = kind_of(stated, head, label), f"{head}.{label}"
    while kind is not None and rest:
        name, _, rest = rest.partition(".")
        found = next(
            (
                one
                for one in fields_of(kind, prefix)
                if (one.name if isinstance(one, Field) else one[0].rpartition(".")[2]) == name
            ),
            None,
        )
        if isinstance(found, Field):
            if not rest or found.inner is None:
                return found
            entry, _, rest = rest.partition(".")
            kind, prefix = found.inner, f"{found.path}.{entry}"
            if not rest:
                return found
        elif found is not None:
            prefix, kind = found
        else:
            return None
    return None


def _of_event(stated: Mapping[str, Any], path: str) -> Field | None:
    """A field of an event, or the field of the case that it sets, scales or adds to; its path stays the event's."""
    _, name, *rest = path.split(".", 3)
    if not rest or rest[0] not in ACTIONS:
        return next(
            (one for one in fields_of(Event, f"events.{name}") if isinstance(one, Field) and [one.name] == rest), None
        )
    if len(rest) < 2:
        return None
    action, target = rest
    found = field_at(as_in_event(stated, name), target)
    if found is None or found.path != target:
        return None
    if action == "scale":
        factor = replace(found.what, kind="number", unit="1", ge=0.0, gt=None, le=None, usual=None, basis="")
        return replace(found, path=path, what=factor)
    return replace(
        found, path=path, what=replace(found.what, ge=None, gt=None, usual=None) if action == "add" else found.what
    )


def as_in_event(stated: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What a draft states, with the streams that an event begins."""
    made = dict(stated)
    begun = look(stated, f"events.{name}.set")
    for path, terms in begun.items() if isinstance(begun, Mapping) else ():
        head, _, label = str(path).partition(".")
        if head in STREAMS and "." not in label and isinstance(terms, Mapping):
            held = made.get(head)
            made[head] = {**(held if isinstance(held, Mapping) else {}), label: terms}
    return made


# --- values ---


def look(stated: Any, path: str) -> Any:
    """What a draft states at a dotted path, through lists too; None where nothing stands."""
    head, _, rest = path.partition(".")
    keys = [head, rest] if head in DOTTED and rest else keys_of(path, stated if isinstance(stated, Mapping) else {})
    place = stated
    for key in keys:
        if isinstance(place, Mapping) and key in place:
            place = place[key]
        elif isinstance(place, (list, tuple)) and key.isdecimal() and int(key) < len(place):
            place = place[int(key)]
        else:
            return None
    return place


def listed_above(stated: Any, path: str, value: Any) -> tuple[str, Any]:
    """The change that sets a value: of a value inside a list the whole list with it, else the path itself.

    A value of None takes the key out of the entry of the list.

    Examples
    --------
    >>> listed_above({"project": {"phases": ({"share": 0.5},)}}, "project.phases.0.share", 0.4)
    ('project.phases', [{'share': 0.4}])
    >>> listed_above({}, "storage.power_mw", 5)
    ('storage.power_mw', 5)
    """
    keys = path.split(".")
    for depth, key in enumerate(keys[:-1], start=1):
        held = look(stated, ".".join(keys[:depth]))
        if isinstance(held, (list, tuple)) and keys[depth].isdecimal() and int(keys[depth]) < len(held):
            entries = [dict(one) if isinstance(one, Mapping) else one for one in held]
            place = int(keys[depth])
            if depth + 1 == len(keys):
                entries[place] = value
            else:
                name = ".".join(keys[depth + 1 :])
                kept = entries[place] if isinstance(entries[place], dict) else {}
                entries[place] = {one: old for one, old in kept.items() if one != name} | (
                    {} if value is None else {name: value}
                )
            return ".".join(keys[:depth]), entries
        del key
    return path, value


def _scaled(value: float, power: int) -> Decimal:
    """A number times a power of ten as it is written, so that 3.5 % is 0.035 and no neighbour of it."""
    return Decimal(repr(value)).scaleb(power)


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether a field of one number can show it."""
    return (
        isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < 1e15
    )


def to_shown(value: float, percent: bool) -> float:
    """A stored number as the form shows it.

    Examples
    --------
    >>> to_shown(0.035, True), to_shown(0.865, True), to_shown(600, False)
    (3.5, 86.5, 600.0)
    """
    return float(_scaled(value, 2)) if percent else float(value)


def to_stored(value: float, percent: bool) -> float | int:
    """What is stored for a number of the form; a whole number is stored as one, as people write it.

    Examples
    --------
    >>> to_stored(3.5, True), to_stored(28.7, True), to_stored(8.0, False)
    (0.035, 0.287, 8)
    """
    found = float(_scaled(value, -2)) if percent else float(value)
    return int(found) if found.is_integer() else found


def plain(value: Any, percent: bool = False) -> str:
    """A number as a person types it; anything else as it stands.

    Examples
    --------
    >>> plain(0.0015, True), plain(360000000.0), plain("x")
    ('0.15', '360000000', 'x')
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = format(_scaled(value, 2 if percent else 0), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def printed(value: Any, percent: bool = False) -> str:
    """One number or several as the text of a form."""
    if value is None:
        return ""
    return (
        _SEPARATOR.join(plain(one, percent) for one in value)
        if isinstance(value, (list, tuple))
        else plain(value, percent)
    )


def grouped(value: Any, percent: bool = False) -> str:
    """A number as a sentence shows it, with commas."""
    if not is_number(value):
        return printed(value, percent)
    whole, mark, rest = plain(value, percent).partition(".")
    return f"{int(whole):,}{mark}{rest}" if whole.lstrip("-") not in ("", "0") else f"{whole}{mark}{rest}"


def read_numbers(text: str, percent: bool = False) -> Any:
    """A text of the form as the value of the draft: None, one number or a list; what is no number stays as it was typed.

    Examples
    --------
    >>> read_numbers("3.5", True), read_numbers("60, 40", True), read_numbers(" "), read_numbers("1 x")
    (0.035, [0.6, 0.4], None, [1, 'x'])
    """
    words = [word for word in _PARTS.split(text.strip()) if word]
    read = [_read_one(word, percent) for word in words]
    return None if not read else read[0] if len(read) == 1 else read


def read_list(text: str) -> list[Any] | None:
    """Whole numbers of a form; always a list, None for none."""
    found = read_numbers(text)
    return found if found is None or isinstance(found, list) else [found]


def _read_one(word: str, percent: bool) -> Any:
    try:
        number = Decimal(word.removesuffix("%").removesuffix("％") if percent else word)
    except InvalidOperation:
        return word
    # What is not finite or beyond floating point is no number of a file either.
    return to_stored(float(number), percent) if number.is_finite() and math.isfinite(float(number)) else word


def same(one: Any, other: Any) -> bool:
    """Whether two values of drafts say the same; lists of a file are tuples."""
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    return (
        type(one) is type(other) and bool(one == other)
        if isinstance(one, bool) or isinstance(other, bool)
        else bool(one == other)
    )


# --- words ---


@cache
def _names(lang: str) -> Mapping[str, str]:
    """Names of fields with an underscore → their titles, where no other field of that name has another title."""
    found: dict[str, set[str]] = {}
    for one in _fields_within(SECTIONS.values()):
        found.setdefault(one.name, set()).add(one.what.title(lang))
    return {name: next(iter(titles)) for name, titles in found.items() if "_" in name and len(titles) == 1}


@cache
def _codes(kind: type[Section] | None, lang: str) -> Mapping[str, str]:
    """Codes of the options of a section → their labels; of codes with an underscore those of every section."""
    found: dict[str, set[str]] = {}
    for one in every_field():
        for code in one.what.options:
            if isinstance(code, str) and "_" in code:
                found.setdefault(code, set()).add(one.what.option(code, lang))
    own = [] if kind is None else [one for one in fields_of(kind, "") if isinstance(one, Field)]
    return {code: next(iter(labels)) for code, labels in found.items() if len(labels) == 1} | {
        code: one.what.option(code, lang) for one in own for code in one.what.options if isinstance(code, str)
    }


def every_field() -> Iterator[Field]:
    """Every field of every section and of every kind of stream."""
    return _fields_within([*SECTIONS.values(), *(stream(name).terms for name in stream_names())])


def _fields_within(kinds: Iterable[type[Section]]) -> Iterator[Field]:
    """Every field of some sections, those of inner sections and of entries included."""
    for kind in kinds:
        for one in fields_of(kind, ""):
            if not isinstance(one, Field):
                yield from _fields_within([one[1]])
                continue
            yield one
            if one.inner is not None:
                yield from _fields_within([one.inner])


def worded(text: str, kind: type[Section] | None, lang: str) -> str:
    """A sentence with the codes of a section's options and the names of fields written as their labels.

    Examples
    --------
    >>> from appraisal.case.schema import Storage
    >>> worded("State it (with charged_mwh).", Storage, "en")
    'State it (with “Charged energy by year”).'
    """
    own = (
        {}
        if kind is None
        else {
            one.name: one.what.title(lang) for one in fields_of(kind, "") if isinstance(one, Field) and "_" in one.name
        }
    )
    for name, title in sorted({**_names(lang), **own}.items(), key=lambda pair: -len(pair[0])):
        text = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.]*\w)", f"“{title}”", text, flags=re.ASCII)
    for code, label in sorted(_codes(kind, lang).items(), key=lambda pair: -len(pair[0])):
        text = text.replace(f"{code}：{label}", label)
        text = re.sub(rf"(?<![\w“]){re.escape(code)}(?=[:：])", label, text, flags=re.ASCII)
        if "_" in code or lang == "zh":
            text = re.sub(rf"(?<![\w“.]){re.escape(code)}(?![\w.]*\w)", f"“{label}”", text, flags=re.ASCII)
    return text
