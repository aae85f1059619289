"""Batch runs end to end, by the command that a person types: from the matrix file to the run folder.

Run: ``python benchmarks/bench_batch.py [--rows 1000000] [--mixed 50000] [--jobs 2]``. One run each, in processes of their
own; memory is the sum of the peaks of the parent and of its largest child times the number of children, which is more
than was ever held at once. Beside them, extrapolated from a sample as each line says: a plain loop over single
appraisals, and a loop over PySAM's Singleowner, which has statements of its own (US taxes): what a loop over a peer's
scenarios costs, not the same work.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from bench_finance import peer

from appraisal import Change, appraise, load_case, scenario_path

# Seconds and GB promised, on two cores.
FINANCE, MIXED, MEMORY = 90.0, 60.0, 3.0
SAMPLE = 40
MONEY = {
    "capital.battery_yuan_per_kwh": (500.0, 700.0), "capital.works_yuan_per_kwh": (100.0, 140.0), "finance.debt_share": (0.3, 0.8),
    "finance.loan_rate": (0.03, 0.05), "finance.discount_rate": (0.05, 0.08), "operating_cost.insurance_share": (0.001, 0.003),
    "finance.working_capital_yuan_per_kw": (20.0, 40.0), "tax.income_tax_rate": (0.15, 0.25), "capital.services_yuan": (3e5, 5e5),
    "revenue.arbitrage.investor_share": (0.8, 0.95),
}  # fmt: skip
AREAS = ("zhejiang", "jiangsu", "hubei", "shandong", "hunan", "anhui")
# The library has one technology so far; others are what they change: efficiency both ways, depth, battery price.
TECHNOLOGIES = ((0.94, 0.94, 0.9, 600.0), (0.86, 0.87, 1.0, 2200.0), (0.9, 0.91, 0.95, 700.0))
OF_TECHNOLOGY = (
    "storage.charge_efficiency",
    "storage.discharge_efficiency",
    "storage.depth_of_discharge",
    "capital.battery_yuan_per_kwh",
)
OPERATION = {
    "storage.charge_efficiency": (0.9, 0.95),
    "market.spread_scale": (0.7, 1.1),
    **dict(list(MONEY.items())[:4]),
}


def drawn(rows: int, ranges: dict[str, tuple[float, float]], seed: int = 1) -> dict[str, pa.Array]:
    """Columns of uniform draws."""
    rng = np.random.default_rng(seed)
    return {path: pa.array(rng.uniform(low, high, rows)) for path, (low, high) in ranges.items()}


def mixed(rows: int) -> pa.Table:
    """Provinces, technologies, durations and lives, with new dispatch in every row."""
    rng = np.random.default_rng(2)
    areas = rng.choice(AREAS, rows)
    words = {
        "project.province": areas,
        "market.tariff": np.char.add("retail.", areas),
        "project.operation_years": rng.choice([12, 15], rows),
    }
    columns = {path: pa.array(values) for path, values in words.items()} | drawn(rows, OPERATION)
    chosen = np.array(TECHNOLOGIES)[rng.integers(0, len(TECHNOLOGIES), rows)]
    columns |= {path: pa.array(chosen[:, place]) for place, path in enumerate(OF_TECHNOLOGY)}
    return pa.table(columns | {"storage.energy_mwh": pa.array(rng.choice([10.0, 15.0, 20.0], rows))})


def run(table: pa.Table, jobs: int) -> tuple[float, float, str, tuple[float, float]]:
    """Seconds, GB and last words of ``appraisal batch`` on a matrix; seconds and GB of ``appraisal summary`` on its run."""
    with tempfile.TemporaryDirectory() as folder:
        matrix, made = Path(folder) / "matrix.parquet", str(Path(folder) / "run")
        pq.write_table(table, matrix)
        passed, own, child, words = command(
            ["batch", "zhejiang_user_lfp", "-m", str(matrix), "-o", made, "--jobs", str(jobs)]
        )
        read, peak, _, _ = command(["summary", made, "-o", str(Path(folder) / "summary")])
    return passed, own + (jobs if jobs > 1 else 0) * child, words, (read, peak)


def command(words: list[str]) -> tuple[float, float, float, str]:
    """Seconds of a command, GB at the peak of its process and of its largest child, and what it said."""
    code = (
        "import resource, sys; from appraisal.cli import main\n"
        "if __name__ == '__main__':\n"
        "    try: main()\n"
        "    finally:\n"
        "        peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]\n"
        "        print('PEAKS', *peaks, file=sys.stderr)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "run.py"
        script.write_text(code)
        start = time.perf_counter()
        ran = subprocess.run([sys.executable, str(script), *words], capture_output=True, text=True, check=False)
        passed = time.perf_counter() - start
    told = ran.stderr.strip().splitlines()
    own, child = (float(word) * 1024 / 1e9 for word in told[-1].split()[1:])
    return passed, own, child, "; ".join(told[:-1])


def loop(rows: list[dict[str, object]]) -> float:
    """Seconds a row of a plain loop: read the case with its changes, appraise it."""
    start = time.perf_counter()
    for row in rows:
        changes = [Change(path=path, value=value) for path, value in row.items()]
        appraise(load_case(scenario_path("zhejiang_user_lfp"), changes))
    return (time.perf_counter() - start) / len(rows)


def main() -> None:
    """Print one line a run, and say whether what is promised is kept."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--mixed", type=int, default=50_000)
    asked.add_argument("--jobs", type=int, default=2)
    given = asked.parse_args()
    kept = True
    for name, table, promised in (
        ("finance only", pa.table(drawn(given.rows, MONEY)), FINANCE),
        ("mixed, new dispatch", mixed(given.mixed), MIXED),
    ):
        seconds, memory, words, (read, peak) = run(table, given.jobs)
        kept &= seconds <= promised and memory <= MEMORY
        print(
            f"{name}: {table.num_rows:,} rows, {seconds:.1f} s (promised {promised:g}), {memory:.2f} GB (promised {MEMORY:g}): {words}"
        )
        print(f"{name}: appraisal summary of the run {read:.1f} s, {peak:.2f} GB")
    appraise(load_case(scenario_path("zhejiang_user_lfp")))
    other = peer()
    for name, total, sample in (
        ("finance only", given.rows, pa.table(drawn(SAMPLE, MONEY, seed=3))),
        ("mixed, new dispatch", given.mixed, mixed(SAMPLE)),
    ):
        # Singleowner dispatches nothing: beside mixed rows it is the finance alone.
        each = {"plain loop over single appraisals": loop(sample.to_pylist()), "loop over PySAM Singleowner": other}
        for what, one in each.items():
            hours = one * total / 3600
            print(
                f"{name}, {what}: {one * 1e3:.1f} ms a row; {total:,} rows would take {hours:.2f} h (extrapolated from {SAMPLE})"
            )
    print(f"peak of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9:.2f} GB")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
