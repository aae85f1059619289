"""Which table of its settlement each term in yuan of a stream, and each level of prices, moves: found by settling, not by a list of names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case
from appraisal.dispatch.run import dispatch
from appraisal.operation import Settlement
from appraisal.streams import settle

# Levels of what energy earns; the first that moves income and nothing else is the one that income has.
_LEVELS = ("market.sell_scale", "market.price_scale")


def settled_terms(case: Case) -> dict[str, str]:
    """Which table of its settlement a stream's term in yuan moves: path → ``income``, ``subsidy``, ``purchase`` or ``cost``.

    Found by settling: each term is halved in a row of its own. A term that moves several tables (an insured value:
    premium and compensation) belongs to none and is left out, as is one that changes the capital cost. Of the levels of
    energy prices the one that moves income alone is ``income``: what is sold where charging is bought apart, the prices
    themselves where the income is a saving.
    """
    tables = {
        path: array
        for path, what, array in case.numbers()
        if what.unit.startswith("yuan") and what.kind in ("number", "yearly") and array is not None and array.any()
        if path.partition(".")[0] in ("revenue", "support") and path.split(".")[1] in case.streams
    }
    tables |= {path: array for path in _LEVELS if (array := case.at(path)).any()}
    # Row 0 is the case; row i + 1 halves term i.
    factors = np.vstack([np.ones((1, len(tables))), 1.0 - 0.5 * np.eye(len(tables))])
    block = case.vary({path: array * factors[:, [place]] for place, (path, array) in enumerate(tables.items())})
    moved = _moved(list(settle(block, dispatch(block)).settlements.values()), len(tables))
    found = {
        path: names[0]
        for place, path in enumerate(tables)
        if len(names := [name for name, rows in moved.items() if rows[place]]) == 1 and names[0] != "capital_change"
    }
    level = next((path for path in _LEVELS if found.get(path) == "income"), None)
    return {path: name for path, name in found.items() if path not in _LEVELS or path == level}


def _moved(settlements: Sequence[Settlement], terms: int) -> dict[str, NDArray[np.bool_]]:
    """Whether each term moves each table, ``(terms,)`` by table."""
    moved = {name: np.zeros(terms, dtype=bool) for name in ("income", "subsidy", "purchase", "cost", "capital_change")}
    for settled in settlements:
        money = {"subsidy" if settled.subsidy else "income": settled.income}
        money |= {name: getattr(settled, name) for name in ("purchase", "cost", "capital_change")}
        for name, yearly in money.items():
            moved[name] |= (yearly[1:] != yearly[:1]).any(axis=1) if len(yearly) > 1 else False
    return moved
