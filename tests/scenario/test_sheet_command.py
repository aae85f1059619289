"""``appraisal case new --to X.xlsx`` and the commands that take such a case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from strategies import LIBRARY

from appraisal.scenario import digest, load_case, resolved, scenario_path
from appraisal.scenario.load import load_stated


def test_case_goes_from_ready_to_workbook_to_yaml_and_back(command: Any, tmp_path: Path) -> None:
    """Three files, one case; none is written over."""
    book, text, again = (tmp_path / name for name in ("mine.xlsx", "mine.yaml", "again.xlsx"))
    for like, to, lang in (("hainan_grid_lfp", book, "zh"), (str(book), text, "en"), (str(text), again, "en")):
        ran = command("case", "new", "--like", like, "--to", str(to), "--lang", lang)
        assert (ran.code, ran.out, ran.err) == (0, "", f"{'已写入' if lang == 'zh' else 'wrote'} {to}\n")
    # A copy elsewhere has none of the sources that stand beside a ready case.
    copy = tmp_path / "hainan_grid_lfp.yaml"
    copy.write_bytes(scenario_path("hainan_grid_lfp").read_bytes())
    first, *others = (load_case(file, library=LIBRARY) for file in (copy, book, text, again))
    for other in others:
        assert digest(other) == digest(first)
        assert list(resolved(other)) == list(resolved(first))
        assert other.uncertainty == first.uncertainty
    kept = command("case", "new", "--to", str(book))
    assert (kept.code, kept.err) == (3, f"{book}: exists already; name another file\n")
    printed = command("case", "new", "--like", str(book))
    assert printed.out == text.read_text(encoding="utf-8")


def test_every_command_that_takes_a_case_takes_a_workbook(command: Any, tmp_path: Path) -> None:
    """run, explain, tables and case check give what they give for the YAML file."""
    book = tmp_path / "contract_schedule.XLSX"
    assert command("case", "new", "--like", "contract_schedule", "--to", str(book)).code == 0
    copy = tmp_path / "contract_schedule.yaml"
    copy.write_bytes(scenario_path("contract_schedule").read_bytes())
    for words in (
        ("explain", "{}", "project_irr"),
        ("case", "check", "{}"),
        ("run", "{}", "--set", "finance.loan_rate=0.05"),
    ):
        ready, ours = (command(*(word.format(name) for word in words)) for name in (str(copy), str(book)))
        assert (ours.code, ours.out) == (0, ready.out)
    ran = command("run", str(book), "--json")
    assert json.loads(ran.out)["kpi"] == json.loads(command("run", "contract_schedule", "--json").out)["kpi"]
    assert command("tables", str(book), "-o", str(tmp_path / "tables")).code == 0


def test_empty_workbook_says_what_to_fill_in(command: Any, tmp_path: Path) -> None:
    """Each required field with its cell, exit code 3."""
    book = tmp_path / "empty.xlsx"
    assert command("case", "new", "--to", str(book), "--lang", "zh").code == 0
    ran = command("run", str(book))
    assert ran.code == 3
    lines = ran.err.splitlines()
    assert len(lines) == 12
    assert all(line.startswith(f"{book} 输入!C") and ": required: " in line for line in lines)


@pytest.mark.parametrize("suffix", ["xlsm", "xls", "ods"])
def test_formats_that_are_not_written_are_refused(command: Any, tmp_path: Path, suffix: str) -> None:
    """No YAML under the name of a workbook."""
    to = tmp_path / f"x.{suffix}"
    ran = command("case", "new", "--to", str(to))
    assert (ran.code, ran.err) == (3, f"{to}: .{suffix} is not written; name the file .xlsx\n")
    assert not to.exists()


def test_price_series_must_come_along(command: Any, tmp_path: Path) -> None:
    """A copy in another folder names the file that it reads."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    raw, _ = load_stated(scenario_path("hainan_grid_lfp"), library=LIBRARY)
    (here / "prices.csv").write_text("time,buy_yuan_per_mwh\n" + "\n".join(f"2025-01-01 {hour:02d}:00,{300 + hour}" for hour in range(24)))  # fmt: skip
    text = scenario_path("hainan_grid_lfp").read_text(encoding="utf-8")
    days = text[text.index("  typical_days:") : text.index("  tariff: retail.hainan")]
    (here / "mine.yaml").write_text(text.replace(days, "  price_file: prices.csv\n"), encoding="utf-8")
    assert "typical_days" in raw["market"]
    ran = command("case", "new", "--like", str(here / "mine.yaml"), "--to", str(there / "mine.xlsx"))
    assert ran.err.splitlines()[1] == "put prices.csv beside it: the case reads prices or the site from there"
    beside = command("case", "new", "--like", str(here / "mine.yaml"), "--to", str(here / "mine.xlsx"))
    assert beside.err == f"wrote {here / 'mine.xlsx'}\n"
    first, second = (load_case(here / f"mine.{kind}", library=LIBRARY) for kind in ("yaml", "xlsx"))
    assert digest(first) == digest(second)


def test_wrong_case_is_not_copied(command: Any, tmp_path: Path) -> None:
    """A file with faults is answered with them, and nothing is written."""
    wrong, to = tmp_path / "wrong.yaml", tmp_path / "copy.xlsx"
    text = scenario_path("contract_schedule").read_text(encoding="utf-8")
    wrong.write_text(text.replace("loan_rate: 0.036", "loan_rate: 3.6"), encoding="utf-8")
    ran = command("case", "new", "--like", str(wrong), "--to", str(to))
    assert ran.code == 3
    assert "finance.loan_rate: 3.6 is outside 0–0.5" in ran.err
    assert not to.exists()
