"""收入、总成本费用、增值税、利润、所得税与分配 (RULES §2, §3). Revenue and cost lines are without VAT."""

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
output_vat     | yuan | 销项税额             | Output VAT                | {output_vat}
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
# A subsidy that the books work out themselves is outside VAT and no part of the settled income.
OUTPUT_VAT = {False: "income - revenue - subsidy", True: "0"}
HOST_GAIN = "saving_net - revenue + charging"

INDICES = block(
    "费用价格指数",
    "Price indices of cost",
    name="indices",
    lines="""
cost_index      | 1 | 运维费指数   | Index of maintenance | {cost}
staff_index     | 1 | 工资指数     | Index of staff cost  | {staff}
insurance_index | 1 | 保险费指数   | Index of insurance   | {insurance}
other_index     | 1 | 其他费用指数 | Index of other cost  | {other}
""",
)
# 1 in the first operating year; a column that holds two operating years, or phases of several ages, takes their mean.
INDEX = {
    False: "(1 + {rate}) ** (age - 1) if operating else 0",
    True: "({weighted}) / running if operating else 0",
}
INDEX_WEIGHTED = "first_weight{at} * (1 + {rate}) ** (age{at} - 1) + tail_weight{at} * (1 + {rate}) ** (age{at} - 2)"

COST = block(
    "总成本费用",
    "Total cost",
    name="cost",
    lines="""
charging            | yuan | 外购动力费（充电）| Charging power               | each(stream.charging)
fixed_om            | yuan | 固定运维费        | Fixed operation and maintenance | running * fixed_yuan_per_kw_year * kw_per_mw * power_mw * cost_index / {om_net}
variable_norm       | yuan | 变动运维费定额    | Variable operation and maintenance, norm | variable_yuan_per_kwh * kwh_per_mwh * discharged_mwh * cost_index / {om_net}
variable_om         | yuan | 变动运维费（取大时为超出固定部分）| Variable operation and maintenance (of the larger: what exceeds the fixed part) | max(variable_norm - fixed_om, 0) if larger_maintenance else variable_norm
insurance           | yuan | 保险费            | Insurance                    | {time} * insurance_share * invested * insurance_index / {om_net}
staff               | yuan | 工资及福利        | Staff                        | running * staff_yuan_per_year * staff_index
other_bought        | yuan | 其他运维费用      | Other cost of operation      | other_yuan * other_index / {om_net}
expensed_works      | yuan | 费用化的更新改造  | Replacement charged to cost  | each(renewal.expensed)
decommissioning     | yuan | 拆除处置费        | Decommissioning              | last_operating * decommissioning_yuan / {services_net}
other_cost          | yuan | 其他费用          | Other cost                   | {other_cost}
operating_cost      | yuan | 经营成本          | Operating cost               | charging + fixed_om + variable_om + insurance + staff + other_cost
depreciation        | yuan | 折旧费            | Depreciation                 | fixed_depreciation
amortisation        | yuan | 摊销费            | Amortisation                 | land_amortisation
written_off         | yuan | 资产净值核销      | Assets written off           | fixed_written_off
interest            | yuan | 利息支出          | Interest                     | loan_interest + lease_interest + working_loan_interest + short_loan_interest
financing_fees      | yuan | 融资费用          | Financing fees               | later_fees
total_cost          | yuan | 总成本费用        | Total cost                   | operating_cost + depreciation + amortisation + written_off + interest + financing_fees
variable_cost       | yuan | 可变成本          | of which variable            | {variable_cost}
fixed_cost          | yuan | 固定成本          | of which fixed               | total_cost - variable_cost
""",
)

OTHER_COST = "other_bought + each(stream.cost_net) + expensed_works + decommissioning"
VARIABLE_COST = "charging + variable_om"
OPERATING_VAT = (
    "each(stream.charging_vat) + each(stream.cost_vat) + (fixed_om + variable_om + insurance + other_bought) * om_vat_rate"
    " + decommissioning * services_vat_rate + each(renewal.vat)"
)

