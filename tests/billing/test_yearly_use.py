"""A load of 365 days billed by the calendar, against adding up every hour by hand."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import numpy as np
import pytest

from appraisal.billing import energy_charges, yearly_use
from appraisal.errors import InputError
from appraisal.library import Library

LIBRARY = Library.open()


def test_energy_of_a_calendar_year_is_added_hour_by_hour() -> None:
    """Zhejiang, the twelve months of 2025 under the rule of 2024: its holidays are those of an independent calendar."""
    year = LIBRARY.retail("retail.zhejiang", start=date(2025, 8, 1), voltage="10kV", parts="two")
    load = np.random.default_rng(7).uniform(0.0, 900.0, (2, 8760))
    use = yearly_use(year, load)
    names = {"Spring Festival", "Labour Day", "National Day"}
    letters = {day.month: day.letters for day in year.days if day.kind == "ordinary"}
    expected: dict[tuple[str, int], float] = {}
    day = date(2025, 1, 1)
    for place in range(365):
        # The appraisal year begins in August 2025: January to July are those of 2026.
        there = day + timedelta(days=place)
        real = there.replace(year=2026) if there.month < 8 else there
        off = chinese_calendar.is_holiday(real) and chinese_calendar.get_holiday_detail(real)[1] in names
        today = list(letters[there.month])
        if off or (real.month, real.day) in EXTRA:
            begin, end = (9, 15) if real >= date(2026, 7, 1) else (10, 14)
            today[begin:end] = "d" * (end - begin)
        for hour, letter in enumerate(today):
            key = (letter, there.month - 1)
            expected[key] = expected.get(key, 0.0) + float(load[1, place * 24 + hour])
    for letter, kwh in use.energy_kwh.items():
        assert kwh[1] == pytest.approx([expected.get((letter, month), 0.0) for month in range(12)], rel=1e-12)
    months = np.split(load[1], np.cumsum([744, 672, 744, 720, 744, 720, 744, 744, 720, 744, 720]))
    assert use.peak_kw[1].tolist() == [month.max() for month in months]
    assert set(energy_charges(year, use.energy_kwh)) == set(use.energy_kwh)


# Weekends inside the joined holidays, and Mid-Autumn of 2025 inside National Day, which the package names otherwise:
# days off as the State Council lists them (国办发明电〔2024〕12号, 〔2025〕7号).
EXTRA = {
    *((2, day) for day in range(15, 24)),
    *((5, day) for day in range(1, 6)),
    *((10, day) for day in range(1, 9)),
}


def test_steps_that_are_no_days_are_refused() -> None:
    year = LIBRARY.retail("retail.zhejiang", start=date(2025, 8, 1), voltage="10kV", parts="two")
    with pytest.raises(InputError, match="8784 steps are no whole number a day of 365 days"):
        yearly_use(year, np.zeros((1, 8784)))
