"""State of health by year, and what is read between the states of health that were solved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from strategies import LIBRARY, days, made, merged, plant, share

from appraisal import Case, appraise, load_case, scenario_path
from appraisal.case.store import Ageing
from appraisal.dispatch.ageing import Curve, health
from appraisal.dispatch.pose import STATES, pose
from appraisal.dispatch.run import dispatch, solve
from appraisal.operation import Problem, Solved
from appraisal.scenario import scenario_names
from appraisal.streams import stream
from appraisal.units import table

AGEING = settings(max_examples=25, deadline=None, derandomize=True, database=None)
DAY = [0.2] * 8 + [0.9] * 4 + [0.3] * 6 + [1.0] * 4 + [0.2] * 2


def problem_of(case: Case) -> Problem:
    """The one problem of a single case."""
    return pose(case, {label: stream(terms.stream or label) for label, terms in case.streams.items()}).problem


def read(solved: Solved, name: str, soh: float) -> float:
    """A quantity read between the solved states, as the years read it."""
    curve = Curve(states=solved.problem.states, which=np.zeros(1, dtype=np.int64))
    return float(curve.read(getattr(solved, name), table(soh))[0, 0])


def exact(problem: Problem, name: str, soh: float) -> float:
    """The same quantity solved at that very state of health."""
    return float(getattr(solve(replace(problem, states=table([[soh]]))), name)[0, 0])


# --- the fade model ---


def test_health_follows_the_published_fade_of_a_large_lfp_cell() -> None:
    """SOH after 1 to 20 years at one and two cycles a day, 25 °C, to the three digits printed.

    Source: example ``LFP.nrel250.example`` of the facts (330 days a year, equivalent full cycles = 0.9 × cycles),
    derived there from NREL/BLAST-Lite ``lfp_gr_250AhPrismatic_2019``; the coefficients are those of the library.
    """
    known = {what.target: what for what in LIBRARY.parameters("technology.lfp")}
    names = {
        term: known[f"storage.ageing.{term}"].name
        for term in ("calendar_coefficient", "calendar_exponent", "cycle_coefficient", "cycle_exponent")
    }
    ageing = Ageing(**{term: LIBRARY.fact(name, date(2026, 1, 1)).value for term, name in names.items()})
    printed = {1: {1: 0.964, 5: 0.881, 10: 0.798, 15: 0.724, 20: 0.654}, 2: {1: 0.945, 5: 0.809, 10: 0.670}}
    for cycles_a_day, by_year in printed.items():
        for year, expected in by_year.items():
            found = health(ageing, 365.0 * year, table(0.9 * 330 * cycles_a_day * year))[0, 0]
            assert found == pytest.approx(expected, abs=6e-4), (cycles_a_day, year)


def test_dispatch_lifetime_of_the_lfp_default_is_the_published_fade() -> None:
    """One cycle a day of 0.9 of usable energy on 330 days, through dispatch: within 0.1 points of the published model.

    A worn battery moves less energy, but a swing of its whole window stays a full cycle, as in the source model.
    """
    raw = merged(plant(), {
        "project": {"operation_years": 20},
        "storage": {"technology": "lfp", "energy_mwh": 40, "depth_of_discharge": 0.9, "availability": 330 / 365, "ageing": {"end_of_life_soh": 0.5}},
        "market": {"typical_days": [{"buy_yuan_per_kwh": [0.2] * 8 + [0.3] * 8 + [1.0] * 8}]},
    })  # fmt: skip
    raw["storage"]["ageing"] = {"end_of_life_soh": 0.5}
    soh = dispatch(made(raw)).soh[0, 1:]
    # The mean of two year ends stands for the middle of the year; at the ends of years 10 and 20 the facts print 0.798 and 0.654.
    for year in (10, 20):
        ends = [
            1 - 4.946233e-04 * (365 * at) ** 0.526 - 2.195556e-04 * (0.9 * 330 * at) ** 0.828 for at in (year - 1, year)
        ]
        assert soh[year - 1] == pytest.approx(sum(ends) / 2, abs=1e-3)


def fine_health(case: Case, steps: int) -> NDArray[np.float64]:
    """SOH at the middle of each operating year by so many steps a year, replacement and end of life included."""
    solved = solve(problem_of(case))
    storage, hours = case.storage, float(case.storage.energy_mwh[0, 0] / case.storage.power_mw[0, 0])
    ageing = {
        name: float(getattr(storage.ageing, name)[0, 0])
        for name in (
            "calendar_coefficient",
            "calendar_exponent",
            "cycle_coefficient",
            "cycle_exponent",
            "end_of_life_soh",
        )
    }
    cycles, born, middle = 0.0, 0.0, []
    for step in range(case.project.operation_years * steps):
        if step % steps == 0 and step // steps in storage.replacement.operation_years:
            cycles, born = 0.0, step / steps
        lived = 365.0 * (step / steps - born)
        soh = (
            1
            - ageing["calendar_coefficient"] * lived ** ageing["calendar_exponent"]
            - ageing["cycle_coefficient"] * cycles ** ageing["cycle_exponent"]
        )
        if step % steps == steps // 2:
            middle.append(soh)
        runs = soh >= ageing["end_of_life_soh"]
        moved = read(solved, "discharged", soh) / float(storage.discharge_efficiency[0, 0]) / (hours * soh)
        cycles += runs * moved * float(storage.availability[0, 0]) / steps
    return np.array(middle)


@pytest.mark.parametrize("replaced", [(), (4,), (3, 6)])
@pytest.mark.parametrize("coefficient", [1e-4, 3e-4])
def test_health_by_year_equals_a_fine_time_step(replaced: tuple[int, ...], coefficient: float) -> None:
    """The yearly step stays within 0.4 points of health of a direct evaluation in days, also across a replacement."""
    case = made(plant(
        {"storage": {"ageing": {"cycle_coefficient": coefficient, "end_of_life_soh": 0.5}, "replacement": {"operation_years": list(replaced)}}},
        {"market": {"typical_days": [{"buy_yuan_per_kwh": DAY}]}},
    ))  # fmt: skip
    by_year, by_day = dispatch(case).soh[0, 1:], fine_health(case, 365)
    assert by_day.min() < 0.94
    np.testing.assert_allclose(by_year, by_day, rtol=0, atol=4e-3)


def test_health_without_cycles_is_the_calendar_alone() -> None:
    """A plant that stands still fades as 1 − a·days^p at the middle of each year since it was placed (closed form)."""
    still = {"project": {"side": "user"}, "market": {"load_mw": 0}, "revenue": {"arbitrage": {"emc": "saving_share"}}}
    case = made(plant(still, {"storage": {"replacement": {"operation_years": [4]}}}))
    since = np.array([0.5, 1.5, 2.5, 3.5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
    np.testing.assert_allclose(dispatch(case).soh[0, 1:], 1 - 4e-4 * (365 * since) ** 0.55, rtol=0, atol=1e-12)


# --- between the solved states ---


@AGEING
@given(days(), share(5, 60), share(0.8, 1), share(0.5, 1))
def test_value_between_states_is_bracketed_by_what_was_solved(
    day: list[float], energy: float, efficiency: float, soh: float
) -> None:
    """The optimum is concave in usable energy: what is read lies below it, the neighbours' chords carried on above it.

    Where prices below zero break concavity the bracket need not hold: those days have their floor raised to zero.
    """
    day = [max(price, 0.0) for price in day]
    case = made(
        plant(
            {
                "market": {"typical_days": [{"buy_yuan_per_kwh": day}]},
                "storage": {"energy_mwh": energy, "charge_efficiency": efficiency},
            }
        )
    )
    problem = problem_of(case)
    solved = solve(problem)
    true, found = exact(problem, "value", soh), read(solved, "value", soh)
    grid, value = STATES[0], solved.value[0]
    size = max(value[0], 1.0)
    assert found <= true + 1e-9 * size
    left = min(int((1.0 - soh) / 0.05), 9)
    above = []
    for first, second in ((left - 1, left), (left + 1, left + 2)):
        if first >= 0 and second <= 10:
            slope = (value[second] - value[first]) / (grid[second] - grid[first])
            above.append(value[first] + slope * (soh - grid[first]))
    assert true <= min(above) + 1e-9 * size


def test_value_between_states_errs_by_little_on_random_days() -> None:
    """Over 40 random days at 20 states between the grid: at most 1.5 % of the fresh value on one day, 0.1 % on average."""
    rng, errors = np.random.default_rng(2), []
    for _ in range(40):
        levels = np.round(rng.uniform(0.05, 1.2, rng.integers(2, 12)), 3)
        case = made(
            plant(
                {
                    "market": {"typical_days": [{"buy_yuan_per_kwh": rng.choice(levels, 24).tolist()}]},
                    "storage": {"energy_mwh": float(rng.uniform(5, 60))},
                }
            )
        )
        problem = problem_of(case)
        solved = solve(problem)
        if solved.value[0, 0] > 1.0:
            errors += [
                (exact(problem, "value", soh) - read(solved, "value", soh)) / solved.value[0, 0]
                for soh in np.arange(0.5, 1.0, 0.05) + 0.0233
            ]
    assert max(errors) <= 0.015
    assert np.mean(errors) <= 0.001


@pytest.mark.parametrize("name", ["zhejiang_user_lfp", "hainan_grid_lfp"])
def test_value_between_states_errs_by_little_on_the_ready_cases(name: str) -> None:
    """On the tariff and the typical days of the shipped cases the year's value errs by at most 0.1 %."""
    case = load_case(Path(__file__).parents[2] / "scenarios" / f"{name}.yaml", library=LIBRARY)
    problem = problem_of(case)
    solved = solve(problem)
    for soh in (0.975, 0.91, 0.83, 0.77, 0.66, 0.53):
        assert read(solved, "value", soh) == pytest.approx(exact(problem, "value", soh), rel=1e-3)


