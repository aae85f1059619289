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
