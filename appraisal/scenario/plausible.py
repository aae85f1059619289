"""Plausible ranges of what a case costs and brings, by its technology and the year of its prices."""

from __future__ import annotations

from typing import Any

from appraisal.case import Case, Range
from appraisal.scenario.defaults import Resolver

RULES = "rules.plausible"


def ranges(case: Case, resolver: Resolver) -> dict[str, Range]:
    """Quantity → the range that holds for the case; none for dates before the first and from a library without the file.

    They change no figure and are therefore not among the facts of the case.
    """
    if not resolver.library.has(RULES):
        return {}
    file, found = resolver.library.parameter_file(RULES), {}
    for key, parameter in file.parameters.items():
        day = resolver.day(case.project, parameter.dated_by)
        if min(file.entries[key]) <= day:
            value: Any = resolver.library.fact(f"{RULES}.{key}", day).value
            span = value.get(case.storage.technology, value["any"])
            found[key] = Range(
                low=span["low"], high=span["high"], unit=parameter.unit, zh=parameter.title.zh, en=parameter.title.en
            )
    return found
