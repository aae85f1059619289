"""Reactive power: its rate, and the active power that the converter has left."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError

VOLTAGE = {"reactive_mvar_per_mw": 0.6, "converter_mva_per_mw": 1.0, "hours": "18:00-21:00", "price_yuan_per_mvarh": 50}


def supporting(**terms: Any) -> dict[str, Any]:
    """The plain plant, 10 MW, with reactive support beside arbitrage."""
    return merged(plant(), {"revenue": {"reactive_support": {**VOLTAGE, **terms}}})


def test_reactive_support_pays_by_mvarh_and_by_year() -> None:
    """6 Mvar · 3 h · 365 d · 50 yuan (the rate of Hunan's rules of 2024) + 80 000, · 0.97 (arithmetic)."""
    settled = appraise(made(supporting(fixed_yuan_per_year=80_000))).revenue.settlements["reactive_support"]
    np.testing.assert_allclose(settled.income[0, 1:], (6 * 3 * 365 * 50 + 80_000) * 0.97, rtol=1e-12)
    raw = supporting()
    del raw["revenue"]["reactive_support"]["price_yuan_per_mvarh"]
    raw["revenue"]["reactive_support"]["area"] = "hunan"
    np.testing.assert_allclose(
        appraise(made(raw)).revenue.settlements["reactive_support"].income[0, 1:], 6 * 3 * 365 * 50 * 0.97, rtol=1e-12
    )


def test_reactive_support_holds_active_power_to_what_the_converter_has_left() -> None:
    """√(1² − 0.6²) = 0.8 of rated power in its hours, all of it elsewhere; a converter of √1.36 gives both in full."""
    for ratio, most in ((1.0, 0.8), (1.36**0.5, 1.0)):
        solved = appraise(made(supporting(converter_mva_per_mw=ratio))).operation.solved
        assert solved is not None
        assert solved.schedule.discharge_mw[:, 18:21].max() == pytest.approx(most)
        assert solved.schedule.charge_mw.max() == pytest.approx(1.0)


def test_reactive_support_beyond_the_converter_is_refused() -> None:
    """1.2 Mvar from 1.1 MVA."""
    with pytest.raises(InputError, match=r"1\.2 is more than the converter gives, 1\.1"):
        made(supporting(reactive_mvar_per_mw=1.2, converter_mva_per_mw=1.1))
