"""Pydantic's findings as faults: line, dotted path, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import ValidationError

from appraisal.errors import Fault, InputError, suggest
from appraisal.field import Section, declared
from appraisal.library.reader import Node


@dataclass
class Findings:
    """Faults collected while a case is read; ``lines`` knows the line of each dotted path of the file."""

    where: str
    lines: Mapping[str, int]
    faults: list[Fault] = field(default_factory=list)

    def add(self, path: str, message: str, kind: Any = "input") -> None:
        """One more fault; the line is that of the path or of its nearest parent that stands in the file."""
        self.faults.append(Fault(where=self.where, line=self.line(path), path=path, message=message, kind=kind))

    def take(self, error: InputError, path: str) -> None:
        """The faults of a failed lookup, placed at *path*."""
        for fault in error.faults:
            inner = f"{fault.path}: {fault.message}" if fault.path else fault.message
            self.add(path, inner, fault.kind)

    def line(self, path: str) -> int | None:
        """Line of the nearest stated parent of a path."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path.rpartition(".")[0]
        return None

    def section(self, kind: type[Section], raw: Any, path: str) -> Any:
        """The section read, or None with its faults added."""
        if not isinstance(raw, Mapping):
            self.add(path, f"expected a mapping of fields, found {_show(raw)}")
            return None
        try:
            return kind.model_validate(dict(raw))
        except ValidationError as error:
            for found in error.errors():
                place = ".".join(str(part) for part in found["loc"])
                self.add(f"{path}.{place}" if place else path, _message(kind, found))
            return None

    def stop(self) -> None:
        """Raise all that was found, if anything was."""
        if self.faults:
            raise InputError(sorted(self.faults, key=lambda fault: (fault.line or 0, fault.path)))


def lines_of(node: Node, path: str = "") -> Iterator[tuple[str, int]]:
    """(dotted path, line) of every value under a node."""
    if isinstance(node.value, dict):
        inner = node.value.items()
    elif isinstance(node.value, list):
        inner = ((str(place), item) for place, item in enumerate(node.value))  # type: ignore[assignment]
    else:
        return
    for key, child in inner:
        here = f"{path}.{key}" if path else str(key)
        yield here, child.line
        yield from lines_of(child, here)


def _message(kind: type[Section], found: Any) -> str:
    loc = tuple(part for part in found["loc"])
    holder, name = _holder(kind, loc)
    if found["type"] == "extra_forbidden":
        return f"unknown key; {suggest(str(name), list(holder.model_fields) if holder else [])}"
    info = holder.model_fields.get(str(name)) if holder else None
    what = declared(info) if info is not None and isinstance(info.json_schema_extra, Mapping) else None
    if found["type"] == "missing":
        about = f": {what.zh} {what.en}" + (f" ({what.expectation()})" if what.expectation() else "") if what else ""
        return f"required{about}"
    if found["type"] == "literal_error":
        words = [str(word) for word in get_args(info.annotation)] if info else []
        words = [word for word in words if word.isidentifier()] or [str(found["ctx"]["expected"])]
        return f"{_show(found['input'])} is not one of the words; {suggest(str(found['input']), words)}"
    message = str(found["msg"]).removeprefix("Value error, ")
    if found["type"] == "value_error":
        return message
    unit = f" ({what.expectation()})" if what and what.expectation() else ""
    return f"{_show(found['input'])}: {message[0].lower()}{message[1:]}{unit}"


def _holder(kind: type[Section], loc: tuple[Any, ...]) -> tuple[type[Section] | None, Any]:
    """The section that holds the last name of a location, as far as the location names sections."""
    holder: type[Section] | None = kind
    for part in loc[:-1]:
        info = holder.model_fields.get(str(part)) if holder else None
        holder = _section_in(info.annotation) if info is not None else holder if isinstance(part, int) else None
    return holder, loc[-1] if loc else ""


def _section_in(annotation: Any) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    for inner in get_args(annotation):
        found = _section_in(inner)
        if found is not None:
            return found
    return None


def _show(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "…"
