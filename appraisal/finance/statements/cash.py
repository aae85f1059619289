"""现金流量、资产负债、偿债与度电成本 (DESIGN §7, RULES §2, §4)."""

from appraisal.book import block

CASH = block(
    "财务计划现金流量",
    "Cash",
    name="cash_plan",
    lines="""
grant_later      | yuan | 运营期到账补助（不含税） | Grants received in operation, ex VAT | each(grant.net) - each(grant.building)
operating_in     | yuan | 经营活动现金流入     | Cash in from operation      | revenue + subsidy + vat_output + vat_refund
operating_out    | yuan | 经营活动现金流出     | Cash out for operation      | operating_cost + vat_input + vat_paid + surtax + income_tax
operating_net    | yuan | 经营活动净现金流量   | Net cash of operation       | operating_in - operating_out
renewal_own      | yuan | 维持运营投资（自有资金） | Replacement from own funds | renewal_spent - {renewal_loans}
investing_in     | yuan | 投资活动现金流入     | Cash in from investing      | working_capital_back + disposal_income
investing_out    | yuan | 投资活动现金流出     | Cash out for investing      | investment - each(lease.leased_vat) - {direct_leased} + renewal_spent + working_capital
investing_net    | yuan | 投资活动净现金流量   | Net cash of investing       | investing_in - investing_out
financing_in     | yuan | 筹资活动现金流入（不含短期借款） | Cash in from financing without short-term loan | equity_in + loans_drawn + {leaseback} + later_drawn + working_capital_loan_drawn + each(grant.net)
financing_out    | yuan | 筹资活动现金流出（不含短期借款与股利） | Cash out for financing without short-term loan and dividends | capitalised_interest + construction_fees + debt_service + financing_fees + refinanced + working_loan_repaid
financing_net    | yuan | 筹资活动净现金流量（不含短期借款与股利） | Net cash of financing without short-term loan and dividends | financing_in - financing_out
free_cash        | yuan | 可分配资金测算       | Cash of the year before dividends, at the project's tax | operating_in + grant_later - operating_cost - vat_input - vat_paid - surtax - adjusted_tax - renewal_own - debt_service - refinanced - financing_fees - working_loan_repaid + {refinancing} + investing_in
cash_before_loan | yuan | 短期借款前资金       | Cash before short-term loan | last(cash) + operating_net + investing_net + financing_net - short_loan_repaid - short_loan_interest
cash_before_dividends | yuan | 分红前资金      | Cash before dividends       | cash_before_loan + short_loan
cash             | yuan | 累计盈余资金         | Cash                        | cash_before_dividends - dividends
surplus          | yuan | 净现金流量（分红前） | Net cash before dividends   | cash_before_dividends - last(cash)
net_cash         | yuan | 净现金流量           | Net cash                    | cash - last(cash)
""",
)

PROJECT_CASH = block(
    "项目投资现金流量",
    "Project cash flow",
    name="project_cash",
    lines="""
project_inflow   | yuan | 现金流入             | Cash in                     | revenue + subsidy + vat_output + {vat_refund} + project_residual + working_capital_back + disposal_income + each(grant.net)
project_outflow  | yuan | 现金流出             | Cash out                    | investment + working_capital + operating_cost + operating_vat + {vat_paid} + {surtax} + renewal_spent
project_net_pre_tax | yuan | 所得税前净现金流量 | Net cash before income tax | project_inflow - project_outflow
project_cumulative_pre_tax | yuan | 累计所得税前净现金流量 | Cumulative, before income tax | last(project_cumulative_pre_tax) + project_net_pre_tax
adjusted_tax     | yuan | 调整所得税           | Adjusted income tax         | unlevered.tax
project_net      | yuan | 所得税后净现金流量   | Net cash after income tax   | project_net_pre_tax - adjusted_tax
project_cumulative | yuan | 累计所得税后净现金流量 | Cumulative, after income tax | last(project_cumulative) + project_net
""",
)

EQUITY_CASH = block(
    "项目资本金现金流量",
    "Equity cash flow",
    name="equity_cash",
    lines="""
equity_inflow    | yuan | 现金流入             | Cash in                     | operating_in + residual + working_capital_back + disposal_income + grant_later + later_drawn
equity_outflow   | yuan | 现金流出             | Cash out                    | equity_in + debt_service + financing_fees + refinanced + working_loan_repaid + short_loan_interest + unpaid_debt + operating_out + renewal_spent
equity_net       | yuan | 净现金流量           | Net cash                    | equity_inflow - equity_outflow
equity_cumulative | yuan | 累计净现金流量      | Cumulative                  | last(equity_cumulative) + equity_net
liquidation      | yuan | 清算分配             | Left at the end for the investors | last_operating * (cash + residual - unpaid_debt)
investors_net    | yuan | 投资各方净现金流量   | Net cash of the investors   | dividends + liquidation - equity_in
investors_cumulative | yuan | 累计净现金流量   | Cumulative, investors       | last(investors_cumulative) + investors_net
""",
)

PARTY = block(
    "投资方现金流量",
    "Party",
    name="party",
    lines="""
dividends   | yuan | 实分利润     | Dividends            | {dividend_share} * all_dividends
liquidation | yuan | 资产处置收益分配 | Share of liquidation | {liquidation_share} * all_liquidation
paid        | yuan | 实缴资本     | Equity paid in       | share * equity_in
net         | yuan | 净现金流量   | Net cash             | dividends + liquidation - paid
cumulative  | yuan | 累计净现金流量 | Cumulative          | last(cumulative) + net
""",
)

