"""Global sensitivity: bars of the indices with the whiskers of their confidence, and the scatter of a Morris screening."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.report.charts.figures import Shown, names_of, shown
from appraisal.report.charts.layers import data, domain, haloed, layered, pixels
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import joined, lined, listed, pick, say
from appraisal.study.indices import METHODS, GlobalIndices
from appraisal.study.indices.result import MEASURES
from appraisal.study.inputs import Vector

_BAR, _GAP, _HEAD = 15, 4, 24
_SCATTER = 400
# Points nearer than this share of the axes are named together.
_NEAR = (0.05, 0.055)
# Ratios σ/μ* that part near-linear, monotone and non-linear or interacting inputs (Garcia Sanchez et al. 2014).
_RAYS = (0.1, 0.5, 1.0)

_WORDS = {
    "title": ("全局敏感性（{method}）：{metric}", "Global sensitivity, {method}: {metric}"),
    "case": ("算例：{title}", "Case: {title}"),
    "sample": (
        "N = {n:,}，种子 {seed}，评价 {evaluations:,} 次；误差线为 {confidence:.0%} 置信区间。",
        "N = {n:,}, seed {seed}, {evaluations:,} appraisals; whiskers are {confidence:.0%} confidence intervals.",
    ),
    "input": ("不确定因素", "Input"),
    "index": ("敏感性指数", "Sensitivity index"),
    "share": ("敏感性指数（占方差的份额）", "Sensitivity index (share of the variance)"),
    "value": ("数值", "Value"), "bars": ("每个因素自上而下：{list}。", "Of each input, from the top: {list}."),
    "total": ("总效应", "total"), "first": ("一阶", "first order"), "delta": ("δ", "δ"), "dgsm": ("总效应上界", "bound on total"),
    "checked": ("交换校核的总效应", "total by exchange, a check"), "no_bound": ("存在跳跃，无上界", "jumps: no bound"),
    "mu_star": ("平均绝对效应 μ*", "Mean size of the effect μ*"), "sigma": ("效应标准差 σ", "Standard deviation of the effect σ"),
    "mu": ("平均效应 μ", "Mean effect μ"), "half": ("{name} ±", "{name} ±"),
    "per": ("{name}（{unit}，每单位概率）", "{name} ({unit}, per unit of probability)"),
    "per_bare": ("{name}（每单位概率）", "{name} (per unit of probability)"),
    "ray": ("σ/μ* = {ratio:g}", "σ/μ* = {ratio:g}"),
    "numbers": ("编号：{list}。", "Numbers: {list}."),
    "rays": (
        "射线以下近似线性（0.1）、近似单调（0.5、1），以上为非线性或交互作用。",
        "Below the rays an input acts nearly linearly (0.1) or nearly monotonically (0.5, 1); above them non-linearly or with others.",
    ),
    "alt": ("横条图，按重要性从大到小：{inputs}。", "Bars, the most important first: {inputs}."),
    "alt_morris": (
        "散点图，横轴平均绝对效应 μ*，纵轴效应标准差 σ，按 μ* 从大到小：{inputs}。",
        "Scatter of the mean size μ* of the effect across and its standard deviation σ up, the largest first: {inputs}.",
    ),
}  # fmt: skip


def indices(result: GlobalIndices, lang: str = "en", case_title: str = "") -> Picture:
    """The picture of a global sensitivity: a scatter for Morris, else bars.

    Parameters
    ----------
    result : GlobalIndices
    lang : "en" or "zh"
    case_title : str
        Title of the case in that language; the result holds its name only, which is shown without one.

    Returns
    -------
    Picture
        N, seed, number of appraisals and the verdict on convergence stand in the subtitle.
    """
    metric = shown(result.metric, lang)
    names = names_of(result.inputs, lang)
    method = METHODS[result.method]
    title = say(_WORDS, "title", lang, method=pick(lang, method.zh, method.en), metric=metric.label)
    morris = result.method == "morris"
    spoken = joined(
        [
            f"{title}。" if lang == "zh" else f"{title}.",
            _alt(result, metric, names, lang),
            _closed(result.verdict.words(lang), lang),
        ],
        lang,
    )
    return Picture(
        chart=_scatter(result, metric, lang) if morris else _bars(result, names, lang),
        title=title, subtitle=tuple(_subtitle(result, names, lang, case_title)), alt=spoken, lang=lang,
        table=_table(result, metric, names, lang), formats=_formats(result, metric, lang),
    )  # fmt: skip


def _closed(text: str, lang: str) -> str:
    """A sentence with its capital and its full stop."""
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith(("。", ".")) else whole + pick(lang, "。", ".")


def _subtitle(result: GlobalIndices, names: Sequence[str], lang: str, case_title: str) -> list[str]:
    sample = say(
        _WORDS,
        "sample",
        lang,
        n=result.n,
        seed=result.seed,
        evaluations=result.evaluations,
        confidence=result.confidence,
    )
    lines = [say(_WORDS, "case", lang, title=case_title or result.provenance.case), sample]
    lines += [_closed(one, lang) for one in result.remarks(lang)]
    measures = MEASURES[result.method]
    if result.method != "morris" and len(measures) > 1:
        lines.insert(2, say(_WORDS, "bars", lang, list=listed([say(_WORDS, name, lang) for name in measures], lang)))
    if result.method == "morris":
        lines.append(say(_WORDS, "rays", lang))
        numbered = [f"{rank} {names[place]}" for rank, place in enumerate(result.order, start=1)]
        lines.append(say(_WORDS, "numbers", lang, list=pick(lang, "；", "; ").join(numbered)))
    return lines


def _head(name: str, result: GlobalIndices, metric: Shown, lang: str) -> str:
    """Name of a measure with its unit, where it has one."""
    label = say(_WORDS, name, lang)
    if result.method != "morris":
        return label
    unit = pick(lang, "小数", "fraction") if metric.percent else metric.unit
    return say(_WORDS, "per", lang, name=label, unit=unit) if unit else say(_WORDS, "per_bare", lang, name=label)


def _values(result: GlobalIndices, name: str, metric: Shown) -> tuple[Vector, Vector]:
    """A measure and half its interval (NaN where there is none), in the unit of the chart."""
    factor = metric.factor if result.method == "morris" else 1.0
    value = np.asarray(getattr(result, name))
    half = getattr(result, f"{name}_conf", None)
    return value * factor, np.full(value.size, np.nan) if half is None else np.asarray(half) * factor


def _table(result: GlobalIndices, metric: Shown, names: Sequence[str], lang: str) -> pd.DataFrame:
    order = list(result.order)
    columns: dict[str, object] = {say(_WORDS, "input", lang): [names[place] for place in order]}
    for name in MEASURES[result.method]:
        value, half = _values(result, name, metric)
        head = _head(name, result, metric, lang)
        columns[head] = value[order]
        if np.isfinite(half).any():
            columns[say(_WORDS, "half", lang, name=head)] = half[order]
    return pd.DataFrame(columns)


def _formats(result: GlobalIndices, metric: Shown, lang: str) -> dict[str, str]:
    form = ",.2f" if result.method == "morris" and not metric.percent else ".4f"
    heads = [_head(name, result, metric, lang) for name in MEASURES[result.method]]
    return {name: form for head in heads for name in (head, say(_WORDS, "half", lang, name=head))}


def _bars(result: GlobalIndices, names: Sequence[str], lang: str) -> alt.LayerChart:
    measures = MEASURES[result.method]
    row = _HEAD + len(measures) * (_BAR + _GAP) + 6
    height = len(names) * row
    bars = [bar for turn, place in enumerate(result.order) for bar in _row_bars(result, names, place, turn * row, lang)]
    within = domain([0.0, *(one["low"] for one in bars), *(one["high"] for one in bars)], 0.0)
    title = say(_WORDS, "share" if result.method in ("sobol", "fast", "rbd_fast") else "index", lang)
    x = alt.X(
        "value:Q",
        title=title,
        axis=alt.Axis(format=".2~f", tickCount=5),
        scale=alt.Scale(domain=list(within), nice=False),
    )
    chart = alt.Chart(data(bars))
    tips = [
        alt.Tooltip("input:N", title=say(_WORDS, "input", lang)),
        alt.Tooltip("name:N", title=say(_WORDS, "index", lang)),
        alt.Tooltip("text:N", title=say(_WORDS, "value", lang)),
    ]
    layers: list[Any] = []
    for turn in range(len(measures)):
        part = chart.transform_filter(f"datum.measure === {turn}").encode(
            x=x, x2=alt.datum(0.0), y=pixels("top", height), y2="bottom:Q", tooltip=tips
        )
        layers.append(part.mark_rect(style="bar" if turn == 0 else "bar-two"))
    whiskers = chart.transform_filter("datum.low !== null").encode(
        x=alt.X("low:Q"), x2="high:Q", y=pixels("middle", height)
    )
    heads = [{"y": turn * row + 12, "text": names[place]} for turn, place in enumerate(result.order)]
    layers += [
        whiskers.mark_rule(style="whisker", aria=False),
        *haloed(
            chart.encode(x=alt.X("end:Q"), y=pixels("middle", height), text="text:N"), "end-label", align="left", dx=7
        ),
        *haloed(
            alt.Chart(data(heads)).encode(x=alt.value(0), y=pixels("y", height), text="text:N"),
            "row-label",
            align="left",
            dx=2,
        ),
    ]
    return layered(layers, height)


def _row_bars(result: GlobalIndices, names: Sequence[str], place: int, top: int, lang: str) -> list[dict[str, Any]]:
    """The bars of one input, one a measure, each with its whisker and its figure."""
    found = []
    for turn, name in enumerate(MEASURES[result.method]):
        value = float(np.asarray(getattr(result, name))[place])
        halves = getattr(result, f"{name}_conf", None)
        half = np.nan if halves is None else float(np.asarray(halves)[place])
        at = top + _HEAD + turn * (_BAR + _GAP)
        text = f"{value:.3f}" + (f" ± {half:.3f}" if np.isfinite(half) else "")
        if np.isnan(value):
            value, half, text = 0.0, np.nan, say(_WORDS, "no_bound", lang)
        found.append(
            {"input": names[place], "measure": turn, "name": say(_WORDS, name, lang), "value": value, "low": value - half, "high": value + half,
             "end": max(value, 0.0, value + half if np.isfinite(half) else value), "text": text.replace("-", "−"),
             "top": at, "bottom": at + _BAR, "middle": at + _BAR / 2}
        )  # fmt: skip
    return found


def _scatter(result: GlobalIndices, metric: Shown, lang: str) -> alt.LayerChart:
    points = _points(result, metric, lang)
    most_x = 1.08 * max([*(one["high"] for one in points), 0.0]) or 1.0
    most_y = 1.12 * max([*(one["y"] for one in points), 0.0]) or 1.0
    x = alt.X("x:Q", title=lined(_head("mu_star", result, metric, lang)), axis=alt.Axis(format=",.4~f", tickCount=6),
              scale=alt.Scale(domain=[0.0, most_x], nice=False))  # fmt: skip
    y = alt.Y("y:Q", title=lined(_head("sigma", result, metric, lang)), axis=alt.Axis(format=",.4~f", tickCount=6),
              scale=alt.Scale(domain=[0.0, most_y], nice=False))  # fmt: skip
    rays = [_ray(ratio, most_x, most_y, lang) for ratio in _RAYS]
    chart = alt.Chart(data(points))
    tips = [
        alt.Tooltip("input:N", title=say(_WORDS, "input", lang)),
        alt.Tooltip("x_text:N", title=_head("mu_star", result, metric, lang)),
        alt.Tooltip("y_text:N", title=_head("sigma", result, metric, lang)),
    ]
    line = alt.Chart(data(rays))
    layers: list[Any] = [
        line.encode(x=alt.X("zero:Q"), x2="x:Q", y=alt.Y("zero:Q"), y2="y:Q").mark_rule(style="mark-rule", aria=False),
        *haloed(line.encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), text="text:N"), "faint-label", align="right", dx=-4, dy=10),
        chart.encode(x=alt.X("low:Q"), x2="high:Q", y=alt.Y("y:Q")).mark_rule(style="whisker", aria=False),
        chart.encode(x=x, y=y, tooltip=tips).mark_point(style="dot", filled=True, size=110, opacity=1.0),
        *haloed(
            alt.Chart(data(_named(points, most_x, most_y))).encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), text="text:N"),
            "row-label", align="left", dx=9, dy=-10,
        ),
    ]  # fmt: skip
    return layered(layers, _SCATTER)


def _points(result: GlobalIndices, metric: Shown, lang: str) -> list[dict[str, Any]]:
    names = names_of(result.inputs, lang)
    mean, half = _values(result, "mu_star", metric)
    spread, _ = _values(result, "sigma", metric)
    return [
        {"rank": rank, "input": f"{rank} {names[place]}", "x": float(mean[place]), "y": float(spread[place]),
         "low": max(float(mean[place] - half[place]), 0.0), "high": float(mean[place] + half[place]),
         "x_text": f"{mean[place]:,.4g} ± {half[place]:,.2g}", "y_text": f"{spread[place]:,.4g}"}
        for rank, place in enumerate(result.order, start=1)
    ]  # fmt: skip


def _named(points: Sequence[dict[str, Any]], most_x: float, most_y: float) -> list[dict[str, Any]]:
    """The numbers beside the points; points that lie together share one label."""
    groups: list[list[dict[str, Any]]] = []
    for point in points:
        near = next(
            (
                one
                for one in groups
                if abs(one[0]["x"] - point["x"]) < _NEAR[0] * most_x
                and abs(one[0]["y"] - point["y"]) < _NEAR[1] * most_y
            ),
            None,
        )
        if near is None:
            groups.append([point])
        else:
            near.append(point)
    return [
        {"x": one[0]["x"], "y": one[0]["y"], "text": ", ".join(str(point["rank"]) for point in one)} for one in groups
    ]


def _ray(ratio: float, most_x: float, most_y: float, lang: str) -> dict[str, Any]:
    """The line σ = ratio · μ* from the origin to the edge of the chart."""
    x = min(most_x, most_y / ratio)
    return {"zero": 0.0, "x": x, "y": ratio * x, "text": say(_WORDS, "ray", lang, ratio=ratio)}


def _alt(result: GlobalIndices, metric: Shown, names: Sequence[str], lang: str) -> str:
    parts = []
    for place in result.order:
        figures = []
        for name in MEASURES[result.method]:
            value, half = _values(result, name, metric)
            bound = f" ± {half[place]:,.3g}" if np.isfinite(half[place]) else ""
            figure = say(_WORDS, "no_bound", lang) if np.isnan(value[place]) else f"{value[place]:,.3g}{bound}"
            figures.append(f"{say(_WORDS, name, lang)} {figure}".replace("-", "−"))
        parts.append(f"{names[place]}{pick(lang, '：', ': ')}{pick(lang, '，', ', ').join(figures)}")
    key = "alt_morris" if result.method == "morris" else "alt"
    return say(_WORDS, key, lang, inputs=pick(lang, "；", "; ").join(parts))