SERVICE = block(
    "储能自身消耗",
    "Bought for the store itself",
    name="store_cost",
    lines="""
net | yuan | 费用（不含税） | Cost, ex VAT | {net}
vat | yuan | 进项税额       | Input VAT    | net * vat_rate
""",
)
SERVICE_NET = {
    "fuel": "rate * discharged_mwh * price * cost_index / (1 + vat_rate)",
    "rebalancing": "running * price * kwh_per_mwh * energy_mwh * cost_index / (1 + vat_rate)",
    # Electricity follows the index of its own price, which is in the amount.
    "auxiliary": "auxiliary_yuan / (1 + vat_rate)",
}

VAT = block(
    "增值税汇总",
    "Value-added tax",
    name="vat_table",
    lines="""
vat_output     | yuan | 销项税额       | Output VAT            | each(stream.output_vat) + each(grant.output_vat) + each(renewal.salvage_vat) + disposal * equipment_vat_rate
operating_vat  | yuan | 运营进项税额（不含租金） | Input VAT of operation without rents | {operating_vat}
vat_input      | yuan | 运营进项税额   | Input VAT, operation  | operating_vat + {rents}
credited_vat   | yuan | 建设投资进项税 | Input VAT of construction credited | capital_vat - ({leased})
vat_pool       | yuan | 期末待抵扣进项税 | VAT pool, closing   | vat.closing
vat_paid       | yuan | 应纳增值税     | VAT paid              | vat.paid
vat_refund     | yuan | 留抵退税       | VAT refunded          | vat.refund
property_tax   | yuan | 房产税         | Property tax          | {time} * property_tax_share * works_invested
works_invested | yuan | 累计建安投资（不含税） | Works to date, ex VAT | last(works_invested) + mark_up * works - works_vat
stamp_duty     | yuan | 印花税         | Stamp duty            | stamp_duty_share * (revenue + charging)
other_taxes    | yuan | 房产税、土地使用税与印花税 | Property, land-use tax and stamp duty | property_tax + {time} * land_use_tax_yuan_per_year + stamp_duty
surtax         | yuan | 税金及附加     | Taxes and surcharges  | vat.surtax + other_taxes
""",
)

POOL = block(
    "增值税计算",
    "VAT pool",
    name="pool",
    lines="""
opening | yuan | 期初待抵扣进项税 | VAT pool, opening   | last(closing)
offered | yuan | 可抵扣进项税     | Input VAT available | opening + bought_vat + used_vat
credit  | yuan | 本年抵扣         | Input VAT credited  | min(vat_output, offered)
refund  | yuan | 留抵退税         | VAT refunded        | vat_refund_share * {refundable} if refunding else 0
closing | yuan | 期末待抵扣进项税 | VAT pool, closing   | offered - credit - refund
paid    | yuan | 应纳增值税       | VAT paid            | vat_output - credit
refund_left | yuan | 未抵减的已退税额 | VAT refunded and not yet deducted from the base of surcharges | max(last(refund_left) - paid, 0) + refund
surtax  | yuan | 附加税           | Surcharges on VAT   | max(paid - last(refund_left), 0) * (city_surtax_rate + education_surtax_rate + local_education_surtax_rate)
""",
)

# The project's tax never adds interest back to profit: dividends look ahead to that tax, and interest follows dividends.
REFUNDABLE = {"increase": "max(offered - credit - opening, 0)", "pool": "(offered - credit)"}

