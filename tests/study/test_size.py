"""The best size: closed forms where worth is linear in it, scipy's global search over single appraisals, and what is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from scipy.optimize import differential_evolution
from strategies import CAPACITY, NO_TAX, NO_VAT, REGULATION, made, plant

from appraisal import appraise, load_case, scenario_path
from appraisal.case import Change
from appraisal.errors import InputError, NoSolutionError
from appraisal.study.inputs import Indices, Vector
from appraisal.study.size import size
from appraisal.study.size.plateau import highest

TEN_YEARS = -float(npf.pv(0.08, 10, 1.0))
BY_KW, BY_KWH = 300.0, 500.0


def factory(*changes: dict[str, Any]) -> dict[str, Any]:
    """Behind the meter of a host with 8 MW of load: 22 cheap hours and two dear ones, no losses, ageing, VAT or tax."""
    base = plant(
        {"project": {"side": "user", "construction_months": 1, "operation_years": 10}},
        {"storage": {
            "charge_efficiency": 1, "discharge_efficiency": 1, "depth_of_discharge": 1, "availability": 1,
            "ageing": {"calendar_coefficient": 0, "cycle_coefficient": 0},
        }},
        {"capital": {
            "battery_yuan_per_kwh": BY_KWH, "power_yuan_per_kw": BY_KW, "works_yuan_per_kwh": 0, "services_yuan": 0, "residual_share": 0, **NO_VAT,
        }},
        {"operating_cost": {"fixed_yuan_per_kw_year": 0, "vat_rate": 0}, "tax": dict(NO_TAX)},
        {"market": {"typical_days": [{"buy_yuan_per_kwh": [0.2] * 18 + [0.9] * 2 + [0.2] * 4}], "vat_rate": 0, "load_mw": 8}},
        {"revenue": {"arbitrage": {"emc": "host_owned"}}},
        {"finance": {"debt_share": 0, "loan_rate": 0, "loan_years": 1, "discount_rate": 0.08}},
        *changes,
    )  # fmt: skip
    for name in ("transmission_yuan_per_kwh", "loss_yuan_per_kwh", "system_operation_yuan_per_kwh"):
        del base["market"][name]
    return base


# A kWh moved every day earns 0.7 yuan; a kW of two hours costs 300 + 2·500.
WORTH_OF_A_KW = (2 * 365 * 0.7 * TEN_YEARS - BY_KW - 2 * BY_KWH) / 1.08


def test_where_worth_is_linear_up_to_a_limit_the_limit_is_the_best() -> None:
    """Each kW earns the same until the two dear hours discharge the whole load; an hour more is never discharged."""
    found = size(made(factory()), powers=(1, 20), durations=(0.5, 4), resolution=5e-3)
    assert found.power_mw == pytest.approx(8, abs=found.resolution[0])
    assert found.duration_h == pytest.approx(2, abs=found.resolution[1])
    assert found.value == pytest.approx(8000 * WORTH_OF_A_KW, rel=1e-2)
    assert found.value <= 8000 * WORTH_OF_A_KW * (1 + 1e-12)
    assert found.edges == ()
    assert appraise(found.case()).metrics["project_npv"].value[0] == pytest.approx(found.value, rel=1e-12)


def test_a_budget_is_spent_where_worth_is_linear() -> None:
    """5.2 million yuan pay for 4 MW of two hours at 1300 yuan a kW."""
    found = size(made(factory()), powers=(1, 20), durations=(0.5, 4), budget=5.2e6, resolution=5e-3)
    assert found.power_mw == pytest.approx(4, abs=2 * found.resolution[0])
    assert found.value == pytest.approx(4000 * WORTH_OF_A_KW, rel=1e-2)
    assert found.edges == ("budget",)
    assert found.best.metrics["construction_investment_total"].value[0] <= 5.2e6 * (1 + 1e-9)
    assert "the budget binds" in found.text()


def test_the_frontiers_are_the_closed_forms() -> None:
    """By power: worth per kW up to the load, then only cost; by budget: the least of the budget's kW and the load."""
    found = size(made(factory()), powers=(2, 14), durations=(2, 2))
    power = found.by_power.power_mw
    assert power.tolist() == np.linspace(2, 14, 9).tolist()
    earned = 2 * 365 * 0.7 * TEN_YEARS * np.minimum(power, 8) * 1000
    np.testing.assert_allclose(
        found.by_power.metrics["project_npv"].value, (earned - power * 1e3 * (BY_KW + 2 * BY_KWH)) / 1.08, rtol=1e-9
    )
    best = np.minimum(found.budgets / (BY_KW + 2 * BY_KWH), 8000) * WORTH_OF_A_KW
    # Five thousandths of the 12 MW asked for are 0.0075 of the load.
    np.testing.assert_allclose(found.by_budget.metrics["project_npv"].value, best, rtol=0.0075)
    assert found.power_table("zh").shape == (9, 7)
    assert found.budget_table().shape == (9, 8)


