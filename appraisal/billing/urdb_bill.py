"""A load billed by a URDB tariff over a calendar year, month by month, all scenarios at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from appraisal.billing.blocks import added, filled, money, shares
from appraisal.billing.urdb_read import read_urdb
from appraisal.billing.urdb_types import Amount, Flat, Period, Timed, UrdbTariff
from appraisal.billing.year import YearSteps, year_steps
from appraisal.errors import Fault, InputError, Message, said
from appraisal.units import MONTHS_PER_YEAR, Table

MINUTES = 60
MONTHS = range(1, int(MONTHS_PER_YEAR) + 1)

LINES: Mapping[str, Message] = MappingProxyType({
    "energy": said("Energy charge", "电度电费"),
    "demand": said("Demand charge by period", "分时需量电费"),
    "flat_demand": said("Demand charge of the month", "全月需量电费"),
    "fixed": said("Fixed charge", "固定费用"),
    "minimum": said("Added up to the least bill", "补足最低电费"),
    "total": said("Total", "合计"),
})  # fmt: skip
"""The lines of a bill, in the order in which they are shown."""


@dataclass(frozen=True, kw_only=True)
class UrdbBill:
    """A year's bill, every table ``(S, 12)`` from January to December; money in the tariff's currency, paid is positive.

    Attributes
    ----------
    tariff : what was billed by.
    year : the calendar year.
    energy_kwh, energy_by_period : energy and its charge by number of period; only periods that come up in the year.
    peak_kw : highest demand of the month.
    peak_by_period, demand_by_period : highest demand in each period and its charge.
    flat_demand : charge on the highest demand of the month.
    fixed : fixed charges.
    minimum : what is added up to the least bill of a month, and in December up to that of the year.
    remarks : the tariff's, and what this load adds to them.
    """

    tariff: UrdbTariff
    year: int
    energy_kwh: Mapping[int, Table]
    energy_by_period: Mapping[int, Table]
    peak_kw: Table
    peak_by_period: Mapping[int, Table]
    demand_by_period: Mapping[int, Table]
    flat_demand: Table
    fixed: Table
    minimum: Table
    remarks: tuple[Message, ...]

    @property
    def energy(self) -> Table:
        """Energy charge of all periods."""
        return added(self.energy_by_period, self.peak_kw)

    @property
    def demand(self) -> Table:
        """Demand charge of all periods."""
        return added(self.demand_by_period, self.peak_kw)

    @property
    def total(self) -> Table:
        """The whole bill."""
        return self.energy + self.demand + self.flat_demand + self.fixed + self.minimum

    def line(self, name: str) -> Table:
        """A line by its name in :data:`LINES`."""
        found: Table = getattr(self, name)
        return found


def urdb_bill(tariff: UrdbTariff, load_kw: Table, *, year: int) -> UrdbBill:
    """What a load pays in a year.

    Parameters
    ----------
    tariff : UrdbTariff
    load_kw : (S, T)
        Mean power taken from the grid in each step from 1 January 00:00 on, kW, at least 0; T is the hours of the year
        or an equal part of them (8,760, 17,520, 35,040 …; 8,784 … in a leap year).
    year : int
        Calendar year, which sets weekdays and the length of February.

    Returns
    -------
    UrdbBill

    Raises
    ------
    InputError
        If the load does not fill the year, is below 0 or no number, or its step does not fit the demand window.

    Notes
    -----
    Energy of a month: E_p × Σ_k s_k × price_pk with s_k the share of the month's energy that falls into tier k; a limit
    in kWh/kW is multiplied by the month's highest demand (hours of use), a daily one by the days of the month. Demand:
    Σ_k tier_k(highest mean over the demand window) × price_k, for each period and for the month. Minimum: max(0, least
    - charges) of the month, then of the year in December. Sources: field definitions of the Utility Rate Database
    (openei.org/services/doc/rest/util_rates); the shares of tiers as in the net-metering option of SAM's Utilityrate5.

    Examples
    --------
    >>> from appraisal.billing.urdb_read import urdb_of
    >>> grid = [[0] * 24] * 12
    >>> text = '{"energyratestructure": [[{"rate": 0.1}]], "energyweekdayschedule": %s, "energyweekendschedule": %s}'
    >>> bill = urdb_bill(urdb_of(text % (grid, grid)), np.full((2, 8760), 10.0), year=2025)
    >>> bill.total[:, :2].round(6).tolist()
    [[744.0, 672.0], [744.0, 672.0]]
    """
    steps = _checked(load_kw, year)
    energy, demand = _energy_kwh(tariff.energy, load_kw, steps), _windowed(tariff, load_kw, steps)
    peak = _monthly_peak(*demand)
    by_period = _energy_charges(tariff, energy, peak, steps)
    peaks = _peaks(tariff.demand, *demand) if tariff.demand else {}
    charges = (
        {key: _demand_charge([tariff.demand.periods[key]] * len(MONTHS), kw) for key, kw in peaks.items()}
        if tariff.demand
        else {}
    )
    flat_demand = _flat_charge(tariff.flat_demand, peak)
    fixed = np.broadcast_to(_due(tariff.fixed, steps), peak.shape)
    charged = added(by_period, peak) + added(charges, peak) + flat_demand + fixed
    return UrdbBill(
        tariff=tariff, year=year, energy_kwh=energy, energy_by_period=by_period, peak_kw=peak, peak_by_period=peaks,
        demand_by_period=charges, flat_demand=flat_demand, fixed=fixed, minimum=_topped_up(tariff, charged, steps),
        remarks=(*tariff.remarks, *_load_remarks(tariff, peak, steps)),
    )  # fmt: skip


def bill_file(file: Path, load_kw: Table, *, year: int, label: str = "") -> UrdbBill:
    """A URDB file read and a load billed by it: :func:`read_urdb`, then :func:`urdb_bill`."""
    return urdb_bill(read_urdb(file, label=label), load_kw, year=year)


def _checked(load_kw: Table, year: int) -> YearSteps:
    if load_kw.ndim != 2 or not np.isfinite(load_kw).all():
        raise InputError([Fault(path="load_kw", message=said("must be a table of numbers", "应为数值表"))])
    if (load_kw < 0).any():
        raise InputError([Fault(path="load_kw", message=said(
            "is below 0 in {count} steps: exported energy is not billed here", "有 {count} 个时段小于 0：此处不结算上网电量",
            count=int((load_kw < 0).sum())
        ))])  # fmt: skip
    return year_steps(year, load_kw.shape[1])


def _period_at(timed: Timed, steps: YearSteps) -> np.ndarray:
    """Number of the period of each step, (T,)."""
    weekday, weekend = np.array(timed.weekday), np.array(timed.weekend)
    cell = (steps.month - 1, steps.hour)
    return np.where(steps.weekend, weekend[cell], weekday[cell])


def _met(timed: Timed) -> list[int]:
    return sorted({period for month in MONTHS for period in timed.met_in(month)})


def _energy_kwh(timed: Timed, load_kw: Table, steps: YearSteps) -> Mapping[int, Table]:
    at = _period_at(timed, steps)
    found = {period: np.zeros((len(load_kw), len(MONTHS))) for period in _met(timed)}
    for month in MONTHS:
        here = steps.of(month)
        for period in timed.met_in(month):
            inside = np.compress(at[here] == period, load_kw[:, here], axis=1)
            found[period][:, month - 1] = inside.sum(axis=1) * steps.step_hours
    return found


def _windowed(tariff: UrdbTariff, load_kw: Table, steps: YearSteps) -> tuple[Table, YearSteps]:
    """The load as means over the demand window, and their steps; as it is where its steps are no shorter."""
    window = tariff.window_minutes
    if window is None or window * steps.per_hour <= MINUTES:
        return load_kw, steps
    count, odd = divmod(window * steps.per_hour, MINUTES)
    if odd:
        raise InputError([Fault(path="load_kw", message=said(
            "steps of {step:g} minutes do not fill the demand window of {window:g} minutes",
            "{step:g} 分钟的时段无法填满 {window:g} 分钟的需量窗口", step=MINUTES / steps.per_hour, window=window
        ))])  # fmt: skip
    means = load_kw.reshape(len(load_kw), -1, int(count)).mean(axis=2)
    return means, year_steps(steps.year, means.shape[1])


def _monthly_peak(demand_kw: Table, steps: YearSteps) -> Table:
    return np.concatenate([demand_kw[:, steps.of(month)].max(axis=1, keepdims=True) for month in MONTHS], axis=1)


def _peaks(timed: Timed, demand_kw: Table, steps: YearSteps) -> Mapping[int, Table]:
    at = _period_at(timed, steps)
    found = {period: np.zeros((len(demand_kw), len(MONTHS))) for period in _met(timed)}
    for month in MONTHS:
        here = steps.of(month)
        for period in timed.met_in(month):
            found[period][:, month - 1] = np.compress(at[here] == period, demand_kw[:, here], axis=1).max(axis=1)
    return found


def _energy_charges(
    tariff: UrdbTariff, energy: Mapping[int, Table], peak: Table, steps: YearSteps
) -> Mapping[int, Table]:
    found = {period: np.zeros_like(kwh) for period, kwh in energy.items()}
    total = added(energy, peak)
    for month in MONTHS:
        column = slice(month - 1, month)
        met = tariff.energy.met_in(month)
        # All periods of a month have the same limits: the reader saw to it.
        limits = _limits_kwh(tariff.energy.periods[met[0]], peak[:, column], int(steps.days[month - 1]))
        part = shares(filled(total[:, column], limits))
        for period in met:
            prices = [tier.price + tariff.fuel[month - 1] for tier in tariff.energy.periods[period].tiers]
            found[period][:, column] = energy[period][:, column] * money(part, prices)
    return found


def _limits_kwh(period: Period, peak_kw: Table, days: int) -> list[Table]:
    """Limits of the tiers in kWh of the month, each (S, 1)."""
    factor = (days if "daily" in period.unit else 1) * (peak_kw if "/kW" in period.unit else np.ones_like(peak_kw))
    return [limit * factor for limit in period.limits]


def _demand_charge(periods: list[Period], peak: Table) -> Table:
    """Charge on monthly demand, (S, 12); *periods* hold the tiers of each month."""
    charged = [
        money(filled(peak[:, place : place + 1], period.limits), [tier.price for tier in period.tiers])
        for place, period in enumerate(periods)
    ]
    return np.concatenate(charged, axis=1)


def _flat_charge(flat: Flat | None, peak: Table) -> Table:
    return np.zeros_like(peak) if flat is None else _demand_charge([flat.periods[place] for place in flat.months], peak)


def _due(amounts: tuple[Amount, ...], steps: YearSteps) -> Table:
    """Amounts by month, (1, 12): by the day times the days of the month, by the year a twelfth."""
    by_unit = {
        "$/month": np.ones(len(MONTHS)),
        "$/day": steps.days.astype(float),
        "$/year": np.full(len(MONTHS), 1 / MONTHS_PER_YEAR),
    }
    return np.asarray(sum((amount.value * by_unit[amount.unit] for amount in amounts), np.zeros(len(MONTHS))))[None, :]


def _topped_up(tariff: UrdbTariff, charged: Table, steps: YearSteps) -> Table:
    by_month = tuple(amount for amount in tariff.minimum if amount.unit != "$/year")
    added: Table = np.maximum(0.0, _due(by_month, steps) - charged)
    least = sum(amount.value for amount in tariff.minimum if amount.unit == "$/year")
    added[:, -1] += np.maximum(0.0, least - (charged + added).sum(axis=1))
    return added


def _load_remarks(tariff: UrdbTariff, peak: Table, steps: YearSteps) -> list[Message]:
    """What a reader of this bill has to know of its load."""
    told = []
    minutes, window = MINUTES / steps.per_hour, tariff.window_minutes
    if window is not None and minutes > window:
        told.append(said(
            "demand is measured over {window:g} minutes, the load has steps of {minutes:g}: its demand charge is too low",
            "需量按 {window:g} 分钟计量，而负荷时段为 {minutes:g} 分钟：需量电费偏低", window=window, minutes=minutes
        ))  # fmt: skip
    if window is None and (tariff.demand or tariff.flat_demand):
        told.append(said(
            "the tariff does not say over how long demand is averaged: taken over the load's {minutes:g} minutes",
            "电价未说明需量的计量时长：按负荷时段 {minutes:g} 分钟计", minutes=minutes
        ))  # fmt: skip
    highest, least, most = peak.max(axis=1), tariff.least_kw, tariff.most_kw
    outside = (highest < (least or 0.0)) | (highest > (most or np.inf))
    if outside.any():
        told.append(said(
            "{count} of {rows} loads lie outside the demand that the tariff is meant for ({least} to {most} kW): {kw:.1f} kW",
            "{rows} 个负荷中有 {count} 个超出电价适用的需量范围（{least} 至 {most} kW）：{kw:.1f} kW",
            count=int(outside.sum()), rows=len(outside), least=least or 0, most=most or "∞", kw=float(highest[outside][0]),
        ))  # fmt: skip
    return told
