"""One month of the plant, its days side by side: what the host draws under the month's peak, power, what is in the store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd

from appraisal.pipeline import Appraisal
from appraisal.report.charts.bands import bands_of, key, name, scales
from appraisal.report.charts.figures import shown_unit
from appraisal.report.charts.layers import data, haloed
from appraisal.report.charts.panels import Panel, Plan, laid, stacked
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import pick, say
from appraisal.report.charts.years import described, ended, of_case
from appraisal.report.days import DayFlows
from appraisal.report.month import MonthFlows, month_of
from appraisal.report.price_year import MONTHS_EN
from appraisal.units import HOURS_PER_DAY

HEIGHTS = {"site": 130, "price": 100, "power": 110, "store": 90}

_WORDS = {
    "title": ("一个月的运行：{month}", "A month of the plant: {month}"), "days": ("日", "Day"), "day": ("日", "Day"), "begin": ("开始时刻", "From"),
    "band": ("时段", "Band"), "buy": ("充电电价（元/kWh，含税）", "Charging price (yuan/kWh incl. VAT)"), "price": ("充电电价（元/kWh，含税）", "Charging price (yuan/kWh incl. VAT)"),
    "load": ("用电负荷（MW）", "Load (MW)"), "pv": ("光伏出力（MW）", "PV (MW)"), "without": ("场所用电，无储能（MW）", "Drawn without the plant (MW)"),
    "draws": ("场所用电，有储能（MW）", "Drawn with the plant (MW)"), "charge": ("充电功率（MW）", "Charging (MW)"), "discharge": ("放电功率（MW）", "Discharging (MW)"),
    "soc": ("时段末电量（MWh）", "Energy at the end of the step (MWh)"), "store": ("荷电量（MWh）", "State of charge (MWh)"),
    "power": ("功率（MW，放电为正、充电为负）", "Power (MW, discharge up, charge down)"), "site": ("场所用电（MW）", "Drawn by the site (MW)"),
    "before": ("无储能最高 {value}", "highest without {value}"), "after": ("有储能最高 {value}", "highest with {value}"), "covered": ("合同覆盖 {value}", "contract covers {value}"),
    "lines": ("场所图实线为有储能时的用电，虚线为无储能时的用电；横线为当月最大需量", "site panel: solid what is drawn with the plant, dashed without it; the rules are the month's highest draws"),
    "shaded": ("底色为光伏出力", "shaded the PV"), "fresh": ("新电池、全天可用的最优运行", "The optimum of a new battery, available all day"),
    "kinds": ("每一格为一类日，括号内为其天数", "each part is a kind of day, with the days it stands for"), "bands": ("时段：{names}", "Bands: {names}"),
    "times": ("{day}（{count} 天）", "{day} ({count} days)"),
    "alt": ("当月充电 {charged}，放电 {discharged}", "{charged} charged and {discharged} discharged in the month"),
    "peaks": ("场所最高用电由 {before} 变为 {after}", "the site's highest draw goes from {before} to {after}"),
}  # fmt: skip


def month_operation(result: Appraisal, lang: str = "en", month: int = 1, row: int = 0) -> Picture:
    """One month step by step, its days side by side, over the bands of the tariff where there is one.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    month : int
        One of :func:`appraisal.report.month.months_of`.
    row : int
        Scenario.

    Raises
    ------
    InputError
        If nothing was dispatched, or nothing in that month.
    """
    found = month_of(result, month, row)
    title = say(_WORDS, "title", lang, month=pick(lang, f"{month}月", MONTHS_EN[month - 1]))
    stop = pick(lang, "；", "; ")
    notes = [say(_WORDS, "fresh", lang)]
    notes += [say(_WORDS, "kinds", lang)] if any(one.day.days > 1.5 for one in found.days) else []
    notes += [say(_WORDS, "lines", lang)] if found.before_mw is not None else []
    notes += [say(_WORDS, "shaded", lang)] if found.days[0].pv_mw.size else []
    told = [ended(stop.join(notes), lang)]
    letters = "".join(one.bands for one in found.days)
    told += [ended(say(_WORDS, "bands", lang, names=key(letters, lang)), lang)] if letters else []
    table = pd.concat([_table(one, lang) for one in found.days], ignore_index=True)
    text = {say(_WORDS, one, lang) for one in ("day", "begin", "band")}
    price = say(_WORDS, "buy", lang)
    return Picture(
        chart=_chart(found, lang), title=title, subtitle=(of_case(result, lang, row), *told), lang=lang, table=table,
        alt=described(title, [ended(stop.join(_alt(found, lang)), lang), *told], lang),
        formats={head: ",.4f" if head == price else ",.3f" for head in table.columns if head not in text},
    )  # fmt: skip


def _table(flows: DayFlows, lang: str) -> pd.DataFrame:
    steps = len(flows.hour)
    columns: dict[str, Any] = {
        "day": [flows.day.zh if lang == "zh" else flows.day.en] * steps, "begin": [_clock(hour) for hour in flows.hour],
    }  # fmt: skip
    columns |= {"band": [name(letter, lang) for letter in flows.bands]} if flows.bands else {}
    columns |= {"buy": flows.buy}
    if flows.load_mw.size:
        columns |= {"load": flows.load_mw}
        columns |= {"pv": flows.pv_mw} if flows.pv_mw.size else {}
        columns |= {"without": flows.site_mw + flows.net_mw, "draws": flows.site_mw}
    columns |= {"charge": flows.charge_mw, "discharge": flows.discharge_mw, "soc": flows.soc_mwh}
    return pd.DataFrame({say(_WORDS, head, lang): values for head, values in columns.items()})


def _clock(hour: float) -> str:
    minutes = round(60.0 * hour)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _alt(found: MonthFlows, lang: str) -> Iterator[str]:
    energy, power = shown_unit("", "MWh", lang), shown_unit("", "MW", lang)
    charged, discharged = (
        sum(one.day.days * one.step_hours * float(getattr(one, way).sum()) for one in found.days)
        for way in ("charge_mw", "discharge_mw")
    )
    yield say(_WORDS, "alt", lang, charged=energy.text(charged), discharged=energy.text(discharged))
    if found.before_mw is not None and found.after_mw is not None:
        yield say(_WORDS, "peaks", lang, before=power.text(found.before_mw), after=power.text(found.after_mw))


def _joined(found: MonthFlows, name_: str) -> np.ndarray[Any, Any]:
    return np.concatenate([getattr(one, name_) for one in found.days])


def _chart(found: MonthFlows, lang: str) -> alt.LayerChart:
    first, hosted = found.days[0], found.before_mw is not None
    upper = "site" if hosted else "price"
    seen = (
        [0.0, *_joined(found, "site_mw"), found.before_mw or 0.0, found.covered_mw or 0.0]
        if hosted
        else [0.0, *_joined(found, "buy")]
    )
    seen += [*_joined(found, "pv_mw")]
    most = 1.08 * first.power_mw
    ends = {
        upper: (1.08 * min(seen), 1.18 * max(seen) or 1.0), "power": (-most, most),
        "store": (0.0, 1.1 * (first.lowest_mwh + first.usable_mwh) or 1.0),
    }  # fmt: skip
    plans = [
        Plan(heading=say(_WORDS, part, lang), height=HEIGHTS[part], domain=domain, format=",.3~f")
        for part, domain in ends.items()
    ]
    panels = laid(plans)
    drawn = [_site(panels[0], found, lang) if hosted else [_line(panels[0], found, "buy", lang, "curve")]]
    drawn += [_power(panels[1], found, lang), _store(panels[2], found, lang)]
    return stacked(panels, drawn, behind=_behind(panels, found, lang), over=_tips(panels, found, lang))


def _x(field: str, found: MonthFlows, lang: str) -> alt.X:
    """Hours of the days side by side; each day is written under its middle."""
    count = len(found.days)
    told = [
        say(_WORDS, "times", lang, day=one.day.zh if lang == "zh" else one.day.en, count=f"{one.day.days:.3g}")
        if one.day.number is None
        else str(one.day.number)
        for one in found.days
    ]
    axis = alt.Axis(
        values=[HOURS_PER_DAY * (place + 0.5) for place in range(count)], labelExpr=f"{json.dumps(told, ensure_ascii=False)}[floor(datum.value / {HOURS_PER_DAY:g})]",
        grid=False, ticks=False, labelLimit=0, labelOverlap="parity",
    )  # fmt: skip
    scale = alt.Scale(domain=[0, HOURS_PER_DAY * count], nice=False)
    return alt.X(f"{field}:Q", title=say(_WORDS, "days", lang), axis=axis, scale=scale)


def _hours(found: MonthFlows) -> np.ndarray[Any, Any]:
    """Hours from the beginning of the first day at which the steps begin."""
    return np.concatenate([place * HOURS_PER_DAY + one.hour for place, one in enumerate(found.days)])


def _packed(records: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Rows as one table: as rows of their own those of a month are checked cell by cell, which takes half a minute."""
    return pd.DataFrame(records)


