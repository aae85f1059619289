"""What no list of slopes can hold, as one linear or mixed-integer problem of one plant, solved by HiGHS through scipy.

Months that share a year's state of charge, power limits that depend on it, a least power, caps over a series, negative
prices beside a peak: exact, but a thousand times slower than the kernel, plant by plant, and so only where it must be.
Binary variables stand only where a step could gain by charging and discharging at once, or has a least power. The
binaries found are then held and the linear problem solved again at a tolerance of 1e-10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Unpack

import numpy as np
from numpy.typing import NDArray

from appraisal.dispatch.check import Plant, checked, numbers
from appraisal.dispatch.highs import Program, solved
from appraisal.dispatch.steps import Posed
from appraisal.dispatch.tiers import PeakCost, peaks_of, within
from appraisal.errors import ValueFault, said
from appraisal.units import Table

MOST_STEPS = 40_000
"""More steps than a year of quarter hours are refused."""

MOST_BINARIES = 3_000
"""More undecided steps than this are refused: branching over them has no useful bound in time."""


@dataclass(frozen=True, kw_only=True)
class Coupling:
    """What joins the R rows of one plant, or bends its limits.

    Attributes
    ----------
    weight : (R,)
        Times a row counts in money and energy.
    group : (R,) of int
        The month whose peak each row shares; months are numbered from 0.
    cost : PeakCost or None
        What the peaks cost; none where there is no charge.
    most_mwh : number or None
        Most energy discharged at the grid over all rows, weighted, MWh.
    most_row_mwh : number or None
        Most energy discharged at the grid in each row, MWh.
    net_mwh : (G, 2) or None
        Least and most charge − discharge of each month, weighted, MWh; -inf and inf for none.
    counted : number or (T,)
        Steps whose energy ``net_mwh`` counts, 0 or 1.
    charge_curve, discharge_curve : (K, 2) or None
        Corners (state of charge in MWh, most power in MW) of a concave curve over the window; the state is the mean of
        the step's beginning and end.
    charge_reserved_mw, discharge_reserved_mw : (R, T) or None
        What services keep of a curve at each step: the state is held where the curve has it.
    least_charge_mw, least_discharge_mw : number
        The plant stands still or moves at least this.
    chained : bool
        Each row begins where the row before it ended; *cyclic* then means the first and the last.
    """

    weight: Table
    group: NDArray[np.int64]
    cost: PeakCost | None = None
    most_mwh: float | None = None
    most_row_mwh: float | None = None
    net_mwh: Table | None = None
    counted: Any = 1.0
    charge_curve: Table | None = None
    discharge_curve: Table | None = None
    charge_reserved_mw: Table | None = None
    discharge_reserved_mw: Table | None = None
    least_charge_mw: float = 0.0
    least_discharge_mw: float = 0.0
    chained: bool = False


class Coupled(NamedTuple):
    """``value`` money; ``charge``, ``discharge`` MW and ``soc`` MWh ``(R, T)``; ``peak`` ``(G,)`` MW, the least that serves."""

    value: float
    charge: Table
    discharge: Table
    soc: Table
    peak: Table


class _Layout(NamedTuple):
    """Where the variables stand: by step charge, discharge, state, two binaries; first states, peaks, cost by tier."""

    row: NDArray[np.int64]
    step: NDArray[np.int64]
    charge: NDArray[np.int64]
    discharge: NDArray[np.int64]
    state: NDArray[np.int64]
    charging: NDArray[np.int64]
    selling: NDArray[np.int64]
    begin: NDArray[np.int64]
    peak: NDArray[np.int64]
    tier: NDArray[np.int64]


def solve_coupled(
    buy: Table,
    sell: Table | None = None,
    *,
    coupling: Coupling,
    load_mw: Any = 0.0,
    pv_mw: Any = 0.0,
    **plant: Unpack[Plant],
) -> Coupled:
    """The best schedule of one plant by HiGHS: a coupled year, daily caps in it, least power, power that depends on the state.

    Parameters
    ----------
    buy, sell, plant
        As :func:`appraisal.dispatch.kernel.solve_rows`: R rows of one plant.
    coupling : Coupling
        What joins the rows or bends the limits.
    load_mw, pv_mw : number, (T,), (R, 1) or (R, T)
        Load and generation of the site, MW, where its peak has a price.

    Returns
    -------
    Coupled

    Raises
    ------
    ValueError, NoSolutionError
        As :func:`exact`.

    Examples
    --------
    An hour at 1 MW would fill the store, but near full it takes less: 1 MW at empty, none at 1 MWh.

    >>> taper = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> alone = Coupling(weight=np.ones(1), group=np.zeros(1, dtype=np.int64), charge_curve=taper)
    >>> found = solve_coupled(np.array([[1.0, 4.0]]), coupling=alone, step_hours=1.0, charge_mw=1.0, discharge_mw=1.0,
    ...                       energy_mwh=1.0, charge_efficiency=1.0, discharge_efficiency=1.0)
    >>> round(found.value, 9)
    2.0
    """
    headroom = numbers("pv_mw", pv_mw) - numbers("load_mw", load_mw)
    return exact(checked(buy, sell, headroom_mw=headroom, **plant), plant.get("cyclic", False), coupling)


def exact(posed: Posed, cyclic: bool, coupling: Coupling) -> Coupled:
    """The best schedule of one plant, all couplings observed.

    Parameters
    ----------
    posed : Posed
        R rows of one plant, checked by :func:`appraisal.dispatch.check.checked`; ``headroom_mw`` is PV − load.
    cyclic : bool
        Every row, or where ``chained`` the whole, ends as it began.
    coupling : Coupling

    Returns
    -------
    Coupled

    Raises
    ------
    ValueFault
        If the problem is larger than HiGHS is trusted with (40,000 steps, 3,000 undecided steps), or a curve is no
        concave curve over the window.
    NoSolutionError
        If nothing satisfies the problem, or no optimum is proved in 300 s.

    Notes
    -----
    max Σ wᵣ h [(sell − cost)·d − buy·c] − Σ p(Mᵍ) over c, d ≥ 0, x in the window, with xₜ = keep·xₜ₋₁ + η_c·h·c − h·d/η_d
    and c·d = 0, c − d in its range and ≤ Mᵍ + headroom. Charging and discharging at once never gains where buying
    costs more than selling the same stored energy brings, except where a month must take a least net energy.
    """
    lay, program, undecided = _program(posed, cyclic, coupling)
    if lay.row.size > MOST_STEPS or undecided.size > MOST_BINARIES:
        raise ValueFault(said(
            "{steps} steps, {undecided} of them undecided; HiGHS is asked for at most {most} and {binaries}: shorten the series",
            "共 {steps} 步，其中 {undecided} 步须做整数判定；至多为 {most} 步与 {binaries} 步：请缩短序列",
            steps=lay.row.size, undecided=undecided.size, most=MOST_STEPS, binaries=MOST_BINARIES,
        ))  # fmt: skip
    found = solved(program)
    rows, width = posed.buy.shape
    soc = np.zeros((rows, width))
    soc[lay.row, lay.step] = np.clip(found[lay.state], 0.0, program.upper[lay.state])
    charge, discharge = np.zeros((rows, width)), np.zeros((rows, width))
    charge[lay.row, lay.step], discharge[lay.row, lay.step] = _one_way(posed, lay, found)
    return _valued(posed, coupling, charge, discharge, soc)


def states(posed: Posed, cyclic: bool) -> Table:
    """The best states ``(P, T)``, from the lower edge, of rows that have nothing to do with one another; one at a time."""
    from appraisal.dispatch.kernel import rows_of

    alone = Coupling(weight=np.ones(1), group=np.zeros(1, dtype=np.int64))
    rows = [exact(rows_of(posed, slice(row, row + 1)), cyclic, alone).soc for row in range(len(posed.buy))]
    return np.concatenate(rows) - posed.lowest_mwh


def _valued(posed: Posed, coupling: Coupling, charge: Table, discharge: Table, soc: Table) -> Coupled:
    """The money of a schedule and the least peaks that serve it."""
    hours, wear = posed.step_hours, posed.throughput_cost
    money = hours * ((posed.sell - wear) * discharge - posed.buy * (charge + posed.auxiliary_mw * within(posed))).sum(
        axis=1
    )
    value, peak = float(coupling.weight @ money), peaks_of(posed, coupling.group, charge - discharge)
    if coupling.cost is not None:
        value -= float(np.broadcast_to(coupling.cost.at(peak), peak.shape).sum())
    return Coupled(value, charge, discharge, soc + posed.lowest_mwh * within(posed), peak)


def _layout(posed: Posed, coupling: Coupling) -> _Layout:
    row, step = np.nonzero(within(posed))
    count, rows = row.size, len(posed.buy)
    groups = int(coupling.group.max()) + 1
    tiers = 0 if coupling.cost is None else coupling.cost.price.shape[1]
    sizes = [count] * 5 + [rows, groups, groups * tiers]
    places = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
    charge, discharge, state, charging, selling, begin, peak, tier = places
    return _Layout(row, step, charge, discharge, state, charging, selling, begin, peak, tier.reshape(groups, tiers))


def _program(posed: Posed, cyclic: bool, coupling: Coupling) -> tuple[_Layout, Program, NDArray[np.int64]]:
    """The whole problem, and the steps that need binaries."""
    lay = _layout(posed, coupling)
    size = int(lay.begin[0] + lay.begin.size + lay.peak.size + lay.tier.size)
    row, hours = lay.row, posed.step_hours
    buy, sell, most_charge, most_discharge, low, high = (
        _of_step(posed, lay, table)
        for table in (posed.buy, posed.sell, posed.charge_mw, posed.discharge_mw, posed.net_low_mw, posed.net_high_mw)
    )
    low, high = np.maximum(low, -most_discharge), np.minimum(high, most_charge)
    wear, gain, loss, room = (
        _of_row(posed, table)[row]
        for table in (posed.throughput_cost, posed.charge_efficiency, posed.discharge_efficiency, posed.energy_mwh)
    )
    program = Program(size, np.zeros(size), np.zeros(size), np.full(size, np.inf), np.zeros(size, dtype=np.int64))
    weight = coupling.weight[row] * hours
    program.cost[lay.charge], program.cost[lay.discharge] = weight * buy, -weight * (sell - wear)
    program.lower[lay.charge], program.upper[lay.charge] = np.maximum(low, 0.0), np.maximum(high, 0.0)
    program.lower[lay.discharge], program.upper[lay.discharge] = np.maximum(-high, 0.0), np.maximum(-low, 0.0)
    program.upper[lay.state] = room
    least = max(coupling.least_charge_mw, coupling.least_discharge_mw) > 0.0
    forced = coupling.net_mwh is not None and bool((coupling.net_mwh[:, 0] > -np.inf).any())
    either = (low < 0.0) & (high > 0.0)
    kinked = either & (forced | (buy / gain < (sell - wear) * loss))
    undecided = np.flatnonzero(kinked | least)
    program.upper[lay.charging], program.upper[lay.selling] = 0.0, 0.0
    _balance(program, lay, posed, cyclic, coupling)
    _limits(program, lay, posed, coupling)
    _either(program, lay, coupling, undecided)
    return lay, program, undecided


def _of_step(posed: Posed, lay: _Layout, table: Table) -> Table:
    return np.asarray(np.broadcast_to(table, posed.buy.shape)[lay.row, lay.step])


def _of_row(posed: Posed, table: Table) -> Table:
    return np.asarray(np.broadcast_to(table, (len(posed.buy), 1))[:, 0])


def _balance(program: Program, lay: _Layout, posed: Posed, cyclic: bool, coupling: Coupling) -> None:
    """The store's balance in every step, and where rows begin and end."""
    count, rows, row = lay.row.size, len(posed.buy), lay.row
    keep, gain, loss, lowest = (
        _of_row(posed, table)[row]
        for table in (posed.keep, posed.charge_efficiency, posed.discharge_efficiency, posed.lowest_mwh)
    )
    drift = (keep - 1.0) * lowest
    terms = [
        (lay.state, 1.0),
        (_before(lay), -keep),
        (lay.charge, -gain * posed.step_hours),
        (lay.discharge, posed.step_hours / loss),
    ]
    program.add(terms, drift, drift, count)
    last = np.append(np.flatnonzero(np.diff(row)), count - 1)
    end = lay.state[last]
    program.upper[lay.begin] = _of_row(posed, posed.energy_mwh)
    if coupling.chained and rows > 1:
        program.add([(lay.begin[1:], 1.0), (end[:-1], -1.0)], 0.0, 0.0, rows - 1)
    if cyclic:
        first, final = (lay.begin[:1], end[-1:]) if coupling.chained else (lay.begin, end)
        program.add([(first, 1.0), (final, -1.0)], 0.0, 0.0, first.size)
        return
    chosen = slice(0, 1) if coupling.chained else slice(None)
    start, finish = _of_row(posed, posed.start_mwh), _of_row(posed, posed.end_mwh)
    program.lower[lay.begin[chosen]] = program.upper[lay.begin[chosen]] = start[chosen]
    fixed = np.flatnonzero(finish >= 0.0) if not coupling.chained else np.flatnonzero(finish[-1:] >= 0.0) + rows - 1
    program.lower[end[fixed]] = finish[fixed]
    program.upper[end[fixed]] = np.minimum(program.upper[end[fixed]], finish[fixed])


