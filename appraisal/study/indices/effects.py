"""Effects, densities and derivatives: Morris, Borgonovo's δ and DGSM."""

from __future__ import annotations

import warnings

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import norm, qmc

from appraisal.errors import Fault, InputError, said
from appraisal.study.indices import sobol
from appraisal.study.indices.base import (
    DESIGN,
    INSIDE,
    RESAMPLES,
    Analysed,
    Design,
    Estimates,
    array,
    guarded,
    latin,
    problem,
)  # fmt: skip
from appraisal.study.inputs import Indices, Vector
from appraisal.study.provenance import stream_of
from appraisal.units import Table

# Morris: grid levels at the middles of this many equal parts of probability, a step of half of them.
LEVELS = 4
# Points at which densities are compared for δ: SALib's number.
_DENSITY_POINTS = 100
# DGSM: step of the normal score. NPV is known to about 1e-13 of its size, so that the derivative is to about 1e-10.
_STEP = 1e-3
# A bound below the total index by so many standard errors of both, or by this factor whatever the errors, is none: the
# output changes where its derivatives do not.
_ERRORS, _FACTOR = 4.0, 4.0
# A slope that would cross the whole range of the output within so much of a normal score is an edge that a step fell on: its
# square says how small the step is and not how large the effect.
_EDGE = 0.05
# Share of the variance that is the rounding of the books.
_ROUNDING = 1e-9


def morris_design(dimension: int, n: int, seed: int, _: bool) -> tuple[Table, Table]:
    """Trajectories of fixed steps. The radial design's random steps are not offered: per unit of probability the
    effects of an unbounded distribution would have no finite mean. Levels stand in the middles of their parts of
    probability, because the ends have no finite quantile either."""
    from SALib.sample.morris import sample

    edge = 0.5 / LEVELS
    unit = sample(problem(dimension, edge, 1.0 - edge), n, num_levels=LEVELS, seed=stream_of(seed, DESIGN))
    return unit, unit


def morris_indices(made: Design, y: Vector, resamples: int, confidence: float) -> Analysed:
    from SALib.analyze import morris

    found = morris.analyze(
        problem(made.dimension), made.coordinates, y, num_resamples=resamples, conf_level=confidence,
        num_levels=LEVELS, seed=stream_of(made.seed, RESAMPLES),
    )  # fmt: skip
    # SALib divides by the step as a share of the range of levels, which is 1 − 1/levels of probability.
    mu, mu_star, half, sigma = (
        array(found[name]) / (1.0 - 1.0 / LEVELS) for name in ("mu", "mu_star", "mu_star_conf", "sigma")
    )  # fmt: skip
    return Analysed(estimates=Estimates(mu=mu, mu_star=mu_star, mu_star_conf=half, sigma=sigma))


def delta_design(dimension: int, n: int, seed: int, _: bool) -> tuple[Table, Table]:
    """One column more than the output has: what δ the estimator finds in it is its bias for an input without effect."""
    wide = latin(dimension + 1, n, seed)
    return wide[:, :dimension], wide


def delta_indices(made: Design, y: Vector, resamples: int, confidence: float) -> Analysed:
    """SALib's estimator of δ with the bias reduction 2·d − d* of Plischke et al. 2013 (eq. 30).

    SALib's ``analyze`` takes for d the estimate of one resample, whose noise its interval leaves out: here d is that of
    the sample. It also turns what goes wrong into a note; here that is an error. Its first order, from the same few
    classes, is left out: of the Ishigami function it is a third too low.
    """
    from SALib.analyze.delta import calc_delta

    classes = _classes(made.n)
    grid = np.linspace(y.min(), y.max(), _DENSITY_POINTS)
    rng = stream_of(made.seed, RESAMPLES)

    def found(rows: Indices) -> Vector:
        return np.array([calc_delta(y[rows], grid, x, classes) for x in made.coordinates[rows].T])

    # SALib warns where classes are left out for being constant, and SciPy stops where one nearly is.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            whole = found(np.arange(made.n))
            drawn = np.array([found(rng.integers(made.n, size=made.n)) for _ in range(resamples)])
    except (UserWarning, np.linalg.LinAlgError):
        message = said(
            "the metric takes the same value over part of the design and has no density there; take method sobol",
            "指标在部分样本上取同一数值，密度不存在；请用 sobol",
        )
        raise InputError([Fault(where="indices", path="method", message=message)]) from None
    reduced = 2.0 * whole - drawn
    mean = reduced.mean(axis=0)
    estimates = Estimates(
        delta=mean[:-1], delta_conf=sobol.half_width(reduced, confidence)[:-1], delta_floor=float(mean[-1])
    )  # fmt: skip
    return Analysed(estimates=estimates, replicates=reduced[:, :-1])


