"""财务指标: one value a scenario, in the same notation (RULES §4).

Keys without pre or after are after income tax on the project flow.
"""

from collections.abc import Sequence

from appraisal.book import Figures, figures

# Present value of a line at a rate, by the basis of the discount rates; the second form takes inflation off.
WORTH = {
    "nominal": ("npv({line}, {rate})", "npv_real({line}, {rate}, inflation)"),
    "real": ("npv_nominal({line}, {rate}, inflation)", "npv({line}, {rate})"),
}
PAID_BACK = {
    "nominal": "discounted_payback(project_net, discount_rate) - before_start",
    "real": "discounted_payback_nominal(project_net, discount_rate, inflation) - before_start",
}

MIRR = {
    "nominal": "mirr(project_net, discount_rate, discount_rate)",
    "real": "mirr_nominal(project_net, discount_rate, inflation)",
}

_TEXT = """
project_irr_pre_tax      | 1        | 全投资内部收益率（税前）   | Project IRR, before tax           | irr(project_net_pre_tax)
project_irr              | 1        | 全投资内部收益率（税后）   | Project IRR, after tax            | irr(project_net)
project_npv_pre_tax      | yuan     | 全投资财务净现值（税前）   | Project NPV, before tax           | <project_net_pre_tax>
project_npv              | yuan     | 全投资财务净现值（税后）   | Project NPV, after tax            | <project_net>
equity_irr               | 1        | 资本金内部收益率（税后）   | Equity IRR, after tax             | irr(equity_net)
equity_npv               | yuan     | 资本金财务净现值（税后）   | Equity NPV, after tax             | <equity_net@equity_discount_rate>
payback_years            | year     | 静态投资回收期（税后，含建设期） | Payback, after tax, from construction start | payback(project_net) - before_start
discounted_payback_years | year     | 动态投资回收期（税后，含建设期） | Discounted payback, after tax, from construction start | {paid_back}
dscr_min                 | 1        | 最低偿债备付率             | Minimum DSCR                      | least(dscr where covering)
dscr_avg                 | 1        | 平均偿债备付率             | Average DSCR                      | {dscr_avg}
lcos_yuan_per_kwh        | yuan/kWh | 度电成本（不含税、税前、含充电） | Levelised cost of storage, ex VAT, before tax, charging in | <levelised_cost> / <levelised_energy>
profitability_index      | 1        | 盈利能力指数（税后）       | Profitability index, after tax    | 1 + <project_net> / <investment>
mirr                     | 1        | 修正内部收益率（税后）     | Modified IRR, after tax           | {mirr}
first_payback_years      | year     | 首次回收年（税后，含建设期） | First payback, after tax, from construction start | first_payback(project_net) - before_start
roi                      | 1        | 总投资收益率               | Return on total investment (mean EBIT ÷ total investment) | total(ebit where operating) / total(running) / total(total_investment where last_operating)
roe                      | 1        | 资本金净利润率             | Net profit on equity (mean net profit ÷ equity paid in) | total(net_profit where operating) / total(running) / total(equity_in)
icr_min                  | 1        | 最低利息备付率             | Minimum interest cover            | least(icr where paying)
icr_total                | 1        | 利息备付率（合计）         | Interest cover, sum over sum      | total(ebit where paying) / total(interest where paying)
dscr_total               | 1        | 偿债备付率（合计）         | DSCR, sum over sum                | total(cfads where covering) / total(covered_service where covering)
dscr_plain_min           | 1        | 最低偿债备付率（未扣维持运营投资） | Minimum DSCR before replacement | least(dscr_plain where covering)
llcr                     | 1        | 贷款期覆盖率 LLCR          | Loan life cover                   | total(loan_life_value where completing) / total(debt_at_start)
plcr                     | 1        | 项目寿命期覆盖率 PLCR      | Project life cover                | total(project_life_value where completing) / total(debt_at_start)
loan_payoff_years        | year     | 借款偿还期（含建设期）     | Years until the debt is repaid, from construction start | payoff(debt_outstanding, debt_repaid, debt_capacity) - before_start
bep_first_year           | 1        | 盈亏平衡点（首个完整运营年） | Break-even utilisation, first full operating year | break_even(fixed_cost, margin, full_year)
bep_after_debt           | 1        | 盈亏平衡点（还清借款后首年） | Break-even utilisation, first year after the debt | break_even(fixed_cost, margin, after_debt)
lcos_capital             | yuan/kWh | 度电成本：投资（扣余值）   | LCOS: capital less residual       | <levelised_capital> / <levelised_energy>
lcos_om                  | yuan/kWh | 度电成本：运维             | LCOS: operation and maintenance   | <levelised_om> / <levelised_energy>
lcos_charging            | yuan/kWh | 度电成本：充电             | LCOS: charging                    | <levelised_charging> / <levelised_energy>
lcos_replacement         | yuan/kWh | 度电成本：更新改造         | LCOS: replacement                 | <levelised_replacement> / <levelised_energy>
lcos_tax                 | yuan/kWh | 度电成本：税（另计）       | LCOS: income tax and surcharges on VAT, on top               | <levelised_tax> / <levelised_energy>
lcos_real                | yuan/kWh | 度电成本（实际价）         | Levelised cost of storage, real   | <levelised_cost> / <~levelised_energy>
project_irr_real         | 1        | 全投资内部收益率（税后，实际） | Project IRR, after tax, real  | (1 + irr(project_net)) / (1 + inflation) - 1
equity_irr_real          | 1        | 资本金内部收益率（税后，实际） | Equity IRR, after tax, real   | (1 + irr(equity_net)) / (1 + inflation) - 1
investors_irr            | 1        | 投资各方内部收益率         | IRR of the investors              | irr(investors_net)
investors_npv            | yuan     | 投资各方净现值             | NPV of the investors              | <investors_net@equity_discount_rate>
debt_ratio_most          | 1        | 最高资产负债率             | Highest debt ratio                | most(debt_ratio)
short_loan_most          | yuan     | 最大短期借款               | Largest short-term loan           | most(short_loan)
debt_unpaid              | yuan     | 期末未还债务               | Debt unpaid at the end            | total(unpaid_debt)
cash_least               | yuan     | 累计盈余资金最低值         | Least cash                        | least(cash)
vat_pool_left            | yuan     | 期末未抵扣进项税           | VAT pool left at the end          | total(vat_pool where last_operating)
running_years_lost       | 1        | 停运年数                   | Operating years without a battery | total(battery_spent)
"""
DSCR_AVERAGE = {
    False: "mean(dscr where averaged)",
    # A loan repaid early has years left without service: their quotients mean nothing.
    True: "total(cfads where averaged) / total(covered_service where averaged)",
}


def declared_figures(basis: str, *, prepaid: bool, parties: Sequence[str]) -> Figures:
    """The figures under a basis of the discount rates, with one rate of return a party."""
    text = (
        _TEXT.replace("{paid_back}", PAID_BACK[basis])
        .replace("{mirr}", MIRR[basis])
        .replace("{dscr_avg}", DSCR_AVERAGE[prepaid])
    )
    for label in parties:
        text += f"{label}_irr | 1 | 投资方内部收益率（{label}） | IRR of party {label} | irr({label}.net)\n"
    rows = [_worths(row, basis) for row in text.splitlines()]
    return figures("\n".join(rows))


def _worths(row: str, basis: str) -> str:
    """A row with ``<line@rate>`` (``<~line>`` without inflation) written as calls."""
    parts = row.split("<")
    for place, part in enumerate(parts[1:], start=1):
        named, _, rest = part.partition(">")
        line, _, rate = named.partition("@")
        form = WORTH[basis][line.startswith("~")]
        called = form.format(line=line.removeprefix("~"), rate=rate or "discount_rate")
        parts[place] = f"{called}{rest}"
    return "".join(parts)
