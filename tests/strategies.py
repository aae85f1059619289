"""Cases for tests: two plain ones to change, and hypothesis strategies for random valid ones.

A case here is the mapping that a YAML file would hold. Amounts of the random cases are drawn so that some earn well,
some never pay back and some cannot serve their debt: laws must hold for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from appraisal import Case, Library, case_from_mapping

# Read once for all tests.
LIBRARY = Library.open()
NO_TAX = {"income_tax_rate": 0, "city_surtax_rate": 0, "education_surtax_rate": 0, "local_education_surtax_rate": 0}
NO_VAT = {"equipment_vat_rate": 0, "works_vat_rate": 0, "services_vat_rate": 0}


def merged(base: Mapping[str, Any], *changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of *base* with the leaves of each change put in."""
    result = deepcopy(dict(base))
    for change in changes:
        for key, value in change.items():
            inside = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
            result[key] = merged(result[key], value) if inside else deepcopy(value)
    return result


def made(raw: Mapping[str, Any]) -> Case:
    """The case of a mapping, from the library that all tests share."""
    return case_from_mapping(raw, library=LIBRARY)


def contract(*changes: Mapping[str, Any]) -> dict[str, Any]:
    """A project of known yearly amounts, one month of construction, without debt, VAT or tax; *changes* fill it."""
    base: dict[str, Any] = {
        "project": {"province": "beijing", "side": "grid", "construction_start": "2026-01", "construction_months": 1, "operation_years": 5},
        "storage": {"power_mw": 1, "energy_mwh": 1, "charge_efficiency": 1, "discharge_efficiency": 1, "depth_of_discharge": 1, "availability": 1},
        "capital": {"depreciation_years": 5, "residual_share": 0, **NO_VAT},
        "operating_cost": {"vat_rate": 0},
        "market": {"vat_rate": 0},
        "revenue": {"known": {"stream": "schedule", "paid_by": "market", "vat_rate": 0}},
        "finance": {"debt_share": 0, "loan_rate": 0, "loan_years": 1, "discount_rate": 0.08},
        "tax": dict(NO_TAX),
    }  # fmt: skip
    return merged(base, *changes)


def plant(*changes: Mapping[str, Any]) -> dict[str, Any]:
    """A grid-side plant of 10 MW / 20 MWh on one typical day with two price valleys; *changes* move it."""
    day = [
        0.30,
        0.28,
        0.27,
        0.26,
        0.26,
        0.28,
        0.33,
        0.45,
        0.52,
        0.40,
        0.25,
        0.16,
        0.15,
        0.16,
        0.20,
        0.27,
        0.40,
        0.58,
        0.70,
        0.76,
        0.66,
        0.50,
        0.42,
        0.35,
    ]
    base: dict[str, Any] = {
        "project": {"province": "hainan", "side": "grid", "construction_start": "2026-03", "construction_months": 6, "operation_years": 10},
        "storage": {
            "power_mw": 10, "energy_mwh": 20, "charge_efficiency": 0.94, "discharge_efficiency": 0.93, "depth_of_discharge": 0.95, "availability": 0.97,
            "ageing": {"calendar_coefficient": 4e-4, "calendar_exponent": 0.55, "cycle_coefficient": 2e-4, "cycle_exponent": 0.8},
        },
        "capital": {"battery_yuan_per_kwh": 600, "works_yuan_per_kwh": 90, "services_yuan": 400000, "depreciation_years": 10, "residual_share": 0.05},
        "operating_cost": {"fixed_yuan_per_kw_year": 20},
        "market": {
            "typical_days": [{"buy_yuan_per_kwh": day}], "confidence": "estimate",
            "transmission_yuan_per_kwh": 0.12, "loss_yuan_per_kwh": 0.008, "system_operation_yuan_per_kwh": 0.03,
        },
        "revenue": {"arbitrage": {}},
        "finance": {"debt_share": 0.7, "loan_rate": 0.035, "loan_years": 7, "discount_rate": 0.06},
    }  # fmt: skip
    return merged(base, *changes)


