"""资产折旧与摊销: what is bought, its depreciation, and what is left at the end, recovered at net value (RULES §1).

A class of assets has three accounts: as booked (with construction interest), unlevered (without it, for the project
table), and for tax where the tax rules differ. A replacement retires the batteries it takes the place of: their net
value is written off in its year.
"""

from dataclasses import replace

from appraisal.book import block

PLANT = block(
    "固定资产折旧",
    "Fixed assets",
    name="fixed_assets",
    lines="""
added        | yuan | 新增固定资产     | Additions      | {added}
original     | yuan | 固定资产原值     | Original value | last(original) + added
retired      | 1    | 已更换部分占原值 | Share replaced | {retired}
year_share   | 1    | 年折旧率         | Share depreciated in the operating year that begins here | {year_share}
depreciation | yuan | 折旧费           | Depreciation   | original * (1 - last(retired)) * {spread}
written_off  | yuan | 净值核销         | Net value written off | {written_off}
net          | yuan | 固定资产净值     | Net value      | last(net) + added - depreciation - written_off
""",
)
BOOKED = replace(PLANT, name="booked")
UNLEVERED = replace(
    PLANT,
    zh="固定资产折旧（不含建设期利息）",
    en="Fixed assets, without construction interest",
    name="unlevered_assets",
)
TAXED = replace(PLANT, zh="固定资产折旧（税法）", en="Fixed assets for tax", name="taxed")
UNLEVERED_TAXED = replace(
    PLANT,
    zh="固定资产折旧（税法，不含建设期利息）",
    en="Fixed assets for tax, without construction interest",
    name="unlevered_taxed",
)

# Share of the original value depreciated in operating year ``age``; the last two years of the declining balance are straight.
YEAR_SHARE = {
    "straight_line": "(1 - residual_share) / years if 0 < age <= years else 0",
    "sum_of_years": "(1 - residual_share) * 2 * (years - age + 1) / (years * (years + 1)) if 0 < age <= years else 0",
    "double_declining": "2 / years * (1 - 2 / years) ** (age - 1) if 0 < age <= years - 2"
    " else ((1 - 2 / years) ** (years - 2) - residual_share) / 2 if 0 < age <= years else 0",
    "custom": "depreciation_share",
    "one_off": "1 if age == 1 else 0",
}
# A column of a calendar year holds the end of one operating year and the beginning of the next.
# The project's last one ends within its column, and what begins then is no longer charged.
SPREAD = {
    False: "year_share",
    True: "(max(lasting - (1 - begun), 0) * year_share + min(1 - begun, lasting) * last(year_share))",
}
RETIRED = {
    "none": "0",
    "stated": "retired_share if retiring else last(retired)",
    # At most all: a maker that lowers the price of the equipment lowers the whole below the battery line.
    "battery": "min({share}battery_invested / (1 + equipment_vat_rate) / max({whole}.original, one_yuan), 1) if retiring else last(retired)",
}
WRITTEN_OFF = {
    "none": "0",
    "retired": "retired * (last(net) + added - depreciation) if retiring else 0",
    "sold": "last_operating * (last(net) + added - depreciation)",
}

_RENEWAL_LINES = """
spent        | yuan | 更新改造支出（不含税） | Spent, ex VAT              | {cost} / (1 + vat_rate)
vat          | yuan | 更新改造进项税         | Input VAT                  | spent * vat_rate
capitalised  | yuan | 维持运营投资           | of which capitalised       | {capitalised}
expensed     | yuan | 费用化支出             | of which charged to cost   | spent - capitalised
salvage      | yuan | 退役资产变现（不含税） | Sale of what is replaced, ex VAT | {salvage}
salvage_vat  | yuan | 变现销项税             | Output VAT of the sale     | salvage * vat_rate
original     | yuan | 更新资产原值           | Original value             | last(original) + capitalised
depreciation | yuan | 更新改造折旧           | Depreciation               | {depreciation}
written_off  | yuan | 再次更换净值核销       | Net value written off      | {written_off}
net          | yuan | 更新改造净值           | Net value                  | last(net) + capitalised - depreciation - written_off
"""
RENEWAL = block("更新改造", "Replacement and later works", name="renewal", lines=_RENEWAL_LINES)
# By health one battery takes the place of another in any year: what is depreciated is the one in use.
RENEWAL_BY_HEALTH = block(
    "更新改造（按健康度）",
    "Replacement by state of health",
    name="renewal",
    lines=_RENEWAL_LINES
    + """in_use       | yuan | 在用电池原值           | Battery in use, original value | capitalised if superseded else last(in_use)
""",
)
RENEWAL_DEPRECIATION = {
    "by_year": "last(original) * (1 - residual_share) / years if 0 < since <= {term} else 0",
    "by_health": "last(in_use) * (1 - residual_share) / years if 0 < since <= years else 0",
    # Additions of several years, each for so many years from the next on (NOTATION: straight line on yearly additions).
    "augmentation": "(last(original) - lag(original, {until})) * (1 - residual_share) / {life}",
}
PRICE_FALLS = " * (1 - price_decline) ** price_age"
RENEWAL_WRITTEN_OFF = {
    # Nothing is placed in the last year; what is placed in the year of a replacement stays.
    "by_health_sold": "last(net) - depreciation if superseded or last_operating else 0",
    "none": "0",
    "superseded": "last(net) - depreciation if superseded else 0",
    "sold": "last_operating * (last(net) + capitalised - depreciation)",
    "both": "last(net) + capitalised - depreciation if superseded or last_operating else 0",
}

