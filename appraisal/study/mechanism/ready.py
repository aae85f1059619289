"""Where the ready studies are."""

from __future__ import annotations

from pathlib import Path

from appraisal.errors import Fault, InputError, said, suggest
from appraisal.library import data_root


def study_names() -> list[str]:
    """Names of the ready studies."""
    return sorted(path.stem for path in _folder().glob("*.yaml"))


def find_study(words: str) -> Path:
    """A study as a person names it: a file, or the name of a ready study.

    Raises
    ------
    InputError
        If it is neither and looks like a name, with the nearest one.
    """
    path = Path(words)
    if path.suffix or path.name != words:
        return path
    if words not in study_names():
        raise InputError([Fault(where=words, message=said(
            "no such file and no ready study; {known}", "没有这个文件，也没有这项现成研究；{known}", known=suggest(words, study_names())
        ))])  # fmt: skip
    return _folder() / f"{words}.yaml"


def _folder() -> Path:
    return data_root() / "scenarios" / "mechanisms"