def _points(found: MonthFlows, values: Any) -> list[dict[str, float]]:
    """Steps of a line; the last reaches the end of the month."""
    at = [*_hours(found).tolist(), HOURS_PER_DAY * len(found.days)]
    return [
        {"begin": hour, "value": value, "zero": 0.0}
        for hour, value in zip(at, [*values.tolist(), float(values[-1])], strict=True)
    ]


def _line(panel: Panel, found: MonthFlows, what: str, lang: str, style: str) -> alt.Chart:
    made: alt.Chart = _drawn(panel, found, _joined(found, what), lang).mark_line(style=style, interpolate="step-after")
    return made


def _drawn(panel: Panel, found: MonthFlows, values: Any, lang: str) -> alt.Chart:
    return alt.Chart(_packed(_points(found, values))).encode(x=_x("begin", found, lang), y=panel.y())


def _site(panel: Panel, found: MonthFlows, lang: str) -> list[Any]:
    """PV, what the site draws without and with the plant, and the month's highest draws."""
    without = _joined(found, "site_mw") + _joined(found, "net_mw")
    layers: list[Any] = []
    if found.days[0].pv_mw.size:
        pv = _drawn(panel, found, _joined(found, "pv_mw"), lang).encode(y2=alt.Y2("zero"))
        layers.append(pv.mark_area(style="band", interpolate="step-after", aria=False))
    layers.append(_drawn(panel, found, without, lang).mark_line(style="curve-two", interpolate="step-after"))
    layers.append(_line(panel, found, "site_mw", lang, "curve"))
    power = shown_unit("", "MW", lang)
    rules = {"before": found.before_mw, "after": found.after_mw, "covered": found.covered_mw}
    # Names of rules that stand near each other are kept apart: one over its rule, one under it, one at the other end.
    places: dict[str, tuple[Literal["left", "right"], int, int]] = {
        "before": ("right", -9, -4),
        "after": ("right", 10, -4),
        "covered": ("left", -9, 4),
    }
    for one, value in rules.items():
        if value is None:
            continue
        align, dy, dx = places[one]
        rule = alt.Chart(data([{"value": value, "text": say(_WORDS, one, lang, value=power.text(value))}])).encode(
            y=panel.y()
        )
        end = alt.value("width") if align == "right" else alt.value(0)
        layers += [
            rule.mark_rule(style="hurdle" if one == "covered" else "mark-rule", aria=False),
            *haloed(rule.encode(x=end, text=alt.Text("text:N")), "mark-label", align=align, dx=dx, dy=dy),
        ]
    return layers


