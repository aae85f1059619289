"""附录K 敏感性分析表: one input at a time moved by relative changes, with 敏感度系数 and 临界点.

All inputs and all changes are one block of scenarios over the one path; an input that dispatch reads is dispatched anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case
from appraisal.errors import Fault, InputError, said
from appraisal.metrics import KEYS, Metrics
from appraisal.study.amounts import of_metric
from appraisal.study.critical import Critical, critical, crossing
from appraisal.study.drivers import TABLE_INPUTS
from appraisal.study.hurdle import refuse_unknown
from appraisal.study.inputs import Input, Inputs, LeftOut, Measured, Vector, inputs_of, refuse_blocks
from appraisal.study.provenance import Provenance, provenance
from appraisal.study.words import head, joined, noted, say
from appraisal.units import Table

if TYPE_CHECKING:
    import pandas as pd

CHANGES = (-0.2, -0.1, -0.05, 0.05, 0.1, 0.2)
COLUMNS = ("project_irr_pre_tax", "project_irr", "equity_irr", "project_npv")
# The metric whose 敏感度系数 and 临界点 附录K prints.
JUDGED = "project_irr"
# A hundred times more of anything is no sensitivity.
_MOST = 100.0

_COEFFICIENT_REASONS = {
    "ok": ("", ""),
    "no_base": ("基本方案该指标无数值", "the base case has no such figure"),
    "base_not_positive": ("基本方案该指标不大于零，敏感度系数无定义", "undefined: the base figure is not above zero"),
    "no_figure": ("变化后该指标无数值", "no figure after the change"),
}
_HEADS = {
    "input": ("不确定因素", "Input"),
    "change": ("变化率", "Change"),
    "coefficient": ("敏感度系数", "Sensitivity coefficient"),
    "critical": ("临界点", "Critical change"),
    "note": ("说明", "Note"),
    "base": ("基本方案", "Base case"),
}


@dataclass(frozen=True, kw_only=True)
class OneWay:
    """A one-way sensitivity of one scenario: I inputs, C changes.

    Attributes
    ----------
    moving : Inputs
        The inputs that were moved, and the dotted paths of each.
    left_out : tuple of LeftOut
        Inputs that the case gives nothing to scale for.
    changes : (C,)
        Relative changes, fractions.
    keys : tuple of str
        Metrics that the table prints.
    judged : str
        The metric whose coefficient and critical change the table prints.
    measured : Measured
        ``.base``, each metric ``(1,)``; ``.rows``, each ``(I·C,)``, input by input.
    critical : Critical
        Change of each input at which *judged* meets its hurdle or the target given, ``(I,)``.
    """

    moving: Inputs
    left_out: tuple[LeftOut, ...]
    changes: Vector
    keys: tuple[str, ...]
    judged: str
    measured: Measured
    critical: Critical
    provenance: Provenance

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs that were moved, in order."""
        return self.moving.inputs

    @property
    def base(self) -> Metrics:
        """The metrics of the case as it stands, each ``(1,)``."""
        return self.measured.base

    def metric(self, key: str) -> Table:
        """A metric at each input and change, ``(I, C)``, in its unit; NaN where it has no number or the case refuses the row."""
        return self.measured.rows[key].value.reshape(len(self.inputs), self.changes.size)

    def critical_of(self, key: str) -> bool:
        """Whether the critical changes are those of a metric: of *judged*, or of one that meets its hurdle where that does."""
        return key == self.judged or crossing(self.moving.case, key) == self.critical.of

    def coefficient(self, key: str | None = None) -> tuple[Table, NDArray[np.str_]]:
        """敏感度系数 of a metric, by default the judged one, for each input and change.

        Returns
        -------
        (I, C), (I, C)
            ``S_AF = (ΔA/A) ÷ (ΔF/F)``, a pure number with the *relative* change of the metric; NaN with a reason code
            (``no_base``, ``base_not_positive``, ``no_figure``), else ``ok``. Source: 《建设项目经济评价方法与参数》第三版.
        """
        key = self.judged if key is None else key
        base, moved = float(self.base[key].value[0]), self.metric(key)
        if not base > 0.0:
            code = "no_base" if np.isnan(base) else "base_not_positive"
            return np.full(moved.shape, np.nan), np.full(moved.shape, code)
        # No change is 0 and not −0.
        return (moved - base) / base / self.changes + 0.0, np.where(np.isnan(moved), "no_figure", "ok")

    def table(self, lang: str = "en") -> pd.DataFrame:
        """The table as 附录K prints it: the base case, then every input at every change.

        Parameters
        ----------
        lang : "en" or "zh"
            Of heads, labels and notes.

        Returns
        -------
        DataFrame
            ``1 + I·C`` rows. Rates, changes and critical points are fractions, NPV is in yuan. The critical point of an
            input stands on each of its rows; the heads of coefficient and critical change name the metric judged. What
            has no number is NaN, and the note says why.
        """
        import pandas as pd

        names = [say((one.zh, one.en), lang) for one in self.inputs]
        each = self.changes.size
        heads = {name: say(words, lang) for name, words in _HEADS.items()}
        columns: dict[str, object] = {
            heads["input"]: [heads["base"], *(name for name in names for _ in range(each))],
            heads["change"]: np.append(0.0, np.tile(self.changes, len(names))),
        }
        for key in self.keys:
            column = np.append(self.base[key].value, self.measured.rows[key].value)
            columns[head(self.base[key], lang)] = column
        columns[self.head("coefficient", lang)] = np.append(np.nan, self.coefficient()[0])
        columns[self.head("critical", lang)] = np.append(np.nan, np.repeat(self.critical.change, each))
        columns[heads["note"]] = [self._base_note(lang), *(self._note(row, lang) for row in range(each * len(names)))]
        return pd.DataFrame(columns)

    def head(self, name: str, lang: str) -> str:
        """The head of ``coefficient`` or ``critical``, with the metric that it is of and a target that is not its hurdle."""
        metric, of = self.base[self.judged], self.critical.of
        label = say((metric.zh, metric.en), lang)
        if name == "critical" and of.target is not None and of != crossing(self.moving.case, self.judged):
            label = f"{label} = {of_metric(metric, of.target, lang)}"
        return f"{say(_HEADS[name], lang)}：{label}" if lang == "zh" else f"{say(_HEADS[name], lang)}: {label}"

    def _base_note(self, lang: str) -> str:
        return joined([noted(self.base[key], 0, lang) for key in self.keys], lang)

    def _note(self, row: int, lang: str) -> str:
        """What a reader of a row must know: a refusal, figures without a number, the coefficient, the critical point."""
        place, step = divmod(row, self.changes.size)
        limit = self.critical.words(place, lang)
        parts = (
            [f"{_HEADS['critical'][0]}：{limit}" if lang == "zh" else f"{_HEADS['critical'][1]}: {limit}"]
            if limit
            else []
        )
        if row in self.measured.refused:
            return joined([self.measured.refused[row].text(lang), *parts], lang)
        code = str(self.coefficient()[1][place, step])
        figures = [noted(self.measured.rows[key], row, lang) for key in self.keys]
        return joined([*figures, say(_COEFFICIENT_REASONS[code], lang), *parts], lang)


