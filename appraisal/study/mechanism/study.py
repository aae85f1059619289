"""What is studied: the plants of a portfolio with their draws, mechanisms with their levels, the hurdle, the consumers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from appraisal.case import Case, Change
from appraisal.case.schema import Title
from appraisal.case.uncertainty import Uncertainty
from appraisal.errors import Message, said, suggest
from appraisal.library import Fact, Library
from appraisal.scenario.faults import Findings
from appraisal.study.inputs import Vector
from appraisal.study.mechanism.file import STANDINGS, Consumers, Criterion, Declared, Entry, Hurdle
from appraisal.units import Table

# The rate of return of the hurdle → the discount rate at which its worth is taken.
RATE_OF = {
    "project_irr": "finance.discount_rate",
    "project_irr_pre_tax": "finance.discount_rate",
    "equity_irr": "finance.equity_discount_rate",
}


@dataclass(frozen=True, kw_only=True)
class Plants:
    """The projects of one entry of the portfolio.

    Attributes
    ----------
    name, file : str, Path
        Its name, and the file of its case.
    stated : Entry
    case : Case
        One scenario, as the study sets it, without any mechanism, discounted at the hurdle.
    drawn : path → (N, 1)
        Values by project.
    stands_for : (N,)
        How many such plants each project stands for.
    """

    name: str
    file: Path
    stated: Entry
    case: Case
    drawn: Mapping[str, Table]
    stands_for: Vector

    @property
    def projects(self) -> int:
        """Number of projects N."""
        return self.stated.projects

    @cached_property
    def power_mw(self) -> Vector:
        """Rated power of each project, MW."""
        varied = self.case.vary(self.drawn) if self.drawn else self.case
        return np.array(np.broadcast_to(varied.storage.power_mw[:, 0], (self.projects,)))

    @property
    def mw(self) -> Vector:
        """Power that each project stands for, MW."""
        return self.stands_for * self.power_mw

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the study changes of the case's file before it is read."""
        return changes_of(self.stated)


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """A mechanism with the levels to be looked at, ascending, and the rule of the library behind it if one is named."""

    name: str
    stated: Declared
    levels: tuple[float, ...]
    rule: Fact | None = None

    @property
    def title(self) -> Message:
        """Its title, or its name."""
        return Message(self.stated.en or self.name, self.stated.zh or self.name)

    @property
    def none(self) -> float:
        """The level at which it changes nothing."""
        return 0.0 if self.stated.level is None else float(self.stated.level.none[0, 0])

    @property
    def strongest(self) -> float:
        """The level farthest from the one at which nothing changes."""
        return max(self.levels, key=lambda level: abs(level - self.none))

    @property
    def unit(self) -> str:
        """Of the level."""
        return "1" if self.stated.level is None else self.stated.level.unit

    @property
    def standing(self) -> str:
        """How the rule behind it stands, a word of ``STANDINGS``."""
        found = None if self.rule is None else self.rule.source.status
        return str(found) if found in STANDINGS else self.stated.standing

    def meant(self, entry: str) -> bool:
        """Whether it applies to an entry of the portfolio."""
        return not self.stated.applies_to or entry in self.stated.applies_to


@dataclass(frozen=True, kw_only=True)
class Study:
    """What is studied."""

    file: Path
    raw: Mapping[str, Any]
    title: Title
    reading: Mapping[str, tuple[str, ...]]
    as_of: date
    seed: int
    discount_rate: float
    hurdle: Hurdle
    consumers: Consumers | None
    plants: tuple[Plants, ...]
    mechanisms: Mapping[str, Mechanism]
    uncertain: Uncertainty
    criteria: Mapping[str, Criterion]
    library: Library

    def mechanism(self, name: str) -> Mechanism:
        """A mechanism by its name.

        Raises
        ------
        InputError
            If the study has none of that name.
        """
        if name not in self.mechanisms:
            findings = Findings(where=str(self.file), lines={})
            findings.add(
                "mechanisms",
                said(
                    "no mechanism {name!r}; {known}",
                    "没有名为 {name!r} 的机制；{known}",
                    name=name,
                    known=suggest(name, list(self.mechanisms)),
                ),
            )
            findings.stop()
        return self.mechanisms[name]


def changes_of(stated: Entry) -> tuple[Change, ...]:
    """What an entry changes of its case before it is read; distributions of the case are not the study's."""
    gone = [Change(path=path, action="remove") for path in stated.remove]
    return (
        Change(path="uncertainty", value={}),
        *gone,
        *(Change(path=path, value=value) for path, value in stated.set.items()),
    )


def at_hurdle(case: Case, hurdle: Hurdle) -> Case:
    """The case discounted at the hurdle, so that what it is worth says whether it clears it."""
    return case.vary({RATE_OF[hurdle.metric]: hurdle.value})
