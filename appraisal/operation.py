"""What passes between dispatch and the revenue streams: types only.

A stream *offers* prices and claims; dispatch answers with an :class:`Operation`; the stream *settles* it.
Energy is measured at the grid meter, power is never negative, money is yuan including VAT.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from appraisal.clock import Clock
from appraisal.errors import Message
from appraisal.units import Rows, Table, table

Payer = Literal["host", "grid_users", "market", "generators", "treasury", "vehicle_owners"]
# What can be sold once only; rules of exclusion name these words, so that a new stream needs no new rule.
Good = Literal[
    "energy", "demand", "capacity_price", "capacity_lease", "regulated_capacity", "reliable_capacity", "regulation",
    "peak_regulation", "reserve", "response", "black_start", "voltage", "backup", "renewables", "green", "deferral",
]  # fmt: skip


def _zero() -> Table:
    return table(0.0)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Power and energy that a stream keeps for itself.

    Attributes
    ----------
    power_share : (S, 1) or (S, N)
        Share of rated power set aside at each step, both ways.
    energy_share : (S, 1)
        Share of usable energy set aside all day.
    cycles_per_year : (S, 1)
        Equivalent full cycles that the service itself costs the battery.
    months : tuple of int
        Months in which power is set aside; in an offer, whose steps know their month, ``power_share`` is 0 in the others.
    """

    power_share: Table
    energy_share: Table = field(default_factory=_zero)
    cycles_per_year: Table = field(default_factory=_zero)
    months: tuple[int, ...] = tuple(range(1, 13))


@dataclass(frozen=True, kw_only=True)
class PeakWay:
    """One way of paying for a month's highest draw M of the site: fixed + price·max(0, M − from).

    Attributes
    ----------
    fixed_yuan, from_mw, price_yuan_per_mw : (S, 12), or one row or one column for all
        January first; price and limit ≥ 0.
    reduced : bool
        Whether a month of high use reduces all of it.
    """

    fixed_yuan: Table
    from_mw: Table
    price_yuan_per_mw: Table
    reduced: bool


