"""The frontier of a size study: the best that each power, or each budget, allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.report.charts.figures import Shown, case_line, hurdle_words, shown, shown_unit
from appraisal.report.charts.layers import data, domain, haloed, layered
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import joined, lined, pick, say
from appraisal.study.hurdle import hurdle
from appraisal.study.inputs import Vector
from appraisal.study.size import Sized, Sizes

HEIGHT = 340
# As many labels as a phone has room for.
_LABELLED = 4

_WORDS = {
    "title_power": ("规模优化：各功率下的最优{metric}", "Best size by power: {metric}"),
    "title_budget": ("规模优化：各投资上限内的最优{metric}", "Best size within a budget: {metric}"),
    "power": ("额定功率", "Rated power"), "duration": ("时长", "Duration"), "budget": ("投资上限", "Budget"), "energy": ("额定容量", "Rated energy"),
    "labels": ("点旁为最优时长", "beside the points the best duration"), "sizes": ("点旁为最优规模", "beside the points the best size"),
    "best": ("最优：{power} × {duration}", "best: {power} × {duration}"),
    "missing": ("{count} 处无解，未画出", "{count} points have no answer and are not drawn"),
    "alt": ("折线图。{points}。", "Line chart. {points}."), "point": ("{at}：{value}（{power} × {duration}）", "{at}: {value} ({power} × {duration})"),
}  # fmt: skip


def by_power(result: Sized, lang: str = "en") -> Picture:
    """The best metric of each power, with the duration that gives it; the best of all is marked.

    Parameters
    ----------
    result : Sized
    lang : "en" or "zh"
    """
    sizes = result.by_power
    labels = [f"{one:.3g} h" for one in sizes.duration_h]
    x = shown_unit(say(_WORDS, "power", lang), "MW", lang)
    return _picture(result, "power", sizes, sizes.power_mw, x, labels, result.power_mw, lang)


def by_budget(result: Sized, lang: str = "en") -> Picture:
    """The best metric within each budget, with the size that gives it; parameters as :func:`by_power`."""
    sizes = result.by_budget
    labels = [f"{power:.3g} MW × {hours:.3g} h" for power, hours in zip(sizes.power_mw, sizes.duration_h, strict=True)]
    x = shown_unit(say(_WORDS, "budget", lang), "yuan", lang)
    own = float("nan") if result.budget is None else result.budget
    return _picture(result, "budget", sizes, result.budgets, x, labels, own, lang)


def _picture(
    result: Sized, kind: str, sizes: Sizes, at: Vector, x: Shown, labels: Sequence[str], best: float, lang: str
) -> Picture:  # fmt: skip
    value = sizes.metrics[result.metric].value
    metric = shown(sizes.metrics[result.metric], lang).fitted(value)
    title = say(_WORDS, f"title_{kind}", lang, metric=metric.label)
    stop, end = pick(lang, "；", "; "), pick(lang, "。", ".")
    gone = int(np.isnan(value).sum())
    notes = [say(_WORDS, "labels" if kind == "power" else "sizes", lang)]
    notes += [say(_WORDS, "missing", lang, count=gone)] if gone else []
    told = stop.join(notes)
    points = [
        say(_WORDS, "point", lang, at=x.text(float(one)), value=metric.text(float(found)), power=f"{power:.4g} MW", duration=f"{hours:.3g} h")
        for one, found, power, hours in zip(at, value, sizes.power_mw, sizes.duration_h, strict=True)
        if np.isfinite(found)
    ]  # fmt: skip
    table = _table(kind, sizes, at, x, lang)
    heads = [str(name) for name in table.columns]
    return Picture(
        chart=_chart(result, metric, value, at, x, labels, best, lang), title=title, table=table, lang=lang,
        subtitle=(case_line(result.moving.case, lang), result.text(lang) + end, told[:1].upper() + told[1:] + end),
        alt=joined([f"{title}。" if lang == "zh" else f"{title}.", result.text(lang) + end, say(_WORDS, "alt", lang, points=stop.join(points))], lang),
        formats=dict.fromkeys(heads[:len(heads) - len(sizes.metrics)], ",.4g")
        | {head: shown(one, lang).form for head, one in zip(heads[-len(sizes.metrics) :], sizes.metrics.values(), strict=True)},
    )  # fmt: skip


def _table(kind: str, sizes: Sizes, at: Vector, x: Shown, lang: str) -> pd.DataFrame:
    """A row a point: the size and every metric, money in the unit of its head."""
    columns: dict[str, Any] = {} if kind == "power" else {x.head: at * x.factor}
    columns |= {
        shown_unit(say(_WORDS, "power", lang), "MW", lang).head: sizes.power_mw,
        shown_unit(say(_WORDS, "duration", lang), "h", lang).head: sizes.duration_h,
        shown_unit(say(_WORDS, "energy", lang), "MWh", lang).head: sizes.power_mw * sizes.duration_h,
    }
    for metric in sizes.metrics.values():
        kind_of = shown(metric, lang)
        columns[kind_of.head] = metric.value * kind_of.factor
    return pd.DataFrame(columns)


def _chart(
    result: Sized, metric: Shown, value: Vector, at: Vector, x: Shown, labels: Sequence[str], best: float, lang: str
) -> alt.LayerChart:
    points: list[dict[str, Any]] = [
        {"x": x.at(float(one)), "y": metric.at(float(found)), "x_text": x.text(float(one)), "y_text": metric.text(float(found)), "label": label}
        for one, found, label in zip(at, value, labels, strict=True)
    ]  # fmt: skip
    bar = float(hurdle(result.moving.case, result.metric)[0])
    ends = domain([one["x"] for one in points], 0.05), domain([*(one["y"] for one in points), metric.at(bar)], 0.1)
    across = alt.X(
        "x:Q",
        title=lined(x.head),
        axis=alt.Axis(format=x.axis, tickCount=6, grid=False),
        scale=alt.Scale(domain=list(ends[0]), nice=False, zero=False),
    )
    up = alt.Y(
        "y:Q",
        title=lined(metric.head),
        axis=alt.Axis(format=metric.axis, tickCount=6),
        scale=alt.Scale(domain=list(ends[1]), nice=False, zero=False),
    )
    tips = [
        alt.Tooltip("x_text:N", title=x.label), alt.Tooltip("y_text:N", title=metric.label),
        alt.Tooltip("label:N", title=say(_WORDS, "duration" if x.unit == "MW" else "energy", lang)),
    ]  # fmt: skip
    line = alt.Chart(data(points)).encode(x=across, y=up, tooltip=tips)
    layers: list[Any] = [
        *_bar(bar, result, metric, lang), line.mark_line(style="curve", point={"filled": True, "size": 40}),
        *_names(points, ends[0]), *_best(result, metric, x, best, ends[0], lang),
    ]  # fmt: skip
    return layered(layers, HEIGHT)


def _spread(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A few of the points that have a number, evenly along the line, the ends among them."""
    known = [one for one in points if one["y"] is not None]
    if len(known) <= _LABELLED:
        return known
    return [known[place] for place in np.unique(np.linspace(0, len(known) - 1, _LABELLED).round().astype(int))]


