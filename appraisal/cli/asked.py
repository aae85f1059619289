"""What a person writes after an option of a study: ranges, axes, targets."""

from __future__ import annotations

import math

import numpy as np

from appraisal.errors import Fault, InputError, Message, said

_MOST = 1000


def _refuse(option: str, text: str, expected: Message) -> InputError:
    message = said("{text!r}; expected {expected}", "{text!r}；应写作 {expected}", text=text, expected=expected)
    return InputError([Fault(where=option, message=message)])


def _numbers(option: str, text: str, count: int, expected: Message) -> list[float]:
    parts = text.split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        raise _refuse(option, text, expected) from None
    if len(numbers) != count or not all(map(math.isfinite, numbers)):
        raise _refuse(option, text, expected)
    return numbers


def low_high(option: str, text: str, *, equal: bool = False) -> tuple[float, float]:
    """``LOW:HIGH``; with *equal* they may be one value.

    Examples
    --------
    >>> low_high("--within", "0.2:0.9")
    (0.2, 0.9)
    """
    low, high = _numbers(option, text, 2, said("LOW:HIGH, 0.2:0.9", "LOW:HIGH，如 0.2:0.9"))
    if low > high or (low == high and not equal):
        raise _refuse(option, text, said("LOW:HIGH with LOW below HIGH", "LOW:HIGH，且 LOW 小于 HIGH"))
    return low, high


def axis_of(option: str, text: str) -> list[float]:
    """``LOW:HIGH:COUNT``, so many values from the one to the other.

    Examples
    --------
    >>> axis_of("--x", "0:1:5")
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    expected = said(
        "LOW:HIGH:COUNT, 400:700:7, COUNT a whole number of 2 to {most}",
        "LOW:HIGH:COUNT，如 400:700:7，COUNT 为 2 至 {most} 的整数", most=_MOST
    )  # fmt: skip
    low, high, count = _numbers(option, text, 3, expected)
    if not low < high or count != int(count) or not 2 <= count <= _MOST:
        raise _refuse(option, text, expected)
    return [float(value) for value in np.linspace(low, high, int(count))]


def named(option: str, text: str, expected: Message) -> tuple[str, str]:
    """``NAME=REST``.

    Examples
    --------
    >>> named("--x", "finance.loan_rate=0.03:0.05:5", said("PATH=LOW:HIGH:COUNT", "PATH=LOW:HIGH:COUNT"))
    ('finance.loan_rate', '0.03:0.05:5')
    """
    name, mark, rest = text.partition("=")
    if not mark or not name.strip() or not rest.strip():
        raise _refuse(option, text, expected)
    return name.strip(), rest.strip()


def named_range(option: str, text: str) -> tuple[str, tuple[float, float]]:
    """``NAME=LOW:HIGH``."""
    name, rest = named(option, text, said(
        "NAME=LOW:HIGH, finance.loan_rate=0.03:0.05", "NAME=LOW:HIGH，如 finance.loan_rate=0.03:0.05"
    ))  # fmt: skip
    return name, low_high(option, rest)


def named_axis(option: str, text: str) -> tuple[str, list[float]]:
    """``NAME=LOW:HIGH:COUNT``."""
    name, rest = named(option, text, said(
        "NAME=LOW:HIGH:COUNT, finance.loan_rate=0.03:0.05:5", "NAME=LOW:HIGH:COUNT，如 finance.loan_rate=0.03:0.05:5"
    ))  # fmt: skip
    return name, axis_of(option, rest)


def target_of(option: str, text: str) -> tuple[str, float]:
    """``METRIC=VALUE``.

    Examples
    --------
    >>> target_of("--target", "equity_irr=0.08")
    ('equity_irr', 0.08)
    """
    expected = said("METRIC=VALUE, equity_irr=0.08", "METRIC=VALUE，如 equity_irr=0.08")
    name, rest = named(option, text, expected)
    return name, _numbers(option, rest, 1, expected)[0]