# Under ``booked`` the project table takes both depreciation and residual as booked (RULES §3).
PROJECT_RESIDUAL = {"unlevered": "residual_unlevered", "booked": "residual"}

ASSETS = block(
    "资产汇总",
    "Assets",
    name="assets_total",
    lines="""
land_original      | yuan | 土地使用权原值 | Land-use right, original   | last(land_original) + land
land_year_share    | 1    | 土地年摊销率   | Share amortised in the operating year that begins here | {land_share}
land_amortisation  | yuan | 摊销费         | Amortisation of land       | land_original * {land_spread}
land_net           | yuan | 土地使用权净值 | Land-use right, net        | last(land_net) + land - land_amortisation
fixed_original     | yuan | 固定资产原值   | Fixed assets, original     | each(booked.original) + each(renewal.original) - ({cut_original})
fixed_depreciation | yuan | 折旧费         | Depreciation               | each(booked.depreciation) + each(renewal.depreciation) - ({cut_depreciation})
fixed_written_off  | yuan | 净值核销       | Net value written off      | each(booked.written_off) + each(renewal.written_off)
fixed_net          | yuan | 固定资产净值   | Fixed assets, net          | each(booked.net) + each(renewal.net) - ({cut_net})
unlevered_depreciation | yuan | 折旧与核销（不含建设期利息） | Depreciation and write-offs, without construction interest | each(unlevered_assets.depreciation) + each(unlevered_assets.written_off) + each(renewal.depreciation) + each(renewal.written_off) - ({cut_depreciation})
tax_difference     | yuan | 税会折旧差异   | Depreciation for tax beyond the books | {tax_difference}
tax_difference_unlevered | yuan | 税会折旧差异（不含建设期利息） | Depreciation for tax beyond the books, without construction interest | {tax_difference_unlevered}
renewal_spent      | yuan | 维持运营投资   | Replacement investment     | each(renewal.capitalised)
renewal_cash       | yuan | 更新改造支出（含税） | Replacement and later works, incl. VAT | each(renewal.spent) + each(renewal.vat)
disposal           | yuan | 期末资产处置收入（不含税） | Sale of the plant at the end, ex VAT | {disposal}
disposal_income    | yuan | 资产处置收入（不含税） | Sale of assets, ex VAT | disposal + each(renewal.salvage)
residual           | yuan | 回收固定资产余值（账面）| Residual recovered, booked | last_operating * (fixed_net + land_net)
residual_unlevered | yuan | 回收固定资产余值（不含建设期利息）| Residual recovered, without construction interest | last_operating * (each(unlevered_assets.net) + each(renewal.net) - ({cut_net}) + land_net)
project_residual   | yuan | 回收固定资产余值 | Residual recovered       | {project_residual}
""",
)
LAND_SHARE = {True: "1 / land_years if 0 < age <= land_years else 0", False: "0"}
LAND_SPREAD = {
    False: "land_year_share",
    True: "(max(lasting - (1 - begun), 0) * land_year_share + min(1 - begun, lasting) * last(land_year_share))",
}
# Over the life tax deducts as much as the books: what the accounts differ by at the end is settled with the last year.
TAX_DIFFERENCE = (
    "each({taxed}.depreciation) + each({taxed}.written_off) - {booked} + last_operating * (each({taxed}.net) - {net})"
)
DISPOSAL = {True: "last_operating * disposal_yuan / {net}", False: "0"}
