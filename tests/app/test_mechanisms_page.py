"""The page of mechanisms: a ready study, the share asked, the pictures, the pack; in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from appraisal.app import mechanism_views as views
from appraisal.report.mechanism.asked import packed_again

Open = Callable[..., AppTest]


def said(app: AppTest) -> str:
    """All sentences of the page, without the strokes that keep signs from being markup."""
    return " ".join(one.value for one in app.markdown).replace("\\", "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page_answers_for_the_share_asked(open_page: Open, lang: str) -> None:
    """Half needs 608 yuan/kW of grant (the reading of the ready study); a larger share needs more."""
    app = open_page("mechanisms", "contract_schedule", lang, mechanism_study="first_of_kind_storage")
    told = said(app)
    assert ("607.519 元/kW" if lang == "zh" else "607.519 yuan/kW") in told
    assert ("不足以使 50% 达标" if lang == "zh" else "no level stated") in told
    app.slider(key="mechanism_share").set_value(60).run()
    assert not app.exception
    assert ("使 60% 达到" if lang == "zh" else "for 60% to clear") in said(app)


def test_study_can_be_chosen_and_every_one_is_drawn(open_page: Open) -> None:
    """Another study is worked out; a scored comparison is none of them."""
    app = open_page("mechanisms", "contract_schedule", "en", mechanism_study="first_of_kind_storage")
    assert app.selectbox(key="mechanism_study").options == [views.title(name, "en") for name in views.names()]
    app.selectbox(key="mechanism_study").set_value("pumped_hydro_two_part").run()
    assert not app.exception
    assert "two-part rule" in said(app)


def test_pack_of_the_page_is_made_again_by_the_command(tmp_path: Path) -> None:
    """What the page hands out is what one command reproduces bit for bit."""
    path = tmp_path / "pack.zip"
    path.write_bytes(views.pack_bytes("first_of_kind_storage", "zh"))
    assert packed_again(path).same
