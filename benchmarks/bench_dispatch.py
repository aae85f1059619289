"""How fast the exact dispatch kernel is, beside HiGHS, PyPSA and energypylinear on the same problem in the same run.

    python benchmarks/bench_dispatch.py [--prices CAISO.csv] [--runs 9] [--scenarios 10000]

A year of hourly prices with its schedule, ends fixed and cyclic, against scipy's HiGHS (``linprog``, sparse), and 1 and
1,000 rows of time-of-use days of 48 half-hours. Times are medians; the first call, which loads or compiles, is not
counted. Then the times promised for a year of quarter hours, twelve demand charges, twenty states of health and ten
thousand time-of-use scenarios: the best of some runs, because other work may share the machine. PyPSA and
energypylinear take part where the interpreter ``--others`` has them (the extra ``bench``). Exits with 1 when an objective differs by more than 1e-9
(1e-6 for the other tools, which solve at HiGHS's own tolerance), a ratio is below what is promised or a time above it.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import scipy.optimize as opt
import scipy.sparse as sp

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "dispatch"))

import oracle_lp

from appraisal.dispatch import price_taker
from appraisal.dispatch.kernel import solve_rows
from appraisal.dispatch.peak import solve_peaks
from appraisal.dispatch.tiers import PeakCost

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


HOURS_OF_MONTHS = 24 * np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
DAY_TYPES, HEALTHS, HALF_HOURS = 24, 3, 48


def fastest(call: Callable[[], Any], runs: int) -> float:
    """Least milliseconds of some runs after one that is not counted."""
    call()
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return 1e3 * min(times)


def promised(label: str, most_ms: float, call: Callable[[], Any], runs: int) -> bool:
    """Print the best time beside the one promised; whether it holds."""
    taken = fastest(call, runs)
    print(f"{label:62}{taken:11.2f}{most_ms:11.1f}{'' if taken <= most_ms else '   ABOVE'}")
    return taken <= most_ms


def by_month(series: np.ndarray) -> np.ndarray:
    """A year of hours as twelve rows, the shorter months filled up with 0."""
    laid, begin = np.zeros((12, HOURS_OF_MONTHS.max())), 0
    for month, hours in enumerate(HOURS_OF_MONTHS):
        laid[month, :hours] = series[begin : begin + hours]
        begin += hours
    return laid


def promises(series: np.ndarray, scenarios: int, runs: int) -> bool:
    """Every time that is promised; the twelve demand charges are first held against HiGHS, month by month."""
    draw, year_of_hours = np.random.default_rng(7), series[None, : HOURS_OF_MONTHS.sum()]
    fixed: dict[str, Any] = {"start_mwh": 0.0, "end_mwh": 0.0, **PLANT}
    quarters = np.maximum(np.repeat(year_of_hours, 4, axis=1) + draw.normal(0.0, 1.0, (1, 4 * year_of_hours.size)), 0.0)
    healths = np.linspace(2.0, 1.2, 20)[:, None]
    print(f"\n{'best of several runs':62}{'ms':>11}{'promised':>11}")
    held = promised(
        "year of hours", 1.0, lambda: solve_rows(year_of_hours, step_hours=1.0, energy_mwh=2.0, **fixed), 5 * runs
    )
    held &= promised(
        "year of quarter hours", 4.0, lambda: solve_rows(quarters, step_hours=0.25, energy_mwh=2.0, **fixed), 3 * runs
    )
    ages = lambda: solve_rows(year_of_hours, step_hours=1.0, energy_mwh=healths, cyclic=True, **PLANT)  # noqa: E731
    held &= promised("year of hours at 20 states of health, cyclic", 25.0, ages, runs)
    held &= demand_charges(year_of_hours[0], draw, fixed, runs)
    return time_of_use(scenarios, draw) and held


def demand_charges(series: np.ndarray, draw: np.random.Generator, fixed: dict[str, Any], runs: int) -> bool:
    """Twelve months, each with a price on its peak; values against the oracle, then the time."""
    hour = np.arange(series.size)
    load = np.maximum(2.0 + 1.2 * np.sin(2.0 * np.pi * (hour - 9.0) / 24.0) + draw.normal(0.0, 0.4, hour.size), 0.0)
    buy, laid, rate = by_month(10.0 * series), by_month(load), 40_000.0
    told: dict[str, Any] = {
        "cost": PeakCost(np.array([[0.0]]), np.array([[rate]])),
        "group": np.arange(12),
        "load_mw": laid,
    }
    told |= {"steps": HOURS_OF_MONTHS[:, None], "step_hours": 1.0, "energy_mwh": 2.0} | fixed
    found, gap = solve_peaks(buy, **told), 0.0
    for month, hours in enumerate(HOURS_OF_MONTHS):
        best = peak_oracle(buy[month, :hours], laid[month, :hours], rate)
        gap = max(gap, abs(found.value[month] - best) / abs(best))
    label = f"year of hours with 12 demand charges (from HiGHS: {gap:.0e})"
    return promised(label, 50.0, lambda: solve_peaks(buy, **told), runs) and gap <= 1e-9


def peak_oracle(buy: np.ndarray, load: np.ndarray, rate: float) -> float:
    """A month with a price on its peak as one sparse linear programme, written on the oracle's energy problem."""
    posed = oracle_lp.problem(buy, None, step_hours=1.0, energy_mwh=2.0, start_mwh=0.0, end_mwh=0.0, **PLANT)
    steps, wide = buy.size, posed["c"].size
    eye = sp.identity(steps, format="csc")
    over = sp.hstack([eye, -eye, sp.csc_matrix((steps, wide - 2 * steps)), -np.ones((steps, 1))], format="csc")
    bounds = np.column_stack([np.append(posed["lower"], 0.0), np.append(posed["upper"], np.inf)])
    equal = sp.hstack([posed["A_eq"], sp.csc_matrix((posed["A_eq"].shape[0], 1))], format="csc")
    tight = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    found = opt.linprog(
        np.append(posed["c"], rate), A_eq=equal, b_eq=posed["b_eq"], A_ub=over, b_ub=-load, bounds=bounds, method="highs",
        options=tight,
    )  # fmt: skip
    if found.status != 0:
        raise ArithmeticError(found.message)
    return float(-found.fun)


