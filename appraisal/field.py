"""One declared field: its unit, range, titles and help stand in one place.

The check, the JSON schema, the form, the template and the error messages are all made from this
declaration. A :data:`Number` is held as a column ``(S, 1)``, one row a scenario; a :data:`Yearly` as
``(S, 1)`` (the same every year) or ``(S, n)`` (by operating year).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, Self, TypeAlias
from unicodedata import category

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, WithJsonSchema, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from appraisal.units import Table, table

Kind = Literal["number", "constant", "yearly", "choice", "text", "count", "flag", "profile", "group"]
NUMERIC = ("number", "constant", "yearly", "profile")
_NUMBER_SCHEMA = {"type": "number"}
_YEARLY_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}, "minItems": 1}]}
_PROFILE_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}, "minItems": 2}]}

Number: TypeAlias = Annotated[Table, WithJsonSchema(_NUMBER_SCHEMA)]
Yearly: TypeAlias = Annotated[Table, WithJsonSchema(_YEARLY_SCHEMA)]
Profile: TypeAlias = Annotated[Table, WithJsonSchema(_PROFILE_SCHEMA)]


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What is declared of a field; ``unit`` is empty for words, ``"1"`` for a pure number, ``"share"`` for a fraction."""

    kind: Kind
    unit: str
    zh: str
    en: str
    help: str = ""
    ge: float | None = None
    gt: float | None = None
    le: float | None = None

    def range_text(self) -> str:
        """The range in words, for messages and forms; empty when there is none."""
        low = self.gt if self.gt is not None else self.ge
        excluded = ", 0 excluded" if self.gt == 0 else f", {self.gt:g} excluded" if self.gt is not None else ""
        if low is not None and self.le is not None:
            return f"{low:g}–{self.le:g}{excluded}"
        if low is not None:
            return f"more than {low:g}" if self.gt is not None else f"{low:g} or more"
        return f"at most {self.le:g}" if self.le is not None else ""

    def expectation(self) -> str:
        """Unit and range, as a message shows them."""
        unit = {"share": "a fraction of 1", "1": "a pure number", "": ""}.get(self.unit, self.unit)
        return ", ".join(part for part in (unit, self.range_text()) if part)


def _field(declared: Declared, default: Any) -> Any:
    extra: dict[str, Any] = {key: value for key, value in asdict(declared).items() if value not in (None, "")}
    bounds = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum"}
    if declared.kind in ("number", "constant", "count"):
        extra.update({bounds[key]: extra[key] for key in bounds if key in extra})
    return Field(default=default, title=declared.en, description=declared.help or None, json_schema_extra=extra)


def number(
    unit: str, zh: str, en: str, *, help: str = "", ge: float | None = None, gt: float | None = None,
    le: float | None = None, default: Any = PydanticUndefined,
) -> Any:  # fmt: skip
    """Declare a number that may differ by scenario; it is held as ``(S, 1)``.

    *default* ``None`` means that the field may be left out and what then holds is said in *help*.
    """
    return _field(Declared(kind="number", unit=unit, zh=zh, en=en, help=help, ge=ge, gt=gt, le=le), default)


def constant(
    unit: str, zh: str, en: str, *, help: str = "", ge: float | None = None, gt: float | None = None,
    le: float | None = None, default: Any = PydanticUndefined,
) -> Any:  # fmt: skip
    """Declare a number that facts or prices are looked up by: the same for a whole block, a structure."""
    return _field(Declared(kind="constant", unit=unit, zh=zh, en=en, help=help, ge=ge, gt=gt, le=le), default)


def yearly(
    unit: str, zh: str, en: str, *, help: str = "", ge: float | None = None, default: Any = PydanticUndefined
) -> Any:
    """Declare an amount by operating year: one number for every year, or a list with one number a year."""
    return _field(Declared(kind="yearly", unit=unit, zh=zh, en=en, help=help, ge=ge), default)


def profile(
    unit: str, zh: str, en: str, *, help: str = "", ge: float | None = None, default: Any = PydanticUndefined
) -> Any:
    """Declare a day's profile: one number for the whole day, or one a step (24, 48 or 96)."""
    return _field(Declared(kind="profile", unit=unit, zh=zh, en=en, help=help, ge=ge), default)


def choice(zh: str, en: str, *, help: str = "", default: Any = PydanticUndefined) -> Any:
    """Declare a choice among words (annotate with ``Literal``); a structure, the same for a whole block."""
    return _field(Declared(kind="choice", unit="", zh=zh, en=en, help=help), default)


