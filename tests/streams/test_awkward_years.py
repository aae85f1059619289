"""Streams on awkward time lines, against a month-by-month reckoning written here.

Two phases, 60 % of the plant from 2026-08 and 40 % from 2027-09, on calendar columns; each phase has operating years of its
own, of eight. Every month of a phase gets a twelfth of what its terms pay the whole plant in that operating year, times its
share; an event may end the stream within a year. 10 MW / 20 MWh, depth 0.95, discharge 0.93, availability 0.9, stated energy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from strategies import CAPACITY, REGULATION, contract, made, merged

from appraisal import appraise

YEARS, COLUMNS = 8, 10
# Share of the plant, months from 2026-01 until it operates: 3 + 0 + 4 and 3 + 9 + 8.
PHASES = ((0.6, 7), (0.4, 20))
DISCHARGED = [6000.0 - 200.0 * year for year in range(YEARS)]
KEPT = 20 * 0.95 * 0.1 * 0.93  # MWh at the meter of a tenth of the usable energy
BASE: dict[str, Any] = contract({
    "project": {
        "columns": "calendar", "construction_start": "2026-04", "construction_months": 17, "operation_years": YEARS,
        "phases": [{"share": 0.6, "start_month": 0, "construction_months": 4}, {"share": 0.4, "start_month": 9, "construction_months": 8}],
    },
    "storage": {
        "power_mw": 10, "energy_mwh": 20, "depth_of_discharge": 0.95, "discharge_efficiency": 0.93, "charge_efficiency": 0.94, "availability": 0.9,
        "discharged_mwh": DISCHARGED, "charged_mwh": [one / 0.94 / 0.93 for one in DISCHARGED],
    },
    "market": {"vat_rate": 0.13}, "capital": {"equipment_yuan": 1e7, "equipment_vat_rate": 0.13, "services_vat_rate": 0.06},
    "revenue": {"known": {"income_yuan": 1e5}},
})  # fmt: skip

Yearly = Callable[[int], float]
# Terms, and what they pay the whole plant including VAT in operating year n of a phase, from 1: each by hand.
CASES: dict[str, tuple[dict[str, Any], Yearly]] = {
    "schedule": (
        {"paid_by": "market", "vat_rate": 0.13, "income_yuan": [1e6 + 1e4 * year for year in range(YEARS)]},
        lambda n: 1e6 + 1e4 * (n - 1),
    ),
    # 165 yuan/kW · 1.5 of 6 hours, a tenth deducted; outages do not count.
    "capacity": ({**CAPACITY, "duration_hours": 1.5, "deduction_share": 0.1}, lambda _: 1e4 * 165 * 0.25 * 0.9),
    # Two and a half years of rent, the share let falling.
    "capacity_lease": (
        {"basis": "rated_power", "price_yuan_per_kw_year": 60, "term_years": 2.5, "let_share": [0.8 - 0.05 * year for year in range(YEARS)]},
        lambda n: 1e4 * 60 * (0.8 - 0.05 * (n - 1)) * {1: 1.0, 2: 1.0, 3: 0.5}.get(n, 0.0),
    ),
    "black_start": (
        {"units": 2, "fee_yuan_per_month": 1e4, "event_fee_yuan": 5e4, "events_per_year": 0.5, "energy_share": 0.1, "vat_rate": 0.06},
        lambda _: 2 * (12e4 + 2.5e4) * 0.9,
    ),
    "reactive_support": (
        {"reactive_mvar_per_mw": 0.3, "converter_mva_per_mw": 1.1, "hours": "08:00-12:00", "months": "6-9", "days_per_year": 100, "price_yuan_per_mvarh": 10,
         "fixed_yuan_per_year": 1e4},
        lambda _: (3 * 4 * 100 * 10 + 1e4) * 0.9,
    ),
    "reserve": (
        {"power_share": 0.2, "hours": "18:00-22:00", "energy_share": 0.2, "sustain_hours": 0.25, "days_per_year": 300, "price_yuan_per_mw_hour": 10,
         "called_share": 0.1, "charge_price_yuan_per_kwh": 0.3, "energy_price_yuan_per_kwh": 0.5, "income_index": [1 - 0.05 * year for year in range(YEARS)]},
        lambda n: (8 * 300 * 10 * (1 - 0.05 * (n - 1)) + 0.8 * 300 * 500) * 0.9,
    ),
    # 2.7 MW answer for two hours twenty times: 324,000 · 0.9, below its cap.
    "demand_response": (
        {"power_share": 0.3, "hours": "10:00-12:00", "months": "7-8", "days_per_year": 20, "response_share": 0.9, "least_share": 0.5, "most_share": 1.2,
         "price_yuan_per_kwh": 3, "energy_cost_yuan_per_kwh": 0.1, "energy_share": 0.3, "income_cap_yuan_per_year": 2.5e5},
        lambda _: min(2700 * 2 * 20 * 3 * 0.9, 2.5e5),
    ),
    "carbon_and_certificates": (
        {"sold": "certificate", "counted_mwh": [5000 - 100 * year for year in range(YEARS)], "price_yuan_per_mwh": 20, "sold_once": True, "vat_rate": 0.06,
         "years": 3.5},
        lambda n: (5000 - 100 * (n - 1)) * 20 * {1: 1.0, 2: 1.0, 3: 1.0, 4: 0.5}.get(n, 0.0),
    ),
    "deviation_relief": (
        {"deviation_mwh": 1000, "penalty_yuan_per_kwh": 0.2, "avoided_share": 0.5, "power_share": 0.1, "energy_share": 0.05},
        lambda _: 1000 * 200 * 0.5 * 0.9,
    ),
    # 2 MW · 365 days · 4 h · 6 MW of mileage · 1.1 · 5 yuan.
    "frequency_regulation": (REGULATION, lambda _: 2 * 365 * 4 * 6 * 1.1 * 5 * 0.9),
    # Two hours of 2 MW ask for 4 MWh; a tenth of the energy has less.
    "emergency_supply": (
        {"paid_by": "host", "power_share": 0.2, "energy_share": 0.1, "standing_fee_yuan_per_kw_year": 20, "calls_per_year": 5, "call_hours": 2,
         "call_fee_yuan": 1e4, "price_yuan_per_kwh": 2, "charging_yuan_per_kwh": 0.4},
        lambda _: 2000 * 20 + 5 * 0.9 * (1e4 + min(4.0, KEPT) * 2000),
    ),
    # Four years on at most 550 hours, a fifth less each year; VAT is in it.
    "discharge_subsidy": (
        {"approved": True, "rate_yuan_per_kwh": 0.3, "years": 4, "step_down": 0.2, "hours_cap": 550},
        lambda n: 300 * min(DISCHARGED[n - 1], 5500.0) * 0.8 ** (n - 1) if n <= 4 else 0.0,
    ),
    # Outside VAT.
    "capacity_subsidy": (
        {"approved": True, "yuan_per_kw_year": 50, "years": 3, "step_down": 0.1, "cap_yuan_per_year": 4.8e5},
        lambda n: min(5e5 * 0.9 ** (n - 1), 4.8e5) if n <= 3 else 0.0,
    ),
}  # fmt: skip


def by_month(yearly: Yearly, ends: int | None) -> np.ndarray:
    """Income by calendar year, month after month; *ends* is the month from 2026-01 from which nothing is paid."""
    paid = np.zeros(COLUMNS)
    for share, opens in PHASES:
        for month in range(opens, opens + 12 * YEARS):
            if ends is None or month < ends:
                paid[month // 12] += share * yearly((month - opens) // 12 + 1) / 12
    return paid


@pytest.mark.parametrize("name", CASES)
def test_stream_on_phases_and_calendar_years_pays_month_by_month(name: str) -> None:
    """Income, its VAT and the sum over payers, with and without an end in 2031-05."""
    terms, yearly = CASES[name]
    section = "support" if name.endswith("subsidy") else "revenue"
    raw = merged(BASE, {section: {"it": {"stream": name, **terms}}})
    stop = {"events": {"stop": {"from_month": "2031-05", "remove": [f"{section}.it"]}}}
    rate = 0.0 if name == "capacity_subsidy" else terms.get("vat_rate", 0.13)
    for stated, ends in ((raw, None), (merged(raw, stop), 64)):
        result = appraise(made(stated))
        expected, books = by_month(yearly, ends), result.statements
        income = np.broadcast_to(result.revenue.settlements["it"].income, (1, COLUMNS))[0]
        np.testing.assert_allclose(income, expected, rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose((books["it.revenue"] + books["it.subsidy"])[0], expected / (1 + rate), rtol=1e-9, atol=1e-6)  # fmt: skip
        np.testing.assert_allclose(sum(result.payments.net.values()), books["revenue"] + books["subsidy"], rtol=1e-12, atol=1e-6)  # fmt: skip
        assert all(check.ok.all() for check in result.checks)
