"""The solved years carried over the operating years as the store ages, and laid on the columns of a project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import Periods
from appraisal.dispatch.ageing import Curve, Lives, lifetime, scheduled_mwh
from appraisal.dispatch.eras import year_shares
from appraisal.dispatch.pose import Posed
from appraisal.dispatch.years import of_year
from appraisal.operation import Operation, Solved
from appraisal.units import DAYS_PER_YEAR, HOURS_PER_DAY, KWH_PER_MWH, Table, table

_ONE = table(1.0)


class SolvedYears(NamedTuple):
    """The operating years of one set of prices, and the year solved for them."""

    years: tuple[int, ...]
    posed: Posed
    solved: Solved


def unfold(case: Case, solved: Sequence[Sequence[SolvedYears]], columns: Periods) -> tuple[Operation, ...]:
    """The solved years carried over the operating years as the battery ages: under each era, at the health that all leave.

    Parameters
    ----------
    case : Case
    solved : sequence of sequences of SolvedYears
        By era; a year that an era holds nothing of is left out.
    columns : Periods
        Plain ones.

    Returns
    -------
    tuple of Operation
        By era, in whole operating years.
    """
    shares = year_shares(case, columns)
    lived = [_Lived(regime, years) for regime, years in zip(case.regimes, solved, strict=True)]

    def cycles_at(held: Table, year: int) -> Table:
        parts = [(share[year - 1], one) for share, one in zip(shares, lived, strict=True) if share[year - 1] > 0.0]
        return np.asarray(sum((share * one.cycles(held, year) for share, one in parts), np.zeros((1, 1))))

    lives = lifetime(case.storage, cycles_at, columns.operation_years)
    # An event from the first year on leaves the era before it without a year.
    first = next(years for years in solved if years)[0].solved
    shown = [years[0].solved if years else first for years in solved]
    return tuple(_carried(one, lives, columns, its) for one, its in zip(lived, shown, strict=True))


class _Lived:
    """The solved years of one era, read at any state of health."""

    def __init__(self, case: Case, solved_years: Sequence[SolvedYears]) -> None:
        self.case = case
        self.of = {year: one for one in solved_years for year in one.years}
        self.curves = {
            year: Curve(states=one.solved.problem.states, which=one.posed.which) for year, one in self.of.items()
        }
        self.lines = {
            line: list(dict.fromkeys(name for one in solved_years for name in getattr(one.solved, line)))
            for line in ("paid", "earned")
        }

    def cycles(self, held: Table, year: int) -> Table:
        """Equivalent full cycles of a year in which so large a share of rated energy is held, ``(S, 1)``."""
        # A swing of all that a worn battery holds is a full cycle still, as in the fade models the coefficients are from.
        one, storage = self.of[year], self.case.storage
        kept = storage.energy_mwh / storage.power_mw * np.maximum(held, _least_held(one.solved.problem.states))
        moved = self.curves[year].read(one.solved.discharged, held) / storage.discharge_yield / kept
        return np.asarray((moved + _service(one.posed) * storage.in_service) * storage.availability)

    def read(self, pick: Callable[[Solved], Table], held: Table, year: int) -> Table:
        """A quantity per MW in a year, ``(S, 1)``; nothing in a year of another era."""
        return self.curves[year].read(pick(self.of[year].solved), held) if year in self.of else np.zeros((1, 1))

    def consumed(self, pick: Callable[[Solved], Table], year: int) -> Table:
        """What the plant itself consumes in a year, per MW, ``(S, 1)``; nothing in a year of another era."""
        return pick(self.of[year].solved)[self.of[year].posed.which] if year in self.of else np.zeros((1, 1))


def _carried(lived: _Lived, lives: Lives, columns: Periods, first: Solved) -> Operation:
    """The operation of one era on plain columns, at the health of each year."""
    storage, years = lived.case.storage, columns.operation_years
    alive = [running * storage.availability for running in lives.running]

    def laid(yearly: Sequence[Table]) -> Table:
        shape = np.broadcast_shapes(*(value.shape for value in yearly))
        return columns.by_operating_year(np.concatenate([np.broadcast_to(value, shape) for value in yearly], axis=1))

    def metered(pick: Callable[[Solved], Table]) -> Table:
        return laid([
            lived.read(pick, held, year) * running * storage.power_mw
            for year, held, running in zip(range(1, years + 1), lives.held, alive, strict=True)
        ])  # fmt: skip

    def consumed(pick: Callable[[Solved], Table], index: Table = _ONE) -> Table:
        # Standing still for want of parts or of work, the plant is cooled and lit all the same.
        return laid([
            lived.consumed(pick, year) * of_year(index, year) * running * storage.power_mw
            for year, running in zip(range(1, years + 1), lives.running, strict=True)
        ])  # fmt: skip

    usable = storage.energy_mwh * storage.depth_of_discharge
    return Operation(
        running=laid([each * storage.in_service for each in alive]),
        soh=laid(lives.soh),
        usable_mwh=laid([usable * held for held in lives.held]),
        charged_mwh=metered(lambda solved: solved.charged),
        discharged_mwh=metered(lambda solved: solved.discharged),
        cycles=laid(lives.cycles),
        paid={name: metered(lambda solved, line=name: solved.paid[line]) for name in lived.lines["paid"]},  # type: ignore[misc]
        earned={name: metered(lambda solved, line=name: solved.earned[line]) for name in lived.lines["earned"]},  # type: ignore[misc]
        solved=first,
        auxiliary_mwh=consumed(lambda solved: solved.auxiliary_mwh),
        auxiliary_yuan=consumed(lambda solved: solved.auxiliary_yuan, lived.case.market.price_index),
        part_soh=_by_part(lives, lives.part_soh, laid),
        part_mwh=_by_part(lives, [usable * held for held in lives.part_held], laid),
        renewed=laid(lives.renewed),
        added_mwh=laid([storage.energy_mwh * share for share in lives.added]),
    )


def _by_part(lives: Lives, yearly: Sequence[Table], laid: Callable[[Sequence[Table]], Table]) -> dict[str, Table]:
    """A quantity ``(S, C)`` a year by the operating year at whose end each part was placed, 0 for the first."""
    return {str(placed): laid([values[:, [part]] for values in yearly]) for part, placed in enumerate(lives.placed_in)}


def _least_held(states: Table) -> float:
    """The least share of rated energy that cycles are counted against: the lowest state solved that holds anything."""
    return float(states[states > 0.0].min())


def _service(posed: Posed) -> Table:
    """Equivalent full cycles a year that services cost, one value a scenario."""
    service: Table = np.asarray(sum((claim.cycles_per_year for claim in posed.claims), np.zeros((1, 1))))
    return service[posed.which] if service.shape[0] > 1 else service


def stated(case: Case, columns: Periods) -> Operation:
    """Energy as the case states it by year, or none; no dispatch."""
    nothing = np.zeros((1, 1))
    storage = case.storage
    running = columns.by_operating_year(storage.availability * storage.in_service)
    own = storage.auxiliary.load(storage.power_mw) * storage.power_mw * DAYS_PER_YEAR * HOURS_PER_DAY
    price = storage.auxiliary.price_yuan_per_kwh
    paid = nothing if price is None else own * price * KWH_PER_MWH
    years = range(1, columns.operation_years + 1)
    rows = 1 if storage.augmentation.energy_mwh is None else len(storage.augmentation.energy_mwh)
    added = np.concatenate([np.broadcast_to(scheduled_mwh(storage, year), (rows, 1)) for year in years], axis=1)
    discharged = nothing if storage.discharged_mwh is None else storage.discharged_mwh
    return Operation(
        running=running,
        soh=columns.operating,
        usable_mwh=columns.by_operating_year(storage.energy_mwh * storage.depth_of_discharge),
        charged_mwh=columns.by_operating_year(nothing if storage.charged_mwh is None else storage.charged_mwh),
        discharged_mwh=columns.by_operating_year(discharged),
        cycles=columns.by_operating_year(discharged / storage.discharge_yield / storage.energy_mwh),
        added_mwh=columns.by_operating_year(added),
        auxiliary_mwh=columns.by_operating_year(own),
        auxiliary_yuan=columns.by_operating_year(paid * case.market.price_index),
        paid={},
        earned={},
    )


def laid(operation: Operation, whole: Periods, columns: Periods) -> Operation:
    """The operation of *whole* operating years on the columns of a project, each year in its share of capacity and time.

    Parameters
    ----------
    operation : Operation
        Tables ``(S, Y)`` on the plain columns *whole*.
    whole, columns : Periods
        Of the same operating years N.

    Returns
    -------
    Operation
        Energy and money add to the same totals; ``soh`` is the mean over what runs. The operation itself where the
        columns are plain.
    """
    if columns.plain:
        return operation

    def on(table: Table) -> Table:
        return table if table.shape[1] == 1 else columns.by_operating_year(whole.operating_part(table))

    quantities: dict[str, Any] = {
        name: on(getattr(operation, name))
        for name in (
            "running",
            "soh",
            "usable_mwh",
            "charged_mwh",
            "discharged_mwh",
            "cycles",
            "renewed",
            "added_mwh",
            "auxiliary_mwh",
            "auxiliary_yuan",
        )
    }
    np.divide(quantities["soh"], columns.running, out=quantities["soh"], where=columns.running > 0.0)
    for line in ("paid", "earned", "part_soh", "part_mwh"):
        quantities[line] = {name: on(money) for name, money in getattr(operation, line).items()}
    return replace(operation, whole_years=operation, **quantities)
