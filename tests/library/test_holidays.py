"""The calendar against an independent one: the Python package chinesecalendar."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from appraisal.library import Library

KEYS = {
    "new_year": "New Year's Day",
    "spring_festival": "Spring Festival",
    "qingming": "Tomb-sweeping Day",
    "labour_day": "Labour Day",
    "dragon_boat": "Dragon Boat Festival",
    "mid_autumn": "Mid-autumn Festival",
    "national_day": "National Day",
}


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_days_off_equal_an_independent_calendar(year: int) -> None:
    """Every day of the year is in one of our holidays exactly if the package calls it one."""
    library = Library.open()
    ours: set[date] = set()
    for key in KEYS:
        value = library.fact(f"calendar.holidays.{key}", date(year, 1, 1)).value
        first, last = date.fromisoformat(value["first"]), date.fromisoformat(value["last"])
        ours |= {first + timedelta(days=step) for step in range((last - first).days + 1)}
    every = [date(year, 1, 1) + timedelta(days=step) for step in range(366 if year == 2024 else 365)]
    named = {day for day in every if chinese_calendar.get_holiday_detail(day)[1] and chinese_calendar.is_holiday(day)}
    assert named <= ours
    # A joined holiday can hold an ordinary weekend, which the package does not name but is off all the same.
    assert all(chinese_calendar.is_holiday(day) for day in ours)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_worked_weekends_equal_an_independent_calendar(year: int) -> None:
    """Exactly the Saturdays and Sundays that the package calls working days."""
    ours = {
        date.fromisoformat(word)
        for word in Library.open().fact("calendar.holidays.make_up_days", date(year, 1, 1)).value
    }
    every = [date(year, 1, 1) + timedelta(days=step) for step in range(366 if year == 2024 else 365)]
    assert ours == {day for day in every if day.weekday() >= 5 and chinese_calendar.is_workday(day)}
