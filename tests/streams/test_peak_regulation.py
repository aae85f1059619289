"""Peak regulation: what calls pay, in tiers and up to caps, beside arbitrage and within it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError

CALLS = {
    "hours": "02:00-04:00", "return_hours": "18:00-20:00", "power_share": 0.5, "energy_share": 0.6, "calls_per_year": 100,
    "price_yuan_per_kwh": 0.4, "price_cap_yuan_per_kwh": 0.5, "charge_price_yuan_per_kwh": 0.2, "discharge_price_yuan_per_kwh": 0.6,
}  # fmt: skip


def called(**terms: Any) -> dict[str, Any]:
    """The plain plant, 10 MW and 20 MWh at 97 % availability, called for peak regulation beside arbitrage."""
    return merged(plant(), {"revenue": {"peak_regulation": {**CALLS, **terms}}})


def test_peak_regulation_pays_the_energy_charged_on_calls_and_sells_it_later() -> None:
    """5 MW · 2 h = 10 MWh a call, 97 calls served; 10 · 0.94 · 0.93 = 8.742 MWh come back (arithmetic)."""
    settled = appraise(made(called())).revenue.settlements["peak_regulation"]
    np.testing.assert_allclose(settled.income[0, 1], 97 * (10_000 * 0.4 + 8_742 * 0.6), rtol=1e-12)
    np.testing.assert_allclose(settled.purchase[0, 1], 97 * 10_000 * 0.2, rtol=1e-12)
    assert settled.vat_rate[0, 0] == 0.13


def test_peak_regulation_pays_the_energy_discharged_where_that_is_the_service() -> None:
    """Discharging 5 MW · 2 h needs 11.44 MWh charged, but only 10 fit in the two hours of return: 8.742 MWh are paid (arithmetic)."""
    settled = appraise(made(called(energy_paid="discharge"))).revenue.settlements["peak_regulation"]
    np.testing.assert_allclose(settled.income[0, 1], 97 * 8_742 * (0.4 + 0.6), rtol=1e-12)


def test_peak_regulation_tiers_pay_depth_and_a_cap_ends_the_year() -> None:
    """Two of 5 MW called lie in the second tier: 0.6 · 0.4 + 0.4 · 0.5 yuan; at most 500 MWh a year are paid (arithmetic)."""
    deep = appraise(made(called(deep_share=0.4, deep_price_yuan_per_kwh=0.5))).revenue.settlements
    sold = 97 * 8_742 * 0.6
    np.testing.assert_allclose(deep["peak_regulation"].income[0, 1] - sold, 970_000 * 0.44, rtol=1e-12)
    capped = appraise(made(called(paid_cap_mwh=500))).revenue.settlements["peak_regulation"]
    np.testing.assert_allclose(capped.income[0, 1] - sold, 500_000 * 0.4, rtol=1e-12)


def test_peak_regulation_is_limited_by_the_energy_kept_as_it_ages() -> None:
    """A tenth of the usable energy fills at the meter with 0.1 · E ÷ 0.94, year by year (arithmetic on the usable energy)."""
    result = appraise(made(called(energy_share=0.1)))
    charged = 97 * 0.1 * result.operation.usable_mwh[0, 1:] / 0.94
    paid = result.revenue.settlements["peak_regulation"].purchase[0, 1:]
    np.testing.assert_allclose(paid, charged * 1000 * 0.2, rtol=1e-12)
    assert paid[-1] < paid[0]


def test_peak_regulation_slice_stays_out_of_arbitrage_in_both_its_windows() -> None:
    """Half the power is free in the called hours and those of return, four tenths of the energy all day."""
    solved = appraise(made(called())).operation.solved
    assert solved is not None
    flows = solved.schedule.charge_mw + solved.schedule.discharge_mw
    assert flows[:, [2, 3, 18, 19]].max() <= 0.5 + 1e-12
    assert flows.max() > 0.5
    assert solved.schedule.soc_mwh.max() <= 20 / 10 * 0.95 * 0.4 + 1e-12


def test_peak_regulation_as_a_price_moves_a_plant_that_no_spread_would_move() -> None:
    """At one price all day nothing pays; 0.3 yuan on charging from 02:00 to 04:00 fills 20 MWh a day, sold where nobody calls (arithmetic)."""
    flat = {
        "storage": {"charge_efficiency": 1, "discharge_efficiency": 1, "depth_of_discharge": 1, "ageing": {"calendar_coefficient": 0, "cycle_coefficient": 0}},
        "market": {"typical_days": [{"buy_yuan_per_kwh": [0.5] * 24}], "transmission_yuan_per_kwh": 0, "loss_yuan_per_kwh": 0, "system_operation_yuan_per_kwh": 0},
    }  # fmt: skip
    priced = {"beside": "priced", "hours": "02:00-04:00", "price_yuan_per_kwh": 0.3, "price_cap_yuan_per_kwh": 0.3}
    raw = merged(plant(flat), {"revenue": {"peak_regulation": priced}})
    result = appraise(made(raw))
    np.testing.assert_allclose(
        result.revenue.settlements["peak_regulation"].income[0, 1:], 20_000 * 365 * 0.97 * 0.3, rtol=1e-9
    )
    assert result.operation.solved is not None
    schedule = result.operation.solved.schedule
    np.testing.assert_allclose(schedule.charge_mw[:, [2, 3]], 1.0, atol=1e-12)
    assert not schedule.discharge_mw[:, [2, 3]].any()


def test_peak_regulation_cap_is_a_fact_where_the_area_has_one() -> None:
    """Hunan's rules of 2024 pay independent storage 300 yuan/MWh charged: more is refused."""
    terms = {name: value for name, value in CALLS.items() if name != "price_cap_yuan_per_kwh"}
    raw = merged(plant(), {"revenue": {"peak_regulation": {**terms, "area": "hunan", "price_yuan_per_kwh": 0.31}}})
    with pytest.raises(InputError, match=r"0\.31 is above the cap of the market, 0\.3 yuan/kWh"):
        made(raw)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"return_hours": "03:00-05:00"}, "overlap the called hours"),
        ({"return_hours": ""}, "required: the service is set aside"),
        ({"months": "7-8", "calls_per_year": 63}, "more than the 62 days"),
        ({"months": "13"}, "is not a month"),
        ({"months": "3-5, 4"}, "a month stands twice"),
        ({"deep_price_yuan_per_kwh": 0.4}, "not read: there is one tier"),
        ({"deep_share": 0.3, "deep_price_yuan_per_kwh": 0.51}, "above the cap of the market"),
        ({"beside": "priced"}, "not read: the compensation is a price on the steps"),
    ],
)
def test_peak_regulation_that_contradicts_itself_is_refused(terms: dict[str, Any], message: str) -> None:
    """Each fault is told with its term."""
    with pytest.raises(InputError, match=message):
        made(called(**terms))


def test_peak_regulation_as_a_price_is_refused_where_dispatch_cannot_know_it() -> None:
    """Without arbitrage there is nothing to add to; an index of all prices would move the compensation too."""
    priced = {"beside": "priced", "hours": "02:00-04:00", "price_yuan_per_kwh": 0.3, "price_cap_yuan_per_kwh": 0.3}
    raw = merged(plant(), {"revenue": {"peak_regulation": priced}, "market": {"price_index": 0.9}})
    with pytest.raises(InputError, match=r"use market\.energy_index"):
        made(raw)
    with pytest.raises(InputError, match="adds to the energy prices of arbitrage"):
        made(merged(plant(), {"revenue": {"peak_regulation": priced, "arbitrage": {"enabled": False}}}))
