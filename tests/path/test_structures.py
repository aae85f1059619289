"""Laws of the books over random structures: loans, leases, grants, classes, phases, taxes, from riches to ruin.

The oracle of every law is an accounting identity or the same scenario computed another way: alone, in another block, with
other terms of finance. Tolerances are shares of the largest amount in play.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from drawn_structures import structures
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from strategies import contract, made, merged
from test_rows import assert_same_bits, same_metrics

from appraisal import Appraisal, appraise, measure_many
from appraisal.finance import Statements
from appraisal.report.remarks import remarks
from appraisal.study.batch import measure_table
from appraisal.text import REASONS

LAWS = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)  # fmt: skip
FEWER = settings(LAWS, max_examples=10)
NEAR = 1e-9


# --- shrunk cases of faults that these laws found ---------------------------------------------------------------------


def owing(*changes: Mapping[str, Any]) -> dict[str, Any]:
    """A contract that borrows half of one million for four years; *changes* say how."""
    base = {
        "project": {"operation_years": 4},
        "capital": {"equipment_yuan": 1e6},
        "revenue": {"known": {"income_yuan": 4e5}},
    }
    return contract(base, {"finance": {"debt_share": 0.5, "loan_rate": 0.05, "loan_years": 4}}, *changes)  # fmt: skip


TWO_PHASES = {
    "construction_months": 14, "phases": [{"share": 0.5, "start_month": 0, "construction_months": 12}, {"share": 0.5, "start_month": 6, "construction_months": 8}],
}  # fmt: skip
SWEPT = owing({"finance": {"loans": {
    "bank": {"share": 1, "sweep_share": 0.5}, "new": {"refinances": "bank", "drawn_in": 2, "years": 2, "fee_share": 0.01},
}}})  # fmt: skip
# Nothing is due until the last year, or after the first.
BULLET = owing({"finance": {"loan_rate": 0, "repayment": "bullet"}})
EARLY = owing({"finance": {"repayment": "custom", "repayment_shares": [1, 0, 0, 0]}})
# The later loan is for a work that costs nothing.
IDLE_LOAN = owing({"capital": {"later_works": {"roof": {"operation_years": [1], "yuan": 0}}}}, {"finance": {"loans": {
    "bank": {"share": 1, "years": 1}, "new": {"share": 1, "drawn_in": 1, "years": 3},
}}})  # fmt: skip
# The class of the batteries, which the first replacement retires, cost nothing.
EMPTY_CLASS = owing(
    {"capital": {"classes": {"cells": {"lines": ["battery"]}}}}, {"storage": {"replacement": {"operation_years": [2]}}}
)
# The last operating year ends in June: half a year of interest is due, and the cash of half a year.
HALF_YEAR = owing({"project": {"construction_start": "2026-07", "construction_months": 12, "columns": "calendar"}}, {
    "finance": {"repayment": "sculpted", "target_dscr": 1.2, "grace_years": 1},
})  # fmt: skip
LEASEBACK = owing(
    {"finance": {"leases": {"a": {"kind": "sale_and_leaseback", "share": 0.4, "rate": 0.06, "years": 3}}}}
)
LATE_GRANT = owing(
    {"project": TWO_PHASES},
    {"finance": {"grants": {"g": {"yuan": 1e5, "operating_year": 3, "treatment": "reduce_cost"}}}},
)
# Loans, leases and grants exceed what is needed: equity paid in is below zero, and no reserve can be.
OVERPAID = owing({"finance": {"debt_share": 1, "grants": {"g": {"yuan": 6e5}}, "surplus_reserve_share": 0.1, "surplus_reserve_cap": 0.5,
    "leases": {"a": {"kind": "sale_and_leaseback", "share": 0.6, "rate": 0.06, "years": 3}}, "working_capital_yuan_per_kw": 40, "working_capital_debt_share": 0.7}})  # fmt: skip
FOUND = {
    "swept": SWEPT, "bullet": BULLET, "early": EARLY, "idle_loan": IDLE_LOAN, "empty_class": EMPTY_CLASS,
    "half_year": HALF_YEAR, "leaseback": LEASEBACK, "late_grant": LATE_GRANT, "overpaid": OVERPAID,
}  # fmt: skip


# A year without a share of principal is the year in which the other loan takes over.
BETWEEN = owing({"finance": {"loans": {
    "bank": {"share": 1, "repayment": "custom", "repayment_shares": [0.5, 0, 0.5, 0]}, "new": {"refinances": "bank", "drawn_in": 2, "years": 2},
}}})  # fmt: skip
FOUND |= {"between": BETWEEN}


# --- the laws ---------------------------------------------------------------------------------------------------------


def scale(books: Statements) -> float:
    """The largest amount that rounding is measured on."""
    return max(1.0, *(float(np.abs(books[key]).max()) for key in ("invested", "assets", "debt")))


def each_is_defined(result: Appraisal) -> None:
    """Every line is a number; a figure without one says why; every check holds."""
    books = result.statements
    assert {check.id: check.worst for check in result.checks if not check.ok.all()} == {}
    assert [line for line in books if not np.isfinite(books[line]).all()] == []
    for metric in result.metrics.values():
        assert set(metric.reason.tolist()) <= {*REASONS, "no solution"}
        if not books.solved.all():
            assert set(metric.status.tolist()) == {"no solution"}


def each_loan_is_repaid(books: Statements, size: float) -> None:
    """A scheduled loan owes nothing from its last year on; a capacity loan owes what it drew less what it repaid."""
    for loan in books.form.loans:
        for suffix in ("",) if loan.later else books.form.suffixes:
            name = f"{loan.name}{suffix}"
            drawn, paid = books[f"{name}.drawn"], books[f"{name}.principal"] + books[f"{name}.refinanced"]
            closing = books[f"{name}.closing"]
            np.testing.assert_allclose(closing, np.cumsum(drawn - paid, axis=1), rtol=0, atol=NEAR * size)
            if loan.method != "capacity" and books.solved.all():
                assert np.abs(closing[:, -1]).max() <= NEAR * size, name
                served = np.flatnonzero(books[f"{name}.amortising"][0] + books[f"{name}.refinanced"][0] > 0)
                if served.size:
                    assert np.abs(closing[:, served[-1] :]).max() <= NEAR * size, name
            if loan.method != "sculpted":
                assert closing.min() >= -NEAR * size, name


def cash_ties(books: Statements, size: float) -> None:
    """Tables of cash, balance and owners say the same; no account runs below what it can hold."""
    near = {"rtol": 0, "atol": 10 * NEAR * size}
    np.testing.assert_allclose(np.cumsum(books["net_cash"], axis=1), books["cash"], **near)
    flows = books["operating_net"] + books["investing_net"] + books["financing_net"] - books["dividends"]
    short = books["short_loan"] - books["short_loan_repaid"] - books["short_loan_interest"]
    np.testing.assert_allclose(flows + short, books["net_cash"], **near)
    np.testing.assert_allclose(books["assets"], books["debt"] + books["equity"], **near)
    np.testing.assert_allclose(books["investors_net"].sum(), books["equity_net"].sum(), **near)
    if books.form.parties:
        parties = sum(books[f"{name}.net"] for name in books.form.parties)
        np.testing.assert_allclose(parties, books["investors_net"], **near)
    # Equity below zero, where loans and grants exceed the need, has a limit of its own.
    assert books["reserve"].min() >= -NEAR * size
    for key in ("vat_pool", "income_tax", "adjusted_tax", "deferred_income", "dividends", "land_net"):
        assert books[key].min() >= -NEAR * size, key
    # A grant that lowers the cost of an asset already depreciated leaves it below zero: its input, not a law of ours.
    if not any(grant.later and grant.treatment == "reduce_cost" for grant in books.form.grants):
        assert books["fixed_net"].min() >= -NEAR * size
    assert np.abs(books["deferred_income"][:, -1]).max() <= NEAR * size
    if books.form.short_loan == "bridge":
        assert books["cash"][:, :-1].min() >= -NEAR * size
        assert not books["short_loan"][:, -1].any()


def distress_is_named(result: Appraisal, size: float) -> None:
    """Losses, negative equity, lack of cash and debt unpaid are told, the first such year by its number."""
    books, told = result.statements, {notice.code: notice.en for notice in remarks(result)}
    lines = {"loss": "profit", "negative_equity": "equity", "cash": "cash"}
    for code, line in lines.items():
        failing = np.flatnonzero(books[line][0] < -1e-6 * size)
        if failing.size:
            assert code in told, (code, told)
            assert _names(told[code], int(failing[0]) + 1), (told[code], failing + 1)
    if books["unpaid_debt"].max() > 1e-6 * size:
        assert "unpaid_debt" in told
    if books["short_loan"].max() > 1e-6 * size:
        assert "short_loan" in told


def _names(text: str, year: int) -> bool:
    """Whether a year stands in a text, by itself or within a run."""
    words = [word.strip(",:;").split("–") for word in text.split()]
    runs = [[int(end) for end in run] for run in words if all(end.isdigit() for end in run)]
    return any(run[0] <= year <= run[-1] for run in runs)


def hold_all(raw: dict[str, Any]) -> Appraisal:
    result = appraise(made(raw))
    books = result.statements
    size = scale(books)
    each_is_defined(result)
    each_loan_is_repaid(books, size)
    cash_ties(books, size)
    distress_is_named(result, size)
    return result


@LAWS
@given(structures())
def test_books_of_any_structure_hold_every_law(raw: dict[str, Any]) -> None:
    """No exception and no undefined line; loans end, cash ties, accounts stay in their bounds, distress is named."""
    hold_all(raw)


@pytest.mark.parametrize("name", list(FOUND))
def test_books_of_a_structure_that_once_failed_hold_every_law(name: str) -> None:
    """The shrunk cases of faults that the law above found, kept."""
    hold_all(FOUND[name])


PROJECT_FIGURES = (
    "project_irr_pre_tax", "project_irr", "project_npv_pre_tax", "project_npv", "payback_years", "discounted_payback_years",
    "profitability_index", "mirr", "lcos_yuan_per_kwh", "first_payback_years",
)  # fmt: skip
OTHERWISE_FINANCED = (
    {"debt_share": 0.0},
    {"debt_share": 0.9, "repayment": "bullet", "loan_rate": 0.11, "loan_years": 2, "fee_share": 0.03},
    {"leases": {"a": {"kind": "direct", "share": 0.5, "rate": 0.05, "years": 2}, "b": {"kind": "sale_and_leaseback", "share": 0.2, "rate": 0.05, "years": 1}}},
    {"dividend_payout": 0.3, "minimum_cash_yuan": 1e6, "short_loan": "none", "surplus_reserve_share": 0.3,
     "parties": {"a": {"share": 0.4}, "b": {"share": 0.6}}},
    {"short_loan": "bridge", "short_loan_rate": 0.3, "working_capital_debt_share": 1.0, "working_capital_rate": 0.2},
)  # fmt: skip


@FEWER
@given(structures())
@example(LEASEBACK)
def test_project_table_does_not_move_with_any_term_of_finance(raw: dict[str, Any]) -> None:
    """Debt, its repayment and rate, leases, dividends, short loan, parties: the project table stays to the last bit."""
    raw = merged(raw, {"tax": {"adjusted_tax": "unlevered"}})
    first = appraise(made(raw))
    own = {
        name: value
        for name, value in raw["finance"].items()
        if name not in ("loans", "leases", "reserve_months", "repayment_shares")
    }
    own["repayment"] = (
        own["repayment"] if own.get("repayment") in ("annuity", "equal_principal", "bullet") else "annuity"
    )
    for terms in OTHERWISE_FINANCED:
        if terms.get("leases") and raw["project"].get("phases"):
            continue  # A lease begins with a plant of one phase.
        terms = {"loan_rate": 0.05, "loan_years": 2, "grace_years": 0, "sweep_share": 0, **terms}
        other = appraise(made({**raw, "finance": {**own, **terms}}))
        for key in first.statements.blocks["project_cash"][2]:
            assert np.array_equal(first.statements[key], other.statements[key]), (terms, key)
        for key in PROJECT_FIGURES:
            values = [result.statements.ledger.figure(key) for result in (first, other)]
            assert np.array_equal(*values, equal_nan=True), (terms, key)


@FEWER
@given(structures())
def test_dividends_take_nothing_that_a_later_year_lacks(raw: dict[str, Any]) -> None:
    """With all profit paid out and with none the same years need a short-term loan, of the same amount."""
    methods = [loan.get("repayment") for loan in raw["finance"].get("loans", {"only": raw["finance"]}).values()]
    swept = [loan.get("sweep_share", 0) for loan in raw["finance"].get("loans", {"only": raw["finance"]}).values()]
    assume("capacity" not in methods and not any(swept))
    case = made(merged(raw, {"finance": {"short_loan": "bridge"}}))
    books = appraise(case.vary({"finance.dividend_payout": np.array([0.0, 1.0])})).statements
    near = 10 * NEAR * scale(books)
    kept, paid = books["short_loan"]
    np.testing.assert_allclose(paid, kept, rtol=0, atol=near)


# Paths that a case may lack and what they are multiplied by; whole years stay as they are.
MOVED = {
    "capital.battery_yuan_per_kwh": (0.7, 1.3), "capital.equipment_yuan": (0.7, 1.3), "operating_cost.fixed_yuan_per_kw_year": (0.3, 1.2), "finance.loan_rate": (0.5, 1.5),
    "finance.debt_share": (0.5, 1.0), "finance.dividend_payout": (0.2, 1.0), "finance.loans.l0.rate": (0.5, 1.5), "tax.income_tax_rate": (0.5, 1.0),
    "finance.loans.l0.target_dscr": (1.0, 1.5), "finance.target_dscr": (1.0, 1.5), "finance.grants.g0.yuan": (0.5, 1.0), "finance.leases.r0.rate": (0.5, 1.5),
    "capital.price_rise": (0.5, 1.0), "tax.vat_refund_share": (0.5, 1.0), "finance.working_capital_yuan_per_kw": (0.5, 1.0),
}  # fmt: skip


@FEWER
@given(structures(), st.integers(0, 2**32 - 1))
def test_rows_of_any_structure_equal_single_appraisals(raw: dict[str, Any], seed: int) -> None:
    """Five rows with their own numbers, each alone: to the last bit; nor do the size of blocks and the order matter."""
    case, rng = made(raw), np.random.default_rng(seed)
    tables = {path: array for path, _, array in case.numbers() if path in MOVED and array is not None}
    block = case.vary({path: array[0, 0] * rng.uniform(*MOVED[path], 5) for path, array in tables.items()})
    whole = appraise(block)
    for row in range(5):
        assert_same_bits(whole, row, appraise(block.rows(np.array([row]))))
    for index in (3, 0):
        assert whole.statements.solved[index] == appraise(block.rows(np.array([index]))).statements.solved[0]
    order = rng.permutation(5)
    wanted = measure_many(block, 5)
    assert same_metrics(wanted, measure_many(block, 2))
    assert same_metrics(wanted.rows(order), measure_many(block.rows(order), 3))


@settings(LAWS, max_examples=4)
@given(st.lists(structures(), min_size=2, max_size=3))
def test_table_of_mixed_structures_equals_each_alone(raws: list[dict[str, Any]]) -> None:
    """Rows that set whole sections of finance and tax make structures of their own in one table."""
    base = raws[0]
    years = base["project"]["operation_years"]
    free = {"finance": {"debt_share": 0.6, "loan_rate": 0.05, "loan_years": years, "discount_rate": 0.06}}
    base = {**base, **free}
    rows: list[dict[str, Any]] = [
        {"finance.repayment": "annuity", "finance.debt_share": 0.4}, {"finance.repayment": "bullet"},
        *({f"tax.{name}": value for name, value in raw["tax"].items()} for raw in raws),
        {"finance.repayment": "annuity", "finance.debt_share": 0.7}, {"finance.short_loan": "none", "finance.timing": "mid"},
    ]  # fmt: skip
    found = measure_table(base, rows, rows=2)
    for place, row in enumerate(rows):
        alone = measure_table(base, [row])
        assert same_metrics(found.rows(np.array([place])), alone)


def test_overpaid_project_says_that_equity_is_paid_back() -> None:
    """Where loans, leases and grants exceed the need the result says in which year, and nothing is set aside by force."""
    result = appraise(made(OVERPAID))
    assert result.statements["paid_in"][0, -1] < 0
    assert "equity_out" in {notice.code for notice in remarks(result)}
    assert not result.statements["reserve"].any()


def test_refinanced_loan_is_not_swept_in_the_year_in_which_it_is_repaid() -> None:
    """What is left after the scheduled repayment goes to the other loan whole; before that year cash is swept."""
    books = appraise(made(SWEPT)).statements
    at = int(np.flatnonzero(books["loan_bank.refinanced"][0])[0])
    assert books["loan_bank.swept"][0, at] == 0
    assert books["loan_bank.swept"][0, at - 1] > 0
    opening, scheduled = books["loan_bank.opening"][0, at], books["loan_bank.scheduled"][0, at]
    np.testing.assert_allclose(books["loan_new.drawn"][0, at], opening - scheduled)


def test_bullet_without_interest_has_one_year_of_service() -> None:
    """Nothing is due before the last year, so that the cover of other years is none and not infinite."""
    result = appraise(made(BULLET))
    books = result.statements
    assert np.flatnonzero(books["repaying"][0]).tolist() == [4]
    np.testing.assert_allclose(books["debt_service"][0, 4], 5e5)
    # Cash available 400 000 without tax, debt service 500 000: 0.8.
    np.testing.assert_allclose(result.metrics["dscr_min"].value, 0.8)


def test_sculpted_loan_on_calendar_columns_bears_interest_for_the_part_of_a_year() -> None:
    """In every year of repayment service × cover is the cash, the half years at both ends included."""
    books = appraise(made(HALF_YEAR)).statements
    assert books.solved.all()
    service = books["loan.principal"] + books["loan.interest"]
    repaying = books["loan.amortising"][0] > 0
    cover = books["cfads"][0, repaying] / service[0, repaying]
    np.testing.assert_allclose(cover, cover[0], rtol=1e-9)
    assert cover[0] >= 1.2 - 1e-9
