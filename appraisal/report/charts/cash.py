"""Net cash year by year, what has come back so far, and when the outlay is recovered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from appraisal.case.periods import periods
from appraisal.case.timeline import before_start
from appraisal.pipeline import Appraisal
from appraisal.report.charts.figures import Shown, shown, shown_unit
from appraisal.report.charts.layers import HEADROOM, Line, data, domain, layered, verticals
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import lined, pick, say
from appraisal.report.charts.years import bar_of, described, ended, of_case, year_tip, years_axis
from appraisal.report.parts import discounted_cash
from appraisal.text import REASONS, word

HEIGHT = 360
View = Literal["project", "project_pre_tax", "equity"]

_WORDS = {
    "project": ("全投资净现金流量（税后）", "Project net cash flow, after tax"),
    "project_pre_tax": ("全投资净现金流量（税前）", "Project net cash flow, before tax"),
    "equity": ("资本金净现金流量（税后）", "Equity net cash flow, after tax"),
    "year": ("计算期（年）", "Year"), "net": ("净现金流量", "Net cash"), "cumulative": ("累计", "Cumulative"),
    "discounted": ("累计（折现）", "Cumulative, discounted"), "money": ("现金流量", "Cash"),
    "bars": ("条为当年净现金流量（蓝色流入、橙色流出），线为累计", "Bars are the year's net cash (blue in, orange out), lines what has come in so far"),
    "ends": ("折现线终于净现值 {npv}", "the discounted line ends on the NPV, {npv}"),
    "static": ("静态 {years} 年", "Payback {years} y"), "dynamic": ("动态 {years} 年", "Discounted {years} y"),
    "static_named": ("静态投资回收期 {years}（含建设期）", "payback {years} from construction start"),
    "dynamic_named": ("动态投资回收期 {years}（含建设期）", "discounted payback {years} from construction start"),
    "last": ("回收期按累计线最后一次由负转正计", "a payback is where a line rises above zero for the last time"),
    "first": ("累计线首次转正在 {years}，其后再次为负", "the running total is first above zero after {years} and falls below it again"),
    "no_static": ("静态投资回收期无数值：{why}", "no payback: {why}"),
    "no_dynamic": ("动态投资回收期无数值：{why}", "no discounted payback: {why}"),
    "no_equity": ("资本金现金流量不计算投资回收期", "No payback is worked out for the equity"),
    "alt": ("共 {count} 年；累计终值 {total}；最大累计投入 {least}（第 {when} 年）", "{count} years; {total} in the end; at most {least} paid in, by year {when}"),
}  # fmt: skip


@dataclass(frozen=True)
class _Cash:
    """The declared lines and figures of a view."""

    net: str
    cumulative: str
    npv: str
    rate: str
    payback: str = ""
    dynamic: str = ""
    first: str = ""


_VIEWS: dict[str, _Cash] = {
    "project": _Cash(
        "project_net", "project_cumulative", "project_npv", "finance.discount_rate", "payback_years", "discounted_payback_years", "first_payback_years",
    ),
    "project_pre_tax": _Cash(
        "project_net_pre_tax", "project_cumulative_pre_tax", "project_npv_pre_tax", "finance.discount_rate", "payback_years_pre_tax",
        "discounted_payback_years_pre_tax",
    ),
    "equity": _Cash("equity_net", "equity_cumulative", "equity_npv", "finance.equity_discount_rate"),
}  # fmt: skip


@dataclass(frozen=True)
class _Lines:
    """One scenario of a view, yuan by year, and where its marks stand on the axis."""

    net: NDArray[np.float64]
    cumulative: NDArray[np.float64]
    discounted: NDArray[np.float64]
    static: float
    dynamic: float


def cash_flow(result: Appraisal, lang: str = "en", view: View = "project", row: int = 0) -> Picture:
    """Annual net cash as bars, its running total plain and discounted, payback marked.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    view : "project", "project_pre_tax" or "equity"
        The books have a payback of the project, none of the equity.
    row : int
        Scenario.

    Returns
    -------
    Picture
        The running total is a straight line within a year, as the payback takes it: the line crosses zero at the mark,
        which stands at the metric's years (of calendar columns, after the months of column 1 before the construction).
        A year's net cash stands over its number.
    """
    kind = _VIEWS[view]
    begun = float(before_start(periods(result.case.project))[0, 0])
    lines = _Lines(
        net=result.statements[kind.net][row], cumulative=result.statements[kind.cumulative][row],
        discounted=np.cumsum(discounted_cash(result, kind.net, kind.rate)[row]),
        static=_years(result, kind.payback, row) + begun, dynamic=_years(result, kind.dynamic, row) + begun,
    )  # fmt: skip
    money = shown_unit(say(_WORDS, "money", lang), "yuan", lang).fitted(lines.net, lines.cumulative)
    title = say(_WORDS, view, lang)
    notes = _notes(result, kind, row, lang)
    least = int(np.argmin(lines.cumulative))
    told = say(
        _WORDS, "alt", lang, count=lines.net.size, total=money.text(float(lines.cumulative[-1])),
        least=money.text(-min(float(lines.cumulative[least]), 0.0)), when=least + 1,
    )  # fmt: skip
    return Picture(
        chart=_chart(lines, begun, money, lang), title=title, subtitle=(of_case(result, lang, row), *notes), lang=lang,
        alt=described(title, [ended(told, lang), *notes], lang), table=_table(lines, money, lang),
        formats={say(_WORDS, "year", lang): "d"} | {_head(money, name, lang): money.form for name in ("net", "cumulative", "discounted")},
    )  # fmt: skip


def _years(result: Appraisal, key: str, row: int) -> float:
    return float(result.metrics[key].value[row]) if key else float("nan")


def _head(money: Shown, name: str, lang: str) -> str:
    return say(_WORDS, name, lang) + money.head.removeprefix(money.label)


def _notes(result: Appraisal, kind: _Cash, row: int, lang: str) -> list[str]:
    """What bars and lines are, and both paybacks in words."""
    stop = pick(lang, "；", "; ")
    npv = shown(result.metrics[kind.npv], lang).text(float(result.metrics[kind.npv].value[row]))
    drawn = stop.join([say(_WORDS, "bars", lang), say(_WORDS, "ends", lang, npv=npv)])
    if not kind.payback:
        return [ended(drawn, lang), ended(say(_WORDS, "no_equity", lang), lang)]
    years, parts = shown_unit("", "year", lang), []
    for key, name in ((kind.payback, "static"), (kind.dynamic, "dynamic")):
        value = _years(result, key, row)
        if np.isfinite(value):
            parts.append(say(_WORDS, f"{name}_named", lang, years=years.text(value)))
        else:
            why = word(REASONS, str(result.metrics[key].reason[row]), lang)
            parts.append(say(_WORDS, f"no_{name}", lang, why=why))
    parts.append(say(_WORDS, "last", lang))
    first = _years(result, kind.first, row)
    if first < _years(result, kind.payback, row):
        parts.append(say(_WORDS, "first", lang, years=years.text(first)))
    told = stop.join(parts)
    return [ended(drawn, lang), ended(told[:1].upper() + told[1:], lang)]


def _table(lines: _Lines, money: Shown, lang: str) -> pd.DataFrame:
    columns: dict[str, Any] = {say(_WORDS, "year", lang): np.arange(1, lines.net.size + 1)}
    for name in ("net", "cumulative", "discounted"):
        columns[_head(money, name, lang)] = getattr(lines, name) * money.factor
    return pd.DataFrame(columns)


def _chart(lines: _Lines, begun: float, money: Shown, lang: str) -> alt.LayerChart:
    count = lines.net.size
    low, high = domain(
        [0.0, *(money.at(float(one)) for line in (lines.net, lines.cumulative, lines.discounted) for one in line)]
    )
    x = years_axis(count, lang)
    y = alt.Y(
        "value:Q", title=lined(money.head), axis=alt.Axis(format=money.axis, tickCount=6),
        scale=alt.Scale(domain=[low, high], nice=False, range=[HEIGHT, HEADROOM]),
    )  # fmt: skip
    bars = [
        {
            **bar_of(year),
            "value": money.at(float(value)),
            "zero": 0.0,
            "text": money.text(float(value)),
            "in": bool(value >= 0.0),
        }
        for year, value in enumerate(lines.net)
    ]
    layers: list[Any] = []
    for way, style in ((True, "clears"), (False, "misses")):
        part = alt.Chart(data([one for one in bars if one["in"] is way])).encode(
            x=x, x2=alt.X2("right"), y=y, y2=alt.Y2("zero"), tooltip=[year_tip(lang), alt.Tooltip("text:N", title=say(_WORDS, "net", lang))]
        )  # fmt: skip
        layers.append(part.mark_rect(style=style))
    zero = alt.Chart(data([{"value": 0.0}])).encode(y=alt.Y("value:Q"))
    layers.append(zero.mark_rule(style="base", strokeWidth=1, aria=False))
    layers.append(_running(lines, money, lang))
    return layered([*layers, *_marks(lines, begun, count, lang)], HEIGHT)


def _running(lines: _Lines, money: Shown, lang: str) -> Any:
    """Both running totals, from nothing at the start to the end of each year."""
    names = [say(_WORDS, "cumulative", lang), say(_WORDS, "discounted", lang)]
    points = [
        {"at": at, "year": at, "line": name, "value": money.at(float(value)), "text": money.text(float(value))}
        for name, line in zip(names, (lines.cumulative, lines.discounted), strict=True)
        for at, value in [(0, 0.0), *enumerate(line, start=1)]
    ]
    # A legend reads colour and dash together.
    legend = alt.Legend(title=None, symbolType="stroke", symbolSize=400, columns=2)
    encoded = alt.Chart(data(points)).encode(
        x=alt.X("at:Q"), y=alt.Y("value:Q"), color=alt.Color("line:N", scale=alt.Scale(domain=names), legend=legend),
        strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=names, range=[[1, 0], [7, 3]]), legend=legend),
        tooltip=[year_tip(lang), alt.Tooltip("line:N", title=" "), alt.Tooltip("text:N", title=say(_WORDS, "money", lang))],
    )  # fmt: skip
    return encoded.mark_line(strokeWidth=2.25, point={"filled": True, "size": 22})


def _marks(lines: _Lines, begun: float, count: int, lang: str) -> list[Any]:
    """Where the lines cross zero for good."""
    years = shown_unit("", "year", lang)
    found = [
        Line(at=at, text=say(_WORDS, name, lang, years=years.text(at - begun, unit=False)), role="mark-rule")
        for name, at in (("static", lines.static), ("dynamic", lines.dynamic))
        if np.isfinite(at)
    ]
    points = alt.Chart(data([{"at": one.at, "value": 0.0} for one in found])).encode(
        x=alt.X("at:Q"), y=alt.Y("value:Q")
    )
    dots = (
        [points.mark_point(style="marker", shape="diamond", filled=True, size=110, opacity=1.0, aria=False)]
        if found
        else []
    )
    return [*verticals(found, (0.0, float(count))), *dots]
