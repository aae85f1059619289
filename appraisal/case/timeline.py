"""Flags and counters of the time line that the books read, and yearly amounts laid on them."""

from __future__ import annotations

import numpy as np

from appraisal.case.periods import Periods, PhaseLine
from appraisal.units import MONTHS_PER_YEAR, Table, table


def project_flags(columns: Periods) -> dict[str, Table]:
    """1 in the columns that a name says, 0 elsewhere; each ``(1, Y)``.

    ``arriving``: capacity comes into service; ``completing``: the last of it does; ``full_year``: the first column in
    which the whole plant runs all year (nowhere if there is none).

    Examples
    --------
    >>> from appraisal.case.periods import Periods
    >>> project_flags(Periods(months=12, operation_years=2))["last_operating"].tolist()
    [[0.0, 0.0, 1.0]]
    """
    number, in_service = np.arange(columns.years), columns.in_service
    before = np.concatenate([np.zeros((1, 1)), in_service[:, :-1]], axis=1)
    arriving = in_service > before
    operating = np.flatnonzero(columns.operating[0])
    full = np.flatnonzero(columns.running[0] == 1.0)
    return {
        "operating": columns.operating,
        "arriving": table(arriving),
        "completing": table(number == np.flatnonzero(arriving[0])[-1]),
        "first_operating": table(number == operating[0]),
        "last_operating": table(number == operating[-1]),
        "full_year": table(np.isin(number, full[:1])),
    }


def ends(phase: PhaseLine, year: int | None) -> Table:
    """1 in the column in which an operating year of a phase ends, ``(1, Y)``; 0 everywhere for none."""
    number = np.arange(phase.years)
    if not year:
        return table(np.zeros(phase.years))
    return table(number == np.flatnonzero(phase.weights[:, year - 1] > 0.0)[-1])


def years_since(flag: Table) -> Table:
    """Columns since the flagged one, 1 in the column after it; 0 up to it, and where no column is flagged.

    Examples
    --------
    >>> years_since(table([0.0, 1.0, 0.0, 0.0])).tolist()
    [[0.0, 0.0, 1.0, 2.0]]
    """
    passed = np.concatenate([np.zeros((1, 1)), np.cumsum(flag, axis=1)[:, :-1]], axis=1)
    return np.cumsum(passed, axis=1)


def at_ends(phase: PhaseLine, yearly: Table) -> Table:
    """What happens at the end of each operating year of the whole plant, ``(S, N)``, for a phase in its own columns, ``(S, Y)``."""
    laid = np.zeros((len(yearly), phase.years))
    for year in range(1, yearly.shape[1] + 1):
        laid += ends(phase, year) * yearly[:, year - 1 : year]
    return laid


def share_of(phase: PhaseLine, whole: Table) -> Table:
    """An amount of the whole plant that falls on a phase."""
    return np.asarray(phase.share * whole)


def years_from(columns: Periods, year: int) -> Table:
    """Calendar years from a year to each column, ``(1, Y)``; negative before it."""
    return columns.calendar_year - year


def first_flagged(flags: Table) -> Table:
    """1 in the first flagged column of each row alone, ``(S, Y)``."""
    return np.where(years_since_last(flags) == 0.0, flags, 0.0)


def years_since_last(flags: Table) -> Table:
    """Columns since the last one flagged before each, 1 in the column after it; 0 up to the first; ``(S, Y)``.

    Examples
    --------
    >>> years_since_last(table([0.0, 1.0, 0.0, 1.0, 0.0])).tolist()
    [[0.0, 0.0, 1.0, 2.0, 1.0]]
    """
    since = np.zeros(flags.shape)
    for column in range(1, flags.shape[1]):
        before = since[:, column - 1]
        since[:, column] = np.where(flags[:, column - 1] > 0.0, 1.0, np.where(before > 0.0, before + 1.0, 0.0))
    return since


def by_number(shares: Table, counter: Table) -> Table:
    """The first share where a counter is 1, the second where it is 2 …; 0 elsewhere; ``(S, Y)``.

    Examples
    --------
    >>> by_number(table([0.7, 0.3]), table([0.0, 1.0, 2.0, 3.0])).tolist()
    [[0.0, 0.7, 0.3, 0.0]]
    """
    laid = np.zeros((shares.shape[0], counter.shape[1]))
    for column, count in enumerate(counter[0].astype(int)):
        if 1 <= count <= shares.shape[1]:
            laid[:, column] = shares[:, count - 1]
    return laid


def years_before(phase: PhaseLine) -> Table:
    """Years that a phase has been in operation before each column, ``(1, Y)``."""
    used = np.concatenate([np.zeros((1, 1)), np.cumsum(phase.after_share, axis=1)[:, :-1]], axis=1)
    # Twelfths add to whole years again.
    return np.asarray(np.round(used * MONTHS_PER_YEAR) / MONTHS_PER_YEAR)


def year_weights(phase: PhaseLine) -> dict[str, Table]:
    """Share of the plant and of the year by which the operating year that begins in a column, and the one before it, run.

    Examples
    --------
    >>> from appraisal.case.periods import Periods
    >>> weights = year_weights(Periods(months=12, operation_years=2).phases[0])
    >>> weights["first_weight"].tolist(), weights["tail_weight"].tolist()
    ([[0.0, 1.0, 1.0]], [[0.0, 0.0, 0.0]])
    """
    found = {}
    for name, back in (("first_weight", 0), ("tail_weight", 1)):
        laid = np.zeros((1, phase.years))
        for column, age in enumerate(phase.age[0].astype(int)):
            if 1 <= age - back <= phase.weights.shape[1]:
                laid[0, column] = phase.share * phase.weights[column, age - back - 1]
        found[name] = laid
    return found


def before_start(columns: Periods) -> Table:
    """Part of column 1 that has passed when construction starts, years; 0 but in calendar columns."""
    return table(columns.phases[0].opening / MONTHS_PER_YEAR)


def reached(columns: Periods, operating_year: int) -> Table:
    """1 from an operating year on, counted from the first column with operation (0: already during construction)."""
    return table(columns.year - columns.construction >= operating_year)
