"""The declared loan table against numpy-financial, which nobody here wrote."""

from __future__ import annotations

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import contract, made, share

from appraisal import appraise
from appraisal.discount import present_value

FAST = settings(max_examples=25, deadline=None, derandomize=True, database=None)


@FAST
@given(share(0.001, 0.3), st.integers(1, 30), st.integers(0, 8), st.integers(1000, 10**9))
def test_annuity_equals_ppmt_and_ipmt(rate: float, years: int, grace: int, principal: int) -> None:
    """等额还本付息 after the grace is PMT, PPMT and IPMT of what is owed; in the grace only interest."""
    raw = contract(
        {"project": {"operation_years": years + grace + 1}, "capital": {"equipment_yuan": principal}},
        {"finance": {"debt_share": 1, "loan_rate": rate, "loan_years": years + grace, "grace_years": grace, "repayment": "annuity"}},
    )  # fmt: skip
    books = appraise(made(raw)).statements
    owed, terms = books["loan.opening"][0, 1], np.arange(1, years + 1)
    near = {"rtol": 1e-9, "atol": 1e-9 * owed}
    paid, interest = books["loan.principal"][0, 1:], books["loan.interest"][0, 1:]
    np.testing.assert_allclose(interest[:grace], np.full(grace, owed * rate), **near)
    assert not paid[:grace].any()
    np.testing.assert_allclose(paid[grace : grace + years], -npf.ppmt(rate, terms, years, owed), **near)
    np.testing.assert_allclose(interest[grace : grace + years], -npf.ipmt(rate, terms, years, owed), **near)
    np.testing.assert_allclose(
        (paid + interest)[grace : grace + years], np.full(years, -npf.pmt(rate, years, owed)), **near
    )
    np.testing.assert_allclose(books["loan.closing"][0, -2:], [0, 0], rtol=0, atol=1e-9 * owed)


@FAST
@given(share(0.0, 0.3), st.integers(1, 30), st.sampled_from(["annuity", "equal_principal"]))
def test_loan_service_is_worth_the_loan(rate: float, years: int, repayment: str) -> None:
    """Whatever the repayment: its present value at the loan's rate is the loan (closed form), at a rate of 0 too."""
    raw = contract(
        {"project": {"operation_years": years}, "capital": {"equipment_yuan": 1e6}},
        {"finance": {"debt_share": 1, "loan_rate": rate, "loan_years": years, "repayment": repayment}},
    )  # fmt: skip
    books = appraise(made(raw)).statements
    service = (books["loan.principal"] + books["loan.interest"])[0, 1:]
    assert present_value(rate, service) == pytest.approx(books["loan.opening"][0, 1], rel=1e-9)


@FAST
@given(st.lists(st.integers(-500, 900), min_size=3, max_size=15), share(0.01, 0.3))
def test_project_npv_and_mirr_equal_numpy_financial(flow: list[int], rate: float) -> None:
    """Known yearly cash: NPV is numpy-financial's over (1 + rate), which counts column 1 as undiscounted."""
    raw = contract(
        {"project": {"operation_years": len(flow)}, "capital": {"equipment_yuan": 1000, "depreciation_years": len(flow)}},
        {"revenue": {"known": {"income_yuan": [max(cash, 0) for cash in flow], "cost_yuan": [max(-cash, 0) for cash in flow]}}},
        {"finance": {"discount_rate": rate}},
    )  # fmt: skip
    metrics, whole = appraise(made(raw)).metrics, [-1000.0, *map(float, flow)]
    assert metrics["project_npv"].value[0] == pytest.approx(npf.npv(rate, whole) / (1 + rate), rel=1e-9, abs=1e-9)
    if any(cash > 0 for cash in flow):
        assert metrics["mirr"].value[0] == pytest.approx(npf.mirr(whole, rate, rate), rel=1e-9, abs=1e-12)
