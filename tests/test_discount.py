"""Present value, rates of return and payback: worked examples, edges, and laws over random rows.

Worked examples marked "hand" are arithmetic that can be redone on paper; they were given with the rules of the
field, not computed by this code.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from appraisal.discount import (
    REASONS,
    discounted,
    first_payback,
    internal_rates,
    irr,
    irr_reason,
    irr_roots,
    irr_status,
    mirr,
    npv,
    payback,
    present_value,
)

FIVE_YEARS = [-1000.0, 300.0, 300.0, 300.0, 300.0, 300.0]
RECOVERY = [-1000.0, 180.0, 240.0, 260.0, 260.0, 260.0, 260.0]
REPLACED = [-1000.0, 400.0, 400.0, 400.0, -500.0, 400.0, 400.0, 400.0]

money = st.floats(-1000.0, 1000.0).map(lambda x: round(x, 2))
tables = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(2, 26)), elements=money)


# Worked examples ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("timing", "expected"), [("end", 183.160195), ("mid", 190.345659), ("start", 197.813011)])
def test_npv_conventions_give_the_hand_figures(timing: str, expected: float) -> None:
    """Example npv_conventions, hand: one outlay, five receipts of 300, 8 %."""
    assert present_value(0.08, FIVE_YEARS, timing) == pytest.approx(expected, abs=5e-7)


def test_irr_of_npv_conventions_gives_the_hand_figure() -> None:
    """Example npv_conventions, hand; the rate does not depend on the convention."""
    assert irr(FIVE_YEARS) == pytest.approx(0.15238237, abs=5e-9)


def test_npv_of_an_uneven_textbook_flow_is_the_exact_figure() -> None:
    """Textbook example fnpv_8pct: 242.4658 exact (printed 242.76 from four-digit factors), end of year."""
    flow = [-4200.0, -4700.0, 2000.0, 2500.0, 2500.0, 2500.0, 2500.0]
    assert present_value(0.08, flow) == pytest.approx(242.4658, abs=5e-5)


@pytest.mark.parametrize(
    ("revenue", "expected"),
    [(250.0, 0.11027882), (275.0, 0.14437794), (229.029489, 0.08)],
)
def test_irr_of_a_level_project_gives_the_hand_figures(revenue: float, expected: float) -> None:
    """Example sensitivity_and_critical_point, hand: 1000 in column 1, ten years of revenue less cost 80."""
    assert irr([-1000.0] + [revenue - 80.0] * 10) == pytest.approx(expected, abs=5e-9)


def test_irr_after_adjusted_tax_gives_the_hand_figure() -> None:
    """Example adjusted_income_tax_two_bases, hand: 1000, 260 - 60, 25 % tax on EBIT, 10 years to a residual of 5 %."""
    net = 200.0 - 0.25 * (200.0 - 95.0)
    assert irr([-1000.0] + [net] * 9 + [net + 50.0]) == pytest.approx(0.11947834, abs=5e-9)


def test_payback_interpolates_as_in_the_hand_example() -> None:
    """Example payback_interpolation, hand: static 5.230769, at 8 % 6.324188, with the discounted line itself."""
    assert payback(RECOVERY) == pytest.approx(5.230769, abs=5e-7)
    flows = discounted(0.08, RECOVERY)
    assert payback(flows) == pytest.approx(6.324188, abs=5e-7)
    cumulated = [-925.925926, -771.604938, -581.0852, -389.977439, -213.025807, -49.181704, 102.525798]
    np.testing.assert_allclose(np.cumsum(flows), cumulated, atol=5e-7)


def test_payback_with_a_replacement_is_the_last_crossing() -> None:
    """Example payback_interpolation, hand: crossings at 3.5 and 5.75; the last counts, the first warns."""
    assert payback(REPLACED) == 5.75
    assert first_payback(REPLACED) == 3.5


def test_classic_pair_of_rates_is_flagged_and_the_falling_one_shown() -> None:
    """-1000, 2500, -1540 = -1000 (1 - 1.1 x)(1 - 1.4 x): rates 10 % and 40 % by construction; NPV falls at 40 %."""
    cash = [-1000.0, 2500.0, -1540.0]
    np.testing.assert_allclose(irr_roots(cash), [0.10, 0.40], atol=1e-14)
    assert irr(cash) == pytest.approx(0.40, abs=1e-14)
    assert irr_status(cash) == ("multiple", 2)
    assert irr_reason(cash) == "multiple_shown"


def test_decommissioning_outlay_leaves_the_meant_rate_shown() -> None:
    """(x - 1/1.08)(10 - x) = -x² + (10 + 1/1.08) x - 10/1.08: 8 % and -90 % by construction; 8 % is shown."""
    cash = [-10.0 / 1.08, 10.0 + 1.0 / 1.08, -1.0]
    np.testing.assert_allclose(irr_roots(cash), [-0.9, 0.08], atol=1e-14)
    assert irr(cash) == pytest.approx(0.08, abs=1e-14)


# What is shown and why ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cash", "rate", "status", "reason"),
    [
        # closed forms: a two-flow row has the rate (late/early)^(1/gap) - 1; a quadratic is solved on paper
        ([-100.0, 150.0], 0.5, ("ok", 1), "ok"),
        ([0.0, 0.0, -100.0, 0.0, 121.0, 0.0], 0.1, ("ok", 1), "ok"),
        ([100.0, -150.0], 0.5, ("ok", 1), "ok_rising"),
        ([-100.0, 50.0, 50.0], 0.0, ("ok", 1), "ok"),
        ([-100.0, 25.0], -0.75, ("ok", 1), "ok"),
        ([-1.0, 6.0, -11.0, 6.0], np.nan, ("multiple", 3), "multiple_none_shown"),  # 0, 100, 200 %: falls at two
        ([1.0, -6.0, 11.0, -6.0], 1.0, ("multiple", 3), "multiple_shown"),  # the same negated: falls at 100 % only
        ([1.0, -3.0, 2.5], np.nan, ("none", 0), "none"),  # discriminant 9 - 10 < 0
        ([1.0, -2.0, 1.0], np.nan, ("none", 1), "none_touches"),  # (x - 1)²
        ([-1.0, 2.2, -1.21], np.nan, ("none", 1), "none_touches"),  # (1 - 1.1 x)², not exact in binary
        ([1.0, -4.0, 6.0, -4.0, 1.0], np.nan, ("none", 1), "none_touches"),  # (x - 1)^4
        ([-1.0, 3.0, -3.0, 1.0], 0.0, ("ok", 1), "ok"),  # (x - 1)³ crosses
        ([4.0, -12.0, 13.0, -6.0, 1.0], np.nan, ("multiple", 2), "multiple_none_shown"),  # (x-1)²(x-2)², touches
        ([0.0, 0.0, 0.0], np.nan, ("none", 0), "none_no_sign_change"),
        ([0.0, 5.0, 0.0], np.nan, ("none", 0), "none_no_sign_change"),
        ([5.0], np.nan, ("none", 0), "none_no_sign_change"),
        ([-5.0, -1.0, -2.0], np.nan, ("none", 0), "none_no_sign_change"),
    ],
)
def test_rule_of_the_shown_rate(cash: list[float], rate: float, status: tuple[str, int], reason: str) -> None:
    """One case for each reason a rate is shown or not."""
    np.testing.assert_allclose(irr(cash), rate, rtol=0.0, atol=4e-6 if len(cash) == 4 else 1e-14)
    assert irr_status(cash) == status
    assert irr_reason(cash) == reason
    assert reason in REASONS
    assert len(irr_roots(cash)) == status[1]


def test_root_that_touches_is_located_by_the_derivative() -> None:
    """(1 - 1.1 x)²: 10 %, to full precision although NPV is flat there."""
    np.testing.assert_allclose(irr_roots([-1.0, 2.2, -1.21]), [0.10], atol=1e-14)


@pytest.mark.parametrize("rate", [1e-15, -1e-13, 1e-9, 1e6, 1e12, 1e200, -1.0 + 1e-6, -1.0 + 2.0**-40])
def test_extreme_rates_of_two_flows_keep_their_digits(rate: float) -> None:
    """Closed form: -1, 1 + rate. The error is a few units in the last place of ln(1 + rate)."""
    growth = 1.0 + rate
    digits = 4.0 * np.finfo(float).eps * max(1.0, np.log(growth))
    assert irr([-1.0, growth]) == pytest.approx(growth - 1.0, rel=digits, abs=2e-16)


def test_rate_nearer_to_minus_one_than_a_float_stays_inside() -> None:
    """-1, 1e-30: the root 1e-30 - 1 is given as the float next to -1, never -1 itself."""
    assert irr([-1.0, 1e-30]) == np.nextafter(-1.0, 0.0)


def test_rounding_residue_of_the_last_year_counts_as_a_flow() -> None:
    """No flow is too small to count: a residue of -1e-9 adds a root near -1, is flagged, and the rate stays."""
    cash = [-1000.0] + [300.0] * 5
    assert irr_status([*cash, -1e-9]) == ("multiple", 2)
    assert irr([*cash, -1e-9]) == pytest.approx(irr(cash), abs=1e-12)


# Shapes and refusals --------------------------------------------------------------------------------------------


def test_one_row_gives_floats_and_a_table_gives_arrays() -> None:
    """The type follows the shape of the cash."""
    for one in (FIVE_YEARS, np.array(FIVE_YEARS)):
        for found in (npv(0.1, one), irr(one), mirr(one, 0.1, 0.1), payback(one), first_payback(one)):
            assert type(found) is float
        assert type(irr_status(one)[0]) is str
        assert type(irr_status(one)[1]) is int
    stack = np.array([FIVE_YEARS])
    for found in (npv(0.1, stack), irr(stack), mirr(stack, 0.1, 0.1), payback(stack), *irr_status(stack)):
        assert isinstance(found, np.ndarray)
        assert found.shape == (1,)
    assert discounted(0.1, stack).shape == (1, 6)


@pytest.mark.parametrize("rate", [0.08, [0.08, 0.08], [[0.08], [0.08]]])
def test_rate_may_be_a_number_a_column_or_a_flat_array(rate: object) -> None:
    """Three shapes of the rate, one result (example npv_conventions, start of year)."""
    np.testing.assert_allclose(npv(rate, [FIVE_YEARS, FIVE_YEARS]), 197.813011, atol=5e-7)  # type: ignore[arg-type]


def test_one_row_with_many_rates_is_a_profile() -> None:
    """Closed form: -1 + 1.21/(1 + r)²."""
    rates = np.array([0.0, 0.1, 1.2])
    np.testing.assert_allclose(npv(rates, [-1.0, 0.0, 1.21]), -1.0 + 1.21 / (1.0 + rates) ** 2, atol=1e-15)
    assert discounted(rates, [-1.0, 0.0, 1.21]).shape == (3, 3)


@pytest.mark.parametrize("function", [irr, irr_status, irr_roots, payback, lambda cash: npv(0.1, cash)])
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_flow_that_is_not_a_number_is_refused_with_its_row(function: object, wrong: float) -> None:
    """NaN in is an error that names row and column."""
    with pytest.raises(ValueError, match=r"row 0 \(from 0\): cash of column 2 is"):
        function([-1.0, 2.0, wrong])  # type: ignore[operator]
    table = np.ones((40, 3))
    table[35, 1] = wrong
    with pytest.raises(ValueError, match=r"row 35 \(from 0\): cash of column 1 is"):
        internal_rates(table)


@pytest.mark.parametrize("rate", [-1.0, -1.5, np.nan, np.inf])
def test_rate_that_discounts_nothing_is_refused(rate: float) -> None:
    """A rate of -1 or below, or no number, has no discount factor."""
    with pytest.raises(ValueError, match="row 1"):
        npv([0.1, rate], [FIVE_YEARS, FIVE_YEARS])


def test_shapes_that_do_not_fit_are_refused() -> None:
    """Three rates for two rows, a cube, no year, a matrix of rates, several rows of roots, an unknown timing."""
    for call in (
        lambda: npv([0.1, 0.1, 0.1], [FIVE_YEARS, FIVE_YEARS]),
        lambda: irr(np.ones((2, 2, 2))),
        lambda: irr([]),
        lambda: npv([[0.1, 0.1]], FIVE_YEARS),
        lambda: irr_roots([FIVE_YEARS, FIVE_YEARS]),
        lambda: present_value(0.1, FIVE_YEARS, "noon"),  # type: ignore[arg-type]
    ):
        with pytest.raises(ValueError, match=r"expected|fit"):
            call()


def test_rows_beyond_the_range_of_a_float_are_refused() -> None:
    """201 changes of sign, flows 1e600 apart, and a present value that overflows are errors, not numbers."""
    for call in (
        lambda: irr((-1.0) ** np.arange(202)),
        lambda: irr([1e-320, -1e300, 1e300]),
        lambda: npv(-1.0 + 1e-15, [-1.0] * 60),
    ):
        with pytest.raises(ValueError, match=r"row 0 \(from 0\).*range of a float"):
            call()


def test_empty_table_gives_empty_results() -> None:
    """No scenario, no answer, no error."""
    assert irr(np.empty((0, 5))).shape == (0,)
    assert npv(0.1, np.empty((0, 5))).shape == (0,)


def test_payback_without_recovery_is_undefined() -> None:
    """Never recovered, nothing to recover, and recovered but lost again at the end."""
    assert np.isnan(payback([-10.0, 4.0, 5.0]))
    assert np.isnan(payback([4.0, 5.0]))
    assert np.isnan(payback([-10.0, 20.0, -15.0]))
    assert first_payback([-10.0, 20.0, -15.0]) == 1.5
    assert payback([-0.3, 0.1, 0.1, 0.1]) == pytest.approx(4.0, abs=1e-12)


def test_importing_the_module_loads_no_compiler() -> None:
    """numba is loaded by the first rate of return, not by the import."""
    code = "import sys, appraisal.discount as d; d.npv(0.1, [1.0]); assert 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# Laws -----------------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(tables)
def test_npv_at_the_shown_rate_is_zero(cash: np.ndarray) -> None:
    """NPV at the IRR is zero within the rounding of the sum and of the rate."""
    for row, rate in zip(cash, irr(cash), strict=True):
        if np.isnan(rate):
            continue
        terms = np.abs(row) / (1.0 + rate) ** np.arange(row.size)
        slack = 4.0 * row.size * np.spacing(1.0) * terms.sum()
        drift = np.spacing(1.0 + abs(rate)) * row.size * terms.sum() / (1.0 + rate)
        assert abs(npv(rate, row)) <= slack + drift


@settings(max_examples=60, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_rows_are_bitwise_independent_of_their_neighbours_and_of_memory(cash: np.ndarray, random: object) -> None:
    """A row alone, in a table, in a shuffled table, year by year in memory or strided: the same bits."""
    stack = np.concatenate([cash] * 9)
    order = list(range(len(stack)))
    random.shuffle(order)  # type: ignore[attr-defined]
    wide = np.zeros((2 * len(stack), cash.shape[1] + 3))
    wide[::2, 1:-2] = stack
    for function in (irr, lambda c: irr_status(c)[1], payback, lambda c: npv(0.07, c), lambda c: mirr(c, 0.05, 0.07)):
        alone = np.array([function(row) for row in stack])
        for other in (stack, np.asfortranarray(stack), wide[::2, 1:-2]):
            np.testing.assert_array_equal(function(other), alone)
        np.testing.assert_array_equal(function(stack[order]), alone[order])


@settings(max_examples=100, deadline=None)
@given(tables, st.integers(-40, 40))
def test_roots_do_not_move_with_the_unit_of_money(cash: np.ndarray, power: int) -> None:
    """Exact for powers of two; the same count and rate for a decimal scale where no two roots are close."""
    np.testing.assert_array_equal(irr(cash * 2.0**power), irr(cash))
    np.testing.assert_array_equal(irr_status(cash * 2.0**power)[1], irr_status(cash)[1])


@settings(max_examples=100, deadline=None)
@given(tables)
def test_negated_row_has_the_same_roots_with_the_directions_swapped(cash: np.ndarray) -> None:
    """A loan seen from the other side."""
    assume(cash.size > 0)
    for row in cash:
        np.testing.assert_array_equal(irr_roots(-row), irr_roots(row))
        if irr_reason(row) in ("ok", "ok_rising"):
            assert {irr_reason(row), irr_reason(-row)} == {"ok", "ok_rising"}


@settings(max_examples=100, deadline=None)
@given(tables, st.integers(1, 6))
def test_zeros_before_and_after_do_not_matter(cash: np.ndarray, zeros: int) -> None:
    """Later years of nothing add nothing, to the bit; a delay multiplies NPV by a factor and moves the last bits."""
    blank = np.zeros((len(cash), zeros))
    np.testing.assert_array_equal(irr(np.hstack([cash, blank])), irr(cash))
    delayed = np.hstack([blank, cash, blank])
    np.testing.assert_allclose(irr(delayed), irr(cash), rtol=1e-13, atol=1e-14)
    np.testing.assert_array_equal(irr_status(delayed)[1], irr_status(cash)[1])


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1e6, 1e12, 1e-300, 1e290])
def test_scale_of_money_keeps_roots_and_status(scale: float) -> None:
    """-1000, 2500, -1540 in any unit: 10 % and 40 % (by construction)."""
    cash = np.array([-1000.0, 2500.0, -1540.0]) * scale
    np.testing.assert_allclose(irr_roots(cash), [0.10, 0.40], atol=1e-13)


@settings(max_examples=100, deadline=None)
@given(tables)
def test_last_payback_is_not_before_the_first(cash: np.ndarray) -> None:
    """Where both exist, first ≤ last, and each lies inside the period."""
    first, last = first_payback(cash), payback(cash)
    both = ~np.isnan(last)
    assert (first[both] <= last[both]).all()
    assert (last[both] <= cash.shape[1] * (1.0 + 1e-12)).all()


@pytest.mark.parametrize("years", [26, 40, 60])
def test_start_value_of_a_tile_decides_time_and_not_the_answer(years: int) -> None:
    """Hard rows for a start from 0: deep negative, huge and late rates, against the closed form of two flows."""
    gap = years - 1
    growth = np.array([1e-6, 0.01, 0.3, 0.9, 1.0, 1.001, 3.0, 50.0, 1e5])
    cash = np.zeros((len(growth), years))
    cash[:, 0], cash[:, -1] = -1.0, growth**gap
    keep = cash[:, -1] > 1e-300
    np.testing.assert_allclose(1.0 + irr(cash[keep]), growth[keep], rtol=1e-13, atol=3e-16)
    np.testing.assert_allclose(1.0 + irr(-cash[keep]), growth[keep], rtol=1e-13, atol=3e-16)


@pytest.mark.parametrize("years", [26, 40, 60])
def test_npv_at_the_rate_of_ordinary_rows_is_below_1e_10_of_the_outlay(years: int) -> None:
    """The accuracy that the design asks for, over 20,000 rows."""
    rng = np.random.default_rng(3)
    cash = rng.uniform(20.0, 200.0, (20_000, years))
    cash[:, 0] = -rng.uniform(300.0, 3000.0, len(cash))
    assert (np.abs(npv(irr(cash), cash)) < 1e-10 * -cash[:, 0]).all()
