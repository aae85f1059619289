"""Basic charge managed: published rows of the rule, hand calculations of what a plant changes, shares, laws, refusals.

Rows of ``demand_charge_105_40`` (发改办价格〔2016〕1583号; Beijing 1–10 kV of 2026-08, 52 yuan/kW and 33 yuan/kVA, 5000 kVA):
contract 3000, M 3100 → 156 000; M 3400 → 182 000; contract 1800, M 1500 → 104 000; 260 kWh/kVA reached → 140 400; by
capacity 165 000. ``contract_demand_best_choice``: M 3150 → 156 000 by the best contract, 163 800 by actual demand.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import made, merged, plant

from appraisal import Case, appraise
from appraisal.dispatch.run import dispatch
from appraisal.errors import InputError
from appraisal.report.bill import monthly_bill
from appraisal.scenario.checks import validate
from appraisal.streams import settle
from appraisal.study.drivers import SPREAD
from appraisal.study.inputs import inputs_of

PRICES = {"demand_yuan_per_kw_month": 52.0, "capacity_yuan_per_kva_month": 33.0}
SHAPE = {"charge_efficiency": 1.0, "discharge_efficiency": 1.0, "depth_of_discharge": 1.0, "availability": 1.0}
STILL = {"ageing": {"model": "none", "calendar_coefficient": 0, "cycle_coefficient": 0}}


def raw(load: Any, supply: dict[str, Any], *changes: dict[str, Any]) -> dict[str, Any]:
    """A lossless 1 MW / 2 MWh plant that does not age, at a flat price: only the peak is worth moving for."""
    base = plant({
        "project": {"side": "user"}, "storage": {"power_mw": 1.0, "energy_mwh": 2.0, **SHAPE, **STILL},
        "revenue": {"arbitrage": {"emc": "saving_share"}, "demand_charge": {"emc": "saving_share"}},
    })  # fmt: skip
    base["market"] = {
        "vat_rate": 0.13,
        "typical_days": [{"buy_yuan_per_kwh": 0.6}],
        "load_mw": load,
        "site": {"supply": {"kva": 5000, **PRICES, **supply}},
    }
    return merged(base, *changes)


def before(case: Case) -> np.ndarray:
    return monthly_bill(appraise(case)).basic_before


def peaky(highest: float, rest: float = 0.5) -> list[float]:
    """A day of one hour at the highest draw: too little energy for the reduction of 260 kWh a kVA."""
    return [highest if hour == 10 else rest for hour in range(24)]


@pytest.mark.parametrize(
    ("load", "supply", "charge"),
    [
        (peaky(3.1), {"mode": "contract", "contract_kw": 3000}, 156_000.0),
        (peaky(3.4), {"mode": "contract", "contract_kw": 3000}, 182_000.0),
        (peaky(1.5), {"mode": "contract", "contract_kw": 1800}, 104_000.0),
        # 3.1 MW all month: 2083 MWh in February at least, above 260 × 5000 kVA = 1300 MWh.
        ([3.1] * 24, {"mode": "contract", "contract_kw": 3000}, 140_400.0),
        (peaky(3.1), {"mode": "capacity"}, 165_000.0),
        (peaky(3.15), {"mode": "contract"}, 156_000.0),
        (peaky(3.15), {"mode": "actual"}, 163_800.0),
        # 3.15 MW by contract 156 000, by demand 163 800, by capacity 165 000.
        (peaky(3.15), {"mode": "choose"}, 156_000.0),
    ],
)
def test_bill_before_is_the_rules_row(load: list[float], supply: dict[str, Any], charge: float) -> None:
    """Every month of the host's bill without the plant is the published row."""
    np.testing.assert_allclose(before(made(raw(load, supply))), charge, rtol=1e-12)


def test_peak_of_one_hour_is_halved_by_hand() -> None:
    """Load 3 MW for one hour, else 0.5: 1 MW comes off (the rated power), 52 000 a month, 624 000 a year."""
    case = made(raw(peaky(3.0), {"mode": "actual"}))
    operation = dispatch(case)
    saving = settle(case, operation).settlements["demand_charge"].saving
    np.testing.assert_allclose(saving[0, -1], 12 * 52_000.0, rtol=1e-9)
    bill = monthly_bill(appraise(case))
    np.testing.assert_allclose(bill.peak_after_mw, 2.0, rtol=1e-9)


