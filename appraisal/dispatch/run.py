"""Case → Operation: solve each distinct problem at a few states of health, then carry it over the years."""

from __future__ import annotations

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import Periods, periods, whole_years
from appraisal.dispatch.eras import fingerprint, joined, year_shares
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
        own = tuple(stated(regime, whole) for regime in case.regimes)
    else:
        own = unfold(case, _solved(case, whole), whole)
    return joined(case, own, whole, columns) if case.eras else laid(own[0], whole, columns)


def _solved(case: Case, whole: Periods) -> list[list[SolvedYears]]:
    """The solved years of every era, of those that it holds some of; eras with the same problem share its solution."""
    known: dict[bytes, Solved] = {}
    found: list[list[SolvedYears]] = []
    for regime, share in zip(case.regimes, year_shares(case, whole), strict=True):
        streams = {label: stream(terms.stream or label) for label, terms in regime.streams.items()}
        found.append([])
        for group in price_years(regime):
            years = tuple(year for year in group if share[year - 1] > 0.0)
            if not years:
                continue
            posed = pose(regime, streams, years[0])
            key = fingerprint(posed.problem) if case.eras else b""
            solved = known.get(key) if key else None
            solved = solve(posed.problem) if solved is None else solved
            known[key] = solved
            found[-1].append(SolvedYears(years=years, posed=posed, solved=solved))
    return found


def dispatch_is_shared(case: Case) -> bool:
    """Whether every scenario of a case has the same dispatch problem (its ageing may still differ)."""
    return all(
        len(distinct(regime, {label: stream(terms.stream or label) for label, terms in regime.streams.items()})[0]) == 1
        for regime in case.regimes
    )


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
