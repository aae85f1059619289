"""投资估算与资金筹措: what is built, with which VAT, and who pays for it (RULES §1).

Prices include VAT. The construction debt share is solved outside (finance/solve.py) so that equity is its stated
share of total investment, construction interest and working capital included; ``funding_residual`` must be 0.
"""

from appraisal.book import block

INVESTMENT = block(
    "投资估算表",
    "Capital cost estimate",
    name="investment",
    lines="""
battery           | yuan | 电池系统             | Battery system                   | spend * battery_yuan_per_kwh * kwh_per_mwh * energy_mwh
power_plant       | yuan | 变流与并网设备       | Power conversion and grid equipment | spend * power_yuan_per_kw * kw_per_mw * power_mw
equipment         | yuan | 其他设备             | Other equipment                  | spend * equipment_yuan + each(stream.capital_change)
works             | yuan | 建筑安装工程         | Building and installation        | spend * (works_yuan_per_kwh * kwh_per_mwh * energy_mwh + works_yuan)
services          | yuan | 其他费用             | Services and other costs         | spend * services_yuan
contingency       | yuan | 基本预备费           | Contingency                      | contingency_share * (battery + power_plant + equipment + works + services)
land              | yuan | 土地使用权           | Land-use right                   | spend * land_yuan
investment        | yuan | 建设投资（含税）     | Construction investment, incl. VAT | battery + power_plant + equipment + works + services + contingency + land
capital_vat       | yuan | 其中：可抵扣进项税   | of which creditable input VAT    | (1 + contingency_share) * ((battery + power_plant + equipment) * equipment_vat_rate / (1 + equipment_vat_rate) + works * works_vat_rate / (1 + works_vat_rate) + services * services_vat_rate / (1 + services_vat_rate))
invested          | yuan | 累计建设投资         | Construction investment to date  | last(invested) + investment
battery_invested  | yuan | 累计电池投资         | Battery investment to date       | last(battery_invested) + (1 + contingency_share) * battery
working_capital   | yuan | 流动资金             | Working capital                  | first_operating * working_capital_yuan_per_kw * kw_per_mw * power_mw
working_capital_back | yuan | 回收流动资金      | Working capital recovered        | last_operating * working_capital_yuan_per_kw * kw_per_mw * power_mw
""",
)

FUNDING = block(
    "投资计划与资金筹措表",
    "Investment plan and funding",
    name="funding",
    lines="""
dynamic           | yuan | 建设投资与建设期利息 | Investment with construction interest | investment + loan.construction_interest
total_investment  | yuan | 项目总投资（累计）   | Total investment to date         | last(total_investment) + dynamic + working_capital
working_capital_loan_drawn | yuan | 流动资金借款 | Working-capital loan drawn      | first_operating * min(working_capital_debt_share * working_capital, debt_share * total_investment)
equity_in         | yuan | 项目资本金           | Equity paid in                   | dynamic - loan.drawn + working_capital - working_capital_loan_drawn
loan_target       | yuan | 应借长期借款         | Long-term loan called for        | first_operating * (debt_share * total_investment - working_capital_loan_drawn)
dynamic_total     | yuan | 动态总投资（累计）   | Dynamic investment to date       | last(dynamic_total) + dynamic
debt_share_called_for | 1 | 建设期债务比例（应为）| Debt share of construction called for | loan_target / dynamic_total if first_operating else 0
funding_residual  | yuan | 资金筹措残差         | Funding residual                 | loan_target - first_operating * loan.opening
""",
)
