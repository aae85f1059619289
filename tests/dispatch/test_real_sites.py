"""Real load files through ``market.site.load_file``, a month of each against one linear programme of that month for HiGHS.

The files are read in place and skipped where they are not beside the repository: a large office (public reference building
load, San Francisco, 8,760 h) under Jiangsu's tariff, and a site's load, PV and energy price of 2017 (test data of DER-VET),
its prices taken as yuan. The programmes know power drawn, sent and curtailed, the store and the month's peak, nothing else.
"""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_matrix
from strategies import LIBRARY, merged, plant

from appraisal import Case, case_from_mapping
from appraisal.dispatch.flows import flows_of_states
from appraisal.dispatch.pose import pose
from appraisal.streams import stream

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
OFFICE = "load_large_office_sf_8760_kw.csv"
SITE = "epri_site_load_pv_price_2017.csv"
POWER, ENERGY, GAIN, LOSS = 0.5, 1.0, 0.95, 0.93
DEMAND = 38.4


def real(name: str) -> bytes:
    """The bytes of a real file."""
    path = REAL / name
    if not path.exists():
        pytest.skip(f"{name} is not here: real series lie beside the repository, not in it")
    return path.read_bytes()


def case_of(market: dict[str, Any], files: dict[str, bytes], power: float = POWER, energy: float = ENERGY) -> Case:
    """A plant that does not age behind the meter of the files; so many kVA that no month reaches 260 kWh of each."""
    raw = plant({
        "project": {"side": "user", "province": "jiangsu", "construction_start": "2026-06"},
        "storage": {"power_mw": power, "energy_mwh": energy, "charge_efficiency": GAIN, "discharge_efficiency": LOSS, "depth_of_discharge": 1, "availability": 1,
                    "ageing": {"model": "none", "calendar_coefficient": 0, "cycle_coefficient": 0}},
        "revenue": {"arbitrage": {"emc": "saving_share"}, "demand_charge": {"emc": "saving_share"}},
    })  # fmt: skip
    supply = {"mode": "actual", "kva": 1e6, "demand_yuan_per_kw_month": DEMAND, "capacity_yuan_per_kva_month": 24.0}
    raw["market"] = merged({"site": {"supply": supply}}, market)
    return case_from_mapping(raw, library=LIBRARY, files=files)


def month_by_dispatch(case: Case, month: int) -> tuple[float, np.ndarray, np.ndarray]:
    """What the plant is worth in a month, yuan, from its flows and the prices; the month's runs of prices and of net load."""
    problem = pose(case, {label: stream(terms.stream or label) for label, terms in case.streams.items()}).problem
    flows = next(flows_of_states(problem, slice(0, 1), problem.states[:, :1]))
    assert case.prices is not None
    assert case.drawn_mw is not None
    clock, own = case.prices.clock, case.prices.clock.month == month
    assert (clock.weight == 1.0).all()
    power = float(case.storage.power_mw[0, 0])
    export = case.market.site.export_price_yuan_per_kwh
    sent = 0.0 if export is None else 1000.0 * float(export[0, 0])
    money = case.prices.buy * (flows.grid_discharge - flows.grid_charge) + sent * (
        flows.export_discharge - flows.export_charge
    )
    worth = power * clock.step_hours * money[:, own].sum() + power * (flows.before - flows.after)[0, month - 1]
    width = clock.steps if clock.runs > 1 else int(own.sum())
    return float(worth), case.prices.buy[0, own].reshape(-1, width), case.drawn_mw[0, own].reshape(-1, width)


