"""Compiled search for all internal rates of return of a row of yearly cash.

With ``x = 1 / (1 + rate)`` the present value is the polynomial ``p(x) = Σ cash_t x^t`` on x > 0.
Throughout, a root is held as ``u = ln x = -ln(1 + rate)``: the whole range of rates then has one scale,
and ``rate = expm1(-u)`` keeps its digits near 0 and near -1.

*One change of sign.* There is exactly one root and it is simple (Descartes). With P the sum of the later
terms and N that of the earlier ones, both in absolute value, ``h(u) = ln P - ln N`` rises with slope of at least
the gap in years, so a third-order step with a bracket always arrives.

*Several changes.* For a cut m between the two years of one change of sign, ``d/du (p x^-m)`` is
``x^-m Σ (t - m) cash_t x^t``: a row with one change fewer. Its roots part the axis into stretches on which
``p x^-m`` is monotone and hence has at most one root each (Rolle). Repeated down to one change, this is
the induction that proves Descartes' rule. The cut coefficients are products only, so no digit is lost.

Importing this module compiles it, or reads the compiled code from the disk: import it when first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, exp, expm1, frexp, inf, ldexp, log, sqrt
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from appraisal.compiled import compiled
from appraisal.units import Table

F = TypeVar("F", bound=Callable[..., Any])
Kinds: TypeAlias = NDArray[np.int8]

EPS: Final = float(np.finfo(np.float64).eps)
LOWEST: Final = -1.0 + EPS / 2.0
HIGHEST: Final = float(np.finfo(np.float64).max)
# A tile of 32 rows stays in the first-level cache, and each of its years is four whole cache lines.
TILE: Final = 32
MOST_CHANGES: Final = 200

FALLS: Final = 1
RISES: Final = -1
TOUCHES: Final = 0

OK, OK_RISING, MULTIPLE_SHOWN, MULTIPLE_NONE_SHOWN = range(4)
NONE_NO_SIGN_CHANGE, NONE_TOUCHES, NONE, NOT_FINITE, OUT_OF_REACH = range(4, 9)


@compiled()
def _moments(cash: Table, start: int, stop: int, x: float) -> tuple[float, float, float]:
    """Σ cash x^(t - start) over start ≤ t < stop, with mean and variance of t - start under these weights."""
    b0, b1, b2 = 0.0, 0.0, 0.0
    for t in range(stop - 1, start - 1, -1):
        b2 = b2 * x + b1
        b1 = b1 * x + b0
        b0 = b0 * x + cash[t]
    mean = x * b1 / b0
    return b0, mean, mean + 2.0 * x * x * b2 / b0 - mean * mean


@compiled()
def _balance(cash: Table, start: int, change: int, stop: int, u: float) -> tuple[float, float, float]:
    """h(u) = ln(later terms / earlier terms), h' and h''."""
    x = exp(u)
    early, early_mean, early_spread = _moments(cash, start, change, x)
    late, late_mean, late_spread = _moments(cash, change, stop, x)
    gap = change - start
    return log(-late / early) + gap * u, gap + late_mean - early_mean, late_spread - early_spread


@compiled()
def _descend(cash: Table, start: int, change: int, stop: int, u: float) -> float:
    """The root u ≤ 0 of h, sought from *u* ≤ 0; infinity if h(0) < 0, so that the root is above 0."""
    low, high = -inf, inf
    for turn in range(200):
        h, slope, bend = _balance(cash, start, change, stop, u)
        inside = slope * slope - 2.0 * h * bend
        step = -2.0 * h / (slope + sqrt(inside)) if inside > 0.0 else -h / slope
        # The error left after the step is of the order of its cube times the square of the years.
        if abs(step) < 1e-7:
            return u + step
        if h > 0.0:
            high = u
        else:
            low = u
        u += step
        if not low < u < high or (turn > 40 and low > -inf and high < inf):
            u = 0.5 * (low + high)
        if u > 0.0:
            if low == 0.0:
                return inf
            u = 0.0
    return u


