"""What a case asks of its plant beside power and energy, against a year written out as one linear or mixed-integer problem.

The oracle takes the numbers of the case as a person states them, hour by hour of every kind of day, and is solved by
scipy's HiGHS through ``oracle_lp.Statement``; nothing of the product is in it but the prices typed below.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle_lp import Statement
from strategies import LIBRARY, REGULATION, made, merged, plant

from appraisal.case import Case
from appraisal.dispatch.pose import STATES
from appraisal.dispatch.run import dispatch
from appraisal.scenario import load_case

# Yuan/kWh by hour, made up: two valleys and two peaks, an evening peak, and a day with negative prices at noon.
WINTER = [.30, .28, .27, .26, .26, .28, .33, .45, .52, .40, .25, .16, .15, .16, .20, .27, .40, .58, .70, .76, .66, .50, .42, .35]  # fmt: skip
SUMMER = [.35, .33, .31, .30, .30, .31, .36, .48, .62, .71, .75, .60, .41, .40, .52, .66, .74, .70, .61, .83, .90, .77, .55, .41]  # fmt: skip
SPRING = [.25, .24, .24, .23, .24, .25, .30, .33, .30, .12, -.05, -.15, -.22, -.18, -.02, .10, .28, .41, .55, .57, .48, .40, .33, .28]  # fmt: skip
MONTHS = {"winter": [1, 2, 11, 12], "summer": [6, 7, 8, 9], "spring": [3, 4, 5, 10]}
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Yuan/kWh on charging, the second given back on discharging (发改价格〔2026〕114号 四(二)): loss and system operation, transmission.
FEES, TRANSMISSION = 0.008 + 0.03, 0.12
POWER, ENERGY, GAIN, LOSS, DEPTH, AVAILABILITY = 10.0, 20.0, 0.94, 0.93, 0.8, 0.97


@dataclass(frozen=True)
class Asked:
    """What the plant is asked, in the words of the oracle; energies and powers as shares of what is rated."""

    health: float = 1.0
    lowest: float = 0.0
    leak_a_day: float = 0.0
    year: float | None = None
    day: float | None = None
    least: tuple[float, float] = (0.0, 0.0)
    out: tuple[float, ...] = (0.0,) * 12
    corners: tuple[tuple[float, float, float], ...] = ()
    kept: tuple[float, ...] = (0.0,) * 24
    energy_kept: float = 0.0
    wear: float = 0.0
    days: dict[str, list[float]] = field(default_factory=lambda: {"winter": WINTER, "summer": SUMMER, "spring": SPRING})


def storage(asked: Asked) -> dict[str, Any]:
    """The same in the words of a case, with no fade: the state solved is the one that the battery is placed at."""
    limits = {"least_charge_share": asked.least[0], "least_discharge_share": asked.least[1]}
    limits |= {} if asked.year is None else {"cycles_per_year": asked.year}
    limits |= {} if asked.day is None else {"cycles_per_day": asked.day}
    curve = {} if not asked.corners else {
        name: [one[place] for one in asked.corners] for place, name in enumerate(("energy_shares", "charge_shares", "discharge_shares"))
    }  # fmt: skip
    return {
        "power_mw": POWER, "energy_mwh": ENERGY, "charge_efficiency": GAIN, "discharge_efficiency": LOSS, "depth_of_discharge": DEPTH,
        "availability": AVAILABILITY, "throughput_cost_yuan_per_mwh": asked.wear, "lowest_soc": asked.lowest,
        "self_discharge_per_day": asked.leak_a_day, "outage_days": list(asked.out), "limits": limits, "power_curve": curve,
        "ageing": {"calendar_coefficient": 0, "cycle_coefficient": 0, "initial_soh": asked.health, "end_of_life_soh": 0.5},
    }  # fmt: skip


def case(asked: Asked, *changes: dict[str, Any]) -> dict[str, Any]:
    """A plant of that storage on the three kinds of day."""
    days = [{"months": MONTHS[name], "buy_yuan_per_kwh": prices} for name, prices in asked.days.items()]
    return merged(plant(), {"storage": storage(asked), "market": {"typical_days": days}}, *changes)


def money_of(asked: Asked) -> float:
    """The most money of a year of days in service, yuan per MW, wear taken off: one problem over all kinds of day."""
    told = Statement()
    hours, held = ENERGY / POWER, asked.health
    over_year: list[tuple[int, float]] = []
    for name, prices in asked.days.items():
        times = sum(DAYS[month - 1] - asked.out[month - 1] for month in MONTHS[name])
        discharged = _day(told, asked, prices, times, name)
        over_year += [(flow, times) for flow in discharged]
        if asked.day is not None:
            told.row([(flow, 1.0) for flow in discharged], -np.inf, asked.day * hours * held * LOSS)
    if asked.year is not None:
        told.row(over_year, -np.inf, asked.year / AVAILABILITY * hours * held * LOSS)
    best = told.best()
    assert best is not None
    return best


def _day(told: Statement, asked: Asked, prices: list[float], times: float, name: str) -> list[int]:
    """One kind of day; its discharges, MWh per MW."""
    hours, held = ENERGY / POWER, asked.health
    low = asked.lowest * hours * held
    high = low + DEPTH * (1.0 - asked.energy_kept) * hours * held
    keep = (1.0 - asked.leak_a_day) ** (1.0 / 24.0)
    before = first = told.variable(("begin", name), low, high)
    discharged = []
    for hour, price in enumerate(prices):
        buy, sell = 1000.0 * (price + FEES + TRANSMISSION), 1000.0 * (price + TRANSMISSION) - asked.wear
        most = 1.0 - asked.kept[hour % 24]
        c = told.variable(("c", name, hour), 0.0, most, times * buy)
        d = told.variable(("d", name, hour), 0.0, most, -times * sell)
        x = told.variable(("x", name, hour), low, high)
        told.row([(x, 1.0), (before, -keep), (c, -GAIN), (d, 1.0 / LOSS)], 0.0, 0.0)
        for flow, way in ((c, 1), (d, 2)):
            for left, right in zip(asked.corners, asked.corners[1:], strict=False):
                slope = (right[way] - left[way]) / ((right[0] - left[0]) * hours * held)
                level = left[way] - slope * left[0] * hours * held - asked.kept[hour % 24]
                told.row([(flow, 1.0), (x, -slope / 2), (before, -slope / 2)], -np.inf, level)
        if max(asked.least) > 0.0 or buy / GAIN < sell * LOSS:
            on = [told.variable((way, name, hour), 0, 1, whole=1) for way in "uv"]
            for flow, switch, least in zip((c, d), on, asked.least, strict=True):
                told.row([(flow, 1.0), (switch, -most)], -np.inf, 0.0)
                told.row([(flow, 1.0), (switch, -least)], 0.0, np.inf)
            told.row([(on[0], 1.0), (on[1], 1.0)], -np.inf, 1.0)
        discharged.append(d)
        before = x
    told.row([(first, 1.0), (before, -1.0)], 0.0, 0.0)
    return discharged


HEAD = ((0.0, 1.0, 0.55), (0.4, 0.95, 0.85), (1.0, 0.6, 1.0))
OUT = (0.0, 0.0, 12.0, 3.5, 0, 0, 0, 0, 0, 0, 30.0, 0.0)
TWO = {"winter": WINTER, "summer": SUMMER, "spring": [abs(price) for price in SPRING]}
ASKED = {
    "nothing": Asked(),
    "window": Asked(lowest=0.15),
    "leak": Asked(leak_a_day=0.05),
    "leak above a window": Asked(leak_a_day=0.3, lowest=0.2, wear=30.0),
    "year": Asked(year=300.0),
    "year of a worn store": Asked(year=300.0, health=0.8),
    "year with outages": Asked(year=250.0, out=OUT, lowest=0.1, leak_a_day=0.02),
    "year without negative prices": Asked(year=321.0, days=TWO),
    "day": Asked(day=0.7),
    "day of a worn store": Asked(day=1.3, health=0.75, lowest=0.1, leak_a_day=0.01),
    "day and year": Asked(day=0.7, year=200.0),
    "day, year and outages": Asked(day=1.2, year=390.0, out=OUT, wear=20.0, days=TWO),
    "outages": Asked(out=OUT),
    "least power": Asked(least=(1.0, 0.5)),
    "least power of a worn store": Asked(least=(0.7, 0.6), health=0.85, leak_a_day=0.02),
    "head": Asked(corners=HEAD),
    "head of part of a reservoir": Asked(corners=HEAD, lowest=0.2, health=0.9),
    "head, year": Asked(corners=HEAD, year=280.0, lowest=0.1),
    "head, day, leak, outages": Asked(corners=HEAD, day=0.9, leak_a_day=0.04, out=OUT),
    "head, least power": Asked(corners=HEAD, least=(0.5, 0.4), days=TWO),
}


@pytest.mark.parametrize("name", list(ASKED))
def test_plant_year_of_a_case_earns_what_highs_says(name: str) -> None:
    """Each option and mixes of them: the case's year, at the state of health it is placed at, is the oracle's optimum."""
    asked = ASKED[name]
    solved = dispatch(made(case(asked))).solved
    assert solved is not None
    states = solved.problem.states[0]
    place = int(np.argmin(np.abs(states - asked.health)))
    assert states[place] == pytest.approx(asked.health, abs=1e-12)
    assert solved.value[0, place] == pytest.approx(money_of(asked), rel=1e-9)


def test_plant_states_solved_are_those_of_the_oracle() -> None:
    """A cap and a window are shares of what the store holds: solved at 0.75, the oracle's window and cycles shrink alike."""
    assert np.isclose(STATES[0], 0.75).any()
    assert money_of(replace(ASKED["day"], health=0.75)) < money_of(ASKED["day"])


