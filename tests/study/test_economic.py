"""Economic evaluation by hand: transfers left out, benefits that nobody pays counted, ENPV and EIRR of what is left."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from strategies import INSURANCE, LIBRARY, contract, made, plant

from appraisal import appraise
from appraisal.study.economic import economic, social_rate
from appraisal.units import table

# 10 MW for 11.3 million with 13 % VAT, ten years; 1.13 million a year from a market, 0.2 million of cost.
BASE: dict[str, Any] = {
    "project": {"operation_years": 10}, "storage": {"power_mw": 10, "energy_mwh": 20},
    "capital": {"equipment_yuan": 1.13e7, "equipment_vat_rate": 0.13, "depreciation_years": 10}, "market": {"vat_rate": 0.13},
    "operating_cost": {"other_yuan": 2e5}, "revenue": {"known": {"income_yuan": 1.13e6, "vat_rate": 0.13, "paid_by": "market"}},
}  # fmt: skip
SOCIAL = table(0.08)


def test_social_rate_is_that_of_the_library() -> None:
    """8 % (方法与参数, 3rd ed.), as RULES §9 has it."""
    fact = social_rate(made(contract(BASE)), LIBRARY)
    assert fact.value == SOCIAL[0, 0]
    assert fact.asked == date(2026, 1, 1)


def test_economic_flows_by_hand() -> None:
    """−10 million, then 1.0 − 0.2 of goods and a benefit of generation saved: ENPV and EIRR by numpy-financial's own functions."""
    saved = {"investment_yuan_per_kw": 4000, "life_years": 20, "required_hours": 4}
    result = appraise(made(contract(BASE, {"revenue": {"saved_generation": saved}})))
    found = economic(result, SOCIAL)
    # 5,000 kW · 4,000 · 0.08/(1 − 1.08^−20) a year (arithmetic).
    benefit = 5000 * 4000 * 0.08 / (1 - 1.08**-20)
    flows = np.array([-1e7] + [1e6 - 2e5 + benefit] * 10)
    np.testing.assert_allclose(found.net[0], flows, rtol=1e-12)
    assert found.enpv[0] == pytest.approx(npf.npv(0.08, [0, *flows]), rel=1e-12)
    assert found.eirr[0] == pytest.approx(npf.irr(flows), abs=1e-10)


@pytest.mark.parametrize("payer", ["treasury", "grid_users"])
def test_transfer_moves_no_economic_figure(payer: str) -> None:
    """Taxes, debt, a grant, and a payment of the treasury or through a fee: the financial figures move, the economic ones do not."""
    moved = {
        "finance": {"debt_share": 0.6, "loan_rate": 0.05, "loan_years": 8}, "tax": {"income_tax_rate": 0.25},
        "revenue": {"paid": {"stream": "schedule", "income_yuan": 5e5, "vat_rate": 0.13, "paid_by": payer}},
        "support": {"capital_grant": {"approved": True, "share_of_investment": 0.2}},
    }  # fmt: skip
    plain, helped = (appraise(made(contract(BASE, change))) for change in ({}, moved))
    assert helped.metrics["project_npv"].value[0] != pytest.approx(plain.metrics["project_npv"].value[0])
    np.testing.assert_allclose(economic(helped, SOCIAL).net, economic(plain, SOCIAL).net, rtol=1e-12, atol=1e-6)


def test_price_that_the_treasury_lowers_is_a_transfer() -> None:
    """The maker's insurance compensation makes equipment cheaper to the owner, and to the economy as dear as before.

    0.8 × 2.5 % × 2 million × 3 years = 120 000 yuan of price, RULES §8; the owner's cash moves, the economy's does not.
    """
    terms = {**INSURANCE, "insured_by": "maker", "pass_through": 1.0}
    plain, helped = (appraise(made(contract(BASE, change))) for change in ({}, {"support": {"first_of_kind_insurance": terms}}))  # fmt: skip
    lowered = helped.statements["investment"] - plain.statements["investment"]
    assert lowered.sum() == pytest.approx(-120_000)
    np.testing.assert_allclose(economic(helped, SOCIAL).net, economic(plain, SOCIAL).net, rtol=1e-12, atol=1e-6)


@pytest.mark.parametrize("emc", [
    {"emc": "saving_share", "investor_share": 0.9}, {"emc": "saving_share", "investor_share": 0.6, "vat_rate": 0.06},
    {"emc": "fixed_fee", "fee_yuan_per_kw_year": 90}, {"emc": "host_owned"},
])  # fmt: skip
def test_contract_between_host_and_investor_moves_no_economic_figure(emc: dict[str, Any]) -> None:
    """Who keeps the saving is a matter between the two: what both have of it is the whole saving without VAT."""
    raw = plant(
        {"project": {"side": "user"}, "revenue": {"arbitrage": emc}, "market": {"vat_rate": 0.13, "load_mw": 30}}
    )
    result = appraise(made(raw))
    saving = result.revenue.settlements["arbitrage"].saving / 1.13
    found = economic(result, SOCIAL)
    np.testing.assert_allclose(found.net + sum(found.costs.values()), saving, rtol=1e-12, atol=1e-6)


def test_inflation_is_taken_off_the_nominal_flows() -> None:
    """8 % is real: with 2 % inflation the nominal flows are discounted at 1.08 · 1.02 − 1, by numpy-financial's own functions."""
    result = appraise(made(contract(BASE, {"finance": {"inflation": 0.02}})))
    flows = np.array([-1e7] + [8e5] * 10)
    found = economic(result, SOCIAL)
    assert found.enpv[0] == pytest.approx(npf.npv(1.08 * 1.02 - 1, [0, *flows]), rel=1e-12)
    assert found.eirr[0] == pytest.approx((1 + npf.irr(flows)) / 1.02 - 1, abs=1e-10)


def test_grid_investment_put_off_counts_whole_however_it_is_paid() -> None:
    """Paid for or not by the grid company, what is put off is worth the same to the economy."""
    terms = {"deferred_investment_yuan": 2e7, "deferral_years": 5, "discount_rate": 0.08}
    found = [
        economic(
            appraise(made(contract(BASE, {"revenue": {"grid_deferral": {**terms, "paid_share": share}}}))), SOCIAL
        ).net
        for share in (0.0, 0.5, 1.0)
    ]
    np.testing.assert_allclose(found[1], found[0], rtol=1e-12)
    np.testing.assert_allclose(found[2], found[0], rtol=1e-12)


def test_economic_rows_are_each_their_own() -> None:
    """Three incomes in a block are what each is alone."""
    case = made(contract(BASE)).vary({"capital.equipment_yuan": np.array([1e7, 1.13e7, 2e7])})
    block = economic(appraise(case), SOCIAL)
    for row, paid in enumerate((1e7, 1.13e7, 2e7)):
        alone = economic(appraise(made(contract(BASE, {"capital": {"equipment_yuan": paid}}))), SOCIAL)
        assert block.enpv[row] == alone.enpv[0]
