"""What the worked examples share: a project of known amounts or a plant, appraised, and a printed number's precision."""

from __future__ import annotations

from typing import Any

import numpy as np
from strategies import contract, made

import appraisal
from appraisal import Appraisal

DAYS = 365.0


def run(*changes: dict[str, Any]) -> Appraisal:
    """A project of known amounts, appraised."""
    return appraisal.appraise(made(contract(*changes)))


def run_plant(raw: dict[str, Any]) -> Appraisal:
    """A plant, appraised; every identity of its books holds."""
    result = appraisal.appraise(made(raw))
    assert all(check.ok.all() for check in result.checks)
    return result


def close(found: Any, expected: Any, decimals: int = 4) -> None:
    """Equal to half a unit of the last printed decimal."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=0.5001 * 10.0**-decimals)
