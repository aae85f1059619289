"""What only a script can tell the browser: which language the page is in, and that an address replaces the one before."""

from __future__ import annotations

from typing import Literal

import streamlit as st

_HTML_LANG = {"zh": "zh-CN", "en": "en"}
# Streamlit pushes an entry of history for every address that a page writes; the same page with another case is no other
# page, and a person who goes back wants the page before. Replaced once: the mark is on the function itself.
_SCRIPT = """<script>
document.documentElement.lang = "{lang}";
if (!history.pushState.replaces) {{
  const push = history.pushState.bind(history);
  history.pushState = (state, title, address) =>
    new URL(address ?? "", location.href).pathname === location.pathname
      ? history.replaceState(state, title, address)
      : push(state, title, address);
  history.pushState.replaces = true;
}}
</script>"""


def tell_browser(lang: Literal["zh", "en"]) -> None:
    """Run the script in the page: a constant of this file but for the language, so that no input can reach it."""
    st.html(_SCRIPT.format(lang=_HTML_LANG[lang]), unsafe_allow_javascript=True)
