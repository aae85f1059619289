"""What the plant is paid, stream by stream or payer by payer, and year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from appraisal.case.eras import shares
from appraisal.case.periods import periods
from appraisal.finance.tables.titles import of_stream
from appraisal.pipeline import Appraisal
from appraisal.report.charts.falls import nothing
from appraisal.report.charts.figures import Shown, shown_unit
from appraisal.report.charts.layers import data, layered
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import lined, listed, pick, say
from appraisal.report.charts.years import bar_of, described, ended, of_case, year_tip, years_axis
from appraisal.text import PAYERS, word

HEIGHT = 320

_WORDS = {
    "title": ("分项收入（不含税）", "Revenue by stream, without VAT"), "money": ("收入", "Revenue"), "year": ("计算期（年）", "Year"),
    "total": ("合计", "Together"), "stream": ("收入项", "Stream"),
    "statements": ("合计等于损益表的营业收入与补贴收入", "the sum is the revenue and subsidies of the income statement"),
    "order": ("柱内自下而上依图例次序", "a bar is stacked from the bottom in the order of the legend"),
    "event": ("第 {year} 年起：{title}", "From year {year}: {title}"), "happens": ("事件", "Event"),
    "none": ("各年均为零，未画出：{list}", "Zero in every year and not drawn: {list}"),
    "first": ("首个运营年（第 {year} 年）合计 {total}", "In the first operating year (year {year}) together {total}"),
    "nothing": ("没有收入", "There is no revenue"),
    "alt": ("堆叠柱形图；整个计算期：{parts}", "Stacked bars; over all years: {parts}"),
}  # fmt: skip

_PAYERS = {
    **_WORDS, "title": ("分付费方的支付（不含税）", "Payments by payer, without VAT"), "money": ("支付", "Payment"), "stream": ("付费方", "Payer"),
    "nothing": ("没有支付", "Nothing is paid"),
}  # fmt: skip

Vector = NDArray[np.float64]
Words: TypeAlias = Mapping[str, tuple[str, str]]


def revenue_by_stream(result: Appraisal, lang: str = "en", row: int = 0) -> Picture:
    """Revenue and subsidies of each stream, stacked, year by year.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    row : int
        Scenario.

    Returns
    -------
    Picture
        The bars of a year add up to the lines ``revenue`` and ``subsidy`` of the statements; a stream that pays nothing
        (or only lowers the price of the equipment) is told.
    """
    books = result.statements
    streams = books.form.streams
    paid = {
        pick(lang, of_stream(one, streams)["zh"], of_stream(one, streams)["en"]): books[f"{one.label}.revenue"][row]
        + books[f"{one.label}.subsidy"][row]
        for one in streams
    }
    return _drawn(result, paid, _WORDS, lang, row)


def payments_by_payer(result: Appraisal, lang: str = "en", row: int = 0) -> Picture:
    """Revenue and subsidies by who pays them, stacked, year by year.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    row : int
        Scenario.

    Returns
    -------
    Picture
        The bars of a year add up to the lines ``revenue`` and ``subsidy`` of the statements; a payer that pays nothing
        (or only bears a part of the capital cost) is told.
    """
    net = result.payments.net
    paid = {word(PAYERS, payer, lang): money[row if len(money) > 1 else 0] for payer, money in net.items()}
    return _drawn(result, paid, _PAYERS, lang, row)


def _drawn(result: Appraisal, paid: dict[str, Vector], words: Words, lang: str, row: int) -> Picture:
    """Amounts by name that add up to what the books have as revenue and subsidies."""
    books = result.statements
    total = books["revenue"][row] + books["subsidy"][row]
    size = float(np.abs(total).max())
    drawn = {name: money for name, money in paid.items() if not nothing(float(np.abs(money).max()), size)}
    flat = [name for name in paid if name not in drawn]
    shown = shown_unit(say(words, "money", lang), "yuan", lang).fitted(total)
    title = say(words, "title", lang)
    parts = [
        *_first(total, shown, words, lang),
        say(words, "statements", lang),
        *([say(words, "order", lang)] if len(drawn) > 1 else []),
    ]
    notes = [ended(pick(lang, "；", "; ").join(parts), lang)]
    notes += [ended(say(words, "none", lang, list=listed(flat, lang)), lang)] if flat else []
    begun = event_years(result, lang)
    marked = [say(words, "event", lang, year=year, title=title) for year, title in begun]
    notes += [ended(pick(lang, "；", "; ").join(marked), lang)] if begun else []
    told = pick(lang, "，", ", ").join(f"{name} {shown.text(float(money.sum()))}" for name, money in drawn.items())
    alt_text = ended(say(words, "alt", lang, parts=told or say(words, "nothing", lang)), lang)
    table = _table(paid, total, shown, words, lang)
    return Picture(
        chart=stack(drawn, shown, lang, x=years_axis(total.size, lang), tip=year_tip(lang), words=words, events=begun), title=title, subtitle=(of_case(result, lang, row), *notes), lang=lang, table=table,
        alt=described(title, [alt_text, *notes], lang),
        formats={str(name): "d" if place == 0 else shown.form for place, name in enumerate(table.columns)},
    )  # fmt: skip


def event_years(result: Appraisal, lang: str) -> tuple[tuple[int, str], ...]:
    """The year, from 1, of the first column that each event holds some of, with what the event is called."""
    case = result.case
    parts = shares(periods(case.project), case.eras)[1:]
    held = [np.flatnonzero(share.sum(axis=1) > 0.0) for share in parts]
    titles = [era.event.title(era.name).text(lang) for era in case.eras]
    return tuple((int(columns[0]) + 1, title) for columns, title in zip(held, titles, strict=True) if columns.size)


def _first(total: Vector, shown: Shown, words: Words, lang: str) -> list[str]:
    """The first year that is paid."""
    paid = np.flatnonzero(total)
    if not paid.size:
        return [say(words, "nothing", lang)]
    return [say(words, "first", lang, year=int(paid[0]) + 1, total=shown.text(float(total[paid[0]])))]


def _table(paid: dict[str, Vector], total: Vector, shown: Shown, words: Words, lang: str) -> pd.DataFrame:
    unit = shown.head.removeprefix(shown.label)
    columns: dict[str, Any] = {say(words, "year", lang): np.arange(1, total.size + 1)}
    columns |= {name + unit: money * shown.factor for name, money in paid.items()}
    columns[say(words, "total", lang) + unit] = total * shown.factor
    return pd.DataFrame(columns)


def stack(
    drawn: dict[str, Vector],
    shown: Shown,
    lang: str,
    *,
    x: alt.X,
    tip: alt.Tooltip,
    places: Sequence[str] = (),
    events: Sequence[tuple[int, str]] = (),
    words: Words = _WORDS,
) -> alt.LayerChart:
    """Amounts of each stream as bars on top of each other, one place after the other.

    Parameters
    ----------
    drawn : name → (N,)
        Yuan.
    shown : Shown
        How they are written.
    lang : "en" or "zh"
    x : axis over the places, from 0 to N
    tip : what the tooltip says of the place
    places : names of the places, for a tooltip on ``place``; by default their numbers
    events : (place from 1, what begins there), each marked by a broken line before its place
    words : what an amount and its kind are called in the tooltip
    """
    bars = [{**one, "place": places[one["year"] - 1] if places else str(one["year"])} for one in _bars(drawn, shown)]
    names = list(drawn)
    y = alt.Y("low:Q", title=lined(shown.head), axis=alt.Axis(format=shown.axis, tickCount=6))
    legend = (
        alt.Legend(title=None, symbolType="square", columns=alt.ExprRef(expr="width < 400 ? 1 : 4")) if names else None
    )
    colour = alt.Color("stream:N", scale=alt.Scale(domain=names), legend=legend)
    tips = [
        tip, alt.Tooltip("stream:N", title=say(words, "stream", lang)),
        alt.Tooltip("text:N", title=say(words, "money", lang)), alt.Tooltip("total:N", title=say(words, "total", lang)),
    ]  # fmt: skip
    layers: list[Any] = [
        alt.Chart(data(bars))
        .encode(x=x, x2=alt.X2("right"), y=y, y2=alt.Y2("high"), color=colour, tooltip=tips)
        .mark_rect(style="cell")
    ]
    zero = alt.Chart(data([{"low": 0.0}])).encode(y=alt.Y("low:Q"))
    layers.append(zero.mark_rule(style="base", strokeWidth=1, aria=False))
    if events:
        marks = [{**bar_of(place - 1), "left": place - 1, "event": title} for place, title in events]
        happens = alt.Tooltip("event:N", title=say(words, "happens", lang))
        dashed = alt.Chart(data(marks)).encode(x=x, tooltip=[tip, happens])
        layers.append(dashed.mark_rule(style="mark-rule"))
    return layered(layers, HEIGHT)


def _bars(drawn: dict[str, Vector], shown: Shown) -> Any:
    """What is paid stands on what was paid before it, what is taken back hangs below zero."""
    count = max((money.size for money in drawn.values()), default=0)
    above, below = np.zeros(count), np.zeros(count)
    for name, money in drawn.items():
        gain, loss = np.maximum(money, 0.0), np.minimum(money, 0.0)
        low, high = np.where(money < 0.0, below + loss, above), np.where(money < 0.0, below, above + gain)
        above, below = above + gain, below + loss
        for year in np.flatnonzero(money):
            yield {
                **bar_of(int(year)), "stream": name, "low": shown.at(float(low[year])), "high": shown.at(float(high[year])),
                "text": shown.text(float(money[year])), "total": shown.text(float(sum(one[year] for one in drawn.values()))),
            }  # fmt: skip
