"""The arguments of the dispatch kernel as checked tables; every fault is an error that names the argument and its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from appraisal.errors import NoSolutionError, said
from appraisal.units import Table

if TYPE_CHECKING:
    from appraisal.dispatch.steps import Posed

_BY_STEP = ("charge_mw", "discharge_mw", "net_low_mw", "net_high_mw", "headroom_mw")


class Plant(TypedDict, total=False):
    """The arguments of :func:`appraisal.dispatch.kernel.solve_rows` beside the prices."""

    step_hours: float
    charge_mw: Any
    discharge_mw: Any
    energy_mwh: Any
    charge_efficiency: Any
    discharge_efficiency: Any
    throughput_cost: Any
    start_mwh: Any
    end_mwh: Any
    cyclic: bool
    lowest_mwh: Any
    self_discharge: Any
    net_low_mw: Any
    net_high_mw: Any
    auxiliary_mw: Any
    steps: Any


def checked(
    buy: Any,
    sell: Any,
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
    headroom_mw: Any = 0.0,
    steps: Any = None,
) -> Posed:
    """The problem as tables with P or one rows and T or one columns, states counted from the lower edge, no peak yet.

    Raises
    ------
    ValueError
        If an argument is not finite, has the wrong shape or lies outside its range.
    NoSolutionError
        If the least net power of a step is above the most.
    """
    if cyclic and not (end_mwh is None and np.ndim(start_mwh) == 0 and start_mwh == 0.0):
        raise ValueError("cyclic: True chooses the state itself; leave start_mwh and end_mwh at their defaults")
    from appraisal.dispatch import concave
    from appraisal.dispatch.steps import Posed

    if np.ndim(step_hours) or not (np.isfinite(step_hours) and step_hours > 0.0):
        raise ValueError(f"step_hours: {step_hours!r}; expected a finite number of hours above 0")
    given = {
        "buy": buy, "sell": buy if sell is None else sell, "charge_mw": charge_mw, "discharge_mw": discharge_mw,
        "energy_mwh": energy_mwh, "charge_efficiency": charge_efficiency, "discharge_efficiency": discharge_efficiency,
        "throughput_cost": throughput_cost, "start_mwh": start_mwh, "end_mwh": 0.0 if end_mwh is None else end_mwh,
        "lowest_mwh": lowest_mwh, "self_discharge": self_discharge, "net_low_mw": net_low_mw,
        "net_high_mw": net_high_mw, "auxiliary_mw": auxiliary_mw, "headroom_mw": headroom_mw, "steps": steps,
    }  # fmt: skip
    tables = _tables(given)
    rows = len(tables["buy"])
    _refuse_outside_window(tables, rows, cyclic, end_mwh is None)
    _refuse_empty_range(tables)
    edge = tables["lowest_mwh"]
    tables["energy_mwh"] = tables["energy_mwh"] - edge
    tables["start_mwh"] = np.zeros((1, 1)) if cyclic else tables["start_mwh"] - edge
    tables["end_mwh"] = np.array([[concave.FREE]]) if end_mwh is None else tables["end_mwh"] - edge
    keep = (1.0 - tables.pop("self_discharge")) ** step_hours
    return Posed(**tables, keep=keep, peak_mw=np.array([[np.inf]]), step_hours=float(step_hours))


def _tables(given: dict[str, Any]) -> dict[str, Table]:
    """Every argument as a checked table; the prices to buy at have all P rows."""
    steps = given.pop("steps")
    tables = {name: numbers(name, value) for name, value in given.items()}
    if tables["buy"].ndim != 2 or tables["buy"].size == 0:
        raise ValueError(f"buy: shape {tables['buy'].shape}; expected (T,) or (P, T) with at least one step")
    width = tables["buy"].shape[1]
    tables["steps"] = numbers("steps", width if steps is None else steps)
    rows = max(len(table) for table in tables.values() if table.ndim == 2)
    for name, table in tables.items():
        tables[name] = _shaped(name, table, rows, width)
        _refuse_outside(name, tables[name], width)
    tables["buy"] = np.ascontiguousarray(np.broadcast_to(tables["buy"], (rows, width)))
    return tables


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
    columns = {steps} if name in ("buy", "sell") else {steps, 1} if name in _BY_STEP else {1}
    if table.ndim != 2 or len(table) not in (rows, 1) or table.shape[1] not in columns:
        lengths = f"{rows} or 1" if rows > 1 else "1"
        expected = " or ".join(f"({lengths}, {count})" for count in sorted(columns))
        raise ValueError(f"{name}: shape {table.shape}; expected {expected}, rows by steps")
    return np.ascontiguousarray(table)


def _refuse_outside(name: str, table: Table, width: int) -> None:
    """Raise with the first value that is not finite or lies outside the argument's range."""
    if name in ("buy", "sell"):
        wrong, expected = ~np.isfinite(table), "a finite price per MWh"
    elif name.endswith("efficiency"):
        wrong, expected = ~((table > 0.0) & (table <= 1.0)), "a fraction above 0, at most 1"
    elif name == "self_discharge":
        wrong, expected = ~((table >= 0.0) & (table < 1.0)), "a fraction an hour, at least 0, below 1"
    elif name == "net_low_mw":
        wrong, expected = np.isnan(table) | np.isposinf(table), "a number of MW, -inf for no limit"
    elif name == "net_high_mw":
        wrong, expected = np.isnan(table) | np.isneginf(table), "a number of MW, inf for no limit"
    elif name == "headroom_mw":
        wrong, expected = ~np.isfinite(table), "a finite number of MW"
    elif name == "steps":
        wrong, expected = (
            ~((table >= 1.0) & (table <= width) & (table == np.floor(table))),
            f"a whole number, 1 to {width}",
        )
    else:
        wrong, expected = ~(np.isfinite(table) & (table >= 0.0)), "a finite number, 0 or more"
    if wrong.any():
        row, step = (int(place) for place in np.argwhere(wrong)[0])
        place = f"row {row}, step {step}" if table.shape[1] > 1 else f"row {row}"
        raise ValueError(f"{name}: {table[row, step]} in {place}; expected {expected}")


