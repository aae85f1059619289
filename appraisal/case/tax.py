"""The section of a case on value-added tax, surtaxes, other taxes and income tax."""

from __future__ import annotations

from typing import Literal

from appraisal.field import Number, Section, choice, count, number, text


class Tax(Section):
    """Value-added tax on the books, surtaxes and income tax."""

    help_zh = "账表中的增值税、附加税费与所得税。"

    income_tax_rate: Number = number("share", "企业所得税率", "Income tax", ge=0, le=1)
    reduced_income_tax_rate: Number | None = number(
        "share", "优惠所得税率", "Reduced income tax", ge=0, le=1, default=None,
        help="Up to the calendar year reduced_until; then income_tax_rate.",
        help_zh="适用至日历年 reduced_until；此后按 income_tax_rate。"
    )  # fmt: skip
    reduced_until: int | None = count(
        "years", "优惠税率截止年", "Last calendar year of the reduced rate", ge=2000, le=2100, default=None
    )
    loss_years: Literal[5, 10] = choice(
        "亏损结转年限", "Years of loss carry-forward", options={5: ("5 年", "5 years"), 10: ("10 年", "10 years")}
    )
    holiday_free_years: Number = number(
        "years", "免税年数", "Tax-free years", ge=0, le=10, default=0.0,
        help="From the first year with operating revenue.",
        help_zh="自取得第一笔经营收入的年度起。"
    )  # fmt: skip
    holiday_half_years: Number = number("years", "减半年数", "Half-rate years", ge=0, le=10, default=0.0)
    holiday_half_share: Number = number(
        "share", "减半征收比例", "Share of the tax due in half-rate years", ge=0, le=1, default=0.5
    )  # fmt: skip
    holiday_base_rate: Number | None = number(
        "share", "减半期计税税率", "Rate that is halved", ge=0, le=1, default=None,
        help="Left out: the rate of the year; enterprises at a reduced rate may have to halve the statutory one.",
        help_zh="不填：取当年税率；享受优惠税率的企业可能须按法定税率减半。"
    )  # fmt: skip
    city_surtax_rate: Number = number(
        "share", "城市维护建设税率", "City maintenance tax", ge=0, le=0.2,
        help="Of VAT paid: 7 % urban district, 5 % county or town, 1 % elsewhere.",
        help_zh="以实缴增值税为基数：市区 7 %，县城、镇 5 %，其他 1 %。"
    )  # fmt: skip
    education_surtax_rate: Number = number("share", "教育费附加率", "Education surcharge", ge=0, le=0.2)
    local_education_surtax_rate: Number = number("share", "地方教育附加率", "Local education surcharge", ge=0, le=0.2)
    property_tax_share: Number = number(
        "share/year", "房产税比例", "Property tax", ge=0, le=0.1, default=0.0,
        help="Of the cost of works without VAT, a year (1.2 % of 70 % is 0.0084).",
        help_zh="每年，以不含税建安费为基数（70 % 的 1.2 % 即 0.0084）。"
    )  # fmt: skip
    land_use_tax_yuan_per_year: Number = number("yuan/year", "城镇土地使用税", "Land-use tax", ge=0, default=0.0)
    stamp_duty_share: Number = number(
        "share",
        "印花税率",
        "Stamp duty",
        ge=0,
        le=0.01,
        default=0.0,
        help="Of the year's sales and purchased power, without VAT.",
        help_zh="以当年不含税销售额和购电费为基数。",
    )
    vat_refund_share: Number = number(
        "share", "留抵退税比例", "Share of the VAT pool refunded", ge=0, le=1, default=0.0,
        help="Of what vat_refund_base says, from vat_refund_from on; needs the rule that grants it.",
        help_zh="以 vat_refund_base 所定为基数，自 vat_refund_from 起；须注明依据。",
    )  # fmt: skip
    vat_refund_base: Literal["increase", "pool"] = choice(
        "留抵退税基数", "What is refunded", options={"increase": ("增量留抵", "increase of the year"), "pool": ("全部留抵", "the whole pool")}, default="increase",
        help="increase: what the pool grew by in the year; pool: all of it.", help_zh="increase：当年增量留抵税额；pool：全部留抵税额。",
    )  # fmt: skip
    vat_refund_from: int = count(
        "years", "留抵退税起始运营年", "First operating year of the refund", ge=0, le=60, default=1,
        help="0: already during construction.",
        help_zh="0：建设期即可退税。"
    )  # fmt: skip
    vat_refund_rule: str = text(
        "留抵退税依据",
        "Rule of the refund",
        default="",
        help="A fact of the library (tax.national.vat_refund), which then gives the share at commissioning; or document and date beside a stated share.",
        help_zh="事实库中的参数（tax.national.vat_refund），由它给出投运时的比例；或在自填比例时写明文号和日期。",
    )
    adjusted_tax: Literal["unlevered", "booked"] = choice(
        "调整所得税口径", "Basis of the adjusted income tax", options={"unlevered": ("按无借款计算", "without debt"), "booked": ("按账面所得税", "as booked")}, default="unlevered",
        help="unlevered: the project table does not move with the debt.",
        help_zh="unlevered：项目投资现金流量表不随债务变化。"
    )  # fmt: skip
