"""The identities that hold for every case, measured on the books of this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.discount import npv
from appraisal.finance import Statements
from appraisal.operation import Operation
from appraisal.units import Table

# Of the construction investment: what rounding may leave in a sum of some hundred terms.
TOLERANCE = 1e-9

LABELS = {
    "balance": ("资产等于负债加权益", "assets equal debt plus equity"),
    "loan_repaid": ("借款期末余额为零", "the loan ends at zero"),
    "vat_pool": ("待抵扣进项税不为负", "the VAT pool is never negative"),
    "vat_recovered": (
        "回收的进项税等于建设进项税减期末留抵",
        "VAT recovered is the capital input VAT less the pool left",
    ),
    "depreciation": ("累计折旧等于原值减净值", "depreciation adds up to original less net value"),
    "funding": ("资本金加借款等于资金运用", "equity plus debt equals the uses of funds"),
    "working_capital": ("流动资金全部收回", "working capital comes back"),
    "energy": ("放电量不超过充电量乘效率", "energy out is at most energy in times efficiency"),
    "irr": ("内部收益率处净现值为零", "NPV at each rate of return is zero"),
}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One identity: ``ok`` by scenario, and the largest error as a share of what it is measured on (money: the investment)."""

    id: str
    zh: str
    en: str
    ok: np.ndarray
    worst: float

    @property
    def detail(self) -> str:
        """The largest error in words."""
        return f"largest relative error {self.worst:.1e}"


def check(case: Case, operation: Operation, books: Statements, rates: Mapping[str, Table]) -> tuple[Check, ...]:
    """Every identity of the books and of the rates of return found on them (metric key → ``(S,)``).

    Returns
    -------
    tuple of Check
        ``ok`` of shape ``(S,)``.
    """
    scale = np.maximum(books["invested"][:, -1:], 1.0)
    errors = {name: money / scale for name, money in _money(case, books).items()}
    errors["energy"] = _energy_made(case, operation)
    errors["irr"] = _npv_at_rates(books, rates)
    return tuple(_check(name, *LABELS[name], error) for name, error in errors.items())


def _money(case: Case, books: Statements) -> dict[str, Table]:
    """Identities of the books: what should be 0, yuan, ``(S, Y)`` or ``(S, 1)``."""
    columns = periods(case.project)
    repaid = np.clip(columns.age - case.finance.loan_years + 1.0, 0.0, 1.0)
    repaid[:, -1] = 1.0  # A loan that outlasts the project is not repaid either.
    written = np.cumsum(books["plant.depreciation"] + books["plant.written_off"], axis=1)
    return {
        "balance": books["balance_gap"],
        "loan_repaid": books["loan.closing"] * repaid,
        "vat_pool": np.minimum(books["vat_pool"], 0.0),
        "vat_recovered": books["capital_vat_paid"] - books["recovered_vat"] - books["vat_pool"],
        "depreciation": books["plant.original"] - books["plant.net"] - written,
        "funding": books["funding_residual"],
        "working_capital": books["working_assets"][:, -1:],
    }


def _energy_made(case: Case, operation: Operation) -> Table:
    """Energy discharged beyond energy charged × efficiency, as a share of a year's charging, ``(S, Y)``."""
    efficiency = case.storage.charge_efficiency * case.storage.discharge_efficiency
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