def test_plant_power_kept_by_a_service_is_kept_of_the_curve() -> None:
    """A service that holds a fifth of the power in the morning: the state stays where the curve has it beside the flows."""
    kept = tuple(0.2 if 8 <= hour < 12 else 0.0 for hour in range(24))
    asked = Asked(corners=HEAD, kept=kept, energy_kept=0.1)
    raw = case(asked, {"revenue": {"frequency_regulation": {**REGULATION, "cycles_per_year": 0}}})
    solved = dispatch(made(raw)).solved
    assert solved is not None
    assert solved.value[0, 0] == pytest.approx(money_of(asked), rel=1e-9)


def test_plant_cap_counts_the_cycles_of_services() -> None:
    """Forty cycles that regulation costs leave the year's cap 40 fewer: cycles a year as the ageing counts them are the cap."""
    raw = case(Asked(year=200.0), {"revenue": {"frequency_regulation": REGULATION}})
    operation = dispatch(made(raw))
    assert operation.cycles[0, 1] == pytest.approx(200.0, rel=1e-9)


def _series(folder: Path, asked: Asked, prices: np.ndarray) -> Case:
    """The plant on a series of whole days from 2025-01-01."""
    start = np.datetime64("2025-01-01T00:00")
    rows = [f"{start + np.timedelta64(hour, 'h')},{price:.6f}" for hour, price in enumerate(prices)]
    (folder / "prices.csv").write_text("\n".join(["time,price_yuan_per_kwh", *rows]) + "\n", encoding="utf-8")
    raw = case(asked)
    raw["market"] = {name: value for name, value in raw["market"].items() if name != "typical_days"}
    raw["market"]["price_file"] = "prices.csv"
    (folder / "case.yaml").write_text(json.dumps(raw), encoding="utf-8")
    return load_case(folder / "case.yaml", library=LIBRARY)


@pytest.mark.parametrize("asked", [Asked(day=0.8), Asked(day=0.8, year=200.0, lowest=0.1, leak_a_day=0.05)])
def test_plant_daily_cap_within_a_series_earns_what_highs_says(tmp_path: Path, asked: Asked) -> None:
    """Days of a series share their state of charge: one problem over twelve days, capped on each and over the year."""
    draw = np.random.default_rng(8)
    prices = np.round(draw.uniform(0.05, 0.9, 12 * 24), 6)
    solved = dispatch(_series(tmp_path, asked, prices)).solved
    assert solved is not None
    told, hours, times = Statement(), ENERGY / POWER, 365.0 / 12.0
    one_day = replace(asked, days={"winter": list(prices)})
    flows = _day(told, one_day, list(prices), times, "winter")
    for day in range(12):
        told.row([(flow, 1.0) for flow in flows[24 * day : 24 * day + 24]], -np.inf, 0.8 * hours * LOSS)
    if asked.year is not None:
        told.row([(flow, times) for flow in flows], -np.inf, asked.year / AVAILABILITY * hours * LOSS)
    best = told.best()
    assert best is not None
    assert solved.value[0, 0] == pytest.approx(best, rel=1e-9)
