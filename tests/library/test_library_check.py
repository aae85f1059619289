"""The check of the whole library, and ``appraisal tariff``."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from appraisal.cli.tariff import app
from appraisal.errors import InputError
from appraisal.library import Library, data_root
from appraisal.library.check import check_library, coverages

TODAY = date(2026, 11, 23)
LIBRARY = Library.open()


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
    verdict = check_library(LIBRARY, TODAY)
    assert verdict.faults == ()
    assert verdict.values > 500


def test_what_wants_an_eye_today() -> None:
    """Warnings are of three kinds only: nothing is stale, contradictory or without a use; the cases stand in the evidence."""
    warnings = check_library(LIBRARY, TODAY).warnings
    below = [warning for warning in warnings if "the notice of 2021 asks for" in warning.message]
    old = [warning for warning in warnings if "no price published since" in warning.message]
    assert len(below) + len(old) == len(warnings)
    # 浙发改价格〔2026〕112号: 2.05 / 1.85; Shandong 2.0 / 1.7; Shanghai one-part 1.2 / 0.55 and 1.17 / 0.55.
    told = {(str(warning.where), warning.message.split(",")[0]) for warning in below}
    assert ("tariffs/retail/zhejiang.yaml", "sharp ÷ peak is 1.108") in told
    assert ("tariffs/retail/shandong.yaml", "sharp ÷ peak is 1.176") in told
    assert ("tariffs/retail/shanghai.yaml", "peak ÷ valley is 2.18") in told


def test_prices_of_more_than_a_year_are_warned_of() -> None:
    """Zhejiang's latest month is 2026-08: told a year and a month later, not before."""

    def of_zhejiang(day: date) -> list[str]:
        warnings = check_library(LIBRARY, day).warnings
        return [one.message for one in warnings if "zhejiang" in str(one.where) and "published since" in one.message]

    assert of_zhejiang(date(2027, 8, 1)) == []
    assert of_zhejiang(date(2027, 9, 1)) == ["no price published since 2026-08"]


def test_printed_price_that_contradicts_its_components_is_told(copy: Path) -> None:
    """Zhejiang's August 2026 components and a printed row beside them that is 0.01 dearer in what floats."""
    alter(
        copy, "retail/zhejiang.yaml", "  2026-08:\n",
        "  2026-08:\n  - {for: {parts: two, voltages: 1_10kv}, floating: 0.48568, fixed: 0.15423875, source: solarprice}\n",
    )  # fmt: skip
    warnings = [one for one in check_library(Library.open(copy), TODAY).warnings if "differs from" in one.message]
    # Floating 0.41784 + 0.009709 + 0.048131 = 0.47568; fixed 0.125 + 0.02923875 = 0.15423875.
    assert {one.message for one in warnings} == {
        "the printed price differs from its components by +0.0100 (floating) and +0.0000 (fixed) yuan/kWh"
    }
    assert all("two-part 1_10kv" in one.path for one in warnings)


def test_user_without_a_price_is_a_fault_unless_the_file_says_what_is_absent(copy: Path) -> None:
    """Gansu has no price at all and says so; without those words it is a fault for each of its users."""
    library = Library.open(copy)
    rows = {row.name: row for row in coverages(library, TODAY)}
    gansu = rows["retail.gansu"]
    assert (gansu.priced, gansu.latest, "purchased_energy" in gansu.absent) == (0, None, True)
    assert gansu.users > 0
    assert sum(row.priced == row.users for row in rows.values()) == len(rows) - 1
    text = (copy / "tariffs" / "retail" / "gansu.yaml").read_text(encoding="utf-8")
    alter(copy, "retail/gansu.yaml", text, re.sub(r"(?m)^absent:\n(?:[- ].*\n)+", "", text))
    assert any("gansu" in str(one.where) for one in check_library(Library.open(copy), TODAY).faults)


