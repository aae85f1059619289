"""Where many problems of one number each meet their target, all at once.

A problem is a function of one number, known only by asking: for every problem the points of a ladder are looked at in
one block, then every cell of the ladder in which the target is crossed is closed in on by Chandrupatla's method
(``scipy.optimize.elementwise``). What an asked function may do is met as it is: no number in a part of the range, a
jump over the target, a touch without crossing, a whole interval at the target. Rows never talk to each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import elementwise

from appraisal.study.inputs import Indices, Vector
from appraisal.units import Table

# (which problem, at which number) → distance from the target in units of what counts as none, NaN where undefined.
Evaluate: TypeAlias = Callable[[Indices, Vector], Vector]
Mask: TypeAlias = NDArray[np.bool_]

_LINEAR = np.arange(1, 9) / 8.0
# Doublings of the base from a sixty-fourth up, and fourfold steps where there is no base to double.
_DOUBLED = 2.0 ** np.arange(-6, 21)
_FROM_NOTHING = 1e-6 * 4.0 ** np.arange(27)

# Of a distance that counts as none: so near is closed in on, where rounding lets it.
_ENOUGH = 1e-3
# A bracket that is this small a part of its cell is closed: what is left is a jump.
_NARROW = 1e-16
_ITERATIONS = 200
# A border is closed in on by looking at sixteen parts of what is left, so many times: to 1e-12 of its cell.
_PARTS, _PASSES = 16, 10
# A cell with an undefined part is looked at anew on so many points, to this depth.
_INNER, _DEPTH = 17, 3
# Of a value: what rounding may leave of a difference far from the target.
_ROUNDING = 1e-9
# A value that stays within this much of the target's unit over so much of a cell is a level part of the function.
_LEVEL, _PROBE = 1e-4, 1e-3


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What was looked at.

    Attributes
    ----------
    points : (P, L)
        Ascending; +inf fills the rows up.
    values : (P, L)
        Distance from the target in units of what counts as none; NaN where undefined, and in the filling.
    """

    points: Table
    values: Table


@dataclass(frozen=True, kw_only=True)
class Found:
    """Where the problems meet their target, R places in order of problem and number.

    Attributes
    ----------
    scan : Scan
    problem : (R,)
    at : (R,)
    kind : (R,)
        ``root``; ``edge``, the end of a whole interval at the target (both ends follow each other); ``jump``, where the
        function passes the target without taking it.
    """

    scan: Scan
    problem: Indices
    at: Vector
    kind: NDArray[np.str_]


def ladder(start: Vector, low: Vector, high: Vector, unit: Vector) -> Table:
    """The points at which P problems are looked at.

    Parameters
    ----------
    start : (P,)
        Where the problem stands, within *low* … *high*; the points are dense around it.
    low, high : (P,)
        The ends, finite; both are points.
    unit : (P,)
        What is doubled on the way to both ends; 0 where nothing is known of the scale, so that every scale is looked at.

    Returns
    -------
    (P, L)
        Ascending, some of them twice.

    Examples
    --------
    >>> np.unique(ladder(np.array([1.0]), np.array([0.0]), np.array([2.0]), np.array([1.0])))[:4]
    array([0.   , 0.125, 0.25 , 0.375])
    """
    steps = np.where(unit[:, None] > 0.0, unit[:, None] * _DOUBLED, _FROM_NOTHING)

    def reached(span: Vector) -> Table:
        return np.hstack([span[:, None] * _LINEAR, np.minimum(steps, span[:, None])])

    down, up = start[:, None] - reached(start - low), start[:, None] + reached(high - start)
    # Rounding must not leave the range.
    return np.sort(np.clip(np.hstack([down, start[:, None], up]), low[:, None], high[:, None]), axis=1)


