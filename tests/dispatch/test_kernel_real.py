"""The kernel on real prices: an American hourly year, five-minute and Chinese quarter-hour prices with negative ones.

The series are not part of the project; where they are absent the tests are skipped and say so.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import oracle_lp
import pytest
from test_kernel_oracle import assert_feasible

from appraisal.dispatch import price_taker

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
PLANT: dict[str, Any] = {
    "sell": None,
    "charge_mw": 1.0,
    "discharge_mw": 1.0,
    "energy_mwh": 2.0,
    "charge_efficiency": 0.92,
    "discharge_efficiency": 0.92,
    "throughput_cost": 0.0,
}
ENDS: tuple[dict[str, Any], ...] = (
    {"start_mwh": 0.0},
    {"start_mwh": 1.0, "end_mwh": 1.0},
    {"cyclic": True},
)


def series(name: str, column: int, scale: float = 1.0) -> np.ndarray:
    """One column of a real file, money per MWh."""
    path = REAL / name
    if not path.exists():
        pytest.skip(f"{name} is not here: real series lie beside the repository, not in it")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return np.array([float(row[column]) for row in list(csv.reader(lines))[1:]]) * scale


def caiso() -> np.ndarray:
    return series("caiso_2020_da_regup_regdown_usd_per_kwh.csv", 1, 1000.0)


def five_minutes() -> np.ndarray:
    return series("epri_5min_jan2019_negprices.csv", 1)


def quarter_hours() -> np.ndarray:
    return series("spot_clearing_15min_unnamed_2021-12_2023-06.csv", 3)


@pytest.mark.parametrize("end", ENDS)
def test_caiso_year_without_negative_hours_equals_highs(end: dict[str, Any]) -> None:
    """8,784 hours, negative prices raised to 0 so that the linear programme is the plant's problem."""
    case = {"buy": np.maximum(caiso(), 0.0), "step_hours": 1.0, **PLANT, **end}
    found = price_taker(**case)
    assert_feasible(found, case)
    assert found.value == pytest.approx(oracle_lp.linear(**case), rel=1e-9)


@pytest.mark.parametrize("end", ENDS)
def test_caiso_year_with_negative_hours_equals_highs_milp(end: dict[str, Any]) -> None:
    """The same with its 127 negative hours: HiGHS with a binary in each of them and a relative gap of 0."""
    case = {"buy": caiso(), "step_hours": 1.0, **PLANT, **end}
    found = price_taker(**case)
    assert_feasible(found, case)
    assert found.value == pytest.approx(oracle_lp.exclusive(**case), rel=1e-9)


@pytest.mark.parametrize("end", ENDS)
def test_five_minute_month_equals_highs(end: dict[str, Any]) -> None:
    """8,064 five-minute prices, some negative, at 1/12 h."""
    case = {"buy": five_minutes(), "step_hours": 1.0 / 12.0, **PLANT, **end}
    found = price_taker(**case)
    assert_feasible(found, case)
    assert found.value == pytest.approx(oracle_lp.exclusive(**case), rel=1e-9)


@pytest.mark.parametrize("end", ENDS)
def test_quarter_hour_days_with_negative_prices_equal_highs_milp(end: dict[str, Any]) -> None:
    """The three days with the most negative quarter-hours, each against the MILP; the linear programme earns more by burning."""
    table = quarter_hours()[: 577 * 96].reshape(-1, 96)
    days = table[np.argsort((table < 0.0).sum(axis=1), kind="stable")[-3:]]
    found = price_taker(days, step_hours=0.25, **PLANT, **end)
    case = {"step_hours": 0.25, **PLANT, **end}
    best = np.array([oracle_lp.exclusive(day, **case) for day in days])
    np.testing.assert_allclose(found.value, best, rtol=1e-9, atol=1e-9)
    assert (np.array([oracle_lp.linear(day, **case) for day in days]) > best + 1.0).any()


@pytest.mark.parametrize("energy", [1.0, 4.0])
@pytest.mark.parametrize("end", ENDS)
def test_quarter_hour_year_lies_below_its_linear_bound_and_is_feasible(end: dict[str, Any], energy: float) -> None:
    """35,040 steps, 2,752 of them negative: a schedule that a plant can run, at most 3 % below the linear programme.

    The linear programme, which may burn, bounds the plant from above.
    """
    case = {"buy": quarter_hours()[:35040], "step_hours": 0.25, **PLANT, **end, "energy_mwh": energy}
    found = price_taker(**case)
    assert_feasible(found, case)
    bound = oracle_lp.linear(**case)
    assert 0.97 * bound < found.value < bound
