"""What is there to serve the debt, year by year: debt-service cover against the covenant, interest cover."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from appraisal.pipeline import Appraisal
from appraisal.report.charts.figures import Shown, cover_text, shown, shown_unit
from appraisal.report.charts.layers import data, haloed
from appraisal.report.charts.panels import Panel, Plan, laid, stacked
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import listed, pick, say
from appraisal.report.charts.years import bar_of, described, ended, of_case, year_tip, years_axis
from appraisal.report.spans import years_said
from appraisal.study.risk import COVENANT

HEIGHTS = (190, 90)
# A cover of a year with next to no service says nothing; the bars are cut there and say so.
MOST = 4.0
_MOST_ICR = 60.0

_WORDS = {
    "title": ("偿债能力", "Debt cover by year"), "dscr": ("偿债备付率", "Debt-service cover (DSCR)"), "icr": ("利息备付率", "Interest cover (ICR)"),
    "year": ("计算期（年）", "Year"), "covenant": ("约定值 {value}", "Covenant {value}"), "below": ("低于约定值", "Below the covenant"),
    "yes": ("是", "yes"), "no": ("否", "no"),
    "low": ("低于约定值 {value} 的年份：第 {years} 年（橙色）", "Below the covenant of {value} in year {years} (orange)"),
    "clear": ("各还款年均不低于约定值 {value}", "No year of debt service is below the covenant of {value}"),
    "cut": ("超出图幅、画至顶端：{list}", "Beyond the chart and cut at its top: {list}"),
    "no_debt": ("没有需要还本付息的年份", "No year has debt to serve"),
    "alt": ("柱形为偿债备付率，折线为利息备付率", "Bars are the debt-service cover, the line the interest cover"),
    "one": ("{label} {value}", "{label} {value}"), "year_one": ("第 {year} 年 {name} {value}", "{name} {value} in year {year}"),
}  # fmt: skip

Vector = NDArray[np.float64]


def debt_cover(result: Appraisal, lang: str = "en", covenant: float = COVENANT, row: int = 0) -> Picture:
    """DSCR as bars with the covenant, ICR as a line below, in the years that have debt to serve.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    covenant : float
        The least DSCR that the lender asks.
    row : int
        Scenario.

    Returns
    -------
    Picture
        Bars are the line ``dscr`` in the years ``covering`` of the statements, points the line ``icr`` where ``paying``.
    """
    books = result.statements
    dscr = np.where(books["covering"][row] > 0.0, books["dscr"][row], np.nan)
    icr = np.where(books["paying"][row] > 0.0, books["icr"][row], np.nan)
    cover = shown_unit("", "1", lang)
    title = say(_WORDS, "title", lang)
    notes = _notes(result, dscr, icr, covenant, row, lang)
    table = pd.DataFrame({
        say(_WORDS, "year", lang): np.arange(1, dscr.size + 1), say(_WORDS, "dscr", lang): dscr, say(_WORDS, "icr", lang): icr,
        say(_WORDS, "below", lang): [_yes(value, covenant, lang) for value in dscr],
    })  # fmt: skip
    return Picture(
        chart=_chart(dscr, icr, covenant, cover, lang), title=title, subtitle=(of_case(result, lang, row), *notes), lang=lang,
        alt=described(title, [ended(say(_WORDS, "alt", lang), lang), *notes], lang), table=table,
        formats={say(_WORDS, "year", lang): "d", say(_WORDS, "dscr", lang): ".2f", say(_WORDS, "icr", lang): ".2f"},
    )  # fmt: skip


def _yes(value: float, covenant: float, lang: str) -> str:
    return say(_WORDS, "yes" if value < covenant else "no", lang) if np.isfinite(value) else "—"


def _notes(result: Appraisal, dscr: Vector, icr: Vector, covenant: float, row: int, lang: str) -> list[str]:
    """The figures of the whole loan, the years below the covenant, what is cut."""
    metrics = result.metrics
    if not np.isfinite(dscr).any():
        return [ended(say(_WORDS, "no_debt", lang), lang)]
    figures = [
        say(
            _WORDS,
            "one",
            lang,
            label=shown(metrics[key], lang).label,
            value=shown(metrics[key], lang).text(float(metrics[key].value[row])),
        )
        for key in ("dscr_min", "dscr_avg", "icr_min", "llcr")
    ]
    low = (np.flatnonzero(dscr < covenant) + 1).tolist()
    bar = f"{covenant:.2f}"
    judged = (
        say(_WORDS, "low", lang, value=bar, years=years_said(low, lang))
        if low
        else say(_WORDS, "clear", lang, value=bar)
    )
    beyond = [
        say(_WORDS, "year_one", lang, year=int(year) + 1, name=say(_WORDS, name, lang), value=f"{line[year]:,.1f}")
        for name, line, most in (("dscr", dscr, _most(covenant)), ("icr", icr, _MOST_ICR))
        for year in np.flatnonzero(line > most)
    ]
    stop = pick(lang, "；", "; ")
    notes = [ended(judged, lang), ended(stop.join(figures), lang)]
    return notes + ([ended(say(_WORDS, "cut", lang, list=listed(beyond, lang)), lang)] if beyond else [])


def _most(covenant: float) -> float:
    return max(MOST, 2.0 * covenant)


def _chart(dscr: Vector, icr: Vector, covenant: float, cover: Shown, lang: str) -> alt.LayerChart:
    known, paid = dscr[np.isfinite(dscr)], icr[np.isfinite(icr)]
    top = min(_most(covenant), 1.15 * max([covenant, *known.tolist()]))
    low = min([0.0, *known.tolist()])
    reach = min(_MOST_ICR, 1.15 * max([1.0, *paid.tolist()]))
    least = max(min([0.0, *paid.tolist()]), -_MOST_ICR)
    panels = laid([
        Plan(heading=say(_WORDS, "dscr", lang), height=HEIGHTS[0], domain=(1.1 * max(low, -MOST), top), format=".1f"),
        Plan(heading=say(_WORDS, "icr", lang), height=HEIGHTS[1], domain=(1.1 * least, reach), format=".3~g"),
    ])  # fmt: skip
    return stacked(panels, [_bars(panels[0], dscr, covenant, lang), _line(panels[1], icr, cover, lang)])


def _bars(panel: Panel, dscr: Vector, covenant: float, lang: str) -> list[Any]:
    bars = [
        {
            **bar_of(int(year)),
            "value": min(float(dscr[year]), panel.domain[1]),
            "zero": 0.0,
            "text": cover_text(float(dscr[year]), covenant),
            "ok": bool(dscr[year] >= covenant),
        }
        for year in np.flatnonzero(np.isfinite(dscr))
    ]
    x = years_axis(dscr.size, lang)
    tips = [year_tip(lang), alt.Tooltip("text:N", title=say(_WORDS, "dscr", lang))]
    layers: list[Any] = []
    for good, style in ((True, "clears"), (False, "misses")):
        part = alt.Chart(data([one for one in bars if one["ok"] is good])).encode(
            x=x, x2=alt.X2("right"), y=panel.y(), y2=alt.Y2("zero"), tooltip=tips
        )
        layers.append(part.mark_rect(style=style, clip=True))
    written = alt.Chart(data(bars)).encode(x=alt.X("middle:Q"), y=panel.y("zero"), text=alt.Text("text:N"))
    layers.append(written.mark_text(style="end-label", align="left", angle=270, dx=6))
    line = alt.Chart(
        data([{"value": covenant, "text": say(_WORDS, "covenant", lang, value=f"{covenant:.2f}")}])
    ).encode(y=panel.y())
    layers.append(line.mark_rule(style="hurdle", aria=False))
    return [
        *layers,
        *haloed(
            line.encode(x=alt.value("width"), text=alt.Text("text:N")), "hurdle-label", align="right", dx=-4, dy=-10
        ),
    ]


def _line(panel: Panel, icr: Vector, cover: Shown, lang: str) -> list[Any]:
    points = [
        {**bar_of(int(year)), "value": float(np.clip(icr[year], *panel.domain)), "text": cover.text(float(icr[year]))}
        for year in np.flatnonzero(np.isfinite(icr))
    ]
    tips = [year_tip(lang), alt.Tooltip("text:N", title=say(_WORDS, "icr", lang))]
    line = alt.Chart(data(points)).encode(x=years_axis(icr.size, lang, "middle"), y=panel.y(), tooltip=tips)
    one = alt.Chart(data([{"value": 1.0}])).encode(y=panel.y())
    return [
        one.mark_rule(style="mark-rule", aria=False),
        line.mark_line(style="curve", point={"filled": True, "size": 36}),
    ]