def time_of_use(scenarios: int, draw: np.random.Generator) -> bool:
    """Scenarios with efficiencies and durations of their own: 24 day types of half-hours at three states of health."""
    shape = np.repeat([300.0, 600.0, 1000.0, 600.0, 900.0, 300.0], [14, 6, 4, 8, 12, 4])
    price = np.tile(shape * draw.uniform(0.9, 1.1, (DAY_TYPES, 1)), (scenarios * HEALTHS, 1))
    efficiency = np.repeat(draw.uniform(0.85, 0.96, scenarios), DAY_TYPES * HEALTHS)[:, None]
    hours = np.repeat(draw.uniform(1.0, 4.0, scenarios), DAY_TYPES * HEALTHS)
    energy = (hours * np.tile(np.repeat([1.0, 0.85, 0.7], DAY_TYPES), scenarios))[:, None]
    call = lambda: solve_rows(  # noqa: E731
        price, step_hours=24.0 / HALF_HOURS, charge_mw=1.0, discharge_mw=1.0, energy_mwh=energy, charge_efficiency=efficiency,
        discharge_efficiency=efficiency, cyclic=True,
    )  # fmt: skip
    label = f"{scenarios:,} time-of-use scenarios, {scenarios * HEALTHS * DAY_TYPES:,} days, cyclic"
    return promised(label, 5000.0 * scenarios / 10_000, call, 3)


def others(series: np.ndarray, python: str) -> bool:
    """Hourly prices by other tools, where *python* has them; whether their money agrees."""
    told = {"step_hours": 1.0, "charge_mw": 1.0, "discharge_mw": 1.0, "energy_mwh": 2.0}
    each_way, once = (
        {"charge_efficiency": 0.92, "discharge_efficiency": 0.92},
        {"charge_efficiency": 0.92**2, "discharge_efficiency": 1.0},
    )
    held = True
    print(f"\n{'by':18}{'hours':>7}{'their ms':>10}{'ours ms':>9}{'difference':>12}")
    for name, hours, case in (
        ("pypsa", series.size, told | each_way | {"cyclic": True}),
        ("energypylinear", min(720, series.size), told | once | {"start_mwh": 0.0, "end_mwh": 0.0}),
    ):
        with tempfile.TemporaryDirectory() as folder:
            np.save(f"{folder}/prices.npy", series[:hours])
            script = str(Path(__file__).with_name("dispatch_by_others.py"))
            ran = subprocess.run(
                [python, script, name, f"{folder}/prices.npy"], capture_output=True, text=True, check=False
            )
        if ran.returncode:
            print(f"{name:18} not run: {ran.stderr.strip().splitlines()[-1]}")
            continue
        theirs = json.loads(ran.stdout.strip().splitlines()[-1])
        ours, found = median(lambda hours=hours, case=case: price_taker(series[:hours], **case), 9)  # type: ignore[misc]
        gap = abs(found.value - theirs["money"]) / abs(found.value)
        held &= gap <= 1e-6
        print(f"{name:18}{hours:7d}{1e3 * theirs['seconds']:10.0f}{1e3 * ours:9.3f}{gap:12.1e}")
    return held


def main() -> int:
    """Print the tables; 0 when every promise holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prices", type=Path, help="CSV whose second column is an hourly price in $/kWh")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--scenarios", type=int, default=10_000)
    parser.add_argument("--others", default=sys.executable, help="an interpreter that has PyPSA and energypylinear")
    given = parser.parse_args()
    name, series = prices(given.prices)
    held = year(name, series, given.runs)
    days(given.runs)
    held &= promises(series, given.scenarios, given.runs)
    held &= others(series, given.others)
    print(f"\n{'every promise holds' if held else 'A PROMISE IS BROKEN'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
