"""Parts that several charts share: data, reference lines with their labels, text that stays legible on lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np

# Pixels kept free above the marks, one line of labels each.
LINE = 18
HEADROOM = 2 * LINE + 6


def data(records: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """Rows as data of a chart; what is no finite number is null, because NaN is not JSON."""
    return alt.InlineData(values=[{key: _plain(value) for key, value in row.items()} for row in records])


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, str, int)) or value is None:
        return value
    return float(value) if np.isfinite(value) else None


def domain(values: Sequence[float | None], margin: float = 0.06) -> tuple[float, float]:
    """The least and the greatest of the numbers, with a margin of their distance on both sides.

    Examples
    --------
    >>> domain([0.0, None, 10.0], 0.1)
    (-1.0, 11.0)
    """
    known = [value for value in values if value is not None and np.isfinite(value)]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    # A single value gets a window around it.
    room = margin * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room


def haloed(chart: alt.Chart, style: str, **mark: Any) -> list[alt.Chart]:
    """Text with a rim in the colour of the paper behind it."""
    return [chart.mark_text(style="halo", aria=False, **mark), chart.mark_text(style=style, **mark)]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A vertical reference line: its place on the x axis, its label, and how the theme paints it."""

    at: float
    text: str
    role: str


_LABELS = {"base": "base-label", "hurdle": "hurdle-label"}


def verticals(lines: Sequence[Line], within: tuple[float, float]) -> list[alt.Chart]:
    """Vertical reference lines, each with its label in a row of its own above the marks.

    A label stands on the side of its line that is away from the others, unless the edge of the chart is near. The first
    line has the highest label.

    Parameters
    ----------
    lines : sequence of Line
    within : (low, high)
        Domain of the axis.
    """
    middle = float(np.mean([one.at for one in lines])) if lines else 0.0
    rules, labels = [], []
    for row, one in enumerate(lines):
        place = (one.at - within[0]) / (within[1] - within[0])
        left = place > 0.3 if one.at < middle else place > 0.7
        top = LINE // 2 + row * LINE
        at = alt.Chart(data([{"at": one.at, "text": one.text}])).encode(x=alt.X("at:Q"))
        rules.append(at.mark_rule(style=one.role, aria=False).encode(y=alt.value(top), y2=alt.value("height")))
        labels += haloed(
            at.encode(y=alt.value(top), text="text:N"), _LABELS.get(one.role, "mark-label"),
            align="right" if left else "left", dx=-5 if left else 5,
        )  # fmt: skip
    return [*rules, *labels]


def headroom(lines: int) -> int:
    """Pixels above the marks that the labels of so many lines take."""
    return lines * LINE + 6


def change_axis(**more: Any) -> alt.Axis:
    """An axis of relative changes: signs, but none at zero."""
    return alt.Axis(labelExpr="datum.value == 0 ? '0%' : format(datum.value, '+.2~%')", labelBound=True, **more)


def layered(parts: Sequence[Any], height: int, **more: Any) -> alt.LayerChart:
    """Charts drawn on one another, the last on top."""
    return alt.LayerChart(layer=list(parts)).properties(height=height, **more)


def apart(places: Sequence[float], gap: float) -> list[float]:
    """Rising places moved as little as it takes to stand *gap* from one another, for labels at the ends of lines.

    Examples
    --------
    >>> [round(one, 3) for one in apart([0.0, 1.0, 1.1], 0.5)]
    [0.0, 0.8, 1.3]
    """
    found = list(places)
    # Each pass halves what is left of an overlap at the least.
    for _ in range(60):
        for place in range(1, len(found)):
            short = gap - (found[place] - found[place - 1])
            if short > 1e-12:
                found[place - 1] -= 0.5 * short
                found[place] += 0.5 * short
    return found


def pixels(name: str, height: int) -> alt.Y:
    """A y channel in pixels from the top of a chart of that height."""
    return alt.Y(f"{name}:Q", axis=None, scale=alt.Scale(domain=[0, height], range=[0, height], nice=False))