def test_broad_peak_is_shaved_as_far_as_the_energy_reaches() -> None:
    """Four hours at 3 MW and 2 MWh: 0.5 MW comes off all four, 26 000 a month."""
    load = [3.0 if 8 <= hour < 12 else 0.5 for hour in range(24)]
    case = made(raw(load, {"mode": "actual"}))
    np.testing.assert_allclose(monthly_bill(appraise(case)).peak_after_mw, 2.5, rtol=1e-9)


def test_night_charging_may_raise_the_peak_and_the_sign_is_kept() -> None:
    """A level load of 2 MW and a spread of 0.9 yuan/kWh: charging at 1 MW for two hours makes 3 MW, 52 000 a month more.

    Left alone the day earns 2 MWh × 900 yuan × 30.4 d ≈ 54 750 a month; spread thin over the ten cheap hours it needs 0.2 MW
    only: 10 400 a month. Every MWh moved needs 0.1 MW of peak (5 200 a month) and earns 27 375: the whole is worth it.
    """
    day = [0.1 if hour < 10 else 1.0 for hour in range(24)]
    case = made(raw(2.0, {"mode": "actual"}, {"market": {"typical_days": [{"buy_yuan_per_kwh": day}]}}))
    bill = monthly_bill(appraise(case))
    assert (bill.basic_after > bill.basic_before).all()
    # 1456 MWh and more a month on 5000 kVA: above 260, so that the price is 46.8; 0.2 MW more is 9 360.
    np.testing.assert_allclose(bill.basic_after - bill.basic_before, 9_360.0, rtol=1e-9)
    income = settle(case, dispatch(case)).settlements["demand_charge"].income
    np.testing.assert_allclose(income[0, -1], -12 * 9_360.0, rtol=1e-9)


def test_contract_forms_share_the_change() -> None:
    """624 000 a year: 80 % of it 499 200; left to the host 0; the owner has it all; without VAT × 1.06/1.13."""
    cases = {
        "saving_share": ({"emc": "saving_share", "investor_share": 0.8}, 499_200.0),
        "ex_vat": ({"emc": "saving_share", "investor_share": 0.8, "share_basis": "ex_vat", "vat_rate": 0.06}, 499_200.0 * 1.06 / 1.13),
        "host_keeps": ({"emc": "host_keeps"}, 0.0),
    }  # fmt: skip
    for terms, income in cases.values():
        case = made(raw(peaky(3.0), {"mode": "actual"}, {"revenue": {"demand_charge": terms}}))
        settled = settle(case, dispatch(case)).settlements["demand_charge"]
        np.testing.assert_allclose(settled.income[0, -1], income, rtol=1e-9)
        np.testing.assert_allclose(settled.saving[0, -1], 624_000.0, rtol=1e-9)
    owned = {"revenue": {"demand_charge": {"emc": "host_owned"}, "arbitrage": {"emc": "host_owned"}}}
    case = made(raw(peaky(3.0), {"mode": "actual"}, owned))
    np.testing.assert_allclose(
        settle(case, dispatch(case)).settlements["demand_charge"].income[0, -1], 624_000.0, rtol=1e-9
    )


def test_excess_above_the_contract_is_worth_twice() -> None:
    """Contract 2000 kW (also 40 % of 5000 kVA), load 3.1 MW for an hour: 1000 kW above 2100 cost 104 000; 1 MW off saves it all."""
    case = made(raw(peaky(3.1), {"mode": "contract", "contract_kw": 2000}))
    bill = monthly_bill(appraise(case))
    np.testing.assert_allclose(bill.basic_before, 208_000.0, rtol=1e-12)
    np.testing.assert_allclose(bill.basic_after, 104_000.0, rtol=1e-9)


