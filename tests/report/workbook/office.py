"""LibreOffice as the other calculator: workbooks without cached values go in, what it makes of every formula comes out."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

PROGRAM = shutil.which("soffice")
# Found missing here a test is skipped, and in CI a skipped test is a failure.
needs_office = pytest.mark.skipif(PROGRAM is None, reason="LibreOffice (soffice) is not installed")
LABEL, CONSTANT, TOTAL, FIRST_AFTER = 0, 2, 3, 4
_PATH = 10


def recalculated(books: Mapping[str, bytes], folder: Path) -> dict[str, Read]:
    """Every workbook as LibreOffice calculates it, in one call and a profile of its own; none may call for a repair."""
    assert PROGRAM is not None
    given, done = folder / "given", folder / "done"
    given.mkdir()
    for name, data in books.items():
        (given / f"{name}.xlsx").write_bytes(data)
    words = [
        PROGRAM, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to",
        "xlsx:Calc MS Excel 2007 XML", "--outdir", str(done), *(str(given / f"{name}.xlsx") for name in books),
    ]  # fmt: skip
    ran = subprocess.run(
        words, capture_output=True, text=True, timeout=600, env={**os.environ, "HOME": str(folder)}, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return {name: Read((done / f"{name}.xlsx").read_bytes()) for name in books}


def changed(data: bytes, values: Mapping[str, float], inputs: str = "输入") -> bytes:
    """The workbook with some cells of its inputs overwritten, found by their path in the case."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    rows = {
        str(row[_PATH]): at
        for at, row in enumerate(book[inputs].iter_rows(values_only=True), start=1)
        if len(row) > _PATH
    }
    order = book.sheetnames.index(inputs) + 1
    book.close()
    return with_cells(data, order, {f"C{rows[path]}": value for path, value in values.items()})


def with_cells(data: bytes, order: int, values: Mapping[str, float]) -> bytes:
    """The workbook with cells of its sheet number *order* overwritten by numbers, whatever stood there."""
    out, name = io.BytesIO(), f"xl/worksheets/sheet{order}.xml"
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            if part == name:
                sheet = text.decode("utf-8")
                for cell, value in values.items():
                    sheet, count = re.subn(
                        rf'<c r="{cell}"( s="\d+")?[^>]*>.*?</c>', rf'<c r="{cell}"\1><v>{value!r}</v></c>', sheet
                    )
                    assert count == 1, (part, cell)
                text = sheet.encode("utf-8")
            new.writestr(part, text)
    return out.getvalue()


@dataclass(frozen=True)
class Line:
    """One row of a sheet with periods."""

    label: str
    constant: Any
    total: Any
    years: tuple[Any, ...]


class Read:
    """The values of a workbook."""

    def __init__(self, data: bytes) -> None:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        self.sheets: dict[str, list[tuple[Any, ...]]] = {
            sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets
        }
        book.close()

    def lines(self, sheet: str) -> Iterator[Line]:
        """Every labelled row below the heads of a sheet with periods."""
        rows = self.sheets[sheet]
        years = [
            column for column, value in enumerate(rows[2]) if column >= FIRST_AFTER and isinstance(value, (int, float))
        ]
        for row in rows[6:]:
            cells = (*row, *([None] * (years[-1] + 1 - len(row))))
            if cells[LABEL] is not None:
                yield Line(str(cells[LABEL]), cells[CONSTANT], cells[TOTAL], tuple(cells[column] for column in years))

    def found(self, sheet: str, text: str, column: int = CONSTANT) -> Any:
        """The cell of the row whose label begins with a text."""
        return next(row[column] for row in self.sheets[sheet] if row and str(row[LABEL] or "").startswith(text))

    def errors(self) -> list[tuple[str, int, int, Any]]:
        """Cells that show an error."""
        return [
            (name, row, column, value)
            for name, rows in self.sheets.items()
            for row, cells in enumerate(rows, start=1)
            for column, value in enumerate(cells, start=1)
            if isinstance(value, str) and value.startswith("#")
        ]
