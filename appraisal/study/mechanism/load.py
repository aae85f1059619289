"""What a wider peak–valley ratio does to the average price of its load, before storage moves and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from appraisal.study.inputs import Vector
from appraisal.study.mechanism.neutral import average_price, present_ratio, widened
from appraisal.study.mechanism.outcome import Outcome
from appraisal.study.mechanism.study import Study


@dataclass(frozen=True, kw_only=True)
class LoadEffect:
    """The average price of a load for energy, yuan/kWh, at G levels of a ratio.

    Attributes
    ----------
    entry : str
        Whose prices they are.
    present_ratio, present : float
        As the prices stand.
    before : (G,)
        Before storage moves: what it was, for the ratio keeps it.
    after : (G,)
        What load and built storage together pay on balance for each kWh of the load, in its first operating year, on the sales of the
        study; NaN where it states none. The load's own price stays *before*: the difference is what storage earns.
    """

    entry: str
    present_ratio: float
    present: float
    before: Vector
    after: Vector


def load_effect(study: Study, found: Outcome) -> LoadEffect | None:
    """The effect on the load of a mechanism that widens the ratio, on the prices of the first entry that it applies to; None for any other.

    Notes
    -----
    after = before − (what moving energy earns all that is built ÷ sales): neutral for the load alone, a wider ratio collects less from load
    and storage together, by what storage earns between cheap and dear hours.
    """
    one = found.mechanisms[0]
    ratio = one.stated.ratio
    if ratio is None or len(found.mechanisms) > 1:
        return None
    plants = next(plants for plants in study.plants if one.meant(plants.name))
    case = plants.case
    assert case.prices is not None  # the outcome has widened them
    wanted = np.where(found.levels == one.none, np.nan, found.levels)
    before = average_price(ratio, case.vary(widened(case, ratio, wanted, {}, "level")))[:, 0]
    before = np.array(np.broadcast_to(before, (len(wanted),)))
    return LoadEffect(
        entry=plants.name, present_ratio=present_ratio(case.prices), present=float(average_price(ratio, case)[0, 0]), before=before,
        after=before - found.saved / found.sales_kwh,
    )  # fmt: skip
