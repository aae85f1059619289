"""Pydantic's findings as faults: line, dotted path, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from appraisal.errors import (
    Fault,
    InputError,
    Message,
    joined,
    nearest,
    said,
    suggest,
    verbatim,
    words_of,
)
from appraisal.field import Declared, Section, declared, entries_of, show
from appraisal.library.reader import Node, read_file

MOST_FAULTS = 100


@dataclass
class Findings:
    """Faults collected while a case is read.

    Attributes
    ----------
    where : what messages call the file.
    lines : the line of each dotted path of the file; of a workbook, where the path comes in its order.
    cells : ``sheet!cell`` of each dotted path of a workbook, open ones too; empty for a text file.
    changed : paths set from outside the file; their faults name the change and no line.
    excused : required paths whose default was not found; that fault is told once, where the lookup failed.
    stands_for : path of a default → path of the overlay that it was taken from.
    """

    where: str
    lines: dict[str, int]
    cells: dict[str, str] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    excused: set[str] = field(default_factory=set)
    stands_for: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, path: str, message: Message, kind: Any = "input") -> None:
        """One more fault; the line is that of the path or of its nearest parent that stands in the file."""
        path = self.stands_for.get(path, path)
        if self._is_changed(path):
            self.faults.append(Fault(where="--set", path=path, message=message, kind=kind))
        elif self.cells:
            cell = nearest_above(path, self.cells)
            where = f"{self.where} {cell}" if cell else self.where
            self.faults.append(Fault(where=where, path=path, message=message, kind=kind))
        else:
            self.faults.append(Fault(where=self.where, line=self.line(path), path=path, message=message, kind=kind))

    def _is_changed(self, path: str) -> bool:
        """Whether what a path says came from outside: set there or above, or beneath an entry that a change made."""
        parts = path.split(".")
        above = [".".join(parts[:depth]) for depth in range(len(parts), 0, -1)]
        if any(place in self.changed for place in above):
            return True
        # A whole section left out is the file's own lack, whatever a change puts into it.
        for place in above if self.lines else above[:1]:
            if place in self.lines or (place != path and "." not in place):
                return False
            if any(changed.startswith(f"{place}.") for changed in self.changed):
                return True
        return False

    def take(self, error: InputError, path: str, remedy: Message | None = None) -> None:
        """The faults of a failed lookup, placed at *path*, or at the path of the case that they name themselves."""
        head = path.partition(".")[0]
        for fault in error.faults:
            own = fault.path.startswith(f"{head}.")
            named = verbatim(f"{fault.path}: " if fault.path and not own else "")
            told = [joined([named, fault.message], "", ""), *([remedy] if remedy is not None else [])]
            self.add(fault.path if own else path, joined(told), fault.kind)

    def read_as(self, name: str, meant: str) -> None:
        """Give the lines of a misspelt section to the one meant."""
        self.lines |= {
            meant + path[len(name) :]: line
            for path, line in self.lines.items()
            if path == name or path.startswith(f"{name}.")
        }

    def line(self, path: str) -> int | None:
        """Line of the nearest stated parent of a path."""
        return nearest_above(path, self.lines)

    def section(self, kind: type[Section], raw: Any, path: str) -> Any:
        """The section read, or None with its faults added (none where all that is missing was excused)."""
        if not isinstance(raw, Mapping):
            self.add(path, said(
                "expected a mapping of fields, found {value}", "应为各字段的映射，这里是 {value}", value=show(raw)
            ))  # fmt: skip
            return None
        try:
            return kind.model_validate({str(key): value for key, value in raw.items()})
        except ValidationError as error:
            told: dict[str, Message] = {}
            faults: list[dict[str, Any]] = [
                {**found, "loc": _named(found["loc"])} for found in error.errors()[: 2 * MOST_FAULTS]
            ]
            misspelt, refused = _misspelt(kind, faults), set()
            for found in faults:
                place = ".".join((path, *(str(part) for part in found["loc"])))
                if found["type"] == "value_error":
                    refused.add(place)
                if found["type"] == "missing" and (place in self.excused or found["loc"] in misspelt):
                    continue
                told.setdefault(place, _message(kind, found))
            for place, message in told.items():
                # Of a union's branches the one that reached deeper says more; a name refused stands beside its entry.
                if place in refused or not any(other.startswith(f"{place}.") for other in told):
                    self.add(place, message)
            return None

    def stop(self) -> None:
        """Raise all that was found, if anything was."""
        if not self.faults:
            return
        order = {path: number for number, path in enumerate(self.cells)}
        told = sorted(
            self.faults, key=lambda fault: (fault.line or 0, nearest_above(fault.path, order) or 0, fault.path)
        )
        more = len(told) - MOST_FAULTS
        if more > 0:
            told = [*told[:MOST_FAULTS], Fault(where=self.where, message=said(
                "… and {more:,} more faults; mend these first", "…另有 {more:,} 处错误；请先改正以上各处", more=more
            ))]  # fmt: skip
        raise InputError(told)


_Place = TypeVar("_Place", int, str)


def nearest_above(path: str, places: Mapping[str, _Place]) -> _Place | None:
    """The place of a dotted path, or of its nearest parent that has one."""
    while path:
        if path in places:
            return places[path]
        path = path.rpartition(".")[0]
    return None


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


def _named(loc: tuple[Any, ...]) -> tuple[Any, ...]:
    """A location without the branches of a union (``literal['all']``, ``tuple[int, ...]``), which no file has."""
    return tuple(part for part in loc if isinstance(part, int) or "[" not in part)


def _misspelt(kind: type[Section], faults: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Locations of missing keys that stand there misspelt: the unknown key is told, and that is enough."""
    missing = {found["loc"] for found in faults if found["type"] == "missing"}
    meant = set()
    for found in faults:
        if found["type"] == "extra_forbidden":
            holder, name = _holder(kind, found["loc"])
            meant.add((*found["loc"][:-1], nearest(str(name), list(holder.model_fields) if holder else [])))
    return missing & meant


