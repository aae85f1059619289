"""One day of the plant: prices on the tariff's bands, charging and discharging, what is in the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.pipeline import Appraisal
from appraisal.report.charts.bands import bands_of, key, name, scales, short
from appraisal.report.charts.figures import shown_unit
from appraisal.report.charts.layers import data
from appraisal.report.charts.panels import Panel, Plan, laid, stacked
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import pick, say
from appraisal.report.charts.years import described, ended, of_case
from appraisal.report.days import DayFlows, flows_of
from appraisal.units import HOURS_PER_DAY

HEIGHTS = (90, 130, 90, 110)
# Pixels above the panels for the names of the bands.
_NAMES = 20

_WORDS = {
    "title": ("典型日运行：{day}", "A day of the plant: {day}"), "hour": ("时刻（时）", "Hour of the day"), "band": ("时段", "Band"),
    "price": ("电价（元/kWh，含税）", "Price (yuan/kWh incl. VAT)"), "buy": ("充电电价", "Charging price"), "sell": ("放电电价", "Discharging price"),
    "power": ("功率（MW，放电为正、充电为负）", "Power (MW, discharge up, charge down)"), "net": ("功率", "Power"),
    "soc": ("时段末电量（MWh）", "Energy at the end of the step (MWh)"), "store": ("荷电量（MWh）", "State of charge (MWh)"),
    "charge": ("充电功率（MW）", "Charging (MW)"), "discharge": ("放电功率（MW）", "Discharging (MW)"), "begin": ("开始时刻", "From"),
    "usable": ("可用 {value}", "usable {value}"),
    "lowest": ("下限 {value}", "kept {value}"),
    "site": ("场所用电（MW）", "Drawn by the site (MW)"), "load": ("用电负荷（MW）", "Load (MW)"), "pv": ("光伏出力（MW）", "PV (MW)"),
    "draws": ("场所用电，有储能（MW）", "Drawn with the plant (MW)"), "peak": ("当月最高 {value}", "highest of the month {value}"),
    "host": ("场所图实线为有储能时的用电、虚线为用电负荷，横线为有储能时当月最大需量", "site panel: solid what is drawn with the plant, dashed the load; the rule is the month's highest draw with the plant"),
    "shaded": ("底色为光伏出力", "shaded the PV"),
    "two": ("实线为充电价（含各项费用），虚线为放电价", "solid: what charging costs, fees in; dashed: what discharging earns"),
    "limits": ("功率图虚线为该时段的上限（额定功率、用电负荷、其他服务预留）", "dotted in the power panel: the most in that step (rated power, the host's load, what other services set aside)"),
    "fresh": ("新电池、全天可用的最优运行；账表另计衰减与可用率", "The optimum of a new battery, available all day; the books count wear and availability"),
    "bands": ("时段：{names}", "Bands: {names}"),
    "alt": (
        "充电 {charged}，放电 {discharged}；充电时刻 {when_in}，放电时刻 {when_out}；电价 {low}–{high} 元/kWh",
        "{charged} charged, {discharged} discharged; charging {when_in}, discharging {when_out}; prices from {low} to {high} yuan/kWh",
    ),
    "never": ("无", "never"),
}  # fmt: skip


def typical_day(result: Appraisal, lang: str = "en", day: int = 0, row: int = 0) -> Picture:
    """One day step by step: prices, power, state of charge, over the bands of the tariff where there is one.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    day : int
        ``place`` of one of :func:`appraisal.report.days.days`, which a picker lists.
    row : int
        Scenario.

    Raises
    ------
    InputError
        If nothing was dispatched, or there is no such day.
    """
    flows = flows_of(result, day, row)
    title = say(_WORDS, "title", lang, day=flows.day.label(lang))
    stop = pick(lang, "；", "; ")
    notes = [say(_WORDS, "fresh", lang)]
    notes += [say(_WORDS, "two", lang)] if _two_prices(flows) else []
    notes.append(say(_WORDS, "limits", lang))
    notes += [say(_WORDS, "host", lang)] if flows.load_mw.size else []
    notes += [say(_WORDS, "shaded", lang)] if flows.pv_mw.size else []
    told = [ended(stop.join(notes), lang)]
    told += [ended(say(_WORDS, "bands", lang, names=key(flows.bands, lang)), lang)] if flows.bands else []
    table = _table(flows, lang)
    forms = dict.fromkeys((say(_WORDS, one, lang) for one in ("buy", "sell")), ",.4f")
    forms |= dict.fromkeys(
        (say(_WORDS, one, lang) for one in ("charge", "discharge", "soc", "load", "pv", "draws")), ",.3f"
    )
    return Picture(
        chart=_chart(flows, lang), title=title, subtitle=(of_case(result, lang, row), *told), lang=lang, table=table,
        alt=described(title, [ended(_alt(flows, lang), lang), *told], lang),
        formats={head: form for head, form in forms.items() if head in table.columns},
    )  # fmt: skip


def _two_prices(flows: DayFlows) -> bool:
    return bool((flows.buy != flows.sell).any())


def _clock(hour: float) -> str:
    """07:15 of 7.25."""
    minutes = round(60.0 * hour)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _table(flows: DayFlows, lang: str) -> pd.DataFrame:
    columns: dict[str, Any] = {say(_WORDS, "begin", lang): [_clock(hour) for hour in flows.hour]}
    if flows.bands:
        columns[say(_WORDS, "band", lang)] = [name(letter, lang) for letter in flows.bands]
    columns |= {
        say(_WORDS, "buy", lang): flows.buy, say(_WORDS, "sell", lang): flows.sell, say(_WORDS, "charge", lang): flows.charge_mw,
        say(_WORDS, "discharge", lang): flows.discharge_mw, say(_WORDS, "soc", lang): flows.soc_mwh,
    }  # fmt: skip
    if flows.load_mw.size:
        columns[say(_WORDS, "load", lang)] = flows.load_mw
        columns |= {say(_WORDS, "pv", lang): flows.pv_mw} if flows.pv_mw.size else {}
        columns[say(_WORDS, "draws", lang)] = flows.site_mw
    return pd.DataFrame(columns)


def _alt(flows: DayFlows, lang: str) -> str:
    energy = shown_unit("", "MWh", lang)
    return say(
        _WORDS, "alt", lang, charged=energy.text(float(flows.charge_mw.sum() * flows.step_hours)),
        discharged=energy.text(float(flows.discharge_mw.sum() * flows.step_hours)), when_in=_when(flows, flows.charge_mw, lang),
        when_out=_when(flows, flows.discharge_mw, lang), low=f"{min(flows.buy.min(), flows.sell.min()):.4f}",
        high=f"{max(flows.buy.max(), flows.sell.max()):.4f}",
    )  # fmt: skip


def _when(flows: DayFlows, power: Any, lang: str) -> str:
    """The stretches of the day in which a power is not zero."""
    moving = "".join("1" if value > 1e-9 * flows.power_mw else "0" for value in power)
    spans = [
        f"{_clock(one.begin)}–{_clock(one.end)}" for one in bands_of(moving, flows.step_hours) if one.letter == "1"
    ]
    return pick(lang, "、", ", ").join(spans) or say(_WORDS, "never", lang)


def _chart(flows: DayFlows, lang: str) -> alt.LayerChart:
    both = np.concatenate([flows.buy, flows.sell])
    room = 0.08 * float(both.max() - both.min()) or 0.1
    most = 1.08 * flows.power_mw
    plans = [
        Plan(heading=say(_WORDS, "price", lang), height=HEIGHTS[0], domain=(min(0.0, float(both.min()) - room), float(both.max()) + room), format=".2~f"),
        Plan(heading=say(_WORDS, "power", lang), height=HEIGHTS[1], domain=(-most, most), format=",.3~f"),
        Plan(heading=say(_WORDS, "store", lang), height=HEIGHTS[2], domain=(0.0, 1.3 * (flows.lowest_mwh + flows.usable_mwh) or 1.0), format=",.3~f"),
    ]  # fmt: skip
    if flows.load_mw.size:
        seen = [0.0, *flows.load_mw, *flows.site_mw, *flows.pv_mw, flows.month_peak_mw or 0.0]
        ends = (1.08 * min(seen), 1.15 * max(seen) or 1.0)
        plans.append(Plan(heading=say(_WORDS, "site", lang), height=HEIGHTS[3], domain=ends, format=",.3~f"))
    panels = laid(plans, above=_NAMES if flows.bands else 0)
    rows = _rows(flows, lang)
    drawn = [_price(panels[0], flows, lang), _power(panels[1], flows, rows, lang), _store(panels[2], flows, lang)]
    drawn += [_site(panels[3], flows, lang)] if flows.load_mw.size else []
    return stacked(
        panels, drawn,
        behind=_bands(panels, flows, lang), over=_tips(panels, flows, rows, lang),
    )  # fmt: skip


def _x(field: str, lang: str) -> alt.X:
    title = say(_WORDS, "hour", lang)
    hours = alt.Axis(values=list(range(0, 25, 2)), grid=False, format="d", labelSeparation=4)
    return alt.X(f"{field}:Q", title=title, axis=hours, scale=alt.Scale(domain=[0, HOURS_PER_DAY], nice=False))


def _rows(flows: DayFlows, lang: str) -> list[dict[str, Any]]:
    """The steps, with what a pointer is told of each."""
    return [
        {
            "begin": float(hour), "end": float(hour + flows.step_hours), "net": float(net), "zero": 0.0,
            "time": f"{_clock(hour)}–{_clock(hour + flows.step_hours)}", "band": name(flows.bands[place], lang) if flows.bands else "",
            "buy": f"{flows.buy[place]:.4f}", "sell": f"{flows.sell[place]:.4f}", "power": f"{net:,.2f}".replace("-", "−"),
            "soc": f"{flows.soc_mwh[place]:,.2f}",
        }
        for place, (hour, net) in enumerate(zip(flows.hour, flows.net_mw, strict=True))
    ]  # fmt: skip


def _price(panel: Panel, flows: DayFlows, lang: str) -> list[Any]:
    drawn = [("curve-two", flows.sell)] if _two_prices(flows) else []
    return [
        _steps(panel, flows, values, lang).mark_line(style=style, interpolate="step-after")
        for style, values in [*drawn, ("curve", flows.buy)]
    ]


def _steps(panel: Panel, flows: DayFlows, values: Any, lang: str) -> alt.Chart:
    """A line of steps; the last reaches the end of the day."""
    points = [*zip(flows.hour.tolist(), values.tolist(), strict=True), (HOURS_PER_DAY, float(values[-1]))]
    return alt.Chart(data([{"begin": at, "value": value} for at, value in points])).encode(
        x=_x("begin", lang), y=panel.y()
    )


def _power(panel: Panel, flows: DayFlows, rows: Sequence[dict[str, Any]], lang: str) -> list[Any]:
    layers: list[Any] = []
    for up, style in ((True, "bar"), (False, "bar-two")):
        chosen = [one for one in rows if one["net"] and (one["net"] > 0.0) is up]
        layers.append(
            alt.Chart(data(chosen))
            .encode(x=_x("begin", lang), x2=alt.X2("end"), y=panel.y("net"), y2=alt.Y2("zero"))
            .mark_rect(style=style)
        )
    for limit in (flows.discharge_limit_mw, -flows.charge_limit_mw):
        layers.append(
            _steps(panel, flows, limit, lang).mark_line(
                style="mark-rule", interpolate="step-after", strokeWidth=1, aria=False
            )
        )
    zero = alt.Chart(data([{"value": 0.0}])).encode(y=panel.y())
    return [*layers, zero.mark_rule(style="base", strokeWidth=1, aria=False)]


def _store(panel: Panel, flows: DayFlows, lang: str) -> list[Any]:
    """Energy in the store runs straight within a step."""
    points = [
        (0.0, flows.start_mwh),
        *zip((flows.hour + flows.step_hours).tolist(), flows.soc_mwh.tolist(), strict=True),
    ]
    line = alt.Chart(data([{"begin": at, "value": value, "zero": 0.0} for at, value in points])).encode(
        x=_x("begin", lang), y=panel.y()
    )
    edges = {
        "usable": (flows.lowest_mwh + flows.usable_mwh, flows.usable_mwh),
        "lowest": (flows.lowest_mwh, flows.lowest_mwh),
    }
    most = alt.Chart(data([
        {"value": at, "text": say(_WORDS, name, lang, value=shown_unit("", "MWh", lang).text(told))}
        for name, (at, told) in edges.items() if name == "usable" or at > 0.0
    ]))  # fmt: skip
    rule = most.encode(y=panel.y())
    text = rule.encode(x=alt.value("width"), text=alt.Text("text:N"))
    return [
        line.encode(y2=alt.Y2("zero")).mark_area(style="band", aria=False), line.mark_line(style="curve"), rule.mark_rule(style="mark-rule", aria=False),
        text.mark_text(style="mark-label", align="right", dx=-4, dy=-9),
    ]  # fmt: skip


def _site(panel: Panel, flows: DayFlows, lang: str) -> list[Any]:
    """Load, PV and what the site draws with the plant, under the month's highest draw."""
    layers: list[Any] = []
    if flows.pv_mw.size:
        shaded = [
            {"begin": float(hour), "end": float(hour + flows.step_hours), "value": float(made), "zero": 0.0}
            for hour, made in zip(flows.hour, flows.pv_mw, strict=True)
        ]
        area = alt.Chart(data(shaded)).encode(x=_x("begin", lang), x2=alt.X2("end"), y=panel.y(), y2=alt.Y2("zero"))
        layers.append(area.mark_rect(style="band", aria=False))
    for style, values in (("curve-two", flows.load_mw), ("curve", flows.site_mw)):
        layers.append(_steps(panel, flows, values, lang).mark_line(style=style, interpolate="step-after"))
    highest = flows.month_peak_mw or 0.0
    text = say(_WORDS, "peak", lang, value=shown_unit("", "MW", lang).text(highest))
    rule = alt.Chart(data([{"value": highest, "text": text}])).encode(y=panel.y())
    label = rule.encode(x=alt.value("width"), text=alt.Text("text:N"))
    return [
        *layers,
        rule.mark_rule(style="mark-rule", aria=False),
        label.mark_text(style="mark-label", align="right", dx=-4, dy=-9),
    ]


