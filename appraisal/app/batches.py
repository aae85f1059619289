"""A batch on a page: the matrix that was handed over, what it will take, and the process that does it."""

from __future__ import annotations

import hashlib
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import streamlit as st

from appraisal.app.draft import MAX_BYTES, Draft
from appraisal.app.jobs import Job, State, admitted, behind
from appraisal.app.names import safe_name
from appraisal.app.studies import written
from appraisal.batch.matrix import AS_BASE, Matrix, read_matrix
from appraisal.batch.plan import Block, Slice, plan
from appraisal.batch.work import Job as Work
from appraisal.batch.work import appraised
from appraisal.errors import Fault, InputError, Message, said
from appraisal.field import Declared
from appraisal.metrics import KEYS

SUFFIXES = (".csv", ".xlsx", ".parquet")
# More belong to a machine of one's own; the command does them there.
MOST_ROWS = 200_000
SHOWN = 5
# What its blocks may take of the server's memory, MB.
MEMORY = 300
# Rows that are appraised to say how long all will take.
_TRIED = 100
# Seconds until the command has begun.
_BEGINS = 3.0
_KEPT = 4
# Inputs of the sample, as far as the draft states a number there; a tenth more and less lies within each one's range.
_OF_SAMPLE = ("storage.power_mw", "storage.energy_mwh", "finance.loan_rate", "finance.discount_rate")
_DONE = (0, 4)
_REFUSED = (3, 5, 6)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What was understood of a matrix, or what is wrong with it.

    Attributes
    ----------
    name : str
    content : bytes
    rows : int
    columns : path → declaration of each input that the rows vary.
    first : the first rows as they were understood: ``id``, then by path; None where a row keeps the case's own value.
    refused : rows that cannot be read: id and reason.
    seconds : about how long the run takes.
    notes, faults
    """

    name: str
    content: bytes
    rows: int = 0
    columns: dict[str, Declared] = field(default_factory=dict)
    first: list[dict[str, Any]] = field(default_factory=list)
    refused: list[tuple[str, Message]] = field(default_factory=list)
    seconds: float = 0.0
    notes: tuple[Message, ...] = ()
    faults: tuple[Fault, ...] = ()


def preview(name: str, content: bytes, draft: Draft) -> Preview:
    """Read a matrix against the draft; the same content is read once."""
    shown = safe_name(name, "matrix.csv")
    if PurePath(shown).suffix.lower() not in SUFFIXES:
        return _refuse(
            shown, said("is no table; expected {known}", "不是表格文件；应为 {known}", known=" ".join(SUFFIXES))
        )
    if len(content) > MAX_BYTES:
        return _refuse(shown, said("is larger than {most:,} bytes", "超过 {most:,} 字节", most=MAX_BYTES))
    return _read(f"{hashlib.sha256(content).hexdigest()} {draft.key}", shown, content, draft)


def _refuse(name: str, message: Message) -> Preview:
    return Preview(name=name, content=b"", faults=(Fault(where=name, message=message),))


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _read(key: str, name: str, _content: bytes, _draft: Draft) -> Preview:
    del key  # It stands for the content and the draft, which are not hashed once more.
    with tempfile.TemporaryDirectory(prefix="appraisal-") as folder:
        path = Path(folder, f"matrix{PurePath(name).suffix.lower()}")
        path.write_bytes(_content)
        try:
            matrix = read_matrix(path, _draft.stated)
            if matrix.rows > MOST_ROWS:
                return _refuse(name, said(
                    "has {rows:,} rows; this page takes {most:,}. The command below takes any number", "共 {rows:,} 行；本页最多 {most:,} 行。下面的命令不限行数",
                    rows=matrix.rows, most=MOST_ROWS
                ))  # fmt: skip
        except InputError as error:
            faults = tuple(Fault(where=name, path=fault.path, message=fault.message) for fault in error.faults)
            return Preview(name=name, content=b"", faults=faults)
    refused = [(str(matrix.ids[row]), one.message) for row, one in sorted(matrix.refused.items())]
    return Preview(
        name=name, content=_content, rows=matrix.rows, columns=dict(matrix.what), first=_first(matrix), refused=refused,
        seconds=_estimated(matrix, _draft), notes=tuple(matrix.notes),
    )  # fmt: skip


def _first(matrix: Matrix) -> list[dict[str, Any]]:
    """The first rows by path as they were understood; None where a row keeps the case's own value."""
    made: list[dict[str, Any]] = []
    for row in range(min(SHOWN, matrix.rows)):
        cells: dict[str, Any] = {}
        for path in matrix.what:
            if path in matrix.numbers:
                value = float(matrix.numbers[path][row])
                cells[path] = value if np.isfinite(value) else None
            else:
                column = matrix.words[path]
                cells[path] = None if column.which[row] == AS_BASE else column.values[column.which[row]]
        made.append({"id": str(matrix.ids[row])} | cells)
    return made


