"""Several quantities over one axis in one drawing: panels under one another, each with its own scale and a heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from appraisal.report.charts.layers import data

# Pixels of a heading, with the room below it.
HEADING = 24
GAP = 14


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Where a panel stands, pixels from the top, what its scale covers and how its axis writes it (for d3)."""

    heading: str
    top: int
    bottom: int
    domain: tuple[float, float]
    format: str
    ticks: int = 4

    def y(self, name: str = "value") -> alt.Y:
        """The channel of a field in this panel."""
        # Every layer names the same scale and axis: they are drawn once.
        scale = alt.Scale(domain=list(self.domain), range=[self.bottom, self.top], nice=False, zero=False)
        return alt.Y(
            f"{name}:Q", title=None, axis=alt.Axis(orient="left", format=self.format, tickCount=self.ticks), scale=scale
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a panel shall show: its heading, its height in pixels, the ends of its scale, the format of its axis."""

    heading: str
    height: int
    domain: tuple[float, float]
    format: str


def laid(plans: Sequence[Plan], *, above: int = 0) -> list[Panel]:
    """Panels one under the other, below *above* pixels kept free.

    Examples
    --------
    >>> plan = Plan(heading="a", height=100, domain=(0.0, 1.0), format=".0%")
    >>> [(one.top, one.bottom) for one in laid([plan, plan])]
    [(24, 124), (162, 262)]
    """
    panels, at = [], above
    for one in plans:
        panels.append(
            Panel(
                heading=one.heading,
                top=at + HEADING,
                bottom=at + HEADING + one.height,
                domain=one.domain,
                format=one.format,
            )
        )
        at += HEADING + one.height + GAP
    return panels


def headings(panels: Sequence[Panel]) -> list[Any]:
    """The headings over their panels; on a narrow screen a long one is cut, because its length would come off the panels."""
    texts = [(one.top - HEADING // 2 - 2, alt.Chart(data([{"text": one.heading}]))) for one in panels]
    return [
        chart.encode(x=alt.value(0), y=alt.value(at), text=alt.Text("text:N")).mark_text(
            style="row-label", align="left", dx=2, limit=alt.expr("width")
        )
        for at, chart in texts
    ]


def stacked(
    panels: Sequence[Panel], layers: Sequence[Sequence[Any]], behind: Sequence[Any] = (), over: Sequence[Any] = ()
) -> alt.LayerChart:
    """The panels in one drawing, each with its own scale, with layers behind all of them and over them.

    Parameters
    ----------
    panels : sequence of Panel
    layers : sequence of sequences of charts
        Of each panel; they share its scale.
    behind, over : sequences of charts
        With y in pixels.
    """
    groups = [alt.LayerChart(layer=list(parts)) for parts in layers]
    whole = [*behind, *groups, *headings(panels), *over]
    made: alt.LayerChart = (
        alt.LayerChart(layer=whole).resolve_scale(y="independent").properties(height=panels[-1].bottom)
    )
    return made
