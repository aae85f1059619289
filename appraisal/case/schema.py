"""The sections of a case: every input with its unit, range, titles and help, in this one place."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from appraisal.case.finance import Finance
from appraisal.case.money import Capital, OperatingCost
from appraisal.case.tax import Tax
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


class Phase(Section):
    """A part of the plant that is built, commissioned and closed on its own."""

    share: Number = constant(
        "share",
        "分期占比",
        "Share of the plant",
        gt=0,
        le=1,
        help="Of capacity and of investment; the phases add to 1.",
    )
    start_month: int = count(
        "months", "分期开工月", "Start of the phase", ge=0, le=120, help="Months after the construction start; 0 for the first phase."
    )  # fmt: skip
    construction_months: int = count("months", "分期建设工期", "Construction time of the phase", ge=1, le=120)


class Project(Section):
    """Where, when and for whom."""

    province: str = text("省份", "Province", help="Id of the area, as in the tariff library.")
    side: Literal["user", "grid", "generation"] = choice(
        "接入侧",
        "Side of the meter",
        help="user: behind the meter of a host; grid: an independent plant; generation: beside a power plant.",
    )
    construction_start: str = text(
        "开工年月",
        "Construction start",
        help="Year and month, 2026-03. The tariff is looked up for the month of commissioning.",
    )
    construction_months: int = count(
        "months",
        "建设工期",
        "Construction time",
        ge=1,
        le=120,
        help="Batteries take 3 to 8 months, commercial and industrial sites 2 to 4. Every started twelve months are one construction column. With phases: until the last one is done.",
    )
    operation_years: int = count("years", "运营年限", "Operating years", ge=1, le=60)
    columns: Literal["operating_years", "calendar"] = choice(
        "计算期列示方式",
        "Columns of the calculation period",
        default="operating_years",
        help="operating_years: whole construction columns, then full operating years; calendar: calendar years, commissioning at its true month, the first and the last operating column partial.",
    )
    phases: tuple[Phase, ...] = Field(
        default=(),
        title="Phases",
        json_schema_extra={
            "kind": "group",
            "zh": "分期投产",
            "en": "Phases",
            "help": "Parts of the plant commissioned one after another, each operating for the operating years from then. Left out: the whole plant at once.",
        },
    )
    owner: str = text("建设单位", "Owner", default="")
    currency: str = text("币种", "Currency", default="CNY")


class Ageing(Section):
    """State of health = 1 − a·days^p − b·EFC^q, days and equivalent full cycles since the (re)placement."""

    calendar_coefficient: Number = number("1/day^p", "日历衰减系数 a", "Calendar fade a", ge=0, default=0.0)
    calendar_exponent: Number = number("1", "日历衰减指数 p", "Calendar exponent p", gt=0, le=2, default=1.0)
    cycle_coefficient: Number = number("1/cycle^q", "循环衰减系数 b", "Cycle fade b", ge=0, default=0.0)
    cycle_exponent: Number = number("1", "循环衰减指数 q", "Cycle exponent q", gt=0, le=2, default=1.0)
    end_of_life_soh: Number = number(
        "share",
        "寿命终止健康度",
        "End-of-life state of health",
        ge=0.5,
        le=1,
        default=0.6,
        help="Below it the battery no longer runs until it is replaced.",
    )


class Replacement(Section):
    """更新改造: batteries replaced at the end of named operating years."""

    operation_years: tuple[int, ...] = Field(
        default=(),
        title="Operating years of replacement",
        json_schema_extra={
            "kind": "group",
            "zh": "更换所在运营年",
            "en": "Operating years of replacement",
            "help": "Paid at the end of each of these years; the battery is new the year after.",
        },
    )
    battery_yuan_per_kwh: Number = number(
        "yuan/kWh",
        "更换单价",
        "Replacement price",
        ge=0,
        default=0.0,
        basis="incl_vat",
        help="Per kWh of rated energy.",
    )
    vat_rate: Number | None = number(
        "share",
        "更换进项税率",
        "VAT rate of the replacement",
        ge=0,
        le=0.3,
        default=None,
        help="Left out: that of the equipment.",
    )
    treatment: Literal["capitalise", "expense"] = choice(
        "会计处理", "Treatment", default="capitalise", help="capitalise 资本化; expense 费用化: in the cost of its year."
    )  # fmt: skip
    salvage_yuan_per_kwh: Number = number(
        "yuan/kWh", "退役电池残值收入", "Sale of the battery replaced", ge=0, default=0.0, basis="incl_vat",
        help="At the VAT rate of the replacement."
    )  # fmt: skip
    depreciation_years: Number = number(
        "years", "更换部分折旧年限", "Depreciation of the replacement", ge=1, le=40, default=10.0, help="Whole years."
    )
    retired_share: Number | None = number(
        "share",
        "被更换部分占固定资产原值比例",
        "Share of the plant that is replaced",
        ge=0,
        le=1,
        default=None,
        help="Its net value is written off at the first replacement. Left out: the battery line's share.",
    )
    residual_share: Number | None = number(
        "share",
        "更换部分残值率",
        "Residual of the replacement",
        ge=0,
        le=0.5,
        default=None,
        help="Left out: that of the plant.",
    )


class Storage(Section):
    """The plant."""

    technology: str = text(
        "技术路线", "Technology", help="Id in the library; it supplies defaults, the case overrides.", default=""
    )
    power_mw: Number = number("MW", "额定功率", "Rated power", gt=0, le=1e5, help="At the grid meter.")
    energy_mwh: Number = number("MWh", "额定容量", "Rated energy", gt=0, le=1e6)
    charge_efficiency: Number = number("share", "充电效率", "Charge efficiency", gt=0, le=1)
    discharge_efficiency: Number = number("share", "放电效率", "Discharge efficiency", gt=0, le=1)
    depth_of_discharge: Number = number("share", "放电深度", "Depth of discharge", gt=0, le=1)
    availability: Number = number("share", "可用率", "Availability", gt=0, le=1)
    throughput_cost_yuan_per_mwh: Number = number(
        "yuan/MWh",
        "循环损耗影子价格",
        "Throughput cost",
        ge=0,
        default=0.0,
        help="Shadow price of wear in the dispatch objective, per MWh discharged; not a cost in the books.",
    )
    ageing: Ageing = Field(default_factory=Ageing)
    replacement: Replacement = Field(default_factory=Replacement)
    discharged_mwh: Yearly | None = yearly(
        "MWh",
        "年放电量",
        "Discharged energy by year",
        ge=0,
        default=None,
        help="State it (with charged_mwh) to appraise known amounts without dispatch.",
    )
    charged_mwh: Yearly | None = yearly(
        "MWh", "年充电量", "Charged energy by year", ge=0, default=None, help="At the grid meter."
    )


class TypicalDay(Section):
    """One kind of day of a stated price profile."""

    months: tuple[int, ...] | Literal["all"] = Field(
        default="all", title="Months", json_schema_extra={"kind": "group", "zh": "月份", "en": "Months"}
    )
    buy_yuan_per_kwh: Profile = profile(
        "yuan/kWh", "充电电价", "Price of charging", help="24, 48 or 96 values from 00:00, including VAT."
    )
    sell_yuan_per_kwh: Profile | None = profile(
        "yuan/kWh", "放电电价", "Price of discharging", default=None, help="Left out: the price of charging."
    )


class Market(Section):
    """Prices and the site."""

    tariff: str = text("电价表", "Tariff", default="", help="Name in the library, retail.zhejiang.")
    voltage: str = text("电压等级", "Voltage class", default="", help="As in the tariff, 1-10kv.")
    parts: Literal["one", "two"] = choice("单一制/两部制", "One- or two-part", default="two")
    user_class: str = text("用户类别", "User class", default="", help="Where the tariff has several.")
    zone: str = text("价区", "Price zone", default="", help="Where the tariff has several.")
    user: Literal["agent", "direct"] = choice(
        "购电方式",
        "Way of buying",
        default="agent",
        help="agent: buys through the grid company under set bands; direct: trades in the market, without set bands since 2026-03-01.",
    )
    purchased_energy_yuan_per_kwh: Number | None = constant(
        "yuan/kWh",
        "代理购电价格",
        "Purchased-energy price",
        ge=0,
        default=None,
        help="Replaces the published price in every month.",
    )
    typical_days: tuple[TypicalDay, ...] = Field(
        default=(),
        title="Typical days",
        json_schema_extra={
            "kind": "group",
            "zh": "典型日电价",
            "en": "Typical days",
            "help": "A stated price profile in place of a tariff; the months must cover the year once.",
        },
    )
    price_file: str = text(
        "电价序列文件",
        "Price series",
        default="",
        help="CSV beside the case: time, buy_yuan_per_mwh and optionally sell_yuan_per_mwh; any fixed step.",
    )
    load_mw: Profile | None = profile(
        "MW",
        "用电负荷",
        "Load of the host",
        ge=0,
        default=None,
        help="A constant or 24 hourly values; discharge never exceeds it.",
    )
    price_scale: Number = number(
        "1", "电价水平系数", "Price level", ge=0, default=1.0, help="Multiplies every energy price."
    )
    spread_scale: Number = number(
        "1", "峰谷价差系数", "Spread", ge=0, default=1.0, help="Widens prices about their mean of the year."
    )
    price_index: Yearly = yearly(
        "1",
        "分年电价指数",
        "Price index by operating year",
        ge=0,
        default=1.0,
        help="Relative to the first operating year.",
    )
    transmission_yuan_per_kwh: Number | None = number(
        "yuan/kWh",
        "单一制输配电价",
        "Single-part transmission and distribution price",
        ge=0,
        default=None,
        help="Grid side: paid on charging, refunded on discharging. Left out: the tariff's.",
    )
    loss_yuan_per_kwh: Number | None = number(
        "yuan/kWh", "上网环节线损费用", "Loss fee", ge=0, default=None, help="Grid side, on charging."
    )
    system_operation_yuan_per_kwh: Number | None = number(
        "yuan/kWh", "系统运行费用", "System operation fee", default=None, help="Grid side, on charging."
    )
    vat_rate: Number = number("share", "电力增值税率", "VAT rate of electricity", ge=0, le=0.3)
    source: str = text("依据", "Source", default="", help="Where the prices stated here come from.")
    confidence: Literal["official", "secondary", "estimate"] | None = choice(
        "可信度", "Confidence", default=None, help="Of the prices stated here; an estimate is named with every result."
    )


class Terms(Section):
    """Base of every stream's terms: ``stream`` names the stream's file where the label is another word."""

    stream: str = text("收入类型", "Stream", default="", help="File name of the stream; left out: the label.")
    enabled: bool = flag("启用", "Enabled", default=True)
    source: str = text("依据", "Source", default="", help="Where the figures of these terms come from.")
    confidence: Literal["official", "secondary", "estimate"] | None = choice(
        "可信度", "Confidence", default=None, help="Of the figures stated here; an estimate is named with every result."
    )


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
