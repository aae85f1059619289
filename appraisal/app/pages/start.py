"""首页 / Start: three doors, the ready cases, what the model does not do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from appraisal.app import state
from appraisal.app.draft import offered
from appraisal.app.figures import brief
from appraisal.app.main import PAGES
from appraisal.app.state import lang, t
from appraisal.app.warm import warm_up
from appraisal.compiled import Kept
from appraisal.scenario import new_case
from appraisal.text import COMPILING, word

DOORS = {
    "investor": (
        "投资者", "Investor", "两分钟内得到结论：项目能否达到基准收益率，什么会推翻它。", "A verdict in two minutes: does the project clear its hurdle, and what would overturn it.",
        "verdict",
    ),
    "regulator": (
        "监管者", "Regulator", "哪种机制以最低成本建成储能：达标多少、需要多高的水平、谁付费，附可复现的证据包。",
        "Which mechanism gets storage built at the least cost: how much clears, what it takes, who pays, with evidence that another can make again.", "mechanisms",
    ),
    "consultant": (
        "咨询者", "Consultant", "上传算例矩阵，成批测算、汇总并打开任一行；也可用命令行 appraisal batch。",
        "Upload a matrix of scenarios, run it, sum it up and open any row; the same as appraisal batch on the command line.", "batch",
    ),
}  # fmt: skip


def _take(name: str) -> None:
    state.take(offered()[name], saved=True)


def _enter(role: str) -> None:
    st.session_state["role"] = role


def _doors() -> None:
    for column, (role, (zh, en, says_zh, says_en, page)) in zip(st.columns(3), DOORS.items(), strict=True):
        with column, st.container(border=True, height="stretch"):
            st.subheader(t(zh, en))
            st.write(t(says_zh, says_en))
            if st.button(t("进入", "Enter"), key=f"door_{role}", width="stretch", on_click=_enter, args=(role,)):
                st.switch_page(PAGES / f"{page}.py")


def _cases() -> dict[str, DeltaGenerator]:
    """The cards; name → where the figures of that case come."""
    st.subheader(t("现成算例：点一下即可打开", "Ready cases: one click away"))
    names, places = [*offered()], {}
    for begin in range(0, len(names), 2):
        for column, name in zip(st.columns(2), names[begin : begin + 2], strict=False):
            with column, st.container(border=True, height="stretch"):
                places[name] = _case(name)
    return places


def _case(name: str) -> DeltaGenerator:
    taken = offered()[name]
    st.markdown(f"**{(taken.at('title') or {}).get(lang()) or name}**")
    place = st.empty()
    if not state.is_appraised(taken):
        # About as long as what takes its place, so that nothing below moves.
        place.caption(
            t(
                "正在计算全投资与资本金内部收益率（税后）、最低偿债备付率……",
                "Working out project IRR and equity IRR after tax, and the lowest DSCR …",
            )
        )
    if st.button(t("打开", "Open"), key=f"open_{name}", width="stretch", on_click=_take, args=(name,)):
        st.switch_page(PAGES / "verdict.py")
    return place


def _figures(places: Mapping[str, DeltaGenerator]) -> None:
    """The figures of every case into its card; a compiler that has to run first is told of in each."""

    def tell(kept: Kept) -> None:
        for place in places.values():
            place.caption(word(COMPILING, kept, lang()))

    warm_up.wait(tell)
    for name, place in places.items():
        place.caption(brief(state.outcome(offered()[name]), lang()))


def _template(language: str) -> bytes:
    """The empty workbook to fill in, made when it is asked for."""
    return new_case(None, as_workbook=True, lang=language).content


def _limits() -> None:
    st.subheader(t("模型不做什么", "What the model does not do"))
    st.markdown(
        t(
            "- 电价完全预见：充放电按已知价格求最优，实际运行达不到。\n- 用户负荷和光伏出力由您提供：没有内置的典型负荷曲线；不计力调电费。\n"
            "- 衰减模型由循环与时间推算，不含温度。\n- 政策会变：每个事实都注明日期与可信度，估计值随结果列出。",
            "- Prices are known in advance: dispatch is the optimum, and no operator reaches it.\n- The site's load and PV are yours to "
            "give: there is no library of load shapes, and the power-factor adjustment of a bill is left out.\n- Battery fade follows cycles "
            "and time, not temperature.\n- Policy changes: every fact has its date and confidence, and estimates are listed with the result.",
        )
    )


st.title(t("储能项目投资评价", "Energy-storage investment appraisal"))
st.write(
    t(
        "按真实分时电价逐时优化充放电，结算收入，编制财务报表，给出 IRR、NPV、DSCR 和推翻结论的条件。",
        "Dispatch hour by hour under real tariffs, what the plant is paid, the books, and IRR, NPV and DSCR with what would overturn them.",
    )
)
_doors()
cards = _cases()
st.subheader(t("从自己的项目开始", "Start from your own project"))
st.download_button(
    t("下载 Excel 填报模板", "Download the Excel template"), partial(_template, lang()),
    file_name=f"appraisal_template_{lang()}.xlsx", key="template", on_click="ignore",
)  # fmt: skip
_limits()
_figures(cards)