def month_by_programme(
    price: np.ndarray, net: np.ndarray, hours: float, power: float, energy: float, export: tuple[float, float]
) -> float:
    """The least bill of a month, yuan: days that each end as they began, or one run from empty to empty; *export* is MW and yuan/MWh."""
    count = net.size
    charge, discharge, state, drawn, sent, cut = (np.arange(count) + count * place for place in range(6))
    size, one = 6 * count + 1, np.ones(count)
    before = np.roll(state.reshape(net.shape), 1, axis=1).ravel()
    at = np.arange(count)

    def matrix(rows: list[Any], columns: list[Any], values: list[Any], height: int) -> Any:
        return coo_matrix(
            (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(height, size)
        ).tocsr()

    equal = matrix(
        [at] * 5 + [count + at] * 4,
        [drawn, sent, cut, charge, discharge, state, before, charge, discharge],
        [one, -one, -one, -one, one, one, -one, -GAIN * hours * one, hours / LOSS * one],
        2 * count,
    )
    less = matrix([at, at], [drawn, np.full(count, size - 1)], [one, -one], count)
    cost, upper = np.zeros(size), np.full(size, np.inf)
    cost[drawn], cost[sent], cost[-1] = hours * price.ravel(), -hours * export[1], 1000.0 * DEMAND
    upper[charge] = upper[discharge] = power
    upper[state], upper[sent], upper[cut] = energy, export[0], np.maximum(-net.ravel(), 0.0)
    if len(net) == 1:
        upper[state[-1]] = 0.0
    solved = linprog(
        cost, A_ub=less, b_ub=np.zeros(count), A_eq=equal, b_eq=np.concatenate([net.ravel(), np.zeros(count)]),
        bounds=np.column_stack([np.zeros(size), upper]), method="highs",
    )  # fmt: skip
    assert solved.status == 0, solved.message
    return float(solved.fun)


def test_office_under_the_tariff_of_jiangsu_meets_the_months_programme() -> None:
    """8,760 kW without a date: every date of the year is a day of its own, a month of them shares one peak."""
    market = {"tariff": "retail.jiangsu", "voltage": "1-10kv", "parts": "two", "site": {"load_file": OFFICE}}
    case = case_of(market, {OFFICE: real(OFFICE)})
    worth, price, net = month_by_dispatch(case, 7)
    # The column itself, January first: 31 days of July begin after 181 days, as pandas reads it.
    july = pd.read_csv(REAL / OFFICE)["load_kw"].to_numpy()[181 * 24 : 212 * 24] / 1000.0
    np.testing.assert_allclose(net.max(axis=1), july.reshape(31, 24).max(axis=1), rtol=1e-9)
    hours = 24.0 / net.shape[1]
    without = month_by_programme(price, net, hours, 0.0, ENERGY, (0.0, 0.0))
    held = month_by_programme(price, net, hours, POWER, ENERGY, (0.0, 0.0))
    assert worth == pytest.approx(without - held, rel=1e-7)


@pytest.mark.parametrize("minutes", [60, 15])
def test_site_with_pv_and_prices_of_a_year_meets_the_months_programme(minutes: int) -> None:
    """Load, PV and price of the same real hours; quarter hours are the line between the hours' values, prices stay hourly."""
    frame = pd.read_csv(BytesIO(real(SITE)))
    files = {SITE: real(SITE), "p.csv": _prices(frame["energy_price_usd_per_kwh"].to_numpy())}
    site: dict[str, Any] = {
        "load_file": SITE, "load_column": "site_load_kw", "pv_file": SITE, "pv_column": "pv_kw_for_1000kw", "pv_unit": "kW", "pv_scale": 16.0,
        "export_limit_mw": 1.0, "export_price_yuan_per_kwh": 0.02,
    }  # fmt: skip
    if minutes == 15:
        hours, quarters = np.arange(8760.0), np.arange(35040) / 4.0
        files["q.csv"] = _column("load_kw", np.interp(quarters, hours, frame["site_load_kw"].to_numpy()), 15)
        site |= {"load_file": "q.csv", "load_column": ""}
    case = case_of({"price_file": "p.csv", "vat_rate": 0.13, "site": site}, files, 2.0, 4.0)
    worth, price, net = month_by_dispatch(case, 5)
    assert net.shape == (1, 31 * 24 * 60 // minutes)
    assert net.min() < 0.0
    step = minutes / 60.0
    without = month_by_programme(price, net, step, 0.0, 4.0, (1.0, 20.0))
    held = month_by_programme(price, net, step, 2.0, 4.0, (1.0, 20.0))
    assert worth == pytest.approx(without - held, rel=1e-7)


def _prices(values: np.ndarray) -> bytes:
    return _column("buy_yuan_per_kwh", values, 60)


def _column(heading: str, values: np.ndarray, minutes: int) -> bytes:
    """A file of times and one column, from 2025-01-01 00:00, which is no leap year."""
    begin = pd.Timestamp(date(2025, 1, 1))
    times = [begin + timedelta(minutes=minutes * place) for place in range(values.size)]
    rows = [f"{at:%Y-%m-%d %H:%M},{value:.8g}" for at, value in zip(times, values, strict=True)]
    return "\n".join([f"time,{heading}", *rows]).encode()
