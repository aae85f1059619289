"""The sections of a case: every input with its unit, range, titles and help, in this one place."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from appraisal.field import (
    Number,
    Profile,
    Section,
    Yearly,
    choice,
    constant,
    count,
    flag,
    number,
    profile,
    text,
    yearly,
)


class Title(Section):
    """The case's name in both languages."""

    zh: str = text("中文名称", "Chinese title", default="")
    en: str = text("英文名称", "English title", default="")


class Project(Section):
    """Where, when and for whom."""

    province: str = text("省份", "Province", help="Id of the area, as in the tariff library.")
    side: Literal["user", "grid", "generation"] = choice("接入侧", "Side of the meter", help="user: behind the meter of a host; grid: an independent plant; generation: beside a power plant.")
    construction_start: str = text("开工年月", "Construction start", help="Year and month, 2026-03. The tariff is looked up for the month of commissioning.")
    construction_months: int = count("months", "建设工期", "Construction time", ge=1, le=120, help="Batteries take 3 to 8 months, commercial and industrial sites 2 to 4. Every started twelve months are one construction column.")
    operation_years: int = count("years", "运营年限", "Operating years", ge=1, le=60)
    owner: str = text("建设单位", "Owner", default="")
    currency: str = text("币种", "Currency", default="CNY")


class Ageing(Section):
    """State of health = 1 − a·days^p − b·EFC^q, days and equivalent full cycles since the (re)placement."""

    calendar_coefficient: Number = number("1/day^p", "日历衰减系数 a", "Calendar fade a", ge=0, default=0.0)
    calendar_exponent: Number = number("1", "日历衰减指数 p", "Calendar exponent p", gt=0, le=2, default=1.0)
    cycle_coefficient: Number = number("1/cycle^q", "循环衰减系数 b", "Cycle fade b", ge=0, default=0.0)
    cycle_exponent: Number = number("1", "循环衰减指数 q", "Cycle exponent q", gt=0, le=2, default=1.0)
    end_of_life_soh: Number = number("share", "寿命终止健康度", "End-of-life state of health", ge=0.5, le=1, default=0.6, help="Below it the battery no longer runs until it is replaced.")


class Replacement(Section):
    """更新改造: batteries replaced at the end of named operating years."""

    operation_years: tuple[int, ...] = Field(default=(), title="Operating years of replacement", json_schema_extra={"kind": "group", "zh": "更换所在运营年", "en": "Operating years of replacement", "help": "Paid at the end of each of these years; the battery is new the year after."})
    battery_yuan_per_kwh: Number = number("yuan/kWh", "更换单价", "Replacement price", ge=0, default=0.0, help="Including VAT, per kWh of rated energy.")
    vat_rate: Number = number("share", "更换进项税率", "VAT rate of the replacement", ge=0, le=0.3, default=0.13)
    depreciation_years: Number = number("years", "更换部分折旧年限", "Depreciation of the replacement", ge=1, le=40, default=10.0, help="Whole years.")
    retired_share: Number | None = number("share", "被更换部分占固定资产原值比例", "Share of the plant that is replaced", ge=0, le=1, default=None, help="Its net value is written off at the first replacement. Left out: the battery line's share.")
    residual_share: Number = number("share", "更换部分残值率", "Residual of the replacement", ge=0, le=0.5, default=0.05)


