"""Two inputs at once: a map of a metric, coloured around its hurdle, a click on a cell names that case."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.report.charts.figures import Shown, case_line, hurdle_words, input_shown, input_text, names_of, shown
from appraisal.report.charts.layers import data, layered
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import joined, lined, say
from appraisal.study.grid import Grid
from appraisal.study.risk.summary import LOWER_IS_BETTER

CELL = 38
SELECTED = "cell"

_WORDS = {
    "title": ("双因素敏感性分析：{metric}", "Two inputs: {metric}"),
    "axis": ("{name}，变化率", "{name}, change"),
    "line": ("粗线为界：一侧达到、另一侧未达到（{hurdle}）", "The heavy line parts what clears from what does not ({hurdle})"),
    "all": ("全部达到（{hurdle}）", "All cells clear ({hurdle})"),
    "no_one": ("全部未达到（{hurdle}）", "No cell clears ({hurdle})"),
    "no_hurdle": ("颜色以基本方案 {base} 为中点", "Colours turn at the base case, {base}"),
    "opened": ("已打开的方案（实框）：{values}，{figure}", "Open (heavy frame): {values}: {figure}"),
    "units": ("格内数值单位：{unit}", "figures in the cells in {unit}"),
    "missing": ("{count} 格无数值（—），原因见数据表", "{count} cells have no number (—), the table says why"),
    "base": ("基本方案 {base}", "base {base}"),
    "framed": ("基本方案 {base}（虚框）", "base {base} (dashed frame)"),
    "alt": (
        "热力图。横轴 {x}，从 {x_first} 到 {x_last}；纵轴 {y}，从 {y_first} 到 {y_last}；数值从 {least} 到 {most}。",
        "Heat map. Across: {x}, from {x_first} to {x_last}. Up: {y}, from {y_first} to {y_last}. Values from {least} to {most}.",
    ),
}  # fmt: skip


def heat(result: Grid, lang: str = "en", opened: tuple[int, int] | None = None) -> Picture:
    """The map of a two-way grid.

    Parameters
    ----------
    result : Grid
    lang : "en" or "zh"
    opened : (int, int), optional
        Row and column of the cell whose case is open: it is framed, and the sentences say so.

    Returns
    -------
    Picture
        The selection ``cell`` holds ``row`` and ``column`` of the cell that was clicked, which ``result.cell`` turns into
        a case. What clears the hurdle is parted from what does not by a line, beside the colours.
    """
    metric = shown(result.measured.rows[result.key], lang).fitted(result.values)
    title = say(_WORDS, "title", lang, metric=metric.label)
    table = _table(result, metric, lang)
    return Picture(
        chart=_chart(result, metric, lang, opened), title=title, table=table, lang=lang,
        subtitle=(case_line(result.moving.case, lang), _notes(result, metric, lang), *_opened(result, metric, lang, opened)),
        alt=joined([f"{title}。" if lang == "zh" else f"{title}.", _alt(result, metric, lang), _notes(result, metric, lang)], lang),
        formats={label: "+.2%" if one.by == "change" else ",.5g" for label, one in
                 zip(table.columns[:2], result.moving.inputs, strict=True)} | {metric.head: metric.form},
    )  # fmt: skip


def _table(result: Grid, metric: Shown, lang: str) -> pd.DataFrame:
    """A row a pair, in the units of the heads, with the study's notes."""
    whole = result.table(lang)
    factors = (*(input_shown(one, lang).factor for one in result.moving.inputs), metric.factor)
    heads = (label(result, 0, lang), label(result, 1, lang), metric.head)
    columns = {head: whole.iloc[:, place].to_numpy() * factors[place] for place, head in enumerate(heads)}
    return pd.DataFrame({**columns, str(whole.columns[3]): list(map(str, whole.iloc[:, 3]))})


def _middle(result: Grid) -> float:
    """Where the colours turn: the hurdle; without one the base case, without that the middle of the values."""
    for value in (result.hurdle, float(result.measured.base[result.key].value[0])):
        if np.isfinite(value):
            return value
    return float(np.nanmedian(result.values)) if np.isfinite(result.values).any() else 0.0


