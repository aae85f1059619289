"""Which era of a case a figure belongs to, and which events moved it."""

from __future__ import annotations

from collections.abc import Iterable

from appraisal.case import Case, Notice
from appraisal.case.eras import shares
from appraisal.case.periods import periods


def era_of(case: Case, label: str, year: int | None) -> int:
    """The era, 0 for that before any event, whose terms of a stream hold for most of a column; without one the first that has it."""
    having = [place for place, regime in enumerate(case.regimes) if label in regime.streams]
    if year is None:
        return having[0]
    held = [share[year - 1].sum() for share in shares(periods(case.project), case.eras)]
    return max(having, key=lambda place: float(held[place]))


def told_of(case: Case, paths: Iterable[str]) -> tuple[Notice, ...]:
    """The notices of the events that change one of some paths."""
    moved = set(paths)
    names = {
        f"events.{era.name}"
        for era in case.eras
        if moved & (era.own | set(era.factors))
        or any(f"{path}.".startswith(f"{one}.") for one in era.event.touched() for path in moved)
    }
    return tuple(note for note in case.notices if note.code == "event" and note.path in names)
