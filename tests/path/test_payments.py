"""Who pays: the payers of a year add up to the revenue of the books, whatever the case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import contract, dispatched, made

import appraisal.payments as owner
from appraisal import Appraisal, appraise, load_case
from appraisal.errors import InputError
from appraisal.operation import Stream
from appraisal.scenario import scenario_names, scenario_path
from appraisal.streams import payers, stream
from appraisal.units import table

READY = list(scenario_names())


def assert_adds_up(result: Appraisal) -> None:
    """The law: payments without VAT are revenue and subsidies, with VAT the streams' income, every year."""
    books, paid = result.statements, result.payments
    revenue = books["revenue"] + books["subsidy"]
    scale = max(1.0, float(np.abs(revenue).max()))
    np.testing.assert_allclose(sum(paid.net.values()), revenue, rtol=0, atol=1e-12 * scale)
    income = sum(one.income for one in result.revenue.settlements.values())
    np.testing.assert_allclose(sum(paid.gross.values()), income + 0.0 * revenue, rtol=0, atol=1e-12 * scale)


@pytest.mark.parametrize("name", READY)
def test_payers_of_a_ready_case_add_up_to_the_revenue_of_the_books(name: str) -> None:
    """Every year of every ready case, and of each of three scenarios."""
    case = load_case(scenario_path(name))
    assert_adds_up(appraise(case))
    assert_adds_up(appraise(case.vary({"finance.discount_rate": np.array([0.04, 0.06, 0.09])})))


@given(dispatched())
@settings(max_examples=15, deadline=None)
def test_payers_of_a_random_case_add_up_to_the_revenue_of_the_books(raw: dict[str, Any]) -> None:
    """Both sides, all contract forms, all streams that the draw names."""
    assert_adds_up(appraise(made(raw)))


def test_payers_user_side_is_the_host_and_grid_side_the_market() -> None:
    """The same stream is paid by another on another side (DESIGN §6)."""
    user, grid = (load_case(scenario_path(name)) for name in ("zhejiang_user_lfp", "hainan_grid_lfp"))
    assert set(payers(user, "arbitrage")) == {"host"}
    assert [set(payers(grid, label)) for label in grid.streams] == [{"market"}, {"grid_users"}, {"market"}]


def test_payments_by_hand() -> None:
    """A sale of 113 with 13 % VAT from generators and a subsidy of 40: net 100 and 40 a year, present value at 10 %.

    By hand: one column of construction, two of operation; PV(net) = 100/1.1² + 100/1.1³ = 157.776108, of the subsidy
    40/1.1² + 40/1.1³ = 63.110443, of the invoice 113/1.1² + 113/1.1³ = 178.287002.
    """
    raw = contract({
        "project": {"operation_years": 2}, "capital": {"equipment_yuan": 500}, "finance": {"discount_rate": 0.1},
        "revenue": {"known": {"paid_by": "generators", "income_yuan": 113, "vat_rate": 0.13}},
        "support": {"bonus": {"stream": "schedule", "paid_by": "treasury", "income_yuan": 40, "vat_rate": 0, "subsidy": True}},
    })  # fmt: skip
    paid = appraise(made(raw)).payments
    assert paid.payers == ("generators", "treasury")
    np.testing.assert_allclose(paid.net["generators"], [[0, 100, 100]], rtol=1e-12)
    np.testing.assert_allclose(paid.gross["generators"], [[0, 113, 113]], rtol=1e-12)
    np.testing.assert_allclose(paid.net["treasury"], [[0, 40, 40]], rtol=1e-12)
    assert paid.net_value["generators"][0, 0] == pytest.approx(157.776108, abs=1e-6)
    assert paid.gross_value["generators"][0, 0] == pytest.approx(178.287002, abs=1e-6)
    assert paid.net_value["treasury"][0, 0] == pytest.approx(63.110443, abs=1e-6)


def test_payments_capital_cost_is_borne_by_the_treasury_and_is_no_revenue() -> None:
    """The maker's price cut of insured equipment, 0.8 × 0.8 × 2.5 % × 200 million × 3 years = 9.6 million, and a grant.

    State share 80 %, three years: 财建〔2019〕225号, read from the library; the products are by hand.
    """
    result = appraise(load_case(scenario_path("contract_schedule")))
    assert result.payments.capital["treasury"].sum() == pytest.approx(9.6e6, rel=1e-12)
    assert not result.payments.net["treasury"].any()
    granted = contract({"capital": {"equipment_yuan": 500}, "revenue": {"known": {"income_yuan": 200}}, "finance": {"grants": {"town": {"yuan": 60}}}})  # fmt: skip
    borne = appraise(made(granted)).payments.capital
    np.testing.assert_allclose(borne["treasury"], [[60, 0, 0, 0, 0, 0]], rtol=1e-12)


def test_payments_subsidised_interest_is_borne_by_the_treasury() -> None:
    """Half of 8 % on a loan repaid in four equal parts, by hand: a month is built, at i = 0.08 / 12 its interest is i × 0.8 × 500 / 2 ÷
    (1 + i × 0.2 / 2); 4 % of all, three, two and one quarter of 0.8 × (500 + interest) are subsidised.
    """
    half = contract(
        {
            "capital": {"equipment_yuan": 500},
            "revenue": {"known": {"income_yuan": 200}},
            "support": {"half": {"stream": "interest_subsidy", "approved": True, "share_of_interest": 0.5}},
            "finance": {"debt_share": 0.8, "loan_rate": 0.08, "loan_years": 4},
        }
    )
    borne = appraise(made(half)).payments.capital
    month = 0.08 / 12
    loan = 0.8 * (500 + month * 200 / (1 + month * 0.1))
    np.testing.assert_allclose(
        borne["treasury"], [[0, *(0.04 * loan * left for left in (1, 0.75, 0.5, 0.25)), 0]], rtol=1e-12
    )


def shared(monkeypatch: pytest.MonkeyPatch, shares: dict[str, float]) -> Appraisal:
    """The contract case with its income split over payers."""
    kind: Stream = replace(stream("schedule"), paid_by=lambda _case, _terms: {who: table(part) for who, part in shares.items()})  # fmt: skip
    monkeypatch.setattr("appraisal.streams.stream", lambda _name: kind)
    return appraise(made(contract({"capital": {"equipment_yuan": 500}, "revenue": {"known": {"income_yuan": 200}}})))


def test_payments_of_a_stream_may_be_split(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three quarters from generators, one from the market: 150 and 50 of 200 (by hand)."""
    result = shared(monkeypatch, {"market": 0.25, "generators": 0.75})
    np.testing.assert_allclose(result.payments.net["generators"][0, 1:], 150)
    np.testing.assert_allclose(result.payments.net["market"][0, 1:], 50)
    assert list(result.payments.net) == [who for who in owner.ORDER if who in ("market", "generators")]
    assert_adds_up(result)


@pytest.mark.parametrize("shares", [{"market": 0.5, "host": 0.4}, {"market": 1.2, "host": -0.2}])
def test_payments_shares_that_do_not_add_to_one_are_refused(
    monkeypatch: pytest.MonkeyPatch, shares: dict[str, float]
) -> None:
    """A payer left out, or paid back, is an error that names the stream."""
    with pytest.raises(InputError, match=r"revenue\.known: the shares of who pays"):
        shared(monkeypatch, shares).payments  # noqa: B018
