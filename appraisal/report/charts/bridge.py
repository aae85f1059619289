"""How one NPV becomes another: a bar for each group of inputs that is replaced, from the one case to the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from appraisal.report.charts.falls import Step, steps_chart
from appraisal.report.charts.figures import shown
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import listed, pick, say, span
from appraisal.report.charts.years import described, ended
from appraisal.report.compare import ORDER, Bridge
from appraisal.report.compare import Step as Replaced

# Chinese characters over a bar on a phone.
_ROOM = 26.0

_WORDS = {
    "title": ("{metric}：从“{one}”到“{other}”", "{metric}: from “{one}” to “{other}”"),
    "how": (
        "逐节把前者填写的输入换成后者的，每步整体重新评价一次；先后次序固定，次序不同，各步的数额也会不同",
        "Section by section the inputs of the first case are replaced by those of the second, each step a whole appraisal; the order is fixed, and another order would share out the difference otherwise",
    ),
    "merged": ("{names}一起替换：单独替换时算例不成立", "{names} are replaced together: one alone makes no case that stands"),
    "same": ("两个方案的输入相同", "Both cases have the same inputs"),
    "step": ("替换", "Replaced"), "change": ("变化", "Change"), "reached": ("替换后", "Then"),
    "alt": ("阶梯横条图：从 {begin} 到 {end}；{steps}", "Steps from {begin} to {end}; {steps}"),
}  # fmt: skip


def bridge_chart(found: Bridge, names: tuple[str, str], lang: str = "en") -> Picture:
    """The bridge as steps; the last bar is the other case's metric to the digit.

    Parameters
    ----------
    found : Bridge
    names : (str, str)
        What the two cases are called.
    lang : "en" or "zh"
    """
    # One number of decimals for all: the parts add up to what stands at both ends.
    amounts = np.array([found.begin, found.end, *(one.change for one in found.steps)])
    kind = shown(found.metric, lang).fitted(amounts)
    title = say(_WORDS, "title", lang, metric=kind.label, one=names[0], other=names[1])
    notes = [ended(say(_WORDS, "how" if found.steps else "same", lang), lang)]
    notes += [
        ended(say(_WORDS, "merged", lang, names=named(one, lang)), lang) for one in found.steps if len(one.sections) > 1
    ]  # fmt: skip
    steps = [Step(name=_short(names[0]), value=found.begin, whole=True, style=_whole(found.begin))]
    steps += [Step(name=named(one, lang), value=one.change) for one in found.steps]
    steps.append(Step(name=_short(names[1]), value=found.end, whole=True, style=_whole(found.end)))
    reached = [found.begin, *(one.reached for one in found.steps), found.end]
    told = pick(lang, "，", ", ").join(f"{one.name} {kind.text(one.value)}" for one in steps[1:-1])
    alt = say(_WORDS, "alt", lang, begin=kind.text(found.begin), end=kind.text(found.end), steps=told)
    table = pd.DataFrame({
        say(_WORDS, "step", lang): [one.name for one in steps],
        say(_WORDS, "change", lang) + kind.head.removeprefix(kind.label): [np.nan, *(kind.at(one.change) for one in found.steps), np.nan],
        kind.head: [value * kind.factor for value in reached],
    })  # fmt: skip
    return Picture(
        chart=steps_chart(steps, kind, label=kind.head), title=title, subtitle=tuple(notes), lang=lang,
        alt=described(title, [ended(alt, lang), *notes], lang), table=table, formats={str(name): kind.form for name in table.columns[1:]},
    )  # fmt: skip


def named(step: Replaced, lang: str) -> str:
    """The sections of a step by their names."""
    return listed([pick(lang, *ORDER[name]) for name in step.sections], lang)


def _short(name: str) -> str:
    """The name of a case, as long as there is room for it over a bar."""
    kept = name
    while span(kept) > _ROOM:
        kept = kept[:-1]
    return name if kept == name else f"{kept.rstrip()}…"


def _whole(value: float) -> str:
    return "bar" if value >= 0.0 else "bar-two"
