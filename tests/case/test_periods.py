"""The columns of the calculation period: construction by started twelve months, then full operating years."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.case.periods import Periods, month_after
from appraisal.errors import InputError
from appraisal.units import table


@pytest.mark.parametrize(
    ("months", "columns", "in_each"),
    [(1, 1, [1]), (12, 1, [12]), (13, 2, [12, 1]), (24, 2, [12, 12]), (30, 3, [12, 12, 6])],
)
def test_construction_has_a_column_for_every_started_year(months: int, columns: int, in_each: list[int]) -> None:
    """Counted by hand."""
    periods = Periods(months=months, operation_years=3)
    assert periods.construction == columns
    assert periods.years == columns + 3
    assert periods.column_months[0, :columns].tolist() == in_each
    assert periods.year[0].tolist() == list(range(1, columns + 4))


@given(months=st.integers(1, 120), years=st.integers(1, 60))
def test_months_and_years_are_all_laid_once(months: int, years: int) -> None:
    """Months add up; operating years are counted 1, 2, … and are exactly the columns without construction."""
    periods = Periods(months=months, operation_years=years)
    assert periods.column_months.sum() == months
    assert periods.operating.sum() == years
    np.testing.assert_array_equal(periods.operating, periods.column_months == 0)
    np.testing.assert_array_equal(periods.age[periods.operating > 0], np.arange(1.0, years + 1))
    assert periods.spend(None).sum() == pytest.approx(1.0, abs=1e-12)


def test_spending_follows_the_profile_stated_or_the_months() -> None:
    """Eighteen months: two thirds in the first column, unless stated."""
    periods = Periods(months=18, operation_years=2)
    np.testing.assert_allclose(periods.spend(None), [[2 / 3, 1 / 3, 0, 0]], rtol=1e-15)
    assert periods.spend(table([[0.3, 0.7], [0.5, 0.5]])).tolist() == [[0.3, 0.7, 0, 0], [0.5, 0.5, 0, 0]]


def test_yearly_values_are_laid_on_operating_years_by_scenario() -> None:
    """One value for every year, or one each; rows stay rows."""
    periods = Periods(months=18, operation_years=3)
    assert periods.by_operating_year(table([[5.0], [6.0]])).tolist() == [[0, 0, 5, 5, 5], [0, 0, 6, 6, 6]]
    assert periods.by_operating_year(table([1.0, 2.0, 3.0])).tolist() == [[0, 0, 1, 2, 3]]
    with pytest.raises(InputError, match="2 yearly values; expected 1 or 3"):
        periods.by_operating_year(table([1.0, 2.0]))


@given(year=st.integers(1950, 2200), month=st.integers(1, 12), months=st.integers(0, 400))
def test_month_after_counts_as_a_calendar_does(year: int, month: int, months: int) -> None:
    """Against numpy's own calendar of months."""
    moved = np.datetime64(f"{year:04d}-{month:02d}", "M") + np.timedelta64(months, "M")
    assert "{:04d}-{:02d}".format(*month_after(f"{year:04d}-{month:02d}", months)) == str(moved)
