"""What a search found, by problem: every place, the nearest one, and which kind of outcome it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from appraisal.study.inputs import Indices, Vector
from appraisal.study.search import Found, Mask, Scan, trend


def replaced(found: Found, rows: Indices, again: Found) -> Found:
    """What was found, with the problems *rows* looked at again in place of the first time; they are few columns more."""
    shape = (len(found.scan.points), max(found.scan.points.shape[1], again.scan.points.shape[1]))
    points, values = np.full(shape, np.inf), np.full(shape, np.nan)
    for part, places in ((found.scan, np.arange(shape[0])), (again.scan, rows)):
        points[places], values[places] = np.inf, np.nan
        width = part.points.shape[1]
        points[places, :width], values[places, :width] = part.points, part.values
    kept = ~np.isin(found.problem, rows)
    problem = np.concatenate([found.problem[kept], rows[again.problem]])
    at, kind = (np.concatenate([getattr(found, name)[kept], getattr(again, name)]) for name in ("at", "kind"))
    order = np.lexsort((at, problem))
    return Found(scan=Scan(points=points, values=values), problem=problem[order], at=at[order], kind=kind[order])


def by_problem(found: Found, which: Mask, rows: int) -> tuple[Vector, ...]:
    """The places that are meant, of each of *rows* problems, ascending."""
    problem, at = found.problem[which], found.at[which]
    return tuple(np.split(at, np.searchsorted(problem, np.arange(1, rows))))


def nearest(found: Found, standing: Vector, rows: int) -> tuple[Vector, NDArray[np.str_]]:
    """Of each scenario the solution nearest to what stands, the lowest where nothing does; NaN and no kind without one."""
    value, kind = np.full(rows, np.nan), np.full(rows, "", dtype="<U4")
    solution = found.kind != "jump"
    problem, at = found.problem[solution], found.at[solution]
    distance = np.where(np.isnan(standing[problem]), at, np.abs(at - standing[problem]))
    order = np.argsort(-distance, kind="stable")
    # The nearest is written last.
    value[problem[order]], kind[problem[order]] = at[order], found.kind[solution][order]
    return value, kind


def codes(scan: Scan, kind: NDArray[np.str_], jumps: Mask) -> NDArray[np.str_]:
    """The outcome of each problem from the kind of its nearest solution, whether it jumps, and what was seen."""
    known = np.isfinite(scan.values)
    least = np.where(known, scan.values, np.inf).min(axis=1)
    most = np.where(known, scan.values, -np.inf).max(axis=1)
    cases = [
        (~known.any(axis=1), "undefined"),
        ((least >= -1.0) & (most <= 1.0), "everywhere"),
        (kind == "root", "ok"),
        (kind == "edge", "interval"),
        (trend(scan) == "flat", "flat"),
        (jumps, "jump"),
        (least > 1.0, "above"),
        (most < -1.0, "below"),
    ]
    return np.select([where for where, _ in cases], [code for _, code in cases], "gap")
