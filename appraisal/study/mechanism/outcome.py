"""What a mechanism comes to at each of its levels: what is built, who pays, what is left over and what is lacking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from appraisal import discount
from appraisal.errors import Fault, InputError, Message, said
from appraisal.operation import Payer
from appraisal.payments import ORDER
from appraisal.study.inputs import Indices, Vector
from appraisal.study.mechanism.rows import PUBLIC, Bench, Rows, place_of
from appraisal.study.mechanism.study import Mechanism, Plants, Study
from appraisal.study.search import Mask
from appraisal.units import KW_PER_MW, Table

# P90, P50 and P10: what 90 %, 50 % and 10 % exceed.
_EXCEEDED = (0.1, 0.5, 0.9)
_SUMS = (
    "mw",
    "added_mw",
    "investment",
    "added_investment",
    "added_borne",
    "added_mwh",
    "rent",
    "shortfall",
    "to_built_anyway",
    "saved",
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A mechanism, or several in force together, at G settings of their levels; money in yuan including VAT.

    Present values are at the study's rate to the start of each project's construction; costs are what the mechanism adds to what
    payers pay the projects that are built under it, beside what the same projects would be paid without it.

    Attributes
    ----------
    mechanisms : tuple of Mechanism
    levels : (G, M)
    potential_mw, without_mw : float
        Of the portfolio, and of it what is built without any mechanism.
    mw, added_mw : (G,)
        Built, and of it what would not be built without.
    cost : payer → (G,)
        Present value.
    yearly : payer → (G, C)
        By calendar year from *first_year*.
    investment, added_investment : (G,)
        Present value of the investment of what is built, and of what is built because of the mechanism.
    added_borne : (G,)
        Present value of what the public bears of its cost of capital: grants, a lower equipment price, subsidised interest.
    added_mwh : (G,)
        Discharged over the life by what is added, discounted as money is.
    rent, shortfall : (G,)
        Worth at the hurdle beyond zero of what is built, and what is lacking to what is not.
    to_built_anyway : (G,)
        Cost of what would be built without.
    saved : (G,)
        What moving energy earns in the first operating year, of all that is built.
    rates : (G, 3)
        Rate of return that 90 %, 50 % and 10 % of the potential exceed, of projects that have one; NaN where none has.
    permitted : (G,)
        False where users would pay without the assessment of what they can bear (notice 114 五(二)).
    sales_kwh, ceiling : float
        Of the consumers; NaN where the study states none.
    """

    mechanisms: tuple[Mechanism, ...]
    levels: Table
    potential_mw: float
    without_mw: float
    mw: Vector
    added_mw: Vector
    cost: Mapping[Payer, Vector]
    yearly: Mapping[Payer, Table]
    first_year: int
    investment: Vector
    added_investment: Vector
    added_borne: Vector
    added_mwh: Vector
    rent: Vector
    shortfall: Vector
    to_built_anyway: Vector
    saved: Vector
    rates: Table
    permitted: Mask
    sales_kwh: float
    ceiling: float

    @property
    def share(self) -> Vector:
        """Share of the potential that clears the hurdle."""
        return self.mw / self.potential_mw

    @property
    def total(self) -> Vector:
        """Cost to all payers together, present value."""
        return np.asarray(sum(self.cost.values(), np.zeros(len(self.levels))))

    @property
    def public(self) -> Vector:
        """Cost to users through the system operation fee and to the treasury, present value."""
        return np.asarray(sum((self.cost[payer] for payer in PUBLIC), np.zeros(len(self.levels))))

    @property
    def per_kw(self) -> Vector:
        """Cost to all payers for each kW built because of the mechanism, yuan; NaN where none is."""
        return _over(self.total, KW_PER_MW * self.added_mw)

    @property
    def per_mwh(self) -> Vector:
        """Cost to all payers for each MWh shifted because of it, yuan, both discounted alike; NaN where none is."""
        return _over(self.total, self.added_mwh)

    @property
    def drawn(self) -> Vector:
        """Investment of what is added that the public does not bear, per yuan of the public; NaN without public money."""
        return _over(self.added_investment - self.added_borne, self.public)

    @property
    def additional(self) -> Vector:
        """Share of what is built that would not be built without; NaN where nothing is built."""
        return _over(self.added_mw, self.mw)

    @property
    def price_effect(self) -> Table:
        """What users pay more through the system operation fee, yuan/kWh by calendar year, ``(G, C)``; NaN without sales stated."""
        return np.asarray(self.yearly["grid_users"] / self.sales_kwh)

    @property
    def highest_effect(self) -> Vector:
        """The price effect of the dearest year, yuan/kWh."""
        return np.asarray(self.price_effect.max(axis=1))

    @property
    def bearable(self) -> Mask:
        """(G,) whether the dearest year stays within the ceiling; True where none is stated."""
        return np.asarray(
            np.isnan(self.ceiling) | np.isnan(self.highest_effect) | (self.highest_effect <= self.ceiling)
        )


