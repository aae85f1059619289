"""What the case leaves out: defaults of the technology and of national rules, each a fact of its date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from appraisal.case import Origin
from appraisal.case.periods import commissioning_months, month_after
from appraisal.case.schema import SECTIONS, Project
from appraisal.errors import InputError, said, suggest
from appraisal.field import Declared
from appraisal.library import Fact, GridCharges, Library, Parameter, RetailYear
from appraisal.operation import Stream
from appraisal.scenario.faults import Findings

NATIONAL = ("tax.national", "finance.national")
# Of each group a case with a technology gives at least one, or the technology's facts do.
_FADE = ("storage.ageing.calendar_coefficient", "storage.ageing.cycle_coefficient")
_MAINTENANCE = tuple(
    f"operating_cost.{name}"
    for name in ("fixed_yuan_per_kw_year", "variable_yuan_per_kwh", "staff_yuan_per_year", "other_yuan")
)
# A policy or a price that begins in mid-life is of that day; what is dated by the plant stays dated by the plant.
_DATED_BY_EVENT = ("policy_start", "billing_month")
_EFFICIENCIES = ("storage.charge_efficiency", "storage.discharge_efficiency")


class Resolver:
    """Looks facts up for one case and keeps what it read and where each value came from."""

    def __init__(self, library: Library, findings: Findings) -> None:
        self.library = library
        self.findings = findings
        self.facts: list[Fact] = []
        self.retail: RetailYear | None = None
        self.charges: GridCharges | None = None
        # A stream that an event begins → the month from which it holds.
        self.begun: Mapping[str, date] = {}
        self._defaulted: dict[str, Origin] = {}

    def fill(self, stated: dict[str, Any], project: Project) -> None:
        """Put technology and national defaults where the case states nothing; what the case states wins."""
        technology = self._technology(stated)
        sources = [(f"technology.{technology}", "technology")] if technology else []
        for name, kind in [*sources, *((name, "national") for name in NATIONAL)]:
            for parameter in self.library.parameters(name):
                if (
                    parameter.target
                    and not _stands(stated, parameter.target)
                    and not _of_another_kind(stated, parameter)
                ):
                    self._fill_one(stated, parameter, kind, project)
        if technology:
            self._needed(stated, technology)
        self._refund(stated, project)

    def _needed(self, stated: Mapping[str, Any], technology: str) -> None:
        """Add what neither the technology's facts nor the case give, and what would otherwise silently be nothing."""
        ages = _look(stated, "storage.ageing.model") != "none" and not _stands(stated, "storage.discharged_mwh")
        for wanted, needed in ((ages, _FADE), (True, _MAINTENANCE)):
            if wanted and not any(_stands(stated, path) for path in needed):
                self.findings.add(needed[0], said(
                    "the library has no such value for {name}, and nothing stands in its place; state it or one of {others} (0 if there is none)",
                    "事实库中没有 {name} 的此项数值，也不设缺省；请填写此项或 {others} 之一（没有则填 0）",
                    name=technology, others=", ".join(needed[1:])
                ))  # fmt: skip

    def _refund(self, stated: dict[str, Any], project: Project) -> None:
        """Take the share of the VAT refund from the rule of the library that the case names."""
        tax = stated.get("tax")
        rule = tax.get("vat_refund_rule") if isinstance(tax, Mapping) else None
        if not isinstance(rule, str) or rule.partition(".")[0] != "tax" or "vat_refund_share" in (tax or {}):
            return
        fact = self.fact(rule, self.day(project, "commissioning"), "tax.vat_refund_rule")
        if fact is not None:
            stated["tax"] = {**(tax or {}), "vat_refund_share": fact.value}
            self._defaulted["tax.vat_refund_share"] = Origin(
                kind="library",
                source=f"{fact.name}: {fact.source.cite}",
                confidence=fact.source.confidence,
                source_zh=f"{fact.name}：{fact.source.cited('zh')}",
            )

    def excuse_all(self) -> None:
        """Ask for no default: without a project there is no date to look them up by."""
        names = [*NATIONAL, *(f"technology.{name}" for name in self._technologies())]
        self.findings.excused |= {parameter.target for name in names for parameter in self.library.parameters(name)}

    def _technologies(self) -> list[str]:
        return [name.removeprefix("technology.") for name in self.library.files() if name.startswith("technology.")]

    def _technology(self, stated: Mapping[str, Any]) -> str:
        """The technology stated, or nothing with its fault added where the library has none of that name."""
        storage = stated.get("storage")
        technology = storage.get("technology", "") if isinstance(storage, Mapping) else ""
        known = self._technologies()
        if not technology or technology in known:
            return str(technology)
        if isinstance(technology, str):  # What is no text is told with the section.
            self.findings.add("storage.technology", said(
                "unknown technology {name!r}; {known}",
                "没有名为 {name!r} 的技术路线；{known}", name=technology, known=suggest(technology, known)
            ))  # fmt: skip
        targets = {parameter.target for name in known for parameter in self.library.parameters(f"technology.{name}")}
        self.findings.excused |= targets
        return ""

    def _fill_one(self, stated: dict[str, Any], parameter: Parameter, kind: str, project: Project) -> None:
        fact = self.fact(parameter.name, self.day(project, parameter.dated_by), parameter.target)
        if fact is None:
            return
        if fact.origin == "overlay":
            self.findings.stands_for[parameter.target] = f"overlays.{fact.name}"
        *sections, last = parameter.target.split(".")
        place: Any = stated
        for name in sections:
            inner = place.get(name)
            if inner is not None and not isinstance(inner, Mapping):
                return  # The section's own reading says what is wrong with it.
            place[name] = dict(inner or {})
            place = place[name]
        what = self._same_unit(parameter, last, sections)
        if what.basis == "incl_vat" and place.get("price_basis") == "excl_vat":
            self.findings.add(parameter.target, said(
                "left out, and {name} of the library holds VAT while price_basis is excl_vat; state the price without VAT",
                "未填写，而事实库的 {name} 含增值税，price_basis 却是 excl_vat；请填写不含税价格", name=parameter.name
            ))  # fmt: skip
        whole = what.kind == "choice" and isinstance(fact.value, float) and fact.value.is_integer()
        place[last] = int(fact.value) if whole else fact.value
        self._defaulted[parameter.target] = Origin(
            kind=kind,
            source=f"{fact.name}: {fact.source.cite}",
            confidence=fact.source.confidence,
            source_zh=f"{fact.name}：{fact.source.cited('zh')}",
        )

    def _same_unit(self, parameter: Parameter, last: str, sections: list[str]) -> Declared:
        what = SECTIONS[sections[0]].declaration(".".join((*sections[1:], last)))
        if what.unit and parameter.unit != what.unit:
            self.findings.add(parameter.target, said(
                "the library gives {name} in {found}, the case takes {wanted}",
                "事实库中 {name} 的单位是 {found}，算例所用单位是 {wanted}", name=parameter.name, found=parameter.unit, wanted=what.unit
            ))  # fmt: skip
        return what

    def fill_terms(self, terms: dict[str, Any], kind: Stream, path: str, project: Project) -> dict[str, Any]:
        """Put the facts that a stream's terms default to where the terms state nothing."""
        for term, template in kind.facts.items():
            if term in terms:
                continue
            name = template.format(province=project.province, area=terms.get("area") or project.province)
            parameters = {parameter.name: parameter for parameter in self._known(name)}
            if name not in parameters and not kind.terms.model_fields[term].is_required():
                continue  # The library holds no such fact for this place; the field's own default stands.
            dated_by = parameters[name].dated_by if name in parameters else "commissioning"
            begun = self.begun.get(path) if dated_by in _DATED_BY_EVENT else None
            fact = self.fact(name, begun or self.day(project, dated_by), f"{path}.{term}")
            if fact is not None:
                if fact.origin == "overlay":
                    self.findings.stands_for[f"{path}.{term}"] = f"overlays.{fact.name}"
                terms[term] = fact.value
                self._defaulted[f"{path}.{term}"] = Origin(
                    kind="library",
                    source=f"{fact.name}: {fact.source.cite}",
                    confidence=fact.source.confidence,
                    source_zh=f"{fact.name}：{fact.source.cited('zh')}",
                )
        return terms

    def _known(self, name: str) -> tuple[Parameter, ...]:
        try:
            return self.library.parameters(name.rpartition(".")[0])
        except InputError:
            return ()  # The lookup of the fact itself reports the unknown name, with the nearest one.

    def fact(self, name: str, asked: date, path: str) -> Fact | None:
        """One fact, kept for the record; None with its fault where there is none."""
        try:
            found = self.library.fact(name, asked)
        except InputError as error:
            self.findings.excused.add(path)
            self.findings.take(error, path, said("state a value here to do without it", "也可在此直接填写数值"))
            return None
        self.facts.append(found)
        return found

    def day(self, project: Project, dated_by: str) -> date:
        """The project date that selects a value: commissioning (of the first phase), or the construction start."""
        months = commissioning_months(project) if dated_by in ("commissioning", "billing_month") else 0
        return date(*month_after(project.construction_start, months), 1)

    def origins(self, stated: Mapping[str, Any]) -> dict[str, Origin]:
        """Origin of every value that stands in the resolved mapping."""
        found: dict[str, Origin] = {}

        def walk(value: Any, path: str, stood: Origin) -> None:
            stood = Origin(kind="change", source="--set") if path in self.findings.changed else stood
            if isinstance(value, Mapping):
                for key, inner in value.items():
                    walk(inner, f"{path}.{key}" if path else str(key), stood)
            else:
                found[path] = self._defaulted.get(path, stood)

        walk(stated, "", Origin(kind="case"))
        return found | {path: origin for path, origin in self._defaulted.items() if path not in found}


def _of_another_kind(stated: Mapping[str, Any], parameter: Parameter) -> bool:
    """Whether a default is of a store without heat, and the case's is fired."""
    rate = _look(stated, "storage.heat.rate_mwh_per_mwh")
    return parameter.target in _EFFICIENCIES and isinstance(rate, (int, float)) and rate > 0.0


def _look(stated: Mapping[str, Any], path: str) -> Any:
    """What stands at a dotted path; None where nothing does."""
    place: Any = stated
    for name in path.split("."):
        place = place.get(name) if isinstance(place, Mapping) else None
    return place


def _stands(stated: Mapping[str, Any], target: str) -> bool:
    place: Any = stated
    for name in target.split("."):
        if not isinstance(place, Mapping):
            return True
        if name not in place:
            return False
        place = place[name]
    return True
