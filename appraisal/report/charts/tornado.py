"""Tornado: what each driver does to a metric between the ends of its range, the widest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.report.charts.figures import Shown, case_line, hurdle_words, input_shown, input_text, names_of, shown
from appraisal.report.charts.layers import HEADROOM, Line, data, domain, haloed, layered, pixels, verticals
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import joined, lined, listed, pick, say, span
from appraisal.study.tornado import Tornado
from appraisal.text import REASONS, word
from appraisal.units import Table

ROW = 50
_LABEL, _TOP, _BOTTOM = 12, 23, 43
_FONT = 12

_WORDS = {
    "title": ("敏感性分析（龙卷风图）：{metric}", "Tornado: {metric}"),
    "base": ("基本方案 {value}", "Base {value}"),
    "ends": (
        "条端：因素取值 → 指标值；蓝色为低值，橙色为高值。各因素区间按其数据可信度分别设定，依据见数据表。",
        "Bar ends: value of the input → metric; blue is the low end, orange the high end. Each range has its own reason, given in the table.",
    ),
    "left": ("另有 {count} 项未列入，原因见数据表。", "{count} more are left out, the table says why."),
    "no_base": ("基本方案无数值：{reason}。", "The base case has no number: {reason}."),
    "empty": ("{name}：两端均无数值", "{name}: no number at either end"),
    "flat": ("无影响，未画出：{list}。", "Not drawn, without effect: {list}."),
    "row": ("{name}，基准 {value}", "{name}, base {value}"),
    "none": ("无数值", "no number"),
    "low": ("低值", "Low"), "base_value": ("基准值", "Base"), "high": ("高值", "High"), "unit": ("单位", "Unit"),
    "input": ("不确定因素", "Input"), "end": ("取值", "Value"), "reason": ("区间依据", "Reason for the range"),
    "at_low": ("{metric}，低值时", "{metric}, at low"), "at_high": ("{metric}，高值时", "{metric}, at high"),
    "alt": (
        "横条图，按影响从大到小排列。基本方案 {base}{hurdle}。{inputs}。", "Bar chart, the widest swing first. Base {base}{hurdle}. {inputs}.",
    ),
    "span": ("{name}：{low} 时为 {at_low}，{high} 时为 {at_high}", "{name}: {at_low} at {low}, {at_high} at {high}"),
}  # fmt: skip


@dataclass(frozen=True)
class _Row:
    """One input of the chart, with its place in the study and whether both its ends lie on one side of the base."""

    place: int
    name: str
    one_sided: bool


def tornado(result: Tornado, lang: str = "en") -> Picture:
    """The tornado of a study.

    Parameters
    ----------
    result : Tornado
    lang : "en" or "zh"

    Returns
    -------
    Picture
        Rows in the study's order, the widest swing on top; each with its base value, both input values and the metric at
        both, the base case and the hurdle as labelled lines. Inputs without any effect are told, not drawn; the table
        has all.
    """
    metric = shown(result.metric, lang).fitted(result.at)
    names = names_of(result.inputs, lang)
    rows = [
        _Row(place, names[place], _one_sided(result, place)) for place in result.order if result.swing[place] != 0.0
    ]
    title = say(_WORDS, "title", lang, metric=metric.label)
    return Picture(
        chart=_chart(result, metric, rows, lang), title=title, subtitle=tuple(_subtitle(result, names, lang)),
        alt=joined([f"{title}。" if lang == "zh" else f"{title}.", _alt(result, metric, rows, lang)], lang),
        table=_table(result, metric, names, lang), lang=lang,
        formats={
            **{say(_WORDS, name, lang): ",.5g" for name in ("low", "base_value", "high")},
            **{say(_WORDS, name, lang, metric=metric.head): metric.form for name in ("at_low", "at_high")},
        },
    )  # fmt: skip


def _one_sided(result: Tornado, place: int) -> bool:
    """Whether the metric moves the same way at both ends: then the bars would cover one another."""
    moved = result.at[place] - result.base
    return bool(np.prod(np.sign(moved)) > 0.0)


def _subtitle(result: Tornado, names: Sequence[str], lang: str) -> list[str]:
    flat = [names[place] for place in result.order if result.swing[place] == 0.0]
    why = word(REASONS, str(result.metric.reason[0]), lang)
    aside = [
        say(_WORDS, "no_base", lang, reason=why) if np.isnan(result.base) else "",
        say(_WORDS, "flat", lang, list=listed(flat, lang)) if flat else "",
        say(_WORDS, "left", lang, count=len(result.left_out)) if result.left_out else "",
    ]
    return [case_line(result.moving.case, lang), say(_WORDS, "ends", lang), *filter(None, [joined(aside, lang)])]


def _table(result: Tornado, metric: Shown, names: Sequence[str], lang: str) -> pd.DataFrame:
    """Every input in the study's order, then those left out; values in the unit beside them, percent for shares."""
    order = result.order
    kinds = [input_shown(result.inputs[place], lang) for place in order]
    scale = np.array([100.0 if kind.percent else kind.factor for kind in kinds])
    whole, left, blank = result.table(lang), result.left_out, [np.nan] * len(result.left_out)
    units = [f"% {kind.unit}".strip() if kind.percent else kind.unit for kind in kinds]

    def column(values: Table) -> list[float]:
        return [*values.tolist(), *blank]

    return pd.DataFrame(
        {
            say(_WORDS, "input", lang): [
                *(names[place] for place in order),
                *names_of([one.input for one in left], lang),
            ],
            say(_WORDS, "unit", lang): [*units, *([""] * len(left))],
            say(_WORDS, "low", lang): column(result.ends[order, 0] * scale),
            say(_WORDS, "base_value", lang): column(result.moving.base[0][order] * scale),
            say(_WORDS, "high", lang): column(result.ends[order, 1] * scale),
            say(_WORDS, "at_low", lang, metric=metric.head): column(result.at[order, 0] * metric.factor),
            say(_WORDS, "at_high", lang, metric=metric.head): column(result.at[order, 1] * metric.factor),
            # Reason and note, as the study words them.
            str(whole.columns[-2]): [*whole.iloc[:, -2], *([""] * len(left))],
            str(whole.columns[-1]): [*whole.iloc[:, -1], *(pick(lang, one.zh, one.en) for one in left)],
        }
    )


