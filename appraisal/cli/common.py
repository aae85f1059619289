"""What the commands share: the language option and columns that count Chinese characters as two."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated
from unicodedata import east_asian_width

import typer


class Lang(StrEnum):
    """Language of what is printed."""

    zh = "zh"
    en = "en"


LangOption = Annotated[Lang, typer.Option("--lang", envvar="APPRAISAL_LANG", help="Language of labels.")]


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def print_columns(rows: Sequence[Sequence[str]]) -> None:
    """Rows of cells, aligned on the left; a row may be shorter than others."""
    columns = max((len(row) for row in rows), default=0)
    widths = [max(width(row[place]) for row in rows if place < len(row)) for place in range(columns)]
    for row in rows:
        cells = [cell + " " * (widths[place] - width(cell)) for place, cell in enumerate(row)]
        print("  ".join(cells).rstrip())
