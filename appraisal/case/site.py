"""The site behind the meter: its load by kind of day or as a year, its own generation, its limits, how its demand is billed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from appraisal.case import spans
from appraisal.field import Number, Profile, Section, Yearly, choice, constant, group, number, profile, text, yearly

_LABELS = {
    "found": ("由首末时刻判断", "found by the first and the last"),
    "start": ("时段起点（00:00 起）", "beginning of a step (from 00:00)"),
    "end": ("时段终点（至 24:00）", "end of a step (to 24:00)"),
}
_FILE_HELP = "CSV, .xlsx or .xls beside the case, a year of 365 or 366 days at a fixed step: a row a point, a row a day or a column a day."
_FILE_HELP_ZH = "算例旁的 CSV 或 Excel 文件，固定间隔的全年 365 或 366 天：每行一个点、每行一天或每列一天。"


def _sheet(zh: str, en: str) -> Any:
    """Declare which sheet of a workbook holds a series."""
    return text(
        f"{zh}所在工作表", f"Sheet of the {en}", default="",
        help="Where several sheets of the workbook hold numbers.", help_zh="工作簿有多个数据表时填写。",
    )  # fmt: skip


def _column(zh: str, en: str) -> Any:
    """Declare which column of its table holds a series."""
    return text(
        f"{zh}列", f"Column of the {en}", default="",
        help="Heading or letter; left out: found by its heading.", help_zh="表头或列字母；不填：按表头识别。",
    )  # fmt: skip


def _unit(zh: str, en: str) -> Any:
    """Declare the unit of a series."""
    return text(
        f"{zh}单位", f"Unit of the {en}", default="",
        help="kW, MW or kWh a step, where no heading says it.", help_zh="kW、MW 或每时段 kWh；表头未注明时填写。",
    )  # fmt: skip


def _labels(zh: str, en: str) -> Any:
    """Declare what the times of a series name."""
    return choice(
        f"{zh}时刻含义", f"Times of the {en}", options=_LABELS, default="found",
        help="Whether a time names the beginning or the end of its step.", help_zh="时刻表示所在时段的起点还是终点。",
    )  # fmt: skip


class SiteDay(Section):
    """One kind of day of the site."""

    help_zh = "场所的一类典型日。"

    months: tuple[int, ...] | Literal["all"] = group(
        "负荷月份", "Months of the load", options={"all": ("全年各月", "every month")}, default="all"
    )
    kind: Literal["all", "workday", "weekend"] = choice(
        "日类型",
        "Kind of day",
        options={
            "all": ("每天", "every day"),
            "workday": ("周一至周五", "Monday to Friday"),
            "weekend": ("周六、周日", "Saturday and Sunday"),
        },
        default="all",
        help="By the calendar of the billing months; public holidays count as the weekday they fall on.",
        help_zh="按计费月份的日历划分；法定节假日按其所在星期几计。",
    )
    load_mw: Profile = profile(
        "MW",
        "典型日负荷",
        "Load of the day",
        ge=0,
        help="A constant, or a day of 24, 48 or 96 values from 00:00.",
        help_zh="一个常数，或自 00:00 起一天 24、48 或 96 个值。",
    )
    pv_mw: Profile | None = profile(
        "MW",
        "典型日光伏出力",
        "PV of the day",
        ge=0,
        default=None,
        help="In place of the site's own; left out: that of the site.",
        help_zh="代替场所的光伏出力；不填：取场所的值。",
    )


class Supply(Section):
    """How the basic charge of the two-part tariff is paid; its prices come with the tariff."""

    help_zh = "两部制电价的基本电费计收方式；价格取自电价表。"

    mode: Literal["none", "capacity", "contract", "actual", "choose"] = choice(
        "基本电费计收方式",
        "Basic charge",
        options={
            "none": ("不计", "not counted"),
            "capacity": ("按变压器容量", "by transformer capacity"),
            "contract": ("按合同最大需量", "by contract demand"),
            "actual": ("按实际最大需量", "by actual demand"),
            "choose": ("每季度取最低者", "the cheapest of the three, quarter by quarter"),
        },
        default="none",
        help="Of the host, before and with the plant alike; choose takes the cheapest for each calendar quarter, before and with the plant.",
        help_zh="指用户安装储能前后的方式；choose 按自然季度取三种方式中最低者，前后各自选取。",
    )
    kva: Number | None = number(
        "kVA",
        "变压器容量",
        "Transformer capacity",
        gt=0,
        default=None,
        help="Transformers and high-voltage motors fed directly; required unless the basic charge is not counted.",
        help_zh="变压器与不通过变压器的高压电动机容量之和；计入基本电费时必填。",
    )
    contract_kw: Yearly | None = yearly(
        "kW",
        "合同最大需量",
        "Contract demand",
        ge=0,
        default=None,
        help="One value or twelve by month, before and with the plant alike; left out: the best of each month, before and with the plant. The rule's least share of the capacity is billed at least.",
        help_zh="一个值，或按月十二个值，安装前后相同；不填：安装前后各取每月最优值。计费值不低于规定的容量比例。",
    )
    demand_yuan_per_kw_month: Number | None = constant(
        "yuan/kW/month",
        "需量电价",
        "Price of demand",
        ge=0,
        default=None,
        help="Including VAT; left out: the tariff's.",
        help_zh="含增值税；不填：取电价表的值。",
    )
    capacity_yuan_per_kva_month: Number | None = constant(
        "yuan/kVA/month",
        "容量电价",
        "Price of capacity",
        ge=0,
        default=None,
        help="Including VAT; left out: the tariff's.",
        help_zh="含增值税；不填：取电价表的值。",
    )
    level: Number = number(
        "1",
        "基本电费水平系数",
        "Level of the basic charge",
        ge=0,
        default=1.0,
        help="Multiplies the prices of demand and capacity.",
        help_zh="乘在需量与容量电价上。",
    )


class Site(Section):
    """The site behind the meter, where its load is not the same every day, with PV, limits and the basic charge."""

    help_zh = "用户侧场所；每天相同的负荷填在“用电负荷”，其余情形填在此处。"

    days: tuple[SiteDay, ...] = group(
        "场所典型日",
        "Days of the site",
        default=(),
        help="The load by month and kind of day, in place of the load of the host; every day of the year belongs to exactly one.",
        help_zh="按月份和日类型给出负荷，代替“用电负荷”；全年每天恰好属于其中一类。",
    )
    load_file: str = text(
        "负荷文件", "Load of a year", default="",
        help=_FILE_HELP + " In place of the load of the host.", help_zh=_FILE_HELP_ZH + "代替“用电负荷”。"
    )  # fmt: skip
    load_sheet: str = _sheet("负荷", "load")
    load_column: str = _column("负荷", "load")
    load_unit: str = _unit("负荷", "load")
    load_labels: Literal["found", "start", "end"] = _labels("负荷", "load")
    annual_use_mwh: Number | None = constant(
        "MWh",
        "年用电量",
        "Use of a year",
        gt=0,
        default=None,
        help="Scales the load to this use of a year; left out: the load as it stands.",
        help_zh="把负荷按比例调整到该年用电量；不填：按原值。",
    )
    load_scale: Number = number(
        "1", "负荷系数", "Level of the load", ge=0, default=1.0, help="Multiplies the load.", help_zh="乘在负荷上。"
    )
    pv_mw: Profile | None = profile(
        "MW",
        "光伏出力",
        "Output of the PV",
        ge=0,
        default=None,
        help="A day of 24, 48 or 96 values from 00:00, the same every day; 0 without PV.",
        help_zh="自 00:00 起一天 24、48 或 96 个值，每天相同；无光伏不填。",
    )
    pv_file: str = text(
        "光伏出力文件", "PV of a year", default="",
        help=_FILE_HELP + " In place of pv_mw.", help_zh=_FILE_HELP_ZH + "代替 pv_mw。"
    )  # fmt: skip
    pv_sheet: str = _sheet("光伏", "PV")
    pv_column: str = _column("光伏", "PV")
    pv_unit: str = _unit("光伏", "PV")
    pv_labels: Literal["found", "start", "end"] = _labels("光伏", "PV")
    pv_scale: Number = number(
        "1", "光伏系数", "Level of the PV", ge=0, default=1.0, help="Multiplies the output of the PV.", help_zh="乘在光伏出力上。"
    )  # fmt: skip
    export_limit_mw: Number = number(
        "MW",
        "反送电限值",
        "Export limit",
        ge=0,
        default=0.0,
        help="Most power that the site may send to the grid; 0: none (no reverse flow). PV beyond it is curtailed.",
        help_zh="场所向电网反送的最大功率；0 为防逆流。超出部分弃光。",
    )
    export_price_yuan_per_kwh: Number | None = number(
        "yuan/kWh",
        "上网电价",
        "Price of export",
        ge=0,
        usual=spans.ENERGY_PER_KWH,
        default=None,
        help="Including VAT, for what the site sends to the grid; required where it may.",
        help_zh="场所上网电量的电价，含增值税；允许反送时必填。",
    )
    import_limit_mw: Number | None = number(
        "MW",
        "受电限值",
        "Import limit",
        ge=0,
        default=None,
        help="Most power that the site may draw: transformer capacity in MVA times the power factor. Left out: no limit.",
        help_zh="场所从电网受电的最大功率：变压器容量（MVA）乘功率因数。不填：不限。",
    )
    month_edge_soc: Number = number(
        "share",
        "月末荷电状态",
        "State of charge at a month's edge",
        ge=0,
        le=1,
        default=0.0,
        help="Share of usable energy held whenever a month ends, where a price series and a demand price meet: months are solved apart.",
        help_zh="价格序列与需量电价并存时，每逢月末保持的可用电量比例：各月分别求解。",
    )
    supply: Supply = Field(default_factory=Supply)
