"""The eras of a case: what holds from each of its events on, and the months of operation that fall into each.

An era is a case of its own, read as a file would be with every change made until then. Its numbers follow those of the
era before, scenario by scenario, but for what the event states: a number varied in the case moves in every era that
takes it over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from appraisal.case.event import Event
from appraisal.case.periods import Periods, PhaseLine
from appraisal.field import Declared, check_number
from appraisal.units import MONTHS_PER_YEAR, Rows, Table, table

if TYPE_CHECKING:
    from appraisal.case.model import Case

_YEAR = int(MONTHS_PER_YEAR)


@dataclass(frozen=True, kw_only=True)
class Era:
    """The case from an event on.

    Attributes
    ----------
    name : str
        Of the event.
    event : Event
    case : Case
        With every change made until then; it has no eras itself.
    own : frozenset of str
        Paths of numbers that the event, or what it entails, states itself: they do not follow the era before.
    factors : path → (action, number)
        What the event multiplies (``scale``) or adds to (``add``) the number of the era before.
    takes_place : bool
        False for an event that is not enabled or falls after the last operating year: its numbers can be named, and
        change nothing.
    """

    name: str
    event: Event
    case: Case
    own: frozenset[str] = frozenset()
    factors: Mapping[str, tuple[str, Table]] = field(default_factory=dict)
    takes_place: bool = True

    def following(self, before: Case, paths: Iterable[str]) -> Era:
        """The era with its numbers at *paths* as they follow from those of the era before; ValueError outside a range."""
        held = self.case
        for path in paths:
            value, now = _number(before, path), _number(held, path)
            if path in self.own or value is None or now is None:
                continue
            moved = self._moved(path, value)
            # What is as it was is not written again: a field left out stays left out.
            if not np.array_equal(moved, now):
                held = held.with_number(path, moved)
        return replace(self, case=held)

    def _moved(self, path: str, value: Table) -> Table:
        action, factor = self.factors.get(path, ("", np.zeros((1, 1))))
        if not action:
            return value
        moved: Table = value * factor if action == "scale" else value + factor
        return moved

    def with_value(self, action: str, path: str, value: Any) -> Era:
        """The era with one number of its event replaced; LookupError where the event states no such number."""
        if action in ("scale", "add") and path in self.factors:
            what = self.case.declaration(path)
            number = check_number(value, self._called(what).moved_by(action))
            return replace(self, factors={**self.factors, path: (action, number)})
        if action == "set" and path in set(self._stated()):
            return replace(self, case=self.case.with_number(path, value))
        raise LookupError(path)

    def _stated(self) -> Iterator[str]:
        """Paths of the numbers that the event sets."""
        for path, what, array in self.case.own_numbers():
            if array is not None and what.kind in ("number", "yearly") and is_set(self.event, path):
                yield path

    def values(self) -> Iterator[tuple[str, Declared, Table | None]]:
        """Dotted path (``events.<name>.set.<path>``), declaration and table of every number of the event."""
        known = {path: (what, array) for path, what, array in self.case.own_numbers()}
        for path in self._stated():
            what, array = known[path]
            yield f"events.{self.name}.set.{path}", self._called(what), array
        for path, (action, factor) in self.factors.items():
            yield f"events.{self.name}.{action}.{path}", self._called(known[path][0]).moved_by(action), factor

    def _called(self, what: Declared) -> Declared:
        """The declaration of a number under the title of the event."""
        title = self.event.title(self.name)
        return replace(what, zh=f"{title.zh}：{what.zh}", en=f"{title}: {what.en}")

    def rows(self, index: Rows) -> Era:
        """The scenarios of a slice or an index."""
        factors = {
            path: (action, number if number.shape[0] == 1 else number[index])
            for path, (action, number) in self.factors.items()
        }
        return replace(self, case=self.case.rows(index), factors=factors)

    def months(self, columns: Periods, phase: PhaseLine) -> int:
        """Months that a phase has run when the era begins, within its operating years.

        Plain columns begin the first operating year in the month after construction, as prices and facts are dated.
        """
        last = _YEAR * columns.operation_years
        if self.event.operation_year is not None:
            return min(_YEAR * (self.event.operation_year - 1), last)
        year, month = (int(part) for part in self.event.from_month.split("-"))
        opened, first = columns.first_month
        return min(max(_YEAR * (year - opened) + month - first - phase.done, 0), last)


def is_set(event: Event, path: str) -> bool:
    """Whether an event sets a path, itself or with what stands above it."""
    return any(path == one or path.startswith(f"{one}.") for one in event.set)


def _number(case: Case, path: str) -> Table | None:
    try:
        found: Table | None = case.at(path)
    except LookupError:
        return None
    return found


def followed(case: Case, paths: Sequence[str]) -> tuple[Era, ...]:
    """The events of a case whose numbers at *paths* have changed."""
    found: list[Era] = []
    before = case
    for era in case.events:
        found.append(era.following(before, paths))
        before = found[-1].case if era.takes_place else before
    return tuple(found)


def shares(columns: Periods, eras: Sequence[Era]) -> tuple[Table, ...]:
    """How much of operating year n falls into each column under each era, that before the first event being the first.

    Parameters
    ----------
    columns : Periods
        Of N operating years on Y columns.
    eras : sequence of Era
        E of them, in the order in which they begin.

    Returns
    -------
    tuple of (Y, N)
        E + 1 tables; they add to ``columns.weights``. An operating year in which an era begins counts by months.
    """
    last = _YEAR * columns.operation_years
    found = [np.zeros((columns.years, columns.operation_years)) for _ in range(len(eras) + 1)]
    for phase in columns.phases:
        edges = [0, *(era.months(columns, phase) for era in eras), last]
        for place in range(len(found)):
            found[place] = found[place] + phase.share * phase.weights_between(edges[place], edges[place + 1])
    return tuple(map(table, found))


def laid(columns: Periods, parts: Iterable[tuple[Table, Table]]) -> Table:
    """Yearly amounts of several eras on the columns: ``Σₑ Σₙ share[e, c, n] · values[e, :, n]``, ``(S, Y)``.

    *parts* has for each era its shares ``(Y, N)`` and its values, ``(S, 1)`` or ``(S, N)``.
    """
    made = np.zeros((1, columns.years))
    for share, values in parts:
        if made.shape[0] < values.shape[0]:
            made = np.repeat(made, values.shape[0], axis=0)
        for column, year in np.argwhere(share > 0.0):
            made[:, column] += share[column, year] * values[:, min(year, values.shape[1] - 1)]
    return made


def stepped(columns: Periods, eras: Sequence[Era], numbers: Sequence[Table]) -> Table:
    """A number that is one for all years but for the events, on the columns, ``(S, Y)``.

    Parameters
    ----------
    columns : Periods
    eras : sequence of Era
    numbers : sequence of (S, 1)
        Before the first event, then of each era.

    Returns
    -------
    (S, Y)
        Of a column with several eras the mean over the time in operation; before operation what holds first, after it
        what held last.
    """
    held = np.stack([share.sum(axis=1) for share in shares(columns, eras)])
    runs = np.flatnonzero(columns.running[0] > 0.0)
    held[:, : runs[0]], held[:, runs[-1] + 1 :] = held[:, [runs[0]]], held[:, [runs[-1]]]
    # A column that no event divides has the number itself, whatever share of it operates.
    whole = held / held.sum(axis=0)
    made = np.zeros((1, columns.years))
    for share, number in zip(whole, numbers, strict=True):
        made = made + share * number
    return made