PROFIT = block(
    "利润",
    "Profit",
    name="profit_lines",
    lines="""
revenue        | yuan | 营业收入       | Revenue                        | each(stream.revenue)
subsidy        | yuan | 补贴收入       | Subsidies                      | each(stream.subsidy)
grant_income   | yuan | 投资补助计入收益 | Grants taken to income       | each(grant.booked)
profit         | yuan | 利润总额       | Profit before tax              | revenue + subsidy + grant_income + disposal_income - surtax - total_cost
ebit           | yuan | 息税前利润     | EBIT                           | profit + interest + financing_fees
ebitda         | yuan | 息税折旧摊销前利润 | EBITDA                     | ebit + depreciation + amortisation + written_off
exempt         | yuan | 免税收入       | Income free of tax             | each(stream.exempt)
tax_changes    | yuan | 补助计税差异   | Grants: difference for tax     | each(grant.taxed)
taxable_profit | yuan | 计税利润       | Profit subject to tax          | profit - exempt + tax_changes - tax_difference
income_tax     | yuan | 所得税         | Income tax                     | levered.tax
net_profit     | yuan | 净利润         | Net profit                     | profit - income_tax
ebit_unlevered | yuan | 计税息税前利润（不含建设期利息）| EBIT subject to tax, without construction interest | revenue + subsidy + grant_income + disposal_income - {surtax} - operating_cost - unlevered_depreciation - amortisation - exempt + tax_changes - tax_difference_unlevered
ebit_booked    | yuan | 计税息税前利润（账面）| EBIT subject to tax, as booked | revenue + subsidy + grant_income + disposal_income - surtax - operating_cost - depreciation - amortisation - written_off - exempt + tax_changes - tax_difference
tax_rate       | 1    | 适用所得税率   | Income tax rate of the year    | {tax_rate}
""",
)
TAX_RATE = {False: "income_tax_rate", True: "reduced_income_tax_rate if reduced else income_tax_rate"}

TAX = block(
    "所得税计算",
    "Income tax",
    name="income_tax_table",
    lines="""
losses  | yuan | 累计亏损         | Losses to date  | last(losses) + max(-base, 0)
used    | yuan | 弥补以前年度亏损 | Losses used     | min(max(base, 0), last(losses) - last(gone))
gone    | yuan | 累计弥补与到期   | Used or expired | max(last(gone) + used, lag(losses, {loss_years}))
taxable | yuan | 应纳税所得额     | Taxable income  | max(base, 0) - used
tax     | yuan | 所得税           | Income tax      | taxable * (0 if 0 < revenue_year <= holiday_free_years else {halved} * holiday_half_share if holiday_free_years < revenue_year <= holiday_free_years + holiday_half_years else tax_rate)
""",
)
HALVED = {False: "tax_rate", True: "holiday_base_rate"}

DISTRIBUTION = block(
    "利润分配",
    "Distribution of profit",
    name="distribution",
    lines="""
surplus_reserve | yuan | 提取法定盈余公积金 | To the statutory surplus reserve | min(surplus_reserve_share * max(net_profit + min(last(retained), 0), 0), max(surplus_reserve_cap * paid_in - last(reserve), 0))
reserve         | yuan | 累计盈余公积金   | Surplus reserve, to date   | last(reserve) + surplus_reserve
distributable   | yuan | 可供投资者分配的利润 | Profit that may be distributed | max(last(retained) + net_profit - surplus_reserve, 0)
restricted      | yuan | 受限资金         | Cash that dividends leave  | minimum_cash_yuan + reserve_target + set_aside
dividends       | yuan | 应付利润（股利） | Dividends                  | min(dividend_payout * distributable, max(cash_before_dividends - restricted, 0)) if operating else 0
retained        | yuan | 累计未分配利润   | Retained profit            | last(retained) + net_profit - surplus_reserve - dividends
reserve_target  | yuan | 偿债准备金       | Debt-service reserve called for | {reserve_target}
set_aside       | yuan | 预留后续年份资金 | Set aside for what later years lack | {set_aside}
repayable       | yuan | 可用于还本的资金 | Funds for repayment (profit after reserve, depreciation, amortisation) | {repayable}
""",
)
RESERVE = {True: "reserve_months / months_per_year * next(debt_service)", False: "0"}
# Dividends do not eat what a later year lacks, a replacement above all; tax is taken as that of the project table.
SET_ASIDE = {
    "ahead": "max(next(set_aside) - next(free_cash), 0)",
    # What an early repayment leaves is known only year by year: the replacement of next year is set aside.
    "prepaid": "next(renewal_cash)",
    # Profit that repays a debt by capacity is undistributed by the name of the method: what is still owed stays.
    "capacity": "next(renewal_cash) + {owed}",
}
REPAYABLE = {
    True: "net_profit - surplus_reserve + depreciation + amortisation + written_off - grant_income + grant_later - renewal_own - ({others})",
    False: "0",
}
