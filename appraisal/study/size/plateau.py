"""The highest point of many surfaces over the unit square at once: a grid, then windows that close in on its summits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from appraisal.study.inputs import Indices, Vector
from appraisal.units import Table

# (which surface, u, v) → height and cost; a height of −inf where there is none.
Heights: TypeAlias = Callable[[Indices, Vector, Vector], tuple[Vector, Vector]]

# Points of a window in each direction: its cells are a third of its half-width.
_POINTS, _SHRINK = 7, 3.0
_PASSES = 60
# The widest circle around a summit, of the side of the square: a ridge may dip before it rises on.
_WIDEST = 0.5
# Directions looked at around a summit, and how each of the best of them is narrowed down.
_DIRECTIONS, _BEST, _INNER, _NARROWINGS = 32, 2, 9, 3


@dataclass(frozen=True, kw_only=True)
class Summit:
    """The highest point of each of B surfaces: its place in the unit square and height; of equal ones the cheapest.

    Where a surface has no height anywhere the height is −inf. ``grid`` holds what the first look saw, ``(B, U, V)``.
    """

    u: Vector
    v: Vector
    height: Vector
    grid: Table


def highest(
    heights: Heights, surfaces: int, shape: tuple[int, int], *, resolution: float, equal: Vector, summits: int = 1,
    circles: bool = True,
) -> Summit:  # fmt: skip
    """Look at a grid over the unit square, then close in on the highest summits of the grid.

    Parameters
    ----------
    heights : callable
        Asked in blocks.
    surfaces : int
        B.
    shape : (U, V)
        Points of the grid; one point in a direction leaves it at 0.
    resolution : float
        Distance between the last points, of the side of the square.
    equal : (B,)
        Heights that differ by no more are equal, and the cheapest of them is taken.
    summits : int
        How many separate summits of the grid are closed in on.
    circles : bool
        Whether circles around the summits are looked at for sharp ridges, which takes as many looks again.

    Notes
    -----
    A summit between grid points that is narrower than a cell is not seen. A window whose best point lies on its own rim
    moves there without shrinking, so that a ridge along a side or a diagonal is followed. A sharp ridge at any other slant
    stalls a window, because no point of it but the centre lies on the ridge: so circles around the summits follow, on
    which the best direction is narrowed down, from half the
    square down to the resolution, until none has a better point.
    """
    first = [np.linspace(0.0, 1.0, count) if count > 1 else np.zeros(1) for count in shape]
    u, v = (one.ravel() for one in np.meshgrid(*first, indexing="ij"))
    which = np.repeat(np.arange(surfaces), u.size)
    height, cost = heights(which, np.tile(u, surfaces), np.tile(v, surfaces))
    height, cost = height.reshape(surfaces, u.size), cost.reshape(surfaces, u.size)
    places = _summits(height.reshape(surfaces, *shape), cost, equal, summits)
    surface = np.repeat(np.arange(surfaces), places.shape[1])
    at_u, at_v = u[places.ravel()], v[places.ravel()]
    half = np.tile([1.0 / max(count - 1, 1) if count > 1 else 0.0 for count in shape], (surface.size, 1))
    at_u, at_v, top, paid = _closed_in(heights, surface, at_u, at_v, half, resolution, equal[surface])
    if circles and min(shape) > 1:
        start = _distinct(surface, at_u, at_v, top, resolution)
        climbed = _climbed(
            heights,
            surface[start],
            (at_u[start], at_v[start], top[start], paid[start]),
            resolution,
            equal[surface[start]],
        )
        for old, new in zip((at_u, at_v, top, paid), climbed, strict=True):
            old[start] = new
    # Of the summits of each surface the best.
    laid = (surfaces, places.shape[1])
    best = _best(top.reshape(laid), paid.reshape(laid), equal)
    rows = np.arange(surfaces)
    return Summit(
        u=at_u.reshape(laid)[rows, best], v=at_v.reshape(laid)[rows, best], height=top.reshape(laid)[rows, best],
        grid=height.reshape(surfaces, *shape),
    )  # fmt: skip


def _closed_in(
    heights: Heights, surface: Indices, u: Vector, v: Vector, half: Table, resolution: float, equal: Vector
) -> tuple[Vector, Vector, Vector, Vector]:
    """The best point of each window, its height and cost, when all points stand within the resolution."""
    steps = np.linspace(-1.0, 1.0, _POINTS)
    across, along = (one.ravel() for one in np.meshgrid(steps, steps, indexing="ij"))
    rows = np.arange(surface.size)
    top, paid = heights(surface, u, v)
    for _ in range(_PASSES):
        if (half <= resolution).all():
            break
        all_u, all_v = (
            np.clip(centre[:, None] + half[:, [side]] * offset, 0.0, 1.0)
            for side, (centre, offset) in enumerate(((u, across), (v, along)))
        )
        height, cost = heights(np.repeat(surface, across.size), all_u.ravel(), all_v.ravel())
        height, cost = height.reshape(all_u.shape), cost.reshape(all_u.shape)
        best = _best(height, cost, equal)
        moved = np.abs(np.column_stack([all_u[rows, best] - u, all_v[rows, best] - v]))
        u, v, top, paid = all_u[rows, best], all_v[rows, best], height[rows, best], cost[rows, best]
        half = np.where(moved < half * (1.0 - 1e-9), half / _SHRINK, half)
    return u, v, top, paid


def _distinct(surface: Indices, u: Vector, v: Vector, top: Vector, resolution: float) -> Indices:
    """The points with a height, of those in one place on a surface the first only."""
    cells = np.column_stack([surface, np.round(u / resolution), np.round(v / resolution)])
    first = np.unique(cells, axis=0, return_index=True)[1]
    return np.sort(first[np.isfinite(top[first])])


Points: TypeAlias = tuple[Vector, Vector, Vector, Vector]


def _climbed(heights: Heights, surface: Indices, start: Points, resolution: float, equal: Vector) -> Points:
    """Place, height and cost of each point once no circle around it, a third as wide each time down to the resolution, has a better one."""
    u, v, top, paid = (one.copy() for one in start)
    radii = np.full(u.size, _WIDEST)
    for _ in range(_PASSES):
        rows = np.flatnonzero(radii > resolution)
        if not rows.size:
            break
        found = _around(heights, surface[rows], u[rows], v[rows], radii[rows], equal[rows])
        both = [np.column_stack([old[rows], new]) for old, new in zip((u, v, top, paid), found, strict=True)]
        moved = _best(both[2], both[3], equal[rows]) == 1
        for old, new in zip((u, v, top, paid), found, strict=True):
            old[rows[moved]] = new[moved]
        radii[rows] = np.where(moved, radii[rows], radii[rows] / _SHRINK)
    return u, v, top, paid


def _around(heights: Heights, surface: Indices, u: Vector, v: Vector, radii: Vector, equal: Vector) -> Points:
    """The best point on a circle around each point, cut off at the sides of the square: the best directions narrowed down."""

    def looked(angles: Table) -> tuple[Table, Table, Table, Table]:
        each = angles.shape[1]
        at = (
            np.clip(centre[:, None] + radii[:, None] * turn(angles), 0.0, 1.0)
            for centre, turn in ((u, np.cos), (v, np.sin))
        )
        at_u, at_v = at
        height, cost = heights(np.repeat(surface, each), at_u.ravel(), at_v.ravel())
        return at_u, at_v, height.reshape(angles.shape), cost.reshape(angles.shape)

    rows = np.arange(u.size)[:, None]
    width = 2.0 * np.pi / _DIRECTIONS
    angles = np.tile(width * np.arange(_DIRECTIONS), (u.size, 1))
    seen = [looked(angles)]
    height = seen[0][2]
    # On a sharp ridge that is looked at from aside its lower end may seem the better one: both are narrowed down.
    summit = (height >= np.roll(height, 1, axis=1)) & (height >= np.roll(height, -1, axis=1))
    chosen = angles[rows, np.argsort(-np.where(summit, height, -np.inf), axis=1, kind="stable")[:, :_BEST]]
    for _ in range(_NARROWINGS):
        near = chosen[:, :, None] + width * np.linspace(-1.0, 1.0, _INNER)
        seen.append(looked(near.reshape(u.size, -1)))
        best = np.argmax(seen[-1][2].reshape(near.shape), axis=2)
        chosen = np.take_along_axis(near, best[:, :, None], axis=2)[:, :, 0]
        width *= 2.0 / (_INNER - 1)
    all_u, all_v, height, cost = (np.hstack(parts) for parts in zip(*seen, strict=True))
    best_of = _best(height, cost, equal)
    each = rows[:, 0]
    return all_u[each, best_of], all_v[each, best_of], height[each, best_of], cost[each, best_of]


def _best(height: Table, cost: Table, equal: Vector) -> Indices:
    """The cheapest of the highest of each row."""
    near = height >= height.max(axis=1, keepdims=True) - equal[:, None]
    return np.asarray(np.argmin(np.where(near, cost, np.inf), axis=1))


def _summits(height: Table, cost: Table, equal: Vector, count: int) -> Indices:
    """The places of the highest points that none beside them tops, ``(B, 1 + count)``, or ``(B, 1)`` for one; the first is the cheapest of the highest."""
    surfaces, rows, columns = height.shape
    padded = np.pad(height, ((0, 0), (1, 1), (1, 1)), constant_values=-np.inf)
    beside = [
        padded[:, down : down + rows, right : right + columns]
        for down in range(3)
        for right in range(3)
        if (down, right) != (1, 1)
    ]
    flat = height.reshape(surfaces, -1)
    top = (height >= np.max(beside, axis=0)).reshape(surfaces, -1)
    order = np.lexsort((cost, -np.where(top, flat, -np.inf)), axis=1)[:, :count]
    first = _best(flat, cost, equal)[:, None]
    chosen = np.where(np.take_along_axis(top & np.isfinite(flat), order, axis=1), order, first)
    return np.hstack([first, chosen]) if count > 1 else first
