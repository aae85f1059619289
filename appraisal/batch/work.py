"""One block of rows → its results as bytes: what a worker does, here or on another machine."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.batch.matrix import Refusal
from appraisal.batch.plan import Block, Plan, Slice
from appraisal.batch.yearly import keys as yearly_keys
from appraisal.batch.yearly import lines as yearly_lines
from appraisal.batch.yearly import packed, plant
from appraisal.case import Case, Change
from appraisal.errors import AppraisalError, Fault, InputError, Message, NoSolutionError, joined, said, verbatim
from appraisal.metrics import Metrics, stack
from appraisal.pipeline import Appraisal, measure_many
from appraisal.scenario import case_from_mapping
from appraisal.scenario.unusual import UNUSUAL, unusual_rows
from appraisal.study.inputs import filled
from appraisal.study.plausible import CODE, FIGURE, implausible_rows, lines
from appraisal.units import Table

if TYPE_CHECKING:
    import pyarrow as pa

Places: TypeAlias = NDArray[np.int64]
Columns: TypeAlias = Mapping[str, NDArray[np.float64]]

_UNSOLVED = said(
    "what is solved year by year did not converge; look at the row as a single case",
    "逐年求解未收敛；请把这一行作为单个算例查看",
)


@dataclass(frozen=True)
class Job:
    """What every block of a run shares.

    Attributes
    ----------
    base : the base case as its file holds it.
    name : what messages call it.
    files : what stands beside it, by name.
    keys : metrics wanted.
    yearly : whether the yearly lines are wanted too.
    """

    base: Mapping[str, Any]
    name: str
    files: Mapping[str, bytes]
    keys: tuple[str, ...]
    yearly: bool = False
    # The first cases read in this process: rows of a large structure are spread over blocks.
    _read: dict[int, Case | Refusal | None] = field(default_factory=dict, compare=False, repr=False)

    def __reduce__(self) -> tuple[type[Job], tuple[Any, ...]]:
        return type(self), (self.base, self.name, self.files, self.keys, self.yearly)


_MOST_READ = 64


@dataclass(frozen=True)
class _Measured:
    """What came of some rows: the metrics, and the yearly lines, ``(n, Y)``, where they are wanted."""

    metrics: Metrics
    lines: Mapping[str, Table]


def appraised(job: Job, block: Block) -> bytes:
    """The results of a block as an Arrow file: one record a row, with the row's place in the matrix.

    A row that cannot be appraised, for whatever reason, is a record with the reason; the others are what they would be
    without it.
    """
    return _bytes([_of_slice(job, part) for part in block.slices])


def _of_slice(job: Job, part: Slice) -> pa.Table:
    pivot = _pivot(job, part)
    if isinstance(pivot, Case):
        return _table(job, part, *_measured(job, pivot, part.numbers, np.arange(len(part.rows))), pivot)
    if isinstance(pivot, Refusal):
        return _table(job, part, None, dict.fromkeys(range(len(part.rows)), pivot), {})
    return _one_by_one(job, part)


def _pivot(job: Job, part: Slice) -> Case | Refusal | None:
    """The case of the group with the numbers of its first head that is accepted.

    Where none is, either why no row of the structure can be (all heads, and the structure with the base's own numbers,
    are refused with one and the same sentence about an input that the rows do not vary), or None: each row by itself.
    """
    if part.group in job._read:
        return job._read[part.group]
    found = _read_pivot(job, part)
    if len(job._read) < _MOST_READ:
        job._read[part.group] = found
    return found


def _read_pivot(job: Job, part: Slice) -> Case | Refusal | None:
    told: list[AppraisalError] = []
    for head in range(_heads(part)):
        found = _read(job, part, {path: column[head] for path, column in part.heads.items()})
        if isinstance(found, Case):
            return found
        told.append(found)
    bare = _read(job, part, {})
    if isinstance(bare, Case):
        return None
    shared = [fault for fault in _faults(bare) if fault.path not in part.numbers]
    for error in told:
        mine = {(fault.path, str(fault.message)) for fault in _faults(error)}
        shared = [fault for fault in shared if (fault.path, str(fault.message)) in mine]
    return _refusal(InputError(shared)) if shared else None


def cases(job: Job, planned: Plan) -> Iterator[Case]:
    """A case of every structure of the plan that can be read."""
    for group, heads in planned.heads.items():
        found = _pivot(job, planned.slice_of(group, heads))
        if isinstance(found, Case):
            yield found


def _heads(part: Slice) -> int:
    return max((len(column) for column in part.heads.values()), default=1)


def _faults(error: AppraisalError) -> Sequence[Fault]:
    return error.faults if isinstance(error, InputError) else ()


def _read(job: Job, part: Slice, numbers: Mapping[str, float]) -> Case | AppraisalError:
    made = [*part.structure, *(Change(path=path, value=float(value)) for path, value in numbers.items())]
    # By path, and not as the columns stand: streams that a row adds are summed in the order in which they come.
    changes = sorted(made, key=lambda change: change.path)
    try:
        return case_from_mapping(job.base, changes, name=job.name, files=job.files)
    except AppraisalError as error:
        return error


def _one_by_one(job: Job, part: Slice) -> pa.Table:
    """Rows whose heads were all refused: each is read with its own numbers."""
    import pyarrow as pa

    made = []
    for row in range(len(part.rows)):
        alone = {path: column[[row]] for path, column in part.numbers.items()}
        single = Slice(part.group, part.structure, alone, alone, part.rows[[row]])
        read = _read(job, part, {path: float(column[0]) for path, column in alone.items()})
        if isinstance(read, Case):
            made.append(_table(job, single, *_measured(job, read, alone, np.arange(1)), read))
        else:
            made.append(_table(job, single, None, {0: _refusal(read)}, {}))
    return pa.concat_tables(made, promote_options="default")


def _measured(
    job: Job, pivot: Case, numbers: Columns, rows: Places
) -> tuple[_Measured | None, dict[int, Refusal], dict[int, str]]:  # fmt: skip
    """What comes of some rows, the refusals among them and the codes of warnings by row.

    A block that is refused is halved until each refusal is found.
    """
    odd: list[NDArray[np.bool_]] = []
    laid: list[dict[str, Table]] = []

    def seen(result: Appraisal) -> None:
        odd.append(implausible_rows(result))
        if job.yearly:
            laid.append(yearly_lines(result))

    try:
        block = _block(pivot, numbers, rows)
        also = (*lines(block), FIGURE, *(yearly_keys(block) if job.yearly else ()))
        metrics = filled(measure_many(block, keys=job.keys, seen=seen, also=also), len(rows))
        # One row of numbers serves all rows where nothing varies.
        wide = {name: np.broadcast_to(line, (len(rows), line.shape[1])) for name, line in _stacked(laid).items()}
        codes = _codes(pivot, block, np.broadcast_to(np.concatenate(odd), len(rows)), rows)
    # Whatever a row brings about, an error of ours too, is that row's failure and not the run's.
    except Exception as error:
        if len(rows) == 1:
            return None, {int(rows[0]): _refusal(error)}, {}
        half = len(rows) // 2
        first, refused, codes = _measured(job, pivot, numbers, rows[:half])
        second, more, others = _measured(job, pivot, numbers, rows[half:])
        return _joined([one for one in (first, second) if one is not None]), refused | more, codes | others
    return _Measured(metrics, wide), {}, codes


def _codes(pivot: Case, block: Case, odd: NDArray[np.bool_], rows: Places) -> dict[int, str]:
    """Codes of the warnings of each row: what the structure brings, and what the row's own numbers are."""
    shared = {notice.code for notice in pivot.notices} - {UNUSUAL}
    unusual = np.broadcast_to(unusual_rows(block), len(rows))
    found = {}
    for row, strange, doubted in zip(rows, unusual, odd, strict=True):
        own = {code for code, holds in ((UNUSUAL, strange), (CODE, doubted)) if holds}
        found[int(row)] = " ".join(sorted(shared | own))
    return found


