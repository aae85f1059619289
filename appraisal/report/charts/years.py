"""What charts over the years of the calculation period share: the axis, bars of a year, the sentence that names the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from appraisal.pipeline import Appraisal
from appraisal.report.charts.figures import case_line
from appraisal.report.charts.words import joined, pick
from appraisal.text import REASONS, word

# What a bar leaves free of its year on either side.
_GAP = 0.12


def ended(text: str, lang: str) -> str:
    """A sentence with its stop; nothing stays nothing."""
    return text + pick(lang, "。", ".") if text else ""


def described(title: str, sentences: Sequence[str], lang: str) -> str:
    """The alternative text: the title, then the sentences."""
    return joined([ended(title, lang), *sentences], lang)


def of_case(result: Appraisal, lang: str, row: int = 0) -> str:
    """The case that a picture is of; where its books have no solution, that they have none."""
    line = case_line(result.case, lang)
    if result.case.scenarios > 1:
        line += pick(lang, f"，情景 {row + 1}", f", scenario {row + 1}")
    if result.statements.solved[row]:
        return line
    return line + pick(lang, "；", "; ") + word(REASONS, "no solution", lang)


def years_axis(count: int, lang: str, name: str = "left") -> alt.X:
    """Years of the calculation period: column t stands from t − 1 to t, its number in the middle."""
    title = pick(lang, "计算期（年）", "Year of the calculation period")
    axis = alt.Axis(
        values=[year + 0.5 for year in range(count)], labelExpr="floor(datum.value) + 1", grid=False, ticks=False, labelOverlap="parity", labelSeparation=6
    )  # fmt: skip
    return alt.X(f"{name}:Q", title=title, axis=axis, scale=alt.Scale(domain=[0, count], nice=False))


def bar_of(year: int) -> dict[str, Any]:
    """Left, right and middle of the bar of a year, from 0, with its number."""
    return {"left": year + _GAP, "right": year + 1 - _GAP, "middle": year + 0.5, "year": year + 1}


def year_tip(lang: str) -> alt.Tooltip:
    """The year in a tooltip."""
    return alt.Tooltip("year:Q", title=pick(lang, "计算期第几年", "Year"))


def fixed(table: Mapping[str, str]) -> alt.Scale:
    """A scale of named colours."""
    return alt.Scale(domain=list(table), range=list(table.values()))
