"""A value of a case ↔ the cell that holds it.

A cell that a person may edit keeps fifteen digits, in Excel as in LibreOffice: a number that has more stands as text,
and text of digits is read as the number it is. So every float comes back bit by bit.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from appraisal.errors import ValueFault, said
from appraisal.library.reader import CONSTANTS, DECIMAL, INTEGER
from appraisal.scenario.sheet.form import MONTHS, Row

MOST_TEXT = 32_767
"""Characters that a cell holds."""
_WHOLE_LISTS = re.compile(r"[;；,，、]")
_LISTS = re.compile(r"[;；]")
_QUOTED = re.compile(r'".*|\s.*|.*\s|', re.DOTALL)


def number_cell(value: float) -> float | str:
    """A number as its cell has it; text where fifteen digits are too few.

    Examples
    --------
    >>> number_cell(0.047), number_cell(0.1 + 0.2)
    (0.047, '0.30000000000000004')
    """
    # Beyond 1e15 a whole number is no longer shown digit by digit.
    kept = isinstance(value, float) or abs(value) < 10**15
    return value if kept and float(f"{value:.15g}") == value else repr(value)


def to_cell(value: Any, row: Row) -> Any:
    """What is written for a value that a case states: a number, true or false, text, or a tuple for a column of numbers."""
    if value is None:
        return "null"
    if row.what.kind == "text":
        return json.dumps(value, ensure_ascii=False) if _QUOTED.fullmatch(value) else value
    if isinstance(value, (tuple, list)):
        if row.what.kind != "group":
            return tuple(value)
        return "; ".join(str(item) for item in value) if value else "[]"
    return number_cell(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def from_cell(value: Any, row: Row) -> Any:
    """The value of a cell as a YAML file would have it; the checks of the case are made by its reader.

    Raises
    ------
    ValueFault
        For a date where none belongs, or quotes that do not close.
    """
    if isinstance(value, date):
        if row.code in MONTHS:
            return f"{value:%Y-%m}"
        words = row.what.kind in ("text", "choice", "group")
        raise ValueFault(
            said(
                "the cell holds the date {day:%Y-%m-%d}; format it as {format} and write the value again",
                "单元格内是日期 {day:%Y-%m-%d}；请把格式设为{format}后重新填写",
                day=value, format=said("text", "文本") if words else said("a number", "数值"),
            )
        )  # fmt: skip
    if row.what.kind == "text":
        return _text(value)
    if isinstance(value, float) and value.is_integer() and row.what.kind in ("count", "choice", "group"):
        value = int(value)
    if row.what.kind == "group":
        return _group(value, row)
    if isinstance(value, str):
        parts = [scalar(part) for part in _LISTS.split(value)]
        return tuple(parts) if len(parts) > 1 else parts[0]
    return value


def _text(value: Any) -> Any:
    """Text as it stands; a whole number is the text that is seen in its cell."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        value = value.strip()
        if value.startswith('"'):
            try:
                return json.loads(value)
            except ValueError as error:
                told = said(
                    "{value!r} begins with a quote that does not close; take the quotes out",
                    "{value!r} 以引号开头而没有结束；请去掉引号", value=value
                )  # fmt: skip
                raise ValueFault(told) from error
    return value


def _group(value: Any, row: Row) -> Any:
    """Several words or whole numbers; a word that stands in place of a list is left alone."""
    if not isinstance(value, str):
        return (value,)
    text = value.strip()
    if text in row.alone:
        return text
    if text in CONSTANTS:
        return CONSTANTS[text]
    return () if text == "[]" else tuple(scalar(part) for part in _WHOLE_LISTS.split(text))


def scalar(text: str) -> Any:
    """Text of a cell as a plain YAML scalar: a number, true, false, null or itself.

    Examples
    --------
    >>> scalar(" 0.5 "), scalar("TRUE"), scalar("86%")
    (0.5, True, '86%')
    """
    text = text.strip()
    if text in CONSTANTS:
        return CONSTANTS[text]
    if INTEGER.match(text):
        return int(text) if len(text) < 20 else float(text)
    return float(text) if DECIMAL.match(text) else text
