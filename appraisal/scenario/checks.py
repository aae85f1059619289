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
from appraisal.case.schema import SECTIONS
from appraisal.errors import InputError, Message, said, suggest
from appraisal.field import Section
from appraisal.scenario.exclusive import check_exclusions
from appraisal.scenario.faults import Findings
from appraisal.scenario.money_checks import check_capital, check_finance, check_grants, check_tax, check_whole_years
from appraisal.scenario.plant_checks import check_plant
from appraisal.scenario.site_checks import check_site, check_site_of_case
from appraisal.scenario.store_checks import INDICES, check_price_years, check_renewals, check_store
from appraisal.streams import as_sold, kinds, stream
from appraisal.streams._claims import claimed

_YEARLY = (
    "operating_cost.other_yuan", "market.price_index", *(f"market.{name}" for name in INDICES), "storage.discharged_mwh", "storage.charged_mwh",
)  # fmt: skip


def validate(case: Case) -> None:
    """Refuse a block of scenarios whose inputs do not fit together; what a file's reading checks, for every row.

    Raises
    ------
    InputError
        With every fault.
    """
    findings = Findings(where=case.name, lines={})
    for name, regime in zip(("", *(era.name for era in case.eras)), case.regimes, strict=True):
        found = Findings(where=case.name, lines={})
        names = ("project", "storage", "capital", "operating_cost", "market", "finance", "tax")
        check_sections({name: getattr(regime, name) for name in names}, found)
        check_streams(regime, found)
        known = {(fault.path, fault.message) for fault in findings.faults}
        # What is wrong before an event is told once.
        for fault in found.faults:
            if (fault.path, fault.message) not in known:
                findings.add(f"events.{name}.{fault.path}" if name else fault.path, fault.message, fault.kind)
    check_paid(case, findings)
    check_uncertainty(case, findings)
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
            check_renewals(storage, columns.operation_years, findings)
        if sections["finance"] is not None:
            check_finance(sections["finance"], project.operation_years, len(columns.phases), findings)
        if capital is not None:
            check_capital(capital, project.operation_years, findings)
    if capital is not None and sections["finance"] is not None:
        check_grants(sections["finance"], capital, findings)
    if sections["tax"] is not None:
        check_tax(sections["tax"], findings)
    if storage is not None:
        check_store(storage, findings)
    if storage is not None and sections["market"] is not None:
        _energy(storage, sections["market"], findings)
        check_plant(storage, sections["market"], findings)
        if project is not None:
            check_price_years(project, storage, sections["market"], findings)
    if project is not None and sections["market"] is not None:
        check_site(project, sections["market"], findings)
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
            findings.add(path, said(
                "{count} yearly values; expected 1 or {years}, one an operating year",
                "有 {count} 个分年值；应为 1 个，或每个运营年一个，共 {years} 个", count=values.shape[1], years=columns.operation_years
            ))  # fmt: skip


def _phases(project: Any, columns: Periods, findings: Findings) -> None:
    """Phases make up the whole plant, begin with the project and end its construction, and never leave it idle between."""
    if not project.phases:
        return
    total = fsum(share for share, _, _ in columns.parts)
    if abs(total - 1.0) > 1e-9:
        findings.add("project.phases", _adding_to(total))
    starts = [phase.start_month for phase in project.phases]
    if starts[0] != 0:
        findings.add("project.phases.0.start_month", said(
            "{start}; expected 0, the first phase starts with the project", "{start}；应为 0，第一期与项目同时开工", start=starts[0]
        ))  # fmt: skip
    for place, (before, start) in enumerate(pairwise(starts), 1):
        if start < before:
            findings.add(f"project.phases.{place}.start_month", said(
                "{start} after {before}; put the phases in the order of their start",
                "{start} 排在 {before} 之后；请按开工先后排列各期", start=start, before=before
            ))  # fmt: skip
    done = max(phase.start_month + phase.construction_months for phase in project.phases)
    if project.construction_months != done:
        findings.add("project.construction_months", said(
            "{months} where the last phase is done after {done} months; expected {done}",
            "填的是 {months}，而最后一期在第 {done} 个月建成；应为 {done}", months=project.construction_months, done=done
        ))  # fmt: skip
    idle = np.flatnonzero(columns.operating[0, columns.construction :] == 0.0)
    if idle.size:
        findings.add("project.phases", said(
            "nothing operates in column {column}, after the first phase has ended; let the phases overlap, or make two cases",
            "首期结束后，第 {column} 列没有任何一期在运行；请让各期衔接，或分成两个算例", column=columns.construction + idle[0] + 1
        ))  # fmt: skip


def _adding_to(total: float) -> Message:
    return said("the shares add to {total:g}, expected 1", "各比例合计为 {total:g}，应为 1", total=total)


def _spending(project: Any, capital: Any, columns: Periods, findings: Findings) -> None:
    profile = capital.spend_profile
    if profile is None:
        return
    if project.phases:
        findings.add("capital.spend_profile", said(
            "each phase is paid over its own months of construction; remove it, or the phases",
            "各期按自身建设月份支出；请删去此项，或删去分期"
        ))  # fmt: skip
        return
    if profile.shape[1] != columns.building_columns:
        calendar = said("calendar year", "每个日历年")
        what = calendar if columns.calendar else said("started twelve months", "每满或不满十二个月")
        findings.add("capital.spend_profile", said(
            "{count} shares; expected {columns}, one for every {what} of construction",
            "有 {count} 个比例；应为 {columns} 个，建设期{what}一个",
            count=profile.shape[1], columns=columns.building_columns, what=what
        ))  # fmt: skip
        return
    off = profile.sum(axis=1)[np.abs(profile.sum(axis=1) - 1.0) > 1e-9]
    if off.size:
        findings.add("capital.spend_profile", _adding_to(off[0]))


