"""Units of lines and inputs: enough algebra to refuse yuan + fraction.

A unit is read into powers of base units. ``MWh`` is ``MW·h`` and ``kWh`` is ``kW·h``; nothing else is
converted: a factor is an input with a unit of its own, such as ``kWh/MWh``.
A ``year`` counts columns. Amounts are per column, so years cancel against plain numbers in
products, but a count of years is not added to a fraction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

FLAG = "0/1"
COUNTERS = (FLAG, "year")

_PLAIN = {FLAG: "1", "share": "1", "fraction": "1"}
_ENERGY: Mapping[str, tuple[str, str]] = {"kWh": ("kW", "h"), "MWh": ("MW", "h"), "GWh": ("GW", "h")}
_ATOMS: Mapping[str, tuple[str, ...]] = {**_ENERGY, "1": ()}
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Dimension:
    """Powers of base units, sorted by name; ``literal`` marks a number written in a formula, ``zero`` a literal 0."""

    powers: tuple[tuple[str, int], ...] = ()
    literal: bool = False
    zero: bool = False

    def __str__(self) -> str:
        above = _joined([name for name, power in self.powers for _ in range(power)])
        below = _joined([name for name, power in self.powers for _ in range(-power)])
        return "/".join(["·".join(above) or "1", *below])

    @property
    def amount(self) -> tuple[tuple[str, int], ...]:
        """The powers without years."""
        return tuple(item for item in self.powers if item[0] != "year")

    def fits(self, other: Dimension) -> bool:
        """Whether the two may be added, compared or chosen between."""
        if self.zero or other.zero:
            return True
        if self.amount != other.amount:
            return False
        counted = {self.powers, other.powers} == {(), (("year", 1),)}
        return not counted or self.literal or other.literal

    def times(self, other: Dimension, sign: int = 1) -> Dimension:
        """The product, or with ``sign`` -1 the quotient."""
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, 0) + sign * power
        kept = tuple(sorted((name, power) for name, power in powers.items() if power))
        literal = self.literal and other.literal
        return Dimension(kept, literal, literal and self.zero)


def _joined(names: list[str]) -> list[str]:
    """``h`` and ``kW`` as ``kWh``, for people."""
    for energy, parts in _ENERGY.items():
        while all(part in names for part in parts):
            names = sorted([*(name for at, name in enumerate(names) if at not in map(names.index, parts)), energy])
    return names


PURE = Dimension()


@lru_cache(maxsize=512)
def dimension(unit: str) -> Dimension:
    """The dimension of a unit as lines and inputs write it.

    Parameters
    ----------
    unit : str
        ``1``, ``0/1``, ``year``, ``yuan``, ``yuan/kWh``, ``yuan/kW/year``, ``MW·h`` …

    Raises
    ------
    ValueError
        If the text is not a product and quotient of words.

    Examples
    --------
    >>> str(dimension("yuan/MWh").times(dimension("MWh")))
    'yuan'
    >>> dimension("yuan").fits(dimension("1"))
    False
    """
    # A flag counts like a written 0 or 1: it may be added to a number or to a count of years, not to money.
    result = Dimension(literal=True) if unit == FLAG else PURE
    for at, part in enumerate(_PLAIN.get(unit, unit).split("/")):
        for word in part.split("·"):
            if word not in _ATOMS and not _WORD.fullmatch(word):
                raise ValueError(
                    f"unit {unit!r}: {word!r} is no unit; write words joined by '·' and '/', such as yuan/kWh, or 1 or 0/1"
                )
            for atom in _ATOMS.get(word, (word,)):
                result = result.times(Dimension(((atom, 1),)), 1 if at == 0 else -1)
    return result
