"""Values that are accepted but not usual: told with the span and, after a slip of a power of ten, what is likely meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import log

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import Message, said, verbatim
from appraisal.field.declared import Declared
from appraisal.units import Table

# Slips of a unit: another prefix, or money in 10⁴ yuan.
_SMALLER: Mapping[str, str] = {"kWh": "Wh", "kW": "W", "MWh": "kWh", "MW": "kW"}
_LARGER: Mapping[str, str] = {"kWh": "MWh", "kW": "MW", "MWh": "GWh", "MW": "GW"}
_PREFIXES = ((1e3, _SMALLER), (1e-3, _LARGER))
_WAN = 1e4
# How much nearer (in logarithms) to the middle of the span a price must come to be read in 10⁴ yuan, the rarer slip.
_RARER = log(5.0)
# Slips of a fraction: percent read as a fraction or the other way round, a digit too many or too few.
_SHARES = (100.0, 0.01, 10.0, 0.1)


def outside(what: Declared, array: Table) -> Table:
    """The values outside the usual span; of a day's profile its highest, because prices near noon may be zero or less.

    Zero is no slip of a unit: it says that there is none of the thing.

    Examples
    --------
    >>> share = Declared(kind="number", unit="share", zh="可用率", en="Availability", usual=(0.8, 1.0))
    >>> outside(share, np.array([[0.97], [0.0097], [0.0]]))
    array([0.0097])
    """
    values, odd = _judged(what, array)
    found: Table = values[odd]
    return found


def outside_rows(what: Declared, array: Table) -> NDArray[np.bool_]:
    """The scenarios with a value outside the usual span, ``(S,)``; as :func:`outside`."""
    return np.asarray(_judged(what, array)[1].any(axis=1))


def _judged(what: Declared, array: Table) -> tuple[Table, NDArray[np.bool_]]:
    """The values that count and which of them are outside, both with a row a scenario."""
    values = array.max(axis=1, keepdims=True) if what.kind == "profile" else array
    if what.usual is None:
        return values, np.zeros(values.shape, dtype=bool)
    low, high = what.usual
    return values, ((values < low) | (values > high)) & (values != 0.0)


def told(what: Declared, value: float) -> Message:
    """That a value is not usual, in words that name the span and the likely reading.

    Examples
    --------
    >>> price = Declared(kind="number", unit="yuan/kWh", zh="单价", en="Price", usual=(50.0, 6000.0))
    >>> told(price, 0.6)
    '0.6 yuan/kWh is outside the usual 50–6000 yuan/kWh; is 0.6 yuan/Wh = 600 yuan/kWh meant?'
    >>> told(price, 0.6).zh
    '0.6 元/kWh 超出常见范围 50–6000 元/kWh；是否应为 0.6 元/Wh，即 600 元/kWh？'
    """
    if what.usual is None:
        raise ValueError(f"{what.en} has no usual span")
    low, high = what.usual
    # A fraction is told in percent, as the form shows it.
    scale, unit = (100.0, verbatim("%")) if _is_share(what) else (1.0, _plain(what.unit))
    return said(
        "{value} {unit} is outside the usual {low}–{high} {unit}{hint}", "{value} {unit} 超出常见范围 {low}–{high} {unit}{hint}",
        value=_shown(value * scale), low=_shown(low * scale), high=_shown(high * scale), unit=unit, hint=_hint(what, value),
    )  # fmt: skip


def _hint(what: Declared, value: float) -> Message:
    found = _reading(what, value)
    if found is None:
        return verbatim("")
    factor, other = found
    if other is None:
        meant = f"{_shown(value * factor * 100.0)} %"
        return said("; is {meant} meant?", "；是否应为 {meant}？", meant=meant)
    return said(
        "; is {value} {other} = {meant} {unit} meant?", "；是否应为 {value} {other}，即 {meant} {unit}？",
        value=_shown(value), other=other, meant=_shown(value * factor), unit=_plain(what.unit),
    )  # fmt: skip


def _reading(what: Declared, value: float) -> tuple[float, Message | None] | None:
    """The factor that brings a value nearest to the middle of the span, with the unit that it would be the slip of."""
    if what.usual is None or value <= 0.0:
        return None
    low, high = what.usual
    # The ends count as inside though a factor may leave them a rounding off.
    inside = [
        (abs(log(value * factor) - log(low * high) / 2.0) + _RARER * (factor == _WAN), factor, unit)
        for factor, unit in _slips(what)
        if low * (1.0 - 1e-9) <= value * factor <= high * (1.0 + 1e-9)
    ]
    return min(inside, key=lambda one: one[0])[1:] if inside else None


def _slips(what: Declared) -> Iterator[tuple[float, Message | None]]:
    """Factors of the slips that people make in a unit, with the unit that was meant where it has a name."""
    if _is_share(what):
        yield from ((factor, None) for factor in _SHARES)
        return
    for factor, prefixes in _PREFIXES:
        for unit, other in prefixes.items():
            meant = re.sub(rf"(?<=/){unit}\b", other, what.unit, count=1)
            if meant != what.unit:
                yield factor, _plain(meant)
    if what.unit.startswith("yuan"):
        unit = _plain(what.unit)
        yield _WAN, Message(f"×10⁴ {unit}", f"万{unit.zh}")


def _is_share(what: Declared) -> bool:
    return what.unit.startswith("share")


def _plain(unit: str) -> Message:
    """A unit as people read it, without a price basis."""
    return Declared(kind="number", unit=unit, zh="", en="").unit_text()


def _shown(value: float) -> str:
    return f"{value:.6g}"
