"""How fast the exact dispatch kernel is, beside HiGHS on the same problem in the same run.

    python benchmarks/bench_dispatch.py [--prices CAISO.csv] [--runs 9]

A year of hourly prices with its schedule, ends fixed and cyclic, against scipy's HiGHS (``linprog``, sparse), and 1 and
1,000 rows of time-of-use days of 48 half-hours. Times are medians; the first call, which loads or compiles, is not
counted. Exits with 1 when an objective differs by more than 1e-9 or a ratio is below what is promised.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "dispatch"))

import oracle_lp

from appraisal.dispatch import price_taker
from appraisal.dispatch.kernel import solve_rows

PLANT = {"charge_mw": 1.0, "discharge_mw": 1.0, "charge_efficiency": 0.92, "discharge_efficiency": 0.92}
HIGHS = 1e-7  # its own default tolerance, so that it is not slowed
PROMISED = {"fixed": 300.0, "cyclic": 100.0}
USD_PER_MWH = 1000.0


def prices(path: Path | None) -> tuple[str, np.ndarray]:
    """A year of hourly prices per MWh: the file's second column ($/kWh), else a seeded synthetic year.

    Negative prices are set to 0, because a linear programme may charge and discharge at once there and the kernel,
    like a plant, may not: the two would solve different problems.
    """
    if path is not None:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            found = [float(row[1]) for row in list(csv.reader(lines))[1:]]
        return path.name, np.maximum(np.array(found) * USD_PER_MWH, 0.0)
    draw = np.random.default_rng(2020)
    hour = np.arange(8784)
    daily = 35.0 + 15.0 * np.sin(2.0 * np.pi * (hour - 13.0) / 24.0) + 8.0 * np.sin(4.0 * np.pi * hour / 24.0)
    return "synthetic (seed 2020)", np.maximum(daily + draw.normal(0.0, 6.0, hour.size), 0.0)


def median(call: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Median seconds and the last result."""
    times, result = [], None
    for _ in range(runs):
        begin = time.perf_counter()
        result = call()
        times.append(time.perf_counter() - begin)
    return statistics.median(times), result


def year(name: str, series: np.ndarray, runs: int) -> bool:
    """The year against HiGHS, at three durations and two end conditions; true when all promises hold."""
    print(f"{series.size} hourly prices: {name}\n")
    print(f"{'ends':8}{'hours':>6}{'kernel ms':>11}{'HiGHS ms':>10}{'ratio':>8}{'promised':>10}{'difference':>12}")
    held = True
    for ends, terms in (("fixed", {"start_mwh": 0.0, "end_mwh": 0.0}), ("cyclic", {"cyclic": True})):
        for hours in (2.0, 4.0):
            case: dict[str, Any] = {"step_hours": 1.0, "energy_mwh": hours, **PLANT, **terms}
            price_taker(series, **case)
            ours, found = median(lambda case=case: price_taker(series, **case), 5 * runs)  # type: ignore[misc]
            theirs, best = median(
                lambda case=case: oracle_lp.linear(series, tolerance=HIGHS, **case), max(3, runs // 3)
            )  # type: ignore[misc]
            gap = abs(found.value - best) / abs(best)
            held &= gap <= 1e-9 and theirs / ours >= PROMISED[ends]
            print(
                f"{ends:8}{hours:6.0f}{ours * 1e3:11.3f}{theirs * 1e3:10.1f}{theirs / ours:8.0f}{PROMISED[ends]:9.0f}x{gap:12.1e}"
            )
    return held


def days(runs: int) -> None:
    """Time-of-use days: five price blocks with a seeded level each, 48 half-hours, cyclic."""
    draw = np.random.default_rng(48)
    shape = np.repeat([300.0, 600.0, 1000.0, 600.0, 900.0, 300.0], [14, 6, 4, 8, 12, 4])
    print(f"\n{'days of 48 half-hours, cyclic':32}{'rows':>7}{'ms':>9}{'us a row':>10}")
    for rows in (1, 1000):
        table = shape * draw.uniform(0.9, 1.1, (rows, 48))
        for label, block in (
            ("prices in blocks", shape * np.ones((rows, 1))),
            ("every half-hour its own price", table),
        ):
            call = lambda block=block: solve_rows(block, step_hours=0.5, energy_mwh=2.0, cyclic=True, **PLANT)  # type: ignore[misc]  # noqa: E731
            call()
            taken, _ = median(call, 5 * runs)
            print(f"{label:32}{rows:7d}{taken * 1e3:9.3f}{taken / rows * 1e6:10.2f}")


def main() -> int:
    """Print the tables; 0 when every promise holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prices", type=Path, help="CSV whose second column is an hourly price in $/kWh")
    parser.add_argument("--runs", type=int, default=9)
    given = parser.parse_args()
    name, series = prices(given.prices)
    held = year(name, series, given.runs)
    days(given.runs)
    print(f"\n{'every promise holds' if held else 'A PROMISE IS BROKEN'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
