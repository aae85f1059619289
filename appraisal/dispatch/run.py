"""Case → Operation: solve each distinct problem at a few states of health, then carry it over the years."""

from __future__ import annotations

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import periods, whole_years
from appraisal.dispatch.flows import (
    earned_lines,
    flows_of_states,
    own_consumption,
    paid_lines,
    part_of,
    readings,
    total,
)
from appraisal.dispatch.pose import distinct, pose
from appraisal.dispatch.site import TIERS
from appraisal.dispatch.unfold import SolvedYears, laid, stated, unfold
from appraisal.dispatch.years import price_years
from appraisal.operation import Operation, Problem, Schedule, Solved
from appraisal.streams import as_sold, stream
from appraisal.units import Table

# Problems solved in one call of the kernel: bounds memory at about 200 MB for a year of quarter hours.
_STEPS_PER_CALL = 4_000_000


def dispatch(case: Case) -> Operation:
    """What the plant does in every year of every scenario.

    Returns
    -------
    Operation
        Tables ``(S, Y)``, or one row where no scenario differs in what dispatch reads. The operating years are worked
        out one by one, then laid on the columns of the project.

    Raises
    ------
    NoSolutionError
        If a problem is infeasible.
    """
    case = as_sold(case)
    columns, whole = periods(case.project), periods(whole_years(case.project))
    if case.storage.discharged_mwh is not None or case.prices is None:
        return laid(stated(case, whole), whole, columns)
    streams = {label: stream(terms.stream or label) for label, terms in case.streams.items()}
    solved_years = []
    for group in price_years(case):
        posed = pose(case, streams, group[0])
        solved_years.append(SolvedYears(years=group, posed=posed, solved=solve(posed.problem)))
    return laid(unfold(case, solved_years, whole), whole, columns)


def dispatch_is_shared(case: Case) -> bool:
    """Whether every scenario of a case has the same dispatch problem (its ageing may still differ)."""
    streams = {label: stream(terms.stream or label) for label, terms in case.streams.items()}
    return len(distinct(case, streams)[0]) == 1


def solve(problem: Problem) -> Solved:
    """Billing quantities of every problem at every state of health."""
    rows, states = len(problem.hours), problem.states.shape[1]
    names = [("value", ""), ("charged", ""), ("discharged", "")]
    names += [("paid", name) for name in paid_lines(problem)] + [("earned", name) for name in earned_lines(problem)]
    meters = {name: np.zeros((rows, states)) for name in names}
    # Behind a meter all states are rows of one search, and each step is several.
    chunk = max(1, _STEPS_PER_CALL // (problem.clock.month.size * (1 if problem.site is None else TIERS * states)))
    for begin in range(0, rows, chunk):
        part = slice(begin, min(begin + chunk, rows))
        for state, flows in enumerate(flows_of_states(problem, part, problem.states)):
            for name, read in readings(problem, part, flows):
                meters[name][part, state] = read
    auxiliary = own_consumption(problem)
    return Solved(
        problem=problem,
        value=meters["value", ""],
        charged=meters["charged", ""],
        discharged=meters["discharged", ""],
        paid={name: meters["paid", name] for name in paid_lines(problem)},
        earned={name: meters["earned", name] for name in earned_lines(problem)},
        auxiliary_mwh=auxiliary[0],
        auxiliary_yuan=auxiliary[1],
        schedule=_schedule(problem),
    )


def _schedule(problem: Problem) -> Schedule:
    """The flows of the first problem with a fresh battery, run by run."""
    clock, first = problem.clock, slice(0, 1)
    flows = next(flows_of_states(problem, first, problem.states[:, :1]))

    def by_run(table: Table) -> Table:
        return np.broadcast_to(table, (1, clock.month.size)).reshape(clock.runs, clock.steps)

    return Schedule(
        clock=clock,
        buy=by_run(part_of(total(problem.buy.values()), first)),
        sell=by_run(part_of(total(problem.sell.values()), first)),
        charge_mw=by_run(flows.charge),
        discharge_mw=by_run(flows.discharge),
        soc_mwh=by_run(flows.soc),
    )
