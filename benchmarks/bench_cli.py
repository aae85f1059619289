"""Whole commands on a warm disk: ``appraisal --help`` and ``appraisal run`` as a person starts them.

Run: ``python benchmarks/bench_cli.py``. Medians of seven runs after one that warms the caches.
"""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

REPEATS = 7
COMMANDS = (
    ("--help",),
    ("run", "zhejiang_user_lfp"),
    ("run", "hainan_grid_lfp", "--json"),
    ("explain", "zhejiang_user_lfp", "project_irr"),
)


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
    for arguments in COMMANDS:
        print(f"{seconds(arguments):6.2f} s  appraisal {' '.join(arguments)}")


if __name__ == "__main__":
    main()
