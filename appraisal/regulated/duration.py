"""What a capacity price pays for hours at full power: all of it from the hours asked for on, in proportion below them."""

from __future__ import annotations

import numpy as np

from appraisal.units import Table


def duration_share(duration_hours: Table, full_hours: Table) -> Table:
    """The share of a capacity price that a duration earns, ``min(1, D ÷ H)``.

    Parameters
    ----------
    duration_hours : (S, 1) or (S, Y)
        Hours at full power.
    full_hours : (S, 1)
        Hours asked for, above 0: six of pumped hydro, the longest net-load peak of new-type storage.

    Returns
    -------
    (S, 1) or (S, Y)

    Notes
    -----
    Source: 发改价格〔2026〕114号 二(二), 二(三).

    Examples
    --------
    >>> import numpy as np
    >>> duration_share(np.array([[2.0], [4.0], [8.0]]), np.array([[6.0]]))[:, 0].round(4).tolist()
    [0.3333, 0.6667, 1.0]
    """
    return np.asarray(np.minimum(1.0, duration_hours / full_hours))


def effective_share(duration_hours: Table, full_hours: Table, coefficient: Table) -> Table:
    """The share of a capacity price that a kW of rated power earns: that of its duration × the province's coefficient."""
    return np.asarray(duration_share(duration_hours, full_hours) * coefficient)


def uniform_price(price: Table, duration_hours: Table, full_hours: Table) -> Table:
    """A uniform price as a station of a duration is paid it, in the unit of *price*; see :func:`duration_share`."""
    return np.asarray(price * duration_share(duration_hours, full_hours))
