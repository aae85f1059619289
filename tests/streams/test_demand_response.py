"""Demand response: what a delivery is paid by its share, what the host keeps, and the baseline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError

INVITED = {
    "power_share": 0.4, "hours": "19:00-21:00", "months": "7-8", "days_per_year": 12, "response_share": 0.9, "least_share": 0.8, "most_share": 1.2,
    "price_yuan_per_kwh": 3, "energy_cost_yuan_per_kwh": 0.1, "energy_share": 0.5,
}  # fmt: skip


def responding(**terms: Any) -> dict[str, Any]:
    """The plain plant behind the meter of a host of 12 MW, invited on summer evenings."""
    return merged(plant({"project": {"side": "user"}, "market": {
        "load_mw": 12, "transmission_yuan_per_kwh": None, "loss_yuan_per_kwh": None, "system_operation_yuan_per_kwh": None,
    }}), {"revenue": {"arbitrage": {"emc": "saving_share"}, "demand_response": {**INVITED, **terms}}})  # fmt: skip


@pytest.mark.parametrize(("response", "counted"), [(0.9, 0.9), (0.79, 0.0), (1.5, 1.2), (0.8, 0.8)])
def test_demand_response_counts_a_delivery_between_the_least_and_the_most(response: float, counted: float) -> None:
    """4 000 kW · counted · 12 events · 2 h · 3 yuan · 0.97; what was delivered costs 0.1 yuan/kWh whether it counts or not (arithmetic)."""
    settled = appraise(made(responding(response_share=response))).revenue.settlements["demand_response"]
    np.testing.assert_allclose(settled.income[0, 1:], 4000 * counted * 12 * 2 * 3 * 0.97, rtol=1e-12)
    np.testing.assert_allclose(settled.cost[0, 1:], 4000 * response * 2 * 12 * 0.97 * 0.1, rtol=1e-12)


def test_demand_response_pays_events_and_capacity_up_to_its_cap_and_shares_with_the_host() -> None:
    """(4 000 · 0.9 · 12 · (2 · 3 + 1.5) + 4 000 · 10) · 0.97 = 353 080 yuan, of which 60 %; capped at 300 000 (arithmetic)."""
    terms = {"event_price_yuan_per_kw": 1.5, "capacity_price_yuan_per_kw_year": 10, "investor_share": 0.6}
    settled = appraise(made(responding(**terms))).revenue.settlements["demand_response"]
    np.testing.assert_allclose(settled.income[0, 1:], 0.6 * 353_080, rtol=1e-12)
    capped = appraise(made(responding(**terms, income_cap_yuan_per_year=300_000))).revenue.settlements[
        "demand_response"
    ]
    np.testing.assert_allclose(capped.income[0, 1:], 0.6 * 300_000, rtol=1e-12)


def test_demand_response_falls_by_its_index() -> None:
    """The index of a year multiplies what is paid and leaves the cost (arithmetic)."""
    index = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.5, 0.5, 0.5, 0.5]
    settled = appraise(made(responding(income_index=index))).revenue.settlements["demand_response"]
    np.testing.assert_allclose(settled.income[0, 1:], 4000 * 0.9 * 12 * 2 * 3 * 0.97 * np.array(index), rtol=1e-12)
    assert np.ptp(settled.cost[0, 1:]) == 0.0


def test_demand_response_is_paid_by_whom_the_case_names() -> None:
    """Grid users unless the market settles it."""
    for payer in ("grid_users", "market"):
        paid = appraise(made(responding(paid_by=payer))).payments
        assert set(paid.shares["demand_response"]) == {payer}


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"least_share": 0.9, "most_share": 0.8}, "above the most that counts"),
        ({"price_yuan_per_kwh": 0}, "no price of energy, of an event or of capacity"),
        ({"price_cap_yuan_per_kwh": 2.5}, "above the cap of the market"),
        ({"days_per_year": 63}, "more than the 62 days of its months"),
        # 10 MW · 4 h at the meter from 19 · 0.93 = 17.67 MWh.
        (
            {"power_share": 1, "response_share": 1, "hours": "17:00-21:00"},
            r"an event takes 40 MWh; the plant holds 17\.67 MWh",
        ),
    ],
)
def test_demand_response_that_cannot_be_is_refused(terms: dict[str, Any], message: str) -> None:
    """Each fault is told with its figures."""
    with pytest.raises(InputError, match=message):
        made(responding(**terms))
