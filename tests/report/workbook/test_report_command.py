"""``appraisal report``: a new file, never another one's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl


def test_report_writes_a_workbook_in_the_language_asked_for(command: Callable[..., Any], tmp_path: Path) -> None:
    """The file opens, begins with its cover, and a message says where it is."""
    path = tmp_path / "books.xlsx"
    ran = command("report", "contract_schedule", "-o", str(path), "--lang", "zh")
    assert ran.code == 0, ran.err
    assert ran.out == ""
    assert str(path) in ran.err
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "封面"
    assert book["封面"]["C6"].value == 10000


def test_report_takes_changes_and_the_unit(command: Callable[..., Any], tmp_path: Path) -> None:
    """``--set`` reaches the inputs, ``--unit`` the cell of the cover."""
    path = tmp_path / "books.xlsx"
    ran = command("report", "contract_schedule", "-o", str(path), "--set", "finance.loan_rate=0.041", "--unit", "yuan")
    assert ran.code == 0, ran.err
    book = openpyxl.load_workbook(path)
    assert book["Cover"]["C6"].value == 1
    rates = {row[10].value: row[2].value for row in book["Inputs"].iter_rows() if len(row) > 10}
    assert rates["finance.loan_rate"] == 0.041


def test_report_keeps_a_file_that_is_there(command: Callable[..., Any], tmp_path: Path) -> None:
    """Nothing is overwritten; the message names the file."""
    path = tmp_path / "books.xlsx"
    path.write_text("mine", encoding="utf-8")
    ran = command("report", "contract_schedule", "-o", str(path))
    assert ran.code == 3
    assert "exists already" in ran.err
    assert path.read_text(encoding="utf-8") == "mine"


def test_report_refuses_another_ending(command: Callable[..., Any], tmp_path: Path) -> None:
    """A workbook under another name would not open."""
    ran = command("report", "contract_schedule", "-o", str(tmp_path / "books.xls"))
    assert ran.code == 3
    assert ".xlsx" in ran.err


def test_report_names_a_folder_that_is_not_there(command: Callable[..., Any], tmp_path: Path) -> None:
    """The path and the reason."""
    ran = command("report", "contract_schedule", "-o", str(tmp_path / "none" / "books.xlsx"))
    assert ran.code == 3
    assert "cannot be written" in ran.err