@AGEING
@given(days(), st.sampled_from(STATES[0].tolist()))
def test_value_at_a_solved_state_is_the_solution(day: list[float], soh: float) -> None:
    """On the grid nothing is interpolated, down to its last state."""
    problem = problem_of(made(plant({"market": {"typical_days": [{"buy_yuan_per_kwh": day}]}})))
    solved = solve(problem)
    for name in ("value", "charged", "discharged"):
        assert read(solved, name, soh) == pytest.approx(exact(problem, name, soh), rel=1e-9, abs=1e-6)


def test_states_below_the_grid_are_read_at_its_end() -> None:
    """Health may not be asked for below one half: the least end of life of the schema is the last state solved."""
    problem = problem_of(made(plant()))
    solved = solve(problem)
    assert solved.problem.states[0, -1] == 0.5
    assert read(solved, "discharged", 0.4) == solved.discharged[0, -1]
    assert read(solved, "discharged", 1.0) == solved.discharged[0, 0]


# --- over the years ---


def test_replacement_makes_the_battery_new_the_year_after() -> None:
    """After a replacement the years repeat those after commissioning, to the bit."""
    operation = dispatch(made(plant({"storage": {"replacement": {"operation_years": [5]}}})))
    for quantity in (
        operation.soh,
        operation.usable_mwh,
        operation.charged_mwh,
        operation.discharged_mwh,
        operation.earned["arbitrage.energy"],
    ):
        assert np.array_equal(quantity[0, 1:6], quantity[0, 6:11])
        assert (np.diff(quantity[0, 1:6]) < 0).all()


