"""收入、总成本费用、增值税、利润与所得税 (RULES §2, §3). Revenue and cost lines are without VAT."""

from appraisal.book import block

STREAM_INPUTS = (
    "income purchase cost price_change charging_value saving vat_rate purchase_vat_rate cost_vat_rate saving_vat_rate"
)

STREAM = block(
    "收入",
    "Stream",
    name="stream",
    inputs=STREAM_INPUTS,
    lines="""
revenue        | yuan | 营业收入（不含税）   | Revenue, ex VAT           | {revenue}
subsidy        | yuan | 补贴收入             | Subsidy                   | {subsidy}
exempt         | yuan | 免税收入             | Income free of income tax | {exempt}
output_vat     | yuan | 销项税额             | Output VAT                | income - revenue - subsidy
charging       | yuan | 充电电费（不含税）   | Charging power, ex VAT    | purchase / (1 + purchase_vat_rate)
charging_vat   | yuan | 充电进项税额         | Input VAT of charging     | purchase - charging
cost_net       | yuan | 其他费用（不含税）   | Other cost, ex VAT        | cost / (1 + cost_vat_rate)
cost_vat       | yuan | 其他费用进项税额     | Input VAT of other cost   | cost - cost_net
capital_change | yuan | 设备价格变动（含税） | Change of equipment price, incl. VAT | price_change
charging_value_net | yuan | 充电成本（不论由谁支付，不含税）| Cost of energy charged, whoever pays, ex VAT | charging_value / (1 + purchase_vat_rate)
saving_net     | yuan | 用户电费节约（不含税）| Saving of the host, ex VAT | saving / (1 + saving_vat_rate)
host_gain      | yuan | 用户净收益（不含税） | Gain left to the host, ex VAT | {host_gain}
""",
)

SALE = {"revenue": "income / (1 + vat_rate)", "subsidy": "0"}
SUBSIDY = {"revenue": "0", "subsidy": "income"}
HOST_GAIN = "saving_net - revenue + charging"

COST = block(
    "总成本费用表",
    "Total cost",
    name="total_cost_table",
    lines="""
charging            | yuan | 外购动力费（充电）| Charging power               | each(stream.charging)
fixed_om            | yuan | 固定运维费        | Fixed operation and maintenance | operating * fixed_yuan_per_kw_year * kw_per_mw * power_mw * cost_index / (1 + om_vat_rate)
variable_norm       | yuan | 变动运维费定额    | Variable operation and maintenance, norm | variable_yuan_per_kwh * kwh_per_mwh * discharged_mwh * cost_index / (1 + om_vat_rate)
variable_om         | yuan | 变动运维费（取大时为超出固定部分）| Variable operation and maintenance (of the larger: what exceeds the fixed part) | max(variable_norm - fixed_om, 0) if larger_maintenance else variable_norm
insurance           | yuan | 保险费            | Insurance                    | operating * insurance_share * invested / (1 + om_vat_rate)
staff               | yuan | 工资及福利        | Staff                        | operating * staff_yuan_per_year * cost_index
other_cost          | yuan | 其他费用          | Other cost                   | other_yuan / (1 + om_vat_rate) + each(stream.cost_net)
operating_cost      | yuan | 经营成本          | Operating cost               | charging + fixed_om + variable_om + insurance + staff + other_cost
depreciation        | yuan | 折旧费            | Depreciation                 | plant.depreciation + renewal.depreciation
amortisation        | yuan | 摊销费            | Amortisation                 | land_amortisation
written_off         | yuan | 更换资产净值核销  | Replaced assets written off  | plant.written_off + renewal.written_off
interest            | yuan | 利息支出          | Interest                     | loan.interest + working_loan_interest
total_cost          | yuan | 总成本费用        | Total cost                   | operating_cost + depreciation + amortisation + written_off + interest
""",
)

VAT = block(
    "增值税计算",
    "Value-added tax",
    name="vat",
    lines="""
vat_output     | yuan | 销项税额       | Output VAT            | each(stream.output_vat)
vat_input      | yuan | 运营进项税额   | Input VAT, operation  | each(stream.charging_vat) + each(stream.cost_vat) + (fixed_om + variable_om + insurance) * om_vat_rate + other_yuan / (1 + om_vat_rate) * om_vat_rate + renewal.vat
pool_opening   | yuan | 期初待抵扣进项税 | VAT pool, opening   | last(vat_pool)
pool_offered   | yuan | 可抵扣进项税   | Input VAT available   | pool_opening + capital_vat + vat_input
vat_credit     | yuan | 本年抵扣       | Input VAT credited    | min(vat_output, pool_offered)
vat_pool       | yuan | 期末待抵扣进项税 | VAT pool, closing   | pool_offered - vat_credit
vat_paid       | yuan | 应纳增值税     | VAT paid              | vat_output - vat_credit
surtax         | yuan | 税金及附加     | Surtaxes              | vat_paid * (city_surtax_rate + education_surtax_rate + local_education_surtax_rate)
""",
)

PROFIT = block(
    "利润与利润分配表",
    "Profit",
    name="profit_table",
    lines="""
revenue        | yuan | 营业收入       | Revenue                        | each(stream.revenue)
subsidy        | yuan | 补贴收入       | Subsidies                      | each(stream.subsidy)
profit         | yuan | 利润总额       | Profit before tax              | revenue + subsidy - surtax - total_cost
ebit           | yuan | 息税前利润     | EBIT                           | profit + interest
ebitda         | yuan | 息税折旧摊销前利润 | EBITDA                     | ebit + depreciation + amortisation + written_off
taxable_profit | yuan | 计税利润       | Profit subject to tax          | profit - each(stream.exempt)
income_tax     | yuan | 所得税         | Income tax                     | levered.tax
net_profit     | yuan | 净利润         | Net profit                     | profit - income_tax
ebit_unlevered | yuan | 计税息税前利润（不含建设期利息）| EBIT subject to tax, without construction interest | revenue + subsidy - surtax - operating_cost - plant_unlevered.depreciation - plant_unlevered.written_off - renewal.depreciation - renewal.written_off - amortisation - each(stream.exempt)
ebit_booked    | yuan | 计税息税前利润（账面）| EBIT subject to tax, as booked | ebit - each(stream.exempt)
""",
)

TAX = block(
    "所得税计算",
    "Income tax",
    name="income_tax_table",
    lines="""
losses  | yuan | 累计亏损         | Losses to date  | last(losses) + max(-base, 0)
used    | yuan | 弥补以前年度亏损 | Losses used     | min(max(base, 0), last(losses) - last(gone))
gone    | yuan | 累计弥补与到期   | Used or expired | max(last(gone) + used, lag(losses, {loss_years}))
taxable | yuan | 应纳税所得额     | Taxable income  | max(base, 0) - used
tax     | yuan | 所得税           | Income tax      | taxable * income_tax_rate * (0 if 0 < revenue_year <= holiday_free_years else 0.5 if holiday_free_years < revenue_year <= holiday_free_years + holiday_half_years else 1)
""",
)
