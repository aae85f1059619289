"""The page of prices: what it shows is what the case is computed with; another area or table is taken; hostile files are refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from appraisal.app import tariffs, typical, uploads
from appraisal.app.draft import Draft, ready
from appraisal.app.fields import look
from appraisal.case import Change
from appraisal.report.charts.export import svg
from appraisal.report.charts.prices import price_curve, price_map, spread_bars
from appraisal.report.price_year import mean_day, of_prices, of_steps, of_tariff
from appraisal.scenario import scenario_names
from appraisal.scenario.series import understood

CJK = re.compile(r"[\u2e80-\u9fff]")
Open = Callable[..., AppTest]


def draft_of(app: AppTest) -> Draft:
    """The draft of a session."""
    found: Draft = app.session_state["draft"]
    return found


def table(days: int = 365, head: str = "时间,充电电价（元/MWh）,放电电价（元/MWh）", sell: bool = True) -> str:
    """An hourly price table: 200 + 10 × hour, one more when discharging."""
    start = datetime(2025, 1, 1)
    rows = [
        f"{start + timedelta(hours=hour):%Y/%m/%d %H:%M},{200 + 10 * (hour % 24)}"
        + (f",{201 + 10 * (hour % 24)}" if sell else "")
        for hour in range(24 * days)
    ]
    return "\r\n".join([head, *rows])


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    """Hand a file over on the page of prices."""
    app.file_uploader(key="price_upload").set_value((name, content, "text/csv")).run()
    assert not app.exception, [one.stack_trace for one in app.exception]
    return app


# --- what is shown ---


# Every ready case, the languages in turn.
@pytest.mark.parametrize(
    ("case", "lang"), [(case, ("en", "zh")[place % 2]) for place, case in enumerate(scenario_names())]
)
def test_page_opens_for_every_ready_case_in_one_language(open_page: Open, case: str, lang: str) -> None:
    """No exception, no fault; apart from the names of documents nothing Chinese on the English page."""
    app = open_page("prices", case, lang)
    assert not app.main.error
    shown = [*app.main.caption, *app.main.markdown, *app.main.subheader, *app.main.warning, *app.main.info]
    labels = [one.label for one in [*app.main.number_input, *app.main.selectbox, *app.main.button, *app.main.expander]]
    for text in [*(one.value for one in shown), *labels]:
        assert lang == "zh" or not CJK.search(text), text


def test_sentence_names_the_prices_that_the_case_is_computed_with(open_page: Open) -> None:
    """Highest and lowest of the page are those of the case's own prices; so is the mean spread of a day."""
    prices = ready("zhejiang_user_lfp").case().prices
    assert prices is not None
    by_day = prices.buy.reshape(prices.clock.runs, prices.clock.steps) / 1000.0
    # Brute force over the days as the dispatch meets them, weighted by how often each comes.
    spread = float(np.average(by_day.max(axis=1) - by_day.min(axis=1), weights=prices.clock.weight))
    sentence = open_page("prices").main.markdown[0].value
    assert [f"{by_day.max():.4f}", f"{by_day.min():.4f}", f"{spread:.4f}"] == re.findall(r"\d+\.\d{4}", sentence)


def test_days_drawn_of_a_tariff_are_the_days_dispatched() -> None:
    """Every kind of day of the picture has the letters, the prices and the weight of a run of the case."""
    draft = ready("zhejiang_user_lfp")
    prices = draft.case().prices
    assert prices is not None
    clock = prices.clock
    year = of_tariff(tariffs.retail_year(draft))
    drawn = sorted((day.month, day.days, day.bands, *day.buy) for day in year.days)
    runs = [slice(run * clock.steps, (run + 1) * clock.steps) for run in range(clock.runs)]
    met = sorted(
        (int(clock.month[run.start]), float(weight), prices.bands[run], *(prices.buy[0][run] / 1000.0))
        for run, weight in zip(runs, clock.weight, strict=True)
    )
    for one, other in zip(drawn, met, strict=True):
        assert one[:3] == other[:3]
        np.testing.assert_allclose(one[3:], other[3:], rtol=1e-14)


