"""The identities that hold for every case, measured on the books of this one; together they are the master check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from appraisal.book.plan import needed
from appraisal.book.tree import refs
from appraisal.case import Case
from appraisal.discount import npv
from appraisal.errors import Message, said
from appraisal.finance import Statements
from appraisal.operation import Operation
from appraisal.units import Table

# Of the largest of investment, assets and debt: what rounding may leave in a sum of some hundred terms.
TOLERANCE = 1e-9

LABELS = {
    "balance": ("资产等于负债加权益", "assets equal debt plus equity"),
    "cash": ("资本金现金流量与财务计划现金流量一致", "equity cash flow ties to the cash plan"),
    "investors": ("投资各方现金流量合计等于资本金现金流量合计", "what the investors get is what equity earns"),
    "loan_repaid": ("借款期末余额为零", "loans end at zero"),
    "vat_pool": ("待抵扣进项税不为负", "the VAT pool is never negative"),
    "vat_recovered": (
        "回收的进项税等于建设进项税减期末留抵",
        "VAT recovered is the capital input VAT less the pool left",
    ),
    "depreciation": ("累计折旧等于原值减净值", "depreciation adds up to original less net value"),
    "tax_depreciation": ("税前扣除总额等于账面折旧总额", "over the life tax deducts what the books depreciate"),
    "funding": ("资本金加借款等于资金运用", "equity plus debt equals the uses of funds"),
    "sculpting": ("按偿债备付率测算的还款与资金相符", "sculpted repayments follow the cash"),
    "reserve": ("盈余公积金不为负且不超过上限", "the surplus reserve is within its limit"),
    "deferred": ("递延收益期末为零", "deferred income ends at zero"),
    "working_capital": ("流动资金全部收回", "working capital comes back"),
    "unlevered": ("项目投资现金流量不随融资变动", "the project table does not move with the debt"),
    "energy": ("放电量不超过充电量乘效率", "energy out is at most energy in times efficiency"),
    "irr": ("内部收益率处净现值为零", "NPV at each rate of return is zero"),
}
# What a project table that does not move with the debt may not rest on.
_FINANCING = (
    "debt_share",
    "construction_debt_share",
    "dividend_payout",
    "short_loan_rate",
    "working_capital_debt_share",
)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One identity: ``ok`` by scenario, and the largest error as a share of what it is measured on (money: the investment)."""

    id: str
    zh: str
    en: str
    ok: np.ndarray
    worst: float

    @property
    def detail(self) -> Message:
        """The largest error in words."""
        return said("largest relative error {worst:.1e}", "最大相对误差 {worst:.1e}", worst=self.worst)


def check(case: Case, operation: Operation, books: Statements, rates: Mapping[str, Table]) -> tuple[Check, ...]:
    """Every identity of the books and of the rates of return found on them (metric key → ``(S,)``).

    Returns
    -------
    tuple of Check
        ``ok`` of shape ``(S,)``. The project table of ``adjusted_tax: booked`` moves with the debt by the case's own
        wish, so that this identity is then left out.
    """
    scale = np.maximum(books["invested"][:, -1:], 1.0)
    # A short-term loan that is never repaid grows beyond the investment, and its rounding with it.
    sizes = [np.abs(books[key]).max(axis=1, keepdims=True) for key in ("assets", "debt")]
    scale = np.maximum(scale, np.maximum(*sizes))
    errors = {name: money / scale for name, money in _money(books)}
    if case.tax.adjusted_tax == "unlevered":
        errors["unlevered"] = np.full((len(scale), 1), float(moves_with_debt(books)))
    errors["energy"] = _energy_made(case, operation)
    errors["irr"] = _npv_at_rates(books, rates)
    return tuple(_check(name, *LABELS[name], errors[name]) for name in LABELS if name in errors)


