"""The sections of a case that are spent: investment and operating cost, each input declared once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from appraisal.case import spans
from appraisal.field import Number, Options, Section, Yearly, choice, group, named, number, yearly

Line = Literal["battery", "power", "equipment", "works", "services"]
Depreciation = Literal["straight_line", "double_declining", "sum_of_years", "custom"]
TaxDepreciation = Literal["as_booked", "straight_line", "double_declining", "sum_of_years", "one_off"]
_DEPRECIATION_HELP = "double_declining: the last two years straight; custom: the shares stated."
_DEPRECIATION_HELP_ZH = "double_declining：最后两年改为直线；custom：按所填各年比例。"
_TAX_HELP = "as_booked: no difference; one_off: the whole cost in the first operating year."
_TAX_HELP_ZH = "as_booked：与会计折旧一致；one_off：首个运营年一次性扣除全部成本。"
_WAYS: Options = {
    "straight_line": ("直线法", "straight line"), "double_declining": ("双倍余额递减法", "double declining balance"),
    "sum_of_years": ("年数总和法", "sum of the years' digits"), "custom": ("自定各年比例", "shares stated"),
}  # fmt: skip
_TAX_WAYS: Options = {
    "as_booked": ("与会计一致", "as booked"), "one_off": ("一次性扣除", "at once"),
    **{way: labels for way, labels in _WAYS.items() if way != "custom"},
}  # fmt: skip
_LINES: Options = {
    "battery": ("电池系统", "battery system"), "power": ("变流与并网设备", "power conversion and grid equipment"),
    "equipment": ("其他设备", "other equipment"), "works": ("建筑安装", "building and installation"), "services": ("其他费用", "services"),
}  # fmt: skip


# What the plant and a class of its assets declare alike.
def _depreciation_shares() -> Any:
    return yearly(
            "share", "分年折旧比例", "Depreciation by operating year", ge=0, default=None,
            help="custom: of the original value, adding to 1 less the residual.",
            help_zh="custom：占原值的比例，合计为 1 减残值率。"
    )  # fmt: skip


def _tax_depreciation() -> Any:
    return choice(
        "税前扣除方法",
        "Depreciation for tax",
        options=_TAX_WAYS,
        default="as_booked",
        help=_TAX_HELP,
        help_zh=_TAX_HELP_ZH,
    )


def _tax_depreciation_years() -> Any:
    return number(
        "years", "税法折旧年限", "Depreciation period for tax", ge=1, le=60, default=None,
        help="Whole years. Left out: that of the books.",
        help_zh="整年数。不填：与会计折旧年限相同。"
    )  # fmt: skip


class AssetClass(Section):
    """Cost lines with a life of their own; what is left out is that of the plant."""

    help_zh = "单独设定年限的费用项；未填者与电站相同。"

    lines: tuple[Line, ...] = group("费用项", "Cost lines", options=_LINES,
    help="battery, power, equipment, works, services; a line belongs to one class.",
    help_zh="battery、power、equipment、works、services；每项只属于一类。")  # fmt: skip
    depreciation_years: Number | None = number(
        "years",
        "折旧年限",
        "Depreciation period",
        ge=1,
        le=60,
        default=None,
        help="Whole years. Left out: that of the plant.",
        help_zh="整年数。不填：与电站相同。",
    )
    residual_share: Number | None = number(
        "share",
        "残值率",
        "Residual share",
        ge=0,
        le=0.5,
        default=None,
        help="Left out: that of the plant.",
        help_zh="不填：与电站相同。",
    )
    depreciation: Depreciation | None = choice(
        "折旧方法",
        "Depreciation",
        options=_WAYS,
        default=None,
        help=f"Left out: that of the plant. {_DEPRECIATION_HELP}",
        help_zh=f"不填：与电站相同。{_DEPRECIATION_HELP_ZH}",
    )
    depreciation_shares: Yearly | None = _depreciation_shares()
    tax_depreciation: TaxDepreciation = _tax_depreciation()
    tax_depreciation_years: Number | None = _tax_depreciation_years()


class LaterWork(Section):
    """Replacement, extension or overhaul: spending in named operating years, from own funds."""

    help_zh = "更新改造、扩容或大修：在指定运营年以自有资金支出。"

    operation_years: tuple[int, ...] = group(
        "所在运营年",
        "Operating years",
        help="Paid at the end of each of these years.",
        help_zh="在这些运营年的年末支付。",
    )
    yuan: Number = number("yuan", "金额", "Amount", ge=0, help="Each time.", help_zh="每次。", basis="incl_vat")
    vat_rate: Number | None = number(
        "share",
        "进项税率",
        "VAT rate",
        ge=0,
        le=0.3,
        default=None,
        help="Left out: that of the equipment.",
        help_zh="不填：取设备税率。",
    )
    treatment: Literal["capitalise", "expense"] = choice(
        "会计处理",
        "Treatment",
        options={"capitalise": ("资本化", "capitalised"), "expense": ("费用化", "expensed")},
        default="capitalise",
        help="expense: in the cost of its year.",
        help_zh="capitalise：资本化；expense：费用化。",
    )
    depreciation_years: Number = number(
        "years",
        "折旧年限",
        "Depreciation period",
        ge=1,
        le=40,
        default=10.0,
        help="Whole years, from the year after.",
        help_zh="整年数，自次年起。",
    )
    residual_share: Number | None = number(
        "share",
        "残值率",
        "Residual share",
        ge=0,
        le=0.5,
        default=None,
        help="Left out: that of the plant.",
        help_zh="不填：与电站相同。",
    )


class Capital(Section):
    """Construction investment; each price says whether VAT is in it, and ``price_basis`` turns them all."""

    help_zh = "建设投资；各价格注明是否含税，price_basis 可统一改变口径。"

    battery_yuan_per_kwh: Number = number(
        "yuan/kWh",
        "电池系统单价",
        "Battery system",
        ge=0,
        usual=spans.STORE_PER_KWH,
        default=0.0,
        help="Per kWh of rated energy; equipment rate.",
        help_zh="按额定容量每 kWh 计；适用设备税率。",
        basis="incl_vat",
    )
    power_yuan_per_kw: Number = number(
        "yuan/kW",
        "变流与并网设备单价",
        "Power conversion and grid equipment",
        ge=0,
        usual=spans.POWER_PER_KW,
        default=0.0,
        help="Per kW of rated power; equipment rate.",
        help_zh="按额定功率每 kW 计；适用设备税率。",
        basis="incl_vat",
    )
    equipment_yuan: Number = number(
        "yuan",
        "其他设备",
        "Other equipment",
        ge=0,
        default=0.0,
        help="Equipment rate.",
        help_zh="适用设备税率。",
        basis="incl_vat",
    )
    works_yuan_per_kwh: Number = number(
        "yuan/kWh",
        "建筑安装单价",
        "Building and installation",
        ge=0,
        usual=spans.WORKS_PER_KWH,
        default=0.0,
        help="Per kWh of rated energy; works rate.",
        help_zh="按额定容量每 kWh 计；适用建安税率。",
        basis="incl_vat",
    )
    works_yuan: Number = number(
        "yuan",
        "建筑安装工程费",
        "Building and installation, lump sum",
        ge=0,
        default=0.0,
        help="Works rate.",
        help_zh="适用建安税率。",
        basis="incl_vat",
    )
    services_yuan: Number = number(
        "yuan",
        "其他费用",
        "Services and other costs",
        ge=0,
        default=0.0,
        help="Design, supervision, grid studies; services rate.",
        help_zh="设计、监理、接入系统研究等；适用服务税率。",
        basis="incl_vat",
    )
    land_yuan: Number = number(
        "yuan",
        "土地使用权",
        "Land-use right",
        ge=0,
        default=0.0,
        help="Amortised and recovered at net value.",
        help_zh="按年摊销，期末按净值收回。",
        basis="excl_vat",
    )
    contingency_share: Number = number(
        "share",
        "基本预备费率",
        "Contingency",
        ge=0,
        le=1,
        default=0.0,
        help="On all lines but land.",
        help_zh="以土地以外的各项费用为基数。",
    )
    spend_profile: Yearly | None = yearly(
        "share",
        "分年投资比例",
        "Spending by construction column",
        ge=0,
        default=None,
        help="One share a construction column, adding to 1. Left out: by months.",
        help_zh="每个建设年一个比例，合计为 1。不填：按月分摊。",
    )
    equipment_vat_rate: Number = number("share", "设备进项税率", "VAT rate, equipment", ge=0, le=0.3)
    works_vat_rate: Number = number("share", "建安进项税率", "VAT rate, works", ge=0, le=0.3)
    services_vat_rate: Number = number("share", "服务进项税率", "VAT rate, services", ge=0, le=0.3)
    price_rise: Number = number(
        "share/year", "投资价格年涨幅", "Yearly price rise", ge=0, le=0.3, default=0.0,
        help="Prices of column t rise for the lead years, half a year and t − 1 years.",
        help_zh="涨价预备费：第 t 列的价格按提前年数、半年和 t − 1 年上涨。",
    )  # fmt: skip
    price_rise_lead_years: Number = number(
        "years", "估算至开工年数", "Years from estimate to start", ge=0, le=10, default=0.0
    )
    price_basis: Literal["incl_vat", "excl_vat"] = choice(
        "投资含税口径", "VAT in the prices above", options={"incl_vat": ("含税", "VAT included"), "excl_vat": ("不含税", "VAT on top")}, default="incl_vat",
        help="excl_vat: VAT comes on top of every price of this section but land.",
        help_zh="excl_vat：除土地外，本节各价格另加增值税。"
    )  # fmt: skip
    depreciation_years: Number = number(
        "years", "折旧年限", "Depreciation period", ge=1, le=60, help="Whole years.", help_zh="整年数。"
    )
    residual_share: Number = number("share", "残值率", "Residual share", ge=0, le=0.5)
    depreciation: Depreciation = choice(
        "折旧方法",
        "Depreciation",
        options=_WAYS,
        default="straight_line",
        help=_DEPRECIATION_HELP,
        help_zh=_DEPRECIATION_HELP_ZH,
    )
    depreciation_shares: Yearly | None = _depreciation_shares()
    tax_depreciation: TaxDepreciation = _tax_depreciation()
    tax_depreciation_years: Number | None = _tax_depreciation_years()
    classes: Mapping[str, AssetClass] = named(
        "资产分类",
        "Asset classes",
        AssetClass,
        help="What they do not name belongs to the plant.",
        help_zh="未列入各类的费用项归电站。",
    )
    later_works: Mapping[str, LaterWork] = named(
        "更新改造与扩容",
        "Later works",
        LaterWork,
        help="Besides the battery replacement of the plant.",
        help_zh="电站电池更换以外的支出。",
    )
    disposal_yuan: Number | None = number(
        "yuan", "期末资产处置收入", "Sale of the plant at the end", ge=0, default=None,
        help="Equipment rate. Left out: net book value is recovered.",
        help_zh="适用设备税率。不填：按账面净值收回。", basis="incl_vat"
    )  # fmt: skip
    decommissioning_yuan: Number = number(
        "yuan", "期末拆除处置费", "Decommissioning", ge=0, default=0.0,
        help="Paid in the last operating year; services rate.",
        help_zh="在最后一个运营年支付；适用服务税率。", basis="incl_vat"
    )  # fmt: skip
    land_years: Number | None = number(
        "years",
        "土地摊销年限",
        "Amortisation of land",
        ge=1,
        le=70,
        default=None,
        help="Whole years; needed where there is land.",
        help_zh="整年数；有土地时必填。",
    )


class OperatingCost(Section):
    """Yearly cost without charging power at first-year prices; ``price_basis`` says whether VAT is in them."""

    help_zh = "按首年价格计的年运营成本，不含充电电费；price_basis 说明是否含税。"

    fixed_yuan_per_kw_year: Number = number(
        "yuan/kW/year",
        "固定运维费",
        "Fixed operation and maintenance",
        ge=0,
        usual=spans.UPKEEP_PER_KW_YEAR,
        default=0.0,
        basis="incl_vat",
    )
    variable_yuan_per_kwh: Number = number(
        "yuan/kWh",
        "变动运维费",
        "Variable operation and maintenance",
        ge=0,
        usual=spans.UPKEEP_PER_KWH,
        default=0.0,
        help="Per kWh discharged.",
        help_zh="按每 kWh 放电量计。",
        basis="incl_vat",
    )
    maintenance: Literal["sum", "larger"] = choice(
        "运维费合计方式",
        "How the two norms count",
        options={"sum": ("固定与变动相加", "fixed and variable add"), "larger": ("取较大者", "the larger of the two")},
        default="sum",
        help="sum: fixed and variable add; larger: the larger of the two, as some norms give them as alternatives.",
        help_zh="sum：固定与变动相加；larger：取两者中较大的，适用于把两者列为可选标准的定额。",
    )
    insurance_share: Number = number(
        "share/year",
        "保险费率",
        "Insurance",
        ge=0,
        le=0.2,
        default=0.0,
        help="Of the construction investment, a year.",
        help_zh="每年，以建设投资为基数。",
    )
    staff_yuan_per_year: Number = number("yuan/year", "工资及福利", "Staff", ge=0, default=0.0, basis="excl_vat")
    other_yuan: Yearly = yearly(
        "yuan/year",
        "其他费用",
        "Other cost",
        ge=0,
        default=0.0,
        help="One amount, or one an operating year.",
        help_zh="一个数，或每个运营年一个。",
        basis="incl_vat",
    )
    price_basis: Literal["incl_vat", "excl_vat"] = choice(
        "费用含税口径", "VAT in the prices above", options={"incl_vat": ("含税", "VAT included"), "excl_vat": ("不含税", "VAT on top")}, default="incl_vat",
        help="excl_vat: VAT comes on top of every cost but staff.",
        help_zh="excl_vat：除工资外，各项费用另加增值税。"
    )  # fmt: skip
    vat_rate: Number = number("share", "运维进项税率", "VAT rate of operating cost", ge=0, le=0.3)
    escalation: Number = number("share/year", "运维费年涨幅", "Escalation of maintenance", ge=-0.2, le=0.5, default=0.0)
    staff_escalation: Number | None = number(
        "share/year",
        "工资年涨幅",
        "Escalation of staff cost",
        ge=-0.2,
        le=0.5,
        default=None,
        help="Left out: that of maintenance.",
        help_zh="不填：与运维费相同。",
    )
    other_escalation: Number = number(
        "share/year", "其他费用年涨幅", "Escalation of other cost", ge=-0.2, le=0.5, default=0.0
    )
    insurance_escalation: Number = number(
        "share/year", "保险费年涨幅", "Escalation of insurance", ge=-0.2, le=0.5, default=0.0
    )
