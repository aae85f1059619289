"""On the page of prices: a year of the host's load, and of its PV, handed over as a file."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from appraisal.app import forms, state
from appraisal.app import site_uploads as years
from appraisal.app.faults import shown_as_is, told
from appraisal.app.fields import field_at, look
from appraisal.app.reading import text_table
from appraisal.app.site_uploads import UploadedYear, What
from appraisal.app.state import draft, lang, t
from appraisal.app.uploads import SUFFIXES


def site_uploads() -> None:
    """The two uploads of a host's site; nothing where the plant stands on the grid."""
    if look(draft().stated, "project.side") != "user":
        return
    st.subheader(t("上传负荷与光伏序列", "Upload load and PV"))
    st.write(t(
        "全年 365 或 366 天、固定间隔的 CSV（UTF-8 或 GBK）、.xlsx 或 .xls：每行一个点、每行一天（24、48 或 96 点）或每列一天；表头注明单位（kW、MW）。按最大需量计费时请用 15 分钟数据。数据随算例一并保存，不进入链接。",
        "A year of 365 or 366 days at a fixed step, CSV (UTF-8 or GBK), .xlsx or .xls: a row a point, a row a day (24, 48 or 96 points) or a column a day; the unit (kW, MW) in a heading. Where demand is billed, use 15-minute data. The file is saved with the case; a link cannot hold it.",
    ))  # fmt: skip
    load, pv = st.columns(2)
    with load.container(border=True):
        _one("load", t("负荷文件", "File of the load"))
    with pv.container(border=True):
        _one("pv", t("光伏出力文件", "File of the PV"))


def _one(what: What, label: str) -> None:
    name = {"load": t("负荷样表.csv", "load_sample.csv"), "pv": t("光伏样表.csv", "pv_sample.csv")}[what]
    st.download_button(
        t("下载样表（仅示意一天）", "Download a sample (one day, to show the form)"), years.sample(what, lang()), file_name=name,
        mime="text/csv", key=f"{what}_sample", icon=":material/download:",
    )  # fmt: skip
    given = st.file_uploader(label, type=[suffix[1:] for suffix in SUFFIXES], key=f"{what}_upload")
    if given is not None:
        read = years.year_table(what, given.name, given.getvalue(), draft())
        _understood(what, read, given.getvalue())
        with st.expander(
            t("说明读法（识别不了或读错时填写）", "Say how to read it (where it is not found out, or wrongly)"),
            expanded=read.read is None,
            key=f"{what}_reading",
        ):
            fields = [
                field for path in years.reading_paths(what) if (field := field_at(draft().stated, path)) is not None
            ]
            forms.grid(fields, place=f"reading_{what}", columns=2)
    named = look(draft().stated, years.file_path(what))
    if named:
        shown = shown_as_is(str(named))
        st.button(
            t(f"不再使用 {shown}", f"Stop using {shown}"), key=f"{what}_drop", type="tertiary", icon=":material/delete:",
            on_click=_drop, args=(what,),
        )  # fmt: skip


def _understood(what: What, uploaded: UploadedYear, content: bytes) -> None:
    """What a file says, or what is wrong with it; it is taken when asked to."""
    shown = shown_as_is(uploaded.name)
    if uploaded.read is None:
        lines = [f"- {shown_as_is(told(fault, draft(), lang()))}" for fault in uploaded.faults]
        st.error("\n".join([t(f"无法读取 {shown}：", f"{shown} cannot be read:"), "", *lines]), icon=":material/error:")
        return
    st.success(t(f"已读懂 {shown}", f"{shown} was understood"), icon=":material/check_circle:")
    text_table(
        pd.DataFrame(years.report(uploaded.read, lang())), t("从文件读出的内容", "What was understood of the file")
    )
    named = str(look(draft().stated, years.file_path(what)) or "")
    if named and draft().files.get(named) == content:
        st.caption(t("已用于本算例。", "It is in use."))
        return
    st.button(
        t("用于本算例", "Use it in this case"), key=f"{what}_take", type="primary", on_click=_take, args=(what, uploaded.name, content)
    )  # fmt: skip


def _take(what: What, name: str, content: bytes) -> None:
    state.take(years.taken(what, draft(), name, content))


def _drop(what: What) -> None:
    state.take(years.dropped(what, draft()))
