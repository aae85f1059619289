"""The verdict on a set of indices, on made-up ones: by hand and by the rules that it states."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from appraisal.study.indices import METHODS, Analysed, design, judge
from appraisal.study.indices.base import Estimates
from appraisal.study.indices.verdict import rank_shift

Points = NDArray[np.float64]


def judged(method: str, values: list[float], half: list[float], replicates: Points | None = None, n: int = 1024) -> str:
    """The verdict's code on made-up indices."""
    name = METHODS[method].judged
    made = design(method, len(values), n=n, seed=1)
    found = Estimates(**{name: np.array(values), f"{name}_conf": np.array(half)})
    return judge(made, Analysed(estimates=found, replicates=replicates), 1000, 0.95).code


def test_verdict_needs_narrow_intervals_and_a_standing_order() -> None:
    """0.05 wide at most; ranks of inputs that matter do not trade places by one on the average."""
    assert judged("sobol", [0.6, 0.3], [0.02, 0.025]) == "converged"
    assert judged("sobol", [0.6, 0.3], [0.06, 0.05]) == "ranking only"
    assert judged("sobol", [0.5, 0.48], [0.3, 0.3]) == "not converged"
    # Inputs that do not matter may trade places.
    assert judged("sobol", [0.9, 0.001, 0.001], [0.02, 0.001, 0.001]) == "converged"
    # μ* in yuan is judged as a share of the largest; δ and FAST have a bias outside their interval.
    assert judged("morris", [6e6, 3e6], [1e5, 1e5], n=64) == "converged"
    assert judged("delta", [0.6, 0.3], [0.01, 0.01]) == "ranking only"
    assert judged("fast", [0.6, 0.3], [0.01, 0.01]) == "ranking only"


def test_verdict_names_the_next_sample_size() -> None:
    """Widths fall with 1/√n: 0.2 wide at 1,024 asks for 16 times as many, a power of two."""
    made = design("sobol", 2, n=1024, seed=1)
    found = Estimates(total=np.array([0.7, 0.3]), total_conf=np.array([0.0999, 0.01]))
    told = judge(made, Analysed(estimates=found), 1000, 0.95)
    assert (told.code, told.next_n) == ("ranking only", 16384)
    assert "16384" in told.words("en")
    assert "16384" in told.words("zh")
    # The rule is of 95 % intervals, whatever the confidence asked: 0.0999 is 1.3143 σ · 1.6449, the other 1.96.
    assert judge(made, Analysed(estimates=found), 1000, 0.9).width == pytest.approx(
        0.1998 * 1.959964 / 1.644854, rel=1e-6
    )


def test_verdict_does_not_pass_indices_that_cannot_be() -> None:
    """First orders that add to 1.4, and one below zero, with narrow intervals."""
    made, narrow = design("sobol", 2, n=64, seed=1), np.array([0.01, 0.01])
    for first in ([0.9, 0.5], [0.9, -0.3]):
        found = Estimates(first=np.array(first), first_conf=narrow, total=np.array([0.95, 0.6]), total_conf=narrow)
        told = judge(made, Analysed(estimates=found), 1000, 0.95)
        assert told.code == "not converged"
        assert told.odd
        assert told.next_n == 128


def test_rank_shift_is_the_weighted_change_of_rank() -> None:
    """By hand: ranks (1, 2, 3) and (2, 1, 3), weights 1, 0.81 and 0.01: 1.81 ÷ 1.82."""
    assert rank_shift(np.array([[1.0, 0.8, 0.1], [0.8, 0.9, 0.1]])) == pytest.approx((1.0 + 0.81) / (1.0 + 0.81 + 0.01))
