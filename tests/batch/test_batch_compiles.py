"""Workers of a batch in a fresh environment: who waits for the compiler is told once. A real compile, hence the seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from appraisal.text import COMPILING, word


def test_workers_that_compile_are_told_of_once(tmp_path: Path) -> None:
    """Spawned workers begin in an empty folder for machine code; one line on stderr of the command."""
    matrix = tmp_path / "rows.csv"
    matrix.write_text("id,finance.debt_share\n" + "".join(f"r{row},0.{row}\n" for row in range(4)))
    words = ["batch", "contract_schedule", "--matrix", str(matrix), "--jobs", "2", "-o", str(tmp_path / "run")]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "code")}
    ran = subprocess.run([sys.executable, "-m", "appraisal", *words], env=environment, capture_output=True, check=True)
    assert ran.stderr.decode().splitlines().count(word(COMPILING, "kept", "en")) == 1
