"""Rates of return of 100,000 rows × 26 years beside the loops of pyxirr and numpy-financial, and NPV.

Run: ``python -m benchmarks.bench_discount`` or ``python benchmarks/bench_discount.py``. All ratios are of one run;
times are medians. The loops of the peers are timed on a sample of rows and scaled, as the table says.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import numpy as np
import numpy_financial as npf
import pyxirr

from appraisal.discount import internal_rates, irr, npv, payback

ROWS, YEARS, REPEATS = 100_000, 26, 7
PYXIRR_ROWS, NPF_ROWS = 20_000, 500
PYXIRR_PROMISED, NPF_PROMISED, RESIDUE_PROMISED = 5, 200, 1e-10


def projects(seed: int = 1) -> np.ndarray:
    """One outlay in the first year, then receipts that vary by year and fade: rates from about -5 to 40 %."""
    rng = np.random.default_rng(seed)
    cash = rng.uniform(60.0, 140.0, (ROWS, YEARS)) * 0.985 ** np.arange(YEARS)
    cash[:, 0] = -rng.uniform(300.0, 3000.0, ROWS)
    return cash


def microseconds_a_row(work: Callable[[], Any], rows: int, repeats: int = REPEATS) -> float:
    """Median time of *work* over *rows*."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times) / rows * 1e6


def by_years(cash: np.ndarray) -> np.ndarray:
    """The same table stored year by year, as statements are."""
    return np.asfortranarray(cash)


def measure(cash: np.ndarray) -> list[tuple[str, float, str]]:
    """Name, microseconds a row, remark."""
    stored = by_years(cash)
    decommissioned, replaced = cash.copy(), cash.copy()
    decommissioned[:, -1] = -400.0
    replaced[:, 12] = -300.0
    replaced[:, -1] = -400.0
    signs = np.random.default_rng(2).normal(size=cash.shape)
    lists = cash[:PYXIRR_ROWS].tolist()
    ours: Sequence[tuple[str, np.ndarray]] = (
        ("irr, stored row by row", cash),
        ("irr, stored year by year", by_years(cash)),
        ("irr, last year negative (2 changes of sign)", by_years(decommissioned)),
        ("irr, also a replacement year (4 changes)", by_years(replaced)),
        ("irr, random signs (about 12 changes)", by_years(signs)),
    )
    rows = [(name, microseconds_a_row(lambda table=table: irr(table), ROWS), "") for name, table in ours]
    rows.append(("irr in blocks of 2,000", microseconds_a_row(lambda: in_blocks(stored), ROWS), ""))
    rows.append(("internal_rates with words", microseconds_a_row(lambda: internal_rates(cash), ROWS), ""))
    rows.append(("npv, stored row by row", microseconds_a_row(lambda: npv(0.08, cash), ROWS), ""))
    rows.append(("npv, stored year by year", microseconds_a_row(lambda: npv(0.08, stored), ROWS), ""))
    rows.append(("payback, stored year by year", microseconds_a_row(lambda: payback(stored), ROWS), ""))
    peer = microseconds_a_row(lambda: [pyxirr.irr(row) for row in lists], PYXIRR_ROWS, 3)
    rows.append(("pyxirr.irr, a loop over lists", peer, f"{PYXIRR_ROWS} rows, scaled"))
    peer = microseconds_a_row(lambda: [pyxirr.irr(row) for row in cash[:PYXIRR_ROWS]], PYXIRR_ROWS, 3)
    rows.append(("pyxirr.irr, a loop over arrays", peer, f"{PYXIRR_ROWS} rows, scaled"))
    peer = microseconds_a_row(lambda: [npf.irr(row) for row in cash[:NPF_ROWS]], NPF_ROWS, 3)
    rows.append(("numpy_financial.irr, a loop", peer, f"{NPF_ROWS} rows, scaled"))
    return rows


def in_blocks(cash: np.ndarray, block: int = 2_000) -> None:
    """As the pipeline calls it."""
    for start in range(0, len(cash), block):
        irr(cash[start : start + block])


def main() -> None:
    cash = projects()
    rates = irr(cash)
    residue = np.abs(npv(rates, cash) / cash[:, 0]).max()
    rows = measure(cash)
    base = {name: cost for name, cost, _ in rows}["irr, stored year by year"]
    print(f"{ROWS:,} rows × {YEARS} years; rates {rates.min():.3f} … {rates.max():.3f}")
    print(f"{'':46}{'µs a row':>10}{'× ours':>9}")
    for name, cost, remark in rows:
        print(f"{name:46}{cost:10.3f}{cost / base:9.1f}  {remark}")
    print(f"largest |NPV at the rate| over the outlay: {residue:.1e}")
    costs = {name: cost / base for name, cost, _ in rows}
    slower = min(cost for name, cost in costs.items() if name.startswith("pyxirr"))
    kept = (
        slower >= PYXIRR_PROMISED
        and costs["numpy_financial.irr, a loop"] >= NPF_PROMISED
        and residue < RESIDUE_PROMISED
    )
    print(
        f"promised {PYXIRR_PROMISED}x pyxirr, {NPF_PROMISED}x numpy-financial, {RESIDUE_PROMISED:g}: {'holds' if kept else 'DOES NOT HOLD'}"
    )
    if not kept:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
