"""Frequency regulation (AGC): what is moved × performance × price, plus a price of capacity held ready.

Two schemes. By mileage, ``R = Σ D · C · Kp`` (华中监能市场规〔2025〕35号; the southern region alike): D the mileage in MW, C the
clearing price, Kp the performance index. By day and depth, ``R = D · K · Y`` or ``D · (ln K + 1) · Y`` (northern grids, recalled):
D the depth regulated in a day, Y the compensation a MW. Either way the share of power and the hours are fixed by the case and
kept out of arbitrage.

Joint regulation (火储联合): storage lifts the performance of a generating unit; what the joined unit is paid, or what it is
paid more than the unit alone, is shared by contract.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.case.windows import hours_in
from appraisal.errors import Message, said
from appraisal.field import Number, Yearly, choice, number, text
from appraisal.operation import Claim, Offer, Operation, Settlement, Stream
from appraisal.streams import _service as service
from appraisal.streams._terms import missing, unread, vat_rate
from appraisal.units import DAYS_PER_YEAR, Table

FACTS = {
    "price_cap_yuan_per_mw": "ancillary.{area}.mileage_price_cap",
    "performance_cap": "ancillary.{area}.performance_cap",
}


class Terms(BaseTerms):
    """What is offered to regulation and what it pays."""

    help_zh = "提供的调频容量及其报酬。"

    area: str = text(
        "调频市场区域",
        "Regulation area",
        default="",
        help="Id of the ancillary market in the library; left out: the province.",
        help_zh="事实库中辅助服务市场的代号；不填：取省份。",
    )
    scheme: Literal["mileage", "daily_depth"] = choice(
        "补偿方式",
        "Scheme",
        options={"mileage": ("按里程（南方、华中等）", "by mileage"), "daily_depth": ("按日调节深度（北方）", "by day and depth")},
        default="mileage",
        help="By mileage: mileage × index × price; by day and depth: depth regulated in a day × factor of the index × price.",
        help_zh="按里程：里程 × 性能指标 × 价格；按日调节深度：日调节深度 × 性能系数 × 补偿标准。",
    )  # fmt: skip
    price_cap_yuan_per_mw: Number = number(
        "yuan/MW",
        "里程价格上限",
        "Cap of the mileage price",
        ge=0,
        usual=spans.MILEAGE_PER_MW,
        help="A price above it is refused.",
        help_zh="高于上限的价格不予接受。",
    )
    power_share: Number = number(
        "share",
        "调频容量占比",
        "Share of power",
        ge=0,
        le=1,
        help="Of rated power, set aside in the hours named.",
        help_zh="占额定功率的比例，在所列时段预留。",
    )
    hours: str = service.hours(default="00:00-24:00")
    energy_share: Number = number(
        "share",
        "预留电量占比",
        "Share of energy",
        ge=0,
        le=1,
        default=0.0,
        help="Of usable energy, kept for regulation all day.",
        help_zh="占可用电量的比例，全天为调频预留。",
    )
    mileage_mw_per_mw_hour: Number | None = number(
        "MW/MW/h",
        "单位容量小时里程",
        "Mileage per MW and hour",
        ge=0,
        default=None,
        help="Regulation mileage called per MW offered and hour offered; needed by the scheme of mileage.",
        help_zh="每 MW 中标容量每小时被调用的里程；按里程补偿时必填。",
    )
    depth_mw_per_mw_day: Number | None = number(
        "MW/MW/day",
        "单位容量日调节深度",
        "Depth per MW and day",
        ge=0,
        default=None,
        help="Regulated in a day per MW offered; needed by the scheme of day and depth.",
        help_zh="每 MW 容量每天的调节深度；按日调节深度补偿时必填。",
    )
    performance: Number = number("1", "综合性能指标 Kp", "Performance index Kp", ge=0, le=12)
    performance_cap: Number | None = number(
        "1",
        "性能指标上限",
        "Cap of the performance index",
        gt=0,
        le=12,
        default=None,
        help="An index above it is paid as the cap. Left out, and not in the library: none.",
        help_zh="超过上限的按上限计酬。不填且事实库中没有的：无上限。",
    )
    factor: Literal["linear", "logarithm"] = choice(
        "性能系数形式",
        "Factor of the index",
        options={
            "linear": ("指标本身", "the index itself"),
            "logarithm": ("指标的自然对数加 1", "its natural logarithm plus 1"),
        },
        default="linear",
        help="How the index enters the payment.",
        help_zh="性能指标计入报酬的方式。",
    )
    price_yuan_per_mw: Number = number(
        "yuan/MW",
        "里程价格",
        "Mileage price",
        ge=0,
        usual=spans.MILEAGE_PER_MW,
        help="Including VAT, per MW of mileage or of depth.",
        help_zh="含增值税，按每 MW 里程或调节深度计。",
    )
    capacity_price_yuan_per_mw_hour: Number = number(
        "yuan/MW/h",
        "调频容量价格",
        "Price of capacity held ready",
        ge=0,
        default=0.0,
        help="Including VAT.",
        help_zh="含增值税。",
    )
    joint_mw: Number | None = number(
        "MW",
        "联合调频容量",
        "Capacity of the joined unit",
        gt=0,
        default=None,
        help="Joint regulation with a generating unit: what both offer together when all storage power is offered. Left out: storage alone.",
        help_zh="火储联合调频：储能全部功率参与时机组与储能合计的调频容量。不填：储能独立参与。",
    )
    shared: Literal["whole", "increment"] = choice(
        "分成基数",
        "What is shared",
        options={"whole": ("联合调频全部收入", "all that the joined unit is paid"), "increment": ("增量收入", "what it is paid more than the unit alone")},
        default="whole",
    )  # fmt: skip
    owner_share: Number = number(
        "share",
        "储能方分成比例",
        "Share of the storage owner",
        ge=0,
        le=1,
        default=1.0,
        help="By contract with the generator.",
        help_zh="按与发电企业的合同。",
    )
    alone_moved: Number | None = number(
        "1",
        "机组单独时的里程或深度",
        "Mileage or depth of the unit alone",
        ge=0,
        default=None,
        help="In the unit of the scheme, per MW of the joined capacity; needed where the increment is shared.",
        help_zh="单位与补偿方式一致，按联合容量每 MW 计；按增量分成时必填。",
    )
    alone_performance: Number | None = number(
        "1",
        "机组单独时的性能指标",
        "Performance index of the unit alone",
        ge=0,
        le=12,
        default=None,
        help="Needed where the increment is shared.",
        help_zh="按增量分成时必填。",
    )
    days_per_year: Number = number("days", "年中标天数", "Days called a year", ge=0, le=366, default=DAYS_PER_YEAR)
    cycles_per_year: Number = number(
        "cycle/year",
        "调频等效循环",
        "Cycles of regulation",
        ge=0,
        default=0.0,
        help="Equivalent full cycles that regulation costs the battery.",
        help_zh="调频使电池产生的等效满充放循环次数。",
    )
    income_index: Yearly = service.income_index()
    vat_rate: Number | None = vat_rate()


_BY_MILEAGE = said("the scheme is by mileage", "补偿方式为按里程")
_BY_DEPTH = said("the scheme is by day and depth", "补偿方式为按日调节深度")
_INCREMENT = said("the increment is shared", "按增量收入分成")
_WHOLE = said("the whole payment is shared", "按全部收入分成")
_ALONE = said("storage stands alone", "储能独立参与")
_UNIT = ("alone_moved", "alone_performance")


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """Windows, the price within the cap, and the terms that the scheme and the contract read."""
    found = service.window_faults(terms, "hours") + service.length_faults(case, terms, "income_index")
    found += service.cap_faults(terms, "price_yuan_per_mw", "price_cap_yuan_per_mw")
    by_mileage = terms.scheme == "mileage"
    needed, other = ("mileage_mw_per_mw_hour", "depth_mw_per_mw_day")[:: 1 if by_mileage else -1]
    why = _BY_MILEAGE if by_mileage else _BY_DEPTH
    found += missing(terms, why, needed) + unread(terms, why, other)
    if terms.joint_mw is None:
        found += unread(terms, _ALONE, "owner_share", *_UNIT)
        if terms.shared == "increment":
            found.append(
                ("shared", said("storage stands alone; give {field}", "储能独立参与；请给出 {field}", field="joint_mw"))
            )
    elif terms.shared == "increment":
        found += missing(terms, _INCREMENT, *_UNIT)
    else:
        found += unread(terms, _WHOLE, *_UNIT)
    if not found and terms.shared == "increment" and (_increment(terms) < 0).any():
        told = said("the unit alone would be paid more than joined", "机组单独所得高于联合所得")
        found.append(("alone_performance", told))
    return tuple(found)


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """A price held level over many years, where fleets grow; and power that no energy stands behind."""
    found = []
    if terms.income_index.shape[1] == 1 and case.project.operation_years > 5:
        found.append(("调频需求有限，储能规模扩大后里程和出清价格会下降；本算例各年收入水平不变（见分年收入指数）",
                      "regulation is a small market: mileage and price fall as fleets grow; this case keeps their level in all years (see the income index)"))  # fmt: skip
    if (terms.power_share > 0).any() and (terms.energy_share == 0).all():
        found.append(("调频未预留电量：套利充满或放空时无法双向调节",
                      "no energy is kept for regulation: a store that arbitrage has filled or emptied cannot regulate both ways"))  # fmt: skip
    return tuple(found)


def offer(case: Case, terms: Terms) -> Offer:
    """The claims, on the steps that arbitrage is dispatched on."""
    return service.offered(
        case, lambda hour, step: claims(case, terms, hour, step), cycles_per_year=terms.cycles_per_year
    )


def claims(case: Case, terms: Terms, hour: Table, step_hours: float) -> tuple[Claim, ...]:
    """A share of power in the hours named and of energy all day."""
    del case
    return (service.claim(terms, hour, step_hours),)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """MW offered × days × (moved × factor × price + hours × capacity price), the owner's share of it, including VAT."""
    whole = case.storage.power_mw if terms.joint_mw is None else terms.joint_mw
    paid = _increment(terms) if terms.shared == "increment" else _a_day(terms, _moved(terms), terms.performance)
    if terms.shared == "whole":
        paid = paid + hours_in(terms.hours) * terms.capacity_price_yuan_per_mw_hour
    yearly = terms.power_share * whole * terms.days_per_year * paid * terms.owner_share
    served = operation.running * service.by_year(case, terms.income_index)
    return Settlement(income=yearly * served, vat_rate=service.rate_of(case, terms))


