"""The parts of a run put together: one record a row in the order of the matrix, the same bytes whatever the way there."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.batch.folder import Part, RunFolder, put, tried
from appraisal.batch.matrix import AS_BASE, Matrix, Refusal
from appraisal.batch.plan import Plan
from appraisal.errors import InputError, IntegrityError, Message, said
from appraisal.library.reader import read_text

if TYPE_CHECKING:
    import pyarrow as pa

Vector: TypeAlias = NDArray[np.float64]
RESULTS, FAILURES, COLUMNS, TABLE = "results.parquet", "failures.csv", "columns.csv", "results.csv"
OK, FAILED = "ok", "failed"
# Fixed, so that the bytes of the file depend on nothing but what is in it.
GROUP_ROWS = 50_000
BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLAIN: Mapping[str, tuple[str, str, str]] = {
    "row": ("Row of the matrix, from 1", "情景表中的行，从 1 计", ""),
    "id": ("Identifier that the matrix gives, else the row", "情景表给出的编号；没有则为行号", ""),
    "status": ("ok, or failed: then there is no figure and error_code says why", "ok 为正常；failed 为未能计算，原因见 error_code", ""),
    "error_code": (
        "input: the row's case is refused; fact: a fact has no value at the date asked; no_solution: nothing solves it; bug: an error of the program",
        "input 输入被拒绝；fact 参数在所需日期没有值；no_solution 无解；bug 程序错误", "",
    ),
    "warnings": (
        "Codes of what a reader must know of the row's structure; appraisal case check says each in words",
        "该结构须提请注意之处的代码；appraisal case check 给出说明", "",
    ),
    "inputs_hash": ("First 16 bytes of SHA-256 of the base, the library and what the row changes", "基准算例、电价库与该行改动的 SHA-256 前 16 字节", ""),
}  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """A metric of the results: what its column is called and says."""

    key: str
    unit: str
    zh: str
    en: str


@dataclass(frozen=True)
class Gathered:
    """What all parts hold, in the order of the matrix.

    Attributes
    ----------
    values : key → (R,), NaN where undefined.
    statuses : key → (codes (R,), words); -1 for none.
    warnings : the same for the codes of warnings.
    refused : row → why it failed.
    """

    values: Mapping[str, Vector]
    statuses: Mapping[str, tuple[NDArray[np.int32], list[str]]]
    warnings: tuple[NDArray[np.int32], list[str]]
    refused: Mapping[int, Refusal]


def gathered(plan: Plan, parts: Sequence[Part], keys: Sequence[str]) -> Gathered:
    """The records of all parts in the order of the matrix.

    Raises
    ------
    IntegrityError
        If a part has changed since it was written, or a row is in none.
    """
    rows = plan.matrix.rows
    values = {key: np.full(rows, np.nan) for key in keys}
    texts: dict[str, tuple[NDArray[np.int32], dict[str, int]]] = {
        name: (np.full(rows, AS_BASE, dtype=np.int32), {}) for name in ("warnings", *(f"{key}_status" for key in keys))
    }
    refused, seen = dict(plan.matrix.refused), np.zeros(rows, dtype=bool)
    for part in parts:
        held = _table(part)
        place = held["row"].to_numpy()
        seen[place] = True
        for key in keys:
            values[key][place] = held[key].to_numpy(zero_copy_only=False)
        for name, (codes, words) in texts.items():
            codes[place] = _coded(held[name], words)
        refused |= _refused(held)
    seen[list(plan.matrix.refused)] = True
    if not seen.all():
        raise IntegrityError(said(
            "{count:,} rows are in no part; run again with --resume", "{count:,} 行没有结果；请加 --resume 重新运行",
            count=int((~seen).sum())
        ))  # fmt: skip
    listed = {name: (codes, list(words)) for name, (codes, words) in texts.items()}
    return Gathered(values, {key: listed[f"{key}_status"] for key in keys}, listed["warnings"], refused)


def _table(part: Part) -> pa.Table:
    import pyarrow as pa

    content = part.content()
    if content is None:
        raise IntegrityError(said(
            "{name} has changed since it was written; run again with --resume", "{name} 写入后被改动；请加 --resume 重新运行",
            name=part.path.name
        ))  # fmt: skip
    return pa.ipc.open_file(pa.BufferReader(content)).read_all()


def _coded(column: Any, words: dict[str, int]) -> NDArray[np.int32]:
    coded = column.combine_chunks().dictionary_encode()
    own = np.array(
        [words.setdefault(word, len(words)) for word in coded.dictionary.to_pylist()] + [AS_BASE], dtype=np.int32
    )
    made: NDArray[np.int32] = own[coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
    return made


def _refused(held: pa.Table) -> dict[int, Refusal]:
    from pyarrow import compute

    failed = held.filter(compute.is_valid(held["error_code"])).select(
        ["row", "error_code", "error_path", "error_en", "error_zh"]
    )
    return {
        one["row"]: Refusal(one["error_code"], one["error_path"], Message(one["error_en"], one["error_zh"]))
        for one in failed.to_pylist()
    }


def write_results(folder: RunFolder, plan: Plan, found: Gathered) -> None:
    """``results.parquet``: fixed groups of rows, no time and no name of the machine inside."""
    from pyarrow import parquet

    path = folder.path / RESULTS
    made = path.with_name(f"{RESULTS}.new")

    def write() -> None:
        try:
            with parquet.ParquetWriter(made, _schema(plan.matrix, found), compression="zstd") as writer:
                for table in tables(plan, found):
                    writer.write_table(table, row_group_size=GROUP_ROWS)
            made.replace(path)
        except OSError:
            made.unlink(missing_ok=True)
            raise

    tried(path, write)


def tables(plan: Plan, found: Gathered) -> Iterator[pa.Table]:
    """The results in groups of rows, in the order of the matrix."""
    import pyarrow as pa

    schema = _schema(plan.matrix, found)
    failed = np.zeros(plan.matrix.rows, dtype=bool)
    failed[list(found.refused)] = True
    for begin in range(0, plan.matrix.rows, GROUP_ROWS):
        yield pa.table(_columns(plan, found, failed, slice(begin, begin + GROUP_ROWS)), schema=schema)


def _columns(plan: Plan, found: Gathered, failed: NDArray[np.bool_], part: slice) -> dict[str, Any]:
    import pyarrow as pa

    matrix, rows = plan.matrix, range(*part.indices(plan.matrix.rows))
    made: dict[str, Any] = {
        "row": pa.array(np.arange(rows.start, rows.stop) + 1),
        "id": pa.array(matrix.ids[part], pa.string()),
    }
    for path in matrix.what:
        made[path] = _numbers(matrix.numbers[path][part]) if path in matrix.numbers else _words(matrix, path, part)
    made["status"] = pa.array(np.where(failed[part], FAILED, OK), pa.string())
    codes = [found.refused[row].code if failed[row] else None for row in rows]
    made["error_code"] = pa.array(codes, pa.string())
    made["warnings"] = _of_codes(*found.warnings, part)
    made["inputs_hash"] = pa.array([f"{one:016x}{two:016x}" for one, two in plan.hashes[part].tolist()])
    for key, values in found.values.items():
        made[key] = _numbers(values[part])
        made[f"{key}_status"] = _of_codes(*found.statuses[key], part)
    return made


def _numbers(values: Vector) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _of_codes(codes: NDArray[np.int32], words: list[str], part: slice) -> pa.Array:
    """Text by its code; Parquet's own dictionary keeps it small."""
    import pyarrow as pa

    return pa.array(np.array([*words, None], dtype=object)[codes[part]], pa.string())


