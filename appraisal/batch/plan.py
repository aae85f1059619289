"""The rows of a matrix in the order of work: grouped by structure, cut into blocks that memory allows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.batch.matrix import AS_BASE, Matrix
from appraisal.case import Change
from appraisal.pipeline import BLOCK_ROWS

Places: TypeAlias = NDArray[np.int64]

# Rows of a group whose numbers may stand while its case is read; the first that is accepted is the one that does.
HEADS = 8
# A scenario's share of what a block holds at its widest: statements of some sixty years, meters of eleven states of
# health; measured by benchmarks/bench_batch.py and rounded up.
BYTES_PER_ROW = 120_000
LEAST_ROWS = 100
DEFAULT_MEMORY = 1_000_000_000


@dataclass(frozen=True)
class Slice:
    """Rows of one structure.

    Attributes
    ----------
    group : number of the group in the plan.
    structure : what the rows change besides numbers.
    heads : path → numbers of the rows whose values may stand while the case is read.
    numbers : path → (n,) of the rows to appraise.
    rows : (n,) places in the matrix.
    """

    group: int
    structure: tuple[Change, ...]
    heads: Mapping[str, NDArray[np.float64]]
    numbers: Mapping[str, NDArray[np.float64]]
    rows: Places


@dataclass(frozen=True)
class Block:
    """What one worker does at a time: places *begin* … *end* of the plan."""

    begin: int
    end: int
    slices: tuple[Slice, ...]


@dataclass(frozen=True)
class Plan:
    """The order in which the rows of a matrix are worked on; rows that cannot be read are no part of it.

    The order decides speed only: rows never talk to each other, and what a group shares comes from the rows with the
    least hashes, wherever they stand.

    Attributes
    ----------
    matrix : Matrix
    hashes : (R, 2), 16 bytes of SHA-256 of everything that decides a row's result.
    order : (N,) places in the matrix, in the order of work.
    group : (N,) group of each.
    heads : group → places in the matrix of its first rows by hash.
    """

    matrix: Matrix
    hashes: NDArray[np.uint64]
    order: Places
    group: Places
    heads: Mapping[int, Places]

    @property
    def places(self) -> int:
        """Number of rows to work on N."""
        return len(self.order)

    @cached_property
    def groups(self) -> int:
        """Number of structures."""
        return len(self.heads)

    def block(self, begin: int, end: int) -> Block:
        """The block of places *begin* … *end*."""
        cuts = np.flatnonzero(np.diff(self.group[begin:end])) + 1
        parts = np.split(self.order[begin:end], cuts)
        firsts = self.group[begin + np.concatenate([[0], cuts]).astype(np.int64)]
        return Block(
            begin, end, tuple(self.slice_of(int(group), rows) for group, rows in zip(firsts, parts, strict=True))
        )

    def slice_of(self, group: int, rows: Places) -> Slice:
        """Rows of a group as they are worked on."""
        matrix, heads = self.matrix, self.heads[group]
        first = int(heads[0])
        varied = [path for path, column in matrix.numbers.items() if not np.isnan(column[first])]
        structure = [
            Change(path=path, value=column.values[column.which[first]])
            for path, column in matrix.words.items()
            if column.which[first] != AS_BASE
        ]
        return Slice(
            group,
            tuple(structure),
            {path: matrix.numbers[path][heads] for path in varied},
            {path: matrix.numbers[path][rows] for path in varied},
            rows,
        )

    def blocks(self, done: Sequence[tuple[int, int]], rows: int) -> Iterator[Block]:
        """The blocks of at most *rows* rows that are not *done* yet."""
        for begin, end in gaps(self.places, done):
            for start in range(begin, end, rows):
                yield self.block(start, min(start + rows, end))


def gaps(places: int, done: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What stretches of 0 … *places* no stretch of *done* covers.

    Examples
    --------
    >>> gaps(10, [(2, 4), (3, 6)])
    [(0, 2), (6, 10)]
    """
    found, at = [], 0
    for begin, end in sorted(done):
        if begin > at:
            found.append((at, begin))
        at = max(at, end)
    return [*found, (at, places)] if at < places else found


