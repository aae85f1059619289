"""借款还本付息: draws with interest during construction, then repayment (RULES §1).

``capitalised``: half a year's interest on the draw for investment only, ``q = i(B + A/2)`` with ``A + q = d(I + Q)``;
``inside_draw``: on the whole draw. With Q the interest of all loans of a phase,
``Q = Σ[i(B + dI/2)/h] / (1 − ½Σ i·d/h)`` and ``q = i(B + d(I + Q)/2)/h``, where h is ``1 + i/2`` or 1.
A column of m months of construction takes ``i·m/12``.
"""

from appraisal.book import block

# What loans drawn during construction and later ones have in common.
_BORROWED = """
borrowed   | yuan | 累计借款     | Borrowed to date | last(borrowed) + drawn
"""
_PAID_BACK = """
scheduled  | yuan | 按计划还本   | Scheduled repayment | {repayment}
swept      | yuan | 提前还本     | Early repayment  | {swept}
principal  | yuan | 本年还本     | Principal        | scheduled + swept
refinanced | yuan | 置换偿还     | Repaid by refinancing | {refinanced}
closing    | yuan | 期末借款余额 | Closing balance  | opening + drawn - principal - refinanced
servicing  | 0/1  | 还款年       | Debt-service year | {active} and 0 < loan_age <= {term} and (rate > 0 or {repays})
amortising | 0/1  | 还本年       | Year of repayment | {active} and 0 < loan_age <= {term} and {repays}
paying     | 0/1  | 付息年       | Year of interest | {active} and rate > 0 and 0 < loan_age <= {term}
"""

LOAN = block(
    "借款还本付息",
    "Loan",
    name="loan",
    lines="""
part                  | 1    | 占建设期融资比例   | Share of the construction funds | {part}
opening               | yuan | 期初借款余额       | Opening balance          | last(closing)
construction_rate     | 1    | 建设期利率（按月数）| Rate of the months of construction | rate * construction_months / months_per_year
halved                | 1    | 半年计息系数       | Half-year factor         | {halved}
interest_before       | yuan | 建设期利息（不含利息的利息） | Construction interest before interest on itself | construction_rate * (opening + part * {funds} / 2) / halved
interest_weight       | 1    | 利息的利息系数     | Weight of interest on itself | construction_rate * part / 2 / halved
construction_interest | yuan | 建设期利息         | Interest during construction | construction_rate * (opening + part * ({funds} + {pooled}) / 2) / halved
drawn                 | yuan | 本年借款（含利息） | Drawn, interest included | part * ({funds} + {pooled})
construction_fee      | yuan | 融资费用           | Upfront fee              | (drawn - construction_interest) * fee_share
"""
    + _BORROWED
    + """
interest              | yuan | 本年付息           | Interest                 | bearing * (opening + drawn) * rate
"""
    + _PAID_BACK,
)
HALVED = {"capitalised": "1 + construction_rate / 2", "inside_draw": "1"}

# A loan that comes later, for another loan or for a replacement: drawn at the end of a year, without construction.
LATER_LOAN = block(
    "后续借款还本付息",
    "Later loan",
    name="later_loan",
    lines="""
opening    | yuan | 期初借款余额 | Opening balance  | last(closing)
drawn      | yuan | 本年借款     | Drawn            | {drawn}
fee        | yuan | 融资费用     | Upfront fee      | drawn * fee_share
"""
    + _BORROWED
    + """
interest   | yuan | 本年付息     | Interest         | opening * rate
"""
    + _PAID_BACK,
)

REPAYMENT = {
    "equal_principal": "{most}borrowed / (years - grace_years){end} if grace_years < loan_age <= {term} else 0",
    "annuity": "(opening * rate / ((1 + rate) ** (years - loan_age + 1) - 1) if rate > 0"
    " else opening / (years - loan_age + 1)) if grace_years < loan_age <= {term} else 0",
    "bullet": "opening if loan_age == years else 0",
    "custom": "{most}borrowed * repayment_share{end}",
    "capacity": "min(opening, max(repayable, 0)) if loan_age > grace_years else 0",
    "sculpted": "sculpted_principal",
}

# Years in which principal is due, by what is given and not by the balance.
AFTER_GRACE = "loan_age > grace_years"
REPAYS = {"bullet": "loan_age == years", "custom": "repayment_share > 0"}


def repayment(method: str, *, term: str, prepaid: bool) -> str:
    """Formula of the scheduled repayment; one that may be repaid early never repays more than its balance."""
    most, end = ("min(opening, ", ")") if prepaid else ("", "")
    return REPAYMENT[method].format(most=most, end=end, term=term)


