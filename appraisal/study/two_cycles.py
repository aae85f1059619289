"""What two cycles a day are worth at the prices of a day: the figure that storage developers compare areas by (两充两放)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_CHARGING, _PHASES = (0, 2), 4


def two_cycle_margin(prices: Array, *, step_hours: float, duration_hours: float, efficiency: float) -> Array:
    """The most that one kWh of storage earns in a day if it charges and discharges at most twice.

    Parameters
    ----------
    prices : (K, T)
        Price of each step of K days, yuan/kWh; any sign.
    step_hours : float
        Length of a step, h.
    duration_hours : float
        Hours at full power that fill or empty the store; a whole number of steps.
    efficiency : float
        Energy given back ÷ energy taken, at the meter, in (0, 1].

    Returns
    -------
    (K,)
        yuan per kWh of energy that the store can give back, a day; never negative.

    Raises
    ------
    ValueError
        If the duration is not a whole number of steps.

    Notes
    -----
    Σ discharge · price − Σ charge · price ÷ efficiency over the best schedule that charges, discharges, charges and
    discharges once each in this order, begins and ends empty, and fills or empties a step's share at a time. Found by
    a dynamic programme over (what it does, how full it is), exactly: with equal steps an optimum uses whole steps.

    Examples
    --------
    Four hours of 0.3, four of 1.0, a store of two hours without losses: one cycle of 0.7 and no second.

    >>> import numpy as np
    >>> day = np.array([[0.3] * 4 + [1.0] * 4])
    >>> two_cycle_margin(day, step_hours=1.0, duration_hours=2.0, efficiency=1.0).round(12).tolist()
    [0.7]
    """
    steps = round(duration_hours / step_hours)
    if steps < 1 or abs(steps * step_hours - duration_hours) > 1e-9:
        raise ValueError(f"{duration_hours} h is not a whole number of steps of {step_hours} h")
    best = np.full((len(prices), _PHASES, steps + 1), -np.inf)
    best[:, :, 0] = 0.0
    for price in prices.T:
        best = _after(best, price[:, None] / steps, efficiency)
    return np.asarray(best[:, :, 0].max(axis=1))


def _after(best: Array, share: Array, efficiency: float) -> Array:
    """Values after one more step; *share* is the price of one step's share of the store, (K, 1)."""
    made = best.copy()
    for phase in range(_PHASES):
        if phase in _CHARGING:
            moved = best[:, phase, :-1] - share / efficiency
            made[:, phase, 1:] = np.maximum(made[:, phase, 1:], moved)
        else:
            moved = best[:, phase, 1:] + share
            made[:, phase, :-1] = np.maximum(made[:, phase, :-1], moved)
        if phase:
            # The next phase may begin after any step, from any level.
            made[:, phase] = np.maximum(made[:, phase], made[:, phase - 1])
    return made
