"""A price series through PyPSA or energypylinear: prints the money and the seconds, as JSON. Run by ``bench_dispatch.py``.

    python benchmarks/dispatch_by_others.py pypsa prices.npy

Imports nothing of this project: energypylinear wants a numpy older than ours, so it may live in an environment of its
own. The plant is 1 MW and 2 MWh. PyPSA: 0.92 each way, cyclic. energypylinear: it knows one efficiency, on charging,
so 0.92 x 0.92 there, empty to empty.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from typing import Any

import numpy as np

EACH_WAY = 0.92


def by_pypsa(series: Any) -> float:
    """One bus, a market that buys and sells at the price, a storage unit."""
    import pandas as pd
    import pypsa

    for name in ("linopy", "pypsa"):
        logging.getLogger(name).setLevel(logging.ERROR)
    grid = pypsa.Network(snapshots=range(series.size))
    grid.add("Bus", "grid")
    price = pd.Series(series, index=grid.snapshots)
    grid.add("Generator", "market", bus="grid", p_nom=10.0, p_min_pu=-1.0, marginal_cost=price)
    grid.add(
        "StorageUnit", "plant", bus="grid", p_nom=1.0, max_hours=2.0, efficiency_store=EACH_WAY, efficiency_dispatch=EACH_WAY,
        cyclic_state_of_charge=True,
    )  # fmt: skip
    grid.optimize(solver_name="highs", log_to_console=False)
    return -float(grid.objective)


def by_energypylinear(series: Any) -> float:
    """Its battery at a site that imports and exports at the price."""
    import energypylinear as epl

    plant = epl.Battery(
        power_mw=1.0, capacity_mwh=2.0, efficiency_pct=EACH_WAY**2, electricity_prices=series, export_electricity_prices=series,
        initial_charge_mwh=0.0, final_charge_mwh=0.0,
    )  # fmt: skip
    found = plant.optimize(verbose=False).results
    return float(((found["site-export_power_mwh"] - found["site-import_power_mwh"]) * series).sum())


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    solve = {"pypsa": by_pypsa, "energypylinear": by_energypylinear}[sys.argv[1]]
    prices = np.load(sys.argv[2])
    begun = time.perf_counter()
    money = solve(prices)
    print(json.dumps({"money": money, "seconds": time.perf_counter() - begun}))
