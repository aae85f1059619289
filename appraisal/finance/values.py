"""The values that the books are given, for a block of scenarios: numbers of the case, its time line, settled money."""

from __future__ import annotations

import numpy as np

from appraisal.case import Case
from appraisal.case.eras import laid, shares, stepped
from appraisal.case.periods import Periods, PhaseLine, periods, whole_years
from appraisal.case.timeline import (
    at_ends,
    before_start,
    by_number,
    ends,
    first_flagged,
    project_flags,
    reached,
    share_of,
    year_weights,
    years_before,
    years_from,
    years_since,
    years_since_last,
)
from appraisal.finance.asset_parts import source_of
from appraisal.finance.inputs import (
    STREAM_RATES,
    STREAM_SERIES,
    number_at,
    paths,
    share_series,
    stepped_paths,
)
from appraisal.finance.structure import RenewalForm, Structure
from appraisal.operation import Operation, Revenue, Settlement
from appraisal.units import KW_PER_MW, KWH_PER_MWH, MONTHS_PER_YEAR, Table, table

ONE_YUAN = 1.0
# A cover is shown up to this where a debt repaid early leaves next to no service.
COVER_CEILING = 999.0


def values(case: Case, operation: Operation, revenue: Revenue, form: Structure) -> dict[str, Table]:
    """The table of every input but what is solved: the construction debt share and a sculpted loan."""
    columns = periods(case.project)
    found = {name: number_at(case, path) for name, path in paths(form).items()}
    found |= {
        name: stepped(columns, case.eras, [number_at(regime, path) for regime in case.regimes])
        for name, path in stepped_paths(form).items()
    }
    found |= _timeline(case, operation, revenue, columns)
    for at, (suffix, phase) in enumerate(zip(form.suffixes, columns.phases, strict=True)):
        line = _phase(case, operation, columns, phase, at)
        found |= {f"{name}{suffix}": laid for name, laid in line.items()}
        found |= line if at == 0 else {}
        for renewal in form.renewals:
            found |= _event(case, operation, phase, renewal, f"{renewal.name}{suffix}")
    found |= _later(case, columns, form) | _price_ages(case, columns, form)
    for name, (path, counter) in share_series(form).items():
        # A later loan counts its own years.
        own = f"{name.partition('.')[0]}.loan_age"
        found[name] = by_number(case.at(path), found.get(own, found[counter]))
    for label, settled in revenue.settlements.items():
        found |= {f"{label}.{name}": money for name, money in _stream_values(settled, columns).items()}
    return found


def _timeline(case: Case, operation: Operation, revenue: Revenue, columns: Periods) -> dict[str, Table]:
    cost, until = case.operating_cost, case.tax.reduced_until
    return project_flags(columns) | {
        "running": columns.running,
        "in_service": columns.in_service,
        "lasting": columns.lasting,
        "reduced": table(np.zeros(columns.years)) if until is None else table(columns.calendar_year <= until),
        "refunding": reached(columns, case.tax.vat_refund_from),
        "larger_maintenance": table(cost.maintenance == "larger"),
        "battery_runs": table(operation.running > 0),
        "year_number": columns.year,
        "revenue_year": revenue.revenue_year,
        "spend": columns.spend(case.capital.spend_profile),
        "other_yuan": _other_yuan(case, columns),
        "discharged_mwh": operation.discharged_mwh,
        "auxiliary_yuan": operation.auxiliary_yuan,
        "kw_per_mw": table(KW_PER_MW),
        "kwh_per_mwh": table(KWH_PER_MWH),
        "months_per_year": table(MONTHS_PER_YEAR),
        "before_start": before_start(columns),
        "one_yuan": table(ONE_YUAN),
        "cover_ceiling": table(COVER_CEILING),
    }


def _other_yuan(case: Case, columns: Periods) -> Table:
    yearly = [regime.operating_cost.other_yuan for regime in case.regimes]
    if len(yearly) == 1:
        return columns.by_operating_year(yearly[0])
    return laid(columns, zip(shares(columns, case.eras), yearly, strict=True))


