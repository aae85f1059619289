"""Whether the indices of a sample can be trusted: their values, only their order, or neither."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from appraisal.study.indices.base import RANKS, Analysed, Design
from appraisal.study.indices.methods import METHODS, usable
from appraisal.study.inputs import Vector
from appraisal.study.provenance import stream_of
from appraisal.units import Table

# Width of the widest 95 % interval, and the mean change of rank, below which values and order are settled.
WIDTH, SHIFT = 0.05, 1.0
# An index this many half-widths outside what an index can be is no accident of the sample.
_BEYOND = 2.0

_HEADS = {
    "converged": ("已收敛", "converged"),
    "ranking only": ("仅排序可用", "ranking only"),
    "not converged": ("未收敛", "not converged"),
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The convergence of a study.

    Attributes
    ----------
    code : "converged", "ranking only" or "not converged"
    width : float
        Width of the widest 95 % interval of the judged index; of Morris' μ* as a share of the largest.
    shift : float
        Places by which an input's rank differs between two resamples, weighted by importance, 95th percentile.
    next_n : int or None
        The n at which the width would be small enough; None where it is.
    odd : tuple of (str, str)
        What the indices cannot be and are, zh and en; with any the study has not converged.
    zh, en : str
        The verdict in words.
    """

    code: str
    width: float
    shift: float
    next_n: int | None
    odd: tuple[tuple[str, str], ...]
    zh: str
    en: str

    def words(self, lang: str) -> str:
        """The verdict in Chinese or English."""
        return self.zh if lang == "zh" else self.en


def judge(design: Design, analysed: Analysed, resamples: int, confidence: float) -> Verdict:
    """Judge the total index of sobol and fast, first of rbd_fast, μ*, δ or the bound of dgsm.

    - ``converged``: the widest 95 % interval is at most 0.05 wide (Sarrazin et al. 2016,
      doi:10.1016/j.envsoft.2016.02.005, for indices of values) and the order stands.
    - ``ranking only``: the order stands. Between two resamples j, k ranks R differ by
      Σᵢ |Rᵢʲ − Rᵢᵏ|·max(Sᵢʲ, Sᵢᵏ)² ÷ Σᵢ max(Sᵢʲ, Sᵢᵏ)², so that unimportant inputs may trade places; its 95th percentile
      is less than one place (the same source's measure).
    - ``not converged``: neither, or the indices are what none can be: a first order below 0 or above the total, first
      orders that add to more than 1, by more than twice the half-width of the interval.

    Resamples are those of the bootstrap (sobol, delta); of the other methods there is the interval only, and they are drawn
    from the normal distributions that it stands for. μ* has the output's unit and is judged as a share of the largest. Values
    of fast and delta are never certified: their bias, from a few harmonics or classes of ranks, is no part of the interval.
    The next *n* takes the width to fall with 1 ÷ √n.
    """
    values, half = judged(design.method, analysed)
    scale = float(values.max()) if design.method == "morris" and values.max() > 0.0 else 1.0
    z = float(norm.ppf(0.5 + confidence / 2.0))
    width = float(2.0 * half.max() / z * norm.ppf(0.975) / scale)
    if analysed.replicates is None:
        drawn = stream_of(design.seed, RANKS).normal(values, half / z, (resamples, values.size))
    else:
        drawn = analysed.replicates
    shift = rank_shift(drawn)
    odd = _odd(analysed)
    settled = shift < SHIFT and not odd
    narrow = width <= WIDTH
    code = (
        "converged"
        if settled and narrow and METHODS[design.method].certified
        else "ranking only"
        if settled
        else "not converged"
    )
    # Odd indices or a lost order at narrow intervals: twice the points at the least.
    growth = 2.0 if narrow else (width / WIDTH) ** 2
    next_n = None if settled and narrow else usable(design.method, growth * design.n)
    zh, en = _words(code, width, shift, next_n, odd, design)
    return Verdict(code=code, width=width, shift=shift, next_n=next_n, odd=odd, zh=zh, en=en)


def judged(method: str, analysed: Analysed) -> tuple[Vector, Vector]:
    """The index by which a method ranks the inputs and the half-width of its interval, each ``(D,)``."""
    name = METHODS[method].judged
    return getattr(analysed.estimates, name), getattr(analysed.estimates, f"{name}_conf")


def rank_shift(drawn: Table) -> float:
    """95th percentile of the weighted change of rank between one resample and the next, of ``(K, D)`` indices."""
    ranks = np.argsort(np.argsort(-drawn, axis=1, kind="stable"), axis=1)
    moved = np.abs(ranks - np.roll(ranks, 1, axis=0))
    weight = np.maximum(drawn, np.roll(drawn, 1, axis=0)) ** 2
    total = weight.sum(axis=1)
    change = np.divide((moved * weight).sum(axis=1), total, out=np.zeros_like(total), where=total > 0.0)
    return float(np.quantile(change, 0.95))


def _odd(analysed: Analysed) -> tuple[tuple[str, str], ...]:
    found, one = [], analysed.estimates
    if one.first is None or one.first_conf is None:
        return ()
    together = float(_BEYOND * np.sqrt((one.first_conf**2).sum()))
    if (one.first < -_BEYOND * one.first_conf).any():
        found.append((f"一阶指数为负（{one.first.min():.3f}）", f"a first-order index of {one.first.min():.3f}"))
    if one.first.sum() > 1.0 + together:
        found.append(
            (f"一阶指数之和 {one.first.sum():.3f} 大于 1", f"first-order indices that add to {one.first.sum():.3f}")
        )
    if one.total is not None and one.total_conf is not None:
        beyond = one.first - one.total
        if (beyond > _BEYOND * np.hypot(one.first_conf, one.total_conf)).any():
            found.append(
                (f"一阶指数超出总效应 {beyond.max():.3f}", f"a first-order index {beyond.max():.3f} above the total")
            )
    return tuple(found)


def _words(
    code: str, width: float, shift: float, next_n: int | None, odd: tuple[tuple[str, str], ...], design: Design
) -> tuple[str, str]:  # fmt: skip
    relative = design.method == "morris"
    zh = (
        f"{_HEADS[code][0]}：最宽的 95 % 置信区间{'占最大值的' if relative else '为'} {width:.3f}（判据 ≤ {WIDTH}），"
        f"重抽样间排序加权变动 {shift:.2f} 位（判据 < {SHIFT:g}）"
    )
    en = (
        f"{_HEADS[code][1]}: the widest 95 % interval is {width:.3f} wide{' as a share of the largest' if relative else ''} "
        f"(at most {WIDTH}), ranks differ by {shift:.2f} places between resamples (less than {SHIFT:g})"
    )
    if odd:
        zh += "；不应出现：" + "、".join(one for one, _ in odd)
        en += "; what cannot be: " + ", ".join(one for _, one in odd)
    if next_n is not None:
        zh += f"；样本量 n = {design.n}，建议改用 {next_n}"
        en += f"; n = {design.n}, try {next_n}"
    return zh, en
