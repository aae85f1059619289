"""Shares of the variance: Sobol', extended FAST and RBD-FAST."""

from __future__ import annotations

import numpy as np
from scipy.stats import t as student

from appraisal.study.indices import sobol
from appraisal.study.indices.base import (
    DESIGN,
    RESAMPLES,
    Analysed,
    Design,
    Estimates,
    array,
    latin,
    problem,
)  # fmt: skip
from appraisal.study.inputs import Vector
from appraisal.study.provenance import stream_of
from appraisal.units import Table

# Harmonics that SALib sums: its defaults.
FAST_HARMONICS, RBD_HARMONICS = 4, 10
# Search curves of FAST: four give an interval and leave each enough points.
CURVES = 4


def sobol_design(dimension: int, n: int, seed: int, second_order: bool) -> tuple[Table, Table]:
    from SALib.sample import sobol as sampler

    # One input has no pair.
    both = second_order and dimension > 1
    unit = sampler.sample(problem(dimension), n, calc_second_order=both, seed=stream_of(seed, DESIGN))
    return unit, unit


def sobol_indices(made: Design, y: Vector, resamples: int, confidence: float) -> Analysed:
    """By :mod:`.sobol`. The bootstrap takes the points for independent. Those of a sequence spread better, so that at n = 1,024
    the intervals are wider than need be; at a few hundred points those of weak inputs can be too narrow (of Sobol's G at
    n = 256 one in five misses)."""
    parts = sobol.outputs(y, made.dimension, made.second_order)
    found = sobol.point(parts)
    drawn = sobol.bootstrap(parts, sobol.resamples(stream_of(made.seed, RESAMPLES), made.n, resamples))
    both = found.second is not None and drawn.second is not None
    estimates = Estimates(
        first=found.first[0], first_conf=sobol.half_width(drawn.first, confidence),
        first_sum_conf=float(sobol.half_width(drawn.first.sum(axis=1), confidence)),
        total=found.total[0], total_conf=sobol.half_width(drawn.total, confidence),
        second=found.second[0] if both and found.second is not None else None,
        second_conf=sobol.half_width(drawn.second, confidence) if both and drawn.second is not None else None,
    )  # fmt: skip
    return Analysed(estimates=estimates, replicates=drawn.total)


def fast_design(dimension: int, n: int, seed: int, _: bool) -> tuple[Table, Table]:
    """Several search curves with random phases of their own, as Saltelli et al. 1999 (doi:10.1080/00401706.1999.10485594)
    resample: of each input the n points lie on ``CURVES`` curves."""
    from SALib.sample import fast_sampler

    curves = [
        fast_sampler.sample(problem(dimension), n // CURVES, M=FAST_HARMONICS, seed=stream_of(seed, DESIGN, curve))
        for curve in range(CURVES)
    ]
    unit = np.vstack(curves)
    return unit, unit


def fast_indices(made: Design, y: Vector, _: int, confidence: float) -> Analysed:
    """Mean and Student's interval of the curves, each by SALib. SALib's own interval resamples one curve, which it warns
    is unreliable: of Sobol's G function it is a thousandth of the error."""
    from SALib.analyze.fast import compute_orders

    points = made.n // CURVES
    frequency = (points - 1) // (2 * FAST_HARMONICS)
    orders = np.array([
        compute_orders(curve, points, FAST_HARMONICS, frequency) for curve in y.reshape(-1, points)
    ]).reshape(CURVES, made.dimension, 2)  # fmt: skip
    width = float(student.ppf(0.5 + confidence / 2.0, CURVES - 1)) / np.sqrt(CURVES)
    half, mean = width * orders.std(axis=0, ddof=1), orders.mean(axis=0)
    estimates = Estimates(
        first=mean[:, 0], first_conf=half[:, 0], first_sum_conf=width * float(orders[:, :, 0].sum(axis=1).std(ddof=1)),
        total=mean[:, 1], total_conf=half[:, 1],
    )  # fmt: skip
    return Analysed(estimates=estimates)


def rbd_design(dimension: int, n: int, seed: int, _: bool) -> tuple[Table, Table]:
    unit = latin(dimension, n, seed)
    return unit, unit


def rbd_indices(made: Design, y: Vector, resamples: int, confidence: float) -> Analysed:
    from SALib.analyze import rbd_fast

    found = rbd_fast.analyze(
        problem(made.dimension), made.coordinates, y, M=RBD_HARMONICS, num_resamples=resamples,
        conf_level=confidence, seed=stream_of(made.seed, RESAMPLES),
    )  # fmt: skip
    return Analysed(estimates=Estimates(first=array(found["S1"]), first_conf=array(found["S1_conf"])))
