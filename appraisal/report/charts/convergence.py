"""Whether enough was drawn: the figures of a Monte Carlo study as the draws come in."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.report.charts.figures import Shown, shown
from appraisal.report.charts.layers import apart, data, domain, haloed, layered
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import joined, lined, pick, say
from appraisal.study.risk.trace import Convergence

HEIGHT = 320
# A label needs this share of the height, or it covers its neighbour.
_LABEL = 0.055
_DASHES = ([1, 0], [8, 3], [3, 3], [10, 3, 2, 3])
_NAMES = ("mean", "P90", "P50", "P10")

_WORDS = {
    "title": ("收敛过程（蒙特卡洛）：{metric}", "Convergence, Monte Carlo: {metric}"),
    "case": ("算例：{title}", "Case: {title}"),
    "mean": ("均值", "mean"), "P90": ("P90", "P90"), "P50": ("P50", "P50"), "P10": ("P10", "P10"), "VaR": ("VaR 95 %", "VaR 95 %"), "CVaR": ("CVaR 95 %", "CVaR 95 %"),
    "draws": ("抽样次数", "Draws"), "figure": ("统计量", "Figure"), "error": ("{name} 标准误", "{name}, standard error"),
    "band": ("阴影为 ±1.96 倍标准误（按独立抽样计）", "Bands are ±1.96 standard errors, as of independent draws"),
    "convention": ("P90 为有 90% 的概率被超过的值", "P90 is exceeded with a probability of 90%"),
    "alt": ("折线图：{parts}。", "Line chart: {parts}."), "ends": ("{name} 终值 {value}", "{name} ends at {value}"),
}  # fmt: skip


def convergence(result: Convergence, lang: str = "en", case_title: str = "") -> Picture:
    """Mean, P90, P50 and P10 over the number of draws, each with its band, and the verdict; VaR and CVaR are in the table.

    Parameters
    ----------
    result : Convergence
        Of ``MonteCarlo.convergence``.
    lang : "en" or "zh"
    case_title : str
        Title of the case in that language; the trace does not know it.
    """
    metric = shown(result.metric, lang).fitted(result.values)
    title = say(_WORDS, "title", lang, metric=metric.label)
    stop, end = pick(lang, "；", "; "), pick(lang, "。", ".")
    subtitle = [say(_WORDS, "case", lang, title=case_title)] if case_title else []
    subtitle += [
        result.words(lang) + end,
        stop.join([say(_WORDS, "band", lang), say(_WORDS, "convention", lang)]) + end,
    ]
    ends = [
        say(_WORDS, "ends", lang, name=say(_WORDS, name, lang), value=metric.text(float(value)))
        for name, value in zip(_NAMES, result.values[-1, : len(_NAMES)], strict=True)
    ]
    table = _table(result, metric, lang)
    return Picture(
        chart=_chart(result, metric, lang), title=title, subtitle=tuple(subtitle), table=table, lang=lang,
        alt=joined([f"{title}。" if lang == "zh" else f"{title}.", say(_WORDS, "alt", lang, parts=stop.join(ends)), subtitle[-2]], lang),
        formats={str(name): ",.0f" if place == 0 else metric.form for place, name in enumerate(table.columns)},
    )  # fmt: skip


def _table(result: Convergence, metric: Shown, lang: str) -> pd.DataFrame:
    columns: dict[str, Any] = {say(_WORDS, "draws", lang): result.n}
    for place, name in enumerate(result.figures):
        label = say(_WORDS, name, lang) + pick(lang, "，", ", ") + metric.head
        columns[label] = result.values[:, place] * metric.factor
        columns[say(_WORDS, "error", lang, name=label)] = result.errors[:, place] * metric.factor
    return pd.DataFrame(columns)


def _chart(result: Convergence, metric: Shown, lang: str) -> alt.LayerChart:
    points: list[dict[str, Any]] = [
        {"n": int(n), "figure": say(_WORDS, name, lang), "value": metric.at(float(value)),
         "low": metric.at(float(value - 1.96 * error)), "high": metric.at(float(value + 1.96 * error)), "text": metric.text(float(value))}
        for n, values, errors in zip(result.n, result.values, result.errors, strict=True)
        for name, value, error in zip(_NAMES, values[: len(_NAMES)], errors[: len(_NAMES)], strict=True)
    ]  # fmt: skip
    # The first points are mostly error; the chart is of where the figures go.
    seen = [one for one in points if 10 * one["n"] >= result.n[-1]] or points
    level = domain([end for one in seen for end in (one["low"], one["high"], one["value"])])
    names = [say(_WORDS, name, lang) for name in _NAMES]
    x = alt.X("n:Q", title=say(_WORDS, "draws", lang), axis=alt.Axis(format=",d", tickCount=5, grid=False),
              scale=alt.Scale(domain=[0, int(result.n[-1])], nice=False))  # fmt: skip
    y = alt.Y(
        "value:Q",
        title=lined(metric.head),
        axis=alt.Axis(format=metric.axis, tickCount=6),
        scale=alt.Scale(domain=list(level), nice=False, zero=False),
    )
    tips = [
        alt.Tooltip("figure:N", title=say(_WORDS, "figure", lang)),
        alt.Tooltip("n:Q", title=say(_WORDS, "draws", lang), format=",d"),
        alt.Tooltip("text:N", title=metric.label),
    ]
    chart = alt.Chart(data(points)).encode(x=x, color=alt.Color("figure:N", scale=alt.Scale(domain=names), legend=None))
    lines = chart.encode(
        y=y,
        tooltip=tips,
        strokeDash=alt.StrokeDash(
            "figure:N", scale=alt.Scale(domain=names, range=[list(one) for one in _DASHES]), legend=None
        ),
    )
    ends = alt.Chart(data(_ends(result, metric, level, lang))).encode(
        x=alt.value("width"), y=alt.Y("y:Q"), text="text:N"
    )
    parts = [
        chart.encode(y=alt.Y("low:Q", title=lined(metric.head)), y2="high:Q").mark_area(
            style="error", clip=True, aria=False
        ),
        lines.mark_line(strokeWidth=2.25, clip=True, point={"filled": True, "size": 28}),
        *haloed(ends, "row-label", align="left", dx=6),
    ]
    return layered(parts, HEIGHT)


def _ends(result: Convergence, metric: Shown, level: tuple[float, float], lang: str) -> list[dict[str, Any]]:
    """Names at the ends of the lines, moved apart where they would lie on one another."""
    last = [
        (metric.at(float(value)), name) for value, name in zip(result.values[-1, : len(_NAMES)], _NAMES, strict=True)
    ]
    kept = sorted((value, say(_WORDS, name, lang)) for value, name in last if value is not None)
    gap = _LABEL * (level[1] - level[0])
    places = apart([value for value, _ in kept], gap)
    return [{"y": float(np.clip(y, *level)), "text": text} for y, (_, text) in zip(places, kept, strict=True)]
