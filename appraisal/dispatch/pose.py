"""Case and offers → the distinct problems of a block, for the prices of one operating year.

Scenarios that differ only in what dispatch does not read share one problem, posed per MW of rated power.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case
from appraisal.case.store import MOST_PLACED
from appraisal.dispatch.ageing import fades
from appraisal.dispatch.bounds import READ as BOUNDS_READ
from appraisal.dispatch.bounds import bounds_of, outage
from appraisal.dispatch.years import INDICES, in_year, moving_cost, of_year
from appraisal.errors import Fault, InputError, said
from appraisal.field import Section
from appraisal.operation import Claim, Offer, PeakPrice, Problem, SiteProblem, Stream
from appraisal.streams._claims import Held, held
from appraisal.units import KWH_PER_MWH, Table, table

# A state every 5 % of health: the tests bound what reading between them costs.
STATES = table(np.linspace(1.0, 0.5, 11))
FRESH = table([1.0])
# With capacity added beside the aged one a plant may hold more than it was rated, or nothing once that is spent too.
AUGMENTED = table(np.linspace(MOST_PLACED, 0.0, 41))
# A price index below this stands for prices of nothing, at which no plant moves.
_LEAST_INDEX = 1e-6
_STORAGE = (
    *BOUNDS_READ, "charge_efficiency", "discharge_efficiency", "depth_of_discharge", "throughput_cost_yuan_per_mwh",
    "heat.rate_mwh_per_mwh", "heat.fuel_yuan_per_mwh",
)  # fmt: skip
_MARKET = (
    "price_scale", "spread_scale", "transmission_yuan_per_kwh", "loss_yuan_per_kwh", "system_operation_yuan_per_kwh",
)  # fmt: skip


_SITE = (
    "load_scale", "pv_scale", "export_limit_mw", "export_price_yuan_per_kwh", "import_limit_mw", "month_edge_soc", "supply.kva",
    "supply.contract_kw", "supply.level",
)  # fmt: skip


@dataclass(frozen=True)
class Posed:
    """The distinct problems, which of them each scenario has, and what the streams set aside in each."""

    which: NDArray[np.int64]
    claims: tuple[Claim, ...]
    problem: Problem


def distinct(case: Case, streams: Mapping[str, Stream]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(first scenario of each distinct problem, problem of each scenario); one problem where nothing it reads varies."""
    columns = [*_read(case.storage, _STORAGE), *_read(case.market, (*_MARKET, *INDICES))]
    columns += _read(case.market.site, _SITE)
    columns += [case.market.price_index] if (moving_cost(case) > 0.0).any() else []
    columns += [
        column for label, stream in streams.items() for column in _read(case.streams[label], stream.dispatch_terms)
    ]
    columns += [case.storage.power_mw, case.storage.energy_mwh]
    columns += [case.storage.availability] if case.storage.limits.cycles_per_year is not None else []
    varying = [column for column in columns if column.shape[0] > 1]
    if not varying:
        return np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    _, first, which = np.unique(np.concatenate(varying, axis=1), axis=0, return_index=True, return_inverse=True)
    return first, which.reshape(-1)


def _read(section: Section, names: Iterable[str]) -> list[Table]:
    return [value for name in names if (value := section.at(name)) is not None]


