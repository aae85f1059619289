"""项目投资现金流量表、项目资本金现金流量表、资产负债与偿债 (DESIGN §7, RULES §2, §4)."""

from appraisal.book import block

PROJECT_CASH = block(
    "项目投资现金流量表",
    "Project cash flow",
    name="project_cash",
    lines="""
project_inflow   | yuan | 现金流入             | Cash in                     | revenue + subsidy + vat_output + recovered.value + working_capital_back
project_outflow  | yuan | 现金流出             | Cash out                    | investment + working_capital + operating_cost + vat_input + vat_paid + surtax + renewal.spent
project_net_pre_tax | yuan | 所得税前净现金流量 | Net cash before income tax | project_inflow - project_outflow
project_cumulative_pre_tax | yuan | 累计所得税前净现金流量 | Cumulative, before income tax | last(project_cumulative_pre_tax) + project_net_pre_tax
adjusted_tax     | yuan | 调整所得税           | Adjusted income tax         | unlevered.tax
project_net      | yuan | 所得税后净现金流量   | Net cash after income tax   | project_net_pre_tax - adjusted_tax
project_cumulative | yuan | 累计所得税后净现金流量 | Cumulative, after income tax | last(project_cumulative) + project_net
""",
)

EQUITY_CASH = block(
    "项目资本金现金流量表",
    "Equity cash flow",
    name="equity_cash",
    lines="""
equity_inflow    | yuan | 现金流入             | Cash in                     | revenue + subsidy + vat_output + residual + working_capital_back
equity_outflow   | yuan | 现金流出             | Cash out                    | equity_in + loan.principal + loan.interest + working_loan_repaid + working_loan_interest + operating_cost + vat_input + vat_paid + surtax + income_tax + renewal.spent
equity_net       | yuan | 净现金流量           | Net cash                    | equity_inflow - equity_outflow
equity_cumulative | yuan | 累计净现金流量      | Cumulative                  | last(equity_cumulative) + equity_net
""",
)

BALANCE = block(
    "资产负债表",
    "Balance sheet",
    name="balance",
    lines="""
surplus          | yuan | 净现金流量（分红前） | Net cash before dividends   | revenue + subsidy + vat_output - operating_cost - vat_input - vat_paid - surtax - income_tax - investment - renewal.spent - working_capital + working_capital_back + equity_in + loan.drawn - loan.construction_interest + working_capital_loan_drawn - debt_service - working_loan_repaid
cash             | yuan | 累计盈余资金         | Cash                        | last(cash) + surplus
working_assets   | yuan | 流动资产（流动资金） | Working capital             | last(working_assets) + working_capital - working_capital_back
assets           | yuan | 资产                 | Assets                      | cash + working_assets + plant.net + renewal.net + land_net + vat_pool
debt             | yuan | 负债                 | Debt                        | loan.closing + working_loan
paid_in          | yuan | 资本金               | Equity paid in, to date     | last(paid_in) + equity_in
retained         | yuan | 累计未分配利润       | Retained profit             | last(retained) + net_profit
equity           | yuan | 所有者权益           | Equity                      | paid_in + retained
balance_gap      | yuan | 资产负债差           | Assets less claims          | assets - debt - equity
""",
)

COVER = block(
    "偿债与度电成本",
    "Debt cover and levelised cost",
    name="cover",
    lines="""
cfads            | yuan | 可用于还本付息的资金 | Cash available for debt service | operating * (ebitda - income_tax - renewal.spent)
repaying         | 0/1  | 还款年               | Debt-service year           | construction_debt_share > 0 and 0 < age <= loan_years and (loan_rate > 0 or age > grace_years)
amortising       | 0/1  | 还本年               | Year of repayment           | construction_debt_share > 0 and grace_years < age <= loan_years
dscr             | 1    | 偿债备付率           | Debt-service cover          | cfads / debt_service if repaying else 0
dscr_plain       | 1    | 偿债备付率（未扣维持运营投资） | Debt-service cover before replacement | operating * (ebitda - income_tax) / debt_service if repaying else 0
levelised_cost   | yuan | 平准化成本现金流     | Cost to be levelised        | investment - capital_vat + operating_cost - charging + each(stream.charging_value_net) + renewal.spent - residual_unlevered
levelised_energy | kWh  | 平准化电量           | Energy to be levelised      | discharged_mwh * kwh_per_mwh
battery_spent    | 1    | 电池寿命终止停运年   | Year without a usable battery | operating - battery_runs
recovered_vat    | yuan | 累计已回收进项税     | Capital input VAT recovered to date | last(recovered_vat) + vat_output - vat_input - vat_paid
capital_vat_paid | yuan | 累计建设进项税       | Capital input VAT to date   | last(capital_vat_paid) + capital_vat
""",
)
