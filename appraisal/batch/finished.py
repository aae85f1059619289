"""A finished run as others read it: column by column, so that a million rows take the memory of the columns asked for."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.batch.folder import RunFolder, refuse, sha_of
from appraisal.batch.results import COLUMNS, FAILED, FAILURES, RESULTS
from appraisal.errors import IntegrityError, said, suggest

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Vector: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Described:
    """What a column is: its unit and its title."""

    unit: str
    en: str
    zh: str


@dataclass(frozen=True)
class Texts:
    """A column of text: for each row the place of its word, -1 where there is none."""

    which: Places
    words: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """A run folder whose results are complete and as they were written.

    Attributes
    ----------
    path : Path
    manifest : mapping
        As :func:`appraisal.batch.run.described` makes it.
    """

    path: Path
    manifest: Mapping[str, Any]

    @cached_property
    def columns(self) -> Mapping[str, Described]:
        """Every column of the results by name, with unit and titles."""
        with (self.path / COLUMNS).open(encoding="utf-8-sig", newline="") as file:
            return {row["column"]: Described(row["unit"], row["en"], row["zh"]) for row in csv.DictReader(file)}

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs that the rows vary, by path."""
        return tuple(str(path) for path in self.manifest["columns"])

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics, by key."""
        return tuple(str(key) for key in self.manifest["metrics"])

    @property
    def rows(self) -> int:
        """Rows in all."""
        return int(self.manifest["rows"])

    @cached_property
    def failed(self) -> NDArray[np.bool_]:
        """(R,), whether each row failed."""
        status = self.texts("status")
        marks = np.array([word == FAILED for word in status.words] + [False])
        return np.asarray(marks[status.which])

    def is_number(self, name: str) -> bool:
        """Whether a column holds numbers.

        Raises
        ------
        InputError
            If there is no such column, with the nearest one.
        """
        import pyarrow as pa

        schema = self._schema
        if name not in schema.names:
            raise refuse(self.path, said(
                "no column {name!r}; {known}", "没有 {name!r} 列；{known}", name=name, known=suggest(name, list(schema.names))
            ))  # fmt: skip
        return bool(pa.types.is_floating(schema.field(name).type))

    @cached_property
    def _schema(self) -> pa.Schema:
        from pyarrow import parquet

        return parquet.read_schema(self.path / RESULTS)

    def numbers(self, name: str) -> Vector:
        """(R,), NaN where a row has no number."""
        from pyarrow import parquet

        column = parquet.read_table(self.path / RESULTS, columns=[name], memory_map=True)[name]
        return np.asarray(column.to_numpy(), dtype=np.float64)

    def texts(self, name: str) -> Texts:
        """A column of few words, by the place of each row's word."""
        from pyarrow import parquet

        table = parquet.read_table(self.path / RESULTS, columns=[name], read_dictionary=[name], memory_map=True)
        column = table[name].unify_dictionaries().combine_chunks()
        which = column.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        return Texts(which, tuple(column.dictionary.to_pylist()))

    def identities(self) -> pd.Index[str]:
        """The rows' ids, in their order."""
        import pandas as pd
        from pyarrow import parquet

        found: pd.Index[str] = pd.Index(
            parquet.read_table(self.path / RESULTS, columns=["id"], memory_map=True)["id"].to_pandas()
        )
        return found

    def at(self, rows: Sequence[int], columns: Sequence[str]) -> pd.DataFrame:
        """Some rows in the order asked for; only the groups of rows that hold them are read."""
        import pyarrow as pa
        from pyarrow import parquet

        with parquet.ParquetFile(self.path / RESULTS, memory_map=True) as file:
            counts = [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)]
            ends = np.cumsum(counts)
            wanted = np.asarray(rows, dtype=np.int64)
            group = np.searchsorted(ends, wanted, side="right")
            found = []
            for place in np.unique(group):
                inside = wanted[group == place] - (ends[place] - counts[place])
                found.append(file.read_row_group(int(place), columns=["row", *columns]).take(pa.array(inside)))
        if not found:
            found = [self._schema.empty_table().select(["row", *columns])]
        table: pd.DataFrame = pa.concat_tables(found).to_pandas().set_index("row")
        return table.loc[wanted + 1, list(columns)].reset_index(drop=True)

    def failures(self) -> pd.DataFrame:
        """The rows that failed: ``id``, ``record``, ``code``, ``path``, ``reason``, all text."""
        import pandas as pd

        return pd.read_csv(self.path / FAILURES, encoding="utf-8-sig", dtype=str, keep_default_na=False)


def open_run(path: Path) -> Run:
    """The finished run of a folder.

    Raises
    ------
    InputError
        If the folder holds no run, or one that is not finished.
    IntegrityError
        If the results are not those that the run wrote.
    """
    manifest = RunFolder(path).manifest()
    if manifest is None:
        raise refuse(path, said("is no run folder of a batch", "不是批量运行的文件夹"))
    digest = manifest.get("results_sha256")
    if digest is None or not (path / RESULTS).exists():
        raise refuse(path, said(
            "holds a run that is not finished; go on with it by --resume", "其中的运行尚未完成；请加 --resume 继续"
        ))  # fmt: skip
    if sha_of(path / RESULTS) != digest:
        raise IntegrityError(said(
            "{name} of {path} has changed since the run wrote it; run again with --resume",
            "{path} 中的 {name} 在运行写出后被改动；请加 --resume 重新运行", name=RESULTS, path=path
        ))  # fmt: skip
    return Run(path, manifest)
