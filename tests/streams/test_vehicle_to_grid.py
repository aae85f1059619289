"""Vehicle to grid by hand: a small fleet on a day of two prices; and retired vehicle batteries as a store."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError
from appraisal.report.audit import audit

DAY = [0.3] * 8 + [0.6] * 8 + [1.2] * 8
FEES = {"transmission_yuan_per_kwh": 0, "loss_yuan_per_kwh": 0, "system_operation_yuan_per_kwh": 0}
FLEET = {
    "vehicles": 200, "charger_kw": 15, "usable_kwh": 20, "plugged_share": 0.5, "compensation_yuan_per_kwh": 0.35, "wear_yuan_per_kwh": 0.15,
    "standing_yuan_per_vehicle_year": 100, "fee_yuan_per_vehicle_year": 53, "vat_rate": 0.06,
}  # fmt: skip


def fleet(terms: dict[str, Any], *changes: dict[str, Any]) -> dict[str, Any]:
    """A store of 10 MW / 20 MWh that stands for the vehicles, round trip 0.81, without fade."""
    raw = plant(
        {
            "project": {"operation_years": 7},
            "market": {"typical_days": [{"buy_yuan_per_kwh": DAY}], **FEES},
            "revenue": {"vehicle_to_grid": {**FLEET, **terms}},
        }
    )
    store = {
        "power_mw": 10,
        "energy_mwh": 20,
        "charge_efficiency": 0.9,
        "discharge_efficiency": 0.9,
        "depth_of_discharge": 1,
        "availability": 1,
        "ageing": {"model": "none"},
    }
    return merged({**raw, "storage": store}, *changes)


def test_fleet_moves_what_is_plugged_in_and_its_owners_are_paid() -> None:
    """100 vehicles are there with 20 kWh each: 2 MWh drawn, 1.8 discharged a day, 657 a year; owners get 0.50 a kWh and 100 a vehicle.

    The spread pays: 1.2 − 0.3/0.81 = 0.83 > 0.50 (arithmetic).
    """
    result = appraise(made(fleet({})))
    settled = result.revenue.settlements["vehicle_to_grid"]
    np.testing.assert_allclose(result.operation.discharged_mwh[0, 1:], 365 * 1.8, rtol=1e-9)
    np.testing.assert_allclose(settled.cost[0, 1:], 657_000 * 0.5 + 200 * 100, rtol=1e-9)
    np.testing.assert_allclose(settled.income[0, 1:], 200 * 53, rtol=1e-12)
    np.testing.assert_allclose(result.statements["vehicle_to_grid.revenue"][0, 1:], 200 * 50, rtol=1e-12)
    np.testing.assert_allclose(result.revenue.settlements["arbitrage"].income[0, 1:], 657_000 * 1.2, rtol=1e-9)


def test_fleet_stands_still_where_the_spread_does_not_pay_its_owners() -> None:
    """At 0.85 a kWh for the owners a spread of 0.83 is left alone; at 0.82 it is taken (arithmetic)."""
    dear = appraise(made(fleet({"compensation_yuan_per_kwh": 0.70})))
    assert not dear.operation.discharged_mwh.any()
    assert appraise(made(fleet({"compensation_yuan_per_kwh": 0.67}))).operation.discharged_mwh.any()


def test_fleet_by_hour_limits_power_and_energy() -> None:
    """Half of the vehicles stay from 8 to 16 o'clock and all at night, none in the evening peak: 1 MWh is used, sold at 0.6.

    0.6 − 0.3/0.81 = 0.23 a kWh: with the owners at 0.20 it pays; 100 · 15 kW = 1.5 MW at night is no limit (arithmetic).
    """
    hours = [1.0] * 8 + [0.5] * 8 + [0.0] * 8
    result = appraise(
        made(fleet({"plugged_by_hour": hours, "compensation_yuan_per_kwh": 0.1, "wear_yuan_per_kwh": 0.1}))
    )
    np.testing.assert_allclose(result.operation.discharged_mwh[0, 1:], 365 * 0.9, rtol=1e-9)
    np.testing.assert_allclose(result.revenue.settlements["arbitrage"].income[0, 1:], 365 * 900 * 0.6, rtol=1e-9)


def test_fleet_of_slow_chargers_is_limited_by_power() -> None:
    """100 vehicles at 0.1 kW: eight hours charge 0.08 MWh, 0.08 · 0.81 discharged; the middle hours do not pay, 1.2 − 0.6/0.81 < 0.50 (arithmetic)."""
    result = appraise(made(fleet({"charger_kw": 0.1})))
    np.testing.assert_allclose(result.operation.discharged_mwh[0, 1:], 365 * 0.08 * 0.81, rtol=1e-9)


def test_fleet_is_labelled_exploratory_and_its_shape_is_checked() -> None:
    """Every result says that the business is exploratory; a share above 1, or no vehicle at all, is refused."""
    told = [notice.en for notice in made(fleet({})).notices if notice.path == "vehicle_to_grid"]
    assert any("exploratory" in sentence for sentence in told)
    with pytest.raises(InputError, match="above 1"):
        made(fleet({"plugged_by_hour": [1.2] + [0.5] * 23}))
    with pytest.raises(InputError, match="no vehicle"):
        made(fleet({"plugged_by_hour": [0.0] * 24}))


RESERVE = {
    "power_share": 0.1, "hours": "16:00-24:00", "energy_share": 0.05, "sustain_hours": 0.25, "days_per_year": 365,
    "price_yuan_per_mw_hour": 10, "called_share": 0, "charge_price_yuan_per_kwh": 0.3,
}  # fmt: skip


def test_what_the_fleet_does_not_have_is_sold_by_nobody() -> None:
    """100 vehicles are 1.5 of 10 MW and 2 of 20 MWh: 85 % of power and 90 % of energy are not there (arithmetic).

    A reserve of 10 % of both fits; one of 20 % is refused, or scaled to 0.15 ÷ 0.2 of itself; the fleet itself never is.
    """
    fits = appraise(made(fleet({}, {"revenue": {"reserve": RESERVE}})))
    of = {one.label: one for one in audit(fits)}
    assert (of["vehicle_to_grid"].power, of["vehicle_to_grid"].energy) == pytest.approx((0.85, 0.9))
    assert of["total"].power <= 1.0 + 1e-9
    # From 16 to 24 o'clock 0.5 of the fleet's 1.5 MW is left for eight hours: the 1 MWh not kept is drawn all the same.
    np.testing.assert_allclose(fits.operation.discharged_mwh[0, 1:], 365 * 1.0 * 0.9, rtol=1e-9)
    large = {"revenue": {"reserve": {**RESERVE, "power_share": 0.2}}}
    with pytest.raises(InputError, match=r"1\.05 of the rated power.*vehicle_to_grid 0\.85 \+ reserve 0\.2"):
        made(fleet({}, large))
    scaled = appraise(made(fleet({}, large, {"market": {"oversold": "pro_rate"}})))
    assert {label: float(factor[0, 0]) for label, factor in scaled.pro_rated.items()} == {
        "reserve": pytest.approx(0.75)
    }


def test_second_life_packs_supply_what_health_is_left() -> None:
    """Retired packs of 20 MWh at 75 % health, 80 % depth: 12 MWh drawn, 10.8 discharged a day, 1.2 yuan against 0.3/0.81.

    No stream of its own is needed: the technology file gives norms, the case its health; income 365 · 10,800 · 1.2 (arithmetic).
    """
    raw = plant({"project": {"operation_years": 7}, "market": {"typical_days": [{"buy_yuan_per_kwh": DAY}], **FEES}})
    raw["storage"] = {
        "technology": "second_life", "power_mw": 10, "energy_mwh": 20, "charge_efficiency": 0.9, "discharge_efficiency": 0.9, "depth_of_discharge": 0.8,
        "availability": 1, "ageing": {"initial_soh": 0.75, "calendar_coefficient": 0, "cycle_coefficient": 0, "end_of_life_soh": 0.6},
    }  # fmt: skip
    result = appraise(made(raw))
    np.testing.assert_allclose(result.operation.discharged_mwh[0, 1:], 365 * 10.8, rtol=1e-9)
    np.testing.assert_allclose(result.revenue.settlements["arbitrage"].income[0, 1:], 365 * 10_800 * 1.2, rtol=1e-9)
    np.testing.assert_allclose(
        result.revenue.settlements["arbitrage"].purchase[0, 1:], 365 * 12_000 / 0.9 * 0.3, rtol=1e-9
    )
