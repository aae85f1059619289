"""A sum shown as steps, one under the other: each bar begins where the last one ended, the last bar is what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
# Of a row, what its name takes: no line is drawn across it.
_NAMED = 3
# Pixels that bars have on a phone: a label that fits there fits everywhere.
_NARROW = 260.0


@dataclass(frozen=True, kw_only=True)
class Step:
    """One bar: its name, its amount, whether it stands from zero (a sum) and how it is painted.

    ``style`` is a role of the theme; empty for blue above zero and orange below.
    """

    name: str
    value: float
    whole: bool = False
    style: str = ""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A range drawn over one of the steps, a sum: its place among them, low and high."""

    step: int
    low: float
    high: float


def steps_chart(steps: Sequence[Step], shown: Shown, *, label: str, reach: Reach | None = None) -> alt.LayerChart:
    """The steps as horizontal bars.

    Parameters
    ----------
    steps : sequence of Step
        From the first to the sum.
    shown : Shown
        How the amounts are written.
    label : str
        Head of the amounts in a tooltip.
    reach : Reach, optional
        A whisker over the end of a sum.
    """
    plain = list(_bars(steps, shown))
    whisker = [] if reach is None else [shown.at(reach.low), shown.at(reach.high)]
    within = domain([0.0, *(end for one in plain for end in (one["from"], one["to"])), *whisker], 0.02)
    bars = [_clear_of_zero(one, within[1] - within[0]) for one in plain]
    height = len(bars) * ROW
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
    joints = [_joint(one, two, within) for one, two in pairwise(bars)]
    joint = alt.Chart(data(joints)).encode(x=alt.X("at:Q"), y=pixels("top", height), y2=alt.Y2("bottom"))
    rows = [{"at": 0.0, "top": one["top"] - 1, "bottom": one["bottom"] + 1} for one in bars]
    zero = alt.Chart(data(rows)).encode(x=alt.X("at:Q"), y=pixels("top", height), y2=alt.Y2("bottom"))
    layers += [joint.mark_rule(style="mark-rule", aria=False), zero.mark_rule(style="base", strokeWidth=1, aria=False)]
    if reach is not None:
        layers += _whisker(bars[reach.step], whisker, height)
        # The number of the sum stands behind the whisker.
        bars[reach.step] |= {"end": max(whisker[1], bars[reach.step]["end"])}
    for side, way in (("right", "left"), ("left", "right")):
        chosen = [one for one in bars if one["side"] == side]
        text = alt.Chart(data(chosen)).encode(x=alt.X("end:Q"), y=pixels("middle", height), text=alt.Text("text:N"))
        layers += haloed(text, "end-label", align=way, dx=5 if side == "right" else -5) if chosen else []
    heads = [{"y": turn * ROW + _LABEL, "text": one.name, "whole": one.whole} for turn, one in enumerate(steps)]
    names = alt.Chart(data(heads)).encode(x=alt.value(0), y=pixels("y", height), text=alt.Text("text:N"))
    return layered([*layers, *haloed(names, "row-label", align="left", dx=2)], height)


def _bars(steps: Sequence[Step], shown: Shown) -> Iterator[dict[str, Any]]:
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


def _whisker(bar: dict[str, Any], ends: Sequence[float | None], height: int) -> list[Any]:
    """A line from low to high across the middle of a bar, with a stroke at both ends."""
    low, high = ends
    across = alt.Chart(data([{"low": low, "high": high, "y": bar["middle"]}]))
    ticks = alt.Chart(data([{"at": end, "top": bar["top"] + 2, "bottom": bar["bottom"] - 2} for end in ends]))
    line = across.encode(x=alt.X("low:Q"), x2=alt.X2("high"), y=pixels("y", height))
    ends_of = ticks.encode(x=alt.X("at:Q"), y=pixels("top", height), y2=alt.Y2("bottom"))
    # A rim in the colour of the paper keeps it in sight on the bar.
    return [one.mark_rule(style=style, aria=False) for style in ("halo", "whisker") for one in (line, ends_of)]


def _joint(one: dict[str, Any], two: dict[str, Any], within: tuple[float, float]) -> dict[str, Any]:
    """The line from the end of a bar to the next one, stopped short of the next one's name where that is in its way."""
    at = (one["to"] - within[0]) / (within[1] - within[0]) * _NARROW
    named = at < 1.1 * _FONT * span(two["name"]) + 8.0
    return {"at": one["to"], "top": one["bottom"], "bottom": two["top"] - (_TOP - _NAMED if named else 0)}


def _clear_of_zero(bar: dict[str, Any], reach: float) -> dict[str, Any]:
    """The bar with its number on the other side where it would lie across the line at zero."""
    low, high = sorted((bar["from"], bar["to"]))
    room = (_FONT * span(bar["text"]) + 5.0) / _NARROW * reach
    across = 0.0 < low < room if bar["side"] == "left" else -room < high < 0.0
    if not across:
        return bar
    return bar | ({"side": "right", "end": high} if bar["side"] == "left" else {"side": "left", "end": low})


def nothing(value: float, size: float) -> bool:
    """Whether an amount is none: beyond the digits that are printed of *size*."""
    return bool(np.abs(value) <= 1e-12 * max(size, 1.0))