def block_rows(memory: int, jobs: int) -> int:
    """Rows of a block, so that *jobs* blocks at a time fit into *memory* bytes.

    Examples
    --------
    >>> block_rows(1_000_000_000, 2), block_rows(100_000_000, 4)
    (4000, 208)
    """
    return int(np.clip(memory // (jobs * BYTES_PER_ROW), LEAST_ROWS, BLOCK_ROWS))


def plan(matrix: Matrix, base_hash: str) -> Plan:
    """The plan of a matrix.

    Parameters
    ----------
    matrix : Matrix
    base_hash : str
        Of all that the rows share: the base case, files beside it, the library.
    """
    hashes = _hashes(matrix, base_hash)
    group = _groups(matrix)
    kept = np.setdiff1d(np.arange(matrix.rows), np.array(sorted(matrix.refused), dtype=np.int64))
    # Few values first: rows that share a dispatch problem then stand together.
    keys = sorted((column[kept] for column in matrix.numbers.values()), key=lambda column: len(np.unique(column)))
    order = kept[np.lexsort([*reversed(keys), group[kept]])]
    return Plan(matrix, hashes, order, group[order], _heads(kept, group, hashes))


def _heads(kept: Places, group: Places, hashes: NDArray[np.uint64]) -> dict[int, Places]:
    by_hash = kept[np.lexsort(hashes[kept].T)]
    by_group = by_hash[np.argsort(group[by_hash], kind="stable")]
    numbers, begins = np.unique(group[by_group], return_index=True)
    return {int(number): part[:HEADS] for number, part in zip(numbers, np.split(by_group, begins[1:]), strict=True)}


def _groups(matrix: Matrix) -> Places:
    """(R,), equal for rows of one structure that vary the same inputs."""
    group = np.zeros(matrix.rows, dtype=np.int64)
    marks = [column.which.astype(np.int64) + 1 for column in matrix.words.values()]
    marks += [np.isnan(column).astype(np.int64) for column in matrix.numbers.values()]
    for mark in marks:
        if mark.any():
            _, group = np.unique(group * (int(mark.max()) + 1) + mark, return_inverse=True)
    return np.asarray(group, dtype=np.int64)


def _hashes(matrix: Matrix, base_hash: str) -> NDArray[np.uint64]:
    """SHA-256, cut to 16 bytes, of the base and of what each row changes; the order of columns does not matter."""
    numbers = sorted(matrix.numbers)
    # A zero has one sign here: -0.0 and 0.0 are one input.
    values = (
        np.stack([matrix.numbers[path] + 0.0 for path in numbers], axis=1) if numbers else np.zeros((matrix.rows, 0))
    )
    values[np.isnan(values)] = np.nan
    texts = np.zeros((matrix.rows, 0), dtype=np.int64)
    if matrix.words:
        texts = np.stack([_coded(matrix.words[path]) for path in sorted(matrix.words)], axis=1)
    head = hashlib.sha256(json.dumps([base_hash, numbers, sorted(matrix.words)]).encode())
    rows = np.concatenate([values.view(np.int64).reshape(matrix.rows, -1), texts], axis=1)
    wide = np.ascontiguousarray(rows).view(np.uint8).reshape(matrix.rows, -1)
    return np.frombuffer(b"".join(_digest(head, row) for row in wide), dtype=">u8").reshape(-1, 2).astype(np.uint64)


def _digest(head: Any, row: Any) -> bytes:
    made = head.copy()
    made.update(row.data)
    return bytes(made.digest()[:16])


def _coded(column: Any) -> NDArray[np.int64]:
    """A number for every value of a column of structure that depends on the value only; 0 for none."""
    marks = [int.from_bytes(hashlib.sha256(repr(value).encode()).digest()[:7]) + 1 for value in column.values]
    made: NDArray[np.int64] = np.array([*marks, 0], dtype=np.int64)[column.which]
    return made
