"""A dispatch problem as the solvers read it: what each step may add to the store and take from it, and at what money.

Compiled. No compiled function here calls one of another module: the compiler's cache on disk watches only a function's
own file.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.compiled import compiled
from appraisal.units import Table

Rows: TypeAlias = NDArray[np.int64]

SNAP = 1e-13
"""A share of the usable energy: states closer than this are one state (rounding of some hundred additions)."""

RISE, FALL, BOUGHT, SOLD, SHIFT, FORCED, GIVE = range(7)
"""Lines of a row's pieces: MWh stored that may be added and taken, slopes of money, MWh moved in any case, its money,
and the MWh that one more MW of peak allows (negative where it spares a forced sale)."""


class Posed(NamedTuple):
    """The problem of P rows; a table may have one row or one column that holds for all. Units as in ``solve_rows``.

    States are counted from the lower edge, so ``energy_mwh`` is the width of the window. ``keep`` is the share of the
    store left after a step; net power is held to ``[net_low_mw, min(net_high_mw, peak_mw + headroom_mw)]``, charging
    positive; ``steps`` is the number of steps a row has.
    """

    buy: Table
    sell: Table
    charge_mw: Table
    discharge_mw: Table
    energy_mwh: Table
    charge_efficiency: Table
    discharge_efficiency: Table
    throughput_cost: Table
    start_mwh: Table
    end_mwh: Table
    lowest_mwh: Table
    keep: Table
    net_low_mw: Table
    net_high_mw: Table
    headroom_mw: Table
    peak_mw: Table
    auxiliary_mw: Table
    steps: Table
    step_hours: float


@compiled()
def _at(values: Table, row: int, step: int) -> float:
    """Entry of a table that may hold one row, one column or both for all."""
    return float(values[row if values.shape[0] > 1 else 0, step if values.shape[1] > 1 else 0])


@compiled()
def _ranged(posed: Posed) -> bool:
    """Whether anything but the plant's own limits holds net power."""
    plain = posed.net_low_mw.size == 1 and posed.net_high_mw.size == 1 and posed.peak_mw.size == 1
    own = posed.net_low_mw[0, 0] == -np.inf and posed.net_high_mw[0, 0] == np.inf and posed.peak_mw[0, 0] == np.inf
    return not (plain and own)


@compiled()
def _net(posed: Posed, row: int, t: int) -> tuple[float, float, bool]:
    """Least and most net power at the grid, MW, and whether the peak is what limits it."""
    low, high = -_at(posed.discharge_mw, row, t), _at(posed.charge_mw, row, t)
    low, high = max(low, _at(posed.net_low_mw, row, t)), min(high, _at(posed.net_high_mw, row, t))
    under = _at(posed.peak_mw, row, 0) + _at(posed.headroom_mw, row, t)
    # A peak is never sought below what the limits allow, except by rounding.
    return low, max(min(high, under), low), under < high


@compiled()
def pieces_of(posed: Posed, chosen: Rows) -> Table:
    """The pieces ``(len(chosen), 7, T)`` of some rows; beyond a row's own length they are 0.

    One function over all rows: to hand a problem of twenty tables to another costs more than a row of a day.
    """
    pieces = np.zeros((chosen.size, 7, posed.buy.shape[1]))
    charge_mw, discharge_mw, hours, ranged = posed.charge_mw, posed.discharge_mw, posed.step_hours, _ranged(posed)
    flat = not ranged and charge_mw.shape[1] == 1 and discharge_mw.shape[1] == 1
    for i in range(chosen.size):
        row = chosen[i]
        steps = int(_at(posed.steps, row, 0))
        room, wear = _at(posed.energy_mwh, row, 0), _at(posed.throughput_cost, row, 0)
        gain, loss = _at(posed.charge_efficiency, row, 0), _at(posed.discharge_efficiency, row, 0)
        drift = (_at(posed.keep, row, 0) - 1.0) * _at(posed.lowest_mwh, row, 0)
        buy, sell = posed.buy[row], posed.sell[row if posed.sell.shape[0] > 1 else 0]
        forced = rise = fall = give = 0.0
        for t in range(steps):
            bought, sold = -buy[t] / gain, -(sell[t] - wear) * loss
            if t == 0 or not flat:
                low, high, peaked = -_at(discharge_mw, row, t), _at(charge_mw, row, t), False
                if ranged:
                    low, high, peaked = _net(posed, row, t)
                forced = max(low, 0.0) * hours * gain + min(high, 0.0) * hours / loss
                # More than the whole store in one step is never of use, and a huge limit would swallow the digits of the rest.
                most = room + abs(forced + drift)
                rise = max(high - max(low, 0.0), 0.0) * hours * gain
                fall = max(min(high, 0.0) - low, 0.0) * hours / loss
                give = 0.0
                if peaked and rise <= most:
                    give = hours * gain if high >= 0.0 else -hours / loss
                rise, fall = min(rise, most), min(fall, most)
            pieces[i, RISE, t], pieces[i, FALL, t], pieces[i, BOUGHT, t], pieces[i, SOLD, t] = rise, fall, bought, sold
            pieces[i, SHIFT, t], pieces[i, FORCED, t] = forced + drift, (bought if forced > 0.0 else sold) * forced
            pieces[i, GIVE, t] = give
    return pieces


@compiled()
def flows(posed: Posed, cyclic: bool, soc: Table) -> tuple[Table, Table, Table]:
    """Value ``(P,)``, charge and discharge at the grid ``(P, T)``, MW, along the states *soc*."""
    rows, steps = soc.shape
    value, charge, discharge = np.zeros(rows), np.zeros((rows, steps)), np.zeros((rows, steps))
    charge_mw, discharge_mw, hours, ranged = posed.charge_mw, posed.discharge_mw, posed.step_hours, _ranged(posed)
    for row in range(rows):
        count = int(_at(posed.steps, row, 0))
        before = soc[row, count - 1] if cyclic else _at(posed.start_mwh, row, 0)
        gain, loss = _at(posed.charge_efficiency, row, 0), _at(posed.discharge_efficiency, row, 0)
        wear, keep = _at(posed.throughput_cost, row, 0), _at(posed.keep, row, 0)
        drift = (keep - 1.0) * _at(posed.lowest_mwh, row, 0)
        tiny = SNAP * _at(posed.energy_mwh, row, 0) if keep < 1.0 else 0.0
        money = 0.0
        for t in range(count):
            change = soc[row, t] - (before * keep + drift)
            before = soc[row, t]
            if not ranged and abs(change) <= tiny:
                continue
            low, high = -_at(discharge_mw, row, t), _at(charge_mw, row, t)
            if ranged:
                low, high, _ = _net(posed, row, t)
            if change > tiny or low > 0.0:
                charge[row, t] = max(min(change / gain / hours, high), low)
                money -= _at(posed.buy, row, t) * charge[row, t] * hours
            elif change < -tiny or high < 0.0:
                discharge[row, t] = max(min(-change * loss / hours, -low), -high)
                money += (_at(posed.sell, row, t) - wear) * discharge[row, t] * hours
        value[row] = money
    return value, charge, discharge
