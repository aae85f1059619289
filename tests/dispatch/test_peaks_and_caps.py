"""Peaks, caps, couplings: closed forms, published bills, laws over random plants, and what is refused."""

from __future__ import annotations

from typing import Any

import instances
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.dispatch import coupled
from appraisal.dispatch.coupled import Coupling, solve_coupled
from appraisal.dispatch.cycles import Monthly, solve_capped
from appraisal.dispatch.kernel import solve_rows
from appraisal.dispatch.peak import Rebate, separation_loss, solve_peaks
from appraisal.dispatch.tiers import PeakCost
from appraisal.errors import NoSolutionError, ValueFault

UNIT: dict[str, Any] = {
    "step_hours": 1.0, "charge_mw": 1.0, "discharge_mw": 1.0, "energy_mwh": 1.0, "charge_efficiency": 1.0,
    "discharge_efficiency": 1.0,
}  # fmt: skip
LAWS = settings(max_examples=60, deadline=None, derandomize=True)
FLAT = np.array([[1.0, 1.0]])
ALONE: dict[str, Any] = {"weight": np.ones(1), "group": np.zeros(1, dtype=np.int64)}


def per_mw(price: float, begins: float = 0.0) -> PeakCost:
    """A single tier."""
    return PeakCost(np.array([[begins]]), np.array([[price]]))


# The rule of contract demand, Beijing 52 yuan/kW and 5000 kVA: each figure by hand from the published rule, contract
# p C + 2 p max(0, M - 1.05 C): 52 x 3000 = 156 000; 156 000 + 2 x 52 x (3400 - 3150) = 182 000.
@pytest.mark.parametrize(("peak_kw", "bill"), [(3100.0, 156_000.0), (3400.0, 182_000.0), (0.0, 156_000.0)])
def test_contract_of_beijing_is_a_table_of_tiers(peak_kw: float, bill: float) -> None:
    """What a contract, its 5 % tolerance and the double price above cost."""
    cost = PeakCost(np.array([[3.15]]), np.array([[104_000.0]]), np.array([[156_000.0]]))
    assert cost.at(np.array([peak_kw / 1000.0]))[0] == pytest.approx(bill, rel=1e-12)


def test_net_limit_below_zero_forces_discharge() -> None:
    """Closed form: at least 0.4 MW out in hour 1 although it sells for 10 and costs 50 before: 0.4 x (10 - 50) = -16."""
    high = np.array([[np.inf, -0.4]])
    value, charge, discharge, _ = solve_rows(np.array([[50.0, 10.0]]), net_high_mw=high, **UNIT)
    assert value[0] == pytest.approx(-16.0, rel=1e-12)
    assert charge[0] == pytest.approx([0.4, 0.0])
    assert discharge[0] == pytest.approx([0.0, 0.4])


def test_net_limit_above_zero_forces_charge() -> None:
    """Closed form: surplus of 0.3 MW must be stored at 100 and sells for 20: 0.3 x (20 - 100) = -24."""
    value = solve_rows(np.array([[100.0, 20.0]]), net_low_mw=np.array([[0.3, -1.0]]), **UNIT)[0]
    assert value[0] == pytest.approx(-24.0, rel=1e-12)


def test_forced_flow_without_energy_names_its_rows() -> None:
    """An empty store cannot give in the first hour; the row that can is not named."""
    high = np.array([[np.inf, -0.4], [-0.4, np.inf]])
    with pytest.raises(NoSolutionError, match=r"^row 1: no schedule keeps the net power within its limits") as caught:
        solve_rows(np.array([[50.0, 10.0], [50.0, 10.0]]), net_high_mw=high, **UNIT)
    assert "第 1 行" in caught.value.text("zh")


def test_empty_net_range_names_row_and_step() -> None:
    """At least 0.5 MW and at most 0.2 MW is no range."""
    with pytest.raises(NoSolutionError, match=r"^row 0, step 1: net power must be at least 0.5 MW and at most 0.2 MW"):
        solve_rows(FLAT, net_low_mw=np.array([[0.0, 0.5]]), net_high_mw=np.array([[1.0, 0.2]]), **UNIT)


