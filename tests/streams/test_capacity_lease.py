"""Capacity lease: rent by power, by rated and by usable energy, its term, and what lessees use themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError

RENT = {"basis": "rated_power", "price_yuan_per_kw_year": 300, "let_share": 0.8}


def letting(**terms: Any) -> dict[str, Any]:
    """The plain plant, 10 MW and 20 MWh, that lets capacity beside arbitrage."""
    return merged(plant(), {"revenue": {"capacity_lease": terms or RENT}})


def rents(raw: dict[str, Any]) -> Any:
    """What the lease pays in each operating year."""
    return appraise(made(raw)).revenue.settlements["capacity_lease"].income[0, 1:]


def test_lease_pays_capacity_let_whatever_the_outages_are() -> None:
    """10 000 kW · 300 · 0.8 = 2.4 million yuan; 20 000 kWh · 200 · 0.8 = 3.2 million; availability of 97 % lowers neither (arithmetic)."""
    np.testing.assert_allclose(rents(letting()), 2.4e6, rtol=1e-12)
    np.testing.assert_allclose(
        rents(letting(basis="rated_energy", price_yuan_per_kwh_year=200, let_share=0.8)), 3.2e6, rtol=1e-12
    )


def test_lease_of_usable_energy_falls_as_the_battery_ages() -> None:
    """The rent of a year is 200 yuan for each kWh that is usable in its middle (arithmetic on the usable energy)."""
    result = appraise(made(letting(basis="usable_energy", price_yuan_per_kwh_year=200, let_share=1)))
    paid = result.revenue.settlements["capacity_lease"].income[0, 1:]
    np.testing.assert_allclose(paid, result.operation.usable_mwh[0, 1:] * 1000 * 200, rtol=1e-12)
    assert paid[-1] < paid[0]


def test_lease_ends_with_its_term_and_follows_its_shares_and_its_index() -> None:
    """Three and a half years of 10 000 kW · 300 yuan: 0.9, 0.8, 0.7 and half of 0.6 let; from year 3 at 90 % of the rent (arithmetic)."""
    let = [0.9, 0.8, 0.7, 0.6, *[0.5] * 6]
    paid = rents(letting(**{**RENT, "let_share": let}, term_years=3.5, rent_index=[1, 1, *[0.9] * 8]))
    np.testing.assert_allclose(paid, [2.7e6, 2.4e6, 3e6 * 0.63, 3e6 * 0.27, *[0.0] * 6], rtol=1e-12)


def test_lease_keeps_what_the_lessees_use_from_arbitrage() -> None:
    """A quarter of power and energy is theirs at all times."""
    solved = appraise(made(letting(**RENT, used_share=0.25))).operation.solved
    assert solved is not None
    assert (solved.schedule.charge_mw + solved.schedule.discharge_mw).max() == pytest.approx(0.75)
    assert solved.schedule.soc_mwh.max() <= 20 / 10 * 0.95 * 0.75 + 1e-12


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"basis": "rated_energy"}, "price_yuan_per_kwh_year: required: rent by energy"),
        ({"price_yuan_per_kwh_year": 200}, "not read: rent by power"),
        ({"let_share": 1.2}, "0–1"),
        ({"let_share": [0.5, 0.4]}, "2 yearly values; expected 1 or 10"),
    ],
)
def test_lease_that_contradicts_itself_is_refused(terms: dict[str, Any], message: str) -> None:
    """Each fault is told with its term."""
    with pytest.raises(InputError, match=message):
        made(letting(**{**RENT, **terms}))


@pytest.mark.parametrize(("first", "second", "accepted"), [
    ({"let_share": 0.7}, {"let_share": 0.7}, False), ({"let_share": 0.7}, {"let_share": 0.3}, True),
    # One ends after four years, the other begins in the fifth.
    ({"let_share": 1.0, "term_years": 4}, {"let_share": [0] * 4 + [1.0] * 6}, True),
    # Half of the fifth year is let twice.
    ({"let_share": 1.0, "term_years": 4.5}, {"let_share": [0] * 4 + [1.0] * 6}, False),
])  # fmt: skip
def test_leases_together_let_at_most_the_plant(
    first: dict[str, Any], second: dict[str, Any], *, accepted: bool
) -> None:
    """Two lessees never have more than all of it in any year (arithmetic); the fault names both and the year."""
    leases = {
        label: {**RENT, "stream": "capacity_lease", **terms} for label, terms in (("one", first), ("two", second))
    }
    raw = merged(plant(), {"revenue": leases})
    if accepted:
        made(raw)
        return
    with pytest.raises(InputError, match=r"one, two together let 1\d\d% of the plant in operating year"):
        made(raw)
