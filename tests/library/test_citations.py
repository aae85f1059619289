"""Every document behind the library is cited in Chinese too: its own numbers and addresses, no English remark around them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from appraisal.library import Library
from appraisal.library.reading import overlay
from appraisal.library.types import Source

LIBRARY = Library.open()
SOURCES = [(f"{name}.{key}", source) for name in LIBRARY.files() for key, source in LIBRARY.file(name).sources.items()]
ADDRESS = re.compile(r"https?://[^\s，；、（）]+[^\s，；、（）.,;)]")
# What identifies a document and is the same in both languages.
KEPT = re.compile(
    r"《[^》]*》"  # a title
    r"|(?i:github) [\w.-]+/[\w.-]+(@[0-9a-f]{7,8})?( [\w./-]+\.[a-z]{2,4}\b)?"  # a repository, its commit, a file in it
    r"|[\w./-]+\.(com|cn|news|store|py|ts|js|json|md)\b|doi 10\.[\w./]+"  # a site, a file, an identifier
    r"|[A-Z]\.[a-z]+\.[a-z_]+|\bmigration \d{4}"  # an entry of the evidence, a step of a repository
)
NUMBER = re.compile(r"〔\d{4}〕\d+号|@[0-9a-f]{7,8}\b|\d{4}-\d\d-\d\d|10\.1016/[\w.]+\w")
ENGLISH = re.compile(r"[A-Za-z][a-z]{2,}|\b[a-z]{2}\b")
NAMES_OF = re.compile(
    r"China Briefing|InfoLink|window-to-china|bess-map|Python|Julia|chinesecalendar|NMC-Gr A|\bAh\b|tariffTransmissionPrices"
)


def left_of(text: str) -> list[str]:
    """English words that identify nothing."""
    return ENGLISH.findall(NAMES_OF.sub("", KEPT.sub("", ADDRESS.sub("", text))))


@pytest.mark.parametrize(
    "text", ["recalled, not looked up", "公司法, recalled", "as transcribed in github a/b x.ts 甲"]
)
def test_english_remark_is_seen(text: str) -> None:
    assert left_of(text)


@pytest.mark.parametrize(("name", "source"), SOURCES, ids=[name for name, _ in SOURCES])
def test_shipped_source_is_cited_in_chinese(name: str, source: Source) -> None:
    """In Chinese words, with the addresses, document numbers, commits and days of the citation itself and no others."""
    told = source.cited("zh")
    assert re.search(r"[\u4e00-\u9fff]", ADDRESS.sub("", told)), name
    assert not left_of(told), (name, left_of(told))
    assert ADDRESS.findall(told) == ADDRESS.findall(source.cite)
    assert set(NUMBER.findall(told)) == set(NUMBER.findall(source.cite))
    assert source.cited("en") == source.cite


def test_one_citation_has_one_wording() -> None:
    """What is cited in several files reads the same in all."""
    told: dict[str, set[str]] = {}
    for _, source in SOURCES:
        told.setdefault(source.cite, set()).add(source.cite_zh)
    assert {cite: words for cite, words in told.items() if len(words) > 1} == {}


def demo(root: Path, source: str) -> Library:
    folder = root / "tariffs" / "support"
    folder.mkdir(parents=True)
    text = (
        "title: {zh: 示例, en: Demo}\nparameters:\n  rate:\n    title: {zh: 费率, en: Rate}\n    unit: share\n    dated_by: policy_start\n"
        "    values:\n      2015-01-01: {value: 3, source: first}\nsources:\n  first: " + source + "\n"
    )
    (folder / "demo.yaml").write_text(text, encoding="utf-8")
    return Library.open(root)


@pytest.mark.parametrize(
    ("source", "zh"),
    [
        ('{cite: "law A, recalled", zh: "甲法，凭记忆", confidence: estimate, checked: 2020-01-01}', "甲法，凭记忆"),
        ('{cite: "law A, recalled", confidence: estimate, checked: 2020-01-01}', "law A, recalled"),
    ],
)
def test_own_file_may_leave_the_chinese_citation_out(tmp_path: Path, source: str, zh: str) -> None:
    """The citation stands as it is where a user's own file gives one alone."""
    fact = demo(tmp_path, source).fact("support.demo.rate", date(2020, 1, 1))
    assert (fact.source.cited("en"), fact.source.cited("zh")) == ("law A, recalled", zh)


def test_what_if_says_in_chinese_what_it_replaces() -> None:
    fact = LIBRARY.fact("tax.national.income_tax", date(2026, 1, 1))
    known = replace(fact, source=replace(fact.source, cite="law A, recalled", cite_zh="甲法，凭记忆"))
    told: Any = overlay(known, 0.2).source
    assert "甲法，凭记忆" in told.cited("zh")
    assert not re.search("[a-z]", told.cited("zh"))
    assert "law A, recalled" in told.cited("en")
