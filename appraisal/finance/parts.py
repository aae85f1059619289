"""What the pieces of the book are put together with: names of a phase and of an instance, sums of lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from appraisal.book import Block

# The time line that each phase has for itself.
PHASED = (
    "construction_months",
    "bearing",
    "loan_age",
    "age",
    "begun",
    "retiring",
    "first_weight",
    "tail_weight",
    "used_before",
)


def phased(suffix: str) -> dict[str, str]:
    """The names of a phase's time line."""
    return {name: f"{name}{suffix}" for name in PHASED} if suffix else {}


def numbers(name: str, *keys: str) -> dict[str, str]:
    """The inputs of an instance by their short names."""
    return {key: f"{name}.{key}" for key in keys}


def filled(declared: Block, names: Mapping[str, str] = MappingProxyType({}), /, **texts: str) -> Block:
    """A block as it stands in the book, with its placeholders replaced."""
    return declared.filled(texts, names)


def summed(parts: Iterable[str]) -> str:
    return " + ".join(parts) or "0"
