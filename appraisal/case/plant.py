"""Sections of a case on how the plant may be run: cycles and least power, power by state of charge, its own consumption."""

from __future__ import annotations

from appraisal.case import spans
from appraisal.field import Number, Section, Yearly, number, yearly
from appraisal.units import KW_PER_MW, Table


class Limits(Section):
    """What holds the plant back beside power and energy. Cycles are those that the ageing counts, services among them."""

    help_zh = "额定功率与容量之外的运行限制。循环次数与老化计算口径一致，含提供服务所耗循环。"

    cycles_per_year: Number | None = number(
        "cycle/year",
        "年等效循环上限",
        "Most equivalent full cycles a year",
        ge=0,
        usual=spans.CYCLES_PER_YEAR,
        default=None,
        help="Of all that the store holds at its state of health then; days out of service count. Left out: no cap.",
        help_zh="以当时健康度下的全部容量为一次；计入停运天数的影响。不填：不设上限。",
    )
    cycles_per_day: Number | None = number(
        "cycle/day",
        "日等效循环上限",
        "Most equivalent full cycles a day",
        ge=0,
        usual=spans.CYCLES_PER_DAY,
        default=None,
        help="Exact at once on typical days and tariffs; a price series goes to the slower linear solver. Left out: no cap.",
        help_zh="典型日与分时电价下直接精确求解；价格序列改用较慢的线性规划求解。不填：不设上限。",
    )
    least_charge_share: Number = number(
        "share",
        "最小充电功率",
        "Least charging power",
        ge=0,
        le=1,
        default=0.0,
        help="Of rated power; below it the plant does not charge. Any least power is solved day by day with integers: seconds, not milliseconds, a case.",
        help_zh="占额定功率的比例；低于此值不充电。设最小功率后逐日做整数规划，单个算例由毫秒级变为秒级。",
    )
    least_discharge_share: Number = number(
        "share",
        "最小放电功率",
        "Least discharging power",
        ge=0,
        le=1,
        default=0.0,
        help="Of rated power; below it the plant does not discharge.",
        help_zh="占额定功率的比例；低于此值不放电。",
    )

    @property
    def least_power(self) -> bool:
        """Whether any scenario has a least power."""
        return bool((self.least_charge_share > 0.0).any() or (self.least_discharge_share > 0.0).any())


class PowerCurve(Section):
    """Most power by state of charge: the head of a reservoir, the pressure of a cavern, the taper of a battery."""

    help_zh = "不同荷电状态下的最大功率：水库水头、储气压力或电池末端限功率。"

    energy_shares: Yearly | None = yearly(
        "share",
        "荷电状态拐点",
        "States of charge of the corners",
        ge=0,
        default=None,
        help="Shares of rated energy, ascending from 0 to 1; straight lines between them. Left out: full power in every state.",
        help_zh="占额定容量的比例，从 0 到 1 递增；拐点之间按直线。不填：任何状态下均可满功率。",
    )
    charge_shares: Yearly | None = yearly(
        "share",
        "各拐点充电功率",
        "Charging power at the corners",
        ge=0,
        default=None,
        help="Shares of rated power, one for each corner; a curve without dents (concave). Left out: full power.",
        help_zh="占额定功率的比例，每个拐点一个；须为凹曲线（无下凹段）。不填：满功率。",
    )
    discharge_shares: Yearly | None = yearly(
        "share",
        "各拐点放电功率",
        "Discharging power at the corners",
        ge=0,
        default=None,
        help="Shares of rated power, one for each corner; a curve without dents (concave). Left out: full power.",
        help_zh="占额定功率的比例，每个拐点一个；须为凹曲线（无下凹段）。不填：满功率。",
    )

    @property
    def asked(self) -> bool:
        """Whether there is a curve."""
        return self.energy_shares is not None


class Auxiliary(Section):
    """What the plant consumes itself in every hour, at work or not: cooling, heating, controls. The project buys it."""

    help_zh = "电站自身在每一小时的用电（运行、待机、检修均计）：温控、控制等，由项目方购买。"

    power_share: Number = number(
        "share",
        "站用电功率比例",
        "Auxiliary load by rated power",
        ge=0,
        le=0.5,
        usual=spans.AUXILIARY,
        default=0.0,
        help="Of rated power, mean over the year. State it only where the efficiencies are measured without it.",
        help_zh="占额定功率的比例，全年平均。仅当充放电效率未含站用电时填写。",
    )
    power_kw: Number = number(
        "kW",
        "站用电固定功率",
        "Auxiliary load beside it",
        ge=0,
        default=0.0,
        help="Added to the share.",
        help_zh="与上述比例部分相加。",
    )
    price_yuan_per_kwh: Number | None = number(
        "yuan/kWh",
        "站用电电价",
        "Price of auxiliary power",
        ge=0,
        usual=spans.ENERGY_PER_KWH,
        default=None,
        basis="incl_vat",
        help="In the first operating year; it follows the price index by operating year. Left out: the price of charging in each hour, fees in.",
        help_zh="首个运营年价格，随分年电价指数变化。不填：按各时段充电电价（含附加费用）。",
    )
    vat_rate: Number | None = number(
        "share", "站用电进项税率", "VAT rate of auxiliary power", ge=0, le=0.3, default=None,
        help="Left out: that of electricity.", help_zh="不填：取电力税率。",
    )  # fmt: skip

    @property
    def asked(self) -> bool:
        """Whether any scenario has an auxiliary load."""
        return bool((self.power_share > 0.0).any() or (self.power_kw > 0.0).any())

    def load(self, power_mw: Table) -> Table:
        """MW per MW of rated power, ``(S, 1)``."""
        beside: Table = self.power_kw / KW_PER_MW / power_mw
        return self.power_share + beside
