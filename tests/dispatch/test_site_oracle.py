"""A host's site against months written out as linear programmes of what its meter sees, solved by scipy's HiGHS.

The oracle knows power drawn, exported and curtailed, and the month's peak; it has no tiers, no search and no other code
of the product. Loads, PV and prices are drawn at random; prices of the basic charge are Beijing's of 2026 (52 yuan/kW,
33 yuan/kVA) and the rules those of 发改办价格〔2016〕1583号: contract at least 40 % of capacity, 105 % tolerated, twice above.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import block_diag, lil_matrix, vstack
from strategies import made, merged, plant

from appraisal.dispatch.run import dispatch

DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
DEMAND, CAPACITY = 52.0, 33.0
POWER, GAIN, LOSS = 3.0, 0.94, 0.92
# Large enough that no month reaches 260 kWh a kVA, so that no reduction joins the months' programme.
KVA = 60_000.0


@dataclass(frozen=True)
class Drawn:
    """A random site: two kinds of month (the first and the second half of the year), hours or quarters."""

    price: np.ndarray
    load: np.ndarray
    pv: np.ndarray
    export_limit: float
    export_price: float
    import_limit: float
    energy: float
    wear: float

    @property
    def steps(self) -> int:
        return int(self.load.shape[1])


def drawn(seed: int, steps: int = 24, pv: bool = True) -> Drawn:
    rng = np.random.default_rng(seed)
    hours = np.arange(steps) * 24 / steps
    sun = np.clip(np.sin((hours - 6) / 12 * np.pi), 0, None) * rng.uniform(0, 9, (2, 1)) * (pv and rng.random() < 0.7)
    load = np.round(rng.uniform(0.5, 6, (2, steps)), 3)
    price = np.round(rng.uniform(0.2, 1.2, (2, 24)), 3)
    return Drawn(
        price=price, load=load, pv=np.round(sun, 3), export_limit=float(rng.choice([0, 1.0, 5.0])),
        export_price=float(np.round(rng.uniform(0.0, price.min()), 3)), import_limit=float(load.max() + rng.uniform(0, 2)),
        energy=float(np.round(rng.uniform(1, 12), 2)), wear=float(rng.choice([0.0, 25.0])),
    )  # fmt: skip


def raw_of(site: Drawn, supply: dict[str, Any], edges: dict[str, Any] | None = None) -> dict[str, Any]:
    """The site in the words of a case; the battery does not fade."""
    halves = ([1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12])
    raw = plant({
        "project": {"side": "user"},
        "storage": {
            "power_mw": POWER, "energy_mwh": site.energy, "charge_efficiency": GAIN, "discharge_efficiency": LOSS, "depth_of_discharge": 1,
            "availability": 1, "throughput_cost_yuan_per_mwh": site.wear, "ageing": {"model": "none", "calendar_coefficient": 0, "cycle_coefficient": 0},
        },
        "revenue": {"arbitrage": {"emc": "saving_share"}, "demand_charge": {"emc": "saving_share"}},
    })  # fmt: skip
    days = [
        {"months": months, "load_mw": load.tolist(), "pv_mw": pv.tolist()}
        for months, load, pv in zip(halves, site.load, site.pv, strict=True)
    ]
    raw["market"] = {
        "vat_rate": 0.13, "typical_days": [{"months": months, "buy_yuan_per_kwh": price.tolist()} for months, price in zip(halves, site.price, strict=True)],
        "site": {
            "days": days, "export_limit_mw": site.export_limit, "export_price_yuan_per_kwh": site.export_price, "import_limit_mw": site.import_limit,
            "supply": {"kva": KVA, "demand_yuan_per_kw_month": DEMAND, "capacity_yuan_per_kva_month": CAPACITY, **supply}, **(edges or {}),
        },
    }  # fmt: skip
    return raw


class Programme(NamedTuple):
    """A month as a linear programme, and where discharge stands in it."""

    cost: np.ndarray
    less: Any
    most: np.ndarray
    equal: Any
    right: np.ndarray
    upper: np.ndarray
    discharge: np.ndarray
    fixed: float


def programme(
    site: Drawn, half: int, days: int, tariff: tuple[float, float, float], with_plant: bool = True, taper: float = 0.0
) -> Programme:
    """Least bill and wear of a month, yuan: day-cyclic, all days alike; *tariff* is fixed yuan, from MW, yuan/MW above.

    With *taper* the most MW of charge falls by so much from an empty to a full store, of the mean state of the step.
    """
    steps, width = site.steps, 24.0 / site.steps
    price = 1000.0 * np.repeat(site.price[half], steps // 24)
    charge, discharge, state, drawn_, sent, cut = (np.arange(steps) + steps * place for place in range(6))
    over = 6 * steps
    size = over + 1
    cost, upper = np.zeros(size), np.full(size, np.inf)
    cost[drawn_], cost[sent], cost[discharge] = (
        days * width * price,
        -days * width * 1000.0 * site.export_price,
        days * width * site.wear,
    )
    cost[over] = tariff[2]
    net = site.load[half] - site.pv[half]
    upper[charge] = upper[discharge] = POWER if with_plant else 0.0
    upper[state], upper[sent], upper[cut] = site.energy, site.export_limit, site.pv[half]
    # The import limit is the site's; the load alone keeps it.
    upper[drawn_] = site.import_limit
    equal, right = lil_matrix((2 * steps, size)), np.zeros(2 * steps)
    for step in range(steps):
        for place, sign in ((drawn_, 1.0), (sent, -1.0), (cut, -1.0), (charge, -1.0), (discharge, 1.0)):
            equal[step, place[step]] = sign
        right[step] = net[step]
        row = steps + step
        equal[row, state[step]], equal[row, state[step - 1]] = 1.0, -1.0
        equal[row, charge[step]], equal[row, discharge[step]] = -GAIN * width, width / LOSS
    less = lil_matrix((2 * steps, size))
    for step in range(steps):
        less[step, drawn_[step]], less[step, over] = 1.0, -1.0
        less[steps + step, charge[step]] = 1.0
        less[steps + step, state[step]] = less[steps + step, state[step - 1]] = 0.5 * taper / site.energy
    most = np.concatenate([np.full(steps, tariff[1]), np.full(steps, POWER)])
    return Programme(cost, less.tocsr(), most, equal.tocsr(), right, upper, discharge, tariff[0])


def solved_bill(one: Programme) -> float:
    solved = linprog(
        one.cost, A_ub=one.less, b_ub=one.most, A_eq=one.equal, b_eq=one.right,
        bounds=np.column_stack([np.zeros(one.cost.size), one.upper]), method="highs-ds", options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )  # fmt: skip
    assert solved.status == 0, solved.message
    return float(solved.fun) + one.fixed


def month(
    site: Drawn, half: int, days: int, tariff: tuple[float, float, float], with_plant: bool = True, taper: float = 0.0
) -> float:
    """The bill of one month's programme, yuan."""
    return solved_bill(programme(site, half, days, tariff, with_plant, taper))


