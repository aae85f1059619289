"""投资估算与资金筹措: what is built, with which VAT, and who pays for it (RULES §1).

Prices include VAT unless the case says otherwise. The construction debt share is solved outside (finance/solve.py) so
that equity is its stated share of total investment, construction interest and working capital included;
``funding_residual`` must be 0.
"""

from appraisal.book import block

INVESTMENT = block(
    "投资估算",
    "Capital cost",
    name="capital_cost",
    lines="""
battery           | yuan | 电池系统             | Battery system                   | spend * battery_yuan_per_kwh * kwh_per_mwh * energy_mwh * {equipment_gross}
power_plant       | yuan | 变流与并网设备       | Power conversion and grid equipment | spend * power_yuan_per_kw * kw_per_mw * power_mw * {equipment_gross}
other_equipment   | yuan | 其他设备             | Other equipment                  | spend * equipment_yuan * {equipment_gross} + each(stream.capital_change)
works             | yuan | 建筑安装工程         | Building and installation        | spend * (works_yuan_per_kwh * kwh_per_mwh * energy_mwh + works_yuan) * {works_gross}
services          | yuan | 其他费用             | Services and other costs         | spend * services_yuan * {services_gross}
static_lines      | yuan | 工程费用与其他费用   | Costs before contingency         | battery + power_plant + other_equipment + works + services
contingency       | yuan | 基本预备费           | Contingency                      | contingency_share * static_lines
price_contingency | yuan | 涨价预备费           | Price contingency                | (static_lines + contingency) * (rise - 1)
land              | yuan | 土地使用权           | Land-use right                   | spend * land_yuan
investment        | yuan | 建设投资（含税）     | Construction investment, incl. VAT | static_lines + contingency + price_contingency + land
rise              | 1    | 投资价格指数         | Price level of the investment    | (1 + price_rise) ** (price_rise_lead_years + year_number - 1 / 2)
mark_up           | 1    | 预备费系数           | Mark-up of contingencies         | (1 + contingency_share) * rise
equipment_cost    | yuan | 设备投资（含预备费） | Equipment with contingencies     | mark_up * (battery + power_plant + other_equipment)
equipment_vat     | yuan | 设备进项税           | Input VAT of equipment           | equipment_cost * equipment_vat_rate / (1 + equipment_vat_rate)
works_vat         | yuan | 建安进项税           | Input VAT of works               | mark_up * works * works_vat_rate / (1 + works_vat_rate)
services_vat      | yuan | 服务进项税           | Input VAT of services            | mark_up * services * services_vat_rate / (1 + services_vat_rate)
capital_vat       | yuan | 其中：可抵扣进项税   | of which creditable input VAT    | equipment_vat + works_vat + services_vat
invested          | yuan | 累计建设投资         | Construction investment to date  | last(invested) + investment
battery_invested  | yuan | 累计电池投资         | Battery investment to date       | last(battery_invested) + mark_up * battery
working_capital   | yuan | 流动资金             | Working capital                  | max(in_service - last(in_service), 0) * working_capital_yuan_per_kw * kw_per_mw * power_mw
working_invested  | yuan | 累计流动资金         | Working capital to date          | last(working_invested) + working_capital
working_capital_back | yuan | 回收流动资金      | Working capital recovered        | last_operating * working_invested
""",
)

GRANT = block(
    "投资补助",
    "Grant",
    name="grant",
    lines="""
received   | yuan | 收到补助             | Received                     | {received}
output_vat | yuan | 补助销项税           | Output VAT of the grant      | {output_vat}
net        | yuan | 补助（不含税）       | Grant, ex VAT                | received - output_vat
building   | yuan | 建设期到账           | of which during construction | {building}
spread     | yuan | 未摊补助余额         | Grant not yet taken to income | last(spread) + net - released
released   | yuan | 本年分摊             | Taken to income over the life | (last(spread) + net) * ({life_left})
booked     | yuan | 计入当年收益         | Income of the year           | {booked}
deducted   | yuan | 冲减资产成本         | Taken off the asset          | {deducted}
taken_off  | yuan | 累计冲减资产成本     | Taken off the asset, to date | last(taken_off) + deducted
deferred   | yuan | 递延收益             | Deferred income              | {deferred}
taxed      | yuan | 计税差异             | Difference for income tax    | {taxed}
""",
)
# What is left is spread evenly over the years left; at the end of the project it is taken whole, but for what lowers an
# asset that is recovered at net value.
_YEARS_LEFT = "min(bearing / (depreciation_years - used_before), 1) if used_before < depreciation_years else 0"
LIFE_LEFT = {True: f"1 if last_operating else {_YEARS_LEFT}", False: _YEARS_LEFT}
# A grant that a support grants is outside VAT.
GRANT_VAT = {True: "0", False: "received * vat_rate / (1 + vat_rate)"}
GRANT_TAXED = {"as_booked": "0", "on_receipt": "net - released", "exempt": "0"}

