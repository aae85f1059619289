"""Mechanisms side by side: small multiples, one panel a mechanism, over the share of the potential that clears."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.operation import Payer
from appraisal.payments import ORDER
from appraisal.report.charts.figures import shown_unit
from appraisal.report.charts.layers import data, domain, haloed
from appraisal.report.charts.panels import Plan, laid, stacked
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import joined, say
from appraisal.report.charts.years import ended
from appraisal.report.mechanism.words import level_text, title_of, unit_text
from appraisal.study.mechanism import Outcome, Study
from appraisal.text import PAYERS, word

_PANEL = 120
# Of the width: names nearer than this would cover one another.
_APART = 0.07
_WORDS = {
    "levels": ("各机制：达标比例与每千瓦成本", "Mechanisms: share that clears and cost per kW"),
    "levels_note": (
        "横轴为达标比例，各格纵轴相同：每因机制建成一千瓦的各方成本现值；越靠右下越好，标注为各水平。",
        "Across: the share of the potential that clears; up, on one scale: the cost to all payers per kW built because of it. Further right and lower is better; labels are levels.",
    ),
    "payers": ("各机制：谁来付费", "Mechanisms: who pays"),
    "payers_note": ("各水平的成本现值按付费方，各格纵轴相同。", "Cost, present value, by payer at each level; one scale for all panels."),
    "share": ("达标比例", "Share that clears"), "cost": ("成本现值", "Cost, present value"),
    "mechanism": ("机制", "Mechanism"), "level": ("水平", "Level"), "payer": ("付费方", "Payer"), "of": ("研究：{title}", "Study: {title}"),
    "alt_one": ("{name}：最多 {share:.0%} 达标", "{name}: at most {share:.0%} clears"), "alt_paid": ("{name}：最高水平下成本 {cost}", "{name}: {cost} at its highest level"),
    "per_kw_unit": ("每因此建成千瓦成本（元/kW）", "Cost per kW made viable (yuan/kW)"), "heading": ("{name} · {what}", "{name} · {what}"),
    "in_unit": ("{name}（水平：{unit}）", "{name} (level: {unit})"),
    "per": ("元/kW", "yuan/kW"),
}  # fmt: skip


def levels_picture(study: Study, outcomes: Sequence[Outcome], lang: str) -> Picture:
    """The cost of each kW made viable against the share that clears, a panel for every mechanism.

    Parameters
    ----------
    study : Study
    outcomes : sequence of Outcome
        One a mechanism.
    lang : "en" or "zh"
    """
    known = np.concatenate([one.per_kw for one in outcomes])
    within = domain([0.0, *known[np.isfinite(known)].tolist()], 0.08)
    unit = say(_WORDS, "per", lang)
    plans = [
        Plan(
            heading=_headed(one, lang),
            height=_PANEL,
            domain=within,
            format=",.4~f",
        )
        for one in outcomes
    ]
    panels = laid(plans)
    axis = alt.Axis(format=".0%", tickCount=6, grid=False)
    x = alt.X(
        "share:Q", title=say(_WORDS, "share", lang), axis=axis, scale=alt.Scale(domain=[0, 1], nice=False, padding=12)
    )
    layers: list[list[Any]] = []
    for panel, one in zip(panels, outcomes, strict=True):
        points = [
            {"share": float(share), "value": float(cost), "level": level_text(one.mechanisms[0], float(level), lang), "short": f"{level:,.4g}"}
            for share, cost, level in zip(one.share, one.per_kw, one.levels[:, 0], strict=True) if np.isfinite(cost)
        ]  # fmt: skip
        tips = [alt.Tooltip("level:N", title=say(_WORDS, "level", lang)), alt.Tooltip("share:Q", format=".1%", title=say(_WORDS, "share", lang)), alt.Tooltip("value:Q", format=",.0f", title=unit)]  # fmt: skip
        line = alt.Chart(data(points)).encode(x=x, y=panel.y(), order="share:Q", tooltip=tips)
        named = alt.Chart(data(_spaced(points))).encode(x=x, y=panel.y(), text="short:N")
        layers.append(
            [
                line.mark_line(style="curve", point={"filled": True, "size": 50}),
                *haloed(named, "faint-label", align="center", dy=-12),
            ]
        )
    table = _long(
        outcomes,
        lang,
        {
            say(_WORDS, "share", lang): lambda one: one.share,
            say(_WORDS, "per_kw_unit", lang): lambda one: one.per_kw,
        },
    )
    told = [
        ended(say(_WORDS, "alt_one", lang, name=_name(one, lang), share=float(one.share.max())), lang)
        for one in outcomes
    ]
    return _picture(study, "levels", stacked(panels, layers), told, table, lang)


def payers_picture(study: Study, outcomes: Sequence[Outcome], lang: str) -> Picture:
    """Cost by payer at every level, a panel for every mechanism; see :func:`levels_picture`."""
    kind = shown_unit(say(_WORDS, "cost", lang), "yuan", lang)
    payers: list[Payer] = [payer for payer in ORDER if any(one.cost[payer].any() for one in outcomes)]
    stacks = [np.stack([one.cost[payer] for payer in ORDER]) for one in outcomes]
    up = max(float(np.maximum(one, 0.0).sum(axis=0).max()) for one in stacks)
    down = min(float(np.minimum(one, 0.0).sum(axis=0).min()) for one in stacks)
    within = domain([down * kind.factor, up * kind.factor, 0.0], 0.05)
    panels = laid(
        [
            Plan(
                heading=say(_WORDS, "heading", lang, name=_headed(one, lang), what=kind.head),
                height=_PANEL,
                domain=within,
                format=",.4~f",
            )
            for one in outcomes
        ]
    )
    scale = alt.Scale(domain=[word(PAYERS, payer, lang) for payer in payers])
    layers = [_bars(panel, one, payers, kind.factor, scale, lang) for panel, one in zip(panels, outcomes, strict=True)]
    costs = {
        word(PAYERS, payer, lang) + f", {kind.unit}": (lambda one, payer=payer: one.cost[payer] * kind.factor)
        for payer in payers
    }
    told = [
        ended(say(_WORDS, "alt_paid", lang, name=_name(one, lang), cost=kind.text(float(one.total[-1]))), lang)
        for one in outcomes
    ]
    return _picture(study, "payers", stacked(panels, layers), told, _long(outcomes, lang, costs), lang)


def _bars(panel: Any, one: Outcome, payers: Sequence[Payer], factor: float, scale: alt.Scale, lang: str) -> list[Any]:
    """Bars by level, stacked by payer, over the places of the levels; positive and negative parts apart."""
    count, rows = len(one.levels), []
    for place in range(count):
        above = below = 0.0
        for payer in payers:
            cost = float(one.cost[payer][place]) * factor
            start = above if cost >= 0 else below
            rows.append({
                "left": (place + 0.15) / count, "right": (place + 0.85) / count, "value": start, "top": start + cost, "payer": word(PAYERS, payer, lang),
                "level": level_text(one.mechanisms[0], float(one.levels[place, 0]), lang),
            })  # fmt: skip
            above, below = (above + cost, below) if cost >= 0 else (above, below + cost)
    x = alt.X("left:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    colour = alt.Color("payer:N", title=None, scale=scale, legend=alt.Legend(columns=3))
    tips = [
        alt.Tooltip("level:N", title=say(_WORDS, "level", lang)),
        alt.Tooltip("payer:N", title=say(_WORDS, "payer", lang)),
    ]
    bars = (
        alt.Chart(data(rows)).encode(x=x, x2="right:Q", y=panel.y(), y2="top:Q", color=colour, tooltip=tips).mark_rect()
    )
    names = [
        {"left": (place + 0.5) / count, "value": 0.0, "level": f"{one.levels[place, 0]:,.4g}"} for place in range(count)
    ]
    below_axis = (
        alt.Chart(data(names)).encode(x=x, y=alt.value(panel.bottom + 8), text="level:N").mark_text(style="faint-label")
    )
    return [bars, below_axis]


def _spaced(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Points far enough from one another to be named; several at one share are one place."""
    kept: list[dict[str, Any]] = []
    for point in sorted(points, key=lambda one: float(one["share"])):
        if not kept or point["share"] - kept[-1]["share"] >= _APART:
            kept.append(point)
    return kept


