"""Runs that are really killed, cut off and damaged: after ``--resume`` the file is that of an undisturbed run.

The oracle of every test is the undisturbed run's own bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

Command = Callable[..., Any]
CASE = "zhejiang_user_lfp"
ROWS = 6000
# Least memory that the command takes: blocks of some two hundred rows for two processes.
WORDS = ("--memory", "50", "--jobs", "2")


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every row with a dispatch of its own: some seconds of work."""
    rng = np.random.default_rng(5)
    path = tmp_path_factory.mktemp("matrix") / "m.parquet"
    frame = pd.DataFrame(
        {"storage.energy_mwh": rng.uniform(8, 12, ROWS), "finance.loan_rate": rng.uniform(0.03, 0.05, ROWS)}
    )
    frame.to_parquet(path)
    return path


@pytest.fixture(scope="module")
def undisturbed(matrix: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The results of a run that nothing happened to, in one process."""
    run = tmp_path_factory.mktemp("undisturbed") / "run"
    ended = subprocess.run(words(matrix, run, "--jobs", "1"), capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return (run / "results.parquet").read_bytes()


def words(matrix: Path, run: Path, *more: str) -> list[str]:
    """The command as a process of its own."""
    return [sys.executable, "-m", "appraisal", "batch", CASE, "-m", str(matrix), "-o", str(run), *more]


@pytest.fixture
def started(matrix: Path) -> Iterator[Callable[[Path], subprocess.Popen[bytes]]]:
    """Starts a run and waits until some blocks are done and others are not."""
    running: list[subprocess.Popen[bytes]] = []

    def start(run: Path, *more: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            words(matrix, run, *WORDS, *more),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            # A suite that runs in the background hands on that Ctrl-C is ignored.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        running.append(process)
        for _ in range(1200):
            if len(parts(run)) >= 3 or process.poll() is not None:
                return process
            time.sleep(0.05)
        raise AssertionError("no block within a minute")

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def parts(run: Path) -> list[Path]:
    """The parts that are there."""
    return sorted((run / "parts").glob("*.arrow"))


def resumed(matrix: Path, run: Path, *more: str) -> bytes:
    """The results after the run was gone on with; every block that was whole is kept."""
    before = {path.name for path in parts(run)}
    ended = subprocess.run(words(matrix, run, "--resume", *more), capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert before <= {path.name for path in parts(run)}
    return (run / "results.parquet").read_bytes()


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """The workers of a run: its direct children that were spawned, as Linux lists them."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    told = {int(one): Path(f"/proc/{one}/cmdline").read_bytes() for one in listed}
    return [one for one, line in told.items() if b"spawn_main" in line]


def test_kill_in_mid_block_loses_only_what_was_in_flight(
    matrix: Path, undisturbed: bytes, started: Callable[[Path], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """SIGKILL to the run; its workers go with it; the rest is done with another block size."""
    process = started(tmp_path / "run")
    workers = children(process)
    process.kill()
    process.wait()
    assert 3 <= len(parts(tmp_path / "run")) < ROWS / 208
    assert not (tmp_path / "run" / "results.parquet").exists()
    for _ in range(200):
        if not any(Path(f"/proc/{one}").exists() for one in workers):
            break
        time.sleep(0.05)
    assert not any(Path(f"/proc/{one}").exists() for one in workers)
    assert resumed(matrix, tmp_path / "run", "--jobs", "1") == undisturbed


def test_interrupt_ends_with_130_and_keeps_blocks(
    matrix: Path, undisturbed: bytes, started: Callable[[Path], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """Ctrl-C reaches the whole group of processes, as a terminal sends it; nothing but sentences is printed."""
    process = started(tmp_path / "run")
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "go on with --resume" in err.decode()
    told = json.loads((tmp_path / "run" / "progress.json").read_text())
    assert told["state"] == "stopped"
    assert 0 < told["done"] < told["total"] == ROWS
    assert "Traceback" not in err.decode()
    assert resumed(matrix, tmp_path / "run", *WORDS) == undisturbed


def test_lost_worker_is_replaced(
    undisturbed: bytes, started: Callable[[Path], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """SIGKILL to one worker: the run ends as if nothing had happened."""
    process = started(tmp_path / "run")
    os.kill(children(process)[0], signal.SIGKILL)
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert (tmp_path / "run" / "results.parquet").read_bytes() == undisturbed


def test_damaged_and_unfinished_parts_are_done_again(
    matrix: Path, undisturbed: bytes, started: Callable[[Path], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """One byte turned, one part cut short, one left half written, one that is no part."""
    run = tmp_path / "run"
    process = started(run)
    process.kill()
    process.wait()
    turned, cut = parts(run)[:2]
    content = bytearray(turned.read_bytes())
    content[len(content) // 2] ^= 1
    turned.write_bytes(content)
    cut.write_bytes(cut.read_bytes()[:1000])
    (run / "parts" / "left.arrow.new").write_bytes(b"half")
    (run / "parts" / "stray.arrow").write_bytes(b"stray")
    ended = subprocess.run(words(matrix, run, "--resume", *WORDS), capture_output=True, check=False)
    assert ended.returncode == 0
    assert ended.stderr.decode().count("was damaged") == 3
    assert (run / "results.parquet").read_bytes() == undisturbed
    assert not list((run / "parts").glob("*.new"))


def test_full_disk_is_told_and_the_run_goes_on_when_there_is_room(
    matrix: Path, undisturbed: bytes, tmp_path: Path
) -> None:
    """A real tmpfs of 300 kB in a mount namespace of its own; what fits is kept."""
    small, kept = tmp_path / "small", tmp_path / "kept"
    small.mkdir()
    line = " ".join(words(matrix, small / "run", *WORDS))
    script = (
        f"mount -t tmpfs -o size=300k tmpfs {small} && {{ {line}; code=$?; cp -a {small}/run {kept}; exit $code; }}"
    )
    unshare = shutil.which("unshare")
    allowed = unshare and subprocess.run([unshare, "-rm", "true"], capture_output=True, check=False).returncode == 0
    if not allowed:
        pytest.skip("this machine lets nobody mount a small disk")
    ended = subprocess.run([str(unshare), "-rm", "sh", "-c", script], capture_output=True, check=False)
    assert ended.returncode == 3, ended.stderr
    assert "No space left on device" in ended.stderr.decode()
    assert "Traceback" not in ended.stderr.decode()
    assert parts(kept)
    assert not list(kept.rglob("*.new"))
    assert resumed(matrix, kept) == undisturbed


def test_folder_that_cannot_be_written_is_refused(matrix: Path, tmp_path: Path, command: Command) -> None:
    """A file stands where the folder should be: refused in a sentence, exit 3; root may write anywhere else."""
    (tmp_path / "file").write_text("")
    ran = command("batch", CASE, "-m", str(matrix), "-o", str(tmp_path / "file" / "run"), "--jobs", "1")
    assert (ran.code, "cannot be written: Not a directory" in ran.err) == (3, True)


def test_two_runs_cannot_write_one_folder(
    matrix: Path, started: Callable[[Path], subprocess.Popen[bytes]], tmp_path: Path, command: Command
) -> None:
    """The second is refused while the first is at it."""
    started(tmp_path / "run")
    ran = command("batch", CASE, "-m", str(matrix), "-o", str(tmp_path / "run"), "--resume", "--jobs", "1")
    assert (ran.code, "another run is writing here" in ran.err) == (3, True)


@pytest.mark.parametrize(
    ("change", "words_told"),
    [
        (lambda found: found["versions"].update(numpy="1.0"), "version numpy 1.0 →"),
        (lambda found: found["library"].update({"tax/vat.yaml": "0"}), "facts tax/vat.yaml"),
        (lambda found: found["inputs"].update(matrix="0"), "input matrix"),
        (lambda found: found.update(schema="batch/0"), "schema batch/0 → batch/1"),
    ],
)
def test_resume_is_refused_where_something_changed(
    change: Callable[[dict[str, Any]], object], words_told: str, tmp_path: Path, command: Command
) -> None:
    """The manifest says what a run was begun with; results of two versions are never mixed."""
    path, run = tmp_path / "m.csv", tmp_path / "run"
    pd.DataFrame({"finance.loan_rate": [0.03, 0.04]}).to_csv(path, index=False)
    line = ("batch", "hainan_grid_lfp", "-m", str(path), "-o", str(run), "--jobs", "1")
    assert command(*line).code == 0
    assert command(*line).code == 3
    assert command(*line, "--resume").code == 0
    manifest = json.loads((run / "manifest.json").read_text())
    change(manifest)
    (run / "manifest.json").write_text(json.dumps(manifest))
    ran = command(*line, "--resume")
    assert ran.code == 3
    assert words_told in ran.err


def test_resume_is_refused_for_a_changed_matrix_or_case(tmp_path: Path, command: Command) -> None:
    """One more row, another number of the case: the run is another."""
    path, run = tmp_path / "m.csv", tmp_path / "run"
    pd.DataFrame({"finance.loan_rate": [0.03, 0.04]}).to_csv(path, index=False)
    line = ("batch", "hainan_grid_lfp", "-m", str(path), "-o", str(run), "--jobs", "1")
    assert command(*line).code == 0
    assert "input base" in command(*line, "--resume", "--set", "finance.debt_share=0.5").err
    pd.DataFrame({"finance.loan_rate": [0.03, 0.04, 0.05]}).to_csv(path, index=False)
    assert "input matrix" in command(*line, "--resume").err


@pytest.mark.parametrize("suffix", [".parquet", ".xlsx"])
def test_truncated_matrix_is_refused(suffix: str, tmp_path: Path, command: Command) -> None:
    """Half a file is no file, and nothing is run."""
    path = tmp_path / f"m{suffix}"
    frame = pd.DataFrame({"finance.loan_rate": np.linspace(0.03, 0.05, 5000)})
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_excel(path, index=False)
    for size in (0, 3, len(path.read_bytes()) // 2):
        path.write_bytes(path.read_bytes()[:size] if size else b"")
        ran = command("batch", "hainan_grid_lfp", "-m", str(path), "-o", str(tmp_path / "run"), "--jobs", "1")
        assert (ran.code, "Traceback" in ran.err, (tmp_path / "run").exists()) == (3, False, False)
        frame.to_parquet(path) if suffix == ".parquet" else frame.to_excel(path, index=False)


def test_truncated_csv_is_told_and_its_last_row_fails(tmp_path: Path, command: Command) -> None:
    """A line cut off in its middle has too few cells; a file without a last end of line is remarked on."""
    path = tmp_path / "m.csv"
    path.write_text("finance.loan_rate,finance.debt_share\n0.03,0.5\n0.0")
    ran = command("batch", "hainan_grid_lfp", "-m", str(path), "-o", str(tmp_path / "run"), "--jobs", "1")
    assert ran.code == 4
    assert "the last line has no end" in ran.err
    assert "1 cells, expected 2" in (tmp_path / "run" / "failures.csv").read_text(encoding="utf-8-sig")
