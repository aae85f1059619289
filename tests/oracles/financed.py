"""What the tests of financing share: a case appraised with every identity of its books held, and an equality of money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from strategies import made

import appraisal
from appraisal import Appraisal

NEAR = 1e-9
GAPS = ("balance_gap", "equity_cash_gap", "investors_gap", "funding_residual")


def appraised(raw: Mapping[str, Any]) -> Appraisal:
    """The case of a mapping, appraised."""
    return sound(appraisal.appraise(made(raw)))


def sound(result: Appraisal) -> Appraisal:
    """The same result, once every identity of its books holds in every scenario and every line is a number."""
    books = result.statements
    size = np.maximum(books["invested"][:, -1:], 1.0)
    for key in (*GAPS, *(key for key in books if key == "sculpting_gap")):
        assert np.abs(books[key] / size).max() <= NEAR, key
    for key in books:
        assert np.isfinite(books[key]).all(), key
    assert {check.id for check in result.checks if not check.ok.all()} == set()
    return result


def figure(result: Appraisal, key: str) -> float:
    """A figure of the first scenario."""
    return float(result.statements.ledger.figure(key)[0])


def reason(result: Appraisal, key: str) -> str:
    """Why a figure of the first scenario is no number, else ``ok``."""
    return str(result.statements.ledger.status(key)[0])


def equal(found: Sequence[float], expected: Sequence[float], size: float, name: str = "") -> None:
    """Equal to 1e-9 of an amount of the size of the investment."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=NEAR * size, err_msg=name)
