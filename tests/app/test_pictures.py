"""A picture on a page: its words, its table, its files; what a person wrote in a title stays text."""

from __future__ import annotations

from dataclasses import replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from appraisal import appraise, load_case, scenario_path
from appraisal.app.pictures import plain
from appraisal.report.charts.lcos import lcos_parts
from appraisal.report.charts.picture import Picture


@pytest.fixture(scope="module")
def picture() -> Picture:
    """The levelised cost of a ready case, with a title that tries to be markup."""
    made = lcos_parts(appraise(load_case(scenario_path("contract_schedule"))), "en")
    return replace(made, title="LCOS [here](http://x.test) :red[no]", subtitle=("*Not* bold", made.subtitle[0]))


def _page() -> None:
    """A page with one picture, handed over in the session."""
    import streamlit as st

    from appraisal.app.pictures import show

    show(st.session_state["picture"], "cost")


def _shown(picture: Picture, lang: str) -> AppTest:
    page = AppTest.from_function(_page, default_timeout=30)
    page.session_state["picture"], page.session_state["lang"] = picture, lang
    return page.run()


def test_picture_on_a_page_has_its_words_and_its_table(picture: Picture) -> None:
    """Title, every sentence, the description and the cells as people read them; markup is escaped."""
    page = _shown(picture, "en")
    assert not page.exception
    assert page.subheader[0].value == "LCOS \\[here\\](http\u2060://x.test) \\:red\\[no\\]"
    assert page.caption[0].value == r"\*Not\* bold"
    assert any(plain(picture.alt) == one.value for one in page.markdown)
    heads, rows = picture.cells()
    table = page.dataframe[0].value
    assert list(table.columns) == heads
    assert table.to_numpy().tolist() == rows


@pytest.mark.parametrize(("lang", "words"), [("zh", "数据表、文字说明与下载"), ("en", "Table, description and files")])
def test_what_stands_behind_a_picture_is_in_the_language_of_the_page(picture: Picture, lang: str, words: str) -> None:
    """The heading of the part that opens."""
    assert [one.label for one in _shown(picture, lang).expander] == [words]


def test_files_of_a_picture_are_drawn_only_when_asked_for(picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three buttons whose content is a function: the page does not wait for an image that nobody wants."""
    given: dict[str, object] = {}

    def button(_: str, data: object, **more: object) -> bool:
        given[str(more["file_name"])] = data
        return False

    monkeypatch.setattr(st, "download_button", button)
    assert not _shown(picture, "en").exception
    assert list(given) == ["cost.svg", "cost.png", "cost.csv"]
    made = {name: content() for name, content in given.items()}  # type: ignore[operator]
    assert made["cost.png"][:8] == b"\x89PNG\r\n\x1a\n"
    assert made["cost.svg"].startswith(b"<svg")
    assert made["cost.csv"].decode("utf-8-sig").splitlines()[0] == ",".join(picture.table.columns)
