"""Global sensitivity: which uncertain inputs make a metric uncertain, alone and together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appraisal.case import Case
from appraisal.case.uncertainty import Distribution
from appraisal.errors import Fault, InputError, Message, said
from appraisal.metrics import Metric
from appraisal.study.draw import drawn, memory_faults
from appraisal.study.hurdle import refuse_unknown
from appraisal.study.indices.base import Analysed, Design
from appraisal.study.indices.methods import METHODS, analyse, design, refuse_memory, refuse_size
from appraisal.study.indices.outputs import refuse_outputs
from appraisal.study.indices.remarks import inert, told
from appraisal.study.indices.result import GlobalIndices
from appraisal.study.indices.verdict import Verdict, judge
from appraisal.study.inputs import Inputs, inputs_of, refuse_blocks, valued
from appraisal.study.provenance import Provenance, provenance
from appraisal.study.refused_draws import draw_faults
from appraisal.units import Table

__all__ = ["METHODS", "Analysed", "Design", "GlobalIndices", "Verdict", "analyse", "design", "indices", "judge"]


def indices(
    case: Case,
    *,
    method: str = "sobol",
    key: str = "project_npv",
    n: int = 1024,
    seed: int = 1,
    second_order: bool = True,
    resamples: int | None = None,
    confidence: float = 0.95,
    inputs: Mapping[str, Distribution] | None = None,
    progress: Callable[[int], object] | None = None,
    measured: Metric | None = None,
) -> GlobalIndices:
    """The global sensitivity of a metric to the uncertain inputs of a case.

    Every point of the design is a scenario over the one path: inputs that dispatch reads are dispatched anew. Points are
    drawn on the unit cube and mapped through the inverse distribution functions, so that every distribution serves every
    method.

    Parameters
    ----------
    case : Case
        One scenario.
    method : str
        ``sobol`` (shares of the variance: first, total, second order), ``morris`` (screening; trajectories of four
        levels, n of them), ``fast`` (first, total), ``rbd_fast`` (first, from n rows), ``delta`` (moment-independent,
        from n rows) or ``dgsm`` (upper bounds on the total index from derivatives, each checked by exchanging the input).
    key : str
        Metric: any figure that the books declare. It must have a number at every point: NPV rather than IRR.
    n : int
        Base sample size; a power of two for sobol and dgsm. Rows: see :func:`~appraisal.study.indices.methods.design`.
    seed : int
        0 or more; the same seed gives the same bytes. NumPy's global state is left as it is.
    second_order : bool
        Of sobol: ``n·(2D + 2)`` rows instead of ``n·(D + 2)``.
    resamples : int, optional
        Of the bootstrap; by default 1,000, for delta 100 (each costs as much as the estimate).
    confidence : float
        Of the intervals.
    inputs : mapping of path → Distribution, optional
        In place of the case's ``uncertainty``.
    progress : callable, optional
        Told the number of rows done.
    measured : Metric, optional
        The metric at every point of the design, where the same study was measured before.

    Returns
    -------
    GlobalIndices
        Indices ``(D,)`` with half-widths of their intervals, ``.table(lang)``, ``.second_table(lang)``, ``.verdict``,
        ``.remarks(lang)``, ``.provenance``.

    Raises
    ------
    InputError
        For what no study can be made of: no uncertain input, an n that the method cannot use, a discrete input where the
        method takes derivatives or steps, more rows than memory should hold, a draw that the case refuses, a metric without a number at some points (with
        the share and the reasons) or constant (SALib would answer zeros).
    NoSolutionError
        If a dispatch problem is infeasible.

    Notes
    -----
    Inputs are independent: correlations of the case are left out, and a remark says so. The elementary effect of Morris is
    the change of the metric per unit of probability: levels at 1/8, 3/8, 5/8 and 7/8 of the distribution, steps of one
    half, so that effects of inputs of any unit compare. DGSM takes derivatives by the standard normal score
    z = Φ⁻¹(F(x)) of an input: the mean square of ∂Y/∂z over the variance of Y bounds the total index whatever the
    distribution (Poincaré's inequality of the normal, for outputs without jumps; Sobol' & Kucherenko 2009, doi:10.1016/j.matcom.2009.01.023; Lamboni
    et al. 2013, doi:10.1016/j.matcom.2012.09.005), with equality where Y is linear in z. By probability instead of z that
    mean has no finite value for triangular and unbounded distributions. What the verdict rests on stands at
    :func:`~appraisal.study.indices.verdict.judge`.

    Examples
    --------
    >>> import appraisal
    >>> case = appraisal.load_case(appraisal.scenario_path("contract_schedule"))
    >>> pair = {
    ...     "capital.equipment_yuan": Distribution("uniform", (300e6, 400e6)),
    ...     "finance.equity_discount_rate": Distribution("uniform", (0.05, 0.09)),
    ... }
    >>> found = indices(case, inputs=pair, n=64)
    >>> found.evaluations, found.verdict.code, [one.key for one in found.inert]
    (384, 'ranking only', ['finance.equity_discount_rate'])
    >>> found.table()["Path"].tolist()
    ['capital.equipment_yuan', 'finance.equity_discount_rate']
    """
    refuse_blocks(case)
    refuse_size(method, n, seed)
    refuse_unknown(case, (key,))
    number = METHODS[method].resamples if resamples is None else resamples
    own = dict(case.uncertainty if inputs is None else inputs)
    _refuse(case, own, method, number, confidence)
    refuse_memory(method, len(own), n, number, second_order=second_order)
    moving, _ = inputs_of(case, [valued(case, path) for path in own])
    made = design(method, len(own), n=n, seed=seed, second_order=second_order)
    metric = measured or _measured(moving, drawn(own, made.unit), key, progress)
    refuse_outputs(metric, made, tuple(own))
    analysed = analyse(made, metric.value, resamples=number, confidence=confidence)
    unfelt = inert(made, metric.value, moving.inputs)
    return GlobalIndices(
        **vars(analysed.estimates),
        method=method, inputs=moving.inputs, metric=metric, n=n, evaluations=len(made.unit), resamples=number,
        confidence=confidence, seed=seed, inert=unfelt, verdict=judge(made, analysed, number, confidence),
        told=told(case, made, metric, analysed.estimates, moving.inputs, own, unfelt, inputs is None),
        provenance=_provenance(case, made, key, number, confidence, own),
    )  # fmt: skip


def _measured(moving: Inputs, values: Table, key: str, progress: Callable[[int], object] | None) -> Metric:
    try:
        return moving.measure_all(values, (key,), progress=progress)[key]
    except InputError as error:
        # Said of the draws, with how many and the remedy, rather than of the first row refused.
        raise InputError(draw_faults(moving, values, moving.case.name) or error.faults) from None


def _refuse(case: Case, own: Mapping[str, Distribution], method: str, resamples: int, confidence: float) -> None:
    faults = []

    def add(path: str, message: Message) -> None:
        faults.append(Fault(where="indices", path=path, message=message))

    if not own:
        add("uncertainty", said(
            "{name} has no uncertain input; give it an `uncertainty` section (path: {{triangular: [low, mode, high]}}) or name inputs",
            "{name} 没有不确定因素；请写 uncertainty 一节（路径: {{triangular: [低, 众数, 高]}}）或指定因素",
            name=case.name,
        ))  # fmt: skip
    if resamples < 2:
        add("resamples", said("{count}; a spread needs 2 or more", "{count}，至少需要 2 次", count=resamples))
    # Of each resample every index of inputs and pairs.
    faults += memory_faults("indices", resamples, 8 * len(own) * (len(own) + 2), "resamples")
    if not 0.0 < confidence < 1.0:
        add("confidence", said(
            "{level}; expected a fraction between 0 and 1, 0.95", "{level}，应为 0 与 1 之间的小数，如 0.95", level=confidence
        ))  # fmt: skip
    reason = METHODS[method].discrete
    for path, one in own.items():
        if one.name == "discrete" and reason is not None:
            add(path, said(
                "is discrete: {reason}; take method sobol, or leave it out", "为离散分布：{reason}；请用 sobol，或不列入该因素",
                reason=reason,
            ))  # fmt: skip
    if faults:
        raise InputError(faults)


def _provenance(
    case: Case, made: Design, key: str, resamples: int, confidence: float, own: Mapping[str, Distribution]
) -> Provenance:  # fmt: skip
    settings = {
        "method": made.method, "key": key, "second_order": made.second_order, "evaluations": len(made.unit),
        "resamples": resamples, "confidence": confidence,
        "inputs": {path: {one.name: list(one.numbers)} for path, one in own.items()},
    }  # fmt: skip
    return provenance("indices", case, settings, seed=made.seed, n=made.n)