def capped_year(site: Drawn, tariff: tuple[float, float, float], most_mwh: float) -> float:
    """Worth of the plant over a year in which it discharges so much at most: twelve months in one programme."""
    months = [programme(site, int(place >= 6), days, tariff) for place, days in enumerate(DAYS)]
    joined = [
        np.where(np.isin(np.arange(one.cost.size), one.discharge), days * 24.0 / site.steps, 0.0)
        for one, days in zip(months, DAYS, strict=True)
    ]
    whole = Programme(
        np.concatenate([one.cost for one in months]),
        vstack([block_diag([one.less for one in months]), np.concatenate(joined)[None, :]], format="csr"),
        np.append(np.concatenate([one.most for one in months]), most_mwh),
        block_diag([one.equal for one in months], format="csr"),
        np.concatenate([one.right for one in months]),
        np.concatenate([one.upper for one in months]),
        months[0].discharge,
        sum(one.fixed for one in months),
    )
    without = sum(month(site, int(place >= 6), days, tariff, False) for place, days in enumerate(DAYS))
    return without - solved_bill(whole)


def tariff_of(mode: str, contract_kw: float | None = None) -> tuple[float, float, float]:
    """Fixed yuan, MW from which the peak is paid, yuan/MW: written from the rule, p·C + 2p·max(0, M − 1.05 C)."""
    least = 0.4 * KVA
    if mode == "capacity":
        return CAPACITY * KVA, 0.0, 0.0
    if mode == "actual":
        return 0.0, 0.0, 1000.0 * DEMAND
    if contract_kw is None:  # the best C = max(0.4 kVA, M / 1.05), so that M pays p·max(0.4 kVA, M / 1.05)
        return DEMAND * least, 1.05 * least / 1000.0, 1000.0 * DEMAND / 1.05
    agreed = max(contract_kw, least)
    return DEMAND * agreed, 1.05 * agreed / 1000.0, 2000.0 * DEMAND


