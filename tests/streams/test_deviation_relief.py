"""Avoided deviation penalties: the saving, its share, and the energy that must be able to avoid them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError

RELIEF = {
    "deviation_mwh": 5000, "penalty_yuan_per_kwh": 0.2, "avoided_share": 0.5, "owner_share": 0.8, "power_share": 0.3, "energy_share": 0.2,
    "cycles_per_year": 60,
}  # fmt: skip


def relieving(**terms: Any) -> dict[str, Any]:
    """The plain plant beside wind and sun, taking up deviations with a part of it."""
    return merged(plant({"project": {"side": "generation"}}), {"revenue": {"deviation_relief": {**RELIEF, **terms}}})


def test_deviation_relief_pays_the_owner_his_share_of_penalties_avoided() -> None:
    """5 000 000 kWh · 0.2 yuan · 0.5 · 0.8 · 0.97 = 388 000 yuan a year (arithmetic); it is the generator that pays."""
    result = appraise(made(relieving()))
    np.testing.assert_allclose(result.revenue.settlements["deviation_relief"].income[0, 1:], 388_000, rtol=1e-12)
    assert set(result.payments.shares["deviation_relief"]) == {"generators"}


def test_deviation_relief_of_own_penalties_bears_no_vat() -> None:
    """A rate of 0 books the whole saving."""
    books = appraise(made(relieving(vat_rate=0))).statements
    np.testing.assert_allclose(books["deviation_relief.revenue"][0, 1:], 388_000, rtol=1e-12)


def test_deviation_relief_beyond_the_energy_set_aside_is_refused() -> None:
    """0.02 · 19 MWh, in and out twice a day: 2 · 365 · 0.38 · (1 ÷ 0.94 + 0.93) = 553.1 MWh; 2 500 are claimed (arithmetic)."""
    with pytest.raises(InputError, match=r"2500 MWh a year; what is set aside moves 553\.1 MWh at most"):
        made(relieving(energy_share=0.02))
