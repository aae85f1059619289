"""The template and the two commands that write and read it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
import typer
from tariff_sheets import DEMO_FIGURES, demo, filled
from typer.testing import CliRunner

from appraisal.cli.tariff_import import register
from appraisal.errors import InputError
from appraisal.library import Library
from appraisal.tariff_import import months_csv, template
from appraisal.tariff_import.months_sheet import MONTHS
from appraisal.tariff_import.sheets import SHEETS


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_explains_itself(lang: str) -> None:
    """Every column has a heading and help in the language; lists, colours of periods and examples are in place."""
    book = openpyxl.load_workbook(io.BytesIO(template(lang)))
    assert len(book.worksheets) == len(SHEETS) + 1
    for declared, sheet in zip(SHEETS, book.worksheets[1:], strict=True):
        assert sheet["A1"].value == declared.marker
        if declared.key == "area":
            assert [row[0].value for row in sheet.iter_rows(min_row=4)] == [column.key for column in declared.columns]
            continue
        assert [cell.value for cell in sheet[3]][1:] == [column.heading(lang) for column in declared.columns]
        assert all(cell.value for cell in sheet[2])
        assert sum(bool(sheet.cell(row, 1).value) for row in range(4, 8)) == len(declared.examples)
    months = book.worksheets[-1]
    assert {rule.type for rule in months.data_validations.dataValidation} == {"list"}
    periods = book.worksheets[6]
    assert sum(len(rules) for rules in periods.conditional_formatting._cf_rules.values()) == 5
    assert len(next(csv.reader(months_csv(lang).decode("utf-8-sig").splitlines()))) == len(MONTHS.columns) + 1


def test_the_commands_write_the_template_and_import_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two commands on a terminal: files, report, exit codes, nothing overwritten."""
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    register(app)
    runner = CliRunner()
    assert runner.invoke(app, ["template", "-o", "t.xlsx", "--lang", "zh"]).exit_code == 0
    assert Path("t.xlsx").read_bytes()[:2] == b"PK"
    assert isinstance(runner.invoke(app, ["template", "-o", "t.xlsx"]).exception, InputError)
    assert runner.invoke(app, ["template", "--csv"]).stdout.strip() == "months.csv"
    Path("demo.xlsx").write_bytes(filled(demo()))
    result = runner.invoke(app, ["import", "demo.xlsx", "--into", "mine", "--lang", "zh"])
    assert result.exit_code == 0, result.exception
    assert f"{DEMO_FIGURES} 个公布数字中 {DEMO_FIGURES} 个相符" in result.stdout
    assert Path("mine/retail/demo.yaml").is_file()
    assert isinstance(runner.invoke(app, ["import", "demo.xlsx", "--into", "mine"]).exception, InputError)
    monkeypatch.setenv("APPRAISAL_TARIFFS", "mine")
    assert "retail.demo" in Library.open().files()
