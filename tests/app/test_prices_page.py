"""The page of prices: what it shows is what the case is computed with; another area or table is taken; hostile files are refused."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import openpyxl
import pytest
from strategies import LIBRARY
from streamlit.testing.v1 import AppTest

from appraisal.app import ranking, tariffs, typical, uploads
from appraisal.app.draft import Draft, facts, ready
from appraisal.app.fields import look
from appraisal.app.tariff_card import ages, months_between
from appraisal.case import Change
from appraisal.library.retail_types import RetailFile
from appraisal.library.types import RetailYear
from appraisal.report.charts.export import svg
from appraisal.report.charts.prices import price_curve, price_map, spread_bars, tariff_map
from appraisal.report.price_year import kinds, mean_day, of_prices, of_steps, of_tariff
from appraisal.scenario import scenario_names
from appraisal.scenario.series import understood
from appraisal.study.spreads import spreads

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


def cells(app: AppTest) -> list[list[str]]:
    """Every row of the tables of a page."""
    return [list(map(str, row)) for one in app.main.table for row in one.value.itertuples(index=False)]


def test_documents_name_number_date_confidence_and_age(open_page: Open) -> None:
    """A row a document: what rests on it, its number and address, since when, how far to be trusted, when checked."""
    case = ready("zhejiang_user_lfp").case()
    used = tariffs.price_facts(case.facts)
    rows = [list(one.values()) for one in tariffs.sources(used, "en", date(2026, 12, 1))]
    (what, document) = next(row for row in rows if "1077" in row[1])
    assert what == "**transmission**"
    assert document.startswith("发改价格〔2026〕1077号")
    assert document.endswith("holds from 2026-08-01; official; checked 2026-11-22")
    assert any("[web page](<https://www.zj.gov.cn/" in row[1] for row in rows)
    aged = tariffs.sources(used, "zh", date(2027, 11, 24))
    assert all(list(one.values())[1].endswith("（超过一年）") for one in aged)
    assert [row for row in cells(open_page("prices")) if row[0] == "**输配电价**"]


# Of the tariff file of Zhejiang (浙发改价格〔2026〕112号 and the tables of 2026-07 and 2026-08), read by hand.
CARD_ZH = {
    "**分时电价文件**": "浙发改价格〔2026〕112号，自 2026-07-01 起执行",
    "**参与浮动**": "代理购电、线损、系统运行费",
    "**输配电价**": "自 2026-08-01 起执行",
    "**已公布月份**": "2026-08",
    "**估计月份**": "2026-09 至 2027-06：尚未公布：取最近已公布的 2026-08",
    "": "2027-07：尚未公布：按现行规则取 2026-07 同月",
    "**核对日期**": "2026-11-22",
}


def test_card_tells_document_months_what_floats_and_notes(open_page: Open) -> None:
    """The card of the case's tariff; the month of July 2027 takes July 2026, which was published under the same rule."""
    rows = [(head, re.sub(r"\\(.)", r"\1", told)) for head, told in (row[:2] for row in cells(open_page("prices")))]
    for head, told in CARD_ZH.items():
        assert (head, told) in rows
    assert any(head == "**说明**" and "系统运行费按用户类别不同" in told for head, told in rows)
    english = [row[0] for row in cells(open_page("prices", lang="en"))]
    assert {"**Document of the bands**", "**Published months**", "**Confidence**", "**Note**"} <= set(english)


def test_card_names_what_the_evidence_lacks(open_page: Open) -> None:
    """Hunan's file names what is absent, each with its sentence in the language of the page."""
    draft = tariffs.moved_to(ready("zhejiang_user_lfp"), "hunan")
    file = facts().retail_file("retail.hunan")
    assert file.absent
    for lang in ("zh", "en"):
        shown = " ".join(told.replace("\\", "") for _, told, *_ in cells(open_page("prices", draft, lang)))
        for one in file.absent:
            assert one.title.text(lang) in shown


