"""The first operating year month by month: what the meters show of each month, from the dispatch that the year is laid out of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case
from appraisal.case.periods import periods, whole_years
from appraisal.dispatch.ageing import Curve
from appraisal.dispatch.flows import flows_of_states, readings
from appraisal.dispatch.site import Flows
from appraisal.operation import Operation, Problem
from appraisal.units import MONTHS_PER_YEAR, Table

MONTHS = range(1, int(MONTHS_PER_YEAR) + 1)
_Meters = dict[tuple[str, str], Table]


def months_of_first_year(case: Case, operation: Operation) -> tuple[Operation, ...]:
    """The first operating year of the whole plant, split by the months of the dispatch year.

    Parameters
    ----------
    case : Case
        One scenario.
    operation : Operation
        Of that scenario, ``(1, Y)``.

    Returns
    -------
    tuple of Operation
        One a month, January first, on columns of whole operating years. Energy and money of the price lines stand in
        the first operating column alone and add up over the months to the operation's; running, health and usable
        energy are those of the years, because they are no sums. Empty where nothing was dispatched.

    Notes
    -----
    A month is what its steps are of each solved year, Σ flow × price × h × times a year, read off at the state of health
    of the first year as the year itself is.
    """
    solved, whole = operation.solved, operation.whole_years or operation
    if solved is None:
        return ()
    column = periods(whole_years(case.project)).construction
    by_month = _metered(solved.problem)
    curve = Curve(states=solved.problem.states, which=np.zeros(1, dtype=np.int64))
    soh = whole.soh[:, column : column + 1]
    # Days out of service are left out of the solved year already.
    scale = whole.running[:, column : column + 1] / case.storage.in_service * case.storage.power_mw

    def laid(quantity: Table) -> Table:
        made = np.zeros_like(whole.running)
        made[:, [column]] = curve.read(quantity, soh) * scale
        return made

    def lines(meters: _Meters, way: str) -> Mapping[str, Table]:
        return {name: laid(money) for (kind, name), money in meters.items() if kind == way}

    return tuple(
        replace(
            whole, charged_mwh=laid(meters["charged", ""]), discharged_mwh=laid(meters["discharged", ""]), paid=lines(meters, "paid"),
            earned=lines(meters, "earned"),
        )
        for meters in by_month
    )  # fmt: skip


def idle_first_year(operation: Operation) -> Operation:
    """The years of an operation in which nothing moves: what is paid all the same does not depend on the energy."""
    whole = operation.whole_years or operation
    still = np.zeros_like(whole.running)
    return replace(
        whole, charged_mwh=still, discharged_mwh=still, paid=dict.fromkeys(whole.paid, still), earned=dict.fromkeys(whole.earned, still)
    )  # fmt: skip


def _metered(problem: Problem) -> list[_Meters]:
    """What the meters show of each month at every state of health, ``(1, K)`` by meter; of the only problem."""
    part = slice(0, 1)
    found: list[_Meters] = [{} for _ in MONTHS]
    solved = list(flows_of_states(problem, part, problem.states))
    for meters, month in zip(found, MONTHS, strict=True):
        within = problem.clock.month == month
        for flows in solved:
            for name, read in readings(problem, part, _in_month(flows, within, month)):
                column = np.reshape(read, (1, 1))
                meters[name] = np.concatenate([meters[name], column], axis=1) if name in meters else column
    return found


def _in_month(flows: Flows, within: NDArray[np.bool_], month: int) -> Flows:
    """What of the flows falls into one month; the value and the states stay, they are not read here."""
    moved = {
        name: table * within
        for name, table in flows._asdict().items()
        if name.startswith(("charge", "discharge", "grid", "export"))
    }
    column = np.arange(flows.before.shape[1]) == month - 1
    return flows._replace(**moved, before=flows.before * column, after=flows.after * column)
