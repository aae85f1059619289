"""What services declare, set aside and count alike; no stream itself.

A service that moves energy of its own keeps a *slice* of the plant: a share of power in its hours and of usable energy
all day. What that slice moves is not in the energy of dispatch, so that a levelised cost counts neither its energy nor
its money for charging; the result says how much that is (``Settlement.slice_mwh``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic_core import PydanticUndefined

from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.case.windows import ALL_MONTHS, hours_in, mask, months_of
from appraisal.errors import Message, ValueFault, said
from appraisal.field import Section, number, text, yearly
from appraisal.operation import Claim, Offer, Operation
from appraisal.units import DAYS_PER_YEAR, Table

Fault = tuple[str, Message]

# Days of each month, a leap day left out.
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# --- fields ---


def income_index() -> Any:
    """Declare how prices or quantities of a service fall as fleets grow."""
    return yearly(
        "1", "分年收入指数", "Income index by operating year", ge=0, default=1.0,
        help="Multiplies what is paid: below 1 and falling as a market fills up or a price is cut.",
        help_zh="乘在各年报酬上：市场趋于饱和或降价时取小于 1 且逐年下降的数。",
    )  # fmt: skip


def hours(zh: str = "参与时段", en: str = "Hours", **default: str) -> Any:
    """Declare windows of the day."""
    return text(
        zh, en, **default, help="Windows of the day, 08:00-12:00, 18:00-22:00; a window may pass midnight.",
        help_zh="一天中的时段，如 08:00-12:00, 18:00-22:00；可跨越零点。",
    )  # fmt: skip


def months() -> Any:
    """Declare the months of a service; all unless stated."""
    return text(
        "参与月份", "Months", default="1-12", help="Months and ranges of months, 7-9, 12. Power is set aside in these.",
        help_zh="月份或月份范围，如 7-9, 12。只在这些月份预留功率。",
    )  # fmt: skip


def power_share() -> Any:
    """Declare the share of power that a service keeps in its hours."""
    return number(
        "share", "预留功率占比", "Share of power", ge=0, le=1, help="Of rated power, set aside in the hours named.",
        help_zh="占额定功率的比例，在所列时段预留。",
    )  # fmt: skip


def energy_share() -> Any:
    """Declare the share of energy that a service keeps all day."""
    return number(
        "share", "预留电量占比", "Share of energy", ge=0, le=1, help="Of usable energy, kept for the service all day.",
        help_zh="占可用电量的比例，全天为该服务预留。",
    )  # fmt: skip


def days_per_year(zh: str = "年参与天数", en: str = "Days a year", default: Any = PydanticUndefined) -> Any:
    """Declare the days of a service."""
    return number("days", zh, en, ge=0, le=366, default=default)


# --- faults ---


def window_faults(terms: Section, *names: str) -> list[Fault]:
    """Windows of the day that cannot be read."""
    return [fault for name in names for fault in _read(name, lambda name=name: hours_in(getattr(terms, name)))]


def month_faults(terms: Any) -> list[Fault]:
    """Months that cannot be read, and more days than they have."""
    found = _read("months", lambda: months_of(terms.months))
    if not found and hasattr(terms, "days_per_year"):
        most = days_in(months_of(terms.months))
        if (terms.days_per_year > max(most, 366.0 if most == DAYS_PER_YEAR else 0.0)).any():
            told = said("more than the {most} days of its months", "超过所列月份的 {most} 天", most=most)
            found.append(("days_per_year", told))
    return found


def length_faults(case: Case, terms: Section, *names: str) -> list[Fault]:
    """Lists by operating year of another length than the operating years."""
    years, found = case.project.operation_years, []
    for name in names:
        length = getattr(terms, name).shape[1]
        if length not in (1, years):
            told = said(
                "{count} yearly values; expected 1 or {years}, one an operating year",
                "有 {count} 个分年值；应为 1 个，或每个运营年一个，共 {years} 个", count=length, years=years
            )  # fmt: skip
            found.append((name, told))
    return found


def cap_faults(terms: Section, price: str, cap: str) -> list[Fault]:
    """A price above the cap of its market."""
    asked, most = getattr(terms, price), getattr(terms, cap)
    if asked is None or most is None or (asked <= most).all():
        return []
    told = said(
        "{price:g} is above the cap of the market, {cap:g} {unit}", "{price:g} 高于市场上限 {cap:g} {unit}",
        price=float(asked.max()), cap=float(most.min()), unit=terms.declaration(cap).unit_text(),
    )  # fmt: skip
    return [(price, told)]


def _read(name: str, reader: Any) -> list[Fault]:
    try:
        reader()
    except ValueFault as error:
        return [(name, error.message)]
    return []


# --- what is set aside ---


def days_in(named: Iterable[int]) -> int:
    """Days of some months of a year of 365 days.

    Examples
    --------
    >>> days_in((7, 8, 9))
    92
    """
    return sum(_DAYS[month - 1] for month in named)


def claim(terms: Any, hour: Table, step_hours: float, named: tuple[int, ...] = ALL_MONTHS) -> Claim:
    """The share of power in the hours of the terms in the months *named*, and of energy all day."""
    held = terms.power_share * mask(terms.hours, hour, step_hours)
    return Claim(power_share=held, energy_share=terms.energy_share, months=named)


def offered(case: Case, claims: Any, *, cycles_per_year: Table | None = None, **more: Any) -> Offer:
    """The claims on the steps that arbitrage is dispatched on, 0 in other months; nothing where there is no dispatch.

    Parameters
    ----------
    claims : callable
        (hour of day of each step, its length) → claims.
    cycles_per_year : (S, 1), optional
        Put on the first claim.
    more
        Other parts of the offer.
    """
    if case.prices is None:
        return Offer()
    clock, found = case.prices.clock, []
    for one in claims(clock.hour, clock.step_hours):
        inside = np.isin(clock.month, one.months)[None, :]
        found.append(replace(one, power_share=one.power_share * inside, months=ALL_MONTHS))
    if cycles_per_year is not None:
        found[0] = replace(found[0], cycles_per_year=cycles_per_year)
    return Offer(claims=tuple(found), **more)


# --- what is counted ---


def rate_of(case: Case, terms: Any) -> Table:
    """The VAT rate of the terms, else that of electricity, ``(S, 1)``."""
    rate: Table = case.market.vat_rate if terms.vat_rate is None else terms.vat_rate
    return rate


def by_year(case: Case, values: Table) -> Table:
    """A list by operating year on its columns, ``(S, Y)``; 0 before operation."""
    return periods(case.project).by_operating_year(values)


def price_level(case: Case) -> Table:
    """The index of energy prices on its columns, ``(S, Y)``."""
    return by_year(case, case.market.price_index)


def usable_fresh_mwh(case: Case) -> Table:
    """Usable energy of the plant before it ages, ``(S, 1)``."""
    usable: Table = case.storage.energy_mwh * case.storage.depth_of_discharge
    return usable


def cycles_of(case: Case, drawn_mwh: Table) -> Table:
    """Equivalent full cycles of the whole plant for energy drawn from the store in a year, ``(S, 1)``: by rated energy, as dispatch counts."""
    cycles: Table = drawn_mwh / case.storage.energy_mwh
    return cycles


def charged_a_day(case: Case, energy_share: Table, usable_mwh: Table, most_in_mwh: Table, most_out_mwh: Table) -> Table:
    """MWh at the meter that a slice charges on a day on which it is filled and emptied once.

    Parameters
    ----------
    energy_share : (S, 1)
        Share of usable energy kept for the slice.
    usable_mwh : (S, 1) or (S, Y)
        Usable energy of the plant.
    most_in_mwh, most_out_mwh : (S, 1)
        What its power and its hours, or its sources, allow to be charged and to be discharged.

    Returns
    -------
    (S, 1) or (S, Y)
        ``min(in, out · r, s · E ÷ η_c)``, r the MWh charged for each MWh discharged.
    """
    storage = case.storage
    full = energy_share * usable_mwh / storage.charge_efficiency
    return np.asarray(np.minimum(np.minimum(most_in_mwh, most_out_mwh * storage.electricity_ratio), full))


def running(operation: Operation) -> Table:
    """1 in columns in which some of the plant operates, ``(S, Y)``: for what is paid whatever the outages are."""
    return np.asarray((operation.running > 0) * 1.0)
