"""The charts: yearly net cash with its cumulative line, and the debt-service cover beside the line that a lender asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from appraisal.report.workbook import words
from appraisal.report.workbook.draft import CALENDAR_ROW, Draft
from appraisal.report.workbook.formula import LABEL, Place
from appraisal.report.workbook.outputs import Outputs
from appraisal.report.workbook.printed import money_word
from appraisal.report.workbook.sheet import Sheet
from appraisal.study.risk import COVENANT

_BAR, _CURVE, _BOUND = "#4F81BD", "#C0504D", "#C00000"


@dataclass(frozen=True)
class Chart:
    """One chart: its words, the columns of its years, and (kind, name, sheet, row, colour) of each series."""

    title: str
    x: str
    y: str
    number: str
    heads: str
    head_row: int
    first: int
    last: int
    place: str
    series: tuple[tuple[str, str, str, int, str], ...]


def covenant(draft: Draft, outputs: Outputs) -> Place:
    """The cover that a lender asks for, as a row beside the cover found; its level is an input: another lender may ask for another."""
    sheet = outputs.workings.sheet
    sheet.skip()
    sheet.heading(draft.say("图表参考线", "Reference line of the chart"))
    bound = sheet.single(draft.say("要求的偿债备付率", "Debt-service cover asked for"), "", COVENANT, "input", "ratio")
    values = np.full(draft.columns.years, COVENANT)
    label = draft.say("偿债备付率参考线", "Debt-service cover asked for")
    return sheet.yearly(label, "", values, "formula", "ratio", formula=bound.at(sheet.title))


def chart_sheet(draft: Draft) -> Sheet:
    """The sheet that the charts stand on."""
    sheet = draft.sheet("charts")
    sheet.put(1, LABEL, sheet.title, "title")
    sheet.widths, sheet.landscape, sheet.one_page = {LABEL: 12.0}, False, True
    return sheet


def charts(draft: Draft, bound: Place) -> tuple[Chart, ...]:
    """The three charts of a workbook."""
    say, columns = draft.say, draft.columns
    heads = words.title("timeline", draft.lang)
    year, money = draft.head("calendar"), money_word(draft)

    def chart(title: str, y: str, number: str, place: str, *series: tuple[str, str, Place, str]) -> Chart:
        drawn = tuple((kind, name, at.sheet, at.row, colour) for kind, name, at, colour in series)
        return Chart(title, year, y, number, heads, CALENDAR_ROW, columns.first, columns.last, place, drawn)

    net, cumulative = say("净现金流量", "Net cash"), say("累计净现金流量", "Cumulative")
    found = [
        chart(title, money, "#,##0", place, ("column", net, draft.places[f"{letter}:{key}_net"], _BAR),
              ("line", cumulative, draft.places[f"{letter}:{key}_cumulative"], _CURVE))
        for title, letter, key, place in (
            (say("项目投资现金流量（所得税后）", "Project cash flow, after tax"), "G", "project", "A3"),
            (say("项目资本金现金流量", "Equity cash flow"), "H", "equity", "A24"),
        )
    ]  # fmt: skip
    cover = draft.places["dscr"]
    found.append(
        chart(
            say("偿债备付率", "Debt-service cover (DSCR)"), say("倍", "times"), "0.00", "A45",
            ("column", say("偿债备付率", "DSCR"), cover, _BAR), ("line", say("要求的偿债备付率", "Asked for"), bound, _BOUND),
        )
    )  # fmt: skip
    return tuple(found)
