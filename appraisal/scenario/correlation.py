"""Whether rank correlations can stand together; if not, which pairs contradict and what would mend them."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from appraisal.case.uncertainty import Uncertainty
from appraisal.errors import Message, joined, said, verbatim
from appraisal.units import Table

# Below this a matrix of correlations is singular to the machine and cannot be drawn from.
_SMALLEST = 1e-9
_MOST_TRIPLES, _MOST_PAIRS = 5, 4


def pearson(ranks: Table) -> Table:
    """Correlations of normal scores that give Spearman's rank correlations: ``r = 2 sin(π ρ / 6)``, 1 on the diagonal.

    Source: K. Pearson (1907), On further methods of determining correlation, for the bivariate normal.

    Examples
    --------
    >>> pearson(np.array([[1.0, 0.5], [0.5, 1.0]])).round(4)
    array([[1.    , 0.5176],
           [0.5176, 1.    ]])
    """
    return np.asarray(2.0 * np.sin(np.pi / 6.0 * ranks))


def contradictions(stated: Uncertainty) -> list[Message]:
    """What is wrong with correlations that no distribution can have together: the pairs, and the remedy.

    Rank correlations fit where the correlations of their normal scores are positive definite. Of three inputs that do not
    fit, the weakest pair is told the range that the two others leave it; where every three fit, the pairs that pull
    the smallest eigenvalue down are named, with the factor towards 0 that mends them.
    """
    ranks, paths = stated.rank_matrix(), list(stated)
    if not paths or _fits(ranks):
        return []
    correlated = [int(place) for place in np.flatnonzero((ranks != 0).sum(axis=1) > 1)]
    triples = [three for three in combinations(correlated, 3) if not _fits(ranks[np.ix_(three, three)])]
    told = [_triple(ranks, paths, three) for three in triples[:_MOST_TRIPLES]]
    if len(triples) > _MOST_TRIPLES:
        more = len(triples) - _MOST_TRIPLES
        told.append(said("… and {more} more threes of inputs that contradict each other", "……另有 {more} 组三个参数相互矛盾", more=more))  # fmt: skip
    return told or [_whole(ranks, paths)]


def _fits(ranks: Table) -> bool:
    return bool(np.linalg.eigvalsh(pearson(ranks))[0] > _SMALLEST)


def _pair(ranks: Table, paths: list[str], pair: tuple[int, int]) -> Message:
    rank = float(ranks[pair])
    told = verbatim(f"{rank:g}") if rank else said("0 (not stated)", "0（未填写）")
    return said(
        "{one} with {other} {rank}", "{one} 与 {other} {rank}", one=paths[pair[0]], other=paths[pair[1]], rank=told
    )


def _triple(ranks: Table, paths: list[str], three: tuple[int, ...]) -> Message:
    weakest, *others = sorted(combinations(three, 2), key=lambda pair: abs(float(ranks[pair])))
    one, other = (float(pearson(ranks)[pair]) for pair in others)
    reach = np.sqrt((1.0 - one**2) * (1.0 - other**2))
    low, high = (6.0 / np.pi * np.arcsin((one * other + side * reach) / 2.0) for side in (-1.0, 1.0))
    return said(
        "contradict each other: {named}. With the first two the third lies between {low:.3f} and {high:.3f}; "
        "state {one} with {other} within that, or bring the others nearer to 0",
        "相互矛盾：{named}。前两者成立时，第三者在 {low:.3f} 与 {high:.3f} 之间；请将 {one} 与 {other} 填在此范围内，或使其余更接近 0",
        named=joined([_pair(ranks, paths, pair) for pair in (*others, weakest)], ", ", "，"),
        low=low, high=high, one=paths[weakest[0]], other=paths[weakest[1]],
    )  # fmt: skip


def _whole(ranks: Table, paths: list[str]) -> Message:
    values, vectors = np.linalg.eigh(pearson(ranks))
    pull = np.outer(vectors[:, 0], vectors[:, 0]) * pearson(ranks)
    pairs = sorted(combinations(range(len(paths)), 2), key=lambda pair: float(pull[pair]))
    worst = [pair for pair in pairs[:_MOST_PAIRS] if pull[pair] < 0 and ranks[pair]]
    eye = np.eye(len(paths))
    factor = next(share for share in range(99, -1, -1) if _fits(eye + share / 100 * (ranks - eye)))
    return said(
        "contradict each other as a whole (smallest eigenvalue {least:.3g}), most of all {named}; bring them nearer to 0, all by a factor of {factor:g} or less",
        "整体相互矛盾（最小特征值 {least:.3g}），尤其是 {named}；请使其更接近 0，例如全部乘以不大于 {factor:g} 的系数",
        least=values[0], named=joined([_pair(ranks, paths, pair) for pair in worst], ", ", "，"), factor=factor / 100,
    )  # fmt: skip
