"""What the rows of a run say together: quantiles, undefined figures by reason, best and worst, groups, failures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.batch.finished import Places, Run, Vector
from appraisal.batch.folder import refuse
from appraisal.errors import said, suggest
from appraisal.study.risk.summary import LOWER_IS_BETTER
from appraisal.study.risk.trace import P_VALUES

if TYPE_CHECKING:
    import pandas as pd

Mask: TypeAlias = NDArray[np.bool_]
# More groups than this are no table that a person reads.
MOST_GROUPS = 200


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A metric over some rows, of those that have a number; every figure NaN where none has.

    Attributes
    ----------
    rows : int
        Rows that did not fail.
    known : int
        Those that have a number.
    least, mean, most : float
    p : "P90" | "P50" | "P10" → the value that so many percent of the known rows exceed; between two rows linear in rank.
    """

    rows: int
    known: int
    least: float
    mean: float
    most: float
    p: Mapping[str, float]


def spread(values: Vector) -> Spread:
    """The spread of the values of some rows, ``(n,)``, NaN where a row has none.

    Examples
    --------
    >>> found = spread(np.array([1.0, 2.0, 3.0, np.nan]))
    >>> found.rows, found.known, found.mean, found.p["P50"]
    (4, 3, 2.0, 2.0)
    """
    known = values[np.isfinite(values)]
    if not known.size:
        nothing = dict.fromkeys(P_VALUES, np.nan)
        return Spread(rows=values.size, known=0, least=np.nan, mean=np.nan, most=np.nan, p=nothing)
    p = dict(zip(P_VALUES, np.quantile(known, list(P_VALUES.values())).tolist(), strict=True))
    return Spread(
        rows=values.size, known=known.size, least=float(known.min()), mean=float(known.mean()), most=float(known.max()), p=p
    )  # fmt: skip


def undefined(run: Run, key: str) -> dict[str, int]:
    """Reason (a code of ``text.REASONS``) → rows without a number of a metric for it, of those that did not fail."""
    status, values = run.texts(f"{key}_status"), run.numbers(key)
    without = np.isnan(values) & ~run.failed & (status.which >= 0)
    counts = np.bincount(status.which[without], minlength=len(status.words))
    return {word: int(count) for word, count in sorted(zip(status.words, counts, strict=True)) if count}


def ranked(run: Run, key: str, most: int) -> tuple[Places, Places]:
    """Places of the rows with the best and with the worst values of a metric, at most *most* each; of equals the first rows."""
    values = run.numbers(key)
    known = np.flatnonzero(np.isfinite(values))
    sign = 1.0 if key in LOWER_IS_BETTER else -1.0
    best, worst = (known[np.argsort(way * values[known], kind="stable")[:most]] for way in (sign, -sign))
    return best, worst


@dataclass(frozen=True)
class Groups:
    """Rows that share the values of some columns.

    Attributes
    ----------
    names : the columns.
    values : for each group its value of each column, None where the base's own holds; sorted.
    which : (R,), the group of each row.
    """

    names: tuple[str, ...]
    values: tuple[tuple[str | float | None, ...], ...]
    which: Places


def grouped(run: Run, names: Sequence[str]) -> Groups:
    """The rows by the combinations of some varied inputs; a path may be cut to its last part where one input alone ends so.

    Raises
    ------
    InputError
        If the rows do not vary one of them, or there are more than ``MOST_GROUPS`` combinations.
    """
    which = np.zeros(run.rows, dtype=np.int64)
    values: list[tuple[str | float | None, ...]] = [()]
    paths = [_varied(run, name) for name in names]
    for path in paths:
        own, words = _coded(run, path)
        pairs, which = np.unique(which * len(words) + own, return_inverse=True)
        if len(pairs) > MOST_GROUPS:
            raise refuse(run.path, said(
                "{names} have {count:,} combinations, more than a table of {most}; name columns of fewer values",
                "{names} 共有 {count:,} 种组合，超过 {most} 种；请改用取值较少的列",
                names=", ".join(names), count=len(pairs), most=MOST_GROUPS
            ))  # fmt: skip
        values = [(*values[pair // len(words)], words[pair % len(words)]) for pair in pairs.tolist()]
    return Groups(tuple(paths), tuple(values), which)


def _varied(run: Run, name: str) -> str:
    ending = [path for path in run.inputs if path == name or path.rpartition(".")[2] == name]
    if name in ending or len(ending) == 1:
        return name if name in ending else ending[0]
    raise refuse(run.path, said(
        "{name}: the rows do not vary one input of this name; {known}", "{name}：各行没有改动名称如此的单个输入；{known}",
        name=name, known=suggest(name, run.inputs)
    ))  # fmt: skip


def _coded(run: Run, name: str) -> tuple[Places, list[str | float | None]]:
    """The place of each row's value among the sorted values of a column; the base's own value is the last, None."""
    if run.is_number(name):
        values = run.numbers(name)
        known = np.unique(values[~np.isnan(values)])
        own = np.where(np.isnan(values), known.size, np.searchsorted(known, values))
        return own.astype(np.int64), [*known.tolist(), None]
    texts = run.texts(name)
    order = np.argsort(np.array(texts.words, dtype=object), kind="stable")
    rank = np.empty(len(order) + 1, dtype=np.int64)
    rank[order], rank[-1] = np.arange(len(order)), len(order)
    return rank[texts.which], [*(texts.words[place] for place in order), None]


def by_group(groups: Groups, values: Vector, failed: Mask) -> Iterator[tuple[int, Spread]]:
    """For each group the rows that failed, and the spread of the values of the others."""
    order = np.argsort(groups.which, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(groups.which, minlength=len(groups.values)))[:-1])
    for rows in parts:
        kept = rows[~failed[rows]]
        yield len(rows) - len(kept), spread(values[kept])


def failures(run: Run) -> pd.DataFrame:
    """Failed rows by code and input, the commonest first: ``code``, ``path``, ``rows``, and the first one's ``id`` and ``reason``."""
    found = run.failures()
    table = found.groupby(["code", "path"], sort=True).agg(
        rows=("id", "size"), id=("id", "first"), reason=("reason", "first")
    )
    return table.reset_index().sort_values("rows", ascending=False, kind="stable", ignore_index=True)
