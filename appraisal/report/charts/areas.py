"""Retail areas by spread, two-cycle margin or price ratio: where moving energy over the day is worth most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Literal, TypeAlias, get_args

import altair as alt
import pandas as pd

from appraisal.case.periods import commissioning_months, month_after
from appraisal.errors import Fault, InputError, said
from appraisal.library import Library
from appraisal.library.retail_types import MONTHS
from appraisal.library.retail_types import PARTS as PARTS_KNOWN
from appraisal.pipeline import Appraisal
from appraisal.report.charts.layers import data, haloed, layered, pixels
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import listed, pick, say
from appraisal.report.charts.years import described, ended, of_case
from appraisal.study.spreads import TRADE_HOURS, Missing, Spread, spreads
from appraisal.text import ABSENT, CONFIDENCE, PARTS, word

ROW = 54
_LABEL, _TOP, _BOTTOM, _FAINT = 9, 18, 34, 43
# What is left of the colour of a bar that rests on old prices only.
_PALE = 0.3
# Pixels that the value at the end of a row takes.
_VALUE = 56
VOLTAGE = "1-10kV"
SELECTED = "area"
Measure: TypeAlias = Literal["spread", "margin", "ratio"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
_FIELDS: dict[Measure, str] = {"spread": "mean", "margin": "margin", "ratio": "ratio"}
_AS_TEXT: dict[Measure, str] = {"spread": ".4f", "margin": ".4f", "ratio": ".2f"}

_WORDS = {
    "title_spread": ("各地平均峰谷价差（{parts}，{voltage}）", "Mean peak–valley spread by area ({parts}, {voltage})"),
    "title_margin": ("各地两充两放毛利（{parts}，{voltage}）", "Two-cycle margin by area ({parts}, {voltage})"),
    "title_ratio": ("各地峰谷电价比（{parts}，{voltage}）", "Peak–valley price ratio by area ({parts}, {voltage})"),
    "spread": ("平均峰谷价差（元/kWh，含税）", "Mean spread (yuan/kWh incl. VAT)"), "area": ("地区", "Area"),
    "meaning_spread": (
        "一天内最高时段电价减最低时段电价，按全年各类日子的天数平均；自 {start} 起十二个月",
        "The dearest band of a day less the cheapest, the mean over the days of twelve months from {start}",
    ),
    "meaning_margin": ("自 {start} 起十二个月的平均", "The mean over the days of twelve months from {start}"),
    "meaning_ratio": (
        "一天内最高时段电价与最低时段电价各取全年平均后相除；自 {start} 起十二个月",
        "The mean of the dearest band of a day over the mean of the cheapest, twelve months from {start}",
    ),
    "old": (
        "浅色虚线框：现行输配电价执行以来没有公布过当地电价，全年均按更早的价格推定",
        "pale with a dotted rim: no price was published under the transmission prices in force; the whole year is assumed from older ones",
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
    "by_month": ("{least}–{most} 元/kWh", "{least}–{most} by month"), "by_spread": ("价差 {spread}", "spread {spread}"),
    "months": ("{first}；{count} 个月为推定；最新 {latest}", "{first}; {count} months assumed; latest {latest}"),
    "all_assumed": ("{first}；全年为推定；最新 {latest}", "{first}; all assumed; latest {latest}"),
    "least": ("最低月（元/kWh）", "Lowest month (yuan/kWh)"), "most": ("最高月（元/kWh）", "Highest month (yuan/kWh)"), "class": ("用户类别", "User class"),
    "unproved": ("未经证实", "Not proved"), "doubt": ("；未证实：{what}", "; not proved: {what}"),
    "latest": ("最新公布月份", "Latest month published"), "estimated": ("推定月数", "Months assumed"), "confidence": ("可信度", "Confidence"),
    "outdated": ("全年为推定", "All assumed"), "yes": ("是", "yes"), "no": ("否", "no"),
    "missing": ("没有数据", "no data"), "none": ("没有可列入的地区", "No area has a price"),
    "alt": ("横条图，从大到小：{list}", "Bars, the widest first: {list}"),
}  # fmt: skip


def area_ranking(
    result: Appraisal, lang: str = "en", voltage: str = "", parts: str = "", start: date | None = None, row: int = 0,
    by: Measure = "spread",
) -> Picture:  # fmt: skip
    """Every retail area of the library for one voltage and kind of tariff, the best first.

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
        Scenario that gives the efficiency of the store and the line that names the case: a tariff is structure.
    by : "spread", "margin" or "ratio"
        What bars show and areas are sorted by.

    Returns
    -------
    Picture
        An area with price zones has a bar for each; areas that cannot be priced are told and stand in the table.

    Raises
    ------
    InputError
        For other *parts* or *by*.
    """
    market, storage = result.case.market, result.case.storage
    voltage, parts = voltage or market.voltage or VOLTAGE, parts or market.parts
    trips = storage.charge_efficiency * storage.discharge_yield
    return areas(
        Library.open(), start or _commissioned(result), lang, voltage=voltage, parts=parts,
        efficiency=float(trips[min(row, len(trips) - 1), 0]), head=of_case(result, lang, row),
        own=lambda one: is_own(one, market.tariff, market.zone), by=by,
    )  # fmt: skip


def is_own(one: Spread, tariff: str, zone: str) -> bool:
    """Whether a bar is of a tariff and, where it has zones, of that zone of it."""
    return one.tariff == tariff and one.zone_code == zone


def areas(
    library: Library, start: date, lang: str = "en", *, voltage: str, parts: str, efficiency: float,
    head: str = "", own: Callable[[Spread], bool] | None = None, by: Measure = "spread",
) -> Picture:  # fmt: skip
    """The same without a case: every area of a library, for one kind of user at one date.

    Parameters
    ----------
    library : Library
    start : date
        First of twelve months.
    lang : "en" or "zh"
    voltage, parts, efficiency
        As of :func:`appraisal.study.spreads.spreads`.
    head : str
        A line under the title.
    own : callable
        Which bars stand out.
    by : "spread", "margin" or "ratio"

    Raises
    ------
    InputError
        For *parts* other than one or two, or another *by*.
    """
    if parts not in PARTS_KNOWN:
        raise InputError([Fault(where="chart", path="parts", message=said(
            "{parts!r}; expected one or two", "{parts!r}；应为 one（单一制）或 two（两部制）", parts=parts
        ))])  # fmt: skip
    found = spreads(library, start, voltage=voltage, parts=parts, efficiency=efficiency)
    return areas_drawn(
        *found, start, lang, voltage=voltage, parts=parts, efficiency=efficiency, head=head, own=own, by=by
    )


def areas_drawn(
    found: Sequence[Spread], gone: Sequence[Missing], start: date, lang: str = "en", *, voltage: str, parts: str, efficiency: float,
    head: str = "", own: Callable[[Spread], bool] | None = None, by: Measure = "spread",
) -> Picture:  # fmt: skip
    """The picture of areas that are known already: what :func:`appraisal.study.spreads.spreads` returned for the same arguments.

    Returns
    -------
    Picture
        The selection ``area`` holds ``tariff`` and ``zone`` (empty without one) of the row that was clicked.

    Raises
    ------
    InputError
        For another *by*.
    """
    if by not in MEASURES:
        raise InputError([Fault(where="chart", path="by", message=said(
            "{by!r}; expected one of {known}", "{by!r}；应为以下之一：{known}", by=by, known=", ".join(MEASURES)
        ))])  # fmt: skip
    ranked = sorted(found, key=lambda one: -_value(one, by))
    title = say(_WORDS, f"title_{by}", lang, parts=word(PARTS, parts, lang), voltage=voltage.replace("kv", "kV"))
    marked = [one for one in ranked if own is not None and own(one)]
    notes = _notes(ranked, gone, start, marked=bool(marked), efficiency=efficiency, by=by, lang=lang)
    told = listed([f"{area_name(one, lang)} {_value(one, by):{_AS_TEXT[by]}}" for one in ranked], lang)
    columns = dict.fromkeys(("spread", "least", "most", "margin"), ",.4f") | {
        "ratio": ".2f",
        "multiple": ".2f",
        "estimated": ",.0f",
    }
    return Picture(
        chart=_chart(ranked, marked, by, lang), title=title, subtitle=(*([head] if head else []), *notes), lang=lang,
        table=_table(ranked, gone, lang), formats={say(_WORDS, name, lang): shape for name, shape in columns.items()},
        alt=described(title, [ended(say(_WORDS, "alt", lang, list=told or say(_WORDS, "none", lang)), lang), *notes], lang),
    )  # fmt: skip


def _value(one: Spread, by: Measure) -> float:
    return float(getattr(one, _FIELDS[by]))


def _commissioned(result: Appraisal) -> date:
    """First of the month in which the plant begins to run, as the case's own prices are dated."""
    project = result.case.project
    return date(*month_after(project.construction_start, commissioning_months(project)), 1)


