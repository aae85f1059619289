"""Small cases by hand: an important user, emergency supply, grid investment put off, generation saved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import contract, made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError

# Nothing fades or is lost, so that a day can be counted by hand; two prices, twelve hours each.
DAY = [0.3] * 12 + [0.9] * 12
CLEAN = {
    "charge_efficiency": 0.9,
    "discharge_efficiency": 0.9,
    "depth_of_discharge": 1,
    "availability": 1,
    "ageing": {"model": "none"},
}


def hosted(streams: dict[str, Any], **storage: float) -> dict[str, Any]:
    """A 10 MW / 20 MWh plant of a host with a load above its power, on one day of two prices."""
    raw = plant({
        "project": {"side": "user", "operation_years": 7}, "market": {"typical_days": [{"buy_yuan_per_kwh": DAY}], "load_mw": 30},
        "revenue": {"arbitrage": {"emc": "host_owned"}, **streams},
    })  # fmt: skip
    return merged({**raw, "storage": {"power_mw": 10, "energy_mwh": 20, **CLEAN}}, {"storage": storage})


# --- an important user ---

IMPORTANT = {
    "critical_load_mw": 4, "outages_per_year": 2, "outage_hours": 1.5, "duration_law": "fixed", "energy_share": 0.25, "value_yuan_per_kwh": 50,
    "vat_rate": 0.06,
}  # fmt: skip


def test_reliability_of_an_important_user_by_hand() -> None:
    """A quarter of 20 MWh gives 4.5 MWh at the meter, 1.125 h of 4 MW: two outages of 1.5 h lose 9 MWh less; 50 yuan/kWh is 450,000.

    What is kept is out of arbitrage: 15 MWh instead of 20 are cycled, 15 · 0.9 = 13.5 MWh a day discharged.
    """
    result = appraise(made(hosted({"reliability": IMPORTANT})))
    np.testing.assert_allclose(result.revenue.settlements["reliability"].income[0, 1:], 2 * 4.5 * 1000 * 50, rtol=1e-12)
    np.testing.assert_allclose(result.operation.discharged_mwh[0, 1:], 365 * 13.5, rtol=1e-9)
    np.testing.assert_allclose(result.statements["reliability.revenue"][0, 1:], 450_000 / 1.06, rtol=1e-12)


@pytest.mark.parametrize(
    ("terms", "served"),
    [
        ({"energy_share": 0.5}, 2 * 4 * 1.5),  # 9 MWh last 2.25 h: the whole 1.5 h of both outages
        ({"critical_load_mw": 25}, 2 * 4.5),  # at most rated power: 10 MW for 0.45 h
        ({"duration_law": "exponential"}, 2 * 4 * 1.5 * (1 - np.exp(-1.125 / 1.5))),  # mean of min(D, h), D exponential
    ],
)
def test_reliability_serves_what_lasts(terms: dict[str, Any], served: float) -> None:
    """Energy served in a year: outages × load × the shorter of outage and energy (arithmetic; mean of an exponential cut at h)."""
    paid = appraise(made(hosted({"reliability": {**IMPORTANT, **terms, "investor_share": 0.8}}))).revenue.settlements[
        "reliability"
    ]
    np.testing.assert_allclose(paid.income[0, 1:], 0.8 * served * 1000 * 50, rtol=1e-12)


def test_exponential_outages_agree_with_drawn_ones() -> None:
    """The closed form against a million drawn durations (independent: numpy's generator), within four standard errors."""
    drawn = np.minimum(np.random.default_rng(1).exponential(1.5, 1_000_000), 1.125)
    paid = appraise(made(hosted({"reliability": {**IMPORTANT, "duration_law": "exponential"}}))).revenue.settlements[
        "reliability"
    ]
    per_outage = paid.income[0, 1] / (2 * 4 * 1000 * 50)
    assert abs(per_outage - drawn.mean()) < 4 * drawn.std() / 1000


def test_reliability_needs_a_host_and_energy() -> None:
    """A plant of the grid serves no host; nothing kept serves nobody."""
    with pytest.raises(InputError, match="only a plant on the user side"):
        made(plant({"revenue": {"reliability": IMPORTANT}}))
    with pytest.raises(InputError, match="nothing is kept"):
        made(hosted({"reliability": {**IMPORTANT, "energy_share": 0}}))


# --- emergency supply ---


def test_emergency_supply_by_hand() -> None:
    """5 MW kept, six calls of 2 h: 10 MWh are asked for, 0.4 · 20 · 0.9 = 7.2 MWh are there.

    Standing 5,000 kW · 60 = 300,000; calls 6 · 8,000; energy 6 · 7,200 · 2.5 = 108,000; charged again 6 · 7.2/0.81 MWh at 0.5; 3,000 a call.
    """
    terms = {
        "paid_by": "treasury", "power_share": 0.5, "energy_share": 0.4, "standing_fee_yuan_per_kw_year": 60, "calls_per_year": 6, "call_hours": 2,
        "call_fee_yuan": 8000, "price_yuan_per_kwh": 2.5, "charging_yuan_per_kwh": 0.5, "call_cost_yuan": 3000,
    }  # fmt: skip
    result = appraise(made(hosted({"emergency_supply": terms})))
    settled = result.revenue.settlements["emergency_supply"]
    np.testing.assert_allclose(settled.income[0, 1:], 300_000 + 48_000 + 108_000, rtol=1e-12)
    np.testing.assert_allclose(settled.purchase[0, 1:], 6 * 7200 / 0.81 * 0.5, rtol=1e-12)
    np.testing.assert_allclose(settled.cost[0, 1:], 18_000, rtol=1e-12)
    # 60 % of 20 MWh go on trading; six calls of 8 MWh drawn are 2.4 cycles of 20 MWh beside 365 · 12/20.
    np.testing.assert_allclose(result.operation.discharged_mwh[0, 1:], 365 * 12 * 0.9, rtol=1e-9)
    np.testing.assert_allclose(result.operation.cycles[0, 1:], 365 * 12 / 20 + 2.4, rtol=1e-9)


def test_emergency_supply_without_any_pay_is_refused() -> None:
    """A service that nobody pays is no stream."""
    bare = {
        "paid_by": "host",
        "power_share": 0.5,
        "energy_share": 0.4,
        "calls_per_year": 1,
        "call_hours": 1,
        "charging_yuan_per_kwh": 0.5,
    }
    with pytest.raises(InputError, match="nothing is paid"):
        made(hosted({"emergency_supply": bare}))


# --- economic benefits ---


def grid(streams: dict[str, Any]) -> dict[str, Any]:
    """A grid-side project of known amounts over ten years."""
    return contract({
        "project": {"operation_years": 10}, "storage": {"power_mw": 10, "energy_mwh": 20}, "capital": {"equipment_yuan": 1e7}, "market": {"vat_rate": 0.13},
        "revenue": {"known": {"income_yuan": 1e6, "paid_by": "market"}, **streams},
    })  # fmt: skip


def test_grid_deferral_by_hand() -> None:
    """10 million put off by 5 years at 8 % and a rise of 2 %: 10 · (1 − (1.02/1.08)^5) = 2.48575… million, 622,568… a year for five years.

    40 % is paid with 13 % VAT; the whole is a benefit outside the books (arithmetic; annuity factor (1 − 1.08^−5)/0.08).
    """
    terms = {
        "deferred_investment_yuan": 1e7,
        "deferral_years": 5,
        "price_growth": 0.02,
        "discount_rate": 0.08,
        "paid_share": 0.4,
    }
    settled = appraise(made(grid({"grid_deferral": terms}))).revenue.settlements["grid_deferral"]
    worth = 1e7 * (1 - (1.02 / 1.08) ** 5)
    level = worth / ((1 - 1.08**-5) / 0.08)
    np.testing.assert_allclose(settled.income[0, 1:], [0.4 * level * 1.13] * 5 + [0] * 5, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(settled.benefit[0, 1:], [level] * 5 + [0] * 5, rtol=1e-12, atol=1e-9)


def test_grid_deferral_from_the_peak_that_is_cut() -> None:
    """A tenth of the peak under 3 % growth puts off ln 1.1/ln 1.03 = 3.2245 years: three whole ones and 0.2245 of the fourth (arithmetic)."""
    terms = {"deferred_investment_yuan": 1e7, "peak_reduction_share": 0.1, "load_growth": 0.03, "discount_rate": 0.08}
    benefit = appraise(made(grid({"grid_deferral": terms}))).revenue.settlements["grid_deferral"].benefit[0, 1:]
    np.testing.assert_allclose(benefit[3] / benefit[0], np.log(1.1) / np.log(1.03) - 3, rtol=1e-9)
    assert not benefit[4:].any()
    with pytest.raises(InputError, match="state deferral_years, or"):
        made(grid({"grid_deferral": {"deferred_investment_yuan": 1e7, "load_growth": 0.03}}))
    with pytest.raises(InputError, match="worth nothing"):
        made(grid({"grid_deferral": {**terms, "price_growth": 0.08}}))


def test_saved_generation_is_a_benefit_and_never_in_the_books() -> None:
    """10 MW for 2 of 4 hours stand for 5,000 kW of 4,000 yuan/kW over 20 years at 8 % and 100 of upkeep: 5,000 · (4,000/9.818147 + 100).

    The annuity factor 9.818147 is that of any table of compound interest at 8 %, 20 years. The books are those without it.
    """
    terms = {"investment_yuan_per_kw": 4000, "upkeep_yuan_per_kw_year": 100, "life_years": 20, "required_hours": 4}
    with_it, without = appraise(made(grid({"saved_generation": terms}))), appraise(made(grid({})))
    settled = with_it.revenue.settlements["saved_generation"]
    np.testing.assert_allclose(settled.benefit[0, 1:], 5000 * (4000 / 9.818147 + 100), rtol=1e-7)
    for key in ("project_net", "equity_net", "revenue", "subsidy", "profit", "assets"):
        assert np.array_equal(with_it.statements[key], without.statements[key]), key
    # 社会折现率 8 %, 方法与参数 3rd ed., as finance.national.social_discount_rate has it.
    assert made(grid({"saved_generation": terms})).revenue["saved_generation"].social_rate[0, 0] == 0.08  # type: ignore[attr-defined]