def year_at(latest: date, start: date) -> tuple[RetailFile, RetailYear]:
    """A year of Zhejiang from a month on whose youngest price is of another month."""
    draft = ready("zhejiang_user_lfp")
    year, file = tariffs.retail_year(draft), facts().retail_file("retail.zhejiang")
    months = tuple(replace(one, taken=latest, estimate=True, reason="latest") for one in year.months)
    return file, replace(year, months=months, start=start)


@pytest.mark.parametrize(
    ("latest", "start", "today", "levels"),
    [
        # Calendar months counted by hand; the transmission prices in force are those of 2026-08-01.
        (date(2026, 8, 1), date(2026, 8, 1), date(2026, 11, 23), ["remark"]),
        (date(2026, 8, 1), date(2026, 8, 1), date(2027, 7, 31), ["remark"]),
        (date(2026, 8, 1), date(2026, 8, 1), date(2027, 8, 1), ["remark", "warning"]),
        (date(2026, 8, 1), date(2027, 8, 1), date(2026, 11, 23), ["remark", "warning"]),
        (date(2026, 7, 1), date(2026, 8, 1), date(2026, 11, 23), ["strong"]),
        (date(2025, 5, 1), date(2026, 8, 1), date(2026, 11, 23), ["strong"]),
    ],
)
def test_prices_are_old_from_twelve_months_on_and_a_new_cycle_makes_them_estimates(
    latest: date, start: date, today: date, levels: list[str]
) -> None:
    """Against today and against commissioning; older than the transmission prices in force is the strongest."""
    file, year = year_at(latest, start)
    for lang in ("zh", "en"):
        found = ages(file, year, [], lang, today)
        assert [one.level for one in found] == levels
        assert f"{latest:%Y-%m}" in found[-1].text
        assert lang == "zh" or not CJK.search(found[-1].text)
    assert months_between(date(2025, 5, 1), date(2026, 11, 23)) == 18


def test_a_check_of_more_than_a_year_ago_is_a_warning() -> None:
    """Sources of the library were checked on 2026-11-22."""
    used = tariffs.price_facts(ready("zhejiang_user_lfp").case().facts)
    assert not ages(None, None, used, "en", date(2027, 11, 22))
    (one,) = ages(None, None, used, "en", date(2027, 11, 24))
    assert one.text == "Some sources were last checked on 2026-11-22, over a year ago: verify them first."


def test_strong_warning_stands_at_the_top_of_an_area_without_prices_of_its_own(open_page: Open) -> None:
    """Hunan's youngest prices are of May 2025, before the transmission prices of August 2026."""
    app = open_page("prices", tariffs.moved_to(ready("zhejiang_user_lfp"), "hunan"), "en")
    (text,) = (one.value for one in app.main.warning if one.value.startswith("**"))
    assert "all 12 months are an estimate" in text
    assert "15 months before commissioning" in text
    assert not any(one.value.startswith("**") for one in open_page("prices").main.warning)


def test_kinds_of_day_have_their_numbers_of_days() -> None:
    """Anhui: sharp hours from 15 July to 31 August and 15 December to 31 January, and the holidays of the calendar.

    Counted by hand in 国办发明电〔2025〕7号: 3 + 7 + 9 + 3 + 5 + 3 days off outside winter's span, 3 of New Year inside.
    """
    year = of_tariff(tariffs.retail_year(tariffs.moved_to(ready("zhejiang_user_lfp"), "anhui")))
    found = {one.title.zh: one.days for one in kinds(year)}
    summer, winter, holidays, new_year = 17 + 31, 17 + 31 - 3, 3 + 7 + 9 + 3 + 5 + 3, 3
    assert found == {
        "普通日": 365 - summer - winter - holidays - new_year, "夏季尖峰": summer, "节假日深谷": holidays, "冬季尖峰": winter,
        "冬季尖峰、节假日深谷": new_year,
    }  # fmt: skip
    picture = price_map(year, "zh")
    assert "① 夏季尖峰 48 天" in picture.subtitle[0]
    rows = set(re.findall(r'"row": "([^"]+)"', json.dumps(picture.spec(), ensure_ascii=False)))
    assert len(rows) == len(year.days)
    assert {"2026-08 ① 31 天", "2026-09 · 27 天", "2026-09 ② 3 天", "2027-01 ④ 3 天"} <= rows


