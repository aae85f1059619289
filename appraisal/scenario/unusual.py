"""Values of a case outside their usual spans: accepted, and told with every result, because a slip of a unit is not refused."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case, Notice
from appraisal.errors import Message, said, verbatim
from appraisal.field import Declared, outside, outside_rows, told
from appraisal.units import Table

UNUSUAL = "unusual"


def unusual(case: Case) -> list[Notice]:
    """A notice for every input with a value outside its usual span, in any of the scenarios.

    Parameters
    ----------
    case : Case

    Returns
    -------
    list of Notice
        Code ``unusual``; streams that are switched off say nothing.
    """
    found = []
    for path, what, array in _inputs(case):
        odd = outside(what, array)
        if not odd.size:
            continue
        rows = sum(outside(what, array[row : row + 1]).size > 0 for row in range(len(array)))
        where = (
            said(" ({rows} of {all} scenarios)", "（{all} 个情景中的 {rows} 个）", rows=rows, all=len(array))
            if len(array) > 1
            else verbatim("")
        )
        message = said(
            "{title}: {told}{where}", "{title}：{told}{where}",
            title=Message(what.en, what.zh), told=told(what, float(odd[0])), where=where,
        )  # fmt: skip
        found.append(Notice(code=UNUSUAL, path=path, zh=message.zh, en=str(message)))
    return found


def unusual_rows(case: Case) -> NDArray[np.bool_]:
    """The scenarios in which some input has a value outside its usual span, ``(S,)``.

    Examples
    --------
    >>> import appraisal
    >>> case = appraisal.load_case(appraisal.scenario_path("contract_schedule"))
    >>> unusual_rows(case.vary({"finance.loan_rate": [0.036, 0.36, 0.04]})).tolist()
    [False, True, False]
    """
    found = np.zeros(case.scenarios, dtype=bool)
    for _, what, array in _inputs(case):
        found = found | outside_rows(what, array)
    return found


def _inputs(case: Case) -> Iterator[tuple[str, Declared, Table]]:
    """Every number with a usual span that counts, those of typical days among them."""
    numbers = [(path, what, array) for path, what, array in case.numbers() if _counts(case, path)]
    for place, day in enumerate(case.market.typical_days):
        numbers += [(f"market.typical_days.{place}.{path}", what, array) for path, what, array in day.numbers()]
    yield from ((path, what, array) for path, what, array in numbers if array is not None and what.usual is not None)


def _counts(case: Case, path: str) -> bool:
    head, _, rest = path.partition(".")
    return head not in ("revenue", "support") or rest.partition(".")[0] in case.streams
