"""资产折旧与摊销: straight line to a residual; what is left at the end is recovered at net value (RULES §1).

A replacement retires the batteries it takes the place of: their net value is written off in its year, without salvage.
"""

from appraisal.book import block

PLANT = block(
    "固定资产折旧",
    "Fixed assets",
    name="fixed_assets",
    lines="""
added        | yuan | 新增固定资产     | Additions      | {added}
original     | yuan | 固定资产原值     | Original value | last(original) + added
retired      | 1    | 已更换部分占原值 | Share replaced | {retired} if retiring else last(retired)
depreciation | yuan | 折旧费           | Depreciation   | original * (1 - last(retired)) * (1 - residual_share) / depreciation_years if 0 < age <= depreciation_years else 0
written_off  | yuan | 更换部分净值核销 | Net value of what is replaced, written off | retired * (last(net) + added - depreciation) if retiring else 0
net          | yuan | 固定资产净值     | Net value      | last(net) + added - depreciation - written_off
""",
)

# What the first replacement takes out of the original value: the share stated, or that of the battery line (at most all:
# a maker that lowers the price of the equipment lowers the whole below the battery line).
RETIRED = {
    True: "retired_share",
    False: "min(battery_invested / (1 + equipment_vat_rate) / plant_unlevered.original, 1)",
}

BOOKED = "investment + loan.construction_interest - capital_vat - land"
UNLEVERED = "investment - capital_vat - land"

RENEWAL = block(
    "更新改造",
    "Replacement",
    name="renewals",
    lines="""
spent        | yuan | 维持运营投资（不含税） | Replacement investment, ex VAT | replacing * replacement_yuan_per_kwh * kwh_per_mwh * energy_mwh / (1 + replacement_vat_rate)
vat          | yuan | 更新改造进项税         | Input VAT of replacement       | spent * replacement_vat_rate
original     | yuan | 在用更新资产原值       | Replacement in use, original   | spent if replacing else last(original)
depreciation | yuan | 更新改造折旧           | Depreciation of replacement    | last(original) * (1 - replacement_residual_share) / replacement_years if 0 < renewal_age <= replacement_years else 0
written_off  | yuan | 再次更换净值核销       | Earlier replacement, written off | last(net) - depreciation if replacing else 0
net          | yuan | 更新改造净值           | Net value of replacement       | last(net) + spent - depreciation - written_off
""",
)

# Under ``booked`` the project table takes both depreciation and residual as booked (RULES §3).
PROJECT_RESIDUAL = {"unlevered": "residual_unlevered", "booked": "residual"}

LAND = block(
    "土地摊销",
    "Land",
    name="land_account",
    lines="""
land_original     | yuan | 土地使用权原值 | Land-use right, original   | last(land_original) + land
land_amortisation | yuan | 摊销费         | Amortisation of land       | land_original / land_years if 0 < age <= land_years else 0
land_net          | yuan | 土地使用权净值 | Land-use right, net        | last(land_net) + land - land_amortisation
residual          | yuan | 回收固定资产余值（账面）| Residual recovered, booked | last_operating * (plant.net + renewal.net + land_net)
residual_unlevered | yuan | 回收固定资产余值（不含建设期利息）| Residual recovered, without construction interest | last_operating * (plant_unlevered.net + renewal.net + land_net)
""",
)

RECOVERED = block(
    "项目投资表余值",
    "Residual of the project table",
    name="recovered_residual",
    lines="""
value | yuan | 回收固定资产余值 | Residual recovered | {residual}
""",
)
