"""Compiled loops: one decorator, machine code kept on disk where a folder for it can be written; and who hears of a compile.

Where no code is kept yet, compiling takes about half a minute. Nothing is printed here: the command line and the pages say
that they want to know. The compiler itself is loaded with the first compiled function.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any, Literal, TypeVar, cast

F = TypeVar("F", bound=Callable[..., object])
Kept = Literal["kept", "not_kept"]
"""Whether the next process finds the machine code; the keys of :data:`appraisal.text.COMPILING`."""

# Functions whose machine code cannot be kept.
_UNKEPT: set[str] = set()


class FirstCompile:
    """Whether this process has had to compile, and who is told: once, before the first function is compiled.

    Examples
    --------
    >>> first, heard = FirstCompile(), []
    >>> first.tell(heard.append)
    >>> first.begins("kept")
    >>> first.begins("kept")
    >>> heard, first.found
    (['kept'], 'kept')
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._hook: Callable[[Kept], object] | None = None
        self._found: Kept | None = None

    @property
    def found(self) -> Kept | None:
        """None while nothing had to be compiled."""
        return self._found

    def tell(self, hook: Callable[[Kept], object] | None) -> None:
        """Whom to tell from now on; None tells nobody."""
        self._hook = hook

    def begins(self, kept: Kept) -> None:
        """A function is about to be compiled."""
        with self._lock:
            if self._found is not None:
                return
            self._found = kept
        if self._hook is not None:
            self._hook(kept)


first_compile = FirstCompile()
"""That of this process."""


def compiled(signature: str | None = None) -> Callable[[F], F]:
    """Compile a function; at once for a *signature*, else at the first call.

    IEEE arithmetic as written: no fused or reordered sums, so that a row gives the same bits in any block; one thread.
    Where neither the package's folder nor the user's cache can be written the code is compiled anew in every process
    (``NUMBA_CACHE_DIR`` names a folder that can).
    """
    _listen()
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}

    def decorate(function: F) -> F:
        try:
            return cast(F, _njit(signature, cache=True, **options)(function))
        except RuntimeError as error:
            if "cannot cache" not in str(error):
                raise
            _UNKEPT.add(_name(function))
            return cast(F, _njit(signature, cache=False, **options)(function))

    return decorate


def _njit(signature: str | None, **options: Any) -> Callable[[Any], Any]:
    from numba import njit

    return cast("Callable[[Any], Any]", njit(signature, **options))


def _name(function: Any) -> str:
    return f"{function.__module__}.{function.__qualname__}"


@cache
def _listen() -> None:
    """Hear of each function of ours for which no machine code was found, before it is compiled.

    The event is numba's own, raised after the look into its cache: whether the code is there, and still fits this machine
    and this source, is not judged a second time. It is raised for its own small functions as well, inside of ours.
    """
    from numba.core import event

    class Watch(event.Listener):
        def on_start(self, event: Any) -> None:
            function = event.data["dispatcher"].py_func
            if function.__module__.startswith("appraisal."):
                first_compile.begins("not_kept" if _name(function) in _UNKEPT else "kept")

        def on_end(self, event: Any) -> None:
            """The caller goes on; nobody waits for the end."""

    event.register("numba:compile", Watch())  # type: ignore[no-untyped-call]