def _power(panel: Panel, found: MonthFlows, lang: str) -> list[Any]:
    net = _joined(found, "net_mw")
    layers: list[Any] = [
        _drawn(panel, found, part, lang)
        .encode(y2=alt.Y2("zero"))
        .mark_area(style=style, interpolate="step-after", aria=False)
        for style, part in (("bar", np.maximum(net, 0.0)), ("bar-two", np.minimum(net, 0.0)))
    ]
    zero = alt.Chart(data([{"value": 0.0}])).encode(y=panel.y())
    return [*layers, zero.mark_rule(style="base", strokeWidth=1, aria=False)]


def _store(panel: Panel, found: MonthFlows, lang: str) -> list[Any]:
    """Energy in the store runs straight within a step; a day that stands alone begins as it ended."""
    points = []
    for place, one in enumerate(found.days):
        hours = place * HOURS_PER_DAY + np.concatenate([[0.0], one.hour + one.step_hours])
        values = [one.start_mwh, *one.soc_mwh.tolist()]
        points += [
            {"begin": float(at), "value": value, "zero": 0.0, "day": place}
            for at, value in zip(hours, values, strict=True)
        ]
    line = alt.Chart(_packed(points)).encode(x=_x("begin", found, lang), y=panel.y(), detail="day:N")
    return [
        line.encode(y2=alt.Y2("zero")).mark_area(style="band", aria=False),
        line.mark_line(style="curve", strokeWidth=1.5),
    ]


