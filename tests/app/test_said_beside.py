"""The verdict of a ready case stands beside what is said of it; a case that a person changed has nothing beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from appraisal.app.draft import ready
from appraisal.case import Change
from appraisal.scenario import about

Open = Callable[..., AppTest]
NAME = "fujian_pumped_hydro"


@pytest.mark.parametrize(
    ("lang", "stated"),
    [("zh", "所列范围：资本金内部收益率（税后）：6.50% 至 9.00%（推算）"), ("en", "Range stated beside it: Equity IRR, after tax: 6.50% to 9.00% (reasoned)")],
)  # fmt: skip
def test_verdict_of_a_ready_case_has_its_range_and_reason(open_page: Open, lang: str, stated: str) -> None:
    """The range of scenarios/about/fujian_pumped_hydro.yaml, its reason, and how many inputs are estimates."""
    app = open_page("verdict", NAME, lang)
    told = about(NAME)
    assert told.shows.text(lang)[:20] in " ".join(one.value for one in app.main.caption).replace("\\", "")
    assert stated in [one.label.replace("\\", "") for one in app.main.expander]
    words = " ".join(one.value for one in app.main.markdown).replace("\\", "")
    assert told.expected.because.text(lang)[:20] in words
    assert ("估计" if lang == "zh" else "estimate") in words


def test_changed_case_has_nothing_said_beside_it(open_page: Open) -> None:
    """One input more or less is another case."""
    app = open_page("verdict", ready(NAME).changed(Change(path="finance.debt_share", value=0.7)), "en")
    assert not [one for one in app.main.expander if "Range stated" in one.label]
