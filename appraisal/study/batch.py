"""A table of scenarios of any structure: grouped by structure, appraised in blocks, put back in order.

Numbers vary freely inside a block. What changes a shape or a formula (a tariff, a number of years, a repayment
method, a list) starts a block of its own; nobody else groups.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from appraisal.case import Case, Change
from appraisal.case.schema import SECTIONS
from appraisal.errors import Fault, InputError, said
from appraisal.metrics import Metrics, stack
from appraisal.pipeline import BLOCK_ROWS, measure_many
from appraisal.scenario import case_from_mapping
from appraisal.study.inputs import filled


@dataclass(frozen=True)
class Group:
    """Rows of the table that share one structure: their places, the structural changes, the numbers by path."""

    rows: tuple[int, ...]
    structure: tuple[Change, ...]
    numbers: Mapping[str, tuple[float, ...]]


def grouped(base: Mapping[str, Any], table: Sequence[Mapping[str, Any]]) -> list[Group]:
    """The rows of a table of overrides (path → value), grouped by what changes structure.

    A path counts as a number where the value is one and the base case holds a number there that may differ by
    scenario, or would hold one if it had the named entry that the row makes (``finance.loans.bank.rate``).

    Raises
    ------
    InputError
        If a path is unknown to the case that its row makes, with the row.
    """
    case = case_from_mapping(base)
    numeric = {path for path, what, array in case.numbers() if what.kind == "number" and array is not None}
    made = {path for path in {path for row in table for path in row} if _is_made(case, path)}
    numeric |= made
    places: dict[Any, list[int]] = {}
    for row, overrides in enumerate(table):
        mark = tuple(
            sorted((path, _frozen(value)) for path, value in overrides.items() if not _varies(path, value, numeric))
        )
        # Rows of one group vary the same paths, so that their columns are full.
        varied = tuple(sorted(path for path, value in overrides.items() if _varies(path, value, numeric)))
        places.setdefault((mark, varied), []).append(row)
    return [_group(table, rows, varied, made) for (_, varied), rows in places.items()]


def _is_made(case: Case, path: str) -> bool:
    """Whether a path is a number of a named entry that the case does not have."""
    section, _, rest = path.partition(".")
    try:
        declared = SECTIONS[section].declaration(rest) if section in SECTIONS else None
    except LookupError:
        return False
    if declared is None or declared.kind != "number":
        return False
    try:
        case.at(path)
    except LookupError:
        return True
    return False


def _group(
    table: Sequence[Mapping[str, Any]], rows: list[int], varied: tuple[str, ...], made: Container[str]
) -> Group:  # fmt: skip
    first = table[rows[0]]
    # A number of an entry that the rows make stands in the structure too, else the entry would not be complete.
    structure = tuple(
        Change(path=path, value=value) for path, value in first.items() if path not in varied or path in made
    )
    return Group(tuple(rows), structure, {path: tuple(float(table[row][path]) for row in rows) for path in varied})


def _varies(path: str, value: Any, numeric: set[str]) -> bool:
    return path in numeric and isinstance(value, (int, float)) and not isinstance(value, bool)


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple(sorted((key, _frozen(inner)) for key, inner in value.items()))
    return tuple(_frozen(inner) for inner in value) if isinstance(value, (list, tuple)) else value


def case_of(base: Mapping[str, Any], group: Group) -> Case:
    """The block of scenarios of a group."""
    # Of the numbers the first row's stand while the case is read: shares that a row changes together fit only together.
    first = (Change(path=path, value=values[0]) for path, values in group.numbers.items())
    case = case_from_mapping(base, (*group.structure, *first), name="table")
    return case.vary({path: np.array(values) for path, values in group.numbers.items()})


def measure_table(base: Mapping[str, Any], table: Sequence[Mapping[str, Any]], rows: int = BLOCK_ROWS) -> Metrics:
    """The metrics of every row of a table of overrides, in the order of the table.

    Parameters
    ----------
    base : mapping
        A case as its YAML file holds it.
    table : sequence of path → value
        One mapping a scenario; values of numbers vary inside a block, any other value changes the structure.
    rows : int
        Rows of a block.

    Returns
    -------
    Metrics
        Each ``(number of rows,)``.

    Raises
    ------
    InputError
        If the table is empty, or with what is wrong with a row's case.
    """
    if not table:
        raise InputError([Fault(where="table", message=said("no rows", "没有任何行"))])
    groups = grouped(base, table)
    found = stack([filled(measure_many(case_of(base, group), rows), len(group.rows)) for group in groups])
    order = np.argsort(np.concatenate([np.array(group.rows) for group in groups]), kind="stable")
    return found.rows(order)
