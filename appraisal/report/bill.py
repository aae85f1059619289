"""The host's electricity bill by month, without and with the plant: the part that is paid by the kWh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import Fault, InputError, said
from appraisal.pipeline import Appraisal
from appraisal.report.days import dispatched
from appraisal.units import MONTHS_PER_YEAR, Table

Vector = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Bill:
    """Energy charges of a year by month, yuan including VAT, each ``(12,)``; the plant new and available all year.

    Attributes
    ----------
    before : of the host's load alone.
    charged : of the energy that the plant takes from the grid.
    discharged : what the plant's energy saves.
    """

    before: Vector
    charged: Vector
    discharged: Vector

    @property
    def after(self) -> Vector:
        """With the plant."""
        return np.asarray(self.before + self.charged - self.discharged)


def has_bill(result: Appraisal) -> bool:
    """Whether a case has a host whose load was dispatched against."""
    case = result.case
    user = case.project.side == "user" and case.prices is not None and case.prices.load_mw is not None
    return user and result.operation.solved is not None


def monthly_bill(result: Appraisal, row: int = 0) -> Bill:
    """The energy charges of the host, month by month, from the load, the prices met and the schedule.

    Parameters
    ----------
    result : Appraisal
        Of a user-side case with prices and a load.
    row : int
        Scenario.

    Returns
    -------
    Bill
        ``discharged`` and ``charged`` add up to what the operation earned and paid in a year of the new battery.

    Raises
    ------
    InputError
        For any other case.

    Notes
    -----
    Σ price × load × h × days, by month. Demand and capacity charges are not in it: the operation counts neither.
    """
    prices = result.case.prices
    if not has_bill(result) or prices is None or prices.load_mw is None:
        raise InputError([Fault(where="chart", message=said(
            "a bill needs a user-side case with prices and the load of its host", "电费对比需要有电价和用电负荷的用户侧算例"
        ))])  # fmt: skip
    solved, power = dispatched(result, row), result.case.storage.power_mw
    clock, plan = solved.problem.clock, solved.schedule
    rated = float(power[row if len(power) > 1 else 0, 0])
    hours = clock.step_weight[0] * clock.step_hours

    moved = solved.problem.in_service_weight[0] * clock.step_hours

    def of(price: Table, mw: Table, hours: Vector) -> Vector:
        money: Vector = price.ravel() * np.broadcast_to(mw, (1, clock.month.size)).ravel() * hours
        return np.array([money[clock.month == month].sum() for month in range(1, int(MONTHS_PER_YEAR) + 1)])

    return Bill(
        before=of(plan.buy, prices.load_mw, hours), charged=of(plan.buy, plan.charge_mw.reshape(1, -1) * rated, moved),
        discharged=of(plan.sell, plan.discharge_mw.reshape(1, -1) * rated, moved),
    )  # fmt: skip
