"""Absorbed curtailment: what the slice takes up, and a small renewables-and-storage plant by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import contract, made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError

LOST = [0.0] * 11 + [4.0, 6.0, 2.0] + [0.0] * 10
ABSORBED = {
    "curtailed_mw": LOST, "days_per_year": 150, "power_share": 0.5, "energy_share": 0.7, "discharge_hours": "18:00-21:00",
    "charge_price_yuan_per_kwh": 0.1, "discharge_price_yuan_per_kwh": 0.6,
}  # fmt: skip


def absorbing(**terms: Any) -> dict[str, Any]:
    """The plain plant, 10 MW and 20 MWh at 97 % availability, beside wind and sun that are curtailed at noon."""
    return merged(
        plant({"project": {"side": "generation"}}), {"revenue": {"curtailment_absorption": {**ABSORBED, **terms}}}
    )


def test_renewables_with_storage_by_hand() -> None:
    """1 MW / 2 MWh without losses takes min(1.5, 1) + min(0.5, 1) = 1.5 MWh on each of 200 days: 300 MWh at 0.5 less 0.1 yuan.

    120 000 yuan a year for 5 years after 400 000 yuan: NPV at 8 % end of year (arithmetic).
    """
    storage = {"storage": {"power_mw": 1, "energy_mwh": 2}}
    raw = contract(storage, {"project": {"side": "generation"}, "capital": {"equipment_yuan": 4e5}})
    raw["revenue"] = {"noon": {"stream": "curtailment_absorption", "curtailed_mw": [0] * 12 + [1.5, 0.5] + [0] * 10, "days_per_year": 200,
                               "power_share": 1, "energy_share": 1, "discharge_hours": "19:00-21:00", "charge_price_yuan_per_kwh": 0.1,
                               "discharge_price_yuan_per_kwh": 0.5}}  # fmt: skip
    result = appraise(made(raw))
    np.testing.assert_allclose(result.revenue.settlements["noon"].income[0, 1:], 150_000, rtol=1e-12)
    np.testing.assert_allclose(result.revenue.settlements["noon"].purchase[0, 1:], 30_000, rtol=1e-12)
    by_hand = sum(cash / 1.08**year for year, cash in enumerate([-4e5, *[1.2e5] * 5], 1))
    assert result.metrics["project_npv"].value[0] == pytest.approx(by_hand, rel=1e-12)


def test_curtailment_is_taken_up_to_the_power_of_the_slice() -> None:
    """Of 4, 6 and 2 MW the 5 MW take 11 MWh a day; 11 · 0.94 · 0.93 come back; 150 · 0.97 days (arithmetic)."""
    settled = appraise(made(absorbing())).revenue.settlements["curtailment_absorption"]
    np.testing.assert_allclose(settled.purchase[0, 1], 150 * 0.97 * 11_000 * 0.1, rtol=1e-12)
    np.testing.assert_allclose(settled.income[0, 1], 150 * 0.97 * 11_000 * 0.94 * 0.93 * 0.6, rtol=1e-12)


def test_curtailment_is_limited_by_the_energy_kept_as_it_ages() -> None:
    """A fifth of the usable energy fills with 0.2 · E ÷ 0.94, less than 11 MWh, year by year (arithmetic on the usable energy)."""
    result = appraise(made(absorbing(energy_share=0.2)))
    charged = 0.2 * result.operation.usable_mwh[0, 1:] / 0.94
    assert (charged < 11).all()
    purchase = result.revenue.settlements["curtailment_absorption"].purchase[0, 1:]
    np.testing.assert_allclose(purchase, 150 * 0.97 * charged * 1000 * 0.1, rtol=1e-12)


def test_curtailment_by_month_and_year_scales_what_is_lost() -> None:
    """From July at half: 2 + 3 + 1 = 6 MWh on 184 of 365 days; in year 2 a tenth less is lost: 9 + 1.8 and 5.4 (arithmetic)."""
    level, index = [1] * 6 + [0.5] * 6, [1, 0.9, *[1] * 8]
    settled = appraise(made(absorbing(level_by_month=level, curtailment_index=index))).revenue.settlements
    days = 150 * 0.97 / 365
    first, second = 181 * 11 + 184 * 6, 181 * (3.6 + 5 + 1.8) + 184 * 5.4
    np.testing.assert_allclose(
        settled["curtailment_absorption"].purchase[0, 1:3], [days * first * 100, days * second * 100], rtol=1e-12
    )


def test_curtailment_slice_stays_out_of_arbitrage_where_it_charges_and_discharges() -> None:
    """Half the power is left at noon and in the evening, three tenths of the energy all day."""
    solved = appraise(made(absorbing())).operation.solved
    assert solved is not None
    flows = solved.schedule.charge_mw + solved.schedule.discharge_mw
    assert flows[:, [11, 12, 13, 18, 19, 20]].max() <= 0.5 + 1e-12
    assert solved.schedule.soc_mwh.max() <= 20 / 10 * 0.95 * 0.3 + 1e-12


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"curtailed_mw": [1] * 23}, "23 values; expected 24, 48 or 96"),
        ({"curtailed_mw": [0] * 24}, "nothing is curtailed"),
        ({"level_by_month": [1] * 4}, "4 values; expected 1 or 12"),
        ({"discharge_hours": "13:30-16:00"}, "overlap hours with curtailment"),
    ],
)
def test_curtailment_that_contradicts_itself_is_refused(terms: dict[str, Any], message: str) -> None:
    """Each fault is told with its term."""
    with pytest.raises(InputError, match=message):
        made(absorbing(**terms))
