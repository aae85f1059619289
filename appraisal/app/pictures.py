"""A picture on a page: heading, chart, and behind it the table, the description and the files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from appraisal.app.markup import unlinked
from appraisal.app.state import dark, t
from appraisal.report.charts.export import drawn
from appraisal.report.charts.fonts import chinese_fonts
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.theme import theme
from appraisal.report.frames import csv_bytes

# What would be read as markup in a title that a person wrote.
_MARKUP = re.compile(r"[\\`*_\[\]<>$~#|]|:(?=[A-Za-z0-9_+/-]+(?::|\[))")
# Pixels that labels of a vertical axis take in a stack.
_EXTENT = 62
_FILES = (("svg", "image/svg+xml"), ("png", "image/png"))


def show(
    picture: Picture, key: str, *, headed: bool = True, selected: str = "", clicked: Callable[[], None] | None = None
) -> Any:
    """Show a picture; its title and sentences are text of the page, so that they wrap on a phone.

    Parameters
    ----------
    picture : Picture
    key : str
        Of the widgets, and the name of the files.
    headed : bool
        False where the page has the heading already; the sentences are shown all the same.
    selected : str
        Name of a selection of the chart (``cell`` of the heat map): the page runs again when a person clicks.
    clicked : callable, optional
        Called first when a person clicks; the selection then stands in the session's state under *key*.

    Returns
    -------
    The chart's event where *selected* is given (``event.selection[selected]`` is a list of what was clicked), else None.
    """
    if headed:
        st.subheader(plain(picture.title), anchor=False)
    for line in picture.subtitle:
        st.caption(plain(line))
    event = _chart(picture, key, selected, clicked)
    with st.expander(t("数据表、文字说明与下载", "Table, description and files"), key=f"{key}_more"):
        _more(picture, key)
    return event


def plain(text: str) -> str:
    """A text with what Markdown would take for markup escaped, and no address made a link.

    Examples
    --------
    >>> plain("5 MW [x](y) at 10:30, :red[no]")
    '5 MW \\\\[x\\\\](y) at 10:30, \\\\:red\\\\[no\\\\]'
    """
    return unlinked(_MARKUP.sub(lambda found: "\\" + found[0], text))


def _chart(picture: Picture, key: str, selected: str, clicked: Callable[[], None] | None) -> Any:
    parts = getattr(picture.chart, "vconcat", None)
    if parts:
        # A stack has one fixed width; on a page each part takes the width that there is, with axes of one extent.
        for place, part in enumerate(parts):
            drawn_part = replace(picture, chart=part).themed(dark=dark(), width="container", titled=False)
            st.altair_chart(
                drawn_part.configure_axisY(minExtent=_EXTENT), theme=None, width="stretch", key=f"{key}_{place}"
            )
        return None
    chart = _padded(picture.themed(dark=dark(), width="container", titled=False))
    if not selected:
        st.altair_chart(chart, theme=None, width="stretch", key=key)
        return None
    return st.altair_chart(
        chart, theme=None, width="stretch", key=key, on_select=clicked or "rerun", selection_mode=selected
    )


def _padded(chart: Any) -> Any:
    """The chart with its room at the sides said on top: a page that finds none there sets its own, and labels are cut."""
    return chart if isinstance(chart.padding, dict) else chart.properties(padding=theme(dark=dark())["padding"])


def _more(picture: Picture, key: str) -> None:
    """What stands behind the chart; files are drawn when they are asked for."""
    st.write(plain(picture.alt))
    heads, rows = picture.cells()
    st.dataframe(pd.DataFrame(rows, columns=heads), hide_index=True, width="stretch", key=f"{key}_table")
    row = st.container(horizontal=True)
    with row:
        for kind, mime in _FILES:
            st.download_button(
                kind.upper(), partial(_drawn, picture, kind), file_name=f"{key}.{kind}", mime=mime, key=f"{key}_{kind}",
                on_click="ignore", icon=":material/download:",
            )  # fmt: skip
        st.download_button(
            "CSV", partial(csv_bytes, picture.table), file_name=f"{key}.csv", mime="text/csv", key=f"{key}_csv", on_click="ignore",
            icon=":material/download:",
        )  # fmt: skip
    if picture.lang == "zh" and not chinese_fonts():
        st.caption("服务器没有中文字体：PNG 中的汉字会显示为方框，请下载 SVG。")


def _drawn(picture: Picture, kind: str) -> bytes:
    """The file, on white paper whatever the page: it goes into reports."""
    return drawn(picture, kind)
