"""The page of mechanisms: a ready study at work, its answers, pictures and evidence pack; worked out once and kept."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from appraisal.app.faults import shown_as_is
from appraisal.app.pictures import show
from appraisal.app.reading import text_table
from appraisal.app.state import lang, t
from appraisal.report.bundle import Bundle
from appraisal.report.frames import csv_bytes, text_rows
from appraisal.report.mechanism.asked import Asked, packed
from appraisal.report.mechanism.require import required_bundle
from appraisal.report.mechanism.run import run_bundle
from appraisal.study.mechanism import Bench, Outcome, outcome, read_study
from appraisal.study.mechanism.ready import find_study, study_names
from appraisal.study.mechanism.require import Frontier, frontier

_KEPT = 8
_LANGS = Literal["zh", "en"]
# Shares of which the frontier is drawn.
SHARES = tuple((step + 1) / 10 for step in range(10))


def names() -> list[str]:
    """Ready studies that compare mechanisms."""
    return [name for name in study_names() if _read(name).study.mechanisms]


def title(name: str, language: str) -> str:
    """Title of a study in ``zh`` or ``en``."""
    return str(getattr(_read(name).study.title, language)) or name


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _read(name: str) -> Bench:
    return Bench(study=read_study(find_study(name)))


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _outcomes(name: str) -> tuple[Outcome, ...]:
    bench = _read(name)
    return tuple(outcome(bench, [one], np.array(one.levels)[:, None]) for one in bench.study.mechanisms.values())


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _lines(name: str, shares: tuple[float, ...]) -> tuple[Frontier, ...]:
    bench = _read(name)
    return tuple(frontier(bench, one, shares) for one in bench.study.mechanisms.values())


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def pack_bytes(name: str, language: _LANGS) -> bytes:
    """The evidence pack of the study's run, as ``appraisal mechanism run STUDY -o pack.zip`` writes it."""
    return packed(Asked(command="run", lang=language), _read(name).study)


def required(name: str, share: float) -> Bundle:
    """What a share of the portfolio needs by each mechanism."""
    return required_bundle(_read(name), _lines(name, (share,)), lang())


def every_level(name: str) -> Bundle:
    """Every mechanism at every level."""
    return run_bundle(_read(name), _outcomes(name), lang())


def whole_frontier(name: str) -> Bundle:
    """The frontier of cost and viability."""
    return required_bundle(_read(name), _lines(name, SHARES), lang(), drawn=True)


def show_bundle(found: Bundle, key: str, titles: dict[str, str]) -> None:
    """Sentences, pictures, tables under their titles, remarks."""
    for sentence in found.sentences:
        st.markdown(f"- {shown_as_is(sentence)}")
    for name, draw in found.pictures.items():
        show(draw(), f"{key}_{name}")
    for name, heading in titles.items():
        if name in found.tables:
            _table(found.tables[name], heading, f"{key}_{name}")
    for remark in found.remarks:
        st.caption(shown_as_is(remark))


def _table(frame: pd.DataFrame, heading: str, key: str) -> None:
    """A table of text with the exact figures to take home."""
    heads, *rows = text_rows(frame)
    with st.expander(heading):
        text_table(pd.DataFrame(rows, columns=pd.Index(heads)), heading)
        st.download_button(
            t("下载 CSV", "Download CSV"), csv_bytes(frame), file_name=f"{key}.csv", mime="text/csv", key=f"{key}_csv"
        )


def show_pack(name: str) -> None:
    """The evidence pack, made when it is asked for."""
    if not st.toggle(t("准备证据包", "Make the evidence pack"), key="mechanism_pack"):
        return
    with st.spinner(t("正在按原始输入重新计算……", "Working it out anew from its inputs …")):
        content = pack_bytes(name, lang())
    st.download_button(
        t("下载证据包", "Download the evidence pack"), content, file_name=f"{name}.zip", mime="application/zip", key="mechanism_zip",
        icon=":material/download:",
    )  # fmt: skip
