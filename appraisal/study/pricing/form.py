"""What a regulated price is worked out from: the fields of its file, each with unit, range, titles and help."""

from __future__ import annotations

from typing import Literal

from appraisal.case import spans
from appraisal.field import Number, Section, Yearly, choice, number, text, yearly
from appraisal.regulated.cohort import AverageOver
from appraisal.regulated.station import Repayment

Road = Literal["station", "provincial", "reliable_capacity", "storage_charge"]
ROADS = {
    "station": ("单站核定（633 号文经营期定价法）", "the station's own price by the method of notice 633"),
    "provincial": ("全省统一平均成本价（114 号文）", "one provincial price by mean cost (notice 114)"),
    "reliable_capacity": ("可靠容量补偿（114 号文）", "compensation of reliable capacity (notice 114)"),
    "storage_charge": ("新型储能容量电费（反事实）", "capacity charge of new-type storage (counterfactual)"),
}


class Price(Section):
    """Which price is worked out, of whom and from when."""

    help_zh = "测算哪一种电价、对象与时点。"

    zh: str = text("中文名称", "Chinese title", default="")
    en: str = text("英文名称", "English title", default="")
    road: Road | None = choice(
        "定价方式", "Road of pricing", options=ROADS, default=None, help="Left out: what the construction start calls for; of pumped hydro only.",
        help_zh="不填：按开工日期适用的规定；限抽水蓄能。",
    )  # fmt: skip
    construction_start: str = text(
        "开工年月", "Construction start", help="YYYY-MM; selects the rules of pumped hydro.", help_zh="YYYY-MM；据此选取抽水蓄能规则。"
    )  # fmt: skip
    priced_from: str = text(
        "电价执行年月", "Month from which the price holds", help="YYYY-MM; selects tax rates and the loan prime rate.",
        help_zh="YYYY-MM；据此选取税率和贷款市场报价利率。",
    )  # fmt: skip


class Method(Section):
    """The parameters of the operating-period method, the same for every station."""

    help_zh = "经营期定价法的参数，各站相同。"

    equity_return: Number | None = number(
        "share/year", "资本金内部收益率", "Return on equity", ge=0, le=0.3, default=None, help="Left out: from the library; a charge of new-type storage states it.",
        help_zh="不填：取自事实库；新型储能须填写。",
    )  # fmt: skip
    operating_years: Number | None = number(
        "years", "经营期", "Operating period", ge=1, le=60, default=None, help="Whole years. Left out: from the library; new-type storage states it.",
        help_zh="整年数。不填：取自事实库；新型储能须填写。",
    )  # fmt: skip
    loan_years: Number | None = number(
        "years", "还贷期限", "Repayment period", ge=1, le=60, default=None, help="Whole years. Left out: from the library; new-type storage states it.",
        help_zh="整年数。不填：取自事实库；新型储能须填写。",
    )  # fmt: skip
    loan_repayment: Repayment = choice(
        "还贷方式", "Repayment", default="equal_principal",
        options={"equal_principal": ("等额还本", "equal principal"), "annuity": ("等额还本付息", "annuity")},
    )  # fmt: skip
    prime_rate: Number | None = number(
        "share/year", "同期贷款市场报价利率", "Loan prime rate of the time", gt=0, le=0.5, usual=spans.LOAN_RATE, default=None,
        help="Left out: over five years, from the library.", help_zh="不填：取事实库中五年期以上利率。",
    )  # fmt: skip
    rate_gap_share: Number | None = number(
        "share", "利差分享比例", "Share of the saved interest that the station keeps", ge=0, le=1, default=None, help="Left out: from the library.", help_zh="不填：取自事实库。",
    )  # fmt: skip
    depreciation_years: Number | None = number(
        "years", "折旧年限", "Depreciation period", ge=1, le=60, default=None, help="Whole years. Left out: the operating period.", help_zh="整年数。不填：等于经营期。",
    )  # fmt: skip
    residual_share: Number | None = number(
        "share", "残值率", "Residual share", ge=0, le=1, default=None, help="Needed by every road but that of reliable capacity.", help_zh="可靠容量补偿以外各方式须填写。"
    )  # fmt: skip
    income_tax_rate: Number | None = number(
        "share", "所得税率", "Income tax", ge=0, le=0.5, default=None, help="Left out: from the library.", help_zh="不填：取自事实库。"
    )  # fmt: skip
    vat_rate: Number | None = number(
        "share", "增值税税率", "VAT rate", ge=0, le=0.2, default=None, help="Of electricity. Left out: from the library.", help_zh="电力。不填：取自事实库。"
    )  # fmt: skip
    surtax_rate: Number | None = number(
        "share", "附加税费率", "Surcharges on VAT paid", ge=0, le=0.2, default=None, help="Left out: the three of a city, from the library.", help_zh="不填：取事实库中市区三项之和。"
    )  # fmt: skip
    full_hours: Number | None = number(
        "h", "时长门槛", "Hours asked for", gt=0, default=None, help="A provincial price falls in proportion below them. Left out: from the library.",
        help_zh="全省统一价低于此时长按比例折减。不填：取自事实库。",
    )  # fmt: skip
    average_over: AverageOver | None = choice(
        "平均成本的分母", "What the mean cost is divided by", default=None,
        options={"rated": ("全部装机容量", "all installed kW"), "covered": ("按时长折算后的容量", "kW that are paid in full")},
        help="Needed by a provincial price: notice 114 does not say which.", help_zh="全省统一价须填写：114 号文未作规定。",
    )  # fmt: skip


