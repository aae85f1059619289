"""An investor's way through the app, in a real browser: open, change, read, download, load, share; nothing leaves the machine.

Screenshots are written to the folder that ``APPRAISAL_SCREENSHOTS`` names, else to one of pytest's own; the times are
printed (``-s``) and not judged: a test's machine is busy.
"""

from __future__ import annotations

import json
import os
import re
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
# What the first card says once its case is appraised, whatever the figure.
FIRST_FIGURE = re.compile("最低偿债备付率 [0-9]")


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

    def at(path: str = "", *, wide: int = 1280, high: int = 1800, scheme: Any = "light", settled: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": wide, "height": high}, color_scheme=scheme, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.goto(f"{address}/{path}", wait_until="commit" if not settled else "load")
        if settled:
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


def wait_for_another(page: Page, before: str) -> float:
    """Seconds until the sentence of the verdict page is another than *before*, by what the page shows."""
    began = time.perf_counter()
    page.wait_for_function(
        """old => {
            const all = [...document.querySelectorAll('[data-testid="stAlertContainer"]')];
            const told = all.filter(one => one.innerText.includes('IRR'));
            return told.length > 0 && told[told.length - 1].innerText !== old;
        }""",
        arg=before,
        timeout=PATIENCE,
    )
    return time.perf_counter() - began


def saved(page: Page, key: str, folder: Path) -> Path:
    """The file of a download button."""
    with page.expect_download(timeout=PATIENCE) as waiting:
        page.locator(f".st-key-{key} button").first.click()
    download: Download = waiting.value
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def english(page: Page) -> None:
    """Switch the language; the title is drawn first, so that what is settled after it is the new page."""
    page.locator('[data-testid="stSidebar"] .st-key-lang label', has_text="English").click()
    page.wait_for_function(
        r"() => !/[\u3400-\u9fff]/.test(document.querySelector('h1')?.innerText ?? '中')", timeout=PATIENCE
    )
    settle(page)


def test_an_investor_gets_a_verdict_changes_it_and_takes_files_home(
    opened: Callable[..., Page], tmp_path: Path, pictures: Path
) -> None:  # fmt: skip
    """First page → a ready case → its verdict, with the figures of the library; a slider → another verdict; files that open."""
    began = time.perf_counter()
    page = opened(settled=False)
    page.locator(".st-key-open_zhejiang_user_lfp button").wait_for()
    print(f"first page: cards {time.perf_counter() - began:.1f} s", end="")
    page.get_by_text(FIRST_FIGURE).first.wait_for()
    print(f", figures of the first {time.perf_counter() - began:.1f} s", end="")
    settle(page)
    print(f", of all {time.perf_counter() - began:.1f} s")
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
    slider.press("ArrowLeft")
    print(f"verdict after a slider {wait_for_another(page, before):.2f} s")
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
    wait_for_another(page, before)
    settle(page)
    page.wait_for_function("location.search.includes('case=')")
    page.locator(".st-key-share button").click()
    link = page.locator('[data-testid="stSidebar"] [data-testid="stCode"]')
    link.wait_for(timeout=PATIENCE)
    words = link.inner_text().strip().removeprefix("?")
    assert page.url.split("?", 1)[1].startswith(words)
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
        # A sign without width may stand in the address, so that the page makes no link of it.
        shown_title = page.locator('[data-testid="stSidebar"]').inner_text().replace("\u2060", "")
        assert "![p](http://198.51.100.8/p.png)" in shown_title
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


def test_a_click_on_an_area_moves_the_case_there(opened: Callable[..., Page], pictures: Path) -> None:
    """A row of the ranking of areas: the tariff of the draft changes with it, and the page is drawn anew without an error."""
    page = opened("prices", high=3200)
    page.locator('[data-testid="stExpander"] summary', has_text="与各地区比较").click()
    page.locator('[class*="st-key-areas_map_0"] svg').first.wait_for(timeout=PATIENCE)
    settle(page)
    # Over each row lies a mark of its own that nobody sees; it takes the click.
    row = page.locator('[class*="st-key-areas_map_0"] svg .mark-rect').last.locator("path").first
    row.scroll_into_view_if_needed()
    row.click(force=True)
    page.locator('[class*="st-key-areas_map_1"]').first.wait_for(timeout=PATIENCE)
    settle(page)
    page.screenshot(path=pictures / "area_moved.png")
    assert "有未保存的修改" in page.locator('[data-testid="stSidebar"]').inner_text()
    assert page.locator('[data-testid="stException"]').count() == 0


def moved(page: Page) -> tuple[str, str]:
    """Move the first slider; the verdict before and after."""
    before = verdict_of(page)
    slider = page.get_by_role("slider").first
    slider.focus()
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    wait_for_another(page, before)
    page.wait_for_timeout(1000)
    settle(page)
    return before, verdict_of(page)


def test_a_page_loaded_anew_keeps_the_changes_and_the_language(opened: Callable[..., Page]) -> None:
    """F5 after a change and a switch of language: the same verdict in the same language, still said to be unsaved."""
    page = opened("verdict")
    before, after = moved(page)
    english(page)
    page.wait_for_function("location.search.includes('lang=en')")
    shown_before = verdict_of(page)
    page.reload()
    settle(page)
    assert verdict_of(page) == shown_before
    assert "Unsaved changes" in page.locator('[data-testid="stSidebar"]').inner_text()
    assert before != after


def test_going_back_leads_to_the_page_before_and_not_through_every_change(opened: Callable[..., Page]) -> None:
    """Changes of a case are no pages of their own: one step back leaves the page, and keeps the changed case."""
    page = opened("verdict")
    page.locator('[data-testid="stSidebarNav"] a', has_text="现金流与附表").click()
    expect(page.locator("h1")).to_have_text("现金流与附表", timeout=PATIENCE)
    settle(page)
    page.locator('[data-testid="stSidebarNav"] a', has_text="结论").click()
    expect(page.locator("h1")).to_have_text("结论", timeout=PATIENCE)
    settle(page)
    moved(page)
    _, after = moved(page)
    page.go_back()
    expect(page.locator("h1")).to_have_text("现金流与附表", timeout=PATIENCE)
    settle(page)
    page.locator('[data-testid="stSidebarNav"] a', has_text="结论").click()
    expect(page.locator("h1")).to_have_text("结论", timeout=PATIENCE)
    settle(page)
    assert verdict_of(page) == after


def test_the_document_says_which_language_it_is_in(opened: Callable[..., Page]) -> None:
    """``<html lang>`` follows the page, for screen readers, translators and fonts; a link opens in its own language."""
    page = opened("verdict")
    page.wait_for_function("document.documentElement.lang === 'zh-CN'")
    english(page)
    page.wait_for_function("document.documentElement.lang === 'en'")
    page.locator(".st-key-lang label", has_text="中文").click()
    page.wait_for_function("document.documentElement.lang === 'zh-CN'")
    other = opened("verdict?lang=en")
    other.wait_for_function("document.documentElement.lang === 'en'")
    expect(other.locator("h1")).to_have_text("Verdict", timeout=PATIENCE)
    wrong = opened("verdict?lang=fr")
    assert "链接要求的语言为 'fr'" in wrong.locator("body").inner_text()


def test_a_case_with_its_own_prices_is_taken_home_and_loaded_again(opened: Callable[..., Page], tmp_path: Path) -> None:
    """Upload a series, use it, save: an archive. Loaded elsewhere it gives the same verdict; a reload is said to lose it."""
    rows = [f"2025-01-{day:02d} {hour:02d}:00,{200 + 20 * (hour % 12)}" for day in range(1, 8) for hour in range(24)]
    table = tmp_path / "电价 一周.csv"
    table.write_bytes("\r\n".join(["time,buy_yuan_per_mwh", *rows]).encode("gb18030"))
    page = opened(f"prices?case={packed(ready('hainan_grid_lfp'))}")
    page.locator(".st-key-price_upload input[type=file]").set_input_files(table)
    page.locator(".st-key-price_take button").click()
    page.locator(".st-key-price_drop button").wait_for(timeout=PATIENCE)
    settle(page)
    assert "刷新网页会丢失当前修改" in page.locator('[data-testid="stSidebar"]').inner_text()
    assert "case=" not in page.url
    home = saved(page, "save", tmp_path)
    assert home.name == "hainan_grid_lfp.zip"
    page.locator('[data-testid="stSidebarNav"] a', has_text="结论").click()
    expect(page.locator("h1")).to_have_text("结论", timeout=PATIENCE)
    settle(page)
    other = opened("verdict")
    other.locator('[class*="st-key-load"] input[type=file]').set_input_files(home)
    other.get_by_text("电价 一周.csv").or_(other.get_by_text("hainan_grid_lfp")).first.wait_for(
        state="attached", timeout=PATIENCE
    )
    other.wait_for_timeout(1500)
    settle(other)
    assert verdict_of(other) == verdict_of(page)
    assert "无未保存的修改" in other.locator('[data-testid="stSidebar"]').inner_text()
    book = saved(other, "save_workbook", tmp_path)
    third = opened("verdict")
    third.locator('[class*="st-key-load"] input[type=file]').set_input_files(book)
    third.wait_for_timeout(2500)
    settle(third)
    assert verdict_of(third) == verdict_of(page)