@dataclass(frozen=True, kw_only=True)
class PeakPrice:
    """What the month's highest draw costs: of several ways the cheapest of each calendar quarter, with and without the plant.

    Attributes
    ----------
    ways : tuple of PeakWay
        In the order in which the first of equal ones is taken.
    factor : (S, 12), or one row or one column for all
        What a reduced way costs then is multiplied by, 0 to 1, from ``threshold_mwh`` (S, 12) drawn in the month on.
    """

    ways: tuple[PeakWay, ...]
    factor: Table
    threshold_mwh: Table


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a stream lays before the optimiser; prices of all streams add, of limits the least holds.

    Attributes
    ----------
    buy, sell : name → (S, N) or (1, N)
        Price lines in yuan/MWh paid on each MWh charged, received on each MWh discharged. Each line is metered apart.
    charge_limit_mw, discharge_limit_mw : (S, 1) or (S, N) or None
        Limits beside rated power.
    claims : tuple of Claim
    export : name → (S, N) or (1, N) or (S, 1)
        Price lines in yuan/MWh of what the host's site sends to the grid: received on what the plant adds to it, paid on
        what the plant takes from it. ``buy`` and ``sell`` then count what the site draws.
    peak : PeakPrice or None
        Of the month's highest draw of the site; metered as ``earned["before"]``, without the plant, and ``paid["after"]``.
    """

    buy: Mapping[str, Table] = field(default_factory=dict)
    sell: Mapping[str, Table] = field(default_factory=dict)
    charge_limit_mw: Table | None = None
    discharge_limit_mw: Table | None = None
    claims: tuple[Claim, ...] = ()
    export: Mapping[str, Table] = field(default_factory=dict)
    peak: PeakPrice | None = None


@dataclass(frozen=True, kw_only=True)
class SiteProblem:
    """The host's site as dispatch sees it, per MW of rated power.

    Attributes
    ----------
    drawn : (R, N)
        What the site draws without the plant, MW; negative is surplus.
    export_limit : (R, 1)
        Most that it sends to the grid, MW; surplus beyond it is curtailed.
    export : name → (R, N) or (R, 1)
        Price lines of what it sends to the grid, yuan/MWh.
    peaks : label → PeakPrice
        One at most, of the stream of that label, in yuan and MW per MW of rated power.
    edge_share : (R, 1)
        Share of usable energy held at the edges of months, where one run holds several.
    """

    drawn: Table
    export_limit: Table
    export: Mapping[str, Table]
    peaks: Mapping[str, PeakPrice]
    edge_share: Table

    def rows(self, index: Rows) -> SiteProblem:
        """The problems of a slice or an index."""
        peaks = {
            label: PeakPrice(
                ways=tuple(replace(way, **{name: _cut(table, index) for name, table in vars(way).items() if name != "reduced"}) for way in peak.ways),
                factor=_cut(peak.factor, index), threshold_mwh=_cut(peak.threshold_mwh, index),
            )
            for label, peak in self.peaks.items()
        }  # fmt: skip
        cut = {name: _cut(value, index) for name, value in vars(self).items() if name != "peaks"}
        return SiteProblem(peaks=peaks, **cut)


@dataclass(frozen=True, kw_only=True)
class PowerByState:
    """Most power by what the store holds, straight between K corners; per MW of rated power.

    Attributes
    ----------
    energy : (R, K)
        MWh of the fresh store from empty, ascending; of a worn one, times its health.
    charge, discharge : (R, K)
        MW, concave over *energy*.
    reserved : (R, N)
        MW that claims keep of it at each step, both ways.
    """

    energy: Table
    charge: Table
    discharge: Table
    reserved: Table


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What holds a plant back beside power and usable energy, per MW of rated power; left out: nothing does.

    Energies are those of the fresh store: at a state of health all of them are that share of it, because a window is
    drawn in states of charge and a full cycle is a swing of what the store holds then. Powers stay.

    Attributes
    ----------
    lowest : (R, 1)
        Lower edge of the window of states, MWh; the upper is *lowest* + ``hours``.
    self_discharge : (R, 1)
        Share of all that is stored, below the window too, lost in an hour.
    in_service : (R, D)
        Share of the days of each run in service; the flows of a run count on those alone.
    most_year, most_day : (R, 1) or None
        Most MWh discharged at the grid in a year of days in service, and on each day.
    least_charge, least_discharge : (R, 1)
        The plant stands still or moves at least this, MW.
    curve : PowerByState or None
    """

    lowest: Table = field(default_factory=_zero)
    self_discharge: Table = field(default_factory=_zero)
    in_service: Table = field(default_factory=lambda: table(1.0))
    most_year: Table | None = None
    most_day: Table | None = None
    least_charge: Table = field(default_factory=_zero)
    least_discharge: Table = field(default_factory=_zero)
    curve: PowerByState | None = None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """All that dispatch may read, per MW of rated power; one row for each *distinct* problem.

    Attributes
    ----------
    clock : Clock
    buy, sell : name → (R, N)
        Price lines, yuan/MWh.
    charge_limit, discharge_limit : (R, N)
        MW per MW of rated power, what the claims leave.
    hours : (R, 1)
        Usable energy of the fresh battery after claims, MWh per MW.
    charge_efficiency, discharge_efficiency : (R, 1)
        The second is MWh discharged per MWh drawn, above 1 only where heat is added.
    throughput_cost : (R, 1)
        Cost of moving beside electricity (wear as a shadow price, heat), yuan per MWh discharged at the grid, at the price
        level that the price lines stand at.
    states : (1, K)
        States of health solved, falling from 1.
    bounds : Bounds
        What else holds the plant back; its energies are taken at the state solved, as ``hours`` is.
    auxiliary : (R, 1)
        Load of the plant itself in every hour of the year, out of service or not, MW. It moves no schedule: its energy
        and money are metered apart.
    auxiliary_price : (R, N) or (1, N)
        What it pays, yuan/MWh.
    site : SiteProblem or None
        Where a peak or an export has a price, or the site may have a surplus.
    """

    clock: Clock
    buy: Mapping[str, Table]
    sell: Mapping[str, Table]
    charge_limit: Table
    discharge_limit: Table
    hours: Table
    charge_efficiency: Table
    discharge_efficiency: Table
    throughput_cost: Table
    states: Table
    bounds: Bounds = field(default_factory=Bounds)
    auxiliary: Table = field(default_factory=_zero)
    auxiliary_price: Table = field(default_factory=_zero)

    @property
    def in_service_weight(self) -> Table:
        """Times a year that the flows of each step occur, ``(R, N)``: those of the clock without planned outages."""
        return np.repeat(self.clock.weight * self.bounds.in_service, self.clock.steps, axis=1)

    @property
    def highest(self) -> Table:
        """Upper edge of the window of states of the fresh store, MWh per MW, ``(R, 1)``."""
        return self.bounds.lowest + self.hours

    site: SiteProblem | None = None


