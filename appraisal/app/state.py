"""What a session holds: the language, the draft, the appraisal of it; and the addresses that restore it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from appraisal.app.draft import Draft, ready
from appraisal.app.link import packed, unpacked
from appraisal.case import Change
from appraisal.errors import AppraisalError, Fault, InputError
from appraisal.pipeline import Appraisal, appraise

FIRST_CASE = "zhejiang_user_lfp"
LINK = "case"
ROLES = {
    "investor": ("投资者", "Investor"),
    "regulator": ("监管者", "Regulator"),
    "consultant": ("咨询者", "Consultant"),
}
# Appraisals kept for all sessions together; each is a few megabytes.
_KEPT = 48


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The appraisal of a draft, or what is wrong with it."""

    result: Appraisal | None
    faults: tuple[Fault, ...] = ()


def begin() -> None:
    """The values of a new session; a link restores the case that it holds."""
    held = st.session_state
    held.setdefault("lang", "zh")
    held.setdefault("role", "investor")
    if "draft" in held:
        return
    try:
        held["draft"] = unpacked(st.query_params[LINK]) if LINK in st.query_params else ready(FIRST_CASE)
        held["link_fault"] = None
    except InputError as error:
        held["draft"], held["link_fault"] = ready(FIRST_CASE), error.faults[0]
    held["saved"], held["as_loaded"] = held["draft"].key, held["draft"]


def lang() -> Literal["zh", "en"]:
    """The language of the page."""
    return "en" if st.session_state["lang"] == "en" else "zh"


def t(zh: str, en: str) -> str:
    """The text in the language of the page."""
    return zh if lang() == "zh" else en


def dark() -> bool:
    """Whether the page is dark."""
    return st.context.theme.type == "dark"


def draft() -> Draft:
    """What the person works on."""
    held: Draft = st.session_state["draft"]
    return held


def as_loaded() -> Draft:
    """The draft as it was last loaded, to compare with."""
    held: Draft = st.session_state["as_loaded"]
    return held


def take(made: Draft, *, saved: bool = False) -> None:
    """Work on another draft from now on; the fields show its values, the address no longer holds the old one."""
    st.session_state["draft"] = made
    if saved:
        st.session_state["saved"], st.session_state["as_loaded"] = made.key, made
    st.session_state["link_fault"] = None
    st.query_params.pop(LINK, None)


def change(path: str, value: object) -> None:
    """Set one value of the draft; None takes it out, so that its default holds again."""
    action: Literal["set", "remove"] = "remove" if value is None else "set"
    if value is None and draft().at(path) is None:
        return
    take(draft().changed(Change(path=path, action=action, value=value)))


def unsaved() -> bool:
    """Whether the draft differs from what was last loaded or saved."""
    return draft().key != str(st.session_state["saved"])


def share() -> str:
    """The value of the address that restores the draft; it is put into the address as well."""
    made = packed(draft())
    st.query_params[LINK] = made
    return made


def outcome(of: Draft | None = None) -> Outcome:
    """The appraisal of a draft, by default the one worked on; worked out once for all sessions."""
    taken = of or draft()
    return _appraised(taken.key, taken)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _appraised(key: str, _draft: Draft) -> Outcome:
    del key  # It stands for the draft's content; a frame of a draft is never hashed by sample.
    try:
        return Outcome(result=appraise(_draft.case()))
    except InputError as error:
        return Outcome(result=None, faults=error.faults)
    except AppraisalError as error:
        return Outcome(result=None, faults=(Fault(message=error.message),))
