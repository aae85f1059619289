"""Capacity compensation: a yearly price for effective power (发改价格〔2026〕114号 二(三)).

``P = P_coal · min(1, D ÷ H) · coefficient``, D the hours at full power, H the longest net-load peak of the year.
The price includes VAT. Only a grid-side independent plant on the provincial list, outside mandatory allocation, is
eligible, and nothing may be paid without the assessment of what users can bear (五(二)). Where a province has set up the
compensation of *reliable capacity* (三(二)) that takes the place of the capacity price; it is paid by the same formula at a
price of its own, and not for capacity that is secured otherwise. The dated rules of ``rules.exclusive`` say so.
"""

from __future__ import annotations

from typing import Literal

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import Message, said
from appraisal.field import Number, choice, flag, number
from appraisal.operation import Offer, Operation, Settlement, Stream
from appraisal.regulated import effective_share
from appraisal.streams._terms import unread
from appraisal.text import SIDES
from appraisal.units import KW_PER_MW

FACTS = {
    "price_yuan_per_kw_year": "capacity.{province}.price_yuan_per_kw_year",
    "required_hours": "capacity.{province}.required_hours",
    "coefficient": "capacity.{province}.coefficient",
}


class Terms(BaseTerms):
    """Price, duration rule and eligibility."""

    help_zh = "电价、时长规则与资格条件。"

    paid_for: Literal["capacity_price", "reliable_capacity"] = choice(
        "补偿性质",
        "Paid for",
        options={
            "capacity_price": ("容量电价（114 号文 二(三)）", "capacity price (notice 114, part 2(3))"),
            "reliable_capacity": ("可靠容量补偿（114 号文 三(二)）", "reliable capacity (notice 114, part 3(2))"),
        },
        default="capacity_price",
        help="Reliable capacity replaces the capacity price where a province has set it up: state its price and hours.",
        help_zh="省级建立可靠容量补偿机制后，以其取代容量电价；请填写其标准与时长。",
    )
    formula: Literal["notice_114"] = choice(
        "计价公式",
        "Formula",
        options={"notice_114": ("114 号文公式", "formula of notice 114")},
        default="notice_114",
        help="Provincial formulas by name.",
        help_zh="按名称选择省级公式。",
    )
    price_yuan_per_kw_year: Number = number(
        "yuan/kW/year",
        "容量电价",
        "Capacity price",
        ge=0,
        usual=spans.CAPACITY_PER_KW_YEAR,
        help="Local coal capacity price, including VAT.",
        help_zh="当地煤电容量电价，含增值税。",
    )
    required_hours: Number = number("h", "最长净负荷高峰持续时长", "Longest net-load peak", ge=0.25)
    coefficient: Number = number("1", "省级系数", "Provincial coefficient", ge=0, le=2, default=1.0)
    duration_hours: Number | None = number(
        "h",
        "满功率持续放电时长",
        "Full-power duration",
        gt=0,
        default=None,
        help="As certified on the list. Left out: usable energy × discharge efficiency ÷ power, falling as the battery ages.",
        help_zh="按清单认定。不填：可用电量 × 放电效率 ÷ 功率，随电池衰减下降。",
    )
    deduction_share: Number = number(
        "share",
        "省级考核扣减比例",
        "Deduction set by the province",
        ge=0,
        le=1,
        default=0.0,
        help="Of the yearly payment.",
        help_zh="占全年补偿的比例。",
    )
    vat_rate: Number | None = number(
        "share",
        "增值税税率",
        "VAT rate",
        ge=0,
        le=0.3,
        default=None,
        help="Left out: the electricity rate.",
        help_zh="不填：取电力税率。",
    )
    listed: bool = flag("列入省级清单", "On the provincial list")
    affordability_assessed: bool = flag(
        "已完成用户承受能力评估",
        "Affordability assessed",
        help="Notice 114 of 2026, part 5(2): without it nothing may be paid.",
        help_zh="114 号文 五(二)：未完成评估不得支付。",
    )
    mandatory_allocation: bool = flag("属于新能源配储", "Part of mandatory allocation", default=False)
    secured_otherwise: bool = flag(
        "容量已由其他方式保障",
        "Capacity secured otherwise",
        default=False,
        help="Read for reliable_capacity only, which is then not paid (notice 114 of 2026, part 3(2)).",
        help_zh="仅可靠容量补偿读取；已由其他方式保障的不予补偿（114 号文 三(二)）。",
    )


