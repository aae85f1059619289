"""What decides a result on a machine beside the inputs: versions, and every file of facts."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import version

from appraisal import __version__
from appraisal.library import Library
from appraisal.study.provenance import LIBRARIES

# Libraries whose arithmetic or file format a result goes through.
VERSIONED = (*LIBRARIES, "pyarrow")


def versions() -> dict[str, str]:
    """Of this package, Python and the libraries."""
    return {"appraisal": __version__, "python": platform.python_version()} | {name: version(name) for name in VERSIONED}


def facts() -> dict[str, str]:
    """SHA-256 of every file of facts by name, those of the person's own folder in place of the shipped ones."""
    found: dict[str, str] = {}
    for folder, _ in reversed(Library.open().folders()):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        found |= {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return dict(sorted(found.items()))


def installed() -> dict[str, str]:
    """Both in one."""
    return versions() | facts()
