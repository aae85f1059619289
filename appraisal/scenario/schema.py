"""The JSON schema of a case, and the template that ``case new`` writes: both from the field declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from appraisal.case.schema import SECTIONS
from appraisal.field import Declared, Section, declared
from appraisal.streams import stream, stream_names


def json_schema() -> dict[str, Any]:
    """JSON schema (draft 2020-12) of a case's YAML, each stream's terms included.

    Examples
    --------
    >>> json_schema()["properties"]["storage"]["properties"]["power_mw"]["unit"]
    'MW'
    """
    properties: dict[str, Any] = {"schema": {"const": 1, "title": "Version of the case format"}}
    for name, kind in SECTIONS.items():
        properties[name] = _inlined(kind)
    terms = {name: _inlined(stream(name).terms) for name in stream_names()}
    any_stream = {"type": "object", "additionalProperties": {"anyOf": list(terms.values())}, "properties": terms}
    for name, title in (("revenue", "收入 Revenue streams by label"), ("support", "支持政策 Support by label")):
        properties[name] = {**any_stream, "title": title}
    properties["uncertainty"] = {"type": "object", "title": "不确定性 Distributions by dotted path"}
    properties["overlays"] = {"type": "object", "title": "假设值 What-ifs on facts, by fact name"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Case of an energy-storage investment",
        "type": "object",
        "additionalProperties": False,
        "required": ["project", "storage", "finance"],
        "properties": properties,
    }


def _inlined(kind: type[Section]) -> dict[str, Any]:
    """A section's schema with its inner sections in place of references."""
    whole = kind.model_json_schema()
    inner = whole.pop("$defs", {})

    def put(value: Any) -> Any:
        if isinstance(value, Mapping):
            if "$ref" in value:
                return put(inner[str(value["$ref"]).rpartition("/")[2]])
            return {key: put(item) for key, item in value.items()}
        return [put(item) for item in value] if isinstance(value, list) else value

    return dict(put(whole))


def template(lang: str = "en") -> str:
    """A commented case with every field, its unit, range and default, to be filled in."""
    lines = ["# " + ("储能项目评价算例：必填项已列出，其余为默认值（已注释）" if lang == "zh" else "A storage appraisal case: required fields stand open, the others are commented with their defaults")]
    for name, kind in SECTIONS.items():
        lines += ["", f"{name}:"] if _required(kind) else ["", f"# {name}:"]
        lines += _fields(kind, lang, "  ")
    lines += ["", "revenue:"]
    for name in stream_names():
        found = stream(name)
        lines += [f"  # {name}:  # {found.zh if lang == 'zh' else found.en}", *_fields(found.terms, lang, "  #   ")]
    return "\n".join(lines) + "\n"


def _required(kind: type[Section]) -> bool:
    return any(info.is_required() for info in kind.model_fields.values())


def _fields(kind: type[Section], lang: str, indent: str) -> Iterator[str]:
    for name, info in kind.model_fields.items():
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, Section):
            yield f"{indent}# {name}:"
            yield from _fields(inner, lang, f"{indent}#   ")
            continue
        if not isinstance(info.json_schema_extra, Mapping):
            continue
        what = declared(info)
        about = f"{what.zh if lang == 'zh' else what.en}{_about(what, info.annotation)}"
        if info.is_required():
            yield f"{indent}{name}:  # {about}; required"
        else:
            yield f"{indent}# {name}: {_default(info.default)}  # {about}"


def _about(what: Declared, annotation: Any) -> str:
    words = [str(word) for word in get_args(annotation) if isinstance(word, (str, int))]
    parts = [what.expectation(), " | ".join(words), what.help]
    return "".join(f"; {part}" for part in parts if part)


def _default(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return "[]" if value == () else f'"{value}"' if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)
