"""First-of-kind insurance compensation beside its worked table (tests/path/test_examples.py): who gains, and tax."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from strategies import INSURANCE, LIBRARY, contract, made

from appraisal import appraise
from appraisal.errors import InputError

PROJECT = {"capital": {"equipment_yuan": 5e6, "equipment_vat_rate": 0.13}, "revenue": {"known": {"income_yuan": 1e6}}}


def test_insurance_of_the_maker_lowers_the_price_by_the_share_passed_on() -> None:
    """Three years × 80 % × 2.5 % of two million × 0.6, with its VAT, off the investment (arithmetic); no income."""
    terms = {"first_of_kind_insurance": {**INSURANCE, "pass_through": 0.6}}
    plain, helped = (appraise(made(contract(PROJECT, {"support": support}))).statements for support in ({}, terms))
    gain = 3 * 0.8 * 0.025 * 2e6 * 0.6
    np.testing.assert_allclose(plain["investment"][0, 0] - helped["investment"][0, 0], gain, rtol=1e-9)
    np.testing.assert_allclose(plain["capital_vat"][0, 0] - helped["capital_vat"][0, 0], gain * 0.13 / 1.13, rtol=1e-9)
    assert not helped["subsidy"].any()


def test_insurance_of_the_owner_is_a_cost_and_a_subsidy_outside_vat() -> None:
    """The premium carries 6 % input VAT, the compensation none; both raise or lower taxable profit (arithmetic)."""
    books = appraise(
        made(
            contract(
                PROJECT,
                {
                    "support": {
                        "first_of_kind_insurance": {**INSURANCE, "insured_by": "owner", "premium_vat_rate": 0.06}
                    }
                },
            )
        )
    ).statements
    np.testing.assert_allclose(books["subsidy"][0], [0, *[0.8 * 50_000] * 3, 0, 0], rtol=1e-12)
    np.testing.assert_allclose(books["other_cost"][0], [0, *[50_000 / 1.06] * 3, 0, 0], rtol=1e-12)
    np.testing.assert_allclose(books["vat_input"][0], [0, *[50_000 / 1.06 * 0.06] * 3, 0, 0], rtol=1e-9)
    np.testing.assert_allclose(
        books["profit"][0, 1:4], 1e6 + 40_000 - 50_000 / 1.06 - books["depreciation"][0, 1], rtol=1e-12
    )


def test_insurance_defaults_are_the_facts_in_force() -> None:
    """State share, cap and years left out come from the library at the date of the case; unlisted equipment is refused."""
    stated = {name: INSURANCE[name] for name in ("listed", "insured_value_yuan", "premium_rate")}
    case = made(
        contract(
            PROJECT, {"project": {"construction_start": "2020-06"}}, {"support": {"first_of_kind_insurance": stated}}
        )
    )
    terms = case.support["first_of_kind_insurance"]
    # 财建〔2019〕225号 as in facts FIRST_SET: 80 %, 3 %, three years.
    assert (terms.state_share[0, 0], terms.rate_cap[0, 0], terms.years[0, 0]) == (0.8, 0.03, 3)  # type: ignore[attr-defined]
    assert LIBRARY.fact("support.first_of_kind_insurance.rate_cap", date(2020, 6, 1)).value == 0.03
    with pytest.raises(InputError, match="listed"):
        made(contract(PROJECT, {"support": {"first_of_kind_insurance": {**stated, "listed": False}}}))


@pytest.mark.parametrize(
    ("terms", "left"),
    [
        ({}, 0.0),  # 1.5 million within the insured 2 million
        ({"deductible_share": 0.1}, 150_000.0),
        ({"liability_limit_yuan": 1e6}, 500_000.0),
        ({"loss_year": 4}, 1_500_000.0),  # the policy covers three years
    ],
)
@pytest.mark.parametrize("insured_by", ["maker", "owner"])
def test_insurance_pays_a_loss_up_to_its_limit(terms: dict[str, float], left: float, insured_by: str) -> None:
    """What is left of a loss of 1.5 million in year 2 (or 4) is a cost of that year without VAT (arithmetic)."""
    stated = {**INSURANCE, "insured_by": insured_by, "loss_yuan": 1.5e6, "loss_year": 2, **terms}
    bare = appraise(
        made(contract(PROJECT, {"support": {"first_of_kind_insurance": {**stated, "loss_yuan": 0}}}))
    ).statements
    books = appraise(made(contract(PROJECT, {"support": {"first_of_kind_insurance": stated}}))).statements
    expected = np.zeros(6)
    expected[int(stated["loss_year"])] = left
    np.testing.assert_allclose(books["other_cost"][0] - bare["other_cost"][0], expected, rtol=1e-9, atol=1e-6)


def test_insurance_loss_is_drawn_in_a_risk_run() -> None:
    """A loss of 0 or 3 million by chance, 2 million insured: each drawn scenario keeps 0 or 1 million of it, and no other."""
    stated = {"first_of_kind_insurance": {**INSURANCE, "loss_year": 2}}
    case = made(contract(PROJECT, {"support": stated}))
    drawn = np.random.default_rng(7).choice([0.0, 3e6], size=200, p=[0.9, 0.1])
    books = appraise(case.vary({"support.first_of_kind_insurance.loss_yuan": drawn})).statements
    np.testing.assert_allclose(books["other_cost"][:, 2], np.where(drawn > 0, 1e6, 0.0), rtol=1e-9, atol=1e-6)
    with pytest.raises(InputError, match="operating years"):
        made(
            contract(
                PROJECT, {"support": {"first_of_kind_insurance": {**stated["first_of_kind_insurance"], "loss_year": 9}}}
            )
        )