class Storage(Section):
    """The plant."""

    technology: str = text("技术路线", "Technology", help="Id in the library; it supplies defaults, the case overrides.", default="")
    power_mw: Number = number("MW", "额定功率", "Rated power", gt=0, help="At the grid meter.")
    energy_mwh: Number = number("MWh", "额定容量", "Rated energy", gt=0)
    charge_efficiency: Number = number("share", "充电效率", "Charge efficiency", gt=0, le=1)
    discharge_efficiency: Number = number("share", "放电效率", "Discharge efficiency", gt=0, le=1)
    depth_of_discharge: Number = number("share", "放电深度", "Depth of discharge", gt=0, le=1)
    availability: Number = number("share", "可用率", "Availability", gt=0, le=1)
    throughput_cost_yuan_per_mwh: Number = number("yuan/MWh", "循环损耗影子价格", "Throughput cost", ge=0, default=0.0, help="Shadow price of wear in the dispatch objective, per MWh discharged; not a cost in the books.")
    ageing: Ageing = Field(default_factory=Ageing)
    replacement: Replacement = Field(default_factory=Replacement)
    discharged_mwh: Yearly | None = yearly("MWh", "年放电量", "Discharged energy by year", ge=0, default=None, help="State it (with charged_mwh) to appraise known amounts without dispatch.")
    charged_mwh: Yearly | None = yearly("MWh", "年充电量", "Charged energy by year", ge=0, default=None, help="At the grid meter.")


class Capital(Section):
    """Construction investment, prices including VAT."""

    battery_yuan_per_kwh: Number = number("yuan/kWh", "电池系统单价", "Battery system", ge=0, default=0.0, help="Per kWh of rated energy, including VAT (equipment rate).")
    power_yuan_per_kw: Number = number("yuan/kW", "变流与并网设备单价", "Power conversion and grid equipment", ge=0, default=0.0, help="Per kW of rated power, including VAT (equipment rate).")
    equipment_yuan: Number = number("yuan", "其他设备", "Other equipment", ge=0, default=0.0, help="Including VAT (equipment rate).")
    works_yuan_per_kwh: Number = number("yuan/kWh", "建筑安装单价", "Building and installation", ge=0, default=0.0, help="Per kWh of rated energy, including VAT (works rate).")
    works_yuan: Number = number("yuan", "建筑安装工程费", "Building and installation, lump sum", ge=0, default=0.0, help="Including VAT (works rate).")
    services_yuan: Number = number("yuan", "其他费用", "Services and other costs", ge=0, default=0.0, help="Design, supervision, grid studies; including VAT (services rate).")
    land_yuan: Number = number("yuan", "土地使用权", "Land-use right", ge=0, default=0.0, help="Without VAT; amortised and recovered at net value.")
    contingency_share: Number = number("share", "基本预备费率", "Contingency", ge=0, le=1, default=0.0, help="On all lines but land.")
    spend_profile: Yearly | None = yearly("share", "分年投资比例", "Spending by construction column", ge=0, default=None, help="One share a construction column, adding to 1. Left out: by months.")
    equipment_vat_rate: Number = number("share", "设备进项税率", "VAT rate, equipment", ge=0, le=0.3)
    works_vat_rate: Number = number("share", "建安进项税率", "VAT rate, works", ge=0, le=0.3)
    services_vat_rate: Number = number("share", "服务进项税率", "VAT rate, services", ge=0, le=0.3)
    depreciation_years: Number = number("years", "折旧年限", "Depreciation period", ge=1, le=60, help="Straight line, whole years.")
    residual_share: Number = number("share", "残值率", "Residual share", ge=0, le=0.5)
    land_years: Number = number("years", "土地摊销年限", "Amortisation of land", ge=1, le=70, default=50.0)


class OperatingCost(Section):
    """Yearly cost without charging power, prices including VAT of the first operating year."""

    fixed_yuan_per_kw_year: Number = number("yuan/kW/year", "固定运维费", "Fixed operation and maintenance", ge=0, default=0.0)
    variable_yuan_per_kwh: Number = number("yuan/kWh", "变动运维费", "Variable operation and maintenance", ge=0, default=0.0, help="Per kWh discharged.")
    maintenance: Literal["sum", "larger"] = choice("运维费合计方式", "How the two norms count", default="sum", help="sum: fixed and variable add; larger: the larger of the two, as some norms give them as alternatives.")
    insurance_share: Number = number("share/year", "保险费率", "Insurance", ge=0, le=0.2, default=0.0, help="Of the construction investment, a year.")
    staff_yuan_per_year: Number = number("yuan/year", "工资及福利", "Staff", ge=0, default=0.0, help="Outside VAT.")
    other_yuan: Yearly = yearly("yuan/year", "其他费用", "Other cost", ge=0, default=0.0, help="One amount, or one an operating year; not escalated.")
    vat_rate: Number = number("share", "运维进项税率", "VAT rate of operating cost", ge=0, le=0.3)
    escalation: Number = number("share/year", "费用年涨幅", "Cost escalation", ge=-0.2, le=0.5, default=0.0)