def test_a_long_series_is_drawn_as_mean_days_and_keeps_its_true_spreads() -> None:
    """Mean days hide what a day offers; spreads are taken from the days themselves."""
    rows = ["time,buy_yuan_per_mwh"]
    # Odd days dear in the morning, even days in the evening: the mean day is flat but for nothing, every day spreads 400.
    rows += [
        f"{datetime(2025, 1, 1) + timedelta(hours=hour)},{500 if (hour % 24 < 12) == (hour // 24 % 2 == 0) else 100}"
        for hour in range(24 * 60)
    ]
    read = understood("\n".join(rows).encode())
    year = of_steps(read.clock, read.buy, read.sell)
    assert year.averaged
    assert [one.month for one in year.months] == [1, 2, 3]
    assert [one.spread for one in year.months] == pytest.approx([0.4, 0.4, 0.4], rel=1e-12)
    # 28 days of February are as many odd as even ones.
    np.testing.assert_allclose(year.days[1].buy, 0.3, rtol=1e-12)
    np.testing.assert_allclose(mean_day(year), 0.3, rtol=0.02)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pictures_are_drawn_with_words_and_a_table(lang: str) -> None:
    """Each picture has a drawing, an alternative text and a table; the English one holds no Chinese."""
    hainan = ready("hainan_grid_lfp").case().prices
    assert hainan is not None
    for year in (of_tariff(tariffs.retail_year(ready("zhejiang_user_lfp"))), of_prices(hainan)):
        for picture in (price_map(year, lang), price_curve(year.days[3], lang), spread_bars(year, lang)):
            assert svg(picture).startswith("<svg")
            assert picture.alt
            assert len(picture.table)
            words = json.dumps(picture.spec(), ensure_ascii=False).replace("Noto Sans CJK SC", "") + str(picture.table)
            assert lang == "zh" or not CJK.search(words), words


def test_documents_name_number_date_confidence_and_age(open_page: Open) -> None:
    """The card has the document of the bands; months not published are said to be estimates; old checks are named."""
    app = open_page("prices")
    assert any("浙发改价格〔2026〕112号" in one.value for one in app.main.markdown)
    assert any("尚未公布" in one.value for one in app.main.warning)
    case = ready("zhejiang_user_lfp").case()
    used = tariffs.price_facts(case.facts)
    (row,) = (text for one in tariffs.sources(used, "en", date(2026, 12, 1)) for text in one.values() if "1077" in text)
    assert row.startswith("**transmission** — 发改价格〔2026〕1077号")
    assert row.endswith("holds from 2026-08-01; official; checked 2026-11-22")
    assert not tariffs.ages(None, used, "en", date(2027, 11, 22))
    assert tariffs.ages(None, used, "en", date(2027, 11, 24)) == [
        "Some sources were last checked on 2026-11-22, over a year ago: verify them first."
    ]


# --- another tariff ---


def test_another_area_moves_tariff_and_province_and_the_prices_shown(open_page: Open) -> None:
    """Guangdong has price zones: until one is chosen the fault asks for it, then its prices are shown."""
    app = open_page("prices")
    before = app.main.markdown[0].value
    app.selectbox(key="prices_area").set_value("guangdong").run()
    assert look(draft_of(app).stated, "market.tariff") == "retail.guangdong"
    assert look(draft_of(app).stated, "project.province") == "guangdong"
    assert any("价区" in one.value for one in app.main.error)
    app.selectbox(key="prices|market.zone").set_value("prd").run()
    assert not app.main.error
    assert app.main.markdown[0].value != before
    app.selectbox(key="prices_area").set_value("zhejiang").run()
    assert draft_of(app).key == ready("zhejiang_user_lfp").key


def test_every_area_is_shown_or_says_what_is_missing(open_page: Open) -> None:
    """A tariff is priced for the user of the case, or the page says why not and keeps its pickers."""
    app = open_page("prices")
    for area in (name.removeprefix("retail.") for name in tariffs.tariff_names()):
        app.session_state["draft"] = tariffs.moved_to(ready("zhejiang_user_lfp"), area)
        app.run()
        assert not app.exception, area
        assert bool(app.main.error) == (tariffs.priced(draft_of(app), None, "zh") is None)
        assert app.selectbox(key="prices_area").value == area


def test_a_tariff_is_shown_while_other_inputs_have_faults(open_page: Open) -> None:
    """Prices do not wait for the loan to be right."""
    draft = ready("zhejiang_user_lfp").changed(Change(path="finance.loan_rate", value=9))
    app = open_page("prices", draft)
    assert app.main.error
    assert any("各月分时时段" in one.value for one in app.main.subheader)


# --- another table ---


def test_a_gbk_table_is_understood_reported_taken_and_dropped(open_page: Open) -> None:
    """Encoding, points, step, span and range are told; the case is then computed with the table."""
    app = upload(open_page("prices", "hainan_grid_lfp"), "..\\电价 2025.csv", table().encode("gbk"))
    told = dict(next(one.value for one in app.dataframe if "读取结果" in one.value.columns).itertuples(index=False))
    assert told["编码"] == "GBK"
    assert told["点数"] == "8,760"
    assert told["间隔"] == "1 小时"
    assert told["起止"] == "2025-01-01 00:00 – 2025-12-31 23:00"
    assert told["充电电价（元/MWh）"] == "200.00 – 430.00"
    assert told["放电电价（元/MWh）"] == "201.00 – 431.00"
    assert not draft_of(app).files
    app.button(key="price_take").click().run()
    assert look(draft_of(app).stated, "market.price_file") == "电价 2025.csv"
    assert look(draft_of(app).stated, "market.typical_days") is None
    assert not app.main.error
    prices = draft_of(app).case().prices
    assert prices is not None
    assert prices.buy.shape == (1, 8760)
    assert "0.4310" in app.main.markdown[0].value
    app.button(key="price_drop").click().run()
    assert look(draft_of(app).stated, "market.price_file") is None
    assert not draft_of(app).files


