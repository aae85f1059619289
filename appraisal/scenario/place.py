"""Where the ready cases are."""

from __future__ import annotations

from pathlib import Path

from appraisal.errors import Fault, InputError, said, suggest
from appraisal.library import data_root


def scenario_names() -> list[str]:
    """Names of the ready cases."""
    return sorted(path.stem for path in (data_root() / "scenarios").glob("*.yaml"))


def scenario_path(name: str) -> Path:
    """File of a ready case.

    Raises
    ------
    InputError
        If there is none of that name, with the nearest one.
    """
    if name not in scenario_names():
        raise InputError([Fault(message=said(
            "no ready case {name!r}; {known}",
            "没有名为 {name!r} 的现成算例；{known}", name=name, known=suggest(name, scenario_names())
        ))])  # fmt: skip
    return data_root() / "scenarios" / f"{name}.yaml"


def find_case(words: str) -> Path:
    """A case as a person names it: a file, or the name of a ready case.

    Raises
    ------
    InputError
        If it is neither and looks like a name, with the nearest one.
    """
    path = Path(words)
    if path.suffix or path.name != words or _exists(path):
        return path
    if words not in scenario_names():
        raise InputError([Fault(where=words, message=said(
            "no such file and no ready case; {known}",
            "没有这个文件，也没有这个现成算例；{known}", known=suggest(words, scenario_names())
        ))])  # fmt: skip
    return scenario_path(words)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False  # No file system has such a name; the ready cases are asked next.
