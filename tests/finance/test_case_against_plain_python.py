"""One full case computed twice: by the books, and by the plain Python of ``plain_case.py``, written from the rules."""

from __future__ import annotations

import numpy as np
import pytest
from finance.plain_case import CASES, STATIC, Terms, appraised, indicators, the_case
from strategies import made

from appraisal import appraise

RATIOS = ("debt_ratio", "current_ratio", "quick_ratio")


@pytest.mark.parametrize("terms", CASES, ids=str)
def test_case_lines_equal_plain_python(terms: Terms) -> None:
    """Cash flows, taxes, VAT, loan, distribution, cash plan, balance sheet and investors, every year, to 1e-9 of the investment."""
    books, plain = appraise(made(the_case(terms))).statements, appraised(terms).lines
    for name, amounts in plain.items():
        line = {"closing": "loan.closing"}.get(name, name)
        size = 1.0 if name in RATIOS else STATIC
        np.testing.assert_allclose(
            books[line][0], amounts, rtol=1e-9 * (name in RATIOS), atol=1e-9 * size, err_msg=name
        )


@pytest.mark.parametrize("terms", CASES, ids=str)
def test_plain_python_balances(terms: Terms) -> None:
    """Its own assets are its own claims, and investors take out what the equity table holds: else it would be no oracle."""
    lines = {name: np.array(amounts) for name, amounts in appraised(terms).lines.items()}
    np.testing.assert_allclose(lines["assets"], lines["debt"] + lines["equity"], rtol=0, atol=1e-9 * STATIC)
    assert lines["investors_net"].sum() == pytest.approx(lines["equity_net"].sum(), abs=1e-9 * STATIC)


@pytest.mark.parametrize("terms", CASES, ids=str)
def test_case_indicators_equal_plain_python(terms: Terms) -> None:
    """Returns on investment and equity, covers by year and over the loan, break-even, what is left."""
    metrics = appraise(made(the_case(terms))).metrics
    for key, value in indicators(terms).items():
        size = STATIC if metrics[key].unit == "yuan" else 0.0
        assert metrics[key].value[0] == pytest.approx(value, rel=1e-9, abs=1e-9 * size), key


def test_case_is_a_hard_one() -> None:
    """The case passes through a loss, its use, an exempt, a half and a full year of tax, an emptied pool and a replacement."""
    lines = appraised(Terms("annuity")).lines
    assert min(lines["profit"]) < 0
    assert lines["vat_pool"][2] > 0
    assert lines["vat_pool"][-1] == 0
    assert max(lines["income_tax"]) > 0
    assert max(lines["vat_paid"]) > 0
    assert lines["income_tax"] != lines["adjusted_tax"]


def test_distribution_is_a_hard_one() -> None:
    """Cash is kept for a later lack, a year lacks cash all the same, cash limits some dividends, profit others."""
    poor, better, held = (appraised(terms).lines for terms in (CASES[1], CASES[4], CASES[5]))
    assert max(poor["set_aside"]) > 0
    assert max(poor["short_loan"]) > 0
    assert any(
        kept > 1 and dividend > 1 for kept, dividend in zip(better["retained"], better["dividends"], strict=True)
    )
    assert any(abs(kept) < 1 < dividend for kept, dividend in zip(better["retained"], better["dividends"], strict=True))
    assert held["retained"][-1] > better["retained"][-1] + 1
    assert len({round(amount, 2) for amount in better["surplus_reserve"]}) > 3
