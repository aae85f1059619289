"""Carbon and certificates: factor × energy × price, the years credited, and that nothing is sold twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError

CARBON = {
    "sold": "carbon",
    "counted_mwh": 1000,
    "factor_t_per_mwh": 0.5,
    "price_yuan_per_t": 80,
    "sold_once": True,
    "vat_rate": 0.06,
}


def crediting(**terms: Any) -> dict[str, Any]:
    """The plain plant, credited beside arbitrage."""
    return merged(plant(), {"revenue": {"green": {"stream": "carbon_and_certificates", **terms}}})


def test_carbon_pays_energy_times_factor_times_price_for_the_years_credited() -> None:
    """1 000 MWh · 0.5 t · 80 yuan = 40 000 yuan with 6 % VAT, for seven years and half of the eighth (arithmetic)."""
    result = appraise(made(crediting(**CARBON, years=7.5, transfer_cost_yuan_per_year=5000)))
    settled = result.revenue.settlements["green"]
    np.testing.assert_allclose(settled.income[0], [0, *[40_000] * 7, 20_000, 0, 0], rtol=1e-12)
    np.testing.assert_allclose(settled.cost[0], [0, *[5_000] * 7, 2_500, 0, 0], rtol=1e-12)
    np.testing.assert_allclose(result.statements["green.revenue"][0, 1], 40_000 / 1.06, rtol=1e-12)


def test_certificates_pay_by_mwh_and_follow_the_energy_and_the_price_of_each_year() -> None:
    """By year 1 000, 900 … MWh at 6 yuan, the price at 1, 1.1 … (arithmetic)."""
    energy, index = np.linspace(1000, 100, 10), np.linspace(1, 1.9, 10)
    terms = {
        "sold": "certificate",
        "counted_mwh": energy.tolist(),
        "price_index": index.tolist(),
        "price_yuan_per_mwh": 6,
        "sold_once": True,
        "vat_rate": 0.06,
    }
    settled = appraise(made(crediting(**terms))).revenue.settlements["green"]
    np.testing.assert_allclose(settled.income[0, 1:], energy * 6 * index, rtol=1e-12)


def test_carbon_and_certificates_in_one_case_are_told() -> None:
    """Both on what may be the same energy: the reader is told."""
    raw = crediting(**CARBON)
    raw["revenue"]["other"] = {
        "stream": "carbon_and_certificates",
        "sold": "certificate",
        "counted_mwh": 10,
        "price_yuan_per_mwh": 5,
        "sold_once": True,
        "vat_rate": 0.06,
    }
    assert any("sells carbon and certificates" in notice.en for notice in made(raw).notices)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"sold_once": False}, "sold twice unless this is confirmed"),
        ({"sold": "certificate"}, "price_yuan_per_mwh: required: certificates are sold"),
        ({"price_yuan_per_mwh": 5}, "not read: carbon reductions are sold"),
    ],
)
def test_carbon_that_contradicts_itself_is_refused(terms: dict[str, Any], message: str) -> None:
    """Each fault is told with its term."""
    with pytest.raises(InputError, match=message):
        made(crediting(**{**CARBON, **terms}))