CAPACITY = {"listed": True, "affordability_assessed": True, "price_yuan_per_kw_year": 165, "required_hours": 6}
REGULATION = {
    "price_cap_yuan_per_mw": 15, "power_share": 0.2, "hours": "08:00-12:00", "energy_share": 0.1, "mileage_mw_per_mw_hour": 6,
    "performance": 1.1, "price_yuan_per_mw": 5, "cycles_per_year": 40,
}  # fmt: skip
INSURANCE = {
    "listed": True, "insured_value_yuan": 2e6, "premium_rate": 0.025, "state_share": 0.8, "rate_cap": 0.03, "years": 3,
}  # fmt: skip


def share(low: float, high: float) -> st.SearchStrategy[float]:
    """A number with few digits, so that a failing case can be read."""
    return st.integers(round(low * 1000), round(high * 1000)).map(lambda thousandth: thousandth / 1000)


@st.composite
def finances(draw: st.DrawFn, years: int) -> dict[str, Any]:
    """Capital structure: no debt, all debt or between; both repayments and both conventions of interest."""
    loan_years = draw(st.integers(1, years))
    return {
        "debt_share": draw(st.one_of(st.sampled_from([0.0, 1.0]), share(0, 1))),
        "loan_rate": draw(st.one_of(st.just(0.0), share(0.01, 0.15))),
        "loan_years": loan_years,
        "grace_years": draw(st.integers(0, loan_years - 1)),
        "repayment": draw(st.sampled_from(["equal_principal", "annuity"])),
        "construction_interest": draw(st.sampled_from(["capitalised", "inside_draw"])),
        "working_capital_yuan_per_kw": draw(st.one_of(st.just(0.0), share(1, 60))),
        "working_capital_debt_share": draw(share(0, 1)),
        "working_capital_rate": draw(share(0.01, 0.08)),
        "discount_rate": draw(share(0.01, 0.15)),
        "timing": draw(st.sampled_from(["end", "start", "mid"])),
    }


@st.composite
def bare_cases(draw: st.DrawFn) -> dict[str, Any]:
    """Years, costs, taxes, debt and supports of a case without its revenue."""
    years, months = draw(st.integers(2, 14)), draw(st.sampled_from([1, 5, 12, 14, 24, 31]))
    replaced = draw(st.lists(st.integers(1, years - 1), max_size=2, unique=True))
    columns = -(-months // 12)
    profiles: list[Any] = [
        None,
        {1: [1], 2: [0.6, 0.4], 3: [0.2, 0.5, 0.3]}[columns],
        {1: [1], 2: [0, 1], 3: [0, 0.5, 0.5]}[columns],
    ]
    profile = draw(st.sampled_from(profiles))
    changes = {
        "project": {"construction_months": months, "operation_years": years},
        "storage": {"replacement": {
            "operation_years": sorted(replaced), "battery_yuan_per_kwh": draw(share(0, 400)), "depreciation_years": draw(st.integers(1, 12)),
            "residual_share": draw(share(0, 0.1)), **({"retired_share": draw(share(0, 1))} if draw(st.booleans()) else {}),
        }},
        "capital": {
            "battery_yuan_per_kwh": draw(share(200, 900)), "power_yuan_per_kw": draw(share(0, 300)), "works_yuan_per_kwh": draw(share(0, 150)),
            "services_yuan": draw(st.integers(0, 600000)), "land_yuan": draw(st.sampled_from([0, 500000])), "land_years": draw(st.integers(1, 50)),
            "contingency_share": draw(share(0, 0.1)), "depreciation_years": draw(st.integers(1, 25)), "residual_share": draw(share(0, 0.1)),
            **({} if profile is None else {"spend_profile": profile}),
        },
        "operating_cost": {
            "fixed_yuan_per_kw_year": draw(share(0, 120)), "variable_yuan_per_kwh": draw(share(0, 0.06)), "insurance_share": draw(share(0, 0.01)),
            "staff_yuan_per_year": draw(st.integers(0, 3000000)), "escalation": draw(share(-0.02, 0.05)),
            "maintenance": draw(st.sampled_from(["sum", "larger"])),
        },
        "finance": draw(finances(years)),
        "tax": {
            "loss_years": draw(st.sampled_from([5, 10])), "income_tax_rate": draw(st.sampled_from([0.0, 0.15, 0.25])),
            "holiday_free_years": draw(st.sampled_from([0, 3])), "holiday_half_years": draw(st.sampled_from([0, 3])),
            "adjusted_tax": "unlevered",
        },
        "support": draw(st.sampled_from([
            {}, {"first_of_kind_insurance": INSURANCE}, {"first_of_kind_insurance": {**INSURANCE, "insured_by": "owner", "premium_rate": 0.035}},
        ])),
    }  # fmt: skip
    return merged(plant(), changes)


@st.composite
def days(draw: st.DrawFn) -> list[float]:
    """Twenty-four prices, some of them alike, some below zero."""
    levels = draw(st.lists(share(-0.05, 1.2), min_size=2, max_size=6))
    return draw(st.lists(st.sampled_from(levels), min_size=24, max_size=24))


@st.composite
def contracts(draw: st.DrawFn) -> dict[str, Any]:
    """One of the four contract forms with the terms that it reads."""
    terms: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "saving_share": {"investor_share": share(0, 1), "share_basis": st.sampled_from(["incl_vat", "ex_vat"]), "vat_rate": st.sampled_from([0.06, 0.13])},
        "discharge_discount": {"price_factor": share(0.5, 1)},
        "fixed_fee": {"fee_yuan_per_kw_year": share(0, 300), "vat_rate": st.sampled_from([0.06, 0.13])},
        "host_owned": {},
    }  # fmt: skip
    form = draw(st.sampled_from(sorted(terms)))
    return {"emc": form, **{name: draw(values) for name, values in terms[form].items()}}


