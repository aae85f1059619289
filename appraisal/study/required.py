"""The price that each pair of two other inputs would need: lines of equal return over a plane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from appraisal.case import Case
from appraisal.errors import Fault, InputError, Message, said
from appraisal.study.grid import NOTE, axes_of, label_of
from appraisal.study.inputs import Indices, Input, Inputs, Vector, inputs_of, valued
from appraisal.study.provenance import Provenance, provenance
from appraisal.study.solve import Solved, solve
from appraisal.study.words import say
from appraisal.units import Table

if TYPE_CHECKING:
    import pandas as pd

_NEEDED = ("所需值", "needed")


@dataclass(frozen=True, kw_only=True)
class Required:
    """The value of an input that each pair of two others needs for a metric to meet its target: iso-IRR lines.

    Attributes
    ----------
    moving : Inputs
        The two inputs of the axes.
    x, y : (A,), (B,)
        Their values.
    solved : Solved or None
        Of the pairs that the case accepts, in order; None if it accepts none.
    refused : mapping
        Place of a pair (x runs fastest) → why the case refuses it.
    wanted : Input
        What was solved for.
    key, target : str, float
        The metric and what it has to be.
    """

    moving: Inputs
    x: Vector
    y: Vector
    solved: Solved | None
    refused: Mapping[int, Message]
    wanted: Input
    key: str
    target: float
    provenance: Provenance

    @property
    def _accepted(self) -> Indices:
        return np.setdiff1d(np.arange(self.x.size * self.y.size), np.array(sorted(self.refused), dtype=np.int64))

    @property
    def values(self) -> Table:
        """What is needed, ``(B, A)``: a row for each y; NaN where there is no answer."""
        found = np.full(self.x.size * self.y.size, np.nan)
        if self.solved is not None:
            found[self._accepted] = self.solved.value
        return found.reshape(self.y.size, self.x.size)

    def words(self, row: int, column: int, lang: str = "en") -> str:
        """Why a pair has no answer, or what is odd about it; empty where nothing is."""
        place = row * self.x.size + column
        if place in self.refused:
            return self.refused[place].text(lang)
        return "" if self.solved is None else self.solved.words(int(np.searchsorted(self._accepted, place)), lang)

    def table(self, lang: str = "en") -> pd.DataFrame:
        """One row a pair: both inputs, what is needed, and a note."""
        import pandas as pd

        pairs = [(row, column) for row in range(self.y.size) for column in range(self.x.size)]
        labels = [label_of(one, lang) for one in self.moving.inputs]
        return pd.DataFrame(
            {
                labels[0]: np.tile(self.x, self.y.size),
                labels[1]: np.repeat(self.y, self.x.size),
                f"{label_of(self.wanted, lang)} {say(_NEEDED, lang)}": self.values.ravel(),
                say(NOTE, lang): [self.words(row, column, lang) for row, column in pairs],
            }
        )


def required(
    case: Case, x: str | Input, xs: Sequence[float], y: str | Input, ys: Sequence[float], what: str | Input,
    metric: str = "project_npv", target: float = 0.0, *, within: tuple[float, float] | None = None,
) -> Required:  # fmt: skip
    """What an input has to be for a metric to meet its target, on every pair of values of two others.

    Parameters
    ----------
    case, x, xs, y, ys
        As for :func:`grid`.
    what, metric, target, within
        As for :func:`~appraisal.study.solve.solve`.

    Returns
    -------
    Required

    Raises
    ------
    InputError
        As :func:`grid` and :func:`~appraisal.study.solve.solve`; if *what* moves a number of an axis.
    NoSolutionError
        If a dispatch problem is infeasible.

    Examples
    --------
    >>> import appraisal
    >>> case = appraisal.load_case(appraisal.scenario_path("contract_schedule"))
    >>> found = required(case, "finance.discount_rate", [0.04, 0.05], "finance.debt_share", [0.5, 0.7], "capital.equipment_yuan")
    >>> bool((found.values[:, 0] > found.values[:, 1]).all())
    True
    """
    axes = axes_of(case, x, xs, y, ys)
    wanted = inputs_of(case, [valued(case, what) if isinstance(what, str) else what])[0]
    shared = sorted(
        {path for paths in wanted.paths for path in paths} & {path for paths in axes.moving.paths for path in paths}
    )
    if shared:
        raise InputError([Fault(where="study", path=path, message=said(
            "is an axis and solved for; take another input", "既是坐标轴又是求解对象；请换一个因素"
        )) for path in shared])  # fmt: skip
    refused = axes.moving.refusals(axes.pairs)
    accepted = np.setdiff1d(np.arange(len(axes.pairs)), np.array(sorted(refused), dtype=np.int64))
    solved = (
        solve(axes.moving.block(axes.pairs[accepted]), what, metric, target, within=within) if accepted.size else None
    )
    settings = {
        "metric": metric,
        "target": target,
        "solved_for": wanted.inputs[0].key,
        "within": within,
        **axes.settings,
    }
    return Required(
        moving=axes.moving, x=axes.x, y=axes.y, solved=solved, refused=refused, wanted=wanted.inputs[0], key=metric, target=float(target),
        provenance=provenance("required", case, settings),
    )  # fmt: skip
