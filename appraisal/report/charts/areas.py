"""Retail areas by their mean peak–valley spread: where moving energy over the day is worth most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from appraisal.case.periods import commissioning_months, month_after
from appraisal.errors import Fault, InputError, said
from appraisal.library import Library
from appraisal.library.retail_types import PARTS as PARTS_KNOWN
from appraisal.pipeline import Appraisal
from appraisal.report.charts.figures import shown_unit
from appraisal.report.charts.layers import data, haloed, layered, pixels
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import listed, pick, say
from appraisal.report.charts.years import described, ended, of_case
from appraisal.report.spreads import TRADE_HOURS, Missing, Spread, spreads
from appraisal.text import CONFIDENCE, PARTS, word

ROW = 54
_LABEL, _TOP, _BOTTOM, _FAINT = 9, 18, 34, 43
VOLTAGE = "1-10kV"

_WORDS = {
    "title": ("各地平均峰谷价差（{parts}，{voltage}）", "Mean peak–valley spread by area ({parts}, {voltage})"),
    "spread": ("平均峰谷价差（元/kWh，含税）", "Mean spread (yuan/kWh incl. VAT)"), "area": ("地区", "Area"),
    "meaning": (
        "一天内最高时段电价减最低时段电价，按全年各类日子的天数平均；自 {start} 起十二个月",
        "The dearest band of a day less the cheapest, the mean over the days of twelve months from {start}",
    ),
    "date": ("数据截至 {date}（最新公布月份）", "Data up to {date}, the latest month published"),
    "own": ("颜色突出者为本算例的电价表", "the bar that stands out is the tariff of the case"),
    "gone": ("未列入（该日期没有可用数据）：{list}", "Left out, no data at that date: {list}"),
    "unknown": ("未列入（没有这个电压等级或类别）：{list}", "Left out, no such voltage or class: {list}"),
    "margin": ("两充两放毛利（元/kWh·日）", "Two-cycle margin (yuan/kWh a day)"),
    "ratio": ("峰谷电价比", "Dearest ÷ cheapest"), "multiple": ("浮动部分峰谷比", "Peak ÷ valley multiple"),
    "store": (
        "两充两放毛利：{hours:g} 小时储能、往返效率 {efficiency:.1%}，每日至多充放两次，每千瓦时可放电量的日均价差收入",
        "Two-cycle margin: a store of {hours:g} h and {efficiency:.1%} round trip, at most two cycles a day, per kWh that it can give back",
    ),
    "months": ("{least}–{most} 元/kWh；{count} 个月为推定；最新 {latest}", "{least}–{most} by month; {count} months assumed; latest {latest}"),
    "least": ("最低月（元/kWh）", "Lowest month (yuan/kWh)"), "most": ("最高月（元/kWh）", "Highest month (yuan/kWh)"), "class": ("用户类别", "User class"),
    "latest": ("最新公布月份", "Latest month published"), "estimated": ("推定月数", "Months assumed"), "confidence": ("可信度", "Confidence"),
    "missing": ("没有数据", "no data"), "none": ("没有可列入的地区", "No area has a price"),
    "alt": ("横条图，从大到小：{list}", "Bars, the widest first: {list}"),
}  # fmt: skip


def area_ranking(
    result: Appraisal, lang: str = "en", voltage: str = "", parts: str = "", start: date | None = None, row: int = 0
) -> Picture:
    """Every retail area of the library for one voltage and kind of tariff, the widest spread first.

    Parameters
    ----------
    result : Appraisal
        Its case gives what is left out, and its own tariff is marked.
    lang : "en" or "zh"
    voltage : str
        ``10kV``, or a tariff's own word; by default the case's, else 1–10 kV.
    parts : "one" or "two"
        By default the case's.
    start : date, optional
        First of twelve months; by default the case's commissioning.
    row : int
        Unused but for the line that names the case: a tariff is structure.

    Returns
    -------
    Picture
        An area with price zones has a bar for each; areas that cannot be priced are told and stand in the table.

    Raises
    ------
    InputError
        For other *parts*.
    """
    market, storage = result.case.market, result.case.storage
    voltage, parts = voltage or market.voltage or VOLTAGE, parts or market.parts
    efficiency = float(storage.charge_efficiency[0, 0] * storage.discharge_efficiency[0, 0])
    begin = start or _commissioned(result)
    return areas(
        Library.open(), begin, lang, voltage=voltage, parts=parts, efficiency=efficiency, head=of_case(result, lang, row),
        own=lambda one: one.tariff == market.tariff and _is_zone(one, market.zone, result),
    )  # fmt: skip


def areas(
    library: Library, start: date, lang: str = "en", *, voltage: str, parts: str, efficiency: float,
    head: str = "", own: Callable[[Spread], bool] | None = None,
) -> Picture:  # fmt: skip
    """The same without a case: every area of a library, for one kind of user at one date.

    Parameters
    ----------
    library : Library
    start : date
        First of twelve months.
    lang : "en" or "zh"
    voltage, parts, efficiency
        As of :func:`appraisal.report.spreads.spreads`.
    head : str
        A line under the title.
    own : callable
        Which bars stand out.

    Raises
    ------
    InputError
        For *parts* other than one or two.
    """
    if parts not in PARTS_KNOWN:
        raise InputError([Fault(where="chart", path="parts", message=said(
            "{parts!r}; expected one or two", "{parts!r}；应为 one（单一制）或 two（两部制）", parts=parts
        ))])  # fmt: skip
    found, gone = spreads(library, start, voltage=voltage, parts=parts, efficiency=efficiency)
    title = say(_WORDS, "title", lang, parts=word(PARTS, parts, lang), voltage=voltage.replace("kv", "kV"))
    marked = [one for one in found if own is not None and own(one)]
    notes = _notes(found, gone, start, marked=bool(marked), efficiency=efficiency, lang=lang)
    told = listed([f"{_name(one, lang)} {one.mean:.4f}" for one in found], lang)
    columns = dict.fromkeys(("spread", "least", "most", "margin"), ",.4f") | {
        "ratio": ".2f",
        "multiple": ".2f",
        "estimated": ",.0f",
    }
    return Picture(
        chart=_chart(found, marked, lang), title=title, subtitle=(*([head] if head else []), *notes), lang=lang,
        table=_table(found, gone, lang), formats={say(_WORDS, name, lang): shape for name, shape in columns.items()},
        alt=described(title, [ended(say(_WORDS, "alt", lang, list=told or say(_WORDS, "none", lang)), lang), *notes], lang),
    )  # fmt: skip


def _commissioned(result: Appraisal) -> date:
    """First of the month in which the plant begins to run, as the case's own prices are dated."""
    project = result.case.project
    return date(*month_after(project.construction_start, commissioning_months(project)), 1)


