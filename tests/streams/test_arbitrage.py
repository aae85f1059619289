"""Peak–valley arbitrage against a linear programme that SciPy solves, and against arithmetic on stated contracts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog
from strategies import made, merged, plant

from appraisal import appraise
from appraisal.dispatch.run import dispatch
from appraisal.errors import InputError

FRESH = {"ageing": {"calendar_coefficient": 0, "cycle_coefficient": 0}, "availability": 1, "depth_of_discharge": 1}


def day_value(
    buy: np.ndarray, sell: np.ndarray, load: np.ndarray, power: float, energy: float, charge: float, discharge: float
) -> float:
    """Best day of 24 hours that ends as it began, by HiGHS through scipy: variables charge, discharge, state of charge."""
    hours = 24
    eye = np.eye(hours)
    # state[t] − state[t − 1] = η_c·c[t] − d[t]/η_d, the state before the first hour being that after the last
    matrix = np.hstack([-charge * eye, eye / discharge, eye - np.roll(eye, 1, axis=0)])
    cost = np.concatenate([buy, -sell, np.zeros(hours)])
    bounds = [(0, power)] * hours + [(0, min(power, limit)) for limit in load] + [(0, energy)] * hours
    found = linprog(cost, A_eq=matrix, b_eq=np.zeros(hours), bounds=bounds, method="highs")
    assert found.success
    return -float(found.fun)


@pytest.mark.parametrize("seed", range(12))
def test_arbitrage_day_equals_a_linear_programme(seed: int) -> None:
    """User and grid side, with the host's load or the fees of the grid, on random days: equal to 1e-9 (oracle: HiGHS)."""
    rng = np.random.default_rng(seed)
    prices, load = np.round(rng.uniform(0.1, 1.2, 24), 3), np.round(rng.uniform(0, 12, 24), 2)
    power, energy, charge, discharge = 10.0, float(np.round(rng.uniform(8, 45), 1)), 0.93, 0.95
    storage = {
        "power_mw": power,
        "energy_mwh": energy,
        "charge_efficiency": charge,
        "discharge_efficiency": discharge,
        **FRESH,
    }
    if seed % 2:
        raw = plant(
            {"project": {"side": "user"}, "storage": storage, "revenue": {"arbitrage": {"emc": "saving_share"}}}
        )
        raw["market"] = {"typical_days": [{"buy_yuan_per_kwh": prices.tolist()}], "load_mw": load.tolist()}
        expected = day_value(1000 * prices, 1000 * prices, load, power, energy, charge, discharge)
    else:
        raw = merged(plant(), {"storage": storage, "market": {"typical_days": [{"buy_yuan_per_kwh": prices.tolist()}]}})
        # Fees of the plain grid-side case: loss 0.008, system operation 0.03, transmission 0.12, refunded on discharge.
        expected = day_value(
            1000 * prices + 158, 1000 * prices + 120, np.full(24, power), power, energy, charge, discharge
        )
    settled = appraise(made(raw)).revenue.settlements["arbitrage"]
    np.testing.assert_allclose(settled.moving[0, 1:], 365 * expected, rtol=1e-9, atol=1e-6)


def test_arbitrage_at_a_flat_price_moves_nothing() -> None:
    """Losses make every cycle at one price a loss (closed form)."""
    raw = merged(plant(), {"market": {"typical_days": [{"buy_yuan_per_kwh": 0.5}]}})
    assert not dispatch(made(raw)).charged_mwh.any()


def two_prices(terms: dict[str, Any]) -> dict[str, Any]:
    """A host of 10 MW with 20 MWh: twelve hours at 0.2, twelve at 0.9; one cycle a day, 0.9 each way."""
    raw = plant({
        "project": {"side": "user"}, "revenue": {"arbitrage": terms},
        "storage": {"charge_efficiency": 0.9, "discharge_efficiency": 0.9, **FRESH, "availability": 0.95},
    })  # fmt: skip
    raw["market"] = {"typical_days": [{"buy_yuan_per_kwh": [0.2] * 12 + [0.9] * 12}], "load_mw": 15}
    return raw


