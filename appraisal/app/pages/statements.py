"""现金流与附表 / Statements: the twelve printed tables, debt cover, checks, files."""

from __future__ import annotations

from functools import partial

import streamlit as st

from appraisal.app import downloads, explain
from appraisal.app.covenant import covenant_input
from appraisal.app.frame import begun
from appraisal.app.money import shown_unit, unit_switch
from appraisal.app.pictures import show
from appraisal.app.printed import drawn, show_printed
from appraisal.app.state import draft, lang, t
from appraisal.book.money import MONEY
from appraisal.finance.tables import TITLES
from appraisal.pipeline import Appraisal
from appraisal.report.charts.cover import debt_cover
from appraisal.report.charts.figures import has_debt
from appraisal.report.charts.health import battery_health
from appraisal.report.charts.revenue import payments_by_payer
from appraisal.report.payers import frame as payers_frame
from appraisal.report.tables import MONEY_DIGITS, title


def _chosen() -> str:
    st.session_state["statement"] = st.session_state.get("statement_kept", "D")
    names = {letter: title(letter, lang()) for letter in TITLES}
    st.selectbox(
        t("附表", "Table"),
        list(names),
        format_func=names.__getitem__,
        key="statement",
        on_change=_keep,
    )
    return str(st.session_state["statement"])


def _keep() -> None:
    st.session_state["statement_kept"] = st.session_state["statement"]


def _table(result: Appraisal) -> None:
    choice, switch = st.columns([3, 1], vertical_alignment="bottom")
    with choice:
        letter = _chosen()
    with switch:
        unit = unit_switch()
    made = downloads.printed(draft(), result, lang(), shown_unit())
    if letter == "K":
        with st.spinner(t("正在逐一变动各因素……", "Each input is being moved …")):
            table = made[letter]
    else:
        table = made[letter]
    show_printed(table)
    with st.container(horizontal=True):
        st.download_button(
            t("本表（CSV）", "This table (CSV)"), partial(downloads.csv_bytes, made, letter), file_name=f"{draft().name}_{letter}_{table.name}.csv",
            mime="text/csv", key="table_csv", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
    st.subheader(t("下载", "Downloads"))
    downloads.downloads(result, unit=unit, place="statements")


def _cover(result: Appraisal) -> None:
    """Cover year by year; a case without debt has none to show."""
    if not has_debt(result):
        st.caption(t("没有需要还本付息的年份。", "No year has debt to serve."))
        return
    show(debt_cover(result, lang(), covenant_input()), "dscr")


def _payers(result: Appraisal) -> None:
    """Who pays, drawn by year and as a table with present values."""
    st.subheader(t("谁来付费", "Who pays"))
    show(payments_by_payer(result, lang()), "payers")
    money = shown_unit()
    table = payers_frame(result, lang(), unit=money)
    unit = t(*MONEY[money])
    st.caption(
        t(
            f"单位：{unit}；现值按财务折现率计算。各付费方不含税支付之和等于营业收入与补贴收入；降低设备价格、投资补助和贷款贴息不是收入，列为承担的投资与利息。",
            f"In {unit}; present values at the discount rate of the case. Payments without VAT add up to revenue and subsidies; a lower "
            "equipment price, grants and subsidised interest are no revenue and stand as cost of capital borne.",
        )
    )
    words = [name in table.columns[:2] for name in table.columns]
    rows = [
        [f"{cell:,.{MONEY_DIGITS[money]}f}" if isinstance(cell, float) else str(cell) for cell in row]
        for row in table.itertuples(index=False)
    ]
    drawn(t("分付费方的支付", "Payments by payer"), [list(table.columns)], rows, words=words)


def _checks(result: Appraisal) -> None:
    failed = [check for check in result.checks if not check.ok.all()]
    st.subheader(t("勾稽检查", "Checks"))
    if failed:
        st.error(
            t(f"{len(failed)} 项不平，结果不可用。", f"{len(failed)} do not hold: the result cannot be used."),
            icon=":material/error:",
        )
    else:
        st.success(
            t(f"{len(result.checks)} 项全部通过。", f"All {len(result.checks)} hold."), icon=":material/check_circle:"
        )
    heads = [t("检查", "Check"), t("结果", "Result"), t("最大相对误差", "Largest relative error")]
    rows = [
        [
            check.zh if lang() == "zh" else check.en,
            t("通过", "holds") if check.ok.all() else t("不平", "fails"),
            f"{check.worst:.1e}" if check.worst else "0",
        ]
        for check in result.checks
    ]
    drawn(t("勾稽检查", "Checks"), [heads], rows, words=(True, True, False))


def _page() -> None:
    result = begun(
        t("现金流与附表", "Statements"),
        t(
            "附表 A–L 按可行性研究报告的名称与次序列示，互相勾稽；每个数都可追溯。",
            "The twelve tables of a Chinese feasibility report, tied to each other; every figure can be traced.",
        ),
    )
    if result is None:
        return
    _table(result)
    _cover(result)
    _payers(result)
    show(battery_health(result, lang()), "health")
    _checks(result)
    explain.expander(result, "statements", "project_net")


_page()
