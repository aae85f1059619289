"""The columns of the calculation period: what is built, and what runs, in each of them.

By default column 1 is the first construction year: a construction of m months has ⌈m ÷ 12⌉ columns, the last one with
the months left over (interest of a column runs for its months, RULES §1), and full operating years follow. With
calendar columns every column is a calendar year and commissioning falls at its true month, so that the first operating
column is partial and the last one completes it; one column may hold months of construction and of operation. A plant
built in phases has its time line phase by phase: each is built, commissioned and closed on its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil, fsum

import numpy as np

from appraisal.case.schema import Project
from appraisal.errors import Fault, InputError, said
from appraisal.units import MONTHS_PER_YEAR, Table, table

_YEAR = int(MONTHS_PER_YEAR)


@dataclass(frozen=True, kw_only=True)
class PhaseLine:
    """One phase on the columns of its project; every table is ``(1, Y)``.

    Attributes
    ----------
    share : share of capacity and of investment.
    start, done : months from the construction start of the project to the start and the end of this construction.
    commissioned, end : months from there to commissioning (in columns of operating years the next whole one) and to
        the end of the last operating year.
    opening : months of column 1 that have passed when construction starts.
    years : columns Y.
    """

    share: float
    start: int
    done: int
    commissioned: int
    end: int
    opening: int
    years: int

    @property
    def commissioned_column(self) -> int:
        """Index from 0 of the column in which operation begins."""
        return self.column_of(self.commissioned)

    @cached_property
    def column_months(self) -> Table:
        """Months of this construction in each column."""
        return self._within(self.start, self.done)

    @cached_property
    def spend(self) -> Table:
        """Share of this phase's investment paid in each column, by months; adds to 1."""
        return table(self.column_months / (self.done - self.start))

    @property
    def begun(self) -> float:
        """Fraction of an operating year that falls in the column in which it begins; 1 where both begin together."""
        return 1.0 - (self.commissioned + self.opening) % _YEAR / MONTHS_PER_YEAR

    @cached_property
    def age(self) -> Table:
        """Number n ≥ 1 of the operating year that begins in each column, going on after the last; 0 before the first."""
        return table(np.maximum(np.arange(self.years) - self.commissioned_column + 1.0, 0.0))

    @cached_property
    def loan_age(self) -> Table:
        """Year-ends since commissioning: a column that also holds construction ends the construction, as number 0."""
        return table(np.maximum(self.age - (1.0 if self.begun < 1.0 else 0.0), 0.0))

    @cached_property
    def after_share(self) -> Table:
        """Share of each column between commissioning and the end of the phase."""
        return table(self._within(self.commissioned, self.end) / MONTHS_PER_YEAR)

    @cached_property
    def last(self) -> Table:
        """1 in the column in which the last operating year ends."""
        return table(np.arange(self.years) == self.column_of(self.end - 1))

    @cached_property
    def weights(self) -> Table:
        """Share of operating year n that falls in each column, ``(Y, N)``."""
        begins = range(self.commissioned, self.end, _YEAR)
        return table(np.stack([self._within(begin, begin + _YEAR)[0] for begin in begins], axis=1) / MONTHS_PER_YEAR)

    def weights_between(self, begin: int, end: int) -> Table:
        """Share of operating year n that falls in each column, of the months of operation *begin* to before *end*, ``(Y, N)``."""
        edge, commissioned = range(0, self.end - self.commissioned, _YEAR), self.commissioned
        spans = [(max(begin, first), min(end, first + _YEAR)) for first in edge]
        laid = [self._within(commissioned + first, commissioned + max(first, last))[0] for first, last in spans]
        return table(np.stack(laid, axis=1) / MONTHS_PER_YEAR)

    def column_of(self, month: int) -> int:
        """Index from 0 of the column that holds a month, counted from the construction start."""
        return (month + self.opening) // _YEAR

    def _within(self, begin: int, end: int) -> Table:
        """Months of the span from *begin* to before *end* in each column."""
        edge = _YEAR * np.arange(self.years) - self.opening
        return table(np.clip(np.minimum(end, edge + _YEAR) - np.maximum(begin, edge), 0.0, None))


