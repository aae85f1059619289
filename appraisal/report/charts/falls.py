"""A sum shown as steps, one under the other: each bar begins where the last one ended, the last bar is what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import altair as alt
import numpy as np

from appraisal.report.charts.figures import Shown
from appraisal.report.charts.layers import data, domain, haloed, layered, pixels
from appraisal.report.charts.words import lined, span

ROW = 40
_LABEL, _TOP, _BOTTOM = 10, 19, 35
_FONT = 12


@dataclass(frozen=True, kw_only=True)
class Step:
    """One bar: its name, its amount, whether it stands from zero (a sum) and how it is painted.

    ``style`` is a role of the theme; empty for blue above zero and orange below.
    """

    name: str
    value: float
    whole: bool = False
    style: str = ""


def steps_chart(steps: Sequence[Step], shown: Shown, *, label: str) -> alt.LayerChart:
    """The steps as horizontal bars.

    Parameters
    ----------
    steps : sequence of Step
        From the first to the sum.
    shown : Shown
        How the amounts are written.
    label : str
        Head of the amounts in a tooltip.
    """
    bars = list(_bars(steps, shown))
    height = len(bars) * ROW
    within = domain([0.0, *(end for one in bars for end in (one["from"], one["to"]))], 0.02)
    room = max(_FONT * span(one["text"]) for one in bars) + 12.0
    x = alt.X("from:Q", title=lined(shown.head), axis=alt.Axis(format=shown.axis, tickCount=5, labelSeparation=10),
              scale=alt.Scale(domain=list(within), nice=False, padding=room))  # fmt: skip
    tips = [alt.Tooltip("name:N", title=" "), alt.Tooltip("text:N", title=label)]
    layers: list[Any] = []
    for style in dict.fromkeys(one["style"] for one in bars):
        part = alt.Chart(data([one for one in bars if one["style"] == style]))
        layers.append(
            part.encode(x=x, x2=alt.X2("to"), y=pixels("top", height), y2=alt.Y2("bottom"), tooltip=tips).mark_rect(
                style=style
            )
        )
    joints = [{"at": one["to"], "top": one["bottom"], "bottom": two["top"]} for one, two in pairwise(bars)]
    joint = alt.Chart(data(joints)).encode(x=alt.X("at:Q"), y=pixels("top", height), y2=alt.Y2("bottom"))
    zero = alt.Chart(data([{"at": 0.0}])).encode(x=alt.X("at:Q"))
    layers += [joint.mark_rule(style="mark-rule", aria=False), zero.mark_rule(style="base", strokeWidth=1, aria=False)]
    for side, way in (("right", "left"), ("left", "right")):
        chosen = [one for one in bars if one["side"] == side]
        text = alt.Chart(data(chosen)).encode(x=alt.X("end:Q"), y=pixels("middle", height), text=alt.Text("text:N"))
        layers += haloed(text, "end-label", align=way, dx=5 if side == "right" else -5) if chosen else []
    heads = [{"y": turn * ROW + _LABEL, "text": one.name, "whole": one.whole} for turn, one in enumerate(steps)]
    names = alt.Chart(data(heads)).encode(x=alt.value(0), y=pixels("y", height), text=alt.Text("text:N"))
    return layered([*layers, *haloed(names, "row-label", align="left", dx=2)], height)


def _bars(steps: Sequence[Step], shown: Shown) -> Any:
    reached = 0.0
    for turn, one in enumerate(steps):
        begin = 0.0 if one.whole else reached
        reached = one.value if one.whole else reached + one.value
        rising = one.value >= 0.0
        yield {
            "name": one.name, "from": shown.at(begin), "to": shown.at(reached), "text": shown.text(one.value, unit=False),
            "style": one.style or ("clears" if rising else "misses"), "side": "right" if rising else "left",
            "end": shown.at(max(begin, reached) if rising else min(begin, reached)),
            "top": turn * ROW + _TOP, "bottom": turn * ROW + _BOTTOM, "middle": turn * ROW + (_TOP + _BOTTOM) / 2,
        }  # fmt: skip


def nothing(value: float, size: float) -> bool:
    """Whether an amount is none: beyond the digits that are printed of *size*."""
    return bool(np.abs(value) <= 1e-12 * max(size, 1.0))