def _before(lay: _Layout) -> NDArray[np.int64]:
    """The variable that holds the state before each step."""
    return np.where(lay.step == 0, lay.begin[lay.row], np.roll(lay.state, 1))


def _limits(program: Program, lay: _Layout, posed: Posed, coupling: Coupling) -> None:
    """Peaks and their cost, caps on energy, net energy of months, curves of power over the state."""
    count, row, hours = lay.row.size, lay.row, posed.step_hours
    month = coupling.group[row]
    if coupling.cost is None:
        program.upper[lay.peak] = 0.0
    else:
        headroom = _of_step(posed, lay, posed.headroom_mw)
        program.add([(lay.charge, 1.0), (lay.discharge, -1.0), (lay.peak[month], -1.0)], -np.inf, headroom, count)
        groups, tiers = lay.tier.shape
        program.cost[lay.tier] = np.broadcast_to(coupling.cost.steps, lay.tier.shape)
        peak = np.repeat(lay.peak, tiers)
        begins = np.broadcast_to(coupling.cost.from_mw, lay.tier.shape).ravel()
        program.add([(peak, 1.0), (lay.tier.ravel(), -1.0)], -np.inf, begins, groups * tiers)
    weighted = coupling.weight[row] * hours
    if coupling.most_mwh is not None:
        program.add([(lay.discharge[None, :], weighted[None, :])], -np.inf, coupling.most_mwh, 1)
    if coupling.most_row_mwh is not None:
        for one in range(len(posed.buy)):
            own = lay.discharge[row == one][None, :]
            program.add([(own, hours)], -np.inf, coupling.most_row_mwh, 1)
    if coupling.net_mwh is not None:
        metered = weighted * np.broadcast_to(coupling.counted, posed.buy.shape)[row, lay.step]
        for index, (low, high) in enumerate(coupling.net_mwh):
            own = month == index
            terms = [
                (lay.charge[own][None, :], metered[own][None, :]),
                (lay.discharge[own][None, :], -metered[own][None, :]),
            ]
            program.add(terms, low, high, 1)
    lowest = _of_row(posed, posed.lowest_mwh)[row]
    for way, flow in (("charge", lay.charge), ("discharge", lay.discharge)):
        curve, kept = getattr(coupling, f"{way}_curve"), getattr(coupling, f"{way}_reserved_mw")
        if curve is not None:
            reserved = 0.0 if kept is None else _of_step(posed, lay, kept)
            for slope, level in _lines(f"{way}_curve", curve, posed):
                terms = [(flow, 1.0), (lay.state, -0.5 * slope), (_before(lay), -0.5 * slope)]
                program.add(terms, -np.inf, level + slope * lowest - reserved, count)


