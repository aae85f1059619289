"""The same blocks on a Dask cluster whose worker is killed in mid-run: the file is that of one process, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

Command = Callable[..., Any]

# A program of its own: a cluster starts threads and processes that outlive a test's patience for warnings.
SCRIPT = """
import os, signal, subprocess, sys, time
from pathlib import Path

if __name__ == "__main__":
    import logging
    from distributed import LocalCluster

    matrix, run = sys.argv[1:]
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL) as cluster:
        words = ["batch", "zhejiang_user_lfp", "-m", matrix, "-o", run, "--memory", "50", "--jobs", "2", "--scheduler", cluster.scheduler_address]
        process = subprocess.Popen([sys.executable, "-m", "appraisal", *words])
        parts = Path(run) / "parts"
        while process.poll() is None and len(list(parts.glob("*.arrow"))) < 3:
            time.sleep(0.02)
        victim = next(iter(cluster.workers.values())).pid
        os.kill(victim, signal.SIGKILL)
        print("killed", victim, len(list(parts.glob("*.arrow"))))
        code = process.wait()
    sys.exit(code)
"""


def test_killed_worker_of_a_cluster_changes_no_byte(tmp_path: Path) -> None:
    """Oracle: the run in one process; the kill falls between the third block and the last."""
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    rng = np.random.default_rng(5)
    pd.DataFrame({"storage.energy_mwh": rng.uniform(8, 12, 5000)}).to_parquet(tmp_path / "m.parquet")
    (tmp_path / "cluster.py").write_text(SCRIPT)
    alone = [
        sys.executable,
        "-m",
        "appraisal",
        "batch",
        "zhejiang_user_lfp",
        "-m",
        str(tmp_path / "m.parquet"),
        "-o",
        str(tmp_path / "a"),
    ]
    assert subprocess.run([*alone, "--jobs", "1"], capture_output=True, check=False).returncode == 0
    ran = subprocess.run(
        [sys.executable, str(tmp_path / "cluster.py"), str(tmp_path / "m.parquet"), str(tmp_path / "b")],
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    done = int(ran.stdout.split("killed")[1].split()[1])
    assert 3 <= done < len(list((tmp_path / "b" / "parts").glob("*.arrow")))
    assert (tmp_path / "a" / "results.parquet").read_bytes() == (tmp_path / "b" / "results.parquet").read_bytes()


def test_address_where_nobody_answers_is_refused(tmp_path: Path, command: Command) -> None:
    """Exit 3 in a sentence; without the extra the sentence says how to install it."""
    (tmp_path / "m.csv").write_text("finance.loan_rate\n0.03\n")
    ran = command(
        "batch",
        "hainan_grid_lfp",
        "-m",
        str(tmp_path / "m.csv"),
        "-o",
        str(tmp_path / "run"),
        "--scheduler",
        "nonsense",
    )
    assert ran.code == 3
    assert "nonsense: " in ran.err
    assert "Traceback" not in ran.err
