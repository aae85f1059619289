"""Thousands of random dispatch problems with every option of the kernel, each against HiGHS on the same problem.

    python benchmarks/bench_dispatch_exact.py [--count 3000] [--first 0] [--kind peaks]

The problems and the oracle are those of ``tests/dispatch``, which hold some hundred. Prints, for each kind, how many were
solved, how many have no solution, the largest difference relative to the money, and the time of both; exits with 1 at a
difference above 1e-9 of the money or of the money moved.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "dispatch"))

import instances


def held(kind: str, first: int, count: int) -> bool:
    """Run the problems of one kind, print a line; whether all agree."""
    none, worst, wrong, begin = 0, 0.0, [], time.perf_counter()
    for seed in range(first, first + count):
        try:
            made, product, oracle = instances.pair(kind, seed)
        except ArithmeticError as error:
            # A mixed-integer problem that the oracle does not finish in a minute decides nothing.
            print(f"{kind} {seed}: the oracle gave up: {error}")
            continue
        try:
            instances.assert_equal(made, product, oracle)
            instances.assert_physical(made, product)
        except AssertionError:
            wrong.append(seed)
            continue
        if product.value is None or oracle is None:
            none += 1
        else:
            worst = max(worst, abs(product.value - oracle) / max(1.0, abs(oracle)))
    taken = time.perf_counter() - begin
    print(
        f"{kind:14}{count:8d}{none:14d}{worst:14.1e}{taken:9.1f} s   {'wrong: ' + str(wrong[:9]) if wrong else 'all agree'}"
    )
    return not wrong


def main() -> int:
    """0 when every problem of every kind agrees."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--kind", choices=instances.KINDS, help="one kind; all where not given")
    given = parser.parse_args()
    print(f"{'kind':14}{'problems':>8}{'no solution':>14}{'largest':>14}{'time':>9}")
    kinds = instances.KINDS if given.kind is None else (given.kind,)
    agree = [held(kind, given.first, given.count) for kind in kinds]
    return 0 if all(agree) else 1


if __name__ == "__main__":
    sys.exit(main())
