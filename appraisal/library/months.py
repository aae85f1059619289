"""Which published month prices a month of the appraisal year.

A month that was published is used as published. A later one takes the same calendar month of the latest twelve
if that was published under the rule now in force and can carry today's transmission price, else the latest month.
"""

from __future__ import annotations

from datetime import date

from appraisal.library.retail_types import MonthRow, RetailFile, Rule, Transmission


def twelve(start: date) -> tuple[date, ...]:
    """First days of the twelve months from the month of *start* on.

    Examples
    --------
    >>> [f"{month:%Y-%m}" for month in twelve(date(2026, 11, 20))][:3]
    ['2026-11', '2026-12', '2027-01']
    """
    return tuple(
        date(start.year + (start.month - 1 + step) // 12, (start.month - 1 + step) % 12 + 1, 1) for step in range(12)
    )


def transmission_at(file: RetailFile, month: date) -> Transmission | None:
    """The price table in force in a month, if the file has one that old."""
    begun = [day for day in file.transmission if day <= month]
    return file.transmission[max(begun)] if begun else None


def file_rule(file: RetailFile, month: date) -> Rule | None:
    """The rule in force in a month, or None before the first."""
    begun = [day for day in file.rules if day <= month]
    return file.rules[max(begun)] if begun else None


def same_split(then: Rule | None, now: Rule) -> bool:
    """Whether a price printed under one rule is split by another in the same way: what floats is the same."""
    return then is not None and set(then.floats) == set(now.floats)


def choose(file: RetailFile, rows: list[MonthRow], rule: Rule, month: date) -> tuple[MonthRow | None, str]:
    """The published row that prices a month, and a code of ``text.MONTH_TAKEN`` for why, if it is not the month's own."""
    own = [row for row in rows if row.month == month]
    if own:
        return own[-1], ""
    before = [row for row in rows if row.month < month]
    past = [row for row in before if not row.printed or same_split(file_rule(file, row.month), rule)]
    past = [row for row in past if not row.last_resort] or past
    if not past:
        return None, ""
    table = transmission_at(file, month)
    today = [row for row in past if not row.printed or transmission_at(file, row.month) is table]
    latest = max(today or past, key=lambda row: row.month)
    since = twelve(latest.month.replace(year=latest.month.year - 1))[1]
    for row in today:
        if row.month >= since and row.month.month == month.month and file_rule(file, row.month) is rule:
            return row, "same_month"
    # Without a row that can be brought up to date, the transmission price printed then stays inside.
    return latest, "latest" if today else "latest_printed"
