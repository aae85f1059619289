"""The exact energy-only dispatch on tables: one row a problem, checked, solved and proved.

:mod:`~appraisal.dispatch.concave` solves every row as if it might charge and discharge at once. That is exact unless a
row does so, which only a negative price (or a sale above the purchase) can cause;
:mod:`~appraisal.dispatch.exclusive` solves those rows again. Both are compiled, and imported at the first call.
:mod:`~appraisal.dispatch.peak` and :mod:`~appraisal.dispatch.cycles` search over this kernel for what couples rows,
:mod:`~appraisal.dispatch.coupled` hands what no list of slopes can hold to HiGHS.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from appraisal.dispatch.check import checked, column
from appraisal.errors import IntegrityError, Message, NoSolutionError, joined, said
from appraisal.units import Rows, Table

if TYPE_CHECKING:
    from appraisal.dispatch.steps import Posed

BURNT = 1e-11
"""A share of the usable energy: a step that charges and discharges less than this at once is rounding."""

CERTIFIED = 1e-9
"""How far, relative to the money moved, a cycle's money may lie below its bound by duality."""

SHOWN = 3
"""How many rows without a solution a message names."""

PART = 400_000
"""Steps that are worth a thread of their own."""


class Best(NamedTuple):
    """The best schedules of P rows, in their own states of charge; a row without any has a value of -inf.

    ``value (P,)``; ``charge``, ``discharge``, ``soc`` ``(P, T)``; ``slope (P,)`` what one more MW of peak earns, money per
    MW (a supergradient); ``need (P,)`` MW of peak wanting before a schedule exists, 0 where one does.
    """

    value: Table
    charge: Table
    discharge: Table
    soc: Table
    slope: Table
    need: Table


def solve_rows(
    buy: Table,
    sell: Table | None = None,
    *,
    step_hours: float,
    charge_mw: Any,
    discharge_mw: Any,
    energy_mwh: Any,
    charge_efficiency: Any,
    discharge_efficiency: Any,
    throughput_cost: Any = 0.0,
    start_mwh: Any = 0.0,
    end_mwh: Any = None,
    cyclic: bool = False,
    lowest_mwh: Any = 0.0,
    self_discharge: Any = 0.0,
    net_low_mw: Any = -np.inf,
    net_high_mw: Any = np.inf,
    auxiliary_mw: Any = 0.0,
    steps: Any = None,
) -> tuple[Table, Table, Table, Table]:
    """The best schedules of P problems at once; a row's result does not depend on the other rows, to the bit.

    Parameters
    ----------
    buy, sell : (P, T) or (1, T)
        Prices, money per MWh at the grid.
    step_hours, charge_mw, discharge_mw, energy_mwh, charge_efficiency, discharge_efficiency, throughput_cost, start_mwh, end_mwh, cyclic
        As in :func:`appraisal.dispatch.price_taker`. P is the largest number of rows among all arguments; the others have P rows or one.
    lowest_mwh : number or (P, 1)
        The lower edge of the window of states, MWh, at most *energy_mwh*, its upper edge.
    self_discharge : number or (P, 1)
        Share of the energy stored that is lost in an hour, at least 0, below 1.
    net_low_mw, net_high_mw : number, (T,), (P, 1) or (P, T)
        Least and most of charge − discharge, MW: negative is discharge. The range may exclude 0: above it the plant must
        charge at least *net_low_mw*, below it discharge at least −*net_high_mw*. A site with load L, generation G,
        import limit M and export limit X has the range G − L − X to M − L + G.
    auxiliary_mw : number or (P, 1)
        Load of the plant itself, MW ≥ 0, bought in every step. It is money only: where the site's limits count, put
        it into the load.
    steps : (P, 1) of whole numbers, optional
        Steps that a row has where rows differ in length; what lies beyond is not read, and 0 in the schedule.

    Returns
    -------
    value : (P,)
        Money from sales − money for purchases − throughput cost.
    charge_mw, discharge_mw : (P, T)
        Power at the grid, MW, ≥ 0, never both in one step.
    soc_mwh : (P, T)
        Energy in the store after each step, MWh.

    Raises
    ------
    ValueError, NoSolutionError
        As :func:`appraisal.dispatch.price_taker`; also where no schedule keeps the net power in its range.

    Notes
    -----
    In a step of h hours xₜ = (1 − s)^h·xₜ₋₁ + η_c·cₜ − dₜ/η_d. A row with self-discharge that is cyclic and would charge
    and discharge at once is solved by HiGHS (:func:`appraisal.dispatch.coupled.exact`); every other is a list of slopes.

    Examples
    --------
    One price row, two plants:

    >>> solve_rows(np.array([[300.0, 800.0]]), step_hours=1.0, charge_mw=np.array([[1.0], [2.0]]), discharge_mw=2.0,
    ...            energy_mwh=4.0, charge_efficiency=1.0, discharge_efficiency=1.0)[0]
    array([ 500., 1000.])
    """
    posed = checked(
        buy, sell, step_hours=step_hours, charge_mw=charge_mw, discharge_mw=discharge_mw, energy_mwh=energy_mwh,
        charge_efficiency=charge_efficiency, discharge_efficiency=discharge_efficiency, throughput_cost=throughput_cost,
        start_mwh=start_mwh, end_mwh=end_mwh, cyclic=cyclic, lowest_mwh=lowest_mwh, self_discharge=self_discharge,
        net_low_mw=net_low_mw, net_high_mw=net_high_mw, auxiliary_mw=auxiliary_mw, steps=steps,
    )  # fmt: skip
    found = best(posed, cyclic)
    refuse_unreachable(posed, cyclic, found)
    return found.value, found.charge, found.discharge, found.soc


