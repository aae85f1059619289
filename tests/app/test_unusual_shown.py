"""A value far from usual is told beside its field and with the verdict; a slider shows the value that the case has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from appraisal.app.draft import Draft, ready
from appraisal.app.levers import decimals
from appraisal.case import Change

Open = Callable[..., AppTest]
BATTERY = "capital.battery_yuan_per_kwh"


def priced(value: float) -> Draft:
    """The Zhejiang case with another battery."""
    return ready("zhejiang_user_lfp").changed(Change(path=BATTERY, action="set", value=value))


def captions(app: AppTest) -> str:
    """All captions of a page, without the marks that keep its signs plain."""
    return " ".join(one.value for one in app.main.caption).replace("\\", "")


@pytest.mark.parametrize(("lang", "words"), [("zh", "是否应为 0.6 元/Wh，即 600 元/kWh？"), ("en", "is 0.6 yuan/Wh = 600 yuan/kWh meant?")])  # fmt: skip
def test_field_says_that_its_value_is_not_usual(open_page: Open, lang: str, words: str) -> None:
    """Beside the field wherever it is drawn; the usual price says nothing."""
    app = open_page("inputs", priced(0.6), lang, inputs_open="cost")
    drawn = [one for one in app.main.number_input if str(one.key).endswith(f"|{BATTERY}")]
    assert captions(app).count(words) == len(drawn) > 0
    assert words not in captions(open_page("inputs", priced(600.0), lang, inputs_open="cost"))


def test_share_is_told_in_percent(open_page: Open) -> None:
    """As the form shows it."""
    low = ready("zhejiang_user_lfp").changed(Change(path="storage.availability", action="set", value=0.0097))
    assert "0.97 % 超出常见范围 80–100 %；是否应为 97 %？" in captions(open_page("inputs", low, inputs_open="storage"))


def test_verdict_page_tells_what_is_not_usual(open_page: Open) -> None:
    """A bright verdict of a slip does not stand alone."""
    app = open_page("verdict", priced(0.6))
    kinds: tuple[Any, ...] = (app.main.caption, app.main.markdown, app.main.warning, app.main.info)
    told = " ".join(one.value for kind in kinds for one in kind)
    told += " ".join(one.proto.body for one in app.main.get("html"))
    assert "超出常见范围" in told


@pytest.mark.parametrize("value", [600.0, 0.6, 473.25])
def test_slider_shows_the_value_of_the_case(open_page: Open, value: float) -> None:
    """Printed in the slider's own format the number is the case's, whatever was loaded."""
    app = open_page("verdict", priced(value), as_loaded=ready("zhejiang_user_lfp"))
    (slider,) = [one for one in app.main.slider if one.key == f"lever_{BATTERY}"]
    assert slider.value == value
    assert float(slider.proto.format % slider.value) == value


@pytest.mark.parametrize("value", [0.6, 600.0, 473.25, 0.000125, 36000.0, 3.5])
def test_decimals_are_those_needed(value: float) -> None:
    """With them the number is whole, with one less it is not."""
    digits = decimals(value)
    assert round(value, digits) == value
    assert digits == 0 or round(value, digits - 1) != value
