"""No request leaves the machine, whoever asks: a page of another host is refused before anything is looked up."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appraisal.app.guard import is_own

# Loaded by every Python that starts with this folder on its path: what goes to another machine is noted and refused.
NOTED = """
import os, socket
def _watched(call):
    def made(self, address, *rest):
        here = self.family == socket.AF_UNIX or str(address[0]) in ("127.0.0.1", "::1", "localhost")
        if not here:
            with open(os.environ["NOTED_CALLS"], "a") as out:
                out.write(f"connect {address}\\n")
            raise OSError("refused by the test")
        return call(self, address, *rest)
    return made
socket.socket.connect = _watched(socket.socket.connect)
socket.socket.connect_ex = _watched(socket.socket.connect_ex)
_named = socket.getaddrinfo
def _looked_up(host, *rest, **more):
    if host not in (None, "", "127.0.0.1", "::1", "localhost"):
        with open(os.environ["NOTED_CALLS"], "a") as out:
            out.write(f"name {host}\\n")
        raise OSError("refused by the test")
    return _named(host, *rest, **more)
socket.getaddrinfo = _looked_up
"""
ASKED = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nOrigin: {origin}\r\n\r\n"
)


def answer(port: int, origin: str) -> str:
    """The first line that the server answers to a socket asked for by a page of *origin*."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as asked:
        asked.sendall(ASKED.format(port=port, origin=origin).encode())
        return asked.recv(200).decode("latin-1").split("\r\n")[0]


@pytest.fixture(scope="module", params=["app.py", "appraisal/app/script.py"])
def watched(
    request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, Path]]:
    """The server with every outgoing connection noted, and the file of the notes."""
    folder = tmp_path_factory.mktemp("noted")
    (folder / "sitecustomize.py").write_text(NOTED)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    before = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([str(folder), str(root), *([before] if before else [])])
    environment = {**os.environ, "PYTHONPATH": path, "NOTED_CALLS": str(folder / "calls.txt")}
    words = [sys.executable, "-m", "streamlit", "run", str(root / request.param), f"--server.port={port}"]
    with subprocess.Popen(
        words, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            for _ in range(600):
                with socket.socket() as tried:
                    if tried.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield port, folder
        finally:
            server.terminate()


def test_socket_of_another_page_is_refused_and_nothing_is_looked_up(watched: tuple[int, Path]) -> None:
    """403 for a foreign origin and for none that can be read, the handshake for an own one; no connection, no name asked for."""
    port, folder = watched
    assert "101" in answer(port, f"http://127.0.0.1:{port}")
    for origin in ("http://evil.example", "null", "https://[", f"http://127.0.0.1.evil.example:{port}"):
        assert "403" in answer(port, origin), origin
    assert not (folder / "calls.txt").exists()


def test_what_would_leave_the_machine_is_noted(watched: tuple[int, Path], tmp_path: Path) -> None:
    """The notes of the test before are worth something: what streamlit would ask is caught by them."""
    _, folder = watched
    calls = tmp_path / "calls.txt"
    environment = {**os.environ, "PYTHONPATH": str(folder), "NOTED_CALLS": str(calls)}
    asked = "from streamlit import net_util; assert net_util.get_external_ip() is None"
    subprocess.run([sys.executable, "-c", asked], env=environment, check=True, capture_output=True)
    assert "checkip" in calls.read_text()


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://127.0.0.1:8501", "127.0.0.1:8501", True), ("http://localhost:8501", "127.0.0.1:8501", True),
        ("https://tool.example", "tool.example", True), ("https://tool.example", "127.0.0.1:8501", False),
        ("null", "127.0.0.1:8501", False), ("", "", False), ("http://localhost.evil.example", "localhost:8501", False),
    ],
)  # fmt: skip
def test_a_page_is_own_by_its_host(origin: str, host: str, own: bool) -> None:
    """Oracle: RFC 6454 section 4, an origin is scheme, host and port; ours is the host that was asked, or this machine."""
    assert is_own(origin, host) is own


def test_a_browser_is_opened_when_it_is_asked_for(root: Path, tmp_path: Path) -> None:
    """``server.headless=false`` opens the address once, with the program that the environment names."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = tmp_path / "opened.txt"
    browser = tmp_path / "browser.py"
    browser.write_text(f"import sys\nopen({str(told)!r}, 'a').write(sys.argv[1])\n")
    environment = {**os.environ, "BROWSER": f"{sys.executable} {browser} %s", "PYTHONPATH": str(root)}
    words = [sys.executable, "-m", "streamlit", "run", str(root / "appraisal/app/script.py"), f"--server.port={port}"]
    words += ["--server.headless=false"]
    with subprocess.Popen(
        words, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        for _ in range(300):
            if told.exists() and told.read_text():
                break
            time.sleep(0.1)
        server.terminate()
    assert told.read_text() == f"http://127.0.0.1:{port}"