def _moved(terms: Terms) -> Table:
    """Mileage or depth in the unit of the scheme."""
    moved = terms.mileage_mw_per_mw_hour if terms.scheme == "mileage" else terms.depth_mw_per_mw_day
    return np.zeros((1, 1)) if moved is None else moved


def _a_day(terms: Terms, moved: Table, performance: Table) -> Table:
    """Yuan a day and MW offered: moved × factor of the index × price."""
    index = performance if terms.performance_cap is None else np.minimum(performance, terms.performance_cap)
    if terms.factor == "logarithm":
        # Below 1/e the factor would turn a payment into a charge, which the scheme does not know.
        index = np.maximum(np.log(np.maximum(index, np.exp(-1.0))) + 1.0, 0.0)
    daily = hours_in(terms.hours) if terms.scheme == "mileage" else 1.0
    return np.asarray(moved * daily * index * terms.price_yuan_per_mw)


def _increment(terms: Terms) -> Table:
    """Yuan a day and MW that the joined unit is paid more than the unit alone; the capacity part is the unit's own."""
    nothing = np.zeros((1, 1))
    moved, performance = (nothing if value is None else value for value in (terms.alone_moved, terms.alone_performance))
    return np.asarray(_a_day(terms, _moved(terms), terms.performance) - _a_day(terms, moved, performance))


STREAM = Stream(
    title="frequency_regulation", zh="调频辅助服务", en="Frequency regulation", terms=Terms, offer=offer,
    settle=settle, paid_by=lambda _case, terms: "market" if terms.joint_mw is None else "generators", sells=("regulation",), facts=FACTS, linear_in=("power_share", "days_per_year"),
    dispatch_terms=("power_share", "energy_share", "cycles_per_year"), paid_when_idle=True, check=check, claims=claims, remarks=remarks,
    claim_terms=("power_share", "energy_share", "cycles_per_year"),
    daily=lambda terms: bool((terms.days_per_year >= DAYS_PER_YEAR).all()),
)  # fmt: skip
