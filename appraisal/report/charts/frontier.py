"""The frontier of a solved question: what one input must be for each value of another, so that a metric meets its target."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.report.charts.figures import Shown, case_line, input_shown, input_text, shown
from appraisal.report.charts.layers import data, domain, haloed, layered
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import joined, lined, pick, say
from appraisal.study.inputs import Input
from appraisal.study.risk.summary import LOWER_IS_BETTER
from appraisal.study.solve import Frontier

HEIGHT = 360

_WORDS = {
    "title": ("所需{moved}与{other}", "{moved} needed, by {other}"),
    "title_of": ("{title}：{metric} {target}", "{title}: {metric} {target}"),
    "target": ("线上各点{metric}恰为 {target}", "On the line {metric} is {target}"),
    "above": ("线上方达到", "above it the target is met"), "below": ("线下方达到", "below it the target is met"),
    "case": ("菱形为本算例", "the diamond is the case"),
    "missing": ("{count} 个取值无解，原因见数据表", "{count} values have no solution, the table says why"),
    "needed": ("所需{moved}", "{moved} needed"), "note": ("说明", "Note"), "meets": ("达到目标", "meets the target"),
    "axis": ("{name}（变化率）", "{name} (change)"), "here": ("本算例", "the case"),
    "alt": ("折线图。{points}。", "Line chart. {points}."), "point": ("{other} 时需 {needed}", "{needed} at {other}"),
    "none": ("所有取值均无解，原因见数据表", "no value has a solution, the table says why"),
}  # fmt: skip


def frontier(result: Frontier, lang: str = "en") -> Picture:
    """The needed value of one input over the values of another.

    Parameters
    ----------
    result : Frontier
    lang : "en" or "zh"

    Returns
    -------
    Picture
        Where every point says the same, the side of the line that meets the target is named. Values without a solution
        are gaps, and told.
    """
    other, moved = result.other.inputs[0], result.moved
    names = pick(lang, other.zh, other.en), pick(lang, moved.zh, moved.en)
    title = say(_WORDS, "title", lang, moved=names[1], other=names[0])
    metric = None if result.solved is None else shown(result.solved.metric, lang)
    if metric is not None:
        title = say(
            _WORDS,
            "title_of",
            lang,
            title=title,
            metric=metric.label,
            target=metric.text(float(result.provenance.settings["target"])),
        )
    table = _table(result, lang)
    forms = [
        "+.2%" if one.by == "change" else ".3%" if input_shown(one, lang).percent else ",.5g" for one in (other, moved)
    ]
    return Picture(
        chart=_chart(result, lang), title=title, subtitle=(case_line(result.other.case, lang), _notes(result, metric, lang)),
        alt=joined([f"{title}。" if lang == "zh" else f"{title}.", _alt(result, lang), _notes(result, metric, lang)], lang),
        table=table, lang=lang, formats=dict(zip(map(str, table.columns[:2]), forms, strict=True)),
    )  # fmt: skip


def _head(one: Input, lang: str) -> str:
    kind = input_shown(one, lang)
    return say(_WORDS, "axis", lang, name=kind.label) if one.by == "change" else kind.head


def _table(result: Frontier, lang: str) -> pd.DataFrame:
    """A row a value: it, what is needed, and why there is no answer or what is odd about it; units as on the axes."""
    other, moved = result.other.inputs[0], result.moved
    return pd.DataFrame(
        {
            _head(other, lang): result.values * input_shown(other, lang).factor,
            say(_WORDS, "needed", lang, moved=_head(moved, lang)): result.needed * input_shown(moved, lang).factor,
            say(_WORDS, "note", lang): [str(result.words(place, lang)) for place in range(result.values.size)],
        }
    )


def _chart(result: Frontier, lang: str) -> alt.LayerChart:
    other, moved = result.other.inputs[0], result.moved
    kinds = input_shown(other, lang), input_shown(moved, lang)
    points: list[dict[str, Any]] = [
        {"x": kinds[0].at(float(at)), "y": kinds[1].at(float(need)), "x_text": input_text(other, float(at), lang, unit=True),
         "y_text": input_text(moved, float(need), lang, unit=True)}
        for at, need in sorted(zip(result.values.tolist(), result.needed.tolist(), strict=True))
    ]  # fmt: skip
    here = _here(result, kinds)
    ends = [domain([*(one[axis] for one in points), *(one[axis] for one in here)]) for axis in ("x", "y")]
    form = ["+.2~%" if one.by == "change" else kind.axis for one, kind in zip((other, moved), kinds, strict=True)]
    x = alt.X("x:Q", title=lined(_head(other, lang)), axis=alt.Axis(format=form[0], tickCount=6, grid=False),
              scale=alt.Scale(domain=list(ends[0]), nice=False, zero=False))  # fmt: skip
    y = alt.Y("y:Q", title=lined(say(_WORDS, "needed", lang, moved=_head(moved, lang))), axis=alt.Axis(format=form[1], tickCount=6),
              scale=alt.Scale(domain=list(ends[1]), nice=False, zero=False))  # fmt: skip
    tips = [alt.Tooltip("x_text:N", title=kinds[0].label), alt.Tooltip("y_text:N", title=kinds[1].label)]
    line = alt.Chart(data(points)).encode(x=x, y=y, tooltip=tips)
    layers: list[Any] = [line.mark_line(style="curve", point={"filled": True, "size": 60})]
    if here:
        at = alt.Chart(data([{**one, "text": say(_WORDS, "here", lang)} for one in here])).encode(
            x=alt.X("x:Q"), y=alt.Y("y:Q")
        )
        layers += [
            at.mark_point(style="marker", shape="diamond", filled=True, size=150, opacity=1.0, aria=False),
            *haloed(at.encode(text="text:N"), "mark-label", align="left", dx=10, dy=-10),
        ]
    return layered(layers, HEIGHT)


def _here(result: Frontier, kinds: tuple[Shown, Shown]) -> list[dict[str, float | None]]:
    """The case as it stands, where it states both inputs."""
    if result.solved is None:
        return []
    x, y = float(result.other.base[0, 0]), float(result.solved.moving.base[0, 0])
    return [{"x": kinds[0].at(x), "y": kinds[1].at(y)}] if np.isfinite([x, y]).all() else []


def _notes(result: Frontier, metric: Shown | None, lang: str) -> str:
    end, stop = pick(lang, "。", "."), pick(lang, "；", "; ")
    solved, missing = result.solved, int(np.isnan(result.needed).sum())
    if solved is None or metric is None or missing == result.needed.size:
        return say(_WORDS, "none", lang) + end
    parts = [say(_WORDS, "target", lang, metric=metric.label, target=metric.text(float(solved.target[0])))]
    ways = set(solved.trend[solved.found].tolist())
    if ways in ({"rises"}, {"falls"}):
        rising = ways == {"rises"}
        parts.append(say(_WORDS, "above" if rising != (result.key in LOWER_IS_BETTER) else "below", lang))
    parts += [say(_WORDS, "case", lang)] if _here(result, (metric, metric)) else []
    parts += [say(_WORDS, "missing", lang, count=missing)] if missing else []
    return stop.join(parts) + end


def _alt(result: Frontier, lang: str) -> str:
    other, moved = result.other.inputs[0], result.moved
    points = [
        say(
            _WORDS,
            "point",
            lang,
            other=input_text(other, float(at), lang, unit=True),
            needed=input_text(moved, float(need), lang, unit=True),
        )
        for at, need in zip(result.values, result.needed, strict=True)
        if np.isfinite(need)
    ]
    return say(_WORDS, "alt", lang, points=pick(lang, "；", "; ").join(points) or say(_WORDS, "none", lang))