def test_self_discharge_loses_by_the_hour() -> None:
    """Closed form: 1 MWh at 10 held two hours at 10 % an hour is 0.81 MWh: sells at 100 for 81, less 10, is 71."""
    value = solve_rows(np.array([[10.0, 60.0, 100.0]]), self_discharge=0.1, sell=np.array([[0.0, 0.0, 100.0]]), **UNIT)[
        0
    ]
    # The second hour tops up nothing: 1 MWh more costs 60 and brings at most 0.9 x 100 = 90, so 0.1 MWh of room is filled.
    assert value[0] == pytest.approx(100.0 * 0.9 - 10.0 - 60.0 * 0.1, rel=1e-12)


def test_self_discharge_by_the_half_hour_is_that_of_the_hour() -> None:
    """Closed form: a full store of 1 MWh, 19 % an hour, is 0.9 MWh after half an hour, all that 2 MW can sell at 100."""
    told = UNIT | {"step_hours": 0.5, "discharge_mw": 2.0}
    value = solve_rows(np.array([[1000.0]]), np.array([[100.0]]), start_mwh=1.0, self_discharge=0.19, **told)[0]
    assert value[0] == pytest.approx(90.0, rel=1e-12)


def test_window_leaves_the_lower_edge_in_the_store() -> None:
    """Closed form: of 1 MWh with a lower edge of 0.2, 0.8 MWh move at a spread of 90."""
    value, _, _, soc = solve_rows(np.array([[10.0, 100.0]]), lowest_mwh=0.2, cyclic=True, **UNIT)
    assert value[0] == pytest.approx(72.0, rel=1e-12)
    assert soc[0] == pytest.approx([1.0, 0.2])


def test_auxiliary_load_is_bought_in_every_step() -> None:
    """Closed form: 0.1 MW over 10 and 100 a MWh cost 11."""
    plain = solve_rows(np.array([[10.0, 100.0]]), **UNIT)[0]
    served = solve_rows(np.array([[10.0, 100.0]]), auxiliary_mw=0.1, **UNIT)[0]
    assert plain[0] - served[0] == pytest.approx(11.0, rel=1e-12)


def test_rows_of_different_length_end_where_they_say() -> None:
    """Two hours of three: the third, which would pay most, is not there."""
    day = np.array([[10.0, 50.0, 900.0]])
    value, charge, _, soc = solve_rows(np.vstack([day, day]), steps=np.array([[2], [3]]), **UNIT)
    assert value == pytest.approx([40.0, 890.0])
    assert charge[0, 2] == soc[0, 2] == 0.0


def test_peak_with_a_free_tier_is_left_alone() -> None:
    """Below a contract of 2 MW the peak is free: the spread of 90 is earned and the load of 1 MW may double."""
    found = solve_peaks(np.array([[10.0, 100.0]]), cost=per_mw(500.0, 2.0), group=[0], load_mw=1.0, **UNIT)
    assert found.value[0] == pytest.approx(90.0, rel=1e-12)
    assert found.peak[0] == pytest.approx(2.0)


def test_peak_trades_spread_against_its_price() -> None:
    """Closed form: charging c <= 1 before a sale earns 90 c and raises the peak of 1 MW by c at 500: nothing is done."""
    found = solve_peaks(np.array([[10.0, 100.0]]), cost=per_mw(500.0), group=[0], load_mw=1.0, **UNIT)
    assert found.value[0] == pytest.approx(-500.0, rel=1e-12)
    assert not found.charge.any()


def test_days_of_one_month_share_one_peak() -> None:
    """Closed form: two days with a peak load of 2 MW in hour 1; the 30 days of the second weigh, the peak is paid once.

    Half a MWh is moved each day at a flat price: the peak falls from 2 to 1.5 for both, money -100 x 1.5.
    """
    found = solve_peaks(
        np.ones((2, 2)), cost=per_mw(100.0), group=[0, 0], weight=[1.0, 30.0], load_mw=[1.0, 2.0], cyclic=True, **UNIT
    )
    assert found.value == pytest.approx([-150.0], rel=1e-12)


