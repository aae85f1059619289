"""Capacity compensation of notice 114 beside its worked table (tests/path/test_examples.py): ageing, outages, eligibility."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import CAPACITY, made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError
from appraisal.streams import stream


def capacity(terms: dict[str, Any], *changes: dict[str, Any]) -> dict[str, Any]:
    """The plain plant paid for capacity alone."""
    return merged(plant(), {"revenue": {"arbitrage": {"enabled": False}, "capacity": {**CAPACITY, **terms}}}, *changes)


def test_capacity_price_falls_with_the_battery_and_never_exceeds_the_coal_price() -> None:
    """Yuan = kW × price × min(1, usable MWh · η_d ÷ MW ÷ H), year by year (the formula of the notice)."""
    result = appraise(made(capacity({"required_hours": 1.75})))
    settled, operation = result.revenue.settlements["capacity"], result.operation
    # 20 MWh · 0.95 · 0.93 ÷ 10 MW = 1.767 h fresh: above 1.75 h at first, below when worn.
    hours = 20 * 0.95 * operation.soh[0, 1:] * 0.93 / 10
    expected = 10_000 * 165 * np.minimum(1, hours / 1.75)
    np.testing.assert_allclose(settled.income[0, 1:], expected, rtol=1e-12)
    assert expected[0] == pytest.approx(10_000 * 165)
    assert expected[-1] < expected[0]


def test_capacity_price_of_a_certified_duration_does_not_age() -> None:
    """A duration on the list is what is paid for: 165 · 2/6 · 0.8 yuan/kW less a tenth (arithmetic)."""
    settled = appraise(
        made(capacity({"duration_hours": 2, "coefficient": 0.8, "deduction_share": 0.1}))
    ).revenue.settlements["capacity"]
    np.testing.assert_allclose(settled.income[0, 1:], 165 * 2 / 6 * 0.8 * 10_000 * 0.9, rtol=1e-12)
    assert settled.vat_rate[0, 0] == 0.13


@pytest.mark.parametrize(
    ("terms", "side", "message"),
    [
        ({"listed": False}, "grid", "not on the provincial list"),
        ({"affordability_assessed": False}, "grid", "without the assessment"),
        ({"mandatory_allocation": True}, "grid", "mandatory allocation"),
        ({"secured_otherwise": True}, "grid", "only reliable-capacity compensation asks"),
        (
            {"paid_for": "reliable_capacity", "secured_otherwise": True},
            "grid",
            "gets no reliable-capacity compensation",
        ),
        ({"paid_for": "reliable_capacity", "mandatory_allocation": True}, "grid", "only the capacity price asks"),
        ({}, "user", "not eligible"),
    ],
)
def test_capacity_is_refused_where_the_notice_excludes_it(terms: dict[str, Any], side: str, message: str) -> None:
    """二(三), 三(二) and 五(二) of the notice."""
    with pytest.raises(InputError, match=message):
        made(capacity(terms, {"project": {"side": side}, "market": {"load_mw": 5}}))


def test_capacity_refusals_come_all_at_once() -> None:
    """Three reasons, three faults."""
    with pytest.raises(InputError) as caught:
        made(capacity({"listed": False, "affordability_assessed": False, "mandatory_allocation": True}))
    assert len(caught.value.faults) == 3


def test_capacity_payment_is_booked_without_its_vat() -> None:
    """100 MW for 2 of 6 hours at 165 yuan/kW: 5.50 million with VAT, 4.867257 million without (100 MW at 165 and 6 h, notice 114 of 2026)."""
    size = {"storage": {"power_mw": 100, "energy_mwh": 200}}
    result = appraise(made(capacity({"duration_hours": 2}, size)))
    np.testing.assert_allclose(result.revenue.settlements["capacity"].income[0, 1], 5_500_000, rtol=1e-12)
    np.testing.assert_allclose(result.statements["capacity.revenue"][0, 1], 4_867_257, atol=0.5)


LET: dict[str, Any] = {
    "revenue": {"capacity_lease": {"basis": "rated_power", "price_yuan_per_kw_year": 50, "let_share": 0.5}}
}


def test_reliable_capacity_is_paid_by_the_formula_and_sold_as_what_it_is() -> None:
    """三(二): 120 · 2/6 yuan/kW on 10 MW, 400,000 a year (arithmetic); the capacity price is another good."""
    case = made(capacity({"paid_for": "reliable_capacity", "price_yuan_per_kw_year": 120, "duration_hours": 2}))
    np.testing.assert_allclose(appraise(case).revenue.settlements["capacity"].income[0, 1:], 400_000, rtol=1e-12)
    kind = stream("capacity")
    assert kind.goods(case, case.streams["capacity"]) == ("reliable_capacity",)
    plain = made(capacity({}))
    assert kind.goods(plain, plain.streams["capacity"]) == ("capacity_price",)
    assert "secures_capacity" in " ".join(rule.name for rule in made(capacity({"paid_for": "reliable_capacity"}, LET)).exclusions)  # fmt: skip
