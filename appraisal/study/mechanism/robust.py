"""How a mechanism stands up to what is uncertain: shares and required levels at low and high values, and the regret of each choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from appraisal.errors import Fault, InputError, said, suggest
from appraisal.study.draw import quantiles
from appraisal.study.inputs import Vector
from appraisal.study.mechanism.outcome import outcome
from appraisal.study.mechanism.require import needed
from appraisal.study.mechanism.rows import Bench
from appraisal.study.mechanism.study import Mechanism, Study
from appraisal.units import Table

# Probabilities at which an uncertain input is looked at: what 90 % and what 10 % exceed.
ENDS: Mapping[str, float] = {"p90": 0.1, "p10": 0.9}
BASE = "base"


@dataclass(frozen=True, kw_only=True)
class State:
    """One uncertain input at one end of its distribution, all others as the cases have them; the base has none.

    Attributes
    ----------
    path, end : str
        Empty path and ``base`` for the base; else the input, and ``p90`` (exceeded with 90 %) or ``p10``.
    value : float
        NaN for the base.
    """

    path: str = ""
    end: str = BASE
    value: float = float("nan")

    @property
    def values(self) -> dict[str, float]:
        """What stands elsewhere than in the cases."""
        return {self.path: self.value} if self.path else {}


@dataclass(frozen=True, kw_only=True)
class Robust:
    """Mechanisms in every state, for one share of the potential; K states, M mechanisms.

    Attributes
    ----------
    states : tuple of State
        The base first.
    mechanisms : tuple of Mechanism
    share : float
        Asked.
    level : (K, M)
        Required in the state; infinite where no level stated suffices.
    kept_share : (K, M)
        Of the potential that clears in the state at the level required in the base; NaN where there is none.
    kept_rent : (K, M)
        Worth above the hurdle then, yuan.
    cost : (K, M)
        To all payers at the level required in the state, present value, yuan; infinite where no level suffices.
    """

    states: tuple[State, ...]
    mechanisms: tuple[Mechanism, ...]
    share: float
    level: Table
    kept_share: Table
    kept_rent: Table
    cost: Table

    @property
    def regret(self) -> Table:
        """What each mechanism costs in each state beyond the cheapest one there, yuan, ``(K, M)``; infinite where it fails, NaN where all do."""
        least = self.cost.min(axis=1, keepdims=True)
        return np.asarray(np.where(np.isfinite(least), self.cost - np.where(np.isfinite(least), least, 0.0), np.nan))

    @property
    def worst(self) -> Vector:
        """The largest regret of each mechanism over the states that any mechanism meets, ``(M,)``."""
        known = np.where(np.isnan(self.regret), -np.inf, self.regret)
        return np.asarray(known.max(axis=0))

    @property
    def chosen(self) -> int:
        """The mechanism whose largest regret is least."""
        return int(np.argmin(self.worst))


def states(study: Study) -> tuple[State, ...]:
    """The base, and every uncertain input at both ends.

    Raises
    ------
    InputError
        If the study states no uncertain input, one that no case of the portfolio has, or one that is drawn by project.
    """
    if not study.uncertain:
        raise InputError(
            [
                Fault(
                    where=str(study.file),
                    path="uncertain",
                    message=said(
                        "no uncertain input is stated; write path: {{triangular: [low, mode, high]}}",
                        "没有填写不确定参数；写作 路径: {{triangular: [下限, 最可能值, 上限]}}",
                    ),
                )
            ]
        )
    known = {path for plants in study.plants for path, what, _ in plants.case.numbers() if what.kind == "number"}
    by_project = {path for plants in study.plants for path in plants.drawn}
    unknown = {
        path: said("no number of any case of the portfolio; {known}", "不是组合中任何算例的数；{known}", known=suggest(path, sorted(known)))
        for path in study.uncertain if path not in known
    }  # fmt: skip
    twice = {
        path: said("is drawn by project already; keep one", "已按项目抽样；请保留一处")
        for path in study.uncertain
        if path in by_project
    }
    faults = [
        Fault(where=str(study.file), path=f"uncertain.{path}", message=told) for path, told in (unknown | twice).items()
    ]
    if faults:
        raise InputError(faults)
    ends = [
        State(path=path, end=end, value=float(quantiles(one, np.array([at]))[0]))
        for path, one in study.uncertain.distributions.items() for end, at in ENDS.items()
    ]  # fmt: skip
    return (State(), *ends)


def robust(study: Study, mechanisms: Sequence[Mechanism], share: float) -> Robust:
    """Mechanisms in every state of what is uncertain.

    Parameters
    ----------
    study : Study
    mechanisms : sequence of Mechanism
    share : float
        Of the potential that shall clear.

    Returns
    -------
    Robust

    Raises
    ------
    InputError
        As :func:`states` and :func:`appraisal.study.mechanism.require.needed`.
    """
    every = states(study)
    shape = (len(every), len(mechanisms))
    level, kept, rent, cost = (np.full(shape, fill) for fill in (np.inf, np.nan, np.nan, np.inf))
    for row, state in enumerate(every):
        bench = Bench(study=study, state=state.values)
        for column, one in enumerate(mechanisms):
            level[row, column] = needed(bench, one).required(share)
            asked = [at for at in (level[0, column], level[row, column]) if np.isfinite(at)]
            if not asked:
                continue
            found = outcome(bench, [one], np.array(asked)[:, None])
            if np.isfinite(level[0, column]):
                kept[row, column], rent[row, column] = found.share[0], found.rent[0]
            if np.isfinite(level[row, column]):
                cost[row, column] = found.total[-1]
    return Robust(
        states=every, mechanisms=tuple(mechanisms), share=share, level=level, kept_share=kept, kept_rent=rent, cost=cost
    )