def _short(text: str) -> str:
    """The area of a tariff's title: 浙江 of 浙江 工商业分时电价."""
    return text.partition(",")[0].partition(" ")[0] if ord(text[0]) > 0x2E80 else text.partition(",")[0]


def area_name(one: Spread | Missing, lang: str) -> str:
    """An area in ``zh`` or ``en``, with its price zone behind it where it has one."""
    area = _short(one.area.text(lang))
    return area if one.zone is None else pick(lang, f"{area}（{one.zone.zh}）", f"{area} ({one.zone.en})")


def _notes(
    found: Sequence[Spread], gone: Sequence[Missing], begin: date, *, marked: bool, efficiency: float, by: Measure, lang: str
) -> list[str]:  # fmt: skip
    stop = pick(lang, "；", "; ")
    parts = (
        [say(_WORDS, "date", lang, date=f"{max(one.latest for one in found):%Y-%m}")]
        if found
        else [say(_WORDS, "none", lang)]
    )
    parts += [say(_WORDS, "own", lang)] if marked else []
    parts += [say(_WORDS, "old", lang)] if any(one.outdated for one in found) else []
    notes = [say(_WORDS, f"meaning_{by}", lang, start=f"{begin:%Y-%m}"), stop.join(parts)]
    notes += [say(_WORDS, "store", lang, hours=TRADE_HOURS, efficiency=efficiency)] if found else []
    for key, facts in (("gone", True), ("unknown", False)):
        names = [area_name(one, lang) for one in gone if all(fault.kind == "fact" for fault in one.faults) is facts]
        notes += [say(_WORDS, key, lang, list=listed(names, lang))] if names else []
    return [ended(one, lang) for one in notes]


