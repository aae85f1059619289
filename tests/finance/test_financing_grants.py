"""Grants: three treatments in the books × three in income tax × with the construction or in operation, against double entries."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from oracles.financed import appraised, equal, figure
from oracles.ledger import kept
from oracles.plan import Debt, Grant, Plan

TREATMENTS = ("deferred_income", "reduce_cost", "income")
TAXES = ("as_booked", "on_receipt", "exempt")
YEARS = (0, 3)
WAYS = [*product(TREATMENTS, TAXES, YEARS)]
ONE = {"bank": Debt(share=1, rate=0.05, years=5)}


def plan(treatment: str, tax: str, year: int, vat: float = 0.06) -> Plan:
    """A plant of six years with a grant of a tenth of its price."""
    return Plan(
        debts=ONE,
        cost=(90.0,) * 6,
        grants={"state": Grant(received=100, year=year, treatment=treatment, tax=tax, vat=vat)},
    )


@pytest.mark.parametrize(("treatment", "tax", "year"), WAYS)
def test_grant_of_every_kind_equals_double_entries(treatment: str, tax: str, year: int) -> None:
    """Both cash flows, both taxes, the balance sheet with its deferred income, every year."""
    granted = plan(treatment, tax, year)
    books = appraised(granted.case()).statements
    for key, amounts in kept(granted).items():
        equal(books[key][0], amounts, granted.outlay, key)
    assert books["deferred_income"][0, -1] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("treatment", "tax", "year"), WAYS)
def test_grant_adds_itself_to_taxable_income_over_life(treatment: str, tax: str, year: int) -> None:
    """However it is booked and taxed, taxable income of the whole life rises by the grant.

    Closed form: taxed as income with the cost deductible, or not taxed with the cost that it paid for not deductible.
    Held on the project's accounts, which no interest moves; the project does not run into losses.
    """
    with_it, without = plan(treatment, tax, year, vat=0.0), Plan(debts=ONE, cost=(90.0,) * 6)
    granted, bare = (appraised(each.case()).statements for each in (with_it, without))
    assert (granted["unlevered.taxable"] - bare["unlevered.taxable"]).sum() == pytest.approx(100, rel=1e-9)
    assert np.all(bare["ebit_unlevered"][0, 1:] > 0)


@pytest.mark.parametrize("vat", [0.0, 0.06])
def test_grant_of_construction_lowers_what_is_to_be_financed(vat: float) -> None:
    """Debt and equity are shares of what is left: total to be financed is the outlay less the grant, and its interest."""
    granted = appraised(plan("deferred_income", "as_booked", 0, vat).case()).statements
    left = 1000 - 100 / (1 + vat)
    # One year of construction, one loan: q = i·d·I/2 / (1 + i(1 - d)/2), RULES §1.
    interest = 0.05 * 0.7 * left / 2 / (1 + 0.05 * 0.3 / 2)
    assert granted["capitalised_interest"][0, 0] == pytest.approx(interest, rel=1e-9)
    assert granted["loan_balance"][0, 0] == pytest.approx(0.7 * (left + interest), rel=1e-9)
    assert granted["equity_in"][0, 0] == pytest.approx(0.3 * (left + interest), rel=1e-9)


def test_grant_not_spread_by_the_end_is_taken_whole() -> None:
    """A plant written off over 10 years and given up after 6: the last year takes 5 tenths of the deferred income."""
    late = Plan(debts=ONE, life=10, grants={"state": Grant(received=100)})
    books = appraised(late.case()).statements
    # CAS 16, deferred income over the useful life, the rest when the asset leaves: 10 a year, then 50.
    equal(books["grant_state.released"][0], [0, 10, 10, 10, 10, 10, 50], 100)
    assert figure(appraised(late.case()), "project_irr") > figure(
        appraised(Plan(debts=ONE, life=10).case()), "project_irr"
    )


def test_cost_reduced_by_a_later_grant_is_never_written_off_twice() -> None:
    """240 off a cost of 1,000 in year 3 of 5: 200, 200, then (600 - 240)/3 = 120 a year; nothing is left, nothing is negative."""
    cut = Plan(
        vat=0.0, cost_vat=0.0, surtax=0.0, tax=0.0, life=5, income=(400.0,) * 5, cost=(0.0,) * 5, debt_share=0.0, debts=ONE,
        grants={"state": Grant(received=240, year=3, treatment="reduce_cost")},
    )  # fmt: skip
    books = appraised(cut.case()).statements
    equal(books["depreciation"][0], [0, 200, 200, 120, 120, 120], 1000)
    equal(books["fixed_net"][0], [1000, 800, 600, 240, 120, 0], 1000)


def test_cost_reduced_later_of_a_plant_that_is_sold() -> None:
    """Life 10, sold after 6 for 300: over the life, depreciation and loss on sale are the cost less grant, whatever is left."""
    sold = Plan(
        vat=0.0, cost_vat=0.0, surtax=0.0, life=10, debt_share=0.0, debts=ONE, grants={"state": Grant(received=240, year=3, treatment="reduce_cost")}
    )  # fmt: skip
    books = appraised(sold.case({"capital": {"disposal_yuan": 300}})).statements
    charged = books["depreciation"].sum() + books["written_off"].sum()
    assert charged == pytest.approx(1000 - 240, rel=1e-9)
    assert books["fixed_net"][0, -1] == pytest.approx(0, abs=1e-9)
    # 100 a year, from year 3 on less an eighth of 240.
    equal(books["depreciation"][0, 1:6], [100, 100, 70, 70, 70], 1000)


def test_cost_reduced_later_of_a_plant_recovered_at_net_value() -> None:
    """Life 10, given up after 6: net value 1,000 − 600 less the four eighths of 240 not yet taken: 280, recovered in both tables."""
    cut = Plan(
        vat=0.0, cost_vat=0.0, surtax=0.0, life=10, debt_share=0.0, debts=ONE, grants={"state": Grant(received=240, year=3, treatment="reduce_cost")}
    )  # fmt: skip
    books = appraised(cut.case()).statements
    for line in ("residual", "residual_unlevered"):
        assert books[line][0, -1] == pytest.approx(400 - 240 * 4 / 8, rel=1e-9), line