def _lines(name: str, curve: Table, posed: Posed) -> list[tuple[float, float]]:
    """Slope and level of each line of a concave curve; its lower hull is their least."""
    soc, power = np.asarray(curve, dtype=np.float64).T
    slopes = np.diff(power) / np.diff(soc)
    low, high = posed.lowest_mwh.min(), (posed.lowest_mwh + posed.energy_mwh).max()
    concave = (np.diff(slopes) <= 1e-12 * np.abs(slopes).max(initial=1.0)).all()
    if (
        soc.size < 2
        or (np.diff(soc) <= 0.0).any()
        or not concave
        or (power < 0.0).any()
        or soc[0] > low
        or soc[-1] < high
    ):
        raise ValueFault(said(
            "{name}: expected corners (MWh, MW ≥ 0) of a concave curve, ascending, from at most {low:g} to at least {high:g} MWh; "
            "a curve that is not concave has no linear form",
            "{name}：应为凹折线的拐点（MWh，MW ≥ 0），按荷电量升序，自不高于 {low:g} MWh 至不低于 {high:g} MWh；非凹曲线无线性表达",
            name=name, low=low, high=high,
        ))  # fmt: skip
    return [(float(slope), float(y - slope * x)) for slope, x, y in zip(slopes, soc, power, strict=False)]


