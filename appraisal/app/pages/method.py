"""方法与数据 / Method and data: how a result is worked out, on which facts it rests, and how far it goes."""

from __future__ import annotations

import platform
from datetime import date
from importlib.metadata import version

import pandas as pd
import streamlit as st

from appraisal import __version__
from appraisal.app import about
from appraisal.app.faults import show_faults
from appraisal.app.main import NAMES
from appraisal.app.pictures import plain
from appraisal.app.price_steps import price_steps
from appraisal.app.settings import keyed, labelled
from appraisal.app.sources import facts_of, facts_table, stale
from appraisal.app.state import draft, lang, outcome, t
from appraisal.pipeline import Appraisal
from appraisal.report.formula import in_words
from appraisal.report.frames import csv_bytes
from appraisal.report.glossary import GLOSSARY
from appraisal.report.remarks import data_date
from appraisal.report.trace import explain
from appraisal.scenario import digest

LIBRARIES = ("numpy", "scipy", "pandas", "numba", "SALib", "altair", "streamlit")
VIEWS = {
    "method": ("方法", "Method"), "formulas": ("公式", "Formulas"), "sources": ("数据来源", "Sources"), "glossary": ("术语", "Glossary"),
    "trust": ("验证与局限", "Proofs and limits"), "version": ("版本与引用", "Versions and citing"),
}  # fmt: skip


def _listed(pairs: tuple[about.Pair, ...]) -> str:
    return "\n".join(f"- {plain(t(*pair))}" for pair in pairs)


def _table(pairs: tuple[tuple[about.Pair, about.Pair], ...], heads: tuple[str, str], key: str) -> None:
    rows = pd.DataFrame([[t(*name), t(*words)] for name, words in pairs], columns=list(heads))
    st.dataframe(rows, hide_index=True, width="stretch", height="content", key=key)


def _method(result: Appraisal | None) -> None:
    del result
    st.subheader(t("从算例到指标", "From the case to its figures"))
    for place, (name, words) in enumerate(about.PATH, start=1):
        st.markdown(f"{place}. **{t(*name)}**{t('：', ': ')}{plain(t(*words))}")
    st.caption(t("一个方案与十万个方案走同一条计算路径。", "One scenario and a hundred thousand go the same way."))
    st.subheader(t("口径", "Conventions"))
    st.markdown(_listed(about.CONVENTIONS))


def _formulas(result: Appraisal | None) -> None:
    if result is None:
        return
    st.caption(
        t(
            "以下公式就是当前算例实际计算的公式；任一数字的算式、数值和来源可在“结论”页查看。",
            "These are the formulas as they are evaluated for the current case; the page Verdict opens any figure with its numbers and sources.",
        )
    )
    book = result.statements.book
    for head, keys in (
        (t("指标", "Figures"), about.FIGURES),
        (t("它们依据的各行", "The lines that they rest on"), about.LINES),
    ):
        known = [key for key in keys if key in book.figures or key in book.lines]
        nodes = [explain(result, key, depth=1).nodes[0] for key in known]
        zh = lang() == "zh"
        st.subheader(head)
        for node in nodes:
            owner = next(
                (
                    t(*words)
                    for name, words in about.OWNERS.items()
                    if node.key.startswith(name) and node.key in about.LINES
                ),
                "",
            )
            st.markdown(
                f"**{plain(owner + (node.zh if zh else node.en))}** = {plain(in_words(node.formula, node.operands, lang()))}"
            )

    price_steps(result)