def search(evaluate: Evaluate, points: Table, depth: int = _DEPTH, *, levels: bool = True) -> Found:
    """Every place at which P problems meet their target, as far as the points of each show.

    Parameters
    ----------
    evaluate : (K,), (K,) → (K,)
        Of K pairs (problem, number) the distance from the target in units of what counts as none; NaN where undefined.
        It is asked in blocks and must answer each pair alike in any block.
    points : (P, L)
        Where each problem is looked at, ascending; two solutions between neighbouring points are seen only where the
        values turn towards the target there.
    depth : int
        How often a cell with an undefined part is looked at anew.
    levels : bool
        Whether the function may be level at a solution, which takes two more looks at each.

    Returns
    -------
    Found

    Notes
    -----
    Between a defined and an undefined point the border is closed in on first, so that a crossing beside it is found.
    Where values turn towards the target without reaching it, the turning point is sought (``find_minimum``). A function
    that is level beside a solution, as a staircase is, meets the target over an interval: its ends are closed in on.
    Source of the root finder: T. R. Chandrupatla, Advances in Engineering Software 28 (1997) 145–149.

    Examples
    --------
    >>> found = search(lambda problem, at: (at**2 - 2.0 - problem) / 1e-9, np.array([[-3.0, 0.0, 3.0]] * 3))
    >>> found.problem, found.at.round(6)
    (array([0, 0, 1, 1, 2, 2]), array([-1.414214,  1.414214, -1.732051,  1.732051, -2.      ,  2.      ]))
    """
    scan = _looked(evaluate, points)
    scan = _with(scan, *_borders(evaluate, scan))
    scan = _with(scan, *_turns(evaluate, scan))
    places = [_at_target(evaluate, scan), _crossed(evaluate, scan, depth)]
    problem, at, kind = (np.concatenate(part) for part in zip(*places, strict=True))
    if levels:
        problem, at, kind = _levels(evaluate, scan, problem, at, kind)
    order = np.lexsort((at, problem))
    return Found(scan=scan, problem=problem[order], at=at[order], kind=kind[order])


Places: TypeAlias = tuple[Indices, Vector, NDArray[np.str_]]


def trend(scan: Scan) -> NDArray[np.str_]:
    """Whether the values of each problem rise, fall, stay (``flat``) or do neither (``mixed``) over what was looked at.

    Returns
    -------
    (P,)
        ``none`` where no value is defined.
    """
    known = np.isfinite(scan.values)
    last = np.maximum.accumulate(np.where(known, np.arange(known.shape[1]), -1), axis=1)
    values = np.where(known, scan.values, 0.0)
    before = np.take_along_axis(values, np.maximum(last[:, :-1], 0), axis=1)
    both = known[:, 1:] & (last[:, :-1] >= 0)
    step = np.where(both, values[:, 1:] - before, 0.0)
    least = np.maximum(1.0, _ROUNDING * np.maximum(np.abs(values[:, 1:]), np.abs(before)))
    rises, falls = (step > least).any(axis=1), (step < -least).any(axis=1)
    words = np.where(rises & falls, "mixed", np.where(rises, "rises", np.where(falls, "falls", "flat")))
    return np.where(known.any(axis=1), words, "none")


def _looked(evaluate: Evaluate, points: Table) -> Scan:
    """The points of each problem, each once, with the values there."""
    twice = np.diff(points, axis=1, prepend=-np.inf) <= 0.0
    once = np.sort(np.where(twice, np.inf, points), axis=1)
    values = np.full(once.shape, np.nan)
    problem, place = np.nonzero(np.isfinite(once))
    values[problem, place] = evaluate(problem, once[problem, place])
    return Scan(points=once, values=values)


def _with(scan: Scan, problem: Indices, at: Vector, value: Vector) -> Scan:
    """The scan with more points; *problem* ascends."""
    if not problem.size:
        return scan
    turn = np.arange(problem.size) - np.searchsorted(problem, problem)
    shape = (len(scan.points), int(turn.max()) + 1)
    points, values = np.full(shape, np.inf), np.full(shape, np.nan)
    points[problem, turn], values[problem, turn] = at, value
    points, values = np.hstack([scan.points, points]), np.hstack([scan.values, values])
    order = np.argsort(points, axis=1, kind="stable")
    return Scan(points=np.take_along_axis(points, order, axis=1), values=np.take_along_axis(values, order, axis=1))


def _cells(scan: Scan, where: Mask) -> tuple[Indices, Vector, Vector, Vector, Vector]:
    """Problem, both ends and both values of the cells ``(P, L − 1)`` that are meant."""
    problem, left = np.nonzero(where)
    ends = (scan.points[problem, left], scan.points[problem, left + 1])
    return problem, *ends, scan.values[problem, left], scan.values[problem, left + 1]