def _block(pivot: Case, numbers: Columns, rows: Places) -> Case:
    return pivot.vary({path: column[rows] for path, column in numbers.items()}) if numbers else pivot


def _joined(parts: list[_Measured]) -> _Measured | None:
    if not parts:
        return None
    return _Measured(stack([part.metrics for part in parts]), _stacked([part.lines for part in parts]))


def _stacked(parts: Sequence[Mapping[str, Table]]) -> dict[str, Table]:
    return {name: np.concatenate([part[name] for part in parts]) for name in (parts[0] if parts else ())}


def _refusal(error: Exception) -> Refusal:
    """The reason of a row's failure: code, path of the first fault, and all that is said."""
    if isinstance(error, InputError):
        paths = [fault.path for fault in error.faults if fault.path]
        alone = len(error.faults) == 1
        told = [fault.message if alone or not fault.path else _placed(fault) for fault in error.faults]
        return Refusal("fact" if error.exit_code == 6 else "input", paths[0] if paths else "", joined(told))
    if isinstance(error, AppraisalError):
        return Refusal("no_solution" if isinstance(error, NoSolutionError) else "input", "", error.message)
    return Refusal("bug", "", _bug(error))


def _placed(fault: Fault) -> Message:
    return joined([verbatim(fault.path), fault.message], ": ", "：")


