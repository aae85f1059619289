"""What the page of mechanisms draws: the choice of a study, its assumptions, and what it has to show."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Literal, cast

import pandas as pd
import streamlit as st

from appraisal.app import mechanisms
from appraisal.app.faults import shown_as_is
from appraisal.app.mechanisms import Files
from appraisal.app.pictures import plain, show
from appraisal.app.reading import text_table
from appraisal.app.settings import keyed, labelled
from appraisal.app.state import lang, t
from appraisal.errors import InputError
from appraisal.report.bundle import Bundle
from appraisal.report.frames import csv_bytes
from appraisal.report.mechanism.asked import Asked
from appraisal.report.mechanism.pack import STUDY
from appraisal.report.mechanism.words import standing_text, title_of, unit_text
from appraisal.study.mechanism import Study
from appraisal.study.mechanism.file import RATES
from appraisal.text import word

_OWN = "*own*"
_HELD = "mechanism_own"
_REFUSED = "mechanism_refused"
_QUESTIONS = {
    "run": ("各档水平的结果", "Every level"),
    "require": ("所需水平与稳健性", "Level required, and how robust"),
    "frontier": ("达标比例与成本", "Share against cost"),
    "score": ("示范项目评分", "Score of candidates"),
}
_STEPS = tuple(step / 10 for step in range(1, 11))
_TABLES = {
    "built": ("建成与成本", "What is built, and its cost"), "paid": ("谁来付费（现值）", "Who pays, present values"),
    "worth": ("收益率与超额", "Rates of return, worth above the hurdle"), "required": ("所需水平", "Level required"), "mix": ("两种机制的最低成本组合", "Least-cost mix of two"),
    "scores": ("评分", "Scores"), "weights": ("权重，以及权重变动时的第一名", "Weights, and who comes first when they move"), "robust": ("不确定输入下的后悔值", "Regret under uncertain inputs"),
}  # fmt: skip


def chosen() -> Files:
    """The study that was chosen or handed over."""
    ready = mechanisms.ready()
    own: Files | None = st.session_state.get(_HELD)
    names = [*ready, *([_OWN] if own is not None else [])]
    titles = {name: title_of(mechanisms.study_of(files), lang()) for name, files in ready.items()}
    if own is not None:
        titles[_OWN] = own.name
    st.selectbox(
        t("研究", "Study"), names, key=keyed("mechanism_study", names[0], names), format_func=lambda name: str(titles.get(name, name))
    )  # fmt: skip
    name = st.session_state["mechanism_study"]
    return own if name == _OWN and own is not None else ready[name]


def hand_over(files: Files) -> None:
    """Take the study home, change it, hand it in again."""
    with st.expander(
        t("自己的研究：下载、修改、上传", "A study of your own: take one, change it, hand it in"),
        icon=":material/upload_file:",
    ):
        st.caption(
            t(
                "研究文件写明项目组合（现成算例及其数量、规模和不确定输入）、各机制改动哪些输入、门槛和用户承受上限。",
                "A study file names the portfolio (ready cases, how many, how large, which inputs differ), what each mechanism changes, the hurdle and what users can bear.",
            )
        )
        st.download_button(
            t("下载当前研究（YAML）", "Download this study (YAML)"), files.content[STUDY], file_name="study.yaml", mime="application/yaml",
            key="mechanism_yaml", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        st.file_uploader(
            t("上传研究文件", "Upload a study file"), type=["yaml", "yml"], key="mechanism_upload", on_change=_taken
        )
        for fault in st.session_state.get(_REFUSED, ()):
            st.error(shown_as_is(fault.text(lang())), icon=":material/error:")


def _taken() -> None:
    given = st.session_state.get("mechanism_upload")
    st.session_state.pop(_REFUSED, None)
    if given is None:
        return
    try:
        files = mechanisms.handed_over(given.name, given.getvalue())
        mechanisms.small_enough(mechanisms.study_of(files))
    except InputError as error:
        st.session_state[_REFUSED] = error.faults
        return
    st.session_state[_HELD] = files
    st.session_state["mechanism_study"] = _OWN


def assumptions(files: Files) -> tuple[Files, Study]:
    """The study at the hurdle that the page asks for; what it compares, in one table."""
    study = mechanisms.study_of(files)
    if not study.mechanisms:
        return files, study
    stated = 100.0 * float(study.hurdle.value[0, 0])
    percent = st.number_input(
        t(f"门槛：{_rate(study)}，%", f"Hurdle: {_rate(study)}, %"), min_value=0.0, max_value=30.0, step=0.5,
        key=keyed(f"mechanism_hurdle|{files.key}", stated), help=t("研究中的值可在此改动，其余假设不变。", "The value of the study may be changed here; all else stays."),
    )  # fmt: skip
    if not math.isclose(percent, stated, abs_tol=1e-9):
        files = mechanisms.at_hurdle(files, round(percent / 100.0, 12))
        study = mechanisms.study_of(files)
    rows = [
        {
            t("机制", "Mechanism"): one.title.text(lang()), t("水平", "Levels"): _levels(one), t("效力", "Standing"): standing_text(one, lang()),
        }
        for one in study.mechanisms.values()
    ]  # fmt: skip
    text_table(pd.DataFrame(rows), t("研究比较的机制", "The mechanisms compared"))
    return files, study


def _rate(study: Study) -> str:
    return word(RATES, study.hurdle.metric, lang())


def _levels(one: Any) -> str:
    if one.stated.level is None:
        return t("采用或不采用", "in force or not")
    asked = [level for level in one.levels if level != one.none] or [one.none]
    return f"{min(asked):g}–{max(asked):g} {unit_text(one, lang())}".rstrip()


def question(study: Study) -> Asked:
    """What is asked of the study."""
    known = [name for name in _QUESTIONS if (study.criteria if name == "score" else study.mechanisms)]
    st.segmented_control(
        t("要看什么", "What to look at"), known, key=keyed("mechanism_question", known[0], known), format_func=labelled(_QUESTIONS), required=True,
    )  # fmt: skip
    asked = cast(Literal["run", "require", "frontier", "score"], st.session_state["mechanism_question"])
    if asked == "score":
        return Asked(command=asked, lang=lang())
    names = list(study.mechanisms)
    labels = {name: one.title.text(lang()) for name, one in study.mechanisms.items()}
    key = f"mechanism_names|{'|'.join(names)}"
    st.multiselect(
        t("机制", "Mechanisms"),
        names,
        key=keyed(key, names),
        format_func=lambda name: str(labels.get(name, name)),
    )
    wanted = [name for name in names if name in st.session_state[key]] or names
    shares: tuple[float, ...] = ()
    if asked == "require":
        st.slider(
            t("要求达标的比例，%", "Share that shall clear, %"), 10, 100, step=10, key=keyed("mechanism_share", 50)
        )
        shares = (st.session_state["mechanism_share"] / 100.0,)
    if asked == "frontier":
        shares = _STEPS
    return Asked(
        command=asked, lang=lang(), mechanisms=wanted, shares=shares,
        robust=asked == "require" and bool(study.raw.get("uncertain")),
    )  # fmt: skip


def answer(found: Bundle) -> None:
    """Sentences first, then pictures, tables and what a reader must know."""
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in found.sentences))
    for name, draw in found.pictures.items():
        show(draw(), f"mechanism_{name}")
    for name, frame in found.small.items():
        st.subheader(t(*_TABLES.get(name.rstrip("_0123456789"), (name, name))), anchor=False)
        st.dataframe(frame, hide_index=True, width="stretch", key=f"mechanism_table_{name}")
        st.download_button(
            "CSV", partial(csv_bytes, frame), file_name=f"{name}.csv", mime="text/csv", key=f"mechanism_csv_{name}", on_click="ignore",
            icon=":material/download:",
        )  # fmt: skip
    for remark in found.remarks:
        st.caption(plain(remark))


def take_home(files: Files, asked: Asked) -> None:
    """The evidence pack, and the same as a command."""
    st.subheader(t("带走证据", "Take the evidence"), anchor=False)
    st.caption(
        t(
            "证据包含输入、所依据的事实与来源、结果、图、命令、版本和校验值；他人用一条命令即可复现并逐字节核对。",
            "The pack has inputs, facts with their sources, results, charts, the command, versions and hashes; with one command another person makes it again and compares every byte.",
        )
    )
    st.download_button(
        t("下载证据包（ZIP）", "Download the evidence pack (ZIP)"), partial(mechanisms.evidence, files, asked), file_name="evidence.zip",
        mime="application/zip", key="mechanism_pack", on_click="ignore", icon=":material/verified:",
    )  # fmt: skip
    st.code(f"appraisal mechanism {asked.typed}\nappraisal mechanism reproduce evidence.zip", language="bash")
