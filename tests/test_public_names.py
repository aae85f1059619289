"""The names that scripts rely on (DESIGN, public names): present, loaded on first use."""

from __future__ import annotations

import inspect
import subprocess
import sys

import numpy as np
import pytest

import appraisal


def test_every_public_name_resolves() -> None:
    """``__all__`` holds no name that is not there."""
    for name in appraisal.__all__:
        assert getattr(appraisal, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = appraisal.nothing


def test_import_loads_neither_numpy_nor_numba() -> None:
    """``--help`` stays quick only while the package imports nothing heavy."""
    code = "import sys, appraisal; print(sorted({'numpy', 'numba', 'pandas', 'pydantic', 'scipy'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_price_taker_has_the_fixed_signature() -> None:
    """Names, order and defaults as fixed."""
    text = str(inspect.signature(appraisal.dispatch.price_taker))
    names = ["buy", "sell", "step_hours", "charge_mw", "discharge_mw", "energy_mwh", "charge_efficiency", "discharge_efficiency",
             "throughput_cost", "start_mwh", "end_mwh", "cyclic"]  # fmt: skip
    assert list(inspect.signature(appraisal.dispatch.price_taker).parameters) == names
    assert "*, step_hours" in text


def test_result_has_the_fixed_members() -> None:
    """metrics, statements, operation, revenue, checks; the thirteen metric keys; a labelled table."""
    result = appraisal.appraise(appraisal.load_case(appraisal.scenario_path("contract_schedule")))
    assert {
        "project_irr_pre_tax", "project_irr", "project_npv_pre_tax", "project_npv", "equity_irr", "equity_npv", "payback_years",
        "discounted_payback_years", "dscr_min", "dscr_avg", "lcos_yuan_per_kwh", "profitability_index", "mirr",
    } <= set(result.metrics)  # fmt: skip
    assert all(metric.value.shape == metric.status.shape == (1,) for metric in result.metrics.values())
    assert result.statements["project_net"].shape == (1, 22)
    frame = result.statements.table("project_cash", row=0)
    assert frame.loc["project_net", 1] == result.statements["project_net"][0, 0]
    assert result.operation.discharged_mwh.shape[1] == 22
    assert set(result.revenue.settlements) == {"contract", "first_of_kind_insurance"}
    assert all(check.ok.all() for check in result.checks)


def test_fixed_names_of_discount() -> None:
    """One row in gives floats, a table gives arrays (S,)."""
    discount = appraisal.discount
    assert discount.irr([-100.0, 110.0]) == pytest.approx(0.1)
    assert discount.irr_status([-1000.0, 2500.0, -1540.0]) == ("multiple", 2)
    assert discount.irr_roots([-1000.0, 2500.0, -1540.0]) == pytest.approx([0.1, 0.4])
    assert discount.npv(0.1, [-100.0, 110.0]) == pytest.approx(0.0)
    assert discount.mirr([-100.0, 60.0, 60.0], 0.1, 0.1) > 0
    words, counts = discount.irr_status(np.array([[-100.0, 110.0], [1.0, 1.0]]))
    assert words.tolist() == ["ok", "none"]
    assert counts.tolist() == [1, 0]
