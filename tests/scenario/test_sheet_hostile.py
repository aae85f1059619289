"""A file that is no workbook of ours, or was made to do harm, is refused at once in a sentence."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from strategies import LIBRARY

from appraisal.errors import InputError
from appraisal.intake import package
from appraisal.scenario import load_case, scenario_path
from appraisal.scenario.load import load_stated
from appraisal.scenario.sheet import workbook

SHEET = "xl/worksheets/sheet2.xml"


@pytest.fixture(scope="module")
def good() -> bytes:
    """A workbook that can be read."""
    raw, case = load_stated(scenario_path("contract_schedule"), library=LIBRARY)
    return workbook("en", raw, case)


def rebuilt(raw: bytes, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None) -> bytes:
    """The package with parts changed, left out (None) or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            held = change(name, old.read(name))
            if held is not None:
                new.writestr(name, held)
        for name, held in (more or {}).items():
            new.writestr(name, held)
    return out.getvalue()


def in_sheet(old: str, new: str) -> Callable[[bytes], bytes]:
    """A package with a piece of the sheet of inputs replaced."""

    def change(name: str, held: bytes) -> bytes:
        if name != SHEET:
            return held
        assert old.encode() in held
        return held.replace(old.encode(), new.encode(), 1)

    return lambda raw: rebuilt(raw, change)


def entities(declaration: str, used: str) -> Callable[[bytes], bytes]:
    """A document type in front of the shared strings, and an entity used."""

    def change(name: str, held: bytes) -> bytes:
        if name != "xl/sharedStrings.xml":
            return held
        head, _, rest = held.partition(b"<sst")
        return head + declaration.encode() + b"<sst" + rest.replace(b"<t>", f"<t>{used}".encode(), 1)

    return lambda raw: rebuilt(raw, change)


LAUGHS = "<!DOCTYPE l [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
)
XXE = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
NO_ENTITY = "declares XML entities or a document type, which no spreadsheet writes; it is not read"
MENDED = "open it in Excel or LibreOffice and save it as .xlsx"


def liar(raw: bytes) -> bytes:
    """The directory says that a part unpacks to 4 GB."""
    with zipfile.ZipFile(io.BytesIO(raw)) as found:
        size = found.getinfo(SHEET).file_size
    start = raw.rindex(b"PK\x01\x02", 0, raw.index(SHEET.encode(), raw.index(b"PK\x01\x02")))
    return raw[: start + 24] + struct.pack("<I", 2**32 - 2) + raw[start + 24 + len(struct.pack("<I", size)) :]


def bomb(raw: bytes) -> bytes:
    """A sheet that unpacks to 100 MB."""
    return rebuilt(raw, lambda name, held: held + b" " * 100_000_000 if name == SHEET else held)


def many_rows(raw: bytes) -> bytes:
    """A sheet of 200,000 cells."""
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(2000, 202_000))
    return in_sheet("</sheetData>", f"{rows}</sheetData>")(raw)


HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "zip bomb": (bomb, "bytes when unpacked, at most 40,000,000 are read"),
    "size that lies": (liar, "bytes when unpacked, at most 40,000,000 are read"),
    "billion laughs": (entities(LAUGHS + "]>", "&j;"), NO_ENTITY),
    "external entity": (entities(XXE, "&x;"), NO_ENTITY),
    "entity in the sheet": (lambda raw: rebuilt(raw, lambda name, held: held.replace(b"<worksheet", XXE.encode() + b"<worksheet", 1) if name == SHEET else held), NO_ENTITY),
    "too many cells": (many_rows, "more than 50,000 cells; a workbook to fill in has a few thousand"),
    "too many parts": (lambda raw: rebuilt(raw, lambda _, held: held, {f"x/{number}": b"" for number in range(600)}), "parts inside, at most 500 with different names are read"),
    "too many merged ranges": (in_sheet("</sheetData>", "</sheetData><mergeCells>" + '<mergeCell ref="A1:B2"/>' * 1001 + "</mergeCells>"), "more than 1,000 merged ranges; split them"),
    "macros": (lambda raw: rebuilt(raw, lambda _, held: held, {"xl/vbaProject.bin": b"x"}), "has macros, which are not read; save it as .xlsx without them"),
    "macros by type": (lambda raw: rebuilt(raw, lambda name, held: held.replace(b"</Types>", b'<Default Extension="x" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>') if name.startswith("[") else held), "has macros"),
    "password": (lambda _: package._OLE + "EncryptedPackage".encode("utf-16-le"), f"is protected by a password; take it off, then {MENDED}"),
    "old format": (lambda _: package._OLE + b"\0" * 600, f"is a workbook of the old format .xls; {MENDED}"),
    "text": (lambda _: b"time,buy\n1,2\n", f"is no Excel workbook (.xlsx), whatever its name says; {MENDED}"),
    "image": (lambda _: b"\x89PNG\r\n\x1a\n" + b"\0" * 90, f"is no Excel workbook (.xlsx), whatever its name says; {MENDED}"),
    "nothing": (lambda _: b"", "is empty"),
    "another package": (lambda raw: rebuilt(raw, lambda name, held: None if name == "xl/workbook.xml" else held), f"is a ZIP file but no Excel workbook; {MENDED}"),
    "cut off": (lambda raw: raw[: len(raw) // 2], "cannot be read as a workbook: it is damaged or no .xlsx file"),
    "damaged inside": (lambda raw: rebuilt(raw, lambda name, held: held[:2000] if name == SHEET else held), "cannot be read as a workbook: it is damaged"),
    "no such string": (in_sheet('t="s"><v>', 't="s"><v>99999'), "cannot be read as a workbook: it is damaged"),
    "no such cell": (in_sheet('r="A1"', 'r="ABCD0"'), "cannot be read as a workbook: it is damaged"),
    "words for a number": (in_sheet("</sheetData>", '<row r="900"><c r="C900"><v>ten</v></c></row></sheetData>'), "'ten' stands where a number is expected"),
    "lost sheet": (lambda raw: rebuilt(raw, lambda name, held: None if name == SHEET else held), "cannot be read as a workbook: it is damaged"),
    "too large": (lambda raw: raw + b"\0" * 3_000_000, "at most 3,000,000 are read"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_file_is_refused_quickly_in_a_sentence(kind: str, good: bytes, tmp_path: Path) -> None:
    """One fault that names the file, exit code 3, in a second."""
    change, message = HOSTILE[kind]
    file = tmp_path / "x.xlsx"
    file.write_bytes(change(good))
    began = time.process_time()
    with pytest.raises(InputError) as caught:
        load_case(file, library=LIBRARY)
    assert time.process_time() - began < 2.0
    assert len(caught.value.faults) == 1
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(file))
    assert caught.value.exit_code == 3


def test_claims_of_a_sheet_are_not_believed(good: bytes, tmp_path: Path) -> None:
    """Ten million rows claimed, the last row of a sheet formatted, links to other files: read like the plain workbook."""
    odd = in_sheet("</sheetData>", '<row r="1048576" ht="12"><c r="XFD1048576" s="1"/></row></sheetData>')(good)
    with zipfile.ZipFile(io.BytesIO(odd)) as parts:
        claim = parts.read(SHEET).partition(b"<dimension ")[2].partition(b"/>")[0].decode()
    odd = in_sheet(claim, 'ref="A1:XFD10000000"')(odd)
    odd = rebuilt(odd, lambda _, held: held, {"xl/externalLinks/externalLink1.xml": b"<not xml"})
    plain, changed = tmp_path / "plain.xlsx", tmp_path / "odd.xlsx"
    plain.write_bytes(good)
    changed.write_bytes(odd)
    began = time.process_time()
    read = load_stated(changed, library=LIBRARY)[0]
    assert time.process_time() - began < 1.0
    assert read == load_stated(plain, library=LIBRARY)[0]


def test_workbook_of_someone_else_is_told_what_is_missing(tmp_path: Path) -> None:
    """A plain workbook: the sheets by what their cell A1 says."""
    file = tmp_path / "budget.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "Budget"
    book.save(file)
    with pytest.raises(InputError) as caught:
        load_case(file, library=LIBRARY)
    assert str(caught.value) == (
        f"{file}: is no workbook of this program: no sheet begins in A1 with 'schema: 1 inputs' (输入 or Inputs), "
        "'schema: 1 entries' (分项 or Entries), 'schema: 1 streams' (收入 or Streams), 'schema: 1 series' (曲线 or Series), "
        "'schema: 1 other' (不确定性 or Uncertainty); make one with appraisal case new --to X.xlsx"
    )


def changed(good: bytes, file: Path, change: Callable[[openpyxl.Workbook], None]) -> str:
    """What is said of the good workbook after a change by another program."""
    book = openpyxl.load_workbook(io.BytesIO(good))
    change(book)
    book.save(file)
    with pytest.raises(InputError) as caught:
        load_case(file, library=LIBRARY)
    return str(caught.value).removeprefix(str(file))


def test_form_that_lost_a_part_says_which(good: bytes, tmp_path: Path) -> None:
    """A newer version, a sheet deleted, a sheet copied, the headings gone, the numbers of the series gone."""
    file = tmp_path / "x.xlsx"

    def set_cell(name: str, cell: str, value: str | None) -> Callable[[openpyxl.Workbook], None]:
        return lambda book: book[name].__setitem__(cell, value)

    newer = changed(good, file, set_cell("Inputs", "A1", "schema: 2 inputs"))
    assert newer == " Inputs!A1: version 2 of the case format; this program reads 1. Use the program that wrote it, or fill in a new workbook: appraisal case new --to X.xlsx"  # fmt: skip
    gone = changed(good, file, lambda book: book.remove(book["Streams"]))
    assert gone.startswith(": is no workbook of this program: no sheet begins in A1 with 'schema: 1 streams'")
    copied = changed(good, file, lambda book: book.copy_worksheet(book["Inputs"]))
    assert copied == " Inputs Copy!A1: sheets 'Inputs' and 'Inputs Copy' both begin with 'schema: 1 inputs'; delete one"
    headless = changed(good, file, set_cell("Entries", "A3", None))
    assert headless.startswith(
        " Entries: has lost its row of headings, 'path' in column A and 单位 or Unit after the values"
    )
    assert changed(good, file, set_cell("Series", "A7", None)).startswith(" Series: has lost the number 1 in column A")


@pytest.mark.parametrize("suffix", [".xlsm", ".xls", ".xlsb", ".ods"])
def test_other_workbooks_are_refused_by_what_they_hold(suffix: str, tmp_path: Path) -> None:
    """No other reader is tried on a file that calls itself a workbook."""
    file = tmp_path / f"x{suffix}"
    file.write_bytes(package._OLE)
    with pytest.raises(InputError, match="is a workbook of the old format"):
        load_case(file, library=LIBRARY)
