"""Files as one .zip whose bytes depend on nothing but the files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

# The earliest time that a zip file knows: the same files make the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)
# A year of minutes is packed at every change of its case: a third larger, several times quicker.
_QUICK = 1


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files as one archive, in their order; the same bytes for the same files.

    Examples
    --------
    >>> zipped({"a.txt": b"one"}) == zipped({"a.txt": b"one"})
    True
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED, _QUICK)
    return out.getvalue()
