"""临界点: the relative change of an input at which the project's NPV is zero, for every input at once.

Private to the one-way table; the general search for a target (``solve``) comes with a later version.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.checks import TOLERANCE
from appraisal.pipeline import appraise
from appraisal.study.inputs import Indices, Inputs, Vector
from appraisal.units import Table

LOWEST, HIGHEST = -0.95, 5.0
# Halving steps from each end towards no change: the points at which a crossing is looked for.
_LADDER = 2.0 ** -np.arange(7.0)
PASSES = 60
# A jump of NPV defeats interpolation; the remaining halvings still close in on it (5 · 2^-45).
_INTERPOLATED = 15
# Between two changes as near as this NPV either steps or is steeper than any reader could use.
_WIDTH = 1e-9

_WORDS = {
    "ok": ("", ""),
    "flat": ("净现值不随该因素变化", "the NPV does not move with it"),
    "outside": ("在 {low}…{high} 范围内无临界点", "not within {low}…{high}"),
    "bounded": ("在算例允许的 {low}…{high} 范围内无临界点", "not within {low}…{high}, as far as the case allows it to move"),
    "step": ("净现值在此处跳过零", "the NPV steps over zero here"),
    "unsolved": ("未能求出", "not found in {passes} passes"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Critical:
    """The critical change of each input.

    Attributes
    ----------
    change : (I,)
        A fraction; NaN where there is none, and *code* says why. Of several crossings the one nearest to no change.
    code : (I,)
        ``ok``, ``step`` (a number, at a jump of the NPV), ``flat``, ``outside``, ``bounded`` or ``unsolved``.
    limits : (I, 2)
        Lowest and highest change looked at.
    """

    change: Vector
    code: NDArray[np.str_]
    limits: Table

    def words(self, place: int, lang: str) -> str:
        """Why input *place* has no number, or what is odd about it; empty where nothing is."""
        low, high = (f"{'−' if end < 0 else '+'}{abs(end):.4g} %" for end in 100.0 * self.limits[place])
        text = _WORDS[str(self.code[place])][0 if lang == "zh" else 1]
        return text.format(low=low, high=high, passes=PASSES)


@dataclass(frozen=True, kw_only=True)
class _Bracket:
    """Two changes of each input between which NPV changes sign, with the NPV there; NaN where there are none."""

    low: Vector
    high: Vector
    npv_low: Vector
    npv_high: Vector


def critical(moving: Inputs) -> Critical:
    """The change of each input at which project NPV after tax is zero (project IRR meets the discount rate).

    Looked for within −95 % … +500 % and as far as the case accepts the changed input, first on points that halve
    towards no change, then by Illinois steps and halvings until ``|NPV| ≤ 1e-9 × construction investment``.

    Returns
    -------
    Critical

    Notes
    -----
    临界点 of 《方法与参数》: the change of F at which FIRR = i_c. Illinois: the false-position step with the weight of
    an end that stays put halved.
    """
    limits = moving.limits(*(np.full(len(moving.inputs), end) for end in (LOWEST, HIGHEST)))
    enough = TOLERANCE * float(appraise(moving.case).statements["invested"][0, -1])
    changes = np.hstack([limits[:, :1] * _LADDER, np.zeros((len(limits), 1)), limits[:, 1:] * _LADDER[::-1]])
    which = np.repeat(np.arange(len(limits)), changes.shape[1])
    npv = _npv(moving, which, changes.ravel()).reshape(changes.shape)
    bracket = _nearest(changes, npv)
    change, code = _closed_in(moving, bracket, enough)
    cut = (limits != np.array([[LOWEST, HIGHEST]])).any(axis=1)
    code = np.where(np.isnan(bracket.low), np.where(cut, "bounded", "outside"), code)
    # A base at the hurdle is critical as it stands, whatever does not move it.
    at_base = np.abs(npv[:, _LADDER.size]) <= enough
    flat = (np.nanmax(np.abs(npv - npv[:, [_LADDER.size]]), axis=1) <= enough) & ~at_base
    return Critical(
        change=np.where(at_base, 0.0, np.where(flat, np.nan, change)),
        code=np.where(at_base, "ok", np.where(flat, "flat", code)),
        limits=limits,
    )


def _npv(moving: Inputs, which: Indices, changes: Vector) -> Vector:
    return moving.measure(moving.alone(which, changes), ("project_npv",)).rows["project_npv"].value


def _nearest(changes: Table, npv: Table) -> _Bracket:
    """Of each input the neighbouring points with a crossing that lie nearest to no change."""
    crossing = np.sign(npv[:, :-1]) * np.sign(npv[:, 1:]) <= 0.0
    distance = np.minimum(np.abs(changes[:, :-1]), np.abs(changes[:, 1:]))
    place = np.argmin(np.where(crossing, distance, np.inf), axis=1)[:, np.newaxis]
    found = np.take_along_axis(crossing, place, axis=1)[:, 0]

    def at(table: Table, step: int) -> Vector:
        return np.where(found, np.take_along_axis(table, place + step, axis=1)[:, 0], np.nan)

    return _Bracket(low=at(changes, 0), high=at(changes, 1), npv_low=at(npv, 0), npv_high=at(npv, 1))


def _closed_in(moving: Inputs, start: _Bracket, enough: float) -> tuple[Vector, NDArray[np.str_]]:
    """The zero of NPV within each bracket, ``(I,)``, and how it was found; inputs without a bracket are not looked at."""
    low, high, npv_low, npv_high = start.low, start.high, start.npv_low, start.npv_high
    found = np.where(np.abs(npv_low) <= enough, low, np.where(np.abs(npv_high) <= enough, high, np.nan))
    stayed = np.zeros(low.size)
    for step in range(PASSES):
        active = np.flatnonzero(np.isnan(found) & ~np.isnan(low))
        if not active.size:
            break
        a, b, f_a, f_b = low[active], high[active], npv_low[active], npv_high[active]
        point = b - f_b * (b - a) / (f_b - f_a) if step < _INTERPOLATED else 0.5 * (a + b)
        npv = _npv(moving, active, point)
        found[active] = np.where(np.abs(npv) <= enough, point, np.nan)
        as_high = np.sign(npv) == np.sign(f_b)
        # +1: the low end stays put, −1: the high end does; twice running and its weight is halved.
        side = np.where(as_high, 1.0, -1.0)
        weight = np.where(stayed[active] == side, 0.5, 1.0)
        low[active], npv_low[active] = np.where(as_high, a, point), np.where(as_high, weight * f_a, npv)
        high[active], npv_high[active] = np.where(as_high, point, b), np.where(as_high, npv, weight * f_b)
        stayed[active] = side
    steps = np.isnan(found) & (np.abs(high - low) <= _WIDTH) & ~np.isnan(npv_low + npv_high)
    code = np.where(steps, "step", np.where(np.isnan(found), "unsolved", "ok"))
    return np.where(steps, 0.5 * (low + high), found), code
