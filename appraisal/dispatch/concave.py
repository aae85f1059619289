"""The concave dispatch problem: lists of slopes, compiled.

The best money W(x) of standing at state of charge x after a step is concave and piecewise linear, so it is a list
of slopes, steepest first, each with the MWh over which it holds. A step joins two pieces to the list (energy may be
bought, at slope ``-buy / charge_efficiency``, or sold, at ``-(sell - cost) * discharge_efficiency``) and cuts what
then lies outside ``[0, room]``. Where the two pieces came to lie, two numbers a step, is all that the walk back
needs to read off the schedule. Source: sup-convolution of concave functions (Rockafellar, *Convex Analysis*, §16).

What must flow moves the whole list; self-discharge stretches it. The slopes that each cut met are kept too: walking
back, they bound the worth of energy, and so give what one more MW of the month's peak would earn (a supergradient).

When energy can be bought for less than it sells for within one step (a negative price), the list still holds the
optimum of the *relaxed* problem, in which a plant may charge and discharge at once. Rows whose schedule does so report
the MWh burnt and are solved again by :mod:`appraisal.dispatch.exclusive`.

A row's bits do not depend on its neighbours: everything here runs row by row.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np

from appraisal.compiled import compiled
from appraisal.dispatch.steps import BOUGHT, FALL, FORCED, GIVE, RISE, SHIFT, SNAP, SOLD, Posed, Rows, pieces_of
from appraisal.units import Table

Ends: TypeAlias = tuple[float, float, int, int, float]

FREE = -1.0
"""An end state that is left to the optimiser."""

UNREACHABLE = -1.0
"""Stands for the MWh burnt in a row that no schedule satisfies."""

CHUNK = 20_000
"""Steps posed at a time: their pieces stay in the cache of the processor."""

BURNT, MONEY, BOUND, LOW, HIGH, SLOPE, NEED = range(7)
"""Columns of a report."""


class Scratch(NamedTuple):
    """Room for one row's list of slopes, their MWh, and four marks of each step."""

    slope: Table
    length: Table
    mark: Table


@compiled()
def _forward(
    pieces: Table, keep: float, room: float, first: int, lo: float, hi: float, seam: float, scratch: Scratch
) -> Ends:
    """Build W step by step from rotation *first*; the list lies in ``[head, tail)`` of *slope* and *length*.

    The store begins at *lo* (= *hi*), or anywhere in ``[lo, hi]`` against a price of *seam* a MWh.
    ``mark[0, i]`` and ``mark[1, i]`` keep the states at which step i's purchase and its sale lie in the list,
    ``mark[2, i]`` and ``mark[3, i]`` the slopes that the cuts below and above met. Returns the reachable states, lo above
    hi if there is none, the ends of the list and how hi grows with the peak. One long loop: the two insertions and the
    two cuts share the list and its ends, and this is where the time goes.
    """
    slope, length, mark, steps = scratch.slope, scratch.length, scratch.mark, pieces.shape[1]
    head = tail = steps + 1
    slack, grows = 100.0 * SNAP * room, 0.0
    if hi > lo:
        slope[tail], length[tail] = -seam, hi - lo
        tail += 1
    t = first
    for i in range(steps):
        rise, fall, bought, sold = pieces[RISE, t], pieces[FALL, t], pieces[BOUGHT, t], pieces[SOLD, t]
        if keep < 1.0:
            for j in range(head, tail):
                length[j] *= keep
                slope[j] /= keep
            lo, hi, grows = lo * keep, hi * keep, grows * keep
        lo, hi, grows = lo + pieces[SHIFT, t], hi + pieces[SHIFT, t], grows + abs(pieces[GIVE, t])
        mark[2, i], mark[3, i] = np.inf, -np.inf
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
                mark[2, i] = slope[head]
                head += 1
            if head < tail and cut > 0.0:
                length[head] -= cut
                mark[2, i] = slope[head]
            lo = 0.0
        if hi > room:
            cut, grows = hi - room, 0.0
            while head < tail and cut >= length[tail - 1]:
                cut -= length[tail - 1]
                mark[3, i] = slope[tail - 1]
                tail -= 1
            if head < tail and cut > 0.0:
                length[tail - 1] -= cut
                mark[3, i] = slope[tail - 1]
            hi = room
        if lo > hi:
            if lo - hi > slack:
                return lo, hi, head, tail, grows
            lo = hi = min(max(lo, 0.0), room)
    return lo, hi, head, tail, grows


