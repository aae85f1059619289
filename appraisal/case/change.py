"""A change of a case: one dotted path and what happens there.

``--set``, ``vary``, batch columns, distributions, mechanisms and events all speak in these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

from appraisal.errors import Fault, InputError, said, suggest
from appraisal.field import show
from appraisal.library.reader import read_text

_ACTIONS_ZH = {"set": "设定", "scale": "按倍数缩放", "add": "加减", "remove": "删除"}
_DOTTED_KEYS = ("overlays", "uncertainty")
# Of an event: what it does by path.
_BY_PATH = ("set", "scale", "add")


@dataclass(frozen=True, kw_only=True)
class Change:
    """``set`` a value, ``scale`` or ``add`` to a number, or ``remove`` an entry at a dotted path."""

    path: str
    action: Literal["set", "scale", "add", "remove"] = "set"
    value: Any = None


def parse_set(text: str) -> Change:
    """``path=value`` as typed after ``--set``; the value is read as YAML, so 0.5, [1, 2], true and words all work.

    Examples
    --------
    >>> parse_set("finance.debt_share=0.5")
    Change(path='finance.debt_share', action='set', value=0.5)
    """
    path, mark, raw = text.partition("=")
    if not mark or not path.strip():
        missing = said("no path before '='", "'=' 前没有路径") if mark else said("no '='", "没有 '='")
        message = said(
            "{text!r} has {missing}; expected path=value, finance.debt_share=0.5",
            "{text!r} 中{missing}；应写作 path=value，如 finance.debt_share=0.5", text=text, missing=missing
        )  # fmt: skip
        raise InputError([Fault(where="--set", message=message)])
    return Change(path=path.strip(), value=read_text(raw, f"--set {path.strip()}").plain())


def apply_changes(raw: Mapping[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """A copy of a case's mapping with *changes* made in order; an empty result of a path is created for ``set``."""
    made = deepcopy(dict(raw))
    for change in changes:
        *sections, last = keys_of(change.path, made)
        place: Any = made
        for depth, key in enumerate(sections):
            if not isinstance(place, dict):
                raise _no_place(change, ".".join(sections[:depth]))
            if change.action == "set" and place.get(key) is None:
                place[key] = {}
            place = place.get(key)
        if not isinstance(place, dict):
            raise _no_place(change, ".".join(sections))
        _act(place, last, change)
    return made


def keys_of(path: str, made: Mapping[str, Any]) -> list[str]:
    """The keys of a path into sections as stated; in sections whose keys are dotted names themselves all that follows is one key."""
    head, mark, rest = path.partition(".")
    if mark and head in _DOTTED_KEYS:
        return [head, rest]
    return _event_keys(path, made) if head == "events" else path.split(".")


def _event_keys(path: str, made: Mapping[str, Any]) -> list[str]:
    """The keys of a path into an event: what it sets, scales or adds to stands under dotted paths, and may be a mapping itself."""
    head, *names = path.split(".", 3)
    if len(names) < 3 or names[1] not in _BY_PATH:
        return path.split(".")
    label, action, target = names
    place: Any = made
    for key in (head, label, action):
        place = place.get(key) if isinstance(place, Mapping) else None
    held = [str(key) for key in place] if isinstance(place, Mapping) else []
    above = max((key for key in held if target.startswith(f"{key}.")), key=len, default="")
    inner = [above, *target[len(above) + 1 :].split(".")] if above and target not in held else [target]
    return [head, label, action, *inner]


def _no_place(change: Change, parent: str) -> InputError:
    message = said("'{parent}' is not a section that holds values", "'{parent}' 不是可以填值的节", parent=parent)
    return InputError([Fault(where="--set", path=change.path, message=message)])


def _act(place: dict[str, Any], key: str, change: Change) -> None:
    if change.action == "set":
        place[key] = change.value
        return
    if key not in place:
        known = suggest(key, [str(name) for name in place])
        message = said(
            "nothing stands there to {en}; {known}",
            "那里没有可{zh}的值；{known}", en=change.action, zh=_ACTIONS_ZH[change.action], known=known
        )  # fmt: skip
        raise InputError([Fault(where="--set", path=change.path, message=message)])
    if change.action == "remove":
        del place[key]
    else:
        place[key] = _counted(place[key], change)


def _counted(value: Any, change: Change) -> Any:
    """A number scaled or added to; a list number by number."""
    if isinstance(value, (list, tuple)):
        return tuple(_counted(item, change) for item in value)
    for number in (value, change.value):
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            message = said(
                "{value} is not a number; cannot {en} it",
                "{value} 不是数，不能{zh}", value=show(number), en=change.action, zh=_ACTIONS_ZH[change.action]
            )  # fmt: skip
            raise InputError([Fault(where="--set", path=change.path, message=message)])
    return value * change.value if change.action == "scale" else value + change.value
