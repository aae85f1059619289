"""What the first page needs, made by the server while the browser is still loading the files of the page.

In a thread of its own, in the order in which pages need it. Where a page comes first it takes what is there and makes the
rest itself; the rest of the warm-up then waits until no page is being drawn. Nothing here is needed for a right answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from threading import Condition, Event, Thread

from appraisal.compiled import Kept, first_compile

Step = Callable[[], object]
_EVERY = 0.1


class WarmUp:
    """Steps that a server takes beside its requests.

    Parameters
    ----------
    first : callable
        What every page needs and would wait for anyway: it gives way to nobody.
    later : iterable of callables
        What a page may need; each begins only while no page is being drawn.
    """

    def __init__(self, first: Step, later: Iterable[Step]) -> None:
        self._first, self._later = first, later
        self._drawing = Condition()
        self._pages = 0
        self._ready, self._over = Event(), Event()
        self._thread: Thread | None = None
        self.fault: Exception | None = None

    def start(self) -> None:
        """Begin, once; the process does not wait for it at its end."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="warm-up", daemon=True)
            self._thread.start()

    def over(self, timeout: float | None = None) -> bool:
        """Whether every step was taken or one has failed; waits so many seconds for it."""
        return self._over.wait(timeout)

    @contextmanager
    def page(self) -> Iterator[None]:
        """While a page is being drawn no further step begins."""
        with self._drawing:
            self._pages += 1
        try:
            yield
        finally:
            with self._drawing:
                self._pages -= 1
                self._drawing.notify_all()

    def wait(self, tell: Callable[[Kept], object]) -> None:
        """Until the first step is done, for a page that is about to do the same; at once where none was begun.

        Parameters
        ----------
        tell : callable
            Called once if the step has to compile.
        """
        told = self._thread is None
        while self._thread is not None and not self._ready.wait(_EVERY):
            if not told and first_compile.found is not None:
                tell(first_compile.found)
                told = True

    def _run(self) -> None:
        try:
            try:
                self._first()
            finally:
                self._ready.set()
            for step in self._later:
                with self._drawing:
                    self._drawing.wait_for(lambda: not self._pages)
                step()
        except Exception as error:
            # Each page makes what it needs itself and shows its own faults; this one is for whoever runs the server.
            logging.getLogger(__name__).exception("the warm-up of the pages broke off")
            self.fault = error
        finally:
            self._over.set()


# What every page imports, and what the page behind the doors and cards of the first one does.
_FRAME = ("main", "figures")
_VERDICT = ("cards", "covenant", "downloads", "explain", "insight", "levers", "pictures")


def _load(names: Sequence[str]) -> None:
    for name in names:
        import_module(f"{__package__}.{name}")


def _first() -> None:
    """The frame of the pages, and the appraisal of the case that they open with, which loads the compiled code."""
    _load(_FRAME)
    from appraisal.app import draft, state

    state.outcome(draft.offered()[draft.FIRST_CASE])


def _later() -> Iterator[Step]:
    """The other cases of the first page; then what the next page imports."""
    from appraisal.app import draft, state

    for made in draft.offered().values():
        yield partial(state.outcome, made)
    yield partial(_load, _VERDICT)


warm_up = WarmUp(_first, _later())
"""That of the server; :func:`appraisal.app.guard.started` starts it."""