def _chart(result: Tornado, metric: Shown, rows: Sequence[_Row], lang: str) -> alt.LayerChart:
    height = HEADROOM + max(len(rows), 1) * ROW
    base, bar = metric.at(result.base), metric.at(result.hurdle)
    bars = [end for turn, row in enumerate(rows) for end in _ends(result, metric, row, HEADROOM + turn * ROW, lang)]
    within = domain([*(one["value"] for one in bars), base, bar], 0.0 if len(bars) > 1 else 0.1)
    room = max([_FONT * span(one["text"]) for one in bars], default=0.0) + 14.0
    x = alt.X("value:Q", title=lined(metric.head), axis=alt.Axis(format=metric.axis, tickCount=5),
              scale=alt.Scale(domain=list(within), nice=False, zero=False, padding=room))  # fmt: skip
    layers: list[Any] = []
    for end in ("low", "high"):
        part = alt.Chart(data([one for one in bars if one["end"] == end and one["drawn"]])).encode(
            x=x, x2="base:Q", y=pixels("top", height), y2="bottom:Q", tooltip=_tips(metric, lang)
        )
        layers.append(part.mark_rect(style=end))
    layers += _references(result, metric, within, lang)
    for side in ("left", "right"):
        part = alt.Chart(data([one for one in bars if one["side"] == side])).encode(
            x=x, y=pixels("middle", height), text="text:N"
        )
        layers += haloed(part, "end-label", align="right" if side == "left" else "left", dx=-5 if side == "left" else 5)
    heads = alt.Chart(data([
        {"y": HEADROOM + turn * ROW + _LABEL, "text": _row_label(result, row, lang)} for turn, row in enumerate(rows)
    ])).encode(x=alt.value(0), y=pixels("y", height), text="text:N")  # fmt: skip
    return layered([*layers, *haloed(heads, "row-label", align="left", dx=2)], height)


