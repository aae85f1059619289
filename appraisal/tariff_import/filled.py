"""A filled template or a CSV of months as records: every cell read by what its column declares, all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from appraisal.errors import Fault, InputError, Message, ValueFault, joined, said, suggest
from appraisal.intake.grid import Grid, Place, Refused, Value
from appraisal.intake.workbook import tables
from appraisal.tariff_import import words
from appraisal.tariff_import.columns import MARK, MOST, UNITS, Column, Sheet, unit_words
from appraisal.tariff_import.months_sheet import MONTHS
from appraisal.tariff_import.sheets import AREA, GUIDE, RULE_SHEETS, SHEETS

Read: TypeAlias = str | float | date | tuple[str, ...] | tuple[int, ...]
MAX_BYTES = 3_000_000
_LOOKED_FOR_HEADS = 20
_LEAST_HEADS = 3
_KEEPS_A_MONTH = frozenset({"months"})


@dataclass(frozen=True)
class Record:
    """One row that a person filled: what each column holds, and where.

    ``values`` holds the cells that are not empty by the key of their column; ``places`` the cell of every column.
    """

    sheet: str
    grid: Grid
    row: int
    values: Mapping[str, Read]
    places: Mapping[str, Place]
    decimals: Mapping[str, int] = field(default_factory=dict)

    def get(self, key: str) -> Any:
        """The value of a column, or None."""
        return self.values.get(key)

    def fault(self, message: Message, key: str = "") -> Fault:
        """A fault of one cell, or of the row's first one that is filled."""
        first = next((self.places[name] for name in self.values if name in self.places), (self.row, 0))
        return self.grid.fault(message, self.places.get(key, first))


@dataclass(frozen=True)
class Filled:
    """What a file states.

    ``area`` is the form of the area as one record (None in a CSV file); ``rows`` the records of each sheet by its key;
    ``notes`` what a person should know of how the file was read.
    """

    where: str
    area: Record | None
    rows: Mapping[str, tuple[Record, ...]]
    notes: tuple[Message, ...]

    @property
    def whole(self) -> bool:
        """Whether it describes an area, and not only months of one."""
        form = {} if self.area is None else {**self.area.values}
        return any(self.rows.get(key) for key in RULE_SHEETS) or bool(set(form) - {"id", "clock"})


def read_filled(content: bytes, name: str) -> Filled:
    """Read a filled template (.xlsx, .xls) or a CSV of months.

    Parameters
    ----------
    content : bytes
        The file.
    name : str
        What messages call it.

    Raises
    ------
    InputError
        For a file that cannot be read as a table, or with every faulty cell by sheet and address.
    """
    if len(content) > MAX_BYTES:
        raise InputError([Fault(where=name, message=said(
            "{size:,} bytes; a filled template has at most {most:,}", "有 {size:,} 字节；模板至多 {most:,} 字节", size=len(content), most=MAX_BYTES
        ))])  # fmt: skip
    found = tables(content, name)
    reading = _Reading(name)
    notes = list(found.notes)
    area: Record | None = None
    rows: dict[str, tuple[Record, ...]] = {}
    for grid, declared in _declared(found.grids):
        if declared is AREA:
            area = reading.form(grid)
        elif declared is not None and declared.key not in rows:
            rows[declared.key] = tuple(reading.table(grid, declared))
        elif declared is not None:
            reading.faults.append(
                grid.fault(said("a second sheet of {title}", "“{title}”表重复", title=declared.title))
            )
        elif any(grid.filled(row) for row in range(len(grid.rows))) and grid.sheet not in (GUIDE, GUIDE.zh):
            notes.append(said("sheet {name!r} is not of the template and is not read", "工作表 {name!r} 不属于模板，未读取", name=grid.sheet))  # fmt: skip
    if not rows:
        reading.faults.append(Fault(where=name, message=said(
            "holds no sheet of the template; write one with: {command}", "没有模板中的工作表；请先用 {command} 生成模板", command="appraisal tariff template"
        )))  # fmt: skip
    if reading.faults:
        raise InputError(reading.faults)
    if reading.examples:
        notes.append(said("{count} example row(s) left out", "{count} 行示例未导入", count=reading.examples))
    return Filled(name, area, rows, tuple(notes))


