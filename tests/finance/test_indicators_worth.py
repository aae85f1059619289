"""Present values, inflation, levelised cost, returns on investment and equity, break-even (RULES §4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from known import close, run
from strategies import merged, share

from appraisal import Appraisal

LAWS = settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])  # fmt: skip


def figure(result: Appraisal, key: str) -> float:
    """A figure of the only scenario."""
    return float(result.statements.ledger.figure(key)[0])


PLANT: dict[str, Any] = {
    "project": {"construction_months": 12, "operation_years": 10},
    "capital": {"equipment_yuan": 1130, "equipment_vat_rate": 0.13, "depreciation_years": 10, "residual_share": 0.05},
    "storage": {"discharged_mwh": [2.0 - 0.05 * year for year in range(10)], "charged_mwh": 2.5,
                "replacement": {"operation_years": [6], "battery_yuan_per_kwh": 0.226, "retired_share": 0.2, "depreciation_years": 8}},
    "operating_cost": {"other_yuan": 40, "vat_rate": 0.06},
    "revenue": {"known": {"income_yuan": 420, "charging_yuan": 60, "vat_rate": 0.13}},
    "market": {"vat_rate": 0.13},
    "tax": {"income_tax_rate": 0.25, "city_surtax_rate": 0.07, "education_surtax_rate": 0.03},
    "finance": {"debt_share": 0.6, "loan_rate": 0.05, "loan_years": 8, "discount_rate": 0.08, "equity_discount_rate": 0.1,
                "parties": {"state": {"share": 0.6}, "private": {"share": 0.4}}},
}  # fmt: skip
NPVS = {"project_npv_pre_tax": 0.08, "project_npv": 0.08, "equity_npv": 0.1, "investors_npv": 0.1}
LINES = {"project_npv_pre_tax": "project_net_pre_tax", "project_npv": "project_net", "equity_npv": "equity_net", "investors_npv": "investors_net"}  # fmt: skip


# --- when in its year cash moves ------------------------------------------------------------------------------------


def test_every_present_value_by_its_own_rate_and_timing() -> None:
    """End of year is numpy-financial's value over 1 + r; start is × (1 + r), mid × √(1 + r); ratios and rates of return do not move."""
    by_timing = {timing: run(PLANT, {"finance": {"timing": timing}}) for timing in ("end", "start", "mid")}
    for key, rate in NPVS.items():
        flow = by_timing["end"].statements[LINES[key]][0]
        worth = npf.npv(rate, flow) / (1 + rate)
        close(figure(by_timing["end"], key), worth, 8)
        close(figure(by_timing["start"], key), worth * (1 + rate), 8)
        close(figure(by_timing["mid"], key), worth * (1 + rate) ** 0.5, 8)
    for key in ("project_irr", "equity_irr", "investors_irr", "party_state_irr", "mirr", "lcos_yuan_per_kwh", "lcos_real", "profitability_index",
                "discounted_payback_years", "payback_years"):  # fmt: skip
        values = [figure(result, key) for result in by_timing.values()]
        close(values, [values[0]] * 3, 9)


def test_rates_of_return_and_index_against_numpy_financial() -> None:
    """IRR of each table, MIRR at one rate both ways, index = 1 + NPV ÷ PV of the investment (RULES §4)."""
    result = run(PLANT)
    books = result.statements
    for key, line in {"project_irr": "project_net", "equity_irr": "equity_net", "investors_irr": "investors_net", "party_state_irr": "party_state.net"}.items():  # fmt: skip
        close(figure(result, key), npf.irr(books[line][0]), 9)
    close(figure(result, "mirr"), npf.mirr(books["project_net"][0], 0.08, 0.08), 9)
    worth, spent = npf.npv(0.08, books["project_net"][0]), npf.npv(0.08, books["investment"][0])
    close(figure(result, "profitability_index"), 1 + worth / spent, 9)


# --- inflation ------------------------------------------------------------------------------------------------------