def test_own_folder_adds_files_and_stands_in_place_of_shipped_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A province is one file: a copy of Zhejiang under another name, and Zhejiang itself with another price."""
    (tmp_path / "retail").mkdir()
    text = (data_root() / "tariffs" / "retail" / "zhejiang.yaml").read_text(encoding="utf-8")
    (tmp_path / "retail" / "elsewhere.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "retail" / "zhejiang.yaml").write_text(text.replace("0.41784", "0.51784"), encoding="utf-8")
    monkeypatch.setenv("APPRAISAL_TARIFFS", str(tmp_path))
    library = Library.open()
    shipped, mine, new = (
        one.retail(name, start=date(2026, 8, 1), voltage="10kV", parts="two").prices[7]["f"]
        for one, name in (
            (Library.open(data_root()), "retail.zhejiang"), (library, "retail.zhejiang"), (library, "retail.elsewhere"),
        )
    )  # fmt: skip
    assert mine == pytest.approx(shipped + 0.1, abs=1e-12)
    assert new == shipped
    assert library.is_own("retail.zhejiang")
    assert not library.is_own("retail.jiangsu")
    assert check_library(library, TODAY).faults == ()
    monkeypatch.setenv("APPRAISAL_TARIFFS", str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="is no folder"):
        Library.open()


def test_compare_prints_every_area_and_writes_table_and_chart(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["compare", "--from", "2026-08", "-o", str(tmp_path / "out")])
    assert found.exit_code == 0, found.stderr
    assert "Zhejiang" in found.stdout
    assert "Gansu" in found.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["areas.csv", "areas.html", "areas.svg"]
    assert "两充两放" in CliRunner().invoke(app, ["compare", "--from", "2026-08", "--lang", "zh"]).stdout


def test_values_not_checked_for_a_year_are_warned_of_one_by_one() -> None:
    """Everything was checked on 22 November 2026 or later: nothing is stale 365 days on, all of it a year after today."""

    def stale(day: date) -> int:
        return sum("not checked since" in warning.message for warning in check_library(LIBRARY, day).warnings)

    assert stale(date(2027, 11, 22)) == 0
    assert stale(date(2028, 11, 23)) == check_library(LIBRARY, TODAY).values


def test_calendar_that_ends_before_this_year_is_warned_of() -> None:
    """Seven holidays and the days worked to make up for them."""
    warnings = check_library(LIBRARY, date(2027, 1, 1)).warnings
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
    assert [warning.path for warning in warnings if warning.path.startswith("sources")] == ["sources.spare"]


def test_check_command_exits_zero_on_the_library_and_seven_on_a_fault(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = CliRunner().invoke(app, ["check", "--as-of", "2026-11-23"])
    assert found.exit_code == 0
    assert "0 faults" in found.stdout
    alter(copy, "tax/national.yaml", "dated_by: loss_year", "dated_by: never")
    monkeypatch.setattr("appraisal.library.library.data_root", lambda: copy)
    broken = CliRunner().invoke(app, ["check", "--as-of", "2026-11-23"])
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


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  2026-08:\n", "  2027-08:\n", "later than the source could tell when it was read on 2026-11-22"),
        ("purchased_energy: 0.41784,", "purchased_energy: -0.41784,", "no price of this kind; mind the unit"),
        ("purchased_energy: 0.41784,", "purchased_energy: 4.1784,", "no price of this kind; mind the unit"),
    ],
)
def test_month_or_price_that_cannot_be_is_a_fault(copy: Path, old: str, new: str, expected: str) -> None:
    """A month read before it came, a price below nothing, and one of ten fen."""
    alter(copy, "retail/zhejiang.yaml", old, new)
    assert any(expected in fault.message for fault in check_library(Library.open(copy), TODAY).faults)


def test_missing_earlier_transmission_has_to_be_named(copy: Path) -> None:
    """Jiangsu's third cycle holds one demand price only: its file says so, or it is a fault."""
    text = (copy / "tariffs" / "retail" / "jiangsu.yaml").read_text(encoding="utf-8")
    alter(copy, "retail/jiangsu.yaml", text, re.sub(r"(?m)^absent:\n(?:- .*\n)+", "", text))
    faults = check_library(Library.open(copy), TODAY).faults
    assert [str(fault.where) for fault in faults] == ["tariffs/retail/jiangsu.yaml"]
    assert "name it under absent" in faults[0].message


def test_coverage_counts_what_had_been_published_by_the_day() -> None:
    """Zhejiang: on 15 June 2026 its months up to June were known, all for 10 kV; Hubei in June 2025 only its May."""
    rows = {row.name: row for row in coverages(LIBRARY, date(2026, 6, 15))}
    assert (rows["retail.zhejiang"].published, rows["retail.zhejiang"].latest) == (1, date(2026, 6, 1))
    rows = {row.name: row for row in coverages(LIBRARY, date(2025, 6, 1))}
    assert rows["retail.hubei"].latest == date(2025, 5, 1)
    assert rows["retail.beijing"].users > 0
    assert rows["retail.beijing"].priced > 0