def best(posed: Posed, cyclic: bool) -> Best:
    """The best schedules of a checked problem, parts of many rows at the same time; rows without any are marked."""
    return Best(*_parts(posed, lambda part: _part(part, cyclic)))


def reports(posed: Posed, cyclic: bool) -> tuple[Table, Table]:
    """States and report of :func:`appraisal.dispatch.concave.relaxed`, parts of many rows at the same time."""
    from appraisal.dispatch import concave

    solved = _parts(posed, lambda part: concave.relaxed(part, cyclic))
    return solved[0], solved[1]


def _parts(posed: Posed, solve: Callable[[Posed], tuple[Table, ...]]) -> list[Table]:
    """The tables of *solve*, applied to parts of the rows in threads; the compiled code runs without Python's lock."""
    rows, steps = posed.buy.shape
    size = max(1, PART // steps)
    if rows <= size:
        return list(solve(posed))
    slices = [slice(begin, min(begin + size, rows)) for begin in range(0, rows, size)]
    laid: list[Table] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for part, tables in zip(slices, pool.map(lambda part: solve(rows_of(posed, part)), slices), strict=True):
            laid = laid or [np.empty((rows, *table.shape[1:])) for table in tables]
            for whole, table in zip(laid, tables, strict=True):
                whole[part] = table
    return laid


def rows_of(posed: Posed, index: slice | Rows) -> Posed:
    """The rows of a slice or an index; tables of one row serve every row and stay."""
    count = len(posed.buy)
    cut = {name: table[index] for name, table in posed._asdict().items() if np.ndim(table) and len(table) == count}
    return posed._replace(**cut)


def _part(posed: Posed, cyclic: bool) -> Best:
    """The best schedules of some rows, in one thread."""
    from appraisal.dispatch import concave, exclusive, steps

    states, report = concave.relaxed(posed, cyclic)
    none = report[:, concave.BURNT] == concave.UNREACHABLE
    if cyclic:
        _certify(posed, report)
    rows = len(states)
    again = np.flatnonzero(report[:, concave.BURNT] > BURNT * column(posed.energy_mwh, rows)[:, 0])
    leaking = np.zeros(rows, dtype=np.bool_) if not cyclic else column(posed.keep, rows)[:, 0] < 1.0
    listed, handed = again[~leaking[again]], again[leaking[again]]
    if listed.size:
        chosen = states[listed]
        plant, lengths = concave.columns_of(posed)
        pieces = steps.pieces_of(posed, listed)
        exclusive.schedules(pieces, plant[listed], lengths[listed], cyclic, chosen)
        states[listed] = chosen
    if handed.size:
        # HiGHS takes a third of a second to load, and few problems ever need it.
        from appraisal.dispatch import coupled

        states[handed] = coupled.states(rows_of(posed, handed), cyclic)
    value, charge, discharge = steps.flows(posed, cyclic, states)
    if posed.auxiliary_mw.any() or posed.lowest_mwh.any():
        # Beyond a row's own length nothing is bought and there is no state.
        own = np.arange(states.shape[1]) < posed.steps
        value = value - posed.step_hours * (posed.auxiliary_mw * posed.buy * own).sum(axis=1)
        states = states + posed.lowest_mwh * own
    if none.any():
        value = np.where(none, -np.inf, value)
    return Best(value, charge, discharge, states, report[:, concave.SLOPE], report[:, concave.NEED])


def refuse_unreachable(posed: Posed, cyclic: bool, found: Best) -> None:
    """Raise with the first rows that no schedule satisfies.

    Raises
    ------
    NoSolutionError
        Names up to three rows, and how many are left.
    """
    missed = np.flatnonzero(np.isneginf(found.value))
    if missed.size:
        told = [_reason(posed, cyclic, int(row)) for row in missed[:SHOWN]]
        left = missed.size - SHOWN
        more = [said("and {left} more rows", "另有 {left} 行", left=left)] if left > 0 else []
        raise NoSolutionError(joined(told + more, "\n", "\n"))


def _reason(posed: Posed, cyclic: bool, row: int) -> Message:
    """Why a row has no schedule."""
    from appraisal.dispatch import concave

    one = rows_of(posed, np.array([row]))
    _, report = concave.relaxed(one, cyclic)
    low, high = report[0, concave.LOW], report[0, concave.HIGH]
    if cyclic or low > high or one.end_mwh[0, 0] == concave.FREE:
        return said(
            "row {row}: no schedule keeps the net power within its limits and the store within its edges",
            "第 {row} 行：没有任何运行方式能同时满足净功率限值与荷电状态上下限",
            row=row,
        )
    edge = one.lowest_mwh[0, 0]
    return said(
        "row {row}: end_mwh {end:g} cannot be reached from start_mwh {start:g}; reachable is {low:g} to {high:g}",
        "第 {row} 行：从 start_mwh {start:g} 达不到 end_mwh {end:g}；可达 {low:g} 至 {high:g}",
        row=row,
        end=one.end_mwh[0, 0] + edge,
        start=one.start_mwh[0, 0] + edge,
        low=low + edge,
        high=high + edge,
    )


def _certify(posed: Posed, report: Table) -> None:
    """Raise if a cycle's money does not meet its bound by duality: the search for its state went wrong."""
    moved = posed.energy_mwh * np.abs(posed.buy).max(axis=1, keepdims=True) + np.abs(report[:, 2:3])
    short = (report[:, 2:3] - report[:, 1:2]) > CERTIFIED * moved
    for row in np.flatnonzero(short[:, 0])[:1]:
        raise IntegrityError(said(
            "dispatch row {row}: money {money} of the cycle, bound {bound}",
            "运行优化第 {row} 行：循环收益 {money}，上界 {bound}", row=row, money=report[row, 1], bound=report[row, 2]
        ))  # fmt: skip
