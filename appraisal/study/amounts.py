"""Amounts as a sentence tells them: percent, 万元, years, prices with their unit."""

from __future__ import annotations

import math

from appraisal.book.money import money_text
from appraisal.metrics import Metric
from appraisal.study.inputs import Input
from appraisal.study.words import say

_NOTHING = ("无数值", "no figure")
_RATES = ("irr", "roi", "roe", "debt_ratio")
# A unit as the books and the fields name it → a mark in both languages.
_MARKS = {"year": ("年", "years"), "years": ("年", "years"), "1/year": ("次/年", "cycles a year")}


def amount(value: float, unit: str, lang: str) -> str:
    """A value with its unit.

    Examples
    --------
    >>> amount(0.0825, "share/year", "en"), amount(-54854281.4, "yuan", "zh"), amount(0.41234, "yuan/kWh", "en")
    ('8.25 %', '−5,485.43 万元', '0.41234 yuan/kWh')
    """
    if not math.isfinite(value):
        return say(_NOTHING, lang)
    if unit.startswith("share"):
        return f"{_signed(100.0 * value, '.5g')} %"
    if unit == "yuan" or unit.startswith("yuan/year"):
        # Nothing is nothing in any unit, and a target of zero is the commonest of all.
        text = "0 yuan" if value == 0.0 and lang != "zh" else money_text(value, lang, 2)
        return text + unit.removeprefix("yuan").replace("year", say(("年", "year"), lang))
    text = _signed(value, ",.6g")
    if unit == "1":
        return text
    mark = say(_MARKS[unit], lang) if unit in _MARKS else unit
    return f"{text} {mark.replace('yuan', '元').replace('year', '年') if lang == 'zh' else mark}"


def change(value: float) -> str:
    """A relative change with its sign.

    Examples
    --------
    >>> change(-0.0838), change(0.0)
    ('−8.38 %', '0 %')
    """
    return f"{'+' if value > 0 else ''}{_signed(100.0 * value, '.5g')} %"


def of_input(one: Input, value: float, lang: str) -> str:
    """A value of an input, or a relative change of it."""
    return amount(value, one.unit, lang) if one.by == "value" else change(value)


def of_metric(metric: Metric, value: float, lang: str) -> str:
    """A value of a metric: rates of return in percent."""
    rate = metric.unit == "1" and any(name in metric.key for name in _RATES)
    return amount(value, "share" if rate else metric.unit, lang)


def _signed(value: float, form: str) -> str:
    text = format(value, form)
    if not text.strip("-0.,"):
        return text.lstrip("-")  # A zero has no sign.
    return text.replace("-", "−", 1) if value < 0 else text