def test_utf8_table_of_fifteen_minutes_with_negative_prices_is_understood() -> None:
    """English heads, a byte-order mark, one price column."""
    rows = [
        f"2025-01-{1 + step // 96:02d} {step // 4 % 24:02d}:{15 * (step % 4):02d},{step % 96 - 10}"
        for step in range(192)
    ]
    read = uploads.price_table("x.csv", "\n".join(["time,buy_yuan_per_mwh", *rows]).encode("utf-8-sig"))
    assert read.series is not None
    told = {row["What"]: row["As it was read"] for row in uploads.report(read.series, "en")}
    assert told["Step"] == "15 min"
    assert told["Days"] == "2"
    assert told["Negative prices"] == "20"
    assert told["Discharging (yuan/MWh)"] == "no such column: the price of charging"


HOSTILE = {
    "workbook as csv": ("a.csv", b"PK\x03\x04" + bytes(range(256)) * 20, "Excel"),
    "image": ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00" + bytes(500), "不是文本文件"),
    "other ending": ("a.exe", b"time,buy_yuan_per_mwh", "不是 CSV 文件"),
    "formula": ("a.csv", b"time,buy_yuan_per_mwh\n2025-01-01 00:00,=cmd|' /C calc'!A0", "第 2 行"),
    "duplicate": ("a.csv", "\n".join(table(2, "time,buy_yuan_per_mwh", sell=False).splitlines()[:7] + table(2, "", sell=False).splitlines()[6:]).encode(), "间隔应为"),
    "unit per kWh": ("a.csv", table(1, "时间,充电电价（元/kWh）", sell=False).encode("gbk"), "缺少列"),
    "many columns": ("a.csv", (",".join(["c"] * 5000) + "\n").encode(), "有 5,000 列"),
    "many rows": ("a.csv", b"time,buy_yuan_per_mwh\n" + b"1,2\n" * 600_000, "超过 527,040 行"),
    "empty": ("a.csv", b"", "缺少列"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_or_broken_file_is_refused_in_words_and_changes_nothing(open_page: Open, name: str) -> None:
    """What is wrong is said on the page; the draft stays as it is and nothing can be taken."""
    file, content, words = HOSTILE[name]
    # A case without prices draws no pictures, which have no part in this.
    app = open_page("prices", "contract_schedule")
    # AppTest refuses other endings by itself, as the browser does; the content check stands behind it.
    if file.endswith(".csv"):
        app = upload(app, file, content)
        assert any(words in re.sub(r"\\(.)", r"\1", one.value) for one in app.main.error), [
            one.value for one in app.main.error
        ]
        assert draft_of(app).key == ready("contract_schedule").key
        assert "price_take" not in {one.key for one in app.button}
    else:
        read = uploads.price_table(file, content)
        assert read.series is None
        assert words in read.faults[0].text("zh")


def test_the_sample_table_is_read_in_both_languages() -> None:
    """What the page offers as a sample passes its own reading."""
    for lang in ("zh", "en"):
        read = uploads.price_table("sample.csv", uploads.sample(lang))
        assert read.series is not None
        assert read.series.own_sell


# --- typical days ---


def test_typical_days_begin_at_the_mean_day_and_are_edited_in_the_table(open_page: Open) -> None:
    """The first table is the mean day of the prices; a cell that is written moves into the draft."""
    app = open_page("prices")
    app.button(key="days_begin").click().run()
    days = look(draft_of(app).stated, "market.typical_days")
    expected = mean_day(of_tariff(tariffs.retail_year(ready("zhejiang_user_lfp"))))
    np.testing.assert_allclose(days[0]["buy_yuan_per_kwh"], expected, atol=5e-5)
    assert not app.main.error
    made = typical.edited(days, {"18": {"0|buy_yuan_per_kwh": 1.25}})
    assert made[0]["buy_yuan_per_kwh"][18] == 1.25
    assert made[0]["buy_yuan_per_kwh"][:18] == list(days[0]["buy_yuan_per_kwh"][:18])
    app.button(key="days_drop").click().run()
    assert draft_of(app).key == ready("zhejiang_user_lfp").key


@pytest.mark.parametrize(
    "days",
    [
        [{"months": [13], "buy_yuan_per_kwh": ["x"] * 24}],
        [{}],
        [3],
        "x",
        [{"buy_yuan_per_kwh": [1, 2, 3]}],
        [{"buy_yuan_per_kwh": []}],
    ],
)
def test_typical_days_of_any_content_are_shown_with_their_fault(open_page: Open, days: object) -> None:
    """A file or link may hold anything there."""
    draft = ready("hainan_grid_lfp").changed(Change(path="market.typical_days", value=days))
    assert open_page("prices", draft).main.error