def test_the_map_of_a_tariff_by_itself_names_its_user() -> None:
    """What the command draws: the page's picture, with the user that the prices are of."""
    year = LIBRARY.retail("retail.guangdong", start=date(2026, 8, 1), voltage="10kV", parts="two", zone="prd")
    picture = tariff_map(LIBRARY.retail_file("retail.guangdong"), year, "en")
    assert "five cities of the Pearl River Delta" in picture.subtitle[0]
    assert svg(picture).startswith("<svg")


def test_a_direct_trader_is_told_that_set_bands_do_not_bind(open_page: Open) -> None:
    """发改能源规〔2025〕1656号: from March 2026 on; a plant that begins to run before has bands for its first year's end only."""
    draft = ready("zhejiang_user_lfp").changed(Change(path="market.user", value="direct"))
    assert "2026-03" in tariffs.direct_words(draft, "zh")
    assert not tariffs.direct_words(ready("zhejiang_user_lfp"), "zh")
    early = draft.changed(Change(path="project.construction_start", value="2024-10"))
    assert not tariffs.direct_words(early, "zh")
    app = open_page("prices", draft, "en")
    assert any("Since 2026-03" in one.value.replace("\\", "") for one in app.main.warning)


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


# Names and codes of files, of which none belongs on a page.
RAW = re.compile(r"(?<![\w/.@-])(?:retail|market|rules|project|calendar)\.\w+|\b[a-z0-9]+_[a-z0-9_]+\b")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_area_is_shown_or_says_what_is_missing(open_page: Open, lang: str) -> None:
    """A tariff is priced for the user of the case, or the page says in words why not and what to do, and keeps its pickers."""
    app = open_page("prices", lang=lang)
    refused = {}
    for area in (name.removeprefix("retail.") for name in tariffs.tariff_names()):
        app.session_state["draft"] = tariffs.moved_to(ready("zhejiang_user_lfp"), area)
        app.run()
        assert not app.exception, area
        assert bool(app.main.error) == (tariffs.priced(draft_of(app), None, lang) is None)
        assert app.selectbox(key="prices_area").value == area
        shown = [
            one.value
            for one in [*app.main.error, *app.main.warning, *app.main.info, *app.main.caption, *app.main.markdown]
        ]
        for text in shown:
            told = re.sub(r"\\(.)", r"\1", text)
            assert not RAW.search(told), (area, told)
            assert lang == "zh" or not CJK.search(told), (area, told)
        if app.main.error:
            refused[area] = " ".join(shown)
    # Guangdong has price zones, Shenzhen two kinds of 10 kV, Gansu no published price at all.
    assert set(refused) == {"gansu", "guangdong", "shenzhen"}
    assert ("上传电价序列" if lang == "zh" else "upload a price series") in refused["gansu"]
    assert ("珠三角五市" if lang == "zh" else "Pearl River Delta") in refused["guangdong"]
    assert ("10千伏" if lang == "zh" else "10 kV") in refused["shenzhen"]


def test_a_year_without_a_tariff_is_stated_as_typical_days(open_page: Open) -> None:
    """What the page advises for Gansu works: the case is computed with typical days."""
    draft = tariffs.moved_to(ready("zhejiang_user_lfp"), "gansu")
    hours = [0.3] * 8 + [0.6] * 8 + [0.9] * 8
    stated = draft.changed(Change(path="market.typical_days", value=[{"months": "all", "buy_yuan_per_kwh": hours}]))
    app = open_page("prices", stated)
    assert not app.main.error
    assert "0.9000" in app.main.markdown[0].value