@LAWS
@given(share(-0.05, 0.1), share(0.01, 0.12), st.sampled_from(["end", "start", "mid"]))
def test_real_rates_and_the_basis_of_discounting(inflation: float, real: float, timing: str) -> None:
    """Real IRR is (1 + irr)/(1 + π) − 1; discounting at a real rate is discounting at Fisher's nominal one (I. Fisher, 1930)."""
    nominal = (1 + real) * (1 + inflation) - 1
    assume(nominal >= 0)
    given_real = {
        "finance": {
            "inflation": inflation,
            "discount_basis": "real",
            "discount_rate": real,
            "equity_discount_rate": real,
            "timing": timing,
        }
    }
    given_nominal = merged(
        given_real,
        {"finance": {"discount_basis": "nominal", "discount_rate": nominal, "equity_discount_rate": nominal}},
    )
    by_real, by_nominal = run(PLANT, given_real), run(PLANT, given_nominal)
    for key in (*NPVS, "discounted_payback_years", "profitability_index", "lcos_yuan_per_kwh", "lcos_real", "lcos_tax"):
        close(figure(by_real, key), figure(by_nominal, key), 7)
    for who in ("project", "equity"):
        close(
            figure(by_real, f"{who}_irr_real"),
            (1 + npf.irr(by_real.statements[f"{who}_net"][0])) / (1 + inflation) - 1,
            8,
        )
    # A statement is nominal either way.
    close(by_real.statements["project_net"], by_nominal.statements["project_net"], 9)


def test_real_npv_is_of_cash_in_the_money_of_the_start() -> None:
    """Discounting cash taken to the prices of time 0, year by year, at the real rate gives the same value (closed form)."""
    result = run(PLANT, {"finance": {"inflation": 0.03, "discount_basis": "real", "discount_rate": 0.05}})
    years = np.arange(1, 12)
    constant = result.statements["project_net"][0] / 1.03**years
    close(figure(result, "project_npv"), (constant / 1.05**years).sum(), 8)


# --- levelised cost -------------------------------------------------------------------------------------------------


def test_levelised_cost_closed_form_nominal_and_real() -> None:
    """1000 in column 1, then for twenty years 30 a year that grow with inflation, for 1 MWh a year.

    Both are present cost over present energy: energy at the nominal rate for LCOS, at the real rate for real LCOS
    (W. Short et al., NREL/TP-462-5173, 1995, levelised cost of energy, nominal and real). The growing 30 are an
    annuity at the real rate.
    """
    inflation, nominal, years = 0.03, 0.0815, 20
    real = (1 + nominal) / (1 + inflation) - 1
    result = run(
        {"project": {"construction_months": 12, "operation_years": years}, "capital": {"equipment_yuan": 1000, "depreciation_years": years}},
        {"storage": {"discharged_mwh": 1, "charged_mwh": 1.2}, "operating_cost": {"other_yuan": 30, "other_escalation": inflation}},
        {"finance": {"discount_rate": nominal, "inflation": inflation}},
    )  # fmt: skip
    cost = 1000 / (1 + nominal) + -npf.pv(real, years, 30) * (1 + real) / (1 + nominal) ** 2
    energy_nominal = -npf.pv(nominal, years, 1000) / (1 + nominal)
    energy_real = -npf.pv(real, years, 1000) / (1 + real)
    close(figure(result, "lcos_yuan_per_kwh"), cost / energy_nominal, 10)
    close(figure(result, "lcos_real"), cost / energy_real, 10)


@LAWS
@given(share(0.01, 0.12), share(0, 0.05), st.sampled_from([0, 113, 339]), st.sampled_from(["capitalise", "expense"]))
def test_parts_of_the_levelised_cost_add_up(rate: float, inflation: float, sold: float, treatment: str) -> None:
    """Capital, operation, charging and replacement are the levelised cost; each is its own present value over the energy's."""
    result = run(
        PLANT, {"finance": {"discount_rate": rate, "inflation": inflation}, "capital": {"disposal_yuan": sold}},
        {"storage": {"replacement": {"treatment": treatment}}},
    )  # fmt: skip
    parts = [figure(result, f"lcos_{part}") for part in ("capital", "om", "charging", "replacement")]
    close(sum(parts), figure(result, "lcos_yuan_per_kwh"), 10)
    energy = npf.npv(rate, [0, *[2000 - 50 * year for year in range(10)]])
    charging = npf.npv(rate, [0, *[60 / 1.13] * 10])
    close(parts[2], charging / energy, 10)
    works = 200 / (1 + rate) ** 6
    capital = 1000 - sold / 1.13 / (1 + rate) ** 10
    om = npf.npv(rate, [0, *[40 / 1.06] * 10])
    # A replacement is one whether it is capitalised or charged to cost.
    close([parts[1], parts[3]], [om / energy, works / energy], 10)
    close(parts[0], capital / energy, 10)
    taxes = npf.npv(rate, (result.statements["adjusted_tax"] + result.statements["surtax"])[0])
    close(figure(result, "lcos_tax"), taxes / energy, 10)