def year_of(site: Drawn, modes: list[tuple[float, float, float]]) -> float:
    """Worth of the plant over a year: least bills without it less least bills with it, the cheapest way of each quarter."""
    worth = 0.0
    for with_plant, sign in ((False, 1.0), (True, -1.0)):
        bills = np.array([
            [month(site, int(place >= 6), days, tariff, with_plant) for place, days in enumerate(DAYS)] for tariff in modes
        ])  # fmt: skip
        worth += sign * bills.reshape(len(modes), 4, 3).sum(axis=2).min(axis=0).sum()
    return worth


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("mode", ["actual", "contract"])
def test_site_with_a_demand_price_earns_what_the_months_programme_does(seed: int, mode: str) -> None:
    """PV, curtailment, export, both limits and the peak, day-cyclic: the worth of a year equals the twelve programmes'."""
    site = drawn(seed)
    supply: dict[str, Any] = {"mode": mode}
    stated = 25_500.0 if mode == "contract" and seed % 2 else None
    if stated is not None:
        supply["contract_kw"] = stated
    solved = dispatch(made(raw_of(site, supply))).solved
    assert solved is not None
    np.testing.assert_allclose(
        POWER * solved.value[0, 0], year_of(site, [tariff_of(mode, stated)]), rtol=1e-9, atol=1e-3
    )


@pytest.mark.parametrize("seed", [11, 12])
def test_site_small_contract_is_priced_above_its_tolerance(seed: int) -> None:
    """A contract that the peak passes: the excess is paid twice, so that shaving down to 105 % is worth twice the price."""
    site = drawn(seed, pv=False)
    raw = raw_of(site, {"mode": "contract", "contract_kw": 2800.0, "kva": 6500.0})
    # 260 kWh × 6500 kVA would be reached: the load is scaled down to a tenth of its hours' use by a price of nothing.
    low = merged(raw, {"market": {"site": {"load_scale": 0.5, "supply": {"kva": 6900.0}}}})
    half = Drawn(**{**vars(site), "load": 0.5 * site.load})
    assert (24 * 31 * half.load.mean(axis=1)).max() * 1000.0 < 260.0 * 6900.0
    agreed = max(2800.0, 0.4 * 6900.0)
    tariff = (DEMAND * agreed, 1.05 * agreed / 1000.0, 2000.0 * DEMAND)
    solved = dispatch(made(low)).solved
    assert solved is not None
    np.testing.assert_allclose(POWER * solved.value[0, 0], year_of(half, [tariff]), rtol=1e-9, atol=1e-3)