def _message(kind: type[Section], found: Any) -> Message:
    loc = found["loc"]
    holder, name = _holder(kind, loc)
    if found["type"] == "extra_forbidden":
        known = suggest(str(name), list(holder.model_fields) if holder else [])
        return said("unknown key; {known}", "没有这个字段；{known}", known=known)
    info = holder.model_fields.get(str(name)) if holder else None
    what = declared(info) if info is not None and isinstance(info.json_schema_extra, Mapping) else None
    if found["type"] == "missing":
        return _required(what)
    if found["type"] == "value_error":
        return words_of(found["ctx"]["error"])
    value = show(found["input"])
    if what is not None and what.kind == "choice" and info is not None:
        hint = suggest(str(found["input"]), [str(word) for word in words(info.annotation)])
        return said("{value} is not one of the words; {hint}", "{value} 不是可选的值；{hint}", value=value, hint=hint)
    if what is not None and what.kind == "named":
        return said(
            "{value} stands where a mapping of names is expected, each with its fields",
            "{value} 应改为以名称为键的映射，每个名称下列出其字段", value=value,
        )  # fmt: skip
    if what is not None and what.kind == "group" and info is not None:
        group = _group(info.annotation)
        return said("{value} stands where {group} is expected", "{value} 应改为：{group}", value=value, group=group)
    return said("{value} {wanted}", "{value} {wanted}", value=value, wanted=_wanted(found))


def _required(what: Declared | None) -> Message:
    """A field left open, with its title, unit and range."""
    if what is None:
        return said("required", "必填")
    wanted = what.expectation()
    about = said(" ({wanted})", "（{wanted}）", wanted=wanted) if wanted else verbatim("")
    return said("required: {zh} {en}{about}", "必填：{zh}{about}", zh=what.zh, en=what.en, about=about)


def _group(annotation: Any) -> Message:
    """What a list takes: ``all or a list of whole numbers``."""
    inner = said("mappings", "映射") if _section_in(annotation) else said("whole numbers", "整数")
    known = [verbatim(str(word)) for word in words(annotation)]
    listed = said("a list of {inner}", "由{inner}组成的列表", inner=inner)
    return joined([*known, listed], " or ", " 或")


def _wanted(found: Any) -> Message:
    """What was expected, in words of the file and not of the validator."""
    kind, value = str(found["type"]), found["input"]
    if kind == "string_type" and isinstance(value, (int, float)):
        return said('is not text; write "{value}"', '不是文本；请写 "{value}"', value=show(value))
    return _EXPECTED.get(kind) or said("is refused: {words}", "不被接受：{words}", words=found["msg"])


_EXPECTED = {
    "string_type": said("stands where text is expected", "应改为文本"),
    "bool_type": said("is neither true nor false", "不是 true 或 false"),
    "int_type": said("is not a whole number", "不是整数"),
    "int_from_float": said("is not a whole number", "不是整数"),
    "model_type": said("stands where a mapping of fields is expected", "应改为各字段的映射"),
}


def words(annotation: Any) -> Iterator[Any]:
    """The words of a ``Literal``, also inside a union.

    Examples
    --------
    >>> from typing import Literal
    >>> list(words(Literal["agent", "direct"] | None))
    ['agent', 'direct']
    """
    for inner in get_args(annotation):
        if isinstance(inner, (str, int)):
            yield inner
        elif inner is not NoneType:
            yield from words(inner)


def _holder(kind: type[Section], loc: tuple[Any, ...]) -> tuple[type[Section] | None, Any]:
    """The section that holds the last name of a location, as far as the location names sections.

    The name of an entry is no field: a location that ends there has no holder.
    """
    holder: type[Section] | None = kind
    names = iter(loc[:-1])
    for part in names:
        info = holder.model_fields.get(str(part)) if holder else None
        if info is not None and entries_of(info) is not None and next(names, None) is None:
            return None, loc[-1]
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


def read_sections(file: Path, known: Sequence[str]) -> tuple[Node, Mapping[str, Any], Findings]:
    """The sections of a YAML file, with what is wrong with their names; the rest is for the caller to judge.

    Raises
    ------
    InputError
        If the file cannot be read or holds no sections.
    """
    node = read_file(file)
    raw = node.plain()
    findings = Findings(where=str(file), lines=dict(lines_of(node)))
    if not isinstance(raw, Mapping):
        findings.add("", said("expected sections {names}", "应包含各节：{names}", names=", ".join(known)))
        findings.stop()
    for name in (name for name in raw if name not in known):
        findings.add(
            str(name), said("unknown section; {known}", "没有这一节；{known}", known=suggest(str(name), known))
        )
    return node, raw, findings
