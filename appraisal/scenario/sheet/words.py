"""Words of the workbook to fill in, Chinese and English, that belong to no declared field."""

from __future__ import annotations

from collections.abc import Mapping

from appraisal.field import Declared

# Role of a sheet, as its cell A1 says it → its name.
SHEETS: Mapping[str, tuple[str, str]] = {
    "guide": ("说明", "Guide"),
    "inputs": ("输入", "Inputs"),
    "entries": ("分项", "Entries"),
    "streams": ("收入", "Streams"),
    "series": ("曲线", "Series"),
    "other": ("不确定性", "Uncertainty"),
}

SHEET_TITLES: Mapping[str, tuple[str, str]] = {
    "guide": ("储能项目评价：输入工作簿", "Energy-storage appraisal: workbook of inputs"),
    "inputs": ("输入：每行一项", "Inputs, one a row"),
    "entries": ("分项：每列一项，列数可自行增加", "Entries, one a column; insert columns for more"),
    "streams": (
        "收入与支持政策：每列一项，填写名称即启用",
        "Revenue streams and support, one a column; a name makes an entry",
    ),
    "series": (
        "曲线与分年数值：每列一组，由输入单元格引用",
        "Series, one a column, each called by the cell of an input",
    ),
    "other": ("不确定性与假设值", "Uncertainty and what-ifs on facts"),
}

SECTIONS: Mapping[str, tuple[str, str]] = {
    "title": ("项目名称", "Title"),
    "project": ("项目概况", "Project"),
    "storage": ("储能系统", "Storage"),
    "storage.limits": ("运行限制", "Limits of operation"),
    "storage.power_curve": ("功率随荷电状态的变化", "Power by state of charge"),
    "storage.auxiliary": ("站用电", "Auxiliary power"),
    "storage.ageing": ("电池衰减", "Ageing"),
    "storage.replacement": ("电池更换", "Replacement of the battery"),
    "storage.augmentation": ("补容", "Augmentation"),
    "storage.heat": ("燃料或热量输入", "Fuel or heat input"),
    "capital": ("建设投资", "Capital"),
    "operating_cost": ("运营成本", "Operating cost"),
    "market": ("电价与市场", "Market"),
    "market.site": ("用户场所", "Site of the host"),
    "market.site.supply": ("基本电费", "Basic charge"),
    "finance": ("融资与评价参数", "Finance"),
    "tax": ("税费", "Tax"),
    "uncertainty": ("不确定性：参数的概率分布", "Uncertainty: distributions of inputs"),
    "overlays": ("假设值：替换事实库中的数", "What-ifs: values in place of facts of the library"),
    "events": ("事件：自某时点起的更改", "Events: what changes from a date on"),
}

HEADS: Mapping[str, tuple[str, str]] = {
    "path": ("path", "path"),
    "title": ("名称", "Title"),
    "value": ("填写", "Value"),
    "unit": ("单位", "Unit"),
    "allowed": ("范围或代码", "Range or codes"),
    "default": ("缺省值", "Default"),
    "origin": ("缺省值来源", "Where the default comes from"),
    "help": ("说明", "Help"),
}

LABELS: Mapping[str, tuple[str, str]] = {
    "name": ("先填名称：小写字母、数字和 _", "first a name: lower-case letters, digits, _"),
    "label": ("填写名称即启用，如 {name}", "a name makes it count: {name}"),
    "section": ("列入", "Stands under"),
    "required": ("必填", "required"),
    "needed": ("该项必填", "required of an entry"),
    "field": ("字段默认值", "default of the field"),
    "case": ("随电价表或事实库", "from the library"),
    "listed": ("一个或多个，以分号分隔：8; 16", "one or several, parted by semicolons: 8; 16"),
    "series": ("一个数，或曲线列：{sheet}!B", "one number, or a column of numbers: {sheet}!B"),
    "fact": ("事实名称", "Name of the fact"),
    "input": ("输入路径", "Path of the input"),
    "value": ("值", "Value"),
    "distribution": ("分布", "Distribution"),
    "event": ("事件名称（自定）", "Event, a name of yours"),
    "changes": ("起始时点与更改", "When it begins and what it changes"),
    "series_title": ("标题（自由填写）", "Title, free"),
    "series_path": ("用于", "Used by"),
    "number": ("序号", "No."),
}

