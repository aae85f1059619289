"""The frontier of cost and viability: what shares of a portfolio cost by each mechanism."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from appraisal.report.charts.figures import shown_unit
from appraisal.report.charts.layers import data, domain, layered
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import joined, lined, say
from appraisal.report.charts.years import ended
from appraisal.report.mechanism.words import hurdle_text, level_text, title_of
from appraisal.study.mechanism import Study
from appraisal.study.mechanism.require import Frontier

HEIGHT = 380
_WORDS = {
    "title": ("成本与达标比例的前沿", "Frontier of cost and viability"), "of": ("研究：{title}；门槛：{hurdle}", "Study: {title}; hurdle: {hurdle}"),
    "note": ("每点为使该比例达标所需的最低水平；越低越好。", "Each point is the weakest level at which that share clears; lower is better."),
    "cost": ("各方成本现值", "Cost to all, present value"), "share": ("达标比例", "Share that clears"), "mechanism": ("机制", "Mechanism"),
    "level": ("所需水平", "Level required"), "alt": ("{name}：最多 {share:.0%}，成本 {cost}", "{name}: up to {share:.0%}, at {cost}"),
}  # fmt: skip


def frontier_picture(study: Study, lines: Sequence[Frontier], lang: str) -> Picture:
    """Cost, present value to all payers, against the share of the potential that shall clear, a line a mechanism.

    Parameters
    ----------
    study : Study
    lines : sequence of Frontier
    lang : "en" or "zh"
    """
    kind = shown_unit(say(_WORDS, "cost", lang), "yuan", lang)
    rows = [
        {"mechanism": one.needed.mechanism.title.text(lang), "share": float(share), "cost": float(cost) * kind.factor, "level": level_text(one.needed.mechanism, float(level), lang)}
        for one in lines
        for share, level, cost in zip(one.shares[np.isfinite(one.level)], one.level[np.isfinite(one.level)], one.outcome.total, strict=True)
    ]  # fmt: skip
    within = domain([0.0, *(float(str(row["cost"])) for row in rows)], 0.05)
    names = [one.needed.mechanism.title.text(lang) for one in lines]
    tips = [alt.Tooltip(f"{key}:N", title=say(_WORDS, key, lang)) for key in ("mechanism", "level")]
    tips += [
        alt.Tooltip("share:Q", title=say(_WORDS, "share", lang), format=".0%"),
        alt.Tooltip("cost:Q", title=kind.head, format=",.5g"),
    ]
    line = alt.Chart(data(rows)).encode(
        x=alt.X("share:Q", title=say(_WORDS, "share", lang), axis=alt.Axis(format=".0%", grid=False, tickCount=6), scale=alt.Scale(domain=[0, 1], nice=False, padding=8)),
        y=alt.Y("cost:Q", title=lined(kind.head), axis=alt.Axis(format=",.4~f", tickCount=6), scale=alt.Scale(domain=list(within), nice=False, zero=False)),
        color=alt.Color("mechanism:N", title=None, scale=alt.Scale(domain=names), legend=alt.Legend(columns=2)),
        strokeDash=alt.StrokeDash("mechanism:N", title=None, scale=alt.Scale(domain=names), legend=None), tooltip=tips,
    ).mark_line(strokeWidth=2.25, point={"filled": True, "size": 50})  # fmt: skip
    told = [
        ended(say(_WORDS, "alt", lang, name=name, share=float(one.outcome.share.max(initial=0.0)), cost=kind.text(float(one.outcome.total.max(initial=0.0)))), lang)
        for name, one in zip(names, lines, strict=True)
    ]  # fmt: skip
    title = say(_WORDS, "title", lang)
    table = pd.DataFrame({
        say(_WORDS, "mechanism", lang): [row["mechanism"] for row in rows], say(_WORDS, "share", lang): [row["share"] for row in rows],
        say(_WORDS, "level", lang): [row["level"] for row in rows], kind.head: [row["cost"] for row in rows],
    })  # fmt: skip
    return Picture(
        chart=layered([line], HEIGHT), title=title, lang=lang, table=table, alt=joined([ended(title, lang), *told], lang),
        subtitle=(say(_WORDS, "of", lang, title=title_of(study, lang), hurdle=hurdle_text(study, lang)), say(_WORDS, "note", lang)),
        formats={say(_WORDS, "share", lang): ".1%", kind.head: ",.2f"},
    )  # fmt: skip