def _behind(panels: Sequence[Panel], found: MonthFlows, lang: str) -> list[Any]:
    """The bands of each day from top to bottom, and where a day ends."""
    height = alt.value(panels[-1].bottom)
    edges = alt.Chart(
        data([{"begin": HOURS_PER_DAY * place} for place in range(1, len(found.days))] or [{"begin": 0.0}])
    )
    lines = edges.encode(x=_x("begin", found, lang), y=alt.value(0), y2=height).mark_rule(
        style="mark-rule", strokeWidth=0.5, aria=False
    )
    if not found.days[0].bands:
        return [lines]
    stretches = [
        {
            "begin": place * HOURS_PER_DAY + part.begin,
            "end": place * HOURS_PER_DAY + part.end,
            "band": name(part.letter, lang),
        }
        for place, one in enumerate(found.days)
        for part in bands_of(one.bands, one.step_hours)
    ]
    colour, opacity = scales(lang)
    part = alt.Chart(_packed(stretches)).encode(
        x=_x("begin", found, lang), x2=alt.X2("end"), y=alt.value(0), y2=height, color=alt.Color("band:N", scale=colour, legend=None),
        opacity=alt.Opacity("band:N", sort=list(opacity.domain), scale=opacity, legend=None),
    )  # fmt: skip
    return [part.mark_rect(aria=False), lines]


def _tips(panels: Sequence[Panel], found: MonthFlows, lang: str) -> list[Any]:
    """What a pointer anywhere in a step is told."""
    rows = []
    for place, one in enumerate(found.days):
        label = one.day.zh if lang == "zh" else one.day.en
        for step, hour in enumerate(one.hour):
            row = {
                "begin": float(place * HOURS_PER_DAY + hour), "end": float(place * HOURS_PER_DAY + hour + one.step_hours),
                "time": f"{label} {_clock(hour)}", "buy": f"{one.buy[step]:.4f}", "net": f"{one.net_mw[step]:,.2f}".replace("-", "−"),
                "soc": f"{one.soc_mwh[step]:,.2f}",
            }  # fmt: skip
            rows.append({**row, "draws": f"{one.site_mw[step]:,.2f}".replace("-", "−")} if one.load_mw.size else row)
    tips = [
        alt.Tooltip("time:N", title=say(_WORDS, "begin", lang)),
        alt.Tooltip("buy:N", title=say(_WORDS, "buy", lang)),
    ]
    tips += [alt.Tooltip("draws:N", title=say(_WORDS, "draws", lang))] if found.before_mw is not None else []
    tips += [
        alt.Tooltip("net:N", title=say(_WORDS, "power", lang)),
        alt.Tooltip("soc:N", title=say(_WORDS, "store", lang)),
    ]
    part = alt.Chart(_packed(rows)).encode(
        x=_x("begin", found, lang), x2=alt.X2("end"), y=alt.value(0), y2=alt.value(panels[-1].bottom), tooltip=tips
    )
    return [part.mark_rect(opacity=0.0, aria=False)]
