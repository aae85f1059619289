"""A filled-in workbook → the mapping that a YAML file would hold, and the cell of every path.

Nothing is judged here that the reader of cases judges: values go on as they stand, and its faults name the cell by the
path. What is told here is what only a workbook can have: a row that belongs to no field, a value without a name above
it, a formula without a result, merged cells, a column of numbers with a gap or that nothing calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appraisal.errors import Fault, InputError, Message, ValueFault, joined, said, suggest
from appraisal.field import NUMERIC
from appraisal.intake.package import Cell, Package, Sheet, address, letters
from appraisal.library.reader import read_text
from appraisal.scenario.sheet import form
from appraisal.scenario.sheet.form import SECTION_ROW, VERSION, Block, Row
from appraisal.scenario.sheet.series import Series, SeriesFault
from appraisal.scenario.sheet.stated import Stated
from appraisal.scenario.sheet.values import from_cell
from appraisal.scenario.sheet.words import HEADS, SHEETS
from appraisal.streams import stream

ROLE = re.compile(r"schema: *(\d+) +(\w+)")
FIRST_VALUE = 3
_PAIRS = ("uncertainty", "overlays", "events")
_ROLES = ("inputs", "entries", "streams", "series", "other")


@dataclass(frozen=True)
class Table:
    """A block as it stands on its sheet: its head, the rows beneath with their fields, the columns that take values."""

    block: Block
    sheet: Sheet
    head: int
    rows: tuple[tuple[int, Row], ...]
    columns: range

    def filled(self, column: int) -> bool:
        """Whether a field of the column holds something."""
        return any((number, column) in self.sheet.cells for number, _ in self.rows)


def read_workbook(path: Path) -> Stated:
    """Read a workbook that ``case new --to X.xlsx`` wrote.

    Raises
    ------
    InputError
        For a file that is no such workbook, of a newer version, too large, damaged or made to do harm. What is wrong
        with single cells is in ``faults``.
    """
    package = Package(path, str(path))
    sheets = _sheets(package)
    reader = _Reader(Stated(str(path)), sheets)
    reader.form("inputs", {block.code: block for block in form.inputs()})
    reader.form("entries", {block.code: block for block in form.entries()})
    reader.form("streams", {block.code: block for block in form.streams().values()})
    reader.other()
    reader.uncalled()
    return reader.stated


def _sheets(package: Package) -> dict[str, Sheet]:
    """The sheets of the form by their role."""
    found: dict[str, tuple[str, str]] = {}
    faults = []
    for name, part in package.names().items():
        match = ROLE.fullmatch(package.first(part).strip())
        if match is None or match.group(2) not in SHEETS:
            continue
        version, role = int(match.group(1)), match.group(2)
        where = f"{package.where} {name}!A1"
        if version != VERSION:
            message = said(
                "version {found} of the case format; this program reads {read}. Use the program that wrote it, or fill in a new workbook: appraisal case new --to X.xlsx",
                "算例格式版本为 {found}；本程序读取版本 {read}。请用生成它的程序，或填写新的工作簿：appraisal case new --to X.xlsx",
                found=version, read=VERSION
            )  # fmt: skip
            raise InputError([Fault(where=where, message=message)])
        if role in found:
            message = said(
                "sheets {first!r} and {second!r} both begin with 'schema: {version} {role}'; delete one",
                "工作表 {first!r} 和 {second!r} 都以 'schema: {version} {role}' 开头；请删去一个",
                first=found[role][0], second=name, version=version, role=role
            )  # fmt: skip
            faults.append(Fault(where=where, message=message))
        found[role] = (name, part)
    missing = [
        said("'schema: {version} {role}' ({zh} or {en})", "'schema: {version} {role}'（{zh} 或 {en}）",
             version=VERSION, role=role, zh=SHEETS[role][0], en=SHEETS[role][1])
        for role in _ROLES if role not in found
    ]  # fmt: skip
    if missing:
        message = said(
            "is no workbook of this program: no sheet begins in A1 with {heads}; make one with appraisal case new --to X.xlsx",
            "不是本程序的工作簿：没有工作表的 A1 以 {heads} 开头；请用 appraisal case new --to X.xlsx 生成", heads=joined(missing, ", ", "、")
        )  # fmt: skip
        faults.append(Fault(where=package.where, message=message))
    if faults:
        raise InputError(faults)
    return {role: package.sheet(*found[role]) for role in _ROLES}


class _Reader:
    """Fills what is stated from the sheets."""

    def __init__(self, stated: Stated, sheets: Mapping[str, Sheet]) -> None:
        self.stated, self.sheets = stated, sheets
        self.series = Series(sheets["series"], stated.where)
        self.at: dict[tuple[str, ...], str] = {}

    def form(self, role: str, blocks: Mapping[str, Block]) -> None:
        """A sheet whose rows are fields."""
        sheet = self.sheets[role]
        head, columns = self._head(sheet)
        if role == "streams":
            self.stated.cells |= dict.fromkeys(("revenue", "support"), f"{sheet.name}!{address(head, 1)}")
        tables = list(self._tables(sheet, head, columns, blocks))
        self._merged(sheet, tables)
        for table in tables:
            read = {"section": self._section, "listed": self._list}.get(table.block.kind, self._names)
            read(table)

    def _head(self, sheet: Sheet) -> tuple[int, range]:
        """The row of the headings, and the columns of values: from the third up to that of the unit."""
        for row, column in sorted(sheet.cells):
            if column == 1 and sheet.text(row, 1) == HEADS["path"][0]:
                units = [at for at in range(FIRST_VALUE, 200) if sheet.text(row, at) in HEADS["unit"]]
                if units:
                    return row, range(FIRST_VALUE, units[0])
        message = said(
            "has lost its row of headings, 'path' in column A and {zh} or {en} after the values; begin with a new workbook: appraisal case new --to X.xlsx",
            "缺少表头行：A 列应为 'path'，数值列之后应为 {zh} 或 {en}；请从新的工作簿开始：appraisal case new --to X.xlsx",
            zh=HEADS["unit"][0], en=HEADS["unit"][1]
        )  # fmt: skip
        raise InputError([Fault(where=f"{self.stated.where} {sheet.name}", message=message)])

    def _tables(self, sheet: Sheet, head: int, columns: range, blocks: Mapping[str, Block]) -> Iterator[Table]:
        known = {row.code: (block.code, row) for block in blocks.values() for row in block.rows}
        open_: tuple[Block, int, list[tuple[int, Row]]] | None = None
        seen: dict[str, int] = {}
        for number in sorted({row for row, _ in sheet.cells if row > head}):
            code = sheet.text(number, 1)
            if code in blocks:
                if open_ is not None:
                    yield Table(open_[0], sheet, open_[1], tuple(open_[2]), columns)
                open_, seen = (blocks[code], number, []), {} if blocks[code].kind != "section" else seen
                continue
            block, row = known.get(code, ("", None))
            # A plain field may stand anywhere; that of a table only beneath the names of its entries.
            if row is None or open_ is None or (open_[0].kind != "section" and block != open_[0].code):
                self._stray(sheet, number, columns, code, list(known))
            elif code in seen:
                self._twice(sheet, number, seen[code], columns, code)
            else:
                seen[code] = number
                open_[2].append((number, row))
        if open_ is not None:
            yield Table(open_[0], sheet, open_[1], tuple(open_[2]), columns)

    def _stray(self, sheet: Sheet, number: int, columns: range, code: str, known: list[str]) -> None:
        for column in columns:
            if (number, column) in sheet.cells:
                self.stated.fault(sheet, number, column, _no_field(code, known))

    def _twice(self, sheet: Sheet, number: int, first: int, columns: range, code: str) -> None:
        for column in columns:
            if (number, column) in sheet.cells:
                told = said(
                    "the field stands twice, first in row {row}; keep one", "这个字段写了两次，首次在第 {row} 行；请保留一个", row=first
                )  # fmt: skip
                self.stated.fault(sheet, number, column, told, code)

    def _merged(self, sheet: Sheet, tables: list[Table]) -> None:
        """Merged cells of which two belong to fields: all but the first have lost their value."""
        rows = {number for table in tables for number in (table.head, *(at for at, _ in table.rows))}
        columns = tables[0].columns if tables else range(0)
        for top, left, bottom, right in sheet.merged:
            wide = len([column for column in columns if left <= column <= right])
            if wide * len([number for number in rows if top <= number <= bottom]) > 1:
                message = said(
                    "{first}:{last} are merged; split them, each field has a cell of its own",
                    "{first}:{last} 是合并单元格；请取消合并，每个字段各占一格", first=address(top, left), last=address(bottom, right)
                )  # fmt: skip
                self.stated.fault(sheet, top, left, message)

    def _section(self, table: Table) -> None:
        column = table.columns[0]
        self.stated.cells.setdefault(table.block.code, f"{table.sheet.name}!{address(table.head, 2)}")
        for number, row in table.rows:
            self._field(table, number, column, row, tuple(row.code.split(".")))
            for beside in table.columns[1:]:
                if (number, beside) in table.sheet.cells:
                    message = said(
                        "a second value of the field; only column {column} is read",
                        "这个字段有第二个值；只读取 {column} 列", column=letters(column)
                    )  # fmt: skip
                    self.stated.fault(table.sheet, number, beside, message, row.code)

    def _list(self, table: Table) -> None:
        keys = tuple(table.block.code.split(".")[:-1])
        self.stated.cells[".".join(keys)] = f"{table.sheet.name}!{address(table.head, 2)}"
        for column in (column for column in table.columns if table.filled(column)):
            item = (*keys, str(len(walk(self.stated.raw, keys))))
            self.stated.cells[".".join(item)] = f"{table.sheet.name}!{address(table.head, column)}"
            self.stated.put(item, {})
            for number, row in table.rows:
                self._field(table, number, column, row, (*item, row.name))
        items = walk(self.stated.raw, keys)
        if items:
            self.stated.put(keys, tuple(items.values()))

    def _names(self, table: Table) -> None:
        """Entries under the names of the person's own, and streams under their labels."""
        above = tuple(table.block.code.split(".")[:-1])
        if table.block.kind == "named":
            self.stated.cells[".".join(above)] = f"{table.sheet.name}!{address(table.head, 2)}"
        for column in table.columns:
            name = self._name(table, column)
            if not name:
                continue
            keys = (*above, name) if table.block.kind == "named" else (self._stands_under(table, column), name)
            here = f"{table.sheet.name}!{address(table.head, column)}"
            if keys in self.at:
                message = said(
                    "{name!r} stands twice, first in {first}; choose another name",
                    "{name!r} 出现两次，首次在 {first}；请另取名称", name=name, first=self.at[keys]
                )  # fmt: skip
                self.stated.fault(table.sheet, table.head, column, message, ".".join(keys))
                continue
            self.at[keys] = self.stated.cells[".".join(keys)] = here
            self.stated.put(keys, {})
            for number, row in table.rows:
                if row.name != SECTION_ROW:
                    self._field(table, number, column, row, (*keys, row.name))
            if table.block.kind == "stream":
                self._say_stream(table, keys, here)

    def _name(self, table: Table, column: int) -> str:
        cell = table.sheet.cells.get((table.head, column))
        if cell is None:
            if table.filled(column):
                message = said(
                    "values stand beneath without a name; write a name here, or clear them",
                    "下面填了数值却没有名称；请在此填写名称，或清空下面各格",
                )
                self.stated.fault(table.sheet, table.head, column, message)
            return ""
        if cell.refused is not None:
            self.stated.fault(table.sheet, table.head, column, cell.refused)
            return ""
        return str(cell.value).strip()

    def _stands_under(self, table: Table, column: int) -> str:
        number, row = next(((at, row) for at, row in table.rows if row.name == SECTION_ROW), (table.head, None))
        usual = stream(table.block.code.removesuffix(".*")).section
        text = table.sheet.text(number, column) if row is not None else ""
        if row is None or (number, column) not in table.sheet.cells or text in row.words:
            return text or usual
        known = suggest(text, [str(word) for word in row.words])
        message = said(
            "stands neither under revenue nor under support; {known}", "只能列入 revenue 或 support；{known}", known=known
        )  # fmt: skip
        self.stated.fault(table.sheet, number, column, message)
        return usual

    def _say_stream(self, table: Table, keys: tuple[str, ...], here: str) -> None:
        """A label that is another word than the stream's file leaves the file to the table that it stands in."""
        name = table.block.code.removesuffix(".*")
        section, label = keys
        if label != name and "stream" not in self.stated.raw[section][label]:
            self.stated.put((*keys, "stream"), name)
            self.stated.cells[".".join((*keys, "stream"))] = here

    def _field(self, table: Table, number: int, column: int, row: Row, keys: tuple[str, ...]) -> None:
        """One cell: its place by its path, and its value where it holds one."""
        path = ".".join(keys)
        self.stated.cells[path] = f"{table.sheet.name}!{address(number, column)}"
        cell = table.sheet.cells.get((number, column))
        if cell is None:
            return
        try:
            called = self.series.called_by(cell) if row.what.kind in NUMERIC else None
            if called is not None:
                self.stated.cells[path] += f" ({self.series.sheet.name}!{letters(called)})"
                self.stated.put(keys, self.series.column(called))
            else:
                self.stated.put(keys, from_cell(_held(cell), row))
        except SeriesFault as error:
            self.stated.fault(self.series.sheet, error.row, error.column, error.message, path)
        except ValueFault as error:
            self.stated.fault(table.sheet, number, column, error.message, path)

    def uncalled(self) -> None:
        """Tell of numbers that no cell calls: they would change nothing without a word."""
        for fault in self.series.uncalled():
            self.stated.fault(self.series.sheet, fault.row, fault.column, fault.message)

    def other(self) -> None:
        """Distributions and what-ifs: a path and a value a row."""
        sheet = self.sheets["other"]
        begun = False
        for number in sorted({row for row, _ in sheet.cells}):
            section = sheet.text(number, 1)
            if section[:-1] in _PAIRS and section.endswith(":"):
                begun = True
                self.stated.cells[section[:-1]] = f"{sheet.name}!{address(number, 2)}"
            elif section in _PAIRS:
                self._pair(sheet, number, section)
            elif begun and section != HEADS["path"][0]:
                message = said(
                    "no row of the form: column A says none of {names}; copy it from the rows above",
                    "不是表中的行：A 列不是 {names} 之一；请从上面的行复制",
                    names=", ".join(_PAIRS),
                )
                self.stated.fault(sheet, number, 1, message)

    def _pair(self, sheet: Sheet, number: int, section: str) -> None:
        name, cell = sheet.text(number, 2), sheet.cells.get((number, FIRST_VALUE))
        if not name:
            if cell is not None:
                told = said(
                    "a value stands beside without a name; write the name here", "旁边有值而没有名称；请在此填写名称"
                )
                self.stated.fault(sheet, number, 2, told)
            return
        path = f"{section}.{name}"
        here = f"{sheet.name}!{address(number, FIRST_VALUE)}"
        if (section, name) in self.at:
            message = said(
                "{name!r} stands twice, first in {first}; keep one",
                "{name!r} 出现两次，首次在 {first}；请保留一个", name=name, first=self.at[section, name]
            )  # fmt: skip
            self.stated.fault(sheet, number, 2, message, path)
            return
        self.at[section, name] = self.stated.cells[path] = here
        try:
            held = None if cell is None else _held(cell)
            self.stated.put((section, name), read_text(held, here).plain() if isinstance(held, str) else held)
        except InputError as error:
            self.stated.fault(sheet, number, FIRST_VALUE, joined(fault.message for fault in error.faults), path)
        except ValueFault as error:
            self.stated.fault(sheet, number, FIRST_VALUE, error.message, path)


def walk(raw: Mapping[str, Any], keys: tuple[str, ...]) -> Mapping[str, Any]:
    """The mapping under some keys; empty where nothing is stated."""
    for key in keys:
        raw = raw.get(key, {})
    return raw


def _no_field(code: str, known: list[str]) -> Message:
    """Why a row belongs to no field."""
    if not code:
        return said(
            "no field stands in this row: column A is empty; write the value into the row of its field",
            "这一行不属于任何字段：A 列是空的；请把值填在相应字段的行",
        )
    if code in known:
        return said(
            "column A says {code!r}, which stands outside its table", "A 列为 {code!r}，但不在它的表内", code=code
        )
    return said(
        "column A says {code!r}, which is no field; {known}",
        "A 列为 {code!r}，没有这个字段；{known}", code=code, known=suggest(code, known)
    )  # fmt: skip


def _held(cell: Cell) -> Any:
    if cell.refused is not None:
        raise ValueFault(cell.refused)
    return cell.value
