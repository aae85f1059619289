"""What a session holds: the language, the draft, the appraisal of it; and the addresses that restore it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import streamlit as st

from appraisal.app.draft import FIRST_CASE, Draft, ready
from appraisal.app.link import packed, unpacked
from appraisal.case import Change
from appraisal.errors import AppraisalError, Fault, InputError, said
from appraisal.pipeline import Appraisal, appraise

LINK, LANG, UNSAVED = "case", "lang", "unsaved"
LANGUAGES = {"zh": "中文", "en": "English"}
_YES = "1"
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
    """The values of a new session; an address restores the language and the case that it holds."""
    held = st.session_state
    held.setdefault("role", "investor")
    if "draft" in held:
        held.setdefault("lang", "zh")
        return
    asked = st.query_params.get(LANG, "zh")
    held.setdefault("lang", asked if asked in LANGUAGES else "zh")
    held["link_fault"] = None if asked in LANGUAGES else _no_language(asked)
    held["draft"] = ready(FIRST_CASE)
    if LINK in st.query_params:
        try:
            held["draft"] = unpacked(st.query_params[LINK])
        except InputError as error:
            held["link_fault"] = error.faults[0]
    held["as_loaded"] = held["draft"]
    # A page that is loaded anew knows no file: what was not saved before is not saved now.
    held["saved"] = "" if st.query_params.get(UNSAVED) == _YES and held["link_fault"] is None else held["draft"].key


def _no_language(asked: str) -> Fault:
    return Fault(where="link", message=said(
        "the link asks for the language {asked!r}; there are zh and en",
        "链接要求的语言为 {asked!r}；可选 zh 和 en", asked=asked[:8],
    ))  # fmt: skip


def keep_address() -> None:
    """Write the draft and the language into the address, so that loading the page anew brings both back.

    A value is written only where it differs: the browser hears nothing of a run that changed nothing, and a value that it
    sent before it heard of the last change is overwritten, never read.
    """
    wanted: dict[str, str] = {} if lang() == "zh" else {LANG: lang()}
    words, _ = _packed()
    if words and (unsaved() or draft().key != ready_key(FIRST_CASE)):
        wanted |= {LINK: words, **({UNSAVED: _YES} if unsaved() else {})}
    for name in (LANG, LINK, UNSAVED):
        if name not in wanted:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != wanted[name]:
            st.query_params[name] = wanted[name]


def unfit() -> Fault | None:
    """Why the draft does not fit into an address, so that loading the page anew loses it; None where it fits."""
    return _packed()[1]


def _packed() -> tuple[str, Fault | None]:
    """The draft as a link or why it is none, packed once for as long as it stays the same."""
    made = draft()
    held: tuple[str, str, Fault | None] = st.session_state.get("packed", ("", "", None))
    if held[0] != made.key:
        try:
            held = (made.key, packed(made), None)
        except InputError as error:
            held = (made.key, "", error.faults[0])
        st.session_state["packed"] = held
    return held[1], held[2]


@cache
def ready_key(name: str) -> str:
    """The key of a ready case."""
    return ready(name).key


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
    """Work on another draft from now on; the fields show its values, and the next run writes it into the address."""
    st.session_state["draft"] = made
    if saved:
        st.session_state["saved"], st.session_state["as_loaded"] = made.key, made
    st.session_state["link_fault"] = None
    st.session_state["load_faults"] = ()


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
    """The part of the address that restores the draft in this language, in any browser.

    Raises
    ------
    InputError
        If the draft does not fit into an address.
    """
    words, fault = _packed()
    if fault is not None:
        raise InputError([fault])
    return f"?{LINK}={words}" + ("" if lang() == "zh" else f"&{LANG}={lang()}")


def outcome(of: Draft | None = None) -> Outcome:
    """The appraisal of a draft, by default the one worked on; worked out once for all sessions."""
    taken = of or draft()
    return _appraised(taken.key, taken)


# Keys of what was appraised; what was dropped since is worked out anew.
_APPRAISED: set[str] = set()


def is_appraised(of: Draft) -> bool:
    """Whether :func:`outcome` answers at once, so that a page needs no words for the time until then."""
    return of.key in _APPRAISED


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _appraised(key: str, _draft: Draft) -> Outcome:
    # The key stands for the draft's content; a frame of a draft is never hashed by sample.
    found = _worked_out(_draft)
    _APPRAISED.add(key)
    return found


def _worked_out(made: Draft) -> Outcome:
    try:
        return Outcome(result=appraise(made.case()))
    except InputError as error:
        return Outcome(result=None, faults=error.faults)
    except AppraisalError as error:
        return Outcome(result=None, faults=(Fault(message=error.message),))