def _name(one: Outcome, lang: str) -> str:
    return one.mechanisms[0].title.text(lang)


def _headed(one: Outcome, lang: str) -> str:
    """Name with the unit of its level, where it has one."""
    unit = unit_text(one.mechanisms[0], lang)
    return say(_WORDS, "in_unit", lang, name=_name(one, lang), unit=unit) if unit else _name(one, lang)


def _long(outcomes: Sequence[Outcome], lang: str, columns: dict[str, Any]) -> pd.DataFrame:
    """A row for each mechanism and level."""
    return pd.concat([
        pd.DataFrame({
            say(_WORDS, "mechanism", lang): _name(one, lang),
            say(_WORDS, "level", lang): [level_text(one.mechanisms[0], float(level), lang) for level in one.levels[:, 0]],
            **{head: read(one) for head, read in columns.items()},
        })
        for one in outcomes
    ], ignore_index=True)  # fmt: skip


def _picture(study: Study, what: str, chart: Any, told: Sequence[str], table: pd.DataFrame, lang: str) -> Picture:
    title = say(_WORDS, what, lang)
    subtitle = (say(_WORDS, "of", lang, title=title_of(study, lang)), say(_WORDS, f"{what}_note", lang))
    return Picture(
        chart=chart, title=title, subtitle=subtitle, alt=joined([ended(title, lang), *told], lang), table=table, lang=lang,
        formats={str(head): ".1%" if table[head].max() <= 1.0 else ",.2f" for head in table.columns if table[head].dtype.kind == "f"},
    )  # fmt: skip
