"""IRR, MIRR and NPV held against numpy-financial, an independent code (companion-matrix roots)."""

from __future__ import annotations

import numpy as np
import numpy_financial as npf
import pytest

from appraisal.discount import irr, irr_roots, mirr, npv

RNG = np.random.default_rng(20)


def projects(rows: int, years: int) -> np.ndarray:
    """One outlay and random receipts, so that exactly one rate exists."""
    cash = RNG.uniform(20.0, 400.0, (rows, years))
    cash[:, 0] = -RNG.uniform(300.0, 4000.0, rows)
    return cash


@pytest.mark.parametrize("years", [2, 3, 11, 26, 40])
def test_irr_of_ordinary_rows_is_numpy_financials(years: int) -> None:
    """A single root is the same root; numpy-financial's eigenvalues are good to about 1e-11."""
    cash = projects(100, years)
    expected = np.array([npf.irr(row) for row in cash])
    np.testing.assert_allclose(irr(cash), expected, rtol=0.0, atol=1e-10)


def test_irr_without_a_root_is_nan_in_both() -> None:
    """No change of sign: undefined in either code."""
    assert np.isnan(npf.irr([100.0, 100.0]))
    assert np.isnan(irr([100.0, 100.0]))


def test_numpy_financials_choice_is_among_our_roots() -> None:
    """Where several rates exist, the one numpy-financial picks silently is one of those listed."""
    cash = [-1000.0, 2500.0, -1540.0]
    assert np.abs(irr_roots(cash) - npf.irr(cash)).min() < 1e-12


def test_all_roots_of_random_signs_are_those_of_numpys_companion_matrix() -> None:
    """Second oracle: numpy.roots of Σ cash_t x^t, kept where real and positive; 300 rows of 9 random flows."""
    for row in RNG.integers(-9, 10, (300, 9)).astype(float):
        if row[0] == 0.0 or row[-1] == 0.0:
            continue
        x = np.roots(row[::-1])
        # A double root leaves the real axis by about the square root of the rounding; no row of this seed has one.
        real = x[np.abs(x.imag) < 1e-9].real
        expected = np.sort(1.0 / real[real > 0.0] - 1.0)
        np.testing.assert_allclose(irr_roots(row), expected, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(("finance", "reinvest"), [(0.10, 0.12), (0.0, 0.0), (0.05, -0.02), (-0.3, 0.3)])
def test_mirr_is_numpy_financials(finance: float, reinvest: float) -> None:
    """The convention on which flows count (each column is a year) is theirs, also with zeros at the ends."""
    cash = projects(50, 12)
    cash[::2, 6] = -500.0
    cash[::3, -2:] = 0.0
    cash[::5, 0] = 0.0
    cash[1] = 5.0
    expected = np.array([npf.mirr(row, finance, reinvest) for row in cash])
    np.testing.assert_allclose(mirr(cash, finance, reinvest), expected, rtol=1e-12, atol=1e-13)
    assert np.isnan(expected[1])


def test_npv_is_numpy_financials() -> None:
    """First flow undiscounted, as there."""
    cash = projects(50, 26)
    rates = RNG.uniform(-0.2, 0.5, 50)
    expected = np.array([npf.npv(rate, row) for rate, row in zip(rates, cash, strict=True)])
    np.testing.assert_allclose(npv(rates, cash), expected, rtol=1e-12, atol=1e-9)
