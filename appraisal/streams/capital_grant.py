"""Capital grant: public money towards the investment, per kW, per kWh, a share of it or a sum, up to a cap.

``granted = min(G + g_kW · kW + g_kWh · kWh + share · investment, cap)``, paid along the spending or in an operating year. The
books work it out, because it rests on their investment; it is outside VAT. Treatment in books and income tax: CAS 16.
"""

from __future__ import annotations

from typing import Literal

from appraisal.case import Case
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import said
from appraisal.field import Number, choice, count, number
from appraisal.operation import Operation, Settlement, Stream
from appraisal.streams._terms import NOT_APPROVED, Found, approved, no_offer


class Terms(BaseTerms):
    """What is granted, when it comes and how it is booked and taxed."""

    help_zh = "补助标准、到账时间、会计与所得税处理。"

    approved: bool = approved()
    yuan: Number = number("yuan", "定额补助", "Sum granted", ge=0, default=0.0)
    yuan_per_kw: Number = number("yuan/kW", "按功率补助标准", "Grant per kW", ge=0, default=0.0)
    yuan_per_kwh: Number = number("yuan/kWh", "按容量补助标准", "Grant per kWh of capacity", ge=0, default=0.0)
    share_of_investment: Number = number("share", "按投资补助比例", "Share of the investment", ge=0, le=1, default=0.0)
    share_of: Literal["investment", "investment_ex_vat", "equipment", "equipment_ex_vat"] = choice(
        "计补投资口径", "What the share is of", default="investment",
        options={
            "investment": ("建设投资（含税）", "construction investment with VAT"), "investment_ex_vat": ("建设投资（不含税）", "construction investment without VAT"),
            "equipment": ("设备投资（含税）", "equipment with VAT"), "equipment_ex_vat": ("设备投资（不含税）", "equipment without VAT"),
        },
    )  # fmt: skip
    cap_yuan: Number | None = number(
        "yuan", "补助上限", "Cap", ge=0, default=None, help="Of the whole grant. Left out: none.", help_zh="补助总额的上限。不填：无上限。"
    )  # fmt: skip
    operating_year: int | None = count(
        "years", "到账运营年", "Operating year of receipt", ge=1, le=60, default=None, help="Left out: with the construction spending.",
        help_zh="不填：随建设支出到账。",
    )  # fmt: skip
    treatment: Literal["deferred_income", "reduce_cost", "income"] = choice(
        "会计处理", "Treatment in the books", default="deferred_income",
        options={"deferred_income": ("递延收益", "deferred income"), "reduce_cost": ("冲减资产成本", "off the cost of the asset"), "income": ("计入当期收益", "income of the year")},
        help="deferred_income: over the depreciation period; reduce_cost: off the cost of the asset; income: in the year of receipt.",
        help_zh="deferred_income：在折旧年限内分摊；reduce_cost：冲减资产成本；income：计入到账当年收益。",
    )  # fmt: skip
    income_tax: Literal["as_booked", "on_receipt", "exempt"] = choice(
        "所得税处理", "Income tax", default="as_booked",
        options={"as_booked": ("与会计一致", "as booked"), "on_receipt": ("到账时计税", "taxed on receipt"), "exempt": ("不征税收入", "exempt")},
        help="exempt: what it pays for is not deductible either.", help_zh="exempt：不征税收入，所形成的支出也不得扣除。",
    )  # fmt: skip


def check(case: Case, terms: Terms) -> tuple[Found, ...]:
    """Approved, something granted, a receipt inside the operating years, no finance grant of the same name."""
    found: list[Found] = [] if terms.approved else [("approved", NOT_APPROVED)]
    if not sum(
        abs(value).max() for value in (terms.yuan, terms.yuan_per_kw, terms.yuan_per_kwh, terms.share_of_investment)
    ):
        told = said(
            "nothing is granted; state yuan, yuan_per_kw, yuan_per_kwh or share_of_investment",
            "没有补助标准；请填写 yuan、yuan_per_kw、yuan_per_kwh 或 share_of_investment",
        )
        found.append(("", told))
    years = case.project.operation_years
    if terms.operating_year is not None and terms.operating_year > years:
        told = said("{year} is beyond the {years} operating years", "{year} 超出了 {years} 个运营年", year=terms.operating_year, years=years)  # fmt: skip
        found.append(("operating_year", told))
    if terms.operating_year is not None and terms.treatment == "reduce_cost":
        found.append(("treatment", said(
            "a grant that comes in operation is booked as deferred_income or income", "运营期到账的补助应计为 deferred_income 或 income"
        )))  # fmt: skip
    if any(other is terms and label in case.finance.grants for label, other in case.streams.items()):
        found.append(("", said("finance.grants has a grant of this name; name one of them otherwise", "finance.grants 下已有同名补助；请另取名称")))  # fmt: skip
    return tuple(found)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Nothing: the books take the grant from the terms."""
    del case, terms
    return Settlement(income=0.0 * operation.running, subsidy=True)


STREAM = Stream(
    title="capital_grant", zh="投资补助", en="Capital grant", terms=Terms, offer=no_offer, settle=settle, paid_by="treasury",
    in_books="grant", check=check,
)  # fmt: skip
