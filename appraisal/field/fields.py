"""The functions that declare the fields of a section, each with its unit, range, titles and help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import Field, WithJsonSchema
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from appraisal.field.declared import Basis, Declared, Options
from appraisal.units import Table

if TYPE_CHECKING:
    from appraisal.field.section import Section

# A name of an entry stands in dotted paths and in formulas.
LABEL = "[a-z_][a-z0-9_]*"
_NUMBER_SCHEMA = {"type": "number"}
_YEARLY_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}, "minItems": 1}]}
_PROFILE_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}, "minItems": 2}]}

Number: TypeAlias = Annotated[Table, WithJsonSchema(_NUMBER_SCHEMA)]
Yearly: TypeAlias = Annotated[Table, WithJsonSchema(_YEARLY_SCHEMA)]
Profile: TypeAlias = Annotated[Table, WithJsonSchema(_PROFILE_SCHEMA)]


def _field(declared: Declared, default: Any) -> Any:
    stated = {one.name: getattr(declared, one.name) for one in fields(declared)}
    extra: dict[str, Any] = {key: value for key, value in stated.items() if value not in (None, "", {})}
    bounds = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum"}
    if declared.kind in ("number", "constant", "count"):
        extra.update({bounds[key]: extra[key] for key in bounds if key in extra})
    return Field(default=default, title=declared.en, description=declared.help or None, json_schema_extra=extra)


def number(
    unit: str, zh: str, en: str, *, help: str = "", help_zh: str = "", ge: float | None = None, gt: float | None = None,
    le: float | None = None, usual: tuple[float, float] | None = None, basis: Basis = "", default: Any = PydanticUndefined,
) -> Any:  # fmt: skip
    """Declare a number that may differ by scenario; it is held as ``(S, 1)``.

    *default* ``None`` means that the field may be left out and what then holds is said in *help*; *basis* says of
    money whether VAT is in it; outside *usual* (low, high) a value is used but told.
    """
    what = Declared(
        kind="number",
        unit=unit,
        zh=zh,
        en=en,
        help=help,
        help_zh=help_zh,
        ge=ge,
        gt=gt,
        le=le,
        usual=usual,
        basis=basis,
    )
    return _field(what, default)


def constant(
    unit: str, zh: str, en: str, *, help: str = "", help_zh: str = "", ge: float | None = None, gt: float | None = None,
    le: float | None = None, usual: tuple[float, float] | None = None, default: Any = PydanticUndefined,
) -> Any:  # fmt: skip
    """Declare a number that facts or prices are looked up by: the same for a whole block, a structure."""
    return _field(
        Declared(
            kind="constant", unit=unit, zh=zh, en=en, help=help, help_zh=help_zh, ge=ge, gt=gt, le=le, usual=usual
        ),
        default,
    )


def yearly(
    unit: str, zh: str, en: str, *, help: str = "", help_zh: str = "", ge: float | None = None, le: float | None = None, basis: Basis = "",
    default: Any = PydanticUndefined,
) -> Any:  # fmt: skip
    """Declare an amount by operating year: one number for every year, or a list with one number a year."""
    return _field(
        Declared(kind="yearly", unit=unit, zh=zh, en=en, help=help, help_zh=help_zh, ge=ge, le=le, basis=basis), default
    )


def profile(
    unit: str,
    zh: str,
    en: str,
    *,
    help: str = "",
    help_zh: str = "",
    ge: float | None = None,
    usual: tuple[float, float] | None = None,
    default: Any = PydanticUndefined,
) -> Any:
    """Declare a day's profile: one number for the whole day, or one a step (24, 48 or 96); *usual* is of its highest."""
    return _field(
        Declared(kind="profile", unit=unit, zh=zh, en=en, help=help, help_zh=help_zh, ge=ge, usual=usual), default
    )


def choice(
    zh: str, en: str, *, options: Options, help: str = "", help_zh: str = "", default: Any = PydanticUndefined
) -> Any:
    """Declare a choice among words (annotate with ``Literal``); a structure, the same for a whole block.

    *options* has each word with its Chinese and English label.
    """
    return _field(Declared(kind="choice", unit="", zh=zh, en=en, help=help, help_zh=help_zh, options=options), default)


def group(
    zh: str, en: str, *, options: Options = MappingProxyType({}), help: str = "", help_zh: str = "",
    default: Any = PydanticUndefined,
) -> Any:  # fmt: skip
    """Declare a list, of whole numbers, words or sections; *options* has the words that may stand in it or in its place."""
    return _field(Declared(kind="group", unit="", zh=zh, en=en, help=help, help_zh=help_zh, options=options), default)


def text(zh: str, en: str, *, help: str = "", help_zh: str = "", default: Any = PydanticUndefined) -> Any:
    """Declare a free text or a name; a structure."""
    return _field(Declared(kind="text", unit="", zh=zh, en=en, help=help, help_zh=help_zh), default)


def count(
    unit: str, zh: str, en: str, *, help: str = "", help_zh: str = "", ge: int | None = None, le: int | None = None, default: Any = PydanticUndefined
) -> Any:  # fmt: skip
    """Declare a whole number that changes shapes (years, months): a structure."""
    return _field(Declared(kind="count", unit=unit, zh=zh, en=en, help=help, help_zh=help_zh, ge=ge, le=le), default)


def flag(zh: str, en: str, *, help: str = "", help_zh: str = "", default: Any = PydanticUndefined) -> Any:
    """Declare a yes or no; a structure."""
    return _field(Declared(kind="flag", unit="", zh=zh, en=en, help=help, help_zh=help_zh), default)


def named(zh: str, en: str, entries: type[Section], *, help: str = "", help_zh: str = "") -> Any:
    """Declare a group of inner sections by name, none unless stated; annotate with ``Mapping[str, <entries>]``.

    The names are the person's own and make the structure; the numbers beneath them may differ by scenario and are
    reached by ``<field>.<name>.<number>``. A name is a plain word: lower-case letters, digits and _, no digit first.
    """
    field = _field(
        Declared(kind="named", unit="", zh=zh, en=en, help=help, help_zh=help_zh, entries=entries.__name__), {}
    )
    field.json_schema_extra["propertyNames"] = {"pattern": f"^{LABEL}$"}
    return field


def changes(zh: str, en: str, *, help: str = "", help_zh: str = "") -> Any:
    """Declare values by dotted path of the case, none unless stated; annotate with ``Mapping[str, Any]``."""
    return _field(Declared(kind="changes", unit="", zh=zh, en=en, help=help, help_zh=help_zh), {})


def declared(info: FieldInfo) -> Declared:
    """The declaration behind a pydantic field (the bounds' JSON-schema twins left out)."""
    extra = info.json_schema_extra
    if not isinstance(extra, Mapping):
        raise TypeError(
            "the field was not declared with number(), yearly(), choice(), text(), count(), flag(), named() or changes()"
        )
    names = Declared.__dataclass_fields__
    known = {key: value for key, value in extra.items() if key in names}
    return Declared(**{"unit": "", **known})  # type: ignore[arg-type]
