"""Whether this machine can draw Chinese, and where its fonts are."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

# Where systems keep fonts; a container often has none of fontconfig's tools.
FOLDERS = (
    Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts", Path.home() / ".local/share/fonts",
    Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path("C:/Windows/Fonts"),
)  # fmt: skip
_NAMES = (
    "notosanscjk",
    "notosanssc",
    "sourcehansans",
    "msyh",
    "pingfang",
    "wqy",
    "simhei",
    "simsun",
    "droidsansfallback",
)
_KINDS = (".ttf", ".otf", ".ttc", ".otc")


@cache
def chinese_fonts(folders: tuple[Path, ...] = FOLDERS) -> tuple[Path, ...]:
    """Font files with Chinese: what fontconfig knows, else files by their usual names in the usual folders."""
    if shutil.which("fc-list") is not None and folders == FOLDERS:
        asked = subprocess.run(["fc-list", ":lang=zh", "file"], capture_output=True, text=True, check=False)
        known = [Path(line.rstrip(": ")) for line in asked.stdout.splitlines() if line.strip()]
        if known:
            return tuple(sorted(known))
    found = [
        file
        for folder in folders
        if folder.is_dir()
        for file in folder.rglob("*")
        if file.suffix.lower() in _KINDS and file.name.lower().replace("-", "").replace(" ", "").startswith(_NAMES)
    ]
    return tuple(sorted(found))
