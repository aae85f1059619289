"""How a figure is shown on a chart: label, unit, scale, digits; and what the value that it has to clear is called."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from appraisal.book.money import FINER, MONEY, money_unit, money_words, with_money
from appraisal.case import Case
from appraisal.metrics import Metric
from appraisal.pipeline import Appraisal
from appraisal.report.charts.words import pick
from appraisal.study.inputs import Input
from appraisal.text import unit_words
from appraisal.units import Table, yuan_in

# Figures without a unit that people read in percent, as 附录J prints them (a test holds the two against each other).
_PERCENT = (
    "project_irr_pre_tax", "project_irr", "equity_irr", "investors_irr", "roi", "roe", "mirr", "project_irr_real", "equity_irr_real",
    "debt_ratio_most", "bep_first_year", "bep_after_debt",
)  # fmt: skip
_SHARES = ("share", "share/year")
# Sums of money, and what stands behind the unit that they are shown in.
_SUMS = {"yuan": ("", ""), "yuan/year": ("/年", "/year")}
# Money in a form: the same number in both languages, so that what was entered stands when the language is switched.
_ENTERED = "wan"
# Units whose words the workbook does not have.
_UNITS = {
    "year": ("年", "years"), "years": ("年", "years"), "1/year": ("次/年", "a year"), "cycle/year": ("次/年", "cycles a year"), "cycle/day": ("次/日", "cycles a day"),
    "1/cycle^q": ("1/次^q", "1/cycle^q"), "1/day^p": ("1/天^p", "1/day^p"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One kind of figure as people read it.

    ``factor`` turns the figure into the number on the axis (10⁻⁴ or 10⁻⁶ for money); rates stay fractions and are written
    in percent. ``digits`` behind the point are by size unless set, ``finer`` are those beyond what a number of its size has.
    """

    label: str
    unit: str
    factor: float
    percent: bool
    lang: str
    digits: int | None = None
    finer: int = 0

    @property
    def head(self) -> str:
        """Label and unit: title of an axis, head of a column."""
        if not self.unit:
            return self.label
        return pick(self.lang, f"{self.label}（{self.unit}）", f"{self.label} ({self.unit})")

    @property
    def axis(self) -> str:
        """The number format of an axis, for d3: no more digits than the ticks need."""
        return ".2~%" if self.percent else ",.4~f"

    def at(self, value: float) -> float | None:
        """A figure as the number on an axis; None where there is none."""
        return value * self.factor if math.isfinite(value) else None

    def text(self, value: float, *, unit: bool = True) -> str:
        """A figure in words: digits by its size, its unit behind it; a dash where there is no number.

        Examples
        --------
        >>> money = shown_unit("NPV", "yuan", "en")
        >>> money.text(-12_345_678.0), money.text(1234.0, unit=False)
        ('CNY −12.35 million', '0.0012')
        """
        if not math.isfinite(value):
            return "—"
        if self.percent:
            return _minus(f"{value:.2%}") if unit else _minus(f"{100.0 * value:.2f}")
        number = value * self.factor
        digits = self._digits(number) if self.digits is None else self.digits
        text, money = _minus(f"{number:,.{digits}f}"), money_words(self.lang)
        if unit and self.unit == money:
            return with_money(number, digits, self.lang)
        if unit and self.unit.startswith(money):
            return (f"{text} {money}" if self.lang == "zh" else f"CNY {text} million") + self.unit.removeprefix(money)
        return f"{text} {self.unit}" if unit and self.unit else text

    def short(self, value: float) -> str:
        """A figure where there is little room: percent with one digit and without its sign, no unit."""
        if self.percent and math.isfinite(value):
            return _minus(f"{100.0 * value:.1f}")
        return self.text(value, unit=False)

    def fitted(self, *tables: Table) -> Shown:
        """The same with as many digits for all figures of a chart as the largest of them takes."""
        sizes = np.abs(np.concatenate([np.ravel(one) for one in tables])) * self.factor
        known = sizes[np.isfinite(sizes)]
        return (
            self
            if self.digits is not None or not known.size
            else replace(self, digits=self._digits(float(known.max())))
        )

    @property
    def form(self) -> str:
        """The Python format of a column of such numbers."""
        return ".2%" if self.percent else f",.{max(self.digits or 0, 2 + self.finer)}f"

    @property
    def entered(self) -> Shown:
        """The same in a form: money in 10⁴ yuan in both languages, so that a switch of language keeps what was entered."""
        money = money_words(self.lang)
        if not self.unit.startswith(money):
            return self
        words = pick(self.lang, *MONEY[_ENTERED]) + self.unit.removeprefix(money)
        return replace(self, unit=words, factor=1.0 / yuan_in(_ENTERED), finer=0, digits=None)

    def _digits(self, number: float) -> int:
        size = abs(number) * 10.0**self.finer
        return self.finer + (0 if size >= 1000.0 else 1 if size >= 100.0 else 2)


def _minus(text: str) -> str:
    """A printed minus sign, and none before a zero."""
    return text.removeprefix("-") if not text.strip("-0.,%") else text.replace("-", "−")