def _estimated(matrix: Matrix, draft: Draft) -> float:
    """Seconds, from a sample of the largest structure: one row with the reading of its case, then more of the same."""
    planned = plan(matrix, "")
    if not planned.places:
        return _BEGINS
    counts = np.bincount(planned.group)
    largest = int(counts.argmax())
    rows = planned.order[planned.group == largest]
    one, more = (_seconds(planned.slice_of(largest, part), draft) for part in (rows[:1], rows[:_TRIED]))
    each = max(more - one, 0.0) / max(min(len(rows), _TRIED) - 1, 1)
    return _BEGINS + one * int((counts > 0).sum()) + each * planned.places


def _seconds(part: Slice, draft: Draft) -> float:
    begun = time.perf_counter()
    appraised(Work(draft.stated, draft.name, draft.files, KEYS), Block(0, len(part.rows), (part,)))
    return time.perf_counter() - begun


@dataclass(eq=False)
class BatchJob(Job):
    """A batch in another process, which can be stopped and gone on with.

    Attributes
    ----------
    command : sequence of str
        Without ``--resume``.
    stopped : bool
        Whether a person stopped it; what was finished is kept.
    """

    command: tuple[str, ...] = ()
    stopped: bool = False

    @property
    def run(self) -> Path:
        """The run folder."""
        return self.path("run")

    @property
    def progress_path(self) -> Path:
        """The run folder's own."""
        return self.path("run", "progress.json")

    @property
    def state(self) -> State:
        """How it stands; exit code 4, some rows failed, is a result too."""
        self.seen = time.monotonic()
        code = self.process.poll()
        if self.cancelled or code is None:
            return "cancelled" if self.cancelled else "running"
        if code in _DONE:
            return "done"
        return "stopped" if self.stopped else "refused" if code in _REFUSED else "failed"

    def stop(self) -> None:
        """End the process; the blocks that are done stay, as after any kill."""
        self.stopped = True
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def resume(self) -> None:
        """Go on where it was cut short.

        Raises
        ------
        InputError
            If there is no room for it now.
        """
        admitted(self.owner, self._again)

    def _again(self) -> BatchJob:
        self.stopped, self.counting = False, None
        self.process = _process(self.path(), [*self.command, "--resume"])
        return self


def start(draft: Draft, asked: Preview, *, lang: str, owner: str) -> BatchJob:
    """Run a batch of the draft in a process of its own, behind the pages.

    Raises
    ------
    InputError
        If the owner has a long study running already, or as many run as this server takes on.
    """

    def make() -> BatchJob:
        # Whoever reads a temporary folder of ours is this user.
        folder = tempfile.TemporaryDirectory(prefix="appraisal-")
        place = Path(folder.name)
        case = written(draft, place)
        matrix = place / f"matrix{PurePath(asked.name).suffix.lower()}"
        matrix.write_bytes(asked.content)
        command = (
            sys.executable, "-m", "appraisal", "batch", str(case), "--matrix", str(matrix), "-o", str(place / "run"), "--jobs", "1",
            "--memory", str(MEMORY), "--csv", "--quiet", "--lang", lang,
        )  # fmt: skip
        return BatchJob(
            asked=asked_key(draft, asked), rows=asked.rows, owner=owner, process=_process(place, command), folder=folder, seen=time.monotonic(),
            command=command,
        )  # fmt: skip

    return admitted(owner, make)


def asked_key(draft: Draft, asked: Preview) -> str:
    """What names a batch: the draft and the content of the matrix."""
    return f"{draft.key} {hashlib.sha256(asked.content).hexdigest()}"


def _process(place: Path, command: Sequence[str]) -> Any:
    with open(place / "stderr.txt", "wb") as told:
        return behind(command, told, {**os.environ, "PYTHONIOENCODING": "utf-8"})


def equal_command(draft: Draft, asked: Preview | None) -> str:
    """The command that does the same on a person's own machine, with the names of their files."""
    matrix = asked.name if asked is not None else "matrix.csv"
    return " ".join(
        map(
            shlex.quote,
            ("appraisal", "batch", f"{safe_name(draft.name, 'case')}.yaml", "--matrix", matrix, "-o", "run"),
        )
    )


def sample(draft: Draft) -> bytes:
    """A matrix to fill in, of inputs that the draft states; with a byte-order mark so that spreadsheets read it."""
    paths = [path for path in _OF_SAMPLE if isinstance(draft.at(path), (int, float))]
    rows = [",".join(["id", *paths])]
    rows += [
        ",".join([name, *(f"{float(draft.at(path)) * scale:.6g}" for path in paths)])
        for name, scale in (("low", 0.9), ("base", 1.0), ("high", 1.1))
    ]
    return "\r\n".join([*rows, ""]).encode("utf-8-sig")
