"""A year of load and PV on the page of prices: understood, taken, computed with, saved and loaded, dropped; refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from appraisal.app.draft import Draft, ready, uploaded
from appraisal.app.fields import look
from appraisal.app.link import packed
from appraisal.app.site_uploads import dropped, taken
from appraisal.errors import InputError

Open = Callable[..., AppTest]
CASE = "jiangsu_user_demand"
CJK = re.compile(r"[\u3400-\u9fff]")


def year(heading: str, kw: float, step: int = 60, days: int = 365) -> bytes:
    """A year from 2025-01-01 with *kw* by day from 08:00 to 18:00 and half of it at night; so many minutes a step."""
    at = [datetime(2025, 1, 1) + timedelta(minutes=step * place) for place in range(days * 24 * 60 // step)]
    return "\n".join(
        [f"时间,{heading}", *(f"{one:%Y-%m-%d %H:%M},{kw if 8 <= one.hour < 18 else kw / 2:g}" for one in at)]
    ).encode("gbk")


def hand_over(app: AppTest, what: str, name: str, content: bytes) -> AppTest:
    app.file_uploader(key=f"{what}_upload").set_value((name, content, "text/csv")).run()
    assert not app.exception, [one.stack_trace for one in app.exception]
    return app


def draft_of(app: AppTest) -> Draft:
    found: Draft = app.session_state["draft"]
    return found


def understood(app: AppTest) -> dict[str, str]:
    """What the page says of the file last shown, without the marks that keep its signs from being markup."""
    table = [one.value for one in app.main.table if {"读取结果", "As it was read"} & set(one.value.columns)][-1]
    head, told = ([re.sub(r"\\(.)", r"\1", str(cell)) for cell in table[name]] for name in table.columns)
    return dict(zip(head, told, strict=True))


def test_a_year_of_load_and_pv_is_understood_taken_saved_and_dropped(open_page: Open) -> None:
    """2400 kW for ten hours, 1200 for fourteen: 40.8 MWh a day, 14,892 a year, mean 1.7 of 2.4 MW is 70.8 %."""
    load, pv = year("用电负荷（kW）", 2400.0, 30), year("光伏出力（kW）", 600.0)
    app = hand_over(open_page("prices", CASE, "zh"), "load", "..\\负荷 2025.csv", load)
    told = understood(app)
    assert told["编码"] == "GBK"
    assert told["点数"] == "17,520"
    assert told["间隔"] == "30 分钟"
    assert told["功率（kW）"] == "1,200.0 – 2,400.0"
    assert told["全年电量（MWh）"] == "14,892.0"
    assert told["日均电量（MWh）"] == "40.80"
    assert told["负荷率"] == "70.8%"
    assert not draft_of(app).files
    app.button(key="load_take").click().run()
    assert look(draft_of(app).stated, "market.site.load_file") == "负荷 2025.csv"
    assert look(draft_of(app).stated, "market.site.days") is None
    assert not app.main.error
    app = hand_over(app, "pv", "光伏.csv", pv)
    app.button(key="pv_take").click().run()
    assert not app.main.error
    held = draft_of(app)
    assert set(held.files) == {"负荷 2025.csv", "光伏.csv"}
    case = held.case()
    assert case.drawn_mw is not None
    assert case.drawn_mw.shape == (1, 365 * 48)
    # By day 2.4 − 0.6 MW, at night 1.2 − 0.3.
    assert sorted({round(float(one), 9) for one in case.drawn_mw[0]}) == [0.9, 1.8]
    again = uploaded("同样.zip", held.saved())
    assert (dict(again.stated), dict(again.files)) == (dict(held.stated), dict(held.files))
    with pytest.raises(InputError, match="files of its own"):
        packed(held)
    app.button(key="pv_drop").click().run()
    assert set(draft_of(app).files) == {"负荷 2025.csv"}
    app.button(key="load_drop").click().run()
    assert not draft_of(app).files
    assert look(draft_of(app).stated, "market.site.load_file") is None


def test_page_in_english_tells_what_is_wrong_and_how_to_read_it(open_page: Open) -> None:
    """A month is no year; a heading without a unit is asked for, and read once it is stated."""
    app = hand_over(open_page("prices", CASE, "en"), "load", "short.csv", year("kW", 10.0, days=30))
    assert "30 days; expected a year of 365 or 366" in app.main.error[0].value
    # A column of plain numbers says neither power nor unit.
    app = hand_over(app, "load", "plain.csv", year("value", 2.0))
    assert app.main.error
    app.text_input(key="reading_load|market.site.load_unit").set_value("MW").run()
    assert not app.main.error
    told = understood(app)
    assert told["Power (kW)"] == "1,000.0 – 2,000.0"
    shown = [*(one.value for one in app.main.caption), *(one.value for one in app.main.markdown), *told]
    assert not [text for text in shown if CJK.search(text)]


def test_grid_side_page_offers_no_load(open_page: Open) -> None:
    """A plant on the grid has no host."""
    app = open_page("prices", "hainan_grid_lfp", "en")
    assert not [one for one in app.main.file_uploader if one.key in ("load_upload", "pv_upload")]


def test_files_of_one_name_stay_apart_and_leave_with_their_last_place() -> None:
    """One file for load and PV is kept once; another content of the same name gets a number."""
    both, other = year("kW", 100.0), year("kW", 50.0)
    once = taken("pv", taken("load", ready(CASE), "a.csv", both), "a.csv", both)
    assert set(once.files) == {"a.csv"}
    assert set(dropped("load", once).files) == {"a.csv"}
    assert not dropped("pv", dropped("load", once)).files
    apart = taken("pv", taken("load", ready(CASE), "a.csv", both), "a.csv", other)
    assert {name: apart.files[name] for name in ("a.csv", "a_2.csv")} == {"a.csv": both, "a_2.csv": other}
    assert apart.at("market.site.pv_file") == "a_2.csv"
