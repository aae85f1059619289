"""The filing sheet (备案信息表) of a case: what the case knows of what an authority asks, and what it does not say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path

from appraisal.case.periods import commissioning_months, month_after
from appraisal.errors import Fault, InputError, said
from appraisal.pipeline import Appraisal
from appraisal.report.charts.figures import shown
from appraisal.report.charts.theme import FONT
from appraisal.report.charts.words import pick, say
from appraisal.report.frames import csv_bytes
from appraisal.report.places import area_words, technology_words
from appraisal.text import SIDES, STATUSES, word

SUFFIXES = (".xlsx", ".csv", ".html")
# Metric of the books → under which the filing has it.
_INVESTED = (
    "investment_total",
    "construction_investment_total",
    "construction_interest_total",
    "working_capital_total",
)
# Where the funds come from; together they are the total investment.
_SOURCES = ("equity_in", "debt_raised", "leased", "lease_interest_capitalised")
_WORDS = {
    "sheet": ("储能项目备案信息表", "Filing sheet of a storage project"), "item": ("项目", "Item"), "content": ("内容", "Content"), "input": ("算例输入", "Input of the case"),
    "project": ("项目概况", "Project"), "plant": ("建设内容", "Plant"), "dates": ("进度", "Dates"), "money": ("投资与资金来源", "Investment and funds"),
    "name": ("项目名称", "Name of the project"), "owner": ("建设单位", "Owner"), "province": ("所在地区", "Area"), "site": ("建设地点", "Site"),
    "side": ("接入侧", "Side of the meter"), "connection": ("接入方案", "Grid connection"), "filing_number": ("备案号", "Filing number"), "status": ("项目状态", "Status"),
    "technology": ("技术路线", "Technology"), "power": ("额定功率", "Rated power"), "energy": ("额定容量", "Rated energy"), "duration": ("时长", "Duration"),
    "start": ("开工时间", "Construction start"), "months": ("建设工期", "Construction time"), "commissioned": ("投产时间", "Commissioning"), "years": ("运营年限", "Operating years"),
    "investment_total": ("项目总投资", "Total investment"), "construction_investment_total": ("其中：建设投资（含税）", "of which construction investment, incl. VAT"),
    "construction_interest_total": ("其中：建设期利息", "of which construction interest"), "working_capital_total": ("其中：流动资金", "of which working capital"),
    "equity_in": ("资金来源：资本金", "Funds: equity"), "debt_raised": ("资金来源：借款", "Funds: loans"), "leased": ("资金来源：融资租赁", "Funds: leases"),
    "lease_interest_capitalised": ("资金来源：租赁利息资本化", "Funds: lease interest capitalised"), "grants": ("资金来源：建设期补助", "Funds: grants during construction"),
    "of": ("{amount}（占 {share:.1%}）", "{amount} ({share:.1%})"), "blank": ("（待填）", "(to be filled in)"),
    "months_of": ("{count} 个月", "{count} months"), "years_of": ("{count} 年", "{count} years"),
    "missing": ("算例未填写：{items}", "The case does not say: {items}"), "whole": ("算例已填写全部项目。", "The case says every item."),
    "basis": (
        "投资与资金来源取自算例的评价结果（附录A、附录B）；各地备案表格式不一，以主管部门要求为准。",
        "Investment and funds are those of the appraisal (tables A and B). Forms differ by place: the authority's own decides.",
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the sheet: its section, its key, what the case says (empty: nothing), and the input that would say it."""

    section: str
    key: str
    content: str
    path: str = ""


