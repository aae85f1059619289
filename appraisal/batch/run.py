"""A batch from its matrix to its run folder, begun or resumed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from appraisal.batch.engine import Engine, processes
from appraisal.batch.folder import BASE, BESIDE, RunFolder, opened, put, refuse, sha_of, tried
from appraisal.batch.installed import facts, versions
from appraisal.batch.matrix import Matrix
from appraisal.batch.plan import DEFAULT_MEMORY, Plan, block_rows, gaps, plan
from appraisal.batch.results import (
    RESULTS,
    Gathered,
    Measure,
    gathered,
    write_columns,
    write_failures,
    write_results,
    write_table,
)
from appraisal.batch.work import Job, cases
from appraisal.batch.yearly import FIXED, PLANTS, YEARLY, write_yearly
from appraisal.errors import AppraisalError, InputError, Message, joined, said, verbatim
from appraisal.metrics import KEYS
from appraisal.pipeline import measure_many
from appraisal.study.hurdle import refuse_unknown

SCHEMA = "batch/1"


@dataclass(frozen=True)
class Batch:
    """What is asked.

    Attributes
    ----------
    base : the base case as its file holds it.
    name : name of the case.
    files : what stands beside it, by name.
    matrix : the scenarios.
    keys : metrics wanted.
    seed : of what was drawn to make the matrix; None where nothing was.
    command : what a person typed, for the manifest.
    yearly : whether the run has ``yearly.parquet`` too: one row a scenario and year.
    """

    base: Mapping[str, Any]
    name: str
    files: Mapping[str, bytes]
    matrix: Matrix
    keys: tuple[str, ...] = KEYS
    seed: int | None = None
    command: tuple[str, ...] = ()
    yearly: bool = False


@dataclass(frozen=True)
class Told:
    """How far a run is: rows done and in all, those that failed, rows a second and seconds left (None: not known yet)."""

    done: int
    total: int
    failed: int
    rate: float | None
    left: float | None


@dataclass(frozen=True)
class Finished:
    """What came of a run: rows in all, rows that failed by code, notes of what was met on the way."""

    path: Path
    rows: int
    failed: Mapping[str, int]
    notes: tuple[Message, ...]


def run_batch(
    batch: Batch,
    path: Path,
    *,
    jobs: int = 1,
    memory: int = DEFAULT_MEMORY,
    resume: bool = False,
    lang: str = "en",
    table: bool = False,
    engine: Engine | None = None,
    told: Callable[[Told], object] | None = None,
) -> Finished:
    """Appraise every row of a matrix into a run folder.

    Parameters
    ----------
    batch : Batch
    path : Path
        The run folder: ``manifest.json``, ``results.parquet``, ``failures.csv``, ``columns.csv``, ``progress.json``, ``log.jsonl``, ``parts/``.
    jobs : int
        Processes of this machine.
    memory : int
        Bytes that the blocks of all processes may take together.
    resume : bool
        Go on with a run that was cut short; without it a folder that holds a run is refused.
    lang : str
        Language of the reasons in ``failures.csv``.
    table : bool
        Write ``results.csv`` too.
    engine : Engine, optional
        What does the blocks, in place of processes of this machine.
    told : callable, optional
        Told the progress after each block.

    Returns
    -------
    Finished
        The bytes of ``results.parquet`` depend on the batch only.

    Raises
    ------
    InputError
        If a metric is unknown, the folder holds another run, what it was begun with has changed, or it cannot be written.
    NoSolutionError
        If a block kills its worker again and again.
    """
    job = Job(batch.base, batch.name, batch.files, batch.keys, batch.yearly)
    stated = described(batch)
    planned = plan(batch.matrix, stated["inputs_sha256"])
    measures = _measures(planned, job)
    with opened(path) as folder:
        _begin(folder, stated, resume)
        _keep_base(folder, batch)
        notes = _work(folder, planned, job, engine or processes(jobs), block_rows(memory, jobs), told)
        parts = folder.parts()[0]
        found = gathered(planned, parts, batch.keys)
        if batch.yearly:
            write_yearly(folder, planned, parts)
        _close(folder, planned, found, measures, stated, lang, table)
    codes = [one.code for one in found.refused.values()]
    failed = {code: codes.count(code) for code in sorted(set(codes))}
    return Finished(path, batch.matrix.rows, failed, (*batch.matrix.notes, *notes))


def described(batch: Batch) -> dict[str, Any]:
    """What the manifest says of a batch: versions and the SHA-256 of every input and of every file of facts."""
    library = facts()
    inputs = {
        "base": _sha(json.dumps(_plain(batch.base), sort_keys=True, ensure_ascii=False, default=str).encode()),
        **{f"file {name}": _sha(content) for name, content in sorted(batch.files.items())},
        "matrix": _sha_matrix(batch.matrix),
        "metrics": _sha(json.dumps(batch.keys).encode()),
    }
    held = versions()
    shared = {
        "inputs": {name: one for name, one in inputs.items() if name != "matrix"},
        "library": library,
        "versions": held,
    }
    if batch.yearly:
        # After the rows' own hashes: the results are the same with and without.
        inputs["yearly"] = _sha(json.dumps([*FIXED, *PLANTS]).encode())
    return {
        "schema": SCHEMA, "case": batch.name, "rows": batch.matrix.rows, "matrix": batch.matrix.where, "seed": batch.seed,
        "command": list(batch.command), "metrics": list(batch.keys), "columns": list(batch.matrix.what), "versions": held,
        "inputs": inputs, "library": library,
        "inputs_sha256": _sha(json.dumps(shared, sort_keys=True).encode()),
    }  # fmt: skip


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _sha_matrix(matrix: Matrix) -> str:
    """Of the values in the order of the rows, not of the file: the same table as CSV and as Parquet is one matrix."""
    found = hashlib.sha256("\n".join(matrix.ids.tolist()).encode())
    for path in matrix.what:
        found.update(path.encode())
        if path in matrix.numbers:
            found.update(matrix.numbers[path].tobytes())
        else:
            column = matrix.words[path]
            found.update(repr(column.values).encode() + column.which.tobytes())
    for row, one in sorted(matrix.refused.items()):
        found.update(f"{row} {one.code} {one.path} {one.message}".encode())
    return found.hexdigest()


def _measures(planned: Plan, job: Job) -> tuple[Measure, ...]:
    """Units and titles of the metrics, from the books of the first structure that can be appraised.

    Raises
    ------
    InputError
        For a key that the books do not declare.
    """
    for case in cases(job, planned):
        refuse_unknown(case, job.keys)
        try:
            found = measure_many(case, keys=job.keys)
        except AppraisalError:
            # That row's failure is told where its block is worked on; another structure has the same figures.
            continue
        return tuple(Measure(key, found[key].unit, found[key].zh, found[key].en) for key in job.keys)
    return tuple(Measure(key, "", key, key) for key in job.keys)


def _begin(folder: RunFolder, stated: Mapping[str, Any], resume: bool) -> None:
    """Write the manifest of a new run, or hold a resumed one against its own.

    Raises
    ------
    InputError
    """
    found = folder.manifest()
    if found is None:
        folder.write_manifest(stated)
        folder.log("begun", rows=stated["rows"])
        return
    if not resume:
        raise refuse(folder.path, said(
            "holds a run already; add --resume to go on with it, or name another folder",
            "已有一次运行；请加 --resume 继续，或另取文件夹"
        ))  # fmt: skip
    changed = list(_changed(found, stated))
    if changed:
        raise refuse(folder.path, said(
            "cannot be resumed, because results would be mixed. Changed since it was begun: {changed}. Run into another folder",
            "不能继续：结果会混在一起。运行开始后有变化：{changed}。请另取文件夹重新运行", changed=joined(changed, ", ", "、")
        ))  # fmt: skip
    folder.log("resumed")


def _keep_base(folder: RunFolder, batch: Batch) -> None:
    """What a row is opened with as a full case: the base and what stands beside it."""
    put(folder.path / BASE, json.dumps(_plain(batch.base), ensure_ascii=False, indent=1).encode())
    beside = folder.path / BESIDE
    if batch.files:
        tried(beside, partial(beside.mkdir, exist_ok=True))
    for name, content in batch.files.items():
        put(beside / Path(name).name, content)


_WORDS = {"inputs": said("input", "输入"), "library": said("facts", "参数"), "versions": said("version", "版本")}


def _changed(found: Mapping[str, Any], stated: Mapping[str, Any]) -> list[Message]:
    told = []
    if found.get("schema") != stated["schema"]:
        told.append(verbatim(f"schema {found.get('schema')} → {stated['schema']}"))
    for name, word in _WORDS.items():
        before, now = found.get(name, {}), stated[name]
        for key in sorted({*before, *now}):
            if before.get(key) != now.get(key):
                seen = f" {before.get(key)} → {now.get(key)}" if name == "versions" else ""
                told.append(said("{word} {key}{seen}", "{word} {key}{seen}", word=word, key=key, seen=seen))
    return told[:10]


def _work(
    folder: RunFolder, planned: Plan, job: Job, engine: Engine, rows: int, told: Callable[[Told], object] | None
) -> list[Message]:  # fmt: skip
    """Do what no whole part holds yet; what was met on the way."""
    whole, broken = folder.parts()
    folder.drop(broken)
    notes = [
        said("{name} was damaged; its rows are worked out again", "{name} 已损坏；其中各行重新计算", name=path.name)
        for path in broken
    ]
    for note in notes:
        folder.log("damaged", words=str(note))
    spans = [(part.begin, part.end) for part in whole]
    clock = _Clock(planned, spans)
    _tell(folder, clock.now(), told)
    try:
        with closing(engine(job, planned.blocks(spans, rows))) as finished:
            for block, content in finished:
                folder.add(block.begin, block.end, content)
                folder.log("block", begin=block.begin, end=block.end)
                clock.add(block.end - block.begin, content)
                _tell(folder, clock.now(), told)
    except BaseException:
        # Who waits for the progress file is told too; a disk that is full has been told already.
        with suppress(InputError):
            _tell(folder, clock.now(), None, state="stopped")
        raise
    return notes


class _Clock:
    """Rows done, and how fast since this process began."""

    def __init__(self, planned: Plan, spans: Sequence[tuple[int, int]]) -> None:
        left = sum(end - begin for begin, end in gaps(planned.places, spans))
        self._refused = len(planned.matrix.refused)
        self._failed = 0
        self._total = planned.matrix.rows
        self._done = self._begun = self._total - left
        self._start = time.monotonic()

    def add(self, rows: int, content: bytes) -> None:
        """A block was finished."""
        import pyarrow as pa

        self._done += rows
        held = pa.ipc.open_file(pa.BufferReader(content)).read_all()
        self._failed += held.num_rows - held["error_code"].null_count

    def now(self) -> Told:
        """How far it is."""
        new, passed = self._done - self._begun, time.monotonic() - self._start
        rate = new / passed if new and passed > 0 else None
        left = (self._total - self._done) / rate if rate else None
        return Told(self._done, self._total, self._refused + self._failed, rate, left)


def _tell(
    folder: RunFolder, now: Told, told: Callable[[Told], object] | None, state: str = "running"
) -> None:  # fmt: skip
    folder.progress(
        state=state, done=now.done, total=now.total, failed=now.failed, rows_per_second=now.rate, seconds_left=now.left
    )  # fmt: skip
    if told is not None:
        told(now)


def _close(
    folder: RunFolder, planned: Plan, found: Gathered, measures: Sequence[Measure], stated: Mapping[str, Any], lang: str, table: bool
) -> None:  # fmt: skip
    """Put the parts together and say in the manifest what came of it."""
    write_failures(folder, planned.matrix, found.refused, lang)
    write_columns(folder, planned.matrix, measures)
    if table:
        write_table(folder, planned, found)
    write_results(folder, planned, found)
    digests = {"results_sha256": sha_of(folder.path / RESULTS)}
    if "yearly" in stated["inputs"]:
        digests["yearly_sha256"] = sha_of(folder.path / YEARLY)
    folder.write_manifest({**stated, "failed": len(found.refused), **digests})
    rows = planned.matrix.rows
    folder.progress(
        state="finished", done=rows, total=rows, failed=len(found.refused), rows_per_second=None, seconds_left=0.0
    )
    folder.log("finished", rows=rows, failed=len(found.refused))
