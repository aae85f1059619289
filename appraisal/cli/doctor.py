"""What this installation has, and what to do about what it lacks."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from appraisal import __version__

NEEDED = (
    "numpy", "scipy", "pandas", "numba", "pydantic", "PyYAML", "typer", "XlsxWriter", "defusedxml", "SALib", "altair",
    "vl-convert-python", "pyarrow", "streamlit",
)  # fmt: skip
EXTRAS = {"distributed": "cluster"}


def print_report() -> int:
    """Print the report; 0 if everything needed is there, 7 otherwise."""
    print(f"appraisal {__version__} · Python {platform.python_version()} · {platform.system()} {platform.machine()}")
    sound = _packages() & _folders() & _data() & _engines()
    _fonts()
    print("all that is needed is there" if sound else "something needed is missing: see above")
    return 0 if sound else 7


def _packages() -> bool:
    sound = True
    for name in NEEDED:
        try:
            print(f"  {name} {version(name)}")
        except PackageNotFoundError:
            sound = False
            print(f"  {name}: missing; install the package again from its checkout: pip install .")
    for name, extra in EXTRAS.items():
        try:
            print(f"  {name} {version(name)} (optional)")
        except PackageNotFoundError:
            print(f"  {name}: not installed (optional; from the checkout: pip install '.[{extra}]')")
    return sound


def _engines() -> bool:
    """The compiled code runs, and gives two answers that are known; the first call after an installation compiles it."""
    from appraisal.discount import irr
    from appraisal.dispatch import price_taker

    plant = price_taker(
        [10.0, 20.0],
        step_hours=1.0,
        charge_mw=1.0,
        discharge_mw=1.0,
        energy_mwh=1.0,
        charge_efficiency=1.0,
        discharge_efficiency=1.0,
    )
    worth, rate = float(plant.value), float(irr([-100.0, 110.0]))
    sound = worth == 10.0 and abs(rate - 0.1) < 1e-12
    print(
        f"  engines: dispatch kernel {worth:g} (expected 10), rate of return {rate:.6g} (expected 0.1): {'ok' if sound else 'WRONG'}"
    )
    return sound


def _data() -> bool:
    from appraisal.library import Library
    from appraisal.scenario import scenario_names

    library = Library.open()
    files, names = library.files(), scenario_names()
    print(f"  data: {len(files)} fact files, {len(names)} ready cases")
    return bool(files) and bool(names)


def _folders() -> bool:
    """Where results and compiled code go: without the second, the first run after each start takes half a minute."""
    cache = Path(os.environ.get("NUMBA_CACHE_DIR", Path(__file__).resolve().parents[1] / "__pycache__"))
    sound = True
    for label, folder in (
        ("working folder", Path.cwd()),
        ("temporary files", Path(tempfile.gettempdir())),
        ("compiled code", cache),
    ):
        writable = os.access(folder if folder.exists() else folder.parent, os.W_OK)
        sound &= writable or label == "compiled code"
        print(
            f"  {label}: {'writable' if writable else 'not writable'}"
            + ("" if writable else "; set NUMBA_CACHE_DIR to a folder of yours" if label == "compiled code" else "")
        )
    return sound


def _fonts() -> None:
    """Chinese fonts for charts and reports."""
    if shutil.which("fc-list") is None:
        print("  fonts: unknown (no fc-list); charts with Chinese need Noto Sans CJK SC")
        return
    found = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    names = sorted({line.split(",")[0] for line in found if line})
    print(
        f"  fonts: {', '.join(names[:3])}"
        if names
        else "  fonts: none with Chinese; install fonts-noto-cjk (Debian) or Noto Sans CJK SC"
    )
