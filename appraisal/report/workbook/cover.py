"""The cover with key figures, the master check and the contents; charts; sources of the assumptions; the version."""

from __future__ import annotations

from dataclasses import dataclass, replace

from appraisal import __version__
from appraisal.report.leaves import distinct
from appraisal.report.remarks import remarks
from appraisal.report.result import heading
from appraisal.report.tables import title as table_title
from appraisal.report.workbook import words
from appraisal.report.workbook.checking import Checks
from appraisal.report.workbook.draft import HEAD_ROW, Draft
from appraisal.report.workbook.formula import CONSTANT, LABEL, TOTAL, UNIT, Place, cell
from appraisal.report.workbook.outputs import Outputs
from appraisal.report.workbook.printed import MONEY_UNIT, MONEY_WORD, money_word
from appraisal.report.workbook.sheet import Chosen, Content, Painted, Sheet
from appraisal.scenario import digest
from appraisal.text import CONFIDENCE, ORIGINS, word
from appraisal.units import YUAN_PER_WAN, yuan_in

# Rows of the cover that other sheets refer to before it is filled.
_UNIT_ROW, _WORD_ROW = 6, 7
_KEY = (
    "project_irr_pre_tax", "project_irr", "project_npv", "payback_years", "equity_irr", "dscr_min", "lcos_yuan_per_kwh",
)  # fmt: skip
_PERCENT = ("project_irr_pre_tax", "project_irr", "equity_irr")


def place_unit(draft: Draft) -> None:
    """Where the unit of money stands, for the sheets that are made before the cover."""
    name = words.title("cover", draft.lang)
    draft.places |= {MONEY_UNIT: Place(name, _UNIT_ROW, True), MONEY_WORD: Place(name, _WORD_ROW, True)}


@dataclass(frozen=True)
class Listed:
    """A sheet in the contents: its name and what it holds."""

    title: str
    what: str


def cover_sheet(draft: Draft, outputs: Outputs, checks: Checks, listed: list[Listed]) -> Sheet:
    """Title, unit, master check, verdict, key figures, contents, legend and guidance."""
    sheet, say = draft.sheet("cover"), draft.say
    sheet.widths = {LABEL: 44.0, UNIT: 14.0, CONSTANT: 22.0, TOTAL: 40.0}
    sheet.landscape = False
    case = draft.case
    sheet.put(1, LABEL, (case.title.zh if draft.lang == "zh" else case.title.en) or case.name, "title")
    sheet.put(2, LABEL, say("储能项目投资评价工作簿", "Appraisal of an energy-storage investment"), "heading")
    sheet.put(3, LABEL, heading(replace(draft.result, case=case), draft.lang), "text")
    _unit_cells(draft, sheet)
    _master(draft, sheet, checks)
    _key_figures(draft, sheet, outputs)
    sheet.heading(say("目录", "Contents"))
    for one in listed:
        sheet.put(sheet.row, LABEL, one.title, "link", link=one.title)
        sheet.put(sheet.row, UNIT, one.what, "text")
        sheet.row += 1
    _guidance(draft, sheet)
    return sheet


def _unit_cells(draft: Draft, sheet: Sheet) -> None:
    """The switch of the unit of money, and its word."""
    sheet.row = _UNIT_ROW - 1
    sheet.heading(draft.say("金额单位", "Unit of money"))
    label = draft.say("附表金额单位：10000 为万元，1 为元", "Printed tables are in: 10000 for 10⁴ yuan, 1 for yuan")
    sheet.single(label, draft.say("元", "yuan"), yuan_in(draft.unit), "input", "count")
    sheet.chosen.append(Chosen(_UNIT_ROW, CONSTANT, (YUAN_PER_WAN, 1.0)))
    zh = ("元", "万元") if draft.lang == "zh" else ("yuan", "10⁴ yuan")
    formula = f'IF({cell(_UNIT_ROW)}=1,"{zh[0]}","{zh[1]}")'
    sheet.single(draft.say("单位名称", "Its name"), "", money_word(draft), "formula", formula=formula)
    sheet.skip()


