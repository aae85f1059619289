"""What the command ``batch`` reads before it calls the library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from appraisal.batch.matrix import Matrix, read_matrix
from appraisal.batch.run import Batch
from appraisal.batch.sources import read_cases, read_study
from appraisal.case import apply_changes, parse_set
from appraisal.case.market import FILE_PATHS
from appraisal.errors import Fault, InputError, Message, ValueFault, said
from appraisal.metrics import KEYS
from appraisal.scenario import find_case
from appraisal.scenario.load import load_stated
from appraisal.scenario.series import in_folder


def batch_of(
    case: str, matrix: Path | None, changes: Sequence[str], metrics: Sequence[str], command: tuple[str, ...], yearly: bool = False
) -> Batch:  # fmt: skip
    """The batch that the command line asks for: a case and a matrix or study, or a folder of cases.

    Raises
    ------
    InputError
        If the base case or the matrix cannot be read, with all that is wrong with the one that is read first.
    """
    wanted, keys = tuple(parse_set(text) for text in changes), tuple(metrics) or KEYS
    if Path(case).is_dir():
        if matrix is not None:
            raise _refuse(
                case, said("is a folder of cases, which takes no --matrix", "是算例文件夹，不能再给 --matrix")
            )
        table = read_cases(Path(case), wanted)
        files = _beside(Path(case) / "case.yaml", (), table)
        return Batch(
            base={}, name=Path(case).name, files=files, matrix=table, keys=keys, command=command, yearly=yearly
        )
    if matrix is None:
        raise _refuse(
            "--matrix", said("missing; name the matrix, or a folder of cases", "缺少；请给出情景表，或给出算例文件夹")
        )
    file = find_case(case)
    raw, found = load_stated(file, wanted)
    base = apply_changes(raw, wanted)
    is_study = matrix.suffix.lower() in (".yaml", ".yml")
    table, seed = read_study(matrix, base) if is_study else (read_matrix(matrix, base), None)
    return Batch(
        base=base, name=found.name, files=_beside(file, found.market.files, table), matrix=table,
        keys=keys, seed=seed, command=command, yearly=yearly,
    )  # fmt: skip


def _refuse(where: str, message: Message) -> InputError:
    return InputError([Fault(where=where, message=message)])


def _beside(file: Path, named: tuple[str, ...], table: Matrix) -> dict[str, bytes]:
    """The files that the base or a row names; one that cannot be read is the failure of its rows."""
    columns = [column for path in FILE_PATHS if (column := table.words.get(path)) is not None]
    names = {*named, *(str(value) for column in columns for value in column.values)} - {""}
    read, found = in_folder(file), {}
    for name in sorted(names):
        try:
            found[name] = read(name)
        except ValueFault:
            # Told by the row that names it, in the words of a file that did not come with the case.
            continue
    return found
