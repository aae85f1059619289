"""A section of a case: a frozen group of declared fields, with inner sections and named groups of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Self, get_args, get_origin

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails

from appraisal.errors import ValueFault, said
from appraisal.field.declared import NUMERIC, Declared, check_count, check_number, check_text, show
from appraisal.field.fields import LABEL, declared
from appraisal.units import Table


def entries_of(info: FieldInfo) -> type[Section] | None:
    """The section that the entries of a named group are; None for any other field."""
    extra = info.json_schema_extra
    if not isinstance(extra, Mapping) or extra.get("kind") != "named":
        return None
    inner = get_args(info.annotation)[-1] if get_origin(info.annotation) is Mapping else None
    if not (isinstance(inner, type) and issubclass(inner, Section)) or inner.__name__ != extra["entries"]:
        raise TypeError(f"{info.title}: annotated {info.annotation}, expected Mapping[str, {extra['entries']}]")
    return inner


# A study walks the sections of every block; what is declared never changes.
@cache
def _declarations(kind: type[Section]) -> Mapping[str, Declared]:
    return {name: declared(info) for name, info in kind.model_fields.items() if isinstance(info.json_schema_extra, Mapping)}  # fmt: skip


@cache
def _groups(kind: type[Section]) -> frozenset[str]:
    return frozenset(name for name, info in kind.model_fields.items() if entries_of(info) is not None)


def _check_entries(value: Any, handler: Callable[[Any], Any]) -> Any:
    """The entries of a named group; what is wrong with names and with what stands beneath them is told together."""
    odd = [label for label in value if not _is_label(label)] if isinstance(value, Mapping) else []
    faults = [InitErrorDetails(type="value_error", loc=(_place(one),), input=one, ctx={"error": _no_label(one)}) for one in odd]  # fmt: skip
    try:
        held = handler(value)
    except ValidationError as error:
        faults += [
            InitErrorDetails(type=one["type"], loc=one["loc"], input=one["input"], ctx=one.get("ctx", {}))
            for one in error.errors(include_url=False)
        ]
    if faults:
        raise ValidationError.from_exception_data("named group", faults)
    # The person's mapping stays theirs: a later change of it must not reach a frozen section.
    return dict(held)


def _is_label(label: Any) -> bool:
    return isinstance(label, str) and re.fullmatch(LABEL, label) is not None


def _place(label: Any) -> int | str:
    return label if isinstance(label, int) else str(label)


def _no_label(label: Any) -> ValueFault:
    return ValueFault(said(
        "{label} is no name; a name is lower-case letters, digits and _, no digit first",
        "{label} 不能作名称；名称由小写字母、数字和 _ 组成，不以数字开头", label=show(label)
    ))  # fmt: skip


def _described(schema: dict[str, Any], kind: type[Any]) -> None:
    """A section's schema says what it is in Chinese too."""
    if kind.help_zh:
        schema["help_zh"] = kind.help_zh


