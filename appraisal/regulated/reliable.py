"""The compensation of reliable capacity: what a marginal unit does not earn in the markets, for the kW that can be relied on.

Notice 114 of 2026, part 3, names the mechanism and leaves its standard to the provinces; none is published for the country.
So the standard is either stated or worked out from a marginal unit that is stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from appraisal.book import Book, Input, Ledger, block, figures
from appraisal.units import Table, table

Standard = Literal["marginal_unit", "stated"]

_STATION: Mapping[str, Input] = {
    "share": Input("1", "功率可靠比例", "Reliable share of the power"),
    "station_use": Input("1", "厂用电率", "Station use"),
    "supply_factor": Input("1", "容量供需系数", "Factor of need to effective capacity"),
    "vat_rate": Input("1", "增值税税率", "VAT rate"),
}
_UNIT: Mapping[str, Input] = {
    "investment": Input("yuan/kW", "边际机组单位投资（不含税）", "Investment of the marginal unit, ex VAT"),
    "rate_of_return": Input("1", "年回报率（税前）", "Return a year, before tax"),
    "recovery_years": Input("year", "回收年限", "Years of recovery"),
    "upkeep": Input("yuan/kW", "年固定运行维护费", "Fixed operation and maintenance a year"),
    "margin": Input("yuan/kW", "电能量与辅助服务市场净收益", "Net gain in the energy and ancillary markets"),
    "free": Input("0/1", "回报率为零", "No return", kind="flag"),
}
_STATED: Mapping[str, Input] = {
    "rate_incl_vat": Input("yuan/kW", "公布的补偿标准（含税）", "Published standard, incl. VAT")
}
_STANDARD: Mapping[Standard, tuple[str, str]] = {
    "marginal_unit": (
        """
recovery  | 1       | 资金回收系数           | Capital recovery factor          | 1 / recovery_years if free else rate_of_return / (1 - (1 + rate_of_return) ** (0 - recovery_years))
annual    | yuan/kW | 年均投资回收           | Investment recovered a year      | investment * recovery
cost      | yuan/kW | 年固定成本             | Fixed cost a year                | annual + upkeep
""",
        "max(cost - margin, 0)",
    ),
    "stated": ("", "rate_incl_vat / (1 + vat_rate)"),
}
_LINES = """
standard  | yuan/kW | 补偿标准（不含税）     | Standard of compensation, ex VAT | {standard}
reliable  | 1       | 可靠容量系数           | Reliable share of the capacity   | share * (1 - station_use) * supply_factor
price_ex  | yuan/kW | 可靠容量补偿（不含税） | Compensation, ex VAT             | standard * reliable
price_in  | yuan/kW | 可靠容量补偿（含税）   | Compensation, incl. VAT          | price_ex * (1 + vat_rate)
"""
_FIGURES = figures("""
price_ex_vat   | yuan/kW | 可靠容量补偿（不含税） | Compensation, ex VAT    | total(price_ex)
price_incl_vat | yuan/kW | 可靠容量补偿（含税）   | Compensation, incl. VAT | total(price_in)
""")


@dataclass(frozen=True)
class Reliable:
    """The compensation, ``(S, 1)`` yuan per kW of rated power and year, and the ledger of it."""

    price_ex_vat: Table
    price_incl_vat: Table
    ledger: Ledger


@cache
def reliable_book(by: Standard) -> Book:
    """The computation as declared lines and figures, with the standard worked out or stated."""
    before, standard = _STANDARD[by]
    lines = block(
        "可靠容量补偿测算",
        "Compensation of reliable capacity",
        before + _LINES.format(standard=standard),
        name="reliable_price",
    )
    return Book(lines, _FIGURES, inputs={**_STATION, **(_UNIT if by == "marginal_unit" else _STATED)})


def reliable_price(
    unit: Mapping[str, Table], share: Table, *, station_use: Table, supply_factor: Table, vat_rate: Table
) -> Reliable:  # fmt: skip
    """What a kW of rated power is paid for reliable capacity.

    Parameters
    ----------
    unit : mapping
        Either ``rate_incl_vat``, the standard as published, yuan per kW of reliable capacity and year with VAT; or of a
        marginal unit ``investment``, ``upkeep`` and ``margin``, yuan per kW (and year) without VAT, ``rate_of_return``
        (a fraction, before tax) and ``recovery_years``; each ``(S, 1)``.
    share : (S, 1)
        Of the power that can be relied on: :func:`appraisal.regulated.duration_share`, or as a province publishes it.
    station_use, supply_factor, vat_rate : (S, 1)

    Returns
    -------
    Reliable

    Notes
    -----
    ``standard = max(0, I · r ÷ (1 − (1 + r)^−n) + O&M − market gain)``; paid ``standard · share · (1 − use) ·
    factor``. Source: 发改价格〔2026〕114号 三 (what a marginal unit does not recover in the markets); the factors are Gansu's.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.array([[1.0]])
    >>> found = reliable_price({"rate_incl_vat": 330 * one}, one * 4 / 6, station_use=0 * one, supply_factor=one, vat_rate=0.13 * one)
    >>> found.price_incl_vat.round(9).tolist()
    [[220.0]]
    """
    by: Standard = "stated" if "rate_incl_vat" in unit else "marginal_unit"
    given = {
        **unit, "share": share, "station_use": station_use, "supply_factor": supply_factor, "vat_rate": vat_rate,
    }  # fmt: skip
    if by == "marginal_unit":
        given["free"] = table(unit["rate_of_return"] == 0.0)
    ledger = reliable_book(by).evaluate(given, 1)
    excluding, including = (np.array(ledger.figure(name)[:, None]) for name in ("price_ex_vat", "price_incl_vat"))
    return Reliable(price_ex_vat=excluding, price_incl_vat=including, ledger=ledger)
