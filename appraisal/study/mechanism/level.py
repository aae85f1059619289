"""A mechanism's changes with its level in them: which numbers follow the level, and what stands there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from appraisal.case import Change
from appraisal.errors import Message, said
from appraisal.field import show
from appraisal.study.mechanism.file import Declared

LEVEL = "level"


@dataclass(frozen=True, kw_only=True)
class Follows:
    """A number that follows the level: ``factor × level + plus`` stands at *path*, or scales or adds to what does."""

    path: str
    action: Literal["set", "scale", "add"]
    factor: float = 1.0
    plus: float = 0.0


def follows(one: Declared) -> tuple[Follows, ...]:
    """Every number of a mechanism that follows its level, in the order stated.

    Examples
    --------
    >>> follows(Declared(set={"support.g": {"yuan_per_kw": {"level": 1000}}}))
    (Follows(path='support.g.yuan_per_kw', action='set', factor=1000.0, plus=0.0),)
    """
    found: list[Follows] = []
    actions: tuple[tuple[Literal["set", "scale", "add"], Mapping[str, Any]], ...] = (
        ("set", one.set), ("scale", one.scale), ("add", one.add),
    )  # fmt: skip
    for action, stated in actions:
        for path, value in stated.items():
            found += [
                Follows(path=at, action=action, factor=factor, plus=plus) for at, factor, plus in _within(path, value)
            ]
    return tuple(found)


def changes(one: Declared, level: float) -> tuple[Change, ...]:
    """What a mechanism sets and removes of a case before it is read, with *level* where it stands; factors and sums act on the case read."""
    gone = [Change(path=path, action="remove") for path in one.remove]
    return (*gone, *(Change(path=path, value=_at(value, level)) for path, value in one.set.items()))


def fixed(one: Declared) -> tuple[Follows, ...]:
    """Factors and sums of a mechanism that do not follow its level, as numbers without any part of it."""
    actions: tuple[tuple[Literal["scale", "add"], Mapping[str, Any]], ...] = (("scale", one.scale), ("add", one.add))
    return tuple(
        Follows(path=path, action=action, factor=0.0, plus=float(value))
        for action, stated in actions
        for path, value in stated.items()
        if not list(_within(path, value))
    )


def level_faults(one: Declared) -> Iterator[tuple[str, Message]]:
    """(path, message) of factors and sums that are no number, and of a level that nothing reads."""
    for action, stated in (("scale", one.scale), ("add", one.add)):
        for path, value in stated.items():
            if not list(_within(path, value)) and not _number(value):
                yield (
                    f"{action}.{path}",
                    said(
                        "{value}; expected a number, level or {pair}",
                        "{value}；应为数、level 或 {pair}",
                        value=show(value),
                        pair="{level: …, plus: …}",
                    ),
                )
    reads = bool(follows(one)) or one.ratio is not None
    if one.level is not None and not reads:
        yield LEVEL, said("no change reads it; write level in place of a value", "没有更改读取它；请在取值处写 level")
    if one.level is None and reads:
        yield LEVEL, said("required: a change reads the level", "必填：有更改读取水平")
    if not (one.set or one.scale or one.add or one.remove or one.ratio):
        yield "", said("changes nothing", "没有更改任何内容")


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_level(value: Any) -> bool:
    return value == LEVEL or (
        isinstance(value, Mapping)
        and LEVEL in value
        and set(value) <= {LEVEL, "plus"}
        and all(map(_number, value.values()))
    )


def _parts(value: Any) -> tuple[float, float]:
    return (1.0, 0.0) if value == LEVEL else (float(value[LEVEL]), float(value.get("plus", 0.0)))


def _within(path: str, value: Any) -> Iterator[tuple[str, float, float]]:
    """(path, factor, plus) of every place beneath a value where the level stands."""
    if _is_level(value):
        yield (path, *_parts(value))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _within(f"{path}.{key}", inner)


def _at(value: Any, level: float) -> Any:
    if _is_level(value):
        factor, plus = _parts(value)
        return factor * level + plus
    if isinstance(value, Mapping):
        return {key: _at(inner, level) for key, inner in value.items()}
    return value
