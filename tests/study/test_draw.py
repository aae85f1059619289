"""Sampling: moments by closed forms, strata counted, correlations by ``scipy.stats.spearmanr``."""

from __future__ import annotations

from math import erf, exp, log, pi, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from appraisal.case.uncertainty import Correlation, Distribution, Uncertainty
from appraisal.errors import InputError
from appraisal.scenario.correlation import contradictions
from appraisal.study.draw import SAMPLINGS, correlated, correlation_faults, design, drawn, quantiles


def bell(x: float) -> float:
    """Density of the standard normal."""
    return exp(-0.5 * x * x) / sqrt(2 * pi)


def below(x: float) -> float:
    """Its distribution function."""
    return 0.5 * (1 + erf(x / sqrt(2)))


def cut_normal(mean: float, spread: float, low: float, high: float) -> tuple[float, float]:
    """Mean and variance of a truncated normal (Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1, §13.10)."""
    a, b = (low - mean) / spread, (high - mean) / spread
    mass = below(b) - below(a)
    first = (bell(a) - bell(b)) / mass
    return mean + spread * first, spread**2 * (1 + (a * bell(a) - b * bell(b)) / mass - first**2)


def cut_lognormal(median: float, spread: float, low: float, high: float) -> tuple[float, float]:
    """Mean and variance from E Xᵏ = medianᵏ exp(k²σ²/2) [Φ(b − kσ) − Φ(a − kσ)] ÷ [Φ(b) − Φ(a)] (completing the square)."""
    a, b = log(low / median) / spread, log(high / median) / spread
    powers = [
        median**k * exp(0.5 * (k * spread) ** 2) * (below(b - k * spread) - below(a - k * spread)) for k in (0, 1, 2)
    ]
    mean = powers[1] / powers[0]
    return mean, powers[2] / powers[0] - mean**2


# Name, numbers, mean and variance by textbook formula.
MOMENTS: list[tuple[str, tuple[float, ...], float, float]] = [
    ("uniform", (2, 5), 3.5, 9 / 12),
    ("triangular", (1, 2, 6), 9 / 3, (1 + 4 + 36 - 2 - 6 - 12) / 18),
    ("triangular", (1, 1, 4), 6 / 3, (1 + 1 + 16 - 1 - 4 - 4) / 18),
    ("triangular", (1, 4, 4), 9 / 3, (1 + 16 + 16 - 4 - 4 - 16) / 18),
    # PERT: (low + 4 mode + high) ÷ 6, (μ − low)(high − μ) ÷ 7 (Malcolm et al. 1959; Vose).
    ("pert", (1, 2, 6), 15 / 6, (2.5 - 1) * (6 - 2.5) / 7),
    ("pert", (-3, -3, 1), -14 / 6, (-14 / 6 + 3) * (1 + 14 / 6) / 7),
    ("normal", (-1, 0.5), -1, 0.25),
    ("lognormal", (2, 0.3), 2 * exp(0.045), 4 * exp(0.09) * (exp(0.09) - 1)),
    ("truncated_normal", (2, 1, 1.5, 5), *cut_normal(2, 1, 1.5, 5)),
    ("truncated_lognormal", (2, 0.4, 1, 3), *cut_lognormal(2, 0.4, 1, 3)),
]


@pytest.mark.parametrize(("name", "numbers", "mean", "variance"), MOMENTS)
def test_inverse_cdf_has_the_moments_of_its_distribution(
    name: str, numbers: tuple[float, ...], mean: float, variance: float
) -> None:
    """∫ Q(u) du over 0 … 1 by the midpoints of 10⁶ strata: what it misses of a normal's tails is below 1e-4 of the variance."""
    values = quantiles(Distribution(name, numbers), (np.arange(10**6) + 0.5) / 10**6)
    assert values.mean() == pytest.approx(mean, rel=1e-5)
    assert values.var() == pytest.approx(variance, rel=1e-4)
    assert (np.diff(values) >= 0).all()


def test_a_lognormal_cut_at_zero_only_is_no_more_cut_there() -> None:
    """A low end of 0 has no logarithm and takes nothing away: the median stays."""
    value = quantiles(Distribution("truncated_lognormal", (2, 0.3, 0, 1e9)), np.array([0.5]))
    assert value[0] == pytest.approx(2, rel=1e-12)


