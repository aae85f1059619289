"""Ageing by technology, replacement by state of health, and capacity added beside the aged one."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from strategies import LIBRARY, contract, made, plant, share

from appraisal import Case, appraise
from appraisal.case.store import Ageing
from appraisal.dispatch.ageing import health
from appraisal.dispatch.run import dispatch
from appraisal.errors import InputError
from appraisal.report.charts.health import battery_health
from appraisal.units import table

LAWS = settings(max_examples=25, deadline=None, derandomize=True, database=None)
# A day on which a plant of four hours swings once through its whole window, whatever it holds.
ONE_SWING = {"typical_days": [{"buy_yuan_per_kwh": [0.2] * 8 + [0.3] * 8 + [1.0] * 8}]}
STILL = {"project": {"side": "user"}, "market": {"load_mw": 0}, "revenue": {"arbitrage": {"emc": "saving_share"}}}
CALENDAR = {
    "calendar_coefficient": 1e-4,
    "calendar_exponent": 1,
    "cycle_coefficient": 0,
    "cycle_exponent": 1,
    "end_of_life_soh": 0.5,
}
LINEAR = {
    "calendar_coefficient": 0,
    "calendar_exponent": 1,
    "cycle_coefficient": 1e-4,
    "cycle_exponent": 1,
    "end_of_life_soh": 0.5,
}


def swinging(*storage: dict[str, Any]) -> Case:
    """One swing of 0.9 of what is held on 330 days: 297 equivalent full cycles a year for every part."""
    base = {"energy_mwh": 40, "depth_of_discharge": 0.9, "availability": 330 / 365, "ageing": LINEAR}
    return made(plant({"market": ONE_SWING}, *({"storage": one} for one in (base, *storage))))


def still(*storage: dict[str, Any]) -> Case:
    """A plant that never moves, so that only the calendar counts."""
    return made(plant(STILL, {"storage": {"ageing": CALENDAR}}, *({"storage": one} for one in storage)))


def yearly(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The operating years of the first scenario."""
    return np.asarray(values[0, 1:])


# --- the models ---


def test_health_follows_the_calendar_fade_of_naumann_at_its_printed_points() -> None:
    """4.25 % after 1 year and 13.4 % after 10 at 25 °C and half charge.

    Source: record ``LFP.naumann.cal`` of the facts, after Naumann et al. 2018, doi 10.1016/j.est.2018.01.019.
    """
    per_root_second = 1.2571e-5 * 0.60225
    ageing = Ageing(calendar_coefficient=per_root_second * math.sqrt(86400), calendar_exponent=0.5)
    for years, lost in ((1, 0.0425), (10, 0.134)):
        found = 1 - health(ageing, 365.25 * years, table(0.0))[0, 0]
        assert found == pytest.approx(lost, abs=5e-4 if years == 10 else 5e-5)


def test_health_follows_the_cyclic_fade_of_naumann_at_its_printed_point() -> None:
    """7.9 % after 3000 cycles at 0.5 C and a depth of 0.8, the cyclic part alone.

    Source: record ``LFP.naumann.cyc`` of the facts, after Naumann et al. 2020, doi 10.1016/j.jpowsour.2019.227666.
    """
    rate = 0.0630 * 0.5 + 0.0971
    depth = 4.0253 * (0.8 - 0.6) ** 3 + 1.0923
    ageing = Ageing(cycle_coefficient=rate * depth / 100, cycle_exponent=0.5)
    assert 1 - health(ageing, 0.0, table(3000.0))[0, 0] == pytest.approx(0.079, abs=5e-4)


