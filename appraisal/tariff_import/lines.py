"""Text of a tariff file line by line, each line with the row of the sheet that it comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from appraisal.tariff_import.filled import Record


@dataclass(frozen=True)
class Line:
    """One line without its end, and the row behind it (None for a line that was there before, or a bare key)."""

    text: str
    record: Record | None = None


@dataclass(frozen=True)
class Bare:
    """A word of the format, written without quotation marks."""

    text: str


def number(value: float) -> str:
    """The shortest decimal that is the same float; never an exponent.

    Examples
    --------
    >>> number(0.41784), number(48.0), number(1e-05)
    ('0.41784', '48.0', '0.00001')
    """
    text = repr(float(value))
    return f"{value:.17f}".rstrip("0") if "e" in text and abs(value) < 1 else text


def scalar(value: object) -> str:
    """One value in flow style; text for people stands in quotation marks, so that no sign of it is format.

    Examples
    --------
    >>> scalar("a: b"), scalar(Bare("two")), scalar(("one", "two")), scalar(("35kv",))
    ('"a: b"', 'two', '[one, two]', '35kv')
    """
    if isinstance(value, Bare):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return flow(value)
    if isinstance(value, (tuple, list)):
        return str(value[0]) if len(value) == 1 else f"[{', '.join(value)}]"
    return json.dumps(value, ensure_ascii=False)


def flow(items: Mapping[str, object]) -> str:
    """A mapping on one line; what is None or empty is left out."""
    return (
        "{" + ", ".join(f"{key}: {scalar(value)}" for key, value in items.items() if value not in (None, "", ())) + "}"
    )
