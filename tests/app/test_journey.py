"""An investor's way through the app, in a real browser: open, change, read, download, load, share; nothing leaves the machine.

Screenshots are written to the folder that ``APPRAISAL_SCREENSHOTS`` names, else to one of pytest's own; the times are
printed (``-s``) and not judged: a test's machine is busy.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Download, Page, expect, sync_playwright

from appraisal import Change, appraise, load_case, scenario_path
from appraisal.app.draft import ready
from appraisal.app.link import packed
from appraisal.report.charts.figures import shown

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PATIENCE = 90_000


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    """The app as ``streamlit run app.py`` serves it, with the settings that ship."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    with subprocess.Popen(words, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(health: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(health, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the app did not start within a minute")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of the system."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=found, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go."""
    named = os.environ.get("APPRAISAL_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Pages of the app; at the end no request may have gone anywhere else, and no script may have failed."""
    asked: list[str] = []
    failed: list[str] = []
    contexts = []

    def at(path: str = "", *, wide: int = 1280, high: int = 1800, scheme: Any = "light") -> Page:
        context = browser.new_context(
            viewport={"width": wide, "height": high}, color_scheme=scheme, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.goto(f"{address}/{path}")
        settle(page)
        return page

    yield at
    for context in contexts:
        context.close()
    hosts = {urlparse(url).hostname for url in asked if urlparse(url).scheme in ("http", "https", "ws", "wss")}
    assert hosts == {"127.0.0.1"}
    assert failed == []


def settle(page: Page) -> None:
    """Wait until the page has drawn what it was asked for; every page has one title."""
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
    page.wait_for_selector("h1", timeout=PATIENCE)
    page.wait_for_selector(SETTLED, timeout=PATIENCE)


def verdict_of(page: Page) -> str:
    """The sentence of the verdict page."""
    return str(page.locator('[data-testid="stAlertContainer"]', has_text="IRR").last.inner_text())


def saved(page: Page, key: str, folder: Path) -> Path:
    """The file of a download button."""
    with page.expect_download(timeout=PATIENCE) as waiting:
        page.locator(f".st-key-{key} button").click()
    download: Download = waiting.value
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def english(page: Page) -> None:
    """Switch the language."""
    page.locator(".st-key-lang label", has_text="English").click()
    page.wait_for_timeout(300)
    settle(page)


def test_an_investor_gets_a_verdict_changes_it_and_takes_files_home(
    opened: Callable[..., Page], tmp_path: Path, pictures: Path
) -> None:  # fmt: skip
    """First page → a ready case → its verdict, with the figures of the library; a slider → another verdict; files that open."""
    began = time.perf_counter()
    page = opened()
    print(f"first page {time.perf_counter() - began:.1f} s")
    page.screenshot(path=pictures / "start.png")
    page.locator(".st-key-open_zhejiang_user_lfp button").click()
    expect(page.locator("h1")).to_have_text("结论", timeout=PATIENCE)
    settle(page)
    metric = appraise(load_case(scenario_path("zhejiang_user_lfp"))).metrics["project_irr"]
    before = verdict_of(page)
    assert shown(metric, "zh").text(float(metric.value[0])) in before
    page.wait_for_timeout(3000)
    page.screenshot(path=pictures / "verdict.png")
    slider = page.get_by_role("slider").first
    slider.focus()
    began = time.perf_counter()
    for _ in range(5):
        slider.press("ArrowLeft")
    expect(page.locator('[data-testid="stAlertContainer"]', has_text="IRR").last).not_to_have_text(
        before, timeout=PATIENCE
    )
    print(f"verdict after a slider {time.perf_counter() - began:.2f} s")
    settle(page)
    after = verdict_of(page)
    assert after != before
    english(page)
    assert "IRR" in verdict_of(page)
    page.screenshot(path=pictures / "verdict_en.png")
    book = saved(page, "workbook_verdict", tmp_path)
    with zipfile.ZipFile(book) as held:
        assert "xl/workbook.xml" in held.namelist()
    result = json.loads(saved(page, "json_verdict", tmp_path).read_text(encoding="utf-8"))
    rate = result["kpi"]["project_irr"]["value"]
    assert shown(metric, "en").text(rate) in verdict_of(page)
    case = load_case(saved(page, "yaml_verdict", tmp_path))
    assert float(appraise(case).metrics["project_irr"].value[0]) == rate


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("wide", [1280, 390])
def test_pages_fit_the_screen_in_both_themes(
    opened: Callable[..., Page], pictures: Path, scheme: str, wide: int
) -> None:
    """No page is wider than the screen, none shows an error."""
    page = opened("verdict", wide=wide, high=2600, scheme=scheme)
    for name in ("verdict", "statements", "dispatch"):
        if name != "verdict":
            page.goto(page.url.rsplit("/", 1)[0] + f"/{name}")
            settle(page)
        page.wait_for_timeout(2500)
        page.screenshot(path=pictures / f"{name}_{scheme}_{wide}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
        assert page.locator('[data-testid="stException"]').count() == 0


def test_a_link_restores_the_case_and_a_damaged_one_is_refused(opened: Callable[..., Page]) -> None:
    """The address made in one browser opens the same verdict in another."""
    page = opened("verdict")
    slider = page.get_by_role("slider").first
    before = verdict_of(page)
    slider.focus()
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    expect(page.locator('[data-testid="stAlertContainer"]', has_text="IRR").last).not_to_have_text(
        before, timeout=PATIENCE
    )
    settle(page)
    page.locator(".st-key-share button").click()
    page.wait_for_function("location.search.includes('case=')")
    settle(page)
    words = page.url.split("?", 1)[1]
    other = opened(f"verdict?{words}")
    assert verdict_of(other) == verdict_of(page)
    broken = opened(f"verdict?case={words.split('case=')[1][:40]}")
    assert "链接已损坏" in broken.locator("body").inner_text()


def test_a_link_cannot_make_the_browser_ask_another_host(opened: Callable[..., Page]) -> None:
    """Pictures, links and formulas in a title are shown as they are written; the fixture holds every request's host."""
    hostile = "![p](http://198.51.100.8/p.png) [x](http://198.51.100.9) $\\frac12$ <img src=http://198.51.100.7/i.png>"
    made = ready("zhejiang_user_lfp").changed(Change(path="title", value={"zh": hostile, "en": hostile}))
    for page_name in ("verdict", "compare", "sensitivity"):
        page = opened(f"{page_name}?case={packed(made)}")
        page.wait_for_timeout(2500)
        assert "![p](http://198.51.100.8/p.png)" in page.locator('[data-testid="stSidebar"]').inner_text()
        assert page.locator('img[src*="198.51.100"]').count() == 0


def test_a_table_of_prices_in_gbk_is_read_and_hostile_files_are_refused(
    opened: Callable[..., Page], tmp_path: Path, pictures: Path
) -> None:  # fmt: skip
    """What was understood is said; a wrong one is told kindly, without a traceback or a path of this machine."""
    rows = ["time,buy_yuan_per_mwh,备注"]
    rows += [
        f"2025-01-{day:02d} {hour:02d}:00,{200 + 20 * (hour % 12)},平" for day in range(1, 8) for hour in range(24)
    ]
    good = tmp_path / "prices_gbk.csv"
    good.write_bytes("\r\n".join(rows).encode("gb18030"))
    page = opened("")
    page.locator(".st-key-open_hainan_grid_lfp button").click()
    expect(page.locator("h1")).to_have_text("结论", timeout=PATIENCE)
    settle(page)
    page.locator('[data-testid="stSidebarNav"] a', has_text="电价与曲线").click()
    expect(page.locator("h1")).to_have_text("电价与曲线", timeout=PATIENCE)
    settle(page)
    upload = page.locator(".st-key-price_upload input[type=file]")
    upload.set_input_files(good)
    page.wait_for_timeout(1500)
    settle(page)
    text = page.locator("body").inner_text()
    assert "已读懂 prices_gbk.csv" in text
    page.screenshot(path=pictures / "prices_gbk.png")
    bad = tmp_path / "bomb.csv"
    bad.write_bytes(b"\x00\x01PK\x03\x04" * 2000)
    upload.set_input_files(bad)
    page.wait_for_timeout(1500)
    settle(page)
    text = page.locator("body").inner_text()
    assert "Traceback" not in text
    assert "/tmp" not in text
    assert page.locator('[data-testid="stAlert"]').count() > 0


def test_a_click_on_the_heat_map_opens_that_case(opened: Callable[..., Page], pictures: Path) -> None:
    """The draft changes by both inputs, the page says so, and there is a way back."""
    page = opened("sensitivity", high=2600)
    page.locator('[data-testid="stButtonGroup"] button', has_text="双因素图").click()
    page.locator('[class*="st-key-grid_"] svg').first.wait_for(timeout=PATIENCE)
    settle(page)
    page.screenshot(path=pictures / "sensitivity.png")
    cells = page.locator('[class*="st-key-grid_"] svg .mark-rect path')
    assert cells.count() > 0
    cells.first.scroll_into_view_if_needed()
    cells.first.click(force=True)
    page.locator(".st-key-opened_back button").wait_for(timeout=PATIENCE)
    settle(page)
    page.screenshot(path=pictures / "cell_opened.png")
    page.locator(".st-key-opened_back button").click()
    settle(page)
    expect(page.locator(".st-key-opened_back button")).to_have_count(0, timeout=PATIENCE)
