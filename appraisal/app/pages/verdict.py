"""结论 / Verdict: whether the project clears its hurdle, what would overturn that, and why."""

from __future__ import annotations

import streamlit as st

from appraisal.app import cards, downloads, explain, insight, levers
from appraisal.app.covenant import covenant
from appraisal.app.frame import begun
from appraisal.app.money import unit
from appraisal.app.pictures import plain, show
from appraisal.app.state import draft, lang, t
from appraisal.app.told import said_beside
from appraisal.errors import Message
from appraisal.pipeline import Appraisal
from appraisal.report.charts.cash import View, cash_flow
from appraisal.report.charts.lcos import lcos_parts
from appraisal.report.charts.months import has_months, revenue_by_month
from appraisal.report.charts.revenue import revenue_by_stream
from appraisal.report.charts.value import waterfall
from appraisal.report.verdict import Verdict, verdict, with_turn

# View → rate of return that decides, names.
VIEWS: dict[View, tuple[str, str, str]] = {
    "project": ("project_irr", "全投资，税后", "Project, after tax"),
    "project_pre_tax": ("project_irr_pre_tax", "全投资，税前", "Project, before tax"),
    "equity": ("equity_irr", "资本金，税后", "Equity, after tax"),
}


def _view() -> View:
    st.session_state["view"] = st.session_state.get("view_kept", "project")
    names = {code: t(zh, en) for code, (_, zh, en) in VIEWS.items()}
    st.segmented_control(
        t("口径", "Basis"), list(names), format_func=names.__getitem__, key="view", on_change=_keep, required=True,
        help=t("资本金只有税后口径：所得税按实际利息计算。", "Equity has an after-tax basis only: its tax depends on the interest paid."),
    )  # fmt: skip
    found: View = st.session_state["view"]
    return found


def _keep() -> None:
    st.session_state["view_kept"] = st.session_state["view"]


def _sentence(found: Verdict, told: Message) -> None:
    say = {"clears": st.success, "misses": st.error, "unknown": st.warning}[found.standing]
    icon = {"clears": ":material/check_circle:", "misses": ":material/cancel:", "unknown": ":material/help:"}[
        found.standing
    ]
    say(f"**{told.text(lang())}**", icon=icon)


def _pictures(result: Appraisal, view: View) -> None:
    show(cash_flow(result, lang(), view), "cash")
    if view == "equity":
        st.caption(t("净现值构成按全投资口径列示。", "The parts of the NPV are those of the project."))
    show(waterfall(result, lang(), "pre" if view == "project_pre_tax" else "after"), "waterfall")
    show(revenue_by_stream(result, lang()), "revenue")
    by_month = revenue_by_month(result, lang())
    if has_months(result):
        show(by_month, "months")
    else:
        st.caption(by_month.subtitle[-1])


def _cost(result: Appraisal) -> None:
    """The levelised cost, with its range once the drivers have been moved."""
    swings = insight.swings_of(draft().key, "lcos_yuan_per_kwh", result)
    if isinstance(swings, Message):
        show(lcos_parts(result, lang()), "lcos")
        st.caption(plain(swings.text(lang())))
        return
    show(lcos_parts(result, lang(), swings=swings), "lcos")


def _page() -> None:
    result = begun(
        t("结论", "Verdict"),
        t(
            "项目能否达到基准收益率，什么会推翻这个结论。",
            "Whether the project clears its hurdle, and what would overturn that.",
        ),
    )
    if result is None:
        return
    view = _view()
    rate = VIEWS[view][0]
    found, said_here = verdict(result, rate), st.empty()
    with said_here:
        _sentence(found, found.sentence)
    said_beside(result)
    insight.beside(result, rate, covenant())
    low = st.empty()
    overturned = st.container(key="overturned")
    levers.levers(result)
    cards.cards(result, cards.keys_of(result, view), lang(), lambda key: explain.dialog(result, key))
    risky = st.container(key="risky")
    _pictures(result, view)
    costed = st.container(key="costed")
    insight.notes(result)
    st.subheader(t("下载", "Downloads"))
    downloads.downloads(result, unit=unit(), place="verdict")
    explain.expander(result, "verdict", rate)
    # What takes longer comes last, so that the verdict itself never waits for it.
    with overturned:
        turned = insight.turns(draft(), result, rate)
    with said_here:
        _sentence(found, with_turn(found, turned))
    with low:
        insight.downside_line(draft(), result, rate)
    with risky:
        insight.risks(draft(), result, rate)
    with costed:
        _cost(result)


_page()
