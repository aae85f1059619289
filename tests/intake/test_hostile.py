"""Files made to do harm are refused at once, in a sentence, in both languages."""

from __future__ import annotations

import contextlib
import io
import random
import time
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from appraisal.errors import InputError
from appraisal.intake import read_load, read_price
from appraisal.intake.grid import MAX_BYTES

SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = "<!DOCTYPE l [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
)
XXE = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def good() -> bytes:
    """A workbook of a day."""
    book = openpyxl.Workbook()
    book.active.append(["时间", "负荷（kW）"])
    for hour in range(24):
        book.active.append([f"2025-08-01 {hour:02d}:00", float(hour)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rebuilt(change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> bytes:
    """The workbook with its parts changed, and others added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, held in (more or {}).items():
            new.writestr(name, held)
    return out.getvalue()


def in_sheet(old: bytes, new: bytes) -> bytes:
    """The workbook with a piece of its sheet replaced."""
    assert old in zipfile.ZipFile(io.BytesIO(good())).read(SHEET)
    return rebuilt(lambda name, held: held.replace(old, new, 1) if name == SHEET else held)


def far(address: bytes) -> bytes:
    """A cell in a far place."""
    return in_sheet(b"</sheetData>", b'<row r="1048576"><c r="' + address + b'"><v>1</v></c></row></sheetData>')


# Of the last one: 36,526 days from 1999-12-31 to 2099-12-31 (Python's calendar) × 1440 minutes less the 4 that are there.
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (lambda: rebuilt(lambda name, held: held + b" " * 300_000_000 if name == SHEET else held), "bytes when unpacked, at most 120,000,000 are read"),
    "billion laughs": (lambda: rebuilt(lambda name, held: held.replace(b"<worksheet", (LAUGHS + "]>").encode() + b"<worksheet", 1) if name == SHEET else held), "declares XML entities"),
    "external entity": (lambda: rebuilt(lambda name, held: held.replace(b"<worksheet", XXE.encode() + b"<worksheet", 1) if name == SHEET else held), "declares XML entities"),
    "macros": (lambda: rebuilt(lambda _, held: held, {"xl/vbaProject.bin": b"x"}), "has macros"),
    "many parts": (lambda: rebuilt(lambda _, held: held, {f"x/{number}": b"" for number in range(600)}), "parts inside"),
    "zip that is no workbook": (lambda: rebuilt(lambda _, held: held)[:40] + b"x", "cannot be read as a workbook"),
    "cell in the last row": (lambda: far(b"A1048576"), "rows; at most a year of minutes"),
    "cell in the last column": (lambda: in_sheet(b"</sheetData>", b'<row r="30"><c r="XFD30"><v>1</v></c></row></sheetData>'), "16,384 columns; at most 1,000 are read"),
    "many cells": (lambda: in_sheet(b"</sheetData>", b"".join(b'<row r="%d"><c><v>1</v></c><c><v>1</v></c></row>' % row for row in range(30, 400_030)) + b"</sheetData>"), "more than 330,000 cells; leave one series"),
    "a million columns": (lambda: b"," * 1_000_000 + b"\n", "1,000,001 columns; at most 1,000 are read"),
    "a million columns below": (lambda: b"time,kW\n0:00,1\n" + b"," * 1_000_000, "1,000,001 columns"),
    "ten million rows": (lambda: b"1\n" * 9_999_999, "more than 527,140 rows"),
    "larger than is read": (lambda: b"x" * (MAX_BYTES + 1), "is larger than 20,000,000 bytes"),
    "one huge cell": (lambda: b'time,kW\n0:00,"' + b"9" * 500_000 + b'"\n', "field larger than field limit"),
    "an image": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(300), "is neither text nor a workbook"),
    "no encoding": (lambda: bytes(range(1, 256)), "is neither UTF-8 nor GBK"),
    "half a mark of UTF-16": (lambda: b"\xff\xfe\x00", "is neither UTF-8 nor GBK"),
    "empty": (lambda: b"", "is empty"),
    "a password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
    "an old workbook of zeros": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "cannot be read as an .xls workbook"),
    "a digit that is none": (lambda: "时间,负荷（kW）\n0:00,²\n1:00,³\n".encode(), "is no number"),
    "a number of a kilobyte": (lambda: b"time,load (kW)\n0:00,1\n1:00," + b"9" * 1000 + b"\n", "beyond 1,000,000,000"),
    "a year beyond reason": (lambda: b"time,load (kW)\n9999-12-31 00:00,1\n9999-12-31 01:00,1\n", "is not a time"),
    "two days a century apart": (lambda: b"time,load (kW)\n1999-12-31 00:00,1\n1999-12-31 00:01,1\n1999-12-31 00:02,1\n2099-12-31 23:59,1\n", "missing points: 52,597,436 in all"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(FILES))
def test_hostile_file_is_refused_in_a_sentence(name: str) -> None:
    """Within seconds, in both languages, with no more than a screen of faults."""
    make, words = FILES[name]
    raw = make()
    start = time.process_time()
    with pytest.raises(InputError) as caught:
        read_load(raw, "p.bin")
    assert time.process_time() - start < 20
    assert words in str(caught.value)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in caught.value.text("zh"))
    assert len(caught.value.faults) <= 40
    assert len(str(caught.value)) < 5_000


def test_damaged_bytes_end_in_a_refusal_or_a_series_and_nothing_else() -> None:
    """Bytes of a good workbook overwritten and cut at random (seeded): InputError is the only way out."""
    draw = random.Random(7)
    raw = good()
    for _ in range(120):
        broken = bytearray(raw[: draw.randrange(1, len(raw))] if draw.random() < 0.3 else raw)
        for _ in range(draw.randrange(1, 30)):
            broken[draw.randrange(len(broken))] = draw.randrange(256)
        with contextlib.suppress(InputError):
            assert read_load(bytes(broken), "p.xlsx").values.shape == (24,)


def test_random_text_ends_in_a_refusal() -> None:
    """Signs of tables in random order (seeded)."""
    draw = random.Random(11)
    for _ in range(400):
        text = "".join(
            draw.choice("0123456789.,;:-/\n\n\t 年月日时点负荷电价（kWh）元\"'=+eE")
            for _ in range(draw.randrange(1, 400))
        )
        with pytest.raises(InputError) as caught:
            read_price(text.encode(), "p.csv")
        assert caught.value.faults
