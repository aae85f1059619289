"""The methods of global sensitivity: a design on the unit cube, and the indices of the outputs at its points.

Between the two stands whatever is studied: a case by the study, a function with known indices in the tests. The designs
and the analysers are SALib's, with the exceptions stated at each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from appraisal.errors import Fault, InputError, Message, said, suggest
from appraisal.study.draw import memory_faults
from appraisal.study.indices.base import INSIDE, Analysed, Design
from appraisal.study.indices.effects import (
    delta_design,
    delta_indices,
    dgsm_design,
    dgsm_indices,
    morris_design,
    morris_indices,
)  # fmt: skip
from appraisal.study.indices.variance import (
    CURVES,
    FAST_HARMONICS,
    RBD_HARMONICS,
    fast_design,
    fast_indices,
    rbd_design,
    rbd_indices,
    sobol_design,
    sobol_indices,
)  # fmt: skip
from appraisal.study.inputs import Vector
from appraisal.units import Table

# Fewest points or trajectories whose resamples say anything of their spread.
_SPREAD = 16
# Bytes of a row: of an input its probability, coordinate, value and number in the block; of the output value and reason.
_INPUT_BYTES, _OUTPUT_BYTES = 32, 8 + 4 * 19
# A Sobol' sequence is balanced at powers of two only; FAST divides its points among the curves.
_STEPS = {
    "one": Message("a whole number", "整数"),
    "four": Message(f"a multiple of {CURVES}", f"{CURVES} 的倍数"),
    "power of two": Message("a power of two", "2 的幂"),
}


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method: labels, the index that is judged, its rule for n, both halves of the work.

    ``certified`` says whether a verdict may pass the values: not where a bias is no part of the interval. ``discrete`` is why
    the method takes no discrete input, None where it does; ``rows`` gives the rows of one of the n from D and the second order; ``resampled`` is what SALib holds of one of the n and one resample, bytes.
    """

    zh: str
    en: str
    judged: str
    least: int
    step: Literal["one", "four", "power of two"]
    resamples: int
    certified: bool
    discrete: Message | None
    rows: Callable[[int, bool], int]
    resampled: int
    design: Callable[[int, int, int, bool], tuple[Table, Table]]
    analyse: Callable[[Design, Vector, int, float], Analysed]


METHODS: Mapping[str, Method] = {
    "sobol": Method(
        zh="Sobol 方差分解", en="Sobol' indices", judged="total", least=_SPREAD, step="power of two", resamples=1000, certified=True,
        discrete=None, rows=lambda inputs, both: (2 if both and inputs > 1 else 1) * inputs + 2, resampled=0, design=sobol_design, analyse=sobol_indices,
    ),
    "morris": Method(
        zh="Morris 筛选", en="Morris screening", judged="mu_star", least=_SPREAD, step="one", resamples=1000, certified=True,
        discrete=said("a step of half the probability may pass over a value", "一半概率的步长可能跨过取值"),
        rows=lambda inputs, _: inputs + 1, resampled=24, design=morris_design, analyse=morris_indices,
    ),
    # SALib: more than 4·M² points of a curve, M = 4 harmonics.
    "fast": Method(
        zh="扩展 FAST", en="Extended FAST", judged="total", least=CURVES * (4 * FAST_HARMONICS**2 + 1), step="four",
        resamples=1000, certified=False, discrete=None, rows=lambda inputs, _: inputs, resampled=0, design=fast_design, analyse=fast_indices,
    ),
    # Half the points are resampled, and of these more than 2·M are needed, M = 10 harmonics.
    "rbd_fast": Method(
        zh="RBD-FAST", en="RBD-FAST", judged="first", least=4 * RBD_HARMONICS + 2, step="one",
        resamples=1000, certified=True, discrete=None, rows=lambda *_: 1, resampled=0, design=rbd_design, analyse=rbd_indices,
    ),
    # Five classes of twenty points, for a density of each; a resample of 1,024 points takes 40 ms at twelve inputs.
    "delta": Method(
        zh="δ 矩独立指标", en="Delta, moment-independent", judged="delta", least=100, step="one",
        resamples=100, certified=False, discrete=None, rows=lambda *_: 1, resampled=0, design=delta_design, analyse=delta_indices,
    ),
    "dgsm": Method(
        zh="DGSM 导数型指标", en="Derivative-based measure (DGSM)", judged="dgsm", least=_SPREAD, step="power of two", resamples=1000, certified=True,
        discrete=said("a step function has no derivative", "阶梯函数没有导数"),
        rows=lambda inputs, _: 2 * inputs + 1, resampled=8, design=dgsm_design, analyse=dgsm_indices,
    ),
}  # fmt: skip