@dataclass(frozen=True, kw_only=True)
class Solved:
    """Billing quantities of a year at each state of health, per MW of rated power.

    Attributes
    ----------
    problem : Problem
    value : (R, K)
        The optimum's worth, yuan a year, throughput cost taken off.
    charged, discharged : (R, K)
        MWh a year at the grid meter.
    paid, earned : name → (R, K)
        Money of each price line, yuan a year.
    auxiliary_mwh, auxiliary_yuan : (R, 1)
        What the plant itself consumes in a year, at any state of health.
    schedule : Schedule
        Of the first problem with a fresh battery, to be looked at.
    """

    problem: Problem
    value: Table
    charged: Table
    discharged: Table
    paid: Mapping[str, Table]
    earned: Mapping[str, Table]
    auxiliary_mwh: Table
    auxiliary_yuan: Table
    schedule: Schedule


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One year's flows of one plant: arrays ``(D, T)`` in MW and MWh per MW of rated power, and the prices met."""

    clock: Clock
    buy: Table
    sell: Table
    charge_mw: Table
    discharge_mw: Table
    soc_mwh: Table


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What the plant does, by column of the calculation period; nothing before commissioning.

    Where a column holds a part of an operating year, or operating years of several phases, quantities are those of
    that mix and ``whole_years`` keeps what they were laid out of.

    Attributes
    ----------
    running : (S, Y)
        Availability × days without planned outage × the share of the plant and of the year that operates; 0 before
        commissioning.
    soh : (S, Y)
        State of health at the middle of the year, the mean over the capacity in operation.
    usable_mwh : (S, Y)
        Usable energy at the middle of the year × the share of the plant and of the year that operates.
    charged_mwh, discharged_mwh : (S, Y)
        At the grid meter.
    cycles : (S, Y)
        Equivalent full cycles as the ageing counts them: energy drawn from the cells by what they hold then, and those
        that services cost.
    renewed, added_mwh : (S, Y)
        What happens at the end of an operating year, in its share of this column: 1 where the first part is replaced, and
        the rated energy placed beside it. Of whole years the column is that year.
    part_soh, part_mwh : operating year at whose end a part is placed, "0" for the first → (S, Y)
        State of health (0 before it is placed) and usable energy of each part at the middle of the year; empty where the
        case states its yearly energy itself.
    paid, earned : name → (S, Y)
        Money of each price line, yuan a year including VAT, before ``market.price_index``.
    auxiliary_mwh, auxiliary_yuan : (S, Y)
        What the plant consumes itself, in every hour that its store is not spent, and its money, ``market.price_index`` in.
    solved : Solved or None
        At the prices of the first operating year, of an era's operation those of the first year that it holds; None where the case states its yearly energy itself.
    whole_years : Operation or None
        The same on plain columns, each one operating year of the whole plant; None where these columns are that.
    eras : tuple of Operation
        Of a case with events: whole years on plain columns under each of its eras, what the streams of that era settle;
        empty where there are none.
    """

    running: Table
    soh: Table
    usable_mwh: Table
    charged_mwh: Table
    discharged_mwh: Table
    cycles: Table
    paid: Mapping[str, Table]
    earned: Mapping[str, Table]
    auxiliary_mwh: Table = field(default_factory=_zero)
    auxiliary_yuan: Table = field(default_factory=_zero)
    renewed: Table = field(default_factory=_zero)
    added_mwh: Table = field(default_factory=_zero)
    part_soh: Mapping[str, Table] = field(default_factory=dict)
    part_mwh: Mapping[str, Table] = field(default_factory=dict)
    solved: Solved | None = None
    whole_years: Operation | None = None
    eras: tuple[Operation, ...] = ()

    @property
    def years(self) -> int:
        """Columns Y of the calculation period."""
        return int(self.running.shape[1])

    def seen_by(self, label: str) -> Operation:
        """The same operation with only *label*'s price lines, under the names that its stream gave them."""
        mine = {line: {name.removeprefix(f"{label}."): money for name, money in getattr(self, line).items()
                       if name.startswith(f"{label}.")} for line in ("paid", "earned")}  # fmt: skip
        return replace(self, paid=mine["paid"], earned=mine["earned"])

    def rows(self, index: Rows) -> Operation:
        """The scenarios of a slice or an index; tables of one row serve every scenario and stay."""
        cut = {name: _cut(value, index) for name, value in vars(self).items() if name != "solved"}
        return replace(self, **cut)