def test_twelve_contracts_are_those_of_the_months() -> None:
    """Contracts from 2100 to 3200 kW below a peak that never passes 105 % of them: p·C month by month."""
    contracts = [2100.0 + 100.0 * month for month in range(12)]
    case = made(raw(peaky(2.0), {"mode": "contract", "contract_kw": contracts}))
    np.testing.assert_allclose(before(case), 52.0 * np.array(contracts), rtol=1e-12)


# --- laws ---


def random_case(seed: int, *changes: dict[str, Any]) -> dict[str, Any]:
    """A random lossy plant on a random site with PV, near the step of 260 kWh a kVA."""
    rng = np.random.default_rng(seed)
    sun = np.clip(np.sin((np.arange(24) - 6) / 12 * np.pi), 0, None) * rng.uniform(0, 6)
    made_of = raw(
        np.round(rng.uniform(0.5, 5, 24), 3).tolist(),
        {"mode": str(rng.choice(["contract", "actual", "choose"])), "kva": float(np.round(rng.uniform(5200, 9000)))},
        {"storage": {"charge_efficiency": 0.94, "discharge_efficiency": 0.93, "power_mw": 2.0, "energy_mwh": float(rng.uniform(1, 8))}},
        {"market": {
            "typical_days": [{"buy_yuan_per_kwh": np.round(rng.uniform(0.2, 1.2, 24), 3).tolist()}],
            "site": {"pv_mw": np.round(sun, 3).tolist(), "export_limit_mw": float(rng.choice([0, 2])), "export_price_yuan_per_kwh": 0.15},
        }},
    )  # fmt: skip
    return merged(made_of, *changes)


def saved(case: Case) -> float:
    """What the plant saves the host in a year when new."""
    solved = dispatch(case).solved
    assert solved is not None
    return float(case.storage.power_mw[0, 0] * solved.value[0, 0])


@pytest.mark.parametrize("seed", range(8))
def test_bill_saves_what_the_streams_settle(seed: int) -> None:
    """The bill made from load, PV and schedule by the rules of billing saves what the lines of dispatch say, to 1e-9."""
    case = made(random_case(seed))
    solved = dispatch(case).solved
    assert solved is not None
    lines = sum(money[0, 0] for money in solved.earned.values()) - sum(money[0, 0] for money in solved.paid.values())
    bill = monthly_bill(appraise(case))
    scale = float(bill.total_before.sum())
    assert abs(float(bill.saved.sum()) - 2.0 * lines) < 1e-9 * scale
    np.testing.assert_allclose(
        sum(after.sum() for _, after in bill.by_band.values()) if bill.by_band else bill.after.sum(), bill.after.sum()
    )


@pytest.mark.parametrize("seed", range(8))
def test_optimum_with_the_peak_is_at_least_the_peak_blind_one_on_the_same_bill(seed: int) -> None:
    """The schedule of energy prices alone, billed with the same basic charge, saves no more; standing still saves nothing."""
    raw_ = random_case(seed)
    sharp = made(raw_)
    blind = made(merged(raw_, {"market": {"site": {"supply": {"level": 0.0}}}}))
    alone = appraise(blind)
    energy = monthly_bill(alone)
    # The blind schedule on the true bill: its own peaks and energy, at the true prices.
    true = monthly_bill(type(alone)(sharp, alone.operation, alone.revenue, alone.statements, alone.metrics))
    assert saved(sharp) >= float(true.saved.sum()) - 1e-6
    assert saved(sharp) >= -1e-6
    assert energy.basic_before.sum() == 0.0


@pytest.mark.parametrize("seed", range(6))
def test_site_never_exports_more_than_allowed(seed: int) -> None:
    """What leaves the site beyond its own surplus of PV is within the export limit, and charging within the import limit."""
    case = made(random_case(seed, {"market": {"site": {"import_limit_mw": 5.5}}}))
    solved, drawn = dispatch(case).solved, case.drawn_mw
    assert solved is not None
    assert drawn is not None
    net = drawn.ravel() + 2.0 * (solved.schedule.charge_mw - solved.schedule.discharge_mw).ravel()
    limit = float(case.market.site.export_limit_mw[0, 0])
    assert (net >= np.minimum(drawn.ravel(), -limit) - 1e-9).all()
    assert (net <= 5.5 + 1e-9).all()


