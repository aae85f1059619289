"""Rows never talk to each other: a block of scenarios is its scenarios one by one, to the last bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from strategies import CAPACITY, INSURANCE, REGULATION, cases, made, merged, plant

from appraisal import Appraisal, Case, appraise, measure_many
from appraisal.errors import InputError
from appraisal.metrics import KEYS, Metrics, stack
from appraisal.pipeline import blocks

ROWS = settings(
    max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)  # fmt: skip
FULL = plant({
    "project": {"construction_months": 20},
    "storage": {"replacement": {"operation_years": [6], "battery_yuan_per_kwh": 300}},
    "revenue": {"capacity": CAPACITY, "frequency_regulation": REGULATION},
    "support": {"first_of_kind_insurance": INSURANCE},
    "finance": {"working_capital_yuan_per_kw": 30, "grace_years": 1},
})  # fmt: skip
HOSTED = merged(FULL, {
    "project": {"side": "user"}, "market": {"load_mw": 6},
    "revenue": {"arbitrage": {"emc": "saving_share", "investor_share": 0.9}, "capacity": {"enabled": False}, "frequency_regulation": {"enabled": False}},
})  # fmt: skip


def assert_same_bits(block: Appraisal, row: int, alone: Appraisal) -> None:
    """Every line, metric and quantity of operation of one row of a block equals the scenario alone."""
    assert list(block.statements) == list(alone.statements)
    for line in block.statements:
        assert np.array_equal(block.statements[line][row], alone.statements[line][0], equal_nan=True), line
    for figure in block.statements.book.figures:
        value, single = block.statements.ledger.figure(figure), alone.statements.ledger.figure(figure)
        assert np.array_equal(value[row if len(value) > 1 else 0], single[0], equal_nan=True), figure
    for key, metric in block.metrics.items():
        at, only = row if len(metric.value) > 1 else 0, alone.metrics[key]
        assert np.array_equal(metric.value[at], only.value[0], equal_nan=True), key
        assert metric.reason[at] == only.reason[0], key
    for name in ("running", "soh", "usable_mwh", "charged_mwh", "discharged_mwh"):
        moved = getattr(block.operation, name)
        assert np.array_equal(moved[row if len(moved) > 1 else 0], getattr(alone.operation, name)[0]), name


def same_metrics(first: Metrics, second: Metrics) -> bool:
    """What the second holds, at least the metrics of a run over many rows, the first holds to the bit, reasons too."""
    assert set(KEYS) <= set(second) <= set(first)
    return all(
        np.array_equal(first[key].value, metric.value, equal_nan=True)
        and first[key].reason.tolist() == metric.reason.tolist()
        for key, metric in second.items()
    )


def varied(case: Case, rng: np.random.Generator, rows: int, paths: Mapping[str, tuple[float, float]]) -> Case:
    """The case with each path drawn *rows* times between its two numbers."""
    return case.vary({path: rng.uniform(low, high, rows) for path, (low, high) in paths.items()})


DISPATCH = {
    "market.price_scale": (0.6, 1.5), "market.spread_scale": (0.3, 1.8), "market.transmission_yuan_per_kwh": (0.05, 0.2),
    "storage.charge_efficiency": (0.85, 1.0), "storage.discharge_efficiency": (0.85, 1.0), "storage.depth_of_discharge": (0.8, 1.0),
    "storage.energy_mwh": (10, 45), "storage.power_mw": (5, 15), "storage.throughput_cost_yuan_per_mwh": (0, 60),
    "storage.availability": (0.9, 1.0), "storage.ageing.calendar_coefficient": (1e-4, 6e-4), "storage.ageing.cycle_coefficient": (1e-4, 6e-4),
    "storage.ageing.calendar_exponent": (0.45, 0.6), "storage.ageing.cycle_exponent": (0.7, 1.0), "storage.ageing.end_of_life_soh": (0.5, 0.8),
}  # fmt: skip
CLAIMS = {
    "revenue.frequency_regulation.power_share": (0.0, 0.9), "revenue.frequency_regulation.energy_share": (0.0, 0.4),
    "revenue.frequency_regulation.cycles_per_year": (0, 150), "revenue.frequency_regulation.price_yuan_per_mw": (2, 15),
    "revenue.capacity.price_yuan_per_kw_year": (50, 300), "revenue.capacity.required_hours": (2, 8),
}  # fmt: skip
FINANCE = {
    "finance.debt_share": (0, 1), "finance.loan_rate": (0.0, 0.12), "finance.discount_rate": (0.0, 0.2), "finance.working_capital_yuan_per_kw": (0, 90),
    "finance.working_capital_debt_share": (0, 1), "capital.battery_yuan_per_kwh": (200, 1200), "capital.residual_share": (0, 0.1),
    "capital.contingency_share": (0, 0.1), "operating_cost.fixed_yuan_per_kw_year": (0, 100), "operating_cost.escalation": (-0.1, 0.2),
    "tax.income_tax_rate": (0, 0.3), "support.first_of_kind_insurance.premium_rate": (0.0, 0.05), "storage.replacement.battery_yuan_per_kwh": (0, 500),
}  # fmt: skip
# The ends of ranges have their own code in NumPy (a power of 0.5, 1 or 2, a rate of 0): each row must not care.
WHOLE = {
    "storage.ageing.calendar_exponent": [0.5, 0.526, 1.0, 0.5, 2.0], "storage.ageing.cycle_exponent": [1.0, 0.5, 0.828, 2.0, 0.5],
    "finance.loan_rate": [0.0, 0.05, 0.0, 0.035, 0.12], "finance.loan_years": [1, 2, 7, 10, 10], "finance.grace_years": [0, 1, 3, 9, 0],
    "finance.debt_share": [0.0, 1.0, 0.7, 0.5, 1.0], "capital.depreciation_years": [1, 5, 10, 20, 40], "finance.discount_rate": [0.0, 0.5, 0.08, 0.01, 0.06],
    "operating_cost.escalation": [0.0, -0.2, 0.5, 0.02, 0.0], "tax.holiday_free_years": [0, 3, 0, 5, 10], "tax.holiday_half_years": [0, 3, 3, 0, 0],
}  # fmt: skip


@pytest.mark.parametrize("repayment", ["annuity", "equal_principal"])
@pytest.mark.parametrize(
    ("raw", "paths"),
    [(FULL, DISPATCH), (FULL, CLAIMS), (FULL, FINANCE), (FULL, {**DISPATCH, **CLAIMS, **FINANCE}), (HOSTED, {**DISPATCH, **FINANCE, "revenue.arbitrage.investor_share": (0.5, 1)})],
    ids=["dispatch", "claims", "finance", "all", "user side"],
)  # fmt: skip
def test_rows_block_equals_single_appraisals(
    raw: dict[str, Any], paths: dict[str, tuple[float, float]], repayment: str
) -> None:
    """A block of seven random scenarios, whatever moves in them."""
    usable = {
        path: span for path, span in paths.items() if raw["project"]["side"] == "grid" or "transmission" not in path
    }
    block = varied(made(merged(raw, {"finance": {"repayment": repayment}})), np.random.default_rng(11), 7, usable)
    whole = appraise(block)
    for row in range(7):
        assert_same_bits(whole, row, appraise(block.rows(np.array([row]))))


@pytest.mark.parametrize("repayment", ["annuity", "equal_principal"])
def test_rows_block_equals_single_appraisals_at_the_ends_of_ranges(repayment: str) -> None:
    """Exponents of one half, one and two, rates of zero, loans of one year: the rows that tempt a fast path."""
    case = made(merged(FULL, {"finance": {"repayment": repayment, "grace_years": 0}}))
    block = case.vary({path: np.array(values, dtype=float) for path, values in WHOLE.items()})
    whole = appraise(block)
    for row in range(5):
        assert_same_bits(whole, row, appraise(block.rows(np.array([row]))))


@pytest.mark.parametrize("repayment", ["annuity", "equal_principal"])
def test_rows_single_scenario_given_as_plain_numbers_equals_its_row(repayment: str) -> None:
    """A case read with a row's numbers, not cut from the block, has the bits of the row."""
    raw = merged(FULL, {"finance": {"repayment": repayment}})
    spans = {**DISPATCH, **CLAIMS, **FINANCE}
    block = varied(made(raw), np.random.default_rng(3), 4, spans)
    whole = appraise(block)
    tables = {path: array for path, _, array in block.numbers() if path in spans}
    for row in range(4):
        stated = raw
        for path, array in tables.items():
            assert array is not None
            change: Any = float(array[row, 0])
            for name in reversed(path.split(".")):
                change = {name: change}
            stated = merged(stated, change)
        assert_same_bits(whole, row, appraise(made(stated)))


