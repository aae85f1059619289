"""Where the data files are: the one place that knows a checkout from an installed wheel."""

from __future__ import annotations

from pathlib import Path

from appraisal.errors import IntegrityError, said

PACKAGE = Path(__file__).resolve().parents[1]


def data_root() -> Path:
    """Folder that holds ``tariffs/`` and ``scenarios/``.

    An installed wheel carries them inside the package, a checkout beside it.

    Raises
    ------
    IntegrityError
        If neither place has a ``tariffs`` folder: the installation is broken.

    Examples
    --------
    >>> (data_root() / "tariffs").is_dir()
    True
    """
    for root in (PACKAGE / "_data", PACKAGE.parent):
        if (root / "tariffs").is_dir():
            return root
    raise IntegrityError(said(
        "no tariffs/ in {inside} nor in {beside}: install the package again",
        "{inside} 和 {beside} 中都没有 tariffs/：请重新安装", inside=PACKAGE / "_data", beside=PACKAGE.parent
    ))  # fmt: skip
