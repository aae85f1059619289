"""Whether the indices of a sample can be trusted: their values, only their order, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from appraisal.study.indices.base import RANKS, Analysed, Design, Estimates
from appraisal.study.indices.methods import METHODS, memory_faults_of, usable
from appraisal.study.inputs import Vector
from appraisal.study.provenance import stream_of
from appraisal.units import Table

# Width of the widest 95 % interval of any index, and the mean change of rank, below which values and order are settled.
WIDTH, SHIFT = 0.05, 1.0
# An index this many half-widths outside what an index can be is no accident of the sample.
_BEYOND = 2.0

# Indices that are printed with an interval, by their names in the verdict. The check of a bound has one too and is no index.
_PRINTED = {
    "total": ("总效应", "total"), "first": ("一阶", "first order"), "second": ("二阶", "second order"), "mu_star": ("μ*", "μ*"),
    "delta": ("δ", "δ"), "dgsm": ("上界", "bound"),
}  # fmt: skip
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
        Width of the widest 95 % interval of all indices printed; of Morris' μ* as a share of the largest.
    widths : mapping
        The widest of each kind of index: ``total``, ``first``, ``second``, ``mu_star``, ``delta``, ``dgsm``.
    shift : float
        Places by which an input's rank differs between two resamples, weighted by importance, 95th percentile.
    next_n : int or None
        The n at which the width would be small enough; None where it is, where more points would not help, or where no
        study could hold them.
    odd : tuple of (str, str)
        What the indices cannot be and are, and bounds that are none, zh and en; with any the study has not converged.
    zh, en : str
        The verdict in words.
    """

    code: str
    width: float
    widths: Mapping[str, float]
    shift: float
    next_n: int | None
    odd: tuple[tuple[str, str], ...]
    zh: str
    en: str

    def words(self, lang: str) -> str:
        """The verdict in Chinese or English."""
        return self.zh if lang == "zh" else self.en


def judge(design: Design, analysed: Analysed, resamples: int, confidence: float) -> Verdict:
    """Judge every index printed by the width of its interval, and the order by the one that ranks the inputs: the total of sobol
    and fast, first of rbd_fast, μ*, δ or the bound of dgsm.

    - ``converged``: the widest 95 % interval of any index is at most 0.05 wide (Sarrazin et al. 2016,
      doi:10.1016/j.envsoft.2016.02.005, for indices of values) and the order stands.
    - ``ranking only``: the order stands. Between two resamples j, k ranks R differ by
      Σᵢ |Rᵢʲ − Rᵢᵏ|·max(Sᵢʲ, Sᵢᵏ)² ÷ Σᵢ max(Sᵢʲ, Sᵢᵏ)², so that unimportant inputs may trade places; its 95th percentile
      is less than one place (the same source's measure).
    - ``not converged``: neither, or the indices are what none can be: a first order below 0 or above the total, first
      orders that add to more than 1, by more than twice the half-width of the interval; a bound from
      derivatives is below its check by exchange; or the output jumps, so that it is none, which more points do not mend.

    Resamples are those of the bootstrap (sobol, delta); of the other methods there is the interval only, and they are drawn
    from the normal distributions that it stands for. μ* has the output's unit and is judged as a share of the largest. Values
    of fast and delta are never certified: their bias, from a few harmonics or classes of ranks, is no part of the interval.
    The next *n* takes the width to fall with 1 ÷ √n.
    """
    values, half = judged(design.method, analysed)
    z = float(norm.ppf(0.5 + confidence / 2.0))
    widths = _widths(analysed.estimates, float(norm.ppf(0.975)) / z)
    width = max(widths.values())
    if analysed.replicates is None:
        drawn = stream_of(design.seed, RANKS).normal(values, half / z, (resamples, values.size))
    else:
        drawn = analysed.replicates
    shift = rank_shift(drawn)
    jumps = _jumps(analysed)
    odd = (*_odd(analysed), *_short(analysed), *jumps)
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
    enough = narrow and shift < SHIFT and odd == jumps
    wanted = design.n if enough else usable(design.method, growth * design.n)
    next_n = wanted if wanted > design.n and _held(design, wanted, resamples) else None
    zh, en = _words(code, widths, shift, odd, design.method)
    more = _more(design.n, wanted, next_n)
    zh, en = f"{zh}{more[0]}", f"{en}{more[1]}"
    return Verdict(code=code, width=width, widths=widths, shift=shift, next_n=next_n, odd=odd, zh=zh, en=en)


def _held(design: Design, n: int, resamples: int) -> bool:
    """Whether a study could hold that many points."""
    return not memory_faults_of(design.method, design.dimension, n, resamples, second_order=design.second_order)


