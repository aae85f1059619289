"""The host's electricity bill by month, before and after the plant: energy charges, and the basic charge where it is counted."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.pipeline import Appraisal
from appraisal.report.bill import Bill, monthly_bill
from appraisal.report.charts.bands import name as band_name
from appraisal.report.charts.figures import Shown, shown_unit
from appraisal.report.charts.layers import data
from appraisal.report.charts.panels import Panel, Plan, laid, stacked
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import pick, say
from appraisal.report.charts.years import described, ended, of_case

HEIGHTS = (190, 80)
_GAP = 0.14

_WORDS = {
    "title": ("用户逐月电度电费：安装前后", "The host's energy charges by month, before and after"), "month": ("月份", "Month"),
    "both_title": ("用户逐月电费：安装前后", "The host's bill by month, before and after"), "both": ("电度电费与基本电费", "Energy and basic charge"),
    "basic_before": ("基本电费（安装前）", "Basic charge before"), "basic_after": ("基本电费（安装后）", "Basic charge after"),
    "peak_before": ("最大需量（安装前，MW）", "Highest draw before (MW)"), "peak_after": ("最大需量（安装后，MW）", "Highest draw after (MW)"),
    "exported": ("上网收入变化", "Change of export income"), "band_before": ("{band}（安装前）", "{band} before"), "band_after": ("{band}（安装后）", "{band} after"),
    "counted": ("电度电费与基本电费（含税）；不含力调电费", "Energy and basic charge incl. VAT; the power-factor adjustment is not counted"),
    "parts": ("其中电度电费节约 {energy}，基本电费节约 {basic}", "Of it {energy} on energy, {basic} on the basic charge"),
    "money": ("电度电费", "Energy charges"), "before": ("安装前", "Before"), "after": ("安装后", "After"), "saved": ("节约", "Saved"),
    "charged": ("充电电费", "Charging"), "discharged": ("放电抵减", "Saved by discharging"), "which": ("前后", "When"),
    "year": ("全年：安装前 {before}，安装后 {after}，节约 {saved}（{share}）", "The year: {before} before, {after} after, {saved} saved ({share})"),
    "only": ("仅电度电费（含税）；不含需量（容量）电费和力调电费", "Energy charges only, incl. VAT; demand or capacity charges and the power-factor adjustment are not counted"),
    "fresh": ("每月左为安装前、右为安装后；按新电池、全年可用计；节约额在投资方与用户之间的分配见合同", "each month before on the left, after on the right; of a new battery, available all year; who keeps the saving is the contract's matter"),
    "alt": ("上图为每月安装前后电费，下图为每月节约，最少 {least}（{least_in} 月），最多 {most}（{most_in} 月）", "Above the charges of each month before and after, below the saving: least {least} (month {least_in}), most {most} (month {most_in})"),
}  # fmt: skip


def bill_by_month(result: Appraisal, lang: str = "en", row: int = 0) -> Picture:
    """Energy charges of each month before and after, with the saving below.

    Parameters
    ----------
    result : Appraisal
        Of a user-side case with prices and its host's load: ``appraisal.report.bill.has_bill`` says so beforehand.
    lang : "en" or "zh"
    row : int
        Scenario.

    Raises
    ------
    InputError
        For any other case.
    """
    bill = monthly_bill(result, row)
    saved = bill.saved
    money = shown_unit(say(_WORDS, "both" if bill.has_basic else "money", lang), "yuan", lang).fitted(bill.total_before)
    title = say(_WORDS, "both_title" if bill.has_basic else "title", lang)
    stop = pick(lang, "；", "; ")
    total = {
        name: money.text(float(values.sum()))
        for name, values in (("before", bill.total_before), ("after", bill.total_after), ("saved", saved))
    }
    share = float(saved.sum() / bill.total_before.sum()) if bill.total_before.sum() else float("nan")
    notes = [
        ended(
            say(_WORDS, "year", lang, **total, share="—" if np.isnan(share) else f"{share:.1%}".replace("-", "−")), lang
        ),
        ended(
            stop.join([say(_WORDS, "counted" if bill.has_basic else "only", lang), say(_WORDS, "fresh", lang)]), lang
        ),
    ]
    if bill.has_basic:
        energy, basic = bill.before - bill.after + bill.exported, bill.basic_before - bill.basic_after
        parts = say(_WORDS, "parts", lang, energy=money.text(float(energy.sum())), basic=money.text(float(basic.sum())))
        notes.insert(1, ended(parts, lang))
    least, most = int(saved.argmin()), int(saved.argmax())
    told = say(
        _WORDS,
        "alt",
        lang,
        least=money.text(float(saved[least])),
        least_in=least + 1,
        most=money.text(float(saved[most])),
        most_in=most + 1,
    )
    table = _table(bill, money, lang)
    return Picture(
        chart=_chart(bill, money, lang), title=title, subtitle=(of_case(result, lang, row), *notes), lang=lang, table=table,
        alt=described(title, [ended(told, lang), *notes], lang),
        formats={str(head): "d" if place == 0 else ",.2f" for place, head in enumerate(table.columns)},
    )  # fmt: skip


def _table(bill: Bill, money: Shown, lang: str) -> pd.DataFrame:
    unit = money.head.removeprefix(money.label)
    columns: dict[str, Any] = {say(_WORDS, "month", lang): np.arange(1, 13)}
    for name, values in (
        ("before", bill.before), ("after", bill.after), ("charged", bill.charged), ("discharged", bill.discharged), ("saved", bill.saved),
    ):  # fmt: skip
        columns[say(_WORDS, name, lang) + unit] = values * money.factor
    if bill.exported.any():
        columns[say(_WORDS, "exported", lang) + unit] = bill.exported * money.factor
    if bill.has_basic:
        for name, values in (("basic_before", bill.basic_before), ("basic_after", bill.basic_after)):
            columns[say(_WORDS, name, lang) + unit] = values * money.factor
        for name, values in (("peak_before", bill.peak_before_mw), ("peak_after", bill.peak_after_mw)):
            columns[say(_WORDS, name, lang)] = values
    for letter, sides in bill.by_band.items():
        for name, values in zip(("band_before", "band_after"), sides, strict=True):
            columns[say(_WORDS, name, lang, band=band_name(letter, lang)) + unit] = values * money.factor
    return pd.DataFrame(columns)


def _chart(bill: Bill, money: Shown, lang: str) -> alt.LayerChart:
    saved = bill.saved
    unit = money.head.removeprefix(money.label)
    panels = laid([
        Plan(heading=money.head, height=HEIGHTS[0], domain=_ends(money, [*bill.total_before, *bill.total_after]), format=money.axis),
        Plan(heading=say(_WORDS, "saved", lang) + unit, height=HEIGHTS[1], domain=_ends(money, list(saved)), format=money.axis),
    ])  # fmt: skip
    names = [say(_WORDS, "before", lang), say(_WORDS, "after", lang)]
    pairs = [
        {
            **_bar(month, side),
            "value": money.at(float(value)),
            "zero": 0.0,
            "when": name,
            "month": month + 1,
            "text": money.text(float(value)),
        }
        for side, (name, values) in enumerate(zip(names, (bill.total_before, bill.total_after), strict=True))
        for month, value in enumerate(values)
    ]
    legend = alt.Legend(title=None, symbolType="square")
    tips = [alt.Tooltip("month:Q", title=say(_WORDS, "month", lang)), alt.Tooltip("when:N", title=say(_WORDS, "which", lang)),
            alt.Tooltip("text:N", title=money.label)]  # fmt: skip
    bars = alt.Chart(data(pairs)).encode(
        x=_x(lang),
        x2=alt.X2("right"),
        y=panels[0].y(),
        y2=alt.Y2("zero"),
        color=alt.Color("when:N", scale=alt.Scale(domain=names), legend=legend),
        tooltip=tips,
    )
    return stacked(panels, [[bars.mark_rect()], _saved(panels[1], saved, money, lang)])


def _ends(money: Shown, values: list[float]) -> tuple[float, float]:
    low, high = min(0.0, *values) * money.factor, max(0.0, *values) * money.factor
    return 1.06 * low, 1.06 * high or 1.0


def _saved(panel: Panel, saved: Any, money: Shown, lang: str) -> list[Any]:
    rows = [
        {
            "left": month + _GAP,
            "right": month + 1 - _GAP,
            "month": month + 1,
            "value": money.at(float(value)),
            "zero": 0.0,
            "text": money.text(float(value)),
        }
        for month, value in enumerate(saved)
    ]
    tips = [
        alt.Tooltip("month:Q", title=say(_WORDS, "month", lang)),
        alt.Tooltip("text:N", title=say(_WORDS, "saved", lang)),
    ]
    return [
        alt.Chart(data(rows))
        .encode(x=_x(lang), x2=alt.X2("right"), y=panel.y(), y2=alt.Y2("zero"), tooltip=tips)
        .mark_rect(style="clears")
    ]


def _bar(month: int, side: int) -> dict[str, float]:
    """The left or the right half of a month."""
    return {"left": month + (_GAP if side == 0 else 0.5), "right": month + (0.5 if side == 0 else 1 - _GAP)}


def _x(lang: str) -> alt.X:
    axis = alt.Axis(
        values=[month + 0.5 for month in range(12)], labelExpr="floor(datum.value) + 1", grid=False, ticks=False
    )
    return alt.X("left:Q", title=say(_WORDS, "month", lang), axis=axis, scale=alt.Scale(domain=[0, 12], nice=False))
