"""The printed tables A–L of a Chinese feasibility report, as rows over declared lines (附录A … 附录L).

Content and order follow 《建设项目经济评价方法与参数》（第三版）. 附录K, the sensitivity, is no statement and is made by
a study; ``appraisal.tables`` puts it with the others.
"""

from __future__ import annotations

from collections.abc import Mapping

from appraisal.book.printed import Sheet
from appraisal.finance.structure import Structure
from appraisal.finance.tables import balance, cash, debt, income, indicators, investment

# Letter → name, Chinese and English title.
TITLES: Mapping[str, tuple[str, str, str]] = {
    "A": ("investment_estimate", "投资估算表", "Investment estimate"),
    "B": ("uses_and_sources", "投资计划与资金筹措表", "Uses and sources of funds"),
    "C": ("total_cost_table", "总成本费用表", "Total cost"),
    "D": ("profit_distribution", "损益和利润分配表", "Profit and its distribution"),
    "E": ("debt_schedule", "还本付息计算表", "Debt schedule"),
    "F": ("cash_flow_plan", "财务计划现金流量表", "Financial-plan cash flow"),
    "G": ("project_cash_flow", "项目投资现金流量表", "Project cash flow"),
    "H": ("equity_cash_flow", "项目资本金现金流量表", "Equity cash flow"),
    "I": ("balance_sheet", "资产负债表", "Balance sheet"),
    "J": ("indicator_summary", "财务指标汇总表", "Financial indicators"),
    "K": ("sensitivity_table", "敏感性分析表", "Sensitivity"),
    "L": ("parties_cash_flow", "投资各方现金流量表", "Cash flow of the parties"),
}
SENSITIVITY = "K"


def letter_of(key: str) -> str | None:
    """The letter of a table by letter, name or Chinese title; None if it is no table.

    Examples
    --------
    >>> letter_of("D"), letter_of("profit_distribution"), letter_of("附录D 损益和利润分配表"), letter_of("project_net")
    ('D', 'D', 'D', None)
    """
    for letter, (name, zh, _) in TITLES.items():
        if key in (letter, name, zh, f"附录{letter}", f"附录{letter} {zh}"):
            return letter
    return None


def sheets(form: Structure, indicators_declared: tuple[str, ...]) -> dict[str, Sheet]:
    """Every table of a structure but the sensitivity, by letter."""
    rows = {
        "A": investment.estimate(form), "B": investment.funding(form), "C": income.cost(form), "D": income.profit(form), "E": debt.service(form),
        "F": cash.plan(form), "G": cash.project(form), "H": cash.equity(form), "I": balance.sheet(form),
        "J": indicators.summary(form, indicators_declared), "L": cash.parties(form),
    }  # fmt: skip
    return {letter: Sheet(letter, *TITLES[letter], tuple(of), yearly=letter != "J") for letter, of in rows.items()}


__all__ = ["SENSITIVITY", "TITLES", "letter_of", "sheets"]
