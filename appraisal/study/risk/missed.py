"""Which draws miss their hurdle: by the NPV at the hurdle, which is a number where a rate of return may be none or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.metrics import Metrics
from appraisal.study.hurdle import WORTH_OF, hurdle
from appraisal.study.inputs import Inputs, Vector, valued
from appraisal.units import Table

# Judged always; a rate before tax only where a hurdle is asked for it.
RATES_OF_RETURN = ("project_irr", "equity_irr")
# Rate of return → the discount rate that its worth is measured at.
RATE_OF = {
    "project_irr": "finance.discount_rate",
    "project_irr_pre_tax": "finance.discount_rate",
    "equity_irr": "finance.equity_discount_rate",
}


@dataclass(frozen=True)
class Missed:
    """Of every draw ``(N,)``: the hurdle, and 1 where it is missed, 0 where not, NaN where neither can be said."""

    hurdle: Vector
    missed: Vector


def missed(moving: Inputs, draws: Table, metrics: Metrics, asked: Mapping[str, float], rows: int) -> dict[str, Missed]:
    """Whether each draw misses its hurdle, for each rate of return.

    Against the case's own hurdle the NPV at hand decides. Against a hurdle that was *asked* the rate decides where there
    is one and only one (on nominal rates); the NPV of the others is measured anew at that hurdle.
    """
    found = {}
    block = moving.block(draws)
    for key in dict.fromkeys((*RATES_OF_RETURN, *asked)):
        if key not in asked:
            own = np.broadcast_to(hurdle(block, key), (len(draws),)).copy()
            found[key] = Missed(own, _below(metrics[WORTH_OF[key]].value, 0.0))
            continue
        rate = asked[key]
        verdict = _below(metrics[key].value, rate)
        nominal = moving.case.finance.discount_basis == "nominal"
        open_ = np.flatnonzero((metrics[key].reason != "ok") | (not nominal))
        verdict[open_] = _below(_worth_at(moving, draws[open_], key, rate, rows), 0.0)
        found[key] = Missed(np.full(len(draws), rate), verdict)
    return found


def _below(values: Vector, limit: float) -> Vector:
    return np.where(np.isnan(values), np.nan, values < limit)


def _worth_at(moving: Inputs, draws: Table, key: str, rate: float, rows: int) -> NDArray[np.float64]:
    """The NPV of draws at a discount rate in place of their own."""
    if not len(draws):
        return np.empty(0)
    path, worth = RATE_OF[key], WORTH_OF[key]
    drawn = [one.key for one in moving.inputs]
    values = np.hstack([draws, np.full((len(draws), 1), rate)])
    if path in drawn:
        values = values[:, :-1]
        values[:, drawn.index(path)] = rate
    else:
        moving = Inputs(
            case=moving.case, inputs=(*moving.inputs, valued(moving.case, path)), paths=(*moving.paths, (path,))
        )
    return moving.measure_all(values, (worth,), rows=rows)[worth].value
