"""The rows of a run: how often a figure takes which values, and its P90 to P10 by group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.batch.finished import Vector
from appraisal.batch.summary import Spread
from appraisal.report.charts.figures import Shown
from appraisal.report.charts.layers import LINE, Line, data, domain, haloed, headroom, layered, pixels, verticals
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import joined, lined, listed, say
from appraisal.report.charts.years import described, ended

P = ("P90", "P50", "P10")
_PLOT, _ROW, _TOP = 260, 48, 8
_BINS = (12, 60)
_WORDS = {
    "rows": ("行数", "Rows"), "from": ("{head}，自", "{head}, from"), "to": ("{head}，至", "{head}, to"),
    "convention": (
        "P90 为 90% 的行超过的值，P10 为 10% 的行超过的值；只计有数值的 {known:,} 行",
        "P90 is exceeded by 90% of the rows, P10 by 10%; of the {known:,} rows that have a number",
    ),
    "none": ("没有一行有数值", "no row has a number"), "p": ("{name} {value}", "{name} {value}"),
    "histogram": ("柱状图：{parts}", "Histogram: {parts}"), "ranges": ("区间图：{parts}", "Ranges: {parts}"),
    "group": ("{name}：P90 {low}，P50 {mid}，P10 {high}", "{name}: P90 {low}, P50 {mid}, P10 {high}"),
    "unnumbered": ("没有数值，未画出：{names}", "Without a number and not drawn: {names}"), "names": ("分组", "Group"),
}  # fmt: skip


def histogram(values: Vector, kind: Shown, title: str, note: str, lang: str) -> Picture:
    """How many rows take which values, with P90, P50 and P10.

    Parameters
    ----------
    values : (n,)
        NaN where a row has no number.
    kind : Shown
        How the figure is shown.
    title, note : str
        Of the picture; the note says of what.
    lang : "en" or "zh"
    """
    known = values[np.isfinite(values)]
    heads = [say(_WORDS, name, lang, head=kind.head) for name in ("from", "to", "rows")]
    if not known.size:
        told = say(_WORDS, "none", lang)
        at = alt.Chart(data([{"text": told}])).encode(text="text:N", x=alt.value(8), y=alt.value(20))
        chart = layered([at.mark_text(style="row-label", align="left")], 40)
        empty = pd.DataFrame({head: [] for head in heads})
        return Picture(
            chart=chart,
            title=title,
            subtitle=(note,),
            alt=described(title, [ended(told, lang)], lang),
            table=empty,
            lang=lang,
        )
    kind = kind.fitted(known)
    p = dict(zip(P, np.quantile(known, [0.1, 0.5, 0.9]).tolist(), strict=True))
    counts, edges = np.histogram(known, bins=_edges(known))
    edges = edges * kind.factor
    words = [say(_WORDS, "p", lang, name=name, value=kind.text(p[name])) for name in P]
    convention = ended(say(_WORDS, "convention", lang, known=known.size), lang)
    alt_text = ended(say(_WORDS, "histogram", lang, parts=listed(words, lang)), lang)
    return Picture(
        chart=_bars(counts, edges, [Line(at=p[name] * kind.factor, text=text, role="mark-rule") for name, text in zip(P, words, strict=True)], kind, lang),
        title=title, subtitle=tuple(part for part in (note, convention) if part), lang=lang, alt=described(title, [alt_text, convention], lang),
        table=pd.DataFrame(dict(zip(heads, (edges[:-1], edges[1:], counts), strict=True))),
        formats={heads[0]: kind.form, heads[1]: kind.form, heads[2]: ",d"},
    )  # fmt: skip


def _edges(known: Vector) -> Vector:
    low, high = float(known.min()), float(known.max())
    if high - low <= 1e-9 * max(abs(high), abs(low), 1e-12):
        room = 0.05 * abs(high) or 1.0
        return np.array([low - room, high + room])
    return np.linspace(low, high, int(np.clip(np.sqrt(known.size), *_BINS)) + 1)


def _bars(counts: Any, edges: Vector, lines: Sequence[Line], kind: Shown, lang: str) -> alt.LayerChart:
    top = headroom(len(lines))
    height = _PLOT + top
    within = domain(edges.tolist(), 0.03)
    rows = [
        {"from": low, "to": high, "count": count, "zero": 0, "span": f"{kind.text(low / kind.factor, unit=False)} … {kind.text(high / kind.factor)}"}
        for low, high, count in zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True)
    ]  # fmt: skip
    x = alt.X("from:Q", title=lined(kind.head), scale=alt.Scale(domain=list(within), nice=False, zero=False),
              axis=alt.Axis(format=kind.axis, tickCount=6, grid=False))  # fmt: skip
    y = alt.Y("count:Q", title=say(_WORDS, "rows", lang), axis=alt.Axis(format=",d", tickCount=5, tickMinStep=1),
              scale=alt.Scale(domain=[0, 1.04 * max(counts.max(), 1)], nice=False, range=[height, top]))  # fmt: skip
    tips = [
        alt.Tooltip("span:N", title=kind.label),
        alt.Tooltip("count:Q", title=say(_WORDS, "rows", lang), format=",d"),
    ]
    bars = alt.Chart(data(rows)).encode(x=x, x2="to:Q", y=y, y2="zero:Q", tooltip=tips).mark_rect(style="clears")
    return layered([bars, *verticals(lines, within)], height)


def ranges(names: Sequence[str], spreads: Sequence[Spread], kind: Shown, title: str, note: str, lang: str) -> Picture:
    """P90 to P10 of each group as a bar with a mark at P50; groups without a number are told.

    Parameters
    ----------
    names : sequence of str
    spreads : sequence of Spread
        One a name.
    kind, title, note, lang
        As of :func:`histogram`.
    """
    drawn = [(name, one) for name, one in zip(names, spreads, strict=True) if one.known]
    kind = kind.fitted(np.array([one.p[name] for _, one in drawn for name in P] or [0.0]))
    height = _TOP + max(len(drawn), 1) * _ROW + LINE
    rows = [
        {"name": name, "low": kind.at(one.p["P90"]), "mid": kind.at(one.p["P50"]), "high": kind.at(one.p["P10"]), "y": _TOP + place * _ROW + 26,
         "label": _TOP + place * _ROW + 10, "text": f"{name} · {kind.text(one.p['P50'])}"}
        for place, (name, one) in enumerate(drawn)
    ]  # fmt: skip
    within = domain([one.p[name] * kind.factor for _, one in drawn for name in ("P90", "P10")], 0.05)
    said = [
        say(_WORDS, "group", lang, name=name, low=kind.text(one.p["P90"]), mid=kind.text(one.p["P50"]), high=kind.text(one.p["P10"]))
        for name, one in drawn
    ]  # fmt: skip
    missing = [name for name, one in zip(names, spreads, strict=True) if not one.known]
    notes = [note, ended(say(_WORDS, "convention", lang, known=sum(one.known for one in spreads)), lang)]
    notes += [ended(say(_WORDS, "unnumbered", lang, names=listed(missing, lang)), lang)] if missing else []
    heads = [f"{name} {kind.head}" for name in P]
    table = pd.DataFrame({
        say(_WORDS, "names", lang): list(names), say(_WORDS, "rows", lang): [one.known for one in spreads],
        **{head: [one.p[name] * kind.factor for one in spreads] for head, name in zip(heads, P, strict=True)},
    })  # fmt: skip
    return Picture(
        chart=_range_rows(rows, within, height, kind), title=title, subtitle=tuple(part for part in notes if part), lang=lang, table=table,
        alt=described(title, [ended(say(_WORDS, "ranges", lang, parts=joined(said, lang)), lang), *notes[1:]], lang),
        formats=dict.fromkeys(heads, kind.form),
    )  # fmt: skip


def _range_rows(
    rows: Sequence[dict[str, Any]], within: tuple[float, float], height: int, kind: Shown
) -> alt.LayerChart:
    x = alt.X("low:Q", title=lined(kind.head), scale=alt.Scale(domain=list(within), nice=False, zero=False), axis=alt.Axis(format=kind.axis, tickCount=6))  # fmt: skip
    base = alt.Chart(data(rows))
    bars = base.encode(x=x, x2="high:Q", y=pixels("y", height), tooltip=["text:N"]).mark_rule(
        style="bar", strokeWidth=9, strokeCap="round"
    )
    dots = base.encode(x="mid:Q", y=pixels("y", height)).mark_point(style="marker", filled=True, size=90, opacity=1.0)
    names = base.encode(x=alt.value(2), y=pixels("label", height), text="text:N")
    return layered([bars, dots, *haloed(names, "row-label", align="left")], height)
