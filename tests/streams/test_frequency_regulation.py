"""Frequency regulation: the formula of the market rule, and what is left to arbitrage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import REGULATION, made, merged, plant

from appraisal import appraise
from appraisal.dispatch.run import dispatch
from appraisal.errors import InputError


def regulated(**terms: Any) -> dict[str, Any]:
    """The plain plant with regulation beside arbitrage."""
    return merged(plant(), {"revenue": {"frequency_regulation": {**REGULATION, **terms}}})


def test_regulation_income_is_mileage_times_price_times_performance() -> None:
    """R = Σ D·C·Kp (华中监能市场规〔2025〕35号) plus capacity held: 10 MW · 0.2 · 6 h · 300 d · (6·1.1·5 + 8) · 0.97 (arithmetic)."""
    raw = regulated(hours="22:00-02:00, 08:00-10:00", days_per_year=300, capacity_price_yuan_per_mw_hour=8)
    settled = appraise(made(raw)).revenue.settlements["frequency_regulation"]
    np.testing.assert_allclose(settled.income[0, 1:], 2 * 6 * 300 * (6 * 1.1 * 5 + 8) * 0.97, rtol=1e-12)
    assert settled.vat_rate[0, 0] == 0.13


def test_regulation_takes_power_in_its_hours_and_energy_all_day() -> None:
    """Nothing moves in hours given away whole; elsewhere all power may; the state of charge keeps to nine tenths."""
    solved = dispatch(made(regulated(power_share=1.0, hours="11:00-14:00, 18:30-19:00"))).solved
    assert solved is not None
    flows = solved.schedule.charge_mw + solved.schedule.discharge_mw
    assert not flows[:, 11:14].any()
    # Half of the hour from 18:00 is given away: its mean power is at most one half.
    assert (flows[:, 18] <= 0.5 + 1e-12).all()
    assert flows.max() == pytest.approx(1.0)
    assert solved.schedule.soc_mwh.max() <= 20 / 10 * 0.95 * 0.9 + 1e-12


def test_regulation_of_the_whole_plant_leaves_arbitrage_nothing() -> None:
    """All power all day: dispatch stands still and the service is paid in full."""
    result = appraise(made(regulated(power_share=1.0, hours="00:00-24:00")))
    assert not result.operation.charged_mwh.any()
    assert result.revenue.settlements["frequency_regulation"].income[0, 1] == pytest.approx(
        10 * 24 * 365 * 6 * 1.1 * 5 * 0.97
    )


def test_regulation_cycles_wear_the_battery() -> None:
    """The cycles of the service count as wear: SOH at the middle of year 1 by the fade formula (closed form)."""
    result = dispatch(made(regulated(power_share=1.0, hours="00:00-24:00", cycles_per_year=200)))
    expected = 1 - 4e-4 * 182.5**0.55 - 2e-4 * (0.5 * 200 * 0.97) ** 0.8
    assert result.soh[0, 1] == pytest.approx(expected, abs=1e-12)


def test_regulation_price_above_the_cap_is_refused() -> None:
    """The cap of the market is a fact or stated; a price above it is an error."""
    with pytest.raises(InputError, match="above the cap of the market, 15 yuan/MW"):
        made(regulated(price_yuan_per_mw=15.01))


@pytest.mark.parametrize("hours", ["08:00", "25:00-26:00", "08:00-08:00", "08:00-12:00, 11:00-13:00"])
def test_regulation_hours_that_cannot_be_read_are_refused(hours: str) -> None:
    """A window that is malformed, empty or overlapping is an error with its text."""
    with pytest.raises(InputError, match="hours"):
        made(regulated(hours=hours))


def test_regulation_by_day_and_depth_pays_depth_times_factor_times_price() -> None:
    """R = D·K·Y: 2 MW · 40 · 300 d · 3 · 6 · 0.97, or with ln 3 + 1 = 2.0986122887 in place of 3 (arithmetic)."""
    terms = {
        "scheme": "daily_depth",
        "depth_mw_per_mw_day": 40,
        "performance": 3,
        "price_yuan_per_mw": 6,
        "days_per_year": 300,
    }
    raw = regulated(**terms)
    del raw["revenue"]["frequency_regulation"]["mileage_mw_per_mw_hour"]
    for factor, value in (("linear", 3.0), ("logarithm", 2.0986122887)):
        raw["revenue"]["frequency_regulation"]["factor"] = factor
        settled = appraise(made(raw)).revenue.settlements["frequency_regulation"]
        np.testing.assert_allclose(settled.income[0, 1:], 2 * 40 * 300 * value * 6 * 0.97, rtol=1e-9)


def test_regulation_index_above_the_cap_of_the_market_is_paid_as_the_cap() -> None:
    """Kp is at most 2 in Hubei (华中监能市场规〔2025〕35号): 2.5 pays as 2, from the library (arithmetic)."""
    raw = regulated(performance=2.5, area="hubei")
    del raw["revenue"]["frequency_regulation"]["price_cap_yuan_per_mw"]
    settled = appraise(made(raw)).revenue.settlements["frequency_regulation"]
    np.testing.assert_allclose(settled.income[0, 1:], 2 * 4 * 365 * 6 * 2 * 5 * 0.97, rtol=1e-12)


def test_joint_regulation_shares_the_whole_or_what_is_more_than_the_unit_alone() -> None:
    """A unit offers 30 MW with all 10 MW of storage: at a share of 0.2, 6 MW · 4 h · 365 d · 5 yuan · 0.97, paid 6 · 2.2, alone 4 · 0.9.

    Half of all, or 70 % of the increment; the generator pays (arithmetic).
    """
    joint = {"joint_mw": 30, "performance": 2.2}
    each = 6 * 4 * 365 * 5 * 0.97
    whole = appraise(made(regulated(**joint, owner_share=0.5)))
    np.testing.assert_allclose(
        whole.revenue.settlements["frequency_regulation"].income[0, 1:], 0.5 * each * 6 * 2.2, rtol=1e-12
    )
    assert set(whole.payments.shares["frequency_regulation"]) == {"generators"}
    more = {"shared": "increment", "owner_share": 0.7, "alone_moved": 4, "alone_performance": 0.9}
    settled = appraise(made(regulated(**joint, **more))).revenue.settlements["frequency_regulation"]
    np.testing.assert_allclose(settled.income[0, 1:], 0.7 * each * (6 * 2.2 - 4 * 0.9), rtol=1e-12)


def test_regulation_income_falls_as_the_market_fills() -> None:
    """The index of each year multiplies what is paid (arithmetic)."""
    index = np.linspace(1.0, 0.55, 10)
    plain, filling = (
        appraise(made(regulated(**terms))).revenue.settlements["frequency_regulation"].income[0, 1:]
        for terms in ({}, {"income_index": index.tolist()})
    )
    np.testing.assert_allclose(filling, plain * index, rtol=1e-12)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"scheme": "daily_depth"}, "depth_mw_per_mw_day: required"),
        ({"depth_mw_per_mw_day": 40}, "not read: the scheme is by mileage"),
        ({"owner_share": 0.5}, "not read: storage stands alone"),
        ({"shared": "increment"}, "storage stands alone; give joint_mw"),
        ({"joint_mw": 30, "shared": "increment"}, "alone_moved: required: the increment is shared"),
        (
            {"joint_mw": 30, "shared": "increment", "alone_moved": 9, "alone_performance": 2},
            "the unit alone would be paid more",
        ),
    ],
)
def test_regulation_terms_of_another_scheme_are_refused(terms: dict[str, Any], message: str) -> None:
    """A term that the scheme or the contract does not read, or lacks, is an error."""
    with pytest.raises(InputError, match=message):
        made(regulated(**terms))
