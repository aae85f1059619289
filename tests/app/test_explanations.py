"""Explanations are in the words of the page: no code, no foreign prose unmarked; text of a person is never a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import streamlit as st

from appraisal.app.draft import ready
from appraisal.app.explain import catalogue, series_text
from appraisal.app.faults import shown_as_is
from appraisal.app.grounds import cited, fact_text, given_text, in_original
from appraisal.app.markup import link
from appraisal.app.pictures import plain
from appraisal.pipeline import appraise
from appraisal.report.formula import in_words
from appraisal.report.leaves import Leaf
from appraisal.report.trace import explain

# What reads alike in both languages: signs of units and of figures that Chinese reports print in Latin letters.
LATIN = re.compile(r"kWh|MWh|kVA|MW|kW|IRR|NPV|MIRR|DSCR|LLCR|PLCR|LCOS|ROI|ROE|SOC|SOH|EMC|VAT")
PROSE = re.compile(r"[A-Za-z_]{3,}")
CODE = re.compile(r"(?<![\w/.])[a-z]+_[a-z_]+(?!\w)|[\u3400-\u9fff]")
MARK = "（原文）"


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """A page's language, as a session holds it."""
    st.session_state["lang"] = request.param
    yield request.param
    for name in ("lang", "draft"):
        st.session_state.pop(name, None)


def _of_leaf(leaf: Leaf, zh: bool) -> Iterator[str]:
    yield leaf.zh if zh else leaf.en
    for reading in leaf.readings:
        yield reading.zh if zh else reading.en
        yield series_text(reading.key, reading.values, reading.unit, "zh" if zh else "en")
    for given in leaf.inputs:
        yield given_text(given)
        yield from (_before_the_document(fact_text(fact, given.path)) for fact in given.facts)
    yield from (_before_the_document(fact_text(fact)) for fact in leaf.facts)
    yield from (note.zh if zh else note.en for note in leaf.notices)


def _before_the_document(text: str) -> str:
    """What is ours in the words of a fact: the citation is the document's own."""
    return re.split("出处：|source: ", text)[0].replace("\\", "")


def _read(name: str, language: str) -> Iterator[str]:
    """Everything that the explanations of a ready case say, one level deep from every figure and line, and their operands."""
    draft, zh = ready(name), language == "zh"
    st.session_state["draft"] = draft
    result = appraise(draft.case())
    asked, told = list(catalogue(result, language)), set()
    for key in asked:
        if key in told:
            continue
        told.add(key)
        node = explain(result, key, None, depth=1).nodes[0]
        yield node.zh if zh else node.en
        yield series_text(node.key, node.values, node.unit, language)
        if node.formula:
            yield in_words(node.formula, node.operands, language)
        for one in node.operands:
            asked.append(one.key)
            yield series_text(one.key, one.values, one.unit, language)
        if node.leaf is not None:
            yield from _of_leaf(node.leaf, zh)


@pytest.mark.parametrize("name", ["contract_schedule", "guangdong_regulation_lfp", "jiangsu_user_small"])
def test_explanations_are_in_the_language_of_the_page(name: str, language: str) -> None:
    """No code and no word of the other language; what the case quotes is marked as such, and numbers of documents stand."""
    texts = set(_read(name, language))
    assert len(texts) > 100
    if language == "zh":
        left = [one for one in texts if PROSE.search(LATIN.sub("", one)) and MARK not in one]
    else:
        left = [one for one in texts if CODE.search(re.sub(r"[\u3400-\u9fff]+〔\d{4}〕\d+号", "", one))]
    assert not left


def test_codes_of_the_case_and_the_library_are_shown_by_their_labels() -> None:
    """The labels are those that the forms offer: above_cap: capped, the tariff by its title, the zone by its name."""
    st.session_state["lang"] = "zh"
    both = " ".join((*_read("contract_schedule", "zh"), *_read("guangdong_regulation_lfp", "zh")))
    for words in ("按上限补偿", "广东 工商业分时电价", "珠三角五市", "电网侧"):
        assert words in both
    for words in ("capped", "retail.guangdong", "prd", "：grid"):
        assert words not in both


@pytest.mark.parametrize(
    ("values", "zh", "en"),
    [
        ((3.0, 3.0, 3.0), "各年均为 3", "3 in every year"),
        ((3.0,), "3", "3"),
        (
            (float("nan"), 2.0, 5.0, 4.0),
            "第 1 年 —，第 4 年 4；最小 2，最大 5",
            "year 1: —, year 4: 4; least 2, greatest 5",
        ),
        ((float("nan"), float("nan")), "—", "—"),
    ],
)
def test_series_names_its_years_and_how_far_it_reaches(values: tuple[float, ...], zh: str, en: str) -> None:
    """First and last with their years, least and greatest; the words are written by hand from the rule."""
    assert series_text("cycles", values, "1", "zh") == zh
    assert series_text("cycles", values, "1", "en") == en


def test_address_is_a_link_only_where_the_library_gives_it(language: str) -> None:
    """The document of a fact of the library opens; the same words from a case are text without a link."""
    del language
    fact = next(one for one in appraise(ready("hubei_long_duration").case()).case.facts if "http" in one.source.cite)
    assert re.search(r"\]\(<https?://", cited(fact))
    own = replace(fact, origin="case")
    assert "](<" not in cited(own)
    assert "\u2060" in cited(own)


@pytest.mark.parametrize("write", [shown_as_is, plain])
@pytest.mark.parametrize(
    "text", ["https://a.example/x", "HTTP://a.example", "see www.a.example", "me@a.example", "[x](https://a.example)"]
)
def test_text_of_a_person_holds_no_address_that_a_page_would_link(write: object, text: str) -> None:
    """The patterns are those of GitHub's autolinks, which the page looks for in text that was read already (GFM 0.29, 6.9)."""
    assert callable(write)
    read = re.sub(r"\\(.)", r"\1", write(text))
    assert not re.search(r"https?://|www\.|[-.\w+]@[-\w]", read, re.IGNORECASE)
    assert read.replace("\u2060", "") == text


def test_link_of_another_kind_is_refused() -> None:
    """A script is no address of a source."""
    with pytest.raises(ValueError, match="no address of the web"):
        link("x", "javascript:alert(1)")


def test_prose_of_the_other_language_is_marked() -> None:
    """A quotation in English on a Chinese page says that it is one; an address alone, a name and a number do not."""
    assert in_original("bid prices of six tenders", "zh").endswith(MARK)
    assert in_original("bid prices of six tenders", "en") == "bid prices of six tenders"
    for text in ("https://www.ndrc.gov.cn/long/path/of/words", "LFP", "0.5"):
        assert in_original(text, "zh") == text
