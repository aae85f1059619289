"""Words of the workbook in both languages, and the number format of a unit."""

from __future__ import annotations

from collections.abc import Mapping

from appraisal.text import word

TITLES: Mapping[str, tuple[str, str]] = {
    "cover": ("封面", "Cover"), "inputs": ("输入", "Inputs"), "timeline": ("时间轴", "Timeline"), "operation": ("运行", "Operation"),
    "sizing": ("资金测算", "Sizing"), "calculation": ("计算", "Calculation"), "financing": ("融资", "Financing"),
    "workings": ("指标计算", "Workings"), "outputs": ("输出", "Outputs"), "charts": ("图表", "Charts"), "payers": ("付费方", "Payers"), "checks": ("检查", "Checks"),
    "sources": ("假设来源", "Sources"), "version": ("版本", "Version"), "table": ("附表", "Table"),
}  # fmt: skip

SECTIONS: Mapping[str, tuple[str, str]] = {
    "title": ("名称", "Title"), "project": ("项目", "Project"), "storage": ("储能系统", "Storage"), "capital": ("投资", "Investment"),
    "operating_cost": ("运营成本", "Operating cost"), "market": ("电价与市场", "Prices and market"), "finance": ("融资与评价", "Finance and appraisal"),
    "tax": ("税收", "Taxes"), "revenue": ("收入", "Revenue"), "support": ("支持政策", "Support"),
    "events": ("事件", "Events"),
}  # fmt: skip

# Groups of fields inside a section, by their last word in a path.
GROUPS: Mapping[str, tuple[str, str]] = {
    "replacement": ("电池更换", "Battery replacement"), "ageing": ("电池老化", "Ageing"), "augmentation": ("补容", "Augmentation"),
    "heat": ("燃料或热量", "Fuel or heat"), "limits": ("运行限制", "Limits of operation"),
    "power_curve": ("功率曲线", "Power by state of charge"), "auxiliary": ("站用电", "Auxiliary power"), "loans": ("借款", "Loan"), "leases": ("融资租赁", "Finance lease"),
    "grants": ("投资补助", "Grant"), "parties": ("投资方", "Party"), "classes": ("资产类别", "Asset class"), "later_works": ("后续工程", "Later work"),
}  # fmt: skip

HEADS: Mapping[str, tuple[str, str]] = {
    "item": ("项目", "Item"), "unit": ("单位", "Unit"), "constant": ("常数", "Constant"), "total": ("合计/检查", "Total or check"),
    "value": ("数值", "Value"), "in_range": ("范围检查", "In range"), "exported": ("导出时数值", "Value at export"), "low": ("下限", "Least"),
    "high": ("上限", "Most"), "origin": ("来源类别", "Origin"), "source": ("依据", "Source"), "confidence": ("可信度", "Confidence"),
    "path": ("算例路径", "Path in the case"), "year": ("计算期年序", "Year"), "calendar": ("日历年", "Calendar year"), "phase": ("时期", "Period"),
    "unchanged": ("与导出值一致", "As exported"), "agrees": ("与导出一致", "As exported"), "engine": ("程序导出值", "Engine, at export"),
    "difference": ("差异", "Difference"), "note": ("说明", "Note"), "result": ("结果（1 通过，0 不通过）", "Result (1 passed, 0 failed)"),
    "largest": ("最大误差", "Largest error"), "tax": ("口径", "Basis"), "document": ("文件", "Document"), "date": ("查询日期", "Date asked"),
    "holds_from": ("生效日期", "In force from"), "fact": ("事实", "Fact"),
}  # fmt: skip

# Unit → name of a number format.
_NUMBER: Mapping[str, str] = {
    "yuan": "money", "yuan/year": "money", "share": "rate", "share/year": "rate", "0/1": "flag", "year": "count", "years": "count",
    "months": "count", "MWh": "amount", "kWh": "money", "MW": "amount", "kW/MW": "count", "kWh/MWh": "count", "yuan/kW": "price2",
    "yuan/kW/year": "price2", "yuan/MWh": "price2",
}  # fmt: skip


def bare_unit(unit: str) -> str:
    """A unit without its price basis."""
    return unit.removesuffix(" incl. VAT").removesuffix(" excl. VAT")


def number_of(unit: str, *, percent: bool = False) -> str:
    """The name of the number format of a unit.

    Examples
    --------
    >>> number_of("yuan incl. VAT"), number_of("1"), number_of("1", percent=True)
    ('money', 'ratio', 'rate')
    """
    return "rate" if percent else _NUMBER.get(bare_unit(unit), "ratio")


def title(key: str, lang: str) -> str:
    """The name of a sheet."""
    return word(TITLES, key, lang)


def table_title(letter: str, lang: str) -> str:
    """The name of the sheet of a printed table: 附表A, or ``Table A``."""
    return f"附表{letter}" if lang == "zh" else f"Table {letter}"


def head(key: str, lang: str) -> str:
    """A column's head."""
    return word(HEADS, key, lang)


def pick(lang: str, zh: str, en: str) -> str:
    """One of two languages."""
    return zh if lang == "zh" else en
