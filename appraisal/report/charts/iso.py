"""Lines of equal return: the price that each pair of two other inputs would need, a line for each value of the second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.report.charts.figures import Shown, case_line, input_shown, input_text, names_of, shown
from appraisal.report.charts.layers import apart, data, domain, haloed, layered
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import joined, lined, pick, say
from appraisal.study.inputs import Input
from appraisal.study.required import Required

HEIGHT = 380
# A label needs this share of the height, or it covers its neighbour.
_LABEL = 0.05
_DASHES = ([1, 0], [8, 3], [3, 3], [10, 3, 2, 3])

_WORDS = {
    "title": ("等收益线：所需{wanted}", "Lines of equal return: {wanted} needed"),
    "axis": ("{name}，变化率", "{name}, change"), "needed": ("所需{wanted}", "{wanted} needed"), "note": ("说明", "Note"),
    "target": ("线上各点{metric}恰为 {target}", "On each line {metric} is {target}"),
    "lines": ("线端为{y}", "at the end of a line: {y}"),
    "missing": ("{count} 个组合无解，原因见数据表", "{count} pairs have no solution, the table says why"),
    "none": ("所有组合均无解，原因见数据表", "no pair has a solution, the table says why"),
    "alt": ("折线图。{points}。", "Line chart. {points}."), "point": ("{y}：{x} 时需 {needed}", "{y}: {needed} at {x}"),
}  # fmt: skip


def iso(result: Required, lang: str = "en") -> Picture:
    """The needed value of an input over the first axis, a line for each value of the second.

    Parameters
    ----------
    result : Required
    lang : "en" or "zh"

    Returns
    -------
    Picture
        Pairs without a solution are gaps, and told. The table has a row a pair.
    """
    wanted = input_shown(result.wanted, lang)
    title = say(_WORDS, "title", lang, wanted=wanted.label)
    notes = _notes(result, lang)
    table = _table(result, lang)
    forms = [_form(one, lang) for one in (*result.moving.inputs, result.wanted)]
    return Picture(
        chart=_chart(result, lang), title=title, subtitle=(case_line(result.moving.case, lang), notes), table=table, lang=lang,
        alt=joined([f"{title}。" if lang == "zh" else f"{title}.", _alt(result, lang), notes], lang),
        formats=dict(zip(map(str, table.columns[:3]), forms, strict=True)),
    )  # fmt: skip


def _form(one: Input, lang: str) -> str:
    return "+.2%" if one.by == "change" else ".3%" if input_shown(one, lang).percent else ",.5g"


def _head(one: Input, name: str, lang: str) -> str:
    kind = input_shown(one, lang)
    return say(_WORDS, "axis", lang, name=name) if one.by == "change" else name + kind.head.removeprefix(kind.label)


def _heads(result: Required, lang: str) -> tuple[str, str, str]:
    """What stands on both axes of the study and what is needed, with units."""
    everything = (*result.moving.inputs, result.wanted)
    x, y, wanted = (_head(one, name, lang) for one, name in zip(everything, names_of(everything, lang), strict=True))
    return x, y, say(_WORDS, "needed", lang, wanted=wanted)


def _table(result: Required, lang: str) -> pd.DataFrame:
    heads, whole = _heads(result, lang), result.table(lang)
    kinds = [input_shown(one, lang) for one in (*result.moving.inputs, result.wanted)]
    columns = {head: whole.iloc[:, place].to_numpy() * kinds[place].factor for place, head in enumerate(heads)}
    return pd.DataFrame({**columns, str(whole.columns[3]): list(map(str, whole.iloc[:, 3]))})


def _chart(result: Required, lang: str) -> alt.LayerChart:
    one, other = result.moving.inputs
    kinds = input_shown(one, lang), input_shown(result.wanted, lang)
    names = [input_text(other, float(value), lang) for value in result.y]
    points: list[dict[str, Any]] = [
        {"x": kinds[0].at(float(at)), "y": kinds[1].at(float(need)), "line": names[row],
         "x_text": input_text(one, float(at), lang, unit=True), "y_text": input_text(result.wanted, float(need), lang, unit=True)}
        for row, values in enumerate(result.values) for at, need in zip(result.x, values, strict=True)
    ]  # fmt: skip
    level = domain([point["y"] for point in points])
    forms = [
        "+.2~%" if this.by == "change" else kind.axis for this, kind in zip((one, result.wanted), kinds, strict=True)
    ]
    heads = _heads(result, lang)
    x = alt.X("x:Q", title=lined(heads[0]), axis=alt.Axis(format=forms[0], tickCount=6, grid=False),
              scale=alt.Scale(domain=list(domain([point["x"] for point in points], 0.03)), nice=False, zero=False))  # fmt: skip
    y = alt.Y(
        "y:Q",
        title=lined(heads[2]),
        axis=alt.Axis(format=forms[1], tickCount=6),
        scale=alt.Scale(domain=list(level), nice=False, zero=False),
    )
    dashes = [list(_DASHES[turn % len(_DASHES)]) for turn in range(len(names))]
    line = alt.Chart(data(points)).encode(
        x=x, y=y, color=alt.Color("line:N", scale=alt.Scale(domain=names), legend=None),
        strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=names, range=dashes), legend=None),
        tooltip=[alt.Tooltip("x_text:N", title=names_of([one], lang)[0]), alt.Tooltip("line:N", title=names_of([other], lang)[0]),
                 alt.Tooltip("y_text:N", title=kinds[1].label)],
    )  # fmt: skip
    ends = alt.Chart(data(_ends(result, names, kinds[1], level))).encode(
        x=alt.value("width"), y=alt.Y("y:Q"), text="text:N"
    )
    parts = [
        line.mark_line(strokeWidth=2.25, point={"filled": True, "size": 36}),
        *haloed(ends, "row-label", align="left", dx=6),
    ]
    return layered(parts, HEIGHT)


def _ends(result: Required, names: Sequence[str], wanted: Shown, level: tuple[float, float]) -> list[dict[str, Any]]:
    """The value of each line at its last point, moved apart where they would lie on one another."""
    last = []
    for name, values in zip(names, result.values, strict=True):
        known = values[np.isfinite(values)]
        if known.size:
            last.append((float(known[-1]) * wanted.factor, name))
    last.sort()
    places = apart([value for value, _ in last], _LABEL * (level[1] - level[0]))
    return [{"y": place, "text": name} for place, (_, name) in zip(places, last, strict=True)]


def _notes(result: Required, lang: str) -> str:
    stop, end = pick(lang, "；", "; "), pick(lang, "。", ".")
    missing = int(np.isnan(result.values).sum())
    if result.solved is None or missing == result.values.size:
        return say(_WORDS, "none", lang) + end
    metric = shown(result.solved.metric, lang)
    parts = [
        say(_WORDS, "target", lang, metric=metric.label, target=metric.text(result.target)),
        say(_WORDS, "lines", lang, y=_heads(result, lang)[1]),
    ]
    parts += [say(_WORDS, "missing", lang, count=missing)] if missing else []
    return stop.join(parts) + end


def _alt(result: Required, lang: str) -> str:
    one, other = result.moving.inputs
    points = [
        say(_WORDS, "point", lang, y=input_text(other, float(line), lang, unit=True), x=input_text(one, float(result.x[place]), lang, unit=True),
            needed=input_text(result.wanted, float(values[place]), lang, unit=True))
        for line, values in zip(result.y, result.values, strict=True) for place in (0, -1)
    ]  # fmt: skip
    return say(_WORDS, "alt", lang, points=pick(lang, "；", "; ").join(points))
