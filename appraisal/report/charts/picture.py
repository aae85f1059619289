"""A picture: a chart, what it shows in words, and the table that says the same."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from appraisal.report.charts.theme import theme
from appraisal.report.charts.words import wrapped

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 760
# What the axes of a chart that stands under another take of the width.
_AXES = 90
_NARROWEST = 120


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One chart ready to be shown.

    Attributes
    ----------
    chart : altair chart
        Without title, theme and width: they depend on where it is shown, see :meth:`themed`.
    title : str
    subtitle : tuple of str
        Sentences that belong to the chart: the case, the convention, seed and N, what is not shown.
    alt : str
        What a person who does not see the chart must know.
    table : DataFrame
        The figures of the chart, in the units of its heads; rates, shares and changes are fractions.
    formats : mapping
        Column of the table → Python format of its numbers, for people.
    lang : str
        ``zh`` or ``en``.
    """

    chart: Any
    title: str
    subtitle: tuple[str, ...]
    alt: str
    table: pd.DataFrame
    lang: str
    formats: Mapping[str, str] = field(default_factory=dict)

    def themed(self, *, dark: bool = False, width: int | Literal["container"] = WIDTH, titled: bool = True) -> Any:
        """The chart with theme, width, description and, if wanted, its title: what an app shows.

        Parameters
        ----------
        dark : bool
            Light characters on dark paper.
        width : int or "container"
            Pixels of the whole picture; ``"container"`` fills what holds it (a stack of charts keeps its default).
        titled : bool
            False where the page writes title and subtitle itself; there they wrap by themselves.

        Returns
        -------
        altair chart
            Show it without the theme of the place (``st.altair_chart(…, theme=None)``).
        """
        chart = _sized(self.chart, width)
        room = WIDTH if width == "container" else width
        chart = chart.properties(description=self.alt, usermeta={"embedOptions": {"actions": False, "renderer": "svg"}})
        if titled:
            chart = chart.properties(title=_title(self, room))
        return chart.configure(**theme(dark=dark))

    def spec(
        self, *, dark: bool = False, width: int | Literal["container"] = WIDTH, titled: bool = True
    ) -> dict[str, Any]:
        """The same as a Vega-Lite specification, which needs nothing else to be drawn."""
        made: dict[str, Any] = self.themed(dark=dark, width=width, titled=titled).to_dict()
        return made

    def cells(self) -> tuple[list[str], list[list[str]]]:
        """Heads and rows of the table as text for people; a dash where there is no number."""
        heads = [str(name) for name in self.table.columns]
        rows = [
            [_cell(value, self.formats.get(head, "")) for head, value in zip(heads, values, strict=True)]
            for values in self.table.itertuples(index=False, name=None)
        ]
        return heads, rows


def _title(picture: Picture, room: int) -> dict[str, Any]:
    return {
        "text": wrapped(picture.title, (room - 30) / 17.0),
        "subtitle": [line for sentence in picture.subtitle for line in wrapped(sentence, (room - 30) / 12.0)],
    }


def _sized(chart: Any, width: int | Literal["container"]) -> Any:
    """A copy with its width; of charts under one another each gets it, less what axes take."""
    made = deepcopy(chart)
    if hasattr(made, "vconcat"):
        room = WIDTH if width == "container" else width
        made.vconcat = [part.properties(width=max(room - _AXES, _NARROWEST)) for part in made.vconcat]
        return made
    fit: dict[str, Any] = {"type": "fit-x", "contains": "padding"}
    return made.properties(width=width, autosize=fit)


def _cell(value: Any, form: str) -> str:
    if isinstance(value, str):
        return value
    # NaN is the only number that differs from itself.
    if value is None or value != value:
        return "—"
    return format(value, form).replace("-", "−") if form else str(value)
