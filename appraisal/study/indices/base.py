"""What every method of global sensitivity shares: the design, its estimates, and a guard around SALib.

SALib draws from NumPy's global state and changes the format of warnings: both are put back. It is imported on use,
because it takes a second and pulls matplotlib.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from appraisal.study.inputs import Vector
from appraisal.study.provenance import stream_of
from appraisal.units import Table

# What each use of the seed is for.
DESIGN, RESAMPLES, RANKS = 0, 1, 2
# Half a cell of the Sobol' sequence's 30 bits: a point on the cube's face has no finite quantile of a normal.
INSIDE = 2.0**-31


@dataclass(frozen=True, kw_only=True)
class Design:
    """Points at which the output is wanted.

    Attributes
    ----------
    method : str
        One of ``METHODS``.
    dimension, n, seed : int
        D inputs, the base sample size N and the seed.
    second_order : bool
        Whether second-order indices can be had.
    unit : (R, D)
        Points inside the unit cube: the probabilities whose quantiles the inputs take.
    coordinates : (R, D) or (R, D + 1)
        What the analyser reads: the same, or normal scores (DGSM), or one more column that the output does not have (delta).

    Of sobol, morris and dgsm the rows of one of the N points stand together, the point itself first.
    """

    method: str
    dimension: int
    n: int
    seed: int
    second_order: bool
    unit: Table
    coordinates: Table


@dataclass(frozen=True, kw_only=True)
class Estimates:
    """Indices of D inputs; what the method does not estimate is None. ``_conf`` is half the width of the interval.

    Attributes
    ----------
    first, total : (D,)
        Share of the output's variance by the input alone, and with all its interactions.
    first_sum_conf : float
        Of the sum of the first orders.
    second : (D, D)
        Share by two inputs together beyond what each does alone; above the diagonal, else NaN.
    mu, mu_star, sigma : (D,)
        Mean, mean size and standard deviation of the elementary effects: output per unit of probability.
    delta : (D,)
        Borgonovo's δ: half the expected area between the output's density with and without knowledge of the input.
    delta_floor : float
        The δ that this design shows for an input without any effect.
    dgsm : (D,)
        Upper bound on the total index from squared derivatives; NaN where the output jumps, so that they bound nothing.
    checked : (D,)
        Of dgsm: the total index from exchanging the input for an independent draw, which sees jumps.
    """

    first: Vector | None = None
    first_conf: Vector | None = None
    first_sum_conf: float | None = None
    total: Vector | None = None
    total_conf: Vector | None = None
    second: Table | None = None
    second_conf: Table | None = None
    mu: Vector | None = None
    mu_star: Vector | None = None
    mu_star_conf: Vector | None = None
    sigma: Vector | None = None
    delta: Vector | None = None
    delta_conf: Vector | None = None
    delta_floor: float | None = None
    dgsm: Vector | None = None
    dgsm_conf: Vector | None = None
    checked: Vector | None = None
    checked_conf: Vector | None = None


@dataclass(frozen=True, kw_only=True)
class Analysed:
    """Estimates, and the judged index of each resample ``(K, D)`` where the method gives them."""

    estimates: Estimates
    replicates: Table | None = None


def problem(dimension: int, low: float = 0.0, high: float = 1.0) -> dict[str, Any]:
    return {
        "num_vars": dimension,
        "names": [f"x{place}" for place in range(dimension)],
        "bounds": [[low, high]] * dimension,
    }


@contextmanager
def guarded(seed: int, known: Sequence[str] = ()) -> Iterator[None]:
    """NumPy's global state seeded for SALib and put back; warnings that are *known* are dropped, others passed on."""
    state, form = np.random.get_state(), warnings.formatwarning  # noqa: NPY002 - what SALib draws from
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            np.random.seed(int(stream_of(seed, RESAMPLES).integers(2**32)))  # noqa: NPY002
            yield
    finally:
        np.random.set_state(state)  # noqa: NPY002
        warnings.formatwarning = form
    for one in caught:
        if not any(words in str(one.message) for words in known):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)


def array(values: Any) -> Vector:
    return np.asarray(values, dtype=np.float64)


def latin(dimension: int, n: int, seed: int) -> Table:
    from SALib.sample import latin

    return np.asarray(latin.sample(problem(dimension), n, seed=stream_of(seed, DESIGN)))
