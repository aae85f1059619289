"""Tariff, typical days and fees become the prices on the steps of the year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from strategies import merged

from appraisal.case import Case
from appraisal.errors import InputError
from appraisal.library import Library
from appraisal.pipeline import appraise
from appraisal.scenario import case_from_mapping

LIBRARY = Library.open()
FEES = {"transmission_yuan_per_kwh": 0.17, "loss_yuan_per_kwh": 0.01, "system_operation_yuan_per_kwh": 0.04}
GRID = {
    "project": {"province": "hainan", "side": "grid", "construction_start": "2026-03", "construction_months": 6, "operation_years": 10},
    "storage": {"technology": "lfp", "power_mw": 1, "energy_mwh": 2, "availability": 0.97},
    "market": {"typical_days": [{"buy_yuan_per_kwh": 0.3}], **FEES},
    "revenue": {"arbitrage": {}},
    "finance": {"debt_share": 0.5, "loan_rate": 0.04, "loan_years": 5, "discount_rate": 0.06},
}  # fmt: skip
USER = merged(GRID, {"project": {"province": "zhejiang", "side": "user", "construction_start": "2026-04", "construction_months": 4}, "revenue": {"arbitrage": {"emc": "host_owned"}}}) | {
    "market": {"tariff": "retail.zhejiang", "voltage": "1-10kv", "load_mw": 8}
}  # fmt: skip
# Days of the months of a common year.
DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def case(base: dict[str, Any], *changes: dict[str, Any]) -> Case:
    """The base case with changes."""
    return case_from_mapping(merged(base, *changes), library=LIBRARY)


def fault(base: dict[str, Any], *changes: dict[str, Any]) -> str:
    """The messages of a case that is refused."""
    with pytest.raises(InputError) as caught:
        case(base, *changes)
    return str(caught.value)


def test_typical_days_stand_for_the_days_of_their_months() -> None:
    """Every hour of a common year once; a flat price is the mean of the year."""
    prices = case(GRID).prices
    assert prices is not None
    assert prices.clock.weight.tolist() == DAYS
    assert prices.clock.step_hours == 1.0
    assert float(prices.clock.step_weight.sum()) == 8760.0
    assert prices.clock.mean(prices.buy) == pytest.approx(300.0, rel=1e-14)


def test_days_of_several_lengths_meet_on_the_finest_steps() -> None:
    """24 hourly and 48 half-hourly prices: half-hours, each hourly price twice; yuan/kWh become yuan/MWh."""
    hourly, halves = [0.2] * 12 + [0.6] * 12, [0.1] * 47 + [0.9]
    days = [
        {"months": list(range(1, 7)), "buy_yuan_per_kwh": hourly},
        {"months": list(range(7, 13)), "buy_yuan_per_kwh": halves, "sell_yuan_per_kwh": 0.5},
    ]
    prices = case(GRID, {"market": {"typical_days": days}}).prices
    assert prices is not None
    assert (prices.clock.steps, prices.clock.step_hours, prices.buy.shape) == (48, 0.5, (1, 12 * 48))
    january, july = prices.buy[0, :48], prices.buy[0, 6 * 48 : 7 * 48]
    np.testing.assert_allclose(january, [200.0] * 24 + [600.0] * 24, rtol=1e-15)
    np.testing.assert_allclose(july, [100.0] * 47 + [900.0], rtol=1e-15)
    np.testing.assert_allclose(prices.sell[0, :48], january, rtol=1e-15)
    np.testing.assert_allclose(prices.sell[0, 6 * 48 : 7 * 48], 500.0, rtol=1e-15)


def test_months_stand_once() -> None:
    """A month in two days, one in none, one that is no month: all told."""
    days = [
        {"months": [1, 2, 3, 13], "buy_yuan_per_kwh": 0.3},
        {"months": [3, 4, 5, 6, 7, 8, 9, 10, 11], "buy_yuan_per_kwh": 0.3},
    ]
    assert fault(GRID, {"market": {"typical_days": days}}).splitlines() == [
        "case market.typical_days: no typical day for months 12",
        "case market.typical_days.0.months: 13 is not a month; expected 1–12",
        "case market.typical_days.1.months: month 3 stands in two typical days; keep one",
    ]


def test_tariff_prices_are_the_library_s_of_the_month_of_commissioning() -> None:
    """Commissioned 2026-08: each step has the price of its letter and month."""
    found = case(USER)
    assert found.prices is not None
    year = LIBRARY.retail("retail.zhejiang", start=date(2026, 8, 1), voltage="1-10kv", parts="two")
    clock = found.prices.clock
    # The holidays of a year make more kinds of day than months; together they are the year.
    assert float(clock.weight.sum()) == pytest.approx(365.0)
    assert clock.runs >= 12
    expected = [
        1000.0 * year.prices[month - 1][letter] for month, letter in zip(clock.month, found.prices.bands, strict=True)
    ]
    np.testing.assert_allclose(found.prices.buy[0], expected, rtol=1e-15)
    assert all(fact in found.facts for fact in year.facts)


def test_own_purchase_price_moves_only_what_it_is_part_of() -> None:
    """The stated price replaces the published one: the flat price moves by the difference, as its ratio is 1."""
    published = LIBRARY.retail("retail.zhejiang", start=date(2026, 8, 1), voltage="1-10kv", parts="two")
    stated = case(USER, {"market": {"purchased_energy_yuan_per_kwh": 0.5}}).prices
    assert stated is not None
    at = [
        place
        for place, (month, letter) in enumerate(zip(stated.clock.month, stated.bands, strict=True))
        if (month, letter) == (8, "f")
    ]
    difference = 0.5 - published.components["purchased_energy"][7]
    np.testing.assert_allclose(stated.buy[0, at], 1000.0 * (published.prices[7]["f"] + difference), rtol=1e-12)


@pytest.mark.parametrize("load", [8.0, list(range(1, 25)), [0.5 + 0.01 * half for half in range(48)]])
def test_load_is_laid_on_the_steps(load: Any) -> None:
    """A constant, 24 hours or 48 half-hours beside an hourly tariff; the finer of the two steps holds for both."""
    tariff = case(USER).prices
    prices = case(USER, {"market": {"load_mw": load}}).prices
    assert tariff is not None
    assert prices is not None
    assert prices.load_mw is not None
    cells = [load] if isinstance(load, float) else load
    day = max(24, len(cells))
    assert prices.clock.step_hours == 24 / day
    np.testing.assert_array_equal(
        prices.load_mw, np.tile(np.repeat(cells, day // len(cells)), prices.clock.runs)[None, :]
    )
    np.testing.assert_array_equal(prices.buy, np.repeat(tariff.buy, day // 24, axis=1))
    assert prices.bands[:: day // 24] == tariff.bands
    assert prices.clock.mean(prices.buy) == pytest.approx(tariff.clock.mean(tariff.buy), rel=1e-12)


def test_finer_steps_of_the_same_load_change_no_money() -> None:
    """Oracle: arithmetic. 96 equal quarter hours are one constant load, whatever the steps of the prices."""
    whole, quarters = (appraise(case(USER, {"market": {"load_mw": load}})) for load in (8.0, [8.0] * 96))
    for key, metric in whole.metrics.items():
        np.testing.assert_allclose(quarters.metrics[key].value, metric.value, rtol=1e-9, err_msg=key)


def _series(days: int, minutes: int) -> bytes:
    """Prices that differ from day to day and from step to step."""
    begin, count = datetime(2025, 3, 1), days * 24 * 60 // minutes
    rows = [
        f"{begin + place * timedelta(minutes=minutes):%Y-%m-%d %H:%M},{300 + 37 * place % 211 + 5 * (place % 24)}"
        for place in range(count)
    ]
    return "\n".join(["time,buy_yuan_per_mwh", *rows, ""]).encode()


@pytest.mark.parametrize(("minutes", "values"), [(60, 24), (30, 24), (60, 96), (15, 48), (5, 96)])
def test_typical_day_of_load_repeats_over_every_day_of_a_price_series(minutes: int, values: int) -> None:
    """The figures are those of the case with the day's load laid by hand on each of the series' days.

    Oracle: the tiled load, put into the case's prices here and appraised over the one path.
    """
    load = [0.4 + 0.05 * (place % 7) for place in range(values)]
    files = {"prices.csv": _series(9, minutes)}
    market = {"tariff": "", "voltage": "", "price_file": "prices.csv", "load_mw": 1.0}
    told = merged(USER, {"market": {**market, "load_mw": load}})
    made = case_from_mapping(told, library=LIBRARY, files=files)
    plain = case_from_mapping(merged(USER, {"market": market}), library=LIBRARY, files=files)
    assert made.prices is not None
    assert plain.prices is not None
    steps = max(24 * 60 // minutes, values)
    by_hand = np.array([[load[step * values // steps] for _ in range(9) for step in range(steps)]])
    np.testing.assert_array_equal(made.prices.load_mw, by_hand)
    if made.prices.clock.steps == plain.prices.clock.steps:
        again = replace(made, prices=replace(plain.prices, load_mw=by_hand))
        expected = appraise(again).metrics
        for key, metric in appraise(made).metrics.items():
            np.testing.assert_array_equal(metric.value, expected[key].value, err_msg=key)


def test_load_that_fits_no_step_of_the_prices_is_refused() -> None:
    """72 prices and 48 values of load a day share no step: neither divides the other."""
    changed = merged(USER, {"market": {"tariff": "", "price_file": "p.csv", "load_mw": [1.0] * 48}})
    with pytest.raises(
        InputError,
        match="days of 48, 72 values do not fit each other; give each in 24, 48 or 96 steps, or as one value",
    ):
        case_from_mapping(changed, library=LIBRARY, files={"p.csv": _series(2, 20)})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"market": {"transmission_yuan_per_kwh": None}}, "charging from the grid pays fees (notice 114 四(二)): state market.transmission_yuan_per_kwh, or name market.tariff"),
        ({"market": {"price_file": "x.csv"}}, "typical_days and price_file both state prices; keep one"),
        ({"market": {"typical_days": [], "tariff": "retail.hainan", "voltage": "110kv"}}, "a plant on the grid meets market prices: give typical_days or price_file"),
        ({"market": {"typical_days": [{"buy_yuan_per_kwh": [0.3, 0.4, 0.5]}]}}, "a day of 3 prices; expected 24, 48 or 96 from 00:00"),
        ({"market": {"typical_days": []}}, "arbitrage needs prices: give market.tariff, market.typical_days or market.price_file"),
        ({"revenue": {"arbitrage": {"emc": "host_owned"}}}, "a contract form on the grid side; remove it"),
    ],
)  # fmt: skip
def test_grid_side_says_what_it_needs(change: dict[str, Any], message: str) -> None:
    """Fees, one source of prices, no retail tariff."""
    assert message in fault(GRID, change)


def test_stated_fees_win_over_the_tariff_s() -> None:
    """Only what the case leaves out is laid from the library."""
    stated = {
        "tariff": "retail.zhejiang",
        "voltage": "110kv",
        "loss_yuan_per_kwh": 0.01,
        "system_operation_yuan_per_kwh": 0.04,
    }
    base = {**GRID, "market": {"typical_days": [{"buy_yuan_per_kwh": 0.3}], **stated}}
    prices = case(base).prices
    assert prices is not None
    assert list(prices.fees) == ["transmission"]
    charges = LIBRARY.grid_charges("retail.zhejiang", date(2026, 9, 1), voltage="110kv")
    expected = [1000.0 * float(charges.single_part_transmission[month - 1] or np.nan) for month in prices.clock.month]
    np.testing.assert_allclose(prices.fees["transmission"][0], expected, rtol=1e-15)


def test_user_side_prices_carry_no_grid_fees() -> None:
    """A typical day behind the meter is an all-in price."""
    base = {**USER, "market": {"typical_days": [{"buy_yuan_per_kwh": 0.3}], "load_mw": 5}}
    prices = case(base).prices
    assert prices is not None
    assert prices.fees == {}
    assert prices.confidence == "estimate"


def test_fees_that_the_province_does_not_publish_apart_are_asked_for_and_the_rest_is_looked_up() -> None:
    """Shandong: loss and system operation must be stated; the transmission price comes from the tariff."""
    day = {"buy_yuan_per_kwh": [0.2] * 12 + [0.6] * 12}
    raw = {
        "project": {"province": "shandong", "side": "grid", "construction_start": "2026-04", "construction_months": 6, "operation_years": 10},
        "storage": {"technology": "lfp", "power_mw": 1, "energy_mwh": 2, "availability": 0.97},
        "market": {"tariff": "retail.shandong", "voltage": "110kv", "typical_days": [day]},
        "revenue": {"arbitrage": {}},
        "finance": {"debt_share": 0.5, "loan_rate": 0.04, "loan_years": 5, "discount_rate": 0.06},
    }  # fmt: skip
    with pytest.raises(InputError) as caught:
        case_from_mapping(raw)
    assert {fault.path for fault in caught.value.faults} == {
        "market.loss_yuan_per_kwh",
        "market.system_operation_yuan_per_kwh",
    }
    assert caught.value.exit_code == 6
    stated = {**raw["market"], "loss_yuan_per_kwh": 0.011, "system_operation_yuan_per_kwh": 0.04}
    prices = case_from_mapping({**raw, "market": stated}).prices
    assert prices is not None
    assert set(prices.fees) == {"transmission"}
    # 发改价格〔2026〕1077号, Shandong 110 kV one-part: 0.1891 yuan/kWh.
    assert prices.fees["transmission"][0, 0] == pytest.approx(189.1)