@dataclass(frozen=True, kw_only=True)
class Periods:
    """The columns of a project and the flags of each, all ``(1, Y)``.

    Attributes
    ----------
    months : months from the construction start until the last phase is done.
    operation_years : operating years N of every phase.
    start : month ``YYYY-MM`` of the construction start; without it there are no calendar years.
    calendar : whether a column is a calendar year.
    parts : (share, start month, months of construction) of each phase; empty for a plant built at once.
    """

    months: int
    operation_years: int
    start: str | None = None
    calendar: bool = False
    parts: tuple[tuple[float, int, int], ...] = ()

    @property
    def plain(self) -> bool:
        """Whether each operating column is one operating year of the whole plant."""
        return not self.calendar and not self.parts

    @cached_property
    def phases(self) -> tuple[PhaseLine, ...]:
        """The phases in their order; the whole plant where there are none."""
        parts = self.parts or ((1.0, 0, self.months),)
        # Shares stated to a few digits are taken as shares of their sum, so that the whole plant is exactly 1.
        whole = fsum(share for share, _, _ in parts)
        return tuple(
            PhaseLine(
                share=share / whole, start=start, done=start + months, commissioned=self._commissioned(start + months),
                end=self._commissioned(start + months) + _YEAR * self.operation_years, opening=self._opening, years=self.years,
            )
            for share, start, months in parts
        )  # fmt: skip

    @property
    def years(self) -> int:
        """Columns Y of the calculation period, until the last phase ends."""
        done = max((start + months for _, start, months in self.parts), default=self.months)
        return ceil((self._opening + self._commissioned(done)) / _YEAR) + self.operation_years

    @property
    def construction(self) -> int:
        """Number of columns before the first one with operation."""
        return min(phase.commissioned_column for phase in self.phases)

    @property
    def building_columns(self) -> int:
        """Number of columns until the last one with construction, over which a stated profile of spending runs."""
        return ceil((self._opening + self.months) / _YEAR)

    @property
    def year(self) -> Table:
        """Column number from 1."""
        return table(np.arange(1.0, self.years + 1.0))

    @cached_property
    def calendar_year(self) -> Table:
        """Calendar year of each column; of columns that begin within a year the one that most of their months are in.

        Six months either side count for the year in which the column begins.
        """
        year, month = self.first_month
        first = year if self.calendar or month <= _YEAR // 2 + 1 else year + 1
        return table(first + np.arange(self.years))

    @cached_property
    def weights(self) -> Table:
        """Share of capacity × share of a year by which operating year n falls into each column, ``(Y, N)``."""
        return _added([phase.share * phase.weights for phase in self.phases])

    @cached_property
    def running(self) -> Table:
        """Capacity × time in operation in each column: 1 in a full year of the whole plant."""
        return _added([phase.share * phase.after_share for phase in self.phases])

    @property
    def operating(self) -> Table:
        """1 in columns in which some of the plant operates, else 0."""
        return table(self.running > 0.0)

    @cached_property
    def lasting(self) -> Table:
        """Share of each column before the last operating year of the last phase ends."""
        ends = self._opening + max(phase.end for phase in self.phases)
        return table(np.clip(ends - _YEAR * np.arange(self.years), 0.0, _YEAR) / MONTHS_PER_YEAR)

    @cached_property
    def in_service(self) -> Table:
        """Largest share of capacity in operation at some time of each column."""
        month = np.arange(_YEAR * self.years) - self._opening
        monthly = _added(
            [phase.share * table((phase.commissioned <= month) & (month < phase.end)) for phase in self.phases]
        )
        return table(monthly.reshape(self.years, _YEAR).max(axis=1))

    @property
    def age(self) -> Table:
        """Columns counted from the first one with operation, from 1; 0 before. Of one phase: ``phases[p].age``."""
        return table(np.maximum(np.arange(self.years) - self.construction + 1.0, 0.0))

    @cached_property
    def column_months(self) -> Table:
        """Months of each column in which some phase is under construction."""
        month = np.arange(_YEAR * self.years) - self._opening
        built = np.any([(phase.start <= month) & (month < phase.done) for phase in self.phases], axis=0)
        return table(built.reshape(self.years, _YEAR).sum(axis=1))

    def spend(self, profile: Table | None) -> Table:
        """Share of the investment paid in each column, ``(S, Y)``: the profile stated, else by months of each phase."""
        if profile is None:
            return _added([phase.share * phase.spend for phase in self.phases])
        return self.laid(profile, self.building_columns, before=0)

    def phase_part(self, phase: int) -> Table:
        """Share of each column's investment that belongs to a phase, from 0; 0 in columns without spending by months."""
        whole = self.spend(None)
        own = self.phases[phase].share * self.phases[phase].spend
        return table(np.divide(own, whole, out=np.zeros_like(whole), where=whole > 0.0))

    def by_operating_year(self, values: Table) -> Table:
        """A yearly amount of the whole plant laid on the columns: ``Σₙ weights[c, n] · values[:, n]``, ``(S, Y)``.

        Parameters
        ----------
        values : (S, 1) or (S, N)
            One amount for every operating year, or one each, counted from each phase's own commissioning.

        Raises
        ------
        InputError
            For another number of values.
        """
        if values.shape[1] == 1:
            # What stands still is 0, not the -0 that a negative amount times 0 gives.
            return np.asarray(values * self.running + 0.0)
        if values.shape[1] != self.operation_years:
            raise _unfit(values, self.operation_years)
        laid = np.zeros((values.shape[0], self.years))
        for column, year in np.argwhere(self.weights > 0.0):
            laid[:, column] += self.weights[column, year] * values[:, year]
        return laid

    def operating_part(self, laid: Table) -> Table:
        """What stands in the operating columns of plain columns, ``(S, Y)`` → ``(S, N)``."""
        return laid[:, self.construction :]

    def laid(self, values: Table, length: int, *, before: int) -> Table:
        """Values put on *length* columns after *before* empty ones, the rest 0."""
        if values.shape[1] not in (1, length):
            raise _unfit(values, length)
        laid = np.zeros((values.shape[0], self.years))
        laid[:, before : before + length] = values
        return laid

    @property
    def first_month(self) -> tuple[int, int]:
        """(year, month) in which construction starts."""
        if self.start is None:
            raise ValueError("calendar years need the month of the construction start")
        year, month = self.start.split("-")
        return int(year), int(month)

    @property
    def _opening(self) -> int:
        """Months of column 1 that have passed when construction starts."""
        return self.first_month[1] - 1 if self.calendar else 0

    def _commissioned(self, done: int) -> int:
        """Month of commissioning of what is done after *done* months."""
        return done if self.calendar else _YEAR * ceil(done / _YEAR)


