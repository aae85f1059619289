"""The exact energy-only dispatch on tables: one row a problem, checked, solved and proved.

:mod:`~appraisal.dispatch.concave` solves every row as if it might charge and discharge at once. That is exact unless a
row does so, which only a negative price (or a sale above the purchase) can cause;
:mod:`~appraisal.dispatch.exclusive` solves those rows again. Both are compiled, and imported at the first call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from appraisal.errors import IntegrityError, NoSolutionError, joined, said
from appraisal.units import Table

if TYPE_CHECKING:
    from appraisal.dispatch.concave import Posed

BURNT = 1e-11
"""A share of the usable energy: a step that charges and discharges less than this at once is rounding."""

CERTIFIED = 1e-9
"""How far, relative to the money moved, a cycle's money may lie below its bound by duality."""

SHOWN = 3
"""How many rows without a solution a message names."""


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
) -> tuple[Table, Table, Table, Table]:
    """The best schedules of P problems at once; a row's result does not depend on the other rows, to the bit.

    Parameters
    ----------
    buy, sell : (P, T) or (1, T)
        Prices, money per MWh at the grid.
    step_hours, charge_mw, discharge_mw, energy_mwh, charge_efficiency, discharge_efficiency, throughput_cost, start_mwh, end_mwh, cyclic
        As in :func:`appraisal.dispatch.price_taker`. P is the largest number of rows among all arguments; the others have P rows or one.

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
        As :func:`appraisal.dispatch.price_taker`.

    Examples
    --------
    One price row, two plants:

    >>> solve_rows(np.array([[300.0, 800.0]]), step_hours=1.0, charge_mw=np.array([[1.0], [2.0]]), discharge_mw=2.0,
    ...            energy_mwh=4.0, charge_efficiency=1.0, discharge_efficiency=1.0)[0]
    array([ 500., 1000.])
    """
    if cyclic and not (end_mwh is None and np.ndim(start_mwh) == 0 and start_mwh == 0.0):
        raise ValueError("cyclic: True chooses the state itself; leave start_mwh and end_mwh at their defaults")
    from appraisal.dispatch import concave, exclusive

    end: Any = 0.0 if end_mwh is None else end_mwh
    given = (buy, buy if sell is None else sell, charge_mw, discharge_mw, energy_mwh, charge_efficiency)
    posed = _posed(concave.Posed(*given, discharge_efficiency, throughput_cost, start_mwh, end, step_hours))
    if end_mwh is None:
        posed = posed._replace(end_mwh=np.array([[concave.FREE]]))
    soc, report = concave.relaxed(posed, cyclic)
    _refuse_unreachable(posed, report, concave.UNREACHABLE)
    if cyclic:
        _certify(posed, report)
    rows = len(soc)
    energy = _column(posed.energy_mwh, rows)
    again = np.flatnonzero(report[:, 0] > BURNT * energy[:, 0])
    if again.size:
        states = soc[again]
        first, last = _column(posed.start_mwh, rows)[again], _column(posed.end_mwh, rows)[again]
        exclusive.schedules(concave.pieces_of(posed, again), energy[again], first, last, cyclic, states)
        soc[again] = states
    return (*concave.flows(posed, cyclic, soc), soc)


def _posed(given: Posed) -> Posed:
    """Every argument as a checked table with P or one rows and T or one columns; the prices to buy at have all P."""
    if np.ndim(given.step_hours) or not (np.isfinite(given.step_hours) and given.step_hours > 0.0):
        raise ValueError(f"step_hours: {given.step_hours!r}; expected a finite number of hours above 0")
    tables = {name: numbers(name, value) for name, value in given._asdict().items() if name != "step_hours"}
    if tables["buy"].ndim != 2 or tables["buy"].size == 0:
        raise ValueError(f"buy: shape {tables['buy'].shape}; expected (T,) or (P, T) with at least one step")
    steps = tables["buy"].shape[1]
    rows = max(len(table) for table in tables.values() if table.ndim == 2)
    for name, table in tables.items():
        tables[name] = _shaped(name, table, rows, steps)
        _refuse_outside(name, tables[name])
    _refuse_overfull(tables["start_mwh"], tables["energy_mwh"], rows)
    tables["buy"] = np.ascontiguousarray(np.broadcast_to(tables["buy"], (rows, steps)))
    return given._replace(**tables, step_hours=float(given.step_hours))