SCULPTING = block(
    "按偿债备付率测算还款",
    "Sculpting",
    name="sculpting",
    lines="""
sculpting_cash | yuan | 可用于本笔借款的资金 | Cash for debt service, none below zero | max(cfads, 0)
other_service | yuan | 其他债务还本付息 | Debt service of the others | debt_service - {principal} - {interest}
sculpting_gap | yuan | 还款测算残差         | Sculpting residual         | {principal} + {interest} - max(sculpting_cash / cover - other_service, 0) if sculpted_part > 0 and grace_years < loan_age <= years else {principal}
sculpting_short | 1    | 备付率残差 | Cover below its target             | min(cover - target_dscr, 0) if last_operating else 0
""",
)

WORKING_LOAN = block(
    "流动资金借款与短期借款",
    "Working-capital and short-term loans",
    name="short_loans",
    lines="""
working_loan           | yuan | 流动资金借款余额 | Working-capital loan            | last(working_loan) + working_capital_loan_drawn - working_loan_repaid
working_loan_repaid    | yuan | 偿还流动资金借款 | Working-capital loan repaid     | last_operating * (last(working_loan) + working_capital_loan_drawn)
working_loan_interest  | yuan | 流动资金借款利息 | Interest of the working-capital loan | {time} * (last(working_loan) + working_capital_loan_drawn) * working_capital_rate
short_loan             | yuan | 短期借款         | Short-term loan                 | {short_loan}
short_loan_repaid      | yuan | 偿还短期借款     | Short-term loan repaid          | last(short_loan)
short_loan_interest    | yuan | 短期借款利息     | Interest of the short-term loan | last(short_loan) * short_loan_rate
""",
)
# A tax on a grant falls before anything is earned: then the bridge begins with the construction.
SHORT_LOAN = {
    ("bridge", False): "max(-cash_before_loan, 0) if operating and not last_operating else 0",
    ("bridge", True): "max(-cash_before_loan, 0) if not last_operating else 0",
    ("none", False): "0",
    ("none", True): "0",
}

# What is left of the year after its debts, with the cash that must stay.
SWEEPABLE = (
    "cfads - scheduled_service - short_loan_repaid - short_loan_interest + min(last(cash) - minimum_cash_yuan, 0)"
)

SERVICE = block(
    "还本付息合计",
    "Debt service",
    name="service",
    lines="""
loan_interest    | yuan | 长期借款利息       | Interest of long-term loans  | {loan_interest}
loan_principal   | yuan | 长期借款还本       | Principal of long-term loans | each(loan.principal) + each(later_loan.principal)
loan_balance     | yuan | 长期借款余额       | Long-term loans, closing     | each(loan.closing) + each(later_loan.closing)
later_drawn      | yuan | 后续借款           | Later loans drawn            | each(later_loan.drawn)
refinanced       | yuan | 置换偿还           | Loans repaid by refinancing  | each(loan.refinanced) + each(later_loan.refinanced)
later_fees       | yuan | 运营期融资费用     | Financing fees in operation  | each(later_loan.fee)
rent             | yuan | 租金（不含税）     | Lease rents, ex VAT          | each(lease.rent)
lease_interest   | yuan | 租赁利息           | Interest of leases           | each(lease.interest)
lease_balance    | yuan | 租赁负债           | Lease liability              | each(lease.closing)
debt_service     | yuan | 应还本付息         | Debt service                 | loan_principal + loan_interest + rent + working_loan_interest
scheduled_service | yuan | 按计划应还本付息  | Scheduled debt service       | each(loan.scheduled) + each(later_loan.scheduled) + loan_interest + rent + working_loan_interest
repaying         | 0/1  | 还款年             | Debt-service year            | each(loan.servicing) + each(later_loan.servicing) + each(lease.servicing) > 0
paying           | 0/1  | 付息年             | Year with interest on long-term debt | each(loan.paying) + each(later_loan.paying) + each(lease.paying) > 0
amortising       | 0/1  | 还本年             | Year of repayment            | each(loan.amortising) + each(later_loan.amortising) + each(lease.servicing) > 0
sweepable        | yuan | 可用于提前还本的资金 | Cash for early repayment   | {sweepable}
debt_outstanding | yuan | 长期债务余额       | Long-term debt, closing      | loan_balance + lease_balance
debt_repaid      | yuan | 长期债务还本       | Long-term debt repaid        | loan_principal + each(lease.principal)
debt_capacity    | yuan | 可用于还本的资金   | What could be repaid         | {debt_capacity}
averaged         | 0/1  | 计算平均备付率年份 | Year that counts for the average cover | amortising and covering
covered_service  | yuan | 应还本付息（含短期借款） | Debt service with the short-term loan | {covered} + short_loan_repaid + short_loan_interest
covering         | 0/1  | 计算备付率年份     | Year in which cover is measured | {covering}
unpaid_debt      | yuan | 期末未还债务       | Debt unpaid at the end       | {unpaid}
""",
)