def test_an_edge_of_the_range_is_told() -> None:
    """Up to 6 MW of 8."""
    found = size(made(factory()), powers=(1, 6), durations=(1, 3), resolution=0.02)
    assert found.edges == ("power_high",)
    assert found.power_mw == 6.0
    assert "the best lies at an edge of what was asked (the most power)" in found.text()
    assert "最优点在所问范围的边界上（功率上限）" in found.text("zh")


def test_a_plant_that_loses_is_best_at_its_smallest_and_is_told_to_lose() -> None:
    """Three times the cost: an hour still earns 1714 for 1500 yuan a kWh, a kW of two hours 3429 for 3900."""
    raw = factory({"capital": {"battery_yuan_per_kwh": 3 * BY_KWH, "power_yuan_per_kw": 3 * BY_KW}})
    found = size(made(raw), powers=(2, 6), durations=(1, 3), resolution=0.02)
    assert (found.power_mw, found.edges) == (2.0, ("power_low",))
    assert found.value == pytest.approx(2000 * (WORTH_OF_A_KW - 2 * (BY_KW + 2 * BY_KWH) / 1.08), rel=0.05)
    assert "none is worth building" in found.text()


def test_the_best_is_that_of_a_global_search_over_single_appraisals() -> None:
    """zhejiang_user_lfp, duration and power free: scipy's differential evolution finds nothing better."""
    case = load_case(scenario_path("zhejiang_user_lfp"))
    ranges = [(1.0, 14.0), (1.0, 6.0)]

    def loss(places: np.ndarray) -> np.ndarray:
        power, hours = places
        block = case.vary({"storage.power_mw": power, "storage.energy_mwh": power * hours})
        return -appraise(block).metrics["project_npv"].value

    found = size(case, powers=ranges[0], durations=ranges[1], resolution=1e-2)
    other = differential_evolution(loss, ranges, rng=1, maxiter=10, popsize=10, polish=False, vectorized=True, updating="deferred")  # fmt: skip
    assert found.value >= -other.fun * (1 - 1e-3)


def test_the_best_return_under_a_budget_is_that_of_a_grid_of_single_appraisals() -> None:
    """hainan_grid_lfp: no affordable size of a 20 × 20 grid earns more on equity."""
    case = load_case(scenario_path("hainan_grid_lfp"))
    found = size(case, powers=(60, 140), durations=(1, 4), metric="equity_irr", budget=2e8, resolution=2e-2)
    power, hours = (one.ravel() for one in np.meshgrid(np.linspace(60, 140, 20), np.linspace(1, 4, 20)))
    metrics = appraise(case.vary({"storage.power_mw": power, "storage.energy_mwh": power * hours})).metrics
    affordable = metrics["construction_investment_total"].value <= 2e8
    assert found.value >= np.nanmax(metrics["equity_irr"].value[affordable])
    assert "budget" in found.edges


def test_a_surface_with_two_summits_is_searched_as_a_whole() -> None:
    """A broad low hill and a narrow high one, 0.1 wide; the closed form's top is 2 at (0.8, 0.7)."""

    def heights(surface: Indices, u: Vector, v: Vector) -> tuple[Vector, Vector]:
        del surface
        broad = 1.0 - (u - 0.2) ** 2 - (v - 0.2) ** 2
        narrow = 2.0 - 100.0 * ((u - 0.8) ** 2 + (v - 0.7) ** 2)
        return np.maximum(broad, narrow), u

    top = highest(heights, 1, (25, 25), resolution=1e-5, equal=np.array([1e-12]), summits=3)
    assert top.height[0] == pytest.approx(2.0, abs=1e-6)
    assert (top.u[0], top.v[0]) == (pytest.approx(0.8, abs=1e-4), pytest.approx(0.7, abs=1e-4))


def test_of_equal_heights_the_cheapest_is_taken() -> None:
    """A plateau above u = 0.5, paid by u."""
    found = highest(
        lambda surface, u, v: (np.minimum(u, 0.5) + 0.0 * (v + surface), u),
        1,
        (25, 1),
        resolution=1e-4,
        equal=np.array([1e-12]),
    )
    assert (found.height[0], found.u[0]) == (0.5, pytest.approx(0.5, abs=1e-3))


