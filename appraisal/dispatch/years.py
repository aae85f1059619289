"""Which operating years share their prices, and the case with the prices of one of them.

A factor on all prices of a year leaves the order of schedules as it is: with a cost w a MWh discharged,
k·(earned − paid) − w·discharged = k·(earned − paid − (w/k)·discharged). So ``market.price_index`` is posed as a
throughput cost of w/k at the prices of the first year, and where w is 0 every year shares one problem.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from appraisal.case import Case, Prices
from appraisal.units import Table

INDICES = ("energy_index", "transmission_index", "spread_index")


def moving_cost(case: Case) -> Table:
    """What a MWh discharged costs beside electricity, yuan including VAT, ``(S, 1)``: wear as a shadow price, and heat."""
    heat = case.storage.heat
    return np.asarray(case.storage.throughput_cost_yuan_per_mwh + heat.rate_mwh_per_mwh * heat.fuel_yuan_per_mwh)


def price_years(case: Case) -> tuple[tuple[int, ...], ...]:
    """Operating years that share their prices in every scenario, each group once solved; all of them in one group as a rule.

    Returns
    -------
    tuple of tuples of int
        Operating years from 1, each year in one group, groups in the order of their first year.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    moving = (moving_cost(case) > 0.0).any()
    for year in range(1, case.project.operation_years + 1):
        key: tuple[object, ...] = tuple(of_year(getattr(case.market, name), year).tobytes() for name in INDICES)
        key += (of_year(case.market.price_index, year).tobytes() if moving else b"",)
        groups.setdefault(key, []).append(year)
    return tuple(map(tuple, groups.values()))


def of_year(values: Table, year: int) -> Table:
    return values if values.shape[1] == 1 else values[:, year - 1 : year]


def in_year(case: Case, year: int) -> Case:
    """The case with the prices of one operating year in place of the first year's.

    Parameters
    ----------
    case : Case
        Of R scenarios; its prices are ``(1, N)``.
    year : int
        Operating year from 1.

    Returns
    -------
    Case
        Energy prices e·(price − fixed) + t·fixed with the indices e of what floats and t of transmission, the spread about
        the mean of that year times its index, and transmission paid on charging times t; ``price_index`` is left aside.
    """
    prices = case.prices
    if prices is None:
        return case
    energy, transmission, spread = (of_year(getattr(case.market, name), year) for name in INDICES)
    market = case.market
    update = {"spread_scale": market.spread_scale * spread}
    if market.transmission_yuan_per_kwh is not None:
        update["transmission_yuan_per_kwh"] = market.transmission_yuan_per_kwh * transmission
    return replace(case, prices=_indexed(prices, energy, transmission), market=market.model_copy(update=update))


def _indexed(prices: Prices, energy: Table, transmission: Table) -> Prices:
    if (energy == 1.0).all() and (transmission == 1.0).all():
        return prices
    fixed = np.zeros((1, 1)) if prices.fixed is None else prices.fixed
    moved = {name: energy * (getattr(prices, name) - fixed) + transmission * fixed for name in ("buy", "sell")}
    fees = {name: price * transmission if name == "transmission" else price for name, price in prices.fees.items()}
    return replace(prices, fees=fees, **moved)
