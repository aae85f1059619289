"""The concave dispatch problem: lists of slopes, compiled.

The best money W(x) of standing at state of charge x after a step is concave and piecewise linear, so it is a list
of slopes, steepest first, each with the MWh over which it holds. A step joins two pieces to the list (energy may be
bought, at slope ``-buy / charge_efficiency``, or sold, at ``-(sell - cost) * discharge_efficiency``) and cuts what
then lies outside ``[0, energy]``. Where the two pieces came to lie, two numbers a step, is all that the walk back
needs to read off the schedule. Source: sup-convolution of concave functions (Rockafellar, *Convex Analysis*, §16).

When energy can be bought for less than it sells for within one step (a negative price), the list still holds the
optimum of the *relaxed* problem, in which a plant may charge and discharge at once. Rows whose schedule does so report
the MWh burnt and are solved again by :mod:`appraisal.dispatch.exclusive`.

Everything here runs row by row in one thread, so a row's bits do not depend on its neighbours.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.compiled import compiled
from appraisal.units import Table

Rows: TypeAlias = NDArray[np.int64]

FREE = -1.0
"""An end state that is left to the optimiser."""

UNREACHABLE = -1.0
"""Stands for the MWh burnt in a row whose end state cannot be reached."""

SNAP = 1e-13
"""A share of the usable energy: states closer than this are one state (rounding of some hundred additions)."""


class Posed(NamedTuple):
    """The problem of P rows; a table may have one row or one column that holds for all. Units as in ``solve_rows``."""

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
    step_hours: float


class Scratch(NamedTuple):
    """Room for one row's list of slopes, their MWh, and the two marks of each step."""

    slope: Table
    length: Table
    mark: Table


@compiled()
def _at(values: Table, row: int, step: int) -> float:
    """Entry of a table that may hold one row, one column or both for all."""
    return float(values[row if values.shape[0] > 1 else 0, step if values.shape[1] > 1 else 0])


@compiled()
def _pieces(posed: Posed, row: int) -> Table:
    """What each step may add to and take from the store, MWh stored, and the slope of money along each."""
    steps = posed.buy.shape[1]
    pieces = np.empty((4, steps))
    room, wear = _at(posed.energy_mwh, row, 0), _at(posed.throughput_cost, row, 0)
    gain, loss = _at(posed.charge_efficiency, row, 0), _at(posed.discharge_efficiency, row, 0)
    for t in range(steps):
        # More than the whole store in one step is never of use, and a huge limit would swallow the digits of the rest.
        pieces[0, t] = min(_at(posed.charge_mw, row, t) * posed.step_hours * gain, room)
        pieces[1, t] = min(_at(posed.discharge_mw, row, t) * posed.step_hours / loss, room)
        pieces[2, t] = -_at(posed.buy, row, t) / gain
        pieces[3, t] = -(_at(posed.sell, row, t) - wear) * loss
    return pieces


@compiled()
def _forward(
    pieces: Table, room: float, first: int, lo: float, hi: float, seam: float, scratch: Scratch
) -> tuple[float, float, int, int]:
    """Build W step by step from rotation *first*; the list lies in ``[head, tail)`` of *slope* and *length*.

    The store begins at *lo* (= *hi*), or anywhere in ``[lo, hi]`` against a price of *seam* a MWh.
    ``mark[0, i]`` and ``mark[1, i]`` keep the states at which step i's purchase and its sale lie in the list. One long
    loop: the two insertions and the two cuts share the list and its ends, and this is where the time goes.
    """
    slope, length, mark = scratch.slope, scratch.length, scratch.mark
    steps = pieces.shape[1]
    head = tail = steps + 1
    if hi > lo:
        slope[tail], length[tail] = -seam, hi - lo
        tail += 1
    t = first
    for i in range(steps):
        rise, fall, bought, sold = pieces[0, t], pieces[1, t], pieces[2, t], pieces[3, t]
        t = t + 1 if t + 1 < steps else 0
        if fall > 0.0:
            # Before its equals, so that a sale that earns nothing is not made.
            passed, j = 0.0, head
            while j < tail and slope[j] > sold:
                passed += length[j]
                slope[j - 1], length[j - 1] = slope[j], length[j]
                j += 1
            slope[j - 1], length[j - 1] = sold, fall
            head -= 1
            lo -= fall
            mark[1, i] = lo + passed + (rise if bought > sold else 0.0)
        if rise > 0.0:
            # After its equals, so that a purchase that earns nothing is not made.
            passed, j = 0.0, tail - 1
            while j >= head and slope[j] < bought:
                passed += length[j]
                slope[j + 1], length[j + 1] = slope[j], length[j]
                j -= 1
            slope[j + 1], length[j + 1] = bought, rise
            tail += 1
            mark[0, i] = hi - passed
            hi += rise
        if lo < 0.0:
            cut = -lo
            while head < tail and cut >= length[head]:
                cut -= length[head]
                head += 1
            if head < tail:
                length[head] -= cut
            lo = 0.0
        if hi > room:
            cut = hi - room
            while head < tail and cut >= length[tail - 1]:
                cut -= length[tail - 1]
                tail -= 1
            if head < tail:
                length[tail - 1] -= cut
            hi = room
    return lo, hi, head, tail


