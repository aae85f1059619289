"""The check of the whole library, and ``appraisal tariff``."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from appraisal.cli.tariff import app
from appraisal.library import Library, data_root
from appraisal.library.check import check_library

TODAY = date(2026, 11, 23)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The library in a folder of its own, to be broken."""
    shutil.copytree(data_root() / "tariffs", tmp_path / "tariffs")
    return tmp_path


def alter(root: Path, name: str, old: str, new: str) -> None:
    path = root / "tariffs" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_library_is_sound_today() -> None:
    verdict = check_library(Library.open(), TODAY)
    assert verdict.faults == ()
    assert verdict.warnings == ()
    assert verdict.values > 300


def test_values_not_checked_for_a_year_are_warned_of_one_by_one() -> None:
    """Everything was checked on 2026-11-22: nothing is stale 365 days later, all of it a day after that."""
    library = Library.open()
    stale = [
        warning
        for warning in check_library(library, date(2027, 11, 23)).warnings
        if "not checked since" in warning.message
    ]
    assert len(stale) == check_library(library, TODAY).values
    assert not [
        warning
        for warning in check_library(library, date(2027, 11, 22)).warnings
        if "not checked since" in warning.message
    ]


def test_calendar_that_ends_before_this_year_is_warned_of() -> None:
    """Seven holidays and the days worked to make up for them."""
    warnings = check_library(Library.open(), date(2027, 1, 1)).warnings
    assert len([warning for warning in warnings if "the last calendar is of 2026" in warning.message]) == 8


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("tax/national.yaml", "unit: share", "unti: share", "did you mean 'unit'"),
        ("retail/zhejiang.yaml", "spring_festival: all", "spring_fest: all", "spring_festival"),
        ("retail/zhejiang.yaml", "v: 0.4, d: 0.2}", "v: 0.4}", "no ratio for 'd'"),
        ("retail/hubei.yaml", "  2025-05:\n", "  2023-05:\n", "published before the first rule of 2024-05-01"),
        ("retail/jiangsu.yaml", "    one: {below_1kv: 0.2391,", "    one: {below_1kv: 0.2391, 1_1kv: 0.1,", "'1_10kv'"),
    ],
)
def test_integrity_fault_is_found(copy: Path, name: str, old: str, new: str, expected: str) -> None:
    alter(copy, name, old, new)
    faults = check_library(Library.open(copy), TODAY).faults
    assert any(expected in str(fault) for fault in faults), faults
    assert all(fault.where for fault in faults)


def test_file_that_no_name_reaches_is_a_fault(copy: Path) -> None:
    (copy / "tariffs" / "Odd-Name.yaml").write_text("a: 1", encoding="utf-8")
    (copy / "tariffs" / "tax" / "more.yml").write_text("a: 1", encoding="utf-8")
    faults = [str(fault) for fault in check_library(Library.open(copy), TODAY).faults]
    assert len(faults) == 2


def test_source_that_nothing_uses_is_warned_of(copy: Path) -> None:
    alter(
        copy,
        "support/first_of_kind_insurance.yaml",
        "sources:\n",
        'sources:\n  spare: {cite: "x", confidence: official, checked: 2026-11-22}\n',
    )
    warnings = check_library(Library.open(copy), TODAY).warnings
    assert [warning.path for warning in warnings] == ["sources.spare"]


def test_check_command_exits_zero_on_the_library_and_seven_on_a_fault(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = CliRunner().invoke(app, ["check", "--today", "2026-11-23"])
    assert found.exit_code == 0
    assert "0 faults" in found.stdout
    alter(copy, "tax/national.yaml", "dated_by: loss_year", "dated_by: never")
    monkeypatch.setattr("appraisal.library.library.data_root", lambda: copy)
    broken = CliRunner().invoke(app, ["check", "--today", "2026-11-23"])
    assert broken.exit_code == 7
    assert "tariffs/tax/national.yaml:" in broken.stdout


def test_list_names_every_file_in_both_languages() -> None:
    for lang, word in (("zh", "浙江 工商业分时电价"), ("en", "Zhejiang, industrial and commercial")):
        found = CliRunner().invoke(app, ["list", "--lang", lang])
        assert found.exit_code == 0
        assert word in found.stdout
        assert all(name in found.stdout for name in Library.open().files())


def test_show_prints_the_published_prices_a_period_map_and_marks_estimates() -> None:
    """Zhejiang, August 2026, printed: 1.129383 sharp, 1.034247 peak, 0.629919 flat, 0.344511 valley."""
    found = CliRunner().invoke(app, ["show", "retail.zhejiang", "--from", "2026-08"])
    assert found.exit_code == 0
    august = next(line for line in found.stdout.splitlines() if line.startswith("2026-08"))
    assert august.split()[1:5] == ["1.129383", "1.034247", "0.629919", "0.344511"]
    assert "2026-09*" in found.stdout
    assert "vvvv vvvf fffv vvff ppss sspf" in found.stdout
    assert "发改价格〔2026〕1077号" in found.stdout


def test_show_of_one_fact_prints_its_history() -> None:
    found = CliRunner().invoke(app, ["show", "support.first_of_kind_insurance.rate_cap", "--lang", "zh"])
    assert found.exit_code == 0
    assert "财建〔2019〕225号" in found.stdout
    assert "保费补贴比例" not in found.stdout