def worn(**ageing: Any) -> Case:
    """A plant that wears out early."""
    return made(plant({"storage": {"ageing": {"cycle_coefficient": 6e-4, "end_of_life_soh": 0.8, **ageing}}}))


def test_end_of_life_stops_the_plant_until_it_is_replaced() -> None:
    """Below its end-of-life health the battery neither moves nor earns; replaced, it runs again."""
    result = appraise(worn())
    operation, books = result.operation, result.statements
    dead = operation.soh[0] < 0.8
    dead[0] = False
    first = int(np.argmax(dead))
    assert first > 1
    assert dead[first:].all()
    for quantity in (
        operation.running,
        operation.charged_mwh,
        operation.discharged_mwh,
        books["revenue"],
        books["charging"],
    ):
        assert not quantity[0, dead].any()
    assert operation.running[0, ~dead][1:].all()
    assert result.statements.ledger.figure("running_years_lost")[0] == dead.sum()
    case = made(
        plant(
            {
                "storage": {
                    "ageing": {"cycle_coefficient": 6e-4, "end_of_life_soh": 0.8},
                    "replacement": {"operation_years": [first - 1]},
                }
            }
        )
    )
    assert dispatch(case).running[0, first] > 0


def test_end_of_life_stands_still_without_cycles() -> None:
    """A dead battery no longer cycles: only the calendar goes on."""
    soh = dispatch(worn(calendar_coefficient=0)).soh[0, 1:]
    dead = soh < 0.8
    assert dead.sum() > 2
    assert len(set(soh[dead][1:])) == 1


def test_plant_without_fade_is_solved_once_and_stays_fresh() -> None:
    """No fade, no states: one problem, every operating year alike."""
    operation = dispatch(made(plant({"storage": {"ageing": {"calendar_coefficient": 0, "cycle_coefficient": 0}}})))
    assert operation.solved is not None
    assert operation.solved.value.shape == (1, 1)
    assert len(set(operation.discharged_mwh[0, 1:])) == 1
    assert set(operation.soh[0, 1:]) == {1.0}


# Cycles of services but regulation, of a fresh battery, by hand: 300 days of 0.85 of the usable energy kept for curtailment, which
# that stream counts by usable energy, and 20 of deviations; four calls of 0.15 x 5.4 MWh kept for emergencies by 6 MWh.
OF_SERVICES = {"qinghai_pv_storage": 300 * 0.85 * 0.9 + 20, "shanghai_important_user": 4 * 0.15 * 5.4 / 6}


@pytest.mark.parametrize("name", scenario_names())
def test_cycles_are_energy_drawn_from_the_cells_by_what_they_hold_then(name: str) -> None:
    """By definition, in every year of every ready case; services come on top, as stated times what runs."""
    case = load_case(scenario_path(name))
    moved, storage = appraise(case).operation, case.storage
    terms = case.revenue.get("frequency_regulation")
    services = OF_SERVICES.get(name, 0.0) if terms is None else terms.cycles_per_year
    drawn = moved.discharged_mwh / storage.discharge_efficiency
    held = storage.energy_mwh * moved.soh
    # Phases age apart; their mean health is by share of the plant, their cycles by what each holds: some millionths.
    rtol = 1e-5 if case.project.phases else 1e-9
    np.testing.assert_allclose((moved.cycles - services * moved.running) * held, drawn, rtol=rtol, atol=1e-9)
    assert (moved.cycles[moved.running == 0.0] == 0.0).all()
