"""Studies end to end: Sobol' indices with and without new dispatch, the bootstrap beside SALib's own, Monte Carlo.

Run: ``python benchmarks/bench_study.py [--case zhejiang_user_lfp]``. Medians of three runs after one to warm up (the run
with new dispatch: one), the ratio to SALib in the same process; memory is the peak of a process of its own. Twelve inputs,
N = 1,024, second order: 26,624 appraisals.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections.abc import Callable, Mapping
from statistics import median

import numpy as np

from appraisal import load_case, scenario_path
from appraisal.case import Case
from appraisal.case.uncertainty import Distribution
from appraisal.study.indices import GlobalIndices, indices, sobol
from appraisal.study.inputs import Vector
from appraisal.study.risk import monte_carlo

N, DRAWS, RESAMPLES = 1024, 100_000, 1000
# Seconds and GB promised.
FINANCE, DISPATCHED, BOOTSTRAP, MONTE_CARLO, MEMORY = 3.0, 20.0, 1.0, 10.0, 1.5
# SALib's estimates and intervals of the same resamples.
EQUAL = 1e-12

MONEY = (
    "capital.battery_yuan_per_kwh", "capital.power_yuan_per_kw", "capital.works_yuan_per_kwh", "capital.services_yuan",
    "operating_cost.variable_yuan_per_kwh", "finance.discount_rate", "tax.income_tax_rate", "finance.working_capital_yuan_per_kw",
    "storage.replacement.battery_yuan_per_kwh", "operating_cost.insurance_share", "revenue.arbitrage.investor_share", "capital.contingency_share",
)  # fmt: skip
# What dispatch reads, as shares of the value in the case.
OPERATION = {
    "market.spread_scale": (0.7, 1.1), "market.price_scale": (0.9, 1.1), "storage.charge_efficiency": (0.97, 1.02),
    "storage.discharge_efficiency": (0.97, 1.02), "storage.availability": (0.95, 1.02), "storage.energy_mwh": (0.9, 1.1),
    "storage.depth_of_discharge": (0.95, 1.05),
}  # fmt: skip


def spread(case: Case, shares: Mapping[str, tuple[float, float]]) -> dict[str, Distribution]:
    """Uniform distributions between shares of what stands in the case."""
    base = {path: array for path, _, array in case.numbers()}
    return {
        path: Distribution("uniform", tuple(sorted(share * float(base[path][0, 0]) for share in ends)))
        for path, ends in shares.items()
    }


def of_finance(case: Case) -> dict[str, Distribution]:
    """Twelve inputs that dispatch does not read, ±10 %, stated ones first."""
    base = {path: array for path, what, array in case.numbers() if what.kind == "number"}
    felt = [path for path in MONEY if base.get(path) is not None and base[path].any()]
    more = [
        path for path, array in base.items()
        if path.startswith(("capital.", "operating_cost.", "finance.", "tax.")) and array is not None and array.any() and path not in felt
    ]  # fmt: skip
    return spread(case, dict.fromkeys((felt + more)[:12], (0.9, 1.1)))


def of_dispatch(case: Case) -> dict[str, Distribution]:
    """Seven inputs that dispatch reads and five that it does not."""
    return spread(case, {**OPERATION, **dict.fromkeys(list(of_finance(case))[:5], (0.9, 1.1))})


def seconds(work: Callable[[], object], repeats: int, warm: bool = True) -> float:
    """Median seconds of a call."""
    if warm:
        work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def told(what: str, value: float, promised: float, unit: str) -> bool:
    """Print a figure beside what is promised; True where it holds."""
    holds = value <= promised
    print(f"{what:<62} {value:>8.3f} {unit:<2} promised ≤ {promised:g}: {'holds' if holds else 'DOES NOT HOLD'}")
    return holds


def beside_salib(y: Vector, dimension: int) -> bool:
    """The bootstrap of the same outputs and resamples, here and by SALib's loop: seconds and largest difference."""
    from SALib.analyze import sobol as peer

    problem = {"num_vars": dimension, "names": [f"x{i}" for i in range(dimension)], "bounds": [[0.0, 1.0]] * dimension}
    parts = sobol.outputs(y, dimension, True)

    def ours() -> sobol.Estimated:
        return sobol.bootstrap(parts, sobol.resamples(np.random.default_rng(7), N, RESAMPLES))

    start = time.perf_counter()
    theirs = peer.analyze(problem, y, num_resamples=RESAMPLES, seed=7)
    loop, took = time.perf_counter() - start, seconds(ours, 5)
    drawn = np.random.default_rng(7).integers(N, size=(N, RESAMPLES)).T
    same, point = sobol.bootstrap(parts, [sobol.weights_of(drawn)]), sobol.point(parts)
    assert same.second is not None
    assert point.second is not None
    above = np.triu_indices(dimension, k=1)
    pairs = [
        (point.first[0], theirs["S1"]), (point.total[0], theirs["ST"]), (point.second[0][above], theirs["S2"][above]),
        (sobol.half_width(same.first, 0.95), theirs["S1_conf"]), (sobol.half_width(same.total, 0.95), theirs["ST_conf"]),
        (sobol.half_width(same.second, 0.95)[above], theirs["S2_conf"][above]),
    ]  # fmt: skip
    apart = max(float(np.abs(a - b).max()) for a, b in pairs)
    held = told(f"bootstrap, {RESAMPLES:,} resamples, second order", took, BOOTSTRAP, "s")
    print(f"  SALib's loop over the same {loop:.2f} s, ratio {loop / took:,.0f}")
    return (
        told("  largest difference from SALib for the same resamples, 1e-12", apart * 1e12, EQUAL * 1e12, "") and held
    )


def run(name: str, operational: bool) -> GlobalIndices:
    """Sobol' indices of a ready case."""
    case = load_case(scenario_path(name))
    return indices(case, inputs=of_dispatch(case) if operational else of_finance(case), n=N, resamples=RESAMPLES)


def draw(name: str) -> object:
    """Monte Carlo of the finance-only inputs, all metrics of every study."""
    case = load_case(scenario_path(name))
    return monte_carlo(case, n=DRAWS, uncertainty=of_finance(case))


def _resident(what: str, name: str) -> float:
    draw(name) if what == "draws" else run(name, what == "dispatch")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def peak_gb(what: str, name: str) -> float:
    """Largest memory of a process of its own, GB.

    Asked for before this process has done any work: a child's ``ru_maxrss`` starts at what its parent holds or held, and
    would be the parent's figure.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_resident, (what, name))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--case", default="zhejiang_user_lfp")
    name = options.parse_args().case
    memory = {what: peak_gb(what, name) for what in ("finance", "dispatch", "draws")}
    found = run(name, operational=False)
    dimension = len(found.inputs)
    print(
        f"{name}, {dimension} inputs, N = {N:,}, {found.evaluations:,} appraisals; inert: {[one.key for one in found.inert]}"
    )
    held = [
        told("Sobol' indices, finance only", seconds(lambda: run(name, operational=False), 3), FINANCE, "s"),
        told(
            "Sobol' indices, dispatch solved anew",
            seconds(lambda: run(name, operational=True), 1, warm=False),
            DISPATCHED,
            "s",
        ),
        beside_salib(found.metric.value, dimension),
        told(f"Monte Carlo, {DRAWS:,} draws, finance only", seconds(lambda: draw(name), 1), MONTE_CARLO, "s"),
        *(told(f"peak memory, {what}", peak, MEMORY, "GB") for what, peak in memory.items()),
    ]
    if not all(held):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