@pytest.mark.parametrize("seed", range(4))
def test_larger_limits_never_earn_less(seed: int) -> None:
    """Import limits of 5, 5.5, 6 and 8 MW, and none, in this order; so for the export limit."""
    worth = [
        saved(made(random_case(seed, {"market": {"site": {"import_limit_mw": limit}}})))
        for limit in (5.0, 5.5, 6.0, 8.0)
    ]
    worth.append(saved(made(random_case(seed))))
    assert (np.diff(worth) >= -1e-6 * max(worth)).all()


def test_scenarios_of_the_site_are_problems_of_their_own() -> None:
    """Levels of load and of the basic charge differ by scenario; each row is what it is alone."""
    case = made(random_case(1))
    block = case.vary(
        {"market.site.load_scale": np.array([1.0, 0.8, 1.1]), "market.site.supply.level": np.array([1.0, 2.0, 0.5])}
    )
    together = dispatch(block)
    for row in range(3):
        alone = dispatch(block.rows(np.array([row])))
        for name, money in alone.paid.items():
            np.testing.assert_array_equal(together.paid[name][[row]], money)


# --- refusals ---


def test_spread_is_refused_where_it_makes_the_tariff_negative() -> None:
    """By hand: 0.2 and 1.0 yuan/kWh by halves of the day, mean 0.6: 0.6 - 0.4 s is below 0 above s = 1.5; a study stops there."""
    halves = [{"buy_yuan_per_kwh": [0.2] * 12 + [1.0] * 12}]
    case = made(raw(peaky(3.0), {"mode": "actual"}, {"market": {"typical_days": halves}}))
    validate(case.vary({"market.spread_scale": np.array([1.5])}))
    with pytest.raises(
        InputError, match=r"lowest price to -0.2 yuan/kWh; a retail tariff has none below 0: at most 1.5"
    ):
        validate(case.vary({"market.spread_scale": np.array([1.0, 2.0])}))
    low, high = inputs_of(case, [SPREAD])[0].limits(np.array([-0.95]), np.array([5.0]))[0]
    assert low == -0.95
    assert high == pytest.approx(0.5, rel=1e-3)
    assert high <= 0.5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"revenue": {"demand_charge": {"enabled": False}}}, "no stream counts it; add revenue.demand_charge"),
        ({"market": {"site": {"supply": {"mode": "none"}}}}, "needs market.site.supply"),
        ({"revenue": {"arbitrage": {"enabled": False}}}, "needs an arbitrage stream beside it"),
        ({"revenue": {"arbitrage": {"emc": "host_owned"}}}, "the plant has one owner"),
        ({"revenue": {"demand_charge": {"emc": "host_keeps", "investor_share": 0.5}}}, "host_keeps does not read it"),
        ({"market": {"site": {"export_limit_mw": 1.0}}}, "required where the site may export"),
        ({"market": {"site": {"import_limit_mw": 2.5}}}, "the site itself draws up to 3 MW, and more than the limit in 12 of 288 steps"),
        ({"market": {"site": {"supply": {"contract_kw": [1.0, 2.0]}}}}, "2 values; expected 1 or twelve"),
        ({"market": {"site": {"days": [{"load_mw": 1.0}]}}}, "all give the load; keep one"),
        ({"storage": {"limits": {"cycles_per_year": 300, "least_charge_share": 0.2}}}, "sought by dispatching the site some twenty times"),
        ({"market": {"site": {"export_limit_mw": 1.0, "export_price_yuan_per_kwh": 0.1}}, "storage": {"limits": {"cycles_per_day": 1}}}, "not where the site exports or has a surplus of PV"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(change: dict[str, Any], words: str) -> None:
    """Each with its path and what to do."""
    with pytest.raises(InputError, match=words):
        dispatch(made(raw(peaky(3.0), {"mode": "contract" if "contract_kw" in str(change) else "actual"}, change)))
