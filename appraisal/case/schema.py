"""The sections of a case: every input with its unit, range, titles and help, in this one place."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from appraisal.case import spans
from appraisal.case.finance import Finance
from appraisal.case.market import Market
from appraisal.case.money import Capital, OperatingCost
from appraisal.case.plant import Auxiliary, Limits, PowerCurve
from appraisal.case.store import Ageing, Augmentation, Heat, Replacement
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
from appraisal.text import CONFIDENCES, SIDES, STATUSES
from appraisal.units import DAYS_PER_YEAR, MONTHS_PER_YEAR, Table


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
    site: str = text(
        "建设地点",
        "Site",
        default="",
        help="Where the plant stands: county, park or plot. Printed on the filing sheet; decides no figure.",
        help_zh="县区、园区或地块。列入备案信息表，不影响计算。",
    )
    connection: str = text(
        "接入方案",
        "Grid connection",
        default="",
        help="Substation or bus, voltage and line of the connection. Printed on the filing sheet; decides no figure.",
        help_zh="接入的变电站或母线、电压等级和线路。列入备案信息表，不影响计算。",
    )
    filing_number: str = text(
        "备案号",
        "Filing number",
        default="",
        help="Code of the project's filing with the authority. Printed on the filing sheet; decides no figure.",
        help_zh="主管部门备案的项目代码。列入备案信息表，不影响计算。",
    )
    status: Literal["planned", "filed", "under_construction", "operating", "suspended", "retired"] | None = choice(
        "项目状态",
        "Status",
        options=STATUSES,
        default=None,
        help="As the yearly statistics part projects; decides no figure.",
        help_zh="年度统计按此分类；不影响计算。",
    )
    currency: str = text("币种", "Currency", default="CNY")


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
    charge_efficiency: Number = number("share", "充电效率", "Charge efficiency", gt=0, le=1, usual=spans.EFFICIENCY)
    discharge_efficiency: Number = number(
        "share", "放电效率", "Discharge efficiency", gt=0, le=1, usual=spans.EFFICIENCY
    )
    depth_of_discharge: Number = number("share", "放电深度", "Depth of discharge", gt=0, le=1, usual=spans.DEPTH)
    lowest_soc: Number = number(
        "share",
        "荷电状态下限",
        "Lowest state of charge",
        ge=0,
        le=0.95,
        default=0.0,
        help="Of rated energy; the highest is this and the depth of discharge. It counts where charge is lost or power depends on it.",
        help_zh="占额定容量的比例；上限为此值加放电深度。有自放电或功率随荷电状态变化时才影响结果。",
    )
    self_discharge_per_day: Number = number(
        "share",
        "日自放电率",
        "Self-discharge a day",
        ge=0,
        le=0.9,
        usual=spans.SELF_DISCHARGE,
        default=0.0,
        help="Of the energy stored, below the window too; 2 % a month is 0.00067 a day. For pumped hydro: evaporation and seepage.",
        help_zh="占所存电量的比例，下限以下部分同样损失；每月 2% 约为每日 0.00067。抽水蓄能指蒸发与渗漏。",
    )
    availability: Number = number("share", "可用率", "Availability", gt=0, le=1, usual=spans.AVAILABILITY)
    outage_days: Yearly | None = yearly(
        "days",
        "各月计划停运天数",
        "Planned days out of service by month",
        ge=0,
        default=None,
        help="Beside availability: one number for every month, or twelve. In a price series the first days of the month stand still.",
        help_zh="可用率之外的计划停运：填一个值（各月相同）或 12 个值。价格序列中取各月最初几天停运。",
    )
    throughput_cost_yuan_per_mwh: Number = number(
        "yuan/MWh",
        "循环损耗影子价格",
        "Throughput cost",
        ge=0,
        usual=spans.WEAR_PER_MWH,
        default=0.0,
        help="Shadow price of wear in the dispatch objective, per MWh discharged; not a cost in the books.",
        help_zh="优化运行目标中的损耗影子价格，按每 MWh 放电量计；不计入账表。",
    )
    limits: Limits = Field(default_factory=Limits)
    power_curve: PowerCurve = Field(default_factory=PowerCurve)
    auxiliary: Auxiliary = Field(default_factory=Auxiliary)
    ageing: Ageing = Field(default_factory=Ageing)
    replacement: Replacement = Field(default_factory=Replacement)
    augmentation: Augmentation = Field(default_factory=Augmentation)
    heat: Heat = Field(default_factory=Heat)
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

    @property
    def discharge_yield(self) -> Number:
        """MWh discharged per MWh drawn from the store, ``(S, 1)``: above 1 only where heat is added.

        Discharged = η·(drawn + heat) and heat = rate × discharged, so that discharged/drawn = η / (1 − η·rate).
        """
        left: Number = self.discharge_efficiency / (1.0 - self.discharge_efficiency * self.heat.rate_mwh_per_mwh)
        return left

    @property
    def days_out(self) -> Table:
        """Planned days out of service in each month, ``(S, 12)``."""
        stated = np.zeros((1, 1)) if self.outage_days is None else self.outage_days
        return np.broadcast_to(stated, (len(stated), int(MONTHS_PER_YEAR)))

    @property
    def in_service(self) -> Table:
        """Share of the year that is not planned to be out of service, ``(S, 1)``."""
        return np.asarray(1.0 - self.days_out.sum(axis=1, keepdims=True) / DAYS_PER_YEAR)

    @property
    def electricity_ratio(self) -> Number:
        """MWh charged per MWh discharged, ``(S, 1)``; its inverse is the round trip of electricity alone."""
        ratio: Number = 1.0 / (self.charge_efficiency * self.discharge_yield)
        return ratio


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
