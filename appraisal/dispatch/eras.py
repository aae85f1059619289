"""The operation of a case with events: each era's own, and what the plant does in all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case
from appraisal.case.eras import laid as laid_out
from appraisal.case.eras import shares
from appraisal.case.periods import Periods
from appraisal.operation import Operation, Problem
from appraisal.units import Table

_TABLES = (
    "running",
    "soh",
    "usable_mwh",
    "charged_mwh",
    "discharged_mwh",
    "cycles",
    "renewed",
    "added_mwh",
    "auxiliary_mwh",
    "auxiliary_yuan",
)
_GROUPS = ("paid", "earned", "part_soh", "part_mwh")


def year_shares(case: Case, whole: Periods) -> tuple[Table, ...]:
    """Share of each operating year that each era holds, ``(N,)`` by era; they add to 1 in every year."""
    return tuple(table.sum(axis=0) for table in shares(whole, case.eras))


def fingerprint(problem: Problem) -> bytes:
    """SHA-256 of all that a problem holds: two of the same have the same solution."""
    found = hashlib.sha256()
    for name, held in _parts("", problem):
        found.update(f"{name} {held.shape} {held.dtype};".encode() + np.ascontiguousarray(held).tobytes())
    return found.digest()


def _parts(name: str, value: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    """Every array and number beneath a value, by its place; what holds neither is refused."""
    if isinstance(value, Mapping):
        inner = [(str(key), one) for key, one in value.items()]
    elif isinstance(value, (tuple, list)):
        inner = [(str(place), one) for place, one in enumerate(value)]
    elif is_dataclass(value):
        inner = [(one.name, getattr(value, one.name)) for one in fields(value)]
    else:
        held = np.asarray("none" if value is None else value)
        if held.dtype == object:
            raise TypeError(f"{name}: {type(value).__name__} has no bytes of its own")
        yield name, held
        return
    for key, one in inner:
        yield from _parts(f"{name}.{key}", one)


def joined(case: Case, own: Sequence[Operation], whole: Periods, columns: Periods) -> Operation:
    """The operation of a case out of those of its eras.

    Parameters
    ----------
    case : Case
    own : sequence of Operation
        What the plant does in whole operating years under each era, on the plain columns *whole*; of years that an era
        holds nothing of, anything.
    whole, columns : Periods
        Of the same operating years.

    Returns
    -------
    Operation
        Each operating year in the shares of its eras. ``eras`` has for each era its own operation in the years that it
        holds some of, and in the others what the plant then did.
    """
    names = {line: list(dict.fromkeys(name for one in own for name in getattr(one, line))) for line in _GROUPS}
    actual = _mixed(own, names, whole, whole, shares(whole, case.eras))
    held = [whole.laid(share[None, :], whole.operation_years, before=whole.construction) > 0.0 for share in year_shares(case, whole)]  # fmt: skip
    eras = tuple(
        _tables(names, lambda pick, one=one, here=here: np.where(here, pick(one), pick(actual)), one)  # type: ignore[misc]
        for one, here in zip(own, held, strict=True)
    )
    if columns.plain:
        return replace(actual, eras=eras)
    made = _mixed(own, names, whole, columns, shares(columns, case.eras))
    soh = made.soh.copy()
    np.divide(soh, columns.running, out=soh, where=columns.running > 0.0)
    return replace(made, soh=soh, eras=eras, whole_years=actual)


def _mixed(own: Sequence[Operation], names: Mapping[str, Sequence[str]], whole: Periods, columns: Periods, parts: Sequence[Table]) -> Operation:  # fmt: skip
    """The operations of every era on *columns*, each operating year in its *parts* ``(Y, N)``."""

    def mix(pick: Callable[[Operation], Table]) -> Table:
        return laid_out(
            columns, [(part, whole.operating_part(pick(one))) for part, one in zip(parts, own, strict=True)]
        )

    return _tables(names, mix, own[0])


def _tables(
    names: Mapping[str, Sequence[str]], made: Callable[[Callable[[Operation], Table]], Table], first: Operation
) -> Operation:
    """An operation whose every table is *made* of what is picked; a price line that an era does not have pays nothing."""

    def of(name: str) -> Callable[[Operation], Table]:
        return lambda one: _wide(getattr(one, name), one.years)

    def line(group: str, name: str) -> Callable[[Operation], Table]:
        return lambda one: _wide(getattr(one, group).get(name, np.zeros((1, 1))), one.years)

    tables: dict[str, Any] = {name: made(of(name)) for name in _TABLES}
    tables |= {group: {name: made(line(group, name)) for name in listed} for group, listed in names.items()}
    return replace(first, **tables)


def _wide(table: Table, years: int) -> Table:
    """A table on its columns; one that is the same in all of them has one column."""
    return table if table.shape[1] == years else np.repeat(table, years, axis=1)