def _names(points: Sequence[dict[str, Any]], within: tuple[float, float]) -> list[Any]:
    """Labels beside the points: below on the left half of the chart, above on its right half, so that none is cut off."""
    found: list[Any] = []
    middle = 0.5 * (within[0] + within[1])
    for left in (True, False):
        kept = [one for one in _spread(points) if (one["x"] < middle) is left]
        at = alt.Chart(data(kept)).encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), text="label:N")
        found += haloed(
            at, "faint-label", align="left" if left else "right", dx=8 if left else -8, dy=12 if left else -12
        )
    return found


def _bar(bar: float, result: Sized, metric: Shown, lang: str) -> list[Any]:
    """The hurdle as a labelled line."""
    if not np.isfinite(bar):
        return []
    at = alt.Chart(data([{"y": metric.at(bar), "text": hurdle_words(result.metric, bar, metric, lang)}])).encode(
        y=alt.Y("y:Q")
    )
    text = at.encode(x=alt.value(4), text="text:N")
    return [at.mark_rule(style="hurdle", aria=False), *haloed(text, "hurdle-label", align="left", dy=-10)]


def _best(result: Sized, metric: Shown, x: Shown, best: float, within: tuple[float, float], lang: str) -> list[Any]:
    """The best size, where it stands on the axis."""
    place = x.at(best)
    if place is None:
        return []
    left = place < 0.5 * (within[0] + within[1])
    text = say(_WORDS, "best", lang, power=f"{result.power_mw:.4g} MW", duration=f"{result.duration_h:.3g} h")
    at = alt.Chart(data([{"x": place, "y": metric.at(result.value), "text": text}])).encode(
        x=alt.X("x:Q"), y=alt.Y("y:Q")
    )
    return [
        at.mark_point(style="marker", shape="diamond", filled=True, size=150, opacity=1.0, aria=False),
        *haloed(at.encode(text="text:N"), "row-label", align="left" if left else "right", dx=-8 if left else 8, dy=-28),
    ]