def _borders(evaluate: Evaluate, scan: Scan) -> tuple[Indices, Vector, Vector]:
    """The last defined point on the way to every undefined neighbour."""
    known, real = np.isfinite(scan.values), np.isfinite(scan.points)
    border = (known[:, :-1] != known[:, 1:]) & real[:, 1:]
    problem, left, right, at_left, _ = _cells(scan, border)
    defined = np.isfinite(at_left)
    inside, outside = np.where(defined, left, right), np.where(defined, right, left)
    at, value = _last(evaluate, problem, inside, outside, np.isfinite)
    new = at != inside
    return problem[new], at[new], value[new]


def _last(
    evaluate: Evaluate, problem: Indices, inside: Vector, outside: Vector, belongs: Callable[[Vector], Mask]
) -> tuple[Vector, Vector]:
    """The last point on the way from *inside*, which belongs, to *outside*, which does not, that does; and its value."""
    if not problem.size:
        return inside, inside
    value = np.full(inside.shape, np.nan)
    fractions = np.arange(1, _PARTS) / _PARTS
    for _ in range(_PASSES):
        steps = inside[:, None] + (outside - inside)[:, None] * fractions
        seen = evaluate(np.repeat(problem, _PARTS - 1), steps.ravel()).reshape(steps.shape)
        # How many belong before the first that does not.
        count = np.cumprod(belongs(seen), axis=1).sum(axis=1)[:, None]
        laid = np.hstack([inside[:, None], steps, outside[:, None]])
        value = np.take_along_axis(np.hstack([value[:, None], seen]), count, axis=1)[:, 0]
        inside, outside = (np.take_along_axis(laid, count + step, axis=1)[:, 0] for step in (0, 1))
    return inside, value


def _turns(evaluate: Evaluate, scan: Scan) -> tuple[Indices, Vector, Vector]:
    """Points at which values turn towards the target between three points that all lie on one side of it."""
    values = scan.values
    side = np.sign(values)
    far = np.abs(values)
    alike = (side[:, :-2] == side[:, 1:-1]) & (side[:, 1:-1] == side[:, 2:])
    lower = np.maximum(1.0, _ROUNDING * far[:, 1:-1])
    turns = alike & (far[:, 1:-1] > 1.0) & (far[:, 1:-1] < np.minimum(far[:, :-2], far[:, 2:]) - lower)
    problem, left = np.nonzero(turns)
    if not problem.size:
        return problem, np.zeros(0), np.zeros(0)
    low, middle, high = (scan.points[problem, left + step] for step in range(3))
    sign, most = side[problem, left], np.maximum(far[problem, left], far[problem, left + 2])

    def distance(part: Vector, cell: Vector) -> Vector:
        place = cell.astype(np.int64)
        at = low[place] + part * (high - low)[place]
        found = sign[place] * evaluate(problem[place], np.clip(at, low[place], high[place]))
        return np.where(np.isnan(found), most[place], found)

    ends = (np.zeros(problem.size), (middle - low) / (high - low), np.ones(problem.size))
    found = elementwise.find_minimum(
        distance, ends, args=(np.arange(problem.size, dtype=np.float64),),
        tolerances={"xatol": 1e-9, "xrtol": 1e-9}, maxiter=60,
    )  # fmt: skip
    at = np.clip(low + found.x * (high - low), low, high)
    new = found.f_x < far[problem, left + 1]
    return problem[new], at[new], (sign * found.f_x)[new]


def _at_target(evaluate: Evaluate, scan: Scan) -> Places:
    """Points that are at the target, and the ends of intervals that are."""
    at_target = np.abs(scan.values) <= 1.0
    before = np.pad(at_target[:, :-1], ((0, 0), (1, 0)))
    after = np.pad(at_target[:, 1:], ((0, 0), (0, 1)))
    problem, first = np.nonzero(at_target & ~before)
    _, last = np.nonzero(at_target & ~after)
    alone = first == last
    places = [(problem[alone], scan.points[problem, first][alone], np.full(int(alone.sum()), "root"))]
    for end, step in ((first[~alone], -1), (last[~alone], 1)):
        held = problem[~alone]
        inside = scan.points[held, end]
        next_to = np.clip(end + step, 0, scan.points.shape[1] - 1)
        beyond = np.isfinite(scan.values[held, next_to]) & (next_to != end)
        edge = inside.copy()
        edge[beyond] = _last(
            evaluate, held[beyond], inside[beyond], scan.points[held, next_to][beyond], lambda far: np.abs(far) <= 1.0
        )[0]
        places.append((held, edge, np.full(held.size, "edge")))
    problems, at, kind = (np.concatenate(part) for part in zip(*places, strict=True))
    return problems, at, kind


