"""Words for the inputs of the books that are no number of the case, and the fields of the case that they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What an input is; ``fields`` are paths of the case (with a last dot a whole section), ``operation`` figures of it."""

    zh: str
    en: str
    fields: tuple[str, ...] = ()
    operation: tuple[str, ...] = ()


_BUILD = ("project.construction_months", "project.columns", "project.phases")
_LIFE = (*_BUILD, "project.operation_years")
_MOVED = ("soh", "running", "charged_mwh", "discharged_mwh")

# Series of the whole plant, by name in the books.
SERIES: Mapping[str, Words] = {
    "operating": Words("有规模在运的年份为 1", "1 in years in which some of the plant operates", _LIFE),
    "running": Words("在运规模份额乘以当年在运时间份额", "share of the plant in operation times the share of the year", _LIFE),
    "in_service": Words("当年最大在运规模份额", "largest share of the plant in operation in the year", _LIFE),
    "lasting": Words("当年项目存续的份额：到最后一期结束为止", "share of the year before the last phase ends", _LIFE),
    "arriving": Words("有规模投产的年份为 1", "1 in years in which capacity comes into service", _BUILD),
    "completing": Words("最后一批规模投产的年份为 1", "1 in the year in which the last capacity comes into service", _BUILD),
    "first_operating": Words("首个有规模在运的年份为 1", "1 in the first year in which some of the plant operates", _BUILD),
    "full_year": Words("首个全站全年运行的年份为 1", "1 in the first year in which the whole plant runs all year", _LIFE),
    "last_operating": Words("计算期最后一年为 1", "1 in the last year of the calculation period", _LIFE),
    "reduced": Words(
        "适用优惠税率的年份为 1", "1 in years of the reduced income tax", ("tax.reduced_until", "project.construction_start", *_BUILD)
    ),
    "refunding": Words(
        "办理留抵退税的年份为 1", "1 in years in which the VAT pool is refunded", ("tax.vat_refund_from", "tax.vat_refund_rule", *_BUILD)
    ),
    "larger_maintenance": Words(
        "两项运维定额取大时为 1", "1 where the larger of the two maintenance norms counts", ("operating_cost.maintenance",)
    ),
    "battery_runs": Words(
        "电池健康度不低于寿命终止值的运营年为 1",
        "1 in operating years in which the battery is at or above its end-of-life health",
        _LIFE,
        ("soh", "running"),
    ),
    "year_number": Words("计算期年序，自第 1 年起", "year of the calculation period, from 1"),
    "revenue_year": Words(
        "自首个取得营业收入年起的年序；补贴不计", "years from the first one with operating revenue; subsidies do not count", _LIFE
    ),
    "spend": Words(
        "当年投资占比：按所给比例，未给时按建设月数",
        "share of the investment paid in the year: as stated, else by months of construction",
        ("capital.spend_profile", *_BUILD),
    ),
    "other_yuan": Words(
        "按运营年给出的其他费用，首个运营年价格",
        "other cost as stated by operating year, at prices of the first one",
        ("operating_cost.other_yuan", *_LIFE),
    ),
    "discharged_mwh": Words(
        "并网点年放电量：优化运行的结果，或算例给出的数值",
        "energy discharged at the grid meter: from dispatch, or as the case states it",
        _LIFE,
        _MOVED,
    ),
    "auxiliary_yuan": Words(
        "站用电费：全年各小时站用电量乘以其电价，随电价指数变化",
        "power for the plant's own use: its load in every hour of the year times its price, moved with the price index",
        ("storage.power_mw", "storage.auxiliary.power_share", "storage.auxiliary.power_kw", "storage.auxiliary.price_yuan_per_kwh", "market.price_index", *_LIFE),
        ("auxiliary_mwh",),
    ),
}  # fmt: skip

# The time line that each phase has for itself.
PHASE_SERIES: Mapping[str, Words] = {
    "construction_months": Words("当年的建设月数", "months of construction in the year", _BUILD),
    "bearing": Words("当年投产后的时间份额，其利息计入费用", "share of the year after commissioning, whose interest is charged to cost", _LIFE),
    "loan_age": Words("投产以来的年末数：投产前为 0", "year-ends since commissioning, 0 before it", _BUILD),
    "age": Words("当年起算的运营年序：投产前为 0", "operating year that begins in the year: 0 before commissioning, then from 1", _BUILD),
    "first_weight": Words(
        "当年起算的运营年所占规模与时间份额", "share of the plant and of the year by which the operating year that begins in it runs", _LIFE
    ),
    "tail_weight": Words(
        "上一运营年所占规模与时间份额", "share of the plant and of the year by which the operating year before it still runs", _LIFE
    ),
    "used_before": Words("当年之前已运营的年数，按时间计", "years in operation before this one, by time", _BUILD),
    "begun": Words("运营年落在其起算年份内的份额", "share of an operating year in the year in which it begins", _BUILD),
    "retiring": Words(
        "首次更换的年份为 1", "1 in the year of the first replacement", ("storage.replacement.operation_years", *_BUILD)
    ),
    "phase_part": Words("当年投资中本期所占份额", "share of the year's investment that belongs to the phase", _BUILD),
    "phase_share": Words("本期占全站的份额", "share of the plant that belongs to the phase", ("project.phases",)),
}  # fmt: skip