def _table(found: Sequence[Spread], gone: Sequence[Missing], lang: str) -> pd.DataFrame:
    blank = [float("nan")] * len(gone)
    none = [say(_WORDS, "missing", lang)] * len(gone)
    columns: dict[str, list[Any]] = {
        "area": [*(area_name(one, lang) for one in found), *(area_name(one, lang) for one in gone)], "spread": [*(one.mean for one in found), *blank],
        "least": [*(one.least for one in found), *blank], "most": [*(one.most for one in found), *blank],
        "margin": [*(one.margin for one in found), *blank], "ratio": [*(one.ratio for one in found), *blank],
        "multiple": [*(one.multiple for one in found), *blank],
        "class": [*(one.user_class.text(lang) for one in found), *([""] * len(gone))],
        "latest": [*(f"{one.latest:%Y-%m}" for one in found), *none], "estimated": [*(float(one.estimated) for one in found), *blank],
        "outdated": [*(say(_WORDS, "yes" if one.outdated else "no", lang) for one in found), *([""] * len(gone))],
        "unproved": [*(_unproved(one, lang) for one in found), *([""] * len(gone))],
        "confidence": [*(word(CONFIDENCE, one.confidence, lang) for one in found), *([""] * len(gone))],
    }  # fmt: skip
    return pd.DataFrame({say(_WORDS, name, lang): values for name, values in columns.items()})


