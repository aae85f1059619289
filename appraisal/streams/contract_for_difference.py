"""Floor, collar, contract for difference, tolling: market revenue exchanged, in part or whole, for a stated amount.

``R = a · max(0, F − M) − b · max(0, M − C)``: M the net market revenue of the year of the streams named (income less charging bought and
their own cost, including VAT), F the floor and C the cap by kW of rated power covered, a the share of a shortfall that is made up and b the
share of an excess that is given away. A floor alone is a guarantee; floor and cap are a collar; a floor equal to the cap is a two-way contract
for difference; with both shares 1 it is a toll: the other side takes the market and pays a fixed amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Literal

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.periods import periods
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import Message, said
from appraisal.field import Number, Yearly, choice, number, text, yearly
from appraisal.operation import Offer, Operation, Settlement, Stream
from appraisal.streams import _service as service
from appraisal.streams import kinds
from appraisal.streams._terms import vat_rate
from appraisal.text import PAYERS
from appraisal.units import KW_PER_MW, Table


class Terms(BaseTerms):
    """Which revenue is exchanged, and for what."""

    help_zh = "被置换的收入与约定金额。"

    of: str = text(
        "对应的收入项", "Revenue exchanged", default="", help="Labels of revenue streams, with commas between. Left out: every stream under revenue that stands by itself.",
        help_zh="收入项的名称，以逗号分隔。不填：revenue 下不依赖其他收入的全部收入项。",
    )  # fmt: skip
    paid_by: Literal["market", "grid_users", "generators", "host"] = choice(
        "付费方", "Who pays", options={name: PAYERS[name] for name in ("market", "grid_users", "generators", "host")}, default="market",
        help="The other side of the contract.", help_zh="合同的另一方。",
    )  # fmt: skip
    floor_yuan_per_kw_year: Number | None = number(
        "yuan/kW/year", "保底收入", "Floor", ge=0, usual=spans.SERVICE_PER_KW_YEAR, basis="incl_vat", default=None, help="Of net market revenue. Left out: none.",
        help_zh="对净市场收入。不填：无保底。",
    )  # fmt: skip
    cap_yuan_per_kw_year: Number | None = number(
        "yuan/kW/year", "收入上限", "Cap", ge=0, usual=spans.SERVICE_PER_KW_YEAR, basis="incl_vat", default=None, help="Of net market revenue. Left out: none.",
        help_zh="对净市场收入。不填：无上限。",
    )  # fmt: skip
    share_below: Number = number(
        "share", "不足部分补足比例", "Share of a shortfall made up", ge=0, le=1, default=1.0, help="Paid to the project.", help_zh="支付给项目。"
    )  # fmt: skip
    share_above: Number = number(
        "share", "超出部分让出比例", "Share of an excess given away", ge=0, le=1, default=1.0, help="Paid by the project.", help_zh="由项目支付。"
    )  # fmt: skip
    covered_share: Number = number(
        "share", "覆盖比例", "Share of the plant covered", ge=0, le=1, default=1.0, help="Of rated power, and of the revenue named.", help_zh="占额定功率及所列收入的比例。"
    )  # fmt: skip
    strike_index: Yearly = yearly(
        "1", "分年约定金额指数", "Floor and cap by operating year", ge=0, default=1.0, help="Relative to the amounts stated.", help_zh="相对所填金额。"
    )  # fmt: skip
    term_years: Number | None = number(
        "years", "合同年限", "Term of the contract", ge=0, le=60, default=None, help="Operating years. Left out: all.", help_zh="运营年数。不填：全部运营年。"
    )  # fmt: skip
    vat_rate: Number | None = vat_rate()


def _known(case: Case) -> tuple[str, ...]:
    """Labels of revenue that stands by itself: what looks at other streams, a regulated price too, cannot be exchanged."""
    return tuple(label for label, kind in kinds(case).items() if label in case.revenue and kind.settle_after is None)


def looks_at(case: Case, terms: Terms) -> tuple[str, ...]:
    """Labels of the streams whose revenue is exchanged."""
    return tuple(
        dict.fromkeys(word for part in terms.of.replace("，", ",").split(",") if (word := part.strip()))
    ) or _known(case)


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """The streams exist and no contract is of a contract; some amount is agreed, and the floor is not above the cap."""
    found = service.length_faults(case, terms, "strike_index")
    known = _known(case)
    for label in looks_at(case, terms):
        if label not in known:
            found.append(("of", said(
                "{label!r} is no revenue that can be exchanged; known: {known}", "{label!r} 不是可置换的收入项；现有：{known}", label=label, known=", ".join(known)
            )))  # fmt: skip
    if not known:
        found.append(("of", said("the case has no other revenue", "算例没有其他收入项")))
    floor, cap = terms.floor_yuan_per_kw_year, terms.cap_yuan_per_kw_year
    if floor is None and cap is None:
        told = said("state a floor, a cap or both", "请填写保底收入、收入上限或两者")
        found.append(("floor_yuan_per_kw_year", told))
    elif floor is not None and cap is not None and (floor > cap).any():
        found.append(("floor_yuan_per_kw_year", said("above the cap", "高于收入上限")))
    return tuple(found)


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """Dispatch does not know the contract; a toll leaves the decision to the other side."""
    names = ", ".join(looks_at(case, terms))
    return ((f"保底与分成按 {names} 的年度净收入结算；优化运行仍按市场价格进行，不考虑合同的影响",
             f"the contract settles the yearly net revenue of {names}; dispatch follows the market as if there were none"),)  # fmt: skip


def offer(case: Case, terms: Terms) -> Offer:
    """Nothing: the contract is settled on the revenue of the year."""
    del case, terms
    return Offer()


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Never asked: the contract is settled after the streams that it looks at."""
    del case, terms, operation
    raise TypeError(
        "contract_for_difference is settled by settle_after, which is given what the other streams are paid"
    )


def settle_after(case: Case, terms: Terms, operation: Operation, others: Mapping[str, Settlement]) -> Settlement:
    """Shortfall made up as income, excess given away as cost, in the years of the contract; including VAT.

    Floor and cap fall with the availability of the plant, as market revenue does.
    """
    columns = periods(case.project)
    within = service.running(operation)
    if terms.term_years is not None:
        within = within * np.clip(terms.term_years - columns.age + 1.0, 0.0, 1.0)
    nothing = 0.0 * operation.running
    market = terms.covered_share * reduce(
        np.add, (one.income - one.purchase - one.cost for one in others.values()), nothing
    )
    agreed = (
        KW_PER_MW
        * case.storage.power_mw
        * terms.covered_share
        * operation.running
        * columns.by_operating_year(terms.strike_index)
    )
    floor, cap = terms.floor_yuan_per_kw_year, terms.cap_yuan_per_kw_year
    below: Table = nothing if floor is None else terms.share_below * np.maximum(0.0, agreed * floor - market)
    above: Table = nothing if cap is None else terms.share_above * np.maximum(0.0, market - agreed * cap)
    rate = service.rate_of(case, terms)
    return Settlement(income=below * within, vat_rate=rate, cost=above * within, cost_vat_rate=rate)


STREAM = Stream(
    title="contract_for_difference", zh="差价合约与保底收入", en="Contract for difference, floor or toll", terms=Terms, offer=offer, settle=settle,
    paid_by=lambda _case, terms: terms.paid_by, paid_when_idle=True, check=check, remarks=remarks, looks_at=looks_at, settle_after=settle_after,
)  # fmt: skip
