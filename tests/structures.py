"""Cases whose books together use every block and every alternative formula that is declared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from strategies import CAPACITY, INSURANCE, contract, made, merged, plant

from appraisal import Appraisal, appraise, load_case, scenario_path

READY = ("zhejiang_user_lfp", "hainan_grid_lfp", "contract_schedule")
# One ready case for each structure, where walking all of them takes minutes: behind a meter, capacity price and regulation,
# known amounts, events, a store that states its technology, regulation alone, a computed price without dispatch, phases.
CHOSEN = (
    "zhejiang_user_lfp", "hainan_grid_lfp", "contract_schedule", "hainan_policy_events", "hubei_long_duration", "guangdong_regulation_lfp",
    "fujian_pumped_hydro", "liaoning_flow_battery",
)  # fmt: skip

_YEARS = 12
_TAXED = {
    "income_tax_rate": 0.25, "city_surtax_rate": 0.07, "education_surtax_rate": 0.03, "local_education_surtax_rate": 0.02,
}  # fmt: skip
_VAT = {"equipment_vat_rate": 0.13, "works_vat_rate": 0.09, "services_vat_rate": 0.06}
_BASE = contract(
    {"project": {"construction_months": 14, "operation_years": _YEARS}},
    {"storage": {"discharged_mwh": 500, "charged_mwh": 600, "replacement": {
        "operation_years": [5, 9], "battery_yuan_per_kwh": 400, "depreciation_years": 4, "salvage_yuan_per_kwh": 30, "vat_rate": 0.13,
    }}},
    {"capital": {
        "battery_yuan_per_kwh": 2000, "power_yuan_per_kw": 1500, "equipment_yuan": 3e6, "works_yuan": 1e6, "services_yuan": 3e5, "land_yuan": 2e5,
        "land_years": 30, "depreciation_years": 10, "residual_share": 0.05, "contingency_share": 0.03, "price_rise": 0.01, **_VAT,
    }},
    {"operating_cost": {"fixed_yuan_per_kw_year": 60, "other_yuan": 30000, "staff_yuan_per_year": 50000, "insurance_share": 0.002, "vat_rate": 0.06}},
    {"revenue": {"known": {"income_yuan": 2.2e6, "charging_yuan": 3e5, "vat_rate": 0.13}}, "market": {"vat_rate": 0.13}},
    {"finance": {
        "debt_share": 0.6, "loan_rate": 0.04, "loan_years": 8, "working_capital_yuan_per_kw": 50, "working_capital_debt_share": 0.7,
    }},
    {"tax": _TAXED},
)  # fmt: skip

MANY = merged(
    _BASE,
    {"finance": {
        "loans": {
            "policy": {"share": 0.5, "rate": 0.03, "repayment": "annuity", "grace_years": 1, "fee_share": 0.002},
            "bank": {"share": 0.3, "rate": 0.05, "sweep_share": 0.5},
            "town": {"share": 0.2, "repayment": "custom", "repayment_shares": [0.4, 0.3, 0.2, 0.1], "years": 4},
            "renewed": {"refinances": "bank", "drawn_in": 4, "rate": 0.03, "years": 5, "repayment": "bullet", "fee_share": 0.001},
            "works": {"share": 0.6, "drawn_in": 5, "rate": 0.045, "years": 3},
        },
        "leases": {
            "direct": {"kind": "direct", "share": 0.2, "rate": 0.05, "years": 6, "fee_share": 0.01},
            "back": {"kind": "sale_and_leaseback", "share": 0.1, "rate": 0.06, "years": 5},
        },
        "grants": {
            "start": {"yuan": 3e5}, "cheaper": {"yuan": 2e5, "treatment": "reduce_cost", "income_tax": "on_receipt"},
            "later": {"yuan": 1e5, "operating_year": 3, "treatment": "income", "income_tax": "exempt", "vat_rate": 0.06},
        },
        "parties": {"owner": {"share": 0.7}, "fund": {"share": 0.3, "dividend_share": 0.4, "liquidation_share": 0.2}},
    }},
    {"finance": {"parties": {"owner": {"share": 0.7, "dividend_share": 0.6, "liquidation_share": 0.8}}}},
    {"capital": {
        "classes": {
            "cells": {"lines": ["battery"], "depreciation_years": 8, "tax_depreciation": "one_off"},
            "house": {"lines": ["works"], "depreciation_years": 20, "depreciation": "sum_of_years"},
        },
        "later_works": {"paint": {"operation_years": [4, 8], "yuan": 1e5, "treatment": "expense"}, "more": {"operation_years": [6], "yuan": 2e5}},
        "disposal_yuan": 1e5, "decommissioning_yuan": 5e4,
    }},
    {"tax": {
        "reduced_income_tax_rate": 0.15, "reduced_until": 2030, "vat_refund_share": 0.6, "vat_refund_from": 1, "vat_refund_rule": "a test, 2022", "vat_refund_base": "pool",
        "holiday_free_years": 2, "holiday_half_years": 2, "holiday_base_rate": 0.25, "property_tax_share": 0.0084, "stamp_duty_share": 0.0003,
    }},
    {"support": {"first_of_kind_insurance": INSURANCE}},
)  # fmt: skip
PHASED = merged(
    _BASE,
    {"project": {
        "columns": "calendar", "construction_start": "2026-05", "construction_months": 20,
        "phases": [
            {"share": 0.6, "start_month": 0, "construction_months": 10}, {"share": 0.4, "start_month": 9, "construction_months": 11},
        ],
    }},
    {"finance": {
        "construction_interest": "inside_draw",
        "loans": {
            "policy": {"share": 0.7, "rate": 0.03},
            "town": {"share": 0.3, "repayment": "custom", "repayment_shares": [0.4, 0.3, 0.3], "years": 3},
        },
        "grants": {"start": {"yuan": 3e5}},
    }},
    {"capital": {
        "depreciation": "custom", "depreciation_shares": [0.3, 0.3, 0.2, 0.15],
        "classes": {"cells": {"lines": ["battery"], "depreciation": "double_declining", "depreciation_years": 8}},
    }},
    {"storage": {"replacement": {"retired_share": 0.4}}},
)  # fmt: skip
SCULPTED = merged(
    _BASE,
    {"finance": {"repayment": "sculpted", "target_dscr": 1.4, "grace_years": 1, "short_loan": "none", "reserve_months": 6, "minimum_cash_yuan": 1e4}},
    {"capital": {"price_basis": "excl_vat"}, "operating_cost": {"price_basis": "excl_vat", "maintenance": "larger"}},
)  # fmt: skip
CAPACITY_REPAID = merged(
    _BASE,
    {"finance": {"repayment": "capacity", "discount_basis": "real", "inflation": 0.02, "dividend_payout": 0.8}},
    {"tax": {"adjusted_tax": "booked", "loss_years": 10}, "storage": {"replacement": {"treatment": "expense"}}},
)  # fmt: skip
HOSTED = plant(
    {"project": {"side": "user"}, "market": {"load_mw": 30}, "revenue": {"arbitrage": {"emc": "saving_share"}}},
    {"finance": {"repayment": "annuity"}, "capital": {"tax_depreciation": "sum_of_years"}},
)
CALENDAR = merged(
    HOSTED,
    {"project": {"columns": "calendar"}, "capital": {"land_yuan": 5e5, "land_years": 40, "tax_depreciation": "as_booked"}},
    {"operating_cost": {"escalation": 0.02}},
)  # fmt: skip
# What the store itself asks for: replaced by its health, added to, rebalanced; and one that is fired.
RENEWED = plant(
    {"storage": {
        "ageing": {"model": "recoverable", "recoverable_fade_per_year": 0.01, "rebalancing_yuan_per_kwh_year": 8, "rebalancing_vat_rate": 0.06},
        "replacement": {"below_soh": 0.88, "battery_yuan_per_kwh": 450, "price_decline": 0.03, "price_year": 2025, "depreciation_years": 4, "salvage_yuan_per_kwh": 20},
        "augmentation": {"operation_years": [2, 5], "energy_mwh": [2, 3], "battery_yuan_per_kwh": 500, "price_decline": 0.05, "depreciation_years": 4},
    }},
    {"market": {"spread_index": [1 - 0.01 * year for year in range(10)]}},
)  # fmt: skip
FIRED = plant(
    {"storage": {
        "charge_efficiency": 0.9, "discharge_efficiency": 0.43, "heat": {"rate_mwh_per_mwh": 1.6, "fuel_yuan_per_mwh": 100, "vat_rate": 0.09},
        "auxiliary": {"power_share": 0.01, "vat_rate": 0.13},
        "replacement": {"below_soh": 0.85, "battery_yuan_per_kwh": 300},
        "augmentation": {"below_share": 0.9, "to_share": 1.0, "battery_yuan_per_kwh": 400, "treatment": "expense"},
    }},
    {"capital": {"disposal_yuan": 1e5}, "operating_cost": {"escalation": 0.02}},
)  # fmt: skip
# Supports that rest on lines of the books: with the spending and later, capped and not, for some years and for all.
SUPPORTED = merged(
    _BASE,
    {"support": {
        "capital_grant": {"approved": True, "yuan_per_kwh": 100, "share_of_investment": 0.1, "share_of": "equipment_ex_vat", "cap_yuan": 4e5},
        "later": {"stream": "capital_grant", "approved": True, "yuan": 1e5, "operating_year": 2, "treatment": "income", "income_tax": "exempt"},
        "interest_subsidy": {"approved": True, "share_of_interest": 0.4, "rate_points": 0.002, "years": 3, "cap_yuan_per_year": 4e4},
        "town": {"stream": "interest_subsidy", "approved": True, "share_of_interest": 0.1},
        "tax_relief": {"approved": True, "share_of_vat": 0.5, "burden_share": 0.03, "years": 6},
    }},
)  # fmt: skip
# Streams that begin, step and end, costs and rates that step, in calendar years that events divide.
EVENTS = plant(
    {"project": {"columns": "calendar"}, "revenue": {"capacity": CAPACITY}},
    {"operating_cost": {"staff_yuan_per_year": 50000, "other_yuan": 20000}},
    {"events": {
        "dearer": {
            "zh": "运维涨价", "en": "Dearer", "from_month": "2029-04", "add": {"operating_cost.fixed_yuan_per_kw_year": 5},
            "scale": {"market.spread_scale": 0.9}, "set": {"tax.income_tax_rate": 0.2, "operating_cost.other_yuan": 30000},
        },
        "replaced": {"operation_year": 6, "remove": ["revenue.capacity"], "set": {
            "revenue.later": {"stream": "schedule", "paid_by": "grid_users", "income_yuan": 6e5, "vat_rate": 0.13},
        }},
        "never": {"operation_year": 7, "enabled": False, "set": {"market.price_scale": 0.5}},
    }},
)  # fmt: skip

STRUCTURES: Mapping[str, Any] = {
    "many": MANY, "phased": PHASED, "sculpted": SCULPTED, "capacity": CAPACITY_REPAID, "hosted": HOSTED, "calendar": CALENDAR,
    "renewed": RENEWED, "fired": FIRED, "supported": SUPPORTED, "events": EVENTS,
}  # fmt: skip


@cache
def result_of(name: str) -> Appraisal:
    """A ready case, or one of the structures, appraised."""
    return appraise(made(STRUCTURES[name]) if name in STRUCTURES else load_case(scenario_path(name)))
