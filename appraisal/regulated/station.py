"""The regulated capacity price of pumped hydro by the operating-period method (发改价格〔2021〕633号, appendix as recalled).

The price is the level yearly income at which the equity earns the allowed return over construction and operation:
``Σ (income + residual − equity − principal − interest − O&M − taxes) / (1 + return)^t = 0``. Each step is a declared line, so
that the computation can be printed, explained and written as a sheet like any other statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from appraisal.book import Book, Input, Ledger, block, figures
from appraisal.units import Table, table

Repayment = Literal["equal_principal", "annuity"]

_INPUTS: Mapping[str, Input] = {
    "capacity_kw": Input("kW", "装机容量", "Capacity"),
    "investment": Input("yuan", "核定总投资（含建设期利息）", "Approved investment, construction interest included"),
    "equity_share": Input("1", "资本金比例", "Equity share"),
    "equity_return": Input("1", "资本金内部收益率", "Allowed return on equity"),
    "actual_rate": Input("1", "实际贷款利率", "Actual loan rate"),
    "market_rate": Input("1", "同期贷款市场报价利率", "Loan prime rate of the time"),
    "gap_share": Input("1", "利差分享比例", "Share of the saved interest that the station keeps"),
    "loan_years": Input("year", "还贷期限", "Repayment period"),
    "om": Input("yuan", "运行维护费", "Operation and maintenance", kind="series"),
    "depreciation_years": Input("year", "折旧年限", "Depreciation period"),
    "residual_share": Input("1", "残值率", "Residual share"),
    "income_tax_rate": Input("1", "所得税率", "Income tax"),
    "vat_rate": Input("1", "增值税税率", "VAT rate"),
    "surtax_rate": Input("1", "附加税费率", "Surcharges on VAT paid"),
    "capital_vat": Input("yuan", "投资中可抵扣进项税", "Creditable input VAT in the investment"),
    "level": Input("yuan", "年均收入（不含税）", "Level yearly income, ex VAT"),
    "equity_part": Input("1", "资本金到位比例", "Share of the equity paid in", kind="series"),
    "when": Input("year", "距投产年数", "Years from commissioning", kind="series"),
    "age": Input("year", "运营年序", "Operating year", kind="series"),
    "operating": Input("0/1", "运营期", "Operation", kind="flag"),
    "completing": Input("0/1", "建成年", "Year of completion", kind="flag"),
    "last_operating": Input("0/1", "末个运营年", "Last operating year", kind="flag"),
}

# An annuity's principal grows by the rate each year; without interest (the rate allowed is 0) it is level.
_PRINCIPAL: Mapping[Repayment, str] = {
    "equal_principal": "last(drawn) / loan_years if 0 < age <= loan_years else 0",
    "annuity": (
        "(opening * allowed_rate / ((1 + allowed_rate) ** (loan_years - age + 1) - 1)"
        " if market_rate > 0 and (actual_rate > 0 or gap_share > 0) else opening / (loan_years - age + 1)) if 0 < age <= loan_years else 0"
    ),
}

PRICING = block(
    "抽水蓄能容量电价测算",
    "Capacity price of pumped hydro",
    name="regulated_price",
    lines="""
