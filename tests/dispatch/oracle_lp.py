"""The dispatch problem handed to HiGHS through scipy: the oracle of the kernel's tests and of its benchmark.

Nothing here is shared with the kernel. The plain problem is a linear programme in charge, discharge and state; where a
step could earn money by charging and discharging at once, a binary variable forbids it (``exclusive=True``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.optimize as opt
import scipy.sparse as sp


def problem(
    buy: Any,
    sell: Any,
    *,
    step_hours: float,
    charge_mw: Any,
    discharge_mw: Any,
    energy_mwh: float,
    charge_efficiency: float,
    discharge_efficiency: float,
    throughput_cost: float = 0.0,
    start_mwh: float = 0.0,
    end_mwh: float | None = None,
    cyclic: bool = False,
) -> dict[str, Any]:
    """Cost, equality rows and bounds over ``[charge MWh, discharge MWh, state MWh, state before the first step]``."""
    buy = np.asarray(buy, dtype=float)
    sell = buy if sell is None else np.asarray(sell, dtype=float)
    steps = buy.size
    eye = sp.identity(steps, format="csc")
    before = sp.diags([np.ones(steps - 1)], [-1], shape=(steps, steps), format="csc")
    first = sp.csc_matrix(([1.0], ([0], [0])), shape=(steps, 1))
    flow = sp.hstack([-charge_efficiency * eye, eye / discharge_efficiency, eye - before, -first], format="csc")
    rows, right = [flow], [np.zeros(steps)]
    if cyclic:
        rows.append(sp.csc_matrix(([1.0, -1.0], ([0, 0], [3 * steps - 1, 3 * steps])), shape=(1, 3 * steps + 1)))
        right.append(np.zeros(1))
    state_low, state_high = np.zeros(steps), np.full(steps, float(energy_mwh))
    if end_mwh is not None:
        state_low[-1] = state_high[-1] = end_mwh
    begin = (0.0, energy_mwh) if cyclic else (start_mwh, start_mwh)
    zero = np.zeros(steps)
    return {
        "c": np.concatenate([buy, throughput_cost - sell, zero, [0.0]]),
        "A_eq": sp.vstack(rows, format="csc"),
        "b_eq": np.concatenate(right),
        "lower": np.concatenate([zero, zero, state_low, [begin[0]]]),
        "upper": np.concatenate(
            [
                zero + np.asarray(charge_mw) * step_hours,
                zero + np.asarray(discharge_mw) * step_hours,
                state_high,
                [begin[1]],
            ]
        ),
        "kinked": np.flatnonzero(buy / charge_efficiency < (sell - throughput_cost) * discharge_efficiency),
        "steps": steps,
    }


def linear(buy: Any, sell: Any = None, *, tolerance: float = 1e-10, **terms: Any) -> float:
    """The best money of the linear problem, which may charge and discharge in one step."""
    posed = problem(buy, sell, **terms)
    found = opt.linprog(
        posed["c"],
        A_eq=posed["A_eq"],
        b_eq=posed["b_eq"],
        bounds=np.column_stack([posed["lower"], posed["upper"]]),
        method="highs",
        options={"primal_feasibility_tolerance": tolerance, "dual_feasibility_tolerance": tolerance},
    )
    if found.status != 0:
        raise ArithmeticError(found.message)
    return float(-found.fun)


def exclusive(buy: Any, sell: Any = None, *, time_limit: float = 60.0, **terms: Any) -> float:
    """The best money when no step both charges and discharges: a mixed-integer problem, relative gap 0."""
    posed = problem(buy, sell, **terms)
    steps, kinked = posed["steps"], posed["kinked"]
    if kinked.size == 0:
        return linear(buy, sell, **terms)
    wide = 3 * steps + 1
    count = np.arange(kinked.size)
    most = posed["upper"]
    one = np.ones(kinked.size)
    # charge <= limit * b, discharge <= limit * (1 - b)
    charging = sp.csc_matrix((one, (count, kinked)), shape=(kinked.size, wide))
    selling = sp.csc_matrix((one, (count, steps + kinked)), shape=(kinked.size, wide))
    switch = sp.vstack(
        [
            sp.hstack([charging, -sp.diags(most[kinked])]),
            sp.hstack([selling, sp.diags(most[steps + kinked])]),
        ],
        format="csc",
    )
    both = np.concatenate([np.zeros(kinked.size), most[steps + kinked]])
    flow = sp.hstack([posed["A_eq"], sp.csc_matrix((posed["A_eq"].shape[0], kinked.size))], format="csc")
    found = opt.milp(
        np.concatenate([posed["c"], np.zeros(kinked.size)]),
        constraints=[
            opt.LinearConstraint(flow, posed["b_eq"], posed["b_eq"]),
            opt.LinearConstraint(switch, -np.inf, both),
        ],
        integrality=np.concatenate([np.zeros(wide), one]),
        bounds=opt.Bounds(np.concatenate([posed["lower"], 0 * one]), np.concatenate([posed["upper"], one])),
        options={"mip_rel_gap": 0.0, "time_limit": time_limit},
    )
    if found.status != 0:
        raise ArithmeticError(found.message)
    return float(-found.fun)
