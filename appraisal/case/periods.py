"""The columns of the calculation period: construction columns first, then full operating years.

Column 1 is the first construction year. A construction of m months has ⌈m ÷ 12⌉ columns, the last one with the
months left over; interest of a column runs for its months (RULES §1).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from appraisal.case.schema import Project
from appraisal.errors import Fault, InputError
from appraisal.units import MONTHS_PER_YEAR, Table, table


@dataclass(frozen=True, kw_only=True)
class Periods:
    """Construction columns, operating years and the flags of each column, all ``(1, Y)``."""

    months: int
    operation_years: int

    @property
    def construction(self) -> int:
        """Number of construction columns."""
        return ceil(self.months / MONTHS_PER_YEAR)

    @property
    def years(self) -> int:
        """Columns Y of the calculation period."""
        return self.construction + self.operation_years

    @property
    def year(self) -> Table:
        """Column number from 1."""
        return table(np.arange(1.0, self.years + 1.0))

    @property
    def operating(self) -> Table:
        """1 in operating years, 0 in construction."""
        return table(np.arange(self.years) >= self.construction)

    @property
    def age(self) -> Table:
        """Operating year from 1; 0 in construction."""
        return table(np.maximum(np.arange(self.years) - self.construction + 1.0, 0.0))

    @property
    def column_months(self) -> Table:
        """Months of construction in each column; 0 in operating years."""
        left = self.months - MONTHS_PER_YEAR * np.arange(self.years)
        return table(np.clip(left, 0.0, MONTHS_PER_YEAR))

    def first_of(self, years: tuple[int, ...]) -> Table:
        """1 in the first of some operating years; 0 everywhere if there are none."""
        return table(self.age == min(years, default=-1))

    def since(self, years: tuple[int, ...]) -> Table:
        """Years since the last of some operating years, 1 in the year after it; 0 before the first has passed."""
        passed = [[age - year for year in years if year < age] for age in self.age[0]]
        return table([min(counts, default=0.0) for counts in passed])

    def spend(self, profile: Table | None) -> Table:
        """Share of the investment paid in each column, ``(S, Y)``: the profile stated, else by months."""
        if profile is None:
            return table(self.column_months / self.months)
        return self.laid(profile, self.construction, before=0)

    def by_operating_year(self, values: Table) -> Table:
        """A yearly amount laid on the columns, ``(S, Y)``: one value for every operating year, or one each."""
        return self.laid(values, self.operation_years, before=self.construction)

    def laid(self, values: Table, length: int, *, before: int) -> Table:
        """Values put on *length* columns after *before* empty ones, the rest 0."""
        if values.shape[1] not in (1, length):
            raise InputError([Fault(message=f"{values.shape[1]} yearly values; expected 1 or {length}")])
        laid = np.zeros((values.shape[0], self.years))
        laid[:, before : before + length] = values
        return laid


def periods(project: Project) -> Periods:
    """The columns of a project.

    Examples
    --------
    >>> eighteen = Periods(months=18, operation_years=2)
    >>> eighteen.years, eighteen.column_months.tolist(), eighteen.age.tolist()
    (4, [[12.0, 6.0, 0.0, 0.0]], [[0.0, 0.0, 1.0, 2.0]])
    """
    return Periods(months=project.construction_months, operation_years=project.operation_years)


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
