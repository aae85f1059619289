"""Memory of the books: tables cut from one piece, and pieces used again once nobody looks at them.

A block of 1,000 scenarios keeps some 20 MB of lines. Asking the system for it afresh costs more in page
faults than the arithmetic, so a piece whose last view is gone goes to the next run.
"""

from __future__ import annotations

import ctypes
import weakref
from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np

from appraisal.book.registers import Shape
from appraisal.units import Table

_SMALL = 131_072  # float64 cells, 1 MB: below, the allocator itself is quick
_IDLE: deque[Table] = deque(maxlen=2)


def piece(cells: int) -> Table:
    """A flat float64 array of at least *cells* cells with undefined content.

    Examples
    --------
    >>> piece(10).shape
    (10,)
    """
    if cells < _SMALL:
        return np.empty(cells)
    owner = _idle(cells)
    if owner is None:
        owner = np.empty(cells)
    # Every view holds the object that exports its buffer, whatever NumPy makes of chains of views: when the last view
    # dies, so does `lent`, and only then is the owner free.
    lent = (ctypes.c_double * cells).from_buffer(owner.data)
    weakref.finalize(lent, _IDLE.append, owner).atexit = False
    return np.frombuffer(memoryview(lent), dtype=np.float64)


def _idle(cells: int) -> Table | None:
    """A piece of this size that nobody uses, if there is one."""
    for _ in range(len(_IDLE)):
        try:
            found = _IDLE.popleft()
        except IndexError:  # another thread was quicker
            return None
        if found.size == cells:
            return found
        _IDLE.append(found)
    return None


def arena(shapes: list[Shape], shifts: tuple[int, ...], rows: int, years: int) -> Iterator[list[Any]]:
    """Tables of undefined content, one after the other, each with its views at the *shifts* if it is padded.

    A padded table has years of zeros before and after, as the workbook has empty columns.
    """
    before, after = max(0, -min(shifts, default=0)), max(0, max(shifts, default=0))
    sizes = [_height(shape, before + after, years) * (rows if shape.wide else 1) for shape in shapes]
    memory = piece(sum(sizes))
    start = 0
    for shape, size in zip(shapes, sizes, strict=True):
        whole = memory[start : start + size].reshape(-1, rows if shape.wide else 1)
        start += size
        if not shape.padded:
            yield [whole if not shape.truth else np.empty(whole.shape, dtype=bool)]
            continue
        whole[:before] = 0.0
        whole[before + years :] = 0.0
        yield [whole[before + shift : before + shift + years] for shift in (0, *shifts)]


def _height(shape: Shape, padding: int, years: int) -> int:
    if not shape.timed:
        return 1
    return years + padding if shape.padded else years
