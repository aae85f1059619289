"""What the printed tables A–L show and no other statement needs: subtotals, opening balances and means.

Each is a plain sum of declared lines; nothing rests on them.
"""

from __future__ import annotations

from appraisal.book import Block, Figures, block, figures
from appraisal.finance.structure import Structure

_SUBTOTALS = """
equipment_price    | yuan | 设备购置费         | Equipment                       | battery + power_plant + other_equipment
investment_outlay  | yuan | 项目总投资         | Total investment                | investment + capitalised_interest + lease_interest_capitalised + construction_fees + working_capital
debt_raised        | yuan | 债务资金           | Debt raised                     | loans_drawn + working_capital_loan_drawn
funds_raised       | yuan | 资金筹措           | Sources of funds                | equity_in + debt_raised + leased + lease_interest_capitalised + each(grant.building)
retained_opening   | yuan | 期初未分配利润     | Retained profit, opening        | last(retained)
profit_available   | yuan | 可供分配的利润     | Profit available                | retained_opening + net_profit
working_loan_opening | yuan | 期初借款余额     | Opening balance                 | last(working_loan)
working_loan_service | yuan | 当年还本付息     | Debt service of the year        | working_loan_repaid + working_loan_interest
short_loan_service | yuan | 当年还本付息       | Debt service of the year        | short_loan_repaid + short_loan_interest
raised_in_year     | yuan | 筹资活动现金流入   | Cash in from financing          | financing_in + short_loan
returned_in_year   | yuan | 筹资活动现金流出   | Cash out for financing          | financing_out + short_loan_repaid + short_loan_interest + dividends
raised_net         | yuan | 筹资活动净现金流量 | Net cash of financing           | raised_in_year - returned_in_year
claims             | yuan | 负债及所有者权益   | Liabilities and equity          | debt + equity
investors_inflow   | yuan | 现金流入           | Cash in                         | dividends + liquidation
"""

_FIGURES = """
construction_investment_total | yuan | 建设投资（含税）   | Construction investment, incl. VAT | total(investment)
construction_interest_total   | yuan | 建设期利息         | Interest during construction       | total(capitalised_interest)
working_capital_total         | yuan | 流动资金           | Working capital                    | total(working_capital)
investment_total              | yuan | 项目总投资         | Total investment                   | total(investment_outlay)
equity_total                  | yuan | 项目资本金         | Equity paid in                     | total(equity_in)
investment_yuan_per_kw        | yuan/kW  | 单位功率建设投资 | Construction investment by power   | total(investment) / (power_mw * kw_per_mw)
investment_yuan_per_kwh       | yuan/kWh | 单位容量建设投资 | Construction investment by energy  | total(investment) / (energy_mwh * kwh_per_mwh)
revenue_mean                  | yuan | 年均营业收入（不含税） | Revenue, ex VAT, mean of operating years | total(revenue where operating) / total(running)
total_cost_mean               | yuan | 年均总成本费用     | Total cost, mean of operating years | total(total_cost where operating) / total(running)
profit_mean                   | yuan | 年均利润总额       | Profit before tax, mean of operating years | total(profit where operating) / total(running)
net_profit_mean               | yuan | 年均净利润         | Net profit, mean of operating years | total(net_profit where operating) / total(running)
payback_years_pre_tax         | year | 静态投资回收期（税前，含建设期） | Payback, before tax, from construction start | payback(project_net_pre_tax) - before_start
discounted_payback_years_pre_tax | year | 动态投资回收期（税前，含建设期） | Discounted payback, before tax, from construction start | {discounted}
"""
_DISCOUNTED = {
    "nominal": "discounted_payback(project_net_pre_tax, discount_rate) - before_start",
    "real": "discounted_payback_nominal(project_net_pre_tax, discount_rate, inflation) - before_start",
}


def printed_lines(form: Structure) -> Block:
    """The subtotals, with the debt service of each loan and the inflow of each party."""
    loans = [f"{one.name}{suffix}" for one in form.loans for suffix in (("",) if one.later else form.suffixes)]
    rows = [
        f"{name}_service | yuan | 当年还本付息 | Debt service of the year | {name}.principal + {name}.interest"
        for name in loans
    ]
    rows += [
        f"{name}_inflow | yuan | 现金流入 | Cash in | {name}.dividends + {name}.liquidation" for name in form.parties
    ]
    return block("打印报表小计", "Subtotals of the printed tables", "\n".join([_SUBTOTALS, *rows]), name="printed")


def printed_figures(basis: str) -> Figures:
    """The indicators that only the printed tables name, under a basis of the discount rates."""
    return figures(_FIGURES.format(discounted=_DISCOUNTED[basis]))
