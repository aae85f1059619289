"""Inputs whose own value in a case lies outside the distribution stated for them: draws then do not follow the case."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from appraisal.case import Case
from appraisal.errors import Message, said
from appraisal.study.draw import quantiles

# Beyond these shares of probability a value is none that the distribution means.
_ENDS = np.array([0.001, 0.999])


def beyond(case: Case) -> Iterator[tuple[str, Message]]:
    """Each uncertain input of the first scenario whose value its distribution does not reach, with what to say of it.

    Examples
    --------
    >>> from appraisal import load_case, scenario_path
    >>> case = load_case(scenario_path("zhejiang_user_lfp"))
    >>> list(beyond(case)), [path for path, _ in beyond(case.vary({"capital.battery_yuan_per_kwh": 900.0}))]
    ([], ['capital.battery_yuan_per_kwh'])
    """
    known = {path: (what, float(table[0, 0])) for path, what, table in case.numbers() if table is not None}
    for path, distribution in case.uncertainty.items():
        if path not in known:
            continue
        what, value = known[path]
        low, high = map(float, quantiles(distribution, _ENDS))
        if not low <= value <= high:
            yield path, said(
                "{name}: the case has {value:g}, its distribution reaches from {low:g} to {high:g}, so that what is drawn does not "
                "follow the case; state the distribution anew, or remove it",
                "{name}：本算例取 {value:g}，其概率分布为 {low:g}～{high:g}，抽样不反映该取值；请重新设定或删除该分布",
                name=Message(what.en, what.zh), value=value, low=low, high=high,
            )  # fmt: skip