def _bug(error: Exception) -> Message:
    return said(
        "an error of ours, not of the row: {kind}: {words}; please report it",
        "这是程序的错误，不是该行输入有误：{kind}: {words}；请报告", kind=type(error).__name__, words=str(error)
    )  # fmt: skip


def _table(
    job: Job, part: Slice, found: _Measured | None, refused: Mapping[int, Refusal], warnings: Mapping[int, str], case: Case | None = None
) -> pa.Table:  # fmt: skip
    """One record a row; those that were measured have numbers (null where undefined), the others a reason."""
    import pyarrow as pa

    rows = len(part.rows)
    metrics = None if found is None else found.metrics
    kept = np.setdiff1d(np.arange(rows), np.array(sorted(refused), dtype=np.int64))
    refused = dict(refused) | _unsolved(metrics, kept)
    columns: dict[str, Any] = {"row": pa.array(part.rows, pa.int64())}
    for name in ("code", "path", "en", "zh"):
        columns[f"error_{name}"] = pa.array([_said(refused.get(row), name) for row in range(rows)], pa.string())
    columns["warnings"] = pa.array(
        [None if row in refused else warnings.get(row, "") for row in range(rows)], pa.string()
    )
    for key in job.keys:
        value, reason = np.full(rows, np.nan), np.full(rows, None, dtype=object)
        if metrics is not None:
            value[kept], reason[kept] = metrics[key].value, metrics[key].reason
        columns[key] = pa.array(value, pa.float64(), mask=np.isnan(value))
        columns[f"{key}_status"] = pa.array(reason, pa.string())
    if job.yearly and found is not None and case is not None:
        columns |= packed(found.lines, plant(case), rows, kept)
    return pa.table(columns)


def _unsolved(metrics: Metrics | None, kept: Places) -> dict[int, Refusal]:
    """Rows whose books could not be solved: no figure of theirs is a result."""
    if metrics is None:
        return {}
    reasons = np.stack([metric.reason == "no solution" for metric in metrics.values()])
    return {int(row): Refusal("no_solution", "", _UNSOLVED) for row in kept[reasons.all(axis=0)]}


def _said(refusal: Refusal | None, name: str) -> str | None:
    if refusal is None:
        return None
    return {
        "code": refusal.code, "path": refusal.path, "en": str(refusal.message), "zh": refusal.message.zh
    }[name]  # fmt: skip


def _bytes(tables: Sequence[pa.Table]) -> bytes:
    import pyarrow as pa

    # Yearly lines differ by structure.
    held = pa.concat_tables(tables, promote_options="default")
    out = io.BytesIO()
    with pa.ipc.new_file(out, held.schema) as writer:
        writer.write_table(held)
    return out.getvalue()
