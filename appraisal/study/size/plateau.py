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
    heights: Heights, surfaces: int, shape: tuple[int, int], *, resolution: float, equal: Vector, summits: int = 1
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

    Notes
    -----
    A summit between grid points that is narrower than a cell is not seen. A window whose best point lies on its own rim
    moves there without shrinking, so that a ridge across the directions is followed.
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