@given(
    numbers=st.tuples(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.floats(0.05, 50), st.floats(0.05, 50)),
    place=st.floats(1e-9, 1 - 1e-9),
)
@settings(deadline=None, max_examples=60, derandomize=True)
def test_bounded_distributions_never_leave_their_bounds(
    numbers: tuple[float, float, float, float], place: float
) -> None:
    """Law, to the last bit: the end may be the end of a field's range."""
    mode, spread, down, up = numbers
    low, high, ends = mode - down, mode + up, np.array([1e-16, place, 1 - 1e-16])
    shapes = [("uniform", (low, high)), ("triangular", (low, mode, high)), ("pert", (low, mode, high)), ("truncated_normal", (mode, spread, low, high))]  # fmt: skip
    for name, given_ in shapes:
        values = quantiles(Distribution(name, given_), ends)
        assert (values >= low).all()
        assert (values <= high).all()


def test_discrete_values_come_in_rising_order_with_their_shares() -> None:
    """0.3 of the mass at 0.8, whatever the order stated; a value without a share never comes, not even at the end."""
    one = Distribution("discrete", ((0.9, 0.8, 1.0), (0.7, 0.3, 0.0)))
    points = (np.arange(1000) + 0.5) / 1000
    values = quantiles(one, points)
    assert values.tolist() == [0.8] * 300 + [0.9] * 700
    assert quantiles(one, np.array([1 - 1e-16])) == 0.9


# --- designs ---


@pytest.mark.parametrize("n", [7, 64, 1000])
@pytest.mark.parametrize("seed", [0, 1])
def test_latin_hypercube_has_one_draw_in_each_stratum(n: int, seed: int) -> None:
    """Counted, in every coordinate."""
    strata = np.floor(n * design(n, 5, "latin_hypercube", seed)).astype(int)
    assert (np.sort(strata, axis=0) == np.arange(n)[:, np.newaxis]).all()


def test_sobol_points_are_a_net() -> None:
    """Every elementary box 2⁻ᵃ by 2⁻⁽⁸⁻ᵃ⁾ holds one of 256 points in two coordinates: a (0, 8, 2)-net (Sobol' 1967; Owen scrambling keeps it)."""
    points = design(256, 2, "sobol", 3)
    for a in range(9):
        boxes = np.floor(points * [2**a, 2 ** (8 - a)]).astype(int)
        assert len({tuple(box) for box in boxes}) == 256


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_same_seed_gives_the_same_bytes_and_another_seed_others(sampling: Any) -> None:
    """0 is a seed like any other; points lie inside the cube."""
    first = design(64, 3, sampling, 0)
    assert first.tobytes() == design(64, 3, sampling, 0).tobytes()
    assert first.tobytes() != design(64, 3, sampling, 1).tobytes()
    assert (first > 0).all()
    assert (first < 1).all()


def test_drawing_leaves_the_state_of_numpy_alone() -> None:
    """The caller's own random numbers do not change."""
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    design(64, 3, "sobol", 0)
    assert np.random.random() == expected  # noqa: NPY002


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ((1000, 2, "sobol", 1), "1000 draws; a Sobol' sequence needs a power of two: 512 or 1024"),
        ((1, 2, "random", 1), "1 draws; expected a whole number of 2 or more"),
        ((True, 2, "random", 1), "True draws; expected"),
        ((10.0, 2, "random", 1), "10.0 draws; expected"),
        ((10, 2, "random", -1), "seed: -1; expected a whole number of 0 or more"),
        ((10, 2, "latin_hypercub", 1), "no sampling 'latin_hypercub'; did you mean 'latin_hypercube'"),
    ],
)
def test_bad_designs_are_refused_with_the_remedy(terms: Any, message: str) -> None:
    """Nothing is rounded up in silence."""
    with pytest.raises(InputError, match=message):
        design(*terms)


# --- correlations ---

RANKS = np.array([[1.0, 0.6, 0.0, -0.3], [0.6, 1.0, 0.0, 0.2], [0.0, 0.0, 1.0, 0.0], [-0.3, 0.2, 0.0, 1.0]])
N = 4096


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_correlations_come_out_as_asked(sampling: Any) -> None:
    """Oracle: spearmanr.

    The normal scores have the asked Pearson correlation exactly; what is left is Spearman's scatter at a fixed Pearson
    correlation. For normal data at independence the two have a squared correlation of 9/π² (efficiency of Spearman's rho,
    Hotelling and Pabst 1936), so that its deviation is √(1 − 9/π²) ÷ √N = 0.30 ÷ √N, less for correlated pairs; four of these.
    """
    made = correlated(design(N, 4, sampling, 2), RANKS)
    np.testing.assert_allclose(stats.spearmanr(made)[0][np.ix_((0, 1, 3), (0, 1, 3))],
                               RANKS[np.ix_((0, 1, 3), (0, 1, 3))], atol=4 * sqrt(1 - 9 / pi**2) / sqrt(N))  # fmt: skip


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_correlated_coordinate_keeps_every_one_of_its_numbers(sampling: Any) -> None:
    """Bit for bit, so that marginals and strata stay; a coordinate without a correlation keeps its order too."""
    points = design(N, 4, sampling, 2)
    made = correlated(points, RANKS)
    assert np.array_equal(np.sort(made, axis=0), np.sort(points, axis=0))
    assert np.array_equal(made[:, 2], points[:, 2])
    assert not np.array_equal(made[:, 1], points[:, 1])