class TypicalDay(Section):
    """One kind of day of a stated price profile."""

    months: tuple[int, ...] | Literal["all"] = Field(default="all", title="Months", json_schema_extra={"kind": "group", "zh": "月份", "en": "Months"})
    buy_yuan_per_kwh: Profile = profile("yuan/kWh", "充电电价", "Price of charging", help="24, 48 or 96 values from 00:00, including VAT.")
    sell_yuan_per_kwh: Profile | None = profile("yuan/kWh", "放电电价", "Price of discharging", default=None, help="Left out: the price of charging.")


class Market(Section):
    """Prices and the site."""

    tariff: str = text("电价表", "Tariff", default="", help="Name in the library, retail.zhejiang.")
    voltage: str = text("电压等级", "Voltage class", default="", help="As in the tariff, 1-10kv.")
    parts: Literal["one", "two"] = choice("单一制/两部制", "One- or two-part", default="two")
    user_class: str = text("用户类别", "User class", default="", help="Where the tariff has several.")
    zone: str = text("价区", "Price zone", default="", help="Where the tariff has several.")
    user: Literal["agent", "direct"] = choice("购电方式", "Way of buying", default="agent", help="agent: buys through the grid company under set bands; direct: trades in the market, without set bands since 2026-03-01.")
    purchased_energy_yuan_per_kwh: Number | None = constant("yuan/kWh", "代理购电价格", "Purchased-energy price", ge=0, default=None, help="Replaces the published price in every month.")
    typical_days: tuple[TypicalDay, ...] = Field(default=(), title="Typical days", json_schema_extra={"kind": "group", "zh": "典型日电价", "en": "Typical days", "help": "A stated price profile in place of a tariff; the months must cover the year once."})
    price_file: str = text("电价序列文件", "Price series", default="", help="CSV beside the case: time, buy_yuan_per_mwh and optionally sell_yuan_per_mwh; any fixed step.")
    load_mw: Profile | None = profile("MW", "用电负荷", "Load of the host", ge=0, default=None, help="A constant or 24 hourly values; discharge never exceeds it.")
    price_scale: Number = number("1", "电价水平系数", "Price level", ge=0, default=1.0, help="Multiplies every energy price.")
    spread_scale: Number = number("1", "峰谷价差系数", "Spread", ge=0, default=1.0, help="Widens prices about their mean of the year.")
    price_index: Yearly = yearly("1", "分年电价指数", "Price index by operating year", ge=0, default=1.0, help="Relative to the first operating year.")
    transmission_yuan_per_kwh: Number | None = number("yuan/kWh", "单一制输配电价", "Single-part transmission and distribution price", ge=0, default=None, help="Grid side: paid on charging, refunded on discharging. Left out: the tariff's.")
    loss_yuan_per_kwh: Number | None = number("yuan/kWh", "上网环节线损费用", "Loss fee", ge=0, default=None, help="Grid side, on charging.")
    system_operation_yuan_per_kwh: Number | None = number("yuan/kWh", "系统运行费用", "System operation fee", default=None, help="Grid side, on charging.")
    vat_rate: Number = number("share", "电力增值税率", "VAT rate of electricity", ge=0, le=0.3)
    source: str = text("依据", "Source", default="", help="Where the prices stated here come from.")
    confidence: Literal["official", "secondary", "estimate"] | None = choice("可信度", "Confidence", default=None, help="Of the prices stated here; an estimate is named with every result.")