def _money(books: Statements) -> Iterator[tuple[str, Table]]:
    """Identities of the books: what should be 0, yuan, ``(S, Y)`` or ``(S, 1)``."""
    yield "balance", books["balance_gap"]
    yield "cash", books["equity_cash_gap"]
    yield "investors", books["investors_gap"]
    yield "loan_repaid", _left_unpaid(books)
    yield "vat_pool", np.minimum(books["vat_pool"], 0.0)
    yield "vat_recovered", books["capital_vat_paid"] - books["recovered_vat"] - books["vat_pool"]
    yield "depreciation", _not_depreciated(books)
    yield "tax_depreciation", np.cumsum(books["tax_difference"], axis=1)[:, -1:]
    yield "funding", books["funding_residual"]
    if books.form.sculpted is not None:
        yield "sculpting", np.where(books.solved[:, None], books["sculpting_gap"], 0.0)
    above = books["reserve"] - books.ledger.line("surplus_reserve_cap")[:, :1] * np.maximum(books["paid_in"], 0.0)
    yield "reserve", np.maximum(above, 0.0) * books["operating"] + np.minimum(books["reserve"], 0.0)
    if books.form.grants:
        yield "deferred", books["deferred_income"][:, -1:]
    yield "working_capital", books["working_assets"][:, -1:]


def _left_unpaid(books: Statements) -> Table:
    """What a loan with a schedule owes after its last repayment, ``(S, Y)``; one repaid by capacity may remain unpaid."""
    form = books.form
    owed = np.zeros((1, 1))
    for loan in form.loans:
        for suffix in ("",) if loan.later else form.suffixes:
            if loan.method == "capacity" or not books.solved.all():
                continue
            name = f"{loan.name}{suffix}"
            closing = books[f"{name}.closing"]
            repaying = np.maximum(books[f"{name}.amortising"], books[f"{name}.refinanced"] > 0.0)
            after = np.cumsum(repaying[:, ::-1], axis=1)[:, ::-1] - repaying < 0.5
            began = np.cumsum(repaying, axis=1) > 0.5
            after[:, -1] = began[:, -1] = True  # A loan that outlasts the project is not repaid either.
            owed = np.maximum(owed, np.abs(closing) * (after & began))
    return np.asarray(owed)


def _not_depreciated(books: Statements) -> Table:
    """Original value less net value less what was depreciated and written off, over all booked accounts, ``(S, Y)``."""
    written = np.cumsum(books["fixed_depreciation"] + books["fixed_written_off"], axis=1)
    return np.asarray(books["fixed_original"] - books["fixed_net"] - written)


def moves_with_debt(books: Statements) -> bool:
    """Whether the project table rests, by its declared formulas, on any line or input of financing."""
    book = books.book
    trees = {key: line.tree for key, line in book.lines.items()}
    lines = needed(trees, ["project_net", "project_net_pre_tax"])
    read = {ref.key for key in lines for ref in refs(trees[key])}
    return bool(read & set(_FINANCING)) or any(
        key.partition(".")[0].startswith(("loan", "lease")) for key in read | lines
    )


def _energy_made(case: Case, operation: Operation) -> Table:
    """Energy discharged beyond energy charged × efficiency, as a share of a year's charging, ``(S, Y)``."""
    efficiency = case.storage.charge_efficiency * case.storage.discharge_yield
    made = np.maximum(operation.discharged_mwh - operation.charged_mwh * efficiency, 0.0)
    return np.asarray(made / np.maximum(operation.charged_mwh.max(axis=1, keepdims=True), 1.0))


def _npv_at_rates(books: Statements, rates: Mapping[str, Table]) -> Table:
    """NPV of the project before and after tax and of equity at the rate found, ``(S, 3)``; 0 where there is none.

    Each is a share of the sum of its discounted absolute flows: near a rate of -1 present values dwarf the investment.
    """
    worths = []
    for key, line in (
        ("project_irr_pre_tax", "project_net_pre_tax"),
        ("project_irr", "project_net"),
        ("equity_irr", "equity_net"),
    ):
        rate, found = np.where(np.isfinite(rates[key]), rates[key], 0.0), np.isfinite(rates[key])
        # Below zero the flows are carried to the last year instead, where none of them overflows.
        carried = rate < 0.0
        growth = np.where(carried, 1.0 / (1.0 + rate), 1.0 + rate)
        cash = np.where(carried[:, None], books[line][:, ::-1], books[line])
        size = np.maximum(npv(growth - 1.0, np.abs(cash)), np.finfo(np.float64).tiny)
        worths.append(np.where(found, npv(growth - 1.0, cash) / size, 0.0))
    return np.stack(worths, axis=1)


def _check(name: str, zh: str, en: str, error: Table) -> Check:
    worst = np.abs(error).max(axis=1)
    return Check(id=name, zh=zh, en=en, ok=worst <= TOLERANCE, worst=float(worst.max()))
