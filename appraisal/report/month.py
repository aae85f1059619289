"""One month of a dispatch year to be looked at: its days one after the other, and what its highest draw is held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from appraisal.errors import Fault, InputError, said
from appraisal.pipeline import Appraisal
from appraisal.report.days import DayFlows, days, flows_of
from appraisal.streams.demand_charge import covered_mw


@dataclass(frozen=True, kw_only=True)
class MonthFlows:
    """A month: every kind of day that a tariff has in it, or every date of a series.

    Attributes
    ----------
    month : int
        1–12.
    days : tuple of DayFlows
        In order; of a tariff without a load of a year each stands for several days.
    before_mw, after_mw : highest draw of the host's site without and with the plant; None without a load.
    covered_mw : what the stated contract covers without an extra price; None where there is none.
    """

    month: int
    days: tuple[DayFlows, ...]
    before_mw: float | None
    after_mw: float | None
    covered_mw: float | None


def months_of(result: Appraisal) -> tuple[int, ...]:
    """The months that were dispatched, in the order of their days; errors as :func:`appraisal.report.days.days`."""
    return tuple(dict.fromkeys(one.month for one in days(result)))


def month_of(result: Appraisal, month: int, row: int = 0) -> MonthFlows:
    """A month of the schedule.

    Parameters
    ----------
    result : Appraisal
    month : int
        One of :func:`months_of`.
    row : int
        Scenario.

    Raises
    ------
    InputError
        If nothing was dispatched, or nothing in that month.
    """
    known = [one.place for one in days(result) if one.month == month]
    if not known:
        raise InputError([Fault(where="chart", path="month", message=said(
            "{month}; nothing was dispatched in it", "{month}；该月没有优化运行的日子", month=month
        ))])  # fmt: skip
    found = tuple(flows_of(result, place, row) for place in known)
    highest = None
    if found[0].load_mw.size:
        highest = max(0.0, max(float((one.site_mw + one.net_mw).max()) for one in found))
    covered = covered_mw(result.case)
    mine = None if covered is None else np.broadcast_to(covered, (max(len(covered), row + 1), 12))[row, month - 1]
    return MonthFlows(
        month=month, days=found, before_mw=highest, after_mw=found[0].month_peak_mw, covered_mw=None if mine is None else float(mine)
    )  # fmt: skip
