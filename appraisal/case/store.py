"""Sections of a case on how the store wears and what is done about it: ageing, replacement, augmentation, heat input."""

from __future__ import annotations

from typing import Literal

from appraisal.case import spans
from appraisal.field import Number, Section, Yearly, choice, count, group, number, yearly

# What is placed at once may be at most this multiple of rated energy: dispatch is solved up to there.
MOST_PLACED = 2.0
_PRICE_YEAR_HELP = "Calendar year of the price; left out: the year of the construction start."
_PRICE_YEAR_HELP_ZH = "单价所属的公历年；不填：开工年份。"
_DECLINE_HELP = (
    "Share by which the price falls each year from the price year to the year of payment; negative: it rises."
)
_DECLINE_HELP_ZH = "自单价年份至支付年份，单价逐年下降的比例；负值表示上涨。"


class Ageing(Section):
    """State of health = the initial one − a·days^p − b·EFC^q, days and equivalent full cycles since the (re)placement."""

    help_zh = "健康度 = 初始健康度 − a·天数^p − b·等效循环^q；天数与等效循环自投运或更换起算。"

    model: Literal["fade", "recoverable", "none"] = choice(
        "老化模型",
        "Ageing model",
        options={
            "fade": ("日历与循环衰减", "calendar and cycle fade"),
            "recoverable": ("衰减加可恢复部分", "fade and a part that rebalancing restores"),
            "none": ("无衰减", "no fade"),
        },
        default="fade",
        help="recoverable: flow batteries, restored at the end of every year; none: pumped hydro and compressed air.",
        help_zh="recoverable：液流电池，每年年末恢复；none：抽水蓄能、压缩空气。",
    )
    calendar_coefficient: Number = number("1/day^p", "日历衰减系数 a", "Calendar fade a", ge=0, default=0.0)
    calendar_exponent: Number = number("1", "日历衰减指数 p", "Calendar exponent p", gt=0, le=2, default=1.0)
    cycle_coefficient: Number = number("1/cycle^q", "循环衰减系数 b", "Cycle fade b", ge=0, default=0.0)
    cycle_exponent: Number = number("1", "循环衰减指数 q", "Cycle exponent q", gt=0, le=2, default=1.0)
    initial_soh: Number = number(
        "share",
        "初始健康度",
        "Initial state of health",
        ge=0.5,
        le=1,
        default=1.0,
        help="Of what is placed, as a share of rated energy; below 1 for second-life packs.",
        help_zh="投入时相对额定容量的比例；梯次利用电池低于 1。",
    )
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
    knee_soh: Number | None = number(
        "share",
        "衰减拐点健康度",
        "State of health at the knee",
        ge=0.5,
        le=1,
        default=None,
        help="Below it the fade speeds up and the model does not hold; the end of life may not lie below it.",
        help_zh="低于此值衰减加速，模型不再适用；寿命终止健康度不得低于它。",
    )
    life_years: int | None = count(
        "years",
        "固定寿命",
        "Fixed life",
        ge=1,
        le=60,
        default=None,
        help="Whole years in operation after which what was placed stands still, whatever its health; left out: none.",
        help_zh="投入运行满此年数即停运，与健康度无关；不填：不设。",
    )
    temperature_c: Number | None = number(
        "°C",
        "电池运行温度",
        "Cell temperature",
        ge=-40,
        le=80,
        default=None,
        help="Checked against the range that the coefficients hold for; it changes no figure.",
        help_zh="用于核对系数的适用范围；不改变计算结果。",
    )
    recoverable_fade_per_year: Number = number(
        "share/year",
        "年可恢复衰减",
        "Recoverable fade",
        ge=0,
        le=0.5,
        default=0.0,
        help="recoverable only: capacity lost through the year and restored by rebalancing at its end.",
        help_zh="仅用于 recoverable：年内损失、年末经电解液再平衡恢复的容量。",
    )
    rebalancing_yuan_per_kwh_year: Number = number(
        "yuan/kWh/year",
        "再平衡服务费",
        "Rebalancing service",
        ge=0,
        default=0.0,
        basis="incl_vat",
        help="recoverable only: per kWh of rated energy, every year in operation.",
        help_zh="仅用于 recoverable：按额定容量每 kWh 计，运营期每年支付。",
    )
    rebalancing_vat_rate: Number | None = number(
        "share",
        "再平衡服务进项税率",
        "VAT rate of rebalancing",
        ge=0,
        le=0.3,
        default=None,
        help="Left out: that of operating cost.",
        help_zh="不填：取运营成本税率。",
    )


class Replacement(Section):
    """Batteries replaced at the end of named operating years, or when their state of health falls below a bound."""

    help_zh = "在指定运营年的年末，或健康度低于界限时更换电池。"

    operation_years: tuple[int, ...] = group(
        "更换所在运营年",
        "Operating years of replacement",
        default=(),
        help="Paid at the end of each of these years; the battery is new the year after.",
        help_zh="在这些运营年的年末支付；次年起为新电池。",
    )
    below_soh: Number | None = number(
        "share",
        "更换触发健康度",
        "Replaced below this state of health",
        gt=0.5,
        le=1,
        default=None,
        help="In place of named years: at the end of the first year (but the last) at whose end the health is below it.",
        help_zh="代替指定年份：年末健康度低于此值的首个运营年（末年除外）年末更换。",
    )
    battery_yuan_per_kwh: Number = number(
        "yuan/kWh",
        "更换单价",
        "Replacement price",
        ge=0,
        usual=spans.STORE_PER_KWH,
        default=0.0,
        basis="incl_vat",
        help="Per kWh of rated energy.",
        help_zh="按额定容量每 kWh 计。",
    )
    price_decline: Number = number(
        "share/year", "更换单价年降幅", "Yearly decline of the replacement price", ge=-0.2, le=0.5, default=0.0,
        help=_DECLINE_HELP, help_zh=_DECLINE_HELP_ZH,
    )  # fmt: skip
    price_year: int | None = count(
        "year", "更换单价年份", "Year of the replacement price", ge=2000, le=2100, default=None,
        help=_PRICE_YEAR_HELP, help_zh=_PRICE_YEAR_HELP_ZH,
    )  # fmt: skip
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


