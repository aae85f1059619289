"""What a statement line cannot declare because it needs iteration; the result enters the books as a value row.

Two things are solved, both on the declared lines themselves, so that no formula stands twice, and both proved by a
residual line of the books. The construction debt share: equity is a share of total investment, total investment holds
the construction interest, and the interest depends on the debt (``funding_residual``). A sculpted loan: its size and
its repayments follow the cash available, the cash follows income tax, and tax follows the interest (``sculpting_gap``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from appraisal.book import Book
from appraisal.case import Case
from appraisal.finance.books import book, funding_book
from appraisal.finance.statements import Statements
from appraisal.finance.structure import Structure, structure
from appraisal.finance.values import values
from appraisal.operation import Operation, Revenue
from appraisal.units import Table, table

# The step shrinks the error by about (working capital ÷ investment) × (interest ÷ investment), below 1e-2 in any
# case with a sense; a fixed number of passes keeps every row independent of the others.
PASSES = 8
# Of the investment: a sculpted loan has converged when neither its repayments nor its size move by more.
SCULPTED_WITHIN = 1e-12
SCULPTING_PASSES = 30


def project(
    case: Case, operation: Operation, revenue: Revenue, keep: Collection[str] | None = None, formulas: Mapping[str, str] = MappingProxyType({})
) -> Statements:  # fmt: skip
    """The books of every scenario.

    Parameters
    ----------
    case : Case
        S scenarios of one structure.
    operation, revenue
        Tables ``(S, Y)`` or ``(1, Y)``.
    keep : keys, optional
        Lines and figures wanted; by default all. A run over many scenarios keeps only its metrics.
    formulas : key → text
        Formulas in place of the declared ones.

    Returns
    -------
    Statements
        Every kept line as ``(S, Y)`` and every figure as ``(S,)``.
    """
    form = structure(case, revenue)
    given = values(case, operation, revenue, form)
    years = given["year_number"].shape[1]
    called, whole = with_lines(funding_book(form), formulas), with_lines(book(form), formulas)
    solved = np.ones(1, dtype=bool)
    if form.sculpted is None:
        given["construction_debt_share"] = construction_debt_share(called, given)
    else:
        found = sculpted(form, whole, called, given)
        given, solved = found.given, found.solved
    ledger = whole.evaluate(given, years, keep)
    return Statements(ledger, form, np.broadcast_to(solved, (ledger.rows,)), redo=lambda changed: project(case, operation, revenue, keep, {**formulas, **changed}))  # fmt: skip


def construction_debt_share(called: Book, given: Mapping[str, Table]) -> Table:
    """Debt share of the construction outlay at which equity is its share of total investment, ``(S, 1)``."""
    columns = int(np.flatnonzero(given["completing"][0])[0]) + 1
    early = {name: given[name][:, :columns] for name in called.inputs if name in given}
    share: Table = given["debt_share"]
    for _ in range(PASSES):
        ledger = called.evaluate({**early, "construction_debt_share": share}, columns, keep=["debt_share_called_for"])
        share = np.clip(np.ascontiguousarray(ledger.line("debt_share_called_for")[:, columns - 1 :]), 0.0, None)
    return share


@dataclass(frozen=True)
class Sculpted:
    """The inputs with the solved loan in them, and whether it converged, ``(S,)``."""

    given: dict[str, Table]
    solved: NDArray[np.bool_]


def sculpted(form: Structure, whole: Book, called: Book, given: Mapping[str, Table]) -> Sculpted:
    """Size and repayments of the sculpted loan: the fixed point over tax.

    Each pass evaluates the books with the loan of the pass before, reads the cash available to it, and sizes it anew:
    ``D = min(cap, Σ cash / target / (1 + i)^n)``, repayments ``cash / cover - interest``. A row that has converged
    stays as it is, so that no row depends on another.
    """
    loan = form.sculpted
    assert loan is not None
    name, years = loan.name, given["year_number"].shape[1]
    cap = given[f"{name}.share"] if f"{name}.share" in given else table(1.0)
    state = _Loan(table(1.0), np.zeros((1, years)), given[f"{name}.target_dscr"])
    tried = dict(given)
    solved = np.zeros(1, dtype=bool)
    for _ in range(SCULPTING_PASSES + 1):
        tried = {**given, **state.inputs()}
        tried["construction_debt_share"] = construction_debt_share(called, tried)
        if solved.all():
            break
        kept = ["sculpting_cash", "other_service", "dynamic_total", "invested"]
        ledger = whole.evaluate(tried, years, keep=kept)
        limit = cap * tried["construction_debt_share"] * ledger.line("dynamic_total")[:, -1:]
        found = _size(ledger.line("sculpting_cash"), ledger.line("other_service"), limit, given, name)
        moved = np.maximum(
            np.abs(found.principal - state.principal).max(axis=1), np.abs((found.part - state.part) * limit).max(axis=1)
        )
        arrived = moved <= SCULPTED_WITHIN * np.maximum(ledger.line("invested")[:, -1], 1.0)
        state = found.where(~np.broadcast_to(solved, arrived.shape), state)
        solved = solved | arrived
    return Sculpted(tried, solved)


@dataclass(frozen=True)
class _Loan:
    """A sculpted loan of a pass: size as a share of its cap ``(S, 1)``, repayments ``(S, Y)``, cover ``(S, 1)``."""

    part: Table
    principal: Table
    cover: Table

    def inputs(self) -> dict[str, Table]:
        """As the books take it."""
        return {"sculpted_part": self.part, "sculpted_principal": self.principal, "cover": self.cover}

    def where(self, rows: NDArray[np.bool_], other: _Loan) -> _Loan:
        """This loan in some rows, the other one elsewhere."""
        pick = rows[:, None]
        return _Loan(*(np.where(pick, own, old) for own, old in zip(_parts(self), _parts(other), strict=True)))


def _parts(loan: _Loan) -> tuple[Table, Table, Table]:
    return loan.part, loan.principal, loan.cover


def _size(cash: Table, others: Table, limit: Table, given: Mapping[str, Table], name: str) -> _Loan:
    """The loan that the cash of its repayment years carries beside the debt service of *others*, at most *limit*.

    Its service is ``max(cash / cover - others, 0)``. Where the limit binds the cover is raised until the present value
    of the service is the limit: that value is convex and piecewise linear in ``1 / cover``, so Newton's steps from the
    target fall onto it in at most as many steps as there are years.
    """
    age, rate = given["loan_age"], given[f"{name}.rate"]
    repaying = (given[f"{name}.grace_years"] < age) & (age <= given[f"{name}.years"])
    charged = rate * given["bearing"]
    # In the grace years interest is paid and nothing grows or shrinks.
    growth = np.where(repaying, 1.0 + charged, 1.0)
    paid = np.where(repaying, cash, 0.0)
    target = np.broadcast_to(given[f"{name}.target_dscr"], (len(paid), 1))
    level, room = 1.0 / target, np.maximum(limit, 0.0)
    for _ in range(cash.shape[1] + 1):
        live = repaying & (paid * level > others)
        excess = _worth(np.where(live, paid * level - others, 0.0), growth) - room
        slope = _worth(np.where(live, paid, 0.0), growth)
        step = np.where(slope > 0.0, np.maximum(excess, 0.0) / np.where(slope > 0.0, slope, 1.0), 0.0)
        level = level - step
    service = np.where(repaying, np.maximum(paid * level - others, 0.0), 0.0)
    size = _worth(service, growth)
    balance, principal = size, np.zeros(cash.shape)
    for year in range(cash.shape[1]):
        due = repaying[:, year : year + 1] & (size > 0.0)
        interest = charged[:, year : year + 1] * balance
        principal[:, year : year + 1] = np.where(due, service[:, year : year + 1] - interest, 0.0)
        balance = balance - principal[:, year : year + 1]
    part = np.where(limit > 0.0, size / np.where(limit > 0.0, limit, 1.0), 0.0)
    return _Loan(np.minimum(part, 1.0), principal, 1.0 / np.where(level > 0.0, level, 1.0 / target))


def _worth(service: Table, growth: Table) -> Table:
    """Present value of a yearly service when operation begins, ``(S, 1)``."""
    worth = np.zeros((len(service), 1))
    for year in range(service.shape[1] - 1, -1, -1):
        worth = (worth + service[:, year : year + 1]) / growth[:, year : year + 1]
    return worth


def with_lines(declared: Book, formulas: Mapping[str, str]) -> Book:
    """The book with the formulas of those of its lines replaced that it holds."""
    for key, formula in formulas.items():
        if key in declared.lines or key in declared.figures:
            declared = declared.with_line(key, formula)
    return declared
