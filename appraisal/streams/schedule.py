"""A plain schedule: amounts by year from a contract or another study, paid whatever the plant does."""

from __future__ import annotations

from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.case.schema import Terms as BaseTerms
from appraisal.field import Number, Yearly, flag, number, yearly
from appraisal.operation import Offer, Operation, Settlement, Stream


class Terms(BaseTerms):
    """Income and cost by operating year, with their tax treatment."""

    income_yuan: Yearly = yearly(
        "yuan/year",
        "收入",
        "Income",
        default=0.0,
        help="Including VAT where taxable; one amount, or one an operating year.",
    )
    cost_yuan: Yearly = yearly(
        "yuan/year", "费用", "Cost", ge=0, default=0.0, help="Including VAT; one amount, or one an operating year."
    )
    charging_yuan: Yearly = yearly(
        "yuan/year", "充电电费", "Charging cost", ge=0, default=0.0, help="Including VAT; counted as purchased power."
    )
    vat_rate: Number = number("share", "收入税率", "VAT rate of the income", ge=0, le=0.3)
    cost_vat_rate: Number = number("share", "费用税率", "VAT rate of the cost", ge=0, le=0.3, default=0.0)
    subsidy: bool = flag(
        "补贴收入", "Subsidy", default=False, help="Outside VAT, shown as 补贴收入; the VAT rate must be 0."
    )
    taxed: bool = flag("计入应纳税所得额", "Subject to income tax", default=True)


def check(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """A subsidy outside VAT has no rate, and lists have one amount an operating year."""
    found = []
    if terms.subsidy and (terms.vat_rate != 0).any():
        found.append(("vat_rate", "a subsidy outside VAT has no rate; expected 0, or subsidy: false"))
    years = case.project.operation_years
    for name in ("income_yuan", "cost_yuan", "charging_yuan"):
        length = getattr(terms, name).shape[1]
        if length not in (1, years):
            found.append((name, f"{length} yearly amounts; expected 1 or {years}, one an operating year"))
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
    title="schedule", zh="合同收入", en="Scheduled amounts", terms=Terms, offer=offer, settle=settle, paid_by="contract",
    linear_in=("income_yuan",), paid_when_idle=True,
    check=check,
)  # fmt: skip
