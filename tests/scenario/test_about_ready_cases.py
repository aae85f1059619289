"""What is said beside every ready case holds: its headline lies in the range stated, every input has a source, both languages are there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from ready_page import BEGIN, END, PAGE, README, between, page, table

from appraisal.case import Origin
from appraisal.errors import InputError
from appraisal.report.ready_cases import Ready, grouped, run
from appraisal.scenario import about, load_case, scenario_names, scenario_path
from appraisal.scenario.ready import ITEMS, read_about, stated

ready = cache(run)


def every() -> list[Ready]:
    """All of them, appraised once."""
    return [ready(name) for _, names in grouped() for name in names]


@pytest.mark.parametrize("name", scenario_names())
def test_headline_lies_in_the_range_stated_beside_it(name: str) -> None:
    """The range is published, or was reasoned beside the program as its words set out."""
    found, wanted = ready(name).result, about(name).expected
    assert wanted.low < wanted.high
    assert wanted.low <= float(found.metrics[wanted.metric].value[0]) <= wanted.high


@pytest.mark.parametrize("name", scenario_names())
def test_every_input_is_given_or_chosen(name: str) -> None:
    """No value stands without a source, and no source for what the case does not state."""
    case, told = load_case(scenario_path(name)), about(name)
    paths = [entry.path for entry in stated(case)]
    assert [path for path in paths if told.place(path) is None] == []
    assert {told.place(path) for path in paths} == set(told.named())
    assert not {path for given in told.sources.values() for path in given.gives} & set(told.choices)


@pytest.mark.parametrize("name", scenario_names())
def test_both_languages_say_it(name: str) -> None:
    """Each in its own script."""
    told = about(name)
    for words in (told.shows, told.expected.because):
        assert re.search("[一-鿿]{4}", words.zh)
        assert not re.search("[一-鿿]", words.en)
    assert all(re.search("[一-鿿]", given.zh) for given in told.sources.values())


def test_nothing_is_said_of_a_case_that_is_not_there() -> None:
    """One file a case."""
    assert (
        sorted(path.stem for path in scenario_path("zhejiang_user_lfp").parent.glob("about/*.yaml")) == scenario_names()
    )


def test_stated_values_carry_their_source_and_changed_ones_do_not(tmp_path: Path) -> None:
    """A copy of the file elsewhere is another's case: nothing is said of its values."""
    path = scenario_path("zhejiang_user_lfp")
    here = load_case(path)
    assert here.origins["capital.works_yuan_per_kwh"].confidence == "estimate"
    assert any(notice.path == "case" and "capital.works_yuan_per_kwh" in notice.zh for notice in here.notices)
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    assert load_case(copy).origins["capital.works_yuan_per_kwh"] == Origin(kind="case")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("item: time_of_use", "item: tides", "tides"), ("confidence: estimate", "confidence: sure", "sources.own.confidence"), ("  low: 0.09\n", "", "low")],
)  # fmt: skip
def test_broken_file_names_the_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    """An unknown item, an unknown confidence, no lower end."""
    source = scenario_path("zhejiang_user_lfp").parent / "about" / "zhejiang_user_lfp.yaml"
    file = tmp_path / "broken.yaml"
    file.write_text(source.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_about(file)


def test_items_hold_every_case() -> None:
    """The groups are those of the plan, and no case is lost."""
    groups = dict(grouped())
    assert [item for item in ITEMS if item in groups] == list(groups)
    assert sorted(name for names in groups.values() for name in names) == scenario_names()


def test_readme_and_page_are_those_of_the_cases() -> None:
    """``python tests/scenario/ready_page.py`` rewrites the table of the README and docs/cases.md."""
    assert between(README.read_text(encoding="utf-8")) == table(every()).strip()
    assert PAGE.read_text(encoding="utf-8") == page(every())
    assert README.read_text(encoding="utf-8").count(BEGIN) == README.read_text(encoding="utf-8").count(END) == 1
