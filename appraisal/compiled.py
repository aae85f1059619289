"""Compiled loops: one decorator, machine code kept on disk where a folder for it can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(signature: str | None = None) -> Callable[[F], F]:
    """Compile a function; at once for a *signature*, else at the first call.

    IEEE arithmetic as written: no fused or reordered sums, so that a row gives the same bits in any block; one thread.
    Where neither the package's folder nor the user's cache can be written the code is compiled anew in every process
    (``NUMBA_CACHE_DIR`` names a folder that can).
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}

    def decorate(function: F) -> F:
        try:
            return cast(F, njit(signature, cache=True, **options)(function))
        except RuntimeError as error:
            if "cannot cache" not in str(error):
                raise
            return cast(F, njit(signature, cache=False, **options)(function))

    return decorate