BALANCE = block(
    "资产负债",
    "Balance sheet",
    name="balance",
    lines="""
working_assets   | yuan | 流动资产（流动资金） | Working capital             | last(working_assets) + working_capital - working_capital_back
current_assets   | yuan | 流动资产             | Current assets              | cash + working_assets + vat_pool
in_progress      | yuan | 在建工程             | Construction in progress    | {in_progress}
fixed_assets_net | yuan | 固定资产净值         | Fixed assets, net           | fixed_net - in_progress
assets           | yuan | 资产                 | Assets                      | current_assets + in_progress + fixed_assets_net + land_net
current_debt     | yuan | 流动负债             | Current liabilities         | short_loan + working_loan
deferred_income  | yuan | 递延收益             | Deferred income             | each(grant.deferred)
debt             | yuan | 负债                 | Liabilities                 | current_debt + loan_balance + lease_balance + deferred_income
paid_in          | yuan | 资本金               | Equity paid in, to date     | last(paid_in) + equity_in
equity           | yuan | 所有者权益           | Equity                      | paid_in + reserve + retained
balance_gap      | yuan | 资产负债差           | Assets less claims          | assets - debt - equity
in_debt          | 0/1  | 有流动资金借款       | Year with a working-capital loan | operating and not last_operating and working_capital_yuan_per_kw > 0 and working_capital_debt_share > 0 and debt_share > 0
debt_ratio       | 1    | 资产负债率           | Debt ratio                  | debt / max(assets, one_yuan)
current_ratio    | 1    | 流动比率             | Current ratio               | current_assets / max(current_debt, one_yuan) if in_debt else 0
quick_ratio      | 1    | 速动比率（按货币资金）| Quick ratio (cash only)    | cash / max(current_debt, one_yuan) if in_debt else 0
equity_cash_gap  | yuan | 资本金表与计划表差   | Equity table less cash plan | equity_net - (surplus - short_loan + short_loan_repaid - equity_in + residual - unpaid_debt)
investors_gap    | yuan | 投资各方与资本金差   | Investors less equity, to date | last_operating * (investors_cumulative - equity_cumulative)
""",
)

COVER = block(
    "偿债与度电成本",
    "Debt cover and levelised cost",
    name="cover",
    lines="""
cfads            | yuan | 可用于还本付息的资金 | Cash available for debt service | ebitda - grant_income + grant_later - income_tax - renewal_own if operating else 0
dscr             | 1    | 偿债备付率           | Debt-service cover          | {cover}
dscr_plain       | 1    | 偿债备付率（未扣维持运营投资） | Debt-service cover before replacement | {plain_cover}
icr              | 1    | 利息备付率           | Interest cover              | ebit / max(interest, one_yuan) if paying else 0
debt_base        | yuan | 计息债务             | Debt that bears interest in the year | each(loan.opening) + each(loan.drawn) + each(later_loan.opening) + each(lease.opening) + each(lease.raised)
cover_rate       | 1    | 债务平均利率         | Mean rate of the debt       | (loan_interest + lease_interest) / max(debt_base, one_yuan) if full_repaying else {cover_rate}
full_repaying    | 0/1  | 全年还款年           | Year of debt service after construction | repaying and last(operating)
loan_life_value  | yuan | 还款期内资金现值     | Present value of cash within the loan life | (cfads_serviced + next(loan_life_value)) / (1 + cover_rate)
project_life_value | yuan | 寿命期内资金现值   | Present value of cash within the project life | (cfads + next(project_life_value)) / (1 + cover_rate)
cfads_serviced   | yuan | 还款年可用资金       | Cash of debt-service years  | cfads if repaying else 0
debt_at_start    | yuan | 投产时债务           | Debt when operation begins  | debt_base if completing else 0
levelised_capital | yuan | 平准化：投资        | To be levelised: capital    | investment - capital_vat - residual_unlevered - disposal_income
levelised_om     | yuan | 平准化：运维         | To be levelised: operation and maintenance, property and other taxes | operating_cost - charging - expensed_works + other_taxes
levelised_charging | yuan | 平准化：充电       | To be levelised: charging   | each(stream.charging_value_net)
levelised_replacement | yuan | 平准化：更新改造 | To be levelised: replacement | renewal_spent + expensed_works
levelised_cost   | yuan | 平准化成本现金流     | Cost to be levelised        | levelised_capital + levelised_om + levelised_charging + levelised_replacement
levelised_tax    | yuan | 平准化：税           | To be levelised: income tax and surcharges on VAT | adjusted_tax + {vat_surtax}
levelised_energy | kWh  | 平准化电量           | Energy to be levelised      | discharged_mwh * kwh_per_mwh
battery_spent    | 1    | 电池寿命终止停运年   | Year without a usable battery | operating - battery_runs
recovered_vat    | yuan | 累计已回收进项税     | Capital input VAT recovered to date | last(recovered_vat) + vat_output - vat_input - vat_paid + vat_refund
capital_vat_paid | yuan | 累计建设进项税       | Capital input VAT to date   | last(capital_vat_paid) + credited_vat
after_debt       | 0/1  | 还清借款后年份       | Year after the debt         | operating and not repaying and last(repaying)
margin           | yuan | 盈亏平衡边际         | Revenue less variable cost and taxes | revenue + subsidy - variable_cost - surtax
""",
)
