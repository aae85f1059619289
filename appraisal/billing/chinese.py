"""The monthly bill of a Chinese user: energy by period at the prices of the tariff, and the basic charge.

The adjustment for the power factor (力调电费) is on such a bill too; it needs reactive energy and is not in here.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from appraisal.billing.basic import (
    BasicMode,
    BasicRules,
    actual_charge,
    capacity_charge,
    contract_charge,
    demand_price,
)
from appraisal.billing.blocks import added
from appraisal.errors import Fault, InputError, said
from appraisal.library import LETTERS, RetailYear
from appraisal.library.retail_types import NOT_LEAP
from appraisal.units import HOURS_PER_DAY, MONTHS_PER_YEAR, Table

MONTHS = range(1, int(MONTHS_PER_YEAR) + 1)


@dataclass(frozen=True, kw_only=True)
class MonthlyUse:
    """What a meter shows of twelve months, every table ``(S, 12)``.

    Attributes
    ----------
    energy_kwh : period letter -> energy, kWh.
    peak_kw : highest mean power of a step, kW; steps longer than the meter's own interval understate the billed demand.
    step_hours : length of the steps behind ``peak_kw``, h; None where a meter gave it.
    """

    energy_kwh: Mapping[str, Table]
    peak_kw: Table
    step_hours: float | None = None

    @property
    def total_kwh(self) -> Table:
        """Energy of all periods."""
        return added(self.energy_kwh, self.peak_kw)


@dataclass(frozen=True, kw_only=True)
class Supply:
    """How the basic charge is paid.

    ``kva`` (S, 1) is the capacity of transformers and directly fed high-voltage motors; ``contract_kw`` (S, 1) or
    (S, 12) the contract demand, which the mode ``contract`` needs.
    """

    mode: BasicMode
    kva: Table
    contract_kw: Table | None = None


@dataclass(frozen=True, kw_only=True)
class ChineseBill:
    """A year's bill, every table ``(S, 12)``, yuan including VAT; paid is positive.

    ``energy_by_period`` has the charge of each period letter, ``basic`` the basic charge, zero for a one-part tariff.
    """

    use: MonthlyUse
    energy_by_period: Mapping[str, Table]
    basic: Table

    @property
    def energy(self) -> Table:
        """Energy charge of all periods."""
        return added(self.energy_by_period, self.basic)

    @property
    def total(self) -> Table:
        """Energy and basic charge."""
        return self.energy + self.basic


def monthly_use(year: RetailYear, load_kw: Table) -> MonthlyUse:
    """Energy by period and highest demand of each month of a load on the day types of a tariff.

    Parameters
    ----------
    year : RetailYear
    load_kw : (S, D × N)
        Mean power of each step of each kind of day, kW, at least 0: the D days in the order of ``year.days``, N steps
        each, the letters of a day or a multiple of them.

    Returns
    -------
    MonthlyUse
        A kind of day counts as often as it comes in a year of 365 days.

    Raises
    ------
    InputError
        If the load is below 0 or no number, or its steps do not fit the days.

    Notes
    -----
    Σ load × h × days, over the steps of one letter in the kinds of day of one month.
    """
    count, letters = _steps(year, load_kw), sorted({letter for day in year.days for letter in day.letters})
    energy = {letter: np.zeros((len(load_kw), len(MONTHS))) for letter in letters}
    peak = np.zeros((len(load_kw), len(MONTHS)))
    for place, day in enumerate(year.days):
        column, here = day.month - 1, load_kw[:, place * count : (place + 1) * count]
        at = np.repeat(np.array(list(day.letters)), count // len(day.letters))
        peak[:, column] = np.maximum(peak[:, column], here.max(axis=1))
        for letter in set(day.letters):
            kw = np.compress(at == letter, here, axis=1).sum(axis=1)
            energy[letter][:, column] += kw * (HOURS_PER_DAY / count * day.days)
    return MonthlyUse(energy_kwh=energy, peak_kw=peak, step_hours=HOURS_PER_DAY / count)


def yearly_use(year: RetailYear, load_kw: Table) -> MonthlyUse:
    """Energy by period and highest demand of each month of a load over the 365 days of a year.

    Parameters
    ----------
    year : RetailYear
    load_kw : (S, 365 × N)
        Mean power of each step from 1 January 00:00 on, kW, at least 0; N steps a day, the letters of a day or a
        multiple of them. Each day takes the kind that the tariff's calendar gives its date.

    Raises
    ------
    InputError
        As :func:`monthly_use`.

    Notes
    -----
    A kind of day is billed as the mean of its days, which has their energy; the demand is that of the highest day.
    """
    dates = [(day.month, on) for day in year.days for on in day.on]
    count, odd = divmod(load_kw.shape[1], len(dates))
    if odd or not count:
        raise InputError([Fault(path="load_kw", message=said(
            "{found} steps are no whole number a day of {days} days", "{found} 个时段无法均分到 {days} 天", found=load_kw.shape[1], days=len(dates)
        ))])  # fmt: skip
    first = np.cumsum([0, *(monthrange(NOT_LEAP, month)[1] for month in MONTHS)])
    daily = load_kw.reshape(len(load_kw), len(dates), count)
    kinds = [daily[:, [first[day.month - 1] + on - 1 for on in day.on]] for day in year.days]
    use = monthly_use(year, np.concatenate([days.mean(axis=1) for days in kinds], axis=1))
    peak = np.zeros_like(use.peak_kw)
    for day, days in zip(year.days, kinds, strict=True):
        peak[:, day.month - 1] = np.maximum(peak[:, day.month - 1], days.max(axis=(1, 2)))
    return replace(use, peak_kw=peak)


def energy_charges(year: RetailYear, energy_kwh: Mapping[str, Table]) -> Mapping[str, Table]:
    """Charge of each period: energy (S, 12) kWh × the month's price of the band, yuan including VAT (S, 12).

    Raises
    ------
    InputError
        If a letter is not one of the five, or energy falls into a band that has no price in that month.

    Notes
    -----
    price = ratio × floating + fixed, rounded as the province rounds: ``year.prices`` holds it so.
    """
    faults = []
    for letter, kwh in energy_kwh.items():
        used = [month for month in MONTHS if letter not in year.prices[month - 1] and (kwh[:, month - 1] != 0).any()]
        if letter not in LETTERS or used:
            faults.append(Fault(path=f"energy_kwh.{letter}", message=said(
                "{name} has no price for the band {letter!r} in months {months}", "{name} 在 {months} 月没有时段 {letter!r} 的电价",
                name=year.name, letter=letter, months=", ".join(map(str, used or MONTHS)),
            )))  # fmt: skip
    if faults:
        raise InputError(faults)
    # A month without the band has no energy in it: its price stands at zero only to keep twelve columns.
    return {
        letter: kwh * np.array([[prices.get(letter, 0.0) for prices in year.prices]])
        for letter, kwh in energy_kwh.items()
    }


def basic_charge(year: RetailYear, rules: BasicRules, supply: Supply, use: MonthlyUse) -> Table:
    """Basic charge of each month in one mode.

    Parameters
    ----------
    year : RetailYear
        Two-part; its demand and capacity prices are taken.
    rules : BasicRules
        Of the twelve months: ``basic_rules(library, [month.month for month in year.months])``.
    supply : Supply
    use : MonthlyUse
        Energy and demand of the months.

    Returns
    -------
    (S, 12)
        yuan including VAT.

    Raises
    ------
    InputError
        For a one-part tariff; if the contract is missing; of kind ``fact`` if a month has no price of the mode.

    Notes
    -----
    :func:`capacity_charge`, :func:`contract_charge` and :func:`actual_charge` at the price of the month, the demand
    price reduced as :func:`demand_price` says.
    """
    if year.parts != "two":
        raise InputError([Fault(path="market.parts", message=said(
            "a one-part tariff has no basic charge", "单一制电价没有基本电费"
        ))])  # fmt: skip
    if supply.mode == "capacity":
        price = _known("capacity_yuan_per_kva_month", year.capacity_yuan_per_kva_month, year.name)
        return capacity_charge(price, supply.kva) + np.zeros_like(use.peak_kw)
    published = _known("demand_yuan_per_kw_month", year.demand_yuan_per_kw_month, year.name)
    price = demand_price(rules, published, use.total_kwh, supply.kva)
    if supply.mode == "actual":
        return actual_charge(price, use.peak_kw)
    if supply.contract_kw is None:
        raise InputError([Fault(path="contract_kw", message=said("state the contract demand", "请给出合同最大需量"))])
    return contract_charge(rules, price, supply.kva, supply.contract_kw, use.peak_kw)


def chinese_bill(
    year: RetailYear, use: MonthlyUse, *, supply: Supply | None = None, rules: BasicRules | None = None
) -> ChineseBill:
    """Energy by period and basic charge of twelve months.

    Parameters
    ----------
    year : RetailYear
    use : MonthlyUse
        Metered, or of a load as :func:`monthly_use` gives it.
    supply, rules
        For a two-part tariff, as in :func:`basic_charge`; neither for a one-part tariff.

    Raises
    ------
    InputError
        As :func:`energy_charges` and :func:`basic_charge`; if a two-part tariff comes without *supply* and *rules*.
    """
    by_period = energy_charges(year, use.energy_kwh)
    if supply is not None and rules is not None:
        return ChineseBill(use=use, energy_by_period=by_period, basic=basic_charge(year, rules, supply, use))
    if year.parts == "two" or supply is not None or rules is not None:
        raise InputError([Fault(path="supply", message=said(
            "a two-part bill needs the way of paying the basic charge and its rules", "两部制电费需要给出基本电费的计收方式及其规则"
        ))])  # fmt: skip
    return ChineseBill(use=use, energy_by_period=by_period, basic=np.zeros_like(use.peak_kw))


def _steps(year: RetailYear, load_kw: Table) -> int:
    """Steps of a day of the load, once it has been found to fit."""
    lengths = {len(day.letters) for day in year.days}
    count, odd = divmod(load_kw.shape[1], len(year.days))
    if odd or not count or any(count % length for length in lengths):
        raise InputError([Fault(path="load_kw", message=said(
            "{found} steps do not fit {days} kinds of day of {letters} periods each", "{found} 个时段与 {days} 类日、每日 {letters} 段不相配",
            found=load_kw.shape[1], days=len(year.days), letters=", ".join(map(str, sorted(lengths))),
        ))])  # fmt: skip
    if not (np.isfinite(load_kw) & (load_kw >= 0)).all():
        raise InputError([Fault(path="load_kw", message=said("must be numbers of 0 or more", "应为不小于 0 的数值"))])
    return int(count)


def _known(name: str, prices: tuple[float | None, ...], tariff: str) -> Table:
    missing = [month for month, price in zip(MONTHS, prices, strict=True) if price is None]
    if missing:
        raise InputError([Fault(path=name, kind="fact", message=said(
            "{tariff} has none for months {months}", "{tariff} 中 {months} 月没有该项价格",
            tariff=tariff, months=", ".join(map(str, missing)),
        ))])  # fmt: skip
    return np.array([[price for price in prices if price is not None]])
