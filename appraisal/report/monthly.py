"""Revenue of the first operating year by stream and month: what moves with the energy by its months, the rest as it is paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.dispatch.months import idle_first_year, months_of_first_year
from appraisal.finance.tables.titles import of_stream
from appraisal.operation import Operation
from appraisal.pipeline import Appraisal
from appraisal.report.days import dispatched
from appraisal.report.eras import first_era
from appraisal.scenario.prices import DAYS
from appraisal.streams import of_whole_years, settle_one, stream

Vector = NDArray[np.float64]
# Of the year's revenue: months that miss it by more are not its months.
_NEARLY = 1e-9


@dataclass(frozen=True, kw_only=True)
class StreamMonths:
    """What one stream is paid in the first operating year of the whole plant, without VAT, yuan.

    Attributes
    ----------
    label, zh, en : str
    months : (12,)
        By month, January first.
    yearly : float
        What the terms state by the year, in no month.
    by_days : bool
        Whether the months are the same amount on every day, as the terms pay it.
    """

    label: str
    zh: str
    en: str
    months: Vector
    yearly: float
    by_days: bool

    @property
    def total(self) -> float:
        """The year."""
        return float(self.months.sum()) + self.yearly


def first_year_by_month(result: Appraisal, row: int = 0) -> tuple[StreamMonths, ...]:
    """Revenue and subsidies of the first operating year, by stream and month.

    Parameters
    ----------
    result : Appraisal
    row : int
        Scenario.

    Returns
    -------
    tuple of StreamMonths
        One a stream that pays, a year as it is before any event. Where each column is a year of the whole plant, months and yearly amount of a stream add
        up to the lines ``revenue`` and ``subsidy`` of its first operating column.

    Notes
    -----
    Each month is settled by the stream itself on the energy and money of that month, less what it pays a plant that
    stands still. What is paid to a plant that stands still is by the day where the terms pay the same on every day
    (``Stream.daily``), else a yearly amount without months. A stream that is not proportional to what moves, so that its
    months miss its year, has no months either.
    """
    # A year of the first era as a whole: what an event changes within the first operating year is not in it.
    result = first_era(result)
    case = result.case.rows(slice(row, row + 1))
    operation = result.operation.rows(slice(row, row + 1))
    if operation.solved is not None:
        operation = _alone(operation, result, row)
    return tuple(_split(result, case, operation, row))


def _alone(operation: Operation, result: Appraisal, row: int) -> Operation:
    """The operation of a row with the one problem that is its own."""
    return Operation(**{**vars(operation), "solved": dispatched(result, row)})


def _split(result: Appraisal, case: Case, operation: Operation, row: int) -> Iterator[StreamMonths]:
    whole, seen = of_whole_years(case, operation)
    column = periods(whole.project).construction
    moving, still = months_of_first_year(case, operation), idle_first_year(operation)

    def paid(label: str, at: Operation) -> float:
        settled = settle_one(whole, label, at)
        return float(settled.income[0, column]) * _booked(result, label, row)

    # What an event begins later is paid nothing in the first year.
    for form in (one for one in result.statements.form.streams if one.label in whole.streams):
        label, title = form.label, of_stream(form)
        year, idle = paid(label, seen), paid(label, still)
        months = np.array([paid(label, one) - idle for one in moving]) if moving else np.zeros(len(DAYS))
        if abs(float(months.sum()) + idle - year) > _NEARLY * max(abs(year), 1.0):
            months, idle = np.zeros(len(DAYS)), year
        terms = whole.streams[label]
        daily = bool(idle) and stream(terms.stream or label).daily(terms)
        if daily:
            months, idle = months + idle * np.array(DAYS) / sum(DAYS), 0.0
        yield StreamMonths(label=label, zh=title["zh"], en=title["en"], months=months, yearly=idle, by_days=daily)


def _booked(result: Appraisal, label: str, row: int) -> float:
    """What the books make of a yuan of a stream's income: revenue without VAT or subsidy, the same in every year."""
    books, income = result.statements, result.revenue.settlements[label].income
    booked = float(books[f"{label}.revenue"][row].sum() + books[f"{label}.subsidy"][row].sum())
    settled = float(income[row if len(income) > 1 else 0].sum())
    return booked / settled if settled else 0.0