@pytest.mark.parametrize(
    ("ridge", "top"),
    [
        (lambda u, v: -np.abs(u - 0.613) - 10 * np.abs(v - 0.77 * u), 0.0),
        (lambda u, v: 0.1 * u - 100 * np.abs(v - 0.77 * u), 0.1),
        (lambda u, v: -np.abs(u - 0.2) - 30 * np.abs(u * v - 0.11), 0.0),
    ],
)
def test_a_sharp_ridge_at_any_slant_is_climbed(ridge: Callable[[Vector, Vector], Vector], top: float) -> None:
    """Kinks along lines and a hyperbola that no axis follows; each highest point is where both terms vanish, or at u = 1."""

    def heights(which: Indices, u: Vector, v: Vector) -> tuple[Vector, Vector]:
        del which
        return np.asarray(ridge(u, v)), u + v

    found = highest(heights, 1, (25, 25), resolution=1e-3, equal=np.array([1e-9]), summits=3)
    assert found.height[0] == pytest.approx(top, abs=2e-3)


def test_a_ridge_of_a_load_that_changes_by_the_hour_is_climbed_over_its_dip() -> None:
    """zhejiang_user_lfp under 24 drawn loads: brute force over 76 × 76 sizes and 2,400 near the best gave 8,076,837 yuan."""
    load = (
        1.69,
        4.96,
        2.03,
        2.42,
        2.13,
        4.58,
        5.05,
        3.57,
        3.34,
        5.9,
        2.07,
        4.85,
        1.63,
        3.0,
        2.51,
        1.3,
        1.09,
        4.02,
        4.45,
        0.38,
        3.06,
        3.78,
        3.15,
        2.44,
    )
    changes = [
        Change(path="market.load_mw", value=load), Change(path="capital.power_yuan_per_kw", value=900),
        Change(path="capital.battery_yuan_per_kwh", value=450),
    ]  # fmt: skip
    found = size(load_case(scenario_path("zhejiang_user_lfp"), changes), powers=(0.5, 8), durations=(0.5, 8))
    assert found.value == pytest.approx(8_076_837, rel=5e-5)
    assert found.power_mw == pytest.approx(5.63, abs=0.02)
    # Within a larger budget nothing is worse.
    assert (np.diff(found.by_budget.metrics["project_npv"].value) >= 0).all()
    assert found.by_budget.metrics["project_npv"].value[-1] == found.value


# --- what means nothing, or must be told ---


def test_income_that_does_not_move_with_the_size_is_told() -> None:
    """A contract beside arbitrage."""
    extra = {"revenue": {"rent": {"stream": "schedule", "paid_by": "market", "income_yuan": 1e5, "vat_rate": 0.06}}}
    found = size(made(factory(extra)), powers=(2, 6), durations=(1, 3), resolution=0.05)
    assert found.fixed == ("rent",)
    assert "income that does not move with the size: rent" in found.text()


def test_sizes_that_the_case_refuses_are_counted_with_the_reason() -> None:
    """Three certified hours need three rated ones."""
    raw = plant({"revenue": {"capacity": {**CAPACITY, "duration_hours": 2}, "frequency_regulation": REGULATION}})
    found = size(made(raw), powers=(5, 5), durations=(1, 4), resolution=0.1)
    assert found.duration_h >= 2
    assert found.refused > 0
    assert "is more than rated energy ÷ rated power" in found.text()


def test_stated_energy_and_income_by_contract_are_refused() -> None:
    """A choice of size means nothing there."""
    with pytest.raises(InputError, match="energy is stated by year and does not move with the size"):
        size(load_case(scenario_path("contract_schedule")), powers=(10, 100), durations=(1, 4))
    raw = factory(
        {
            "revenue": {
                "arbitrage": {"enabled": False, "emc": None},
                "rent": {"stream": "schedule", "paid_by": "market", "income_yuan": 1e6, "vat_rate": 0},
            }
        }
    )
    with pytest.raises(InputError, match=r"no income moves with the size \(rent\)"):
        size(made(raw), powers=(2, 6), durations=(1, 3))


def test_a_budget_below_the_smallest_plant_has_no_answer() -> None:
    """1 MW of half an hour costs 550,000 yuan."""
    with pytest.raises(NoSolutionError, match="takes 550,000 yuan of construction investment, the budget is 100,000"):
        size(made(factory()), powers=(1, 20), durations=(0.5, 4), budget=1e5)


def test_bad_terms_are_refused_all_at_once() -> None:
    """Both ranges, the metric, the budget and the resolution."""
    with pytest.raises(InputError) as refused:
        size(made(factory()), powers=(0, 5), durations=(4, 1), metric="lcos_yuan_per_kwh", budget=-1, resolution=0)
    assert [fault.path for fault in refused.value.faults] == ["powers", "durations", "lcos_yuan_per_kwh", "budget", "resolution"]  # fmt: skip