class Section(BaseModel):
    """A frozen group of declared fields; unknown keys are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, validate_default=True, strict=True,
        json_schema_extra=_described,
    )  # fmt: skip
    # What the docstring says, in Chinese: both are shown above the fields.
    help_zh: ClassVar[str] = ""

    @classmethod
    def about(cls, lang: str) -> str:
        """What the section is, in ``zh`` or ``en``."""
        return cls.help_zh if lang == "zh" else (cls.__doc__ or "").strip().replace("``", "")

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        for info in cls.model_fields.values():
            entries_of(info)  # A group whose annotation is another section's is refused with its class.

    @field_validator("*", mode="wrap")
    @classmethod
    def _check_declared(cls, value: Any, handler: Any, info: ValidationInfo) -> Any:
        name = str(info.field_name)
        what = _declarations(cls).get(name)
        if what is None:
            return handler(value)
        if value is None and cls.model_fields[name].default is None:
            return None
        if what.kind == "count":
            return check_count(value, what)
        if what.kind == "text":
            return check_text(handler(value))
        if what.kind == "named":
            return _check_entries(value, handler)
        return check_number(value, what) if what.kind in NUMERIC else handler(value)

    @classmethod
    def declaration(cls, path: str) -> Declared:
        """What is declared of the field at a dotted path; the name of an entry may be any.

        Raises
        ------
        LookupError
            With the path, where nothing is declared under it; an inner section and an entry declare nothing themselves.
        """
        name, _, rest = path.partition(".")
        info = cls.model_fields.get(name)
        inner: Any = entries_of(info) if info is not None else None
        if inner is not None and rest:
            label, _, rest = rest.partition(".")
            if not label or not rest:
                raise LookupError(path)
        elif info is not None:
            inner = info.annotation
        if rest and isinstance(inner, type) and issubclass(inner, Section):
            return inner.declaration(rest)
        if rest or name not in _declarations(cls):
            raise LookupError(path)
        return _declarations(cls)[name]

    def at(self, path: str) -> Any:
        """What stands at a dotted path: a value, an inner section, a named group or one of its entries.

        Raises
        ------
        LookupError
            With the path, where no field or entry of that name is.
        """
        return walk(self, path)

    def leaves(self) -> Iterator[tuple[str, Declared, Any]]:
        """Dotted path, declaration and value of every declared field, in order.

        Those of inner sections and of the entries of named groups stand in place of the section or group.
        """
        known, groups = _declarations(type(self)), _groups(type(self))
        for name, value in self:
            if isinstance(value, Section):
                inner = {name: value}
            elif name in groups:
                inner = {f"{name}.{label}": entry for label, entry in value.items()}
            else:
                if name in known:
                    yield name, known[name], value
                continue
            for place, section in inner.items():
                yield from ((f"{place}.{path}", what, held) for path, what, held in section.leaves())

    def numbers(self) -> Iterator[tuple[str, Declared, Table | None]]:
        """Dotted path, declaration and table of every numeric field, those of inner sections and entries included."""
        return ((path, what, value) for path, what, value in self.leaves() if what.kind in NUMERIC)

    def mapped(self, change: Callable[[Table], Table]) -> Self:
        """A copy with every table changed; the range of the new values is the caller's word."""
        new: dict[str, Any] = {}
        for name, value in self:
            if isinstance(value, np.ndarray):
                new[name] = change(value)
            elif isinstance(value, Section):
                new[name] = value.mapped(change)
            elif name in _groups(type(self)):
                new[name] = {label: entry.mapped(change) for label, entry in value.items()}
        copied = self.model_copy(update=new)
        # Reshaping states nothing: what was left out stays left out.
        object.__setattr__(copied, "__pydantic_fields_set__", set(self.model_fields_set))
        return copied

    def with_number(self, path: str, value: Any) -> Self:
        """A copy with one number replaced and checked; LookupError for no such number, ValueError for a bad value."""
        name, _, rest = path.partition(".")
        inside = getattr(self, name) if name in type(self).model_fields else None
        if rest and isinstance(inside, Section):
            return self.model_copy(update={name: inside.with_number(rest, value)})
        if rest and name in _groups(type(self)):
            return self.model_copy(update={name: _entry_with_number(inside, rest, value)})
        what = _declarations(type(self)).get(name)
        if rest or what is None or what.kind not in ("number", "yearly"):
            raise LookupError(path)
        return self.model_copy(update={name: check_number(value, what)})


def _entry_with_number(entries: Any, path: str, value: Any) -> dict[str, Section]:
    label, _, rest = path.partition(".")
    if label not in entries:
        raise LookupError(path)
    return {**entries, label: entries[label].with_number(rest, value)}


def walk(place: Any, path: str) -> Any:
    """What stands at a dotted path under a section or a mapping of them; LookupError with the path for nothing."""
    for name in path.split("."):
        if isinstance(place, Mapping) and name in place:
            place = place[name]
        elif isinstance(place, Section) and name in type(place).model_fields:
            place = getattr(place, name)
        else:
            raise LookupError(path)
    return place
