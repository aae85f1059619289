"""Floor, collar, contract for difference and toll on the market revenue of other streams."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import contract, made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError

MARKET = [50_000, 100_000, 150_000, 200_000, 250_000]


def agreed(**terms: Any) -> dict[str, Any]:
    """1 MW whose market revenue is 50, 100 … 250 yuan/kW in five years, with a contract on it."""
    market = {"stream": "schedule", "income_yuan": [amount + 10_000 for amount in MARKET], "charging_yuan": 7_000, "cost_yuan": 3_000,
              "vat_rate": 0, "paid_by": "market"}  # fmt: skip
    raw = contract({"capital": {"equipment_yuan": 1e6}})
    raw["revenue"] = {"floor": {"stream": "contract_for_difference", **terms}, "spot": market}
    return raw


def exchanged(**terms: Any) -> tuple[list[float], list[float]]:
    """What is received and what is given away by operating year, to the nearest fen."""
    settled = appraise(made(agreed(**terms))).revenue.settlements["floor"]
    return settled.income[0, 1:].round(2).tolist(), settled.cost[0, 1:].round(2).tolist()


def test_floor_makes_up_its_share_of_a_shortfall() -> None:
    """120 yuan/kW: 70 and 20 are missing, four fifths made up; charging and own cost come off the revenue first (arithmetic)."""
    assert exchanged(floor_yuan_per_kw_year=120, share_below=0.8) == ([56_000, 16_000, 0, 0, 0], [0] * 5)


def test_collar_gives_its_share_of_an_excess_away() -> None:
    """100 to 180 yuan/kW: 50 made up in year 1; 20 and 70 too much in years 4 and 5, half given away (arithmetic)."""
    collar = {"floor_yuan_per_kw_year": 100, "cap_yuan_per_kw_year": 180, "share_above": 0.5}
    assert exchanged(**collar) == ([50_000, 0, 0, 0, 0], [0, 0, 0, 10_000, 35_000])


def test_toll_leaves_the_fee_whatever_the_market_is() -> None:
    """Floor and cap of 120 yuan/kW: market and contract together are 120 000 yuan in every year; at a term of two years in two of them."""
    received, given = exchanged(floor_yuan_per_kw_year=120, cap_yuan_per_kw_year=120)
    assert np.array(MARKET) + received - np.array(given) == pytest.approx(np.full(5, 120_000))
    received, given = exchanged(floor_yuan_per_kw_year=120, cap_yuan_per_kw_year=120, term_years=2)
    assert (received[2:], given[2:]) == ([0] * 3, [0] * 3)


def test_contract_on_a_part_covers_as_much_of_plant_and_revenue() -> None:
    """Half of 50 against half of 120: 35 000 yuan; the strike of year 2 at 110 %: half of 132 − 100 (arithmetic)."""
    received, _ = exchanged(floor_yuan_per_kw_year=120, covered_share=0.5, strike_index=[1, 1.1, 0, 0, 0])
    assert received == pytest.approx([35_000, 16_000, 0, 0, 0])


def test_floor_on_what_dispatch_earns_looks_at_each_scenario() -> None:
    """Arbitrage at three price levels: the dearer the market the less is made up, and both together are the floor (arithmetic)."""
    raw = merged(
        plant(),
        {"revenue": {"floor": {"stream": "contract_for_difference", "of": "arbitrage", "floor_yuan_per_kw_year": 700}}},
    )
    case = made(raw).vary({"market.price_scale": np.array([0.5, 1.0, 1.5])})
    settled = appraise(case).revenue.settlements
    market = settled["arbitrage"].income - settled["arbitrage"].purchase
    assert (np.diff(market[:, 1]) > 0).all()
    np.testing.assert_allclose((market + settled["floor"].income)[:, 1:], 700 * 10_000 * 0.97, rtol=1e-12)


def test_contract_is_booked_once_in_revenue_and_once_in_cost() -> None:
    """What is received is revenue without its VAT, what is given away a cost without it (arithmetic)."""
    books = appraise(made(agreed(floor_yuan_per_kw_year=100, cap_yuan_per_kw_year=180, vat_rate=0.13))).statements
    np.testing.assert_allclose(books["floor.revenue"][0, 1:], np.array([50_000, 0, 0, 0, 0]) / 1.13, rtol=1e-12)
    np.testing.assert_allclose(books["other_cost"][0, 1:] - 3000, np.array([0, 0, 0, 20_000, 70_000]) / 1.13, rtol=1e-9)


def test_contract_leaves_out_a_regulated_price_that_looks_at_it() -> None:
    """The price of a station deducts four fifths of market gains, the contract's too; neither waits for the other for ever.

    Market and contract make 120 yuan/kW together in every year, of which the station keeps a fifth from the next year on (arithmetic).
    """
    raw = agreed(floor_yuan_per_kw_year=120, cap_yuan_per_kw_year=120)
    raw["project"]["construction_start"] = "2019-01"
    raw["revenue"]["price"] = {
        "stream": "regulated_two_part", "pumped": True, "price_yuan_per_kw_year": 400, "deducted_share": 0.8, "price_period_years": 1,
    }  # fmt: skip
    settled = appraise(made(raw)).revenue.settlements
    np.testing.assert_allclose(settled["price"].income[0, 1:], [400_000, *[400_000 - 96_000] * 4], rtol=1e-9)
    raw["revenue"]["floor"]["of"] = "price"
    with pytest.raises(InputError, match="'price' is no revenue that can be exchanged; known: spot"):
        made(raw)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({}, "state a floor, a cap or both"),
        ({"floor_yuan_per_kw_year": 200, "cap_yuan_per_kw_year": 100}, "above the cap"),
        ({"floor_yuan_per_kw_year": 200, "of": "spott"}, "'spott' is no revenue that can be exchanged; known: spot"),
        ({"floor_yuan_per_kw_year": 200, "of": "floor"}, "'floor' is no revenue that can be exchanged"),
    ],
)
def test_contract_on_nothing_is_refused(terms: dict[str, Any], message: str) -> None:
    """A contract needs an amount, an order of amounts and revenue that stands by itself."""
    with pytest.raises(InputError, match=message):
        made(agreed(**terms))
