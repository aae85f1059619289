"""Identities and laws that hold for every valid case, also where nothing is earned and no debt can be served."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from strategies import cases, contract, made, merged, plant
from structures import STRUCTURES, result_of

from appraisal import appraise
from appraisal.discount import present_value
from appraisal.errors import InputError
from appraisal.text import REASONS

LAWS = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)  # fmt: skip
FEWER = settings(LAWS, max_examples=30)

# Nothing is earned, everything is borrowed, dearly.
RUINED = contract(
    {"project": {"construction_months": 30, "operation_years": 6}, "capital": {"equipment_yuan": 1e6, "depreciation_years": 3, "spend_profile": [0, 0.5, 0.5]}},
    {"revenue": {"known": {"income_yuan": 0, "cost_yuan": 50000}}},
    {"finance": {"debt_share": 1, "loan_rate": 0.15, "loan_years": 6, "grace_years": 5, "working_capital_yuan_per_kw": 40}},
)  # fmt: skip
# The battery is worn out after two years and never replaced.
WORN = plant(
    {"storage": {"ageing": {"cycle_coefficient": 2e-3, "end_of_life_soh": 0.8}}, "finance": {"debt_share": 0.8}}
)
# The host takes no power: the plant stands still and dispatch has nothing to do.
STILL = plant(
    {"project": {"side": "user"}, "market": {"load_mw": 0}, "revenue": {"arbitrage": {"emc": "saving_share"}}}
)


@LAWS
@given(cases())
@example(RUINED)
@example(WORN)
@example(STILL)
def test_books_identities_hold_and_no_line_is_undefined(raw: dict[str, Any]) -> None:
    """Every run-time check holds, every line is finite, a figure without a value says why."""
    result = appraise(made(raw))
    assert {check.id: check.worst for check in result.checks if not check.ok.all()} == {}
    assert all(np.isfinite(result.statements[line]).all() for line in result.statements)
    for metric in result.metrics.values():
        assert set(metric.reason.tolist()) <= set(REASONS)
        without = np.isin(
            metric.reason, [reason for reason in REASONS if not reason.startswith(("ok", "multiple_shown"))]
        )
        assert np.array_equal(np.isnan(metric.value), without), (metric.key, metric.value, metric.reason)


@LAWS
@given(cases())
@example(RUINED)
def test_books_identities_hold_by_sums_that_the_books_do_not_make(raw: dict[str, Any]) -> None:
    """The identities again, from other lines and by plain sums: what is spent, lent, depreciated, credited, repaid."""
    result = appraise(made(raw))
    books, case = result.statements, result.case
    size = books["investment"].sum()
    debt = np.array([books["loan.drawn"].sum() + books["working_capital_loan_drawn"].sum()])
    equity = books["equity_in"].sum()
    uses = books["investment"].sum() + books["loan.construction_interest"].sum() + books["working_capital"].sum()
    near = {"rtol": 0, "atol": 1e-9 * size}
    np.testing.assert_allclose(debt + equity, uses, **near)
    # Debt is its share of all uses; a long-term loan pays for construction at most, never for working capital.
    long_term = books["loan.drawn"].sum()
    built = books["investment"].sum() + books["loan.construction_interest"].sum()
    called = case.finance.debt_share[0] * uses - books["working_capital_loan_drawn"].sum()
    np.testing.assert_allclose([long_term], np.minimum(called, built), **near)
    np.testing.assert_allclose(books["loan.principal"].sum(), books["loan.drawn"].sum(), **near)
    np.testing.assert_allclose(books["working_loan_repaid"].sum(), books["working_capital_loan_drawn"].sum(), **near)
    np.testing.assert_allclose(books["short_loan_repaid"].sum(), books["short_loan"].sum(), **near)
    credited = (
        books["capital_vat"].sum() + books["vat_input"].sum() - books["vat_output"].sum() + books["vat_paid"].sum()
    )
    np.testing.assert_allclose(credited - books["vat_refund"].sum(), books["vat_pool"][0, -1], **near)
    assert books["vat_pool"].min() >= 0
    assert books["vat_paid"].min() >= -1e-9 * size
    renewals = [renewal.name for renewal in books.form.renewals]
    for asset in ("plant", "plant_unlevered", *renewals):
        added = books[f"{asset}.capitalised" if asset in renewals else f"{asset}.added"].sum()
        consumed = books[f"{asset}.depreciation"].sum() + books[f"{asset}.written_off"].sum()
        np.testing.assert_allclose(consumed + books[f"{asset}.net"][0, -1], added, **near)
        assert books[f"{asset}.net"].min() >= -1e-9 * size
    # All that owners ever put in and took out is the cash of the project less what went to lenders and to tax.
    to_lenders = (
        books["debt_service"].sum()
        + books["working_loan_repaid"].sum()
        - books["loan.drawn"].sum()
        - books["working_capital_loan_drawn"].sum()
    )
    # What a short-term loan gives it takes back within the period: its interest stays.
    to_lenders += books["loan.construction_interest"].sum() + books["short_loan_interest"].sum()
    residuals = books["residual"].sum() - books["residual_unlevered"].sum()
    expected = books["project_net_pre_tax"].sum() + residuals - to_lenders - books["income_tax"].sum()
    np.testing.assert_allclose(books["equity_net"].sum(), expected, **near)


@LAWS
@given(cases())
def test_books_balance_in_every_year_from_its_parts(raw: dict[str, Any]) -> None:
    """Cash, working capital, assets at net value and the VAT pool equal what lenders and owners are owed."""
    books = appraise(made(raw)).statements
    nets = [f"{renewal.name}.net" for renewal in books.form.renewals]
    assets = sum(books[line] for line in ("cash", "working_assets", "plant.net", "land_net", "vat_pool", *nets))
    owed = books["loan.closing"] + books["working_loan"] + books["short_loan"]
    owners = np.cumsum(books["equity_in"] + books["net_profit"] - books["dividends"], axis=1)
    assert (books["dividends"] >= 0).all()
    np.testing.assert_allclose(assets, owed + owners, rtol=0, atol=1e-9 * books["investment"].sum())


@LAWS
@given(cases())
def test_metrics_npv_at_every_reported_irr_is_zero(raw: dict[str, Any]) -> None:
    """NPV of the flow at its reported rate of return is nothing beside the sum of what is discounted."""
    result = appraise(made(raw))
    for metric, line in {
        "project_irr_pre_tax": "project_net_pre_tax",
        "project_irr": "project_net",
        "equity_irr": "equity_net",
    }.items():
        rate, flow = result.metrics[metric].value, result.statements[line]
        if np.isfinite(rate[0]):
            size = present_value(rate[0], np.abs(flow[0]))
            assert abs(present_value(rate[0], flow[0])) <= 1e-9 * size


@FEWER
@given(cases())
def test_project_table_does_not_move_with_the_debt(raw: dict[str, Any]) -> None:
    """Seven debt shares, one project table: bit for bit, with its metrics and the levelised cost."""
    case = made(raw).vary({"finance.debt_share": np.array([0.0, 0.1, 0.35, 0.5, 0.8, 0.95, 1.0])})
    result = appraise(case)
    keys = result.statements.blocks["project_cash"][2]
    for key in (*keys, "levelised_cost", "unlevered.taxable", "vat_paid", "surtax", "plant_unlevered.net"):
        line = result.statements[key]
        assert np.array_equal(line, np.broadcast_to(line[:1], line.shape)), key
    for key in (
        "project_irr_pre_tax",
        "project_irr",
        "project_npv_pre_tax",
        "project_npv",
        "payback_years",
        "discounted_payback_years",
        "lcos_yuan_per_kwh",
        "profitability_index",
        "mirr",
    ):
        value = result.metrics[key].value
        assert np.array_equal(value, np.full_like(value, value[0]), equal_nan=True), key
    assert result.statements["equity_in"][0].sum() >= result.statements["equity_in"][-1].sum()


@FEWER
@given(cases())
def test_energy_out_is_at_most_energy_in_times_efficiency(raw: dict[str, Any]) -> None:
    """In every year, also between the states of health that were solved; nothing moves before operation."""
    result = appraise(made(raw))
    operation, storage = result.operation, result.case.storage
    both = storage.charge_efficiency * storage.discharge_efficiency
    if operation.solved is not None:
        np.testing.assert_allclose(operation.discharged_mwh, operation.charged_mwh * both, rtol=1e-9, atol=1e-9)
    building = result.statements["investment"].any(axis=0) & ~operation.running.any(axis=0)
    assert not operation.charged_mwh[..., building].any()
    assert (np.diff(operation.running > 0, axis=1).sum(axis=1) >= 1).all()


@FEWER
@given(cases())
def test_equity_without_debt_or_tax_is_the_project(raw: dict[str, Any]) -> None:
    """Without debt the two cash flows are one before tax; after tax too where no construction interest is booked."""
    books = appraise(made(merged(raw, {"finance": {"debt_share": 0, "short_loan": "none"}}))).statements
    np.testing.assert_allclose(books["equity_net"], books["project_net"], rtol=0, atol=1e-9 * books["investment"].sum())
    assert not books["dscr"].any()


@FEWER
@given(cases())
def test_timing_scales_present_values_and_moves_no_rate(raw: dict[str, Any]) -> None:
    """start = end × (1 + r), mid = end × √(1 + r); the rate of return, payback and cost per kWh stay (closed form)."""
    found = {timing: appraise(made(merged(raw, {"finance": {"timing": timing}}))) for timing in ("end", "mid", "start")}
    growth = 1.0 + found["end"].case.finance.discount_rate[0, 0]
    end = found["end"].metrics
    for timing, factor in {"mid": growth**0.5, "start": growth}.items():
        other = found[timing].metrics
        size = np.abs(found["end"].statements["project_net"]).sum()
        np.testing.assert_allclose(
            other["project_npv"].value, end["project_npv"].value * factor, rtol=1e-12, atol=1e-12 * size
        )
        for key in ("project_irr", "equity_irr", "payback_years", "discounted_payback_years"):
            assert np.array_equal(other[key].value, end[key].value, equal_nan=True)
        np.testing.assert_allclose(other["lcos_yuan_per_kwh"].value, end["lcos_yuan_per_kwh"].value, rtol=1e-12)


@pytest.mark.parametrize("short_loan", ["none", "bridge"])
def test_distress_shows_in_the_books_and_not_as_an_exception(short_loan: str) -> None:
    """A project that earns nothing: cover below zero, negative equity, no dividend, no rate of return."""
    result = appraise(made(merged(RUINED, {"finance": {"short_loan": short_loan}})))
    books = result.statements
    assert (books["dscr"][0, 3:] < 0).all()
    assert books["equity"][0, -1] < 0
    assert not books["income_tax"].any()
    assert not books["dividends"].any()
    # Property outlives the calculation period at net value only: here it is written off, and all money is lost.
    assert result.metrics["project_irr"].status.tolist() == ["none"]
    assert result.metrics["payback_years"].reason.tolist() == ["never"]
    assert result.metrics["cash_least"].value[0] < 0
    assert {check.id: check.worst for check in result.checks if not check.ok.all()} == {}


def test_distress_without_a_short_loan_is_cash_that_falls_every_year() -> None:
    """Nobody lends: what is lacking stands as negative cash."""
    books = appraise(made(merged(RUINED, {"finance": {"short_loan": "none"}}))).statements
    assert (np.diff(books["cash"][0, 3:]) < 0).all()
    assert books["cash"][0, 3] < 0
    assert not books["short_loan"].any()


def test_distress_with_a_short_loan_is_debt_that_grows_every_year() -> None:
    """The bank lends every year but the last what is lacking, with interest on what it lent before (sum written out here)."""
    result = appraise(made(RUINED))
    books = result.statements
    lacking, owed = -(books["operating_net"] + books["investing_net"] + books["financing_net"])[0], 0.0
    rate = result.case.finance.loan_rate[0, 0]  # left out for the short-term loan
    for year in range(3, 8):
        owed = owed * (1 + rate) + lacking[year]
        assert books["short_loan"][0, year] == pytest.approx(owed, rel=1e-12)
        assert books["cash"][0, year] == pytest.approx(0, abs=1e-6)
    assert (np.diff(books["short_loan"][0, 3:8]) > 0).all()
    assert books["cash"][0, 8] == pytest.approx(-(owed * (1 + rate) + lacking[8]), rel=1e-12)
    assert result.metrics["short_loan_most"].value[0] == books["short_loan"][0, 7]


@pytest.mark.parametrize("name", STRUCTURES)
def test_books_of_every_structure_tie_and_are_finite(name: str) -> None:
    """Every check holds, every line has a number, a figure without one says why."""
    result = result_of(name)
    assert {check.id: check.worst for check in result.checks if not check.ok.all()} == {}
    assert all(np.isfinite(result.statements[line]).all() for line in result.statements)
    for metric in result.metrics.values():
        assert np.isfinite(metric.value[0]) == (metric.status[0] != "none"), metric.key


@pytest.mark.parametrize("share", [0.0, 1e-9, 0.5, 1.0])
@pytest.mark.parametrize("working", [0.0, 500.0])
def test_funding_takes_any_debt_share_and_any_working_capital(share: float, working: float) -> None:
    """Debt is its share of total investment to 1e-9 even where working capital is half of the investment."""
    raw = contract(
        {"project": {"construction_months": 24}, "capital": {"equipment_yuan": 1e6}, "revenue": {"known": {"income_yuan": 3e5}}},
        {"finance": {"debt_share": share, "loan_rate": 0.12, "loan_years": 4, "working_capital_yuan_per_kw": working}},
    )  # fmt: skip
    result = appraise(made(raw))
    assert {check.id: check.worst for check in result.checks if not check.ok.all()} == {}


def test_case_whose_stated_energy_breaks_the_efficiency_fails_its_check() -> None:
    """The check of energy can fail: more energy out than in times efficiency is shown, not mended."""
    raw = contract({"capital": {"equipment_yuan": 1e6}, "storage": {"discharged_mwh": 100, "charged_mwh": 90}})
    failed = [check.id for check in appraise(made(raw)).checks if not check.ok.all()]
    assert failed == ["energy"]


def test_block_with_a_bad_row_is_refused_before_it_runs() -> None:
    """A number out of range in one scenario is an input error that names its path."""
    with pytest.raises(InputError, match=r"finance\.debt_share"):
        made(plant()).vary({"finance.debt_share": np.array([0.5, 1.2])})


@pytest.mark.parametrize("rate", [0.0, 0.05])
def test_debt_that_working_capital_takes_whole_leaves_no_cover_to_report(rate: float) -> None:
    """A debt share so small that the working-capital loan is all of it: no year of repayment, with or without its interest."""
    raw = contract(
        {"capital": {"equipment_yuan": 1000}, "revenue": {"known": {"income_yuan": 500}}},
        {"finance": {"debt_share": 0.2, "loan_rate": 0.05, "loan_years": 3, "working_capital_yuan_per_kw": 0.5, "working_capital_rate": rate}},
    )  # fmt: skip
    result = appraise(made(raw))
    assert all(check.ok.all() for check in result.checks)
    assert not result.statements["loan.opening"].any()
    assert result.metrics["dscr_min"].reason.tolist() == ["no year"]
    np.testing.assert_allclose(result.statements["working_loan_interest"][0, 1:], 0.2 * 1500 * rate)