@compiled()
def _backward(
    pieces: Table, keep: float, room: float, first: int, end: float, mark: Table, soc: Table
) -> tuple[float, float, float]:
    """Walk back from state *end*: fill *soc*, return the state at the beginning, the money and the MWh burnt."""
    steps, tiny = pieces.shape[1], SNAP * room
    money = burnt = 0.0
    state = end
    t = first if first > 0 else steps
    for i in range(steps - 1, -1, -1):
        t = t - 1 if t > 0 else steps - 1
        rise, fall, shift = pieces[RISE, t], pieces[FALL, t], pieces[SHIFT, t]
        soc[t] = state
        taken = min(max(state - mark[0, i], 0.0), rise) if rise > 0.0 else 0.0
        given = fall - min(max(state - mark[1, i], 0.0), fall) if fall > 0.0 else 0.0
        burnt = max(burnt, min(taken, given))
        money += pieces[BOUGHT, t] * taken - pieces[SOLD, t] * given + pieces[FORCED, t]
        before = state - (taken - given) - shift
        if keep < 1.0:
            state = before / keep
        elif shift != 0.0 or abs(before - state) > tiny:
            state = before
        if state < tiny:
            state = 0.0
        elif state > room - tiny:
            state = room
    return state, money, burnt


@compiled()
def _worth(pieces: Table, keep: float, first: int, slope: float, mark: Table) -> tuple[float, float]:
    """Walk back the slope of W along the best path -> what a MW of peak earns, the slope before the first step.

    A slope stays while the store is neither empty nor full, and is held to the slopes that a cut met where it is: a
    solution of the dual problem, by complementary slackness, so the sum over binding limits is a supergradient.
    """
    steps = pieces.shape[1]
    earned = 0.0
    for i in range(steps - 1, -1, -1):
        t = (first + i) % steps
        slope = min(max(slope, mark[3, i]), mark[2, i])
        if pieces[GIVE, t] != 0.0:
            edge = pieces[BOUGHT, t] if pieces[GIVE, t] > 0.0 else pieces[SOLD, t]
            earned += abs(pieces[GIVE, t]) * max(edge - slope, 0.0)
        slope *= keep
    return earned, slope


@compiled()
def _best_end(scratch: Scratch, head: int, tail: int, lo: float, seam: float) -> float:
    """The state at which W plus *seam* a MWh is largest; the emptiest of equals."""
    end = lo
    while head < tail and scratch.slope[head] > -seam:
        end += scratch.length[head]
        head += 1
    return end


@compiled()
def _slope_at(scratch: Scratch, head: int, tail: int, lo: float, end: float) -> float:
    """The slope of W below state *end*, at the lowest state above it; 0 where W is one point."""
    if head == tail:
        return 0.0
    lo += scratch.length[head]
    while head + 1 < tail and lo < end:
        head += 1
        lo += scratch.length[head]
    return float(scratch.slope[head])


@compiled()
def _solve(
    pieces: Table,
    keep: float,
    room: float,
    first: int,
    start: float,
    end: float,
    scratch: Scratch,
    soc: Table,
    report: Table,
) -> float:
    """Best schedule from *start* to *end* (or FREE); fills *soc* and *report* but its slope; returns the slope of W there."""
    lo, hi, head, tail, grows = _forward(pieces, keep, room, first, start, start, 0.0, scratch)
    free, slack = end == FREE, 100.0 * SNAP * room
    report[BURNT], report[LOW], report[HIGH], report[NEED] = UNREACHABLE, lo, hi, np.inf
    if lo > hi:
        if hi < 0.0 and grows > 0.0:
            report[NEED] = -hi / grows
        return 0.0
    if free:
        end = min(max(_best_end(scratch, head, tail, lo, 0.0), lo), hi)
    if end < lo - slack or end > hi + slack:
        if end > hi and grows > 0.0:
            report[NEED] = (end - hi) / grows
        return 0.0
    end = min(max(end, lo), hi)
    _, money, burnt = _backward(pieces, keep, room, first, end, scratch.mark, soc)
    report[BURNT], report[MONEY], report[BOUND], report[NEED] = burnt, money, money, 0.0
    return 0.0 if free else _slope_at(scratch, head, tail, lo, end)


