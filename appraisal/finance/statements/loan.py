"""还本付息计划表: draws with interest during construction, then repayment (RULES §1).

``capitalised``: ``q = i(B + d·I/2) / (1 + i(1−d)/2)``, half a year's interest on the draw for investment only.
``inside_draw``: ``q = i(B + d·I/2) / (1 − i·d/2)``. Either way the balance rises by ``d(I + q)``.
A column of m months of construction takes ``i·m/12``.
"""

from appraisal.book import block

LOAN = block(
    "借款还本付息计划表",
    "Loan schedule",
    name="loan_schedule",
    lines="""
opening               | yuan | 期初借款余额       | Opening balance          | last(closing)
construction_rate     | 1    | 建设期利率（按月数）| Rate of the months of construction | building * loan_rate * construction_months / months_per_year
construction_interest | yuan | 建设期利息         | Interest during construction | {construction_interest}
drawn                 | yuan | 本年借款（含利息） | Drawn, interest included | construction_debt_share * (investment + construction_interest)
borrowed              | yuan | 累计借款           | Borrowed to date         | last(borrowed) + drawn
interest              | yuan | 本年付息           | Interest                 | operating * opening * loan_rate
principal             | yuan | 本年还本           | Principal                | {repayment}
closing               | yuan | 期末借款余额       | Closing balance          | opening + drawn - principal
""",
)

CONSTRUCTION_INTEREST = {
    "capitalised": "construction_rate * (last(closing) + construction_debt_share * investment / 2)"
    " / (1 + construction_rate * (1 - construction_debt_share) / 2)",
    "inside_draw": "construction_rate * (last(closing) + construction_debt_share * investment / 2)"
    " / (1 - construction_rate * construction_debt_share / 2)",
}

REPAYMENT = {
    "equal_principal": "borrowed / (loan_years - grace_years) if grace_years < age <= loan_years else 0",
    "annuity": "(opening * loan_rate / ((1 + loan_rate) ** (loan_years - age + 1) - 1) if loan_rate > 0"
    " else opening / (loan_years - age + 1)) if grace_years < age <= loan_years else 0",
}

WORKING_LOAN = block(
    "流动资金借款",
    "Working-capital loan",
    name="working_loan",
    lines="""
working_loan           | yuan | 流动资金借款余额 | Working-capital loan            | last(working_loan) + working_capital_loan_drawn - working_loan_repaid
working_loan_repaid    | yuan | 偿还流动资金借款 | Working-capital loan repaid     | last_operating * (last(working_loan) + working_capital_loan_drawn)
working_loan_interest  | yuan | 流动资金借款利息 | Interest of the working-capital loan | operating * (last(working_loan) + working_capital_loan_drawn) * working_capital_rate
debt_service           | yuan | 应还本付息       | Debt service                    | loan.principal + loan.interest + working_loan_interest
""",
)
