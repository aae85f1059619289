"""The pages of a result: verdict, dispatch, statements; what they say, what they let a person do, what they hand out."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator

import numpy as np
import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from appraisal import appraise
from appraisal.app import downloads
from appraisal.app.cards import EVERYWHERE, VIEWS, card, keys_of
from appraisal.app.draft import Draft, ready
from appraisal.app.explain import catalogue, years
from appraisal.app.levers import levers_of
from appraisal.case import Change
from appraisal.finance.tables import TITLES
from appraisal.pipeline import Appraisal
from appraisal.report.schedule import limits, schedule_table, year_of
from appraisal.report.verdict import overturn, verdict

Open = Callable[..., AppTest]
PAGES = ("verdict", "dispatch", "statements")
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Names of the format, loan.interest or debt_share, that only a file or the command line shows.
RAW = re.compile(r"(?<![\w./-])[a-z]+(?:_[a-z]+)+(?![\w.-])")
# One of each kind: stated energy, a typical day with claims, a tariff behind the meter.
READY = ("contract_schedule", "hainan_grid_lfp", "zhejiang_user_lfp")


def set_to(draft: Draft, **values: object) -> Draft:
    """A draft with some values, ``finance__debt_share=0``."""
    return draft.changed(
        *(Change(path=path.replace("__", "."), action="set", value=value) for path, value in values.items())
    )


def texts(app: AppTest) -> Iterator[str]:
    """What a person reads on a page beside its sidebar: text, HTML without its tags, labels and options of widgets."""
    main = app.main
    for kind in ("markdown", "caption", "title", "subheader", "header", "error", "success", "warning", "info", "code"):
        yield from (one.value for one in main.get(kind))
    for one in main.get("html"):
        yield re.sub(r"<style>.*?</style>|<[^>]+>", " ", one.proto.body, flags=re.DOTALL)
    for kind in ("button", "selectbox", "slider", "number_input", "radio", "download_button", "expander"):
        for one in main.get(kind):
            yield str(getattr(one, "label", "") or getattr(getattr(one, "proto", None), "label", ""))
            yield from (str(option) for option in getattr(one, "options", ()))


def sentence(app: AppTest) -> str:
    """The verdict as the page tells it."""
    told = [one.value for kind in ("success", "error", "warning") for one in app.main.get(kind)]
    return next(text for text in told if "IRR" in text)


@pytest.fixture(scope="module")
def results() -> dict[str, Appraisal]:
    """The ready cases, appraised."""
    return {name: appraise(ready(name).case()) for name in READY}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", READY)
def test_page_speaks_one_language_and_shows_no_raw_key(open_page: Open, page: str, name: str) -> None:
    """Every ready case draws without an exception; in English only documents are cited in Chinese, under their own titles."""
    app = open_page(page, name)
    found = [text for text in texts(app) if RAW.search(text)]
    assert not found, found
    app.sidebar.radio(key="lang").set_value("en").run()
    assert not app.exception
    told = [text for text in texts(app) if RAW.search(text) or CHINESE.search(uncited(text))]
    assert not told, told


@pytest.mark.parametrize(("lang", "words"), [("zh", "一个月的运行：8月"), ("en", "A month of the plant: Aug")])
def test_month_is_chosen_and_kept(open_page: Open, lang: str, words: str) -> None:
    """The picture of a month follows its selector, in the language of the page, and comes back after another page."""
    app = open_page("dispatch", "jiangsu_user_demand", lang)
    app.selectbox(key="month").set_value(8).run()
    assert not app.exception
    assert words in [one.value for one in app.main.subheader]
    app.switch_page("appraisal/app/pages/start.py").run()
    app.switch_page("appraisal/app/pages/dispatch.py").run()
    assert app.selectbox(key="month").value == 8


def uncited(text: str) -> str:
    """A text without the documents that its lines cite behind a dash."""
    return "\n".join(line.partition(" — ")[0] for line in text.split("\n"))


# What the command line's JSON, which is in yuan and fractions, is divided by on a page: issue 6 point 5 names both units of money.
MONEY = {"zh": (1e4, "万元"), "en": (1e6, "CNY million")}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_cards_show_the_figures_of_the_json(results: dict[str, Appraisal], lang: str) -> None:
    """Every card of every view is the JSON's value at the digits shown: rates in percent, money in 万元 or CNY million."""
    for result in results.values():
        kpi = json.loads(downloads.json_bytes(result, lang))["kpi"]
        for key in {key for view in VIEWS for key in keys_of(result, view)}:
            one, value, unit = card(result, key, lang), kpi[key]["value"], kpi[key]["unit"]
            if value is None:
                assert one.number == "—"
                continue
            per, words = MONEY[lang] if unit == "yuan" else (0.01, "") if one.number.endswith("%") else (1.0, one.unit)
            number = one.number.removesuffix("%")
            digits = len(number.partition(".")[2])
            assert number == f"{value / per:,.{digits}f}".replace("-", "−"), key
            assert one.unit == words, key