LEASE = block(
    "融资租赁",
    "Finance lease",
    name="lease",
    lines="""
leased       | yuan | 租赁设备（含税）   | Equipment leased, incl. VAT     | share * equipment_cost
leased_vat   | yuan | 其中：进项税随租金抵扣 | of which VAT credited with the rents | {leased_vat}
raised       | yuan | 新增租赁负债       | Lease liability raised          | leased - leased_vat
fee          | yuan | 手续费             | Fee                             | raised * fee_share
opening      | yuan | 期初租赁负债       | Opening liability               | last(closing)
construction_interest | yuan | 建设期租赁利息 | Interest until the plant is commissioned | rate * construction_months / months_per_year * (opening + raised / 2)
interest     | yuan | 租赁利息           | Interest of the lease           | bearing * (opening + raised) * rate if loan_age <= years else 0
principal    | yuan | 租金中的本金       | Principal in the rent           | (opening * rate / ((1 + rate) ** (years - loan_age + 1) - 1) if rate > 0 else opening / (years - loan_age + 1)) if 0 < loan_age <= years else 0
rent         | yuan | 租金（不含税）     | Rent, ex VAT                    | interest + principal
rent_vat     | yuan | 租金进项税         | Input VAT of the rent           | {rent_vat}
closing      | yuan | 期末租赁负债       | Closing liability               | opening + raised + construction_interest - principal
servicing    | 0/1  | 付租年             | Year of rent                    | share > 0 and 0 < loan_age <= years
paying       | 0/1  | 付息年             | Year of interest                | share > 0 and rate > 0 and 0 < loan_age <= years
""",
)
DIRECT_LEASE = {
    "leased_vat": "leased * equipment_vat_rate / (1 + equipment_vat_rate)",
    "rent_vat": "rent * equipment_vat_rate",
}
LEASEBACK = {"leased_vat": "0", "rent_vat": "0"}

FUNDING = block(
    "资金筹措",
    "Funding",
    name="funding_plan",
    lines="""
leased            | yuan | 融资租赁（含税）     | Financed by leases, incl. VAT    | each(lease.leased)
financed          | yuan | 需筹措的建设投资     | Investment to be financed        | investment - leased - each(grant.building)
capitalised_interest | yuan | 建设期利息        | Interest during construction     | {interest}
construction_fees | yuan | 建设期融资费用       | Financing fees during construction | each(loan.construction_fee) + each(lease.fee)
loans_drawn       | yuan | 长期借款（含利息）   | Long-term loans drawn, interest included | {drawn}
dynamic           | yuan | 建设投资与建设期利息 | Investment with construction interest | financed + capitalised_interest
lease_interest_capitalised | yuan | 建设期租赁利息   | Interest of leases during construction | each(lease.construction_interest)
total_investment  | yuan | 项目总投资（累计）   | Total investment to date         | last(total_investment) + investment + capitalised_interest + lease_interest_capitalised + construction_fees + working_capital
to_finance        | yuan | 需筹措的总投资（累计）| Total to be financed, to date   | last(to_finance) + dynamic + construction_fees + working_capital
working_capital_loan_drawn | yuan | 流动资金借款 | Working-capital loan drawn      | max(min(working_capital_debt_share * working_capital, debt_share * to_finance), 0) if arriving else 0
equity_in         | yuan | 项目资本金           | Equity paid in                   | dynamic + construction_fees - loans_drawn + working_capital - working_capital_loan_drawn
working_loans     | yuan | 累计流动资金借款     | Working-capital loan, to date    | last(working_loans) + working_capital_loan_drawn
borrowed          | yuan | 累计长期借款         | Long-term loans, to date         | last(borrowed) + loans_drawn
leases_raised     | yuan | 累计租赁负债         | Lease liability raised, to date  | last(leases_raised) + each(lease.raised)
loan_target       | yuan | 应借长期借款         | Long-term loans called for       | completing * max(min(debt_share * to_finance - working_loans, dynamic_total), 0)
dynamic_total     | yuan | 动态总投资（累计）   | Dynamic investment to date       | last(dynamic_total) + dynamic
debt_share_called_for | 1 | 建设期债务比例（应为）| Debt share of construction called for | loan_target / max(dynamic_total, one_yuan) if completing else 0
funding_residual  | yuan | 资金筹措残差         | Funding residual                 | {residual}
""",
)
# A sculpted loan draws what its cover allows, at most its share: then the limit is what the others draw.
FUNDING_RESIDUAL = {False: "loan_target - completing * borrowed", True: "max(completing * borrowed - loan_target, 0)"}