@compiled()
def _backward(
    pieces: Table, room: float, first: int, end: float, mark: Table, soc: Table
) -> tuple[float, float, float]:
    """Walk back from state *end*: fill *soc*, return the state at the beginning, the money and the MWh burnt."""
    steps = pieces.shape[1]
    tiny = SNAP * room
    money = burnt = 0.0
    state = end
    t = first if first > 0 else steps
    for i in range(steps - 1, -1, -1):
        t = t - 1 if t > 0 else steps - 1
        rise, fall = pieces[0, t], pieces[1, t]
        soc[t] = state
        taken = min(max(state - mark[0, i], 0.0), rise) if rise > 0.0 else 0.0
        given = fall - min(max(state - mark[1, i], 0.0), fall) if fall > 0.0 else 0.0
        burnt = max(burnt, min(taken, given))
        money += pieces[2, t] * taken - pieces[3, t] * given
        before = state - (taken - given)
        if abs(before - state) > tiny:
            state = before
        if state < tiny:
            state = 0.0
        elif state > room - tiny:
            state = room
    return state, money, burnt


@compiled()
def _best_end(scratch: Scratch, head: int, tail: int, lo: float, seam: float) -> float:
    """The state at which W plus *seam* a MWh is largest; the emptiest of equals."""
    end = lo
    while head < tail and scratch.slope[head] > -seam:
        end += scratch.length[head]
        head += 1
    return end


@compiled()
def _solve(
    pieces: Table, room: float, first: int, start: float, end: float, scratch: Scratch, soc: Table
) -> tuple[float, float, float, float]:
    """Best schedule from *start* to *end* (or FREE) -> money, MWh burnt, least and most reachable end."""
    lo, hi, head, tail = _forward(pieces, room, first, start, start, 0.0, scratch)
    if end == FREE:
        end = min(max(_best_end(scratch, head, tail, lo, 0.0), lo), hi)
    slack = 100.0 * SNAP * room
    if end < lo - slack or end > hi + slack:
        return 0.0, UNREACHABLE, lo, hi
    _, money, burnt = _backward(pieces, room, first, min(max(end, lo), hi), scratch.mark, soc)
    return money, burnt, lo, hi


@compiled()
def _seam(pieces: Table, room: float, price: float, scratch: Scratch, soc: Table) -> tuple[float, float, float]:
    """Buy the first state and sell the last at *price* a MWh -> first state, last state, money in all."""
    lo, hi, head, tail = _forward(pieces, room, 0, 0.0, room, price, scratch)
    end = min(max(_best_end(scratch, head, tail, lo, price), lo), hi)
    begin, money, _ = _backward(pieces, room, 0, end, scratch.mark, soc)
    return begin, end, money + price * (end - begin)


@compiled()
def _seam_state(pieces: Table, room: float, scratch: Scratch, soc: Table) -> tuple[float, float]:
    """The best state to begin and end at, by the price of energy at the seam -> state, upper bound of the money.

    ``_seam`` is convex and piecewise linear in the price, with slope last - first state. Two tangents from either
    side meet at a price; there either first = last, or the tangents are confirmed and a mix of their two schedules
    is an optimum, or a new tangent replaces one of them. Each round finds a new piece, so it ends.
    """
    low = min(pieces[2].min(), pieces[3].min()) - 1.0
    high = max(pieces[2].max(), pieces[3].max()) + 1.0
    low, high = -high, -low
    begin_low, end_low, money_low = _seam(pieces, room, low, scratch, soc)
    begin_high, end_high, money_high = _seam(pieces, room, high, scratch, soc)
    tiny = SNAP * room
    while True:
        down, up = end_low - begin_low, end_high - begin_high
        if down >= -tiny:
            return begin_low, money_low
        if up <= tiny:
            return begin_high, money_high
        price = (money_low - low * down - money_high + high * up) / (up - down)
        tangent = money_low + down * (price - low)
        begin, end, money = _seam(pieces, room, price, scratch, soc)
        if abs(end - begin) <= tiny:
            return begin, money
        if money <= tangent + 1e-14 * (abs(tangent) + room * (high - low)) or not low < price < high:
            share = up / (up - down)
            return share * begin_low + (1.0 - share) * begin_high, money
        if end < begin:
            low, begin_low, end_low, money_low = price, begin, end, money
        else:
            high, begin_high, end_high, money_high = price, begin, end, money


