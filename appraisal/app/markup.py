"""Text that a page shows letter for letter: no sign in it is markup, no address in it a link."""

from __future__ import annotations

import re

# Where the page would begin a link of its own accord: after the scheme, before the point of www, after the @ of an address.
# It looks for them in the text that is left when markup is read, so that escaping their signs does not stop it.
_ADDRESS = re.compile(r"(?<=https)(?=\\?:)|(?<=http)(?=\\?:)|(?<=www)(?=\\?\.)|(?<=@)(?=[\w.-])", re.IGNORECASE)
# No width and no place to break a line.
_JOINER = "\u2060"


def unlinked(text: str) -> str:
    """A text in which no address becomes a link; it looks the same.

    Examples
    --------
    >>> unlinked("see https://a.example or www.b.example, c@d.example").replace(_JOINER, "|")
    'see https|://a.example or www|.b.example, c@|d.example'
    """
    return _ADDRESS.sub(_JOINER, text)


def link(words: str, address: str) -> str:
    """A link of the page's own making: *words* to an address of a source, which has to be one of the web.

    Raises
    ------
    ValueError
        For an address of another kind.

    Examples
    --------
    >>> link("NDRC", "https://www.ndrc.gov.cn/a(1)b")
    '[NDRC](<https://www.ndrc.gov.cn/a(1)b>)'
    """
    if not re.fullmatch(r"https?://[^\s<>\\]+", address):
        raise ValueError(f"{address!r} is no address of the web")
    return f"[{words}](<{address}>)"