HELP: Mapping[str, tuple[str, str]] = {
    "uncertainty": (
        "分布写作 {triangular: [480, 600, 720]}、{uniform: [0.8, 0.95]}、{normal: [均值, 标准差]} 等。",
        "A distribution is written {triangular: [480, 600, 720]}, {uniform: [0.8, 0.95]}, {normal: [mean, standard deviation]} …",
    ),
    "overlays": (
        "例如 tax.national.income_tax 填 0.15；结果中会注明为假设。",
        "For example tax.national.income_tax with 0.15; the result says that it is a what-if.",
    ),
    "events": (
        "例如 {from_month: 2030-01, set: {revenue.capacity.enabled: false}, scale: {market.spread_scale: 0.8}}；也可用 operation_year: 5。",
        "For example {from_month: 2030-01, set: {revenue.capacity.enabled: false}, scale: {market.spread_scale: 0.8}}; or operation_year: 5.",
    ),
    "series": (
        "数值从序号 1 起连续向下填写；分年数值第 1 个为首个运营年，日曲线自 00:00 起 24、48 或 96 个值。在输入单元格写本表列号即引用，如 {sheet}!B。",
        "Values stand without a gap from number 1 down: by year from the first operating year, or 24, 48 or 96 a day from 00:00. Write the column into the cell of the input: {sheet}!B.",
    ),
}  # fmt: skip

GUIDE: Mapping[str, tuple[str, ...]] = {
    "zh": (
        "在浅黄色单元格内填写；橙色为必填而尚未填写；留空即取缺省值，缺省值及来源列在同一行。",
        "比例和税率填小数：86 % 填 0.86（单元格设为百分比格式亦可）。金额单位为元，含税口径见单位列。",
        "年月写作 2026-03。代码从下拉列表选择。",
        "多个整数或代码在同一单元格内以分号分隔：8; 16。空清单写 []；明确“无”写 null。",
        "分年数值和日曲线填在“{series}”表的一列中，并在输入单元格写 {series}!B 引用；只有一个数时直接填写。",
        "“{entries}”表：借款、租赁、补助、投资方、资产分类、分期、典型日等，一列一项；命名的项目先填名称。不够时插入列。",
        "“{streams}”表：给一种收入填写名称即启用；同类收入可有多项，名称各异。",
        "灰色的 path 列是程序识别的标识，请勿改动；行可以增删、移动，列可以插入。自建的工作表不会读取。",
        "公式可以使用：读取的是 Excel 或 LibreOffice 保存的结果。",
        "评价：appraisal run 文件名.xlsx；只检查输入：appraisal case check 文件名.xlsx；转为 YAML：appraisal case new --like 文件名.xlsx --to 文件名.yaml。",
    ),
    "en": (
        "Fill in the pale yellow cells. Orange: required and still open. An empty cell takes the default, which stands in its row with where it comes from.",
        "Shares and rates are fractions: 0.86 for 86 % (a cell formatted as a percentage is fine). Money is in yuan; the unit says whether VAT is in it.",
        "A month is written 2026-03. Codes are chosen from the list of the cell.",
        "Several whole numbers or codes stand in one cell, parted by semicolons: 8; 16. An empty list is [], a value that is left out on purpose null.",
        "Values by year and profiles of a day stand in a column of the sheet {series}; the cell of the input calls it: {series}!B. One number is written as it is.",
        "Sheet {entries}: loans, leases, grants, parties, asset classes, phases, typical days, each in a column of its own, those with a name under their name. Insert columns for more.",
        "Sheet {streams}: a name makes a stream count. There may be several of a kind under different names.",
        "The grey column path is what the program goes by: leave it. Rows may move, columns may be inserted, sheets of your own are not read.",
        "Formulas may be used: what is read is the result that Excel or LibreOffice saved.",
        "Appraise: appraisal run FILE.xlsx. Check the inputs only: appraisal case check FILE.xlsx. As YAML: appraisal case new --like FILE.xlsx --to FILE.yaml.",
    ),
}  # fmt: skip


def unit_in(what: Declared, lang: str) -> str:
    """The unit of a field with its price basis.

    Examples
    --------
    >>> unit_in(Declared(kind="number", unit="yuan/kW/year", zh="", en="", basis="incl_vat"), "zh")
    '元/kW/年（含税）'
    """
    return what.unit_text().text(lang)


def range_in(what: Declared) -> str:
    """The range of a field in signs, which are the same in both languages.

    Examples
    --------
    >>> share = Declared(kind="number", unit="share", zh="", en="", gt=0, le=1)
    >>> range_in(share), range_in(Declared(kind="number", unit="MW", zh="", en="", ge=0))
    ('0 < x ≤ 1', 'x ≥ 0')
    """
    low, sign = (what.gt, "<") if what.gt is not None else (what.ge, "≤")
    high = "" if what.le is None else f" ≤ {what.le:.9g}"
    if low is not None:
        return f"{low:.9g} {sign} x{high}" if high else f"x {'>' if sign == '<' else '≥'} {low:.9g}"
    return f"x{high}" if high else ""


def phrase(table: Mapping[str, tuple[str, str]], key: str, lang: str) -> str:
    """The entry of *key* in ``zh`` or ``en``, with names of sheets put in."""
    sheets = {name: pair[0 if lang == "zh" else 1] for name, pair in SHEETS.items()}
    return table[key][0 if lang == "zh" else 1].replace("{sheet}", sheets["series"])
