"""The server around the pages: who may ask it, and the browser that it opens for whoever started it."""

from __future__ import annotations

import asyncio
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from appraisal.app.warm import warm_up

# What streamlit runs for every session; the server itself is another file.
PAGE = Path(__file__).parent / "session" / "page.py"
_HERE = ("127.0.0.1", "localhost", "::1")
_REFUSED = 403
_POLICY_VIOLATION = 1008


def is_own(origin: str, host: str) -> bool:
    """Whether a request that says where it comes from comes from a page of this server or of this machine.

    Examples
    --------
    >>> is_own("http://127.0.0.1:8501", "127.0.0.1:8501"), is_own("https://x.example", "127.0.0.1:8501")
    (True, False)
    """
    try:
        place = urlsplit(origin)
        return (bool(place.netloc) and place.netloc == host) or place.hostname in _HERE
    except ValueError:
        return False  # No address at all, and so no page of ours.


class OwnPagesOnly:
    """Refuses what another page's script asks.

    Streamlit refuses it as well, but looks up this machine's outer address at a server of others first, so that one
    request would leave the machine. Here it never gets so far.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what has no origin or an own one."""
        heads = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}
        origin = heads.get("origin")
        if origin is None or is_own(origin, heads.get("host", "")):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            refused = PlainTextResponse("requests of other pages are refused\n", status_code=_REFUSED)
            await refused(scope, receive, send)


MIDDLEWARE = [Middleware(OwnPagesOnly)]


@asynccontextmanager
async def started(app: Any) -> AsyncIterator[None]:
    """Make ready what the pages need, and open a browser once the server answers, where the settings ask for one."""
    del app
    warm_up.start()
    opening = None if config.get_option("server.headless") else asyncio.create_task(_open())
    yield
    if opening is not None:
        opening.cancel()


async def _open() -> None:
    """The server opens its port right after its start; until then it is asked again."""
    port = int(config.get_option("server.port"))
    while True:
        try:
            _, writer = await asyncio.open_connection(_HERE[0], port)
            writer.close()
            break
        except OSError:
            await asyncio.sleep(0.1)
    # Some browsers keep the caller waiting for as long as they are open.
    threading.Thread(target=webbrowser.open, args=(f"http://{_HERE[0]}:{port}",), daemon=True).start()
