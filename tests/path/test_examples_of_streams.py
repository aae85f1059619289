"""The worked examples of revenue streams, each from a case through dispatch to the VAT lines of the books.

As in ``test_examples``: a number without another word is the example's of the same name in ``facts/examples.yaml``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import merged, plant
from worked import DAYS, close, run, run_plant

from appraisal import Appraisal

# Printed all-in prices of Beijing, July 2026, two-part, 1–10 kV, yuan/MWh incl. VAT.
SHARP, PEAK, FLAT, VALLEY = 983.13075, 859.34575, 627.24975, 395.15375
JULY = [VALLEY] * 7 + [FLAT] * 3 + [PEAK] + [SHARP] * 2 + [FLAT] * 3 + [SHARP] + [PEAK] * 5 + [FLAT] + [VALLEY]
WITHOUT_AGEING = {"ageing": {"calendar_coefficient": 0, "cycle_coefficient": 0}}


def beijing(terms: dict[str, Any], market: dict[str, Any] | None = None) -> dict[str, Any]:
    """1 MW / 2 MWh behind a meter in Beijing, 0.94 each way, full load, no ageing."""
    raw = merged(plant(), {
        "project": {"province": "beijing", "side": "user", "construction_start": "2026-06", "construction_months": 1},
        "storage": {
            "power_mw": 1, "energy_mwh": 2, "charge_efficiency": 0.94, "discharge_efficiency": 0.94, "depth_of_discharge": 1, "availability": 1,
            **WITHOUT_AGEING,
        },
    })  # fmt: skip
    raw["market"] = market or {"typical_days": [{"buy_yuan_per_kwh": [price / 1000 for price in JULY]}], "load_mw": 1}
    raw["revenue"] = {"arbitrage": terms}
    return raw


def day_of(result: Appraisal, line: str) -> float:
    """A line's first operating year by the day."""
    return float(result.statements[line][0, 1]) / DAYS


def test_energy_contract_beijing_two_cycles_as_electricity() -> None:
    """Two cycles a day earn 1412.3142 yuan, nine tenths of it the investor's; sold as electricity at 13 % (hand)."""
    result = run_plant(beijing({"emc": "saving_share", "investor_share": 0.9}))
    operation, settled = result.operation, result.revenue.settlements["arbitrage"]
    close(operation.charged_mwh[0, 1] / DAYS, 4.255319, 6)
    close(operation.discharged_mwh[0, 1] / DAYS, 3.76, 6)
    assert operation.solved is not None
    close(operation.solved.value[0, 0] / DAYS, 1412.3142)
    close(settled.saving[0, 1] / DAYS, 1412.3142)
    close(settled.income[0, 1] / DAYS, 1271.0828)
    close(day_of(result, "arbitrage.revenue"), 1124.852)
    close(day_of(result, "vat_output"), 146.2308)


def test_energy_contract_beijing_two_cycles_as_a_service() -> None:
    """The same share invoiced as a service at 6 %."""
    result = run_plant(beijing({"emc": "saving_share", "investor_share": 0.9, "vat_rate": 0.06}))
    close(day_of(result, "arbitrage.revenue"), 1199.1347)
    close(day_of(result, "arbitrage.output_vat"), 71.9481)


def test_energy_contract_beijing_under_the_tariff_of_the_library() -> None:
    """The library's prices of July 2026 give the same day and 43 781.74 yuan for its month."""
    market = {"tariff": "retail.beijing", "voltage": "1-10kv", "parts": "two", "load_mw": 1}
    result = run_plant(beijing({"emc": "saving_share", "investor_share": 0.9}, market))
    assert result.operation.solved is not None
    schedule = result.operation.solved.schedule
    # No public holiday falls in July: one kind of day stands for the whole month.
    (july,) = [run for run in range(schedule.clock.runs) if schedule.clock.month[run * schedule.clock.steps] == 7]
    hours = schedule.clock.step_hours
    by_band = sorted(set(schedule.buy[july].round(5)))
    np.testing.assert_allclose(by_band, [VALLEY, FLAT, PEAK, SHARP], atol=1e-3)
    day = (
        (schedule.sell[july] * schedule.discharge_mw[july] - schedule.buy[july] * schedule.charge_mw[july]) * hours
    ).sum()
    # The library derives the sharp price from printed peak and valley and misses the printed one by 5e-7 yuan/kWh.
    close(day, 1412.3142, 2)
    close(day * schedule.clock.weight[july], 43781.74, 1)
    close(schedule.charge_mw[july].sum() * hours, 4.255319, 6)


