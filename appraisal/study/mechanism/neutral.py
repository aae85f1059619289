"""A wider peak–valley ratio that keeps the average price of a stated load.

Prices p are widened about their mean of the year m and brought to a level: p' = k · (m + s · (p − m)), which are the two
numbers ``market.spread_scale`` s and ``market.price_scale`` k of a case. The ratio is that of a day's dearest to its cheapest
price, each a mean over the days of the year. Both numbers have a closed form; the load's average price is kept before storage moves.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from appraisal.case import Case, Prices
from appraisal.clock import expand
from appraisal.errors import Fault, InputError, Message, said
from appraisal.study.mechanism.file import Ratio
from appraisal.units import HOURS_PER_DAY, Table

SPREAD, LEVEL = "market.spread_scale", "market.price_scale"
_SCALES = (SPREAD, LEVEL)


def present_ratio(prices: Prices) -> float:
    """The ratio of a day's dearest to its cheapest price as the prices stand.

    Raises
    ------
    InputError
        If the cheapest price is not above 0, where a ratio says nothing.
    """
    dear, cheap = _ends(prices)
    if cheap <= 0.0:
        raise _refused(
            said(
                "the cheapest price of a day is {cheap:.4g} yuan/MWh; a ratio needs one above 0",
                "日最低价为 {cheap:.4g} 元/MWh；价比要求其大于 0",
                cheap=cheap,
            ),
            "market",
        )
    return dear / cheap


def scales(case: Case, ratio: Ratio, wanted: Table, where: str) -> dict[str, Table]:
    """Spread and level of prices at which the ratio is the one wanted and the load pays the same on average.

    Parameters
    ----------
    case : Case
        One scenario, its prices neither widened nor scaled.
    ratio : Ratio
        Its load, MW.
    wanted : (R, 1)
        Ratios above 1; NaN leaves the prices as they are.
    where : str
        Place of a fault.

    Returns
    -------
    ``market.spread_scale`` and ``market.price_scale``, each (R, 1)

    Raises
    ------
    InputError
        If the case has no prices, states scales of its own, or prices that reach the ratio would fall below 0.

    Notes
    -----
    s = m (r − 1) / ((d − m) − r (c − m)) with d, c the mean of the days' dearest and cheapest prices; k = Σ L p / Σ L (m + s (p − m)), L the load's
    energy by step.
    """
    prices = case.prices
    if prices is None:
        raise _refused(said("the case has no prices to widen", "算例没有可调整的电价"), where)
    if any((case.at(path) != 1.0).any() for path in _SCALES):
        raise _refused(
            said(
                "the case scales its prices already; set {paths} to 1",
                "算例已调整电价；请将 {paths} 设为 1",
                paths=", ".join(_SCALES),
            ),
            where,
        )
    kept = np.isnan(wanted)
    asked = np.where(kept, present_ratio(prices), wanted)
    mean, (dear, cheap) = prices.clock.mean(prices.buy), _ends(prices)
    reach = (dear - mean) - asked * (cheap - mean)
    spread = np.where(kept, 1.0, mean * (asked - 1.0) / np.where(reach > 0.0, reach, np.nan))
    widened = mean + spread * (prices.buy - mean)
    if (asked <= 1.0).any() or not np.isfinite(spread).all() or (spread <= 0.0).any():
        raise _refused(
            said(
                "{ratio:g}: prices cannot be brought to this ratio; expected more than 1",
                "{ratio:g}：电价无法调整到这一价比；应大于 1",
                ratio=float(asked.min()),
            ),
            where,
        )
    if prices.buy.min() >= 0.0 and widened.min() < 0.0:
        raise _refused(
            said(
                "{ratio:g}: the cheapest prices would fall below 0",
                "{ratio:g}：最低电价将低于 0",
                ratio=float(asked.max()),
            ),
            where,
        )
    energy = load_energy(ratio, prices)
    level = (energy * prices.buy).sum(axis=1, keepdims=True) / (energy * widened).sum(axis=1, keepdims=True)
    return {SPREAD: spread, LEVEL: np.where(kept, 1.0, level)}


def widened(case: Case, ratio: Ratio, wanted: Table, values: Mapping[str, Table], where: str) -> dict[str, Table]:
    """The numbers of :func:`scales` where *values* stand by row: a level of prices that differs by row multiplies.

    Raises
    ------
    InputError
        As :func:`scales`; if the spread differs by row already, for then the ratio is no longer the mechanism's.
    """
    if SPREAD in values:
        raise _refused(
            said(
                "{path} is drawn or uncertain; a ratio sets it",
                "{path} 已被抽样或设为不确定；价比机制要设定它",
                path=SPREAD,
            ),
            where,
        )
    made = scales(case, ratio, wanted, where)
    return made | ({LEVEL: values[LEVEL] * made[LEVEL]} if LEVEL in values else {})


def load_energy(ratio: Ratio, prices: Prices) -> Table:
    """Energy that the load takes in each step over the year, MWh, ``(1, N)``."""
    day = expand(ratio.load_mw[0].tolist(), _per_day(prices))
    runs = prices.buy.shape[1] // day.size
    return np.asarray(np.tile(day, runs)[None, :] * prices.clock.step_weight * prices.clock.step_hours)


def average_price(ratio: Ratio, case: Case) -> Table:
    """What the load pays for energy on average before storage moves, yuan/kWh, ``(S, 1)``.

    Raises
    ------
    InputError
        If the case has no prices.
    """
    if case.prices is None:
        raise _refused(said("the case has no prices", "算例没有电价"), "market")
    energy, mean = load_energy(ratio, case.prices), case.prices.clock.mean(case.prices.buy)
    paid = case.market.price_scale * (mean + case.market.spread_scale * (case.prices.buy - mean))
    return np.asarray((energy * paid).sum(axis=1, keepdims=True) / energy.sum() / 1000.0)


def _per_day(prices: Prices) -> int:
    return round(HOURS_PER_DAY / prices.clock.step_hours)


def _ends(prices: Prices) -> tuple[float, float]:
    """Mean over the days of the year of the dearest and of the cheapest price of a day, yuan/MWh."""
    steps = _per_day(prices)
    days = prices.buy.reshape(-1, steps)
    weight = prices.clock.step_weight.reshape(-1, steps)[:, 0]
    return float(days.max(axis=1) @ weight / weight.sum()), float(days.min(axis=1) @ weight / weight.sum())


def _refused(message: Message, where: str) -> InputError:
    return InputError([Fault(where="study", path=where, message=message)])
