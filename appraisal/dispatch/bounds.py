"""What a case asks of its plant beside power and energy, as the bounds of its dispatch problems."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from appraisal.case import Case
from appraisal.case.schema import Storage
from appraisal.clock import Clock
from appraisal.errors import Fault, InputError, said
from appraisal.operation import Bounds, Claim, PowerByState
from appraisal.units import DAYS_PER_YEAR, HOURS_PER_DAY, MONTHS_PER_YEAR, Table

READ = (
    "lowest_soc", "self_discharge_per_day", "limits.cycles_per_year", "limits.cycles_per_day", "limits.least_charge_share",
    "limits.least_discharge_share", "outage_days", "power_curve.energy_shares", "power_curve.charge_shares",
    "power_curve.discharge_shares", "auxiliary.power_share", "auxiliary.power_kw", "auxiliary.price_yuan_per_kwh",
)  # fmt: skip
"""Numbers of the storage section that the bounds read; ``availability`` where the year's cycles are capped."""


def bounds_of(case: Case, clock: Clock, claims: Sequence[Claim], claimed: Table) -> Bounds:
    """The bounds of a block of distinct problems.

    Parameters
    ----------
    case : Case
        Of R scenarios.
    clock : Clock
    claims : sequence of Claim
        Their cycles count towards the caps.
    claimed : (R, N)
        Share of rated power that the claims keep.

    Raises
    ------
    InputError
        If services alone cost more cycles than a cap allows, or an outage falls in a month without prices.

    Notes
    -----
    A cap of n cycles allows n × what the store holds × discharge yield, MWh at the grid, less what services cost. The cycles
    of a year are counted times the availability, so that dispatch, which runs every day in service, may move n / availability.
    """
    storage = case.storage
    hours = storage.energy_mwh / storage.power_mw
    limits = storage.limits
    services: Table = np.asarray(sum((claim.cycles_per_year for claim in claims), np.zeros((1, 1))))
    per_cycle = hours * storage.discharge_yield
    year = day = None
    if limits.cycles_per_year is not None:
        own = _left(limits.cycles_per_year / storage.availability - services * storage.in_service, "cycles_per_year")
        year = own * per_cycle
    if limits.cycles_per_day is not None:
        day = _left(limits.cycles_per_day - services / DAYS_PER_YEAR, "cycles_per_day") * per_cycle
    return Bounds(
        lowest=hours * storage.lowest_soc,
        self_discharge=1.0 - (1.0 - storage.self_discharge_per_day) ** (1.0 / HOURS_PER_DAY),
        in_service=_in_service(storage, clock),
        most_year=year,
        most_day=day,
        least_charge=limits.least_charge_share,
        least_discharge=limits.least_discharge_share,
        curve=_curve(storage, hours, claimed),
    )


def _left(cycles: Table, name: str) -> Table:
    """The cycles that services leave."""
    if (cycles < 0.0).any():
        message = said("services alone cost more cycles than the cap allows", "仅提供服务所耗循环已超过上限")
        raise InputError([Fault(path=f"storage.limits.{name}", message=message)])
    return cycles


def _curve(storage: Storage, hours: Table, claimed: Table) -> PowerByState | None:
    curve = storage.power_curve
    if curve.energy_shares is None:
        return None
    full = np.ones(curve.energy_shares.shape)
    return PowerByState(
        energy=hours * curve.energy_shares,
        charge=full if curve.charge_shares is None else curve.charge_shares,
        discharge=full if curve.discharge_shares is None else curve.discharge_shares,
        reserved=claimed,
    )


def _in_service(storage: Storage, clock: Clock) -> Table:
    """Share of the days of each run in service, ``(R, D)``; all of a series, whose steps stand still instead."""
    if storage.outage_days is None or is_series(clock):
        return np.ones((1, clock.runs))
    month = clock.month[:: clock.steps] - 1
    days = np.bincount(month, clock.weight, int(MONTHS_PER_YEAR))[month]
    return np.maximum(1.0 - _days_out(storage, clock)[:, month] / days, 0.0)


def outage(storage: Storage, clock: Clock) -> Table:
    """Share of each step in service, ``(R, N)``: of a series the first days of each month are out, of typical days none."""
    if storage.outage_days is None or not is_series(clock):
        return np.ones((1, 1))
    out = _days_out(storage, clock)[:, clock.month - 1] / clock.weight[0] * HOURS_PER_DAY
    passed = np.zeros(clock.month.size)
    for month in np.unique(clock.month):
        own = clock.month == month
        passed[own] = np.arange(1, own.sum() + 1) * clock.step_hours
    return np.asarray(np.clip((passed - out) / clock.step_hours, 0.0, 1.0))


def is_series(clock: Clock) -> bool:
    """Whether a run is longer than a day."""
    return clock.steps > steps_of_day(clock)


def steps_of_day(clock: Clock) -> int:
    """Steps of a day."""
    return round(HOURS_PER_DAY / clock.step_hours)


def _days_out(storage: Storage, clock: Clock) -> Table:
    """Days out of service of each month ``(R, 12)``, every one of them a month that has prices."""
    out = storage.days_out
    missing = set((np.flatnonzero(out.any(axis=0)) + 1).tolist()) - set(clock.month.tolist())
    if missing:
        message = said(
            "month {month} has days out of service and no prices; give its prices or leave its days out",
            "{month} 月有计划停运天数但没有电价；请补充该月电价或去掉停运天数", month=min(missing)
        )  # fmt: skip
        raise InputError([Fault(path="storage.outage_days", message=message)])
    return out