_NOT_LISTED = said(
    "not on the provincial list; only listed plants are paid (notice 114 二(三))",
    "未列入省级清单；只补偿清单内的电站（114 号文 二(三)）",
)
_NOT_ASSESSED = said(
    "without the assessment of what users can bear nothing may be paid (notice 114 五(二))",
    "未完成用户承受能力评估的，不得支付（114 号文 五(二)）",
)
_NOT_RELIABLE = said(
    "only reliable-capacity compensation asks whether capacity is secured otherwise (notice 114 三(二))",
    "只有可靠容量补偿才看容量是否已由其他方式保障（114 号文 三(二)）",
)
_NOT_PRICE = said(
    "only the capacity price asks for mandatory allocation (notice 114 二(三))",
    "只有容量电价才看是否属于新能源配储（114 号文 二(三)）",
)


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """Eligibility under notice 114; every reason at once."""
    found: list[tuple[str, Message]] = []
    if case.project.side != "grid":
        found.append(("", said(
            "a plant on the {en} side is not eligible; notice 114 pays grid-side independent storage",
            "{zh}项目不符合条件；114 号文只补偿电网侧独立储能", en=case.project.side, zh=SIDES[case.project.side][0],
        )))  # fmt: skip
    if not terms.listed:
        found.append(("listed", _NOT_LISTED))
    if not terms.affordability_assessed:
        found.append(("affordability_assessed", _NOT_ASSESSED))
    rated = case.storage.energy_mwh / case.storage.power_mw
    if terms.duration_hours is not None and (terms.duration_hours > rated).any():
        found.append(("duration_hours", said(
            "{stated:g} h is more than rated energy ÷ rated power, {rated:g} h",
            "{stated:g} 小时超过了额定容量 ÷ 额定功率，即 {rated:g} 小时",
            stated=float(terms.duration_hours.max()), rated=float(rated.min()),
        )))  # fmt: skip
    reliable = terms.paid_for == "reliable_capacity"
    found += unread(terms, _NOT_PRICE, "mandatory_allocation") if reliable else []
    found += [] if reliable else unread(terms, _NOT_RELIABLE, "secured_otherwise")
    return tuple(found)


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """Reliable capacity has no fact of its own; a certified duration that the fresh battery cannot deliver is named."""
    found: tuple[tuple[str, str], ...] = ()
    if terms.paid_for == "reliable_capacity":
        found = (("可靠容量补偿：事实库尚无省级标准，未填写的标准与时长沿用容量电价的数值，请核对",
                  "reliable capacity: the library has no provincial rate yet; what the case leaves out of rate and hours is that of the capacity price, check it"),)  # fmt: skip
    return (*found, *_certified(case, terms))


def _certified(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    if terms.duration_hours is None:
        return ()
    storage = case.storage
    able = storage.energy_mwh * storage.depth_of_discharge * storage.discharge_yield / storage.power_mw
    if (terms.duration_hours <= able).all():
        return ()
    stated, hours = float(terms.duration_hours.max()), float(able.min())
    return ((f"容量电价按认定时长 {stated:g} 小时计，高于按放电深度和效率可持续放电的 {hours:.2f} 小时",
             f"capacity is paid for {stated:g} certified hours; at its depth of discharge and efficiency the fresh plant delivers {hours:.2f} h"),)  # fmt: skip


def offer(case: Case, terms: Terms) -> Offer:
    """Nothing: the price does not depend on what the plant does with its energy."""
    del case, terms
    return Offer()


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Yearly price × effective power, including VAT, in years in which the plant can run.

    Availability is no factor of the rule: a province deducts by its own assessment (``deduction_share``).
    """
    hours = terms.duration_hours
    if hours is None:
        hours = operation.usable_mwh * case.storage.discharge_yield / case.storage.power_mw
    effective = effective_share(hours, terms.required_hours, terms.coefficient)
    power_kw = KW_PER_MW * case.storage.power_mw
    rate = case.market.vat_rate if terms.vat_rate is None else terms.vat_rate
    paid = terms.price_yuan_per_kw_year * (1.0 - terms.deduction_share) * (operation.running > 0)
    return Settlement(income=power_kw * effective * paid, vat_rate=rate)


STREAM = Stream(
    title="capacity", zh="容量电价", en="Capacity compensation", terms=Terms, offer=offer, settle=settle,
    paid_by="grid_users", sells=lambda _case, terms: (terms.paid_for,), facts=FACTS, linear_in=("price_yuan_per_kw_year", "coefficient"), paid_when_idle=True, single=True, check=check,
    remarks=remarks,
)  # fmt: skip
