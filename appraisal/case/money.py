"""The sections of a case that are spent: investment and operating cost, each input declared once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from appraisal.field import Number, Section, Yearly, choice, named, number, yearly

Line = Literal["battery", "power", "equipment", "works", "services"]
Depreciation = Literal["straight_line", "double_declining", "sum_of_years", "custom"]
TaxDepreciation = Literal["as_booked", "straight_line", "double_declining", "sum_of_years", "one_off"]
_DEPRECIATION_HELP = "straight_line 直线法; double_declining 双倍余额递减 (the last two years straight); sum_of_years 年数总和; custom: the shares stated."
_TAX_HELP = "as_booked: no difference; one_off 一次性扣除: the whole cost in the first operating year."


# What the plant and a class of its assets declare alike.
def _depreciation_shares() -> Any:
    return yearly(
            "share", "分年折旧比例", "Depreciation by operating year", ge=0, default=None, help="custom: of the original value, adding to 1 less the residual."
    )  # fmt: skip


def _tax_depreciation() -> Any:
    return choice("税前扣除方法", "Depreciation for tax", default="as_booked", help=_TAX_HELP)


def _tax_depreciation_years() -> Any:
    return number(
        "years", "税法折旧年限", "Depreciation period for tax", ge=1, le=60, default=None, help="Whole years. Left out: that of the books."
    )  # fmt: skip


class AssetClass(Section):
    """Cost lines with a life of their own; what is left out is that of the plant."""

    lines: tuple[Line, ...] = Field(
        title="Cost lines",
        json_schema_extra={
            "kind": "group", "zh": "费用项", "en": "Cost lines", "help": "battery, power, equipment, works, services; a line belongs to one class.",
        },
    )  # fmt: skip
    depreciation_years: Number | None = number(
        "years",
        "折旧年限",
        "Depreciation period",
        ge=1,
        le=60,
        default=None,
        help="Whole years. Left out: that of the plant.",
    )
    residual_share: Number | None = number(
        "share", "残值率", "Residual share", ge=0, le=0.5, default=None, help="Left out: that of the plant."
    )
    depreciation: Depreciation | None = choice(
        "折旧方法", "Depreciation", default=None, help=f"Left out: that of the plant. {_DEPRECIATION_HELP}"
    )
    depreciation_shares: Yearly | None = _depreciation_shares()
    tax_depreciation: TaxDepreciation = _tax_depreciation()
    tax_depreciation_years: Number | None = _tax_depreciation_years()


class LaterWork(Section):
    """更新改造、扩容或大修: spending in named operating years, from own funds."""

    operation_years: tuple[int, ...] = Field(
        title="Operating years",
        json_schema_extra={
            "kind": "group",
            "zh": "所在运营年",
            "en": "Operating years",
            "help": "Paid at the end of each of these years.",
        },
    )
    yuan: Number = number("yuan", "金额", "Amount", ge=0, help="Each time.", basis="incl_vat")
    vat_rate: Number | None = number(
        "share", "进项税率", "VAT rate", ge=0, le=0.3, default=None, help="Left out: that of the equipment."
    )
    treatment: Literal["capitalise", "expense"] = choice(
        "会计处理", "Treatment", default="capitalise", help="capitalise 资本化; expense 费用化."
    )
    depreciation_years: Number = number(
        "years", "折旧年限", "Depreciation period", ge=1, le=40, default=10.0, help="Whole years, from the year after."
    )
    residual_share: Number | None = number(
        "share", "残值率", "Residual share", ge=0, le=0.5, default=None, help="Left out: that of the plant."
    )


class Capital(Section):
    """Construction investment; each price says whether VAT is in it, and ``price_basis`` turns them all."""

    battery_yuan_per_kwh: Number = number(
        "yuan/kWh",
        "电池系统单价",
        "Battery system",
        ge=0,
        default=0.0,
        help="Per kWh of rated energy; equipment rate.",
        basis="incl_vat",
    )
    power_yuan_per_kw: Number = number(
        "yuan/kW",
        "变流与并网设备单价",
        "Power conversion and grid equipment",
        ge=0,
        default=0.0,
        help="Per kW of rated power; equipment rate.",
        basis="incl_vat",
    )
    equipment_yuan: Number = number(
        "yuan", "其他设备", "Other equipment", ge=0, default=0.0, help="Equipment rate.", basis="incl_vat"
    )
    works_yuan_per_kwh: Number = number(
        "yuan/kWh",
        "建筑安装单价",
        "Building and installation",
        ge=0,
        default=0.0,
        help="Per kWh of rated energy; works rate.",
        basis="incl_vat",
    )
    works_yuan: Number = number(
        "yuan",
        "建筑安装工程费",
        "Building and installation, lump sum",
        ge=0,
        default=0.0,
        help="Works rate.",
        basis="incl_vat",
    )
    services_yuan: Number = number(
        "yuan",
        "其他费用",
        "Services and other costs",
        ge=0,
        default=0.0,
        help="Design, supervision, grid studies; services rate.",
        basis="incl_vat",
    )
    land_yuan: Number = number(
        "yuan",
        "土地使用权",
        "Land-use right",
        ge=0,
        default=0.0,
        help="Amortised and recovered at net value.",
        basis="excl_vat",
    )
    contingency_share: Number = number(
        "share", "基本预备费率", "Contingency", ge=0, le=1, default=0.0, help="On all lines but land."
    )
    spend_profile: Yearly | None = yearly(
        "share",
        "分年投资比例",
        "Spending by construction column",
        ge=0,
        default=None,
        help="One share a construction column, adding to 1. Left out: by months.",
    )
    equipment_vat_rate: Number = number("share", "设备进项税率", "VAT rate, equipment", ge=0, le=0.3)
    works_vat_rate: Number = number("share", "建安进项税率", "VAT rate, works", ge=0, le=0.3)
    services_vat_rate: Number = number("share", "服务进项税率", "VAT rate, services", ge=0, le=0.3)
    price_rise: Number = number(
        "share/year", "投资价格年涨幅", "Yearly price rise", ge=0, le=0.3, default=0.0,
        help="涨价预备费: prices of column t rise for the lead years, half a year and t − 1 years.",
    )  # fmt: skip
    price_rise_lead_years: Number = number(
        "years", "估算至开工年数", "Years from estimate to start", ge=0, le=10, default=0.0
    )
    price_basis: Literal["incl_vat", "excl_vat"] = choice(
        "投资含税口径", "VAT in the prices above", default="incl_vat", help="excl_vat: VAT comes on top of every price of this section but land."
    )  # fmt: skip
    depreciation_years: Number = number("years", "折旧年限", "Depreciation period", ge=1, le=60, help="Whole years.")
    residual_share: Number = number("share", "残值率", "Residual share", ge=0, le=0.5)
    depreciation: Depreciation = choice("折旧方法", "Depreciation", default="straight_line", help=_DEPRECIATION_HELP)
    depreciation_shares: Yearly | None = _depreciation_shares()
    tax_depreciation: TaxDepreciation = _tax_depreciation()
    tax_depreciation_years: Number | None = _tax_depreciation_years()
    classes: Mapping[str, AssetClass] = named(
        "资产分类", "Asset classes", AssetClass, help="What they do not name belongs to the plant."
    )
    later_works: Mapping[str, LaterWork] = named(
        "更新改造与扩容", "Later works", LaterWork, help="Besides the battery replacement of the plant."
    )
    disposal_yuan: Number | None = number(
        "yuan", "期末资产处置收入", "Sale of the plant at the end", ge=0, default=None, help="Equipment rate. Left out: net book value is recovered.", basis="incl_vat"
    )  # fmt: skip
    decommissioning_yuan: Number = number(
        "yuan", "期末拆除处置费", "Decommissioning", ge=0, default=0.0, help="Paid in the last operating year; services rate.", basis="incl_vat"
    )  # fmt: skip
    land_years: Number | None = number(
        "years",
        "土地摊销年限",
        "Amortisation of land",
        ge=1,
        le=70,
        default=None,
        help="Whole years; needed where there is land.",
    )


class OperatingCost(Section):
    """Yearly cost without charging power at first-year prices; ``price_basis`` says whether VAT is in them."""

    fixed_yuan_per_kw_year: Number = number(
        "yuan/kW/year", "固定运维费", "Fixed operation and maintenance", ge=0, default=0.0, basis="incl_vat"
    )
    variable_yuan_per_kwh: Number = number(
        "yuan/kWh",
        "变动运维费",
        "Variable operation and maintenance",
        ge=0,
        default=0.0,
        help="Per kWh discharged.",
        basis="incl_vat",
    )
    maintenance: Literal["sum", "larger"] = choice(
        "运维费合计方式",
        "How the two norms count",
        default="sum",
        help="sum: fixed and variable add; larger: the larger of the two, as some norms give them as alternatives.",
    )
    insurance_share: Number = number(
        "share/year", "保险费率", "Insurance", ge=0, le=0.2, default=0.0, help="Of the construction investment, a year."
    )
    staff_yuan_per_year: Number = number("yuan/year", "工资及福利", "Staff", ge=0, default=0.0, basis="excl_vat")
    other_yuan: Yearly = yearly(
        "yuan/year",
        "其他费用",
        "Other cost",
        ge=0,
        default=0.0,
        help="One amount, or one an operating year.",
        basis="incl_vat",
    )
    price_basis: Literal["incl_vat", "excl_vat"] = choice(
        "费用含税口径", "VAT in the prices above", default="incl_vat", help="excl_vat: VAT comes on top of every cost but staff."
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
    )
    other_escalation: Number = number(
        "share/year", "其他费用年涨幅", "Escalation of other cost", ge=-0.2, le=0.5, default=0.0
    )
    insurance_escalation: Number = number(
        "share/year", "保险费年涨幅", "Escalation of insurance", ge=-0.2, le=0.5, default=0.0
    )
