"""What the commands share: the language option and columns that count Chinese characters as two."""

from __future__ import annotations

from collections.abc import Container, Sequence
from enum import StrEnum
from typing import Annotated
from unicodedata import east_asian_width

import typer


class Lang(StrEnum):
    """Language of what is printed."""

    zh = "zh"
    en = "en"


class Unit(StrEnum):
    """Unit of money in printed tables."""

    wan = "wan"
    yuan = "yuan"


CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="A case file (YAML or .xlsx), or the name of a ready case.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change an input before anything is resolved; may be repeated."),
]
LangOption = Annotated[
    Lang, typer.Option("--lang", envvar="APPRAISAL_LANG", help="Language of labels, help and messages.")
]
UnitOption = Annotated[
    Unit | None,
    typer.Option(
        "--unit", help="Unit of money in printed tables: wan (10⁴ yuan) or yuan. Default: wan in zh, yuan in en."
    ),
]


def unit_of(unit: Unit | None, lang: Lang) -> str:
    """The unit asked for, or the one usual in the language."""
    return (unit or (Unit.wan if lang is Lang.zh else Unit.yuan)).value


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def print_columns(rows: Sequence[Sequence[str]], right: Container[int] = ()) -> None:
    """Rows of cells, aligned on the left, or on the right in the columns of *right*; a row may be shorter than others."""
    columns = max((len(row) for row in rows), default=0)
    widths = [max(width(row[place]) for row in rows if place < len(row)) for place in range(columns)]
    for row in rows:
        cells = [_padded(cell, widths[place], place in right) for place, cell in enumerate(row)]
        print("  ".join(cells).rstrip())


def _padded(cell: str, wide: int, right: bool) -> str:
    space = " " * (wide - width(cell))
    return space + cell if right else cell + space