def shown(metric: Metric, lang: str) -> Shown:
    """How a metric is shown."""
    return shown_unit(pick(lang, metric.zh, metric.en), metric.unit, lang, percent=is_percent(metric.key, metric.unit))


def is_percent(key: str, unit: str) -> bool:
    """Whether people read a figure in percent."""
    return unit in _SHARES or key in _PERCENT or (unit == "1" and key.endswith("_irr"))


def shown_unit(label: str, unit: str, lang: str, *, percent: bool = False) -> Shown:
    """How a number of a unit is shown under a label: money as :mod:`appraisal.book.money` has it, shares in percent, years by their word."""
    if percent or unit in _SHARES:
        return Shown(label=label, unit="", factor=1.0, percent=True, lang=lang)
    if unit in _SUMS:
        held = money_unit(lang)
        return Shown(
            label=label, unit=money_words(lang) + pick(lang, *_SUMS[unit]), factor=1.0 / yuan_in(held), percent=False, lang=lang,
            finer=FINER if held == "million" else 0,
        )  # fmt: skip
    # A price of energy is read to the hundredth of a fen.
    digits = 4 if unit.startswith("yuan/kWh") else None
    named = pick(lang, *_UNITS[unit]) if unit in _UNITS else unit_words(unit, lang)
    return Shown(label=label, unit=named, factor=1.0, percent=False, lang=lang, digits=digits)


_HURDLES = {
    "project_irr": ("基准收益率", "Hurdle rate"), "project_irr_pre_tax": ("基准收益率", "Hurdle rate"), "mirr": ("基准收益率", "Hurdle rate"),
    "equity_irr": ("资本金基准收益率", "Equity hurdle rate"), "profitability_index": ("盈利能力指数", "Index"),
}  # fmt: skip


def hurdle_words(key: str, value: float, as_shown: Shown, lang: str) -> str:
    """A hurdle by its name and value: 基准收益率 6.00%; of a worth, which has to be above zero, only that it is zero."""
    if key in _HURDLES:
        return f"{pick(lang, *_HURDLES[key])} {as_shown.text(value)}"
    if value == 0.0:
        return pick(lang, "净现值为零", "NPV = 0")
    return f"{pick(lang, '要求值', 'Required')} {as_shown.text(value)}"


def input_shown(one: Input, lang: str) -> Shown:
    """How the values of an input are shown: relative changes as such, else in the unit of its field."""
    label = pick(lang, one.zh, one.en)
    if one.by == "change":
        return Shown(label=label, unit=pick(lang, "变化率", "change"), factor=1.0, percent=True, lang=lang)
    return shown_unit(label, one.unit, lang)


def input_text(one: Input, value: float, lang: str, *, unit: bool = False) -> str:
    """A value of an input as people read it; a change with its sign and no more digits than it has.

    Examples
    --------
    >>> from appraisal.study.drivers import SPREAD
    >>> input_text(SPREAD, -0.075, "en"), input_text(SPREAD, 0.1, "zh")
    ('−7.5%', '+10%')
    """
    if not math.isfinite(value):
        return "—"
    if one.by == "change":
        return _minus(f"{100.0 * value:+.3g}") + "%" if value else "0%"
    as_shown = input_shown(one, lang)
    if as_shown.percent:
        return _minus(f"{100.0 * value:.4g}") + "%"
    text = _minus(_plain(value * as_shown.factor))
    return f"{text} {as_shown.unit}" if unit and as_shown.unit else text


def _plain(number: float) -> str:
    """Four digits, more only before the point, without zeros that say nothing, with separators of thousands."""
    text = f"{number:,.1f}" if abs(number) >= 1000.0 else f"{number:.4g}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def cover_text(value: float, covenant: float) -> str:
    """A debt-service cover: two digits; three where two would hide that the covenant is missed; a dash without a number.

    Examples
    --------
    >>> cover_text(1.196, 1.2), cover_text(1.3, 1.2)
    ('1.196', '1.30')
    """
    if not math.isfinite(value):
        return "—"
    return f"{value:,.3f}" if value < covenant <= round(value, 2) else f"{value:,.2f}"


def has_debt(result: Appraisal, row: int = 0) -> bool:
    """Whether some year has debt to serve, so that there is a cover to speak of."""
    return bool((result.statements["covering"][row] > 0.0).any())


def case_line(case: Case, lang: str) -> str:
    """The case that a chart is of: its title, or its name where it has none."""
    title = (case.title.zh if lang == "zh" else case.title.en) or case.name
    return pick(lang, f"算例：{title}", f"Case: {title}")


def names_of(inputs: Sequence[Input], lang: str) -> list[str]:
    """Labels of inputs, each once: two with the same label are told apart by their keys."""
    labels = [pick(lang, one.zh, one.en) for one in inputs]
    return [
        f"{label} [{one.key}]" if labels.count(label) > 1 else label for label, one in zip(labels, inputs, strict=True)
    ]
