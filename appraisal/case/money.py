"""The sections of a case that are money: investment, operating cost, finance and tax, each input declared once."""

from __future__ import annotations

from typing import Literal

from appraisal.field import Number, Section, Yearly, choice, number, yearly


class Capital(Section):
    """Construction investment, prices including VAT."""

    battery_yuan_per_kwh: Number = number(
        "yuan/kWh",
        "电池系统单价",
        "Battery system",
        ge=0,
        default=0.0,
        help="Per kWh of rated energy, including VAT (equipment rate).",
    )
    power_yuan_per_kw: Number = number(
        "yuan/kW",
        "变流与并网设备单价",
        "Power conversion and grid equipment",
        ge=0,
        default=0.0,
        help="Per kW of rated power, including VAT (equipment rate).",
    )
    equipment_yuan: Number = number(
        "yuan", "其他设备", "Other equipment", ge=0, default=0.0, help="Including VAT (equipment rate)."
    )
    works_yuan_per_kwh: Number = number(
        "yuan/kWh",
        "建筑安装单价",
        "Building and installation",
        ge=0,
        default=0.0,
        help="Per kWh of rated energy, including VAT (works rate).",
    )
    works_yuan: Number = number(
        "yuan",
        "建筑安装工程费",
        "Building and installation, lump sum",
        ge=0,
        default=0.0,
        help="Including VAT (works rate).",
    )
    services_yuan: Number = number(
        "yuan",
        "其他费用",
        "Services and other costs",
        ge=0,
        default=0.0,
        help="Design, supervision, grid studies; including VAT (services rate).",
    )
    land_yuan: Number = number(
        "yuan",
        "土地使用权",
        "Land-use right",
        ge=0,
        default=0.0,
        help="Without VAT; amortised and recovered at net value.",
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
    depreciation_years: Number = number(
        "years", "折旧年限", "Depreciation period", ge=1, le=60, help="Straight line, whole years."
    )
    residual_share: Number = number("share", "残值率", "Residual share", ge=0, le=0.5)
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
    """Yearly cost without charging power, prices including VAT of the first operating year."""

    fixed_yuan_per_kw_year: Number = number(
        "yuan/kW/year", "固定运维费", "Fixed operation and maintenance", ge=0, default=0.0
    )
    variable_yuan_per_kwh: Number = number(
        "yuan/kWh", "变动运维费", "Variable operation and maintenance", ge=0, default=0.0, help="Per kWh discharged."
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
    staff_yuan_per_year: Number = number("yuan/year", "工资及福利", "Staff", ge=0, default=0.0, help="Outside VAT.")
    other_yuan: Yearly = yearly(
        "yuan/year",
        "其他费用",
        "Other cost",
        ge=0,
        default=0.0,
        help="One amount, or one an operating year; not escalated.",
    )
    vat_rate: Number = number("share", "运维进项税率", "VAT rate of operating cost", ge=0, le=0.3)
    escalation: Number = number("share/year", "费用年涨幅", "Cost escalation", ge=-0.2, le=0.5, default=0.0)


class Finance(Section):
    """Capital structure and conventions."""

    debt_share: Number = number(
        "share",
        "债务资金比例",
        "Debt share",
        ge=0,
        le=1,
        help="Of total investment with construction interest and working capital.",
    )
    loan_rate: Number = number("share/year", "长期借款利率", "Loan rate", ge=0, le=0.5)
    loan_years: Number = number(
        "years",
        "还款期",
        "Repayment period",
        ge=1,
        le=60,
        help="From the first operating year, grace included; whole years.",
    )
    grace_years: Number = number(
        "years", "宽限期", "Grace", ge=0, le=30, default=0.0, help="Interest only; whole years."
    )
    repayment: Literal["equal_principal", "annuity"] = choice(
        "还款方式",
        "Repayment",
        default="equal_principal",
        help="equal_principal 等额还本利息照付; annuity 等额还本付息.",
    )
    construction_interest: Literal["capitalised", "inside_draw"] = choice(
        "建设期利息",
        "Interest during construction",
        default="capitalised",
        help="capitalised: half a year's interest on the draw for investment only.",
    )
    working_capital_yuan_per_kw: Number = number("yuan/kW", "流动资金定额", "Working capital", ge=0, default=0.0)
    working_capital_debt_share: Number = number(
        "share", "流动资金借款比例", "Debt share of working capital", ge=0, le=1
    )
    working_capital_rate: Number | None = number(
        "share/year",
        "流动资金借款利率",
        "Rate of the working-capital loan",
        ge=0,
        le=0.5,
        default=None,
        help="Left out: the loan rate.",
    )
    discount_rate: Number = number("share/year", "基准收益率", "Discount rate", ge=0, le=0.5)
    equity_discount_rate: Number | None = number(
        "share/year",
        "资本金基准收益率",
        "Discount rate of equity",
        ge=0,
        le=0.5,
        default=None,
        help="Left out: the discount rate.",
    )
    timing: Literal["end", "start", "mid"] = choice(
        "折现时点",
        "Timing of cash",
        default="end",
        help="End of year: column 1 is the first construction year and is discounted once.",
    )


class Tax(Section):
    """Value-added tax on the books, surtaxes and income tax."""

    income_tax_rate: Number = number("share", "企业所得税率", "Income tax", ge=0, le=1)
    loss_years: Literal[5, 10] = choice("亏损结转年限", "Years of loss carry-forward")
    holiday_free_years: Number = number(
        "years",
        "免税年数",
        "Tax-free years",
        ge=0,
        le=10,
        default=0.0,
        help="From the first year with operating revenue.",
    )
    holiday_half_years: Number = number("years", "减半年数", "Half-rate years", ge=0, le=10, default=0.0)
    city_surtax_rate: Number = number(
        "share",
        "城市维护建设税率",
        "City maintenance tax",
        ge=0,
        le=0.2,
        help="Of VAT paid: 7 % urban district, 5 % county or town, 1 % elsewhere.",
    )
    education_surtax_rate: Number = number("share", "教育费附加率", "Education surcharge", ge=0, le=0.2)
    local_education_surtax_rate: Number = number("share", "地方教育附加率", "Local education surcharge", ge=0, le=0.2)
    adjusted_tax: Literal["unlevered", "booked"] = choice(
        "调整所得税口径",
        "Basis of the adjusted income tax",
        default="unlevered",
        help="unlevered: the project table does not move with the debt.",
    )
