"""Windows of the day: read as people write them, measured, laid on the steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.case.windows import hours_in, mask, windows


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("08:00-12:00", [(8.0, 12.0)]),
        ("8:00-12:30", [(8.0, 12.5)]),
        ("00:00-24:00", [(0.0, 24.0)]),
        ("22:00-次日08:00", [(0.0, 8.0), (22.0, 24.0)]),
        ("22:00-08:00", [(0.0, 8.0), (22.0, 24.0)]),
        ("22:00–24:00，6:00至7:15", [(6.0, 7.25), (22.0, 24.0)]),
        ("12:00-14:00、8:00-10:00; 10:00-11:00", [(8.0, 10.0), (10.0, 11.0), (12.0, 14.0)]),
        ("18:00-00:00", [(18.0, 24.0)]),
    ],
)
def test_window_is_read_as_people_write_it(words: str, expected: list[tuple[float, float]]) -> None:
    """One-digit hours, 24:00, 次日, Chinese marks; a window that passes midnight is two."""
    assert windows(words) == expected


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("8-12", "'8-12' is not a window of the day; expected 08:00-12:00"),
        ("", "'' is not a window of the day"),
        ("08:00-12:00,", "'' is not a window of the day"),
        ("08:00-25:00", "'08:00-25:00' is outside 00:00–24:00 or empty"),
        ("24:00-08:00", "'24:00-08:00' is outside 00:00–24:00 or empty"),
        ("08:00-12:75", "'08:00-12:75' is outside 00:00–24:00 or empty"),
        ("08:00-24:30", "is outside 00:00–24:00 or empty"),
        ("08:00-08:00", "is outside 00:00–24:00 or empty"),
        ("08:00-12:00, 11:59-13:00", "overlap"),
        ("22:00-06:00, 05:00-07:00", "overlap"),
    ],
)
def test_window_that_cannot_be_read_is_named(words: str, message: str) -> None:
    """What was found, in the person's own words."""
    with pytest.raises(ValueError, match=message):
        windows(words)


@given(start=st.integers(0, 95), length=st.integers(1, 95), steps=st.sampled_from([24, 48, 96, 288]))
def test_hours_of_the_mask_are_the_hours_of_the_window(start: int, length: int, steps: int) -> None:
    """Laid on steps of any length, also across midnight: Σ share × step = hours of the window."""
    end = (start + length) % 96
    words = f"{start // 4:02d}:{start % 4 * 15:02d}-{end // 4:02d}:{end % 4 * 15:02d}"
    step = 24.0 / steps
    laid = mask(words, np.arange(steps)[None, :] * step, step)
    assert laid.shape == (1, steps)
    assert ((laid >= 0) & (laid <= 1 + 1e-12)).all()
    assert float(laid.sum()) * step == pytest.approx(length / 4)
    assert hours_in(words) == pytest.approx(length / 4)


def test_step_that_a_window_cuts_counts_in_part() -> None:
    """08:30–10:00 on hours: half of the step from 8, all of the one from 9."""
    laid = mask("08:30-10:00", np.arange(24.0)[None, :], 1.0)
    assert laid[0, 7:11].tolist() == [0.0, 0.5, 1.0, 0.0]
