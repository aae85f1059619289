"""The areas of the library beside one another on a page: for which user, sorted by what, and a click that moves the case there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

import streamlit as st

from appraisal.app import state
from appraisal.app.choices import tariff_file
from appraisal.app.defaults import defaults
from appraisal.app.draft import Draft, facts
from appraisal.app.fields import is_number, look
from appraisal.app.pictures import show
from appraisal.app.settings import keyed, labelled
from appraisal.app.state import draft, lang, t
from appraisal.app.tariffs import begins, moved_to
from appraisal.report.charts.areas import SELECTED, Measure, areas_drawn, is_own
from appraisal.study.spreads import Missing, Spread, spreads
from appraisal.text import PARTS

# Words for voltages that the tariffs know beside their own.
VOLTAGES: Mapping[str, tuple[str, str]] = {
    "<1kV": ("不满1千伏", "below 1 kV"), "10kV": ("1–10 千伏", "1–10 kV"), "35kV": ("35 千伏", "35 kV"),
    "110kV": ("110 千伏", "110 kV"), "220kV": ("220 千伏及以上", "220 kV and above"),
}  # fmt: skip
_COMMON = "10kV"
_BY: Mapping[Measure, tuple[str, str]] = {
    "spread": ("峰谷价差", "Spread"), "margin": ("两充两放毛利", "Two-cycle margin"), "ratio": ("峰谷电价比", "Price ratio"),
}  # fmt: skip
_TRIP = ("charge_efficiency", "discharge_efficiency")
_KEPT = 24


def ranking() -> None:
    """The comparison, worked out when a person opens it; a click on a row moves the draft to that area."""
    opened = st.expander(
        t("与各地区比较", "Compare with the other areas"), key="prices_areas", on_change="rerun", icon=":material/bar_chart:"
    )  # fmt: skip
    if not opened.open:
        return
    with opened:
        trip = round_trip(draft())
        if trip is None:
            st.info(
                t(
                    "尚不知道储能的充、放电效率：请先选择技术或填写效率。",
                    "The efficiencies of the store are not known yet: choose a technology or state them first.",
                )
            )
            return
        _compared(trip)


def round_trip(of: Draft) -> float | None:
    """Energy given back ÷ energy taken, as the draft states or its technology supplies it; None where neither does."""
    product = 1.0
    for name in _TRIP:
        stated, held = look(of.stated, f"storage.{name}"), defaults(of).get(f"storage.{name}")
        value = held.value if stated is None and held is not None else stated
        if not is_number(value) or not 0.0 < float(value) <= 1.0:
            return None
        product *= float(value)
    return product


def voltage_of(of: Draft) -> str:
    """The word of ``VOLTAGES`` for the voltage of a draft; 10 kV where its tariff does not know one."""
    file = tariff_file(of)
    code = file.aliases.get(str(look(of.stated, "market.voltage")).strip().lower()) if file is not None else None
    if file is None or code is None:
        return _COMMON
    return next((word for word in VOLTAGES if file.aliases.get(word.lower()) == code), _COMMON)


def _asked() -> tuple[str, str, Measure]:
    """Voltage and parts, at first those of the draft, and what areas are sorted by."""
    columns = st.columns(3)
    stated = str(look(draft().stated, "market.parts"))
    own = {"voltage": voltage_of(draft()), "parts": stated if stated in PARTS else "two"}
    # What a person chose holds while the draft's own stays the same.
    voltage = keyed(f"areas_voltage|{own['voltage']}", own["voltage"], VOLTAGES)
    parts = keyed(f"areas_parts|{own['parts']}", own["parts"], PARTS)
    by = keyed("areas_by", "spread", _BY)
    columns[0].selectbox(
        t("比较的电压等级", "Voltage compared"), list(VOLTAGES), key=voltage, format_func=labelled(VOLTAGES)
    )
    columns[1].selectbox(t("比较的电价制式", "Tariff compared"), list(PARTS), key=parts, format_func=labelled(PARTS))
    columns[2].selectbox(t("排序依据", "Sorted by"), list(_BY), key=by, format_func=labelled(_BY))
    return st.session_state[voltage], st.session_state[parts], st.session_state[by]


def _compared(trip: float) -> None:
    voltage, parts, by = _asked()
    start = begins(draft())
    found, gone = _spreads(start, voltage, parts, trip)
    tariff, zone = (str(look(draft().stated, f"market.{name}") or "") for name in ("tariff", "zone"))
    picture = areas_drawn(
        found, gone, start, lang(), voltage=voltage, parts=parts, efficiency=trip, own=lambda one: is_own(one, tariff, zone), by=by
    )  # fmt: skip
    st.caption(
        t(
            "点击一行，本算例即改用该地区的电价表和价区，电压等级和制式不变；也可在“选择电价表”中选地区。",
            "Click a row to move the case to that area and its price zone; voltage and kind of tariff stay. The list under “Choose the tariff” does the same.",
        )
    )
    # A map of a new name has forgotten what was clicked.
    name = f"areas_map_{st.session_state.get('areas_moved', 0)}"
    show(picture, name, selected=SELECTED, clicked=partial(_clicked, name))


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _spreads(
    start: date, voltage: str, parts: str, efficiency: float
) -> tuple[tuple[Spread, ...], tuple[Missing, ...]]:
    return spreads(facts(), start, voltage=voltage, parts=parts, efficiency=efficiency)


def _clicked(name: str) -> None:
    """Move to the area of the row that was clicked; a click that clears the selection moves nothing."""
    rows = st.session_state[name].selection.get(SELECTED) or []
    if rows:
        move(str(rows[0]["tariff"]), str(rows[0]["zone"]))


def move(tariff: str, zone: str) -> None:
    """Work on the same draft under another tariff, in a zone of it."""
    st.session_state["areas_moved"] = st.session_state.get("areas_moved", 0) + 1
    state.take(moved_to(draft(), tariff.removeprefix("retail."), zone))
