"""The same project in every area of the library that has prices: spread, worth, the support it needs, what the province pays today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from appraisal.case import Case, Change
from appraisal.case.change import apply_changes
from appraisal.case.periods import commissioning_months, month_after
from appraisal.errors import Fault, InputError, Message, said, suggest, verbatim
from appraisal.library import Library
from appraisal.pipeline import measure_many
from appraisal.scenario import case_from_mapping
from appraisal.scenario.load import load_stated
from appraisal.scenario.moved import moves
from appraisal.study.hurdle import refuse_unknown
from appraisal.study.pricing.factors import Factor, factors, province_of
from appraisal.study.provenance import Provenance, provenance
from appraisal.study.solve import Solved, solve
from appraisal.study.spreads import Missing, Spread, spreads

# The support looked for is a stream of its own: a yearly sum by kW of rated power with VAT in it, as a capacity price has.
LABEL = "capacity_support_needed"
SUPPORT = f"support.{LABEL}.yuan_per_kw_year"
_STREAM = {"stream": "capacity_subsidy", "approved": True, "yuan_per_kw_year": 0.0, "taxable": True}
KEYS = ("project_npv", "project_irr", "equity_irr", "investment_yuan_per_kw")
_REPLACED = "capacity"
ELIGIBLE = "grid"


@dataclass(frozen=True, kw_only=True)
class InArea:
    """The project in one area, or one price zone of it.

    Attributes
    ----------
    spread : the area's own figures; what stands by its side is of the project there.
    project_npv, project_irr, equity_irr : without any capacity price; NaN where undefined.
    needed : yuan per kW of rated power and year, VAT in it, at which the target is met; 0 where it is met without; NaN where
        no support that was looked at meets it, *why* says so.
    factor : what the province pays for the capacity of a plant of that duration; None where the library has no price.
    eligible : whether the plant could be paid it: only one on the side of the grid can (notice 114, 二(三)).
    balance : paid − needed: above 0 more than the target asks for, below 0 less; NaN where either is unknown.
    """

    spread: Spread
    project_npv: float
    project_irr: float
    equity_irr: float
    needed: float
    why: Message
    factor: Factor | None
    eligible: bool

    @property
    def paid(self) -> float:
        """Yuan per rated kW and year that the province pays; NaN where it is not known, or nothing is paid to such a plant."""
        return (
            float("nan") if self.factor is None or self.factor.paid is None or not self.eligible else self.factor.paid
        )

    @property
    def balance(self) -> float:
        """What is paid less what is needed."""
        return self.paid - self.needed


@dataclass(frozen=True, kw_only=True)
class Provinces:
    """The project across the library, the least support needed first, and the areas in which it cannot be appraised.

    ``own_prices`` tells that the plant's energy prices are the case's own, so that an area moves its fees only, and
    ``own_purchase`` that the host's purchase price is, so that an area moves the rest of the tariff only;
    ``left_out`` names the streams that were taken out because the support looked for stands in their place.
    """

    case: Case
    start: date
    duration_hours: float
    metric: str
    label: Message
    target: float
    found: tuple[InArea, ...]
    gone: tuple[Missing, ...]
    own_prices: bool
    own_purchase: bool
    left_out: tuple[str, ...]
    provenance: Provenance


def provinces(
    path: str | Path, changes: Iterable[Change] = (), metric: str = "project_npv", target: float = 0.0, library: Library | None = None,
    areas: Sequence[str] = (),
) -> Provinces:  # fmt: skip
    """One project in every area of the library.

    Parameters
    ----------
    path : str or Path
        A case's file.
    changes : Change …
        Made before anything else.
    metric, target
        The hurdle: any figure that the books declare, in its unit.
    library : Library, optional
    areas : sequence of str
        Names of the areas behind ``retail.``; by default all.

    Returns
    -------
    Provinces

    Raises
    ------
    InputError
        If the case cannot be read where it stands; what an area refuses is told of the area.

    Notes
    -----
    An area is a structure: its tariff makes a block of its own. The support is searched for by :func:`appraisal.study.solve.solve`
    over the one path; it falls on rated kW, so that it compares with ``price · min(1, D ÷ H) · coefficient`` of a province.
    """
    library, changes = library or Library.open(), tuple(changes)
    raw, case = load_stated(path, changes, library)
    refuse_unknown(case, (metric,))
    stands = measure_many(case, keys=(metric,))[metric]
    made = apply_changes(raw, changes)
    _refuse_areas(library, areas)
    bare, left_out = _without_capacity(made)
    start = date(*month_after(case.project.construction_start, commissioning_months(case.project)), 1)
    hours = float(
        (
            case.storage.energy_mwh
            * case.storage.depth_of_discharge
            * case.storage.discharge_yield
            / case.storage.power_mw
        )[0, 0]
    )
    trip = float((case.storage.charge_efficiency * case.storage.discharge_yield)[0, 0])
    voltage, parts = case.market.voltage, case.market.parts
    every, gone = spreads(library, _month(case, start), voltage=voltage, parts=parts, efficiency=trip)
    priced = [one for one in every if not areas or one.tariff.partition(".")[2] in areas]
    paid, _ = factors(library, start, hours)
    task = _Task(library, bare, Path(path), metric, target, {one.province: one for one in paid})
    found: list[InArea] = []
    missing = [one for one in gone if not areas or one.name.partition(".")[2] in areas]
    for one in priced:
        try:
            found.append(_in_area(task, one))
        except InputError as error:
            missing.append(Missing(name=one.tariff, area=one.area, zone=one.zone, faults=error.faults))
    if not found:
        raise InputError([fault for one in reversed(missing) for fault in one.faults[:1]] or [_NONE])
    return Provinces(
        case=case, start=start, duration_hours=hours, metric=metric, label=Message(stands.en, stands.zh), target=target, found=tuple(sorted(found, key=_order)), gone=tuple(missing),
        own_prices=bool(case.market.typical_days or case.market.price_file), own_purchase=case.market.purchased_energy_yuan_per_kwh is not None, left_out=left_out,
        provenance=provenance("provinces", case, {"metric": metric, "target": target, "support": SUPPORT}),
    )  # fmt: skip


_NONE = Fault(where="study", message=said("the library has no area with prices", "事实库中没有可定价的地区"))


@dataclass(frozen=True)
class _Task:
    library: Library
    raw: Mapping[str, Any]
    path: Path
    metric: str
    target: float
    paid: Mapping[str, Factor]


def _refuse_areas(library: Library, areas: Sequence[str]) -> None:
    known = [name.partition(".")[2] for name in library.files() if name.startswith("retail.")]
    faults = [
        Fault(where="--area", message=said("no area {name!r}; {known}", "没有地区 {name!r}；{known}", name=name, known=suggest(name, known)))
        for name in areas if name not in known
    ]  # fmt: skip
    if faults:
        raise InputError(faults)


def _order(one: InArea) -> tuple[bool, float, float]:
    """The least support first, what cannot be met last; of equals the one worth more."""
    return one.needed != one.needed, one.needed, -one.project_npv


def _month(case: Case, start: date) -> date:
    return date.fromisoformat(f"{case.market.as_of}-01") if case.market.as_of else start


def _without_capacity(raw: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The case without its capacity price and with the support that is looked for; and the labels taken out."""
    revenue = raw.get("revenue") or {}
    gone = tuple(label for label, terms in revenue.items() if (terms or {}).get("stream", label) == _REPLACED)
    changes = [Change(path=f"revenue.{label}", action="remove") for label in gone]
    # Distributions are not read here, and one of a price that is taken out would be of nothing.
    changes += [Change(path="uncertainty", action="remove")] if "uncertainty" in raw else []
    return apply_changes(raw, [*changes, Change(path=f"support.{LABEL}", value=_STREAM)]), gone


