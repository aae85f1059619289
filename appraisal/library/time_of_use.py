"""What the notice of 2021 on time of use asks of a tariff's multiples, and how far they meet it (发改价格〔2021〕1093号)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from appraisal.errors import Message, said
from appraisal.library.library import Library
from appraisal.library.types import Fact

RULES = "rules.time_of_use"
# Multiples are published with two or three digits.
_ENOUGH = 1e-9


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One demand of the notice on a set of multiples.

    Attributes
    ----------
    key : ``peak_to_valley`` or ``sharp_over_peak``.
    found, least : the quotient of the two multiples, and the least that is asked for.
    fact : the rule read.
    """

    key: Literal["peak_to_valley", "sharp_over_peak"]
    found: float
    least: float
    fact: Fact

    @property
    def met(self) -> bool:
        """Whether the multiples meet it."""
        return self.found >= self.least - _ENOUGH

    def title(self) -> Message:
        """What is compared."""
        return (
            said("peak ÷ valley", "峰谷比") if self.key == "peak_to_valley" else said("sharp ÷ peak", "尖峰与高峰之比")
        )

    def told(self) -> Message:
        """That it falls short, with both figures."""
        if self.key == "peak_to_valley":
            return said(
                "peak ÷ valley is {ratio:.2f}, the notice of 2021 asks for {least:g}", "峰谷比为 {ratio:.2f}，低于 2021 年通知要求的 {least:g}",
                ratio=self.found, least=self.least,
            )  # fmt: skip
        return said(
            "sharp ÷ peak is {ratio:.3f}, the notice of 2021 asks for {above:g}", "尖峰与高峰之比为 {ratio:.3f}，低于 2021 年通知要求的 {above:g}",
            ratio=self.found, above=self.least,
        )  # fmt: skip


def requirements(
    library: Library, by_letter: Mapping[str, float], day: date, load_difference: float | None = None
) -> tuple[Requirement, ...]:  # fmt: skip
    """The demands on one set of multiples of what floats, never on all-in prices.

    Parameters
    ----------
    library : Library
    by_letter : letter → multiple of the flat price.
    day : date
        On which the rule is asked for.
    load_difference : float, optional
        The system's largest difference of peak and valley load, a share of the peak, of last year or as expected; without it
        the lower ratio is asked for, which holds everywhere.

    Returns
    -------
    tuple of Requirement
        Peak ÷ valley at least 3, or 4 above the threshold of the load difference; sharp ÷ peak at least 1 + 20 %. What the
        multiples do not have (a sharp price, or one that is the peak's) asks for nothing.

    Examples
    --------
    >>> found = requirements(Library.open(), {"p": 1.6, "f": 1.0, "v": 0.4}, date(2026, 8, 1), 0.45)
    >>> [(one.key, one.found, one.least, one.met) for one in found]
    [('peak_to_valley', 4.0, 4.0, True)]
    """
    wide = (
        load_difference is not None and load_difference > library.fact(f"{RULES}.load_difference_threshold", day).value
    )
    found: list[Requirement] = []
    if {"p", "v"} <= set(by_letter):
        fact = library.fact(f"{RULES}.peak_to_valley_ratio_{'wide' if wide else 'other'}", day)
        found.append(Requirement(key="peak_to_valley", found=by_letter["p"] / by_letter["v"], least=float(fact.value), fact=fact))  # fmt: skip
    if {"s", "p"} <= set(by_letter) and by_letter["s"] != by_letter["p"]:
        fact = library.fact(f"{RULES}.sharp_over_peak", day)
        found.append(Requirement(key="sharp_over_peak", found=by_letter["s"] / by_letter["p"], least=1.0 + float(fact.value), fact=fact))  # fmt: skip
    return tuple(found)