def numbers(name: str, value: Any) -> Table:
    """*value* as float64, or an error that names the argument."""
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {value!r}; expected numbers") from error


def _shaped(name: str, table: Table, rows: int, steps: int) -> Table:
    """A contiguous table with P or one rows and, by the argument, T or one columns."""
    if table.ndim < 2:
        table = table.reshape(1, -1)
    columns = {steps} if name in ("buy", "sell") else {steps, 1} if name in ("charge_mw", "discharge_mw") else {1}
    if table.ndim != 2 or len(table) not in (rows, 1) or table.shape[1] not in columns:
        lengths = f"{rows} or 1" if rows > 1 else "1"
        expected = " or ".join(f"({lengths}, {count})" for count in sorted(columns))
        raise ValueError(f"{name}: shape {table.shape}; expected {expected}, rows by steps")
    return np.ascontiguousarray(table)


def _refuse_outside(name: str, table: Table) -> None:
    """Raise with the first value that is not finite or lies outside the argument's range."""
    if name in ("buy", "sell"):
        wrong, expected = ~np.isfinite(table), "a finite price per MWh"
    elif name.endswith("efficiency"):
        wrong, expected = ~((table > 0.0) & (table <= 1.0)), "a fraction above 0, at most 1"
    else:
        wrong, expected = ~(np.isfinite(table) & (table >= 0.0)), "a finite number, 0 or more"
    if wrong.any():
        row, step = (int(place) for place in np.argwhere(wrong)[0])
        place = f"row {row}, step {step}" if table.shape[1] > 1 else f"row {row}"
        raise ValueError(f"{name}: {table[row, step]} in {place}; expected {expected}")


def _refuse_overfull(start: Table, energy: Table, rows: int) -> None:
    """Raise if a store would begin with more than it holds."""
    start, energy = _column(start, rows), _column(energy, rows)
    for row in np.flatnonzero(start > energy)[:1]:
        raise ValueError(f"start_mwh: {start[row, 0]} in row {row}; expected at most energy_mwh, {energy[row, 0]}")


def _column(table: Table, rows: int) -> Table:
    """*table* ``(P, 1)`` or ``(1, 1)`` with all its rows."""
    return np.ascontiguousarray(np.broadcast_to(table, (rows, 1)))


def _refuse_unreachable(posed: Posed, report: Table, mark: float) -> None:
    """Raise with the first rows whose end state no schedule reaches."""
    missed = np.flatnonzero(report[:, 0] == mark)
    if missed.size:
        start, end = _column(posed.start_mwh, len(report)), _column(posed.end_mwh, len(report))
        told = [
            said(
                "row {row}: end_mwh {end:g} cannot be reached from start_mwh {start:g}; reachable is {low:g} to {high:g}",
                "第 {row} 行：从 start_mwh {start:g} 达不到 end_mwh {end:g}；可达 {low:g} 至 {high:g}",
                row=row,
                end=end[row, 0],
                start=start[row, 0],
                low=report[row, 3],
                high=report[row, 4],
            )
            for row in missed[:SHOWN]
        ]
        left = missed.size - SHOWN
        more = [said("and {left} more rows", "另有 {left} 行", left=left)] if left > 0 else []
        raise NoSolutionError(joined(told + more, "\n", "\n"))


def _certify(posed: Posed, report: Table) -> None:
    """Raise if a cycle's money does not meet its bound by duality: the search for its state went wrong."""
    moved = posed.energy_mwh * np.abs(posed.buy).max(axis=1, keepdims=True) + np.abs(report[:, 2:3])
    short = (report[:, 2:3] - report[:, 1:2]) > CERTIFIED * moved
    for row in np.flatnonzero(short[:, 0])[:1]:
        raise IntegrityError(said(
            "dispatch row {row}: money {money} of the cycle, bound {bound}",
            "运行优化第 {row} 行：循环收益 {money}，上界 {bound}", row=row, money=report[row, 1], bound=report[row, 2]
        ))  # fmt: skip
