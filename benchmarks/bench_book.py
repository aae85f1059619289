"""Speed of the books: a synthetic project of about 120 lines with two loans, two tax computations and a VAT pool.

    python benchmarks/bench_book.py [--years 26] [--repeat 7]

Lines only: the figures in it are built-in ones (totals and minima), so that no IRR is timed here.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from appraisal.book import Book, Input, block, figures
from appraisal.units import Table

LOAN = block(
    "还本付息计划表",
    "Loan schedule",
    """
opening    | yuan | 期初借款余额   | Opening balance     | last(closing)
draw       | yuan | 本年借款       | Drawn               | build * share * outlay
idc        | yuan | 建设期利息     | Interest, building  | build * rate * (opening + draw / 2)
drawn      | yuan | 累计借款       | Drawn to date       | last(drawn) + draw + idc
interest   | yuan | 本年付息       | Interest            | op * opening * rate
repaying   | 0/1  | 还款年         | Repayment year      | grace < age <= loan_years
principal  | yuan | 本年还本       | Principal           | {method}
closing    | yuan | 期末借款余额   | Closing balance     | opening + draw + idc - principal
service    | yuan | 本年还本付息   | Debt service        | principal + interest
""",
    inputs="share rate loan_years grace",
    name="loan",
)
EQUAL = "last(drawn) / (loan_years - grace) if repaying else 0"
ANNUITY = "opening * rate / ((1 + rate) ** (loan_years - age + 1) - 1) if repaying else 0"

TAX = block(
    "所得税计算",
    "Income tax",
    """
losses     | yuan | 累计亏损         | Losses to date   | last(losses) + max(-base, 0)
used       | yuan | 弥补以前年度亏损 | Losses used      | min(max(base, 0), last(losses) - last(gone))
gone       | yuan | 累计弥补与到期   | Used or expired  | max(last(gone) + used, lag(losses, {loss_years}))
taxable    | yuan | 应纳税所得额     | Taxable income   | max(base, 0) - used
tax        | yuan | 所得税           | Income tax       | taxable * tax_rate * holiday
""",
    name="tax",
)

ASSET = block(
    "固定资产折旧",
    "Depreciation",
    """
added      | yuan | 本年增加         | Added            | build * cost
cumulated  | yuan | 累计增加         | Added to date    | last(cumulated) + added
charge     | yuan | 本年折旧         | Depreciation     | op * (last(cumulated) - lag(cumulated, {life})) * (1 - residual) / asset_years
written    | yuan | 累计折旧         | Written off      | last(written) + charge
net        | yuan | 净值             | Net value        | cumulated - written
""",
    inputs="cost asset_years",
    name="asset",
)

BOOKS = block(
    "利润与现金流量",
    "Profit and cash",
    """