def test_sums_are_shown_to_the_same_precision_in_both_languages(results: dict[str, Appraisal]) -> None:
    """A hundred 万元 are a million: the English number has two digits more behind the point (contract: 561.92 and 56,192)."""
    one = {lang: card(results["contract_schedule"], "investment_total", lang) for lang in MONEY}
    assert (one["zh"].number, one["en"].number) == ("56,192", "561.92")


def test_page_and_tables_show_one_unit_of_money_in_each_language(open_page: Open) -> None:
    """The page has no other unit of sums than that of its language, and 附录D the figures of the files in it."""
    app = open_page("statements", "contract_schedule")
    app.sidebar.radio(key="lang").set_value("en").run()
    table = next(one.proto.body for one in app.main.get("html") if 'aria-label="Table D.' in one.proto.body)
    result = appraise(ready("contract_schedule").case())
    assert "CNY million" in table
    assert "10⁴" not in table
    for value in result.statements["net_profit"][0]:
        assert f"{value / 1e6:,.4f}" in table
    assert not [
        text for name in ("verdict",) for text in texts(english(open_page(name, "contract_schedule"))) if "×10⁴" in text
    ]


def english(app: AppTest) -> AppTest:
    """The same page in English."""
    app.sidebar.radio(key="lang").set_value("en").run()
    return app


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_cards_name_tax_and_side_of_every_figure(results: dict[str, Appraisal], lang: str) -> None:
    """Before or after tax, project or equity or debt, stand on each card of each view."""
    words = {
        "zh": (("税前", "税后", "含增值税", "名义价"), ("全投资", "资本金", "偿债")),
        "en": (("before tax", "after tax", "VAT", "nominal"), ("Project", "Equity", "Debt")),
    }
    for key in {key for keys in VIEWS.values() for key in keys} | set(EVERYWHERE):
        basis = card(results["hainan_grid_lfp"], key, lang).basis
        assert all(any(word in basis for word in kind) for kind in words[lang]), (key, basis)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_card_without_debt_says_why_there_is_no_cover(lang: str) -> None:
    """A figure that does not exist is a dash with its reason, never nan or a blank."""
    found = card(appraise(set_to(ready("zhejiang_user_lfp"), finance__debt_share=0).case()), "dscr_min", lang)
    assert (found.number, found.unit) == ("—", "")
    assert found.note == {"zh": "没有需要还本付息的年份", "en": "no year has debt to serve"}[lang]