def _crossed(evaluate: Evaluate, scan: Scan, depth: int) -> Places:
    """The crossing within every cell whose ends lie on different sides of the target."""
    below, above = scan.values < -1.0, scan.values > 1.0
    crossing = (below[:, :-1] & above[:, 1:]) | (above[:, :-1] & below[:, 1:])
    problem, left, right, at_left, at_right = _cells(scan, crossing)
    if not problem.size:
        return problem, left, np.full(0, "root")
    undefined = np.zeros(problem.size, dtype=bool)

    def at(part: Vector, cell: Indices) -> Vector:
        # The ends exactly, and never beyond them.
        inner = np.clip(left[cell] + part * (right - left)[cell], left[cell], right[cell])
        return np.where(part == 1.0, right[cell], inner)

    def distance(part: Vector, cell: Vector) -> Vector:
        place = cell.astype(np.int64)
        found = np.where(part == 0.0, at_left[place], at_right[place])
        inside = (part != 0.0) & (part != 1.0)
        if inside.any():
            found[inside] = evaluate(problem[place[inside]], at(part[inside], place[inside]))
        undefined[place[np.isnan(found)]] = True
        # Closed for now: a cell with an undefined part is looked at anew.
        return np.where(np.isnan(found), 0.0, found)

    cells = np.arange(problem.size, dtype=np.float64)
    found = elementwise.find_root(
        distance, (np.zeros(problem.size), np.ones(problem.size)), args=(cells,),
        tolerances={"fatol": _ENOUGH, "xatol": _NARROW}, maxiter=_ITERATIONS,
    )  # fmt: skip
    kind = np.where(np.abs(found.f_x) <= 1.0, "root", "jump")
    places = at(np.asarray(found.x), np.arange(problem.size))
    deeper = _looked_into(evaluate, problem, left, right, undefined, depth)
    problems = np.concatenate([problem[~undefined], deeper[0]])
    return problems, np.concatenate([places[~undefined], deeper[1]]), np.concatenate([kind[~undefined], deeper[2]])


def _levels(evaluate: Evaluate, scan: Scan, problem: Indices, at: Vector, kind: NDArray[np.str_]) -> Places:
    """The places, with the ends of the interval in place of a solution beside which the function is level."""
    lone = np.flatnonzero(kind == "root")
    if not lone.size:
        return problem, at, kind
    held, found = problem[lone], at[lone]
    real = np.where(np.isfinite(scan.points), scan.points, -np.inf)
    last = real.max(axis=1)[held]
    # The points of the scan on both sides; at an end of the range the solution itself.
    below = np.where(real[held] < found[:, None], real[held], -np.inf).max(axis=1)
    above = np.where(scan.points[held] > found[:, None], scan.points[held], np.inf).min(axis=1)
    sides = np.column_stack([np.where(np.isinf(below), found, below), np.where(found >= last, found, above)])
    probes = found[:, None] + _PROBE * (sides - found[:, None])
    near = evaluate(np.repeat(held, 3), np.column_stack([found, probes]).ravel()).reshape(-1, 3)
    moved = probes != found[:, None]
    flat = (moved & (np.abs(near[:, 1:] - near[:, :1]) <= _LEVEL)).any(axis=1)
    if not flat.any():
        return problem, at, kind
    ends = [
        _last(evaluate, held[flat], found[flat], sides[flat, side], lambda far: np.abs(far) <= 1.0)[0]
        for side in (0, 1)
    ]
    kept = np.setdiff1d(np.arange(problem.size), lone[flat])
    return (
        np.concatenate([problem[kept], np.repeat(held[flat], 2)]),
        np.concatenate([at[kept], np.column_stack(ends).ravel()]),
        np.concatenate([kind[kept], np.full(2 * int(flat.sum()), "edge")]),
    )


def _looked_into(
    evaluate: Evaluate, problem: Indices, left: Vector, right: Vector, undefined: Mask, depth: int
) -> Places:
    """What is found in cells with an undefined part, each looked at as a problem of its own on more points."""
    cells = np.flatnonzero(undefined)
    if not cells.size or not depth:
        return np.zeros(0, dtype=np.int64), np.zeros(0), np.full(0, "root")
    points = np.linspace(left[cells], right[cells], _INNER, axis=1)
    inner = search(lambda which, at: evaluate(problem[cells[which]], at), points, depth - 1, levels=False)
    return problem[cells[inner.problem]], inner.at, inner.kind