@dataclass(frozen=True, kw_only=True)
class Filing:
    """The sheet of one case in one language."""

    items: tuple[Item, ...]
    title: str
    lang: str

    @property
    def missing(self) -> tuple[Item, ...]:
        """What the case does not say."""
        return tuple(one for one in self.items if not one.content)

    def label(self, one: Item) -> str:
        """What an item is called."""
        return say(_WORDS, one.key, self.lang)

    def told(self) -> str:
        """One sentence: what is missing, with the inputs that would say it."""
        named = [f"{self.label(one)} ({one.path})" for one in self.missing]
        return (
            say(_WORDS, "missing", self.lang, items=pick(self.lang, "、", ", ").join(named))
            if named
            else say(_WORDS, "whole", self.lang)
        )

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Heads, then for each item label, content and input."""
        yield say(_WORDS, "item", self.lang), say(_WORDS, "content", self.lang), say(_WORDS, "input", self.lang)
        for one in self.items:
            yield self.label(one), one.content or say(_WORDS, "blank", self.lang), one.path


def filing(result: Appraisal, lang: str, row: int = 0) -> Filing:
    """The filing sheet of an appraised case.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    row : int
        Scenario.

    Returns
    -------
    Filing
        What a filing names (project, plant, dates, investment, sources of funds); sources add to the total investment.
    """
    title = pick(lang, result.case.title.zh, result.case.title.en)
    items = (
        *_project(result, title, lang),
        *_plant(result, row, lang),
        *_dates(result, lang),
        *_money(result, row, lang),
    )
    return Filing(items=items, title=title or result.case.name, lang=lang)


def _project(result: Appraisal, title: str, lang: str) -> Iterator[Item]:
    project = result.case.project
    status = word(STATUSES, project.status, lang) if project.status else ""
    for key, content, path in (
        ("name", title, f"title.{lang}"), ("owner", project.owner, "project.owner"),
        ("province", area_words(project.province, lang), "project.province"), ("site", project.site, "project.site"),
        ("side", word(SIDES, project.side, lang), "project.side"), ("connection", project.connection, "project.connection"),
        ("filing_number", project.filing_number, "project.filing_number"), ("status", status, "project.status"),
    ):  # fmt: skip
        yield Item(section="project", key=key, content=content, path=path)


def _plant(result: Appraisal, row: int, lang: str) -> Iterator[Item]:
    storage = result.case.storage
    power, energy = (float(array[min(row, len(array) - 1), 0]) for array in (storage.power_mw, storage.energy_mwh))
    for key, content, path in (
        ("technology", technology_words(storage.technology, lang), "storage.technology"), ("power", f"{power:g} MW", "storage.power_mw"),
        ("energy", f"{energy:g} MWh", "storage.energy_mwh"), ("duration", f"{energy / power:.3g} h", ""),
    ):  # fmt: skip
        yield Item(section="plant", key=key, content=content, path=path)


def _dates(result: Appraisal, lang: str) -> Iterator[Item]:
    project = result.case.project
    year, month = month_after(project.construction_start, commissioning_months(project))
    for key, content, path in (
        ("start", project.construction_start, "project.construction_start"),
        ("months", say(_WORDS, "months_of", lang, count=project.construction_months), "project.construction_months"),
        ("commissioned", f"{year}-{month:02d}", ""),
        ("years", say(_WORDS, "years_of", lang, count=project.operation_years), "project.operation_years"),
    ):
        yield Item(section="dates", key=key, content=content, path=path)


def _money(result: Appraisal, row: int, lang: str) -> Iterator[Item]:
    kind = shown(result.metrics["investment_total"], lang)
    for key in _INVESTED:
        yield Item(section="money", key=key, content=kind.text(float(result.metrics[key].value[row])))
    books = result.statements
    grants = [f"grant_{label}.building" for label in result.case.finance.grants]
    amounts = {key: float(books[key][row].sum()) for key in _SOURCES}
    amounts["grants"] = sum(float(books[key][row].sum()) for key in grants)
    total = sum(amounts.values())
    for key, amount in amounts.items():
        # Equity and loans are asked for even where there are none.
        if amount or key in _SOURCES[:2]:
            content = say(_WORDS, "of", lang, amount=kind.text(amount), share=amount / total if total else 0.0)
            yield Item(section="money", key=key, content=content)


def filing_bytes(sheet: Filing, path: Path) -> bytes:
    """The sheet as a file of the kind that its name ends with.

    Raises
    ------
    InputError
        For another ending than ``SUFFIXES``.
    """
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return _workbook(sheet)
    if suffix == ".csv":
        return _csv(sheet)
    if suffix == ".html":
        return _page(sheet).encode()
    raise InputError([Fault(where=str(path), message=said(
        "ends with none of {known}", "文件名应以 {known} 之一结尾", known=", ".join(SUFFIXES)
    ))])  # fmt: skip


def _csv(sheet: Filing) -> bytes:
    import pandas as pd

    head, *rows = sheet.rows()
    return csv_bytes(pd.DataFrame(rows, columns=pd.Index(head)))


def _workbook(sheet: Filing) -> bytes:
    """One sheet that prints on one page; text is text, never a formula."""
    import xlsxwriter  # type: ignore[import-untyped]

    from appraisal.report.workbook.paper import CREATED, FONTS

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": sheet.title, "created": CREATED})
    base = {"font_name": FONTS[sheet.lang], "font_size": 10.5, "valign": "vcenter", "text_wrap": True}
    boxed = {**base, "border": 1, "border_color": "#7F7F7F"}
    plain, label, head, band, blank, title, note = (
        book.add_format(one)
        for one in (
            boxed, {**boxed, "bg_color": "#F2F2F2"}, {**boxed, "bold": True, "align": "center"}, {**boxed, "bold": True, "bg_color": "#DCE6F1"},
            {**boxed, "font_color": "#C00000"}, {**base, "bold": True, "font_size": 16, "align": "center"}, {**base, "font_size": 9, "font_color": "#595959"},
        )
    )  # fmt: skip
    page = book.add_worksheet(pick(sheet.lang, "备案信息表", "Filing"))
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 50)
    page.set_column(2, 2, 26)
    page.set_paper(9)
    page.fit_to_pages(1, 1)
    page.merge_range(0, 0, 0, 2, say(_WORDS, "sheet", sheet.lang), title)
    page.set_row(0, 30)
    heads, *_ = sheet.rows()
    page.write_row(1, 0, heads, head)
    at, section = 2, ""
    for one in sheet.items:
        if one.section != section:
            section = one.section
            page.merge_range(at, 0, at, 2, say(_WORDS, section, sheet.lang), band)
            at += 1
        page.write_string(at, 0, sheet.label(one), label)
        page.write_string(at, 1, one.content or say(_WORDS, "blank", sheet.lang), plain if one.content else blank)
        page.write_string(at, 2, one.path, plain)
        at += 1
    page.merge_range(at, 0, at, 2, say(_WORDS, "basis", sheet.lang), note)
    page.set_row(at, 30)
    book.close()
    return out.getvalue()


def _page(sheet: Filing) -> str:
    """One page with everything inside; it forbids itself to load anything."""
    rows, section = [], ""
    for one in sheet.items:
        if one.section != section:
            section = one.section
            rows.append(f"<tr><th colspan='3' scope='colgroup'>{escape(say(_WORDS, section, sheet.lang))}</th></tr>")
        content = escape(one.content) if one.content else f"<em>{escape(say(_WORDS, 'blank', sheet.lang))}</em>"
        rows.append(
            f"<tr><th scope='row'>{escape(sheet.label(one))}</th><td>{content}</td><td><code>{escape(one.path)}</code></td></tr>"
        )
    return _HTML.format(
        lang="zh-CN" if sheet.lang == "zh" else "en", title=escape(sheet.title), head=escape(say(_WORDS, "sheet", sheet.lang)), font=FONT,
        rows="\n".join(rows), told=escape(sheet.told()), basis=escape(say(_WORDS, "basis", sheet.lang)),
    )  # fmt: skip


_HTML = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ margin: 0 auto; padding: 16px; max-width: 800px; font-family: {font}; line-height: 1.5; color: #1F2933; background: #FFFFFF; }}
h1 {{ font-size: 1.25rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border: 1px solid #9AA5B1; padding: 4px 10px; text-align: left; font-weight: normal; overflow-wrap: anywhere; }}
th[colspan] {{ background: #DCE6F1; font-weight: bold; }}
em {{ color: #B42318; font-style: normal; }}
code, p {{ color: #52606D; font-size: .85rem; }}
</style>
</head>
<body>
<main>
<h1>{head}</h1>
<p>{title}</p>
<table>
{rows}
</table>
<p>{told}</p>
<p>{basis}</p>
</main>
</body>
</html>
"""