def test_overturn_price_is_where_the_worth_is_zero(results: dict[str, Appraisal]) -> None:
    """The case appraised at the price of the sentence has an NPV of zero; below it misses, above it clears."""
    found = overturn(results["hainan_grid_lfp"], "lowest_capacity_price")
    case = ready("hainan_grid_lfp").case()
    path = "revenue.capacity.price_yuan_per_kw_year"
    at, below, above = (appraise(case.vary({path: np.array([found.there * factor])})) for factor in (1.0, 0.99, 1.01))
    invested = float(at.metrics["investment_total"].value[0])
    assert abs(float(at.metrics["project_npv"].value[0])) < 1e-6 * invested
    assert (verdict(below).standing, verdict(above).standing) == ("misses", "clears")
    assert "低于" in found.sentence.zh
    assert "falls below" in found.sentence


def test_overturn_of_a_project_that_misses_says_what_would_help(results: dict[str, Appraisal]) -> None:
    """The contract case misses its hurdle: its capital cost has to come down, and it has no spread to ask for."""
    result = results["contract_schedule"]
    found = overturn(result, "highest_capital_cost")
    assert verdict(result).standing == "misses"
    assert found.there < found.here
    assert "降至" in found.sentence.zh
    assert overturn(result, "lowest_spread").code == "not_applicable"


def test_verdict_before_tax_decides_on_the_worth_before_tax(results: dict[str, Appraisal]) -> None:
    """The contract case clears its hurdle before tax (NPV above zero) and misses it after."""
    result = results["contract_schedule"]
    assert float(result.metrics["project_npv_pre_tax"].value[0]) > 0 > float(result.metrics["project_npv"].value[0])
    assert verdict(result, "project_irr_pre_tax").standing == "clears"


def test_slider_moves_the_verdict_and_back_leaves_no_change(open_page: Open) -> None:
    """A move is the same as the change in the case's file; moved back the draft is the one loaded, statement by statement."""
    app = open_page("verdict", "hainan_grid_lfp")
    before = sentence(app)
    app.slider(key="lever_capital.battery_yuan_per_kwh").set_value(600.0).run()
    changed = set_to(ready("hainan_grid_lfp"), capital__battery_yuan_per_kwh=600.0)
    assert verdict(appraise(changed.case())).sentence.zh.removesuffix("。") in sentence(app) != before
    assert app.session_state["draft"].key == changed.key
    app.slider(key="lever_capital.battery_yuan_per_kwh").set_value(473.0).run()
    assert app.session_state["draft"].key == app.session_state["saved"]
    assert sentence(app) == before


def test_language_switch_keeps_slider_and_table(open_page: Open) -> None:
    """What a person chose and moved stands after the switch, and after other pages."""
    app = open_page("verdict", "contract_schedule")
    app.slider(key="lever_capital.equipment_yuan").set_value(33000.0).run()
    app.sidebar.radio(key="lang").set_value("en").run()
    assert app.slider(key="lever_capital.equipment_yuan").value == 33000.0
    app.switch_page("appraisal/app/pages/statements.py").run()
    app.session_state["statement_kept"] = "I"
    app.run()
    app.sidebar.radio(key="lang").set_value("zh").run()
    assert app.session_state["statement"] == "I"
    app.switch_page("appraisal/app/pages/verdict.py").run()
    assert app.slider(key="lever_capital.equipment_yuan").value == 33000.0
    assert app.session_state["draft"].at("capital.equipment_yuan") == 330e6


@pytest.mark.parametrize("page", PAGES)
def test_faults_are_told_with_the_way_to_mend_them(open_page: Open, page: str) -> None:
    """A draft that cannot be appraised shows every fault and no figure."""
    bad = set_to(ready("zhejiang_user_lfp"), storage__power_mw=-3, finance__debt_share=7)
    app = open_page(page, bad)
    told = " ".join(one.value for one in app.main.error)
    assert "额定功率" in told
    assert "2 处问题" in told
    assert not [one for one in app.main.get("html") if "figure-card" in one.proto.body or "<table" in one.proto.body]


def test_levers_are_numbers_that_the_case_holds(results: dict[str, Appraisal]) -> None:
    """Each lever's value is the case's own."""
    for result in results.values():
        for one in levers_of(result):
            assert one.value == float(result.case.at(one.path)[0, 0])
            assert one.stored(one.shown(one.value)) == pytest.approx(one.value, rel=1e-9)


