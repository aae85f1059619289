"""What always holds of the kernel: closed forms, a day worked by hand, laws over random problems, refusals."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.dispatch import kernel, price_taker
from appraisal.dispatch.kernel import solve_rows
from appraisal.errors import IntegrityError, NoSolutionError

PLANT: dict[str, Any] = {
    "step_hours": 1.0,
    "charge_mw": 1.0,
    "discharge_mw": 1.0,
    "energy_mwh": 2.0,
    "charge_efficiency": 0.9,
    "discharge_efficiency": 0.9,
}
ENDS: tuple[dict[str, Any], ...] = ({}, {"end_mwh": 0.0}, {"cyclic": True})
LAWS = settings(max_examples=60, deadline=None, derandomize=True)
SERIES = st.lists(st.integers(-40, 100).map(float), min_size=1, max_size=30)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("efficiency", [1.0, 0.9])
def test_flat_price_any_end_earns_nothing_and_stands_still(end: dict[str, Any], efficiency: float) -> None:
    """Closed form: buying and selling at one price earns nothing, and what earns nothing is not done."""
    plant = PLANT | {"charge_efficiency": efficiency, "discharge_efficiency": efficiency}
    found = price_taker([50.0] * 24, **plant, **end)
    assert found.value == 0.0
    assert not found.charge_mw.any()
    assert not found.discharge_mw.any()


@pytest.mark.parametrize("end", ENDS)
def test_two_block_day_any_end_earns_spread_of_one_cycle(end: dict[str, Any]) -> None:
    """Closed form: E (p_high eta_d - p_low / eta_c) = 2 (800 * 0.9 - 300 / 0.9) with time to fill and empty."""
    found = price_taker([300.0] * 12 + [800.0] * 12, **PLANT, **end)
    assert found.value == pytest.approx(2.0 * (800.0 * 0.9 - 300.0 / 0.9), rel=1e-14)
    assert found.soc_mwh.max() == 2.0


def test_two_block_day_spread_below_losses_stands_still() -> None:
    """Closed form: a cycle pays when p_high / p_low > 1 / (eta_c eta_d) = 1.2346 (here the ratio is 1.23)."""
    assert price_taker([100.0] * 12 + [123.0] * 12, **PLANT).value == 0.0
    assert price_taker([100.0] * 12 + [124.0] * 12, **PLANT).value > 0.0


def test_throughput_cost_is_paid_on_energy_discharged_at_the_grid() -> None:
    """Closed form: 2 MWh stored are 1.8 MWh at the grid, so a cost of 100 takes 180 from one cycle."""
    day = [300.0] * 12 + [800.0] * 12
    lost = price_taker(day, **PLANT).value - price_taker(day, **PLANT, throughput_cost=100.0).value
    assert lost == pytest.approx(180.0, rel=1e-12)


def test_negative_price_full_store_is_not_paid_for_burning() -> None:
    """Closed form: at -100 for two hours a store with 0.5 MWh of room earns 0.5 / 0.9 * 100 and no more, by waiting.

    Selling first to make room costs 100 a MWh sold and brings 100 / 0.81 for it: with an hour each way, 1 MW and 0.81
    MWh sold, room for 0.9 MWh is filled by 1 MWh bought in the second hour.
    """
    plant = PLANT | {"start_mwh": 1.5}
    # One hour: only the room counts.
    assert price_taker([-100.0], **plant).value == pytest.approx(50.0 / 0.9, rel=1e-12)
    # Two hours: sell d <= 1, then buy 1 MWh: worth it while the room is below 0.9, i.e. d / 0.9 = 0.4, d = 0.36;
    # against buying the room's 0.5 / 0.9 at once: 100 - 36 = 64 > 55.6.
    found = price_taker([-100.0, -100.0], **plant)
    assert found.value == pytest.approx(64.0, rel=1e-12)
    assert not (found.charge_mw * found.discharge_mw).any()


# facts/examples.yaml, emc_beijing_two_cycles (worked by hand there): Beijing, July 2026, two-part 1-10 kV, yuan/MWh
# with VAT; V 23-07, F 07-10, P 10-11, S 11-13, F 13-16, S 16-17, P 17-22, F 22-23.
VALLEY, FLAT, PEAK, SHARP = 395.15375, 627.24975, 859.34575, 983.13075
BEIJING = (
    [VALLEY] * 7 + [FLAT] * 3 + [PEAK] + [SHARP] * 2 + [FLAT] * 3 + [SHARP] + [PEAK] * 5 + [FLAT] + [VALLEY]
)  # fmt: skip
BEIJING_PLANT = PLANT | {"charge_efficiency": 0.94, "discharge_efficiency": 0.94}


@pytest.mark.parametrize("end", ENDS)
def test_beijing_july_day_two_cycles_equals_published_hand_calculation(end: dict[str, Any]) -> None:
    """Day 1412.3142 yuan, 4.255319 MWh bought, 3.76 MWh sold: outputs of emc_beijing_two_cycles."""
    found = price_taker(BEIJING, **BEIJING_PLANT, **end)
    assert found.value == pytest.approx(1412.3142, abs=5e-5)
    assert found.charge_mw.sum() == pytest.approx(4.255319, abs=5e-7)
    assert found.discharge_mw.sum() == pytest.approx(3.76, abs=1e-12)


def test_beijing_july_day_each_cycle_equals_published_hand_calculation() -> None:
    """Cycle 1 (to 13:00) 1007.5332 and cycle 2 (from 13:00) 404.7811 yuan: outputs of emc_beijing_two_cycles."""
    assert price_taker(BEIJING[:13], **BEIJING_PLANT, end_mwh=0.0).value == pytest.approx(1007.5332, abs=5e-5)
    assert price_taker(BEIJING[13:], **BEIJING_PLANT, end_mwh=0.0).value == pytest.approx(404.7811, abs=5e-5)


@LAWS
@given(series=SERIES, scale=st.sampled_from([0.5, 2.0, 1024.0]), end=st.sampled_from(ENDS))
def test_value_prices_doubled_doubles(series: list[float], scale: float, end: dict[str, Any]) -> None:
    """Value is linear in the level of all prices, exactly for powers of two: no tolerance is an amount of money."""
    once = price_taker(series, **PLANT, **end).value
    assert price_taker(np.array(series) * scale, **PLANT, **end).value == pytest.approx(
        once * scale, rel=1e-12, abs=1e-9
    )


@LAWS
@given(data=st.data(), rows=st.integers(2, 6), steps=st.integers(1, 24), end=st.sampled_from(ENDS))
def test_rows_any_neighbours_same_bits(data: st.DataObject, rows: int, steps: int, end: dict[str, Any]) -> None:
    """A row's result is the same, bit for bit, alone and beside others."""
    draw = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    buy = np.round(draw.normal(20.0, 40.0, (rows, steps)), 1)
    tables: dict[str, Any] = {
        "sell": buy - draw.uniform(0.0, 10.0, (rows, 1)),
        "charge_mw": draw.uniform(0.0, 2.0, (rows, steps)),
        "discharge_mw": draw.uniform(0.0, 2.0, (rows, 1)),
        "energy_mwh": draw.uniform(0.0, 4.0, (rows, 1)),
        "charge_efficiency": draw.uniform(0.8, 1.0, (rows, 1)),
        "discharge_efficiency": draw.uniform(0.8, 1.0, (rows, 1)),
        "throughput_cost": draw.uniform(0.0, 5.0, (rows, 1)),
    }
    together = solve_rows(buy, step_hours=0.5, **tables, **end)
    for row in range(rows):
        alone = {name: table[row : row + 1] for name, table in tables.items()}
        for whole, one in zip(together, solve_rows(buy[row : row + 1], step_hours=0.5, **alone, **end), strict=True):
            assert whole[row : row + 1].tobytes() == one.tobytes()


