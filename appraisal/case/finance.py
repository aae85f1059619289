"""The sections of a case that say who pays for it: loans, leases, grants, distribution and conventions of appraisal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from appraisal.case import spans
from appraisal.field import Number, Options, Section, Yearly, choice, count, named, number, text, yearly

Repayment = Literal["equal_principal", "annuity", "bullet", "custom", "capacity", "sculpted"]
_REPAYMENT_HELP = (
    "custom: the shares stated; capacity: undistributed profit, depreciation and amortisation, to the end of the project; "
    "sculpted: debt service is cash available over the target cover."
)
_REPAYMENT_HELP_ZH = (
    "custom：按所填各年比例；capacity：以未分配利润、折旧和摊销还款，直至项目结束；"
    "sculpted：还本付息额为可用资金除以目标偿债备付率。"
)
_METHODS: Options = {
    "equal_principal": ("等额还本利息照付", "equal principal"), "annuity": ("等额还本付息", "annuity"),
    "bullet": ("到期一次还本", "bullet"), "custom": ("自定各年比例", "shares stated"),
    "capacity": ("最大还款能力", "whatever can be repaid"), "sculpted": ("按目标偿债备付率", "sculpted to the target cover"),
}  # fmt: skip


# What the plain loan and one of several declare alike.
def _repayment_shares() -> Any:
    return yearly(
        "share", "分年还本比例", "Share repaid by year of the loan", ge=0, default=None,
        help="custom: one a year, adding to 1.",
        help_zh="custom：每年一个，合计为 1。"
    )  # fmt: skip


def _target_dscr() -> Any:
    return number(
        "1", "目标偿债备付率", "Target debt-service cover", ge=1, le=10, default=None,
        help="sculpted: cash available ÷ debt service.",
        help_zh="sculpted：可用于还本付息的资金 ÷ 应还本付息额。"
    )  # fmt: skip


def _sweep_share() -> Any:
    return number(
        "share", "现金清偿比例", "Cash sweep", ge=0, le=1, default=0.0,
        help="Of the cash left after the debt service of the year, for early repayment.",
        help_zh="占当年还本付息后剩余资金的比例，用于提前还款。",
    )  # fmt: skip


def _fee_share() -> Any:
    return number(
        "share", "融资费率", "Upfront fee", ge=0, le=0.2, default=0.0,
        help="Of what is drawn; part of the investment during construction, a cost of the year in operation. Its VAT is not creditable.",
        help_zh="占提款额的比例；建设期计入投资，运营期计入当年费用。其增值税不得抵扣。",
    )  # fmt: skip


class Loan(Section):
    """One loan of several; the rate, term, grace, method and target that it leaves out are those of the plain loan."""

    help_zh = "多笔借款之一；未填的利率、期限、宽限期、还款方式和目标与默认借款相同。"

    share: Number = number(
        "share", "占建设期债务比例", "Share of the construction debt", ge=0, le=1, default=0.0,
        help="Shares of the loans that draw during construction add to 1.", help_zh="建设期提款的各笔借款合计为 1。",
    )  # fmt: skip
    rate: Number | None = number(
        "share/year",
        "利率",
        "Rate",
        ge=0,
        le=0.5,
        usual=spans.LOAN_RATE,
        default=None,
        help="Left out: loan_rate.",
        help_zh="不填：取 loan_rate。",
    )
    years: Number | None = number(
        "years", "还款期", "Repayment period", ge=1, le=60, default=None,
        help="From the first operating year, or from the year after it is drawn; grace included; whole years. Left out: loan_years.",
        help_zh="自首个运营年或提款次年起，含宽限期；整年数。不填：取 loan_years。",
    )  # fmt: skip
    grace_years: Number | None = number(
        "years", "宽限期", "Grace", ge=0, le=30, default=None,
        help="Interest only; whole years. Left out: that of the plain loan.",
        help_zh="只付息；整年数。不填：与默认借款相同。"
    )  # fmt: skip
    repayment: Repayment | None = choice(
        "还款方式",
        "Repayment",
        options=_METHODS,
        default=None,
        help=f"Left out: that of the plain loan. {_REPAYMENT_HELP}",
        help_zh=f"不填：与默认借款相同。{_REPAYMENT_HELP_ZH}",
    )
    repayment_shares: Yearly | None = _repayment_shares()
    target_dscr: Number | None = _target_dscr()
    sweep_share: Number = _sweep_share()
    fee_share: Number = _fee_share()
    refinances: str = text(
        "置换对象",
        "Refinances",
        default="",
        help="Label of the loan whose balance this one repays.",
        help_zh="本笔借款所偿还的那笔借款的名称。",
    )
    drawn_in: int | None = count(
        "years", "提款运营年", "Operating year of the draw", ge=1, le=60, default=None,
        help="With refinances: at the end of this operating year. Left out otherwise: drawn during construction.",
        help_zh="与 refinances 一起填写：在该运营年末提款。否则不填：建设期提款。",
    )  # fmt: skip


class Lease(Section):
    """Finance lease of a share of the equipment, level rents in arrears from the first operating year."""

    help_zh = "对部分设备作融资租赁，自首个运营年起每年末等额付租。"

    kind: Literal["direct", "sale_and_leaseback"] = choice(
        "租赁方式", "Kind of lease", options={"direct": ("直租", "direct lease"), "sale_and_leaseback": ("售后回租", "sale and leaseback")},
        help="direct: the lessor buys, rents carry creditable VAT; sale_and_leaseback: a loan service, its VAT is not creditable.",
        help_zh="direct：直租，出租人购买设备，租金的增值税可抵扣；sale_and_leaseback：售后回租，按贷款服务，增值税不得抵扣。",
    )  # fmt: skip
    share: Number = number(
        "share",
        "租赁设备比例",
        "Share of the equipment leased",
        ge=0,
        le=1,
        help="Of battery, power conversion and other equipment.",
        help_zh="占电池、变流和其他设备的比例。",
    )
    rate: Number = number(
        "share/year", "租赁利率", "Rate of the lease", ge=0, le=0.5,
        usual=spans.LOAN_RATE,
        help="direct: without VAT; sale_and_leaseback: VAT that cannot be credited included.",
        help_zh="direct：不含增值税；sale_and_leaseback：含不得抵扣的增值税。"
    )  # fmt: skip
    years: Number = number("years", "租期", "Term", ge=1, le=30, help="Whole years.", help_zh="整年数。")
    fee_share: Number = number(
        "share",
        "手续费率",
        "Upfront fee",
        ge=0,
        le=0.2,
        default=0.0,
        help="Of the value leased; part of the investment.",
        help_zh="占租赁物价值的比例；计入投资。",
    )


class Grant(Section):
    """Public money towards the investment."""

    help_zh = "用于投资的财政性资金。"

    yuan: Number = number("yuan", "补助金额", "Grant", ge=0)
    operating_year: int | None = count(
        "years", "到账运营年", "Operating year of receipt", ge=1, le=60, default=None,
        help="Left out: with the construction spending.",
        help_zh="不填：随建设支出到账。"
    )  # fmt: skip
    treatment: Literal["deferred_income", "reduce_cost", "income"] = choice(
        "会计处理", "Treatment in the books", options={"deferred_income": ("递延收益", "deferred income"), "reduce_cost": ("冲减资产成本", "off the cost of the asset"), "income": ("计入当期收益", "income of the year")}, default="deferred_income",
        help="deferred_income: over the depreciation period; reduce_cost: off the cost of the asset; income: in the year of receipt.",
        help_zh="deferred_income：递延收益，在折旧年限内分摊；reduce_cost：冲减资产成本；income：计入到账当年收益。",
    )  # fmt: skip
    income_tax: Literal["as_booked", "on_receipt", "exempt"] = choice(
        "所得税处理", "Income tax", options={"as_booked": ("与会计一致", "as booked"), "on_receipt": ("到账时计税", "taxed on receipt"), "exempt": ("不征税收入", "exempt")}, default="as_booked",
        help="exempt: what it pays for is not deductible either.", help_zh="exempt：不征税收入，所形成的支出也不得扣除。",
    )  # fmt: skip
    vat_rate: Number = number(
        "share",
        "增值税税率",
        "VAT rate",
        ge=0,
        le=0.3,
        default=0.0,
        help="Grants not tied to sales are outside VAT: 0.",
        help_zh="与销售额无关的补助不征增值税：填 0。",
    )


class Party(Section):
    """One investor: shares of the equity paid in, of dividends and of what is left at the end."""

    help_zh = "一个投资方：出资、分红和清算分配的比例。"

    share: Number = number("share", "出资比例", "Share of the equity", ge=0, le=1)
    dividend_share: Number | None = number(
        "share",
        "分红比例",
        "Share of dividends",
        ge=0,
        le=1,
        default=None,
        help="Left out: the share of the equity.",
        help_zh="不填：与出资比例相同。",
    )
    liquidation_share: Number | None = number(
        "share", "清算分配比例", "Share of liquidation", ge=0, le=1, default=None,
        help="Left out: the share of the equity.",
        help_zh="不填：与出资比例相同。"
    )  # fmt: skip


class Finance(Section):
    """Capital structure and conventions."""

    help_zh = "资本结构与评价参数。"

    debt_share: Number = number(
        "share", "债务资金比例", "Debt share", ge=0, le=1,
        help="Of total investment with construction interest and working capital; for a sculpted loan its cap.",
        help_zh="占总投资（含建设期利息和流动资金）的比例；sculpted 借款为其上限。",
    )  # fmt: skip
    loan_rate: Number = number("share/year", "长期借款利率", "Loan rate", ge=0, le=0.5, usual=spans.LOAN_RATE)
    loan_years: Number = number(
        "years",
        "还款期",
        "Repayment period",
        ge=1,
        le=60,
        help="From the first operating year, grace included; whole years.",
        help_zh="自首个运营年起，含宽限期；整年数。",
    )
    grace_years: Number = number(
        "years",
        "宽限期",
        "Grace",
        ge=0,
        le=30,
        default=0.0,
        help="Interest only; whole years.",
        help_zh="只付息；整年数。",
    )
    repayment: Repayment = choice(
        "还款方式",
        "Repayment",
        options=_METHODS,
        default="equal_principal",
        help=_REPAYMENT_HELP,
        help_zh=_REPAYMENT_HELP_ZH,
    )
    repayment_shares: Yearly | None = _repayment_shares()
    target_dscr: Number | None = _target_dscr()
    sweep_share: Number = _sweep_share()
    fee_share: Number = _fee_share()
    loans: Mapping[str, Loan] = named(
        "多笔借款",
        "Loans",
        Loan,
        help="In place of the plain loan; debt_share is then their total. Sweep, fee and stated shares stand at each loan.",
        help_zh="代替默认借款；此时 debt_share 为各笔合计。现金清偿、费率和分年比例写在各笔借款下。",
    )
    leases: Mapping[str, Lease] = named(
        "融资租赁",
        "Finance leases",
        Lease,
        help="What they finance needs neither loan nor equity.",
        help_zh="由租赁融资的部分不需要借款或资本金。",
    )
    grants: Mapping[str, Grant] = named("投资补助", "Grants", Grant)
    construction_interest: Literal["capitalised", "inside_draw"] = choice(
        "建设期利息", "Interest during construction", options={"capitalised": ("资本化", "capitalised"), "inside_draw": ("计入提款", "inside the draw")}, default="capitalised",
        help="capitalised: half a year's interest on the draw for investment only.",
        help_zh="capitalised：仅按投资提款额计半年利息。",
    )  # fmt: skip
    working_capital_yuan_per_kw: Number = number(
        "yuan/kW", "流动资金定额", "Working capital", ge=0, usual=spans.WORKING_CAPITAL_PER_KW, default=0.0
    )
    working_capital_debt_share: Number = number(
        "share", "流动资金借款比例", "Debt share of working capital", ge=0, le=1
    )
    working_capital_rate: Number | None = number(
        "share/year", "流动资金借款利率", "Rate of the working-capital loan", ge=0, le=0.5, usual=spans.LOAN_RATE, default=None,
        help="Left out: the loan rate.",
        help_zh="不填：取长期借款利率。"
    )  # fmt: skip
    short_loan: Literal["bridge", "none"] = choice(
        "短期借款", "Short-term loan", options={"bridge": ("弥补资金缺口", "bridges a lack of cash"), "none": ("不借", "none")}, default="bridge",
        help="bridge: covers a year's lack of cash and is repaid the next year; none: cash may fall below zero, and the result says so.",
        help_zh="bridge：弥补当年资金缺口，次年偿还；none：资金可能为负，结果会注明。",
    )  # fmt: skip
    short_loan_rate: Number | None = number(
        "share/year", "短期借款利率", "Rate of the short-term loan", ge=0, le=0.5, usual=spans.LOAN_RATE, default=None,
        help="Left out: the rate of the working-capital loan.",
        help_zh="不填：取流动资金借款利率。"
    )  # fmt: skip
    minimum_cash_yuan: Number = number(
        "yuan",
        "最低货币资金",
        "Minimum cash",
        ge=0,
        default=0.0,
        help="Dividends leave this much cash.",
        help_zh="分红后至少保留的资金。",
    )
    reserve_months: Number = number(
        "months", "偿债准备金月数", "Debt-service reserve", ge=0, le=24, default=0.0,
        help="Months of the next year's debt service that dividends leave.",
        help_zh="分红后保留的资金，折合下一年还本付息的月数。"
    )  # fmt: skip
    surplus_reserve_share: Number = number(
        "share",
        "法定盈余公积金提取比例",
        "Statutory surplus reserve",
        ge=0,
        le=1,
        help="Of net profit after losses brought forward.",
        help_zh="以弥补以前年度亏损后的净利润为基数。",
    )
    surplus_reserve_cap: Number = number(
        "share",
        "法定盈余公积金上限",
        "Limit of the surplus reserve",
        ge=0,
        le=1,
        help="Of the equity paid in.",
        help_zh="以实缴资本金为基数。",
    )
    dividend_payout: Number = number(
        "share", "利润分配比例", "Dividend payout", ge=0, le=1, default=1.0,
        help="Of the profit that may be distributed, as far as the cash goes.",
        help_zh="占可供分配利润的比例，以资金为限。"
    )  # fmt: skip
    parties: Mapping[str, Party] = named(
        "投资各方", "Parties", Party, help="Left out: one investor.", help_zh="不填：只有一个投资方。"
    )
    discount_rate: Number = number("share/year", "基准收益率", "Discount rate", ge=0, le=0.5, usual=spans.DISCOUNT_RATE)
    equity_discount_rate: Number | None = number(
        "share/year", "资本金基准收益率", "Discount rate of equity", ge=0, le=0.5, usual=spans.DISCOUNT_RATE, default=None,
        help="Left out: the discount rate.",
        help_zh="不填：取基准收益率。"
    )  # fmt: skip
    discount_basis: Literal["nominal", "real"] = choice(
        "折现口径", "Basis of the discount rates", options={"nominal": ("名义", "nominal"), "real": ("实际", "real")}, default="nominal",
        help="real: rates without inflation; real figures are in the money of the start of column 1.",
        help_zh="real：不含通货膨胀的折现率；实际值以第 1 列年初的币值计。",
    )  # fmt: skip
    inflation: Number = number(
        "share/year", "通货膨胀率", "Inflation", ge=-0.1, le=0.5, default=0.0,
        help="Turns nominal cash into real cash; escalates nothing by itself.",
        help_zh="用于把名义现金流换算为实际现金流；本身不使任何价格上涨。"
    )  # fmt: skip
    timing: Literal["end", "start", "mid"] = choice(
        "折现时点", "Timing of cash", options={"end": ("年末", "end of year"), "start": ("年初", "start of year"), "mid": ("年中", "middle of year")}, default="end",
        help="End of year: column 1 is the first construction year and is discounted once.",
        help_zh="年末（end）：第 1 列为首个建设年，折现一次。"
    )  # fmt: skip
