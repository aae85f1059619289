"""What several tests share; by standing here it also puts this folder on the path, so that any test finds ``strategies``."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from appraisal import cli


@dataclass(frozen=True)
class Ran:
    """Exit code and both streams of one command."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """``appraisal …`` in this process, as the installed script runs it."""

    def run(*words: str) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["appraisal", *words])
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as left:
                cli.main()
        code = left.value.code
        assert isinstance(code, int)
        return Ran(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches a command."""
    monkeypatch.delenv("APPRAISAL_LANG", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-golden`` rewrites the results kept under tests/golden."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/golden from this run; review the difference"
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything a test needs is there, a skipped test is a failure: CI has the real series and the evidence."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped") if reporter is not None else None
    if os.environ.get("CI") and skipped:
        reporter.write_line(
            f"CI is set and {len(skipped)} tests were skipped: there everything they need must be there"
        )
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
