"""敏感性分析图: one metric against the relative change of each input, with the hurdle and the 临界点."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.errors import Fault, InputError, said, suggest
from appraisal.report.charts.figures import Shown, case_line, hurdle_words, names_of, shown
from appraisal.report.charts.layers import HEADROOM, change_axis, data, domain, haloed, layered
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import lined, listed, pick, say, signed
from appraisal.study.amounts import of_metric
from appraisal.study.hurdle import hurdle
from appraisal.study.oneway import OneWay
from appraisal.text import REASONS, word

HEIGHT = 380
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "stroke")
_DASHES = ([1, 0], [8, 3], [3, 3], [10, 3, 2, 3], [1, 0], [8, 3], [3, 3])

_WORDS = {
    "title": ("敏感性分析图：{metric}", "Sensitivity (spider): {metric}"),
    "change": ("不确定因素变化率", "Change of the input"),
    "input": ("不确定因素", "Input"),
    "coefficient": ("敏感度系数", "Sensitivity coefficient"),
    "critical": ("临界点", "Critical change"),
    "base": ("基本方案 {value}", "Base {value}"),
    "no_base": ("基本方案无数值", "Base: no number"),
    "why": ("基本方案无数值：{reason}", "the base case has no number: {reason}"),
    "diamond": ("菱形为临界点，即{metric}为{target}时的变化率", "Diamonds: critical change, at which {metric} is {target}"),
    "beyond": ("图外临界点：{list}", "Critical change beyond the chart: {list}"),
    "nowhere": ("未见临界点：{list}", "No critical change seen: {list}"),
    "missing": ("{count} 个点无数值，未画出", "{count} points have no number and are not drawn"),
    "alt": (
        "折线图。{metric}随各不确定因素的变化；基本方案 {base}，{hurdle}。{inputs}。",
        "Line chart of {metric} against the change of each input. Base {base}; {hurdle}. {inputs}.",
    ),
    "from_to": ("{input}从 {first} 变到 {last} 时为 {low} 至 {high}", "{input} from {first} to {last}: {low} to {high}"),
    "no_hurdle": ("无基准值", "no hurdle"),
}  # fmt: skip


def spider(result: OneWay, lang: str = "en", key: str = "project_irr") -> Picture:
    """The spider of one metric of a one-way sensitivity.

    Parameters
    ----------
    result : OneWay
        Any number of changes; their range is the range of the chart.
    lang : "en" or "zh"
    key : str
        A metric of the study.

    Returns
    -------
    Picture
        Its table has a row for each input and change, and for the base case. Critical changes are marked where they are
        those of the metric, which the study was asked for as *judged*; those outside the chart and inputs without one are
        told.

    Raises
    ------
    InputError
        If the study did not measure the metric.
    """
    if key not in result.base:
        known = suggest(key, list(result.base))
        raise InputError(
            [
                Fault(
                    where="chart",
                    path=key,
                    message=said("not in this study; {known}", "本研究中没有此指标；{known}", known=known),
                )
            ]
        )
    metric = shown(result.base[key], lang)
    bar = float(hurdle(result.moving.case, key)[0])
    names = names_of(result.inputs, lang)
    title = say(_WORDS, "title", lang, metric=metric.label)
    return Picture(
        chart=_chart(result, key, metric, bar, names, lang), title=title,
        subtitle=tuple(filter(None, (case_line(result.moving.case, lang), _critical_words(result, key, names, lang)))),
        alt=f"{title}。{_alt(result, key, metric, bar, names, lang)}" if lang == "zh" else f"{title}. {_alt(result, key, metric, bar, names, lang)}",
        table=_table(result, key, metric, lang), lang=lang,
        formats={say(_WORDS, "change", lang): "+.2%", metric.head: metric.form, say(_WORDS, "coefficient", lang): ".4f",
                 say(_WORDS, "critical", lang): "+.2%"},
    )  # fmt: skip


def _table(result: OneWay, key: str, metric: Shown, lang: str) -> pd.DataFrame:
    """Long: the base case, then input by input and change by change."""
    whole = result.table(lang)
    each, count = result.changes.size, len(result.inputs)
    values = np.append(result.base[key].value, result.metric(key).ravel()) * metric.factor
    critical = np.repeat(result.critical.change if result.critical_of(key) else np.full(count, np.nan), each)
    return pd.DataFrame(
        {
            say(_WORDS, "input", lang): whole.iloc[:, 0],
            say(_WORDS, "change", lang): np.append(0.0, np.tile(result.changes, count)),
            metric.head: values,
            say(_WORDS, "coefficient", lang): np.append(np.nan, result.coefficient(key)[0].ravel()),
            say(_WORDS, "critical", lang): np.append(np.nan, critical),
        }
    )


def _level(result: OneWay, key: str, bar: float) -> float:
    """What the metric is at a critical change: the target asked for, else its hurdle."""
    of = result.critical.of
    return of.target if of.key == key and of.target is not None else bar


def _chart(result: OneWay, key: str, metric: Shown, bar: float, names: Sequence[str], lang: str) -> alt.LayerChart:
    points = _points(result, key, metric, bar, names)
    # The base case and the hurdle are always in sight.
    base = metric.at(float(result.base[key].value[0]))
    level = domain([*(row["value"] for row in points), metric.at(bar), base])
    reach = domain([*result.changes, 0.0], 0.04)
    order = list(names)
    lines = alt.Chart(data(points)).encode(
        x=alt.X("change:Q", title=say(_WORDS, "change", lang), axis=_change_axis(result),
                scale=alt.Scale(domain=list(reach), nice=False, zero=False)),
        y=alt.Y("value:Q", title=lined(metric.head), axis=alt.Axis(format=metric.axis, tickCount=6),
                scale=alt.Scale(domain=list(level), nice=False, zero=False, range=[HEIGHT, HEADROOM - 18])),
        color=alt.Color("input:N", title=None, scale=alt.Scale(domain=order), legend=_legend()),
        strokeDash=alt.StrokeDash("input:N", title=None, scale=alt.Scale(domain=order, range=[list(one) for one in _DASHES]), legend=None),
    )  # fmt: skip
    marks = lines.transform_filter("datum.marked").encode(
        shape=alt.Shape("input:N", title=None, scale=alt.Scale(domain=order, range=list(_SHAPES)), legend=_legend()),
        tooltip=[
            alt.Tooltip("input:N", title=say(_WORDS, "input", lang)),
            alt.Tooltip("change_text:N", title=say(_WORDS, "change", lang)),
            alt.Tooltip("value_text:N", title=metric.label),
        ],
    )
    layers: list[Any] = [*_axes(result, key, metric, bar, points, reach, lang)]
    layers += [lines.mark_line(strokeWidth=2.25, clip=True), marks.mark_point(filled=True, size=70, opacity=1.0)]
    return layered([*layers, *_diamonds(result, key, metric, bar, names, reach, lang)], HEIGHT)


def _change_axis(result: OneWay) -> alt.Axis:
    """Ticks at the changes asked for, with their sign; zero has none."""
    ticks = sorted({0.0, *result.changes.tolist()})
    return change_axis(values=ticks, grid=False)


def _legend() -> alt.Legend:
    return alt.Legend(columns=alt.ExprRef(expr="width < 520 ? 1 : 3"), symbolStrokeWidth=0)


def _points(result: OneWay, key: str, metric: Shown, bar: float, names: Sequence[str]) -> list[dict[str, Any]]:
    """Every point of every line, by rising change: the changes asked, the base case, the critical change if in sight."""
    base, moved = float(result.base[key].value[0]), result.metric(key)
    found = []
    for place, name in enumerate(names):
        at = {float(change): float(value) for change, value in zip(result.changes, moved[place], strict=True)}
        at[0.0] = base
        own = float(result.critical.change[place])
        crossing = (
            {own: _level(result, key, bar)}
            if result.critical_of(key) and _inside(own, result) and own not in at
            else {}
        )
        for change, value in sorted((at | crossing).items()):
            found.append(
                {"input": name, "change": change, "value": metric.at(value), "marked": change not in crossing,
                 "change_text": signed(change, 1), "value_text": metric.text(value)}
            )  # fmt: skip
    return found


def _inside(change: float, result: OneWay) -> bool:
    return min(0.0, float(result.changes.min())) <= change <= max(0.0, float(result.changes.max()))


def _axes(
    result: OneWay,
    key: str,
    metric: Shown,
    bar: float,
    points: Sequence[dict[str, Any]],
    reach: tuple[float, float],
    lang: str,
) -> list[Any]:
    """The base case as a vertical line with its value, the hurdle as a horizontal one."""
    base = float(result.base[key].value[0])
    told = say(_WORDS, "base" if np.isfinite(base) else "no_base", lang, value=metric.text(base))
    at = alt.Chart(data([{"x": 0.0, "text": told}])).encode(x="x:Q")
    found: list[Any] = [
        at.mark_rule(style="base", aria=False).encode(y=alt.value(18), y2=alt.value("height")),
        *haloed(at.encode(y=alt.value(9), text="text:N"), "base-label", align="center"),
    ]
    if np.isfinite(bar):
        level = metric.at(bar) or 0.0
        marks = [change for change, _ in _seen(result, key)]
        place, down = _roomiest(points, level, reach, marks)
        line = alt.Chart(data([{"y": level, "x": place, "text": hurdle_words(key, bar, metric, lang)}])).encode(y="y:Q")
        text = line.encode(x="x:Q", text="text:N")
        found += [
            line.mark_rule(style="hurdle", aria=False),
            *haloed(text, "hurdle-label", align="center", dy=down),
        ]
    return found


def _roomiest(
    points: Sequence[dict[str, Any]], level: float, reach: tuple[float, float], marks: Sequence[float]
) -> tuple[float, int]:
    """Where along the hurdle line, and how many pixels below it, its label is farthest from the other lines.

    The label is taken to be 0.36 of the chart's width, which it is on a phone; beside the label of a critical change it
    stands in a second row.
    """
    width = reach[1] - reach[0]
    ends = domain([row["value"] for row in points])
    pixel = (ends[1] - ends[0]) / HEIGHT
    lines = [_polyline(points, name) for name in dict.fromkeys(row["input"] for row in points)]
    best, chosen = -1.0, (reach[1] - 0.18 * width, -11)
    for middle in np.linspace(reach[1] - 0.18 * width, reach[0] + 0.18 * width, 15):
        under = np.linspace(middle - 0.18 * width, middle + 0.18 * width, 9)
        beside = any(abs(mark - middle) < 0.4 * width for mark in marks)
        for down in (-28, 29) if beside else (-11, 12):
            gaps = [np.abs(np.interp(under, *line) - (level - down * pixel)).min() for line in lines if line[0]]
            # The base case's own line stands at no change; a row farther off is second best.
            room = min([*gaps, np.inf]) * (0.5 if abs(middle) < 0.2 * width else 1.0) * (0.6 if beside else 1.0)
            if room > 1.02 * best:
                best, chosen = room, (float(middle), down)
    return chosen


def _polyline(points: Sequence[dict[str, Any]], name: str) -> tuple[list[float], list[float]]:
    """The points of an input that have a number."""
    kept = [row for row in points if row["input"] == name and row["value"] is not None]
    return [row["change"] for row in kept], [row["value"] for row in kept]


def _seen(result: OneWay, key: str) -> list[tuple[float, int]]:
    """The critical changes in sight, rising, each with the place of its input."""
    if not result.critical_of(key):
        return []
    return sorted(
        (float(change), place) for place, change in enumerate(result.critical.change) if _inside(change, result)
    )


def _diamonds(
    result: OneWay, key: str, metric: Shown, bar: float, names: Sequence[str], reach: tuple[float, float], lang: str
) -> list[Any]:
    """The critical changes in sight, each with its figure, by turns above and below the hurdle line."""
    places = []
    for turn, (change, place) in enumerate(_seen(result, key)):
        # From the base case to the hurdle the line goes the way of the change or against it.
        rises = (_level(result, key, bar) - float(result.base[key].value[0])) * change >= 0.0
        above, right = _corner(change, rises, turn, reach)
        places.append(
            {
                "x": change,
                "y": metric.at(_level(result, key, bar)),
                "text": signed(change, 1),
                "input": names[place],
                "above": above,
                "right": right,
            }
        )
    if not places:
        return []
    at = alt.Chart(data(places)).encode(x="x:Q", y="y:Q")
    tips = [
        alt.Tooltip("input:N", title=say(_WORDS, "input", lang)),
        alt.Tooltip("text:N", title=say(_WORDS, "critical", lang)),
    ]
    found: list[Any] = [
        at.encode(tooltip=tips).mark_point(style="marker", shape="diamond", size=130, filled=True, opacity=1.0)
    ]
    for above in (True, False):
        for right in (True, False):
            kept = [one for one in places if (one["above"], one["right"]) == (above, right)]
            part = alt.Chart(data(kept)).encode(x="x:Q", y="y:Q", text="text:N")
            mark = {"dy": -11 if above else 12, "dx": 6 if right else -6, "align": "left" if right else "right"}
            found += haloed(part, "mark-label", **mark) if kept else []
    return found


def _corner(change: float, rising: bool, turn: int, reach: tuple[float, float]) -> tuple[bool, bool]:
    """Where the label of a critical change stands, above and to the right or not: beside its line, inside the chart, by turns."""
    place = (change - reach[0]) / (reach[1] - reach[0])
    right = place < 0.15 or (place < 0.85 and turn % 2 == 1)
    return right != rising, right


def _critical_words(result: OneWay, key: str, names: Sequence[str], lang: str) -> str:
    """What the diamonds are, which critical changes lie outside, and which inputs have none."""
    base = result.base[key]
    parts = []
    if np.isnan(base.value[0]):
        parts.append(say(_WORDS, "why", lang, reason=word(REASONS, str(base.reason[0]), lang)))
    of = result.critical.of
    if result.critical_of(key) and of.target is not None:
        changes = result.critical.change
        beyond = [f"{name} {signed(change, 1)}" for name, change in zip(names, changes, strict=True)
                  if np.isfinite(change) and not _inside(change, result)]  # fmt: skip
        none = [name for name, change in zip(names, changes, strict=True) if np.isnan(change)]
        met = result.critical.metric
        parts.append(
            say(_WORDS, "diamond", lang, metric=pick(lang, met.zh, met.en), target=of_metric(met, of.target, lang))
        )
        parts += [say(_WORDS, "beyond", lang, list=listed(beyond, lang))] if beyond else []
        parts += [say(_WORDS, "nowhere", lang, list=listed(none, lang))] if none else []
    count = int(np.isnan(result.metric(key)).sum())
    parts += [say(_WORDS, "missing", lang, count=count)] if count else []
    told = ("；" if lang == "zh" else "; ").join(parts)
    return told[:1].upper() + told[1:]


def _alt(result: OneWay, key: str, metric: Shown, bar: float, names: Sequence[str], lang: str) -> str:
    moved = result.metric(key)
    low, high = int(np.argmin(result.changes)), int(np.argmax(result.changes))
    spans = [
        say(_WORDS, "from_to", lang, input=name, first=signed(float(result.changes[low])), last=signed(float(result.changes[high])),
            low=metric.text(float(moved[place, low])), high=metric.text(float(moved[place, high])))
        for place, name in enumerate(names)
    ]  # fmt: skip
    return say(
        _WORDS, "alt", lang, metric=metric.label, base=metric.text(float(result.base[key].value[0])),
        hurdle=hurdle_words(key, bar, metric, lang) if np.isfinite(bar) else say(_WORDS, "no_hurdle", lang),
        inputs=("；" if lang == "zh" else "; ").join(spans),
    )  # fmt: skip
