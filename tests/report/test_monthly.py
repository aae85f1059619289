"""The first operating year by month: closed forms of a plant whose days are known by heart, and the sum of the statements."""

from __future__ import annotations

from calendar import monthrange
from typing import Any

import numpy as np
import pytest
from strategies import NO_TAX, NO_VAT, REGULATION, made, plant

from appraisal import Appraisal, appraise, load_case, scenario_path
from appraisal.dispatch.months import months_of_first_year
from appraisal.report.charts.months import has_months, revenue_by_month
from appraisal.report.monthly import first_year_by_month

READY = (
    "contract_schedule", "guangdong_regulation_lfp", "hainan_grid_lfp", "hubei_long_duration", "jiangsu_user_small", "zhejiang_user_lfp",
)  # fmt: skip
# Of a common year, by the standard library.
DAYS = np.array([monthrange(2025, month)[1] for month in range(1, 13)])


def bare(*changes: dict[str, Any]) -> Appraisal:
    """1 MW / 2 MWh without losses, ageing, fees, VAT or tax: a cycle a day, sold at 0.8 to June and at 1.1 from July on."""
    halves = [
        {"months": list(range(first, first + 6)), "buy_yuan_per_kwh": [0.2] * 12 + [sold] * 12} for first, sold in ((1, 0.8), (7, 1.1))
    ]  # fmt: skip
    return appraise(made(plant(
        {"project": {"construction_months": 1, "operation_years": 10}},
        {"storage": {
            "power_mw": 1, "energy_mwh": 2, "charge_efficiency": 1, "discharge_efficiency": 1, "depth_of_discharge": 1, "availability": 1,
            "ageing": {"calendar_coefficient": 0, "cycle_coefficient": 0},
        }},
        {"capital": {"battery_yuan_per_kwh": 0, "works_yuan_per_kwh": 0, "services_yuan": 0, "equipment_yuan": 2e6, "residual_share": 0, **NO_VAT}},
        {"operating_cost": {"fixed_yuan_per_kw_year": 0, "vat_rate": 0}, "tax": dict(NO_TAX)},
        {"market": {
            "typical_days": halves, "vat_rate": 0, "transmission_yuan_per_kwh": 0, "loss_yuan_per_kwh": 0, "system_operation_yuan_per_kwh": 0,
        }},
        {"finance": {"debt_share": 0, "loan_rate": 0, "loan_years": 1, "discount_rate": 0.08}},
        *changes,
    )))  # fmt: skip


@pytest.mark.parametrize("name", READY)
def test_months_and_yearly_amounts_are_the_first_year_of_the_statements(name: str) -> None:
    """Stream by stream, revenue and subsidies of the first operating column."""
    result = appraise(load_case(scenario_path(name)))
    books = result.statements
    column = int(np.flatnonzero(result.operation.running[0])[0])
    for one in first_year_by_month(result):
        year = float(books[f"{one.label}.revenue"][0, column] + books[f"{one.label}.subsidy"][0, column])
        assert one.total == pytest.approx(year, rel=1e-9, abs=1e-6)


def test_arbitrage_of_a_month_is_its_days_times_a_cycle_at_its_price() -> None:
    """2,000 kWh a day at 0.8 yuan to June, at 1.1 from July."""
    found = {one.label: one for one in first_year_by_month(bare())}["arbitrage"]
    assert found.months == pytest.approx(2000 * DAYS * np.repeat([0.8, 1.1], 6), rel=1e-9)
    assert (found.yearly, found.by_days) == (0.0, False)


def test_energy_of_the_months_is_that_of_the_year_at_the_health_of_the_year() -> None:
    """zhejiang_user_lfp: the battery has aged by the middle of the first year; the twelve add up to the operation's first column."""
    result = appraise(load_case(scenario_path("zhejiang_user_lfp")))
    months, whole = months_of_first_year(result.case, result.operation), result.operation
    assert len(months) == 12
    for name in ("charged_mwh", "discharged_mwh"):
        year = getattr(whole, name)[0]
        first = int(np.flatnonzero(year)[0])
        assert sum(float(getattr(one, name)[0, first]) for one in months) == pytest.approx(year[first], rel=1e-12)


def test_regulation_called_on_every_day_has_months_by_its_days() -> None:
    """Share · MW · h · mileage · Kp · price is the same on each day; called on 300 days only nobody knows which."""
    every = {
        one.label: one for one in first_year_by_month(bare({"revenue": {"frequency_regulation": dict(REGULATION)}}))
    }
    paid = every["frequency_regulation"]
    assert paid.by_days
    assert paid.months / DAYS == pytest.approx(np.full(12, paid.total / 365), rel=1e-12)
    some = bare({"revenue": {"frequency_regulation": {**REGULATION, "days_per_year": 300}}})
    rare = {one.label: one for one in first_year_by_month(some)}["frequency_regulation"]
    assert (rare.by_days, rare.months.any()) == (False, np.False_)
    assert rare.yearly == pytest.approx(paid.total * 300 / 365, rel=1e-9)


def test_a_yearly_amount_is_never_spread_over_months() -> None:
    """A contract beside arbitrage stands in the bar of the year, and the words say so; alone it has no months at all."""
    mixed = bare(
        {"revenue": {"rented": {"stream": "schedule", "paid_by": "market", "income_yuan": 120_000, "vat_rate": 0}}}
    )
    lease = {one.label: one for one in first_year_by_month(mixed)}["rented"]
    assert (lease.months.any(), lease.yearly) == (np.False_, 120_000.0)
    picture = revenue_by_month(mixed, "zh")
    assert picture.table.iloc[12, 0] == "按年"
    assert "没有分月" in " ".join(picture.subtitle)
    alone = appraise(load_case(scenario_path("contract_schedule")))
    assert not has_months(alone)
    assert "has no months" in revenue_by_month(alone, "en").subtitle[-1]


@pytest.mark.parametrize(("lang", "per"), [("zh", 1e4), ("en", 1e6)])
def test_table_of_the_picture_adds_up_in_the_money_of_its_language(lang: str, per: float) -> None:
    """2,000 kWh · (181 days · 0.8 + 184 days · 1.1)."""
    table = revenue_by_month(bare(), lang).table
    assert float(table.iloc[:, -1].sum()) * per == pytest.approx(2000 * (181 * 0.8 + 184 * 1.1), rel=1e-9)