def test_tables_are_drawn_under_their_titles(open_page: Open) -> None:
    """One with years, the indicators, and the sensitivity, which has columns of its own."""
    app = open_page("statements", "contract_schedule")
    for letter in "IJK":
        zh = TITLES[letter][1]
        app.session_state["statement_kept"] = letter
        app.run()
        assert any(f'aria-label="附录{letter} {zh}"' in one.proto.body for one in app.main.get("html")), letter


def test_covenant_of_the_page_names_the_years_below(open_page: Open, results: dict[str, Appraisal]) -> None:
    """A covenant above every cover names the first repayment year; one below all names none."""
    result = results["hainan_grid_lfp"]
    counted = np.flatnonzero(result.statements["covering"][0]) + 1
    app = open_page("statements", "hainan_grid_lfp", covenant_kept=5.0)
    assert any(f"第 {counted[0]}" in text and "低于约定值 5.00" in text for text in texts(app))


def test_without_debt_no_page_speaks_of_its_cover(open_page: Open) -> None:
    """Nothing is borrowed: neither a card, nor a line beside the verdict, nor a picture or its field."""
    free = set_to(ready("zhejiang_user_lfp"), finance__debt_share=0)
    for page in ("verdict", "statements"):
        app = open_page(page, free)
        # The list of every figure of the books, from which an explanation is chosen, and the tables A–L keep their lines.
        kinds = ("markdown", "caption", "subheader", "success", "error")
        prose = [one.value for kind in kinds for one in app.main.get(kind)]
        cards = [one.proto.body for one in app.main.get("html") if "figure-card" in one.proto.body]
        assert not [text for text in (*prose, *cards) if "偿债备付率" in text or "DSCR" in text]
        assert not [one for one in app.main.number_input if one.key == "covenant"]


def test_beside_the_sentence_stand_the_other_return_the_cover_and_the_downside(
    open_page: Open, results: dict[str, Appraisal]
) -> None:
    """hainan: the equity's verdict, the least cover against the session's covenant, the worst end of the widest driver."""
    result = results["hainan_grid_lfp"]
    app = open_page("verdict", "hainan_grid_lfp", covenant_kept=1.3)
    told = " ".join(texts(app)).replace("\\", "")
    assert verdict(result, "equity_irr").sentence.zh in told
    assert f"最低偿债备付率 {float(result.metrics['dscr_min'].value[0]):.2f}" in told
    assert "低于约定值 1.30" in told
    assert "下行情形：" in told
    assert "结论即不成立" in sentence(app)


def test_files_hold_the_figures_of_the_page(results: dict[str, Appraisal]) -> None:
    """JSON, CSV and workbook give the same net profit and IRR; twice the same bytes."""
    draft, result = ready("contract_schedule"), results["contract_schedule"]
    packed = downloads.zip_bytes(draft.key, "zh", "yuan", result)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = archive.namelist()
        text = archive.read("D_profit_distribution.csv").decode("utf-8-sig")
    assert [name[0] for name in names] == list(TITLES)
    row = next(line.split(",") for line in text.splitlines() if "净利润" in line and line.startswith("11,"))
    # Exact figures: what the file says reads back as the very number of the books.
    assert [float(cell) for cell in row[4:]] == result.statements["net_profit"][0].tolist()
    downloads.zip_bytes.clear()
    assert downloads.zip_bytes(draft.key, "zh", "yuan", result) == packed
    book = openpyxl.load_workbook(io.BytesIO(downloads.workbook_bytes(draft.key, "zh", "yuan", result)), data_only=True)
    rate = json.loads(downloads.json_bytes(result, "zh"))["kpi"]["project_irr"]["value"]
    values = {
        cell for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line if isinstance(cell, float)
    }
    assert rate in values


