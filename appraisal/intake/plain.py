"""A text file as cells: comma, semicolon or tab, in UTF-8 or in the encoding that Chinese spreadsheets save."""

from __future__ import annotations

import csv
import io

from appraisal.errors import Fault, InputError, Message, said
from appraisal.intake.grid import MAX_COLUMNS, MAX_ROWS, Grid, Tables, Value, too_long, too_wide, trimmed

_ENCODINGS = (("utf-8-sig", "UTF-8"), ("gb18030", "GBK"))
_MARKS_16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = "\t;,"
_LOOKED_AT = 50
_DELIMITER_NAMES = {
    "\t": said("separated by tabs", "以制表符分隔"),
    ";": said("separated by semicolons", "以分号分隔"),
    ",": said("separated by commas", "以逗号分隔"),
}
_PAGES = ("<!doctype html", "<html", "<?xml", "<table")


def text_tables(raw: bytes, where: str) -> Tables:
    """The cells of a text file.

    Parameters
    ----------
    raw : bytes
        UTF-8, with or without a byte-order mark, UTF-16 with one, or GB 18030, of which GBK and GB 2312 are parts.
    where : str
        What messages call the file.

    Raises
    ------
    InputError
        For a file that is no text, of another encoding, a web page under another name, too wide or too long.

    Examples
    --------
    >>> read = text_tables("时间;负荷（kW）\\n00:00;12\\n".encode("gbk"), "a.csv")
    >>> read.encoding, read.grids[0].rows
    ('GBK', [['时间', '负荷（kW）'], ['00:00', '12']])
    """
    encoding, text = decoded(raw, where)
    if text.lstrip()[:200].lower().startswith(_PAGES):
        raise _refuse(where, said(
            "is a web page or XML, whatever its name says; open it in Excel or LibreOffice and save it as .xlsx or CSV",
            "无论文件名如何，它是网页或 XML；请用 Excel 或 LibreOffice 打开后另存为 .xlsx 或 CSV"
        ))  # fmt: skip
    lines = text.splitlines()
    if len(lines) > MAX_ROWS:
        raise InputError([too_long(where)])
    delimiter = delimiter_of(lines)
    widest = max((line.count(delimiter) for line in lines), default=0) + 1
    if widest > MAX_COLUMNS:
        raise InputError([too_wide(where, widest)])
    try:
        rows: list[list[Value]] = [
            [trimmed(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise _refuse(where, said("is not CSV: {words}", "不是 CSV 文件：{words}", words=error)) from error
    notes = (
        said("text in {encoding}, {how}", "文本文件，编码 {encoding}，{how}", encoding=encoding, how=_DELIMITER_NAMES[delimiter]),
    )  # fmt: skip
    return Tables(where, "text", encoding, (Grid(where, "", rows),), notes)


def decoded(raw: bytes, where: str) -> tuple[str, str]:
    if raw.startswith(_MARKS_16):
        try:
            return "UTF-16", raw.decode("utf-16")
        except UnicodeDecodeError as error:
            raise _refuse(where, _no_encoding()) from error
    if b"\0" in raw:
        raise _refuse(where, said(
            "is neither text nor a workbook (an image, a program?); save the table as CSV or .xlsx",
            "既不是文本也不是工作簿（可能是图片或程序）；请把表格另存为 CSV 或 .xlsx"
        ))  # fmt: skip
    for codec, name in _ENCODINGS:
        try:
            return name, raw.decode(codec)
        except UnicodeDecodeError:
            continue
    raise _refuse(where, _no_encoding())


def _no_encoding() -> Message:
    return said(
        "is neither UTF-8 nor GBK; save it as CSV in UTF-8", "既不是 UTF-8 也不是 GBK 编码；请另存为 UTF-8 的 CSV"
    )


def delimiter_of(lines: list[str]) -> str:
    """The sign that most of the first lines have; of equals a tab or a semicolon, for numbers may hold commas too."""
    lined = {sign: sum(sign in line for line in lines[:_LOOKED_AT]) for sign in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda sign: lined[sign])
    return best if lined[best] else ","


def _refuse(where: str, message: Message) -> InputError:
    return InputError([Fault(where=where, message=message)])
