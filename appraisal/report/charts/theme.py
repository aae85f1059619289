"""One look for every chart, light and dark: fonts, sizes, and colours that do not rest on hue alone.

A chart names its marks by role (``style="hurdle"``) and the theme paints the role, so that one chart serves both themes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# A Chinese font first: a font without Chinese would draw boxes. The last is whatever the reader's machine has.
FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "sans-serif",
)  # fmt: skip
FONT = ", ".join(FONTS)


@dataclass(frozen=True, kw_only=True)
class Paint:
    """The colours of one theme.

    Attributes
    ----------
    paper, ink, faint, grid : str
        Background, text, secondary text, grid lines.
    hurdle, accent : str
        Reference lines to clear; marked points.
    category : tuple of str
        Series, in order: Okabe and Ito (2008), on dark paper those of them that are light enough.
    low, high : str
        The two ends of an input.
    clears, misses : str
        Bars on either side of a hurdle, such that lines on them are seen.
    diverging : tuple of str
        Below, at and above a hurdle: orange to blue, told apart with every common colour blindness. Dark text is
        legible on all of it, so both themes share it.
    bare : tuple of str
        The same for cells without text: the middle, most of a map of power, is near the paper.
    """

    paper: str
    ink: str
    faint: str
    grid: str
    hurdle: str
    accent: str
    category: tuple[str, ...]
    low: str
    high: str
    clears: str
    misses: str
    diverging: tuple[str, ...] = ("#E08A1E", "#F3BE77", "#FAE6CB", "#F7F7F4", "#D5E7F2", "#92C5E6", "#4BA3D6")
    bare: tuple[str, ...] = ("#E08A1E", "#F3BE77", "#FAE6CB", "#F7F7F4", "#D5E7F2", "#92C5E6", "#4BA3D6")


LIGHT = Paint(
    paper="#FFFFFF", ink="#1F2933", faint="#5B6873", grid="#E4E8EC", hurdle="#C2410C", accent="#1F2933",
    category=("#0072B2", "#D55E00", "#009E73", "#B4508F", "#8C6D00", "#3FA0D8", "#5B6873"), low="#56B4E9", high="#E69F00", clears="#8CC6EC", misses="#F2B45F",
)  # fmt: skip
DARK = Paint(
    paper="#12171D", ink="#E8ECF0", faint="#A3AFBA", grid="#2C353F", hurdle="#FF9F6B", accent="#E8ECF0",
    category=("#56B4E9", "#F28E4B", "#3CCBA0", "#E2A0C8", "#F0E442", "#9CC9F5", "#A3AFBA"), low="#56B4E9", high="#E69F00", clears="#2F6E99", misses="#A9681C",
    bare=("#F0A63C", "#B9731F", "#5E4423", "#202932", "#21475F", "#2F7CAB", "#66BAE9"),
)  # fmt: skip


def paint(*, dark: bool) -> Paint:
    """The colours of the light or the dark theme."""
    return DARK if dark else LIGHT


def theme(*, dark: bool = False) -> dict[str, Any]:
    """The Vega-Lite configuration of a theme.

    Examples
    --------
    >>> theme()["background"], theme(dark=True)["background"]
    ('#FFFFFF', '#12171D')
    """
    on = paint(dark=dark)
    return {
        "background": on.paper,
        "font": FONT,
        "padding": {"left": 10, "right": 16, "top": 10, "bottom": 10},
        "view": {"stroke": None},
        # The picture is described as a whole and has a table: its marks and axes are not read out one by one.
        "aria": False,
        "mark": {"color": on.category[0], "aria": False},
        "title": {
            "anchor": "start", "frame": "bounds", "fontSize": 17, "fontWeight": "bold", "color": on.ink, "offset": 14,
            "subtitleFontSize": 12, "subtitleColor": on.faint, "subtitlePadding": 6, "subtitleLineHeight": 17, "lineHeight": 22,
        },
        "axis": {
            "labelFontSize": 12, "labelColor": on.ink, "titleFontSize": 12, "titleFontWeight": "normal", "titleColor": on.faint,
            "titlePadding": 8, "gridColor": on.grid, "domainColor": on.faint, "tickColor": on.faint, "labelOverlap": "greedy",
            "labelPadding": 4,
        },
        "legend": {
            "labelFontSize": 12, "labelColor": on.ink, "titleFontSize": 12, "titleFontWeight": "normal", "titleColor": on.faint,
            "labelLimit": 0, "titleLimit": 0, "symbolSize": 90, "symbolStrokeWidth": 2, "orient": "bottom", "rowPadding": 4,
            "columnPadding": 18,
        },
        "range": {"category": list(on.category), "diverging": list(on.diverging), "heatmap": list(on.bare), "ramp": list(on.bare[3:])},
        "style": _styles(on),
    }  # fmt: skip


def _styles(on: Paint) -> dict[str, Any]:
    """How each role is painted."""
    label = {"fontSize": 12, "color": on.ink, "baseline": "middle"}
    halo = {"stroke": on.paper, "strokeWidth": 4, "strokeJoin": "round", "color": on.paper}
    return {
        "row-label": {**label, "fontWeight": "bold", "align": "left"},
        "end-label": label,
        "faint-label": {**label, "color": on.faint},
        "halo": {**label, **halo},
        "base": {"color": on.ink, "strokeWidth": 1.5},
        "base-label": label,
        "hurdle": {"color": on.hurdle, "strokeWidth": 2, "strokeDash": [6, 4]},
        "hurdle-label": {**label, "color": on.hurdle, "fontWeight": "bold"},
        "mark-rule": {"color": on.ink, "strokeWidth": 1.25, "strokeDash": [2, 3]},
        "mark-label": label,
        "whisker": {"color": on.ink, "strokeWidth": 1.5},
        "marker": {"color": on.accent, "stroke": on.paper, "strokeWidth": 1.5},
        "dot": {"color": on.category[0], "stroke": on.paper, "strokeWidth": 1.0},
        "low": {"color": on.low},
        "high": {"color": on.high},
        "clears": {"color": on.clears, "stroke": on.paper, "strokeWidth": 0.5},
        "misses": {"color": on.misses, "stroke": on.paper, "strokeWidth": 0.5},
        "bar": {"color": on.category[0]},
        "bar-two": {"color": on.category[1]},
        "curve": {"color": on.category[0], "strokeWidth": 2.25},
        "curve-two": {"color": on.category[1], "strokeWidth": 2.25, "strokeDash": [7, 3]},
        "band": {"color": on.category[0], "fillOpacity": 0.16},
        "error": {"fillOpacity": 0.14},
        "cell": {"stroke": on.paper, "strokeWidth": 1},
        "cell-label": {"fontSize": 12, "color": "#16202A", "baseline": "middle", "align": "center"},
        "border": {"color": "#16202A", "strokeWidth": 2.5},
        "frame": {"filled": False, "color": "#16202A", "strokeWidth": 1.5, "strokeDash": [3, 3]},
        "cell-empty": {"color": "#C9D0D6", "stroke": on.paper, "strokeWidth": 1},
    }  # fmt: skip
