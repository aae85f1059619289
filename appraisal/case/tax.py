"""The section of a case on value-added tax, surtaxes, other taxes and income tax."""

from __future__ import annotations

from typing import Literal

from appraisal.field import Number, Section, choice, count, number, text


class Tax(Section):
    """Value-added tax on the books, surtaxes and income tax."""

    income_tax_rate: Number = number("share", "企业所得税率", "Income tax", ge=0, le=1)
    reduced_income_tax_rate: Number | None = number(
        "share", "优惠所得税率", "Reduced income tax", ge=0, le=1, default=None, help="Up to the calendar year reduced_until; then income_tax_rate."
    )  # fmt: skip
    reduced_until: int | None = count(
        "years", "优惠税率截止年", "Last calendar year of the reduced rate", ge=2000, le=2100, default=None
    )
    loss_years: Literal[5, 10] = choice("亏损结转年限", "Years of loss carry-forward")
    holiday_free_years: Number = number(
        "years", "免税年数", "Tax-free years", ge=0, le=10, default=0.0, help="From the first year with operating revenue."
    )  # fmt: skip
    holiday_half_years: Number = number("years", "减半年数", "Half-rate years", ge=0, le=10, default=0.0)
    holiday_half_share: Number = number(
        "share", "减半征收比例", "Share of the tax due in half-rate years", ge=0, le=1, default=0.5
    )  # fmt: skip
    holiday_base_rate: Number | None = number(
        "share", "减半期计税税率", "Rate that is halved", ge=0, le=1, default=None, help="Left out: the rate of the year; enterprises at a reduced rate may have to halve the statutory one."
    )  # fmt: skip
    city_surtax_rate: Number = number(
        "share", "城市维护建设税率", "City maintenance tax", ge=0, le=0.2, help="Of VAT paid: 7 % urban district, 5 % county or town, 1 % elsewhere."
    )  # fmt: skip
    education_surtax_rate: Number = number("share", "教育费附加率", "Education surcharge", ge=0, le=0.2)
    local_education_surtax_rate: Number = number("share", "地方教育附加率", "Local education surcharge", ge=0, le=0.2)
    property_tax_share: Number = number(
        "share/year", "房产税比例", "Property tax", ge=0, le=0.1, default=0.0, help="Of the cost of works without VAT, a year (1.2 % of 70 % is 0.0084)."
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
    )
    vat_refund_share: Number = number(
        "share", "留抵退税比例", "Share of the VAT pool refunded", ge=0, le=1, default=0.0,
        help="Of what vat_refund_base says, from vat_refund_from on; needs the rule that grants it.",
    )  # fmt: skip
    vat_refund_base: Literal["increase", "pool"] = choice(
        "留抵退税基数", "What is refunded", default="increase",
        help="increase 增量留抵: what the pool grew by in the year; pool: all of it.",
    )  # fmt: skip
    vat_refund_from: int = count(
        "years", "留抵退税起始运营年", "First operating year of the refund", ge=0, le=60, default=1, help="0: already during construction."
    )  # fmt: skip
    vat_refund_rule: str = text(
        "留抵退税依据",
        "Rule of the refund",
        default="",
        help="A fact of the library (tax.national.vat_refund), which then gives the share at commissioning; or document and date beside a stated share.",
    )
    adjusted_tax: Literal["unlevered", "booked"] = choice(
        "调整所得税口径", "Basis of the adjusted income tax", default="unlevered", help="unlevered: the project table does not move with the debt."
    )  # fmt: skip
