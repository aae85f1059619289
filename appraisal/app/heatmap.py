"""The two-way map on a page: a click on a cell opens exactly that case; two lists and a button do the same by keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from appraisal.app.draft import Draft
from appraisal.app.opening import changes_of, open_case, opened
from appraisal.app.pictures import show
from appraisal.app.settings import held, keyed
from appraisal.app.state import draft, lang, t
from appraisal.errors import Message
from appraisal.report.charts.figures import input_shown, input_text
from appraisal.report.charts.heat import SELECTED, heat
from appraisal.study.grid import Grid

# The cell that was opened last: the draft that it is, and its inputs with their values.
_CELL = "opened_cell"


def heatmap(found: Grid, of: Draft, key: str) -> None:
    """The map of a grid that was made of the draft *of*."""
    # A map of a new name has forgotten what was clicked.
    name = f"{key}_{st.session_state.get('opened_times', 0)}"
    show(heat(found, lang(), _opened(found)), name, selected=SELECTED, clicked=partial(_clicked, name, found, of, key))
    st.caption(
        t(
            "点击图中一格即打开该方案；也可在这里选择两个取值后打开。",
            "Click a cell of the map to open that case, or choose both values here.",
        )
    )
    _chosen(found, of, key)


def _clicked(name: str, found: Grid, of: Draft, key: str) -> None:
    """Open the cell that was clicked; a click that clears the selection opens nothing."""
    cells = st.session_state[name].selection.get(SELECTED) or []
    if cells:
        open_cell(found, of, key, int(cells[0]["row"]), int(cells[0]["column"]))


def open_cell(found: Grid, of: Draft, key: str, row: int, column: int) -> None:
    """Work on the case of one cell."""
    values = [float(found.x[column]), float(found.y[row])]
    words = {
        language: ("，" if language == "zh" else ", ").join(
            f"{input_shown(one, language).label} {input_text(one, value, language, unit=True)}"
            for one, value in zip(found.moving.inputs, values, strict=True)
        )
        for language in ("zh", "en")
    }  # fmt: skip
    open_case(of, changes_of(found.moving, values), Message(words["en"], words["zh"]))
    st.session_state[_CELL] = (draft().key, *_cell(found, row, column))
    # The lists under the map show the cell that is open.
    for axis, place in (("x", column), ("y", row)):
        st.session_state[f"{key}_{axis}"] = held()[f"{key}_{axis}"] = place


def _cell(found: Grid, row: int, column: int) -> tuple[tuple[str, float], ...]:
    """A cell by its inputs and their values: a map of other axes has it at another place, or nowhere."""
    values = (float(found.x[column]), float(found.y[row]))
    return tuple((one.key, value) for one, value in zip(found.moving.inputs, values, strict=True))


def _opened(found: Grid) -> tuple[int, int] | None:
    """Row and column of the cell that is open on this map."""
    known = st.session_state.get(_CELL)
    if known is None or opened() is None or known[0] != draft().key:
        return None
    cells = ((row, column) for row in range(found.y.size) for column in range(found.x.size))
    return next((one for one in cells if _cell(found, *one) == known[1:]), None)


def _text(texts: Mapping[int, str], place: int) -> str:
    return texts.get(place, str(place))


def _chosen(found: Grid, of: Draft, key: str) -> None:
    columns = st.columns([2, 2, 1], vertical_alignment="bottom")
    places = []
    for column, one, values, axis in zip(columns, found.moving.inputs, (found.x, found.y), "xy", strict=False):
        texts = {place: input_text(one, float(value), lang(), unit=True) for place, value in enumerate(values)}
        name = keyed(f"{key}_{axis}", len(texts) // 2, texts)
        column.selectbox(input_shown(one, lang()).label, list(texts), key=name, format_func=partial(_text, texts))
        places.append(int(st.session_state[name]))
    columns[2].button(
        t("打开该方案", "Open that case"), key=f"{key}_open", width="stretch", on_click=open_cell, args=(found, of, key, places[1], places[0])
    )  # fmt: skip
