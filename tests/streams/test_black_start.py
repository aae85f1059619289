"""Black start: a small plant by hand, from its fee to its present value."""

from __future__ import annotations

import numpy as np
import pytest
from strategies import contract, made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError

READY = {"fee_yuan_per_month": 100_000, "event_fee_yuan": 1_000_000, "events_per_year": 0.1, "energy_share": 0.2}


def test_black_start_plant_by_hand() -> None:
    """1 MW, 5 years: 12 · 100 000 + 0.1 · 1 000 000 = 1 300 000 yuan a year less 40 000 of drills, 5 million paid a year before (arithmetic)."""
    raw = contract({"capital": {"equipment_yuan": 5e6}, "operating_cost": {"fixed_yuan_per_kw_year": 0}})
    raw["revenue"] = {"black_start": {**READY, "upkeep_yuan_per_year": 40_000}}
    result = appraise(made(raw))
    np.testing.assert_allclose(result.revenue.settlements["black_start"].income[0], [0, *[1.3e6] * 5], rtol=1e-12)
    by_hand = sum(cash / 1.08**year for year, cash in enumerate([-5e6, *[1.26e6] * 5], 1))
    assert result.metrics["project_npv"].value[0] == pytest.approx(by_hand, rel=1e-12)


def test_black_start_fee_loses_its_vat_and_falls_with_outages() -> None:
    """1 300 000 · 0.97 ÷ 1.13 yuan are booked (arithmetic)."""
    result = appraise(made(merged(plant(), {"revenue": {"black_start": READY}})))
    np.testing.assert_allclose(result.statements["black_start.revenue"][0, 1:], 1.3e6 * 0.97 / 1.13, rtol=1e-12)


def test_black_start_keeps_its_energy_from_arbitrage_and_leaves_the_power() -> None:
    """The store works between nothing and eight tenths of its usable energy, at full power."""
    solved = appraise(made(merged(plant(), {"revenue": {"black_start": READY}}))).operation.solved
    assert solved is not None
    assert solved.schedule.soc_mwh.max() == pytest.approx(20 / 10 * 0.95 * 0.8)
    assert solved.schedule.discharge_mw.max() == pytest.approx(1.0)


def test_black_start_event_fee_of_hunan_is_a_fact_and_its_unit_fee_is_not_taken_for_storage() -> None:
    """The rules of 2024 name 1 000 000 yuan for a start, and a monthly fee for conventional units only: that one must be stated."""
    terms = {"area": "hunan", "events_per_year": 0.1, "energy_share": 0.2}
    with pytest.raises(InputError, match="fee_yuan_per_month"):
        made(merged(plant(), {"revenue": {"black_start": terms}}))
    raw = merged(plant(), {"revenue": {"black_start": {**terms, "fee_yuan_per_month": 0}}})
    settled = appraise(made(raw)).revenue.settlements["black_start"]
    np.testing.assert_allclose(settled.income[0, 1:], 0.1 * 1_000_000 * 0.97, rtol=1e-12)
