"""The year by hour of day: prices met, power, energy in the store, a row for every kind of day or month."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.pipeline import Appraisal
from appraisal.report.charts.figures import Shown, shown_unit
from appraisal.report.charts.layers import data, layered
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import pick, say
from appraisal.report.charts.years import described, ended, of_case
from appraisal.report.days import HourMap, hour_map

CELL = 24

_WORDS = {
    "buy": ("充电电价", "Charging price"), "sell": ("放电电价", "Discharging price"), "power": ("功率（放电为正）", "Power, discharge positive"),
    "soc": ("荷电量", "Energy in the store"), "sold": ("已占用功率", "Rated power taken"),
    "drawn": ("场所用电（无储能）", "Drawn by the site without the plant"), "site": ("场所用电（有储能）", "Drawn by the site with the plant"), "hour": ("时刻（时）", "Hour of the day"), "day": ("日类型", "Day"), "days": ("代表天数", "Days a year"),
    "named": ("充放电功率", "Charging and discharging"),
    "title": ("逐时{name}", "{name} by hour"), "vat": ("，含税", ", incl. VAT"),
    "row": ("{label}（{days} 天）", "{label} ({days} d)"),
    "by_month": ("每行为一个月的逐时均值", "A row is a month, the mean of its days by hour"),
    "by_day": ("每行为一类日子，括号内为全年代表天数", "A row is a kind of day, with the days of the year that it stands for"),
    "price": ("颜色以全年均价 {middle} 为中点：橙色贵、蓝色便宜", "colours turn at the mean of the year, {middle}: orange is dear, blue is cheap"),
    "flow": ("蓝色为放电、橙色为充电；新电池、全天可用的最优运行", "blue discharges, orange charges; the optimum of a new battery, available all day"),
    "store": ("颜色越深电量越多；新电池、全天可用的最优运行", "the deeper the colour, the fuller; the optimum of a new battery, available all day"),
    "taken": ("各项收入预留与充放电合计占额定功率的比例，至多 100%；颜色越深占用越多", "set aside by streams and moved, together, of rated power: at most 100 %; the deeper the colour, the more"),
    "draw": ("颜色越深用电越多；有储能时为新电池、全天可用的最优运行", "the deeper the colour, the more is drawn; with the plant: the optimum of a new battery, available all day"),
    "alt": ("热力图，{rows} 行 × 24 小时；最低 {low}（{low_at}），最高 {high}（{high_at}）", "Heat map, {rows} rows by 24 hours; least {low} ({low_at}), most {high} ({high_at})"),
    "at": ("{label} {hour} 时", "{label}, hour {hour}"),
}  # fmt: skip
_UNITS = {
    "buy": "yuan/kWh",
    "sell": "yuan/kWh",
    "power": "MW",
    "soc": "MWh",
    "sold": "share",
    "drawn": "MW",
    "site": "MW",
}


def hours_map(result: Appraisal, lang: str = "en", quantity: str = "power", row: int = 0) -> Picture:
    """A map of the year, 24 hours across.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    quantity : "buy", "sell", "power", "soc", "sold", "drawn" or "site"
        What charging costs and discharging earns; discharge less charge; energy in the store; power taken by all streams;
        what the host's site draws without and with the plant.
    row : int
        Scenario.

    Raises
    ------
    InputError
        If nothing was dispatched, or the quantity is unknown.
    """
    found = hour_map(result, quantity, row)
    label = say(_WORDS, quantity, lang) + (say(_WORDS, "vat", lang) if quantity in ("buy", "sell") else "")
    shown = shown_unit(label, _UNITS[quantity], lang)
    shown = shown if shown.digits is not None else shown.fitted(found.values)
    title = say(_WORDS, "title", lang, name=say(_WORDS, "named" if quantity == "power" else quantity, lang))
    middle = float(np.average(found.values.mean(axis=1), weights=found.days))
    notes = _notes(found, quantity, middle, shown, lang)
    names = [pick(lang, *one) for one in found.labels]
    table = pd.DataFrame({say(_WORDS, "day", lang): names, say(_WORDS, "days", lang): found.days}
                         | {f"{hour:02d}:00": found.values[:, hour] for hour in range(24)})  # fmt: skip
    return Picture(
        chart=_chart(found, names, _colours(found, quantity, middle), shown, lang), title=title,
        subtitle=(of_case(result, lang, row), notes), lang=lang, table=table,
        alt=described(title, [ended(_alt(found, names, shown, lang), lang), notes], lang),
        formats={say(_WORDS, "days", lang): ",.3g"} | {f"{hour:02d}:00": ",.4f" if shown.digits == 4 else ",.2f" for hour in range(24)},
    )  # fmt: skip


def _colours(found: HourMap, quantity: str, middle: float) -> alt.Scale:
    """Power turns at zero, prices at their mean; a store goes from white to blue."""
    low, high = float(found.values.min()), float(found.values.max())
    if quantity == "sold":
        return alt.Scale(domain=[0.0, 1.0], range="ramp")
    if quantity in ("soc", "drawn", "site"):
        return alt.Scale(domain=[0.0, high or 1.0], range="ramp")
    if quantity == "power":
        reach = max(abs(low), abs(high)) or 1.0
        return alt.Scale(domain=[-reach, 0.0, reach], range="heatmap")
    ends = [low, middle, high] if low < middle < high else [middle - 1.0, middle, middle + 1.0]
    # Below the hurdle is orange in this palette; dear prices are, so theirs runs the other way.
    return alt.Scale(domain=ends, range="heatmap", reverse=True)


def _notes(found: HourMap, quantity: str, middle: float, shown: Shown, lang: str) -> str:
    kind = {"power": "flow", "soc": "store", "sold": "taken", "drawn": "draw", "site": "draw"}.get(quantity, "price")
    parts = [
        say(_WORDS, "by_month" if found.monthly else "by_day", lang),
        say(_WORDS, kind, lang, middle=shown.text(middle)),
    ]
    return ended(pick(lang, "；", "; ").join(parts), lang)


def _alt(found: HourMap, names: list[str], shown: Shown, lang: str) -> str:
    def at(place: Any) -> str:
        line, hour = np.unravel_index(int(place), found.values.shape)
        return say(_WORDS, "at", lang, label=names[int(line)], hour=int(hour))

    low, high = found.values.argmin(), found.values.argmax()
    return say(
        _WORDS, "alt", lang, rows=len(names), low=shown.text(float(found.values.flat[low])), low_at=at(low),
        high=shown.text(float(found.values.flat[high])), high_at=at(high),
    )  # fmt: skip


def _chart(found: HourMap, names: list[str], colours: alt.Scale, shown: Shown, lang: str) -> alt.LayerChart:
    height = CELL * len(names)
    cells = [
        {"left": hour, "right": hour + 1, "low": line, "high": line + 1, "value": float(value), "day": names[line],
         "time": f"{hour:02d}:00–{hour + 1:02d}:00", "text": shown.text(float(value))}
        for line, values in enumerate(found.values) for hour, value in enumerate(values)
    ]  # fmt: skip
    heads = [
        say(_WORDS, "row", lang, label=name, days=f"{days:.3g}") for name, days in zip(names, found.days, strict=True)
    ]
    hours = alt.Axis(values=list(range(0, 25, 2)), grid=False, format="d", labelSeparation=4)
    days = alt.Axis(
        values=[line + 0.5 for line in range(len(names))], labelExpr=f"{json.dumps(heads, ensure_ascii=False)}[floor(datum.value)]",
        grid=False, ticks=False, domain=False, labelLimit=260, labelFontSize=alt.ExprRef(expr="width < 300 ? 10 : 12"),
    )  # fmt: skip
    legend = alt.Legend(
        orient="bottom",
        title=shown.head,
        format=shown.axis,
        gradientLength=alt.ExprRef(expr="min(width, 320)"),
        gradientThickness=12,
    )
    chart = alt.Chart(data(cells)).encode(
        x=alt.X("left:Q", title=say(_WORDS, "hour", lang), axis=hours, scale=alt.Scale(domain=[0, 24], nice=False)), x2=alt.X2("right"),
        y=alt.Y("low:Q", title=None, axis=days, scale=alt.Scale(domain=[len(names), 0], nice=False)), y2=alt.Y2("high"),
        color=alt.Color("value:Q", legend=legend, scale=colours),
        tooltip=[alt.Tooltip("day:N", title=say(_WORDS, "day", lang)), alt.Tooltip("time:N", title=say(_WORDS, "hour", lang)), alt.Tooltip("text:N", title=shown.label)],
    )  # fmt: skip
    return layered([chart.mark_rect(style="cell")], height)
