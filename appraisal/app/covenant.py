"""The least debt-service cover that a lender asks for: one number of the session, for every page that holds a cover against it."""

from __future__ import annotations

import streamlit as st

from appraisal.app.state import t
from appraisal.study.risk import COVENANT

_KEPT = "covenant_kept"


def covenant() -> float:
    """The covenant of the session; :data:`~appraisal.study.risk.COVENANT` until a person sets one."""
    return float(st.session_state.get(_KEPT, COVENANT))


def covenant_input() -> float:
    """The field in which a person sets it."""
    st.session_state["covenant"] = covenant()
    st.number_input(
        t("约定的最低偿债备付率（贷款方要求）", "Least DSCR agreed with the lender"), min_value=0.5, max_value=5.0, step=0.05, format="%.2f", key="covenant",
        on_change=_keep,
    )  # fmt: skip
    return covenant()


def _keep() -> None:
    st.session_state[_KEPT] = st.session_state["covenant"]