def _master(draft: Draft, sheet: Sheet, checks: Checks) -> None:
    """The verdict of all checks, and the sentences of those that failed."""
    say = draft.say
    assert checks.master is not None
    assert checks.agrees is not None
    sheet.heading(say("总检查", "Master check"))
    passed = all(checks.passed)
    master, agrees = checks.master.at(sheet.title), checks.agrees.at(sheet.title)
    place = sheet.single(
        say("全部检查（1 通过）", "All checks (1 passed)"), "", float(passed), "check", "flag", formula=master
    )
    sheet.painted.append(Painted(f"C{place.row}", "check"))
    good, bad = (
        say("全部检查通过", "all checks passed"),
        say("有检查未通过，见『检查』表", "some checks failed: see the sheet Checks"),
    )
    sheet.put(place.row, TOTAL, good if passed else bad, "wrapped", formula=f'IF({cell(place.row)}=1,"{good}","{bad}")')
    same = checks.sheet.cells[checks.agrees.row, CONSTANT].value
    place = sheet.single(
        say("与程序导出值一致（信息）", "As exported (information)"), "", same, "check", "flag", formula=agrees
    )
    sheet.painted.append(Painted(f"C{place.row}", "inform"))
    good, bad = (
        say("未改动输入", "no input was changed"),
        say("输入已改动，本表为重新计算值", "inputs were changed: figures are recalculated"),
    )
    sheet.put(
        place.row, TOTAL, good if same == 1.0 else bad, "wrapped", formula=f'IF({cell(place.row)}=1,"{good}","{bad}")'
    )
    for at, text in checks.messages:
        reference = at.at(sheet.title).replace("$C$", "$A$")
        sheet.put(sheet.row, LABEL, text, "warning", formula=f'{reference}&""')
        sheet.row += 1
    sheet.skip()


def _key_figures(draft: Draft, sheet: Sheet, outputs: Outputs) -> None:
    """A sentence on the hurdle, then the figures that a bank asks for first."""
    say, figures = draft.say, draft.result.statements.book.figures
    sheet.heading(say("主要指标", "Key figures"))
    npv = outputs.live["project_npv"].at(sheet.title)
    value = outputs.values["project_npv"]
    good = say(
        "项目税后净现值不小于零，达到基准收益率", "The project earns its discount rate after tax: NPV is not below zero"
    )
    bad = say(
        "项目税后净现值小于零，未达到基准收益率",
        "The project does not earn its discount rate after tax: NPV is below zero",
    )
    reached = isinstance(value, float) and value >= 0.0
    sheet.put(sheet.row, LABEL, good if reached else bad, "heading", formula=f'IF({npv}>=0,"{good}","{bad}")')
    sheet.row += 1
    for key in _KEY:
        what, shown = figures[key], outputs.values[key]
        reference, unit = outputs.live[key].at(sheet.title), what.unit
        percent = key in _PERCENT
        number = "years" if unit == "year" else "money2" if unit == "yuan" else words.number_of(unit, percent=percent)
        money = unit == "yuan"
        per = yuan_in(draft.unit) if money else 1.0
        value = shown if isinstance(shown, str) else shown / per
        formula = f"IF(ISNUMBER({reference}),{reference}/{cell(_UNIT_ROW)},{reference})" if money else reference
        place = sheet.single(
            say(what.zh, what.en), draft.unit_words(unit, percent=percent), value, "figure", number, formula=formula
        )
        if money:
            sheet.put(place.row, UNIT, money_word(draft), "note", formula=cell(_WORD_ROW))
    sheet.skip()


_GUIDANCE = (
    ("蓝字淡黄底为可修改的输入；改动后全部公式随之重新计算。", "Blue on pale yellow are inputs to change; every formula follows."),
    ("灰色斜体为数值：运行与结算结果、由结构决定的标志、程序导出值。", "Grey italics are values: operation and settlement, flags of the structure, what the engine gave."),
    ("黑字为公式；同一列在各表中为同一年，同一行为同一公式。", "Black are formulas; a column is the same year on every sheet, a row has one formula."),
    ("储能容量、功率、电价、调度参数改动后运行结果不随之变动：请在程序中重新运行，『检查』表会提示。", "A change of size, prices or dispatch does not move the operation: run the case anew; the sheet Checks says so."),
    ("按偿债备付率测算的还款为数值；输入变动后残差检查变红，需重新运行。", "Sculpted repayments are values; when inputs change their check turns red and a new run is needed."),
    ("金额单位除附表外均为元；收入为正，支出为正，净额为收入减支出。", "Money is in yuan but for the printed tables; receipts and payments are positive, net is receipts less payments."),
    ("单元格保护未启用；输入单元格已设为不锁定，可自行启用工作表保护。", "Sheets are not protected; input cells are unlocked, so that protection can be turned on."),
)  # fmt: skip


def _guidance(draft: Draft, sheet: Sheet) -> None:
    """What the looks of a cell mean, and how to use the workbook."""
    say = draft.say
    sheet.skip()
    sheet.heading(say("图例", "Legend"))
    samples = (("input", "输入", "input"), ("default", "引用其他输入的默认值（可改为数值）", "default taken from another input (may be replaced)"),
               ("formula", "公式", "formula"), ("value", "数值", "value"), ("check", "检查", "check"))  # fmt: skip
    for kind, zh, en in samples:
        sheet.put(sheet.row, CONSTANT, 1.0, kind, "flag")  # type: ignore[arg-type]
        sheet.put(sheet.row, LABEL, say(zh, en), "text")
        sheet.row += 1
    sheet.skip()
    sheet.heading(say("使用说明", "How to use"))
    for zh, en in _GUIDANCE:
        sheet.put(sheet.row, LABEL, say(zh, en), "text")
        sheet.row += 1