class Augmentation(Section):
    """Fresh capacity put beside the aged one, in named operating years or when usable energy falls below a bound."""

    help_zh = "在原有电池旁增补新容量：按指定运营年，或在可用容量低于界限时。"

    operation_years: tuple[int, ...] = group(
        "补容所在运营年",
        "Operating years of augmentation",
        default=(),
        help="Placed and paid at the end of each of these years; in use from the year after.",
        help_zh="在这些运营年的年末投入并支付；次年起使用。",
    )
    energy_mwh: Yearly | None = yearly(
        "MWh",
        "补容额定容量",
        "Rated energy added",
        ge=0,
        default=None,
        help="One value for every augmentation, or one each in the order of the years.",
        help_zh="每次补容相同则填一个值，否则按年份顺序逐次填写。",
    )
    below_share: Number | None = number(
        "share",
        "补容触发比例",
        "Augmented below this share",
        gt=0,
        le=1,
        default=None,
        help="In place of named years: at the end of a year (but the last) in which the energy held, as a share of rated energy, is below it.",
        help_zh="代替指定年份：年末所存容量占额定容量的比例低于此值时（末年除外）补容。",
    )
    to_share: Number | None = number(
        "share",
        "补容目标比例",
        "Augmented up to this share",
        gt=0,
        le=1.5,
        default=None,
        help="With below_share: what is held after the augmentation, as a share of rated energy.",
        help_zh="与 below_share 同用：补容后所存容量占额定容量的比例。",
    )
    battery_yuan_per_kwh: Number = number(
        "yuan/kWh",
        "补容单价",
        "Augmentation price",
        ge=0,
        usual=spans.STORE_PER_KWH,
        default=0.0,
        basis="incl_vat",
        help="Per kWh of rated energy added.",
        help_zh="按增补的额定容量每 kWh 计。",
    )
    price_decline: Number = number(
        "share/year", "补容单价年降幅", "Yearly decline of the augmentation price", ge=-0.2, le=0.5, default=0.0,
        help=_DECLINE_HELP, help_zh=_DECLINE_HELP_ZH,
    )  # fmt: skip
    price_year: int | None = count(
        "year", "补容单价年份", "Year of the augmentation price", ge=2000, le=2100, default=None,
        help=_PRICE_YEAR_HELP, help_zh=_PRICE_YEAR_HELP_ZH,
    )  # fmt: skip
    vat_rate: Number | None = number(
        "share", "补容进项税率", "VAT rate of the augmentation", ge=0, le=0.3, default=None,
        help="Left out: that of the equipment.", help_zh="不填：取设备税率。"
    )  # fmt: skip
    treatment: Literal["capitalise", "expense"] = choice(
        "补容会计处理", "Treatment of the augmentation", options={"capitalise": ("资本化", "capitalised"), "expense": ("费用化", "expensed")}, default="capitalise",
        help="expense: in the cost of its year.",
        help_zh="capitalise：资本化；expense：费用化，计入当年成本。"
    )  # fmt: skip
    depreciation_years: int = count(
        "years", "补容折旧年限", "Depreciation of the augmentation", ge=1, le=40, default=10,
        help="Of each augmentation from the year after.", help_zh="每次补容自次年起计提。"
    )  # fmt: skip
    residual_share: Number | None = number(
        "share", "补容残值率", "Residual of the augmentation", ge=0, le=0.5, default=None,
        help="Left out: that of the plant.", help_zh="不填：与电站相同。"
    )  # fmt: skip

    @property
    def columns_in_use(self) -> int:
        """Columns from the one in which capacity is placed until it is written down, both counted."""
        return self.depreciation_years + 1

    @property
    def asked(self) -> bool:
        """Whether capacity is added at all, which changes the structure of a case."""
        return bool(self.operation_years) or self.below_share is not None


class Heat(Section):
    """Heat burnt on discharging: electricity discharged = discharge efficiency × (energy drawn from the store + heat)."""

    help_zh = "放电时的燃料或外部热量输入：放电量 = 放电效率 ×（从储能取出的能量 + 热量）。"

    rate_mwh_per_mwh: Number = number(
        "MWh/MWh",
        "单位放电热耗",
        "Heat rate",
        ge=0,
        le=10,
        default=0.0,
        help="MWh of heat per MWh discharged at the grid meter, lower heating value; 0: no heat.",
        help_zh="并网点每放电 1 MWh 所耗热量（低位热值），MWh；0 表示不需要。",
    )
    fuel_yuan_per_mwh: Number = number(
        "yuan/MWh",
        "燃料或热价",
        "Price of fuel or heat",
        ge=0,
        usual=spans.HEAT_PER_MWH,
        default=0.0,
        basis="incl_vat",
        help="Per MWh of heat, in the first operating year; it rises with the escalation of operating cost.",
        help_zh="按每 MWh 热量计，为首个运营年价格；随运营成本上涨率变化。",
    )
    vat_rate: Number | None = number(
        "share", "燃料进项税率", "VAT rate of fuel", ge=0, le=0.3, default=None,
        help="Left out: that of operating cost.", help_zh="不填：取运营成本税率。"
    )  # fmt: skip