def _classes(n: int) -> Vector:
    """Borders of classes of equal number by rank; how many: Plischke et al. 2013, doi:10.1016/j.ejor.2012.11.047."""
    number = min(np.ceil(n ** (2.0 / (7.0 + np.tanh((1500.0 - n) / 500.0)))), 48)
    return np.linspace(0, n, int(number) + 1)


def dgsm_design(dimension: int, n: int, seed: int, _: bool) -> tuple[Table, Table]:
    """Points and steps in normal scores z = Φ⁻¹(u). SALib's ``finite_diff`` is not used: it takes no account of its
    seed, steps in proportion to the coordinate (none at 0) and cuts the step off at the bound. Derivatives by u would not
    do either: for a triangular distribution their mean square is infinite, by z it is finite for every distribution.

    Of each point: itself, a small step of every input, and every input exchanged for an independent draw. A derivative does
    not see a jump; the exchange does, and stays where the distributions are, as a fixed large step would not.
    """
    points = qmc.Sobol(2 * dimension, rng=stream_of(seed, DESIGN)).random(n)
    scores = ndtri(np.clip(points, INSIDE, 1.0 - INSIDE))
    base, other = scores[:, np.newaxis, :dimension], scores[:, np.newaxis, dimension:]
    # Towards the middle, so that no step leaves the range in which the score is known well.
    moved = base + np.where(base > 0.0, -_STEP, _STEP) * np.eye(dimension)
    exchanged = np.where(np.eye(dimension, dtype=bool), other, base)
    made = np.concatenate([base, moved, exchanged], axis=1).reshape(-1, dimension)
    return ndtr(made), made


def dgsm_indices(made: Design, y: Vector, resamples: int, confidence: float) -> Analysed:
    """Bound on the total index: mean of (∂Y/∂zᵢ)² ÷ V, the Poincaré constant of the standard normal being 1.

    SALib's constant is that of a uniform range, range² ÷ π²: a range of π makes it 1. Its interval is that of the mean
    square without the division by V, so that Y is divided by the standard deviation of the base points first.

    The inequality holds for outputs without jumps only. The exchanges estimate the total index itself, half the mean
    square change ÷ V (Jansen 1999, doi:10.1016/S0010-4655(98)00154-4); a bound that lies clearly below it is no bound. Nor
    is one for which a small step fell on a jump.
    """
    from SALib.analyze import dgsm

    dimension, z = made.dimension, float(norm.ppf(0.5 + confidence / 2.0))
    each = y.reshape(made.n, -1)
    each = each / each[:, 0].std()
    steps = made.coordinates.reshape(made.n, -1, dimension)[:, : dimension + 1].reshape(-1, dimension)
    with guarded(made.seed):
        found = dgsm.analyze(
            problem(dimension, 0.0, np.pi), steps, each[:, : dimension + 1].ravel(), num_resamples=resamples, conf_level=confidence
        )  # fmt: skip
    bound, half = array(found["dgsm"]), array(found["dgsm_conf"])
    halves = 0.5 * (each[:, dimension + 1 :] - each[:, :1]) ** 2
    total, error = halves.mean(axis=0), halves.std(axis=0, ddof=1) / np.sqrt(made.n)
    beyond = (total - bound > _ERRORS * np.hypot(error, half / z)) | (total > _FACTOR * (bound + half))
    slopes = np.abs(each[:, 1 : dimension + 1] - each[:, :1]).max(axis=0) / _STEP
    jumps = (beyond & (total > _ROUNDING)) | (_EDGE * slopes > np.ptp(each))
    return Analysed(estimates=Estimates(
        dgsm=np.where(jumps, np.nan, bound), dgsm_conf=np.where(jumps, np.nan, half), checked=total, checked_conf=z * error
    ))  # fmt: skip
