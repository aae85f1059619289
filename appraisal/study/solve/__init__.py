"""What would have to be true: the value of an input at which a metric meets a target, and the frontier over a second input.

Every scenario of a case is a problem of its own; all of them are looked at and closed in on in shared blocks over the
one path, so that an input that dispatch reads is dispatched anew at every point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from appraisal.case import Case
from appraisal.checks import TOLERANCE
from appraisal.errors import Fault, InputError, said
from appraisal.metrics import Metric
from appraisal.pipeline import measure_many
from appraisal.study.grid import label_of
from appraisal.study.hurdle import refuse_unknown
from appraisal.study.inputs import REFUSED, Indices, Input, Inputs, Vector, filled, refuse_blocks
from appraisal.study.provenance import Provenance, provenance
from appraisal.study.search import Found, Scan, trend
from appraisal.study.solve.outcome import by_problem, codes, nearest
from appraisal.study.solve.problems import Problems, searched
from appraisal.study.solve.ranges import single
from appraisal.study.solve.wording import in_language, note, trend_words
from appraisal.study.targets import refuse_far
from appraisal.study.words import head, say
from appraisal.units import Table

if TYPE_CHECKING:
    import pandas as pd

Within: TypeAlias = tuple[float, float]

_INVESTED = "construction_investment_total"
_NONE_SOLVED = said("no scenario has a solution; see the note of each", "没有方案有解；见各方案说明")
_SHARED = said("is moved by both inputs; take one that does not touch it", "被两个输入同时改变；请换一个不涉及它的输入")
_HEADS = {
    "row": ("方案", "Scenario"),
    "stands": ("现值", "as the case stands"),
    "target": ("目标", "target"),
    "needed": ("所需值", "needed"),
    "trend": ("变化方向", "Trend"),
    "note": ("说明", "Note"),
}


@dataclass(frozen=True, kw_only=True)
class Solved:
    """The value of one input at which a metric meets its target, for S scenarios.

    Attributes
    ----------
    moving : Inputs
        The case and its one input, ``moving.inputs[0]``.
    base, metric : Metric
        The metric as the case stands, and at the solution; each ``(S,)``, the second NaN where there is none.
    target : (S,)
        In the unit of the metric.
    value : (S,)
        The solution nearest to what the case holds: a value in the unit of the input or a relative change (fraction);
        the lowest where the case holds none; NaN without a solution.
    code : (S,)
        ``ok``; ``interval``, ``everywhere`` (more than points meet the target); without a value ``flat``, ``above`` or
        ``below`` (on which side of the target the metric stays), ``jump``, ``gap`` (the target lies where the metric is
        undefined), ``undefined``, ``refused``.
    trend : (S,)
        ``rises``, ``falls``, ``flat``, ``mixed`` or ``none``, over the points looked at.
    solutions, jumps : tuple of (n,)
        Of each scenario every solution found, ascending (of an interval both ends), and where the metric jumps over it.
    looked : (S, 2)
        Lowest and highest value of the input looked at.
    points : (S,)
        At how many values the metric is known, or was looked for in vain where it is nowhere known.
    reached : (S, 2), reached_at : (S, 2)
        Lowest and highest metric seen, and where.
    refusals : mapping
        Scenario → why the case refuses some value that was looked at.
    provenance : Provenance
    """

    moving: Inputs
    base: Metric
    metric: Metric
    target: Vector
    value: Vector
    code: NDArray[np.str_]
    trend: NDArray[np.str_]
    solutions: tuple[Vector, ...]
    jumps: tuple[Vector, ...]
    looked: Table
    points: Indices
    reached: Table
    reached_at: Table
    refusals: Mapping[int, str]
    provenance: Provenance

    @property
    def input(self) -> Input:
        """What was solved for."""
        return self.moving.inputs[0]

    @property
    def found(self) -> Indices:
        """The scenarios that have a solution."""
        return np.flatnonzero(np.isfinite(self.value))

    def case(self) -> Case:
        """The scenarios that have a solution, with the input there."""
        rows = self.found
        if not rows.size:
            raise InputError([Fault(where="solve", path=self.input.key, message=_NONE_SOLVED)])
        return self.moving.block(self.value[rows, np.newaxis], rows)

    def words(self, row: int = 0, lang: str = "en") -> str:
        """Why a scenario has no solution, or what is odd about the one shown; empty where nothing is."""
        extremes = dict(zip(("lowest", "highest"), self.reached[row].tolist(), strict=True))
        extremes |= dict(zip(("lowest_at", "highest_at"), self.reached_at[row].tolist(), strict=True))
        return note(
            str(self.code[row]), self.input, self.metric, row, lang, target=float(self.target[row]), looked=self.looked[row],
            points=int(self.points[row]), extremes=extremes, solutions=self.solutions[row], jumps=self.jumps[row], refusal=self.refusals.get(row, ""),
            base=self.base,
        )  # fmt: skip

    def trend_words(self, row: int = 0, lang: str = "en") -> str:
        """How the metric goes with the input over what was looked at."""
        return trend_words(str(self.trend[row]), lang)

    def table(self, lang: str = "en") -> pd.DataFrame:
        """One row a scenario: the input and the metric as they stand, the target, the value needed, and a note."""
        import pandas as pd

        rows = range(self.value.size)
        stands, label, figure = say(_HEADS["stands"], lang), label_of(self.input, lang), head(self.metric, lang)
        return pd.DataFrame(
            {
                say(_HEADS["row"], lang): np.arange(1, self.value.size + 1),
                f"{label} {stands}": self.moving.base[:, 0],
                f"{figure} {stands}": self.base.value,
                f"{figure} {say(_HEADS['target'], lang)}": self.target,
                f"{label} {say(_HEADS['needed'], lang)}": self.value,
                say(_HEADS["trend"], lang): [self.trend_words(row, lang) for row in rows],
                say(_HEADS["note"], lang): [self.words(row, lang) for row in rows],
            }
        )


def solve(
    case: Case, what: str | Input, metric: str, target: ArrayLike = 0.0, *, within: Within | None = None
) -> Solved:  # fmt: skip
    """The value of an input at which a metric meets a target, for every scenario of a case.

    Parameters
    ----------
    case : Case
        S scenarios, each a problem of its own: solving a stack is stacking the solutions.
    what : str or Input
        Dotted path of a number, whose value is sought; or an input that moves numbers together, whose relative change is.
    metric : str
        Any figure that the books declare.
    target : float or (S,)
        In the unit of the metric; rates are fractions.
    within : (low, high), optional
        Where to look, in values or relative changes; by default the whole range of the field (relative changes from
        −100 %), and where that has no end outwards until the target is met or passed, at the most to a thousand times what stands.

    Returns
    -------
    Solved
        At ``.value`` the metric is the target to 1e-9 of the construction investment (money in yuan; 1e-9 yuan at
        the least), of the larger of 1 and the target (anything else). Where there is no solution the code and the words say why.

    Raises
    ------
    InputError
        For an unknown path or metric, an input that changes the structure, takes whole years or is nowhere stated, a
        target that is not finite, too far off to be told from others or of another length, and what ``appraise`` refuses.
    NoSolutionError
        If a dispatch problem is infeasible.

    Notes
    -----
    The points looked at are dense around the case's value and reach both ends; between two of them the metric is taken
    to turn at most once. A crossing next to values at which the metric is undefined, or which the case refuses, is found.

    Examples
    --------
    >>> import appraisal
    >>> case = appraisal.load_case(appraisal.scenario_path("contract_schedule"))
    >>> found = solve(case, "finance.discount_rate", "project_npv", 0.0)
    >>> bool(abs(found.value[0] - appraisal.appraise(case).metrics["project_irr"].value[0]) < 1e-9), found.trend.tolist()
    (True, ['mixed'])
    """
    refuse_unknown(case, (metric,))
    wanted = _targets(case, metric, target)
    moving = single(case, what)
    standing = filled(measure_many(case, keys=(metric, _INVESTED)), case.scenarios)
    base, invested = standing[metric], standing[_INVESTED].value
    refuse_far(metric, wanted, np.fmax(1.0, np.abs(invested if base.unit == "yuan" else base.value)))
    enough = TOLERANCE * np.maximum(1.0, invested if base.unit == "yuan" else np.abs(wanted))
    problems = Problems(moving, metric, wanted, enough)
    return _solved(problems, base, searched(problems, within), within)


def _targets(case: Case, metric: str, target: ArrayLike) -> Vector:
    given = np.array(target, dtype=np.float64).reshape(-1)
    if given.size not in (1, case.scenarios) or not np.isfinite(given).all():
        message = said(
            "target {found}; expected a finite number, or one for each of {scenarios} scenarios",
            "目标为 {found}；应为一个有限数，或 {scenarios} 个方案各一个",
            found=np.asarray(target).tolist(),
            scenarios=case.scenarios,
        )
        raise InputError([Fault(where="solve", path=metric, message=message)])
    return np.ascontiguousarray(np.broadcast_to(given, (case.scenarios,)))


def _solved(problems: Problems, base: Metric, found: Found, within: Within | None) -> Solved:
    """What was found, laid out by scenario."""
    moving, scan, rows = problems.moving, found.scan, problems.target.size
    standing, jumps = moving.base[:, 0], by_problem(found, found.kind == "jump", rows)
    value, kind = nearest(found, standing, rows)
    # A case that accepts nothing but what stands has refused the question.
    none = problems.accepted[:, 0] >= problems.accepted[:, 1]
    code = np.where(none, "refused", codes(scan, kind, np.array([one.size > 0 for one in jumps])))
    ends = np.column_stack([scan.points[:, 0], np.where(np.isfinite(scan.points), scan.points, -np.inf).max(axis=1)])
    looked = np.where(none[:, None], ends, problems.accepted)
    # What stands in the case is the answer where it meets the target.
    met = (np.abs(base.value - problems.target) <= problems.enough) & (np.clip(standing, *looked.T) == standing)
    value = np.where(none, np.nan, np.where(met, standing, value))
    reached, reached_at = _reached(problems, scan)
    known, asked = (np.isfinite(table).sum(axis=1) for table in (scan.values, scan.points))
    settings = {
        "input": moving.inputs[0].key,
        "metric": problems.key,
        "target": problems.target.tolist(),
        "within": within,
    }
    return Solved(
        moving=moving, base=base, metric=_at(problems, base, value), target=problems.target, value=value,
        code=code, trend=trend(scan),
        solutions=by_problem(found, found.kind != "jump", rows), jumps=jumps, looked=looked,
        points=np.where(known > 0, known, asked), reached=reached, reached_at=reached_at, refusals=problems.refusals, provenance=provenance("solve", moving.case, settings),
    )  # fmt: skip


def _reached(problems: Problems, scan: Scan) -> tuple[Table, Table]:
    """Lowest and highest metric of each scenario over what was looked at, and where; NaN where it is nowhere defined."""
    known = np.isfinite(scan.values)
    places = [
        np.argmin(np.where(known, scan.values, np.inf), axis=1),
        np.argmax(np.where(known, scan.values, -np.inf), axis=1),
    ]
    rows = np.arange(len(scan.values))
    values = np.column_stack([scan.values[rows, place] for place in places])
    at = np.column_stack([scan.points[rows, place] for place in places])
    return values * problems.enough[:, None] + problems.target[:, None], np.where(np.isnan(values), np.nan, at)


def _at(problems: Problems, base: Metric, value: Vector) -> Metric:
    """The metric at the solutions."""
    rows = np.flatnonzero(np.isfinite(value))
    figure, reason = np.full(value.size, np.nan), np.full(value.size, REFUSED, dtype="<U40")
    if rows.size:
        there = problems.measured(rows, value[rows]).rows[problems.key]
        figure[rows], reason[rows] = there.value, there.reason
    return Metric(key=base.key, unit=base.unit, zh=base.zh, en=base.en, value=figure, reason=reason)


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """The value of one input that each value of another needs for a metric to meet its target.

    Attributes
    ----------
    other : Inputs
        The case and the input whose V values are given, ``other.inputs[0]``.
    values : (V,)
        Of the other input: values or relative changes.
    needed : (V,)
        Of the input solved for; NaN where there is none.
    solved : Solved or None
        Of the values that the case accepts, in order; None if it accepts none.
    refused : mapping
        Place of a value → why the case refuses it.
    key : str
        The metric.
    provenance : Provenance
    """

    other: Inputs
    moved: Input
    key: str
    values: Vector
    needed: Vector
    solved: Solved | None
    refused: Mapping[int, str]
    provenance: Provenance

    def words(self, place: int, lang: str = "en") -> str:
        """Why a value has no answer, or what is odd about it; empty where nothing is."""
        if place in self.refused or self.solved is None:
            return in_language(self.refused.get(place, ""), lang)
        accepted = np.setdiff1d(np.arange(self.values.size), list(self.refused))
        return self.solved.words(int(np.searchsorted(accepted, place)), lang)

    def table(self, lang: str = "en") -> pd.DataFrame:
        """One row a value: it, what is needed, and a note."""
        import pandas as pd

        return pd.DataFrame(
            {
                label_of(self.other.inputs[0], lang): self.values,
                f"{label_of(self.moved, lang)} {say(_HEADS['needed'], lang)}": self.needed,
                say(_HEADS["note"], lang): [self.words(place, lang) for place in range(self.values.size)],
            }
        )


def frontier(
    case: Case, what: str | Input, other: str | Input, values: Sequence[float], metric: str, target: float = 0.0, *,
    within: Within | None = None,
) -> Frontier:  # fmt: skip
    """For each value of another input the value of the first at which a metric meets its target.

    Parameters
    ----------
    case : Case
        One scenario.
    what, other : str or Input
        The input solved for and the one whose values are given: dotted paths, or inputs that move by relative changes.
    values : sequence of float
        Of *other*, in its unit or relative changes.
    metric, target, within
        As for :func:`solve`.

    Returns
    -------
    Frontier

    Raises
    ------
    InputError
        For more than one scenario, both inputs moving one number, no values, and as :func:`solve`.
    NoSolutionError
        If a dispatch problem is infeasible.

    Examples
    --------
    >>> import appraisal
    >>> case = appraisal.load_case(appraisal.scenario_path("contract_schedule"))
    >>> found = frontier(case, "capital.equipment_yuan", "finance.discount_rate", [0.04, 0.05], "project_npv")
    >>> bool(found.needed[0] > found.needed[1]), found.table().shape
    (True, (2, 3))
    """
    refuse_blocks(case)
    given = np.array(values, dtype=np.float64)
    if given.ndim != 1 or not given.size or not np.isfinite(given).all():
        message = said(
            "values {found}; expected a list of finite numbers",
            "取值为 {found}；应为有限数的列表",
            found=given.tolist(),
        )
        raise InputError([Fault(where="solve", message=message)])
    moved, others = single(case, what), single(case, other, whole_years=True)
    shared = sorted(set(moved.paths[0]) & set(others.paths[0]))
    if shared:
        raise InputError([Fault(where="solve", path=path, message=_SHARED) for path in shared])
    column = given[:, np.newaxis]
    refused = others.refusals(column)
    accepted = np.setdiff1d(np.arange(given.size), list(refused))
    needed, solved = np.full(given.size, np.nan), None
    if accepted.size:
        solved = solve(others.block(column[accepted]), what, metric, target, within=within)
        needed[accepted] = solved.value
    settings = {
        "input": moved.inputs[0].key, "other": others.inputs[0].key, "values": given.tolist(), "metric": metric, "target": float(target),
        "within": within,
    }  # fmt: skip
    return Frontier(
        other=others, moved=moved.inputs[0], key=metric, values=given, needed=needed, solved=solved, refused=refused,
        provenance=provenance("frontier", case, settings),
    )  # fmt: skip