def _references(result: Tornado, metric: Shown, within: tuple[float, float], lang: str) -> list[Any]:
    """The base case and the hurdle as labelled lines, where they have a number."""
    lines = []
    if np.isfinite(result.base):
        text = say(_WORDS, "base", lang, value=metric.text(result.base))
        lines.append(Line(at=metric.at(result.base) or 0.0, text=text, role="base"))
    if np.isfinite(result.hurdle):
        text = hurdle_words(result.key, result.hurdle, metric, lang)
        lines.append(Line(at=metric.at(result.hurdle) or 0.0, text=text, role="hurdle"))
    return verticals(lines, within)


def _row_label(result: Tornado, row: _Row, lang: str) -> str:
    """The input with its base value; a relative change has none."""
    one = result.inputs[row.place]
    if np.isnan(result.at[row.place]).all():
        return say(_WORDS, "empty", lang, name=row.name)
    if one.by == "change":
        return row.name
    return say(
        _WORDS,
        "row",
        lang,
        name=row.name,
        value=input_text(one, float(result.moving.base[0, row.place]), lang, unit=True),
    )


def _ends(result: Tornado, metric: Shown, row: _Row, top: int, lang: str) -> list[dict[str, Any]]:
    """The two bars of an input: from the base to the metric at each end, with its label."""
    found = []
    middle = (_TOP + _BOTTOM) // 2
    for place, end in enumerate(("low", "high")):
        value, base = float(result.at[row.place, place]), result.base
        drawn = bool(np.isfinite(value) and np.isfinite(base))
        # Both ends on one side share the height.
        bounds = ((_TOP, middle), (middle, _BOTTOM))[place] if row.one_sided else (_TOP, _BOTTOM)
        of = input_text(result.inputs[row.place], float(result.ends[row.place, place]), lang)
        shown_value = metric.text(value, unit=metric.percent) if np.isfinite(value) else say(_WORDS, "none", lang)
        leftward = value < base if drawn and value != base else end == "low"
        found.append(
            {"input": row.name, "end": end, "end_text": say(_WORDS, end, lang), "of": of, "reason": pick(lang, result.ranges[row.place].zh, result.ranges[row.place].en),
             "value": metric.at(value if np.isfinite(value) else base), "base": metric.at(base if np.isfinite(base) else value),
             "drawn": drawn, "value_text": shown_value, "text": f"{of} → {shown_value}", "side": "left" if leftward else "right",
             "top": top + bounds[0], "bottom": top + bounds[1], "middle": top + sum(bounds) / 2}
        )  # fmt: skip
    return found


def _tips(metric: Shown, lang: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("input:N", title=say(_WORDS, "input", lang)),
        alt.Tooltip("of:N", title=say(_WORDS, "end", lang)),
        alt.Tooltip("value_text:N", title=metric.head),
        alt.Tooltip("reason:N", title=say(_WORDS, "reason", lang)),
    ]


def _alt(result: Tornado, metric: Shown, rows: Sequence[_Row], lang: str) -> str:
    hurdle = hurdle_words(result.key, result.hurdle, metric, lang) if np.isfinite(result.hurdle) else ""
    spans = [
        say(_WORDS, "span", lang, name=row.name, at_low=metric.text(float(result.at[row.place, 0])), at_high=metric.text(float(result.at[row.place, 1])),
            low=input_text(result.inputs[row.place], float(result.ends[row.place, 0]), lang, unit=True),
            high=input_text(result.inputs[row.place], float(result.ends[row.place, 1]), lang, unit=True))
        for row in rows
    ]  # fmt: skip
    return say(
        _WORDS, "alt", lang, base=metric.text(result.base), inputs=pick(lang, "；", "; ").join(spans),
        hurdle=pick(lang, "，", "; ") + hurdle if hurdle else "",
    )  # fmt: skip
