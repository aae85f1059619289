"""A finance-only block: ten inputs varied, one operation solved; thirteen metrics a row, and every line of the books.

Beside both stands a loop over PySAM's Singleowner.

Run: ``python benchmarks/bench_finance.py [--rows 100000] [--case hainan_grid_lfp]``. One process, medians of seven
runs; the ratio is of one run. PySAM's Singleowner has its own statements (US taxes, hourly revenue of a year), so
the ratio says what a loop over a peer's scenarios costs, not that the two do the same.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from statistics import median

import numpy as np

from appraisal import Change, load_case, measure_many, scenario_path
from appraisal.case import Case
from appraisal.pipeline import blocks

REPEATS, PEER_RUNS = 7, 40
# Of 100,000 rows, drawing and checking the inputs included.
PROMISED = 40_000
# Of 100,000 rows with every line and figure of the books, block by block on one core.
PROMISED_BOOKS = 15_000
# Memory beyond what a tenth of the rows takes, as a share of it: blocks are dropped as they go.
GROWTH = 0.15
BLOCK = 2_000
INPUTS = (
    "capital.battery_yuan_per_kwh", "capital.works_yuan_per_kwh", "capital.services_yuan", "operating_cost.fixed_yuan_per_kw_year",
    "operating_cost.variable_yuan_per_kwh", "finance.debt_share", "finance.loan_rate", "finance.discount_rate",
    "finance.working_capital_yuan_per_kw", "tax.income_tax_rate",
)  # fmt: skip


def read(name: str, years: int) -> Case:
    """A ready case over so many operating years."""
    return load_case(scenario_path(name), [Change(path="project.operation_years", value=years)])


def varied(case: Case, rows: int, seed: int = 1) -> Case:
    """The case with every input drawn within ten percent of its value."""
    rng = np.random.default_rng(seed)
    base = {path: array for path, _, array in case.numbers()}
    return case.vary({path: float(base[path][0, 0]) * rng.uniform(0.9, 1.1, rows) for path in INPUTS})


def seconds(work: object, repeats: int) -> float:
    """Median seconds of a call after one call to warm up."""
    assert callable(work)
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def peer() -> float:
    """Seconds a run of PySAM's Singleowner in a loop, one input changed each time."""
    import PySAM.Singleowner as single_owner

    model = single_owner.default("CustomGenerationProfileSingleOwner")
    model.SystemOutput.gen = [40_000.0] * 8760
    model.SystemOutput.system_pre_curtailment_kwac = [40_000.0] * 8760
    model.SystemOutput.annual_energy_pre_curtailment_ac = 40_000.0 * 8760
    rates = np.random.default_rng(1).uniform(4.0, 8.0, PEER_RUNS)

    def loop() -> None:
        for rate in rates:
            model.FinancialParameters.term_int_rate = float(rate)
            model.execute(0)

    return seconds(loop, 3) / PEER_RUNS


def books(case: Case, rows: int) -> tuple[float, int]:
    """Seconds of a run over blocks that keep every line and figure, and how many lines there are."""
    start, lines = time.perf_counter(), 0
    for block in blocks(varied(case, rows), BLOCK):
        lines = len(block.statements)
    return time.perf_counter() - start, lines


def _resident(case: str, years: int, rows: int) -> float:
    books(read(case, years), rows)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peak_mb(case: str, years: int, rows: int) -> float:
    """Largest memory of a process of its own that runs over blocks, MB.

    Asked for before this process has done any work: a child's ``ru_maxrss`` starts at what its parent holds or held, and
    would be the parent's figure.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_resident, (case, years, rows))


def every_line(name: str, operating: int, rows: int, loop: float, peaks: tuple[float, float]) -> bool:
    """Time and memory (MB at most, on a tenth of the rows and on all) of the whole books; True where what is promised holds."""
    case = read(name, operating)
    books(case, BLOCK)
    runs = sorted(books(case, rows) for _ in range(3))
    took, lines = runs[1]
    rate, inputs = rows / took, rows * len(INPUTS) * 8 / 2**20
    tenth, whole = peaks
    growth = (whole - inputs) / tenth - 1.0
    print(
        f"{rows:>9,}  {took:>9.4f}  {rate:>13,.0f}  every line ({lines}) and figure, blocks of {BLOCK:,}, median of 3"
    )
    print(
        f"           memory at most {whole:,.0f} MB, {inputs:,.0f} of them the inputs; without them {growth:+.1%} on a tenth of the rows"
    )
    print(f"           ratio to PySAM's loop {rate * loop:,.0f}")
    kept = rate >= PROMISED_BOOKS and growth <= GROWTH
    print(
        f"promised {PROMISED_BOOKS:,} appraisals/s with every line, memory by the block: {'holds' if kept else 'DOES NOT HOLD'}"
    )
    return kept


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--case", default="hainan_grid_lfp")
    options.add_argument("--years", type=int, default=25, help="operating years")
    asked = options.parse_args()
    peaks = (peak_mb(asked.case, asked.years, asked.rows // 10), peak_mb(asked.case, asked.years, asked.rows))
    case = read(asked.case, asked.years)
    years = case.project.operation_years + -(-case.project.construction_months // 12)
    print(f"{asked.case}, {years} years, {len(INPUTS)} inputs varied, 13 metrics, one process")
    print(f"{'rows':>9}  {'seconds':>9}  {'appraisals/s':>13}")
    for rows in (1, 1_000, asked.rows):
        took = seconds(lambda rows=rows: measure_many(varied(case, rows)), REPEATS)
        print(f"{rows:>9,}  {took:>9.4f}  {rows / took:>13,.0f}")
    rate = asked.rows / took
    loop = peer()
    print(f"PySAM Singleowner loop: {1 / loop:,.0f} runs/s ({PEER_RUNS} runs, median of 3); ratio {rate * loop:,.0f}")
    print(f"promised {PROMISED:,} appraisals/s: {'holds' if rate >= PROMISED else 'DOES NOT HOLD'}")
    if not every_line(asked.case, asked.years, asked.rows, loop, peaks) or rate < PROMISED:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
