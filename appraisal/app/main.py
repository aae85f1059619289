"""The frame of every page: navigation, language, role, the case and what can be done with it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from appraisal.app import state
from appraisal.app.browser import tell_browser
from appraisal.app.faults import shown_as_is
from appraisal.app.look import words_of_widgets
from appraisal.app.sidebar import head, sidebar
from appraisal.app.state import lang, t
from appraisal.app.warm import warm_up
from appraisal.compiled import Kept
from appraisal.text import COMPILING, word

PAGES = Path(__file__).parent / "pages"
# File → name in both languages and icon, in the order of an investor's way through them.
NAMES = {
    "start": ("首页", "Start", ":material/home:"),
    "inputs": ("项目与输入", "Inputs", ":material/edit:"),
    "prices": ("电价与曲线", "Prices", ":material/show_chart:"),
    "verdict": ("结论", "Verdict", ":material/fact_check:"),
    "dispatch": ("运行", "Dispatch", ":material/battery_charging_full:"),
    "statements": ("现金流与附表", "Statements", ":material/table_chart:"),
    "sensitivity": ("敏感性", "Sensitivity", ":material/tune:"),
    "uncertainty": ("不确定性", "Uncertainty", ":material/casino:"),
    "compare": ("方案比较", "Compare", ":material/compare_arrows:"),
    "mechanisms": ("机制比较", "Mechanisms", ":material/balance:"),
    "batch": ("批量", "Batch", ":material/table_rows:"),
    "method": ("方法与数据", "Method and data", ":material/menu_book:"),
}


def main() -> None:
    """Draw the page that was asked for; the warm-up of the server gives way meanwhile."""
    with warm_up.page():
        _drawn()


def _drawn() -> None:
    st.set_page_config(page_title="appraisal · 储能项目投资评价", page_icon="🔋", layout="wide")
    state.begin()
    state.keep_address()
    pages = [
        st.Page(PAGES / f"{name}.py", title=t(zh, en), icon=icon, url_path=name, default=name == "start")
        for name, (zh, en, icon) in NAMES.items()
        if (PAGES / f"{name}.py").exists()
    ]
    words_of_widgets()
    tell_browser(lang())
    chosen = st.navigation(pages)
    head()
    _tell_refused_link()
    # The first page shows its cards before any figure is there; every other one begins with the figures of the case.
    if chosen == pages[0]:
        chosen.run()
        sidebar()
    else:
        _wait_for_compiler()
        sidebar()
        chosen.run()


def _wait_for_compiler() -> None:
    """In a fresh environment, half a minute: a person is told, until the page can be drawn."""
    told = []

    def tell(kept: Kept) -> None:
        told.append(st.empty())
        told[0].info(word(COMPILING, kept, lang()), icon=":material/hourglass_top:")

    warm_up.wait(tell)
    for place in told:
        place.empty()


def _tell_refused_link() -> None:
    """A link that could not be opened is told until another case is taken; a ready case stands in its place."""
    fault = st.session_state.get("link_fault")
    if fault is not None:
        st.warning(
            shown_as_is(fault.message.text(lang())) + t("；下面是现成算例。", "; a ready case stands below."),
            icon=":material/link_off:",
        )