def _refuse_outside_window(tables: dict[str, Table], rows: int, cyclic: bool, free: bool) -> None:
    """Raise if the window is empty, or a store would begin with more than it holds or begin or end below its edge."""
    names = ("energy_mwh", "lowest_mwh", "start_mwh", "end_mwh")
    energy, lowest, start, end = (column(tables[name], rows)[:, 0] for name in names)
    for row in np.flatnonzero(lowest > energy)[:1]:
        raise ValueError(f"lowest_mwh: {lowest[row]} in row {row}; expected at most energy_mwh, {energy[row]}")
    if cyclic:
        return
    for row in np.flatnonzero(start > energy)[:1]:
        raise ValueError(f"start_mwh: {start[row]} in row {row}; expected at most energy_mwh, {energy[row]}")
    for name, state in (("start_mwh", start), *(() if free else (("end_mwh", end),))):
        for row in np.flatnonzero(state < lowest)[:1]:
            raise ValueError(f"{name}: {state[row]} in row {row}; expected at least lowest_mwh, {lowest[row]}")


def _refuse_empty_range(tables: dict[str, Table]) -> None:
    """Raise with the first step in which the least net power is above the most."""
    low, high = tables["net_low_mw"], tables["net_high_mw"]
    if np.isneginf(low).all() and np.isposinf(high).all():
        return
    low, high = np.maximum(low, -tables["discharge_mw"]), np.minimum(high, tables["charge_mw"])
    for row, step in np.argwhere(low > high)[:1]:
        least, most = (np.broadcast_to(side, np.broadcast_shapes(low.shape, high.shape)) for side in (low, high))
        raise NoSolutionError(said(
            "row {row}, step {step}: net power must be at least {low:g} MW and at most {high:g} MW",
            "第 {row} 行第 {step} 步：净功率须不低于 {low:g} MW 且不高于 {high:g} MW",
            row=row, step=step, low=least[row, step], high=most[row, step],
        ))  # fmt: skip


def column(table: Table, rows: int) -> Table:
    """*table* ``(P, 1)`` or ``(1, 1)`` with all its rows."""
    return np.ascontiguousarray(np.broadcast_to(table, (rows, 1)))