# What happens in a named operating year, and stated shares by year: by the last part of the name in the books.
EVENTS: Mapping[str, Words] = {
    "replacing": Words("当年末更换的规模份额", "share of the plant whose works fall at the end of the year", _BUILD),
    "since": Words("该次更换以来的年数，次年为 1", "years since these works, 1 in the year after them", _BUILD),
    "placed_mwh": Words("当年末补容的额定容量", "rated energy added at the end of the year", _BUILD),
    "price_age": Words("距单价年份的年数", "years since the year of the price", ("project.construction_start",)),
    "superseded": Words("再次更换的年份为 1", "1 in the year in which it is replaced again", _BUILD),
    "loan_age": Words("提款以来的年数，次年为 1", "years since the loan was drawn, 1 in the year after it", _BUILD),
    "drawing": Words("提款的年份为 1", "1 in the year in which the loan is drawn", _BUILD),
    "refinanced_in": Words("被置换时的还款年序", "year of the loan in which another one repays it", _BUILD),
    "arriving": Words("补助到账的年份为 1", "1 in the year in which the grant is received", _BUILD),
    "repayment_share": Words("按所给比例分年还本", "share repaid in the year, as stated", _BUILD),
    "depreciation_share": Words("按所给比例分年折旧", "share depreciated in the operating year, as stated", _BUILD),
}  # fmt: skip

# Factors, and what is solved outside the books.
CONSTANT_WORDS: Mapping[str, Words] = {
    "kw_per_mw": Words("单位换算", "conversion of units"),
    "kwh_per_mwh": Words("单位换算", "conversion of units"),
    "months_per_year": Words("单位换算", "conversion of units"),
    "one_yuan": Words(
        "除数不小于一元，使比率总有定义", "a ratio is taken over at least one yuan, so that it is defined"
    ),
    "before_start": Words(
        "首列中开工之前的时间：回收期自开工起算",
        "time of column 1 before construction starts: payback counts from the start",
        ("project.columns",),
    ),
    "cover_ceiling": Words(
        "提前还款后几无应还金额时，备付率至多显示到此",
        "cover is shown up to this where early repayment leaves next to no service",
    ),
    "construction_debt_share": Words(
        "求解所得：使资本金恰为项目总投资（含建设期利息和流动资金）的规定比例；由资金筹措残差为零验证",
        "solved: equity is then its stated share of total investment, construction interest and working capital included; "
        "proved by a funding residual of 0",
        ("finance.debt_share",),
    ),
}

_SCULPTING = (
    "求解所得：还款额随可用资金而定；由还款测算残差为零验证",
    "solved: debt service follows the cash available; proved by a sculpting gap of 0",
)
# What is solved for a sculpted loan; the fields are those of that loan.
SCULPTED_WORDS: Mapping[str, Words] = {
    "sculpted_principal": Words(*_SCULPTING, ("target_dscr", "years", "grace_years")),
    "sculpted_part": Words(*_SCULPTING, ("target_dscr", "years", "grace_years")),
    "cover": Words(*_SCULPTING, ("target_dscr",)),
}

STREAM_WORDS: Mapping[str, Words] = {
    "series": Words("“{}”的年度结算", "settled by the stream {}"),
    "rate": Words("“{}”结算所用税率", "rate that the stream {} settled with"),
    "nothing": Words("“{}”没有此项，各年均为零", "the stream {} has none: 0 in every year"),
}

# Name of a figure of the operation → its words and unit.
OPERATION_WORDS: Mapping[str, tuple[Words, str]] = {
    "soh": (Words("健康度（年中）", "State of health, middle of the year"), "1"),
    "running": (Words("可用率（停运年为零）", "Availability, 0 in years without a battery"), "1"),
    "usable_mwh": (Words("可用容量", "Usable energy"), "MWh"),
    "charged_mwh": (Words("年充电量", "Energy charged"), "MWh"),
    "discharged_mwh": (Words("年放电量", "Energy discharged"), "MWh"),
    "auxiliary_mwh": (Words("年站用电量", "Auxiliary energy"), "MWh"),
}

PRICE_LINE_WORDS: Mapping[str, Words] = {
    "paid": Words("充电所付（首个运营年价格）", "Paid on charging, prices of the first operating year"),
    "earned": Words("放电所得（首个运营年价格）", "Earned on discharging, prices of the first operating year"),
}
