"""Every text of a chart stands in the language asked for, and figures have their units and bases."""

from __future__ import annotations

import re

import pytest
from drawn import MAKERS, READY, answers, case, chart_of, drawn, index_of, one_way, spec_of, texts, tornado_of

from appraisal.case import Case
from appraisal.finance.tables.indicators import summary
from appraisal.pipeline import appraise
from appraisal.report.charts.figures import is_percent, shown_unit
from appraisal.report.charts.risk import histogram

# Chinese characters and the punctuation that goes with them.
_CHINESE = re.compile(r"[　-鿿豈-﫿＀-￯]")
_LATIN = re.compile(r"[A-Za-zµμ]{2,}")
# What Chinese reports print in Latin letters: abbreviations, methods, units, P values.
_PRINTED = {
    "IRR", "NPV", "VaR", "CVaR", "DSCR", "LCOS", "MIRR", "Sobol", "Morris", "FAST", "RBD", "DGSM", "MW", "MWh", "kW", "kWh", "LFP",
}  # fmt: skip


def _all_texts(name: str, lang: str) -> set[str]:
    picture = chart_of(name, lang)
    heads, rows = picture.cells()
    cells = {cell for row in rows for cell in row}
    return texts(spec_of(name, lang)) | {picture.title, picture.alt, *picture.subtitle, *heads} | cells


@pytest.mark.parametrize("name", MAKERS)
def test_picture_in_english_has_no_chinese(name: str) -> None:
    """Neither in the chart nor in its table, its description or its tooltips."""
    found = sorted(text for text in _all_texts(name, "en") if _CHINESE.search(text))
    assert found == []


@pytest.mark.parametrize("name", MAKERS)
def test_picture_in_chinese_has_latin_letters_only_in_units_and_abbreviations(name: str) -> None:
    """The label that the contract case gives its stream is the user's own."""
    own = {"contract", "datum", "value", "format", "floor"}
    found = {word for text in _all_texts(name, "zh") for word in _LATIN.findall(text) if word not in _PRINTED | own}
    assert found == set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_picture_says_of_which_case_it_is(lang: str) -> None:
    """By the title of the case in that language, never by its key."""
    for name in MAKERS:
        picture = chart_of(name, lang)
        assert any(picture.subtitle[0].startswith(word) for word in ("算例：", "Case: ")), name
        assert "_" not in picture.subtitle[0], name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_metric_of_a_picture_names_its_tax_basis_and_unit(lang: str) -> None:
    """税后 and 万元 stand beside the figures, as the metrics' own labels have them."""
    metric = one_way().base["project_npv"]
    label = metric.zh if lang == "zh" else metric.en
    unit = "万元" if lang == "zh" else "CNY million"
    for name in ("spider project_npv", "tornado money", "histogram project_npv", "cumulative", "convergence"):
        if name != "cumulative":
            titles = {text for text in texts(spec_of(name, lang)) if unit in text and label.split("（")[0] in text}
            assert titles, name


def test_p_values_state_their_convention() -> None:
    """P90 is exceeded with 90 % probability; of a payback it is told that P90 is the good end."""
    for lang, words, good in (
        ("zh", "有 90% 的概率被超过", "有利一端"),
        ("en", "exceeded with a probability of 90%", "good end"),
    ):
        assert words in " ".join(chart_of("histogram project_npv", lang).subtitle)
        assert good not in " ".join(chart_of("histogram project_npv", lang).subtitle)
        assert good in " ".join(histogram(drawn(), lang, "discounted_payback_years").subtitle)


def test_study_that_draws_states_seed_and_number() -> None:
    """Seed 0 is a seed like any other and is printed."""
    for lang, seed in (("zh", "种子 0"), ("en", "seed 0")):
        for name in ("histogram project_npv", "cumulative", "distribution", "sobol", "morris"):
            assert seed in " ".join(chart_of(name, lang).subtitle), name


def test_verdict_of_indices_and_of_the_trace_is_told() -> None:
    """In the words of the study."""
    for lang in ("zh", "en"):
        said = index_of("sobol").verdict.words(lang)[1:]
        assert said in " ".join(chart_of("sobol", lang).subtitle)
        assert drawn().convergence().words(lang) in " ".join(chart_of("convergence", lang).subtitle)


def test_answer_without_a_solution_is_told_in_words() -> None:
    """The row says so and the table gives the sentence of the study."""
    for lang, words in (("zh", "无解"), ("en", "no solution")):
        picture = chart_of("breakeven", lang)
        assert words in texts(picture.spec())
        assert list(picture.table.iloc[:, -1]) == [one.text(lang) for one in answers()]


def test_figures_in_percent_are_those_of_the_printed_indicators() -> None:
    """附录J and the charts agree on what people read in percent."""
    for name in ("contract_schedule", "zhejiang_user_lfp"):
        loaded: Case = case(name)
        books = appraise(loaded).statements
        units = {key: line.unit for key, line in books.book.figures.items()}
        rows = [row for group in summary(books.form, list(units)) for row in group.rows]
        assert {row.key: is_percent(row.key, units[row.key]) for row in rows} == {row.key: row.percent for row in rows}


def test_unit_of_every_number_of_a_case_is_shown_in_chinese() -> None:
    """Latin letters only in kW and its like; the exponents of the ageing law are letters of a formula."""
    for name in READY:
        for path, what, _ in case(name).numbers():
            shown = shown_unit("", what.unit, "zh").unit
            assert set(_LATIN.findall(shown)) <= _PRINTED, (path, shown)


def test_tornado_tells_inputs_without_effect_and_those_left_out() -> None:
    """The loan rate does not move the project's IRR; a charging cost is none of this case."""
    found = tornado_of()
    picture = chart_of("tornado hainan_grid_lfp", "zh")
    flat = [one.zh for one, swing in zip(found.inputs, found.swing, strict=True) if swing == 0.0]
    assert flat
    assert all(name in picture.subtitle[-1] for name in flat)
    assert str(len(found.left_out)) in picture.subtitle[-1]
    assert set(picture.table.iloc[-len(found.left_out) :, -1]) == {one.zh for one in found.left_out}