def text(zh: str, en: str, *, help: str = "", default: Any = PydanticUndefined) -> Any:
    """Declare a free text or a name; a structure."""
    return _field(Declared(kind="text", unit="", zh=zh, en=en, help=help), default)


def count(
    unit: str, zh: str, en: str, *, help: str = "", ge: int | None = None, le: int | None = None, default: Any = PydanticUndefined
) -> Any:  # fmt: skip
    """Declare a whole number that changes shapes (years, months): a structure."""
    return _field(Declared(kind="count", unit=unit, zh=zh, en=en, help=help, ge=ge, le=le), default)


def flag(zh: str, en: str, *, help: str = "", default: Any = PydanticUndefined) -> Any:
    """Declare a yes or no; a structure."""
    return _field(Declared(kind="flag", unit="", zh=zh, en=en, help=help), default)


def declared(info: FieldInfo) -> Declared:
    """The declaration behind a pydantic field (the bounds' JSON-schema twins left out)."""
    extra = info.json_schema_extra
    if not isinstance(extra, Mapping):
        raise TypeError("the field was not declared with number(), yearly(), choice(), text(), count() or flag()")
    names = Declared.__dataclass_fields__
    known = {key: value for key, value in extra.items() if key in names}
    return Declared(**{"unit": "", **known})  # type: ignore[arg-type]


def _read(value: Any, what: Declared) -> Table:
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "iuf" or value.ndim not in (1, 2):
            raise ValueError(f"expected numbers in one or two dimensions, found {value.dtype} of shape {value.shape}")
        if value.size == 0 or (value.ndim == 2 and what.kind in ("number", "constant") and value.shape[1] != 1):
            raise ValueError(f"an array of shape {value.shape}; expected one value a scenario, (S,) or (S, 1)")
        # A flat array is one value a scenario for a Number, one value a year (or step) for the others.
        return table(value.reshape(-1, 1) if value.ndim == 1 and what.kind == "number" else value)
    listed = isinstance(value, (list, tuple))
    if listed and what.kind in ("number", "constant"):
        raise ValueError(f"{show(value)} is a list; expected one number ({what.expectation()})")
    for item in value if listed else (value,):
        if isinstance(item, bool) or not isinstance(item, (int, float, np.integer, np.floating)):
            raise ValueError(_not_a_number(item, what))
    if listed and not value:
        raise ValueError("an empty list; expected at least one number")
    return table(value)


def _not_a_number(item: Any, what: Declared) -> str:
    if item is None:
        return f"no value stands here; expected {what.expectation() or 'a number'}"
    quoted = isinstance(item, str) and re.fullmatch(r"\s*[-+]?[0-9][0-9.]*([eE][-+]?[0-9]+)?\s*", item)
    percent = re.fullmatch(r"\s*([-+]?[0-9][0-9.]*)\s*[%％]\s*", item) if isinstance(item, str) else None
    remedy = "; remove the quotes" if quoted else f"; write {float(percent.group(1)) / 100:g}" if percent else ""
    return f"{show(item)} is not a number; expected {what.expectation() or 'a number'}{remedy}"


