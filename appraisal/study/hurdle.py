"""The metrics that a study may ask for, and what each is judged by: the discount rates, zero for a worth, one for an index."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from appraisal.case import Case
from appraisal.discount.indicators import nominal_rate, real_rate
from appraisal.errors import Fault, InputError, said, suggest
from appraisal.finance.inputs import number_at
from appraisal.metrics import KEYS
from appraisal.pipeline import appraise
from appraisal.study.inputs import Vector
from appraisal.units import Table

_RATES = {
    "project_irr": "finance.discount_rate",
    "project_irr_pre_tax": "finance.discount_rate",
    "mirr": "finance.discount_rate",
    "equity_irr": "finance.equity_discount_rate",
    "project_irr_real": "finance.discount_rate",
    "equity_irr_real": "finance.equity_discount_rate",
}
_REAL = ("project_irr_real", "equity_irr_real")
_WORTHS = {
    "project_npv": 0.0,
    "project_npv_pre_tax": 0.0,
    "equity_npv": 0.0,
    "investors_npv": 0.0,
    "profitability_index": 1.0,
}

# A rate of return meets its hurdle exactly where the worth at that hurdle is zero, and the worth is always a number.
WORTH_OF = {
    "project_irr": "project_npv",
    "project_irr_pre_tax": "project_npv_pre_tax",
    "equity_irr": "equity_npv",
}


def hurdle(case: Case, key: str) -> Vector:
    """The hurdle of a metric for every scenario.

    Parameters
    ----------
    case : Case
        S scenarios.
    key : str
        A metric.

    Returns
    -------
    (S,)
        In the metric's unit: 基准收益率 for a rate of return (the equity's own for the equity), put on the metric's basis,
        nominal or real, where the case states it on the other; 0 for an NPV, 1 for the profitability index; NaN where the case states none, as for a cover (a covenant is the lender's).

    Examples
    --------
    >>> from appraisal import load_case, scenario_path
    >>> hurdle(load_case(scenario_path("zhejiang_user_lfp")), "equity_irr").tolist()
    [0.08]
    """
    if key in _RATES:
        rate = _on_its_basis(case, key, number_at(case, _RATES[key]))[:, 0]
        return np.ascontiguousarray(np.broadcast_to(rate, (case.scenarios,)))
    return np.full(case.scenarios, _WORTHS.get(key, np.nan))


def _on_its_basis(case: Case, key: str, rate: Table) -> Table:
    """A discount rate of the case as the metric is: figures are nominal but for those that say real."""
    stated_real, wanted_real = case.finance.discount_basis == "real", key in _REAL
    if stated_real == wanted_real:
        return rate
    change = real_rate if wanted_real else nominal_rate
    return np.asarray(change(rate, case.finance.inflation), dtype=np.float64)


def refuse_unknown(case: Case, keys: Iterable[str]) -> None:
    """Refuse metrics that the books of a case do not declare; they declare more than the thirteen of every study.

    Raises
    ------
    InputError
        With every unknown name and the nearest known one.
    """
    rare = [key for key in keys if key not in KEYS]
    if not rare:
        return
    known = list(appraise(case.rows(slice(0, 1))).metrics)
    faults = [
        Fault(
            where="study",
            path=key,
            message=said("no metric; {known}", "没有这个指标；{known}", known=suggest(key, known)),
        )
        for key in rare
        if key not in known
    ]
    if faults:
        raise InputError(faults)
