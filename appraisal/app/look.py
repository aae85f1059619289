"""What the widgets' own English says, in the language of the page, and where the keyboard is: by style sheet, because they
have no such setting."""

from __future__ import annotations

import streamlit as st

from appraisal.app.state import dark, t
from appraisal.report.charts.theme import paint

_SHEET = """<style>
[data-testid="stFileUploaderDropzone"] button p, [data-testid="stFileUploaderDropzoneInstructions"] span {{ font-size: 0; }}
[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{choose}"; font-size: 0.875rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{ content: "{most}"; font-size: 0.875rem; }}
:focus-visible {{ outline: 2px solid {focus} !important; outline-offset: 1px; }}
@media (max-width: 480px) {{ h1 {{ font-size: 1.75rem; }} h2, h3 {{ font-size: 1.25rem; }} }}
</style>"""


def words_of_widgets() -> None:
    """Write the style sheet; on an English page the widgets say the same in their own words."""
    st.html(
        _SHEET.format(
            choose=t("选择文件", "Choose a file"), most=t("每个文件不超过 20 MB", "At most 20 MB a file"), focus=paint(dark=dark()).category[0]
        )
    )  # fmt: skip
