"""The one path: Case → Operation → Revenue → Statements → Metrics."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from appraisal.case import Case
from appraisal.checks import Check, check
from appraisal.dispatch.run import dispatch, dispatch_is_shared
from appraisal.finance import Statements, project
from appraisal.metrics import KEYS, Metrics, measure, stack
from appraisal.operation import Operation, Revenue
from appraisal.payments import Payments, payments
from appraisal.scenario.checks import validate
from appraisal.streams import as_sold, pro_rated, settle
from appraisal.units import Table

# Rows of a block: large enough to hide the interpreter, small enough for the cache.
BLOCK_ROWS = 4000


@dataclass(frozen=True)
class Appraisal:
    """What came of each step, for every scenario of the case.

    Where streams sold more than the plant and ``market.oversold`` asks for it, ``pro_rated_by_era`` has what each one's
    claim was multiplied by, ``(S, 1)``, before any event and from each one on, and ``case`` holds the claims that were left.
    """

    case: Case
    operation: Operation
    revenue: Revenue
    statements: Statements
    metrics: Metrics
    pro_rated_by_era: tuple[Mapping[str, Table], ...] = field(default=({},))

    @property
    def pro_rated(self) -> Mapping[str, Table]:
        """The factors of :attr:`pro_rated_by_era`, of each stream the first."""
        return {label: factor for one in reversed(self.pro_rated_by_era) for label, factor in one.items()}

    @cached_property
    def payments(self) -> Payments:
        """Who pays: the revenue of the books by payer and year."""
        return payments(self.case, self.statements)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The identities of the books, each with its largest error."""
        rates = {key: metric.value for key, metric in self.metrics.items()}
        return check(self.case, self.operation, self.statements, rates)


def appraise(case: Case) -> Appraisal:
    """Appraise every scenario of a case.

    Parameters
    ----------
    case : Case
        S scenarios of one structure; ``case.vary`` makes them.

    Returns
    -------
    Appraisal
        ``.metrics[key].value`` and ``.status`` of shape ``(S,)``; ``.statements[key]`` of shape ``(S, Y)``.

    Raises
    ------
    InputError
        If inputs that were varied do not fit together (a loan longer than the project).
    NoSolutionError
        If a dispatch problem is infeasible.
    """
    validate(case)
    return _settled(case, dispatch(case))


def _settled(case: Case, operation: Operation, keep: Collection[str] | None = None) -> Appraisal:
    sold = as_sold(case)
    revenue = settle(sold, operation)
    statements = project(sold, operation, revenue, keep)
    return Appraisal(sold, operation, revenue, statements, measure(statements), tuple(map(pro_rated, case.regimes)))


def blocks(case: Case, rows: int = BLOCK_ROWS, keep: Collection[str] | None = None) -> Iterator[Appraisal]:
    """The same appraisal in blocks of rows; *keep* names the lines wanted.

    Where no scenario differs in what dispatch reads it is solved once; else each block solves its own problems, so that
    memory depends on *rows* only.
    """
    shared = dispatch(case) if dispatch_is_shared(case) else None
    for begin in range(0, case.scenarios, rows):
        part = slice(begin, begin + rows)
        block = case.rows(part)
        validate(block)
        yield _settled(block, shared.rows(part) if shared else dispatch(block), keep)


def measure_many(
    case: Case,
    rows: int = BLOCK_ROWS,
    keys: Collection[str] = KEYS,
    progress: Callable[[int], object] | None = None,
    seen: Callable[[Appraisal], object] | None = None,
    also: Collection[str] = (),
) -> Metrics:
    """The metrics of a case of many scenarios, in memory that depends on *rows* only.

    Parameters
    ----------
    case : Case
        S scenarios.
    rows : int
        Scenarios of a block.
    keys : collection of str
        Metrics wanted: any figure that the books declare.
    progress : callable, optional
        Told the number of scenarios done, after each block.
    seen : callable, optional
        Shown the appraisal of each block, which has the metrics wanted and the lines and figures of *also*.
    also : collection of str

    Returns
    -------
    Metrics
        Each ``(S,)``.

    Raises
    ------
    InputError, NoSolutionError
        As :func:`appraise`; before the first block where one scenario is refused by its range.
    """
    parts, done = [], 0
    for block in blocks(case, rows, [*keys, *(name for name in also if name not in keys)]):
        parts.append(block.metrics)
        if seen is not None:
            seen(block)
        done += block.case.scenarios
        if progress is not None:
            progress(done)
    return stack(parts)
