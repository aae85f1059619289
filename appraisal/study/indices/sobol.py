"""Sobol' indices and their bootstrap, all resamples at once.

The estimators are those of SALib's ``analyze.sobol`` and give its figures. SALib gathers every resampled output for
every index; here a resample is a row of weights (how often each point was drawn), and all estimators are means, so that
every resample of every index is one matrix product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from appraisal.study.inputs import Indices, Vector
from appraisal.units import Table

# Numbers of one block of weights: 32 MB, whatever the number of points and resamples.
_BLOCK_NUMBERS = 2**22


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The standardised outputs of a Saltelli design: N points of A and B, and those with one column exchanged."""

    a: Vector
    b: Vector
    ab: Table
    ba: Table | None


@dataclass(frozen=True, kw_only=True)
class Estimated:
    """Indices of K sets of weights: first and total ``(K, D)``, second ``(K, D, D)`` above the diagonal, else NaN."""

    first: Table
    total: Table
    second: Table | None


def outputs(y: Vector, dimension: int, second_order: bool) -> Outputs:
    """The outputs of SALib's ``sample.sobol`` taken apart, after standardising over all rows as SALib does.

    Parameters
    ----------
    y : (N·(2D + 2),) or (N·(D + 2),)
        In the order of the design: A, the D points with a column of B, the D of B with a column of A if *second_order*, B.
    dimension : int
        D.
    second_order : bool
        Whether the design has the points of B with a column of A.
    """
    standard = ((y - y.mean()) / y.std()).reshape(-1, (2 if second_order else 1) * dimension + 2)
    last = 1 + dimension
    return Outputs(
        a=standard[:, 0], b=standard[:, -1], ab=standard[:, 1:last], ba=standard[:, last:-1] if second_order else None
    )  # fmt: skip


def estimated(weights: Table, parts: Outputs) -> Estimated:
    """The indices for each row of weights.

    Parameters
    ----------
    weights : (K, N)
        Weight of each point, rows that add to 1: 1 ÷ N for the estimate itself, counts ÷ N for a resample.
    parts : Outputs
        Of N points.

    Notes
    -----
    First order: mean of B·(AB − A) ÷ V (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018, table 2 b). Total: half
    the mean of (A − AB)² ÷ V (Jansen 1999, doi:10.1016/S0010-4655(98)00154-4). Second: mean of BAⱼ·ABₖ − A·B over V, less
    both first orders (Saltelli 2002, doi:10.1016/S0010-4655(02)00280-1). V is the variance of A and B together. A
    resample that drew points of one output only has no variance and counts as 0, as in SALib.
    """
    a, b = parts.a[:, np.newaxis], parts.b[:, np.newaxis]
    sums = weights @ np.hstack([a + b, a * a + b * b])
    variance = sums[:, 1:] / 2.0 - (sums[:, :1] / 2.0) ** 2
    spread = variance > np.finfo(np.float64).eps

    def share(mean: Table) -> Table:
        return np.divide(mean, variance, out=np.zeros_like(mean), where=spread)

    first = share(weights @ (b * (parts.ab - a)))
    total = share(weights @ (0.5 * (a - parts.ab) ** 2))
    if parts.ba is None:
        return Estimated(first=first, total=total, second=None)
    second = np.full((len(weights), first.shape[1], first.shape[1]), np.nan)
    for j in range(first.shape[1] - 1):
        both = share(weights @ (parts.ba[:, [j]] * parts.ab[:, j + 1 :] - a * b))
        second[:, j, j + 1 :] = both - first[:, [j]] - first[:, j + 1 :]
    return Estimated(first=first, total=total, second=second)


def point(parts: Outputs) -> Estimated:
    """The indices themselves, each with one row."""
    return estimated(np.full((1, parts.a.size), 1.0 / parts.a.size), parts)


def weights_of(drawn: Indices) -> Table:
    """Weights ``(K, N)`` of resamples given by the points drawn, ``(K, N)``."""
    rows, points = drawn.shape
    flat = (drawn + points * np.arange(rows)[:, np.newaxis]).ravel()
    return np.asarray(np.bincount(flat, minlength=rows * points).reshape(rows, points) / points)


def resamples(rng: np.random.Generator, points: int, number: int) -> Iterator[Table]:
    """The weights of *number* resamples of *points* with replacement, in blocks of bounded memory."""
    rows = max(1, _BLOCK_NUMBERS // points)
    for begin in range(0, number, rows):
        yield weights_of(rng.integers(points, size=(min(rows, number - begin), points)))


def bootstrap(parts: Outputs, blocks: Iterable[Table]) -> Estimated:
    """The indices of every resample, one row each."""
    found = [estimated(block, parts) for block in blocks]
    second = [one.second for one in found if one.second is not None]
    return Estimated(
        first=np.vstack([one.first for one in found]),
        total=np.vstack([one.total for one in found]),
        second=np.concatenate(second) if second else None,
    )


def half_width(replicates: Table, confidence: float) -> Table:
    """Half the width of the normal confidence interval, from the spread over the first axis: z · standard deviation."""
    z = float(norm.ppf(0.5 + confidence / 2.0))
    return np.asarray(z * replicates.std(axis=0, ddof=1))