@compiled()
def _seam(
    pieces: Table, keep: float, room: float, price: float, scratch: Scratch, soc: Table
) -> tuple[float, float, float]:
    """Buy the first state and sell the last at *price* a MWh -> first state, last state, money in all."""
    lo, hi, head, tail, _ = _forward(pieces, keep, room, 0, 0.0, room, price, scratch)
    end = min(max(_best_end(scratch, head, tail, lo, price), lo), hi)
    begin, money, _ = _backward(pieces, keep, room, 0, end, scratch.mark, soc)
    return begin, end, money + price * (end - begin)


@compiled()
def _seam_state(pieces: Table, keep: float, room: float, scratch: Scratch, soc: Table) -> tuple[float, float, float]:
    """The best state to begin and end at, by the price of energy at the seam -> state, bound of the money, price.

    ``_seam`` is convex and piecewise linear in the price, with slope last - first state. Two tangents from either
    side meet at a price; there either first = last, or the tangents are confirmed and a mix of their two schedules
    is an optimum, or a new tangent replaces one of them. Each round finds a new piece, so it ends.
    """
    low = min(pieces[BOUGHT].min(), pieces[SOLD].min()) - 1.0
    high = max(pieces[BOUGHT].max(), pieces[SOLD].max()) + 1.0
    low, high = -high, -low
    tiny = SNAP * room
    begin_low, end_low, money_low = _seam(pieces, keep, room, low, scratch, soc)
    # What is bought long before the seam arrives there dearer by all that was lost on the way.
    while end_low - begin_low > 100.0 * tiny and low > -1e200:
        low = -16.0 * abs(low) - 1.0
        begin_low, end_low, money_low = _seam(pieces, keep, room, low, scratch, soc)
    begin_high, end_high, money_high = _seam(pieces, keep, room, high, scratch, soc)
    while end_high - begin_high < -100.0 * tiny and high < 1e200:
        high = 16.0 * abs(high) + 1.0
        begin_high, end_high, money_high = _seam(pieces, keep, room, high, scratch, soc)
    while True:
        down, up = end_low - begin_low, end_high - begin_high
        if down >= -tiny:
            return begin_low, money_low, low
        if up <= tiny:
            return begin_high, money_high, high
        price = (money_low - low * down - money_high + high * up) / (up - down)
        tangent = money_low + down * (price - low)
        begin, end, money = _seam(pieces, keep, room, price, scratch, soc)
        if abs(end - begin) <= tiny:
            return begin, money, price
        if money <= tangent + 1e-14 * (abs(tangent) + room * (high - low)) or not low < price < high:
            share = up / (up - down)
            return share * begin_low + (1.0 - share) * begin_high, money, price
        if end < begin:
            low, begin_low, end_low, money_low = price, begin, end, money
        else:
            high, begin_high, end_high, money_high = price, begin, end, money


@compiled()
def _closes(pieces: Table, keep: float, room: float, scratch: Scratch, soc: Table) -> float:
    """The MW of peak that are wanting before any schedule ends where it began: 0 for none, inf where none would help."""
    free = pieces.copy()
    free[BOUGHT], free[SOLD], free[FORCED] = 0.0, 0.0, 0.0
    slack = 100.0 * SNAP * room
    lo, hi, _, _, grows = _forward(free, keep, room, 0, 0.0, room, 0.0, scratch)
    if lo > hi:
        return -hi / grows if hi < 0.0 and grows > 0.0 else np.inf
    if _seam(free, keep, room, -1.0, scratch, soc)[2] < -slack:
        return np.inf
    wanting = -_seam(free, keep, room, 1.0, scratch, soc)[2]
    if wanting <= slack:
        return 0.0
    grows, _ = _worth(free, keep, 0, -1.0, scratch.mark)
    return wanting / grows if grows > 0.0 else np.inf


@compiled()
def _touch(soc: Table, level: float) -> int:
    """The step after the first moment at which the store stands at *level*, or -1."""
    for t in range(soc.size):
        if soc[t] == level:
            return t + 1 if t + 1 < soc.size else 0
    return -1


@compiled()
def _opening(pieces: Table, keep: float, room: float, scratch: Scratch, soc: Table, report: Table) -> tuple[int, float]:
    """A step before which some best cycle is empty or full, and that state; -1 if none is known.

    Schedules are monotone in the states they begin and end at (the money of a step is supermodular in the two states
    around it). So where the schedule from full to full is empty, an optimal cycle is empty too, and where the one from
    empty to empty is full, an optimal cycle is full.
    """
    for begin, level in ((room, 0.0), (0.0, room)):
        _solve(pieces, keep, room, 0, begin, begin, scratch, soc, report)
        if report[BURNT] != UNREACHABLE:
            first = _touch(soc, level)
            if first >= 0:
                return first, level
    return -1, 0.0