def test_correlated_sobol_points_still_fill_evenly() -> None:
    """E[U V] = (ρ + 3) ÷ 12 by the definition of Spearman's ρ = 12 E[U V] − 3: independent draws err by 0.22 ÷ √N = 3e-3."""
    ranks = np.array([[1.0, 0.5], [0.5, 1.0]])
    made = correlated(design(N, 2, "sobol", 1), ranks)
    assert (made[:, 0] * made[:, 1]).mean() == pytest.approx(3.5 / 12, abs=2e-4)


def test_few_draws_that_cannot_carry_the_correlations_are_refused() -> None:
    """Three draws of three inputs are correlated as chance has it."""
    with pytest.raises(InputError, match="3 draws cannot carry the correlations of 3 inputs; draw more"):
        correlated(design(3, 4, "random", 1), RANKS)


def stated(*pairs: tuple[str, str, float]) -> Uncertainty:
    """Uniform inputs a, b, c, d with correlations."""
    unit = Distribution("uniform", (0, 1))
    return Uncertainty(
        dict.fromkeys("abcd", unit),
        tuple(Correlation(between=(one, other), rank=rank) for one, other, rank in pairs),
    )


def test_three_that_contradict_are_named_with_the_range_that_mends_them() -> None:
    """The range is the one at whose ends the determinant of the three is zero: inside it stands, outside not."""
    told = contradictions(stated(("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.2)))
    assert len(told) == 1
    assert "a with b 0.9, b with c 0.9, a with c -0.2" in told[0]
    low = float(told[0].partition("lies between ")[2].partition(" and ")[0])
    assert contradictions(stated(("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", low + 1e-3))) == []
    assert contradictions(stated(("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", low - 1e-3)))
    assert "a with c 0 (not stated)" in contradictions(stated(("a", "b", 0.9), ("b", "c", 0.9)))[0]


def test_four_that_contradict_only_together_are_told_the_factor_that_mends_them() -> None:
    """Every three of four at −0.4 fit (1 − 2·0.416 > 0), all four do not (1 − 3·0.416 < 0)."""
    pairs = [(one, other) for place, one in enumerate("abcd") for other in "abcd"[place + 1 :]]
    told = contradictions(stated(*((one, other, -0.4) for one, other in pairs)))
    assert len(told) == 1
    assert "contradict each other as a whole" in told[0]
    factor = float(told[0].partition("factor of ")[2].partition(" or less")[0])
    assert contradictions(stated(*((one, other, -0.4 * factor) for one, other in pairs))) == []


def test_correlations_made_in_python_are_checked_like_those_of_a_file() -> None:
    """An unknown input and a rank that is none: both told."""
    bad = stated(("a", "x", 0.5), ("a", "b", 1.0), ("c", "c", 0.5))
    assert [str(fault).partition(";")[0] for fault in correlation_faults(bad)] == [
        "study uncertainty.correlations: 'x' has no distribution",
        "study uncertainty.correlations: rank 1.0 of a and b",
        "study uncertainty.correlations: rank 0.5 of c and c",
    ]


def test_draws_too_large_for_a_number_are_refused_with_their_count() -> None:
    """exp(1000 z) leaves the floats where z > 0.71."""
    with pytest.raises(InputError, match=r"of 100 draws of lognormal \[1, 1000\] are too large for a number"):
        drawn({"x": Distribution("lognormal", (1, 1000))}, design(100, 1, "latin_hypercube", 1))


def test_every_wrong_distribution_is_told() -> None:
    """Both, at their paths."""
    with pytest.raises(InputError) as caught:
        drawn({"x": Distribution("normal", (1,)), "y": Distribution("unifrom", (1, 2))}, np.full((2, 2), 0.5))
    assert [fault.path for fault in caught.value.faults] == ["uncertainty.x", "uncertainty.y"]
