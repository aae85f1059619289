"""Rules of the library by which one revenue excludes another, and what is said of a case that meets one."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

from appraisal.book.money import money_text
from appraisal.case import Case, Exclusion, Notice
from appraisal.errors import Message, said
from appraisal.scenario.defaults import Resolver
from appraisal.scenario.faults import Findings
from appraisal.streams import kinds
from appraisal.streams._exclusive import Excluded, excluded
from appraisal.text import GOODS

RULES = "rules.exclusive"


def exclusions(case: Case, resolver: Resolver) -> tuple[Exclusion, ...]:
    """The rules in force at the case's dates that speak of what its streams sell; each becomes a fact of the case."""
    sold = {good for label, kind in kinds(case).items() for good in kind.goods(case, case.streams[label])}
    found: list[Exclusion] = []
    if not resolver.library.has(RULES):
        return ()
    file = resolver.library.parameter_file(RULES)
    for key, parameter in file.parameters.items():
        # A stream that an event begins meets the rules of its own month.
        day = max((resolver.day(case.project, parameter.dated_by), *resolver.begun.values()))
        # Before its first date there was no such rule.
        if min(file.entries[key]) > day:
            continue
        rule: Any = resolver.library.fact(f"{RULES}.{key}", day)
        value = rule.value
        provinces = value.get("provinces", (case.project.province,))
        speaks = value["sold"] in sold and (value.get("with", value["sold"]) in sold)
        if speaks and case.project.province in provinces:
            resolver.facts.append(rule)
            found.append(Exclusion(
                name=rule.name, zh=parameter.title.zh, en=parameter.title.en, sold=value["sold"], other=value.get("with", ""),
                term=value.get("term", ""), refuse=value["action"] == "refuse", cite_zh=rule.source.cited("zh"), cite_en=rule.source.cited("en"),
            ))  # fmt: skip
    return tuple(found)


def check_exclusions(case: Case, findings: Findings) -> None:
    """Add a fault for every rule that refuses the case."""
    # What is at stake is settled of terms without faults only.
    places = [fault.path.split(".") for fault in findings.faults]
    faulty = {place[1] for place in places if place[0] in ("revenue", "support") and len(place) > 1}
    for found in excluded(case, kinds(case), faulty):
        if found.rule.refuse:
            section = "revenue" if found.label in case.revenue else "support"
            place = f".{found.rule.term}" if found.rule.term else ""
            findings.add(f"{section}.{found.label}{place}", said(
                "{told}; remove one of them, or sell less capacity of it", "{told}；请删去其中一项，或减少所售容量", told=_told(found)
            ))  # fmt: skip


def exclusion_notices(case: Case) -> Iterator[Notice]:
    """What must be told of a case that rules do not refuse."""
    for found in excluded(case, kinds(case)):
        if not found.rule.refuse:
            told = _told(found)
            yield Notice(code="exclusive", path=found.label, zh=told.zh, en=str(told))


def _told(found: Excluded) -> Message:
    rule = found.rule
    against = (
        Message(*reversed(GOODS[rule.other])) if rule.other else Message(f"{rule.term}: true", f"{rule.term}: true")
    )
    met = said(
        "{label} with {other} ({against}): {rule} ({cite}); {share:.0%} of rated power",
        "{label} 与 {other}（{against}）：{rule}（{cite}）；涉及额定功率的 {share:.0%}",
        label=found.label, other=found.other, against=against, rule=Message(rule.en, rule.zh), cite=Message(rule.cite_en, rule.cite_zh),
        share=found.share,
    )  # fmt: skip
    if not isfinite(found.yuan):
        return met
    money = Message(money_text(found.yuan, "en", 2), money_text(found.yuan, "zh", 2))
    return said("{met}, at stake {money} a year incl. VAT", "{met}，每年 {money}（含税）", met=met, money=money)