def one_way(
    case: Case,
    inputs: Sequence[Input] = TABLE_INPUTS,
    changes: Sequence[float] = CHANGES,
    keys: Sequence[str] = COLUMNS,
    *,
    judged: str = JUDGED,
    target: float | None = None,
) -> OneWay:
    """The one-way sensitivity of a case.

    Parameters
    ----------
    case : Case
        One scenario.
    inputs : sequence of Input
        What is moved, each alone. By default: construction investment (every price of capital, land too; a later
        replacement is no part of it); revenue (what the energy sold earns where the case is dispatched, and every term in
        yuan that only moves the operating income of a stream; the schedule, what charging costs and subsidies stay;
        where the income is a saving on the tariff, the level of the tariff);
        operating cost (its money fields, the insurance rate and the cost of streams); the price spread where the case is
        dispatched on prices; the charging cost where it is stated in yuan; the loan rate. A case has five as a rule.
    changes : sequence of float
        Relative changes, fractions above −1, at most 100 and not 0, each once.
    keys : sequence of str
        Metrics of the table.
    judged : str
        The metric whose 敏感度系数 and 临界点 the table prints; any figure of the books.
    target : float, optional
        What *judged* has to meet at the critical change, in its unit. By default its hurdle: the discount rate of a
        return, zero of a worth, one of the profitability index; a metric without one has no critical change, and the note
        says so.

    Returns
    -------
    OneWay
        Inputs that are nowhere stated or zero throughout are in ``left_out`` with the reason. A row that the case refuses
        (a price above the cap of its market) is NaN with the message.

    Raises
    ------
    InputError
        For more than one scenario, a change of 0, of −100 % or beyond a hundredfold, an unknown metric or path, a target
        that is not finite, and what ``appraise`` refuses.
    NoSolutionError
        If a dispatch problem is infeasible.

    Examples
    --------
    >>> import appraisal
    >>> found = one_way(appraisal.load_case(appraisal.scenario_path("contract_schedule")))
    >>> [one.key for one in found.inputs]
    ['construction_investment', 'revenue', 'operating_cost', 'charging_cost', 'loan_rate']
    >>> found.metric("project_irr").shape, found.table("zh").shape
    ((5, 6), (31, 9))
    """
    steps = np.array(changes, dtype=np.float64)
    _refuse(steps)
    refuse_blocks(case)
    refuse_unknown(case, (*keys, judged))
    moving, left_out = inputs_of(case, inputs)
    which = np.repeat(np.arange(len(moving.inputs)), steps.size)
    values = moving.alone(which, np.tile(steps, len(moving.inputs)))
    measured = moving.measure(values, tuple(dict.fromkeys((*KEYS, *keys, judged))))
    return OneWay(
        moving=moving, left_out=left_out, changes=steps, keys=tuple(keys), judged=judged, measured=measured,
        critical=critical(moving, crossing(case, judged, target)),
        provenance=provenance("one_way", case, {
            "inputs": [one.key for one in moving.inputs], "changes": steps.tolist(), "metrics": list(keys),
            "judged": judged, "target": target,
        }),
    )  # fmt: skip


def _refuse(changes: Vector) -> None:
    faults = []
    if (
        changes.ndim != 1
        or not changes.size
        or not np.isfinite(changes).all()
        or np.unique(changes).size < changes.size
    ):
        message = said(
            "changes {changes}; expected fractions, each once", "变化幅度为 {changes}；应为小数，各出现一次", changes=changes.tolist()
        )  # fmt: skip
        faults.append(Fault(where="sensitivity", message=message))
    elif (bad := (changes <= -1.0) | (changes == 0.0) | (changes > _MOST)).any():
        message = said(
            "a change of {odd:g}; expected a fraction above −1, at most {most:g} and not 0",
            "变化幅度 {odd:g}；应为大于 −1、不超过 {most:g} 且不为 0 的小数", odd=float(changes[bad][0]), most=_MOST,
        )  # fmt: skip
        faults.append(Fault(where="sensitivity", message=message))
    if faults:
        raise InputError(faults)
