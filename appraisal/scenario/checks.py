"""What can only be judged on the whole case: lengths, whole years, eligibility, the paths of distributions."""

from __future__ import annotations

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.errors import suggest
from appraisal.scenario.faults import Findings
from appraisal.streams import stream

_WHOLE = ("finance.loan_years", "finance.grace_years", "tax.holiday_free_years", "tax.holiday_half_years", "capital.depreciation_years", "capital.land_years")


def check_case(case: Case, findings: Findings) -> None:
    """Add every fault of the whole case."""
    _lengths(case, findings)
    _years(case, findings)
    _operation(case, findings)
    for section, streams in (("revenue", case.revenue), ("support", case.support)):
        for label, terms in streams.items():
            if terms.enabled:
                for term, message in stream(terms.stream or label).check(case, terms):
                    findings.add(f"{section}.{label}.{term}" if term else f"{section}.{label}", message)
    known = [path for path, what, _ in case.numbers() if what.kind == "number"]
    for path in case.uncertainty:
        if path not in known:
            findings.add(f"uncertainty.{path}", f"no number that may differ by scenario; {suggest(path, known)}")
    if not case.streams:
        findings.add("revenue", "no stream; a case needs at least one way to be paid")


def _lengths(case: Case, findings: Findings) -> None:
    columns = periods(case.project)
    profile = case.capital.spend_profile
    if profile is not None and profile.shape[1] != columns.construction:
        findings.add("capital.spend_profile", f"{profile.shape[1]} shares; expected {columns.construction}, one a construction column")
    elif profile is not None and abs(float(profile.sum()) - 1.0) > 1e-9:
        findings.add("capital.spend_profile", f"the shares add to {float(profile.sum()):g}, expected 1")
    for path in ("operating_cost.other_yuan", "market.price_index", "storage.discharged_mwh", "storage.charged_mwh"):
        section, name = path.split(".")
        values = getattr(getattr(case, section), name)
        if values is not None and values.shape[1] not in (1, columns.operation_years):
            findings.add(path, f"{values.shape[1]} yearly values; expected 1 or {columns.operation_years}, one an operating year")
    for year in case.storage.replacement.operation_years:
        if not 1 <= year < columns.operation_years:
            findings.add("storage.replacement.operation_years", f"{year} is not within 1–{columns.operation_years - 1}")


def _years(case: Case, findings: Findings) -> None:
    numbers = {path: array for path, _, array in case.numbers()}
    for path in _WHOLE:
        array = numbers[path]
        if array is not None and (array != np.round(array)).any():
            findings.add(path, f"{float(array[array != np.round(array)][0]):g} is not a whole number of years")
    years = case.project.operation_years
    if (case.finance.debt_share > 0).any():
        if (case.finance.loan_years > years).any():
            findings.add("finance.loan_years", f"{case.finance.loan_years.max():g} years of repayment in {years} operating years; shorten the loan")
        if (case.finance.grace_years >= case.finance.loan_years).any():
            findings.add("finance.grace_years", "grace lasts as long as the loan; nothing could be repaid")


def _operation(case: Case, findings: Findings) -> None:
    stated = [name for name in ("discharged_mwh", "charged_mwh") if getattr(case.storage, name) is not None]
    if len(stated) == 1:
        findings.add("storage", f"{stated[0]} is stated alone; state discharged_mwh and charged_mwh, or neither")
    if len(stated) == 2 and case.prices is not None:
        findings.add("storage", "energy is stated by year and prices are given to dispatch against; keep one")
    wear = (case.storage.throughput_cost_yuan_per_mwh > 0).any()
    if wear and (case.market.price_index != 1).any():
        findings.add("market.price_index", "with a throughput cost the optimum moves with the price level; set one of the two aside (prices by year come with a later version)")
    capital = case.capital
    prices = (capital.battery_yuan_per_kwh, capital.power_yuan_per_kw, capital.equipment_yuan, capital.works_yuan_per_kwh, capital.works_yuan, capital.services_yuan, capital.land_yuan)
    if not any((price > 0).any() for price in prices):
        findings.add("capital", "no construction investment; give at least one cost line")
