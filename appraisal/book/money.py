"""The unit in which people read sums of money: 万元 (a sum alone also 亿元) in Chinese, millions of yuan in English; decided here only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from appraisal.units import yuan_in

MoneyUnit: TypeAlias = Literal["yuan", "wan", "million"]

# Unit → Chinese, English.
MONEY: Mapping[str, tuple[str, str]] = {
    "yuan": ("元", "yuan"),
    "wan": ("万元", "10⁴ yuan"),
    "million": ("百万元", "CNY million"),
}
# A hundred 万元 are a million: a sum in millions has two more digits behind the point to say the same.
FINER = 2
# 万元 in 亿元, and the digits that makes.
WAN_IN_YI, DIGITS_OF_YI = 1e4, 4


def money_unit(lang: str) -> MoneyUnit:
    """The unit of sums of money that are shown in a language.

    Examples
    --------
    >>> money_unit("zh"), money_unit("en")
    ('wan', 'million')
    """
    return "wan" if lang == "zh" else "million"


def money_words(lang: str) -> str:
    """The name of that unit.

    Examples
    --------
    >>> money_words("zh"), money_words("en")
    ('万元', 'CNY million')
    """
    return MONEY[money_unit(lang)][0 if lang == "zh" else 1]


def with_money(number: float, digits: int, lang: str) -> str:
    """A number of that unit, in words; a hundred million yuan and more are said in 亿元 in Chinese, to the same precision.

    Examples
    --------
    >>> with_money(1234.0, 0, "zh"), with_money(-91_632.4, 0, "zh"), with_money(12.34, 2, "en")
    ('1,234 万元', '−9.1632 亿元', 'CNY 12.34 million')
    """
    if lang != "zh":
        return f"CNY {_plain(number, digits)} million"
    if abs(number) < WAN_IN_YI:
        return f"{_plain(number, digits)} {money_words(lang)}"
    return f"{_plain(number / WAN_IN_YI, digits + DIGITS_OF_YI)} 亿元"


def _plain(number: float, digits: int) -> str:
    """Digits with a printed minus sign, and none before a zero."""
    text = f"{number:,.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text.replace("-", "−")


def money_text(value: float, lang: str, digits: int = 0) -> str:
    """A sum in yuan as people read it.

    Parameters
    ----------
    value : float
        Yuan.
    lang : "zh" or "en"
    digits : int
        Behind the point of the sum in 万元; in millions and in 亿元 the same precision.

    Examples
    --------
    >>> money_text(12_345_678.0, "zh"), money_text(12_345_678.0, "en"), money_text(-500.0, "en", 2)
    ('1,235 万元', 'CNY 12.35 million', 'CNY −0.0005 million')
    """
    unit = money_unit(lang)
    return with_money(value / yuan_in(unit), digits + (FINER if unit == "million" else 0), lang)
