"""What a figure may call; each gives values and reasons (see ``text.py``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from appraisal import discount
from appraisal.discount.indicators import break_even, nominal_rate, payoff, real_rate
from appraisal.units import Table


def functions(timing: str) -> Mapping[str, Callable[..., Any]]:
    """The functions of the figures; *timing* says when in its year cash moves."""

    def npv(cash: Table, rate: Table) -> Any:
        return discount.present_value(rate, cash, timing=timing)  # type: ignore[arg-type]

    return {
        "npv": npv,
        "npv_nominal": lambda cash, rate, inflation: npv(cash, nominal_rate(rate, inflation)),
        "npv_real": lambda cash, rate, inflation: npv(cash, real_rate(rate, inflation)),
        "irr": _irr,
        "mirr": _mirr,
        "mirr_nominal": lambda cash, rate, inflation: _mirr(cash, *[nominal_rate(rate, inflation)] * 2),
        "payback": _payback,
        "first_payback": lambda cash: _found(discount.first_payback(cash)),
        # Another timing scales every column alike and moves no crossing.
        "discounted_payback": lambda cash, rate: _payback(discount.discounted(rate, cash)),
        "discounted_payback_nominal": lambda cash, rate, inflation: _payback(
            discount.discounted(nominal_rate(rate, inflation), cash)
        ),
        "payoff": payoff,
        "break_even": break_even,
    }


def _irr(cash: Table) -> tuple[Any, Any]:
    found = discount.internal_rates(cash)
    return found.rate, found.reason


def _mirr(cash: Table, finance: Table, reinvest: Table) -> tuple[Any, Any]:
    value = discount.mirr(cash, finance, reinvest)
    return value, np.where(np.isnan(value), "none_no_sign_change", "ok")


def _payback(cash: Table) -> tuple[Any, Any]:
    return _found(discount.payback(cash))


def _found(years: Any) -> tuple[Any, Any]:
    return years, np.where(np.isnan(years), "never", "ok")