@compiled()
def _only_root(cash: Table, start: int, change: int, stop: int, mirror: Table, guess: float) -> float:
    """u of the only root of a row whose sign changes once, at column *change*, sought from *guess*.

    The guess decides the time taken and not the result; *mirror* is room to work in.
    """
    if guess <= 0.0:
        u = _descend(cash, start, change, stop, guess)
        if u < inf:
            return u
        guess = 0.0
    # Beyond x = 1 powers overflow: seen from the last year backwards the root is below 1.
    for t in range(stop - start):
        mirror[t] = cash[stop - 1 - t]
    u = _descend(mirror, 0, stop - change, stop - start, -guess)
    return -u if u < inf else _descend(cash, start, change, stop, 0.0)


@compiled()
def _halley(tile: Table, x: Table, b0: Table, b1: Table, b2: Table) -> None:
    """One Halley step on p for every row of a tile ``(Y, TILE)``."""
    for i in range(TILE):
        b0[i], b1[i], b2[i] = 0.0, 0.0, 0.0
    for t in range(tile.shape[0] - 1, -1, -1):
        for i in range(TILE):
            b2[i] = b2[i] * x[i] + b1[i]
            b1[i] = b1[i] * x[i] + b0[i]
            b0[i] = b0[i] * x[i] + tile[t, i]
    for i in range(TILE):
        x[i] -= b0[i] * b1[i] / (b1[i] * b1[i] - b0[i] * b2[i])


@compiled()
def _guesses(tile: Table, guess: Table, gains: Table, losses: Table) -> None:
    """A start u for every row of a tile ``(Y, TILE)``, all rows at once; good where the sign changes once.

    The third-order step of h from u = 0, then two of p, in arithmetic that the compiler can vectorise. What comes out
    for other rows is not used. *gains* and *losses* ``(3, TILE)`` are room to work in.
    """
    gains[:], losses[:] = 0.0, 0.0
    for t in range(tile.shape[0]):
        for i in range(TILE):
            gain, loss = max(tile[t, i], 0.0), max(-tile[t, i], 0.0)
            gains[0, i] += gain
            gains[1, i] += t * gain
            gains[2, i] += t * t * gain
            losses[0, i] += loss
            losses[1, i] += t * loss
            losses[2, i] += t * t * loss
    for i in range(TILE):
        gain_mean, loss_mean = gains[1, i] / gains[0, i], losses[1, i] / losses[0, i]
        h, slope = log(gains[0, i] / losses[0, i]), gain_mean - loss_mean
        bend = gains[2, i] / gains[0, i] - gain_mean * gain_mean - losses[2, i] / losses[0, i] + loss_mean * loss_mean
        inside = max(slope * slope - 2.0 * h * bend, 0.0)
        guess[i] = exp(-2.0 * h / (slope + copysign(sqrt(inside), slope)))
    _halley(tile, guess, gains[0], gains[1], gains[2])
    _halley(tile, guess, gains[0], gains[1], gains[2])
    for i in range(TILE):
        guess[i] = log(guess[i]) if 1e-9 < guess[i] < 1e9 else 0.0


@compiled()
def _terms(cash: Table, years: int, u: float) -> tuple[float, float, float]:
    """p, dp/du and Σ|terms| at u, all three over max(1, x^(years - 1)), which keeps them finite."""
    p, d, size = 0.0, 0.0, 0.0
    if u <= 0.0:
        x = exp(u)
        for t in range(years - 1, -1, -1):
            d = d * x + p
            p = p * x + cash[t]
            size = size * x + abs(cash[t])
        return p, d * x, size
    x = exp(-u)
    for t in range(years):
        d = d * x + p
        p = p * x + cash[t]
        size = size * x + abs(cash[t])
    return p, (years - 1) * p - d * x, size


@compiled()
def _sign_of(p: float, years: int, size: float) -> int:
    """Sign of p; 0 where |p| ≤ 4 · years · eps · Σ|terms|, a few times what its rounding can be."""
    if abs(p) <= 4.0 * years * EPS * size:
        return 0
    return 1 if p > 0.0 else -1


@compiled()
def _refine(cash: Table, years: int, cut: float, low: float, high: float, sign_low: int) -> float:
    """The root in (low, high), where p x^-cut is monotone: Newton, and a bisection wherever Newton is no faster."""
    u, before, last = 0.5 * (low + high), high - low, high - low
    for turn in range(300):
        p, d, _ = _terms(cash, years, u)
        if p == 0.0:
            return u
        if (p > 0.0) == (sign_low > 0):
            low = u
        else:
            high = u
        new = u - p / (d - cut * p)
        # Newton's step must halve within two turns; "not" also catches a step that is not a number.
        if turn > 60 or not (low < new < high and 2.0 * abs(new - u) < before):
            new = 0.5 * (low + high)
        before, last = last, abs(new - u)
        u = new
        if last <= 2.0 * EPS * max(1.0, abs(u)) or high - low <= 2.0 * EPS * max(1.0, abs(u)):
            return u
    return u


