"""The cells of an .xlsx file, read under guard: sizes before unpacking, no entity, no macro, nothing but the sheets.

The one reader of workbooks, of filled-in cases and of series alike. The package is ZIP with XML inside (ECMA-376). Only the list of sheets, shared strings, number formats and the cells of
the sheets asked for are parsed; drawings, links to other files and everything else are left alone.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

from appraisal.errors import Fault, InputError, Message, ValueFault, said
from appraisal.library.reader import DECIMAL, INTEGER, read_bytes

MAX_BYTES = 3_000_000
MAX_PARTS = 500
MAX_UNPACKED = 40_000_000
MAX_CELLS = 50_000
MAX_MERGED = 1_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STRINGS, _STYLES, _TYPES = "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Number formats that are dates without saying so in letters (ECMA-376 part 1, 18.8.30, with the East Asian ones).
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_LAST_SERIAL = 2_958_466
_EPOCH = date(1899, 12, 30)
_SECONDS_PER_DAY = 86_400
_MENDED = said("open it in Excel or LibreOffice and save it as .xlsx", "请用 Excel 或 LibreOffice 打开并另存为 .xlsx")
_NOT_COMPUTED = said(
    "the cell holds a formula without a value; open and save the file in Excel or LibreOffice, or write the number",
    "单元格内的公式没有结果；请用 Excel 或 LibreOffice 打开并保存文件，或直接填数",
)
_PROTECTED = said(
    "is protected by a password; take it off, then {mended}", "有密码保护；请先取消密码，然后{mended}", mended=_MENDED
)
# What the parts of a package raise that are damaged or made to do harm.
_DAMAGED = (
    BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ParseError, DefusedXmlException, KeyError,
    IndexError, ValueError, OverflowError,
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """What a cell holds: text, a number, true or false, a date; or why that cannot be read."""

    value: str | int | float | bool | date | None
    refused: Message | None = None
    serial: float | None = None
    """Of a date or a time: days since 1899-12-30, the time of day with it; a time alone is below 1."""


@dataclass(frozen=True)
class Sheet:
    """The cells that hold something, by (row, column) from 1, and merged ranges (first row, column, last row, column)."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[tuple[int, int, int, int], ...] = ()

    def text(self, row: int, column: int) -> str:
        """The text of a cell; empty for none or for another kind of value."""
        cell = self.cells.get((row, column))
        return cell.value.strip() if cell is not None and isinstance(cell.value, str) else ""


def address(row: int, column: int) -> str:
    """A1 notation.

    Examples
    --------
    >>> address(14, 3), address(1, 28)
    ('C14', 'AB1')
    """
    return f"{letters(column)}{row}"