# investment
outlay       | yuan | 建设投资       | Construction outlay | build * (plant.cost + works.cost)
capital_vat  | yuan | 建设进项税     | VAT on capital      | outlay * capital_vat_rate / (1 + capital_vat_rate)
own_capital  | yuan | 资本金         | Equity paid in      | outlay - each(loan.draw)
equity       | yuan | 累计资本金     | Equity to date      | last(equity) + own_capital
working      | yuan | 流动资金       | Working capital     | working_capital if first else 0
working_back | yuan | 回收流动资金   | Working capital out | working_capital if final else 0
# operation
energy       | MWh  | 放电量         | Energy discharged   | op * energy_mwh * health
sale         | yuan | 售电收入       | Energy sale         | energy * price * escalation
capacity     | yuan | 容量收入       | Capacity revenue    | op * power_kw * capacity_price * health
service      | yuan | 辅助服务收入   | Ancillary revenue   | op * ancillary
subsidy      | yuan | 补贴收入       | Subsidy             | op * subsidy_given
revenue      | yuan | 营业收入       | Revenue             | sale + capacity + service + subsidy
charging     | yuan | 充电成本       | Charging cost       | energy * charge_price / efficiency
upkeep       | yuan | 运维费         | Maintenance         | op * om_share * outlay_total * escalation
outlay_total | yuan | 建设投资合计   | Investment          | last(outlay_total) + outlay
staff        | yuan | 人工费         | Staff               | op * staff_cost * escalation
insurance    | yuan | 保险费         | Insurance           | op * insurance_rate * outlay_total
land         | yuan | 土地费         | Land                | op * land_cost
other        | yuan | 其他费用       | Other cost          | 0.01 * (upkeep + staff)
replacement  | yuan | 更新改造       | Replacement         | replacing * replacement_cost
opex         | yuan | 经营成本       | Operating cost      | charging + upkeep + staff + insurance + land + other
escalation   | 1    | 价格系数       | Price index         | (1 + inflation) ** max(age, 0)
# VAT
vat_output   | yuan | 销项税         | Output VAT          | revenue * vat_rate
vat_input    | yuan | 进项税         | Input VAT           | charging * vat_rate + upkeep * om_vat_rate + other * om_vat_rate
pool_opening | yuan | 期初留抵       | VAT pool, opening   | last(pool_closing)
pool_offered | yuan | 可抵扣进项税   | Input VAT available | pool_opening + capital_vat + vat_input
vat_credit   | yuan | 本年抵扣       | Input VAT used      | min(vat_output, pool_offered)
pool_closing | yuan | 期末留抵       | VAT pool, closing   | pool_offered - vat_credit
vat_paid     | yuan | 应纳增值税     | VAT paid            | vat_output - vat_credit
surtax       | yuan | 税金及附加     | Surtaxes            | vat_paid * surtax_rate
# profit
depreciation | yuan | 折旧           | Depreciation        | each(asset.charge)
amortised    | yuan | 摊销           | Amortisation        | op * land_right / amortisation_years
idc_cost     | yuan | 建设期利息     | Interest, building  | each(loan.idc)
interest     | yuan | 利息支出       | Interest            | each(loan.interest)
total_cost   | yuan | 总成本费用     | Total cost          | opex + depreciation + amortised + interest
ebitda       | yuan | 息税折旧前利润 | EBITDA              | revenue - surtax - opex
ebit         | yuan | 息税前利润     | EBIT                | ebitda - depreciation - amortised
profit       | yuan | 利润总额       | Profit before tax   | ebit - interest
net_profit   | yuan | 净利润         | Net profit          | profit - levered.tax
reserve      | yuan | 法定公积金     | Statutory reserve   | min(reserve_rate * max(0, net_profit + min(0, last(retained))), 0.5 * equity - last(reserved))
reserved     | yuan | 累计公积金     | Reserve to date     | last(reserved) + reserve
retained     | yuan | 未分配利润     | Retained profit     | last(retained) + net_profit - reserve
# cash
residual_in  | yuan | 回收余值       | Residual recovered  | each(asset.net) if final else 0
inflow       | yuan | 现金流入       | Cash in             | revenue + vat_output + residual_in + working_back
running      | yuan | 经营现金流出   | Running cash out    | opex + vat_input + vat_paid + surtax + replacement
project_pre  | yuan | 税前净现金流量 | Project cash, pre   | inflow - running - outlay - working
project_cash | yuan | 税后净现金流量 | Project cash        | project_pre - unlevered.tax
project_sum  | yuan | 累计净现金流量 | Cumulative cash     | last(project_sum) + project_cash
debt_service | yuan | 还本付息       | Debt service        | each(loan.service)
equity_cash  | yuan | 资本金现金流量 | Equity cash         | inflow - running - own_capital - working - levered.tax - debt_service
surplus      | yuan | 累计盈余资金   | Cash held           | last(surplus) + equity_cash + own_capital
debt         | yuan | 借款余额       | Debt                | each(loan.closing)
assets       | yuan | 资产           | Assets              | each(asset.net) + pool_closing + surplus
liabilities  | yuan | 负债           | Liabilities         | debt + equity + retained + reserved
debt_ratio   | 1    | 资产负债率     | Debt ratio          | debt / (assets + floor)
cfads        | yuan | 可用于还本付息 | Cash for debt       | op * (ebitda - levered.tax - replacement)
dscr         | 1    | 偿债备付率     | DSCR                | cfads / debt_service if 0 < age <= last_year else 0
icr          | 1    | 利息备付率     | Interest cover      | ebit / interest if 0 < age <= last_year else 0
discount     | 1    | 折现系数       | Discount factor     | 1 / (1 + hurdle) ** column
present      | yuan | 现值           | Present value       | project_cash * discount
present_sum  | yuan | 累计现值       | Cumulative present  | last(present_sum) + present
cost_present | yuan | 成本现值       | Present cost        | (outlay + running - vat_output) * discount
energy_held  | MWh  | 折现电量       | Discounted energy   | energy * discount
""",
)

FIGURES = figures("""
npv_total    | yuan     | 财务净现值   | NPV          | total(present)
dscr_min     | 1        | 最低偿债备付 | Minimum DSCR | least(dscr where 0 < age <= last_year)
lcos         | yuan/MWh | 平准化成本   | LCOS         | total(cost_present) / total(energy_held)
""")

NUMBERS = {
    "tax_rate": ("1", 0.25), "vat_rate": ("1", 0.13), "om_vat_rate": ("1", 0.06), "capital_vat_rate": ("1", 0.11),
    "surtax_rate": ("1", 0.12), "residual": ("1", 0.05), "working_capital": ("yuan", 1e6), "energy_mwh": ("MWh", 30_000.0),
    "price": ("yuan/MWh", 800.0), "charge_price": ("yuan/MWh", 260.0), "efficiency": ("1", 0.86), "power_kw": ("kW", 50_000.0),
    "capacity_price": ("yuan/kW", 110.0), "om_share": ("1", 0.015), "staff_cost": ("yuan", 9e5), "insurance_rate": ("1", 0.003),
    "land_cost": ("yuan", 2e5), "replacement_cost": ("yuan", 3e7), "inflation": ("1", 0.01), "land_right": ("yuan", 4e6),
    "amortisation_years": ("year", 20.0), "reserve_rate": ("1", 0.1), "hurdle": ("1", 0.08), "floor": ("yuan", 1.0),
    "last_year": ("year", 12.0),
    "policy.share": ("1", 0.3), "policy.rate": ("1", 0.028), "policy.loan_years": ("year", 12.0), "policy.grace": ("year", 1.0),
    "bank.share": ("1", 0.4), "bank.rate": ("1", 0.036), "bank.loan_years": ("year", 10.0), "bank.grace": ("year", 0.0),
    "plant.cost": ("yuan", 5e7), "plant.asset_years": ("year", 15.0), "works.cost": ("yuan", 2e7), "works.asset_years": ("year", 20.0),
}  # fmt: skip
VARIED = (
    "price",
    "charge_price",
    "capacity_price",
    "om_share",
    "tax_rate",
    "bank.rate",
    "plant.cost",
    "works.cost",
    "efficiency",
    "hurdle",
)


def book() -> Book:
    """The synthetic book."""
    timeline = {
        "age": Input("year", "运营年", "Year of operation", "series"), "column": Input("year", "年序", "Column", "series"),
        **{key: Input("0/1", key, key, "flag") for key in ("build", "op", "first", "final", "replacing")},
        "holiday": Input("1", "减免系数", "Tax holiday", "series"), "health": Input("1", "健康度", "Health", "series"),
        "ancillary": Input("yuan", "辅助服务", "Ancillary", "series"), "subsidy_given": Input("yuan", "补贴", "Subsidy", "series"),
    }  # fmt: skip
    return Book(
        LOAN.as_("policy", method=EQUAL), LOAN.as_("bank", method=ANNUITY), ASSET.as_("plant", life=15), ASSET.as_("works", life=20),
        BOOKS, TAX.as_("levered", base="profit", loss_years=5), TAX.as_("unlevered", base="ebit", loss_years=5), FIGURES,
        inputs=timeline | {key: Input(unit, key, key) for key, (unit, _) in NUMBERS.items()},
    )  # fmt: skip


def values(rows: int, years: int) -> dict[str, Table]:
    """Ten numbers and one series vary by row; the rest is shared."""
    random = np.random.default_rng(7)
    column = np.arange(1.0, years + 1)[None, :]
    age = column - 1.0
    found = {key: np.array([[value]]) for key, (_, value) in NUMBERS.items()}
    found |= {key: found[key] * random.uniform(0.8, 1.2, (rows, 1)) for key in VARIED}
    found |= {"age": age, "column": column, "build": (age < 1) * 1.0, "op": (age >= 1) * 1.0, "first": (age == 1) * 1.0}
    found |= {
        "final": (column == years) * 1.0,
        "replacing": (age == 9) * 1.0,
        "holiday": np.where((age > 0) & (age < 4), 0.5, 1.0),
    }
    found |= {"health": 1.0 - 0.01 * age, "subsidy_given": np.full((1, years), 1e5)}
    found["ancillary"] = random.uniform(1e6, 2e6, (rows, years))
    return found


def median(work: Callable[[], object], repeat: int) -> float:
    """Seconds of the median of several runs."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--years", type=int, default=26)
    parser.add_argument("--repeat", type=int, default=7)
    given = parser.parse_args()
    made = book()
    print(
        f"{len(made.lines)} lines, {len(made.figures)} figures, {sum(g.direction != 0 for g in made.order)} recursive groups, {given.years} years"
    )
    print(f"construction of the book        {median(book, given.repeat) * 1e3:8.2f} ms")
    start = time.perf_counter()
    book().evaluate(values(1, given.years), given.years)
    print(
        f"construction and first run      {(time.perf_counter() - start) * 1e3:8.2f} ms (code cached from the second book on)"
    )
    few = ("project_cash", "equity_cash", "dscr", "npv_total", "dscr_min", "lcos")
    for rows, block_rows in ((1, 1), (1_000, 1_000), (2_000, 2_000), (100_000, 1_000), (100_000, 2_000)):
        whole = values(rows, given.years)
        parts = [
            {k: v[at : at + block_rows] if len(v) > 1 else v for k, v in whole.items()}
            for at in range(0, rows, block_rows)
        ]
        for label, keep in (("all lines kept", None), ("three lines kept", few)):

            def work(parts: list[dict[str, Table]] = parts, keep: tuple[str, ...] | None = keep) -> None:
                for part in parts:
                    made.evaluate(part, given.years, keep)

            work()
            seconds = median(work, given.repeat)
            print(
                f"S = {rows:7,} in blocks of {block_rows:5,}, {label:16}  {seconds * 1e3:9.2f} ms  {rows / seconds:10,.0f} rows/s"
            )


if __name__ == "__main__":
    main()
