"""Every example of docs/tariffs.md works as written, and the page names every column of the template and block of a file."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from appraisal.cli import tariff
from appraisal.cli.tariff_import import register
from appraisal.library import Library, data_root
from appraisal.library.check_retail import faults_of
from appraisal.tariff_import.sheets import HALF_HOURS, SHEETS

DOC = (Path(__file__).parents[2] / "docs" / "tariffs.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
TOP = (
    "title", "clock", "notes", "absent", "classes", "default_class", "zones", "voltages", "rules", "transmission",
    "funds", "loss_rate", "months", "worked_bill", "sources",
)  # fmt: skip


def block(language: str) -> str:
    """The only block of a language."""
    found = [text for name, text in BLOCKS if name == language]
    assert len(found) == 1
    return found[0]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the files that the page says to save."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APPRAISAL_TARIFFS", "my_tariffs")
    (tmp_path / "my_tariffs" / "retail").mkdir(parents=True)
    (tmp_path / "my_tariffs" / "retail" / "demo.yaml").write_text(block("yaml"), encoding="utf-8")
    (tmp_path / "october.csv").write_text(block("csv"), encoding="utf-8")
    return tmp_path


def test_every_command_of_the_page_runs(folder: Path) -> None:
    """In the page's order, in one folder."""
    if "import" not in {command.name for command in tariff.app.registered_commands}:
        register(tariff.app)
    lines = [line for name, text in BLOCKS if name == "bash" for line in text.splitlines()]
    assert len(lines) == 4
    for line in lines:
        words = shlex.split(line)
        assert words[:2] == ["appraisal", "tariff"]
        result = CliRunner().invoke(tariff.app, words[2:])
        assert result.exit_code == 0, (line, result.exception)
    assert (folder / "my_area.xlsx").is_file()
    # 0.87 by hand, as the page works it out; the last command prints the months from September on.
    assert "0.87 " in result.stdout


def test_the_file_of_the_page_is_sound_and_prices_as_it_says(folder: Path) -> None:
    library = Library(data_root(), folder / "my_tariffs")
    file = library.retail_file("retail.demo")
    assert list(faults_of(library, file)) == []
    year = library.retail("retail.demo", start=date(2026, 9, 1), voltage="10kV", parts="two")
    assert year.prices[8]["p"] == pytest.approx(0.87, abs=1e-12)


def test_the_month_of_the_page_imports_from_python(folder: Path) -> None:
    """Bands by hand: floating 0.42 + 0.01 + 0.05 = 0.48; peak 1.6 x 0.48 + 0.15 = 0.918; flat 0.63; valley 0.4 x 0.48 + 0.15 = 0.342."""
    exec(compile(block("python"), "docs/tariffs.md", "exec"), {})
    year = Library(data_root(), folder / "my_tariffs").retail(
        "retail.demo", start=date(2026, 10, 1), voltage="10kV", parts="two"
    )
    assert year.prices[9] == pytest.approx({"p": 0.918, "f": 0.63, "v": 0.342, "d": 0.246}, abs=1e-12)


def test_the_page_names_every_column_and_block() -> None:
    """A column or block that is added has to be explained here as well."""
    columns = {column.key for sheet in SHEETS for column in sheet.columns} - set(HALF_HOURS[1:-1])
    assert {key for key in (*columns, *TOP) if f"`{key}`" not in DOC} == set()
