"""The exact schedule where a step could earn money by charging and discharging at once (negative prices).

A plant does one or the other. What a step may add to the store is still an interval, but its money has a kink the
wrong way at zero, so W(x), the best money of standing at x, is piecewise linear and *not* concave. It is carried as
its corners (x, money). A step takes the better of two things: charge, or discharge (idle is in both), and each of
these is the largest of W over a sliding window, tilted by the price. The corners of all steps are kept and the
schedule is read off backwards. No mixed-integer solver is needed and no gap is left: the tests hold it against
HiGHS with a relative gap of 0.

We know of no polynomial bound for the number of corners; on real five-minute, quarter-hour and hourly prices it was
at most about a hundred.

No compiled function here calls one of another module: the compiler's cache on disk watches only a function's own file.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from appraisal.compiled import compiled
from appraisal.dispatch.steps import BOUGHT, FALL, RISE, SHIFT, SOLD, Rows
from appraisal.units import Table

Interval: TypeAlias = tuple[float, float]

NEAR = 1e-13
"""A share of the usable energy below which two states are one."""

FLAT = 1e-14
"""A share of (energy x largest price) below which a corner does not bend."""


@compiled()
def _line(x: float, x0: float, y0: float, x1: float, y1: float) -> float:
    """The height at *x* of the line through two points."""
    return y0 if x1 <= x0 else y0 + (y1 - y0) * ((x - x0) / (x1 - x0))


@compiled()
def _crossing(x0: float, a0: float, b0: float, x1: float, a1: float, b1: float) -> float:
    """Where two lines over [x0, x1] cross inside it, else x0."""
    left, right = a0 - b0, a1 - b1
    if not left * right < 0.0:
        return x0
    return min(max(x0 + (x1 - x0) * (left / (left - right)), x0), x1)


@compiled()
def _tidy(xs: Table, ys: Table, count: int, near: float, flat: float) -> int:
    """Drop, in place, corners that lie on a straight line or on one another -> how many are left."""
    n = 0
    for i in range(count):
        x, y = xs[i], ys[i]
        if n > 1:
            bend = ys[n - 1] - _line(xs[n - 1], xs[n - 2], ys[n - 2], x, y)
            if xs[n - 1] - xs[n - 2] <= near or abs(bend) <= flat:
                n -= 1
        if n == 1 and i == count - 1 and x - xs[0] <= near:
            n = 0
        xs[n], ys[n] = x, y
        n += 1
    return n


@compiled()
def _bends(x: float, nxt: float, l0: float, l1: float, inside: float, r0: float, r1: float) -> tuple[float, float]:
    """Where the largest of a falling line, a constant and a rising line changes hands in (x, nxt)."""
    both = _crossing(x, l0, r0, nxt, l1, r1)
    if both > x and _line(both, x, l0, nxt, l1) >= inside:
        return both, both
    return _crossing(x, l0, inside, nxt, l1, inside), _crossing(x, r0, inside, nxt, r1, inside)


@compiled()
def _slide(xs: Table, ys: Table, reach: float, gain: float, near: float, flat: float) -> tuple[Table, Table, int]:
    """Corners of max over z in [x, x + reach] of W(z) + gain (z - x), for x from xs[0] - reach to xs[-1].

    After the tilt by *gain* the best z is the left edge of the window, its right edge or the best corner inside. Between
    two moments at which an edge meets a corner these are two lines and a constant, whose largest is taken. Where a
    corner is inside, the left edge can beat it only while falling and the right edge only while rising.
    """
    n = xs.size
    tilt = ys + gain * xs
    out_x, out_y = np.empty(6 * n + 2), np.empty(6 * n + 2)
    queue = np.empty(n, np.int64)  # corners inside, best first
    head = tail = left = right = count = 0  # left, right: the next corner that each edge meets
    x = xs[0] - reach
    while True:
        while right < n and xs[right] - reach <= x:
            while tail > head and tilt[queue[tail - 1]] <= tilt[right]:
                tail -= 1
            queue[tail] = right
            tail += 1
            right += 1
        while left < n and xs[left] <= x:
            left += 1
        if left == n:
            out_x[count], out_y[count] = x, tilt[n - 1] - gain * x
            return out_x, out_y, _tidy(out_x, out_y, count + 1, near, flat)
        while head < tail and queue[head] < left:
            head += 1
        nxt = min(xs[left], xs[right] - reach) if right < n else xs[left]
        inside = tilt[queue[head]] if head < tail else -1e300
        l0 = l1 = r0 = r1 = -1e300
        if left > 0:
            l0 = _line(x, xs[left - 1], tilt[left - 1], xs[left], tilt[left])
            l1 = _line(nxt, xs[left - 1], tilt[left - 1], xs[left], tilt[left])
        if right < n:
            r0 = _line(x + reach, xs[right - 1], tilt[right - 1], xs[right], tilt[right])
            r1 = _line(nxt + reach, xs[right - 1], tilt[right - 1], xs[right], tilt[right])
        out_x[count], out_y[count] = x, max(l0, r0, inside) - gain * x
        count += 1
        for bend in _bends(x, nxt, l0, l1, inside, r0, r1):
            if out_x[count - 1] < bend < nxt:
                height = max(_line(bend, x, l0, nxt, l1), _line(bend, x, r0, nxt, r1), inside)
                out_x[count], out_y[count] = bend, height - gain * bend
                count += 1
        x = nxt


@compiled()
def _upper(
    ax: Table, ay: Table, an: int, bx: Table, by: Table, bn: int, room: float, near: float, flat: float
) -> tuple[Table, Table, int]:
    """Corners on [0, room] of the larger of A, which reaches further down, and B, which reaches further up."""
    out_x, out_y = np.empty(2 * (an + bn) + 2), np.empty(2 * (an + bn) + 2)
    hi = min(bx[bn - 1], room)
    x = max(ax[0], 0.0)
    i = j = count = 0
    while True:
        while i < an and ax[i] <= x:
            i += 1
        while j < bn and bx[j] <= x:
            j += 1
        a = _value(ax, ay, an, x)
        b = _value(bx, by, bn, x)
        out_x[count], out_y[count] = x, max(a, b)
        count += 1
        if x >= hi:
            break
        nxt = min(hi, ax[i] if i < an else hi, bx[j] if j < bn else hi)
        if i < an and j > 0:
            a1, b1 = _value(ax, ay, an, nxt), _value(bx, by, bn, nxt)
            turn = _crossing(x, a, b, nxt, a1, b1)
            if x < turn < nxt:
                out_x[count], out_y[count] = turn, _line(turn, x, a, nxt, a1)
                count += 1
        x = nxt
    return out_x, out_y, _tidy(out_x, out_y, count, near, flat)


@compiled()
def _value(xs: Table, ys: Table, n: int, x: float) -> float:
    """W at *x*, -inf outside its domain."""
    if x < xs[0] or x > xs[n - 1]:
        return -np.inf
    i = np.searchsorted(xs[:n], x)
    if xs[i] == x:
        return float(ys[i])
    return _line(x, xs[i - 1], ys[i - 1], xs[i], ys[i])


@compiled()
def _step(
    xs: Table, ys: Table, rise: float, fall: float, bought: float, sold: float, room: float, near: float, flat: float
) -> tuple[Table, Table]:
    """W after one step, from the corners of W before it."""
    ax, ay, an = _slide(xs, ys, fall, -sold, near, flat)
    # Charging looks down where discharging looks up: the same function with x turned round.
    mx, my, bn = _slide(-xs[::-1], ys[::-1].copy(), rise, bought, near, flat)
    bx, by = -mx[:bn][::-1], my[:bn][::-1].copy()
    out_x, out_y, n = _upper(ax, ay, an, bx, by, bn, room, near, flat)
    return out_x[:n].copy(), out_y[:n].copy()


@compiled()
def _source(
    xs: Table, ys: Table, state: float, rise: float, fall: float, bought: float, sold: float, near: float
) -> float:
    """The state from which *state* is best reached; staying put is preferred to its equals."""
    n = xs.size
    best, source = _value(xs, ys, n, state), state
    # Both bounds: rounding may put a state an ulp outside what one full step reaches.
    low = min(max(state - rise, xs[0]), xs[n - 1])
    high = max(min(state + fall, xs[n - 1]), xs[0])
    if low < state:
        money = _value(xs, ys, n, low) + bought * (state - low)
        if money > best:
            best, source = money, low
    if high > state:
        money = _value(xs, ys, n, high) - sold * (high - state)
        if money > best:
            best, source = money, high
    for i in range(n):
        if low <= xs[i] <= high:
            change = state - xs[i]
            money = ys[i] + (bought * change if change > 0.0 else sold * change)
            if money > best:
                best, source = money, xs[i]
    return state if abs(source - state) <= near else source


@compiled()
def _ahead(
    pieces: Table, keep: float, room: float, first: int, begin: Interval, price: float
) -> tuple[Table, Table, Rows, Table]:
    """The corners of W before every step and after the last -> all x, all money, where each begins, what was set to 0."""
    steps = pieces.shape[1]
    near, flat = NEAR * room, FLAT * room * np.abs(pieces[BOUGHT : SOLD + 1]).max()
    where, level = np.zeros(steps + 2, np.int64), np.zeros(steps + 1)
    all_x, all_y = np.empty(16 * steps + 16), np.empty(16 * steps + 16)
    xs, ys = np.array([begin[0]]), np.array([0.0])
    if begin[1] > begin[0]:
        xs, ys = np.array([begin[0], begin[1]]), np.array([0.0, -price * (begin[1] - begin[0])])
    for i in range(steps + 1):
        where[i + 1] = where[i] + xs.size
        while where[i + 1] > all_x.size:
            all_x, all_y = np.append(all_x, np.empty(all_x.size)), np.append(all_y, np.empty(all_x.size))
        all_x[where[i] : where[i + 1]] = xs
        all_y[where[i] : where[i + 1]] = ys
        if i < steps:
            t = (first + i) % steps
            rise, fall, bought, sold = pieces[RISE, t], pieces[FALL, t], pieces[BOUGHT, t], pieces[SOLD, t]
            xs, ys = _step(xs * keep + pieces[SHIFT, t], ys, rise, fall, bought, sold, room, near, flat)
            best = ys.max()
            ys -= best
            level[i + 1] = level[i] + best
    return all_x, all_y, where, level


@compiled()
def _path(
    pieces: Table, keep: float, room: float, first: int, begin: Interval, end: Interval, price: float, soc: Table
) -> tuple[float, float]:
    """Best schedule from rotation *first* -> the state it begins at, its money; fills *soc*.

    It begins and ends anywhere in the two intervals; a MWh at the beginning costs *price*, one at the end earns it.
    """
    steps = pieces.shape[1]
    all_x, all_y, where, _ = _ahead(pieces, keep, room, first, begin, price)
    xs, ys = all_x[where[steps] : where[steps + 1]], all_y[where[steps] : where[steps + 1]]
    state, money = _best_end(xs, ys, end, price), 0.0
    for i in range(steps - 1, -1, -1):
        t = (first + i) % steps
        soc[t] = state
        xs, ys = all_x[where[i] : where[i + 1]] * keep + pieces[SHIFT, t], all_y[where[i] : where[i + 1]]
        rise, fall, bought, sold = pieces[RISE, t], pieces[FALL, t], pieces[BOUGHT, t], pieces[SOLD, t]
        source = _source(xs, ys, state, rise, fall, bought, sold, NEAR * room)
        money += (bought if state > source else sold) * (state - source)
        state = min(max((source - pieces[SHIFT, t]) / keep, 0.0), room)
    return state, money


@compiled()
def _best_end(xs: Table, ys: Table, end: Interval, price: float) -> float:
    """The state in *end* at which W plus *price* a MWh is largest, the emptiest of equals."""
    low = min(max(end[0], xs[0]), xs[-1])
    high = max(min(end[1], xs[-1]), low)
    state, best = low, _value(xs, ys, xs.size, low) + price * low
    for x in np.append(xs, high):
        if low < x <= high:
            money = _value(xs, ys, xs.size, x) + price * x
            if money > best:
                state, best = x, money
    return float(state)


@compiled()
def _cut(pieces: Table, soc: Table) -> tuple[int, float]:
    """Where to open a cycle, and the price of energy there: empty between the dearest sale and the cheapest purchase."""
    steps = soc.size
    first, price, widest = 0, 0.0, -np.inf
    for t in range(steps):
        if soc[t] == 0.0 and soc[t - 1] > 0.0:
            after = t + 1
            while soc[after % steps] == 0.0:
                after += 1
            sold, bought = -pieces[SOLD, t], -pieces[BOUGHT, after % steps]
            if sold - bought > widest:
                first, price, widest = (t + 1) % steps, 0.5 * (sold + bought), sold - bought
    return first, price


@compiled()
def _seam(pieces: Table, room: float, first: int, price: float, soc: Table) -> tuple[float, bool]:
    """Open the cycle at *first* against a price of energy there -> the price that bounds best, whether *soc* is a cycle.

    With energy bought and sold at the opening at one price, the best schedule over any beginning and any end is an
    upper bound for every cycle; where its beginning is its end it is the best cycle. Else the price is halved in on.
    """
    low, high = -np.abs(pieces[BOUGHT : SOLD + 1]).max() - 1.0, np.abs(pieces[BOUGHT : SOLD + 1]).max() + 1.0
    for _ in range(40):
        begin, _money = _path(pieces, 1.0, room, first, (0.0, room), (0.0, room), price, soc)
        end = soc[first - 1]
        if abs(end - begin) <= NEAR * room:
            return price, True
        if end < begin:
            low = price
        else:
            high = price
        price = 0.5 * (low + high)
    return price, False


@compiled()
def _bounds(pieces: Table, room: float, first: int, price: float) -> Table:
    """For every step of the rotation: a bound of the cycles that are empty before it.

    W looks back to the opening and its mirror image (time and state turned round) looks ahead to it.
    """
    steps = pieces.shape[1]
    turned = np.empty_like(pieces)
    for i in range(steps):
        turned[:, steps - 1 - i] = pieces[:, (first + i) % steps]
    past_x, past_y, past, past_level = _ahead(pieces, 1.0, room, first, (0.0, room), price)
    next_x, next_y, ahead, next_level = _ahead(turned, 1.0, room, 0, (0.0, room), price)
    bounds = np.empty(steps)
    for i in range(steps):
        j = steps - i
        before = _value(past_x[past[i] :], past_y[past[i] :], past[i + 1] - past[i], 0.0) + past_level[i]
        after = _value(next_x[ahead[j] :], next_y[ahead[j] :], ahead[j + 1] - ahead[j], room) + next_level[j]
        # The mirror image ends with the state room - x, sold at the price: room is earned too much.
        bounds[i] = before + after + price * room
    return bounds


@compiled()
def _cycle(pieces: Table, room: float, soc: Table) -> None:
    """Best schedule that ends where it began; *soc* brings the relaxed one and takes the exact one.

    Some best cycle is empty at some time, because no flow changes when all states move down. Where the price at the
    opening does not settle it, each opening whose bound is above the best cycle found is solved, empty to empty.
    """
    steps = soc.size
    first, price = _cut(pieces, soc)
    price, found = _seam(pieces, room, first, price, soc)
    if not found:
        bounds = _bounds(pieces, room, first, price)
        trial, best = np.empty(steps), -np.inf
        slack = FLAT * room * steps * np.abs(pieces[BOUGHT : SOLD + 1]).max()
        for i in np.argsort(-bounds):
            if bounds[i] <= best + slack:
                break
            _, money = _path(pieces, 1.0, room, (first + i) % steps, (0.0, 0.0), (0.0, 0.0), 0.0, trial)
            if money > best:
                best = money
                soc[:] = trial
    soc -= soc.min()


@compiled()
def schedules(pieces: Table, plant: Table, lengths: Rows, cyclic: bool, soc: Table) -> None:
    """The best exclusive schedule of every row, written over the relaxed one in *soc* ``(P, T)``.

    *pieces* is ``(P, 7, T)`` as :func:`appraisal.dispatch.steps.pieces_of` gives it, *plant* ``(P, 4)`` usable energy,
    share kept in a step (1 where *cyclic*), start and end; an *end* below 0 is free.
    """
    for row in range(soc.shape[0]):
        room, keep, start, end = plant[row, 0], plant[row, 1], plant[row, 2], plant[row, 3]
        own, states = pieces[row, :, : lengths[row]], soc[row, : lengths[row]]
        if cyclic:
            _cycle(own, room, states)
            continue
        ends = (0.0, room) if end < 0.0 else (end, end)
        _path(own, keep, room, 0, (start, start), ends, 0.0, states)
