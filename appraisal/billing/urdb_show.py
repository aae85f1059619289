"""What was understood of a URDB tariff: sentences for people, and its prices laid on months and hours for a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.billing.urdb_types import Amount, Flat, Period, Timed, UrdbTariff
from appraisal.errors import Message, joined, said, verbatim
from appraisal.units import Table


@dataclass(frozen=True, kw_only=True)
class TimedMap:
    """One price by time of use, twelve months × 24 hours from 0; prices are those of the first tier.

    Attributes
    ----------
    weekday, weekend : (12, 24), numbers of periods.
    weekday_price, weekend_price : (12, 24), $/kWh or $/kW a month.
    """

    weekday: NDArray[np.int64]
    weekend: NDArray[np.int64]
    weekday_price: Table
    weekend_price: Table


@dataclass(frozen=True, kw_only=True)
class PriceMap:
    """The prices of a tariff for a picture: energy in $/kWh with the month's fuel adjustment, demand in $/kW a month.

    ``demand`` is None where nothing is charged by period; ``flat_demand`` is (1, 12), zero where nothing is charged.
    """

    energy: TimedMap
    demand: TimedMap | None
    flat_demand: Table


def price_map(tariff: UrdbTariff) -> PriceMap:
    """Period and first-tier price of every hour of every month.

    Examples
    --------
    >>> from appraisal.billing.urdb_read import urdb_of
    >>> grid = [[0] * 12 + [1] * 12] * 12
    >>> text = '{"energyratestructure": [[{"rate": 0.1}], [{"rate": 0.3}]], "energyweekdayschedule": %s, "energyweekendschedule": %s}'
    >>> shown = price_map(urdb_of(text % (grid, grid)))
    >>> shown.energy.weekday_price[0, 11:13].tolist(), shown.demand is None
    ([0.1, 0.3], True)
    """
    fuel = np.array(tariff.fuel)[:, None]
    flat = tariff.flat_demand
    return PriceMap(
        energy=_laid(tariff.energy, fuel),
        demand=None if tariff.demand is None else _laid(tariff.demand, np.zeros_like(fuel)),
        flat_demand=np.zeros((1, len(fuel))) if flat is None else _first(flat.periods)[list(flat.months)][None, :],
    )


def _first(periods: tuple[Period, ...]) -> NDArray[np.float64]:
    return np.array([period.tiers[0].price for period in periods])


def _laid(timed: Timed, added: Table) -> TimedMap:
    first, weekday, weekend = _first(timed.periods), np.array(timed.weekday), np.array(timed.weekend)
    return TimedMap(
        weekday=weekday, weekend=weekend, weekday_price=first[weekday] + added, weekend_price=first[weekend] + added
    )


def understood(tariff: UrdbTariff) -> tuple[Message, ...]:
    """What was read, a sentence each: whose tariff, every price with its tiers, charges and minimums, then the remarks."""
    return (*_about(tariff), *_prices(tariff), *_amounts(tariff), *tariff.remarks)


def _about(tariff: UrdbTariff) -> Iterator[Message]:
    yield said(
        "{name} · {utility} · {label}", "{name} · {utility} · {label}",
        name=tariff.name or "–", utility=tariff.utility or "–", label=tariff.label or "–",
    )  # fmt: skip
    yield said(
        "in force from {begins} to {ends}",
        "有效期自 {begins} 至 {ends}",
        begins=tariff.begins or "–",
        ends=tariff.ends or "–",
    )


def _prices(tariff: UrdbTariff) -> Iterator[Message]:
    for number, period in enumerate(tariff.energy.periods):
        yield said(
            "energy, period {number}: {tiers}",
            "电能，时段 {number}：{tiers}",
            number=number,
            tiers=_tiers(period, "$/kWh"),
        )
    if any(tariff.fuel):
        fuel = ", ".join(f"{price:g}" for price in tariff.fuel)
        yield said("fuel adjustment by month: {fuel} $/kWh", "各月燃料调整：{fuel} $/kWh", fuel=fuel)
    for number, period in enumerate(tariff.demand.periods if tariff.demand else ()):
        yield said(
            "demand, period {number}: {tiers}",
            "需量，时段 {number}：{tiers}",
            number=number,
            tiers=_tiers(period, "$/kW"),
        )
    for months, period in _flat_months(tariff.flat_demand):
        yield said(
            "highest demand of months {months}: {tiers}",
            "{months} 月全月需量：{tiers}",
            months=months,
            tiers=_tiers(period, "$/kW"),
        )
    if tariff.window_minutes is not None:
        yield said(
            "demand is a mean over {minutes:g} minutes", "需量为 {minutes:g} 分钟平均值", minutes=tariff.window_minutes
        )


def _flat_months(flat: Flat | None) -> Iterator[tuple[str, Period]]:
    for number, period in enumerate(flat.periods if flat else ()):
        months = ", ".join(
            str(month) for month, used in enumerate(flat.months if flat else (), start=1) if used == number
        )
        if months:
            yield months, period


def _tiers(period: Period, unit: str) -> Message:
    return joined([
        verbatim(f"{tier.price:g} {unit}") if tier.limit is None
        else said("{price} up to {limit}", "{limit} 以内 {price}", price=f"{tier.price:g} {unit}", limit=f"{tier.limit:g} {period.unit}")
        for tier in period.tiers
    ])  # fmt: skip


def _amounts(tariff: UrdbTariff) -> Iterator[Message]:
    for fixed in tariff.fixed:
        yield said("fixed charge {amount}", "固定费用 {amount}", amount=_amount(fixed))
    for least in tariff.minimum:
        yield said("least bill {amount}", "最低电费 {amount}", amount=_amount(least))


def _amount(amount: Amount) -> str:
    return f"{amount.value:g} {amount.unit}"
