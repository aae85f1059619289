"""Time-of-use prices that bring in what others did: load-weighted means and the level that keeps them."""

from __future__ import annotations

import numpy as np

from appraisal.units import Table


def mean_price(use_kwh: Table, price: Table) -> Table:
    """What a load pays for a kWh on average, ``(S, 1)``, in the unit of *price*: ``Σ use · price ÷ Σ use``.

    Parameters
    ----------
    use_kwh : (S, T)
        Energy of each step, kWh, not all 0.
    price : (S, T)
    """
    return np.asarray((use_kwh * price).sum(axis=1, keepdims=True) / use_kwh.sum(axis=1, keepdims=True))


def neutral_factor(use_kwh: Table, floating: Table, fixed: Table, mean: Table) -> Table:
    """What the floating part is multiplied by so that a load pays a given mean price.

    Parameters
    ----------
    use_kwh : (S, T)
        Energy of each step, kWh.
    floating, fixed : (S, T)
        The two parts of each step's price: multiple × what floats, and the rest.
    mean : (S, 1)
        The mean price to be kept, in the unit of the parts.

    Returns
    -------
    (S, 1)
        ``k = (mean − mean of fixed) ÷ mean of floating``; the flat price is then ``k ·`` what floats ``+`` fixed.

    Raises
    ------
    ValueError
        Where the floating part brings in nothing, so that no factor changes anything.

    Notes
    -----
    Closed form: ``Σ use · (k · floating + fixed) = mean · Σ use`` is linear in k.

    Examples
    --------
    Half of the load at 1.5, half at 0.5 of 0.4, and 0.2 fixed; it paid 0.7 on average: k = (0.7 − 0.2) ÷ 0.4.

    >>> import numpy as np
    >>> use = np.array([[1.0, 1.0]])
    >>> neutral_factor(use, np.array([[0.6, 0.2]]), np.array([[0.2, 0.2]]), np.array([[0.7]])).round(12).tolist()
    [[1.25]]
    """
    moving = mean_price(use_kwh, floating)
    if (moving == 0.0).any():
        raise ValueError("the floating part of the prices brings in nothing from this load")
    return np.asarray((mean - mean_price(use_kwh, fixed)) / moving)