def _cut(value: Any, index: Rows) -> Any:
    if isinstance(value, Mapping):
        return {name: _cut(item, index) for name, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_cut(item, index) for item in value)
    if value is None or isinstance(value, Operation):
        return None if value is None else value.rows(index)
    return value if value.shape[0] == 1 else value[index]


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """Yearly money of one stream, yuan, ``(S, Y)``; finance takes the VAT out.

    A stream settles whole operating years of the whole plant; what ``streams.settle`` gives is laid on the columns.

    Attributes
    ----------
    income : paid to the project, including VAT where taxable.
    vat_rate : (S, 1), 0 where the income is outside VAT.
    subsidy : True for 补贴收入 (outside VAT), False for 营业收入.
    taxed : False where the income is exempt from income tax.
    purchase : charging power bought by the project, including VAT; ``purchase_vat_rate`` (S, 1).
    cost : other operating cost that the stream brings, including VAT; ``cost_vat_rate`` (S, 1).
    capital_change : change of the equipment price, including VAT, in construction years; less is negative.
    moving : worth of moving energy before tax and before any share, as the objective of dispatch counts it.
    charging_value : what the energy charged costs whoever pays it, including VAT; for the levelised cost.
    saving : the host's saving on its bill, including VAT, where there is a host; ``saving_vat_rate`` (S, 1).
    slice_mwh : discharged at the meter by a slice of the plant of the stream's own, which dispatch does not move.
    benefit : worth to the economy, without VAT, that no payer of a good pays for (a fee set by an authority is a transfer): in no
        statement and no financial figure, read by an economic evaluation only.
    """

    income: Table
    vat_rate: Table = field(default_factory=_zero)
    subsidy: bool = False
    taxed: bool = True
    purchase: Table = field(default_factory=_zero)
    purchase_vat_rate: Table = field(default_factory=_zero)
    cost: Table = field(default_factory=_zero)
    cost_vat_rate: Table = field(default_factory=_zero)
    capital_change: Table = field(default_factory=_zero)
    moving: Table = field(default_factory=_zero)
    charging_value: Table = field(default_factory=_zero)
    saving: Table = field(default_factory=_zero)
    saving_vat_rate: Table = field(default_factory=_zero)
    slice_mwh: Table = field(default_factory=_zero)
    benefit: Table = field(default_factory=_zero)

    def tables(self) -> dict[str, Table]:
        """Every money and rate table by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, np.ndarray)}


@dataclass(frozen=True, kw_only=True)
class Revenue:
    """The settlements of every stream by label, and the columns counted from the first revenue (for tax holidays)."""

    settlements: Mapping[str, Settlement]
    revenue_year: Table

    def rows(self, index: Rows) -> Revenue:
        """The scenarios of a slice or an index."""
        settled = {label: replace(one, **{name: _cut(money, index) for name, money in one.tables().items()})
                   for label, one in self.settlements.items()}  # fmt: skip
        return Revenue(settlements=settled, revenue_year=_cut(self.revenue_year, index))


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One way to be paid: its terms, what it offers to dispatch and how it settles.

    ``paid_by`` names the payer, or is a function of (case, terms) that gives one, or a mapping of payers to shares of the
    income, each ``(S, 1)``, that add to 1. ``sells`` names what the buyer gets, or is a function of (case, terms) that does, so
    that dated rules of exclusion (``tariffs/rules/exclusive.yaml``) can speak of it; empty for support and for plain contracts. ``sold_share`` gives of
    (case, terms) the share of rated power that ``sells`` covers, ``(S, 1)``: a lease of 40 % of the plant gives 0.4.
    ``facts`` maps a term to the fact that it defaults to, ``{province}`` standing for the case's and
    ``{area}`` for the terms' own or, left out, the province.
    ``dispatch_terms`` names the terms that the offer reads: scenarios that differ in others share one dispatch.
    ``linear_in`` names the terms in which the income is proportional; ``paid_when_idle`` says that a plant that
    never moves is still paid; ``claims`` gives of (case, terms) what the
    offer sets aside on any clock (hour of day of each step, its length), ``claim_terms`` the terms that a claim that is scaled down scales by, all
    of them at once and what is paid with them (none: it is never scaled down); ``single`` says that it may stand only once in a case, because the same power or energy
    would be sold twice; ``check`` returns faults as (path inside the terms, message), ``remarks`` what a reader of the
    result must know as (Chinese, English); a stream that depends on what others are paid names them in ``looks_at`` and is settled by
    ``settle_after``, which is given their settlements by label; ``daily`` tells whether terms pay an idle plant the same on every day of the year;
    ``in_books`` names what the books themselves work out from the terms, because it rests on a line of theirs: a grant towards
    the investment, a part of the year's interest or of the VAT paid. Such a stream settles nothing.
    """

    title: str
    zh: str
    en: str
    terms: type[Any]
    offer: Callable[[Any, Any], Offer]
    settle: Callable[[Any, Any, Operation], Settlement]
    paid_by: Payer | Callable[[Any, Any], Payer | Mapping[Payer, Table]]
    sells: tuple[Good, ...] | Callable[[Any, Any], tuple[Good, ...]] = ()
    sold_share: Callable[[Any, Any], Table] = lambda _case, _terms: table(1.0)
    facts: Mapping[str, str] = field(default_factory=dict)
    dispatch_terms: tuple[str, ...] = ()
    linear_in: tuple[str, ...] = ()
    paid_when_idle: bool = False
    single: bool = False
    claims: Callable[[Any, Any, Table, float], tuple[Claim, ...]] = lambda _case, _terms, _hour, _step_hours: ()
    claim_terms: tuple[str, ...] = ()
    check: Callable[[Any, Any], tuple[tuple[str, Message], ...]] = lambda _case, _terms: ()
    remarks: Callable[[Any, Any], tuple[tuple[str, str], ...]] = lambda _case, _terms: ()
    looks_at: Callable[[Any, Any], tuple[str, ...]] = lambda _case, _terms: ()
    settle_after: Callable[[Any, Any, Operation, Mapping[str, Settlement]], Settlement] | None = None
    daily: Callable[[Any], bool] = lambda _terms: False
    in_books: Literal["", "grant", "interest", "vat"] = ""

    def goods(self, case: Any, terms: Any) -> tuple[Good, ...]:
        """What the buyer gets under some terms of a case."""
        return self.sells(case, terms) if callable(self.sells) else self.sells

    @property
    def section(self) -> Literal["revenue", "support"]:
        """The section of a case that the stream stands under when nothing else is said: support is what the treasury pays."""
        return "support" if self.paid_by == "treasury" else "revenue"