def _opened(result: Grid, metric: Shown, lang: str, opened: tuple[int, int] | None) -> list[str]:
    """What the framed cell is."""
    if opened is None:
        return []
    row, column = opened
    ends = zip(result.moving.inputs, (float(result.x[column]), float(result.y[row])), strict=True)
    values = joined(
        [f"{input_shown(one, lang).label} {input_text(one, value, lang, unit=True)}" for one, value in ends], lang
    )
    return [say(_WORDS, "opened", lang, values=values, figure=metric.text(float(result.values[row, column])))]


def _chart(result: Grid, metric: Shown, lang: str, opened: tuple[int, int] | None) -> alt.LayerChart:
    rows, columns = result.values.shape
    height = CELL * rows
    middle = _middle(result)
    reach = float(np.nanmax(np.abs(result.values - middle), initial=0.0)) or 1.0
    ends = [(middle - reach) * metric.factor, middle * metric.factor, (middle + reach) * metric.factor]
    cells = alt.Chart(data(_cells(result, metric, lang)))
    x = alt.X(
        "left:Q",
        title=lined(label(result, 0, lang)),
        axis=_axis(result, 0, columns, lang),
        scale=alt.Scale(domain=[0, columns], nice=False),
    )
    y = alt.Y(
        "low:Q",
        title=lined(label(result, 1, lang)),
        axis=_axis(result, 1, rows, lang),
        scale=alt.Scale(domain=[0, rows], nice=False),
    )
    legend = alt.Legend(
        orient="bottom",
        title=metric.head,
        format=metric.axis,
        gradientLength=alt.ExprRef(expr="min(width, 320)"),
        gradientThickness=12,
    )
    tips = [
        alt.Tooltip("x_text:N", title=input_shown(result.moving.inputs[0], lang).label),
        alt.Tooltip("y_text:N", title=input_shown(result.moving.inputs[1], lang).label),
        alt.Tooltip("value_text:N", title=metric.label),
    ]
    clicked = alt.selection_point(name=SELECTED, fields=["row", "column"], on="click", clear="dblclick")
    area = cells.encode(x=x, x2="right:Q", y=y, y2="high:Q", tooltip=tips)
    layers: list[Any] = [
        area.transform_filter("datum.value === null").mark_rect(style="cell-empty"),
        area.transform_filter("datum.value !== null").mark_rect(style="cell").encode(
            color=alt.Color("value:Q", legend=legend if np.isfinite(result.values).any() else None, scale=alt.Scale(domain=ends, range="diverging", reverse=result.key in LOWER_IS_BETTER))
        ).add_params(clicked),
        cells.encode(x=alt.X("middle:Q"), y=alt.Y("centre:Q"), text="text:N").mark_text(
            style="cell-label", aria=False, fontSize=alt.ExprRef(expr=f"max(7, min(13, width / {columns} / 4))"),
        ),
        *_border(result),
        *[alt.Chart(data([one])).encode(x="x:Q", x2="x2:Q", y="y:Q", y2="y2:Q").mark_rect(style="frame", aria=False) for one in _base_cell(result)],
        *([] if opened is None else [_framed(*opened)]),
    ]  # fmt: skip
    return layered(layers, height, name="heat")


def label(result: Grid, place: int, lang: str) -> str:
    """The title of an axis: input and unit."""
    kind = input_shown(result.moving.inputs[place], lang)
    name = names_of(result.moving.inputs, lang)[place]
    if result.moving.inputs[place].by == "change":
        return say(_WORDS, "axis", lang, name=name)
    return name + kind.head.removeprefix(kind.label)


def _axis(result: Grid, place: int, count: int, lang: str) -> alt.Axis:
    """The values of an input under the middles of the cells."""
    values = (result.x, result.y)[place]
    texts = json.dumps(
        [input_text(result.moving.inputs[place], float(value), lang) for value in values], ensure_ascii=False
    )
    return alt.Axis(
        values=[at + 0.5 for at in range(count)], labelExpr=f"{texts}[floor(datum.value)]", grid=False, ticks=False, domain=False
    )  # fmt: skip