def _energy(storage: Any, market: Any, findings: Findings) -> None:
    stated = [name for name in ("discharged_mwh", "charged_mwh") if getattr(storage, name) is not None]
    if len(stated) == 1:
        findings.add("storage", said(
            "{name} is stated alone; state discharged_mwh and charged_mwh, or neither",
            "只给了 {name}；discharged_mwh 与 charged_mwh 须同时给出，或都不给", name=stated[0]
        ))  # fmt: skip
    if len(stated) == 2 and (market.tariff or market.typical_days or market.price_file):
        findings.add("storage", said(
            "energy is stated by year and prices are given to dispatch against; keep one", "既给了分年电量，又给了用于优化运行的电价；请保留一种"
        ))  # fmt: skip


def _investment(capital: Any, findings: Findings) -> None:
    prices = (
        capital.battery_yuan_per_kwh,
        capital.power_yuan_per_kw,
        capital.equipment_yuan,
        capital.works_yuan_per_kwh,
        capital.works_yuan,
        capital.services_yuan,
    )
    if not (sum(prices) > 0).all():
        findings.add("capital", said(
            "no construction investment besides land; give at least one cost line", "除土地外没有建设投资；请至少填写一项费用"
        ))  # fmt: skip
    if (capital.land_yuan > 0).any() and capital.land_years is None:
        findings.add("capital.land_years", said(
            "required where there is land: the years over which the right is amortised", "有土地使用权时必填：其摊销年限"
        ))  # fmt: skip


def check_streams(case: Case, findings: Findings) -> None:
    """Add what the streams say of the case."""
    for section, streams in (("revenue", case.revenue), ("support", case.support)):
        for label, terms in streams.items():
            if terms.enabled:
                for term, message in stream(terms.stream or label).check(case, terms):
                    findings.add(f"{section}.{label}.{term}" if term else f"{section}.{label}", message)
    # An offer is asked only of terms that can be read; what is wrong with them has been told.
    if not findings.faults:
        _sold_once(case, findings)
    check_exclusions(case, findings)
    check_site_of_case(case, findings)


def check_paid(case: Case, findings: Findings) -> None:
    """Add that nothing is paid, in no era."""
    if not case.streams and not findings.faults:
        findings.add(
            "revenue",
            said("no stream; a case needs at least one way to be paid", "没有收入项；算例至少需要一种收入"),
        )


def check_uncertainty(case: Case, findings: Findings, *, events: bool = True) -> None:
    """Add distributions of paths that are no number of the case, and branches that set what no case has.

    Without *events* their paths are left out: they are not read yet.
    """
    known = [path for path, what, _ in case.numbers() if what.kind == "number"]
    unread = {fault.path for fault in findings.faults}
    for path in case.uncertainty:
        if path.startswith("events.") and not events:
            continue
        # The terms of a stream that could not be read are not known; its own fault is enough.
        if path not in known and not any(path.startswith(f"{place}.") or place.startswith(path) for place in unread):
            hint = suggest(path, known)
            findings.add(
                f"uncertainty.{path}",
                said("no number that may differ by scenario; {known}", "不是可随情景变化的数；{known}", known=hint),
            )
    for branch in case.uncertainty.branches:
        for path in branch.changes:
            message = _not_settable(case, path)
            if message is not None:
                findings.add(f"uncertainty.scenarios.{branch.name}.set.{path}", message)


def _not_settable(case: Case, path: str) -> Message | None:
    """Why a branch cannot set a path; what a new stream or entry holds is judged where the branch is read as a case."""
    head, _, rest = path.partition(".")
    field = rest.partition(".")[0]
    if head == "uncertainty":
        known = list(case.uncertainty)
        # A tree or correlations within a branch have been told where the section was read.
        if rest in known or rest.partition(".")[0] in ("", "correlations", "scenarios"):
            return None
        return said("only a distribution of the case can be changed; {known}", "只能更改算例已有的分布；{known}", known=suggest(rest, known))  # fmt: skip
    if head not in (*SECTIONS, "revenue", "support", "overlays", "events"):
        known = [*SECTIONS, "revenue", "support", "overlays", "events", "uncertainty"]
        return said("no section of a case; {known}", "算例没有此节；{known}", known=suggest(head, known))
    if head not in SECTIONS or not rest or field in SECTIONS[head].model_fields:
        return None
    return said("no field; {known}", "没有此字段；{known}", known=suggest(field, list(SECTIONS[head].model_fields)))


def _sold_once(case: Case, findings: Findings) -> None:
    """Capacity and energy sold once are not sold again; what streams set aside is at most the whole plant."""
    labels: dict[str, list[str]] = {}
    for label, terms in case.streams.items():
        labels.setdefault(terms.stream or label, []).append(label)
    for name, taken in labels.items():
        if len(taken) > 1 and stream(name).single:
            findings.add(f"revenue.{taken[1]}", said(
                "{labels} are all {name}: the same power or energy would be sold twice; keep one",
                "{labels} 都是 {name}：同一功率或电量会被重复出售；请保留一项", labels=", ".join(taken), name=name
            ))  # fmt: skip
    try:
        sold = as_sold(case)
    except InputError as error:
        findings.take(error, "revenue")
        return
    oversold = claimed(sold, kinds(sold)).oversold()
    if oversold is not None:
        findings.add("revenue", said(
            "{told}; lower a share, move its hours, or set market.oversold: pro_rate",
            "{told}；请减小比例、调整时段，或写 market.oversold: pro_rate", told=oversold
        ))  # fmt: skip
