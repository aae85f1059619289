"""The filing sheet says what the case says, names what it does not, and its sources of funds are the total investment."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from appraisal import Change, appraise, load_case, scenario_path
from appraisal.report.filing import Filing, filing, filing_bytes
from appraisal.scenario import scenario_names

STATED = {
    "project.owner": "=某储能公司", "project.site": "<某县>", "project.connection": "220 kV 某变电站", "project.filing_number": "2026-460000-44-03-000001",
    "project.status": "filed", "title.en": "Plant", "title.zh": "电站",
}  # fmt: skip


def sheet_of(name: str, lang: str, stated: dict[str, str]) -> Filing:
    """The sheet of a ready case with some inputs stated."""
    changes = [Change(path=path, value=value) for path, value in stated.items()]
    return filing(appraise(load_case(scenario_path(name), changes)), lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", scenario_names())
def test_missing_inputs_are_named_by_their_paths(name: str, lang: str) -> None:
    """The ready cases state no owner, site, connection, filing number, status; stated, nothing is missing but a technology."""
    bare, full = sheet_of(name, lang, {}), sheet_of(name, lang, STATED)
    paths = [one.path for one in bare.missing]
    technology = [] if load_case(scenario_path(name)).storage.technology else ["storage.technology"]
    assert paths == [
        "project.owner",
        "project.site",
        "project.connection",
        "project.filing_number",
        "project.status",
        *technology,
    ]
    assert all(path in bare.told() for path in paths)
    assert [one.path for one in full.missing] == technology


@pytest.mark.parametrize("name", scenario_names())
def test_sources_of_funds_are_the_total_investment(name: str) -> None:
    """Table B's identity: uses equal sources. Shares add to 100 %."""
    result = appraise(load_case(scenario_path(name)))
    sheet = filing(result, "en")
    held = {one.key: one.content for one in sheet.items}
    shares = [float(found[1]) for one in held.values() if (found := re.search(r"\(([\d.]+)%\)$", one))]
    assert sum(shares) == pytest.approx(100.0, abs=0.11)
    total = float(result.metrics["investment_total"].value[0])
    assert float(result.statements["funds_raised"][0].sum()) == pytest.approx(total, rel=1e-9)
    equity = float(result.statements["equity_in"][0].sum())
    assert held["equity_in"].endswith(f"({equity / total:.1%})")


def test_dates_count_months_from_the_start() -> None:
    """By hand: six months from March 2026 is September 2026; 400 MWh at 100 MW is four hours."""
    held = {one.key: one.content for one in sheet_of("hainan_grid_lfp", "en", {}).items}
    assert (held["start"], held["months"], held["commissioned"], held["duration"]) == (
        "2026-03",
        "6 months",
        "2026-09",
        "4 h",
    )


def test_files_hold_the_same_lines_and_no_formula(tmp_path: Path) -> None:
    """Text that a spreadsheet would take for a formula stays text; a page shows signs of HTML as they are and loads nothing."""
    sheet = sheet_of("hainan_grid_lfp", "zh", STATED)
    book = openpyxl.load_workbook(io.BytesIO(filing_bytes(sheet, tmp_path / "f.xlsx")))
    cells = {str(row[0].value): row[1] for row in book.active.iter_rows()}  # type: ignore[union-attr]
    assert all(cells[sheet.label(one)].value == one.content for one in sheet.items)
    assert cells["建设单位"].data_type == "s"
    table = pd.read_csv(
        io.BytesIO(filing_bytes(sheet, tmp_path / "f.csv")), encoding="utf-8-sig", keep_default_na=False
    )
    assert table["内容"].tolist()[1] == "'=某储能公司"
    assert len(table) == len(sheet.items)
    page = filing_bytes(sheet, tmp_path / "f.html").decode()
    assert "&lt;某县&gt;" in page
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|<script|src=", page)
    assert filing_bytes(sheet, tmp_path / "f.xlsx") == filing_bytes(sheet, tmp_path / "g.XLSX")


def test_command_prints_the_sheet_and_keeps_files(tmp_path: Path, command: Callable[..., Any]) -> None:
    """The sheet on stdout, what is missing on stderr; a file that is there, and another kind of file, are refused with 3."""
    made = command("case", "filing", "hainan_grid_lfp", "--lang", "zh", "--set", "project.owner=某公司")
    assert made.code == 0, made.err
    assert "某公司" in made.out
    assert "project.site" in made.err
    assert "project.owner)" not in made.err
    out = str(tmp_path / "f.xlsx")
    assert command("case", "filing", "hainan_grid_lfp", "-o", out).code == 0
    assert command("case", "filing", "hainan_grid_lfp", "-o", out).code == 3
    assert command("case", "filing", "hainan_grid_lfp", "-o", str(tmp_path / "f.docx")).code == 3
