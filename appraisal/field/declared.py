"""What is declared of a field, and the check of a value against it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias
from unicodedata import category

import numpy as np

from appraisal.errors import Message, ValueFault, joined, said, verbatim
from appraisal.units import Table, table

Kind = Literal[
    "number", "constant", "yearly", "choice", "text", "count", "flag", "profile", "group", "named", "changes"
]
Basis = Literal["incl_vat", "excl_vat", ""]
# Words of a choice → their Chinese and English labels.
Options: TypeAlias = Mapping[Any, tuple[str, str]]
NUMERIC = ("number", "constant", "yearly", "profile")
_BASES: Mapping[Basis, Message] = {
    "incl_vat": Message(" incl. VAT", "（含税）"), "excl_vat": Message(" excl. VAT", "（不含税）"), "": verbatim(""),
}  # fmt: skip
_UNITS_ZH: Mapping[str, str] = {
    "yuan": "元", "share": "比例", "year": "年", "years": "年", "months": "月", "day": "天", "days": "天", "cycle": "次", "month": "月", "calls": "次",
}  # fmt: skip
_PLAIN_UNITS = {"share": said("a fraction of 1", "以小数表示的比例"), "1": said("a pure number", "无量纲数")}


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What is declared of a field; ``unit`` is empty for words, ``"1"`` for a pure number, ``"share"`` for a fraction.

    ``usual`` is the span outside which a value is used but told (:mod:`appraisal.field.usual`); ``basis`` says of an
    amount of money whether VAT is in it, empty where the question does not arise; ``entries`` is
    the section that the entries of a named group are; ``options`` has the words of a choice with their Chinese and
    English labels.
    """

    kind: Kind
    unit: str
    zh: str
    en: str
    help: str = ""
    help_zh: str = ""
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    usual: tuple[float, float] | None = None
    basis: Basis = ""
    entries: str = ""
    options: Options = field(default_factory=dict)

    def __post_init__(self) -> None:
        if bool(self.help) != bool(self.help_zh):
            raise TypeError(f"{self.en}: help stands in one language only; give help and help_zh")
        if self.usual is not None and not 0.0 < self.usual[0] < self.usual[1]:
            raise TypeError(f"{self.en}: {self.usual} is no span; give (low, high) with 0 < low < high")
        if self.basis and not self.unit.startswith("yuan"):
            raise TypeError(f"{self.en}: a price basis ({self.basis}) belongs to money, not to {self.unit or 'words'}")

    def moved_by(self, action: str) -> Declared:
        """The declaration of what a number is multiplied by (``scale``), or of what is added to it (``add``)."""
        moved = replace(self, kind="number", usual=None, gt=None, le=None)
        return replace(moved, unit="1", basis="", ge=0.0) if action == "scale" else replace(moved, ge=None)

    def title(self, lang: str) -> str:
        """The title in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en

    def about(self, lang: str) -> str:
        """The help in ``zh`` or ``en``; empty where there is none."""
        return self.help_zh if lang == "zh" else self.help

    def option(self, code: str | int, lang: str) -> str:
        """What a word of a choice is called in ``zh`` or ``en``; KeyError for a word that is none."""
        return self.options[code][0 if lang == "zh" else 1]

    def unit_text(self) -> Message:
        """The unit with its price basis, as people read it.

        Examples
        --------
        >>> price = Declared(kind="number", unit="yuan/kWh", zh="单价", en="Price", basis="incl_vat").unit_text()
        >>> price, price.zh
        ('yuan/kWh incl. VAT', '元/kWh（含税）')
        """
        chinese = re.sub(r"[A-Za-z]+", lambda word: _UNITS_ZH.get(word[0], word[0]), self.unit)
        basis = _BASES[self.basis]
        return said("{unit}{basis}", "{unit}{basis}", unit=Message(self.unit, chinese), basis=basis)

    def range_text(self) -> Message:
        """The range in words, for messages and forms; empty when there is none."""
        low = self.gt if self.gt is not None else self.ge
        if low is not None and self.le is not None:
            excluded = said(", {low:g} excluded", "，不含 {low:g}", low=low) if self.gt is not None else verbatim("")
            return said(
                "{low:g}–{high:g}{excluded}", "{low:g}–{high:g}{excluded}", low=low, high=self.le, excluded=excluded
            )
        if self.gt is not None:
            return said("more than {low:g}", "大于 {low:g}", low=low)
        if low is not None:
            return said("{low:g} or more", "不小于 {low:g}", low=low)
        return said("at most {high:g}", "不大于 {high:g}", high=self.le) if self.le is not None else verbatim("")

    def expectation(self) -> Message:
        """Unit with price basis, and range, as a message shows them."""
        unit = _PLAIN_UNITS.get(self.unit, self.unit_text())
        return joined([part for part in (unit, self.range_text()) if part], ", ", "，")


def _expected(what: Declared, thing: Message) -> Message:
    """What should stand in a field: a number or a whole number, with its unit and range where they are declared."""
    wanted = what.expectation()
    return said("{wanted}", "{thing}：{wanted}", thing=thing, wanted=wanted) if wanted else thing


_NUMBER = said("a number", "数值")


def _read(value: Any, what: Declared) -> Table:
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "iuf" or value.ndim not in (1, 2):
            raise ValueFault(said(
                "expected numbers in one or two dimensions, found {type} of shape {shape}",
                "应为一维或二维的数，这里是形状 {shape} 的 {type}", type=value.dtype, shape=value.shape
            ))  # fmt: skip
        if value.size == 0 or (value.ndim == 2 and what.kind in ("number", "constant") and value.shape[1] != 1):
            raise ValueFault(said(
                "an array of shape {shape}; expected one value a scenario, (S,) or (S, 1)",
                "数组的形状是 {shape}；应为每个情景一个值，(S,) 或 (S, 1)", shape=value.shape
            ))  # fmt: skip
        # A flat array is one value a scenario for a Number, one value a year (or step) for the others.
        return table(value.reshape(-1, 1) if value.ndim == 1 and what.kind == "number" else value)
    listed = isinstance(value, (list, tuple))
    if listed and what.kind in ("number", "constant"):
        raise ValueFault(said(
            "{value} is a list; expected one number ({wanted})",
            "{value} 是列表；应为一个数（{wanted}）", value=show(value), wanted=what.expectation()
        ))  # fmt: skip
    for item in value if listed else (value,):
        if isinstance(item, bool) or not isinstance(item, (int, float, np.integer, np.floating)):
            raise ValueFault(_not_a_number(item, what))
    if listed and not value:
        raise ValueFault(said("an empty list; expected at least one number", "列表为空；至少应有一个数"))
    return table(value)


def _not_a_number(item: Any, what: Declared) -> Message:
    wanted = _expected(what, _NUMBER)
    if item is None:
        return said("no value stands here; expected {wanted}", "这里没有值；应为{wanted}", wanted=wanted)
    quoted = isinstance(item, str) and re.fullmatch(r"\s*[-+]?[0-9][0-9.]*([eE][-+]?[0-9]+)?\s*", item)
    percent = re.fullmatch(r"\s*([-+]?[0-9][0-9.]*)\s*[%％]\s*", item) if isinstance(item, str) else None
    remedy = (
        said("; remove the quotes", "；请去掉引号")
        if quoted
        else said("; write {share:g}", "；请写 {share:g}", share=float(percent.group(1)) / 100)
        if percent
        else verbatim("")
    )
    return said(
        "{value} is not a number; expected {wanted}{remedy}", "{value} 不是数；应为{wanted}{remedy}",
        value=show(item), wanted=wanted, remedy=remedy,
    )  # fmt: skip


def show(value: Any) -> Message:
    """A value of a file as a message shows it.

    Examples
    --------
    >>> show(None), show((1, "two")), show(True)
    ('nothing', "[1, 'two']", 'true')
    """
    if value is None:
        return said("nothing", "空值")
    if isinstance(value, bool):
        return verbatim(str(value).lower())
    shown = repr(_listed(value))
    return verbatim(shown if len(shown) <= 60 else shown[:57] + "…")


def _listed(value: Any) -> Any:
    """Lists as the file has them; the reader keeps them as tuples."""
    if isinstance(value, Mapping):
        return {key: _listed(inner) for key, inner in value.items()}
    return [_listed(inner) for inner in value] if isinstance(value, tuple) else value


def check_count(value: Any, what: Declared) -> int:
    """A whole number within its range, or a ValueFault that says what was found and expected.

    Examples
    --------
    >>> check_count(0, Declared(kind="count", unit="years", zh="年数", en="Years", ge=1, le=60))
    Traceback (most recent call last):
    ...
    appraisal.errors.ValueFault: 0 is outside 1–60 (years)
    """
    whole = isinstance(value, (int, np.integer)) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole:
        wanted = _expected(what, said("a whole number", "整数"))
        raise ValueFault(said(
            "{value} is not a whole number; expected {wanted}",
            "{value} 不是整数；应为{wanted}", value=show(value), wanted=wanted
        ))  # fmt: skip
    _check_range(table(value), what)
    return int(value)


def check_number(value: Any, what: Declared) -> Table:
    """A number, yearly amount or profile as its table, or a ValueFault that says what was found and expected.

    Examples
    --------
    >>> share = Declared(kind="number", unit="share", zh="效率", en="Efficiency", gt=0, le=1)
    >>> check_number(0.88, share)
    array([[0.88]])
    >>> check_number(88, share)
    Traceback (most recent call last):
    ...
    appraisal.errors.ValueFault: 88 is outside 0–1, 0 excluded (a fraction, not percent: 0.88?)
    """
    array = _read(value, what)
    odd = np.flatnonzero(~np.isfinite(array).all(axis=1))
    if odd.size:
        # Of a block of scenarios the first row that is wrong is named, not the whole array.
        first = show(array[odd[0]].tolist())
        found = show(value) if len(array) == 1 else said(
            "row {row} (from 0), {value},", "第 {row} 行（从 0 计）的 {value} ", row=odd[0], value=first
        )  # fmt: skip
        wanted = _expected(what, _NUMBER)
        raise ValueFault(said(
            "{found} is not a finite number; expected {wanted}", "{found} 不是有限的数；应为{wanted}", found=found, wanted=wanted
        ))  # fmt: skip
    _check_range(array, what)
    return array


def _check_range(array: Table, what: Declared) -> None:
    outside = np.zeros(array.shape, dtype=bool)
    if what.ge is not None:
        outside |= array < what.ge
    if what.gt is not None:
        outside |= array <= what.gt
    if what.le is not None:
        outside |= array > what.le
    if outside.any():
        bad = float(array[outside][0])
        fraction = bad / 100.0
        percent = what.unit.startswith("share") and 0.0 < fraction <= (what.le or 1.0) and bad > (what.le or 1.0)
        hint = (
            said(
                " (a fraction, not percent: {fraction:g}?)",
                "（应为小数，不是百分数：{fraction:g}？）",
                fraction=fraction,
            )
            if percent
            else said(" ({unit})", "（单位：{unit}）", unit=what.unit_text())
            if what.unit not in ("", "1", "share")
            else verbatim("")
        )
        wanted = what.range_text()
        if "–" in wanted:
            raise ValueFault(said(
                "{bad:g} is outside {wanted}{hint}", "{bad:g} 超出范围，应为 {wanted}{hint}", bad=bad, wanted=wanted, hint=hint
            ))  # fmt: skip
        raise ValueFault(said(
            "{bad:g} is not {wanted}{hint}", "{bad:g} 超出范围，应{wanted}{hint}", bad=bad, wanted=wanted, hint=hint
        ))  # fmt: skip


def check_text(value: str) -> str:
    """A text without control or invisible formatting characters, which could rewrite what a terminal shows."""
    odd = next((char for char in value if category(char).startswith("C")), None)
    if odd is not None:
        raise ValueFault(said(
            "{value} has the invisible character U+{code:04X}; take it out",
            "{value} 含有不可见字符 U+{code:04X}；请删去", value=show(value), code=ord(odd)
        ))  # fmt: skip
    return value
