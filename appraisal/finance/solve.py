"""What a statement line cannot declare because it needs iteration; the result enters the books as a value row.

The construction debt share is such a value: equity is a share of total investment, total investment holds the
construction interest, and the interest depends on the debt. The figures come from the declared lines themselves,
evaluated over the construction columns, so that no formula stands twice; ``funding_residual`` proves the result.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

import numpy as np

from appraisal.book import Book
from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.finance.books import book, funding_book, structure
from appraisal.finance.inputs import values
from appraisal.finance.statements import Statements
from appraisal.operation import Operation, Revenue
from appraisal.units import Table

# The step shrinks the error by about (working capital ÷ investment) × (interest ÷ investment), below 1e-2 in any
# case with a sense; a fixed number of passes keeps every row independent of the others.
PASSES = 8


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
    form, years = structure(case, revenue), periods(case.project).years
    given = values(case, operation, revenue)
    given["construction_debt_share"] = construction_debt_share(with_lines(funding_book(form), formulas), given, case)
    ledger = with_lines(book(form), formulas).evaluate(given, years, keep)
    return Statements(ledger, redo=lambda changed: project(case, operation, revenue, keep, {**formulas, **changed}))


def construction_debt_share(called: Book, given: dict[str, Table], case: Case) -> Table:
    """Debt share of the construction outlay at which equity is its share of total investment, ``(S, 1)``."""
    columns = periods(case.project).construction + 1
    early = {name: given[name][:, :columns] for name in called.inputs if name in given}
    share: Table = given["debt_share"]
    for _ in range(PASSES):
        ledger = called.evaluate({**early, "construction_debt_share": share}, columns, keep=["debt_share_called_for"])
        share = np.ascontiguousarray(ledger.line("debt_share_called_for")[:, columns - 1 :])
    return share


def with_lines(declared: Book, formulas: Mapping[str, str]) -> Book:
    """The book with the formulas of those of its lines replaced that it holds."""
    for key, formula in formulas.items():
        if key in declared.lines or key in declared.figures:
            declared = declared.with_line(key, formula)
    return declared
