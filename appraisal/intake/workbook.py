"""A workbook as cells: .xlsx through the guarded reader of packages, .xls through xlrd. What a file is, its bytes say."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from appraisal.errors import Fault, InputError, Message, said
from appraisal.intake.grid import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    Grid,
    Refused,
    Serial,
    Tables,
    Value,
    too_long,
    too_wide,
    trimmed,
)
from appraisal.intake.package import Cell, Limits, Package, Sheet
from appraisal.intake.plain import text_tables

PACKED = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LIMITS = Limits(packed=MAX_BYTES, unpacked=120_000_000, cells=330_000)
"""Of a workbook that holds a series: three columns of five-minute points are 316,000 cells."""
# Dates in workbooks of the Macintosh count from 1904.
_DAYS_TO_1904 = 1462
_SUFFIX_KINDS = {".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".csv": "text", ".txt": "text", ".tsv": "text"}
_KIND_NAMES = {
    "text": said("a text file", "文本文件"), "xlsx": said("an .xlsx workbook", ".xlsx 工作簿"), "xls": said("an .xls workbook", ".xls 工作簿"),
}  # fmt: skip
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def tables(raw: bytes, name: str) -> Tables:
    """What a file holds, by what it is; a name that says something else is told.

    Parameters
    ----------
    raw : bytes
        The file.
    name : str
        What messages call it; its ending decides nothing.

    Raises
    ------
    InputError
        For a file that is empty, too large, damaged, protected, made to do harm, or neither text nor workbook.

    Examples
    --------
    >>> read = tables(b"time,load\\n0:00,1\\n", "a.xls")
    >>> read.kind, read.notes[-1]
    ('text', 'named .xls, but a text file; read as what it is')
    """
    if not raw:
        raise _refuse(name, said("is empty", "文件是空的"))
    if len(raw) > MAX_BYTES:
        raise _refuse(name, said(
            "is larger than {most:,} bytes", "超过 {most:,} 字节", most=MAX_BYTES
        ))  # fmt: skip
    if raw.startswith(PACKED):
        read = _xlsx(raw, name)
    elif raw.startswith(OLE) and _ENCRYPTED not in raw:
        read = _xls(raw, name)
    elif raw.startswith(OLE):
        raise _refuse(name, said(
            "is protected by a password; take it off and save it again", "有密码保护；请取消密码后重新保存"
        ))  # fmt: skip
    else:
        read = text_tables(raw, name)
    suffix = Path(name).suffix.lower()
    if _SUFFIX_KINDS.get(suffix, read.kind) == read.kind:
        return read
    told = said(
        "named {suffix}, but {kind}; read as what it is", "文件名为 {suffix}，实为{kind}；按实际格式读取",
        suffix=suffix, kind=_KIND_NAMES[read.kind]
    )  # fmt: skip
    return Tables(read.where, read.kind, read.encoding, read.grids, (*read.notes, told))


def _xlsx(raw: bytes, where: str) -> Tables:
    package = Package(Path(where), where, raw, LIMITS)
    sheets = [package.sheet(name, part) for name, part in package.names().items() if "worksheets/" in part]
    return Tables(where, "xlsx", "", tuple(_packed_grid(sheet, where) for sheet in sheets))


def _packed_grid(sheet: Sheet, where: str) -> Grid:
    height = max((row for row, _ in sheet.cells), default=0)
    width = max((column for _, column in sheet.cells), default=0)
    _guard(where, height, width)
    rows: list[list[Value]] = [[] for _ in range(height)]
    for (row, column), cell in sheet.cells.items():
        held = rows[row - 1]
        held.extend([None] * (column - len(held)))
        held[column - 1] = _packed_value(cell)
    return Grid(where, sheet.name, rows)


def _packed_value(cell: Cell) -> Value:
    if cell.refused is not None:
        return Refused(cell.refused)
    if cell.serial is not None:
        return Serial(cell.serial)
    if isinstance(cell.value, str):
        return trimmed(cell.value)
    if cell.value is None or isinstance(cell.value, bool):
        return cell.value
    if isinstance(cell.value, (int, float)):
        return float(cell.value)
    raise TypeError(f"{cell.value!r}: a date comes with its serial number")


def _xls(raw: bytes, where: str) -> Tables:
    # Imported here: few files are of the old format, and every command would pay for it.
    import xlrd

    try:
        # What xlrd says of a file goes to its log, which is standard output unless another is given.
        with xlrd.open_workbook(file_contents=raw, logfile=io.StringIO(), on_demand=True, ragged_rows=True) as book:
            grids = tuple(_old_grid(book, place, where) for place in range(book.nsheets))
    except InputError:
        raise
    # A damaged file fails in xlrd as its bytes fall: index, key, struct and assertion errors among others.
    except Exception as error:
        raise _refuse(where, said(
            "cannot be read as an .xls workbook ({kind}: {words}); open it in Excel or LibreOffice and save it as .xlsx",
            "不能作为 .xls 工作簿读取（{kind}: {words}）；请用 Excel 或 LibreOffice 打开并另存为 .xlsx",
            kind=type(error).__name__, words=error
        )) from error  # fmt: skip
    return Tables(where, "xls", "", grids)


def _old_grid(book: Any, place: int, where: str) -> Grid:
    sheet = book.sheet_by_index(place)
    _guard(where, sheet.nrows, sheet.ncols)
    rows = [[_old_value(cell, book.datemode) for cell in sheet.row(row)] for row in range(sheet.nrows)]
    return Grid(where, sheet.name, rows)


def _old_value(cell: Any, datemode: int) -> Value:
    from xlrd.biffh import (
        XL_CELL_BOOLEAN,
        XL_CELL_DATE,
        XL_CELL_ERROR,
        XL_CELL_NUMBER,
        XL_CELL_TEXT,
        error_text_from_code,
    )

    if cell.ctype == XL_CELL_TEXT:
        return trimmed(cell.value)
    if cell.ctype == XL_CELL_NUMBER:
        return float(cell.value)
    if cell.ctype == XL_CELL_DATE:
        return Serial(cell.value + (_DAYS_TO_1904 if datemode and cell.value >= 1 else 0))
    if cell.ctype == XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == XL_CELL_ERROR:
        code = error_text_from_code.get(cell.value, cell.value)
        return Refused(said(
            "the cell shows the error {code}; mend its formula or write the value",
            "单元格显示错误 {code}；请改正公式或直接填数", code=code
        ))  # fmt: skip
    return None


def _guard(where: str, height: int, width: int) -> None:
    if height > MAX_ROWS:
        raise InputError([too_long(where)])
    if width > MAX_COLUMNS:
        raise InputError([too_wide(where, width)])


def _refuse(where: str, message: Message) -> InputError:
    return InputError([Fault(where=where, message=message)])
