"""The first page of a server whose machine has no compiled code yet, in a real browser: it says what it waits for, in both languages.

It takes as long as the compiler: about half a minute, and more on a busy machine.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from appraisal.text import COMPILING, word

PATIENCE = 240_000


@pytest.fixture
def fresh(root: Path, tmp_path: Path) -> Iterator[str]:
    """The app with an empty folder for machine code; the address of its server, which answers before it has compiled."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    with subprocess.Popen(
        words, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as server:
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def test_a_fresh_environment_says_that_it_compiles_and_then_shows_the_figures(fresh: str) -> None:
    """Cards first, with the words in place of figures; a page behind a link shows the words alone; both then draw."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-quic"])
        start, verdict = browser.new_page(), browser.new_page()
        for page, path in ((start, ""), (verdict, "verdict?lang=en")):
            page.set_default_timeout(PATIENCE)
            page.goto(f"{fresh}/{path}", wait_until="commit")
        start.get_by_text(word(COMPILING, "kept", "zh")).first.wait_for()
        expect(start.locator(".st-key-open_zhejiang_user_lfp button")).to_be_visible()
        verdict.get_by_text(word(COMPILING, "kept", "en")).first.wait_for()
        start.locator('[data-testid="stCaptionContainer"]', has_text="%").nth(5).wait_for()
        verdict.locator('[data-testid="stAlertContainer"]', has_text="IRR").first.wait_for()
        for page, lang in ((start, "zh"), (verdict, "en")):
            expect(page.get_by_text(word(COMPILING, "kept", lang))).to_have_count(0, timeout=PATIENCE)
        browser.close()