def test_site_quarter_hours_meet_the_months_programme() -> None:
    """96 steps of load on hourly prices: the prices are cut, the peak is that of a quarter hour."""
    site = drawn(3, steps=96)
    solved = dispatch(made(raw_of(site, {"mode": "actual"}))).solved
    assert solved is not None
    assert solved.problem.clock.steps == 96
    np.testing.assert_allclose(POWER * solved.value[0, 0], year_of(site, [tariff_of("actual")]), rtol=1e-9, atol=1e-3)


def test_site_chooses_the_cheapest_way_of_each_quarter() -> None:
    """Capacity, contract and demand side by side, before and with the plant: the least of each quarter's programmes."""
    site = drawn(5, pv=False)
    kva = 5200.0
    half = Drawn(**{**vars(site), "load": 0.3 * site.load})
    raw = merged(raw_of(site, {"mode": "choose", "kva": kva}), {"market": {"site": {"load_scale": 0.3}}})
    assert (24 * 31 * half.load.mean(axis=1)).max() * 1000.0 < 260.0 * kva
    ways = [
        (CAPACITY * kva, 0.0, 0.0), (DEMAND * 0.4 * kva, 1.05 * 0.4 * kva / 1000.0, 1000.0 * DEMAND / 1.05), (0.0, 0.0, 1000.0 * DEMAND),
    ]  # fmt: skip
    solved = dispatch(made(raw)).solved
    assert solved is not None
    np.testing.assert_allclose(POWER * solved.value[0, 0], year_of(half, ways), rtol=1e-9, atol=1e-3)


@pytest.mark.parametrize("seed", range(4))
def test_site_without_a_counted_basic_charge_meets_the_programme(seed: int) -> None:
    """Surplus and export alone, no price on the peak: the energy side of the programme."""
    site = drawn(seed + 20)
    raw = raw_of(site, {"mode": "none"})
    del raw["revenue"]["demand_charge"], raw["market"]["site"]["supply"]
    solved = dispatch(made(raw)).solved
    assert solved is not None
    np.testing.assert_allclose(POWER * solved.value[0, 0], year_of(site, [(0.0, 0.0, 0.0)]), rtol=1e-9, atol=1e-3)


@pytest.mark.parametrize(("seed", "mode"), [(0, "actual"), (1, "actual"), (2, "contract"), (3, "none"), (8, "actual")])
@pytest.mark.parametrize("cycles", [40.0, 220.0])
def test_site_capped_year_meets_the_years_programme(seed: int, mode: str, cycles: float) -> None:
    """Twelve months, PV, export and the peak share one cap on what is discharged: the worth is that of one programme."""
    site = drawn(seed)
    supply = {"mode": mode} if mode != "none" else {}
    raw = merged(raw_of(site, supply), {"storage": {"limits": {"cycles_per_year": cycles}}})
    if mode == "none":
        del raw["revenue"]["demand_charge"], raw["market"]["site"]["supply"]
    solved = dispatch(made(raw)).solved
    assert solved is not None
    cap = cycles * site.energy * LOSS
    tariff = (0.0, 0.0, 0.0) if mode == "none" else tariff_of(mode)
    assert POWER * solved.discharged[0, 0] <= cap * (1 + 1e-9)
    np.testing.assert_allclose(POWER * solved.value[0, 0], capped_year(site, tariff, cap), rtol=1e-8, atol=1e-3)


@pytest.mark.parametrize("seed", [1, 4])
def test_site_power_that_falls_as_the_store_fills_meets_the_months_programme(seed: int) -> None:
    """A curve of power beside a price on the peak: charging falls from full power to a fifth of it."""
    site = drawn(seed, pv=False)
    site = Drawn(**{**vars(site), "export_limit": 0.0})
    curve = {"energy_shares": [0.0, 1.0], "charge_shares": [1.0, 0.2]}
    raw = merged(raw_of(site, {"mode": "actual"}), {"storage": {"power_curve": curve}})
    solved = dispatch(made(raw)).solved
    assert solved is not None
    bills = [
        [
            month(site, int(place >= 6), days, tariff_of("actual"), own, 0.8 * POWER * own)
            for place, days in enumerate(DAYS)
        ]
        for own in (False, True)
    ]
    np.testing.assert_allclose(POWER * solved.value[0, 0], sum(bills[0]) - sum(bills[1]), rtol=1e-8, atol=1e-3)


