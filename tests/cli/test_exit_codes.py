"""Exit codes and streams, in this process and as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from appraisal import __version__, pipeline
from appraisal.errors import IntegrityError, NoSolutionError

BROKEN = Path(__file__).parents[1] / "scenario" / "broken"
COMMANDS = (
    (), ("run",), ("explain",), ("schema",), ("doctor",), ("case",), ("case", "new"), ("case", "check"), ("case", "list"),
    ("tariff",), ("tariff", "list"), ("tariff", "show"), ("tariff", "check"),
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_states_the_purpose_and_an_example(command: Any, words: tuple[str, ...]) -> None:
    """Every command; a group lists its commands, each of which has one."""
    ran = command(*words, "--help")
    assert ran.code == 0
    assert ran.err == ""
    assert "Usage: appraisal" in ran.out
    if words not in (("case",), ("tariff",)):
        assert re.search(r"Example:\s+appraisal ", ran.out), ran.out


def test_version_is_printed(command: Any) -> None:
    """On stdout."""
    ran = command("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"appraisal {__version__}\n", "")


@pytest.mark.parametrize(
    "words",
    [
        ("bogus",),
        ("run",),
        ("run", "a", "b"),
        ("run", "contract_schedule", "--bogus"),
        ("run", "contract_schedule", "--lang", "fr"),
    ],
)
def test_wrong_usage_ends_with_two(command: Any, words: tuple[str, ...]) -> None:
    """The parser's words, on stderr."""
    ran = command(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "Error: " in ran.err


@pytest.mark.parametrize("sub", ["run", "check"])
def test_invalid_input_ends_with_three_and_computes_nothing(command: Any, sub: str) -> None:
    """Every fault on stderr, nothing on stdout."""
    words = ("run",) if sub == "run" else ("case", "check")
    ran = command(*words, str(BROKEN / "five_faults.yaml"))
    assert (ran.code, ran.out) == (3, "")
    assert len(ran.err.splitlines()) == 5


@pytest.mark.parametrize("case", ["nowhere", "nowhere.yaml", "../../etc/passwd", "/dev/null", "."])
def test_case_that_is_no_file_ends_with_three(command: Any, case: str) -> None:
    """One line that says why."""
    ran = command("run", case)
    assert (ran.code, ran.out) == (3, "")
    assert len(ran.err.splitlines()) == 1


def test_fact_without_a_value_ends_with_six(command: Any) -> None:
    """Only facts are missing."""
    ran = command("run", str(BROKEN / "fact_too_early.yaml"))
    assert (ran.code, ran.out) == (6, "")
    assert "no value before 2026-01-30, asked for 2025-09-01" in ran.err


@pytest.mark.parametrize(
    ("error", "code"), [(NoSolutionError("infeasible"), 5), (IntegrityError("the books do not balance"), 7)]
)
def test_other_errors_of_ours_end_with_their_own_code(
    command: Any, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:  # fmt: skip
    """The message alone, no traceback."""

    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(pipeline, "dispatch", fail)
    ran = command("run", "contract_schedule")
    assert (ran.code, ran.out, ran.err) == (code, "", f"{error}\n")


def test_bug_of_ours_ends_with_one_and_asks_for_a_report(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback for us, a sentence for the person."""

    def fail(*_: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(pipeline, "dispatch", fail)
    ran = command("run", "contract_schedule")
    assert (ran.code, ran.out) == (1, "")
    assert "ZeroDivisionError: a bug" in ran.err
    assert ran.err.endswith("This is a bug of ours, not of your input. Please report it with the lines above.\n")


def process(*words: str, **more: Any) -> subprocess.Popen[str]:
    """``python -m appraisal …`` as a process, from the checkout."""
    root = Path(__file__).resolve().parents[2]
    path = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-m", "appraisal", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": path}, **more,
    )  # fmt: skip


def test_module_runs_as_a_process_and_its_streams_are_utf8() -> None:
    """Chinese on a terminal that says it knows ASCII only."""
    ran = process("case", "list", "--lang", "zh")
    out, err = ran.communicate(timeout=60)
    assert (ran.returncode, err) == (0, "")
    assert "浙江用户侧" in out


def test_reader_that_leaves_is_no_error() -> None:
    """``| head -1``: exit 0 and no complaint, though the output is far larger than a pipe holds."""
    ran = process("run", "contract_schedule", "--json", "--statements")
    assert ran.stdout is not None
    assert ran.stderr is not None
    assert ran.stdout.readline() == "{\n"
    ran.stdout.close()
    err = ran.stderr.read()
    ran.stderr.close()
    assert ran.wait(timeout=60) == 0
    assert "BrokenPipe" not in err
    assert "Traceback" not in err


def test_interrupt_ends_with_130(tmp_path: Path) -> None:
    """Ctrl-C while the case is read: a word on stderr, nothing on stdout.

    The case is a pipe that nobody writes to, so the run is surely waiting in it when the signal comes.
    """
    pipe = tmp_path / "prices.csv"
    os.mkfifo(pipe)
    case = tmp_path / "case.yaml"
    case.write_text("title: {en: x}\n", encoding="utf-8")
    code = (
        "import sys, signal; signal.signal(signal.SIGINT, signal.default_int_handler); sys.argv = ['appraisal', 'run', sys.argv[1]]\n"
        "import appraisal.scenario.load as load\n"
        f"load.read_file = lambda *_, **__: (print('reading', file=sys.stderr, flush=True), open({str(pipe)!r}).read())\n"
        "from appraisal.cli import main\nmain()"
    )
    ran = subprocess.Popen(
        [sys.executable, "-c", code, str(case)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert ran.stderr is not None
    assert ran.stderr.readline() == "reading\n"
    time.sleep(0.1)
    ran.send_signal(signal.SIGINT)
    out, err = ran.communicate(timeout=60)
    assert (ran.returncode, out, err) == (130, "", "interrupted\n")
