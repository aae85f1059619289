"""``appraisal explain``: a trace as text or JSON."""

from __future__ import annotations

import json
import sys

import typer

from appraisal.cli.show import load
from appraisal.pipeline import appraise
from appraisal.report.trace import explain


def parse_depth(words: str) -> int | None:
    """Layers of formulas, or None for ``all``.

    Raises
    ------
    typer.BadParameter
        If it is neither ``all`` nor a whole number from 1.
    """
    if words == "all":
        return None
    if not (words.isascii() and words.isdigit() and int(words) >= 1):
        raise typer.BadParameter(f"{words!r} is neither a whole number from 1 nor 'all'", param_hint="'--depth'")
    return int(words)


def print_trace(
    words: str, key: str, year: int | None, depth: int | None, most: int, changes: list[str], *, as_json: bool, lang: str
) -> None:  # fmt: skip
    """Appraise the case named and print why a figure of it is what it is."""
    trace = explain(appraise(load(words, changes)), key, year, depth=depth, most=most)
    if not as_json:
        print(trace.text(lang))
        return
    json.dump(trace.as_dict(lang), sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")
