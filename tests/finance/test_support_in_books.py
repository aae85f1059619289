"""Supports that rest on a line of the books: capital grants by rule, interest subsidies, VAT refunded on payment.

Each is held against a project whose sums are set out here, or against the same books with a plain grant of the sum found.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import contract, made

from appraisal import Appraisal, appraise
from appraisal.errors import InputError
from appraisal.report.trace import explain

# 1 MW / 2 MWh for 1,130,000 yuan with 13 % VAT (130,000), one month of construction, 600,000 a year, half in debt at 6 %.
BASE: dict[str, Any] = {
    "project": {"operation_years": 4}, "storage": {"power_mw": 1, "energy_mwh": 2},
    "capital": {"equipment_yuan": 1130000, "equipment_vat_rate": 0.13, "depreciation_years": 4},
    "market": {"vat_rate": 0.13}, "revenue": {"known": {"income_yuan": 678000, "vat_rate": 0.13, "paid_by": "market"}},
    "tax": {"income_tax_rate": 0.25},
}  # fmt: skip
DEBT = {"finance": {"debt_share": 0.5, "loan_rate": 0.06, "loan_years": 4}}


def run(*changes: dict[str, Any], **support: dict[str, Any]) -> Appraisal:
    """The project with supports under the names of their streams; every identity of its books holds."""
    support = {name: {"approved": True, **terms} for name, terms in support.items()}
    result = appraise(made(contract(BASE, *changes, {"support": support})))
    assert all(check.ok.all() for check in result.checks)
    return result


# --- capital grant ---


@pytest.mark.parametrize(
    ("terms", "granted"),
    [
        ({"yuan": 70000}, 70000.0),
        ({"yuan_per_kw": 100, "yuan_per_kwh": 50}, 1000 * 100 + 2000 * 50.0),
        ({"share_of_investment": 0.3}, 0.3 * 1130000),
        ({"share_of_investment": 0.3, "share_of": "investment_ex_vat"}, 0.3 * 1000000),
        ({"share_of_investment": 0.3, "share_of": "equipment_ex_vat", "cap_yuan": 250000}, 250000.0),
        ({"yuan_per_kwh": 50, "share_of_investment": 0.1, "cap_yuan": 500000}, 2000 * 50 + 113000.0),
    ],
)
def test_capital_grant_is_sized_by_its_rule(terms: dict[str, Any], granted: float) -> None:
    """Per kW, per kWh, a share of the investment with or without VAT, a sum, a cap (arithmetic); no VAT on it."""
    books = run(capital_grant=terms).statements
    np.testing.assert_allclose(books["grant_capital_grant.received"][0], [granted, 0, 0, 0, 0], rtol=1e-12)
    assert not books["grant_capital_grant.output_vat"].any()


@pytest.mark.parametrize("treatment", ["deferred_income", "reduce_cost", "income"])
@pytest.mark.parametrize("year", [None, 2])
def test_capital_grant_goes_through_the_books_like_a_plain_grant(treatment: str, year: int | None) -> None:
    """A tenth of 1,130,000 is a grant of 113,000: every line of the books is that of finance.grants, which double entries prove."""
    if year is not None and treatment == "reduce_cost":
        with pytest.raises(InputError, match="deferred_income or income"):
            run(capital_grant={"share_of_investment": 0.1, "treatment": treatment, "operating_year": year})
        return
    later = {} if year is None else {"operating_year": year}
    by_rule = run(DEBT, capital_grant={"share_of_investment": 0.1, "treatment": treatment, **later}).statements
    plain = run(DEBT, {"finance": {"grants": {"city": {"yuan": 113000, "treatment": treatment, **later}}}}).statements
    for key in (
        "project_net",
        "equity_net",
        "income_tax",
        "loan_balance",
        "deferred_income",
        "depreciation",
        "cash",
        "equity_in",
    ):
        np.testing.assert_allclose(by_rule[key], plain[key], rtol=1e-11, atol=1e-6, err_msg=key)


def test_capital_grant_follows_the_spending_to_its_cap() -> None:
    """Two years of 60 % and 40 %: a third of 1,130,000 capped at 250,000 is 226,000, then the 24,000 left (arithmetic)."""
    building = {"project": {"construction_months": 24}, "capital": {"spend_profile": [0.6, 0.4]}}
    books = run(building, capital_grant={"share_of_investment": 1 / 3, "cap_yuan": 250000}).statements
    np.testing.assert_allclose(books["grant_capital_grant.received"][0, :3], [226000, 24000, 0], rtol=1e-12, atol=1e-6)


def test_capital_grant_of_scenarios_is_sized_row_by_row() -> None:
    """Shares of 10 and 20 % in one block are what each is alone."""
    case = made(contract(BASE, {"support": {"capital_grant": {"approved": True, "share_of_investment": 0.1}}}))
    block = appraise(case.vary({"support.capital_grant.share_of_investment": np.array([0.1, 0.2])})).statements
    np.testing.assert_allclose(block["grant_capital_grant.received"][:, 0], [113000, 226000], rtol=1e-12)


def test_capital_grant_that_is_not_approved_or_grants_nothing_is_refused() -> None:
    """The reasons are told together; a grant of the same name in the financing is one too many."""
    with pytest.raises(InputError) as caught:
        run(capital_grant={"approved": False})
    assert {"not approved" in str(caught.value), "nothing is granted" in str(caught.value)} == {True}
    with pytest.raises(InputError, match="of this name"):
        run({"finance": {"grants": {"capital_grant": {"yuan": 1}}}}, capital_grant={"yuan": 1})


def test_capital_grant_is_borne_by_the_treasury() -> None:
    """A tenth of 1,130,000 stands among what the treasury bears of the capital cost."""
    borne = run(capital_grant={"share_of_investment": 0.1}).payments.capital["treasury"]
    np.testing.assert_allclose(borne[0], [113000, 0, 0, 0, 0], rtol=1e-12)


# --- interest subsidy ---


def test_interest_subsidy_is_taken_off_the_interest_for_its_years() -> None:
    """Half of the interest in two of four years: cost, tax and equity cash move by it, the project's cash does not.

    Equal principal: interest is 6 % of the balance, 4/4, 3/4 … of the loan D; 0.5 · 0.06 · D and 0.5 · 0.06 · 3/4 · D come back.
    """
    plain, helped = run(DEBT).statements, run(DEBT, interest_subsidy={"share_of_interest": 0.5, "years": 2}).statements
    owed = plain["loan_balance"][0, 0]
    granted = np.array([0, 0.5 * 0.06 * owed, 0.5 * 0.06 * 0.75 * owed, 0, 0])
    np.testing.assert_allclose(helped["loan_relief_interest_subsidy.granted"][0], granted, rtol=1e-11)
    np.testing.assert_allclose(plain["interest"][0] - helped["interest"][0], granted, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(helped["profit"][0] - plain["profit"][0], granted, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(helped["equity_net"][0] - plain["equity_net"][0], 0.75 * granted, rtol=1e-9, atol=1e-6)
    np.testing.assert_array_equal(helped["project_net"], plain["project_net"])
    np.testing.assert_allclose(helped["ebit"], plain["ebit"], rtol=1e-12)


def test_interest_subsidy_by_points_and_cap() -> None:
    """One point on the balance: a sixth of the interest at 6 %; two points of at most 9,000 yuan a year: 9,000 while they are more."""
    one = run(DEBT, interest_subsidy={"rate_points": 0.01}).statements
    np.testing.assert_allclose(
        one["loan_relief_interest_subsidy.granted"], one["loan.interest"] / 6, rtol=1e-11, atol=1e-9
    )
    two = run(DEBT, interest_subsidy={"rate_points": 0.02, "cap_yuan_per_year": 9000}).statements
    np.testing.assert_allclose(
        two["loan_relief_interest_subsidy.granted"], np.minimum(two["loan.interest"] / 3, 9000), rtol=1e-11
    )
    assert (two["loan.interest"][0, 1:] / 3 > 9000).any()


@pytest.mark.parametrize("method", ["annuity", "bullet", "capacity", "sculpted"])
def test_interest_subsidy_keeps_the_books_whatever_the_repayment(method: str) -> None:
    """All identities hold, the loan ends at zero, and the whole interest never comes back more than once."""
    finance = {"finance": {"repayment": method, **({"target_dscr": 1.3} if method == "sculpted" else {})}}
    books = run(DEBT, finance, interest_subsidy={"share_of_interest": 0.8, "rate_points": 0.05}).statements
    np.testing.assert_allclose(books["loan_interest"], 0.0, atol=1e-6)
    np.testing.assert_allclose(books["loan_balance"][0, -1], 0.0, atol=1e-6)


def test_interest_subsidy_without_debt_or_terms_is_refused() -> None:
    """Nothing to subsidise, and nothing said of how much: both told; points need whole operating years."""
    with pytest.raises(InputError) as caught:
        run(interest_subsidy={})
    assert "no debt" in str(caught.value)
    assert "nothing is subsidised" in str(caught.value)
    with pytest.raises(InputError, match="whole operating years"):
        run(DEBT, {"project": {"columns": "calendar"}}, interest_subsidy={"rate_points": 0.01})


# --- VAT refunded on payment ---


def test_vat_relief_returns_a_share_of_the_vat_paid() -> None:
    """Output 78,000 a year against a pool of 130,000: paid 0, 26,000, 78,000, 78,000; half comes back above 3 % of 600,000 (arithmetic)."""
    books = run(tax_relief={"share_of_vat": 0.5, "burden_share": 0.03, "years": 3}).statements
    np.testing.assert_allclose(books["vat_paid"][0], [0, 0, 26000, 78000, 78000], atol=1e-6)
    expected = [0, 0, 0.5 * (26000 - 18000), 0.5 * (78000 - 18000), 0]
    np.testing.assert_allclose(books["tax_relief.subsidy"][0], expected, rtol=1e-11, atol=1e-6)
    np.testing.assert_allclose(books["subsidy"][0], expected, rtol=1e-11, atol=1e-6)
    assert not books["tax_relief.output_vat"].any()
    plain = run().statements
    np.testing.assert_allclose(
        books["project_net"] - plain["project_net"], 0.75 * np.array([expected]), rtol=1e-9, atol=1e-6
    )


def test_vat_relief_free_of_income_tax_is_kept_whole() -> None:
    """Exempt: the cash moves by the refund, not by three quarters of it; a cap a year holds."""
    plain = run().statements
    books = run(tax_relief={"share_of_vat": 1, "taxed": False, "cap_yuan_per_year": 50000}).statements
    moved = books["project_net"][0] - plain["project_net"][0]
    np.testing.assert_allclose(moved, [0, 0, 26000, 50000, 50000], rtol=1e-9, atol=1e-6)
    lease = {"finance": {"leases": {"rack": {"kind": "direct", "share": 0.5, "rate": 0.05, "years": 3}}}}
    with pytest.raises(InputError, match="direct lease"):
        run(lease, tax_relief={"share_of_vat": 1})


# --- what shows them ---


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("grant_capital_grant_by_rule.granted", "support.capital_grant.share_of_investment"),
        ("loan_relief_interest_subsidy.granted", "support.interest_subsidy.share_of_interest"),
        ("vat_relief_tax_relief.granted", "support.tax_relief.share_of_vat"),
    ],
)
def test_support_in_the_books_is_explained_down_to_its_terms(key: str, path: str) -> None:
    """The explanation of each reaches the term of the case that it rests on."""
    terms = {
        "capital_grant": {"share_of_investment": 0.1},
        "interest_subsidy": {"share_of_interest": 0.5},
        "tax_relief": {"share_of_vat": 0.5},
    }
    assert path in repr(explain(run(DEBT, **terms), key, year=2, depth=1))
