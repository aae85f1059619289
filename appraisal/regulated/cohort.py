"""One provincial price of the stations that were begun in the same years: their mean cost, reduced below the hours asked for.

Each station's cost is the level income that the operating-period method grants it (:mod:`appraisal.regulated.station`); the
province's price makes them good on average, so that a dear station is paid less than its cost and a cheap one more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from appraisal.book import Book, Input, Ledger, block, figures
from appraisal.regulated.duration import duration_share
from appraisal.units import Table, table

AverageOver = Literal["rated", "covered"]

_INPUTS: Mapping[str, Input] = {
    "required": Input("yuan", "核定年收入（不含税）", "Yearly income granted, ex VAT", kind="series"),
    "capacity": Input("kW", "装机容量", "Capacity", kind="series"),
    "share": Input("1", "时长折算系数", "Share for the duration", kind="series"),
    "vat_rate": Input("1", "增值税税率", "VAT rate"),
    "level": Input("yuan/kW", "全省统一容量电价（不含税）", "Uniform price, ex VAT"),
}
_COUNTED: Mapping[AverageOver, str] = {"rated": "capacity", "covered": "capacity * share"}

COHORT = block(
    "同期电站统一容量电价测算",
    "Uniform capacity price of a cohort",
    name="cohort_price",
    lines="""
own_price    | yuan/kW | 单站成本电价（不含税）   | The station's own cost, ex VAT    | required / capacity
counted      | kW      | 计入平均的容量           | Capacity counted in the mean      | {counted}
paid_price   | yuan/kW | 折减后的电价（不含税）   | Price after the reduction, ex VAT | level * share
paid_incl    | yuan/kW | 折减后的电价（含税）     | Price after the reduction, incl. VAT | paid_price * (1 + vat_rate)
paid         | yuan    | 年容量收入（不含税）     | Capacity income, ex VAT           | paid_price * capacity
balance      | yuan    | 收入超出核定额（不足为负）| Income above what is granted      | paid - required
""",
)
_FIGURES = figures("""
mean_price     | yuan/kW | 平均成本电价（不含税） | Mean cost, ex VAT                     | total(required) / total(counted)
required_total | yuan    | 核定年收入合计         | Income granted, all stations          | total(required)
paid_total     | yuan    | 年容量收入合计         | Capacity income, all stations         | total(paid)
balance_total  | yuan    | 合计收入超出核定额     | Income above what is granted, all     | total(balance)
""")


@dataclass(frozen=True)
class Cohort:
    """A uniform price, ``(S, 1)`` yuan per kW and year, and the ledger of it; its columns are the stations, in order."""

    price_ex_vat: Table
    price_incl_vat: Table
    ledger: Ledger


@cache
def cohort_book(average_over: AverageOver) -> Book:
    """The computation as declared lines and figures, a column a station."""
    return Book(COHORT.filled({"counted": _COUNTED[average_over]}), _FIGURES, inputs=_INPUTS)


def cohort_price(
    required_yuan: Table, capacity_kw: Table, duration_hours: Table, full_hours: Table, vat_rate: Table, *,
    average_over: AverageOver = "rated",
) -> Cohort:  # fmt: skip
    """The uniform price of K stations by their mean cost.

    Parameters
    ----------
    required_yuan : (S, K)
        Level income without VAT that each station is granted by the method, yuan a year.
    capacity_kw, duration_hours : (S, K)
        Installed capacity and hours at full power of each.
    full_hours : (S, 1)
        Hours below which the price falls in proportion.
    vat_rate : (S, 1)
    average_over : "rated" or "covered"
        What the cost is divided by: all kW, and then a cohort with short stations earns less than its cost; or the kW
        that are paid in full, so that it earns its cost exactly.

    Returns
    -------
    Cohort

    Notes
    -----
    ``P = Σ R_k ÷ Σ N_k``; station k is paid ``P · min(1, D_k ÷ H)``. Source: 发改价格〔2026〕114号 二(二): one price by the
    mean cost, reduced below six hours; over which kW the mean is taken the notice does not say.

    Examples
    --------
    Two stations of 1 kW granted 500 and 300 yuan: 400 each, and the one of three hours is paid half.

    >>> import numpy as np
    >>> one, hours = np.ones((1, 2)), np.array([[6.0, 3.0]])
    >>> found = cohort_price(np.array([[500.0, 300.0]]), one, hours, np.array([[6.0]]), np.array([[0.13]]))
    >>> found.price_ex_vat.tolist(), found.ledger.line("paid_price").tolist()
    ([[400.0]], [[400.0, 200.0]])
    """
    book, stations = cohort_book(average_over), required_yuan.shape[1]
    given = {
        "required": required_yuan, "capacity": capacity_kw, "share": duration_share(duration_hours, full_hours), "vat_rate": vat_rate,
    }  # fmt: skip
    sums = book.evaluate({**given, "level": table(0.0)}, stations, keep=["mean_price"])
    ledger = book.evaluate({**given, "level": sums.figure("mean_price")[:, None]}, stations)
    price = ledger.figure("mean_price")[:, None]
    return Cohort(price_ex_vat=price, price_incl_vat=np.asarray(price * (1.0 + vat_rate)), ledger=ledger)
