"""The search on functions with known solutions: closed forms, and polynomials made from their roots."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.study.inputs import Indices, Vector
from appraisal.study.search import Found, ladder, search, trend

ENOUGH = 1e-9
POINTS = np.linspace(-3.0, 3.0, 13)


def of(function: Callable[[Vector], Vector], points: Vector = POINTS) -> Found:
    """The zeros of one function."""

    def distance(problem: Indices, at: Vector) -> Vector:
        del problem
        return np.asarray(function(at)) / ENOUGH

    return search(distance, points[np.newaxis])


def test_zeros_of_several_problems_are_found_to_the_last_digits() -> None:
    """x² = 2 + p has two square roots, exact to rounding; p = 4 has them outside the points."""
    found = search(lambda problem, at: (at**2 - 2.0 - 5.0 * problem) / ENOUGH, np.tile(POINTS, (3, 1)))
    assert found.problem.tolist() == [0, 0, 1, 1]
    np.testing.assert_allclose(found.at, [-(2**0.5), 2**0.5, -(7**0.5), 7**0.5], rtol=1e-12)
    assert (found.kind == "root").all()


def test_a_zero_beside_undefined_values_is_found() -> None:
    """√x − 0.01 has no value below 0 and its zero at 1e-4, between the points 0.5 and −0.1 that frame the border."""
    with np.errstate(invalid="ignore"):
        found = of(lambda at: np.sqrt(at) - 0.01, np.array([-1.0, -0.1, 0.5, 1.0]))
    np.testing.assert_allclose(found.at, [1e-4], rtol=1e-9)


def test_a_zero_in_a_cell_with_a_hole_is_found_and_one_inside_the_hole_is_not() -> None:
    """x − c without values within 0.1 … 0.2."""

    def holed(zero: float) -> Callable[[Vector], Vector]:
        return lambda at: np.where((at > 0.1) & (at < 0.2), np.nan, at - zero)

    ends = np.array([-1.0, 0.97])
    np.testing.assert_allclose(of(holed(0.3), ends).at, [0.3], rtol=1e-12)
    np.testing.assert_allclose(of(holed(0.05), ends).at, [0.05], rtol=1e-12)
    assert of(holed(0.15), ends).at.size == 0


def test_a_jump_over_the_target_is_named() -> None:
    """−1 below 0.3, 2 from there on."""
    found = of(lambda at: np.where(at < 0.3, -1.0, 2.0))
    assert found.kind.tolist() == ["jump"]
    np.testing.assert_allclose(found.at, [0.3], rtol=1e-12)


def test_two_zeros_between_two_points_are_found_where_the_values_turn() -> None:
    """(x − 0.30)(x − 0.31): all points of the ladder lie above zero."""
    found = of(lambda at: (at - 0.30) * (at - 0.31))
    np.testing.assert_allclose(found.at, [0.30, 0.31], rtol=1e-9)


def test_a_touch_without_crossing_is_found() -> None:
    """(x − 0.3)² is zero to 1e-9 within √1e-9 of its only zero."""
    found = of(lambda at: (at - 0.3) ** 2)
    assert found.kind.tolist() == ["root"]
    assert abs(found.at[0] - 0.3) <= ENOUGH**0.5


def test_a_whole_interval_at_the_target_is_given_by_its_ends() -> None:
    """max(|x| − 1.1, 0) is zero from −1.1 to 1.1."""
    found = of(lambda at: np.maximum(np.abs(at) - 1.1, 0.0))
    assert found.kind.tolist() == ["edge", "edge"]
    np.testing.assert_allclose(found.at, [-1.1, 1.1], rtol=1e-8)


@pytest.mark.parametrize("points", [[0.5, 1.0, 1.125, 1.25, 1.375, 2.0], [0.5, 1.0, 1.15, 1.35, 2.0]])
def test_a_step_of_a_staircase_meets_the_target_over_its_whole_width(points: list[float]) -> None:
    """floor(10·x) ÷ 10 is 1.2 over 1.2 … 1.3, whether one point looked at lies on the step or none."""
    found = of(lambda at: np.floor(10.0 * at) / 10.0 - 1.2, np.array(points))
    assert found.kind.tolist() == ["edge", "edge"]
    np.testing.assert_allclose(found.at, [1.2, 1.3], rtol=1e-9)


def test_a_step_at_the_end_of_the_range_ends_there() -> None:
    """1.2 from 1.2 on, looked at up to 1.25."""
    found = of(lambda at: np.floor(10.0 * at) / 10.0 - 1.2, np.array([0.5, 1.0, 1.25]))
    np.testing.assert_allclose(found.at, [1.2, 1.25], rtol=1e-9)


def test_an_interval_that_reaches_the_last_point_ends_there() -> None:
    """max(1.1 − x, 0) over −3 … 3."""
    found = of(lambda at: np.maximum(1.1 - at, 0.0))
    np.testing.assert_allclose(found.at, [1.1, 3.0], rtol=1e-8)


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda at: at**3, "rises"),
        (lambda at: -at, "falls"),
        (lambda at: at**2, "mixed"),
        (lambda at: 0.0 * at + 5.0, "flat"),
        (lambda at: 0.0 * at + np.nan, "none"),
        (lambda at: np.where(np.abs(at) < 1.0, np.nan, at), "rises"),
    ],
)
def test_trend_is_that_of_the_function(function: Callable[[Vector], Vector], word: str) -> None:
    """Over the points that have a value."""
    assert trend(of(function).scan).tolist() == [word]


def test_ladder_holds_start_and_ends_and_never_leaves_them() -> None:
    """Also where the range is one point, where nothing stands at the start, and where the end is far."""
    start, low = np.array([0.6, 0.0, 5.0, 2.0]), np.array([0.0, 0.0, 5.0, 1e-6])
    high = np.array([1.0, 1e9, 5.0, 1e5])
    points = ladder(start, low, high, np.abs(start))
    assert (np.diff(points, axis=1) >= 0.0).all()
    np.testing.assert_array_equal(points[:, 0], low)
    np.testing.assert_array_equal(points[:, -1], high)
    assert (points == start[:, None]).any(axis=1).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(-290, 290), min_size=1, max_size=3, unique=True), min_size=1, max_size=5))
def test_law_every_root_of_a_polynomial_is_found_and_problems_do_not_meet(drawn: list[list[int]]) -> None:
    """Roots are the drawn hundredths, no two in a cell of the ladder; each problem alone gives the same bytes."""
    roots = [sorted({one // 30 * 30 + 7 for one in row}) for row in drawn]
    points = np.tile(np.arange(-300, 301, 10) / 100.0, (len(roots), 1))

    def distance(rows: list[list[int]]) -> Callable[[Indices, Vector], Vector]:
        return lambda problem, at: np.array(
            [np.prod([x - root / 100.0 for root in rows[p]]) for p, x in zip(problem, at, strict=True)]
        ) / ENOUGH  # fmt: skip

    found = search(distance(roots), points)
    for place, row in enumerate(roots):
        mine = found.at[found.problem == place]
        np.testing.assert_allclose(mine, np.array(row) / 100.0, atol=1e-10)
        alone = search(distance([row]), points[:1])
        assert alone.at.tobytes() == mine.tobytes()