@compiled()
def _touch(soc: Table, level: float) -> int:
    """The step after the first moment at which the store stands at *level*, or -1."""
    for t in range(soc.size):
        if soc[t] == level:
            return t + 1 if t + 1 < soc.size else 0
    return -1


@compiled()
def _cycle(pieces: Table, room: float, scratch: Scratch, soc: Table) -> tuple[float, float, float]:
    """Best schedule that ends where it began -> money, MWh burnt, upper bound of the money.

    Schedules are monotone in the states they begin and end at (the money of a step is supermodular in the two states
    around it). So where the schedule from full to full is empty, an optimal cycle is empty too, and where the one from
    empty to empty is full, an optimal cycle is full: begin there. Otherwise the price at the seam is searched.
    """
    _solve(pieces, room, 0, room, room, scratch, soc)
    first, level = _touch(soc, 0.0), 0.0
    if first < 0:
        _solve(pieces, room, 0, 0.0, 0.0, scratch, soc)
        first, level = _touch(soc, room), room
    if first >= 0:
        money, burnt, _, _ = _solve(pieces, room, first, level, level, scratch, soc)
        bound = money
    else:
        level, bound = _seam_state(pieces, room, scratch, soc)
        money, burnt, _, _ = _solve(pieces, room, 0, level, level, scratch, soc)
    # No flow changes when the whole path moves down, and the lowest path is the one that is named.
    soc -= soc.min()
    return money, burnt, bound


@compiled()
def _flows(posed: Posed, row: int, soc: Table, charge: Table, discharge: Table, before: float) -> float:
    """Fill the power at the grid along the states *soc*, which begin at *before*; return its money."""
    gain, loss = _at(posed.charge_efficiency, row, 0), _at(posed.discharge_efficiency, row, 0)
    wear, hours = _at(posed.throughput_cost, row, 0), posed.step_hours
    money = 0.0
    for t in range(soc.size):
        change = soc[t] - before
        before = soc[t]
        if change > 0.0:
            charge[t] = min(change / gain / hours, _at(posed.charge_mw, row, t))
            money -= _at(posed.buy, row, t) * charge[t] * hours
        elif change < 0.0:
            discharge[t] = min(-change * loss / hours, _at(posed.discharge_mw, row, t))
            money += (_at(posed.sell, row, t) - wear) * discharge[t] * hours
    return money


@compiled()
def relaxed(posed: Posed, cyclic: bool) -> tuple[Table, Table]:
    """Best states of every row ``(P, T)``, charging and discharging at once allowed, and a report ``(P, 5)``.

    The report holds the most MWh burnt in one step (UNREACHABLE where the end cannot be reached), the money, an upper
    bound of the money by duality (the money itself where the path proves it), the least and most reachable end.
    """
    rows, steps = posed.buy.shape
    soc, report = np.zeros((rows, steps)), np.zeros((rows, 5))
    scratch = Scratch(np.empty(2 * steps + 4), np.empty(2 * steps + 4), np.empty((2, steps)))
    for row in range(rows):
        room = _at(posed.energy_mwh, row, 0)
        pieces = _pieces(posed, row)
        if cyclic:
            money, burnt, bound = _cycle(pieces, room, scratch, soc[row])
            lo, hi = 0.0, room
        else:
            start, end = _at(posed.start_mwh, row, 0), _at(posed.end_mwh, row, 0)
            money, burnt, lo, hi = _solve(pieces, room, 0, start, end, scratch, soc[row])
            bound = money
        report[row, 0], report[row, 1], report[row, 2], report[row, 3], report[row, 4] = burnt, money, bound, lo, hi
    return soc, report


@compiled()
def pieces_of(posed: Posed, chosen: Rows) -> Table:
    """The pieces ``(len(chosen), 4, T)`` of some rows."""
    pieces = np.empty((chosen.size, 4, posed.buy.shape[1]))
    for i in range(chosen.size):
        pieces[i] = _pieces(posed, chosen[i])
    return pieces


@compiled()
def flows(posed: Posed, cyclic: bool, soc: Table) -> tuple[Table, Table, Table]:
    """Value ``(P,)``, charge and discharge at the grid ``(P, T)``, MW, along the states *soc*."""
    rows, steps = soc.shape
    value, charge, discharge = np.zeros(rows), np.zeros((rows, steps)), np.zeros((rows, steps))
    for row in range(rows):
        before = soc[row, steps - 1] if cyclic else _at(posed.start_mwh, row, 0)
        value[row] = _flows(posed, row, soc[row], charge[row], discharge[row], before)
    return value, charge, discharge
