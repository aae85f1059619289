"""The JSON schema of a case, and the template that ``case new`` writes: both from the field declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from appraisal.case.event import Event
from appraisal.case.schema import SECTIONS
from appraisal.errors import InputError
from appraisal.field import Declared, Section, declared, entries_of
from appraisal.field.fields import LABEL
from appraisal.library import Library
from appraisal.operation import Stream
from appraisal.scenario.defaults import NATIONAL
from appraisal.scenario.faults import words
from appraisal.scenario.sheet.words import SECTIONS as SECTION_TITLES
from appraisal.scenario.uncertainty import uncertainty_schema
from appraisal.streams import stream, stream_names

_TITLES = {
    "case": ("储能投资算例", "Case of an energy-storage investment"), "schema": ("算例格式版本", "Version of the case format"),
    "revenue": ("收入：名称 → 条款", "Revenue streams by label"), "support": ("支持政策：名称 → 条款", "Support by label"),
    "overlays": ("假设值：参数名 → 值", "What-ifs on facts, by fact name"),
    "events": ("事件：名称 → 自某时点起的更改", "Events by name: what changes from a date on"),
}  # fmt: skip


@dataclass(frozen=True)
class Supplied:
    """A fact that stands in for a field left out: its name, and its value of today where it has one."""

    name: str
    value: Any = None


def supplied() -> dict[str, Supplied]:
    """Path of a case's field → the fact of a technology or of national rules that it defaults to.

    Where several technologies supply a field, that of the one the library knows most of stands for them.

    Examples
    --------
    >>> supplied()["storage.charge_efficiency"].name
    'technology.lfp.charge_efficiency'
    """
    library = Library.open()
    found: dict[str, Supplied] = {}
    for name in (*NATIONAL, *_technologies(library)):
        for parameter in library.parameters(name):
            if parameter.target:
                found.setdefault(parameter.target, Supplied(parameter.name, _value_today(library, parameter.name)))
    return found


def _technologies(library: Library) -> list[str]:
    """Files of the technologies, the one that supplies most first."""
    names = [name for name in library.files() if name.startswith("technology.")]
    known = {name: sum(bool(what.target) for what in library.parameters(name)) for name in names}
    return sorted(names, key=lambda name: (-known[name], name))


def _value_today(library: Library, name: str) -> Any:
    try:
        return library.fact(name, date.today()).value
    except InputError:
        return None  # Repealed or not yet begun: the template then names the fact and shows no value.


def _of_stream(found: Stream) -> dict[str, Supplied]:
    return {term: Supplied(name) for term, name in found.facts.items()}


def json_schema(lang: str = "en") -> dict[str, Any]:
    """JSON schema (draft 2020-12) of a case's YAML, each stream's terms included; titles and descriptions in *lang*.

    Examples
    --------
    >>> json_schema()["properties"]["storage"]["properties"]["power_mw"]["unit"]
    'MW'
    """
    place = 0 if lang == "zh" else 1
    properties: dict[str, Any] = {"schema": {"const": 1, "title": _TITLES["schema"][place]}}
    defaults = supplied()
    for name, kind in SECTIONS.items():
        defaulted = {path.removeprefix(f"{name}.") for path in defaults if path.startswith(f"{name}.")}
        properties[name] = _inlined(kind, defaulted, lang) | {"title": SECTION_TITLES[name][place]}
    terms = {
        name: _inlined(found.terms, set(found.facts), lang) | {"title": found.zh if lang == "zh" else found.en}
        for name, found in ((name, stream(name)) for name in stream_names())
    }
    any_stream = {"type": "object", "additionalProperties": {"anyOf": list(terms.values())}, "properties": terms}
    for name in ("revenue", "support"):
        properties[name] = {**any_stream, "title": _TITLES[name][place]}
    properties["uncertainty"] = uncertainty_schema()
    properties["overlays"] = {"type": "object", "title": _TITLES["overlays"][place]}
    properties["events"] = {
        "type": "object", "title": _TITLES["events"][place], "propertyNames": {"pattern": f"^{LABEL}$"},
        "additionalProperties": _inlined(Event, set(), lang),
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _TITLES["case"][place],
        "type": "object",
        "additionalProperties": False,
        "required": ["project", "storage", "finance"],
        "properties": properties,
    }


def _inlined(kind: type[Section], defaulted: set[str], lang: str) -> dict[str, Any]:
    """A section's schema with its inner sections in place of references; what the library supplies is not required."""
    whole = kind.model_json_schema()
    required = [name for name in whole.pop("required", []) if name not in defaulted]
    whole |= {"required": required} if required else {}
    inner = whole.pop("$defs", {})

    def put(value: Any) -> Any:
        if isinstance(value, Mapping):
            if "$ref" in value:
                return put(inner[str(value["$ref"]).rpartition("/")[2]])
            return {key: put(item) for key, item in _titled(value, lang).items()}
        return [put(item) for item in value] if isinstance(value, list) else value

    return dict(put(whole))