@compiled()
def _cycle(pieces: Table, keep: float, room: float, peaked: bool, scratch: Scratch, soc: Table, report: Table) -> None:
    """Best schedule that ends where it began: opened where it is known to be empty or full, else by the price at the seam."""
    if pieces[SHIFT].any():
        report[BURNT], report[LOW], report[HIGH], report[NEED] = UNREACHABLE, 0.0, room, np.inf
        wanting = _closes(pieces, keep, room, scratch, soc)
        if wanting > 0.0:
            report[NEED] = wanting
            return
    first, level = _opening(pieces, keep, room, scratch, soc, report)
    proved = False
    if first >= 0:
        slope = _solve(pieces, keep, room, first, level, level, scratch, soc, report)
        if peaked:
            report[SLOPE], before = _worth(pieces, keep, first, slope, scratch.mark)
            # An empty store must not be worth filling for the whole round, nor a full one worth emptying.
            proved = slope <= before if level == 0.0 else slope >= before
    if first < 0 or (peaked and not proved):
        state, bound, price = _seam_state(pieces, keep, room, scratch, soc)
        if peaked:
            _seam(pieces, keep, room, price, scratch, soc)
            report[SLOPE], _ = _worth(pieces, keep, 0, -price, scratch.mark)
        first, level = (max(first, 0), level if first >= 0 else state)
        _solve(pieces, keep, room, first, level, level, scratch, soc, report)
        report[BOUND] = bound
    report[LOW], report[HIGH] = 0.0, room
    if keep == 1.0:
        # No flow changes when the whole path moves down, and the lowest path is the one that is named.
        soc -= soc.min()


@compiled()
def _relaxed(pieces: Table, plant: Table, lengths: Rows, cyclic: bool, soc: Table, report: Table) -> None:
    """Fill the states and the report of every row; *plant* ``(P, 4)``: usable energy, share kept, start, end."""
    steps = pieces.shape[2]
    scratch = Scratch(np.empty(2 * steps + 4), np.empty(2 * steps + 4), np.empty((4, steps)))
    for row in range(len(pieces)):
        room, keep, start, end = plant[row, 0], plant[row, 1], plant[row, 2], plant[row, 3]
        own, states = pieces[row, :, : lengths[row]], soc[row, : lengths[row]]
        peaked = own[GIVE].any()
        if cyclic:
            _cycle(own, keep, room, peaked, scratch, states, report[row])
        else:
            slope = _solve(own, keep, room, 0, start, end, scratch, states, report[row])
            if peaked and report[row, BURNT] != UNREACHABLE:
                report[row, SLOPE], _ = _worth(own, keep, 0, slope, scratch.mark)


def columns_of(posed: Posed) -> tuple[Table, Rows]:
    """Usable energy, share kept in a step, start and end ``(P, 4)``; steps ``(P,)``."""
    rows = len(posed.buy)
    columns = (posed.energy_mwh, posed.keep, posed.start_mwh, posed.end_mwh)
    plant = np.concatenate([np.broadcast_to(column, (rows, 1)) for column in columns], axis=1)
    return plant, np.broadcast_to(posed.steps, (rows, 1))[:, 0].astype(np.int64)


def relaxed(posed: Posed, cyclic: bool) -> tuple[Table, Table]:
    """Best states of every row ``(P, T)``, charging and discharging at once allowed, and a report ``(P, 7)``.

    The report holds the most MWh burnt in one step (UNREACHABLE where no schedule satisfies the row), the money, an
    upper bound of the money by duality (the money itself where the path proves it), the least and most reachable end,
    what one more MW of peak earns (a supergradient; 0 without a peak) and the MW of peak wanting before a schedule
    exists (a lower bound; inf where no peak would do).
    """
    rows, steps = posed.buy.shape
    soc, report = np.zeros((rows, steps)), np.zeros((rows, 7))
    plant, lengths = columns_of(posed)
    size = max(1, CHUNK // steps)
    for begin in range(0, rows, size):
        part = slice(begin, min(begin + size, rows))
        pieces = pieces_of(posed, np.arange(part.start, part.stop))
        _relaxed(pieces, plant[part], lengths[part], cyclic, soc[part], report[part])
    return soc, report