class Station(Section):
    """What the authority approved of one station."""

    help_zh = "一座电站的核定数据。"

    zh: str = text("中文名称", "Chinese name", default="")
    en: str = text("英文名称", "English name", default="")
    capacity_mw: Number = number("MW", "装机容量", "Capacity", gt=0)
    investment_yuan: Number = number(
        "yuan", "核定总投资", "Approved investment", gt=0, help="Construction interest included.", help_zh="含建设期利息。"
    )  # fmt: skip
    operating_cost_yuan: Yearly = yearly(
        "yuan/year", "运行维护费", "Operation and maintenance", ge=0, help="One number, or one for each operating year.", help_zh="一个数，或每个运营年一个数。"
    )  # fmt: skip
    equity_share: Number = number("share", "资本金比例", "Equity share", ge=0, le=1)
    equity_parts: Yearly | None = yearly(
        "share", "资本金到位比例", "Share of the equity paid in", ge=0, le=1, default=None,
        help="One a construction year; they add to 1. Left out: all at commissioning.", help_zh="各建设年一个数，合计为 1。不填：投产时一次到位。",
    )  # fmt: skip
    loan_rate: Number = number("share/year", "实际贷款利率", "Loan rate paid", ge=0, le=0.5, usual=spans.LOAN_RATE)
    capital_vat_yuan: Number = number(
        "yuan", "投资中可抵扣进项税", "Creditable input VAT in the investment", ge=0, default=0.0, help="0 leaves the pool out of the price.",
        help_zh="0 即测算不计进项税抵扣。",
    )  # fmt: skip
    duration_hours: Number | None = number(
        "h", "满功率持续发电时长", "Full-power duration", gt=0, default=None, help="Needed by a provincial price.", help_zh="全省统一价须填写。"
    )  # fmt: skip


class ReliableCapacity(Section):
    """A station's reliable share, and the standard that a kW of it is paid: stated, or from a marginal unit."""

    help_zh = "可靠容量比例，以及补偿标准：直接给出，或由边际机组测算。"

    standard_yuan_per_kw_year: Number | None = number(
        "yuan/kW/year", "补偿标准", "Standard of compensation", ge=0, default=None, basis="incl_vat", help="As published; in place of a marginal unit.",
        help_zh="按公布值；代替边际机组各项。",
    )  # fmt: skip
    investment_yuan_per_kw: Number | None = number(
        "yuan/kW", "边际机组单位投资", "Investment of the marginal unit", gt=0, default=None, basis="excl_vat"
    )  # fmt: skip
    rate_of_return: Number | None = number(
        "share/year", "年回报率（税前）", "Return a year, before tax", ge=0, le=0.3, default=None
    )
    recovery_years: Number | None = number("years", "回收年限", "Years of recovery", ge=1, le=60, default=None)
    om_yuan_per_kw_year: Number | None = number(
        "yuan/kW/year", "年固定运行维护费", "Fixed operation and maintenance", ge=0, default=None, basis="excl_vat"
    )  # fmt: skip
    market_gain_yuan_per_kw_year: Number | None = number(
        "yuan/kW/year", "电能量与辅助服务市场净收益", "Net gain in the energy and ancillary markets", ge=0, default=None, basis="excl_vat"
    )  # fmt: skip
    reliable_share: Number | None = number(
        "share", "可靠容量系数", "Reliable share of the power", ge=0, le=1, default=None, help="As published; in place of the two durations.", help_zh="按公布值；代替两项时长。"
    )  # fmt: skip
    duration_hours: Number | None = number("h", "满功率持续放电时长", "Full-power duration", gt=0, default=None)
    peak_hours: Number | None = number("h", "最长净负荷高峰持续时长", "Longest net-load peak", ge=0.25, default=None)
    station_use_share: Number = number("share", "厂用电率", "Station use", ge=0, le=1)
    supply_factor: Number = number("1", "容量供需系数", "Factor of need to effective capacity", ge=0, le=2)
