"""财政支持: supports that rest on a line of the books, by the terms of their streams (grants, interest, VAT paid)."""

from appraisal.book import block

# A grant follows the spending until its cap is reached.
SIZED = block(
    "按支持办法核定的补助",
    "Grant by the rule of its support",
    name="sized_grant",
    lines="""
spent   | 1    | 累计投资进度     | Share of the investment paid, to date | last(spent) + spend
counted | yuan | 累计计补投资     | Investment that counts, to date       | last(counted) + {base}
granted | yuan | 累计核定补助     | Grant called for, to date             | {granted}
""",
)
GRANTED = (
    "(yuan + yuan_per_kw * kw_per_mw * power_mw + yuan_per_kwh * kwh_per_mwh * energy_mwh) * spent"
    " + share_of_investment * counted"
)
BASES = {
    "investment": "investment",
    "investment_ex_vat": "investment - capital_vat",
    "equipment": "equipment_cost",
    "equipment_ex_vat": "equipment_cost - equipment_vat",
}

INTEREST = block(
    "贷款贴息",
    "Interest subsidy",
    name="interest_support",
    lines="""
granted | yuan | 财政贴息 | Interest subsidised | {granted}
""",
)
LOAN_INTEREST = "each(loan.interest) + each(later_loan.interest)"
SUBSIDISED = f"share_of_interest * ({LOAN_INTEREST}) + rate_points * last(loan_balance)"

VAT = block(
    "增值税即征即退",
    "VAT refunded on payment",
    name="vat_support",
    lines="""
granted | yuan | 即征即退增值税 | VAT refunded on payment | {granted}
""",
)
REFUNDED = "share_of_vat * max(vat_paid - burden_share * revenue, 0)"