def _phase(case: Case, operation: Operation, columns: Periods, phase: PhaseLine, at: int) -> dict[str, Table]:
    replaced = sorted(case.storage.replacement.operation_years)
    retiring = ends(phase, replaced[0] if replaced else None)
    if case.storage.replacement.below_soh is not None:
        renewed = _at_ends(case, phase, operation, "renewed")
        retiring = first_flagged(renewed)
    return {
        "construction_months": phase.column_months,
        "bearing": phase.after_share,
        "loan_age": phase.loan_age,
        "age": phase.age,
        "begun": table(phase.begun),
        "used_before": years_before(phase),
        **year_weights(phase),
        "retiring": retiring,
        "phase_part": columns.phase_part(at),
        "phase_share": table(phase.share),
    }


def _at_ends(case: Case, phase: PhaseLine, operation: Operation, name: str) -> Table:
    """What the operation tells of the end of each operating year, on the columns of a phase, ``(S, Y)``."""
    whole = getattr(operation.whole_years or operation, name)
    columns = periods(whole_years(case.project))
    yearly = columns.operating_part(whole) if whole.shape[1] > 1 else np.zeros((1, columns.operation_years))
    return at_ends(phase, yearly)


def _price_ages(case: Case, columns: Periods, form: Structure) -> dict[str, Table]:
    """Years from the year of a price to each column, of the prices that fall by year."""
    opened = int(case.project.construction_start[:4])
    found = {}
    for one in form.renewals:
        if one.declining:
            stated = case.storage.augmentation if one.augmentation else case.storage.replacement
            found[f"{source_of(one)}.price_age"] = years_from(columns, stated.price_year or opened)
    return found


def _event(case: Case, operation: Operation, phase: PhaseLine, renewal: RenewalForm, name: str) -> dict[str, Table]:
    if renewal.augmentation:
        return {f"{name}.placed_mwh": share_of(phase, _at_ends(case, phase, operation, "added_mwh"))}
    if renewal.by_health:
        renewed = _at_ends(case, phase, operation, "renewed")
        return {
            f"{name}.replacing": share_of(phase, renewed), f"{name}.superseded": renewed, f"{name}.since": years_since_last(renewed),
        }  # fmt: skip
    flag = ends(phase, renewal.year)
    found = {f"{name}.replacing": np.where(flag > 0.0, phase.share, 0.0), f"{name}.since": years_since(flag)}
    if renewal.superseded is not None:
        found[f"{name}.superseded"] = ends(phase, renewal.superseded)
    return found


def _later(case: Case, columns: Periods, form: Structure) -> dict[str, Table]:
    """What happens in a named operating year, counted on the last phase."""
    found: dict[str, Table] = {}
    phase, loans = columns.phases[-1], case.finance.loans
    for one in form.loans:
        label = one.name.partition("_")[2]
        if one.later:
            found[f"{one.name}.drawing"] = ends(phase, loans[label].drawn_in)
            found[f"{one.name}.loan_age"] = years_since(found[f"{one.name}.drawing"])
    for one in form.loans:
        if one.refinanced:
            label = one.name.partition("_")[2]
            by = next(name for name, loan in loans.items() if loan.refinances == label)
            counter = found[f"{one.name}.loan_age"] if one.later else phase.loan_age
            column = np.flatnonzero(found[f"loan_{by}.drawing"][0])
            found[f"{one.name}.refinanced_in"] = table(counter[:, column])
    for grant in form.grants:
        if grant.later:
            place = grant.rule.place if grant.rule else f"finance.grants.{grant.name.partition('_')[2]}"
            year = case.at(place).operating_year
            found[f"{grant.name}.arriving"] = ends(phase, year)
    return found


def _stream_values(settled: Settlement, columns: Periods) -> dict[str, Table]:
    given = settled.tables() | {"price_change": settled.capital_change}
    series = {name: given[name] for name in STREAM_SERIES}
    laid = {name: money if money.shape[1] > 1 else columns.by_operating_year(money) for name, money in series.items()}
    return laid | {name: given[name] for name in STREAM_RATES}
