"""What the tests of the app share: the app as a browser runs it, with the text of every error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from appraisal.app.draft import Draft, ready

PAGES = "appraisal/app/pages"


@pytest.fixture(autouse=True)
def _errors_are_shown() -> None:
    """The shipped settings hide the text of an error from a browser; a test must read it."""
    config.set_option("client.showErrorDetails", "full")


@pytest.fixture
def open_page(root: Path) -> Callable[..., AppTest]:
    """A page of the app with a ready case, or with a draft, loaded and in a language."""

    def opened(page: str, case: str | Draft = "zhejiang_user_lfp", lang: str = "zh", **state: object) -> AppTest:
        app = AppTest.from_file(str(root / "app.py"), default_timeout=60)
        draft = ready(case) if isinstance(case, str) else case
        app.session_state["draft"] = app.session_state["as_loaded"] = draft
        app.session_state["saved"] = draft.key
        app.session_state["link_fault"] = None
        app.session_state["lang"] = lang
        for name, value in state.items():
            app.session_state[name] = value
        app.switch_page(f"{PAGES}/{page}.py")
        app.run()
        assert not app.exception, [one.stack_trace for one in app.exception]
        return app

    return opened