def _bands(panels: Sequence[Panel], flows: DayFlows, lang: str) -> list[Any]:
    """The bands from the top to the bottom of the drawing, their names where there is room, else their signs."""
    if not flows.bands:
        return []
    stretches = [
        {"begin": one.begin, "end": one.end, "middle": (one.begin + one.end) / 2, "band": name(one.letter, lang), "sign": short(one.letter, lang),
         # Width of the name in pixels, to be held against that of the band.
         "need": (13.0 if lang == "zh" else 7.0) * len(name(one.letter, lang)) + 6.0, "hours": one.end - one.begin}
        for one in bands_of(flows.bands, flows.step_hours)
    ]  # fmt: skip
    colour, opacity = scales(lang)
    part = alt.Chart(data(stretches)).encode(
        x=_x("begin", lang), x2=alt.X2("end"), y=alt.value(0), y2=alt.value(panels[-1].bottom), color=alt.Color("band:N", scale=colour, legend=None),
        opacity=alt.Opacity("band:N", sort=list(opacity.domain), scale=opacity, legend=None),
    )  # fmt: skip
    written = alt.Chart(data(stretches)).transform_calculate(
        label=f"width * datum.hours / {HOURS_PER_DAY:g} > datum.need ? datum.band : width * datum.hours / {HOURS_PER_DAY:g} > 9 ? datum.sign : ''"
    )
    texts = written.encode(x=_x("middle", lang), y=alt.value(_NAMES // 2), text=alt.Text("label:N"))
    return [part.mark_rect(aria=False), texts.mark_text(style="end-label", align="center")]


def _tips(panels: Sequence[Panel], flows: DayFlows, rows: Sequence[dict[str, Any]], lang: str) -> list[Any]:
    """What a pointer anywhere in a step is told."""
    tips = [alt.Tooltip("time:N", title=say(_WORDS, "begin", lang))]
    tips += [alt.Tooltip("band:N", title=say(_WORDS, "band", lang))] if flows.bands else []
    tips += [
        alt.Tooltip("buy:N", title=say(_WORDS, "buy", lang)), alt.Tooltip("sell:N", title=say(_WORDS, "sell", lang)),
        alt.Tooltip("power:N", title=say(_WORDS, "net", lang) + pick(lang, "（MW）", " (MW)")), alt.Tooltip("soc:N", title=say(_WORDS, "soc", lang)),
    ]  # fmt: skip
    part = alt.Chart(data(rows)).encode(
        x=_x("begin", lang), x2=alt.X2("end"), y=alt.value(0), y2=alt.value(panels[-1].bottom), tooltip=tips
    )
    return [part.mark_rect(opacity=0.0, aria=False)]