# --- returns and break-even -----------------------------------------------------------------------------------------


def test_returns_on_investment_and_equity_by_their_means() -> None:
    """Mean EBIT over total investment with interest and working capital; mean net profit over equity (closed form)."""
    result = run(
        {"project": {"construction_months": 12, "operation_years": 4}, "capital": {"equipment_yuan": 1000, "depreciation_years": 4}},
        {"revenue": {"known": {"income_yuan": [300, 400, 500, 600]}}, "tax": {"income_tax_rate": 0.25}},
        {"finance": {"working_capital_yuan_per_kw": 0.1, "working_capital_debt_share": 0}},
    )  # fmt: skip
    close(figure(result, "roi"), 200 / 1100, 9)
    close(figure(result, "roe"), 150 / 1100, 9)


def test_break_even_of_the_worked_example() -> None:
    """3200 ÷ (7000 − 2400 − 60) = 0.704846 (facts, break_even_point): fixed cost with depreciation and interest, without VAT."""
    result = run(
        {"capital": {"equipment_yuan": 5000}, "market": {"vat_rate": 0}, "tax": {"land_use_tax_yuan_per_year": 60}},
        {"revenue": {"known": {"income_yuan": 7000, "charging_yuan": 2400, "cost_yuan": 2200}}},
    )  # fmt: skip
    books = result.statements
    for line, amount in {"fixed_cost": 3200, "variable_cost": 2400, "surtax": 60, "revenue": 7000}.items():
        close(books[line][0, 1], amount, 9)
    close(figure(result, "bep_first_year"), 0.704846, 6)


def test_break_even_units_of_the_textbook() -> None:
    """12 million over 900 − 560 − 120 of 100 000 units: 54 545 (facts, break_even_point; textbook item, recalled and recomputed there)."""
    result = run(
        {"capital": {"equipment_yuan": 12e6}, "tax": {"land_use_tax_yuan_per_year": 12e6}},
        {"revenue": {"known": {"income_yuan": 90e6, "charging_yuan": 56e6, "cost_yuan": 0.8 * 12e6}}},
    )
    close(1e5 * figure(result, "bep_first_year"), 54545.4545, 4)


def test_break_even_output_of_a_published_item() -> None:
    """150 000 t at 400, variable 160, tax 8, fixed 15 million: 6.47 (10⁴ t), answer B of sutiku.cn question 177958 (exactly 64 655 t)."""
    result = run(
        {"capital": {"equipment_yuan": 50e6}, "tax": {"land_use_tax_yuan_per_year": 150000 * 8}},
        {"revenue": {"known": {"income_yuan": 150000 * 400, "charging_yuan": 150000 * 160, "cost_yuan": 5e6}}},
    )  # fmt: skip
    close(15 * figure(result, "bep_first_year"), 6.47, 2)
    close(150000 * figure(result, "bep_first_year"), 64655.17, 2)


def test_break_even_after_the_debt_is_without_its_interest() -> None:
    """The first year without debt service has no interest in its fixed cost: 100 + 50 over 400 (closed form)."""
    result = run(
        {"project": {"operation_years": 6}, "capital": {"equipment_yuan": 600, "depreciation_years": 6}},
        {"revenue": {"known": {"income_yuan": 500, "charging_yuan": 100, "cost_yuan": 50}}},
        {"finance": {"debt_share": 0.5, "loan_rate": 0.06, "loan_years": 3}},
    )  # fmt: skip
    interest = result.statements["capitalised_interest"][0, 0]
    first = 100 + interest / 6 + 50 + result.statements["loan.drawn"][0, 0] * 0.06
    close(figure(result, "bep_first_year"), first / 400, 9)
    close(figure(result, "bep_after_debt"), (150 + interest / 6) / 400, 9)
    without = run({"capital": {"equipment_yuan": 600}, "revenue": {"known": {"income_yuan": 500}}})
    assert np.isnan(figure(without, "bep_after_debt"))
    assert without.statements.ledger.status("bep_after_debt")[0] == "no year"


@pytest.mark.parametrize("charging", [500.0, 700.0])
def test_break_even_without_a_margin_has_no_number(charging: float) -> None:
    """Where more output earns nothing there is no break-even, and the reason is said."""
    result = run(
        {"capital": {"equipment_yuan": 600}, "revenue": {"known": {"income_yuan": 500, "charging_yuan": charging}}}
    )
    assert np.isnan(figure(result, "bep_first_year"))
    assert result.statements.ledger.status("bep_first_year")[0] == "margin"