@LAWS
@given(
    series=st.lists(st.integers(0, 100).map(float), min_size=1, max_size=30),
    energy=st.tuples(st.floats(0.0, 6.0), st.floats(0.0, 6.0)),
    end=st.sampled_from(ENDS),
)
def test_value_prices_not_negative_concave_in_energy(
    series: list[float], energy: tuple[float, float], end: dict[str, Any]
) -> None:
    """The value of a linear programme is concave in its limits: at the middle, at least the mean of both."""
    less, more = (price_taker(series, **PLANT | {"energy_mwh": mwh}, **end).value for mwh in energy)
    middle = price_taker(series, **PLANT | {"energy_mwh": sum(energy) / 2.0}, **end).value
    assert middle >= (less + more) / 2.0 - 1e-9


@LAWS
@given(series=SERIES, turn=st.integers(0, 29))
def test_cycle_turned_round_keeps_its_value(series: list[float], turn: int) -> None:
    """A cycle has no first step."""
    once = price_taker(series, **PLANT, cyclic=True).value
    assert price_taker(np.roll(series, turn), **PLANT, cyclic=True).value == pytest.approx(once, rel=1e-11, abs=1e-9)


@LAWS
@given(series=SERIES)
def test_ends_more_freedom_never_earns_less(series: list[float]) -> None:
    """Free end >= fixed end 0; a cycle >= empty to empty; nothing earns less than standing still."""
    free, fixed, cycle = (price_taker(series, **PLANT, **end).value for end in ENDS)
    assert free >= fixed - 1e-9
    assert cycle >= fixed - 1e-9
    assert fixed >= 0.0


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("zero", ["energy_mwh", "charge_mw", "discharge_mw"])
@pytest.mark.parametrize("prices", [[30.0], [10.0, 90.0, 20.0], [-50.0, -10.0, 40.0]])
def test_plant_without_energy_or_power_cannot_cycle(prices: list[float], zero: str, end: dict[str, Any]) -> None:
    """Closed form: no store or no discharge earns at most what it is paid for filling once; no charge earns nothing."""
    found = price_taker(prices, **PLANT | {zero: 0.0}, **end)
    filled = 50.0 * 1.0 + 10.0 * 1.0 if zero == "discharge_mw" and not end and prices[0] < 0.0 else 0.0
    assert found.value == pytest.approx(filled, abs=1e-12)