def _titled(leaf: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A field's or a section's schema with title and description in the language; anything else as it is."""
    if lang != "zh":
        return dict(leaf)
    named = isinstance(leaf.get("zh"), str) and "kind" in leaf
    about = {"description": leaf["help_zh"]} if "help_zh" in leaf else {}
    # An inner section has no title of its own but the name of its class; what it is stands in the description.
    plain = {key: value for key, value in leaf.items() if key != "title" or named or not about}
    return {**plain, **({"title": leaf["zh"]} if named else {}), **about}


def template(lang: str = "en") -> str:
    """A commented case with every field, its unit, range and default, to be filled in.

    Required fields stand open. The others are comments with the value that holds when they are left out; removing
    the first ``#`` of a line states it.
    """
    lines = [
        "# "
        + (
            "储能项目评价算例：必填项留空待填，其余为默认值（已注释，去掉行首 # 即可填写）"
            if lang == "zh"
            else "A storage appraisal case: required fields stand open, the others are comments with the value that holds when left out"
        )
    ]
    defaults = supplied()
    for name, kind in SECTIONS.items():
        lines += ["", f"{name}:", *_fields(kind, lang, "  ", defaults, f"{name}.")]
    for section in ("revenue", "support"):
        lines += ["", f"{section}:"]
        for found in map(stream, stream_names()):
            if found.section == section:
                lines += [f"  # {found.title}:  # {found.zh if lang == 'zh' else found.en}"]
                lines += _fields(found.terms, lang, "  #   ", _of_stream(found), "")
    how = (
        "填写一项：以下各行删去 '#| '；名称自定"
        if lang == "zh"
        else "to state one, take '#| ' off the lines below; the name is yours"
    )
    lines += ["", "events:", f"  #| # {how}", "  #|   example:", *_fields(Event, lang, "  #|     ", {}, "")]
    return "\n".join(lines) + "\n"


def _fields(kind: type[Section], lang: str, indent: str, defaults: Mapping[str, Supplied], path: str) -> Iterator[str]:
    for name, info in kind.model_fields.items():
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, Section):
            yield f"{indent}# {name}:"
            yield from _fields(inner, lang, f"{indent}#   ", defaults, f"{path}{name}.")
            continue
        if not isinstance(info.json_schema_extra, Mapping):
            continue
        what = declared(info)
        about = f"{what.title(lang)}{_about(what, info.annotation, lang)}"
        fact = defaults.get(f"{path}{name}")
        if fact is not None:
            yield f"{indent}# {name}: {_default(fact.value)}  # {about}{'；缺省取' if lang == 'zh' else '; left out:'} {fact.name}"
        elif info.is_required():
            yield f"{indent}{name}:  # {about}{'；必填' if lang == 'zh' else '; required'}"
        else:
            yield f"{indent}# {name}: {_default(info.default)}  # {about}"
        entries = entries_of(info)
        if entries is not None:
            yield from _entry(entries, lang, indent)


def _entry(entries: type[Section], lang: str, indent: str) -> Iterator[str]:
    """An entry of a named group with every field; no default, so that removing the first ``#`` leaves it a comment."""
    how = (
        "填写一项：上行取消注释并删去 {}，以下各行删去 '#| '；名称自定"
        if lang == "zh"
        else "to state one, uncomment the line above without {} and take '#| ' off the lines below; the name is yours"
    )
    yield f"{indent}#| # {how}"
    yield f"{indent}#|   example:"
    yield from _fields(entries, lang, f"{indent}#|     ", {}, "")


def _about(what: Declared, annotation: Any, lang: str) -> str:
    codes = [f"{word} {what.option(word, lang)}" if lang == "zh" else str(word) for word in words(annotation)]
    parts = [what.expectation().text(lang), " | ".join(codes), what.about(lang).removesuffix(".").removesuffix("。")]
    return "".join(f"{'；' if lang == 'zh' else '; '}{part}" for part in parts if part)


def _default(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return (
        "[]"
        if value == ()
        else f'"{value}"'
        if isinstance(value, str)
        else f"{value:g}"
        if isinstance(value, float) and value.is_integer()
        else str(value)
    )
