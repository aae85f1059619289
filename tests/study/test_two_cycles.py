"""The two-cycle margin against every schedule there is, and against sums by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.study.two_cycles import two_cycle_margin


def best_of_all(prices: list[float], steps: int, efficiency: float) -> float:
    """Every sequence of charge, hold and discharge that never leaves the store and alternates at most twice."""
    best = 0.0
    for plan in product((-1, 0, 1), repeat=len(prices)):
        levels = np.cumsum(plan)
        if levels.min() < 0 or levels.max() > steps or levels[-1] != 0:
            continue
        acts = [act for act in plan if act]
        runs = sum(1 for place, act in enumerate(acts) if act == 1 and (place == 0 or acts[place - 1] == -1))
        if runs <= 2:
            money = sum(
                -act * price / (efficiency if act == 1 else 1.0) for act, price in zip(plan, prices, strict=True)
            )
            best = max(best, money / steps)
    return best


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-0.5, 2.0).map(lambda price: round(price, 3)), min_size=1, max_size=7),
    st.integers(1, 3),
    st.sampled_from([1.0, 0.87, 0.6]),
)
def test_no_schedule_is_better(prices: list[float], steps: int, efficiency: float) -> None:
    found = two_cycle_margin(np.array([prices]), step_hours=1.0, duration_hours=float(steps), efficiency=efficiency)
    assert found[0] == pytest.approx(best_of_all(prices, steps, efficiency), abs=1e-12)


def test_a_third_cycle_is_not_counted() -> None:
    """Three equal spreads of 1 yuan: two of them, by hand."""
    day = np.array([[0.0, 1.0] * 3])
    assert two_cycle_margin(day, step_hours=1.0, duration_hours=1.0, efficiency=1.0)[0] == 2.0


def test_half_hours_do_not_change_what_hours_give() -> None:
    """A day drawn in half hours is the same day: valley to peak, flat to sharp, by hand at 0.9 efficiency."""
    hours = np.array([0.3] * 8 + [1.0] * 4 + [0.6] * 4 + [1.2] * 8)
    expected = (1.0 - 0.3 / 0.9) + (1.2 - 0.6 / 0.9)
    for finer in (1, 2, 4):
        found = two_cycle_margin(
            np.repeat(hours, finer)[None], step_hours=1 / finer, duration_hours=2.0, efficiency=0.9
        )
        assert found[0] == pytest.approx(expected, abs=1e-12)


def test_duration_of_broken_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="not a whole number of steps"):
        two_cycle_margin(np.zeros((1, 24)), step_hours=1.0, duration_hours=1.5, efficiency=0.9)