def test_price_taker_shapes_follow_the_prices() -> None:
    """One row in, a float and (T,); (P, T) in, (P,) and (P, T)."""
    one = price_taker([1.0, 2.0, 3.0], **PLANT)
    many = price_taker([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], [1.0, 2.0, 3.0], **PLANT)
    assert isinstance(one.value, float)
    assert one.soc_mwh.shape == one.charge_mw.shape == one.discharge_mw.shape == (3,)
    assert many.value.shape == (2,)
    assert many.soc_mwh.shape == (2, 3)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"buy": [1.0, np.nan]}, "buy: nan in row 0, step 1; expected a finite price per MWh"),
        ({"sell": [1.0, np.inf]}, "sell: inf in row 0, step 1; expected a finite price per MWh"),
        ({"buy": []}, "buy: shape (1, 0); expected (T,) or (P, T) with at least one step"),
        ({"buy": ["a", "b"]}, "buy: ['a', 'b']; expected numbers"),
        ({"sell": [1.0]}, "sell: shape (1, 1); expected (1, 2), rows by steps"),
        ({"charge_mw": -1.0}, "charge_mw: -1.0 in row 0; expected a finite number, 0 or more"),
        ({"discharge_mw": [1.0, np.nan]}, "discharge_mw: nan in row 0, step 1; expected a finite number, 0 or more"),
        ({"charge_mw": [1.0, 1.0, 1.0]}, "charge_mw: shape (1, 3); expected (1, 1) or (1, 2), rows by steps"),
        ({"energy_mwh": np.inf}, "energy_mwh: inf in row 0; expected a finite number, 0 or more"),
        ({"charge_efficiency": 0.0}, "charge_efficiency: 0.0 in row 0; expected a fraction above 0, at most 1"),
        ({"discharge_efficiency": 88.0}, "discharge_efficiency: 88.0 in row 0; expected a fraction above 0, at most 1"),
        ({"throughput_cost": -1.0}, "throughput_cost: -1.0 in row 0; expected a finite number, 0 or more"),
        ({"start_mwh": 2.5}, "start_mwh: 2.5 in row 0; expected at most energy_mwh, 2.0"),
        ({"end_mwh": -1.0}, "end_mwh: -1.0 in row 0; expected a finite number, 0 or more"),
        ({"step_hours": 0.0}, "step_hours: 0.0; expected a finite number of hours above 0"),
        ({"cyclic": True, "end_mwh": 0.0}, "cyclic: True chooses the state itself; leave start_mwh and end_mwh"),
        ({"cyclic": True, "start_mwh": 1.0}, "cyclic: True chooses the state itself; leave start_mwh and end_mwh"),
    ],
)
def test_price_taker_bad_argument_is_named(changed: dict[str, Any], message: str) -> None:
    """The message names the argument, the value, its place and what was expected."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (the text is compared in full below)
        price_taker(**{"buy": [10.0, 20.0], **PLANT, **changed})
    assert str(caught.value).startswith(message)


def test_end_out_of_reach_names_rows_and_reachable_states() -> None:
    """Closed form: two hours at 1 MW and 0.9 store 1.8 MWh; 1.9 is too much for row 1, 1.8 is not for row 0."""
    with pytest.raises(NoSolutionError) as caught:
        price_taker([[1.0, 2.0], [1.0, 2.0]], **PLANT, end_mwh=np.array([[1.8], [1.9]]))
    assert str(caught.value) == "row 1: end_mwh 1.9 cannot be reached from start_mwh 0; reachable is 0 to 1.8"


def test_end_above_energy_has_no_solution() -> None:
    """A store cannot end with more than it holds."""
    with pytest.raises(NoSolutionError, match="reachable is 0 to 2"):
        price_taker([1.0] * 9, **PLANT, end_mwh=2.5)


def test_cycle_below_its_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the search for the cycle's state stopped early, the duality bound shows it and no figure is returned."""
    from appraisal.dispatch import concave

    honest = concave.relaxed

    def short(posed: Any, cyclic: bool) -> Any:
        soc, report = honest(posed, cyclic)
        report[:, 1] *= 0.999
        return soc, report

    monkeypatch.setattr(concave, "relaxed", short)
    with pytest.raises(IntegrityError, match="dispatch row 0"):
        price_taker(BEIJING, **BEIJING_PLANT, cyclic=True)


def test_import_loads_neither_solver_nor_compiler() -> None:
    """Importing the package costs nothing that a command which does not dispatch would pay."""
    code = "import appraisal.dispatch, sys; print([m for m in ('numba', 'scipy', 'highspy') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
    assert kernel.__name__ == "appraisal.dispatch.kernel"