# --- sources and version --------------------------------------------------------------------------------------------


def sources_sheet(draft: Draft) -> Sheet:
    """Every fact with date, value and document, then what a reader of the result must know."""
    sheet, say = draft.sheet("sources"), draft.say
    keys = ("fact", "value", "unit", "date", "holds_from", "confidence", "origin", "document")
    sheet.widths = dict(enumerate((44.0, 18.0, 14.0, 12.0, 12.0, 10.0, 12.0, 80.0)))
    sheet.put(1, LABEL, sheet.title, "title")
    for column, key in enumerate(keys):
        sheet.put(HEAD_ROW, column, draft.head(key), "head")
    sheet.row, sheet.frozen, sheet.repeated = HEAD_ROW + 1, (HEAD_ROW, 1), HEAD_ROW
    for fact in distinct(list(draft.case.facts)):
        number = isinstance(fact.value, (int, float)) and not isinstance(fact.value, bool)
        value: Content = float(fact.value) if number else _shown(fact.value)
        cells: tuple[Content, ...] = (
            fact.name, value, fact.unit, fact.asked.isoformat(), fact.holds_from.isoformat(),
            word(CONFIDENCE, fact.source.confidence, draft.lang), word(ORIGINS, fact.origin, draft.lang) if fact.origin in ORIGINS else fact.origin,
            fact.source.cited(draft.lang),
        )  # fmt: skip
        for column, content in enumerate(cells):
            sheet.put(sheet.row, column, content, "text", "general")
        sheet.row += 1
    sheet.skip()
    sheet.heading(say("提示", "What to know"))
    for note in remarks(draft.result, draft.row):
        sheet.put(sheet.row, LABEL, note.path, "note")
        sheet.put(sheet.row, UNIT, say(note.zh, note.en), "text")
        sheet.row += 1
    return sheet


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def version_sheet(draft: Draft) -> Sheet:
    """Program, digest of the inputs and dates; the time of writing is left out, so that the same case gives the same file."""
    sheet, say, case = draft.sheet("version"), draft.say, draft.case
    sheet.widths = {LABEL: 36.0, UNIT: 80.0}
    sheet.landscape = False
    sheet.put(1, LABEL, sheet.title, "title")
    sheet.row = 3
    asked = sorted({fact.asked.isoformat() for fact in case.facts})
    rows = (
        (say("程序", "Program"), f"appraisal {__version__}"),
        (say("算例", "Case"), case.name),
        (say("输入摘要（SHA-256）", "Digest of the inputs (SHA-256)"), digest(case)),
        (say("方案序号", "Scenario"), str(draft.row + 1)),
        (say("事实查询日期", "Facts asked for at"), ", ".join(asked) if asked else say("无", "none")),
        (say("语言", "Language"), draft.lang),
        (say("表格体例", "Tables follow"), say("《建设项目经济评价方法与参数》（第三版）", "Methods and parameters for the economic evaluation of construction projects, 3rd ed.")),
    )  # fmt: skip
    for label, text in rows:
        sheet.put(sheet.row, LABEL, label, "text")
        sheet.put(sheet.row, UNIT, text, "wrapped")
        sheet.row += 1
    return sheet


def contents(draft: Draft, sheets: list[Sheet]) -> list[Listed]:
    """The sheets behind the cover with a line on each."""
    said = {words.title(key, draft.lang): draft.say(zh, en) for key, (zh, en) in _WHAT.items()}
    tables = {words.table_title(letter, draft.lang): table_title(letter, draft.lang) for letter in "ABCDEFGHIJKL"}
    return [Listed(sheet.title, (said | tables)[sheet.title]) for sheet in sheets]


_WHAT = {
    "inputs": ("全部输入、范围、来源", "every input with its range and source"), "timeline": ("时间标志、分年输入", "flags of the years, inputs by year"),
    "operation": ("运行与结算结果（数值）", "operation and settlement (values)"), "sizing": ("建设期债务比例（无循环引用）", "debt share of construction, without a circle"),
    "calculation": ("投资、收入、成本、税金、资产、现金流", "investment, income, cost, taxes, assets, cash"),
    "financing": ("资金筹措、借款、租赁、还本付息", "funding, loans, leases, debt service"), "workings": ("指标逐年计算过程", "indicators year by year"),
    "outputs": ("全部指标，与程序值对照", "every indicator beside the engine's value"), "charts": ("现金流与偿债备付率图", "cash flow and debt-service cover"),
    "payers": ("分付费方的逐年支付与现值", "payments by payer, with present values"),
    "checks": ("恒等式与总检查", "identities and the master check"), "sources": ("事实、文件与提示", "facts, documents and remarks"),
    "version": ("程序版本与输入摘要", "version and digest"),
}  # fmt: skip
