"""The form of events: what is entered stands at its place in the case, and the case is computed with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from appraisal.app.draft import Draft, ready

Open = Callable[..., AppTest]


def draft_of(app: AppTest) -> Draft:
    """The draft of a session."""
    found: Draft = app.session_state["draft"]
    return found


def widget(app: AppTest, path: str) -> Any:
    """The widget of a field of the tab."""
    kinds = (app.number_input, app.selectbox, app.text_input)
    (found,) = [one for kind in kinds for one in kind if one.key in (f"tab|{path}", f"tab|{path}|text")]
    return found


def test_event_is_added_filled_and_removed(open_page: Open) -> None:
    """A factor on the capacity price from year 7, a stream that begins; then the draft is what was loaded."""
    app = open_page("inputs", "hainan_grid_lfp", inputs_open="events")
    app.button(key="add|events").click().run()
    assert draft_of(app).stated["events"] == {"event_1": {"operation_year": 5, "set": {}}}
    assert any("没有更改任何内容" in one.value for one in app.error)
    price = "revenue.capacity.price_yuan_per_kw_year"
    app.selectbox(key="action|events.event_1").set_value("scale").run()
    app.selectbox(key="target|events.event_1").set_value(price).run()
    app.button(key="add|events.event_1").click().run()
    widget(app, f"events.event_1.scale.{price}").set_value(0.5).run()
    widget(app, "events.event_1.operation_year").set_value(7).run()
    assert draft_of(app).stated["events"] == {"event_1": {"operation_year": 7, "set": {}, "scale": {price: 0.5}}}
    assert not app.exception
    case = draft_of(app).case()
    held = [float(one.at(price)[0, 0]) for one in case.regimes]
    assert held[1] == pytest.approx(0.5 * held[0])
    app.selectbox(key="kind|events.event_1|revenue").set_value("schedule").run()
    app.button(key="add|events.event_1|revenue").click().run()
    widget(app, "events.event_1.set.revenue.schedule.vat_rate").set_value(13.0).run()
    widget(app, "events.event_1.set.revenue.schedule.paid_by").set_value("market").run()
    widget(app, "events.event_1.set.revenue.schedule.income_yuan").set_value("5000000").run()
    assert draft_of(app).stated["events"]["event_1"]["set"] == {
        "revenue.schedule": {"stream": "schedule", "vat_rate": 0.13, "paid_by": "market", "income_yuan": 5000000}
    }
    assert not app.exception
    assert np.array_equal(draft_of(app).case().regimes[1].at("revenue.schedule.vat_rate"), [[0.13]])
    app.button(key="remove|events.event_1").click().run()
    assert draft_of(app).key == ready("hainan_grid_lfp").key


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_ready_case_of_events_is_shown_in_the_language(open_page: Open, lang: str) -> None:
    """Each event has its title, its fields and what it changes."""
    app = open_page("inputs", "hainan_policy_events", lang, inputs_open="events")
    shown = " ".join(str(one.value) for one in app.markdown)
    for title in (
        {"zh": "可靠容量补偿取代容量电价", "en": "More storage narrows the spread"}[lang],
        {"zh": "按倍数缩放", "en": "Scale"}[lang],
    ):
        assert title in shown
    assert widget(app, "events.crowded.scale.market.spread_scale").value == 0.85


@pytest.mark.parametrize(
    "page", ["verdict", "statements", "dispatch", "compare", "sensitivity", "uncertainty", "prices", "start", "method"]
)
def test_every_page_opens_with_a_case_of_events(open_page: Open, page: str) -> None:
    """No page stumbles over a stream that the case has in later years only."""
    app = open_page(page, "hainan_policy_events", "zh")
    assert not app.exception