def pose(case: Case, streams: Mapping[str, Stream], year: int = 1) -> Posed:
    """The distinct problems of a block whose case has prices, at those of an operating year."""
    first, which = distinct(case, streams)
    one_of_each = in_year(case.rows(first), year)
    offers = {label: stream.offer(one_of_each, one_of_each.streams[label]) for label, stream in streams.items()}
    claims = tuple(claim for offer in offers.values() for claim in offer.claims)
    if one_of_each.prices is None:
        raise InputError(
            [Fault(path="market", message=said("no prices to dispatch against", "没有可用于优化运行的电价"))]
        )
    storage, steps = one_of_each.storage, one_of_each.prices.clock.month.size
    clock = one_of_each.prices.clock
    kept = held({label: offer.claims for label, offer in offers.items()}, clock.hour, clock.step_hours)
    left = _left(kept, len(first), steps)
    able = left * outage(storage, clock)
    index = np.maximum(of_year(one_of_each.market.price_index, year), _LEAST_INDEX)
    usable = storage.energy_mwh / storage.power_mw * storage.depth_of_discharge
    usable = usable * np.maximum(1.0 - kept.all_energy, 0.0)

    def rows(value: Table) -> Table:
        return np.ascontiguousarray(np.broadcast_to(value, (len(first), value.shape[1])))

    buy = {f"{label}.{name}": price for label, offer in offers.items() for name, price in offer.buy.items()}
    problem = Problem(
        clock=clock,
        buy=buy,
        sell={f"{label}.{name}": price for label, offer in offers.items() for name, price in offer.sell.items()},
        charge_limit=_limited(able, [offer.charge_limit_mw for offer in offers.values()], storage.power_mw),
        discharge_limit=_limited(able, [offer.discharge_limit_mw for offer in offers.values()], storage.power_mw),
        hours=rows(usable),
        charge_efficiency=rows(storage.charge_efficiency),
        discharge_efficiency=rows(storage.discharge_yield),
        throughput_cost=rows(moving_cost(one_of_each) / index),
        states=states_of(case),
        bounds=bounds_of(one_of_each, clock, claims, 1.0 - left),
        auxiliary=storage.auxiliary.load(storage.power_mw),
        auxiliary_price=_auxiliary_price(one_of_each, buy),
        site=_site(one_of_each, offers, len(first)),
    )
    return Posed(which=which, claims=claims, problem=problem)


def _site(case: Case, offers: Mapping[str, Offer], rows: int) -> SiteProblem | None:
    """The host's site per MW of rated power, where a peak or an export has a price or there may be surplus; else None."""
    drawn, power = case.drawn_mw, case.storage.power_mw
    if drawn is None:
        return None
    export = {f"{label}.{name}": price for label, offer in offers.items() for name, price in offer.export.items()}
    peaks = {label: offer.peak for label, offer in offers.items() if offer.peak is not None}
    limit = case.market.site.export_limit_mw
    if not peaks and not limit.any() and (drawn >= 0.0).all():
        return None

    def by_row(table: Table) -> Table:
        return np.ascontiguousarray(np.broadcast_to(table, (rows, table.shape[1])))

    return SiteProblem(
        drawn=by_row(drawn / power), export_limit=by_row(limit / power), export={name: by_row(price) for name, price in export.items()},
        peaks={label: _per_mw(peak, power, by_row) for label, peak in peaks.items()}, edge_share=by_row(case.market.site.month_edge_soc),
    )  # fmt: skip


def _per_mw(peak: PeakPrice, power: Table, by_row: Callable[[Table], Table]) -> PeakPrice:
    """What the month's highest draw costs, money and power per MW of rated power."""
    ways = tuple(
        replace(way, fixed_yuan=by_row(way.fixed_yuan / power), from_mw=by_row(way.from_mw / power), price_yuan_per_mw=by_row(way.price_yuan_per_mw))
        for way in peak.ways
    )  # fmt: skip
    return PeakPrice(ways=ways, factor=by_row(peak.factor), threshold_mwh=by_row(peak.threshold_mwh / power))


def _auxiliary_price(case: Case, buy: Mapping[str, Table]) -> Table:
    """Yuan/MWh that the plant's own consumption pays: what the case states, else the price of charging."""
    stated = case.storage.auxiliary.price_yuan_per_kwh
    if stated is not None:
        return np.asarray(KWH_PER_MWH * stated)
    if case.storage.auxiliary.asked and not buy:
        message = said("required: no stream has a price of charging to take", "必填：没有可沿用的充电电价")
        raise InputError([Fault(path="storage.auxiliary.price_yuan_per_kwh", message=message)])
    return np.asarray(sum(buy.values(), np.zeros((1, 1))))


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
