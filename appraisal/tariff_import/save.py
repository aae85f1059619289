"""Writes an imported tariff: whole or not at all, and never over a file that has changed since it was read."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from appraisal.errors import Fault, InputError, said
from appraisal.tariff_import.bring import Imported


def save(imported: Imported, folder: Path) -> Path:
    """Write the file of an import into the user's own folder and return its path.

    Parameters
    ----------
    imported : what :func:`appraisal.tariff_import.bring` worked out.
    folder : the same folder; made if it is not there.

    Raises
    ------
    InputError
        If the file has appeared, changed or gone since it was read, is a link, or cannot be written.

    Notes
    -----
    The text goes into a new file beside it, which then takes its name in one step, so that a reader never sees half.
    """
    path = Path(folder, *imported.name.split(".")).with_suffix(".yaml")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        there = path.read_bytes() if path.is_file() else None
        if path.is_symlink() or there != imported.before or (there is None and path.exists()):
            raise InputError([Fault(where=path.name, message=said(
                "is a link or has changed since it was read; import again", "是链接，或在读取后已被改动；请重新导入"
            ))])  # fmt: skip
        _put(path, imported.text.encode())
    except OSError as error:
        raise InputError([Fault(where=path.name, message=said(
            "cannot be written: {words}", "无法写入：{words}", words=error.strerror or error
        ))]) from error  # fmt: skip
    return path


def _put(path: Path, content: bytes) -> None:
    number, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp lets nobody else read; a tariff is no secret, and takes the rights of a file made in the plain way.
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
