"""机制比较 / Mechanisms: which price mechanism gets storage built at the least cost, and who pays."""

from __future__ import annotations

import streamlit as st

from appraisal.app import mechanism_views, mechanisms
from appraisal.app.faults import shown_as_is
from appraisal.app.state import lang, t
from appraisal.errors import InputError

st.title(t("机制比较", "Mechanisms"))
st.write(
    t(
        "对一组项目逐档试验各种价格机制：多少能建成，谁付多少钱，哪种机制以最低成本达到目标。",
        "Every mechanism at every level on a portfolio of projects: how much gets built, who pays how much, and which does it at the least cost.",
    )
)
FILES = mechanism_views.chosen()
mechanism_views.hand_over(FILES)
try:
    FILES, STUDY = mechanism_views.assumptions(FILES)
    ASKED = mechanism_views.question(STUDY)
    with st.spinner(t("正在测算组合……", "Working out the portfolio …")):
        FOUND = mechanisms.answered(FILES, ASKED)
except InputError as error:
    st.error("\n".join(f"- {shown_as_is(fault.text(lang()))}" for fault in error.faults), icon=":material/error:")
    st.stop()
mechanism_views.answer(FOUND)
mechanism_views.take_home(FILES, ASKED)
