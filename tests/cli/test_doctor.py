"""``appraisal doctor``: what this installation has."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import pytest

from appraisal.cli import doctor


def test_report_names_versions_engines_data_and_folders(command: Any) -> None:
    """Everything needed is there, so it ends with 0."""
    ran = command("doctor")
    assert ran.code == 0, ran.out
    assert f"  numpy {version('numpy')}" in ran.out
    # 20 − 10 on one MWh moved once; −100 and 110 a year later are 10 %.
    assert "engines: dispatch kernel 10 (expected 10), rate of return 0.1 (expected 0.1): ok" in ran.out
    assert "working folder: writable" in ran.out
    assert "fonts:" in ran.out
    assert ran.out.rstrip().endswith("all that is needed is there")


def test_missing_package_ends_with_seven_and_says_how_to_get_it(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A needed package that is not installed."""
    monkeypatch.setattr(doctor, "NEEDED", (*doctor.NEEDED, "no-such-package"))
    ran = command("doctor")
    assert ran.code == 7
    assert "  no-such-package: missing; install the package again from its checkout: pip install ." in ran.out


def test_wrong_engine_is_noticed(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine whose answer is wrong is no engine: 10 is 20 − 10, one MWh moved once."""
    import appraisal.dispatch

    class Wrong:
        value = 9.0

    monkeypatch.setattr(appraisal.dispatch, "price_taker", lambda *_, **__: Wrong())
    ran = command("doctor")
    assert ran.code == 7
    assert "dispatch kernel 9" in ran.out
    assert "WRONG" in ran.out