def _chart(found: Sequence[Spread], own: Sequence[Spread], by: Measure, lang: str) -> alt.LayerChart:
    height = max(len(found), 1) * ROW
    rows = _rows(found, own, by, lang)
    most = max([one["value"] for one in rows], default=1.0)
    x = alt.X("value:Q", title=say(_WORDS, by, lang), axis=alt.Axis(format=".2~f", tickCount=5, labelSeparation=8),
              scale=alt.Scale(domain=[0.0, most], nice=False, padding=6))  # fmt: skip
    layers: list[Any] = []
    for mine, style in ((False, "clears"), (True, "bar")):
        for old in (False, True):
            part = alt.Chart(data([one for one in rows if one["own"] is mine and one["old"] is old])).encode(
                x=x, x2=alt.X2("zero"), y=pixels("top", height), y2=alt.Y2("bottom")
            )
            layers.append(part.mark_rect(style=style, fillOpacity=_PALE if old else 1.0))
            layers += [part.mark_rect(style="mark-rule", filled=False, aria=False)] if old else []
    values = alt.Chart(data(rows)).encode(x=alt.value("width"), y=pixels("label", height), text=alt.Text("text:N"))
    names = alt.Chart(data(rows)).encode(x=alt.value(0), y=pixels("label", height), text=alt.Text("name:N"))
    faint = alt.Chart(data(rows)).encode(x=alt.value(0), y=pixels("faint", height), text=alt.Text("told:N"))
    layers += [
        *haloed(names, "row-label", align="left", dx=2, limit=alt.ExprRef(expr=f"width - {_VALUE}")),
        *haloed(faint, "faint-label", align="left", dx=2, fontSize=11),
        *haloed(values, "end-label", align="right"),
        _targets(rows, height, by, lang),
    ]
    return layered(layers, height, name="areas")


def _targets(rows: Sequence[dict[str, Any]], height: int, by: Measure, lang: str) -> Any:
    """The whole row of an area takes the click and tells its figures: a bar is narrow on a phone."""
    tips = [
        alt.Tooltip("name:N", title=say(_WORDS, "area", lang)),
        alt.Tooltip("text:N", title=say(_WORDS, by, lang)),
        alt.Tooltip("told:N", title=" "),
    ]
    clicked = alt.selection_point(name=SELECTED, fields=["tariff", "zone"], on="click", clear="dblclick")
    chart = alt.Chart(data(rows)).encode(
        x=alt.value(0), x2=alt.value("width"), y=pixels("from", height), y2=alt.Y2("to"), tooltip=tips
    )
    return chart.mark_rect(opacity=0, aria=False, cursor="pointer").add_params(clicked)


def _rows(found: Sequence[Spread], own: Sequence[Spread], by: Measure, lang: str) -> list[dict[str, Any]]:
    """A row an area: its name and value over the bar, what it rests on under it."""
    return [
        {
            "name": area_name(one, lang), "tariff": one.tariff, "zone": one.zone_code, "value": _value(one, by), "zero": 0.0,
            "text": f"{_value(one, by):{_AS_TEXT[by]}}", "own": one in own, "old": one.outdated, "told": _told(one, by, lang),
            "from": turn * ROW, "to": (turn + 1) * ROW, "top": turn * ROW + _TOP, "bottom": turn * ROW + _BOTTOM,
            "label": turn * ROW + _LABEL, "faint": turn * ROW + _FAINT,
        }
        for turn, one in enumerate(found)
    ]  # fmt: skip


def _told(one: Spread, by: Measure, lang: str) -> str:
    first = (
        say(_WORDS, "by_month", lang, least=f"{one.least:.2f}", most=f"{one.most:.2f}")
        if by == "spread"
        else say(_WORDS, "by_spread", lang, spread=f"{one.mean:.4f}")
    )
    kind = "all_assumed" if one.estimated == len(MONTHS) else "months"
    told = say(_WORDS, kind, lang, first=first, count=one.estimated, latest=f"{one.latest:%Y-%m}")
    return told + say(_WORDS, "doubt", lang, what=_unproved(one, lang)) if one.unproved else told


def _unproved(one: Spread, lang: str) -> str:
    return listed([word(ABSENT, what, lang) for what in one.unproved], lang)
