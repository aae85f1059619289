"""A retail tariff as somebody proposes it: other multiples or hours in the rules of a year, everything else as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from appraisal.errors import Fault, InputError, said
from appraisal.library.library import Library
from appraisal.library.months import file_rule, twelve
from appraisal.library.reading import User
from appraisal.library.retail_types import PeriodsOf, Ratios, RetailFile, Rule, Scope
from appraisal.library.types import LETTERS


def proposed(
    file: RetailFile, start: date, who: User, ratio: Mapping[str, float], periods: Mapping[int, str]
) -> RetailFile:  # fmt: skip
    """A tariff with other multiples and hours for one user in the twelve months from a date.

    Parameters
    ----------
    file : RetailFile
    start : date
        First of the twelve months.
    who : User
        Whose rows change; a row that serves others as well changes for them too. Hours change for his class at every voltage.
    ratio : letter → multiple of the flat price
        In place of those there are; other letters keep theirs.
    periods : month → letters of its day
        In place of the maps there are; empty keeps them.

    Raises
    ------
    InputError
        If the tariff has no multiples for the user, or a letter that is shown would have none.
    """
    rules = dict(file.rules)
    faults: list[Fault] = []
    for begins, rule in _touched(file, start).items():
        rows = tuple(
            replace(row, by_letter={**row.by_letter, **ratio}) if who.meant(row) else row for row in rule.ratios
        )
        rules[begins] = made = _with_periods(replace(rule, ratios=rows), who, periods)
        faults += _unknown(file, made, who, start)
    if faults:
        raise InputError(faults)
    return replace(file, rules=rules)


def rescaled(file: RetailFile, start: date, who: User, factor: float) -> RetailFile:
    """The same with every multiple of the user times a factor, which is the floating price times it; bands are not rounded."""
    rules = dict(file.rules)
    for begins, rule in _touched(file, start).items():
        rows = tuple(_scaled(row, factor) if who.meant(row) else row for row in rule.ratios)
        rules[begins] = replace(rule, ratios=rows, rounding=None)
    return replace(file, rules=rules)


def with_file(library: Library, file: RetailFile) -> Library:
    """A library in which a tariff stands in place of the one of its name."""
    return replace(library, read={**library.read, file.name: file})


def _touched(file: RetailFile, start: date) -> dict[date, Rule]:
    """The rules of the twelve months by the day that they began."""
    found = (file_rule(file, month) for month in twelve(start))
    return {rule.begins: rule for rule in found if rule is not None}


def _with_periods(rule: Rule, who: User, periods: Mapping[int, str]) -> Rule:
    """The rule with a map of the user's own before those of others."""
    if not periods:
        return rule
    scope = Scope(parts=(who.parts,), classes=(who.user_class,))
    return replace(rule, periods_of=(PeriodsOf(scope=scope, periods=dict(periods)), *rule.periods_of))


def _scaled(row: Ratios, factor: float) -> Ratios:
    return replace(row, by_letter={letter: factor * multiple for letter, multiple in row.by_letter.items()})


def _unknown(file: RetailFile, rule: Rule, who: User, start: date) -> list[Fault]:
    """Letters that the user's days would show without a multiple."""
    faults = []
    for month in (month.month for month in twelve(start)):
        letters = set(rule.letters(month, parts=who.parts, voltage=who.voltage, user_class=who.user_class))
        known = next((row.by_letter for row in rule.ratios if month in row.months and who.meant(row)), None)
        if known is None:
            faults.append(Fault(where=file.name, path="proposal.ratio", message=said(
                "the library has no ratios of this area that a proposal could change; give a whole tariff file", "事实库没有该地区可供调整的比价；请给出完整的电价文件"
            )))  # fmt: skip
            break
        for letter in sorted(letters - set(known)):
            faults.append(Fault(where=file.name, path=f"proposal.ratio.{letter}", message=said(
                "month {month} shows {en} hours; state their ratio", "{month} 月有{zh}时段；请填写其比价",
                month=month, en=LETTERS[letter][1], zh=LETTERS[letter][0],
            )))  # fmt: skip
    # Of each letter the first month.
    return list({fault.path: fault for fault in reversed(faults)}.values())[::-1]
