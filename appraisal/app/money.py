"""The unit of money of printed tables and files, the same on every page."""

from __future__ import annotations

import streamlit as st

from appraisal.app.state import t

# Code → Chinese, English.
UNITS = {"wan": ("万元", "10⁴ yuan"), "yuan": ("元", "yuan")}
_KEPT = "money_unit_kept"


def unit() -> str:
    """The unit chosen."""
    held = st.session_state.get(_KEPT)
    return held if held in UNITS else "wan"


def unit_switch() -> str:
    """The switch of the unit."""
    st.session_state["money_unit"] = unit()
    names = {code: t(*words) for code, words in UNITS.items()}
    st.segmented_control(
        t("金额单位", "Unit of money"), list(names), format_func=names.__getitem__, key="money_unit", on_change=_keep, required=True
    )  # fmt: skip
    return unit()


def _keep() -> None:
    st.session_state[_KEPT] = st.session_state["money_unit"]
