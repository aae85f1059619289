"""Prices of a year: bands or prices by month and hour, one day as a line on its bands, highest and lowest by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.library.retail_types import RetailFile
from appraisal.library.types import LETTERS, RetailYear
from appraisal.report.charts import bands
from appraisal.report.charts.layers import data, haloed, layered
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import joined, pick, say
from appraisal.report.price_year import DayKind, MonthSpread, PriceDay, PriceYear, kinds, of_tariff, user_words
from appraisal.units import HOURS_PER_DAY

_ROW = 24
_CURVE = 260
# Bands of fewer pixels have no sign: what a letter and what a Chinese sign takes.
_LEGIBLE = {"zh": 13, "en": 9}
_SIGNS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_HOURS = list(range(0, 25, 3))
_WORDS = {
    "bands": ("各月分时时段与电价", "Bands and prices by month and hour"),
    "levels": ("各月逐时电价", "Prices by month and hour"),
    "curve": ("{day}：电价曲线", "{day}: prices"),
    "spreads": ("各月最高、最低电价与峰谷价差", "Highest and lowest price and spread by month"),
    "hour": ("一天中的时刻（时）", "Hour of day"),
    "price": ("电价（元/kWh，含税）", "Price (yuan/kWh, incl. VAT)"),
    "band": ("时段", "Band"),
    "day": ("日期", "Day"),
    "hours": ("起止", "Hours"),
    "month": ("月份", "Month"),
    "days": ("天数", "Days"),
    "buy": ("充电电价（元/kWh）", "Charging (yuan/kWh)"),
    "sell": ("放电电价（元/kWh）", "Discharging (yuan/kWh)"),
    "high": ("最高（元/kWh）", "Highest (yuan/kWh)"),
    "low": ("最低（元/kWh）", "Lowest (yuan/kWh)"),
    "mean": ("平均（元/kWh）", "Mean (yuan/kWh)"),
    "spread": ("日内价差（元/kWh）", "Spread in a day (yuan/kWh)"),
    "kind": ("{sign} {title} {days:.3g} 天", "{sign} {title} {days:.3g} days"), "day_kind": ("日类型", "Kind of day"),
    "row": ("{month} {sign} {days:.3g} 天", "{month} {sign} {days:.3g} d"), "plain_row": ("{month} · {days:.3g} 天", "{month} · {days:.3g} d"),
    "averaged": ("每行为该月各日的平均", "each row is the mean of the month's days"),
    "stands": ("代表 {days:.3g} 天", "stands for {days:.3g} days a year"),
    "dashed": ("实线为充电电价，虚线为放电电价", "solid: price of charging; dashed: price of discharging"),
    "vat": ("含增值税，未乘电价水平系数和峰谷价差系数", "including VAT, before the case's scales of level and spread"),
    "spread_is": ("价差为一天中最高与最低电价之差，按当月各日平均", "the spread is the dearest less the cheapest price of a day, the mean over the month's days"),
    "alt_map": (
        "按月和时刻展示的电价，{rows} 行。最高 {high:.4f}，最低 {low:.4f} 元/kWh。",
        "Prices by month and hour of day, {rows} rows. Highest {high:.4f}, lowest {low:.4f} yuan/kWh.",
    ),
    "alt_curve": ("阶梯线，从 0 时到 24 时。最高 {high:.4f}，最低 {low:.4f} 元/kWh。", "A step line from 0 to 24 h. Highest {high:.4f}, lowest {low:.4f} yuan/kWh."),
    "alt_spreads": (
        "每月一根竖条，从最低电价到最高电价。日内价差最大 {most:.4f}（{when}）。",
        "A bar a month from the lowest to the highest price. The widest spread in a day is {most:.4f} ({when}).",
    ),
}  # fmt: skip


def _sentence(parts: Sequence[str], lang: str) -> str:
    """Clauses as one sentence; empty ones are left out."""
    text = pick(lang, "；", "; ").join(part for part in parts if part)
    return f"{text}。" if lang == "zh" else f"{text[:1].upper()}{text[1:]}."


def price_map(year: PriceYear, lang: str = "en", about: str = "") -> Picture:
    """Month by hour: the bands of a tariff with their names, or the prices where there are no bands.

    Parameters
    ----------
    year : PriceYear
    lang : "en" or "zh"
    about : str
        Whose prices they are, for the first line beneath the title.
    """
    banded = any(day.bands for day in year.days)
    title = say(_WORDS, "bands" if banded else "levels", lang)
    letters = sorted({letter for day in year.days for letter in day.bands}, key=list(LETTERS).index)
    clauses = [
        bands.key(letters, lang),
        pick(lang, "，", ", ").join(_kind_words(one, sign, lang) for one, sign in _signed(year)),
        say(_WORDS, "averaged", lang) if year.averaged else "",
        say(_WORDS, "vat", lang),
    ]
    high, low = max(one.high for one in year.months), min(one.low for one in year.months)
    told = say(_WORDS, "alt_map", lang, rows=len(year.days), high=high, low=low)
    return Picture(
        chart=_map(year, banded, lang), title=title, subtitle=tuple(filter(None, (about, _sentence(clauses, lang)))), lang=lang,
        alt=joined([f"{title}{pick(lang, '。', '.')}", told], lang), table=_map_table(year, lang),
        formats={say(_WORDS, "price", lang): ".4f", say(_WORDS, "days", lang): ".3g"},
    )  # fmt: skip


def tariff_map(file: RetailFile, year: RetailYear, lang: str = "en") -> Picture:
    """The map of a tariff by itself: :func:`price_map` with the user that its prices are of.

    Parameters
    ----------
    file : RetailFile
        The tariff, whose titles name voltage, class and zone.
    year : RetailYear
        Twelve months of it.
    lang : "en" or "zh"
    """
    return price_map(of_tariff(year), lang, user_words(file, year, lang))


def _signed(year: PriceYear) -> list[tuple[DayKind, str]]:
    """The kinds of day, each with its sign; where all days are ordinary there is nothing to tell apart."""
    found = kinds(year)
    special = [one for one in found if one.special]
    if not special:
        return []
    if len(special) > len(_SIGNS):
        raise ValueError(f"{len(special)} kinds of day; the map has signs for {len(_SIGNS)}")
    return [*((one, "") for one in found if not one.special), *zip(special, _SIGNS, strict=False)]


def _kind_words(one: DayKind, sign: str, lang: str) -> str:
    return say(_WORDS, "kind", lang, sign=sign, title=one.title.text(lang), days=one.days).strip()


def _stretches(day: PriceDay, lang: str, row: str = "") -> list[dict[str, Any]]:
    """Stretches of a day at one price and in one band; *row* is what its row of a map is called."""
    keys = day.bands or [f"{price:.6f}" for price in day.buy]
    found = []
    for one in bands.bands_of(keys, day.step_hours):
        price = float(day.buy[round(one.begin / day.step_hours)])
        found.append(
            {"day": f"{day.label(lang)}{pick(lang, '，', ', ')}{say(_WORDS, 'stands', lang, days=day.days)}", "row": row, "begin": one.begin, "end": one.end, "middle": (one.begin + one.end) / 2, "price": price,
             "band": bands.name(one.letter, lang) if day.bands else "", "sign": bands.short(one.letter, lang) if day.bands else "",
             "hours": f"{_clock(one.begin)}–{_clock(one.end)}", "text": f"{price:.4f}"}
        )  # fmt: skip
    return found


def _row_label(day: PriceDay, signs: Mapping[str, str], lang: str) -> str:
    """The month; where there are several kinds of day the sign of this one and its number of days as well."""
    month = pick(lang, day.zh, day.en)
    if not signs:
        return month
    if day.kind is None or not day.special:
        return say(_WORDS, "plain_row", lang, month=month, days=day.days)
    return say(_WORDS, "row", lang, month=month, sign=signs[day.kind.en], days=day.days)


def _clock(hour: float) -> str:
    return f"{int(hour):02d}:{round(60 * (hour % 1)):02d}"


def _x(name: str, lang: str, **more: Any) -> alt.X:
    axis = alt.Axis(values=_HOURS, grid=False, **more)
    return alt.X(
        f"{name}:Q", title=say(_WORDS, "hour", lang), axis=axis, scale=alt.Scale(domain=[0, HOURS_PER_DAY], nice=False)
    )


def _map(year: PriceYear, banded: bool, lang: str) -> alt.LayerChart:
    signs = {kind.title.en: sign for kind, sign in _signed(year) if kind.special}
    rows = [one for day in year.days for one in _stretches(day, lang, _row_label(day, signs, lang))]
    axis = alt.Axis(grid=False, ticks=False, domain=False, labelOverlap=False, labelLimit=0)
    y = alt.Y("row:N", title=None, sort=None, axis=axis, scale=alt.Scale(padding=0))
    height = _ROW * len(year.days)
    tips = [
        alt.Tooltip("day:N", title=say(_WORDS, "day", lang)),
        alt.Tooltip("hours:N", title=say(_WORDS, "hours", lang)),
    ]
    tips += [alt.Tooltip("band:N", title=say(_WORDS, "band", lang))] if banded else []
    tips.append(alt.Tooltip("text:N", title=say(_WORDS, "price", lang)))
    cells = alt.Chart(data(rows))
    area = cells.encode(x=_x("begin", lang), x2="end:Q", y=y, tooltip=tips)
    if not banded:
        legend = alt.Legend(
            orient="bottom",
            title=say(_WORDS, "price", lang),
            gradientLength=alt.ExprRef(expr="min(width, 320)"),
            gradientThickness=12,
        )
        colour = alt.Color("price:Q", legend=legend, scale=alt.Scale(range="heatmap", reverse=True, zero=False))
        return layered([area.mark_rect(style="cell").encode(color=colour)], height)
    colours, opacities = bands.scales(lang)
    named = area.mark_rect(style="cell").encode(
        color=alt.Color("band:N", scale=colours, legend=None),
        fillOpacity=alt.FillOpacity("band:N", scale=opacities, legend=None),
    )
    legible = f"(datum.end - datum.begin) * width / {HOURS_PER_DAY:g} >= {_LEGIBLE[lang]}"
    text = alt.condition(legible, alt.Text("sign:N"), alt.value(""))
    named_bands = cells.encode(x=alt.X("middle:Q"), y=y, text=text).mark_text(
        style="end-label", aria=False, align="center"
    )
    return layered([named, named_bands], height)


def _map_table(year: PriceYear, lang: str) -> pd.DataFrame:
    rows = [
        (
            pick(lang, day.zh, day.en),
            "" if day.kind is None else day.kind.text(lang),
            day.days,
            one["hours"],
            one["band"],
            one["price"],
        )
        for day in year.days
        for one in _stretches(day, lang)
    ]
    heads = [say(_WORDS, name, lang) for name in ("month", "day_kind", "days", "hours", "band", "price")]
    table = pd.DataFrame(rows, columns=heads)
    return table if any(day.bands for day in year.days) else table.drop(columns=[heads[1], heads[4]])


def price_curve(day: PriceDay, lang: str = "en", about: str = "") -> Picture:
    """The prices of one day as a step line, on the bands of its tariff.

    Parameters
    ----------
    day : PriceDay
    lang : "en" or "zh"
    about : str
        Whose prices they are.
    """
    title = say(_WORDS, "curve", lang, day=day.label(lang))
    apart = bool((day.buy != day.sell).any())
    clauses = [
        say(_WORDS, "stands", lang, days=day.days),
        say(_WORDS, "dashed", lang) if apart else "",
        say(_WORDS, "vat", lang),
    ]
    high, low = float(max(day.buy.max(), day.sell.max())), float(min(day.buy.min(), day.sell.min()))
    steps = [place * day.step_hours for place in range(len(day.buy))]
    table = pd.DataFrame(
        {say(_WORDS, "hours", lang): [f"{_clock(one)}–{_clock(one + day.step_hours)}" for one in steps]}
    )
    if day.bands:
        table[say(_WORDS, "band", lang)] = [bands.name(letter, lang) for letter in day.bands]
    table[say(_WORDS, "buy", lang)] = day.buy
    table[say(_WORDS, "sell", lang)] = day.sell
    return Picture(
        chart=_curve(day, apart, low, high, lang), title=title, subtitle=tuple(filter(None, (about, _sentence(clauses, lang)))), lang=lang,
        alt=joined([f"{title}{pick(lang, '。', '.')}", say(_WORDS, "alt_curve", lang, high=high, low=low)], lang), table=table,
        formats={say(_WORDS, "buy", lang): ".4f", say(_WORDS, "sell", lang): ".4f"},
    )  # fmt: skip


def _curve(day: PriceDay, apart: bool, low: float, high: float, lang: str) -> alt.LayerChart:
    room = 0.12 * (high - low) or 0.1
    domain = [min(0.0, low - room), high + room]
    y = alt.Y(
        "price:Q",
        title=say(_WORDS, "price", lang),
        axis=alt.Axis(tickCount=6),
        scale=alt.Scale(domain=domain, nice=False),
    )
    layers: list[Any] = []
    if day.bands:
        layers += _backdrop(day, lang)
    tips = [
        alt.Tooltip("hours:N", title=say(_WORDS, "hours", lang)),
        alt.Tooltip("text:N", title=say(_WORDS, "price", lang)),
    ]
    for values, style in ((day.buy, "curve"), *(((day.sell, "curve-two"),) if apart else ())):
        points = [
            {"hour": place * day.step_hours, "price": float(values[min(place, len(values) - 1)]),
             "hours": f"{_clock(place * day.step_hours)}–{_clock(min((place + 1) * day.step_hours, HOURS_PER_DAY))}",
             "text": f"{values[min(place, len(values) - 1)]:.4f}"}
            for place in range(len(values) + 1)
        ]  # fmt: skip
        line = alt.Chart(data(points)).encode(x=_x("hour", lang), y=y)
        layers += [
            line.mark_line(style=style, interpolate="step-after"),
            line.encode(tooltip=tips).mark_bar(opacity=0, aria=False, size=12),
        ]
    return layered(layers, _CURVE)


def _backdrop(day: PriceDay, lang: str) -> list[Any]:
    colours, opacities = bands.scales(lang)
    chart = alt.Chart(data(_stretches(day, lang)))
    area = chart.encode(
        x=_x("begin", lang), x2="end:Q", y=alt.value(0), y2=alt.value("height"), color=alt.Color("band:N", scale=colours, legend=None),
        fillOpacity=alt.FillOpacity("band:N", scale=opacities, legend=None),
    ).mark_rect(style="cell", aria=False)  # fmt: skip
    signs = chart.encode(x=alt.X("middle:Q"), y=alt.value(10), text="sign:N")
    return [area, *haloed(signs, "mark-label", align="center")]


def spread_bars(year: PriceYear, lang: str = "en", about: str = "") -> Picture:
    """Each month from its lowest to its highest price, with the spread that a day offers.

    Parameters
    ----------
    year : PriceYear
    lang : "en" or "zh"
    about : str
        Whose prices they are.
    """
    title = say(_WORDS, "spreads", lang)
    widest = max(year.months, key=lambda one: one.spread)
    table = pd.DataFrame(
        {
            say(_WORDS, "month", lang): [one.label(lang) for one in year.months],
            **{
                say(_WORDS, name, lang): [getattr(one, name) for one in year.months]
                for name in ("high", "low", "mean", "spread")
            },
        }
    )
    told = say(_WORDS, "alt_spreads", lang, most=widest.spread, when=widest.label(lang))
    return Picture(
        chart=_bars(year.months, lang), title=title, lang=lang, table=table,
        subtitle=tuple(filter(None, (about, _sentence([say(_WORDS, "spread_is", lang), say(_WORDS, "vat", lang)], lang)))),
        alt=joined([f"{title}{pick(lang, '。', '.')}", told], lang),
        formats={say(_WORDS, name, lang): ".4f" for name in ("high", "low", "mean", "spread")},
    )  # fmt: skip


def _bars(months: Sequence[MonthSpread], lang: str) -> alt.LayerChart:
    rows = [
        {"month": one.label(lang), "high": one.high, "low": one.low, "mean": one.mean, "text": f"{one.spread:.2f}",
         "high_text": f"{one.high:.4f}", "low_text": f"{one.low:.4f}", "spread_text": f"{one.spread:.4f}"}
        for one in months
    ]  # fmt: skip
    ends = np.array([[one.low, one.high] for one in months])
    room = 0.1 * float(ends.max() - min(0.0, ends.min()))
    y = alt.Y(
        "low:Q",
        title=say(_WORDS, "price", lang),
        scale=alt.Scale(domain=[min(0.0, float(ends.min())), float(ends.max()) + room], nice=False),
    )
    x = alt.X("month:O", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy"))
    tips = [alt.Tooltip("month:N", title=say(_WORDS, "month", lang))]
    tips += [alt.Tooltip(f"{name}_text:N", title=say(_WORDS, name, lang)) for name in ("high", "low", "spread")]
    chart = alt.Chart(data(rows)).encode(x=x)
    bars = chart.encode(y=y, y2="high:Q", tooltip=tips).mark_bar(style="bar", width=alt.RelativeBandSize(0.55))
    labels = chart.encode(y=alt.Y("high:Q"), text="text:N").mark_text(
        style="end-label", dy=-9, align="center", fontSize=alt.ExprRef(expr="max(8, min(12, width / 42))"), aria=False
    )
    return layered([bars, labels], _CURVE)