def test_nmc_coefficients_are_those_of_the_published_model() -> None:
    """Worked out again from the parameters of BLAST-Lite ``nmc_gr_75Ah_A_2019`` (39b74dc), at 25 °C, depth 0.9 and 0.5 C.

    The graphite potential at half charge, 0.123304 V, is that of record ``LFP.nrel250``.
    """
    warm = 298.15 / (273.15 + 35)
    calendar = 8.71e-7 * math.exp(10 * warm**3 / (0.123304 / 0.123) ** (1 / 3)) / 1e3**0.578
    cycle = 0.0267 + 1.64 * warm**3 * 0.9**0.5 + 0.011 * math.exp(0.5**2 / warm**0.5)
    cycle = abs(cycle - 0.44 * math.exp(0.9**0.5 * warm**2 * 0.5**0.5)) / 1e4**1.11
    known = {name: LIBRARY.fact(f"technology.nmc.{name}", date(2026, 1, 1)).value for name in ("calendar_coefficient", "cycle_coefficient", "calendar_exponent", "cycle_exponent")}  # fmt: skip
    assert known["calendar_coefficient"] == pytest.approx(calendar, rel=1e-6)
    assert known["cycle_coefficient"] == pytest.approx(cycle, rel=1e-6)
    assert (known["calendar_exponent"], known["cycle_exponent"]) == (0.578, 1.11)


def test_health_linear_per_cycle_is_one_less_cycles_times_the_fade() -> None:
    """Closed form: 297 cycles a year of 1e-4 each, at the middle of each year."""
    np.testing.assert_allclose(yearly(dispatch(swinging()).soh), 1 - 1e-4 * 297 * (np.arange(10) + 0.5), atol=2e-5)


def test_health_of_no_fade_stays_and_a_fixed_life_ends_the_plant() -> None:
    """No fade: 1 in all years; a life of 6 years leaves 4 of 10 without operation, and a replacement begins another."""
    none = {**LINEAR, "cycle_coefficient": 0, "model": "none"}
    operation = dispatch(swinging({"ageing": {**none, "life_years": 6}}))
    assert (yearly(operation.soh) == 1.0).all()
    assert (yearly(operation.running) > 0).tolist() == [True] * 6 + [False] * 4
    renewed = dispatch(swinging({"ageing": {**none, "life_years": 6}}, {"replacement": {"operation_years": [6]}}))
    assert (yearly(renewed.running) > 0).all()


def test_recoverable_fade_stands_at_half_its_year_and_is_restored() -> None:
    """Closed form: residual 1e-4 a day, 3 % a year lost and restored, so half of it is missing at each middle."""
    case = still({"ageing": {**CALENDAR, "model": "recoverable", "recoverable_fade_per_year": 0.03}})
    since = 365 * (np.arange(10) + 0.5)
    np.testing.assert_allclose(yearly(dispatch(case).soh), 1 - 1e-4 * since - 0.015, atol=1e-12)