def test_site_least_power_by_hand() -> None:
    """Lossless, flat price, at least 0.8 MW or none: a lone hour of 3 MW is worth 1 MW x 52 000 x 12; among 2.5 MW, nothing."""
    base = plant({
        "project": {"side": "user"},
        "storage": {"power_mw": 1.0, "energy_mwh": 1.0, "charge_efficiency": 1, "discharge_efficiency": 1, "depth_of_discharge": 1, "availability": 1,
                    "limits": {"least_charge_share": 0.8, "least_discharge_share": 0.8}, "ageing": {"model": "none", "calendar_coefficient": 0, "cycle_coefficient": 0}},
        "revenue": {"arbitrage": {"emc": "saving_share"}, "demand_charge": {"emc": "saving_share"}},
    })  # fmt: skip
    base["market"] = {
        "vat_rate": 0.13, "typical_days": [{"buy_yuan_per_kwh": 0.6}], "load_mw": [3.0 if hour == 10 else 0.5 for hour in range(24)],
        "site": {"supply": {"mode": "actual", "kva": 9000, "demand_yuan_per_kw_month": 52.0, "capacity_yuan_per_kva_month": 33.0}},
    }  # fmt: skip
    lone = dispatch(made(base)).solved
    assert lone is not None
    # The lone hour is shaved by the whole MW, from 3 to 2: charging at 0.8 or more raises 0.5 to 1.5 at most.
    np.testing.assert_allclose(lone.value[0, 0], 1.0 * 52_000 * 12, rtol=1e-9)
    held = merged(base, {"market": {"load_mw": [3.0 if hour == 10 else 2.5 for hour in range(24)]}})
    none = dispatch(made(held)).solved
    assert none is not None
    # 2.5 MW in every other hour: charging 0.8 makes 3.3, above what is shaved; the plant stands still.
    np.testing.assert_allclose(none.value[0, 0], 0.0, atol=1e-6)


def test_site_loses_to_self_discharge_once_a_step() -> None:
    """By hand: 1 MWh of surplus stored at hour 10, used at hour 12 at 1 yuan/kWh, a fiftieth lost an hour, 365 days."""
    base = plant({
        "project": {"side": "user"},
        "storage": {"power_mw": 1.0, "energy_mwh": 9.0, "charge_efficiency": 1, "discharge_efficiency": 1, "depth_of_discharge": 1, "availability": 1,
                    "self_discharge_per_day": 1 - 0.98**24, "ageing": {"model": "none", "calendar_coefficient": 0, "cycle_coefficient": 0}},
        "revenue": {"arbitrage": {"emc": "saving_share"}},
    })  # fmt: skip
    base["market"] = {
        "vat_rate": 0.13, "typical_days": [{"buy_yuan_per_kwh": 1.0}], "load_mw": [1.0 if hour == 12 else 0.0 for hour in range(24)],
        "site": {"days": [{"load_mw": [1.0 if hour == 12 else 0.0 for hour in range(24)], "pv_mw": [1.0 if hour == 10 else 0.0 for hour in range(24)]}]},
    }  # fmt: skip
    del base["market"]["load_mw"]
    solved = dispatch(made(base)).solved
    assert solved is not None
    # The parts of an hour share its loss: the first part of hour 10 is charged, the last of hour 12 discharged.
    between = 0.98 ** (2 + 2 / 3)
    np.testing.assert_allclose(solved.value[0, 0], between * 1000.0 * 365.0, rtol=1e-9)
