"""目标收益率倒算: what each ready question answers, as the distance from the case to where it just meets the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.errors import Fault, InputError, said
from appraisal.report.charts.figures import Shown, case_line, shown_unit
from appraisal.report.charts.layers import LINE, Line, change_axis, data, domain, haloed, layered, pixels, verticals
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import joined, pick, say, signed, span
from appraisal.study.questions import QUESTIONS, Answer
from appraisal.study.risk.summary import LOWER_IS_BETTER

ROW = 66
_LABEL, _FIGURES, _TOP, _BOTTOM = 12, 30, 41, 58
_HEAD = LINE + 6

_WORDS = {
    "title": ("目标收益率倒算", "What would have to be true"),
    "case": ("算例：{title}", "Case: {title}"),
    "change": ("较本算例的变化率", "Change on the case"),
    "here": ("本算例", "the case"),
    "slack": ("可放宽", "room"), "gap": ("须改善", "needed"), "met": ("恰好达到", "just met"),
    "meaning": (
        "条长为从本算例到恰好达到目标的变化率；蓝色为可放宽的余量，橙色为须改善的缺口。",
        "A bar is the change from the case to where it just meets the target; blue is room to spare, orange is what is lacking.",
    ),
    "figures": ("{needed}（本算例 {base}）", "{needed} (the case: {base})"),
    "no_answer": ("无解", "no solution"), "not_applicable": ("不适用", "does not apply"),
    "see": ("无解与不适用的原因见数据表。", "The table says why a question has no answer."),
    "question": ("问题", "Question"), "figure": ("项目", "Figure"), "unit": ("单位", "Unit"), "base": ("本算例", "In the case"),
    "needed": ("所需", "Needed"), "answer": ("答案", "Answer"), "alt": ("横条图。{answers}", "Bars. {answers}"),
}  # fmt: skip


@dataclass(frozen=True)
class _Row:
    """One question: its first figure in the case and at the solution, the relative change between them, which way it reads."""

    question: str
    label: str
    shown: Shown | None
    base: float
    needed: float
    code: str
    slack: bool

    @property
    def change(self) -> float:
        """NaN without a solution or with nothing to compare it to."""
        return self.needed / self.base - 1.0 if self.base else float("nan")


def breakeven(answers: Sequence[Answer], lang: str = "en", case_title: str = "") -> Picture:
    """The answers to ready questions side by side, in the order given.

    Parameters
    ----------
    answers : sequence of Answer
        Of one case; those without a solution are told, not drawn.
    lang : "en" or "zh"
    case_title : str
        Title of the case in that language; by default that of the case solved for.

    Raises
    ------
    InputError
        For no answers.
    """
    if not answers:
        raise InputError(
            [Fault(where="chart", message=said("no answers; ask a question first", "没有答案；请先提出问题"))]
        )
    rows = [_row(one, lang) for one in answers]
    title = say(_WORDS, "title", lang)
    cases = [one.solved.moving.case for one in answers if one.solved is not None]
    headline = say(_WORDS, "case", lang, title=case_title) if case_title or not cases else case_line(cases[0], lang)
    subtitle = [headline, say(_WORDS, "meaning", lang)] if case_title or cases else [say(_WORDS, "meaning", lang)]
    if any(not np.isfinite(row.change) for row in rows):
        subtitle[-1] = joined([subtitle[-1], say(_WORDS, "see", lang)], lang)
    told = joined([_closed(one.text(lang), lang) for one in answers], lang)
    return Picture(
        chart=_chart(rows, lang), title=title, subtitle=tuple(subtitle), lang=lang, table=_table(answers, rows, lang),
        alt=joined([f"{title}。" if lang == "zh" else f"{title}.", say(_WORDS, "alt", lang, answers=told)], lang),
        formats={say(_WORDS, name, lang): ",.5g" for name in ("base", "needed")} | {say(_WORDS, "change", lang): "+.2%"},
    )  # fmt: skip


def _closed(text: str, lang: str) -> str:
    return text if text.endswith(("。", ".")) else text + pick(lang, "。", ".")


def _row(answer: Answer, lang: str) -> _Row:
    question = QUESTIONS[answer.name]
    name = pick(lang, question.zh, question.en)
    if not answer.figures or answer.solved is None:
        return _Row(name, "", None, np.nan, np.nan, answer.code, slack=False)
    first, base = answer.figures[0], answer.stands[0]
    stands, target = float(answer.solved.base.value[0]), float(answer.solved.target[0])
    slack = stands <= target if answer.metric in LOWER_IS_BETTER else stands >= target
    return _Row(
        name,
        first.label(lang),
        shown_unit(first.label(lang), first.unit, lang),
        base.value,
        first.value,
        answer.code,
        slack,
    )


def _table(answers: Sequence[Answer], rows: Sequence[_Row], lang: str) -> pd.DataFrame:
    """A row a question: its first figure in its unit (percent for shares), the change, and the answer in words."""
    scale = [100.0 if row.shown and row.shown.percent else row.shown.factor if row.shown else 1.0 for row in rows]
    units = ["%" if row.shown and row.shown.percent else row.shown.unit if row.shown else "" for row in rows]
    return pd.DataFrame(
        {
            say(_WORDS, "question", lang): [row.question for row in rows],
            say(_WORDS, "figure", lang): [row.label for row in rows],
            say(_WORDS, "unit", lang): units,
            say(_WORDS, "base", lang): [row.base * factor for row, factor in zip(rows, scale, strict=True)],
            say(_WORDS, "needed", lang): [row.needed * factor for row, factor in zip(rows, scale, strict=True)],
            say(_WORDS, "change", lang): [row.change for row in rows],
            say(_WORDS, "answer", lang): [one.text(lang) for one in answers],
        }
    )


def _chart(rows: Sequence[_Row], lang: str) -> alt.LayerChart:
    height = _HEAD + len(rows) * ROW
    bars = [_bar(row, _HEAD + turn * ROW, lang) for turn, row in enumerate(rows) if np.isfinite(row.change)]
    within = domain([0.0, *(one["change"] for one in bars)], 0.0 if bars else 0.1)
    room = max([12.0 * span(one["text"]) for one in bars], default=0.0) + 14.0
    x = alt.X("change:Q", title=say(_WORDS, "change", lang), axis=change_axis(tickCount=5),
              scale=alt.Scale(domain=list(within), nice=False, padding=room))  # fmt: skip
    layers: list[Any] = []
    for slack, style in ((True, "clears"), (False, "misses")):
        part = alt.Chart(data([one for one in bars if one["slack"] is slack]))
        tips = [
            alt.Tooltip("question:N", title=say(_WORDS, "question", lang)),
            alt.Tooltip("text:N", title=say(_WORDS, "change", lang)),
        ]
        layers.append(
            part.encode(x=x, x2="zero:Q", y=pixels("top", height), y2="bottom:Q", tooltip=tips).mark_rect(style=style)
        )
    layers += verticals([Line(at=0.0, text=say(_WORDS, "here", lang), role="base")], within)
    for side in ("left", "right"):
        part = alt.Chart(data([one for one in bars if one["side"] == side]))
        text = part.encode(x=x, y=pixels("middle", height), text="text:N")
        layers += haloed(text, "end-label", align="right" if side == "left" else "left", dx=-5 if side == "left" else 5)
    tops = [_HEAD + turn * ROW for turn in range(len(rows))]
    heads = [{"y": top + _LABEL, "text": row.question} for top, row in zip(tops, rows, strict=True)]
    figures = [{"y": top + _FIGURES, "text": _figures(row, lang)} for top, row in zip(tops, rows, strict=True)]
    for texts, style in ((heads, "row-label"), (figures, "faint-label")):
        names = alt.Chart(data(texts)).encode(x=alt.value(0), y=pixels("y", height), text="text:N")
        layers += haloed(names, style, align="left", dx=2)
    return layered(layers, height)


def _figures(row: _Row, lang: str) -> str:
    """What is needed and what stands in the case, or that there is no answer."""
    if row.shown is None:
        return say(_WORDS, "not_applicable" if row.code == "not_applicable" else "no_answer", lang)
    return say(_WORDS, "figures", lang, needed=row.shown.text(row.needed), base=row.shown.text(row.base))


def _bar(row: _Row, top: int, lang: str) -> dict[str, Any]:
    met = abs(row.change) < 0.0005
    word = say(_WORDS, "met" if met else "slack" if row.slack else "gap", lang)
    return {
        "question": row.question, "change": row.change, "zero": 0.0, "slack": bool(row.slack), "side": "left" if row.change < 0.0 else "right",
        "text": word if met else f"{word} {signed(row.change, 1)}", "top": top + _TOP, "bottom": top + _BOTTOM, "middle": top + (_TOP + _BOTTOM) / 2,
    }  # fmt: skip
