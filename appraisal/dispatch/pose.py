"""Case and offers → the distinct problems of a block, for the prices of one operating year.

Scenarios that differ only in what dispatch does not read share one problem, posed per MW of rated power.

A factor on all prices of a year leaves the order of schedules as it is: with a cost w a MWh discharged,
k·(earned − paid) − w·discharged = k·(earned − paid − (w/k)·discharged). So ``market.price_index`` is posed as a
throughput cost of w/k at the prices of the first year, and where w is 0 every year shares one problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case, Prices
from appraisal.case.store import MOST_PLACED
from appraisal.dispatch.ageing import fades
from appraisal.errors import Fault, InputError, said
from appraisal.field import Section
from appraisal.operation import Claim, Problem, Stream
from appraisal.streams._claims import Held, held
from appraisal.units import Table, table

# A state every 5 % of health: the tests bound what reading between them costs.
STATES = table(np.linspace(1.0, 0.5, 11))
FRESH = table([1.0])
# With capacity added beside the aged one a plant may hold more than it was rated, or nothing once that is spent too.
AUGMENTED = table(np.linspace(MOST_PLACED, 0.0, 41))
# A price index below this stands for prices of nothing, at which no plant moves.
_LEAST_INDEX = 1e-6
_STORAGE = (
    "charge_efficiency", "discharge_efficiency", "depth_of_discharge", "throughput_cost_yuan_per_mwh",
    "heat.rate_mwh_per_mwh", "heat.fuel_yuan_per_mwh",
)  # fmt: skip
_INDICES = ("energy_index", "transmission_index", "spread_index")
_MARKET = (
    "price_scale", "spread_scale", "transmission_yuan_per_kwh", "loss_yuan_per_kwh", "system_operation_yuan_per_kwh",
)  # fmt: skip


@dataclass(frozen=True)
class Posed:
    """The distinct problems, which of them each scenario has, and what the streams set aside in each."""

    which: NDArray[np.int64]
    claims: tuple[Claim, ...]
    problem: Problem


def distinct(case: Case, streams: Mapping[str, Stream]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(first scenario of each distinct problem, problem of each scenario); one problem where nothing it reads varies."""
    columns = [*_read(case.storage, _STORAGE), *_read(case.market, (*_MARKET, *_INDICES))]
    columns += [case.market.price_index] if (moving_cost(case) > 0.0).any() else []
    columns += [
        column for label, stream in streams.items() for column in _read(case.streams[label], stream.dispatch_terms)
    ]
    columns += [case.storage.power_mw, case.storage.energy_mwh]
    varying = [column for column in columns if column.shape[0] > 1]
    if not varying:
        return np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    _, first, which = np.unique(np.concatenate(varying, axis=1), axis=0, return_index=True, return_inverse=True)
    return first, which.reshape(-1)


def _read(section: Section, names: Iterable[str]) -> list[Table]:
    return [value for name in names if (value := section.at(name)) is not None]


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
        key: tuple[object, ...] = tuple(_of_year(getattr(case.market, name), year).tobytes() for name in _INDICES)
        key += (_of_year(case.market.price_index, year).tobytes() if moving else b"", _tariff_of(case, year))
        groups.setdefault(key, []).append(year)
    return tuple(map(tuple, groups.values()))


def _of_year(values: Table, year: int) -> Table:
    return values if values.shape[1] == 1 else values[:, year - 1 : year]


def _tariff_of(case: Case, year: int) -> int:
    """The operating year from which the prices of a year hold: 1, or that of a later tariff."""
    return max([1, *(begins for begins in case.later_prices if begins <= year)])


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
    begins = _tariff_of(case, year)
    prices = case.later_prices[begins] if begins > 1 else case.prices
    if prices is None:
        return case
    energy, transmission, spread = (_of_year(getattr(case.market, name), year) for name in _INDICES)
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


def pose(case: Case, streams: Mapping[str, Stream], year: int = 1) -> Posed:
    """The distinct problems of a block whose case has prices, at those of an operating year."""
    first, which = distinct(case, streams)
    one_of_each = in_year(case.rows(first), year)
    offers = {label: stream.offer(one_of_each, one_of_each.streams[label]) for label, stream in streams.items()}
    claims = {label: offer.claims for label, offer in offers.items()}
    if one_of_each.prices is None:
        raise InputError(
            [Fault(path="market", message=said("no prices to dispatch against", "没有可用于优化运行的电价"))]
        )
    storage, steps = one_of_each.storage, one_of_each.prices.clock.month.size
    kept = held(claims, one_of_each.prices.clock.hour, one_of_each.prices.clock.step_hours)
    left = _left(kept, len(first), steps)
    index = np.maximum(_of_year(one_of_each.market.price_index, year), _LEAST_INDEX)
    usable = storage.energy_mwh / storage.power_mw * storage.depth_of_discharge
    usable = usable * np.maximum(1.0 - kept.all_energy, 0.0)

    def rows(value: Table) -> Table:
        return np.ascontiguousarray(np.broadcast_to(value, (len(first), value.shape[1])))

    problem = Problem(
        clock=one_of_each.prices.clock,
        buy={f"{label}.{name}": price for label, offer in offers.items() for name, price in offer.buy.items()},
        sell={f"{label}.{name}": price for label, offer in offers.items() for name, price in offer.sell.items()},
        charge_limit=_limited(left, [offer.charge_limit_mw for offer in offers.values()], storage.power_mw),
        discharge_limit=_limited(left, [offer.discharge_limit_mw for offer in offers.values()], storage.power_mw),
        hours=rows(usable),
        charge_efficiency=rows(storage.charge_efficiency),
        discharge_efficiency=rows(storage.discharge_yield),
        throughput_cost=rows(moving_cost(one_of_each) / index),
        states=states_of(case),
    )
    return Posed(which=which, claims=tuple(claim for ones in claims.values() for claim in ones), problem=problem)


def states_of(case: Case) -> Table:
    """Shares of rated energy at which a case is solved, ``(1, K)`` falling: one where nothing fades."""
    if case.storage.augmentation.asked:
        return AUGMENTED
    return STATES if fades(case.storage.ageing) else FRESH


def _left(kept: Held, rows: int, steps: int) -> Table:
    """Share of rated power that the claims leave at each step; claims beyond all of it are refused."""
    oversold = kept.oversold()
    if oversold is not None:
        raise InputError([Fault(path="revenue", message=oversold)])
    return np.broadcast_to(np.maximum(1.0 - kept.all_power, 0.0), (rows, steps))


def _limited(left: Table, limits: Iterable[Table | None], power_mw: Table) -> Table:
    """The least of what the claims leave and the limits in MW, per MW of rated power."""
    least = left
    for limit in limits:
        if limit is not None:
            least = np.minimum(least, limit / power_mw)
    return np.ascontiguousarray(least)
