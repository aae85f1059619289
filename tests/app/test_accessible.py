"""With a keyboard and a screen reader, in a real browser: charts and tables say what they show, every control is reached."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from test_journey import address, browser, english, opened

__all__ = ["address", "browser", "opened"]

CHINESE = re.compile(r"[\u3400-\u9fff]")
CHARTS = '[data-testid="stVegaLiteChart"]'
# What a screen reader would read out one by one: parts of a drawing with words of their own.
MARKS = """chart => [...chart.querySelectorAll('svg [aria-label]')].filter(one => !one.closest('[aria-hidden="true"]')).length"""
# Of a group of which one is chosen only that one is a stop of the tab key; arrows reach the others.
CONTROLS = """() => [...document.querySelectorAll('main button, main input, main summary, main a[href], main [role="slider"]')]
  .filter(one => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({visibilityProperty: true}) && one.type !== 'radio'
    && !(one.getAttribute('role') === 'radio' && one.getAttribute('aria-checked') === 'false'))
  .map((one, place) => { one.dataset.place = one.dataset.place || String(place); return one.dataset.place; })"""
HERE = """() => { const one = document.activeElement, style = getComputedStyle(one);
  return [one.dataset.place || '', one.tagName, style.outlineStyle, parseFloat(style.outlineWidth)]; }"""
PAGES = ("verdict", "sensitivity", "uncertainty")


@pytest.mark.parametrize("name", PAGES)
def test_charts_and_tables_are_described_in_the_language_of_the_page(opened: Callable[..., Page], name: str) -> None:
    """Each chart is one picture with one description, and its marks are silent; each static table has a name."""
    page = opened(name)
    for chinese in (True, False):
        if not chinese:
            english(page)
        page.wait_for_selector(f"{CHARTS} svg")
        for chart in page.locator(CHARTS).all():
            assert chart.get_attribute("role") == "graphics-document"
            told = str(chart.get_attribute("aria-label"))
            assert len(told) > 20
            assert bool(CHINESE.search(told)) == chinese, told
            assert chart.evaluate(MARKS) == 0
        for table in page.locator('[data-testid="stTable"] table').all():
            told = str(table.get_attribute("aria-label"))
            assert bool(CHINESE.search(told)) == chinese, told


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_keyboard_reaches_every_control_and_shows_where_it_is(opened: Callable[..., Page], scheme: Any) -> None:
    """Tab by tab through the page of uncertainty: what has the focus has a ring, and no control of the page is left out."""
    page = opened("uncertainty", scheme=scheme)
    page.wait_for_selector(f"{CHARTS} svg")
    page.wait_for_timeout(1000)
    wanted, met, bare = set(page.evaluate(CONTROLS)), set(), []
    for _ in range(len(wanted) + 80):
        page.keyboard.press("Tab")
        place, tag, style, width = page.evaluate(HERE)
        if tag == "BODY":
            break
        met.add(place)
        if style not in ("solid", "auto") or width < 2:
            bare.append((place, tag, style, width))
    assert len(wanted) > 10
    left = {
        place: page.locator(f'main [data-place="{place}"]').evaluate("one => one.outerHTML.slice(0, 300)")
        for place in wanted - met
    }
    assert left == {}
    assert bare == []