def outcome(bench: Bench, mechanisms: Sequence[Mechanism], levels: Table) -> Outcome:
    """What mechanisms in force together come to at settings of their levels.

    Parameters
    ----------
    bench : Bench
    mechanisms : sequence of Mechanism
        M of them; an entry to which one does not apply has it at its level of none.
    levels : (G, M)

    Returns
    -------
    Outcome

    Raises
    ------
    InputError
        If a case refuses a mechanism, two exclude each other, or one changes a project at its level of none.
    """
    refuse_excluded(bench.study, mechanisms)
    if not len(levels):
        return _none_of(outcome(bench, mechanisms, np.array([[one.none for one in mechanisms]])))
    study, count = bench.study, len(levels)
    sums, parts, rates = {name: np.zeros(count) for name in _SUMS}, [], []
    for plants in study.plants:
        meant = [one for one in mechanisms if one.meant(plants.name)]
        settings = levels[:, [place for place, one in enumerate(mechanisms) if one in meant]]
        # Every block of rows holds every setting, and rows of a project stand together.
        project, which = np.repeat(np.arange(plants.projects), count), np.tile(np.arange(count), plants.projects)
        rows = bench.rows(plants, meant, project, settings[which])
        refuse_moved(study, plants, meant, bench.base[plants.name], rows, project, settings[which])
        part = _summed(study, plants, bench.base[plants.name], rows, count)
        parts.append(part)
        rates.append(rows.rate.reshape(plants.projects, count))
        for name in _SUMS:
            sums[name] += part.sums[name]
    yearly, first_year = _by_calendar(parts, count)
    users = study.consumers
    paid = yearly[:, place_of("grid_users")]
    return Outcome(
        mechanisms=tuple(mechanisms), levels=levels, potential_mw=sum(float(one.mw.sum()) for one in study.plants),
        without_mw=sum(float((one.mw * bench.base[one.name].clears).sum()) for one in study.plants),
        cost={payer: sum((part.cost[:, place] for part in parts), np.zeros(count)) for place, payer in enumerate(ORDER)},
        yearly={payer: yearly[:, place] for place, payer in enumerate(ORDER)}, first_year=first_year,
        rates=_exceeded(np.concatenate(rates), np.concatenate([one.mw for one in study.plants])),
        permitted=np.asarray((paid <= 0.0).all(axis=1) | bool(users is not None and users.assessed)),
        sales_kwh=np.nan if users is None else float(users.sales_kwh_per_year[0, 0]),
        ceiling=np.nan if users is None or users.ceiling_yuan_per_kwh is None else float(users.ceiling_yuan_per_kwh[0, 0]), **sums,
    )  # fmt: skip


def _none_of(one: Outcome) -> Outcome:
    """The same of no setting at all."""
    empty: dict[str, Any] = {name: getattr(one, name)[:0] for name in ("levels", "rates", "permitted", *_SUMS)}
    cost, yearly = ({payer: values[:0] for payer, values in held.items()} for held in (one.cost, one.yearly))
    return replace(one, cost=cost, yearly=yearly, **empty)


def refuse_excluded(study: Study, mechanisms: Sequence[Mechanism]) -> None:
    """Refuse mechanisms together that exclude each other.

    Raises
    ------
    InputError
    """
    names = {one.name for one in mechanisms}
    faults = [
        Fault(where=str(study.file), path=f"mechanisms.{one.name}.excludes", message=_excluded(other))
        for one in mechanisms for other in one.stated.excludes if other in names
    ]  # fmt: skip
    if faults:
        raise InputError(faults)


