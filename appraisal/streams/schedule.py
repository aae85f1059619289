"""A plain schedule: amounts by year from a contract or another study, paid whatever the plant does."""

from __future__ import annotations

from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import Message, said
from appraisal.field import Number, Yearly, choice, flag, number, yearly
from appraisal.operation import Offer, Operation, Payer, Settlement, Stream
from appraisal.text import PAYERS


class Terms(BaseTerms):
    """Income and cost by operating year, with their tax treatment."""

    help_zh = "各运营年的收入和费用，及其税务处理。"

    paid_by: Payer = choice(
        "付费方",
        "Who pays",
        options=PAYERS,
        help="The other side of the contract, for the table of payments by payer.",
        help_zh="合同的另一方，用于分付费方的支付表。",
    )

    income_yuan: Yearly = yearly(
        "yuan/year",
        "收入",
        "Income",
        default=0.0,
        help="Including VAT where taxable; one amount, or one an operating year.",
        help_zh="应税的含增值税；一个数，或每个运营年一个。",
    )
    cost_yuan: Yearly = yearly(
        "yuan/year",
        "费用",
        "Cost",
        ge=0,
        default=0.0,
        help="Including VAT; one amount, or one an operating year.",
        help_zh="含增值税；一个数，或每个运营年一个。",
    )
    charging_yuan: Yearly = yearly(
        "yuan/year",
        "充电电费",
        "Charging cost",
        ge=0,
        default=0.0,
        help="Including VAT; counted as purchased power.",
        help_zh="含增值税；计为外购电力。",
    )
    vat_rate: Number = number("share", "收入税率", "VAT rate of the income", ge=0, le=0.3)
    cost_vat_rate: Number = number("share", "费用税率", "VAT rate of the cost", ge=0, le=0.3, default=0.0)
    subsidy: bool = flag(
        "补贴收入",
        "Subsidy",
        default=False,
        help="Outside VAT, shown as subsidy income; the VAT rate must be 0.",
        help_zh="不征增值税，列入补贴收入；税率须为 0。",
    )
    taxed: bool = flag("计入应纳税所得额", "Subject to income tax", default=True)


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """A subsidy outside VAT has no rate, and lists have one amount an operating year."""
    found: list[tuple[str, Message]] = []
    if terms.subsidy and (terms.vat_rate != 0).any():
        told = said(
            "a subsidy outside VAT has no rate; expected 0, or subsidy: false",
            "不征增值税的补贴没有税率；应为 0，或写 subsidy: false",
        )
        found.append(("vat_rate", told))
    years = case.project.operation_years
    for name in ("income_yuan", "cost_yuan", "charging_yuan"):
        length = getattr(terms, name).shape[1]
        if length not in (1, years):
            told = said(
                "{count} yearly amounts; expected 1 or {years}, one an operating year",
                "有 {count} 个分年金额；应为 1 个，或每个运营年一个，共 {years} 个", count=length, years=years
            )  # fmt: skip
            found.append((name, told))
    return tuple(found)


def offer(case: Case, terms: Terms) -> Offer:
    """Nothing: the amounts stand whatever the plant does."""
    del case, terms
    return Offer()


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """The amounts on their years."""
    del operation
    columns = periods(case.project)
    charging = columns.by_operating_year(terms.charging_yuan)
    return Settlement(
        income=columns.by_operating_year(terms.income_yuan), vat_rate=terms.vat_rate, subsidy=terms.subsidy, taxed=terms.taxed,
        purchase=charging, purchase_vat_rate=case.market.vat_rate, charging_value=charging,
        cost=columns.by_operating_year(terms.cost_yuan), cost_vat_rate=terms.cost_vat_rate,
    )  # fmt: skip


STREAM = Stream(
    title="schedule", zh="合同收入", en="Scheduled amounts", terms=Terms, offer=offer, settle=settle,
    paid_by=lambda _case, terms: terms.paid_by,
    linear_in=("income_yuan",), paid_when_idle=True,
    check=check,
)  # fmt: skip