def design(method: str, dimension: int, *, n: int, seed: int, second_order: bool = True) -> Design:
    """The points at which a method wants the output.

    Parameters
    ----------
    method : str
        One of ``METHODS``.
    dimension : int
        D, number of inputs.
    n : int
        Base sample size. Rows: ``n·(2D + 2)`` or without second order ``n·(D + 2)`` (sobol), ``n·(D + 1)`` (morris with
        n trajectories), ``n·(2D + 1)`` (dgsm), ``n·D`` (fast), ``n`` (rbd_fast, delta).
    seed : int
        0 or more; 0 is a seed like any other.
    second_order : bool
        Of sobol.

    Raises
    ------
    InputError
        For an unknown method, a negative seed or an *n* that the method cannot use, with the nearest that it can; for more
        rows than memory should hold.

    Examples
    --------
    >>> design("sobol", 3, n=64, seed=0).unit.shape
    (512, 3)
    """
    refuse_size(method, n, seed)
    refuse_memory(method, dimension, n, METHODS[method].resamples, second_order=second_order)
    made = METHODS[method].design(dimension, n, seed, second_order)
    both = second_order and method == "sobol" and dimension > 1
    return Design(
        method=method, dimension=dimension, n=n, seed=seed, second_order=both,
        unit=np.clip(made[0], INSIDE, 1.0 - INSIDE), coordinates=made[1],
    )  # fmt: skip


def analyse(made: Design, y: Vector, *, resamples: int, confidence: float = 0.95) -> Analysed:
    """The indices from the outputs at a design's points.

    Parameters
    ----------
    made : Design
        Of R points.
    y : (R,)
        Finite and not constant.
    resamples : int
        Of the bootstrap, 2 or more.
    confidence : float
        Of the intervals, between 0 and 1.

    Raises
    ------
    InputError
        If an index cannot be estimated from these outputs, with SALib's reason.
    """
    return METHODS[made.method].analyse(made, y, resamples, confidence)


def refuse_size(method: str, n: int, seed: int) -> None:
    """Refuse a method, sample size or seed that no design can be made of; see :func:`design`."""
    if method not in METHODS:
        unknown = said(
            "{method!r}; {known}", "{method!r}；{known}", method=method, known=suggest(str(method), list(METHODS))
        )
        raise InputError([Fault(where="indices", path="method", message=unknown)])
    faults = [] if (message := _unusable(METHODS[method], method, n)) is None else [_fault("n", message)]
    if not _whole(seed) or seed < 0:
        message = said("{seed!r}; expected a whole number of 0 or more", "{seed!r}，应为不小于 0 的整数", seed=seed)
        faults.append(_fault("seed", message))
    if faults:
        raise InputError(faults)


def refuse_memory(method: str, dimension: int, n: int, resamples: int, *, second_order: bool) -> None:
    """Refuse a sample size whose design and outputs a study should not hold, before any of it is made.

    Raises
    ------
    InputError
        With what it would take and the most that may be asked.
    """
    faults = memory_faults_of(method, dimension, n, resamples, second_order=second_order)
    if faults:
        raise InputError(faults)


def memory_faults_of(method: str, dimension: int, n: int, resamples: int, *, second_order: bool) -> list[Fault]:
    """What is wrong with a sample size that no study could hold; empty where it could."""
    rule = METHODS[method]
    rows = rule.rows(dimension, second_order) * (_INPUT_BYTES * dimension + _OUTPUT_BYTES)
    return memory_faults("indices", n, rows + rule.resampled * resamples)


def _unusable(rule: Method, method: str, n: int) -> Message | None:
    if not _whole(n) or n < rule.least:
        return said(
            "{n!r}; {method} needs {kind} of {least} or more", "{n!r}，{method} 需要不小于 {least} 的{kind}",
            n=n, method=method, kind=_STEPS[rule.step], least=rule.least,
        )  # fmt: skip
    below = _below(rule, n)
    if below == n:
        return None
    return said(
        "{n}; {method} needs {kind}: take {below} or {above}", "{n}，{method} 需要{kind}，请取 {below} 或 {above}",
        n=n, method=method, kind=_STEPS[rule.step], below=below, above=2 * below if rule.step == "power of two" else below + CURVES,
    )  # fmt: skip


def _below(rule: Method, n: int) -> int:
    if rule.step == "power of two":
        return 1 << (int(n).bit_length() - 1)
    return n - n % CURVES if rule.step == "four" else n


def usable(method: str, wanted: float) -> int:
    """The least n that a method can use, from *wanted* on."""
    rule, whole = METHODS[method], int(np.ceil(wanted))
    below = _below(rule, whole)
    return below if below == whole else 2 * below if rule.step == "power of two" else below + CURVES


def _fault(path: str, message: Message) -> Fault:
    return Fault(where="indices", path=path, message=message)


def _whole(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
