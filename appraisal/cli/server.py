"""Starts the browser front end with the settings that ship with it, wherever it is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from appraisal.library import data_root

# Run by streamlit in a process of its own; the command line itself imports nothing of the front end.
_SCRIPT = Path(__file__).parents[1] / "app" / "script.py"


def serve(port: int, *, browser: bool) -> int:
    """Run the front end until it is stopped.

    Parameters
    ----------
    port : int
        On 127.0.0.1.
    browser : bool
        Whether to open a browser.

    Returns
    -------
    int
        Exit code.

    """
    words = [sys.executable, "-m", "streamlit", "run", str(_SCRIPT)]
    words += [f"--server.port={port}", f"--server.headless={str(not browser).lower()}"]
    try:
        # Streamlit takes its settings from the folder where it starts: those that ship with this program.
        return subprocess.run(words, cwd=data_root(), check=False).returncode
    except KeyboardInterrupt:
        return 0
