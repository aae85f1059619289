"""The yearly statistics of a portfolio in words, tables and a picture, as an energy authority asks for them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import altair as alt
import pandas as pd

from appraisal.batch.finished import Run
from appraisal.batch.portfolio import (
    COUNT,
    HOURS,
    HOURS_CHARGED,
    HOURS_DISCHARGED,
    TOTAL_REVENUE,
    TOTAL_SUPPORT,
    portfolio,
)
from appraisal.batch.yearly import PLANTS, YEARLY_COLUMNS
from appraisal.errors import Fault, InputError, said
from appraisal.report.bundle import Bundle
from appraisal.report.charts.figures import shown_unit
from appraisal.report.charts.layers import data, layered
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import lined, pick, say
from appraisal.report.charts.years import described, ended
from appraisal.report.places import area_words, technology_words
from appraisal.report.run_summary import source_of
from appraisal.study.words import with_unit
from appraisal.text import SIDES, STATUSES, word

SCHEMA = "portfolio/1"
# Column that this module adds → unit, English, Chinese.
_MADE: Mapping[str, tuple[str, str, str]] = {
    COUNT: ("", "Plants in service", "在运项目数"), HOURS_CHARGED: ("h", "Hours of charging", "充电利用小时"),
    HOURS_DISCHARGED: ("h", "Hours of discharging", "放电利用小时"), HOURS: ("h", "Utilisation hours", "利用小时"),
    TOTAL_REVENUE: ("yuan", "Revenue, without VAT", "营业收入（不含增值税）"), TOTAL_SUPPORT: ("yuan", "Support", "各项支持"),
}  # fmt: skip
_NAMES: Mapping[str, Callable[[str, str], str]] = {
    "province": area_words, "technology": technology_words, "side": partial(word, SIDES), "status": partial(word, STATUSES),
}  # fmt: skip
_WORDS = {
    "stated": ("未填写", "not stated"),
    "total": (
        "{year} 年：在运 {count:,} 个项目，{power:,.1f} MW／{energy:,.1f} MWh，利用小时 {hours:,.0f}，营业收入 {revenue}，各项支持 {support}。",
        "{year}: {count:,} plants in service, {power:,.1f} MW / {energy:,.1f} MWh, {hours:,.0f} utilisation hours, revenue {revenue}, support {support}.",
    ),
    "invested": ("截至 {year} 年累计总投资 {amount}。", "Total investment up to {year}: {amount}."),
    "left": ("{count:,} 行失败，未计入。", "Rows that failed and are not counted: {count:,}."),
    "hours": (
        "利用小时 =（充电量 + 放电量）÷ 在运额定功率，均以并网点计量；充电、放电小时另列，口径不同时可单独取用。",
        "Utilisation hours = (energy charged + discharged) / capacity in service, at the grid meter; hours of charging and of discharging stand beside it for reports that count one alone.",
    ),
    "years": (
        "计算期按整运营年列示的项目，年份取该列多数月份所在的公历年；须按公历年统计时，各算例请用 project.columns = calendar。",
        "Of cases in whole operating years a year is the calendar year of most of the column's months; for true calendar years set project.columns = calendar in the cases.",
    ),
    "support": (
        "支持包括 support 一节各项、补贴收入和投资补助；以抵减设备价格形式给予的支持按抵减额计。",
        "Support is the section support, subsidies and grants; what lowers the price of equipment counts by what it takes off.",
    ),
    "forecast": ("以上为测算值，不是实际统计数。", "These are figures of the appraisal, not of meters."),
    "title": ("逐年在运额定功率", "Capacity in service by year"), "capacity": ("在运额定功率", "Capacity in service"), "year": ("年份", "Year"),
    "alt": ("{first} 至 {last} 年逐年在运额定功率柱状图，最大 {most:,.1f} MW", "Bars of the capacity in service from {first} to {last}, at most {most:,.1f} MW"),
}  # fmt: skip


def statistics(run: Run, by: Sequence[Sequence[str]], year: int | None, lang: str) -> Bundle:
    """The statistics of a portfolio: by year in all, and in one year by what plants are.

    Parameters
    ----------
    run : Run
        With yearly lines.
    by : sequence of sequences of str
        Each a set of ``PLANTS``; empty for each of them alone.
    year : int, optional
        Calendar year of the tables by group; by default the first with the largest capacity. Files hold all years.
    lang : "en" or "zh"

    Raises
    ------
    InputError
        If the run has no yearly lines, no plant has a figure in the year, or plants are not told apart by a name.
    """
    found = portfolio(run)
    asked = [list(names) for names in by] or [[name] for name in PLANTS]
    whole = found.by([])
    if whole.empty:
        raise InputError([Fault(where=str(run.path), message=said("every row failed", "各行均失败"))])
    year = found.fullest_year() if year is None else year
    if year not in whole["year"].tolist():
        raise InputError([Fault(where="--year", message=said(
            "{year}: no plant has a figure in that year", "{year}：没有项目在该年有数据", year=year
        ))])  # fmt: skip
    heads = _heads(run, lang)
    tables = {"by_year": whole.rename(columns=heads)}
    for names in asked:
        table = _named(found.by(names), names, lang)
        key = "by_" + "_".join(names)
        tables[key] = table[table["year"] == year].rename(columns=heads)
        tables[f"{key}_and_year"] = table.rename(columns=heads)
    return Bundle(
        schema=SCHEMA, source={**source_of(run), "year": year}, sentences=_sentences(run, whole, year, lang), tables=tables,
        remarks=tuple(say(_WORDS, name, lang) for name in ("forecast", "hours", "years", "support")),
        large=tuple(name for name in tables if name.endswith("_and_year")), pictures={"by_year": partial(_picture, whole, lang)},
    )  # fmt: skip


def _heads(run: Run, lang: str) -> dict[str, str]:
    with (run.path / YEARLY_COLUMNS).open(encoding="utf-8-sig", newline="") as file:
        known = {row["column"]: (row["unit"], row["en"], row["zh"]) for row in csv.DictReader(file)}
    known |= _MADE
    heads = {name: with_unit(pick(lang, zh, en), unit, lang) for name, (unit, en, zh) in known.items()}
    return heads | {"year": say(_WORDS, "year", lang)}


def _named(table: pd.DataFrame, names: Sequence[str], lang: str) -> pd.DataFrame:
    """Codes by their words; what a plant does not state by saying so."""
    made = table.copy()
    for name in names:
        words = {code: _NAMES[name](code, lang) if code else say(_WORDS, "stated", lang) for code in set(made[name])}
        made[name] = made[name].map(words)
    return made


def _sentences(run: Run, whole: pd.DataFrame, year: int, lang: str) -> tuple[str, ...]:
    money = shown_unit("", "yuan", lang)
    one = whole[whole["year"] == year].iloc[0]
    hours = 0.0 if pd.isna(one[HOURS]) else float(one[HOURS])
    told = [
        say(_WORDS, "total", lang, year=year, count=int(one[COUNT]), power=one["capacity_mw"], energy=one["energy_mwh"], hours=hours,
            revenue=money.text(float(one[TOTAL_REVENUE])), support=money.text(float(one[TOTAL_SUPPORT]))),
        say(_WORDS, "invested", lang, year=year, amount=money.text(float(whole[whole["year"] <= year]["investment_yuan"].sum()))),
    ]  # fmt: skip
    failed = int(run.failed.sum())
    return (*told, say(_WORDS, "left", lang, count=failed)) if failed else tuple(told)


def _picture(whole: pd.DataFrame, lang: str) -> Picture:
    """Capacity in service by year."""
    rows = [
        {"year": str(year), "power": float(power), "text": f"{power:,.1f} MW"}
        for year, power in zip(whole["year"], whole["capacity_mw"], strict=True)
    ]
    head = with_unit(say(_WORDS, "capacity", lang), "MW", lang)
    x = alt.X("year:O", title=say(_WORDS, "year", lang), axis=alt.Axis(labelAngle=0))
    y = alt.Y("power:Q", title=lined(head), axis=alt.Axis(format=",.4~f", tickCount=5))
    bars = alt.Chart(data(rows)).encode(x=x, y=y, tooltip=["year:N", "text:N"]).mark_bar(style="bar")
    title, most = say(_WORDS, "title", lang), float(whole["capacity_mw"].max())
    told = say(_WORDS, "alt", lang, first=int(whole["year"].min()), last=int(whole["year"].max()), most=most)
    table = pd.DataFrame({say(_WORDS, "year", lang): whole["year"].astype(str), head: whole["capacity_mw"]})
    return Picture(
        chart=layered([bars], 260), title=title, subtitle=(say(_WORDS, "forecast", lang),), lang=lang, table=table,
        alt=described(title, [ended(told, lang)], lang), formats={head: ",.1f"},
    )  # fmt: skip