@compiled()
def _outside(cash: Table, years: int, u: float, stride: float, sign: int) -> float:
    """A place beyond u, on the side of *stride*, where p already has the sign it has at the end of the axis."""
    while True:
        p, _, size = _terms(cash, years, u + stride)
        if _sign_of(p, years, size) == sign:
            return u + stride
        stride *= 2.0


@compiled()
def _between(cash: Table, years: int, cut: float, turns: Table, count: int, roots: Table, kinds: Kinds) -> int:
    """Roots of a row into *roots*, ascending in u, from the *count* points between which p x^-cut is monotone."""
    sign, final = (1 if cash[0] > 0.0 else -1), (1 if cash[years - 1] > 0.0 else -1)
    place = _outside(cash, years, turns[0], -0.5, sign)
    end = _outside(cash, years, turns[count - 1], 0.5, final)
    found, flat, nearest, touch = 0, False, inf, 0.0
    for i in range(count + 1):
        here = turns[i] if i < count else end
        p, _, size = _terms(cash, years, here)
        sign_here = _sign_of(p, years, size)
        if sign_here == 0:
            flat = True
            if abs(p) / size < nearest:
                nearest, touch = abs(p) / size, here
            continue
        if sign_here != sign:
            roots[found] = _refine(cash, years, cut, place, here, sign)
            kinds[found] = FALLS if sign < 0 else RISES
            found += 1
        elif flat:
            roots[found], kinds[found] = touch, TOUCHES
            found += 1
        place, sign, flat, nearest = here, sign_here, False, inf
    return found


@compiled()
def _first_change(cash: Table, years: int) -> tuple[int, int]:
    """Columns of the last flow before and the first flow after the first change of sign."""
    before = 0
    for t in range(1, years):
        if cash[t] == 0.0:
            continue
        if (cash[t] > 0.0) != (cash[before] > 0.0):
            return before, t
        before = t
    return before, years


@compiled()
def _all_roots(cash: Table, years: int, changes: int, roots: Table, kinds: Kinds, mirror: Table) -> int:
    """All roots u, ascending, of a row that begins and ends with a flow and has two changes of sign or more.

    -1 if the sizes of a cut row spread beyond what a float holds.
    """
    levels, cuts, turns = np.empty((changes, years)), np.empty(changes), np.empty(years)
    levels[0, :] = cash[:years]
    for k in range(changes - 1):
        before, after = _first_change(levels[k], years)
        cuts[k] = 0.5 * (before + after)
        for t in range(years):
            levels[k + 1, t] = levels[k, t] * (t - cuts[k])
        levels[k + 1] /= np.max(np.abs(levels[k + 1]))
        if np.any((levels[k + 1] == 0.0) & (levels[k] != 0.0)):
            return -1
    _, after = _first_change(levels[changes - 1], years)
    turns[0], count = _only_root(levels[changes - 1], 0, after, years, mirror, 0.0), 1
    for k in range(changes - 2, -1, -1):
        count = _between(levels[k], years, cuts[k], turns, count, roots, kinds)
        # A derived row without roots is monotone all along: any one point parts the next axis as well.
        if count == 0 and k > 0:
            count = 1
        else:
            turns[:count] = roots[:count]
    # Flows that add up to exactly nothing have a root of exactly 0.
    if _terms(cash, years, 0.0)[0] == 0.0:
        for i in range(count):
            if abs(roots[i]) < 1e-12:
                roots[i] = 0.0
    return count


@compiled()
def _survey(cash: Table) -> tuple[int, int, int, int, bool]:
    """First flow, one past the last, changes of sign (-1: not finite), column of the last; is any size extreme?"""
    start, stop, changes, change, last, extreme = 0, 0, 0, 0, 0.0, False
    for t in range(cash.size):
        flow = cash[t]
        if flow == 0.0:
            continue
        if not 1e-150 < abs(flow) < 1e150:
            extreme = True
            if not abs(flow) < inf:
                return 0, 0, -1, t, extreme
        if last == 0.0:
            start = t
        elif (flow > 0.0) != (last > 0.0):
            changes += 1
            change = t
        last = flow
        stop = t + 1
    return start, stop, changes, change, extreme


