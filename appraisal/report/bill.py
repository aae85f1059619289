"""The host's electricity bill by month, without and with the plant: energy by band, what it exports, basic charge.

The bill is made from the meter's own figures, load, PV and schedule, by the rules of :mod:`appraisal.billing`; what it saves
is what the streams of the case settle. The adjustment for the power factor (力调电费) is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from appraisal.billing import (
    BasicMode,
    actual_charge,
    best_contract,
    best_modes,
    capacity_charge,
    contract_charge,
    demand_price,
)
from appraisal.case import Case
from appraisal.clock import Clock
from appraisal.errors import Fault, InputError, said
from appraisal.operation import Problem
from appraisal.pipeline import Appraisal
from appraisal.report.days import dispatched
from appraisal.report.eras import first_era
from appraisal.streams.demand_charge import rules_of
from appraisal.units import KW_PER_MW, KWH_PER_MWH, MONTHS_PER_YEAR, Table

Vector = NDArray[np.float64]
MONTHS = range(1, int(MONTHS_PER_YEAR) + 1)


def _nothing() -> Vector:
    return np.zeros(len(MONTHS))


@dataclass(frozen=True, kw_only=True)
class Bill:
    """A year's bill by month, yuan including VAT, each ``(12,)``; the plant new and available all year.

    Attributes
    ----------
    before : energy charges of what the site draws without the plant.
    charged : of the energy that the plant makes it draw more.
    discharged : what the plant spares it.
    exported : what the site is paid more, or less, for what it sends to the grid.
    basic_before, basic_after : basic charge; zeros where the case does not count it.
    peak_before_mw, peak_after_mw : the highest draw of the month, MW.
    by_band : letter of the tariff's band → energy charges without and with the plant; empty where there are no bands.
    has_basic : whether the case counts the basic charge.
    """

    before: Vector
    charged: Vector
    discharged: Vector
    exported: Vector = field(default_factory=_nothing)
    basic_before: Vector = field(default_factory=_nothing)
    basic_after: Vector = field(default_factory=_nothing)
    peak_before_mw: Vector = field(default_factory=_nothing)
    peak_after_mw: Vector = field(default_factory=_nothing)
    by_band: Mapping[str, tuple[Vector, Vector]] = field(default_factory=dict)
    has_basic: bool = False

    @property
    def after(self) -> Vector:
        """Energy charges with the plant."""
        return np.asarray(self.before + self.charged - self.discharged)

    @property
    def total_before(self) -> Vector:
        """Energy and basic charge without the plant."""
        return np.asarray(self.before + self.basic_before)

    @property
    def total_after(self) -> Vector:
        """Energy and basic charge with the plant, less what more is exported."""
        return np.asarray(self.after - self.exported + self.basic_after)

    @property
    def saved(self) -> Vector:
        """What the plant saves the host."""
        return np.asarray(self.total_before - self.total_after)


def has_bill(result: Appraisal) -> bool:
    """Whether a case has a host whose load was dispatched against."""
    case = result.case
    user = case.project.side == "user" and case.prices is not None and case.prices.load_mw is not None
    return user and result.operation.solved is not None


def monthly_bill(result: Appraisal, row: int = 0) -> Bill:
    """The bill of the host, month by month, from the load, the prices met and the schedule.

    Parameters
    ----------
    result : Appraisal
        Of a user-side case with prices and a load.
    row : int
        Scenario.

    Returns
    -------
    Bill
        ``saved`` adds up to what the streams earned less what they paid in a year of the new battery.

    Raises
    ------
    InputError
        For any other case.

    Notes
    -----
    Energy: Σ price × what the site draws × h × days, by month. Basic charge: on the month's highest draw by every way of
    paying open to the host, the cheapest of each quarter, as :mod:`appraisal.billing.basic` bills it.
    """
    result = first_era(result)
    case = result.case.rows(slice(row, row + 1)) if result.case.scenarios > 1 else result.case
    drawn = case.drawn_mw
    if not has_bill(result) or case.prices is None or drawn is None:
        raise InputError([Fault(where="chart", message=said(
            "a bill needs a user-side case with prices and the load of its host", "电费对比需要有电价和用电负荷的用户侧算例"
        ))])  # fmt: skip
    solved, rated = dispatched(result, row), float(case.storage.power_mw[0, 0])
    problem, plan = solved.problem, solved.schedule
    clock, alone = problem.clock, np.broadcast_to(drawn, (1, problem.clock.month.size))[0]
    charge, discharge = plan.charge_mw.ravel() * rated, plan.discharge_mw.ravel() * rated
    buy, sell = plan.buy.ravel(), plan.sell.ravel()
    own = float(problem.auxiliary[0, 0]) * rated
    site = np.maximum(alone + own, 0.0)
    hours, moved = clock.step_weight[0] * clock.step_hours, problem.in_service_weight[0] * clock.step_hours
    paid = buy * (np.maximum(alone + own + charge, 0.0) - site) * moved
    spared = sell * (site - np.maximum(alone + own - discharge, 0.0)) * moved
    price, limit = _export(case)
    sent = np.clip(-(alone + own + charge - discharge), 0.0, limit) - np.clip(-(alone + own), 0.0, limit)
    before = buy * np.maximum(alone, 0.0) * hours
    after_mw = np.where(np.repeat(_idle(problem), clock.steps), np.maximum(site, site + charge - discharge), np.maximum(alone + own + charge - discharge, 0.0))  # fmt: skip
    use_after = site * hours + (np.maximum(alone + own + charge - discharge, 0.0) - site) * moved
    peaks = _highest(clock, np.maximum(alone, 0.0)), _highest(clock, after_mw)
    basic = [
        _basic(case, peak, _sums(clock, use))
        for peak, use in zip(peaks, (np.maximum(alone, 0.0) * hours, use_after), strict=True)
    ]
    bands = np.array(list(case.prices.bands))
    letters = sorted(set(case.prices.bands)) if bands.size == alone.size else []
    return Bill(
        before=_sums(clock, before), charged=_sums(clock, paid), discharged=_sums(clock, spared), exported=_sums(clock, price * sent * moved),
        basic_before=basic[0], basic_after=basic[1], peak_before_mw=peaks[0], peak_after_mw=peaks[1],
        by_band={one: (_sums(clock, before * (bands == one)), _sums(clock, (before + paid - spared) * (bands == one))) for one in letters},
        has_basic=case.prices.basic is not None,
    )  # fmt: skip


def _export(case: Case) -> tuple[float, float]:
    """Price of what the site sends to the grid, yuan/MWh, and the most that it may send, MW."""
    site = case.market.site
    price = site.export_price_yuan_per_kwh
    return 0.0 if price is None else KWH_PER_MWH * float(price[0, 0]), float(site.export_limit_mw[0, 0])


def _idle(problem: Problem) -> NDArray[np.bool_]:
    """Runs with days out of service, on which the site draws without the plant."""
    clock = problem.clock
    return np.broadcast_to(problem.bounds.in_service[0] < 1.0, (clock.runs,))


def _sums(clock: Clock, values: Vector) -> Vector:
    return np.array([values[clock.month == month].sum() for month in MONTHS])


def _highest(clock: Clock, drawn: Vector) -> Vector:
    return np.array([drawn[clock.month == month].max(initial=0.0) for month in MONTHS])


def _basic(case: Case, peak_mw: Vector, use_mwh: Vector) -> Vector:
    """Basic charge of twelve months, the cheapest way of each quarter among those open to the host."""
    prices, supply = case.prices, case.market.site.supply
    if prices is None or prices.basic is None or supply.kva is None:
        return _nothing()
    rules, peak, use = rules_of(prices.basic), KW_PER_MW * peak_mw[None, :], KWH_PER_MWH * use_mwh[None, :]
    price = demand_price(rules, supply.level * prices.basic.demand_yuan_per_kw_month, use, supply.kva)
    contract = best_contract(rules, supply.kva, peak) if supply.contract_kw is None else supply.contract_kw
    charges: dict[BasicMode, Table] = {
        "capacity": capacity_charge(supply.level * prices.basic.capacity_yuan_per_kva_month, supply.kva) + 0.0 * peak,
        "contract": contract_charge(rules, price, supply.kva, contract, peak),
        "actual": actual_charge(price, peak),
    }
    chosen = charges if supply.mode == "choose" else {mode: charges[mode] for mode in charges if mode == supply.mode}
    return np.asarray(best_modes(chosen).charge[0])
