"""A failed identity ends a run with 7, after its result was shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from appraisal import checks


def test_failed_identity_is_shown_and_ends_with_seven(
    command: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a tolerance below zero every identity fails."""
    monkeypatch.setattr(checks, "TOLERANCE", -1.0)
    ran = command("run", "contract_schedule")
    assert ran.code == 7
    assert "Project IRR, after tax" in ran.out
    assert "assets equal debt plus equity" in ran.err


def test_reasons_of_every_figure_have_words() -> None:
    """What the engine can say of a figure is in both languages."""
    from appraisal.discount import REASONS as RATES
    from appraisal.text import REASONS

    assert {*RATES, "never", "no year", "undefined"} <= set(REASONS)


def test_plant_that_moves_nothing_has_no_levelised_cost_and_says_so(command: Callable[..., Any]) -> None:
    """0 / 0 is no number."""
    ran = command("run", "zhejiang_user_lfp", "--set", "market.spread_scale=0.1", "--json")
    assert ran.code == 0
    assert '"value": null' in ran.out
