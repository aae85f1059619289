"""Prices that change over the years: each set of prices is solved once, at the year's own, and carried."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from strategies import days, made, merged, plant, share

from appraisal import Case, appraise, load_case, scenario_path
from appraisal.dispatch.pose import pose
from appraisal.dispatch.run import dispatch, solve
from appraisal.dispatch.years import in_year, price_years
from appraisal.errors import InputError
from appraisal.operation import Operation
from appraisal.streams import stream

LAWS = settings(max_examples=20, deadline=None, derandomize=True, database=None)
NO_FADE = {"storage": {"ageing": {"calendar_coefficient": 0, "cycle_coefficient": 0}}}
FEES = ("transmission_yuan_per_kwh", "loss_yuan_per_kwh", "system_operation_yuan_per_kwh")


def lasting(*changes: dict[str, Any]) -> Case:
    """Ten years of a plant that does not wear, so that years differ by their prices alone."""
    return made(plant(NO_FADE, *changes))


def money(operation: Operation) -> NDArray[np.float64]:
    """Earned less paid in the operating years of the first scenario, before the price index."""
    sold = sum(operation.earned.values(), np.zeros((1, 1)))
    return np.asarray((sold - sum(operation.paid.values(), np.zeros((1, 1))))[0, 1:])


@pytest.mark.parametrize(("index", "like"), [
    ("energy_index", {"price_scale": 1.3}),
    ("spread_index", {"spread_scale": 1.3}),
    ("transmission_index", {"transmission_yuan_per_kwh": 0.12 * 1.3}),
])  # fmt: skip
def test_year_at_an_index_is_the_year_of_a_plant_with_those_prices(index: str, like: dict[str, float]) -> None:
    """Years 1–5 at 1 and 6–10 at 1.3 are five years of either case alone: energy and every line of money."""
    both = dispatch(lasting({"market": {index: [1.0] * 5 + [1.3] * 5}}))
    before, after = dispatch(lasting()), dispatch(lasting({"market": like}))
    for name in ("charged_mwh", "discharged_mwh", "cycles"):
        found, first, last = (getattr(one, name)[0, 1:] for one in (both, before, after))
        np.testing.assert_allclose(found, np.concatenate([first[:5], last[5:]]), rtol=1e-12)
    for line in ("paid", "earned"):
        for name, found in getattr(both, line).items():
            parts = [getattr(before, line)[name][0, 1:6], getattr(after, line)[name][0, 6:]]
            np.testing.assert_allclose(found[0, 1:], np.concatenate(parts), rtol=1e-12)


def test_case_of_one_price_year_is_what_it_was() -> None:
    """Indices of 1 in every year are no indices: the same bits, from one solved year."""
    plain, listed = made(plant()), made(plant({"market": {name: [1.0] * 10 for name in ("energy_index", "spread_index", "transmission_index")}}))  # fmt: skip
    assert price_years(listed) == (tuple(range(1, 11)),)
    one, other = appraise(plain), appraise(listed)
    assert (one.statements["project_net"] == other.statements["project_net"]).all()


def test_years_of_the_same_prices_are_solved_once() -> None:
    """Three sets of prices in ten years; years that return to a set join it."""
    case = lasting({"market": {"spread_index": [1, 1, 0.9, 0.9, 0.8, 0.8, 0.8, 1, 1, 0.9]}})
    assert price_years(case) == ((1, 2, 8, 9), (3, 4, 10), (5, 6, 7))


@LAWS
@given(days(), share(0.2, 4), share(0, 0.3))
def test_scale_of_all_prices_leaves_the_schedule_without_a_cost_of_moving(
    day: list[float], scale: float, fee: float
) -> None:
    """Prices and fees times k: the same energy, k times the money; the law that lets a price index share its year."""

    def yearly(k: float) -> Operation:
        market = {"typical_days": [{"buy_yuan_per_kwh": [k * one for one in day]}], **dict.fromkeys(FEES, k * fee)}
        return dispatch(lasting({"market": market}))

    plain, scaled = yearly(1.0), yearly(scale)
    np.testing.assert_allclose(money(scaled), scale * money(plain), rtol=1e-9, atol=1e-6)
    case = lasting({"market": {"price_index": [1.0, scale] + [1.0] * 8}})
    assert price_years(case) == (tuple(range(1, 11)),)


@LAWS
@given(days(), share(0.1, 3), st.integers(20, 400))
def test_price_index_with_a_cost_of_moving_is_the_optimum_at_those_prices(
    day: list[float], scale: float, wear: int
) -> None:
    """With wear in the objective a year at k times all prices is solved at them: the worth of a plant with those prices."""
    storage = {"storage": {"throughput_cost_yuan_per_mwh": wear}}
    market = {"typical_days": [{"buy_yuan_per_kwh": day}]}
    indexed = dispatch(lasting(storage, {"market": {**market, "price_index": [1.0, scale] + [1.0] * 8}}))
    scaled = {"typical_days": [{"buy_yuan_per_kwh": [scale * one for one in day]}], "transmission_yuan_per_kwh": 0.12 * scale, "loss_yuan_per_kwh": 0.008 * scale, "system_operation_yuan_per_kwh": 0.03 * scale}  # fmt: skip
    alone = dispatch(lasting(storage, {"market": scaled}))
    worth = scale * money(indexed)[1] - wear * indexed.discharged_mwh[0, 2]
    assert worth == pytest.approx(money(alone)[1] - wear * alone.discharged_mwh[0, 2], rel=1e-9, abs=1e-3)


def test_prices_of_nothing_leave_a_plant_with_wear_still() -> None:
    """A price index of 0 with a throughput cost: nothing moves in that year."""
    storage = {"storage": {"throughput_cost_yuan_per_mwh": 50}}
    operation = dispatch(lasting(storage, {"market": {"price_index": [1.0, 0.0] + [1.0] * 8}}))
    assert operation.discharged_mwh[0, 2] == 0.0
    assert operation.discharged_mwh[0, 1] > 0.0


def test_spread_that_narrows_lowers_income_year_by_year() -> None:
    """Law: the optimum is convex in the spread and nothing is earned at none, so that less spread never pays more."""
    index = [1 - 0.05 * year for year in range(10)]
    earned = money(dispatch(lasting({"market": {"spread_index": index, "transmission_yuan_per_kwh": 0}})))
    assert (np.diff(earned) <= 1e-6).all()
    assert earned[0] > earned[-1]


def test_rows_have_price_years_of_their_own() -> None:
    """Indices that differ by scenario: each row is what it is alone."""
    case = made(plant({"market": {"energy_index": [1 + 0.01 * year for year in range(10)]}}))
    slopes = np.array([[1 + rise * year for year in range(10)] for rise in (-0.02, 0.0, 0.03)])
    block = appraise(case.vary({"market.energy_index": slopes}))
    for row, slope in enumerate(slopes):
        alone = appraise(case.vary({"market.energy_index": slope[None, :]}))
        assert block.metrics["project_npv"].value[row] == pytest.approx(float(alone.metrics["project_npv"].value[0]), rel=1e-12)  # fmt: skip


def test_tariff_indices_part_what_floats_from_what_does_not() -> None:
    """Zhejiang: price = ratio × floating + fixed (RetailYear); each index moves its own part and nothing else."""
    case = load_case(scenario_path("zhejiang_user_lfp"))
    prices = case.prices
    assert prices is not None
    assert prices.fixed is not None
    years = case.project.operation_years
    moved = case.vary(
        {"market.energy_index": np.full((1, years), 1.1), "market.transmission_index": np.full((1, years), 0.5)}
    )
    found = in_year(moved, 3).prices
    assert found is not None
    np.testing.assert_allclose(found.buy, 1.1 * (prices.buy - prices.fixed) + 0.5 * prices.fixed, rtol=1e-14)
    assert (prices.fixed > 0).all()
    assert (prices.fixed < prices.buy).all()


def test_price_years_that_do_not_fit_are_refused() -> None:
    """A list of another length."""
    with pytest.raises(InputError) as error:
        made(plant({"market": {"energy_index": [1.0, 1.1]}}))
    assert "market.energy_index" in {fault.path for fault in error.value.faults}


# --- heat input ---

FIRED = {
    "charge_efficiency": 0.9,
    "discharge_efficiency": 0.43,
    "heat": {"rate_mwh_per_mwh": 1.6, "fuel_yuan_per_mwh": 120},
}


def fired_day(prices: list[float], fees: float, refund: float) -> float:
    """Worth of one cyclic day of a fired plant of 10 MW and 20 MWh × 0.95, by HiGHS; one way at a time.

    Written with the heat as a quantity of its own: discharged = 0.43 × (drawn + heat), heat = 1.6 × discharged.
    """
    steps, price = len(prices), 1000 * np.array(prices)
    # Columns, all of every step: charge, discharge, drawn, heat, state, and 1 where it charges.
    charge, out, drawn, heat, state, way = (np.eye(6 * steps)[at * steps : (at + 1) * steps] for at in range(6))
    before = np.roll(state, 1, axis=0)
    cost = charge.T @ (price + fees) - out.T @ (price + refund) + heat.T @ np.full(steps, 120.0)
    limits = [
        LinearConstraint(out - 0.43 * (drawn + heat), 0, 0), LinearConstraint(heat - 1.6 * out, 0, 0),
        LinearConstraint(state - before - 0.9 * charge + drawn, 0, 0),
        LinearConstraint(charge - 10 * way, -np.inf, 0), LinearConstraint(out + 10 * way, -np.inf, 10),
    ]  # fmt: skip
    most = np.concatenate([np.full(2 * steps, 10.0), np.full(2 * steps, np.inf), np.full(steps, 19.0), np.ones(steps)])
    found = milp(cost, constraints=limits, bounds=Bounds(0, most), integrality=np.repeat([0, 1], [5 * steps, steps]), options={"mip_rel_gap": 0})  # fmt: skip
    assert found.status == 0
    return -float(found.fun)


@LAWS
@given(days())
def test_fired_plant_is_the_optimum_of_electricity_and_heat(day: list[float]) -> None:
    """The worth of a year is 365 × that of HiGHS on one day, heat as a quantity of its own; transmission is refunded."""
    case = lasting({"storage": FIRED, "market": {"typical_days": [{"buy_yuan_per_kwh": day}]}})
    streams = {label: stream(terms.stream or label) for label, terms in case.streams.items()}
    posed = pose(case, streams)
    worth = fired_day(day, fees=158.0, refund=120.0)
    assert float(solve(posed.problem).value[0, 0]) * 10 == pytest.approx(365 * worth, rel=1e-9, abs=1e-3)


def test_energy_of_a_fired_plant_balances() -> None:
    """Discharged = 0.43 × (drawn + 1.6 × discharged), drawn = 0.9 × charged: 0.8062 MWh of electricity a MWh."""
    case = lasting({"storage": FIRED})
    operation = dispatch(case)
    charged, out = operation.charged_mwh[0, 1], operation.discharged_mwh[0, 1]
    assert out > 0
    assert out == pytest.approx(0.43 * (0.9 * charged + 1.6 * out), rel=1e-12)
    assert case.storage.electricity_ratio[0, 0] == pytest.approx((1 - 0.43 * 1.6) / (0.43 * 0.9), rel=1e-12)
    assert charged / out == pytest.approx(float(case.storage.electricity_ratio[0, 0]), rel=1e-12)


def test_fuel_is_a_cost_of_its_own_with_its_vat() -> None:
    """1.6 MWh a MWh discharged at 120 yuan with 9 % VAT; it is variable, and escalates as operating cost does."""
    fired = merged(FIRED, {"heat": {"vat_rate": 0.09}})
    result = appraise(lasting({"storage": fired, "operating_cost": {"escalation": 0.02}}))
    books, out = result.statements, result.operation.discharged_mwh[0, 1:]
    net = 1.6 * 120 * out * 1.02 ** np.arange(10) / 1.09
    np.testing.assert_allclose(books["fuel.net"][0, 1:], net, rtol=1e-12)
    np.testing.assert_allclose(books["fuel.vat"][0, 1:], 0.09 * net, rtol=1e-12)
    rest = books["charging"] + books["variable_om"]
    np.testing.assert_allclose((books["variable_cost"] - rest)[0, 1:], net, rtol=1e-9)
    assert all(check.ok.all() for check in result.checks)


def test_dearer_heat_never_earns_more() -> None:
    """Law: the worth of a year after fuel falls with the price of heat, and at a price beyond all spreads nothing moves."""
    worth = []
    for price in (0, 60, 120, 240, 1000):
        operation = dispatch(lasting({"storage": merged(FIRED, {"heat": {"fuel_yuan_per_mwh": price}})}))
        worth.append(money(operation)[0] - 1.6 * price * operation.discharged_mwh[0, 1])
    assert (np.diff(worth) <= 1e-6).all()
    assert worth[-1] == 0.0