def _is_zone(one: Spread, zone: str, result: Appraisal) -> bool:
    """Whether a bar is of the price zone of the case."""
    if one.zone is None or not zone:
        return one.zone is None
    known = Library.open().retail_file(result.case.market.tariff).zones
    return zone in known and known[zone].title == one.zone


def _short(text: str) -> str:
    """The area of a tariff's title: 浙江 of 浙江 工商业分时电价."""
    return text.partition(",")[0].partition(" ")[0] if ord(text[0]) > 0x2E80 else text.partition(",")[0]


def _name(one: Spread | Missing, lang: str) -> str:
    area = _short(one.area.text(lang))
    return area if one.zone is None else pick(lang, f"{area}（{one.zone.zh}）", f"{area} ({one.zone.en})")


def _notes(
    found: Sequence[Spread], gone: Sequence[Missing], begin: date, *, marked: bool, efficiency: float, lang: str
) -> list[str]:
    stop = pick(lang, "；", "; ")
    parts = (
        [say(_WORDS, "date", lang, date=f"{max(one.latest for one in found):%Y-%m}")]
        if found
        else [say(_WORDS, "none", lang)]
    )
    parts += [say(_WORDS, "own", lang)] if marked else []
    notes = [say(_WORDS, "meaning", lang, start=f"{begin:%Y-%m}"), stop.join(parts)]
    notes += [say(_WORDS, "store", lang, hours=TRADE_HOURS, efficiency=efficiency)] if found else []
    for key, facts in (("gone", True), ("unknown", False)):
        names = [_name(one, lang) for one in gone if all(fault.kind == "fact" for fault in one.faults) is facts]
        notes += [say(_WORDS, key, lang, list=listed(names, lang))] if names else []
    return [ended(one, lang) for one in notes]


