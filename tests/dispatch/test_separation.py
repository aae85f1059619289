"""What months held apart give away: by hand on a year whose best day crosses a month's edge, and against one large programme."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import lil_matrix
from strategies import LIBRARY, plant

from appraisal import Case, case_from_mapping
from appraisal.dispatch.separation import separation_of

SHAPE = {
    "power_mw": 1.0, "charge_efficiency": 1.0, "discharge_efficiency": 1.0, "depth_of_discharge": 1.0, "availability": 1.0,
    "ageing": {"model": "none", "calendar_coefficient": 0, "cycle_coefficient": 0},
}  # fmt: skip


def series_case(price: np.ndarray, load: np.ndarray, energy_mwh: float, demand: float) -> Case:
    """A year of hours: prices in yuan/MWh, load in MW, ``(365, 24)``; so many kVA that no month reaches 260 kWh of each."""
    days = [date(2025, 1, 1) + timedelta(days=place) for place in range(365)]
    rows = ["time,buy_yuan_per_mwh"] + [
        f"{on} {hour:02d}:00,{price[at, hour]:.6g}" for at, on in enumerate(days) for hour in range(24)
    ]
    drawn = ["time,load_kW"] + [
        f"{on} {hour:02d}:00,{1000 * load[at, hour]:.6g}" for at, on in enumerate(days) for hour in range(24)
    ]
    raw: dict[str, Any] = plant({
        "project": {"side": "user"}, "storage": {**SHAPE, "energy_mwh": energy_mwh},
        "revenue": {"arbitrage": {"emc": "saving_share"}, "demand_charge": {"emc": "saving_share"}},
    })  # fmt: skip
    supply = {"mode": "actual", "kva": 1e6, "demand_yuan_per_kw_month": demand}
    raw["market"] = {"vat_rate": 0.13, "price_file": "p.csv", "site": {"load_file": "l.csv", "supply": supply}}
    return case_from_mapping(
        raw, library=LIBRARY, files={"p.csv": "\n".join(rows).encode(), "l.csv": "\n".join(drawn).encode()}
    )


def test_energy_carried_over_a_months_edge_is_what_is_lost() -> None:
    """Flat 500 but for 31 January 23:00 at 100 and 1 February 00:00 at 900: one MWh carried earns 800; apart nothing.

    Apart, empty at the edge: January buys at 100 and cannot keep it; sold it must be by midnight, and no hour is left:
    nothing. February buys at 500 only after its first hour has passed: nothing. The joined year earns 900 − 100 = 800.
    """
    price, load = np.full((365, 24), 500.0), np.full((365, 24), 3.0)
    price[30, 23], price[31, 0] = 100.0, 900.0
    found = separation_of(series_case(price, load, 1.0, 0.0))
    assert found is not None
    # The demand price is nothing, so that the hour at 100 raises no bill.
    assert found.apart_yuan == pytest.approx(0.0, abs=1e-6)
    assert found.joined_yuan == pytest.approx(800.0)
    assert found.share == pytest.approx(1.0)


def test_joined_year_equals_one_linear_programme() -> None:
    """8760 hours, twelve peaks: state, charge, discharge and peak written out for HiGHS; random prices and loads."""
    rng = np.random.default_rng(8)
    price, load = np.round(rng.uniform(200, 900, (365, 24)), 3), np.round(rng.uniform(1, 4, (365, 24)), 3)
    found = separation_of(series_case(price, load, 2.0, 30.0))
    assert found is not None
    months = np.array([(date(2025, 1, 1) + timedelta(days=place)).month - 1 for place in range(365)]).repeat(24)
    count, flat, drawn = 8760, price.ravel(), load.ravel()
    charge, discharge, state = (np.arange(count) + count * place for place in range(3))
    size = 3 * count + 12
    cost, upper = np.zeros(size), np.full(size, np.inf)
    cost[charge], cost[discharge], cost[3 * count :] = flat, -flat, 30_000.0
    upper[charge], upper[discharge], upper[state] = 1.0, np.minimum(1.0, drawn), 2.0
    equal = lil_matrix((count, size))
    equal[np.arange(count), state] = 1.0
    equal[np.arange(count), np.roll(state, 1)] = -1.0
    equal[np.arange(count), charge], equal[np.arange(count), discharge] = -1.0, 1.0
    less = lil_matrix((count, size))
    less[np.arange(count), charge], less[np.arange(count), discharge] = 1.0, -1.0
    less[np.arange(count), 3 * count + months] = -1.0
    solved = linprog(
        cost,
        A_ub=less.tocsr(),
        b_ub=-drawn,
        A_eq=equal.tocsr(),
        b_eq=np.zeros(count),
        bounds=np.column_stack([np.zeros(size), upper]),
        method="highs",
    )
    before = 30_000.0 * sum(drawn[months == month].max() for month in range(12))
    assert found.joined_yuan == pytest.approx(before - solved.fun, rel=1e-8)
    assert 0.0 <= found.yuan < 0.02 * found.joined_yuan
