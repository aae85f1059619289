"""What is said beside a ready case: what it shows, the range its result was expected in, how sure its inputs are."""

from __future__ import annotations

import streamlit as st

from appraisal.app.draft import offered
from appraisal.app.pictures import plain
from appraisal.app.state import draft, lang, t
from appraisal.pipeline import Appraisal
from appraisal.report.ready_cases import expected, trust
from appraisal.scenario import about, scenario_path
from appraisal.scenario.ready import with_sources


def said_beside(result: Appraisal) -> None:
    """What is said of the ready case that stands there; nothing of a case that a person changed."""
    ready = offered().get(draft().name)
    if ready is None or ready.stated != draft().stated:
        return
    beside = about(draft().name)
    sure = trust(with_sources(result.case, scenario_path(draft().name)), lang())
    st.caption(plain(beside.shows.text(lang())))
    with st.expander(
        t(
            f"所列范围：{expected(beside, result, lang())}",
            f"Range stated beside it: {expected(beside, result, lang())}",
        )
    ):
        st.write(plain(beside.expected.because.text(lang())))
        st.write(t(f"输入的可信度（项数）：{sure}。", f"Inputs by confidence: {sure}."))
        for given in beside.sources.values():
            st.markdown(f"- {plain(given.zh if lang() == 'zh' else given.cite)}")
