"""Draws of uncertain inputs: a design on the unit cube, rank correlations in it, and the inverse CDF of each distribution.

A distribution comes in only through its inverse CDF, so that any design serves any distribution, and the cases of a scenario
tree can be drawn from the same uniforms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, cast, get_args

import numpy as np
from numpy.typing import NDArray

from appraisal.case.uncertainty import Distribution, Uncertainty
from appraisal.errors import Fault, InputError, Message, said, suggest
from appraisal.scenario.correlation import contradictions, pearson
from appraisal.scenario.uncertainty import distribution_fault
from appraisal.study.provenance import stream_of
from appraisal.units import Table

Vector: TypeAlias = NDArray[np.float64]
Sampling = Literal["latin_hypercube", "sobol", "random"]
SAMPLINGS = cast("tuple[Sampling, ...]", get_args(Sampling))

# What a study may hold of all its scenarios; the appraisals themselves run in blocks of bounded memory.
MOST_BYTES = 2 * 10**9
_SOBOL_BITS = 30
# The quantile of 0 and of 1 may be infinite: the ends of the cube are no draws.
_INSIDE = (2.0**-54, 1.0 - 2.0**-53)


def quantiles(distribution: Distribution, uniforms: Vector) -> Vector:
    """Inverse CDF of a distribution.

    Parameters
    ----------
    distribution : Distribution
        As the case states it, in the unit of its input.
    uniforms : array
        Probabilities within 0 … 1, both excluded; any shape.

    Returns
    -------
    array
        Of the same shape, in the unit of the input.

    Raises
    ------
    InputError
        If the distribution is none.

    Notes
    -----
    ``scipy.stats``: uniform, triang, norm, lognorm (median = scale), truncnorm (of the logarithm for a truncated
    lognormal). PERT is the beta distribution with α = 1 + 4 (mode − low)/(high − low), β = 1 + 4 (high − mode)/(high − low)
    on low … high (Malcolm et al. 1959; Vose, Risk Analysis). The values of ``discrete`` are taken in rising order, so that
    a rank correlation has its usual sense.

    Examples
    --------
    >>> quantiles(Distribution("triangular", (0, 1, 2)), np.array([0.125, 0.5]))
    array([0.5, 1. ])
    >>> quantiles(Distribution("discrete", ((0.9, 0.8), (0.7, 0.3))), np.array([0.3, 0.31]))
    array([0.8, 0.9])
    """
    fault = distribution_fault(distribution)
    if fault is not None:
        raise InputError([Fault(where="study", message=fault)])
    if distribution.name == "discrete":
        values, shares = distribution.numbers
        return _steps(values, shares, uniforms)
    numbers = np.array(distribution.numbers, dtype=np.float64)
    with np.errstate(over="ignore"):  # What is too large for a number is infinite; the caller refuses it.
        found = _continuous(distribution.name, numbers, uniforms)
    if distribution.name in ("normal", "lognormal"):
        return found
    # Rounding can step over an end by a last bit, and the end may be that of the field.
    low, high = (numbers[0], numbers[-1]) if distribution.name in ("uniform", "triangular", "pert") else numbers[2:]
    return np.clip(found, low, high)


def _continuous(name: str, numbers: Vector, uniforms: Vector) -> Vector:
    # Half a second to load, and a verdict without draws needs it nowhere.
    from scipy import stats

    if name in ("normal", "lognormal"):
        centre, spread = numbers
        frozen = stats.norm(centre, spread) if name == "normal" else stats.lognorm(spread, scale=centre)
        return np.asarray(frozen.ppf(uniforms), dtype=np.float64)
    if name == "truncated_normal":
        mean, spread, low, high = numbers
        return np.asarray(stats.truncnorm.ppf(uniforms, (low - mean) / spread, (high - mean) / spread, mean, spread))
    if name == "truncated_lognormal":
        with np.errstate(divide="ignore"):  # A low end of 0 has no logarithm and cuts nothing off.
            median, low, high = np.log(numbers[[0, 2, 3]])
        ends = (low - median) / numbers[1], (high - median) / numbers[1]
        return np.asarray(np.exp(stats.truncnorm.ppf(uniforms, *ends, median, numbers[1])))
    low, high = numbers[0], numbers[-1]
    width = high - low
    if name == "uniform":
        return np.asarray(stats.uniform.ppf(uniforms, low, width))
    mode = (numbers[1] - low) / width
    if name == "triangular":
        return np.asarray(stats.triang.ppf(uniforms, mode, low, width))
    return np.asarray(stats.beta.ppf(uniforms, 1.0 + 4.0 * mode, 5.0 - 4.0 * mode, low, width))


def _steps(values: tuple[float, ...], shares: tuple[float, ...], uniforms: Vector) -> Vector:
    order = np.argsort(values, kind="stable")
    rising = np.array(values, dtype=np.float64)[order]
    reached = np.cumsum(np.array(shares, dtype=np.float64)[order])
    # Shares add to 1 within rounding; what lies above the last step is the last value that has a share.
    top = int(np.flatnonzero(np.array(shares)[order])[-1])
    return rising[np.minimum(np.searchsorted(reached, uniforms), top)]


def design(n: int, inputs: int, sampling: Sampling, seed: int) -> Table:
    """Points of the unit cube, independent in each coordinate.

    Parameters
    ----------
    n, inputs : int
        Points N and coordinates I.
    sampling : "latin_hypercube", "sobol" or "random"
        Latin hypercube: of each coordinate one point in each of N equal strata (McKay, Beckman, Conover 1979). Sobol':
        scrambled sequence (Owen), N a power of two, else it loses its balance.
    seed : int
        0 or more.

    Returns
    -------
    (N, I)
        Within 0 … 1, both excluded.

    Raises
    ------
    InputError
        See :func:`design_faults`.

    Examples
    --------
    >>> sorted((4 * design(4, 1, "latin_hypercube", 0)[:, 0]).astype(int).tolist())
    [0, 1, 2, 3]
    """
    faults = design_faults(n, sampling, seed)
    if faults:
        raise InputError(faults)
    stream = stream_of(seed, SAMPLINGS.index(sampling))
    if not inputs:
        return np.empty((n, 0))
    from scipy.stats import qmc

    if sampling == "random":
        made = stream.random((n, inputs))
    elif sampling == "sobol":
        # The points are the lower corners of cells; the middle of a cell is never 0.
        made = qmc.Sobol(inputs, rng=stream, bits=_SOBOL_BITS).random(n) + 2.0 ** -(_SOBOL_BITS + 1)
    else:
        made = qmc.LatinHypercube(inputs, rng=stream).random(n)
    return np.clip(made, *_INSIDE)


def design_faults(n: object, sampling: object, seed: object) -> list[Fault]:
    """What is wrong with a number of draws, a sampling or a seed; empty where nothing is."""
    faults = []

    def add(path: str, message: Message) -> None:
        faults.append(Fault(where="study", path=path, message=message))

    if sampling not in SAMPLINGS:
        known = suggest(str(sampling), SAMPLINGS)
        add(
            "sampling",
            said("no sampling {name!r}; {known}", "没有抽样方法 {name!r}；{known}", name=sampling, known=known),
        )
    if not _whole(n) or int(cast(int, n)) < 2:
        add("n", said("{n!r} draws; expected a whole number of 2 or more", "抽样数 {n!r}；应为不小于 2 的整数", n=n))
    elif sampling == "sobol" and int(cast(int, n)).bit_count() != 1:
        low = 1 << (int(cast(int, n)).bit_length() - 1)
        add("n", said(
            "{n} draws; a Sobol' sequence needs a power of two: {low} or {high}",
            "抽样数 {n}；Sobol' 序列需要 2 的幂：{low} 或 {high}", n=n, low=low, high=2 * low,
        ))  # fmt: skip
    if not _whole(seed) or int(cast(int, seed)) < 0:
        add("seed", said("{seed!r}; expected a whole number of 0 or more", "{seed!r}；应为不小于 0 的整数", seed=seed))
    return faults


def memory_faults(where: str, n: object, each: int, path: str = "n") -> list[Fault]:
    """What is wrong with a number of draws that a study cannot hold; empty where it can, or where *n* is no such number at all.

    Parameters
    ----------
    where, path : str
        Place of the fault.
    n : int
        Number asked.
    each : int
        Bytes that the study holds for each.

    Examples
    --------
    >>> [str(fault) for fault in memory_faults("study", 10**9, 1000)]
    ['study n: 1,000,000,000 would hold 1,000,000 MB in memory, more than 2,000 MB; take at most 2,000,000']
    """
    if not _whole(n) or int(cast(int, n)) * each <= MOST_BYTES:
        return []
    # Whole numbers throughout: what was asked may be beyond any float.
    message = said(
        "{n:,} would hold {held:,} MB in memory, more than {limit:,} MB; take at most {most:,}",
        "{n:,} 将占用内存 {held:,} MB，超过 {limit:,} MB；请不超过 {most:,}",
        n=int(cast(int, n)), held=int(cast(int, n)) * each // 10**6, limit=MOST_BYTES // 10**6, most=MOST_BYTES // each,
    )  # fmt: skip
    return [Fault(where=where, path=path, message=message)]


def _whole(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def correlated(uniforms: Table, ranks: Table) -> Table:
    """The points with the order of their coordinates changed, so that they have rank correlations.

    Parameters
    ----------
    uniforms : (N, I)
        A design, independent in each coordinate.
    ranks : (I, I)
        Spearman's correlations asked; 0 for pairs that are independent.

    Returns
    -------
    (N, I)
        Each coordinate holds the same numbers in another order. Coordinates without a correlation stay as they are.

    Raises
    ------
    InputError
        If so few points cannot be given these correlations.

    Notes
    -----
    Iman and Conover (1982), A distribution-free approach to inducing rank correlation, with the points' own normal scores
    in place of a second random matrix: scores ``Z = Φ⁻¹(U)`` have the sample correlation ``Q = LL'``; ``T = Z L⁻ᵀ P'`` has
    exactly ``C = PP'``, ``c = 2 sin(πρ/6)``; each coordinate takes the order of its column of T. Why this and no plain
    Gaussian copula: a marginal keeps every one of its numbers, so that each stratum of a Latin hypercube still holds one
    draw, and the sample's own chance correlation is taken out. Of a Sobol' sequence each coordinate keeps its
    one-dimensional balance; T is a smooth map of the points, so that they fill the correlated cube as evenly as that map
    of the sequence does, but they are no digital net in several coordinates any more.
    """
    places = np.flatnonzero((ranks != 0.0).sum(axis=1) > 1)
    if not places.size:
        return uniforms
    from scipy import special

    scores = special.ndtri(uniforms[:, places])
    scores -= scores.mean(axis=0)
    held = np.cov(scores, rowvar=False)
    if len(uniforms) <= places.size or np.linalg.cond(held) > 1e12:
        message = said(
            "{n} draws cannot carry the correlations of {inputs} inputs; draw more, ten for each at least",
            "{n} 次抽样不足以体现 {inputs} 个参数的相关性；请增加抽样，每个参数至少十次", n=len(uniforms), inputs=places.size,
        )  # fmt: skip
        raise InputError([Fault(where="study", path="n", message=message)])
    free = np.linalg.solve(np.linalg.cholesky(held), scores.T)
    target = (np.linalg.cholesky(pearson(ranks[np.ix_(places, places)])) @ free).T
    made = uniforms.copy()
    for column, place in enumerate(places):
        made[np.argsort(target[:, column], kind="stable"), place] = np.sort(uniforms[:, place])
    return made


def drawn(stated: Mapping[str, Distribution], uniforms: Table) -> Table:
    """Values of every input, ``(N, I)`` in its unit, in the order of *stated*.

    Raises
    ------
    InputError
        With every distribution that is none, or whose draws are not finite.
    """
    made, faults = np.empty(uniforms.shape), []
    for place, (path, one) in enumerate(stated.items()):
        try:
            made[:, place] = quantiles(one, uniforms[:, place])
        except InputError as error:
            faults += [
                Fault(where="study", path=f"uncertainty.{path}", message=fault.message) for fault in error.faults
            ]
            continue
        odd = int((~np.isfinite(made[:, place])).sum())
        if odd:
            message = said(
                "{odd} of {n} draws of {name} {numbers} are too large for a number; narrow it",
                "{name} {numbers} 的 {n} 次抽样中有 {odd} 次超出数值范围；请收窄",
                odd=odd, n=len(made), name=one.name, numbers=list(one.numbers),
            )  # fmt: skip
            faults.append(Fault(where="study", path=f"uncertainty.{path}", message=message))
    if faults:
        raise InputError(faults)
    return made


def correlation_faults(stated: Uncertainty) -> list[Fault]:
    """What is wrong with the correlations of distributions made in Python; empty where nothing is."""

    def fault(message: Message) -> Fault:
        return Fault(where="study", path="uncertainty.correlations", message=message)

    unknown = [
        fault(said("{path!r} has no distribution; {known}", "{path!r} 没有分布；{known}", path=path, known=suggest(path, list(stated))))
        for pair in stated.correlations
        for path in pair.between
        if path not in stated
    ]  # fmt: skip
    odd = [
        fault(said(
            "rank {rank!r} of {one} and {other}; expected two inputs and a number between −1 and 1, both excluded",
            "{one} 与 {other} 的秩相关系数 {rank!r}；应为两个参数及 −1 与 1 之间的数（不含两端）",
            rank=pair.rank, one=pair.between[0], other=pair.between[1],
        ))
        for pair in stated.correlations
        if not -1.0 < pair.rank < 1.0 or pair.between[0] == pair.between[1]
    ]  # fmt: skip
    return unknown + odd or [fault(message) for message in contradictions(stated)]