def _declared(grids: Sequence[Grid]) -> Iterator[tuple[Grid, Sheet | None]]:
    """What each grid is of the template: by its first cell, else by its name; a table that stands alone is one of months."""
    marked = {sheet.marker: sheet for sheet in SHEETS}
    named = {words.plain(name): sheet for sheet in SHEETS for name in (sheet.key, sheet.title, sheet.title.zh)}
    found = [
        (grid, marked.get(grid.text(0, 0) if grid.rows else "") or named.get(words.plain(grid.sheet))) for grid in grids
    ]
    if len(found) == 1 and found[0][1] is None:
        found = [(grids[0], MONTHS)]
    yield from found


class _Reading:
    def __init__(self, where: str) -> None:
        self.where = where
        self.faults: list[Fault] = []
        self.examples = 0

    def form(self, grid: Grid) -> Record:
        """The form of the area: a code in column A, its answer in column C."""
        values: dict[str, Read] = {}
        places: dict[str, Place] = {}
        known = {column.key: column for column in AREA.columns}
        for row in range(len(grid.rows)):
            column = known.get(grid.text(row, 0))
            if column is None:
                continue
            places[column.key] = (row, 2)
            value = self.cell(grid, (row, 2), column)
            if value is not None:
                values[column.key] = value
        record = Record("area", grid, 0, values, places)
        if set(values) - {"id", "clock"}:
            self.required(record, AREA)
        return record

    def table(self, grid: Grid, declared: Sheet) -> Iterator[Record]:
        """Every row below the headings that is filled and no example."""
        heads = self.heads(grid, declared)
        if heads is None:
            return
        first, columns = heads
        for row in range(first + 1, len(grid.rows)):
            if MARK.key in columns and grid.at(row, columns[MARK.key]) is not None:
                self.examples += 1
                continue
            record = self.record(grid, row, declared, columns)
            if record is not None:
                yield record

    def record(self, grid: Grid, row: int, declared: Sheet, columns: Mapping[str, int]) -> Record | None:
        """One row; None where nothing is filled, or nothing but what the template filled in."""
        places = {key: (row, place) for key, place in columns.items()}
        held = {key for key, place in places.items() if grid.at(*place) is not None and key != MARK.key}
        if not held or (declared.filled and held <= _KEEPS_A_MONTH):
            return None
        values: dict[str, Read] = {}
        decimals: dict[str, int] = {}
        for column in declared.columns:
            value = self.cell(grid, places[column.key], column) if column.key in places else None
            if value is not None:
                values[column.key] = value
                decimals |= {column.key: words.decimals(grid.at(*places[column.key]))} if column.kind == "number" else {}  # fmt: skip
        record = Record(declared.key, grid, row, values, places, decimals)
        self.required(record, declared)
        return record

    def required(self, record: Record, declared: Sheet) -> None:
        """Fault of every cell that is empty and must not be."""
        for column in declared.columns:
            place = record.places.get(column.key)
            if (
                column.required
                and column.key not in record.values
                and (place is None or record.grid.at(*place) is None)
            ):
                self.faults.append(record.fault(said(
                    "{title} is empty: {help}", "{title}未填：{help}", title=column.title, help=column.help
                ), column.key))  # fmt: skip

    def heads(self, grid: Grid, declared: Sheet) -> tuple[int, dict[str, int]] | None:
        """The row of headings, and the place of every column that it names."""
        names = _names(declared)
        for row in range(min(_LOOKED_FOR_HEADS, len(grid.rows))):
            split = {place: _split(grid.text(row, place)) for place in grid.filled(row)}
            known = [place for place, (label, _) in split.items() if label in names]
            if len(known) >= min(_LEAST_HEADS, len(declared.columns)):
                return row, self.places(grid, row, split, names)
        self.faults.append(grid.fault(said(
            "no row of headings of the sheet {title}; keep those of the template", "没有找到“{title}”表的表头；请保留模板的表头", title=declared.title
        )))  # fmt: skip
        return None

    def places(
        self, grid: Grid, row: int, split: Mapping[int, tuple[str, str]], names: Mapping[str, Column]
    ) -> dict[str, int]:
        """Column of each key; a heading that is unknown, double or in another unit is a fault."""
        found: dict[str, int] = {}
        for place, (label, unit) in split.items():
            column = names.get(label)
            if column is None:
                self.faults.append(grid.fault(said(
                    "no such column; {hint}", "没有这一列；{hint}", hint=suggest(label, sorted(names))
                ), (row, place)))  # fmt: skip
                continue
            if column.key in found:
                self.faults.append(grid.fault(said("a second column of {title}", "“{title}”列重复", title=column.title), (row, place)))  # fmt: skip
            if unit and column.unit and unit not in UNITS[column.unit][1]:
                self.faults.append(grid.fault(said(
                    "is in {unit}; write it in {wanted}", "单位为 {unit}；应换算为{wanted}", unit=unit, wanted=unit_words(column.unit)
                ), (row, place)))  # fmt: skip
            found[column.key] = place
        return found

    def cell(self, grid: Grid, place: Place, column: Column) -> Read | None:
        """What one cell is worth; None where it is empty or a fault."""
        value = grid.at(*place)
        if isinstance(value, Refused):
            self.faults.append(grid.fault(value.message, place))
            return None
        if value is None:
            return None
        try:
            return _READERS[column.kind](value, column)
        except ValueFault as fault:
            self.faults.append(grid.fault(joined([column.title, fault.message], ": ", "："), place))
            return None