allowed_rate | 1    | 核定贷款利率     | Loan rate allowed            | min(actual_rate, market_rate) + gap_share * max(market_rate - actual_rate, 0)
equity       | yuan | 资本金投入       | Equity paid in               | equity_part * equity_share * investment
opening      | yuan | 期初贷款余额     | Loan, opening                | last(drawn) - last(repaid)
drawn        | yuan | 累计贷款         | Loan drawn, to date          | last(drawn) + completing * (1 - equity_share) * investment
principal    | yuan | 偿还本金         | Principal                    | {principal}
repaid       | yuan | 累计还本         | Principal repaid, to date    | last(repaid) + principal
interest     | yuan | 利息             | Interest                     | opening * allowed_rate
upkeep       | yuan | 运行维护费       | Operation and maintenance    | om if operating else 0
fixed        | yuan | 固定资产原值     | Depreciable cost             | investment - capital_vat
depreciation | yuan | 折旧费           | Depreciation                 | fixed * (1 - residual_share) / depreciation_years if 0 < age <= depreciation_years else 0
depreciated  | yuan | 累计折旧         | Depreciation, to date        | last(depreciated) + depreciation
residual     | yuan | 回收固定资产余值 | Residual recovered           | last_operating * (fixed - depreciated)
income       | yuan | 年均收入（不含税）| Level income, ex VAT        | level if operating else 0
output_vat   | yuan | 销项税额         | Output VAT                   | income * vat_rate
credited     | yuan | 抵扣进项税       | Input VAT credited           | min(output_vat, last(pool))
pool         | yuan | 待抵扣进项税     | VAT pool                     | last(pool) + completing * capital_vat - credited
surtax       | yuan | 税金及附加       | Surcharges on VAT            | (output_vat - credited) * surtax_rate
profit       | yuan | 利润总额         | Profit before tax            | income - upkeep - depreciation - interest - surtax
losses       | yuan | 待弥补亏损       | Losses carried on            | max(last(losses) - profit, 0)
taxable      | yuan | 应纳税所得额     | Taxable income               | max(profit - last(losses), 0)
income_tax   | yuan | 所得税           | Income tax                   | taxable * income_tax_rate
net          | yuan | 资本金净现金流量 | Net cash of the equity       | income + credited + residual - equity - principal - interest - upkeep - surtax - income_tax
factor       | 1    | 折现系数         | Discount factor              | 1 / (1 + equity_return) ** when
worth        | yuan | 累计净现值       | Present value, to date       | last(worth) + net * factor
""",
)
_FIGURES = figures("""
revenue        | yuan    | 年均收入（不含税）   | Level yearly income, ex VAT | total(income where last_operating)
price_ex_vat   | yuan/kW | 容量电价（不含税）   | Capacity price, ex VAT      | total(income where last_operating) / capacity_kw
price_incl_vat | yuan/kW | 容量电价（含税）     | Capacity price, incl. VAT   | total(income where last_operating) * (1 + vat_rate) / capacity_kw
rate_allowed   | 1       | 核定贷款利率         | Loan rate allowed           | total(allowed_rate where last_operating)
left_over      | yuan    | 净现值残差           | Present value left over     | total(worth where last_operating)
""")


@dataclass(frozen=True, kw_only=True)
class Approved:
    """What the authority sets the price on; every number ``(S, 1)`` or ``(1, 1)``, shares and rates as fractions.

    Attributes
    ----------
    capacity_kw, investment_yuan : installed capacity, and the approved investment with construction interest in it.
    equity_share, equity_return : of the investment, and what it may earn a year.
    equity_parts : (S, C) or (1, C)
        Share of the equity paid in at the end of each construction year; the last column is the end of construction.
    actual_rate, market_rate, gap_share : loan rate paid, loan prime rate, and the part of the gap below it that is allowed.
    loan_years, depreciation_years, residual_share
    operating_cost_yuan : (S, 1) or (S, N) of each operating year.
    income_tax_rate, vat_rate, surtax_rate : the last is of VAT paid.
    capital_vat_yuan : creditable input VAT in the investment; 0 leaves the pool out of the price.
    operating_years : N
    repayment : equal principal or annuity, from the first operating year.
    """

    capacity_kw: Table
    investment_yuan: Table
    equity_share: Table
    equity_return: Table
    equity_parts: Table
    actual_rate: Table
    market_rate: Table
    gap_share: Table
    loan_years: Table
    depreciation_years: Table
    residual_share: Table
    operating_cost_yuan: Table
    income_tax_rate: Table
    vat_rate: Table
    surtax_rate: Table
    capital_vat_yuan: Table
    operating_years: int
    repayment: Repayment = "equal_principal"


@dataclass(frozen=True)
class Priced:
    """The price, ``(S, 1)`` yuan per kW and year, and the ledger with every step of it over construction and operation."""

    price_ex_vat: Table
    price_incl_vat: Table
    revenue_yuan: Table
    ledger: Ledger


@cache
def pricing_book(repayment: Repayment) -> Book:
    """The computation as declared lines and figures, for one way of repaying the loan."""
    return Book(PRICING.filled({"principal": _PRINCIPAL[repayment]}), _FIGURES, inputs=_INPUTS)


def capacity_price(approved: Approved) -> Priced:
    """The capacity price at which the equity earns the allowed return.

    Parameters
    ----------
    approved : Approved

    Returns
    -------
    Priced
        Yuan per kW and year without and with VAT, ``(S, 1)``.

    Raises
    ------
    ValueError
        If taxes take the whole of any income, so that no price is enough.

    Notes
    -----
    ``R = [E + Σ vᵗ(Prin + (1−τ)(Int + OM) − τ·Dep) − RV·v^N] / [(1−s)(1−τ)·a_N]`` while every year is taxed and no pool is
    credited; in general the present value is a rising piecewise linear function of R, and its root is bracketed. A loss
    is carried on without a limit of years. Source: 发改价格〔2021〕633号, appendix, as recalled.
    """
    if (approved.income_tax_rate >= 1.0).any() or (approved.vat_rate * approved.surtax_rate >= 1.0).any():
        raise ValueError("no price is enough where taxes take the whole income")
    book, given = pricing_book(approved.repayment), _given(approved)
    years = given["age"].shape[1]

    def worth(level: Table) -> Table:
        ledger = book.evaluate({**given, "level": level}, years, keep=["worth"])
        return np.array(ledger.line("worth")[:, -1:])

    rows = max(len(value) for value in given.values())
    level = _root(worth, np.broadcast_to(approved.investment_yuan + approved.operating_cost_yuan[:, :1], (rows, 1)))
    ledger = book.evaluate({**given, "level": level}, years)
    excluding, including = (ledger.figure(name)[:, None] for name in ("price_ex_vat", "price_incl_vat"))
    return Priced(price_ex_vat=excluding, price_incl_vat=including, revenue_yuan=level, ledger=ledger)


def _given(approved: Approved) -> dict[str, Table]:
    """Every input of the book but the level of income; columns are construction years, then operating years."""
    building, years = approved.equity_parts.shape[1], approved.operating_years
    age = np.concatenate([np.zeros(building), np.arange(1.0, years + 1.0)])
    cost = np.broadcast_to(approved.operating_cost_yuan, (len(approved.operating_cost_yuan), years))
    parts = approved.equity_parts
    return {
        "capacity_kw": approved.capacity_kw, "investment": approved.investment_yuan, "equity_share": approved.equity_share,
        "equity_return": approved.equity_return, "actual_rate": approved.actual_rate, "market_rate": approved.market_rate,
        "gap_share": approved.gap_share, "loan_years": approved.loan_years, "depreciation_years": approved.depreciation_years,
        "residual_share": approved.residual_share, "income_tax_rate": approved.income_tax_rate, "vat_rate": approved.vat_rate,
        "surtax_rate": approved.surtax_rate, "capital_vat": approved.capital_vat_yuan,
        "om": np.concatenate([np.zeros((len(cost), building)), cost], axis=1),
        "equity_part": np.concatenate([parts, np.zeros((len(parts), years))], axis=1),
        "when": table(np.arange(1.0 - building, years + 1.0)),
        "age": table(age),
        "operating": table(age > 0),
        "completing": table(np.arange(len(age)) == building - 1),
        "last_operating": table(np.arange(len(age)) == len(age) - 1),
    }  # fmt: skip


# False position halves what it keeps of a stale end (Illinois), so that each end moves; a linear piece is met in two steps.
_PASSES = 200
_WITHIN = 1e-12


def _root(worth: Callable[[Table], Table], scale: Table) -> Table:
    """The level at which a rising function ``(S, 1)`` is zero, 0 where it is not below zero at nothing; each row by itself."""
    low, high = np.zeros_like(scale), np.maximum(scale, 1.0)
    below, above = worth(low), worth(high)
    while (short := above < 0.0).any():
        high = np.where(short, 2.0 * high, high)
        above = worth(high)
    done = below >= 0.0
    found = np.where(done, low, high)
    for _ in range(_PASSES):
        if done.all():
            break
        gap = np.where(done, 1.0, above - below)
        tried = np.where(done, found, high - above * (high - low) / gap)
        value = worth(tried)
        found = np.where(done, found, tried)
        done = done | (np.abs(value) <= _WITHIN * scale) | (high - low <= _WITHIN * high)
        up = value >= 0.0
        low, below, above = (
            np.where(up, low, tried), np.where(up, 0.5 * below, value), np.where(up, value, 0.5 * above)
        )  # fmt: skip
        high = np.where(up, tried, high)
    return found


def taken_back(gains: Table, period_years: int, share: Table) -> Table:
    """What is deducted from the capacity income for the market gains of the price period before, ``(S, N)`` yuan.

    Parameters
    ----------
    gains : (S, N)
        Net market and ancillary gain of each operating year, yuan; a loss is negative.
    period_years : int
        Operating years of a price period, from the first.
    share : (S, 1)
        Of a period's gain that is deducted.

    Returns
    -------
    (S, N)
        ``share × max(0, gain of the period) ÷ years of a period`` in each year of the next; a period's loss stays with the
        station. The gain of the last period falls beyond the operating years.

    Examples
    --------
    >>> taken_back(table([10.0, -4.0, 2.0, -9.0, 0.0]), 2, table(0.8)).tolist()
    [[0.0, 0.0, 2.4000000000000004, 2.4000000000000004, 0.0]]
    """
    taken = np.zeros(np.broadcast_shapes(gains.shape, share.shape))
    for begin in range(0, gains.shape[1], period_years):
        period = gains[:, begin : begin + period_years]
        gained = np.zeros((len(period), 1))
        for year in range(period.shape[1]):
            gained = gained + period[:, year : year + 1]
        following = slice(begin + period_years, begin + 2 * period_years)
        taken[:, following] = share * np.maximum(gained, 0.0) / period_years
    return taken