def test_energy_contract_with_a_discount_on_discharge() -> None:
    """Ten percent off the discharge price is another contract: 1053.55 yuan a day, VAT on the gross (hand)."""
    result = run_plant(beijing({"emc": "discharge_discount", "price_factor": 0.9}))
    settled = result.revenue.settlements["arbitrage"]
    close(settled.income[0, 1] / DAYS, 3228.8767)
    close(settled.purchase[0, 1] / DAYS, 2175.3266)
    close((settled.income - settled.purchase)[0, 1] / DAYS, 1053.5501)
    close(day_of(result, "vat_output"), 371.4637)
    close(day_of(result, "arbitrage.charging_vat"), 250.2588)


@pytest.mark.parametrize(("rate", "host", "share"), [(0.13, 124.9836, 0.1), (0.06, 50.7009, 0.040566)])
def test_energy_contract_vat_on_both_sides(rate: float, host: float, share: float) -> None:
    """A host that deducts input VAT keeps 10 % of the saving at 13 %, 4.06 % at 6 % (hand; 财税〔2016〕36号)."""
    result = run_plant(beijing({"emc": "saving_share", "investor_share": 0.9, "vat_rate": rate}))
    close(day_of(result, "arbitrage.saving_net"), 1249.8356)
    close(day_of(result, "arbitrage.host_gain"), host)
    close(day_of(result, "arbitrage.host_gain") / day_of(result, "arbitrage.saving_net"), share, 6)


def test_energy_contract_host_owned_books_the_saving_without_vat() -> None:
    """Where the host owns the plant the saving is a lost input credit: 1249.8356 a day, never 1412.3142 (hand)."""
    result = run_plant(beijing({"emc": "host_owned"}))
    close(day_of(result, "revenue"), 1249.8356)


def grid_side(sell: float) -> Appraisal:
    """100 MWh bought in the first hours and at most 86 MWh sold in the evening, at the fees of the example."""
    closed = 9.0
    market = {
        "typical_days": [{
            "buy_yuan_per_kwh": [0.25] * 4 + [closed] * 20, "sell_yuan_per_kwh": [0.0] * 18 + [sell] * 4 + [0.0] * 2,
        }],
        "loss_yuan_per_kwh": 0.008, "system_operation_yuan_per_kwh": 0.045, "transmission_yuan_per_kwh": 0.17, "confidence": "estimate",
    }  # fmt: skip
    storage = {
        "power_mw": 50, "energy_mwh": 100 * 0.95, "charge_efficiency": 0.95, "discharge_efficiency": 0.86 / 0.95, "depth_of_discharge": 1,
        "availability": 1, **WITHOUT_AGEING,
    }  # fmt: skip
    return run_plant(merged(plant(), {"storage": storage, "market": market}))


def test_grid_side_pays_fees_on_charge_and_gets_transmission_back() -> None:
    """发改价格〔2026〕114号 四(二): 100 MWh in, 86 MWh out, net 8 600 yuan; VAT on both sides of the books."""
    result = grid_side(0.48)
    operation = result.operation
    close(operation.charged_mwh[0, 1] / DAYS, 100, 6)
    close(operation.discharged_mwh[0, 1] / DAYS, 86, 6)
    money = {
        name: line[0, 1] / DAYS
        for lines in (operation.earned, operation.paid)
        for name, line in lines.items()
        if name != "arbitrage.energy"
    }
    close(money["arbitrage.loss"] + money["arbitrage.system_operation"], 5300)
    close(money["arbitrage.transmission"], 17000)
    close(money["arbitrage.transmission_refund"], 14620)
    close(operation.earned["arbitrage.energy"][0, 1] / DAYS, 41280)
    close(operation.paid["arbitrage.energy"][0, 1] / DAYS, 25000)
    close(day_of(result, "arbitrage.revenue") * 1.13, 41280 + 14620)
    close(day_of(result, "arbitrage.charging") * 1.13, 25000 + 5300 + 17000)
    # Net VAT is 13/113 of the net: output on the sale and refund, input on all that charging costs.
    close(day_of(result, "arbitrage.output_vat") - day_of(result, "arbitrage.charging_vat"), 8600 * 0.13 / 1.13)
    close(result.revenue.settlements["arbitrage"].moving[0, 1] / DAYS, 8600)


