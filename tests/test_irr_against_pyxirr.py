"""IRR held against pyxirr, an independent code (Newton and Brent in Rust)."""

from __future__ import annotations

import numpy as np
import pytest
import pyxirr

from appraisal.discount import irr, irr_roots, irr_status, mirr, present_value

RNG = np.random.default_rng(21)


@pytest.mark.parametrize("years", [2, 5, 26, 60])
def test_irr_of_ordinary_rows_is_pyxirrs(years: int) -> None:
    """One outlay, random receipts: one root in either code. pyxirr stops at about 1e-9."""
    cash = RNG.uniform(20.0, 400.0, (300, years))
    cash[:, 0] = -RNG.uniform(300.0, 4000.0, 300)
    expected = np.array([pyxirr.irr(row) for row in cash])
    np.testing.assert_allclose(irr(cash), expected, rtol=0.0, atol=1e-8)


def test_irr_where_pyxirr_refuses_is_nan_with_a_status() -> None:
    """pyxirr raises on flows of one sign; here the number is undefined and the status says so."""
    with pytest.raises(pyxirr.InvalidPaymentsError):
        pyxirr.irr([100.0, 100.0])
    assert np.isnan(irr([100.0, 100.0]))
    assert irr_status([100.0, 100.0]) == ("none", 0)


def test_pyxirrs_choice_is_among_our_roots_of_rows_with_several() -> None:
    """Outlay, receipts, replacement, decommissioning: pyxirr's single answer is one of the list."""
    cash = RNG.uniform(20.0, 400.0, (300, 21))
    cash[:, 0] = -RNG.uniform(300.0, 4000.0, 300)
    cash[:, 10] -= RNG.uniform(0.0, 3000.0, 300)
    cash[:, -1] -= RNG.uniform(0.0, 5000.0, 300)
    assert set(irr_status(cash)[0]) == {"ok", "multiple", "none"}
    for row in cash:
        roots, answer = irr_roots(row), pyxirr.irr(row, silent=True)
        if answer is not None:
            assert np.abs(roots - answer).min() < 1e-7 * (1.0 + abs(answer))
        # A pair of negative rates escapes pyxirr in one of these rows: its own NPV confirms them.
        for rate in roots:
            assert abs(pyxirr.npv(rate, row)) < 1e-10 * pyxirr.npv(rate, np.abs(row))


def test_mirr_is_pyxirrs() -> None:
    """pyxirr follows the same convention."""
    cash = RNG.uniform(20.0, 400.0, (50, 12))
    cash[:, 0] = -2000.0
    cash[:, 5] = -300.0
    expected = np.array([pyxirr.mirr(row, 0.08, 0.05) for row in cash])
    np.testing.assert_allclose(mirr(cash, 0.08, 0.05), expected, rtol=1e-12)


def test_end_of_year_npv_is_pyxirrs_with_an_empty_first_year() -> None:
    """pyxirr discounts from the second flow: a zero in front makes every flow end-of-year."""
    row = RNG.uniform(-100.0, 100.0, 15)
    assert present_value(0.07, row) == pytest.approx(pyxirr.npv(0.07, [0.0, *row]), rel=1e-12)