# --- the areas beside one another ---


def test_areas_are_worked_out_only_when_opened(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed, no file is read; opened, every area stands in the table."""
    asked: list[str] = []

    def counted(*_: object, voltage: str, parts: str, efficiency: float) -> object:
        asked.append(voltage)
        return spreads(LIBRARY, date(2026, 8, 1), voltage=voltage, parts=parts, efficiency=efficiency)

    monkeypatch.setattr(ranking, "spreads", counted)
    ranking._spreads.clear()
    app = open_page("prices")
    assert not asked
    app = open_page("prices", prices_areas=True)
    assert asked == ["10kV"]
    table = next(one.value for one in app.dataframe if "两充两放毛利（元/kWh·日）" in one.value.columns)
    assert len(table) == sum(len(LIBRARY.retail_file(name).zones) or 1 for name in tariffs.tariff_names())
    app.selectbox(key="areas_by").set_value("margin").run()
    assert not app.exception
    assert any("两充两放毛利" in one.value for one in app.main.subheader)
    # The same question is not worked out again.
    assert asked == ["10kV"]
    app.selectbox(key="areas_voltage|10kV").set_value("35kV").run()
    assert asked == ["10kV", "35kV"]


def test_store_behind_the_margin_is_that_of_the_case() -> None:
    """Charge times discharge efficiency of the case as it is computed; none where neither case nor technology has one."""
    draft = ready("zhejiang_user_lfp")
    storage = draft.case().storage
    assert ranking.round_trip(draft) == pytest.approx(
        float(storage.charge_efficiency[0, 0]) * float(storage.discharge_efficiency[0, 0]), rel=1e-12
    )
    stated = draft.changed(
        Change(path="storage.charge_efficiency", value=0.9), Change(path="storage.discharge_efficiency", value=0.8)
    )
    assert ranking.round_trip(stated) == pytest.approx(0.72, rel=1e-12)
    assert ranking.round_trip(stated.changed(Change(path="storage.charge_efficiency", value=9))) is None


def test_a_row_moves_the_case_to_its_area_and_zone() -> None:
    """What a click hands over: the tariff and the zone of the row; the case is then computed there."""
    made = tariffs.moved_to(ready("zhejiang_user_lfp"), "guangdong", "prd")
    assert look(made.stated, "market.zone") == "prd"
    assert made.case().project.province == "guangdong"
    back = tariffs.moved_to(made, "zhejiang")
    assert back.key == ready("zhejiang_user_lfp").key


def test_a_tariff_is_shown_while_other_inputs_have_faults(open_page: Open) -> None:
    """Prices do not wait for the loan to be right."""
    draft = ready("zhejiang_user_lfp").changed(Change(path="finance.loan_rate", value=9))
    app = open_page("prices", draft)
    assert app.main.error
    assert any("各月分时时段" in one.value for one in app.main.subheader)


# --- another table ---


def _understood(app: AppTest) -> dict[str, str]:
    """What the page says of a table, without the marks that keep its signs from being markup; nothing in it is cut."""
    table = next(one.value for one in app.main.table if "读取结果" in one.value.columns)
    head, told = ([re.sub(r"\\(.)", r"\1", str(cell)) for cell in table[name]] for name in table.columns)
    return dict(zip(head, told, strict=True))


def test_a_gbk_table_is_understood_reported_taken_and_dropped(open_page: Open) -> None:
    """Encoding, points, step, span and range are told; the case is then computed with the table."""
    app = upload(open_page("prices", "hainan_grid_lfp"), "..\\电价 2025.csv", table().encode("gbk"))
    told = _understood(app)
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
    read = uploads.price_table(
        "x.csv", "\n".join(["time,buy_yuan_per_mwh", *rows]).encode("utf-8-sig"), ready("hainan_grid_lfp")
    )
    assert read.series is not None
    told = {row["What"]: row["As it was read"] for row in uploads.report(read.series, "en")}
    assert told["Step"] == "15 min"
    assert told["Days"] == "2"
    assert told["Negative prices"] == "20"
    assert told["Discharging (yuan/MWh)"] == "no such column: the price of charging"


def test_a_table_whose_unit_is_not_told_is_read_once_the_page_says_it(open_page: Open) -> None:
    """A question with both readings, answered in the form beside it, taken with its answer, dropped with it."""
    content = table(1, "时间,充电电价", sell=False).encode("gbk")
    app = upload(open_page("prices", "hainan_grid_lfp"), "p.csv", content)
    assert any("没有给出单位" in one.value for one in app.main.error)
    (unit,) = [one.key for one in app.text_input if one.key and one.key.endswith("market.price_unit")]
    app.text_input(key=unit).set_value("元/MWh").run()
    assert not app.main.error
    app.button(key="price_take").click().run()
    case = draft_of(app).case()
    assert case.market.price_unit == "元/MWh"
    assert any(notice.code == "price_file" for notice in case.notices)
    app.button(key="price_drop").click().run()
    assert look(draft_of(app).stated, "market.price_unit") is None


def test_a_workbook_with_a_row_a_day_is_understood_on_the_page(open_page: Open) -> None:
    """Dates down, 96 ends of quarter hours across, a title with the unit; what was understood stands below."""
    book = openpyxl.Workbook()
    book.active.append(["日前出清电价  单位：元/MWh"])
    book.active.append(["日期", *(f"{end // 4:02d}:{end % 4 * 15:02d}" for end in range(1, 97))])
    for day in (1, 2):
        book.active.append([datetime(2025, 8, day), *(float(100 * day + end) for end in range(96))])
    out = io.BytesIO()
    book.save(out)
    app = upload(open_page("prices", "hainan_grid_lfp"), "日前.xlsx", out.getvalue())
    told = _understood(app)
    assert told["编码"] == "工作簿"
    assert told["起止"] == "2025-08-01 00:00 – 2025-08-02 23:45"
    assert told["充电电价（元/MWh）"] == "100.00 – 295.00"
    words = " ".join(told.values())
    assert "每行一天，每列一个时段" in words
    assert "时刻为时段终点" in words


HOSTILE = {
    "workbook as csv": ("a.csv", b"PK\x03\x04" + bytes(range(256)) * 20, "Excel"),
    "image": ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00" + bytes(500), "既不是文本也不是工作簿"),
    "other ending": ("a.exe", b"time,buy_yuan_per_mwh", "不是表格文件"),
    "formula": ("a.csv", b"time,buy_yuan_per_mwh\n2025-01-01 00:00,=cmd|' /C calc'!A0", "B2"),
    "duplicate": ("a.csv", "\n".join(table(2, "time,buy_yuan_per_mwh", sell=False).splitlines()[:7] + table(2, "", sell=False).splitlines()[6:]).encode(), "出现两次"),
    "no unit": ("a.csv", table(1, "时间,充电电价", sell=False).encode("gbk"), "没有给出单位"),
    "dollars": ("a.csv", table(1, "时间,充电电价（美元/MWh）", sell=False).encode("gbk"), "只读取人民币"),
    "many columns": ("a.csv", (",".join(["c"] * 5000) + "\n").encode(), "有 5,000 列"),
    "many rows": ("a.csv", b"time,buy_yuan_per_mwh\n" + b"1,2\n" * 600_000, "超过 527,140 行"),
    "empty": ("a.csv", b"", "文件是空的"),
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
        read = uploads.price_table(file, content, ready("contract_schedule"))
        assert read.series is None
        assert words in read.faults[0].text("zh")


def test_the_sample_table_is_read_in_both_languages() -> None:
    """What the page offers as a sample passes its own reading."""
    for lang in ("zh", "en"):
        read = uploads.price_table("sample.csv", uploads.sample(lang), ready("hainan_grid_lfp"))
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