def _cells(result: Grid, metric: Shown, lang: str) -> list[dict[str, Any]]:
    one, two = result.moving.inputs
    found = []
    for row, values in enumerate(result.values):
        for column, value in enumerate(values):
            text = metric.short(float(value))
            found.append(
                {"row": row, "column": column, "left": column, "right": column + 1, "middle": column + 0.5, "low": row, "high": row + 1,
                 "centre": row + 0.5, "value": metric.at(float(value)), "text": text, "value_text": metric.text(float(value)),
                 "x_text": input_text(one, float(result.x[column]), lang, unit=True), "y_text": input_text(two, float(result.y[row]), lang, unit=True)}
            )  # fmt: skip
    return found


def _border(result: Grid) -> list[Any]:
    """Lines between neighbouring cells of which one clears the hurdle and the other does not."""
    if not np.isfinite(result.hurdle):
        return []
    clears = np.where(np.isfinite(result.values), result.values >= result.hurdle, np.nan)
    across = np.argwhere(np.abs(np.diff(clears, axis=1)) == 1.0)
    up = np.argwhere(np.abs(np.diff(clears, axis=0)) == 1.0)
    lines = [{"x": int(c) + 1, "x2": int(c) + 1, "y": int(r), "y2": int(r) + 1} for r, c in across]
    lines += [{"x": int(c), "x2": int(c) + 1, "y": int(r) + 1, "y2": int(r) + 1} for r, c in up]
    chart = alt.Chart(data(lines)).encode(x="x:Q", x2="x2:Q", y="y:Q", y2="y2:Q")
    return [chart.mark_rule(style="border", aria=False)] if lines else []


def _framed(row: int, column: int) -> alt.Chart:
    """A heavy frame just inside a cell."""
    corners = {"x": column + 0.05, "x2": column + 0.95, "y": row + 0.08, "y2": row + 0.92}
    at = alt.Chart(data([corners])).encode(x="x:Q", x2="x2:Q", y="y:Q", y2="y2:Q")
    framed: alt.Chart = at.mark_rect(style="frame", strokeDash=[1, 0], strokeWidth=3, aria=False)
    return framed


def _base_cell(result: Grid) -> list[dict[str, float]]:
    """The corners of the cell that is the case as it stands, a little inside it; nothing if the grid leaves it out."""
    base = result.moving.base[0]
    columns, rows = (
        np.flatnonzero(np.isclose(axis, value)) for axis, value in zip((result.x, result.y), base, strict=True)
    )
    return [
        {"x": c + 0.03, "x2": c + 0.97, "y": r + 0.06, "y2": r + 0.94} for r in rows.tolist() for c in columns.tolist()
    ]


def _notes(result: Grid, metric: Shown, lang: str) -> str:
    parts = []
    known = result.values[np.isfinite(result.values)]
    base = metric.text(float(result.measured.base[result.key].value[0]))
    if np.isfinite(result.hurdle) and known.size:
        clears = known >= result.hurdle
        which = "all" if clears.all() else "line" if clears.any() else "no_one"
        parts.append(say(_WORDS, which, lang, hurdle=hurdle_words(result.key, result.hurdle, metric, lang)))
        parts.append(say(_WORDS, "framed" if _base_cell(result) else "base", lang, base=base))
    else:
        parts.append(say(_WORDS, "no_hurdle", lang, base=base))
    if metric.percent or metric.unit:
        parts.append(say(_WORDS, "units", lang, unit="%" if metric.percent else metric.unit))
    count = int(result.values.size - known.size)
    parts += [say(_WORDS, "missing", lang, count=count)] if count else []
    return ("；".join(parts) + "。") if lang == "zh" else "; ".join(parts) + "."


def _alt(result: Grid, metric: Shown, lang: str) -> str:
    one, two = result.moving.inputs
    known = result.values[np.isfinite(result.values)]
    least, most = (float(known.min()), float(known.max())) if known.size else (np.nan, np.nan)
    return say(
        _WORDS, "alt", lang, x=label(result, 0, lang), y=label(result, 1, lang), least=metric.text(least), most=metric.text(most),
        x_first=input_text(one, float(result.x[0]), lang), x_last=input_text(one, float(result.x[-1]), lang),
        y_first=input_text(two, float(result.y[0]), lang), y_last=input_text(two, float(result.y[-1]), lang),
    )  # fmt: skip
