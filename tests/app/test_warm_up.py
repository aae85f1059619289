"""The server's warm-up: its order, that it gives way, that a failure breaks no page and is not hidden, and the words for a wait."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest

from appraisal import compiled
from appraisal.app import state, warm
from appraisal.app.draft import offered
from appraisal.app.warm import WarmUp

SOON, LONG = 0.3, 30.0


def nothing() -> None:
    """A step that does nothing."""


def test_steps_are_taken_in_order_and_one_start_is_enough() -> None:
    """A second start of the server's lifespan takes no step twice."""
    taken: list[str] = []
    made = WarmUp(lambda: taken.append("first"), [lambda: taken.append("a"), lambda: taken.append("b")])
    made.start()
    made.start()
    assert made.over(LONG)
    assert taken == ["first", "a", "b"]
    assert made.fault is None


def test_no_further_step_begins_while_a_page_is_drawn() -> None:
    """The first step is what every page needs; the others wait for the end of the page, however it ends."""
    first, later = Event(), Event()
    made = WarmUp(first.set, [later.set])
    with contextlib.suppress(KeyError), made.page():
        made.start()
        assert first.wait(LONG)
        assert not later.wait(SOON)
        assert not made.over(0.0)
        raise KeyError("a page that broke off")
    assert later.wait(LONG)
    assert made.over(LONG)


@pytest.mark.parametrize("place", ["first", "later"])
def test_a_step_that_fails_is_logged_and_keeps_no_page_waiting(place: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever runs the server reads why; a page makes what it needs itself."""

    def fail() -> None:
        raise ValueError("no such file")

    made = WarmUp(fail, []) if place == "first" else WarmUp(nothing, [fail])
    with caplog.at_level(logging.ERROR):
        made.start()
        assert made.over(LONG)
    made.wait(lambda _: pytest.fail("nothing was compiled"))
    assert isinstance(made.fault, ValueError)
    assert "no such file" in caplog.text


def test_a_page_waits_for_nothing_that_was_never_begun() -> None:
    """As in a test of a page, which has no server."""
    WarmUp(lambda: pytest.fail("not started"), []).wait(lambda _: pytest.fail("nothing was compiled"))


def test_a_page_that_waits_for_the_compiler_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where something is compiled, and before the wait is over."""
    first = compiled.FirstCompile()
    monkeypatch.setattr(warm, "first_compile", first)
    go, heard = Event(), []

    def compiles() -> None:
        first.begins("kept")
        assert go.wait(LONG)

    made = WarmUp(compiles, [])
    made.start()

    def tell(kept: Any) -> None:
        heard.append(kept)
        go.set()

    waiting = Thread(target=made.wait, args=(tell,))
    waiting.start()
    waiting.join(LONG)
    assert not waiting.is_alive()
    assert heard == ["kept"]
    made.wait(tell)
    assert heard == ["kept"]


def test_the_steps_of_the_server_appraise_every_ready_case() -> None:
    """The cases of the first page, to the last one; then the imports of the next page."""
    made = WarmUp(warm._first, warm._later())
    made.start()
    assert made.over(120.0)
    assert made.fault is None
    assert all(state.is_appraised(case) for case in offered().values())


def test_the_first_page_shows_the_figures_of_every_case(open_page: Callable[..., Any]) -> None:
    """No words of waiting are left, in either language."""
    for lang, waiting in (("zh", "正在计算"), ("en", "Working out")):
        app = open_page("start", lang=lang)
        captions = [one.value for one in app.caption]
        assert not [one for one in captions if waiting in one]
        assert len([one for one in captions if "%" in one]) == len(offered())
