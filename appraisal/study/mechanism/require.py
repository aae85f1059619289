"""The level at which a share of the portfolio clears the hurdle, the frontier of cost and viability, and the least-cost mix of two.

Every project has a level from which on it clears; they are all sought at once. A share of the potential then needs the level
of the project at which it is reached, so that what is required never falls as the share rises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from appraisal.errors import Fault, InputError, said
from appraisal.study.inputs import Indices, Vector
from appraisal.study.mechanism.outcome import Outcome, outcome, refuse_excluded
from appraisal.study.mechanism.rows import Bench
from appraisal.study.mechanism.study import Mechanism, Plants
from appraisal.study.search import Mask, search, trend
from appraisal.units import Table

# A share is reached where so little of it lacks: shares add up with rounding.
_REACHED = 1e-12
# A project that jumps over its hurdle clears it this little beyond the jump, of the span of levels.
_BEYOND = 1e-12


@dataclass(frozen=True, kw_only=True)
class Needed:
    """From which level of a mechanism on each project of the portfolio clears its hurdle.

    Attributes
    ----------
    mechanism : Mechanism
    level : (H, N)
        For each of H settings of the mechanisms beside it; +inf (−inf where levels fall from none) where no level within those stated does.
    mw : (N,)
        What each project stands for.
    mixed : (H, N)
        Whether more of the mechanism makes a project worse somewhere in the range: then it may not clear at higher levels.
    """

    mechanism: Mechanism
    level: Table
    mw: Vector
    mixed: Mask

    def required(self, share: float, setting: int = 0) -> float:
        """The weakest level at which a share of the potential clears; infinite where none of those stated suffices.

        Raises
        ------
        InputError
            If the share is not above 0 and at most 1.
        """
        if not 0.0 < share <= 1.0:
            raise InputError(
                [
                    Fault(
                        where="study",
                        path="share",
                        message=said(
                            "{share:g}; expected a share above 0 and at most 1",
                            "{share:g}；应为大于 0 且不大于 1 的比例",
                            share=share,
                        ),
                    )
                ]
            )
        distance = np.abs(self.level[setting] - self.mechanism.none)
        order = np.argsort(distance, kind="stable")
        reached = np.cumsum(self.mw[order]) >= (share - _REACHED) * self.mw.sum()
        return float(self.level[setting, order[np.argmax(reached)]])


def needed(
    bench: Bench, mechanism: Mechanism, beside: Mechanism | None = None, settings: Vector | None = None
) -> Needed:
    """The level of a mechanism that each project needs, within the levels stated.

    Parameters
    ----------
    bench : Bench
    mechanism : Mechanism
    beside : Mechanism, optional
        Another one that is in force too.
    settings : (H,), optional
        Its levels.

    Returns
    -------
    Needed

    Raises
    ------
    InputError
        If the mechanism's levels lie on both sides of none, or a case refuses it.
    """
    ends = mechanism.levels[0] < mechanism.none, mechanism.levels[-1] > mechanism.none
    if all(ends):
        raise InputError([Fault(where=str(bench.study.file), path=f"mechanisms.{mechanism.name}.level", message=said(
            "levels on both sides of the one at which nothing changes ({none:g}); which way is more is not clear",
            "水平分布在不起作用的水平（{none:g}）两侧，无法判断增强的方向", none=mechanism.none
        ))])  # fmt: skip
    if beside is not None:
        refuse_excluded(bench.study, [mechanism, beside])
    held = np.zeros(1) if beside is None or settings is None else settings
    parts = [_of_plants(bench, plants, mechanism, beside, held) for plants in bench.study.plants]
    return Needed(
        mechanism=mechanism, level=np.concatenate([level for level, _ in parts], axis=1), mixed=np.concatenate([mixed for _, mixed in parts], axis=1),
        mw=np.concatenate([plants.mw for plants in bench.study.plants]),
    )  # fmt: skip


def _of_plants(
    bench: Bench, plants: Plants, mechanism: Mechanism, beside: Mechanism | None, held: Vector
) -> tuple[Table, Mask]:
    """Levels needed of the projects of one entry, and whether more makes it worse, each (H, N)."""
    count, none = plants.projects, mechanism.none
    both = [one for one in (beside, mechanism) if one is not None]
    meant = [one.meant(plants.name) for one in both]

    def margins(problem: Indices, at: Vector) -> Vector:
        columns = [held[problem // count], at] if beside is not None else [at]
        levels = np.column_stack(
            [column for column, there in zip(columns, meant, strict=True) if there] or [np.zeros((at.size, 0))]
        )
        return bench.rows(
            plants, [one for one, there in zip(both, meant, strict=True) if there], problem % count, levels
        ).margin

    points = np.tile(np.array(mechanism.levels), (held.size * count, 1))
    if mechanism.stated.level is None:
        values = np.stack([margins(np.arange(len(points)), points[:, place]) for place in (0, 1)], axis=1)
        level = np.where(values[:, 0] >= -1.0, 0.0, np.where(values[:, 1] >= -1.0, 1.0, np.inf))
        return level.reshape(held.size, count), (values[:, 1] < values[:, 0]).reshape(held.size, count)
    found = search(margins, points, levels=False)
    sign = 1.0 if mechanism.levels[-1] > none else -1.0
    at = found.at + np.where(found.kind == "jump", sign * _BEYOND * np.ptp(points[0]), 0.0)
    nearest = np.full(len(points), np.inf)
    np.minimum.at(nearest, found.problem, np.abs(at - none))
    still = found.scan.values[np.arange(len(points)), _place_of(found.scan.points, none)] >= -1.0
    level = none + sign * np.where(still, 0.0, nearest)
    worse = np.isin(trend(found.scan), ("mixed", "falls" if sign > 0 else "rises"))
    return level.reshape(held.size, count), worse.reshape(held.size, count)


def _place_of(points: Table, level: float) -> Indices:
    """Where a level stands among the points of each problem."""
    return np.asarray(np.argmin(np.abs(points - level), axis=1))


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """What shares of the potential need and cost.

    Attributes
    ----------
    shares : (K,)
    level : (K,)
        Required; infinite where no level stated suffices.
    outcome : Outcome
        At the levels that are finite, in order.
    needed : Needed
    """

    shares: Vector
    level: Vector
    outcome: Outcome
    needed: Needed


def frontier(bench: Bench, mechanism: Mechanism, shares: Sequence[float]) -> Frontier:
    """The level that each share of the potential needs, and what it comes to there; see :func:`needed`."""
    found = needed(bench, mechanism)
    level = np.array([found.required(share) for share in shares])
    known = level[np.isfinite(level)]
    return Frontier(
        shares=np.array(shares), level=level, needed=found, outcome=outcome(bench, [mechanism], known[:, None])
    )


@dataclass(frozen=True, kw_only=True)
class Mix:
    """Two mechanisms that together make a share of the potential clear.

    Attributes
    ----------
    outcome : Outcome
        At each level of the first with the level of the second that it leaves to be required; settings that no level suffices for are left out.
    best : int or None
        The setting that costs all payers least in present value; None where none suffices.
    """

    outcome: Outcome
    best: int | None


def mix(bench: Bench, first: Mechanism, second: Mechanism, share: float) -> Mix:
    """The least-cost mix of two mechanisms for a share of the potential.

    Parameters
    ----------
    bench : Bench
    first, second : Mechanism
        The first is looked at on its levels stated, the second is solved for at each.
    share : float
        Of the potential, above 0 and at most 1.

    Returns
    -------
    Mix

    Raises
    ------
    InputError
        As :func:`needed`; if they are one mechanism or exclude each other.
    """
    if first.name == second.name:
        raise InputError(
            [
                Fault(
                    where="study",
                    path="mix",
                    message=said("{name} twice; a mix is of two", "{name} 重复；组合应为两种机制", name=first.name),
                )
            ]
        )
    held = np.array(first.levels)
    found = needed(bench, second, first, held)
    settings = np.column_stack([held, [found.required(share, place) for place in range(held.size)]])
    settings = settings[np.isfinite(settings[:, 1])]
    made = outcome(bench, [first, second], settings)
    return Mix(outcome=made, best=int(np.argmin(made.total)) if len(settings) else None)
