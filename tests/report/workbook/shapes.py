"""Cases of different shapes for the workbook: what they have that others have not stands in their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategies import CAPACITY, merged, plant
from structures import CAPACITY_REPAID, EVENTS, FIRED, HOSTED, MANY, PHASED, RENEWED, SCULPTED, SUPPORTED, contract

_TWO = {"revenue": {"capacity": CAPACITY}, "finance": {"working_capital_yuan_per_kw": 30}}
_YEARS = 8
SIMPLE = contract(
    {"project": {"construction_months": 12, "operation_years": _YEARS}, "storage": {"discharged_mwh": 500, "charged_mwh": 600}},
    {"capital": {"battery_yuan_per_kwh": 2500, "works_yuan": 4e5, "depreciation_years": 8, "residual_share": 0.05,
                 "equipment_vat_rate": 0.13, "works_vat_rate": 0.09, "services_vat_rate": 0.06}},
    {"operating_cost": {"fixed_yuan_per_kw_year": 40, "other_yuan": 20000, "escalation": 0.02, "vat_rate": 0.06}},
    {"revenue": {"known": {"income_yuan": 9e5, "charging_yuan": 1e5, "vat_rate": 0.13}}, "market": {"vat_rate": 0.13}},
    {"finance": {"debt_share": 0.6, "loan_rate": 0.04, "loan_years": 6, "working_capital_yuan_per_kw": 50, "working_capital_debt_share": 0.7}},
    {"tax": {"income_tax_rate": 0.25, "city_surtax_rate": 0.07, "education_surtax_rate": 0.03, "local_education_surtax_rate": 0.02}},
)  # fmt: skip

SHAPES: Mapping[str, dict[str, Any]] = {
    "many_loans_leases_grants_classes": MANY,
    "phases_on_calendar_columns": PHASED,
    "sculpted": SCULPTED,
    "capacity_repaid_real_booked": CAPACITY_REPAID,
    "hosted_annuity": HOSTED,
    "replaced_by_health_and_added_to": RENEWED,
    "fired": FIRED,
    "supported": SUPPORTED,
    "events_in_mid_life": EVENTS,
    "sweep": plant(_TWO, {"finance": {"sweep_share": 0.6, "grace_years": 1}}),
    "start_timing": plant(_TWO, {"finance": {"timing": "start", "construction_interest": "inside_draw"}}),
    "mid_timing_real": plant(_TWO, {"finance": {"timing": "mid", "discount_basis": "real", "inflation": 0.02}}),
    "zero_debt": plant(_TWO, {"finance": {"debt_share": 0, "working_capital_debt_share": 0}}),
    "distress": merged(SIMPLE, {"revenue": {"known": {"income_yuan": 3.2e5}}, "finance": {"debt_share": 0.9}}),
    "disposal_and_loss": merged(
        SIMPLE, {"capital": {"disposal_yuan": 3e5, "decommissioning_yuan": 2e5}, "revenue": {"known": {"income_yuan": 1e5}}}
    ),
    "calendar": merged(SIMPLE, {"project": {"columns": "calendar", "construction_start": "2026-08", "construction_months": 5}}),
    "yearly_income": merged(SIMPLE, {"revenue": {"known": {"income_yuan": [8e5, 9e5, 9e5, 8.5e5, 8e5, 7e5, 7e5, 6e5]}}}),
}  # fmt: skip
