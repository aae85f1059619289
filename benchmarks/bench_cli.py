"""Whole commands on a warm disk: ``appraisal --help`` and ``appraisal run`` as a person starts them.

Run: ``python benchmarks/bench_cli.py``. Medians of seven runs after one that warms the caches.
"""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

REPEATS = 7
# What is promised on a warm disk, seconds.
COMMANDS = {
    ("--help",): 0.6,
    ("run", "zhejiang_user_lfp"): 2.5,
    ("run", "hainan_grid_lfp", "--json"): 2.5,
    ("explain", "zhejiang_user_lfp", "project_irr"): 2.5,
}


def seconds(arguments: tuple[str, ...]) -> float:
    """Median wall seconds of a command."""
    command = [sys.executable, "-m", "appraisal", *arguments]
    times = []
    for run in range(REPEATS + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        if run:
            times.append(time.perf_counter() - start)
    return median(times)


def main() -> None:
    """Print the table."""
    kept = True
    for arguments, promised in COMMANDS.items():
        took = seconds(arguments)
        kept &= took <= promised
        print(f"{took:6.2f} s  (promised {promised} s)  appraisal {' '.join(arguments)}")
    if not kept:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