def _in_area(task: _Task, one: Spread) -> InArea:
    area = one.tariff.partition(".")[2]
    file = task.library.retail_file(one.tariff)
    changes = moves(lambda path: _look(task.raw, path), file, area, one.zone_code)
    case = case_from_mapping(task.raw, changes, name=str(task.path), library=task.library)
    stands = measure_many(case, keys=KEYS)
    needed, why = _needed(task, case, float(stands["investment_yuan_per_kw"].value[0]))
    figures = {key: float(stands[key].value[0]) for key in KEYS[:3]}
    return InArea(
        spread=one,
        **figures,
        needed=needed,
        why=why,
        factor=task.paid.get(province_of(area)),
        eligible=case.project.side == ELIGIBLE,
    )


def _needed(task: _Task, case: Case, most: float) -> tuple[float, Message]:
    """The support at which the target is met, and why there is none; *most* is the whole investment of a kW, every year."""
    ends = measure_many(case.vary({SUPPORT: [0.0, most]}), keys=(task.metric,))[task.metric].value
    # A payback falls as the support rises: met is what lies beyond the target on the side that support leads to.
    side = -1.0 if ends[1] < ends[0] else 1.0
    if side * (ends[0] - task.target) >= 0.0:
        return 0.0, verbatim("")
    found: Solved = solve(case, SUPPORT, task.metric, task.target, within=(0.0, most))
    return float(found.value[0]), Message(found.words(0, "en"), found.words(0, "zh"))


def _look(raw: Mapping[str, Any], path: str) -> object:
    place: Any = raw
    for name in path.split("."):
        place = place.get(name) if isinstance(place, Mapping) else None
    return place
