"""What the proofs of the books share: a project of known amounts appraised, and a printed number's precision."""

from __future__ import annotations

from typing import Any

import numpy as np
from strategies import contract, made

from appraisal import Appraisal, appraise


def run(*changes: dict[str, Any]) -> Appraisal:
    """A project of known amounts, appraised."""
    return appraise(made(contract(*changes)))


def close(found: Any, expected: Any, decimals: int = 4) -> None:
    """Equal to half a unit of the last decimal."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=0.5001 * 10.0**-decimals)
