"""Energy prices as a case scales them: one formula for the stream that is paid by them and for checks of what it leads to."""

from __future__ import annotations

import numpy as np

from appraisal.case import Case
from appraisal.units import Table


def scaled(case: Case, price: Table, spread: Table | float = 1.0) -> Table:
    """Prices widened about the year's mean and brought to the level asked for.

    Parameters
    ----------
    case : Case
        Of S scenarios.
    price : (1, N)
        Yuan/MWh, with its sign.
    spread : (S, 1) or number
        Multiplies the case's own factor of the spread.

    Returns
    -------
    (S, N) or (1, N)
        Level × (mean + spread × (price − mean)), yuan/MWh.
    """
    mean = case.prices.clock.mean(price) if case.prices else 0.0
    wide = mean + case.market.spread_scale * spread * (price - mean)
    return np.asarray(case.market.price_scale * wide)
