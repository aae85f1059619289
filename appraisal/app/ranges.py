"""The ranges of a tornado as a table that a person edits; what was edited is kept by input, in the input's own unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from appraisal.app.moved import scale_of
from appraisal.app.reading import text_table
from appraisal.app.settings import held
from appraisal.app.state import lang, t
from appraisal.report.charts.figures import input_shown, input_text, names_of
from appraisal.study.inputs import Input
from appraisal.study.tornado import Tornado

_OWN = "own_ranges"
_EDITOR = "tornado_ranges"
_ENDS = ("low", "high")
# Pixels of a name: five columns stand beside each other on a narrow desktop.
_NAME = 300


def own_ranges(known: Sequence[Input]) -> dict[str, tuple[float, float]]:
    """Own ranges of the inputs that the case moves."""
    every: Mapping[str, tuple[float, float]] = held().get(_OWN, {})
    return {one.key: every[one.key] for one in known if one.key in every}


def ranges_editor(found: Tornado) -> None:
    """Every range, whose ends can be changed, and under it the reason of each in full."""
    scales = [scale_of(input_shown(one, lang()).entered) for one in found.inputs]
    st.data_editor(
        _frame(found, scales), key=_EDITOR, hide_index=True, width="stretch", height="content", disabled=("name", "unit", "base"),
        on_change=_took, args=([one.key for one in found.inputs], scales, [(one.low, one.high) for one in found.ranges]),
        column_config={
            "name": st.column_config.TextColumn(t("不确定因素", "Input"), width=_NAME, pinned=True),
            "unit": st.column_config.TextColumn(t("单位", "Unit"), width="small"),
            "low": st.column_config.NumberColumn(t("低值（可改）", "Low (editable)"), format="%.6g"),
            "base": st.column_config.NumberColumn(t("基准值", "Base"), format="%.6g"),
            "high": st.column_config.NumberColumn(t("高值（可改）", "High (editable)"), format="%.6g"),
        },
    )  # fmt: skip
    text_table(_reasons(found), t("每个因素的区间及其依据", "The range of every input and the reason for it"))
    if own_ranges(found.inputs):
        st.button(
            t("恢复有依据的区间", "Back to the reasoned ranges"),
            key="ranges_reset",
            icon=":material/undo:",
            on_click=forget_ranges,
        )


def _frame(found: Tornado, scales: Sequence[float]) -> pd.DataFrame:
    kinds = [input_shown(one, lang()).entered for one in found.inputs]
    base = found.moving.base[0]
    return pd.DataFrame({
        "name": names_of(found.inputs, lang()),
        "unit": [t("变化率 %", "change, %") if one.by == "change" else "%" if kind.percent else kind.unit for one, kind in zip(found.inputs, kinds, strict=True)],
        "low": [float(f"{one.low * scale:.6g}") for one, scale in zip(found.ranges, scales, strict=True)],
        "base": [float(f"{value * scale:.6g}") for value, scale in zip(base, scales, strict=True)],
        "high": [float(f"{one.high * scale:.6g}") for one, scale in zip(found.ranges, scales, strict=True)],
    })  # fmt: skip


def _reasons(found: Tornado) -> pd.DataFrame:
    """A row an input: its name, its range as people read it, why that."""
    zh = lang() == "zh"
    return pd.DataFrame({
        t("不确定因素", "Input"): names_of(found.inputs, lang()),
        t("区间", "Range"): [
            " … ".join(input_text(one, end, lang(), unit=True) for end in (reach.low, reach.high))
            for one, reach in zip(found.inputs, found.ranges, strict=True)
        ],
        t("区间依据", "Reason for the range"): [one.zh if zh else one.en for one in found.ranges],
    })  # fmt: skip


def _took(keys: Sequence[str], scales: Sequence[float], ranges: Sequence[tuple[float, float]]) -> None:
    """Take the cells that were edited; an end that was emptied brings the reasoned range back."""
    own = dict(held().get(_OWN, {}))
    for row, cells in st.session_state[_EDITOR]["edited_rows"].items():
        place = int(row)
        ends = [cells.get(name, end * scales[place]) for name, end in zip(_ENDS, ranges[place], strict=True)]
        if None in ends:
            own.pop(keys[place], None)
        else:
            own[keys[place]] = tuple(float(f"{end / scales[place]:.12g}") for end in ends)
    held()[_OWN] = own


def forget_ranges() -> None:
    """Every input moves over its reasoned range again."""
    held().pop(_OWN, None)
