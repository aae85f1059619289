"""Opening the case that a cell of a map or the answer of a question stands for, with a way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from appraisal.app import state
from appraisal.app.draft import Draft
from appraisal.app.faults import shown_as_is
from appraisal.app.fields import to_stored
from appraisal.app.figures import brief
from appraisal.app.main import PAGES
from appraisal.app.state import draft, lang, outcome, t
from appraisal.case import Change
from appraisal.errors import Message
from appraisal.study.inputs import Inputs

_OPENED = "opened"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A case that was opened from a study: what stood before, which draft it is, and what was changed."""

    before: Draft
    key: str
    words: Message


def changes_of(moving: Inputs, values: list[float]) -> tuple[Change, ...]:
    """The changes that make one row of a study a case of its own.

    Parameters
    ----------
    moving : Inputs
        What the study moves.
    values : list of float
        One for each input: its value, or a relative change of each of its numbers.

    Returns
    -------
    tuple of Change
        The numbers as the study has them, so that the case is that row to the last bit; what does not move is left as it is.
    """
    block = moving.block(np.array([values]))
    paths = dict.fromkeys(path for paths in moving.paths for path in paths)
    moved = [path for path in paths if not np.array_equal(block.at(path), moving.case.at(path))]
    return tuple(Change(path=path, value=_plain(block.at(path))) for path in moved)


def _plain(table: np.ndarray) -> object:
    numbers = [to_stored(float(one), False) for one in table[0]]
    return numbers[0] if len(numbers) == 1 else numbers


def opened() -> Opened | None:
    """What was opened, as long as the draft is that case."""
    found: Opened | None = st.session_state.get(_OPENED)
    return found if found is not None and found.key == draft().key else None


def basis() -> Draft:
    """The draft that a map is of: what stood before a cell of it was opened."""
    found = opened()
    return draft() if found is None else found.before


def open_case(before: Draft, changes: tuple[Change, ...], words: Message) -> None:
    """Work on a case that was found; *words* say in both languages what it is."""
    made = before.changed(*changes)
    state.take(made)
    st.session_state[_OPENED] = Opened(before=before, key=made.key, words=words)


def banner() -> None:
    """What is open and the way back; nothing while the draft is a person's own."""
    found = opened()
    if found is None:
        return
    with st.container(border=True):
        st.markdown(f"**{t('已打开：', 'Opened: ')}{shown_as_is(found.words.text(lang()))}**")
        st.caption(brief(outcome(), lang()))
        back, on = st.columns(2)
        back.button(
            t("返回原方案", "Back to the case before"),
            key="opened_back",
            icon=":material/undo:",
            width="stretch",
            on_click=_back,
        )
        if (PAGES / "verdict.py").exists() and on.button(
            t("查看这个方案的结论", "See its verdict"),
            key="opened_verdict",
            icon=":material/fact_check:",
            width="stretch",
        ):
            st.switch_page(PAGES / "verdict.py")


def _back() -> None:
    found = opened()
    if found is not None:
        state.take(found.before)
    st.session_state.pop(_OPENED, None)
    # The map forgets what was clicked, so that the same cell can be opened once more.
    st.session_state["opened_times"] = st.session_state.get("opened_times", 0) + 1
