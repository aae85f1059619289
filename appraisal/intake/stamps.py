"""Dates, times of day and numbers of intervals, in the forms in which Chinese tables have them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias

from appraisal.intake.grid import Serial, Value

DAY = 1440
"""Minutes of a day."""
Kind: TypeAlias = Literal["clock", "range", "number", "ending"]

_EXCEL_EPOCH = date(1899, 12, 30).toordinal()
# Serial numbers taken for dates in plain columns, and years taken for years: 2000 to 2099.
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YEAR_LAST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WEEKDAY = re.compile(r"[(（]?(?:星期|周)[一二三四五六日天][)）]?$")
_CLOCK = re.compile(r"(\d{1,2})[:时点](?:(\d{2})(?::(\d{2})(?:\.0+)?|分)?)?")
_HOUR_ALONE = re.compile(r"\d{1,2}:?")
_RANGE = re.compile(r"(\d{1,2}:\d{2})(?::00)?(?:-|~|—|–|至|到)(?:次日)?(\d{1,2}:\d{2})(?::00)?")
_ENDING = re.compile(r"(?:he|hourending|hour_ending)_?(\d{1,2})")
_NUMBER = re.compile(r"(?:第|时段|时点|点|p|t|h|v|hour|period|interval)?_?(\d{1,3})(?:个?时段|个?点)?")
_ZONE = re.compile(r".*\d(?:z|[+-]\d{2}:?\d{2})")


@dataclass(frozen=True)
class Slot:
    """A time of day as a label says it.

    ``clock`` and the beginning of a ``range`` are minutes 0 to 1440; a ``number`` counts intervals; ``ending`` counts
    hours by their end, from 1.
    """

    kind: Kind
    at: int


def text_of(value: Value) -> str:
    """Text of one form: full-width signs narrow, lower case, no outer space."""
    return unicodedata.normalize("NFKC", value).strip().lower() if isinstance(value, str) else ""


def day_of(value: Value) -> int | None:
    """The day of a date alone, as an ordinal of :class:`datetime.date`; None for anything else.

    Examples
    --------
    >>> forms = ["2025-08-01", "2025/8/1", "20250801", 20250801.0, "2025年8月1日", "2025.8.1 星期五", "8/1/2025", Serial(45870)]
    >>> {date.fromordinal(day_of(form)).isoformat() for form in forms}
    {'2025-08-01'}
    >>> day_of("2025-02-30"), day_of("负荷"), day_of(45870.5)
    (None, None, None)
    """
    if isinstance(value, Serial):
        return _EXCEL_EPOCH + int(value) if float(value) >= 1 and float(value).is_integer() else None
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return _day_of_number(value)
    return _day_of_text(text_of(value)) if isinstance(value, str) else None


def _day_of_number(value: float) -> int | None:
    if value != int(value):
        return None
    if _FIRST_SERIAL <= value <= _LAST_SERIAL:
        return _EXCEL_EPOCH + int(value)
    return _day_of_text(str(int(value))) if 10_000_000 < value < 100_000_000 else None


@lru_cache(maxsize=4096)
def _day_of_text(text: str) -> int | None:
    words = _WEEKDAY.sub("", text).strip()
    for pattern, order in ((_YEAR_FIRST, (0, 1, 2)), (_YEAR_LAST, (2, 0, 1)), (_DIGITS, (0, 1, 2))):
        match = pattern.fullmatch(words)
        if match is not None:
            year, month, day = (int(match.groups()[place]) for place in order)
            return _ordinal(year, month, day)
    return _EXCEL_EPOCH + int(words) if re.fullmatch(r"\d{5}", words) and _is_serial(int(words)) else None


def _is_serial(number: int) -> bool:
    return _FIRST_SERIAL <= number <= _LAST_SERIAL


def _ordinal(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).toordinal() if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


def stamp_of(value: Value) -> int | None:
    """Minutes since day 0 of a date with a time of day; a date alone is its midnight. None for anything else.

    24:00 ends its day. A moment that is no whole minute is none: nobody meters at seconds.

    Examples
    --------
    >>> forms = ["2025-08-01 24:00", "2025-08-02T00:00:00", "2025/8/2 0:00", "2025年8月2日 0时", Serial(45871), "20250802 00:00"]
    >>> len({stamp_of(form) for form in forms})
    1
    >>> stamp_of("2025-08-01 00:15") - stamp_of("2025-08-01"), stamp_of("2025-08-01 25:00"), stamp_of("2025-08-01 00:00+08:00")
    (15, None, None)
    """
    if isinstance(value, Serial):
        return _serial_stamp(float(value)) if value >= 1 else None
    if isinstance(value, float):
        fits = _FIRST_SERIAL <= value < _LAST_SERIAL + 1
        return _serial_stamp(value) if fits else _midnight(_day_of_number(value))
    return _stamp_of_text(text_of(value)) if isinstance(value, str) else None


def _serial_stamp(serial: float) -> int | None:
    minutes = serial * DAY
    # A serial number holds a minute to about a thousandth; one that is off by more has seconds.
    return _EXCEL_EPOCH * DAY + round(minutes) if abs(minutes - round(minutes)) < 0.01 else None


def _midnight(day: int | None) -> int | None:
    return None if day is None else day * DAY


def _stamp_of_text(text: str) -> int | None:
    head, _, tail = text.replace("t", " ", 1).partition(" ") if " " not in text else text.partition(" ")
    if not tail and "日" in head[:-1]:
        head, _, tail = text.partition("日")
        head += "日"
    if not tail.strip():
        whole = _day_of_text(text)
        if whole is None and re.fullmatch(r"\d{5}\.\d+", text):
            return _serial_stamp(float(text)) if _is_serial(int(float(text))) else None
        return _midnight(whole)
    day, minute = _day_of_text(head), _clock_minute(tail.strip())
    return None if day is None or minute is None else day * DAY + minute


@lru_cache(maxsize=4096)
def _clock_minute(text: str) -> int | None:
    match = _CLOCK.fullmatch(text.replace(" ", ""))
    if match is None or _HOUR_ALONE.fullmatch(text):
        return None
    hour, minute, second = (int(part or 0) for part in match.groups())
    at = 60 * hour + minute
    return at if minute < 60 and not second and at <= DAY else None


def zoned(value: Value) -> bool:
    """Whether a text is a time with a zone, which no local table has."""
    text = text_of(value)
    return ":" in text and _ZONE.fullmatch(text) is not None and day_of(text[:10]) is not None


def month_first(value: Value) -> bool:
    """Whether a date is written in the American order, 8/1/2025, which elsewhere is the eighth of January."""
    return _YEAR_LAST.match(text_of(value)) is not None


def serial_alone(value: Value) -> bool:
    """Whether a date is a plain number of days, 45870."""
    text = f"{value:g}" if type(value) is float else text_of(value)
    return re.fullmatch(r"\d{5}(\.\d+)?", text) is not None


def slot_of(value: Value) -> Slot | None:
    """A label of a time of day, None for anything else.

    Examples
    --------
    >>> [slot_of(label) for label in ("24:00", "8时15分", Serial(0.5))]
    [Slot(kind='clock', at=1440), Slot(kind='clock', at=495), Slot(kind='clock', at=720)]
    >>> [slot_of(label) for label in ("00:15~00:30", "HE1", "第96点", 3.0)]
    [Slot(kind='range', at=15), Slot(kind='ending', at=1), Slot(kind='number', at=96), Slot(kind='number', at=3)]
    """
    if isinstance(value, Serial):
        minutes = float(value) * DAY
        return Slot("clock", round(minutes)) if minutes < DAY + 1 and abs(minutes - round(minutes)) < 0.01 else None
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return Slot("number", int(value)) if value == int(value) and 0 <= value <= DAY else None
    return _slot_of_text(text_of(value).replace(" ", "")) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _slot_of_text(text: str) -> Slot | None:
    if (minute := _clock_minute(text)) is not None:
        return Slot("clock", minute)
    if (match := _RANGE.fullmatch(text)) is not None:
        begin, end = (_clock_minute(part) for part in match.groups())
        return None if begin is None or end is None or begin == end else Slot("range", begin % DAY)
    for pattern, kind in ((_ENDING, "ending"), (_NUMBER, "number")):
        if (match := pattern.fullmatch(text)) is not None:
            return Slot(kind, int(match.group(1)))  # type: ignore[arg-type]
    return None
