"""A matrix of scenarios: one column an input, numbers apart from words, and the rows that cannot be read with why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.batch.cells import Cells, read_cells, refuse
from appraisal.batch.columns import Column, columns_of
from appraisal.errors import Fault, InputError, Message, ValueFault, said
from appraisal.field import Declared, check_number, show
from appraisal.intake.grid import Refused
from appraisal.library.reader import read_text

if TYPE_CHECKING:
    import pyarrow as pa

Vector: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.int64]
# What a column of text that is a number looks like; anything else is looked at one by one.
_PLAIN = r"^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$"
AS_BASE = -1


@dataclass(frozen=True)
class Words:
    """A column whose values change the structure: each distinct value once, and which one a row has (-1: as the base)."""

    values: tuple[Any, ...]
    which: NDArray[np.int32]


@dataclass(frozen=True)
class Refusal:
    """Why a row cannot be appraised; ``code`` is ``input``, ``fact``, ``no_solution`` or ``bug``."""

    code: str
    path: str
    message: Message


@dataclass(frozen=True)
class Matrix:
    """R scenarios as overrides of a base case.

    Attributes
    ----------
    where : what messages call it.
    ids : (R,) text; the row's number from 1 where the matrix names none.
    lines : (R,), record of the file from 1.
    numbers : path → (R,), NaN where the row leaves the base's value.
    words : path → column of structure.
    what : path → declaration, in the order of the columns.
    refused : row → why it cannot be read.
    notes : what was understood.
    """

    where: str
    ids: NDArray[np.object_]
    lines: Places
    numbers: Mapping[str, Vector]
    words: Mapping[str, Words]
    what: Mapping[str, Declared]
    refused: Mapping[int, Refusal] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()

    @property
    def rows(self) -> int:
        """Number of scenarios R."""
        return len(self.ids)


def read_matrix(path: Path, base: Mapping[str, Any]) -> Matrix:
    """The matrix of a CSV, .xlsx or Parquet file.

    Parameters
    ----------
    path : Path
    base : mapping
        The base case as its file holds it.

    Returns
    -------
    Matrix
        An empty cell leaves the base's value. A cell that cannot be read refuses its row only.

    Raises
    ------
    InputError
        If the file cannot be read, or with every heading that names no input.
    """
    return matrix_of(read_cells(path), base)


def matrix_of(cells: Cells, base: Mapping[str, Any]) -> Matrix:
    """The matrix of cells whose headings name inputs of the base case; see :func:`read_matrix`."""
    _refuse_unnamed(cells)
    columns, identity = columns_of(cells.where, cells.headings, base, _streams(cells))
    if not columns:
        raise refuse(cells.where, said("has no column that names an input", "没有任何一列对应输入"))
    broken = {row: Refusal("input", "", message) for row, message in cells.broken.items()}
    found = matrix_of_columns(cells, columns, _ids(cells, identity), broken)
    return _once(found) if identity is not None else found


def matrix_of_columns(
    cells: Cells, columns: Sequence[Column], ids: NDArray[np.object_], refused: Mapping[int, Refusal]
) -> Matrix:  # fmt: skip
    """The matrix of columns that are known; cells that cannot be read refuse their rows."""
    told = dict(refused)
    numbers: dict[str, Vector] = {}
    words: dict[str, Words] = {}
    for column in columns:
        held = cells.columns[column.place]
        if column.what.kind == "number":
            numbers[column.path] = _numbers(held, column, told)
        else:
            words[column.path] = _words(held, column, told, cells.typed)
    return Matrix(
        cells.where, ids, cells.lines, numbers, words, {one.path: one.what for one in columns}, told, cells.notes
    )


def _refuse_unnamed(cells: Cells) -> None:
    """A column with values and no heading could mean anything."""
    faults = []
    for place, heading in enumerate(cells.headings):
        if not heading and _any(cells.columns[place]):
            message = said("column {place} has values and no heading", "第 {place} 列有值而没有表头", place=place + 1)
            faults.append(Fault(where=cells.where, message=message))
    if faults:
        raise InputError(faults)


def _any(column: Any) -> bool:
    return any(cell is not None for cell in column) if isinstance(column, list) else column.null_count < len(column)


def _streams(cells: Cells) -> dict[str, set[str]]:
    """Label → streams that a column ``revenue.<label>.stream`` names."""
    found: dict[str, set[str]] = {}
    for place, heading in enumerate(cells.headings):
        if heading.endswith(".stream") and heading.count(".") == 2:
            column = cells.columns[place]
            values = set(column) if isinstance(column, list) else set(column.unique().to_pylist())
            found[heading.removesuffix(".stream")] = {str(value) for value in values if value is not None}
    return found


def _numbers(held: Any, column: Column, refused: dict[int, Refusal]) -> Vector:
    """One number a row; what is none, or outside the range declared, refuses its row."""
    values, odd = _listed_numbers(held) if isinstance(held, list) else _arrow_numbers(held)
    for row, cell in odd.items():
        _refuse_row(refused, row, column.path, _why(cell, column.what))
    what = column.what
    with np.errstate(invalid="ignore"):
        outside = np.isinf(values)
        outside |= values < (-np.inf if what.ge is None else what.ge)
        outside |= values <= (-np.inf if what.gt is None else what.gt)
        outside |= values > (np.inf if what.le is None else what.le)
    for row in np.flatnonzero(outside).tolist():
        _refuse_row(refused, row, column.path, _why(float(values[row]), what))
    values[[*odd, *np.flatnonzero(outside)]] = np.nan
    return values


def _why(cell: Any, what: Declared) -> Message:
    """What the declaration says of a value that it does not take."""
    if isinstance(cell, Refused):
        return cell.message
    try:
        check_number(cell, what)
    except ValueFault as fault:
        return fault.message
    raise TypeError(f"{cell!r}: refused here and taken by the declaration of {what.en}")


def _refuse_row(refused: dict[int, Refusal], row: int, path: str, message: Message) -> None:
    refused.setdefault(row, Refusal("input", path, message))


def _listed_numbers(cells: Sequence[Any]) -> tuple[Vector, dict[int, Any]]:
    odd = {
        row: cell
        for row, cell in enumerate(cells)
        if cell is not None and (isinstance(cell, bool) or not isinstance(cell, (int, float)) or not np.isfinite(cell))
    }
    kept = [np.nan if cell is None or row in odd else float(cell) for row, cell in enumerate(cells)]
    return np.array(kept, dtype=np.float64), odd


def _arrow_numbers(column: pa.Array) -> tuple[Vector, dict[int, Any]]:
    import pyarrow as pa
    from pyarrow import compute

    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        values = np.array(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))
        odd = np.flatnonzero(np.asarray(column.is_valid()) & ~np.isfinite(values))
        return values, {int(row): float(values[row]) for row in odd}
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)) or pa.types.is_null(kind):
        if column.null_count == len(column):
            return np.full(len(column), np.nan), {}
        return _listed_numbers([_plain(cell) for cell in column.to_pylist()])
    plain = compute.fill_null(compute.match_substring_regex(column, _PLAIN), False)
    values = np.array(
        compute.if_else(plain, column, pa.scalar(None, pa.string())).cast(pa.float64()).to_numpy(zero_copy_only=False)
    )
    odd = np.flatnonzero(np.asarray(column.is_valid()) & ~np.asarray(plain))
    return values, {int(row): column[int(row)].as_py() for row in odd}


def _plain(cell: Any) -> Any:
    """A value of Parquet as the reader of cells gives it: decimals are numbers, lists tuples, all else text."""
    from decimal import Decimal

    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, (list, tuple)):
        return tuple(_plain(inner) for inner in cell)
    return cell if cell is None or isinstance(cell, (bool, int, float, str, Refused, Mapping)) else str(cell)


def _words(held: Any, column: Column, refused: dict[int, Refusal], typed: bool) -> Words:
    """A column of structure: each distinct cell read once, text as ``--set`` reads what is typed."""
    cells = (
        [_plain(cell) for cell in (held if isinstance(held, list) else held.to_pylist())]
        if not _is_text(held)
        else None
    )
    if cells is None:
        coded = held.dictionary_encode()
        distinct: list[Any] = coded.dictionary.to_pylist()
        which = coded.indices.fill_null(AS_BASE).to_numpy(zero_copy_only=False).astype(np.int32)
    else:
        # True and 1 are one key of a mapping and two values of a cell; a list or mapping is told by what it shows.
        places: dict[str, tuple[int, Any]] = {}
        marks = [AS_BASE if cell is None else places.setdefault(repr(cell), (len(places), cell))[0] for cell in cells]
        which, distinct = np.array(marks, dtype=np.int32), [cell for _, cell in places.values()]
    values: list[Any] = []
    for place, cell in enumerate(distinct):
        read, message = (cell, None) if typed else _read(cell, column.what)
        values.append(read)
        if message is not None:
            for row in np.flatnonzero(which == place):
                _refuse_row(refused, int(row), column.path, message)
            which[which == place] = AS_BASE
    return Words(tuple(values), which)


def _is_text(held: Any) -> bool:
    import pyarrow as pa

    return not isinstance(held, list) and (pa.types.is_string(held.type) or pa.types.is_large_string(held.type))


def _read(cell: Any, what: Declared) -> tuple[Any, Message | None]:
    """The value of a cell of structure; text of a word stays text, a word that is a number is told by its options."""
    if isinstance(cell, Refused):
        return None, cell.message
    if what.kind == "choice":
        return next((word for word in what.options if str(word) == _bare(cell)), cell), None
    if what.kind == "text":
        return (
            (_bare(cell), None) if isinstance(cell, (str, float, int)) and not isinstance(cell, bool) else (cell, None)
        )
    if not isinstance(cell, str):
        return (int(cell) if isinstance(cell, float) and cell.is_integer() else cell), None
    try:
        return read_text(cell, "matrix").plain(), None
    except InputError as error:
        words = error.faults[0].message
        return None, said("{cell} {words}", "{cell} {words}", cell=show(cell), words=words)


def _bare(cell: Any) -> str:
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def _ids(cells: Cells, identity: int | None) -> NDArray[np.object_]:
    rows = len(cells.lines)
    made = np.array([str(row) for row in range(1, rows + 1)], dtype=object)
    if identity is None:
        return made
    held = cells.columns[identity]
    stated = held if isinstance(held, list) else held.to_pylist()
    return np.array([made[row] if cell is None else _bare(cell) for row, cell in enumerate(stated)], dtype=object)


def _once(matrix: Matrix) -> Matrix:
    """Of rows with one identifier the first stands; the others are refused, for nobody could tell their results apart."""
    import pandas as pd

    codes, _ = pd.factorize(matrix.ids)
    _, first = np.unique(codes, return_index=True)
    again = np.flatnonzero(first[codes] != np.arange(matrix.rows))
    if not again.size:
        return matrix
    refused = dict(matrix.refused)
    for row in again:
        refused[int(row)] = Refusal("input", "id", said(
            "{id!r} stands in record {line} already; give every scenario its own", "{id!r} 在第 {line} 行已出现；每个情景须有自己的编号",
            id=matrix.ids[row], line=int(matrix.lines[first[codes[row]]])
        ))  # fmt: skip
    note = said("{count:,} rows repeat an id and are refused", "{count:,} 行的编号重复，不予计算", count=again.size)
    made = {**vars(matrix), "refused": refused, "notes": (*matrix.notes, note)}
    return Matrix(**made)
