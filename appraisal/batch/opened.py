"""A row of a run as a full case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appraisal.batch.folder import BASE, BESIDE, RunFolder, refuse
from appraisal.batch.results import FAILED, RESULTS
from appraisal.case import Change, apply_changes
from appraisal.errors import Message, said, suggest
from appraisal.library.reader import read_text


@dataclass(frozen=True)
class Opened:
    """The case that a row stands for.

    Attributes
    ----------
    raw : sections as a case file holds them.
    files : what stands beside it, by name.
    notes : what a reader must know: the row failed, the run was made with other versions.
    """

    raw: Mapping[str, Any]
    files: Mapping[str, bytes]
    notes: tuple[Message, ...]


def open_row(run: Path, identity: str) -> Opened:
    """The case of one row of a finished run.

    Parameters
    ----------
    run : Path
        A run folder.
    identity : str
        The row's id in the results.

    Raises
    ------
    InputError
        If the folder holds no finished run, or no row of that id, with the nearest one.
    """
    from pyarrow import parquet

    manifest, results = RunFolder(run).manifest(), run / RESULTS
    if manifest is None or not results.exists():
        raise refuse(run, said("holds no finished run", "没有已完成的运行"))
    columns = [str(path) for path in manifest["columns"]]
    held = parquet.read_table(results, columns=["id", "status", *columns], filters=[("id", "==", identity)]).to_pylist()
    if not held:
        known = parquet.read_table(results, columns=["id"])["id"].to_pylist()
        raise refuse(
            run,
            said(
                "no row {id!r}; {known}", "没有编号为 {id!r} 的行；{known}", id=identity, known=suggest(identity, known)
            ),
        )
    row = held[0]
    changes = [Change(path=path, value=_value(row[path])) for path in sorted(columns) if row[path] is not None]
    base = json.loads((run / BASE).read_text(encoding="utf-8"))
    beside = sorted((run / BESIDE).iterdir()) if (run / BESIDE).is_dir() else []
    files = {path.name: path.read_bytes() for path in beside}
    return Opened(apply_changes(base, changes), files, tuple(_notes(row, manifest)))


def _value(shown: Any) -> Any:
    return read_text(shown, RESULTS).plain() if isinstance(shown, str) else shown


def _notes(row: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[Message]:
    from appraisal import __version__

    found = []
    if row["status"] == FAILED:
        found.append(said(
            "the row failed; a cell that could not be read is left as in the base: see failures.csv",
            "该行未能计算；无法读取的单元格保留基准值：见 failures.csv"
        ))  # fmt: skip
    made = manifest["versions"]["appraisal"]
    if made != __version__:
        found.append(said(
            "the run was made by version {made}, this is {own}: figures may differ",
            "该运行由 {made} 版生成，当前为 {own} 版：结果可能不同", made=made, own=__version__
        ))  # fmt: skip
    return found
