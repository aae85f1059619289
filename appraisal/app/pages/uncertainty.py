"""不确定性 / Uncertainty: how likely the result is, and which inputs make it uncertain."""

from __future__ import annotations

import streamlit as st

from appraisal.app import unsure
from appraisal.app.frame import begun
from appraisal.app.sampling import indices_view, monte_carlo_view
from appraisal.app.settings import keyed, labelled
from appraisal.app.state import draft, t

VIEWS = {"montecarlo": ("蒙特卡洛模拟", "Monte Carlo"), "indices": ("全局敏感性", "Global sensitivity")}
DRAWN = {"montecarlo": monte_carlo_view, "indices": indices_view}

RESULT = begun(
    t("不确定性", "Uncertainty"),
    t(
        "各项输入不确定时，达到基准的可能性有多大；结论的不确定性主要来自哪些输入。",
        "How likely the project clears its hurdle when inputs are uncertain, and which of them the uncertainty comes from.",
    ),
)
STATED = bool(draft().at("uncertainty"))
with st.expander(
    t("不确定的输入及其分布", "Uncertain inputs and their distributions"), expanded=not STATED, icon=":material/edit:"
):
    unsure.uncertainty()
if RESULT is not None and not RESULT.case.uncertainty:
    st.info(
        t("本算例还没有不确定的输入；请在上面添加。", "This case has no uncertain input yet; add one above."),
        icon=":material/info:",
    )
elif RESULT is not None:
    KEY = keyed("uncertainty_view", "montecarlo", VIEWS)
    st.segmented_control(
        t("研究", "Study"),
        list(VIEWS),
        format_func=labelled(VIEWS),
        key=KEY,
        required=True,
        label_visibility="collapsed",
    )
    DRAWN[st.session_state[KEY]](RESULT)
