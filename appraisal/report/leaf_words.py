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


_BUILD = "project.construction_months"
_LIFE = "project.operation_years"
_RENEWED = "storage.replacement.operation_years"

# Series of the timeline and of the operation, by name in the books.
SERIES: Mapping[str, Words] = {
    "building": Words("建设期各年为 1", "1 in the years of construction", (_BUILD,)),
    "operating": Words("运营期各年为 1", "1 in the operating years", (_BUILD, _LIFE)),
    "first_operating": Words("建设期后的第一年为 1", "1 in the year after construction", (_BUILD,)),
    "last_operating": Words("计算期最后一年为 1", "1 in the last year of the calculation period", (_BUILD, _LIFE)),
    "replacing": Words("更换电池的运营年为 1", "1 in the operating years of a replacement", (_RENEWED, _BUILD)),
    "retiring": Words("首次更换的运营年为 1", "1 in the operating year of the first replacement", (_RENEWED, _BUILD)),
    "renewal_age": Words(
        "最近一次更换以来的年数，更换次年为 1", "years since the last replacement, 1 in the year after it", (_RENEWED, _BUILD)
    ),
    "larger_maintenance": Words(
        "两项运维定额取大时为 1", "1 where the larger of the two maintenance norms counts", ("operating_cost.maintenance",)
    ),
    "battery_runs": Words(
        "电池健康度不低于寿命终止值的运营年为 1",
        "1 in operating years in which the battery is at or above its end-of-life health",
        (_BUILD, _LIFE),
        ("soh", "running"),
    ),
    "age": Words("运营年序：建设期为 0，首个运营年为 1", "operating year: 0 in construction, then from 1", (_BUILD, _LIFE)),
    "revenue_year": Words(
        "自首个取得营业收入年起的年序；补贴不计", "years from the first one with operating revenue; subsidies do not count", (_BUILD, _LIFE)
    ),
    "spend": Words(
        "当年投资占比：按所给比例，未给时按建设月数",
        "share of the investment paid in the year: as stated, else by months of construction",
        ("capital.spend_profile", _BUILD),
    ),
    "construction_months": Words("当年的建设月数，至多十二个月", "months of construction in the year, at most twelve", (_BUILD,)),
    "cost_index": Words(
        "费用指数：首个运营年为 1，其后按年涨幅", "1 in the first operating year, then escalated yearly", ("operating_cost.escalation", _BUILD, _LIFE)
    ),
    "other_yuan": Words("按运营年给出的其他费用", "other cost as stated by operating year", ("operating_cost.other_yuan", _BUILD, _LIFE)),
    "discharged_mwh": Words(
        "并网点年放电量：优化运行的结果，或算例给出的数值",
        "energy discharged at the grid meter: from dispatch, or as the case states it",
        (_BUILD, _LIFE),
        ("soh", "running", "charged_mwh", "discharged_mwh"),
    ),
}  # fmt: skip

CONSTANT_WORDS: Mapping[str, Words] = {
    "kw_per_mw": Words("单位换算", "conversion of units"),
    "kwh_per_mwh": Words("单位换算", "conversion of units"),
    "months_per_year": Words("单位换算", "conversion of units"),
    "construction_debt_share": Words(
        "求解所得：使资本金恰为项目总投资（含建设期利息和流动资金）的规定比例；由资金筹措残差为零验证",
        "solved: equity is then its stated share of total investment, construction interest and working capital included; "
        "proved by funding_residual = 0",
        ("finance.debt_share",),
    ),
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
}

PRICE_LINE_WORDS: Mapping[str, Words] = {
    "paid": Words("充电所付（首个运营年价格）", "Paid on charging, prices of the first operating year"),
    "earned": Words("放电所得（首个运营年价格）", "Earned on discharging, prices of the first operating year"),
}

ORIGIN_VARY = ("逐情景取值", "set for the scenario")
