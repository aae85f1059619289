"""The sections of a case: every input with its unit, range, titles and help, in this one place."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from appraisal.case.finance import Finance
from appraisal.case.market import Market
from appraisal.case.money import Capital, OperatingCost
from appraisal.case.tax import Tax
from appraisal.field import (
    Number,
    Section,
    Yearly,
    choice,
    constant,
    count,
    flag,
    group,
    number,
    text,
    yearly,
)
from appraisal.text import CONFIDENCES, SIDES


class Title(Section):
    """The case's name in both languages."""

    help_zh = "中英文项目名称。"

    zh: str = text("中文名称", "Chinese title", default="")
    en: str = text("英文名称", "English title", default="")


class Phase(Section):
    """A part of the plant that is built, commissioned and closed on its own."""

    help_zh = "先后建设、投运和退役的一部分。"

    share: Number = constant(
        "share",
        "分期占比",
        "Share of the plant",
        gt=0,
        le=1,
        help="Of capacity and of investment; the phases add to 1.",
        help_zh="容量和投资的占比；各期合计为 1。",
    )
    start_month: int = count(
        "months", "分期开工月", "Start of the phase", ge=0, le=120,
        help="Months after the construction start; 0 for the first phase.",
        help_zh="项目开工后的月数；第一期为 0。"
    )  # fmt: skip
    construction_months: int = count("months", "分期建设工期", "Construction time of the phase", ge=1, le=120)


class Project(Section):
    """Where, when and for whom."""

    help_zh = "项目地点、时间与接入侧。"

    province: str = text(
        "省份", "Province", help="Id of the area, as in the tariff library.", help_zh="地区代号，与电价库一致。"
    )
    side: Literal["user", "grid", "generation"] = choice(
        "接入侧",
        "Side of the meter",
        options=SIDES,
        help="user: behind the meter of a host; grid: an independent plant; generation: beside a power plant.",
        help_zh="user：用户侧；grid：电网侧独立电站；generation：与电源同址。",
    )
    construction_start: str = text(
        "开工年月",
        "Construction start",
        help="Year and month, 2026-03. The tariff is looked up for the month of commissioning.",
        help_zh="年月，如 2026-03。电价按投运月份查取。",
    )
    construction_months: int = count(
        "months",
        "建设工期",
        "Construction time",
        ge=1,
        le=120,
        help="Batteries take 3 to 8 months, commercial and industrial sites 2 to 4. Every started twelve months are one construction column. With phases: until the last one is done.",
        help_zh="电池储能一般 3 至 8 个月，工商业项目 2 至 4 个月。每满或不满十二个月列一个建设年。分期时指到最后一期建成。",
    )
    operation_years: int = count("years", "运营年限", "Operating years", ge=1, le=60)
    columns: Literal["operating_years", "calendar"] = choice(
        "计算期列示方式",
        "Columns of the calculation period",
        options={"operating_years": ("整运营年", "whole operating years"), "calendar": ("日历年", "calendar years")},
        default="operating_years",
        help="operating_years: whole construction columns, then full operating years; calendar: calendar years, commissioning at its true month, the first and the last operating column partial.",
        help_zh="operating_years：整年建设期，其后为完整运营年；calendar：日历年，按实际月份投运，首末运营年为部分年份。",
    )
    phases: tuple[Phase, ...] = group(
        "分期投产",
        "Phases",
        default=(),
        help="Parts of the plant commissioned one after another, each operating for the operating years from then. Left out: the whole plant at once.",
        help_zh="先后投运的各部分，各自从投运起运行满运营年限。不填：全站一次投运。",
    )
    owner: str = text("建设单位", "Owner", default="")
    currency: str = text("币种", "Currency", default="CNY")


class Ageing(Section):
    """State of health = 1 − a·days^p − b·EFC^q, days and equivalent full cycles since the (re)placement."""

    help_zh = "健康度 = 1 − a·天数^p − b·等效循环^q；天数与等效循环自投运或更换起算。"

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
        help_zh="低于此值电池停止运行，直至更换。",
    )


