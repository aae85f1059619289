"""Two inputs at once: a metric on every pair of their values, or the price that each pair would need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from appraisal.case import Case
from appraisal.errors import Fault, InputError, Message, said
from appraisal.study.hurdle import hurdle, refuse_unknown
from appraisal.study.inputs import Input, Inputs, Measured, Vector, inputs_of, refuse_blocks, valued
from appraisal.study.provenance import Provenance, provenance
from appraisal.study.words import head, joined, noted, say, with_unit
from appraisal.units import Table

if TYPE_CHECKING:
    import pandas as pd

NOTE = ("说明", "Note")


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A metric on A values of one input by B values of another.

    Attributes
    ----------
    moving : Inputs
        The two inputs.
    x, y : (A,), (B,)
        Their values: relative changes, or values in the unit of the input.
    key : str
        The metric.
    measured : Measured
        ``.base``, ``(1,)``; ``.rows``, ``(B·A,)``: x runs fastest.
    hurdle : float
        What the metric is judged by; NaN where the case states nothing.
    """

    moving: Inputs
    x: Vector
    y: Vector
    key: str
    measured: Measured
    hurdle: float
    provenance: Provenance

    @property
    def values(self) -> Table:
        """The metric, ``(B, A)``: a row for each y; NaN where it has no number or the case refuses the pair."""
        return self.measured.rows[self.key].value.reshape(self.y.size, self.x.size)

    def cell(self, row: int, column: int) -> Case:
        """The case of one pair, as its own scenario."""
        return self.moving.block(np.array([[self.x[column], self.y[row]]]))

    def table(self, lang: str = "en") -> pd.DataFrame:
        """One row a pair: both inputs, the metric, and a note where it has no number."""
        import pandas as pd

        metric = self.measured.rows[self.key]
        labels = [label_of(one, lang) for one in self.moving.inputs]
        return pd.DataFrame(
            {
                labels[0]: np.tile(self.x, self.y.size),
                labels[1]: np.repeat(self.y, self.x.size),
                head(metric, lang): metric.value,
                say(NOTE, lang): [
                    joined([_told(self.measured.refused.get(row), lang), noted(metric, row, lang)], lang)
                    for row in range(metric.value.size)
                ],
            }
        )


def _told(message: Message | None, lang: str) -> str:
    return message.text(lang) if message is not None else ""


def label_of(one: Input, lang: str) -> str:
    """The label of an input with the unit of its values, or saying that they are relative changes."""
    label = say((one.zh, one.en), lang)
    if one.by == "value":
        return with_unit(label, one.unit, lang)
    return f"{label}（变化率）" if lang == "zh" else f"{label}, change"


def grid(
    case: Case, x: str | Input, xs: Sequence[float], y: str | Input, ys: Sequence[float], key: str = "project_irr"
) -> Grid:  # fmt: skip
    """A metric on every pair of values of two inputs, in one block.

    Parameters
    ----------
    case : Case
        One scenario.
    x, y : str or Input
        Dotted path of a number, whose values are given; or an input that moves by relative changes.
    xs, ys : sequence of float
        Rising; values or relative changes (fractions).
    key : str
        Metric: any figure of the books.

    Returns
    -------
    Grid

    Raises
    ------
    InputError
        For more than one scenario, an unknown path or metric, values that do not rise, an input that the case does not
        state, or both axes moving the same number.
    NoSolutionError
        If a dispatch problem is infeasible.

    Examples
    --------
    >>> import appraisal
    >>> case = appraisal.load_case(appraisal.scenario_path("contract_schedule"))
    >>> found = grid(case, "finance.loan_rate", [0.03, 0.04], "finance.debt_share", [0.5, 0.6, 0.7], "equity_irr")
    >>> found.values.shape
    (3, 2)
    """
    refuse_unknown(case, (key,))
    axes = axes_of(case, x, xs, y, ys)
    return Grid(
        moving=axes.moving, x=axes.x, y=axes.y, key=key, measured=axes.moving.measure(axes.pairs, (key,)),
        hurdle=float(hurdle(case, key)[0]), provenance=provenance("grid", case, {"metric": key, **axes.settings}),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Axes:
    """Two inputs with their values; ``pairs`` ``(B·A, 2)``, x runs fastest."""

    moving: Inputs
    x: Vector
    y: Vector

    @property
    def pairs(self) -> Table:
        return np.column_stack([np.tile(self.x, self.y.size), np.repeat(self.y, self.x.size)])

    @property
    def settings(self) -> dict[str, Any]:
        one, other = self.moving.inputs
        return {"x": one.key, "xs": self.x.tolist(), "y": other.key, "ys": self.y.tolist()}


def axes_of(case: Case, x: str | Input, xs: Sequence[float], y: str | Input, ys: Sequence[float]) -> Axes:
    """Two inputs of one scenario on their rising values; an InputError where they are none."""
    refuse_blocks(case)
    values = [_rising(given, name) for given, name in ((xs, "x"), (ys, "y"))]
    moving, left_out = inputs_of(case, [valued(case, one) if isinstance(one, str) else one for one in (x, y)])
    if left_out:
        raise InputError([Fault(where="study", path=one.input.key, message=said(one.en, one.zh)) for one in left_out])
    if set(moving.paths[0]) & set(moving.paths[1]):
        raise InputError([Fault(where="study", message=said(
            "both axes move the same number; take two inputs", "两条坐标轴变动同一个数；请取两个因素"
        ))])  # fmt: skip
    return Axes(moving=moving, x=values[0], y=values[1])


def _rising(values: Sequence[float], name: str) -> Vector:
    axis = np.array(values, dtype=np.float64)
    if axis.ndim != 1 or not axis.size or not np.isfinite(axis).all() or (np.diff(axis) <= 0.0).any():
        raise InputError([Fault(where="study", path=name, message=said(
            "values {found}; expected rising numbers", "取值为 {found}；应为递增的数", found=axis.tolist()
        ))])  # fmt: skip
    return axis
