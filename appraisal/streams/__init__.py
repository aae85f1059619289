"""Revenue streams: one file each; the file name is the stream's name and dropping it here registers it."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import numpy as np

from appraisal.case import Case
from appraisal.errors import Fault, InputError, suggest
from appraisal.operation import Operation, Revenue, Settlement, Stream
from appraisal.units import Table


@cache
def stream_names() -> tuple[str, ...]:
    """Names of every stream found in this folder."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_")))


def stream(name: str) -> Stream:
    """The stream of that file name.

    Raises
    ------
    InputError
        If there is none, with the nearest name.
    """
    if name not in stream_names():
        raise InputError([Fault(message=f"unknown stream {name!r}; {suggest(name, stream_names())}")])
    found = import_module(f"{__name__}.{name}").STREAM
    if not isinstance(found, Stream):
        raise TypeError(f"streams/{name}.py: STREAM is not a Stream")
    return found


def settle(case: Case, operation: Operation) -> Revenue:
    """What every enabled stream of the case is paid, by year."""
    settlements = {
        label: stream(terms.stream or label).settle(case, terms, operation.seen_by(label))
        for label, terms in case.streams.items()
    }
    return Revenue(settlements=settlements, revenue_year=_since_first_revenue(settlements, operation))


def _since_first_revenue(settlements: dict[str, Settlement], operation: Operation) -> Table:
    """Years counted from the first one with operating revenue, 0 before, ``(S, Y)``."""
    started = 0.0 * operation.running
    for settled in settlements.values():
        if not settled.subsidy:
            started = np.maximum(started, settled.income > 0)
    return np.cumsum(np.maximum.accumulate(started, axis=1), axis=1)