class Replacement(Section):
    """Batteries replaced at the end of named operating years."""

    help_zh = "在指定运营年的年末更换电池。"

    operation_years: tuple[int, ...] = group(
        "更换所在运营年",
        "Operating years of replacement",
        default=(),
        help="Paid at the end of each of these years; the battery is new the year after.",
        help_zh="在这些运营年的年末支付；次年起为新电池。",
    )
    battery_yuan_per_kwh: Number = number(
        "yuan/kWh",
        "更换单价",
        "Replacement price",
        ge=0,
        default=0.0,
        basis="incl_vat",
        help="Per kWh of rated energy.",
        help_zh="按额定容量每 kWh 计。",
    )
    vat_rate: Number | None = number(
        "share",
        "更换进项税率",
        "VAT rate of the replacement",
        ge=0,
        le=0.3,
        default=None,
        help="Left out: that of the equipment.",
        help_zh="不填：取设备税率。",
    )
    treatment: Literal["capitalise", "expense"] = choice(
        "会计处理", "Treatment", options={"capitalise": ("资本化", "capitalised"), "expense": ("费用化", "expensed")}, default="capitalise",
        help="expense: in the cost of its year.",
        help_zh="capitalise：资本化；expense：费用化，计入当年成本。"
    )  # fmt: skip
    salvage_yuan_per_kwh: Number = number(
        "yuan/kWh", "退役电池残值收入", "Sale of the battery replaced", ge=0, default=0.0, basis="incl_vat",
        help="At the VAT rate of the replacement.", help_zh="按更换的税率计税。"
    )  # fmt: skip
    depreciation_years: Number = number(
        "years",
        "更换部分折旧年限",
        "Depreciation of the replacement",
        ge=1,
        le=40,
        default=10.0,
        help="Whole years.",
        help_zh="整年数。",
    )
    retired_share: Number | None = number(
        "share",
        "被更换部分占固定资产原值比例",
        "Share of the plant that is replaced",
        ge=0,
        le=1,
        default=None,
        help="Its net value is written off at the first replacement. Left out: the battery line's share.",
        help_zh="首次更换时核销其净值。不填：取电池费用所占比例。",
    )
    residual_share: Number | None = number(
        "share",
        "更换部分残值率",
        "Residual of the replacement",
        ge=0,
        le=0.5,
        default=None,
        help="Left out: that of the plant.",
        help_zh="不填：与电站相同。",
    )


class Storage(Section):
    """The plant."""

    help_zh = "储能电站本身。"

    technology: str = text(
        "技术路线",
        "Technology",
        help="Id in the library; it supplies defaults, the case overrides.",
        help_zh="事实库中的代号；由它提供默认值，算例所填优先。",
        default="",
    )
    power_mw: Number = number(
        "MW", "额定功率", "Rated power", gt=0, le=1e5, help="At the grid meter.", help_zh="以并网点计量。"
    )
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
        help_zh="优化运行目标中的损耗影子价格，按每 MWh 放电量计；不计入账表。",
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
        help_zh="与 charged_mwh 一并给出，即按已知电量评价，不作优化运行。",
    )
    charged_mwh: Yearly | None = yearly(
        "MWh",
        "年充电量",
        "Charged energy by year",
        ge=0,
        default=None,
        help="At the grid meter.",
        help_zh="以并网点计量。",
    )


class Terms(Section):
    """Base of every stream's terms: ``stream`` names the stream's file where the label is another word."""

    stream: str = text(
        "收入类型",
        "Stream",
        default="",
        help="File name of the stream; left out: the label.",
        help_zh="收入类型的文件名；不填：即所取名称。",
    )
    enabled: bool = flag("启用", "Enabled", default=True)
    source: str = text(
        "依据",
        "Source",
        default="",
        help="Where the figures of these terms come from.",
        help_zh="这些条款中数值的出处。",
    )
    confidence: Literal["official", "secondary", "estimate"] | None = choice(
        "可信度",
        "Confidence",
        options=CONFIDENCES,
        default=None,
        help="Of the figures stated here; an estimate is named with every result.",
        help_zh="此处所填数值的可信度；估计值会随结果注明。",
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