def test_rows_that_all_agree_in_what_dispatch_reads_are_one_problem() -> None:
    """A column that is varied but constant poses one problem, and every row gets its answer."""
    case = made(FULL)
    same = case.vary(
        {"revenue.frequency_regulation.power_share": np.full(3, 0.2), "finance.debt_share": np.array([0.2, 0.5, 0.9])}
    )
    whole = appraise(same)
    assert whole.operation.solved is not None
    assert len(whole.operation.solved.value) == 1
    for row in range(3):
        assert_same_bits(whole, row, appraise(same.rows(np.array([row]))))


@ROWS
@given(cases(), st.integers(0, 2**32 - 1))
def test_rows_of_any_case_equal_single_appraisals(raw: dict[str, Any], seed: int) -> None:
    """Any valid case, a few of its own numbers drawn anew by scenario."""
    case, rng = made(raw), np.random.default_rng(seed)
    names = [
        path
        for path, what, array in case.numbers()
        if what.kind == "number" and array is not None and what.unit not in ("years",)
    ]
    # A contract form refuses terms that it does not read.
    unread = {f"revenue.arbitrage.{term}" for term in type(case.revenue["arbitrage"]).model_fields} - {
        f"revenue.arbitrage.{term}" for term in raw["revenue"]["arbitrage"]
    }
    # Nor is the site read on the grid side, nor a level of sales where a saving has one price level.
    unread |= {name for name in names if name.startswith("market.site.") or name == "market.sell_scale"}
    chosen = rng.choice(sorted(set(names) - unread), size=6, replace=False)
    tables = {path: array for path, _, array in case.numbers()}
    try:
        block = case.vary({path: tables[path][0, 0] * rng.uniform(0.9, 1.0, 3) for path in map(str, chosen)})
    except InputError:
        reject()  # a number at the lower end of its range cannot shrink
    whole = appraise(block)
    for row in range(3):
        assert_same_bits(whole, row, appraise(block.rows(np.array([row]))))


def test_rows_in_any_order_and_any_block_size_are_the_same() -> None:
    """``measure_many`` in blocks of 1, 7, 64 and all rows, and shuffled: one set of metrics; every metric of whole blocks."""
    block = varied(made(FULL), np.random.default_rng(7), 150, {**DISPATCH, **CLAIMS, **FINANCE})
    whole = appraise(block).metrics
    for rows in (1, 7, 64, 150, 2000):
        assert same_metrics(whole, measure_many(block, rows))
    every = stack([part.metrics for part in blocks(block, 40)])
    assert set(every) == set(whole)
    assert same_metrics(whole, every)
    order = np.random.default_rng(8).permutation(150)
    assert same_metrics(whole.rows(order), measure_many(block.rows(order), 40))


def test_rows_finance_only_block_solves_one_problem() -> None:
    """A thousand rows that differ in finance share the operation of the base case."""
    block = varied(made(FULL), np.random.default_rng(9), 1000, FINANCE)
    whole = appraise(block)
    assert whole.operation.charged_mwh.shape[0] == 1
    assert same_metrics(whole.metrics, measure_many(block, 128))