def test_grid_side_moves_only_above_the_break_even_spread() -> None:
    """sell ≥ (buy + loss + system + transmission) ÷ η − transmission = 0.38: nothing moves just below, all just above."""
    # The threshold (0.25 + 0.008 + 0.045 + 0.17) / 0.86 - 0.17 is the example's break_even condition.
    assert grid_side(0.3799).operation.charged_mwh.max() == 0.0
    close(grid_side(0.3801).operation.charged_mwh[0, 1] / DAYS, 100, 6)


@pytest.mark.parametrize(
    ("hours", "price", "incl_vat", "ex_vat", "per_mwh"),
    [(2, 55.0, 550.0, 486.7257, 27500.0), (4, 110.0, 1100.0, 973.4513, 27500.0), (6, 165.0, 1650.0, 1460.177, 27500.0), (8, 165.0, 1650.0, 1460.177, 20625.0)],
)  # fmt: skip
@pytest.mark.parametrize("certified", [True, False])
def test_capacity_price_of_notice_114(
    hours: float, price: float, incl_vat: float, ex_vat: float, per_mwh: float, certified: bool
) -> None:
    """发改价格〔2026〕114号 二(三): 100 MW, coal 330 × 50 % = 165, H 6; the duration certified or from usable energy."""
    terms = {"listed": True, "affordability_assessed": True, "price_yuan_per_kw_year": 165, "required_hours": 6}
    raw = plant({"storage": {
        "power_mw": 100, "energy_mwh": 100 * hours, "charge_efficiency": 1, "discharge_efficiency": 1, "depth_of_discharge": 1, "availability": 1,
        **WITHOUT_AGEING,
    }})  # fmt: skip
    raw["revenue"] = {
        "arbitrage": {"enabled": False},
        "capacity": {**terms, "duration_hours": hours} if certified else terms,
    }
    result = run_plant(raw)
    income = result.revenue.settlements["capacity"].income[0, 1]
    close(income / 100_000, price)
    close(income / 10_000, incl_vat)
    close(income / (100 * hours), per_mwh)
    close(result.statements["capacity.revenue"][0, 1] / 10_000, ex_vat)
    close(result.statements["vat_output"][0, 1] / 10_000, incl_vat - ex_vat)


@pytest.mark.parametrize(
    ("rate", "above_cap", "premium", "yearly"),
    [
        (0.025, "capped", 5e6, 4e6),
        (0.035, "capped", 7e6, 4.8e6),
        (0.025, "excluded", 5e6, 4e6),
        (0.035, "excluded", 7e6, 0.0),
    ],
)
def test_first_of_kind_premium(rate: float, above_cap: str, premium: float, yearly: float) -> None:
    """财建〔2019〕225号: 80 % of the premium up to 3 % of 200 million for three years; beyond the cap a datum decides.

    The excluded row at 3.5 % is arithmetic: nothing is paid.
    """
    scheme = {
        "listed": True,
        "insured_value_yuan": 2e8,
        "premium_rate": rate,
        "premium_vat_rate": 0.06,
        "state_share": 0.8,
        "rate_cap": 0.03,
        "years": 3,
        "above_cap": above_cap,
    }
    base = {"capital": {"equipment_yuan": 3e8}, "project": {"construction_months": 18}}
    owner = run(base, {"support": {"first_of_kind_insurance": {**scheme, "insured_by": "owner"}}})
    close(owner.statements["subsidy"][0], [0, 0, *[yearly] * 3, 0, 0])
    close(owner.statements["other_cost"][0] * 1.06, [0, 0, *[premium] * 3, 0, 0])
    close(owner.statements["vat_output"][0], np.zeros(7))
    maker = run(base, {"support": {"first_of_kind_insurance": scheme}})
    # Three years of compensation lower the price paid, over the construction columns (12 and 6 months of 18).
    close(
        maker.statements["investment"][0, :2],
        [3e8 * 12 / 18 - 3 * yearly * 12 / 18, 3e8 * 6 / 18 - 3 * yearly * 6 / 18],
    )
    close(maker.statements["subsidy"][0], np.zeros(7))
