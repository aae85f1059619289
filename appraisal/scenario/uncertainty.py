"""The distributions of a case: read and checked here, drawn by the studies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from appraisal.errors import suggest
from appraisal.scenario.faults import Findings

# Name → what its numbers are, in order.
DISTRIBUTIONS: Mapping[str, tuple[str, ...]] = {
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "pert": ("low", "mode", "high"),
    "normal": ("mean", "standard deviation"),
    "lognormal": ("median", "standard deviation of the logarithm"),
    "truncated_normal": ("mean", "standard deviation", "low", "high"),
}


@dataclass(frozen=True)
class Distribution:
    """A distribution of one input: its name and numbers; ``discrete`` has (values, probabilities)."""

    name: str
    numbers: tuple[Any, ...]


def read_uncertainty(raw: Any, findings: Findings) -> dict[str, Distribution]:
    """Path → distribution, each fault added to *findings*; the paths are checked against the case afterwards."""
    found: dict[str, Distribution] = {}
    if not isinstance(raw, Mapping):
        findings.add("uncertainty", "expected a mapping: path of an input → distribution")
        return found
    for path, stated in raw.items():
        place = f"uncertainty.{path}"
        if not isinstance(stated, Mapping) or len(stated) != 1:
            findings.add(place, "expected one distribution, {triangular: [600, 750, 1000]}")
            continue
        name, numbers = next(iter(stated.items()))
        message = _discrete(numbers) if name == "discrete" else _continuous(str(name), numbers)
        if message:
            findings.add(place, message)
        else:
            shape = (tuple(map(float, numbers)), tuple(numbers.values())) if name == "discrete" else tuple(numbers)
            found[str(path)] = Distribution(str(name), shape)
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def _continuous(name: str, numbers: Any) -> str:
    if name not in DISTRIBUTIONS:
        return f"unknown distribution {name!r}; {suggest(name, [*DISTRIBUTIONS, 'discrete'])}"
    wanted = DISTRIBUTIONS[name]
    if not isinstance(numbers, tuple) or len(numbers) != len(wanted) or not all(map(_is_number, numbers)):
        return f"{name} takes {len(wanted)} numbers: {', '.join(wanted)}"
    ordered = [number for number, word in zip(numbers, wanted, strict=True) if word in ("low", "mode", "high")]
    if ordered != sorted(ordered) or (len(ordered) > 1 and ordered[0] == ordered[-1]):
        return f"{name} {list(numbers)}: expected low ≤ mode ≤ high with low below high"
    spread = [number for number, word in zip(numbers, wanted, strict=True) if word.startswith("standard")]
    if any(number <= 0 for number in spread) or (name == "lognormal" and numbers[0] <= 0):
        return f"{name} {list(numbers)}: the standard deviation (and a median) must be above 0"
    return ""


def _discrete(numbers: Any) -> str:
    if not isinstance(numbers, Mapping) or len(numbers) < 2:
        return "discrete takes a mapping of at least two values to their probabilities, {0.8: 0.3, 0.9: 0.7}"
    if not all(_is_number(share) and share >= 0 for share in numbers.values()):
        return "discrete: a probability is a number, 0 or more"
    try:
        finite = all(isfinite(float(value)) for value in numbers)
    except ValueError:
        finite = False
    if not finite:
        return "discrete: a value is a finite number"
    total = sum(numbers.values())
    return "" if abs(total - 1.0) <= 1e-9 else f"discrete: the probabilities add to {total:g}, expected 1"
