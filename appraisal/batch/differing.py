"""Two finished runs held against each other: what they were made from, and row by row what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from appraisal.batch.finished import Places, Run, Vector
from appraisal.batch.folder import BASE
from appraisal.batch.results import OK
from appraisal.batch.summary import Spread, spread

if TYPE_CHECKING:
    import pandas as pd

# What a manifest says of a run besides digests.
_PLAIN = ("case", "seed", "rows")
_DIGESTS = ("versions", "inputs", "library")
_DIGITS = 12


@dataclass(frozen=True)
class Moved:
    """A metric of the matched rows: how far the other run is from the first.

    Attributes
    ----------
    key : str
    changed : int
        Rows whose number is not the same, of those that have one in both.
    first_only, other_only : int
        Rows that have a number in one run alone.
    change : Spread
        Other minus first, of the rows that have a number in both.
    """

    key: str
    changed: int
    first_only: int
    other_only: int
    change: Spread


class Pair:
    """Two runs with their rows matched by id; of rows with one id the first stands for all.

    Parameters
    ----------
    first, other : Run
    """

    def __init__(self, first: Run, other: Run) -> None:
        self.first, self.other = first, other

    @cached_property
    def ids(self) -> tuple[pd.Index[str], pd.Index[str]]:
        """The ids of both runs."""
        return self.first.identities(), self.other.identities()

    @cached_property
    def places(self) -> tuple[Places, Places]:
        """Places of the matched rows in the first and in the other run, in the order of the first."""
        mine, theirs = self.ids
        single = theirs[~theirs.duplicated()]
        back = np.flatnonzero(~theirs.duplicated())
        found = single.get_indexer(mine)
        kept = np.flatnonzero((found >= 0) & ~mine.duplicated())
        return kept, np.asarray(back[found[kept]])

    @cached_property
    def only(self) -> tuple[list[str], list[str]]:
        """Ids that one run alone has, of the first and of the other, in their order."""
        mine, theirs = self.ids
        gone, new = (list(dict.fromkeys(one[~one.isin(two)])) for one, two in ((mine, theirs), (theirs, mine)))
        return gone, new

    @property
    def doubled(self) -> int:
        """Rows left out because another row of their run has the same id."""
        return int(sum(one.duplicated().sum() for one in self.ids))

    def made(self) -> Iterator[tuple[str, str, Any, Any]]:
        """What the manifests say differently: kind, name, and what each run has (digests shortened; None for nothing)."""
        one, two = self.first.manifest, self.other.manifest
        for name in _PLAIN:
            if one.get(name) != two.get(name):
                yield "run", name, one.get(name), two.get(name)
        for kind in _DIGESTS:
            before, after = one.get(kind, {}), two.get(kind, {})
            for name in sorted({*before, *after}):
                if before.get(name) != after.get(name):
                    yield kind, name, _short(before.get(name)), _short(after.get(name))

    def bases(self) -> Iterator[tuple[str, Any, Any]]:
        """Inputs that the two base cases state differently: path, first, other; None where one does not state it."""
        before, after = (_stated(run) for run in (self.first, self.other))
        for path in dict.fromkeys([*before, *after]):
            if before.get(path) != after.get(path):
                yield path, before.get(path), after.get(path)

    def inputs(self) -> Iterator[tuple[str, bool, bool, int | None]]:
        """Every varied input: path, whether each run varies it, and the matched rows in which it differs (None: one run alone)."""
        for path in dict.fromkeys([*self.first.inputs, *self.other.inputs]):
            has = path in self.first.inputs, path in self.other.inputs
            yield path, *has, self._differing(path) if all(has) else None

    def _differing(self, path: str) -> int:
        if self.first.is_number(path) and self.other.is_number(path):
            before, after = self._numbers(path)
            return int((~_same(before, after)).sum())
        return int((self._words(self.first, path, 0) != self._words(self.other, path, 1)).sum())

    def _words(self, run: Run, path: str, side: int) -> Any:
        if run.is_number(path):
            values = [None if value != value else f"{value:.17g}" for value in run.numbers(path)[self.places[side]]]
            return np.array(values, dtype=object)
        column = run.texts(path)
        return np.array([*column.words, None], dtype=object)[column.which[self.places[side]]]

    def _numbers(self, name: str) -> tuple[Vector, Vector]:
        mine, theirs = self.places
        return self.first.numbers(name)[mine], self.other.numbers(name)[theirs]

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that both runs have."""
        return tuple(key for key in self.first.metrics if key in self.other.metrics)

    def change(self, key: str) -> Vector:
        """(M,), other minus first of each matched row; NaN where one has no number."""
        before, after = self._numbers(key)
        return np.asarray(after - before)

    def moved(self, key: str) -> Moved:
        """How far a metric of the matched rows is from the first run."""
        before, after = self._numbers(key)
        known, now = np.isfinite(before), np.isfinite(after)
        both = known & now
        return Moved(
            key, int((before[both] != after[both]).sum()), int((known & ~now).sum()), int((now & ~known).sum()),
            spread(after[both] - before[both]),
        )  # fmt: skip

    def statuses(self) -> tuple[dict[tuple[str, str], int], list[str]]:
        """(before, now) → matched rows, each ``ok`` or the code of its failure; and the ids of the rows where they differ."""
        mine, theirs = self.places
        before, now = (_status(run)[place] for run, place in ((self.first, mine), (self.other, theirs)))
        pairs, counts = np.unique(np.stack([before, now]).astype(str), axis=1, return_counts=True)
        found = {(str(one), str(two)): int(count) for one, two, count in zip(*pairs, counts, strict=True)}
        return found, self.ids[0][mine[before != now]].tolist()


def _status(run: Run) -> Any:
    codes = run.texts("error_code")
    return np.array([*codes.words, OK], dtype=object)[np.where(run.failed, codes.which, -1)]


def _same(one: Vector, two: Vector) -> Any:
    return (one == two) | (np.isnan(one) & np.isnan(two))


def _short(told: Any) -> Any:
    return told[:_DIGITS] if isinstance(told, str) else told


def _stated(run: Run) -> dict[str, Any]:
    return dict(_flat("", json.loads((run.path / BASE).read_text(encoding="utf-8"))))


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else str(name), inner)
    else:
        yield path, value