def judged(method: str, analysed: Analysed) -> tuple[Vector, Vector]:
    """The index by which a method ranks the inputs and the half-width of its interval, each ``(D,)``.

    An input without a bound may make all of the variance: 1, which no total index exceeds.
    """
    name = METHODS[method].judged
    values, half = getattr(analysed.estimates, name), getattr(analysed.estimates, f"{name}_conf")
    return np.nan_to_num(values, nan=1.0), np.nan_to_num(half)


def _widths(found: Estimates, scale: float) -> dict[str, float]:
    """Width of the widest 95 % interval of each kind of index; *scale* makes the half-widths of any confidence those of 95 %."""
    largest = 1.0 if found.mu_star is None else float(found.mu_star.max()) or 1.0
    halves = {name: getattr(found, f"{name}_conf") for name in _PRINTED}
    return {
        # Pairs stand above the diagonal; an input without a bound has no interval.
        name: 2.0 * scale * float(np.nan_to_num(half).max()) / largest
        for name, half in halves.items()
        if half is not None
    }


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
    whole = one.first_sum_conf if one.first_sum_conf is not None else float(np.sqrt((one.first_conf**2).sum()))
    together = _BEYOND * whole
    if (one.first < -_BEYOND * one.first_conf).any():
        found.append(
            (
                f"不应出现一阶指数为负（{one.first.min():.3f}）",
                f"a first-order index of {one.first.min():.3f}, which cannot be",
            )
        )
    if one.first.sum() > 1.0 + together:
        found.append(
            (
                f"不应出现一阶指数之和 {one.first.sum():.3f} 大于 1",
                f"first-order indices that add to {one.first.sum():.3f}, which cannot be",
            )
        )
    if one.total is not None and one.total_conf is not None:
        beyond = one.first - one.total
        if (beyond > _BEYOND * np.hypot(one.first_conf, one.total_conf)).any():
            found.append(
                (
                    f"不应出现一阶指数超出总效应 {beyond.max():.3f}",
                    f"a first-order index {beyond.max():.3f} above the total, which cannot be",
                )
            )
    return tuple(found)


def _short(analysed: Analysed) -> tuple[tuple[str, str], ...]:
    """Bounds below their check by more than both intervals."""
    one = analysed.estimates
    if one.checked is None or one.checked_conf is None or one.dgsm is None or one.dgsm_conf is None:
        return ()
    short = one.checked - one.dgsm
    if not (short > one.checked_conf + one.dgsm_conf).any():
        return ()
    worst = f"{np.nanmax(short):.3f}"
    return ((f"上界低于其交换校核 {worst}", f"a bound {worst} below its check by exchange"),)


def _jumps(analysed: Analysed) -> tuple[tuple[str, str], ...]:
    """How many inputs have no bound; which, say the remarks."""
    bound = analysed.estimates.dgsm
    if bound is None or not np.isnan(bound).any():
        return ()
    count = int(np.isnan(bound).sum())
    return ((f"{count} 个因素处存在跳跃，无上界", f"jumps: no bound for {count} of {bound.size} inputs"),)


def _words(
    code: str, widths: Mapping[str, float], shift: float, odd: tuple[tuple[str, str], ...], method: str
) -> tuple[str, str]:  # fmt: skip
    relative = method == "morris"
    wide_zh, wide_en = (
        gap.join(f"{_PRINTED[name][place]} {width:.3f}" for name, width in widths.items())
        for place, gap in enumerate(("，", ", "))
    )
    zh = (
        f"{_HEADS[code][0]}：最宽的 95 % 置信区间{'（占最大值的比例）' if relative else ''}：{wide_zh}（判据 ≤ {WIDTH}），"
        f"重抽样间排序加权变动 {shift:.2f} 位（判据 < {SHIFT:g}）"
    )
    en = (
        f"{_HEADS[code][1]}: the widest 95 % intervals{' as a share of the largest' if relative else ''}: {wide_en} "
        f"(at most {WIDTH}), ranks differ by {shift:.2f} places between resamples (less than {SHIFT:g})"
    )
    if odd:
        zh += "；" + "；".join(one for one, _ in odd)
        en += "; " + "; ".join(one for _, one in odd)
    return zh, en


def _more(n: int, wanted: int, next_n: int | None) -> tuple[str, str]:
    """What to do about the number of points."""
    if next_n is not None:
        return f"；样本量 n = {n}，建议改用 {next_n}", f"; n = {n}, try {next_n}"
    if wanted == n:
        return "", ""
    return (
        f"；样本量 n = {n}，所需样本超出可容纳的数量；请收窄分布，或换指标、方法",
        f"; n = {n}, it would take more than a study can hold: narrow the distributions, or take another metric or method",
    )
