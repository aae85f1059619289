"""Depreciation: four ways in the books, another one for tax, classes of assets, partial years (RULES §1; 企业会计准则第4号 art. 17)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from known import close, run
from strategies import contract, made, share

from appraisal import Appraisal, appraise

LAWS = settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])  # fmt: skip


def asset(
    cost: float, years: int, residual: float, *changes: dict[str, Any], operation: int | None = None
) -> Appraisal:
    """A plant of *cost* depreciated over *years* and operated as long, if nothing else is said."""
    return run(
        {"project": {"operation_years": operation or years}},
        {"capital": {"equipment_yuan": cost, "depreciation_years": years, "residual_share": residual}},
        *changes,
    )


def test_double_declining_of_the_published_item() -> None:
    """100 000 over five years to 4 %: 40 000, 24 000, 14 400, then 8 800 twice (accounting item, 191i.com/i/2077718609962672828)."""
    books = asset(1e5, 5, 0.04, {"capital": {"depreciation": "double_declining"}}).statements
    close(books["depreciation"][0, 1:], [40000, 24000, 14400, 8800, 8800], 6)
    close(books["plant.net"][0, -1], 4000, 6)


def test_sum_of_years_of_the_published_table() -> None:
    """50 000 to 10 000 over five years: 40 000 × 5/15 … 1/15 (zhclg.com, sum-of-the-year-digits, table 3.4, prints 13 333, 10 670, 8 000, 5 330, 2 670)."""
    books = asset(5e4, 5, 0.2, {"capital": {"depreciation": "sum_of_years"}}).statements
    np.testing.assert_allclose(books["depreciation"][0, 1:], [13333, 10670, 8000, 5330, 2670], rtol=0, atol=4)
    close(books["depreciation"][0, 1:], [4e4 * left / 15 for left in (5, 4, 3, 2, 1)], 6)


def test_three_ways_of_the_course_table() -> None:
    """35 000 to 5 000 over five years (coursehero.com file 25307466): straight 6 000 a year; by digits 10 000, 8 000 … 2 000."""
    straight = asset(35000, 5, 1 / 7).statements
    close(straight["depreciation"][0, 1:], [6000] * 5, 6)
    digits = asset(35000, 5, 1 / 7, {"capital": {"depreciation": "sum_of_years"}}).statements
    close(digits["depreciation"][0, 1:], [10000, 8000, 6000, 4000, 2000], 6)


def test_custom_shares_are_taken_as_stated() -> None:
    """Shares of the original value by operating year, the residual left over (closed form)."""
    shares = [0.3, 0.05, 0.4, 0.2]
    books = asset(
        2000, 4, 0.05, {"capital": {"depreciation": "custom", "depreciation_shares": shares}}, operation=6
    ).statements
    close(books["depreciation"][0, 1:], [600, 100, 800, 400, 0, 0], 9)
    close(books["residual"][0, -1], 100, 9)


def schedule(method: str, cost: float, years: int, residual: float) -> list[float]:
    """The charge of each year by the words of 企业会计准则第4号, with a running balance."""
    charges, left = [], cost
    for year in range(1, years + 1):
        if method == "straight_line":
            charge = cost * (1 - residual) / years
        elif method == "sum_of_years":
            charge = cost * (1 - residual) * (years + 1 - year) / sum(range(1, years + 1))
        elif year <= years - 2:
            charge = left * 2 / years
        elif year == years - 1:
            charge = (left - cost * residual) / 2
        charges.append(charge)
        left -= charge
    return charges


@LAWS
@given(
    st.sampled_from(["straight_line", "double_declining", "sum_of_years"]),
    st.integers(2, 20),
    st.integers(1, 25),
    share(0, 0.1),
)
def test_depreciation_follows_the_standard_whatever_the_life(
    method: str, years: int, operation: int, residual: float
) -> None:
    """Every year of any life, also where the project ends first; what is left is recovered at net value."""
    books = asset(1000, years, residual, {"capital": {"depreciation": method}}, operation=operation).statements
    expected = (schedule(method, 1000, years, residual) + [0.0] * operation)[:operation]
    close(books["depreciation"][0, 1:], expected, 9)
    close(books["residual"][0, -1], 1000 - sum(expected), 8)


# --- another depreciation for tax -----------------------------------------------------------------------------------

EARNING = {"revenue": {"known": {"income_yuan": 500}}, "tax": {"income_tax_rate": 0.25}}


def test_one_off_deduction_moves_tax_to_later_years() -> None:
    """财税〔2018〕54号 (equipment at once): 1000 over five years to 5 %: taxable 500 − 1000 in year 1, 500 after, the residual as in the books."""
    books = asset(1000, 5, 0.05, EARNING, {"capital": {"tax_depreciation": "one_off"}}).statements
    close(books["profit"][0, 1:], [310] * 5, 9)
    # The residual of 50 leaves the books at the end and tax has deducted it: the last year adds it back.
    close(books["taxable_profit"][0, 1:], [-500, 500, 500, 500, 550], 9)
    close(books["taxable_profit"][0].sum(), books["profit"][0].sum(), 9)
    close(books["income_tax"][0, 1:], [0, 0, 125, 125, 137.5], 9)


@pytest.mark.parametrize("operation", [6, 10, 13])
def test_shorter_life_for_tax_is_worth_the_time_of_the_tax(operation: int) -> None:
    """Ten years in the books, four for tax, residual 5 %: the NPV gains τ · Σ(difference)/(1 + r)^t (closed form), no total changes."""
    given_up = {"tax_depreciation": "straight_line", "tax_depreciation_years": 4}
    plain = asset(1000, 10, 0.05, EARNING, operation=operation)
    changed = asset(1000, 10, 0.05, EARNING, {"capital": given_up}, operation=operation)
    booked = [95.0 if year <= 10 else 0.0 for year in range(1, operation + 1)]
    taxed = [237.5 if year <= 4 else 0.0 for year in range(1, operation + 1)]
    difference = np.array(taxed) - booked
    # What the accounts differ by when the plant is given back is settled in the last year.
    difference[-1] -= difference.sum()
    close(changed.statements["tax_difference"][0, 1:], difference, 9)
    close(changed.statements["income_tax"][0].sum(), plain.statements["income_tax"][0].sum(), 9)
    gain = 0.25 * (difference / 1.08 ** np.arange(2, operation + 2)).sum()
    close(changed.metrics["project_npv"].value[0] - plain.metrics["project_npv"].value[0], gain, 9)
    assert changed.statements["profit"].tolist() == plain.statements["profit"].tolist()


@LAWS
@given(
    st.sampled_from(["straight_line", "double_declining", "sum_of_years"]), st.sampled_from(["straight_line", "double_declining", "sum_of_years", "one_off"]),
    st.integers(3, 15), st.integers(3, 15), st.integers(1, 18), share(0, 0.1), share(0, 1),
)  # fmt: skip
def test_tax_deducts_over_the_life_what_the_books_do(
    booked: str, taxed: str, years: int, tax_years: int, operation: int, residual: float, debt: float
) -> None:
    """Over any project tax deducts exactly what the books do, with and without construction interest."""
    result = asset(
        1000, years, residual, EARNING, {"capital": {"depreciation": booked, "tax_depreciation": taxed, "tax_depreciation_years": tax_years}},
        {"project": {"construction_months": 12}, "finance": {"debt_share": debt, "loan_rate": 0.06}}, operation=operation,
    )  # fmt: skip
    for line in ("tax_difference", "tax_difference_unlevered"):
        close(result.statements[line][0].sum(), 0, 8)
    close(result.statements["taxable_profit"][0].sum(), result.statements["profit"][0].sum(), 8)


# --- classes, partial years -----------------------------------------------------------------------------------------

CLASSED = contract(
    {"project": {"operation_years": 12, "construction_months": 12}},
    {"capital": {
        "battery_yuan_per_kwh": 0.5, "power_yuan_per_kw": 0.2, "equipment_yuan": 100, "works_yuan": 150, "services_yuan": 50, "contingency_share": 0.1,
        "land_yuan": 40, "land_years": 20, "depreciation_years": 10, "residual_share": 0.05, "equipment_vat_rate": 0.13, "works_vat_rate": 0.09,
        "services_vat_rate": 0.06,
        "classes": {
            "cells": {"lines": ["battery"], "depreciation_years": 8, "residual_share": 0.02, "depreciation": "sum_of_years"},
            "house": {"lines": ["works", "services"], "depreciation_years": 20, "tax_depreciation": "one_off"},
        },
    }},
    {"finance": {"debt_share": 0.6, "loan_rate": 0.05, "loan_years": 5}, "revenue": {"known": {"income_yuan": 400, "vat_rate": 0.13}}},
)  # fmt: skip


def test_classes_have_lives_of_their_own_and_share_the_interest_by_cost() -> None:
    """Cells 500, house 150 + 50, the rest 300, all with 10 % contingency and without VAT; each by its own schedule (closed form)."""
    books = appraise(made(CLASSED)).statements
    costs = {"plant": 1.1 * 300 / 1.13, "plant_cells": 1.1 * 500 / 1.13, "plant_house": 1.1 * (150 / 1.09 + 50 / 1.06)}
    interest, total = books["capitalised_interest"][0].sum(), sum(costs.values())
    assert interest > 0
    with_interest = {name: cost * (1 + interest / total) for name, cost in costs.items()}
    schedules = {
        "plant": schedule("straight_line", 1, 10, 0.05) + [0.0] * 2,
        "plant_cells": schedule("sum_of_years", 1, 8, 0.02) + [0.0] * 4,
        "plant_house": schedule("straight_line", 1, 20, 0.05)[:12],
    }
    for name, shares in schedules.items():
        close(books[f"{name}.original"][0, -1], with_interest[name], 9)
        close(books[f"{name}_unlevered.original"][0, -1], costs[name], 9)
        close(books[f"{name}.depreciation"][0, 1:], np.array(shares) * with_interest[name], 9)
    left = sum(with_interest[name] * (1 - sum(shares)) for name, shares in schedules.items())
    close(books["residual"][0, -1], left + 40 * 8 / 20, 8)


def test_only_the_class_that_says_so_is_deducted_at_once() -> None:
    """The house for tax in year 1, the other classes as in the books (closed form)."""
    books = appraise(made(CLASSED)).statements
    house = books["plant_house.original"][0, -1]
    difference = np.zeros(12)
    difference[0] = house
    difference -= house * 0.95 / 20
    difference[-1] -= house - 12 * house * 0.95 / 20
    close(books["tax_difference"][0, 1:], difference, 9)


@pytest.mark.parametrize(
    ("method", "year_shares"),
    [("straight_line", [0.19] * 5), ("sum_of_years", [0.95 * left / 15 for left in (5, 4, 3, 2, 1)]), ("double_declining", [0.4, 0.24, 0.144, 0.083, 0.083])],
)  # fmt: skip
def test_a_calendar_column_takes_the_months_of_each_operating_year(method: str, year_shares: list[float]) -> None:
    """Commissioned at the end of June: half of each operating year's charge falls in either column (closed form)."""
    result = asset(
        1000, 5, 0.05, {"capital": {"depreciation": method}},
        {"project": {"construction_start": "2026-01", "construction_months": 6, "columns": "calendar"}},
    )  # fmt: skip
    halves = np.repeat(year_shares, 2) / 2
    by_column = np.concatenate([halves, [0.0]])[1:].reshape(-1, 2).sum(axis=1)
    close(result.statements["depreciation"][0], 1000 * np.concatenate([[halves[0]], by_column]), 9)
    close(result.statements["residual"][0, -1], 50, 9)


