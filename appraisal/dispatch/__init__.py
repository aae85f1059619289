"""What a plant that takes prices as they are does with them, exactly.

:func:`price_taker` is the public face; :func:`appraisal.dispatch.kernel.solve_rows` is the same on tables, one row a
problem, for the pipeline. Compiled code is imported at the first call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from appraisal.dispatch.check import numbers
from appraisal.dispatch.kernel import solve_rows
from appraisal.units import Table


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """A best schedule and its money.

    Attributes
    ----------
    value : float or (P,)
        Money from sales − money for purchases − throughput cost, in the money of the prices.
    charge_mw, discharge_mw : (T,) or (P, T)
        Power at the grid in each step, MW, ≥ 0; never both in one step.
    soc_mwh : (T,) or (P, T)
        Energy in the store *after* each step, MWh, 0 … energy_mwh.
    """

    value: Any
    charge_mw: Table
    discharge_mw: Table
    soc_mwh: Table


def price_taker(
    buy: Any,
    sell: Any = None,
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
) -> Dispatch:
    """The schedule that earns most at given prices: exact, with negative prices and limits by the step.

    Parameters
    ----------
    buy : (T,) or (P, T)
        Price of energy bought, money per MWh at the grid; any sign.
    sell : (T,) or (P, T), optional
        Price of energy sold, money per MWh at the grid; *buy* if not given.
    step_hours : float
        Length of a step, h, > 0.
    charge_mw, discharge_mw : number, (T,), (P, 1) or (P, T)
        Most power at the grid, MW, ≥ 0.
    energy_mwh : number or (P, 1)
        Usable energy in the store, MWh, ≥ 0.
    charge_efficiency, discharge_efficiency : number or (P, 1)
        MWh stored per MWh bought, MWh sold per MWh taken out; above 0, at most 1.
    throughput_cost : number or (P, 1)
        Money per MWh discharged at the grid, ≥ 0.
    start_mwh : number or (P, 1)
        Energy in the store before the first step, MWh.
    end_mwh : number or (P, 1), optional
        Energy in the store after the last step, MWh; free if not given.
    cyclic : bool
        End as it began, at the best such state (the emptiest of equals). *start_mwh* and *end_mwh* keep their defaults.

    Returns
    -------
    Dispatch
        ``value`` is a float and the schedule ``(T,)`` when both prices are ``(T,)``, else ``(P,)`` and ``(P, T)``.

    Raises
    ------
    ValueError
        If an argument is not finite, has the wrong shape or lies outside its range.
    NoSolutionError
        If the end state cannot be reached.

    Notes
    -----
    Maximises Σ (sellₜ − cost)·dₜ − buyₜ·cₜ over MWh bought cₜ and sold dₜ at the grid, subject to
    xₜ = xₜ₋₁ + η_c·cₜ − dₜ/η_d, 0 ≤ xₜ ≤ energy, 0 ≤ cₜ ≤ charge_mw·h, 0 ≤ dₜ ≤ discharge_mw·h and cₜ·dₜ = 0.
    Source: the price-taking storage problem; solved by sup-convolution of concave functions (Rockafellar, *Convex
    Analysis*, §16), by a piecewise-linear dynamic programme where negative prices make it non-concave. Of equally
    good schedules, one that does not move for nothing is chosen where the order of steps shows it.

    Examples
    --------
    Buy an hour at 300, sell at 800, and lose a tenth each way:

    >>> day = price_taker([300.0, 800.0], step_hours=1.0, charge_mw=1.0, discharge_mw=1.0, energy_mwh=2.0,
    ...                   charge_efficiency=0.9, discharge_efficiency=0.9)
    >>> round(day.value, 6), day.charge_mw, day.discharge_mw, day.soc_mwh
    (348.0, array([1., 0.]), array([0.  , 0.81]), array([0.9, 0. ]))
    """
    one_row = np.ndim(buy) < 2 and np.ndim(sell) < 2
    value, charge, discharge, soc = solve_rows(
        np.atleast_2d(numbers("buy", buy)),
        None if sell is None else np.atleast_2d(numbers("sell", sell)),
        step_hours=step_hours,
        charge_mw=charge_mw,
        discharge_mw=discharge_mw,
        energy_mwh=energy_mwh,
        charge_efficiency=charge_efficiency,
        discharge_efficiency=discharge_efficiency,
        throughput_cost=throughput_cost,
        start_mwh=start_mwh,
        end_mwh=end_mwh,
        cyclic=cyclic,
    )
    if one_row:
        return Dispatch(value=float(value[0]), charge_mw=charge[0], discharge_mw=discharge[0], soc_mwh=soc[0])
    return Dispatch(value=value, charge_mw=charge, discharge_mw=discharge, soc_mwh=soc)