def _sources(result: Appraisal | None) -> None:
    if result is None:
        return
    found, today = facts_of(result.case), date.today()
    old = stale(found, today)
    st.write(
        t(
            f"当前算例依据 {len(found)} 项事实，数据日期 {data_date(result)}。",
            f"The current case rests on {len(found)} facts; data as of {data_date(result)}.",
        )
    )
    if old:
        st.warning(
            t(f"其中 {len(old)} 项超过一年没有核对。", f"{len(old)} of them were not checked for over a year."),
            icon=":material/schedule:",
        )
    table = facts_table(found, today)
    address = t("网页", "Web page")
    st.dataframe(
        table, hide_index=True, width="stretch", height="content", key="facts",
        column_config={address: st.column_config.LinkColumn(address, display_text=t("打开", "open"))},
        alt=t("算例依据的事实：取值、可信度、文件和日期", "The facts behind the case: value, trust, document and dates"),
    )  # fmt: skip
    st.download_button(
        t("下载（CSV）", "Download (CSV)"), csv_bytes(table), file_name="facts.csv", mime="text/csv", key="facts_csv", icon=":material/download:", on_click="ignore"
    )  # fmt: skip


def _glossary(result: Appraisal | None) -> None:
    del result
    st.text_input(
        t("查找", "Find"),
        key=keyed("glossary_find", ""),
        placeholder=t("例如：备付率", "for example: cover"),
        max_chars=40,
    )
    wanted = str(st.session_state["glossary_find"]).strip().lower()
    found = [one for one in GLOSSARY if wanted in f"{one.zh} {one.en} {one.how_zh} {one.how_en}".lower()]
    if not found:
        st.info(t("没有这个词。", "No such term."), icon=":material/info:")
        return
    place = 0 if lang() == "zh" else 1
    for one in found:
        where = t("、", ", ").join(NAMES[page][place] for page in one.where if page in NAMES)
        st.markdown(
            f"**{plain(one.name(lang()))}**  \n{plain(one.how(lang()))}  \n:small[{t('见：', 'Shown on: ')}{where}]"
        )


def _trust(result: Appraisal | None) -> None:
    del result
    st.subheader(t("如何验证", "How it is proved"))
    _table(about.PROOFS, (t("对象", "What"), t("与什么对照", "Against what")), "proofs")
    st.subheader(t("局限", "Limits"))
    st.markdown(_listed(about.LIMITS))


def _version(result: Appraisal | None) -> None:
    versions = {"appraisal": __version__, "Python": platform.python_version()} | {
        name: version(name) for name in LIBRARIES
    }
    st.dataframe(
        pd.DataFrame(versions.items(), columns=[t("组件", "Component"), t("版本", "Version")]), hide_index=True, width="content", height="content", key="versions"
    )  # fmt: skip
    st.subheader(t("许可", "Licence"))
    st.write(about.LICENCE[lang()])
    st.subheader(t("如何引用", "How to cite"))
    if result is None:
        return
    name = draft().name
    st.code(
        t(
            f"appraisal {__version__} 储能项目投资评价工具（Apache-2.0）；算例 {name}，输入摘要 SHA-256 {digest(result.case)[:16]}，数据日期 {data_date(result)}",
            f"appraisal {__version__}, energy-storage investment appraisal (Apache-2.0); case {name}, inputs SHA-256 {digest(result.case)[:16]}, data as of {data_date(result)}",
        ),
        language=None, wrap_lines=True,
    )  # fmt: skip
    st.caption(t("相同的输入摘要和版本得到相同的数字。", "The same digest and version give the same figures."))


DRAWN = {
    "method": _method,
    "formulas": _formulas,
    "sources": _sources,
    "glossary": _glossary,
    "trust": _trust,
    "version": _version,
}

st.title(t("方法与数据", "Method and data"))
st.write(
    t(
        "结果怎样算出来、依据哪些事实、可信到什么程度。",
        "How a result is worked out, on which facts it rests, and how far it can be trusted.",
    )
)
FOUND = outcome()
if FOUND.result is None:
    show_faults(FOUND.faults)
KEY = keyed("method_view", "method", VIEWS)
st.segmented_control(
    t("内容", "Contents"),
    list(VIEWS),
    format_func=labelled(VIEWS),
    key=KEY,
    required=True,
    label_visibility="collapsed",
)
DRAWN[st.session_state[KEY]](FOUND.result)
