"""The text of a URDB file → the fields of one tariff under the names used here; nothing is interpreted yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from appraisal.billing.urdb_names import ALIASES
from appraisal.errors import Fault, InputError, Message, said

LARGEST = 1e300  # Beyond it a text of digits is infinite to float64, or no float64 at all.
HALF_A_DAY = 43_200
SECONDS = 1e11  # A time stamp above it counts milliseconds: as seconds it would lie beyond the year 5000.


@dataclass
class Record:
    """The fields of one tariff while they are read: every fault is kept, so that all are told at once."""

    fields: Mapping[str, Any]
    where: str
    faults: list[Fault] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)

    def fault(self, path: str, message: Message) -> None:
        """Note what is wrong at a place."""
        self.faults.append(Fault(where=self.where, path=path, message=message))

    def remark(self, message: Message) -> None:
        """Note what a reader of the bill has to know."""
        self.remarks.append(message)

    def number(self, path: str, value: Any) -> float | None:
        """A finite number, or None and a fault."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST:
            self.fault(path, said("{value!r} is not a number", "{value!r} 不是数值", value=value))
            return None
        return float(value)

    def optional(self, name: str) -> float | None:
        """The number of a field that a file may leave out."""
        value = self.fields.get(name)
        return None if value is None else self.number(name, value)

    def text(self, name: str) -> str:
        """The text of a field, empty where there is none."""
        value = self.fields.get(name)
        return "" if value is None else str(value)

    def day(self, name: str) -> date | None:
        """The day of a field: seconds or milliseconds since 1970, or a date as text; None where there is none."""
        value = self.fields.get(name)
        value = value.get("$date") if isinstance(value, Mapping) else value
        if value is None:
            return None
        try:
            if isinstance(value, str):
                return date.fromisoformat(value[:10])
            if isinstance(value, int | float) and not isinstance(value, bool):
                seconds = value / 1000 if value > SECONDS else value
                # Files hold midnight of one time zone or another, 23:00 UTC too: the nearest midnight is meant.
                return datetime.fromtimestamp(seconds + HALF_A_DAY, UTC).date()
        except (ValueError, OverflowError, OSError):
            pass  # told below, together with every other kind of value
        self.fault(name, said("{value!r} is not a date", "{value!r} 不是日期", value=value))
        return None


def record_of(text: str, where: str, label: str) -> Record:
    """The fields of the tariff that is meant.

    Raises
    ------
    InputError
        If the text is no JSON, a key stands twice, there is no tariff in it, or several and *label* names none.
    """
    try:
        loaded = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise InputError([Fault(where=where, line=error.lineno, message=said(
            "is not JSON (column {column})", "不是 JSON（第 {column} 列）", column=error.colno
        ))]) from None  # fmt: skip
    except _BadJson as error:
        raise InputError([Fault(where=where, message=error.message)]) from None
    except (ValueError, RecursionError):
        told = said("holds a number or a nesting that no tariff has", "含有电价中不可能出现的数值或嵌套")
        raise InputError([Fault(where=where, message=told)]) from None
    return _named(_chosen(loaded, where, label), where)


class _BadJson(Exception):
    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _BadJson(said("the key {key!r} stands twice", "键 {key!r} 出现两次", key=key))
        found[key] = value
    return found


def _no_constant(word: str) -> Any:
    raise _BadJson(said("{word!r} is not a number", "{word!r} 不是数值", word=word))


def _chosen(loaded: Any, where: str, label: str) -> Mapping[str, Any]:
    items = loaded.get("items", [loaded]) if isinstance(loaded, Mapping) else loaded
    if not isinstance(items, list) or not items or not all(isinstance(item, Mapping) for item in items):
        raise InputError([Fault(where=where, message=said(
            "holds no tariff; expected one, or a list of them under 'items'", "没有电价；应为一个电价，或 'items' 下的一组电价"
        ))])  # fmt: skip
    labels = [str(item.get("label", "")) for item in items]
    if label:
        items = [item for item, found in zip(items, labels, strict=True) if found == label]
    if len(items) != 1:
        raise InputError([Fault(where=where, path="label", message=said(
            "{count} tariffs answer to {label!r}; name one of {labels}", "与 {label!r} 相符的电价有 {count} 个；请指定其一：{labels}",
            count=len(items), label=label, labels=", ".join(map(repr, labels)),
        ))])  # fmt: skip
    chosen: Mapping[str, Any] = items[0]
    return chosen


def _named(raw: Mapping[str, Any], where: str) -> Record:
    fields: dict[str, Any] = {}
    record = Record(fields=fields, where=where)
    for key, value in raw.items():
        name = ALIASES.get(key.lower(), key.lower())
        if name in fields and fields[name] != value:
            told = said("stands under two spellings with two values", "以两种写法出现，且数值不同")
            record.fault(key, told)
        fields[name] = value
    return record
