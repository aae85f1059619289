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


class Statement:
    """A coupled dispatch problem written row by row with named variables; no table of the product is used."""

    def __init__(self) -> None:
        self.names: dict[Any, int] = {}
        self.cost: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.whole: list[int] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []

    def variable(self, name: Any, low: float, high: float, cost: float = 0.0, whole: int = 0) -> int:
        """A new variable between two bounds."""
        self.names[name] = len(self.cost)
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        self.whole.append(whole)
        return self.names[name]

    def row(self, terms: list[tuple[int, float]], low: float, high: float) -> None:
        """low <= sum of terms <= high."""
        held: dict[int, float] = {}
        for place, value in terms:
            held[place] = held.get(place, 0.0) + value
        self.rows.append((held, low, high))

    def best(self) -> float | None:
        """The most money, or None where nothing is feasible; binaries by milp, then the rest at a tight tolerance."""
        matrix = np.zeros((len(self.rows), len(self.cost)))
        for i, (held, _, _) in enumerate(self.rows):
            for place, value in held.items():
                matrix[i, place] = value
        low, high = np.array([r[1] for r in self.rows]), np.array([r[2] for r in self.rows])
        lower, upper, whole = np.array(self.low), np.array(self.high), np.array(self.whole)
        if whole.any():
            found = opt.milp(
                self.cost,
                integrality=whole,
                bounds=opt.Bounds(lower, upper),
                constraints=opt.LinearConstraint(matrix, low, high),
                options={"mip_rel_gap": 0.0, "time_limit": 60.0},
            )
            if found.status == 2:
                return None
            if found.status != 0:
                raise ArithmeticError(found.message)
            lower = np.where(whole == 1, np.round(found.x), lower)
            upper = np.where(whole == 1, np.round(found.x), upper)
        same = low == high
        stacked = np.vstack([matrix[~same], -matrix[~same]])
        right = np.concatenate([high[~same], -low[~same]])
        kept = np.isfinite(right)
        found = opt.linprog(
            self.cost,
            A_eq=matrix[same],
            b_eq=high[same],
            A_ub=stacked[kept] if kept.any() else None,
            b_ub=right[kept] if kept.any() else None,
            bounds=np.column_stack([lower, upper]),
            method="highs",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        if found.status == 2:
            return None
        if found.status != 0:
            raise ArithmeticError(found.message)
        return float(-found.fun)


def coupled(
    runs: list[dict[str, Any]],
    *,
    step_hours: float,
    weight: list[float],
    month: list[int],
    cyclic: bool,
    tiers: dict[int, list[tuple[float, float]]] | None = None,
    cap: float | None = None,
    net: dict[int, tuple[float, float]] | None = None,
    charge_lines: list[tuple[float, float]] | None = None,
    discharge_lines: list[tuple[float, float]] | None = None,
    least: tuple[float, float] = (0.0, 0.0),
    chained: bool = False,
    binaries: bool = True,
) -> float | None:
    """The most money of one plant's *runs*; energies per step are the variables, states are in MWh from empty.

    A run holds buy, sell, charge, discharge, low, high, head (lists by step; head is PV - load) and energy, lowest,
    gain, loss, wear, keep, start, end (numbers; end None is free). ``tiers`` gives for each month lines (from, price) of
    a convex cost, each price counting from its own beginning to the next.
    """
    hours, said = step_hours, Statement()
    for g, table in (tiers or {}).items():
        peak = said.variable(("M", g), 0.0, np.inf)
        paid = said.variable(("Z", g), 0.0, np.inf, cost=1.0)
        # The greatest of the tiers' own lines, each drawn on from where it begins.
        level, before, rate = 0.0, 0.0, 0.0
        for begins, price in table:
            level, before, rate = level + rate * (begins - before), begins, price
            said.row([(paid, 1.0), (peak, -price)], level - price * begins, np.inf)
    out: list[tuple[int, float]] = []
    energy: dict[int, list[tuple[int, float]]] = {}
    last = first = -1
    for r, run in enumerate(runs):
        start, end = run.get("start", 0.0), run.get("end")
        wide = (run["lowest"], run["energy"])
        opening = said.variable(("begin", r), *(wide if cyclic or (chained and r) else (start, start)))
        if chained and r:
            said.row([(opening, 1.0), (last, -1.0)], 0.0, 0.0)
        first = opening if first < 0 else first
        before = opening
        for t in range(len(run["buy"])):
            least_net, most_net = max(run["low"][t], -run["discharge"][t]), min(run["high"][t], run["charge"][t])
            buy, sell = run["buy"][t], run["sell"][t] - run["wear"]
            c = said.variable(("c", r, t), max(least_net, 0) * hours, max(most_net, 0) * hours, weight[r] * buy)
            d = said.variable(("d", r, t), max(-most_net, 0) * hours, max(-least_net, 0) * hours, -weight[r] * sell)
            x = said.variable(("x", r, t), *wide)
            said.row([(x, 1.0), (before, -run["keep"]), (c, -run["gain"]), (d, 1.0 / run["loss"])], 0.0, 0.0)
            if tiers is not None:
                said.row(
                    [(c, 1.0 / hours), (d, -1.0 / hours), (said.names["M", month[r]], -1.0)], -np.inf, run["head"][t]
                )
            for lines, flow in ((charge_lines, c), (discharge_lines, d)):
                for slope, level in lines or []:
                    said.row([(flow, 1.0 / hours), (x, -slope / 2), (before, -slope / 2)], -np.inf, level)
            tempting = buy / run["gain"] < sell * run["loss"] or net is not None
            if binaries and (max(least) > 0.0 or (tempting and least_net < 0.0 < most_net)):
                u, v = (said.variable((kind, r, t), 0, 1, whole=1) for kind in "uv")
                for flow, on, small in ((c, u, least[0]), (d, v, least[1])):
                    said.row([(flow, 1.0), (on, -said.high[flow])], -np.inf, 0.0)
                    said.row([(flow, 1.0), (on, -small * hours)], 0.0, np.inf)
                said.row([(u, 1.0), (v, 1.0)], -np.inf, 1.0)
            out.append((d, weight[r]))
            energy.setdefault(month[r], []).extend([(c, weight[r]), (d, -weight[r])])
            before = x
        last = before
        if cyclic and not chained:
            said.row([(opening, 1.0), (last, -1.0)], 0.0, 0.0)
        elif end is not None and (not chained or r == len(runs) - 1):
            said.row([(last, 1.0)], end, end)
    if cyclic and chained:
        said.row([(first, 1.0), (last, -1.0)], 0.0, 0.0)
    if cap is not None:
        said.row(out, -np.inf, cap)
    for g, (low, high) in (net or {}).items():
        said.row(energy[g], low, high)
    return said.best()