def test_peak_never_falls_below_zero() -> None:
    """A site whose PV covers its load draws nothing: no tier is paid, and none is paid back."""
    found = solve_peaks(FLAT, cost=per_mw(100.0), group=[0], load_mw=1.0, pv_mw=3.0, cyclic=True, **UNIT)
    assert found.peak[0] == 0.0
    assert found.value[0] == 0.0


def test_rebate_is_taken_where_the_load_alone_earns_it() -> None:
    """Closed form: a threshold at or below the plant's own losses (0) is met: 0.9 of 150 is 135."""
    told: dict[str, Any] = {"cost": per_mw(100.0), "group": [0], "load_mw": [1.0, 2.0], "cyclic": True}
    assert solve_peaks(FLAT, rebate=Rebate(0.9, np.array([-1.0])), **told, **UNIT).value[0] == pytest.approx(
        -135.0, rel=1e-12
    )
    assert solve_peaks(FLAT, rebate=Rebate(0.9, np.array([9.0])), **told, **UNIT).value[0] == pytest.approx(
        -150.0, rel=1e-12
    )


def test_cap_by_the_day_is_a_plant_a_day() -> None:
    """Closed form: half a MWh a day at spreads of 900 and 100 is 450 and 50."""
    found = solve_capped(np.array([[100.0, 1000.0], [100.0, 200.0]]), most_mwh=0.5, owner=[0, 1], **UNIT)
    assert found.value == pytest.approx([450.0, 50.0], rel=1e-12)
    assert found.price == pytest.approx([900.0, 100.0], rel=1e-12)


def test_cap_below_what_limits_force_out_is_refused() -> None:
    """0.4 MWh must leave; a cap of 0.3 has no solution and the plant is named."""
    high = np.array([[np.inf, -0.4]])
    with pytest.raises(NoSolutionError, match="plants 0: limits force more energy out"):
        solve_capped(np.array([[50.0, 10.0]]), most_mwh=0.3, owner=[0], net_high_mw=high, **UNIT)


def test_least_power_stands_still_or_moves_enough() -> None:
    """Closed form: 1 MWh over two cheap hours at 0.6 MW or more each cannot be split: one full hour, 100 - 12 = 88.

    Without the least power 0.8 at 10 and 0.2 at 12 would be bought where the first hour gives 0.8 MW only.
    """
    told = UNIT | {"charge_mw": np.array([[0.8, 1.0, 0.0]])}
    price = np.array([[10.0, 12.0, 100.0]])
    free = solve_coupled(price, coupling=Coupling(**ALONE), **told)
    held = solve_coupled(price, coupling=Coupling(least_charge_mw=0.6, **ALONE), **told)
    assert free.value == pytest.approx(100.0 - 8.0 - 2.4, rel=1e-9)
    assert held.value == pytest.approx(88.0, rel=1e-9)


def test_curve_that_is_not_concave_is_refused() -> None:
    """Power that rises faster the fuller the store is has no linear form."""
    hollow = np.array([[0.0, 0.0], [0.5, 0.1], [1.0, 1.0]])
    with pytest.raises(ValueFault, match="charge_curve: expected corners"):
        solve_coupled(FLAT, coupling=Coupling(charge_curve=hollow, **ALONE), **UNIT)


def test_size_beyond_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """More undecided steps than are trusted to HiGHS is an error with the numbers."""
    monkeypatch.setattr(coupled, "MOST_BINARIES", 1)
    with pytest.raises(ValueFault, match="2 steps, 2 of them undecided"):
        solve_coupled(FLAT, coupling=Coupling(least_charge_mw=0.5, **ALONE), **UNIT)