def _either(program: Program, lay: _Layout, coupling: Coupling, undecided: NDArray[np.int64]) -> None:
    """In the undecided steps: one direction, and at least the least power or none."""
    if not undecided.size:
        return
    count = undecided.size
    for flow, choice, least in (
        (lay.charge[undecided], lay.charging[undecided], coupling.least_charge_mw),
        (lay.discharge[undecided], lay.selling[undecided], coupling.least_discharge_mw),
    ):
        program.whole[choice], program.upper[choice] = 1, 1.0
        program.add([(flow, 1.0), (choice, -program.upper[flow])], -np.inf, 0.0, count)
        program.add([(flow, 1.0), (choice, -least)], 0.0, np.inf, count)
    program.add([(lay.charging[undecided], 1.0), (lay.selling[undecided], 1.0)], -np.inf, 1.0, count)


def _one_way(posed: Posed, lay: _Layout, found: Table) -> tuple[Table, Table]:
    """Charge and discharge with what a tie moved both ways at once taken out, the store's balance kept."""
    gain, loss = (_of_row(posed, table)[lay.row] for table in (posed.charge_efficiency, posed.discharge_efficiency))
    charge, discharge = np.maximum(found[lay.charge], 0.0), np.maximum(found[lay.discharge], 0.0)
    stored = np.minimum(charge * gain, discharge / loss)
    return np.maximum(charge - stored / gain, 0.0), np.maximum(discharge - stored * loss, 0.0)