def _words(matrix: Matrix, path: str, part: slice) -> pa.Array:
    column = matrix.words[path]
    return _of_codes(column.which, [_shown(value) for value in column.values], part)


def _shown(value: Any) -> str:
    """A value of structure as it is typed after ``--set``: what is read from it is the value again."""
    if isinstance(value, str) and value and value == value.strip() and reads_as_itself(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def reads_as_itself(text: str) -> bool:
    """Whether text without quotes is that text to the reader, and no number, list or mapping."""
    try:
        return bool(read_text(text, "value").plain() == text)
    except InputError:
        return False


def _schema(matrix: Matrix, found: Gathered) -> pa.Schema:
    import pyarrow as pa

    fields = [("row", pa.int64()), ("id", pa.string())]
    fields += [(path, pa.float64() if path in matrix.numbers else pa.string()) for path in matrix.what]
    fields += [(name, pa.string()) for name in ("status", "error_code", "warnings", "inputs_hash")]
    for key in found.values:
        fields += [(key, pa.float64()), (f"{key}_status", pa.string())]
    return pa.schema(fields)


def write_failures(folder: RunFolder, matrix: Matrix, refused: Mapping[int, Refusal], lang: str) -> None:
    """``failures.csv``: the rows that failed, each with its record in the matrix, reason, path and code."""
    rows = [
        (matrix.ids[row], int(matrix.lines[row]), refused[row].code, refused[row].path, refused[row].message.text(lang))
        for row in sorted(refused)
    ]
    put(folder.path / FAILURES, csv_bytes([("id", "record", "code", "path", "reason"), *rows]))


def write_columns(folder: RunFolder, matrix: Matrix, measures: Sequence[Measure]) -> None:
    """``columns.csv``: what every column of the results is, with its unit, in both languages."""
    rows: list[tuple[Any, ...]] = [("column", "unit", "en", "zh")]
    rows += [(name, _PLAIN[name][2], *_PLAIN[name][:2]) for name in ("row", "id")]
    rows += [(path, what.unit, what.en, what.zh) for path, what in matrix.what.items()]
    rows += [(name, _PLAIN[name][2], *_PLAIN[name][:2]) for name in ("status", "error_code", "warnings", "inputs_hash")]
    for one in measures:
        rows.append((one.key, one.unit, one.en, one.zh))
        rows.append((f"{one.key}_status", "", f"{one.en}: ok, or why there is none", f"{one.zh}：ok 或没有数值的原因"))
    put(folder.path / COLUMNS, csv_bytes(rows))


def csv_bytes(rows: Sequence[Sequence[Any]]) -> bytes:
    """CSV with the mark that Excel looks for; text that a spreadsheet would take for a formula is quoted."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([[_harmless(cell) for cell in row] for row in rows])
    return (BYTE_ORDER_MARK + out.getvalue()).encode("utf-8")


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def write_table(folder: RunFolder, plan: Plan, found: Gathered) -> None:
    """``results.csv`` beside the Parquet file, for Excel; exact figures, undefined ones empty."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    out = pa.BufferOutputStream()
    out.write(BYTE_ORDER_MARK.encode())
    options = arrow_csv.WriteOptions(include_header=False)
    for place, table in enumerate(tables(plan, found)):
        if place == 0:
            out.write(csv_bytes([table.column_names])[3:])
        safe = [_safe(column) for column in table.columns]
        arrow_csv.write_csv(pa.table(safe, names=table.column_names), out, options)
    put(folder.path / TABLE, out.getvalue().to_pybytes())


def _safe(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa
    from pyarrow import compute

    if not pa.types.is_string(column.type):
        return column
    return compute.replace_substring_regex(column, pattern=r"^([=+\-@\t\r])", replacement=r"'\1")
