"""The sections of a case that say who pays for it: loans, leases, grants, distribution and conventions of appraisal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from appraisal.field import Number, Section, Yearly, choice, count, named, number, text, yearly

Repayment = Literal["equal_principal", "annuity", "bullet", "custom", "capacity", "sculpted"]
_REPAYMENT_HELP = (
    "equal_principal 等额还本利息照付; annuity 等额还本付息; bullet 到期一次还本; custom: the shares stated; "
    "capacity 最大还款能力: undistributed profit, depreciation and amortisation, to the end of the project; "
    "sculpted: debt service is cash available over the target cover."
)


# What the plain loan and one of several declare alike.
def _repayment_shares() -> Any:
    return yearly(
        "share", "分年还本比例", "Share repaid by year of the loan", ge=0, default=None, help="custom: one a year, adding to 1."
    )  # fmt: skip


def _target_dscr() -> Any:
    return number(
        "1", "目标偿债备付率", "Target debt-service cover", ge=1, le=10, default=None, help="sculpted: cash available ÷ debt service."
    )  # fmt: skip


def _sweep_share() -> Any:
    return number(
        "share", "现金清偿比例", "Cash sweep", ge=0, le=1, default=0.0,
        help="Of the cash left after the debt service of the year, for early repayment.",
    )  # fmt: skip


def _fee_share() -> Any:
    return number(
        "share", "融资费率", "Upfront fee", ge=0, le=0.2, default=0.0,
        help="Of what is drawn; part of the investment during construction, a cost of the year in operation. Its VAT is not creditable.",
    )  # fmt: skip


class Loan(Section):
    """One loan of several; the rate, term, grace, method and target that it leaves out are those of the plain loan."""

    share: Number = number(
        "share", "占建设期债务比例", "Share of the construction debt", ge=0, le=1, default=0.0,
        help="Shares of the loans that draw during construction add to 1.",
    )  # fmt: skip
    rate: Number | None = number("share/year", "利率", "Rate", ge=0, le=0.5, default=None, help="Left out: loan_rate.")
    years: Number | None = number(
        "years", "还款期", "Repayment period", ge=1, le=60, default=None,
        help="From the first operating year, or from the year after it is drawn; grace included; whole years. Left out: loan_years.",
    )  # fmt: skip
    grace_years: Number | None = number(
        "years", "宽限期", "Grace", ge=0, le=30, default=None, help="Interest only; whole years. Left out: that of the plain loan."
    )  # fmt: skip
    repayment: Repayment | None = choice(
        "还款方式", "Repayment", default=None, help=f"Left out: that of the plain loan. {_REPAYMENT_HELP}"
    )
    repayment_shares: Yearly | None = _repayment_shares()
    target_dscr: Number | None = _target_dscr()
    sweep_share: Number = _sweep_share()
    fee_share: Number = _fee_share()
    refinances: str = text(
        "置换对象", "Refinances", default="", help="Label of the loan whose balance this one repays."
    )
    drawn_in: int | None = count(
        "years", "提款运营年", "Operating year of the draw", ge=1, le=60, default=None,
        help="With refinances: at the end of this operating year. Left out otherwise: drawn during construction.",
    )  # fmt: skip


class Lease(Section):
    """融资租赁 of a share of the equipment, level rents in arrears from the first operating year."""

    kind: Literal["direct", "sale_and_leaseback"] = choice(
        "租赁方式", "Kind of lease",
        help="direct 直租: the lessor buys, rents carry creditable VAT; sale_and_leaseback 售后回租: a loan service, its VAT is not creditable.",
    )  # fmt: skip
    share: Number = number(
        "share",
        "租赁设备比例",
        "Share of the equipment leased",
        ge=0,
        le=1,
        help="Of battery, power conversion and other equipment.",
    )
    rate: Number = number(
        "share/year", "租赁利率", "Rate of the lease", ge=0, le=0.5, help="direct: without VAT; sale_and_leaseback: VAT that cannot be credited included."
    )  # fmt: skip
    years: Number = number("years", "租期", "Term", ge=1, le=30, help="Whole years.")
    fee_share: Number = number(
        "share",
        "手续费率",
        "Upfront fee",
        ge=0,
        le=0.2,
        default=0.0,
        help="Of the value leased; part of the investment.",
    )


class Grant(Section):
    """财政性资金 towards the investment."""

    yuan: Number = number("yuan", "补助金额", "Grant", ge=0)
    operating_year: int | None = count(
        "years", "到账运营年", "Operating year of receipt", ge=1, le=60, default=None, help="Left out: with the construction spending."
    )  # fmt: skip
    treatment: Literal["deferred_income", "reduce_cost", "income"] = choice(
        "会计处理", "Treatment in the books", default="deferred_income",
        help="deferred_income 递延收益: over the depreciation period; reduce_cost 冲减资产成本; income: in the year of receipt.",
    )  # fmt: skip
    income_tax: Literal["as_booked", "on_receipt", "exempt"] = choice(
        "所得税处理", "Income tax", default="as_booked",
        help="exempt 不征税收入: what it pays for is not deductible either.",
    )  # fmt: skip
    vat_rate: Number = number(
        "share",
        "增值税税率",
        "VAT rate",
        ge=0,
        le=0.3,
        default=0.0,
        help="Grants not tied to sales are outside VAT: 0.",
    )


class Party(Section):
    """One investor: shares of the equity paid in, of dividends and of what is left at the end."""

    share: Number = number("share", "出资比例", "Share of the equity", ge=0, le=1)
    dividend_share: Number | None = number(
        "share", "分红比例", "Share of dividends", ge=0, le=1, default=None, help="Left out: the share of the equity."
    )
    liquidation_share: Number | None = number(
        "share", "清算分配比例", "Share of liquidation", ge=0, le=1, default=None, help="Left out: the share of the equity."
    )  # fmt: skip


class Finance(Section):
    """Capital structure and conventions."""

    debt_share: Number = number(
        "share", "债务资金比例", "Debt share", ge=0, le=1,
        help="Of total investment with construction interest and working capital; for a sculpted loan its cap.",
    )  # fmt: skip
    loan_rate: Number = number("share/year", "长期借款利率", "Loan rate", ge=0, le=0.5)
    loan_years: Number = number(
        "years",
        "还款期",
        "Repayment period",
        ge=1,
        le=60,
        help="From the first operating year, grace included; whole years.",
    )
    grace_years: Number = number(
        "years", "宽限期", "Grace", ge=0, le=30, default=0.0, help="Interest only; whole years."
    )
    repayment: Repayment = choice("还款方式", "Repayment", default="equal_principal", help=_REPAYMENT_HELP)
    repayment_shares: Yearly | None = _repayment_shares()
    target_dscr: Number | None = _target_dscr()
    sweep_share: Number = _sweep_share()
    fee_share: Number = _fee_share()
    loans: Mapping[str, Loan] = named(
        "多笔借款",
        "Loans",
        Loan,
        help="In place of the plain loan; debt_share is then their total. Sweep, fee and stated shares stand at each loan.",
    )
    leases: Mapping[str, Lease] = named(
        "融资租赁", "Finance leases", Lease, help="What they finance needs neither loan nor equity."
    )
    grants: Mapping[str, Grant] = named("投资补助", "Grants", Grant)
    construction_interest: Literal["capitalised", "inside_draw"] = choice(
        "建设期利息", "Interest during construction", default="capitalised",
        help="capitalised: half a year's interest on the draw for investment only.",
    )  # fmt: skip
    working_capital_yuan_per_kw: Number = number("yuan/kW", "流动资金定额", "Working capital", ge=0, default=0.0)
    working_capital_debt_share: Number = number(
        "share", "流动资金借款比例", "Debt share of working capital", ge=0, le=1
    )
    working_capital_rate: Number | None = number(
        "share/year", "流动资金借款利率", "Rate of the working-capital loan", ge=0, le=0.5, default=None, help="Left out: the loan rate."
    )  # fmt: skip
    short_loan: Literal["bridge", "none"] = choice(
        "短期借款", "Short-term loan", default="bridge",
        help="bridge: covers a year's lack of cash and is repaid the next year; none: cash may fall below zero, and the result says so.",
    )  # fmt: skip
    short_loan_rate: Number | None = number(
        "share/year", "短期借款利率", "Rate of the short-term loan", ge=0, le=0.5, default=None, help="Left out: the rate of the working-capital loan."
    )  # fmt: skip
    minimum_cash_yuan: Number = number(
        "yuan", "最低货币资金", "Minimum cash", ge=0, default=0.0, help="Dividends leave this much cash."
    )
    reserve_months: Number = number(
        "months", "偿债准备金月数", "Debt-service reserve", ge=0, le=24, default=0.0, help="Months of the next year's debt service that dividends leave."
    )  # fmt: skip
    surplus_reserve_share: Number = number(
        "share",
        "法定盈余公积金提取比例",
        "Statutory surplus reserve",
        ge=0,
        le=1,
        help="Of net profit after losses brought forward.",
    )
    surplus_reserve_cap: Number = number(
        "share", "法定盈余公积金上限", "Limit of the surplus reserve", ge=0, le=1, help="Of the equity paid in."
    )
    dividend_payout: Number = number(
        "share", "利润分配比例", "Dividend payout", ge=0, le=1, default=1.0, help="Of the profit that may be distributed, as far as the cash goes."
    )  # fmt: skip
    parties: Mapping[str, Party] = named("投资各方", "Parties", Party, help="Left out: one investor.")
    discount_rate: Number = number("share/year", "基准收益率", "Discount rate", ge=0, le=0.5)
    equity_discount_rate: Number | None = number(
        "share/year", "资本金基准收益率", "Discount rate of equity", ge=0, le=0.5, default=None, help="Left out: the discount rate."
    )  # fmt: skip
    discount_basis: Literal["nominal", "real"] = choice(
        "折现口径", "Basis of the discount rates", default="nominal",
        help="real: rates without inflation; real figures are in the money of the start of column 1.",
    )  # fmt: skip
    inflation: Number = number(
        "share/year", "通货膨胀率", "Inflation", ge=-0.1, le=0.5, default=0.0, help="Turns nominal cash into real cash; escalates nothing by itself."
    )  # fmt: skip
    timing: Literal["end", "start", "mid"] = choice(
        "折现时点", "Timing of cash", default="end", help="End of year: column 1 is the first construction year and is discounted once."
    )  # fmt: skip