def _excluded(other: str) -> Message:
    return said("may not be combined with {other}", "不得与 {other} 同时采用", other=other)


def refuse_moved(
    study: Study, plants: Plants, mechanisms: Sequence[Mechanism], base: Rows, rows: Rows, project: Indices, levels: Table
) -> None:  # fmt: skip
    """Refuse mechanisms that change a project at their level of none: what they cost could not be told from what else they change.

    Raises
    ------
    InputError
    """
    none = np.array([one.none for one in mechanisms])
    still = np.flatnonzero((levels == none).all(axis=1))
    moved = rows.worth[still] != base.worth[project[still]]
    if moved.any():
        one = mechanisms[0]
        by = float(np.abs(rows.worth[still] - base.worth[project[still]]).max())
        raise InputError([Fault(where=str(study.file), path=f"mechanisms.{one.name}", message=said(
            "changes the worth of {entry} by {by:,.6g} yuan at its level of none ({none:g}); change beforehand, under set of the portfolio, what does not follow the level",
            "在不起作用的水平（{none:g}）下使 {entry} 的净现值变化 {by:,.6g} 元；不随水平变化的内容请在组合的 set 中设定", entry=plants.name, by=by, none=one.none
        ))])  # fmt: skip


@dataclass(frozen=True)
class _Part:
    """Sums over the projects of one entry, by setting; ``cost`` (G, P), ``yearly`` (G, P, Y)."""

    sums: Mapping[str, Vector]
    cost: Table
    yearly: Table
    first_year: int


def _summed(study: Study, plants: Plants, base: Rows, rows: Rows, count: int) -> _Part:
    """Rows of projects (settings vary fastest) → sums by setting, each project standing for so many."""

    def by(values: Table | Mask, *, weight: Vector = plants.stands_for) -> Table:
        laid = values.reshape(plants.projects, count, *values.shape[1:])
        return np.asarray(np.einsum("n,ng...->g...", weight, laid))

    built, anyway = rows.clears, np.repeat(base.clears, count)
    left, added = np.logical_not(built), np.logical_and(built, np.logical_not(anyway))
    more = rows.paid - np.repeat(base.paid, count, axis=0)
    more[left] = 0.0
    worth = discount.present_value(study.discount_rate, more.reshape(-1, more.shape[2])).reshape(more.shape[:2])
    sums = {
        "mw": by(built, weight=plants.mw), "added_mw": by(added, weight=plants.mw), "investment": by(built * rows.investment),
        "added_investment": by(added * rows.investment), "added_borne": by(added * rows.borne), "added_mwh": by(added * rows.shifted_mwh), "rent": by(built * np.maximum(rows.worth, 0.0)),
        "shortfall": by(left * np.maximum(-rows.worth, 0.0)), "to_built_anyway": by(anyway * worth.sum(axis=1)), "saved": by(built * rows.saved),
    }  # fmt: skip
    return _Part(sums=sums, cost=by(worth), yearly=by(more), first_year=rows.first_year)


def _by_calendar(parts: Sequence[_Part], count: int) -> tuple[Table, int]:
    """Yearly payments of entries that begin in different years on one calendar, ``(G, P, C)``, and its first year."""
    first = min(part.first_year for part in parts)
    last = max(part.first_year + part.yearly.shape[2] for part in parts)
    made = np.zeros((count, len(ORDER), last - first))
    for part in parts:
        begin = part.first_year - first
        made[:, :, begin : begin + part.yearly.shape[2]] += part.yearly
    return made, first


def _exceeded(rates: Table, mw: Vector) -> Table:
    """(N, G) rates by project → (G, 3), each project counted by its power."""
    made = np.full((rates.shape[1], len(_EXCEEDED)), np.nan)
    for place, column in enumerate(rates.T):
        known = np.isfinite(column)
        if known.any():
            made[place] = np.quantile(column[known], _EXCEEDED, weights=mw[known], method="inverted_cdf")
    return made


def _over(above: Vector, below: Vector) -> Vector:
    """A quotient, NaN where nothing stands below."""
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0.0))
