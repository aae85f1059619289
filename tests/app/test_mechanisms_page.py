"""The page of mechanisms: what the command says, another hurdle, a study of one's own, files that do harm, the evidence pack."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from appraisal.app import mechanisms
from appraisal.app.pictures import plain
from appraisal.errors import InputError
from appraisal.report.mechanism.asked import Asked
from appraisal.report.mechanism.pack import STUDY

STUDY_NAME = "first_of_kind_storage"  # known yearly amounts: no dispatch to wait for
Open = Callable[..., AppTest]


def settings(**chosen: Any) -> dict[str, Any]:
    """What a person chose before the page is drawn."""
    return {"settings": {"mechanism_study": STUDY_NAME, **chosen}}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("question", ["run", "require", "frontier"])
def test_page_says_what_the_command_says(
    open_page: Open, command: Callable[..., Any], lang: str, question: str
) -> None:
    """The sentences of the JSON stand on the page, letter for letter."""
    extra = {"run": (), "require": ("--share", "0.5"), "frontier": ("--steps", "10")}[question]
    ran = command("mechanism", question, STUDY_NAME, *extra, "--json", "--lang", lang)
    assert ran.code == 0, ran.err
    page = open_page("mechanisms", lang=lang, **settings(mechanism_question=question))
    assert not page.error
    shown = "\n".join(str(one.value) for one in page.markdown)
    for sentence in json.loads(ran.out)["sentences"]:
        assert plain(sentence) in shown


def test_lower_hurdle_lets_more_of_the_portfolio_clear(open_page: Open) -> None:
    """The hurdle of the page takes the place of the study's; at zero per cent every project of a return above it clears."""
    page = open_page("mechanisms", lang="en", **settings())
    box = next(one for one in page.number_input if one.label.startswith("Hurdle"))
    assert box.value == 5.0
    before = next(str(one.value) for one in page.markdown if "Without any mechanism" in str(one.value))
    box.set_value(0.0).run()
    assert not page.exception
    after = next(str(one.value) for one in page.markdown if "Without any mechanism" in str(one.value))
    assert "100" in after.split("Without any mechanism")[1].split("clears")[0]
    assert after != before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"- 1\n", "is no study file"),
        (b"\xff\xfe\x00", "is no study file"),
        (b"a: !!python/object/apply:os.system [ls]\n", "is no study file"),
        (b"portfolio: {a: {case: ../../pyproject.toml}}\n", "is no ready case"),
        (b"portfolio: {a: {case: /etc/passwd}}\n", "is no ready case"),
        (b"portfolio: {a: hainan_grid_lfp}\n", "is no ready case"),
        (b"#" * 3_000_000, "is larger than"),
    ],
)  # fmt: skip
def test_study_that_is_none_or_reaches_for_other_files_is_refused(content: bytes, told: str) -> None:
    """In both languages, before anything of it is read as a study."""
    with pytest.raises(InputError, match=told) as caught:
        mechanisms.handed_over("../../study.yaml", content)
    assert all("/" not in fault.where for fault in caught.value.faults)
    assert all(fault.text("zh") != fault.text("en") for fault in caught.value.faults)


def test_faults_of_a_study_name_it_and_no_folder_of_the_server() -> None:
    """All at once; the temporary folder that it is read in stays unnamed."""
    raw = yaml.safe_load(mechanisms.ready()["grid_lfp_support"].content[STUDY])
    raw["hurdle"] = {"metric": "luck", "value": 7}
    raw["portfolio"] = {"independent": {**raw["portfolio"]["independent"], "case": "hainan_grid_lfp", "projects": 0}}
    files = mechanisms.handed_over("mine.yaml", yaml.safe_dump(raw, allow_unicode=True).encode())
    with pytest.raises(InputError) as caught:
        mechanisms.study_of(files)
    texts = [fault.text("en") for fault in caught.value.faults]
    assert len(texts) >= 3
    assert all("mine.yaml" in text and "/tmp" not in text and "appraisal-" not in text for text in texts)


def test_study_too_large_for_a_page_is_sent_to_the_command_line() -> None:
    """Five hundred projects are for a process of their own."""
    raw = yaml.safe_load(mechanisms.ready()["grid_lfp_support"].content[STUDY])
    raw["portfolio"]["independent"] |= {"case": "hainan_grid_lfp", "projects": 500}
    files = mechanisms.handed_over("mine.yaml", yaml.safe_dump(raw, allow_unicode=True).encode())
    with pytest.raises(InputError, match="500 projects"):
        mechanisms.small_enough(mechanisms.study_of(files))


def test_evidence_of_the_page_is_made_again_bit_for_bit(command: Callable[..., Any], tmp_path: Path) -> None:
    """At a hurdle that the page changed: ``mechanism reproduce`` repeats the pack and finds every byte the same."""
    files = mechanisms.at_hurdle(mechanisms.ready()[STUDY_NAME], 0.04)
    pack = tmp_path / "evidence.zip"
    pack.write_bytes(mechanisms.evidence(files, Asked(command="require", lang="zh", shares=(0.5,))))
    ran = command("mechanism", "reproduce", str(pack))
    assert ran.code == 0, ran.err
    assert "bit for bit" in ran.out
