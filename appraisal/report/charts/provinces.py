"""The support that one project needs in every area, and what the province pays today, the least support first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from appraisal.errors import Message
from appraisal.report.charts.areas import area_name
from appraisal.report.charts.layers import data, haloed, layered, pixels
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import listed, say
from appraisal.report.charts.years import described, ended
from appraisal.study.provinces import InArea, Provinces
from appraisal.study.words import with_unit
from appraisal.text import CONFIDENCE, STATUS, word

ROW = 40
_LABEL, _TOP, _BOTTOM = 9, 18, 32
_VALUE = 200
_UNIT = "yuan/kW/year"
_WORDS = {
    "title": ("同一项目在各地所需的容量支持", "The support that the same project needs in every area"),
    "needed": ("达到目标所需支持", "Support needed to meet the target"), "paid": ("当地现行容量电价所得", "Paid by the province today"), "balance": ("现行所得减所需", "Paid less needed"),
    "area": ("地区", "Area"), "spread": ("平均峰谷价差", "Mean peak–valley spread"), "npv": ("税后净现值", "Project NPV, after tax"), "irr": ("税后内部收益率", "Project IRR, after tax"), "equity": ("资本金内部收益率", "Equity IRR"),
    "verdict": ("判断", "Verdict"), "over": ("补偿过度", "over-compensated"), "under": ("补偿不足", "under-compensated"), "none_needed": ("无需支持", "needs none"), "not_met": ("达不到目标", "cannot meet it"),
    "unpaid": ("事实库无容量电价", "no capacity price in the library"), "not_eligible": ("不属补偿对象", "not eligible"), "status": ("容量电价效力", "Standing of the price"), "confidence": ("电价可信度", "Confidence of the prices"),
    "of": ("{case}；{metric}达到 {target:g}；容量电价取 {start:%Y-%m} 有效者", "{case}; {metric} at {target:g}; capacity prices in force in {start:%Y-%m}"),
    "basis": ("元/kW·年，含增值税，按额定功率；所需支持逐年相同，付满运营期", "yuan/kW/year incl. VAT, by rated power; the support needed is level over all operating years"),
    "marker": ("圆点为当地现行容量电价按该时长折算所得", "the dot is what the capacity price of the province pays for this duration"),
    "alt": ("横条图，所需支持从小到大：{list}", "Bars, the least support first: {list}"), "why": ("说明", "Note"),
}  # fmt: skip


def provinces_drawn(found: Provinces, lang: str = "en") -> Picture:
    """Bars of the support needed by area, with a dot at what is paid today.

    Parameters
    ----------
    found : Provinces
    lang : "en" or "zh"

    Returns
    -------
    Picture
        Its table is the study's own, one row an area.
    """
    title = say(_WORDS, "title", lang)
    notes = [
        say(
            _WORDS,
            "of",
            lang,
            case=getattr(found.case.title, lang) or found.case.name,
            metric=found.label.text(lang),
            target=found.target,
            start=found.start,
        )
    ]
    notes += [say(_WORDS, "basis", lang)] + (
        [say(_WORDS, "marker", lang)] if any(one.paid == one.paid for one in found.found) else []
    )
    told = listed([f"{area_name(one.spread, lang)} {_text(one, lang)}" for one in found.found], lang)
    frame = provinces_table(found, lang)
    return Picture(
        chart=_chart(found.found, lang), title=title, subtitle=tuple(ended(note, lang) for note in notes), lang=lang, table=frame,
        formats=_formats(frame), alt=described(title, [ended(say(_WORDS, "alt", lang, list=told), lang), *notes], lang),
    )  # fmt: skip


def provinces_table(found: Provinces, lang: str) -> pd.DataFrame:
    """One row an area: spread, worth, support needed and paid, verdict."""
    columns: dict[str, list[Any]] = {
        say(_WORDS, "area", lang): [area_name(one.spread, lang) for one in found.found],
        with_unit(say(_WORDS, "spread", lang), "yuan/kWh", lang): [one.spread.mean for one in found.found],
        with_unit(say(_WORDS, "npv", lang), "yuan", lang): [one.project_npv for one in found.found],
        say(_WORDS, "irr", lang): [one.project_irr for one in found.found],
        say(_WORDS, "equity", lang): [one.equity_irr for one in found.found],
        with_unit(say(_WORDS, "needed", lang), _UNIT, lang): [one.needed for one in found.found],
        with_unit(say(_WORDS, "paid", lang), _UNIT, lang): [one.paid for one in found.found],
        with_unit(say(_WORDS, "balance", lang), _UNIT, lang): [one.balance for one in found.found],
        say(_WORDS, "verdict", lang): [say(_WORDS, _verdict(one), lang) for one in found.found],
        say(_WORDS, "status", lang): ["" if one.factor is None else word(STATUS, one.factor.status or "", lang) for one in found.found],
        say(_WORDS, "confidence", lang): [word(CONFIDENCE, one.spread.confidence, lang) for one in found.found],
        say(_WORDS, "why", lang): [one.why.text(lang) for one in found.found],
    }  # fmt: skip
    return pd.DataFrame(columns)


def _formats(frame: pd.DataFrame) -> dict[str, str]:
    shapes = {1: ",.4f", 2: ",.0f", 3: ".2%", 4: ".2%", 5: ",.2f", 6: ",.2f", 7: "+,.2f"}
    return {str(frame.columns[place]): shape for place, shape in shapes.items()}


def _verdict(one: InArea) -> str:
    """A key of the words: whether what is paid is more or less than what is needed, or why that cannot be said."""
    if one.needed != one.needed:
        return "not_met"
    if one.balance == one.balance and (one.balance < 0.0 or one.paid > 0.0):
        return "over" if one.balance >= 0.0 else "under"
    if one.needed == 0.0:
        return "none_needed"
    return "not_eligible" if not one.eligible else "unpaid"


def _text(one: InArea, lang: str) -> str:
    """The support needed, and beside it what is paid or the verdict."""
    needed = f"{one.needed:,.0f}" if one.needed == one.needed else "—"
    shown = (
        Message(f"{needed}, paid {one.paid:,.0f}", f"{needed}，现行 {one.paid:,.0f}")
        if one.paid == one.paid
        else Message(needed, needed)
    )
    return shown.text(lang)


def _chart(found: Sequence[InArea], lang: str) -> alt.LayerChart:
    height = max(len(found), 1) * ROW
    rows = [
        {
            "name": area_name(one.spread, lang), "needed": one.needed, "paid": one.paid, "zero": 0.0, "text": _text(one, lang), "short": one.balance < 0.0,
            "top": turn * ROW + _TOP, "bottom": turn * ROW + _BOTTOM, "label": turn * ROW + _LABEL, "middle": turn * ROW + (_TOP + _BOTTOM) / 2,
            "verdict": say(_WORDS, _verdict(one), lang),
        }
        for turn, one in enumerate(found)
    ]  # fmt: skip
    most = max([value for one in found for value in (one.needed, one.paid) if value == value], default=1.0) or 1.0
    scale = alt.Scale(domain=[0.0, most], nice=False, padding=6)
    axis = alt.Axis(format=",.0f", tickCount=5, labelSeparation=8)
    x = alt.X(
        "needed:Q",
        title=with_unit(say(_WORDS, "needed", lang), _UNIT, lang),
        axis=axis,
        scale=scale,
    )
    layers: list[Any] = []
    for short, style in ((False, "clears"), (True, "misses")):
        part = alt.Chart(data([row for row in rows if row["short"] is short]))
        layers.append(
            part.encode(x=x, x2=alt.X2("zero"), y=pixels("top", height), y2=alt.Y2("bottom")).mark_rect(style=style)
        )
    dots = alt.Chart(data([row for row in rows if row["paid"] == row["paid"]]))
    layers.append(
        dots.encode(x=alt.X("paid:Q", scale=scale), y=pixels("middle", height)).mark_point(
            style="marker", filled=True, size=70
        )
    )
    values = alt.Chart(data(rows)).encode(x=alt.value("width"), y=pixels("label", height), text=alt.Text("text:N"))
    names = alt.Chart(data(rows)).encode(x=alt.value(0), y=pixels("label", height), text=alt.Text("name:N"))
    layers += [
        *haloed(names, "row-label", align="left", dx=2, limit=alt.ExprRef(expr=f"width - {_VALUE}")),
        *haloed(values, "end-label", align="right"),
        _tips(rows, height, lang),
    ]
    return layered(layers, height, name="provinces")


def _tips(rows: Sequence[dict[str, Any]], height: int, lang: str) -> Any:
    """The whole row of an area tells its figures: a bar is narrow on a phone."""
    tips = [
        alt.Tooltip("name:N", title=say(_WORDS, "area", lang)), alt.Tooltip("needed:Q", title=say(_WORDS, "needed", lang), format=",.2f"),
        alt.Tooltip("paid:Q", title=say(_WORDS, "paid", lang), format=",.2f"), alt.Tooltip("verdict:N", title=say(_WORDS, "verdict", lang)),
    ]  # fmt: skip
    chart = alt.Chart(data(rows)).encode(
        x=alt.value(0), x2=alt.value("width"), y=pixels("top", height), y2=alt.Y2("bottom"), tooltip=tips
    )
    return chart.mark_rect(opacity=0, aria=False)