def test_explanation_opens_a_line_and_the_figures_in_it(open_page: Open) -> None:
    """From the interest of a year to the loan rate and back."""
    app = open_page("statements", "contract_schedule")
    app.session_state["statements_why_figure"] = "loan.interest"
    app.session_state["statements_why_trail"] = [("loan.interest", 3)]
    app.run()
    assert "运营计息份额 × (期初借款余额 + 本年借款（含利息）) × 长期借款利率" in [one.value for one in app.code]
    opened = next(one for one in app.main.button if one.label == "长期借款利率")
    opened.click().run()
    told = " ".join(texts(app)).replace("\\", "")
    assert "3.60%（算例）" in told
    app.button(key="statements_why_back_0").click().run()
    assert any("期初借款余额" in one.value for one in app.code)


def test_card_opens_its_explanation(open_page: Open) -> None:
    """The dialog of a card shows the formula that is evaluated."""
    app = open_page("verdict", "zhejiang_user_lfp")
    app.button(key="why_project_irr").click().run()
    assert not app.exception
    assert "内部收益率(所得税后净现金流量)" in [one.value for one in app.code]


def test_catalogue_names_every_figure_and_line_once(results: dict[str, Appraisal]) -> None:
    """All metrics and all lines of the books, no label twice, in both languages."""
    for result in results.values():
        for lang in ("zh", "en"):
            known = catalogue(result, lang)
            assert set(known) >= set(result.metrics) | set(result.statements.book.lines)
            assert len(set(known.values())) == len(known)
            assert not [label for label in known.values() if RAW.search(label)]
            assert lang == "zh" or not [label for label in known.values() if CHINESE.search(label)]


def test_years_name_every_column(results: dict[str, Appraisal]) -> None:
    """One entry a column of the calculation period and one for all."""
    result = results["hainan_grid_lfp"]
    named = years(result, "zh")
    assert list(named) == list(range(result.operation.years + 1))
    assert named[1] == "第 1 年（2026，建设期）"


@pytest.mark.parametrize("name", ["zhejiang_user_lfp", "hainan_grid_lfp"])
def test_schedule_file_adds_up_to_the_year_that_was_dispatched(results: dict[str, Appraisal], name: str) -> None:
    """Σ power × hours × days is the energy of a new plant's year; hours of all uses are those of the year."""
    result = results[name]
    table, solved = schedule_table(result), result.operation.solved
    assert solved is not None
    weight = table["Days a year"] * solved.problem.clock.step_hours
    power = float(result.case.storage.power_mw[0, 0])
    for column, meter in (("Charging (MW)", solved.charged), ("Discharging (MW)", solved.discharged)):
        assert (table[column] * weight).sum() == pytest.approx(float(meter[0, 0]) * power, rel=1e-9)
    spent = year_of(result)
    assert spent.charging + spent.discharging + spent.idle == pytest.approx(8760.0)
    assert spent.at_discharge_limit <= spent.discharging


def test_limits_name_what_a_stream_sets_aside(results: dict[str, Appraisal]) -> None:
    """A tenth of the power and a twentieth of the energy are the terms of the Hainan case; in Zhejiang the host's load limits."""
    told = " ".join(limits(results["hainan_grid_lfp"]))
    assert "10.0% of rated power" in told
    assert "5.0% of usable energy" in told
    assert "limited to 4–9 MW" in " ".join(limits(results["zhejiang_user_lfp"]))


def test_page_shows_every_era_of_a_case_with_events(open_page: Open) -> None:
    """The audit lists three eras; the schedule is that of the era chosen, the last with a narrower spread."""
    app = open_page("dispatch", "hainan_policy_events", lang="en")
    choice = app.selectbox(key="era")
    assert [option.partition(" (")[0] for option in choice.options] == [
        "before any event",
        "from 2031-01",
        "from operating year 9",
    ]
    choice.set_value(2).run()
    assert not app.exception
    assert app.session_state["era_kept"] == 2