def test_land_is_amortised_by_the_same_months() -> None:
    """400 over forty years, three months in the first and nine in the last of four columns; the rest recovered (closed form)."""
    books = run(
        {
            "project": {
                "construction_start": "2026-01",
                "construction_months": 9,
                "columns": "calendar",
                "operation_years": 3,
            }
        },
        {"capital": {"equipment_yuan": 3, "depreciation_years": 3, "land_yuan": 400, "land_years": 40}},
    ).statements
    close(books["amortisation"][0], [2.5, 10, 10, 7.5], 9)
    close(books["residual"][0], [0, 0, 0, 370], 9)


@LAWS
@given(
    st.sampled_from(["straight_line", "double_declining", "sum_of_years"]),
    st.integers(1, 23),
    st.integers(1, 8),
    st.integers(2, 12),
)
def test_calendar_columns_charge_in_all_what_operating_years_do(
    method: str, months: int, operation: int, years: int
) -> None:
    """Where the columns begin changes no total: the same operating years are charged (law)."""
    capital = {"depreciation": method, "land_yuan": 700, "land_years": 20}
    plain, calendar = (
        asset(
            1000,
            years,
            0.05,
            {
                "capital": capital,
                "project": {"construction_months": months, "construction_start": "2026-01", "columns": columns},
            },
            operation=operation,
        ).statements
        for columns in ("operating_years", "calendar")
    )
    for line in ("depreciation", "amortisation", "residual"):
        close(calendar[line].sum(), plain[line].sum(), 8)
