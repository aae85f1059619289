"""The scenarios of a case as the problems of a search."""

from __future__ import annotations

from functools import partial

import numpy as np

from appraisal.study.inputs import Indices, Inputs, Measured, Vector
from appraisal.study.search import Found, search
from appraisal.study.solve.outcome import replaced
from appraisal.study.solve.ranges import STEPS, range_of


class Problems:
    """What the search asks: the distance of the metric from its target, in units of what counts as none."""

    def __init__(self, moving: Inputs, key: str, target: Vector, enough: Vector) -> None:
        self.moving, self.key, self.target, self.enough = moving, key, target, enough
        # Of each scenario the lowest and the highest value that the case accepted, and why it refused one.
        self.accepted = np.full((target.size, 2), (np.inf, -np.inf))
        self.refusals: dict[int, str] = {}

    def distance(self, rows: Indices, place: Indices, at: Vector) -> Vector:
        """Of each pair (place in *rows*, value), NaN where the metric is undefined or the case refuses it."""
        which = rows[place]
        found = self.measured(which, at)
        for row, message in found.refused.items():
            self.refusals.setdefault(int(which[row]), message)
        stood = np.setdiff1d(np.arange(which.size), list(found.refused))
        np.minimum.at(self.accepted[:, 0], which[stood], at[stood])
        np.maximum.at(self.accepted[:, 1], which[stood], at[stood])
        return (found.rows[self.key].value - self.target[which]) / self.enough[which]

    def measured(self, which: Indices, at: Vector) -> Measured:
        """The metric of each pair (scenario, value)."""
        return self.moving.measure(self.moving.alone(np.zeros_like(which), at, which), (self.key,), which)


def searched(problems: Problems, within: tuple[float, float] | None) -> Found:
    """What is found in the range; a side without an end is followed outwards while the target is not met or passed."""
    looked = range_of(problems.moving, within)
    points = looked.points(0)
    found = search(partial(problems.distance, np.arange(problems.target.size)), points)
    for step in range(1, len(STEPS)):
        # What the case refuses at the end of one step it is not asked farther out.
        on = np.isinf(looked.low) & (problems.accepted[:, 0] <= points[:, 0])
        on |= np.isinf(looked.high) & (problems.accepted[:, 1] >= points[:, -1])
        rows = np.setdiff1d(np.flatnonzero(on), found.problem)
        if not rows.size:
            break
        points = looked.points(step)
        again = search(partial(problems.distance, rows), points[rows])
        found = replaced(found, rows, again)
    return found
