"""What holding months, or days, apart gives away: the same year as one linear programme, all its steps joined.

Dispatch solves a year of single dates date by date, and a price series with a price on the peak month by month, because
the best peak of a month is then found exactly. One programme of the whole year has no such seams; it takes HiGHS from
some seconds to minutes, which no risk run could afford, and so is asked for by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from appraisal.case import Case
from appraisal.dispatch.bounded import held_year
from appraisal.dispatch.coupled import solve_coupled
from appraisal.dispatch.flows import asked_of_site, flows_of_states
from appraisal.dispatch.pose import pose
from appraisal.dispatch.site import MONTHS, Flows, Task, cost_of, task_of
from appraisal.dispatch.tiers import PeakCost
from appraisal.operation import PeakPrice, Problem
from appraisal.streams import stream

# A run that stands for more days than this is a kind of day: its days were never joined.
_ONE_DAY = 1.5


@dataclass(frozen=True, kw_only=True)
class SeparationLoss:
    """Yuan a year of the new plant, after wear and the change of the basic charge.

    ``apart_yuan`` is what it earns as it is dispatched, ``joined_yuan`` what it could in the joined year at the same prices.
    """

    apart_yuan: float
    joined_yuan: float

    @property
    def yuan(self) -> float:
        """What is given away."""
        return self.joined_yuan - self.apart_yuan

    @property
    def share(self) -> float:
        """Of what the joined year earns; 0 where that is nothing."""
        return self.yuan / self.joined_yuan if self.joined_yuan > 0.0 else 0.0


def separation_of(case: Case) -> SeparationLoss | None:
    """The loss of a case's first scenario with a new battery; None where nothing that is joined was taken apart.

    Parameters
    ----------
    case : Case
        With a basic charge that is counted, on a price series or a load of a year.

    Raises
    ------
    ValueFault, NoSolutionError
        As :func:`appraisal.dispatch.coupled.exact`: above 40,000 steps, or no optimum in time.

    Notes
    -----
    The way of paying of each month and its reduction for high use are held as they came out, so that the joined year is a
    linear programme. It begins and ends at the same state, which it chooses.
    """
    if case.prices is None or (case.prices.clock.weight > _ONE_DAY).any():
        return None
    one = case.rows(slice(0, 1)) if case.scenarios > 1 else case
    problem = pose(one, {label: stream(terms.stream or label) for label, terms in one.streams.items()}).problem
    if problem.site is None or not problem.site.peaks:
        return None
    fresh, first = problem.states[:, :1], slice(0, 1)
    flows = next(flows_of_states(problem, first, fresh))
    task = task_of(problem.clock, *asked_of_site(problem, problem.site, first, fresh))
    peak = next(iter(problem.site.peaks.values()))
    rated = float(one.storage.power_mw[0, 0])
    before = float(flows.before.sum())
    apart = float((flows.value * task.weight).sum() - flows.after.sum()) + before
    return SeparationLoss(apart_yuan=rated * apart, joined_yuan=rated * (_joined(problem, task, flows, peak) + before))


def _joined(problem: Problem, task: Task, flows: Flows, peak: PeakPrice) -> float:
    """Money of the joined year less its basic charge, per MW of rated power."""
    full = (1, MONTHS)
    ways = [cost_of(way, full, task.out) for way in peak.ways]
    chosen = flows.way[0].astype(np.int64)

    def taken(name: str) -> Any:
        tables = np.stack([np.broadcast_to(getattr(way, name), (MONTHS, 1)) for way in ways])
        return tables[chosen, np.arange(MONTHS)]

    left = flows.factor[0][:, None]
    cost = PeakCost(taken("from_mw"), taken("price") * left, taken("fixed") * left)
    weight = task.weight[0, task.pieces.run]
    # What caps the year, or bends the power, holds in the joined year as well.
    joined = replace(
        held_year(problem, task.pieces.place), weight=weight, group=task.pieces.month, cost=cost, chained=True
    )
    ends = ("start_mwh", "end_mwh", "cyclic")
    plant: Any = {name: value for name, value in task.posed.plant.items() if name not in ends}
    prices = task.posed.prices
    found = solve_coupled(
        prices["buy"], prices["sell"], coupling=joined, load_mw=-task.posed.headroom, cyclic=True, **plant
    )  # fmt: skip
    return found.value