# 365 days × 0.95 available; 20/0.9 MWh bought at 200, 20·0.9 MWh sold at 900 yuan/MWh.
BOUGHT, SOLD = 365 * 0.95 * 20 / 0.9 * 200, 365 * 0.95 * 20 * 0.9 * 900


@pytest.mark.parametrize(
    ("terms", "income", "purchase"),
    [
        ({"emc": "saving_share", "investor_share": 0.85}, 0.85 * (SOLD - BOUGHT), 0.0),
        # 85 % of the saving without VAT, invoiced with 6 %: (saving / 1.13) · 0.85 · 1.06
        (
            {"emc": "saving_share", "investor_share": 0.85, "share_basis": "ex_vat", "vat_rate": 0.06},
            0.85 * (SOLD - BOUGHT) / 1.13 * 1.06,
            0.0,
        ),
        ({"emc": "discharge_discount", "price_factor": 0.92}, 0.92 * SOLD, BOUGHT),
        ({"emc": "fixed_fee", "fee_yuan_per_kw_year": 120}, 120 * 10_000 * 0.95, 0.0),
        ({"emc": "host_owned"}, SOLD - BOUGHT, 0.0),
    ],
)
def test_arbitrage_contract_pays_as_stated(terms: dict[str, Any], income: float, purchase: float) -> None:
    """Income and purchase of each contract form, including VAT (arithmetic on the stated contract)."""
    settled = appraise(made(two_prices(terms))).revenue.settlements["arbitrage"]
    np.testing.assert_allclose(settled.income[0, 1:], income, rtol=1e-9)
    np.testing.assert_allclose(np.broadcast_to(settled.purchase, (1, 11))[0, 1:], purchase, rtol=1e-9)
    np.testing.assert_allclose(settled.saving[0, 1:], SOLD - BOUGHT, rtol=1e-9)
    np.testing.assert_allclose(settled.charging_value[0, 1:], BOUGHT, rtol=1e-9)


def test_arbitrage_money_follows_the_price_index() -> None:
    """Income of each year is that of the first times its index (closed form)."""
    raw = two_prices({"emc": "host_owned"})
    index = [1.0, 0.98, 0.9, 0.9, 0.85, 0.8, 0.8, 0.7, 0.7, 0.6]
    raw["market"]["price_index"] = index
    settled = appraise(made(raw)).revenue.settlements["arbitrage"]
    np.testing.assert_allclose(settled.income[0, 1:], np.array(index) * (SOLD - BOUGHT), rtol=1e-9)


def test_arbitrage_wider_spread_leaves_the_mean_price() -> None:
    """A spread 1.2 times as wide about the year's mean of 0.55: prices 0.13 and 0.97, one cycle a day (closed form)."""
    raw = two_prices({"emc": "host_owned"})
    raw["market"]["spread_scale"] = 1.2
    money = dispatch(made(raw))
    np.testing.assert_allclose(money.earned["arbitrage.energy"][0, 1], SOLD / 900 * 970, rtol=1e-9)
    np.testing.assert_allclose(money.paid["arbitrage.energy"][0, 1], BOUGHT / 200 * 130, rtol=1e-9)


@pytest.mark.parametrize(
    ("side", "terms", "message"),
    [
        ("user", {}, "required on the user side: saving_share"),
        ("grid", {"emc": "host_owned"}, "contract form on the grid side"),
    ],
)
def test_arbitrage_contract_form_belongs_to_the_user_side(side: str, terms: dict[str, Any], message: str) -> None:
    """Behind the meter a form is needed; in front of it there is no host."""
    raw = merged(plant(), {"project": {"side": side}, "revenue": {"arbitrage": terms}, "market": {"load_mw": 5}})
    with pytest.raises(InputError, match=message):
        made(raw)


def test_arbitrage_behind_the_meter_needs_the_load() -> None:
    """Without the host's load nothing limits export."""
    raw = plant({"project": {"side": "user"}, "revenue": {"arbitrage": {"emc": "host_owned"}}})
    with pytest.raises(InputError, match=r"market\.load_mw"):
        made(raw)
