"""What can only be judged on several inputs: lengths, whole years, eligibility, the paths of distributions.

A check of sections runs wherever its sections could be read, so that one reading of a file tells as many of its
faults as can be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import fsum
from typing import Any

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import Periods, periods
from appraisal.clock import days_clock
from appraisal.errors import suggest
from appraisal.field import Section
from appraisal.scenario.faults import Findings
from appraisal.scenario.money_checks import check_capital, check_finance, check_grants, check_tax, check_whole_years
from appraisal.streams import stream
from appraisal.units import DAYS_PER_YEAR

_YEARLY = ("operating_cost.other_yuan", "market.price_index", "storage.discharged_mwh", "storage.charged_mwh")


# What streams set aside is judged on the quarters of a day.
DAY = days_clock([(1, "any", DAYS_PER_YEAR)], 96)


def validate(case: Case) -> None:
    """Refuse a block of scenarios whose inputs do not fit together; what a file's reading checks, for every row.

    Raises
    ------
    InputError
        With every fault.
    """
    findings = Findings(where=case.name, lines={})
    names = ("project", "storage", "capital", "operating_cost", "market", "finance", "tax")
    check_sections({name: getattr(case, name) for name in names}, findings)
    check_streams(case, findings)
    findings.stop()


def check_sections(sections: Mapping[str, Any], findings: Findings) -> None:
    """Add the faults between inputs of the sections; one that could not be read is None."""
    check_whole_years(sections, findings)
    project, storage, capital = (sections[name] for name in ("project", "storage", "capital"))
    if project is not None:
        columns = periods(project)
        _phases(project, columns, findings)
        _yearly(sections, columns, findings)
        if capital is not None:
            _spending(project, capital, columns, findings)
        if storage is not None:
            _replacement(storage, columns, findings)
        if sections["finance"] is not None:
            check_finance(sections["finance"], project.operation_years, len(columns.phases), findings)
        if capital is not None:
            check_capital(capital, project.operation_years, findings)
    if capital is not None and sections["finance"] is not None:
        check_grants(sections["finance"], capital, findings)
    if sections["tax"] is not None:
        check_tax(sections["tax"], findings)
    if storage is not None and sections["market"] is not None:
        _energy(storage, sections["market"], findings)
    if capital is not None:
        _investment(capital, findings)


def _at(sections: Mapping[str, Any], path: str) -> Any:
    name, _, rest = path.partition(".")
    section: Section | None = sections[name]
    return None if section is None else section.at(rest)


def _yearly(sections: Mapping[str, Any], columns: Periods, findings: Findings) -> None:
    for path in _YEARLY:
        values = _at(sections, path)
        if values is not None and values.shape[1] not in (1, columns.operation_years):
            findings.add(
                path, f"{values.shape[1]} yearly values; expected 1 or {columns.operation_years}, one an operating year"
            )


def _phases(project: Any, columns: Periods, findings: Findings) -> None:
    """Phases make up the whole plant, begin with the project and end its construction, and never leave it idle between."""
    if not project.phases:
        return
    total = fsum(share for share, _, _ in columns.parts)
    if abs(total - 1.0) > 1e-9:
        findings.add("project.phases", f"the shares add to {total:g}, expected 1")
    starts = [phase.start_month for phase in project.phases]
    if starts[0] != 0:
        findings.add(
            "project.phases.0.start_month", f"{starts[0]}; expected 0, the first phase starts with the project"
        )
    for place, (before, start) in enumerate(pairwise(starts), 1):
        if start < before:
            findings.add(
                f"project.phases.{place}.start_month",
                f"{start} after {before}; put the phases in the order of their start",
            )
    done = max(phase.start_month + phase.construction_months for phase in project.phases)
    if project.construction_months != done:
        findings.add(
            "project.construction_months",
            f"{project.construction_months} where the last phase is done after {done} months; expected {done}",
        )
    idle = np.flatnonzero(columns.operating[0, columns.construction :] == 0.0)
    if idle.size:
        findings.add(
            "project.phases",
            f"nothing operates in column {columns.construction + idle[0] + 1}, after the first phase has ended; let the phases overlap, or make two cases",
        )


def _spending(project: Any, capital: Any, columns: Periods, findings: Findings) -> None:
    profile = capital.spend_profile
    if profile is None:
        return
    if project.phases:
        findings.add(
            "capital.spend_profile", "each phase is paid over its own months of construction; remove it, or the phases"
        )
        return
    if profile.shape[1] != columns.building_columns:
        what = "calendar year" if columns.calendar else "started twelve months"
        findings.add(
            "capital.spend_profile",
            f"{profile.shape[1]} shares; expected {columns.building_columns}, one for every {what} of construction",
        )
        return
    off = profile.sum(axis=1)[np.abs(profile.sum(axis=1) - 1.0) > 1e-9]
    if off.size:
        findings.add("capital.spend_profile", f"the shares add to {off[0]:g}, expected 1")


def _replacement(storage: Any, columns: Periods, findings: Findings) -> None:
    if len(set(storage.replacement.operation_years)) < len(storage.replacement.operation_years):
        findings.add("storage.replacement.operation_years", "a year stands twice; keep one")
    for year in dict.fromkeys(storage.replacement.operation_years):
        if not 1 <= year < columns.operation_years:
            findings.add(
                "storage.replacement.operation_years",
                f"{year} is not within 1–{columns.operation_years - 1}, the operating years but the last",
            )


def _energy(storage: Any, market: Any, findings: Findings) -> None:
    stated = [name for name in ("discharged_mwh", "charged_mwh") if getattr(storage, name) is not None]
    if len(stated) == 1:
        findings.add("storage", f"{stated[0]} is stated alone; state discharged_mwh and charged_mwh, or neither")
    if len(stated) == 2 and (market.tariff or market.typical_days or market.price_file):
        findings.add("storage", "energy is stated by year and prices are given to dispatch against; keep one")
    if (storage.throughput_cost_yuan_per_mwh > 0).any() and (market.price_index != 1).any():
        findings.add(
            "market.price_index",
            "with a throughput cost the optimum moves with the price level; set one of the two aside (prices by year come with a later version)",
        )


def _investment(capital: Any, findings: Findings) -> None:
    prices = (
        capital.battery_yuan_per_kwh,
        capital.power_yuan_per_kw,
        capital.equipment_yuan,
        capital.works_yuan_per_kwh,
        capital.works_yuan,
        capital.services_yuan,
    )
    if not any((price > 0).any() for price in prices):
        findings.add("capital", "no construction investment besides land; give at least one cost line")
    if (capital.land_yuan > 0).any() and capital.land_years is None:
        findings.add("capital.land_years", "required where there is land: the years over which the right is amortised")


def check_streams(case: Case, findings: Findings) -> None:
    """Add what the streams say of the case, and distributions of paths that are no input."""
    for section, streams in (("revenue", case.revenue), ("support", case.support)):
        for label, terms in streams.items():
            if terms.enabled:
                for term, message in stream(terms.stream or label).check(case, terms):
                    findings.add(f"{section}.{label}.{term}" if term else f"{section}.{label}", message)
    if not case.streams and not findings.faults:
        findings.add("revenue", "no stream; a case needs at least one way to be paid")
    # An offer is asked only of terms that can be read; what is wrong with them has been told.
    if not findings.faults:
        _sold_once(case, findings)
    known = [path for path, what, _ in case.numbers() if what.kind == "number"]
    unread = {fault.path for fault in findings.faults}
    for path in case.uncertainty:
        # The terms of a stream that could not be read are not known; its own fault is enough.
        if path not in known and not any(path.startswith(f"{place}.") or place.startswith(path) for place in unread):
            findings.add(f"uncertainty.{path}", f"no number that may differ by scenario; {suggest(path, known)}")


def _sold_once(case: Case, findings: Findings) -> None:
    """Capacity and energy sold once are not sold again; what streams set aside is at most the whole plant."""
    labels: dict[str, list[str]] = {}
    for label, terms in case.streams.items():
        labels.setdefault(terms.stream or label, []).append(label)
    for name, taken in labels.items():
        if len(taken) > 1 and stream(name).single:
            findings.add(
                f"revenue.{taken[1]}",
                f"{', '.join(taken)} are all {name}: the same power or energy would be sold twice; keep one",
            )
    claims = [
        claim
        for label, terms in case.streams.items()
        for claim in stream(terms.stream or label).claims(terms, DAY.hour, DAY.step_hours)
    ]
    power = sum((claim.power_share for claim in claims), np.zeros((1, 1)))
    if (power > 1.0 + 1e-12).any():
        findings.add(
            "revenue", f"streams set aside {float(power.max()):.3g} of the rated power in some hour; at most 1"
        )
