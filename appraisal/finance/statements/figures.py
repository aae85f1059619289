"""财务指标: one value a scenario, in the same notation (RULES §4).

Keys without pre or after are after income tax on the project flow.
"""

from appraisal.book import figures

FIGURES = figures("""
project_irr_pre_tax      | 1        | 全投资内部收益率（税前）   | Project IRR, before tax           | irr(project_net_pre_tax)
project_irr              | 1        | 全投资内部收益率（税后）   | Project IRR, after tax            | irr(project_net)
project_npv_pre_tax      | yuan     | 全投资财务净现值（税前）   | Project NPV, before tax           | npv(project_net_pre_tax, discount_rate)
project_npv              | yuan     | 全投资财务净现值（税后）   | Project NPV, after tax            | npv(project_net, discount_rate)
equity_irr               | 1        | 资本金内部收益率（税后）   | Equity IRR, after tax             | irr(equity_net)
equity_npv               | yuan     | 资本金财务净现值（税后）   | Equity NPV, after tax             | npv(equity_net, equity_discount_rate)
payback_years            | year     | 静态投资回收期（税后，含建设期） | Payback, after tax, from construction start | payback(project_net)
discounted_payback_years | year     | 动态投资回收期（税后，含建设期） | Discounted payback, after tax, from construction start | discounted_payback(project_net, discount_rate)
dscr_min                 | 1        | 最低偿债备付率             | Minimum DSCR                      | least(dscr where repaying)
dscr_avg                 | 1        | 平均偿债备付率             | Average DSCR                      | mean(dscr where amortising)
lcos_yuan_per_kwh        | yuan/kWh | 度电成本（不含税、税前、含充电） | Levelised cost of storage, ex VAT, before tax, charging in | npv(levelised_cost, discount_rate) / npv(levelised_energy, discount_rate)
profitability_index      | 1        | 盈利能力指数（税后）       | Profitability index, after tax    | 1 + npv(project_net, discount_rate) / npv(investment, discount_rate)
mirr                     | 1        | 修正内部收益率（税后）     | Modified IRR, after tax           | mirr(project_net, discount_rate, discount_rate)
first_payback_years      | year     | 首次回收年（税后，含建设期） | First payback, after tax, from construction start | first_payback(project_net)
dscr_plain_min           | 1        | 最低偿债备付率（未扣维持运营投资） | Minimum DSCR before replacement | least(dscr_plain where repaying)
cash_least               | yuan     | 累计盈余资金最低值         | Least cash                        | least(cash)
vat_pool_left            | yuan     | 期末未抵扣进项税           | VAT pool left at the end          | total(vat_pool where last_operating)
running_years_lost       | 1        | 停运年数                   | Operating years without a battery | total(battery_spent)
""")