def show(value: Any) -> str:
    """A value of a file as a message shows it.

    Examples
    --------
    >>> show(None), show((1, "two")), show(True)
    ('nothing', "[1, 'two']", 'true')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    shown = repr(_listed(value))
    return shown if len(shown) <= 60 else shown[:57] + "…"


def _listed(value: Any) -> Any:
    """Lists as the file has them; the reader keeps them as tuples."""
    if isinstance(value, Mapping):
        return {key: _listed(inner) for key, inner in value.items()}
    return [_listed(inner) for inner in value] if isinstance(value, tuple) else value


def check_count(value: Any, what: Declared) -> int:
    """A whole number within its range, or a ValueError that says what was found and expected.

    Examples
    --------
    >>> check_count(0, Declared(kind="count", unit="years", zh="年数", en="Years", ge=1, le=60))
    Traceback (most recent call last):
    ...
    ValueError: 0 is outside 1–60 (years)
    """
    whole = isinstance(value, (int, np.integer)) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole:
        raise ValueError(f"{show(value)} is not a whole number; expected {what.expectation() or 'a whole number'}")
    _check_range(table(value), what)
    return int(value)


def check_number(value: Any, what: Declared) -> Table:
    """A number, yearly amount or profile as its table, or a ValueError that says what was found and expected.

    Examples
    --------
    >>> share = Declared(kind="number", unit="share", zh="效率", en="Efficiency", gt=0, le=1)
    >>> check_number(0.88, share)
    array([[0.88]])
    >>> check_number(88, share)
    Traceback (most recent call last):
    ...
    ValueError: 88 is outside 0–1, 0 excluded (a fraction, not percent: 0.88?)
    """
    array = _read(value, what)
    odd = np.flatnonzero(~np.isfinite(array).all(axis=1))
    if odd.size:
        # Of a block of scenarios the first row that is wrong is named, not the whole array.
        found = show(value) if len(array) == 1 else f"row {odd[0]} (from 0), {show(array[odd[0]].tolist())},"
        raise ValueError(f"{found} is not a finite number; expected {what.expectation() or 'a number'}")
    _check_range(array, what)
    return array


def _check_range(array: Table, what: Declared) -> None:
    outside = np.zeros(array.shape, dtype=bool)
    if what.ge is not None:
        outside |= array < what.ge
    if what.gt is not None:
        outside |= array <= what.gt
    if what.le is not None:
        outside |= array > what.le
    if outside.any():
        bad = float(array[outside][0])
        fraction = bad / 100.0
        percent = what.unit.startswith("share") and 0.0 < fraction <= (what.le or 1.0) and bad > (what.le or 1.0)
        hint = (
            f" (a fraction, not percent: {fraction:g}?)"
            if percent
            else f" ({what.unit})"
            if what.unit not in ("", "1", "share")
            else ""
        )
        verb = "is outside" if "–" in what.range_text() else "is not"
        raise ValueError(f"{bad:g} {verb} {what.range_text()}{hint}")


def _check_text(value: str) -> str:
    """A text without control or invisible formatting characters, which could rewrite what a terminal shows."""
    odd = next((char for char in value if category(char).startswith("C")), None)
    if odd is not None:
        raise ValueError(f"{show(value)} has the invisible character U+{ord(odd):04X}; take it out")
    return value


class Section(BaseModel):
    """A frozen group of declared fields; unknown keys are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, validate_default=True, strict=True
    )

    @field_validator("*", mode="wrap")
    @classmethod
    def _check_declared(cls, value: Any, handler: Any, info: ValidationInfo) -> Any:
        field = cls.model_fields[str(info.field_name)]
        if not isinstance(field.json_schema_extra, Mapping):
            return handler(value)
        what = declared(field)
        if what.kind == "count":
            return check_count(value, what)
        if what.kind == "text":
            return _check_text(handler(value))
        if what.kind not in NUMERIC:
            return handler(value)
        if value is None and field.default is None:
            return None
        return check_number(value, what)

    def numbers(self) -> Iterator[tuple[str, Declared, Table | None]]:
        """Dotted path, declaration and table of every numeric field, those of inner sections included."""
        for name, value in self:
            field = type(self).model_fields[name]
            if isinstance(value, Section):
                yield from ((f"{name}.{path}", what, array) for path, what, array in value.numbers())
            elif isinstance(field.json_schema_extra, Mapping):
                what = declared(field)
                if what.kind in NUMERIC:
                    yield name, what, value

    def mapped(self, change: Callable[[Table], Table]) -> Self:
        """A copy with every table changed; the range of the new values is the caller's word."""
        new: dict[str, Any] = {}
        for name, value in self:
            if isinstance(value, np.ndarray):
                new[name] = change(value)
            elif isinstance(value, Section):
                new[name] = value.mapped(change)
        copied = self.model_copy(update=new)
        # Reshaping states nothing: what was left out stays left out.
        object.__setattr__(copied, "__pydantic_fields_set__", set(self.model_fields_set))
        return copied

    def with_number(self, path: str, value: Any) -> Self:
        """A copy with one number replaced and checked; LookupError for no such number, ValueError for a bad value."""
        name, _, rest = path.partition(".")
        field = type(self).model_fields.get(name)
        inside = getattr(self, name, None)
        if rest and isinstance(inside, Section):
            return self.model_copy(update={name: inside.with_number(rest, value)})
        if rest or field is None or not isinstance(field.json_schema_extra, Mapping):
            raise LookupError(path)
        what = declared(field)
        if what.kind not in ("number", "yearly"):
            raise LookupError(path)
        return self.model_copy(update={name: check_number(value, what)})
