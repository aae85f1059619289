"""The unit of money of printed tables and files, the same on every page: in yuan, or as people read sums of money."""

from __future__ import annotations

import streamlit as st

from appraisal.app.state import lang, t
from appraisal.book.money import MONEY, MoneyUnit, money_unit, money_words

# Of files: a workbook has no other.
UNITS = ("wan", "yuan")
_KEPT = "money_unit_kept"


def unit() -> str:
    """The unit chosen, of files."""
    held = st.session_state.get(_KEPT)
    return held if held in UNITS else "wan"


def shown_unit() -> MoneyUnit:
    """The unit chosen, of tables on a page: what people read sums in, by the language, or yuan."""
    return "yuan" if unit() == "yuan" else money_unit(lang())


def unit_switch() -> str:
    """The switch of the unit."""
    st.session_state["money_unit"] = unit()
    names = {"wan": money_words(lang()), "yuan": t(*MONEY["yuan"])}
    st.segmented_control(
        t("金额单位", "Unit of money"), list(names), format_func=names.__getitem__, key="money_unit", on_change=_keep, required=True
    )  # fmt: skip
    return unit()


def _keep() -> None:
    st.session_state[_KEPT] = st.session_state["money_unit"]
