"""附录J 财务指标汇总表: every declared indicator once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from appraisal.book.printed import Row, figure, heading
from appraisal.finance.structure import Structure
from appraisal.finance.tables.titles import label_of, labelled, own

_one = partial(figure, numbered=True)


def summary(form: Structure, declared: Collection[str]) -> Iterator[Row]:
    """The indicators by subject; one that is declared and stands under no subject comes last."""
    groups = (
        heading("投资规模", "Size of the investment", *_size()),
        heading("经营指标（运营期年均）", "Operation, mean of operating years", *_operation()),
        heading("盈利能力", "Profitability", *_profitability(form)),
        heading("偿债能力", "Solvency", *_solvency()),
        heading("财务生存能力", "Financial viability", *_viability()),
        heading("盈亏平衡", "Break-even", *_break_even()),
        heading("度电成本", "Levelised cost of storage", *_cost()),
    )
    yield from groups
    shown = {row.key for group in groups for row in group.rows}
    others = [_one(key) for key in declared if key not in shown]
    if others:
        yield heading("其他指标", "Other indicators", *others)


def _size() -> Iterator[Row]:
    for key in (
        "construction_investment_total", "construction_interest_total", "working_capital_total", "investment_total", "equity_total",
        "investment_yuan_per_kw", "investment_yuan_per_kwh",
    ):  # fmt: skip
        yield _one(key)


def _operation() -> Iterator[Row]:
    yield _one("revenue_mean")
    yield _one("total_cost_mean")
    yield _one("profit_mean", "pre")
    yield _one("net_profit_mean", "after")


def _profitability(form: Structure) -> Iterator[Row]:
    for key in ("project_irr", "project_npv", "payback_years", "discounted_payback_years"):
        yield _one(f"{key}_pre_tax", "pre", percent=key.endswith("irr"))
        yield _one(key, "after", percent=key.endswith("irr"))
    yield _one("first_payback_years", "after")
    for key in ("equity_irr", "equity_npv", "investors_irr", "investors_npv"):
        yield _one(key, "after", percent=key.endswith("irr"))
    for name in form.parties:
        title = labelled("投资方内部收益率", "IRR of the party", own(label_of(name)))
        yield _one(f"{name}_irr", "after", zh=title["zh"], en=title["en"], percent=True)
    yield _one("roi", "pre", percent=True)
    yield _one("roe", "after", percent=True)
    yield _one("profitability_index", "after")
    for key in ("mirr", "project_irr_real", "equity_irr_real"):
        yield _one(key, "after", percent=True)


def _solvency() -> Iterator[Row]:
    for key in (
        "icr_min", "icr_total", "dscr_min", "dscr_avg", "dscr_plain_min", "dscr_total", "llcr", "plcr", "loan_payoff_years",
    ):  # fmt: skip
        yield _one(key)
    yield _one("debt_ratio_most", percent=True)


def _viability() -> Iterator[Row]:
    for key in ("cash_least", "short_loan_most", "debt_unpaid", "vat_pool_left", "running_years_lost"):
        yield _one(key)


def _break_even() -> Iterator[Row]:
    yield _one("bep_first_year", percent=True)
    yield _one("bep_after_debt", percent=True)


def _cost() -> Iterator[Row]:
    yield _one("lcos_yuan_per_kwh", "pre")
    for key in ("lcos_capital", "lcos_om", "lcos_charging", "lcos_replacement"):
        yield _one(key, "pre")
    yield _one("lcos_tax")
    yield _one("lcos_real", "pre")
