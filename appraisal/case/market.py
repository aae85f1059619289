"""The section of a case on prices and the site: a tariff, stated days or a price series."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from appraisal.case import spans
from appraisal.case.site import Site
from appraisal.field import (
    Number,
    Profile,
    Section,
    Yearly,
    choice,
    constant,
    group,
    number,
    profile,
    text,
    yearly,
)
from appraisal.text import CONFIDENCES, PARTS


class TypicalDay(Section):
    """One kind of day of a stated price profile."""

    help_zh = "一类典型日的电价。"

    months: tuple[int, ...] | Literal["all"] = group(
        "月份", "Months", options={"all": ("全年各月", "every month")}, default="all"
    )
    buy_yuan_per_kwh: Profile = profile(
        "yuan/kWh",
        "充电电价",
        "Price of charging",
        usual=spans.ENERGY_PER_KWH,
        help="24, 48 or 96 values from 00:00, including VAT.",
        help_zh="自 00:00 起 24、48 或 96 个值，含增值税。",
    )
    sell_yuan_per_kwh: Profile | None = profile(
        "yuan/kWh",
        "放电电价",
        "Price of discharging",
        usual=spans.ENERGY_PER_KWH,
        default=None,
        help="Left out: the price of charging.",
        help_zh="不填：与充电电价相同。",
    )


FILE_PATHS = ("market.price_file", "market.site.load_file", "market.site.pv_file")
"""Paths that name a file beside the case."""


class Market(Section):
    """Prices and the site."""

    help_zh = "电价与用电场所。"

    tariff: str = text(
        "电价表",
        "Tariff",
        default="",
        help="Name in the library, retail.zhejiang.",
        help_zh="电价库中的名称，如 retail.zhejiang。",
    )
    voltage: str = text(
        "电压等级", "Voltage class", default="", help="As in the tariff, 1-10kv.", help_zh="与电价表一致，如 1-10kv。"
    )
    parts: Literal["one", "two"] = choice(
        "单一制/两部制",
        "One- or two-part",
        options=PARTS,
        default="two",
    )
    as_of: str = text(
        "取价年月",
        "Month of the prices",
        default="",
        help="2026-09: the twelve months whose published prices stand for the years; left out: those of the commissioning.",
        help_zh="如 2026-09：以该月起十二个月已公布的电价代表各年；不填：取投运时的十二个月。",
    )
    user_class: str = text(
        "用户类别", "User class", default="", help="Where the tariff has several.", help_zh="电价表区分多种时填写。"
    )
    zone: str = text(
        "价区", "Price zone", default="", help="Where the tariff has several.", help_zh="电价表区分多种时填写。"
    )
    user: Literal["agent", "direct"] = choice(
        "购电方式",
        "Way of buying",
        options={"agent": ("电网代理购电", "through the grid company"), "direct": ("直接交易", "direct trade")},
        default="agent",
        help="agent: buys through the grid company under set bands; direct: trades in the market, without set bands since 2026-03-01.",
        help_zh="agent：由电网企业代理购电，执行固定分时电价；direct：直接参与市场交易，自 2026-03-01 起不再执行固定分时电价。",
    )
    purchased_energy_yuan_per_kwh: Number | None = constant(
        "yuan/kWh",
        "代理购电价格",
        "Purchased-energy price",
        ge=0,
        usual=spans.ENERGY_PER_KWH,
        default=None,
        help="Replaces the published price in every month.",
        help_zh="替代各月公布的价格。",
    )
    oversold: Literal["refuse", "pro_rate"] = choice(
        "重复出售的处理",
        "Where streams set aside more than the plant",
        options={"refuse": ("不予接受", "refuse the case"), "pro_rate": ("按比例缩减", "scale the claims down")},
        default="refuse",
        help="refuse: the hours and the streams are named; pro_rate: each stream that sells the same power or energy twice holds, and is paid for, its part.",
        help_zh="refuse：指出时段和收入项；pro_rate：重复出售同一功率或电量的各项收入按比例缩减预留量，报酬随之减少。",
    )
    typical_days: tuple[TypicalDay, ...] = group(
        "典型日电价",
        "Typical days",
        default=(),
        help="A stated price profile in place of a tariff; the months must cover the year once.",
        help_zh="直接给出典型日电价，代替电价表；各月恰好覆盖全年一次。",
    )
    price_file: str = text(
        "电价序列文件",
        "Price series",
        default="",
        help="CSV, .xlsx or .xls beside the case, with the unit in its heading: a row a point, a row a day or a column a day; whole days at a fixed step.",
        help_zh="算例旁的 CSV 或 Excel 文件，表头注明单位：每行一个点、每行一天或每列一天；固定间隔的整天数据。",
    )
    price_sheet: str = text(
        "序列所在工作表",
        "Sheet of the series",
        default="",
        help="Where several sheets of the workbook hold numbers.",
        help_zh="工作簿有多个数据表时填写。",
    )
    price_column: str = text(
        "充电电价列",
        "Column of prices",
        default="",
        help="Heading or letter of the column of prices, of charging where there are two; left out: found by its heading.",
        help_zh="电价（有两列时为充电电价）的表头或列字母；不填：按表头识别。",
    )
    sell_column: str = text(
        "放电电价列",
        "Column of discharging",
        default="",
        help="Heading or letter of the column of prices of discharging; left out: found by its heading, else the price of charging.",
        help_zh="放电电价的表头或列字母；不填：按表头识别，没有则取充电电价。",
    )
    price_unit: str = text(
        "序列单位",
        "Unit of the series",
        default="",
        help="yuan/MWh or yuan/kWh, where no heading says it; holds against a heading.",
        help_zh="元/MWh 或 元/kWh；表头未注明时填写，填写后以此为准。",
    )
    price_labels: Literal["found", "start", "end"] = choice(
        "时刻含义",
        "Times of the series",
        options={
            "found": ("由首末时刻判断", "found by the first and the last"),
            "start": ("时段起点（00:00 起）", "beginning of a step (from 00:00)"),
            "end": ("时段终点（至 24:00）", "end of a step (to 24:00)"),
        },
        default="found",
        help="Whether a time names the beginning or the end of its step.",
        help_zh="时刻表示所在时段的起点还是终点。",
    )
    load_mw: Profile | None = profile(
        "MW",
        "用电负荷",
        "Load of the host",
        ge=0,
        default=None,
        help="A constant, or a day of 24, 48 or 96 values from 00:00 that every day repeats. By kind of day or as a year: market.site.",
        help_zh="一个常数，或自 00:00 起一天 24、48 或 96 个值，每天相同。按日类型或全年数据：见 market.site。",
    )
    site: Site = Field(default_factory=Site)
    price_scale: Number = number(
        "1",
        "电价水平系数",
        "Price level",
        ge=0,
        default=1.0,
        help="Multiplies every energy price.",
        help_zh="乘在所有电量电价上。",
    )
    spread_scale: Number = number(
        "1",
        "峰谷价差系数",
        "Spread",
        ge=0,
        default=1.0,
        help="Widens prices about their mean of the year.",
        help_zh="以全年均价为中心放大或缩小价差。",
    )
    sell_scale: Number = number(
        "1",
        "售电收入系数",
        "Level of sales",
        ge=0,
        default=1.0,
        help="Multiplies what is received for the energy discharged, refunds included; what is charged and discharged, and what charging costs, do not move with it. Grid side, and discharge_discount.",
        help_zh="乘在放电所得收入上（含退还的费用）；充放电量与购电费用不随之变化。用于电网侧及 discharge_discount 合同。",
    )
    price_index: Yearly = yearly(
        "1",
        "分年电价指数",
        "Price index by operating year",
        ge=0,
        default=1.0,
        help="Relative to the first operating year; multiplies what is paid by the kWh and the basic charge.",
        help_zh="相对首个运营年；乘在电量电费与基本电费上。",
    )
    energy_index: Yearly = yearly(
        "1",
        "分年电能价格指数",
        "Index of what floats",
        ge=0,
        default=1.0,
        help="By operating year: multiplies the energy price, of a tariff the part that its period ratios multiply. Dispatch follows it.",
        help_zh="按运营年：乘在电能价格上；对电价表为随时段浮动的部分。优化运行随之变化。",
    )
    transmission_index: Yearly = yearly(
        "1",
        "分年输配电价指数",
        "Index of transmission",
        ge=0,
        default=1.0,
        help="By operating year: multiplies the transmission fee and its refund on the grid side; of a tariff the part that does not float (transmission, funds). Dispatch follows it.",
        help_zh="按运营年：电网侧乘在输配电价及其退还上；对电价表为不随时段浮动的部分（输配电价、基金）。优化运行随之变化。",
    )
    spread_index: Yearly = yearly(
        "1",
        "分年峰谷价差指数",
        "Index of the spread",
        ge=0,
        default=1.0,
        help="By operating year: widens or narrows prices about their mean of the year. Dispatch follows it.",
        help_zh="按运营年：以全年均价为中心放大或缩小价差。优化运行随之变化。",
    )
    transmission_yuan_per_kwh: Number | None = number(
        "yuan/kWh",
        "单一制输配电价",
        "Single-part transmission and distribution price",
        ge=0,
        usual=spans.GRID_PER_KWH,
        default=None,
        help="Grid side: paid on charging, refunded on discharging. Left out: the tariff's.",
        help_zh="电网侧：充电时缴纳，放电时退还。不填：取电价表的值。",
    )
    loss_yuan_per_kwh: Number | None = number(
        "yuan/kWh",
        "上网环节线损费用",
        "Loss fee",
        ge=0,
        usual=spans.FEE_PER_KWH,
        default=None,
        help="Grid side, on charging.",
        help_zh="电网侧，充电时缴纳。",
    )
    system_operation_yuan_per_kwh: Number | None = number(
        "yuan/kWh",
        "系统运行费用",
        "System operation fee",
        default=None,
        help="Grid side, on charging.",
        help_zh="电网侧，充电时缴纳。",
    )
    vat_rate: Number = number("share", "电力增值税率", "VAT rate of electricity", ge=0, le=0.3)
    source: str = text(
        "依据", "Source", default="", help="Where the prices stated here come from.", help_zh="此处所填电价的出处。"
    )
    confidence: Literal["official", "secondary", "estimate"] | None = choice(
        "可信度",
        "Confidence",
        options=CONFIDENCES,
        default=None,
        help="Of the prices stated here; an estimate is named with every result.",
        help_zh="此处所填电价的可信度；估计值会随结果注明。",
    )

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files that stand beside the case: prices, load, PV; each once."""
        return tuple(dict.fromkeys(name for name in (self.price_file, self.site.load_file, self.site.pv_file) if name))