def _names(declared: Sheet) -> dict[str, Column]:
    """Every heading that is understood, in small letters without unit."""
    columns = (MARK, *declared.columns)
    found: dict[str, Column] = {}
    for column in columns:
        for name in (column.key, column.title, column.title.zh):
            found[words.plain(name)] = column
    for column in columns:
        for name in column.also:
            found.setdefault(words.plain(name), column)
    return found


def _split(text: str) -> tuple[str, str]:
    """A heading without its unit, and the unit."""
    label, bracket, rest = words.plain(text).partition("(")
    # Only a unit has a stroke inside; other brackets are part of the words.
    return (label, rest.removesuffix(")")) if bracket and "/" in rest else (words.plain(text), "")


def _number(value: Value, column: Column) -> float:
    read = words.number(value)
    most = MOST.get(column.unit)
    if most is not None and abs(read) > most:
        raise ValueFault(said(
            "{value:g} is more than {most:g} {unit}; is it in another unit?", "{value:g} 超过 {most:g} {unit}；单位是否不对？",
            value=read, most=most, unit=unit_words(column.unit)
        ))  # fmt: skip
    if column.within is not None and not column.within[0] <= read <= column.within[1]:
        raise ValueFault(said(
            "{value:g} is outside {least:g}–{most:g}: {help}", "{value:g} 不在 {least:g}–{most:g} 之间：{help}",
            value=read, least=column.within[0], most=column.within[1], help=column.help
        ))  # fmt: skip
    return read


def _words(value: Value, column: Column) -> tuple[str, ...]:
    parts = words.listed(words.prose(value))
    return tuple(words.choice(part, column.choices) for part in parts) if column.choices else parts


_READERS: Mapping[str, Callable[[Value, Column], Read]] = {
    "text": lambda value, _: words.prose(value),
    "code": lambda value, _: words.code(value),
    "number": _number,
    "date": lambda value, _: words.day(value),
    "month": lambda value, _: words.month(value),
    "months": lambda value, _: words.months(value),
    "choice": lambda value, column: words.choice(words.prose(value), column.choices),
    "words": _words,
    "letters": lambda value, _: words.letters(words.prose(value)),
    "band": lambda value, _: words.band(words.prose(value)),
}


def filled_rows(filled: Filled, key: str) -> Sequence[Record]:
    """The records of a sheet; none where the file does not have it."""
    return filled.rows.get(key, ())