def _table(found: Sequence[Spread], gone: Sequence[Missing], lang: str) -> pd.DataFrame:
    blank = [float("nan")] * len(gone)
    none = [say(_WORDS, "missing", lang)] * len(gone)
    columns: dict[str, list[Any]] = {
        "area": [*(_name(one, lang) for one in found), *(_name(one, lang) for one in gone)], "spread": [*(one.mean for one in found), *blank],
        "least": [*(one.least for one in found), *blank], "most": [*(one.most for one in found), *blank],
        "margin": [*(one.margin for one in found), *blank], "ratio": [*(one.ratio for one in found), *blank],
        "multiple": [*(one.multiple for one in found), *blank],
        "class": [*(one.user_class.text(lang) for one in found), *([""] * len(gone))],
        "latest": [*(f"{one.latest:%Y-%m}" for one in found), *none], "estimated": [*(float(one.estimated) for one in found), *blank],
        "confidence": [*(word(CONFIDENCE, one.confidence, lang) for one in found), *([""] * len(gone))],
    }  # fmt: skip
    return pd.DataFrame({say(_WORDS, name, lang): values for name, values in columns.items()})


def _chart(found: Sequence[Spread], own: Sequence[Spread], lang: str) -> alt.LayerChart:
    height = max(len(found), 1) * ROW
    bars = _bars(found, own, lang)
    most = max([one["value"] for one in bars], default=1.0)
    x = alt.X("value:Q", title=say(_WORDS, "spread", lang), axis=alt.Axis(format=".2~f", tickCount=5, labelSeparation=8),
              scale=alt.Scale(domain=[0.0, most], nice=False, padding=6))  # fmt: skip
    tips = [
        alt.Tooltip("name:N", title=say(_WORDS, "area", lang)),
        alt.Tooltip("text:N", title=say(_WORDS, "spread", lang)),
        alt.Tooltip("told:N", title=" "),
    ]
    layers: list[Any] = []
    for mine, style in ((False, "clears"), (True, "bar")):
        part = alt.Chart(data([one for one in bars if one["own"] is mine])).encode(
            x=x, x2=alt.X2("zero"), y=pixels("top", height), y2=alt.Y2("bottom"), tooltip=tips
        )
        layers.append(part.mark_rect(style=style))
    values = alt.Chart(data(bars)).encode(x=alt.value("width"), y=pixels("label", height), text=alt.Text("text:N"))
    names = alt.Chart(data(bars)).encode(x=alt.value(0), y=pixels("label", height), text=alt.Text("name:N"))
    faint = alt.Chart(data(bars)).encode(x=alt.value(0), y=pixels("faint", height), text=alt.Text("told:N"))
    layers += [
        *haloed(names, "row-label", align="left", dx=2),
        *haloed(faint, "faint-label", align="left", dx=2, fontSize=11),
    ]
    return layered([*layers, *haloed(values, "end-label", align="right")], height)


def _bars(found: Sequence[Spread], own: Sequence[Spread], lang: str) -> list[dict[str, Any]]:
    """A row an area: its name and spread over the bar, what it rests on under it."""
    price = shown_unit("", "yuan/kWh", lang)
    return [
        {
            "name": _name(one, lang), "value": one.mean, "zero": 0.0, "text": price.text(one.mean, unit=False), "own": one in own,
            "top": turn * ROW + _TOP, "bottom": turn * ROW + _BOTTOM, "middle": turn * ROW + (_TOP + _BOTTOM) / 2, "label": turn * ROW + _LABEL,
            "faint": turn * ROW + _FAINT,
            "told": say(_WORDS, "months", lang, least=f"{one.least:.2f}", most=f"{one.most:.2f}", count=one.estimated, latest=f"{one.latest:%Y-%m}"),
        }
        for turn, one in enumerate(found)
    ]  # fmt: skip
