"""How every page of studies begins: its title, one sentence, and the appraisal of the draft or what is wrong with it."""

from __future__ import annotations

import streamlit as st

from appraisal.app.faults import show_faults
from appraisal.app.main import PAGES
from appraisal.app.state import outcome, t
from appraisal.pipeline import Appraisal


def begun(title: str, sentence: str) -> Appraisal | None:
    """The head of a page; None where the draft has faults, which are told with the way to mend them."""
    st.title(title)
    st.write(sentence)
    found = outcome()
    if found.result is None:
        show_faults(found.faults)
        st.page_link(PAGES / "inputs.py", label=t("去“项目与输入”改正", "Mend them on Inputs"), icon=":material/edit:")
    return found.result
