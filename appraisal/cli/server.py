"""Starts the browser front end with the settings that ship with it, wherever it is installed."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from appraisal.errors import Fault, InputError, said
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

    Raises
    ------
    InputError
        If streamlit is not installed.
    """
    if find_spec("streamlit") is None:
        raise InputError([Fault(where="appraisal app", message=said(
            "streamlit is not installed; from the checkout: pip install '.[app]'",
            "未安装 streamlit；请在源码目录执行：pip install '.[app]'",
        ))])  # fmt: skip
    words = [sys.executable, "-m", "streamlit", "run", str(_SCRIPT)]
    words += [f"--server.port={port}", f"--server.headless={str(not browser).lower()}"]
    try:
        # Streamlit takes its settings from the folder where it starts: those that ship with this program.
        return subprocess.run(words, cwd=data_root(), check=False).returncode
    except KeyboardInterrupt:
        return 0
