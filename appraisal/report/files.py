"""New files: what is there is kept, what cannot be written is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from appraisal.errors import Fault, InputError, said


def refuse_there(paths: Iterable[Path]) -> None:
    """Refuse files that are there already, all at once, before anything is worked out for nothing.

    Raises
    ------
    InputError
    """
    there = [path for path in paths if path.exists() or path.is_symlink()]
    if there:
        raise InputError(
            [
                Fault(where=str(path), message=said("exists already; name another file", "文件已存在；请另取文件名"))
                for path in there
            ]
        )


def save_new(files: Mapping[Path, bytes], folder: Path | None = None) -> None:
    """Write new files; if one is there already nothing is written.

    Parameters
    ----------
    files : path → content
    folder : Path, optional
        Made first if it is not there; a folder that nobody asked for is not made.

    Raises
    ------
    InputError
        If a file is there already, or cannot be written.
    """
    refuse_there(files)
    if folder is not None:
        _tried(folder, lambda: folder.mkdir(parents=True, exist_ok=True))
    for path, content in files.items():
        _tried(path, partial(_write, path, content))


def _write(path: Path, content: bytes) -> None:
    # "x" makes a new file and follows no link to one that is there.
    with path.open("xb") as file:
        file.write(content)


def _tried(path: Path, work: Callable[[], object]) -> None:
    try:
        work()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            [Fault(where=str(path), message=said("cannot be written: {words}", "无法写入：{words}", words=reason))]
        ) from error
