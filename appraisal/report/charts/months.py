"""What the plant is paid in its first operating year, stream by stream and month by month."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.pipeline import Appraisal
from appraisal.report.charts.falls import nothing
from appraisal.report.charts.figures import Shown, shown_unit
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.revenue import Vector, stack
from appraisal.report.charts.words import listed, pick, say
from appraisal.report.charts.years import described, ended, of_case
from appraisal.report.eras import first_year_said
from appraisal.report.monthly import StreamMonths, first_year_by_month
from appraisal.report.spans import years_said

_WORDS = {
    "title": ("首个运营年分月收入（不含税）", "Revenue by month of the first operating year, without VAT"), "money": ("收入", "Revenue"),
    "month": ("月份", "Month"), "by_year": ("按年", "by year"), "total": ("合计", "Together"),
    "sum": ("合计 {total}，为全站首个完整运营年的营业收入与补贴收入", "Together {total}: revenue and subsidies of the first whole operating year of the plant"),
    "moves": ("随充放电变化的收入按各月的充放电量与电价结算", "what moves with the energy is settled on the energy and prices of each month"),
    "days": ("每天报酬相同、按天数计入各月：{list}", "Paid the same on every day, so that a month has it by its days: {list}"),
    "yearly": ("条款只给年度金额、没有分月，单列为“按年”一柱：{list}", "Stated by the year, in no month, and drawn apart as the bar of the year: {list}"),
    "no_months": ("各项收入均按年给定，没有分月数：{list}", "All income is stated by the year and has no months: {list}"),
    "bare": ("算例没有 {months} 月的电价，其余月份代表全年", "The case has no prices of month {months}: the months that it has stand for the year"),
    "alt": ("堆叠柱形图；最多的是 {most_in} 月 {most}，最少的是 {least_in} 月 {least}", "Stacked bars; the most is {most} in month {most_in}, the least {least} in month {least_in}"),
}  # fmt: skip


def has_months(result: Appraisal, row: int = 0) -> bool:
    """Whether some income has months to be shown."""
    return any(one.months.any() for one in first_year_by_month(result, row))


def revenue_by_month(result: Appraisal, lang: str = "en", row: int = 0) -> Picture:
    """Revenue and subsidies of the first operating year, stacked, month by month; yearly amounts in a bar of their own.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    row : int
        Scenario.

    Returns
    -------
    Picture
        All bars add up to the revenue and subsidies of the first operating year of the whole plant, in the statements
        where their columns are such years. A yearly amount is never spread over months that its terms do not know.
    """
    found = first_year_by_month(result, row)
    size = sum(abs(one.total) for one in found)
    paying = [one for one in found if not nothing(abs(one.total), size)]
    yearly = any(one.yearly for one in paying)
    drawn = {pick(lang, one.zh, one.en): _places(one, yearly=yearly) for one in paying}
    total = np.sum([*drawn.values(), np.zeros(12 + yearly)], axis=0)
    money = shown_unit(say(_WORDS, "money", lang), "yuan", lang).fitted(total)
    title, notes, table = say(_WORDS, "title", lang), _notes(result, paying, lang), _table(drawn, total, money, lang)
    return Picture(
        chart=stack(drawn, money, lang, x=_axis(lang, yearly=yearly), tip=alt.Tooltip("place:N", title=say(_WORDS, "month", lang)), places=_names(lang, yearly=yearly)), title=title,
        subtitle=(of_case(result, lang, row), *notes), lang=lang, alt=described(title, [_alt(total[:12], money, lang), *notes], lang), table=table,
        formats={str(name): money.form for name in table.columns[1:]},
    )  # fmt: skip


def _places(one: StreamMonths, *, yearly: bool) -> Vector:
    return np.append(one.months, one.yearly) if yearly else one.months


def _names(lang: str, *, yearly: bool) -> list[str]:
    return [*map(str, range(1, 13)), *([say(_WORDS, "by_year", lang)] if yearly else [])]


def _axis(lang: str, *, yearly: bool) -> alt.X:
    """Months 1 to 12, and where there is one the bar of yearly amounts."""
    places = _names(lang, yearly=yearly)
    names, count = json.dumps(places, ensure_ascii=False), len(places)
    axis = alt.Axis(
        values=[at + 0.5 for at in range(count)], labelExpr=f"{names}[floor(datum.value)]", grid=False, ticks=False
    )
    return alt.X("left:Q", title=say(_WORDS, "month", lang), axis=axis, scale=alt.Scale(domain=[0, count], nice=False))


def _notes(result: Appraisal, paying: list[StreamMonths], lang: str) -> list[str]:
    """What the bars add up to, what has no months, and months that the prices do not cover."""
    total = shown_unit("", "yuan", lang).text(sum(one.total for one in paying))
    named = {
        kind: listed([pick(lang, one.zh, one.en) for one in paying if holds(one)], lang)
        for kind, holds in (("days", lambda one: one.by_days), ("yearly", lambda one: bool(one.yearly)))
    }
    if not any(one.months.any() for one in paying):
        return [ended(say(_WORDS, "no_months", lang, list=named["yearly"]), lang)]
    first = [say(_WORDS, "sum", lang, total=total)]
    solved = result.operation.solved
    notes = [ended(pick(lang, "；", "; ").join([*first, *([say(_WORDS, "moves", lang)] if solved else [])]), lang)]
    notes += [ended(say(_WORDS, kind, lang, list=told), lang) for kind, told in named.items() if told]
    bare = [] if solved is None else sorted(set(range(1, 13)) - set(solved.problem.clock.month.tolist()))
    eras = first_year_said(result)
    notes += [ended(eras.text(lang), lang)] if eras else []
    return notes + ([ended(say(_WORDS, "bare", lang, months=years_said(bare, lang)), lang)] if bare else [])


def _alt(months: Vector, money: Shown, lang: str) -> str:
    least, most = int(months.argmin()), int(months.argmax())
    told = say(
        _WORDS, "alt", lang, most_in=most + 1, most=money.text(float(months[most])), least_in=least + 1, least=money.text(float(months[least]))
    )  # fmt: skip
    return ended(told, lang)


def _table(drawn: dict[str, Vector], total: Vector, money: Shown, lang: str) -> pd.DataFrame:
    unit = money.head.removeprefix(money.label)
    columns: dict[str, Any] = {say(_WORDS, "month", lang): _names(lang, yearly=total.size > 12)}
    columns |= {name + unit: values * money.factor for name, values in drawn.items()}
    columns[say(_WORDS, "total", lang) + unit] = total * money.factor
    return pd.DataFrame(columns)
