"""Names of files that a person or a link gave, made fit to be written and shown."""

from __future__ import annotations

from pathlib import PurePath

_LONGEST = 80
_LONGEST_ENDING = 10


def safe_name(name: str, otherwise: str = "prices.csv") -> str:
    """The last part of a file's name, of printable characters and not too long; *otherwise* where nothing is left.

    Examples
    --------
    >>> safe_name("C:/Users/me/电价 2025.csv"), safe_name("../../etc/passwd")
    ('电价 2025.csv', 'passwd')
    """
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*')
    stem, suffix = PurePath(kept).stem, PurePath(kept).suffix
    if len(suffix) > _LONGEST_ENDING:
        stem, suffix = kept, ""
    return (stem[: _LONGEST - len(suffix)] + suffix) or otherwise