class Finance(Section):
    """Capital structure and conventions."""

    debt_share: Number = number("share", "债务资金比例", "Debt share", ge=0, le=1, help="Of total investment with construction interest and working capital.")
    loan_rate: Number = number("share/year", "长期借款利率", "Loan rate", ge=0, le=0.5)
    loan_years: Number = number("years", "还款期", "Repayment period", ge=1, le=60, help="From the first operating year, grace included; whole years.")
    grace_years: Number = number("years", "宽限期", "Grace", ge=0, le=30, default=0.0, help="Interest only; whole years.")
    repayment: Literal["equal_principal", "annuity"] = choice("还款方式", "Repayment", default="equal_principal", help="equal_principal 等额还本利息照付; annuity 等额还本付息.")
    construction_interest: Literal["capitalised", "inside_draw"] = choice("建设期利息", "Interest during construction", default="capitalised", help="capitalised: half a year's interest on the draw for investment only.")
    working_capital_yuan_per_kw: Number = number("yuan/kW", "流动资金定额", "Working capital", ge=0, default=0.0)
    working_capital_debt_share: Number = number("share", "流动资金借款比例", "Debt share of working capital", ge=0, le=1, default=0.7)
    working_capital_rate: Number | None = number("share/year", "流动资金借款利率", "Rate of the working-capital loan", ge=0, le=0.5, default=None, help="Left out: the loan rate.")
    discount_rate: Number = number("share/year", "基准收益率", "Discount rate", ge=0, le=0.5)
    equity_discount_rate: Number | None = number("share/year", "资本金基准收益率", "Discount rate of equity", ge=0, le=0.5, default=None, help="Left out: the discount rate.")
    timing: Literal["end", "start", "mid"] = choice("折现时点", "Timing of cash", default="end", help="End of year: column 1 is the first construction year and is discounted once.")


class Tax(Section):
    """Value-added tax on the books, surtaxes and income tax."""

    income_tax_rate: Number = number("share", "企业所得税率", "Income tax", ge=0, le=1)
    loss_years: Literal[5, 10] = choice("亏损结转年限", "Years of loss carry-forward", default=5)
    holiday_free_years: Number = number("years", "免税年数", "Tax-free years", ge=0, le=10, default=0.0, help="From the first year with operating revenue.")
    holiday_half_years: Number = number("years", "减半年数", "Half-rate years", ge=0, le=10, default=0.0)
    city_surtax_rate: Number = number("share", "城市维护建设税率", "City maintenance tax", ge=0, le=0.2, help="Of VAT paid: 7 % urban district, 5 % county or town, 1 % elsewhere.")
    education_surtax_rate: Number = number("share", "教育费附加率", "Education surcharge", ge=0, le=0.2)
    local_education_surtax_rate: Number = number("share", "地方教育附加率", "Local education surcharge", ge=0, le=0.2)
    adjusted_tax: Literal["unlevered", "booked"] = choice("调整所得税口径", "Basis of the adjusted income tax", default="unlevered", help="unlevered: the project table does not move with the debt.")


class Terms(Section):
    """Base of every stream's terms: ``stream`` names the stream's file where the label is another word."""

    stream: str = text("收入类型", "Stream", default="", help="File name of the stream; left out: the label.")
    enabled: bool = flag("启用", "Enabled", default=True)
    source: str = text("依据", "Source", default="", help="Where the figures of these terms come from.")
    confidence: Literal["official", "secondary", "estimate"] | None = choice("可信度", "Confidence", default=None, help="Of the figures stated here; an estimate is named with every result.")


SECTIONS: dict[str, type[Section]] = {
    "title": Title,
    "project": Project,
    "storage": Storage,
    "capital": Capital,
    "operating_cost": OperatingCost,
    "market": Market,
    "finance": Finance,
    "tax": Tax,
}