@compiled()
def _tame(cash: Table) -> bool:
    """Scale a row to about 1 by a power of two, which moves no root; False if a flow would vanish."""
    shift = frexp(np.max(np.abs(cash)))[1]
    for t in range(cash.size):
        scaled = ldexp(cash[t], -shift)
        if scaled == 0.0 and cash[t] != 0.0:
            return False
        cash[t] = scaled
    return True


@compiled()
def _rate(u: float) -> float:
    """The rate of a root, kept inside (-1, ∞) where the nearest float is on the edge."""
    return min(max(expm1(-u), LOWEST), HIGHEST) + 0.0


@compiled()
def _judge(roots: Table, kinds: Kinds, count: int) -> tuple[float, int]:
    """The rate that may be shown, and the reason."""
    falls, shown = 0, np.nan
    for i in range(count):
        if kinds[i] == FALLS:
            falls += 1
            shown = _rate(roots[i])
    if count == 0:
        return np.nan, NONE
    if count == 1:
        if kinds[0] == TOUCHES:
            return np.nan, NONE_TOUCHES
        return (shown, OK) if falls == 1 else (_rate(roots[0]), OK_RISING)
    return (shown, MULTIPLE_SHOWN) if falls == 1 else (np.nan, MULTIPLE_NONE_SHOWN)


@compiled()
def _row(cash: Table, guess: float, roots: Table, kinds: Kinds, mirror: Table) -> tuple[float, int, int]:
    """Rate shown, number of roots and reason of one row; its roots are left in *roots*, ascending in u."""
    start, stop, changes, change, extreme = _survey(cash)
    if changes == 0:
        return np.nan, 0, NONE_NO_SIGN_CHANGE
    if changes < 0 or changes > MOST_CHANGES:
        return np.nan, 0, NOT_FINITE if changes < 0 else OUT_OF_REACH
    if extreme and not _tame(cash):
        return np.nan, 0, OUT_OF_REACH
    if changes == 1:
        roots[0] = _only_root(cash, start, change, stop, mirror, guess)
        kinds[0] = FALLS if cash[start] < 0.0 else RISES
        return _rate(roots[0]), 1, OK if kinds[0] == FALLS else OK_RISING
    count = _all_roots(cash[start:stop], stop - start, changes, roots, kinds, mirror)
    if count < 0:
        return np.nan, 0, OUT_OF_REACH
    shown, reason = _judge(roots, kinds, count)
    return shown, count, reason


@compiled("void(Array(float64, 2, 'A', readonly=True), float64[::1], int64[::1], int8[::1], float64[::1], int8[::1])")
def rates_of_rows(
    cash: Table, rates: Table, counts: NDArray[np.int64], reasons: Kinds, roots: Table, kinds: Kinds
) -> None:
    """Rate shown (or NaN), number of roots and reason of every row of *cash* ``(S, Y)``, in any memory order.

    *roots* and *kinds* ``(Y,)`` are room to work in. On return they begin with the rates of the last row,
    descending, and with how NPV crosses zero at each as the rate rises.
    """
    rows, years = cash.shape
    # Idle places of the last tile hold zeros; whatever is computed from them is dropped.
    tile, guess = np.zeros((years, TILE)), np.empty(TILE)
    gains, losses = np.empty((3, TILE)), np.empty((3, TILE))
    row, mirror = np.empty(years), np.empty(years)
    for base in range(0, rows, TILE):
        held = min(TILE, rows - base)
        # Column by column: whole cache lines where the table is stored year by year, no loss where row by row.
        for t in range(years):
            for i in range(held):
                tile[t, i] = cash[base + i, t]
        _guesses(tile, guess, gains, losses)
        for i in range(held):
            for t in range(years):
                row[t] = tile[t, i]
            rates[base + i], counts[base + i], reasons[base + i] = _row(row, guess[i], roots, kinds, mirror)
    for i in range(counts[rows - 1] if rows else 0):
        roots[i] = _rate(roots[i])
