"""A scored comparison reproduced by hand, and whose first place a weight turns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mechanism_study import studied

from appraisal.errors import InputError
from appraisal.study.mechanism.score import score

ANNUITY = 1 / 1.21 + 1 / 1.331 + 1 / 1.4641
# What both plants are worth at 10 %: −46.65 and 7.90 by hand.
DEAR, CHEAP = 100 * ANNUITY - 300 / 1.1, 100 * ANNUITY - 240 / 1.1


def scoring(novelty: float, **changes: Any) -> dict[str, Any]:
    """Worth on −100 … 0, less is better for the cost on 400 … 200, novelty as stated."""
    return {"scoring": {
        "worth": {"metric": "project_npv", "weight": 3, "worst": -100, "best": 0},
        "cost": {"stated": {"dear": 300, "cheap": 240}, "weight": 1, "worst": 400, "best": 200},
        "novelty": {"stated": {"dear": 5, "cheap": 1}, "weight": novelty, "worst": 1, "best": 5, **changes},
    }}  # fmt: skip


def test_scored_comparison_by_hand(tmp_path: Path) -> None:
    """Dear: 0.5335 of worth (1 − 46.65/100), 0.5 of cost, 1 of novelty; cheap: 1 (beyond the best), 0.8, 0; weights 3 : 1 : 1."""
    found = score(studied(tmp_path, scoring(1.0)))
    assert found.candidates == ("dear", "cheap")
    np.testing.assert_allclose(found.values, [[DEAR, 300, 5], [CHEAP, 240, 1]], rtol=1e-9)
    np.testing.assert_allclose(found.scores, [[1 + DEAR / 100, 0.5, 1], [1, 0.8, 0]], rtol=1e-9)
    np.testing.assert_allclose(found.total, [(3 * (1 + DEAR / 100) + 1.5) / 5, 3.8 / 5], rtol=1e-9)
    assert found.order.tolist() == [1, 0]
    assert (found.winners == 1).all()


def test_weight_that_turns_the_first_place_is_told(tmp_path: Path) -> None:
    """The dear one lies 1 × novelty − 1.6996 behind or ahead (3 × 0.4665 + 0.3): at 1.8 it leads, with a fifth less of novelty it does not."""
    found = score(studied(tmp_path, scoring(1.8)))
    assert found.order[0] == 0
    assert found.winners[2].tolist() == [1, 0]
    # Worth a fifth down: 2.4 × 0.4665 + 0.3 = 1.42 < 1.8, up: 3.6 × 0.4665 + 0.3 = 1.98 > 1.8.
    assert found.winners[0].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"metric": "project_irr"}, "state a metric or the values"), ({"best": 1}, "nothing can be told apart"), ({"stated": {"dear": 5, "cheep": 1}}, "did you mean 'cheap'"), ({"weight": 0}, "weight")],
)  # fmt: skip
def test_criterion_that_cannot_score_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    """Two sources, no scale, a stranger, no weight."""
    with pytest.raises(InputError, match=words):
        studied(tmp_path, scoring(1.0, **changes))