def test_second_life_begins_at_its_stated_health_after_a_replacement_too() -> None:
    """Closed form: 0.8 less the calendar since each placing."""
    case = still({"ageing": {**CALENDAR, "initial_soh": 0.8}, "replacement": {"operation_years": [4]}})
    since = np.array([0.5, 1.5, 2.5, 3.5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
    np.testing.assert_allclose(yearly(dispatch(case).soh), 0.8 - 1e-4 * 365 * since, atol=1e-12)


# --- parts of several ages ---


def test_parts_of_two_ages_are_each_as_old_as_their_own_years() -> None:
    """Closed form by part: 40 MWh from the start, 6 and 8 MWh after years 3 and 5; all share 297 cycles a year."""
    operation = dispatch(swinging({"augmentation": {"operation_years": [3, 5], "energy_mwh": [6, 8]}}))
    year = np.arange(1, 11)
    held = np.zeros(10)
    for placed, energy in ((0, 40), (3, 6), (5, 8)):
        soh = np.where(year > placed, 1 - 1e-4 * 297 * (year - placed - 0.5), 0.0)
        held += energy * soh
        np.testing.assert_allclose(yearly(operation.part_soh[str(placed)]), soh, atol=3e-5)
        np.testing.assert_allclose(yearly(operation.part_mwh[str(placed)]), 0.9 * energy * soh, atol=2e-3)
    np.testing.assert_allclose(yearly(operation.usable_mwh), 0.9 * held, atol=2e-3)
    np.testing.assert_allclose(yearly(operation.discharged_mwh), 330 * 0.9 * held * 0.93, rtol=2e-3)


def test_plant_with_capacity_added_discharges_what_a_larger_one_does() -> None:
    """Without fade 20 MWh and 5 added after year 2 move from year 3 on what 25 MWh move."""
    none = {"ageing": {**CALENDAR, "calendar_coefficient": 0}}
    grown = dispatch(
        made(plant({"storage": none}, {"storage": {"augmentation": {"operation_years": [2], "energy_mwh": 5}}}))
    )
    small, large = (dispatch(made(plant({"storage": {**none, "energy_mwh": size}}))) for size in (20, 25))
    np.testing.assert_allclose(yearly(grown.discharged_mwh)[:2], yearly(small.discharged_mwh)[:2], rtol=1e-12)
    np.testing.assert_allclose(yearly(grown.discharged_mwh)[2:], yearly(large.discharged_mwh)[2:], rtol=1e-9)
    np.testing.assert_allclose(yearly(grown.earned["arbitrage.energy"])[2:], yearly(large.earned["arbitrage.energy"])[2:], rtol=1e-9)  # fmt: skip


def test_replacement_by_health_falls_where_the_calendar_says() -> None:
    """0.0365 a year: below 0.9 at the ends of years 3, 6 and 9 of 10 (1 − 0.1095), closed form."""
    operation = dispatch(still({"replacement": {"below_soh": 0.9}}))
    assert (np.flatnonzero(yearly(operation.renewed)) + 1).tolist() == [3, 6, 9]
    np.testing.assert_allclose(yearly(operation.soh)[3], 1 - 1e-4 * 365 * 0.5, atol=1e-12)


def test_augmentation_by_health_fills_up_to_its_share() -> None:
    """0.0365 a year of every part: at the end of year 3 held is 0.8905 of 20 MWh, so 2.19 MWh bring it to 1 (closed form)."""
    operation = dispatch(still({"augmentation": {"below_share": 0.9, "to_share": 1.0}}))
    added = yearly(operation.added_mwh)
    assert added[2] == pytest.approx(20 * (1 - (1 - 0.0365 * 3)), rel=1e-12)
    fourth = (1 - 0.0365 * 3.5) + 0.1095 * (1 - 0.0365 * 0.5)
    assert yearly(operation.usable_mwh)[3] == pytest.approx(20 * 0.95 * fourth, rel=1e-12)


def test_threshold_gives_what_naming_its_years_gives() -> None:
    """Replacement by health and augmentation by share: every metric is that of the years and amounts named outright."""
    money = {"battery_yuan_per_kwh": 500, "depreciation_years": 4, "residual_share": 0.05, "salvage_yuan_per_kwh": 20}
    capital = {"capital": {"depreciation_years": 12}}
    by_health = made(plant(capital, {"storage": {"replacement": {"below_soh": 0.9, **money, "price_decline": 0.04}}}))
    years = (np.flatnonzero(yearly(dispatch(by_health).renewed)) + 1).tolist()
    assert len(years) == 3
    named = made(
        plant(capital, {"storage": {"replacement": {"operation_years": years, **money, "price_decline": 0.04}}})
    )
    _same(by_health, named)
    money = {"battery_yuan_per_kwh": 500, "depreciation_years": 4}
    by_share = made(plant({"storage": {"augmentation": {"below_share": 0.93, "to_share": 1.0, **money}}}))
    added = yearly(dispatch(by_share).added_mwh)
    years = (np.flatnonzero(added) + 1).tolist()
    assert len(years) > 2
    energy = [float(added[year - 1]) for year in years]
    _same(
        by_share, made(plant({"storage": {"augmentation": {"operation_years": years, "energy_mwh": energy, **money}}}))
    )


def _same(one: Case, other: Case) -> None:
    first, second = appraise(one), appraise(other)
    assert all(check.ok.all() for check in (*first.checks, *second.checks))
    for key, metric in first.metrics.items():
        np.testing.assert_allclose(metric.value, second.metrics[key].value, rtol=1e-9, atol=1e-6, err_msg=key)


def test_scenarios_of_a_block_are_what_each_is_alone() -> None:
    """Bounds that differ by row trigger in different years; each row's books are those of its own case."""
    storage = {"augmentation": {"below_share": 0.9, "to_share": 1.0, "battery_yuan_per_kwh": 400}, "replacement": {"below_soh": 0.8, "battery_yuan_per_kwh": 500}}  # fmt: skip
    case = made(plant({"storage": storage}))
    bounds = np.array([0.85, 0.9, 0.95])
    block = appraise(case.vary({"storage.augmentation.below_share": bounds}))
    assert len({tuple(row) for row in (block.operation.added_mwh > 0).tolist()}) == 3
    for row, bound in enumerate(bounds):
        alone = appraise(case.vary({"storage.augmentation.below_share": float(bound)}))
        for key in ("project_npv", "equity_npv", "lcos_yuan_per_kwh"):
            assert block.metrics[key].value[row] == pytest.approx(float(alone.metrics[key].value[0]), rel=1e-12)


# --- the books ---


def test_augmentation_is_booked_by_hand() -> None:
    """2 MWh after year 2 and 3 after year 4 at 565 yuan/kWh with VAT, 10 % less a year from 2026; four years to 5 %.

    By hand: construction in 2026 (column 1), so that operating year n is 2026 + n. 565 × 0.9² × 2000 = 915 300, of which
    810 000 without VAT of 13 %; 565 × 0.9⁴ × 3000 / 1.13 = 984 150. A quarter of 95 % a year from the next on.
    """
    added = {
        "operation_years": [2, 4],
        "energy_mwh": [2, 3],
        "battery_yuan_per_kwh": 565,
        "price_decline": 0.1,
        "depreciation_years": 4,
    }
    raw = contract(
        {"project": {"operation_years": 8}, "capital": {"equipment_yuan": 1e6, "equipment_vat_rate": 0.13, "residual_share": 0.05}},
        {"storage": {"augmentation": added, "energy_mwh": 10}, "revenue": {"known": {"income_yuan": 5e5}}},
    )  # fmt: skip
    books = appraise(made(raw)).statements
    found = {key: books[f"augmentation.{key}"][0].tolist() for key in ("spent", "vat", "depreciation", "net")}
    assert found["spent"] == pytest.approx([0, 0, 810000, 0, 984150, 0, 0, 0, 0])
    assert found["vat"] == pytest.approx([0, 0, 105300, 0, 127939.5, 0, 0, 0, 0])
    first, second = 810000 * 0.95 / 4, 984150 * 0.95 / 4
    assert found["depreciation"] == pytest.approx(
        [0, 0, 0, first, first, first + second, first + second, second, second]
    )
    assert found["net"][-1] == pytest.approx(0.05 * 810000 + 0.05 * 984150)
    assert books["renewal_spent"][0].tolist() == pytest.approx(found["spent"])


def test_phases_and_calendar_columns_pay_for_what_is_added_once() -> None:
    """Whatever the columns, what is spent is the amounts named: 5 MWh at 500 yuan/kWh without VAT of 13 %."""
    added = {
        "storage": {"augmentation": {"operation_years": [3, 6], "energy_mwh": [2, 3], "battery_yuan_per_kwh": 500}}
    }
    parts = [
        {"share": 0.5, "start_month": 0, "construction_months": 6},
        {"share": 0.5, "start_month": 12, "construction_months": 6},
    ]
    for project in ({}, {"columns": "calendar"}, {"phases": parts, "construction_months": 18}):
        result = appraise(made(plant(added, {"project": project})))
        assert result.statements["renewal_spent"].sum() == pytest.approx(5000 * 500 / 1.13)
        assert all(check.ok.all() for check in result.checks)


def test_rebalancing_is_an_operating_cost_with_its_own_vat() -> None:
    """10.6 yuan/kWh·year of 20 MWh with 6 %: 200 000 yuan a year at 0.97 availability, and 12 000 of input VAT."""
    ageing = {
        "model": "recoverable",
        "recoverable_fade_per_year": 0.02,
        "rebalancing_yuan_per_kwh_year": 10.6,
        "rebalancing_vat_rate": 0.06,
    }
    books = appraise(made(plant({"storage": {"ageing": ageing}}))).statements
    assert books["rebalancing.net"][0, 1:] == pytest.approx(np.full(10, 200000.0))
    assert books["rebalancing.vat"][0, 1:] == pytest.approx(np.full(10, 12000.0))
    plain = appraise(made(plant({"storage": {"ageing": {**ageing, "rebalancing_yuan_per_kwh_year": 0}}}))).statements
    np.testing.assert_allclose((books["other_cost"] - plain["other_cost"])[0, 1:], 200000.0)


# --- laws ---


@LAWS
@given(share(0, 0.3), share(0.4, 1.2), st.integers(0, 30), st.lists(st.integers(1, 9), max_size=3, unique=True))
def test_health_falls_and_only_events_restore_it(a: float, p: float, b: int, events: list[int]) -> None:
    """State of health of the first part never rises but in the year after its replacement."""
    ageing = {
        "calendar_coefficient": a * 1e-3,
        "calendar_exponent": p,
        "cycle_coefficient": b * 1e-6,
        "cycle_exponent": 1,
        "end_of_life_soh": 0.5,
    }
    case = made(plant({"storage": {"ageing": ageing, "replacement": {"operation_years": events}}}))
    soh = yearly(dispatch(case).part_soh["0"])
    for year in range(2, 11):
        if year - 1 not in events:
            assert soh[year - 1] <= soh[year - 2] + 1e-12


@LAWS
@given(share(0, 8), share(0, 8), st.integers(1, 9), st.booleans())
def test_more_augmentation_never_lowers_usable_energy(one: float, more: float, year: int, cycled: bool) -> None:
    """A larger addition holds at least as much in every year: by the calendar alone, and where all swing once a day."""

    def usable(energy: float) -> NDArray[np.float64]:
        added = {"augmentation": {"operation_years": [year], "energy_mwh": energy}}
        return yearly(dispatch(swinging(added) if cycled else still(added)).usable_mwh)

    assert (usable(one + more) >= usable(one) - 1e-9).all()


# --- facts and faults ---

STATED: dict[str, Any] = {
    "depth_of_discharge": 0.9, "charge_efficiency": 0.9, "discharge_efficiency": 0.9,
}  # fmt: skip


def of_technology(name: str, storage: dict[str, Any], *changes: dict[str, Any]) -> Case:
    raw = plant(*changes)
    raw["storage"] = {"technology": name, "power_mw": 10, "energy_mwh": 20, "availability": 0.97, **storage}
    return made(raw)


@pytest.mark.parametrize("name", ["nmc", "vrfb", "sodium_ion", "second_life", "pumped_hydro", "caes"])
def test_technology_makes_a_case_with_what_it_lacks_stated(name: str) -> None:
    """Every technology of the library is appraised once the case states what the evidence does not hold."""
    fade = {} if name in ("nmc", "pumped_hydro", "caes") else {"ageing": {"cycle_coefficient": 1e-5}}
    result = appraise(of_technology(name, {**STATED, **fade}, {"storage": {}}))
    assert all(check.ok.all() for check in result.checks)
    assert {fact.name.split(".")[1] for fact in result.case.facts if fact.name.startswith("technology.")} <= {name}


@pytest.mark.parametrize("name", ["vrfb", "sodium_ion", "second_life"])
def test_fade_that_the_evidence_lacks_must_be_stated(name: str) -> None:
    """No fade is no default: the message names the field and the technology."""
    with pytest.raises(InputError) as error:
        of_technology(name, STATED)
    assert [fault.path for fault in error.value.faults] == ["storage.ageing.calendar_coefficient"]
    assert name in str(error.value)


def test_maintenance_that_the_evidence_lacks_must_be_stated() -> None:
    """Pumped hydro has no norm of maintenance in the facts."""
    raw = plant()
    raw["operating_cost"] = {}
    raw["storage"] = {"technology": "pumped_hydro", "power_mw": 10, "energy_mwh": 20, "availability": 0.97, **STATED}
    with pytest.raises(InputError) as error:
        made(raw)
    assert [fault.path for fault in error.value.faults] == ["operating_cost.fixed_yuan_per_kw_year"]


def test_plant_outside_the_range_of_its_fade_is_told() -> None:
    """LFP coefficients hold for 10–45 °C, depths of 0.8–1 and 0.65 C (record ``LFP.nrel250``); inside nothing is told."""

    def codes(**storage: Any) -> list[str]:
        told = of_technology("lfp", {"energy_mwh": 20, **storage}).notices
        return [one.code for one in told if one.code.startswith("ageing")]

    assert codes() == []
    assert codes(depth_of_discharge=0.6) == ["ageing_range"]
    assert codes(energy_mwh=10) == ["ageing_range"]
    assert codes(ageing={"temperature_c": 55}) == ["ageing_range", "ageing_point"]
    assert codes(ageing={"temperature_c": 35}) == ["ageing_point"]
    assert codes(ageing={"temperature_c": 55, "calendar_coefficient": 0, "cycle_coefficient": 1e-5}) == []


@pytest.mark.parametrize(("storage", "path"), [
    ({"ageing": {"knee_soh": 0.7, "end_of_life_soh": 0.65}}, "storage.ageing.end_of_life_soh"),
    ({"ageing": {"initial_soh": 0.6, "end_of_life_soh": 0.6}}, "storage.ageing.initial_soh"),
    ({"ageing": {"model": "none"}}, "storage.ageing.calendar_coefficient"),
    ({"ageing": {"recoverable_fade_per_year": 0.02}}, "storage.ageing.recoverable_fade_per_year"),
    ({"replacement": {"below_soh": 0.8, "operation_years": [3]}}, "storage.replacement.below_soh"),
    ({"replacement": {"below_soh": 0.55}}, "storage.replacement.below_soh"),
    ({"augmentation": {"operation_years": [3]}}, "storage.augmentation.energy_mwh"),
    ({"augmentation": {"energy_mwh": 3}}, "storage.augmentation.energy_mwh"),
    ({"augmentation": {"operation_years": [3, 4], "energy_mwh": [1, 2, 3]}}, "storage.augmentation.energy_mwh"),
    ({"augmentation": {"operation_years": [3], "energy_mwh": 21}}, "storage.augmentation.energy_mwh"),
    ({"augmentation": {"operation_years": [10], "energy_mwh": 2}}, "storage.augmentation.operation_years"),
    ({"augmentation": {"below_share": 0.8}}, "storage.augmentation"),
    ({"augmentation": {"below_share": 0.9, "to_share": 0.8}}, "storage.augmentation.to_share"),
    ({"heat": {"rate_mwh_per_mwh": 1.2}}, "storage.heat.rate_mwh_per_mwh"),
    ({"heat": {"fuel_yuan_per_mwh": 100}}, "storage.heat.fuel_yuan_per_mwh"),
])  # fmt: skip
def test_inputs_of_the_store_that_do_not_fit_are_refused(storage: dict[str, Any], path: str) -> None:
    """One fault each, at the field that is wrong."""
    with pytest.raises(InputError) as error:
        made(plant({"storage": storage}))
    assert path in {fault.path for fault in error.value.faults}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_picture_of_health_shows_what_is_added_and_replaced(lang: str) -> None:
    """Years of the events, and the health of each part, as the operation holds them."""
    storage = {"augmentation": {"operation_years": [3], "energy_mwh": 4}, "replacement": {"below_soh": 0.86}}
    result = appraise(made(plant({"storage": storage})))
    picture = battery_health(result, lang)
    replaced = (np.flatnonzero(yearly(result.operation.renewed)) + 2).tolist()
    mark = picture.table.columns[3]
    assert [
        int(year) for year, word in zip(picture.table.iloc[:, 0], picture.table[mark], strict=True) if word
    ] == replaced
    np.testing.assert_allclose(picture.table.iloc[1:, 5].astype(float), yearly(result.operation.part_soh["0"]))
    assert picture.table.iloc[3, 4] == pytest.approx(4.0)
    assert picture.table.iloc[:4, 6].isna().all()