def letters(column: int) -> str:
    """The letters of a column, from 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def place(text: str) -> tuple[int, int]:
    """Row and column of an address; ValueError for none."""
    match = _ADDRESS.fullmatch(text.replace("$", ""))
    if match is None:
        raise ValueError(f"{text!r} is no cell")
    column = 0
    for letter in match.group(1):
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(match.group(2)), column


@dataclass(frozen=True)
class Limits:
    """How much of a workbook is read: bytes of the file and unpacked, cells of all sheets asked for."""

    packed: int = MAX_BYTES
    unpacked: int = MAX_UNPACKED
    cells: int = MAX_CELLS


FORM = Limits()
"""Of a workbook to fill in."""


@dataclass
class Package:
    """An opened workbook.

    Attributes
    ----------
    path : the file; not opened where *raw* is given.
    where : what messages call it.
    raw : its bytes, where they are at hand.
    limits : most that is read of it.

    Raises
    ------
    InputError
        From every method, in a sentence, for a file that is no .xlsx, too large, damaged or made to do harm.
    """

    path: Path
    where: str
    raw: bytes = b""
    limits: Limits = FORM
    _counted: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.raw = self.raw or read_bytes(self.path, self.where, self.limits.packed)
        if not self.raw.startswith(b"PK\x03\x04"):
            raise self._refuse(_no_package(self.raw))
        try:
            self.zip = ZipFile(BytesIO(self.raw))
            self._guard()
        except _DAMAGED as error:
            raise self._damaged(error) from error

    def _guard(self) -> None:
        parts = self.zip.infolist()
        names = [part.filename for part in parts]
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or len(set(names)) < len(names):
            raise self._refuse(said(
                "{count} parts inside, at most {most} with different names are read",
                "内含 {count} 个部件；至多读取 {most} 个，且名称不得重复", count=len(parts), most=MAX_PARTS
            ))  # fmt: skip
        if unpacked > self.limits.unpacked:
            raise self._refuse(said(
                "{size:,} bytes when unpacked, at most {most:,} are read",
                "解压后有 {size:,} 字节；至多读取 {most:,} 字节", size=unpacked, most=self.limits.unpacked
            ))  # fmt: skip
        if any(part.flag_bits & 1 for part in parts):
            raise self._refuse(_PROTECTED)
        if _BOOK not in names or _TYPES not in names:
            raise self._refuse(said(
                "is a ZIP file but no Excel workbook; {mended}", "是 ZIP 文件，不是 Excel 工作簿；{mended}", mended=_MENDED
            ))  # fmt: skip
        if any(name.endswith("vbaProject.bin") for name in names) or b"macroEnabled" in self.zip.read(_TYPES):
            raise self._refuse(said(
                "has macros, which are not read; save it as .xlsx without them", "含有宏，不予读取；请另存为不含宏的 .xlsx"
            ))  # fmt: skip

    def _refuse(self, message: Message) -> InputError:
        return InputError([Fault(where=self.where, message=message)])

    def _damaged(self, error: Exception) -> InputError:
        if isinstance(error, DefusedXmlException):
            return self._refuse(said(
                "declares XML entities or a document type, which no spreadsheet writes; it is not read",
                "声明了 XML 实体或文档类型，正常的电子表格不会这样写；不予读取"
            ))  # fmt: skip
        if isinstance(error, ValueFault):
            return self._refuse(said(
                "cannot be read as a workbook: {told}; {mended}", "不能作为工作簿读取：{told}；{mended}", told=error.message, mended=_MENDED
            ))  # fmt: skip
        return self._refuse(said(
            "cannot be read as a workbook: it is damaged or no {suffix} file; {mended}",
            "不能作为工作簿读取：文件已损坏或不是 {suffix} 文件；{mended}", suffix=".xlsx", mended=_MENDED
        ))  # fmt: skip

    def names(self) -> dict[str, str]:
        """Name of every sheet → its part."""
        try:
            targets = {found.get("Id"): found.get("Target", "") for found in self._elements(_RELATIONS, "Relationship")}
            found = {}
            for sheet in self._elements(_BOOK, "sheet"):
                identity = next(value for key, value in sheet.items() if _local(key) == "id")
                target = targets[identity]
                found[sheet.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
            return found
        except (StopIteration, *_DAMAGED) as error:
            raise self._damaged(error) from error

    def first(self, part: str) -> str:
        """The text of cell A1, read without the rest of its sheet."""
        try:
            for where, cell in self._cells(part, []):
                return cell.value if where == (1, 1) and isinstance(cell.value, str) else ""
            return ""
        except _DAMAGED as error:
            raise self._damaged(error) from error

    def sheet(self, name: str, part: str) -> Sheet:
        """All cells of one sheet; hidden rows are read like others."""
        merged: list[str] = []
        try:
            cells = dict(self._cells(part, merged))
            ranges = tuple(_range(one) for one in merged)
        except _DAMAGED as error:
            raise self._damaged(error) from error
        return Sheet(name, cells, ranges)

    def _elements(self, part: str, name: str) -> Iterator[Element]:
        """Every element of a name, of whichever of the two namespaces of the format."""
        with self.zip.open(part) as file:
            for _, element in iterparse(file, events=("end",), forbid_dtd=True):
                if _local(element.tag) == name:
                    yield element

    def _cells(self, part: str, merged: list[str]) -> Iterator[tuple[tuple[int, int], Cell]]:
        row = column = 0
        rows: Element | None = None
        with self.zip.open(part) as file:
            for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
                name = _local(element.tag)
                if event == "start" and name == "sheetData":
                    rows = element
                elif event == "start" and name == "row":
                    # Rows and cells without an address follow the one before.
                    row, column = int(element.get("r", row + 1)), 0
                elif event == "end" and name == "c":
                    self._count()
                    at = place(element.get("r", address(row, column + 1)))
                    row, column = at
                    cell = self._cell(element)
                    if cell.value is not None or cell.refused is not None:
                        yield at, cell
                elif event == "end" and name == "row" and rows is not None:
                    # A row that was read is let go, so that a long sheet costs no memory and no time of the collector.
                    rows.clear()
                elif event == "end" and name == "mergeCell":
                    merged.append(element.get("ref", ""))
                    if len(merged) > MAX_MERGED:
                        raise self._refuse(said(
                            "more than {most:,} merged ranges; split them", "合并区域超过 {most:,} 个；请取消合并", most=MAX_MERGED
                        ))  # fmt: skip

    def _count(self) -> None:
        self._counted += 1
        if self._counted > self.limits.cells:
            raise self._refuse(said(
                "more than {most:,} cells; a workbook to fill in has a few thousand",
                "超过 {most:,} 个单元格；输入工作簿通常只有几千个", most=self.limits.cells
            ) if self.limits is FORM else said(
                "more than {most:,} cells; leave one series in the workbook",
                "超过 {most:,} 个单元格；请只在工作簿中保留一条序列", most=self.limits.cells
            ))  # fmt: skip

    def _cell(self, element: Element) -> Cell:
        inside = {_local(child.tag): child for child in element}
        kind, held = element.get("t", "n"), inside.get("v")
        # A formula that gives an empty text has one; any other has not been computed.
        if "f" in inside and (held is None or (not held.text and kind != "str")):
            return Cell(None, _NOT_COMPUTED)
        if kind == "inlineStr":
            return _text_cell(_text(inside["is"]) if "is" in inside else "")
        text = "" if held is None else held.text or ""
        if kind == "s":
            return _text_cell(self._strings[int(text)])
        if kind == "str":
            return _text_cell(_unescaped(text))
        if not text.strip():
            return Cell(None)
        if kind == "e":
            shown = said(
                "the cell shows the error {code}; mend its formula or write the value",
                "单元格显示错误 {code}；请改正公式或直接填数", code=text.strip()
            )  # fmt: skip
            return Cell(None, shown)
        return Cell(text.strip() == "1") if kind == "b" else self._number(kind, text.strip(), int(element.get("s", 0)))

    def _number(self, kind: str, text: str, style: int) -> Cell:
        if kind == "d":
            return _stated_date(text)
        if not DECIMAL.match(text):
            raise ValueFault(said("{text!r} stands where a number is expected", "{text!r} 应改为数", text=text))
        number = int(text) if INTEGER.match(text) and len(text) < 20 else float(text)
        if style in self._date_styles and 0 <= number < _LAST_SERIAL:
            late = (self._epoch - _EPOCH).days if number >= 1 else 0
            return Cell(self._epoch + timedelta(days=int(number)), serial=float(number) + late)
        return Cell(number)

    @cached_property
    def _strings(self) -> list[str]:
        return [_text(item) for item in self._elements(_STRINGS, "si")] if _STRINGS in self.zip.namelist() else []

    @cached_property
    def _epoch(self) -> date:
        stated = next((found.get("date1904", "") for found in self._elements(_BOOK, "workbookPr")), "")
        return date(1904, 1, 1) if stated in ("1", "true") else _EPOCH

    @cached_property
    def _date_styles(self) -> frozenset[int]:
        if _STYLES not in self.zip.namelist():
            return frozenset()
        dates = set(_DATE_FORMATS)
        for found in self._elements(_STYLES, "numFmt"):
            code = _NOT_LETTERS.sub("", found.get("formatCode", "").partition(";")[0]).lower()
            if "general" not in code and set(code) & set("ymdhs"):
                dates.add(int(found.get("numFmtId", -1)))
        styles = next(self._elements(_STYLES, "cellXfs"), None)
        used = [int(one.get("numFmtId", 0)) for one in styles] if styles is not None else []
        return frozenset(number for number, identity in enumerate(used) if identity in dates)


def _no_package(raw: bytes) -> Message:
    if not raw:
        return said("is empty", "文件是空的")
    if not raw.startswith(_OLE):
        return said(
            "is no Excel workbook (.xlsx), whatever its name says; {mended}",
            "无论文件名如何，它不是 Excel 工作簿（.xlsx）；{mended}", mended=_MENDED
        )  # fmt: skip
    if "EncryptedPackage".encode("utf-16-le") in raw:
        return _PROTECTED
    return said("is a workbook of the old format .xls; {mended}", "是旧格式 .xls 的工作簿；{mended}", mended=_MENDED)


@lru_cache(maxsize=256)
def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def _text(item: Element) -> str:
    """The text of a string in one or several runs; how it is pronounced is left out."""
    found = []
    for child in item:
        name = _local(child.tag)
        if name == "t":
            found.append(child.text or "")
        elif name == "r":
            found += [run.text or "" for run in child if _local(run.tag) == "t"]
    return _unescaped("".join(found))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)


def _text_cell(text: str) -> Cell:
    return Cell(text if text.strip() else None)


def _stated_date(text: str) -> Cell:
    """A date written out (ISO 8601), which strict workbooks hold in place of a serial number."""
    moment = datetime.fromisoformat(text)
    within = moment.hour * 3600 + moment.minute * 60 + moment.second
    return Cell(moment.date(), serial=(moment.date() - _EPOCH).days + within / _SECONDS_PER_DAY)


def _range(text: str) -> tuple[int, int, int, int]:
    first, _, last = text.partition(":")
    return (*place(first), *place(last or first))
