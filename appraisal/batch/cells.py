"""A matrix file as columns of cells: CSV, .xlsx or Parquet, whatever its size. What a cell means is not asked here."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import Fault, InputError, Message, said, verbatim
from appraisal.intake.grid import Refused, trimmed
from appraisal.intake.package import Cell, Limits, Package
from appraisal.intake.plain import decoded, delimiter_of
from appraisal.library.reader import read_bytes

if TYPE_CHECKING:
    import pyarrow as pa

Places: TypeAlias = NDArray[np.int64]

MAX_BYTES = 1_000_000_000
MAX_ROWS = 5_000_000
MAX_COLUMNS = 300
# Of a workbook: a million rows are a sheet's limit; five columns of 200,000 rows are a million cells.
WORKBOOK = Limits(packed=100_000_000, unpacked=1_500_000_000, cells=12_000_000)
SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".parquet")


@dataclass(frozen=True)
class Cells:
    """The columns of a matrix file.

    Attributes
    ----------
    where : what messages call the file.
    kind : ``csv``, ``xlsx``, ``parquet``, ``study`` or ``cases``.
    headings : one a column, trimmed; empty where a column has none.
    columns : as long as ``lines``; Arrow arrays of text (CSV) or of any type (Parquet), lists of cells (.xlsx).
    lines : (R,), the record of the file, from 1, that each row stands in; the heading is one too.
    broken : place of a row → why the row as a whole cannot be read.
    notes : what was understood of the file.
    """

    where: str
    kind: str
    headings: tuple[str, ...]
    columns: tuple[Any, ...]
    lines: Places
    broken: dict[int, Message]
    notes: tuple[Message, ...]

    @property
    def typed(self) -> bool:
        """Whether the cells are values already, as YAML has them, and not text that is to be read."""
        return self.kind in ("study", "cases")


def read_cells(path: Path) -> Cells:
    """The cells of a matrix file; rows without any value are left out and counted in the notes.

    Raises
    ------
    InputError
        For a file that is none of the kinds, damaged, too large, or without a heading or a row.
    """
    where = str(path)
    if path.suffix.lower() not in SUFFIXES:
        raise refuse(where, said(
            "is no matrix; give a file that ends in {known}", "不是情景表；文件应以 {known} 结尾", known=", ".join(SUFFIXES)
        ))  # fmt: skip
    raw = read_bytes(path, where, MAX_BYTES)
    if not raw:
        raise refuse(where, said("is empty", "文件是空的"))
    if raw.startswith(b"PAR1"):
        return _parquet(raw, where)
    if raw.startswith(b"PK\x03\x04"):
        return _workbook(raw, where)
    if path.suffix.lower() in (".xlsx", ".parquet"):
        raise refuse(where, said(
            "is no {suffix} file, or only a part of one; save it again",
            "不是 {suffix} 文件，或文件不完整；请重新保存", suffix=path.suffix.lower()
        ))  # fmt: skip
    return _text(raw, where)


def refuse(where: str, message: Message) -> InputError:
    """One fault of the file."""
    return InputError([Fault(where=where, message=message)])


def _guard(where: str, columns: int, rows: int) -> None:
    if columns > MAX_COLUMNS:
        raise refuse(where, said(
            "{count:,} columns; at most {most} are read", "有 {count:,} 列；至多读取 {most} 列", count=columns, most=MAX_COLUMNS
        ))  # fmt: skip
    if rows > MAX_ROWS:
        raise refuse(where, said(
            "{count:,} rows; at most {most:,} are read: split the matrix", "有 {count:,} 行；至多读取 {most:,} 行，请拆分情景表",
            count=rows, most=MAX_ROWS
        ))  # fmt: skip
    if rows < 1:
        raise refuse(where, said("has no row below its heading", "表头以下没有任何行"))


def _text(raw: bytes, where: str) -> Cells:
    import pyarrow as pa
    from pyarrow import compute
    from pyarrow import csv as arrow_csv

    encoding, text = decoded(raw, where)
    notes = [said("text in {encoding}", "文本编码 {encoding}", encoding=encoding)]
    if not text.endswith(("\n", "\r")):
        notes.append(said(
            "the last line has no end: if the file was cut off, save it again",
            "末行没有换行符：如果文件被截断，请重新保存"
        ))  # fmt: skip
    mark = delimiter_of(text[:20_000].splitlines())
    try:
        first = next(csv.reader(io.StringIO(text, newline=""), delimiter=mark), [])
    except csv.Error as error:
        raise refuse(where, said("is not CSV: {words}", "不是 CSV 文件：{words}", words=error)) from error
    _guard(where, len(first), 1)
    broken: list[Any] = []

    def kept_aside(row: Any) -> str:
        broken.append(row)
        return "skip"

    names = [f"f{place}" for place in range(len(first))]
    try:
        held = arrow_csv.read_csv(
            pa.BufferReader(text.encode("utf-8")),
            read_options=arrow_csv.ReadOptions(use_threads=False, column_names=names),
            parse_options=arrow_csv.ParseOptions(
                delimiter=mark, ignore_empty_lines=False, newlines_in_values=True,
                invalid_row_handler=kept_aside,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )  # fmt: skip
    except pa.ArrowInvalid as error:
        raise refuse(where, said("is not CSV: {words}", "不是 CSV 文件：{words}", words=error)) from error
    numbers = np.setdiff1d(np.arange(1, held.num_rows + len(broken) + 1), [row.number for row in broken])
    columns = [compute.utf8_trim_whitespace(column.combine_chunks()) for column in held.columns]
    columns = [compute.if_else(compute.equal(column, ""), pa.scalar(None, pa.string()), column) for column in columns]
    headings = tuple(trimmed(name) or "" for name in first)
    wrong = {
        int(row.number): said(
            "{found} cells, expected {wanted} as in the heading", "有 {found} 个单元格，应与表头一样为 {wanted} 个",
            found=row.actual_columns, wanted=row.expected_columns,
        )
        for row in broken
        if row.text.strip()
    }  # fmt: skip
    return _shaped(where, "csv", headings, [column.slice(1) for column in columns], numbers[1:], wrong, notes)


def _shaped(
    where: str, kind: str, headings: tuple[str, ...], columns: Sequence[pa.Array], lines: Places, wrong: dict[int, Message],
    notes: list[Message],
) -> Cells:  # fmt: skip
    """Blank rows left out, rows that were refused put back in their place, all null."""
    import pyarrow as pa

    filled = np.zeros(len(lines), dtype=bool)
    for column in columns:
        filled |= np.asarray(column.is_valid())
    every = np.concatenate([lines[filled], np.array(sorted(wrong), dtype=np.int64)])
    order = np.argsort(every, kind="stable")
    # A row that was refused takes the null that stands behind all others.
    take = pa.array(np.concatenate([np.flatnonzero(filled), np.full(len(wrong), len(lines))])[order])
    padded = [pa.concat_arrays([column, pa.nulls(1, column.type)]).take(take) for column in columns]
    every = every[order]
    places = np.searchsorted(every, np.array(sorted(wrong), dtype=np.int64))
    _guard(where, len(headings), len(every))
    blank = int((~filled).sum())
    return Cells(
        where, kind, headings, tuple(padded), every,
        {int(place): wrong[line] for place, line in zip(places, sorted(wrong), strict=True)},
        (*notes, *_counted(len(every), blank)),
    )  # fmt: skip


def _counted(rows: int, blank: int) -> list[Message]:
    told = [said("{rows:,} rows", "{rows:,} 行", rows=rows)]
    if blank:
        told.append(said("{blank:,} blank rows left out", "已略去空行 {blank:,} 行", blank=blank))
    return told


def _parquet(raw: bytes, where: str) -> Cells:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        held = parquet.read_table(pa.BufferReader(raw))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise refuse(where, said(
            "is no {kind} file, or only a part of one: {words}", "不是 {kind} 文件，或文件不完整：{words}", kind=".parquet", words=error
        )) from error  # fmt: skip
    _guard(where, held.num_columns, held.num_rows)
    columns = [column.combine_chunks() for column in held.columns]
    lines = np.arange(1, held.num_rows + 1)
    return _shaped(
        where, "parquet", tuple(name.strip() for name in held.column_names), columns, lines, {}, [verbatim("Parquet")]
    )


def _workbook(raw: bytes, where: str) -> Cells:
    package = Package(Path(where), where, raw, WORKBOOK)
    name, part = next(((name, part) for name, part in package.names().items() if "worksheets/" in part), ("", ""))
    if not part:
        raise refuse(where, said("has no sheet of cells", "没有工作表"))
    sheet = package.sheet(name, part)
    rows = np.array(sorted({row for row, _ in sheet.cells}), dtype=np.int64)
    width = max((column for _, column in sheet.cells), default=0)
    _guard(where, width, len(rows) - 1)
    place = {int(row): number for number, row in enumerate(rows)}
    columns: list[list[Any]] = [[None] * len(rows) for _ in range(width)]
    for (row, column), cell in sheet.cells.items():
        columns[column - 1][place[row]] = _value(cell)
    headings = tuple(str(column[0]) if column[0] is not None else "" for column in columns)
    notes = [
        said("sheet {name!r}", "工作表“{name}”", name=name),
        *_counted(len(rows) - 1, int(rows[-1] - rows[0]) + 1 - len(rows)),
    ]
    return Cells(where, "xlsx", headings, tuple(column[1:] for column in columns), rows[1:], {}, tuple(notes))


def _value(cell: Cell) -> Any:
    """A cell as text, a number, true or false; a date and what cannot be read are refused where they are asked for."""
    if cell.refused is not None:
        return Refused(cell.refused)
    if cell.serial is not None:
        return Refused(said(
            "the cell is a date of the spreadsheet; format the column as text and write it as 2026-04",
            "单元格是电子表格的日期；请把该列设为文本，并写作 2026-04"
        ))  # fmt: skip
    return trimmed(cell.value) if isinstance(cell.value, str) else cell.value