@st.composite
def dispatched(draw: st.DrawFn) -> dict[str, Any]:
    """A user-side or grid-side plant whose prices, efficiencies, streams and finance are all drawn."""
    side = draw(st.sampled_from(["user", "grid"]))
    storage = {
        "power_mw": draw(share(1, 20)), "energy_mwh": draw(share(1, 60)), "charge_efficiency": draw(share(0.8, 1)),
        "discharge_efficiency": draw(share(0.8, 1)), "depth_of_discharge": draw(share(0.7, 1)), "availability": draw(share(0.8, 1)),
        "ageing": {"end_of_life_soh": draw(share(0.5, 0.8))},
        "throughput_cost_yuan_per_mwh": draw(st.sampled_from([0, 30])),
    }  # fmt: skip
    changes: dict[str, Any] = {
        "project": {"side": side},
        "storage": storage,
        "market": {"typical_days": [{"buy_yuan_per_kwh": draw(days())}]},
    }
    if side == "user":
        changes["market"]["load_mw"] = draw(share(0, 25))
        changes["revenue"] = {"arbitrage": draw(contracts())}
    else:
        changes["market"]["typical_days"][0]["sell_yuan_per_kwh"] = draw(days())
        streams = draw(st.lists(st.sampled_from(["capacity", "frequency_regulation"]), unique=True))
        known = {"capacity": CAPACITY, "frequency_regulation": REGULATION}
        changes["revenue"] = {"arbitrage": {}, **{name: known[name] for name in streams}}
    return merged(draw(bare_cases()), changes)


@st.composite
def scheduled(draw: st.DrawFn) -> dict[str, Any]:
    """A plant whose yearly amounts are known; income may be far too small for its debt."""
    bare = draw(bare_cases())
    years = bare["project"]["operation_years"]
    amounts = st.lists(st.integers(0, 12_000_000), min_size=years, max_size=years)
    del bare["market"]["typical_days"]
    discharged = draw(share(1, 9000))
    return merged(bare, {
        "storage": {"discharged_mwh": discharged, "charged_mwh": discharged * 1.2},
        "revenue": {"arbitrage": {"enabled": False, "emc": None}, "known": {
            "stream": "schedule", "paid_by": "market", "income_yuan": draw(amounts), "cost_yuan": draw(st.integers(0, 4_000_000)),
            "charging_yuan": draw(st.integers(0, 3_000_000)), "vat_rate": 0.13, "cost_vat_rate": 0.06,
        }},
    })  # fmt: skip


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Any valid case."""
    return st.one_of(dispatched(), scheduled())
