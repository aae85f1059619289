"""Reserve: MW and hours held, the energy called, and the energy that must stand behind both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError

HELD = {
    "power_share": 0.2, "hours": "00:00-24:00", "energy_share": 0.3, "sustain_hours": 2, "price_yuan_per_mw_hour": 10, "called_share": 0.01,
    "energy_price_yuan_per_kwh": 0.5, "charge_price_yuan_per_kwh": 0.3,
}  # fmt: skip


def holding(**terms: Any) -> dict[str, Any]:
    """The plain plant, 10 MW and 20 MWh, with reserve beside arbitrage."""
    return merged(plant(), {"revenue": {"reserve": {**HELD, **terms}}})


def test_reserve_pays_holding_and_calls_and_buys_the_energy_back() -> None:
    """2 MW · 24 h · 365 d · 0.97 held at 10 yuan; 0.48 MWh a day called at 0.5, charged again at 0.3 ÷ (0.94 · 0.93) (arithmetic)."""
    settled = appraise(made(holding())).revenue.settlements["reserve"]
    days = 365 * 0.97
    np.testing.assert_allclose(settled.income[0, 1:], days * (2 * 24 * 10 + 480 * 0.5), rtol=1e-12)
    np.testing.assert_allclose(settled.purchase[0, 1:], days * 480 / (0.94 * 0.93) * 0.3, rtol=1e-12)


def test_reserve_of_a_season_is_kept_out_of_arbitrage_in_its_months_only() -> None:
    """All power from 17:00 to 21:00 in July and August: nothing moves then, and the same evening of April earns."""
    day = plant()["market"]["typical_days"][0]["buy_yuan_per_kwh"]
    days = [
        {"months": [7, 8], "buy_yuan_per_kwh": day},
        {"months": [1, 2, 3, 4, 5, 6, 9, 10, 11, 12], "buy_yuan_per_kwh": day},
    ]
    season = {
        "months": "7-8",
        "days_per_year": 62,
        "hours": "17:00-21:00",
        "power_share": 1,
        "energy_share": 0.9,
        "sustain_hours": 1,
        "called_share": 0,
    }
    result = appraise(made(merged(holding(**season), {"market": {"typical_days": days}})))
    assert result.operation.solved is not None
    schedule = result.operation.solved.schedule
    summer = np.array([int(name[:2]) in (7, 8) for name in schedule.clock.names])
    assert not schedule.discharge_mw[summer][:, 17:21].any()
    assert schedule.discharge_mw[~summer][:, 17:21].any()


def test_reserve_of_different_seasons_may_each_take_the_whole_power() -> None:
    """Two reserves of all power in the same hours fit where their months differ, and are refused where they meet."""
    half = {
        "power_share": 1,
        "energy_share": 0.45,
        "sustain_hours": 0.5,
        "called_share": 0,
        "hours": "17:00-21:00",
        "days_per_year": 30,
    }
    two = {
        "summer": {"stream": "reserve", **HELD, **half, "months": "7-8"},
        "winter": {"stream": "reserve", **HELD, **half, "months": "12-1"},
    }
    assert appraise(made(merged(plant(), {"revenue": two}))).revenue.settlements["winter"].income[0, 1] > 0
    two["winter"]["months"] = "8-9"
    with pytest.raises(InputError, match="of the rated power"):
        made(merged(plant(), {"revenue": two}))


def test_reserve_calls_wear_the_battery() -> None:
    """0.48 MWh a day at the meter are 0.48 ÷ 0.93 drawn: 365 · 0.48 ÷ 0.93 ÷ 20 cycles a year, by rated energy, in the fade formula (closed form)."""
    raw = merged(holding(), {"revenue": {"arbitrage": {"enabled": False}}})
    result = appraise(made(raw))
    cycles = 365 * 0.48 / 0.93 / 20
    expected = 1 - 4e-4 * 182.5**0.55 - 2e-4 * (0.5 * cycles * 0.97) ** 0.8
    assert result.operation.soh[0, 1] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        # 0.3 · 19 · 0.93 = 5.301 MWh at the meter; 2 MW for 3 hours are 6.
        ({"sustain_hours": 3}, r"keeps 5\.301 MWh at the meter; 6 MWh are asked for"),
        ({"called_share": 0.2}, "a day's calls draw more than the energy kept"),
        ({"hours": "08:00-08:00"}, "outside 00:00–24:00 or empty"),
        ({"income_index": [1, 0.9]}, "2 yearly values; expected 1 or 10"),
    ],
)
def test_reserve_without_the_energy_behind_it_is_refused(terms: dict[str, Any], message: str) -> None:
    """Each fault is told with its figures."""
    with pytest.raises(InputError, match=message):
        made(holding(**terms))
