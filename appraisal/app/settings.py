"""What a person chose on a page of studies: it outlives the page, the language and the widget that showed it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

import streamlit as st

from appraisal.app.state import t

_HELD = "settings"
T = TypeVar("T")


def held() -> dict[str, Any]:
    """Everything that was chosen, by the key of its widget."""
    found: dict[str, Any] = st.session_state.setdefault(_HELD, {})
    return found


def keyed(key: str, first: Any, known: Collection[Any] | None = None) -> str:
    """The key of a widget that is about to be made, with its value in place.

    Parameters
    ----------
    key : str
        Of the widget. A widget that is not on the page loses its state; what it had is kept here.
    first : value
        At first, and where what was chosen is none of *known* any more.
    known : collection, optional
        What may be chosen.
    """
    # What a person has just entered stands in the state before the page is drawn.
    value = st.session_state[key] if key in st.session_state else held().get(key, first)
    if known is not None and value not in known:
        value = first
    held()[key] = value
    st.session_state[key] = value
    return key


def labelled(words: Mapping[Any, tuple[str, str]]) -> Callable[[Any], str]:
    """Code → label in the language of the page; it knows no session later, because a test calls it outside of one."""
    labels = {code: t(*pair) for code, pair in words.items()}
    return lambda code: labels.get(code, str(code))