def _added(parts: Sequence[Table]) -> Table:
    """The sum of tables of one shape, each cell rounded once: shares of a whole add to exactly 1."""
    cells = np.stack(parts).reshape(len(parts), -1).T
    return table(np.array([fsum(cell) for cell in cells]).reshape(np.shape(parts[0])))


def _unfit(values: Table, length: int) -> InputError:
    message = said(
        "{count} yearly values; expected 1 or {length}",
        "有 {count} 个分年值；应为 1 或 {length} 个", count=values.shape[1], length=length
    )  # fmt: skip
    return InputError([Fault(message=message)])


def periods(project: Project) -> Periods:
    """The columns of a project.

    Examples
    --------
    >>> eighteen = Periods(months=18, operation_years=2)
    >>> eighteen.years, eighteen.column_months.tolist(), eighteen.age.tolist()
    (4, [[12.0, 6.0, 0.0, 0.0]], [[0.0, 0.0, 1.0, 2.0]])
    >>> Periods(months=5, operation_years=2, start="2026-10", calendar=True).running.round(4).tolist()
    [[0.0, 0.8333, 1.0, 0.1667]]
    """
    return _columns(
        project.construction_months,
        project.operation_years,
        project.construction_start,
        project.columns == "calendar",
        tuple((float(phase.share[0, 0]), phase.start_month, phase.construction_months) for phase in project.phases),
    )


@lru_cache(maxsize=64)
def _columns(
    months: int, operation_years: int, start: str, calendar: bool, parts: tuple[tuple[float, int, int], ...]
) -> Periods:
    # Every step of the path asks for the columns; the tables of one time line are worked out once.
    return Periods(months=months, operation_years=operation_years, start=start, calendar=calendar, parts=parts)


def whole_years(project: Project) -> Project:
    """The project on plain columns, one operating year of the whole plant each: what amounts are worked out on.

    ``Periods.by_operating_year`` then lays them on the columns that the project asks for.
    """
    return project.model_copy(update={"columns": "operating_years", "phases": ()})


def commissioning_months(project: Project) -> int:
    """Months from the construction start until the first of the plant is done: facts and prices are dated by it."""
    return min(
        (phase.start_month + phase.construction_months for phase in project.phases), default=project.construction_months
    )


def month_after(start: str, months: int) -> tuple[int, int]:
    """(year, month) that begins *months* after the month ``YYYY-MM``.

    Examples
    --------
    >>> month_after("2026-11", 3)
    (2027, 2)
    """
    year, month = (int(part) for part in start.split("-"))
    carried, index = divmod(month - 1 + months, int(MONTHS_PER_YEAR))
    return year + carried, index + 1