def test_negative_price_that_burns_nothing_needs_no_binaries(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: 1 MW bought at -10, sold at 100, the peak at 20 a MW rises from 1 to 2: 10 + 100 - 20 x 2 = 70."""
    monkeypatch.setattr(coupled, "MOST_BINARIES", 0)
    found = solve_peaks(np.array([[-10.0, 100.0]]), cost=per_mw(20.0), group=[0], load_mw=1.0, cyclic=True, **UNIT)
    assert found.value == pytest.approx([70.0], rel=1e-12)
    assert found.peak == pytest.approx([2.0], rel=1e-12)


def test_negative_price_that_would_burn_is_decided_by_binaries(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand, half lost: two hours at -10; 1 MW charged in one gives back 0.5 in the other: 10 - 5 = 5; both at once, 20 - 10."""
    lossy = {**UNIT, "charge_efficiency": 0.5}
    prices, free = np.array([[-10.0, -10.0]]), per_mw(0.0)
    found = solve_peaks(prices, cost=free, group=[0], load_mw=1.0, cyclic=True, **lossy)
    assert found.value == pytest.approx([5.0], rel=1e-9)
    monkeypatch.setattr(coupled, "MOST_BINARIES", 0)
    with pytest.raises(ValueFault, match="2 of them undecided"):
        solve_peaks(prices, cost=free, group=[0], load_mw=1.0, cyclic=True, **lossy)


def test_months_apart_lose_what_crosses_their_edge() -> None:
    """Closed form: cheap at the end of month 0, dear at the start of month 1; empty at the edge, 90 a MWh is lost."""
    year = np.array([[50.0, 10.0], [100.0, 50.0]])
    found = separation_loss(year, cost=per_mw(0.0), load_mw=0.0, edge_mwh=0.0, **UNIT)
    assert found.apart == pytest.approx(0.0, abs=1e-9)
    assert found.coupled == pytest.approx(90.0, rel=1e-9)
    assert found.loss == pytest.approx(90.0, rel=1e-9)


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        (lambda: PeakCost(np.array([[1.0, 0.0]]), np.array([[1.0, 2.0]])), "must not fall"),
        (lambda: PeakCost(np.array([[0.0, 1.0]]), np.array([[2.0, 1.0]])), "must not fall"),
        (lambda: PeakCost(np.array([[0.0]]), np.array([[np.nan]])), "price: expected a table"),
        (lambda: PeakCost(np.array([[0.0]]), np.array([[1.0, 2.0]])), "price: 2 tiers; expected 1"),
        (lambda: solve_peaks(FLAT, cost=per_mw(1.0), group=[1], load_mw=1.0, **UNIT), "group: expected 1 whole numbers"),
        (lambda: solve_peaks(FLAT, cost=per_mw(1.0), group=[0], weight=0.0, load_mw=1.0, **UNIT), "weight: expected"),
        (lambda: solve_capped(FLAT, most_mwh=-1.0, owner=[0], **UNIT), "most_mwh: expected"),
        (
            lambda: solve_capped(np.ones((2, 2)), most_mwh=1.0, owner=[0, 1], monthly=Monthly(per_mw(1.0), 1.0, [0, 0]), **UNIT),
            "a month spans two plants",
        ),
    ],
)  # fmt: skip
def test_bad_argument_is_said_in_both_languages(cost: Any, told: str) -> None:
    """A fault names the argument, and the Chinese sentence is another one."""
    with pytest.raises(ValueFault, match=told) as caught:
        cost()
    assert caught.value.message.zh != str(caught.value.message)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"lowest_mwh": 2.0}, "lowest_mwh: 2.0 in row 0; expected at most energy_mwh, 1.0"),
        ({"lowest_mwh": 0.5}, "start_mwh: 0.0 in row 0; expected at least lowest_mwh, 0.5"),
        (
            {"lowest_mwh": 0.5, "start_mwh": 0.5, "end_mwh": 0.1},
            "end_mwh: 0.1 in row 0; expected at least lowest_mwh, 0.5",
        ),
        ({"self_discharge": 1.0}, "self_discharge: 1.0 in row 0; expected a fraction an hour, at least 0, below 1"),
        ({"net_low_mw": np.nan}, "net_low_mw: nan in row 0; expected a number of MW, -inf for no limit"),
        ({"net_high_mw": -np.inf}, "net_high_mw: -inf in row 0; expected a number of MW, inf for no limit"),
        ({"steps": 3}, "steps: 3.0 in row 0; expected a whole number, 1 to 2"),
        ({"auxiliary_mw": -1.0}, "auxiliary_mw: -1.0 in row 0; expected a finite number, 0 or more"),
    ],
)
def test_solve_rows_bad_option_is_named(changed: dict[str, Any], told: str) -> None:
    """The message names the argument, the value, its place and what was expected."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (the text is compared in full below)
        solve_rows(FLAT, **UNIT | changed)
    assert str(caught.value) == told


@LAWS
@given(seed=st.integers(0, 10_000), more=st.floats(1.0, 3.0))
def test_law_more_capacity_never_earns_less(seed: int, more: float) -> None:
    """A larger store, and larger limits with it, earn at least as much; where a store sufficed a larger one does."""
    made = instances.plant(np.random.default_rng(seed), 2, 16, seed % 4)
    # A leaking store above an edge loses with its size nothing here: the edge stays where it is.
    larger = made.plant | {name: made.plant[name] * more for name in ("charge_mw", "discharge_mw", "energy_mwh")}
    try:
        value = solve_rows(made.buy, made.sell, **made.plant)[0]
    except NoSolutionError:
        return
    grown = solve_rows(made.buy, made.sell, **larger)[0]
    assert (grown >= value - 1e-9 * (1.0 + np.abs(value))).all()


@LAWS
@given(seed=st.integers(0, 10_000), looser=st.floats(0.0, 2.0))
def test_law_looser_peak_never_earns_less(seed: int, looser: float) -> None:
    """An import limit that is raised takes no schedule away."""
    draw = np.random.default_rng(seed)
    made = instances.plant(draw, 2, 16, seed % 4)
    load, told = (
        draw.uniform(0.0, 1.0, made.buy.shape),
        {k: v for k, v in made.plant.items() if not k.startswith("net_")},
    )
    try:
        tight = solve_rows(made.buy, made.sell, net_high_mw=0.8 - load, **told)[0]
    except NoSolutionError:
        return
    loose = solve_rows(made.buy, made.sell, net_high_mw=0.8 + looser - load, **told)[0]
    assert (loose >= tight - 1e-9 * (1.0 + np.abs(tight))).all()


@LAWS
@given(seed=st.integers(0, 10_000))
def test_law_no_export_is_obeyed(seed: int) -> None:
    """Where export is forbidden the site never gives: discharge <= load - PV, a surplus is taken in."""
    draw = np.random.default_rng(seed)
    made = instances.plant(draw, 2, 16, seed % 4)
    surplus = draw.uniform(-1.5, 0.2, made.buy.shape)
    told = {k: v for k, v in made.plant.items() if not k.startswith("net_")}
    try:
        _, charge, discharge, _ = solve_rows(made.buy, made.sell, net_low_mw=surplus, **told)
    except NoSolutionError:
        return
    assert (charge - discharge >= surplus - 1e-12).all()


@LAWS
@given(seed=st.integers(0, 10_000), less=st.floats(0.0, 1.0))
def test_law_tighter_cap_never_earns_more(seed: int, less: float) -> None:
    """Money rises with the cap, by no more than the price of throughput at the tighter one (concave in the cap)."""
    made = instances.plant(np.random.default_rng(seed), 2, 16, 0)
    cap, owner = float(made.plant["energy_mwh"]), np.zeros(2, dtype=np.int64)
    try:
        tight = solve_capped(made.buy, made.sell, most_mwh=less * cap, owner=owner, **made.plant)
    except NoSolutionError:
        return
    loose = solve_capped(made.buy, made.sell, most_mwh=cap, owner=owner, **made.plant)
    gain, near = loose.value[0] - tight.value[0], 1e-9 * (1.0 + abs(tight.value[0]))
    assert -near <= gain <= tight.price[0] * (1.0 - less) * cap + near
