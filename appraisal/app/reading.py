"""Tables that are read rather than worked with: every word in full, lines wrap, and a narrow screen scrolls inside the table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from appraisal.app.faults import shown_as_is

# Narrowest columns: what a row is of, figures, sentences; below these Chinese would stand one character a line.
_FIRST, _SHORT, _MIDDLE, _SENTENCES = "8.5rem", "3.8rem", "6rem", "13rem"
# Characters up to which a text is a figure, and from which it is a sentence.
_FIGURE, _SENTENCE = 8, 24
_MARK = "background-color: rgba(230, 159, 0, 0.22)"


def text_table(frame: pd.DataFrame, alt: str, marked: Sequence[Sequence[bool]] | None = None) -> None:
    """Show a table of text.

    Parameters
    ----------
    frame : DataFrame
        Of text; the first column says what a row is of. Shown letter for letter, whatever signs stand in it.
    alt : str
        What the table shows, for those who hear it.
    marked : rows of columns, optional
        The cells to colour; colour never says it alone, the text of a marked cell says it too.
    """
    shown = pd.DataFrame([[shown_as_is(str(cell)) for cell in row] for row in frame.itertuples(index=False)])
    shown.columns = pd.Index([shown_as_is(str(name)) for name in frame.columns])
    style = shown.style
    for place, name in enumerate(frame.columns):
        longest = int(frame.iloc[:, place].astype(str).str.len().max()) if len(frame) else 0
        least = (
            _FIRST if place == 0 else _SHORT if longest <= _FIGURE else _MIDDLE if longest < _SENTENCE else _SENTENCES
        )
        style = style.set_properties(subset=[shown_as_is(str(name))], **{"min-width": least})
    if marked is not None:
        painted = pd.DataFrame([[_MARK if one else "" for one in row] for row in marked], columns=shown.columns)
        style = style.apply(lambda _: painted, axis=None)
    st.table(style, hide_index=True, width="stretch", alt=alt)
